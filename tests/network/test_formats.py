from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import osmnx
import pytest
from shapely import LineString, MultiLineString, Point

from engine.errors import InputError, NetworkError
from engine.network import (
    RoadPolicy,
    from_lines,
    from_networkx,
    read_network,
    to_networkx,
    write_network,
)

from .support import HELSINKI, rows

if TYPE_CHECKING:
    from pathlib import Path

    from engine.network import Network

SUFFIXES = [
    ".osm",
    ".osm.bz2",
    ".osm.gz",
    ".osm.pbf",
    ".graphml",
    ".gpkg",
    ".geojson",
    ".shp",
    ".parquet",
]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["aleppo-schematic", HELSINKI])
def test_what_is_written_reads_back(tmp_path: Path, suffix: str, name) -> None:
    network = read_network(name)
    write_network(network, tmp_path / f"out{suffix}")
    back = read_network(f"out{suffix}", base=tmp_path)
    assert rows(back, ids=False) == rows(network, ids=False)
    assert sorted(back.node_id.tolist()) == sorted(network.node_id.tolist())
    if suffix.startswith(".osm"):
        assert back.places == network.places
        assert back.provenance.schematic == network.provenance.schematic


def test_nothing_is_left_behind_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = read_network("aleppo-schematic")
    (tmp_path / "out.gpkg").write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_file", full)
    with pytest.raises(InputError, match="cannot be written: No space left"):
        write_network(network, tmp_path / "out.gpkg")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roads.docx").write_text("x")
    with pytest.raises(NetworkError, match="names no format"):
        read_network(tmp_path / "roads.docx")
    with pytest.raises(NetworkError, match="names no format"):
        write_network(read_network("aleppo-schematic"), tmp_path / "roads.docx")


def test_graphs_and_tables_that_osmnx_saved(tmp_path: Path) -> None:
    network = read_network(HELSINKI)
    graph = to_networkx(network)
    osmnx.save_graphml(graph, tmp_path / "osmnx.graphml")
    osmnx.save_graph_geopackage(graph, tmp_path / "osmnx.gpkg", directed=True)
    for name in ("osmnx.graphml", "osmnx.gpkg"):
        back = read_network(tmp_path / name)
        assert rows(back, ids=False) == rows(network, ids=False)


@pytest.mark.parametrize("ending", ["graphml", "gpkg", "geojson", "parquet", "osm", "osm.pbf"])
def test_a_schematic_network_stays_one(tmp_path: Path, ending: str) -> None:
    network = read_network("aleppo-schematic")
    own = replace(network, provenance=replace(network.provenance, credit="Drawn by the test"))
    for said in (network, own):
        path = tmp_path / f"drawn.{ending}"
        write_network(said, path)
        back = read_network(path)
        assert back.provenance.schematic
        assert back.provenance.credit == said.provenance.credit
        assert np.sort(back.length) == pytest.approx(np.sort(network.length), abs=1.0)
        assert back.length.sum() == pytest.approx(network.length.sum(), rel=1e-4)


def test_a_projected_graph_comes_back_to_degrees(tmp_path: Path) -> None:
    network = read_network(HELSINKI)
    osmnx.save_graphml(osmnx.project_graph(to_networkx(network)), tmp_path / "osmnx.graphml")
    back = read_network(tmp_path / "osmnx.graphml")
    assert sorted(back.node_id.tolist()) == sorted(network.node_id.tolist())
    assert back.length.sum() == pytest.approx(network.length.sum(), rel=1e-6)
    assert back.oneway.sum() == network.oneway.sum()


def test_an_undirected_graph_keeps_its_lines_and_directions(tmp_path: Path) -> None:
    network = read_network(HELSINKI)
    graph = osmnx.convert.to_undirected(to_networkx(network))
    assert from_networkx(graph).length.sum() == pytest.approx(network.length.sum())
    osmnx.save_graphml(graph, tmp_path / "osmnx.graphml")  # which reads back as a directed graph
    back = read_network(tmp_path / "osmnx.graphml")

    def either_way(network: Network) -> list[tuple[object, ...]]:
        told = rows(network, ids=False)
        return sorted((*row, at if row[0] else min(at, at[::-1])) for *row, at in told)

    assert back.oneway.any()
    assert either_way(back) == either_way(network)


def frame(*lines, crs: str | None = "epsg:4326", **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(lines), crs=crs)


def test_lines_meet_where_they_share_a_vertex_and_not_where_they_only_cross() -> None:
    cross = frame(LineString([(0, 0), (2, 2)]), LineString([(0, 2), (2, 0)]))
    assert from_lines(cross).n_segments == 2
    meet = frame(LineString([(0, 0), (1, 1), (2, 2)]), LineString([(0, 2), (1, 1), (2, 0)]))
    assert from_lines(meet).n_segments == 4


