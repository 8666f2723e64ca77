"""How likely an answer is, sampled: some draws weighed exactly in each sample, the rest stratified.

A chunk is a set of samples with a seed of its own: chunks are independent, may be worked on in any
order, and are always summed up in the same one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv, stdtrit

from engine.analysis.weigh import joint, outcomes
from engine.connectivity.bits import unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.chance import Chance

CHUNK = 2**16
"""How many worlds a chunk has."""
SAMPLED = 2**18
"""How many worlds are drawn where every event is asked about at once."""
PILOT = 2**12
"""How many worlds are looked at to find the draws that matter most."""
MOST_INNER = 2**10
"""How many outcomes the draws may have between them that are weighed exactly in each sample."""
LEAST_CHUNKS = 16
"""The interval is not trusted with fewer."""
MISS = 0.025
"""How likely the truth may lie beyond either end of the interval."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """The answer in worlds drawn at random, which other probabilities are put to by their ratios.

    Parameters
    ----------
    chance
        The question with its draws.
    outcome
        The outcome of each draw in each world, int64 of shape (worlds,).
    yes
        The answer in each world, bool of shape (worlds,).
    """

    chance: Chance
    outcome: list[NDArray[np.int64]]
    yes: NDArray[np.bool_]
    method = "sampled"

    def weight(self, chance: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return how likely the answer is yes; see `Answer`."""
        sets = [np.atleast_2d(one) for one in chance]
        found = np.empty(len(sets[0]))
        for row in range(len(found)):
            ratio = np.where(self.yes, 1.0, 0.0)
            for draw, one, at in zip(self.chance.draws, sets, self.outcome, strict=True):
                if not np.array_equal(one[row], draw.chance):
                    ratio *= (one[row] / draw.chance)[at]
            found[row] = ratio.mean()
        return found

    def negated(self) -> Sampled:
        """Return yes for no, and no for yes."""
        return Sampled(self.chance, self.outcome, ~self.yes)


def sampled_answer(chance: Chance, seed: int) -> Sampled:
    """Return the answer in worlds drawn at random, a few chunks of them."""
    rng = np.random.default_rng([seed, 0])
    outcome = [_stratified(rng, draw.chance, SAMPLED) for draw in chance.draws]
    return Sampled(chance, outcome, unpack(chance.bits(outcome, SAMPLED), SAMPLED))


@dataclass(frozen=True)
class Interval:
    """An estimate of a probability, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Plan:
    """How to sample an answer.

    Parameters
    ----------
    chance
        The question with its draws.
    inner
        The draws that are weighed exactly in each sample.
    seed
        Where the random numbers start.
    """

    chance: Chance
    inner: tuple[int, ...]
    seed: int

    @property
    def n_inner(self) -> int:
        """How many outcomes the inner draws have between them."""
        return math.prod(self.chance.draws[number].n for number in self.inner)

    @property
    def per_chunk(self) -> int:
        """How many samples of the other draws a chunk has."""
        return max(1, CHUNK // self.n_inner)


def plan_of(chance: Chance, seed: int) -> Plan:
    """Find out in a pilot which draws matter most: these will be weighed exactly."""
    rng = np.random.default_rng([seed, 0])
    drawn = [_stratified(rng, draw.chance, PILOT) for draw in chance.draws]
    yes = unpack(chance.bits(drawn, PILOT), PILOT).astype(np.float64)
    explained = [_explained(yes, at, draw.n) for at, draw in zip(drawn, chance.draws, strict=True)]
    inner: list[int] = []
    size = 1
    for number in np.argsort(explained, kind="stable")[::-1].tolist():
        if size * chance.draws[number].n <= MOST_INNER:
            inner.append(number)
            size *= chance.draws[number].n
    return Plan(chance, tuple(sorted(inner)), seed)


def _explained(yes: NDArray[np.float64], at: NDArray[np.int64], n: int) -> float:
    """Return how much of the variance of an answer one draw explains."""
    count = np.bincount(at, minlength=n)
    total = np.bincount(at, weights=yes, minlength=n)
    mean = np.divide(total, count, out=np.zeros(n), where=count > 0)
    return float((count * (mean - yes.mean()) ** 2).sum())


def _stratified(rng: np.random.Generator, chance: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Draw outcomes in proportion to their chances, in random order (a Latin hypercube's column)."""
    at = (rng.permutation(n) + rng.random(n)) / n
    return np.minimum(np.searchsorted(np.cumsum(chance), at, side="right"), len(chance) - 1)


def sample_chunk(plan: Plan, number: int) -> float:
    """Return the estimate of one chunk.

    Parameters
    ----------
    plan
        How to sample.
    number
        The number of the chunk, from 1 on.
    """
    rng = np.random.default_rng([plan.seed, number])
    draws, m, n_inner = plan.chance.draws, plan.per_chunk, plan.n_inner
    within = iter(outcomes([draws[at].n for at in plan.inner]))
    outcome = [
        np.tile(next(within), m)
        if at in plan.inner
        else np.repeat(_stratified(rng, draw.chance, m), n_inner)
        for at, draw in enumerate(draws)
    ]
    yes = unpack(plan.chance.bits(outcome, m * n_inner), m * n_inner).reshape(m, n_inner)
    weight = joint([draws[at].chance[np.newaxis] for at in plan.inner])[0]
    return float(np.where(yes, weight, 0.0).sum(axis=1).sum() / m)


def enough(means: Sequence[float], per_chunk: int, tolerance: float, most: int) -> bool:
    """Return whether the chunks so far will do; asked only at every doubling, to be fair to luck."""
    n = len(means)
    if n >= most:
        return True
    if n < LEAST_CHUNKS or n & (n - 1):
        return False
    found = interval_of(means, per_chunk)
    return max(found.high - found.value, found.value - found.low) <= tolerance


def interval_of(means: Sequence[float], per_chunk: int) -> Interval:
    """Return the mean of chunks with its 95 % interval.

    Clopper and Pearson's interval for as many independent samples as would vary as little as the
    chunks do (Korn and Graubard, 1998). If the chunks do not vary at all, for as many as there were.

    Parameters
    ----------
    means
        The estimates of the chunks.
    per_chunk
        How many samples each of them has.
    """
    n, samples = len(means), len(means) * per_chunk
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
