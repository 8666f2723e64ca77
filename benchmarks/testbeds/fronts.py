"""Random fronts on real roads: ``python -m benchmarks.testbeds.fronts --extract FILE --fronts 40``.

Areas drawn at random say who holds what on a real extract of OpenStreetMap. They are the truth, and
decide over all roads. The reports are derived from them: who holds each town and village, and no
more. Every route is answered twice, from the areas and from the places alone, between the same
nodes, and the answers are compared. Nothing here is a real front.

A route *hangs on* x m of the front if its true answer changes when the front moves by x m to either
side: what reports about places kilometres apart cannot show.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

import engine
from engine.network.arrays import Network, great_circle_m
from engine.network.paths import nearest_nodes
from engine.network.split import split
from engine.report.sentences import WORTH_SAYING
from engine.scenario.model import Actor, Holding, Route, Scenario, ScenarioPlace, Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.network.arrays import Place

KINDS = ("line", "curve", "three", "patches", "pocket", "band")
"""A straight front; a winding one; three actors; a patchwork; a pocket that is enclosed; a contested
band along a winding front."""
ACTORS = ("north", "south", "third")
START = dt.date(2000, 1, 1)
SETTLED = ("city", "town", "village", "suburb", "quarter", "neighbourhood", "hamlet")
MOST_M_TO_ROAD = 500.0
"""Places farther than this from a junction or dead end get no report and are no end of a route."""
LEAST_PLACES = 12
"""Where the map has fewer, junctions far from one another are taken for villages."""
ROUTES = 12
ROAD_SHARE = 0.25
"""So many of the routes keep to one named road, if places lie on one."""
LEAST_ROAD_M = 1500.0
ON_ROAD_DEGREES = 1e-6
STEP_M = 60.0
"""Roads are cut this finely to find what a route hangs on."""
SHIFTS_M = (100.0, 250.0, 500.0, 1000.0)
KM_PER_DEGREE = 111.195


@dataclass(frozen=True, eq=False)
class Layer:
    """An area, in km, that lies over those before it: held by one actor, or contested by several."""

    ring: np.ndarray
    actors: tuple[str, ...]

    @cached_property
    def area(self) -> shapely.Polygon:
        return shapely.make_valid(shapely.Polygon(self.ring))


@dataclass(frozen=True, eq=False)
class Front:
    """Who holds what: areas, each over those before it."""

    kind: str
    layers: tuple[Layer, ...]

    def holders(self, xy: np.ndarray) -> list[tuple[str, ...]]:
        """Return who holds or contests each point."""
        actors = [*(layer.actors for layer in self.layers), ()]
        return [actors[at] for at in self.uppermost(xy)]

    def uppermost(self, xy: np.ndarray) -> np.ndarray:
        """Return the last layer in which each point lies, -1 for none: int64 of shape (points,)."""
        found = np.full(len(xy), -1, dtype=np.int64)
        for at, layer in enumerate(self.layers):
            found[shapely.contains_xy(layer.area, xy)] = at
        return found

    def passable_to(self, actor: str) -> shapely.Geometry:
        """Return the ground that an actor holds or contests."""
        ground = shapely.Polygon()
        for layer in self.layers:
            join = shapely.union if actor in layer.actors else shapely.difference
            ground = join(ground, layer.area)
        return ground


@dataclass(frozen=True, eq=False)
class Region:
    """An extract, and the places on it that reports may speak of.

    Parameters
    ----------
    network
        The roads.
    places
        Places near a road, no two at one node.
    end
        The longitude and latitude at which the engine puts each place on the roads: where routes
        begin and end. Float64 of shape (places, 2).
    """

    network: Network
    places: tuple[ScenarioPlace, ...]
    end: np.ndarray

    @cached_property
    def middle(self) -> np.ndarray:
        return np.array([self.network.lon.mean(), self.network.lat.mean()])

    @cached_property
    def scale(self) -> np.ndarray:
        """Kilometres per degree, east and north."""
        return KM_PER_DEGREE * np.array([np.cos(np.radians(self.middle[1])), 1.0])

    @cached_property
    def xy(self) -> np.ndarray:
        """The places in km east and north of the middle, shape (places, 2)."""
        degrees = np.array([(place.lon, place.lat) for place in self.places])
        return (degrees - self.middle) * self.scale

    @cached_property
    def end_xy(self) -> np.ndarray:
        """The ends in km east and north of the middle, shape (places, 2)."""
        return (self.end - self.middle) * self.scale

    @cached_property
    def end_node(self) -> np.ndarray:
        """The node of `fine` nearest to each end, int64 of shape (places,)."""
        return cKDTree(self.kilometres(self.fine.network)).query(self.end_xy)[1]

    @cached_property
    def fine(self) -> FineRoads:
        return fine_roads(self)

    def kilometres(self, network: Network) -> np.ndarray:
        """Return the nodes of a network in km east and north of the middle, shape (nodes, 2)."""
        return (np.column_stack([network.lon, network.lat]) - self.middle) * self.scale


@dataclass(frozen=True, eq=False)
class FineRoads:
    """The roads of a region in short pieces, whose middles decide."""

    network: Network
    parent: np.ndarray
    middle: np.ndarray

    def component(self, usable: np.ndarray) -> np.ndarray:
        """Return the connected part of each node over usable pieces, -1 for nodes that meet none."""
        n, rows = self.network.n_nodes, np.flatnonzero(usable)
        u, v = self.network.u[rows], self.network.v[rows]
        graph = csr_array((np.ones(len(rows), dtype=bool), (u, v)), shape=(n, n))
        part = connected_components(graph, directed=False)[1]
        met = np.zeros(n, dtype=bool)
        met[u] = met[v] = True
        return np.where(met, part, -1)


@dataclass(frozen=True)
class Answer:
    """A route, and what areas and places say of it.

    Parameters
    ----------
    hangs_on_m
        The least of `SHIFTS_M` by which the front has to move for another true answer; infinite if
        none of them is enough.
    inferred
        The share of the path the holder of which the engine says to be inferred from afar; 0 where no
        road leads there.
    near_front
        Whether the engine says that every path passes ground near a front.
    """

    extract: str
    front: int
    kind: str
    actor: str
    start: str
    goal: str
    within: str
    truth: str
    said: str
    hangs_on_m: float
    inferred: float
    near_front: bool

    @property
    def doubted(self) -> bool:
        """Whether an explanation of the answer says that it rests on what is inferred from afar."""
        return self.inferred >= WORTH_SAYING

    @property
    def right(self) -> bool:
        return (self.truth == "cut") == (self.said == "cut")


def region_of(network: Network, seed: int = 1) -> Region:
    """Return an extract with its towns and villages near roads; some made up where it has few."""
    settled = [_named(place) for place in network.places if place.kind in SETTLED]
    lon, lat = np.array([(place.lon, place.lat) for place in settled]).reshape(-1, 2).T
    node, metres = nearest_nodes(network, lon, lat)
    nearest_first = np.argsort(metres, kind="stable")
    at_node = {int(node[at]): at for at in nearest_first[::-1] if metres[at] <= MOST_M_TO_ROAD}
    kept = sorted(at_node.values())
    places, nodes = [settled[at] for at in kept], [int(node[at]) for at in kept]
    random = np.random.default_rng(seed)
    for at in _junctions(network, nodes, LEAST_PLACES - len(nodes), random):
        places.append(_village(network, at))
        nodes.append(at)
    end = _ends(network, places)
    _, first = np.unique(end, axis=0, return_index=True)
    rows = np.sort(first)
    return Region(network, tuple(places[row] for row in rows), end[rows])


def _ends(network: Network, places: list[ScenarioPlace]) -> np.ndarray:
    """Return the longitude and latitude at which the engine puts places on the roads."""
    rows = [Holding(site=place.id, holder=ACTORS[0]) for place in places]
    scenario = Scenario(**_frame("Places", places), baseline=rows)
    sectors = engine.analyze(scenario, network=network).sectors
    node = sectors.sites.node[[sectors.sites.index[place.id] for place in places]]
    return np.column_stack([sectors.network.lon[node], sectors.network.lat[node]])


def _frame(title: str, places: Sequence[ScenarioPlace]) -> dict[str, Any]:
    """Return what every scenario here has."""
    return {
        "title": title,
        "start": START,
        "end": START + dt.timedelta(days=1),
        "actors": {name: Actor() for name in ACTORS},
        "places": tuple(places),
    }


def _named(place: Place) -> ScenarioPlace:
    return ScenarioPlace(
        id=place.id, name=place.name, kind=place.kind, lat=place.lat, lon=place.lon
    )


def _village(network: Network, node: int) -> ScenarioPlace:
    lon, lat = float(network.lon[node]), float(network.lat[node])
    return ScenarioPlace(id=f"junction-{node}", kind="village", lat=lat, lon=lon)


def _junctions(
    network: Network, taken: list[int], n: int, random: np.random.Generator
) -> list[int]:
    """Return junctions, drawn at random, each as far as may be from those before it."""
    degree = np.bincount(np.concatenate([network.u, network.v]), minlength=network.n_nodes)
    free = np.flatnonzero(degree >= 3)
    free = free[random.random(len(free)) < 0.5]
    chosen: list[int] = []
    for _ in range(n):
        apart = np.full(len(free), np.inf)
        for other in [*taken, *chosen]:
            lon, lat = (
                np.full(len(free), network.lon[other]),
                np.full(len(free), network.lat[other]),
            )
            metres = great_circle_m(network.lon[free], network.lat[free], lon, lat)
            apart = np.minimum(apart, metres)
        chosen.append(int(free[apart.argmax()]))
    return chosen


def fine_roads(region: Region) -> FineRoads:
    """Cut the roads of a region into pieces of at most `STEP_M`."""
    network = region.network
    n = np.maximum(1, np.ceil(network.length / STEP_M)).astype(int)
    segment = np.repeat(np.arange(network.n_segments), n - 1)
    number = np.arange(len(segment)) - np.repeat(np.cumsum(n - 1) - (n - 1), n - 1) + 1
    pieces = split(network, segment, number * (network.length / n)[segment])
    at = region.kilometres(pieces.network)
    middle = (at[pieces.network.u] + at[pieces.network.v]) / 2
    return FineRoads(pieces.network, pieces.parent, middle)


# The fronts.


def draw_front(kind: str, xy: np.ndarray, random: np.random.Generator) -> Front:
    """Draw a front of a kind at random among places at some points, in km."""
    far = 4 * float(np.ptp(xy, axis=0).max()) + 10
    box = far * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    a, b, c = (ACTORS[at] for at in random.permutation(3))
    layers = [Layer(box, (a,))]
    if kind == "patches":
        layers += _patches(xy, (a, b, c)[: int(random.integers(2, 4))], random)
        return Front(kind, tuple(layers))
    bend = 0.0 if kind == "line" else 1.0
    edge, side = _half(xy, bend, far, random)
    layers.append(Layer(side, (b,)))
    if kind == "three":
        layers.append(Layer(_half(xy, bend, far, random)[1], (c,)))
    elif kind == "pocket":
        layers.append(Layer(_pocket(xy, random), (b if random.random() < 0.7 else c,)))
    elif kind == "band":
        band = shapely.buffer(shapely.LineString(edge), random.uniform(0.15, 0.6))
        layers.append(Layer(shapely.get_coordinates(shapely.get_exterior_ring(band)), (a, b)))
    return Front(kind, tuple(layers))


def _half(
    xy: np.ndarray, bend: float, far: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return a smooth line among points, and the half of the plane on one side of it."""
    angle = random.uniform(0, 2 * np.pi)
    along, across = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    size = float(np.ptp(xy @ along))
    s = np.linspace(-far, far, 801)
    h = np.full_like(s, np.quantile(xy @ across, random.uniform(0.2, 0.8)))
    for wave in range(1, 5):
        height = bend * random.normal(0, 0.12) * size / wave
        h += height * np.sin(2 * np.pi * wave * s / size / 1.5 + random.uniform(0, 2 * np.pi))
    edge = s[:, np.newaxis] * along + h[:, np.newaxis] * across
    corners = np.array([far, -far])[:, np.newaxis] * along + 2 * far * across
    return edge, np.vstack([edge, corners])


