"""Connectivity, side by side with the libraries that others use: ``make bench``.

Three networks: a made-up region (330,000 segments, 200 sites, 1,000 dates), central Helsinki, and the
schematic network of Aleppo. Every answer of every library is compared with ours. The table at the
end holds what was measured in the same run.
"""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

import engine
from benchmarks import peers
from benchmarks.questions import Setting, n_distinct, setting, share_of
from benchmarks.ratios import FIGURES, best_of, note
from benchmarks.synthetic import START, doubtful, region, reports
from engine.analysis.analysis import analyze
from engine.analysis.status import Terminals, route_status
from engine.connectivity.bits import unpack
from engine.connectivity.eliminate import eliminated
from engine.connectivity.engines import _program, connected
from engine.connectivity.kernel import build_kernel
from engine.control.runs import column
from engine.control.sectors import divide
from engine.control.states import control_over_time

MILLION = 15_625
"""Words of a million states."""
SETTINGS = ("made-up region", "Helsinki", "schematic Aleppo")
STATES_OF_PEERS = {"made-up region": 3, "Helsinki": 20, "schematic Aleppo": 20}
DATES_OF_SCIPY = 25
"""How many of the thousand dates the loop over SciPy is run for; the rest is taken to be like them."""


@pytest.fixture(scope="session", params=SETTINGS)
def place(request: pytest.FixtureRequest) -> Setting:
    return setting(request.param)


