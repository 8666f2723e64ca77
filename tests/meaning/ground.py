"""The ground, read straight from the rules: roads cut into pieces, and what each site covers.

Slow and obvious on purpose, and sharing no code with the engine: positions are exact numbers
(whole metres or fractions of them), distances come from networkx, polygons from shapely.
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

import shapely

from .corridors import Corridor, owner
from .lines import (
    EARTH_M,
    Point,
    circle_cuts,
    clip,
    crossing,
    metres,
    nearest_at,
    point_at,
    ring_cuts,
)
from .roads import MM, NODE_M, Piece, Roads, Vertex, exact
from .stretches import Stretches

if TYPE_CHECKING:
    from collections import Counter
    from fractions import Fraction

    from engine.network.arrays import Network
    from engine.scenario.model import Scenario, Site

FEW_M = 5  # what hangs on less is left to no test
RANK = {"place": 3, "stretch": 3, "ways": 3, "area": 2, "group": 1}


def kind_of(site: Site) -> str:
    if site.place:
        return "place"
    if site.road or site.between:
        return "stretch"
    if site.ways:
        return "ways"
    return "area" if site.area or site.line else "group"


def names_with_a_role(scenario: Scenario) -> set[str]:
    """Everything that the scenario names anywhere."""
    names = {row.site for row in (*scenario.baseline, *scenario.events)}
    for overlook in scenario.overlooks:
        names |= {overlook.site, overlook.onto}
    for site in scenario.sites:
        names |= {site.place or "", *(site.between or ()), *site.places, *site.sites}
    for route in scenario.routes:
        names |= {*route.from_, *route.via, route.to, route.within or ""}
    for enclave in scenario.enclaves:
        names |= {enclave.ground, *enclave.lifelines}
    return names


def spoken_of(scenario: Scenario) -> set[str]:
    """What reports, routes, gates, overlooking ground and enclaves name, and members of groups."""
    names = {row.site for row in (*scenario.baseline, *scenario.events, *scenario.gates)}
    names |= {name for overlook in scenario.overlooks for name in (overlook.site, overlook.onto)}
    for route in scenario.routes:
        names |= {*route.from_, *route.via, route.to, *([route.within] if route.within else [])}
    for enclave in scenario.enclaves:
        names |= {enclave.ground, *enclave.lifelines}
    members = {site.id: {*site.places, *site.sites} for site in scenario.sites}
    while more := {name for group in names for name in members.get(group, ())} - names:
        names |= more
    return names


class Ground(Stretches):
    """The roads of a scenario in pieces, none of which lies on two sides of any border.

    `borders` keeps, by segment, the cuts that come from areas, circles and, on a map, from where
    places stand (in metres): only these are not exact, so whoever makes test cases keeps them away
    from all others.
    """

    def __init__(self, scenario: Scenario, network: Network, rules: Counter[str]) -> None:
        self.scenario, self.network, self.rules = scenario, network, rules
        self.is_map = not network.provenance.schematic
        self.sites = {site.id: site for site in scenario.sites}
        self.at = {place.id: (place.lon, place.lat) for place in network.places}
        self.at |= {place.id: (place.lon, place.lat) for place in scenario.places}
        limit = scenario.reach_km
        self.reach = exact(limit) * 1000 if limit is not None else None
        self.borders: dict[int, list[Fraction]] = {}
        named = names_with_a_role(scenario)
        # A site may bear the id of a place; the name then means the site, which names the place.
        by_site = {site.place for site in scenario.sites} | {
            place for site in scenario.sites for place in (*site.places, *(site.between or ()))
        }
        self.roles = sorted(
            place
            for place in self.at
            if place in by_site or (place in named and place not in self.sites)
        )
        rules["place without a role"] += len(self.roles) < len(self.at)
        self.roads = Roads(network, {place: self.at[place] for place in self.roles}, rules)
        self.length = self.roads.length
        self.lies = self.roads.lies
        self.spots = {place: self.roads.spot(self.lies[place]) for place in self.roles}
        self.away = {place: self.roads.distances(self.lies[place]) for place in self.roles}
        self.spoken_of = spoken_of(scenario)
        silent = [s for s in scenario.sites if s.id not in self.spoken_of]
        rules["stretch of which nothing speaks"] += any(kind_of(s) == "stretch" for s in silent)
        self.doubtful = False  # whether something hangs on a few metres
        self.corridors = self._corridors()
        self.whole = [piece for s in range(network.n_segments) for piece in self._cut(s)]
        self._coarse: dict[str, frozenset[int]] = {}
        self._covers: dict[str, frozenset[int]] = {}
        self.on_roads = self._ends_on_roads()
        cut = [
            (i, piece) for i, whole in enumerate(self.whole) for piece in self._cut_at_end(whole)
        ]
        self.whole_of, self.pieces = [i for i, _ in cut], [piece for _, piece in cut]

    @property
    def hangs_on_little(self) -> bool:
        """Whether who has some ground, or where a route ends, hangs on a few metres."""
        _ = self.place_of if self.corridors else ()
        return self.doubtful

    @cached_property
    def place_of(self) -> list[tuple[Fraction, str] | None]:
        """The nearest place of each piece, with its distance."""
        return [self._of_corridor(p) or self._nearest(p.segment, p.middle) for p in self.whole]

    # ---- corridors ------------------------------------------------------------------------

    def _corridors(self) -> list[Corridor]:
        """The stretches with a breadth, in the order of the scenario."""
        broad = [site for site in self.scenario.sites if site.buffer_km and not site.line]
        self.rules["corridor on a schematic network"] += bool(broad) and not self.is_map
        if not self.is_map:
            return []
        return [Corridor(site, self._parts(site), self.roads) for site in broad]

    def _of_corridor(self, piece: Piece) -> tuple[Fraction, str] | None:
        """The place whose ground a piece is by a corridor, however far its reach."""
        spot = self.spot(piece)
        place, doubtful = owner(self.corridors, piece, spot, self.spots, self.rules)
        self.doubtful |= doubtful
        if place is None:
            return None
        usual = self._nearest(piece.segment, piece.middle)
        changed = usual is None or usual[1] != place
        self.rules["corridor: its nearest place, not the catchment"] += changed
        far = self.reach is not None and metres(spot, self.spots[place]) > self.reach
        self.rules["corridor: no reach limits it"] += far
        return exact(0), place

    # ---- along the road -------------------------------------------------------------------

    def _nearest(self, segment: int, at: Fraction) -> tuple[Fraction, str] | None:
        """Distance and id of the place that is nearest to a point; the lower id on a tie."""
        u, v = self.roads.ends_of[segment]
        found = []
        for place in self.roles:
            away = self.away[place]
            if u in away and self.is_map:
                found.append((exact(self._straight(segment, place, float(at))), place))
            elif u in away:
                back = self.length[segment] - at
                found.append((min(away[u] + at, away[v] + back), place))
        if not found:
            self.rules["ground that no place reaches"] += 1
            return None
        best = min(found)
        self.rules["tie to the lower id"] += sum(there == best[0] for there, _ in found) > 1
        return best

    # ---- cutting --------------------------------------------------------------------------

    def _cut(self, segment: int) -> list[Piece]:
        cuts = [] if self.is_map else self._catchment_cuts(segment)
        cells = self._cell_cuts(segment) if self.is_map else []
        drawn = [*cells, *self._area_cuts(segment), *self._circle_cuts(segment)]
        drawn += [at for each in self.corridors for at in each.cuts(segment, self.spots)]
        border = {exact(at) for at in drawn}
        stand = {exact(at) for where, at in self.roads.cuts if where == segment}
        self.borders[segment] = sorted(border | stand)
        return self.roads.cut(segment, {*cuts, *border})

    def _catchment_cuts(self, segment: int) -> list[Fraction]:
        """Where two catchments meet, and where reaches end."""
        (u, v), length = self.roads.ends_of[segment], self.length[segment]
        near = [place for place in self.roles if u in self.away[place]]
        if not near:
            return []
        # What comes in through an end belongs to the place nearest to that end.
        from_u, at_u = min((self.away[place][u], place) for place in near)
        from_v, at_v = min((self.away[place][v], place) for place in near)
        cuts = []
        if at_u != at_v:
            meeting = (from_v + length - from_u) / 2
            cuts.append(meeting)
            self.rules["catchments meet on a segment"] += 0 < meeting < length
        own = [exact(site.reach_km) * 1000 for site in self.scenario.sites if site.reach_km]
        for reach in own if self.reach is None else [self.reach, *own]:
            cuts += [reach - from_u, length - (reach - from_v)]
        return cuts

    def _straight(self, segment: int, place: str, at: float) -> float:
        """How far a point of a segment is from where a place stands, in a straight line."""
        return metres(point_at(self.roads.lines[segment], at), self.spots[place])

    def _cell_cuts(self, segment: int) -> list[float]:
        """On a map: where another place becomes the nearest, and where reaches end."""
        start, line = self.roads.ends_of[segment][0], self.roads.lines[segment]
        near = [place for place in self.roles if start in self.away[place]]
        cuts = []
        for edge, (p, q) in product(line, combinations(near, 2)):
            if self.lies[p] == self.lies[q]:
                continue
            at = crossing(edge, self.spots[p], self.spots[q])
            least = at and min(self._straight(segment, place, at) for place in near)
            if at is not None and self._straight(segment, p, at) < least + MM:
                cuts.append(at)
        self.rules["catchments of a map meet on a segment"] += bool(cuts)
        for place in near:
            own = [s.reach_km for s in self.scenario.sites if s.place == place and s.reach_km]
            for reach in {*own, self.scenario.reach_km} - {None}:
                met = circle_cuts(line, self.spots[place], reach * 1000)
                # Beyond its own ground, where another place is nearer, its reach cuts nothing.
                cuts += [
                    at
                    for at in met
                    if min(self._straight(segment, p, at) for p in near) > 1000 * reach - 1
                ]
        return [at for at in cuts if 0 < at < self.length[segment]]

    def _area_cuts(self, segment: int) -> list[float]:
        rings = [
            self.polygon(site).boundary for site in self.scenario.sites if kind_of(site) == "area"
        ]
        cuts = [at for ring in rings for at in ring_cuts(self.roads.lines[segment], ring)]
        self.rules["segment split at the border of an area"] += bool(cuts)
        return cuts

    def _circle_cuts(self, segment: int) -> list[float]:
        """Where a segment enters or leaves the range of a place."""
        if self.scenario.overlook_range is None:
            return []
        radius = self.scenario.overlook_range.km * 1000
        centres = [self.at[place] for place in self.roles]
        return [at for c in centres for at in circle_cuts(self.roads.lines[segment], c, radius)]

    def spot(self, piece: Piece) -> Point:
        """Lon and lat of the middle of a piece."""
        return point_at(self.roads.lines[piece.segment], float(piece.middle))

    # ---- what a name covers ---------------------------------------------------------------

    def covers(self, name: str) -> frozenset[int]:
        """The pieces that the site or place of that name covers."""
        if name not in self._covers:
            whole = self.covers_whole(name)
            self._covers[name] = frozenset(n for n, i in enumerate(self.whole_of) if i in whole)
        return self._covers[name]

    def covers_whole(self, name: str) -> frozenset[int]:
        """The same before roads were cut where routes end: numbers of `whole`."""
        if name not in self._coarse:
            self._coarse[name] = frozenset(self._cover(name))
        return self._coarse[name]

    def kind(self, name: str) -> str:
        return kind_of(self.sites[name]) if name in self.sites else "place"

    def members(self, name: str) -> tuple[str, ...]:
        """The members of a group, in the order in which it lists them."""
        return self.sites[name].places + self.sites[name].sites

    def _cover(self, name: str) -> set[int] | frozenset[int]:
        kind = self.kind(name)
        if kind == "group":
            nested = any(self.kind(member) == "group" for member in self.members(name))
            self.rules["group in a group" if nested else "group"] += 1
            return set().union(*(self.covers_whole(member) for member in self.members(name)))
        if kind == "place":
            site = self.sites.get(name)
            return self._alias(site) if site else self.catchment(name)
        site = self.sites[name]
        if kind == "area":
            self.rules["area along a drawn line" if site.line else "area"] += 1
            shape = self.polygon(site)
            return {
                i for i, p in enumerate(self.whole) if shape.covers(shapely.Point(self.spot(p)))
            }
        if name not in self.spoken_of:
            return set()
        for corridor in self.corridors:
            if corridor.id == name:
                self.rules["corridor: ground beside the road"] += 1
                return {i for i, p in enumerate(self.whole) if corridor.covers(p, self.spot(p))}
        parts = [self.roads.parts[number] for number in self._parts(site)]
        return {i for i, p in enumerate(self.whole) if any(p.is_in(part) for part in parts)}

    def _alias(self, site: Site) -> frozenset[int]:
        """What a place covers under another id, or with its own reach."""
        self.rules["place under another id"] += 1
        if site.reach_km is None:
            return self.catchment(site.place)
        self.rules["place with its own reach"] += 1
        return self._within_reach(site.place, exact(site.reach_km) * 1000)

    def catchment(self, place: str) -> frozenset[int]:
        """What a place covers under its own id."""
        return self._within_reach(place, self.reach)

    def _within_reach(self, place: str, reach: Fraction | None) -> frozenset[int]:
        ground = set()
        for i in range(len(self.whole)):
            if self.place_of[i] is None or self.place_of[i][1] != place:
                continue
            if reach is None or self.place_of[i][0] <= reach:
                ground.add(i)
            else:
                self.rules["ground beyond the reach"] += 1
        self.rules["place without ground"] += not ground
        return frozenset(ground)

    def polygon(self, site: Site) -> shapely.Polygon:
        if isinstance(site.area or site.line, str):
            raise TypeError("the oracle reads areas and lines as lists of points only")
        if site.area:
            return shapely.Polygon(site.area)
        south, north = (pick(lat for _, lat in site.line) for pick in (min, max))
        narrow = math.cos(math.radians((south + north) / 2))
        flat = shapely.LineString([(lon * narrow, lat) for lon, lat in site.line])
        around = flat.buffer(math.degrees(1000 * site.buffer_km / EARTH_M), quad_segs=16)
        return shapely.transform(around, lambda at: at / (narrow, 1.0))

    def in_range(self, place: str) -> frozenset[int]:
        """The pieces within the range rule's distance of a place, in a straight line."""
        radius = self.scenario.overlook_range.km * 1000
        return frozenset(
            i for i, p in enumerate(self.pieces) if metres(self.spot(p), self.at[place]) <= radius
        )

    # ---- ends -----------------------------------------------------------------------------

    def _ends_on_roads(self) -> dict[tuple[str, str], Vertex]:
        """Where places end on the roads of a `within` that does not meet them, by both names."""
        found = {}
        for route in self.scenario.routes if self.is_map else ():
            inside = (
                [self.whole[i] for i in self.covers_whole(route.within)] if route.within else []
            )
            met = {vertex for piece in inside for vertex in (piece.tail, piece.head)}
            for name in (*route.from_, *route.via, route.to):
                for place in self.places_of(name):
                    if inside and self.lies[self.place(place)] not in met:
                        end = self._nearest_end(self.at[self.place(place)], inside)
                        self.rules["end on the nearest road of within"] += end is not None
                        self.rules["end too far from the roads of within"] += end is None
                        found |= {} if end is None else {(place, route.within): end}
        return found

    def _nearest_end(self, spot: Point, roads: list[Piece]) -> Vertex | None:
        """The nearest point of some roads, if it is near."""
        found = []
        for piece in roads:
            line = clip(self.roads.lines[piece.segment], float(piece.begin), float(piece.end))
            away, along = nearest_at(line, spot)
            within = {piece.tail: along - piece.begin < MM, piece.head: piece.end - along < MM}
            at_end = [vertex for vertex, is_there in within.items() if is_there]
            found.append((away, at_end[0] if at_end else (piece.segment, along)))
        least = min(away for away, _ in found)
        near = {vertex for away, vertex in found if away < least + FEW_M}
        self.doubtful |= abs(least - NODE_M) < FEW_M or (least < NODE_M and len(near) > 1)
        return min(near, key=str) if least <= NODE_M else None

    def _cut_at_end(self, whole: Piece) -> list[Piece]:
        """A piece, cut where a route ends; what it was, its parts are."""
        cuts = {end for end in self.on_roads.values() if isinstance(end, tuple)}
        at = {exact(along) for s, along in cuts if s == whole.segment}
        self.borders[whole.segment] += sorted(at - {*self.borders[whole.segment]})
        inner = sorted(along for along in at if whole.begin < along < whole.end)
        marks = [
            (whole.begin, whole.tail),
            *((along, (whole.segment, float(along))) for along in inner),
            (whole.end, whole.head),
        ]
        return [Piece(whole.segment, a, b, u, v) for (a, u), (b, v) in pairwise(marks)]

    def place(self, name: str) -> str:
        """The place that bears a name, which may be another id of it."""
        return self.sites[name].place if name in self.sites else name

    def ends(self, name: str, within: str | None = None) -> list[tuple[Vertex, str]]:
        """The end vertices that a name stands for, each with the site whose ground it may use."""
        kind = self.kind(name)
        if kind == "group":
            return [end for member in self.members(name) for end in self.ends(member, within)]
        if kind == "place":
            if (name, within) in self.on_roads:
                return [(self.on_roads[name, within], within)]
            return [(self.lies[self.place(name)], name)]
        pieces = [self.pieces[i] for i in sorted(self.covers(name))]
        vertices = dict.fromkeys(vertex for p in pieces for vertex in (p.tail, p.head))
        return [(vertex, name) for vertex in vertices]

    def places_of(self, name: str) -> list[str]:
        """The places of an enclave, each once, in the order of its list."""
        if self.kind(name) != "group":
            return [name] if self.kind(name) == "place" else []
        inner = [place for member in self.members(name) for place in self.places_of(member)]
        return list(dict.fromkeys(inner))
