"""The cheapest way through a network in one state, segment by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.connectivity.flow import Roads


def cheapest_way(
    roads: Roads,
    cost: NDArray[np.float64],
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
) -> NDArray[np.int64] | None:
    """Return the segments of the cheapest way from any source to any target, in order.

    Parameters
    ----------
    roads
        The open network.
    cost
        What each segment costs, more than 0, float64 of shape (segments,).
    sources, targets
        Nodes.

    Returns
    -------
    numpy.ndarray or None
        int64; empty where a source is a target, None where there is no way.
    """
    if not len(sources) or not len(targets):
        return None
    price = cost[roads.segment]
    order = np.lexsort((roads.segment, price, roads.head, roads.tail))
    tail, head, price = roads.tail[order], roads.head[order], price[order]
    once = np.ones(len(tail), dtype=bool)
    once[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    tail, head, price, segment = tail[once], head[once], price[once], roads.segment[order][once]
    graph = csr_array((price, (tail, head)), shape=(roads.n_nodes, roads.n_nodes))
    far, before, _ = dijkstra(
        graph, directed=True, indices=np.asarray(sources), min_only=True, return_predecessors=True
    )
    at = int(targets[far[targets].argmin()])
    if np.isinf(far[at]):
        return None
    key = tail * roads.n_nodes + head
    way: list[int] = []
    while before[at] >= 0:
        way.append(int(segment[np.searchsorted(key, int(before[at]) * roads.n_nodes + at)]))
        at = int(before[at])
    return np.array(way[::-1], dtype=np.int64)
