"""Changes of the tables of a scenario: by the engine, and by a newcomer in a spreadsheet."""

import csv
import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import load_scenario
from engine.importers.editing import add_events, event_of
from engine.importers.importing import write_import
from engine.importers.matching import Import
from engine.scenario.model import Event
from tests.importers.conftest import (
    SCENARIO,
)


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
