"""Where a route ends that keeps to roads which its places do not stand on."""

from __future__ import annotations

from itertools import pairwise

import pytest

import engine
from tests.control.maps import DEGREE_M, held, map_of, places, scenario

SIDE = 0.003  # degrees: 330 m, less than the 500 m within which a road is near
FAR = 0.006


def roads(tmp_path, off):
    """A highway without junctions along the equator; side streets beside it, joined at its ends."""
    highway = [(0.0, 0.0), (0.1, 0.0), (0.2, 0.0)]
    street = [(0.0, 0.0), (0.0, off), (0.1, off), (0.2, off), (0.2, 0.0)]
    return map_of(
        tmp_path / "roads.json",
        [({"highway": "trunk", "ref": "M5"}, highway)]
        + [({"highway": "residential"}, list(pair)) for pair in pairwise(street)],
    )


def asked(off, within="m5", **route):
    towns = places(a=(0.0, off), b=(0.1, off), c=(0.2, off))
    return scenario(
        places=towns,
        sites=[{"id": "m5", "road": ["M5"]}, {"id": "ab", "places": ["a", "b"]}],
        baseline=held(a="a", b="a", c="b"),
        routes=[{"id": "r", "actor": "a", "within": within} | route],
    )


def test_the_end_is_the_nearest_point_of_the_roads_asked_for(tmp_path) -> None:
    answer = engine.analyze(asked(SIDE, **{"from": "a", "to": "b"}), network=roads(tmp_path, SIDE))
    assert answer.status("2020-01-01")["r"] == "open"
    (path,) = answer.path("r", "2020-01-01")
    length = answer.sectors.network.length[path].sum()
    assert length == pytest.approx(0.1 * DEGREE_M, rel=0.01)  # to beside b, and no farther


def test_it_is_so_for_members_of_groups_and_places_on_the_way(tmp_path) -> None:
    network = roads(tmp_path, SIDE)
    answer = engine.analyze(asked(SIDE, **{"from": "ab", "to": "c"}), network=network)
    assert answer.status("2020-01-01")["r"] == "cut"  # c is held by the other
    assert "no road" not in answer.because("r", 0)
    way = engine.analyze(asked(SIDE, **{"from": "a", "via": ["b"], "to": "a"}), network=network)
    assert way.status("2020-01-01")["r"] == "open"


def test_roads_that_are_not_near_are_said_to_be_far(tmp_path) -> None:
    answer = engine.analyze(asked(FAR, **{"from": "a", "to": "b"}), network=roads(tmp_path, FAR))
    assert answer.status("2020-01-01")["r"] == "cut"
    assert (
        answer.because("r", 0)
        == "no road leads there: no road of m5 meets a; the nearest is 0.7 km away"
    )


def test_without_within_a_place_ends_where_it_lies(tmp_path) -> None:
    network = roads(tmp_path, SIDE)
    free = engine.analyze(asked(SIDE, None, **{"from": "a", "to": "b"}), network=network)
    assert free.status("2020-01-01")["r"] == "open"
    assert (
        free.sectors.network.n_nodes
        == engine.analyze(
            asked(SIDE, None, **{"from": "b", "to": "a"}), network=network
        ).sectors.network.n_nodes
    )
