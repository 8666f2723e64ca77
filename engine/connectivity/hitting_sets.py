"""The fewest things that must happen for an answer to turn: a minimum label cut, or its mirror.

Things (places lost, ground opened) are labels: one may stand for many vertices of the kernel, so the
smallest set is hard to find in general. Small sets are found by trying all of them as packed
states; larger ones by an integer program to which a constraint is added for each way found that a
choice leaves standing (an implicit hitting set).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb, inf
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Turned = Callable[["NDArray[np.uint64]"], "NDArray[np.uint64]"]
"""In which states the answer turns, (words,), by which candidates are chosen, (candidates, words)."""

Standing = Callable[["NDArray[np.bool_]"], "NDArray[np.bool_] | None"]
"""What keeps the answer from turning under one choice, bool of shape (candidates,): as long as
none of these candidates is chosen otherwise, it does not turn. None if it has turned."""

MOST_TRIALS = 1 << 21
"""How many sets are tried before the integer program takes over."""
BATCH = 1 << 16


@dataclass(frozen=True, eq=False)
class Smallest:
    """The smallest sets of candidates under which an answer turns.

    Parameters
    ----------
    sets
        Candidates, in order; all sets of the least weight if `all_ties`, else one; none if no set
        turns the answer, or if the search was stopped before it found one.
    lower, upper
        Bounds on the least weight (the number of candidates, unless they are weighted); equal if
        the answer is exact; both infinite if no set turns it.
    all_ties
        Whether `sets` are all there are of that weight.
    """

    sets: tuple[tuple[int, ...], ...]
    lower: float
    upper: float
    all_ties: bool

    @property
    def exact(self) -> bool:
        """Whether the least weight is known."""
        return self.lower == self.upper


def smallest(
    n: int,
    turned: Turned,
    standing: Standing,
    *,
    grows: bool = True,
    most_trials: int = MOST_TRIALS,
    seconds: float = 60.0,
) -> Smallest:
    """Return the smallest sets of candidates under which an answer turns.

    Parameters
    ----------
    n
        The number of candidates.
    turned, standing
        The question.
    grows
        Whether what turns the answer still does so with more candidates chosen.
    most_trials
        How many sets to try before the integer program takes over.
    seconds
        How long the integer program may take.
    """
    everything = np.ones(n, dtype=bool)
    if grows and standing(everything) is not None:
        return Smallest((), inf, inf, all_ties=True)
    size, left = 0, most_trials
    while size <= n and comb(n, size) <= left:
        left -= comb(n, size)
        found = _turning_sets(n, size, turned)
        if found:
            return Smallest(tuple(found), size, size, all_ties=True)
        size += 1
    if size > n:
        return Smallest((), inf, inf, all_ties=True)
    return lightest(np.ones(n), standing, grows=grows, at_least=size, seconds=seconds)


def states_of(sets: list[tuple[int, ...]], n: int) -> NDArray[np.uint64]:
    """Return sets of candidates as packed states, uint64 of shape (candidates, words)."""
    chosen = np.zeros((n, len(sets)), dtype=bool)
    if sets and sets[0]:
        chosen[np.array(sets).T, np.arange(len(sets))] = True
    return pack(chosen)


def _turning_sets(n: int, size: int, turned: Turned) -> list[tuple[int, ...]]:
    """Return all sets of a size under which the answer turns."""
    found: list[tuple[int, ...]] = []
    for batch in _batches(n, size):
        hits = unpack(turned(states_of(batch, n)), len(batch))
        found += [batch[row] for row in np.flatnonzero(hits)]
    return found


def _batches(n: int, size: int) -> Iterator[list[tuple[int, ...]]]:
    sets = combinations(range(n), size)
    while batch := list(islice(sets, BATCH)):
        yield batch


def lightest(
    weights: NDArray[np.float64],
    standing: Standing,
    *,
    grows: bool = True,
    at_least: float = 0.0,
    seconds: float = 60.0,
) -> Smallest:
    """Return one set of least total weight under which an answer turns, by an integer program.

    Parameters
    ----------
    weights
        Of the candidates, not negative, float64 of shape (candidates,).
    standing
        The question.
    grows
        Whether what turns the answer still does so with more candidates chosen.
    at_least
        A bound that is already known.
    seconds
        How long it may take; what is known by then is returned, with its bounds.
    """
    rows: list[NDArray[np.float64]] = []
    least: list[float] = []
    upper = inf
    best: tuple[int, ...] = ()
    stop = time.monotonic() + seconds
    chosen = np.zeros(len(weights), dtype=bool)
    while True:
        if standing(chosen) is None:
            weight = float(weights[chosen].sum())
            return Smallest((_members(chosen),), weight, weight, all_ties=False)
        full = _add_rows(rows, least, chosen, standing, grows=grows)
        if full is not None and weights[full].sum() < upper:
            full = _without_the_idle(full, weights, standing)
            if weights[full].sum() < upper:
                upper, best = float(weights[full].sum()), _members(full)
        solved = _solve(weights, rows, least, stop - time.monotonic())
        if solved is None:
            if time.monotonic() < stop and upper == inf:
                return Smallest((), inf, inf, all_ties=True)
            return Smallest((best,) if best else (), at_least, upper, all_ties=False)
        bound, chosen = solved
        at_least = max(at_least, bound)
        if time.monotonic() >= stop:
            return Smallest((best,) if best else (), at_least, upper, all_ties=False)


def _add_rows(
    rows: list[NDArray[np.float64]],
    least: list[float],
    chosen: NDArray[np.bool_],
    standing: Standing,
    *,
    grows: bool,
) -> NDArray[np.bool_] | None:
    """Add a constraint for each of several ways that stand, and return a choice that leaves none.

    None if the ways are such that choosing more does not help.
    """
    chosen = chosen.copy()
    while (relevant := standing(chosen)) is not None:
        more = relevant & ~chosen
        given_up = relevant & chosen & (not grows)
        rows.append(more.astype(np.float64) - given_up)
        least.append(1.0 - given_up.sum())
        if not more.any():
            return None
        chosen |= more
    return chosen


def _without_the_idle(
    chosen: NDArray[np.bool_], weights: NDArray[np.float64], standing: Standing
) -> NDArray[np.bool_]:
    """Return a choice without the candidates that it can do without, the heaviest dropped first."""
    chosen = chosen.copy()
    for candidate in np.argsort(-weights, kind="stable"):
        if chosen[candidate]:
            chosen[candidate] = False
            chosen[candidate] = standing(chosen) is not None
    return chosen


def _solve(
    weights: NDArray[np.float64],
    rows: list[NDArray[np.float64]],
    least: list[float],
    seconds: float,
) -> tuple[float, NDArray[np.bool_]] | None:
    """Return a lower bound and the choice of an integer program; None if there is no choice."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    answer = milp(
        weights,
        integrality=np.ones(len(weights), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.array(rows), lb=np.array(least)),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    return float(answer.mip_dual_bound), answer.x > 0.5


def _members(chosen: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(chosen).tolist())
