"""One block of an OSM PBF file: a table of strings, nodes and ways, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.network.extract import NODE_KEYS, UNITS, NodeTags
from engine.network.protobuf import Messages, Spans, fields, parts, undelta, unpack, zigzag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engine.network.network import Ragged

NANO = 10**9 // UNITS
"""Nanodegrees per unit."""


@dataclass(frozen=True, eq=False)
class Nodes:
    """Nodes of a group: ids, and positions in 1e-7 degrees (int64 of shape (nodes,))."""

    osm_id: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    tagged: tuple[NodeTags, ...]


@dataclass(frozen=True, eq=False)
class BlockWays:
    """Ways of a group that have one of the road keys.

    Parameters
    ----------
    osm_id
        int64 of shape (ways,).
    refs
        Node ids.
    strings
        The string of each key asked for, int64 of shape (keys, ways); -1 where there is none.
    """

    osm_id: NDArray[np.int64]
    refs: Ragged
    strings: NDArray[np.int64]


class Block:
    """A block, opened.

    Parameters
    ----------
    data
        The bytes of the message.

    Raises
    ------
    ValueError
        If the message is malformed.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.bytes = np.frombuffer(data, dtype=np.uint8)
        self.strings: list[bytes] = []
        self.groups: list[dict[int, Spans]] = []
        self.granularity, self.x_offset, self.y_offset = 100, 0, 0
        for number, begin, end in fields(data):
            if number == 1:
                self.strings = [data[a:b] for a, b in parts(data, begin, end).get(1, ())]
            elif number == 2:
                self.groups.append(parts(data, begin, end))
            elif number == 17:
                self.granularity = begin
            elif number == 19:
                self.y_offset = _signed(begin)
            elif number == 20:
                self.x_offset = _signed(begin)

    def nodes(self) -> Iterable[Nodes]:
        """Yield the nodes, group by group."""
        for group in self.groups:
            for dense in group.get(2, ()):
                yield self._dense(dense)
            if 1 in group:
                yield self._plain(self._messages(group[1]))

    def ways(self, keys: dict[bytes, int], road_keys: tuple[int, ...]) -> Iterable[BlockWays]:
        """Yield the ways that have one of the road keys, group by group.

        Parameters
        ----------
        keys
            The keys asked for, with their rows.
        road_keys
            The rows of the road keys.
        """
        key_of_string = self._key_of_string(keys)
        if not np.isin(key_of_string, road_keys).any():
            return
        for group in self.groups:
            if 3 in group:
                yield _ways(self._messages(group[3]), key_of_string, road_keys, len(keys))

    def _messages(self, spans: Spans) -> Messages:
        begin, end = np.array(spans, dtype=np.int64).T
        return Messages(self.bytes, begin, end)

    def _key_of_string(self, keys: dict[bytes, int]) -> NDArray[np.int64]:
        """Return the row of the key that each string is, -1 for other strings."""
        return np.array([keys.get(string, -1) for string in self.strings], dtype=np.int64)

    def _units(self, values: NDArray[np.int64], offset: int) -> NDArray[np.int64]:
        """Return coordinates in 1e-7 degrees."""
        if self.granularity == NANO and not offset:
            return values
        return np.trunc((values * self.granularity + offset) / NANO).astype(np.int64)

    def _dense(self, span: tuple[int, int]) -> Nodes:
        packed = {n: self.bytes[a:b] for n, a, b in fields(self.data, *span) if a < b}
        *steps, tags = (unpack(packed.get(n, self.bytes[:0]))[0] for n in (1, 8, 9, 10))
        osm_id, y, x = (np.cumsum(zigzag(step)) for step in steps)
        if not len(osm_id) == len(x) == len(y):
            raise ValueError("nodes and coordinates differ in number")
        x, y = self._units(x, self.x_offset), self._units(y, self.y_offset)
        return Nodes(osm_id, x, y, self._tagged(osm_id, x, y, _dense_tags(tags)))

    def _plain(self, messages: Messages) -> Nodes:
        where = messages.columns(1, 2, 3, 8, 9)
        osm_id, y, x = (where[n].integers(signed=True).values for n in (1, 8, 9))
        if not len(osm_id) == len(x) == len(y) == len(messages.begin):
            raise ValueError("a node without an id or a position")
        x, y = self._units(x, self.x_offset), self._units(y, self.y_offset)
        keys, values = _pairs(where[2], where[3])
        return Nodes(osm_id, x, y, self._tagged(osm_id, x, y, (keys.rows, keys.values, values)))

    def _tagged(
        self,
        osm_id: NDArray[np.int64],
        x: NDArray[np.int64],
        y: NDArray[np.int64],
        tags: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    ) -> tuple[NodeTags, ...]:
        """Return the nodes that have one of the keys of nodes."""
        row, key, value = tags
        if not len(row):
            return ()
        if row[-1] >= len(osm_id):
            raise ValueError("tags of a node that is not there")
        wanted = self._key_of_string({name.encode(): 0 for name in NODE_KEYS}) >= 0
        chosen = np.unique(row[_lookup(wanted, key)])
        first, last = np.searchsorted(row, chosen), np.searchsorted(row, chosen, side="right")
        return tuple(
            NodeTags(
                int(osm_id[node]),
                int(x[node]),
                int(y[node]),
                {self._text(key[i]): self._text(value[i]) for i in range(a, b)},
            )
            for node, a, b in zip(chosen, first, last, strict=True)
        )

    def _text(self, string: int) -> str:
        if not 0 <= string < len(self.strings):
            raise ValueError("a tag that is not in the table of strings")
        return self.strings[string].decode()


