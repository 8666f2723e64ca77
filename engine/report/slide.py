"""Pictures for a slide: the map with its legend, the timeline; what they rest on said below."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from engine.control.words import CONDITIONS
from engine.report.facts import facts_of
from engine.report.look import (
    FAINT_INK,
    INK,
    LINE_STYLE,
    PAPER,
    STATUS_COLOUR,
    STATUS_INK,
    actor_colours,
)
from engine.report.map import ROAD_WIDTH, Extent, extent_of, last_day, plot_map
from engine.report.timeline import plot_timeline

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from engine.analysis.analysis import Analysis

SLIDE = (13.333, 7.5)
"""Inches, 16:9."""
BOTTOM, TALL = 0.085, 0.79
"""Where the maps stand on their slide."""
CROWDED = 0.25
"""Where half of the places lie in less than this part of the map, they get a map of their own."""


def map_slide(analysis: Analysis, on: str | dt.date | None = None) -> Figure:
    """Return the map of a day with its legend, and with a closer view where places are crowded."""
    day = last_day(analysis) if on is None else on
    figure = _blank(SLIDE)
    _head(figure, analysis, f"Who holds the roads on {day}, and what that means for the routes")
    whole, close = extent_of(analysis), crowded_part(analysis)
    if close is None:
        _panel(figure, analysis, day, (0.012, 0.756), whole)
    else:
        seen = _panel(figure, analysis, day, (0.38, 0.388), close, title="Closer view")
        _panel(figure, analysis, day, (0.012, 0.36), whole, leave_unnamed=seen,
               title="The whole network; framed: the closer view")  # fmt: skip
        _frame(figure.axes[-1], seen)
    _legend(analysis, day, figure.add_axes((0.78, BOTTOM, 0.21, TALL)), SLIDE[1] * TALL)
    _foot(figure, analysis)
    return figure


def _panel(
    figure: Figure,
    analysis: Analysis,
    on: str | dt.date,
    span: tuple[float, float],
    part: Extent,
    *,
    title: str = "",
    leave_unnamed: Extent | None = None,
) -> Extent:
    """Draw a map into a column of a slide, filled to its borders; return what it shows."""
    ax = figure.add_axes((span[0], BOTTOM, span[1], TALL))
    inches = figure.get_size_inches()
    seen = part.filled(span[1] * inches[0] / (TALL * inches[1]))
    plot_map(analysis, on, ax, extent=seen, leave_unnamed=leave_unnamed)
    ax.set_title(title, loc="left", fontsize=9.5, color=FAINT_INK, pad=3)
    return seen


def timeline_slide(analysis: Analysis) -> Figure:
    """Return the spells of every route and enclave as a picture."""
    rows = len(analysis.statuses)
    figure = _blank((SLIDE[0], min(SLIDE[1], 2.9 + 0.62 * rows)))
    height = figure.get_size_inches()[1]
    _head(figure, analysis, "Status of routes and enclaves over time")
    plot_timeline(analysis, figure.add_axes((0.2, 0.95 / height, 0.775, 1 - 2.0 / height)))
    _foot(figure, analysis)
    return figure


def crowded_part(analysis: Analysis) -> Extent | None:
    """Return where half of the places lie close together; None if they do not."""
    xy = np.array([(place.lon, place.lat) for place in analysis.network.places])
    if len(xy) < 20:
        return None
    flat = xy * (np.cos(np.radians(xy[:, 1].mean())), 1.0)
    far = np.sqrt(((flat[:, None] - flat[None]) ** 2).sum(axis=2))
    half = np.sort(far, axis=1)[:, len(xy) // 2]
    close = xy[far[half.argmin()] <= half.min()]
    (west, south), (east, north) = close.min(axis=0), close.max(axis=0)
    whole = extent_of(analysis)
    area = (east - west) * (north - south)
    if area > CROWDED * (whole.east - whole.west) * (whole.north - whole.south):
        return None
    margin = 0.04 * max(east - west, north - south)
    return Extent(west - margin, south - margin, east + margin, north + margin)


def _blank(inches: tuple[float, float]) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=inches, dpi=144)
    FigureCanvasAgg(figure)
    return figure


def _head(figure: Figure, analysis: Analysis, subject: str) -> None:
    height = figure.get_size_inches()[1]
    figure.text(0.013, 1 - 0.12 / height, analysis.scenario.title, fontsize=17, weight="bold",
                color=INK, va="top", parse_math=False)  # fmt: skip
    if analysis.network.provenance.schematic:
        subject += " · schematic network"
    figure.text(0.013, 1 - 0.5 / height, subject, fontsize=11.5, color=FAINT_INK, va="top")


def _foot(figure: Figure, analysis: Analysis) -> None:
    height = figure.get_size_inches()[1]
    lines = textwrap.wrap(facts_of(analysis).line(), 205)
    figure.text(0.013, 0.12 / height, "\n".join(lines), fontsize=8.5, color=FAINT_INK,
                va="bottom", parse_math=False)  # fmt: skip


def _frame(ax: Axes, part: Extent) -> None:
    from matplotlib.patches import Rectangle

    width, height = part.east - part.west, part.north - part.south
    ax.add_patch(
        Rectangle((part.west, part.south), width, height, fill=False, edgecolor=INK,
                  linewidth=1.0, zorder=8)
    )  # fmt: skip


def _legend(analysis: Analysis, on: str | dt.date, ax: Axes, inches: float) -> None:
    """Write routes with their status, holders and conditions, from top to bottom."""
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    y = 0.1
    for row in _legend_rows(analysis, on):
        kind, text, second, colour = row
        if kind == "head":
            y += 0.12
            ax.text(0, y, text, fontsize=10.5, weight="bold", color=INK, va="center")
            y += 0.28
        elif kind == "status":
            _legend_route(ax, y, text, second)
            y += 0.5
        else:
            ax.plot([0, 0.16], [y, y], color=colour, linewidth=ROAD_WIDTH * 1.6,
                    linestyle=LINE_STYLE.get(kind, "solid"), solid_capstyle="butt")  # fmt: skip
            ax.text(0.2, y, text, fontsize=9, color=INK, va="center", parse_math=False)
            y += 0.25
    ax.set_ylim(max(inches, y), 0)


def _legend_route(ax: Axes, y: float, text: str, status: str) -> None:
    number, english, arabic = text.split("\n")
    ax.text(0.045, y + 0.1, number, fontsize=8, weight="bold", color=INK, ha="center", va="center",
            bbox={"boxstyle": "circle,pad=0.22", "fc": PAPER, "ec": INK, "lw": 0.9})  # fmt: skip
    ax.text(0.12, y, english, fontsize=9.5, color=INK, va="center", parse_math=False)
    ax.text(0.12, y + 0.2, arabic, fontsize=9.5, color=FAINT_INK, va="center", parse_math=False)
    ax.text(0.995, y + 0.1, status, fontsize=9, weight="bold", color=STATUS_INK[status],
            ha="right", va="center",
            bbox={"boxstyle": "round,pad=0.35", "fc": STATUS_COLOUR[status], "ec": "none"})  # fmt: skip


def _legend_rows(analysis: Analysis, on: str | dt.date) -> Iterator[tuple[str, str, str, str]]:
    at, colours = analysis.interval_on(on), actor_colours(analysis.scenario.actors)
    yield "head", "Routes and enclaves", "", ""
    for number, (name, words) in enumerate(analysis.statuses.items(), 1):
        asked = analysis.questions[name]
        yield "status", f"{number}\n{asked.label or name}\n{asked.label_ar}", words[at], ""
    yield "head", "Held by", "", ""
    holders = set(analysis.states.holder[:, at].tolist())
    for code, (name, actor) in enumerate(analysis.scenario.actors.items()):
        if code in holders:
            text = (actor.label or name) + (f"  {actor.label_ar}" if actor.label_ar else "")
            yield "held", text, "", colours[name]
    if -1 in holders:
        yield "held", "unknown", "", colours[""]
    yield "head", "Condition", "", ""
    for condition in CONDITIONS:
        meaning = "exposed (under fire)" if condition == "exposed" else condition
        yield condition, meaning, "", INK
