"""Read a network from lines, as GIS files have them: with the ends of a graph, or without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from engine.errors import NetworkError, Problem
from engine.io.vector import check_is_what_it_says, read_layer
from engine.network.arrays import EARTH_RADIUS_M, Network, Provenance, Ragged
from engine.network.build import TEXT_TAGS, Ways, build_network, encode, own_ids
from engine.network.endings import LINES
from engine.network.graphs import from_networkx
from engine.network.policy import RoadPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray


# Find where lines meet: shared vertices, ends that nearly touch, ends that lie on another line.

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


TAG_COLUMNS = {
    "highway": ("highway", "fclass", "road_class", "class", "type"),
    "name": ("name", "road_name", "name_en"),
    "name:ar": ("name:ar", "name_ar", "name_arabi", "arabic_nam"),
    "alt_name": ("alt_name", "name_alt"),
    "ref": ("ref", "route_no"),
    "oneway": ("oneway", "one_way"),
    "osmid": ("osmid", "osm_id", "osm_ids", "full_id"),
    "reversed": ("reversed",),
}
"""The columns in which a tag is looked for, whatever their case; the first one there counts."""

_WHOLE = re.compile(r"-?[0-9]{1,18}")
"""A number that may be the id of something of OSM."""

UNCLASSED = "road"
"""The class of a line of which no column says what it is, as OSM has it."""


def read_lines(
    path: Path, *, name: str = "", policy: RoadPolicy | None = None, join_m: float = 1.0
) -> Network:
    """Read a network from a file of lines.

    Parameters
    ----------
    path
        A file in one of the formats of `engine.network.endings.LINES`.
    name
        What the user called it; the path, if absent.
    policy
        Which lines are roads, by their class.
    join_m
        Ends of lines that lie this close (m) to each other, or to another line, are joined.

    Returns
    -------
    Network
        The network.

    Raises
    ------
    NetworkError
        If the file cannot be read, has no lines, or is not on the globe.
    """
    name = name or str(path)
    try:
        frame = _layer(path)
    except Exception as error:  # GDAL, Arrow and pandas each have their own for a broken file
        message = f"not readable as lines: {error}"
        raise NetworkError(Problem(message, name, expected=", ".join(LINES))) from error
    try:
        provenance = Provenance(name, credit=f"Roads: {path.name}")
        return from_lines(frame, provenance=provenance, policy=policy, join_m=join_m)
    except NetworkError as error:
        raise NetworkError(Problem(str(error), name)) from error
    except UnicodeDecodeError as error:  # Arrow looks at a text only when it is asked for
        raise NetworkError(Problem(f"a text in it is not UTF-8: {error}", name)) from error


def _layer(path: Path) -> gpd.GeoDataFrame:
    """Read the layer of lines of a file: ``segments`` or ``edges`` before any other."""
    import geopandas as gpd
    import pyogrio

    if path.suffix.lower() == ".parquet":
        return gpd.read_parquet(path)
    check_is_what_it_says(path)
    layers = [str(layer) for layer, kind in pyogrio.list_layers(path) if "Point" not in str(kind)]
    if not layers:
        raise ValueError("it has no layer of lines")
    known = [layer for layer in ("segments", "edges") if layer in layers]
    return read_layer(path, layer=(known + layers)[0])


def from_lines(
    frame: gpd.GeoDataFrame,
    *,
    provenance: Provenance | None = None,
    policy: RoadPolicy | None = None,
    join_m: float = 1.0,
) -> Network:
    """Return the network of a table of lines.

    Parameters
    ----------
    frame
        A line, or several, per row; in WGS 84, if it names no reference system. Tags are found by
        `TAG_COLUMNS`. With the columns ``u`` and ``v`` it is the edges of a graph, which meet only
        there; else lines meet where they share a vertex.
    provenance
        Where the lines come from.
    policy
        Which lines are roads, by their class.
    join_m
        Ends of lines that lie this close (m) to each other, or to another line, are joined.

    Returns
    -------
    Network
        The network.

    Raises
    ------
    NetworkError
        If there are no lines, or they are not on the globe.
    """
    if frame.crs is not None:
        frame = frame.to_crs("epsg:4326")
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    frame = frame.reset_index(drop=True).explode(index_parts=False, ignore_index=True)
    frame = frame[frame.geom_type == "LineString"].reset_index(drop=True)
    policy, provenance = policy or RoadPolicy(), provenance or Provenance("lines", credit="")
    tags = _tags(frame)
    roads = [row for row, of_row in enumerate(tags) if policy.highway_class(of_row)]
    if not roads:
        raise NetworkError("there is no road in it")
    lines = shapely.force_2d(frame.geometry.to_numpy()[roads])
    _check_on_globe(lines)
    tags = [tags[row] for row in roads]
    columns = {str(column).lower(): column for column in reversed(frame.columns)}
    if {"u", "v"} <= columns.keys():
        u, v = ([_text(frame[columns[end]].iloc[row]) for row in roads] for end in ("u", "v"))
        ends = list(zip(u, v, strict=True))
        return from_networkx(_graph(lines, tags, ends, policy), provenance=provenance)
    return build_network(_ways(lines, tags, policy, join_m), (), provenance)


def to_lines(network: Network) -> gpd.GeoDataFrame:
    """Return the segments as a table of lines (WGS 84) that `from_lines` reads back.

    Columns: the tags of the engine, ``oneway`` (yes or no), ``length_m``, ``osm_ids`` (the ways, with
    spaces between), ``u`` and ``v`` (the ids of the nodes).
    """
    import geopandas as gpd

    node_id = own_ids(network.node_id)
    columns = {column: getattr(network, column).texts() for column in TEXT_TAGS}
    columns |= {
        "oneway": np.where(network.oneway, "yes", "no"),
        "length_m": network.length,
        "osm_ids": [" ".join(map(str, network.ways[row])) for row in range(network.n_segments)],
        "u": node_id[network.u],
        "v": node_id[network.v],
    }
    return gpd.GeoDataFrame(columns, geometry=network.lines, crs="epsg:4326")


def to_points(network: Network) -> gpd.GeoDataFrame:
    """Return the gazetteer as a table of points (WGS 84)."""
    import geopandas as gpd

    columns = ("id", "name", "name_ar", "kind", "error_km", "source")
    table = {column: [getattr(place, column) for place in network.places] for column in columns}
    table["aliases"] = [";".join(place.aliases) for place in network.places]
    at = shapely.points([(place.lon, place.lat) for place in network.places] or np.empty((0, 2)))
    return gpd.GeoDataFrame(table, geometry=at, crs="epsg:4326")


def _tags(frame: gpd.GeoDataFrame) -> list[dict[str, str]]:
    """Return the tags of each row."""
    lower = {str(column).lower(): column for column in reversed(frame.columns)}
    found = {}
    for tag, columns in TAG_COLUMNS.items():
        column = next((lower[name] for name in columns if name in lower), None)
        if column is not None:
            found[tag] = [_text(value) for value in frame[column]]
    rows = zip(*found.values(), strict=True) if found else [()] * len(frame)
    tags = [dict(zip(found, row, strict=True)) for row in rows]
    return [{**of_row, "highway": of_row.get("highway") or UNCLASSED} for of_row in tags]


def _text(value: object) -> str:
    """Return a value of a table as OSM would write it; the first one of a list."""
    if isinstance(value, (list, np.ndarray)):
        return _text(value[0]) if len(value) else ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if value is None or value != value:  # noqa: PLR0124 - NaN and NA stand for nothing
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    listed = re.match(r"\[['\"]?([^'\",\]]*)", text)  # osmnx writes lists as text
    text = listed[1] if listed else text
    return {"True": "yes", "False": "no"}.get(text, text)


def _osm_id(tags: Mapping[str, str], row: int) -> int:
    """Return the OSM way of a row; if it has none, a negative number."""
    digits = _WHOLE.search(tags.get("osmid", ""))
    return int(digits[0]) if digits else -1 - row


def _check_on_globe(lines: NDArray[np.object_]) -> None:
    west, south, east, north = shapely.total_bounds(lines)
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise NetworkError(
            f"coordinates from ({west:.7g}, {south:.7g}) to ({east:.7g}, {north:.7g}) are not WGS 84 "
            "degrees: the file must name its reference system"
        )


def _graph(
    lines: NDArray[np.object_],
    tags: list[dict[str, str]],
    ends: list[tuple[str, str]],
    policy: RoadPolicy,
) -> nx.MultiDiGraph[str]:
    """Return the graph of edges that name their ends."""
    if nameless := sum(not u or not v for u, v in ends):
        raise NetworkError(
            f"{nameless} of {len(ends)} lines do not name both of their ends, u and v"
        )
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(simplified=True)
    for row, (line, of_row, (u, v)) in enumerate(zip(lines, tags, ends, strict=True)):
        direction = policy.direction(of_row)
        if direction < 0:
            u, v, line = v, u, shapely.reverse(line)  # noqa: PLW2901 - drive along it from here on
        for node, at in ((u, line.coords[0]), (v, line.coords[-1])):
            osm_id = int(node) if _WHOLE.fullmatch(node) else 0
            graph.add_node(node, x=at[0], y=at[1], osmid=osm_id)
        data: dict[str, Any] = {tag: of_row[tag] for tag in TEXT_TAGS.values() if of_row.get(tag)}
        data |= {"osmid": _osm_id(of_row, row), "oneway": direction != 0}
        graph.add_edge(u, v, geometry=line, reversed=of_row.get("reversed") == "yes", **data)
    return graph


def _ways(
    lines: NDArray[np.object_], tags: list[dict[str, str]], policy: RoadPolicy, join_m: float
) -> Ways:
    """Return lines as ways over the vertices that they share."""
    at, refs = joined_vertices(lines, join_m)
    columns = [[of_row.get(tag, "") for of_row in tags] for tag in TEXT_TAGS.values()]
    return Ways(
        np.zeros(len(at), dtype=np.int64),
        at[:, 0],
        at[:, 1],
        np.zeros(len(at), dtype=bool),
        np.array([_osm_id(of_row, row) for row, of_row in enumerate(tags)], dtype=np.int64),
        refs,
        np.array([policy.direction(of_row) for of_row in tags], dtype=np.int8),
        *encode(columns),
    )
