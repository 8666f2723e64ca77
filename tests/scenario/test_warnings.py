from pathlib import Path

import pytest

from engine import load_scenario
from engine.cli import main
from engine.scenario.check import scenario_warnings
from engine.scenario.model import Origin, Scenario

SEED = Path(__file__).resolve().parents[2] / "scenarios" / "castello-2014-12.toml"

BASE = {
    "title": "t",
    "start": "2014-12-01",
    "end": "2015-01-01",
    "actors": {"a": {}},
    "routes": [{"id": "r", "actor": "a", "from": "azaz", "to": "mare"}],
}


def event(**keys):
    return {"date": "2014-12-05", "site": "azaz", "kind": "raid", "confidence": 0.5} | keys


def scenario(**sections):
    return Scenario.model_validate(BASE | sections)


BOTH = {"actors": {"a": {}, "b": {"passes": ["a"]}}, "baseline": [{"site": "x", "holder": "b"}]}


@pytest.mark.parametrize(
    ("sections", "fragment"),
    [
        ({"events": [event(date="2014-12-09"), event()]}, "stands below one of 2014-12-09"),
        ({"events": [event(date="2015-02-01")]}, "comes after the run"),
        ({"events": [event(date="2014-01-01", until="2014-02-01")]}, "before the run begins"),
        ({"events": [event(reported="2014-12-01")]}, "before it happened"),
        (
            BOTH | {
                "events": [
                    event(kind="captured", actor="a", source="s"),
                    event(kind="described", actor="b", source="s"),
                ]
            },
            "says of 'azaz' on 2014-12-05 both captured by a and described by b",
        ),
        (
            {"events": [event(kind="closed", source="s"), event(kind="reopened", source="s")]},
            "both closed and reopened",
        ),
        (
            {"events": [event(latest="2014-12-08", reported="2014-12-06")]},
            "reported on 2014-12-06, before its last day 2014-12-08",
        ),
        (
            {"events": [event(latest="2014-12-08", until="2014-12-08")]},
            "counts until 2014-12-08, but may have happened up to 2014-12-08",
        ),
        (
            {"baseline": [{"site": "azaz", "holder": "a"}],
             "events": [event(kind="captured", actor="a")]},
            "a holds 'azaz' already on 2014-12-05",
        ),
        ({"events": [event(confidence=1.0)] * 3}, "all 3 events have confidence 1.0"),
        ({"actors": {"a": {}, "c": {}}}, "nothing names the actor 'c'"),
    ],
)  # fmt: skip
def test_what_is_odd_is_told_once(sections, fragment):
    found = scenario_warnings(scenario(**sections))
    assert [fragment in problem.message for problem in found] == [True]


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"events": [event(confidence=1.0)] * 2},
        {"events": [event(kind="captured", actor="a", date=f"2014-12-0{n}", latest="2014-12-08")
                    for n in (5, 6)]},
        {"baseline": [{"site": "azaz", "holder": "a", "condition": "contested"}],
         "events": [event(kind="captured", actor="a")]},
        {"events": [event(), event(date="2014-12-05"), event(date="2014-12-09")]},
        BOTH | {
            "events": [
                event(kind="captured", actor="a", source="s", dispute="d"),
                event(kind="captured", actor="b", source="s", dispute="d"),
            ]
        },
        {"events": [event(kind="closed", source="s"), event(kind="reopened", source="other")]},
        {"events": [event(source="s"), event(kind="captured", actor="a", source="s")]},
    ],
)  # fmt: skip
def test_what_is_usual_is_not_told(sections):
    assert scenario_warnings(scenario(**sections)) == []


def test_tables_are_each_in_an_order_of_their_own():
    question = scenario(events=[event(date="2014-12-09"), event()])
    for row, name in zip(question.events, ("one.csv", "other.csv"), strict=True):
        row.read_at(Origin(name, 2))
    assert scenario_warnings(question) == []


def test_scenarios_of_the_project_have_nothing_odd():
    assert scenario_warnings(load_scenario(SEED)) == []


def test_check_says_when_passages_hold_who_may_pass_gates_and_how_sure_sources_are(
    tmp_path, monkeypatch, capsys
):
    path = tmp_path / "question.toml"
    path.write_text(
        'title = "t"\nstart = 2014-12-01\nend = 2015-01-01\n[actors.a]\n[actors.b]\n'
        'passes = [{ actor = "a", from = 2014-12-20, until = 2014-12-25 }]\n'
        '[sources.agency]\nreliability = 0.5\n[[gates]]\nsite = "azaz"\nmodes = "civilian"\n'
        'days = "mon"\nfrom = 2014-12-10\n[[routes]]\nid = "r"\nactor = "b"\nfrom = "azaz"\nto = "mare"\n'
    )
    monkeypatch.setattr("sys.argv", ["supplyline", "check", str(path)])
    with pytest.raises(SystemExit):
        main()
    told = " ".join(capsys.readouterr().out.split())
    assert "b b, a from 2014-12-20 until 2014-12-25" in told
    assert "azaz civilian on mon from 2014-12-10" in told
    assert "agency 0.5" in told


TABLE = "date,site,kind,actor,confidence\n" + "".join(
    f"2014-12-{day:02},azaz,captured,{actor},0.9\n"
    for day, actor in ((9, "b"), (5, "a"), (12, "a"), (3, "b"), (2, "a"))
)


@pytest.mark.parametrize(
    ("name", "said"),
    [("events.csv", ["the event of 2014-12-05 stands below one of 2014-12-09"]),
     ("imported-acled.csv", [])],
)  # fmt: skip
def test_the_order_of_imported_and_of_added_rows_is_left_alone(tmp_path, name, said):
    (tmp_path / name).write_text(TABLE)
    (tmp_path / "s.toml").write_text(
        f'title = "t"\nnetwork = "aleppo-schematic"\nstart = 2014-12-01\nend = 2015-01-01\n'
        f'events = "{name}"\n[actors.a]\n[actors.b]\n'
        '[[routes]]\nid = "r"\nactor = "a"\nfrom = "azaz"\nto = "mare"\n'
    )
    found = scenario_warnings(load_scenario(tmp_path / "s.toml"))
    assert [p.message for p in found if "stands below" in p.message] == said


def test_a_capture_before_the_baseline_is_no_news_to_it():
    held = [{"site": "azaz", "holder": "a"}]
    early = event(kind="captured", actor="a", date="2014-11-20")
    assert scenario_warnings(scenario(baseline=held, events=[early])) == []
