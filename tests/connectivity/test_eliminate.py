"""Elimination: the straight line of steps gives what moving along the arcs gives."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from engine.connectivity import _orders
from engine.connectivity.bits import unpack
from engine.connectivity.eliminate import (
    ALWAYS,
    NEVER,
    READ,
    Program,
    Steps,
    TooManyStepsError,
    eliminated,
)
from engine.connectivity.reduce import reduced
from tests.connectivity.networks import Case, answer, cases
from tests.connectivity.test_reduce import asked

if TYPE_CHECKING:
    from numpy.typing import NDArray

EVERY = ~np.uint64(0)


def carried_out(program: Program, states: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Follow the steps of a program in NumPy."""
    registers = np.zeros((program.n_registers, states.shape[1]), dtype=np.uint64)
    registers[ALWAYS] = EVERY
    for into, start, first, last in program.lines:
        if first == READ:
            registers[into] = states[start]
            continue
        found = registers[start].copy()
        for left, right in program.steps[first:last]:
            found |= registers[left] & registers[right]
        registers[into] = found
    return registers[program.answer]


@pytest.mark.slow
@settings(max_examples=400)
@given(case=cases())
def test_the_steps_answer_as_the_reference_does(case: Case) -> None:
    for query in (case.query, reduced(case.query)):
        found = carried_out(eliminated(query, 10**6), case.states)
        assert np.array_equal(found, answer(query, case.states))
        assert np.array_equal(unpack(found, case.is_open.shape[1]), case.by_networkx())


def test_too_many_steps_are_refused() -> None:
    ladder = [(a, a + 1) for a in range(0, 40, 2)]
    ladder += [(a, a + 2) for a in range(38)]
    with pytest.raises(TooManyStepsError):
        eliminated(asked(ladder, 0, 39), 3)


def test_steps_that_change_nothing_are_not_taken() -> None:
    steps = Steps(1)
    a, b = steps.read(0), steps.read(1)
    assert steps.either_both(NEVER, a, ALWAYS) == a
    assert steps.either_both(NEVER, a, a) == a
    assert steps.either_both(a, NEVER, b) == a
    assert steps.either_both(a, a, b) == a
    assert steps.either_both(ALWAYS, a, b) == ALWAYS
    assert steps.either_both(b, ALWAYS, ALWAYS) == ALWAYS
    both = steps.either_both(NEVER, a, b)
    assert steps.either_both(NEVER, b, a) == both
    with pytest.raises(TooManyStepsError):
        steps.either_both(a, b, both)


def test_only_steps_that_answers_rest_on_are_kept_on_few_registers() -> None:
    steps = Steps(100)
    a, b, c = (steps.read(sector) for sector in (4, 5, 6))
    steps.either_both(NEVER, a, c)
    value = steps.either_both(NEVER, a, b)
    for _ in range(3):
        value = steps.either_both(NEVER, steps.either_both(value, b, ALWAYS), a)
    program = steps.program([value])
    assert {start for _, start, first, _ in program.lines.tolist() if first == READ} == {4, 5}
    assert program.n_registers <= 5


def test_steps_that_go_on_from_one_another_are_one_line() -> None:
    steps = Steps(100)
    a, b, c = (steps.read(sector) for sector in (4, 5, 6))
    value = steps.either_both(steps.either_both(NEVER, a, b), b, c)
    program = steps.program([steps.either_both(NEVER, a, steps.either_both(value, a, c))])
    assert [int(last - first) for *_, first, last in program.lines if first != READ] == [3, 1]
    program = steps.program([steps.either_both(value, a, c), value])  # it is an answer, too
    assert [int(last - first) for *_, first, last in program.lines if first != READ] == [2, 1]


def test_an_order_has_each_vertex_once_and_some_last() -> None:
    side = 7
    at = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    head = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    last = np.isin(at.ravel(), (0, 24))
    for both_ways in (False, True):
        arcs = (np.concatenate([tail, head]), np.concatenate([head, tail]))
        asked = arcs if both_ways else (tail, head)
        order = _orders.least_fill(*asked, last, 10**9, both_ways=both_ways)
        assert sorted(order.tolist()) == list(range(side * side))
        assert set(order[-2:].tolist()) == {0, 24}
        assert not len(_orders.least_fill(*asked, last, 20, both_ways=both_ways))
    assert pairs_of(arcs, order) < 0.6 * pairs_of(arcs, np.arange(side * side))


def pairs_of(ways: tuple[NDArray[np.int64], ...], order: NDArray[np.int64]) -> int:
    """Count the pairs of neighbours of each vertex when it is taken out, with networkx."""
    graph = nx.Graph(zip(*(side.tolist() for side in ways), strict=True))
    pairs = 0
    for vertex in order.tolist():
        beside = list(combinations(graph[vertex], 2))
        pairs += len(beside)
        graph.add_edges_from(beside)
        graph.remove_node(vertex)
    return pairs
