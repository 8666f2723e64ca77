"""Files of roads as people have them: nothing is misread without a word."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import osmnx
import pyogrio
import pytest
from osmium.osm.mutable import Node, Way
from shapely import LineString, Point, Polygon

from engine.errors import NetworkError
from engine.network import (
    RoadPolicy,
    from_lines,
    from_networkx,
    read_network,
    to_networkx,
    write_network,
)
from engine.network.cut_out import Box
from engine.network.extract import SCHEMATIC_CREDIT
from engine.network.obtain import cut_network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = {1: (37.0, 36.0), 2: (37.01, 36.0), 3: (37.02, 36.0), 4: (37.02, 36.01)}
HOME = Box(36.9, 35.9, 37.1, 36.1)
OSM_CREDIT = "© OpenStreetMap contributors, ODbL 1.0"


def xml(*objects: str, root: str = '<osm version="0.6">') -> str:
    return f"<?xml version='1.0'?>{root}{''.join(objects)}</{root[1:].split(maxsplit=1)[0].rstrip('>')}>"


def node(osm_id: int, attributes: str = 'version="1"') -> str:
    lon, lat = AT[osm_id]
    return f'<node id="{osm_id}" {attributes} lon="{lon}" lat="{lat}"/>'


def way(osm_id: int, *refs: int, attributes: str = 'version="1"', highway: str = "primary") -> str:
    tag = f'<tag k="highway" v="{highway}"/>' if highway else ""
    return f'<way id="{osm_id}" {attributes}>{"".join(f"<nd ref={chr(34)}{r}{chr(34)}/>" for r in refs)}{tag}</way>'


def km(path: Path) -> float:
    return round(float(read_network(path).length.sum()) / 1000, 1)


def km_cut(path: Path, folder: Path) -> float:
    return km(cut_network("cut", HOME, path, folder=folder))


NODES = [node(1), node(2), node(3)]
GONE = {
    "deleted in JOSM": [*NODES, way(10, 1, 2), way(11, 2, 3, attributes='action="delete"')],
    "deleted in JOSM, with a version": [
        *NODES,
        way(10, 1, 2),
        way(11, 2, 3, attributes="version='3' action='delete' visible='true'"),
    ],
    "invisible": [*NODES, way(10, 1, 2), way(11, 2, 3, attributes='version="1" visible="false"')],
    "deleted in a later version": [
        *NODES,
        way(10, 1, 2),
        way(11, 2, 3),
        way(11, attributes='version="2" visible="false"', highway=""),
    ],
    "no road in a later version": [
        *NODES,
        way(10, 1, 2),
        way(11, 2, 3),
        way(11, 2, 3, attributes='version="2"', highway=""),
    ],
    "shortened in a later version": [
        *NODES,
        way(10, 1, 2, 3),
        way(10, 1, 2, attributes='version="2"'),
    ],
    "the older version last": [*NODES, way(10, 1, 2, attributes='version="2"'), way(10, 1, 2, 3)],
    "a node deleted": [*NODES[:2], node(3, 'version="1" action="delete"'), way(10, 1, 2, 3)],
    "every object twice": [*NODES, *NODES, way(10, 1, 2), way(10, 1, 2)],
}


@pytest.mark.parametrize("objects", GONE.values(), ids=GONE.keys())
@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".OSM"])
def test_what_is_deleted_is_no_road_in_xml(tmp_path: Path, objects: list[str], suffix: str) -> None:
    path = tmp_path / f"roads{suffix}"
    text = xml(*objects).encode()
    path.write_bytes(gzip.compress(text) if suffix == ".osm.gz" else text)
    assert km(path) == 0.9
    assert km_cut(path, tmp_path) == 0.9


@pytest.mark.parametrize("kind", ["pbf", "osh.pbf", "pbf,pbf_dense_nodes=false"])
def test_what_is_deleted_is_no_road_in_pbf(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "roads.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), kind)) as out:
        for osm_id in (1, 2, 3):
            out.add(Node(id=osm_id, version=1, visible=True, location=AT[osm_id]))
        out.add(Way(id=10, version=1, visible=True, nodes=[1, 2], tags={"highway": "primary"}))
        out.add(Way(id=11, version=1, visible=True, nodes=[2, 3], tags={"highway": "primary"}))
        gone = kind == "osh.pbf"
        out.add(Way(id=11, version=2, visible=not gone, nodes=[] if gone else [1, 2],
                    tags={} if gone else {"highway": "primary"}))  # fmt: skip
    assert km(path) == (0.9 if gone else 1.8)
    assert km_cut(path, tmp_path) == (0.9 if gone else 1.8)


@pytest.mark.parametrize("dense", ["true", "false"])
def test_two_extracts_in_one_pbf_are_one_map(tmp_path: Path, dense: str) -> None:
    path = tmp_path / "roads.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), f"pbf,pbf_dense_nodes={dense}")) as out:
        for _ in range(2):
            for osm_id in (1, 2, 3):
                out.add(Node(id=osm_id, version=1, location=AT[osm_id]))
            out.add(Way(id=10, version=1, nodes=[1, 2, 3], tags={"highway": "primary"}))
    assert km(path) == 1.8
    assert read_network(path).n_segments == 1


def test_changes_are_no_map(tmp_path: Path) -> None:
    path = tmp_path / "change.osm"
    path.write_text(xml("<create>", *NODES, way(10, 1, 2), "</create>", root="<osmChange>"))
    for read in (read_network, lambda p: cut_network("cut", HOME, p, folder=tmp_path)):
        with pytest.raises(NetworkError, match=r"change.osm: it holds changes .*and is no map"):
            read(path)


def test_tags_in_any_place_and_values_of_oneway_that_nobody_knows(tmp_path: Path) -> None:
    path, nodes, road = tmp_path / "a.osm", [node(1), node(2)], '<tag k="highway" v="primary"/>'
    oneway, refs = '<tag k="oneway" v="ja"></tag>', '<nd ref="1"/>\n<nd ref="2"/>'
    for inside in (oneway + road + refs, refs + oneway + road):
        path.write_text(xml(*nodes, f'<way id="7" version="1">{inside}</way>'))
        assert km(path) == 0.9
        (remark,) = read_network(path).provenance.remarks
        assert remark.endswith(
            "one-way is 'ja' on some ways, which is not understood: taken for both ways"
        )
    path.write_text(xml(*nodes, f'<way id="7" version="1">{oneway}{refs}{road}</way>'))
    with pytest.raises(NetworkError, match="its way 7 has tags on both sides of its nodes"):
        read_network(path)


def test_packed_files_under_a_plain_name_say_so(tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_bytes(gzip.compress(xml(node(1), node(2), way(7, 1, 2)).encode()))
    with pytest.raises(NetworkError, match=r"a name that ends in \.osm\.gz"):
        read_network(tmp_path / "a.osm")


def test_ids_beside_a_kind_are_those_of_ways(tmp_path: Path) -> None:
    lines = [LineString([AT[1], AT[2]]), LineString([AT[2], AT[3]])]
    columns = {"id": [7, 8], "osm_type": ["way", "relation"], "highway": "primary"}
    gpd.GeoDataFrame(columns, geometry=lines, crs=4326).to_parquet(tmp_path / "a.parquet")
    assert sorted(read_network(tmp_path / "a.parquet").ways.values.tolist()) == [-2, 7]


def test_half_an_answer_is_refused_and_a_whole_one_keeps_its_day(tmp_path: Path) -> None:
    path = tmp_path / "answer.osm"
    meta = '<meta osm_base="2014-12-20T00:00:00Z"/>'
    path.write_text(xml(meta, *NODES, way(10, 1, 2, 3), "<remark>Query timed out</remark>"))
    with pytest.raises(NetworkError, match="cut short: it remarks 'Query timed out'"):
        read_network(path)
    path.write_text(xml(meta, *NODES, way(10, 1, 2, 3)))
    assert read_network(path).provenance.as_of == "2014-12-20"


def test_roads_without_nodes_say_so(tmp_path: Path) -> None:
    path = tmp_path / "ways.osm"
    path.write_text(xml(way(10, 1, 2), way(11, 2, 3)))
    with pytest.raises(NetworkError, match=r"ways.osm: it has 2 roads, but none of the nodes"):
        read_network(path)


def test_a_sketch_is_not_credited_to_openstreetmap(tmp_path: Path) -> None:
    path = tmp_path / "sketch.osm"
    path.write_text(xml(*NODES, way(-1, 1, 2), way(-2, 2, 3)))
    assert read_network(path).provenance.credit == "sketch.osm"
    path.write_text(xml(*NODES, way(1, 1, 2), way(-2, 2, 3)))
    assert read_network(path).provenance.credit == OSM_CREDIT
    write_network(read_network("aleppo-schematic"), tmp_path / "again.osm")
    assert read_network(tmp_path / "again.osm").provenance.credit == SCHEMATIC_CREDIT


@pytest.mark.parametrize("suffix", [".graphml", ".gpkg", ".geojson", ".shp", ".parquet"])
def test_no_network_of_another_format_is_credited_to_it_without_reason(
    tmp_path: Path, suffix: str
) -> None:
    network = read_network("aleppo-schematic")
    write_network(network, tmp_path / f"roads{suffix}")
    credit = read_network(tmp_path / f"roads{suffix}").provenance.credit
    assert credit == (f"roads{suffix}" if suffix == ".shp" else SCHEMATIC_CREDIT)


# Policy: the same table for every format.

TAGS = {
    "kept": {"highway": "primary"},
    "private": {"highway": "primary", "access": "private"},
    "no cars": {"highway": "secondary", "motor_vehicle": "no"},
    "path": {"highway": "path"},
    "bridge": {"highway": "tertiary", "bridge": "yes"},
    "ferry": {"route": "ferry"},
}
NO_BRIDGES = RoadPolicy().refusing("bridge", "yes")
FERRIES = RoadPolicy().admitting("route", "ferry")
PATHS = RoadPolicy().allowing("highway", "path")


def tagged_lines() -> gpd.GeoDataFrame:
    keys = sorted({key for tags in TAGS.values() for key in tags})
    table = {key: [tags.get(key) for tags in TAGS.values()] for key in keys}
    table["name"] = list(TAGS)
    lines = [LineString([(37 + row / 10, 36), (37.05 + row / 10, 36)]) for row in range(len(TAGS))]
    return gpd.GeoDataFrame(table, geometry=lines, crs=4326)


def write_tagged(path: Path) -> None:
    frame = tagged_lines()
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".shp":  # ten letters for a name, as everywhere
        frame.rename(columns={"motor_vehicle": "motor_vehi"}).to_file(path)
    elif path.suffix in {".gpkg", ".geojson"}:
        frame.to_file(path)
    else:
        graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
        for row, (name, tags) in enumerate(TAGS.items()):
            for end, lon in enumerate((37 + row / 10, 37.05 + row / 10)):
                graph.add_node(2 * row + end, x=lon, y=36.0)
            graph.add_edge(2 * row, 2 * row + 1, name=name, osmid=row + 1, **tags)
        if path.suffix == ".graphml":
            nx.write_graphml(graph, path)
        else:
            with osmium.SimpleWriter(str(path)) as out:
                for osm_id, data in graph.nodes(data=True):
                    out.add(Node(id=osm_id + 1, version=1, location=(data["x"], data["y"])))
                for row, (name, tags) in enumerate(TAGS.items()):
                    refs = [2 * row + 1, 2 * row + 2]
                    out.add(Way(id=row + 1, version=1, nodes=refs, tags={"name": name, **tags}))


@pytest.mark.parametrize(
    "suffix", [".osm", ".osm.pbf", ".graphml", ".gpkg", ".geojson", ".shp", ".parquet"]
)
def test_the_policy_holds_for_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"roads{suffix}"
    write_tagged(path)

    def kept(policy: RoadPolicy) -> set[str]:
        return set(read_network(path, policy=policy).name.texts())

    assert kept(RoadPolicy()) == {"kept", "bridge"}
    assert kept(NO_BRIDGES) == {"kept"}
    assert kept(FERRIES) == {"kept", "bridge", "ferry"}
    assert kept(PATHS) == {"kept", "bridge", "path"}


def test_a_file_that_cannot_be_asked_for_a_tag_says_so(tmp_path: Path) -> None:
    frame = tagged_lines()[["highway", "name", "geometry"]].iloc[:-1]
    frame.to_file(tmp_path / "roads.geojson")
    remarks = read_network(tmp_path / "roads.geojson", policy=NO_BRIDGES).provenance.remarks
    assert remarks == (
        "roads.geojson: no column for bridge: what [roads] says of it has no effect",
    )
    assert not read_network(tmp_path / "roads.geojson").provenance.remarks


@pytest.mark.parametrize("suffix", [".osm", ".graphml", ".geojson", ".shp"])
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Primary", "primary"),
        ("Living Street", "living_street"),
        (" trunk ", "trunk"),
        ("Vicinal", "vicinal"),
    ],
)
def test_classes_are_known_whatever_their_case(
    tmp_path: Path, suffix: str, written: str, read: str
) -> None:
    path = tmp_path / f"roads{suffix}"
    if suffix == ".osm":
        path.write_text(xml(*NODES, way(10, 1, 2, highway=written)))
    elif suffix == ".graphml":
        graph = nx.MultiDiGraph(crs="epsg:4326", simplified="True")
        graph.add_node(1, x=37.0, y=36.0)
        graph.add_node(2, x=37.01, y=36.0)
        graph.add_edge(1, 2, highway=written)
        nx.write_graphml(graph, path)
    else:
        gpd.GeoDataFrame(
            {"fclass": [written]}, geometry=[LineString([AT[1], AT[2]])], crs=4326
        ).to_file(path)
    assert read_network(path).highway[0] == read


def test_grades_of_tracks_are_tracks() -> None:
    classes = ["primary", *(f"track_grade{grade}" for grade in range(1, 6))]
    lines = [LineString([(37, 36 + row), (37.1, 36 + row)]) for row in range(6)]
    frame = gpd.GeoDataFrame({"fclass": classes}, geometry=lines, crs=4326)
    assert from_lines(frame).n_segments == 1
    assert from_lines(frame, policy=RoadPolicy().allowing("highway", "track")).n_segments == 6


# Direction and ends.

WAYS_TO_SAY_IT = [True, np.True_, 1, 1.0, "True", "true", "yes", "YES", "1"]
AGAINST = ["-1", -1, "reverse"]


@pytest.mark.parametrize(
    "value", [*WAYS_TO_SAY_IT, *AGAINST, False, "no", np.False_, 0, "False"], ids=repr
)
def test_one_way_in_every_form(value: object) -> None:
    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    graph.add_node(1, x=37.0, y=36.0)
    graph.add_node(2, x=37.01, y=36.0)
    graph.add_edge(1, 2, osmid="10", highway="primary", oneway=value)
    frame = gpd.GeoDataFrame({"oneway": [value]}, geometry=[LineString([AT[1], AT[2]])], crs=4326)
    edges = frame.assign(u=1, v=2)
    kind = "against" if value in AGAINST else "along" if value in WAYS_TO_SAY_IT else "both"
    for network in (from_networkx(graph), from_lines(frame), from_lines(edges)):
        tail = float(network.lon[network.u[0]])
        assert bool(network.oneway[0]) == (kind != "both")
        assert kind == "both" or tail == (37.01 if kind == "against" else 37.0)
    assert from_networkx(graph).ways[0].tolist() == [10]


def test_lines_that_are_drawn_from_v_to_u_join_where_their_ends_are() -> None:
    drawn = [LineString([AT[2], AT[1]]), LineString([AT[2], AT[3]]), LineString([AT[4], AT[3]])]
    frame = gpd.GeoDataFrame(
        {"u": [1, 2, 3], "v": [2, 3, 4], "oneway": ["yes"] * 3}, geometry=drawn, crs=4326
    )
    network = from_lines(frame)
    where = {
        osm_id: at
        for osm_id, *at in zip(network.node_id.tolist(), network.lon, network.lat, strict=True)
    }
    assert {osm_id: tuple(map(float, at)) for osm_id, at in where.items()} == AT
    assert network.node_id[network.u].tolist() == [1, 2, 3]
    assert network.node_id[network.v].tolist() == [2, 3, 4]
    nodes = gpd.GeoDataFrame(
        {"osmid": list(AT)}, geometry=[Point(at) for at in AT.values()], crs=4326
    )
    alone = from_lines(frame.iloc[:1], nodes=nodes)
    assert (alone.node_id[alone.u[0]], float(alone.lon[alone.u[0]])) == (1, 37.0)


def town() -> nx.MultiDiGraph:
    """A ring of two-way streets with one-way ones across, as osmnx has it."""
    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True, created_with="OSMnx 2.1.1")
    spots = {1: (37.0, 36.0), 2: (37.01, 36.001), 3: (37.013, 36.01), 4: (37.001, 36.012)}
    for osm_id, (x, y) in spots.items():
        graph.add_node(osm_id, x=x, y=y, street_count=3)
    for number, (u, v) in enumerate([(1, 2), (3, 2), (3, 4), (4, 1)], 10):
        bend = ((spots[u][0] + spots[v][0]) / 2 + 0.001, (spots[u][1] + spots[v][1]) / 2)
        line = LineString([spots[u], bend, spots[v]])
        data = {"osmid": number, "highway": "residential", "oneway": False, "length": 1.0}
        graph.add_edge(u, v, geometry=line, reversed=False, **data)
        graph.add_edge(v, u, geometry=line.reverse(), reversed=True, **data)
    for number, (u, v) in enumerate([(3, 1), (2, 4)], 20):
        line = LineString([spots[u], spots[v]])
        graph.add_edge(
            u,
            v,
            geometry=line,
            osmid=number,
            highway="primary",
            oneway=True,
            reversed=number == 21,
            length=1.0,
        )
    return graph


def said(network) -> set[tuple[object, ...]]:
    """Every segment by its way, its ends (in order if it is one-way), and its class."""
    node = network.node_id
    found = set()
    for row, (u, v) in enumerate(
        zip(node[network.u].tolist(), node[network.v].tolist(), strict=True)
    ):
        one_way = bool(network.oneway[row])
        ends = (u, v) if one_way else tuple(sorted((u, v)))
        found.add((tuple(network.ways[row].tolist()), ends, one_way, network.highway[row]))
    return found


def as_saved(graph: nx.MultiDiGraph, path: Path, kind: str) -> Path:
    if kind == "undirected" and path.suffix == ".graphml":
        graph = osmnx.convert.to_undirected(graph)
    if path.suffix == ".gpkg":
        osmnx.save_graph_geopackage(graph, path, directed=kind == "directed")
    elif kind == "plain":
        for *_, data in graph.edges(data=True):
            data["geometry"] = data["geometry"].wkt
        nx.write_graphml(graph, path)
    else:
        osmnx.save_graphml(graph, path)
    return path


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        *((".graphml", kind) for kind in ("directed", "undirected", "plain")),
        *((".gpkg", kind) for kind in ("directed", "undirected")),
    ],
)
def test_what_osmnx_saves_comes_back_edge_for_edge(tmp_path: Path, suffix: str, kind: str) -> None:
    expected = said(from_networkx(town()))
    assert len(expected) == 6
    assert {each[1] for each in expected if each[2]} == {(3, 1), (2, 4)}
    path = as_saved(town(), tmp_path / f"town{suffix}", kind)
    network = read_network(path)
    assert said(network) == expected
    assert network.provenance.credit == (OSM_CREDIT if suffix == ".graphml" else "town.gpkg")


SOURCE = xml(
    '<bounds minlat="35.9" minlon="36.9" maxlat="36.1" maxlon="37.1"/>',
    *map(node, AT),
    '<node id="5" version="1" lon="37.01" lat="36.01"/>',
    '<node id="6" version="1" lon="37.015" lat="36.02"/>',
    way(10, 1, 2, 3),
    way(11, 3, 6, 4, 5, highway="residential").replace("<tag", '<tag k="oneway" v="yes"/><tag', 1),
    way(12, 2, 5, highway="residential").replace("<tag", '<tag k="oneway" v="-1"/><tag', 1),
    way(13, 4, 3, highway="tertiary"),
    way(14, 5, 1),
)


@pytest.fixture
def everything_one_way() -> Iterator[None]:
    before = osmnx.settings.all_oneway
    osmnx.settings.all_oneway = True
    yield
    osmnx.settings.all_oneway = before


def roads_of(graph: nx.MultiDiGraph) -> set[tuple[object, ...]]:
    """Every road of a graph of osmnx by its ways, its ends (in order if one-way) and its class."""
    found = set()
    for u, v, data in graph.edges(data=True):
        one_way = data.get("oneway") in (True, "yes", "-1")
        ids = data["osmid"] if isinstance(data["osmid"], list) else [data["osmid"]]
        found.add((tuple(sorted(ids)), (u, v) if one_way else tuple(sorted((u, v))), one_way))
    return found


@pytest.mark.parametrize("simplify", [True, False])
def test_each_kind_of_graph_of_osmnx_comes_back(tmp_path: Path, *, simplify: bool) -> None:
    source = tmp_path / "source.osm"
    source.write_text(SOURCE)
    graph = osmnx.graph_from_xml(source, simplify=simplify, retain_all=True)
    check_all_ways_back(graph, tmp_path)


@pytest.mark.filterwarnings("ignore:'bool' is not supported as a fill value")  # in osmnx itself
@pytest.mark.usefixtures("everything_one_way")
@pytest.mark.parametrize("simplify", [True, False])
def test_graphs_with_every_edge_one_way_come_back(tmp_path: Path, *, simplify: bool) -> None:
    source = tmp_path / "source.osm"
    source.write_text(SOURCE)
    graph = osmnx.graph_from_xml(source, simplify=simplify, retain_all=True)
    check_all_ways_back(graph, tmp_path)
    if not simplify:
        osmnx.save_graph_xml(graph, tmp_path / "again.osm")
        assert said(read_network(tmp_path / "again.osm")) == said(read_network(source))


def check_all_ways_back(graph: nx.MultiDiGraph, folder: Path) -> None:
    expected = roads_of(graph)
    osmnx.save_graphml(graph, folder / "g.graphml")
    osmnx.save_graphml(osmnx.project_graph(graph), folder / "projected.graphml")
    osmnx.save_graph_geopackage(graph, folder / "directed.gpkg", directed=True)
    osmnx.save_graph_geopackage(graph, folder / "undirected.gpkg", directed=False)
    of_edges = [folder / "directed.gpkg", folder / "undirected.gpkg"]
    if graph.graph.get("simplified"):
        of_edges += [folder / "g.graphml", folder / "projected.graphml"]
    for path in of_edges:
        assert {each[:3] for each in said(read_network(path))} == expected, path.name
    whole = said(from_networkx(graph))
    for path in (folder / "g.graphml", folder / "projected.graphml"):
        assert said(read_network(path)) == whole, path.name


def test_a_graph_that_networkx_writes_is_read(tmp_path: Path) -> None:
    network = read_network("aleppo-schematic")
    graph = to_networkx(network)
    for *_, data in graph.edges(data=True):
        data["geometry"] = data["geometry"].wkt
        data["osmid"] = str(data["osmid"])
    nx.write_graphml(graph, tmp_path / "plain.graphml")
    assert said(read_network(tmp_path / "plain.graphml")) == said(network)


# Layers, encodings, places of the earth.


def lines(*rows: tuple[int, int], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        columns, geometry=[LineString([AT[u], AT[v]]) for u, v in rows], crs=4326
    )


def test_all_layers_of_roads_are_taken_or_the_one_named(tmp_path: Path) -> None:
    path = tmp_path / "roads.gpkg"
    edge = gpd.GeoDataFrame(geometry=[Polygon([(36, 35), (38, 35), (38, 37)])], crs=4326)
    edge.to_file(path, layer="boundary")
    lines((1, 2), highway=["primary"]).to_file(path, layer="primary")
    lines((2, 3), highway=["secondary"]).to_crs(32637).to_file(path, layer="secondary")
    assert len(pyogrio.list_layers(path)) == 3
    assert km(path) == 1.8
    assert set(read_network(path).highway.texts()) == {"primary", "secondary"}
    assert read_network(f"{path}#secondary").highway[0] == "secondary"
    assert read_network("roads.gpkg#primary", base=tmp_path).n_segments == 1
    with pytest.raises(NetworkError, match="there is no layer 'primari'; did you mean 'primary'"):
        read_network(f"{path}#primari")


@pytest.mark.parametrize(
    ("encoding", "says"), [("UTF-8", False), ("ISO-8859-1", False), ("UTF-8", True)]
)
def test_a_shapefile_that_does_not_say_its_encoding(
    tmp_path: Path, encoding: str, *, says: bool
) -> None:
    path, name = tmp_path / "roads.shp", "طريق الكاستيلو" if encoding == "UTF-8" else "Straße"
    lines((1, 2), name=[name]).to_file(path, encoding=encoding)
    if not says:
        path.with_suffix(".cpg").unlink()
        table = bytearray(path.with_suffix(".dbf").read_bytes())
        table[29] = 0
        path.with_suffix(".dbf").write_bytes(table)
    network = read_network(path)
    assert network.name[0] == name
    assert bool(network.provenance.remarks) != says


def test_coordinates_that_are_no_degrees_say_why() -> None:
    frame = lines((1, 2))
    with pytest.raises(NetworkError, match=r"are not degrees .*must name its reference system"):
        from_lines(frame.to_crs(3857).set_crs(None, allow_override=True))
    swapped = gpd.GeoDataFrame(geometry=[LineString([(36.0, 137.0), (36.1, 137.0)])])
    with pytest.raises(NetworkError, match="latitude and longitude may be swapped"):
        from_lines(swapped)


def test_a_path_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "none.graphml"
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(1, x=37.0, y=36.0)
    nx.write_graphml(graph, path)
    empty = tmp_path / "none.geojson"
    lines((1, 2), highway=["footway"]).to_file(empty)
    (tmp_path / "none.osm").write_text(xml(*NODES))
    for each in (path, empty, tmp_path / "none.osm"):
        with pytest.raises(NetworkError) as caught:
            read_network(each)
        assert str(caught.value).count(each.name) == 1, str(caught.value)
        assert "there is no road in it" in str(caught.value)


def test_an_answer_of_a_server_has_each_object_once(tmp_path: Path) -> None:
    from engine.network.osm import read_answers, way_keys

    elements = [
        *({"type": "node", "id": i, "lon": x, "lat": y} for i, (x, y) in AT.items()),
        {"type": "way", "id": 10, "version": 1, "nodes": [1, 2, 3], "tags": {"highway": "primary"}},
        {"type": "way", "id": 10, "version": 2, "nodes": [1, 2], "tags": {"highway": "primary"}},
        {
            "type": "way",
            "id": 11,
            "visible": False,
            "nodes": [2, 3],
            "tags": {"highway": "primary"},
        },
    ]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"elements": elements}))
    extract = read_answers([path], RoadPolicy(), way_keys(RoadPolicy()), "x")
    assert extract.way_id.tolist() == [10]
    assert extract.refs[0].tolist() == [1, 2]


def test_the_remarks_of_a_network_outlive_the_cache(tmp_path: Path) -> None:
    from engine.network.cache import open_network, save_network

    network = read_network("aleppo-schematic")
    said = replace(network, provenance=replace(network.provenance, remarks=("one", "two")))
    save_network(said, tmp_path / "x.network")
    kept = open_network(tmp_path / "x.network")
    assert kept is not None
    assert kept.provenance == said.provenance
