"""Variable-length integers: seven bits to a byte, the lowest first, the highest bit set in all but the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BYTES = 10
"""Bytes of the longest variable-length integer."""


def varint(data: bytes | bytearray, begin: int, end: int) -> tuple[int, int]:
    """Return a variable-length integer and the position behind it."""
    value = 0
    for shift in range(0, 7 * MOST_BYTES, 7):
        if begin >= end:
            raise ValueError("a number is cut off")
        byte = data[begin]
        begin += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, begin
    raise ValueError("a number of more than ten bytes")


def unpack(data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read all variable-length integers of a buffer.

    Returns
    -------
    values
        int64 (the 64 bits of the integer), shape (integers,).
    ends
        The position of the last byte of each, int64.

    Raises
    ------
    ValueError
        If the last one is cut off, or one has more than ten bytes.
    """
    ends = np.flatnonzero(data < 0x80)
    if len(data) and (not len(ends) or ends[-1] != len(data) - 1):
        raise ValueError("a number is cut off")
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    size = ends - starts + 1
    longest = int(size.max(initial=0))
    if longest > MOST_BYTES:
        raise ValueError("a number of more than ten bytes")
    low = data & 0x7F
    values = low.take(starts).astype(np.int64)
    for place in range(1, longest):  # most are of nearly the same size: no row is left out
        byte = low.take(np.minimum(starts + place, ends))
        byte *= size > place
        values |= byte.astype(np.int64) << (7 * place)
    return values, ends


def written(value: int) -> bytes:
    """Return the bytes that a variable-length integer is written with."""
    size = max(1, -(-value.bit_length() // 7))
    low = bytes(value >> 7 * place & 0x7F | 0x80 for place in range(size - 1))
    return low + bytes([value >> 7 * (size - 1)])


def positions_of(value: int, data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return where in a buffer the bytes stand that a number is written with."""
    first, *more = written(value)
    at = np.flatnonzero(data == first)
    for place, byte in enumerate(more, 1):
        at = at[at + place < len(data)]
        at = at[data[at + place] == byte]
    return at


def zigzag(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the signed integers that unsigned ones stand for."""
    return (values >> 1 & 0x7FFFFFFFFFFFFFFF) ^ -(values & 1)
