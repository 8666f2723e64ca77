"""Two years of Aleppo against what is documented, and that the back-test can tell wrong from right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import engine
from engine.backtest.backtest import Backtest, Run, run_backtest, score_run, without_road_reports
from engine.backtest.truth import read_truth
from engine.errors import ScenarioError
from engine.scenario.model import Event, Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.backtest.backtest import Score

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backtest")]  # one run for all

ROOT = Path(__file__).resolve().parents[2]
TRUTH = read_truth(ROOT / "data" / "backtest" / "aleppo-truth.csv")
SCORED = {
    "castello": 671,
    "bab-al-salama": 668,
    "north-eastern": 629,
    "khanasser": 671,
    "eastern-aleppo": 671,
}


@pytest.fixture(scope="module")
def scenario() -> engine.Scenario:
    return engine.load_scenario(ROOT / "scenarios" / "aleppo-2014-2015.toml")


def of(run: Run, route: str) -> Score:
    return next(score for score in run.scores if score.id == route)


def changed(scenario: engine.Scenario, events: list[Event]) -> engine.Scenario:
    return scenario.model_copy(update={"events": tuple(events)})


def scored(scenario: engine.Scenario) -> Run:
    return score_run(engine.analyze(scenario), TRUTH, probability=False)


def test_each_day_as_it_is_scored(aleppo: Backtest) -> None:
    daily = aleppo.whole.daily()
    scored = daily.dropna(subset=["documented"])
    assert scored.groupby("id", sort=False)["date"].size().to_dict() == SCORED
    said = scored["status"].isin(["cut", "besieged"])
    assert ((scored["documented"] == "cut") == said).all()
    squared = (scored["probability"] - (scored["documented"] == "cut")) ** 2
    brier = [of(aleppo.whole, name).brier for name in SCORED]
    assert squared.groupby(scored["id"], sort=False).mean().tolist() == pytest.approx(brier)
    assert daily["under_fire"].sum() == sum(one.under_fire_days for one in aleppo.whole.scores)
    assert daily["status"].cat.ordered


@pytest.mark.parametrize("name", ["whole", "settlements"])
def test_every_scored_day_of_every_route_is_right(aleppo: Backtest, name: str) -> None:
    run: Run = getattr(aleppo, name)
    assert {score.id: score.days for score in run.scores} == SCORED
    assert all(score.right_days == score.days for score in run.scores)
    assert run.together.days == sum(SCORED.values()) == 3310
    assert (run.together.agreement, run.together.kappa) == (1, 1)


@pytest.mark.parametrize("name", ["whole", "settlements"])
def test_the_probabilities_are_good_and_beat_a_constant(aleppo: Backtest, name: str) -> None:
    run: Run = getattr(aleppo, name)
    assert all(score.brier < 0.1 for score in run.scores)
    for route in ("north-eastern", "khanasser"):
        assert of(run, route).brier < of(run, route).brier_of_constant
    assert run.together.brier < run.together.brier_of_constant / 10
    assert run.together.calibration_error < 0.01


def test_a_probability_worked_out_by_hand(aleppo: Backtest) -> None:
    # Hilan captured, and the industrial city captured or, if it was not, Kafr Saghir.
    north_east = next(course for course in aleppo.whole.courses if course.id == "north-eastern")
    day = np.searchsorted(north_east.days, np.datetime64("2014-09-01"))
    assert north_east.chance[day] == pytest.approx(0.8 * (1 - 0.1 * 0.4), abs=1e-12)
    khanasser = next(course for course in aleppo.whole.courses if course.id == "khanasser")
    day = np.searchsorted(khanasser.days, np.datetime64("2015-10-30"))
    assert khanasser.chance[day] == pytest.approx(0.75, abs=1e-12)
    assert khanasser.chance[-1] == pytest.approx(0.75 * (1 - 0.8), abs=1e-12)


def test_what_is_undefined_is_none(aleppo: Backtest) -> None:
    castello = of(aleppo.whole, "castello")
    assert castello.kappa is None
    assert castello.borders == ()
    north_east, khanasser = of(aleppo.whole, "north-eastern"), of(aleppo.whole, "khanasser")
    assert north_east.borders == ((0, None),)
    assert khanasser.borders == ((0, 0),)
    assert (north_east.kappa, khanasser.kappa) == (1, 1)
    assert north_east.agreement_of_constant == pytest.approx(547 / 629)
    assert khanasser.agreement_of_constant == pytest.approx(659 / 671)


def test_the_negative_controls_hold(aleppo: Backtest) -> None:
    analysis = aleppo.whole.analysis
    control = {
        day: analysis.control(day).groupby("site")["holder"].first()
        for day in ("2014-10-03", "2014-12-14", "2015-02-19")
    }
    assert control["2014-10-03"]["handarat"] == "government"
    for day in ("2014-12-14", "2015-02-19"):
        assert control[day]["mallah-east"] == "government"
        assert control[day]["handarat"] == "government"
    castello = analysis.table("D")["castello"]
    assert set(castello["2014-10-03":"2014-12-13"]) == {"open"}
    assert set(castello["2014-12-14":"2015-02-19"]) == {"at risk"}


def test_what_is_documented_as_under_fire_is_at_risk(aleppo: Backtest) -> None:
    castello = of(aleppo.whole, "castello")
    assert (castello.under_fire_days, castello.under_fire_at_risk) == (52, 51)


def test_how_much_rests_on_reports_about_roads(aleppo: Backtest) -> None:
    left_out = aleppo.settlements.left_out
    assert [id_.split("-")[0] for id_ in left_out] == [
        "e002",
        "e011",
        "e015",
        "e024d",
        "e024e",
        "e035",
    ]
    assert len(aleppo.settlements.analysis.scenario.events) == 52 - 6
    assert of(aleppo.settlements, "castello").under_fire_at_risk == 18
    interrupted = {
        name: set(
            getattr(aleppo, name).analysis.table("D")["bab-al-salama"]["2015-02-17":"2015-02-19"]
        )
        for name in ("whole", "settlements")
    }
    assert interrupted == {"whole": {"cut", "open"}, "settlements": {"open"}}


def hold_mallah(events: list[Event]) -> list[Event]:
    """Give al-Mallah to the government, wherever it was contested."""
    return [
        event.model_copy(update={"kind": "captured", "actor": "government", "contestants": ()})
        if event.site == "mallah" and event.kind in {"contested", "fighting"}
        else event
        for event in events
    ]


def without_hilan(events: list[Event]) -> list[Event]:
    return [event for event in events if event.site != "hilan"]


def khanasser_a_month_later(events: list[Event]) -> list[Event]:
    later = {"date": dt.date(2015, 11, 23), "earliest": None, "latest": None, "reported": None}
    return [
        event.model_copy(update=later) if event.id == "e037-khanasser" else event
        for event in events
    ]


@pytest.mark.parametrize(
    ("alter", "route", "wrong"),
    [
        (hold_mallah, "castello", (dt.date(2015, 2, 20) - dt.date(2014, 12, 14)).days),
        (without_hilan, "north-eastern", (dt.date(2015, 10, 9) - dt.date(2014, 7, 3)).days),
        (
            khanasser_a_month_later,
            "khanasser",
            12 + (dt.date(2016, 1, 1) - dt.date(2015, 11, 23)).days,
        ),
    ],
)
def test_it_can_fail(
    scenario: engine.Scenario,
    aleppo: Backtest,
    alter: Callable[[list[Event]], list[Event]],
    route: str,
    wrong: int,
) -> None:
    altered = alter(list(scenario.events))
    assert altered != list(scenario.events)
    run = scored(changed(scenario, altered))
    before, after = of(aleppo.whole, route), of(run, route)
    assert before.days - after.right_days == wrong
    assert run.together.agreement < aleppo.whole.together.agreement
    assert after.false_alarm_days + after.missed_days == wrong


def test_what_each_failure_looks_like(scenario: engine.Scenario) -> None:
    alarm = of(scored(changed(scenario, hold_mallah(list(scenario.events)))), "castello")
    assert (alarm.false_alarms, alarm.misses, alarm.kappa) == (1, 0, 0)
    late = of(scored(changed(scenario, without_hilan(list(scenario.events)))), "north-eastern")
    onset = (dt.date(2015, 10, 9) - dt.date(2014, 7, 3)).days
    assert (late.false_alarms, late.misses, late.borders) == (0, 0, ((onset, None),))
    missed = of(
        scored(changed(scenario, khanasser_a_month_later(list(scenario.events)))), "khanasser"
    )
    assert (missed.false_alarms, missed.misses, missed.borders) == (1, 1, ((None, None),))
    assert missed.kappa < 0


def test_a_group_of_roads_is_a_road(scenario: engine.Scenario) -> None:
    sites = (
        Site(id="ring", sites=("castello-road", "spokes")),
        Site(id="spokes", sites=("lane",)),
        Site(id="lane", road=("Handarat road",)),
        Site(id="mixed", sites=("castello-road", "azaz")),
    )
    day = dt.date(2015, 1, 1)
    events = tuple(Event(date=day, site=site, kind="closed") for site in ("ring", "mixed"))
    first = Event(id="first", date=day, site="spokes", kind="closed")
    second = Event(id="second", date=day, site="azaz", kind="closed", after="first")
    odd = scenario.model_copy(
        update={"sites": (*scenario.sites, *sites), "events": (*events, first, second)}
    )
    bare, left_out = without_road_reports(odd)
    assert left_out == ("event-1", "first")
    assert [(event.id, event.site, event.after) for event in bare.events] == [
        ("event-2", "mixed", ""),
        ("second", "azaz", ""),
    ]


def test_a_route_that_is_not_in_the_scenario_is_refused(scenario: engine.Scenario) -> None:
    fewer = scenario.model_copy(update={"routes": scenario.routes[1:]})
    with pytest.raises(ScenarioError, match="no route or enclave 'castello'"):
        run_backtest(fewer, TRUTH)
