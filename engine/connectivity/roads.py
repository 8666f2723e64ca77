"""The open segments of a network in one state: cheapest path, disjoint paths, segments on every path.

All need the whole open network, which contraction loses. The cheapest path is Dijkstra's, with parallel arcs
and arcs that cost nothing seen to. The largest number of paths that share no
segment is a maximum flow with a capacity of one for each segment (Menger 1927). A segment on every
path is an arc that a unit of flow cannot get around: its ends lie in different strongly connected
parts of the residual network.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.traversal import Arcs, connected_parts, nearest_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.connectivity.kernel import Ends, Kernel


FREE = 1e-9
"""Added to every cost: SciPy takes a weight of zero for no arc, and of equal paths the one of
fewer arcs is the better. Of those with equally many, the one with the later vertices at its end."""


def cheapest_arcs(
    tail: NDArray[np.int64], head: NDArray[np.int64], cost: NDArray[np.float64], n: int
) -> tuple[Arcs, NDArray[np.int64]]:
    """Return the graph of arcs, of parallel ones the cheapest.

    Parameters
    ----------
    tail, head
        int64 of shape (arcs,).
    cost
        What each arc costs, more than 0; no path takes those of infinite cost. float64 of shape
        (arcs,).
    n
        The number of nodes.

    Returns
    -------
    graph
        The arcs, sorted by tail and head.
    arc
        The position of each of them among those given, int64; the first of several that cost
        the same.
    """
    order = np.lexsort((cost, head, tail))
    order = order[np.isfinite(cost[order])]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    arc = order[new]
    return Arcs(tail[arc], head[arc], n, cost[arc]), arc


def shortest_path(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    cost: NDArray[np.float64],
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
) -> NDArray[np.int64] | None:
    """Return the arcs of the cheapest path from any source to any target, in order.

    Parameters
    ----------
    tail, head
        The nodes that each arc leads from and to, int64 of shape (arcs,).
    cost
        What each arc costs, not negative; infinite for one that is closed. float64 of shape (arcs,).
    sources, targets
        Nodes, integer of shape (sources,) and (targets,).

    Returns
    -------
    numpy.ndarray or None
        Positions in `tail`, int64; empty where a source is a target, None where there is no path.

    Examples
    --------
    >>> tail, head = np.array([0, 1, 0]), np.array([1, 2, 2])
    >>> shortest_path(tail, head, np.array([1.0, 1.0, 5.0]), np.array([0]), np.array([2]))
    array([0, 1])
    """
    if not len(sources) or not len(targets):
        return None
    # Dijkstra takes room for every node: only those that matter are numbered.
    nodes = [tail, head, np.asarray(sources), np.asarray(targets)]
    present = np.zeros(max(int(some.max(initial=0)) for some in nodes) + 1, dtype=bool)
    for some in nodes:
        present[some] = True
    number = np.cumsum(present) - 1
    n = int(number[-1]) + 1
    tail, head, starts, goals = (number[some] for some in nodes)
    graph, arc = cheapest_arcs(tail, head, cost + FREE, n)
    far, before = nearest_start(graph, starts)
    at = int(goals[far[goals].argmin()])
    if np.isinf(far[at]):
        return None
    steps = []
    while before[at] >= 0:
        steps.append((int(before[at]), at))
        at = int(before[at])
    key = graph.tail * n + graph.head
    wanted = [start * n + end for start, end in reversed(steps)]
    return arc[np.searchsorted(key, np.array(wanted, dtype=np.int64))]


def shortest_path_between_ends(
    kernel: Kernel, cost: NDArray[np.float64], sources: Ends, targets: Ends
) -> NDArray[np.int64]:
    """Return the vertices of the cheapest path between two sets of ends.

    Parameters
    ----------
    kernel
        The contracted network.
    cost
        What it costs to use a vertex, not negative; infinite for one that is closed. float64 of
        shape (vertices,).
    sources, targets
        Where paths begin and end. An end costs what the cheapest of its own ground does, unless
        the path leads over that anyway.

    Returns
    -------
    numpy.ndarray
        int64, in order, with the own ground of both ends; empty if there is no path.
    """
    start, goal = kernel.n_vertices, kernel.n_vertices + 1
    first, own_first, price_first = _attachments(cost, sources)
    last, own_last, price_last = _attachments(cost, targets)
    arcs = shortest_path(
        np.concatenate([kernel.tail, np.full(len(first), start), last]),
        np.concatenate([kernel.head, first, np.full(len(last), goal)]),
        np.concatenate([cost[kernel.head], cost[first] + price_first, price_last]),
        np.array([start]),
        np.array([goal]),
    )
    if arcs is None:
        return np.empty(0, dtype=np.int64)
    n = len(kernel.tail)
    begin, end = arcs[0] - n, arcs[-1] - n - len(first)
    path = [own_first[begin], first[begin], *kernel.head[arcs[1:-1]], own_last[end]]
    return np.array(list(dict.fromkeys(map(int, path))), dtype=np.int64)


def _attachments(
    cost: NDArray[np.float64], ends: Ends
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the vertices at which ends attach, and for each its cheapest own ground and the cost.

    A terminal without ground of its own does not attach. Own ground that is the vertex itself is
    free, since the path pays for it anyway.
    """
    own_rows = np.flatnonzero(ends.own)
    own_rows = own_rows[np.argsort(ends.terminal[own_rows], kind="stable")]
    low = np.searchsorted(ends.terminal[own_rows], ends.terminal, side="left")
    count = np.searchsorted(ends.terminal[own_rows], ends.terminal, side="right") - low
    row = np.repeat(np.arange(len(low)), count)  # each row with all own ground of its terminal
    at = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + low[row]
    vertex, own = ends.vertex[row], ends.vertex[own_rows[at]]
    price = np.where(own == vertex, 0.0, cost[own])
    order = np.lexsort((price, vertex))
    order = order[np.diff(vertex[order], prepend=-1) != 0]
    return vertex[order], own[order], price[order]


