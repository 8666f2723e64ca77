"""Areas: from corners or from a file, and what is said of those that enclose nothing."""

from __future__ import annotations

import json

import pytest

import engine
from engine.errors import ScenarioError
from tests.control.maps import DEGREE_M, held, map_of, scenario

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
