"""Cases that are large in one way each, in processor time of one process.

Usage::

    python benchmarks/large.py disputes|questions|gates|segments

Disputes: 2,000 on which reports contradict one another. Questions: 50 routes and 50 enclaves; gates: the same,
and ten gates. Segments: 3,000,000 of them. Prints each part of the main job with its seconds, and how busy the machine was.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

import engine
from benchmarks.peak_memory import peak_mb
from benchmarks.synthetic import START, region, reports
from engine.analysis.analysis import analyze
from engine.scenario.model import Enclave, Event, Gate, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.network.arrays import Network
    from engine.scenario.model import Scenario

DISPUTES, QUESTIONS, GATES = 2_000, 50, 10


def timed(what: str, work: Callable[[], object]) -> object:
    """Do something, and print what it took."""
    began = time.process_time()
    found = work()
    print(
        f"{what:<44}{time.process_time() - began:8.2f} s   load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return found


def disputes() -> tuple[Network, Scenario]:
    """Return a region with pairs of reports of which one at most is true."""
    network = region(100_000, 3_000)
    plain = reports(network, 1_000, per_date=2)
    random = np.random.default_rng(3)
    names = [place.id for place in network.places]
    rival = [
        Event(
            date=START + dt.timedelta(days=1 + at % 1_000), site=names[random.integers(len(names))],
            kind="captured", actor=actor, confidence=0.45, dispute=f"d{at}",
        )
        for at in range(DISPUTES)
        for actor in ("east", "west")
    ]  # fmt: skip
    return network, plain.model_copy(update={"events": (*plain.events, *rival)})


def questions() -> tuple[Network, Scenario]:
    """Return a region with many routes and enclaves."""
    network = region(100_000, 3_000)
    plain = reports(network, 1_000, per_date=20)
    random = np.random.default_rng(3)
    names = [place.id for place in network.places]
    routes, enclaves = [], []
    for at in range(QUESTIONS):
        some = [names[row] for row in random.choice(len(names), 8, replace=False)]
        routes.append(Route(id=f"r{at}", actor="east", to=some[2], **{"from": tuple(some[:2])}))
        enclaves.append(
            Enclave(id=f"e{at}", actor="west", site=some[3], lifelines=tuple(some[4:6]))
        )
    return network, plain.model_copy(update={"routes": tuple(routes), "enclaves": tuple(enclaves)})


def gates() -> tuple[Network, Scenario]:
    """Return the same with gates that shut one after the other to all but civilians."""
    network, asked = questions()
    shut = tuple(
        Gate(
            site=network.places[at * 37].id,
            modes=("civilian",),
            **{"from": START + dt.timedelta(days=50 * at + 3)},
        )
        for at in range(GATES)
    )
    return network, asked.model_copy(update={"gates": shut})


def segments() -> tuple[Network, Scenario]:
    """Return a country of 3,000,000 segments."""
    network = region(3_000_000, 5_000)
    return network, reports(network, 1_000, per_date=20)


def main() -> None:
    """Measure one case."""
    case = {"disputes": disputes, "questions": questions, "gates": gates, "segments": segments}[
        sys.argv[1]
    ]
    network, scenario = timed("making it up", case)
    found = timed("analyze", lambda: analyze(scenario, network=network))
    spells = timed("spells with reasons", found.spell_rows)
    print(f"{len(spells)} spells")
    day = scenario.end - dt.timedelta(days=1)
    if sys.argv[1] == "disputes":
        chances = timed("probabilities, last day", lambda: engine.probabilities(found, dates=day))
        print(chances.method.values.tolist(), chances.worlds.values.tolist())
    if sys.argv[1] == "segments":
        timed("all roads of the last day", lambda: found.control(day))
    peak = peak_mb()
    print(f"peak of memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
