"""Read a network from lines, as GIS files have them: with the ends of a graph, or without."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import shapely

from engine.connectivity.traversal import Arcs, connected_parts
from engine.errors import NetworkError, Problem, check_installed
from engine.io import vector
from engine.io.vector import encoding_remark, layers_of, off_the_globe, read_layers
from engine.language import tr, trn
from engine.network.arrays import EARTH_RADIUS_M, Network, Provenance, Ragged
from engine.network.build import TEXT_TAGS, Ways, barred, build_network, encode, own_ids
from engine.network.endings import JSON, LINES, suffix_of
from engine.network.extract import CREDIT_TAG, SCHEMATIC_CREDIT, SCHEMATIC_TAG, credit_tags
from engine.network.graphs import from_networkx
from engine.network.policy import RoadPolicy
from engine.network.tag_columns import PACKED, WHOLE, tags_of, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray


# Find where lines meet: shared vertices, ends that nearly touch, ends that lie on another line.

STATED = (("length", "length_m", 1.0), ("travel_time", "minutes", 60.0))
"""What the roads of a schematic network state: the key of a graph, the column, and the units of it in one."""
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
    from scipy.spatial import cKDTree

    pairs = cKDTree(_plane(at[ends], at[:, 1].mean())).query_pairs(join_m, output_type="ndarray")
    _, part = connected_parts(Arcs(pairs[:, 0], pairs[:, 1], len(ends)))
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


def read_lines(
    path: Path,
    *,
    name: str = "",
    layer: str = "",
    policy: RoadPolicy | None = None,
    encoding: str = "",
    join_m: float = 1.0,
) -> Network:
    """Read a network from a file of lines.

    Parameters
    ----------
    path
        A file in one of the formats of `engine.network.extract.LINES`.
    name
        What the user called it; the path, if absent.
    layer
        The layer to read; if absent, ``segments`` or ``edges``, or else all layers of lines.
    policy
        Which lines are roads, by their class.
    encoding
        The encoding of a shapefile; what it states, if absent, or else UTF-8 if that fits.
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
    policy = policy or RoadPolicy()
    if suffix_of(path) == ".parquet":
        check_installed("pyarrow", "GeoParquet files")
    try:
        frame = _lines_in(path, layer, encoding)
        nodes = _points_in(path, ("nodes",))
        barriers = _points_in(path) if policy.barriers else None
    except Exception as error:  # GDAL, Arrow and pandas each have their own for a broken file
        message = tr("not readable as lines: {reason}", reason=str(error))
        raise NetworkError(Problem(message, name, expected=", ".join(LINES + JSON))) from error
    try:
        remarks = [] if encoding else [*filter(None, [encoding_remark(path)])]
        schematic = _said(frame, SCHEMATIC_TAG) == "yes"
        usual = SCHEMATIC_CREDIT if schematic else path.name
        provenance = Provenance(
            name, _said(frame, CREDIT_TAG) or usual, schematic=schematic, remarks=tuple(remarks)
        )
        return from_lines(
            frame, nodes=nodes, barriers=barriers, provenance=provenance, policy=policy,
            join_m=join_m,
        )  # fmt: skip
    except NetworkError as error:
        raise NetworkError([replace(each, file=name) for each in error.problems]) from error
    except UnicodeDecodeError as error:  # Arrow looks at a text only when it is asked for
        message = tr("a text in it is not UTF-8: {reason}", reason=str(error))
        raise NetworkError(Problem(message, name)) from error


def _said(frame: gpd.GeoDataFrame, tag: str) -> str:
    """Return what a column says that is the same in every row."""
    texts = {text(value) for value in frame[tag].head(1)} if tag in frame.columns else set()
    return next(iter(texts), "")


def _lines_in(path: Path, layer: str, encoding: str) -> gpd.GeoDataFrame:
    """Read the lines of a file: of the layer named, of a graph, or of all layers of lines."""
    if suffix_of(path) == ".parquet":
        return _parquet(path)
    first = ("segments", "edges")
    return read_layers(path, vector.LINES, layer=layer, first=first, encoding=encoding)


