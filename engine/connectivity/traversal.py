"""Connected parts, what can be reached, and distances: by SciPy, or plainly where the graph is small.

SciPy's graph routines take 0.3 s to load, which is more than a small network takes altogether. Both
give the same bits: parts are numbered by their first vertex, and a distance is one number however
it is found.
"""

from __future__ import annotations

import sys
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

FEW_ARCS = 4000
"""Graphs with more arcs than this are SciPy's."""
Engine = Literal["plain", "scipy"]


class Arcs(NamedTuple):
    """A directed graph.

    Parameters
    ----------
    tail, head
        The vertices that each arc leads from and to, integer of shape (arcs,).
    n
        The number of vertices.
    cost
        What each arc costs, more than 0, float64 of shape (arcs,); where distances are asked for,
        no two arcs have the same ends.
    """

    tail: NDArray[np.integer]
    head: NDArray[np.integer]
    n: int
    cost: NDArray[np.float64] | None = None


def connected_parts(
    graph: Arcs, *, strong: bool = False, engine: Engine | None = None
) -> tuple[int, NDArray[np.int64]]:
    """Return how many connected parts there are, and the part of each vertex, shape (n,).

    Parameters
    ----------
    graph
        The graph.
    strong
        Whether there must be a way there and a way back; else the direction does not matter.
    engine
        What works it out; the quicker one, if absent.

    Examples
    --------
    >>> connected_parts(Arcs(np.array([0, 1]), np.array([2, 1]), 3))
    (2, array([0, 1, 0]))
    """
    if (engine or quicker(graph)) == "plain":
        found: Any = _strong_parts(graph) if strong else _weak_parts(graph)
    else:
        from scipy.sparse.csgraph import connected_components

        connection: Literal["strong", "weak"] = "strong" if strong else "weak"
        found = connected_components(_matrix(graph), directed=True, connection=connection)[1]
    _, first, of_part = np.unique(
        np.asarray(found, dtype=np.int64), return_index=True, return_inverse=True
    )
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    return len(first), number[of_part]


def reached_from(
    graph: Arcs, starts: Iterable[int], *, engine: Engine | None = None
) -> NDArray[np.bool_]:
    """Return which vertices can be reached along arcs from any of some, those included.

    Returns
    -------
    numpy.ndarray
        bool of shape (n,).
    """
    begins = [int(start) for start in starts]
    reached = np.zeros(graph.n, dtype=bool)
    if (engine or quicker(graph)) == "plain":
        heads = _heads(graph)
        reached[begins] = True
        waiting = list(begins)
        while waiting:
            for other in heads[waiting.pop()]:
                if not reached[other]:
                    reached[other] = True
                    waiting.append(other)
        return reached
    from scipy.sparse.csgraph import breadth_first_order

    first = graph.n  # one vertex from which all of them can be reached
    tail = np.concatenate([graph.tail, np.full(len(begins), first)])
    head = np.concatenate([graph.head, np.array(begins, dtype=np.int64)])
    found = breadth_first_order(
        _matrix(Arcs(tail, head, first + 1)), first, return_predecessors=False
    )
    reached[found[found != first]] = True
    return reached


def distances(
    graph: Arcs,
    starts: NDArray[np.integer],
    *,
    limit: float = np.inf,
    engine: Engine | None = None,
) -> NDArray[np.float64]:
    """Return the least cost of a path from each of some vertices to every vertex.

    Parameters
    ----------
    graph
        The graph, with costs.
    starts
        Vertices, shape (starts,).
    limit
        What costs more is not looked for.
    engine
        What works it out; the quicker one, if absent.

    Returns
    -------
    numpy.ndarray
        float64 of shape (starts, n), infinite where no path leads.
    """
    if (engine or quicker(graph)) == "plain":
        heads = _heads_and_costs(graph)
        found = [_plain_distances(heads, {int(start)}, limit)[0] for start in starts]
        return np.array(found, dtype=np.float64).reshape(len(starts), graph.n)
    from scipy.sparse.csgraph import dijkstra

    return np.asarray(dijkstra(_matrix(graph), indices=starts, limit=limit))