def _pocket(xy: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a closed smooth line around a place and, often, a few of those nearest to it."""
    middle = xy[random.integers(len(xy))]
    apart = np.sort(np.hypot(*(xy - middle).T))
    n = int(random.integers(1, max(2, len(xy) // 6) + 1))
    radius = (apart[n - 1] + apart[n]) / 2 if n > 1 else apart[1] * random.uniform(0.3, 0.8)
    angle = np.linspace(0, 2 * np.pi, 121)[:-1]
    r = np.ones_like(angle)
    for wave in range(1, 5):
        r += random.normal(0, 0.12) / wave * np.cos(wave * angle + random.uniform(0, 2 * np.pi))
    r = radius * np.clip(r, 0.4, None)
    return middle + np.column_stack([r * np.cos(angle), r * np.sin(angle)])


def _patches(xy: np.ndarray, actors: tuple[str, ...], random: np.random.Generator) -> list[Layer]:
    """Return the cells of random points, each with a holder drawn at random."""
    low, size = xy.min(axis=0), np.ptp(xy, axis=0)
    points = low + random.random((int(random.integers(4, 9)), 2)) * size
    frame = shapely.box(*(low - size - 5), *(low + 2 * size + 5))
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame)
    rings = sorted(map(shapely.get_coordinates, shapely.get_parts(cells)), key=np.ndarray.tolist)
    return [Layer(ring, (str(random.choice(actors)),)) for ring in rings]


# The questions.


def cases(
    region: Region, *, fronts: int, routes: int, seed: int
) -> Iterator[tuple[int, Front, list[Route], list[Site]]]:
    """Yield fronts with a number, routes and the roads that some of these keep to."""
    for number in range(fronts):
        random = np.random.default_rng([seed, number])
        front = draw_front(KINDS[number % len(KINDS)], region.xy, random)
        asked, roads = draw_routes(region, front, routes, random)
        if asked:
            yield number, front, asked, roads


def draw_routes(
    region: Region, front: Front, n: int, random: np.random.Generator
) -> tuple[list[Route], list[Site]]:
    """Draw routes between places that one actor holds, and the roads that some of them keep to."""
    own = front.holders(region.xy)
    at_end = front.holders(region.end_xy)
    held = [at for at in range(len(own)) if len(own[at]) == 1 and own[at] == at_end[at]]
    pairs = [pair for pair in itertools.combinations(held, 2) if own[pair[0]] == own[pair[1]]]
    along = [
        (pair, road)
        for road, places in _places_on_roads(region).items()
        for pair in pairs
        if places.issuperset(pair)
    ]
    along = _drawn(along, round(n * ROAD_SHARE), random)
    names = sorted({road for _, road in along})
    anywhere = [(pair, None) for pair in _drawn(pairs, n - len(along), random)]
    routes = [
        Route(
            id=f"route-{number}",
            actor=own[start][0],
            **{"from": [region.places[start].id]},
            to=region.places[goal].id,
            within=None if road is None else f"road-{names.index(road)}",
        )
        for number, ((start, goal), road) in enumerate(anywhere + along)
    ]
    return routes, [Site(id=f"road-{at}", road=[name]) for at, name in enumerate(names)]


def _drawn(rows: list, n: int, random: np.random.Generator) -> list:
    return [rows[at] for at in sorted(random.permutation(len(rows))[:n])]


def _places_on_roads(region: Region) -> dict[str, frozenset[int]]:
    """Return, for each longer named road, the places whose ends lie on it, if two or more."""
    network, ends, found = region.network, shapely.points(region.end), {}
    for labels in (network.name, network.ref):
        for name in labels.values:
            rows = np.flatnonzero(labels.among([name]))
            if name and ";" not in name and network.length[rows].sum() >= LEAST_ROAD_M:
                road = shapely.multilinestrings(network.lines[rows])
                places = np.flatnonzero(shapely.distance(ends, road) < ON_ROAD_DEGREES)
                if len(places) > 1:
                    found[name] = frozenset(places.tolist())
    return found


def scenarios(
    region: Region, front: Front, routes: list[Route], roads: list[Site]
) -> tuple[Scenario, Scenario]:
    """Return the scenario of the areas, and that of the reports about places."""
    common = _frame(f"A made-up front ({front.kind})", region.places) | {"routes": routes}
    areas, truth = [], []
    for at, layer in enumerate(front.layers):
        degrees = layer.ring / region.scale + region.middle
        areas.append(Site(id=f"area-{at}", area=list(map(tuple, degrees.tolist()))))
        truth.append(_holding(f"area-{at}", layer.actors))
    holders = front.holders(region.xy)
    said = [_holding(*row) for row in zip((p.id for p in region.places), holders, strict=True)]
    return (
        Scenario(**common, sites=[*roads, *areas], baseline=truth),
        Scenario(**common, sites=roads, baseline=said),
    )


def _holding(site: str, actors: tuple[str, ...]) -> Holding:
    if len(actors) == 1:
        return Holding(site=site, holder=actors[0])
    return Holding(site=site, condition="contested", contestants=actors)


# The comparison.


def compare(
    extract: str, network: Network, *, fronts: int = 40, routes: int = ROUTES, seed: int = 1
) -> list[Answer]:
    """Answer routes behind random fronts by areas and by places."""
    region, answers = region_of(network, seed), []
    for number, front, asked, roads in cases(region, fronts=fronts, routes=routes, seed=seed):
        areas, places = (
            engine.analyze(scenario, network=network)
            for scenario in scenarios(region, front, asked, roads)
        )
        by_area, by_place = areas.status(START), places.status(START)
        name_of = {site.id: site.road[0] for site in roads}
        shifts = hangs_on(region, front, asked, name_of)
        answers += [
            Answer(
                extract, number, front.kind, route.actor, route.from_[0], route.to,
                name_of.get(route.within or "", ""), by_area[route.id], by_place[route.id], shift,
                float(np.nan_to_num(places.inferred_share(route.id, START))),
                places.near_front(route.id, START) is not None,
            )
            for route, shift in zip(asked, shifts, strict=True)
        ]  # fmt: skip
    return answers


def hangs_on(
    region: Region, front: Front, routes: list[Route], roads: dict[str, str]
) -> list[float]:
    """Return for each route the least shift of the front that changes its true answer."""
    shifts = np.array([0.0, *SHIFTS_M, *(-shift for shift in SHIFTS_M)])
    connected = connected_if_shifted(region, front, routes, roads, shifts)
    n = len(SHIFTS_M)
    changed = (connected[1 : n + 1] != connected[0]) | (connected[n + 1 :] != connected[0])
    metres = np.where(changed, np.array(SHIFTS_M)[:, np.newaxis], np.inf)
    return metres.min(axis=0).tolist()


def connected_if_shifted(
    region: Region, front: Front, routes: list[Route], roads: dict[str, str], shifts_m: np.ndarray
) -> np.ndarray:
    """Return which routes lead over ground that their actors hold or contest, by the areas alone.

    Each actor's ground is `shifts_m` larger on all sides (smaller, if negative). This goes without
    the engine's ground and kernel. The result is bool of shape (shifts, routes).
    """
    fine, parts = region.fine, {}
    inside = {actor: _metres_inside(front, actor, fine.middle) for actor in ACTORS}
    index = {place.id: at for at, place in enumerate(region.places)}
    found = np.zeros((len(shifts_m), len(routes)), dtype=bool)
    for row, shift in enumerate(shifts_m):
        for column, route in enumerate(routes):
            key = shift, route.actor, route.within
            if key not in parts:
                usable = inside[route.actor] >= -shift
                if route.within:
                    usable = usable & on_road(region.network, roads[route.within])[fine.parent]
                parts[key] = fine.component(usable)
            start, goal = (region.end_node[index[name]] for name in (route.from_[0], route.to))
            found[row, column] = parts[key][start] == parts[key][goal] >= 0
    return found


def _metres_inside(front: Front, actor: str, xy: np.ndarray) -> np.ndarray:
    """Return how far points lie inside an actor's ground; negative outside."""
    ground = front.passable_to(actor)
    corners, ring = shapely.get_coordinates(
        shapely.get_parts(shapely.boundary(ground)), return_index=True
    )
    if not len(corners):
        return np.full(len(xy), -np.inf)
    along = ring[1:] == ring[:-1]
    sides = shapely.linestrings(np.stack([corners[:-1][along], corners[1:][along]], axis=1))
    _, metres = shapely.STRtree(sides).query_nearest(
        shapely.points(xy), return_distance=True, all_matches=False
    )
    return 1000 * np.where(shapely.contains_xy(ground, xy), metres, -metres)


def on_road(network: Network, name: str) -> np.ndarray:
    """Return which segments bear a name, bool of shape (segments,)."""
    found = np.zeros(network.n_segments, dtype=bool)
    for labels in (network.name, network.name_ar, network.alt_name, network.ref):
        found |= labels.among(value for value in labels.values if name in value.split(";"))
    return found


# The figures.


def figures(answers: list[Answer]) -> dict[str, float]:
    """Return how many routes there are, and shares in percent; NaN where there is none to share."""
    count = Counter((answer.truth == "cut", answer.said) for answer in answers)
    cut = sum(n for (is_cut, _), n in count.items() if is_cut)
    wrongly_cut = count[False, "cut"]

    def share(part: int, whole: int) -> float:
        return 100 * part / whole if whole else float("nan")

    return {
        "routes": len(answers),
        "right": share(sum(answer.right for answer in answers), len(answers)),
        "truly_cut": cut,
        "said_cut": share(count[True, "cut"], cut),
        "called_open": share(count[True, "open"], cut),
        "wrongly_cut": share(wrongly_cut, len(answers) - cut),
    }


def table(groups: dict[str, list[Answer]], what: str) -> str:
    """Return the figures of groups of answers as a Markdown table."""
    lines = [
        f"| {what} | routes | right | truly cut | said cut | called open | not cut, said cut |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, answers in groups.items():
        f = figures(answers)
        lines.append(
            f"| {name} | {f['routes']:,} | {_percent(f['right'])} | {f['truly_cut']:,} "
            f"| {_percent(f['said_cut'])} | {_percent(f['called_open'])} "
            f"| {_percent(f['wrongly_cut'])} |"
        )
    return "\n".join(lines)


def doubts(answers: list[Answer]) -> dict[str, tuple[int, float, float]]:
    """Return how many routes are called open, truly cut and not, and the percentages that the engine doubts.

    The first is of those said to rest on what is inferred from afar, the second of those near a front.
    """
    found = {}
    for name, is_cut in (("truly cut, called open", True), ("not cut, called open", False)):
        said = [a for a in answers if (a.truth == "cut", a.said) == (is_cut, "open")]
        words = [answer.doubted for answer in said], [answer.near_front for answer in said]
        afar, near = (100 * sum(word) / len(word) if word else float("nan") for word in words)
        found[name] = len(said), afar, near
    return found


def _percent(share: float) -> str:
    return "n/a" if np.isnan(share) else f"{share:.1f}%"


def grouped(answers: list[Answer], key: str) -> dict[str, list[Answer]]:
    """Return the answers by extract or by kind of front, and all of them together."""
    names = dict.fromkeys(getattr(answer, key) for answer in answers)
    groups = {name: [a for a in answers if getattr(a, key) == name] for name in names}
    return {**groups, "all": answers}


def by_shift(answers: list[Answer]) -> dict[str, list[Answer]]:
    """Return all answers, and those that do not hang on so many metres of the front."""
    groups = {
        f"not on {shift:.0f} m": [answer for answer in answers if answer.hangs_on_m > shift]
        for shift in SHIFTS_M
    }
    return {"all": answers, **groups}


def arguments(purpose: str | None, *, fronts: int = 40, seed: int = 1) -> argparse.ArgumentParser:
    """Return a parser that asks for extracts, and for how many fronts and routes on each."""
    parser = argparse.ArgumentParser(description=(purpose or "").splitlines()[0])
    parser.add_argument(
        "--extract",
        action="append",
        required=True,
        help="A file of OpenStreetMap data, or the name of a network; again for the next.",
    )
    parser.add_argument("--fronts", type=int, default=fronts, help="How many on each extract.")
    parser.add_argument("--routes", type=int, default=ROUTES, help="How many behind each front.")
    parser.add_argument("--seed", type=int, default=seed)
    return parser


def extract_name(extract: str) -> str:
    """Return what an extract is called in tables: its file without folder and endings."""
    return extract.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]


def compared(extracts: list[str], **how: int) -> list[Answer]:
    """Answer routes behind random fronts on each of some extracts."""
    return [
        answer
        for extract in extracts
        for answer in compare(extract_name(extract), engine.read_network(extract), **how)
    ]


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__)
    parser.add_argument("--json", action="store_true", help="Print every answer as a JSON line.")
    asked, begun = parser.parse_args(), time.process_time()
    answers = compared(asked.extract, fronts=asked.fronts, routes=asked.routes, seed=asked.seed)
    if asked.json:
        print(*(json.dumps(asdict(answer), ensure_ascii=False) for answer in answers), sep="\n")
        return
    tables = {"extract": grouped(answers, "extract"), "front": grouped(answers, "kind")}
    tables["routes that hang"] = by_shift(answers)
    print("\n\n".join(table(groups, what) for what, groups in tables.items()), end="\n\n")
    for name, (n, afar, near) in doubts(answers).items():
        print(
            f"{name}: {n:,}, {_percent(afar)} of them said to rest on what is inferred from afar, "
            f"{_percent(near)} to pass near a front"
        )
    print(f"{time.process_time() - begun:.0f} s of processor time", file=sys.stderr)


if __name__ == "__main__":
    main()
