"""Routes and enclaves put to the states of their own scenario: the answers are its statuses."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine.analysis.query import (
    friendly,
    ground_of_status,
    intervals,
    is_cut,
    is_lost,
    open_by_mode,
    query_of,
    roads_of,
    shut_by_mode,
    span,
    subjects_of,
)
from engine.analysis.status import AT_RISK, CUT, LOST, OPEN
from engine.connectivity.bits import pack
from engine.connectivity.roads import cheapest_path
from engine.errors import InputError
from tests.measures.cases import random_cases


def packed(masks):
    return [pack(mask[:, np.newaxis]) for mask in masks]


def true_in_first(words):
    return (words & np.uint64(1)).astype(bool).ravel().tolist()


def agrees(analysis, at):
    """Whether what every question answers on an interval is what its status says."""
    for name in analysis.subjects:
        asked, code = query_of(analysis, name), int(analysis.codes[name][at])
        hostile_free = friendly(analysis, asked, at)
        own = pack(hostile_free[:, np.newaxis])
        assert true_in_first(asked.held(own)) == [code != LOST]
        both = [open_by_mode(analysis, asked, at, secure=secure) for secure in (False, True)]
        reached = [true_in_first(asked.connected(packed(masks), own))[0] for masks in both]
        assert sum(reached) == max(code, CUT)
        assert is_cut(analysis, name, at) == (code <= CUT)
        assert is_lost(analysis, name, at) == (code == LOST)
        assert all(
            np.array_equal(one, two)
            for one, two in zip(
                ground_of_status(analysis, asked, at), both[code == OPEN], strict=True
            )
        )
        for masks, connected in zip(both, reached, strict=True):
            _, through = asked.blocked_sectors(packed(masks), own)
            path = asked.path_sectors(masks, hostile_free, np.ones(len(own)))
            assert true_in_first(through)[0] == connected == (len(path) > 0)
            assert not connected or any(mask[path].all() for mask in masks)
        if name in analysis.enclaves:
            enclave = analysis.enclaves[name]
            by_place = [true_in_first(asked.places_connected(packed(one), own)) for one in both]
            still = ~enclave.lost[:, at]
            assert true_in_first(asked.places_held(own)) == still.tolist()
            found = np.sum(by_place, axis=0)[still]
            assert found.tolist() == enclave.place_status[still, at].tolist()
            kept = asked.targets_kept(own, 1)[:, 0]
            assert set(asked.part[kept]) <= set(np.flatnonzero(still | ~asked_has_own(asked)))
        else:
            assert asked.targets_kept(own, 1) is None
            assert len(asked.own_ground()) == 0
            assert asked.places_connected(packed(both[0]), own).shape == (0, 1)


def test_answers_are_the_statuses() -> None:
    seen = Counter()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(random_cases(), st.integers(0, 20))
    def compare(case, at):
        analysis = engine.analyze(case.scenario, network=case.network)
        at %= len(analysis.days)
        seen.update(int(analysis.codes[name][at]) for name in analysis.subjects)
        agrees(analysis, at)

    compare()
    assert min(seen[code] for code in (CUT, AT_RISK, OPEN)) >= 5, seen


def test_answers_are_the_statuses_of_a_lost_enclave(analysis) -> None:
    for at in range(len(analysis.days)):
        agrees(analysis, at)
    assert is_lost(analysis, "d", 3)
    assert not is_lost(analysis, "both", 3)


def asked_has_own(asked):
    """Which places of an enclave have ground of their own, bool of shape (places,)."""
    return np.isin(
        np.arange(asked.n_places), asked.part[asked.legs[0][1].terminal[asked.legs[0][1].own]]
    )


def test_roads_of_a_status_lead_from_usable_nodes_to_usable_nodes() -> None:
    seen = Counter()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(random_cases())
    def compare(case):
        analysis = engine.analyze(case.scenario, network=case.network)
        for name, codes in analysis.routes.items():
            asked, code = query_of(analysis, name), codes[-1]
            at = len(analysis.days) - 1
            hostile_free = friendly(analysis, asked, at)
            joined = []
            for mask in open_by_mode(analysis, asked, at, secure=False):
                roads = roads_of(analysis, asked, mask)
                cost = np.ones(analysis.sectors.network.n_segments)
                joined.append(all(
                    len(starts) and len(goals) and cheapest_path(roads, cost, starts, goals) is not None
                    for starts, goals in asked.nodes_in_use(mask, hostile_free)
                ))  # fmt: skip
            assert any(joined) == (code > CUT)
            seen[any(joined)] += 1

    compare()
    assert min(seen.values()) >= 5, seen


@pytest.fixture(scope="module")
def seed():
    return engine.analyze(engine.load_scenario("scenarios/castello-2014-12.toml"))


def test_a_query_bears_the_names_of_what_it_asks(seed, analysis) -> None:
    asked = query_of(seed, "castello")
    assert (asked.id, asked.label) == ("castello", seed.subjects["castello"].label)
    assert query_of(analysis, "d").label == "d"
    assert query_of(analysis, "both").end_names == {"a", "road", "d"}
    assert query_of(analysis, "r").end_names == {"a", "d"}
    assert query_of(analysis, "r").modes == ("any",)


def test_days_and_subjects_are_asked_one_or_many(seed) -> None:
    days = [day.item() for day in seed.days]
    assert intervals(seed, None) == list(range(len(days)))
    assert intervals(seed, days[1]) == intervals(seed, days[1].isoformat()) == [1]
    assert intervals(seed, [days[2], days[0], days[2] + dt.timedelta(0)]) == [0, 2]
    assert subjects_of(seed, None) == list(seed.subjects)
    assert subjects_of(seed, "castello") == subjects_of(seed, ["castello"]) == ["castello"]
    with pytest.raises(InputError, match=r"castelo.*did you mean 'castello'"):
        subjects_of(seed, ["castelo"])


def test_without_gates_no_mode_is_shut(seed) -> None:
    asked = query_of(seed, "castello")
    (shut,) = shut_by_mode(seed, asked, 0)
    assert not shut.any()


def test_rows_that_say_the_same_are_joined() -> None:
    rows = [
        {"start": 0, "end": 1, "said": "a"}, {"start": 1, "end": 2, "said": "a"},
        {"start": 2, "end": 3, "said": "b"}, {"start": 4, "end": 5, "said": "b"},
    ]  # fmt: skip
    assert span(rows) == [
        {"start": 0, "end": 2, "said": "a"}, {"start": 2, "end": 3, "said": "b"}, rows[3],
    ]  # fmt: skip
    assert rows[0]["end"] == 1