def nearest_start(
    graph: Arcs, starts: NDArray[np.integer], *, engine: Engine | None = None
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the least cost of a path from any of some vertices to each vertex, and the one before.

    Parameters
    ----------
    graph
        The graph, with costs.
    starts
        Vertices, at least one.
    engine
        What works it out; the quicker one, if absent.

    Returns
    -------
    cost
        float64 of shape (n,), infinite where no path leads.
    before
        The vertex before on the best path, -1 where there is none: of several with which it costs
        the same, the last. int64 of shape (n,).
    """
    if graph.cost is None:
        raise TypeError("the arcs have no costs")
    if (engine or quicker(graph)) == "plain":
        plain = _plain_distances(_heads_and_costs(graph), set(map(int, starts)), np.inf)
        cost, before = np.array(plain[0]), np.array(plain[1], dtype=np.int64)
    else:
        from scipy.sparse.csgraph import dijkstra

        cost, found, _ = dijkstra(
            _matrix(graph), indices=starts, min_only=True, return_predecessors=True
        )
        before = np.where(found < 0, -1, found).astype(np.int64)
    # An arc whose cost is lost in rounding must not lead round in a circle.
    best = (cost[graph.tail] + graph.cost == cost[graph.head]) & (
        cost[graph.tail] < cost[graph.head]
    )
    last = np.full(graph.n, -1)
    np.maximum.at(last, graph.head[best], graph.tail[best])
    return cost, np.where(last < 0, before, last)


def quicker(graph: Arcs) -> Engine:
    """Return the engine that is quicker for a graph, with the time to load it."""
    few = len(graph.tail) <= FEW_ARCS and "scipy.sparse.csgraph" not in sys.modules
    return "plain" if few else "scipy"


def _matrix(graph: Arcs) -> Any:
    """Return the graph as SciPy has it; arcs without costs may be there several times."""
    from scipy.sparse import csr_array

    cells = np.ones(len(graph.tail), dtype=bool) if graph.cost is None else graph.cost
    rows = (graph.tail.astype(np.int32), graph.head.astype(np.int32))
    return csr_array((cells, rows), shape=(graph.n, graph.n))


# The plain ones.


def _heads(graph: Arcs, *, back: bool = False) -> list[list[int]]:
    heads: list[list[int]] = [[] for _ in range(graph.n)]
    for tail, head in zip(graph.tail.tolist(), graph.head.tolist(), strict=True):
        heads[tail].append(head)
        if back:
            heads[head].append(tail)
    return heads


def _heads_and_costs(graph: Arcs) -> list[list[tuple[int, float]]]:
    if graph.cost is None:
        raise TypeError("the arcs have no costs")
    heads: list[list[tuple[int, float]]] = [[] for _ in range(graph.n)]
    arcs = zip(graph.tail.tolist(), graph.head.tolist(), graph.cost.tolist(), strict=True)
    for tail, head, cost in arcs:
        heads[tail].append((head, cost))
    return heads


def _plain_distances(
    heads: list[list[tuple[int, float]]], starts: set[int], limit: float
) -> tuple[list[float], list[int]]:
    """Dijkstra's: return the distances, and the vertex before each."""
    far = [np.inf] * len(heads)
    before = [-1] * len(heads)
    waiting: list[tuple[float, int]] = []
    for start in sorted(starts):
        far[start] = 0.0
        heappush(waiting, (0.0, start))
    while waiting:
        cost, vertex = heappop(waiting)
        if cost > far[vertex]:
            continue
        for head, more in heads[vertex]:
            there = cost + more
            if there < far[head] and there <= limit:
                far[head], before[head] = there, vertex
                heappush(waiting, (there, head))
    return far, before


def _weak_parts(graph: Arcs) -> list[int]:
    beside = _heads(graph, back=True)
    part = [-1] * graph.n
    for start in range(graph.n):
        if part[start] < 0:
            part[start] = start
            waiting = [start]
            while waiting:
                for other in beside[waiting.pop()]:
                    if part[other] < 0:
                        part[other] = start
                        waiting.append(other)
    return part


def _strong_parts(graph: Arcs) -> list[int]:
    """Tarjan's search in depth: a part is complete where nothing leads back beyond its first vertex."""
    heads = _heads(graph)
    order, low = [-1] * graph.n, [0] * graph.n
    part = [-1] * graph.n
    open_vertices: list[int] = []
    n_seen = 0
    for root in range(graph.n):
        path = [(root, iter(heads[root]))] if order[root] < 0 else []
        while path:
            vertex, others = path[-1]
            if order[vertex] < 0:
                order[vertex] = low[vertex] = n_seen
                n_seen += 1
                open_vertices.append(vertex)
            for other in others:
                if order[other] < 0:
                    path.append((other, iter(heads[other])))
                    break
                if part[other] < 0:
                    low[vertex] = min(low[vertex], order[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[vertex])
                if low[vertex] == order[vertex]:
                    while part[vertex] < 0:
                        part[open_vertices.pop()] = vertex
    return part
