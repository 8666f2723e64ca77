"""Kernels: exact against networkx, and in the shape that others rely on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from engine.connectivity.kernel import build_kernel, ends_at
from tests.connectivity.networks import Case, cases, is_true


@pytest.mark.slow
@settings(max_examples=300)
@given(cases())
def test_kernels_connect_what_segments_connect(case: Case) -> None:
    assert is_true(case, case.query)


@settings(max_examples=200)
@given(cases())
def test_meetings_are_sorted_and_belong_to_vertices_of_their_sector(case: Case) -> None:
    kernel = case.kernel
    kept = slice(None) if case.keep is None else case.keep
    ends = np.concatenate([case.u[kept], case.v[kept]])
    expected = np.unique(np.stack([ends, np.tile(case.sector[kept], 2)], axis=1), axis=0)
    found = np.stack([kernel.meeting_node, kernel.meeting_sector], axis=1)
    assert np.array_equal(found, expected)
    assert np.array_equal(kernel.sector[kernel.meeting_vertex], kernel.meeting_sector)
    assert len(np.unique(kernel.meeting_vertex)) == kernel.n_vertices
    assert np.array_equal(np.lexsort((kernel.tail, kernel.head)), np.arange(len(kernel.tail)))
    assert (kernel.tail != kernel.head).all()


def test_segments_of_a_sector_that_hang_together_are_one_vertex() -> None:
    kernel = build_kernel(np.arange(6), np.arange(1, 7), np.array([0, 0, 1, 1, 0, 0]))
    assert kernel.sector.tolist() in ([0, 1, 0], [0, 0, 1], [1, 0, 0])
    assert len(kernel.tail) == 4


def test_one_way_circles_contract_and_one_way_lines_do_not() -> None:
    circle = build_kernel(
        np.array([0, 1, 2]), np.array([1, 2, 0]), np.zeros(3, int), oneway=np.ones(3, bool)
    )
    line = build_kernel(
        np.array([0, 1, 2]), np.array([1, 2, 3]), np.zeros(3, int), oneway=np.ones(3, bool)
    )
    assert circle.n_vertices == 1
    assert line.n_vertices == 4


def test_nothing_kept_is_an_empty_kernel() -> None:
    kernel = build_kernel(np.array([0]), np.array([1]), np.array([0]), keep=np.array([False]))
    assert kernel.n_vertices == 0
    assert ends_at(kernel, np.array([0]), np.array([True])).n == 1
