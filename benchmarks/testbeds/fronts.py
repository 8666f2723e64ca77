"""Random fronts on real roads: ``python -m benchmarks.testbeds.fronts --extract FILE [--fronts 40] [--seed 1]``.

Areas drawn at random say who holds what on a real extract of OpenStreetMap: that is the truth, and it decides over
all roads. What a report would say of it, who holds each town and village, is derived from the areas, and nothing else.
Every route is then answered twice, from the areas and from the places alone, between the same nodes, and the answers
are held against one another. Nothing here is a real front.
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

import numpy as np
import shapely

import engine
from engine.network.network import Network, great_circle_m
from engine.network.paths import nearest_nodes
from engine.network.places import Place
from engine.scenario.model import Actor, Holding, Route, Scenario, ScenarioPlace, Site

KINDS = ("line", "curve", "three", "patches", "pocket", "band")
"""Straight front; winding front; three actors; a patchwork; an enclosed pocket; a contested band along a winding front."""
ACTORS = ("north", "south", "third")
START = dt.date(2000, 1, 1)
SETTLED = ("city", "town", "village", "suburb", "quarter", "neighbourhood", "hamlet")
MOST_M_TO_ROAD = 500.0
"""Places farther than this from a road get no report and are no end of a route."""
LEAST_PLACES = 12
"""Where the map has fewer, junctions far from one another are taken for villages."""
ROUTES = 12
ROAD_SHARE = 0.25
"""So many of the routes keep to one named road, where the places lie on one."""
LEAST_ROAD_M = 1500.0
KM_PER_DEGREE = 111.195


@dataclass(frozen=True, eq=False)
class Ground:
    """An extract, and the places on it that reports may speak of.

    Parameters
    ----------
    network
        The roads.
    places
        Places near a road, no two at one node.
    node
        Their nodes, int64 of shape (places,).
    xy, node_xy
        The places and their nodes in km east and north of the middle, float64 of shape (places, 2).
    """

    network: Network
    places: tuple[ScenarioPlace, ...]
    node: np.ndarray
    xy: np.ndarray
    node_xy: np.ndarray
    middle: tuple[float, float]

    def degrees(self, xy: np.ndarray) -> np.ndarray:
        """Return points in km as longitudes and latitudes."""
        lon, lat = self.middle
        return xy / KM_PER_DEGREE / (np.cos(np.radians(lat)), 1.0) + (lon, lat)


@dataclass(frozen=True, eq=False)
class Layer:
    """An area that lies over those before it: held by one actor, or contested by several."""

    ring: np.ndarray
    actors: tuple[str, ...]

    @property
    def area(self) -> shapely.Polygon:
        return shapely.Polygon(self.ring)


@dataclass(frozen=True, eq=False)
class Front:
    """Who holds what: areas, each over those before it."""

    kind: str
    layers: tuple[Layer, ...]

    def holders(self, xy: np.ndarray) -> list[tuple[str, ...]]:
        """Return who holds or contests each point."""
        found: list[tuple[str, ...]] = [()] * len(xy)
        for layer in self.layers:
            for at in np.flatnonzero(shapely.contains_xy(layer.area, xy)):
                found[at] = layer.actors
        return found


@dataclass(frozen=True)
class Answer:
    """A route, and what areas and places say of it."""

    extract: str
    front: int
    kind: str
    actor: str
    start: str
    goal: str
    within: str
    truth: str
    said: str


# --- the ground -------------------------------------------------------------------------------


def ground_of(network: Network, seed: int) -> Ground:
    """Return an extract with its towns and villages near roads; with made-up ones where it has few."""
    middle = float(network.lon.mean()), float(network.lat.mean())
    places = [_named(place) for place in network.places if place.kind in SETTLED]
    lon, lat = np.array([(place.lon, place.lat) for place in places]).reshape(-1, 2).T
    node, metres = nearest_nodes(network, lon, lat) if places else (np.empty(0, int), lon)
    near = [at for at in np.argsort(metres, kind="stable") if metres[at] <= MOST_M_TO_ROAD]
    first = {int(node[at]): at for at in reversed(near)}
    kept = sorted(first.values())
    places, nodes = [places[at] for at in kept], [int(node[at]) for at in kept]
    if len(places) < LEAST_PLACES:
        more = _junctions(network, nodes, LEAST_PLACES - len(places), np.random.default_rng(seed))
        places += [_made_up(network, at) for at in more]
        nodes += more
    at = np.array([(place.lon, place.lat) for place in places])
    on = np.column_stack([network.lon[nodes], network.lat[nodes]])
    scale = KM_PER_DEGREE * np.array([np.cos(np.radians(middle[1])), 1.0])
    return Ground(
        network,
        tuple(places),
        np.array(nodes),
        (at - middle) * scale,
        (on - middle) * scale,
        middle,
    )


def _named(place: Place) -> ScenarioPlace:
    return ScenarioPlace(id=place.id, name=place.name, kind=place.kind, lat=place.lat, lon=place.lon)


def _made_up(network: Network, node: int) -> ScenarioPlace:
    lon, lat = float(network.lon[node]), float(network.lat[node])
    return ScenarioPlace(id=f"junction-{node}", name="", kind="village", lat=lat, lon=lon)


def _junctions(
    network: Network, taken: list[int], n: int, random: np.random.Generator
) -> list[int]:
    """Return junctions of the largest connected part, each as far as may be from those before."""
    degree = np.bincount(np.concatenate([network.u, network.v]), minlength=network.n_nodes)
    free = np.flatnonzero(degree >= 3)
    free = free[random.random(len(free)) < 0.5]
    chosen = [] if taken else [int(random.choice(free))]
    apart = np.full(len(free), np.inf)
    for node in (*taken, *chosen):
        apart = np.minimum(apart, _metres_from(network, free, node))
    while len(chosen) < n:
        node = int(free[apart.argmax()])
        chosen.append(node)
        apart = np.minimum(apart, _metres_from(network, free, node))
    return chosen


def _metres_from(network: Network, nodes: np.ndarray, node: int) -> np.ndarray:
    lon, lat = (np.full(len(nodes), axis[node]) for axis in (network.lon, network.lat))
    return great_circle_m(network.lon[nodes], network.lat[nodes], lon, lat)


# --- the fronts -------------------------------------------------------------------------------


def draw_front(kind: str, xy: np.ndarray, random: np.random.Generator) -> Front:
    """Draw a front at random among places at some points, in km."""
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
    if kind == "pocket":
        layers.append(Layer(_blob(xy, random), (b if random.random() < 0.7 else c,)))
    if kind == "band":
        width = float(random.uniform(0.15, 0.6))
        band = shapely.buffer(shapely.LineString(edge), width)
        layers.append(Layer(shapely.get_coordinates(shapely.get_exterior_ring(band)), (a, b)))
    return Front(kind, tuple(layers))


def _half(
    xy: np.ndarray, bend: float, far: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return a smooth line among points, and the half of the plane on one side of it."""
    angle = random.uniform(0, 2 * np.pi)
    along, across = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    offset = np.quantile(xy @ across, random.uniform(0.2, 0.8))
    size = float(np.ptp(xy @ along))
    s = np.linspace(-far, far, 801)
    h = np.full_like(s, offset)
    for wave in range(1, 5):
        height = bend * random.normal(0, 0.12) * size / wave
        h += height * np.sin(2 * np.pi * wave * s / size / 1.5 + random.uniform(0, 2 * np.pi))
    edge = s[:, None] * along + h[:, None] * across
    corners = np.array([far, -far])[:, None] * along + 2 * far * across
    return edge, np.vstack([edge, corners])


