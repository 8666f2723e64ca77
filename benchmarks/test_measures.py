"""Siege measures: distances over many states, margins, and all measures of the seed scenario."""

from __future__ import annotations

import time
from math import comb

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import engine
from benchmarks.questions import Setting, setting
from benchmarks.ratios import best_of, note
from engine.connectivity.bits import unpack
from engine.connectivity.hitting_sets import minimum_hitting_sets
from engine.connectivity.overlay import build_overlay, least_costs
from engine.measures.sweep import sweep

STATES = 1000
STATES_OF_SCIPY = 10


@pytest.fixture(scope="session")
def large() -> Setting:
    return setting("made-up region")


def factors(place: Setting, closed: float) -> np.ndarray:
    """Return random prices of the ground: some closed, some dearer, (sectors, states)."""
    random = np.random.default_rng(3)
    shape = (place.sectors.n_sectors, STATES)
    dear = np.where(random.random(shape) < 0.2, 3.0, 1.0)
    return np.where(random.random(shape) < closed, np.inf, dear)


@pytest.mark.parametrize("closed", [0.05, 0.2])
def test_distances_over_a_thousand_states(benchmark, large: Setting, closed: float) -> None:
    """The overlay against SciPy's Dijkstra on the full network, from one source, state by state."""
    network, sector = large.network, large.sectors.sector
    nodes = np.array([large.start]), np.array([large.goal])
    began = time.perf_counter()
    overlay = build_overlay(
        large.kernel, network.u, network.v, sector, network.length, np.concatenate(nodes)
    )
    built = time.perf_counter() - began
    factor = factors(large, closed)

    def ask() -> np.ndarray:
        return least_costs(overlay, large.kernel, factor, nodes, large.ends)

    ask()
    found = benchmark.pedantic(ask, rounds=3)
    ours = best_of(ask, 3)
    seconds = []
    for state in np.linspace(0, STATES - 1, STATES_OF_SCIPY).astype(int):
        cost = network.length * factor[sector, state]
        there = np.isfinite(cost)
        ends = np.concatenate([network.u[there], network.v[there]])
        heads = np.concatenate([network.v[there], network.u[there]])
        cells = (np.tile(cost[there], 2), (ends, heads))
        graph = csr_array(cells, shape=(network.n_nodes, network.n_nodes))
        began = time.perf_counter()
        far = dijkstra(graph, indices=large.start)[large.goal]
        seconds.append(time.perf_counter() - began)
        if np.isfinite(found[state]):
            np.testing.assert_allclose(found[state], far, rtol=1e-9)
    theirs = float(np.median(seconds)) * STATES
    what = f"{STATES} distances, {closed:.0%} closed"
    connected = f"{np.isfinite(found).mean():.0%} connected; overlay built in {built:.2g} s"
    note(large.name, what, ours, f"{theirs / ours:.0f} times SciPy's Dijkstra; {connected}")


def test_a_margin_of_three_among_two_hundred(benchmark) -> None:
    """All sets of up to three of 200 places, as packed states, where no two of them are enough."""
    rows = np.arange(200)

    def flips(chosen: np.ndarray) -> np.ndarray:
        return chosen[17] & chosen[101] & chosen[190]

    def surviving(choices: np.ndarray) -> list[np.ndarray | None]:
        wanted = np.isin(rows, [17, 101, 190])
        return [None if chosen[wanted].all() else wanted & ~chosen for chosen in choices]

    def ask() -> tuple[tuple[int, ...], ...]:
        return minimum_hitting_sets(200, flips, surviving).sets

    assert benchmark.pedantic(ask, rounds=1) == ((17, 101, 190),)
    note("200 places", "margin: all sets of up to three", best_of(ask, 1), f"{comb(200, 3)} sets")


def test_all_measures_of_the_seed_scenario(benchmark) -> None:
    """Every measure of the seed scenario, one after the other; the network is read before."""
    analysis = engine.analyze(engine.load_scenario("scenarios/castello-2014-12.toml"))

    def ask() -> None:
        engine.enclave_table(analysis), engine.sieges(analysis), engine.perimeter(analysis)
        engine.margin(analysis), engine.articulation(analysis), engine.disjoint_paths(analysis)
        engine.best_paths(analysis), engine.path_distances(analysis)
        for name in analysis.subjects:
            engine.explain(analysis, name, "2014-12-20")
        after = engine.whatif(analysis, events=["mallah captured by government on 2014-12-25"])
        (
            engine.compare(analysis, after),
            sweep(analysis),
            engine.access(analysis),
            engine.report_ages(analysis),
        )
        engine.sensitivity(analysis)

    ask()
    benchmark.pedantic(ask, rounds=1)
    note("seed scenario", "all measures", best_of(ask, 1), "margins under every variation included")


def test_states_are_packed_as_they_are_unpacked() -> None:
    """What the batches of sets rest on."""
    from engine.connectivity.hitting_sets import states_of

    sets = np.array([(0, 2), (1, 2)])
    assert unpack(states_of(sets, 3), 2).tolist() == [[True, False], [False, True], [True, True]]
