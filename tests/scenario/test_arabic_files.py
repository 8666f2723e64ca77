"""Scenario files in Arabic: the words of a data file, read as those in English, and never rewritten."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from engine import analyze, load_scenario
from engine.errors import InputError, ScenarioError
from engine.importers.editing import add_events, event_of
from engine.io.text import folded
from engine.language import speaking
from engine.scenario import vocabulary
from engine.scenario.change_sets import read_changes
from engine.scenario.document import rows_of_table
from engine.scenario.vocabulary import (
    COLUMNS,
    KEYS,
    columns_by_name,
    meant,
    nearest_word,
    word_for,
    words_for,
)
from tests.scenario import test_bad_files as bad_files

ROOT = Path(__file__).parents[2]
SEED = "castello-2014-12"
OF_WORDS = {"kind": "kind", "condition": "condition"}
ACTORS = {"actor", "defender", "contestants", "holder"}
TOML = """\
title = "t"
start = 2014-12-01
end = 2014-12-20
oneway = "مراعاة"
{events}
[actors.north]
label = "Council"
label_ar = "المجلس"
[actors.south]
label_ar = "الجبهة"
[[routes]]
id = "r"
actor = "المجلس"
from = "azaz"
to = "mare"
mode = "قافلة"
[[gates]]
site = "azaz"
modes = "مدنيون"
days = ["الجمعة", "السبت"]
[[overlooks]]
site = "azaz"
onto = "mare"
effect = "مغلق"
"""


def in_arabic(table, section, labels):
    """Write a table of a scenario anew: headers, kinds, conditions and actors in Arabic."""
    with table.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)

    def cell(key, text):
        if key in ACTORS:
            return "؛".join(labels[name] for name in text.split(";")) if text else ""
        return word_for(OF_WORDS[key], text) if key in OF_WORDS and text else text

    with speaking("ar"), table.open("w", encoding="utf-8", newline="") as file:
        words = [word_for(section, key) for key in header]
        out = csv.writer(file)
        out.writerow(words)
        out.writerows([list(map(cell, header, row)) for row in rows])
    assert not "".join(words).isascii()


@pytest.fixture
def seed(tmp_path):
    """Return the seed scenario in a folder of its own, its tables in Arabic."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "scenarios" / f"{SEED}.toml"
    actors = load_scenario(path).actors
    labels = {name: actor.label_ar for name, actor in actors.items()}
    in_arabic(path.with_suffix(".csv"), "events", labels)
    in_arabic(path.with_name("holdings-2014-12.csv"), "baseline", labels)
    return path


def test_tables_wholly_in_arabic_give_the_same_statuses(seed):
    there, here = load_scenario(ROOT / "scenarios" / f"{SEED}.toml"), load_scenario(seed)
    assert here.model_dump() == there.model_dump()
    statuses = [analyze(scenario).statuses for scenario in (there, here)]
    assert list(statuses[0].items()) == list(statuses[1].items())


def test_events_are_added_below_and_no_word_of_the_user_is_changed(seed):
    table = seed.with_suffix(".csv")
    before = table.read_bytes()
    with speaking("ar"):
        add_events(seed, [event_of(["date=2014-12-26", "site=mallah", "kind=قصف"])])
    assert table.read_bytes().startswith(before)
    assert load_scenario(seed).events[-1].kind == "strike"


