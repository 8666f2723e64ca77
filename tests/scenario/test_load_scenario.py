import datetime as dt

import pytest

from engine.errors import ScenarioError
from engine.scenario.load import load_scenario

TOML = """\
title = "A question"
start = 2014-12-01
end = 2015-01-01
baseline = "holdings.csv"
events = ["events.csv", {date = 2014-12-25, site = "mallah", kind = "captured", actor = "government"}]

[actors.opposition]
label = "Opposition"
passes = ["allied", {actor = "other", from = 2014-12-05, until = 2014-12-09}]
[actors.government]
[actors.allied]
[actors.other]

[sources.narrator]
reliability = 0.9

[[sites]]
id = "castello-road"
road = "Castello road"

[[overlooks]]
site = "mallah"
onto = "castello-road"
effect = "closed"

[[routes]]
id = "castello"
actor = "opposition"
from = "castello-west"
to = "jandoul"
"""
HOLDINGS = "site,holder,condition,contestants\nmallah,opposition,contested,opposition; government\n"
EVENTS = '\ufeffid,date,site,kind,actor,confidence,note\r\n\r\ne1,2014-12-14,mallah,captured,government,0.6,"one, two\r\nlines"\r\ne2,2014-12-15,mallah,raid,,,\r\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scenario.toml").write_text(TOML)
    (tmp_path / "holdings.csv").write_text(HOLDINGS)
    (tmp_path / "events.csv").write_bytes(EVENTS.encode())
    return tmp_path


def problems_of(path):
    with pytest.raises(ScenarioError) as raised:
        load_scenario(path)
    return raised.value.problems


def test_everything_is_read_with_its_origin(folder):
    scenario = load_scenario(folder / "scenario.toml")
    assert scenario.end == dt.date(2015, 1, 1)
    assert [event.id for event in scenario.events] == ["e1", "e2", ""]
    assert scenario.event_ids() == ("e1", "e2", "event-3")
    assert scenario.events[0].note == "one, two\nlines"
    assert scenario.events[0].confidence == 0.6
    assert scenario.events[1].actor is None
    assert scenario.baseline[0].contestants == ("opposition", "government")
    assert scenario.actors["opposition"].passes[0].actor == "allied"
    assert scenario.routes[0].from_ == ("castello-west",)
    assert scenario.sources["narrator"].reliability == 0.9

    events = str(folder / "events.csv")
    assert [(e.origin.file, e.origin.line) for e in scenario.events[:2]] == [
        (events, 3),
        (events, 5),
    ]
    assert scenario.events[2].origin.line == 5
    assert scenario.actors["opposition"].origin.line == 7
    assert scenario.actors["opposition"].passes[1].origin.line == 9
    route = scenario.routes[0].origin
    file = str(folder / "scenario.toml")
    assert (route.file, route.line, route.place_of("to")) == (file, 26, (file, 30))
    assert scenario.origin.place_of("end") == (file, 3)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_cells_too(folder, mark):
    (folder / "holdings.csv").write_text(f"site{mark}holder\nmallah{mark}opposition\n")
    assert load_scenario(folder / "scenario.toml").baseline[0].holder == "opposition"


