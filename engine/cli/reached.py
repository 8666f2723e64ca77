"""How the answer about access reads: who reaches how many places, then which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.cli.printing import records, sentences, table_lines
from engine.cli.wording import Answer, Row, listed
from engine.measures.access import people_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

STATUSES = ("open", "at risk", "cut")


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
    sources, lines = listed(lifelines, "or"), list[str]()
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
        more = f", and {n_at_risk} more at risk" if n_at_risk else ""
        told.append(f"{actor} reaches {n_open} of {len(part)} places from {sources}{more}")
        cells.append((actor, *(_places(of_status[status]) for status in STATUSES)))
        most = max(STATUSES, key=lambda status: len(of_status[status]))
        named += [
            f"{actor}, {status}: {', '.join(row['place'] for row in rows)}"
            for status, rows in of_status.items()
            if rows and status != most
        ]
    lines = sentences(f"On {day}, {_summary(told, none, sources)}")
    lines += table_lines(
        ("actor", *STATUSES), cells, title=f"Places on {day}", right=STATUSES
    )  # fmt: skip
    return [*lines, *(line for text in named for line in ("", *sentences(text)))]


def _summary(told: list[str], none: list[str], sources: str) -> str:
    """Return who reaches what, and who reaches nothing, as a sentence without its beginning."""
    if none:
        verb = "reaches" if len(none) == 1 else "reach"
        told = [*told, f"{listed(none)} {verb} none" + (f" from {sources}" if not told else "")]
    return f"{'; '.join(told)}."


def _places(rows: Sequence[Row]) -> str:
    people = sum(row["population"] or 0 for row in rows)
    return f"{len(rows)}" + (f" ({people:,} people)" if people else "")


def _over_time(found: Sequence[Row], sources: str) -> list[str]:
    """Return how many places each actor can always, sometimes or never reach; then which sometimes."""
    cells, tables, told, none = [], list[str](), list[str](), list[str]()
    for actor, part in _by_actor(found):
        alike = _days_alike(part)
        whole = sum(next(iter(alike))) if alike else 0
        often: dict[str, int] = {"always": 0, "at times": 0, "never": 0}
        for counts, names in alike.items():
            word = {(whole, 0): "always", (0, whole): "never"}.get(
                (counts[0], counts[2]), "at times"
            )
            often[word] += len(names)
        n_places = sum(often.values())
        if often["never"] == n_places:
            none.append(actor)
            continue
        times = f", and {often['at times']} more at times" if often["at times"] else ""
        told.append(
            f"{actor} always reaches {often['always']} of {n_places} places from {sources}{times}"
        )
        cells.append((actor, *map(str, often.values())))
        changing = [
            (*map(str, counts), ", ".join(names))
            for counts, names in sorted(alike.items(), reverse=True)
            if whole not in (counts[0], counts[2])
        ]
        columns = ("days open", "at risk", "cut", "places")
        tables += table_lines(
            columns, changing, title=f"{actor}: places that can be reached at times", right=columns[:3]
        )  # fmt: skip
    columns = ("actor", "always", "at times", "never")
    return [
        *sentences(f"Over the whole run, {_summary(told, none, sources)}"),
        *table_lines(columns, cells, title="How many places are open", right=columns[1:]),
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
