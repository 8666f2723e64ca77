"""A kernel cut down to what one query needs; every step keeps every answer, in every state.

What lies on no path between the ends goes: what cannot be reached or leads nowhere, dead ends, and
blocks beside the path. Neighbours whose sectors are open in the same states become one.

Where most of the ground is settled, ground that is open in every state contracts, and ground that is open in
none goes. The rest, most often a handful of vertices, decides: the core between the two sets of ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.connectivity.kernel import Ends, Kernel, distinct_arcs
from engine.connectivity.traversal import Arcs, connected_parts, reached_from

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from numpy.typing import NDArray


# Blocks: the parts of a graph that no single vertex divides.


def block_of_edge(beside: Mapping[int, Sequence[int]], start: int, goal: int) -> set[int]:
    """Return the vertices that lie on some simple path between two vertices.

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


FEW = 8
"""Vertices with more neighbours than this are not tried for dead ends."""
BEGINNING = 4
"""So many words tell most histories apart."""


@dataclass(frozen=True, eq=False)
class ReducedQuery:
    """Which targets can be reached from any source.

    Parameters
    ----------
    kernel
        The contracted network. That of a reduced query has no meetings: its ends are attached.
    sources, targets
        Where paths begin and end.
    """

    kernel: Kernel
    sources: Ends
    targets: Ends

    @property
    def end_vertices(self) -> NDArray[np.bool_]:
        """The vertices at which ends attach, bool of shape (vertices,)."""
        marked = np.zeros(self.kernel.n_vertices, dtype=bool)
        marked[self.sources.vertex] = marked[self.targets.vertex] = True
        return marked


def reduced(query: ReducedQuery) -> ReducedQuery:
    """Return the query without anything that lies on no path between its ends."""
    return without_dead_ends(through_blocks(without_dead_ends(between(query))))


def between(query: ReducedQuery) -> ReducedQuery:
    """Keep what can be reached from a source and leads to a target."""
    kernel = query.kernel
    n = kernel.n_vertices
    ahead = reached_from(Arcs(kernel.tail, kernel.head, n), query.sources.vertex)
    behind = reached_from(Arcs(kernel.head, kernel.tail, n), query.targets.vertex)
    return _only(query, ahead & behind)


def without_dead_ends(query: ReducedQuery) -> ReducedQuery:
    """Drop vertices that no path needs, one after the other, until there are none.

    They are those at which no end attaches, and from whose neighbours each path through leads on
    directly as well: dead ends, and whatever hangs on a junction and leads nowhere else.
    """
    kernel = query.kernel
    into: list[set[int]] = [set() for _ in range(kernel.n_vertices)]
    out: list[set[int]] = [set() for _ in range(kernel.n_vertices)]
    for tail, head in zip(kernel.tail.tolist(), kernel.head.tolist(), strict=True):
        out[tail].add(head)
        into[head].add(tail)
    kept = np.ones(kernel.n_vertices, dtype=bool)
    waiting = np.flatnonzero(~query.end_vertices).tolist()
    free = set(waiting)
    while waiting:
        vertex = waiting.pop()
        if vertex not in free or max(len(into[vertex]), len(out[vertex])) > FEW:
            continue
        if all(out[vertex] <= out[before] | {before} for before in into[vertex]):
            kept[vertex] = False
            free.discard(vertex)
            for before in into[vertex]:
                out[before].discard(vertex)
            for after in out[vertex]:
                into[after].discard(vertex)
            waiting += sorted((into[vertex] | out[vertex]) & free)
    return _only(query, kept)


def through_blocks(query: ReducedQuery) -> ReducedQuery:
    """Keep the block that an edge from the sources to the targets would lie in.

    A path that visits no vertex twice lies in it. Directed paths are paths of the undirected graph.
    """
    kernel = query.kernel
    first, second = neighbours(kernel)
    start, goal = kernel.n_vertices, kernel.n_vertices + 1
    begins, ends = np.unique(query.sources.vertex), np.unique(query.targets.vertex)
    first = np.concatenate([first, begins, ends])
    second = np.concatenate([second, np.full(len(begins), start), np.full(len(ends), goal)])
    beside: dict[int, list[int]] = {}
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    kept = np.zeros(kernel.n_vertices + 2, dtype=bool)
    kept[list(block_of_edge(beside, start, goal))] = True
    return _only(query, kept[:start])


def with_histories_merged(query: ReducedQuery, open_sectors: NDArray[np.uint64]) -> ReducedQuery:
    """Merge neighbours that are open in the same states; drop what is open in none.

    Parameters
    ----------
    query
        The query.
    open_sectors
        The states in query, packed: uint64 of shape (sectors, words).
    """
    kernel = query.kernel
    alike, ever = _alike(kernel.sector, open_sectors)
    sector = alike[kernel.sector]
    ever = ever[kernel.sector]
    usable = ever[kernel.tail] & ever[kernel.head]
    tail, head = kernel.tail[usable], kernel.head[usable]
    inner = sector[tail] == sector[head]
    n, part = connected_parts(Arcs(tail[inner], head[inner], kernel.n_vertices), strong=True)
    merged = np.empty(n, dtype=np.int64)
    merged[part] = sector
    return ReducedQuery(
        bare_kernel(merged, part[tail], part[head]),
        replace(query.sources, vertex=part[query.sources.vertex]),
        replace(query.targets, vertex=part[query.targets.vertex]),
    )