def test_a_scenario_without_events_is_legal(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('title = "t"\nstart = 2014-12-01\nend = 2014-12-02\n[actors.a]\n')
    assert load_scenario(path).events == ()


def test_all_problems_of_all_files_are_told_at_once(folder):
    path = folder / "scenario.toml"
    path.write_text(
        TOML.replace('effect = "closed"', 'effect = "shut"')
        .replace("2015-01-01", "2015-01-32", 0)
        .replace('actor = "opposition"\nfrom', 'actr = "opposition"\nfrom')
    )
    (folder / "events.csv").write_text(
        "id,date,site,kind,actor,confidence\n"
        "e1,2015-02-31,mallah,capturd,government,1.5\n"
        "e2,2014-12-15,,captured,goverment,\n"
        "e3,2014-12-15,mallah,captured,goverment,\n"
    )
    (folder / "holdings.csv").write_text("site,holdr\n")
    found = problems_of(path)
    told = [(p.file.rpartition("/")[2], p.line, p.field, p.nearest[:1]) for p in found]
    assert told == [
        ("events.csv", 2, "date", ()),
        ("events.csv", 2, "kind", ("captured",)),
        ("events.csv", 2, "confidence", ()),
        ("events.csv", 3, "", ()),
        ("events.csv", 4, "actor", ("government",)),
        ("holdings.csv", 1, "holdr", ("holder",)),
        ("scenario.toml", 24, "effect", ()),
        ("scenario.toml", 26, "actor", ()),
        ("scenario.toml", 28, "actr", ("actor",)),
    ]
    assert "the calendar has no such day" in found[0].message
    assert "captured, contested" in found[1].expected


@pytest.mark.parametrize(
    ("old", "new", "line", "fragment"),
    [
        ("end = 2015-01-01", "end = 2014-11-01", 3, "not before end"),
        ("end = 2015-01-01", "end = 2015-02-31", 3, "not valid TOML"),
        ("end = 2015-01-01", 'end = "soon"', 3, "not a date"),
        ("end = 2015-01-01", "end = 2015-01-01 10:00:00", 3, "no time of day"),
        ("end = 2015-01-01\n", "", 1, "'end' is missing"),
        ("[actors.government]", "[actors.goverment]", 5, "actor 'government' is not known"),
        ("[actors.government]", "[actors]\ngovernment = 3", 11, "'actors.government' is not"),
        ("[[routes]]", "[routes]", 26, "'routes' is not written"),
        ('"holdings.csv"', '"holding.csv"', 4, "no such file"),
        ('"holdings.csv"', '"../../holdings.csv"', 4, "outside the folders"),
        ('"holdings.csv"', '"/etc/holdings.csv"', 4, "outside the folders"),
        ('"holdings.csv"', '"../../etc/passwd"', 4, "is not the name of such a file"),
        ('"holdings.csv"', '"a\\nb.csv"', 4, "control character"),
        ('"holdings.csv"', "3", 4, "'baseline' is not written"),
        ('"allied", {actor', '"alied", {actor', 9, "actor 'alied' is not known"),
        ("until = 2014-12-09", "until = 2014-12-05", 9, "not after from"),
        ('title = "A question"', 'title = ""', 1, "must not be empty"),
        ('title = "A question"', 'titel = "A question"', 1, "no key 'titel'"),
        ("reliability = 0.9", "reliability = true", 15, "not a number"),
        ('road = "Castello road"', "", 17, "exactly one of"),
    ],
)
def test_one_fault_gives_its_message_at_its_line(folder, old, new, line, fragment):
    assert old in TOML
    path = folder / "scenario.toml"
    path.write_text(TOML.replace(old, new))
    assert (line, True) in [(p.line, fragment in p.message) for p in problems_of(path)]


def test_a_missing_scenario_names_the_nearest_file(folder):
    (problem,) = problems_of(folder / "scenaro.toml")
    assert problem.nearest == ("scenario.toml",)
    assert problem.file.endswith("scenaro.toml")


def test_a_table_may_lie_in_a_folder_beside_that_of_the_scenario(folder):
    (folder / "scenarios").mkdir()
    path = folder / "scenarios" / "s.toml"
    path.write_text(TOML.replace('"events.csv"', '"../events.csv"').replace('"hold', '"../hold'))
    assert len(load_scenario(path).events) == 3


def included(folder):
    (folder / "parties.toml").write_text(
        '[actors.opposition]\nlabel = "theirs"\n[actors.third]\n'
        '[[events]]\ndate = 2014-12-02\nsite = "x"\nkind = "raid"\n'
    )
    path = folder / "scenario.toml"
    path.write_text('include = "parties.toml"\n' + TOML)
    return path


def test_an_included_file_comes_first_and_yields(folder):
    scenario = load_scenario(included(folder))
    assert scenario.actors["opposition"].label == "Opposition"
    assert "third" in scenario.actors
    assert [event.kind for event in scenario.events] == ["raid", "captured", "raid", "captured"]
    assert scenario.events[0].origin.file == str(folder / "parties.toml")


def test_faults_in_an_included_file_are_told_there(folder):
    path = included(folder)
    (folder / "parties.toml").write_text("[actors.third]\nstart = 3\n[[routes]]\n")
    (first, *_) = problems_of(path)
    assert (first.file, first.line, first.field) == (str(folder / "parties.toml"), 2, "start")


def test_files_that_include_each_other_are_refused(folder):
    path = included(folder)
    (folder / "parties.toml").write_text('include = ["scenario.toml"]')
    (problem,) = problems_of(path)
    assert "includes itself" in problem.message


def test_a_file_included_twice_counts_once(folder):
    path = included(folder)
    (folder / "more.toml").write_text('include = "parties.toml"')
    path.write_text('include = ["more.toml", "parties.toml"]\n' + TOML)
    assert len(load_scenario(path).events) == 4


BASE = (
    TOML
    + """
[[enclaves]]
id = "eastern-aleppo"
site = "castello-road"
actor = "opposition"
lifelines = ["azaz"]
"""
)


def including(folder, text, **others):
    """Return a scenario that includes the usual one and says `text` besides."""
    (folder / "base.toml").write_text(BASE)
    for name, other in others.items():
        (folder / f"{name}.toml").write_text(other)
    path = folder / "scenario.toml"
    path.write_text(text if "include" in text else 'include = "base.toml"\n' + text)
    return path


CHANGES = """end = 2015-06-01
[actors.opposition]
passes = ["other"]
[[routes]]
id = "castello"
via = "mallah"
[[enclaves]]
id = "eastern-aleppo"
population = 1234
[[sites]]
id = "castello-road"
label_ar = "طريق"
"""


def test_an_include_changes_entries_key_by_key(folder):
    before = load_scenario(including(folder, ""))
    after = load_scenario(including(folder, CHANGES))
    assert (before.start, after.start) == (before.start,) * 2
    assert str(after.end) == "2015-06-01"
    for section, key, name, value in (
        ("routes", "via", "castello", ("mallah",)),
        ("enclaves", "population", "eastern-aleppo", 1234),
        ("sites", "label_ar", "castello-road", "طريق"),
    ):
        old, new = (
            {entry.id: entry.model_dump() for entry in getattr(scenario, section)}
            for scenario in (before, after)
        )
        assert list(old) == list(new)
        assert new == old | {name: old[name] | {key: value}}
    opposition = after.actors["opposition"]
    assert opposition.label == before.actors["opposition"].label
    assert [passage.actor for passage in opposition.passes] == ["other"]
    assert after.events == before.events


def test_ground_of_another_kind_takes_the_place_of_what_was_there(folder):
    text = '[[sites]]\nid = "castello-road"\nplaces = ["mallah", "azaz"]\n'
    site = next(s for s in load_scenario(including(folder, text)).sites if s.id == "castello-road")
    assert (site.road, site.places) == ((), ("mallah", "azaz"))
    text = '[[sites]]\nid = "castello-road"\nbetween = ["mallah", "azaz"]\n'
    site = next(s for s in load_scenario(including(folder, text)).sites if s.id == "castello-road")
    assert (bool(site.road), site.between) == (True, ("mallah", "azaz"))


def test_a_change_may_be_changed_again(folder):
    middle = (
        'include = "base.toml"\n[[enclaves]]\nid = "eastern-aleppo"\npopulation = 1\nlabel = "x"\n'
    )
    text = 'include = "middle.toml"\n[[enclaves]]\nid = "eastern-aleppo"\npopulation = 2\n'
    (enclave,) = load_scenario(including(folder, text, middle=middle)).enclaves
    assert (enclave.population, enclave.label, enclave.actor) == (2, "x", "opposition")


def test_files_side_by_side_do_not_change_one_another(folder):
    route = '[[routes]]\nid = "castello"\nactor = "government"\nfrom = "mallah"\nto = "azaz"\n'
    path = including(folder, 'include = ["base.toml", "other.toml"]\n', other=route)
    (problem,) = problems_of(path)
    assert "the id 'castello' of a route or enclave is used twice" in problem.message
    assert (problem.file, problem.line) == (str(folder / "other.toml"), 2)
    (problem,) = problems_of(including(folder, route + route))
    assert "used twice" in problem.message


def test_a_change_of_what_is_not_there_names_the_nearest(folder):
    text = '[[enclaves]]\nid = "eastern-alepo"\npopulation = 3\n'
    (problem,) = problems_of(including(folder, text))
    assert problem.message.startswith("no included file has an enclave 'eastern-alepo'")
    assert problem.nearest == ("eastern-aleppo",)
    assert (problem.file, problem.line) == (str(folder / "scenario.toml"), 3)


def test_a_fault_is_told_where_its_key_stands(folder):
    text = '[[enclaves]]\nid = "eastern-aleppo"\nlifelines = []\n[[routes]]\nid = "castello"\nactor = "oposition"\n'
    found = {problem.field: problem for problem in problems_of(including(folder, text))}
    assert found["lifelines"].file == found["actor"].file == str(folder / "scenario.toml")
    assert (found["lifelines"].line, found["actor"].line) == (4, 7)
    broken = BASE.replace('actor = "opposition"\nlifelines', 'actor = "oposition"\nlifelines')
    path = including(folder, '[[enclaves]]\nid = "eastern-aleppo"\npopulation = 3\n')
    (folder / "base.toml").write_text(broken)
    (problem,) = problems_of(path)
    assert (problem.file, problem.field) == (str(folder / "base.toml"), "actor")
    assert broken.splitlines()[problem.line - 1].startswith("actor")
