"""Files as other programs write them: each goes in, or is refused for the true reason."""

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import geopandas
import openpyxl
import pandas as pd
import pytest
import shapely

from engine import load_scenario
from engine.errors import ScenarioError
from engine.importers.editing import add_events, event_of
from engine.importers.importing import import_reports
from engine.importers.reports import Options

FIXTURES = Path(__file__).parent / "fixtures"
ACLED = pd.read_csv(FIXTURES / "acled.csv")
GED = pd.read_csv(FIXTURES / "ucdp-ged.csv")
TAKEN = {
    "EXA1": "mallah", "EXA2": "handarat-camp", "EXA3": "mallah", "EXA4": "azaz", "EXA5": "azaz",
    "EXA8": "mare",
}  # fmt: skip


@pytest.fixture
def take_in(scenario, aleppo):
    def run(source, path, **keys):
        keys.setdefault("actors", scenario.parent / "actors.csv")
        return import_reports(source, path, scenario, network=aleppo, **keys)

    return run


def sites(imported):
    return {event.id: event.site for event in imported.result.events}


def like_r(frame, path):
    """Write as R's write.csv does: quoted text, NA, a first column of row names."""
    frame.index = [str(n) for n in range(1, len(frame) + 1)]
    frame.to_csv(path, na_rep="NA", quoting=csv.QUOTE_NONNUMERIC)


def with_gaps(frame, path):
    """Write as pandas does after a gap in the columns of codes: whole numbers as 1.0."""
    gap = pd.concat([frame, pd.DataFrame([{}])], ignore_index=True)
    gap.to_csv(path, index=False)
    text = path.read_text().rstrip("\n").rsplit("\n", 1)[0]
    assert ",1.0," in text
    path.write_text(text + "\n")


def in_capitals(frame, path):
    frame.rename(columns=str.upper).to_csv(path, index=False)


def with_tags(frame, path):
    """Write as the Humanitarian Data Exchange does: a row of HXL tags below the header."""
    tags = pd.DataFrame([{name: f"#{name.split('_')[0]}+x" for name in frame.columns}])
    pd.concat([tags, frame.astype(object)]).to_csv(path, index=False)


def with_title(frame, path):
    """Write a workbook with a merged title and an empty row above the header."""
    frame.to_excel(path, index=False, startrow=2)
    book = openpyxl.load_workbook(path)
    book.active["A1"] = "Events"
    book.active.merge_cells("A1:F1")
    book.save(path)


def semicolons(frame, path):
    """Write as Excel does where the decimal mark is a comma."""
    frame.to_csv(
        path, index=False, sep=";", decimal=",", encoding="utf-8-sig", lineterminator="\r\n"
    )


def as_strings(frame, path):
    frame.astype(str).to_excel(path, index=False)


def shuffled(frame, path):
    """Write the columns in another order, some that nobody needs left out."""
    frame[sorted(frame.columns.drop("iso", errors="ignore"))].to_csv(path, index=False)


def tabs(frame, path):
    frame.to_csv(path, index=False, sep="\t")


