"""Read an OSM file with pyosmium, object by object: every format, at the pace of Python."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
import osmium
from osmium.osm import NODE, WAY, Node, Way

from engine.network.arrays import Labels, Ragged
from engine.network.endings import suffix_of
from engine.network.extract import NODE_KEYS, Extract, NodeTags, check_on_globe

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_UNDEFINED = 2**31 - 1


class _Columns:
    """What one pass over a file gathers: a row per node, per way, and per way that may be a road.

    Of an object that stands there several times, the latest version counts, and of those the first; one
    that is deleted in it is none.
    """

    def __init__(
        self,
        road_keys: tuple[str, ...],
        keys: tuple[str, ...],
        deleted: frozenset[tuple[str, int]],
    ) -> None:
        self.road_keys = road_keys
        self.deleted = deleted
        self.node_id, self.node_version, self.node_gone = array("q"), array("q"), array("b")
        self.x, self.y = array("q"), array("q")
        self.of_ways: dict[int, tuple[int, int]] = {}
        self.way_id, self.way_version = array("q"), array("q")
        self.road = array("q")
        self.refs = array("q")
        self.ends = array("q", [0])
        self.tags: dict[str, list[str]] = {key: [] for key in keys}
        self.tagged: list[tuple[int, NodeTags]] = []

    def add_node(self, node: Node) -> None:
        """Take a node; one that has no position in the file is deleted."""
        at = node.location
        gone = at.x == at.y == _UNDEFINED or node.deleted or ("node", node.id) in self.deleted
        self.node_id.append(node.id)
        self.node_version.append(node.version)
        self.node_gone.append(gone)
        self.x.append(0 if gone else at.x)
        self.y.append(0 if gone else at.y)
        if not gone and any(key in node.tags for key in NODE_KEYS):
            tagged = NodeTags(node.id, at.x, at.y, dict(node.tags))
            self.tagged.append((len(self.node_id) - 1, tagged))

    def add_way(self, way: Way) -> None:
        """Take a way."""
        self.way_id.append(way.id)
        self.way_version.append(way.version)
        gone = way.deleted or ("way", way.id) in self.deleted
        if gone or not any(key in way.tags for key in self.road_keys):
            self.road.append(-1)
            return
        self.road.append(len(self.ends) - 1)
        self.refs.extend([node.ref for node in way.nodes])
        self.of_ways |= {n.ref: (n.x, n.y) for n in way.nodes if n.location.valid()}
        self.ends.append(len(self.refs))
        get = way.tags.get
        for key, column in self.tags.items():
            column.append(get(key) or "")

    def add_nodes_of_ways(self) -> None:
        """Take the nodes that the file has no object for, if its roads say where they lie."""
        for osm_id in sorted(self.of_ways.keys() - set(self.node_id)):
            self.node_id.append(osm_id)
            self.node_version.append(0)
            self.node_gone.append(0)
            self.x.append(self.of_ways[osm_id][0])
            self.y.append(self.of_ways[osm_id][1])

    def extract(self, generator: str, as_of: str) -> Extract:
        """Return what is there of nodes and roads."""
        self.add_nodes_of_ways()
        node_id = np.array(self.node_id, dtype=np.int64)
        x, y = np.array(self.x, dtype=np.int64), np.array(self.y, dtype=np.int64)
        check_on_globe(node_id, x, y)
        counts = _latest(node_id, np.array(self.node_version, dtype=np.int64))
        counts &= np.array(self.node_gone, dtype=np.int8) == 0
        way_id = np.array(self.way_id, dtype=np.int64)
        road = np.array(self.road, dtype=np.int64)
        roads = _latest(way_id, np.array(self.way_version, dtype=np.int64)) & (road >= 0)
        refs = Ragged(np.array(self.ends, dtype=np.int64), np.array(self.refs, dtype=np.int64))
        return Extract(
            node_id[counts],
            x[counts].astype(np.int32),
            y[counts].astype(np.int32),
            way_id[roads],
            refs.take(road[roads]),
            {key: Labels.of(texts).take(road[roads]) for key, texts in self.tags.items()},
            tuple(tagged for row, tagged in self.tagged if counts[row]),
            generator,
            as_of,
        )


def _latest(ids: NDArray[np.int64], version: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows are the latest version of their id, the first of several."""
    if (ids[1:] > ids[:-1]).all():  # as nearly every file has them
        return np.ones(len(ids), dtype=bool)
    order = np.lexsort((-version, ids))
    new = np.ones(len(ids), dtype=bool)
    new[1:] = np.diff(ids[order]) != 0
    latest = np.zeros(len(ids), dtype=bool)
    latest[order[new]] = True
    return latest


def scan_with_pyosmium(
    path: Path,
    road_keys: tuple[str, ...],
    keys: tuple[str, ...],
    deleted: frozenset[tuple[str, int]] = frozenset(),
) -> Extract:
    """Read a file once.

    Parameters
    ----------
    path
        The file.
    road_keys
        Ways with one of these tags may be roads.
    keys
        The tags of such ways to keep.
    deleted
        The kinds and ids of objects that count as deleted, whatever the file says of them.

    Raises
    ------
    RuntimeError, ValueError, OSError
        If pyosmium cannot read the file.
    NetworkError
        If a node lies off the globe.
    """
    columns = _Columns(road_keys, keys, deleted)
    source = osmium.io.File(str(path), suffix_of(path)[1:])
    objects = osmium.FileProcessor(source, NODE | WAY)
    try:
        for item in objects:
            if isinstance(item, Node):
                columns.add_node(item)
            elif isinstance(item, Way):
                columns.add_way(item)
    except osmium.InvalidLocationError as error:
        raise ValueError(str(error)) from error
    day = objects.header.get("osmosis_replication_timestamp")[:10]
    return columns.extract(objects.header.get("generator"), day)
