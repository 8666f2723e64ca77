"""Made-up webs of streets round Aleppo: map-like, seeded, and no map of anything.

The named roads of ``data/osm/aleppo-roads.csv`` run between their places with bends of their own, and a
planar web of streets, denser in the city, hangs on them. The result is made up, whatever it resembles.

Usage::

    python -m benchmarks.testbeds.webs --seed 1 --out web-1.osm.pbf
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Delaunay, cKDTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

DATA = Path(__file__).resolve().parents[2] / "data" / "osm"
LON_0, LAT_0 = 37.1, 36.25
KM_PER_DEGREE = 111.195
KM_PER_LON = KM_PER_DEGREE * float(np.cos(np.radians(LAT_0)))

CITY_KINDS = frozenset({"neighbourhood", "industrial", "camp"})
OSM_PLACE = {"town": "town", "village": "village", "neighbourhood": "neighbourhood"}
SPINE_STEP_KM = 0.3
"""How far apart the vertices of a named road are: any of them may be a junction."""
MIN_GAP_KM = 0.05
"""Street corners nearer than this to a vertex of a named road are left out."""


@dataclass(frozen=True)
class Look:
    """How a web looks: drawn once for each seed.

    Parameters
    ----------
    city_km, village_km, country_km
        How far apart street corners are in the city, in villages and between them.
    drop
        The share of streets left out at random: gaps and dead ends.
    urquhart
        The share of triangles that lose their longest side.
    dual_primary
        The share of primary roads with two carriageways; trunk roads always have them.
    off_road_km
        How far a place lies from the road through it, at most.
    bridges
        The share of crossings of named roads without a junction.
    blanks
        How many unmapped spots there are.
    links
        How many unnamed roads between neighbouring places there are.
    hamlets
        How many made-up hamlets there are; a third has no road.
    """

    city_km: float
    village_km: float
    country_km: float
    drop: float
    urquhart: float
    dual_primary: float
    off_road_km: float
    bridges: float
    blanks: int
    links: int
    hamlets: int

    @classmethod
    def drawn(cls, rng: Generator) -> Look:
        """Draw a look."""
        fine = float(rng.uniform(0.7, 1.5))
        return cls(
            city_km=0.12 * fine,
            village_km=0.10 * fine,
            country_km=float(rng.uniform(0.45, 1.1)),
            drop=float(rng.uniform(0.03, 0.15)),
            urquhart=float(rng.uniform(0.3, 0.75)),
            dual_primary=float(rng.choice([0.0, 0.3, 0.7])),
            off_road_km=float(rng.uniform(0.15, 0.4)),
            bridges=float(rng.uniform(0.05, 0.3)),
            blanks=int(rng.integers(3, 12)),
            links=int(rng.integers(30, 120)),
            hamlets=int(rng.integers(40, 150)),
        )


@dataclass
class Draft:
    """A web in the making: corners, and edges between them, in km east and north of a point.

    Parameters
    ----------
    xy
        Where the corners are, float64 of shape (corners, 2).
    tail, head
        The ends of each edge, int64 of shape (edges,).
    road
        The named road of each edge, -1 for streets, int64 of shape (edges,).
    way
        Edges of one way share a number, in order along it; int64 of shape (edges,).
    tags
        The tags of each way.
    """

    xy: Floats
    tail: Ints
    head: Ints
    road: Ints
    way: Ints
    tags: dict[int, dict[str, str]] = field(default_factory=dict)

    def keep(self, kept: Bools) -> None:
        """Leave out edges."""
        for name in ("tail", "head", "road", "way"):
            setattr(self, name, getattr(self, name)[kept])

    def add(self, tail: Ints, head: Ints, road: Ints, way: Ints) -> None:
        """Add edges."""
        self.tail = np.concatenate([self.tail, tail])
        self.head = np.concatenate([self.head, head])
        self.road = np.concatenate([self.road, road])
        self.way = np.concatenate([self.way, way])

    def lines(self) -> NDArray[np.object_]:
        """Return the edges as lines, shape (edges,)."""
        ends = np.stack([self.xy[self.tail], self.xy[self.head]], axis=1)
        return np.asarray(shapely.linestrings(ends))


@dataclass(frozen=True)
class Web:
    """A finished web.

    Parameters
    ----------
    lonlat
        Where the nodes are, float64 of shape (nodes, 2).
    ways
        The nodes and the tags of each way.
    places
        Position and tags of each place node.
    """

    lonlat: Floats
    ways: list[tuple[Ints, dict[str, str]]]
    places: list[tuple[tuple[float, float], dict[str, str]]]


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of `data/osm`."""
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_web(seed: int) -> Web:
    """Make a web: the same seed gives the same web."""
    rng = np.random.default_rng(seed)
    look = Look.drawn(rng)
    places, roads = rows_of("aleppo-places.csv"), rows_of("aleppo-roads.csv")
    at = np.array([[float(p["lon"]), float(p["lat"])] for p in places])
    xy = (at - [LON_0, LAT_0]) * [KM_PER_LON, KM_PER_DEGREE]
    index = {place["id"]: row for row, place in enumerate(places)}

    draft = spine(rng, look, xy, [[index[i] for i in r["through"].split(";")] for r in roads])
    meet(rng, look, draft)
    trunk = np.array([road["highway"] == "trunk" for road in roads])
    named = len(draft.tail)
    streets(rng, look, draft, xy, places, trunk)
    hamlet_xy = xy[rng.integers(len(xy), size=look.hamlets)] + rng.normal(0, 4, (look.hamlets, 2))
    links(rng, look, draft, xy, named)
    name_streets(rng, draft, xy, places)
    for number, road in enumerate(roads):
        name_road(rng, draft, number, road)
    primary = np.array([road["highway"] == "primary" for road in roads])
    dual = trunk | (primary & (rng.random(len(roads)) < look.dual_primary))
    carriageways(rng, draft, dual, len(places))
    round_junctions(rng, draft, index["jandoul"], xy)
    return finished(draft, places, at, hamlet_xy)


