"""The array reader of PBF files against pyosmium, which reads them object by object."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pyrosm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Way

from engine.errors import NetworkError
from engine.network import pbf, read_network
from engine.network.build import NAME_TAGS
from engine.network.pbf._plain import scan_with_pyosmium
from engine.network.pbf._protobuf import UnusualError
from engine.network.policy import RoadPolicy

EXTRACTS = [
    Path(pyrosm.__file__).parent / "data" / f"{name}.osm.pbf" for name in ("Helsinki", "test")
]
KEYS = tuple(dict.fromkeys((*RoadPolicy().looks_at(), *NAME_TAGS.values(), "supplyline:schematic")))


def assert_same(path: Path) -> None:
    ours = pbf.scan(path, ("highway",), KEYS)
    theirs = scan_with_pyosmium(path, ("highway",), KEYS)
    for column in ("node_id", "x", "y", "way_id"):
        np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column))
    np.testing.assert_array_equal(ours.refs.starts, theirs.refs.starts)
    np.testing.assert_array_equal(ours.refs.values, theirs.refs.values)
    for key in KEYS:
        assert ours.tags[key].texts().tolist() == theirs.tags[key].texts().tolist()
    assert ours.tagged == theirs.tagged
    assert ours.generator == theirs.generator
    assert ours.as_of == theirs.as_of


@pytest.mark.parametrize("path", EXTRACTS, ids=lambda path: path.name)
def test_real_extracts_read_as_pyosmium_reads_them(path: Path) -> None:
    assert_same(path)


ids = st.integers(-(2**40), 2**40)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
tags = st.dictionaries(
    st.sampled_from(["highway", "name", "name:ar", "place", "barrier", "oneway", "building"]), texts
)
nodes = st.builds(
    lambda i, lon, lat, t: Node(id=i, version=1, location=(lon, lat), tags=t),
    ids,
    st.floats(-180, 180),
    st.floats(-90, 90),
    tags,
)
ways = st.builds(
    lambda i, refs, t: Way(id=i, version=1, nodes=refs, tags=t),
    ids,
    st.lists(ids, max_size=6),
    tags,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(nodes, max_size=8),
    # Which of two ways of one id and version counts is undefined; versions have a test of their own.
    st.lists(ways, max_size=8, unique_by=lambda way: way.id),
    st.booleans(),
    st.booleans(),
)
def test_made_up_files_read_as_pyosmium_reads_them(
    tmp_path_factory: pytest.TempPathFactory, nodes, ways, dense, packed
) -> None:
    path = tmp_path_factory.mktemp("made") / "up.osm.pbf"
    options = f"pbf,pbf_dense_nodes={dense},pbf_compression={'zlib' if packed else 'none'}".lower()
    with osmium.SimpleWriter(osmium.io.File(str(path), options)) as out:
        for item in (*nodes, *ways):
            out.add(item)
    try:
        assert_same(path)
    except UnusualError:  # pyosmium knows which version of an object counts
        roads = [way.id for way in ways if "highway" in way.tags]
        assert len(nodes) + len(roads) > len({node.id for node in nodes}) + len(set(roads))


def test_a_file_that_asks_for_more_goes_to_pyosmium(tmp_path: Path) -> None:
    path = tmp_path / "history.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), "osh.pbf")) as out:
        out.add(Node(id=1, version=1, visible=True, location=(37.0, 36.0)))
        out.add(Node(id=2, version=1, visible=True, location=(37.1, 36.0)))
        out.add(Way(id=1, version=1, visible=True, nodes=[1, 2], tags={"highway": "primary"}))
    with pytest.raises(UnusualError, match="HistoricalInformation"):
        pbf.scan(path, ("highway",), KEYS)
    assert read_network(path).n_segments == 1


@pytest.mark.parametrize("cut", [0, 3, 20, 200, 5_000, 100_000])
def test_a_file_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(EXTRACTS[0].read_bytes()[:cut])
    with pytest.raises(NetworkError, match=r"cut\.osm\.pbf: not readable as OSM data"):
        read_network(path)
