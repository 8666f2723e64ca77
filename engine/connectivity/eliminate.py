"""Reachability as a straight line of bitwise steps: Gauss's elimination over open and closed.

A vertex is taken out of the graph by joining its neighbours: a way from a to b through x is open
where those from a to x and from x to b are, and x itself. What is left at the end are the ways from
the sources, and from them, backwards, what each vertex is reached by. Joining vertices in series
and in parallel are the cases of two neighbours. The order costs time once; then the steps are the
same for all states, however these are cut up: nothing branches, and nothing is done twice.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from engine.connectivity.program import ALWAYS, NEVER, Program, Steps
from engine.connectivity.reduce import leads_both_ways

if TYPE_CHECKING:
    from engine.connectivity.kernel import Ends
    from engine.connectivity.reduce import Question

FEW_ENDS = 4
"""So few vertices at which targets attach are taken out last, which saves the way back."""


def eliminated(question: Question, most_steps: int) -> Program:
    """Return the steps that answer a question.

    Parameters
    ----------
    question
        The question.
    most_steps
        How many steps there may be.

    Raises
    ------
    TooManyStepsError
        If it takes more.
    """
    steps = Steps(most_steps)
    is_open = [steps.read(sector) for sector in question.kernel.sector.tolist()]
    ways = _Ways(question, steps, is_open)
    targets = question.targets.vertex.tolist()
    order = ways.take_out_all(set(targets) if len(set(targets)) <= FEW_ENDS else set())
    reached = ways.reached(order, set(targets))
    answers = [NEVER] * question.targets.n
    for terminal, vertex in zip(question.targets.terminal.tolist(), targets, strict=True):
        answers[terminal] = steps.either_both(answers[terminal], reached[vertex], ALWAYS)
    usable = _usable(question.targets, steps, is_open)
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

    def __init__(self, question: Question, steps: Steps, is_open: list[int]) -> None:
        kernel = question.kernel
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
        self._lead_in(question.sources)

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
