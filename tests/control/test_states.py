"""Control as run-lengths against the same day by day, on random scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.connectivity.bits import pack
from engine.control.gates import MODES, through_gates
from engine.control.points import resolve_sites
from engine.control.runs import Runs, column
from engine.control.sectors import divide
from engine.control.states import control_over_time
from tests.control.dense import assert_same, dense_control, dense_through_gates
from tests.draws import Draws
from tests.meaning.build import day, place, road_network, scenario
from tests.meaning.strategies import Question, questions

if TYPE_CHECKING:
    import datetime as dt

SIDE = 4
NAMES = tuple(f"p{at}" for at in range(SIDE * SIDE))
ACTORS = ("x", "y", "z")
KINDS = ("captured", "contested", "under_fire", "closed", "reopened", "described", "repelled")
DAYS = 40


def grid():
    """Sixteen places on a grid of roads."""
    points = [(37 + 0.02 * (at % SIDE), 36 + 0.02 * (at // SIDE)) for at in range(SIDE * SIDE)]
    roads = [(at, at + 1, 1800) for at in range(SIDE * SIDE) if at % SIDE < SIDE - 1]
    roads += [(at, at + SIDE, 2200) for at in range(SIDE * (SIDE - 1))]
    return road_network(
        points, roads, [place(name, at) for name, at in zip(NAMES, points, strict=True)]
    )


NETWORK = grid()


def busy(random: Draws) -> dict:
    """Many reports on overlapping ground, with all that makes control depend on more than the last one."""
    groups = [f"g{at}" for at in range(3)]
    sites = (*NAMES, *groups)

    def span(first: int) -> dict:
        return {"until": day(first + random.integers(1, 12))} if random.random() < 0.6 else {}

    def passes() -> list[dict]:
        first = random.integers(0, DAYS)
        return [{"actor": str(random.choice(ACTORS)), "from": day(first), **span(first)}]

    events = []
    for _ in range(random.integers(1, 60)):
        kind, first = str(random.choice(KINDS)), random.integers(0, DAYS)
        who = str(random.choice(ACTORS))
        said = {"actor": who} if kind in {"captured", "described"} else {}
        if kind == "contested" and random.random() < 0.7:
            said = {"contestants": [who]}
        if kind == "repelled":
            said = {"defender": who}
        events.append(
            {
                "date": day(first),
                "site": str(random.choice(sites)),
                "kind": kind,
                **said,
                **span(first),
            }
        )
    return {
        "start": day(5), "end": day(DAYS),
        "actors": {name: {"passes": passes()} if random.random() < 0.5 else {} for name in ACTORS},
        "sites": [
            {"id": name, "places": random.choice(list(NAMES), size=3).tolist()} for name in groups
        ],
        "baseline": [
            {"site": name, "holder": str(random.choice(ACTORS)), "date": day(random.integers(1, 12))}
            for name in NAMES if random.random() < 0.7
        ],
        "events": events,
        "overlooks": [
            {"site": str(random.choice(sites)), "onto": str(random.choice(sites)),
             "effect": str(random.choice(["exposed", "closed"]))}
            for _ in range(random.integers(0, 5))
        ],
        "gates": [
            {"site": str(random.choice(sites)), "modes": str(random.choice(MODES)),
             **({"days": "fri"} if random.random() < 0.3 else {}),
             **({"from": day(random.integers(1, DAYS))} if random.random() < 0.5 else {})}
            for _ in range(random.integers(0, 3))
        ],
        "routes": [{"id": "r", "actor": "x", "from": "p0", "to": NAMES[-1]}],
        **({"stale_after": random.integers(1, 20)} if random.random() < 0.3 else {}),
        **({"overlook_range": {"km": random.integers(1, 4), "effect": "closed"}} if random.random() < 0.3 else {}),
    }  # fmt: skip


def compare(asked, network, known_on: dt.date | None = None) -> None:
    asked = resolve_sites(asked, network)
    sectors, n_actors = divide(asked, network), len(asked.actors)
    states = control_over_time(asked, sectors, known_on)
    dense = dense_control(asked, sectors, known_on)
    assert_same(states, dense, n_actors)
    for mode in (*MODES, "any"):
        views = through_gates(asked, sectors, states, mode)
        for view, expected in zip(
            views, dense_through_gates(asked, sectors, dense, mode), strict=True
        ):
            assert_same(view, expected, n_actors)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_busy_ground(data: st.DataObject) -> None:
    entries = busy(Draws(data.draw))
    compare(scenario(entries), NETWORK)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions())
def test_every_rule(asked: Question) -> None:
    compare(asked.scenario, asked.network, asked.known_on)


@given(st.data())
def test_runs_are_what_they_say(data: st.DataObject) -> None:
    """Bits, look-ups, joins, choices and repetitions against an array with a place for each interval."""
    random = Draws(data.draw)
    n_rows, n = random.integers(1, 5), int(random.choice([1, 2, 63, 64, 65, 100, 127]))
    cuts = random.integers(0, 30)
    row, at = (np.zeros(0, dtype=np.int64),) * 2
    if cuts:
        row, at = random.integers(0, n_rows, size=cuts), random.integers(0, n, size=cuts)
    runs = Runs.cut_at(row, at, n_rows=n_rows, n_intervals=n)
    holds = random.integers(0, 2, size=len(runs)).astype(bool)
    each = np.repeat(np.arange(len(runs)), runs.end - runs.begin).reshape(n_rows, n)
    plain = holds[each]
    assert np.array_equal(runs.bits(holds), pack(plain))
    interval = random.integers(0, n)
    assert np.array_equal(column(runs.bits(holds), interval), plain[:, interval])
    assert np.array_equal(runs.at(interval), each[:, interval])
    fewer, kept = runs.joined(holds)
    assert np.array_equal(fewer.bits(holds[kept]), pack(plain))
    assert len(fewer) == n_rows + int((np.diff(plain, axis=1) != 0).sum())
    chosen = np.sort(random.integers(0, n, size=1 + random.integers(0, n)))
    some, kept = runs.chosen(chosen)
    assert np.array_equal(some.bits(holds[kept]), pack(plain[:, chosen]))
    again, parent = runs.repeated(3)
    assert np.array_equal(again.bits(holds[parent]), pack(np.tile(plain, 3)))
    begin = random.integers(0, n)
    end = begin + 1 + random.integers(0, n - begin)
    span, run = runs.within(np.arange(n_rows), np.full(n_rows, begin), np.full(n_rows, end))
    for one in range(n_rows):
        assert run[span == one].tolist() == np.unique(each[one, begin:end]).tolist()
