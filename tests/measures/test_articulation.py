"""Disjoint ways and critical segments against networkx, on random networks."""

from __future__ import annotations

from math import inf

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.connectivity.roads import Roads, edge_disjoint_paths, on_every_path
from engine.measures.articulation import articulation, disjoint_paths
from tests.draws import Draws

from .cases import random_cases

CASES = 1000


@st.composite
def random_roads(draw):
    """A network, which segments are one-way (or None), and sources and targets."""
    random = Draws(draw)
    nodes, segments = int(random.integers(2, 12)), int(random.integers(1, 26))
    u, v = random.integers(0, nodes, (2, segments))
    oneway = random.random(segments) < 0.4 if random.random() < 0.5 else None
    is_open = random.random(segments) < 0.85
    ends = [
        random.choice(nodes, int(random.integers(1, min(3, nodes + 1))), replace=False)
        for _ in range(2)
    ]
    return nodes, u, v, is_open, oneway, ends


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


@pytest.mark.slow
def test_disjoint_ways_and_critical_segments_equal_networkx():
    seen = {"none": 0, "one": 0, "several": 0, "coincide": 0, "critical": 0}

    @settings(max_examples=CASES)
    @given(random_roads())
    def compare(case):
        nodes, u, v, is_open, oneway, ends = case
        roads = Roads.of(u, v, is_open, nodes, oneway=oneway)
        ways, every = edge_disjoint_paths(roads, *ends), on_every_path(roads, *ends)
        graph = as_graph(nodes, u, v, is_open, oneway, ends)
        if set(ends[0].tolist()) & set(ends[1].tolist()):
            assert (ways, len(every)) == (inf, 0)
            seen["coincide"] += 1
            return
        assert ways == n_disjoint_by_networkx(graph)
        seen["none" if ways == 0 else "one" if ways == 1 else "several"] += 1
        if ways == 0:
            assert every is None
            return
        assert set(every.tolist()) == critical_by_networkx(graph, np.flatnonzero(is_open))
        assert len(set(every.tolist())) == len(every)
        seen["critical"] += len(every) > 0

    compare()
    assert min(seen.values()) > 60, seen


def way_graph(analysis, name, at, leave_out=()):
    """The ground of open ways on an interval as a networkx graph, written from the tables alone."""
    route = next(route for route in analysis.scenario.routes if route.id == name)
    code = list(analysis.scenario.actors).index(route.actor)
    states, ground = analysis.states, analysis.sectors
    is_open = (states.secure if analysis.routes[name][at] == 2 else states.possible)(code)[:, at]
    graph = nx.MultiDiGraph() if analysis.scenario.oneway == "respect" else nx.MultiGraph()
    network = ground.network
    for piece in np.flatnonzero(is_open[ground.sector]):
        if piece in leave_out:
            continue
        graph.add_edge(int(network.u[piece]), int(network.v[piece]))
        if graph.is_directed() and not network.oneway[piece]:
            graph.add_edge(int(network.v[piece]), int(network.u[piece]))
    return graph


@pytest.mark.slow
def test_critical_places_and_pieces_are_those_without_which_there_is_no_way():
    compared = 0

    @settings(max_examples=150)
    @given(random_cases(), st.integers(0, 20))
    def compare(case, at):
        nonlocal compared
        scenario = case.scenario.model_copy(update={"gates": ()})
        analysis = engine.analyze(scenario, network=case.network)
        at %= len(analysis.days)
        if analysis.routes["straight"][at] == 0:
            return
        route = scenario.routes[0]
        sites, ground = analysis.sectors.sites, analysis.sectors
        start, goal = (int(sites.node[sites.index[name]]) for name in (route.from_[0], route.to))
        found = articulation(analysis, analysis.days[at].item(), subject="straight")
        places = set(found.site[found.kind == "place"])
        roads = {(r.segment, r.from_m) for r in found[found.kind == "road"].itertuples()}

        def joined(graph, start=start, goal=goal):
            return {start, goal} <= set(graph) and nx.has_path(graph, start, goal)

        for piece in range(ground.network.n_segments):
            name = (int(ground.pieces.parent[piece]), float(ground.pieces.from_m[piece]))
            cut = not joined(way_graph(analysis, "straight", at, {piece}))
            assert (name in roads) == cut, piece
        for place in set("abcdef") - {route.from_[0], route.to}:
            covered = set(np.flatnonzero(ground.covers[sites.index[place]][ground.sector]))
            cut = not joined(way_graph(analysis, "straight", at, covered))
            assert (place in places) == cut, place
        compared += 1

    compare()
    assert compared > 30


def test_the_seed_scenario(seed_analysis):
    found = articulation(seed_analysis, "2014-12-05", subject="castello")
    assert set(found.site[found.kind == "place"]) == {"castello-complex", "castello-mid"}
    roads = found[found.kind == "road"]
    assert set(roads.name) == {"Castello road"}
    assert set(roads.name_ar) == {"طريق الكاستيلو"}
    assert (roads.length_m > 0).all()
    assert found.crs == 4326
    ways = disjoint_paths(seed_analysis).set_index("id")
    assert ways.loc[["castello"], "ways"].tolist() == [1, 1]


def test_a_cut_route_has_no_critical_ground(besieged):
    assert articulation(besieged, "2014-12-26", subject="castello").empty
    assert disjoint_paths(besieged, "2014-12-26", subject="castello").ways.tolist() == [0]
