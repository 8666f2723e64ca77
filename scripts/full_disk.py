"""Take away the room that commands write in: ``python scripts/full_disk.py [COMMAND ...]``.

Each command that writes (`commands_that_write`) is run

* with a limit on the size of files (``RLIMIT_FSIZE``): none at all, some bytes, half of what it needs, a byte too few;
* on a disk that is full: at once, after a page, half-way, a page before the end; with its cache there and elsewhere;
* on a disk that may not be written to;
* with its output a mount point, in a folder that may not be written to.

It must end with a message and exit code 2, and leave every file as it was and no other; or, where the output is a
mount point, write there what it writes anywhere. Run again with room, it must write the bytes of an undisturbed run.
The disks are file systems in memory, mounted in a name space of their own: that takes root, on Linux.
"""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from commands_that_write import (
    JOBS,
    SECONDS,
    Job,
    contents,
    difference,
    kill,
    lay_out,
    make_extract,
    start,
)

OWN_SPACE = "OWN_MOUNTS"
PAGE = 4096
F_SETPIPE_SZ = 1031
UNFINISHED = {
    "probability": ("out",),
    "batch": ("out",),
    "open": (".s.toml.changes.journal", "s.kept.changes.csv"),
}
"""What commands of several steps leave on purpose, to go on from: each of its files is whole."""
NOBODY_NEEDS = ("cache",)
"""What is left out where it cannot be written, without a word: it would only save time."""


