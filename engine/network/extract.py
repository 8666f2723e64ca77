"""What a file of OSM data says of roads and places, before any policy is applied."""

from __future__ import annotations

import bz2
import gzip
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.errors import NetworkError, Problem
from engine.language import tr, trn
from engine.network.arrays import Labels, Provenance, Ragged
from engine.network.build import (
    NAME_TAGS,
    OTHER_NAME_TAGS,
    Ways,
    barred,
    combinations,
    find_rows,
    together,
)
from engine.network.gazetteer import is_place, places_from_nodes
from engine.network.policy import RoadPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.network.arrays import Place


UNITS = 10**7
"""OSM data counts in 1e-7 degrees."""

GENERATOR = "supplyline"
SCHEMATIC_GENERATOR = "supplyline-schematic"
SCHEMATIC_TAG = "supplyline:schematic"
SCHEMATIC_CREDIT = "Schematic network of the supplyline project, not OpenStreetMap data"
SKETCH_CREDIT = "Schematic sketch, not OpenStreetMap data"
"""The credit of a schematic network that somebody has drawn from tables of their own."""
LENGTH_TAG = "supplyline:length_km"
"""A tag of a way of a schematic network: how long the road is that it stands for."""
MINUTES_TAG = "supplyline:minutes"
"""A tag of a way of a schematic network: how long it takes to drive the road that it stands for."""
CREDIT_TAG = "supplyline:credit"
"""A tag of any node: whom to credit for the whole file, if not the contributors to OpenStreetMap."""

NODE_KEYS = ("place", "barrier", SCHEMATIC_TAG, CREDIT_TAG)
"""Nodes with one of these tags are kept with all their tags."""


def credit_tags(provenance: Provenance) -> dict[str, str]:
    """Return the tags that say whom to credit, where the file would not be known for whose it is."""
    usual = SCHEMATIC_CREDIT if provenance.schematic else Provenance("").credit
    is_known = provenance.credit in {"", usual}
    return {} if is_known else {CREDIT_TAG: provenance.credit}


