from dataclasses import replace

import pytest

from engine import analyze
from engine.control.points import Nearby, find_points, misheard, resolve_sites
from engine.errors import ScenarioError
from engine.network import read_network
from engine.scenario.model import Scenario
from tests.control.maps import map_of


@pytest.fixture(scope="module")
def network():
    return read_network("aleppo-schematic")


def scenario(*events, **sections):
    whole = {
        "title": "t",
        "start": "2014-12-01",
        "end": "2015-01-01",
        "actors": {"a": {}},
        "events": [{"date": "2014-12-05", "kind": "raid"} | event for event in events],
    }
    return Scenario.model_validate(whole | sections)


def place(network, name):
    return next(place for place in network.places if place.id == name)


def at(network, name, north_m=0.0, **keys):
    there = place(network, name)
    return {"lat": there.lat + north_m / 111_195, "lon": there.lon} | keys


def test_the_nearest_place_within_the_precision_is_meant(network):
    question = scenario(
        {"site": "azaz"},
        at(network, "mallah", 60, precision_km=0.3),
        at(network, "azaz", 900),
    )
    found = find_points(question, network)
    assert [(p.event, p.site, p.kind) for p in found] == [
        ("event-2", "mallah", "place"),
        ("event-3", "azaz", "place"),
    ]
    assert [round(p.metres) for p in found] == [60, 900]
    placed = resolve_sites(question, network)
    assert [event.site for event in placed.events] == ["azaz", "mallah", "azaz"]
    assert placed.events[1].lat == question.events[1].lat


def test_a_scenario_without_points_stays_as_it_is(network):
    question = scenario({"site": "azaz"})
    assert resolve_sites(question, network) is question


def test_places_of_the_scenario_count(network):
    there = at(network, "mallah", 200)
    own = [{"id": "new-post", "lat": there["lat"], "lon": there["lon"]}]
    (found,) = find_points(scenario(at(network, "mallah", 190), places=own), network)
    assert found.site == "new-post"
    assert found.metres == pytest.approx(10, abs=0.5)


def test_a_stretch_counts_where_no_place_is_near_enough(network):
    west, east = place(network, "castello-complex"), place(network, "castello-mid")
    middle = {"lat": (west.lat + east.lat) / 2, "lon": (west.lon + east.lon) / 2}
    sites = [{"id": "castello-road", "road": "Castello road"}]
    (found,) = find_points(scenario(middle | {"precision_km": 0.35}, sites=sites), network)
    assert (found.site, found.kind) == ("castello-road", "stretch")
    assert found.metres < 350


def test_an_area_counts_where_neither_place_nor_stretch_is_near_enough(network):
    area = [[38.0, 35.0], [38.2, 35.0], [38.2, 35.2], [38.0, 35.2]]
    sites = [{"id": "belt", "area": area}]
    inside, beside = {"lat": 35.1, "lon": 38.1}, {"lat": 35.21, "lon": 38.1}
    found = find_points(scenario(inside, beside, sites=sites), network)
    assert [(p.site, p.kind) for p in found] == [("belt", "area")] * 2
    assert found[0].metres == 0
    assert found[1].metres == pytest.approx(1112, abs=3)


def test_a_point_near_nothing_is_a_problem_that_names_the_nearest(network):
    with pytest.raises(ScenarioError) as raised:
        find_points(scenario({"lat": 36.9, "lon": 37.1}, {"lat": 35.0, "lon": 36.0}), network)
    assert len(raised.value.problems) == 2
    assert "within 2 km of the point 36.9, 37.1" in raised.value.problems[0].message
    assert "'bab-al-salama'" in raised.value.problems[0].message


def test_swapped_coordinates_are_recognised(network):
    there = place(network, "azaz")
    with pytest.raises(ScenarioError, match="lat and lon may be swapped"):
        find_points(scenario({"lat": there.lon, "lon": there.lat}), network)


def test_coordinates_are_said_to_be_swapped_where_that_is_30_km_nearer(tmp_path):
    """At 36 degrees, 0.2 degrees more in longitude than in latitude are 28.6 km when swapped."""
    per_degree = 142_950
    for apart_m, is_said in ((29_985, False), (30_015, True)):
        lon = 36.0 + apart_m / per_degree
        towns = [{"id": "p", "lon": lon, "lat": 36.0}]
        network = map_of(tmp_path / f"{apart_m}.json", [({}, [(lon, 36.0), (lon + 0.01, 36.0)])])
        with pytest.raises(ScenarioError) as told:
            resolve_sites(scenario({"lat": lon, "lon": 36.0}, places=towns), network)
        assert ("may be swapped" in str(told.value)) == is_said


