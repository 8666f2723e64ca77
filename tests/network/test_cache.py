from __future__ import annotations

import multiprocessing
import os
import shutil
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.language import speaking, spoken, tr
from engine.network import Network, RoadPolicy, cache, read_network
from engine.network.arrays import Labels, Ragged
from engine.network.read import write_network

from .support import HELSINKI

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUPPLYLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "WORTHWHILE", 0)
    return tmp_path / "cache"


def assert_same(one: Network, other: Network) -> None:
    for field in fields(Network):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, Labels):
            assert a.texts().tolist() == b.texts().tolist()
        elif isinstance(a, Ragged):
            np.testing.assert_array_equal(a.starts, b.starts)
            np.testing.assert_array_equal(a.values, b.values)
        elif isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            assert not b.flags.writeable
            np.testing.assert_array_equal(a, b)
        else:
            assert a == b


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.mark.parametrize("name", [HELSINKI, "aleppo-schematic"])
def test_a_network_comes_out_of_the_cache_as_it_went_in(folder: Path, name) -> None:
    first = read_network(name)
    assert len(files(folder)) == 1
    assert_same(first, cache.open_network(files(folder)[0]))
    assert_same(first, read_network(name))
    assert len(files(folder)) == 1


def test_the_second_time_the_source_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_network(HELSINKI)
    (folder / ".supplyline-left").mkdir()  # by a run that was killed

    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("engine.network.read.read_file", fail)
    assert read_network(HELSINKI).provenance.name == str(HELSINKI)
    assert len(files(folder)) == 1


def test_remarks_come_out_in_the_language_that_is_spoken(folder: Path) -> None:
    network, read_in = read_network("aleppo-schematic"), []
    shutil.rmtree(folder)

    def read() -> Network:
        read_in.append(spoken().code)
        told = replace(network.provenance, remarks=(tr("there is no such file"),))
        return replace(network, provenance=told)

    for code in ("ar", "en", "ar", "en"):
        with speaking(code):
            (remark,) = cache.through_cache(HELSINKI, None, "x", read).provenance.remarks
        assert remark.isascii() == (code == "en")
    assert read_in == ["ar", "en"]


def test_content_and_policy_make_the_key(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.osm.pbf"
    shutil.copy(HELSINKI, copy)
    read_network(HELSINKI)
    assert read_network(copy).provenance.name == str(copy)
    assert len(files(folder)) == 1
    walked = read_network(copy, policy=RoadPolicy().allowing("highway", "footway"))
    assert len(files(folder)) == 2
    assert walked.n_segments > read_network(copy).n_segments
    write_network(read_network("aleppo-schematic"), copy)
    assert read_network(copy).provenance.schematic


@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_file_is_never_trusted(folder: Path, seed: int, random_seed: int) -> None:
    sound = read_network(HELSINKI)
    (file,) = files(folder)
    data = bytearray(file.read_bytes())
    random = np.random.default_rng((random_seed, seed))
    at = int(random.integers(len(data) if seed % 2 else 400))
    if seed < 20:
        data[at] ^= 1 << int(random.integers(8))
    else:
        del data[at:]
    file.write_bytes(data)
    opened = cache.open_network(file)
    if opened is not None:  # the bit was in the room between two arrays
        assert_same(sound, opened)
    assert_same(sound, read_network(HELSINKI))
    assert_same(sound, cache.open_network(file))


def test_a_cache_that_cannot_be_written_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SUPPLYLINE_CACHE", str(tmp_path / "file"))
    assert read_network(HELSINKI).n_segments == 557


def test_the_oldest_files_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 2)
    for number, road in enumerate(("footway", "path", "service")):
        read_network(HELSINKI, policy=RoadPolicy().allowing("highway", road))
        for file in files(folder):
            os.utime(file, (number, number)) if file.stat().st_mtime > 1000 else None
    assert len(files(folder)) == 2


def _read(_: int) -> int:
    cache.WORTHWHILE = 0
    return read_network(HELSINKI).n_segments


@pytest.mark.slow
def test_processes_at_once_do_no_harm(folder: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(_read, range(8), chunksize=1) == [557] * 8
    assert [file.suffix for file in files(folder)] == [".network"]
    assert cache.open_network(files(folder)[0]).n_segments == 557
