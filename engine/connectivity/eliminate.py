"""Reachability as a straight line of bitwise steps: Gauss's elimination over open and closed.

A vertex is taken out of the graph by joining its neighbours: a way from a to b through x is open
where those from a to x and from x to b are, and x itself. What is left at the end are the ways from
the sources, and from them, backwards, what each vertex is reached by. Joining vertices in series
and in parallel are the cases of two neighbours. The order costs time once; then the steps are the
same for all states, however these are cut up: nothing branches, and nothing is done twice.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.reduce import leads_both_ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.connectivity.kernel import Ends
    from engine.connectivity.reduce import ReducedQuery

NEVER, ALWAYS = 0, 1
"""The values that are 0, and 1, in every state."""


@dataclass(frozen=True, eq=False)
class Program:
    """Steps on registers: ``into = start | (left & right)``, one after the other.

    Parameters
    ----------
    n_registers
        How many registers there are; the first two hold never and always.
    sector, register
        The sectors that are read, and the registers that they are read into, int64 of shape
        (reads,).
    steps
        The registers into, start, left and right of each step, int64 of shape (steps, 4).
    answer
        The register that holds each answer at the end, int64 of shape (answers,).
    """

    n_registers: int
    sector: NDArray[np.int64]
    register: NDArray[np.int64]
    steps: NDArray[np.int64]
    answer: NDArray[np.int64]


class TooManyStepsError(Exception):
    """A program would take more steps than allowed; never leaves the engine."""


class Steps:
    """Steps as they are written down: each makes a new value, and equal ones are one.

    Parameters
    ----------
    most
        How many there may be.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._sector_of: dict[int, int] = {}
        self._value_of_sector: dict[int, int] = {}
        self._value_of_step: dict[tuple[int, int, int], int] = {}
        self._steps: dict[int, tuple[int, int, int]] = {}
        self._n_values = 2

    def _new_value(self) -> int:
        self._n_values += 1
        return self._n_values - 1

    def read(self, sector: int) -> int:
        """Return the value: open in a state if the sector is."""
        if sector not in self._value_of_sector:
            value = self._new_value()
            self._value_of_sector[sector] = value
            self._sector_of[value] = sector
        return self._value_of_sector[sector]

    def either_both(self, start: int, left: int, right: int) -> int:
        """Return the value: ``start | (left & right)``.

        Raises
        ------
        TooManyStepsError
            If it takes a step more than allowed.
        """
        left, right = min(left, right), max(left, right)
        if start == ALWAYS or left == NEVER or start in {left, right}:
            return start
        if left == ALWAYS and right == ALWAYS:
            return ALWAYS
        if start == NEVER and left in {ALWAYS, right}:
            return right
        key = (start, left, right)
        if key not in self._value_of_step:
            if len(self._steps) >= self.most:
                raise TooManyStepsError
            value = self._new_value()
            self._value_of_step[key] = value
            self._steps[value] = key
        return self._value_of_step[key]

    def program(self, answers: list[int]) -> Program:
        """Return the steps that some values take, on as few registers as need be."""
        steps = self._needed(answers)
        last_use = {value: at for at, (_, parts) in enumerate(steps) for value in parts}
        last_use.update(dict.fromkeys([NEVER, ALWAYS, *answers], len(steps)))
        reads = sorted(value for value in self._sector_of if value in last_use)
        place = {value: at for at, value in enumerate([NEVER, ALWAYS, *reads])}
        n_registers, free = len(place), list[int]()
        rows = []
        for at, (value, parts) in enumerate(steps):
            row = [place[part] for part in parts]
            free += [place[part] for part in set(parts) if last_use[part] == at]
            if not free:
                free.append(n_registers)
                n_registers += 1
            place[value] = free.pop()
            rows.append([place[value], *row])
        return Program(
            n_registers,
            np.array([self._sector_of[value] for value in reads], dtype=np.int64),
            np.array([place[value] for value in reads], dtype=np.int64),
            np.array(rows, dtype=np.int64).reshape(-1, 4),
            np.array([place[value] for value in answers], dtype=np.int64),
        )

    def _needed(self, answers: list[int]) -> list[tuple[int, tuple[int, int, int]]]:
        """Return the steps on which answers rest, in the order in which they were written down."""
        needed = set(answers)
        for value in sorted(self._steps, reverse=True):
            if value in needed:
                needed.update(self._steps[value])
        return [(value, parts) for value, parts in self._steps.items() if value in needed]


# The elimination itself.

FEW_ENDS = 4
"""So few vertices at which targets attach are taken out last, which saves the way back."""


def eliminated(query: ReducedQuery, most_steps: int) -> Program:
    """Return the steps that answer a query.

    Parameters
    ----------
    query
        The query.
    most_steps
        How many steps there may be.

    Raises
    ------
    TooManyStepsError
        If it takes more.
    """
    steps = Steps(most_steps)
    is_open = [steps.read(sector) for sector in query.kernel.sector.tolist()]
    ways = _Ways(query, steps, is_open)
    targets = query.targets.vertex.tolist()
    order = ways.take_out_all(set(targets) if len(set(targets)) <= FEW_ENDS else set())
    reached = ways.reached(order, set(targets))
    answers = [NEVER] * query.targets.n
    for terminal, vertex in zip(query.targets.terminal.tolist(), targets, strict=True):
        answers[terminal] = steps.either_both(answers[terminal], reached[vertex], ALWAYS)
    usable = _usable(query.targets, steps, is_open)
    return steps.program(
        [steps.either_both(NEVER, *both) for both in zip(answers, usable, strict=True)]
    )


