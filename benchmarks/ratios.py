"""What was measured in a run, for one table at its end."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIGURES: dict[tuple[str, str], tuple[float | None, str]] = {}
"""Seconds and a remark, by network and by what was measured."""
LOADS: dict[tuple[str, str], float] = {}
"""How many programs shared the machine when each figure was taken."""


def note(place: str, what: str, seconds: float | None, remark: str = "") -> None:
    """Keep a figure for the table."""
    FIGURES[place, what] = (seconds, remark)
    LOADS[place, what] = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def best_of(work: Callable[[], object], times: int) -> float:
    """Return the shortest of several times that something takes, in seconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def lines() -> list[str]:
    """Return the table as text."""
    return [
        f"{place:<17} {what:<42} {'' if seconds is None else _scaled(seconds):>10}"
        f"  load {LOADS[place, what]:>4.1f}  {remark}"
        for (place, what), (seconds, remark) in FIGURES.items()
    ]


def _scaled(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
