"""Read OSM data: files of XML (also compressed) and PBF, and answers of an Overpass server (JSON)."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.parsers.expat import ExpatError

import numpy as np

from engine.errors import NetworkError, Problem
from engine.language import tr
from engine.network.arrays import Labels, Network, Provenance, Ragged
from engine.network.build import NAME_TAGS, OTHER_NAME_TAGS, build_network
from engine.network.endings import JSON, OSM, suffix_of
from engine.network.extract import (
    LENGTH_TAG,
    MINUTES_TAG,
    NODE_KEYS,
    SCHEMATIC_CREDIT,
    SCHEMATIC_TAG,
    UNITS,
    Extract,
    NodeTags,
    check_on_globe,
    pieces_of,
)
from engine.network.policy import RoadPolicy
from engine.network.schematic import as_stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray


def read_osm(path: Path, *, name: str = "", policy: RoadPolicy | None = None) -> Network:
    """Read a network from a file of OSM data.

    Parameters
    ----------
    path
        A file in one of the formats of `engine.network.extract.OSM`, or an answer of Overpass (JSON).
    name
        What the user called it; the path, if absent.
    policy
        Which ways are roads.

    Returns
    -------
    Network
        The same bytes give the same arrays.

    Raises
    ------
    NetworkError
        If the file is missing or broken, has coordinates that are not on the globe, or no road.
    """
    name, policy = name or str(path), policy or RoadPolicy()
    extract = read_extract(path, policy, name)
    try:
        roads = extract.roads(policy)
    except NetworkError as error:
        raise NetworkError([replace(each, file=name) for each in error.problems]) from error
    provenance = provenance_of(extract, name)
    remarks = [extract.lacking(roads.way_id), extract.unread_directions(roads.way_id)]
    if policy.barriers and not extract.tagged:
        remarks.append(
            tr("none of its nodes has a tag: what [roads] says of barriers has no effect")
        )
    said = tuple(f"{PurePath(name).name}: {remark}" for remark in remarks if remark)
    provenance = replace(provenance, remarks=said)
    network = build_network(roads, extract.places(), provenance)
    return as_stated(network, extract) if extract.is_schematic else network


def provenance_of(extract: Extract, name: str) -> Provenance:
    """Return where OSM data comes from: OpenStreetMap, unless it is schematic or somebody's own."""
    if extract.credit:
        return Provenance(name, extract.credit, schematic=extract.is_schematic, as_of=extract.as_of)
    if extract.is_schematic:
        return Provenance(name, SCHEMATIC_CREDIT, schematic=True, as_of=extract.as_of)
    if extract.is_sketch:
        return Provenance(name, PurePath(name).name, as_of=extract.as_of)
    return Provenance(name, as_of=extract.as_of)


