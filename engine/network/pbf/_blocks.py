"""One block of an OSM PBF file: a table of strings, nodes and ways, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.language import tr
from engine.network.extract import NODE_KEYS, UNITS, NodeTags
from engine.network.pbf._protobuf import (
    Messages,
    UnusualError,
    fields,
    parts,
    positions_of,
    undelta,
    unpack,
    zigzag,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engine.network.arrays import Ragged

_NO_ROADS = (b"\x22", b"\x2a")
"""How groups of relations and of changesets begin; a group holds objects of one kind."""

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


class Strings:
    """The table of strings of a block, opened only if one of them is asked for.

    Parameters
    ----------
    data
        The bytes of the block.
    begin, end
        Where the table lies in it.
    """

    def __init__(self, data: bytes | bytearray, begin: int = 0, end: int = 0) -> None:
        self.data = data
        self.begin, self.end = begin, end

    @cached_property
    def where(self) -> Messages:
        """Where each string lies."""
        return parts(self.data, self.begin, self.end).get(1, Messages.none())

    def __len__(self) -> int:
        """Return the number of strings."""
        return len(self.where.begin)

    def find(self, *texts: bytes) -> list[list[int]]:
        """Return the rows of the strings that are each of some texts."""
        size = self.where.end - self.where.begin
        found = []
        for text in texts:
            rows = np.flatnonzero(size == len(text))
            for place in range(len(text) - 1, -1, -1):  # the last letters tell most
                if not len(rows):
                    break
                rows = rows[self.where.data[self.where.begin[rows] + place] == text[place]]
            found.append(rows.tolist())
        return found

    def texts(self, rows: list[int]) -> list[str]:
        """Return the strings of some rows.

        Raises
        ------
        ValueError
            If there is no such row, or what stands there is no UTF-8.
        """
        distinct = sorted(set(rows))
        if distinct and not 0 <= distinct[0] <= distinct[-1] < len(self):
            raise ValueError(tr("a tag that is not in the table of strings"))
        begin, end = (column[distinct].tolist() for column in (self.where.begin, self.where.end))
        text = {
            row: self.data[a:b].decode() for row, a, b in zip(distinct, begin, end, strict=True)
        }
        return [text[row] for row in rows]


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

    def __init__(self, data: bytes | bytearray) -> None:
        self.data = data
        self.bytes = np.frombuffer(data, dtype=np.uint8)
        self.strings = Strings(data)
        self.groups: list[dict[int, Messages]] = []
        self.granularity, self.x_offset, self.y_offset = 100, 0, 0
        for number, begin, end in fields(data):
            if number == 1:
                self.strings = Strings(data, begin, end)
            elif number == 2 and data[begin : begin + 1] not in _NO_ROADS:
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
            if 2 in group:
                for begin, end in zip(group[2].begin.tolist(), group[2].end.tolist(), strict=True):
                    yield self._dense(begin, end)
            if 1 in group:
                yield self._plain(group[1])

    def ways(self, keys: dict[bytes, int], road_keys: tuple[int, ...]) -> Iterable[BlockWays]:
        """Yield the ways that have one of the road keys, group by group.

        Parameters
        ----------
        keys
            The keys asked for, with their rows.
        road_keys
            The rows of the road keys.
        """
        if not any(3 in group for group in self.groups):
            return
        found = self.strings.find(*keys)
        road_strings = list(chain.from_iterable(found[number] for number in road_keys))
        if not road_strings:
            return
        key_of_string = np.full(len(self.strings), -1)
        for number, rows in zip(keys.values(), found, strict=True):
            key_of_string[rows] = number
        for group in self.groups:
            if 3 in group:
                roads = _that_may_have(road_strings, group[3])
                yield _ways(roads, key_of_string, road_keys, len(keys))

    def _units(self, values: NDArray[np.int64], offset: int) -> NDArray[np.int64]:
        """Return coordinates in 1e-7 degrees."""
        if self.granularity == NANO and not offset:
            return values
        return np.trunc((values * self.granularity + offset) / NANO).astype(np.int64)

    def _dense(self, begin: int, end: int) -> Nodes:
        for number, a, b in fields(self.data, begin, end):
            if number == 5 and any(n == 6 for n, *_ in fields(self.data, a, b)):
                raise UnusualError("nodes that may be deleted")
        packed = {n: self.bytes[a:b] for n, a, b in fields(self.data, begin, end) if a < b}
        *steps, tags = (unpack(packed.get(n, self.bytes[:0]))[0] for n in (1, 8, 9, 10))
        osm_id, y, x = (np.cumsum(zigzag(step)) for step in steps)
        if not len(osm_id) == len(x) == len(y):
            raise ValueError(tr("nodes and coordinates differ in number"))
        x, y = self._units(x, self.x_offset), self._units(y, self.y_offset)
        return Nodes(osm_id, x, y, self._tagged(osm_id, x, y, _dense_tags(tags)))

    def _plain(self, messages: Messages) -> Nodes:
        where = messages.columns(1, 2, 3, 8, 9)
        osm_id, y, x = (where[n].integers(signed=True).values for n in (1, 8, 9))
        if not len(osm_id) == len(x) == len(y) == len(messages.begin):
            raise ValueError(tr("a node without an id or a position"))
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
        wanted = list(chain.from_iterable(self.strings.find(*map(str.encode, NODE_KEYS))))
        if not wanted:
            return ()
        if row[-1] >= len(osm_id):
            raise ValueError(tr("tags of a node that is not there"))
        has_one = np.zeros(len(osm_id), dtype=bool)
        is_wanted = np.zeros(len(self.strings), dtype=bool)
        is_wanted[wanted] = True
        has_one[row[_lookup(is_wanted, key)]] = True
        kept, chosen = np.flatnonzero(has_one[row]), np.flatnonzero(has_one)
        texts = self.strings.texts([*key[kept].tolist(), *value[kept].tolist()])
        keys, values = texts[: len(kept)], texts[len(kept) :]
        ends = np.searchsorted(row[kept], chosen, side="right").tolist()
        where = (osm_id[chosen].tolist(), x[chosen].tolist(), y[chosen].tolist())
        return tuple(
            NodeTags(node, lon, lat, dict(zip(keys[begin:end], values[begin:end], strict=True)))
            for node, lon, lat, begin, end in zip(*where, [0, *ends][:-1], ends, strict=True)
        )


def _that_may_have(strings: list[int], messages: Messages) -> Messages:
    """Return the messages in which the number of one of the strings stands, whatever it means."""
    may = np.zeros(len(messages.begin), dtype=bool)
    first = int(messages.begin[0])
    for string in strings:
        at = first + positions_of(string, messages.data[first:])
        row = np.searchsorted(messages.end, at, side="right")
        within = row < len(may)
        may[row[within]] = True
    return messages.take(np.flatnonzero(may))


def _ways(
    messages: Messages, key_of_string: NDArray[np.int64], road_keys: tuple[int, ...], n_keys: int
) -> BlockWays:
    """Return the ways of messages that have one of the road keys."""
    where = messages.columns(1, 2, 3, 4, 8)
    keys = where[2].integers()
    is_road_key = np.zeros(n_keys + 1, dtype=bool)  # the last one serves -1, for other strings
    is_road_key[list(road_keys)] = True
    at = np.flatnonzero(is_road_key[_lookup(key_of_string, keys.values)])
    is_road = np.zeros(len(messages.begin), dtype=bool)
    is_road[np.searchsorted(keys.starts, at, side="right") - 1] = True
    roads = np.flatnonzero(is_road)
    visible = where[4].take(roads).columns(6)[6]
    if (visible.end > visible.begin).any():
        raise UnusualError("ways that may be deleted")
    keys, values = _pairs(where[2].take(roads), where[3].take(roads))
    key = key_of_string[keys.values]
    kept = np.flatnonzero(key >= 0)[::-1]  # the first one wins
    strings = np.full((n_keys, len(roads)), -1, dtype=np.int64)
    strings[key[kept], keys.rows[kept]] = values[kept]
    if strings.max(initial=0) >= len(key_of_string):
        raise ValueError(tr("a tag that is not in the table of strings"))
    osm_id = where[1].take(roads).integers().values
    if len(osm_id) != len(roads):
        raise ValueError(tr("a way without an id"))
    return BlockWays(osm_id, undelta(where[8].take(roads).integers(signed=True)), strings)


def _pairs(keys: Messages, values: Messages) -> tuple[Ragged, NDArray[np.int64]]:
    """Return the keys of each message, and the value of each key."""
    rows, flat = keys.integers(), values.integers()
    if not np.array_equal(rows.starts, flat.starts):
        raise ValueError(tr("keys and values differ in number"))
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
        raise ValueError(tr("keys and values differ in number"))
    row = np.repeat(np.arange(len(ends)), size)
    flat = tags[~is_end].reshape(-1, 2)
    return row[::2], flat[:, 0], flat[:, 1]


def _lookup(table: NDArray[Any], at: NDArray[np.int64]) -> NDArray[Any]:
    """Return the entries of a table, after a look at whether they are there."""
    if len(at) and (at.min() < 0 or at.max() >= len(table)):
        raise ValueError(tr("a tag that is not in the table of strings"))
    return table[at]


def _signed(value: int) -> int:
    """Return the signed 64-bit integer that a varint stands for."""
    return value - 2**64 if value >= 2**63 else value
