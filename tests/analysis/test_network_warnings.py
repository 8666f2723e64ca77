"""What is legal but odd once the scenario is laid on its network."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine import analyze, load_scenario
from engine.analysis.checks import network_warnings
from engine.network.arrays import Labels
from tests.control import maps
from tests.control.maps import map_of
from tests.scenario.test_warnings import SEED, event, scenario


def odd_on_the_ground(aleppo, **sections):
    return [p.message for p in network_warnings(analyze(scenario(**sections), network=aleppo))]


def test_a_route_that_no_event_can_change(aleppo):
    holdings = [{"site": "azaz", "holder": "a"}, {"site": "mare", "holder": "a"}]
    assert odd_on_the_ground(aleppo, baseline=holdings) == []
    khanasser = event(site="khanasser", kind="captured", actor="a")
    assert odd_on_the_ground(aleppo, baseline=holdings, events=[khanasser]) == [
        "no event of the scenario can change the route 'r'"
    ]
    assert odd_on_the_ground(aleppo, baseline=holdings, events=[khanasser, event()]) == []
    commands = [{"site": "khanasser", "onto": "mare", "effect": "closed"}]
    overlooked = {"baseline": holdings, "events": [khanasser], "overlooks": commands}
    assert odd_on_the_ground(aleppo, **overlooked) == []


def test_an_enclave_that_no_event_can_change(aleppo):
    sections = {
        "routes": [],
        "enclaves": [{"id": "azaz", "actor": "a", "lifelines": "bab-al-salama"}],
        "events": [event(site="khanasser", kind="captured", actor="a")],
    }
    assert odd_on_the_ground(aleppo, **sections) == [
        "no event of the scenario can change the enclave 'azaz'"
    ]


def test_a_place_that_no_road_reaches(aleppo, monkeypatch):
    azaz = next(place for place in aleppo.places if place.id == "azaz")
    off = [{"id": "camp", "lat": azaz.lat + 0.02, "lon": azaz.lon - 0.02}]
    (found,) = odd_on_the_ground(aleppo, places=off, baseline=[{"site": "camp", "holder": "a"}])
    assert "'camp' lies 2." in found
    assert "from the nearest road" in found
    monkeypatch.setattr("engine.analysis.checks.FAR_KM", 3.0)
    assert odd_on_the_ground(aleppo, places=off, baseline=[{"site": "camp", "holder": "a"}]) == []


def test_scenarios_of_the_project_have_nothing_odd(aleppo):
    assert network_warnings(analyze(load_scenario(SEED), network=aleppo)) == []


def test_overlooking_ground_left_with_its_old_holder(aleppo):
    sections = {
        "actors": {"a": {}, "b": {}},
        "baseline": [{"site": site, "holder": "a"} for site in ("azaz", "mare", "kaljibrin")],
        "overlooks": [{"site": "kaljibrin", "onto": "mare", "effect": "closed"}],
        "events": [event(site="mare", kind="captured", actor="b")],
    }
    told = (
        "b captured 'mare' on 2014-12-05, and 'kaljibrin', which overlooks it, "
        "is left with a: it is closed"
    )
    assert odd_on_the_ground(aleppo, **sections) == [told]
    both = [*sections["events"], event(site="kaljibrin", kind="captured", actor="b")]
    assert odd_on_the_ground(aleppo, **sections | {"events": both}) == []


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        ([[10.0, 50.0], [10.1, 50.0]], "no road lies near the line of site 'zone'"),
        ([[36.0, 37.0], [36.6, 37.0]], "probably swapped"),
        ([[36.0, 37.0], [36.6, 37.0], [36.6, 37.4], [36.0, 37.4]], "probably swapped"),
        ([[10.0, 50.0], [10.1, 50.0], [10.1, 50.1]], "no road lies in the area of site 'zone'"),
    ],
)
def test_an_area_without_roads_is_told_with_the_probable_reason(
    tmp_path: Path, corners: list[list[float]], said: str
) -> None:
    path = tmp_path / "s.toml"
    shape = f"area = {corners}" if len(corners) > 2 else f"line = {corners}\nbuffer_km = 30"
    path.write_text(
        'title = "t"\nstart = 2014-12-01\nend = 2014-12-31\n[actors.red]\n'
        f'[[sites]]\nid = "zone"\n{shape}\n'
        '[[routes]]\nid = "r"\nactor = "red"\nfrom = "azaz"\nto = "handarat"\n'
    )
    warnings = network_warnings(analyze(load_scenario(path)))
    (found,) = [str(each) for each in warnings if "zone" in str(each)]
    assert said in found
    assert ("swapped" in found) == ("swapped" in said)


def test_numbers_for_names_without_a_role_are_told(aleppo):
    enclave = {"id": "azaz", "actor": "a", "lifelines": "bab-al-salama"}
    told = odd_on_the_ground(
        aleppo,
        falls={"maree": 0.5, "azaz": 0.5},
        enclaves=[enclave | {"population": {"azaz": 10, "azzaz": 20}}],
    )
    assert "falls names 'maree', which has no role in the scenario" in told
    assert "population names 'azzaz', which is no place of 'azaz'" in told
    dated = [{"from": "2014-12-01", "people": {"mare": 3}}, {"from": "2014-12-02", "people": 7}]
    told = odd_on_the_ground(aleppo, enclaves=[enclave | {"population": dated}])
    assert "population names 'mare', which is no place of 'azaz'" in told


def test_what_a_network_says_of_itself_and_classes_that_nobody_knows(tmp_path):
    network = map_of(
        tmp_path / "map.json",
        [
            ({}, [(0.0, 0.0), (0.3, 0.0)]), ({}, [(0.3, 0.0), (0.3, 0.1)]),
            ({}, [(0.3, 0.0), (0.4, 0.0)]),
            ({}, [(0.1, 0.02), (0.2, 0.02)]),
        ],
    )  # fmt: skip
    odd = replace(
        network,
        highway=Labels.of(["tertiary", "tertairy", "tertiary", "tertiary"]),
        provenance=replace(network.provenance, remarks=("read leniently",)),
    )
    asked = maps.scenario(
        places=maps.places(w=(0.0, 0.0), off=(0.1, 0.019)),
        baseline=maps.held(w="a", off="a"),
        roads={"allow": {"highway": ["track"]}},
    )
    found = network_warnings(analyze(asked, network=odd))
    told = [str(one) for one in found]
    assert "the network has roads of the class 'tertairy', which OpenStreetMap does not know" in [
        one.message for one in found
    ]
    assert [one for one in told if "read leniently" in one]
    (unknown,) = [one for one in told if "'tertairy'" in one]
    assert "did you mean 'tertiary'" in unknown
    assert [one for one in told if "the network has no road of class 'track'" in one]
    assert [one for one in told if "'off' lies on roads cut off from the rest" in one]
    assert not [one for one in told if "'w'" in one]
