"""What ground is called stays short, however many areas lie on it."""

from __future__ import annotations

import datetime as dt

import engine
from engine.scenario.model import Scenario
from tests.control import maps

DAYS = [dt.date(2014, 9, 1) + dt.timedelta(days=n) for n in range(60)]


def daily_maps(**more: object) -> Scenario:
    """Return a scenario with an area for every day, each a little larger than some before."""
    south = {day: 36.25 + 0.01 * (day.day % 5) for day in DAYS}
    return Scenario.model_validate(
        {
            "title": "t", "start": DAYS[0], "end": "2015-01-01", "reach_km": 1,
            "actors": {"a": {}, "b": {}},
            "routes": [{"id": "r", "actor": "a", "from": "bab-al-salama", "to": "hreitan"}],
            "sites": [
                {"id": f"map-{day}", "label": f"What the map of {day} shows as held",
                 "area": [[36.8, low], [37.3, low], [37.3, 36.7], [36.8, 36.7]]}
                for day, low in south.items()
            ],
            "events": [
                {"date": day, "site": f"map-{day}", "kind": "described", "actor": "a"} for day in DAYS
            ],
        } | more
    )  # fmt: skip


def test_of_many_areas_the_road_is_named_and_they_are_counted(aleppo: engine.Network) -> None:
    analysis = engine.analyze(daily_maps(), network=aleppo)
    said = analysis.because("r", 5)
    assert len(said) < 400
    assert "Aleppo-Gaziantep highway + 60 areas" in said
    assert said.count("map of") == 1
    labels = analysis.sector_spells()["label"]
    assert labels.str.len().max() < 80


def test_of_one_area_or_a_place_in_it_the_own_name_stays(aleppo: engine.Network) -> None:
    scenario = daily_maps()
    one = scenario.model_copy(update={"sites": scenario.sites[:1], "events": scenario.events[:1]})
    labels = set(engine.analyze(one, network=aleppo).sector_spells()["label"])
    assert {"What the map of 2014-09-01 shows as held", "Hreitan"} <= labels


def test_ground_of_several_areas_is_called_by_its_longest_road_that_has_a_name(tmp_path) -> None:
    roads = [({}, [(0.0, 0.0), (0.5, 0.0)]), ({"name": "Lane"}, [(0.5, 0.0), (0.6, 0.0)]),
             ({"name": "Street"}, [(0.5, 0.0), (0.5, 0.2)])]  # fmt: skip
    box = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    sites = [{"id": name, "label": name.upper(), "area": box} for name in ("one", "two")]
    asked = maps.scenario(sites=sites, baseline=maps.held(one="a", two="b"))
    analysis = engine.analyze(asked, network=maps.map_of(tmp_path / "map.json", roads))
    assert set(analysis.sector_spells()["label"]) == {"Street + 2 areas"}
    bare = engine.analyze(asked, network=maps.map_of(tmp_path / "bare.json", roads[:1]))
    assert set(bare.sector_spells()["label"]) == {"ONE + TWO"}