def _usable(ends: Ends, steps: Steps, is_open: list[int]) -> list[int]:
    """Return where each terminal stands on open ground of its own."""
    usable = [NEVER] * ends.n
    for row, terminal in enumerate(ends.terminal.tolist()):
        if ends.own[row]:
            usable[terminal] = steps.either_both(
                usable[terminal], is_open[ends.vertex[row]], ALWAYS
            )
    return usable


class _Ways:
    """The ways between vertices that are not yet taken out, over those that are.

    ``out[a][b]`` and ``into[b][a]`` tell in which states one leads from a to b, whether or not these
    are open; ``sure[a]`` are those to which one always leads. The sources are a vertex of their own.
    """

    def __init__(self, query: ReducedQuery, steps: Steps, is_open: list[int]) -> None:
        kernel = query.kernel
        self.steps = steps
        self.is_open = is_open
        self.source = kernel.n_vertices
        self.both_ways = leads_both_ways(kernel)
        self.out: list[dict[int, int]] = [{} for _ in range(self.source + 1)]
        self.into: list[dict[int, int]] = (
            self.out if self.both_ways else [{} for _ in range(self.source + 1)]
        )
        self.sure: list[set[int]] = [set() for _ in range(self.source + 1)]
        for tail, head in zip(kernel.tail.tolist(), kernel.head.tolist(), strict=True):
            self._lead(tail, head, ALWAYS)
        self._lead_in(query.sources)

    def _lead_in(self, sources: Ends) -> None:
        """Let ways from the sources begin at a vertex where their own ground is open."""
        usable = _usable(sources, self.steps, self.is_open)
        rows = zip(sources.terminal.tolist(), sources.vertex.tolist(), sources.own, strict=True)
        for terminal, vertex, own in rows:
            gate = ALWAYS if own else usable[terminal]
            known = self.out[self.source].get(vertex, NEVER)
            self._lead(self.source, vertex, self.steps.either_both(known, gate, ALWAYS))

    def _lead(self, tail: int, head: int, where: int) -> None:
        for a, b in ((tail, head), (head, tail))[: 1 + self.both_ways]:
            self.out[a][b] = self.into[b][a] = where
            if where == ALWAYS:
                self.sure[a].add(b)

    def take_out_all(self, last: set[int]) -> list[int]:
        """Take out all vertices, and return them in that order; some come last.

        The next one is always the one that takes the fewest steps now.
        """
        price = [self._price(vertex) for vertex in range(self.source)]
        waiting = [(vertex in last, price[vertex], vertex) for vertex in range(self.source)]
        heapq.heapify(waiting)
        order = []
        while waiting:
            _, asked, vertex = heapq.heappop(waiting)
            if asked != price[vertex]:
                continue
            price[vertex] = -1
            order.append(vertex)
            for other in self._take_out(vertex):
                price[other] = self._price(other)
                heapq.heappush(waiting, (other in last, price[other], other))
        return order

    def _price(self, vertex: int) -> int:
        """Return how many ways there would be to write down if a vertex were taken out."""
        ends = self.out[vertex].keys()
        return sum(len(ends - self.sure[a]) - (a in ends) for a in self.into[vertex])

    def _take_out(self, vertex: int) -> list[int]:
        """Take out a vertex, and return its neighbours, without the sources."""
        starts = sorted(self.into[vertex].items(), key=lambda way: (way[1] != ALWAYS, way[0]))
        ends = starts if self.both_ways else sorted(self.out[vertex].items())
        for at, (a, first) in enumerate(starts):
            through = NEVER
            for b, second in ends[at + 1 :] if self.both_ways else ends:
                known = self.out[a].get(b, NEVER)
                if a == b or known == ALWAYS:
                    continue
                through = through or self.steps.either_both(NEVER, first, self.is_open[vertex])
                self._lead(a, b, self.steps.either_both(known, through, second))
        for a, _ in starts:
            del self.out[a][vertex]
        if not self.both_ways:
            for b, _ in ends:
                del self.into[b][vertex]
        return [other for other in {**dict(starts), **dict(ends)} if other != self.source]

    def reached(self, order: list[int], wanted: set[int]) -> dict[int, int]:
        """Return where vertices are reached, once all are taken out: the wanted ones and others."""
        needed = set(wanted)
        for vertex in order:
            if vertex in needed:
                needed |= self.into[vertex].keys()
        reached = {self.source: ALWAYS}
        for vertex in reversed(order):
            if vertex in needed:
                found = NEVER
                for before, way in sorted(self.into[vertex].items()):
                    found = self.steps.either_both(found, reached[before], way)
                reached[vertex] = self.steps.either_both(NEVER, found, self.is_open[vertex])
        return reached
