"""Series and parallel pairs: reachability stays, in fewer vertices."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from engine.connectivity.reduce import reduced, with_pairs_joined
from tests.connectivity.networks import Case, cases, is_true
from tests.connectivity.test_reduce import asked


@pytest.mark.slow
@settings(max_examples=400)
@given(case=cases())
def test_joined_vertices_answer_as_before(case: Case) -> None:
    for query in (case.query, reduced(case.query)):
        joined = with_pairs_joined(query, len(case.states))
        assert is_true(case, joined.query, joined.open_rows(case.states))
        assert joined.query.kernel.n_vertices <= query.kernel.n_vertices


def test_a_chain_is_one_vertex_between_the_ends() -> None:
    joined = with_pairs_joined(asked([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)], 0, 5), 5)
    assert joined.query.kernel.n_vertices == 3
    assert [joint.both for joint in joined.joints] == [True, True]


def test_two_chains_side_by_side_are_one_vertex_between_the_ends() -> None:
    roads = [(0, 1), (1, 2), (2, 9), (1, 3), (3, 9), (9, 10)]
    joined = with_pairs_joined(asked(roads, 0, 10), 6)
    assert joined.query.kernel.n_vertices == 3
    assert sorted(joint.both for joint in joined.joints) == [False, True, True]


def test_one_way_streets_are_left_alone() -> None:
    both_ways = asked([(0, 1), (1, 2), (2, 3)], 0, 3)
    kernel = both_ways.kernel
    forth = kernel.tail < kernel.head
    one_way = replace(kernel, tail=kernel.tail[forth], head=kernel.head[forth])
    query = replace(both_ways, kernel=one_way)
    assert with_pairs_joined(query, 3).query is query
