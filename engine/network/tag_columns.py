"""The tags of lines: found in the columns of a table, whoever wrote it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.language import tr, trn
from engine.network.build import OTHER_NAME_TAGS
from engine.network.policy import RoadPolicy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import geopandas as gpd

TAG_COLUMNS = {
    "highway": ("highway", "fclass", "road_class", "class", "type"),
    "name": ("name", "road_name", "name_en"),
    "name:ar": ("name:ar", "name_ar", "name_arabi", "arabic_nam"),
    "alt_name": ("alt_name", "name_alt"),
    "ref": ("ref", "route_no"),
    "oneway": ("oneway", "one_way"),
    "osmid": ("osmid", "osm_id", "osm_ids", "full_id", "@id", "id"),
    "reversed": ("reversed",),
}
"""The columns in which a tag is looked for, whatever their case; the first one there counts."""

PACKED = ("other_tags", "all_tags", "tags")
"""Columns that hold several tags at once, as GDAL and osm2pgsql write them."""

UNCLASSED = "road"
"""The class of a line of which no column says what it is, as OSM has it."""

OTHER_FEATURES = (
    "aerialway", "aeroway", "barrier", "boundary", "building", "landuse", "leisure", "man_made",
    "military", "natural", "pipeline", "power", "railway", "route", "telecom", "waterway",
)  # fmt: skip
"""Tags of lines that are something else than a road, unless they have a class of roads."""

WHOLE = re.compile(r"-?[0-9]{1,18}")
"""A number that may be the id of something of OSM."""

_OF_A_WAY = re.compile(r"(?:way/|w)([0-9]{1,18})")
_OF_ANOTHER = re.compile(r"(?:node/|relation/|n|r)[0-9]+")
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"((?:[^"\\]|\\.)*)"')


class TagTable(NamedTuple):
    """The tags of each row, and what a reader should know of how they were found."""

    rows: list[dict[str, str]]
    remarks: tuple[str, ...]


def tags_of(frame: gpd.GeoDataFrame, policy: RoadPolicy) -> TagTable:
    """Return the tags of each row: those of the engine, and those that the policy asks for.

    Parameters
    ----------
    frame
        A row per line.
    policy
        Which tags are asked for.

    Returns
    -------
    TagTable
        A dictionary per row. A row without a class that no other feature explains has the class
        `UNCLASSED`.
    """
    columns = {str(column).lower(): column for column in reversed(frame.columns)}
    packed = [_unpacked(frame[columns[name]]) for name in PACKED if name in columns]
    others = [{k: v for each in row for k, v in each.items()} for row in zip(*packed, strict=True)]
    wanted = dict.fromkeys([*TAG_COLUMNS, *OTHER_NAME_TAGS, *policy.looks_at(), *OTHER_FEATURES])
    found: dict[str, list[str]] = {}
    for tag in wanted:
        known = [name for name in _columns_of(tag, packed=bool(packed)) if name in columns]
        if known:
            text_of = _id_in if tag == "osmid" and known[0] == "id" else _TEXTS.get(tag, text)
            found[tag] = [text_of(value) for value in frame[columns[known[0]]]]
            if text_of is _id_in and "osm_type" in columns:  # as pyrosm has it
                kinds = frame[columns["osm_type"]]
                ids = zip(found[tag], frame[columns["id"]], kinds, strict=True)
                found[tag] = [own or (_ids_in(x) if kind == "way" else "") for own, x, kind in ids]
        if any(tag in row for row in others):
            own = found.get(tag, [""] * len(frame))
            found[tag] = [said or row.get(tag, "") for said, row in zip(own, others, strict=True)]
    rows = zip(*found.values(), strict=True) if found else [()] * len(frame)
    tags = [dict(zip(found, row, strict=True)) for row in rows]
    for of_row in tags:
        names = (of_row.pop(tag, "") for tag in OTHER_NAME_TAGS)
        listed = chain.from_iterable(n.split(";") for n in (of_row.get("alt_name", ""), *names))
        of_row["alt_name"] = ";".join(dict.fromkeys(filter(None, listed)))
    return TagTable(tags, (*_classed(tags, policy), *_not_there(found, policy), *_unread(tags)))


def _classed(tags: list[dict[str, str]], policy: RoadPolicy) -> Iterator[str]:
    """Give a class to the rows that may be roads and have none; say how many, where others have one."""
    explained = ("highway", *policy.admit, *OTHER_FEATURES)
    bare = [row for row in tags if not any(row.get(tag) for tag in explained)]
    classed = sum(bool(row.get("highway")) for row in tags)
    for row in bare:
        row["highway"] = UNCLASSED
    if bare and classed:
        yield trn(
            "{n} of {all} lines have no class: each is a {name!r}",
            "{n} of {all} lines have no class: each is a {name!r}",
            len(bare),
            all=len(tags),
            name=UNCLASSED,
        )


def _not_there(found: Collection[str], policy: RoadPolicy) -> Iterator[str]:
    """Say which tags of ``[roads]`` the table has no column for."""
    if unasked := policy.asked_in_vain(found):
        yield tr(
            "no column for {tags}: what [roads] says of it has no effect", tags=", ".join(unasked)
        )


def _unread(tags: list[dict[str, str]]) -> Iterator[str]:
    """Say which values of one-way are not known, and are taken for both ways."""
    if lost := sum("??" in row.get("name", "") for row in tags):
        yield trn(
            "{n} names have question marks for letters: they were lost when it was written",
            "{n} names have question marks for letters: they were lost when it was written",
            lost,
        )
    values = {row.get("oneway", "") for row in tags}
    if values - {""} <= {"T", "F"} and values != {""}:
        yield tr(
            "one-way is only T or F: read as Geofabrik has it, T against the line and F along it"
        )
    if unread := sorted(value for value in values if not RoadPolicy.knows_direction(value)):
        listed = ", ".join(map(repr, unread[:3]))
        yield tr(
            "one-way is {values} on some lines, which is not understood: taken for both ways",
            values=listed,
        )


def _columns_of(tag: str, *, packed: bool) -> tuple[str, ...]:
    """Return the columns in which a tag is looked for; a shapefile cuts names to ten letters."""
    named = TAG_COLUMNS.get(tag, (tag,))
    if packed and tag == "highway":
        named = named[:1]  # a table of OpenStreetMap: 'type' is that of a relation
    return (*named, tag.replace(":", "_"), tag[:10])


def _unpacked(cells: Iterable[object]) -> list[dict[str, str]]:
    """Return the tags in each cell: a dictionary, JSON, or hstore (``"bridge"=>"yes"``)."""
    return [_tags_in(cell) for cell in cells]


def _tags_in(cell: object) -> dict[str, str]:
    if isinstance(cell, str) and cell.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            cell = json.loads(cell)
    if isinstance(cell, dict):
        return {str(key): str(value) for key, value in cell.items() if value is not None}
    if not isinstance(cell, str):
        return {}
    return {_unescaped(key): _unescaped(value) for key, value in _HSTORE.findall(cell)}


def _unescaped(part: str) -> str:
    return re.sub(r"\\(.)", r"\1", part)


# Values.


def is_missing(value: object) -> bool:
    """Return whether a cell is empty: None, NaN, NaT or pandas' NA."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124 - a NaN is not itself
    except (TypeError, ValueError):  # NA is not even different from itself
        return True


