"""From ways to segments: cut where roads branch, end or change, join where they only bend.

A vertex becomes a node if it does not join exactly two stretches of road, if they lead to the
same vertex, if they differ in a tag that the engine uses, if one-way travel does not pass through,
or if the vertex must stay (a place). Everything between two nodes is one segment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.connectivity.traversal import Arcs, connected_parts
from engine.errors import NetworkError, Problem
from engine.language import tr
from engine.network.arrays import Labels, Network, Provenance, Ragged, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engine.network.arrays import Place


# Roads as a map draws them: ways over shared vertices, before they are cut into segments.

NAME_TAGS = {"name": "name", "name_ar": "name:ar", "alt_name": "alt_name", "ref": "ref"}
OTHER_NAME_TAGS = (
    "name:en", "name:tr", "name:ku", "official_name", "int_name", "loc_name", "nat_name",
    "reg_name", "short_name", "old_name", "int_ref", "nat_ref",
)  # fmt: skip
"""Names by which a road can be found, too: they are kept with its alternative names."""
"""The columns of a network that are plain OSM tags."""


TEXT_TAGS = {"highway": "highway", **NAME_TAGS}
"""The columns of text of a network, with their OSM tags."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways over shared vertices.

    Parameters
    ----------
    node_id
        OSM ids of the vertices, int64 of shape (vertices,).
    lon, lat
        WGS 84 degrees, float64 of shape (vertices,).
    stays
        True where a vertex must become a node of the network, bool of shape (vertices,).
    way_id
        OSM ids, int64 of shape (ways,).
    refs
        The vertices of each way, as indices; -1 stands for a vertex that is not known.
    direction
        1 if a way may be driven only along its vertices, -1 only against them, 0 both ways; int8
        of shape (ways,).
    highway, name, name_ar, alt_name, ref
        Tags, one row per way.
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    stays: NDArray[np.bool_]
    way_id: NDArray[np.int64]
    refs: Ragged
    direction: NDArray[np.int8]
    highway: Labels
    name: Labels
    name_ar: Labels
    alt_name: Labels
    ref: Labels

    def labels(self) -> tuple[Labels, ...]:
        """Return the columns of text."""
        return (self.highway, self.name, self.name_ar, self.alt_name, self.ref)

    def kinds(self) -> NDArray[np.int64]:
        """Return a number for each way, equal where all that the engine uses is equal."""
        one_way = Labels((self.direction != 0).astype(np.int32), ("", "yes"))
        return combinations((one_way, *self.labels()))[0]


def combinations(
    columns: tuple[Labels, ...],
) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Give a number to each combination of texts that occurs.

    Returns
    -------
    number
        The combination of each row, int64 of shape (rows,).
    texts
        The texts of each combination, one per column.
    """
    number = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        if size * len(column.values) >= 2**62:
            number = np.unique(number, return_inverse=True)[1]
            size = len(number) + 1
        number = number * len(column.values) + column.codes
        size *= len(column.values)
    _, first, number = np.unique(number, return_index=True, return_inverse=True)
    texts = zip(*(column.take(first).texts().tolist() for column in columns), strict=True)
    return number, list(texts)


def together(columns: tuple[Labels, ...]) -> Labels:
    """Return the texts of several columns as one: each once, with semicolons between them."""
    number, texts = combinations(columns)
    joined = [";".join(dict.fromkeys(text for text in row if text)) for row in texts]
    values = tuple(dict.fromkeys(("", *joined)))
    code = {text: at for at, text in enumerate(values)}
    return Labels(np.array([code[text] for text in joined], dtype=np.int32)[number], values)


def barred(ways: Ways, blocked: NDArray[np.bool_]) -> Ways:
    """Cut all ways at some vertices, so that nobody passes there.

    Parameters
    ----------
    ways
        The ways.
    blocked
        The vertices, bool of shape (vertices,).

    Returns
    -------
    Ways
        At each such vertex of a way stand two new ones with the id 0, one for either side.
    """
    flat = ways.refs.values
    at = np.flatnonzero((flat >= 0) & blocked[flat])
    old = np.repeat(flat[at], 2)
    before, after = len(ways.node_id) + np.arange(len(old)).reshape(-1, 2).T
    opened = flat.copy()
    opened[at] = before
    gap = np.stack([np.full(len(at), -1), after], axis=1).ravel()
    starts = ways.refs.starts + 2 * np.searchsorted(at, ways.refs.starts)
    return replace(
        ways,
        node_id=np.append(ways.node_id, np.zeros(len(old), dtype=np.int64)),
        lon=np.append(ways.lon, ways.lon[old]),
        lat=np.append(ways.lat, ways.lat[old]),
        stays=np.append(ways.stays, np.zeros(len(old), dtype=bool)),
        refs=Ragged(starts, np.insert(opened, np.repeat(at + 1, 2), gap)),
    )


def find_rows(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of each wanted id, -1 where there is none; `ids` are sorted and distinct."""
    if not len(ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[at] == wanted, at, -1)


