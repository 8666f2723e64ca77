"""Critical places and segments against networkx, on random scenarios."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.measures.articulation import articulation, disjoint_paths

from .cases import random_cases

CASES = 1000


def way_graph(analysis, name, at, leave_out=()):
    """The ground of open paths on an interval as a networkx graph, written from the tables alone."""
    route = next(route for route in analysis.scenario.routes if route.id == name)
    code = list(analysis.scenario.actors).index(route.actor)
    states, sectors = analysis.states, analysis.sectors
    day = states.on(at)
    is_open = (day.secure if analysis.routes[name][at] == 2 else day.possible)(code)
    graph = nx.MultiDiGraph() if analysis.scenario.oneway == "respect" else nx.MultiGraph()
    network = sectors.network
    for piece in np.flatnonzero(is_open[sectors.sector]):
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
        sites, sectors = analysis.sectors.sites, analysis.sectors
        start, goal = (int(sites.node[sites.index[name]]) for name in (route.from_[0], route.to))
        found = articulation(analysis, analysis.days[at].item(), subject="straight")
        places = set(found.site[found.kind == "place"])
        roads = {(r.segment, r.from_m) for r in found[found.kind == "road"].itertuples()}

        def joined(graph, start=start, goal=goal):
            return {start, goal} <= set(graph) and nx.has_path(graph, start, goal)

        for piece in range(sectors.network.n_segments):
            name = (int(sectors.pieces.parent[piece]), float(sectors.pieces.from_m[piece]))
            cut = not joined(way_graph(analysis, "straight", at, {piece}))
            assert (name in roads) == cut, piece
        for place in set("abcdef") - {route.from_[0], route.to}:
            covered = set(np.flatnonzero(sectors.covers[sites.index[place]][sectors.sector]))
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
    paths = disjoint_paths(seed_analysis).set_index("id")
    assert paths.loc[["castello"], "paths"].tolist() == [1, 1]


def test_a_cut_route_has_no_critical_ground(besieged):
    assert articulation(besieged, "2014-12-26", subject="castello").empty
    assert disjoint_paths(besieged, "2014-12-26", subject="castello").paths.tolist() == [0]
