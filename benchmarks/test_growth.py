"""How cost grows: a doubling of reports, days, places or segments costs at most 2.5 times as much.

Ratios are of processor time within one run, so that other work on the machine bears on both. The
large case is that of a nation and a decade.
"""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import engine
from benchmarks.ratios import note
from benchmarks.synthetic import region, reports
from engine.analysis.analysis import analyze
from engine.report.layers import write_geojson

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.network.arrays import Network
    from engine.scenario.model import Scenario

MOST_PER_DOUBLING = 2.5
ROUNDS = 3


class Size(NamedTuple):
    """How large a case is."""

    segments: int
    places: int
    reports: int
    days: int

    def case(self) -> tuple[Network, Scenario]:
        """Build the network and the scenario."""
        network = region(self.segments, self.places)
        return network, reports(network, self.days, per_date=self.reports // self.days)


BASE = Size(40_000, 800, 20_000, 500)
MANY = Size(600_000, 800, 1_000, 100)
NATION = Size(300_000, 5_000, 200_000, 4_000)


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least processor time of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def write_scenario(scenario: Scenario, folder: Path) -> Path:
    """Write a scenario as a file in TOML with its reports in a table."""
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["date", "site", "kind", "actor", "source", "note"])
        table.writerows(
            [
                event.date,
                event.site,
                event.kind,
                event.actor or "",
                f"source {row % 9}",
                f"note {row}",
            ]
            for row, event in enumerate(scenario.events)
        )
    sites = [
        f'[[sites]]\nid = "{site.id}"\n'
        + (f'road = ["{site.road[0]}"]' if site.road else f"area = {[list(p) for p in site.area]}")
        for site in scenario.sites
    ]
    route = scenario.routes[0]
    head = [
        f'title = "Many reports"\nnetwork = "none"\nstart = {scenario.start}\nend = {scenario.end}',
        'events = "events.csv"\n[actors.east]\npasses = ["north"]\n[actors.west]\n[actors.north]',
        f'[[routes]]\nid = "across"\nactor = "east"\nfrom = {list(route.from_)}\nto = "{route.to}"',
    ]
    path = folder / "scenario.toml"
    path.write_text("\n".join([*head, *sites]) + "\n", encoding="utf-8")
    return path


def costs(size: Size, folder: Path) -> dict[str, float]:
    """Return the processor time of each part of the main job."""
    network, scenario = size.case()
    file = write_scenario(scenario, folder)
    analysis = analyze(scenario, network=network)
    last = scenario.end - dt.timedelta(days=1)
    middle = scenario.start + dt.timedelta(days=size.days // 2)
    change = [f"{scenario.routes[0].to} captured by west on {middle}"]
    engine.whatif(analysis, events=change)  # reports get their ids in writing once
    return {
        "reading and checking": seconds(lambda: engine.load_scenario(file)),
        "analyze": seconds(lambda: analyze(scenario, network=network)),
        "spells with reasons": seconds(analysis.spell_rows) / len(analysis.spell_rows()),
        "spells of sectors": seconds(analysis.sector_columns),
        "roads of a day": seconds(lambda: analysis.control(last)),
        "a what-if": seconds(lambda: engine.whatif(analysis, events=change)),
    }


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    return costs(BASE, tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("what", Size._fields)
def test_a_doubling(what: str, base: dict[str, float], tmp_path: Path) -> None:
    """One of the four sizes doubled alone."""
    twice = BASE._replace(**{what: 2 * getattr(BASE, what)})
    found = costs(twice, tmp_path)
    ratios = {name: found[name] / base[name] for name in base}
    note("growth", f"twice the {what}", None, ", ".join(f"{k} {v:.2f}" for k, v in ratios.items()))
    assert {name: ratio for name, ratio in ratios.items() if ratio > MOST_PER_DOUBLING} == {}


def test_a_doubling_of_many_segments(tmp_path: Path) -> None:
    """Of 600,000 segments, which take other memory than 40,000 do: all that there is to do for each."""
    found = []
    for times in (1, 2):
        network, scenario = MANY._replace(segments=times * MANY.segments).case()
        analysis = analyze(scenario, network=network)
        last = scenario.end - dt.timedelta(days=1)
        found.append(
            {
                "analyze": seconds(partial(analyze, scenario, network=network), 2),
                "roads of a day": seconds(partial(analysis.control, last), 2),
                "the layer of roads": seconds(
                    partial(
                        write_geojson,
                        analysis,
                        analysis.sector_columns(),
                        tmp_path / "roads.geojson",
                    ),
                    1,
                ),
            }
        )
    ratios = {name: found[1][name] / found[0][name] for name in found[0]}
    told = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
    note("growth", f"twice {MANY.segments:,} segments", None, told)
    assert {name: ratio for name, ratio in ratios.items() if ratio > MOST_PER_DOUBLING} == {}


ALL_OF_IT = """
import sys, time
from pathlib import Path
import engine
from benchmarks.peak_memory import peak_mb
from benchmarks.test_growth import NATION, write_scenario
network, made = NATION.case()
folder = Path(sys.argv[1])
file = write_scenario(made, folder)
del made
for what in ("read", "analyze", "spells", "write"):
    began = time.process_time()
    if what == "read":
        scenario = engine.load_scenario(file)
    elif what == "analyze":
        analysis = engine.analyze(scenario, network=network)
    elif what == "spells":
        analysis.spell_rows()
    else:
        engine.write_results(analysis, folder / "out")
    print(what, time.process_time() - began)
print("peak", peak_mb())
"""
TARGETS = {"read": 10.0, "analyze": 5.0, "spells": 5.0, "write": 30.0, "peak": 2000.0}


@pytest.mark.skipif(sys.platform == "win32", reason="asks for the peak of memory")
def test_a_nation_and_a_decade(tmp_path: Path) -> None:
    """300,000 segments, 5,000 places, 200,000 reports on 4,000 days, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", ALL_OF_IT, tmp_path], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    found = {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}
    for name, value in found.items():
        unit = "MB" if name == "peak" else "s of processor time"
        note("a nation", name, None, f"{value:.1f} {unit} (asked: {TARGETS[name]:.0f})")
    load = Path("/proc/loadavg")
    note(
        "a nation",
        "load of the machine",
        None,
        load.read_text().split()[0] if load.exists() else "",
    )
    assert {name: value for name, value in found.items() if value > 1.5 * TARGETS[name]} == {}
