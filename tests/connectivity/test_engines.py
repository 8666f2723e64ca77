"""One door, several engines, the same bits."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from engine.connectivity import engines, reference
from engine.connectivity.bits import unpack
from engine.connectivity.engines import connected, quicker_engine
from engine.connectivity.kernel import Kernel, build_kernel, ends_at, join_ends
from tests.connectivity.networks import Case, cases

WAYS = [(0, 0), (0, 10**9), (10**9, 10**9)]
"""From how many words on a query is reduced, and a program made of it."""


@pytest.mark.slow
@pytest.mark.parametrize(("reduced_from", "steps_from"), WAYS, ids=["steps", "arcs", "all arcs"])
@settings(max_examples=300)
@given(case=cases())
def test_compiled_code_agrees_with_numpy_and_networkx(
    reduced_from: int, steps_from: int, case: Case
) -> None:
    query = case.query
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "REDUCED_FROM_WORDS", reduced_from)
        patch.setattr(engines, "PROGRAM_FROM_WORDS", steps_from)
        asked = (query.kernel, case.states, query.sources, query.targets)
        found = connected(*asked, engine="compiled")
    assert np.array_equal(found, connected(*asked, engine="numpy"))
    assert np.array_equal(unpack(found, case.is_open.shape[1]), case.by_networkx())


@given(case=cases())
def test_spreading_from_changes_reaches_the_same(case: Case) -> None:
    query = case.query
    asked = (query.kernel, case.states, query.sources, query.targets)
    found = []
    for from_work in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reference, "FROM_CHANGES", from_work)
            found.append(reference.connected(*asked))
    assert np.array_equal(*found)


def grid(side: int, *, oneway: bool, seed: int = 0) -> tuple[Kernel, int]:
    """Build the kernel of a grid of streets in small square sectors, and the number of those."""
    random = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    sector = (u // side // 3) * (side // 3 + 1) + u % side // 3
    one = random.random(len(u)) < 0.3 if oneway else None
    return build_kernel(u, v, sector, oneway=one), int(sector.max()) + 1


@pytest.mark.parametrize("oneway", [False, True])
@pytest.mark.parametrize(("reduced_from", "steps_from"), WAYS, ids=["steps", "arcs", "all arcs"])
@pytest.mark.parametrize("words", [1, 31, 33, 300])
def test_the_number_of_threads_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
    words: int,
    reduced_from: int,
    steps_from: int,
    *,
    oneway: bool,
) -> None:
    monkeypatch.setattr(engines, "REDUCED_FROM_WORDS", reduced_from)
    monkeypatch.setattr(engines, "PROGRAM_FROM_WORDS", steps_from)
    kernel, n_sectors = grid(24, oneway=oneway)
    random = np.random.default_rng(1)
    states = np.bitwise_or.reduce(
        random.integers(0, 2**64, (2, n_sectors, words), dtype=np.uint64), axis=0
    )
    own = np.ones(n_sectors, dtype=bool)
    sources = join_ends([ends_at(kernel, np.array([node]), own) for node in (0, 5)])
    targets = join_ends([ends_at(kernel, np.array([node]), own) for node in (575, 300, 575)])
    expected = reference.connected(kernel, states, sources, targets)
    assert 0 < np.bitwise_count(expected).sum() < expected.size * 64
    for threads in (1, 2, 3, 7, None):
        found = connected(kernel, states, sources, targets, engine="compiled", threads=threads)
        assert np.array_equal(found, expected)


def test_many_ends_that_attach_alike_are_asked_once() -> None:
    kernel, n_sectors = grid(12, oneway=False)
    own = np.ones(n_sectors, dtype=bool)
    sources = ends_at(kernel, np.array([0]), own)
    targets = ends_at(kernel, np.arange(144), own)
    query, target = engines.reduced_query(kernel, sources, targets)
    assert query.targets.n < 80
    assert len(target) == 144
    assert engines.reduced_query(kernel, sources, targets)[0] is query


def test_small_work_stays_with_numpy_and_large_work_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel, _ = grid(24, oneway=False)
    arcs = len(kernel.tail)
    monkeypatch.delitem(sys.modules, "engine.connectivity._compiled", raising=False)
    assert quicker_engine(kernel, engines.COMPILED_FROM_IF_LOADED // arcs + 1) == "numpy"
    assert quicker_engine(kernel, engines.COMPILED_FROM // arcs + 1) == "compiled"
    monkeypatch.setitem(sys.modules, "engine.connectivity._compiled", engines)
    assert quicker_engine(kernel, engines.COMPILED_FROM_IF_LOADED // arcs + 1) == "compiled"
    assert quicker_engine(kernel, 1) == "numpy"


def test_many_questions_that_are_small_one_by_one_load_the_compiler_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel, n_sectors = grid(24, oneway=False)
    words = engines.COMPILED_FROM_IF_LOADED // len(kernel.tail) + 1
    states = np.full((n_sectors, words), 2**63 + 5, dtype=np.uint64)
    own = np.ones(n_sectors, dtype=bool)
    ends = [ends_at(kernel, np.array([node]), own) for node in (0, 575)]
    monkeypatch.setattr(engines, "_LEFT_TO_NUMPY", Counter())
    compiled: list[bool] = []
    at_last = engines._connected_compiled

    def noted(*asked: Any) -> Any:
        compiled.append(True)
        return at_last(*asked)

    monkeypatch.setattr(engines, "_connected_compiled", noted)
    expected = reference.connected(kernel, states, *ends)
    needed = -(-engines.COMPILED_FROM // (len(kernel.tail) * words))
    for turn in range(1, needed + 3):
        monkeypatch.delitem(sys.modules, "engine.connectivity._compiled", raising=False)
        assert np.array_equal(connected(kernel, states, *ends), expected)
        assert np.array_equal(connected(kernel, states[:, :1], *ends), expected[:, :1])
        assert len(compiled) == max(0, turn - needed + 1)


def test_without_the_compiler_numpy_answers_and_long_work_says_what_is_faster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel, _ = grid(24, oneway=False)
    words = engines.COMPILED_FROM // len(kernel.tail) + 1
    monkeypatch.delitem(sys.modules, "engine.connectivity._compiled", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    assert quicker_engine(kernel, words) == "numpy"
    with pytest.warns(UserWarning, match=r"may take \d+ s.*supplyline\[fast\]"):
        assert quicker_engine(kernel, 10 * words) == "numpy"


def test_the_compiler_is_not_loaded_for_small_work() -> None:
    code = (
        "import sys, numpy as np\n"
        "from engine.connectivity.engines import connected\n"
        "from engine.connectivity.kernel import build_kernel, ends_at\n"
        "kernel = build_kernel(np.array([0, 1]), np.array([1, 2]), np.array([0, 1]))\n"
        "ends = [ends_at(kernel, np.array([n]), np.ones(2, bool)) for n in (0, 2)]\n"
        "print(connected(kernel, np.array([[3], [2]], dtype=np.uint64), *ends))\n"
        "assert 'numba' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[[2]]"
