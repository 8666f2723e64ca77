"""Files made to do harm are refused in bounded time and memory."""

from __future__ import annotations

import bz2
import gzip
import struct
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Way

from engine.errors import NetworkError
from engine.network import extract, read_network
from engine.network.pbf import MAX_BLOB
from tests.work import at_most_calls

from .support import HELSINKI

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def in_bounded_work():
    tracemalloc.start()
    with at_most_calls(10_000_000):
        yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400 * 2**20


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def blob(
    kind: bytes, data: bytes, *, unpacked: int | None = None, size: int | None = None
) -> bytes:
    body = field(1, data) if unpacked is None else field(2, unpacked) + field(3, data)
    header = field(1, kind) + field(3, len(body) if size is None else size)
    return struct.pack(">I", len(header)) + header + body


HEADER = blob(b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes"))


def refused(tmp_path: Path, data: bytes, message: str, name: str = "a.osm.pbf") -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(NetworkError, match=message):
        read_network(tmp_path / name)


def test_a_bomb_is_known_by_its_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "SMALL", 2**20)
    swollen = b" " * (8 * 2**20)
    refused(tmp_path, gzip.compress(swollen), "a bomb", "a.osm.gz")
    refused(tmp_path, bz2.compress(swollen), "a bomb", "a.osm.bz2")
    swollen = field(9, swollen)
    block = blob(b"OSMData", zlib.compress(swollen, 9), unpacked=len(swollen))
    refused(tmp_path, HEADER + block, "a bomb")


def test_a_blob_larger_than_the_format_allows_is_not_unpacked(tmp_path: Path) -> None:
    huge = zlib.compress(bytes(8 * MAX_BLOB), 9)
    for said, message in (
        (8 * MAX_BLOB, "more than 32 MiB"),
        (0, "not readable as OSM data"),
        (1, "not of its size"),
        (MAX_BLOB, "not of its size"),
        (2**63, "more than 32 MiB"),
    ):
        refused(tmp_path, HEADER + blob(b"OSMData", huge, unpacked=said), message)
    small = blob(b"OSMData", zlib.compress(b"x"), unpacked=MAX_BLOB)
    refused(tmp_path, HEADER + small, "not of its size")
    refused(tmp_path, HEADER + blob(b"OSMData", b"", size=2**40), "more than 32 MiB")
    refused(tmp_path, struct.pack(">I", 2**31) + b"x", "no header where one should be")


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (field(2, field(3, field(1, 5) + field(2, b"\x01") + field(3, b""))), "differ in number"),
        (
            field(2, field(3, field(1, 5) + field(2, b"\x07") + field(3, b"\x07"))),
            "table of strings",
        ),
        (field(2, field(2, field(1, b"\x02") + field(8, b"\x02"))), "differ in number"),
        (field(2, field(2, field(1, b"\xff"))), "cut off"),
        (field(2, field(2, field(1, b"\xff" * 11 + b"\0"))), "more than ten bytes"),
        (field(2, field(3, field(9, 1) * 200)), "more than 64 fields"),
        (b"\x12\xff\xff\xff\xff\x0f", "longer than its message"),
        (field(2, b"\x1a\x7f"), "longer than its message"),
        (b"\x0b", "unknown wire type"),
    ],
)
def test_a_malformed_block_is_refused(tmp_path: Path, block: bytes, message: str) -> None:
    strings = field(1, field(1, b"") + field(1, b"highway"))
    refused(tmp_path, HEADER + blob(b"OSMData", strings + block), message)


@pytest.mark.parametrize("seed", range(40))
def test_a_flipped_bit_does_no_harm(tmp_path: Path, seed: int, random_seed: int) -> None:
    random = np.random.default_rng((random_seed, seed))
    data = bytearray(HELSINKI.read_bytes())
    data[int(random.integers(len(data)))] ^= 1 << int(random.integers(8))
    (tmp_path / "a.osm.pbf").write_bytes(data)
    try:
        assert read_network(tmp_path / "a.osm.pbf").n_segments > 0
    except NetworkError as error:
        assert "a.osm.pbf" in str(error)  # noqa: PT017 - either end is right


def test_nodes_off_the_globe_are_named(tmp_path: Path) -> None:
    dense = field(1, varint(14)) + field(8, varint(2 * 95 * 10**7)) + field(9, varint(0))
    data = HEADER + blob(b"OSMData", field(1, b"") + field(2, field(2, dense)))
    refused(tmp_path, data, "node 7 lies off the globe, at longitude 0, latitude 95")
    dense = field(1, varint(14)) + field(8, varint(0)) + field(9, varint(2**64 - 1))
    data = HEADER + blob(b"OSMData", field(1, b"") + field(2, field(2, dense)))
    refused(tmp_path, data, "node 7 lies off the globe, at longitude -9.22")


def test_an_entity_bomb_in_xml_is_refused(tmp_path: Path) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)
    )
    text = f'<?xml version="1.0"?><!DOCTYPE osm [{entities}]><osm version="0.6"><note>&a11;</note></osm>'
    refused(tmp_path, text.encode(), "not readable as OSM data", "a.osm")


def test_huge_tags_and_endless_ways_are_only_data(tmp_path: Path) -> None:
    name = b"<script>alert(1)</script>" * 100_000
    strings = field(1, b"".join(field(1, s) for s in (b"", b"highway", b"primary", b"name", name)))
    there, here = b"\x02", b"\x01"  # one node on, one node back
    ways = [
        (b"\x02" + there, b"\x01\x03", b"\x02\x04"),
        (b"\x04" + (there + here) * 40_000, b"\x01", b"\x02"),
    ]
    group = b"".join(
        field(3, field(1, i) + field(2, keys) + field(3, values) + field(8, refs))
        for i, (refs, keys, values) in enumerate(ways)
    )
    numbers = b"\x02\x02\x02"
    dense = field(2, field(2, field(1, numbers) + field(8, numbers) + field(9, numbers)))
    (tmp_path / "a.osm.pbf").write_bytes(
        HEADER + blob(b"OSMData", strings + dense + field(2, group))
    )
    network = read_network(tmp_path / "a.osm.pbf")
    assert name.decode() in network.name.values
    assert network.node_id.tolist() == [1, 2, 3]
    text = '<osm version="0.6"><way id="1"><tag k="highway" v="%s"/></way></osm>' % ("x" * 10**6)
    refused(tmp_path, text.encode(), "not readable as OSM data", "a.osm")


def test_gigantic_ids_take_no_room(tmp_path: Path) -> None:
    path = tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        for i in (1, 2**40, 2**62):
            out.add(Node(id=i, version=1, location=(37 + i / 2**62, 36)))
        out.add(Way(id=2**62, version=1, nodes=[1, 2**40, 2**62], tags={"highway": "primary"}))
    assert read_network(path).node_id.tolist() == [1, 2**62]
