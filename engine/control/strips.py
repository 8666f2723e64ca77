"""Corridors: the ground beside a stretch of road, divided among the places along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from engine.control.stretches import stretch
from engine.network.arrays import EARTH_RADIUS_M, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from engine.control.areas import Area
    from engine.control.sites import Sites
    from engine.network.arrays import Network
    from engine.network.split import Pieces
    from engine.scenario.model import Scenario

EQUALLY_NEAR_M = 1.0
"""Stretches whose distances from a piece of road differ by less are equally near."""


@dataclass(frozen=True, eq=False)
class Strip:
    """A corridor on a map: a stretch of road, and what lies beside it.

    Lengths are taken on a plane that touches the Earth in the middle of the stretch.

    Parameters
    ----------
    row
        The row of the site.
    segments
        The segments of the stretch itself, bool of shape (segments,).
    line
        Them as one line, on the plane.
    radius
        How far the strip reaches, in degrees of latitude.
    area
        The ground of the strip, in WGS 84 degrees.
    cells
        What of it belongs to each of the places along the stretch: who is nearest.
    places
        The ids of these places, in alphabetical order.
    at
        The longitude and latitude at which they lie, float64 of shape (places, 2).
    squeeze
        Degrees of the plane for a degree of longitude and of latitude.
    """

    row: int
    segments: NDArray[np.bool_]
    line: BaseGeometry
    radius: float
    area: Area
    cells: tuple[Area, ...]
    places: tuple[str, ...]
    at: NDArray[np.float64]
    squeeze: NDArray[np.float64]

    def areas(self) -> Iterator[Area]:
        """Yield the areas at whose borders roads are cut."""
        yield self.area
        yield from self.cells


def strips_of(scenario: Scenario, network: Network, sites: Sites) -> tuple[Strip, ...]:
    """Return the corridors of a scenario, in its order; none on a schematic network."""
    return tuple(
        _strip(network, sites, sites.index[site.id])
        for site in scenario.sites
        if site.has_breadth_on(network)
    )


def _strip(network: Network, sites: Sites, row: int) -> Strip:
    site = sites.named[row].definition
    if site is None or site.buffer_km is None:
        raise TypeError("a strip is made of a corridor")
    segments = stretch(network, sites, site)
    drawn = network.geometry.take(np.flatnonzero(segments))
    squeeze = np.array([np.cos(np.radians(float(drawn.values[:, 1].mean()))), 1.0])
    lines = shapely.linestrings(drawn.values * squeeze, indices=drawn.rows)
    line = shapely.union_all(lines)
    radius = float(np.degrees(1000 * site.buffer_km / EARTH_RADIUS_M))
    shape = shapely.buffer(line, radius, quad_segs=16)
    node_of = {}
    for end in (sites.index[name] for name in site.between or ()):
        if (place := sites.named[end].place) is not None:
            node_of[place.id] = int(sites.node[end])
    nodes = [node_of[name] for name in sorted(node_of)]
    at = np.column_stack([network.lon[nodes], network.lat[nodes]])
    return Strip(
        row,
        segments,
        line,
        radius,
        _unsqueezed(shape, squeeze),
        tuple(_unsqueezed(cell, squeeze) for cell in _cells(shape, at * squeeze)),
        tuple(sorted(node_of)),
        at,
        squeeze,
    )


def _cells(shape: BaseGeometry, at: NDArray[np.float64]) -> list[BaseGeometry]:
    if len(np.unique(at, axis=0)) < 2:
        return []
    nearest = shapely.voronoi_polygons(shapely.multipoints(at), extend_to=shape)
    cells = np.asarray(shapely.intersection(shapely.get_parts(nearest), shape))
    return [cell for cell in cells if cell.area > 0]


def _unsqueezed(shape: BaseGeometry, squeeze: NDArray[np.float64]) -> Area:
    area = shapely.transform(shape, lambda xy: xy / squeeze)
    shapely.prepare(area)
    return area


def owner_in_strips(
    strips: tuple[Strip, ...],
    pieces: Pieces,
    ids: tuple[str, ...],
    owner: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Divide the ground of corridors among the places along them.

    A piece belongs to the corridor whose stretch is nearest to its middle, of several that reach
    it, and there to the place nearest in a straight line, on a tie to the first of their ids. Of
    several stretches that are equally near, as where they share a road, that with the nearer place
    has it; then the earlier one.

    Parameters
    ----------
    strips
        The corridors.
    pieces
        The network cut at their borders.
    ids
        The ids of the places that `owner` counts.
    owner
        Who has each piece by its catchment, int64 of shape (pieces,).

    Returns
    -------
    owner
        The same with the ground of corridors, int64 of shape (pieces,).
    changed
        Which pieces lie in a corridor with places, bool of shape (pieces,).
    """
    if not any(strip.places for strip in strips):
        return owner, np.zeros(len(owner), dtype=bool)
    owner = owner.copy()
    number = {name: at for at, name in enumerate(ids)}
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point(pieces.network.lines, 0.5, normalized=True)
    )
    reached = [(strip, *_beside(strip, middle)) for strip in strips if strip.places]
    least, least_to_place = np.full((2, len(owner)), np.inf)
    for _, near, metres in reached:
        least[near] = np.minimum(least[near], metres)
    for strip, near, metres in reached:
        nearest = near[metres <= least[near] + EQUALLY_NEAR_M]
        lon, lat = middle[nearest].T[:, :, np.newaxis]
        away = great_circle_m(lon, lat, *strip.at.T[:, np.newaxis])
        closer = away.min(axis=1) < least_to_place[nearest]
        own, away = nearest[closer], away[closer]
        least_to_place[own] = away.min(axis=1)
        owner[own] = np.array([number[name] for name in strip.places])[away.argmin(axis=1)]
    return owner, np.isfinite(least)


def _beside(
    strip: Strip, middle: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which points lie in a strip, and how far from the stretch."""
    west, south, east, north = shapely.bounds(strip.area)
    inside = (middle[:, 0] >= west) & (middle[:, 0] <= east)
    near = np.flatnonzero(inside & (middle[:, 1] >= south) & (middle[:, 1] <= north))
    points = np.asarray(shapely.points(middle[near] * strip.squeeze))
    shapely.prepare(strip.line)
    within = shapely.distance(strip.line, points) <= strip.radius
    near, points = near[within], points[within]
    # On the ground, not on the plane: each strip has its own, and shared roads are equally near.
    on_road = shapely.get_coordinates(shapely.shortest_line(strip.line, points))[::2]
    return near, great_circle_m(*middle[near].T, *(on_road / strip.squeeze).T)