def test_ends_that_nearly_touch_are_joined() -> None:
    metre = 1 / 111_195
    lines = frame(
        LineString([(0, 0), (0.01, 0)]),
        LineString([(0.01, 0.5 * metre), (0.02, 0)]),
        LineString([(0.005, 0.01), (0.005, 0.6 * metre)]),
        LineString([(0.015, 0.01), (0.015, 5 * metre)]),
    )
    network = from_lines(lines)
    assert network.n_segments == 4  # the third cuts the first, the second goes on from it
    assert from_lines(lines, join_m=0.01).n_segments == 4
    assert len(set(network.u.tolist() + network.v.tolist())) == 6
    assert len(set(from_lines(lines, join_m=0.01).u)) == 4


def test_columns_as_others_name_them() -> None:
    lines = frame(
        LineString([(0, 0), (1, 0)]),
        LineString([(1, 0), (2, 0)]),
        MultiLineString([[(2, 0), (3, 0)], [(3, 0), (4, 0)]]),
        LineString([(4, 0), (5, 0)]),
        osm_id=["11", "12", "13", "14"],
        fclass=["primary", "primary", "secondary", "footway"],
        Name=["A", "A", None, "C"],
        oneway=["B", "T", "F", "B"],
    )
    network = from_lines(lines)
    assert [set(network.ways[row]) for row in range(3)] == [{11}, {12}, {13}]
    assert network.highway.texts().tolist() == ["primary", "primary", "secondary"]
    assert network.name.texts().tolist() == ["A", "A", ""]
    assert network.oneway.tolist() == [False, True, True]
    assert network.lon[network.u].tolist() == [0, 2, 2]
    walked = from_lines(lines, policy=RoadPolicy().allowing("highway", "footway"))
    assert walked.n_segments == 4


def test_lines_in_metres_are_brought_to_degrees(tmp_path: Path) -> None:
    network = read_network("aleppo-schematic")
    write_network(network, tmp_path / "a.gpkg")
    gpd.read_file(tmp_path / "a.gpkg", layer="segments").to_crs("epsg:32637").drop(
        columns=["u", "v"]
    ).to_parquet(tmp_path / "b.parquet")
    back = read_network(tmp_path / "b.parquet")
    assert back.length.sum() == pytest.approx(network.length.sum(), abs=0.5)
    with pytest.raises(NetworkError, match="must name its reference system"):
        from_lines(frame(LineString([(350_000, 4_000_000), (351_000, 4_000_000)]), crs=None))


def test_a_table_without_lines_is_refused(tmp_path: Path) -> None:
    frame(Point(0, 0)).to_file(tmp_path / "points.gpkg")
    with pytest.raises(NetworkError, match="no layer of lines"):
        read_network(tmp_path / "points.gpkg")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1....PAR1")
    with pytest.raises(NetworkError, match="not readable as lines"):
        read_network(tmp_path / "broken.parquet")


def test_lines_that_do_not_name_both_of_their_ends_are_refused() -> None:
    frame = gpd.GeoDataFrame(
        {"u": [1, None, 3], "v": [2, 3, "²"]},
        geometry=[LineString([(i, 0), (i + 1, 0)]) for i in (1, 2, 3)],
        crs="epsg:4326",
    )
    with pytest.raises(NetworkError, match="1 of 3 lines do not name both of their ends"):
        from_lines(frame)
    frame.loc[1, "u"] = 10**30
    network = from_lines(frame)
    assert sorted(network.node_id.tolist()) == [0, 0, 1, 2, 3]


def test_a_text_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    frame(LineString([(0, 0), (1, 1)]), name=["bridge"]).to_parquet(
        tmp_path / "a.parquet", compression=None
    )
    damaged = (tmp_path / "a.parquet").read_bytes().replace(b"bridge", b"br\xfedge")
    (tmp_path / "a.parquet").write_bytes(damaged)
    with pytest.raises(NetworkError, match=r"a\.parquet: .*utf-8|UTF-8"):
        read_network(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE g [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE g SYSTEM "http://127.0.0.1:9/g.dtd">',
    ],
)
def test_graphml_with_entities_is_refused(tmp_path: Path, prolog: str) -> None:
    text = f'<?xml version="1.0"?>{prolog}<graphml><graph edgedefault="directed"/></graphml>'
    (tmp_path / "a.graphml").write_text(text)
    with pytest.raises(NetworkError, match="document type"):
        read_network(tmp_path / "a.graphml")
    (tmp_path / "a.osm").write_text(text.replace("graphml", "osm"))
    with pytest.raises(NetworkError, match="not readable as OSM data"):
        read_network(tmp_path / "a.osm")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_case_of_an_ending_does_not_matter(tmp_path: Path, suffix: str) -> None:
    network = read_network("aleppo-schematic")
    lower, upper = tmp_path / f"x{suffix}", tmp_path / f"y{suffix}"
    write_network(network, lower)
    for path in list(tmp_path.iterdir()):
        path.rename(tmp_path / f"Y{path.name[1:].upper()}")
    read = read_network(tmp_path / upper.name.upper())
    assert rows(read, ids=False) == rows(network, ids=False)
    write_network(network, tmp_path / f"Z{suffix.upper()}")
    back = read_network(tmp_path / f"Z{suffix.upper()}")
    assert rows(back, ids=False) == rows(network, ids=False)
