"""The long scenarios hold all rows of the chronology, 52 and 47: none bent, none dropped, none added."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

import engine
from tests.data.rows import CHRONOLOGY_2016, SCENARIOS, Row, bent, chronology, events, number, says

EVENTS = events("aleppo-2014-2015.csv")
ROWS = chronology()
EVENTS_2016 = events("aleppo-2016.csv")
ROWS_2016 = chronology(table=CHRONOLOGY_2016)
ALL_EVENTS = EVENTS + EVENTS_2016


def test_one_event_for_each_row_in_the_same_order() -> None:
    assert (len(ROWS), len(ROWS_2016)) == (52, 47)
    assert [number(event) for event in EVENTS] == [row.id.lower() for row in ROWS]
    assert [number(event) for event in EVENTS_2016] == [row.id.lower() for row in ROWS_2016]


@pytest.mark.parametrize(
    ("row", "event"),
    list(zip(ROWS + ROWS_2016, ALL_EVENTS, strict=True)),
    ids=lambda it: getattr(it, "id", ""),
)
def test_no_row_is_bent(row: Row, event: dict[str, str]) -> None:
    assert bent(event, row) == []
    assert len(event["note"]) > 15


# Where accounts conflict, something that only the other account says.
OTHER_ACCOUNT = {
    "e004": "4 March",
    "e007": "4 July",
    "e009": "kept the hill and the camp",
    "e012": "SANA",
    "e014": "al-Watan",
    "e016": "Islamic Front",
    "e024": "As-Safir",
    "e024d": "nobody reached it",
    "e027": "80 %",
    "e028": "denied",
    "e030": "Euronews",
    "e035": "YPG denied",
    "e038": "19 November",
    "e043": "evening of 2 February",
    "e043b": "evening of 2 February",
    "e044": "Kafr Naya",
    "e046": "Only one source",
    "e047": "the 11th",
    "e048": "the 16th",
    "e056": "AFP the 27th",
    "e058": "65 to 90 %",
    "e059": "SNHR on the 10th",
    "e062": "the 16th",
    "e066": "State media denied",
    "e069": "28 August",
    "e072": "the 23rd",
    "e078": "27th",
    "e083": "the 23rd",
}


def test_no_conflicting_account_is_dropped() -> None:
    notes = {number(event): event["note"] for event in ALL_EVENTS}
    assert {id_: text in notes[id_] for id_, text in OTHER_ACCOUNT.items()} == dict.fromkeys(
        OTHER_ACCOUNT, True
    )


def test_a_bent_row_is_found_out() -> None:
    for column, value in {
        "site": "hilan", "kind": "raid", "date": "2014-05-03", "latest": "2014-06-01",
        "actor": "isis", "confidence": "0.95", "dispute": "x", "until": "2015-01-01", "source": "",
    }.items():  # fmt: skip
        breij = next(event for event in EVENTS if event["id"] == "e005-breij")
        row = next(row for row in ROWS if row.id == "E005")
        assert bent(breij, row) == []
        assert bent({**breij, column: value}, row), column


def test_only_the_orders_on_record_bind_reports_to_one_another() -> None:
    assert {event["id"]: event["after"] for event in ALL_EVENTS if event["after"]} == {
        "e013-handarat-camp": "e013a-handarat-camp",
        "e025-ratyan": "e024b-ratyan",
    }


def test_nothing_is_said_to_be_known_before_it_can_have_happened() -> None:
    for event in ALL_EVENTS:
        last = event["latest"] or event["date"]
        assert event["reported"] in {"", last} or event["reported"] > last, event["id"]


def test_the_baseline_is_that_of_march_2014() -> None:
    baseline = {row["site"]: row for row in events("holdings-2014-03.csv")}
    assert len(baseline) == 116
    by_holder: dict[str, int] = {}
    for row in baseline.values():
        by_holder[row["holder"]] = by_holder.get(row["holder"], 0) + 1
    assert by_holder == COUNTS
    contested = {site for site, row in baseline.items() if row["condition"] == "contested"}
    assert contested == CONTESTED
    assert all(baseline[site]["contestants"] == "government;opposition" for site in contested)
    for holder, sites in HELD.items():
        assert {site for site, row in baseline.items() if row["holder"] == holder} == sites


CONTESTED = {"breij", "ashrafiyeh", "old-city", "salahaddin", "sheikh-najjar", "khan-tuman"}
HELD = {
    "isis": {"al-rai", "al-bab"},
    "ypg": {"sheikh-maqsoud", "afrin", "qatma"},
    "government": {
        "nubl",
        "zahraa-north",
        "prison",
        "ramouseh",
        "artillery-academies",
        "hamdaniyeh",
        "new-aleppo",
        "aleppo-west",
        "zahraa-city",
        "khalidiyeh",
        "aleppo-airport",
        "jibreen",
        "missile-battalion",
        "safira",
        "khanasser",
        "tal-shgheib",
    },
}
COUNTS = {"": 6, "isis": 2, "ypg": 3, "government": 16, "opposition": 89}


def test_the_truce_is_a_passage_for_the_ypg_alone() -> None:
    scenario = tomllib.loads((SCENARIOS / "aleppo-2014-2015.toml").read_text(encoding="utf-8"))
    passes = {name: actor.get("passes", []) for name, actor in scenario["actors"].items()}
    truce = next(event for event in EVENTS if event["kind"] == "truce")
    assert passes.pop("ypg") == [
        {"actor": "opposition", "from": dt.date.fromisoformat(truce["date"])}
    ]
    assert not any(passes.values())
    assert says(truce) == ("", "")


def test_both_scenarios_share_their_rules() -> None:
    seed, long_run = (
        tomllib.loads((SCENARIOS / name).read_text(encoding="utf-8"))
        for name in ("castello-2014-12.toml", "aleppo-2014-2015.toml")
    )
    assert seed["overlooks"] == long_run["overlooks"]
    assert seed["enclaves"] == long_run["enclaves"]
    for key in ("sites", "routes"):
        assert [item for item in seed[key] if item not in long_run[key]] == []


def test_the_third_year_adds_no_rule() -> None:
    two, three = (
        engine.load_scenario(SCENARIOS / f"aleppo-2014-{last}.toml") for last in ("2015", "2016")
    )
    assert (three.start, three.end) == (two.start, dt.date(2017, 1, 1))
    for key in ("actors", "overlooks", "overlook_range", "gates", "baseline", "sources", "believe"):
        assert getattr(three, key) == getattr(two, key), key
    for key in ("sites", "routes", "events"):
        assert getattr(three, key)[: len(getattr(two, key))] == getattr(two, key), key
    assert [route.id for route in three.routes[len(two.routes) :]] == [
        "handarat-road",
        "azaz-mare",
        "ramouseh-corridor",
        "government-ramouseh",
    ]


def test_no_scenario_knows_the_truth() -> None:
    for path in SCENARIOS.glob("*.toml"):
        assert "truth" not in tomllib.loads(path.read_text(encoding="utf-8"))
        lines = path.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if "backtest" in line and not line.startswith("#")]
