"""Layers: complete, dated, styled, in WGS 84, with what is said of them inside."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from engine.errors import InputError
from engine.report.geopackage import write_geopackage, write_geoparquet, write_layer_as_geojson
from engine.report.layers import layers_of, routes_layer, segments_layer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine import Analysis

LAYERS = ("routes", "segments", "sites", "places", "events")


@pytest.fixture(scope="module")
def package(seed: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_geopackage(seed, tmp_path_factory.mktemp("layers") / "layers.gpkg")


def test_every_layer_is_there_with_its_rows(seed: Analysis, package: Path) -> None:
    for name, frame in layers_of(seed).items():
        layer = geopandas.read_file(package, layer=name)
        assert len(layer) == len(frame) > 0
        assert layer.crs.to_epsg() == 4326
        assert not layer.geometry.isna().any()


@pytest.mark.parametrize("name", ["routes", "segments", "events"])
def test_days_are_dates_in_the_file(package: Path, name: str) -> None:
    info = pyogrio.read_info(package, layer=name)
    kinds = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert kinds["start"] == kinds["end"] == "OFTDate"


def test_each_piece_has_a_state_on_every_day_of_the_run(seed: Analysis) -> None:
    layer = segments_layer(seed)
    for _, spells in layer.groupby(layer.geometry.to_wkb()):
        assert spells["start"].iloc[0] == pd.Timestamp("2014-12-01")
        assert spells["end"].iloc[-1] == pd.Timestamp("2015-01-01")
        assert (spells["end"].to_numpy()[:-1] == spells["start"].to_numpy()[1:]).all()


def test_the_layer_says_what_the_analysis_says(seed: Analysis) -> None:
    layer, day = segments_layer(seed), pd.Timestamp("2014-12-20")
    now = layer[(layer["start"] <= day) & (layer["end"] > day)]
    control = seed.control("2014-12-20")
    assert now["holder"].tolist() == control["holder"].tolist()
    assert now["condition"].tolist() == control["condition"].tolist()
    routes = routes_layer(seed)
    castello = routes[
        (routes["id"] == "castello") & (routes["start"] <= day) & (routes["end"] > day)
    ]
    assert castello["status"].tolist() == ["at risk"]
    assert len(castello.geometry.iloc[0].geoms) == len(seed.path("castello", "2014-12-20")[0]) > 0


def test_styles_are_inside_and_play_in_time(package: Path) -> None:
    with closing(sqlite3.connect(package)) as file:
        styles = dict(
            file.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault")
        )
        listed = {name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")}
    assert set(styles) == set(LAYERS)
    assert {*LAYERS, "about", "layer_styles"} == listed
    for name, style in styles.items():
        tree = ET.fromstring(style.split("\n", 1)[1])
        time = tree.find("temporal")
        if name in {"sites", "places"}:
            assert time is None
        else:
            assert time is not None
            assert (time.get("mode"), time.get("startField"), time.get("endField")) == (
                "2",
                "start",
                "end",
            )
            assert time.get("limitMode") == "0"  # half-open


def test_the_package_says_whose_data_it_is(package: Path) -> None:
    about = geopandas.read_file(package, layer="about")["about"].tolist()
    assert any("Schematic network" in sentence for sentence in about)
    assert any("not OpenStreetMap data" in sentence for sentence in about)


def test_geoparquet_is_the_same_layer(seed: Analysis, tmp_path: Path) -> None:
    path = write_geoparquet(seed, tmp_path / "roads.parquet")
    layer = geopandas.read_parquet(path)
    assert layer.crs.to_epsg() == 4326
    assert len(layer) == len(segments_layer(seed))
    about = json.loads(pq.read_schema(path).metadata[b"supplyline"])
    assert about["schematic"] is True
    assert about["credit"] == seed.network.provenance.credit


@pytest.mark.parametrize(
    ("write", "ending"),
    [
        (write_geopackage, ".gpkg"),
        (write_geoparquet, ".parquet"),
        (write_layer_as_geojson, ".json"),
    ],
)
def test_same_input_gives_same_bytes(
    seed: Analysis, tmp_path: Path, write: Callable[[Analysis, Path], Path], ending: str
) -> None:
    one, other = (write(seed, tmp_path / f"{name}{ending}") for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_no_clock_goes_while_layers_are_written(
    seed: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two changes in one millisecond count as one, and the count stands in the file."""
    write, times = pyogrio.write_arrow, []

    def watched(*given: Any, **named: Any) -> None:
        write(*given, **named)
        with closing(sqlite3.connect(given[1])) as file:
            times.extend(file.execute("SELECT last_change FROM gpkg_contents").fetchall())

    monkeypatch.setattr(pyogrio, "write_arrow", watched)
    write_geopackage(seed, tmp_path / "one.gpkg")
    assert set(times) == {("2000-01-01T00:00:00.000Z",)}
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_hostile_names_stay_text(hostile: Analysis, tmp_path: Path) -> None:
    path = write_geopackage(hostile, tmp_path / "hostile.gpkg")
    assert (
        hostile.scenario.events[0].source
        in geopandas.read_file(path, layer="events")["source"].tolist()
    )
    assert geopandas.read_file(path, layer="routes")["label"].iloc[0] == hostile.scenario.title


def test_a_folder_in_the_way_is_said(seed: Analysis, tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_geopackage(seed, tmp_path / "x.gpkg")
    assert list((tmp_path / "x.gpkg").iterdir()) == []