def way_keys(policy: RoadPolicy, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the tags of roads to keep: what the policy looks at, the names, and more."""
    return tuple(
        dict.fromkeys(
            (
                *policy.looks_at(),
                *NAME_TAGS.values(),
                *OTHER_NAME_TAGS,
                SCHEMATIC_TAG,
                LENGTH_TAG,
                MINUTES_TAG,
                *more,
            )
        )
    )


def read_extract(
    path: Path, policy: RoadPolicy, name: str, *, more: tuple[str, ...] = ()
) -> Extract:
    """Read what a file says of roads and places.

    Parameters
    ----------
    path, policy, name
        As for `read_osm`.
    more
        Tags of ways to keep besides those that the engine uses.

    Raises
    ------
    NetworkError
        If the file is missing or broken, or has coordinates that are not on the globe.
    """
    from engine.network import pbf

    if not path.is_file():
        raise NetworkError(Problem(tr("there is no such file"), name))
    road_keys = tuple({"highway": "", **policy.admit, SCHEMATIC_TAG: ""})
    keys = way_keys(policy, more)
    try:
        if suffix_of(path) in JSON:
            return read_answers([path], policy, keys, name)
        if suffix_of(path) == ".osm.pbf":
            with suppress(pbf.UnusualError):
                return pbf.scan(path, road_keys, keys)
        from engine.network.pbf._plain import scan_with_pyosmium

        if suffix_of(path) == ".osm.pbf":
            return scan_with_pyosmium(path, road_keys, keys)
        _check_is_xml(path)
        deleted, as_of = _look_at_xml(path)
        extract = scan_with_pyosmium(path, road_keys, keys, deleted)
        return replace(extract, as_of=extract.as_of or as_of)
    except NetworkError as error:
        raise NetworkError([replace(each, file=name) for each in error.problems]) from error
    except (RuntimeError, ValueError, OSError, EOFError, MemoryError, ExpatError) as error:
        message = tr("not readable as OSM data: {reason}", reason=str(error))
        raise NetworkError(Problem(message, name, expected=", ".join(OSM))) from error


_NO_XML = {b"\x1f\x8b": ".osm.gz", b"BZh": ".osm.bz2", b"\x00\x00\x00": ".osm.pbf"}
"""How files begin that are something else than the text of XML, and what their names should end in."""


def _check_is_xml(path: Path) -> None:
    """Refuse a file that is packed, or no XML, under a name that ends in .osm."""
    if suffix_of(path) != ".osm":
        return
    with path.open("rb") as file:
        head = file.read(4)
    for start, ending in _NO_XML.items():
        if head.startswith(start):
            message = tr(
                "it is no XML, but looks like a file whose name ends in {ending}", ending=ending
            )
            expected = tr("a name that ends in {ending}", ending=ending)
            raise NetworkError(Problem(message, expected=expected))


_SPECIAL = re.compile(
    rb"<osmChange\b|<remark\b|\saction=|<meta\b|(?<=<tag)\s[^<]*<(?:/tag>\s*<)?(?=(?:nd|member)\b)"
)
_LONGEST_MARK = 1024


def _look_at_xml(path: Path) -> tuple[frozenset[tuple[str, int]], str]:
    """Return which objects of a file an editor has deleted, and the day of the map as Overpass says it.

    Raises
    ------
    NetworkError
        If the file holds changes, or an answer that the server cut short.
    """
    found: set[bytes] = set()
    rest = b""
    for piece in pieces_of(path):
        found |= {mark.strip() for mark in _SPECIAL.findall(rest + piece)}
        rest = piece[-_LONGEST_MARK:]
    if b"<osmChange" in found:
        message = tr("it holds changes to a map (osmChange), and is no map")
        raise NetworkError(Problem(message, expected=tr("OSM data")))
    if not found:
        return frozenset(), ""
    marks = _Marks()
    parser = expat.ParserCreate()
    parser.StartElementHandler = marks.start
    parser.CharacterDataHandler = marks.text
    for piece in pieces_of(path):
        parser.Parse(piece)
    _check_whole(marks.remark)
    return frozenset(marks.deleted), marks.as_of


def _check_whole(remark: str) -> None:
    """Refuse an answer on which the server remarks something."""
    if said := " ".join(remark.split())[:200]:
        message = tr("the answer of the server was cut short: it remarks {said!r}", said=said)
        raise NetworkError(Problem(message, expected=tr("a whole map: ask for a smaller area")))


class _Marks:
    """What pyosmium does not tell of an XML file."""

    def __init__(self) -> None:
        self.deleted: set[tuple[str, int]] = set()
        self.as_of = self.remark = self._element = self._object = ""
        self._has_tags = self._has_more = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """Take an element of which one begins."""
        self._element = element
        self._check_order(element, attributes)
        if attributes.get("action") == "delete" and element in {"node", "way"}:
            self.deleted.add((element, int(attributes["id"])))
        elif element == "meta":
            self.as_of = attributes.get("osm_base", "")[:10]

    def _check_order(self, element: str, attributes: dict[str, str]) -> None:
        """Refuse tags on both sides of the nodes of a way: only those before would be read."""
        if element in {"node", "way", "relation"}:
            self._object = f"{element} {attributes.get('id', '')}"
            self._has_tags = self._has_more = False
        elif element in {"nd", "member"}:
            self._has_more = self._has_tags
        elif element == "tag" and self._has_more:
            message = tr(
                "its {object} has tags on both sides of its nodes or members", object=self._object
            )
            raise NetworkError(Problem(message, expected=tr("all tags of an object together")))
        elif element == "tag":
            self._has_tags = True

    def text(self, text: str) -> None:
        """Take text of the element that began last."""
        if self._element == "remark":
            self.remark += text


# The answers of an Overpass server: elements of OSM data in JSON.

_MOST_DEGREES = 1e6
"""What is larger, infinite or no number is not even off the globe."""


def read_answers(
    files: Iterable[Path], policy: RoadPolicy, keys: tuple[str, ...], name: str
) -> Extract:
    """Read the nodes, the roads and the day of the map from several answers as from one.

    Parameters
    ----------
    files
        Overpass JSON; where an element repeats, the first counts.
    policy
        Which ways are roads; the others are left out.
    keys
        The tags of roads to keep.
    name
        Who answered, for the message.

    Raises
    ------
    NetworkError
        If an answer is malformed, or has coordinates that are not on the globe.
    """
    try:
        answers = [json.loads(file.read_bytes()) for file in files]
        for remark in (answer.get("remark") for answer in answers):
            _check_whole(str(remark or ""))
        elements = list(chain.from_iterable(answer["elements"] for answer in answers))
        return _extract(elements, policy, keys, min(_day(answer) for answer in answers))
    except NetworkError as error:
        raise NetworkError([replace(each, file=name) for each in error.problems]) from error
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        message = tr("not readable as OSM data: {reason}", reason=reason)
        raise NetworkError(Problem(message, name)) from error


def _extract(
    elements: list[dict[str, Any]], policy: RoadPolicy, keys: tuple[str, ...], as_of: str
) -> Extract:
    ways = _distinct(elements, "way")
    roads = [way for way in ways if policy.highway_class(_tags(way))]
    nodes = _distinct([*elements, *_nodes_of(roads)], "node")
    node_id = np.array([node["id"] for node in nodes], dtype=np.int64)
    x, y = (_units([node[axis] for node in nodes]) for axis in ("lon", "lat"))
    check_on_globe(node_id, x, y)
    where = zip(node_id.tolist(), x.tolist(), y.tolist(), map(_tags, nodes), strict=True)
    return Extract(
        node_id,
        x.astype(np.int32),
        y.astype(np.int32),
        np.array([way["id"] for way in roads], dtype=np.int64),
        Ragged.of(way.get("nodes", []) for way in roads),
        {key: Labels.of(_tags(way).get(key, "") for way in roads) for key in keys},
        tuple(NodeTags(*node) for node in where if not node[3].keys().isdisjoint(NODE_KEYS)),
        as_of=as_of,
    )


def _nodes_of(ways: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the nodes of ways that say where they lie, as Overpass writes them with ``out geom``."""
    for way in ways:
        drawn = way.get("geometry", [])
        if drawn and len(way.get("nodes", [])) != len(drawn):
            raise NetworkError(
                Problem(
                    tr(
                        "its way {id} has a line, but does not name its nodes, so that nobody "
                        "knows where roads meet",
                        id=str(way["id"]),
                    ),
                    expected=tr("an answer to 'out geom', without 'ids' or 'tags'"),
                )
            )
        for osm_id, at in zip(way.get("nodes", []) if drawn else [], drawn, strict=True):
            if at is not None:  # a node outside of the box asked for
                yield {"type": "node", "id": osm_id, "lon": at["lon"], "lat": at["lat"]}


def _units(degrees: list[float]) -> NDArray[np.int64]:
    """Return degrees in 1e-7 degrees."""
    exact = np.array(degrees, dtype=np.float64)
    if not (abs(exact) <= _MOST_DEGREES).all():
        raise ValueError(tr("a position that is not in degrees"))
    return np.rint(exact * UNITS).astype(np.int64)


def _distinct(elements: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return the elements of a kind in the order of their ids, each once, in its latest version."""
    found: dict[int, dict[str, Any]] = {}
    for element in elements:
        if element["type"] == kind:
            known = found.setdefault(element["id"], element)
            if element.get("version", 0) > known.get("version", 0):
                found[element["id"]] = element
    return [found[osm_id] for osm_id in sorted(found) if found[osm_id].get("visible", True)]


def _tags(element: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in element.get("tags", {}).items()}


def _day(answer: dict[str, Any]) -> str:
    """Return the day of the data that an answer states, ISO 8601; empty if it does not."""
    return str(answer.get("osm3s", {}).get("timestamp_osm_base", ""))[:10]
