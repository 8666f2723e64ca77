"""The back-test as a picture: for each route what is documented, what is said, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import status_text
from engine.analysis.statuses import ONE_DAY
from engine.backtest.scores import spells
from engine.backtest.truth import CUT, LOST, NOT_CUT, NOT_SCORED
from engine.control.words import name_text
from engine.errors import InputError
from engine.io.arguments import checked
from engine.language import tr
from engine.report.canvas import (
    COLUMN,
    end,
    from_start,
    in_order,
    legend_of,
    new_axes,
    set_along,
    start,
    wrapped,
)
from engine.report.style import FAINT_INK, INK, PAPER, STATUS_COLOUR
from engine.report.timeline import name_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from numpy.typing import NDArray

    from engine.backtest.backtest import Backtest, Course, Run

DPI = 150
DOCUMENTED_COLOUR = {NOT_CUT: "#bfe0dc", CUT: STATUS_COLOUR["cut"], LOST: STATUS_COLOUR["lost"]}
FIRE_COLOUR = "#b3541e"
_DOCUMENTED, _SAID, _CHANCE = (2.1, 0.8), (1.1, 0.8), (0.1, 0.8)
"""Where each band of a route lies: its foot and its height."""
WIDE, ENTRY = 8.0, 1.8
"""Axes as wide, in inches, have room for title and legend side by side; what an entry of it takes."""


def picture(run: Run) -> Figure:
    """Return a picture of a run: a band for what is documented of each route, one for what is said."""
    from matplotlib.figure import Figure

    rows = max(len(run.courses), 1)
    figure = Figure(figsize=(11, 1.4 + 1.15 * rows), dpi=DPI, facecolor=PAPER, layout="constrained")
    axes = figure.subplots(rows, 1, squeeze=False)[:, 0]
    _draw_run(run, list(axes))
    facts = run.analysis.facts
    x, side = from_start(0.01), start()
    figure.suptitle(facts.called, x=x, ha=side, fontsize=12, color=INK, parse_math=False)
    _legend(axes[0], run)
    said = wrapped(facts.line(), 190)
    figure.supxlabel(said, x=x, ha=side, fontsize=6.5, color=FAINT_INK, parse_math=False)
    return figure


@checked
def plot_backtest(test: Backtest, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draw a back-test: for each route what is documented, what is said, and the probability of cut.

    Parameters
    ----------
    test
        What `run_backtest` returned; its run with all reports is drawn.
    axes
        Where to draw, one for each route of which something is documented; a new figure, if absent.

    Returns
    -------
    list of matplotlib.axes.Axes
        One for each route.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> truth = engine.read_truth("data/backtest/aleppo-truth.csv")
    >>> castello = [row for row in truth if row.route == "castello"]
    >>> (ax,) = engine.plot_backtest(engine.run_backtest(scenario, castello))
    >>> ax.get_title(loc="left")
    'Castello road: 31 of 31 scored days right'
    """
    run = test.whole
    rows = max(len(run.courses), 1)
    if axes is None:
        axes = new_axes((11, 1.6 + 1.15 * rows), run.analysis.facts.line(), rows)
        if figure := axes[0].get_figure(root=True):
            title = run.analysis.facts.called
            figure.suptitle(
                title, x=from_start(0.01), ha=start(), fontsize=12, color=INK, parse_math=False
            )
    elif len(axes) != rows:
        raise InputError(
            tr(
                "there are {axes} axes for {rows} routes; expected one for each",
                axes=len(axes),
                rows=rows,
            )
        )
    _draw_run(run, axes)
    _legend(axes[0], run)
    return list(axes)


