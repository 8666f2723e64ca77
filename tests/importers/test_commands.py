"""The commands that start, fill and list scenarios, as a user types them."""

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyrosm
import pytest

from engine import analyze, load_scenario
from engine.importers.sketch_rows import places_of_table
from engine.network.read import read_network

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parent / "fixtures"


def supplyline(*words, cwd):
    command = [sys.executable, "-c", "from engine.cli import main; main()", *map(str, words)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def new(tmp_path):
    def run(*words):
        start = ("--title", "A question", "--start", "2014-12-01", "--end", "2015-01-01")
        actors = ("--actor", "opposition", "--actor", "government")
        return supplyline("new", "mine.toml", *start, *actors, *words, cwd=tmp_path)

    return run


def test_a_new_scenario_is_valid_and_runs(new, tmp_path):
    done = new("--around", "azaz", "--km", "12")
    assert done.returncode == 0, done.stderr
    scenario = load_scenario(tmp_path / "mine.toml")
    assert "azaz" in [holding.site for holding in scenario.baseline]
    assert list(scenario.actors) == ["opposition", "government"]
    assert analyze(scenario).statuses["first-route"] == ["at risk"]


def test_a_new_scenario_for_a_box_as_json(new, tmp_path):
    done = new("--bbox", "37.0,36.2,37.2,36.3", "--json")
    assert [name.rpartition("/")[2] for name in json.loads(done.stdout)["files"]] == [
        "mine.toml", "mine-holdings.csv", "mine-events.csv",
    ]  # fmt: skip
    assert "mallah" in [holding.site for holding in load_scenario(tmp_path / "mine.toml").baseline]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--around", "azazet"),
            "no place 'azazet'; expected a place of the network; did you mean 'azaz'",
        ),
        (("--bbox", "1,2,3"), "not four numbers"),
        (("--bbox", "37.2,36.2,37.0,36.3"), "is empty or off the globe"),
        (("--bbox", "1,2,3,4"), "fewer than two places"),
        (("--around", "azaz", "--end", "2014-01-01"), "not before end"),
        (("--around", "azaz", "--start", "soon"), "'soon' is not a day"),
        ((), "--around is missing"),
    ],
)
def test_a_new_scenario_with_a_mistake_is_refused(new, tmp_path, words, message):
    done = new(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_is_never_overwritten(new, tmp_path):
    assert new("--around", "azaz").returncode == 0
    before = (tmp_path / "mine.toml").read_bytes()
    assert "there already" in new("--around", "azaz").stderr
    assert (tmp_path / "mine.toml").read_bytes() == before


NODES = {
    # latitude, longitude and tags; the road in the north does not meet the others
    1: (36.0, 37.00, {}),
    2: (36.0, 37.02, {}),
    3: (36.0, 37.04, {}),
    4: (36.04, 37.00, {}),
    5: (36.04, 37.02, {}),
    6: (35.98, 37.02, {}),
    11: (36.001, 37.02, {"place": "village", "name": "Long Village"}),
    12: (36.002, 37.02, {"place": "town", "name": "Great Town", "name:ar": "البلدة"}),
    13: (36.001, 37.00, {"place": "hamlet", "name": "West End"}),
    14: (36.015, 37.04, {"place": "village", "name": "Far Off"}),
    15: (36.001, 37.04, {"place": "locality", "name": "A Field"}),
    16: (36.04, 37.02, {"place": "village", "name": "Other Side"}),
}
WAYS = {101: (1, 2), 102: (2, 3), 103: (4, 5), 104: (2, 6)}


@pytest.fixture
def region(tmp_path):
    nodes = "".join(
        f'<node id="{number}" version="1" lat="{lat}" lon="{lon}">{_tags(tags)}</node>'
        for number, (lat, lon, tags) in NODES.items()
    )
    ways = "".join(
        f'<way id="{number}" version="1">{_refs(refs)}{_tags({"highway": "primary"})}</way>'
        for number, refs in WAYS.items()
    )
    path = tmp_path / "region.osm"
    path.write_text(f'<osm version="0.6">{nodes}{ways}</osm>', encoding="utf-8")
    return path


def _tags(tags):
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def _refs(refs):
    return "".join(f'<nd ref="{ref}"/>' for ref in refs)


def listed(path):
    return [holding.site for holding in load_scenario(path / "mine.toml").baseline]


def test_a_new_scenario_lists_settlements_near_roads(new, region, tmp_path):
    done = new("--around", "البلدة", "--network", region)
    assert done.returncode == 0, done.stderr
    assert listed(tmp_path) == ["great-town", "other-side", "west-end"]
    route = load_scenario(tmp_path / "mine.toml").routes[0]
    assert (route.from_, route.to) == (("great-town",), "west-end")
    for remark in (
        "no settlements: 1 locality",
        "more than 1 km from a road: far-off",
        "at the same junction as another: long-village",
        "2 lie on the main part",
        "apart from the main part, on 1.8 km of roads: other-side",
    ):
        assert remark in done.stdout


def test_a_new_scenario_takes_a_table_of_places(new, region, tmp_path):
    table = tmp_path / "own.csv"
    table.write_text(
        "id,name,kind,lat,lon\nmill,Mill,industrial,36.0001,37.02\nbridge,,,36,37.04\n"
        "west-end,,,36.04,37.0\nlost,,,36.5,37.0\n"
    )
    done = new("--places", "own.csv", "--network", region, "--km", "1", "--json")
    assert done.returncode == 0, done.stderr
    assert listed(tmp_path) == ["bridge", "mill", "other-side", "west-end"]
    assert (tmp_path / "mine-places.csv").read_bytes() == table.read_bytes()
    remarks = json.loads(done.stdout)["remarks"]
    assert "left out, more than 1 km from a road: far-off, lost" in remarks
    assert "left out, at the same junction as another: great-town, long-village" in remarks
    checked = supplyline("check", "mine.toml", "--json", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_a_table_of_places_may_be_a_workbook_with_names_alone(new, region, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["name", "lat", "lon", "population"],
        ["الجسر", 36, 37.04, 900],
        ["Mill", 36, 37, ""],
    ):
        book.active.append(row)
    book.save(tmp_path / "own.xlsx")
    done = new("--places", "own.xlsx", "--network", region, "--km", "1")
    assert done.returncode == 0, done.stderr
    assert {"place-2", "mill"} <= set(listed(tmp_path))
    rows = (tmp_path / "mine-places.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1] == "place-2,,الجسر,,,36.0,37.04,0.0,,900"
    checked = supplyline("check", "mine.toml", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_a_new_scenario_takes_tables_of_another_encoding(new, region, tmp_path):
    places = "name,lat,lon\nالجسر,36,37.04\nالطاحونة,36,37\n"
    reports = "date,site,kind,actor\n2014-12-20,الجسر,captured,north\n"
    (tmp_path / "own.csv").write_bytes(places.encode("windows-1256"))
    (tmp_path / "said.csv").write_bytes(reports.encode("windows-1256"))
    asked = ("--places", "own.csv", "--reports", "said.csv", "--network", region, "--km", "1")
    refused = new(*asked)
    assert refused.returncode == 2
    assert "own.csv, line 2: byte 0x" in refused.stderr
    assert "--encoding windows-1256" in refused.stderr
    none = new(*asked, "--encoding", "windows-9999")
    assert none.returncode == 2
    assert "there is no encoding 'windows-9999'" in none.stderr
    done = new(*asked, "--encoding", "windows-1256")
    assert done.returncode == 0, done.stderr
    assert "import sheet said.csv --into mine.toml --encoding windows-1256" in done.stdout
    rows = (tmp_path / "mine-places.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[2] for row in rows[1:]] == ["الجسر", "الطاحونة"]
    assert supplyline("check", "mine.toml", cwd=tmp_path).returncode == 0


def test_a_place_without_an_id_that_the_network_names_has_the_id_of_the_network(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text(
        "name,name_ar,lat,lon\nمارع,,36.48,37.2\nA'zaz,,36.58,37.04\nالزهراء الجديدة,,36.5,37.1\n",
        encoding="utf-8",
    )
    places = places_of_table(table, read_network("aleppo-schematic").places)
    assert [place.id for place in places] == ["mare", "azaz", "place-4"]
    assert [(place.name, place.name_ar) for place in places[:2]] == [
        ("Mare'", "مارع"),
        ("A'zaz", "أعزاز"),
    ]
    assert [place.id for place in places_of_table(table)] == ["place-2", "a-zaz", "place-4"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "id,lat,lon\na,36,37\na,36,37.02\n",
            "own.csv, line 3: the id 'a' of a place is used twice",
        ),
        ("id,lat,lon\na,36,370\n", "own.csv, line 2"),
        ("id,lat\na,36\n", "own.csv, line 1: there is no column 'lon'"),
        ("id,lat,lon,hight\na,36,37,3\n", "hight"),
        ("id,lat,lon\na,36,37\n", "fewer than two places of the network"),
        ("id,lat,lon\na,37,36\nb,37.02,36\n", "lat and lon are probably swapped: a, b"),
        ("name,lat,lon\n,36,37\nB,36,37.02\n", "own.csv, line 2: a place has neither an id nor a"),
    ],
)
def test_a_table_of_places_with_a_mistake_is_refused(new, region, tmp_path, table, message):
    (tmp_path / "own.csv").write_text(table)
    done = new("--places", "own.csv", "--network", region, "--km", "0.1")
    assert done.returncode == 2
    assert message in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.csv", "region.osm"]


def test_check_has_little_to_say_of_a_new_scenario_on_a_real_extract(new, tmp_path):
    """What `check` warns of is what `new` has said to lie apart from the main roads."""
    town = Path(pyrosm.__file__).parent / "data/test.osm.pbf"
    done = new("--bbox", "26,60,28,61", "--network", town)
    assert done.returncode == 0, done.stderr
    told = supplyline("check", "mine.toml", "--json", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    warned = {odd["value"] for odd in json.loads(told.stdout)["warnings"] if odd["field"] == "site"}
    assert len(listed(tmp_path)) == 6
    assert len(warned) == 2
    apart = [line for line in done.stdout.splitlines() if line.startswith("apart")]
    assert warned == {name for line in apart for name in line.rpartition(": ")[2].split(", ")}


def test_a_new_scenario_on_lines_without_places(new, tmp_path):
    """Junctions and road ends stand for places; what is written is valid, and says what is unknown."""
    bare = tmp_path / "bare.osm"
    nodes = "".join(
        f'<node id="{n}" version="1" lat="{at[0]}" lon="{at[1]}"/>' for n, at in NODES.items()
    )
    ways = "".join(
        f'<way id="{number}" version="1">{_refs(refs)}{_tags({"highway": "primary"})}</way>'
        for number, refs in WAYS.items()
    )
    bare.write_text(f'<osm version="0.6">{nodes}{ways}</osm>', encoding="utf-8")
    done = new("--network", "bare.osm")
    assert done.returncode == 0, done.stderr
    assert "names no places" in done.stdout
    assert listed(tmp_path) == ["end-1", "end-2", "end-3", "end-4", "end-5", "junction-1"]
    told = supplyline("check", "mine.toml", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "supplyline sketch" in told.stdout
    assert "reach_km" not in told.stdout
    scenario = tmp_path / "mine.toml"
    scenario.write_text("reach_km = 2\n" + scenario.read_text("utf-8"), encoding="utf-8")
    said = supplyline("check", "mine.toml", cwd=tmp_path).stdout
    assert "reach_km ends the ground of a place after 2 km" in " ".join(said.split())


def test_a_new_scenario_takes_actors_days_and_places_from_reports(region, tmp_path):
    assert region.name == "region.osm"
    (tmp_path / "reports.csv").write_text(
        "date,place,event,by,against\n"
        "3 March 2030,A Field,captured,North,South\n"
        "9 March 2030,البلدة,clashes,,South\n"
        "4 March 2030,Atlantis,captured,North,\n"
        "after the rain,البلدة,clashes,,South\n",
        encoding="utf-8",
    )
    folder = tmp_path / "case"
    done = supplyline(
        "new", "case/mine.toml", "--network", "region.osm", "--reports", "reports.csv", "--title",
        "A question", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "'Atlantis' (row 4" in done.stdout
    said = " ".join(done.stdout.split())
    assert "the most named first: South, North. The first route is that of South" in said
    assert "days as reports.csv has them: the first is 2030-03-03, the last 2030-03-09" in said
    assert "the day of these rows of reports.csv was not read: 5" in done.stdout
    scenario = load_scenario(folder / "mine.toml")
    assert set(scenario.actors) == {"North", "South"}
    assert (str(scenario.start), str(scenario.end)) == ("2030-03-03", "2030-03-10")
    assert {"a-field", "great-town"} <= set(listed(folder))
    taken = supplyline("import", "sheet", "reports.csv", "--into", "case/mine.toml", cwd=tmp_path)
    assert taken.returncode == 0, taken.stderr
    assert "2 of 4 rows taken" in taken.stdout
    assert supplyline("check", "case/mine.toml", cwd=tmp_path).returncode == 0


def test_a_point_is_the_middle_of_the_area(new, region, tmp_path):
    done = new("--around", "36.0,37.0", "--km", "3", "--network", region)
    assert done.returncode == 0, done.stderr
    assert listed(tmp_path) == ["great-town", "west-end"]


def test_what_is_missing_is_told_at_once_and_parties_stand_between_commas(tmp_path):
    bare = supplyline("new", "mine.toml", "--end", "2015-01-01", cwd=tmp_path)
    assert bare.returncode == 2
    for option in ("--around", "--title", "--start", "--actor"):
        assert f"{option} is missing" in bare.stderr
    assert "--end is missing" not in bare.stderr
    words = ("--around", "azaz", "--title", "Q", "--start", "2014-12-01", "--end", "2015-01-01")
    parties = ("--actor", "North, South,", "--actor", "قوات الغرب، قوات الشرق")
    done = supplyline("new", "mine.toml", *words, *parties, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    actors = list(load_scenario(tmp_path / "mine.toml").actors)
    assert actors == ["North", "South", "قوات الغرب", "قوات الشرق"]


def test_a_point_or_places_of_another_region_are_refused_with_what_would_be_right(new, tmp_path):
    swapped = new("--around", "37.16,36.2")
    assert swapped.returncode == 2
    assert "lies outside the network aleppo-schematic" in " ".join(swapped.stderr.split())
    assert "did you mean '36.2,37.16'" in " ".join(swapped.stderr.split())
    far = new("--around", "60.5,-100")
    assert far.returncode == 2
    assert "lat,lon with lat 3" in far.stderr
    assert "did you mean" not in far.stderr
    table = tmp_path / "valley.csv"
    table.write_text("name,lat,lon\nMarun,12.3,30.1\nDera,12.12,30.15\n", encoding="utf-8")
    done = new("--places", "valley.csv")
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "supplyline sketch valley.csv roads.csv --out valley.osm" in said
    assert "supplyline new mine.toml --network valley.osm" in said
    assert list(tmp_path.iterdir()) == [table]


ADD = "date=25/12/2014, site=mallah, kind=captured, actor=government, note=so, they say"


def test_an_event_is_added_to_the_table(scenario):
    folder = scenario.parent
    table = folder / "events.csv"
    table.write_bytes(b"\xef\xbb\xbfdate;site;kind;actor;note\r\n2014-12-02;azaz;raid;;\r\n")
    scenario.write_text('events = "events.csv"\n' + scenario.read_text())
    done = supplyline("events", scenario, "--add", ADD, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert [event["site"] for event in json.loads(done.stdout)["events"]] == ["azaz", "mallah"]
    assert table.read_bytes() == (
        b"\xef\xbb\xbfdate;site;kind;actor;note\r\n2014-12-02;azaz;raid;;\r\n"
        b"2014-12-25;mallah;captured;government;so, they say\r\n"
    )
    more = "date=2014-12-26,site=mallah,kind=described,actor=opposition,confidence=0.4"
    assert supplyline("events", scenario, "--add", more, cwd=folder).returncode == 0
    assert [e.confidence for e in load_scenario(scenario).events] == [1, 1, 0.4]


def test_a_scenario_without_events_gets_a_table(scenario):
    done = supplyline("events", scenario, "--add", ADD, cwd=scenario.parent)
    assert done.returncode == 0, done.stderr
    assert scenario.read_text().startswith('# A remark to keep.\nevents = "question-events.csv"\n')
    assert load_scenario(scenario).events[0].site == "mallah"


@pytest.mark.parametrize(
    ("add", "message"),
    [
        (ADD.replace("mallah", "marlat"), "unknown site 'marlat'"),
        (ADD.replace("government", "goverment"), "'goverment' is not known"),
        (ADD.replace("captured", "capturd"), "did you mean 'captured'"),
        (ADD.replace("25/12/2014", "31/02/2015"), "no day '31/02/2015'"),
        (ADD.replace("kind", "kidn"), "no key 'kidn'"),
        ("nonsense", "'nonsense' says nothing"),
    ],
)
def test_an_event_with_a_mistake_is_not_added(scenario, add, message):
    before = {path.name: path.read_bytes() for path in scenario.parent.iterdir()}
    done = supplyline("events", scenario, "--add", add, cwd=scenario.parent)
    assert done.returncode == 2
    assert message in done.stderr
    assert {path.name: path.read_bytes() for path in scenario.parent.iterdir()} == before


def test_events_in_the_scenario_itself_are_left_to_its_writer(scenario):
    scenario.write_text(
        scenario.read_text() + '[[events]]\ndate = 2014-12-02\nsite = "azaz"\nkind = "raid"\n'
    )
    done = supplyline("events", scenario, "--add", ADD, cwd=scenario.parent)
    assert done.returncode == 2
    assert "stand in the scenario itself" in done.stderr


def test_events_are_listed_and_filtered(scenario):
    folder = scenario.parent
    take = ("import", "acled", FIXTURES / "acled.csv", "--into", scenario)
    done = supplyline(*take, "--actors", folder / "actors.csv", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["rows"]) == 12

    def ids(*words):
        shown = supplyline("events", scenario, "--json", *words, cwd=folder).stdout
        return [event["id"] for event in json.loads(shown)["events"]]

    assert ids() == ["EXA1", "EXA2", "EXA3", "EXA4", "EXA5", "EXA8"]
    assert ids("--site", "mallah") == ["EXA1", "EXA3"]
    assert ids("--kind", "strike") == ["EXA4", "EXA5"]
    assert ids("--actor", "government") == ["EXA1", "EXA2", "EXA4"]
    assert ids("--from", "2014-12-20", "--source", "observatory") == ["EXA8"]
    assert ids("--to", "2014-12-13") == ["EXA3", "EXA8"]
    assert ids("--min-confidence", "1", "--kind", "captured", "--to", "2014-12-14") == [
        "EXA1", "EXA3", "EXA8",
    ]  # fmt: skip
    for words, nearest in (
        (("--kind", "captur"), "'captured'"), (("--actor", "goverment"), "'government'"),
    ):  # fmt: skip
        refused = supplyline("events", scenario, *words, cwd=folder)
        assert refused.returncode == 2
        assert f"did you mean {nearest}" in refused.stderr
    listed = supplyline("events", scenario, "--site", "mallah", cwd=folder).stdout
    assert "EXA3" in listed
    assert "2 of 6 events" in listed


def test_an_import_says_what_it_did(scenario):
    folder = scenario.parent
    done = supplyline("import", "acled", FIXTURES / "acled.csv", "--into", scenario, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "2 of 12 rows taken, as 2 events" in done.stdout
    assert "No actor for: Military Forces of Exampleland" in done.stdout
    assert "acled-actors.csv" in done.stdout
    refused = supplyline("import", "acld", FIXTURES / "acled.csv", "--into", scenario, cwd=folder)
    assert refused.returncode == 2
    assert "did you mean 'acled'?" in refused.stderr


def test_check_tells_what_is_odd(scenario):
    path = scenario.parent / "events.csv"
    path.write_text(
        "date,site,kind,actor,confidence\n2014-12-20,mallah,captured,government,0.9\n"
        "2014-12-05,mallah,raid,,0.9\n2014-12-22,mallah,raid,,0.9\n"
    )
    scenario.write_text('events = "events.csv"\n' + scenario.read_text())
    done = supplyline("check", scenario, cwd=scenario.parent)
    assert done.returncode == 0, done.stderr
    assert f"warning: {path}, line 3: the event of 2014-12-05 stands below" in done.stderr
    told = json.loads(supplyline("check", scenario, "--json", cwd=scenario.parent).stdout)
    assert [warning["line"] for warning in told["warnings"]] == [
        3,
        11,
    ]  # nothing names the actor isis
