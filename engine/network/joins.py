"""Find where lines meet: shared vertices, ends that nearly touch, ends that lie on another line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from engine.network.network import EARTH_RADIUS_M, Ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID = 10**7  # vertices are the same if they are in the units of OSM


def joined_vertices(
    lines: NDArray[np.object_], join_m: float
) -> tuple[NDArray[np.float64], Ragged]:
    """Return the vertices of lines, each once, and the vertices of each line.

    Parameters
    ----------
    lines
        shapely LineStrings in degrees, shape (lines,).
    join_m
        Ends that lie this close (m) to each other, or to another line, are joined.

    Returns
    -------
    at
        Longitude and latitude, float64 of shape (vertices, 2).
    refs
        Indices of vertices, a row per line.
    """
    points, line = _with_ends_of_others(lines, join_m)
    starts = np.searchsorted(line, np.arange(len(lines) + 1))
    grid = np.rint(points * _GRID).astype(np.int64)
    key = grid[:, 0] * (4 * 180 * _GRID) + grid[:, 1]
    _, first, vertex = np.unique(key, return_index=True, return_inverse=True)
    at = points[first]
    ends = np.unique(np.concatenate([vertex[starts[:-1]], vertex[starts[1:] - 1]]))
    return at, Ragged(starts, _one_of_near(at, ends, join_m)[vertex])


def _plane(points: NDArray[np.float64], latitude: float) -> NDArray[np.float64]:
    """Return metres east and north; true near the latitude, and good enough to compare nearness."""
    scale = np.radians(1) * EARTH_RADIUS_M
    return points * (scale * np.cos(np.radians(latitude)), scale)


def _one_of_near(
    at: NDArray[np.float64], ends: NDArray[np.int64], join_m: float
) -> NDArray[np.int64]:
    """Return which vertex stands for each: for ends near to each other, the first of them."""
    pairs = cKDTree(_plane(at[ends], at[:, 1].mean())).query_pairs(join_m, output_type="ndarray")
    link = (np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1]))
    _, part = connected_components(coo_array(link, shape=(len(ends), len(ends))), directed=False)
    _, first = np.unique(part, return_index=True)
    stands_for = np.arange(len(at))
    stands_for[ends] = ends[first[part]]
    return stands_for


def _with_ends_of_others(
    lines: NDArray[np.object_], join_m: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the points of all lines, with the ends of others that lie on them in their place.

    Returns
    -------
    points
        Longitude and latitude, float64 of shape (points, 2).
    line
        The line of each point, int64 of shape (points,), in order.
    """
    points, line = shapely.get_coordinates(lines, return_index=True)
    latitude = float(points[:, 1].mean())
    flat = np.asarray(shapely.linestrings(_plane(points, latitude), indices=line))
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, i)) for i in (0, -1)])
    dots = np.asarray(shapely.points(_plane(ends, latitude)))
    dot, on = shapely.STRtree(flat).query(dots, predicate="dwithin", distance=join_m)
    along = np.asarray(shapely.line_locate_point(flat[on], dots[dot]))
    inside = (along > join_m) & (along < np.asarray(shapely.length(flat[on])) - join_m)
    dot, on, along = dot[inside], on[inside], along[inside]
    step = np.zeros(len(points))
    step[1:] = np.hypot(*np.diff(_plane(points, latitude), axis=0).T)
    step[np.searchsorted(line, np.arange(len(lines)))] = 0.0
    total = np.cumsum(step)
    offset = total - total[np.searchsorted(line, np.arange(len(lines)))][line]
    all_lines = np.concatenate([line, on])
    order = np.lexsort((np.concatenate([offset, along]), all_lines))
    return np.concatenate([points, ends[dot]])[order], all_lines[order]
