"""Protocol buffer messages as arrays: one message field by field, or thousands of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.language import tr
from engine.network.arrays import Ragged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


# Variable-length integers: seven bits to a byte, the lowest first, the highest bit set in all but the last.

MOST_BYTES = 10
"""Bytes of the longest variable-length integer."""


def varint(data: bytes | bytearray, begin: int, end: int) -> tuple[int, int]:
    """Return a variable-length integer and the position behind it."""
    value = 0
    for shift in range(0, 7 * MOST_BYTES, 7):
        if begin >= end:
            raise ValueError(tr("a number is cut off"))
        byte = data[begin]
        begin += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, begin
    raise ValueError(tr("a number of more than ten bytes"))


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
        raise ValueError(tr("a number is cut off"))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    size = ends - starts + 1
    longest = int(size.max(initial=0))
    if longest > MOST_BYTES:
        raise ValueError(tr("a number of more than ten bytes"))
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


VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MOST_FIELDS = 64
"""Fields that a message among many may have: those of OSM have a dozen at most."""

_SIZE_BYTES = 4
"""Bytes of the size of a part of a blob, 32 MiB at most."""


class UnusualError(ValueError):
    """The file uses a rare part of the format that is left to pyosmium."""


def fields(
    data: bytes | bytearray, begin: int = 0, end: int | None = None
) -> Iterator[tuple[int, int, int]]:
    """Walk over the fields of one message.

    Yields
    ------
    number, begin, end
        The number of the field and the bytes that it takes up; for a variable-length integer, its
        value twice.

    Raises
    ------
    ValueError
        If the message is malformed.
    """
    end = len(data) if end is None else end
    while begin < end:
        key, begin = varint(data, begin, end)
        wire = key & 7
        if wire == BYTES:
            size, begin = varint(data, begin, end)
            stop = begin + size
            if stop > end:
                raise ValueError(tr("a field is longer than its message"))
            yield key >> 3, begin, stop
            begin = stop
        elif wire == VARINT:
            value, begin = varint(data, begin, end)
            yield key >> 3, value, value
        elif wire in {FIXED64, FIXED32}:
            begin += 8 if wire == FIXED64 else 4
        else:
            raise ValueError(tr("a field of unknown wire type {type}", type=wire))


def parts(data: bytes | bytearray, begin: int, end: int) -> dict[int, Messages]:
    """Return where the parts of a message lie that is made of strings or messages, by number.

    Parameters
    ----------
    data
        The buffer.
    begin, end
        Where the message lies in it.

    Raises
    ------
    ValueError
        If the message is malformed.
    """
    buffer = np.frombuffer(data, dtype=np.uint8)
    if begin == end:
        return {}
    key = data[begin]
    size, first = varint(data, begin + 1, end)
    if key & 0x87 != BYTES or first + size >= end:  # one part, or none
        return _mixed(data, buffer, begin, end)
    run = _run(buffer[:end], begin, key)
    return _mixed(data, buffer, begin, end) if run is None else {key >> 3: run}


def _run(buffer: NDArray[np.uint8], begin: int, key: int) -> Messages | None:
    """Return the parts up to the end of a buffer, None unless all of them begin with one key.

    Every byte that looks like the key may begin a part, and names the byte behind it. Those that do
    are reached from the first: by steps of one part, then of two, of four and so on.
    """
    end = len(buffer)
    at = begin + np.flatnonzero(buffer[begin:] == key)
    first, stop = _extents(buffer, at)
    may = stop == end
    inside = np.flatnonzero(stop < end)
    may[inside] = buffer[stop[inside]] == key
    at, first, stop = at[may], first[may], stop[may]
    last, lost = len(at), len(at) + 1
    follows = np.searchsorted(at, stop)
    follows[np.append(at, end)[follows] != stop] = lost
    follows = np.concatenate([follows, [last, lost]])
    reached = np.concatenate([at == begin, [False, False]])
    before = 0
    while before < (count := int(np.count_nonzero(reached))):
        reached[follows[reached]] = True
        follows, before = follows[follows], count
    rows = np.flatnonzero(reached[:last])
    return Messages(buffer, first[rows], stop[rows]) if reached[last] else None


def _extents(
    buffer: NDArray[np.uint8], at: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first byte of the part that begins at each position, and the one behind it.

    What is too long for a blob ends behind the end of the buffer.
    """
    size, first = np.zeros(len(at), dtype=np.int64), at + 1
    unread = np.arange(len(at))
    for shift in range(0, 7 * _SIZE_BYTES, 7):
        byte = buffer[np.minimum(first[unread], len(buffer) - 1)]
        size[unread] |= (byte & 0x7F).astype(np.int64) << shift
        first[unread] += 1
        unread = unread[byte >= 0x80]
        if not len(unread):
            break
    size[unread] = len(buffer)
    return first, first + size


