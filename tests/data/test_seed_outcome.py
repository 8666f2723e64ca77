"""What the seed scenario comes to, and what it comes to with one report more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import engine
from engine.scenario.model import Event

SEED = Path(__file__).resolve().parents[2] / "scenarios" / "castello-2014-12.toml"


@pytest.fixture(scope="module")
def seed() -> engine.Scenario:
    return engine.load_scenario(SEED)


def spells(scenario: engine.Scenario, name: str) -> list[tuple[str, str]]:
    table = engine.analyze(scenario).spells()
    mine = table[table["id"] == name]
    return [
        (str(day)[:10], status) for day, status in zip(mine["start"], mine["status"], strict=True)
    ]


def with_capture(scenario: engine.Scenario, site: str, actor: str) -> engine.Scenario:
    event = Event(date=dt.date(2014, 12, 25), site=site, kind="captured", actor=actor)
    return scenario.model_copy(update={"events": (*scenario.events, event)})


def test_castello_is_never_cut_and_at_risk_from_the_14th(seed: engine.Scenario) -> None:
    assert spells(seed, "castello") == [("2014-12-01", "open"), ("2014-12-14", "at risk")]


def test_the_corridor_is_open_and_the_east_not_besieged(seed: engine.Scenario) -> None:
    assert spells(seed, "bab-al-salama") == [("2014-12-01", "open")]
    assert spells(seed, "khanasser") == [("2014-12-01", "open")]
    assert spells(seed, "eastern-aleppo") == [
        ("2014-12-01", "connected"),
        ("2014-12-14", "at risk"),
    ]


def test_al_mallah_taken_cuts_castello_until_it_is_contested_again(seed: engine.Scenario) -> None:
    scenario = with_capture(seed, "mallah", "government")
    days = ["2014-12-01", "2014-12-14", "2014-12-25", "2014-12-30"]
    assert spells(scenario, "castello") == list(
        zip(days, ["open", "at risk", "cut", "at risk"], strict=True)
    )
    assert spells(scenario, "eastern-aleppo") == list(
        zip(days, ["connected", "at risk", "besieged", "at risk"], strict=True)
    )
    assert spells(scenario, "bab-al-salama") == [("2014-12-01", "open")]


def test_azaz_taken_cuts_the_corridor_but_not_bab_al_hawa(seed: engine.Scenario) -> None:
    scenario = with_capture(seed, "azaz", "isis")
    assert spells(scenario, "bab-al-salama") == [("2014-12-01", "open"), ("2014-12-25", "cut")]
    for name in ("castello", "eastern-aleppo"):
        assert spells(scenario, name) == spells(seed, name)
    analysis = engine.analyze(scenario)
    reasons = analysis.spells().set_index("id").loc["eastern-aleppo", "sites"]
    assert "castello-road" in reasons.iloc[-1].split(";")


@pytest.mark.parametrize("site", ["handarat", "mallah-east"])
def test_handarat_and_eastern_mallah_close_nothing(seed: engine.Scenario, site: str) -> None:
    taken = with_capture(seed, site, "government")
    assert spells(taken, "castello") == spells(seed, "castello")


def test_the_scenario_finds_its_places_without_the_gazetteer_of_the_network(
    seed: engine.Scenario,
) -> None:
    from dataclasses import replace

    bare = replace(engine.read_network(seed.network), places=())
    table = engine.analyze(seed, network=bare).table()
    assert table.equals(engine.analyze(seed).table())
