"""Every report that the seed scenario rests on is in it: none bent, none dropped, none added."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass

import pytest

from tests.data.rows import SCENARIOS, Row, bent, chronology, events, number, says

NO_CHANGE = ("", "")
HELD_BY_OPPOSITION = ("held", "opposition")
HELD_BY_GOVERNMENT = ("held", "government")
CONTESTED = ("contested", "government;opposition")

NARRATOR = "article: narrator"
COMMANDER = "article: field commander, a party to the fighting"
PARTY = "article: a party to the fighting"
ANNOUNCED = "article: announcement by a party"

# The article is of 20-22 December 2014, so its Friday is the 19th: first and last day of each term.
WHEN = {
    "current": ("2014-12-20", "2014-12-22"),
    "Friday": ("2014-12-19", "2014-12-19"),
    "recent days": ("2014-12-15", "2014-12-22"),
    "days before Friday": ("2014-12-12", "2014-12-18"),
    "earlier": ("2014-12-13", "2014-12-14"),  # no day in the article: that of row E012
}


@dataclass(frozen=True)
class Told:
    """A row of the article: who acts, how (any kind that fits), and what it says of each place."""

    id: str
    actor: str
    kinds: frozenset[str]
    places: dict[str, tuple[str, str]]
    source: str
    certainty: float
    when: str


def told(
    id_: str, actor: str, kinds: str, says_: dict, source: str, certainty: float, when: str
) -> Told:
    return Told(id_, actor, frozenset(kinds.split()), says_, source, certainty, when)


ATTACK = "raid strike"
ARTICLE = [
    told("s01", "isis", "repelled", {"mare": HELD_BY_OPPOSITION}, NARRATOR, 0.65, "current"),
    told(
        "s02", "opposition", ATTACK,
        {"aleppo-west": NO_CHANGE, "ramouseh": NO_CHANGE, "salahaddin": NO_CHANGE},
        NARRATOR, 0.6, "current",
    ),
    # The opposition holds the farms but for three, which the government still holds.
    told("s03", "opposition", "fighting", {"mallah": CONTESTED}, COMMANDER, 0.55, "current"),
    # The government holds a part: the east wholly, so that the farms as such are contested.
    told(
        "s04", "government", "captured contested",
        {"mallah-east": HELD_BY_GOVERNMENT, "mallah": CONTESTED}, NARRATOR, 0.85, "earlier",
    ),
    told(
        "s05", "opposition", "described",
        {"castello-road": HELD_BY_OPPOSITION}, NARRATOR, 0.9, "current",
    ),
    told("s06", "opposition", "losses", {"mallah": NO_CHANGE}, PARTY, 0.5, "recent days"),
    told(
        "s07", "government", "repelled",
        {"handarat-camp": HELD_BY_OPPOSITION}, NARRATOR, 0.65, "current",
    ),
    told("s08", "government", "described", {"handarat": HELD_BY_GOVERNMENT}, NARRATOR, 0.9, "current"),
    told("s09", "opposition", ATTACK, {"handarat-hills": NO_CHANGE}, ANNOUNCED, 0.5, "Friday"),
    # The positions stay with the opposition; who holds the village of Tal Malid is not stated.
    told(
        "s10", "isis", "repelled",
        {"tal-malid": NO_CHANGE, "mare": HELD_BY_OPPOSITION}, NARRATOR, 0.6, "current",
    ),
    told(
        "s11", "opposition", "described",
        {"azaz": HELD_BY_OPPOSITION, "bab-al-salama": HELD_BY_OPPOSITION},
        NARRATOR, 0.9, "current",
    ),
    told("s12", "isis", "aim", {"azaz": NO_CHANGE, "bab-al-salama": NO_CHANGE}, NARRATOR, 0.7, "current"),
    told(
        "s13", "opposition", ATTACK,
        {"missile-battalion": NO_CHANGE, "khan-tuman": NO_CHANGE}, ANNOUNCED, 0.5, "Friday",
    ),
    told("s14", "government", "repelled", {"khan-tuman": NO_CHANGE}, NARRATOR, 0.6, "days before Friday"),
    told("s15", "opposition", "losses", {"khan-tuman": NO_CHANGE}, PARTY, 0.5, "Friday"),
]  # fmt: skip

SEED = events("castello-2014-12.csv")
DECEMBER = chronology("2014-12")


def test_every_event_stands_for_a_row_and_every_row_has_its_events() -> None:
    wanted = {f"{row.id}-{place}" for row in ARTICLE for place in row.places}
    wanted |= {f"{row.id.lower()}-{row.place}" for row in DECEMBER}
    given = [event["id"] for event in SEED]
    assert len(given) == len(set(given)) == 30
    assert set(given) == wanted
    assert [row.id for row in ARTICLE] == [f"s{n:02}" for n in range(1, 16)]
    assert {row.id for row in DECEMBER} == {
        "E012",
        "E012b",
        "E013",
        "E013a",
        "E014",
        "E015",
        "E016",
        "E022",
    }


@pytest.mark.parametrize("row", ARTICLE, ids=lambda row: row.id)
def test_no_row_of_the_article_is_bent(row: Told) -> None:
    stand_for_it = [event for event in SEED if number(event) == row.id]
    assert {event["site"]: says(event) for event in stand_for_it} == row.places
    first, last = WHEN[row.when]
    for event in stand_for_it:
        assert event["actor"] == row.actor
        assert event["kind"] in row.kinds
        assert event["source"] == row.source
        assert float(event["confidence"]) == row.certainty
        assert (event["earliest"] or event["date"], event["latest"] or event["date"]) == (
            first,
            last,
        )
        assert first <= event["date"] <= last
        assert event["reported"] == "2014-12-22"
        assert len(event["note"]) > 20


def test_a_row_that_claims_no_change_names_no_defender() -> None:
    unchanged = {
        (row.id, place) for row in ARTICLE for place, it in row.places.items() if not it[0]
    }
    seen = {(number(e), e["site"]) for e in SEED if e["kind"] != "aim" and not any(says(e))}
    assert seen == {pair for pair in unchanged if pair[0] != "s12"}
    assert not [e["id"] for e in SEED if (number(e), e["site"]) in unchanged and e["defender"]]


@pytest.mark.parametrize("row", DECEMBER, ids=lambda row: row.id)
def test_no_row_of_the_chronology_is_bent(row: Row) -> None:
    (event,) = [event for event in SEED if number(event) == row.id.lower()]
    assert bent(event, row) == []


def test_the_same_report_reads_the_same_in_both_scenarios() -> None:
    long_run = {event["id"]: event for event in events("aleppo-2014-2015.csv")}
    for event in SEED:
        if number(event).startswith("e"):
            assert event.items() <= long_run[event["id"]].items()


def test_the_baseline_is_that_of_march_and_what_happened_since() -> None:
    state = {row["site"]: says_of_holding(row) for row in events("holdings-2014-03.csv")}
    start = dt.date(2014, 12, 1)
    for row in chronology():
        if row.date >= "2014-03-01" and dt.date.fromisoformat(row.date) < start:
            assert row.kind in {"captured", "siege_broken", "described"}
            state[row.place] = (row.who, "held", "")
    baseline = events("holdings-2014-12.csv")
    assert {row["site"]: says_of_holding(row) for row in baseline} == state
    assert len(baseline) == len(state) == 117
    assert all(row["source"] for row in baseline)


def says_of_holding(row: dict[str, str]) -> tuple[str, str, str]:
    return row["holder"], row["condition"], row["contestants"]


def test_the_scenario_sets_out_what_overlooks_what() -> None:
    scenario = tomllib.loads((SCENARIOS / "castello-2014-12.toml").read_text(encoding="utf-8"))
    assert scenario["overlooks"] == [
        {"site": "mallah", "onto": "castello-road", "effect": "closed"},
        {"site": "mallah-south", "onto": "castello-road", "effect": "closed"},
        {"site": "mallah", "onto": "mallah-south", "effect": "closed"},
    ]
    assert (scenario["start"], scenario["end"]) == (dt.date(2014, 12, 1), dt.date(2015, 1, 1))
    routes = {route["id"]: route for route in scenario["routes"]}
    assert routes["bab-al-salama"]["via"] == ["azaz"]
    assert routes["castello"]["within"] == "castello-road"
