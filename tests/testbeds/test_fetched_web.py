"""The way of a planner: roads brought from a server, the scenario on them, the statuses of the sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import engine
from benchmarks.testbeds.webs import make_web
from engine.network.obtain import fetch_network
from engine.scenario.road_network import choose_area
from tests.network.overpass_server import Behaviour, answer_of, overpass_server

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.testbeds.webs import Web
    from engine.network.cut_out import Box

pytestmark = pytest.mark.slow

SEED = "scenarios/castello-2014-12.toml"


def served(web: Web, box: Box, *, roads: bool = True, places: bool = True) -> bytes:
    """Return what a server has of a web in a box: ways that touch it whole, and places."""
    lon, lat = web.lonlat.T
    inside = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
    elements: list[dict[str, object]] = []
    if roads:
        ways = [
            (row, nodes, tags)
            for row, (nodes, tags) in enumerate(web.ways, 1)
            if inside[nodes].any()
        ]
        used = np.unique(np.concatenate([nodes for _, nodes, _ in ways]))
        elements += [
            {"type": "node", "id": node + 1, "lat": float(lat[node]), "lon": float(lon[node])}
            for node in used.tolist()
        ]
        elements += [
            {"type": "way", "id": row, "nodes": (nodes + 1).tolist(), "tags": tags}
            for row, nodes, tags in ways
        ]
    if places:
        elements += [
            {"type": "node", "id": len(lon) + 1 + row, "lon": x, "lat": y, "tags": tags}
            for row, ((x, y), tags) in enumerate(web.places)
            if box.west <= x <= box.east and box.south <= y <= box.north
        ]
    return answer_of(elements)


def test_the_seed_scenario_on_fetched_streets_gives_the_statuses_of_the_sketch(
    tmp_path: Path,
) -> None:
    web, scenario = make_web(1), engine.load_scenario(SEED)
    behaviour = Behaviour()
    behaviour.map = lambda box, **kind: served(web, box, **kind)
    with overpass_server(behaviour) as server:
        path = fetch_network(
            "web", choose_area("web", scenario=scenario), server=server, folder=tmp_path
        )
    streets = engine.read_network(path)
    assert streets.n_segments > 5000
    assert not streets.provenance.schematic
    fetched, sketch = engine.analyze(scenario, network=streets), engine.analyze(scenario)
    assert fetched.table("D").equals(sketch.table("D"))
