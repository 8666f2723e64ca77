"""Network states as bits: 64 states to a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD = 64


def pack(states: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack the last axis into words, the first state in the lowest bit.

    Parameters
    ----------
    states
        bool of shape (..., states).

    Returns
    -------
    numpy.ndarray
        uint64 of shape (..., words); bits beyond the last state are 0.
    """
    missing = -states.shape[-1] % WORD
    padded = np.pad(states, [(0, 0)] * (states.ndim - 1) + [(0, missing)])
    packed = np.ascontiguousarray(np.packbits(padded, axis=-1, bitorder="little"))
    return packed.view("<u8").astype(np.uint64, copy=False)


def first_equal(words: NDArray[np.uint64], n_states: int) -> NDArray[np.int64]:
    """Return for each state the first one that is the same in all rows.

    Parameters
    ----------
    words
        Packed states, uint64 of shape (rows, words).
    n_states
        How many there are.

    Examples
    --------
    >>> first_equal(pack(np.array([[True, False, True], [False, True, False]])), 3).tolist()
    [0, 1, 0]
    """
    by_state = [
        np.packbits(unpack(words[:, at : at + 1], min(WORD, n_states - at * WORD)).T, axis=1)
        for at in range(words.shape[1])
    ]
    whole = np.concatenate(by_state)
    whole = np.concatenate([whole, np.zeros((n_states, 1), dtype=np.uint8)], axis=1)
    as_one = np.ascontiguousarray(whole).view(f"V{whole.shape[1]}").ravel()
    _, first, alike = np.unique(as_one, return_index=True, return_inverse=True)
    return first[alike]


def unpack(words: NDArray[np.uint64], n_states: int) -> NDArray[np.bool_]:
    """Return what `pack` packed: bool of shape (..., n_states)."""
    packed = np.ascontiguousarray(words.astype("<u8", copy=False)).view(np.uint8)
    return np.unpackbits(packed, axis=-1, count=n_states, bitorder="little").astype(bool)


class Choices(NamedTuple):
    """Choices of rows: which rows each has, one choice after the other.

    Parameters
    ----------
    n
        How many choices there are.
    choice, row
        A choice and a row of it at each position, int64, sorted by choice.
    """

    n: int
    choice: NDArray[np.int64]
    row: NDArray[np.int64]

    @classmethod
    def of(cls, among: NDArray[np.bool_]) -> Self:
        """Return the choices that a bool array of shape (choices, rows) makes."""
        return cls(len(among), *np.nonzero(among))


def any_of(words: NDArray[np.uint64], among: Choices) -> NDArray[np.uint64]:
    """Return in which states any of some rows is set, for several choices of rows.

    Parameters
    ----------
    words
        Packed states, uint64 of shape (rows, words).
    among
        The choices.

    Returns
    -------
    numpy.ndarray
        uint64 of shape (choices, words).

    Examples
    --------
    >>> some = Choices.of(np.array([[True, True], [False, False]]))
    >>> any_of(np.array([[1], [2]], np.uint64), some).ravel().tolist()
    [3, 0]
    """
    found = np.zeros((among.n, words.shape[1]), dtype=np.uint64)
    starts = np.flatnonzero(np.diff(among.choice, prepend=-1))
    if len(starts):
        rows = words[among.row]
        found[among.choice[starts]] = np.bitwise_or.reduceat(rows, starts, axis=0)
    return found