@dataclass(frozen=True, eq=False)
class Roads:
    """The open segments of a network, as arcs that may be driven.

    Parameters
    ----------
    tail, head
        Nodes, int64 of shape (arcs,).
    segment
        The segment of each arc, int64 of shape (arcs,), sorted.
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
        segment = np.concatenate([there, back])
        order = np.argsort(segment, kind="stable")
        tail, head = np.concatenate([u[there], v[back]]), np.concatenate([v[there], u[back]])
        return cls(
            tail[order].astype(np.int64), head[order].astype(np.int64), segment[order], n_nodes
        )


def cheapest_path(
    roads: Roads,
    cost: NDArray[np.float64],
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
) -> NDArray[np.int64] | None:
    """Return the segments of the cheapest path from any source to any target, in order.

    Parameters
    ----------
    roads
        The open network.
    cost
        What each segment costs, not negative, float64 of shape (segments,).
    sources, targets
        Nodes.

    Returns
    -------
    numpy.ndarray or None
        int64; empty where a source is a target, None where there is no path.
    """
    arcs = shortest_path(roads.tail, roads.head, cost[roads.segment], sources, targets)
    return None if arcs is None else roads.segment[arcs]


def edge_disjoint_paths(
    roads: Roads, sources: NDArray[np.integer], targets: NDArray[np.integer]
) -> float:
    """Return how many paths from any source to any target share no segment.

    Infinite where a source is a target.
    """
    if np.isin(sources, targets).any():
        return inf
    if not len(roads.tail) or not len(sources) or not len(targets):
        return 0
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    tail, head, start, goal = _with_terminals(roads, sources, targets)
    room = np.ones(len(tail), dtype=np.int32)
    room[len(roads.tail) :] = len(roads.tail)
    graph = csr_array((room, (tail, head)), shape=(goal + 1, goal + 1))
    graph.sum_duplicates()
    return int(maximum_flow(graph, start, goal).flow_value)


def on_every_path(
    roads: Roads, sources: NDArray[np.integer], targets: NDArray[np.integer]
) -> NDArray[np.int64] | None:
    """Return the segments on every path from any source to any target, in order along the path.

    There are none where a source is a target; the result is None where there is no path at all.
    """
    taken = shortest_path(roads.tail, roads.head, np.ones(len(roads.tail)), sources, targets)
    if taken is None or not len(taken):
        return taken
    tail, head, start, goal = _with_terminals(roads, sources, targets)
    left = np.ones(len(tail), dtype=bool)
    left[taken] = False
    nodes = np.array([start, *roads.tail[taken], roads.head[taken[-1]], goal])
    tail = np.concatenate([tail[left], nodes[1:]])
    head = np.concatenate([head[left], nodes[:-1]])
    _, part = connected_parts(Arcs(tail, head, goal + 1), strong=True)
    return roads.segment[taken[part[roads.tail[taken]] != part[roads.head[taken]]]]


def _with_terminals(
    roads: Roads, sources: NDArray[np.integer], targets: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int, int]:
    """Return the arcs and those that join sources to one node and targets to another."""
    start, goal = roads.n_nodes, roads.n_nodes + 1
    tail = np.concatenate([roads.tail, np.full(len(sources), start), targets])
    head = np.concatenate([roads.head, sources, np.full(len(targets), goal)])
    return tail, head, start, goal
