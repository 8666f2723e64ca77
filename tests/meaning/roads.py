"""The roads of a network and where places lie on them: cut there, if that is no node."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

from .lines import Edge, Point, edges, metres, nearest_at, point_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.network.arrays import Network

Vertex = int | tuple[int, float]  # a node of the network, or a point so far along a segment
MM = 0.001
NODE_M = 500
ON_NODE_M = 1
ISLAND = Fraction(1, 100)


@dataclass(frozen=True)
class Piece:
    """A part of one segment, from `begin` to `end` metres after its first node."""

    segment: int
    begin: Fraction
    end: Fraction
    tail: Vertex
    head: Vertex

    @property
    def length(self) -> Fraction:
        return self.end - self.begin

    @property
    def middle(self) -> Fraction:
        return (self.begin + self.end) / 2

    def is_in(self, part: Piece) -> bool:
        within = part.begin <= self.begin and self.end <= part.end
        return self.segment == part.segment and within


def exact(value: float) -> Fraction:
    return Fraction(value)


class Roads:
    """The segments of a network, cut where places lie that are at no node.

    `lies` has the vertex of each place, `parts` the segments so cut, `graph` them as a graph whose
    keys are numbers of parts.
    """

    def __init__(
        self, network: Network, at: dict[str, Point], rules: Counter[str] | None = None
    ) -> None:
        self.network = network
        self.is_map = not network.provenance.schematic
        self.nodes = list(zip(network.lon.tolist(), network.lat.tolist(), strict=True))
        self.length = [exact(float(length)) for length in network.length]
        self.ends_of = list(zip(network.u.tolist(), network.v.tolist(), strict=True))
        self.lines: list[list[Edge]] = [
            edges([(lon, lat) for lon, lat in network.geometry[s].tolist()], float(length))
            for s, length in enumerate(self.length)
        ]
        self.lies = self._lie(at, Counter() if rules is None else rules)
        self.cuts = {vertex for vertex in self.lies.values() if isinstance(vertex, tuple)}
        self.parts = [part for s in range(len(self.length)) for part in self.cut(s, ())]
        if rules is not None:
            rules["place on the way, at no node"] += bool(self.cuts)

    @cached_property
    def bare(self) -> nx.MultiGraph:
        """The segments before any is cut, whose keys are their numbers."""
        graph = nx.MultiGraph()
        graph.add_edges_from((u, v, s) for s, (u, v) in enumerate(self.ends_of))
        return graph

    @cached_property
    def mainland(self) -> set[int]:
        """The segments that are on no island."""
        if not self.is_map:
            return set(range(len(self.length)))
        sizes = [
            {s for _, _, s in self.bare.edges(part, keys=True)}
            for part in nx.connected_components(self.bare)
        ]
        largest = max(map(len, sizes))
        return set().union(*(part for part in sizes if len(part) >= ISLAND * largest))

    def _lie(self, at: dict[str, Point], rules: Counter[str]) -> dict[str, Vertex]:
        """Where places lie: each on its own, unless a dead end has another node near."""
        nearest = {place: self._place(spot) for place, spot in at.items()}
        beyond = {place: self._beyond_dead_end(at[place], nearest[place], rules) for place in at}
        lies = {}
        for place, node in beyond.items():
            moves = node != nearest[place]
            taken = moves and any(
                node in {nearest[other], beyond[other]} for other in at if at[other] != at[place]
            )
            rules["dead end: the other node has a place"] += taken
            rules["dead end: left aside"] += moves and not taken
            lies[place] = nearest[place] if taken else node
        return lies

    def _beyond_dead_end(self, spot: Point, nearest: Vertex, rules: Counter[str]) -> Vertex:
        """The nearest node that is no dead end, for a place near one that is."""
        degree = self.bare.degree()
        if not self.is_map or not isinstance(nearest, int) or degree[nearest] > 1:
            return nearest
        if metres(self.nodes[nearest], spot) <= ON_NODE_M:
            rules["dead end: the place is on it"] += 1
            return nearest
        others = {
            metres(self.nodes[node], spot): node
            for s in self.mainland
            for node in self.ends_of[s]
            if degree[node] > 1
        }
        if not others or min(others) > NODE_M or metres(self.nodes[nearest], spot) > NODE_M:
            rules["dead end: no other node near"] += 1
            return nearest
        return others[min(others)]

    def _place(self, spot: Point) -> Vertex:
        """Where a place lies: at the nearest node, or on the nearest road if no node is near."""
        nodes = sorted({node for s in self.mainland for node in self.ends_of[s]})
        node = min(nodes, key=lambda one: metres(self.nodes[one], spot))
        away = metres(self.nodes[node], spot)
        if not self.is_map or away <= NODE_M:
            return node
        near, along, segment = self.nearest(spot, self.mainland)
        return (segment, along) if near < away - MM else node

    def nearest(self, spot: Point, segments: Iterable[int]) -> tuple[float, float, int]:
        """How far the nearest of some segments is from a point, where along it, and which."""
        return min((*nearest_at(self.lines[s], spot), s) for s in segments)

    def spot(self, vertex: Vertex) -> Point:
        """Longitude and latitude."""
        if isinstance(vertex, int):
            return self.nodes[vertex]
        segment, at = vertex
        return point_at(self.lines[segment], at)

    def cut(self, segment: int, at: Iterable[Fraction]) -> list[Piece]:
        """The pieces of a segment, cut at some points and where places lie."""
        length, (u, v) = self.length[segment], self.ends_of[segment]
        places = {exact(along) for where, along in self.cuts if where == segment}
        inner = sorted(along for along in {*at, *places} if 0 < along < length)
        marks: list[tuple[Fraction, Vertex]] = [
            (Fraction(0), u),
            *((along, (segment, float(along))) for along in inner),
            (length, v),
        ]
        return [
            Piece(segment, begin, end, tail, head) for (begin, tail), (end, head) in pairwise(marks)
        ]

    @cached_property
    def graph(self) -> nx.MultiGraph:
        """All parts, whose metres are their lengths; one-way tags do not matter."""
        graph = nx.MultiGraph()
        graph.add_nodes_from(range(len(self.nodes)))
        for number, part in enumerate(self.parts):
            graph.add_edge(part.tail, part.head, key=number, metres=part.length)
        return graph

    def distances(self, vertex: Vertex) -> dict[Vertex, Fraction]:
        return nx.single_source_dijkstra_path_length(self.graph, vertex, weight="metres")