def clean_refs(refs: Ragged, direction: NDArray[np.int8]) -> tuple[Ragged, NDArray[np.int64]]:
    """Cut ways at unknown vertices, drop vertices that repeat at once, turn backward ways around.

    Returns
    -------
    refs
        The parts that have two vertices or more.
    way
        The way of each part, int64 of shape (parts,).
    """
    in_order = turned(refs, direction < 0)
    flat, way = in_order.values, in_order.rows
    kept = flat >= 0
    kept[1:] &= (flat[1:] != flat[:-1]) | (way[1:] != way[:-1])
    gaps = np.cumsum(flat < 0)[kept]
    flat, way = flat[kept], way[kept]
    new = np.ones(len(flat), dtype=bool)
    new[1:] = (way[1:] != way[:-1]) | (gaps[1:] != gaps[:-1])
    first = np.flatnonzero(new)
    parts = Ragged(np.append(first, len(flat)), flat)
    long_enough = np.flatnonzero(np.diff(parts.starts) > 1)
    return parts.take(long_enough), way[first[long_enough]]


def turned(refs: Ragged, turn: NDArray[np.bool_]) -> Ragged:
    """Return the rows with the marked ones back to front."""
    if not turn.any():
        return refs
    at = np.arange(len(refs.values))
    mirrored = refs.starts[refs.rows] + refs.starts[refs.rows + 1] - 1 - at
    return Ragged(refs.starts, refs.values[np.where(turn[refs.rows], mirrored, at)])


def encode(columns: Iterable[Iterable[str]]) -> tuple[Labels, ...]:
    """Encode columns of text."""
    return tuple(Labels.of(column) for column in columns)


