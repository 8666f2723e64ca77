"""Print the table of figures at the end of a run."""

from __future__ import annotations

from benchmarks.ratios import lines


def pytest_terminal_summary(terminalreporter) -> None:
    """Print what was measured, one line for each figure."""
    if lines():
        terminalreporter.section("connectivity: figures of this run")
        for line in lines():
            terminalreporter.write_line(line)
