"""Every importer on a made-up file in the shape that its publisher documents."""

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import analyze, load_scenario
from engine.errors import ScenarioError
from engine.importers.control_polygons import missing_days, read_control_polygons
from engine.importers.editing import add_events
from engine.importers.importing import import_reports, write_import
from engine.importers.matching import Import
from engine.importers.reports import Options
from engine.scenario.model import Event
from tests.importers.conftest import SCENARIO

FIXTURES = Path(__file__).parent / "fixtures"

DEC = "2014-12-"


@pytest.fixture
def take_in(scenario, aleppo):
    def run(source, file, **keys):
        path = FIXTURES / file if isinstance(file, str) else file
        keys.setdefault("actors", scenario.parent / "actors.csv")
        return import_reports(source, path, scenario, network=aleppo, **keys)

    return run


def by_row(imported):
    events = {event.id: event for event in imported.result.events}
    return {row.row: (events.get(row.event), row.why) for row in imported.result.rows}


def spans(event):
    return tuple(
        str(day) if day else "" for day in (event.date, event.earliest, event.latest, event.until)
    )


def test_acled(take_in):
    rows = by_row(take_in("acled", "acled.csv"))
    assert len(rows) == 12
    taken = {
        2: ("mallah", "captured", "government", (), (DEC + "14", "", "", "")),
        3: (
            "handarat-camp", "contested", None, ("government", "opposition"),
            (DEC + "15", "", "", DEC + "16"),
        ),
        4: ("mallah", "captured", "opposition", (), (DEC + "16", DEC + "13", DEC + "19", "")),
        5: ("azaz", "strike", "government", (), (DEC + "17", "", "", "")),
        6: ("azaz", "strike", "opposition", (), (DEC + "18", "", "", "")),
        9: ("mare", "captured", "opposition", (), (DEC + "21", DEC + "01", DEC + "31", "")),
    }  # fmt: skip
    for row, expected in taken.items():
        event = rows[row][0]
        assert (event.site, event.kind, event.actor, event.contestants, spans(event)) == expected
    refused = {
        7: "does not say who holds ground",
        8: "does not say who holds ground",
        10: "geo_precision is 3",
        11: "no actor of the scenario stands for 'Unheard-of Brigade'",
        12: "within 2 km of the point 34.0, 40.0",
        13: "no day '31 February 2014'",
    }
    assert {row: rows[row][1] for row in refused if rows[row][0]} == {}
    assert all(fragment in rows[row][1] for row, fragment in refused.items())
    assert rows[2][0].source == "Made-up Observatory"
    assert rows[2][0].precision_km == 2
    assert rows[6][0].precision_km == 10
    assert "'azaz' is 0.6 km off" in rows[6][1]


def test_ucdp_ged(take_in):
    rows = by_row(take_in("ucdp-ged", "ucdp-ged.csv"))
    assert len(rows) == 7
    camp, mare, ratyan, azaz = (rows[row][0] for row in (2, 3, 5, 8))
    assert (camp.site, camp.kind, camp.contestants) == (
        "handarat-camp", "fighting", ("government", "opposition"),
    )  # fmt: skip
    assert camp.note == "UCDP GED: deaths best 12, low 9, high 20"
    assert spans(camp) == (DEC + "15", DEC + "15", DEC + "15", DEC + "16")
    assert mare.contestants == ("isis", "opposition")
    assert spans(mare) == (DEC + "18", DEC + "16", DEC + "20", DEC + "21")
    assert mare.note.endswith("the report is not clear")
    assert (ratyan.site, ratyan.precision_km) == ("ratyan", 25)
    assert azaz.contestants == ("government",)
    assert "left out Unheard-of Brigade" in rows[8][1]
    for row, why in (
        (4, "one-sided"),
        (6, "only the province"),
        (7, "not known to within a month"),
    ):
        assert rows[row][0] is None
        assert why in rows[row][1]


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


def test_an_arabic_sheet(take_in):
    rows = by_row(take_in("sheet", "sheet-arabic.csv"))
    first = rows[3][0]
    assert (first.site, first.kind, first.actor, first.confidence, str(first.date)) == (
        "mallah", "captured", "government", 0.8, DEC + "14",
    )  # fmt: skip
    assert (rows[4][0].site, rows[4][0].kind, rows[4][0].confidence) == ("azaz", "strike", 0.5)
    assert "Umm al-Qura" in rows[4][1]
    assert (rows[5][0].site, rows[5][0].kind) == ("castello-road", "closed")
    assert spans(rows[9][0])[:3] == (DEC + "13", DEC + "13", DEC + "14")
    for row, why in ((6, "no day '31/02/2015'"), (7, "'مكان مجهول'"), (8, "did you mean 'قصف'")):
        assert rows[row][0] is None
        assert why in rows[row][1]


def test_a_sheet_with_hxl_tags(take_in, scenario):
    imported = take_in("sheet", "sheet-hxl.csv")
    rows = by_row(imported)
    assert spans(rows[3][0])[:2] == (DEC + "14", DEC + "13")
    assert (rows[4][0].site, rows[4][0].kind) == ("hreitan", "fighting")
    assert rows[5][0].confidence == 0.9
    assert "confidence = '7.0': the number is out of range" in rows[6][1]
    assert load_scenario(scenario).events[2].note == '=HYPERLINK("http://example.org")'


