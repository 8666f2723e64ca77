"""How answers read: the values for machines, and lines of 80 columns for people, summary first."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.cli.printing import (
    NO_BREAK,
    Answer,
    Row,
    day_before,
    one_day,
    records,
    sentences,
    spells_tables,
    status_word,
    table_lines,
    titled,
    told,
)
from engine.control.words import chained
from engine.language import ENGLISH, called, listing, marked, number_text, spoken, tr, trc, trn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence


STATUSES = ("open", "at risk", "cut")
OFTEN = (marked("always"), marked("at times"), marked("never"))


def accesses(
    found: Sequence[Row], days: Sequence[dt.date] | None, lifelines: Sequence[str]
) -> Answer:
    """Return which places can be reached by whom: on some days, or over the whole run.

    Parameters
    ----------
    found
        The rows of `engine.access`.
    days
        The days asked about; the whole run, if absent.
    lifelines
        Where supplies come from.
    """
    from engine.measures.access import people_rows

    sources, lines = listing(lifelines, "or"), list[str]()
    if days:
        for day in days:
            covered = [row for row in found if _covers(row, day)]
            lines += [*([""] if lines else []), *_on_a_day(day, covered, sources)]
        found = [row for row in found if any(_covers(row, day) for day in days)]
    else:
        lines += _over_time(found, sources)
    return Answer({"places": records(found), "people": records(people_rows(found))}, lines)


def _covers(row: Row, day: dt.date) -> bool:
    import numpy as np

    return bool(row["start"] <= np.datetime64(day) < row["end"])


def _by_actor(found: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for actor in dict.fromkeys(row["actor"] for row in found):
        yield actor, [row for row in found if row["actor"] == actor]


def _on_a_day(day: dt.date, found: Sequence[Row], sources: str) -> list[str]:
    """Return how many places each actor reaches, then which; the most frequent status is left out."""
    cells, named, told, none = [], list[str](), list[str](), list[str]()
    for actor, part in _by_actor(found):
        of_status = {
            status: [row for row in part if row["status"] == status] for status in STATUSES
        }
        n_open, n_at_risk, n_cut = map(len, of_status.values())
        if n_cut == len(part):
            none.append(actor)
            continue
        values = {"actor": actor, "of": len(part), "sources": sources}
        said = trn(
            "{actor} reaches {n} of {of} places from {sources}",
            "{actor} reaches {n} of {of} places from {sources}", n_open, **values,
        )  # fmt: skip
        if n_at_risk:
            said = trn(
                "{text}, and {n} more at risk", "{text}, and {n} more at risk", n_at_risk, text=said
            )
        told.append(said)
        cells.append((actor, *(_places(of_status[status]) for status in STATUSES)))
        most = max(STATUSES, key=lambda status: len(of_status[status]))
        named += [
            tr(
                "{actor}, {status}: {places}",
                actor=actor,
                status=status_word(status),
                places=listing(row["place"] for row in rows),
            )
            for status, rows in of_status.items()
            if rows and status != most
        ]
    lines = sentences(tr("On {day}, {summary}", day=day, summary=_summary(told, none, sources)))
    columns = (trc("column", "actor"), *map(status_word, STATUSES))
    title = tr("Places on {day}", day=day)
    lines += table_lines(columns, cells, title=title, right=columns[1:])
    return [*lines, *(line for text in named for line in ("", *sentences(text)))]


def _summary(told: list[str], none: list[str], sources: str) -> str:
    """Return who reaches what, and who reaches nothing, as a sentence without its beginning."""
    if none:
        values = {"actors": listing(none, "and"), "sources": sources}
        told = [
            *told,
            trn("{actors} reaches none", "{actors} reach none", len(none), **values)
            if told
            else trn(
                "{actors} reaches none from {sources}",
                "{actors} reach none from {sources}", len(none), **values,
            ),
        ]  # fmt: skip
    return tr("{sentence}.", sentence=chained(told, "; "))


def _places(rows: Sequence[Row]) -> str:
    people = sum(row["population"] or 0 for row in rows)
    text = number_text(len(rows))
    if people:
        text = trn("{text} ({n:,} people)", "{text} ({n:,} people)", people, text=text)
    return text


def _over_time(found: Sequence[Row], sources: str) -> list[str]:
    """Return how many places each actor can always, sometimes or never reach; then which sometimes."""
    cells, tables, told, none = [], list[str](), list[str](), list[str]()
    for actor, part in _by_actor(found):
        alike = _days_alike(part)
        whole = sum(next(iter(alike))) if alike else 0
        often = dict.fromkeys(OFTEN, 0)
        for counts, names in alike.items():
            word = {(whole, 0): "always", (0, whole): "never"}.get(
                (counts[0], counts[2]), "at times"
            )
            often[word] += len(names)
        n_places = sum(often.values())
        if often["never"] == n_places:
            none.append(actor)
            continue
        said = trn(
            "{actor} always reaches {n} of {of} places from {sources}",
            "{actor} always reaches {n} of {of} places from {sources}",
            often["always"], actor=actor, of=n_places, sources=sources,
        )  # fmt: skip
        if n := often["at times"]:
            said = trn(
                "{text}, and {n} more at times", "{text}, and {n} more at times", n, text=said
            )
        told.append(said)
        cells.append((actor, *map(number_text, often.values())))
        changing = [
            (*map(number_text, counts), listing(names))
            for counts, names in sorted(alike.items(), reverse=True)
            if whole not in (counts[0], counts[2])
        ]
        columns = (
            trc("column", "days open"), status_word("at risk"), status_word("cut"),
            trc("column", "places"),
        )  # fmt: skip
        title = tr("{actor}: places that can be reached at times", actor=actor)
        tables += table_lines(columns, changing, title=title, right=columns[:3])
    heads = (trc("column", "actor"), *map(tr, OFTEN))
    summary = _summary(told, none, sources)
    return [
        *sentences(tr("Over the whole run, {summary}", summary=summary)),
        *table_lines(heads, cells, title=tr("How many places are open"), right=heads[1:]),
        *tables,
    ]


def _days_alike(part: Sequence[Row]) -> dict[tuple[int, ...], list[str]]:
    """Return the places by the number of days in each status."""
    days: dict[str, dict[str, int]] = {row["place"]: dict.fromkeys(STATUSES, 0) for row in part}
    for row in part:
        days[row["place"]][row["status"]] += int((row["end"] - row["start"]).astype(int))
    alike: dict[tuple[int, ...], list[str]] = {}
    for place, counts in days.items():
        alike.setdefault(tuple(counts.values()), []).append(place)
    return alike


def margins(found: Sequence[Row], on: Sequence[str] | None) -> Answer:
    """Return the fewest places that change a status."""
    rows = records(found)
    lines = sentences(
        told(
            on,
            marked("The fewest places that change a status: {least}."),
            marked("The fewest places that change a status on {day}: {least}."),
            least=_least(rows),
        )
    )
    lines += spells_tables(
        rows, (trc("column", "what would change it"),), lambda row: (_margin(row),), on,
        title=tr("What would change a status"),
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
    return chained(
        (
            tr("{n:g} for {names}", n=size, names=listing(names, "and"))
            if size < float("inf")
            else tr("no set of places for {names}", names=listing(names, "and"))
            for size, names in sorted(by_size.items())
        ),
        "; ",
    )


def _margin(row: Row) -> str:
    of_enclave, loss = row["status"] in {"connected", "besieged", "lost"}, row["change"] == "loss"
    change = {
        (True, True): trc("what taking places would make of it", "besieged"),
        (True, False): trc("what taking places would make of it", "relieved"),
        (False, True): trc("what taking places would make of it", "cut"),
        (False, False): trc("what taking places would make of it", "not cut"),
    }[of_enclave, loss]
    if row["size"] is None:
        return tr("no set of places makes it {change}", change=change)
    values = {
        "change": change,
        "actor": listing(_names(row["by"]), "or"),
        "sets": listing([" + ".join(one) for one in row["sets"]], "or"),
    }
    size = int(row["size"])
    if row["exact"]:
        text = trn(
            "{change} if {actor} takes {n} place: {sets}",
            "{change} if {actor} takes {n} places: {sets}", size, **values,
        )  # fmt: skip
    else:
        text = trn(
            "{change} if {actor} takes {lower} to {n} place: {sets}",
            "{change} if {actor} takes {lower} to {n} places: {sets}",
            size, lower=int(row["lower"]), **values,
        )  # fmt: skip
    if row["likeliest"]:
        text = tr(
            "{text}; most likely to fall: {sites} ({share:.1%})",
            text=text, sites=" + ".join(row["likeliest"]), share=row["likelihood"],
        )  # fmt: skip
    return text


def articulation(found: Sequence[Row], paths: Sequence[Row], on: Sequence[str] | None) -> Answer:
    """Return what every open path needs, and how many paths share no road."""
    needed, counts = records(found), records(paths)
    rows = [row for row in _with_items(counts, needed) if row["paths"] != 0]
    passable = dict.fromkeys(row["id"] for row in rows)
    cut = [name for name in dict.fromkeys(row["id"] for row in counts) if name not in passable]
    fewest = {
        name: min(row["paths"] or float("inf") for row in rows if row["id"] == name)
        for name in passable
    }
    said = (
        (
            [name for name, n in fewest.items() if n == 1],
            marked("Not cut, but without a second path that shares no road: {names}."),
            marked("Not cut on {day}, but without a second path that shares no road: {names}."),
        ),
        (
            [name for name, n in fewest.items() if n != 1],
            marked("Not cut, with a second path that shares no road: {names}."),
            marked("Not cut on {day}, with a second path that shares no road: {names}."),
        ),
        (cut, marked("Cut: {names}."), marked("Cut on {day}: {names}.")),
    )
    lines = sentences(
        *(
            told(on, always, that_day, names=listing(names, "and"))
            for names, always, that_day in said
            if names
        )
    )
    columns = (trc("column", "paths"), trc("column", "on every open path"))
    lines += spells_tables(
        rows, columns, lambda row: (_count(row["paths"]), _needed(row["items"])), on,
        title=tr("Open paths that share no road, and what all open paths need"),
        right=columns[:1],
    )  # fmt: skip
    return Answer({"critical": needed, "disjoint_paths": counts}, lines)


def _count(number: float | None) -> str:
    return trc("number of paths", "any") if number is None else number_text(number, "g")


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
            name = _road(item)
            roads[name] = roads.get(name, 0.0) + item["length_m"] / 1000
    parts = [tr("places: {names}", names=listing(places))] if places else []
    if roads:
        each = (
            tr("{name} ({length})", name=name, length=_on_one_line(tr("{km:.1f} km", km=km)))
            for name, km in roads.items()
        )
        parts.append(tr("roads: {names}", names=listing(each)))
    return chained(parts, "; ")


def _road(item: Row) -> str:
    """Return what to call a road: in both scripts in English, else in that of the language."""
    known, arabic = item["name"] or item["ref"], item["name_ar"]
    if spoken().code != ENGLISH:
        return _on_one_line(called(known, arabic) or tr("road without a name"))
    names = (known or tr("road without a name"), arabic)
    return " / ".join(_on_one_line(text) for text in names if text)


def _on_one_line(text: str) -> str:
    return text.replace(" ", NO_BREAK)


def paths(found: Sequence[Row], on: Sequence[str] | None) -> Answer:
    """Return the best open paths, and the next best."""
    rows = records(found)
    if not rows:
        none = told(on, marked("No path is open."), marked("No path is open on {day}."))
        return Answer({"paths": rows}, [none])
    others = list(dict.fromkeys(row["id"] for row in rows if row["path"] == "next"))
    names = listing(dict.fromkeys(row["id"] for row in rows))
    lines = sentences(
        told(on, marked("Open: {names}."), marked("Open on {day}: {names}."), names=names),
        tr(
            "With a next path that shares no place: {names}.",
            names=listing(others) or trc("of routes", "none"),
        ),
    )
    title = tr("The best open paths")
    if any(row["insecure_km"] for row in rows):
        title = tr("The best open paths (insecure: km over ground that is not secure)")
    columns = (
        trc("column", "path"), trc("column", "km"), trc("column", "min"), trc("column", "detour"),
        trc("column", "insecure"), trc("column", "through"),
    )  # fmt: skip
    lines += spells_tables(rows, columns, _path, on, title=title, right=columns[1:-1])
    return Answer({"paths": rows}, lines)


def _path(row: Row) -> tuple[str, ...]:
    names = {"best": trc("path", "best"), "next": trc("path", "next")}
    return (
        names[row["path"]], number_text(row["length_km"], ".1f"), number_text(row["minutes"], ".0f"),
        number_text(row["detour"], ".2f"),
        number_text(row["insecure_km"], ".1f") if row["insecure_km"] else "",
        " > ".join(row["sites"]),
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
        values["enclaves"], (trc("column", "lifelines, people and places"),),
        lambda row: (_enclave(row),), on,
        title=tr("Enclaves"), subject=trc("column", "enclave"),
    )  # fmt: skip
    lines += table_lines(
        (trc("column", "enclave"), trc("column", "on"), trc("column", "what"),
         trc("column", "because")),
        (
            (row["id"], row["date"], tr(turn), row["because"])
            for row in values["sieges"]
            for turn in [row["what"]]
        ),
        title=tr("Sieges over the whole run"),
    ) or ["", tr("No siege over the whole run.")]  # fmt: skip
    roads, share = trc("column", "roads"), trc("column", "share")
    lines += table_lines(
        (trc("column", "enclave"), trc("column", "from"), trc("column", "to"), roads, share,
         trc("column", "held by")),
        (
            (row["id"], *_span(row, on), number_text(row["roads"]),
             number_text(row["share"], ".0%"), row["holder"] or trc("holder", "unknown"))
            for row in values["perimeter"]
        ),
        title=titled(tr("Who holds the roads that lead out"), on), right=(roads, share),
    )  # fmt: skip
    return Answer(values, lines)


def _fates(rows: list[Row], on: Sequence[str] | None) -> str:
    """Return in a sentence what became of the enclaves, or that there is none."""
    statuses: dict[str, list[str]] = {}
    for row in rows:
        statuses.setdefault(row["id"], []).append(row["status"])
    if not statuses:
        return tr("The scenario has no enclave.")
    said = [
        tr("{enclave} is {statuses}", enclave=name, statuses=_one_after_another(of))
        for name, of in statuses.items()
    ]
    return told(
        on,
        marked("In the course of the run, {fates}."),
        marked("On {day}, {fates}."),
        fates=chained(said, "; "),
    )


def _one_after_another(statuses: list[str]) -> str:
    """Return statuses in the order in which they came: a, b then c."""
    *first, last = (status_word(one) for one in dict.fromkeys(statuses))
    return tr("{first} then {last}", first=listing(first), last=last) if first else last


def _span(row: Row, on: Sequence[str] | None) -> tuple[str, str]:
    """Return the first and the last day of a row; nothing, where one day was asked about."""
    return ("", "") if one_day(on) else (row["start"], day_before(row["end"]))


def _enclave(row: Row) -> str:
    parts = []
    if row["lifelines"]:
        parts.append(tr("supplied from {names}", names=listing(row["lifelines"], "and")))
    if row["doubtful"]:
        parts.append(tr("possibly from {names}", names=listing(row["doubtful"], "and")))
    if row["people"] is not None:
        words = {
            "connected": marked("{n:,} connected"),
            "at_risk": marked("{n:,} at risk"),
            "besieged": marked("{n:,} besieged"),
            "in_lost": marked("{n:,} in lost places"),
        }
        people = [tr(word, n=row[key]) for key, word in words.items() if row[key]]
        if any(row[key] is None for key in words):
            people = [tr("{n:,} in all, unknown by place", n=row["people"])]
        parts.append(tr("people: {counts}", counts=listing(people) or number_text(0)))
    if row["lost"]:
        parts.append(tr("lost: {names}", names=listing(row["lost"])))
    if row["cut_off"]:
        parts.append(tr("cut off from the rest: {names}", names=listing(row["cut_off"])))
    return chained(parts, "; ")


def _names(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
