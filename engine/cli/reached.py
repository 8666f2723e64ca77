"""How the answer about access reads: who reaches how many places, then which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.cli.printing import records, sentences, table_lines
from engine.cli.wording import Answer, Row, status_word
from engine.control.words import chained
from engine.language import listing, marked, number_text, tr, trc, trn
from engine.measures.access import people_rows

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
