"""How the answer about access reads: who reaches how many places, then which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.cli.printing import records, sentences, table_lines
from engine.cli.wording import Answer, listed
from engine.measures.access import people_by_access

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd

STATUSES = ("open", "at risk", "cut")


def accesses(
    found: pd.DataFrame, days: Sequence[dt.date] | None, lifelines: Sequence[str]
) -> Answer:
    """Return which places can be reached by whom: on some days, or over the whole run.

    Parameters
    ----------
    found
        What `engine.access` returned.
    days
        The days asked about; the whole run, if absent.
    lifelines
        Where supplies come from.
    """
    lines = sentences(f"Reached from {listed(lifelines, 'or')}:")
    if days:
        starts, ends = (found[key].to_numpy(dtype="datetime64[D]") for key in ("start", "end"))
        on_days = [(starts <= np.datetime64(day)) & (ends > np.datetime64(day)) for day in days]
        for day, rows in zip(days, on_days, strict=True):
            lines += _on_a_day(day, found[rows])
        found = found[np.any(on_days, axis=0)]
    else:
        lines += _over_time(found)
    return Answer({"places": records(found), "people": records(people_by_access(found))}, lines)


def _on_a_day(day: dt.date, found: pd.DataFrame) -> list[str]:
    """Return how many places each actor reaches, then which; the most frequent status is left out."""
    cells, named = [], []
    for actor, part in found.groupby("actor", sort=False):
        of_status = {status: part[part["status"] == status] for status in STATUSES}
        cells.append((str(actor), *(_places(of_status[status]) for status in STATUSES)))
        most = max(STATUSES, key=lambda status: len(of_status[status]))
        named += [
            f"{actor}, {status}: {', '.join(rows['place'])}"
            for status, rows in of_status.items()
            if len(rows) and status != most
        ]
    lines = table_lines(
        ("actor", *STATUSES), cells, title=f"Places on {day}", right=STATUSES
    )  # fmt: skip
    return [*lines, *(line for text in named for line in ("", *sentences(text)))]


def _places(rows: pd.DataFrame) -> str:
    people = int(rows["population"].sum())
    return f"{len(rows)}" + (f" ({people:,} people)" if people else "")


def _over_time(found: pd.DataFrame) -> list[str]:
    """Return how many places each actor can always, sometimes or never reach; then which sometimes."""
    cells, tables = [], []
    for actor, part in found.groupby("actor", sort=False):
        alike = _days_alike(part)
        whole = sum(next(iter(alike))) if alike else 0
        often: dict[str, int] = {"always": 0, "at times": 0, "never": 0}
        for counts, names in alike.items():
            word = {(whole, 0): "always", (0, whole): "never"}.get(
                (counts[0], counts[2]), "at times"
            )
            often[word] += len(names)
        cells.append((str(actor), *map(str, often.values())))
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
        *table_lines(columns, cells, title="How many places are open", right=columns[1:]),
        *tables,
    ]


def _days_alike(part: pd.DataFrame) -> dict[tuple[int, ...], list[str]]:
    """Return the places by the number of days in each status."""
    length = (part["end"] - part["start"]).dt.days
    days: dict[Any, dict[str, int]] = {p: dict.fromkeys(STATUSES, 0) for p in part["place"]}
    for place, status, count in zip(part["place"], part["status"], length, strict=True):
        days[place][status] += int(count)
    alike: dict[tuple[int, ...], list[str]] = {}
    for place, counts in days.items():
        alike.setdefault(tuple(counts.values()), []).append(str(place))
    return alike
