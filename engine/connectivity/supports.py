"""Supports of an answer that survive choices of candidates, and which sets are worth trying for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import WORD

if TYPE_CHECKING:
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
