"""Areas: from corners or from a file, and what is said of those that enclose nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.control.areas import buffers
from engine.control.sites import find_sites
from engine.errors import ScenarioError
from engine.network.arrays import great_circle_m
from tests.control.maps import DEGREE_M, held, map_of, places, scenario

SQUARE = [[0.05, -0.1], [0.15, -0.1], [0.15, 0.1], [0.05, 0.1], [0.05, -0.1]]


def geometry(kind, coordinates):
    return json.dumps(
        {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": coordinates}}
        ]}
    )  # fmt: skip


def covered(tmp_path, area):
    """The degrees of road that an area covers, and of how many pieces."""
    network = map_of(
        tmp_path / "road.json",
        [({}, [(0.0, 0.0), (0.08, 0.0), (0.2, 0.0)]), ({}, [(0.08, 0.0), (0.08, 0.3)])],
    )
    (tmp_path / "a.toml").write_text("")
    asked = scenario(sites=[{"id": "s", "area": area}], baseline=held(s="a"))
    sectors = engine.analyze(asked, network=network).sectors
    inside = sectors.covers[sectors.sites.index["s"]][sectors.sector]
    return round(sectors.network.length[inside].sum() / DEGREE_M, 4), int(inside.sum())


def test_roads_are_cut_at_the_border_of_an_area(tmp_path) -> None:
    assert covered(tmp_path, SQUARE) == (0.2, 3)
    assert covered(tmp_path, SQUARE[:3]) == (0.05, 1)  # a triangle: its diagonal cuts at 0.1
    bow = [[0.0, -0.1], [0.1, 0.1], [0.1, -0.1], [0.0, 0.1]]  # crosses itself: mended
    assert covered(tmp_path, bow)[0] == 0.16


def test_areas_come_from_files(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "area.geojson").write_text(geometry("Polygon", [SQUARE]))
    assert covered(tmp_path, "area.geojson") == (0.2, 3)
    (tmp_path / "two.geojson").write_text(
        geometry(
            "MultiPolygon", [[SQUARE], [[[0.19, -1], [0.3, -1], [0.3, 1], [0.19, 1], [0.19, -1]]]]
        )
    )
    assert covered(tmp_path, "two.geojson") == (0.21, 4)


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ([[0, 0], [1, 0]], "encloses nothing.*at least three corners"),
        ([[0, 0], [1, 0], [2, 0]], "encloses nothing"),
        ([[0, 0], [500, 0], [0, 400]], "WGS 84 degrees"),
        ("none.geojson", "the area of site 's' cannot be read from .*none.geojson"),
        ("broken.geojson", "cannot be read"),
        ("mixed.geojson", "there is no polygon in .*mixed.geojson"),
        ("line.geojson", "it has no layer of polygons; its layers are: line"),
    ],
)
def test_what_is_no_area_is_said(tmp_path, monkeypatch, area, said) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.geojson").write_text("{")
    (tmp_path / "line.geojson").write_text(geometry("LineString", SQUARE))
    mixed = {
        "type": "GeometryCollection",
        "geometries": [{"type": "LineString", "coordinates": SQUARE}],
    }
    (tmp_path / "mixed.geojson").write_text(
        json.dumps({"type": "Feature", "properties": {}, "geometry": mixed})
    )
    with pytest.raises(ScenarioError, match=said):
        covered(tmp_path, area)


def test_a_road_along_the_border_of_an_area_lies_in_it(tmp_path) -> None:
    for x, y in ((0.05, 0.15), (0.15, 0.05)):
        border = [({}, [(x, 0.0), (x, 0.02)]), ({}, [(0.3, 0.0), (0.3, 0.02)])]
        network = map_of(tmp_path / f"{x}-{y}.json", border)
        asked = scenario(sites=[{"id": "s", "area": SQUARE}], baseline=held(s="a"))
        sectors = engine.analyze(asked, network=network).sectors
        assert sectors.covers[sectors.sites.index["s"]][sectors.sector].tolist() == [True, False]


def test_what_a_place_overlooks_reaches_as_far_on_every_side(tmp_path) -> None:
    network = map_of(tmp_path / "road.json", [({}, [(10.0, 60.0), (10.1, 60.0)])])
    asked = scenario(
        overlook_range={"km": 3, "effect": "exposed"}, places=places(p=(10.0, 60.0)), baseline=held(p="a")
    )  # fmt: skip
    (disc,) = buffers(asked, find_sites(asked, network)).values()
    lon, lat = np.array(disc.exterior.coords).T
    metres = great_circle_m(lon, lat, np.full_like(lon, 10.0), np.full_like(lat, 60.0))
    assert metres == pytest.approx(3000, rel=2e-3)
    assert len(lon) == 129  # of 128 corners, the first comes again
    assert disc.area == pytest.approx(np.pi * (3000 / DEGREE_M) ** 2 / 0.5, rel=2e-3)
    assert buffers(scenario(places=places(p=(10.0, 60.0))), find_sites(asked, network)) == {}