class NodeTags(NamedTuple):
    """A node with its tags; x and y are longitude and latitude in 1e-7 degrees."""

    osm_id: int
    x: int
    y: int
    tags: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Extract:
    """Nodes, ways that may be roads, and nodes with tags, in the order of the file.

    Parameters
    ----------
    node_id
        int64 of shape (nodes,); where an id repeats, the first counts.
    x, y
        Longitude and latitude in 1e-7 degrees, int32 of shape (nodes,).
    way_id
        int64 of shape (ways,).
    refs
        The node ids of each way, whether the file has the nodes or not.
    tags
        The tags asked for, a row per way.
    tagged
        Nodes with one of `NODE_KEYS`.
    generator
        The program that wrote the file.
    as_of
        The day of the map, ISO 8601, if the file says so.
    """

    node_id: NDArray[np.int64]
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    way_id: NDArray[np.int64]
    refs: Ragged
    tags: dict[str, Labels]
    tagged: tuple[NodeTags, ...]
    generator: str = ""
    as_of: str = ""

    @property
    def is_schematic(self) -> bool:
        """Whether the lines only stand for roads."""
        return (
            self.generator == SCHEMATIC_GENERATOR
            or bool(self.tags[SCHEMATIC_TAG].among({"yes"}).any())
            or any(node.tags.get(SCHEMATIC_TAG) == "yes" for node in self.tagged)
        )

    @property
    def credit(self) -> str:
        """Whom the file itself says to credit; empty if it does not say."""
        return next((node.tags[CREDIT_TAG] for node in self.tagged if CREDIT_TAG in node.tags), "")

    @property
    def is_sketch(self) -> bool:
        """Whether none of the ways has an id of OpenStreetMap: somebody drew them in an editor."""
        return (
            bool(len(self.way_id)) and self.generator != GENERATOR and bool((self.way_id < 0).all())
        )

    def places(self) -> tuple[Place, ...]:
        """Return the gazetteer."""
        return places_from_nodes(
            (node.osm_id, node.x / UNITS, node.y / UNITS, node.tags)
            for node in self.tagged
            if is_place(node.tags)
        )

    def roads(self, policy: RoadPolicy) -> Ways:
        """Return the ways that are roads, over the vertices that they use."""
        looked_at = {key: self.tags[key] for key in policy.looks_at()}
        kind, kinds = combinations(tuple(looked_at.values()))
        tags = [dict(zip(looked_at, texts, strict=True)) for texts in kinds]
        classes = Labels.of([policy.highway_class(of_kind) for of_kind in tags])
        directions = np.array([policy.direction(of_kind) for of_kind in tags], dtype=np.int8)
        if self.generator.startswith("OSMnx"):  # it has turned such ways, and left their tag
            directions = np.abs(directions)
        rows = np.flatnonzero(classes.codes[kind] > 0)
        refs = self.refs.take(rows)
        node_id, first = self.distinct_nodes()
        vertex = find_rows(node_id, refs.values)
        if len(rows) and (vertex < 0).all():
            raise NetworkError(
                Problem(
                    trn(
                        "it has {n} roads, but none of the nodes that say where they lie",
                        "it has {n} roads, but none of the nodes that say where they lie",
                        len(rows),
                    ),
                    expected=tr(
                        "an extract with nodes (osmium keeps or adds them; of Overpass, "
                        "ask with 'out geom', or '(._;>;); out;')"
                    ),
                )
            )
        used = np.zeros(len(node_id), dtype=bool)
        used[vertex[vertex >= 0]] = True
        number = np.append(np.cumsum(used) - 1, -1)
        node_id, at = node_id[used], first[used]
        ways = Ways(
            node_id,
            self.x[at] / UNITS,
            self.y[at] / UNITS,
            np.isin(node_id, self._ids_where(is_place)),
            self.way_id[rows],
            Ragged(refs.starts, number[vertex]),
            directions[kind[rows]],
            classes.take(kind[rows]),
            *(self._names(tag, rows) for tag in NAME_TAGS.values()),
        )
        shut = self._ids_where(lambda tags: tags.get("barrier") in policy.barriers)
        return barred(ways, np.isin(node_id, shut)) if len(shut) else ways

    def lacking(self, roads: NDArray[np.int64]) -> str:
        """Return what to say of the nodes that some ways name and the data has not; often nothing.

        Parameters
        ----------
        roads
            The ids of the ways, int64.
        """
        refs = np.unique(self.refs.take(np.flatnonzero(np.isin(self.way_id, roads))).values)
        gone = int((find_rows(self.distinct_nodes()[0], refs) < 0).sum())
        if not gone:
            return ""
        return trn(
            "{n} of the {all} nodes of its roads are not in it: the roads end there",
            "{n} of the {all} nodes of its roads are not in it: the roads end there",
            gone,
            all=len(refs),
        )

    def unread_directions(self, roads: NDArray[np.int64]) -> str:
        """Return what to say of values of ``oneway`` on some ways that nobody knows; often nothing.

        Parameters
        ----------
        roads
            The ids of the ways, int64.
        """
        said = self.tags["oneway"]
        used = np.unique(said.codes[np.isin(self.way_id, roads)])
        values = {said.values[code] for code in used}
        unread = sorted(value for value in values if not RoadPolicy.knows_direction(value))
        if not unread:
            return ""
        listed = ", ".join(map(repr, unread[:3]))
        return tr(
            "one-way is {values} on some ways, which is not understood: taken for both ways",
            values=listed,
        )

    def _names(self, tag: str, rows: NDArray[np.int64]) -> Labels:
        """Return the values of a tag of names; with ``alt_name`` go the other names there are."""
        if tag != "alt_name":
            return self.tags[tag].take(rows)
        others = (tag, *(other for other in OTHER_NAME_TAGS if other in self.tags))
        return together(tuple(self.tags[other].take(rows) for other in others))

    def _ids_where(self, holds: Callable[[Mapping[str, str]], bool]) -> NDArray[np.int64]:
        """Return the ids of the tagged nodes for whose tags something holds."""
        return np.array([node.osm_id for node in self.tagged if holds(node.tags)], dtype=np.int64)

    def distinct_nodes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each node id once, sorted, and the row where it stands first."""
        if (self.node_id[1:] > self.node_id[:-1]).all():  # as nearly every file has them
            return self.node_id, np.arange(len(self.node_id))
        node_id, first = np.unique(self.node_id, return_index=True)
        return node_id, first


def check_on_globe(node_id: NDArray[np.int64], x: NDArray[np.int64], y: NDArray[np.int64]) -> None:
    """Refuse positions (in 1e-7 degrees) that are not on the globe.

    Raises
    ------
    NetworkError
        If there is one.
    """
    east, north = 180 * UNITS, 90 * UNITS
    off = (x > east) | (x < -east) | (y > north) | (y < -north)  # abs would spare the least integer
    if off.any():
        first = int(np.argmax(off))
        message = tr(
            "node {node} lies off the globe, at longitude {lon:.7g}, latitude {lat:.7g}",
            node=str(node_id[first]),
            lon=x[first] / UNITS,
            lat=y[first] / UNITS,
        )
        raise NetworkError(message)


# How far a packed file may swell before it is taken for a bomb.

MAX_RATIO = 100
"""Unpacked bytes per packed byte; OSM data has 10 to 30 as XML and to less than 10 as PBF."""

SMALL = 64 * 2**20
"""Unpacked bytes that are let through whatever the ratio."""

_PIECE = 2**20


class Budget:
    """What is left of the bytes that a file may unpack to.

    Parameters
    ----------
    packed
        Bytes of the file.
    """

    def __init__(self, packed: int) -> None:
        self.left = SMALL + MAX_RATIO * packed

    def spend(self, unpacked: int) -> None:
        """Take note of bytes unpacked.

        Raises
        ------
        NetworkError
            If they are too many.
        """
        self.left -= unpacked
        if self.left < 0:
            message = tr(
                "it unpacks to more than {times} times its size: not a map, but a bomb",
                times=MAX_RATIO,
            )
            raise NetworkError(message)


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield the unpacked bytes of a file, piece by piece; one that swells too much is refused.

    Parameters
    ----------
    path
        A file; ``.gz`` and ``.bz2`` at the end of its name say that it is packed.

    Raises
    ------
    NetworkError
        If it swells too much.
    OSError, EOFError
        If the file is broken.
    """
    budget = Budget(path.stat().st_size)
    packing: dict[str, Callable[[Path, str], Any]] = {".gz": gzip.open, ".bz2": bz2.open}
    try:
        with packing.get(path.suffix.lower(), open)(path, "rb") as unpacked:
            while piece := unpacked.read(_PIECE):
                budget.spend(len(piece))
                yield piece
    except zlib.error as error:
        raise OSError(str(error)) from error
