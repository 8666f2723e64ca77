"""Exact probabilities against a walk through every world."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import engine
from engine.probability.exact import Effort
from engine.probability.probability import probabilities

from .random_doubt import counted, on_the_way
from .worlds import brute_force, by_engine, by_oracle

CASES, MORE_CASES = 110, 25

SETTINGS = settings(
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
WAYS = {
    "all worlds": Effort(),
    "decision diagram": Effort(most_worlds=0),
    "tables after a failed diagram": Effort(at_once=0, first_nodes=0),
}


@settings(SETTINGS, max_examples=4)
@given(on_the_way(more=True))
def test_worlds_are_weighed(case) -> None:
    question, day = case
    assert_weighed(question, day, by_engine)


@pytest.mark.slow
def test_every_world_is_weighed() -> None:
    occurred: Counter[str] = Counter()

    @settings(SETTINGS, max_examples=CASES)
    @given(on_the_way())
    def compare(case) -> None:
        question, day = case
        counted(question.scenario, occurred)
        occurred.update(assert_weighed(question, day, by_oracle))

    compare()
    seldom = {what: times for what, times in occurred.items() if times < 3}
    assert not seldom, occurred
    assert len(occurred) == 21, occurred


@pytest.mark.slow
def test_where_words_go_stale_and_gates_shut() -> None:
    occurred: Counter[str] = Counter()

    @settings(SETTINGS, max_examples=MORE_CASES)
    @given(on_the_way(more=True))
    def compare(case) -> None:
        question, day = case
        occurred["stale"] += question.scenario.stale_after is not None
        occurred["gates"] += bool(question.scenario.gates)
        used = assert_weighed(question, day, by_engine)
        del used["lost or not"]  # the other test holds that this occurs
        occurred.update(used)

    compare()
    assert min(occurred.values()) >= 3, occurred


def assert_weighed(question, day, status) -> Counter[str]:
    """Hold each way of weighing against all worlds; return how often each was used."""
    expected = brute_force(question, day, status)
    analysis = engine.analyze(
        question.scenario, network=question.network, known_on=question.known_on
    )
    used: Counter[str] = Counter()
    lost = [float(shares[3]) for shares in expected.values()]
    used["lost or not"] = any(0 < share < 1 for share in lost)
    used["in doubt"] = any(0 < share < 1 for shares in expected.values() for share in shares)
    for way, effort in WAYS.items():
        found = probabilities(analysis, dates=day, effort=effort)
        for name, shares in expected.items():
            there = found.sel(id=name, date=str(day))
            error = there.probability.to_numpy() - np.array(shares, dtype=float)
            assert abs(error).max() < 1e-12, (way, name, shares, there.probability.to_numpy())
            used[str(there.method.item())] += 1
    return used
