"""Sampled probabilities against exact ones, over many seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom

import engine
from engine.probability import monte_carlo, probability
from engine.probability.checkpoint import Checkpoint
from engine.probability.exact import Effort, answer_of
from engine.probability.monte_carlo import (
    has_converged,
    interval_of,
    sample_chunk,
    sample_chunks,
    sampling_plan,
)
from engine.probability.probability import Interrupted, UncertaintyModel, probabilities

from .grids import grid

if TYPE_CHECKING:
    from engine.probability.monte_carlo import SamplingPlan
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


def plain_chunk(plan: SamplingPlan, number: int) -> float:
    """Sample a chunk world by world: the outcome of each variable as a number, one question alone."""

    def drawn(probability: np.ndarray) -> np.ndarray:
        at = (
            rng.permutation(monte_carlo.CHUNK) + rng.random(monte_carlo.CHUNK)
        ) / monte_carlo.CHUNK
        found = np.searchsorted(np.cumsum(probability), at, side="right")
        return np.minimum(found, len(probability) - 1)

    rng = np.random.default_rng([plan.seed, number])
    event, variables = plan.event, plan.event.variables
    shares = np.ones(1)
    for at in plan.leading:
        shares = np.multiply.outer(shares, variables[at].probability).ravel()
    sizes = [variables[at].n for at in plan.leading]
    stratum = drawn(shares)
    strata = np.unravel_index(stratum, sizes) if sizes else ()
    outcome = dict(zip(plan.leading, strata, strict=True))
    for at, variable in enumerate(variables):
        if at not in outcome:
            outcome[at] = drawn(variable.probability)

    def leaf(number: int, chosen: np.ndarray) -> np.ndarray:
        return chosen[outcome[number]]

    never = np.zeros(monte_carlo.CHUNK, dtype=bool)
    return int(np.count_nonzero(event._where(never, ~never, leaf))) / monte_carlo.CHUNK


def questions() -> list[QueryEvent]:
    """Questions of many variables and of few, of two outcomes and of more."""
    grids = [
        grid(side, doubtful, seed=3, lost=0.0) for side, doubtful in ((4, 4), (4, 11), (4, 14))
    ]
    seed = engine.analyze(engine.load_scenario("scenarios/castello-2014-12.toml"))
    events = [
        UncertaintyModel(analysis).query_event(name, day, bound)
        for analysis, day in [*((one, DAY) for one in grids), (seed, np.datetime64("2014-12-20"))]
        for name in analysis.subjects
        for bound in (0, 1)
    ]
    return [event for event in events if not isinstance(event, bool)]


@pytest.mark.usefixtures("small_chunks")
def test_a_chunk_is_what_a_plain_sampler_draws_alone_and_beside_others(monkeypatch) -> None:
    plans = []
    for most_strata in (1, 2**4, 2**9):
        monkeypatch.setattr(monte_carlo, "MOST_STRATA", most_strata)
        plans += [sampling_plan(event, 7) for event in questions()]
    assert {variable.n for plan in plans for variable in plan.event.variables} >= {2, 3}
    for number in (1, 2):
        expected = [plain_chunk(plan, number) for plan in plans]
        assert sample_chunks(plans, number) == expected
        assert [sample_chunk(plan, number) for plan in plans] == expected
        assert len(set(expected)) > 5


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("most_bytes", [1, probability.MOST_BYTES])
def test_questions_sampled_together_say_what_each_says_alone(
    tmp_path, monkeypatch, most_bytes
) -> None:
    """Also in groups as small as can be, and where one has chunks already and the others have none."""
    monkeypatch.setattr(probability, "MOST_BYTES", most_bytes)
    analysis = engine.analyze(engine.load_scenario("scenarios/castello-2014-12.toml"))
    effort = Effort(at_once=0, most_worlds=0, most_nodes=0, tolerance=0.03, most_chunks=64)
    days = ["2014-12-10", "2014-12-20"]
    whole = probabilities(analysis, dates=days, effort=effort)
    assert (whole.method == "sampled").sum() == 2
    for name in analysis.subjects:
        alone = probabilities(analysis, name, days, effort=effort)
        assert alone.equals(whole.sel(id=[name]))

    def keep_three(kept: Checkpoint, name: str, result: object) -> None:
        keep(kept, name, result)
        if isinstance(result, list) and len(result) == 3:
            raise KeyboardInterrupt

    keep = Checkpoint.keep
    path = tmp_path / "run.sqlite"
    monkeypatch.setattr(Checkpoint, "keep", keep_three)
    with pytest.raises(Interrupted):
        probabilities(analysis, dates=days, effort=effort, checkpoint=path)
    monkeypatch.setattr(Checkpoint, "keep", keep)
    again = probabilities(analysis, dates=days, effort=effort, checkpoint=path)
    assert again.identical(whole)
