"""The back-test in words and figures: a table for people, plain data for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from engine.report.facts import facts_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from engine.backtest.backtest import Backtest, Run
    from engine.backtest.course import Score

UNDEFINED = "n/a"
COLUMNS = (
    "route",
    "days",
    "right",
    "base",
    "kappa",
    "dates",
    "false",
    "missed",
    "Brier",
    "base",
)
LEGEND = (
    "days: how many are scored. right: on how many of them the answer is (cut or not cut). "
    "base: the same score of the best constant answer. dates: errors in days of the onset and the "
    "end of each documented cut, + is late. false, missed: cuts, and days in brackets, that were "
    "said and not documented, or the other way round."
)


def run_table(run: Run, title: str) -> Table:
    """Return the scores of a run, one row per route and one for all of them."""
    from rich import box
    from rich.table import Table

    fire = run.together
    noted = (
        f"noted as under fire: {fire.under_fire_days} days, at risk on {fire.under_fire_at_risk}"
    )
    table = Table(title=title, caption=noted, box=box.SIMPLE, padding=(0, 1, 0, 0))
    table.title_justify = table.caption_justify = "left"
    for number, column in enumerate(COLUMNS):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    for score in run.scores:
        table.add_row(*_cells(score))
    table.add_section()
    table.add_row(*_cells(run.together))
    return table


def _cells(score: Score) -> list[str | Text]:
    from rich.text import Text

    return [
        Text(score.route),
        str(score.days),
        share(score.agreement),
        share(score.agreement_of_constant),
        figure(score.kappa),
        "\n".join(f"{days(onset)}/{days(end)}" for onset, end in score.borders) or UNDEFINED,
        f"{score.false_alarms} ({score.false_alarm_days})",
        f"{score.misses} ({score.missed_days})",
        figure(score.brier),
        figure(score.brier_of_constant),
    ]


def figure(value: float | None) -> str:
    """Return a score with three decimals, n/a where it is undefined."""
    return UNDEFINED if value is None else f"{value:.3f}"


def share(value: float | None) -> str:
    """Return a share in percent, n/a where it is undefined."""
    if value is None:
        return UNDEFINED
    return "100%" if value == 1 else f"{value:.1%}"


def days(value: int | None) -> str:
    """Return an error in days with its sign, n/a where it is undefined."""
    if value is None:
        return UNDEFINED
    return f"{value:+d}" if value else "0"


def reliability_lines(score: Score) -> list[str]:
    """Return how often what was said with some probability came true, a line for each class."""
    lines = [
        f"said {one.mean:.2f} (class {one.low:.1f}-{one.high:.1f}) on {one.days} days, "
        f"cut on {one.observed:.1%} of them"
        for one in score.reliability
    ]
    return lines or [UNDEFINED]


def as_data(test: Backtest) -> dict[str, Any]:
    """Return the back-test as plain data: a score that is undefined is None."""
    facts = facts_of(test.whole.analysis)
    return {
        "title": facts.title,
        "network": facts.network,
        "schematic": facts.schematic,
        "credit": facts.credit,
        "version": facts.version,
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
