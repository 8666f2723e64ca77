"""Worked examples: one rule each, with the answer derived by hand from `docs/meaning.md`.

Most play on a straight road of four places, a to d, one kilometre apart, all held by x at the
start; y is an enemy, z another. The route in question leads x from a to d. Its status is written
as one letter a day for the ten days of the run: o (open, connected), r (at risk), c (cut,
besieged).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .build import day, place, road_network, scenario

if TYPE_CHECKING:
    import datetime as dt

    from engine.network.network import Network
    from engine.scenario.model import Scenario

LETTER = {"open": "o", "connected": "o", "at risk": "r", "cut": "c", "besieged": "c"}
NODES = [(37.0 + 0.01 * n, 36.0 + 0.002 * (n % 2)) for n in range(12)]
LINE = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000)]
ABCD = {"a": 0, "b": 1, "c": 2, "d": 3}
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


CASES: list[Case] = []


def case(
    name: str,
    days: str | dict[str, str],
    *events: dict[str, Any],
    roads: Any = LINE,
    places: dict[str, int] | None = None,
    idle: dict[str, int] | None = None,
    nodes: Any = NODES,
    schematic: bool = True,
    sites: Any = (),
    baseline: Any = None,
    ground: Any = (),
    by_place: Any = None,
    known_on: int | None = None,
    **entries: Any,
) -> None:
    """Add a case; what is not said is as in the introduction above."""
    where = ABCD if places is None else places
    known = where | (idle or {})
    everywhere = {"id": "everywhere", "places": list(where)}
    CASES.append(
        Case(
            name,
            road_network(
                nodes, roads, [place(p, nodes[n]) for p, n in known.items()], schematic=schematic
            ),
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
    )


# ---- what an event does ---------------------------------------------------------------------

case("no events", "oooooooooo")
case("a capture sets the holder", "oooccccccc", on(4, "b", "captured", actor="y"),
     ground=[(3, 0, 600, "x", "held"), (4, 0, 600, "y", "held"), (4, 0, 400, "x", "held")])
case("under fire, closed, reopened", "oorrccoooo",
     on(3, "c", "under_fire"), on(5, "c", "closed"), on(7, "c", "reopened"),
     ground=[(3, 1, 900, "x", "exposed"), (5, 1, 900, "x", "closed"), (7, 1, 900, "x", "held")])
case("a capture clears what lay on the ground", "rrccoooooo",
     on(1, "b", "under_fire"), on(3, "b", "closed"), on(5, "b", "captured", actor="x"))
case("contested by the enemy and the holder", "oorrrooooo",
     on(3, "b", "contested", actor="y", defender="x"), on(6, "b", "reopened"),
     ground=[(3, 0, 900, "x", "contested")])
case("contested between strangers", "occccccccc",
     on(2, "b", "fighting", contestants=["y", "z"]))
case("contestants go before actor and defender", "occccccccc",
     on(2, "b", "fighting", contestants=["y", "z"], actor="x", defender="x"))
case("contested by nobody named", "orrrrrrrrr", on(2, "b", "contested"))
case("described affirms the holder and leaves the condition", "orrrcccccc",
     on(2, "b", "under_fire"), on(3, "b", "described", actor="x"),
     on(5, "b", "described", actor="y"), ground=[(5, 0, 900, "y", "exposed")])
case("a repelled assault affirms the defender and moves nothing else", "orrrrrrccc",
     on(2, "b", "under_fire"), on(3, "b", "repelled", actor="y", defender="x"),
     on(4, "b", "raid"), on(5, "b", "strike", actor="y"), on(6, "b", "losses", defender="x"),
     on(8, "b", "siege_broken", defender="y"))
case("an aim and a truce do nothing", "oooooooooo",
     on(2, "b", "aim", actor="y", defender="y"), on(3, "b", "truce", actor="y", defender="y"))

# ---- the latest word wins -------------------------------------------------------------------

case("the latest word wins, not the last in the file", "occccooooo",
     on(6, "b", "captured", actor="x"), on(2, "b", "captured", actor="y"))
case("on one day the place goes before the group", "oooooooooo",
     on(4, "b", "captured", actor="x"), on(4, "everywhere", "captured", actor="y"),
     routes=[route("b", "b")])
case("on one day OSM ways go before an area", "ooooorrrrr",
     on(6, "way", "under_fire"), on(6, "box", "closed", reported=day(9)),
     sites=[{"id": "way", "ways": [101]},
            {"id": "box", "area": [[36.9, 35.9], [37.1, 35.9], [37.1, 36.1], [36.9, 36.1]]}],
     routes=[route("way", "way")])
case("on one day an area goes before a group", "ooooorrrrr",
     on(6, "box", "under_fire"), on(6, "everywhere", "closed", reported=day(9)),
     sites=[{"id": "box", "area": [[36.9, 35.9], [37.1, 35.9], [37.1, 36.1], [36.9, 36.1]]}])
case("on one day the word reported later wins", "oooccccccc",
     on(4, "b", "captured", actor="y", reported=day(6)),
     on(4, "b", "captured", actor="x", reported=day(5)))
case("the last day of a range stands for an absent report", "oooccccccc",
     on(4, "b", "captured", actor="y", latest=day(6)),
     on(4, "b", "captured", actor="x", reported=day(5)))
case("on one day, all else equal, the one further down wins", "ooooccccco",
     on(5, "b", "captured", actor="x"), on(5, "b", "captured", actor="y"),
     on(10, "b", "captured", actor="y"), on(10, "b", "captured", actor="x"))
case("an event stands below the baseline", "cccccccccc",
     on(1, "b", "captured", actor="y"), baseline=[held("a"), held("b"), held("c"), held("d")])
case("a place in the baseline goes before a group in an event", "oooooooooo",
     on(1, "everywhere", "captured", actor="y"),
     baseline=[held("a"), held("b"), held("c"), held("d")])
case("until: the word before rules again", "occcoooooo",
     on(2, "b", "captured", actor="y", until=day(5)))
case("until: what came meanwhile rules", "occcrrrrrr",
     on(2, "b", "closed", until=day(5)), on(2, "everywhere", "under_fire"))
case("until: a later word is not ended", "occrrrrrrr",
     on(2, "b", "closed", until=day(6)), on(4, "b", "under_fire"))
case("until: two words in one", "occcccoooo",
     on(2, "b", "closed", until=day(7)), on(4, "b", "closed", until=day(5)))
case("a run starts in the middle of a spell", "rrrooooooo",
     on(-5, "b", "under_fire", until=day(4)),
     baseline=[held("everywhere", date=day(-10))])

# ---- the baseline ---------------------------------------------------------------------------

case("a row without a holder leaves the holder", "oooorrrrrr",
     baseline=[held("everywhere"), held("b", None, date=day(5), condition="contested")],
     ground=[(5, 0, 900, "x", "contested")])
case("what is dated before the baseline does not act", "rrrroooooo", on(3, "b", "closed"),
     baseline=[held("a"), held("c"), held("d"), held("b", date=day(5))],
     ground=[(3, 0, 900, "", "held"), (3, 0, 100, "x", "held")])
case("the earliest row that covers the ground is its baseline", "oocccccccc",
     on(3, "b", "closed"), baseline=[held("everywhere"), held("b", None, date=day(2))])
case("a row that is not believed is no baseline", "rrcccccccc", on(3, "b", "closed"),
     baseline=[held("a"), held("c"), held("d"), held("b", date=day(5), confidence=0.4)])

# ---- doubt ----------------------------------------------------------------------------------

case("believed from one half on", "ooooorrrrr",
     on(3, "b", "closed", confidence=0.49), on(6, "b", "under_fire", confidence=0.5))
case("believe sets the limit", "ooooocccoo", believe=0.8, *[
     on(6, "b", "closed", confidence=0.8, until=day(9)), on(3, "b", "closed", confidence=0.79)])
case("of a dispute only the surest is believed", "oorrrrrrrr",
     on(2, "b", "closed", confidence=0.4, dispute="q"),
     on(3, "b", "under_fire", confidence=0.6, dispute="q"))
case("of a dispute nobody is believed", "oooooooooo",
     on(2, "b", "closed", confidence=0.4, dispute="q"),
     on(3, "b", "under_fire", confidence=0.45, dispute="q"))
case("of two equals the first in the file", "occccccccc",
     on(2, "b", "closed", confidence=0.5, dispute="q"),
     on(1, "b", "under_fire", confidence=0.5, dispute="q"))
case("below a low limit the surest of a dispute still excludes the rest", "occccccccc",
     on(2, "b", "closed", confidence=0.4, dispute="q"),
     on(4, "b", "under_fire", confidence=0.3, dispute="q"), believe=0.25)
case("only what was known", "ooooccccoo", on(2, "b", "under_fire", reported=day(7)),
     on(3, "c", "under_fire", latest=day(8)), on(5, "b", "closed", reported=day(6)),
     on(9, "b", "reopened", reported=day(4)), known_on=6)
case("a dispute among what was known", "occccccccc",
     on(2, "b", "closed", confidence=0.4, dispute="q"),
     on(3, "b", "under_fire", confidence=0.6, dispute="q", reported=day(9)),
     believe=0.3, known_on=8)

# ---- ground ---------------------------------------------------------------------------------

case("catchments meet half way, by length", {"r": "cccccccccc"},
     on(1, "b", "captured", actor="y"), roads=[(0, 1, 600), (1, 2, 2000), (2, 3, 1000)],
     ground=[(1, 0, 299, "x", "held"), (1, 0, 301, "y", "held"), (1, 1, 999, "y", "held"),
             (1, 1, 1001, "x", "held")])
case("catchments reach through junctions, one-way or not", {},
     on(1, "d", "captured", actor="y"), routes=[], places={"a": 0, "d": 3},
     roads=[(0, 1, 1000, {"oneway": True}), (1, 2, 1000, {"oneway": True}), (2, 3, 500)],
     ground=[(1, 1, 249, "x", "held"), (1, 1, 251, "y", "held"), (1, 0, 900, "x", "held")])
case("a place without a role covers nothing", "oooooooooo", places={"a": 0, "d": 3}, idle={"b": 1},
     ground=[(1, 0, 900, "x", "held"), (1, 1, 100, "x", "held")])
case("on a tie the lower id has the ground", {"r": "oooooccccc"},
     on(6, "a", "captured", actor="y"), places={"a": 0, "b": 2, "e": 3},
     roads=[(0, 1, 1000), (2, 1, 1000), (1, 4, 700), (4, 3, 1000)], routes=[route("b", "e")],
     ground=[(6, 2, 340, "y", "held"), (6, 2, 360, "x", "held"), (6, 3, 100, "x", "held"),
             (6, 1, 900, "x", "held")])
case("of two places at one node the lower id has the ground",
     {"to-b": "cccccccccc", "to-a": "oooooooooo"},
     on(4, "b", "captured", actor="y"), places={"a": 1, "b": 1, "d": 3},
     routes=[route("d", "b", "to-b"), route("d", "a", "to-a")])
case("ground beyond the reach is unknown", {"r": "rrrrrrrrrr", "near": "oooooooooo"},
     reach_km=0.4, routes=[route("a", "d"), route("a", "a", "near")],
     ground=[(1, 0, 399, "x", "held"), (1, 0, 401, "", "held"), (1, 0, 601, "x", "held")])
case("eight kilometres on a real map", {"r": "rrrrrrrrrr"}, schematic=False,
     roads=[(0, 1, 16_000), (1, 2, 16_004), (2, 3, 1000)],
     ground=[(1, 0, 7999, "x", "held"), (1, 0, 8001, "x", "held"), (1, 1, 8001, "", "held")])
case("a place may have its own reach", {"r": "rrrccrrrrr"},
     on(2, "b-near", "under_fire"), on(4, "b-far", "closed", until=day(6)), reach_km=0.4,
     sites=[{"id": "b-near", "place": "b", "reach_km": 0.1},
            {"id": "b-far", "place": "b", "reach_km": 9}],
     ground=[(2, 0, 850, "x", "held"), (2, 0, 950, "x", "exposed"), (4, 0, 550, "", "closed"),
             (4, 0, 450, "", "held"), (6, 0, 550, "", "held"), (6, 0, 950, "x", "exposed")])
TAGGED = [(0, 1, 1000, {"name": "Ring"}), (1, 2, 1000, {"name_ar": "طريق"}),
          (2, 3, 1000, {"alt_name": "Old"}), (3, 4, 1000, {"ref": "M4"}), (4, 5, 1000)]
case("a stretch by any of its names", {}, on(2, "s", "closed"), on(4, "t", "under_fire"),
     roads=TAGGED, places={"a": 0, "e": 5}, routes=[],
     sites=[{"id": "s", "road": ["Ring", "M4"]}, {"id": "t", "road": ["طريق", "Old"]}],
     ground=[(2, 0, 400, "x", "closed"), (2, 1, 400, "x", "held"), (2, 3, 400, "x", "closed"),
             (4, 1, 400, "x", "exposed"), (4, 2, 400, "x", "exposed"), (4, 4, 400, "x", "held")])
DIAMOND = [(0, 1, 1000), (0, 2, 700), (1, 3, 1000), (2, 3, 1300), (0, 3, 2500, {"name": "Bypass"})]
case("every shortest way between two places", {"r": "occccccooo", "n": "occccccooo"},
     on(2, "ad", "closed", until=day(8)), on(2, "bypass", "closed", until=day(8)), roads=DIAMOND,
     sites=[{"id": "ad", "between": ["a", "d"]},
            {"id": "bypass", "between": ["a", "d"], "road": "Bypass"}],
     routes=[route("a", "d"), route("d", "a", "n")],
     ground=[(2, 0, 400, "x", "closed"), (2, 1, 400, "x", "closed"), (2, 4, 400, "x", "closed")])
case("a shortest way leaves the others open", "oooooooooo", on(2, "ad", "closed"),
     roads=[(0, 1, 1000), (0, 2, 1100), (1, 3, 1000), (2, 3, 1300)],
     sites=[{"id": "ad", "between": ["a", "d"]}], routes=[route("c", "c")])
case("OSM ways", "occccccccc", on(2, "w", "closed"),
     roads=[(0, 1, 1000, {"ways": [1, 2]}), (1, 2, 1000, {"ways": [3]}), (2, 3, 1000)],
     sites=[{"id": "w", "ways": [2, 9]}],
     ground=[(2, 0, 10, "x", "closed"), (2, 1, 10, "x", "held")])
FLAT = [(37.0, 36.0), (37.1, 36.0), (37.2, 36.0), (37.3, 36.0)]
BOX = {"id": "box", "area": [[37.03, 35.9], [37.05, 35.9], [37.05, 36.1], [37.03, 36.1]]}
case("an area splits segments at its border", "occccccccc", on(2, "box", "closed"), nodes=FLAT,
     roads=[(0, 1, 4000), (1, 2, 1000), (2, 3, 1000)], sites=[BOX],
     ground=[(2, 0, 1150, "x", "held"), (2, 0, 1250, "x", "closed"), (2, 0, 1950, "x", "closed"),
             (2, 0, 2050, "x", "held")])
case("groups of groups cover what their members cover", "occccccccc", on(2, "outer", "closed"),
     sites=[{"id": "inner", "places": ["b", "c"]}, {"id": "outer", "sites": ["inner", "d"]}],
     ground=[(2, 0, 400, "x", "held"), (2, 0, 600, "x", "closed"), (2, 2, 900, "x", "closed")])
case("ground of which no word speaks is unknown", "rrrrrrrrrr",
     baseline=[held("a"), held("b"), held("d")], ground=[(1, 1, 900, "", "held")])
case("unknown ground under fire is still possible, closed it is not", "rrcccccccc",
     on(2, "c", "under_fire"), on(3, "c", "closed"),
     baseline=[held("a"), held("b"), held("d")])

# ---- passage --------------------------------------------------------------------------------

case("passes, in their time", {"r": "ccoooccccc", "back": "cccccccccc"},
     baseline=[held("a"), held("b", "y"), held("c", "z"), held("d")],
     actors={"x": {"passes": [{"actor": "y", "from": day(3)}, {"actor": "z", "until": day(6)}]},
             "y": {}, "z": {}},
     routes=[route("a", "d"), route("b", "a", "back", actor="y")])
case("passes are not transitive", "cccccccccc",
     baseline=[held("a"), held("b", "z"), held("c"), held("d")],
     actors={"x": {"passes": ["y"]}, "y": {"passes": ["z"]}, "z": {}})

# ---- overlooking ----------------------------------------------------------------------------

HILL = {"a": 0, "b": 1, "c": 2, "d": 3, "h": 5, "i": 6}
TO_HILL = [*LINE, (5, 6, 1000), (4, 5, 1000)]
CLOSES = [{"site": "hill", "onto": "c", "effect": "closed"}]
HILLTOP = [{"id": "hill", "places": ["h", "i"]}]
case("who holds all of the hill closes the road; a part exposes it", "oorrccrroo",
     on(3, "h", "captured", actor="y"), on(5, "i", "captured", actor="z"),
     on(7, "h", "captured", actor="x"), on(9, "i", "captured", actor="x"),
     roads=TO_HILL, places=HILL, sites=HILLTOP, overlooks=CLOSES,
     ground=[(5, 1, 900, "x", "closed"), (3, 1, 900, "x", "exposed"), (5, 1, 400, "x", "held")])
case("a contested hill exposes at most", "orrcccrrrr",
     on(2, "h", "contested", contestants=["x"]), on(4, "hill", "captured", actor="y"),
     on(7, "i", "contested"),
     roads=TO_HILL, places=HILL, sites=HILLTOP, overlooks=CLOSES)
case("an unknown hill harms nobody; a closed hill still overlooks", "ooocccoooo",
     on(4, "hill", "described", actor="y"), on(4, "hill", "closed"),
     on(7, "hill", "captured", actor="z"),
     actors={"x": {"passes": ["z"]}, "y": {}, "z": {}},
     roads=TO_HILL, places=HILL, sites=HILLTOP, overlooks=CLOSES,
     baseline=[held("a"), held("b"), held("c"), held("d")])
case("overlooking combines by worst, and reopened does not lift it", "occcrrrroo",
     on(2, "hill", "captured", actor="y"), on(2, "c", "closed", until=day(5)),
     on(6, "c", "reopened"), on(9, "hill", "captured", actor="x"),
     roads=TO_HILL, places=HILL, sites=HILLTOP,
     overlooks=[{"site": "hill", "onto": "c", "effect": "exposed"}])
case("of several overlooking sites the worst counts", "orrrcccccc",
     on(2, "h", "captured", actor="y"), on(5, "i", "captured", actor="y"),
     roads=TO_HILL, places=HILL,
     overlooks=[{"site": "h", "onto": "c", "effect": "exposed"},
                {"site": "i", "onto": "c", "effect": "closed"}])
case("ground of an unknown holder is not overlooked", "rrrrrrrrrr",
     on(2, "hill", "captured", actor="y"),
     roads=TO_HILL, places=HILL, sites=HILLTOP, overlooks=CLOSES,
     baseline=[held("a"), held("b"), held("d")], ground=[(3, 1, 900, "", "held")])
case("ground of the enemy is not overlooked by its own", "cccccccccc",
     baseline=[held("everywhere"), held("c", "y"), held("hill", "y")],
     roads=TO_HILL, places=HILL, sites=HILLTOP, overlooks=CLOSES,
     ground=[(1, 1, 900, "y", "held")])
# One kilometre is 0.00899 degrees of latitude; the hill lies 3.3 km north of b, 4.9 km from a.
NORTH = [(37.0, 36.0), (37.04, 36.0), (37.08, 36.0), (37.12, 36.0), (37.04, 36.03), (37.04, 36.2)]
case("the range rule exposes what is near hostile ground", "oorrrooooo",
     on(3, "h", "captured", actor="y"), on(6, "h", "captured", actor="x"),
     nodes=NORTH, roads=[*LINE, (4, 5, 1000)], places=ABCD | {"h": 4},
     overlook_range={"km": 4.0},
     ground=[(3, 0, 950, "x", "exposed"), (3, 0, 100, "x", "held"), (3, 1, 100, "x", "exposed"),
             (3, 2, 400, "x", "held")])

# ---- ends -----------------------------------------------------------------------------------

case("an end is usable only over its own ground", "oocccccccc", on(3, "d", "closed"))
case("source and destination in one place", {"r": "oorrcccccc"},
     on(3, "a", "under_fire"), on(5, "a", "closed"), routes=[route("a", "a")])
case("any member of a group", "oooocccccc", on(3, "d", "closed"), on(5, "c", "closed"),
     sites=[{"id": "cd", "places": ["c", "d"]}], routes=[route("b", "cd")])
case("any of several sources", "oorrcccccc", on(3, "a", "under_fire"), on(2, "d", "closed"),
     on(5, "a", "closed"), routes=[route(["d", "a"], "b")])
case("an area as an end: any of its nodes", "oocccccccc", on(3, "box", "closed"), nodes=FLAT,
     roads=[(0, 1, 4000), (1, 2, 1000), (2, 3, 1000)], sites=[BOX], routes=[route("d", "box")])
case("a stretch as an end", "oooocccccc", on(3, "b", "closed", until=day(4)),
     on(5, "c", "captured", actor="y"),
     roads=[(0, 1, 1000), (1, 2, 1000, {"name": "Ring"}), (2, 3, 1000)],
     sites=[{"id": "ring", "road": "Ring"}], routes=[route("d", "ring")])

# ---- routes ---------------------------------------------------------------------------------

case("via: the worst leg", {"r": "oorrcccccc", "direct": "oooooooooo"},
     on(3, "s", "under_fire"), on(5, "s", "closed"),
     roads=[*LINE, (1, 5, 1000)], places=ABCD | {"s": 5},
     routes=[route("a", "d", via=["s"]), route("a", "d", "direct")])
case("within: only over one site", {"r": "ooocccoooo", "free": "oooooooooo"},
     on(4, "b", "closed", until=day(7)),
     roads=[(0, 1, 1000, {"name": "Main"}), (1, 2, 1000, {"name": "Main"}),
            (2, 3, 1000, {"name": "Main"}), (0, 3, 3000)],
     sites=[{"id": "main", "road": "Main"}],
     routes=[route("a", "d", within="main"), route("a", "d", "free")])
case("within: the ground at an end must belong to it too", {"r": "cccccccccc"},
     roads=[(0, 1, 1000), (1, 2, 1000, {"name": "Main"}), (2, 3, 1000, {"name": "Main"})],
     sites=[{"id": "main", "road": "Main"}], routes=[route("a", "a", within="main")])
case("ends that no road joins", "cccccccccc", roads=[(0, 1, 1000), (2, 3, 1000)])
ONE_WAY = [(0, 1, 1000, {"oneway": True}), (2, 1, 1000), (2, 3, 1000, {"oneway": True})]
case("one-way tags are ignored", {"r": "oooooooooo", "back": "oooooooooo"}, roads=ONE_WAY,
     routes=[route("a", "d"), route("d", "a", "back")])
case("one-way tags are respected", {"r": "oooooooooo", "back": "cccccccccc", "mid": "oooooooooo"},
     roads=ONE_WAY, oneway="respect",
     routes=[route("a", "d"), route("d", "a", "back"), route("c", "b", "mid")])

# ---- enclaves -------------------------------------------------------------------------------

POCKET = {"id": "pocket", "places": ["c", "d", "e"]}
LONG = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 4, 1000)]
FIVE = ABCD | {"e": 4}
ENCLAVE = [{"id": "pocket", "actor": "x", "lifelines": ["a"]}]
case("an enclave is as well off as the best of the places held", {"pocket": "oorrrccccc"},
     on(3, "b", "under_fire"), on(6, "b", "closed"),
     roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE)
case("lost places leave the enclave", {"pocket": "ooooocccoo"},
     on(3, "d", "captured", actor="y"), on(6, "c", "captured", actor="y"),
     on(8, "e", "captured", actor="y"), on(9, "c", "captured", actor="x"),
     roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
     by_place={("pocket", 2, "d"): "o", ("pocket", 3, "c"): "o", ("pocket", 3, "d"): "c lost",
               ("pocket", 3, "e"): "c cut off", ("pocket", 6, "e"): "c", ("pocket", 6, "c"): "c lost",
               ("pocket", 8, "e"): "c lost", ("pocket", 9, "c"): "o"})
case("cut off from the largest group", {"pocket": "oooooooooo"},
     on(3, "c", "closed"), roads=[*LONG, (0, 3, 1000)], places=FIVE, sites=[POCKET], routes=[],
     enclaves=ENCLAVE,
     by_place={("pocket", 2, "c"): "o", ("pocket", 3, "c"): "c cut off", ("pocket", 3, "e"): "o"})
case("of two equal groups the one with the first place counts", {"pocket": "oooooooooo"},
     on(3, "d", "closed"), roads=LONG, places=FIVE, routes=[], enclaves=ENCLAVE,
     sites=[{"id": "inner", "places": ["e"]}, {"id": "pocket", "sites": ["inner", "c"]}],
     by_place={("pocket", 3, "c"): "o cut off", ("pocket", 3, "e"): "c"})
case("a contested place is not lost while nobody hostile holds it", {"pocket": "orrrrrrrrr"},
     on(2, "everywhere", "contested", contestants=["x", "y"]), on(4, "c", "described", actor="y"),
     roads=LONG, places=FIVE, sites=[POCKET], routes=[], enclaves=ENCLAVE,
     by_place={("pocket", 2, "c"): "r", ("pocket", 4, "c"): "r lost", ("pocket", 4, "d"): "r"})