def mount(folder: Path, *options: str) -> None:
    """Mount a file system in memory."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", *options, "none", str(folder)], check=True)


def unmount(folder: Path) -> None:
    """Take it away again, and what is mounted below."""
    subprocess.run(["umount", "-R", "-l", str(folder)], check=False, capture_output=True)


def run(
    folder: Path, job: Job, limit: int | None = None, cache: Path | None = None
) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""

    def before() -> None:
        if cache is not None:
            os.environ["SUPPLYLINE_CACHE"] = str(cache)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    out, sink = os.pipe()  # of which no limit on files holds
    fcntl.fcntl(sink, F_SETPIPE_SZ, 2**20)
    process = start(folder, job.arguments, sink, before)
    os.close(sink)
    process.join(SECONDS)
    if process.exitcode is None:
        kill(process)
    with os.fdopen(out, encoding="utf-8", errors="replace") as reader:
        return process.exitcode or 0, reader.read()


def without(found: dict[str, bytes], names: tuple[str, ...]) -> dict[str, bytes]:
    """Return files but for some, and what lies in these."""
    return {
        name: held
        for name, held in found.items()
        if not any(name == one or name.startswith(f"{one}/") for one in names)
    }


class Trial:
    """One command, with what an undisturbed run of it makes."""

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.name, self.job = home, name, JOBS[name]
        self.case = home / "case"
        self.faults: Counter[str] = Counter()
        self.cases = 0
        whole = home / "whole"
        shutil.rmtree(whole, ignore_errors=True)
        lay_out(whole, home / "extract.osm.pbf")
        self.before = contents(whole)
        code, said = run(whole, self.job)
        if code:
            sys.exit(f"{name} ends with {code}: {said[-2000:]}")
        self.whole = contents(whole)
        self.made = {key: held for key, held in self.whole.items() if self.before.get(key) != held}
        self.sizes = [len(held) for held in self.made.values()]

    def fault(self, how: str, what: str) -> None:
        """Note what is wrong."""
        self.faults[f"{self.name}, {how}: {what}"] += 1

    def refused(self, how: str, limit: int | None = None, cache: Path | None = None) -> bool:
        """Run the command where it cannot finish, look at what it leaves, and return whether it was refused."""
        self.cases += 1
        code, said = run(self.case, self.job, limit, cache)
        if "Traceback" in said or code not in {0, 2}:
            self.fault(how, f"exit code {code}: {' '.join(said.split())[-300:]}")
        found = contents(self.case)
        if code == 0:  # what it needs is less than it was given
            if wrong := difference(without(found, NOBODY_NEEDS), without(self.whole, NOBODY_NEEDS)):
                self.fault(how, f"exit code 0, but {wrong}")
            return False
        if code == 2 and not said.startswith("supplyline: "):
            self.fault(how, f"no message: {said[:200]!r}")
        kept = (*NOBODY_NEEDS, *UNFINISHED.get(self.name, ()))
        if wrong := difference(without(found, kept), without(self.before, kept)):
            self.fault(how, wrong)
        return True

    def again(self, how: str, cache: Path | None = None) -> None:
        """Run it with room; all must be as if nothing had happened."""
        code, said = run(self.case, self.job, None, cache)
        found, wanted = (
            without(contents(self.case), NOBODY_NEEDS),
            without(self.whole, NOBODY_NEEDS),
        )
        if code or (wrong := difference(found, wanted)):
            self.fault(f"{how}, then again", said[-200:] if code else wrong)

    def with_limits(self) -> None:
        """Let no file be longer than so much."""
        largest = max(self.sizes)
        for limit in sorted({0, 1, 1000, largest // 2, largest - 1}):
            shutil.rmtree(self.case, ignore_errors=True)
            lay_out(self.case, self.home / "extract.osm.pbf")
            how = f"files of at most {limit} bytes"
            if self.refused(how, limit):
                self.again(how)

    def with_disks(self) -> None:
        """Let the disk be full after so much."""
        need = sum(-(-size // PAGE) for size in self.sizes)
        for pages in sorted({0, 1, need // 2, need - 1}):
            for cache in (None, self.home / "cache"):
                unmount(self.case)
                mount(self.case)
                lay_out(self.case, self.home / "extract.osm.pbf")
                used = os.statvfs(self.case)
                full = used.f_blocks - used.f_bfree + pages
                remount = ["mount", "-o", f"remount,size={full * used.f_frsize}", str(self.case)]
                subprocess.run(remount, check=True)
                how = f"a disk full after {pages} pages{', cache elsewhere' if cache else ''}"
                refused = self.refused(how, None, cache)
                subprocess.run(["mount", "-o", "remount,size=1g", str(self.case)], check=True)
                if refused:
                    self.again(how, cache)
        unmount(self.case)

    def where_nothing_is_written(self) -> None:
        """Let the disk be read-only; then the same, with the output a mount point."""
        mount(self.case)
        lay_out(self.case, self.home / "extract.osm.pbf")
        inside = self.case / self.job.out
        is_file = self.whole.get(self.job.out, b"a folder") != b"a folder"
        if self.job.out:
            inside.touch() if is_file else inside.mkdir()
        self.before = contents(self.case)
        subprocess.run(["mount", "-o", "remount,ro", str(self.case)], check=True)
        self.refused("a disk that is read-only")
        if self.job.out and self.job.out in self.whole:
            self.cases += 1
            elsewhere = self.home / "elsewhere"
            shutil.rmtree(elsewhere, ignore_errors=True)
            elsewhere.touch() if is_file else elsewhere.mkdir()
            if is_file:
                subprocess.run(["mount", "--bind", str(elsewhere), str(inside)], check=True)
            else:
                mount(inside)
            code, said = run(self.case, self.job)
            found = without(contents(self.case), NOBODY_NEEDS)
            wrong = difference(found, without(self.whole, NOBODY_NEEDS))
            if self.job.arguments[0] != "new" and (code or wrong):
                self.fault("its output a mount point", said[-300:] if code else wrong)
            subprocess.run(["umount", str(inside)], check=False)
            if is_file:
                elsewhere.unlink()
        unmount(self.case)


def main() -> None:
    """Try each command, and tell what was found."""
    if OWN_SPACE not in os.environ:
        arguments = ["unshare", "--mount", sys.executable, *sys.argv]
        os.execvpe("unshare", arguments, {**os.environ, OWN_SPACE: "yes"})
    cases = 0
    faults: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        make_extract(home / "extract.osm.pbf")
        for command in sys.argv[1:] or JOBS:
            trial = Trial(home, command)
            for tried in (trial.with_limits, trial.with_disks, trial.where_nothing_is_written):
                shutil.rmtree(trial.case, ignore_errors=True)
                tried()
            cases += trial.cases
            faults += trial.faults
            print(
                f"{command}: {trial.cases} cases, {sum(trial.faults.values())} faults", flush=True
            )
            for fault in trial.faults:
                print(f"  {fault}", flush=True)
    print(f"{cases} cases of {len(sys.argv[1:] or JOBS)} commands, {sum(faults.values())} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