def _ways(
    messages: Messages, key_of_string: NDArray[np.int64], road_keys: tuple[int, ...], n_keys: int
) -> BlockWays:
    """Return the ways of messages that have one of the road keys."""
    where = messages.columns(1, 2, 3, 8)
    keys, values = _pairs(where[2], where[3])
    key = _lookup(key_of_string, keys.values)
    is_road = np.zeros(len(messages.begin), dtype=bool)
    is_road[keys.rows[np.isin(key, road_keys)]] = True
    roads = np.flatnonzero(is_road)
    new_row = np.full(len(messages.begin), -1)
    new_row[roads] = np.arange(len(roads))
    kept = np.flatnonzero((key >= 0) & (new_row[keys.rows] >= 0))[::-1]  # the first one wins
    strings = np.full((n_keys, len(roads)), -1, dtype=np.int64)
    strings[key[kept], new_row[keys.rows[kept]]] = values[kept]
    if strings.max(initial=0) >= len(key_of_string):
        raise ValueError("a tag that is not in the table of strings")
    osm_id = where[1].take(roads).integers().values
    if len(osm_id) != len(roads):
        raise ValueError("a way without an id")
    return BlockWays(osm_id, undelta(where[8].take(roads).integers(signed=True)), strings)


def _pairs(keys: Messages, values: Messages) -> tuple[Ragged, NDArray[np.int64]]:
    """Return the keys of each message, and the value of each key."""
    rows, flat = keys.integers(), values.integers()
    if not np.array_equal(rows.starts, flat.starts):
        raise ValueError("keys and values differ in number")
    return rows, flat.values


def _dense_tags(
    tags: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return row, key and value of each tag: a node's tags end with a zero."""
    is_end = np.zeros(len(tags), dtype=bool)
    ends = np.flatnonzero(tags == 0)
    is_end[ends] = True
    size = np.diff(ends, prepend=-1) - 1
    if (size % 2).any() or (len(tags) and not is_end[-1]):
        raise ValueError("keys and values differ in number")
    row = np.repeat(np.arange(len(ends)), size)
    flat = tags[~is_end].reshape(-1, 2)
    return row[::2], flat[:, 0], flat[:, 1]


def _lookup(table: NDArray[Any], at: NDArray[np.int64]) -> NDArray[Any]:
    """Return the entries of a table, after a look at whether they are there."""
    if len(at) and (at.min() < 0 or at.max() >= len(table)):
        raise ValueError("a tag that is not in the table of strings")
    return table[at]


def _signed(value: int) -> int:
    """Return the signed 64-bit integer that a varint stands for."""
    return value - 2**64 if value >= 2**63 else value
