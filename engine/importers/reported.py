"""What a table of reports says of a scenario that is still to be written: its actors, days and places."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import NetworkError, Problem, ScenarioError
from engine.language import tr
from engine.network.gazetteer import resolve_place
from engine.scenario.cells import header_problems, read_table

if TYPE_CHECKING:
    import os

    from engine.network.arrays import Place

_PARTIES = ("actor", "defender", "contestants")
_DAYS = ("earliest", "date", "latest")
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Reported:
    """What a table of reports names.

    Parameters
    ----------
    actors
        The parties, by how often they are named.
    start, end
        The first day that it names, and the day after the last.
    sites
        The names of places and roads, each once, with the first row that has it.
    undated
        The rows whose day could not be read.
    """

    actors: tuple[str, ...]
    start: dt.date | None
    end: dt.date | None
    sites: dict[str, int]
    undated: tuple[int, ...] = ()


def reported(path: str | os.PathLike[str]) -> Reported:
    """Return the actors, the days and the places that a table of reports names.

    Parameters
    ----------
    path
        A table as ``supplyline import sheet`` takes it.

    Raises
    ------
    ScenarioError
        If it cannot be read, or names neither actors nor days.
    """
    read = read_table(Path(path), "events", usually=False)
    if not ({"date", "earliest", "latest"} & read.columns.keys() and "site" in read.columns):
        raise ScenarioError(
            next(
                header_problems(read, "events"),
                Problem(tr("the table has no columns of days and places"), str(path)),
            )
        )
    counts: dict[str, int] = {}
    days: list[dt.date] = []
    sites: dict[str, int] = {}
    for row in read.rows:
        for key in _PARTIES:
            value = row.values.get(key, ())
            names = value if isinstance(value, (list, tuple)) else (value,)
            for name in filter(None, names):
                counts[name] = counts.get(name, 0) + 1
        days += [day for key in _DAYS if isinstance(day := row.values.get(key), dt.date)]
        if isinstance(site := row.values.get("site"), str):
            sites.setdefault(site, row.line)
    actors = sorted(counts, key=lambda name: -counts[name])
    last = max(days) + _ONE_DAY if days else None
    undated = tuple(row.line for row in read.rows if any(key in _DAYS for key, *_ in row.faults))
    return Reported(tuple(actors), min(days, default=None), last, sites, undated)


def places_reported(
    found: Reported, places: tuple[Place, ...]
) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """Return the places that the reports name, and the names that are no place, with their row."""
    known: dict[str, Place] = {}
    unknown = []
    for name, line in found.sites.items():
        try:
            place = resolve_place(places, name)
        except NetworkError as error:
            near = error.problems[0].nearest
            unknown.append(
                tr(
                    "{name!r} (row {row}; did you mean {near!r}?)",
                    name=name,
                    row=line,
                    near=near[0],
                )
                if near
                else tr("{name!r} (row {row})", name=name, row=line)
            )
        else:
            known.setdefault(place.id, place)
    return tuple(known.values()), tuple(unknown)
