"""Other assumptions, of which some make no valid scenario."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.network.arrays import EARTH_RADIUS_M
from engine.scenario.model import Scenario


@pytest.mark.parametrize("more", [{}, {"buffer_km": 1}])
def test_a_place_moved_on_to_the_other_end_of_a_corridor_is_left_out_with_a_word(aleppo, more):
    end = next(place for place in aleppo.places if place.id == "hreitan")
    south = end.lat - float(np.degrees(3000 / EARTH_RADIUS_M))
    scenario = Scenario.model_validate(
        {
            "title": "t", "start": "2014-12-01", "end": "2015-01-01",
            "actors": {"a": {}, "b": {}},
            "places": [{"id": "x", "lat": south, "lon": end.lon, "error_km": 3}],
            "baseline": [{"site": "azaz", "holder": "a"}],
            "sites": [{"id": "c", "between": ["x", "hreitan"]} | more],
            "events": [{"date": "2014-12-05", "site": "c", "kind": "captured", "actor": "b"}],
            "routes": [{"id": "r", "actor": "a", "from": "azaz", "to": "hreitan"}],
        }
    )  # fmt: skip
    found = engine.sensitivity(engine.analyze(scenario, network=aleppo), margins=False)
    assert found.attrs["not_tried"] == ["x 3 km north: the places of site 'c' lie at one node"]
    assert "north" not in " ".join(found["value"])
