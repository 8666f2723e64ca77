"""Closures of Flee, and access constraints of the Logistics Cluster."""

import datetime as dt
import json

import geopandas
import openpyxl
import pandas as pd
import pytest
import shapely

from engine.importers.reports import Options
from tests.importers.conftest import (
    DEC,
    FIXTURES,
    by_row,
    like_r,
    semicolons,
    sheet,
    spans,
)


def test_flee_closures(take_in):
    imported = take_in("flee", "closures.csv")
    rows = by_row(imported)
    assert [(e.kind, e.site, spans(e)[0], spans(e)[3]) for e in imported.result.events] == [
        ("closed", "mallah", DEC + "14", DEC + "21"),
        ("closed", "flee-closures-hayyan-bayanoun", DEC + "06", DEC + "11"),
        ("closed", "azaz", DEC + "25", ""),
    ]
    assert imported.result.sites[0].between == ("hayyan", "bayanoun")
    for row, why in (
        (4, "'Nowhere Town'"), (5, "border of a country"), (6, "camp"), (8, "not whole numbers"),
    ):  # fmt: skip
        assert rows[row][0] is None
        assert why in rows[row][1]


def test_access_constraints(take_in):
    imported = take_in("access-constraints", "access-constraints.geojson")
    rows = by_row(imported)
    closed, restricted = imported.result.events
    ways = {site.id: site.ways for site in imported.result.sites}
    assert (closed.kind, str(closed.date), ways[closed.site]) == ("closed", DEC + "20", (-2, -11))
    assert (restricted.kind, ways[restricted.site]) == ("reopened", (-3,))
    assert "light vehicles only" in restricted.note
    for row, why in (
        (4, "no day is given"), (5, "'Unknown' says neither"), (6, "not in the network"),
        (7, "not the number of an OSM way"),
    ):  # fmt: skip
        assert rows[row][0] is None
        assert why in rows[row][1]
    dated = take_in(
        "access-constraints", "access-constraints.geojson", again=True,
        options=Options(first_day=dt.date(2014, 12, 23)),
    )  # fmt: skip
    assert [(str(e.date), e.kind) for e in dated.result.events][2] == (DEC + "23", "reopened")


def test_a_closure_that_ends_on_its_first_day_is_open(take_in, tmp_path):
    text = "#closure_type,name1,name2,closure_start,closure_end\n"
    path = tmp_path / "closures.csv"
    path.write_text(text + "location,azaz,,5,5\nlocation,mare,,5.0,7.0\nlocation,hayyan,,5,0\n")
    imported = take_in("flee", path)
    told = [
        (event.site, str(event.date), event.until and str(event.until))
        for event in imported.result.events
    ]
    assert told == [("mare", "2014-12-06", "2014-12-08"), ("hayyan", "2014-12-06", None)]
    assert "stays open" in imported.result.rows[0].why


