"""Random scenarios over random roads, so drawn that the rules of `docs/meaning.md` occur often."""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, Any

import networkx as nx
import shapely

from .build import day, place, road_network
from .dice import LENGTHS, ROADS, random_nodes, random_road, random_roads
from .lines import metres, nearest_at, point_at, ring_cuts
from .roads import NODE_M, Roads

if TYPE_CHECKING:
    from collections.abc import Callable

    from .dice import Dice
    from .lines import Edge, Point
    from .roads import Vertex

ACTORS = ("x", "y", "z", "w")
KINDS = (
    *("captured",) * 5, "contested", "contested", "fighting", "under_fire", "under_fire", "closed",
    "closed", "reopened", "reopened", "described", "described", "siege_broken", "repelled", "raid",
    "strike", "losses", "aim", "truce", "statement",
)  # fmt: skip
CONFIDENCES = (*(1.0,) * 6, 0.9, 0.5, 0.49, 0.3, 0.7)
DISPUTES = ((0.5, 0.5), (0.3, 0.6), (0.6, 0.4), (0.4, 0.4), (0.2, 0.3, 0.5), (0.1, 0.8, 0.1))


ASIDE = (1, 2, -1, -2)
CLEARLY_M = 25  # what places are nearest to never hangs on less
SPURS = ((0.0019, 0.0011), (0.0019, 0.0011), (0.0023, -0.0013), (0.0061, 0.0037))  # up to 690 m
FAR_M = 4500  # the engine refuses a place more than 5 km from every road


def _crossings(lines: list[list[Edge]], one: int) -> list[tuple[int, Point]]:
    """Where other roads cross a road without a junction, each with its number."""
    drawn = shapely.LineString([lines[one][0].a, *(edge.b for edge in lines[one])])
    return [
        (other, point_at(line, at))
        for other, line in enumerate(lines)
        for at in (ring_cuts(line, drawn) if other != one else ())
        if 0.1 < at / line[-1].end < 0.9
    ]


