"""Sites are found by id, by name in either script, and never guessed between several."""

from __future__ import annotations

import pytest

import engine
from engine.errors import ScenarioError
from engine.scenario.model import Event, Scenario


def ask(site: str, places: tuple[dict[str, object], ...] = ()) -> Scenario:
    route = {"id": "r", "actor": "opposition", "from": site, "to": site}
    return Scenario.model_validate(
        {
            "title": "A test", "start": "2014-12-01", "end": "2014-12-02",
            "actors": {"opposition": {}}, "routes": [route], "places": places,
        }
    )  # fmt: skip


@pytest.mark.parametrize("name", ["handarat", "Hindarat", "حندرات", "Handaraat"])
def test_a_place_answers_to_each_of_its_names(name: str) -> None:
    sites = engine.analyze(ask(name)).sectors.sites
    assert [site.place.id for site in sites.named if site.place] == ["handarat"]
    event = Event.model_validate({"date": "2014-12-01", "site": name, "kind": "raid"})
    told = ask("azaz").model_copy(update={"events": (event,)})
    assert [one.site for one in engine.analyze(told).scenario.events] == ["handarat"]


def test_a_name_of_several_places_lists_them() -> None:
    twins = tuple(
        {"id": f"twin-{row}", "name": "Twin", "lat": 36.2, "lon": 37.1 + row / 10} for row in (1, 2)
    )
    with pytest.raises(ScenarioError, match=r"twin-1 .*twin-2 .*expected the id of one of them"):
        engine.analyze(ask("Twin", twins))
