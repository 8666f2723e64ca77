"""The answer of a run at a terminal: each route, its status, since when, and below it why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from engine.analysis.status import status_text
from engine.control.words import name_text
from engine.language import day_text, digits, tr
from engine.report.maps import last_day
from engine.report.style import STATUS_STYLE

if TYPE_CHECKING:
    import datetime as dt

    from engine.analysis.analysis import Analysis


def status_page(analysis: Analysis, on: dt.date | None = None) -> Group:
    """Return the status of every route and enclave on a day, and below it why, for 80 columns.

    Parameters
    ----------
    analysis
        What to tell.
    on
        The day; the last one of the run, if absent.

    Raises
    ------
    InputError
        If the day lies outside the run.
    """
    day = on or last_day(analysis)
    at, facts = analysis.interval_on(day), analysis.facts
    when = tr("status on {day}", day=day)
    title = Text(f"{facts.called}\n{when}", style="italic")
    table = Table(box=None, pad_edge=False)
    table.add_column(tr("route"))
    table.add_column(tr("status"), no_wrap=True)
    table.add_column(tr("since"), no_wrap=True)
    table.add_column(tr("spells"), justify="right", no_wrap=True)
    reasons = []
    for name, words in analysis.statuses.items():
        label, word = name_text(analysis.subjects[name], name), status_text(words[at])
        table.add_row(
            Text(label),
            Text(word, style=STATUS_STYLE[words[at]].terminal),
            Text(day_text(since(analysis, name, at))),
            Text(digits(str(len(analysis.spell_starts[name])))),
        )
        because = analysis.because(name, at)
        told = tr("{label}, {status}: {because}", label=label, status=word, because=because)
        reasons.append(Text(told))
    about = Text("\n".join(facts.sentences()), style="dim")
    return Group(
        title, table, *(part for reason in reasons for part in (Text(), reason)), Text(), about
    )


def since(analysis: Analysis, name: str, interval: int) -> dt.date:
    """Return the first day of the spell that an interval belongs to."""
    start = max(at for at in analysis.spell_starts[name] if at <= interval)
    day: dt.date = analysis.days[start].item()
    return day
