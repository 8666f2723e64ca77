"""A scenario whose course is known: a route, an enclave that is lost and one that is not."""

from __future__ import annotations

import pytest

import engine
from tests.analysis.test_evidence import LINE, NAMES
from tests.meaning.build import day, place, road_network, scenario


@pytest.fixture(scope="module")
def analysis() -> engine.Analysis:
    """Four places in a row; y takes the road, gives it back, then takes the end."""
    segments = [(n, n + 1, 5000) for n in range(3)]
    towns = [place(n, p) for n, p in zip(NAMES, LINE, strict=True)]
    network = road_network(LINE, segments, towns)
    asked = scenario(
        {
            "actors": {"x": {"label": "the Xs"}, "y": {}},
            "baseline": [{"site": name, "holder": "x"} for name in NAMES],
            "routes": [{"id": "r", "label": "The route", "actor": "x", "from": "a", "to": "d"}],
            "enclaves": [{"id": "d", "actor": "x", "lifelines": "a"},
                         {"id": "both", "actor": "x", "site": "pair", "lifelines": "a"}],
            "sites": [{"id": "pair", "places": ["road", "d"]}],
            "events": [
                {"date": day(3), "site": "road", "kind": "captured", "actor": "y"},
                {"date": day(5), "site": "road", "kind": "captured", "actor": "x"},
                {"date": day(7), "site": "d", "kind": "captured", "actor": "y"},
                {"date": day(7), "site": "road", "kind": "captured", "actor": "y", "confidence": 0.4},
            ],
        }
    )  # fmt: skip
    return engine.analyze(asked, network=network)
