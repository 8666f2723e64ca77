"""The single changes of the written page: each equals a run with that change."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.measures.single_changes import Said, single_changes, what_may_be_said
from tests.measures.cases import random_cases
from tests.report.lookups import days_of, days_to_try, full_run, full_runs, looked_up, page_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def divided(analysis, page):
    return single_changes(analysis, list(page["whatif"]["sites"])).divided.sectors


def assert_same(page, analysis, asked, run):
    said, site, day = asked
    kind = what_may_be_said(analysis.scenario).index(said)
    statuses, ground = looked_up(page, analysis, site, kind, day)
    assert statuses == run[0], asked
    assert np.array_equal(ground, run[1]), asked


def every_entry(page, analysis) -> list[tuple[Said, str, int]]:
    kinds = what_may_be_said(analysis.scenario)
    return [
        (said, site, day)
        for site in page["whatif"]["sites"]
        for kind, said in enumerate(kinds)
        for day in days_to_try(page, site, kind)
    ]


@pytest.mark.slow
def test_every_entry_of_the_seed_scenario_equals_a_full_run(seed):
    page = page_of(seed)
    asked, sectors = every_entry(page, seed), divided(seed, page)
    assert len(asked) > 7 * 200
    for start in range(0, len(asked), 200):
        some = asked[start : start + 200]
        for one, run in zip(some, full_runs(seed, sectors, some), strict=True):
            assert_same(page, seed, one, run)
    for one in random.Random(17).sample(asked, 25):  # and through the whole path of --with
        assert_same(page, seed, one, full_run(seed, *one))
    answered = [len(rows) for rows in page["whatif"]["sites"]["mallah"]]
    assert min(answered[1:4]) > 0


@pytest.mark.slow
def test_a_sample_of_two_years_equals_full_runs():
    analysis = engine.analyze(engine.load_scenario(SCENARIOS / "aleppo-2014-2015.toml"))
    page = page_of(analysis)
    asked = random.Random(17).sample(every_entry(page, analysis), 60)
    for one, run in zip(asked, full_runs(analysis, divided(analysis, page), asked), strict=True):
        assert_same(page, analysis, one, run)
    assert len(json.dumps(page["whatif"], separators=(",", ":"))) < 1_000_000


def full_run_without(analysis):
    days = [str(day) for day in days_of(analysis)]
    return {name: [analysis.status(day)[name] for day in days] for name in analysis.statuses}


@pytest.mark.slow
def test_single_changes_of_random_scenarios_equal_full_runs():
    moved = 0

    @settings(max_examples=25)
    @given(
        random_cases(),
        st.sampled_from([None, 2, 4]),
        st.booleans(),
        st.randoms(use_true_random=False),
    )
    def compare(case, stale, heard, dice):
        nonlocal moved
        scenario = case.scenario.model_copy(update={"stale_after": stale})
        known_on = scenario.end if not heard else scenario.start.replace(day=5)
        analysis = engine.analyze(scenario, network=case.network, known_on=known_on)
        page = page_of(analysis)
        asked = every_entry(page, analysis)
        asked += [(said, site, dice.randrange(7)) for said, site, _ in dice.sample(asked, 6)]
        for one in dice.sample(asked, 6):
            run = full_run(analysis, *one)
            assert_same(page, analysis, one, run)
            moved += run[0] != full_run_without(analysis)

    compare()
    assert moved > 30


@settings(max_examples=12)
@given(random_cases())
def test_what_differs_alone_gives_what_all_ground_does(case):
    analysis = engine.analyze(case.scenario, network=case.network)
    sites = list(analysis.sectors.sites.index)
    quick = single_changes(analysis, sites).answers
    plain = single_changes(analysis, sites, plainly=True).answers
    for name in quick.__dataclass_fields__:
        assert np.array_equal(getattr(quick, name), getattr(plain, name)), name


def test_of_what_is_not_heard_nothing_is_told(seed):
    early = engine.analyze(seed.scenario, network=seed.network, known_on="2014-11-01")
    told = page_of(early)["whatif"]
    assert told["heard"] < 0
    assert not any(rows for kinds in told["sites"].values() for rows in kinds)
