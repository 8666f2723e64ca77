"""Distances by the overlay against networkx, on random networks and states."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.connectivity.kernel import build_kernel, ends_at, join_ends
from engine.connectivity.overlay import build_overlay, least_costs
from tests.draws import Draws

NETWORKS, STATES = 1000, 5


def by_networkx(u, v, sector, cost, oneway, factor, sources, targets):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(100))
    for segment in range(len(u)):
        price = cost[segment] * factor[sector[segment]]
        if not np.isfinite(price):
            continue
        for a, b, leads in ((u, v, True), (v, u, oneway is None or not oneway[segment])):
            known = graph.get_edge_data(a[segment], b[segment], {"price": np.inf})["price"]
            if leads:
                graph.add_edge(a[segment], b[segment], price=min(price, known))
    usable = [
        [n for n, s in side if np.isfinite(factor[s]) and meets(u, v, sector, n, s)]
        for side in (sources, targets)
    ]
    if not usable[0]:
        return np.inf
    far = nx.multi_source_dijkstra_path_length(graph, usable[0], weight="price")
    return min((far.get(n, np.inf) for n in usable[1]), default=np.inf)


def meets(u, v, sector, node, own):
    return bool(np.any(((u == node) | (v == node)) & (sector == own)))


def distances_by_overlay_and_by_networkx(draw, states=STATES, targets=1):
    """The least costs on a random network, in a few states, by the overlay and by networkx."""
    random = Draws(draw)
    nodes, segments, n_sectors = int(random.integers(2, 30)), int(random.integers(1, 70)), 8
    u, v = random.integers(0, nodes, (2, segments))
    sector = (np.minimum(u, v) * n_sectors // nodes + random.integers(0, 2, segments)) % n_sectors
    cost = random.integers(1, 100, segments).astype(float)
    oneway = random.random(segments) < 0.4 if random.random() < 0.5 else None
    kernel = build_kernel(u, v, sector)
    directed = kernel if oneway is None else build_kernel(u, v, sector, oneway=oneway)
    sides = [
        [
            (int(n), int(random.integers(0, n_sectors)))
            for n in random.choice(nodes, k, replace=False)
        ]
        for k in (random.integers(1, 3), min(targets, nodes))
    ]
    at = [np.array([n for n, _ in side]) for side in sides]
    ends = [
        join_ends([ends_at(directed, np.array([n]), np.arange(n_sectors) == s) for n, s in side])
        for side in sides
    ]
    overlay = build_overlay(kernel, u, v, sector, cost, np.concatenate(at), oneway=oneway)
    factor = random.choice([1.0, 1.0, 2.5, np.inf], (n_sectors, states))
    found = least_costs(overlay, directed, factor, (at[0], at[1]), (ends[0], ends[1]))
    expected = [
        by_networkx(u, v, sector, cost, oneway, factor[:, s], *sides) for s in range(states)
    ]
    return found, expected


@pytest.mark.slow
def test_distances_equal_networkx():
    finite = 0

    @settings(max_examples=NETWORKS)
    @given(st.data())
    def compare(data):
        nonlocal finite
        found, expected = distances_by_overlay_and_by_networkx(data.draw)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        finite += np.isfinite(expected).sum()

    compare()
    assert finite > 150
