"""Cut an area out of OSM data, put parts together, and write the result: roads and places only."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from engine.errors import NetworkError, Problem
from engine.language import tr
from engine.network.arrays import EARTH_RADIUS_M, Labels, Ragged
from engine.network.build import find_rows
from engine.network.extract import CREDIT_TAG, GENERATOR, UNITS, Extract, NodeTags
from engine.network.write import osm_writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

MORE_TAGS = (
    "bridge",
    "construction",
    "ford",
    "lanes",
    "layer",
    "maxspeed",
    "surface",
    "toll",
    "tunnel",
)
"""Tags of roads that are kept besides those that the engine uses."""


def cut(extract: Extract, box: Box) -> Extract:
    """Return the ways that come into a box, whole, with their nodes, and the tagged nodes in it.

    A way comes into the box with a node, or with a step between two nodes outside of it.

    Parameters
    ----------
    extract
        The data.
    box
        The area.
    """
    ways = _ways_in(extract, box)
    refs = extract.refs.take(ways)
    near = (_in_box(node, box) for node in extract.tagged)
    tagged = tuple(node for node in near if node.tags)
    with_tags = np.array([node.osm_id for node in tagged], dtype=np.int64)
    nodes = np.flatnonzero(np.isin(extract.node_id, np.union1d(refs.values, with_tags)))
    return Extract(
        extract.node_id[nodes],
        extract.x[nodes],
        extract.y[nodes],
        extract.way_id[ways],
        refs,
        {key: column.take(ways) for key, column in extract.tags.items()},
        tagged,
        extract.generator,
        extract.as_of,
    )


def _in_box(node: NodeTags, box: Box) -> NodeTags:
    """Return a node with its tags; of one outside of a box, only with what it says of the whole file."""
    if box.west <= node.x / UNITS <= box.east and box.south <= node.y / UNITS <= box.north:
        return node
    return node._replace(tags={k: v for k, v in node.tags.items() if k == CREDIT_TAG})


def _ways_in(extract: Extract, box: Box) -> NDArray[np.int64]:
    """Return the rows of the ways that come into a box."""
    node_id, first = extract.distinct_nodes()
    node = find_rows(node_id, extract.refs.values)
    known = node >= 0
    way, at = extract.refs.rows[known], first[node[known]]
    x, y = extract.x[at], extract.y[at]
    begin = np.flatnonzero(np.diff(way, prepend=-1))
    west, south, east, north = (edge * UNITS for edge in box)
    near = np.zeros(len(extract.refs), dtype=bool)
    near[way[begin]] = (
        (np.minimum.reduceat(x, begin) <= east)
        & (np.maximum.reduceat(x, begin) >= west)
        & (np.minimum.reduceat(y, begin) <= north)
        & (np.maximum.reduceat(y, begin) >= south)
    )
    of_near = np.flatnonzero(near[way])
    of_near = np.repeat(of_near, 1 + (np.diff(way[of_near], prepend=-1) != 0))  # no line of a point
    rows, line = np.unique(way[of_near], return_inverse=True)
    at_degrees = np.column_stack([x[of_near], y[of_near]]) / UNITS
    lines = shapely.linestrings(at_degrees, indices=line)
    return rows[shapely.intersects(lines, shapely.box(*box))]


def merge(parts: list[Extract]) -> Extract:
    """Return all nodes and ways of several parts, each once, in the order of their ids.

    Parameters
    ----------
    parts
        Extracts with the same tags, one at least.
    """
    node_id, node = np.unique(np.concatenate([p.node_id for p in parts]), return_index=True)
    way_id, way = np.unique(np.concatenate([p.way_id for p in parts]), return_index=True)
    sizes = np.concatenate([np.diff(p.refs.starts) for p in parts])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    refs = Ragged(starts, np.concatenate([p.refs.values for p in parts]))
    tags = {
        key: Labels.of(np.concatenate([p.tags[key].texts() for p in parts])[way].tolist())
        for key in parts[0].tags
    }
    tagged = {tagged.osm_id: tagged for p in reversed(parts) for tagged in p.tagged}
    return Extract(
        node_id,
        np.concatenate([p.x for p in parts])[node],
        np.concatenate([p.y for p in parts])[node],
        way_id,
        refs.take(way),
        tags,
        tuple(tagged[osm_id] for osm_id in sorted(tagged)),
        parts[0].generator,
        min(p.as_of for p in parts),
    )


def write_extract(
    extract: Extract, path: Path, credit_tags: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Write OSM data; the ending of the path says the format.

    Parameters
    ----------
    extract
        The data.
    path
        Where to write it.
    credit_tags
        Tags for the first node that say whom to credit (`engine.network.write.credit_tags`).
    """
    from osmium.osm.mutable import Node, Way

    tags_of = {node.osm_id: dict(node.tags) for node in extract.tagged}
    if credit_tags:
        tags_of.setdefault(int(extract.node_id[0]), {}).update(credit_tags)
    columns = {key: column.texts() for key, column in extract.tags.items()}
    nodes = zip(extract.node_id.tolist(), extract.x.tolist(), extract.y.tolist(), strict=True)
    with osm_writer(path, extract.generator or GENERATOR, extract.as_of) as out:
        for osm_id, x, y in nodes:
            at = (x / UNITS, y / UNITS)
            out.add_node(Node(id=osm_id, version=1, location=at, tags=tags_of.get(osm_id, {})))
        for row, osm_id in enumerate(extract.way_id.tolist()):
            tags = {key: texts[row] for key, texts in columns.items() if texts[row]}
            out.add_way(Way(id=osm_id, version=1, nodes=extract.refs[row].tolist(), tags=tags))


