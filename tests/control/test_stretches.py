"""Stretches of road: which segments they cover, and what is said where they cannot be laid."""

from __future__ import annotations

import pytest

import engine
from engine.errors import ScenarioError
from tests.control.maps import DEGREE_M, held, map_of, places, scenario

ROADS = [
    ({"name": "Old Road", "name:ar": "الطريق القديم", "ref": "M4;M5"}, [(0.0, 0.0), (0.1, 0.0), (0.2, 0.0)]),
    ({"name": "New Road"}, [(0.1, 0.0), (0.1, 0.1)]),
    ({"name": "Island"}, [(1.0, 1.0), (1.1, 1.0)]),
]  # fmt: skip


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return map_of(tmp_path_factory.mktemp("maps") / "roads.json", ROADS)


def covered(network, **site):
    """The degrees of road that a stretch covers."""
    asked = scenario(
        places=places(w=(0.0, 0.0), m=(0.1, 0.0), e=(0.2, 0.0), n=(0.1, 0.1), m2=(0.1, 0.0), i=(1.0, 1.0)),
        sites=[{"id": "s"} | site, {"id": "belt", "area": [[0, 0], [1, 0], [1, 1]]}],
        baseline=held(s="a", w="a"),
    )  # fmt: skip
    sectors = engine.analyze(asked, network=network).sectors
    pieces = sectors.covers[sectors.sites.index["s"]][sectors.sector]
    return round(sectors.network.length[pieces].sum() / DEGREE_M, 3)


def test_roads_are_known_by_name_reference_and_script_or_between_places(network) -> None:
    assert covered(network, road=["old road"]) == 0.2
    assert covered(network, road=["الطريق القديم"]) == 0.2
    assert covered(network, road=["m5"]) == 0.2
    assert covered(network, road=["Old Road", "New Road"]) == 0.3
    assert covered(network, ways=[11]) == 0.1
    assert covered(network, between=["w", "n"]) == 0.2
    assert covered(network, between=["w", "m", "e"]) == 0.2
    assert covered(network, road=["Old Road"], between=["n", "e"]) == 0.1


@pytest.mark.parametrize(
    ("site", "said"),
    [
        ({"road": ["Oild Road"]}, "no road of the network .* is called 'Oild Road'.*did you mean 'Old Road'"),
        ({"ways": [99]}, "none of the OSM ways of site 's' is in the network"),
        ({"between": ["w", "i"]}, "no path leads between the places 'w' and 'i' of site 's'"),
        ({"between": ["m", "m2"]}, "the places of site 's' lie at one node"),
        ({"between": ["w", "belt"]}, "between two places, but one of them is no place"),
    ],
)  # fmt: skip
def test_what_cannot_be_laid_is_said(network, site, said) -> None:
    with pytest.raises(ScenarioError, match=said):
        covered(network, **site)
