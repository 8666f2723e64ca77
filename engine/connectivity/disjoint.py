"""How many ways share no segment, and which segments lie on every way.

Both need the whole open network, which contraction loses. The largest number of ways that share no
segment is a maximum flow with a capacity of one for each segment (Menger 1927). A segment on every
way is an arc that a unit of flow cannot get around: its ends lie in different strongly connected
parts of the residual network.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, dijkstra, maximum_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Roads:
    """The open segments of a network, as arcs that may be driven.

    Parameters
    ----------
    tail, head
        Nodes, int64 of shape (arcs,).
    segment
        The segment of each arc, int64 of shape (arcs,).
    n_nodes
        The number of nodes.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    segment: NDArray[np.int64]
    n_nodes: int

    @classmethod
    def of(
        cls,
        u: NDArray[np.integer],
        v: NDArray[np.integer],
        is_open: NDArray[np.bool_],
        n_nodes: int,
        *,
        oneway: NDArray[np.bool_] | None = None,
    ) -> Roads:
        """Return the arcs of the open segments.

        Parameters
        ----------
        u, v
            The ends of each segment, integer of shape (segments,).
        is_open
            bool of shape (segments,).
        n_nodes
            The number of nodes.
        oneway
            True where a segment leads only from `u` to `v`; all lead both ways, if absent.
        """
        there = np.flatnonzero(is_open & (u != v))
        back = there if oneway is None else there[~oneway[there]]
        tail, head = np.concatenate([u[there], v[back]]), np.concatenate([v[there], u[back]])
        return cls(
            tail.astype(np.int64), head.astype(np.int64), np.concatenate([there, back]), n_nodes
        )


def edge_disjoint_paths(
    roads: Roads, sources: NDArray[np.integer], targets: NDArray[np.integer]
) -> float:
    """Return how many ways from any source to any target share no segment.

    Infinite where a source is a target.
    """
    if np.isin(sources, targets).any():
        return inf
    if not len(roads.tail) or not len(sources) or not len(targets):
        return 0
    start, goal = roads.n_nodes, roads.n_nodes + 1
    tail = np.concatenate([roads.tail, np.full(len(sources), start), targets])
    head = np.concatenate([roads.head, sources, np.full(len(targets), goal)])
    room = np.ones(len(tail), dtype=np.int32)
    room[len(roads.tail) :] = len(roads.tail)
    graph = csr_array((room, (tail, head)), shape=(goal + 1, goal + 1))
    graph.sum_duplicates()
    return int(maximum_flow(graph, start, goal).flow_value)


def on_every_path(
    roads: Roads, sources: NDArray[np.integer], targets: NDArray[np.integer]
) -> NDArray[np.int64] | None:
    """Return the segments on every way from any source to any target, in order along the way.

    There are none where a source is a target; the result is None where there is no way at all.
    """
    if np.isin(sources, targets).any():
        return np.empty(0, dtype=np.int64)
    start, goal = roads.n_nodes, roads.n_nodes + 1
    tail = np.concatenate([roads.tail, np.full(len(sources), start), targets])
    head = np.concatenate([roads.head, sources, np.full(len(targets), goal)])
    nodes = _way(tail, head, start, goal)
    if not len(nodes):
        return None
    taken = _arcs_along(roads, nodes[1:-1])
    left = np.ones(len(tail), dtype=bool)
    left[taken] = False
    tail = np.concatenate([tail[left], nodes[1:]])
    head = np.concatenate([head[left], nodes[:-1]])
    cells = (np.ones(len(tail), dtype=bool), (tail, head))
    residual = csr_array(cells, shape=(goal + 1, goal + 1))
    _, part = connected_components(residual, directed=True, connection="strong")
    return roads.segment[taken[part[roads.tail[taken]] != part[roads.head[taken]]]]


def _way(
    tail: NDArray[np.int64], head: NDArray[np.int64], start: int, goal: int
) -> NDArray[np.int64]:
    """Return the nodes of a way with the fewest arcs; empty if there is none."""
    cells = (np.ones(len(tail), dtype=bool), (tail, head))
    graph = csr_array(cells, shape=(goal + 1, goal + 1))
    _, before = breadth_first_order(graph, start, directed=True, return_predecessors=True)
    if before[goal] < 0:
        return np.empty(0, dtype=np.int64)
    nodes = [goal]
    while nodes[-1] != start:
        nodes.append(int(before[nodes[-1]]))
    return np.array(nodes[::-1], dtype=np.int64)


def _arcs_along(roads: Roads, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one arc for each step from node to node."""
    key = roads.tail * roads.n_nodes + roads.head
    order = np.argsort(key, kind="stable")
    return order[np.searchsorted(key[order], nodes[:-1] * roads.n_nodes + nodes[1:])]


# The cheapest way through a network in one state, segment by segment.


def cheapest_path(
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
