"""The timeline: the spells of every route and enclave, and when something was reported."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.status import status_text
from engine.io.arguments import checked
from engine.language import day_and_month, digits, tr
from engine.report.canvas import (
    from_start,
    in_order,
    is_turned,
    legend_of,
    lines_of,
    new_axes,
    set_along,
    title_of,
    titled,
)
from engine.report.canvas import start as start_side
from engine.report.maps import both_names
from engine.report.status_table import refuse_means
from engine.report.style import FAINT_INK, INK, PAPER, STATUS_COLOUR, STATUS_STYLE, severity

if TYPE_CHECKING:
    import datetime as dt

    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LETTER = 6.2
"""About the width of a letter on a bar, in points."""
BAR, CHANCE = 0.56, 0.2
"""The heights of a bar and of the band of probabilities below it, where the distance between rows is 1."""
SEEN = 0.005
"""Smaller steps of a probability are not drawn: they are 0.05 pt high at most, and there may be thousands."""
SHORT = 8
"""Letters in a line of the name of a day on an axis."""
MOST_LETTERS = 40
"""Where the label of a bar goes on in another line."""


@checked
def plot_timeline(
    analysis: Analysis,
    ax: Axes | None = None,
    *,
    chances: xr.Dataset | None = None,
    title: str | None = None,
    legend: bool = True,
) -> Axes:
    """Draw the spells of every route and enclave, and the events below.

    Parameters
    ----------
    analysis
        What to draw.
    ax
        Where to draw; a new figure, if absent.
    chances
        What `probabilities` returned: a band below each bar shows it, the probability of the
        worst status at the bottom.
    title
        The title; that of the scenario, if absent.
    legend
        Whether to say what the colours and marks are.

    Raises
    ------
    InputError
        If the probabilities are means over periods.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.plot_timeline(analysis).name
    'rectilinear'
    """
    refuse_means(chances)
    names = list(analysis.statuses)
    own = ax is None
    if ax is None:
        (ax,) = new_axes((9, 2.6 + 0.5 * len(names)), analysis.facts.line())
    _set_up(analysis, ax, names)
    if legend:
        _legend(ax, analysis)
    figure = ax.get_figure(root=True) if own else None
    if figure is not None:
        figure.draw_without_rendering()  # how long a line of the title may be
    titled(
        ax, title_of(analysis, tr("status of routes and enclaves")) if title is None else title,
        pad=22 if legend else 6,
    )  # fmt: skip
    if figure is not None:
        figure.draw_without_rendering()  # the room for words on bars is known once all is laid out
    for row, name in enumerate(names):
        starts = analysis.spell_starts[name]
        for start, end in zip(starts, [*starts[1:], analysis.states.n_intervals], strict=True):
            _draw_spell(ax, row, analysis, analysis.statuses[name][start], start, end)
        if chances is not None and name in chances["id"].values:
            _draw_chances(ax, row, analysis, chances.sel(id=name))
    _draw_events(ax, len(names), analysis)
    return ax


def _legend(ax: Axes, analysis: Analysis) -> None:
    """Say above the axes which colour is which status, and what a mark means."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    said = {word for words in analysis.statuses.values() for word in words}
    handles: list[Patch | Line2D] = [
        Patch(facecolor=style.colour, label=status_text(word))
        for word, style in STATUS_STYLE.items()
        if word in said
    ]
    for label, colour in ((tr("report, believed"), INK), (tr("not believed"), PAPER)):
        handles.append(
            Line2D([], [], linestyle="none", marker="D", markersize=5.5, markerfacecolor=colour,
                   markeredgecolor=FAINT_INK, label=label)
        )  # fmt: skip
    legend_of(ax, handles=in_order(handles, len(handles)), loc=f"lower {start_side()}", bbox_to_anchor=(from_start(0), 1),
              ncols=len(handles), frameon=False, fontsize=8, borderpad=0, handlelength=1.2,
              columnspacing=1.2)  # fmt: skip


