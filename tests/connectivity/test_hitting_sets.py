"""Minimum hitting sets against a search through all sets."""

from __future__ import annotations

from itertools import chain, combinations
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.connectivity import hitting_sets
from engine.connectivity.bits import pack, unpack
from engine.connectivity.hitting_sets import minimum_hitting_sets, minimum_weight_hitting_set
from tests.draws import Draws


class Clauses:
    """An answer that flips once each clause is met: one of some candidates chosen, or one of some not."""

    def __init__(self, chosen, spared):
        self.chosen, self.spared = np.array(chosen), np.array(spared)

    def met(self, sets):
        """Return for sets, bool of shape (candidates, sets), which clauses are met."""
        return (self.chosen[..., None] & sets | self.spared[..., None] & ~sets).any(axis=1)

    def flips(self, packed):
        n_sets = 64 * packed.shape[1]
        return pack(self.met(unpack(packed, n_sets)).all(axis=0))

    def surviving(self, choices):
        unmet = [np.flatnonzero(~one) for one in self.met(choices.T).T]
        return [(self.chosen | self.spared)[one[-1]] if len(one) else None for one in unmet]


@st.composite
def clauses(draw, n=6):
    random = Draws(draw)
    n_clauses = int(random.integers(0, 7))
    which = random.random((n_clauses, n)) < 0.35
    spared = random.random((n_clauses, n)) < (0.3 if random.random() < 0.6 else 0.0)
    weights = random.integers(1, 9, n).astype(float)
    return Clauses(which & ~spared, which & spared), not (which & spared).any(), weights


@settings(max_examples=60)
@given(clauses())
def test_all_smallest_sets_and_the_lightest_are_found(case) -> None:
    asked, is_monotone, weights = case
    n = len(weights)
    every = list(chain.from_iterable(combinations(range(n), size) for size in range(n + 1)))
    sets = np.array([np.isin(np.arange(n), one) for one in every]).T
    flipping = [one for one, yes in zip(every, asked.met(sets).all(axis=0), strict=True) if yes]
    least = min(map(len, flipping), default=inf)
    for batch in (hitting_sets.BATCH, 5):
        hitting_sets.BATCH, before = batch, hitting_sets.BATCH
        hitting_sets.CHOICES_AT_ONCE, at_once = min(batch, 256), hitting_sets.CHOICES_AT_ONCE
        few_sets, hitting_sets.FEW_SETS = hitting_sets.FEW_SETS, batch
        found = minimum_hitting_sets(n, asked.flips, asked.surviving, is_monotone=is_monotone)
        hitting_sets.BATCH, hitting_sets.CHOICES_AT_ONCE = before, at_once
        hitting_sets.FEW_SETS = few_sets
        assert found.sets == tuple(one for one in flipping if len(one) == least)
        assert (found.lower, found.upper, found.exact, found.all_ties) == (least, least, True, True)
    trials = 1 + n  # none and one alone; then the program takes over
    few = minimum_hitting_sets(
        n, asked.flips, asked.surviving, is_monotone=is_monotone, most_trials=trials
    )
    assert (few.lower, few.upper) == (least, least)
    assert few.all_ties == (least < 2 or least == inf)
    assert set(few.sets) <= set(found.sets)
    assert len(few.sets) == (len(found.sets) if few.all_ties else 1)
    weight = {one: sum(weights[list(one)]) for one in flipping}
    light = minimum_weight_hitting_set(weights, asked.surviving, is_monotone=is_monotone)
    assert light.lower == light.upper == min(weight.values(), default=inf)
    assert [weight[one] for one in light.sets] == [light.upper] * bool(flipping)


def test_what_is_known_bounds_the_weight_from_below() -> None:
    """Three of four: the program says at least one and a half of any two."""

    def surviving(choices):
        return [np.ones(4, dtype=bool) if chosen.sum() < 3 else None for chosen in choices]

    stopped = minimum_weight_hitting_set(np.ones(4), surviving, at_least=2, seconds=0.0)
    assert (stopped.lower, stopped.upper, stopped.exact) == (2, 3, False)
    assert not stopped.all_ties


