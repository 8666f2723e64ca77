"""The files of a back-test: the scores for machines, and a picture.

The picture shows for each route what is documented, what is said, and how surely.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import status_text
from engine.analysis.statuses import ONE_DAY
from engine.backtest.backtest import ALL
from engine.backtest.scores import spells
from engine.backtest.truth import CUT, LOST, NOT_CUT, NOT_SCORED
from engine.control.words import chained, name_text
from engine.errors import InputError
from engine.io.arguments import checked
from engine.io.atomic import write_whole
from engine.language import marked, tr, trc
from engine.report.canvas import (
    COLUMN,
    end,
    from_start,
    in_order,
    legend_of,
    new_axes,
    save_picture,
    set_along,
    start,
    wrapped,
)
from engine.report.style import FAINT_INK, INK, PAPER, STATUS_COLOUR
from engine.report.timeline import name_days

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from numpy.typing import NDArray
    from rich.table import Table
    from rich.text import Text

    from engine.backtest.backtest import Backtest, Course, Run, Score


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
    **style: Any,
) -> None:
    spans = [(days[start], days[end] - days[start]) for start, end in spells(mask)]
    ax.broken_barh(spans, band, linewidth=0, **style)


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


# The back-test in words and figures: a table for people, plain data for machines.

UNDEFINED = marked("n/a")
COLUMNS = (
    marked("route"),
    marked("days"),
    marked("right"),
    marked("base\nright"),
    "kappa",
    marked("dates"),
    marked("false"),
    marked("missed"),
    "Brier",
    marked("base\nBrier"),
)
LEGEND = marked(
    "days: how many are scored. right: on how many of them the answer is (cut or not cut). "
    "base right, base Brier: the same scores of the best constant answer. dates: errors in days of the onset and the "
    "end of each documented cut, + is late. false, missed: cuts, and days in brackets, that were "
    "said and not documented, or the other way round."
)


def summary(test: Backtest) -> str:
    """Return in a sentence how many of the scored days are right, with and without some reports."""
    whole, bare = test.whole.together, test.settlements.together
    return tr(
        "{right:,} of {days:,} scored days are right ({share}); without the {reports} reports about "
        "roads themselves, {bare:,} of {bare_days:,}.",
        right=whole.right_days, days=whole.days, share=share(whole.agreement),
        reports=len(test.settlements.left_out), bare=bare.right_days, bare_days=bare.days,
    )  # fmt: skip


def run_table(run: Run, title: str, *, beside: Run | None = None) -> Table:
    """Return the scores of a run, one row per route and one for all of them.

    With a run `beside` it, only the rows that differ from those of the other.
    """
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE, padding=0, title_justify="left")
    for number, column in enumerate(COLUMNS):
        table.add_column(tr(column), justify="right" if number else "left", no_wrap=not number)
    scores = (*run.scores, run.together)
    others = (*beside.scores, beside.together) if beside else (None,) * len(scores)
    for score, other in zip(scores, others, strict=True):
        if score is run.together:
            table.add_section()
        if other is None or _cells(score) != _cells(other):
            table.add_row(*_cells(score))
    return table


def noted(score: Score) -> str:
    """Return what is known of days that no other score counts."""
    said = []
    if fire := score.under_fire_days:
        at_risk = score.under_fire_at_risk
        said.append(
            tr("noted as under fire: {n} days, at risk on {risky} of them", n=fire, risky=at_risk)
        )
    if lost := score.lost_days:
        both = score.lost_right_days
        said.append(
            tr("lost, as documented or as said: {n} days, {both} of them both", n=lost, both=both)
        )
    return chained(said, "; ")


def wrong_lines(run: Run) -> list[str]:
    """Return each spell of scored days on which a run is wrong: the route, the days, both statuses."""
    return _spell_lines(
        run, lambda one: (one.scored != NOT_SCORED) & ((one.scored == CUT) != one.said)
    )


def lost_lines(run: Run) -> list[str]:
    """Return each spell of days on which an enclave is lost as documented or as said, but not as both."""
    return _spell_lines(run, lambda one: one.lost & ((one.state == LOST) != (one.status == "lost")))


def _spell_lines(run: Run, which: Callable[[Course], NDArray[np.bool_]]) -> list[str]:
    lines = []
    enclaves = {enclave.id for enclave in run.analysis.scenario.enclaves}
    for course in run.courses:
        for begin, after in spells(which(course)):
            first, last = course.days[begin], course.days[after - 1]
            words = dict.fromkeys(course.status[begin:after])
            stated = dict.fromkeys(course.state[begin:after].tolist())
            values = {
                "id": course.id,
                "first": first.item(),
                "last": last.item(),
                "said": chained(map(status_text, words), " or "),
                "documented": chained(
                    [_state_text(one, enclave=course.id in enclaves) for one in stated], " or "
                ),
            }
            if first == last:
                line = tr("{id} {first}: documented as {documented}, said to be {said}", **values)
            else:
                line = tr(
                    "{id} {first} to {last}: documented as {documented}, said to be {said}",
                    **values,
                )
            lines.append(line)
    return lines


def _state_text(state: int, *, enclave: bool) -> str:
    """Return what is documented of a day, in the language spoken."""
    if state == NOT_CUT:
        return trc("state", "not besieged") if enclave else trc("state", "not cut")
    return status_text("lost" if state == LOST else "besieged" if enclave else "cut")


def _cells(score: Score) -> list[str | Text]:
    from rich.text import Text

    return [
        Text(score.id),
        str(score.days),
        share(score.agreement),
        share(score.agreement_of_constant),
        figure(score.kappa),
        _dates(score),
        f"{score.false_alarms} ({score.false_alarm_days})",
        f"{score.misses} ({score.missed_days})",
        figure(score.brier),
        figure(score.brier_of_constant),
    ]


def _dates(score: Score) -> str:
    if score.id == ALL:
        return ""
    return "\n".join(f"{days(onset)}/{days(end)}" for onset, end in score.borders) or tr(UNDEFINED)


def figure(value: float | None) -> str:
    """Return a score with three decimals, n/a where it is undefined."""
    return tr(UNDEFINED) if value is None else f"{value:.3f}"


def share(value: float | None) -> str:
    """Return a share in percent, n/a where it is undefined."""
    if value is None:
        return tr(UNDEFINED)
    return "100%" if value == 1 else f"{value:.1%}"


def days(value: int | None) -> str:
    """Return an error in days with its sign, n/a where it is undefined."""
    if value is None:
        return tr(UNDEFINED)
    return f"{value:+d}" if value else "0"


def reliability_lines(score: Score) -> list[str]:
    """Return how often what was said with some probability came true, a line for each class."""
    lines = [
        tr(
            "said {mean:.2f} (class {low:.1f}-{high:.1f}) on {days} days, cut on {share:.1%} of them",
            mean=one.mean,
            low=one.low,
            high=one.high,
            days=one.days,
            share=one.observed,
        )
        for one in score.reliability
    ]
    return lines or [tr(UNDEFINED)]


def as_data(test: Backtest) -> dict[str, Any]:
    """Return the back-test as plain data: a score that is undefined is None."""
    facts = test.whole.analysis.facts
    return {
        **facts.heading(),
        "first_day": str(facts.start),
        "last_day": str(facts.last_day),
        "all_reports": _run_data(test.whole),
        "without_reports_about_roads": _run_data(test.settlements),
    }


def _run_data(run: Run) -> dict[str, Any]:
    return {
        "events": len(run.analysis.scenario.events),
        "left_out": list(run.left_out),
        "routes": [asdict(score) for score in run.scores],
        "together": asdict(run.together),
    }


OUTPUTS = ("backtest.json", "backtest.png")


def write_backtest(test: Backtest, folder: Path) -> list[Path]:
    """Write the scores as ``backtest.json`` and the picture as ``backtest.png``.

    Parameters
    ----------
    test
        The back-test.
    folder
        Where; it is made if it is not there.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be written to; nothing is written then.
    """
    return write_whole(folder, OUTPUTS, partial(_build, test))


def _build(test: Backtest, folder: Path) -> None:
    text = json.dumps(as_data(test), ensure_ascii=False, indent=2)
    (folder / "backtest.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    save_picture(picture(test.whole), folder / "backtest.png", test.whole.analysis.facts)
