"""How answers read: the values for machines, and lines of 80 columns for people, summary first."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.cli.printing import records, sentences, table_lines

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    import xarray as xr

    from engine.analysis.analysis import Analysis
    from engine.probability.importance import Importance

MOST_NAMED = 4
"""How many reports a line names before it only counts the rest."""
MOST_SETS = 5
"""How many sets of reports that settle an answer are listed."""
ROUTE_STATUSES = ("open", "at risk", "cut")
Row = dict[str, Any]


class Answer(NamedTuple):
    """An answer: plain values for JSON, and lines (or other printable things) for people."""

    values: dict[str, Any]
    lines: Iterable[Any]


def heading(analysis: Analysis) -> dict[str, Any]:
    """Return what every answer in JSON says of itself."""
    from engine.report.attribution import facts_of

    facts = facts_of(analysis)
    return {
        "title": facts.title,
        "network": facts.network,
        "schematic": facts.schematic,
        "credit": facts.credit,
        "version": facts.version,
        "known_on": facts.known_on and str(facts.known_on),
    }


def margins(found: pd.DataFrame, on: Sequence[str] | None) -> Answer:
    """Return the fewest places that change a status."""
    rows = records(found)
    cells = ((row["id"], *_span(row, on), row["status"], _margin(row)) for row in rows)
    title = "The fewest places that change a status" + _on(on)
    return Answer(
        {"margin": rows},
        table_lines(("route", "from", "to", "status", "what would change it"), cells, title=title),
    )


def _margin(row: Row) -> str:
    besieged = row["status"] in {"connected", "besieged", "lost"}
    cut, opened = ("besieged", "relieved") if besieged else ("cut", "not cut")
    change = cut if row["change"] == "loss" else opened
    if row["size"] is None:
        return f"no set of places makes it {change}"
    size = int(row["size"])
    places = "1 place" if size == 1 else f"{size} places"
    if not row["exact"]:
        places = f"{int(row['lower'])} to {places}"
    sets = _listed([" + ".join(one) for one in row["sets"]], "or")
    text = f"{change} if {_listed(_names(row['by']), 'or')} takes {places}: {sets}"
    if row["likeliest"]:
        text += f"; most likely to fall: {' + '.join(row['likeliest'])} ({row['likelihood']:.1%})"
    return text


def articulation(found: pd.DataFrame, paths: pd.DataFrame, on: Sequence[str] | None) -> Answer:
    """Return what every open path needs, and how many paths share no road."""
    needed, counts = records(found), records(paths)
    cells = [
        (row["id"], *_span(row, on), row["status"], _count(row["ways"]), _needed(row["items"]))
        for row in _with_items(counts, needed)
    ]
    cut = [cell[0] for cell in cells if cell[-2] == "0"]
    lines = sentences(f"No open path{_on(on)}: {', '.join(cut)}.") if cut and on else []
    columns = ("route", "from", "to", "status", "paths", "on every open path")
    title = "Open paths that share no road, and what all open paths need" + _on(on)
    shown = [cell for cell in cells if cell[-2] != "0" or not on]
    return Answer(
        {"critical": needed, "disjoint_paths": counts},
        [*lines, *table_lines(columns, shown, title=title, right=("paths",))],
    )


def _with_items(counts: list[Row], needed: list[Row]) -> Iterator[Row]:
    """Yield the spells of the counts, divided where what is needed changes."""
    for row in counts:
        own = [
            item for item in needed
            if item["id"] == row["id"] and item["start"] < row["end"] and item["end"] > row["start"]
        ]  # fmt: skip
        inside = {day for item in own for day in (item["start"], item["end"])}
        borders = sorted({day for day in inside if row["start"] < day < row["end"]})
        for start, end in pairwise((row["start"], *borders, row["end"])):
            items = [item for item in own if item["start"] <= start < item["end"]]
            yield {**row, "start": start, "end": end, "items": items}


def _needed(items: list[Row]) -> str:
    places = [item["site"] for item in items if item["kind"] == "place"]
    roads: dict[str, float] = {}
    for item in items:
        if item["kind"] == "road":
            names = [item["name"] or item["ref"] or "road without a name", item["name_ar"]]
            name = " / ".join(filter(None, names))
            roads[name] = roads.get(name, 0.0) + item["length_m"] / 1000
    parts = [f"places: {', '.join(places)}"] if places else []
    if roads:
        parts.append("roads: " + ", ".join(f"{name} ({km:.1f} km)" for name, km in roads.items()))
    return "; ".join(parts)


def paths(found: pd.DataFrame, on: Sequence[str] | None) -> Answer:
    """Return the best open paths, and the next best."""
    rows = records(found)
    cells = [
        (
            row["id"], *_span(row, on), row["status"], row["way"], f"{row['length_km']:.1f}",
            f"{row['minutes']:.0f}", f"{row['detour']:.2f}",
            f"{row['insecure_km']:.1f}" if row["insecure_km"] else "", " > ".join(row["sites"]),
        )
        for row in rows
    ]  # fmt: skip
    columns = (
        "route",
        "from",
        "to",
        "status",
        "path",
        "km",
        "min",
        "detour",
        "insecure",
        "through",
    )
    title = "The best open paths" + _on(on)
    if any(row["insecure_km"] for row in rows):
        title += " (insecure: km over ground that is not secure)"
    lines = table_lines(columns, cells, title=title, right=("km", "min", "detour", "insecure"))
    return Answer({"paths": rows}, lines or ["No path is open."])


def enclaves(
    table: pd.DataFrame, sieges: pd.DataFrame, perimeter: pd.DataFrame, on: Sequence[str] | None
) -> Answer:
    """Return what became of enclaves, their sieges, and who holds the roads that lead out."""
    values = {
        "enclaves": records(table),
        "sieges": records(sieges),
        "perimeter": records(perimeter),
    }
    lines = table_lines(
        ("enclave", "from", "to", "status", "lifelines, people and places"),
        ((row["id"], *_span(row, on), row["status"], _enclave(row)) for row in values["enclaves"]),
        title="Enclaves" + _on(on),
    )
    lines += table_lines(
        ("enclave", "on", "what", "because"),
        ((row["id"], row["date"], row["what"], row["because"]) for row in values["sieges"]),
        title="Sieges",
    ) or ["", "No siege."]
    lines += table_lines(
        ("enclave", "from", "to", "roads", "share", "held by"),
        (
            (row["id"], *_span(row, on), str(row["roads"]), f"{row['share']:.0%}",
             row["holder"] or "unknown")
            for row in values["perimeter"]
        ),
        title="Who holds the roads that lead out" + _on(on), right=("roads", "share"),
    )  # fmt: skip
    return Answer(values, lines)


def _enclave(row: Row) -> str:
    parts = []
    if row["lifelines"]:
        parts.append(f"supplied from {_listed(row['lifelines'], 'and')}")
    if row["doubtful"]:
        parts.append(f"possibly from {_listed(row['doubtful'], 'and')}")
    if row["people"] is not None:
        words = {"connected": "connected", "at_risk": "at risk", "besieged": "besieged",
                 "in_lost": "in lost places"}  # fmt: skip
        people = [f"{row[key]:,} {word}" for key, word in words.items() if row[key]]
        if any(row[key] is None for key in words):
            people = [f"{row['people']:,} in all, unknown by place"]
        parts.append(f"people: {', '.join(people) or 0}")
    parts += [
        f"{word}: {', '.join(row[key])}"
        for key, word in (("lost", "lost"), ("cut_off", "cut off from the rest"))
        if row[key]
    ]
    return "; ".join(parts)


def accesses(found: pd.DataFrame, days: Sequence[dt.date] | None) -> Answer:
    """Return which places can be reached by whom: on some days, or over the whole run."""
    from engine.measures.access import people_by_access

    if days:
        starts, ends = (found[key].to_numpy(dtype="datetime64[D]") for key in ("start", "end"))
        on_days = [(starts <= _day(day)) & (ends > _day(day)) for day in days]
        lines = [
            line
            for day, rows in zip(days, on_days, strict=True)
            for actor, part in found[rows].groupby("actor", sort=False)
            for line in _access_on(day, str(actor), part)
        ]
        found = found[sum(on_days).astype(bool)]
    else:
        lines = [
            line
            for actor, part in found.groupby("actor", sort=False)
            for line in _access_over_time(str(actor), part)
        ]
    return Answer({"places": records(found), "people": records(people_by_access(found))}, lines)


def _day(day: dt.date) -> Any:
    import numpy as np

    return np.datetime64(day, "D")


def _access_on(day: dt.date, actor: str, part: pd.DataFrame) -> list[str]:
    """Return how many places are in which status; the places are listed but for the most frequent."""
    counts, listed = [], {}
    for status in ROUTE_STATUSES:
        of_status = part[part["status"] == status]
        people = int(of_status["population"].sum())
        counts.append(f"{len(of_status)} {status}" + (f" ({people:,} people)" if people else ""))
        listed[status] = of_status["place"].tolist()
    most = max(listed, key=lambda status: len(listed[status]))
    said = [f"{key}: {', '.join(names)}" for key, names in listed.items() if names and key != most]
    return ["", *sentences(f"{actor} on {day}, {len(part)} places: {', '.join(counts)}", *said)]


def _access_over_time(actor: str, part: pd.DataFrame) -> list[str]:
    """Return on how many days places could be reached, a row for those that are alike in this."""
    length = (part["end"] - part["start"]).dt.days
    days = {place: dict.fromkeys(ROUTE_STATUSES, 0) for place in part["place"]}
    for place, status, count in zip(part["place"], part["status"], length, strict=True):
        days[place][status] += int(count)
    alike: dict[tuple[int, ...], list[str]] = {}
    for place, counts in days.items():
        alike.setdefault(tuple(counts.values()), []).append(place)
    cells = [
        (*map(str, counts), f"all {len(names)}" if len(alike) == 1 else ", ".join(names))
        for counts, names in sorted(alike.items(), reverse=True)
    ]
    columns = ("days open", "at risk", "cut", "places")
    return table_lines(columns, cells, title=f"{actor}: {len(days)} places", right=columns[:3])


def comparison(
    found: pd.DataFrame,
    before: Analysis,
    after: Analysis,
    likely: list[xr.Dataset] | None,
    written: Iterable[Path],
) -> Answer:
    """Return what is the same in two analyses, then what differs."""
    rows = records(found)
    start, last = max(before.days[0], after.days[0]), min(before.ends[-1], after.ends[-1]) - 1
    changed = [row for row in rows if row["changed"]]
    differ = list(dict.fromkeys(row["id"] for row in changed))
    same = [name for name in before.subjects if name in after.subjects and name not in differ]
    lines = [f"Compared from {start} to {last}."] if len(rows) else []
    for name, one, other in (("first", before, after), ("second", after, before)):
        if only := [each for each in one.subjects if each not in other.subjects]:
            lines += sentences(f"Only in the {name}: {', '.join(only)}.")
    lines += sentences(f"The same: {', '.join(same) or 'nothing'}.")
    lines += sentences(f"Different: {', '.join(differ)}." if differ else "No status differs.")
    cells = (
        (row["id"], row["start"], _last(row["end"]), row["before"] or "-", row["after"] or "-",
         row["because"])
        for row in changed
    )  # fmt: skip
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


def _likely_changes(before: xr.Dataset, after: xr.Dataset) -> tuple[list[Row], list[str]]:
    from engine.report.probabilities import percent

    rows: list[Row] = []
    for name in before.route.to_numpy():
        if name not in after.route:
            continue
        for day in before.date.to_numpy():
            both = [one.probability.sel(route=name, date=day).to_numpy() for one in (before, after)]
            shares = [
                dict(zip(before.status.to_numpy().tolist(), map(float, one), strict=True))
                for one in both
            ]
            rows.append(
                {"id": str(name), "date": str(day)[:10], "before": shares[0], "after": shares[1]}
            )
    cells = [
        (row["id"], row["date"], "; ".join(
            f"{status} {percent(share)}" + (f" -> {percent(row['after'][status])}" if share != row["after"][status] else "")
            for status, share in row["before"].items()
        ))
        for row in rows if row["before"] != row["after"]
    ]  # fmt: skip
    lines = table_lines(
        ("route", "on", "probability before -> after"), cells, title="Probabilities that differ"
    )
    return rows, lines or ["", "No probability differs."]


def losses(found: pd.DataFrame, day: dt.date) -> Answer:
    """Return what each loss would do, the most people first."""
    rows = records(found)
    grouped = [
        (sites, by, list(group))
        for (sites, by), group in groupby(rows, key=lambda row: (row["sites"], row["by"]))
    ]
    distinct = {tuple(sites) for sites, _, _ in grouped}
    summary = (
        f"On {day}, {len(distinct)} losses make a status worse."
        if rows
        else f"On {day}, no loss makes a status worse."
    )
    cells = (
        (" + ".join(sites), _listed(by, "or"), "; ".join(map(_loss, group)))
        for sites, by, group in grouped
    )
    return Answer(
        {"sweep": rows},
        [summary, *table_lines(("lost", "to", "then worse"), cells, title="The most people first")],
    )


def _loss(row: Row) -> str:
    text = f"{row['id']} {row['before']} -> {row['after']}"
    if row["before"] == row["after"]:
        text = f"{row['id']}: {', '.join(row['places'])}"
    return text + (f" ({row['people']:,} people)" if row["people"] else "")


def variations(found: pd.DataFrame, ages: pd.DataFrame, day: dt.date) -> Answer:
    """Return what changes where something is otherwise, and how old the reports are."""
    rows, old = records(found), records(ages)
    summary = (
        f"{len(rows)} effects; the margins are those of {day}." if rows else "Nothing would change."
    )
    cells = ((_what(row), row["id"], _effect(row)) for row in rows)
    lines = table_lines(("if", "then for", "changes"), cells, title="What would change")
    aged = (
        (row["id"], row["start"], _last(row["end"]), row["status"], f"{row['age_at_start']}-{row['age_at_end']}",
         f"{row['oldest']} ({row['site']}, {row['date']})")
        for row in old
    )  # fmt: skip
    columns = ("route", "from", "to", "status", "age", "oldest report")
    lines += table_lines(
        columns, aged, title="How old the oldest report is, in days, that each status rests on"
    )
    return Answer({"sensitivity": rows, "ages": old}, [summary, *lines])


def _what(row: Row) -> str:
    if row["factor"] == "believe":
        return f"believe {row['value']}"
    if row["factor"] == "reach":
        return f"reach {row['value']} km"
    return f"{row['what']}: {row['value']}"


def _effect(row: Row) -> str:
    parts = [f"{word} on {_count(row[word])} days" for word in ("better", "worse") if row[word]]
    if row["status"]:
        parts[-1] += f" ({', '.join(row['status'])})"
    before, after = (_size(row[key]) for key in ("margin_before", "margin"))
    return "; ".join(parts + ([f"margin {before} -> {after}"] if before != after else []))


def _size(size: float | None) -> str:
    """Return a margin: of a loss, or of a gain where it is below 0."""
    if size is None:
        return "none"
    return f"{abs(size):g}" + (" to gain" if size < 0 else "")


def importance(analysis: Analysis, found: Importance) -> Answer:
    """Return what the probability of a status depends on."""
    from engine.report.probabilities import importance_values, percent

    asked = analysis.subjects[found.route]
    shares = ", ".join(f"{name} {percent(share)}" for name, share in found.status.items())
    how = {"certain": "no uncertain report matters", "sampled": "sampled"}.get(
        found.method, "exact"
    )
    lines = sentences(
        f"{asked.label or found.route} on {found.on}: {shares}.",
        f"Uncertainty: {max(0.0, found.entropy):.3f} bits ({how}).",
    )
    verify = [
        (str(rank), row["event"], f"{max(0.0, row['entropy_after']):.3f}")
        for rank, row in enumerate(records(found.verify), start=1)
    ]
    lines += table_lines(
        ("", "report", "uncertainty left, bits"), verify, title="Verify these first"
    )
    keys = ("probability", "open_if_true", "open_if_false", "passable_if_true", "passable_if_false")
    cells = [
        (str(name), *(percent(row[key]) for key in keys)) for name, row in found.events.iterrows()
    ]
    moving = [cell for cell in cells if cell[2] != cell[3] or cell[4] != cell[5]]
    columns = ("report", "true", "open if true", "if false", "not cut if true", "if false ")
    lines += table_lines(columns, moving, title="What each report would change", right=columns)
    if len(moving) < len(cells):
        lines += sentences(f"{len(cells) - len(moving)} more reports change less than 0.1 %.")
    title = "The fewest reports that settle it"
    lines += table_lines(("answer", "likely", "if"), _settling(found), title=title)
    return Answer(importance_values(found), lines)


def _settling(found: Importance) -> Iterator[tuple[str, str, str]]:
    from engine.report.probabilities import percent

    for answer, sets in found.settling.groupby("answer", sort=False):
        for _, row in sets.head(MOST_SETS).iterrows():
            yield str(answer), percent(row["probability"]), row["events"].replace("; ", " and ")
        if len(sets) > MOST_SETS:
            yield str(answer), "", f"and {len(sets) - MOST_SETS} more sets as small"


def known(pictures: pd.DataFrame, day: dt.date) -> Answer:
    """Return how the picture of a day changed, a row for each day on which it did."""
    from engine.report.probabilities import known_values

    cells, idle, before = [], 0, dict[Any, Any]()
    for at, row in pictures.iterrows():
        now = row.drop("reports").to_dict()
        new = {name: _shown(value) for name, value in now.items() if before.get(name) != value}
        reports = row["reports"].split("; ")
        if new:
            said = ", ".join(f"{name}: {value}" for name, value in new.items())
            cells.append((str(at)[:10], f"{said} (by {_some(reports)})"))
        idle = 0 if new else idle + len(reports)
        before = now
    lines = sentences(f"What {day} looked like as reports came in: the statuses that changed.")
    lines += table_lines(("known on", "status"), cells)
    if idle:
        lines += sentences(f"The {idle} reports after that changed nothing.")
    return Answer({"on": str(day), "known": known_values(pictures)}, lines)


def _shown(value: str | float) -> str:
    from engine.report.probabilities import percent

    return value if isinstance(value, str) else percent(value)


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _span(row: Row, on: Sequence[str] | None) -> tuple[str, str]:
    """Return the first and the last day of a row; nothing, where one day was asked about."""
    if on is not None and len(on) == 1:
        return "", ""
    return row["start"], _last(row["end"])


def _last(end: str) -> str:
    """Return the last day before a day."""
    import datetime as dt

    return str(dt.date.fromisoformat(end) - dt.timedelta(days=1))


def _on(on: Sequence[str] | None) -> str:
    return f" on {on[0]}" if on is not None and len(on) == 1 else ""


def _names(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _listed(names: Sequence[str], word: str) -> str:
    """Return names as a list that people read: a, b or c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def _count(number: float | None) -> str:
    return "any" if number is None else f"{number:g}"