def _blob(xy: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a closed smooth line around a place and a few of those nearest to it."""
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


def _patches(
    xy: np.ndarray, actors: tuple[str, ...], random: np.random.Generator
) -> list[Layer]:
    """Return the cells of random points, each with a holder drawn at random."""
    n = int(random.integers(4, 9))
    low, size = xy.min(axis=0), np.ptp(xy, axis=0)
    points = low + random.random((n, 2)) * size
    frame = shapely.box(*(low - size - 5), *(low + 2 * size + 5))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame)
    )
    return [
        Layer(shapely.get_coordinates(cell), (str(random.choice(actors)),))
        for cell in sorted(cells, key=lambda cell: tuple(shapely.get_coordinates(cell)[0]))
    ]


# --- the questions ----------------------------------------------------------------------------


def draw_routes(
    ground: Ground, front: Front, n: int, random: np.random.Generator
) -> tuple[list[Route], list[Site]]:
    """Draw routes between places that one actor holds, and the roads that some of them keep to."""
    at_place, at_node = front.holders(ground.xy), front.holders(ground.node_xy)
    held = [
        at
        for at, (own, node) in enumerate(zip(at_place, at_node, strict=True))
        if len(own) == 1 and own == node
    ]
    pairs = [
        pair for pair in itertools.combinations(held, 2) if at_place[pair[0]] == at_place[pair[1]]
    ]
    on_road = {
        (pair, road): None
        for road, places in roads_with_places(ground).items()
        for pair in pairs
        if pair[0] in places and pair[1] in places
    }
    kept_to = _drawn(list(on_road), round(n * ROAD_SHARE), random)
    free = _drawn(pairs, n - len(kept_to), random)
    drawn = [(pair, "") for pair in free] + kept_to
    names = sorted({road for _, road in kept_to})
    sites = [Site(id=f"road-{at}", road=[name]) for at, name in enumerate(names)]
    routes = [
        Route(
            id=f"route-{number}",
            actor=at_place[start][0],
            **{"from": [ground.places[start].id]},
            to=ground.places[goal].id,
            within=f"road-{names.index(road)}" if road else None,
        )
        for number, ((start, goal), road) in enumerate(drawn)
    ]
    return routes, sites


def _drawn(rows: list, n: int, random: np.random.Generator) -> list:
    return [rows[at] for at in sorted(random.permutation(len(rows))[:n])]


def roads_with_places(ground: Ground) -> dict[str, frozenset[int]]:
    """Return the longer named roads with the places whose nodes they meet, where these are two or more."""
    network, found = ground.network, {}
    for labels in (network.name, network.ref):
        for code, name in enumerate(labels.values):
            rows = np.flatnonzero(labels.codes == code)
            if name and ";" not in name and network.length[rows].sum() >= LEAST_ROAD_M:
                met = np.union1d(network.u[rows], network.v[rows])
                on_it = frozenset(np.flatnonzero(np.isin(ground.node, met)).tolist())
                if len(on_it) > 1:
                    found[name] = on_it
    return found


def scenarios(
    ground: Ground, front: Front, routes: list[Route], roads: list[Site]
) -> tuple[Scenario, Scenario]:
    """Return the scenario of the areas and that of the reports about places, with the same routes."""
    common = {
        "title": f"A made-up front ({front.kind})",
        "start": START,
        "end": START + dt.timedelta(days=1),
        "actors": {name: Actor() for name in ACTORS},
        "places": ground.places,
        "routes": routes,
    }
    areas = [
        Site(id=f"area-{at}", area=[(float(lon), float(lat)) for lon, lat in ground.degrees(layer.ring)])
        for at, layer in enumerate(front.layers)
    ]
    truth = [_row(site.id, layer.actors) for site, layer in zip(areas, front.layers, strict=True)]
    said = [
        _row(place.id, actors)
        for place, actors in zip(ground.places, front.holders(ground.xy), strict=True)
    ]
    return (
        Scenario(**common, sites=[*roads, *areas], baseline=truth),
        Scenario(**common, sites=roads, baseline=said),
    )


def _row(site: str, actors: tuple[str, ...]) -> Holding:
    if len(actors) == 1:
        return Holding(site=site, holder=actors[0])
    return Holding(site=site, condition="contested", contestants=actors)


# --- the comparison ---------------------------------------------------------------------------


def cases(ground: Ground, *, fronts: int, routes: int, seed: int):
    """Yield fronts with their routes: number, front, routes, roads. The same arguments give the same."""
    for number in range(fronts):
        random = np.random.default_rng([seed, number])
        front = draw_front(KINDS[number % len(KINDS)], ground.xy, random)
        asked, roads = draw_routes(ground, front, routes, random)
        if asked:
            yield number, front, asked, roads


def compare(
    extract: str, network: Network, *, fronts: int = 40, routes: int = ROUTES, seed: int = 1
) -> list[Answer]:
    """Answer routes behind random fronts by areas and by places."""
    ground, answers = ground_of(network, seed), []
    for number, front, asked, roads in cases(ground, fronts=fronts, routes=routes, seed=seed):
        by_area, by_place = (
            engine.analyze(scenario, network=network).status(START)
            for scenario in scenarios(ground, front, asked, roads)
        )
        road_of = {site.id: site.road[0] for site in roads}
        answers += [
            Answer(
                extract, number, front.kind, route.actor, route.from_[0], route.to,
                road_of.get(route.within or "", ""), by_area[route.id], by_place[route.id],
            )
            for route in asked
        ]  # fmt: skip
    return answers


def figures(answers: list[Answer]) -> dict[str, float]:
    """Return how many routes there are, and the shares in percent; NaN where there is nothing to share."""
    count = Counter((answer.truth, answer.said) for answer in answers)
    cut = sum(n for (truth, _), n in count.items() if truth == "cut")
    way = len(answers) - cut
    wrongly_cut = sum(n for (truth, said), n in count.items() if truth != "cut" and said == "cut")

    def share(part: int, whole: int) -> float:
        return 100 * part / whole if whole else float("nan")

    right = count["cut", "cut"] + way - wrongly_cut
    return {
        "routes": len(answers),
        "right": share(right, len(answers)),
        "truly cut": cut,
        "said cut": share(count["cut", "cut"], cut),
        "called open": share(count["cut", "open"], cut),
        "not cut": way,
        "called cut": share(wrongly_cut, way),
    }


def table(answers: list[Answer], by: str = "extract") -> str:
    """Return the figures of each extract (or kind of front) and of all together, as a Markdown table."""
    groups = {name: [a for a in answers if getattr(a, by) == name] for name in dict.fromkeys(getattr(a, by) for a in answers)}
    lines = [
        f"| {by} | routes | rightly cut or not | truly cut | of these said cut | called open | not cut | of these called cut |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, some in (*groups.items(), ("all", answers)):
        f = figures(some)
        lines.append(
            f"| {name} | {f['routes']:,} | {f['right']:.1f}% | {f['truly cut']:,} | {f['said cut']:.1f}% "
            f"| {f['called open']:.1f}% | {f['not cut']:,} | {f['called cut']:.1f}% |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extract", action="append", required=True, help="A file of OpenStreetMap data, or the name of a network; again for the next.")
    parser.add_argument("--fronts", type=int, default=40, help="How many on each extract.")
    parser.add_argument("--routes", type=int, default=ROUTES, help="How many behind each front.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="Print every answer as JSON lines.")
    asked = parser.parse_args()
    answers, begun = [], time.process_time()
    for name in asked.extract:
        network = engine.read_network(name)
        short = name.rsplit("/", 1)[-1].split(".")[0]
        answers += compare(short, network, fronts=asked.fronts, routes=asked.routes, seed=asked.seed)
    if asked.json:
        for answer in answers:
            print(json.dumps(asdict(answer), ensure_ascii=False))
        return
    print(table(answers), table(answers, "kind"), sep="\n\n")
    print(f"\n{time.process_time() - begun:.0f} s of processor time", file=sys.stderr)


if __name__ == "__main__":
    main()