def _mixed(
    data: bytes | bytearray, buffer: NDArray[np.uint8], begin: int, end: int
) -> dict[int, Messages]:
    """Return the parts of a message by number, found one after another."""
    found: dict[int, list[tuple[int, int]]] = {}
    while begin < end:
        key = data[begin]
        if key & 0x87 != BYTES:
            raise ValueError(tr("a number where a part should be"))
        size, begin = varint(data, begin + 1, end)
        found.setdefault(key >> 3, []).append((begin, begin + size))
        begin += size
    if begin > end:
        raise ValueError(tr("a field is longer than its message"))
    return {
        number: Messages(buffer, *np.array(spans, dtype=np.int64).T)
        for number, spans in found.items()
    }


@dataclass(frozen=True, eq=False)
class Messages:
    """Many messages of one kind in one buffer.

    Parameters
    ----------
    data
        The buffer, uint8 of shape (bytes,).
    begin, end
        Where each message lies, int64 of shape (messages,).
    """

    data: NDArray[np.uint8]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def none(cls) -> Messages:
        """Return no messages."""
        nowhere = np.empty(0, dtype=np.int64)
        return cls(np.empty(0, dtype=np.uint8), nowhere, nowhere)

    def take(self, rows: NDArray[np.integer]) -> Messages:
        """Return the given messages."""
        return Messages(self.data, self.begin[rows], self.end[rows])

    def columns(self, *wanted: int) -> dict[int, Messages]:
        """Return where the wanted fields of each message lie; nowhere (0 to 0) if absent.

        For a variable-length integer, that is its own bytes. Where a field repeats, the last counts.

        Raises
        ------
        ValueError
            If a message is malformed, or has more than `MOST_FIELDS` fields.
        """
        shape = (2, len(self.begin))
        found = {number: np.zeros(shape, dtype=np.int64) for number in wanted}
        active, at = np.arange(len(self.begin)), self.begin
        for _ in range(MOST_FIELDS):
            if not (going := at < self.end[active]).all():
                active, at = active[going], at[going]
            if not len(active):
                return {n: Messages(self.data, *where) for n, where in found.items()}
            number, begin, at = self._next(active, at)
            if (number == number[0]).all():  # as nearly always
                if (where := found.get(int(number[0]))) is not None:
                    where[:, active] = begin, at
                continue
            for wanted_number, where in found.items():
                hit = number == wanted_number
                where[:, active[hit]] = begin[hit], at[hit]
        raise ValueError(tr("a message of more than {most} fields", most=MOST_FIELDS))

    def _next(
        self, rows: NDArray[np.int64], at: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the number, the beginning and the end of the field at a position of each row."""
        key, begin = self._varint(rows, at)
        wire = key & 7
        if (wire == BYTES).all():  # as nearly always
            size, begin = self._varint(rows, begin)
            stop = begin + size
        else:
            value, behind = self._varint(rows, np.where(wire <= BYTES, begin, at))
            begin = np.where(wire == BYTES, behind, begin)
            stop = np.where(wire == BYTES, behind + value, behind)
            stop = np.where(wire == FIXED64, begin + 8, np.where(wire == FIXED32, begin + 4, stop))
            if ((wire == 3) | (wire == 4) | (wire > FIXED32)).any():
                raise ValueError(tr("a field of unknown wire type"))
        if (stop > self.end[rows]).any() or (stop < begin).any():
            raise ValueError(tr("a field is longer than its message"))
        return key >> 3, begin, stop

    def _varint(
        self, rows: NDArray[np.int64], at: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the integer at a position of each row, and the position behind it."""
        end = self.end[rows]
        if (at >= end).any():
            raise ValueError(tr("a number is cut off"))
        byte = self.data[at]
        value, behind = (byte & 0x7F).astype(np.int64), at + 1
        longer = np.arange(len(at))
        for shift in range(7, 7 * MOST_BYTES, 7):
            longer = longer[byte >= 0x80]
            if not len(longer):
                return value, behind
            if (behind[longer] >= end[longer]).any():
                raise ValueError(tr("a number is cut off"))
            byte = self.data[behind[longer]]
            value[longer] |= (byte & 0x7F).astype(np.int64) << shift
            behind[longer] += 1
        if (byte >= 0x80).any():
            raise ValueError(tr("a number of more than ten bytes"))
        return value, behind

    def integers(self, *, signed: bool = False) -> Ragged:
        """Read each message as a row of variable-length integers, 64 bits each.

        Parameters
        ----------
        signed
            Whether they are zigzag-encoded.

        Raises
        ------
        ValueError
            If one is cut off, or has more than ten bytes.
        """
        size = self.end - self.begin
        stops = np.cumsum(size)
        total = int(stops[-1]) if len(stops) else 0
        at = np.arange(total) + np.repeat(self.begin - (stops - size), size)
        values, ends = unpack(self.data[at])
        starts = np.searchsorted(ends, np.concatenate([[0], stops]))
        filled = stops[size > 0]
        if (ends[starts[1:][size > 0] - 1] != filled - 1).any():
            raise ValueError(tr("a number is cut off"))
        return Ragged(starts, zigzag(values) if signed else values)


def undelta(rows: Ragged) -> Ragged:
    """Return the sums along each row."""
    total = np.cumsum(rows.values)
    before = np.concatenate([[0], total])[rows.starts[:-1]]
    return Ragged(rows.starts, total - np.repeat(before, np.diff(rows.starts)))