# Areas to fetch: boxes in degrees, and how to come by them.

KM_PER_DEGREE = math.radians(1) * EARTH_RADIUS_M / 1000


class Box(NamedTuple):
    """A box in WGS 84 degrees that does not cross the date line."""

    west: float
    south: float
    east: float
    north: float

    def checked(self) -> Box:
        """Return the box.

        Raises
        ------
        NetworkError
            If it is empty, or not on the globe.
        """
        if -180 <= self.west < self.east <= 180 and -90 <= self.south < self.north <= 90:
            return self
        raise NetworkError(
            Problem(
                tr(
                    "the box {edges} is empty or off the globe",
                    edges=", ".join(f"{edge:g}" for edge in self),
                ),
                field="bbox",
                expected=tr("west, south, east, north in degrees, as in 36.6 35.7 37.6 36.7"),
            )
        )

    def grown(self, km: float) -> Box:
        """Return the box with a margin of some km on every side, cut at the edge of the map."""
        north = km / KM_PER_DEGREE
        widest = max(abs(self.south), abs(self.north)) + north
        east = north / max(math.cos(math.radians(min(widest, 89.0))), 0.01)
        return Box(
            max(self.west - east, -180.0),
            max(self.south - north, -90.0),
            min(self.east + east, 180.0),
            min(self.north + north, 90.0),
        ).checked()

    def tiles(self, most: float) -> Iterator[Box]:
        """Yield equal parts of at most so many square degrees, from the south-west on."""
        count = max(
            1, math.ceil(math.sqrt((self.east - self.west) * (self.north - self.south) / most))
        )
        wide, high = (self.east - self.west) / count, (self.north - self.south) / count
        for row in range(count):
            for column in range(count):
                yield Box(
                    self.west + column * wide,
                    self.south + row * high,
                    self.east if column == count - 1 else self.west + (column + 1) * wide,
                    self.north if row == count - 1 else self.south + (row + 1) * high,
                )

    def meets(self, other: Box) -> bool:
        """Return whether two boxes have a point in common."""
        across = self.west <= other.east and other.west <= self.east
        return across and self.south <= other.north and other.south <= self.north

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points lie in the box, its edge included."""
        inside = (self.west <= lon) & (lon <= self.east)
        return inside & (self.south <= lat) & (lat <= self.north)


def box_around(points: Iterable[tuple[float, float]], km: float) -> Box:
    """Return the box that holds all points (lon, lat), with a margin of some km around it.

    Raises
    ------
    NetworkError
        If there are no points.
    """
    lon, lat = zip(*points, strict=True) if (points := list(points)) else ((), ())
    if not lon:
        raise NetworkError(tr("there is nothing to draw a box around"))
    return Box(min(lon), min(lat), max(lon), max(lat)).grown(max(km, 0.001))
