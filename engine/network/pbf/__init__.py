"""Read an OSM PBF file into arrays: whole blocks at a time, no object per node or way.

The format: a file is a row of blobs, each a block of up to 32 MiB once unpacked. A block has a
table of strings and groups of nodes or ways; ids and coordinates are differences, written as
variable-length integers. Everything is checked as it is read: what does not fit is an error, and
a block can never take more room than the format allows.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, BinaryIO

import deflate
import numpy as np

from engine.language import tr
from engine.network.arrays import Labels, Ragged
from engine.network.extract import Budget, Extract, check_on_globe
from engine.network.pbf._blocks import Block
from engine.network.pbf._protobuf import UnusualError, fields

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.network.extract import NodeTags
    from engine.network.pbf._blocks import Strings

__all__ = ["UnusualError", "scan"]

MAX_HEADER = 64 * 2**10
MAX_BLOB = 32 * 2**20
"""Bytes of a blob's header and of a blob, packed or not: the limits of the format."""

FEATURES = frozenset({b"OsmSchema-V0.6", b"DenseNodes"})
"""What a file may require of this reader."""


class Gathered:
    """The columns of all blocks read so far."""

    def __init__(self, road_keys: tuple[str, ...], keys: tuple[str, ...]) -> None:
        self.keys = {key.encode(): number for number, key in enumerate(keys)}
        self.road_keys = tuple(keys.index(key) for key in road_keys)
        self.node_id = [np.empty(0, dtype=np.int64)]
        self.x = [np.empty(0, dtype=np.int32)]
        self.y = [np.empty(0, dtype=np.int32)]
        self.tagged: list[NodeTags] = []
        self.way_id = [np.empty(0, dtype=np.int64)]
        self.refs = [np.empty(0, dtype=np.int64)]
        self.sizes = [np.zeros(1, dtype=np.int64)]
        self.codes = [np.empty((len(keys), 0), dtype=np.int32)]
        self.texts = {"": 0}

    def add(self, block: Block) -> None:
        """Take the nodes and the ways of a block."""
        for nodes in block.nodes():
            check_on_globe(nodes.osm_id, nodes.x, nodes.y)
            self.node_id.append(nodes.osm_id)
            self.x.append(nodes.x.astype(np.int32))
            self.y.append(nodes.y.astype(np.int32))
            self.tagged.extend(nodes.tagged)
        for ways in block.ways(self.keys, self.road_keys):
            self.way_id.append(ways.osm_id)
            self.refs.append(ways.refs.values)
            self.sizes.append(np.diff(ways.refs.starts))
            self.codes.append(self._codes(ways.strings, block.strings))

    def _codes(self, strings: NDArray[np.int64], table: Strings) -> NDArray[np.int32]:
        """Return the numbers that strings of a block have among the texts of the file."""
        code = np.zeros(len(table) + 1, dtype=np.int32)  # the last one serves -1, for no tag
        used = np.flatnonzero(np.bincount(strings[strings >= 0]))
        for string, text in zip(used, table.texts(used.tolist()), strict=True):
            code[string] = self.texts.setdefault(text, len(self.texts))
        return code[strings]

    def tags(self) -> dict[str, Labels]:
        """Return the column of each key."""
        texts = list(self.texts)
        columns = {}
        for key, codes in zip(self.keys, np.concatenate(self.codes, axis=1), strict=True):
            used = np.bincount(codes, minlength=len(texts)) > 0
            used[0] = True
            number = (np.cumsum(used) - 1).astype(np.int32)
            values = tuple(texts[code] for code in np.flatnonzero(used))
            columns[key.decode()] = Labels(number[codes], values)
        return columns


