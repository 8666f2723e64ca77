"""The cheapest path against networkx, on random graphs with parallel, free and closed arcs."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.connectivity.kernel import build_kernel, ends_at, join_ends
from engine.connectivity.roads import shortest_path, shortest_path_between_ends

NODES = 7
COSTS = st.sampled_from([0.0, 1.0, 2.0, 5.0, np.inf])
ARCS = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), COSTS), max_size=25)
SOME = st.lists(st.integers(0, NODES - 1), max_size=3)


@given(ARCS, SOME, SOME)
def test_paths_cost_what_networkx_finds(arcs, sources, targets) -> None:
    tail, head = (np.array([arc[end] for arc in arcs], dtype=np.int64) for end in (0, 1))
    cost = np.array([arc[2] for arc in arcs], dtype=np.float64)
    found = shortest_path(tail, head, cost, np.array(sources, int), np.array(targets, int))
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(NODES))
    graph.add_weighted_edges_from(arc for arc in arcs if np.isfinite(arc[2]))
    far = nx.multi_source_dijkstra_path_length(graph, set(sources)) if sources else {}
    least = min((far[at] for at in targets if at in far), default=None)
    if least is None:
        assert found is None
        return
    assert found is not None
    assert cost[found].sum() == least
    if len(found):
        assert tail[found[0]] in sources
        assert head[found[-1]] in targets
        assert (head[found[:-1]] == tail[found[1:]]).all()
    else:
        assert set(sources) & set(targets)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=14
    ),
    st.lists(COSTS, min_size=5, max_size=5),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=2, max_size=4),
)
def test_paths_between_ends_use_the_ends_own_ground(segments, by_sector, ends) -> None:
    u, v, sector = np.array(segments).T
    kernel = build_kernel(u, v, sector)
    cost = np.array(by_sector)[kernel.sector]
    sources, targets = (
        join_ends([ends_at(kernel, np.array([node]), np.arange(5) == own) for node, own in some])
        for some in (ends[:1], ends[1:])
    )
    path = shortest_path_between_ends(kernel, cost, sources, targets)
    least = min(
        (
            _cheapest(kernel, cost, sources, at, targets, to)
            for at in range(sources.n)
            for to in range(targets.n)
        ),
        default=np.inf,
    )
    assert (len(path) > 0) == np.isfinite(least)
    if len(path):
        assert cost[path].sum() <= least
        assert set(path) & set(sources.vertex[sources.own])
        assert set(path) & set(targets.vertex[targets.own])


def _cheapest(kernel, cost, sources, at, targets, to) -> float:
    """The cost of the cheapest path, own ground paid for at both ends."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(kernel.n_vertices))
    for tail, head in zip(kernel.tail.tolist(), kernel.head.tolist(), strict=True):
        graph.add_edge(tail, head, weight=cost[head])
    least = np.inf
    for start, own_start in _own(sources, at):
        for goal, own_goal in _own(targets, to):
            if start in graph and nx.has_path(graph, start, goal):
                inner = cost[start] + nx.dijkstra_path_length(graph, start, goal)
                least = min(
                    least,
                    inner
                    + (0 if own_start == start else cost[own_start])
                    + (0 if own_goal == goal else cost[own_goal]),
                )
    return least


def _own(ends, terminal) -> list[tuple[int, int]]:
    rows = ends.terminal == terminal
    return [
        (int(vertex), int(own))
        for vertex in ends.vertex[rows]
        for own in ends.vertex[rows & ends.own]
    ]


def test_an_end_on_its_own_ground_pays_for_it_once() -> None:
    """The ground of the path is the end's own: no cheaper ground beside it is taken as well."""
    u, v, sector = np.array([[0, 1, 0], [0, 2, 1], [1, 3, 2]]).T
    kernel = build_kernel(u, v, sector)
    cost = np.array([5.0, 3.0, 1.0])[kernel.sector]
    start = ends_at(kernel, np.array([0]), np.array([True, True, False]))
    goal = ends_at(kernel, np.array([3]), np.array([False, False, True]))
    path = shortest_path_between_ends(kernel, cost, start, goal)
    assert kernel.sector[path].tolist() == [0, 2]
    other = ends_at(kernel, np.array([0]), np.array([False, True, False]))
    path = shortest_path_between_ends(kernel, cost, other, goal)
    assert kernel.sector[path].tolist() == [1, 0, 2]
