"""What matters to the connection of two sets of ends when most of the ground is settled.

Ground that is open in every state contracts, ground that is open in none goes, and so does what
lies on no way between the ends. The rest, most often a handful of vertices, decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.connectivity.reduce import block_of_edge
from engine.connectivity.traversal import Arcs, connected_parts, reached_from

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from engine.connectivity.kernel import Kernel

SETTLED = -1
"""The sector of a vertex that is always open."""


@dataclass(frozen=True, eq=False)
class Core:
    """The part of a kernel that decides whether two sets of ends are connected.

    Parameters
    ----------
    sector
        The sector of each vertex, -1 for one that is always open, int64 of shape (vertices,).
    heads
        The vertices that can be reached from each vertex in one step.
    start, goal
        The vertices at which ways begin and end; both are always open.
    """

    sector: NDArray[np.int64]
    heads: tuple[tuple[int, ...], ...]
    start: int
    goal: int

    @cached_property
    def key(self) -> Hashable:
        """The same for cores that are equal."""
        return self.sector.tobytes(), self.heads, self.start, self.goal

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """An order in which to do without all vertices but start and goal, narrow ones first.

        Of those equally narrow the one farthest from the start: what lies behind a vertex is then
        told before it, as decision diagrams are built with the least work.
        """
        place = {vertex: at for at, vertex in enumerate(self._from_start)}
        heads = [set(some) for some in self.heads]
        tails: list[set[int]] = [set() for _ in heads]
        for vertex, some in enumerate(heads):
            for head in some:
                tails[head].add(vertex)
        left = set(range(len(heads))) - {self.start, self.goal}
        steps = []
        while left:
            vertex = min(left, key=lambda at: (len(tails[at]) * len(heads[at]), -place.get(at, 0)))
            left.remove(vertex)
            steps.append(Step(vertex, tuple(sorted(tails[vertex])), tuple(sorted(heads[vertex]))))
            for tail in tails[vertex]:
                heads[tail] |= heads[vertex] - {tail}
                heads[tail].discard(vertex)
            for head in heads[vertex]:
                tails[head] |= tails[vertex] - {head}
                tails[head].discard(vertex)
        return tuple(steps)

    @cached_property
    def _from_start(self) -> list[int]:
        """The vertices, in the order in which a search in breadth from the start finds them."""
        found = {self.start}
        order = [self.start]
        for vertex in order:
            new = [head for head in self.heads[vertex] if head not in found]
            found.update(new)
            order.extend(new)
        return order

    @cached_property
    def sectors(self) -> tuple[int, ...]:
        """The sectors on which the connection depends, in the order of their nearness to the start."""
        sectors = self.sector[self._from_start]
        return tuple(dict.fromkeys(sectors[sectors != SETTLED].tolist()))


class Step(NamedTuple):
    """A vertex to do without: every way through it comes from one vertex and goes on to another."""

    vertex: int
    tails: tuple[int, ...]
    heads: tuple[int, ...]


def terminal_core(
    kernel: Kernel,
    may: NDArray[np.bool_],
    must: NDArray[np.bool_],
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
) -> Core | bool:
    """Return what decides whether any source is connected to any target.

    Parameters
    ----------
    kernel
        The contracted network.
    may, must
        Which vertices are open in some state, and which in every state, bool of shape (vertices,).
    sources, targets
        The vertices at which ways begin and end: the ends' own ground.

    Returns
    -------
    Core or bool
        True or False where they are connected in every state, or in none.
    """
    start, goal = kernel.n_vertices, kernel.n_vertices + 1
    n = kernel.n_vertices + 2
    first, last = sources[may[sources]], targets[may[targets]]
    may, must = np.append(may, [True, True]), np.append(must, [True, True])
    tail = np.concatenate([kernel.tail, np.full(len(first), start), last])
    head = np.concatenate([kernel.head, first, np.full(len(last), goal)])
    usable = may[tail] & may[head]
    tail, head = tail[usable], head[usable]
    on_way = reached_from(Arcs(tail, head, n), [start]) & reached_from(Arcs(head, tail, n), [goal])
    if not on_way[goal]:
        return False
    sure = must[tail] & must[head]
    at_start = reached_from(Arcs(tail[sure], head[sure], n), [start])
    if at_start[goal]:
        return True
    at_goal = reached_from(Arcs(head[sure], tail[sure], n), [goal])
    n_parts, part = connected_parts(Arcs(tail[sure], head[sure], n), strong=True)
    part[at_start], part[at_goal] = part[start], part[goal]
    kept = on_way[tail] & on_way[head]
    tail, head = part[tail[kept]], part[head[kept]]
    apart = (tail != head) & (head != part[start]) & (tail != part[goal])
    arcs = np.unique(np.stack([tail[apart], head[apart]], axis=1), axis=0)
    sector = np.full(n_parts, SETTLED, dtype=np.int64)
    open_to_doubt = np.flatnonzero(~must)
    sector[part[open_to_doubt]] = kernel.sector[open_to_doubt]
    return _core(sector, arcs, int(part[start]), int(part[goal]))


def _core(sector: NDArray[np.int64], arcs: NDArray[np.int64], start: int, goal: int) -> Core:
    """Return what lies on some way from start to goal: the block that an edge of both would join."""
    beside: dict[int, list[int]] = {}
    for tail, head in arcs.tolist():
        beside.setdefault(tail, []).append(head)
        beside.setdefault(head, []).append(tail)
    kept = sorted(block_of_edge(beside, start, goal))
    row = {vertex: at for at, vertex in enumerate(kept)}
    heads: list[list[int]] = [[] for _ in kept]
    for tail, head in arcs.tolist():
        if tail in row and head in row:
            heads[row[tail]].append(row[head])
    return Core(sector[kept], tuple(map(tuple, heads)), row[start], row[goal])
