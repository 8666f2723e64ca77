"""How answers read: the values for machines, and lines of 80 columns for people, summary first."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.cli.printing import NO_BREAK, records, sentences, table_lines
from engine.cli.wording import Answer, Row, day_before, listed, on_text, one_day, spells_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def margins(found: Sequence[Row], on: Sequence[str] | None) -> Answer:
    """Return the fewest places that change a status."""
    rows = records(found)
    lines = sentences(f"The fewest places that change a status{on_text(on)}: {_least(rows)}.")
    lines += spells_tables(
        rows, ("what would change it",), lambda row: (_margin(row),), on,
        title="What would change a status",
    )  # fmt: skip
    return Answer({"margin": rows}, lines)


def _least(rows: list[Row]) -> str:
    """Return in a line how few places it takes for which route, at the least."""
    sizes: dict[str, float] = {}
    for row in rows:
        size = float("inf") if row["size"] is None else row["size"]
        sizes[row["id"]] = min(size, sizes.get(row["id"], size))
    by_size: dict[float, list[str]] = {}
    for name, size in sizes.items():
        by_size.setdefault(size, []).append(name)
    return "; ".join(
        (f"{size:g} for " if size < float("inf") else "no set of places for ") + listed(names)
        for size, names in sorted(by_size.items())
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
    sets = listed([" + ".join(one) for one in row["sets"]], "or")
    text = f"{change} if {listed(_names(row['by']), 'or')} takes {places}: {sets}"
    if row["likeliest"]:
        text += f"; most likely to fall: {' + '.join(row['likeliest'])} ({row['likelihood']:.1%})"
    return text


def articulation(found: Sequence[Row], paths: Sequence[Row], on: Sequence[str] | None) -> Answer:
    """Return what every open path needs, and how many paths share no road."""
    needed, counts = records(found), records(paths)
    rows = [row for row in _with_items(counts, needed) if row["ways"] != 0]
    passable = dict.fromkeys(row["id"] for row in rows)
    cut = [name for name in dict.fromkeys(row["id"] for row in counts) if name not in passable]
    fewest = {
        name: min(row["ways"] or float("inf") for row in rows if row["id"] == name)
        for name in passable
    }
    alone = [name for name, ways in fewest.items() if ways == 1]
    more = [name for name, ways in fewest.items() if ways != 1]
    said = {
        f"Not cut{on_text(on)}, but without a second path that shares no road": alone,
        f"Not cut{on_text(on)}, with a second path that shares no road": more,
        f"Cut{on_text(on)}": cut,
    }
    lines = sentences(*(f"{what}: {listed(names)}." for what, names in said.items() if names))
    lines += spells_tables(
        rows, ("paths", "on every open path"),
        lambda row: (_count(row["ways"]), _needed(row["items"])), on,
        title="Open paths that share no road, and what all open paths need", right=("paths",),
    )  # fmt: skip
    return Answer({"critical": needed, "disjoint_paths": counts}, lines)


def _count(number: float | None) -> str:
    return "any" if number is None else f"{number:g}"


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
            name = " / ".join(text.replace(" ", NO_BREAK) for text in names if text)
            roads[name] = roads.get(name, 0.0) + item["length_m"] / 1000
    parts = [f"places: {', '.join(places)}"] if places else []
    if roads:
        parts.append(
            "roads: " + ", ".join(f"{name} ({km:.1f}{NO_BREAK}km)" for name, km in roads.items())
        )
    return "; ".join(parts)


def paths(found: Sequence[Row], on: Sequence[str] | None) -> Answer:
    """Return the best open paths, and the next best."""
    rows = records(found)
    if not rows:
        return Answer({"paths": rows}, [f"No path is open{on_text(on)}."])
    others = list(dict.fromkeys(row["id"] for row in rows if row["way"] == "next"))
    lines = sentences(
        f"Open{on_text(on)}: {', '.join(dict.fromkeys(row['id'] for row in rows))}.",
        f"With a next path that shares no place: {', '.join(others) or 'none'}.",
    )
    title = "The best open paths"
    if any(row["insecure_km"] for row in rows):
        title += " (insecure: km over ground that is not secure)"
    columns = ("path", "km", "min", "detour", "insecure", "through")
    lines += spells_tables(rows, columns, _path, on, title=title, right=columns[1:-1])
    return Answer({"paths": rows}, lines)


def _path(row: Row) -> tuple[str, ...]:
    return (
        row["way"], f"{row['length_km']:.1f}", f"{row['minutes']:.0f}", f"{row['detour']:.2f}",
        f"{row['insecure_km']:.1f}" if row["insecure_km"] else "", " > ".join(row["sites"]),
    )  # fmt: skip


def enclaves(
    table: Sequence[Row],
    sieges: Sequence[Row],
    perimeter: Sequence[Row],
    on: Sequence[str] | None,
) -> Answer:
    """Return what became of enclaves, their sieges, and who holds the roads that lead out."""
    values = {
        "enclaves": records(table),
        "sieges": records(sieges),
        "perimeter": records(perimeter),
    }
    lines = sentences(_fates(values["enclaves"], on))
    lines += spells_tables(
        values["enclaves"], ("lifelines, people and places",), lambda row: (_enclave(row),), on,
        title="Enclaves", subject="enclave",
    )  # fmt: skip
    lines += table_lines(
        ("enclave", "on", "what", "because"),
        ((row["id"], row["date"], row["what"], row["because"]) for row in values["sieges"]),
        title="Sieges over the whole run",
    ) or ["", "No siege over the whole run."]
    lines += table_lines(
        ("enclave", "from", "to", "roads", "share", "held by"),
        (
            (row["id"], *_span(row, on), str(row["roads"]), f"{row['share']:.0%}",
             row["holder"] or "unknown")
            for row in values["perimeter"]
        ),
        title="Who holds the roads that lead out" + on_text(on), right=("roads", "share"),
    )  # fmt: skip
    return Answer(values, lines)


def _fates(rows: list[Row], on: Sequence[str] | None) -> str:
    """Return in a sentence what became of the enclaves, or that there is none."""
    statuses: dict[str, list[str]] = {}
    for row in rows:
        statuses.setdefault(row["id"], []).append(row["status"])
    said = [f"{name} is {listed(list(dict.fromkeys(of)), 'then')}" for name, of in statuses.items()]
    when = on_text(on).strip().capitalize() if one_day(on) else "In the course of the run"
    return f"{when}, {'; '.join(said)}." if said else "The scenario has no enclave."


def _span(row: Row, on: Sequence[str] | None) -> tuple[str, str]:
    """Return the first and the last day of a row; nothing, where one day was asked about."""
    return ("", "") if one_day(on) else (row["start"], day_before(row["end"]))


def _enclave(row: Row) -> str:
    parts = []
    if row["lifelines"]:
        parts.append(f"supplied from {listed(row['lifelines'], 'and')}")
    if row["doubtful"]:
        parts.append(f"possibly from {listed(row['doubtful'], 'and')}")
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


def _names(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