def test_a_question_with_points_is_answered_as_if_their_sites_were_named(network):
    sections = {
        "actors": {"a": {}, "b": {}},
        "baseline": [{"site": "castello-mid", "holder": "a"}],
        "routes": [{"id": "r", "actor": "a", "from": "castello-mid", "to": "castello-mid"}],
    }
    change = {"kind": "captured", "actor": "b"}
    answers = [
        analyze(scenario(change | where, **sections), network=network).statuses["r"]
        for where in ({"site": "castello-mid"}, at(network, "castello-mid", 100))
    ]
    assert answers[0] == answers[1] == ["open", "cut"]


def test_sites_are_known_by_their_labels_unless_two_have_one():
    network = read_network("aleppo-schematic")
    labelled = [
        {"id": "hill", "label": "The Hill", "label_ar": "التل", "road": "Castello road"},
        {"id": "belt", "label": "Belt", "road": "Castello road"},
    ]
    question = scenario({"site": "the hill"}, {"site": "التل"}, {"site": "belt"}, {"site": "azaz"},
                        sites=labelled, baseline=[{"site": "Hindaraat", "holder": "a"}])  # fmt: skip
    found = resolve_sites(question, network)
    assert [event.site for event in found.events] == ["hill", "hill", "belt", "azaz"]
    cells = [cell for event in found.events for cell in event.origin.cells]
    assert [(cell.written, cell.value, cell.remark) for cell in cells] == [
        ("the hill", "hill", "by its label"), ("التل", "hill", "by its label"),
    ]  # fmt: skip
    assert found.baseline[0].site == "handarat"
    (told,) = misheard(found, network)
    assert "'Hindaraat' was taken for 'handarat': it sounds the same" in told.message
    labelled[1]["label"] = "THE HILL"
    twins = scenario({"site": "the hill"}, {"site": "The hill"}, sites=labelled)
    with pytest.raises(ScenarioError) as raised:
        resolve_sites(twins, network)
    assert [p.message for p in raised.value.problems] == [
        "the site 'the hill' may be belt or hill", "the site 'The hill' may be belt or hill"
    ]  # fmt: skip


def test_names_of_routes_that_were_taken_for_others_are_told(network):
    route = {"id": "r", "actor": "a", "from": "Hindaraat", "to": "azaz"}
    told = [p.message for p in misheard(scenario(routes=[route]), network)]
    assert told == ["the site 'Hindaraat' was taken for 'handarat': it sounds the same"]
    assert list(misheard(scenario(routes=[route | {"from": "handarat"}]), network)) == []


def test_how_far_ground_is_from_a_point(network):
    area = [[38.0, 35.0], [38.2, 35.0], [38.2, 35.2], [38.0, 35.2]]
    question = scenario(
        at(network, "mallah", 1000), {"lat": 35.1, "lon": 38.21},
        sites=[{"id": "belt", "area": area}, {"id": "castello-road", "road": "Castello road"}],
    )  # fmt: skip
    near, (event, beside) = Nearby(question, network), question.events
    assert near.metres_to("mallah", event) == pytest.approx(1000, abs=3)
    assert near.metres_to("belt", beside) == pytest.approx(910, abs=3)  # 0.01 degrees at 35 degrees
    assert near.metres_to("belt", event) > 90_000
    assert near.metres_to("castello-road", event) < near.metres_to("azaz", event)
    assert near.metres_to("nobody", event) is None


def test_the_nearest_of_several_counts_and_the_others_are_counted(network):
    there = at(network, "mallah", 60, precision_km=100)
    (found,) = find_points(scenario(there), network)
    assert found.site == "mallah"
    assert found.others > 10
    message = Nearby(scenario(at(network, "azaz")), network).problem(
        scenario({"lat": 36.9, "lon": 37.1}).events[0]
    )
    assert message.message.endswith("km away")


def test_a_network_without_places_names_none(network):
    bare = replace(network, places=())
    with pytest.raises(ScenarioError) as raised:
        find_points(scenario({"lat": 36.9, "lon": 37.1}), bare)
    assert raised.value.problems[0].message.endswith("of the point 36.9, 37.1")


def test_the_nearest_point_of_a_slanted_road_is_found_on_the_ground(tmp_path):
    slanted = map_of(tmp_path / "slanted.json", [({"name": "Slope"}, [(0.0, 60.0), (0.2, 60.1)])])
    question = scenario({"lat": 60.0, "lon": 0.2}, sites=[{"id": "slope", "road": "Slope"}])
    found = Nearby(question, slanted).metres_to("slope", question.events[0])
    assert found == pytest.approx(111_195 * 0.1 * 0.1 / (0.1**2 + 0.1**2) ** 0.5, rel=2e-3)
