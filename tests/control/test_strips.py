"""Corridors on a map: how broad they are, and whose the ground beside the road is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

import engine
from tests.control.maps import DEGREE_M, held, map_of, places, scenario

STREETS = (0.0, 0.05, 0.1, 0.15, 0.2)
TOP = 0.03


@pytest.fixture(scope="module")
def ladder(tmp_path_factory):
    """Two roads along the equator, 1.4 km apart, joined by streets that lead on to the north."""
    roads = [({"highway": "trunk"}, [(x, lat) for x in STREETS]) for lat in (0.0, 0.013)]
    roads += [({"highway": "residential"}, [(x, 0.0), (x, 0.013), (x, TOP)]) for x in STREETS]
    return map_of(tmp_path_factory.mktemp("maps") / "ladder.json", roads)


def solved(network, *corridors, **by):
    at = {
        "w": (0.0, 0.0),
        "e": (0.18, 0.0),
        "w2": (0.0, 0.013),
        "e2": (0.18, 0.013),
        "q": (0.05, 0.0),
    }
    sites = [
        {"id": "-".join(ends), "between": list(ends), "buffer_km": km} for *ends, km in corridors
    ]
    routes = [
        {"id": site["id"], "actor": "a", "from": "w", "to": "e", "within": site["id"]}
        for site in sites
    ]
    asked = scenario(
        places=places(**{name: at[name] for name in by}), sites=sites, baseline=held(**by), routes=routes
    )  # fmt: skip
    return engine.analyze(asked, network=network)


def of_site(analysis, site):
    """The pieces of a site: their lines and holders."""
    control = analysis.control("2020-01-01")
    sectors = analysis.sectors
    return control[sectors.covers[sectors.sites.index[site]][sectors.sector]]


def middles(pieces):
    lines = pieces.geometry.to_numpy()
    return shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))


def along(pieces, **bounds):
    """Degrees of road, by holder, whose middle lies within bounds."""
    middle = middles(pieces)
    west, east = bounds.get("x", (-1, 1))
    south, north = bounds.get("y", (-1, 1))
    inside = (
        (middle[:, 0] >= west)
        & (middle[:, 0] <= east)
        & (middle[:, 1] >= south)
        & (middle[:, 1] <= north)
    )
    return (pieces[inside].groupby("holder").length_m.sum() / DEGREE_M).round(4).to_dict()


def test_a_corridor_covers_what_lies_beside_it_and_divides_it_by_the_nearest_place(ladder) -> None:
    analysis = solved(ladder, ("w", "e", 1.0), w="a", e="b")
    pieces = of_site(analysis, "w-e")
    reach = 1000 / DEGREE_M
    on_road, beside = along(pieces, y=(0, 0)), along(pieces, y=(1e-6, 1))
    assert on_road == pytest.approx({"a": 0.09, "b": 0.09 + reach}, abs=2e-4)
    assert beside == pytest.approx({"a": 2 * reach, "b": 2 * reach}, abs=2e-4)
    assert analysis.statuses["w-e"] == ["cut"]
    mine = solved(ladder, ("w", "e", 1.0), w="a", e="a")
    assert mine.statuses["w-e"] == ["open"]


def test_of_two_corridors_the_nearer_has_the_ground_between_them(ladder) -> None:
    analysis = solved(ladder, ("w", "e", 1.0), ("w2", "e2", 0.7), w="a", e="b", w2="c", e2="d")
    reach, other = 1000 / DEGREE_M, 700 / DEGREE_M
    streets = along(of_site(analysis, "w2-e2"), y=(0.0131, 1))
    assert streets == pytest.approx({"c": 2 * other, "d": 2 * other}, abs=2e-4)
    between = along(of_site(analysis, "w-e"), y=(1e-6, 1))
    expected = {"a": 2 * (0.013 - other), "b": 2 * (0.013 - other)}
    shared = 2 * (reach - (0.013 - other))
    assert between == pytest.approx(expected | {"c": shared, "d": shared}, abs=2e-4)


def test_where_corridors_share_a_road_the_one_with_the_nearer_place_has_it(ladder) -> None:
    analysis = solved(ladder, ("w", "e", 1.0), ("q", "e", 1.0), w="a", e="b", q="c")
    reach = 1000 / DEGREE_M
    on_road = along(of_site(analysis, "w-e"), y=(0, 0))
    assert on_road == pytest.approx({"a": 0.05, "c": 0.065, "b": 0.065 + reach}, abs=2e-4)
    swapped = solved(ladder, ("q", "e", 1.0), ("w", "e", 1.0), w="a", e="b", q="c")
    assert along(of_site(swapped, "w-e"), y=(0, 0)) == on_road


def test_side_streets_are_left_for_main_roads_and_for_roads_of_the_name(tmp_path) -> None:
    """From w to e: a straight side street, twice as far by main roads, three times by those of the name."""
    corner = [({"highway": "residential"}, [(0.0, 0.0), (0.1, 0.0)])]
    detour = [({"highway": "primary"}, [(0.0, 0.0), (0.0, 0.05), (0.1, 0.05), (0.1, 0.0)])]
    named = [
        (
            {"highway": "primary", "name": "Long Road"},
            [(0.0, 0.0), (0.0, -0.1), (0.1, -0.1), (0.1, 0.0)],
        )
    ]
    network = map_of(tmp_path / "detours.json", corner + detour + named)
    lengths = {}
    for road in ((), ("Long Road",)):
        site = {"id": "way", "between": ["w", "e"], "buffer_km": 0.5} | (
            {"road": list(road)} if road else {}
        )
        asked = scenario(
            places=places(w=(0.0, 0.0), e=(0.1, 0.0)), sites=[site], baseline=[*held(w="a", e="a")],
            gates=[{"site": "way", "modes": []}],
        )  # fmt: skip
        pieces = of_site(engine.analyze(asked, network=network), "way")
        middle = middles(pieces)
        lengths[road] = [
            round(pieces.length_m[np.asarray(side)].sum() / DEGREE_M, 3)
            for side in (middle[:, 1] > 1e-9, middle[:, 1] < -1e-9)
        ]
    reach = 500 / DEGREE_M
    assert lengths[()] == pytest.approx([0.2, 2 * reach], abs=2e-3)
    assert lengths["Long Road",] == pytest.approx([2 * reach, 0.3], abs=2e-3)


def test_ground_of_a_corridor_is_as_far_from_its_place_as_the_crow_flies(ladder) -> None:
    asked = scenario(
        places=places(w=(0.0, 0.0), e=(0.18, 0.0)), baseline=held(w="a", e="b"),
        sites=[{"id": "w-e", "between": ["w", "e"], "buffer_km": 1.0}],
    )  # fmt: skip
    analysis = engine.analyze(asked, network=ladder)
    pieces = analysis.control("2020-01-01")
    at = middles(pieces)
    near = (at[:, 1] < 1000 / DEGREE_M) & (at[:, 0] < 0.19)
    east = np.where(pieces.holder == "a", at[:, 0], at[:, 0] - 0.18)
    straight = np.hypot(east, at[:, 1]) * DEGREE_M
    far = analysis.sectors.from_place_m
    assert near.sum() > 8
    assert far[near] == pytest.approx(straight[near], abs=5)
    beyond = at[:, 1] > 0.013  # the ground of the nearest place, not of the corridor
    assert beyond.sum() > 4
    assert far[beyond] == pytest.approx(straight[beyond], abs=5)