def scan(path: Path, road_keys: tuple[str, ...], keys: tuple[str, ...]) -> Extract:
    """Read a file once.

    Parameters
    ----------
    path
        The file.
    road_keys
        Ways with one of these tags may be roads.
    keys
        The tags of such ways to keep; the road keys are among them.

    Raises
    ------
    UnusualError
        If pyosmium should be asked instead.
    ValueError
        If the file is broken.
    NetworkError
        If a node lies off the globe, or the file is a bomb.
    """
    gathered = Gathered(road_keys, keys)
    generator = as_of = ""
    for kind, data in blobs(path):
        if kind == b"OSMHeader":
            generator, as_of = _header(bytes(data))
        elif kind == b"OSMData":
            gathered.add(Block(data))
    node_id, way_id = np.concatenate(gathered.node_id), np.concatenate(gathered.way_id)
    if _repeats(node_id) or _repeats(way_id):
        raise UnusualError("objects that stand there several times")
    refs = Ragged(np.cumsum(np.concatenate(gathered.sizes)), np.concatenate(gathered.refs))
    return Extract(
        node_id,
        np.concatenate(gathered.x),
        np.concatenate(gathered.y),
        way_id,
        refs,
        gathered.tags(),
        tuple(gathered.tagged),
        generator,
        as_of,
    )


def _repeats(ids: NDArray[np.int64]) -> bool:
    """Return whether an id stands there more than once."""
    return not (ids[1:] > ids[:-1]).all() and len(np.unique(ids)) < len(ids)


def blobs(path: Path) -> Iterator[tuple[bytes, bytes | bytearray]]:
    """Yield the kind and the unpacked bytes of each blob of a file."""
    budget = Budget(path.stat().st_size)
    with path.open("rb") as file:
        first = True
        while size := file.read(4):
            length = int.from_bytes(size, "big")
            if len(size) < 4 or length > MAX_HEADER:
                raise ValueError(tr("no header where one should be"))
            kind, datasize = _blob_header(_exactly(file, length))
            if first != (kind == b"OSMHeader"):
                raise ValueError(tr("no header at the beginning, or a second one"))
            first = False
            data = _unpacked(_exactly(file, datasize))
            budget.spend(len(data))
            yield kind, data
    if first:
        raise ValueError(tr("the file is empty"))


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise ValueError(tr("the file is cut off"))
    return data


def _blob_header(data: bytes) -> tuple[bytes, int]:
    """Return the kind of a blob and how many bytes it has."""
    kind, datasize = b"", 0
    for number, begin, end in fields(data):
        if number == 1:
            kind = data[begin:end]
        elif number == 3:
            datasize = begin
    if datasize > MAX_BLOB:
        raise ValueError(tr("a blob of more than 32 MiB"))
    return kind, datasize


def _unpacked(data: bytes) -> bytes | bytearray:
    """Return the bytes of a blob."""
    size = 0
    for number, begin, end in fields(data):
        if number == 1:
            return data[begin:end]
        if number == 2:
            size = begin
        elif number == 3:
            return _inflated(data[begin:end], size)
        elif number in {4, 5, 6, 7}:
            raise UnusualError("a blob that is packed otherwise than by zlib")
    raise ValueError(tr("a blob without data"))


def _inflated(packed: bytes, size: int) -> bytearray:
    """Return what zlib packed, which takes so many bytes."""
    if not size:
        raise UnusualError("a blob that does not say its size")
    if size > MAX_BLOB:
        raise ValueError(tr("a blob of more than 32 MiB"))
    try:
        unpacked = deflate.zlib_decompress(packed, size)
    except (deflate.DeflateError, ValueError) as error:
        message = tr("a broken blob, or one that is not of its size: {reason}", reason=str(error))
        raise ValueError(message) from error
    if len(unpacked) != size:
        raise ValueError(tr("a blob that is not of its size"))
    return unpacked


def _header(data: bytes) -> tuple[str, str]:
    """Return the program that wrote the file, and the day of the map if it is stated."""
    generator = as_of = ""
    for number, begin, end in fields(data):
        if number == 4 and data[begin:end] not in FEATURES:
            raise UnusualError(f"the file requires {data[begin:end].decode(errors='replace')!r}")
        if number == 5 and data[begin:end] == b"LocationsOnWays":
            raise UnusualError("ways that say where their nodes lie")
        if number == 16:
            generator = data[begin:end].decode(errors="replace")
        elif number == 32:
            as_of = _day(begin)
    return generator, as_of


def _day(seconds: int) -> str:
    """Return the day of a time since 1970, nothing if it is no day of this calendar."""
    if seconds >= 253_402_300_800:
        return ""
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).date().isoformat()
