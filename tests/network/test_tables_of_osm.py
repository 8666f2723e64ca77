"""OpenStreetMap as tables: what GDAL, osm2pgsql, osmium and overpass turbo make of it, and shapefiles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import GeometryCollection, LineString, MultiLineString, Point

from engine.errors import InputError
from engine.network import RoadPolicy, from_lines, read_network
from engine.scenario.fields import Roads

if TYPE_CHECKING:
    from pathlib import Path

MAP = """<osm version="0.6">
<node id="1" version="1" lat="36" lon="37"/><node id="2" version="1" lat="36" lon="37.01"/>
<node id="3" version="1" lat="36" lon="37.02"><tag k="barrier" v="block"/></node>
<node id="4" version="1" lat="36" lon="37.03"/><node id="5" version="1" lat="36.01" lon="37.01"/>
<way id="10" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/>
  <tag k="name" v="&#1591;"/><tag k="name:en" v="Castello &quot;Road&quot;"/><tag k="ref" v="M5"/></way>
<way id="11" version="1"><nd ref="2"/><nd ref="3"/><nd ref="4"/><tag k="highway" v="tertiary"/>
  <tag k="oneway" v="yes"/></way>
<way id="12" version="1"><nd ref="5"/><nd ref="2"/><tag k="highway" v="tertiary"/>
  <tag k="oneway" v="-1"/></way>
<way id="13" version="1"><nd ref="5"/><nd ref="4"/><tag k="highway" v="tertiary"/>
  <tag k="bridge" v="yes"/></way>
<way id="14" version="1"><nd ref="1"/><nd ref="5"/><tag k="highway" v="tertiary"/>
  <tag k="access" v="private"/></way>
<way id="15" version="1"><nd ref="1"/><nd ref="5"/><tag k="waterway" v="river"/></way>
<way id="16" version="1"><nd ref="1"/><nd ref="5"/><tag k="railway" v="rail"/></way>
<way id="17" version="1"><nd ref="1"/><nd ref="5"/><tag k="route" v="ferry"/></way>
<relation id="20" version="1"><member type="way" ref="15" role=""/><tag k="type" v="route"/>
  <tag k="route" v="bus"/></relation>
