"""To and from networkx graphs, as osmnx shapes them."""

from __future__ import annotations

import ast
import math
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

import networkx as nx
import numpy as np
import shapely

from engine.errors import NetworkError, Problem
from engine.io.vector import off_the_globe
from engine.language import tr
from engine.network.arrays import Network, Provenance, Ragged
from engine.network.build import (
    OTHER_NAME_TAGS,
    TEXT_TAGS,
    Ways,
    barred,
    build_network,
    encode,
    own_ids,
)
from engine.network.policy import RoadPolicy
from engine.network.schematic import with_stated
from engine.network.tag_columns import OTHER_FEATURES, is_missing

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.network.arrays import Place

CRS = "epsg:4326"

Point = tuple[float, float]


class Road(NamedTuple):
    """An edge that stands for a road, in the direction of its line."""

    u: Hashable
    v: Hashable
    line: tuple[Point, ...]
    tags: Mapping[str, Any]
    one_way: bool


def to_networkx(network: Network) -> nx.MultiDiGraph[int]:
    """Return the network as osmnx would have it after simplification.

    Parameters
    ----------
    network
        The network.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are OSM ids (new negative ones where there is none) with `x`, `y` (degrees) and
        `index`; edges have `osmid`, `length` (m), `oneway`, `reversed`, `geometry`, `segment`
        (index), `travel_time` (s) where it is stated, and the tags that are not empty. A segment
        for both directions makes two edges.

    Examples
    --------
    >>> from engine.network import read_network
    >>> network = read_network("aleppo-schematic")
    >>> graph = to_networkx(network)
    >>> from_networkx(graph).n_segments == network.n_segments
    True
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(
        crs=CRS, simplified=True, name=network.provenance.name, credit=network.provenance.credit
    )
    if network.provenance.schematic:
        graph.graph["schematic"] = True
    node_id = own_ids(network.node_id)
    for index in np.unique(np.concatenate([network.u, network.v])).tolist():
        at = {"x": float(network.lon[index]), "y": float(network.lat[index])}
        graph.add_node(int(node_id[index]), index=index, **at)
    columns = {tag: getattr(network, column).texts() for column, tag in TEXT_TAGS.items()}
    lines, back = network.lines, shapely.reverse(network.lines)
    ends = zip(node_id[network.u].tolist(), node_id[network.v].tolist(), strict=True)
    for segment, (u, v) in enumerate(ends):
        osm_ids, one_way = network.ways[segment].tolist(), bool(network.oneway[segment])
        tags = {tag: texts[segment] for tag, texts in columns.items() if texts[segment]}
        tags |= {"osmid": osm_ids[0] if len(osm_ids) == 1 else osm_ids, "oneway": one_way}
        tags |= {"length": float(network.length[segment]), "segment": segment}
        if len(network.minutes) and np.isfinite(network.minutes[segment]):
            tags["travel_time"] = 60 * float(network.minutes[segment])
        graph.add_edge(u, v, reversed=False, geometry=lines[segment], **tags)
        if not one_way:
            graph.add_edge(v, u, reversed=True, geometry=back[segment], **tags)
    return graph


def from_networkx(
    graph: nx.Graph[Any],
    *,
    places: tuple[Place, ...] = (),
    provenance: Provenance | None = None,
    policy: RoadPolicy | None = None,
) -> Network:
    """Return the network of a graph of osmnx, or of any graph whose nodes have `x` and `y`.

    Parameters
    ----------
    graph
        Nodes with `x` and `y` in WGS 84 degrees, or in the reference system that the graph names as
        its ``crs``. Edges may have what osmnx gives them; the length is measured anew (but that of a
        graph that says it is ``schematic``, as its ``travel_time`` in seconds is), and where
        a tag is a list, its first value counts. Two edges along the
        same line in opposite directions are one segment, unless they say `oneway`.
    places
        The gazetteer to hand over.
    provenance
        Where the graph comes from.
    policy
        Which edges are roads, by their tags, and at which nodes nobody passes; the usual one, if absent.

    Returns
    -------
    Network
        With the nodes of the graph if it says that it is simplified; else with its true junctions.

    Raises
    ------
    NetworkError
        If the graph names an unknown reference system, has no edge, or a node has no position.
    """
    graph = _in_degrees(graph)
    policy = policy or RoadPolicy()
    roads = _roads(graph, policy)
    name = _first(graph.graph.get("name")) or "graph"
    ways = _ways(graph, roads)
    if policy.barriers:
        shut = [
            _text_of(data.get("barrier")) in policy.barriers for _, data in graph.nodes(data=True)
        ]
        blocked = np.zeros(len(ways.node_id), dtype=bool)
        blocked[: len(shut)] = shut
        ways = barred(ways, blocked)
    provenance = provenance or _provenance_of(graph, name, name)
    noted = (f"{PurePath(provenance.name).name}: {remark}" for remark in _remarks(graph, policy))
    provenance = replace(provenance, remarks=(*provenance.remarks, *noted))
    network = build_network(ways, places, provenance)
    if provenance.schematic:
        minutes = {way: s / 60 for way, s in _stated(roads, "travel_time").items()}
        network = with_stated(network, _stated(roads, "length"), minutes)
    osm_ids = Ragged.of(_ids(road.tags.get("osmid")) for road in roads)
    return replace(network, ways=_in_each(network.ways, osm_ids))


def _stated(roads: list[Road], key: str) -> dict[int, float]:
    """Return what each road states, by its number: its ``length`` (m) or ``travel_time`` (s)."""
    found = {}
    for number, road in enumerate(roads):
        with suppress(TypeError, ValueError):
            value = float(road.tags.get(key, "nan"))
            if 0 < value < math.inf:
                found[number] = value
    return found


def _provenance_of(graph: nx.Graph[Any], name: str, whose: str) -> Provenance:
    schematic = _is_true(graph.graph.get("schematic"))
    return Provenance(name, _credit_of(graph, whose), schematic=schematic)


def _credit_of(graph: nx.Graph[Any], name: str) -> str:
    """Return whom to credit: OpenStreetMap if the graph comes from osmnx, or has ids of OpenStreetMap."""
    if credit := graph.graph.get("credit"):
        return str(credit)
    found = [each[0] for *_, data in graph.edges(data=True) if (each := _ids(data.get("osmid")))]
    is_osm = any(each > 0 for each in found) if found else "created_with" in graph.graph
    return Provenance(name).credit if is_osm else name


def _remarks(graph: nx.Graph[Any], policy: RoadPolicy) -> Iterator[str]:
    """Say which tags of ``[roads]`` no edge or node has, and what is not understood or left out."""
    there = {key for *_, data in graph.edges(data=True) for key in data}
    if unasked := policy.asked_in_vain(there):
        yield tr(
            "no edge has {tags}: what [roads] says of it has no effect", tags=", ".join(unasked)
        )
    if policy.barriers and not any("barrier" in data for _, data in graph.nodes(data=True)):
        yield tr("no node has the tag barrier: what [roads] says of barriers has no effect")
    values = (_values(data.get("oneway")) for *_, data in graph.edges(data=True))
    said = {";".join(map(_text_of, each)) for each in values}
    if unread := sorted(value for value in said if not RoadPolicy.knows_direction(value)):
        listed = ", ".join(map(repr, unread[:3]))
        yield tr(
            "one-way is {values} on some edges, which is not understood: taken for both ways",
            values=listed,
        )
    joined = (_classes(_tags(data, policy), policy) for *_, data in graph.edges(data=True))
    if mixed := sum(any(found) and not all(found) for found in joined):
        yield tr(
            "edges joined of a road and a way that is not taken for one: {n}, left out whole "
            "(osmnx keeps them apart with edge_attrs_differ=['highway'])",
            n=mixed,
        )


def _in_degrees(graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """Return the graph in WGS 84: itself, or what osmnx makes of one that is projected."""
    crs = str(graph.graph.get("crs") or CRS)
    named = _EPSG.search(crs)  # "{'init': 'epsg:4326'}" and "+init=epsg:4326", as osmnx once wrote
    system = f"epsg:{named[1]}" if named else crs
    if system == CRS:
        at = np.array([_position(*node) for node in graph.nodes(data=True)]).reshape(-1, 2)
        if len(at) and (reason := off_the_globe([*at.min(axis=0), *at.max(axis=0)])):
            message = tr(
                "{reason}: the graph must name its reference system, as crs", reason=reason
            )
            raise NetworkError(message)
        return graph
    import osmnx

    try:
        if system.startswith("{"):
            import pyproj

            system = pyproj.CRS.from_dict(ast.literal_eval(system)).to_wkt()
        several: Any = nx.MultiDiGraph(graph) if graph.is_directed() else nx.MultiGraph(graph)
        several.graph["crs"] = system
        return osmnx.project_graph(several, to_latlong=True)
    except Exception as error:  # pyproj, geopandas and osmnx each have their own
        message = tr(
            "the graph is in {crs!r}, and cannot be brought to {wanted}: {reason}",
            crs=crs,
            wanted=CRS,
            reason=str(error),
        )
        raise NetworkError(message) from error


_EPSG = re.compile(r"epsg:+([0-9]+)", re.IGNORECASE)


def _roads(graph: nx.Graph[Any], policy: RoadPolicy) -> list[Road]:
    """Return each road once: edges that run the same line to and fro are one."""
    at = {node: _position(node, data) for node, data in graph.nodes(data=True)}
    twins: dict[Hashable, list[Road]] = defaultdict(list)
    says_oneway = any("oneway" in data for *_, data in graph.edges(data=True))
    for number, (tail, head, data) in enumerate(graph.edges(data=True)):
        tags = _tags(data, policy)
        is_other = any(_values(data.get(tag)) for tag in OTHER_FEATURES)
        has_class = any(tags.get(tag) for tag in ("highway", *policy.admit))
        if not (road_class := _class_of(tags, policy)) and (has_class or is_other):
            continue
        u, v = _as_driven(tail, head, data)
        driven = graph.is_directed() or "from" in data
        direction = policy.direction({"oneway": tags.get("oneway") or "no"}) if driven else 0
        if direction < 0 and "reversed" not in data:  # osmnx has turned such edges already
            u, v = v, u
        road = Road(
            u, v, _line(data, at[u], at[v]), {**data, "highway": road_class}, direction != 0
        )
        paired = graph.is_directed() and not direction
        key = (min(road.line, road.line[::-1]), *sorted(_ids(data.get("osmid"))))
        twins[key if paired else number].append(road)
    directed = graph.is_directed() and not says_oneway
    return [road for group in twins.values() for road in _once(group, directed=directed)]


def _tags(data: Mapping[str, Any], policy: RoadPolicy) -> dict[str, str]:
    """Return what the policy looks at, as OpenStreetMap writes it; several values with ``;`` between."""
    found = ((tag, _values(data.get(tag))) for tag in policy.looks_at())
    return {tag: ";".join(map(_text_of, values)) for tag, values in found if values}


def _class_of(tags: Mapping[str, str], policy: RoadPolicy) -> str:
    """Return the class of a road; nothing if a part of it is refused, or has none."""
    found = _classes(tags, policy)
    return found[0] if all(found) else ""


def _classes(tags: Mapping[str, str], policy: RoadPolicy) -> list[str]:
    """Return the class of each way that an edge was joined of; nothing for one that is refused."""
    classes = tags.get("highway", "").split(";")
    return [policy.highway_class({**tags, "highway": each}) for each in classes]


def _values(value: object) -> list[object]:
    """Return the values of an attribute: of a list, or of a list that a file holds as text."""
    if isinstance(value, str) and value[:1] == "[" and value[-1:] == "]":
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            value = ast.literal_eval(value)
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return list(value)
    return [] if is_missing(value) else [value]


def _text_of(value: object) -> str:
    """Return a value as OpenStreetMap writes it."""
    if isinstance(value, (bool, np.bool_)) or str(value) in {"True", "False"}:
        return "yes" if str(value) == "True" else "no"
    return "" if is_missing(value) else str(value)


def _is_true(value: object) -> bool:
    return _text_of(value).lower() in {"yes", "true", "1"}


def _as_driven(u: Hashable, v: Hashable, data: Mapping[str, Any]) -> tuple[Hashable, Hashable]:
    """Return the ends of an edge in the order in which osmnx says that it was driven.

    An edge of what was an undirected graph may stand in either order.
    """
    told = str(data.get("from", u)), str(data.get("to", v))
    return (v, u) if told == (str(v), str(u)) else (u, v)


def _once(group: list[Road], *, directed: bool) -> list[Road]:
    """Return one road for each pair of edges in opposite directions."""
    forth = [road for road in group if road.line < road.line[::-1]]
    back = [road for road in group if road.line > road.line[::-1]]
    same = [road for road in group if road.line == road.line[::-1]]
    kept = max(forth, back, key=lambda roads: (len(roads), not _is_reversed(roads)))
    kept = kept + same[: (len(same) + 1) // 2]
    if directed and len(kept) == len(group) and "oneway" not in group[0].tags:
        return [road._replace(one_way=True) for road in kept]
    return kept


def _is_reversed(roads: list[Road]) -> bool:
    return bool(roads) and any(map(_is_true, _values(roads[0].tags.get("reversed"))))


def _ways(graph: nx.Graph[Any], roads: list[Road]) -> Ways:
    """Return the roads as ways, each with its number for an id, over nodes and bends."""
    row = {node: number for number, node in enumerate(graph.nodes)}
    bends = [point for road in roads for point in road.line[1:-1]]
    xy = [_position(node, data) for node, data in graph.nodes(data=True)]
    at = np.array(xy + bends, dtype=np.float64).reshape(-1, 2)
    osm_ids = [_ids(data.get("osmid", node)) or [0] for node, data in graph.nodes(data=True)]
    node_id = np.zeros(len(at), dtype=np.int64)
    node_id[: len(row)] = [ids[0] for ids in osm_ids]
    stays = np.arange(len(at)) < (len(row) if _is_true(graph.graph.get("simplified")) else 0)
    tags = [road.tags for road in roads]
    columns = [
        [_all_names(data) if tag == "alt_name" else _first(data.get(tag)) for data in tags]
        for tag in TEXT_TAGS.values()
    ]
    return Ways(
        node_id,
        at[:, 0],
        at[:, 1],
        stays,
        np.arange(len(roads)),
        _refs(roads, row),
        np.array([road.one_way for road in roads], dtype=np.int8),
        *encode(columns),
    )


def _refs(roads: list[Road], row: Mapping[Hashable, int]) -> Ragged:
    """Return the vertices of each road: nodes by their row, then the bends one after another."""
    starts = np.cumsum([0, *(len(road.line) for road in roads)])
    is_end = np.zeros(starts[-1], dtype=bool)
    is_end[starts[:-1]] = is_end[starts[1:] - 1] = True
    refs = len(row) + np.cumsum(~is_end) - 1
    refs[starts[:-1]] = [row[road.u] for road in roads]
    refs[starts[1:] - 1] = [row[road.v] for road in roads]
    return Ragged(starts, refs)


def _in_each(numbers: Ragged, ids: Ragged) -> Ragged:
    """Return the ids that stand behind the numbers of each row, without repetition."""
    found = ids.take(numbers.values)
    row = numbers.rows[found.rows]
    _, first = np.unique(np.stack([row, found.values]), axis=1, return_index=True)
    first.sort()
    starts = np.searchsorted(row[first], np.arange(len(numbers) + 1))
    return Ragged(starts, found.values[first])


def _line(data: Mapping[str, Any], start: Point, end: Point) -> tuple[Point, ...]:
    """Return the line of an edge, from its first node to its second, however its geometry runs."""
    line = _drawn(data["geometry"]) if data.get("geometry") is not None else (start, end)
    first, *inner, last = ((float(x), float(y)) for x, y, *_ in line)
    if math.dist(first, end) + math.dist(last, start) < math.dist(first, start) + math.dist(
        last, end
    ):
        inner.reverse()
    return (start, *inner, end)


def _drawn(geometry: Any) -> Iterable[tuple[float, ...]]:
    """Return the vertices of the geometry of an edge, which may be WKT, or a line in parts."""
    shape = shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry
    line = shapely.line_merge(shape)
    if line.geom_type != "LineString" or line.is_empty:
        message = tr("the geometry of an edge is no line: {type}", type=shape.geom_type)
        raise NetworkError(message)
    return list(line.coords)


def _position(node: Hashable, data: Mapping[str, Any]) -> Point:
    try:
        return float(data["x"]), float(data["y"])
    except (KeyError, TypeError, ValueError) as error:
        message = tr("node {node!r} of the graph has no position x, y", node=node)
        raise NetworkError(message) from error


def _first(value: object) -> str:
    """Return the text of a tag, the first of a list."""
    return next(map(str, _values(value)), "")


def _all_names(data: Mapping[str, Any]) -> str:
    """Return the other names of a road, in every tag that has them, with ``;`` between."""
    listed = chain.from_iterable(_values(data.get(tag)) for tag in ("alt_name", *OTHER_NAME_TAGS))
    return ";".join(dict.fromkeys(map(str, listed)))


def _ids(value: object) -> list[int]:
    """Return OSM ids; whatever is no whole number of 64 bits is none."""
    found = (str(item).removesuffix(".0") for item in _values(value) if not isinstance(item, bool))
    whole = (int(text) for text in found if _WHOLE.fullmatch(text))
    return [item for item in whole if abs(item) < 2**63]


_WHOLE = re.compile(r"-?[0-9]{1,19}")


# Read a network from GraphML as osmnx saves it, and write it.


def read_graphml(path: Path, *, name: str = "", policy: RoadPolicy | None = None) -> Network:
    """Read a network from a GraphML file, as osmnx or networkx writes it.

    Parameters
    ----------
    path
        The file.
    name
        What the user called it; the path, if absent.
    policy
        Which edges are roads, by their tags; the usual one, if absent.

    Returns
    -------
    Network
        With the nodes of the graph, if it was simplified; else with its true junctions.

    Raises
    ------
    NetworkError
        If the file is broken, defines entities, or holds no roads with positions.
    """
    name = name or str(path)
    try:
        _check_harmless(path)
        graph = _load(path)
        provenance = _provenance_of(graph, name, path.name)
        return from_networkx(graph, policy=policy, provenance=provenance)
    except NetworkError as error:
        raise NetworkError([replace(each, file=name) for each in error.problems]) from error
    except Exception as error:  # networkx and shapely each have their own
        message = tr("not readable as GraphML of roads: {reason}", reason=str(error))
        raise NetworkError(Problem(message, name)) from error


def _load(path: Path) -> nx.Graph[Any]:
    """Read a graph, its lines as geometry."""
    graph: nx.Graph[Any] = nx.read_graphml(path, force_multigraph=True)
    for *_, data in graph.edges(data=True):  # which osmnx projects only as shapes
        if isinstance(data.get("geometry"), str):
            data["geometry"] = shapely.from_wkt(data["geometry"])
    return graph


def _check_harmless(path: Path) -> None:
    """Refuse a document type: GraphML needs none, and all entities are declared in one."""

    def refuse(*_: object) -> None:
        raise NetworkError(
            tr("it has a document type, which may name files or swell: GraphML has none")
        )

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    with path.open("rb") as file:
        parser.ParseFile(file)
