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

_UNDEFINED = 2**31 - 1


class _Columns:
    """What one pass over a file gathers, a row per node and per way."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.node_id = array("q")
        self.x = array("q")
        self.y = array("q")
        self.way_id = array("q")
        self.refs = array("q")
        self.ends = array("q", [0])
        self.tags: dict[str, list[str]] = {key: [] for key in keys}
        self.tagged: list[NodeTags] = []

    def add_node(self, node: Node) -> None:
        """Take a node, unless the file gives it no position (a deleted one)."""
        at = node.location
        if at.x == at.y == _UNDEFINED:
            return
        self.node_id.append(node.id)
        self.x.append(at.x)
        self.y.append(at.y)
        if any(key in node.tags for key in NODE_KEYS):
            self.tagged.append(NodeTags(node.id, at.x, at.y, dict(node.tags)))

    def add_way(self, way: Way) -> None:
        """Take a way."""
        self.way_id.append(way.id)
        self.refs.extend([node.ref for node in way.nodes])
        self.ends.append(len(self.refs))
        get = way.tags.get
        for key, column in self.tags.items():
            column.append(get(key) or "")


def scan_with_pyosmium(path: Path, road_keys: tuple[str, ...], keys: tuple[str, ...]) -> Extract:
    """Read a file once.

    Parameters
    ----------
    path
        The file.
    road_keys
        Ways with one of these tags may be roads.
    keys
        The tags of such ways to keep.

    Raises
    ------
    RuntimeError, ValueError, OSError
        If pyosmium cannot read the file.
    NetworkError
        If a node lies off the globe.
    """
    columns = _Columns(keys)
    roads = osmium.filter.KeyFilter(*road_keys)
    roads.enable_for(WAY)
    source = osmium.io.File(str(path), suffix_of(path)[1:])
    objects = osmium.FileProcessor(source, NODE | WAY).with_filter(roads)
    try:
        for item in objects:
            if isinstance(item, Node):
                columns.add_node(item)
            elif isinstance(item, Way):
                columns.add_way(item)
    except osmium.InvalidLocationError as error:
        raise ValueError(str(error)) from error
    node_id = np.array(columns.node_id, dtype=np.int64)
    x, y = np.array(columns.x, dtype=np.int64), np.array(columns.y, dtype=np.int64)
    check_on_globe(node_id, x, y)
    return Extract(
        node_id,
        x.astype(np.int32),
        y.astype(np.int32),
        np.array(columns.way_id, dtype=np.int64),
        Ragged(np.array(columns.ends, dtype=np.int64), np.array(columns.refs, dtype=np.int64)),
        {key: Labels.of(texts) for key, texts in columns.tags.items()},
        tuple(columns.tagged),
        objects.header.get("generator"),
        objects.header.get("osmosis_replication_timestamp")[:10],
    )
