"""Stretches of road and OSM ways to ground: whole segments by name, reference, way or id.

A corridor is the ground beside a stretch, divided among the places along it. A route that keeps to roads on
which its places do not lie ends at the nearest point of these roads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from engine.control.sites import NODE_M
from engine.control.words import chained
from engine.errors import ScenarioError, nearest_names
from engine.io.text import folded
from engine.language import tr
from engine.network.arrays import EARTH_RADIUS_M, great_circle_m
from engine.network.paths import nearest_nodes, nearest_points, shortest_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from engine.control.areas import Area
    from engine.control.sites import Sites
    from engine.network.arrays import Labels, Network, Place
    from engine.network.split import Pieces
    from engine.scenario.model import Scenario, Site


MAIN_ROADS = frozenset(
    f"{name}{link}"
    for name in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
)
"""Classes of the roads that lead from place to place; all others are side streets."""
SIDE_STREET_WEIGHT = 4.0
"""How many times the length of a side street counts for a corridor on a map."""
OTHER_NAME_WEIGHT = 3.0
"""How many times the length of a road counts for a corridor that has other names."""


def stretch(network: Network, sites: Sites, site: Site) -> NDArray[np.bool_]:
    """Return the segments that a stretch or a set of OSM ways covers, shape (segments,).

    Parameters
    ----------
    network
        That of `sites`.
    sites
        Where the places are.
    site
        The stretch.

    Raises
    ------
    ScenarioError
        If the network has no such road, no such way, or no path between two of the places.
    """
    if site.ways:
        return _made_from_ways(network, site)
    if site.between is not None and site.buffer_km is not None:
        return _along_best_roads(network, sites, site)
    on_road = _on_road(network, site) if site.road else np.ones(network.n_segments, dtype=bool)
    if site.between is None:
        return on_road
    return _between(network, sites, site, on_road)


def _along_best_roads(network: Network, sites: Sites, site: Site) -> NDArray[np.bool_]:
    """Return the best path along the places of a corridor: main roads first, of its names above all.

    A map names a road differently, on some parts only, or not at all; the places hold.
    """
    weight = _main_roads_first(network)
    if site.road:
        weight = weight * np.where(_called(network, site.road), 1.0, OTHER_NAME_WEIGHT)
    everything = np.ones(network.n_segments, dtype=bool)
    return _chain(network, site, _nodes_between(sites, site), everything, weight)


def _main_roads_first(network: Network) -> NDArray[np.float64]:
    if network.provenance.schematic:
        return np.ones(network.n_segments)
    return np.where(network.highway.among(MAIN_ROADS), 1.0, SIDE_STREET_WEIGHT)


def _made_from_ways(network: Network, site: Site) -> NDArray[np.bool_]:
    covered = np.zeros(network.n_segments, dtype=bool)
    covered[network.ways.rows[np.isin(network.ways.values, site.ways)]] = True
    if not covered.any():
        message = tr("none of the OSM ways of site {site} is in the network", site=repr(site.id))
        raise ScenarioError(site.problem(message, "ways", str(list(site.ways))))
    return covered


def _on_road(network: Network, site: Site) -> NDArray[np.bool_]:
    covered = _called(network, site.road)
    if not covered.any():
        asked = chained([repr(name) for name in site.road], " or ")
        all_names = {
            labels.values[code]
            for labels in _name_tags(network)
            for code in np.unique(labels.codes).tolist()
        }
        near = [near for name in site.road for near in nearest_names(name, all_names - {""})]
        raise ScenarioError(
            site.problem(
                tr(
                    "no road of the network {network} is called {names}",
                    network=repr(network.provenance.name),
                    names=asked,
                ),
                "road",
                "; ".join(site.road),
                tr("the name or the reference of a road"),
                tuple(dict.fromkeys(near))[:3],
            )
        )
    return covered


def _called(network: Network, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which segments bear one of some names, shape (segments,)."""
    wanted = {folded(name) for name in names}
    covered = np.zeros(network.n_segments, dtype=bool)
    for labels in _name_tags(network):
        covered |= labels.among(value for value in labels.values if wanted & _names_in(value))
    return covered


