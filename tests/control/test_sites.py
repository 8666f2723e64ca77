"""Places off the network, names of nobody, and what ground of several sites is called."""

from __future__ import annotations

import pytest

import engine
from engine.control.sites import find_sites, label_of, shared_site
from engine.errors import ScenarioError
from tests.control.maps import held, map_of, places, scenario


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    road = [(10.0, 20.0), (10.2, 20.0), (10.4, 20.0)]
    return map_of(
        tmp_path_factory.mktemp("maps") / "road.json", [({"name": "Road"}, road), ({}, [road[1], (10.2, 20.1)])]
    )  # fmt: skip


def problems(network, **sections):
    with pytest.raises(ScenarioError) as raised:
        engine.analyze(scenario(**sections), network=network)
    return [str(problem) for problem in raised.value.problems]


def test_places_far_from_every_road_are_told_and_the_rest_counted(network) -> None:
    far = {f"p{n}": (10.0 + n / 10, 20.5) for n in range(4)}
    near = {"in": (10.1, 20.0449), "out": (10.3, 20.0455)}  # 5 km are 0.04497 degrees
    told = problems(
        network, places=places(**far, **near), baseline=held(**dict.fromkeys([*far, *near], "a"))
    )
    assert len(told) == 4
    assert "'p0' lies more than 5 km from every road" in told[0]
    assert "49.1 km from the nearest" in told[0]
    assert "44.5 km from the nearest" in told[2]  # a road leads to 20.1 there
    assert "5 of 6 places lie off the network" in told[3]
    engine.analyze(
        scenario(places=places(**{"in": near["in"]}), baseline=held(**{"in": "a"})), network=network
    )


def test_swapped_coordinates_are_told_where_they_would_lie_on_a_road(network) -> None:
    (swapped,) = problems(network, places=places(p=(20.0, 10.0)), baseline=held(p="a"))
    assert "its lat and lon are probably swapped" in swapped
    for at in ((20.0, 11.0), (120.0, 10.0)):
        (plain,) = problems(network, places=places(p=at), baseline=held(p="a"))
        assert "swapped" not in plain


def test_what_is_no_latitude_is_never_said_to_be_one(tmp_path) -> None:
    """Seen as a latitude, 120 degrees lead over the pole, to where this road lies."""
    network = map_of(tmp_path / "north.json", [({}, [(-170.0, 60.0), (-169.9, 60.0)])])
    (plain,) = problems(network, places=places(p=(120.0, 10.0)), baseline=held(p="a"))
    assert "from the nearest" in plain
    assert "swapped" not in plain


def test_names_of_nobody_come_with_the_nearest(network) -> None:
    (told,) = problems(network, places=places(north=(10.2, 20.1)), baseline=held(nroth="a"))
    assert "unknown site 'nroth'" in told
    assert "did you mean 'north'" in told


def test_ground_of_several_sites_is_named_by_the_place_and_counted(network) -> None:
    box = [[9, 19], [11, 19], [11, 21], [9, 21]]
    asked = scenario(
        places=[{"id": "p", "name": "Pi", "name_ar": "بي", "lon": 10.2, "lat": 20.1},
                {"id": "q", "name": "Qu", "name_ar": "قو", "lon": 10.0, "lat": 20.0}],
        sites=[{"id": "box", "label": "Box", "label_ar": "صندوق", "area": box}, {"id": "road", "road": "Road"},
               {"id": "q", "place": "q", "label": "Q town"}],
        baseline=held(box="a", road="a", p="a", q="a"),
    )  # fmt: skip
    sites = find_sites(asked, network)
    assert label_of(sites, ("box", "p")) == "Pi + Box"
    assert label_of(sites, ("box", "road", "p")) == "Pi + 2 more"
    assert label_of(sites, ()) == "ground without a site"
    named = {site.id: (site.label, site.label_ar) for site in sites.named}
    assert named == {
        "p": ("Pi", "بي"),
        "box": ("Box", "صندوق"),
        "road": ("road", ""),
        "q": ("Q town", "قو"),
    }


def test_what_covers_all_of_several_grounds_stands_for_them() -> None:
    assert shared_site([("a", "b"), ("b", "c"), ("a", "b")]) == [("b",)]
    assert shared_site([("a",), ("b",)]) == [("a",), ("b",)]
    assert shared_site([("a", "b")]) == [("a", "b")]
    assert shared_site([("b", "a")]) == [("b", "a")]
    assert shared_site([]) == []
