"""How likely an answer is, sampled: worlds in strata by what matters most.

The joint outcomes of the variables that matter most come up in proportion to their probability, and so
do the outcomes of every other variable. A chunk is a set of samples with a seed of its own: chunks are independent, may be worked on in any
order, and are always summed up in the same one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import pack, unpack
from engine.probability.exact import joint, outcomes
from engine.probability.query_event import beyond

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.probability.query_event import QueryEvent

CHUNK = 2**16
"""How many worlds a chunk has."""
SAMPLED = 2**18
"""How many worlds are drawn where every event is asked about at once."""
PILOT = 2**12
"""How many worlds are looked at to find the variables that matter most."""
MOST_STRATA = 2**12
"""How many outcomes the variables may have between them that matter most."""
LEAST_CHUNKS = 16
"""The interval is not trusted with fewer."""
MISS = 0.025
"""How likely the truth may lie beyond either end of the interval."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """The answer in worlds drawn at random, which other probabilities are put to by their ratios.

    Parameters
    ----------
    event
        The question with its variables.
    outcome
        The outcome of each variable in each world, whole numbers of shape (worlds,).
    yes
        The answer in each world, bool of shape (worlds,).
    """

    event: QueryEvent
    outcome: list[NDArray[np.unsignedinteger]]
    yes: NDArray[np.bool_]
    method = "sampled"

    def weight(self, weights: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the probability that the answer is yes; see `Answer`."""
        sets = [np.atleast_2d(one) for one in weights]
        found = np.empty(len(sets[0]))
        for row in range(len(found)):
            ratio = np.where(self.yes, 1.0, 0.0)
            for variable, one, at in zip(self.event.variables, sets, self.outcome, strict=True):
                if not np.array_equal(one[row], variable.probability):
                    ratio *= (one[row] / variable.probability)[at]
            found[row] = ratio.mean()
        return found

    def negated(self) -> Sampled:
        """Return yes for no, and no for yes."""
        return Sampled(self.event, self.outcome, ~self.yes)


def sampled_answer(event: QueryEvent, seed: int) -> Sampled:
    """Return the answer in worlds drawn at random, a few chunks of them."""
    rng = np.random.default_rng([seed, 0])
    outcome = [_stratified(rng, variable.probability, SAMPLED) for variable in event.variables]
    return Sampled(event, outcome, _yes(event, outcome, SAMPLED))


def _yes(
    event: QueryEvent, outcome: Sequence[NDArray[np.unsignedinteger]], n: int
) -> NDArray[np.bool_]:
    """Return the answer in each of some worlds, of the outcome of each variable in each, shape (n,)."""
    packed = [beyond(at, variable.n) for at, variable in zip(outcome, event.variables, strict=True)]
    return unpack(event.bits(packed, n), n)


