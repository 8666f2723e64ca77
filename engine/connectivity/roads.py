"""The open segments of a network in one state: cheapest path, disjoint paths, segments on every path.

All need the whole open network, which contraction loses. The largest number of paths that share no
segment is a maximum flow with a capacity of one for each segment (Menger 1927). A segment on every
path is an arc that a unit of flow cannot get around: its ends lie in different strongly connected
parts of the residual network.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.shortest_path import shortest_path
from engine.connectivity.traversal import Arcs, connected_parts

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
