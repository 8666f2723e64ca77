"""Distances along the roads, and what is nearest; one-way tags do not matter here."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from engine.connectivity.roads import cheapest_arcs
from engine.connectivity.traversal import Arcs, connected_parts, distances, nearest_start
from engine.network.arrays import EARTH_RADIUS_M, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.network.arrays import Network

USUAL_DETOUR = 4.0
"""Paths this many times as long as a straight line are looked for first, and others only then."""
FEW_PAIRS = 1_000_000
"""So many pairs of a point and a node are all looked at: loading SciPy's tree takes longer."""
TIED = 1e-12
"""Two nodes whose distances differ by less, in radii of the earth, are equally near."""
LEAST_SHARE_OF_LARGEST = 0.01
"""A connected part with fewer segments than this share of the largest part's is an island."""


def lengths_between(
    network: Network,
    keep: NDArray[np.bool_] | None = None,
    weight: NDArray[np.float64] | None = None,
) -> Arcs:
    """Return the metres between neighbouring nodes, both ways.

    Parameters
    ----------
    network
        The network.
    keep
        Only these segments, bool of shape (segments,).
    weight
        How many times each segment's length counts, float64 of shape (segments,); once, if absent.

    Returns
    -------
    Arcs
        Of parallel segments the shortest.
    """
    rows = np.arange(network.n_segments) if keep is None else np.flatnonzero(keep)
    u, v, metres = network.u[rows], network.v[rows], _counted(network, weight)[rows]
    tail, head = np.concatenate([u, v]), np.concatenate([v, u])
    return cheapest_arcs(tail, head, np.concatenate([metres, metres]), network.n_nodes)[0]


def _counted(network: Network, weight: NDArray[np.float64] | None) -> NDArray[np.float64]:
    return network.length if weight is None else network.length * weight


