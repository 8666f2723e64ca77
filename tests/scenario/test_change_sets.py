"""Named sets of changes: read back as they were written, and refused with file and line where they do not fit."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import engine
from engine.cli import main
from engine.cli.app import app
from engine.errors import ScenarioError
from engine.importers.editing import digest_of, write_changes
from engine.scenario.change_sets import Change, changes_text, names_beside, read_changes, table_of

ROOT = Path(__file__).parents[2]
HEADER = "change,counts,id,date,site,kind,actor,confidence,was\n"
CASE = """
title = "t"
start = 2014-12-01
end = 2015-01-01
baseline = [{ site = "azaz", holder = "a" }, { site = "hreitan", holder = "a" }]
events = "events.csv"
[actors.a]
[actors.b]
[[routes]]
id = "r"
actor = "a"
from = "azaz"
to = "hreitan"
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    text = 'id,date,site,kind,actor,note\r\ne1,2014-12-05,azaz,captured,b,"one, ""two"""\r\n,2014-12-09,azaz,captured,a,x\r\n'
    (tmp_path / "events.csv").write_bytes(text.encode())
    return tmp_path / "case.toml"


def written(case: Path, rows: str, name: str = "n") -> Path:
    table = table_of(case, name)
    table.write_text(HEADER + rows, encoding="utf-8")
    return table


def test_a_set_is_read_back_as_it_was_written(case: Path) -> None:
    changes = (
        Change(change="add", event=engine.Event(date="2014-12-20", site="azaz", kind="contested", contestants=("a", "b"), note='="x", y')),
        Change(change="move", id="e1", site="azaz", kind="captured", was="2014-12-05", date="2014-12-07"),
        Change(change="doubt", id="event-2", confidence=0.25, counts=False),
        Change(change="withdraw", id="e1"),
    )  # fmt: skip
    table_of(case, "شمال 1").write_text(changes_text(changes), encoding="utf-8")
    assert names_beside(case) == ["شمال 1"]
    read = read_changes(case, "شمال 1", engine.load_scenario(case))
    assert [one.model_dump() for one in read] == [one.model_dump() for one in changes]


def test_several_sets_apply_in_their_order(case: Path) -> None:
    written(case, "add,,mine,2014-12-20,azaz,captured,b,,\n", "one")
    written(case, "withdraw,,mine,,azaz,captured,,,2014-12-20\n", "two")
    assert len(engine.load_scenario(case, with_="one").events) == 3
    assert len(engine.load_scenario(case, with_=["one", "two"]).events) == 2
    with pytest.raises(ScenarioError, match="there is no event 'mine'"):
        engine.load_scenario(case, with_=["two", "one"])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("fly,,e1,,,,,,\n", "line 2: there is no change 'fly'"),
        ("withdraw,maybe,e1,,,,,,\n", "line 2: counts = 'maybe'"),
        ("withdraw,,,,,,,,\n", "line 2: a change that is to withdraw a report names its id"),
        ("doubt,,e1,,,,,,\n", "names its confidence"),
        ("doubt,,e1,,,,,1.5,\n", "line 2"),
        ("move,,e1,05/12/2014,,,,,\n", "line 2"),
        ("add,,,2014-12-20,azaz,capturd,b,,\n", "line 2"),
        ("add,,,2014-12-20,azaz,captured,c,,\n", "line 2: the actor 'c' is not known"),
        ("withdraw,,e9,,,,,,\n", "line 2: there is no event 'e9'"),
        (
            "withdraw,,e1,,azaz,captured,,,2014-12-06\n",
            "line 2: the report 'e1' is another one now",
        ),
        ("withdraw,,e1,,hreitan,captured,,,\n", "another one now"),
        ("add,,e1,2014-12-20,azaz,captured,b,,\n", "used twice"),
    ],
)
def test_a_row_that_does_not_fit_is_named(case: Path, rows: str, said: str) -> None:
    table = written(case, rows)
    with pytest.raises(ScenarioError) as refused:
        engine.load_scenario(case, with_="n")
    assert said in str(refused.value)
    assert str(table) in str(refused.value) or "used twice" in said


