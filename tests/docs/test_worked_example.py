"""The worked example of the documentation, figure by figure."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

import engine
from engine.scenario.model import Event

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "worked-example.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def scenario() -> engine.Scenario:
    return engine.load_scenario(ROOT / "scenarios" / "castello-2014-12.toml")


@pytest.fixture(scope="module")
def analysis(scenario: engine.Scenario) -> engine.Analysis:
    return engine.analyze(scenario)


def test_the_ground_is_as_told(analysis: engine.Analysis) -> None:
    road = analysis.control("2014-12-08").query("name == 'Castello road'")
    assert len(road) == 6
    assert road["sector"].nunique() == 4
    assert set(road["holder"]) == {"opposition"}


def test_the_days_are_as_told(analysis: engine.Analysis) -> None:
    for heading, status in (("Monday, 8 December", "open"), ("Sunday, 14 December", "at risk")):
        section = PAGE.split(f"## {heading}")[1].split("\n## ")[0]
        day = dt.datetime.strptime(f"{heading} 2014", "%A, %d %B %Y").date()
        assert f"{day:%A}" == heading.split(",")[0]
        assert analysis.status(day)["castello"] == status
        assert f"**{status}**" in section


def test_the_fourteenth_is_as_told(analysis: engine.Analysis, scenario: engine.Scenario) -> None:
    on_the_day = [event for event in scenario.events if event.date == dt.date(2014, 12, 14)]
    assert [event.confidence for event in on_the_day] == [0.85] * 4
    roads = analysis.control("2014-12-14").set_index("site")
    assert set(roads.loc["mallah", "holder"]) == {"opposition"}
    assert set(roads.loc["mallah", "condition"]) == {"contested"}
    assert set(roads.loc["mallah-east", "holder"]) == {"government"}
    road = roads[roads["name"] == "Castello road"]
    assert set(road["condition"]) == {"exposed"}
    assert set(road["overlooked_by"]) == {"mallah"}


def test_the_what_if_is_as_told(scenario: engine.Scenario) -> None:
    capture = Event(date=dt.date(2014, 12, 25), site="mallah", kind="captured", actor="government")
    more = scenario.model_copy(update={"events": (*scenario.events, capture)})
    castello = engine.analyze(more).table("D")["castello"]
    assert set(castello["2014-12-25":"2014-12-29"]) == {"cut"}
    assert set(castello["2014-12-30":]) == {"at risk"}


def test_the_probabilities_are_as_told(analysis: engine.Analysis) -> None:
    days = [f"2014-12-{day}" for day in (13, 14, 15, 16, 17)]
    found = engine.probabilities(analysis, "castello", days)["probability"].sel(id="castello")
    wanted = [0.330625, 0.0225, 0.009, 0.0054, 0.0018]
    assert found.sel(status="open").to_numpy() == pytest.approx(wanted, abs=1e-12)
    assert found.sel(status="cut").to_numpy() == pytest.approx(0)
    assert all(f"{value:g}" in PAGE for value in wanted)


def test_the_arithmetic_is_right() -> None:
    sums = re.findall(r"P\(open\) = ([-0-9./() x]+?) += ([0-9.]+)", PAGE)
    assert len(sums) == 5
    for terms, result in sums:
        assert eval(terms.replace("x", "*")) == pytest.approx(float(result), abs=1e-12)