def _name_tags(network: Network) -> tuple[Labels, ...]:
    return network.name, network.name_ar, network.alt_name, network.ref


@lru_cache(maxsize=65_536)
def _names_in(value: str) -> frozenset[str]:
    """Return the names in a tag, which may list several between semicolons."""
    return frozenset(folded(part) for part in value.split(";") if part.strip())


def _between(
    network: Network, sites: Sites, site: Site, on_road: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the shortest path along places; on a road, between its nodes nearest to them."""
    nodes = _nodes_between(sites, site)
    if site.road:
        ends = np.unique(np.concatenate([network.u[on_road], network.v[on_road]]))
        nearest, _ = nearest_nodes(network, network.lon[nodes], network.lat[nodes], among=ends)
        nodes = [int(node) for node in nearest]
    return _chain(network, site, nodes, on_road)


def _nodes_between(sites: Sites, site: Site) -> list[int]:
    nodes = [int(sites.node[sites.index[name]]) for name in site.between or ()]
    if min(nodes) < 0:
        message = tr(
            "site {site} runs between two places, but one of them is no place", site=repr(site.id)
        )
        raise ScenarioError(site.problem(message, "between", expected=tr("two places")))
    return nodes


def _chain(
    network: Network,
    site: Site,
    nodes: list[int],
    keep: NDArray[np.bool_],
    weight: NDArray[np.float64] | None = None,
) -> NDArray[np.bool_]:
    """Return the shortest paths from each node to the next, shape (segments,)."""
    parts = shortest_paths(network, nodes, keep, weight)
    names, legs = list(pairwise(site.between or ())), list(pairwise(nodes))
    for (one, other), (start, end), part in zip(names, legs, parts, strict=True):
        if not part.any() and start != end:
            message = tr(
                "no path leads between the places {one} and {other} of site {site}",
                one=repr(one), other=repr(other), site=repr(site.id),
            )  # fmt: skip
            raise ScenarioError(site.problem(message, "between", expected=tr("connected places")))
    covered = np.asarray(parts.any(axis=0))
    if not covered.any():
        message = tr("the places of site {site} lie at one node", site=repr(site.id))
        raise ScenarioError(site.problem(message, "between", expected=tr("two connected places")))
    return covered


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


def end_cuts(
    scenario: Scenario,
    sites: Sites,
    network: Network,
    covered_by: Callable[[int], NDArray[np.bool_]],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where to cut a map for the ends of routes that lie off the roads of their `within`.

    Both parts of what is cut there stay what it was: only where a route may end is new.

    Parameters
    ----------
    scenario, sites
        The routes, and where their places lie.
    network
        The network in pieces.
    covered_by
        Which pieces the site of a row covers, bool of shape (pieces,).

    Returns
    -------
    segment
        The pieces, int64 of shape (cuts,).
    metres
        How far along them, float64 of shape (cuts,).
    """
    segments, metres = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for route in () if network.provenance.schematic else scenario.routes:
        if not route.within:
            continue
        covered = covered_by(sites.index[route.within])
        met = np.concatenate([network.u[covered], network.v[covered]])
        waiting = [*route.from_, *route.via, route.to]
        while waiting:
            row = sites.index[waiting.pop()]
            place = sites.named[row].place
            waiting += sites.named[row].members
            if place is None or sites.node[row] in met:
                continue
            roads = np.flatnonzero(covered & _passes_near(network, place))
            if not len(roads):
                continue
            there = np.array([place.lon]), np.array([place.lat])
            segment, along, away = nearest_points(network, *there, roads)
            if away[0] <= NODE_M:
                segments.append(segment)
                metres.append(along)
    return np.concatenate(segments), np.concatenate(metres)


def _passes_near(network: Network, place: Place) -> NDArray[np.bool_]:
    """Return which segments may lie within `NODE_M` of a place: those whose bounds do."""
    north = 1.01 * float(np.degrees(NODE_M / EARTH_RADIUS_M))
    east = north / max(float(np.cos(np.radians(place.lat))), 1e-3)
    west, south, right, top = network.line_bounds.T
    beside = (west <= place.lon + east) & (right >= place.lon - east)
    return np.asarray(beside & (south <= place.lat + north) & (top >= place.lat - north))