def as_ods(path, rows):
    """Write the smallest ODS file that holds some rows of text."""
    import zipfile
    from xml.sax.saxutils import escape

    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(cell)}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}office:1.0" '
        f'xmlns:text="{names}text:1.0" xmlns:table="{names}table:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="s">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        book.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}"/>',
        )


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_workbooks_are_read_like_text(take_in, tmp_path, ending):
    with (FIXTURES / "sheet-arabic.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    path = tmp_path / f"report{ending}"
    if ending == ".ods":
        as_ods(path, rows)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.active["B4"] = dt.datetime(2014, 12, 15)
        book.save(path)
    events = take_in("sheet", path).result.events
    assert [(event.site, event.kind, str(event.date)) for event in events] == [
        ("mallah", "captured", DEC + "14"),
        ("azaz", "strike", DEC + "15"),
        ("castello-road", "closed", DEC + "16"),
        ("mallah", "fighting", DEC + "13"),
    ]


def test_what_is_imported_gives_what_reading_the_rows_by_hand_gives(take_in, scenario):
    take_in("acled", "acled.csv")
    statuses = analyze(load_scenario(scenario)).table("D")["castello"]
    # Rows 2 and 4: al-Mallah is taken by government on the 14th, retaken on the 16th; it commands
    # the road, which opposition holds. Nothing else in the file concerns it.
    assert list(statuses[:13]) == ["open"] * 13
    assert list(statuses[13:15]) == ["cut", "cut"]
    assert list(statuses[15:]) == ["open"] * 16


def test_the_scenario_changes_by_one_line(take_in, scenario):
    before = scenario.read_text().splitlines()
    imported = take_in("acled", "acled.csv")
    after = scenario.read_text().splitlines()
    assert after == [before[0], 'include = ["imported-acled.toml"]', *before[1:]]
    assert imported.files[-1] == scenario
    take_in("flee", "closures.csv")
    assert (
        scenario.read_text().splitlines()[1]
        == 'include = ["imported-acled.toml", "imported-flee-closures.toml"]'
    )
    assert len(load_scenario(scenario).events) == 9


def test_parties_without_an_actor_go_into_the_table_to_be_filled_in(take_in, scenario):
    table = scenario.parent / "acled-actors.csv"
    imported = take_in("acled", "acled.csv", actors=None)
    assert imported.actors == table
    assert [event.kind for event in imported.result.events] == ["strike", "strike"]
    listed = table.read_text().splitlines()
    assert listed[0] == "reported,actor"
    assert "Made-up Rebel Front," in listed
    filled = [
        line + {"Mad": "opposition", "Mil": "government"}.get(line[:3], "") if n else line
        for n, line in enumerate(listed)
    ]
    table.write_text("\n".join(filled) + "\n")
    again = take_in("acled", "acled.csv", actors=None, again=True)
    assert len(again.result.events) == 6
    assert len(load_scenario(scenario).events) == 6


def test_every_row_is_accounted_for_in_a_table(take_in, scenario):
    take_in("acled", "acled.csv")
    with (scenario.parent / "imported-acled-rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["row"]) for row in rows] == list(range(2, 14))
    assert all(row["event"] or row["why"] for row in rows)


def test_a_second_import_of_a_file_needs_to_be_asked_for(take_in, scenario):
    take_in("acled", "acled.csv")
    state = {path.name: path.read_bytes() for path in scenario.parent.iterdir()}
    with pytest.raises(ScenarioError, match="imported before"):
        take_in("acled", "acled.csv")
    assert {path.name: path.read_bytes() for path in scenario.parent.iterdir()} == state
    take_in("acled", "acled.csv", again=True)
    assert {path.name: path.read_bytes() for path in scenario.parent.iterdir()} == state


def test_events_that_are_there_are_not_taken_twice(take_in, tmp_path):
    take_in("acled", "acled.csv")
    copy = tmp_path / "acled-more.csv"
    shutil.copy(FIXTURES / "acled.csv", copy)
    rows = by_row(take_in("acled", copy))
    assert "'EXA1' is already there" in rows[2][1]


def test_points_south_and_west_stay_numbers_in_the_table(tmp_path):
    event = Event(id="e", date="2014-12-05", kind="raid", site="x", lat=-1.5, lon=-77.0)
    write_import(tmp_path, "far", "test", Import([], [event]))
    assert "-1.5,-77.0" in (tmp_path / "far.csv").read_text()


TEXTS = st.text() | st.sampled_from(["-5 degrees", "=A1", "+1", "@all", "\ta", 'a "b", c;\nd'])


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(note=TEXTS, source=TEXTS)
def test_every_text_comes_back_from_the_tables_of_a_scenario(tmp_path_factory, note, source):
    folder = tmp_path_factory.mktemp("texts")
    path = folder / "question.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    try:
        event = Event(
            id="-e", date="2014-12-05", kind="raid", site="mallah", note=note, source=source
        )
    except ValueError:
        assume(False)
    assert event.note == note.replace("\r\n", "\n").replace("\r", "\n").strip()
    write_import(folder, "far", "test", Import([], [event]))
    path.write_text('include = ["far.toml"]\n' + SCENARIO, encoding="utf-8")
    (imported,) = load_scenario(path).events
    assert imported.model_dump() == event.model_dump()
    add_events(path, [event.model_copy(update={"id": "-f"})])
    _, added = load_scenario(path).events
    assert added.model_dump() == event.model_dump() | {"id": "-f"}


def test_what_is_imported_may_lie_beside_the_scenario(take_in, scenario):
    source = scenario.parent / "acled.csv"
    shutil.copy(FIXTURES / "acled.csv", source)
    take_in("acled", source)
    assert source.read_bytes() == (FIXTURES / "acled.csv").read_bytes()
    assert len(load_scenario(scenario).events) == 6


@pytest.mark.parametrize("name", ["acled.toml", "acled.csv", "acled-rows.csv"])
def test_a_file_of_the_user_is_never_overwritten(take_in, scenario, name):
    (scenario.parent / f"imported-{name}").write_text("mine\n")
    with pytest.raises(ScenarioError, match="no import wrote it"):
        take_in("acled", "acled.csv", again=True)


@pytest.mark.parametrize(
    ("source", "content", "message"),
    [
        ("acled", "event_id,date\n1,2\n", "no column 'event_date', 'event_type', 'actor1'"),
        ("acled", "", "empty"),
        ("ucdp-ged", "id,side_a\n", "no column 'type_of_violence', 'side_b'"),
        ("sheet", "when it was,colour\n1,2\n", "no column has a name for dates"),
        ("access-constraints", "osm_id,state\n1,2\n", "no column 'status'"),
        ("nonsense", "a,b\n", "no importer 'nonsense'"),
    ],
)
def test_files_in_another_shape_are_refused_whole(take_in, tmp_path, source, content, message):
    path = tmp_path / "in.csv"
    path.write_text(content)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ScenarioError, match=message):
        take_in(source, path)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_table_of_actors_with_a_mistake_is_refused(take_in, scenario):
    (scenario.parent / "actors.csv").write_text("reported,actor\nState,goverment\n")
    with pytest.raises(ScenarioError, match=r"'goverment' is not known; .*'government'"):
        take_in("acled", "acled.csv")


def test_merged_cells_are_refused_with_their_names(take_in, tmp_path):
    book = openpyxl.Workbook()
    for row in (("date", "place", "event"), ("2014-12-20", "mallah", "raid"), ("", "azaz", "raid")):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    path = tmp_path / "merged.xlsx"
    book.save(path)
    with pytest.raises(ScenarioError, match="A2:A3 are merged"):
        take_in("sheet", path)


def test_a_label_of_two_actors_is_no_guess(scenario, tmp_path):
    text = scenario.read_text().replace("[actors.isis]", '[actors.isis]\nlabel = "Forces"')
    text = text.replace("[actors.government]", '[actors.government]\nlabel = "forces"')
    scenario.write_text(text)
    (tmp_path / "in.csv").write_text("date,place,kind,party\n2014-12-14,mallah,captured,Forces\n")
    imported = import_reports("sheet", tmp_path / "in.csv", scenario)
    assert (imported.result.events, imported.result.unknown_parties) == ([], ["Forces"])
    imported.actors.write_text("Party;is\nForces;FORCES\n")
    with pytest.raises(ScenarioError, match="line 2: the actor 'FORCES' may be government or isis"):
        import_reports("sheet", tmp_path / "in.csv", scenario)
    imported.actors.write_text("Party;is\nForces;Government\n")
    found = import_reports("sheet", tmp_path / "in.csv", scenario)
    assert [event.actor for event in found.result.events] == ["government"]


def test_a_number_that_a_spreadsheet_has_cut_costs_its_row_alone(take_in, tmp_path):
    text = (FIXTURES / "ucdp-ged.csv").read_text(encoding="utf-8").splitlines()
    first = next(csv.DictReader(text))
    cut = {**first, "best": "1e+308"}
    with (tmp_path / "cut.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerows([cut, first | {"id": "999"}])
    found = by_row(take_in("ucdp-ged", tmp_path / "cut.csv"))
    assert found[2] == (None, "best = '1e+308' is a number whose digits a spreadsheet has cut")
    assert found[3][0] is not None


def test_several_values_in_one_property_are_a_text(take_in, tmp_path):
    layer = json.loads((FIXTURES / "access-constraints.geojson").read_text(encoding="utf-8"))
    before = len(take_in("access-constraints", "access-constraints.geojson").result.events)
    for feature in layer["features"]:
        feature["properties"]["notes"] = ["one", "two"]
    (tmp_path / "lists.geojson").write_text(json.dumps(layer))
    events = take_in("access-constraints", tmp_path / "lists.geojson", again=True).result.events
    assert len(events) == before
    assert any("one" in event.note and "two" in event.note for event in events)