def test_a_set_that_went_through_a_spreadsheet_is_read_as_the_tables_are(case: Path) -> None:
    text = CASE.replace("[actors.b]", '[actors.b]\nlabel_ar = "قوات ب"')
    case.write_text(text, encoding="utf-8")
    table_of(case, "n").write_text(
        "Change;Counts;ID;Date;Site;Kind;Actor;Confidence;Was\n"
        "Add;TRUE;;20/12/2014;azaz;سيطرة;قوات ب;60%;\n"
        "move;YES;e1;07/12/2014;azaz;Captured;;;05/12/2014\n"
        "Doubt;نعم;event-2;;;;;0,85;\n"
        "withdraw;FALSE;e1;;;;;;\n",
        encoding="utf-8",
    )
    add, move, doubt, withdraw = read_changes(case, "n", engine.load_scenario(case))
    assert add.event is not None
    assert add.event.model_dump(exclude_unset=True) == {
        "date": dt.date(2014, 12, 20),
        "site": "azaz",
        "kind": "captured",
        "actor": "b",
        "confidence": 0.6,
    }
    assert (str(move.date), str(move.was)) == ("2014-12-07", "2014-12-05")
    assert (doubt.confidence, doubt.counts, withdraw.counts) == (0.85, True, False)
    assert len(engine.load_scenario(case, with_="n").events) == 3


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "../a", "a.b", "-a", "a" * 61, "a\n", ".", "con\x00"]
)
def test_a_name_leads_nowhere_else(case: Path, name: str) -> None:
    with pytest.raises(ScenarioError, match="is no name for a set of changes"):
        table_of(case, name)


def test_a_set_that_is_not_there_is_named_with_what_is(case: Path) -> None:
    scenario = engine.load_scenario(case)
    with pytest.raises(
        ScenarioError,
        match=r"no set of changes 'lost', nor any other beside this scenario; expected .*\.lost\.",
    ):
        read_changes(case, "lost", scenario)
    table_of(case, "last").write_text("change,id,site\nwithdraw,event-2,\n")
    with pytest.raises(ScenarioError, match=r"no set of changes 'lost'; did you mean 'last'\?"):
        read_changes(case, "lost", scenario)


def test_cells_change_and_every_other_byte_stays(case: Path) -> None:
    table = case.parent / "events.csv"
    scenario = engine.load_scenario(case)
    seen = {table: digest_of(table)}
    changes = [Change(change="move", id="event-2", date="2014-12-11")]
    assert write_changes(case, changes, scenario, seen) == [table]
    first, *rows = table.read_bytes().decode().split("\r\n")
    assert first == "id,date,site,kind,actor,note"
    assert rows[0] == 'e1,2014-12-05,azaz,captured,b,"one, ""two"""'
    assert rows[1:] == [",2014-12-11,azaz,captured,a,x", ""]
    scenario = engine.load_scenario(case)
    changes = [
        Change(change="withdraw", id="e1"),
        Change(change="add", event=engine.Event(date="2014-12-20", site="azaz", kind="closed")),
    ]
    write_changes(case, changes, scenario, {table: digest_of(table)})
    assert [event.confidence for event in engine.load_scenario(case).events] == [0, 1, 1]
    assert engine.load_scenario(case).events[0].note == 'one, "two"'


def test_first_reports_and_edits_of_a_table_that_is_included_are_both_written(case: Path) -> None:
    case.write_text(
        CASE.replace('events = "events.csv"', 'include = "more.toml"'), encoding="utf-8"
    )
    (case.parent / "more.toml").write_text('events = "events.csv"\n', encoding="utf-8")
    scenario = engine.load_scenario(case)
    changes = [
        Change(change="withdraw", id="e1"),
        Change(change="add", event=engine.Event(date="2014-12-20", site="azaz", kind="closed")),
    ]
    told: dict[Path, str] = {}
    paths = write_changes(case, changes, scenario, {}, told.update)
    assert [path.name for path in paths] == ["events.csv", "case-events.csv", "case.toml"]
    assert told == {path: digest_of(path) for path in paths}
    events = engine.load_scenario(case).events
    assert [(event.kind, event.confidence) for event in events] == [
        ("captured", 0), ("captured", 1), ("closed", 1),
    ]  # fmt: skip


