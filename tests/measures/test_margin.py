"""Margins against brute force: every set of real events, put to the engine one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import combinations
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.analysis.query import query_of
from engine.analysis.status import enclave_status, route_status
from engine.control.states import control_over_time
from engine.measures.margin import margin
from engine.scenario.model import Event

from .cases import random_cases

CASES = 1000  # three questions each
LATE = dt.date(2099, 1, 1)


class Events:
    """An analysis to which real events are added; equal sets of events are computed once."""

    def __init__(self, analysis, on):
        self.analysis, self.on = analysis, on
        self._states = {}

    def status(self, name, places, by):
        """Return the status code of a question once places were captured."""
        if (places, by) not in self._states:
            self._states[places, by] = self._after(places, by)
        states = self._states[places, by]
        at = int(np.searchsorted(states.borders, np.datetime64(self.on, "D"), side="right")) - 1
        for route in self.analysis.scenario.routes:
            if route.id == name:
                return route_status(self.analysis.terminals, states, route)[at]
        (enclave,) = (e for e in self.analysis.scenario.enclaves if e.id == name)
        return enclave_status(self.analysis.terminals, states, enclave).status[at]

    def _after(self, places, by):
        captured = [
            Event(date=self.on, reported=LATE, site=place, kind="captured", actor=by)
            for place in places
        ]
        scenario = self.analysis.scenario
        scenario = scenario.model_copy(update={"events": (*scenario.events, *captured)})
        return control_over_time(scenario, self.analysis.sectors)


def ends_of(scenario, name):
    """Return the places at which a question begins and ends."""
    for route in scenario.routes:
        if route.id == name:
            return {*route.from_, route.to}
    (enclave,) = scenario.enclaves
    (ground,) = (site for site in scenario.sites if site.id == enclave.ground)
    return {*enclave.lifelines, *ground.places}


def brute_force(events, name):
    """Return change, size and sets of the margin by trying all sets of events, by each actor."""
    analysis = events.analysis
    asked = query_of(analysis, name)
    at = analysis.interval_on(events.on)
    is_cut = events.status(name, (), "x") <= 0
    # Every place has a row in the baseline. The ends are candidates of a gain alone.
    places = {row.site for row in analysis.scenario.baseline}
    names = places if is_cut else places - ends_of(analysis.scenario, name)
    actors = list(analysis.scenario.actors)
    takers = [a for a in actors if not analysis.states.passable[asked.actor, actors.index(a), at]]
    found = {}
    for by in ["x"] if is_cut else takers:
        for size in range(len(names) + 1):
            sets = {
                chosen
                for chosen in combinations(sorted(names), size)
                if (events.status(name, chosen, by) <= 0) != is_cut
            }
            if sets:
                found[by] = (size, sets)
                break
    best = min((size for size, _ in found.values()), default=inf)
    return "gain" if is_cut else "loss", best, {by: s for by, (n, s) in found.items() if n == best}


@pytest.mark.slow
def test_margins_equal_brute_force_over_sets_of_events():
    sizes: Counter[tuple[str, float]] = Counter()
    at_end: Counter[str] = Counter()

    @settings(max_examples=CASES)
    @given(random_cases(), st.integers(0, 20))
    def compare(case, at):
        analysis = engine.analyze(case.scenario, network=case.network)
        on = analysis.days[at % len(analysis.days)].item()
        events = Events(analysis, on)
        for row in margin(analysis, on).itertuples():
            change, size, sets = brute_force(events, row.id)
            assert (row.change, row.size, row.exact) == (change, size, True), row.id
            if size < inf:
                chosen = {tuple(sorted(one)) for one in row.sets}
                assert set(row.by) == {by for by, found in sets.items() if found == chosen}, row.id
            sizes[change, size] += 1
            ends = ends_of(case.scenario, row.id)
            at_end[row.status] += any(ends.intersection(one) for one in row.sets)

    compare()
    assert sum(sizes.values()) >= 1000
    assert min(at_end["cut"], at_end["besieged"]) >= 50, at_end
    for change, size, least in (("loss", 1, 50), ("loss", 2, 4), ("gain", 1, 50), ("gain", 2, 4)):
        assert sizes[change, size] >= least, sizes


@pytest.mark.slow
def test_the_integer_program_finds_what_trying_all_sets_finds():
    found = 0

    @settings(max_examples=60)
    @given(random_cases(), st.integers(0, 20))
    def compare(case, at):
        nonlocal found
        analysis = engine.analyze(case.scenario, network=case.network)
        on = analysis.days[at % len(analysis.days)].item()
        tried, solved = margin(analysis, on), margin(analysis, on, most_trials=0)
        assert list(tried["size"]) == list(solved["size"])
        assert solved["exact"].all()
        for row, other in zip(tried.itertuples(), solved.itertuples(), strict=True):
            if row.size < inf:
                assert {tuple(sorted(other.sets[0]))} <= {tuple(sorted(one)) for one in row.sets}
                found += row.size > 0

    compare()
    assert found > 40


def test_the_likeliest_set_may_be_larger_than_the_smallest(seed_analysis):
    falls = {"mallah": 0.5, "castello-mid": 0.9}
    scenario = seed_analysis.scenario.model_copy(update={"falls": falls})
    analysis = engine.analyze(scenario, network=seed_analysis.network)
    (row,) = margin(analysis, "2014-12-05", subject="castello").itertuples()
    assert row.size == 1
    assert row.sets[:2] == (("castello-mid",), ("mallah",))
    assert row.likelihoods[:3] == (0.9, 0.5, 0.0)
    assert (row.likeliest, row.likelihood) == (("castello-mid",), pytest.approx(0.9))


def test_likelihoods_name_places_of_the_scenario(seed_analysis):
    scenario = seed_analysis.scenario.model_copy(update={"falls": {"malah": 0.5}})
    analysis = engine.analyze(scenario, network=seed_analysis.network)
    with pytest.raises(engine.ScenarioError, match="did you mean 'mallah'"):
        margin(analysis)


def test_the_castello_road_hangs_on_mallah(seed_analysis):
    for row in margin(seed_analysis, subject="castello").itertuples():
        assert (row.change, row.size) == ("loss", 1)
        assert ("mallah",) in row.sets
        assert isnan(row.likelihood)


def test_what_would_relieve_after_mallah_is_lost(besieged):
    row = margin(besieged, "2014-12-26", subject="eastern-aleppo").iloc[0]
    assert (row.status, row.change, row["size"], row.by) == ("besieged", "gain", 1, ("opposition",))
    assert ("mallah",) in row.sets


def test_a_lost_end_is_regained():
    scenario = engine.load_scenario("scenarios/aleppo-2014-2015.toml")
    row = margin(engine.analyze(scenario), "2015-10-25", subject="khanasser").iloc[0]
    assert (row.status, row.change, row.sets, row.by) == (
        "cut", "gain", (("khanasser",),), ("government",),
    )  # fmt: skip
