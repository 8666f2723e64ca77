"""Run-lengths: during which intervals something about each sector stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import WORD

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = ~np.uint64(0)


@dataclass(frozen=True, eq=False)
class Runs:
    """The time axis of each row, divided into runs. A run lasts until the next one of its row.

    Parameters
    ----------
    first
        The first run of each row, and the number of runs, int64 of shape (rows + 1,).
    begin
        The interval in which each run begins, ascending in each row from 0, int64 of shape (runs,).
    n_intervals
        How many intervals there are.

    Examples
    --------
    >>> runs = Runs.cut_at(np.array([0, 0, 1]), np.array([0, 2, 1]), n_rows=2, n_intervals=4)
    >>> runs.row.tolist(), runs.begin.tolist(), runs.end.tolist()
    ([0, 0, 1, 1], [0, 2, 0, 1], [2, 4, 1, 4])
    >>> runs.at(1).tolist()
    [0, 3]
    """

    first: NDArray[np.int64]
    begin: NDArray[np.int64]
    n_intervals: int

    @classmethod
    def cut_at(
        cls,
        row: NDArray[np.int64],
        interval: NDArray[np.int64],
        *,
        n_rows: int,
        n_intervals: int,
    ) -> Runs:
        """Return the runs that begin at some intervals of some rows, and at the start of each row."""
        key = np.concatenate([np.arange(n_rows) * n_intervals, row * n_intervals + interval])
        return cls.of_keys(_distinct(key), n_rows, n_intervals)

    @classmethod
    def of_keys(cls, key: NDArray[np.int64], n_rows: int, n_intervals: int) -> Runs:
        """Return the runs that begin at some numbers as in `key`, ascending and each once."""
        first = np.searchsorted(key, np.arange(n_rows + 1) * n_intervals)
        return cls(first, key % n_intervals, n_intervals)

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.begin)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.first) - 1

    @cached_property
    def row(self) -> NDArray[np.int64]:
        """The row of each run, int64 of shape (runs,)."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.first))

    @cached_property
    def end(self) -> NDArray[np.int64]:
        """The first interval after each run, int64 of shape (runs,)."""
        end = np.empty_like(self.begin)
        end[:-1] = self.begin[1:]
        end[self.first[1:] - 1] = self.n_intervals
        return end

    @cached_property
    def key(self) -> NDArray[np.int64]:
        """Row and interval of each run as one number, ascending, int64 of shape (runs,)."""
        return self.row * self.n_intervals + self.begin

    def find(self, row: NDArray[np.int64], interval: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """Return the runs of some rows on some intervals."""
        return np.searchsorted(self.key, row * self.n_intervals + interval, side="right") - 1

    def at(self, interval: int) -> NDArray[np.int64]:
        """Return the run of each row on an interval, int64 of shape (rows,)."""
        return self.find(np.arange(self.n_rows), interval)

    def cut(
        self, row: NDArray[np.int64], interval: NDArray[np.int64]
    ) -> tuple[Runs, NDArray[np.int64]]:
        """Return these runs with more cuts, and the run of before that each is a part of."""
        if not len(row):
            return self, np.arange(len(self))
        key = _distinct(np.concatenate([self.key, row * self.n_intervals + interval]))
        parent = np.searchsorted(self.key, key, side="right") - 1
        return self.of_keys(key, self.n_rows, self.n_intervals), parent

    def cut_all(self, interval: NDArray[np.int64]) -> tuple[Runs, NDArray[np.int64]]:
        """Return these runs with every row cut at some intervals; see `cut`."""
        row = np.repeat(np.arange(self.n_rows), len(interval))
        return self.cut(row, np.tile(interval, self.n_rows))

    def within(
        self, row: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the runs that meet some spans of intervals, none of them empty.

        Returns
        -------
        span, run
            Positions, a pair at each position.
        """
        first, last = self.find(row, begin), self.find(row, end - 1)
        length = last - first + 1
        span = np.repeat(np.arange(len(row)), length)
        return span, np.arange(len(span)) + (first - np.cumsum(length) + length)[span]

    def joined(self, *values: NDArray[np.generic]) -> tuple[Runs, NDArray[np.int64]]:
        """Return these runs without the cuts where no value changes.

        Parameters
        ----------
        values
            The last axis of each is that of the runs.

        Returns
        -------
        Runs
            Fewer runs.
        NDArray
            Which of these runs each begins with, int64 of shape (fewer runs,).
        """
        new = np.zeros(len(self), dtype=bool)
        for value in values:
            differs = value[..., 1:] != value[..., :-1]
            new[1:] |= differs.any(axis=tuple(range(differs.ndim - 1)))
        new[self.first[:-1]] = True
        kept = np.flatnonzero(new)
        first = np.searchsorted(kept, self.first)
        return Runs(first, self.begin[kept], self.n_intervals), kept

    def chosen(self, interval: NDArray[np.int64]) -> tuple[Runs, NDArray[np.int64]]:
        """Return the runs of some intervals, in ascending order, and the run of before of each.

        An interval may come several times in a row: then a run lasts so much longer.
        """
        place = np.searchsorted(interval, np.arange(self.n_intervals + 1))
        begin, end = place[self.begin], place[self.end]
        kept = np.flatnonzero(begin < end)
        return Runs(np.searchsorted(kept, self.first), begin[kept], len(interval)), kept

    def repeated(self, times: int) -> tuple[Runs, NDArray[np.int64]]:
        """Return the runs of the time axis several times over, and the run of before of each."""
        again = np.repeat(np.arange(times), len(self)) * self.n_intervals
        row, begin = np.tile(self.row, times), np.tile(self.begin, times) + again
        order = np.argsort(row, kind="stable")
        runs = Runs(self.first * times, begin[order], self.n_intervals * times)
        return runs, np.tile(np.arange(len(self)), times)[order]

    def bits(self, holds: NDArray[np.bool_]) -> NDArray[np.uint64]:
        """Return on which intervals something holds, packed as by `engine.connectivity.bits.pack`.

        Parameters
        ----------
        holds
            In which runs it holds, bool of shape (runs,).

        Returns
        -------
        numpy.ndarray
            uint64 of shape (rows, words).
        """
        before = np.zeros(len(self), dtype=bool)
        before[1:] = holds[:-1]
        before[self.first[:-1]] = False
        turn = np.flatnonzero(holds != before)
        n_words = -(-self.n_intervals // WORD)
        words = np.zeros((self.n_rows, n_words), dtype=np.uint64)
        at = self.row[turn] * n_words + self.begin[turn] // WORD
        bit = np.uint64(1) << (self.begin[turn] % WORD).astype(np.uint64)
        np.bitwise_xor.at(words.reshape(-1), at, bit)
        for shift in (1, 2, 4, 8, 16, 32):  # each bit is then the parity of the turns up to it
            words ^= words << np.uint64(shift)
        carry = np.bitwise_xor.accumulate(words >> np.uint64(WORD - 1), axis=1)[:, :-1]
        words[:, 1:] ^= np.where(carry, ALL, np.uint64(0))
        words[:, -1] &= ALL >> np.uint64(n_words * WORD - self.n_intervals)
        return words


def _distinct(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return distinct numbers in ascending order; long stretches of them are in order already."""
    key = np.sort(key, kind="stable")
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[1:] != key[:-1]
    return key[new]


def column(words: NDArray[np.uint64], interval: int) -> NDArray[np.bool_]:
    """Return what holds on one interval, of what `Runs.bits` packed, bool of shape (rows,)."""
    return (words[:, interval // WORD] >> np.uint64(interval % WORD) & np.uint64(1)).astype(bool)