def nearest_source(
    network: Network, sources: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which source is nearest to each node along the roads, and how far it is.

    Parameters
    ----------
    network
        The network.
    sources
        Node indices, shape (sources,); on a tie the source that comes first has the node.

    Returns
    -------
    owner
        Index into `sources`, -1 where none can be reached, int64 of shape (nodes,).
    metres
        float64 of shape (nodes,), infinite where none can be reached.
    """
    if not len(sources):
        return np.full(network.n_nodes, -1), np.full(network.n_nodes, np.inf)
    graph = lengths_between(network)
    metres, before = nearest_start(graph, np.unique(sources))
    owner = np.full(network.n_nodes, -1)
    owner[sources[::-1]] = np.arange(len(sources))[::-1]  # the first of several at one node
    start = _ends_of_paths(before)
    owner = np.where(np.isfinite(metres), owner[start], -1)
    return _first_on_ties(graph, owner, metres), metres


def _ends_of_paths(before: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the node at which the path to each node begins, by steps that double."""
    start = np.where(before < 0, np.arange(len(before)), before)
    while True:
        further = start[start]
        if np.array_equal(further, start):
            return start
        start = further


def _first_on_ties(
    graph: Arcs, owner: NDArray[np.int64], metres: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give nodes that several sources reach over equal distances to the first of them."""
    tail, head = graph.tail, graph.head
    tight = (owner[tail] >= 0) & (metres[tail] + graph.cost == metres[head])
    tail, head = tail[tight], head[tight]
    while True:
        better = owner[tail] < owner[head]
        if not better.any():
            return owner
        owner = owner.copy()
        np.minimum.at(owner, head[better], owner[tail[better]])


def shortest_paths(
    network: Network,
    stops: Sequence[int],
    keep: NDArray[np.bool_],
    weight: NDArray[np.float64] | None = None,
) -> NDArray[np.bool_]:
    """Return the segments that lie on a shortest path from each node to the next.

    Where several paths are equally short (to a thousandth of a metre), all of them count.

    Parameters
    ----------
    network
        The network.
    stops
        Nodes, at least two.
    keep
        Only these segments, bool of shape (segments,).
    weight
        How many times each segment's length counts, float64 of shape (segments,); once, if absent.

    Returns
    -------
    numpy.ndarray
        Bool of shape (stops - 1, segments); a row is empty where no path leads there.
    """
    graph, length = lengths_between(network, keep, weight), _counted(network, weight)
    rows = np.zeros((len(stops) - 1, network.n_segments), dtype=bool)
    for row, (start, end) in enumerate(pairwise(stops)):
        metres = _from_both(network, graph, start, end)
        total = metres[0, end]
        if np.isfinite(total):
            forth = metres[0, network.u] + length + metres[1, network.v]
            back = metres[0, network.v] + length + metres[1, network.u]
            rows[row] = keep & (np.minimum(forth, back) <= total + 1e-3)
    return rows


def _from_both(network: Network, graph: Arcs, start: int, end: int) -> NDArray[np.float64]:
    """Return the distances from two nodes, shape (2, nodes); infinite farther off than needed."""
    ends = np.array([start, end])
    lon, lat = network.lon[ends], network.lat[ends]
    near = USUAL_DETOUR * float(great_circle_m(lon[:1], lat[:1], lon[1:], lat[1:])[0])
    found = distances(graph, ends, limit=near)
    return found if np.isfinite(found[0, end]) else distances(graph, ends)


def nearest_nodes(
    network: Network,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    among: NDArray[np.integer] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the node nearest to each point, and the distance in metres.

    Parameters
    ----------
    network
        The network.
    lon, lat
        WGS 84 degrees, float64 of shape (points,).
    among
        Only these nodes; all nodes that have a segment, if absent.

    Returns
    -------
    node
        int64 of shape (points,); the first of several at the same distance.
    metres
        Great-circle distance, float64 of shape (points,).
    """
    nodes = _nodes_with_a_segment(network) if among is None else np.unique(among)
    vectors = unit_vectors(network.lon[nodes], network.lat[nodes])
    index, metres = nearest_vectors(unit_vectors(np.asarray(lon), np.asarray(lat)), vectors)
    return nodes[index], metres


def nearest_vectors(
    points: NDArray[np.float64], vectors: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which of some vectors is nearest to each point.

    Parameters
    ----------
    points, vectors
        Points on the unit sphere, float64 of shape (points, 3) and (vectors, 3).

    Returns
    -------
    index
        int64 of shape (points,); the first of several at the same distance.
    metres
        Along a great circle, float64 of shape (points,).
    """
    plain = len(points) * len(vectors) <= FEW_PAIRS
    chord, index = (_nearest_of_all if plain else _nearest_of_tree)(points, vectors)
    return index, 2 * EARTH_RADIUS_M * np.arcsin(np.clip(chord / 2, 0, 1))


def _nearest_of_all(
    points: NDArray[np.float64], vectors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return how far the nearest vector is from each point, and the first that is so near."""
    apart = [points[:, None, axis] - vectors[:, axis] for axis in range(3)]
    chord = np.sqrt(apart[0] ** 2 + apart[1] ** 2 + apart[2] ** 2)
    least = chord.min(axis=1)
    return least, (chord <= least[:, None] + TIED).argmax(axis=1)


def _nearest_of_tree(
    points: NDArray[np.float64], vectors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the same where there are many, of at most eight that are equally near."""
    from scipy.spatial import cKDTree

    tree = cKDTree(vectors, balanced_tree=False, compact_nodes=False)

    def first_of(
        several: int, wanted: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
        chord, index = tree.query(wanted, k=several)
        chord, index = np.reshape(chord, (-1, several)), np.reshape(index, (-1, several))
        tied = chord <= chord[:, :1] + TIED
        return chord[:, 0], np.where(tied, index, len(vectors)).min(axis=1), tied[:, -1]

    chord, index, tied = first_of(min(2, len(vectors)), points)
    if tied.any():
        index[tied] = first_of(min(8, len(vectors)), points[tied])[1]
    return chord, index


def nearest_points(
    network: Network,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    among: NDArray[np.integer],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the point of a segment that is nearest to each given point.

    Parameters
    ----------
    network
        The network.
    lon, lat
        WGS 84 degrees, float64 of shape (points,).
    among
        Only these segments, int64.

    Returns
    -------
    segment
        int64 of shape (points,).
    along
        Metres from the start of the segment, float64 of shape (points,).
    metres
        How far the point is from there, float64 of shape (points,).
    """
    squeeze = np.array([np.cos(np.radians(float(np.mean(lat)))), 1.0])
    drawn = network.geometry.take(among)
    lines = np.asarray(shapely.linestrings(drawn.values * squeeze, indices=drawn.rows))
    points = shapely.points(np.column_stack([lon, lat]) * squeeze)
    nearest = shapely.STRtree(lines).query_nearest(points, all_matches=False)[1]
    share = shapely.line_locate_point(lines[nearest], points, normalized=True)
    on_road = shapely.line_interpolate_point(lines[nearest], share, normalized=True)
    there = shapely.get_coordinates(on_road) / squeeze
    metres = great_circle_m(lon, lat, there[:, 0], there[:, 1])
    segment = np.asarray(among, dtype=np.int64)[nearest]
    return segment, share * network.length[segment], metres


def on_mainland(network: Network) -> NDArray[np.bool_]:
    """Return which segments are no island, bool of shape (segments,).

    An island is a connected part of the network with less than a hundredth as many segments as the
    largest one: on a map mostly a gap in the mapping.
    """
    _, part = connected_parts(Arcs(network.u, network.v, network.n_nodes))
    size = np.bincount(part[network.u])
    return np.asarray((size >= LEAST_SHARE_OF_LARGEST * size.max())[part[network.u]])


def _nodes_with_a_segment(network: Network) -> NDArray[np.int64]:
    met = np.zeros(network.n_nodes, dtype=bool)
    met[network.u] = met[network.v] = True
    return np.flatnonzero(met)


def unit_vectors(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points on the unit sphere, whose straight distances order as those on the globe."""
    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
