"""What would have to change: the smallest captures, as margins have them, and true if they happen."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine
from engine.report.sentences import explanation_sentences

pytestmark = pytest.mark.slow

LONG = Path(__file__).parents[2] / "scenarios" / "aleppo-2014-2016.toml"
DAYS = ("2014-12-20", "2015-10-25", "2016-07-10", "2016-08-06", "2016-09-05")
BEST = {"open", "connected"}


@pytest.fixture(scope="module")
def analysis():
    return engine.analyze(engine.load_scenario(LONG))


@pytest.mark.parametrize("day", DAYS)
def test_what_would_change_a_status_does(analysis, day):
    gains = engine.margin(analysis, day).query("change == 'gain'").set_index("id")["sets"]
    for name, status in analysis.status(day).items():
        found = engine.explain(analysis, name, day)
        sets = tuple(tuple(place.site for place in one) for one in found.captures)
        said = " ".join(explanation_sentences(found))
        assert status not in BEST or not sets
        if name in gains:
            assert sets == gains[name]
        for chosen in sets[:2]:
            actor = analysis.subject(name).actor
            events = [f"{site} captured by {actor} on {day}" for site in chosen]
            after = engine.whatif(analysis, events=events).status(day)[name]
            assert after in BEST if status == "at risk" else after != status
        if sets:
            assert f"{len(sets[0])} place" in said
            assert all(place.label in said for place in found.captures[0])
        elif found.to_open:
            assert "no capture of places is enough" in said


def test_a_source_is_told_once(analysis):
    said = "\n".join(explanation_sentences(engine.explain(analysis, "castello", "2016-07-10")))
    assert said.count("[e060-mallah]") == 2
    assert said.count("The New Arab/AFP 2016-07-10") == 1


def test_who_attacked_in_vain_is_not_said_to_have_repelled(analysis):
    said = "\n".join(explanation_sentences(engine.explain(analysis, "azaz-mare", "2016-12-31")))
    assert "Mare' held against an attack on 2015-08-27" in said
