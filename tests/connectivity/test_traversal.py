"""The plain routines and SciPy's give the same bits on random graphs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.connectivity.roads import cheapest_arcs
from engine.connectivity.traversal import (
    Arcs,
    connected_parts,
    distances,
    nearest_start,
    reached_from,
)

NODES = 9
VERTEX = st.integers(0, NODES - 1)
COST = st.sampled_from([1e-9, 0.1, 0.2, 0.3, 1.0, 1000.0, np.inf])
ARCS = st.lists(st.tuples(VERTEX, VERTEX, COST), max_size=30)


def graph_of(arcs: list[tuple[int, int, float]]) -> Arcs:
    tail, head = (np.array([arc[end] for arc in arcs], dtype=np.int64) for end in (0, 1))
    return cheapest_arcs(tail, head, np.array([arc[2] for arc in arcs], dtype=float), NODES)[0]


@given(ARCS, st.lists(VERTEX, min_size=1, max_size=3, unique=True), st.sampled_from([0.5, np.inf]))
def test_plain_and_scipy_agree(arcs, starts, limit) -> None:
    graph = graph_of(arcs)
    unweighted = Arcs(graph.tail, graph.head, NODES)
    for strong in (False, True):
        plain, scipy = (
            connected_parts(unweighted, strong=strong, engine=engine)
            for engine in ("plain", "scipy")
        )
        assert plain[0] == scipy[0]
        assert plain[1].tolist() == scipy[1].tolist()
        first_of_parts = [plain[1].tolist().index(part) for part in range(plain[0])]
        assert first_of_parts == sorted(first_of_parts)
    plain, scipy = (reached_from(unweighted, starts, engine=one) for one in ("plain", "scipy"))
    assert plain.tolist() == scipy.tolist()
    plain, scipy = (
        distances(graph, np.array(starts), limit=limit, engine=one) for one in ("plain", "scipy")
    )
    assert plain.tolist() == scipy.tolist()
    plain, scipy = (
        nearest_start(graph, np.array(starts), engine=one) for one in ("plain", "scipy")
    )
    assert [one.tolist() for one in plain] == [one.tolist() for one in scipy]
    assert np.isfinite(plain[0]).tolist() == reached_from(unweighted, starts).tolist()


def test_a_dearer_way_found_first_does_not_end_the_search() -> None:
    """Vertex 1 is waiting twice; what is behind it is looked at only after its dearer turn."""
    arcs = [(0, 1, 5.0), (0, 2, 1.0), (2, 1, 1.0), (1, 3, 1.0), (3, 4, 10.0), (4, 5, 1.0)]
    graph = graph_of(arcs)
    for engine in ("plain", "scipy"):
        cost, before = nearest_start(graph, np.array([0]), engine=engine)
        assert cost[:6].tolist() == [0.0, 2.0, 1.0, 3.0, 13.0, 14.0]
        assert before[:6].tolist() == [-1, 2, 0, 1, 3, 4]


def test_arcs_without_costs_have_no_distances() -> None:
    bare = Arcs(np.array([0]), np.array([1]), 2)
    for engine in ("plain", "scipy"):
        with pytest.raises(TypeError, match="no costs"):
            nearest_start(bare, np.array([0]), engine=engine)
    with pytest.raises(TypeError, match="no costs"):
        distances(bare, np.array([0]), engine="plain")
