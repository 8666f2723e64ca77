"""Places: what reports name, with their names in every script, and where they are."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import NetworkError, Problem
from engine.io.tables import read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Place:
    """A named point.

    Parameters
    ----------
    id
        The name that scenarios use: lower case ASCII and hyphens.
    name, name_ar
        English (or transliterated) and Arabic names; either may be empty.
    kind
        The OSM value of ``place`` (or ``border_control``).
    lon, lat
        WGS 84 degrees.
    aliases
        Other names, in any script.
    names
        Pairs of language code and name for every ``name:xx`` tag.
    error_km
        How far off the coordinates may be, in km; 0 if not stated.
    source
        What kind of source the coordinates come from.
    osm_id
        The id of the OSM node, 0 if there is none.
    """

    id: str
    name: str
    name_ar: str
    kind: str
    lon: float
    lat: float
    aliases: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    error_km: float = 0.0
    source: str = ""
    osm_id: int = 0


NAMELESS = "n{}"
"""The id of a place without a name in Latin letters, from the id of its OSM node."""

OTHER_NAMES = (
    "name",
    "int_name",
    "alt_name",
    "official_name",
    "old_name",
    "loc_name",
    "short_name",
)
"""Tags (also with a language behind a colon) whose names become aliases."""


NamedNode = tuple[int, float, float, "Mapping[str, str]"]
"""OSM id, longitude, latitude (WGS 84 degrees) and tags of a node."""


_ARABIC_LETTER = re.compile("[\u0600-\u06ff]")


def slug(name: str) -> str:
    """Return a name as a scenario writes it: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def is_place(tags: Mapping[str, str]) -> bool:
    """Return whether a node with these tags belongs in the gazetteer."""
    return "place" in tags or tags.get("barrier") == "border_control"


def places_from_nodes(nodes: Iterable[NamedNode]) -> tuple[Place, ...]:
    """Return the gazetteer of OSM nodes.

    Parameters
    ----------
    nodes
        The nodes of places.

    Returns
    -------
    tuple of Place
        In the order of the OSM ids; ids are made unique by ``-2``, ``-3`` behind later ones.
    """
    places: list[Place] = []
    taken: set[str] = set()
    for osm_id, lon, lat, tags in sorted(nodes, key=lambda node: node[0]):
        place = _place(osm_id, lon, lat, tags)
        place = replace(place, id=_unique(place.id, taken))
        taken.add(place.id)
        places.append(place)
    return tuple(places)


def _unique(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for n in count(2) if (name := f"{wanted}-{n}") not in taken)


def _place(osm_id: int, lon: float, lat: float, tags: Mapping[str, str]) -> Place:
    local = tags.get("name", "")
    arabic = tags.get("name:ar", "") or (local if is_arabic(local) else "")
    latin = "" if is_arabic(local) else local
    english = tags.get("name:en", "") or tags.get("int_name", "") or latin
    aliases = dict.fromkeys(
        alias.strip()
        for key, value in sorted(tags.items())
        if key.split(":")[0] in OTHER_NAMES and key not in {"name:en", "name:ar"}
        for alias in value.split(";")
    )
    return Place(
        id=tags.get("supplyline:id", "") or slug(english) or NAMELESS.format(osm_id),
        name=english,
        name_ar=arabic,
        kind=tags.get("supplyline:kind", "") or tags.get("place", "") or tags.get("barrier", ""),
        lon=lon,
        lat=lat,
        aliases=tuple(alias for alias in aliases if alias not in {"", english, arabic}),
        names=tuple((k[5:], v) for k, v in sorted(tags.items()) if k.startswith("name:")),
        error_km=_kilometres(tags.get("supplyline:error_km", "")),
        source=tags.get("source", ""),
        osm_id=osm_id,
    )


def is_arabic(text: str) -> bool:
    """Return whether a text has a letter of the Arabic script."""
    return _ARABIC_LETTER.search(text) is not None


def _kilometres(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text) else 0.0


# Places from tables that users keep beside the network.

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
        place, problem = _place_of_place_tables(record, str(path), line)
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


def _place_of_place_tables(
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
