"""A session: changes with undo and redo, a journal, two people at once, files that change on the disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import engine
from engine.analysis.evidence import reason_text
from engine.errors import InputError
from engine.scenario.change_sets import Change
from engine.serve.journal import Journal
from engine.serve.session import MeanwhileError, Session
from tests.serve.support import ROOT, asked, copied, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

TAKEN = {
    "change": "add",
    "event": {"date": "2014-12-25", "site": "mallah", "kind": "captured", "actor": "government"},
}
DOUBT = {"change": "doubt", "id": "e012-mallah", "confidence": 0.2}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture
def session(file: Path) -> Iterator[Session]:
    made = Session(file)
    yield made
    made.end()


def do(session: Session, step: str, **more: Any) -> None:
    session.act(session.revision, {"do": step, **more})


def dumped(session: Session) -> list[dict[str, Any]]:
    return [change.model_dump() for change in session.changes]


def status(session: Session, day: str = "2014-12-26") -> str:
    return str(session.now.status(day)["castello"])


@pytest.mark.parametrize("changes", [[], [DOUBT], [TAKEN, DOUBT]], ids=len)
def test_a_day_tells_the_reasons_of_every_output(
    session: Session, changes: list[dict[str, Any]]
) -> None:
    """With changes and without, the answers are those of `explain`, and name its reports."""
    for change in changes:
        do(session, "add", change=change)
    after = session.state()["after"]
    reports = (after or session.page())["reports"]
    now = session.now
    for at, start in enumerate(now.days):
        day = int((start - now.days[0]).astype(int))
        answered = session.day(session.revision, day)["routes"]
        for name, told in zip(now.statuses, answered, strict=True):
            found = engine.explain(now, name, str(start)).because
            said = [
                (cause["text"], [reports[row]["id"] for row in cause["reports"]])
                for cause in told["why"]["causes"]
            ]
            assert said == [
                (
                    reason_text(step.labels, step.state, step.overlooked_label),
                    [report.event for report in step.reports],
                )
                for step in found
            ], (name, at)


def test_changes_are_done_undone_and_switched(session: Session) -> None:
    do(session, "add", change=TAKEN)
    assert status(session) == "cut"
    assert (
        session.state()["changes"][0]["text"]
        == "mallah captured by Government forces on 2014-12-25"
    )
    do(session, "switch", at=0)
    assert status(session) == "at risk"
    assert session.state()["after"] is None
    do(session, "undo")
    assert status(session) == "cut"
    do(session, "undo")
    assert session.changes == ()
    do(session, "redo")
    assert status(session) == "cut"
    do(session, "replace", at=0, change=DOUBT)
    assert session.changes[0].was is not None  # it knows which report it speaks of
    do(session, "remove", at=0)
    do(session, "clear")
    assert session.state()["undo"] == 4


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"do": "fly"},
        {"do": "add"},
        {"do": "add", "change": {"change": "add"}},
        {"do": "add", "change": {"change": "doubt", "id": "e012-malah", "confidence": 0.5}},
        {"do": "add", "change": {"change": "doubt", "id": "e012-mallah", "confidence": 2}},
        {"do": "add", "change": {"change": "move", "id": "e012-mallah", "date": "soon"}},
        {"do": "add", "change": {**TAKEN, "event": {**TAKEN["event"], "site": "atlantis"}}},
        {"do": "add", "change": {**TAKEN, "event": {**TAKEN["event"], "actor": "nobody"}}},
        {"do": "switch", "at": 0},
        {"do": "remove", "at": -1},
        {"do": "open", "name": "../secret"},
        {"do": "open", "name": "not there"},
        {"do": "open"},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    session: Session, action: dict[str, Any]
) -> None:
    before = session.revision
    with pytest.raises(InputError):
        session.act(before, action)
    assert (session.revision, session.changes) == (before, ())
    assert session.now is session.base


def test_of_two_people_the_later_one_is_told(session: Session) -> None:
    seen = session.revision
    do(session, "add", change=TAKEN)
    with pytest.raises(MeanwhileError):
        session.act(seen, {"do": "clear"})
    assert len(session.changes) == 1
    with serving(session) as address:
        body = {"revision": seen, "action": {"do": "clear"}}
        code, _, said = asked(address, "POST", "act", body)
        assert code == 409
        assert "meanwhile" in json.loads(said)["problems"][0]
        code, _, said = asked(address, "POST", "act", body | {"revision": session.revision})
        assert (code, json.loads(said)["changes"]) == (200, [])
        code, _, said = asked(address, "GET", f"wait?revision={seen}")
        assert json.loads(said) == {"revision": session.revision}


def test_bad_requests_are_answered_with_what_is_wrong(session: Session) -> None:
    with serving(session) as address:
        for path, body in (
            ("act", b"not json"), ("act", [1]), ("act", {}), ("act", {"revision": "x"}),
            ("act", {"revision": 0, "action": 7}), ("save", {"revision": 0, "name": "../up"}),
            ("save", {"revision": 0, "name": "/x.changes.csv"}), ("take", {"revision": 0, "number": 9}),
            ("drop?name=../../x.sh", b"echo"), ("drop?name=x.csv&source=evil", b"a,b\n1,2\n"),
        ):  # fmt: skip
            code, _, said = asked(address, "POST", path, body)
            assert code == 400, (path, body, said)
            assert json.loads(said)["problems"]
        assert asked(address, "GET", "day?revision=0&day=x")[0] == 400
        assert asked(address, "GET", "day?revision=0&day=9999")[0] == 400
        assert json.loads(asked(address, "GET", "day?revision=7&day=1")[2]) == {"stale": True}
        assert asked(address, "GET", "act")[0] == 405
        assert asked(address, "POST", "act", b"{}" + b" " * 2**20)[0] == 413


def test_a_saved_set_is_replayed_to_the_same_bytes(
    session: Session, file: Path, tmp_path: Path
) -> None:
    do(session, "add", change=TAKEN)
    do(session, "add", change=DOUBT)
    do(session, "add", change={"change": "move", "id": "e016-mallah", "date": "2014-12-21"})
    do(session, "add", change={"change": "withdraw", "id": "e014-mallah"})
    do(session, "switch", at=3)
    table = session.save(session.revision, "north lost")
    assert table == file.with_name("castello-2014-12.north lost.changes.csv")
    again = engine.analyze(engine.load_scenario(file, with_="north lost"))
    engine.write_results(again, tmp_path / "replayed")
    engine.write_results(session.now, tmp_path / "served")
    for path in (tmp_path / "served").iterdir():
        assert path.read_bytes() == (tmp_path / "replayed" / path.name).read_bytes(), path.name
    kept = dumped(session)
    do(session, "clear")
    do(session, "open", name="north lost")
    assert dumped(session) == kept


def test_a_crash_loses_no_change(file: Path) -> None:
    code = (
        "import sys, os, time; from pathlib import Path; from engine.serve.session import Session\n"
        "session = Session(Path(sys.argv[1]))\n"
        f"session.act(0, {{'do': 'add', 'change': {TAKEN!r}}})\n"
        f"session.act(1, {{'do': 'add', 'change': {DOUBT!r}}})\n"
        "session.act(2, {'do': 'undo'})\n"
        "print('done', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "done\n"
    beside = Session(file)  # somebody else, at the same time: with a journal of their own
    assert beside.changes == ()
    beside.end()
    process.kill()
    process.wait()
    process.stdout.close()
    after = Session(file)
    assert status(after) == "cut"
    assert len(after.changes) == 1
    do(after, "redo")
    assert len(after.changes) == 2
    after.end()
    with after.journal.path.open("a", encoding="utf-8") as cut_short:
        cut_short.write('[{"change": "wi')
    last = Journal(file)
    assert len(last.history.now) == 2
    last.step(last.history.now[:1])
    last.close()
    last = Journal(file)  # the line that was cut short has spoilt none that came after it
    assert len(last.history.now) == 1
    last.step(())
    last.close()
    assert not last.path.exists()


def test_what_the_second_of_two_left_is_found_by_the_next(file: Path) -> None:
    first, second = Journal(file), Journal(file)
    second.step((Change.model_validate(DOUBT),))
    first.close()
    assert second._file is not None
    os.close(second._file)  # as if it were killed
    third = Journal(file)
    assert third.history.now == second.history.now
    third.step(())
    third.close()
    assert not list(file.parent.glob(".*.journal"))


def test_what_was_written_before_a_crash_is_not_written_twice(
    session: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(session, "add", change=TAKEN)
    do(session, "add", change=DOUBT | {"counts": False})
    unwritten = session.journal.path.read_bytes()
    monkeypatch.setattr(session, "_step_anyway", lambda _: None)  # as if it were killed before
    session.write(session.revision)
    kept = session.journal.path.read_bytes()
    assert len(kept) > len(unwritten)
    session.end()
    after = Session(file)
    assert [change.change for change in after.changes] == ["doubt"]
    assert not after.problems
    after.end()
    after.journal.path.write_bytes(kept)
    table = file.parent / "castello-2014-12.csv"
    table.write_bytes(table.read_bytes()[:-1])  # another file than that which was written
    other = Journal(file)
    assert [change.change for change in other.history.now] == ["add", "doubt"]
    other.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_what_cannot_be_kept_is_not_done(session: Session) -> None:
    do(session, "add", change=TAKEN)
    here, session.journal._file = session.journal._file, os.open("/dev/full", os.O_RDWR)
    for step, more in (("add", {"change": DOUBT}), ("undo", {}), ("clear", {})):
        with pytest.raises(InputError, match="changes cannot be saved: No space left"):
            do(session, step, **more)
        assert len(session.changes) == 1
        assert status(session) == "cut"
    os.close(session.journal._file)
    session.journal._file = here
    do(session, "undo")
    assert session.changes == ()


def test_what_is_written_into_the_tables_is_what_was_shown(session: Session, file: Path) -> None:
    do(session, "add", change=TAKEN)
    do(session, "add", change=DOUBT)
    do(session, "add", change={"change": "move", "id": "e016-mallah", "date": "2014-12-21"})
    do(session, "add", change={"change": "withdraw", "id": "e014-mallah"})
    shown = session.now.table("D")
    before = (file.parent / "castello-2014-12.csv").read_text(encoding="utf-8").splitlines()
    (table,) = session.write(session.revision)
    after = table.read_text(encoding="utf-8").splitlines()
    assert len(after) == len(before) + 1
    assert sum(one != other for one, other in zip(before, after, strict=False)) == 3
    assert session.changes == ()
    assert session.now.table("D").equals(shown)


def test_a_file_that_changed_meanwhile_is_never_written_over(session: Session, file: Path) -> None:
    do(session, "add", change=TAKEN)
    table = file.parent / "castello-2014-12.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    before = table.read_bytes()
    with pytest.raises(InputError, match="changed meanwhile"):
        session.write(session.revision)
    assert table.read_bytes() == before
    assert len(session.changes) == 1


def test_an_edit_on_the_disk_shows_and_a_broken_one_is_said(session: Session, file: Path) -> None:
    do(session, "add", change=DOUBT)
    table = file.parent / "castello-2014-12.csv"
    whole = table.read_text(encoding="utf-8")
    with serving(session) as address:
        from engine.serve.journal import Watch

        watch = Watch(session.files, session.reload, 0.05)
        watch.start()
        try:
            table.write_text(whole.replace("captured", "capturd", 1), encoding="utf-8")
            state = waited(address, lambda one: one["problems"])
            assert "castello-2014-12.csv, line" in state["problems"][0]
            row = "2014-12-25,mallah,captured,government"
            header = dict.fromkeys(whole.splitlines()[0].split(","), "")
            cells = header | dict(
                zip(("date", "site", "kind", "actor"), row.split(","), strict=True)
            ) | {"confidence": "1"}  # fmt: skip
            table.write_text(whole + ",".join(cells.values()) + "\n", encoding="utf-8")
            waited(address, lambda one: not one["problems"])
            assert status(session) == "cut"
            assert len(session.changes) == 1
        finally:
            watch.stop()


def waited(address: Any, holds: Any) -> dict[str, Any]:
    for _ in range(200):
        state = json.loads(asked(address, "GET", "state")[2])
        if holds(state):
            return dict(state)
        time.sleep(0.05)
    raise AssertionError(state["problems"])


def test_a_change_that_no_longer_fits_is_switched_off_and_said(
    session: Session, file: Path
) -> None:
    do(session, "add", change=TAKEN)
    do(session, "add", change=DOUBT)
    table = file.parent / "castello-2014-12.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("e012-mallah", "e012-other"), encoding="utf-8")
    session.reload()
    assert [change.counts for change in session.changes] == [True, False]
    assert "e012-mallah" in str(session.problems[0])
    assert status(session) == "cut"


def test_a_dropped_file_is_shown_row_by_row_before_anything_is_written(
    session: Session, file: Path
) -> None:
    before = {path: path.read_bytes() for path in file.parent.iterdir() if path.is_file()}
    sheet = b"date,site,kind,actor,source\n2014-12-25,mallah,captured,government,a record\n2014-12-26,atlantis,captured,government,a\n"
    with serving(session) as address:
        code, _, said = asked(address, "POST", "drop?name=week%2052.csv", sheet)
        assert code == 200, said
        shown = json.loads(said)
        assert [bool(row["event"]) for row in shown["rows"]] == [True, False]
        assert {p: p.read_bytes() for p in file.parent.iterdir() if p.is_file()} == before
        code, _, said = asked(
            address, "POST", "take", {"revision": session.revision, "number": shown["number"]}
        )
        assert code == 200, said
        assert json.loads(said)["written"]
    assert status(session) == "cut"
    assert engine.analyze(engine.load_scenario(file)).status("2014-12-26")["castello"] == "cut"


def test_two_hundred_random_edits_end_as_a_fresh_run(session: Session, file: Path) -> None:
    rng = np.random.default_rng(20141226)
    ids = session.base.scenario.event_ids()
    sites = [site.id for site in session.base.sectors.sites.named]
    actors = list(session.base.scenario.actors)
    refused = 0
    for _ in range(200):
        day = f"2014-12-{rng.integers(1, 32):02d}"
        name = str(rng.choice(ids))
        event = {
            "date": day,
            "site": str(rng.choice(sites)),
            "kind": "captured",
            "actor": str(rng.choice(actors)),
        }
        fire = {
            "date": day,
            "site": str(rng.choice(sites)),
            "kind": str(rng.choice(["under_fire", "closed"])),
        }
        change = [
            {"change": "add", "event": event}, {"change": "add", "event": fire},
            {"change": "withdraw", "id": name},
            {"change": "doubt", "id": name, "confidence": round(float(rng.random()), 2)},
            {"change": "move", "id": name, "date": day},
        ][rng.integers(5)]  # fmt: skip
        action = [
            {"do": "add", "change": change}, {"do": "add", "change": change}, {"do": "add", "change": change},
            {"do": "undo"}, {"do": "redo"},
            {"do": "switch", "at": int(rng.integers(0, 1 + len(session.changes)))},
            {"do": "remove", "at": int(rng.integers(0, 1 + len(session.changes)))},
            {"do": "replace", "at": int(rng.integers(0, 1 + len(session.changes))), "change": change},
        ][rng.integers(8)]  # fmt: skip
        try:
            session.act(session.revision, action)
        except InputError:
            refused += 1
    assert refused < 100
    assert len(session.changes) > 10
    session.save(session.revision, "random")
    fresh = engine.analyze(engine.load_scenario(file, with_="random"))
    assert fresh.statuses == session.now.statuses
    assert fresh.spells().equals(session.now.spells())
    assert np.array_equal(fresh.states.holder, session.now.states.holder)


@pytest.mark.slow
def test_statuses_and_chances_of_two_years_follow_at_once(tmp_path: Path) -> None:
    """In time of the processor, since a test may run beside others; docs/performance.md has what a reader waits."""
    session = Session(copied(tmp_path, "aleppo-2014-2015.toml"))
    session.page()
    statuses, chances = [], []
    for n in range(5):
        event = TAKEN["event"] | {"date": f"2014-12-{20 + n}"}
        began = time.thread_time()
        do(session, "add", change={"change": "add", "event": event})
        json.dumps(session.state())
        statuses.append(time.thread_time() - began)
        began = time.thread_time()
        assert session.chances(session.revision, 300)
        chances.append(time.thread_time() - began)
    session.end()
    assert sorted(statuses)[2] < 0.25
    assert sorted(chances)[2] < 1.5


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_stops_it(file: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from engine.cli import main; main()", "open", str(file), "--no-browser", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ),
    )  # fmt: skip
    assert process.stdout is not None
    said = "".join(iter(process.stdout.readline, "}\n")) + "}"
    assert json.loads(said)["url"].startswith("http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    _, err = process.communicate()
    assert err == ""
