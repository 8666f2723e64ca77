"""The three years on a made-up web of streets, and the rules that make them come out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pytest
import shapely

from benchmarks.testbeds.truth import scores_on
from benchmarks.testbeds.webs import make_web, write_web
from engine.control.sectors import divide
from engine.network.read import read_network
from engine.scenario.load import load_scenario
from engine.scenario.model import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from engine.network.arrays import Network

pytestmark = pytest.mark.slow

SEED = 14


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("webs") / "web.osm.pbf"
    write_web(make_web(SEED), file)
    return file


def test_a_web_is_map_like(web: Path) -> None:
    network = read_network(web)
    assert 10_000 < network.n_segments < 60_000
    assert not network.provenance.schematic
    assert {"trunk", "primary", "residential", "unclassified"} <= set(network.highway.values)
    assert network.oneway.any()
    assert network.node_id.min() > 0


def test_the_same_seed_makes_the_same_web() -> None:
    one, other = make_web(SEED), make_web(SEED)
    assert np.array_equal(one.lonlat, other.lonlat)
    assert [tags for _, tags in one.ways] == [tags for _, tags in other.ways]


def test_three_years_come_out_on_a_web_as_on_the_schematic_network(web: Path) -> None:
    scores = scores_on(web)
    assert scores["castello"].agreement == 1.0
    assert all((score.agreement or 0) >= 0.95 for score in scores.values())
    assert (scores["all"].agreement or 0) >= 0.98
    onsets = [onset for onset, _ in scores["eastern-aleppo"].borders]
    assert all(onset is not None and abs(onset) <= 2 for onset in onsets)


def _map(tmp_path: Path) -> Network:
    """A main road from a to b, a village off it, and a side street that leads there."""
    file = tmp_path / "map.osm"
    file.write_text(
        """<osm version="0.6">
        <node id="1" lat="36.0" lon="37.00"/><node id="2" lat="36.0" lon="37.05"/>
        <node id="3" lat="36.0" lon="37.10"/><node id="4" lat="36.01" lon="37.05"/>
        <way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
        <way id="2"><nd ref="2"/><nd ref="4"/><tag k="highway" v="tertiary"/></way>
        </osm>"""
    )
    return read_network(file)


def _scenario(**more: object) -> Scenario:
    places = {"a": (36.0, 37.0), "b": (36.0, 37.1), "village": (36.01, 37.05)}
    return Scenario.model_validate(
        {
            "title": "A test",
            "start": "2015-01-01",
            "end": "2015-01-02",
            "actors": {"x": {}, "y": {}},
            "places": [{"id": k, "lat": lat, "lon": lon} for k, (lat, lon) in places.items()],
            "baseline": [
                {"site": "a", "holder": "x"},
                {"site": "b", "holder": "x"},
                {"site": "village", "holder": "y"},
            ],
            "routes": [{"id": "r", "actor": "x", "from": ["a"], "to": "b"}],
        }
        | more
    )


@pytest.mark.parametrize(
    ("sites", "status"),
    [([], "cut"), ([{"id": "road", "between": ["a", "b"], "buffer_km": 0.3}], "open")],
)
def test_a_road_between_two_places_is_theirs_if_it_is_a_corridor(
    tmp_path: Path, sites: list[object], status: str
) -> None:
    from engine.analysis.analysis import analyze

    analysis = analyze(_scenario(sites=sites), network=_map(tmp_path))
    assert analysis.statuses["r"] == [status]


A_LINE = """
title = "A test"
start = 2015-01-01
end = 2015-01-05
events = [{{ date = 2015-01-03, site = "line", kind = "closed" }}]
baseline = [{{ site = "a", holder = "x" }}, {{ site = "b", holder = "x" }}]
places = [{{ id = "a", lat = 36.0, lon = 37.0 }}, {{ id = "b", lat = 36.0, lon = 37.1 }}]
[actors.x]
[[routes]]
id = "r"
actor = "x"
from = "a"
to = "b"
[[sites]]
id = "line"
line = {line}
buffer_km = {km}
"""


@pytest.mark.parametrize("ending", ["", "geojson", "gpkg", "shp"])
def test_a_drawn_line_is_all_roads_near_it(tmp_path: Path, ending: str) -> None:
    from engine.analysis.analysis import analyze

    points = [[36.99, 36.001], [37.04, 36.001]]
    line = f"line.{ending}" if ending else points
    if ending:
        drawn = geopandas.GeoDataFrame(geometry=[shapely.LineString(points)], crs="epsg:4326")
        drawn.to_file(tmp_path / line)
    for km, covered in ((0.05, False), (0.3, True)):
        path = tmp_path / "s.toml"
        path.write_text(A_LINE.format(line=json.dumps(line), km=km))
        analysis = analyze(load_scenario(path), network=_map(tmp_path))
        row = analysis.sectors.sites.index["line"]
        assert analysis.sectors.covers[row].any() == covered
        status = "cut" if covered else "open"
        assert analysis.statuses["r"][-1] == status


def test_a_place_far_from_junctions_lies_on_the_road(tmp_path: Path) -> None:
    place = {"id": "inn", "lat": 36.001, "lon": 37.02}
    scenario = _scenario()
    inn = Scenario.model_validate(
        scenario.model_dump(by_alias=True, exclude_unset=True)
        | {"places": [*scenario.model_dump(exclude_unset=True)["places"], place]}
        | {"routes": [{"id": "r", "actor": "x", "from": ["a"], "to": "inn"}]}
        | {"baseline": [{"site": "inn", "holder": "x"}, {"site": "a", "holder": "x"}]}
    )
    sectors = divide(inn, _map(tmp_path))
    row = sectors.sites.index["inn"]
    node = sectors.sites.node[row]
    assert sectors.network.lon[node] == pytest.approx(37.02, abs=1e-6)
    assert sectors.network.lat[node] == pytest.approx(36.0, abs=1e-6)
    assert sectors.sites.off_road_m[row] == pytest.approx(111, abs=1)
    pieces = sectors.pieces
    assert np.bincount(pieces.parent, pieces.to_m - pieces.from_m) == pytest.approx(
        _map(tmp_path).length
    )