FLEE = pd.DataFrame(
    [("location", "Azaz", "", 5, 9), ("links", "Azaz", "Mare", 6, 8), ("links", "Azaz", "azaz", 1, 2),
     ("country", "Here", "There", 0, 9)],
    columns=["#closure_type", "name1", "name2", "closure_start", "closure_end"],
)  # fmt: skip
FORMS = {
    "plain": lambda path: FLEE.to_csv(path, index=False),
    "row names": FLEE.to_csv,
    "row names as R writes": lambda path: like_r(FLEE.copy(), path),
    "other order": lambda path: FLEE[FLEE.columns[::-1]].to_csv(path, index=False),
    "no header": lambda path: FLEE.to_csv(path, index=False, header=False),
    "semicolons": lambda path: semicolons(FLEE, path),
    "no mark": lambda path: FLEE.rename(columns=lambda name: name.strip("#").upper()).to_csv(
        path, index=False
    ),
    "gap": lambda path: FLEE.astype({"closure_start": float}).to_csv(path, index=False),
    "UTF-16": lambda path: FLEE.to_csv(path, index=False, sep="\t", encoding="utf-16"),
    "comments": lambda path: path.write_text("#made up\n" + FLEE.to_csv(index=False)),
    "workbook": lambda path: FLEE.to_excel(path, index=False),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_closures_as_other_programs_write_them(take_in, tmp_path, form):
    path = tmp_path / ("closures.xlsx" if form == "workbook" else "closures.csv")
    FORMS[form](path)
    imported = take_in("flee", path)
    spans = [(event.site, str(event.date), str(event.until)) for event in imported.result.events]
    assert spans == [("azaz", "2014-12-06", "2014-12-10"),
                     ("flee-closures-azaz-mare", "2014-12-07", "2014-12-09")]  # fmt: skip
    assert "both ends are 'azaz'" in imported.result.rows[2].why


@pytest.mark.parametrize("form", ["{}", "{}.0", "way/{}", "w{}", "{:.1E}"])
def test_ids_of_ways_as_other_programs_write_them(take_in, tmp_path, form):
    way = -2 if "E" not in form else 1_200_000_000
    path = sheet(tmp_path / "roads.csv", [("osm_id", "status", "date"),
                                          (form.format(way), "Closed", "20/12/2014")])  # fmt: skip
    (row,) = take_in("access-constraints", path).result.rows
    assert bool(row.event) == ("E" not in form)
    assert row.event or "digits a spreadsheet has cut" in row.why


@pytest.fixture
def in_arabic(tmp_path):
    """Return shapefiles of polygons and of roads whose texts are in windows-1256, which no file says."""
    name = "المعارضة"
    square, line = shapely.box(37.0, 36.3, 37.1, 36.4), shapely.LineString([(37, 36), (37.1, 36)])
    for stem, columns, shape in (
        ("control", {"date": "2014-12-20", "actor": name}, square),
        ("access", {"osm_id": "7", "status": "closed", "notes": name}, line),
    ):
        frame = geopandas.GeoDataFrame(
            {key: [value] for key, value in columns.items()}, geometry=[shape], crs=4326
        )
        frame.to_file(tmp_path / f"{stem}.shp", encoding="windows-1256")
        (tmp_path / f"{stem}.cpg").unlink()
    return tmp_path


@pytest.mark.parametrize("source", ["control-polygons", "access-constraints"])
def test_the_encoding_of_a_shapefile_is_asked_for_or_said(take_in, in_arabic, source):
    path = in_arabic / ("control.shp" if source == "control-polygons" else "access.shp")
    day = dt.date(2014, 12, 20)
    told = take_in(source, path, options=Options(first_day=day))
    assert "does not say the encoding" in " ".join(told.result.remarks)
    told = take_in(
        source, path, options=Options(first_day=day, encoding="windows-1256"), again=True
    )
    assert told.result.remarks == []
    assert "المعارضة" in told.result.rows[0].text


@pytest.mark.filterwarnings("ignore:Field LastUpdate created as:RuntimeWarning")
@pytest.mark.parametrize("ending", ["csv", "xlsx", "gpkg", "geojson", "shp"])
def test_access_constraints_in_every_format(take_in, tmp_path, ending):
    frame = geopandas.read_file(FIXTURES / "access-constraints.geojson").iloc[:3]
    frame = frame.rename(
        columns={"status": "Status", "osm_id": "OSM_ID", "last_update": "LastUpdate"}
    )
    frame["OSM_ID"] = frame["OSM_ID"].astype(float)
    path = tmp_path / f"roads.{ending}"
    if ending == "csv":
        frame.drop(columns="geometry").to_csv(path, index=False)
    elif ending == "xlsx":
        pd.DataFrame(frame.drop(columns="geometry")).to_excel(path, index=False)
    else:
        frame.to_file(path)
    events = take_in(
        "access-constraints", path, options=Options(first_day=dt.date(2014, 12, 1))
    ).result.events
    assert (events[0].kind, str(events[0].date)) == ("closed", "2014-12-20")


def test_closures_in_a_workbook_and_with_decimals(take_in, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(("Read me first",))
    table = book.create_sheet("closures")
    table.append(("closure_type", "name1", "name2", "closure_start", "closure_end"))
    table.append(("location", "mallah", "", 5, 9))
    table.row_dimensions[2].hidden = True
    book.save(tmp_path / "a.xlsx")
    imported = take_in("flee", tmp_path / "a.xlsx")
    assert imported.result.remarks == ["hidden rows were read like any other: 2"]
    (tmp_path / "b.csv").write_text("location;azaz;;5,0;9,0\n")
    again = take_in("flee", tmp_path / "b.csv").result.events
    days = [(event.date, event.until) for event in imported.result.events]
    assert (
        [(event.date, event.until) for event in again]
        == days
        == [(dt.date(2014, 12, 6), dt.date(2014, 12, 10))]
    )


def test_several_values_in_one_property_are_a_text(take_in, tmp_path):
    layer = json.loads((FIXTURES / "access-constraints.geojson").read_text(encoding="utf-8"))
    before = len(take_in("access-constraints", "access-constraints.geojson").result.events)
    for feature in layer["features"]:
        feature["properties"]["notes"] = ["one", "two"]
    (tmp_path / "lists.geojson").write_text(json.dumps(layer))
    events = take_in("access-constraints", tmp_path / "lists.geojson", again=True).result.events
    assert len(events) == before
    assert any("one" in event.note and "two" in event.note for event in events)