WAYS = {
    "r": (like_r, "csv"), "gaps": (with_gaps, "csv"), "capitals": (in_capitals, "csv"),
    "tags": (with_tags, "csv"), "title": (with_title, "xlsx"), "excel": (semicolons, "csv"),
    "text": (as_strings, "xlsx"), "shuffled": (shuffled, "csv"), "tabs": (tabs, "csv"),
    "workbook": (lambda frame, path: frame.to_excel(path, index=False), "xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_acled_as_other_programs_write_it(take_in, tmp_path, way):
    write, ending = WAYS[way]
    path = tmp_path / f"export.{ending}"
    write(ACLED.copy(), path)
    assert sites(take_in("acled", path)) == TAKEN


@pytest.mark.parametrize("way", WAYS)
def test_ged_as_other_programs_write_it(take_in, tmp_path, way):
    write, ending = WAYS[way]
    path = tmp_path / f"export.{ending}"
    write(GED.copy(), path)
    plain = {"handarat-camp", "mare", "ratyan", "azaz"}
    assert set(sites(take_in("ucdp-ged", path)).values()) == plain


def test_acled_of_before_2019_names_no_sub_types(take_in, tmp_path):
    old = ACLED.drop(columns=["sub_event_type", "disorder_type"]).rename(columns=str.upper)
    of = {"Government regains territory": "Battle-Government regains territory",
          "Armed clash": "Battle-No change of territory",
          "Non-state actor overtakes territory": "Battle-Non-state actor overtakes territory",
          "Non-violent transfer of territory": "Non-violent transfer of territory"}  # fmt: skip
    old["EVENT_TYPE"] = [
        of.get(sub, "Remote violence" if kind.startswith("Expl") else kind)
        for kind, sub in zip(ACLED["event_type"], ACLED["sub_event_type"], strict=True)
    ]
    codes = {"State forces": 1, "Rebel group": 2, "Civilians": 7, "Protesters": 6}
    for number in "12":
        old[f"INTER{number}"] = [codes.get(side, 0) for side in ACLED[f"inter{number}"]]
    path = tmp_path / "old.csv"
    old.rename(columns={"TIME_PRECISION": "TIME_PRECI", "GEO_PRECISION": "GEO_PRECIS"}).to_csv(
        path, index=False
    )
    imported = take_in("acled", path)
    assert sites(imported) == TAKEN
    assert imported.result.remarks[0] == "the file has no sub_event_type"


def test_a_code_that_names_no_side_is_said_and_nobody_is_guessed(take_in, tmp_path):
    frame = ACLED.iloc[:1].assign(inter1="Unknown", inter2="0")
    frame.to_csv(tmp_path / "a.csv", index=False)
    imported = take_in("acled", tmp_path / "a.csv")
    assert imported.result.events == []
    assert (
        "does not say by whom: inter1 and inter2 name no such side" in imported.result.rows[0].why
    )


def test_rows_without_an_id_get_one_and_the_same_report_is_one(take_in, tmp_path):
    frame = pd.concat([ACLED.iloc[[0, 2, 0]]]).assign(event_id_cnty="")
    frame.to_csv(tmp_path / "a.csv", index=False)
    imported = take_in("acled", tmp_path / "a.csv")
    assert [row.event for row in imported.result.rows] == ["acled-a-2", "acled-a-3", ""]
    assert "the same report as 'acled-a-2'" in imported.result.rows[2].why


def test_a_later_edition_of_an_event_is_told_to_differ(take_in, tmp_path):
    ACLED.iloc[:1].to_csv(tmp_path / "a.csv", index=False)
    ACLED.iloc[:1].assign(event_date="15 December 2014").to_csv(tmp_path / "b.csv", index=False)
    take_in("acled", tmp_path / "a.csv")
    (row,) = take_in("acled", tmp_path / "b.csv").result.rows
    assert row.why == "an event 'EXA1' is already there, and differs in date"


# Plain sheets.

SHEET = [
    ("No", "Date", "Place", "Event", "Actor", "Confidence"),
    (1, "14/12/2014", "al-Mallah", "Captured", "State", "60%"),
    (2, "05/12/2014", "Azaz", "clashes", "Rebels", "0,5"),
]


def sheet(path, rows=SHEET, **keys):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, **keys).writerows(rows)
    return path


def test_a_running_number_is_no_id(take_in, tmp_path):
    for week in ("one", "two"):
        day = {"one": "14/12/2014", "two": "21/12/2014"}[week]
        rows = [SHEET[0], (1, day, "mallah", "raid", "State", ""), (2, day, "azaz", "raid", "", "")]
        imported = take_in("sheet", sheet(tmp_path / f"{week}.csv", rows))
        assert [row.event for row in imported.result.rows] == [
            f"sheet-{week}-2", f"sheet-{week}-3",
        ]  # fmt: skip


def test_different_rows_under_one_id_are_all_kept(take_in, tmp_path):
    rows = [
        ("id", *SHEET[0][1:]),
        ("7", *SHEET[1][1:]),
        ("7.0", *SHEET[2][1:]),
        ("7", *SHEET[1][1:]),
    ]
    imported = take_in("sheet", sheet(tmp_path / "in.csv", rows))
    assert [row.event for row in imported.result.rows] == ["7", "sheet-in-3", ""]
    assert "the id '7' is that of another event" in imported.result.rows[1].why


def test_the_order_of_day_and_month_is_that_of_the_whole_column(take_in, tmp_path):
    rows = [
        SHEET[0],
        (1, "12/05/2014", "mallah", "raid", "", ""),
        (2, "12/25/2014", "azaz", "raid", "", ""),
    ]
    imported = take_in("sheet", sheet(tmp_path / "us.csv", rows))
    assert [str(event.date) for event in imported.result.events] == ["2014-12-05", "2014-12-25"]
    assert imported.result.remarks == ["dates: the month comes first, as in '12/25/2014'"]
    both = [*rows, (3, "25/12/2014", "mare", "raid", "", "")]
    imported = take_in("sheet", sheet(tmp_path / "both.csv", both))
    assert [bool(row.event) for row in imported.result.rows] == [False, False, True]
    assert "may be 2014-05-12 or 2014-12-05" in imported.result.rows[0].why


@pytest.mark.parametrize("date1904", [False, True])
def test_days_as_numbers_of_either_date_system(take_in, tmp_path, date1904):
    book = openpyxl.Workbook()
    if date1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    count = (dt.date(2014, 12, 20) - dt.date(1904, 1, 1)).days + (0 if date1904 else 1462)
    places = ("mallah", "azaz", "mare", "hayyan", "ratyan")
    days = (dt.datetime(2014, 12, 20), count, str(count), count + 0.75, 20141220)
    for row in (
        ("date", "place", "event"),
        *((d, p, "raid") for d, p in zip(days, places, strict=True)),
    ):
        book.active.append(row)
    book.save(tmp_path / "days.xlsx")
    imported = take_in("sheet", tmp_path / "days.xlsx")
    assert [str(event.date) for event in imported.result.events] == ["2014-12-20"] * 5


@pytest.mark.parametrize("tags", [["#date+start", "#date+end"], ["#date+occurred", "#adm1"]])
def test_hxl_tags_alone_are_a_header(take_in, tmp_path, tags):
    rows = [(*tags, "#loc+name", "#event+type", "#group+actor"),
            ("2014-12-14", "2014-12-16", "mallah", "captured", "State")]  # fmt: skip
    (event,) = take_in("sheet", sheet(tmp_path / "hxl.csv", rows)).result.events
    if "#date+end" in tags:
        assert (str(event.earliest), str(event.latest), str(event.date)) == (
            "2014-12-14", "2014-12-16", "2014-12-15",
        )  # fmt: skip
    else:
        assert (event.earliest, str(event.date)) == (None, "2014-12-14")


def test_merged_cells_above_the_header_do_not_matter(take_in, tmp_path):
    book = openpyxl.Workbook()
    for row in (("Reports",), (), ("date", "place", "event"), ("2014-12-20", "mallah", "raid")):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.save(tmp_path / "title.xlsx")
    assert len(take_in("sheet", tmp_path / "title.xlsx").result.events) == 1


def test_captures_that_name_nobody_are_asked_for_once(take_in, scenario, tmp_path):
    rows = [SHEET[0][:4], *((n, f"{n}/12/2014", "mallah", "captured") for n in (13, 14, 15))]
    path = sheet(tmp_path / "nobody.csv", rows)
    imported = take_in("sheet", path, actors=None)
    assert imported.result.unknown_parties == ["(no party named)"]
    assert imported.result.events == []
    table = scenario.parent / "sheet-nobody-actors.csv"
    table.write_text(table.read_text().replace("(no party named),", "(no party named),government"))
    again = take_in("sheet", path, actors=None, again=True)
    assert [event.actor for event in again.result.events] == ["government"] * 3
    assert len(load_scenario(scenario).events) == 3


@pytest.mark.parametrize("again", [False, True])
def test_an_import_that_took_nothing_can_be_done_again(take_in, scenario, tmp_path, again):
    path = sheet(
        tmp_path / "in.csv", [SHEET[0], (1, "2014-12-14", "mallah", "captured", "Army", "")]
    )
    assert take_in("sheet", path, actors=None).result.events == []
    assert "imported" not in scenario.read_text()
    table = scenario.parent / "sheet-in-actors.csv"
    table.write_text(table.read_text().replace("Army,", "Army,government"))
    assert len(take_in("sheet", path, actors=None, again=again).result.events) == 1
    assert len(load_scenario(scenario).events) == 1


@pytest.mark.parametrize(
    ("cell", "events"),
    [
        ("government", 1),
        ("قوات الحكومة", 1),
        ("Government", 1),
        ("nobody", 0),
        ("Nobody", 0),
        ("", 0),
    ],
)
@pytest.mark.parametrize("first", [1, 0])
@pytest.mark.parametrize("form", ["plain", "excel"])
def test_what_an_import_tells_people_to_do_works(
    take_in, scenario, tmp_path, cell, events, first, form
):
    raid = [("2014-12-13", "azaz", "raid", "")][:first]
    rows = [SHEET[0][1:5], ("2014-12-14", "mallah", "captured", "Army"), *raid]
    path = sheet(tmp_path / "in.csv", rows)
    imported = take_in("sheet", path, actors=None)
    assert (len(imported.result.events), imported.result.unknown_parties) == (first, ["Army"])
    if first:
        with pytest.raises(ScenarioError, match="--again, to replace it"):
            take_in("sheet", path, actors=None)
    table = imported.actors
    if form == "plain":
        table.write_text(table.read_text().replace("Army,", f"Army,{cell}"), encoding="utf-8")
    else:
        table.write_bytes(f"reported\tactor\r\nArmy\t{cell}\r\n".encode("utf-16"))
    for _ in range(2):
        again = take_in("sheet", path, actors=None, again=True)
        assert len(again.result.events) == len(load_scenario(scenario).events) == events + first
    assert again.result.unknown_parties == ([] if cell else ["Army"])


def test_a_table_of_actors_names_those_of_the_scenario(take_in, tmp_path):
    path = sheet(tmp_path / "in.csv", [SHEET[0][1:5], ("2014-12-14", "mallah", "captured", "Army")])
    table = take_in("sheet", path, actors=None).actors
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    table.write_text("reported,actor\nArmy,goverment\n")
    with pytest.raises(ScenarioError, match=r"line 2: the actor 'goverment' .*did you mean 'gov"):
        take_in("sheet", path, actors=None, again=True)
    table.write_bytes(before[table.name])
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_site_that_is_named_exactly_comes_before_what_is_nearer(take_in, scenario, tmp_path):
    group = '\n[[sites]]\nid = "azaz-area"\nlabel = "Azaz district"\nplaces = ["azaz", "mare"]\n'
    scenario.write_text(scenario.read_text() + group)
    head = ("date", "place", "event", "lat", "lon")
    rows = [head, ("2014-12-14", "Azaz district", "raid", 36.60, 37.05),
            ("2014-12-15", "Nobody's farm", "raid", 36.60, 37.05),
            ("2014-12-16", "mallaah", "raid", "", "")]  # fmt: skip
    imported = take_in("sheet", sheet(tmp_path / "in.csv", rows))
    assert [row.site for row in imported.result.rows] == ["azaz-area", "azaz", "mallah"]
    assert imported.result.elsewhere == 1
    assert 'it names "Nobody\'s farm"' in imported.result.rows[1].why
    assert "'mallaah' was taken for mallah" in imported.result.rows[2].why


# Closures and layers.


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


# The edit that docs/index.md teaches, as Excel saves it.


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", None])
def test_the_first_edit_of_a_newcomer(tmp_path, form):
    root = Path(__file__).resolve().parents[2]
    shutil.copytree(root / "scenarios", tmp_path / "scenarios")
    shutil.copytree(root / "data", tmp_path / "data")
    table = tmp_path / "scenarios" / "castello-2014-12.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    new = {
        "id": "mine",
        "date": "2014-12-25",
        "site": "mallah",
        "kind": "captured",
        "actor": "government",
    }
    rows.append([new.get(name, "") for name in header])
    days = [
        at
        for at, name in enumerate(header)
        if name in {"date", "earliest", "latest", "until", "reported"}
    ]
    for row in rows if form else []:
        for at in days:
            row[at] = dt.date.fromisoformat(row[at]).strftime(form) if row[at] else ""
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(
            file, delimiter=";" if form == "%d.%m.%Y" else ",", lineterminator="\r\n"
        ).writerows([header, *rows])
    before = load_scenario(root / "scenarios" / "castello-2014-12.toml").events
    after = load_scenario(tmp_path / "scenarios" / "castello-2014-12.toml").events
    assert [event.model_dump() for event in after[:-1]] == [event.model_dump() for event in before]
    assert (after[-1].site, str(after[-1].date), after[-1].actor) == (
        "mallah",
        "2014-12-25",
        "government",
    )


