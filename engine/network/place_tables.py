"""Places from tables that users keep beside the network."""

from __future__ import annotations

import math
from pathlib import Path

from engine.errors import NetworkError, Problem
from engine.network.places import Place, slug
from engine.scenario.tables import read_records

COLUMNS = ("id", "name", "name_ar", "aliases", "kind", "lat", "lon", "error_km", "source")
"""Columns of a table of places; ``lat``, ``lon`` and an id or a name must be filled."""


def read_places(path: str | Path) -> tuple[Place, ...]:
    """Read places from a table.

    Parameters
    ----------
    path
        Text in UTF-8 with the columns `COLUMNS`, in any order; ``;`` divides aliases.

    Returns
    -------
    tuple of Place
        In the order of the rows. A row without an id gets one from its name.

    Raises
    ------
    NetworkError
        If rows are no places: all problems at once.
    ScenarioError
        If the file cannot be read as a table.
    """
    records, problems = read_records(Path(path), COLUMNS, ("aliases",))
    places: dict[str, Place] = {}
    for line, record in records:
        place, problem = _place(record, str(path), line)
        if place is not None and place.id in places:
            message = f"a second place with the id {place.id!r}"
            problem = Problem(message, str(path), line, "id", place.id)
        if problem is not None:
            problems.append(problem)
        elif place is not None:
            places[place.id] = place
    if problems:
        raise NetworkError(problems)
    return tuple(places.values())


def _place(
    record: dict[str, object], file: str, line: int
) -> tuple[Place, None] | tuple[None, Problem]:
    """Return the place of a row, or what is wrong with it."""
    numbers = {}
    for column, most in (("lat", 90.0), ("lon", 180.0), ("error_km", 1000.0)):
        text = str(record.get(column, "0" if column == "error_km" else ""))
        number = _number(text)
        if not abs(number) <= most:
            expected = f"a number within {most:g}"
            message = f"{column} is {text!r}"
            return None, Problem(message, file, line, column, text, expected)
        numbers[column] = number
    name = str(record.get("name", ""))
    place_id = str(record.get("id", "")) or slug(name)
    if not place_id:
        message = "a place has neither an id nor a name in Latin letters"
        return None, Problem(message, file, line, "id", expected="an id")
    aliases = record.get("aliases", [])
    return Place(
        id=place_id,
        name=name,
        name_ar=str(record.get("name_ar", "")),
        kind=str(record.get("kind", "")),
        lon=numbers["lon"],
        lat=numbers["lat"],
        aliases=tuple(aliases) if isinstance(aliases, list) else (),
        error_km=numbers["error_km"],
        source=str(record.get("source", "")),
    ), None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