def spine(rng: Generator, look: Look, xy: Floats, through: list[list[int]]) -> Draft:
    """Draw the named roads: a junction near each place, and bends between."""
    angle, off = rng.uniform(0, 2 * np.pi, len(xy)), rng.uniform(0.03, look.off_road_km, len(xy))
    junction = xy + off[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    points, tails, heads, road_of = [junction], [], [], []
    known: set[tuple[int, int]] = set()
    total = len(xy)
    for road, stops in enumerate(through):
        for a, b in pairwise(stops):
            if (min(a, b), max(a, b)) in known:
                continue
            known.add((min(a, b), max(a, b)))
            between = bent(rng, junction[a], junction[b])
            chain = [a, *range(total, total + len(between)), b]
            points.append(between)
            total += len(between)
            tails += chain[:-1]
            heads += chain[1:]
            road_of += [road] * (len(chain) - 1)
    n = len(tails)
    return Draft(
        np.concatenate(points),
        np.array(tails),
        np.array(heads),
        np.array(road_of),
        np.full(n, -1),
    )


def bent(rng: Generator, start: Floats, end: Floats) -> Floats:
    """Return the vertices between the ends of a bending line, shape (vertices, 2)."""
    along = end - start
    km = float(np.hypot(*along))
    n = max(1, round(km / SPINE_STEP_KM))
    t = np.linspace(0, 1, n + 2)[1:-1]
    side = np.array([-along[1], along[0]]) / max(km, 1e-9)
    swing = np.zeros(n)
    for wave in (1, 2, 3):
        swing += rng.normal(0, min(0.05 * km, 0.5) / wave) * np.sin(np.pi * wave * t)
    swing += rng.normal(0, 0.012, n)
    return np.asarray(start + t[:, None] * along + swing[:, None] * side)


def meet(rng: Generator, look: Look, draft: Draft) -> None:
    """Let named roads meet where they cross, but for some bridges."""
    lines = draft.lines()
    pairs = shapely.STRtree(lines).query(lines, predicate="intersects")
    pairs = pairs[:, pairs[0] < pairs[1]]
    ends = np.stack([draft.tail, draft.head], axis=1)
    apart = ~(ends[pairs[0]][:, :, None] == ends[pairs[1]][:, None, :]).any(axis=(1, 2))
    pairs = pairs[:, apart]
    pairs = pairs[:, rng.random(pairs.shape[1]) >= look.bridges]
    at = shapely.intersection(lines[pairs[0]], lines[pairs[1]])
    cuts: dict[int, list[tuple[float, int]]] = {}
    new = []
    for one, other, point in zip(*pairs.tolist(), at, strict=True):
        if point.geom_type != "Point":
            continue
        node = len(draft.xy) + len(new)
        new.append((point.x, point.y))
        for edge in (one, other):
            cuts.setdefault(edge, []).append((shapely.line_locate_point(lines[edge], point), node))
    if new:
        draft.xy = np.concatenate([draft.xy, np.array(new)])
    tail, head, road = [], [], []
    for edge, (a, b, of) in enumerate(
        zip(draft.tail.tolist(), draft.head.tolist(), draft.road.tolist(), strict=True)
    ):
        chain = [a, *(node for _, node in sorted(cuts.get(edge, []))), b]
        tail += chain[:-1]
        head += chain[1:]
        road += [of] * (len(chain) - 1)
    draft.tail, draft.head, draft.road = np.array(tail), np.array(head), np.array(road)
    draft.way = np.full(len(tail), -1)


def corners(rng: Generator, look: Look, xy: Floats, places: list[dict[str, str]]) -> Floats:
    """Return where streets may meet: dense in the city, clumps in villages, sparse between."""
    kind = np.array([place["kind"] for place in places])
    in_city = np.array([k in CITY_KINDS for k in kind])
    city = shapely.buffer(shapely.convex_hull(shapely.multipoints(xy[in_city])), 0.3)
    holes = shapely.buffer(shapely.points(rng.uniform(xy.min(0), xy.max(0), (40, 2))), 0.8)
    city = shapely.difference(city, shapely.union_all(holes))
    found = [_grid_in(rng, city, look.city_km)]
    for place, k in zip(xy, kind, strict=True):
        if k in {"town", "village"}:
            radius = float(rng.uniform(0.5, 1.1) if k == "town" else rng.uniform(0.15, 0.6))
            found.append(_grid_in(rng, shapely.Point(place).buffer(radius), look.village_km))
    rural = shapely.union_all(shapely.buffer(shapely.points(xy), 6.0))
    found.append(_grid_in(rng, shapely.difference(rural, city), look.country_km))
    for place in rng.uniform(xy.min(0), xy.max(0), (look.hamlets, 2)):
        spot = shapely.Point(place).buffer(float(rng.uniform(0.1, 0.3)))
        found.append(_grid_in(rng, spot, look.village_km))
    return np.concatenate(found)


def _grid_in(rng: Generator, area: shapely.Geometry, step: float) -> Floats:
    """Return the jittered, turned grid points that lie in an area."""
    west, south, east, north = shapely.bounds(area)
    centre = np.array([(west + east) / 2, (south + north) / 2])
    half = max(east - west, north - south) * 0.75 + step
    axis = np.arange(-half, half + step, step)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    turn = rng.uniform(0, np.pi / 2)
    grid = grid @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    grid = grid + centre + rng.normal(0, 0.22 * step, grid.shape)
    shapely.prepare(area)
    return np.asarray(grid[shapely.contains_xy(area, grid[:, 0], grid[:, 1])])


def streets(
    rng: Generator,
    look: Look,
    draft: Draft,
    xy: Floats,
    places: list[dict[str, str]],
    trunk: Bools,
) -> None:
    """Hang a planar web of streets on the named roads."""
    new = corners(rng, look, xy, places)
    far, _ = cKDTree(draft.xy).query(new)
    new = new[far > MIN_GAP_KM]
    new = new[np.unique(cKDTree(new).query(new, distance_upper_bound=0.04)[1])]
    n_spine = len(draft.xy)
    draft.xy = np.concatenate([draft.xy, new])
    edges = _sides(rng, look, draft.xy)
    edges = edges[~((edges < n_spine).all(axis=1))]
    draft_all = Draft(draft.xy, edges[:, 0], edges[:, 1], *np.full((2, len(edges)), -1))
    lines, named = draft_all.lines(), draft.lines()
    street, road = shapely.STRtree(named).query(lines, predicate="intersects")
    ends = np.stack([draft.tail, draft.head], axis=1)
    touches = (edges[street][:, :, None] == ends[road][:, None, :]).any(axis=(1, 2))
    crossing = np.zeros(len(edges), dtype=bool)
    crossing[street[~touches]] = True
    kept = ~crossing | (rng.random(len(edges)) < 0.02)  # the few are bridges and underpasses
    kept &= rng.random(len(edges)) >= look.drop
    kept &= ~_meets_highway(rng, draft, trunk, edges)
    kept &= ~_in_blanks(rng, look, draft.xy[edges].mean(axis=1), xy)
    edges = edges[kept]
    draft.add(edges[:, 0], edges[:, 1], *np.full((2, len(edges)), -1))
    _drop_most_islands(rng, draft)


def _sides(rng: Generator, look: Look, xy: Floats) -> Ints:
    """Return sides of Delaunay's triangles, most of the longest ones left out, shape (sides, 2)."""
    triangles = Delaunay(xy).simplices
    sides = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]], axis=2)
    km = np.hypot(*np.moveaxis(xy[sides[..., 0]] - xy[sides[..., 1]], -1, 0))
    longest = km.argmax(axis=1)
    loses = rng.random(len(triangles)) < look.urquhart
    lost = sides[np.flatnonzero(loses), longest[loses]]
    code = np.unique(sides.reshape(-1, 2) @ [len(xy), 1])
    code = code[~np.isin(code, lost @ [len(xy), 1])]
    found = np.column_stack([code // len(xy), code % len(xy)])
    km = np.hypot(*(xy[found[:, 0]] - xy[found[:, 1]]).T)
    return np.asarray(found[km < 2.2 * look.country_km])


def _meets_highway(rng: Generator, draft: Draft, trunk: Bools, edges: Ints) -> Bools:
    """Return which streets would meet a trunk road where it has no junctions."""
    is_junction = np.ones(len(draft.xy), dtype=bool)
    for road in np.flatnonzero(trunk):
        on = np.flatnonzero(draft.road == road)
        nodes = np.unique(np.concatenate([draft.tail[on], draft.head[on]]))
        part = nodes // 25  # a run of vertices without junctions
        bare = rng.random(part.max() + 1) < 0.5
        is_junction[nodes[bare[part]]] = False
    return np.asarray(~is_junction[edges].all(axis=1))


def _in_blanks(rng: Generator, look: Look, middle: Floats, xy: Floats) -> Bools:
    centre = xy[rng.integers(len(xy), size=look.blanks)] + rng.normal(0, 5, (look.blanks, 2))
    radius = rng.uniform(1.0, 4.0, look.blanks)
    gone = np.zeros(len(middle), dtype=bool)
    for spot, km in zip(centre, radius, strict=True):
        gone |= np.hypot(*(middle - spot).T) < km
    return gone & (np.hypot(*middle.T) > 9.0)  # the city is mapped


def _drop_most_islands(rng: Generator, draft: Draft) -> None:
    ones = np.ones(len(draft.tail))
    graph = csr_array((ones, (draft.tail, draft.head)), shape=(len(draft.xy),) * 2)
    _, part = connected_components(graph, directed=False)
    size = np.bincount(part)
    kept = (size >= 0.1 * size.max()) | (rng.random(len(size)) < 0.05)
    draft.keep(kept[part[draft.tail]])


def links(rng: Generator, look: Look, draft: Draft, xy: Floats, named: int) -> None:
    """Let unnamed roads run along streets from place to neighbouring place."""
    sides = np.unique(np.sort(Delaunay(xy).simplices[:, [0, 1]], axis=1), axis=0)
    chosen = sides[rng.permutation(len(sides))[: look.links]]
    km = np.hypot(*(draft.xy[draft.tail] - draft.xy[draft.head]).T)
    n = len(draft.xy)
    graph = csr_array((km, (draft.tail, draft.head)), shape=(n, n))
    edge_of = {
        (min(a, b), max(a, b)): edge
        for edge, (a, b) in enumerate(zip(draft.tail.tolist(), draft.head.tolist(), strict=True))
    }
    del named
    starts, row = np.unique(chosen[:, 0], return_inverse=True)
    _, before = dijkstra(graph, directed=False, indices=starts, return_predecessors=True)
    draft.way = np.arange(len(draft.tail))
    for link, (at, goal) in enumerate(zip(row.tolist(), chosen[:, 1].tolist(), strict=True)):
        node, classes = goal, ("tertiary", "tertiary", "unclassified", "secondary")
        tags = {"highway": classes[int(rng.integers(4))]}
        if rng.random() < 0.3:
            tags["ref"] = f"{int(rng.integers(100, 999))}"
        del link
        while (previous := int(before[at, node])) >= 0:
            edge = edge_of[min(node, previous), max(node, previous)]
            if draft.road[edge] < 0:
                draft.tags[int(draft.way[edge])] = tags
            node = previous


def name_streets(rng: Generator, draft: Draft, xy: Floats, places: list[dict[str, str]]) -> None:
    """Give streets their classes, and some of them made-up names."""
    settled = np.array([p["kind"] in CITY_KINDS | {"town", "village"} for p in places])
    middle = (draft.xy[draft.tail] + draft.xy[draft.head]) / 2
    near, _ = cKDTree(xy[settled]).query(middle)
    inside = near < 0.8
    town = np.array(["residential", "service", "living_street", "tertiary", "unclassified"])
    country = np.array(["unclassified", "track", "service", "residential", "tertiary"])
    of_town = town[rng.choice(5, len(middle), p=[0.74, 0.1, 0.03, 0.07, 0.06])]
    of_country = country[rng.choice(5, len(middle), p=[0.4, 0.4, 0.07, 0.08, 0.05])]
    classes = np.where(inside, of_town, of_country)
    has_name, number = rng.random(len(middle)) < 0.15, rng.integers(1, 4000, len(middle))
    for edge in np.flatnonzero(draft.road < 0).tolist():
        way = int(draft.way[edge])
        if way in draft.tags:
            continue
        draft.tags[way] = tags = {"highway": str(classes[edge])}
        if has_name[edge]:
            tags["name"] = f"شارع {number[edge]}"


def name_road(rng: Generator, draft: Draft, number: int, road: dict[str, str]) -> None:
    """Cut a named road into ways, and name them as mappers do: each in some way of its own."""
    on = np.flatnonzero(draft.road == number)
    if not len(on):
        return
    chunk = np.cumsum(rng.random(len(on)) < 1 / 9)
    draft.way[on] = base = draft.way.max() + 1 + chunk
    missing = float(rng.choice([0.0, 0.1, 0.3]))
    styles = [_style(rng, road)]
    if rng.random() < 0.25:
        styles.append(_style(rng, road))  # the name changes along the road
        if rng.random() < 0.5:
            styles.append({"name": f"طريق {int(rng.integers(1, 99))}"})
    turn = np.sort(rng.integers(0, chunk.max() + 1, len(styles) - 1))
    for way in np.unique(base).tolist():
        style = styles[int(np.searchsorted(turn, way - base[0], side="right"))]
        named = {} if rng.random() < missing else style
        draft.tags[way] = {"highway": road["highway"], **named}


def _style(rng: Generator, road: dict[str, str]) -> dict[str, str]:
    """Draw which tags carry the name of a road."""
    english, arabic, ref = road["name"], road["name_ar"], road["ref"]
    other = [name for name in road["aliases"].split(";") if name]
    styles: list[dict[str, str]] = [{"name:en": english}, {"name": english}]
    if arabic:
        arabic_styles = [{"name": arabic}, {"name": arabic, "name:en": english}]
        styles = [*arabic_styles, *arabic_styles, {"name:ar": arabic}, {"name:en": english}]
    if ref:
        styles += [{"ref": ref}, {"ref": ref, "name": arabic or english}]
    if other:
        alias = other[int(rng.integers(len(other)))]
        styles += [{"name": alias}, {"alt_name": ";".join(other)}, {"int_name": english}]
    if not arabic and rng.random() < 0.3:
        return {}
    return styles[int(rng.integers(len(styles)))]


def carriageways(rng: Generator, draft: Draft, dual: Bools, n_places: int) -> None:
    """Give some named roads two carriageways, each one-way, with crossovers."""
    is_dual = (draft.road >= 0) & dual[draft.road]
    ends = np.concatenate([draft.tail, draft.head])
    spine_ends = np.concatenate([draft.tail[draft.road >= 0], draft.head[draft.road >= 0]])
    on_spine = np.bincount(spine_ends, minlength=len(draft.xy))
    on_dual = np.bincount(ends[np.tile(is_dual, 2)], minlength=len(draft.xy))
    # A vertex in the middle of one dual road is doubled; where named roads meet, lanes meet.
    doubled = (on_dual == 2) & (on_spine == 2)
    doubled[:n_places] = False
    nodes = np.flatnonzero(doubled)
    along = np.zeros_like(draft.xy)
    for edge in np.flatnonzero(is_dual):
        step = draft.xy[draft.head[edge]] - draft.xy[draft.tail[edge]]
        for node in (draft.tail[edge], draft.head[edge]):
            along[node] += step / np.hypot(*step)
    side = np.column_stack([-along[:, 1], along[:, 0]])
    side /= np.maximum(np.hypot(*side.T), 1e-9)[:, None]
    twin = np.arange(len(draft.xy))
    twin[nodes] = len(draft.xy) + np.arange(len(nodes))
    left, right = draft.xy[nodes] + 0.01 * side[nodes], draft.xy[nodes] - 0.01 * side[nodes]
    old_xy = draft.xy.copy()
    draft.xy[nodes] = right
    draft.xy = np.concatenate([draft.xy, left])

    # Streets stay on the side that they come from.
    other = np.flatnonzero(~is_dual)
    for ends_of, far in ((draft.tail, draft.head), (draft.head, draft.tail)):
        node = ends_of[other]
        toward = (
            old_xy[np.minimum(far[other], len(old_xy) - 1)]
            - old_xy[np.minimum(node, len(old_xy) - 1)]
        )
        goes_left = (toward * side[np.minimum(node, len(old_xy) - 1)]).sum(axis=1) > 0
        ends_of[other] = np.where(
            doubled[np.minimum(node, len(old_xy) - 1)] & goes_left,
            twin[np.minimum(node, len(old_xy) - 1)],
            node,
        )

    on = np.flatnonzero(is_dual)
    back_way = draft.way[on] + (shift := int(draft.way.max()) + 1)
    for way in np.unique(draft.way[on]).tolist():
        draft.tags[way] = {**draft.tags[way], "oneway": "yes"}
        draft.tags[way + shift] = dict(draft.tags[way])
    # the way back runs the other way: its edges in reverse order
    draft.add(
        twin[draft.head[on]][::-1], twin[draft.tail[on]][::-1], draft.road[on][::-1], back_way[::-1]
    )

    met = np.bincount(
        np.concatenate([draft.tail[other], draft.head[other]]), minlength=len(draft.xy)
    )
    crossed = nodes[(met[nodes] + met[twin[nodes]] > 0) & (rng.random(len(nodes)) < 0.5)]
    first = int(draft.way.max()) + 1
    numbers = first + np.arange(len(crossed))
    for way in numbers.tolist():
        draft.tags[way] = {"highway": "tertiary"}
    draft.add(crossed, twin[crossed], np.full(len(crossed), -1), numbers)


def round_junctions(rng: Generator, draft: Draft, always: int, xy: Floats) -> None:
    """Turn some junctions of named roads into roundabouts."""
    ends = np.concatenate([draft.tail, draft.head])
    on_road = np.concatenate([draft.road, draft.road]) >= 0
    degree = np.bincount(ends[on_road], minlength=len(draft.xy))
    chosen = [
        int(node)
        for node in np.flatnonzero(degree >= 3)
        if rng.random() < (0.8 if node == always else 0.12)
    ]
    del xy
    for node in chosen:
        radius, n = float(rng.uniform(0.02, 0.04)), 8
        angle = np.arange(n) * 2 * np.pi / n
        ring = len(draft.xy) + np.arange(n)
        circle = draft.xy[node] + radius * np.column_stack([np.cos(angle), np.sin(angle)])
        draft.xy = np.concatenate([draft.xy, circle])
        for ends_of, far in ((draft.tail, draft.head), (draft.head, draft.tail)):
            at = np.flatnonzero(ends_of == node)
            step = draft.xy[far[at]] - draft.xy[node]
            turn = np.round(np.arctan2(step[:, 1], step[:, 0]) / (2 * np.pi / n)).astype(int) % n
            ends_of[at] = ring[turn]
        way = int(draft.way.max()) + 1
        draft.tags[way] = {"highway": "primary", "junction": "roundabout"}
        draft.add(ring, np.roll(ring, -1), np.full(n, -1), np.full(n, way))


def finished(draft: Draft, places: list[dict[str, str]], at: Floats, hamlet_xy: Floats) -> Web:
    """Put edges together to ways, and add the place nodes."""
    ways = [
        (nodes, draft.tags.get(way, {"highway": "unclassified"})) for way, nodes in _chains(draft)
    ]
    lonlat = draft.xy / [KM_PER_LON, KM_PER_DEGREE] + [LON_0, LAT_0]
    found = []
    for row, place in enumerate(places):
        tags = {"place": OSM_PLACE.get(place["kind"], "locality"), "name": place["name_ar"]}
        if row % 4:
            tags["name:en"] = place["name"]
        found.append(((float(at[row, 0]), float(at[row, 1])), tags))
    hamlets = hamlet_xy / [KM_PER_LON, KM_PER_DEGREE] + [LON_0, LAT_0]
    for row, (lon, lat) in enumerate(hamlets.tolist()):
        found.append(((lon, lat), {"place": "hamlet", "name": f"مزرعة {row + 1}"}))
    return Web(np.round(lonlat, 7), ways, found)


def _chains(draft: Draft) -> Iterator[tuple[int, Ints]]:
    """Yield the nodes of each way; a way whose edges do not join up becomes several."""
    order = np.argsort(draft.way, kind="stable")
    way, tail, head = draft.way[order], draft.tail[order], draft.head[order]
    breaks = np.flatnonzero((np.diff(way) != 0) | (head[:-1] != tail[1:])) + 1
    for part in np.split(np.arange(len(way)), breaks):
        yield int(way[part[0]]), np.append(tail[part], head[part[-1]])


CREDIT = "Made-up web of streets, not OpenStreetMap data"


def write_web(web: Web, path: Path) -> None:
    """Write a web as OSM data, XML or PBF as the name says; all ids are positive."""
    import osmium

    path.unlink(missing_ok=True)
    header = osmium.io.Header()
    header.set("generator", "made-up web of streets")
    used = np.zeros(len(web.lonlat), dtype=bool)
    for nodes, _ in web.ways:
        used[nodes] = True
    first_place = len(web.lonlat) + 1
    with osmium.SimpleWriter(str(path), header=header) as out:
        for node in np.flatnonzero(used).tolist():
            out.add_node(_node(node + 1, tuple(web.lonlat[node].tolist()), {}))
        for row, (point, tags) in enumerate(web.places):
            credit = {} if row else {"supplyline:credit": CREDIT}
            out.add_node(_node(first_place + row, point, tags | credit))
        for row, (nodes, tags) in enumerate(web.ways, 1):
            refs = (nodes + 1).tolist()
            out.add_way(osmium.osm.mutable.Way(id=row, nodes=refs, tags=tags, version=1))


def _node(number: int, point: Iterable[float], tags: dict[str, str]) -> object:
    import osmium

    return osmium.osm.mutable.Node(id=number, location=tuple(point), tags=tags, version=1)


def main() -> None:
    """Write the web of a seed."""
    parser = argparse.ArgumentParser(description="Write a made-up web of streets round Aleppo.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="an .osm or .osm.pbf file")
    given = parser.parse_args()
    write_web(make_web(given.seed), given.out)


if __name__ == "__main__":
    main()
