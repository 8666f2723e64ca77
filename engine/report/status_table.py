"""The answer of a run at a terminal: each route, its status, since when, and below it why.

Probabilities and what they depend on: tables for people, for spreadsheets and for machines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group
from rich.table import Table
from rich.text import Text

from engine.analysis.status import status_text
from engine.control.words import name_text
from engine.errors import InputError
from engine.io.atomic import write_one
from engine.language import day_text, digits, marked, tr
from engine.report.csv import write_csv
from engine.report.maps import last_day
from engine.report.style import STATUS_STYLE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import xarray as xr

    from engine.analysis.analysis import Analysis
    from engine.probability.importance import Importance


COLUMNS = (
    "id", "kind", "date", "status", "probability", "low", "high", "method", "worlds",
)  # fmt: skip
HOW = {
    "certain": marked("no uncertain report matters"),
    "all worlds": marked("exact, {worlds:,.0f} worlds"),
    "decision diagram": marked("exact, {worlds:,.0f} worlds"),
    "sampled": marked("sampled, ± {width}"),
    "": marked("not computed yet"),
}
"""What each method is called."""


def percent(share: float) -> str:
    """Return a probability for people: never 0 % or 100 % where it is not quite that."""
    if np.isnan(share):
        return "?"
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return digits(f"{100 * share:.1f} %".replace(".0 %", " %"))


def probability_table(found: xr.Dataset, on: dt.date | None = None) -> Table:
    """Return the probability of each status of each route on a day: the last one, if absent."""
    days = found.date.to_numpy().astype("datetime64[D]")
    day = days[-1] if on is None else np.datetime64(on, "D")
    at = found.isel(date=max(0, int(np.searchsorted(days, day, side="right")) - 1))
    title = tr("probability on {day}", day=day.astype(object))
    if not found.attrs["complete"]:
        title = tr(
            "probability on {day} - partial, the run was interrupted", day=day.astype(object)
        )
    table = Table(
        title=Text(title),
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column(tr("route"))
    lost = bool((at.high.sel(status="lost") > 0).any())
    shown = (
        tr("open or connected"), status_text("at risk"), tr("cut or besieged"),
        *[status_text("lost")] * lost,
    )  # fmt: skip
    for name in shown:
        table.add_column(name, justify="right")
    table.add_column(tr("method"))
    for name in at["id"].to_numpy():
        row = at.sel(id=name)
        shares = [percent(float(share)) for share in row.probability[: len(shown)]]
        table.add_row(Text(str(name)), *shares, Text(_how(row)))
    return table


def _how(row: xr.Dataset) -> str:
    width = float(np.nanmax([0.0, *((row.high - row.low) / 2).to_numpy()]))
    return tr(HOW[str(row.method.item())], worlds=float(row.worlds), width=percent(width))


def probability_rows(found: xr.Dataset) -> Iterator[list[Any]]:
    """Yield a row for each route, date and status, in the order of `COLUMNS`; no route is ever lost."""
    days = found.date.to_numpy().astype("datetime64[D]").astype(str)
    for name in found["id"].to_numpy():
        for column, day in enumerate(days):
            at = found.sel(id=name).isel(date=column)
            for status in found.status.to_numpy():
                if status == "lost" and at.kind.item() == "route":
                    continue
                one = at.sel(status=status)
                shares = [float(one[key]) for key in ("probability", "low", "high")]
                how = [str(one.method.item()), float(one.worlds)]
                yield [str(name), str(one.kind.item()), day, str(status), *shares, *how]


def write_probabilities(found: xr.Dataset, path: Path) -> Path:
    """Write probabilities as a table (CSV), whole or not at all."""

    def build(file: Path) -> None:
        write_csv(file, COLUMNS, probability_rows(found))

    return write_one(path, build)


def probability_values(found: xr.Dataset) -> list[dict[str, Any]]:
    """Return probabilities as plain values for JSON."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in probability_rows(found)]


def importance_values(found: Importance) -> dict[str, Any]:
    """Return what an answer depends on as plain values for JSON."""
    return {
        "id": found.id,
        "on": str(found.on),
        "status": found.status,
        "method": found.method,
        "entropy": found.entropy,
        "events": _records(found.event_rows),
        "settling": [
            row | {"events": [{"event": name, "true": true} for name, true in row["events"]]}
            for row in _records(found.settling_rows)
        ],
        "verify": _records(found.verify_rows),
    }


def _records(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with days as text; what is not a number becomes null, as JSON knows no NaN."""
    return [{key: _value(value) for key, value in row.items()} for row in rows]


def _value(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return str(value)
    return None if isinstance(value, float) and np.isnan(value) else value


def known_values(pictures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of `engine.as_known` as plain values for JSON."""
    return _records(pictures)


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


def refuse_means(chances: xr.Dataset | None) -> None:
    """Refuse means over periods where probabilities on days are needed: their dates are no change dates.

    Raises
    ------
    InputError
        If these probabilities are those of a frequency.
    """
    if chances is not None and "freq" in chances.attrs:
        raise InputError(
            tr(
                "the probabilities are means over periods ({freq}); expected those of days: {call}, "
                "without freq",
                freq=repr(chances.attrs["freq"]),
                call="probabilities(analysis)",
            )
        )
