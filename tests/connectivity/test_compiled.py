"""The code that is compiled, run as plain Python: it says what the machine code must do."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.connectivity import _compiled, _orders, _overlay_search, engines, reference
from engine.connectivity._compiled import BLOCK
from engine.connectivity.bits import unpack
from tests.connectivity.networks import cases
from tests.connectivity.test_overlay import distances_by_overlay_and_by_networkx


def either_both(registers, into, start, left, right):
    """Write a or (b and c), of whole registers: what `_typed_either_both` compiles to."""
    a, b, c = (registers[at : at + BLOCK] for at in (start, left, right))
    registers[into : into + BLOCK] = a | b & c


def add_up(registers, into, start, steps, first, last):
    """Write a line: what `_typed_add_up` compiles to."""
    found = registers[start : start + BLOCK].copy()
    for left, right in steps[first:last]:
        found |= registers[left : left + BLOCK] & registers[right : right + BLOCK]
    registers[into : into + BLOCK] = found


def fetched(words, begin):
    """Do nothing but see that the hint is for words that are there: what `_typed_fetched` asks for."""
    assert 0 <= begin <= words.size - BLOCK


def copied(registers, into, words, begin):
    """Copy a block of words to a register: what `_typed_copied` compiles to."""
    registers[into : into + BLOCK] = words.ravel()[begin : begin + BLOCK]


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """Put the functions themselves in place of what Numba makes of them."""
    for module in (_compiled, _orders, _overlay_search):
        for name, step in list(vars(module).items()):
            if callable(getattr(step, "py_func", None)):
                monkeypatch.setattr(module, name, step.py_func)
    monkeypatch.setattr(_compiled, "either_both", either_both)
    monkeypatch.setattr(_orders, "n_ones", lambda bits: int(bits).bit_count())
    monkeypatch.setattr(_compiled, "add_up", add_up)
    monkeypatch.setattr(_compiled, "fetched", fetched)
    monkeypatch.setattr(_compiled, "copied", copied)


@pytest.mark.parametrize("from_words", [0, 10**9], ids=["steps", "arcs"])
def test_blocks_of_words(from_words, monkeypatch) -> None:
    """Long and short last blocks, several blocks, one thread and several."""
    monkeypatch.setattr(engines, "PROGRAM_FROM_WORDS", from_words)
    asked = Counter()

    @settings(max_examples=40)
    @given(cases(), st.sampled_from([1, 2, 64, 130]), st.sampled_from([1, 3]))
    def compare(case, times, threads):
        query = (case.kernel, np.tile(case.states, times), case.query.sources, case.query.targets)
        found = engines.connected(*query, engine="compiled", threads=threads)
        assert np.array_equal(found, reference.connected(*query))
        few = unpack(found[:, : case.states.shape[1]], case.is_open.shape[1])
        assert np.array_equal(few, case.by_networkx())
        asked.update(few.ravel().tolist())

    compare()
    assert min(asked[True], asked[False]) > 100


@pytest.mark.parametrize(("states", "targets"), [(5, 1), (1, 4)])
def test_distances(states, targets) -> None:
    finite = 0

    @settings(max_examples=60)
    @given(st.data())
    def compare(data):
        nonlocal finite
        found, expected = distances_by_overlay_and_by_networkx(data.draw, states, targets)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        finite += np.isfinite(expected).sum()

    compare()
    assert finite > 10
