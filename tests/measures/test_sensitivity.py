"""Other assumptions, of which some make no valid scenario."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import engine
from engine.measures.sensitivity import SAME_GROUND, _on_the_same_ground, variations
from engine.network.arrays import EARTH_RADIUS_M
from engine.scenario.check import problems
from engine.scenario.model import Scenario
from tests.control.test_states import NAMES, NETWORK, busy
from tests.draws import Draws
from tests.meaning.build import scenario


@pytest.mark.parametrize("more", [{}, {"buffer_km": 1}])
def test_a_place_moved_on_to_the_other_end_of_a_corridor_is_left_out_with_a_word(aleppo, more):
    end = next(place for place in aleppo.places if place.id == "hreitan")
    south = end.lat - float(np.degrees(3000 / EARTH_RADIUS_M))
    asked = Scenario.model_validate(
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
    found = engine.sensitivity(engine.analyze(asked, network=aleppo), margins=False)
    assert found.attrs["not_tried"] == ["x 3 km north: the places of site 'c' lie at one node"]
    assert "north" not in " ".join(found["value"])


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_many_beliefs_asked_at_once_are_each_of_them_asked_alone(data: st.DataObject) -> None:
    more = {
        "routes": [
            {"id": "r", "actor": "x", "from": "p0", "to": NAMES[-1]},
            {"id": "any", "actor": "y", "from": ["p1", "p2"], "via": ["p3"], "to": "p5",
             "mode": "any"},
        ],
        "enclaves": [{"id": "e", "actor": "x", "site": "g1", "lifelines": ["p0", "p1"]}],
    }  # fmt: skip
    drawn = scenario(busy(Draws(data.draw)) | more)
    assume(not problems(drawn))
    analysis = engine.analyze(drawn, network=NETWORK)
    same = [one for one in variations(analysis) if one.factor in SAME_GROUND]
    found = list(_on_the_same_ground(analysis, same))
    assert [variation for variation, _ in found] == same
    for variation, other in found:
        alone = engine.analyze(variation.scenario, network=NETWORK)
        assert other.spell_rows() == alone.spell_rows()
        for name, enclave in alone.enclaves.items():
            for part in ("place_status", "lost", "cut_off", "status"):
                said = getattr(other.enclaves[name], part)
                assert np.array_equal(said, getattr(enclave, part)), (variation.value, part)
