import pytest

from engine.errors import ScenarioError
from engine.scenario.check import check, problems
from engine.scenario.model import Scenario

BASE = {
    "title": "t",
    "start": "2014-12-01",
    "end": "2015-01-01",
    "actors": {"a": {}, "b": {}},
}


def event(**keys):
    return {"date": "2014-12-05", "site": "x", "kind": "raid"} | keys


def route(**keys):
    return {"id": "r", "actor": "a", "from": "x", "to": "y"} | keys


def found(**sections):
    return [p.message for p in problems(Scenario.model_validate(BASE | sections))]


@pytest.mark.parametrize(
    ("sections", "fragment"),
    [
        ({"events": [event(kind="captured", actor="c")]}, "actor 'c'"),
        ({"events": [event(defender="c")]}, "actor 'c'"),
        ({"events": [event(contestants=["a", "c"])]}, "actor 'c'"),
        ({"baseline": [{"site": "x", "holder": "c"}]}, "actor 'c'"),
        ({"baseline": [{"site": "x", "contestants": "c"}]}, "actor 'c'"),
        ({"routes": [route(actor="c")]}, "actor 'c'"),
        ({"enclaves": [{"id": "e", "actor": "c", "lifelines": "x"}]}, "actor 'c'"),
        ({"actors": {"a": {"passes": ["c"]}}}, "actor 'c'"),
        ({"routes": [route(), route()]}, "'r' of a route or enclave is used twice"),
        (
            {"routes": [route()], "enclaves": [{"id": "r", "actor": "a", "lifelines": "x"}]},
            "'r' of a route or enclave is used twice",
        ),
        ({"events": [event(id="1"), event(id="1")]}, "'1' of an event is used twice"),
        ({"events": [event(id="event-2"), event()]}, "'event-2' of an event is used twice"),
        ({"sites": [{"id": "s", "road": "M5"}] * 2}, "'s' of a site is used twice"),
        ({"places": [{"id": "p", "lat": 1, "lon": 1}] * 2}, "'p' of a place is used twice"),
        (
            {
                "places": [{"id": "p", "lat": 1, "lon": 1}],
                "sites": [{"id": "p", "road": "M5"}],
            },
            "'p' is that of a place and of a site",
        ),
        ({"sites": [{"id": "s", "sites": ["s", "x"]}]}, "contains itself: 's' in 's'"),
        (
            {"sites": [{"id": "s", "sites": "t"}, {"id": "t", "sites": ["x", "s"]}]},
            "the group contains itself",
        ),
        ({"overlooks": [{"site": "x", "onto": "x"}]}, "overlooks itself"),
        (
            {"events": [event(dispute="d", confidence=0.6), event(dispute="d", confidence=0.5)]},
            "sum to 1.1",
        ),
        ({"events": [event(after="nothing")]}, "no event 'nothing'"),
        ({"events": [event(id="e", after="e")]}, "circle: 'e' after 'e'"),
        ({"events": [event(id="e", after="f"), event(id="f", after="e")]}, "in a circle"),
        (
            {"events": [event(id="e", date="2014-12-20"), event(after="e")]},
            "is before the first day 2014-12-20",
        ),
    ],
)
def test_one_fault_is_found(sections, fragment):
    messages = found(**sections)
    assert len(messages) == 1
    assert fragment in messages[0]


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"events": [event(dispute="d", confidence=0.1)] * 10},
        {"events": [event(), event(after="event-1", source="somebody new")]},
        {"sites": [{"id": "s", "sites": ["t", "u"]}, {"id": "t", "sites": ["u"]}]},
        {
            "places": [{"id": "p", "lat": 1, "lon": 1}],
            "sites": [{"id": "p", "place": "p", "reach_km": 2}],
        },
    ],
)
def test_what_is_legal_passes(sections):
    assert found(**sections) == []
    check(Scenario.model_validate(BASE | sections))


def test_check_raises_all_and_names_the_nearest():
    scenario = Scenario.model_validate(
        BASE | {"actors": {"government": {}}, "routes": [route(actor="goverment"), route()]}
    )
    with pytest.raises(ScenarioError) as raised:
        check(scenario)
    assert len(raised.value.problems) == 3
    assert raised.value.problems[0].nearest == ("government",)


def test_what_depends_on_entries_left_out_is_not_checked():
    scenario = Scenario.model_validate(BASE | {"events": [event(after="lost")]})
    assert problems(scenario, incomplete=["events"]) == []
