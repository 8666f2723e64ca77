"""Stretches of road: by name, by the shortest ways between places, and the ways of corridors."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

from .corridors import is_side_street
from .lines import metres

if TYPE_CHECKING:
    from collections import Counter

    from engine.network.arrays import Network
    from engine.scenario.model import Site

    from .lines import Point
    from .roads import Roads, Vertex


class Stretches:
    """The part of the ground that knows which parts of roads a stretch is made of."""

    network: Network
    roads: Roads
    rules: Counter[str]
    lies: dict[str, Vertex]
    spots: dict[str, Point]
    is_map: bool

    def _parts(self, site: Site) -> set[int]:
        """The parts of roads of which a stretch or a site of OSM ways is made."""
        if not site.ways:
            return self._stretch(site)
        self.rules["OSM ways"] += 1
        wanted = set(site.ways)
        return {
            number
            for number, part in enumerate(self.roads.parts)
            if wanted & set(self.network.ways[part.segment].tolist())
        }

    def _stretch(self, site: Site) -> set[int]:
        """The parts of a road, or of all shortest ways from each of some places to the next."""
        parts = self.roads.parts
        called, everything = set(), set(range(len(parts)))
        for column in ("name", "name_ar", "alt_name", "ref"):
            labels = getattr(self.network, column)
            fits = {n for n, part in enumerate(parts) if labels[part.segment] in site.road}
            self.rules[f"stretch by {column}"] += bool(fits)
            called |= fits
        if not site.between:
            return called
        if site.buffer_km is not None:
            return self._way_of_corridor(site, called)
        self.rules["stretch between two places" + (" on a road" if site.road else "")] += 1
        chosen = called if site.road else everything
        met = sorted({v for n in chosen for v in (parts[n].tail, parts[n].head)}, key=str)
        stops = [
            min(met, key=lambda one: metres(self.roads.spot(one), self.spots[place]))
            for place in site.between
        ]
        self.rules["stretch from the road's nearest nodes"] += stops != [
            self.lies[place] for place in site.between
        ]
        return self._chain(stops, dict.fromkeys(chosen, 1))

    def _way_of_corridor(self, site: Site, called: set[int]) -> set[int]:
        """The best way along its places: on roads of its names, and main roads, first."""
        stops = [self.lies[place] for place in site.between]
        other, side, plain = {}, {}, {}
        for n, part in enumerate(self.roads.parts):
            street = self.is_map and is_side_street(self.network.highway[part.segment])
            plain[n], other[n] = 1, 3 if site.road and n not in called else 1
            side[n] = 4 if street else 1
        best = self._chain(stops, {n: other[n] * side[n] for n in plain})
        self.rules["corridor: other names threefold"] += best != self._chain(stops, side)
        self.rules["corridor: side streets fourfold"] += best != self._chain(stops, other)
        return best

    def _chain(self, stops: list[Vertex], times: dict[int, int]) -> set[int]:
        """All shortest ways from each stop to the next, by how many times each part counts."""
        parts, graph, chain = self.roads.parts, nx.MultiGraph(), set()
        cost = {n: parts[n].length * count for n, count in times.items()}
        for n in sorted(cost):
            graph.add_edge(parts[n].tail, parts[n].head, metres=cost[n])
        far = math.inf
        for start, goal in pairwise(stops):
            out, back = (
                nx.single_source_dijkstra_path_length(graph, end, weight="metres")
                for end in (start, goal)
            )
            way = {
                n
                for n in cost
                for a, b in ((parts[n].tail, parts[n].head), (parts[n].head, parts[n].tail))
                if out.get(a, far) + cost[n] + back.get(b, far) == out.get(goal, -1)
            }
            self.rules["several shortest ways"] += sum(cost[n] for n in way) > out.get(goal, far)
            chain |= way
        return chain
