"""The best paths and distances: against the overlay, and on the seed scenario."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import engine

from .cases import random_cases


@pytest.mark.slow
def test_best_ways_and_overlay_agree():
    compared = 0

    @settings(max_examples=60)
    @given(random_cases())
    def compare(case):
        nonlocal compared
        analysis = engine.analyze(case.scenario, network=case.network)
        far, paths = (
            engine.path_distances(analysis, weight="distance"),
            engine.best_paths(analysis, weight="distance"),
        )
        penalty = case.scenario.travel.penalty
        for row in paths[paths.path == "best"].itertuples():
            cost = row.length_km + (penalty - 1) * row.insecure_km
            assert far.loc[row.start, row.id] == pytest.approx(cost)
            compared += 1
        for name, words in analysis.statuses.items():
            cut = np.array([word in {"cut", "besieged", "lost"} for word in words])
            assert (np.isinf(far[name].to_numpy()) == cut).all(), name

    compare()
    assert compared > 60


def test_the_seed_scenario(seed_analysis):
    paths = engine.best_paths(seed_analysis, "2014-12-05").set_index(["id", "path"])
    castello = paths.loc["castello", "best"]
    assert castello.length_km == pytest.approx(castello.geometry.length * 95, rel=0.2)
    assert castello.detour == pytest.approx(1)
    assert castello.insecure_km == 0
    corridor = paths.loc["bab-al-salama", "best"]
    assert corridor.sites[:3] == ("bab-al-salama", "salama", "azaz")
    assert ("castello", "next") not in paths.index
    risky = engine.best_paths(seed_analysis, "2014-12-20", subject="castello").iloc[0]
    assert risky.insecure_km == pytest.approx(risky.length_km)


def test_speeds_and_penalty_are_the_scenarios(seed_analysis):
    travel = {"speeds": {"primary": 30.0}, "penalty": 10.0}
    scenario = seed_analysis.scenario.model_copy(
        update={"travel": type(seed_analysis.scenario.travel)(**travel)}
    )
    slow = engine.analyze(scenario, network=seed_analysis.network)
    before, after = (
        engine.path_distances(seed_analysis)["castello"],
        engine.path_distances(slow)["castello"],
    )
    assert after.iloc[0] == pytest.approx(2 * before.iloc[0])
    assert after.iloc[-1] == pytest.approx(20 * before.iloc[0])


@pytest.mark.slow
def test_the_next_way_shares_no_place():
    found = 0

    @settings(max_examples=80)
    @given(random_cases())
    def compare(case):
        nonlocal found
        analysis = engine.analyze(case.scenario, network=case.network)
        paths = engine.best_paths(analysis, subject="straight")
        ends = {case.scenario.routes[0].from_[0], case.scenario.routes[0].to}
        best = paths[paths.path == "best"]
        for other in paths[paths.path == "next"].itertuples():
            (meanwhile,) = best[(best.start <= other.start) & (other.start < best.end)].itertuples()
            assert not set(meanwhile.sites) & set(other.sites) - ends - {""}
            found += 1

    compare()
    assert found > 3


def test_the_best_way_is_never_listed_again_as_the_next():
    """Where no place lies between the ends, nothing keeps the next path off the best one."""
    scenario = engine.Scenario.model_validate(
        {
            "title": "t", "start": "2014-12-01", "end": "2014-12-02", "actors": {"a": {}},
            "baseline": [{"site": name, "holder": "a"} for name in ("azaz", "salama")],
            "routes": [{"id": "r", "actor": "a", "from": "azaz", "to": "salama"}],
        }
    )  # fmt: skip
    assert engine.best_paths(engine.analyze(scenario)).path.tolist() == ["best"]
