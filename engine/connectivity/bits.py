"""Network states as bits: 64 states to a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def unpack(words: NDArray[np.uint64], n_states: int) -> NDArray[np.bool_]:
    """Return what `pack` packed: bool of shape (..., n_states)."""
    packed = np.ascontiguousarray(words.astype("<u8", copy=False)).view(np.uint8)
    return np.unpackbits(packed, axis=-1, count=n_states, bitorder="little").astype(bool)
