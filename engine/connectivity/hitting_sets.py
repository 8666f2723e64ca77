"""Minimum hitting sets: the fewest candidates that flip an answer (a label cut, or its dual).

Candidates (places lost, ground opened) are labels: one may stand for many vertices of the kernel, so
a minimum set is hard to find in general. Small sets are found by trying, as packed states, all that
hit every support known so far; larger ones by an integer program to which a constraint is added for each support of the
answer that survives a choice (an implicit hitting set).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb, inf
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import WORD, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


Supports = Callable[["NDArray[np.bool_]"], "list[NDArray[np.bool_] | None]"]
"""For each of some choices, bool of shape (choices, candidates), a support of the answer that survives it,
bool of shape (candidates,): as long as none of these candidates is chosen otherwise, the answer does not
flip. None if it has flipped."""

HIGHEST_BIT = np.uint64(1 << 63)
CHOICES_AT_ONCE = 1 << 8
"""For how many choices supports are asked for at once: known ones may spare those of the next."""


class KnownSupports:
    """The supports known so far, and the sets that are worth trying because of them.

    A set that flips the answer contains a candidate of each support that survives a part of it: sets
    grow by those alone. A support that survives one choice survives all that agree with it there.
    """

    def __init__(self, n: int, surviving: Supports) -> None:
        self._surviving = surviving
        self._n = n
        self._members = np.zeros((0, -(-n // WORD)), dtype=np.uint64)
        self._chosen = self._members.copy()
        self._n_members = np.zeros(0, dtype=np.int64)
        self._size = 0
        self._sets = np.zeros((1, self._members.shape[1]), dtype=np.uint64)

    def sets_to_try(self, size: int) -> NDArray[np.int64]:
        """Return all sets of a size that may flip the answer, if no smaller one does, in order.

        A size is not asked for after a larger one. int64 of shape (sets, size).
        """
        while self._size < size:
            self._sets = self._grown(self._sets)
            self._size += 1
        return np.nonzero(_unpacked(self._sets, self._n))[1].reshape(len(self._sets), size)

    def _grown(self, sets: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the sets with one candidate more, the first members first, as in combinations."""
        parts = [
            self._supports_under(sets[start : start + CHOICES_AT_ONCE])
            for start in range(0, len(sets), CHOICES_AT_ONCE)
        ]
        support = np.concatenate([np.empty(0, dtype=np.int64), *parts])
        row, more = np.nonzero(_unpacked(self._members[support] & ~sets, self._n))
        grown = sets[row]
        grown[np.arange(len(row)), more // WORD] |= HIGHEST_BIT >> (more % WORD).astype(np.uint64)
        grown = grown[np.lexsort(grown.T[::-1])[::-1]]
        return grown[np.append(True, (grown[1:] != grown[:-1]).any(axis=1))[: len(grown)]]

    def _supports_under(self, sets: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return for each choice a support that survives it; the smallest of those known, if one does.

        What one choice makes known is known to the next.
        """
        n_known = len(self._members)
        survive = _survive(self._members, self._chosen, sets)
        new = np.flatnonzero(~survive.any(axis=0))
        fresh = self._surviving(_unpacked(sets[new], self._n)) if len(new) else []
        supports = [support for support in fresh if support is not None]
        if len(supports) < len(new):
            raise AssertionError("a set that does not flip the answer leaves no support")
        if supports:
            members = _packed(np.array(supports))
            were = members & sets[new]
            survive = np.vstack([survive, _survive(members, were, sets)])
            self._members = np.vstack([self._members, members])
            self._chosen = np.vstack([self._chosen, were])
            self._n_members = np.append(self._n_members, np.sum(supports, axis=1))
        kept = np.arange(len(self._members)) < n_known
        own = dict(zip(new.tolist(), range(n_known, len(kept)), strict=True))
        found = np.empty(len(sets), dtype=np.int64)
        for row in range(len(sets)):
            able = np.flatnonzero(survive[:, row] & kept)
            found[row] = able[self._n_members[able].argmin()] if len(able) else own[row]
            kept[found[row]] = True
        self._members, self._chosen = self._members[kept], self._chosen[kept]
        self._n_members = self._n_members[kept]
        return (np.cumsum(kept) - 1)[found]


def _survive(
    members: NDArray[np.uint64], were: NDArray[np.uint64], sets: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Return which supports survive which choices, bool of shape (supports, choices).

    Those do whose members are chosen as they were when the support was found.
    """
    found = np.ones((len(members), len(sets)), dtype=bool)
    for member, was, chosen in zip(members.T, were.T, sets.T, strict=True):
        found &= member[:, np.newaxis] & chosen == was[:, np.newaxis]
    return found


def _packed(sets: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return sets as words, the first candidate in the highest bit, so that words sort as sets do."""
    padded = np.pad(sets, [(0, 0), (0, -sets.shape[1] % WORD)])
    return np.packbits(padded, axis=1).view(">u8").astype(np.uint64)


def _unpacked(words: NDArray[np.uint64], n: int) -> NDArray[np.bool_]:
    """Return what `_packed` packed, bool of shape (sets, candidates)."""
    as_bytes = words.astype(">u8").view(np.uint8).reshape(len(words), words.shape[1] * 8)
    return np.unpackbits(as_bytes, axis=1, count=n).astype(bool)


Flips = Callable[["NDArray[np.uint64]"], "NDArray[np.uint64]"]
"""In which states the answer flips, (words,), by which candidates are chosen, (candidates, words)."""

MOST_TRIALS = 1 << 21
"""How many sets are tried before the integer program takes over."""
BATCH = 1 << 16
FEW_SETS = 1 << 11
"""So many sets are tried without looking first for supports that they must hit."""


@dataclass(frozen=True, eq=False)
class HittingSets:
    """The sets of least weight of candidates that flip an answer.

    Parameters
    ----------
    sets
        Candidates, in order; all sets of the least weight if `all_ties`, else one; none if no set
        flips the answer, or if the search was stopped before it found one.
    lower, upper
        Bounds on the least weight (the number of candidates, unless they are weighted); equal if
        the answer is exact; both infinite if no set flips it.
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


def minimum_hitting_sets(
    n: int,
    flips: Flips,
    surviving: Supports,
    *,
    is_monotone: bool = True,
    most_trials: int = MOST_TRIALS,
    seconds: float = 60.0,
) -> HittingSets:
    """Return all sets of the fewest candidates that flip an answer.

    Parameters
    ----------
    n
        The number of candidates.
    flips, surviving
        The question: see `Flips` and `engine.connectivity.hitting_sets.Supports`.
    is_monotone
        Whether what flips the answer still does so with more candidates chosen.
    most_trials
        How many sets to try before the integer program takes over.
    seconds
        How long the integer program may take.
    """
    everything = np.ones((1, n), dtype=bool)
    if is_monotone and surviving(everything)[0] is not None:
        return HittingSets((), inf, inf, all_ties=True)
    supports = KnownSupports(n, surviving)
    size, left = 0, most_trials
    while size <= n and comb(n, size) <= left:
        left -= comb(n, size)
        tried = _batches(n, size) if comb(n, size) <= FEW_SETS else [supports.sets_to_try(size)]
        found = [one for batch in tried for one in _flipping_sets(batch, n, flips)]
        if found:
            return HittingSets(tuple(found), size, size, all_ties=True)
        size += 1
    if size > n:
        return HittingSets((), inf, inf, all_ties=True)
    return minimum_weight_hitting_set(
        np.ones(n), surviving, is_monotone=is_monotone, at_least=size, seconds=seconds
    )


def states_of(sets: NDArray[np.int64], n: int) -> NDArray[np.uint64]:
    """Return sets of candidates, of shape (sets, members), as packed states, (candidates, words)."""
    chosen = np.zeros((n, len(sets)), dtype=bool)
    chosen[sets.T, np.arange(len(sets))] = True
    return pack(chosen)


def _flipping_sets(sets: NDArray[np.int64], n: int, flips: Flips) -> Iterator[tuple[int, ...]]:
    """Yield those of some sets that flip the answer."""
    for start in range(0, len(sets), BATCH):
        batch = sets[start : start + BATCH]
        hits = unpack(flips(states_of(batch, n)), len(batch))
        yield from map(tuple, batch[hits].tolist())


def _batches(n: int, size: int) -> Iterator[NDArray[np.int64]]:
    sets = combinations(range(n), size)
    while batch := list(islice(sets, BATCH)):
        yield np.array(batch, dtype=np.int64)


def minimum_weight_hitting_set(
    weights: NDArray[np.float64],
    surviving: Supports,
    *,
    is_monotone: bool = True,
    at_least: float = 0.0,
    seconds: float = 60.0,
) -> HittingSets:
    """Return one set of least total weight that flips an answer, by an integer program.

    Parameters
    ----------
    weights
        Of the candidates, not negative, float64 of shape (candidates,).
    surviving
        The question.
    is_monotone
        Whether what flips the answer still does so with more candidates chosen.
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
        if surviving(chosen[np.newaxis])[0] is None:
            weight = float(weights[chosen].sum())
            return HittingSets((_members(chosen),), weight, weight, all_ties=False)
        known = len(rows)
        full = _add_rows(rows, least, chosen, surviving, is_monotone=is_monotone)
        if full is not None and weights[full].sum() < upper:
            full = _without_the_idle(full, weights, surviving)
            if weights[full].sum() < upper:
                upper, best = float(weights[full].sum()), _members(full)
        if full is not None and is_monotone:  # the new rows have no candidate in common
            each = sum(float(weights[row > 0].min()) for row in rows[known:])
            at_least = max(at_least, each)
        if best and upper <= at_least:
            return HittingSets((best,), upper, upper, all_ties=False)
        solved = _solve(weights, rows, least, stop - time.monotonic())
        if solved is None:
            if time.monotonic() < stop and upper == inf:
                return HittingSets((), inf, inf, all_ties=True)
            return HittingSets((best,) if best else (), at_least, upper, all_ties=False)
        bound, chosen = solved
        at_least = max(at_least, bound)
        if time.monotonic() >= stop:
            return HittingSets((best,) if best else (), at_least, upper, all_ties=False)


def _add_rows(
    rows: list[NDArray[np.float64]],
    least: list[float],
    chosen: NDArray[np.bool_],
    surviving: Supports,
    *,
    is_monotone: bool,
) -> NDArray[np.bool_] | None:
    """Add a constraint for each of several supports, and return a choice that no support survives.

    None if a support survives whatever else is chosen.
    """
    chosen = chosen.copy()
    while (relevant := surviving(chosen[np.newaxis])[0]) is not None:
        more = relevant & ~chosen
        given_up = relevant & chosen & (not is_monotone)
        rows.append(more.astype(np.float64) - given_up)
        least.append(1.0 - given_up.sum())
        if not more.any():
            return None
        chosen |= more
    return chosen


def _without_the_idle(
    chosen: NDArray[np.bool_], weights: NDArray[np.float64], surviving: Supports
) -> NDArray[np.bool_]:
    """Return a choice without the candidates that it can do without, the heaviest dropped first.

    Several are tried at once, each as if all before it could be dropped: what is tried after the first
    one that cannot is tried again.
    """
    chosen = chosen.copy()
    order = [int(one) for one in np.argsort(-weights, kind="stable") if chosen[one]]
    at, size = 0, 1
    while at < len(order):
        some = order[at : at + size]
        tried = np.tile(chosen, (len(some), 1))
        for row, candidate in enumerate(some):
            tried[row:, candidate] = False
        needed = (row for row, found in enumerate(surviving(tried)) if found is not None)
        n = next(needed, len(some))
        chosen[some[:n]] = False
        at, size = (at + n, min(2 * size, WORD)) if n == len(some) else (at + n + 1, 1)
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
