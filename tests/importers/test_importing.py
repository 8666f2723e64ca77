"""An import as a whole: what it writes, what it refuses, who is asked for, what is done again."""

import csv
import shutil

import pytest

from engine import analyze, load_scenario
from engine.errors import ScenarioError
from engine.importers.importing import import_reports, write_import
from engine.importers.matching import Import
from engine.scenario.model import Event
from tests.importers.conftest import (
    FIXTURES,
    SHEET,
    by_row,
    sheet,
)


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


def test_files_whose_names_have_no_latin_letters_are_told_apart(take_in, scenario, tmp_path):
    for name, day in (("تقرير أول", 14), ("تقرير ثان", 15)):
        rows = [SHEET[0][1:4], (f"{day}/12/2014", "mallah", "raid")]
        assert take_in("sheet", sheet(tmp_path / f"{name}.csv", rows)).result.events
    assert len(load_scenario(scenario).events) == 2
    with pytest.raises(ScenarioError, match=r"imported before, from the sheet file تقرير ثان.csv"):
        take_in("sheet", tmp_path / "تقرير ثان.csv")