def test_the_program_states_its_bound_when_it_is_stopped():
    # Ten pairs, of each of which one must go: never fewer than ten.
    pairs = [(2 * n, 2 * n + 1) for n in range(10)]

    def surviving(choices):
        left = [[pair for pair in pairs if not chosen[list(pair)].any()] for chosen in choices]
        return [np.isin(np.arange(20), some[0]) if some else None for some in left]

    done = minimum_weight_hitting_set(np.ones(20), surviving)
    assert (done.lower, done.upper, done.exact, len(done.sets[0])) == (10, 10, True, 10)
    stopped = minimum_weight_hitting_set(np.ones(20), surviving, at_least=3, seconds=0.0)
    assert 3 <= stopped.lower <= 10 <= stopped.upper < inf
    assert len(stopped.sets[0]) == stopped.upper
    assert not done.all_ties
    assert not stopped.all_ties
    weighed = minimum_weight_hitting_set(np.array([1.0, 3.0] * 10), surviving)
    assert weighed.sets == (tuple(range(0, 20, 2)),)


def test_no_set_is_enough():
    nothing = minimum_hitting_sets(
        3,
        lambda chosen: np.zeros(chosen.shape[1], np.uint64),
        lambda choices: list(np.zeros((len(choices), 3), bool)),
    )
    assert (nothing.sets, nothing.upper, nothing.exact) == ((), inf, True)


def test_a_support_that_is_known_is_not_asked_for_again(monkeypatch) -> None:
    """Four pairs, of each of which one must go: each pair is met once, however many sets are tried.

    Choices that are asked about at once may meet the same pair, but no later ones.
    """
    monkeypatch.setattr(hitting_sets, "FEW_SETS", 0)
    pairs = Clauses(np.repeat(np.eye(4, dtype=bool), 2, axis=1), np.zeros((4, 8), dtype=bool))
    met = []

    def surviving(choices):
        found = pairs.surviving(choices)
        met.append({tuple(np.flatnonzero(support)) for support in found if support is not None})
        return found

    for at_once in (1, 256):
        met.clear()
        monkeypatch.setattr(hitting_sets, "CHOICES_AT_ONCE", at_once)
        found = minimum_hitting_sets(8, pairs.flips, surviving)
        assert len(found.sets) == 16
        assert list(filter(None, met)) == [{(6, 7)}, {(4, 5)}, {(2, 3)}, {(0, 1)}]


@pytest.mark.parametrize("is_solved", [True, False])
def test_time_that_runs_out_while_it_is_solved_leaves_bounds(monkeypatch, is_solved) -> None:
    now = [0.0]
    solve = hitting_sets._solve

    def slowly(*given):
        now[0] += 100.0
        return solve(*given) if is_solved else None

    monkeypatch.setattr(hitting_sets, "_solve", slowly)
    monkeypatch.setattr(hitting_sets.time, "monotonic", lambda: now[0])
    triangle = Clauses(
        np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], dtype=bool), np.zeros((3, 3), dtype=bool)
    )
    found = minimum_weight_hitting_set(np.array([4.0, 5.0, 6.0]), triangle.surviving)
    assert found.lower <= 9 <= found.upper
    assert found.lower < found.upper
    assert not found.all_ties


@settings(max_examples=60)
@given(clauses(n=9), st.integers(0, 2**9 - 1))
def test_what_is_idle_is_dropped_as_if_tried_one_by_one(case, at: int) -> None:
    asked, _, weights = case
    chosen = np.array([bool(at >> place & 1) for place in range(9)])
    alone = chosen.copy()
    for candidate in np.argsort(-weights, kind="stable"):
        if alone[candidate]:
            alone[candidate] = False
            alone[candidate] = asked.surviving(alone[np.newaxis])[0] is not None
    found = hitting_sets._without_the_idle(chosen, weights, asked.surviving)
    assert found.tolist() == alone.tolist()
