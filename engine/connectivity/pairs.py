"""Vertices in series and in parallel, joined into one: for reachability only.

A vertex that stands for several forgets which sector is which, and two vertices of one sector are
one variable. So this keeps the answer of every state, but no probability, length or cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.connectivity.reduce import Question, bare_kernel, leads_both_ways

if TYPE_CHECKING:
    from numpy.typing import NDArray


FEW = 4
"""Vertices with more neighbours than this are left as they are."""


class Joint(NamedTuple):
    """A row made of two others: open where both are, or where either is."""

    first: int
    second: int
    both: bool


@dataclass(frozen=True, eq=False)
class Joined:
    """A question in which one vertex may stand for several.

    Parameters
    ----------
    question
        The question; its sectors are rows of what `open_rows` returns.
    joints
        How the rows after those of the sectors are made, each of rows before it.
    """

    question: Question
    joints: tuple[Joint, ...]

    def open_rows(self, open_sectors: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states each row is open: the sectors and, after them, the joints."""
        n, words = open_sectors.shape
        rows = np.concatenate([open_sectors, np.empty((len(self.joints), words), dtype=np.uint64)])
        for row, joint in enumerate(self.joints, start=n):
            join = np.bitwise_and if joint.both else np.bitwise_or
            join(rows[joint.first], rows[joint.second], out=rows[row])
        return rows


def with_pairs_joined(question: Question, n_sectors: int) -> Joined:
    """Join vertices in series and in parallel until there are none.

    Neighbours of a vertex that are all neighbours of one another, such as the roads at a junction,
    need no way through it: without an end, it goes. Two vertices with the same other neighbours are
    in parallel. Two neighbours are in series where the others around each are neighbours of one
    another. Where a road leads only one way, all stays.

    Parameters
    ----------
    question
        The question.
    n_sectors
        How many rows the states have; the rows of joints are numbered from there on.
    """
    kernel = question.kernel
    if not leads_both_ways(kernel):
        return Joined(question, ())
    beside: dict[int, set[int]] = {vertex: set() for vertex in range(kernel.n_vertices)}
    for tail, head in zip(kernel.tail.tolist(), kernel.head.tolist(), strict=True):
        beside[tail].add(head)
    row = kernel.sector.tolist()
    free = set(np.flatnonzero(~question.end_vertices).tolist())
    joints: list[Joint] = []
    waiting = sorted(free)
    while waiting:
        vertex = waiting.pop()
        if vertex not in free or len(beside[vertex]) > FEW:
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
    return Joined(_left_over(question, beside, row), tuple(joints))


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
            if len(beside[other]) <= FEW
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


def _left_over(question: Question, beside: dict[int, set[int]], row: list[int]) -> Question:
    """Return the question on the vertices and neighbours that are left."""
    here = np.array(sorted(beside), dtype=np.int64)
    place = np.zeros(question.kernel.n_vertices, dtype=np.int64)
    place[here] = np.arange(len(here))
    arcs = np.array([(a, b) for a in beside for b in beside[a]], dtype=np.int64).reshape(-1, 2)
    kernel = bare_kernel(np.array(row, dtype=np.int64)[here], place[arcs[:, 0]], place[arcs[:, 1]])
    sources, targets = (
        replace(ends, vertex=place[ends.vertex]) for ends in (question.sources, question.targets)
    )
    return Question(kernel, sources, targets)
