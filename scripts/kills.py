"""Kill commands that write, and let them write at once: ``python scripts/kills.py [KILLS] [SEED] [COMMAND ...]``.

Each case runs a command that writes (`commands_that_write`) in a process of its own, kills it (SIGKILL) at a random
moment of the time that it takes, looks at what it left, and runs it again. Every file must then have the bytes of a
run that nobody disturbed, and no other file may be there. A scenario that is edited must be the old or the new one at
once, whoever reads it. Then two and four processes run the same command at the same time on one output, cache,
checkpoint and scenario, and some of them are killed. Each command goes through a cache of networks in the same folder.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from commands_that_write import (
    ADD,
    JOBS,
    SECONDS,
    SERVED,
    contents,
    difference,
    kill,
    lay_out,
    make_extract,
    start,
)

from engine import load_scenario

SAFE_AGAIN = {"--again", SERVED}
"""What may be run again when it had finished."""


def events_of(file: Path) -> list[str]:
    """Return the ids of the events of a scenario."""
    return sorted(load_scenario(file).event_ids())


class Trial:
    """One command with what an undisturbed run of it makes."""

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.job, self.name = home, JOBS[name], name
        whole = home / "whole"
        shutil.rmtree(whole, ignore_errors=True)
        lay_out(whole, home / "extract.osm.pbf")
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
        lay_out(folder, self.home / "extract.osm.pbf")
        return folder

    def finished(self, folder: Path) -> str:
        """Finish what was disturbed by running the command again; return what is wrong, if anything."""
        again = True
        if self.job.edits:
            events = events_of(folder / self.job.edits)
            if events not in (self.old, self.new):
                return f"the scenario is neither the old nor the new one: {events}"
            again = events == self.old or bool(SAFE_AGAIN & {*self.job.arguments})
        if self.name == "new" and (folder / "fresh" / "case.toml").exists():
            again = False  # it refuses to write over a scenario
        left = len([*folder.glob(".*.journal")])  # a killed page's each; the next goes on with one
        for _ in range(max(again, left)):
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
        make_extract(Path(home) / "extract.osm.pbf")
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
