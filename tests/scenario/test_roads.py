"""What a scenario calls a road."""

from __future__ import annotations

from typing import TYPE_CHECKING

import osmium
import pytest
from osmium.osm.mutable import Node, Way
from typer.testing import CliRunner

from engine import analyze
from engine.analysis.checks import network_warnings
from engine.cli.app import app
from engine.errors import ScenarioError
from engine.network import RoadPolicy, read_network
from engine.network.overpass import way_filters
from engine.scenario.load import load_scenario
from tests.network.overpass_server import Behaviour, answer_of, overpass_server

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
title = "To the village"
network = "roads.osm.pbf"
start = 2020-01-01
end = 2020-01-03
[actors.army]
[[routes]]
id = "supply"
actor = "army"
from = "town"
to = "village"
[[baseline]]
site = "town"
holder = "army"
date = 2020-01-01
[[baseline]]
site = "village"
holder = "army"
date = 2020-01-01
"""
PLACES = {1: "Town", 3: "Village"}
WAYS = {1: ([1, 2], {"highway": "track", "bridge": "yes"}), 2: ([2, 3], {"route": "ferry"})}
ALL = {4: ([3, 4], {"highway": "primary"}), 5: ([1, 5], {"highway": "primary"})}
OPEN = '[roads]\nallow = { highway = "track" }\nadmit = { route = ["ferry"] }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with osmium.SimpleWriter(str(tmp_path / "roads.osm.pbf")) as out:
        for i in range(1, 6):
            tags = {"place": "village", "name": PLACES[i]} if i in PLACES else {}
            out.add(Node(id=i, version=1, location=(37 + i / 1000, 36 + i * i / 5000), tags=tags))
        for i, (nodes, tags) in (WAYS | ALL).items():
            out.add(Way(id=i, version=1, nodes=nodes, tags=tags))
    return tmp_path


def status(folder: Path, roads: str) -> str:
    (folder / "s.toml").write_text(HEAD + roads)
    return analyze(load_scenario(folder / "s.toml")).status("2020-01-01")["supply"]


@pytest.mark.parametrize(
    ("roads", "expected"),
    [
        ("", "cut"),
        ('[roads]\nallow = { highway = "track" }\n', "cut"),
        (OPEN, "open"),
        (OPEN + 'refuse = { bridge = ["yes"] }\n', "cut"),
        (OPEN + 'barriers = ["gate"]\n', "open"),
    ],
)
def test_a_scenario_says_what_a_road_is(folder: Path, roads: str, expected: str) -> None:
    assert status(folder, roads) == expected


def test_what_the_network_does_not_have_is_odd(folder: Path) -> None:
    def odd(roads: str) -> list[str]:
        status(folder, roads)
        found = network_warnings(analyze(load_scenario(folder / "s.toml")))
        return [str(problem) for problem in found if "asks for" in str(problem)]

    assert odd(OPEN) == []
    (bus, train) = odd(
        '[roads]\nallow = { highway = ["track", "bus_guideway"] }\nadmit = { route = "train" }\n'
    )
    assert "no road of class 'bus_guideway'" in bus
    assert "no road of class 'train'" in train
    assert "fetch --scenario" in bus
    assert "s.toml, line " in bus


@pytest.mark.parametrize(
    ("roads", "message"),
    [
        ("allow = { highway = ['trak'] }", "highway=trak is a road as it is; nearest: track"),
        ("allow = { higway = ['track'] }", "no value of 'higway' is refused; nearest: highway"),
        ("alow = { highway = ['track'] }", "alow"),
        ("refuse = { bridge = [1] }", "bridge"),
    ],
)
def test_what_would_change_nothing_is_refused(folder: Path, roads: str, message: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        status(folder, f"[roads]\n{roads}\n")
    assert message in str(refusal.value)
    assert "s.toml, line " in str(refusal.value)


def test_fetch_brings_the_roads_of_a_scenario(folder: Path) -> None:
    status(folder, OPEN)
    whole = read_network(folder / "roads.osm.pbf", policy=RoadPolicy().allowing("highway", "track"))
    at = dict(zip(whole.node_id.tolist(), zip(whole.lon, whole.lat, strict=True), strict=True))
    nodes = [
        {"type": "node", "id": i, "lon": at.get(i, (37.002,))[0], "lat": 36 + i * i / 5000}
        for i in range(1, 6)
    ]
    ways = [
        {"type": "way", "id": i, "nodes": nodes_of, "tags": tags}
        for i, (nodes_of, tags) in (WAYS | ALL).items()
    ]
    behaviour = Behaviour("ok")
    behaviour.map = lambda _, **__: answer_of([*nodes, *ways])
    with overpass_server(behaviour) as server:
        arguments = ["here", "--scenario", str(folder / "s.toml"), "--server", server]
        result = CliRunner().invoke(app, ["fetch", *arguments, "--out", str(folder)])
    assert result.exit_code == 0, result.output
    assert any('["route"~"^(ferry)$"]' in query for query in behaviour.queries)
    policy = load_scenario(folder / "s.toml").roads.policy
    fetched = read_network(folder / "here.osm.pbf", policy=policy)
    assert sorted(set(fetched.ways.values.tolist())) == [1, 2, 4, 5]


def test_text_stays_text_in_a_query() -> None:
    policy = (
        RoadPolicy().refusing('na"me', 'a"](36,37,38,39);out;', "b\\").admitting("route", "x|y")
    )
    usual, admitted = way_filters(policy)
    assert usual.startswith('["highway"]["highway"!~"^(abandoned|')
    assert usual.endswith('["na\\"me"!~"^(a\\"\\\\]\\\\(36,37,38,39\\\\);out;|b\\\\\\\\)$"]')
    assert admitted.startswith('["route"~"^(x\\\\|y)$"]["highway"!~')
    everything = RoadPolicy().allowing("access", "private")
    assert '"access"' not in way_filters(everything)[0]
