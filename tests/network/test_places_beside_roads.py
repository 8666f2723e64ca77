"""Places beside a road without junctions, on networks of every format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from engine.analysis.analysis import analyze
from engine.control.sites import places_on_roads
from engine.errors import ScenarioError
from engine.importers.settlements import settlements
from engine.measures.access import access
from engine.measures.sensitivity import sensitivity
from engine.network import Place, read_network, write_network
from engine.network.cut_out import Box
from engine.scenario.load import load_scenario
from engine.scenario.model import Route
from tests.meaning.build import road_network, scenario

if TYPE_CHECKING:
    from pathlib import Path

    from engine.network import Network
    from engine.scenario.model import Scenario

ENDS = {1: (37.0, 36.0), 2: (37.3, 36.0), 3: (37.3, 36.2)}
AREA = Box(36.9, 35.9, 37.4, 36.3)


def answer(path: Path) -> Path:
    """Write two long roads as Overpass answers."""
    elements = [
        {"type": "way", "id": 10 + row, "nodes": list(refs), "tags": {"highway": highway},
         "geometry": [{"lon": ENDS[ref][0], "lat": ENDS[ref][1]} for ref in refs]}
        for row, (refs, highway) in enumerate([((1, 2), "trunk"), ((2, 3), "primary")])
    ]  # fmt: skip
    path.write_text(json.dumps({"elements": elements}))
    return path


def place(name: str, lon: float, lat: float) -> Place:
    return Place(name, name, "", "village", lon, lat)


@pytest.mark.parametrize(
    "suffix",
    [".json", ".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".graphml", ".gpkg", ".geojson", ".shp",
     ".parquet"],
)  # fmt: skip
def test_a_place_lies_on_the_road_that_passes_it(tmp_path: Path, suffix: str) -> None:
    roads = read_network(answer(tmp_path / "far.json"))
    if suffix != ".json":
        write_network(roads, tmp_path / f"far{suffix}")
    network = read_network(tmp_path / f"far{suffix}")
    near = places_on_roads(network, np.array([37.15, 37.0]), np.array([36.003, 36.001]))
    assert near.on_way.tolist() == [True, False]
    assert near.metres.tolist() == pytest.approx([334, 111], abs=1)
    own = (place("a", 37.0, 36.001), place("b", 37.15, 36.003), place("c", 37.2, 36.003))
    found = settlements(network, AREA, own)
    assert [each.id for each in found.listed] == ["a", "b", "c"]
    assert not found.remarks()


def test_swapped_places_are_told(tmp_path: Path) -> None:
    roads = answer(tmp_path / "far.json")
    own = (place("a", 36.001, 37.0), place("b", 10.0, 50.0))
    assert settlements(read_network(roads), AREA, own).remarks() == [
        "left out, outside of the area: a, b",
        "lat and lon are probably swapped: a",
    ]
    path = tmp_path / "s.toml"
    places = [("a", 36.0, 37.15), ("b", 37.2, 36.0), ("c", 10.0, 50.0)]
    path.write_text(
        'title = "t"\nnetwork = "far.json"\nstart = 2014-12-01\nend = 2014-12-31\n[actors.red]\n'
        + "".join(
            f'[[places]]\nid = "{name}"\nname = "{name}"\nlat = {lat}\nlon = {lon}\n'
            f'[[baseline]]\nsite = "{name}"\nholder = "red"\n'
            for name, lat, lon in places
        )
        + '[[routes]]\nid = "r"\nactor = "red"\nfrom = "a"\nto = "b"\n'
    )
    with pytest.raises(ScenarioError) as caught:
        analyze(load_scenario(path))
    told = {each.value: each.message for each in caught.value.problems}
    assert "its lat and lon are probably swapped" in told["b"]
    assert "swapped" not in told["c"]


#         a           j: 222 m from b   k            e           t: 111 m from b
LANE = [(37.0, 36.0), (37.03, 36.0), (37.05, 36.0), (37.08, 36.0), (37.03, 36.003)]
B = (37.03, 36.002)


def beside_a_lane(**places: tuple[float, float]) -> tuple[Network, Scenario]:
    """Return a map with a lane from k to t, and a scenario in which k is the enemy's."""
    spots = {"a": LANE[0], "e": LANE[3], "k": LANE[2]} | places
    entries = {
        "actors": {"x": {}, "y": {}},
        "places": [{"id": name, "lon": at[0], "lat": at[1]} for name, at in spots.items()],
        "baseline": [{"site": name, "holder": "y" if name == "k" else "x"} for name in spots],
    }
    roads = [(0, 1, 2700), (1, 2, 1800), (2, 3, 2700), (2, 4, 2000)]
    return road_network(LANE, roads, schematic=False), scenario(entries)


def test_a_place_without_a_role_is_reached_beyond_its_dead_end() -> None:
    network, asked = beside_a_lane(c=(37.03, 36.004), j=(37.03, 35.999))
    analysis = analyze(asked, network=network)
    points = pd.DataFrame([("b", *B), ("t", *LANE[4])], columns=["id", "lon", "lat"])
    found = access(analysis, points, actors=["x"], lifelines=["a"])
    assert dict(zip(found["place"], found["status"], strict=True)) == {"b": "open", "t": "cut"}
    # c has its dead end, since the junction is j's.
    own = access(analysis, actors=["x"], lifelines=["a"])
    assert dict(zip(own["place"], own["status"], strict=True)) == {
        "a": "open", "c": "cut", "e": "cut", "j": "open", "k": "cut"
    }  # fmt: skip


def test_a_place_that_moves_from_its_dead_end_stands_for_another_node() -> None:
    network, asked = beside_a_lane(b=(37.03, 36.003))
    places = [p.model_copy(update={"error_km": 0.1 * (p.id == "b")}) for p in asked.places]
    routes = (Route(id="r", actor="x", to="b", **{"from": ["a"]}),)
    asked = asked.model_copy(update={"places": tuple(places), "routes": routes})
    analysis = analyze(asked, network=network)
    assert analysis.status(asked.start)["r"] == "cut"
    found = sensitivity(analysis, asked.start)
    moved = found[found["factor"] == "place"]
    assert len(moved) == 4
    assert (moved["better"] == 10).all()
