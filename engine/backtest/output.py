"""The files of a back-test: the scores for machines, and a picture."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.analysis.status import status_text
from engine.backtest.backtest import ALL
from engine.backtest.picture import picture
from engine.backtest.scores import spells
from engine.backtest.truth import CUT, LOST, NOT_CUT, NOT_SCORED
from engine.control.words import chained
from engine.io.atomic import write_whole
from engine.language import marked, tr, trc
from engine.report.canvas import save_picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from rich.table import Table
    from rich.text import Text

    from engine.backtest.backtest import Backtest, Course, Run, Score


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
        for start, end in spells(which(course)):
            first, last = course.days[start], course.days[end - 1]
            words = dict.fromkeys(course.status[start:end])
            stated = dict.fromkeys(course.state[start:end].tolist())
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