def test_reports_in_the_file_itself_are_left_to_the_reader(case: Path) -> None:
    text = CASE.replace(
        'events = "events.csv"',
        'events = [{ id = "e1", date = 2014-12-05, site = "azaz", kind = "captured", actor = "b" }]',
    )
    case.write_text(text, encoding="utf-8")
    scenario = engine.load_scenario(case)
    with pytest.raises(ScenarioError, match="do not stand in a table of text"):
        write_changes(case, [Change(change="withdraw", id="e1")], scenario, {})
    assert case.read_text(encoding="utf-8") == text


def test_every_command_replays_a_set_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "data" / "osm", tmp_path / "data" / "osm")
    file = tmp_path / "scenarios" / "castello-2014-12.toml"
    table_of(file, "lost").write_text(
        "change,date,site,kind,actor,source\nadd,2014-12-25,mallah,captured,government,what if\n"
    )

    def said(*command: str) -> str:
        monkeypatch.setattr(
            sys, "argv", ["supplyline", command[0], str(file), *command[1:], "--json"]
        )
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    event = "mallah captured by government on 2014-12-25"
    compared = said("compare", str(file), "--with", "lost")
    assert compared == said("whatif", "--event", event)
    assert '"cut"' in said("run", "--with", "lost")
    for command in (
        ("explain", "--route", "castello", "--on", "2014-12-26"),
        ("margin",),
        ("check",),
    ):
        assert said(*command, "--with", "lost") != said(*command)


CLAIM = """id,claim,date,site,kind,actor,confidence
one,both,2014-12-05,azaz,captured,b,0.9
two,both,2014-12-05,hreitan,captured,b,0.9
other,,2014-12-09,azaz,captured,a,
"""


@pytest.mark.parametrize(
    "of", ["both,,,captured", "both,,hreitan,captured", "both,,azaz,", "two,,hreitan,captured"]
)
def test_a_claim_is_changed_by_its_id_or_that_of_a_row(case: Path, of: str) -> None:
    (case.parent / "events.csv").write_text(CLAIM, encoding="utf-8")
    name, _, site, kind = of.split(",")
    table = table_of(case, "n")
    row = f"{name},{site},{kind},2014-12-05"
    table.write_text(f"change,id,site,kind,was,confidence\ndoubt,{row},0.3\n", encoding="utf-8")
    before = engine.load_scenario(case)
    changes = read_changes(case, "n", before)
    changed = engine.load_scenario(case, with_="n")
    assert [event.confidence for event in changed.events] == [0.3, 0.3, 1.0]
    write_changes(case, changes, before, {})
    written_in = engine.load_scenario(case)  # rows of a claim that differed would be an error
    assert [event.confidence for event in written_in.events] == [0.3, 0.3, 1.0]
    table.write_text(f"change,id,site,kind,was\nwithdraw,{row}\n", encoding="utf-8")
    assert [event.id for event in engine.load_scenario(case, with_="n").events] == ["other"]
    table.write_text(f"change,id,site,was,date\nmove,{name},,,2014-12-07\n", encoding="utf-8")
    days = [event.date.day for event in engine.load_scenario(case, with_="n").events]
    assert days == [7, 7, 9]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("one", "one is one claim with two: they change together."),
        ("both", "both is a claim of one and two: they change together."),
        ("other", ""),
    ],
)
def test_a_whatif_says_which_rows_change_with_it(case: Path, name: str, said: str) -> None:
    (case.parent / "events.csv").write_text(CLAIM, encoding="utf-8")
    for change in (("--withdraw", name), ("--confidence", f"{name}=0.4"), ("--delay", f"{name}=1")):
        done = CliRunner().invoke(app, ["whatif", str(case), *change])
        assert done.stdout.startswith(said or "Compared")


def test_a_claim_that_is_another_one_now_is_refused(case: Path) -> None:
    (case.parent / "events.csv").write_text(CLAIM, encoding="utf-8")
    for row, said in (
        ("both,azaz,captured,2014-12-06", "the report 'both' is another one now"),
        ("both,bab-al-salama,captured,2014-12-05", "the report 'both' is another one now"),
        ("boht,azaz,captured,2014-12-05", "did you mean 'both'"),
    ):
        text = f"change,id,site,kind,was\nwithdraw,{row}\n"
        table_of(case, "n").write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError, match=said):
            engine.load_scenario(case, with_="n")