@pytest.mark.parametrize(
    ("table", "encoding"),
    [
        ("Date;Place;Event\r\n14/12/2014;mallah;raid\r\n", "utf-8-sig"),
        ("Date\tPlace\tEvent\tActor\tNote\r\n14/12/2014\tmallah\traid\t\t\r\n", "utf-16"),
        ("Of December, made up\n\nالتاريخ,الموقع,نوع الحدث\n14/12/2014,mallah,raid", "utf-8"),
        ("sep=;\nnote;date;site;kind\n;14/12/2014;mallah;raid\n", "utf-8"),
    ],
)
def test_an_event_is_added_to_a_table_as_it_is(scenario, aleppo, tmp_path, table, encoding):
    path = tmp_path / "own.csv"
    path.write_bytes(table.encode(encoding))
    scenario.write_text('events = "own.csv"\n' + scenario.read_text())
    more = ["date=25/12/2014", "site=mallah", "kind=captured", "actor=government", "note=a;b,c"]
    add_events(scenario, [event_of(more)], aleppo)
    old, new = load_scenario(scenario).events
    assert (old.kind, new.kind, new.actor, new.note) == ("raid", "captured", "government", "a;b,c")
    after = path.read_bytes().decode(encoding)
    assert ("\r\n" in after, after.count("\n")) == ("\r\n" in table, len(table.splitlines()) + 1)
    assert path.read_bytes()[:2] == table.encode(encoding)[:2]


