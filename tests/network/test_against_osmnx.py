"""The same nodes, segments, lengths and components as osmnx finds, on every real extract at hand."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import osmnx
import pyogrio
import pyrosm
import pytest
from osmium.osm.mutable import Way
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.network import RoadPolicy, read_network

EXTRACTS = [
    Path(pyrosm.__file__).parent / "data/Helsinki.osm.pbf",
    Path(pyrosm.__file__).parent / "data/test.osm.pbf",
    Path(pyogrio.__file__).parent / "tests/fixtures/sample.osm.pbf",
]
COLUMNS = ["highway", "name", "name:ar", "alt_name", "ref", "oneway"]


def roads_only(source: Path, target: Path) -> None:
    """Write the roads of an extract as XML, cut at missing nodes, which osmnx does not survive."""
    policy = RoadPolicy()
    here = {node.id for node in osmium.FileProcessor(source, osmium.osm.NODE)}
    with osmium.BackReferenceWriter(str(target), ref_src=str(source), overwrite=True) as out:
        for way in osmium.FileProcessor(source, osmium.osm.WAY):
            if policy.highway_class(dict(way.tags)):
                refs = [node.ref for node in way.nodes]
                gaps = [-1, *(i for i, ref in enumerate(refs) if ref not in here), len(refs)]
                for begin, end in itertools.pairwise(gaps):
                    if end - begin > 2:
                        out.add(Way(way, nodes=refs[begin + 1 : end]))


def simplified(path: Path, monkeypatch: pytest.MonkeyPatch) -> nx.MultiDiGraph:
    monkeypatch.setattr(
        osmnx.settings, "useful_tags_way", [*osmnx.settings.useful_tags_way, "name:ar", "alt_name"]
    )
    graph = osmnx.graph_from_xml(path, simplify=False, retain_all=True)
    return osmnx.simplify_graph(graph, edge_attrs_differ=COLUMNS)


@pytest.mark.parametrize("source", EXTRACTS, ids=lambda path: path.name)
def test_osmnx_finds_the_same(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roads_only(source, tmp_path / "roads.osm")
    graph = simplified(tmp_path / "roads.osm", monkeypatch)
    network = read_network(source)
    assert set(network.node_id.tolist()) == set(graph.nodes)
    assert our_segments(network) == their_segments(graph)
    assert our_parts(network) == {frozenset(part) for part in nx.weakly_connected_components(graph)}


def their_segments(graph: nx.MultiDiGraph) -> Counter[tuple[object, ...]]:
    """Count what tells a segment: ends, class, name, length in cm; a one-way edge counts twice."""
    count = Counter()
    for u, v, data in graph.edges(data=True):
        ends = (u, v) if data["oneway"] else tuple(sorted((u, v)))
        row = (*ends, data["highway"], data.get("name", ""), round(data["length"], 2))
        count[row] += 2 if data["oneway"] else 1
    return count


def our_segments(network) -> Counter[tuple[object, ...]]:
    count = Counter()
    for row in range(network.n_segments):
        ends = (int(network.node_id[end[row]]) for end in (network.u, network.v))
        ends = tuple(ends) if network.oneway[row] else tuple(sorted(ends))
        metres = round(float(network.length[row]), 2)
        count[*ends, network.highway[row], network.name[row], metres] += 2
    return count


def our_parts(network) -> set[frozenset[int]]:
    n = network.n_nodes
    link = coo_array((np.ones(network.n_segments), (network.u, network.v)), shape=(n, n))
    _, part = connected_components(link, directed=False)
    return {frozenset(network.node_id[part == one].tolist()) for one in range(part.max() + 1)}
