"""One long road with an uncertain report on every place: a small diagram of very many worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import engine
from tests.meaning.build import day, place, road_network, scenario

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis


def chain(reports: int, confidence: float = 0.001, **fields: object) -> Analysis:
    """A road along places, each captured perhaps, and a route from end to end."""
    nodes = [(37 + 0.01 * n, 36.0) for n in range(reports + 2)]
    names = [f"p{n}" for n in range(reports + 2)]
    roads = [(n, n + 1, 1000) for n in range(reports + 1)]
    places = [place(name, at) for name, at in zip(names, nodes, strict=True)]
    events = [
        {"id": name, "date": day(3), "site": name, "kind": "captured", "actor": "y",
         "confidence": confidence} | fields
        for name in names[1:-1]
    ]  # fmt: skip
    asked = scenario(
        {
            "actors": {"x": {}, "y": {}},
            "baseline": [{"site": name, "holder": "x"} for name in names],
            "events": events,
            "routes": [{"id": "r", "actor": "x", "from": names[0], "to": names[-1]}],
        }
    )
    return engine.analyze(asked, network=road_network(nodes, roads, places))