def processor_time(work, times: int) -> float:
    """Return the least processor time of some runs, of all threads: others do not take part in it."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def compiled_code():
    """Load the compiled engine only where it is measured."""
    from engine.connectivity import _compiled

    return _compiled


@pytest.fixture(scope="session")
def large() -> Setting:
    return setting("made-up region")


def test_a_million_states(benchmark, place: Setting) -> None:
    """Both bounds of a million random states, kernel built, on all processors."""
    bounds = place.states(MILLION)

    def ask() -> list[np.ndarray]:
        return [connected(place.kernel, bits, *place.ends, engine="compiled") for bits in bounds]

    shares = [share_of(found) for found in ask()]
    benchmark.group = "a million states, both bounds"
    benchmark.pedantic(ask, rounds=10, warmup_rounds=1)
    seconds, busy = benchmark.stats.stats.min, processor_time(ask, 10)
    kernel, program = place.reduced.kernel, _program(place.reduced)
    cores = compiled_code().threads_at_hand()
    note(
        place.name,
        "the same, in processor time",
        busy,
        f"{64e-6 * MILLION * cores / busy:.1f} million states/s on {cores} cores that do nothing else",
    )
    note(
        place.name,
        "million states, both bounds, compiled",
        seconds,
        f"{64e-6 * MILLION / seconds:.1f} million states/s",
    )
    note(
        place.name,
        "left after reduction",
        None,
        f"{kernel.n_vertices} vertices, {len(np.unique(kernel.sector))} sectors, "
        f"{len(program.steps)} steps in {len(program.lines)} lines on {program.n_registers} registers; connected {shares[0]:.0%} and {shares[1]:.0%}",
    )
    note(
        place.name,
        "order of elimination",
        processor_time(lambda: eliminated(place.reduced, 10**6), 3),
        "processor time, with the lines written down",
    )
    if place.name == "made-up region":
        assert kernel.n_vertices >= 250
        assert len(np.unique(kernel.sector)) >= 100
        assert all(0.2 <= share <= 0.8 for share in shares)
        assert n_distinct(bounds[0]) > 0.99 * 64 * MILLION


def test_arcs_instead_of_steps(benchmark, place: Setting) -> None:
    """The same, without an order of elimination: moving along the arcs."""
    from engine.connectivity import _compiled as compiled

    bounds = place.states(MILLION // 5)

    def ask() -> list[np.ndarray]:
        return [compiled.spread(place.reduced, bits) for bits in bounds]

    benchmark.group = "a million states, both bounds"
    benchmark.pedantic(ask, rounds=3, warmup_rounds=1)
    seconds = 5 * benchmark.stats.stats.min
    note(place.name, "million states, both bounds, along arcs", seconds, "a fifth measured")
    assert all(
        np.array_equal(found, connected(place.kernel, bits, *place.ends, engine="compiled"))
        for found, bits in zip(ask(), bounds, strict=True)
    )


def test_numpy(benchmark, place: Setting) -> None:
    bounds = place.states(64)

    def ask() -> list[np.ndarray]:
        return [connected(place.kernel, bits, *place.ends, engine="numpy") for bits in bounds]

    benchmark.group = "4,096 states, both bounds"
    found = benchmark.pedantic(ask, rounds=3, warmup_rounds=1)
    note(
        place.name,
        "million states, both bounds, NumPy",
        benchmark.stats.stats.min * MILLION / 64,
        "4,096 measured",
    )
    for answer, bits in zip(found, bounds, strict=True):
        assert np.array_equal(answer, connected(place.kernel, bits, *place.ends, engine="compiled"))


@pytest.mark.parametrize("peer", peers.PEERS, ids=lambda peer: peer.__name__)
def test_peer(benchmark, place: Setting, peer) -> None:
    """One state after the other, as users of the library would."""
    n = STATES_OF_PEERS[place.name]
    bits = place.states(1)[1]
    expected = unpack(connected(place.kernel, bits, *place.ends), 64)[0, :n]
    is_open = unpack(bits, 64)[:, :n][place.sectors.sector].T
    ask = peer(place.network)

    def answers() -> list[bool]:
        return [bool(ask(state, place.start, place.goal)) for state in is_open]

    benchmark.group = f"states of {place.name}"
    found = benchmark.pedantic(answers, rounds=1, warmup_rounds=1)
    assert found == expected.tolist()
    note(place.name, peer.__name__, benchmark.stats.stats.min / n, "per state and bound")


@pytest.mark.skipif(not peers.RA2CE_PYTHON.exists(), reason="ra2ce has no environment of its own")
def test_ra2ce(place: Setting) -> None:
    """Its multi-link redundancy looks for a way around every closed segment: small networks only."""
    if place.name == "made-up region":
        pytest.skip("takes hours: a Dijkstra for each of 100,000 closed segments")
    bits = place.states(1)[1]
    expected = unpack(connected(place.kernel, bits, *place.ends), 64)[0, :5]
    is_open = unpack(bits, 64)[:, :5][place.sectors.sector].T
    found, seconds = peers.ra2ce(place.network, is_open, place.start, place.goal)
    assert found == expected.tolist()
    note(place.name, "ra2ce", seconds, "per state and bound")


def test_kernel_build(benchmark, large: Setting) -> None:
    network, sector = large.network, large.sectors.sector

    def one_pass() -> None:
        ends = (network.u, network.v)
        graph = csr_array((np.ones(len(sector), bool), ends), shape=(network.n_nodes,) * 2)
        connected_components(graph, directed=False)

    benchmark.group = "kernel"
    benchmark.pedantic(
        lambda: build_kernel(network.u, network.v, sector), rounds=10, warmup_rounds=1
    )
    seconds, scipy = benchmark.stats.stats.min, best_of(one_pass, 10)
    directed = best_of(lambda: build_kernel(network.u, network.v, sector, oneway=network.oneway), 5)
    note(
        large.name,
        "kernel build",
        seconds,
        f"{seconds / scipy:.1f} SciPy passes of {1e3 * scipy:.0f} ms",
    )
    note(
        large.name,
        "kernel build, one-way respected",
        directed,
        f"{directed / scipy:.1f} SciPy passes",
    )
    assert seconds < 10 * scipy


def test_a_thousand_dates(benchmark, large: Setting) -> None:
    """From the events to the status of a route on every date, against a loop over SciPy."""
    scenario, sectors = large.scenario, large.sectors
    route = scenario.routes[0]

    def ours() -> np.ndarray:
        states = control_over_time(scenario, sectors)
        return route_status(Terminals(scenario, sectors), states, route)

    benchmark.group = "a thousand dates"
    status = benchmark.pedantic(ours, rounds=3, warmup_rounds=1)
    seconds = benchmark.stats.stats.min

    states = control_over_time(scenario, sectors)
    began = time.perf_counter()
    dates = np.linspace(0, states.n_intervals - 1, DATES_OF_SCIPY).astype(int)
    assert status[dates].tolist() == [scipy_status(large, states, int(date)) for date in dates]
    loop = (time.perf_counter() - began) * states.n_intervals / DATES_OF_SCIPY
    lay = best_of(lambda: divide(scenario, large.sectors.network), 1)
    note(
        large.name,
        f"{states.n_intervals} dates, events to status",
        seconds,
        f"{loop / seconds:.0f} times as fast as SciPy's {loop:.0f} s",
    )
    note(
        large.name,
        "laying the ground (once)",
        lay,
        f"with it {loop / (seconds + lay):.0f} times as fast",
    )
    assert loop > 50 * seconds


def scipy_status(large: Setting, states, date: int) -> int:
    """Count the bounds in which a source and the destination are connected on a date."""
    network, sectors, route = large.network, large.sectors, large.scenario.routes[0]
    sites, covers = sectors.sites, sectors.covers
    nodes = {name: int(sites.node[sites.index[name]]) for name in (*route.from_, route.to)}
    actor = list(large.scenario.actors).index(route.actor)
    found = 0
    for bound in (states.possible(actor), states.secure(actor)):
        is_open = column(bound, date)[sectors.sector]
        u, v = network.u[is_open], network.v[is_open]
        graph = csr_array((np.ones(len(u), bool), (u, v)), shape=(network.n_nodes,) * 2)
        _, part = connected_components(graph, directed=False)

        def usable(name: str, is_open: np.ndarray = is_open) -> bool:
            own = is_open & covers[sites.index[name]][sectors.sector]
            return bool((own & ((network.u == nodes[name]) | (network.v == nodes[name]))).any())

        goal = part[nodes[route.to]]
        found += usable(route.to) and any(part[nodes[s]] == goal and usable(s) for s in route.from_)
    return int(found)


def test_exact_probability(benchmark, large: Setting) -> None:
    """The first number of doubtful events, in steps of five, of which at least 20 matter to the route."""
    network, day = region(), START + dt.timedelta(days=1)

    def ask():
        return engine.probabilities(analysis, "across", dates=day)

    for events in range(30, 60, 5):
        analysis = analyze(doubtful(network, events), network=network)
        found = ask()
        if found.worlds.item() >= 2**20:
            break
    benchmark.group = "probability"
    benchmark.pedantic(ask, rounds=3)
    seconds = benchmark.stats.stats.min
    worlds, how = int(found.worlds.item()), found.method.item()
    note(large.name, "exact probability", seconds, f"2^{worlds.bit_length() - 1} worlds, by {how}")
    assert how != "sampled"
    assert seconds < 1


def test_time_grows_like_array_work() -> None:
    """Time per segment, and per date, as they grow sixteen-fold and tenfold."""
    per_segment, per_date = [], []
    for segments in (20_000, 80_000, 320_000):
        network = region(segments)
        scenario = reports(network, 100)
        per_segment.append(best_of(partial(divide, scenario, network), 3) / network.n_segments)
    network = region(20_000)
    for dates in (100, 300, 1_000):
        scenario = reports(network, dates)
        sectors = divide(scenario, network)
        per_date.append(best_of(partial(control_over_time, scenario, sectors), 3) / dates)
    note(
        "growth",
        "laying the ground, per segment",
        None,
        ", ".join(f"{1e6 * t:.1f} µs" for t in per_segment),
    )
    note("growth", "control, per date", None, ", ".join(f"{1e6 * t:.0f} µs" for t in per_date))
    assert per_segment[-1] < 3 * per_segment[0]
    assert per_date[-1] < 3 * per_date[0]


PEAK = """
import pickle, sys
import numpy as np
from engine.connectivity.engines import connected
kernel, ends, sectors = pickle.load(open(sys.argv[1], "rb"))
random = np.random.default_rng(0)
bounds = [random.integers(0, 2**64, (sectors, 15625), dtype=np.uint64) for _ in range(2)]
for bits in bounds:
    connected(kernel, bits, *ends, engine="compiled")
