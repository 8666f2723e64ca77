"""Polygons of control: one file or one for each day, in every format."""

import datetime as dt
import json

import geopandas
import pandas as pd
import pytest
import shapely

from engine import load_scenario
from engine.errors import ScenarioError
from engine.importers.control_polygons import missing_days, read_control_polygons
from tests.importers.conftest import (
    DEC,
    FIXTURES,
    by_row,
    spans,
)


def test_control_polygons(take_in, scenario):
    imported = take_in("control-polygons", "control.geojson")
    rows = by_row(imported)
    told = [(e.kind, e.actor, spans(e)[0], spans(e)[3]) for e in imported.result.events]
    assert told == [
        ("described", "opposition", DEC + "14", DEC + "15"),
        ("described", "government", DEC + "14", DEC + "15"),
        ("described", "government", DEC + "15", DEC + "16"),
        ("described", "opposition", DEC + "15", DEC + "16"),
        ("described", "government", DEC + "18", DEC + "19"),
    ]
    assert "overlaps and overrules State" in rows[4][1]
    assert "not a date" in rows[6][1]
    areas = load_scenario(scenario).sites
    assert sum(site.area is not None for site in areas) == 5
    assert imported.result.gaps == [dt.date(2014, 12, 16), dt.date(2014, 12, 17)]
    read = read_control_polygons(FIXTURES / "control.geojson")
    assert missing_days(read.reports) == [dt.date(2014, 12, 16), dt.date(2014, 12, 17)]


def test_one_file_of_polygons_for_each_day(take_in, tmp_path):
    import geopandas

    frame = geopandas.read_file(FIXTURES / "control.geojson").iloc[:1]
    folder = tmp_path / "days"
    folder.mkdir()
    for day in ("2014-12-20", "2014-12-22"):
        plain = frame.drop(columns=["date", "holder"]).to_crs(32637)
        plain.to_file(folder / f"occupied_{day}.gpkg")
    actors = tmp_path / "sides.csv"
    actors.write_text("reported,actor\noccupied,government\n")
    imported = take_in("control-polygons", folder, actors=actors)
    told = [(event.actor, str(event.date), str(event.until)) for event in imported.result.events]
    assert told == [
        ("government", DEC + "20", DEC + "21"),
        ("government", DEC + "22", DEC + "23"),
    ]
    west, south, *_ = imported.result.areas[imported.result.events[0].site].bounds
    assert (round(west, 3), round(south, 3)) == (37.077, 36.268)


def polygons(days, **columns):
    box = shapely.box(37.05, 36.25, 37.15, 36.30)
    return geopandas.GeoDataFrame(
        {"date": days, "holder": ["State"] * len(days), **columns},
        geometry=[box] * len(days),
        crs=4326,
    )


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "fgb"])
@pytest.mark.parametrize(
    "days",
    [["2014-12-10", "2014-12-11"], [20141210, 20141211], [20141210, None],
     list(pd.to_datetime(["2014-12-10", "2014-12-11"])), ["10/12/2014", "13/12/2014"]],
    ids=["text", "numbers", "a gap", "dates", "day first"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Field date created as:RuntimeWarning")
def test_days_of_polygons_in_every_format(take_in, tmp_path, ending, days):
    path = tmp_path / f"control.{ending}"
    polygons(days).to_file(path)
    imported = take_in("control-polygons", path)
    taken = [day for day in days if day is not None]
    assert str(imported.result.events[0].date) == "2014-12-10"
    assert len(imported.result.events) == len(taken)


def test_times_with_an_offset_keep_their_day(take_in, tmp_path):
    path = tmp_path / "control.geojson"
    polygons(["2014-12-10T00:30:00+02:00", "2014-07-10T00:30:00+03:00"]).to_file(path)
    days = [str(event.date) for event in take_in("control-polygons", path).result.events]
    assert days == ["2014-12-10", "2014-07-10"]


def test_every_layer_of_a_file_is_read(take_in, tmp_path):
    path = tmp_path / "control.gpkg"
    for day in ("2014-12-10", "2014-12-11"):
        polygons([day]).drop(columns="date").to_file(path, layer=f"control_{day}")
    days = [str(event.date) for event in take_in("control-polygons", path).result.events]
    assert days == ["2014-12-10", "2014-12-11"]


def test_polygons_are_mended_or_refused_by_row(take_in, tmp_path):
    bow = shapely.Polygon([(37.0, 36.2), (37.2, 36.4), (37.2, 36.2), (37.0, 36.4)])
    deep = shapely.force_3d(shapely.box(37.0, 36.2, 37.1, 36.3))
    both = shapely.GeometryCollection(
        [shapely.Point(37, 36.2), shapely.box(37.0, 36.2, 37.1, 36.31)]
    )
    shapes = [bow, deep, both, shapely.Point(37, 36.2), shapely.Polygon(), None,
              shapely.box(36.2, 37.0, 36.4, 37.2)]  # fmt: skip
    features = [
        {"type": "Feature", "properties": {"date": "2014-12-10", "holder": who},
         "geometry": json.loads(shapely.to_geojson(shape)) if shape is not None else None}
        for who, shape in zip(["State", *["Rebels"] * 6], shapes, strict=True)
    ]  # fmt: skip
    path = tmp_path / "in.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    rows = take_in("control-polygons", path).result.rows
    assert [bool(row.event) for row in rows] == [True, True, True, False, False, False, False]
    assert rows[0].why == "it crossed itself, and was repaired"
    assert [row.why for row in rows[3:6]] == ["it is not a polygon"] * 3
    assert "latitude and longitude may be exchanged" in rows[6].why


def test_polygons_that_are_said_twice_or_lie_elsewhere(take_in, tmp_path):
    frame = polygons(["2014-12-10"] * 3)
    far = frame.iloc[:1].set_geometry(frame.geometry.iloc[:1].translate(10, 10))
    pd.concat([frame, far]).to_file(tmp_path / "in.gpkg")
    rows = take_in("control-polygons", tmp_path / "in.gpkg").result.rows
    assert [row.why for row in rows[:3]] == ["", *["it is the same report as that of row 1"] * 2]
    assert rows[3].event
    assert "lies off the network: no road is in it" in rows[3].why
    (tmp_path / "other.gml").write_text("<gml/>")
    with pytest.raises(ScenarioError, match=r"files that end in '.gml' are not read"):
        take_in("control-polygons", tmp_path / "other.gml")
