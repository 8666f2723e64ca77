"""The legend of a map: routes with their status, holders and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.control.statements import CONDITIONS
from engine.report.maps import ROAD_WIDTH
from engine.report.style import (
    FAINT_INK,
    INK,
    LINE_STYLE,
    PAPER,
    STATUS_COLOUR,
    STATUS_INK,
    actor_colours,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from engine.analysis.analysis import Analysis

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from engine.analysis.analysis import Analysis

    Part = Callable[[Analysis, str | dt.date, Axes, float], float]
    """Writes from a height on downwards, in inches, and returns the height that it reached."""


def draw_legend(
    analysis: Analysis, on: str | dt.date, ax: Axes, inches: float, *parts: Part
) -> None:
    """Write parts of a legend one below the other; what needs more than its room is pressed together."""
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    y = 0.1
    for part in parts:
        y = part(analysis, on, ax, y)
    ax.set_ylim(max(inches, y), 0)


def of_routes(analysis: Analysis, on: str | dt.date, ax: Axes, y: float) -> float:
    """Write the number, name and status of each route and enclave."""
    at = analysis.interval_on(on)
    y = _heading(ax, y, "Routes and enclaves")
    for number, (name, words) in enumerate(analysis.statuses.items(), 1):
        asked, status = analysis.subjects[name], words[at]
        _text(ax, 0.045, y + 0.1, str(number), 8, ha="center", weight="bold",
              bbox={"boxstyle": "circle,pad=0.22", "fc": PAPER, "ec": INK, "lw": 0.9})  # fmt: skip
        _text(ax, 0.12, y, asked.label or name, 9.5)
        _text(ax, 0.12, y + 0.2, asked.label_ar, 9.5, color=FAINT_INK)
        _text(ax, 0.995, y + 0.1, status, 9, ha="right", weight="bold", color=STATUS_INK[status],
              bbox={"boxstyle": "round,pad=0.35", "fc": STATUS_COLOUR[status], "ec": "none"})  # fmt: skip
        y += 0.5
    return y


def of_roads(analysis: Analysis, on: str | dt.date, ax: Axes, y: float) -> float:
    """Write the colours of the holders that hold something on the day, and the patterns."""
    holders = set(analysis.states.holder[:, analysis.interval_on(on)].tolist())
    colours = actor_colours(analysis.scenario.actors)
    y = _heading(ax, y, "Held by")
    for code, (name, actor) in enumerate(analysis.scenario.actors.items()):
        if code in holders:
            label = "  ".join(text for text in (actor.label or name, actor.label_ar) if text)
            y = _line(ax, y, label, colours[name], "held")
    if -1 in holders:
        y = _line(ax, y, "unknown", colours[""], "held")
    y = _heading(ax, y, "Condition")
    for condition in CONDITIONS:
        meaning = "exposed (under fire)" if condition == "exposed" else condition
        y = _line(ax, y, meaning, INK, condition)
    return y


def _heading(ax: Axes, y: float, text: str) -> float:
    _text(ax, 0, y + 0.12, text, 10.5, weight="bold")
    return y + 0.4


def _line(ax: Axes, y: float, text: str, colour: str, condition: str) -> float:
    ax.plot([0, 0.16], [y, y], color=colour, linewidth=ROAD_WIDTH * 1.6,
            linestyle=LINE_STYLE[condition], solid_capstyle="butt")  # fmt: skip
    _text(ax, 0.2, y, text, 9)
    return y + 0.25


def _text(ax: Axes, x: float, y: float, text: str, size: float, **look: object) -> None:
    settings: dict[str, Any] = {"color": INK, "va": "center", "parse_math": False, **look}
    ax.text(x, y, text, fontsize=size, **settings)
