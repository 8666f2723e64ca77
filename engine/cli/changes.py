"""How answers about changes read: what is the same and what differs, losses, other assumptions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from engine.cli.printing import records, sentences, table_lines, wrapped
from engine.cli.wording import Answer, Row, counted, day_before, listed

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
    lines = [f"Compared from {start} to {last}."] if len(rows) else []
    lines += sentences(f"The same: {', '.join(same) or 'nothing'}.")
    lines += sentences(f"Different: {', '.join(differ)}." if differ else "No status differs.")
    for name, one, other in (("first", before, after), ("second", after, before)):
        if only := [each for each in one.subjects if each not in other.subjects]:
            lines += sentences(f"Only in the {name}: {', '.join(only)}.")
    cells = (
        (
            row["id"],
            row["start"],
            day_before(row["end"]),
            row["before"],
            row["after"],
            row["because"],
        )
        for row in _joined(changed)
    )
    lines += table_lines(
        ("route", "from", "to", "before", "after", "because"), cells, title="What differs"
    )
    values: dict[str, Any] = {"same": same, "different": differ, "comparison": rows}
    if likely:
        values["probability"], more = _likely_changes(*likely)
        lines += more
    names = [str(path) for path in written]
    values |= {"written": names} if names else {}
    return Answer(values, [*lines, *(f"wrote {name}" for name in names)])


def claims_changed(scenario: Scenario, names: Iterable[str]) -> list[str]:
    """Return, for each named row of a claim, which rows change with it."""
    lines = []
    for name in dict.fromkeys(names):
        rows = scenario.events_of(name)
        if others := [row for row in rows if row != name]:
            what = f"{name} is a claim of" if name not in rows else f"{name} is one claim with"
            lines += sentences(f"{what} {listed(others)}: they change together.")
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
    from engine.report.probabilities import percent

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
            f"{status} {percent(share)} -> {percent(row['after'][status])}"
            for status, share in row["before"].items()
            if percent(share) != percent(row["after"][status])
        ]
        if moved:
            cells.append((row["id"], row["date"], "; ".join(moved)))
    lines = table_lines(
        ("route", "on", "probability before -> after"), cells, title="Probabilities that differ"
    )
    return rows, lines or ["", "No probability differs."]


def losses(found: Sequence[Row], day: dt.date) -> Answer:
    """Return what each loss would do, the most people first; losses alike in this stand together."""
    rows = records(found)
    alike: dict[tuple[str, str], list[str]] = {}
    for (sites, by), group in groupby(rows, key=lambda row: (row["sites"], row["by"])):
        effects = "; ".join(map(_loss, group))
        alike.setdefault((listed(by, "or"), effects), []).append(" + ".join(sites))
    n_losses = len({tuple(row["sites"]) for row in rows})
    if not rows:
        return Answer({"sweep": rows}, [f"On {day}, no loss makes a status worse."])
    worse = dict.fromkeys(row["id"] for row in rows)
    lines = sentences(
        f"On {day}, {n_losses} losses make a status worse: of {listed(list(worse))}."
        if n_losses > 1
        else f"On {day}, 1 loss makes a status worse: of {listed(list(worse))}."
    )
    for (by, effects), lost in alike.items():
        lines += ["", *sentences(", ".join(lost)), *wrapped(f"lost to {by}: {effects}", "    ")]
    return Answer({"sweep": rows}, lines)


def _loss(row: Row) -> str:
    text = f"{row['id']} {row['before']} -> {row['after']}"
    if row["before"] == row["after"]:
        itself = tuple(row["places"]) == tuple(row["sites"])
        worse = "the place itself" if itself else ", ".join(row["places"])
        text = f"of {row['id']}, only {worse}"
    return text + (f" ({row['people']:,} people)" if row["people"] else "")


FACTORS = {
    "believe": "if `believe` were {}",
    "reach": "if places reached {} km",
    "place": "if a place lay elsewhere: {}",
    "baseline": "if nobody were known to hold {}",
}
"""How what is otherwise reads, by factor."""


def variations(
    found: Sequence[Row], ages: Sequence[Row], day: dt.date, untried: Sequence[str] = ()
) -> Answer:
    """Return what changes where something is otherwise, and how old the reports are."""
    rows, old = records(found), records(ages)
    lines = sentences(_firmness(rows, day))
    for text in untried:
        lines += sentences(f"Not tried: {text}")
    for name in dict.fromkeys(row["id"] for row in rows):
        effects: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            if row["id"] == name:
                of_effect = effects.setdefault(_effect(row), {})
                of_effect.setdefault(row["factor"], []).append(_otherwise(row))
        lines += ["", f"{name} would be"]
        for effect, causes in effects.items():
            said = [FACTORS[factor].format(listed(what, "or")) for factor, what in causes.items()]
            lines += wrapped(f"{effect} {'; '.join(said)}", "  ", hanging="      ")
    aged = (
        (row["id"], row["start"], row["status"], f"{row['age_at_start']}-{row['age_at_end']}",
         row["oldest"] + (f" ({row['site']})" if row["oldest"] == "baseline" else ""))
        for row in old
    )  # fmt: skip
    columns = ("route", "from", "status", "age", "oldest report")
    title = "How old the oldest report is that each status rests on, in days, from its first day to its last"
    lines += table_lines(columns, aged, title=title, right=("age",))
    return Answer({"sensitivity": rows, "ages": old, "not_tried": list(untried)}, lines)


def _firmness(rows: list[Row], day: dt.date) -> str:
    if not rows:
        return "Nothing would change if one assumption were otherwise."
    most: dict[str, int] = {}
    for row in rows:
        most[row["id"]] = max(most.get(row["id"], 0), row["days"])
    said = ", ".join(f"{name} {counted(days, 'day')}" for name, days in most.items())
    return (
        f"Assumptions changed one at a time; the margins are those of {day}. "
        f"The most days on which a status would be another: {said}."
    )


def _otherwise(row: Row) -> str:
    if row["factor"] in {"believe", "reach"}:
        return str(row["value"])
    return f"{row['what']} {row['value']}" if row["factor"] == "place" else str(row["what"])


def _effect(row: Row) -> str:
    parts = [f"{word} on {counted(row[word], 'day')}" for word in ("better", "worse") if row[word]]
    if row["statuses"]:
        parts[-1] += f" ({', '.join(row['statuses'])})"
    before, after = (_size(row[key]) for key in ("margin_before", "margin"))
    return ", ".join(
        parts + ([f"with a margin of {after} instead of {before}"] if before != after else [])
    )


def _size(size: float | None) -> str:
    """Return a margin: of a loss, or of a gain where it is below 0."""
    if size is None:
        return "none"
    return counted(int(abs(size)), "place") + (" to gain" if size < 0 else "")
