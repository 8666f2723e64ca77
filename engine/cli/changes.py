"""How answers about changes read: what is the same and what differs, losses, other assumptions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from engine.cli.printing import (
    Answer,
    Row,
    day_before,
    records,
    say_wrote,
    sentences,
    status_word,
    table_lines,
    wrapped,
)
from engine.control.words import chained
from engine.language import digits, listing, marked, number_text, tr, trc, trn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import xarray as xr

    from engine.analysis.analysis import Analysis
    from engine.scenario.model import Scenario


def comparison(
    found: Sequence[Row],
    before: Analysis,
    after: Analysis,
    likely: list[xr.Dataset] | None,
    written: Iterable[Path],
) -> Answer:
    """Return what is the same in two analyses, then what differs."""
    rows = records(found)
    start, last = max(before.days[0], after.days[0]), min(before.ends[-1], after.ends[-1]) - 1
    both = [name for name in before.subjects if name in after.subjects]
    changed = [row for row in rows if row["changed"] and row["id"] in both]
    differ = list(dict.fromkeys(row["id"] for row in changed))
    same = [name for name in both if name not in differ]
    span = {"start": start.astype(object), "last": last.astype(object)}
    lines = [tr("Compared from {start} to {last}.", **span)] if len(rows) else []
    alike = listing(same) or trc("statuses that are the same", "nothing")
    lines += sentences(tr("The same: {names}.", names=alike))
    lines += sentences(
        tr("Different: {names}.", names=listing(differ)) if differ else tr("No status differs.")
    )
    for said, one, other in (
        (marked("Only in the first: {names}."), before, after),
        (marked("Only in the second: {names}."), after, before),
    ):
        if only := [each for each in one.subjects if each not in other.subjects]:
            lines += sentences(tr(said, names=listing(only)))
    cells = (
        (
            row["id"],
            row["start"],
            day_before(row["end"]),
            status_word(row["before"]),
            status_word(row["after"]),
            row["because"],
        )
        for row in _joined(changed)
    )
    columns = (
        trc("column", "route"), trc("column", "from"), trc("column", "to"), trc("column", "before"),
        trc("column", "after"), trc("column", "because"),
    )  # fmt: skip
    lines += table_lines(columns, cells, title=tr("What differs"))
    values: dict[str, Any] = {"same": same, "different": differ, "comparison": rows}
    if likely:
        values["probability"], more = _likely_changes(*likely)
        lines += more
    names = [str(path) for path in written]
    values |= {"written": names} if names else {}
    return Answer(values, [*lines, *say_wrote(names)])


def claims_changed(scenario: Scenario, names: Iterable[str]) -> list[str]:
    """Return, for each named row of a claim, which rows change with it."""
    lines = []
    for name in dict.fromkeys(names):
        rows = scenario.events_of(name)
        if others := [row for row in rows if row != name]:
            said = (
                marked("{name} is one claim with {others}: they change together.")
                if name in rows
                else marked("{name} is a claim of {others}: they change together.")
            )
            lines += sentences(tr(said, name=name, others=listing(others, "and")))
    return lines


def _joined(rows: list[Row]) -> list[Row]:
    """Join rows that follow upon one another and have the same statuses; the first reason stays."""
    joined: list[Row] = []
    for row in rows:
        last = joined[-1] if joined else {}
        alike = all(row[key] == last.get(key) for key in ("id", "before", "after"))
        if alike and row["start"] == last["end"]:
            joined[-1] = last | {"end": row["end"]}
        else:
            joined.append(row)
    return joined


def _likely_changes(before: xr.Dataset, after: xr.Dataset) -> tuple[list[Row], list[str]]:
    from engine.report.status_table import percent

    rows: list[Row] = []
    for name in before["id"].to_numpy():
        if name not in after["id"]:
            continue
        for day in before.date.to_numpy():
            both = [one.probability.sel(id=name, date=day).to_numpy() for one in (before, after)]
            shares = [
                dict(zip(before.status.to_numpy().tolist(), map(float, one), strict=True))
                for one in both
            ]
            rows.append(
                {"id": str(name), "date": str(day)[:10], "before": shares[0], "after": shares[1]}
            )
    cells = []
    for row in rows:
        moved = [
            tr(
                "{status} {before} -> {after}",
                status=status_word(status),
                before=percent(share),
                after=percent(row["after"][status]),
            )
            for status, share in row["before"].items()
            if percent(share) != percent(row["after"][status])
        ]
        if moved:
            cells.append((row["id"], row["date"], chained(moved, "; ")))
    columns = (
        trc("column", "route"), trc("column", "on"), trc("column", "probability before -> after")
    )  # fmt: skip
    lines = table_lines(columns, cells, title=tr("Probabilities that differ"))
    return rows, lines or ["", tr("No probability differs.")]


def losses(found: Sequence[Row], day: dt.date) -> Answer:
    """Return what each loss would do, the most people first; losses alike in this stand together."""
    rows = records(found)
    alike: dict[tuple[str, str], list[str]] = {}
    for (sites, by), group in groupby(rows, key=lambda row: (row["sites"], row["by"])):
        effects = chained(map(_loss, group), "; ")
        alike.setdefault((listing(by, "or"), effects), []).append(" + ".join(sites))
    n_losses = len({tuple(row["sites"]) for row in rows})
    if not rows:
        return Answer({"sweep": rows}, [tr("On {day}, no loss makes a status worse.", day=day)])
    worse = listing(dict.fromkeys(row["id"] for row in rows), "and")
    lines = sentences(
        trn(
            "On {day}, {n} loss makes a status worse: of {names}.",
            "On {day}, {n} losses make a status worse: of {names}.",
            n_losses, day=day, names=worse,
        )
    )  # fmt: skip
    for (by, effects), lost in alike.items():
        effect = tr("lost to {actor}: {effects}", actor=by, effects=effects)
        lines += ["", *sentences(listing(lost)), *wrapped(effect, "    ")]
    return Answer({"sweep": rows}, lines)


def _loss(row: Row) -> str:
    before, after = status_word(row["before"]), status_word(row["after"])
    text = tr("{route} {before} -> {after}", route=row["id"], before=before, after=after)
    if row["before"] == row["after"]:
        if tuple(row["places"]) == tuple(row["sites"]):
            text = tr("of {enclave}, only the place itself", enclave=row["id"])
        else:
            text = tr(
                "of {enclave}, only {places}", enclave=row["id"], places=listing(row["places"])
            )
    if row["people"]:
        text = trn("{text} ({n:,} people)", "{text} ({n:,} people)", row["people"], text=text)
    return text


FACTORS = {
    "believe": marked("if `believe` were {values}"),
    "reach": marked("if places reached {values} km"),
    "place": marked("if a place lay elsewhere: {values}"),
    "baseline": marked("if nobody were known to hold {values}"),
}
"""How what is otherwise reads, by factor."""


def variations(
    found: Sequence[Row], ages: Sequence[Row], day: dt.date, untried: Sequence[str] = ()
) -> Answer:
    """Return what changes where something is otherwise, and how old the reports are."""
    rows, old = records(found), records(ages)
    lines = sentences(_firmness(rows, day))
    for text in untried:
        lines += sentences(tr("Not tried: {what}", what=text))
    for name in dict.fromkeys(row["id"] for row in rows):
        effects: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            if row["id"] == name:
                of_effect = effects.setdefault(_effect(row), {})
                of_effect.setdefault(row["factor"], []).append(_otherwise(row))
        lines += ["", tr("{route} would be", route=name)]
        for effect, causes in effects.items():
            said = [
                tr(FACTORS[factor], values=listing(what, "or")) for factor, what in causes.items()
            ]
            text = tr("{effect} {causes}", effect=effect, causes=chained(said, "; "))
            lines += wrapped(text, "  ", hanging="      ")
    aged = (
        (row["id"], row["start"], status_word(row["status"]),
         f"{number_text(row['age_at_start'])}-{number_text(row['age_at_end'])}",
         tr("baseline ({site})", site=row["site"]) if row["oldest"] == "baseline" else row["oldest"])
        for row in old
    )  # fmt: skip
    columns = (
        trc("column", "route"), trc("column", "from"), trc("column", "status"),
        trc("column", "age"), trc("column", "oldest report"),
    )  # fmt: skip
    title = tr(
        "How old the oldest report is that each status rests on, in days, from its first day to its last"
    )
    lines += table_lines(columns, aged, title=title, right=columns[3:4])
    return Answer({"sensitivity": rows, "ages": old, "not_tried": list(untried)}, lines)


def _firmness(rows: list[Row], day: dt.date) -> str:
    if not rows:
        return tr("No single changed assumption changes a status.")
    most: dict[str, int] = {}
    for row in rows:
        most[row["id"]] = max(most.get(row["id"], 0), row["days"])
    said = (
        trn("{name} {n:,} day", "{name} {n:,} days", days, name=name) for name, days in most.items()
    )
    return tr(
        "Assumptions changed one at a time; the margins are those of {day}. "
        "The most days on which a status would be another: {counts}.",
        day=day, counts=listing(said),
    )  # fmt: skip


def _otherwise(row: Row) -> str:
    if row["factor"] in {"believe", "reach"}:
        return digits(str(row["value"]))
    if row["factor"] != "place":
        return str(row["what"])
    sides = {
        "north": trc("direction", "north"),
        "south": trc("direction", "south"),
        "east": trc("direction", "east"),
        "west": trc("direction", "west"),
    }
    km, _, side = str(row["value"]).partition(" km ")
    return tr("{place} {km} km {side}", place=row["what"], km=digits(km), side=sides[side])


def _effect(row: Row) -> str:
    parts = []
    if n := row["better"]:
        parts.append(trn("better on {n:,} day", "better on {n:,} days", n))
    if n := row["worse"]:
        parts.append(trn("worse on {n:,} day", "worse on {n:,} days", n))
    if row["statuses"]:
        statuses = listing(map(status_word, row["statuses"]))
        parts[-1] = tr("{text} ({statuses})", text=parts[-1], statuses=statuses)
    before, after = (_size(row[key]) for key in ("margin_before", "margin"))
    if before != after:
        margin = tr("with a margin of {after} instead of {before}", after=after, before=before)
        parts.append(margin)
    return listing(parts)


def _size(size: float | None) -> str:
    """Return a margin: of a loss, or of a gain where it is below 0."""
    if size is None:
        return trc("margin", "none")
    if size < 0:
        return trn("{n:,} place to gain", "{n:,} places to gain", int(-size))
    return trn("{n:,} place", "{n:,} places", int(size))