def _parquet(path: Path) -> gpd.GeoDataFrame:
    """Read a GeoParquet file; one of more rows than bytes has a few written down ever so often."""
    import geopandas as gpd
    from pyarrow import ArrowInvalid, parquet

    if parquet.read_metadata(path).num_rows > path.stat().st_size:
        raise ValueError(tr("it has more rows than bytes: not a map, but a bomb"))
    try:
        return gpd.read_parquet(path)
    except Exception:
        try:
            parquet.read_table(path).validate(full=True)
        except ArrowInvalid as error:
            message = tr("a text in it is not UTF-8 ({reason})", reason=str(error))
            raise ValueError(message) from error
        raise


def _points_in(path: Path, names: tuple[str, ...] = ()) -> gpd.GeoDataFrame | None:
    """Read the layers of points of a GeoPackage: all of them, or those of some names beside edges."""
    if suffix_of(path) != ".gpkg":
        return None
    layers = layers_of(path)
    if "Point" not in layers.values() or (names and not {"edges", *names} <= layers.keys()):
        return None
    return read_layers(path, frozenset({"Point"}), layer="".join(names))


def from_lines(
    frame: gpd.GeoDataFrame,
    *,
    nodes: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    provenance: Provenance | None = None,
    policy: RoadPolicy | None = None,
    join_m: float = 1.0,
) -> Network:
    """Return the network of a table of lines.

    Parameters
    ----------
    frame
        A line, or several, per row; in WGS 84, if it names no reference system. Tags are found by
        `engine.network.tag_columns.TAG_COLUMNS`. With the columns ``u`` and ``v`` it is the edges of a graph, which meet only
        there, and ``from`` and ``to`` (of osmnx) say which way each was driven; else lines meet where
        they share a vertex.
    nodes
        The nodes of the graph as points, with their ids in the column ``osmid`` (or as the index).
    barriers
        Points with the tag ``barrier``, besides those among the lines: nobody passes the vertices at
        which they lie, where the policy says so.
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

    Examples
    --------
    >>> import geopandas
    >>> from shapely import LineString
    >>> lines = [LineString([(37.0, 36.0), (37.1, 36.0)]), LineString([(37.1, 36.0), (37.1, 36.1)])]
    >>> roads = geopandas.GeoDataFrame({"highway": ["primary", "track"]}, geometry=lines, crs=4326)
    >>> from_lines(roads).n_segments
    1
    """
    policy, provenance = policy or RoadPolicy(), provenance or Provenance("lines", credit="")
    frame = _parts(frame)
    shut, remarks = _barriers([frame] if barriers is None else [frame, _parts(barriers)], policy)
    frame = frame[frame.geom_type == "LineString"].reset_index(drop=True)
    tags, said = tags_of(frame, policy)
    noted = (f"{PurePath(provenance.name).name}: {remark}" for remark in (*said, *remarks))
    provenance = replace(provenance, remarks=(*provenance.remarks, *noted))
    classes = [policy.highway_class(of_row) for of_row in tags]
    roads = [row for row, road_class in enumerate(classes) if road_class]
    if not roads:
        raise NetworkError(
            Problem(
                tr("there is no road in it"),
                provenance.name,
                expected=tr("ways with a highway tag that cars may use"),
            )
        )
    lines = shapely.force_2d(frame.geometry.to_numpy()[roads])
    if reason := off_the_globe(shapely.total_bounds(lines).tolist()):
        message = tr("{reason}: the file must name its reference system", reason=reason)
        raise NetworkError(message)
    tags = [{**tags[row], "highway": classes[row]} for row in roads]
    for key, column, unit in STATED if provenance.schematic else ():
        if column in frame.columns:
            stated = unit * frame[column].to_numpy(dtype=np.float64, na_value=np.nan)[roads]
            tags = [{**of_row, key: str(value)} for of_row, value in zip(tags, stated, strict=True)]
    columns = {str(column).lower(): column for column in reversed(frame.columns)}
    for tail, head in (("from", "to"), ("u", "v")):
        if {tail, head} <= columns.keys():
            u, v = ([text(frame[columns[end]].iloc[row]) for row in roads] for end in (tail, head))
            ends = list(zip(u, v, strict=True))
            if tail == "u" or (all(u) and all(v)):
                graph = _graph(lines, tags, ends, _positions(nodes), policy)
                for _, data in graph.nodes(data=True):
                    data["barrier"] = shut.get(_on_grid(data["x"], data["y"]), "")
                return from_networkx(graph, policy=policy, provenance=provenance)
    once = _each_once(lines, tags, policy)
    ways = _ways(lines[once], [tags[row] for row in once], policy, join_m)
    if shut:
        at = zip(ways.lon.tolist(), ways.lat.tolist(), strict=True)
        ways = barred(ways, np.array([_on_grid(*each) in shut for each in at]))
    return build_network(ways, (), provenance)