@dataclass(frozen=True)
class Interval:
    """An estimate of a probability, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class SamplingPlan:
    """How to sample an answer.

    Parameters
    ----------
    event
        The question with its variables.
    leading
        The variables that matter most.
    seed
        Where the random numbers start.
    """

    event: QueryEvent
    leading: tuple[int, ...]
    seed: int

    @cached_property
    def others(self) -> list[int]:
        """All other variables, in their order."""
        leading = set(self.leading)
        return [at for at in range(len(self.event.variables)) if at not in leading]

    @cached_property
    def ends(self) -> list[NDArray[np.float64]]:
        """Where each outcome of each variable but its last ends on the way from 0 to 1."""
        return [_ends(variable.probability) for variable in self.event.variables]


def sampling_plan(event: QueryEvent, seed: int) -> SamplingPlan:
    """Find out in a pilot which variables matter most."""
    rng = np.random.default_rng([seed, 0])
    drawn = [_stratified(rng, variable.probability, PILOT) for variable in event.variables]
    yes = _yes(event, drawn, PILOT).astype(np.float64)
    explained = [
        _explained(yes, at, variable.n) for at, variable in zip(drawn, event.variables, strict=True)
    ]
    leading: list[int] = []
    size = 1
    for number in np.argsort(explained, kind="stable")[::-1].tolist():
        if size * event.variables[number].n <= MOST_STRATA:
            leading.append(number)
            size *= event.variables[number].n
    return SamplingPlan(event, tuple(leading), seed)


def _explained(yes: NDArray[np.float64], at: NDArray[np.unsignedinteger], n: int) -> float:
    """Return how much of the variance of an answer one variable explains."""
    count = np.bincount(at, minlength=n)
    total = np.bincount(at, weights=yes, minlength=n)
    mean = np.divide(total, count, out=np.zeros(n), where=count > 0)
    return float((count * (mean - yes.mean()) ** 2).sum())


def _stratified(
    rng: np.random.Generator, probability: NDArray[np.float64], n: int
) -> NDArray[np.unsignedinteger]:
    """Draw outcomes in proportion to their probabilities, in random order (a Latin hypercube's column).

    Of the smallest type that has room for them: worlds are many, and outcomes are few.
    """
    outcome = np.searchsorted(_ends(probability), _uniform(rng, n), side="right")
    return outcome.astype(np.min_scalar_type(len(probability) - 1))


def _ends(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where each outcome but the last ends on the way from 0 to 1."""
    return np.cumsum(probability)[:-1]


def _uniform(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Draw numbers from 0 to 1, one in each of so many equal parts, in random order."""
    order, within = rng.permutation(n), rng.random(n)
    within += order
    within /= n
    return within


def sample_chunk(plan: SamplingPlan, number: int) -> float:
    """Return the estimate of one chunk.

    Parameters
    ----------
    plan
        How to sample.
    number
        The number of the chunk, from 1 on.
    """
    return sample_chunks([plan], number)[0]


def sample_chunks(plans: Sequence[SamplingPlan], number: int) -> list[float]:
    """Return the estimates of one chunk for several questions, each as if it were asked alone.

    Most of the time goes into random order, which is the same for each question with the same seed:
    the first that is drawn tells its strata, and each one after that another variable.

    Parameters
    ----------
    plans
        How to sample each of them; all have the same seed.
    number
        The number of the chunk, from 1 on.
    """
    rng = np.random.default_rng([plans[0].seed, number])
    outcomes_of: list[dict[int, NDArray[np.uint64]]] = [{} for _ in plans]
    for turn in range(1 + max(len(plan.others) for plan in plans)):
        drawn = _uniform(rng, CHUNK)
        for plan, outcome in zip(plans, outcomes_of, strict=True):
            if turn == 0:
                outcome.update(_leading_outcomes(plan, drawn))
            elif turn <= len(plan.others):
                at = plan.others[turn - 1]
                outcome[at] = pack(drawn >= plan.ends[at][:, np.newaxis])
    found = []
    for plan, outcome in zip(plans, outcomes_of, strict=True):
        words = plan.event.bits([outcome[at] for at in range(len(outcome))], CHUNK)
        found.append(int(np.count_nonzero(unpack(words, CHUNK))) / CHUNK)
    return found


def _leading_outcomes(
    plan: SamplingPlan, drawn: NDArray[np.float64]
) -> dict[int, NDArray[np.uint64]]:
    """Return the outcomes of the variables that matter most, of strata that come up at random."""
    first = [plan.event.variables[at] for at in plan.leading]
    shares = joint([variable.probability[np.newaxis] for variable in first])[0]
    stratum = np.searchsorted(_ends(shares), drawn, side="right")
    by_stratum = outcomes([variable.n for variable in first])
    return {
        at: beyond(found[stratum], variable.n)
        for at, variable, found in zip(plan.leading, first, by_stratum, strict=True)
    }


def has_converged(means: Sequence[float], tolerance: float, most: int) -> bool:
    """Return whether the chunks so far will do; asked only at every doubling, to be fair to luck."""
    n = len(means)
    if n >= most:
        return True
    if n < LEAST_CHUNKS or n & (n - 1):
        return False
    found = interval_of(means)
    return max(found.high - found.value, found.value - found.low) <= tolerance


def interval_of(means: Sequence[float]) -> Interval:
    """Return the mean of chunks with its 95 % interval.

    Clopper and Pearson's interval for as many independent samples as would vary as little as the
    chunks do (Korn and Graubard, 1998). If the chunks do not vary at all, for as many as there were.

    Parameters
    ----------
    means
        The estimates of the chunks.
    """
    from scipy.special import betaincinv, stdtrit

    n, samples = len(means), len(means) * CHUNK
    value = math.fsum(means) / n
    variance = math.fsum((mean - value) ** 2 for mean in means) / max(1, n - 1) / n
    effective = float(samples)
    if n > 1 and variance > 0 and 0 < value < 1:
        few, many = stdtrit(n - 1, 1 - MISS), stdtrit(max(samples - 1, 1), 1 - MISS)
        effective = max(1.0, float(value * (1 - value) / variance * (many / few) ** 2))
    hits = value * effective
    low = betaincinv(hits, effective - hits + 1, MISS) if hits > 0 else 0.0
    high = betaincinv(hits + 1, effective - hits, 1 - MISS) if hits < effective else 1.0
    return Interval(value, min(float(low), value), max(float(high), value))
