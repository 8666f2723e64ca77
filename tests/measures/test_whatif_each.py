"""Each of many places taken alone, at once, against one after the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

import engine
from engine.analysis.query import span
from tests.meaning.strategies import Question, questions

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ["id", "start", "end", "before", "after", "changed"]


def one_by_one(analysis: engine.Analysis, place: str, actor: str, day: str) -> list[dict[str, Any]]:
    event = engine.Event.model_validate(
        {"site": place, "kind": "captured", "actor": actor, "date": day}
    )
    found = engine.compare(analysis, engine.whatif(analysis, events=[event]))
    joined: list[dict[str, Any]] = []
    for _, part in found.groupby("id", sort=False):  # reasons may differ where statuses do not
        joined += span(rows(part))
    return joined


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame[SHOWN].astype(str).to_dict("records")


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(questions())
def test_it_is_what_if_for_one_after_the_other(question: Question) -> None:
    analysis = engine.analyze(
        question.scenario, network=question.network, known_on=question.known_on
    )
    sites = [*(site.id for site in analysis.sectors.sites.named)]
    sites += [place.id for place in question.network.places if place.id not in sites]
    actors = list(question.scenario.actors)
    for actor, on in ((actors[0], None), (actors[-1], str(analysis.days[-1]))):
        found = engine.whatif_each(analysis, sites, actor, on=on)
        assert list(dict.fromkeys(found["place"])) == sites
        for place, part in found.groupby("place"):
            expected = one_by_one(analysis, str(place), actor, on or str(analysis.days[0]))
            assert rows(part) == expected, (place, actor, on)


@pytest.mark.slow
def test_two_hundred_places_of_two_years_take_under_a_second() -> None:
    analysis = engine.analyze(engine.load_scenario("scenarios/aleppo-2014-2015.toml"))
    sites = [site.id for site in analysis.sectors.sites.named][:200]
    engine.whatif_each(analysis, sites[:64], "government")  # compiled code is loaded once
    start = time.process_time()
    found = engine.whatif_each(analysis, sites, "government")
    assert time.process_time() - start < 1.5  # 0.8 s of two processors
    assert found["place"].nunique() == 200
    assert (found["days"] == (found["end"] - found["start"]).dt.days).all()


def test_all_places_of_the_scenario_and_what_cannot_be(seed_analysis: engine.Analysis) -> None:
    found = engine.whatif_each(seed_analysis, None, "government", on="2014-12-25")
    lost = found[found["changed"] & (found["id"] == "castello")]
    assert "mallah" in set(lost["place"])
    assert (lost["after"] < lost["before"]).all()
    for places, actor, message in (
        ("mallah", "government", r"expected places=\['mallah'\]"),
        (["malah"], "government", "'malah' was taken for 'mallah'"),
        (["nowhere at all"], "government", "unknown site .nowhere at all."),
        (["mallah"], "goverment", "did you mean 'government'"),
    ):
        with pytest.raises(engine.InputError, match=message):
            engine.whatif_each(seed_analysis, places, actor)
    with pytest.raises(engine.InputError, match="outside the run"):
        engine.whatif_each(seed_analysis, ["mallah"], "government", on="2015-12-25")
