"""Lines on the map: where they cross rings and circles, in metres along the road."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import shapely

EARTH_M = 6_371_009.0
Point = tuple[float, float]  # lon, lat


class Edge(NamedTuple):
    """A straight part of a segment: metres along it to begin and end, and the points there."""

    begin: float
    end: float
    a: Point
    b: Point


def metres(a: Point, b: Point) -> float:
    """Great-circle distance."""
    south, north = math.radians(a[1]), math.radians(b[1])
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin(math.radians(b[0] - a[0]) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def edges(points: list[Point], length: float) -> list[Edge]:
    """The straight parts of a line, measured so that all of it has the given length."""
    steps = [metres(a, b) for a, b in pairwise(points)]
    scale, along, found = length / sum(steps), 0.0, []
    for (a, b), step in zip(pairwise(points), steps, strict=True):
        found.append(Edge(along, along + step * scale, a, b))
        along += step * scale
    return found


def point_at(line: list[Edge], at: float) -> Point:
    edge = next((edge for edge in line if at <= edge.end), line[-1])
    share = (at - edge.begin) / (edge.end - edge.begin)
    (west, south), (east, north) = edge.a, edge.b
    return west + share * (east - west), south + share * (north - south)


def nearest_at(line: list[Edge], spot: Point) -> tuple[float, float]:
    """How far the nearest point of a line is from a spot, and where it is along the line.

    On the plane that touches the Earth at the spot.
    """
    north = math.radians(1) * EARTH_M
    east = north * math.cos(math.radians(spot[1]))
    found = []
    for edge in line:
        x, y = (edge.a[0] - spot[0]) * east, (edge.a[1] - spot[1]) * north
        dx, dy = (edge.b[0] - edge.a[0]) * east, (edge.b[1] - edge.a[1]) * north
        share = min(1.0, max(0.0, -(x * dx + y * dy) / (dx * dx + dy * dy)))
        away = math.hypot(x + share * dx, y + share * dy)
        found.append((away, edge.begin + share * (edge.end - edge.begin)))
    return min(found)


def corners(line: list[Edge]) -> list[Point]:
    """The points at which the straight parts of a line begin and end."""
    return [line[0].a, *(edge.b for edge in line)]


def clip(line: list[Edge], begin: float, end: float) -> list[Edge]:
    """The part of a line between two points along it."""
    found = []
    for edge in line:
        low, high = max(begin, edge.begin), min(end, edge.end)
        if low < high:
            found.append(Edge(low, high, point_at([edge], low), point_at([edge], high)))
    return found


def ring_cuts(line: list[Edge], ring: shapely.Geometry) -> list[float]:
    cuts = []
    for edge in line:
        straight = shapely.LineString([edge.a, edge.b])
        met = straight.intersection(ring)
        for point in [] if met.is_empty else shapely.get_parts(met):
            share = straight.project(point.centroid, normalized=True)
            cuts.append(edge.begin + share * (edge.end - edge.begin))
    return cuts


def circle_cuts(line: list[Edge], centre: Point, radius: float) -> list[float]:
    """Where a line crosses a circle, on the plane that touches the Earth at its centre."""
    north = math.radians(1) * EARTH_M
    east = north * math.cos(math.radians(centre[1]))
    cuts = []
    for edge in line:
        x, y = (edge.a[0] - centre[0]) * east, (edge.a[1] - centre[1]) * north
        dx, dy = (edge.b[0] - edge.a[0]) * east, (edge.b[1] - edge.a[1]) * north
        square, half = dx * dx + dy * dy, x * dx + y * dy
        under = half * half - square * (x * x + y * y - radius * radius)
        if under <= 0:
            continue
        shares = [(sign * math.sqrt(under) - half) / square for sign in (-1, 1)]
        cuts += [edge.begin + t * (edge.end - edge.begin) for t in shares if 0 < t < 1]
    return cuts


def crossing(edge: Edge, p: Point, q: Point) -> float | None:
    """Where a straight part passes from what is nearer to p to what is nearer to q, or back.

    By halving; in metres along the road, None if nowhere.
    """

    def is_nearer_to_p(at: float) -> bool:
        spot = point_at([edge], at)
        return metres(spot, p) < metres(spot, q)

    low, high, at_end = edge.begin, edge.end, is_nearer_to_p(edge.end)
    if is_nearer_to_p(low) == at_end:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        if is_nearer_to_p(middle) == at_end:
            high = middle
        else:
            low = middle
    return (low + high) / 2
