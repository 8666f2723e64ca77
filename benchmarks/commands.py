"""How long each command takes: processor time of the whole process, beside what is asked of it.

Usage::

    python benchmarks/commands.py [ROUNDS] [WORD ...]

Prints for each command (those whose line has one of the words, if any are given) its target, the
least processor time (user and system) of some rounds in turn, and how busy the machine was.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MONTH = f"{ROOT}/scenarios/castello-2014-12.toml"
YEARS = f"{ROOT}/scenarios/aleppo-2014-2015.toml"
COMMAND = [sys.executable, "-c", "from engine.cli import main; main()"]
ANSWERS = (
    "run FILE", "explain FILE --route castello", "doubt FILE --route castello", "known FILE",
    "margin FILE", "critical FILE", "ways FILE", "enclaves FILE", "access FILE", "sweep FILE",
    "sensitivity FILE --no-margins",
    "whatif FILE --event 'mallah captured by government on 2014-12-25'",
    "compare FILE OTHER", "cite FILE", "events FILE", "check FILE",
)  # fmt: skip
"""What answers from a scenario: the same targets for all."""
SLOW = ("sensitivity FILE", "run FILE --probability")
"""Questions that compute for longer than they start; no targets of their own."""
OTHERS = {
    "--help": 0.15,
    "run --help": None,
    "--version": None,
    "schema": None,
    "places Hindarat": None,
    "run MONTH --out out": 2.0,
    "report MONTH --out page.html": 1.5,
    "report MONTH --probability --out page.html": 3.0,
    "plot MONTH --out map.png": 2.0,
    "plot MONTH --what maps --out maps.png": 2.0,
    "plot MONTH --what timeline --out timeline.png": 2.0,
    "plot MONTH --out map.svg": None,
    "plot MONTH --out film.gif": 5.0,
    "plot YEARS --out film.gif": 20.0,
    "export MONTH --out sheets.xlsx": 1.5,
    "export MONTH --out layers.gpkg": 1.5,
    "export MONTH --out layers.parquet": None,
    "export MONTH --out layer.geojson": None,
    "export MONTH --out sheets": None,
}
"""What starts, writes or draws, and what is asked of it in seconds."""


def asked() -> dict[str, float | None]:
    """Return all commands with their targets."""
    found = dict(OTHERS)
    for line in ANSWERS:
        for name, target in (("MONTH", 1.0), ("YEARS", 2.0)):
            found[line.replace("FILE", name).replace("OTHER", "MONTH")] = target
    return found | {line.replace("FILE", "MONTH"): None for line in SLOW}


def seconds(line: str) -> float:
    """Return the processor time of a command as a whole process, in seconds.

    Raises
    ------
    RuntimeError
        If the command fails.
    """
    words = [{"MONTH": MONTH, "YEARS": YEARS}.get(word, word) for word in shlex.split(line)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules are kept, as by default
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.execve(COMMAND[0], [*COMMAND, *words], surroundings)
        _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"supplyline {line}: exit code {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    wanted = sys.argv[2:]
    print(f"{'seconds of processor time':<66}{'asked':>7}{'least':>7}{'most':>7}{'load':>6}")
    for line, target in asked().items():
        if wanted and not any(word in line for word in wanted):
            continue
        found = [seconds(line) for _ in range(rounds)]
        shown = "" if target is None else f"{target:.2f}"
        missed = "  missed" if target is not None and min(found) > target else ""
        print(
            f"{line:<66}{shown:>7}{min(found):>7.2f}{max(found):>7.2f}{os.getloadavg()[0]:>6.1f}{missed}",
            flush=True,
        )


if __name__ == "__main__":
    main()
