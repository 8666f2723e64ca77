"""Print the table of figures at the end of a run, and keep it."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

from benchmarks.ratios import lines

REPORT = Path(__file__).parents[1] / "results" / "bench.txt"
BEGAN = time.perf_counter()


def pytest_terminal_summary(terminalreporter) -> None:
    """Print what was measured, one line for each figure, and write it to ``results/bench.txt``."""
    if not lines():
        return
    head = (
        f"Python {platform.python_version()} on {os.cpu_count()} cores; "
        f"all of it took {time.perf_counter() - BEGAN:.0f} s"
    )
    terminalreporter.section("figures of this run")
    for line in (head, *lines()):
        terminalreporter.write_line(line)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join((head, *lines())) + "\n", encoding="utf-8")
    terminalreporter.write_line(f"wrote {REPORT}")