</osm>"""
POLICIES = {
    "usual": RoadPolicy(),
    "no bridges": RoadPolicy().refusing("bridge", "yes"),
    "ferries": RoadPolicy().admitting("route", "ferry"),
    "barriers": RoadPolicy(barriers=frozenset({"block"})),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.osm"
    path.write_text(MAP)
    return path


def said(network) -> set[tuple[object, ...]]:
    """Every segment by its ways, texts, direction and line."""
    columns = ("highway", "name", "alt_name", "ref", "oneway")
    return {
        (
            tuple(network.ways[row].tolist()),
            *(getattr(network, column)[row] for column in columns),
            tuple(map(tuple, network.geometry[row].round(7).tolist())),
        )
        for row in range(network.n_segments)
    }


@pytest.mark.parametrize("kind", POLICIES)
def test_what_gdal_makes_of_openstreetmap_is_the_same_network(source: Path, kind: str) -> None:
    path = source.with_suffix(".gpkg")
    for layer in ("points", "lines", "multilinestrings"):
        frame = pyogrio.read_dataframe(source, layer=layer)
        pyogrio.write_dataframe(frame, path, layer=layer)
    expected, got = (read_network(each, policy=POLICIES[kind]) for each in (source, path))
    assert said(got) == said(expected)
    assert not got.provenance.remarks


def columns_of(frame: gpd.GeoDataFrame, form: str) -> gpd.GeoDataFrame:
    """Return a table as other programs have it: a column per tag, or all tags in one."""
    tags = [
        {k: v for k, v in row.items() if v is not None and v == v}
        for row in frame.drop(columns="geometry").to_dict("records")
    ]
    if form == "json":
        return frame[["geometry"]].assign(tags=[json.dumps(each) for each in tags])
    hstore = [", ".join(f'"{k}"=>"{v}"' for k, v in each.items()) for each in tags]
    return frame[["geometry"]].assign(tags=hstore)


@pytest.mark.parametrize("form", ["columns", "json", "hstore"])
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
def test_tags_are_found_in_columns_and_in_one_column(
    tmp_path: Path, suffix: str, form: str
) -> None:
    lines = [LineString([(37 + row, 36), (37.1 + row, 36)]) for row in range(5)]
    tags = {
        "highway": ["primary", "secondary", None, None, "track"],
        "oneway": ["yes", "-1", None, None, None],
        "name:en": ["A", "B", None, None, None],
        "waterway": [None, None, "river", None, None],
        "railway": [None, None, None, "rail", None],
    }
    frame = gpd.GeoDataFrame(tags, geometry=lines, crs=4326)
    frame = frame if form == "columns" else columns_of(frame, form)
    path = tmp_path / f"roads{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    network = read_network(path)
    assert network.highway.texts().tolist() == ["primary", "secondary"]
    assert network.alt_name.texts().tolist() == ["A", "B"]
    assert network.lon[network.u].round(1).tolist() == [37.0, 38.1]
    assert network.oneway.all()


@pytest.mark.parametrize(
    ("column", "value", "way"),
    [
        ("@id", "way/10", 10), ("id", "way/10", 10), ("id", "w10", 10), ("id", 10, -1),
        ("osm_id", "10", 10), ("osm_id", 10.0, 10), ("full_id", "w10", 10), ("full_id", "r10", -1),
        ("osmid", "[10]", 10), ("OSM_ID", 12345678901234567, 12345678901234567),
    ],
)  # fmt: skip
def test_ids_are_those_of_ways(column: str, value: object, way: int) -> None:
    frame = gpd.GeoDataFrame({column: [value]}, geometry=[LineString([(37, 36), (38, 36)])])
    assert from_lines(frame).ways[0].tolist() == [way]


def test_lines_without_a_class_beside_others_are_told() -> None:
    lines = [LineString([(37 + row, 36), (37.1 + row, 36)]) for row in range(3)]
    frame = gpd.GeoDataFrame({"fclass": ["primary", None, ""]}, geometry=lines)
    network = from_lines(frame)
    assert network.highway.texts().tolist() == ["primary", "road", "road"]
    assert network.provenance.remarks == ("lines: 2 of 3 lines have no class: each is a 'road'",)
    assert not from_lines(frame[["geometry"]]).provenance.remarks


@pytest.mark.parametrize(
    ("value", "way", "told"),
    [("FT", 1, ""), ("TF", -1, ""), ("Y", 1, ""), ("N", 0, ""), ("T", -1, "only T or F"),
     (pd.NA, 0, ""), ("perhaps", 0, "not understood"), ("Forward", 1, "")],
)  # fmt: skip
def test_a_direction_is_understood_or_told(value: object, way: int, told: str) -> None:
    frame = gpd.GeoDataFrame({"oneway": [value]}, geometry=[LineString([(37, 36), (38, 36)])])
    network = from_lines(frame)
    assert bool(network.oneway[0]) == bool(way)
    assert network.lon[network.u[0]] == (38 if way < 0 else 37)
    assert told in "".join(network.provenance.remarks)
    assert bool(network.provenance.remarks) == bool(told)


def test_barriers_are_points_beside_the_lines_or_told() -> None:
    line = LineString([(37, 36), (37.1, 36), (37.2, 36)])
    policy = RoadPolicy(barriers=frozenset({"block"}))
    shapes = [line, Point(37.1, 36)]
    frame = gpd.GeoDataFrame(
        {"highway": ["road", None], "barrier": [None, "block"]}, geometry=shapes
    )
    assert from_lines(frame).n_segments == 1
    assert from_lines(frame, policy=policy).n_segments == 2
    ends = frame.assign(u=[1, None], v=[2, None], geometry=[line, Point(37, 36)])
    assert 1 not in from_lines(ends, policy=policy).node_id.tolist()
    alone = from_lines(frame.iloc[:1], policy=policy)
    assert "no points with the tag barrier" in "".join(alone.provenance.remarks)


def test_lines_in_collections_and_in_three_dimensions_are_read() -> None:
    line = LineString([(37, 36, 400), (37.1, 36, 410)])
    nested = GeometryCollection([MultiLineString([line]), Point(0, 0), LineString()])
    other = LineString([(37, 37, 400), (37.1, 37, 410)])
    frame = gpd.GeoDataFrame(geometry=[nested, other, None, LineString()])
    network = from_lines(frame)
    assert (network.n_segments, len(network.geometry[0][0])) == (2, 2)


def test_a_scenario_states_the_encoding_of_a_shapefile(tmp_path: Path) -> None:
    path, name = tmp_path / "roads.shp", "طريق"
    lines = [LineString([(37, 36), (37.1, 36)])]
    gpd.GeoDataFrame({"name": [name]}, geometry=lines, crs=4326).to_file(path, encoding="cp1256")
    path.with_suffix(".cpg").unlink()
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0
    path.with_suffix(".dbf").write_bytes(table)
    assert read_network(path).name[0] != name
    network = read_network(path, encoding=Roads(encoding="Windows-1256").encoding)
    assert network.name[0] == name
    assert not network.provenance.remarks
    with pytest.raises((InputError, ValueError), match="there is no encoding 'klingon'"):
        Roads(encoding="klingon")
    gpd.GeoDataFrame({"name": ["????"]}, geometry=lines, crs=4326).to_file(path, encoding="UTF-8")
    assert "question marks" in "".join(read_network(path).provenance.remarks)


def test_a_line_that_stands_there_twice_is_one_road(tmp_path: Path) -> None:
    line, other = LineString([(37, 36), (37.1, 36.1)]), LineString([(37.1, 36.1), (37.2, 36)])
    frame = gpd.GeoDataFrame(
        {"osm_id": [1, 2, 1, 2], "name": ["A", "B", "A2", "B"]},
        geometry=[line, other, line, other.reverse()],
        crs=4326,
    )
    assert from_lines(frame).n_segments == 2
    assert from_lines(frame.drop(columns="osm_id")).n_segments == 3  # names differ on one
    carriageways = frame.iloc[[0, 0]].assign(oneway=["yes", "-1"])
    assert from_lines(carriageways).n_segments == 2
    path = tmp_path / "overlap.gpkg"
    for layer in ("north", "south"):
        frame.iloc[:2].to_file(path, layer=layer)
    assert read_network(path).n_segments == 2