def _legend(ax: Axes, run: Run) -> None:
    """Say beside the title of the first route which colour is what; below it, where there is no room."""
    figure = ax.get_figure(root=True)
    inches = ax.get_position().width * (figure.get_size_inches()[0] if figure else COLUMN)
    if inches < WIDE:
        handles = _handles(run)
        columns = max(int(inches / ENTRY), 1)
        rows = -(-len(handles) // columns)
        legend_of(ax, handles=in_order(handles, columns), fontsize=7, frameon=False, loc=f"lower {start()}", bbox_to_anchor=(from_start(0), 1),
                  ncols=columns, columnspacing=1, handlelength=1.2, borderpad=0.2)  # fmt: skip
        ax.set_title(ax.get_title(loc=start()), loc=start(), fontsize=9, color=INK, parse_math=False,
                     pad=6 + 11.5 * rows)  # fmt: skip
        return
    legend_of(ax, handles=in_order(_handles(run), 3), fontsize=7, frameon=False, loc=f"lower {end()}", bbox_to_anchor=(from_start(1), 1),
              ncols=3, columnspacing=1, handlelength=1.2, borderpad=0.2)  # fmt: skip


def _draw_run(run: Run, axes: Sequence[Axes]) -> None:
    for ax, course, score in zip(axes, run.courses, run.scores, strict=False):
        _draw_course(ax, course)
        title = tr(
            "{label}: {right} of {days} scored days right",
            label=name_text(run.analysis.subjects[course.id], course.id),
            right=score.right_days, days=score.days,
        )  # fmt: skip
        ax.set_title(title, loc=start(), fontsize=9, color=INK, parse_math=False)
        name_days(ax, *run.analysis.states.borders[[0, -1]])
    for ax in axes[:-1]:
        ax.set_xticklabels([])


def _draw_course(ax: Axes, course: Course) -> None:
    days = np.append(course.days, course.days[-1] + ONE_DAY)
    for state, colour in DOCUMENTED_COLOUR.items():
        _draw_band(ax, days, course.state == state, _DOCUMENTED, facecolor=colour)
    unscored = course.state == NOT_SCORED
    _draw_band(ax, days, unscored, _DOCUMENTED, facecolor=PAPER, edgecolor=FAINT_INK, hatch="////")
    foot, height = _DOCUMENTED
    _draw_band(ax, days, course.under_fire, (foot, height / 4), facecolor=FIRE_COLOUR)
    for status in dict.fromkeys(course.status):
        _draw_band(ax, days, course.status == status, _SAID, facecolor=STATUS_COLOUR[status])
    bands = {tr("documented"): _DOCUMENTED, tr("said"): _SAID}
    if course.chance is not None:
        foot, height = _CHANCE
        bands[tr("P(cut)")] = _CHANCE
        level = foot + height * np.append(course.chance, course.chance[-1])
        ax.fill_between(days, foot, level, step="post", color=STATUS_COLOUR["cut"], linewidth=0)
        for border in (foot, foot + height):
            ax.axhline(border, color=FAINT_INK, linewidth=0.3)
    ax.set_yticks([foot + height / 2 for foot, height in bands.values()], list(bands), fontsize=7)
    ax.set_ylim(min(foot for foot, _ in bands.values()) - 0.1, 3)
    set_along(ax, days[0], days[-1])
    ax.tick_params(length=0, labelcolor=INK)
    ax.spines[:].set_visible(False)


def _draw_band(
    ax: Axes,
    days: NDArray[np.datetime64],
    mask: NDArray[np.bool_],
    band: tuple[float, float],
    **look: Any,
) -> None:
    spans = [(days[start], days[end] - days[start]) for start, end in spells(mask)]
    ax.broken_barh(spans, band, linewidth=0, **look)


def _handles(run: Run) -> list[Patch]:
    from matplotlib.patches import Patch

    entries = [
        Patch(facecolor=DOCUMENTED_COLOUR[NOT_CUT], label=tr("documented: not cut")),
        Patch(facecolor=FIRE_COLOUR, label=tr("noted as under fire (not scored)")),
        Patch(facecolor=PAPER, edgecolor=FAINT_INK, hatch="////", label=tr("not scored")),
        Patch(facecolor=STATUS_COLOUR["open"], label=tr("said: open")),
        Patch(facecolor=STATUS_COLOUR["at risk"], label=status_text("at risk")),
        Patch(facecolor=STATUS_COLOUR["cut"], label=tr("cut, besieged")),
    ]
    if any((course.state == LOST).any() for course in run.courses):
        entries.insert(1, Patch(facecolor=DOCUMENTED_COLOUR[LOST], label=tr("documented: lost")))
    return entries