# What a spreadsheet leaves behind.


def test_damage_of_a_spreadsheet_is_refused_by_row(take_in, tmp_path):
    rows = [("id", "date", "place", "event", "confidence"),
            ("2.01E+07", "2014-12-14", "mallah", "raid", "1"),
            ("2", "#####", "mallah", "raid", "1"),
            ("3", "2014-12-14", "#REF!", "raid", "1"),
            ("4", "2014-12-14", "mallah", "raid", "#DIV/0!"),
            ("5", "2014-12-14", "mallah", "raid", "1", "", "")]  # fmt: skip
    imported = take_in("sheet", sheet(tmp_path / "in.csv", rows))
    assert [row.event for row in imported.result.rows] == ["", "", "", "", "5"]
    assert "digits a spreadsheet has cut" in imported.result.rows[0].why
    assert all("is an error of a spreadsheet" in row.why for row in imported.result.rows[1:4])
    frame = ACLED.iloc[[0, 0, 0]].astype(object)
    frame["event_id_cnty"] = ["1.2E+09", "B", "C"]
    frame["notes"] = ["", "#NAME?", ""]
    frame.to_csv(tmp_path / "a.csv", index=False)
    rows = take_in("acled", tmp_path / "a.csv").result.rows
    assert [row.event for row in rows] == ["", "", "C"]
    assert rows[1].why == "notes = '#NAME?' is an error of a spreadsheet, not a value"


