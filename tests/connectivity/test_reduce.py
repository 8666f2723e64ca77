"""Each reduction keeps every answer, and takes away what it should."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from engine.connectivity.kernel import build_kernel, ends_at
from engine.connectivity.reduce import (
    ReducedQuery,
    bare_kernel,
    between,
    block_of_edge,
    reduced,
    through_blocks,
    with_histories_merged,
    without_dead_ends,
)
from tests.connectivity.networks import Case, answer, cases, is_true

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.slow
@pytest.mark.parametrize("step", [between, without_dead_ends, through_blocks, reduced])
@settings(max_examples=250)
@given(case=cases())
def test_what_lies_between_the_ends_decides(
    step: Callable[[ReducedQuery], ReducedQuery], case: Case
) -> None:
    query = step(case.query)
    assert np.array_equal(answer(query, case.states), answer(case.query, case.states))
    assert is_true(case, query)


@pytest.mark.slow
@settings(max_examples=250)
@given(case=cases())
def test_sectors_of_equal_histories_are_one(case: Case) -> None:
    merged = with_histories_merged(case.query, case.states)
    assert is_true(case, merged)
    assert is_true(case, with_histories_merged(reduced(case.query), case.states))
    neighbours = zip(merged.kernel.tail, merged.kernel.head, strict=True)
    both_ways = {(int(a), int(b)) for a, b in neighbours}
    for a, b in both_ways:
        if (b, a) in both_ways:
            histories = case.states[merged.kernel.sector[[a, b]]]
            assert not np.array_equal(histories[0], histories[1])


def asked(roads: list[tuple[int, int]], start: int, goal: int) -> ReducedQuery:
    """Ask for a way from one node to another where every road is a sector of its own."""
    u, v = np.array(roads).T
    kernel = build_kernel(u, v, np.arange(len(roads)))
    own = np.ones(len(roads), dtype=bool)
    return ReducedQuery(
        kernel, ends_at(kernel, np.array([start]), own), ends_at(kernel, np.array([goal]), own)
    )


def test_dead_ends_go_one_after_the_other() -> None:
    way_with_spur = [(0, 1), (1, 2), (1, 3), (3, 4), (4, 5)]
    assert without_dead_ends(asked(way_with_spur, 0, 2)).kernel.n_vertices == 2


def test_blocks_beside_the_way_go() -> None:
    circle_beside_the_way = asked([(0, 1), (1, 2), (1, 3), (3, 4), (4, 5), (5, 3)], 0, 2)
    assert through_blocks(circle_beside_the_way).kernel.sector.tolist() == [0, 1, 2]
    assert reduced(circle_beside_the_way).kernel.sector.tolist() == [0, 1]


def test_what_is_reached_only_against_the_traffic_goes() -> None:
    u, v = np.array([(0, 1), (1, 2), (3, 1), (1, 4)]).T
    kernel = build_kernel(u, v, np.arange(4), oneway=np.ones(4, dtype=bool))
    own = np.ones(4, dtype=bool)
    ends = [ends_at(kernel, np.array([node]), own) for node in (0, 2)]
    query = ReducedQuery(kernel, *ends)
    assert between(query).kernel.n_vertices == kernel.n_vertices - 2  # nodes 3 and 4
    assert set(reduced(query).kernel.sector.tolist()) == {0, 1}


def test_own_ground_beside_the_way_still_decides_whether_an_end_is_usable() -> None:
    u, v = np.array([(0, 1), (1, 2), (1, 3)]).T
    kernel = build_kernel(u, v, np.arange(3))
    source = ends_at(kernel, np.array([0]), np.array([True, False, False]))
    target = ends_at(kernel, np.array([1]), np.array([False, False, True]))
    states = np.array([[0b11], [0b00], [0b10]], dtype=np.uint64)
    query = reduced(ReducedQuery(kernel, source, target))
    assert answer(query, states).tolist() == [[0b10]]


def test_blocks_agree_with_networkx() -> None:
    dice = random.Random(5)
    for _ in range(200):
        graph = nx.gnm_random_graph(
            dice.randrange(3, 14), dice.randrange(3, 20), dice.randrange(999)
        )
        start, goal = dice.sample(sorted(graph), 2)
        graph.remove_edges_from([(start, goal)])
        if not nx.has_path(graph, start, goal):
            continue
        joined = graph.copy()
        joined.add_edge(start, goal)
        (expected,) = (b for b in nx.biconnected_components(joined) if {start, goal} <= b)
        beside = {vertex: list(graph[vertex]) for vertex in graph}
        assert block_of_edge(beside, start, goal) == expected


def test_a_vertex_with_many_neighbours_does_not_keep_dead_ends_elsewhere() -> None:
    path_with_spur, star = [(0, 1), (1, 2), (1, 3), (3, 4)], [(20, 21 + n) for n in range(10)]
    assert without_dead_ends(asked(path_with_spur + star, 0, 2)).kernel.n_vertices == 2 + len(star)


def test_a_kernel_of_arcs_alone_has_no_meetings() -> None:
    kernel = bare_kernel(np.array([0, 1]), np.array([1, 0, 0]), np.array([0, 1, 1]))
    assert (kernel.tail.tolist(), kernel.head.tolist()) == ([1, 0], [0, 1])
    meetings = (kernel.meeting_node, kernel.meeting_sector, kernel.meeting_vertex)
    assert [len(each) for each in meetings] == [0, 0, 0]
