"""Random networks and scenarios in which the rules of `docs/meaning.md` occur often.

Everything is small: up to 14 nodes, 22 segments and 7 places, a run of some days. Lengths are
whole metres that have nothing to do with the coordinates, so that ties occur along the roads while
borders of areas, which depend on coordinates, never fall on them (`is_generic`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice, pairwise, permutations
from typing import TYPE_CHECKING, Any

import networkx as nx
from hypothesis import assume
from hypothesis import strategies as st

from .build import Point, day, place, road_network, scenario
from .ground import Ground

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from engine.network.network import Network
    from engine.scenario.model import Scenario

LENGTHS = (1000, 1000, 1000, 2000, 2000, 600, 1400, 3000, 1700, 5000, 9000)
ROADS = ("Ring", "Main", "M4", "طريق")
ACTORS = ("x", "y", "z", "w")
KINDS = (
    *("captured",) * 5, "contested", "contested", "fighting", "under_fire", "under_fire", "closed",
    "closed", "reopened", "reopened", "described", "described", "siege_broken", "repelled", "raid", "strike", "losses", "aim", "truce",
)  # fmt: skip
CONFIDENCES = (*(1.0,) * 6, 0.9, 0.5, 0.49, 0.3, 0.7)
DISPUTES = ((0.5, 0.5), (0.3, 0.6), (0.6, 0.4), (0.4, 0.4), (0.2, 0.3, 0.5), (0.1, 0.8, 0.1))
RANGES_KM = (2.1, 3.3, 1.4, 4.7, 2.7, 1.1, 3.9, 5.3, 6.1, 0.7)
MARGIN = 0.004  # of the length of a segment


@dataclass(frozen=True)
class Question:
    """What is put to the oracle and to the engine."""

    network: Network
    scenario: Scenario
    known_on: dt.date | None

    def as_code(self) -> str:
        """Return what a failure looks like: the roads, the places and the entries."""
        net = self.network
        tags = ("oneway", "name", "name_ar", "alt_name", "ref", "ways")
        roads = "\n".join(
            f"{s}: {net.u[s]}-{net.v[s]} {net.length[s]:g} m "
            + " ".join(f"{key}={getattr(net, key)[s]}" for key in tags)
            for s in range(net.n_segments)
        )
        places = {p.id: (p.lon, p.lat) for p in net.places}
        entries = self.scenario.model_dump(exclude_defaults=True, by_alias=True)
        return f"{roads}\n{places}\n{entries}\nknown_on={self.known_on}"


class Dice:
    """Draws in the words of this module; what shrinks goes towards less."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent

    def pick(self, items: Sequence[Any]) -> Any:
        return items[self.number(0, len(items) - 1)]

    def some(self, items: Sequence[Any], least: int, most: int) -> list[Any]:
        """Different items, in a drawn order."""
        left, taken = list(items), []
        for _ in range(min(self.number(least, most), len(left))):
            taken.append(left.pop(self.number(0, len(left) - 1)))
        return taken


# ---- the network --------------------------------------------------------------------------------