def text(value: object) -> str:
    """Return a value of a table as OSM would write it; the first one of a list."""
    if isinstance(value, (list, np.ndarray)):
        return text(value[0]) if len(value) else ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if is_missing(value):
        return ""
    plain = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    listed = re.match(r"\[['\"]?([^'\",\]]*)", plain)  # osmnx writes lists as text
    plain = listed[1] if listed else plain
    return {"True": "yes", "False": "no"}.get(plain, plain)


def _ids_in(value: object) -> str:
    """Return the whole numbers in a value or a list, with spaces between; none of relations."""
    values = value if isinstance(value, (list, tuple, np.ndarray)) else [value]
    texts = (text(each) for each in _listed(values))
    whole = (WHOLE.findall(each) for each in texts if not _OF_ANOTHER.fullmatch(each))
    return " ".join(chain.from_iterable(whole))


def _id_in(value: object) -> str:
    """Return the id of a way, where the value says that it is one: ``way/10``, ``w10``."""
    found = _OF_A_WAY.fullmatch(text(value))
    return found[1] if found else ""


def _listed(values: Iterable[object]) -> Iterator[object]:
    """Yield values, those of a list that is written as text one by one."""
    for value in values:
        yield from value.strip("[]").split(",") if isinstance(value, str) else [value]


_TEXTS = {"osmid": _ids_in}
