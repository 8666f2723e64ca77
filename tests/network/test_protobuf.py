"""Messages read as arrays, against messages read byte by byte."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.network.pbf._blocks import Strings
from engine.network.pbf._protobuf import parts, positions_of, unpack, varint, written

from .test_hostile import field

numbers = st.integers(0, 2**64 - 1) | st.integers(0, 300)
# the keys of fields 1 to 3 turn up in the parts themselves, and as their sizes
texts = st.binary(max_size=6) | st.lists(st.sampled_from(b"\x0a\x12\x1a\x01\x80"), max_size=40).map(
    bytes
)


def one_by_one(data: bytes, begin: int, end: int) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    while begin < end:
        key, begin = varint(data, begin, end)
        assert key & 7 == 2
        size, begin = varint(data, begin, end)
        found.setdefault(key >> 3, []).append((begin, begin + size))
        begin += size
    assert begin == end
    return found


def spans(data: bytes, begin: int, end: int) -> dict[int, list[tuple[int, int]]]:
    found = parts(data, begin, end)
    return {n: list(zip(m.begin.tolist(), m.end.tolist(), strict=True)) for n, m in found.items()}


@given(
    st.lists(texts, max_size=60), st.integers(1, 3), st.binary(max_size=5), st.binary(max_size=5)
)
def test_parts_of_one_kind(strings: list[bytes], number: int, before: bytes, behind: bytes) -> None:
    data = b"".join(field(number, text) for text in strings)
    begin, end = len(before), len(before) + len(data)
    data = before + data + behind
    assert spans(data, begin, end) == one_by_one(data, begin, end)


@given(st.lists(st.tuples(st.integers(1, 3), texts), max_size=20))
def test_parts_of_several_kinds(strings: list[tuple[int, bytes]]) -> None:
    data = b"".join(field(number, text) for number, text in strings)
    assert spans(data, 0, len(data)) == one_by_one(data, 0, len(data))


@given(st.binary(max_size=40))
def test_parts_of_anything(data: bytes) -> None:
    try:
        found = spans(data, 0, len(data))
    except ValueError:
        with pytest.raises((ValueError, AssertionError)):
            one_by_one(data, 0, len(data))
    else:
        assert found == one_by_one(data, 0, len(data))


def test_large_parts_and_sizes_written_in_a_long_way() -> None:
    large = field(1, b"\x0a" * 70_000) + field(1, b"x" * 3_000_000) + field(1, b"")
    assert spans(large, 0, len(large)) == one_by_one(large, 0, len(large))
    data = field(1, b"name") + b"\x0a\x84\x80\x80\x80\x80\x00name" + field(1, b"ref")
    assert spans(data, 0, len(data)) == one_by_one(data, 0, len(data))
    assert Strings(data, 0, len(data)).find(b"name", b"ref", b"", b"nam") == [[0, 1], [2], [], []]


@given(st.lists(texts, max_size=20), st.lists(texts, max_size=4))
def test_strings_are_found(strings: list[bytes], others: list[bytes]) -> None:
    data = b"".join(field(1, text) for text in strings)
    wanted = [*strings[:4], *others]
    found = Strings(data, 0, len(data)).find(*wanted)
    assert found == [[row for row, text in enumerate(strings) if text == one] for one in wanted]


@given(st.lists(numbers))
def test_numbers(values: list[int]) -> None:
    data = b"".join(written(value) for value in values)
    read, ends = unpack(np.frombuffer(data, dtype=np.uint8))
    assert (read.view(np.uint64) == np.array(values, dtype=np.uint64)).all()
    assert ends.tolist() == (np.cumsum([len(written(v)) for v in values]) - 1).astype(int).tolist()


@given(st.integers(0, 100_000), st.lists(numbers, min_size=1))
def test_a_number_is_found_wherever_it_is_written(value: int, others: list[int]) -> None:
    data = b"".join(written(other) for other in others)
    at = positions_of(value, np.frombuffer(data + written(value), dtype=np.uint8))
    assert len(data) in at
    assert all((data + written(value)).startswith(written(value), i) for i in at.tolist())
