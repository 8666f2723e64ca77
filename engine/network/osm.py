"""Read roads and places from OSM data: XML (also compressed) and PBF."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import osmium

from engine.errors import NetworkError, Problem
from engine.network.network import Network, Provenance, Ragged
from engine.network.places import is_place, places_from_nodes
from engine.network.policy import RoadPolicy
from engine.network.topology import build_network
from engine.network.ways import NAME_TAGS, Ways, encode, find_rows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SUFFIXES = (".osm", ".osm.bz2", ".osm.gz", ".osm.pbf")
"""The files that this module reads."""

SCHEMATIC_CREDIT = "Schematic network of the supplyline project, not OpenStreetMap data"
_SCHEMATIC_TAG = "supplyline:schematic"
_UNDEFINED = 2**31 - 1
_UNITS = 1e7


@dataclass
class _Columns:
    """What one pass over a file gathers, a row per node and per way."""

    policy: RoadPolicy
    node_id: array[int] = field(default_factory=lambda: array("q"))
    x: array[int] = field(default_factory=lambda: array("q"))
    y: array[int] = field(default_factory=lambda: array("q"))
    way_id: array[int] = field(default_factory=lambda: array("q"))
    refs: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q", [0]))
    direction: array[int] = field(default_factory=lambda: array("b"))
    highway: list[str] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=lambda: {tag: [] for tag in NAME_TAGS})
    places: list[tuple[int, float, float, dict[str, str]]] = field(default_factory=list)
    blocked: list[int] = field(default_factory=list)
    schematic: bool = False

    def add_node(self, node: osmium.osm.Node) -> None:
        """Take a node: its position, and its tags if it has any."""
        at = node.location
        if at.x == _UNDEFINED and at.y == _UNDEFINED:
            return
        self.node_id.append(node.id)
        self.x.append(at.x)
        self.y.append(at.y)
        if len(node.tags):
            tags = dict(node.tags)
            self.schematic |= tags.get(_SCHEMATIC_TAG) == "yes"
            if is_place(tags):
                self.places.append((node.id, at.x / _UNITS, at.y / _UNITS, tags))
            if tags.get("barrier", "") in self.policy.barriers:
                self.blocked.append(node.id)

    def add_way(self, way: osmium.osm.Way) -> None:
        """Take a way, if it is a road."""
        tags = dict(way.tags)
        self.schematic |= tags.get(_SCHEMATIC_TAG) == "yes"
        highway = self.policy.highway_class(tags)
        if not highway:
            return
        self.way_id.append(way.id)
        self.refs.extend(node.ref for node in way.nodes)
        self.ends.append(len(self.refs))
        self.direction.append(self.policy.direction(tags))
        self.highway.append(highway)
        for column, tag in NAME_TAGS.items():
            self.names[column].append(tags.get(tag, ""))


def read_osm(path: Path, *, name: str = "", policy: RoadPolicy | None = None) -> Network:
    """Read a network from a file of OSM data.

    Parameters
    ----------
    path
        A file in one of the formats of `SUFFIXES`.
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
    name = name or str(path)
    if not path.is_file():
        raise NetworkError(Problem("there is no such file", name))
    columns = _Columns(policy or RoadPolicy())
    try:
        generator, as_of = _scan(path, columns)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise NetworkError(
            Problem(f"not readable as OSM data: {error}", name, expected=", ".join(SUFFIXES))
        ) from error
    schematic = columns.schematic or generator == "supplyline-schematic"
    credit = {"credit": SCHEMATIC_CREDIT} if schematic else {}
    provenance = Provenance(name, schematic=schematic, as_of=as_of, **credit)
    return build_network(_ways(columns, name), places_from_nodes(columns.places), provenance)


def _scan(path: Path, columns: _Columns) -> tuple[str, str]:
    """Read the file once; return the generator and the day that its header states."""
    wanted = ("highway", *columns.policy.admit, _SCHEMATIC_TAG)
    roads = osmium.filter.KeyFilter(*wanted)
    roads.enable_for(osmium.osm.WAY)
    objects = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY).with_filter(roads)
    for item in objects:
        if isinstance(item, osmium.osm.Node):
            columns.add_node(item)
        elif isinstance(item, osmium.osm.Way):
            columns.add_way(item)
    header = objects.header
    return header.get("generator"), header.get("osmosis_replication_timestamp")[:10]


def _ways(columns: _Columns, name: str) -> Ways:
    """Return the roads on the vertices that they use."""
    refs = np.array(columns.refs, dtype=np.int64)
    all_ids = np.array(columns.node_id, dtype=np.int64)
    node_id, first = np.unique(all_ids, return_index=True)
    used = np.isin(node_id, refs)
    node_id, first = node_id[used], first[used]
    x = np.array(columns.x, dtype=np.int64)[first]
    y = np.array(columns.y, dtype=np.int64)[first]
    _check_on_globe(node_id, x, y, name)
    highway, *names = encode([columns.highway, *columns.names.values()])
    rows = find_rows(node_id, refs)
    return Ways(
        node_id,
        x / _UNITS,
        y / _UNITS,
        np.isin(node_id, np.array([place[0] for place in columns.places], dtype=np.int64)),
        np.array(columns.way_id, dtype=np.int64),
        Ragged(np.array(columns.ends, dtype=np.int64), rows),
        np.array(columns.direction, dtype=np.int8),
        highway,
        *names,
    )


def _check_on_globe(
    node_id: NDArray[np.int64], x: NDArray[np.int64], y: NDArray[np.int64], name: str
) -> None:
    """Refuse coordinates (in 1e-7 degrees) that are not WGS 84."""
    off = np.flatnonzero((abs(x) > 180 * 10**7) | (abs(y) > 90 * 10**7))
    if len(off):
        node, lon, lat = node_id[off[0]], x[off[0]] / _UNITS, y[off[0]] / _UNITS
        raise NetworkError(
            Problem(
                f"node {node} lies off the globe ({lon:.7g}, {lat:.7g}), as do {len(off) - 1} more",
                name,
                expected="longitude within 180 and latitude within 90 degrees",
            )
        )
