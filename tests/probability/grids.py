"""Roads in a grid with many uncertain captures: questions that are too large to enumerate."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import engine
from tests.meaning.build import day, place, road_network, scenario

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis


def grid(side: int, doubtful: int, seed: int = 0, *, lost: float = 0.15, span: int = 0) -> Analysis:
    """A grid of places, some lost for sure, some perhaps, and a route from corner to corner.

    With a span, each capture may have happened on any of so many days more.
    """
    nodes = [(37 + 0.01 * (n % side) + 0.0001 * (n % 7), 36 + 0.01 * (n // side))
             for n in range(side * side)]  # fmt: skip
    across = [(n, n + 1, 1000) for n in range(side * side) if n % side < side - 1]
    along = [(n, n + side, 1000) for n in range(side * (side - 1))]
    names = [f"p{n}" for n in range(side * side)]
    network = road_network(
        nodes, across + along, [place(name, at) for name, at in zip(names, nodes, strict=True)]
    )
    dice = random.Random(seed)
    perhaps = dice.sample(names[1:-1], doubtful)
    rest = [name for name in names[1:-1] if name not in perhaps]
    gone = set(dice.sample(rest, int(lost * len(names))))
    events = [
        {"id": name, "date": day(3), "latest": day(3 + span), "site": name, "kind": "captured",
         "actor": "y", "confidence": dice.choice((0.3, 0.5, 0.7))}
        for name in perhaps
    ]  # fmt: skip
    asked = scenario(
        {
            "actors": {"x": {}, "y": {}},
            "baseline": [{"site": name, "holder": "y" if name in gone else "x"} for name in names],
            "events": events,
            "routes": [{"id": "r", "actor": "x", "from": "p0", "to": names[-1]}],
        }
    )
    return engine.analyze(asked, network=network)