def test_truth_values_are_nothing_else(take_in, tmp_path):
    usual = {"id": 1, "date": dt.date(2014, 12, 14), "place": "mallah", "event": "raid",
             "confidence": 0.5, "precision_km": 2}  # fmt: skip
    book = openpyxl.Workbook()
    book.active.append(list(usual))
    for key in usual:
        book.active.append(list((usual | {key: True}).values()))
    book.save(tmp_path / "in.xlsx")
    rows = take_in("sheet", tmp_path / "in.xlsx").result.rows
    assert [row.why.partition(":")[0].replace("_km", "") for row in rows] == [
        "id", "date", "site", "kind", "confidence", "precision",
    ]  # fmt: skip


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


def test_texts_by_other_names_and_quotes_of_r(take_in, tmp_path):
    rows = 'date\tplace\tevent\tnote\n2014-12-14\tmallah\traid\t"said \\"so\\", twice"\n'
    (tmp_path / "r.csv").write_text(rows)
    assert take_in("sheet", tmp_path / "r.csv").result.events[0].note == 'said "so", twice'
    for text, what in (("<html><table>", "a web page"), ("date,place\n", "a text")):
        (tmp_path / "a.xls").write_text(text)
        with pytest.raises(ScenarioError, match=f"this is {what}, whatever its name says"):
            take_in("sheet", tmp_path / "a.xls")


