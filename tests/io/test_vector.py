"""Files of a GIS are opened as what their names say, and never as a text that names other files."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
import shapely

from engine.control.areas import area_of
from engine.errors import InputError, NetworkError, ScenarioError
from engine.io.text import AREA_ENDINGS, beside
from engine.io.vector import FORMATS, POLYGONS, read_layers
from engine.io.vector import read_wgs84_layers as read_reports
from engine.network import read_network
from engine.scenario.fields import Origin
from engine.scenario.model import Site

if TYPE_CHECKING:
    from pathlib import Path

BOX = shapely.box(37.0, 36.0, 37.1, 36.1)
DRIVERS = {".fgb": "FlatGeobuf", ".kml": "KML"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.boundary(BOX)], crs="epsg:4326")
    frame.to_file(tmp_path / "secret.gpkg", layer="segments")
    return tmp_path / "secret.gpkg"


def pointer(secret: Path, path: Path) -> Path:
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="segments">'
        f"<SrcDataSource>{secret}</SrcDataSource><SrcLayer>segments</SrcLayer>"
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    return path


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_text_that_names_another_file_is_refused(secret: Path, suffix: str) -> None:
    path = pointer(secret, secret.with_name(f"a{suffix}"))
    assert len(gpd.read_file(path)) == 1, "GDAL would follow it"
    with pytest.raises(ValueError, match="whatever its name says"):
        read_layers(path, POLYGONS)
    with pytest.raises(InputError, match="whatever its name says"):
        read_reports(path)
    site = Site(id="a", area=str(path))
    with pytest.raises(ScenarioError, match="whatever its name says"):
        area_of(site)
    if suffix in {".gpkg", ".geojson", ".shp"}:
        with pytest.raises(NetworkError, match="whatever its name says"):
            read_network(path)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("upper", [False, True])
def test_every_format_is_read(tmp_path: Path, suffix: str, *, upper: bool) -> None:
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[BOX], crs="epsg:4326")
    written = tmp_path / f"a{'.geojson' if suffix == '.json' else suffix}"
    frame.to_file(written, driver=DRIVERS.get(suffix))
    path = tmp_path / f"a{suffix.upper() if upper and suffix != '.shp' else suffix}"
    written.rename(path)
    assert read_layers(path, POLYGONS).geometry.iloc[0].equals(BOX)


def test_a_byte_order_mark_and_white_space_come_before_json(tmp_path: Path) -> None:
    text = gpd.GeoSeries([BOX], crs="epsg:4326").to_json()
    (tmp_path / "a.geojson").write_bytes(b"\xef\xbb\xbf\n  " + text.encode())
    assert len(read_layers(tmp_path / "a.geojson", POLYGONS)) == 1


def test_another_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.vrt").write_text("{}")
    with pytest.raises(ValueError, match="no file of a GIS"):
        read_layers(tmp_path / "a.vrt", POLYGONS)


def drawn(path: Path, *shapes: shapely.Geometry, layer: str | None = None) -> Path:
    gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=list(shapes), crs="epsg:4326").to_file(
        path, layer=layer
    )
    return path


def area_from(path: Path) -> shapely.Geometry:
    site = Site.model_validate({"id": "zone", "area": path.name})
    return area_of(site.read_at(Origin(str(path.with_name("s.toml")), 1)))


BOW_TIE = shapely.Polygon([(37, 36), (37.1, 36.1), (37.1, 36), (37, 36.1)])


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".fgb"])
def test_crooked_polygons_are_mended_beside_others(tmp_path: Path, suffix: str) -> None:
    area = area_from(drawn(tmp_path / f"zone{suffix}", BOW_TIE, shapely.box(37.05, 36, 37.2, 36.1)))
    assert area.is_valid
    assert area.area == pytest.approx(0.0175, rel=1e-3)


def test_polygons_are_found_in_collections_in_three_dimensions_and_beside_empty_ones(
    tmp_path: Path,
) -> None:
    tall = shapely.force_3d(shapely.box(38, 36, 38.1, 36.1), 9.0)
    inner = shapely.GeometryCollection([BOX, shapely.LineString([(0, 0), (1, 1)])])
    nested = shapely.GeometryCollection([inner, shapely.Point(0, 0)])
    area = area_from(drawn(tmp_path / "zone.geojson", nested, tall, shapely.Polygon()))
    assert area.equals(shapely.union(BOX, shapely.box(38, 36, 38.1, 36.1)))
    assert not area.has_z


def test_an_area_takes_every_layer_of_polygons(tmp_path: Path) -> None:
    path = drawn(tmp_path / "zone.gpkg", BOX, layer="one")
    drawn(path, shapely.box(38, 36, 38.1, 36.1), layer="two")
    drawn(path, shapely.LineString([(37, 36), (38, 36)]), layer="roads")
    assert area_from(path).area == pytest.approx(0.02)
    named = path.with_name("zone.gpkg#two")
    assert area_from(named).bounds[0] == 38
    assert [layer.name for layer in read_reports(named)] == ["two"]
    assert len(read_reports(path)) == 3
    for read in (area_from, read_reports):
        with pytest.raises(ScenarioError, match="there is no layer 'tow'; did you mean 'two'"):
            read(path.with_name("zone.gpkg#tow"))
    beside("zone.gpkg#two", path, path.parent, AREA_ENDINGS)
    with pytest.raises(ScenarioError, match="is not the name of such a file"):
        beside("zone.txt#two.gpkg", path, path.parent, AREA_ENDINGS)


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        ([(4122160, 4297869), (4124387, 4297869), (4124387, 4303373)], "are not degrees"),
        ([(36, 137), (36, 138), (37, 138)], "latitude and longitude may be swapped"),
        ([(37, 36), (37.1, 36), (37.05, 36)], "encloses nothing"),
    ],
)
@pytest.mark.parametrize("in_file", [True, False])
def test_an_area_that_cannot_be_meant_is_refused(
    tmp_path: Path, corners: list[tuple[float, float]], said: str, *, in_file: bool
) -> None:
    if in_file:
        path = tmp_path / "zone.geojson"
        polygon = shapely.Polygon(corners)
        feature = {
            "type": "Feature",
            "properties": {},
            "geometry": shapely.geometry.mapping(polygon),
        }
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        with pytest.raises(ScenarioError, match=said):
            area_from(path)
    else:
        with pytest.raises((ScenarioError, ValueError), match=f"{said}|not on the globe|90"):
            area_of(Site.model_validate({"id": "zone", "area": corners}))


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".fgb", ".kml"])
@pytest.mark.parametrize("several", [False, True])
def test_layers_in_three_dimensions_are_layers_of_polygons(
    tmp_path: Path, suffix: str, *, several: bool
) -> None:
    tall = shapely.force_3d(BOX, 400.0)
    shape = shapely.MultiPolygon([tall]) if several else tall
    frame = gpd.GeoDataFrame({"n": ["a"]}, geometry=[shape], crs=4326)
    path = tmp_path / f"zone{suffix}"
    frame.to_file(path, driver=DRIVERS.get(suffix))
    area = area_from(path)
    assert area.equals(BOX)
    assert not area.has_z


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp"])
def test_lines_with_heights_are_roads(tmp_path: Path, suffix: str) -> None:
    line = shapely.force_3d(shapely.LineString([(37, 36), (37.1, 36)]), 400.0)
    path = tmp_path / f"roads{suffix}"
    gpd.GeoDataFrame({"highway": ["road"]}, geometry=[line], crs=4326).to_file(path)
    assert read_network(path).n_segments == 1


def test_measures_and_repeated_ids_of_rows_are_no_news(tmp_path: Path) -> None:
    path = tmp_path / "m.geojson"
    rows = [
        {"type": "Feature", "id": 7, "properties": {}, "geometry": shapely.geometry.mapping(BOX)}
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": 2 * rows}))
    assert len(read_layers(path, POLYGONS)) == 2
    source = tmp_path / "flat.gpkg"
    drawn(source, BOX)
    pyogrio.write_dataframe(
        pyogrio.read_dataframe(source), tmp_path / "m.gpkg", geometry_type="Polygon"
    )
    with sqlite3.connect(tmp_path / "m.gpkg") as table:
        table.execute("update gpkg_geometry_columns set m = 1")
    table.close()
    assert area_from(tmp_path / "m.gpkg").equals(BOX)


def test_a_file_without_polygons_says_so(tmp_path: Path) -> None:
    path = tmp_path / "points.kml"
    gpd.GeoDataFrame({"n": ["a"]}, geometry=[shapely.Point(37, 36)], crs=4326).to_file(
        path, driver="KML"
    )
    with pytest.raises(ScenarioError, match="there is no polygon in"):
        area_from(path)
    drawn(tmp_path / "empty.gpkg", shapely.Polygon())
    with pytest.raises(ScenarioError, match="the file has no geometry"):
        read_reports(tmp_path / "empty.gpkg")


def test_what_gdal_quotes_of_a_file_is_written_out(tmp_path: Path) -> None:
    broken = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":'
        '{"type":"MultiPolygon","coordinates":["\u202eoverride"]}},{"type":"Feature","properties":{},'
        '"geometry":{"type":"Point","coordinates":[1,2]}}]}'
    )
    (tmp_path / "broken.geojson").write_text(broken, encoding="utf-8")
    with pytest.warns(RuntimeWarning) as told:
        read_reports(tmp_path / "broken.geojson")
    text = " ".join(str(one.message) for one in told)
    assert "\\u202eoverride" in text
    assert "\u202e" not in text
