"""Reachability as a straight line of bitwise steps: Gauss's elimination over open and closed.

A vertex is taken out of the graph by joining its neighbours: a path from a to b through x is open
where those from a to x and from x to b are, and x itself. What is left at the end are the paths from
the sources, and from them, backwards, what each vertex is reached by. Joining vertices in series
and in parallel are the cases of two neighbours. The order costs time once; then the steps are the
same for all states, however these are cut up: nothing branches, and nothing is done twice.

Steps that go on from one another are one line, so that what they add up stays in the registers of the
machine; and a line stands as near as may be before those that rest on it, so that few values wait.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.reduce import leads_both_ways

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.connectivity.kernel import Ends
    from engine.connectivity.reduce import ReducedQuery

NEVER, ALWAYS = 0, 1
"""The values that are 0, and 1, in every state."""


READ = -1
"""The first step of a line that has none: it reads a sector."""


@dataclass(frozen=True, eq=False)
class Program:
    """Lines on registers, one after the other: ``into = start | (left & right) | (left & right) ...``.

    Parameters
    ----------
    n_registers
        How many registers there are; the first two hold never and always.
    lines
        The register written, the register to start from, and where the steps of a line begin and end
        among all, int64 of shape (lines, 4). A line that begins at `READ` reads a sector instead: the
        one that stands in the place of the start.
    steps
        The registers left and right of each step, int64 of shape (steps, 2).
    answer
        The register that holds each answer at the end, int64 of shape (answers,).
    """

    n_registers: int
    lines: NDArray[np.int64]
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
        if left > right:
            left, right = right, left
        if start == ALWAYS or left == NEVER or start in {left, right}:
            return start
        if left == ALWAYS and right == ALWAYS:
            return ALWAYS
        if start == NEVER and left in {ALWAYS, right}:
            return right
        key = (start, left, right)
        value = self._value_of_step.get(key)
        if value is None:
            if len(self._steps) >= self.most:
                raise TooManyStepsError
            value = self._value_of_step[key] = self._new_value()
            self._steps[value] = key
        return value

    def program(self, answers: list[int]) -> Program:
        """Return the lines that some values take, on as few registers as need be."""
        made = self._in_order(answers)
        last_use = {part: at for at, (_, parts) in enumerate(made) for part in parts}
        last_use.update(dict.fromkeys([NEVER, ALWAYS, *answers], len(made)))
        place = {NEVER: NEVER, ALWAYS: ALWAYS}
        n_registers, free = len(place), list[int]()
        lines, steps = list[tuple[int, int, int, int]](), list[int]()
        for at, (value, parts) in enumerate(made):
            used = [place[part] for part in parts]
            free += [place[part] for part in dict.fromkeys(parts) if last_use[part] == at]
            if not free:
                free.append(n_registers)
                n_registers += 1
            place[value] = free.pop()
            if parts:
                first = len(steps) // 2
                steps += used[1:]
                lines.append((place[value], used[0], first, len(steps) // 2))
            else:
                lines.append((place[value], self._sector_of[value], READ, READ))
        return Program(
            n_registers,
            np.array(lines, dtype=np.int64).reshape(-1, 4),
            np.array(steps, dtype=np.int64).reshape(-1, 2),
            np.array([place[value] for value in answers], dtype=np.int64),
        )

    def _in_order(self, answers: list[int]) -> list[tuple[int, list[int]]]:
        """Return the values on which answers rest, each after its parts and near to what asks for it.

        The parts are where a line starts, and left and right of each step; a sector has none.
        """
        uses = defaultdict[int, int](int, dict.fromkeys(answers, 2))
        for value in reversed(self._steps):
            if value in uses:
                for part in self._steps[value]:
                    uses[part] += 1
        found, made = {NEVER, ALWAYS}, list[tuple[int, list[int]]]()
        waiting: list[tuple[int, list[int] | None]] = [(answer, None) for answer in answers]
        while waiting:
            value, parts = waiting.pop()
            if parts is not None:
                made.append((value, parts))
            elif value not in found:
                found.add(value)
                parts = self._parts(value, uses)
                waiting.append((value, parts))
                waiting += [(part, None) for part in parts if part not in found]
        return made

    def _parts(self, value: int, uses: Mapping[int, int]) -> list[int]:
        """Return what a value is made of: steps back to a start that is used elsewhere, too."""
        if value not in self._steps:
            return []
        pairs = list[int]()
        while True:
            value, left, right = self._steps[value]
            pairs += [right, left]
            if uses[value] > 1 or value not in self._steps:
                return [value, *reversed(pairs)]


# The elimination itself.

PAIRS_PER_STEP = 4
"""An order with more pairs of neighbours than this for each step allowed is not tried out: both ways of a
pair are one step, and many pairs none."""
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
    paths = _Paths(query, steps, is_open)
    targets = query.targets.vertex.tolist()
    order = paths.order(set(targets) if len(set(targets)) <= FEW_ENDS else set())
    for vertex in order:
        paths.take_out(vertex)
    reached = paths.reached(order, set(targets))
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


class _Paths:
    """The paths between vertices that are not yet taken out, over those that are.

    ``out[a][b]`` and ``into[b][a]`` tell in which states one leads from a to b, whether or not these
    are open. The sources are a vertex of their own.
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
        for tail, head in zip(kernel.tail.tolist(), kernel.head.tolist(), strict=True):
            self._lead(tail, head, ALWAYS)
        self._lead_in(query.sources)

    def _lead_in(self, sources: Ends) -> None:
        """Let paths from the sources begin at a vertex where their own ground is open."""
        usable = _usable(sources, self.steps, self.is_open)
        rows = zip(sources.terminal.tolist(), sources.vertex.tolist(), sources.own, strict=True)
        for terminal, vertex, own in rows:
            gate = ALWAYS if own else usable[terminal]
            known = self.out[self.source].get(vertex, NEVER)
            self._lead(self.source, vertex, self.steps.either_both(known, gate, ALWAYS))

    def _lead(self, tail: int, head: int, where: int) -> None:
        for a, b in ((tail, head), (head, tail))[: 1 + self.both_ways]:
            self.out[a][b] = self.into[b][a] = where

    def order(self, last: set[int]) -> list[int]:
        """Return an order in which all vertices can be taken out; some come last.

        Raises
        ------
        TooManyStepsError
            If that takes far more steps than allowed.
        """
        from engine.connectivity._orders import least_fill

        paths = np.array([(a, b) for a, others in enumerate(self.out) for b in others])
        tail, head = paths.reshape(-1, 2).astype(np.int64).T
        at_last = np.zeros(self.source, dtype=bool)
        at_last[list(last)] = True
        most = PAIRS_PER_STEP * self.steps.most
        order = least_fill(tail, head, at_last, most, both_ways=self.both_ways)
        if len(order) < self.source:
            raise TooManyStepsError
        return order.tolist()

    def take_out(self, vertex: int) -> None:
        """Take out a vertex: join its neighbours."""
        starts = sorted(self.into[vertex].items(), key=lambda path: (path[1] != ALWAYS, path[0]))
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
                for before, path in sorted(self.into[vertex].items()):
                    found = self.steps.either_both(found, reached[before], path)
                reached[vertex] = self.steps.either_both(NEVER, found, self.is_open[vertex])
        return reached
