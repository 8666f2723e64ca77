"""Draw a schematic network: places and the roads between them, as OSM XML that says what it is."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.network.arrays import great_circle_m
from engine.network.extract import (
    CREDIT_TAG,
    LENGTH_TAG,
    MINUTES_TAG,
    SCHEMATIC_GENERATOR,
    SCHEMATIC_TAG,
    SKETCH_CREDIT,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.network.arrays import Labels, Network, Place
    from engine.network.extract import Extract

OSM_PLACES = frozenset({"city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood"})
"""Kinds of places that OSM has; a named spot without a settlement is a locality."""


@dataclass(frozen=True)
class SketchedRoad:
    """A road of a schematic network.

    Parameters
    ----------
    id, name, name_ar, aliases, ref, highway
        What it is called, and its class.
    vertices
        In order: the id of a place, or latitude and longitude (WGS 84 degrees) of a bend.
    alignment
        How sure its course is.
    length_km, minutes
        Its length and travel time, where they are known.
    source
        Where it is known from.
    """

    id: str
    name: str
    name_ar: str
    aliases: tuple[str, ...]
    ref: str
    highway: str
    vertices: tuple[str | tuple[float, float], ...]
    alignment: str = ""
    length_km: float | None = None
    minutes: float | None = None
    source: str = ""


def draw(
    places: Sequence[Place],
    roads: Sequence[SketchedRoad],
    *,
    drawn_by: str,
    credit: str = SKETCH_CREDIT,
) -> bytes:
    """Return a schematic network as OSM XML 0.6; the same input gives the same bytes.

    Parameters
    ----------
    places
        The places.
    roads
        The roads between them.
    drawn_by
        With what and from which tables it is drawn, as the remark at its top says it.
    credit
        Whom to credit; the first place bears it as a tag. Empty for the project's own network.

    Returns
    -------
    bytes
        Ids are negative: places, then bends, in their order; ways likewise.
    """
    node_id = {place.id: f"-{row}" for row, place in enumerate(places, 1)}
    root = ET.Element("osm", version="0.6", generator=SCHEMATIC_GENERATOR)
    root.append(ET.Comment(_notice(drawn_by)))
    bends = [at for road in roads for at in road.vertices if not isinstance(at, str)]
    lats = [*(place.lat for place in places), *(lat for lat, _ in bends)]
    lons = [*(place.lon for place in places), *(lon for _, lon in bends)]
    ET.SubElement(
        root,
        "bounds",
        minlat=_degrees(min(lats)),
        minlon=_degrees(min(lons)),
        maxlat=_degrees(max(lats)),
        maxlon=_degrees(max(lons)),
    )
    for place in places:
        node = _node(root, node_id[place.id], place.lat, place.lon)
        _tag(node, _place_tags(place) | {CREDIT_TAG: credit})
        credit = ""
    refs: list[list[str]] = []
    n_nodes = len(places)
    for road in roads:
        refs.append([])
        for at in road.vertices:
            if isinstance(at, str):
                refs[-1].append(node_id[at])
                continue
            n_nodes += 1
            refs[-1].append(f"-{n_nodes}")
            _node(root, refs[-1][-1], *at)
    for row, (road, nodes) in enumerate(zip(roads, refs, strict=True), 1):
        way = ET.SubElement(root, "way", id=f"-{row}", version="1")
        for ref in nodes:
            ET.SubElement(way, "nd", ref=ref)
        _tag(way, _road_tags(road))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _notice(drawn_by: str) -> str:
    """Return the remark at the top; two hyphens would end it."""
    while "--" in drawn_by:
        drawn_by = drawn_by.replace("--", "- -")
    return (
        " A schematic network: its lines stand for roads and do not follow them. This is not "
        f"OpenStreetMap data. Drawn by {drawn_by}. "
    )


def _node(root: ET.Element, osm_id: str, lat: float, lon: float) -> ET.Element:
    return ET.SubElement(root, "node", id=osm_id, version="1", lat=_degrees(lat), lon=_degrees(lon))


def _degrees(value: float) -> str:
    """Return degrees as OSM counts them, in 1e-7; three decimals at least."""
    text = f"{value:.7f}"
    return text[:-4] + text[-4:].rstrip("0")


def _place_tags(place: Place) -> dict[str, str]:
    return {
        "place": place.kind if place.kind in OSM_PLACES else "locality",
        "barrier": "border_control" if place.kind == "border_control" else "",
        "name": place.name_ar or place.name,  # as OSM has it in Syria
        **_names(place),
        "source": place.source,
        "supplyline:id": place.id,
        "supplyline:kind": place.kind,
        "supplyline:error_km": str(float(place.error_km)) if place.error_km else "",
        SCHEMATIC_TAG: "yes",
    }


def _road_tags(road: SketchedRoad) -> dict[str, str]:
    return {
        "highway": road.highway,
        "name": road.name or road.name_ar,  # English: few roads have an Arabic name on record
        **_names(road),
        "ref": road.ref,
        "source": road.source,
        "supplyline:id": road.id,
        "supplyline:alignment": road.alignment,
        LENGTH_TAG: "" if road.length_km is None else f"{road.length_km:.10g}",
        MINUTES_TAG: "" if road.minutes is None else f"{road.minutes:.10g}",
        SCHEMATIC_TAG: "yes",
    }


def _names(row: Place | SketchedRoad) -> dict[str, str]:
    """Return the tags of names; one that is not in Latin letters is not called English."""
    return {
        "name:en": row.name if is_latin(row.name) else "",
        "name:ar": row.name_ar,
        "alt_name": ";".join(row.aliases),
    }


def is_latin(text: str) -> bool:
    """Return whether all letters of a text are Latin ones.

    Examples
    --------
    >>> is_latin("Nouméa 2"), is_latin("ጎንደር")
    (True, False)
    """
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())


def _tag(element: ET.Element, tags: dict[str, str]) -> None:
    for key, value in tags.items():
        if value:
            ET.SubElement(element, "tag", k=key, v=value)


def as_stated(network: Network, extract: Extract) -> Network:
    """Return a schematic network with the lengths and travel times that its ways state.

    A way that became several segments shares both out among them as they are drawn.

    Parameters
    ----------
    network
        What became of the ways.
    extract
        The ways, with their tags `LENGTH_TAG` and `MINUTES_TAG`.
    """
    way_id = extract.way_id.tolist()
    metres = {osm_id: 1000 * km for osm_id, km in _stated(way_id, extract.tags[LENGTH_TAG]).items()}
    return with_stated(network, metres, _stated(way_id, extract.tags[MINUTES_TAG]))


def with_stated(
    network: Network, metres: Mapping[int, float], minutes: Mapping[int, float]
) -> Network:
    """Return a network with the lengths and travel times that ways state, by id."""
    if metres:
        length = _shared_out(network, metres)
        network = replace(network, length=np.where(np.isnan(length), network.length, length))
    return replace(network, minutes=_shared_out(network, minutes)) if minutes else network


def _shared_out(network: Network, stated: Mapping[int, float]) -> NDArray[np.float64]:
    """Return the share of each segment in what its way states, by length; NaN where it states nothing."""
    of_one = np.diff(network.ways.starts) == 1
    way = np.where(of_one, network.ways.values[network.ways.starts[:-1]], 0)
    ids = np.array(sorted(stated))
    place = np.minimum(np.searchsorted(ids, way), len(ids) - 1)
    rows = np.flatnonzero(of_one & (ids[place] == way))
    whole = np.bincount(place[rows], weights=network.length[rows], minlength=len(ids))
    values = np.array([stated[osm_id] for osm_id in ids.tolist()])
    ratio = np.divide(values, whole, out=np.full(len(ids), np.nan), where=whole > 0)
    found = np.full(network.n_segments, np.nan)
    found[rows] = network.length[rows] * ratio[place[rows]]
    return found


def _stated(way_id: Iterable[int], texts: Labels) -> dict[int, float]:
    """Return the numbers above zero that ways state, by id; what is none is left out."""
    found = {}
    for osm_id, text in zip(way_id, texts.texts().tolist(), strict=True):
        try:
            number = float(text or "nan")
        except ValueError:
            continue
        if 0 < number < np.inf:
            found[osm_id] = number
    return found


def drawn_km(points: Sequence[tuple[float, float]]) -> float:
    """Return the length of a line through points (latitude, longitude), km."""
    lat, lon = np.array(points, dtype=np.float64).T
    return float(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum()) / 1000
