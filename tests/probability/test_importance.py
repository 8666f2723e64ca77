"""What each report would change, what settles an answer and what to verify, against every world."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings

import engine
from engine.probability.exact import Effort
from engine.probability.importance import MOST_TO_VERIFY, _entropy, importance

from .grids import grid
from .random_doubt import on_the_way
from .test_every_world import SETTINGS
from .worlds import BETTER, by_oracle, worlds

NONE = Fraction(0)


def table_of(question, day):
    """By route: how likely each pair of true events and status is."""
    found = defaultdict(lambda: defaultdict(lambda: NONE))
    for one, chance, true in worlds(question.scenario, question.known_on):
        for name, word in by_oracle(one, question.network, day).items():
            found[name][true, BETTER[word]] += chance
    return found


def share(table, evidence, statuses=(-1, 0, 1, 2)):
    """How likely it is that some events are true and others not, with one of some statuses."""
    return sum(
        (chance for (true, status), chance in table.items()
         if status in statuses and all((event in true) == yes for event, yes in evidence)),
        NONE,
    )  # fmt: skip


def entropy(table, evidence):
    """The doubt left given evidence, times its probability."""
    alone = share(table, evidence)
    parts = [share(table, evidence, (status,)) / alone for status in range(-1, 3)] if alone else []
    return float(alone) * -sum(float(p) * math.log2(p) for p in parts if p)


@pytest.mark.parametrize("cases", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_against_every_world(cases) -> None:
    @settings(SETTINGS, max_examples=cases)
    @given(on_the_way())
    def compare(case) -> None:
        question, day = case
        analysis = engine.analyze(
            question.scenario, network=question.network, known_on=question.known_on
        )
        for name, table in table_of(question, day).items():
            for effort in (Effort(), Effort(most_worlds=0)):
                assert_importance(importance(analysis, name, day, effort=effort), table)

    compare()


def assert_importance(found, table) -> None:
    codes = {"open": 2, "at risk": 1, "cut": 0, **({"lost": -1} if "lost" in found.status else {})}
    assert found.status == pytest.approx(
        {status: float(share(table, (), (code,))) for status, code in codes.items()}
    )
    assert found.entropy == pytest.approx(entropy(table, ()), abs=1e-12)
    events = found.events[~found.events.index.str.startswith("baseline")]
    for event, row in events.iterrows():
        yes, no = ((event, True),), ((event, False),)
        assert row.probability == pytest.approx(float(share(table, yes)), abs=1e-12)
        for key, statuses in (("open", (2,)), ("passable", (1, 2))):
            given_yes, given_no = (
                float(share(table, known, statuses) / share(table, known)) for known in (yes, no)
            )
            assert row[f"{key}_if_true"] == pytest.approx(given_yes, abs=1e-12)
            assert row[f"{key}_if_false"] == pytest.approx(given_no, abs=1e-12)
            assert row[f"importance_{key}"] == pytest.approx(given_yes - given_no, abs=1e-12)
        left = entropy(table, yes) + entropy(table, no)
        assert row.entropy_after == pytest.approx(left, abs=1e-12)
    if len(events) == len(found.events):
        assert_settling(found, table, list(events.index))
        assert_verify(found, table, list(events.index))


def assert_settling(found, table, events) -> None:
    """The smallest sets are those that a search through all sets finds."""
    for answer, statuses in (
        ("open", {2}),
        ("not open", {-1, 0, 1}),
        ("not cut", {1, 2}),
        ("cut", {-1, 0}),
        ("not lost", {0, 1, 2}),
        ("lost", {-1}),
    ):
        against = {-1, 0, 1, 2} - statuses
        sets = found.settling[found.settling.answer == answer]
        settled = set()
        if share(table, (), against) and share(table, (), statuses):
            for size in (1, 2, 3):
                settled = {
                    evidence
                    for chosen in combinations(sorted(events), size)
                    for truth in product((True, False), repeat=size)
                    if share(table, evidence := tuple(zip(chosen, truth, strict=True)))
                    and not share(table, evidence, against)
                }
                if settled:
                    break
        got = {tuple(sorted(events)) for events in sets.events}
        assert got == settled, (answer, got, settled)


def assert_verify(found, table, events) -> None:
    """Each report is the best one to verify after those before it."""
    known = []
    for _, row in found.verify.iterrows():
        left = {
            event: sum(
                entropy(table, tuple(zip((*known, event), truth, strict=True)))
                for truth in product((True, False), repeat=len(known) + 1)
            )
            for event in events
            if event not in known
        }
        assert row.entropy_after == pytest.approx(min(left.values()), abs=1e-9)
        assert left[row.event] == pytest.approx(min(left.values()), abs=1e-9)
        known.append(row.event)
    assert len(known) <= MOST_TO_VERIFY
    if len(known) < min(MOST_TO_VERIFY, len(events)):
        before = found.verify.entropy_after.iloc[-1] if known else found.entropy
        after = min(
            sum(
                entropy(table, tuple(zip((*known, event), truth, strict=True)))
                for truth in product((True, False), repeat=len(known) + 1)
            )
            for event in events
            if event not in known
        )
        assert before - after < 1e-5


def test_evidence_that_cannot_be_leaves_no_doubt() -> None:
    weighed = np.array([[0.0, 1.0, 0.5], [0.0, 0.5, 0.5], [0.0, 0.25, 0.5], [0.0, 1.0, 0.5]])
    assert _entropy(weighed).tolist() == [0.0, 1.5, 0.0]


def test_where_nothing_is_in_doubt() -> None:
    found = importance(grid(3, 4, seed=1, lost=0.0), "r", "2014-12-01")
    assert found.status == {"open": 1, "at risk": 0, "cut": 0}
    assert found.method == "certain"
    assert found.entropy == 0
    assert found.events.empty
    assert found.settling.empty
    assert found.verify.empty


def test_what_changes_most_comes_first() -> None:
    events = importance(grid(3, 5, seed=1, lost=0.0), "r", "2014-12-05").events
    changes = events.filter(like="importance_").abs().max(axis=1)
    assert changes.nunique() > 2
    assert changes.is_monotonic_decreasing


@pytest.mark.slow
def test_sampled_importance_is_near_the_exact_one() -> None:
    analysis = grid(4, 12, seed=3, lost=0.0)
    exact = importance(analysis, "r", "2014-12-05")
    sampled = importance(analysis, "r", "2014-12-05", effort=Effort(most_worlds=0, most_nodes=0))
    assert sampled.method == "sampled"
    assert sampled.settling.empty
    events = exact.events.index
    assert set(events) == set(sampled.events.index)
    difference = exact.events.importance_open - sampled.events.loc[events].importance_open
    assert np.abs(difference).max() < 0.02