def _set_up(analysis: Analysis, ax: Axes, names: list[str]) -> None:
    borders = analysis.states.borders
    set_along(ax, borders[0], borders[-1])
    name_days(ax, borders[0], borders[-1])
    ax.set_ylim(len(names) + 0.75, -0.6)
    labels = [_label(analysis, name) for name in names]
    reports = tr("Reports\n◆ believed  ◇ not")
    ax.set_yticks(range(len(names) + 1), [*labels, reports], fontsize=10, parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", colors=INK, labelsize=9.5)
    ax.grid(axis="x", color="#dddddd", linewidth=0.8)
    ax.set_axisbelow(True)
    for side in ("top", "left", "right"):
        ax.spines[side].set_visible(False)


def name_days(ax: Axes, start: np.datetime64, end: np.datetime64) -> None:
    """Write some days of a run below an axis of time, with the year where it begins."""
    days = days_to_name(start, end)
    texts, by_month = [], len(days) > 1 and all(day.day == 1 for day in days)
    for row, day in enumerate(days):
        new_year = row == 0 or day.year != days[row - 1].year
        text = day_and_month(day, f"{day.day} {MONTHS[day.month - 1]}")
        if is_turned():  # names of months are long in Arabic: each stands once, or in short lines
            same = row and day.month == days[row - 1].month and not new_year
            text = digits(str(day.day)) if same else text
            text = textwrap.fill(text, SHORT) if by_month else text
        texts.append(text + (f"\n{digits(str(day.year))}" if new_year else ""))
    ax.set_xticks(np.array(days, dtype="datetime64[D]"), texts)


def days_to_name(start: np.datetime64, end: np.datetime64) -> list[dt.date]:
    """Return at most nine days of a run: even steps of days, or the first days of months."""
    n_days = int((end - start) / np.timedelta64(1, "D"))
    for step in (1, 2, 4, 7):
        if n_days <= 9 * step:
            return np.arange(start, end, np.timedelta64(step, "D")).astype(object).tolist()
    first = (start - np.timedelta64(1, "D")).astype("datetime64[M]") + np.timedelta64(1, "M")
    months = np.arange(first, (end - np.timedelta64(1, "D")).astype("datetime64[M]") + 1)
    step = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 1200, 24_000) if len(months) <= 9 * n)
    return months[::step].astype("datetime64[D]").astype(object).tolist()


def _label(analysis: Analysis, name: str) -> str:
    asked = analysis.subjects[name]
    names = list(filter(None, both_names(asked, name)))
    if is_turned():
        return lines_of(line for name in names for line in textwrap.wrap(name, MOST_LETTERS // 2))
    return textwrap.fill("\n".join(names), MOST_LETTERS)


def _draw_spell(ax: Axes, row: int, analysis: Analysis, status: str, start: int, end: int) -> None:
    left, right = analysis.states.borders[[start, end]]
    colour, worse_on_top = STATUS_COLOUR[status], 2 + 0.1 * severity(status)
    ax.barh(row, right - left, left=left, height=BAR, color=colour, edgecolor=colour,
            linewidth=1.0, zorder=worse_on_top)  # fmt: skip
    run = analysis.states.borders[-1] - analysis.states.borders[0]
    room = ax.get_window_extent().width * 72 / ax.figure.dpi * float((right - left) / run)
    word = since = status_text(status)
    if start:
        since = tr("{status}  from {day}", status=word, day=left.astype(object))
    text = next((text for text in (since, word) if room > LETTER * (len(text) + 1)), "")
    ax.text(left, row, f"  {text}", fontsize=10, va="center", ha=start_side(),
            color=STATUS_STYLE[status].ink, zorder=3)  # fmt: skip


def _draw_chances(ax: Axes, row: int, analysis: Analysis, chances: xr.Dataset) -> None:
    """Draw the probability of each status over time, one upon the other, from worst to best."""
    end = analysis.states.borders[-1]
    drawn = _that_differ(chances["probability"].to_numpy())
    days = np.append(chances["date"].to_numpy().astype("datetime64[D]")[drawn], end)
    probability = chances["probability"].to_numpy()[drawn].T
    foot = np.full(len(days) - 1, row + BAR / 2 + CHANCE)
    words = chances["status"].to_numpy().tolist()
    for status, share in zip(words[::-1], probability[::-1], strict=True):
        if status == "lost" and not (share > 0).any():
            continue
        top = foot - CHANCE * share
        ax.stairs(top, days, baseline=foot, fill=True, color=STATUS_COLOUR[status], linewidth=0)
        foot = top


def _that_differ(probability: NDArray[np.float64]) -> list[int]:
    """Return the days whose probabilities differ from those drawn before by as much as can be seen."""
    drawn = [0]
    for day, chances in enumerate(probability):
        if np.abs(chances - probability[drawn[-1]]).max() > SEEN:
            drawn.append(day)
    return drawn


def _draw_events(ax: Axes, row: int, analysis: Analysis) -> None:
    """Mark the day of every event: filled where it is believed, hollow where it is not."""
    first, end = analysis.states.borders[[0, -1]]
    days = np.array([event.date for event in analysis.scenario.events], dtype="datetime64[D]")
    inside = (days >= first) & (days < end)
    for believed, colour, hour in ((True, INK, 12), (False, PAPER, 15)):
        at = np.unique(days[inside & (analysis.believed == believed)])
        ax.plot(at + np.timedelta64(hour, "h"), np.full(len(at), row), linestyle="none",
                marker="D", markersize=5.5, markerfacecolor=colour, markeredgecolor=FAINT_INK,
                clip_on=False)  # fmt: skip
