"""Disjoint paths, critical segments and cheapest paths against networkx, on random networks."""

from __future__ import annotations

from math import inf

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.connectivity.roads import Roads, cheapest_path, edge_disjoint_paths, on_every_path
from tests.draws import Draws


@st.composite
def random_roads(draw):
    """A network, which segments are one-way (or None), sources and targets, and costs."""
    random = Draws(draw)
    nodes, segments = int(random.integers(2, 12)), int(random.integers(1, 26))
    u, v = random.integers(0, nodes, (2, segments))
    oneway = random.random(segments) < 0.4 if random.random() < 0.5 else None
    is_open = random.random(segments) < 0.85
    ends = [
        random.choice(nodes, int(random.integers(1, min(3, nodes + 1))), replace=False)
        for _ in range(2)
    ]
    return nodes, u, v, is_open, oneway, ends, random.integers(0, 5, segments).astype(float)


def as_graph(nodes, u, v, is_open, oneway, ends):
    """The same for networkx: a directed multigraph with one edge for each direction."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(nodes))
    for segment in np.flatnonzero(is_open):
        graph.add_edge(int(u[segment]), int(v[segment]), segment=int(segment))
        if oneway is None or not oneway[segment]:
            graph.add_edge(int(v[segment]), int(u[segment]), segment=int(segment))
    graph.add_edges_from(("start", int(node)) for node in ends[0])
    graph.add_edges_from((int(node), "goal") for node in ends[1])
    return graph


def n_disjoint_by_networkx(graph):
    """A maximum flow in which each segment has room for one, either way."""
    flat = nx.DiGraph()
    flat.add_nodes_from(["start", "goal"])
    for a, b in graph.edges():
        room = flat.get_edge_data(a, b, {"capacity": 0})["capacity"]
        flat.add_edge(a, b, capacity=10**6 if {a, b} & {"start", "goal"} else room + 1)
    return nx.maximum_flow_value(flat, "start", "goal")


def critical_by_networkx(graph, segments):
    """The segments without which there is no way; none if there is no way as it is."""
    found = set()
    for segment in segments:
        gone = [(a, b, k) for a, b, k, s in graph.edges(keys=True, data="segment") if s == segment]
        left = graph.copy()
        left.remove_edges_from(gone)
        if not nx.has_path(left, "start", "goal"):
            found.add(int(segment))
    return found


def least_cost_by_networkx(graph, cost):
    """The cost of the cheapest path; steps from the start and to the goal are free."""

    def price(_a, _b, parallel):
        return min(cost[one["segment"]] if one else 0.0 for one in parallel.values())

    return nx.dijkstra_path_length(graph, "start", "goal", weight=price)


@pytest.mark.parametrize("cases", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_disjoint_ways_and_critical_segments_equal_networkx(cases):
    seen = {"none": 0, "one": 0, "several": 0, "coincide": 0, "critical": 0}

    @settings(max_examples=cases)
    @given(random_roads())
    def compare(case):
        nodes, u, v, is_open, oneway, ends, cost = case
        roads = Roads.of(u, v, is_open, nodes, oneway=oneway)
        ways, every = edge_disjoint_paths(roads, *ends), on_every_path(roads, *ends)
        path = cheapest_path(roads, cost, *ends)
        graph = as_graph(nodes, u, v, is_open, oneway, ends)
        if set(ends[0].tolist()) & set(ends[1].tolist()):
            assert (ways, len(every), len(path)) == (inf, 0, 0)
            seen["coincide"] += 1
            return
        assert ways == n_disjoint_by_networkx(graph)
        seen["none" if ways == 0 else "one" if ways == 1 else "several"] += 1
        if ways == 0:
            assert every is None
            assert path is None
            return
        assert set(every.tolist()) == critical_by_networkx(graph, np.flatnonzero(is_open))
        assert every.tolist() == [piece for piece in path.tolist() if piece in every]
        assert cost[path].sum() == least_cost_by_networkx(graph, cost)
        seen["critical"] += len(every) > 0

    compare()
    assert min(seen.values()) > cases / 17, seen
