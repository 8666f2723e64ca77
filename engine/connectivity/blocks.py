"""Blocks: the parts of a graph that no single vertex divides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def block_of_edge(beside: Mapping[int, Sequence[int]], start: int, goal: int) -> set[int]:
    """Return the vertices that lie on some simple way between two vertices.

    They are the block in which an edge between the two would lie, which is found by the search in
    depth of Hopcroft and Tarjan, begun with that edge.

    Parameters
    ----------
    beside
        The neighbours of each vertex, undirected.
    start, goal
        Two vertices.
    """
    order = {start: 0, goal: 1}
    low = {goal: 0}
    waiting = [goal]
    path = [(goal, start, iter(beside.get(goal, ())))]
    while path:
        vertex, parent, others = path[-1]
        for other in others:
            if other not in order:
                order[other] = low[other] = len(order)
                waiting.append(other)
                path.append((other, vertex, iter(beside.get(other, ()))))
                break
            if other != parent:
                low[vertex] = min(low[vertex], order[other])
        else:
            path.pop()
            if vertex == goal:
                break
            low[parent] = min(low[parent], low[vertex])
            if low[vertex] >= order[parent]:
                del waiting[waiting.index(vertex) :]
    return {start, *waiting}