def _alike(
    sectors: NDArray[np.int64], open_sectors: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return for each sector one that is open in the same states, and whether it ever is.

    Most histories differ soon: only those that begin alike are compared in full.
    """
    alike = np.arange(len(open_sectors))
    ever = np.ones(len(open_sectors), dtype=bool)
    groups: dict[bytes, list[int]] = {}
    for sector in np.unique(sectors).tolist():
        groups.setdefault(open_sectors[sector, :BEGINNING].tobytes(), []).append(sector)
    for beginning, group in groups.items():
        ever[group] = any(beginning) or open_sectors[group].any(axis=1)
        if len(group) > 1:
            first: dict[bytes, int] = {}
            for sector in group:
                alike[sector] = first.setdefault(open_sectors[sector].tobytes(), sector)
    return alike, ever


def neighbours(kernel: Kernel) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of vertices that an arc joins, each once: the lower vertex, the higher."""
    low, high = np.minimum(kernel.tail, kernel.head), np.maximum(kernel.tail, kernel.head)
    low, high = np.divmod(np.unique(low * kernel.n_vertices + high), max(kernel.n_vertices, 1))
    return low, high


def leads_both_ways(kernel: Kernel) -> bool:
    """Return whether every arc has one that leads back."""
    there = np.sort(kernel.head * kernel.n_vertices + kernel.tail)
    return np.array_equal(there, np.sort(kernel.tail * kernel.n_vertices + kernel.head))


def bare_kernel(
    sector: NDArray[np.int64], tail: NDArray[np.int64], head: NDArray[np.int64]
) -> Kernel:
    """Return a kernel without meetings from arcs in any order, some of them perhaps twice."""
    none = np.empty(0, dtype=np.int64)
    arcs = distinct_arcs(tail, head, len(sector))
    return Kernel(sector, *arcs, none, none, none)


def _only(query: ReducedQuery, kept: NDArray[np.bool_]) -> ReducedQuery:
    """Keep some vertices; own ground of the ends stays in any case, but nothing leads there."""
    kernel, sources, targets = query.kernel, query.sources, query.targets
    present = kept.copy()
    for ends in (sources, targets):
        present[ends.vertex[ends.own]] = True
    place = np.cumsum(present) - 1
    usable = kept[kernel.tail] & kept[kernel.head]
    return ReducedQuery(
        bare_kernel(kernel.sector[present], place[kernel.tail[usable]], place[kernel.head[usable]]),
        _attached(sources, present, place),
        _attached(targets, present, place),
    )


def _attached(ends: Ends, present: NDArray[np.bool_], place: NDArray[np.int64]) -> Ends:
    """Return ends on the vertices that are left, by their new numbers."""
    rows = present[ends.vertex]
    return Ends(ends.terminal[rows], place[ends.vertex[rows]], ends.own[rows], ends.n)


# Vertices in series and in parallel, joined into one: for reachability only.

FEW_PAIRS = 4
"""Vertices with more neighbours than this are left as they are."""


class Joint(NamedTuple):
    """A row made of two others: open where both are, or where either is."""

    first: int
    second: int
    both: bool


@dataclass(frozen=True, eq=False)
class Joined:
    """A query in which one vertex may stand for several.

    Parameters
    ----------
    query
        The query; its sectors are rows of what `open_rows` returns.
    joints
        How the rows after those of the sectors are made, each of rows before it.
    """

    query: ReducedQuery
    joints: tuple[Joint, ...]

    def open_rows(self, open_sectors: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states each row is open: the sectors and, after them, the joints."""
        n, words = open_sectors.shape
        rows = np.concatenate([open_sectors, np.empty((len(self.joints), words), dtype=np.uint64)])
        for row, joint in enumerate(self.joints, start=n):
            join = np.bitwise_and if joint.both else np.bitwise_or
            join(rows[joint.first], rows[joint.second], out=rows[row])
        return rows


def with_pairs_joined(query: ReducedQuery, n_sectors: int) -> Joined:
    """Join vertices in series and in parallel until there are none.

    Neighbours of a vertex that are all neighbours of one another, such as the roads at a junction,
    need no path through it: without an end, it goes. Two vertices with the same other neighbours are
    in parallel. Two neighbours are in series where the others around each are neighbours of one
    another. Where a road leads only one way, all stays.

    Parameters
    ----------
    query
        The query.
    n_sectors
        How many rows the states have; the rows of joints are numbered from there on.
    """
    kernel = query.kernel
    if not leads_both_ways(kernel):
        return Joined(query, ())
    beside: dict[int, set[int]] = {vertex: set() for vertex in range(kernel.n_vertices)}
    for tail, head in zip(kernel.tail.tolist(), kernel.head.tolist(), strict=True):
        beside[tail].add(head)
    row = kernel.sector.tolist()
    free = set(np.flatnonzero(~query.end_vertices).tolist())
    joints: list[Joint] = []
    waiting = sorted(free)
    while waiting:
        vertex = waiting.pop()
        if vertex not in free or len(beside[vertex]) > FEW_PAIRS:
            continue
        if _is_clique(beside[vertex], beside):
            waiting += sorted(_removed(vertex, beside, free))
            continue
        twin = _parallel(vertex, beside, free)
        other = _in_series(vertex, beside, free) if twin is None else twin
        if other is None:
            continue
        joints.append(Joint(row[vertex], row[other], both=twin is None))
        row[vertex] = n_sectors + len(joints) - 1
        around = _removed(other, beside, free)
        for far in around - {vertex}:
            beside[vertex].add(far)
            beside[far].add(vertex)
        waiting += [vertex, *sorted(around)]
    return Joined(_left_over(query, beside, row), tuple(joints))


def _is_clique(vertices: set[int], beside: dict[int, set[int]]) -> bool:
    return all(b in beside[a] for a, b in combinations(vertices, 2))


def _parallel(vertex: int, beside: dict[int, set[int]], free: set[int]) -> int | None:
    """Return another vertex with the same other neighbours."""
    around = beside[vertex]
    nearby = beside[min(around, key=lambda other: (len(beside[other]), other))] | around
    alike = (o for o in nearby & free - {vertex} if beside[o] - {vertex} == around - {o})
    return min(alike, default=None)


def _in_series(vertex: int, beside: dict[int, set[int]], free: set[int]) -> int | None:
    """Return a neighbour such that the others around each of the two are neighbours."""
    return min(
        (
            other
            for other in beside[vertex] & free
            if len(beside[other]) <= FEW_PAIRS
            and _is_clique(beside[vertex] - {other}, beside)
            and _is_clique(beside[other] - {vertex}, beside)
        ),
        default=None,
    )


def _removed(vertex: int, beside: dict[int, set[int]], free: set[int]) -> set[int]:
    """Take a vertex out, and return those that were its neighbours."""
    free.discard(vertex)
    around = beside.pop(vertex)
    for other in around:
        beside[other].discard(vertex)
    return around


def _left_over(query: ReducedQuery, beside: dict[int, set[int]], row: list[int]) -> ReducedQuery:
    """Return the query on the vertices and neighbours that are left."""
    here = np.array(sorted(beside), dtype=np.int64)
    place = np.zeros(query.kernel.n_vertices, dtype=np.int64)
    place[here] = np.arange(len(here))
    arcs = np.array([(a, b) for a in beside for b in beside[a]], dtype=np.int64).reshape(-1, 2)
    kernel = bare_kernel(np.array(row, dtype=np.int64)[here], place[arcs[:, 0]], place[arcs[:, 1]])
    sources, targets = (
        replace(ends, vertex=place[ends.vertex]) for ends in (query.sources, query.targets)
    )
    return ReducedQuery(kernel, sources, targets)


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
        The vertices at which paths begin and end; both are always open.
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
    """A vertex to do without: every path through it comes from one vertex and goes on to another."""

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
        The vertices at which paths begin and end: the ends' own ground.

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
    on_path = reached_from(Arcs(tail, head, n), [start]) & reached_from(Arcs(head, tail, n), [goal])
    if not on_path[goal]:
        return False
    sure = must[tail] & must[head]
    at_start = reached_from(Arcs(tail[sure], head[sure], n), [start])
    if at_start[goal]:
        return True
    at_goal = reached_from(Arcs(head[sure], tail[sure], n), [goal])
    n_parts, part = connected_parts(Arcs(tail[sure], head[sure], n), strong=True)
    part[at_start], part[at_goal] = part[start], part[goal]
    kept = on_path[tail] & on_path[head]
    tail, head = part[tail[kept]], part[head[kept]]
    apart = (tail != head) & (head != part[start]) & (tail != part[goal])
    arcs = np.unique(np.stack([tail[apart], head[apart]], axis=1), axis=0)
    sector = np.full(n_parts, SETTLED, dtype=np.int64)
    open_to_doubt = np.flatnonzero(~must)
    sector[part[open_to_doubt]] = kernel.sector[open_to_doubt]
    return _core(sector, arcs, int(part[start]), int(part[goal]))


def _core(sector: NDArray[np.int64], arcs: NDArray[np.int64], start: int, goal: int) -> Core:
    """Return what lies on some path from start to goal: the block that an edge of both would join."""
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