def _each_once(
    lines: NDArray[np.object_], tags: list[dict[str, str]], policy: RoadPolicy
) -> list[int]:
    """Return the rows without those that stand there again, as in layers that overlap.

    The same line with the same id, or without an id with the same tags, is one road.
    """
    normal = np.asarray(shapely.normalize(lines))
    turned = ~np.asarray(shapely.equals_exact(normal, lines))
    first: dict[tuple[object, ...], int] = {}
    for row, (of_row, line) in enumerate(zip(tags, shapely.to_wkb(normal), strict=True)):
        direction = policy.direction(of_row) * (-1 if turned[row] else 1)
        known = of_row.get("osmid") or tuple(
            sorted(of_row.items() - {("oneway", of_row.get("oneway"))})
        )
        first.setdefault((line, direction, known), row)
    return list(first.values())


def _parts(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the single shapes of a table, in degrees; of a collection, each of its parts."""
    if frame.crs is not None:
        frame = frame.to_crs("epsg:4326")
    shapes = frame.geometry.to_numpy()
    frame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))].reset_index(drop=True)
    while not set(frame.geom_type) <= {"Point", "LineString", "Polygon", "LinearRing"}:
        frame = frame.explode(index_parts=False, ignore_index=True)
    return frame[~frame.geometry.is_empty].reset_index(drop=True)


def _on_grid(lon: float, lat: float) -> tuple[int, int]:
    return round(lon * _GRID), round(lat * _GRID)


def _barriers(
    tables: list[gpd.GeoDataFrame], policy: RoadPolicy
) -> tuple[dict[tuple[int, int], str], list[str]]:
    """Return the barriers that nobody passes, by position, and what to say if no point has a tag."""
    if not policy.barriers:
        return {}, []
    shut: dict[tuple[int, int], str] = {}
    asked = False
    for table in tables:
        points = table[table.geom_type == "Point"].reset_index(drop=True)
        columns = {str(column).lower() for column in points.columns}
        asked |= bool(len(points)) and not columns.isdisjoint({"barrier", *PACKED})
        rows = tags_of(points, RoadPolicy().refusing("barrier")).rows
        for row, of_row in enumerate(rows):
            if of_row.get("barrier") in policy.barriers:
                at = points.geometry.iloc[row]
                shut[_on_grid(at.x, at.y)] = of_row["barrier"]
    said = tr("it has no points with the tag barrier: what [roads] says of barriers has no effect")
    return shut, [] if asked else [said]


def to_lines(network: Network) -> gpd.GeoDataFrame:
    """Return the segments as a table of lines (WGS 84) that `from_lines` reads back.

    Columns: the tags of the engine, ``oneway`` (yes or no), ``length_m``, ``osm_ids`` (the ways, with
    spaces between), ``u`` and ``v`` (the ids of the nodes); ``minutes`` where they are stated; that it is schematic, and whom to credit,
    where that is not OpenStreetMap.
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
    if len(network.minutes):
        columns["minutes"] = network.minutes
    said = credit_tags(network.provenance)
    if network.provenance.schematic:
        said[SCHEMATIC_TAG] = "yes"
    columns |= {tag: [value] * network.n_segments for tag, value in said.items()}
    return gpd.GeoDataFrame(columns, geometry=network.lines, crs="epsg:4326")


def to_points(network: Network) -> gpd.GeoDataFrame:
    """Return the gazetteer as a table of points (WGS 84)."""
    import geopandas as gpd

    columns = ("id", "name", "name_ar", "kind", "error_km", "source")
    table = {column: [getattr(place, column) for place in network.places] for column in columns}
    table["aliases"] = [";".join(place.aliases) for place in network.places]
    at = shapely.points([(place.lon, place.lat) for place in network.places] or np.empty((0, 2)))
    return gpd.GeoDataFrame(table, geometry=at, crs="epsg:4326")


def _osm_ids(tags: Mapping[str, str], row: int) -> list[int]:
    """Return the OSM ways of a row; if it has none, a negative number."""
    return [int(number) for number in tags.get("osmid", "").split()] or [-1 - row]


def _positions(nodes: gpd.GeoDataFrame | None) -> dict[str, tuple[float, float]]:
    """Return where each node of a layer of points lies, by its id."""
    if nodes is None:
        return {}
    nodes = nodes.to_crs("epsg:4326") if nodes.crs is not None else nodes
    ids = nodes.get("osmid", nodes.index)
    points = shapely.get_coordinates(nodes.geometry.to_numpy())
    return dict(zip(map(text, ids), map(tuple, points.tolist()), strict=True))


def _graph(
    lines: NDArray[np.object_],
    tags: list[dict[str, str]],
    ends: list[tuple[str, str]],
    known: dict[str, tuple[float, float]],
    policy: RoadPolicy,
) -> nx.MultiDiGraph[str]:
    """Return the graph of edges that name their ends, wherever their lines begin."""
    if nameless := sum(not u or not v for u, v in ends):
        message = trn(
            "{n} of {all} lines do not name both of their ends, u and v",
            "{n} of {all} lines do not name both of their ends, u and v",
            nameless,
            all=len(ends),
        )
        raise NetworkError(message)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(simplified=True)
    rows = zip(_from_u_to_v(lines, ends, known), tags, ends, strict=True)
    for row, (line, of_row, (u, v)) in enumerate(rows):
        for node, at in ((u, line.coords[0]), (v, line.coords[-1])):
            osm_id = int(node) if WHOLE.fullmatch(node) else 0
            x, y = known.get(node, at)
            graph.add_node(node, x=x, y=y, osmid=osm_id)
        data: dict[str, Any] = {tag: of_row[tag] for tag in TEXT_TAGS.values() if of_row.get(tag)}
        data |= {tag: of_row[tag] for tag in policy.looks_at() if of_row.get(tag)}
        data |= {"osmid": _osm_ids(of_row, row), "oneway": of_row.get("oneway", "")}
        data |= {key: of_row[key] for key, _, _ in STATED if of_row.get(key)}
        if of_row.get("reversed"):
            data["reversed"] = of_row["reversed"] == "yes"
        graph.add_edge(u, v, geometry=line, **data)
    return graph


def _from_u_to_v(
    lines: NDArray[np.object_],
    ends: list[tuple[str, str]],
    known: dict[str, tuple[float, float]],
) -> list[Any]:
    """Return each line from its first node to its second, whichever way it is drawn.

    A node lies where the layer of nodes says, or else where most of its lines have an end.
    """
    begin, end = (
        list(map(tuple, np.round(shapely.get_coordinates(shapely.get_point(lines, i)), 7).tolist()))
        for i in (0, -1)
    )
    votes: Counter[tuple[str, tuple[float, ...]]] = Counter()
    for (u, v), first, last in zip(ends, begin, end, strict=True):
        votes.update((node, at) for node in {u, v} for at in {first, last})
    for node, at in known.items():
        votes[node, tuple(round(axis, 7) for axis in at)] += len(lines)
    turned = [
        votes[u, first] + votes[v, last] < votes[u, last] + votes[v, first]
        for (u, v), first, last in zip(ends, begin, end, strict=True)
    ]
    return [
        shapely.reverse(line) if turn else line for line, turn in zip(lines, turned, strict=True)
    ]


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
        np.array([_osm_ids(of_row, row)[0] for row, of_row in enumerate(tags)], dtype=np.int64),
        refs,
        np.array([policy.direction(of_row) for of_row in tags], dtype=np.int8),
        *encode(columns),
    )
