"""Cut segments at positions along them: the finer network on which control is laid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.network.arrays import Network, Ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_CUT_M = 1e-6
"""A cut this near (in metres) to an end of its segment, or to another cut, is no cut."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """A network whose segments are pieces of the segments of another.

    Parameters
    ----------
    network
        The finer network: its first nodes are those of the other, in the same order.
    parent
        The segment that each piece is part of, int64 of shape (pieces,).
    from_m, to_m
        Where the piece begins and ends, in metres from the start of its segment, float64.
    parent_length_m
        The length of that segment, float64.
    """

    network: Network
    parent: NDArray[np.int64]
    from_m: NDArray[np.float64]
    to_m: NDArray[np.float64]
    parent_length_m: NDArray[np.float64]


def offset_m(network: Network) -> NDArray[np.float64]:
    """Return the metres from the start of its segment to each vertex, shape (vertices,).

    The offsets are scaled to the stated length of the segment, which a file may give without
    regard to the geometry.
    """
    drawn = network.vertex_offset[network.geometry.starts[1:] - 1]
    scale = np.divide(network.length, drawn, out=np.ones_like(drawn), where=drawn > 0)
    return network.vertex_offset * scale[network.geometry.rows]


def split(
    network: Network, segments: NDArray[np.integer], positions_m: NDArray[np.float64]
) -> Pieces:
    """Cut segments of a network.

    Parameters
    ----------
    network
        The network to cut.
    segments
        The segment of each cut, shape (cuts,); a segment may be cut more than once.
    positions_m
        Where, in metres from the start of the segment, float64 of shape (cuts,).

    Returns
    -------
    Pieces
        All segments, cut or whole, in their order, the pieces of each from start to end.
    """
    segment, position = _true_cuts(network, segments, positions_m)
    n_cuts = np.bincount(segment, minlength=network.n_segments)
    parent = np.repeat(np.arange(network.n_segments), n_cuts + 1)
    first = np.cumsum(n_cuts + 1) - n_cuts - 1  # the first piece of each segment
    last = first + n_cuts
    before = np.arange(len(segment)) + segment  # the piece that ends at each cut

    from_m, to_m = np.zeros(len(parent)), network.length[parent]
    from_m[before + 1] = to_m[before] = position

    node = network.n_nodes + np.arange(len(segment), dtype=np.int32)
    u, v = network.u[parent], network.v[parent]
    u[before + 1] = v[before] = node

    geometry, xy = _cut_geometry(network, segment, position, first, last, before)
    whole = network.take(parent)
    share = np.divide(to_m - from_m, whole.length, out=np.ones(len(parent)), where=whole.length > 0)
    fine = Network(
        np.concatenate([network.node_id, np.zeros(len(segment), dtype=np.int64)]),
        np.concatenate([network.lon, xy[:, 0]]),
        np.concatenate([network.lat, xy[:, 1]]),
        u, v, to_m - from_m,
        whole.oneway, whole.highway, whole.name, whole.name_ar, whole.alt_name, whole.ref,
        whole.ways, geometry, network.places, network.provenance,
        whole.minutes * share if len(whole.minutes) else whole.minutes,
    )  # fmt: skip
    return Pieces(fine, parent, from_m, to_m, network.length[parent])


def in_terms_of(whole: Pieces, finer: Pieces) -> Pieces:
    """Return pieces of pieces as pieces of the first network.

    Parameters
    ----------
    whole
        Pieces of a network.
    finer
        Pieces of the network of those pieces.
    """
    first = finer.parent
    return Pieces(
        finer.network,
        whole.parent[first],
        whole.from_m[first] + finer.from_m,
        whole.from_m[first] + finer.to_m,
        whole.parent_length_m[first],
    )


def _true_cuts(
    network: Network, segments: NDArray[np.integer], positions_m: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sort the cuts, and drop those at an end of a segment or upon another cut."""
    segment, position = np.asarray(segments, np.int64), np.asarray(positions_m, np.float64)
    inner = (position > NO_CUT_M) & (position < network.length[segment] - NO_CUT_M)
    order = np.lexsort((position[inner], segment[inner]))
    segment, position = segment[inner][order], position[inner][order]
    apart = np.ones(len(segment), dtype=bool)
    apart[1:] = (np.diff(segment) > 0) | (np.diff(position) > NO_CUT_M)
    return segment[apart], position[apart]


def _cut_geometry(
    network: Network,
    segment: NDArray[np.int64],
    position: NDArray[np.float64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    before: NDArray[np.int64],
) -> tuple[Ragged, NDArray[np.float64]]:
    """Deal the vertices out to the pieces; return them, and the point of each cut."""
    rows, starts = network.geometry.rows, network.geometry.starts
    offset, vertices = offset_m(network), network.geometry.values
    xy = interpolate(starts, offset, vertices, segment, position)

    # A vertex belongs to the piece that follows the last cut before it.
    piece_of_vertex = first[rows]
    if len(segment):
        reach = float(network.length.max()) + 1.0  # makes (segment, position) one sorted number
        passed = np.searchsorted(segment * reach + position, rows * reach + offset)
        cuts_before_segment = first - np.arange(len(first))
        piece_of_vertex = first[rows] + np.clip(passed - cuts_before_segment[rows], 0, None)
    piece_of_vertex[starts[:-1]], piece_of_vertex[starts[1:] - 1] = first, last

    # Each cut adds two vertices, the end of one piece and the start of the next.
    n_cuts_before = piece_of_vertex - rows
    counts = np.bincount(piece_of_vertex, minlength=len(first) + len(segment))
    counts[before] += 1
    counts[before + 1] += 1
    piece_starts = np.concatenate([[0], np.cumsum(counts)])
    points = np.empty((piece_starts[-1], 2))
    points[np.arange(len(vertices)) + 2 * n_cuts_before] = vertices
    points[piece_starts[before + 1] - 1] = points[piece_starts[before + 1]] = xy
    return Ragged(piece_starts, points), xy


def interpolate(
    starts: NDArray[np.int64],
    known: NDArray[np.float64],
    values: NDArray[np.float64],
    row: NDArray[np.int64],
    at: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return values between known ones, as `numpy.interp` does, in rows of unequal length.

    Parameters
    ----------
    starts
        Where each row starts, and where the last one ends, shape (rows + 1,).
    known
        Where values are known, ascending within a row, shape (total,).
    values
        The known values, shape (total,) or (total, k).
    row, at
        In which row a value is wanted, and where, shape (wanted,).
    """
    first, last = starts[row], starts[row + 1] - 1
    low, high = first, last
    while (low < high).any():
        middle = (low + high + 1) // 2
        is_after = known[middle] <= at
        low, high = np.where(is_after, middle, low), np.where(is_after, high, middle - 1)
    after = np.minimum(low + 1, last)
    width, past = known[after] - known[low], np.maximum(at - known[low], 0.0)
    column = (...,) + (np.newaxis,) * (values.ndim - 1)
    rise = values[after] - values[low]
    slope = np.divide(rise, width[column], out=np.zeros_like(rise), where=width[column] > 0)
    return slope * past[column] + values[low]