status = open("/proc/self/status").read()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""
"""The high-water mark of this process alone, in KiB."""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_memory_of_a_million_states(large: Setting, tmp_path: Path) -> None:
    path = tmp_path / "question.pickle"
    path.write_bytes(pickle.dumps((large.kernel, large.ends, large.sectors.n_sectors)))
    done = subprocess.run(
        [sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    peak = int(done.stdout) / 1024
    note(large.name, "peak memory, a million states", None, f"{peak:.0f} MiB, libraries included")
    assert peak < 1024


def test_memory_bandwidth(large: Setting) -> None:
    """What reading the states alone would take, to know the distance to that limit."""
    bits = large.states(MILLION)[0]
    out = np.empty_like(bits)
    seconds = best_of(lambda: np.copyto(out, bits), 20)
    rate = 2 * bits.nbytes / seconds / 1e9
    note(
        large.name,
        "copying the states once",
        seconds,
        f"{rate:.1f} GB/s of {bits.nbytes / 2**20:.0f} MiB",
    )


def test_ratios() -> None:
    """Per state and bound, every library against ours."""
    for name in SETTINGS:
        ours = FIGURES.get((name, "million states, both bounds, compiled"))
        if ours is None or ours[0] is None:
            pytest.skip("needs the measurements of the same run")
        for peer in (*(peer.__name__ for peer in peers.PEERS), "ra2ce"):
            if (name, peer) in FIGURES:
                seconds, remark = FIGURES[name, peer]
                note(
                    name,
                    peer,
                    seconds,
                    f"{remark}, {seconds / (ours[0] / 2 / (64 * MILLION)):,.0f} times ours",
                )
    assert "times ours" in FIGURES["made-up region", "scipy"][1]


def test_states_agree_with_the_states_of_the_reports(large: Setting) -> None:
    """What is measured is what an analysis asks: possible ground on each date, packed."""
    states = control_over_time(large.scenario, large.sectors)
    bits = states.possible(0)
    found = connected(large.kernel, bits, *large.ends, engine="compiled")
    assert np.array_equal(found, connected(large.kernel, bits, *large.ends, engine="numpy"))
