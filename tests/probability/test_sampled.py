"""Sampled probabilities against exact ones, over many seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom

from engine.probability import monte_carlo
from engine.probability.exact import Effort, answer_of
from engine.probability.monte_carlo import has_converged, interval_of, sample_chunk, sampling_plan
from engine.probability.probability import UncertaintyModel, probabilities

from .grids import grid

if TYPE_CHECKING:
    from engine.probability.query_event import QueryEvent

DAY = np.datetime64("2014-12-05")
SMALL = 2**9


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(monte_carlo, "CHUNK", SMALL)


def exact(event: QueryEvent) -> float:
    return float(
        answer_of(event, Effort()).weight([variable.probability for variable in event.variables])[0]
    )


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("seeds", [20, pytest.param(120, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("side", "doubtful", "lost", "chance_of_loss"), [(4, 14, 0.0, (0.2, 0.6)), (3, 7, 0.0, (0, 1))]
)
def test_intervals_hold_the_truth_at_their_rate(
    seeds, side, doubtful, lost, chance_of_loss
) -> None:
    event = UncertaintyModel(grid(side, doubtful, seed=3, lost=lost)).query_event("r", DAY, 1)
    truth = exact(event)
    assert chance_of_loss[0] < truth < chance_of_loss[1]
    found = []
    for seed in range(seeds):
        plan = sampling_plan(event, seed)
        found.append(interval_of([sample_chunk(plan, number) for number in range(1, 17)]))
    inside = sum(one.low <= truth <= one.high for one in found)
    # Fewer would happen once in 1,000 times to an interval that holds the truth in 95 % of cases.
    assert inside >= binom.ppf(0.001, seeds, 0.95)
    errors = np.array([one.value for one in found]) - truth
    naive = np.sqrt(truth * (1 - truth) / (16 * SMALL))
    assert np.sqrt((errors**2).mean()) < 0.75 * naive
    assert np.mean([one.high - one.low for one in found]) < 0.9 * 2 * 1.96 * naive


def test_rare_answers_keep_an_honest_interval() -> None:
    never = interval_of([0.0] * 16)
    assert never.value == never.low == 0
    samples = 16 * monte_carlo.CHUNK
    assert never.high == pytest.approx(1 - 0.025 ** (1 / samples), rel=1e-6)
    always = interval_of([1.0] * 16)
    assert always.value == always.high == 1
    assert always.low == pytest.approx(1 - never.high)


@pytest.mark.slow
def test_sampling_stops_at_the_tolerance_and_says_so() -> None:
    analysis = grid(4, 14, seed=3, lost=0.0)
    sampled = Effort(most_worlds=0, most_nodes=0, tolerance=0.01)
    found = probabilities(analysis, dates=DAY.item(), effort=sampled).sel(id="r").isel(date=0)
    true = probabilities(analysis, dates=DAY.item()).sel(id="r").isel(date=0)
    assert found.method == "sampled"
    assert true.method != "sampled"
    assert float(((found.high - found.low) / 2).max()) <= 0.01
    assert bool((found.low <= true.probability).all())
    assert bool((true.probability <= found.high).all())
    assert np.isclose(float(found.probability.sum()), 1)


def test_the_schedule_asks_only_at_doublings() -> None:
    assert not has_converged([0.5] * 8, 1.0, 100)
    assert has_converged([0.5] * 16, 1.0, 100)
    assert not has_converged([0.5] * 17, 1.0, 100)
    assert has_converged([0.4, 0.6] * 50, 0.0, 100)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not() -> None:
    analysis = grid(4, 14, seed=3, lost=0.0)
    effort = Effort(most_worlds=0, most_nodes=0, tolerance=0.02)
    first, again = (probabilities(analysis, dates=DAY.item(), effort=effort) for _ in range(2))
    assert first.identical(again)
    other = Effort(most_worlds=0, most_nodes=0, tolerance=0.02, seed=1)
    assert not first.equals(probabilities(analysis, dates=DAY.item(), effort=other))


@pytest.mark.usefixtures("small_chunks")
def test_an_answer_is_the_mean_of_chunks_that_are_none_of_them_the_pilot() -> None:
    analysis = grid(4, 11, seed=3, lost=0.0)
    effort = Effort(most_worlds=0, most_nodes=0, tolerance=1.0)
    found = probabilities(analysis, dates=DAY.item(), effort=effort).sel(id="r").isel(date=0)
    plan = sampling_plan(UncertaintyModel(analysis).query_event("r", DAY, 1), effort.seed)
    by_hand = interval_of([sample_chunk(plan, number) for number in range(1, 17)])
    assert found.method == "sampled"
    assert float(found.probability.sel(status="open")) == by_hand.value


def test_strata_are_no_more_than_can_be_drawn() -> None:
    event = UncertaintyModel(grid(4, 14, seed=3, lost=0.0)).query_event("r", DAY, 1)
    assert event.n_worlds == 2**14
    plan = sampling_plan(event, 0)
    assert np.prod([event.variables[at].n for at in plan.leading]) == monte_carlo.MOST_STRATA


def test_few_worlds_are_looked_at_one_by_one() -> None:
    event = UncertaintyModel(grid(3, 5, seed=3, lost=0.0)).query_event("r", DAY, 1)
    answer = answer_of(event, Effort())
    assert answer is not None
    assert answer.method == "all worlds"
