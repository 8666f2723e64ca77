"""One state looked at closely: a way that stands in it, or the ground at which all ways end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from engine.connectivity.bits import pack
from engine.connectivity.reference import spread, usable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.connectivity.kernel import Ends, Kernel


def standing_path(
    kernel: Kernel,
    is_open: NDArray[np.bool_],
    cost: NDArray[np.float64],
    sources: Ends,
    targets: Ends,
) -> NDArray[np.int64]:
    """Return the vertices of the cheapest open way, and the own ground of its ends.

    Parameters
    ----------
    kernel
        The contracted network.
    is_open
        Which vertices are open, bool of shape (vertices,).
    cost
        What each vertex costs, not negative, float64 of shape (vertices,).
    sources, targets
        Where ways begin and end.

    Returns
    -------
    numpy.ndarray
        int64; empty if no way is open.
    """
    start, goal = kernel.n_vertices, kernel.n_vertices + 1
    first, own_first = _open_gates(sources, is_open, cost)
    last, own_last = _open_gates(targets, is_open, cost)
    free = 1e-9  # SciPy takes a weight of zero for no arc
    inner = is_open[kernel.tail] & is_open[kernel.head]
    tail = np.concatenate([kernel.tail[inner], np.full(len(first), start), last])
    head = np.concatenate([kernel.head[inner], first, np.full(len(last), goal)])
    weight = np.concatenate([cost[kernel.head[inner]], cost[first], np.zeros(len(last))]) + free
    graph = csr_array((weight, (tail, head)), shape=(goal + 1, goal + 1))
    costs, befores = dijkstra(graph, indices=np.array([start]), return_predecessors=True)
    far, before = costs[0], befores[0]
    if np.isinf(far[goal]):
        return np.empty(0, dtype=np.int64)
    way = [int(before[goal])]
    while before[way[-1]] != start:
        way.append(int(before[way[-1]]))
    ends = [own_first[first == way[-1]][0], own_last[last == way[0]][0]]
    return np.unique(np.array([*way, *ends], dtype=np.int64))


def _open_gates(
    ends: Ends, is_open: NDArray[np.bool_], cost: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the open vertices at which usable ends attach, each once, and own ground for each.

    Own ground that is the vertex itself comes before other own ground, and cheap before dear.
    """
    own = np.flatnonzero(ends.own & is_open[ends.vertex])
    own = own[np.lexsort((cost[ends.vertex[own]], ends.terminal[own]))]
    usable_terminal, first = np.unique(ends.terminal[own], return_index=True)
    cheapest = np.full(ends.n, -1)
    cheapest[usable_terminal] = ends.vertex[own[first]]
    ground = np.where(ends.own, ends.vertex, cheapest[ends.terminal])
    rows = np.flatnonzero(is_open[ends.vertex] & (cheapest[ends.terminal] >= 0))
    rows = rows[np.argsort(~ends.own[rows], kind="stable")]
    vertex, once = np.unique(ends.vertex[rows], return_index=True)
    return vertex, ground[rows[once]]


def blocked(
    kernel: Kernel, is_open: NDArray[np.bool_], sources: Ends, targets: Ends
) -> NDArray[np.int64] | None:
    """Return the closed vertices at which every way from the sources ends; None if one leads on.

    As long as none of them opens, no target is connected.
    """
    packed = pack(is_open[:, np.newaxis])
    reached = np.zeros_like(packed)
    start = usable(sources, packed)[sources.terminal] & packed[sources.vertex]
    np.bitwise_or.at(reached, sources.vertex, start)
    spread(kernel, packed, reached)
    arrived = np.zeros((targets.n, 1), dtype=np.uint64)
    np.bitwise_or.at(arrived, targets.terminal, reached[targets.vertex])
    if (arrived & usable(targets, packed)).any():
        return None
    was_reached = reached[:, 0].astype(bool)
    ahead = np.unique(np.concatenate([sources.vertex, kernel.head[was_reached[kernel.tail]]]))
    return ahead[~is_open[ahead]]
