"""What was understood of a scenario, on a small map and on the scenario whose course is known."""

from __future__ import annotations

import json
from dataclasses import replace

import engine
from engine.analysis.checks import understanding
from tests.control.maps import held, map_of, places, scenario
from tests.meaning.build import day


def test_what_was_understood(analysis) -> None:
    told = understanding(analysis)
    json.dumps(told)
    assert (told["title"], told["start"], told["end"]) == ("A test", str(day(1)), str(day(11)))
    assert (told["last_day"], told["known_on"]) == (str(day(10)), None)
    assert told["network"] == {
        "name": "made for a test", "schematic": True, "credit": "", "nodes": 4, "segments": 3,
        "km": 15.0, "places": 4,
    }  # fmt: skip
    assert told["actors"] == {"x": [], "y": []}
    kinds = {site["id"]: (site["label"], site["kind"], site["km"]) for site in told["sites"]}
    assert kinds["pair"] == ("pair", "group", 7.5)
    assert kinds["road"] == ("Road", "place", 5.0)
    (route,) = told["routes"]
    assert route["ends"] == [
        {"site": "a", "roads": ["secondary"], "metres_off": 0},
        {"site": "d", "roads": ["secondary"], "metres_off": 0},
    ]
    assert (route["km"], route["known"], route["inferred"]) == (15.0, 1.0, 0.0)
    assert told["enclaves"][1] == {"id": "both", "actor": "x", "places": ["road", "d"], "lifelines": ("a",)}  # fmt: skip
    assert told["baseline"] == {
        "rows": 4, "ground": "100% of the roads have a known holder on the first day", "advice": "",
    }  # fmt: skip
    assert told["events"] == {"rows": 4, "believed": 3, "kinds": {"captured": 4}}
    early = engine.analyze(analysis.scenario, network=analysis.network, known_on=day(2))
    assert understanding(early)["known_on"] == day(2).isoformat()


def test_on_a_map_of_which_little_is_known(tmp_path) -> None:
    network = map_of(
        tmp_path / "map.json",
        [
            ({"name": "Long Road"}, [(0.0, 0.0), (0.4, 0.0), (0.8, 0.0)]),
            ({"ref": "R1"}, [(0.4, 0.0), (0.4, 0.1)]),
            ({"name:ar": "شارع"}, [(0.4, 0.1), (0.5, 0.1)]),
            ({}, [(0.4, 0.1), (0.4, 0.2)]),
        ],
    )
    asked = scenario(
        reach_km=20,
        places=places(w=(0.0, 0.0), c=(0.4, 0.0018), n=(0.4, 0.1), e=(0.8, 0.0)),
        sites=[
            {"id": "long", "road": "Long Road"}, {"id": "unused", "road": "R1"},
            {"id": "way", "ways": [11]}, {"id": "field", "area": [[0.3, -1], [0.5, -1], [0.5, 1]]},
            {"id": "w", "place": "w", "reach_km": 8},
        ],
        baseline=held(w="a", way="a", field="b"),
        sources={"press": {"reliability": 0.5}},
        gates=[{"site": "w", "modes": ["convoy"], "days": ["mon"], "note": "n"}],
        routes=[
            {"id": "r", "actor": "a", "from": ["w"], "via": ["c"], "to": "n"},
            {"id": "in", "actor": "a", "from": "w", "to": "e", "within": "long"},
            {"id": "no", "actor": "a", "from": "w", "to": "n", "within": "long"},
        ],
    )  # fmt: skip
    told = understanding(engine.analyze(asked, network=network))
    kinds = {site["id"]: (site["kind"], site["in_use"]) for site in told["sites"]}
    assert kinds["long"] == ("stretch", True)
    assert kinds["unused"] == ("stretch", False)
    assert kinds["way"] == ("OSM ways", True)
    assert (kinds["field"][0], kinds["w"][0]) == ("area", "place")
    by_id = {route["id"]: route for route in told["routes"]}
    ends = {end["site"]: (end["roads"], end["metres_off"]) for end in by_id["r"]["ends"]}
    assert ends == {
        "w": (["Long Road"], 0), "c": (["Long Road", "R1"], 200), "n": (["R1", "tertiary", "شارع"], 0)
    }  # fmt: skip
    assert (by_id["r"]["km"], by_id["r"]["because"]) == (55.6, "")
    assert 0.3 < by_id["r"]["known"] < 0.5
    assert (by_id["in"]["ends"][1]["roads"], by_id["in"]["km"]) == (["Long Road"], 89.0)
    assert (by_id["no"]["km"], by_id["no"]["known"]) == (None, None)
    assert by_id["no"]["because"].startswith("no road leads there: no road of long meets n")
    assert told["gates"][0]["days"] == ("mon",)
    assert told["sources"] == {"press": 0.5}
    ground = told["baseline"]["ground"]
    assert ground.endswith("% of the roads have a known holder on the first day")
    assert 20 < int(ground.split("%")[0]) < 50
    advice = told["baseline"]["advice"]
    assert "(3 of 3 rows now)" in advice
    assert "reach_km ends the ground of a place after 8 km of road" in advice
    assert "A map has roads that no report mentions" in advice


def test_where_no_holder_is_named_none_is_inferred_and_no_row_counts(tmp_path) -> None:
    roads = [({"name": "Long Road"}, [(0.0, 0.0), (0.4, 0.0), (0.8, 0.0)])]
    network = map_of(tmp_path / "map.json", roads)
    asked = scenario(
        places=places(w=(0.0, 0.0), e=(0.8, 0.0)),
        baseline=[{"site": "w", "condition": "held"}, {"site": "e"}],
        routes=[{"id": "r", "actor": "a", "from": "w", "to": "e"}],
    )
    analysis = engine.analyze(asked, network=network)
    told = understanding(analysis)
    assert "(0 of 2 rows now)" in told["baseline"]["advice"]
    assert (told["routes"][0]["known"], told["routes"][0]["inferred"]) == (0.0, 0.0)
    assert analysis.inferred_share("r", analysis.scenario.start, km=0.1) == 0.0
    own = replace(network, provenance=replace(network.provenance, credit="My survey"))
    for roads, named in ((network, False), (own, True)):
        advice = understanding(engine.analyze(asked, network=roads))["baseline"]["advice"]
        assert ("schematic = true" in advice) == named
        assert "supplyline sketch" in advice
    one = scenario(
        places=places(w=(0.0, 0.0), e=(0.8, 0.0)),
        baseline=[{"site": "w", "holder": "a"}, {"site": "e"}],
        routes=[{"id": "r", "actor": "a", "from": "w", "to": "e"}],
        reach_km=20,
    )
    half = engine.analyze(one, network=network)
    told = understanding(half)
    assert "(1 of 2 rows now)" in told["baseline"]["advice"]
    assert 0 < told["routes"][0]["inferred"] <= told["routes"][0]["known"] < 0.3
