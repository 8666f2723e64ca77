"""How worked examples are written: one rule each, the answer derived by hand.

Most play on a straight road of four places, a to d, one kilometre apart, all held by x at the
start; y is an enemy, z another. The route in question leads x from a to d. Its status is written
as one letter a day for the ten days of the run: o (open, connected), r (at risk), c (cut,
besieged), l (lost).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .build import day, place, road_network, scenario

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from engine.network.arrays import Network
    from engine.scenario.model import Scenario

    from .build import Point

LETTER = {"open": "o", "connected": "o", "at risk": "r", "cut": "c", "besieged": "c", "lost": "l"}
NODES = [(37.0 + 0.01 * n, 36.0 + 0.002 * (n % 2)) for n in range(12)]
LINE = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000)]
ABCD = {"a": 0, "b": 1, "c": 2, "d": 3}
FLAT = [(37.0, 36.0), (37.1, 36.0), (37.2, 36.0), (37.3, 36.0)]
BOX = {"id": "box", "area": [[37.03, 35.9], [37.05, 35.9], [37.05, 36.1], [37.03, 36.1]]}
Ground = tuple[int, int, float, str, str]  # day, segment, metre, holder, condition


@dataclass(frozen=True)
class Case:
    """A question and its answer.

    Parameters
    ----------
    days
        By route or enclave: one letter for each day.
    ground
        Holder and condition at points of the road: (day, segment, metre, holder, condition).
    places
        By enclave, day and place: its status as a letter, "lost" if it is lost and "cut off" if it
        is that, in one string.
    """

    name: str
    network: Network
    scenario: Scenario
    days: dict[str, str]
    ground: tuple[Ground, ...] = ()
    places: dict[tuple[str, int, str], str] = field(default_factory=dict)
    known_on: dt.date | None = None


def on(number: int, site: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"date": day(number), "site": site, "kind": kind} | more


def held(site: str, holder: str | None = "x", **more: Any) -> dict[str, Any]:
    return {"site": site, "holder": holder} | more


def route(start: Any, end: str, name: str = "r", **more: Any) -> dict[str, Any]:
    return {"id": name, "actor": "x", "from": start, "to": end} | more


def case(
    name: str,
    days: str | dict[str, str],
    *events: dict[str, Any],
    roads: Any = LINE,
    places: Mapping[str, int | Point] | None = None,
    idle: dict[str, int] | None = None,
    nodes: Any = NODES,
    schematic: bool = True,
    sites: Any = (),
    baseline: Any = None,
    ground: Any = (),
    by_place: Any = None,
    known_on: int | None = None,
    **entries: Any,
) -> Case:
    """Return a case; what is not said is as in the introduction above."""
    where: Mapping[str, int | Point] = ABCD if places is None else places
    known = {**where, **(idle or {})}
    spots = {name: nodes[at] if isinstance(at, int) else at for name, at in known.items()}
    everywhere = {"id": "everywhere", "places": list(where)}
    return Case(
        name,
        road_network(nodes, roads, [place(*spot) for spot in spots.items()], schematic=schematic),
        scenario(
            {
                "actors": {"x": {}, "y": {}, "z": {}},
                "sites": [everywhere, *sites],
                "baseline": [held("everywhere")] if baseline is None else baseline,
                "routes": [route("a", "d")],
                "events": events,
            }
            | entries
        ),
        days if isinstance(days, dict) else {"r": days},
        tuple(ground),
        by_place or {},
        None if known_on is None else day(known_on),
    )
