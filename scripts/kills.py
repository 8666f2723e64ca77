"""Kill commands that write, and let them write at once: ``python scripts/kills.py [KILLS] [SEED] [COMMAND ...]``.

Each case runs a command that writes in a process of its own, kills it (SIGKILL) at a random moment of the time that
it takes, looks at what it left, and runs it again. Every file must then have the bytes of a run that nobody
disturbed, and no other file may be there. A scenario that is edited must be the old or the new one at once, whoever
reads it. Then two and four processes run the same command at the same time on one output, cache, checkpoint and
scenario, and some of them are killed. Each command goes through a cache of networks in the same folder.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import typer

from engine import load_scenario
from engine.cli.app import app
from engine.cli.printing import complain
from engine.errors import InputError
from engine.network import cache
from engine.probability import checkpoint

ROOT = Path(__file__).parents[1]
SEED_SCENARIO = ROOT / "scenarios" / "castello-2014-12.toml"
SHORT = """\
title = "A test"
network = "aleppo-schematic"
start = 2014-12-01
end = 2014-12-21
baseline = "holdings.csv"
{events}
[actors.opposition]
[actors.government]
{source}
[[routes]]
id = "north"
actor = "opposition"
from = "hreitan"
to = "jandoul"
"""
HOLDINGS = "site,holder\njandoul,opposition\nmallah,opposition\n"
EVENTS = "id,date,site,kind,actor,confidence\n" + "".join(
    f"e{at},2014-12-{at + 3:02},{site},captured,{actor},0.6\n"
    for at, (site, actor) in enumerate([("mallah", "government"), ("mallah", "opposition")] * 4)
)
SHEET = "date,site,kind,actor,source\n2014-12-20,mallah,captured,government,a record\n"
TRUTH = "route,state,first,last\nnorth,not cut,2014-12-01,2014-12-02\n"
COMMAND = typer.main.get_command(app)


class Job(NamedTuple):
    """A command that writes: its arguments, how often it is killed of 100 kills, and what it edits."""

    arguments: tuple[str, ...]
    share: int
    edits: str = ""


ADD = "id={id}, date=2014-12-15, site=mallah, kind=raid"
JOBS = {
    "run": Job(("run", "s.toml", "--out", "out"), 6),
    "probability": Job(("run", "s.toml", "--probability", "--out", "out"), 8),
    "batch": Job(("batch", "s.toml", "bare.toml", "--out", "out"), 2),
    "report": Job(("report", "s.toml", "--out", "page.html"), 11),
    "plot": Job(("plot", "s.toml", "--out", "map.png"), 5),
    "gpkg": Job(("export", "s.toml", "--out", "layers.gpkg"), 7),
    "xlsx": Job(("export", "s.toml", "--out", "sheets.xlsx"), 7),
    "csv": Job(("export", "s.toml", "--out", "sheets"), 8),
    "backtest": Job(("backtest", "s.toml", "--truth", "truth.csv", "--out", "out"), 2),
    "new": Job(
        (
            "new", "fresh/case.toml", "--place", "azaz", "--title", "A test", "--start", "2014-12-01", "--end",
            "2015-01-01", "--actor", "own",
        ), 14,
    ),
    "first event": Job(("events", "bare.toml", "--add", ADD.format(id="new")), 14, "bare.toml"),
    "event": Job(("events", "s.toml", "--add", ADD.format(id="new")), 12, "s.toml"),
    "import": Job(("import", "sheet", "sheet.csv", "--into", "s.toml", "--again"), 14, "s.toml"),
}  # fmt: skip
"""Every command that writes; each fills the cache first."""

SECONDS = 120


def lay_out(folder: Path) -> None:
    """Write what the commands need."""
    folder.mkdir()
    files = {
        "s.toml": SHORT.format(events='events = "events.csv"', source=""),
        "bare.toml": SHORT.format(events="", source=""),
        "events.csv": EVENTS,
        "holdings.csv": HOLDINGS,
        "sheet.csv": SHEET,
        "truth.csv": TRUTH,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def work(folder: Path, arguments: tuple[str, ...]) -> None:
    """Run a command in this process, in a folder, with the cache there."""
    os.setsid()
    os.chdir(folder)
    os.environ["SUPPLYLINE_CACHE"] = "cache"
    cache.WORTHWHILE = 0
    checkpoint.SECONDS_BETWEEN = 0.0
    sink = os.open(folder.parent / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    try:
        COMMAND(list(arguments), standalone_mode=False)
    except InputError as error:
        complain(error, as_json=False)
        os._exit(2)
    except BaseException:  # noqa: BLE001 - the exit code tells it
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def start(folder: Path, arguments: tuple[str, ...]) -> multiprocessing.process.BaseProcess:
    """Start a command as a process with a group of its own."""
    process = multiprocessing.get_context("fork").Process(target=work, args=(folder, arguments))
    process.start()
    return process


def kill(process: multiprocessing.process.BaseProcess) -> None:
    """Kill a process and all that it has started."""
    for stop in (lambda: os.killpg(process.pid, signal.SIGKILL), process.kill):
        try:
            stop()
        except (ProcessLookupError, PermissionError):
            continue
    process.join()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"a folder"
        for path in sorted(folder.rglob("*"))
    }


def events_of(file: Path) -> list[str]:
    """Return the ids of the events of a scenario."""
    return sorted(load_scenario(file).event_ids())


class Trial:
    """One command with what an undisturbed run of it makes."""

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.job, self.name = home, JOBS[name], name
        whole = home / "whole"
        shutil.rmtree(whole, ignore_errors=True)
        lay_out(whole)
        self.old = events_of(whole / self.job.edits) if self.job.edits else []
        began = time.monotonic()
        process = start(whole, self.job.arguments)
        process.join(SECONDS)
        self.seconds = time.monotonic() - began
        if process.exitcode != 0:
            sys.exit(
                f"{name} ends with {process.exitcode}: {(home / 'said.txt').read_text()[-2000:]}"
            )
        self.new = events_of(whole / self.job.edits) if self.job.edits else []
        self.whole = contents(whole)

    def fresh(self) -> Path:
        """Return a new folder to work in."""
        folder = self.home / "case"
        shutil.rmtree(folder, ignore_errors=True)
        lay_out(folder)
        return folder

    def finished(self, folder: Path) -> str:
        """Finish what was disturbed by running the command again; return what is wrong, if anything."""
        again = True
        if self.job.edits:
            events = events_of(folder / self.job.edits)
            if events not in (self.old, self.new):
                return f"the scenario is neither the old nor the new one: {events}"
            again = events == self.old or "--again" in self.job.arguments
        if self.name == "new" and (folder / "fresh" / "case.toml").exists():
            again = False  # it refuses to write over a scenario
        if again:
            process = start(folder, self.job.arguments)
            process.join(SECONDS)
            if process.exitcode != 0:
                kill(process)
                return f"the next run ends with {process.exitcode}"
        return difference(contents(folder), self.whole)

    def killed(self, moment: float) -> tuple[bool, str]:
        """Kill a run at a share of its time; return whether it was still running, and what is wrong."""
        folder = self.fresh()
        process = start(folder, self.job.arguments)
        process.join(moment * self.seconds)
        alive = process.is_alive()
        kill(process)
        return alive, self.finished(folder)

    def at_once(self, n: int, moments: list[float]) -> str:
        """Run a command several times at once, kill some of them, and finish."""
        folder = self.fresh()
        processes = [start(folder, self.job.arguments) for _ in range(n)]
        for moment, process in zip(sorted(moments), processes, strict=False):
            process.join(moment * self.seconds)
            kill(process)
        for process in processes[len(moments) :]:
            process.join(SECONDS)
            if process.exitcode not in {0, 2}:
                kill(process)
                return f"one of {n} ends with {process.exitcode}"
        if not moments and self.name != "new" and all(process.exitcode for process in processes):
            return f"all of {n} were refused"
        return self.finished(folder)


def difference(found: dict[str, bytes], wanted: dict[str, bytes]) -> str:
    """Return how two folders differ, empty if they do not."""
    return ", ".join(
        f"{name} {'is missing' if name not in found else 'is left' if name not in wanted else 'differs'}"
        for name in sorted({*found, *wanted})
        if found.get(name) != wanted.get(name)
    )[:500]


def edits_at_once(home: Path, n: int) -> str:
    """Let several processes add events of their own to one scenario, with and without a table."""
    for name in ("s.toml", "bare.toml"):
        folder = home / "case"
        shutil.rmtree(folder, ignore_errors=True)
        lay_out(folder)
        before = events_of(folder / name)
        processes = [
            start(folder, ("events", name, "--add", ADD.format(id=f"p{at}"))) for at in range(n)
        ]
        for process in processes:
            process.join(SECONDS)
        codes = [process.exitcode for process in processes]
        ids = events_of(folder / name)
        if codes != [0] * n or ids != sorted([*before, *(f"p{at}" for at in range(n))]):
            return f"{n} edits of {name} end with {codes}, and leave {ids}"
        if litter := [path.name for path in folder.glob(".*")]:
            return f"left: {litter}"
    return ""


def main() -> None:
    """Kill and race, and tell what was found."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    random = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    names = sys.argv[3:] or list(JOBS)
    total = sum(JOBS[name].share for name in names)
    faults: Counter[str] = Counter()
    done = races = 0
    with tempfile.TemporaryDirectory() as home:
        for name in names:
            trial, running = Trial(Path(home), name), 0
            wanted = round(kills * JOBS[name].share / total)
            for _ in range(wanted):
                alive, wrong = trial.killed(float(random.random()))
                done, running = done + 1, running + alive
                if wrong:
                    faults[f"{name}, killed: {wrong}"] += 1
            for n in (2, 4):
                for moments in ([], [float(random.random())]):
                    races += 1
                    if wrong := trial.at_once(n, moments):
                        faults[f"{name}, {n} at once, {len(moments)} killed: {wrong}"] += 1
            print(
                f"{name}: {wanted} kills, {running} of a running process ({trial.seconds:.1f} s)",
                flush=True,
            )
        for n in (2, 4):
            races += 1
            if wrong := edits_at_once(Path(home), n):
                faults[wrong] += 1
    print(f"{done} kills and {races} races, {sum(faults.values())} faults")
    for fault, times in faults.items():
        print(f"  {times} x {fault}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
