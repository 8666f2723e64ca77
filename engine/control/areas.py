"""Areas to ground: where segments cross the border of a polygon, and what lies inside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from engine.errors import ScenarioError
from engine.io.text import path_of
from engine.io.vector import (
    LINES,
    POLYGONS,
    file_and_layer,
    off_the_globe,
    polygons_of,
    read_layers,
)
from engine.language import tr, trc
from engine.network.arrays import EARTH_RADIUS_M, Ragged
from engine.network.split import interpolate, offset_m

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from engine.control.sites import Sites
    from engine.network.arrays import Network
    from engine.network.split import Pieces
    from engine.scenario.model import Scenario, Site

Area: TypeAlias = "BaseGeometry"
"""A polygon or several, in WGS 84 degrees."""


def area_of(site: Site) -> Area:
    """Return the polygon of a site in WGS 84 degrees: its area, or what lies near its drawn line.

    Raises
    ------
    ScenarioError
        If it cannot be read, is empty, not on the globe, or not of polygons (lines).
    """
    key = "area" if site.line is None else "line"
    drawn = _drawn(site, key)
    if not drawn.is_empty and (reason := off_the_globe(drawn.bounds)):
        raise ScenarioError(
            site.problem(
                tr(
                    "the {key} of site {site}: {reason}",
                    key=_drawn_as(key),
                    site=repr(site.id),
                    reason=reason,
                ),
                key,
                expected=tr("WGS 84 degrees"),
            )
        )
    area = _around(drawn, site.buffer_km or 0.0) if key == "line" else shapely.make_valid(drawn)
    if area.is_empty or area.area == 0:
        message = tr(
            "the {key} of site {site} encloses nothing", key=_drawn_as(key), site=repr(site.id)
        )
        expected = tr("at least two points, as [lon, lat]")
        if key == "area":
            expected = tr("at least three corners, as [lon, lat]")
        raise ScenarioError(site.problem(message, key, expected=expected))
    shapely.prepare(area)
    return area


def _drawn_as(key: str) -> str:
    return trc("drawn", "area") if key == "area" else trc("drawn", "line")


def _drawn(site: Site, key: str) -> BaseGeometry:
    """Return the polygon or the line of a site, from its coordinates or its file."""
    given = getattr(site, key)
    if isinstance(given, str):
        return _read(site, key, given)
    corners = given or ()
    if key == "line":
        return shapely.LineString(corners) if len(set(corners)) > 1 else shapely.LineString()
    return shapely.Polygon(corners) if len(corners) > 2 else shapely.Polygon()


def _around(line: BaseGeometry, km: float) -> Area:
    """Return what lies near a line, on a plane that touches the Earth in its middle."""
    _, south, _, north = line.bounds
    squeeze = np.array([np.cos(np.radians((south + north) / 2)), 1.0])
    flat = shapely.transform(line, lambda xy: xy * squeeze)
    wide = shapely.buffer(flat, np.degrees(1000 * km / EARTH_RADIUS_M), quad_segs=16)
    return shapely.transform(wide, lambda xy: xy / squeeze)


def _read(site: Site, key: str, name: str) -> BaseGeometry:
    kinds = POLYGONS if key == "area" else LINES
    path, layer = file_and_layer(path_of(name, Path(site.origin.place_of(key)[0]).parent))
    about = {"site": repr(site.id), "file": repr(str(path))}
    try:
        frame = read_layers(path, kinds, layer=layer)
    except Exception as error:  # whatever a driver raises on a file that it cannot read
        problem = site.problem(
            tr(
                "the {key} of site {site} cannot be read from {file}: {error}",
                key=_drawn_as(key),
                error=str(error),
                **about,
            ),
            key,
            name,
            tr("a GeoJSON or GeoPackage file with polygons")
            if key == "area"
            else tr("a GeoJSON or GeoPackage file with lines"),
        )
        raise ScenarioError(problem) from error
    drawn = frame.geometry.dropna()
    if key == "line":
        found = shapely.force_2d(drawn[drawn.geom_type.isin(LINES)].to_numpy())
    else:
        shapes = polygons_of(drawn).to_numpy()
        found = shapes[shapely.get_dimensions(shapes) == 2]
    if not len(found) and not drawn.geom_type.isin(kinds).any():
        message = tr("the line of site {site}: there is no line in {file}", **about)
        expected = tr("a file with lines")
        if key == "area":
            message = tr("the area of site {site}: there is no polygon in {file}", **about)
            expected = tr("a file with polygons")
        raise ScenarioError(site.problem(message, key, name, expected))
    return shapely.union_all(found)


def buffers(scenario: Scenario, sites: Sites) -> dict[int, Area]:
    """Return the ground within the range of each site that is a place, by its row; often none."""
    if scenario.overlook_range is None:
        return {}
    areas: dict[int, Area] = {}
    for row, site in enumerate(sites.named):
        if site.place is not None:
            areas[row] = _disc(site.place.lon, site.place.lat, 1000 * scenario.overlook_range.km)
    return areas


def _disc(lon: float, lat: float, radius_m: float) -> Area:
    """Return the ground within some metres of a point, as a polygon of 128 corners."""
    angle = np.linspace(0, 2 * np.pi, 128, endpoint=False)
    degrees = np.degrees(radius_m / EARTH_RADIUS_M)
    east = lon + degrees * np.cos(angle) / np.cos(np.radians(lat))
    disc = shapely.Polygon(np.column_stack([east, lat + degrees * np.sin(angle)]))
    shapely.prepare(disc)
    return disc


def border_cuts(network: Network, area: Area) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where segments cross the border of an area.

    Returns
    -------
    segment
        The segments, int64 of shape (cuts,).
    metres
        How far along the segment, float64 of shape (cuts,).
    """
    border = shapely.boundary(area)
    shapely.prepare(border)
    nearby, lines = _lines_nearby(network, area)
    crosses = shapely.intersects(border, lines)
    nearby, lines = nearby[crosses], lines[crosses]
    points, row = shapely.get_coordinates(shapely.intersection(lines, border), return_index=True)
    along = shapely.line_locate_point(lines[row], shapely.points(points))
    return nearby[row], _metres_along(network, nearby[row], along)


def _lines_nearby(network: Network, area: Area) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the segments whose bounds meet those of an area, and their lines; no other meets it."""
    west, south, east, north = shapely.bounds(area)
    bounds = network.line_bounds
    meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    nearby = np.flatnonzero(meets & (bounds[:, 1] <= north) & (bounds[:, 3] >= south))
    drawn = network.geometry.take(nearby)
    return nearby, np.asarray(shapely.linestrings(drawn.values, indices=drawn.rows))


def _metres_along(
    network: Network, segment: NDArray[np.int64], along: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Turn lengths in degrees along the drawn line into metres along the segment."""
    drawn = network.geometry.take(segment)
    step = np.zeros(len(drawn.values))
    step[1:] = np.hypot(*np.diff(drawn.values, axis=0).T)
    step[drawn.starts[:-1]] = 0.0
    degrees = np.cumsum(step)
    degrees -= degrees[drawn.starts[:-1]][drawn.rows]
    offset = Ragged(network.geometry.starts, offset_m(network)).take(segment)
    return interpolate(drawn.starts, degrees, offset.values, np.arange(len(segment)), along)


def inside(pieces: Pieces, area: Area) -> NDArray[np.bool_]:
    """Return which pieces lie in an area that they have been cut by, shape (pieces,)."""
    found = np.zeros(len(pieces.parent), dtype=bool)
    nearby, lines = _lines_nearby(pieces.network, area)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    found[nearby] = shapely.intersects(area, middle)
    return found