class Draft:
    """A scenario in the making: what there is to name."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.on_spur: set[str] = set()
        self.nodes = nodes = random_nodes(dice.number(4, 14))
        self.roads = random_roads(dice, len(nodes))
        joined = sorted({end for u, v, *_ in self.roads for end in (u, v)})
        self.at = {name: dice.pick(joined) for name in "abcdefg"[: dice.number(2, 7)]}
        # In any order, so that a lower id says nothing about the place.
        self.places = sorted(self.at)
        is_map = dice.chance(25)
        on_end = self._spurs() if is_map else set()
        mine = [name for name in self.places if dice.chance(12)]
        off = (0.00007, 0.00005)
        spots = {name: (nodes[n][0] + off[0], nodes[n][1] + off[1]) for name, n in self.at.items()}
        idle = {"idle": nodes[dice.pick(joined)]} if dice.chance(40) else {}
        self.crossing: dict[str, list[int]] = {}
        spots |= {name: nodes[self.at[name]] for name in on_end}
        if is_map:
            spots |= self._beside_roads(set(self.places) - self.on_spur)
        listed = {n: p for n, p in spots.items() if n not in mine} | idle
        self.network = road_network(
            nodes, self.roads, [place(n, p) for n, p in listed.items()], schematic=not is_map
        )
        self.placed = Roads(self.network, spots)
        self.own_places = [{"id": n, "lon": spots[n][0], "lat": spots[n][1]} for n in mine]
        self.actors = ACTORS[: dice.number(2, 4)]
        self.sites: list[dict[str, Any]] = []
        self.focus: list[str] = []
        self._sites()
        self.names = [*self.places, *(site["id"] for site in self.sites)]
        self.length = dice.number(6, 12)
        self.days = [dice.number(-2, self.length + 2) for _ in range(4)]

    def _spurs(self) -> set[str]:
        """Set some of the places at the end of a road of their own; return those to be right on it."""
        dice, on_end = self.dice, set()
        for name in self.places:
            if dice.chance(40):
                node = self.at[name]
                (lon, lat), (east, north) = self.nodes[node], dice.pick(SPURS)
                self.at[name] = len(self.nodes)
                self.roads.append(random_road(dice, node, len(self.nodes), LENGTHS))
                self.nodes.append((lon + east, lat + north))
                self.on_spur.add(name)
                on_end |= {name} if dice.chance(15) else set()
        return on_end

    def _beside_roads(self, places: set[str]) -> dict[str, Point]:
        """Some of the places at points far from every node, each nearest to one road alone."""
        dice, found = self.dice, {}
        bare = Roads(road_network(self.nodes, self.roads, schematic=False), {})
        met = sorted({node for ends in bare.ends_of for node in ends})
        for name in sorted(places):
            if not dice.chance(45):
                continue
            segment = dice.number(0, len(bare.lines) - 1)
            line, far, other = bare.lines[segment], 1.0, None
            lon, lat = point_at(line, line[-1].end * dice.number(3, 7) / 10)
            crossed = _crossings(bare.lines, segment)
            if crossed and dice.chance(90):
                (other, (lon, lat)), far = dice.pick(crossed), 0.2
            east, north = dice.pick(ASIDE), dice.pick(ASIDE)
            spot = (lon + 0.0047 * far * east, lat + 0.0061 * far * north)
            to_node = min(metres(spot, self.nodes[node]) for node in met)
            nearest, *others = sorted(nearest_at(line, spot)[0] for line in bare.lines)
            apart = min([*others, to_node]) - nearest
            if apart > CLEARLY_M and to_node > NODE_M + CLEARLY_M and nearest < FAR_M:
                found[name] = spot
                if other is not None:
                    self.crossing[name] = [
                        way for s in (segment, other) for way in self.roads[s][-1]["ways"]
                    ]
        return found

    # Sites.

    def _sites(self) -> None:
        dice = self.dice
        reach = {"reach_km": dice.pick((0.5, 1.25, 4))} if dice.chance(60) else {}
        # The engine refuses a road or way that the network does not have.
        roads = [name for name in ROADS if any(name in tags.values() for *_, tags in self.roads)]
        ways = sorted({way for *_, tags in self.roads for way in tags["ways"]})
        kinds: list[tuple[int, str, Callable[[], dict[str, Any] | None]]] = [
            (20, "alias", lambda: {"place": dice.pick(self.places)} | reach),
            (35, "road", lambda: {"road": dice.some(roads, 1, 2)} if roads else None),
            (60, "between", self._between),
            (25, "ways", lambda: {"ways": dice.some(ways, 1, 3)}),
            (90, "crossed", self._crossed),
            (45, "corridor", self._corridor),
            (45, "lane", self._corridor),
            (35, "area", self._area),
            (20, "drawn", self._line),
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
        """Two places that are joined, if there are any; by equal ways, if some are so."""
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

    def _shortest(self, road: str) -> dict[tuple[str, str], list[list[Vertex]]]:
        """Up to two shortest ways for each pair of places that the road joins (or any roads)."""
        placed, graph = self.placed, nx.Graph()
        for part in placed.parts:
            *_, tags = self.roads[part.segment]
            if not road or road in tags.values():
                known = graph.get_edge_data(part.tail, part.head, {"metres": part.length})["metres"]
                graph.add_edge(part.tail, part.head, metres=min(part.length, known))
        near = {
            name: min(graph, key=lambda one: metres(placed.spot(one), placed.spot(vertex)))
            for name, vertex in placed.lies.items()
            if graph
        }
        return {
            (a, b): list(islice(nx.all_shortest_paths(graph, u, v, "metres"), 2))
            for (a, u), (b, v) in permutations(near.items(), 2)
            if u != v and nx.has_path(graph, u, v)
        }

    def _corridor(self) -> dict[str, Any] | None:
        """A road with a breadth: most often along two or three places that are joined."""
        dice = self.dice
        roads = [name for name in ROADS if any(name in tags.values() for *_, tags in self.roads)]
        breadth = {"buffer_km": dice.pick((0.31, 0.63, 1.13, 2.37))}
        named = {"road": dice.some(roads, 1, 2)} if roads and dice.chance(60) else {}
        if named and dice.chance(15):
            return breadth | named
        joined = sorted(self._shortest(""))
        if not joined:
            return None
        chain = list(dice.pick(joined))
        further = [b for a, b in joined if a == chain[-1]]
        if dice.chance(40):
            chain.append(dice.pick(further))
        return {"between": chain} | breadth | named

    def _crossed(self) -> dict[str, Any] | None:
        """One of the roads that cross without a junction, where a place lies on another."""
        if not self.crossing:
            return None
        place = self.dice.pick(sorted(self.crossing))
        return {"ways": [self.dice.pick(self.crossing[place])]}

    def _area(self) -> dict[str, Any]:
        dice = self.dice
        west, south = (37.0 + 0.0079 * dice.number(-1, 9), 36.0 + 0.0083 * dice.number(-1, 9))
        east, north = west + 0.0089 * dice.number(1, 6), south + 0.0097 * dice.number(1, 6)
        lean = 0.0031 * dice.number(0, 2)
        return {"area": [[west, south], [east, south + lean], [east + lean, north], [west, north]]}

    def _line(self) -> dict[str, Any]:
        dice = self.dice
        at = (37.0 + 0.0081 * dice.number(-1, 9), 36.0 + 0.0087 * dice.number(-1, 9))
        line = [list(at)]
        for _ in range(dice.number(1, 2)):
            at = (at[0] + 0.0093 * dice.number(1, 5), at[1] + 0.0037 * dice.number(-2, 2))
            line.append(list(at))
        return {"line": line, "buffer_km": dice.pick((0.23, 0.41, 0.77))}

    def _nest(self) -> dict[str, Any]:
        inner = [site["id"] for site in self.sites if site["id"] not in {*self.places, "all"}]
        return {
            "sites": [*self.dice.some(inner or ["all"], 1, 2), *self.dice.some(self.places, 0, 2)]
        }

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
        if rows and dice.chance(15):
            of_report = ("confidence", "date")
            rows[-1]["claim"] = "m"
            more = {"site": self.site(), "holder": self.actor(), "claim": "m"}
            rows.append(more | {key: rows[-1][key] for key in of_report if key in rows[-1]})
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
        events = [self.event() for _ in range(self.dice.number(0, 9) or self.dice.number(0, 9))]
        if len(events) > 2 and self.dice.chance(45):
            where = events[0]["site"]
            kinds = self.dice.some(("captured", "closed", "under_fire", "contested"), 3, 3)
            rivals = zip(events, self.dice.pick(DISPUTES), kinds, strict=False)
            for event, confidence, kind in rivals:
                event |= {"dispute": "q", "confidence": confidence, "site": where, "kind": kind}
                event.setdefault("actor", self.actor())
        return [*self.echo(events), *self.claimed(events), *self.siege()]

    def claimed(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The events, of which one may be a claim: it has further rows, on other ground."""
        if not (events and self.dice.chance(40)):
            return events
        at = self.dice.number(0, min(2, len(events) - 1))
        events[at]["claim"] = "k"
        shared = ("claim", "date", "earliest", "latest", "reported", "confidence", "dispute")
        rows = []
        for _ in range(self.dice.number(1, 2)):
            own = {
                key: value for key, value in self.event().items() if key not in {*shared, "until"}
            }
            rows.append(own | {key: events[at][key] for key in shared if key in events[at]})
        below = self.dice.number(at + 1, len(events))
        return [*events[:below], *rows, *events[below:]]

    def echo(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Another word on the day of an event, above it in the file and perhaps known later."""
        if not (events and self.dice.chance(25)):
            return []
        event = self.event()
        again = {key: events[-1][key] for key in ("date", "site")}
        if self.dice.chance(50):
            again |= {"site": self.site()}
        late = {"reported": again["date"] + (day(self.dice.number(1, 9)) - day(0))}
        keep = ("kind", "actor", "defender", "contestants")
        return [{key: event[key] for key in keep if key in event} | again | late]

    def siege(self) -> list[dict[str, Any]]:
        """The enclave closed off, but for a place that y holds and x contests."""
        if not (self.focus and self.dice.chance(45)):
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
            if self.crossing and dice.chance(60):
                near = "crossed" if "crossed" in wide else dice.pick(wide)
                route |= {"from": [dice.pick(sorted(self.crossing))], "within": near}
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
        if dice.chance(6) and len(self.actors) > 2:
            self.add_hill_of_a_friend(entries)
        return entries | {"sites": self.sites}

    def add_hill_of_a_friend(self, entries: dict[str, Any]) -> None:
        """Ground of z that x contests, below a hill of y, over which x may pass and z may not."""
        hill, below = self.dice.some(self.places, 2, 2)
        date = day(self.dice.number(1, self.length))
        others = [one for one in entries["actors"]["x"]["passes"] if one["actor"] != "y"]
        entries["actors"]["x"]["passes"] = [*others, {"actor": "y"}]
        entries["events"] += [
            {"date": date, "site": hill, "kind": "captured", "actor": "y"},
            {"date": date, "site": below, "kind": "captured", "actor": "z"},
            {"date": date, "site": below, "kind": "fighting", "contestants": ["x"]},
        ]
        effect = self.dice.pick(("exposed", "closed"))
        entries["overlooks"].append({"site": hill, "onto": below, "effect": effect})