def own_ids(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ids that are all different: 0 and what repeats become new negative numbers."""
    _, number, count = np.unique(ids, return_inverse=True, return_counts=True)
    shared = np.flatnonzero((count[number] > 1) | (ids == 0))
    own = ids.copy()
    own[shared] = min(0, int(ids.min(initial=0))) - 1 - np.arange(len(shared))
    return own


class Runs(NamedTuple):
    """Stretches of one way without a node in between, in the order of the ways."""

    vertices: Ragged
    way: NDArray[np.int64]

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first and the last vertex of each run."""
        flat, starts = self.vertices.values, self.vertices.starts
        return flat[starts[:-1]], flat[starts[1:] - 1]


class Chains(NamedTuple):
    """Runs joined from node to node: the vertices and the ways of each segment."""

    vertices: Ragged
    ways: Ragged


def build_network(
    ways: Ways, places: tuple[Place, ...] = (), provenance: Provenance | None = None
) -> Network:
    """Return the network of the ways.

    Parameters
    ----------
    ways
        The roads.
    places
        The gazetteer to hand over.
    provenance
        Where the roads come from.

    Returns
    -------
    Network
        Segments in the order of the ways, nodes in the order of their ids; the same ways give the
        same arrays.

    Raises
    ------
    NetworkError
        If no segment is left.
    """
    provenance = provenance or Provenance("network")
    refs, way = clean_refs(ways.refs, ways.direction)
    if not len(refs):
        raise NetworkError(
            Problem(
                tr("there is no road in it"),
                provenance.name,
                expected=tr("ways with a highway tag that cars may use"),
            )
        )
    is_node = _nodes(ways, refs, way)
    runs = _runs(refs, way, is_node)
    rings = _ring_starts(runs, is_node)
    if len(rings):
        is_node[rings] = True
        runs = _runs(refs, way, is_node)
    return _network(ways, _chains(runs, is_node), places, provenance)


def _pieces(refs: Ragged) -> NDArray[np.int64]:
    """Return the positions in ``refs.values`` at which a step to the next vertex begins."""
    inner = np.ones(len(refs.values), dtype=bool)
    inner[refs.starts[1:] - 1] = False
    return np.flatnonzero(inner)


def _nodes(ways: Ways, refs: Ragged, way: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which vertices are nodes, shape (vertices,)."""
    n = len(ways.node_id)
    step = _pieces(refs)
    tail, head = refs.values[step], refs.values[step + 1]
    degree = np.bincount(tail, minlength=n) + np.bincount(head, minlength=n)
    is_node = (degree != 2) | ways.stays
    passing_tail, passing_head = ~is_node[tail], ~is_node[head]
    at = np.concatenate([tail[passing_tail], head[passing_head]])
    to = np.concatenate([head[passing_tail], tail[passing_head]])
    kind = ways.kinds()[way[refs.rows[step]]]
    kinds = np.concatenate([kind[passing_tail], kind[passing_head]])
    one_way = (ways.direction != 0)[way[refs.rows[step]]]
    leaves = np.repeat([True, False], [passing_tail.sum(), passing_head.sum()])
    one_ways = np.concatenate([one_way[passing_tail], one_way[passing_head]])
    first, second = pairs_of_equals(at)
    differ = (kinds[first] != kinds[second]) | (to[first] == to[second])
    differ |= one_ways[first] & (leaves[first] == leaves[second])
    is_node[at[first[differ]]] = True
    is_node[degree == 0] = False
    return is_node


def _runs(refs: Ragged, way: NDArray[np.int64], is_node: NDArray[np.bool_]) -> Runs:
    """Cut the ways at the nodes."""
    last = refs.starts[1:] - 1
    cut = is_node[refs.values]
    cut[refs.starts[:-1]] = True
    cut[last] = False
    begin = np.flatnonzero(cut)
    end = np.minimum(np.append(begin[1:], len(refs.values)), last[refs.rows[begin]])
    count = end - begin + 1
    starts = np.concatenate([[0], np.cumsum(count)])
    at = np.arange(starts[-1]) + np.repeat(begin - starts[:-1], count)
    return Runs(Ragged(starts, refs.values[at]), way[refs.rows[begin]])


def pairs_of_equals(
    values: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the two positions of each value, of small values that occur exactly twice."""
    n = int(values.max(initial=-1)) + 1
    position = np.arange(len(values))
    first, last = np.full(n, -1), np.full(n, -1)
    last[values] = position  # of several assignments to one place, the last one stays
    first[values[::-1]] = position[::-1]
    found = first >= 0
    return first[found], last[found]


def _links(runs: Runs, is_node: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of run ends that meet at a vertex that is no node.

    The end 2 r is the first vertex of run r, the end 2 r + 1 its last one.
    """
    at = np.stack(runs.ends(), axis=1).ravel()
    joined = np.flatnonzero(~is_node[at])
    left, right = pairs_of_equals(at[joined])
    return joined[left], joined[right]


def _ring_starts(runs: Runs, is_node: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a vertex for each ring without a node: the start of its first run."""
    left, right = _links(runs, is_node)
    n = len(runs.way)
    _, part = connected_parts(Arcs(left // 2, right // 2, n))
    size = np.bincount(part)
    closed = np.bincount(part[left // 2], minlength=len(size)) == size
    first = np.full(len(size), n)
    np.minimum.at(first, part, np.arange(n))
    return runs.ends()[0][first[closed]]


def _chains(runs: Runs, is_node: NDArray[np.bool_]) -> Chains:
    """Join runs that meet at a vertex that is no node, each chain along its first run.

    A run can be passed along (2 r) or against its vertices (2 r + 1). Pointer doubling finds, for
    each way of passing, the one that the chain starts with and how many come before it.
    """
    n = len(runs.way)
    left, right = _links(runs, is_node)
    origin = np.arange(2 * n)
    # one enters 2 r by the end 2 r, 2 r + 1 by the end 2 r + 1, and leaves by the other end: what
    # comes before is the passing that leaves by the end linked to the one entered
    origin[left], origin[right] = right ^ 1, left ^ 1
    rank = (origin != np.arange(2 * n)).astype(np.int64)
    while (further := rank[origin]).any():
        rank += further
        origin = origin[origin]
    lowest = np.full(2 * n, n)
    np.minimum.at(lowest, origin, np.arange(2 * n) // 2)
    first = np.flatnonzero(np.bincount(lowest[origin]))
    chosen = np.zeros(2 * n, dtype=bool)
    chosen[origin[2 * first]] = True
    passing = np.flatnonzero(chosen[origin])
    chain = np.searchsorted(first, lowest[origin[passing]])
    order = np.lexsort((rank[passing], chain))
    return _joined(runs, passing[order], chain[order])


def _joined(runs: Runs, passing: NDArray[np.int64], chain: NDArray[np.int64]) -> Chains:
    """Lay the runs of each chain end to end; `passing` is in order, chain by chain."""
    pieces = turned(runs.vertices.take(passing // 2), passing % 2 == 1)
    new = np.ones(len(passing), dtype=bool)
    new[1:] = chain[1:] != chain[:-1]
    kept = np.ones(len(pieces.values), dtype=bool)
    kept[pieces.starts[:-1][~new]] = False
    position = np.concatenate([[0], np.cumsum(kept)])
    starts = np.append(position[pieces.starts[:-1][new]], position[-1])
    n_ways = int(runs.way.max()) + 1
    pair = np.sort(chain * n_ways + runs.way[passing // 2])
    of_chain, way = np.divmod(pair[np.diff(pair, prepend=-1) > 0], n_ways)
    ways = Ragged(np.searchsorted(of_chain, np.arange(len(starts))), way)
    return Chains(Ragged(starts, pieces.values[kept]), ways)


def _network(
    ways: Ways, chains: Chains, places: tuple[Place, ...], provenance: Provenance
) -> Network:
    """Return the network with one segment per chain."""
    flat, starts = chains.vertices.values, chains.vertices.starts
    lon, lat = ways.lon[flat], ways.lat[flat]
    step = np.zeros(len(flat))
    step[1:] = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    step[starts[:-1]] = 0.0
    tail, head = flat[starts[:-1]], flat[starts[1:] - 1]
    is_end = np.zeros(len(ways.node_id), dtype=bool)
    is_end[tail] = is_end[head] = True
    nodes, number = np.flatnonzero(is_end), (np.cumsum(is_end) - 1).astype(np.int32)
    of_way = chains.ways.values[chains.ways.starts[:-1]]
    return Network(
        node_id=ways.node_id[nodes],
        lon=ways.lon[nodes],
        lat=ways.lat[nodes],
        u=number[tail],
        v=number[head],
        length=np.add.reduceat(step, starts[:-1]),
        oneway=ways.direction[of_way] != 0,
        highway=ways.highway.take(of_way),
        name=ways.name.take(of_way),
        name_ar=ways.name_ar.take(of_way),
        alt_name=ways.alt_name.take(of_way),
        ref=ways.ref.take(of_way),
        ways=Ragged(chains.ways.starts, ways.way_id[chains.ways.values]),
        geometry=Ragged(starts, np.column_stack([lon, lat])),
        places=places,
        provenance=provenance,
    )