def _nodes(count: int) -> list[Point]:
    """Points near a grid of 2 km by 2.5 km, no three of them on a line."""
    return [
        (
            37.0 + 0.0223 * (n % 4) + 0.0011 * (n * 7 % 5) + 0.00017 * n,
            36.0 + 0.0231 * (n // 4) + 0.0013 * (n * 3 % 7) + 0.00013 * n,
        )
        for n in range(count)
    ]


def _road(
    dice: Dice, u: int, v: int, lengths: Sequence[int]
) -> tuple[int, int, int, dict[str, Any]]:
    tags: dict[str, Any] = {"oneway": dice.chance(40)}
    length = dice.pick(lengths) if dice.chance(85) else dice.number(1, 4000)
    if dice.chance(55):
        tags[dice.pick(("name", "name", "name_ar", "alt_name", "ref"))] = dice.pick(ROADS)
    tags["ways"] = dice.some(range(1, 9), 1, 2)
    return u, v, length, tags


def _roads(dice: Dice, nodes: int) -> list[tuple[int, int, int, dict[str, Any]]]:
    """A tree with gaps, and more roads: parallel ones and loops among them."""
    ends = [(dice.number(max(0, n - 3), n - 1), n) for n in range(1, nodes) if not dice.chance(8)]
    for _ in range(dice.number(max(0, 3 - len(ends)), 22 - len(ends))):
        u = dice.number(0, nodes - 1)
        v = min(nodes - 1, u + dice.number(0, 5))
        ends.append((v, u) if dice.chance(50) else (u, v))
    if ends and dice.chance(15):
        ends[-1] = ends[0]
    lengths = (2000,) if dice.chance(25) else LENGTHS
    return [_road(dice, u, v, lengths) for u, v in ends]


# ---- the scenario -------------------------------------------------------------------------------


class Draft:
    """A scenario in the making: what there is to name."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        nodes = _nodes(dice.number(4, 14))
        self.roads = _roads(dice, len(nodes))
        joined = sorted({end for u, v, *_ in self.roads for end in (u, v)})
        self.at = {name: dice.pick(joined) for name in "abcdefg"[: dice.number(2, 7)]}
        # In any order, so that a lower id says nothing about the place.
        self.places = sorted(self.at)
        mine = [name for name in self.places if dice.chance(12)]
        off = (0.00007, 0.00005)
        spots = {
            name: (nodes[n][0] + off[0], nodes[n][1] + off[1]) for name, n in self.at.items()
        }
        idle = {"idle": nodes[dice.pick(joined)]} if dice.chance(40) else {}
        listed = {n: p for n, p in spots.items() if n not in mine} | idle
        self.network = road_network(
            nodes, self.roads, [place(n, p) for n, p in listed.items()],
            schematic=not dice.chance(25),
        )  # fmt: skip
        self.own_places = [{"id": n, "lon": spots[n][0], "lat": spots[n][1]} for n in mine]
        self.actors = ACTORS[: dice.number(2, 4)]
        self.sites: list[dict[str, Any]] = []
        self.focus: list[str] = []
        self._sites()
        self.names = [*self.places, *(site["id"] for site in self.sites)]
        self.length = dice.number(6, 12)
        self.days = [dice.number(-2, self.length + 2) for _ in range(4)]

    # Sites.

    def _sites(self) -> None:
        dice = self.dice
        reach = {"reach_km": dice.pick((0.5, 1.25, 4))} if dice.chance(60) else {}
        kinds: list[tuple[int, str, Callable[[], dict[str, Any] | None]]] = [
            (20, "alias", lambda: {"place": dice.pick(self.places)} | reach),
            (35, "road", lambda: {"road": dice.some(ROADS, 1, 2)}),
            (45, "between", self._between),
            (25, "ways", lambda: {"ways": dice.some(range(1, 9), 1, 3)}),
            (35, "area", self._area),
            (40, "pair", lambda: {"places": dice.some(self.places, 1, 4)}),
            (30, "nest", self._nest),
        ]
        self.sites = [{"id": "all", "places": self.places}]
        if dice.chance(8):
            name = dice.pick(self.places)
            self.sites.append({"id": name, "place": name, "reach_km": dice.pick((0.5, 2))})
        for percent, name, make in kinds:
            if dice.chance(percent) and (ground := make()):
                self.sites.append({"id": name} | ground)

    def _between(self) -> dict[str, Any] | None:
        """Two places that are joined, if there are any; by several equal ways, if there are such."""
        ways = {
            (a, b, road): found
            for road in (ROADS if self.dice.chance(50) else ("",))
            for (a, b), found in self._shortest(road).items()
        }
        several = [key for key, found in ways.items() if len(found) > 1]
        if not ways:
            return None
        a, b, road = self.dice.pick(several or list(ways))
        return {"between": [a, b]} | ({"road": road} if road else {})

    def _shortest(self, road: str) -> dict[tuple[str, str], list[list[int]]]:
        """Up to two shortest ways for each pair of places that the road joins (or any roads)."""
        graph = nx.Graph()
        for u, v, length, tags in self.roads:
            if not road or road in tags.values():
                known = graph.get_edge_data(u, v, {"metres": length})["metres"]
                graph.add_edge(u, v, metres=min(length, known))
        return {
            (a, b): list(islice(nx.all_shortest_paths(graph, u, v, "metres"), 2))
            for (a, u), (b, v) in permutations(self.at.items(), 2)
            if u != v and u in graph and v in graph and nx.has_path(graph, u, v)
        }

    def _area(self) -> dict[str, Any]:
        dice = self.dice
        west, south = (37.0 + 0.0079 * dice.number(-1, 9), 36.0 + 0.0083 * dice.number(-1, 9))
        east, north = west + 0.0089 * dice.number(1, 6), south + 0.0097 * dice.number(1, 6)
        lean = 0.0031 * dice.number(0, 2)
        return {"area": [[west, south], [east, south + lean], [east + lean, north], [west, north]]}

    def _nest(self) -> dict[str, Any]:
        inner = [site["id"] for site in self.sites if site["id"] not in {*self.places, "all"}]
        return {"sites": [*self.dice.some(inner or ["all"], 1, 2), *self.dice.some(self.places, 0, 2)]}

    # Entries.

    def site(self) -> str:
        """A place (most often of the enclave, if there is one) or any site."""
        if self.dice.chance(45):
            return self.dice.pick(self.focus or self.places)
        return self.dice.pick(self.names)

    def actor(self) -> str:
        return self.dice.pick(self.actors)

    def date(self) -> int:
        return self.dice.pick(self.days) if self.dice.chance(70) else self.dice.number(-3, 13)

    def passes(self, actor: str) -> dict[str, Any]:
        passes: list[Any] = []
        for other in self.actors:
            if other == actor or not self.dice.chance(28):
                continue
            passage: dict[str, Any] = {"actor": other}
            if self.dice.chance(35):
                passage["from"] = day(self.date())
            if self.dice.chance(35):
                begin = passage.get("from", day(0))
                passage["until"] = begin + (day(self.dice.number(1, 8)) - day(0))
            passes.append(passage)
        return {"passes": passes}

    def baseline(self) -> list[dict[str, Any]]:
        dice, rows = self.dice, []
        if dice.chance(75):
            rows.append({"site": "all", "holder": "x"})
        for _ in range(dice.number(0, 4)):
            row: dict[str, Any] = {"site": self.site(), "confidence": dice.pick(CONFIDENCES)}
            if dice.chance(80):
                row["holder"] = self.actor()
            if dice.chance(35):
                row["condition"] = dice.pick(("contested", "exposed", "closed"))
                row["contestants"] = dice.some(self.actors, 0, 2)
            if dice.chance(40):
                row["date"] = day(self.date())
            rows.append(row)
        return rows

    def event(self) -> dict[str, Any]:
        dice, date = self.dice, self.date()
        kind = dice.pick(KINDS)
        event: dict[str, Any] = {"date": day(date), "site": self.site(), "kind": kind,
                                 "confidence": dice.pick(CONFIDENCES)}  # fmt: skip
        if kind in {"captured", "described"} or dice.chance(50):
            event["actor"] = self.actor()
        if dice.chance(60):
            event["defender"] = self.actor()
        if kind in {"contested", "fighting"} and dice.chance(40):
            event["contestants"] = dice.some(self.actors, 1, 2)
        if dice.chance(30):
            event["until"] = day(date + dice.number(1, 6))
        if dice.chance(15):
            event["earliest"] = day(date - dice.number(0, 3))
            event["latest"] = day(date + dice.number(0, 3))
        if dice.chance(35):
            event["reported"] = day(date + dice.number(0, 4))
        return event

    def events(self) -> list[dict[str, Any]]:
        events = [self.event() for _ in range(self.dice.number(0, 9))]
        if len(events) > 2 and self.dice.chance(35):
            where = events[0]["site"]
            for event, confidence in zip(events, self.dice.pick(DISPUTES), strict=False):
                event |= {"dispute": "q", "confidence": confidence, "site": where}
        return [*events, *self.siege()]

    def siege(self) -> list[dict[str, Any]]:
        """The enclave closed off, but for a place that y holds and x contests."""
        if not (self.focus and self.dice.chance(15)):
            return []
        date, (gate, *others) = day(self.date()), self.focus
        taken = {"date": date, "site": gate, "kind": "captured", "actor": "y"}
        fought = {"date": date, "site": gate, "kind": "fighting", "contestants": ["x"]}
        return [taken, fought, *({"date": date, "site": p, "kind": "closed"} for p in others)]

    def overlooks(self) -> list[dict[str, Any]]:
        if not self.dice.chance(60):
            return []
        pairs = [(self.site(), self.site()) for _ in range(self.dice.number(1, 3))]
        return [
            {"site": a, "onto": b, "effect": self.dice.pick(("exposed", "closed"))}
            for a, b in pairs
            if a != b
        ]

    def routes(self) -> list[dict[str, Any]]:
        dice, routes = self.dice, []
        wide = [site["id"] for site in self.sites if site["id"] not in self.places]
        for number in range(dice.number(1, 3)):
            route: dict[str, Any] = {
                "id": f"r{number}",
                "actor": self.actor() if dice.chance(40) else "x",
                "from": [self.site() for _ in range(2 if dice.chance(25) else 1)],
                "to": self.site(),
            }
            if dice.chance(25):
                route["via"] = [self.site() for _ in range(dice.number(1, 2))]
            if dice.chance(20):
                route["within"] = dice.pick(wide)
            routes.append(route)
        return routes

    def enclaves(self) -> list[dict[str, Any]]:
        dice = self.dice
        if not dice.chance(60):
            return []
        held = self.focus = dice.some(self.places, 1, 5)
        if dice.chance(30) and len(held) > 1:
            self.sites.append({"id": "core", "places": held[:-1]})
            self.sites.append({"id": "pocket", "sites": ["core", *held[-2:]]})
        else:
            self.sites.append({"id": "pocket", "places": held})
        return [{"id": "pocket", "actor": "x", "lifelines": [self.site() for _ in
                 range(dice.number(1, 2))]}]  # fmt: skip

    def entries(self) -> dict[str, Any]:
        dice = self.dice
        enclaves = self.enclaves()
        entries = {
            "start": day(1),
            "end": day(1 + self.length),
            "actors": {actor: self.passes(actor) for actor in self.actors},
            "baseline": self.baseline(),
            "events": self.events(),
            "overlooks": self.overlooks(),
            "routes": self.routes(),
            "enclaves": enclaves,
            "places": self.own_places,
            "oneway": "respect" if dice.chance(50) else "ignore",
        }
        if dice.chance(20):
            entries["reach_km"] = dice.pick((0.5, 1, 1.5, 3))
        if dice.chance(20):
            entries["believe"] = dice.pick((0.3, 0.9, 0.6, 0.4))
        return entries | {"sites": self.sites}


def is_generic(question: Scenario, network: Network) -> bool:
    """Whether the borders of areas and circles keep away from all other cuts and nodes."""
    ground = Ground(question, network, Counter())
    for segment, borders in ground.borders.items():
        length = ground.length[segment]
        cuts = [p.begin for p in ground.pieces if p.segment == segment] + [length]
        for at, after in pairwise(cuts):
            if {at, after} & set(borders) and after - at < MARGIN * length:
                return False
    return True


def _keeps_its_cuts(question: Scenario, network: Network) -> bool:
    """Whether a slightly larger or smaller range cuts the same segments as often."""
    kilometres = question.overlook_range.km
    counts = []
    for factor in (1, 0.985, 1.015):
        scaled = question.overlook_range.model_copy(update={"km": kilometres * factor})
        changed = question.model_copy(update={"overlook_range": scaled})
        ground = Ground(changed, network, Counter())
        counts.append([len(borders) for borders in ground.borders.values()])
    return counts[0] == counts[1] == counts[2]


@st.composite
def questions(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Question:
    """A network, a scenario over it, and sometimes a day up to which reports count."""
    dice = Dice(draw)
    draft = Draft(dice)
    asked = scenario(draft.entries())
    if any(site.area for site in asked.sites):
        assume(is_generic(asked, draft.network))
    if dice.chance(25):
        effect, first = dice.pick(("exposed", "closed")), dice.number(0, len(RANGES_KM) - 1)
        for kilometres in (*RANGES_KM[first:], *RANGES_KM[:first]):
            ranged = scenario(
                asked.model_dump(by_alias=True)
                | {"overlook_range": {"km": kilometres, "effect": effect}}
            )
            if is_generic(ranged, draft.network) and _keeps_its_cuts(ranged, draft.network):
                asked = ranged
                break
    known_on = day(dice.number(0, draft.length)) if dice.chance(25) else None
    return Question(draft.network, asked, known_on)