def test_hidden_rows_are_said_and_sheets_are_imported_one_by_one(take_in, scenario, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(("Contact: nobody",))
    for name, days in (("ديسمبر", (14, 15)), ("More", (16, 17))):
        table = book.create_sheet(name)
        table.append(("date", "place", "event"))
        for day in days:
            table.append((dt.datetime(2014, 12, day), "mallah", "raid"))
        table.row_dimensions[3].hidden = True
    path = tmp_path / "in.xlsx"
    book.save(path)
    with pytest.raises(ScenarioError, match="2 of its sheets have such columns"):
        take_in("sheet", path)
    for name in ("ديسمبر", "More"):
        imported = take_in("sheet", path, options=Options(sheet=name))
        assert imported.result.remarks == ["hidden rows were read like any other: 3"]
    assert len(load_scenario(scenario).events) == 4


def test_a_gain_between_two_sides_of_one_kind_is_said(take_in, tmp_path):
    frame = ACLED.iloc[[2, 2]].assign(
        event_id_cnty=["A", "B"], inter1="Rebel group", inter2=["Rebel group", "State forces"]
    )
    frame["sub_event_type"] = "Non-state actor overtakes territory"
    frame.to_csv(tmp_path / "a.csv", index=False)
    imported = take_in("acled", tmp_path / "a.csv")
    said = "both sides are of the kind that took it: read as taken by the first"
    assert [said in row.why for row in imported.result.rows] == [True, False]
    assert f"{said} (actor1) in the rows 2" in imported.result.remarks


def test_files_whose_names_have_no_latin_letters_are_told_apart(take_in, scenario, tmp_path):
    for name, day in (("تقرير أول", 14), ("تقرير ثان", 15)):
        rows = [SHEET[0][1:4], (f"{day}/12/2014", "mallah", "raid")]
        assert take_in("sheet", sheet(tmp_path / f"{name}.csv", rows)).result.events
    assert len(load_scenario(scenario).events) == 2
    with pytest.raises(ScenarioError, match=r"imported before, from the sheet file تقرير ثان.csv"):
        take_in("sheet", tmp_path / "تقرير ثان.csv")
