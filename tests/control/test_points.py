import pytest

from engine import analyze
from engine.control.points import find_points, resolve_sites
from engine.errors import ScenarioError
from engine.network import read_network
from engine.scenario.model import Scenario


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
