"""What a status is said to rest on: the first that holds, and never what one's own side commands."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

import engine
from engine.analysis.checks import understanding
from engine.analysis.evidence import listed
from engine.control.overlooking import overlook
from engine.control.statements import HELD
from engine.report.sentences import explanation_sentences
from tests.meaning.build import day, place, road_network, scenario

LINE = [(37.0, 36.0), (37.05, 36.0), (37.1, 36.0), (37.15, 36.0)]
NAMES = ("a", "hill", "road", "d")


def line(*events: dict[str, object], **entries: object) -> engine.Analysis:
    """Four places in a row, all held by x; the hill overlooks the road."""
    network = road_network(
        LINE,
        [(n, n + 1, 5000) for n in range(3)],
        [place(n, p) for n, p in zip(NAMES, LINE, strict=True)],
    )
    base: dict[str, object] = {
        "actors": {"x": {}, "y": {}},
        "baseline": [{"site": name, "holder": "x"} for name in NAMES],
        "overlooks": [{"site": "hill", "onto": "road", "effect": "closed"}],
        "routes": [{"id": "r", "actor": "x", "from": "a", "to": "d"}],
        "events": [{"id": f"e{n}", "date": day(3), **event} for n, event in enumerate(events)],
    }
    return engine.analyze(scenario(base | entries), network=network)


def reasons(analysis: engine.Analysis) -> list[tuple[str, str, str]]:
    found = analysis.reasons("r", analysis.interval_on(day(5)))
    return [("+".join(one.sites), one.state, one.overlooked_by) for one in found]


CAPTURED = {"site": "road", "kind": "captured", "actor": "y"}
HILL_LOST = {"site": "hill", "kind": "captured", "actor": "y"}


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ((CAPTURED,), [("road", "held by y", "")]),
        ((HILL_LOST, {"site": "hill", "kind": "closed"}), [("hill", "held by y", "")]),
        ((CAPTURED, {"site": "road", "kind": "closed"}), [("road", "held by y", "")]),
        (({"site": "road", "kind": "closed"},), [("road", "closed", "")]),
        (
            ({"site": "road", "kind": "contested", "contestants": ["x", "y"]},),
            [("road", "contested by x and y", "")],
        ),
        (
            ({"site": "hill", "kind": "contested", "contestants": ["x", "y"]},),
            [("hill", "contested by x and y", ""), ("road", "exposed", "hill")],
        ),
        (({"site": "road", "kind": "under_fire"},), [("road", "exposed", "")]),
    ],
)
def test_the_first_that_holds_is_the_reason(
    events: tuple[dict[str, object], ...], said: list[tuple[str, str, str]]
) -> None:
    assert set(said) <= set(reasons(line(*events)))


def test_a_road_that_the_enemy_took_is_not_closed_by_ones_own_hill() -> None:
    analysis = line(CAPTURED)
    assert analysis.status(day(5))["r"] == "cut"
    assert reasons(analysis) == [("road", "held by y", "")]
    assert "captured" in analysis.because("r", analysis.interval_on(day(5)))


def test_a_gate_is_named_as_such_and_a_hostile_holder_comes_before_it() -> None:
    gates = [{"site": "road", "modes": ["convoy"]}]
    routes = [{"id": "r", "actor": "x", "from": "a", "to": "d", "mode": "civilian"}]
    assert reasons(line(gates=gates, routes=routes)) == [("road", "closed by a gate", "")]
    assert reasons(line(CAPTURED, gates=gates, routes=routes)) == [("road", "held by y", "")]


def test_where_no_road_leads_there_it_says_why_and_how_far() -> None:
    sites = [{"id": "end", "ways": [102]}]
    routes = [{"id": "r", "actor": "x", "from": "a", "to": "d", "within": "end"}]
    analysis = line(sites=sites, routes=routes)
    assert analysis.status(day(5))["r"] == "cut"
    because = analysis.because("r", 0)
    assert because.startswith("no road leads there: no road of end meets A; the nearest is 9.0 km")
    assert engine.explain(analysis, "r", day(5)).no_road == because


def test_a_share_of_a_path_is_inferred_from_afar() -> None:
    analysis = line()
    assert analysis.inferred_share("r", day(5), km=10.0) == 0.0
    # Three segments of 5 km, each divided in the middle between its places.
    assert analysis.inferred_share("r", day(5), km=0.1) == 1.0


def test_many_pieces_and_reports_are_counted() -> None:
    assert listed(["a", "b", "c", "d"]) == "a, b, c, d"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert listed(["a", "b", "c", "d", "e"], "; ") == "a; b; c; and 2 more"


def test_where_roads_are_apart_it_says_which_ends_no_road_connects() -> None:
    sites = [{"id": "both", "ways": [100, 102]}]
    routes = [{"id": "r", "actor": "x", "from": ["a", "hill"], "to": "d", "within": "both"}]
    because = line(sites=sites, routes=routes).because("r", 0)
    assert because == "no road leads there: no road of both connects A or Hill with D"


def test_a_report_says_who_took_what_and_a_baseline_its_day() -> None:
    analysis = line({"site": "road", "kind": "under_fire", "actor": "y"})
    (cause,) = analysis.causes("r", 1)
    assert str(cause) == "Road: exposed (Road under fire on 2014-12-03 [e0])"
    held = [str(one) for one in analysis.causes("r", 0)]
    assert held == ["A, Hill, Road, D: held by x (baseline of 2014-12-01)"]


def test_nobody_is_named_where_nothing_is_imposed() -> None:
    states = (held := line(HILL_LOST)).states
    contested = np.zeros(len(states.runs), dtype=bool)
    over = overlook(
        held.scenario, held.sectors, states.runs, states.holder, contested, states.passable
    )
    imposed = over.imposed[states.holder[over.parent], np.arange(len(over.runs))]
    assert set(over.by[imposed == HELD].tolist()) == {-1}
    assert set(over.by[imposed > HELD].tolist()) == {held.sectors.sites.index["hill"]}


def test_the_first_site_of_all_is_named_where_it_overlooks() -> None:
    analysis = line({"site": "a", "kind": "captured", "actor": "y"}, routes=[],
                    overlooks=[{"site": "a", "onto": "hill", "effect": "exposed"}])  # fmt: skip
    control = analysis.control(day(4))
    assert set(control.state[control.site == "hill"]) == {"held by x, exposed, overlooked from A"}
    assert set(control.overlooked_by[control.site == "hill"]) == {"a"}


@pytest.mark.parametrize("lost", ["north", "south"])
def test_of_two_ways_alike_that_which_was_just_lost_is_the_least_bad(lost: str) -> None:
    """Both ways are cut as the run begins, too, when none had been lost before."""
    nodes = [(37.0, 36.0), (37.05, 36.02), (37.05, 35.98), (37.1, 36.0)]
    names = ("a", "north", "south", "d")
    network = road_network(
        nodes,
        [(0, 1, 5000), (1, 3, 5000), (0, 2, 5000), (2, 3, 5000)],
        [place(n, p) for n, p in zip(names, nodes, strict=True)],
    )
    entries = {
        "actors": {"x": {}, "y": {}},
        "baseline": [{"site": n, "holder": "x" if n in "ad" else "y"} for n in names],
        "routes": [{"id": "r", "actor": "x", "from": "a", "to": "d"}],
        "events": [
            {"date": day(at), "site": lost, "kind": "captured", "actor": actor}
            for at, actor in ((3, "x"), (5, "y"), (7, "x"))
        ],
    }
    analysis = engine.analyze(scenario(entries), network=network)
    assert analysis.statuses["r"] == ["cut", "open", "cut", "open"]
    roads = {"north": {0, 1}, "south": {2, 3}}
    for at in (1, 2, 3):
        (leg,) = analysis.paths("r")[at]
        assert set(analysis.sectors.pieces.parent[leg].tolist()) == roads[lost]


def beside_a_front(
    km: float, *events: dict[str, object], round_by: str = "", **entries: object
) -> engine.Analysis:
    """A road of 3.6 km from a to b, both x's; y holds f, so many km north of its middle.

    With `round_by` another road leads from a to b by that place, 2.2 km south of the middle.
    """
    spots = {"a": (37.0, 36.0), "b": (37.04, 36.0), "f": (37.02, 36.0 + km / 111.195)}
    spots |= {round_by: (37.02, 35.98)} if round_by else {}
    roads: list[tuple[object, ...]] = [(0, 1, 3600, {"name": "Main"}), (1, 2, 5000)]
    roads += [(0, 3, 2900), (3, 1, 2900)] if round_by else []
    base: dict[str, object] = {
        "actors": {"x": {}, "y": {}},
        "baseline": [{"site": name, "holder": "y" if name == "f" else "x"} for name in spots],
        "routes": [{"id": "r", "actor": "x", "from": "a", "to": "b"}],
        "events": [{"id": f"e{n}", "date": day(3), **event} for n, event in enumerate(events)],
    }
    network = road_network(
        list(spots.values()), roads, [place(*spot) for spot in spots.items()], schematic=False
    )
    return engine.analyze(scenario(base | entries), network=network)


def test_every_path_passes_ground_near_a_front() -> None:
    """In the middle of the road a and b are 1.8 km away, and f 3 km: less than twice as far."""
    analysis = beside_a_front(3.0)
    found = analysis.near_front("r", day(1))
    assert found is not None
    assert (found.place, found.own) == ("F", "A")
    assert (found.km, found.own_km) == (pytest.approx(3.0, abs=0.01), pytest.approx(1.8, abs=0.01))
    explained = engine.explain(analysis, "r", day(1))
    assert (explained.status, explained.near_front) == ("open", found)
    assert (
        "Near a front: every path passes ground that is less than twice as far from the nearest "
        "place of another holder (F, 3.0 km) as from its own (A, 1.8 km); a report on the road "
        "itself decides."
    ) in explanation_sentences(explained)
    assert understanding(analysis)["routes"][0]["near_front"] == asdict(found)
    assert analysis.near_front("r", day(1), times=1.6) is None
    assert analysis.near_front("r", day(1), times=1.7) == found
    assert analysis.near_front("r", day(1), times=1) is None
    with pytest.raises(engine.InputError, match=r"times = 0.5; expected 1 or more"):
        analysis.near_front("r", day(1), times=0.5)


ROAD = {"id": "road", "road": "Main"}
# Ground is near the front from 290 m west of the middle to 290 m east of it.
MIDDLE = {
    "id": "middle",
    "area": [[37.013, 35.99], [37.027, 35.99], [37.027, 36.01], [37.013, 36.01]],
}
EAST = {"id": "east", "area": [[37.021, 35.99], [37.027, 35.99], [37.027, 36.01], [37.021, 36.01]]}
TAKEN = {"kind": "captured", "actor": "x"}


@pytest.mark.parametrize(
    ("km", "said", "events", "entries"),
    [
        (4.0, "--", [], {}),
        (3.0, "ww", [], {}),
        (3.0, "w-", [{"site": "f", **TAKEN}], {}),
        (3.0, "ww", [{"site": "f", "kind": "contested", "contestants": ["x", "y"]}], {}),
        (3.0, "w-", [{"site": "b", "kind": "captured", "actor": "y"}], {}),
        (3.0, "ww", [{"site": "b", "kind": "under_fire"}], {}),
        (3.0, "--", [], {"actors": {"x": {"passes": ["y"]}, "y": {}}}),
        (3.0, "--", [], {"round_by": "s"}),
        (3.0, "-w", [{"site": "s", "kind": "captured", "actor": "y"}], {"round_by": "s"}),
        (3.0, "ww", [], {"round_by": "s", "sites": [ROAD], "routes": [
            {"id": "r", "actor": "x", "from": "a", "to": "b", "within": "road"}]}),
        (3.0, "w-", [{"site": "road", **TAKEN}], {"sites": [ROAD]}),
        (3.0, "w-", [{"site": "road", "kind": "under_fire"}], {"sites": [ROAD]}),
        (3.0, "w-", [{"site": "road", **TAKEN}], {"sites": [ROAD | {"buffer_km": 0.3}]}),
        (3.0, "w-", [{"site": "all", **TAKEN}],
         {"sites": [ROAD, {"id": "all", "places": ["a"], "sites": ["road"]}]}),
        (3.0, "ww", [{"site": "all", **TAKEN}], {"sites": [{"id": "all", "places": ["a", "b"]}]}),
        (3.0, "w-", [{"site": "middle", **TAKEN}], {"sites": [MIDDLE]}),
        (3.0, "ww", [{"site": "east", **TAKEN}], {"sites": [EAST]}),
    ],
)  # fmt: skip
def test_when_the_word_is_said(
    km: float, said: str, events: list[dict[str, object]], entries: dict[str, object]
) -> None:
    """On the first day and after the event: w for the word, - for none."""
    analysis = beside_a_front(km, *events, **entries)
    found = [analysis.near_front("r", day(number)) for number in (1, 5)]
    assert "".join("-w"[word is not None] for word in found) == said


def test_the_word_of_an_enclave_and_on_a_schematic_network() -> None:
    analysis = beside_a_front(3.0, enclaves=[{"id": "b", "actor": "x", "lifelines": ["a"]}])
    assert analysis.near_front("b", day(1)) == analysis.near_front("r", day(1)) is not None
    assert line(events=[{"date": day(3), **CAPTURED}]).near_front("r", day(1)) is None
