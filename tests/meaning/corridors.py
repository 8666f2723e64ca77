"""Corridors on a map: the road of each, what lies beside it, and whose that is."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import shapely

from .lines import (
    EARTH_M,
    clip,
    corners,
    crossing,
    metres,
    nearest_at,
    point_at,
    ring_cuts,
)
from .roads import MM, Piece

if TYPE_CHECKING:
    from collections import Counter

    from engine.scenario.model import Site

    from .lines import Point
    from .roads import Roads

MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")
EQUALLY_NEAR_M = 1
FEW_M = 5  # what hangs on less is left to no test


def is_side_street(highway: str) -> bool:
    return highway.removesuffix("_link") not in MAIN


class Corridor:
    """A stretch with a breadth on a map, whose road is some parts of the roads."""

    def __init__(self, site: Site, chosen: set[int], roads: Roads) -> None:
        self.id, self.chosen, self.roads = site.id, chosen, roads
        self.parts = [roads.parts[n] for n in sorted(chosen)]
        self.lines = [
            clip(roads.lines[part.segment], float(part.begin), float(part.end))
            for part in self.parts
        ]
        self.places = sorted(set(site.between or ()))
        self.km = site.buffer_km

    @cached_property
    def shape(self) -> shapely.Geometry:
        """What lies within its breadth, on a plane that touches the Earth in its middle."""
        lines = [corners(line) for line in self.lines]
        lats = [lat for line in lines for _, lat in line]
        narrow = math.cos(math.radians((min(lats) + max(lats)) / 2))
        flat = shapely.union_all(
            [shapely.LineString([(lon * narrow, lat) for lon, lat in line]) for line in lines]
        )
        around = flat.buffer(math.degrees(1000 * self.km / EARTH_M), quad_segs=16)
        return shapely.transform(around, lambda at: at / (narrow, 1.0))

    def cuts(self, segment: int, spots: dict[str, Point]) -> list[float]:
        """Its border, and where another of its places becomes the nearest."""
        line = self.roads.lines[segment]
        found = ring_cuts(line, self.shape.boundary)
        places = {spots[place]: place for place in self.places}
        for edge in line:
            for p in places:
                for q in places:
                    at = crossing(edge, p, q) if p < q else None
                    if at is None:
                        continue
                    spot = point_at([edge], at)
                    least = min(metres(spot, other) for other in places)
                    if metres(spot, p) < least + MM and self.shape.covers(shapely.Point(spot)):
                        found.append(at)
        return found

    def covers(self, piece: Piece, spot: Point) -> bool:
        on_road = any(piece.is_in(part) for part in self.parts)
        return on_road or self.shape.covers(shapely.Point(spot))

    def away(self, spot: Point) -> float:
        return min(nearest_at(line, spot)[0] for line in self.lines)


def owner(
    corridors: list[Corridor],
    piece: Piece,
    spot: Point,
    spots: dict[str, Point],
    rules: Counter[str],
) -> tuple[str | None, bool]:
    """The place that has a piece by a corridor, if any does, and whether that hangs on little."""
    reaching = [each for each in corridors if each.covers(piece, spot)]
    rules["corridor without places divides nothing"] += any(not each.places for each in reaching)
    reaching = [each for each in reaching if each.places]
    if not reaching:
        return None, False
    away = [each.away(spot) for each in reaching]
    close = [
        each for each, m in zip(reaching, away, strict=True) if m <= min(away) + EQUALLY_NEAR_M
    ]
    doubtful = any(EQUALLY_NEAR_M / 2 < m - min(away) < FEW_M for m in away)
    places = [(metres(spot, spots[p]), n, p) for n, each in enumerate(close) for p in each.places]
    least, _, place = min(places)
    near = {spots[p] for m, _, p in places if m < least + FEW_M}
    rules["corridor: the nearest of several"] += len(close) < len(reaching)
    several = len({tuple(each.places) for each in close}) > 1
    rules["corridor: the nearer place on a shared road"] += several
    return place, doubtful or len(near) > 1