def test_values_in_toml_may_be_words(tmp_path):
    events = '[[events]]\ndate = 2014-12-02\nsite = "azaz"\nkind = "سيطرة"\nactor = "الجبهة"\n'
    events += '[[baseline]]\nsite = "azaz"\ncondition = "متنازع عليه"\n'
    path = tmp_path / "t.toml"
    path.write_text(TOML.format(events="") + events, encoding="utf-8")
    scenario = load_scenario(path)
    (event,), (gate,), (route,) = scenario.events, scenario.gates, scenario.routes
    assert (event.kind, event.actor, scenario.baseline[0].condition) == (
        "captured", "south", "contested",
    )  # fmt: skip
    assert (gate.modes, gate.days) == (("civilian",), ("fri", "sat"))
    assert (route.actor, route.mode, scenario.oneway) == ("north", "convoy", "respect")
    assert scenario.overlooks[0].effect == "closed"


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("قافلة", "قافله ة", "قافلة"),
        ("الجمعة", "الجمغة", "الجمعة"),
        ('actor = "المجلس"', 'actor = "المجبس"', "المجلس"),
        ("مغلق", "مغلف", "مغلق"),
    ],
)
def test_a_misspelt_word_names_the_nearest_one(tmp_path, old, new, near):
    path = tmp_path / "t.toml"
    path.write_text(TOML.format(events="").replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as found:
        load_scenario(path)
    assert [problem.nearest[:1] for problem in found.value.problems] == [(near,)]


def test_misspelt_headers_and_kinds_of_tables_name_the_nearest(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text("التاريخخ,الموقع,نوع الحدث\n2014-12-02,azaz,سيطرة\n", encoding="utf-8")
    _, (problem,) = rows_of_table(table, "events")
    assert problem.nearest[0] == "التاريخ"
    table.write_text("التاريخ,الموقع,نوع الحدث\n2014-12-02,azaz,سبطرة\n", encoding="utf-8")
    path = tmp_path / "t.toml"
    path.write_text(TOML.format(events='events = "events.csv"'), encoding="utf-8")
    with speaking("ar"), pytest.raises(ScenarioError) as found:
        load_scenario(path)
    assert "لا يوجد خيار كهذا" in str(found.value)
    assert "هل تقصد 'سيطرة'؟" in str(found.value)


def test_changes_and_truth_may_be_in_arabic(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text(TOML.format(events=""), encoding="utf-8")
    table = tmp_path / "t.mine.changes.csv"
    table.write_text(
        "التغيير,يحتسب,التاريخ,الموقع,نوع الحدث,الجهة\nإضافة,لا,2014-12-02,azaz,سيطرة,المجلس\n",
        encoding="utf-8",
    )
    (change,) = read_changes(path, "mine", load_scenario(path))
    assert (change.change, change.counts, change.event.actor) == ("add", False, "north")
    table.write_text("التغيير,الموقع\nاضاقة,azaz\n", encoding="utf-8")
    with pytest.raises(InputError, match="did you mean 'إضافة'"):
        read_changes(path, "mine", load_scenario(path))
    truth = tmp_path / "truth.csv"
    truth.write_text(
        "الطريق أو الجيب,الحالة,من تاريخ,إلى تاريخ,تحت النار\nr,غير مقطوع,2014-12-02,2014-12-03,نعم\n",
        encoding="utf-8",
    )
    (row,), problems = rows_of_table(truth, "truth")
    assert (row.values["state"], row.values["under_fire"], problems) == ("not cut", "yes", [])


@pytest.mark.parametrize("section", COLUMNS)
def test_each_column_has_a_word_of_its_own(section):
    with speaking("ar"):
        header = [word_for(section, key) for key in COLUMNS[section]]
    assert columns_by_name(header, section) == {key: at for at, key in enumerate(COLUMNS[section])}
    assert not set(header) & {*COLUMNS[section]}


@pytest.mark.parametrize("table", KEYS)
def test_each_word_means_one_thing(table):
    meanings = {}
    for key in KEYS[table]:
        for word in words_for(table, key):
            meanings.setdefault(folded(word), set()).add(key)
            assert meant(table, word) == key
    assert all(len(keys) == 1 for keys in meanings.values())
    assert nearest_word(table, words_for(table, KEYS[table][0])[-1])


OF_FILES = (
    *("quote", "empty table", "table of white space", "50 MB", "formula", "null for a date"),
    *("that is a ", "that is not there", "31/02", "day or month", "both orders", "no scenario"),
)
"""Faults of which the room of files and days says what is wrong, not that of scenarios."""
FAULTS = bad_files.TABLES | bad_files.DATES | bad_files.POINTS | bad_files.NAMES
FAULTS |= bad_files.SCENARIOS | bad_files.GROUND
ENGLISH_WORDS = re.compile(r"[a-z]{2,} [a-z]{2,}")


def outside_of_messages(text):
    """Return what is left of a text without what stands in a catalogue, brackets in brackets."""
    while (less := re.sub("⟦[^⟦⟧]*⟧", "", text)) != text:
        text = less
    return text


def test_all_that_is_said_of_bad_files_stands_in_the_catalogue(tmp_path):
    said = []
    for number, (fault, (changes, _)) in enumerate([*FAULTS.items()][::2]):
        if any(part in fault for part in OF_FILES):
            continue
        folder = tmp_path / str(number) / "inner"
        folder.mkdir(parents=True)
        bad_files.lay_out(folder, changes)
        try:
            with speaking("en-XA"):
                load_scenario(folder / "scenario.toml")
        except InputError as error:
            said += [text for p in error.problems for text in (p.message, p.expected)]
    assert len(said) > 60
    assert [text for text in said if ENGLISH_WORDS.search(outside_of_messages(text))] == []


def test_a_third_language_is_another_file(tmp_path, monkeypatch):
    for name in ("ar", "en"):
        shutil.copy(ROOT / "engine" / "scenario" / "words" / f"{name}.csv", tmp_path)
    rows = "table,key,words\nkind,captured,prise|repris\nevents baseline,site,lieu\n"
    (tmp_path / "fr.csv").write_text(rows, encoding="utf-8")
    cached = (vocabulary._files, vocabulary.words_for, vocabulary._known)
    with monkeypatch.context() as changed:
        changed.setattr(vocabulary, "files", lambda _: tmp_path)
        changed.setattr(vocabulary, "FOLDER", ".")
        for one in cached:
            one.cache_clear()
        assert vocabulary.kind_of("Reprís") == "captured"
        assert columns_by_name(["Lieu", "التاريخ"]) == {"site": 0, "date": 1}
    for one in cached:
        one.cache_clear()
    with pytest.raises(ValueError, match="no kind of event"):
        vocabulary.kind_of("repris")
