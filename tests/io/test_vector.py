"""Files of a GIS are opened as what their names say, and never as a text that names other files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from engine.control.areas import area_of
from engine.errors import InputError, NetworkError, ScenarioError
from engine.io.vector import FORMATS, POLYGONS, read_layers
from engine.io.vector import read_wgs84_layers as read_reports
from engine.network import read_network
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
