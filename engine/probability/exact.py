"""How likely an answer is, exactly: over all worlds, or by a decision diagram."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.connectivity.bits import unpack
from engine.connectivity.decision_diagrams import DiagramsTooLargeError
from engine.probability.query_event import beyond
from engine.probability.uncertainty import FALSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.connectivity.decision_diagrams import Unfolded
    from engine.probability.query_event import Case, QueryEvent

BLOCK = 2**16
"""How many worlds are worked on at a time: their states fit the caches of a processor."""
SETS_AT_ONCE = 64
"""How many sets of weights a table is computed with at a time."""


@dataclass(frozen=True)
class Effort:
    """How far to go for an answer.

    Parameters
    ----------
    at_once
        Up to so many joint outcomes, all worlds are gone through without more ado.
    first_nodes
        Beyond that, how many nodes a first attempt at a decision diagram may have.
    most_worlds
        If that is too few, up to so many joint outcomes all worlds are gone through.
    most_nodes
        Beyond that, how many nodes the last attempt may have; then the answer is sampled.
    tolerance
        Sampling stops when the interval is not wider than this to either side.
    most_chunks
        After so many chunks it stops anyway.
    seed
        Where the random numbers start.

    Examples
    --------
    >>> import engine
    >>> engine.Effort(tolerance=0.01).tolerance
    0.01
    """

    at_once: int = 2**10
    first_nodes: int = 20_000
    most_worlds: int = 2**22
    most_nodes: int = 1_000_000
    tolerance: float = 0.005
    most_chunks: int = 256
    seed: int = 0


MORE_NODES = 8
"""How many times the nodes of one attempt the next one may have: room costs time."""


class Answer(Protocol):
    """A yes or no for every world, which any probabilities of the variables can be put to."""

    method: str

    def weight(self, weights: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the probability that the answer is yes.

        Parameters
        ----------
        weights
            For each variable, the weights of its outcomes: float64 of shape (sets, outcomes), or one
            set alone, of shape (outcomes,).

        Returns
        -------
        numpy.ndarray
            float64 of shape (sets,).
        """

    def negated(self) -> Answer:
        """Return yes for no, and no for yes."""


@dataclass(frozen=True, eq=False)
class Table:
    """The answer in every world.

    Parameters
    ----------
    outer
        How many of the variables come first: their outcomes count the rows.
    bits
        For each row, the worlds of the other variables, packed: uint64 of shape (rows, words).
    """

    outer: int
    bits: NDArray[np.uint64]
    method = "all worlds"

    def weight(self, weights: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the probability that the answer is yes; see `Answer`."""
        sets = [np.atleast_2d(one) for one in weights]
        n_sets = len(sets[0]) if sets else 1
        parts = [
            self._weight([one[first : first + SETS_AT_ONCE] for one in sets])
            for first in range(0, n_sets, SETS_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _weight(self, sets: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        by_row, by_world = joint(sets[: self.outer]), joint(sets[self.outer :])
        total = np.zeros(len(sets[0]) if sets else 1)
        for row, words in enumerate(self.bits):
            yes = unpack(words, by_world.shape[1])
            total += by_row[:, row] * np.add.reduce(by_world[:, yes], axis=1)
        return total

    def negated(self) -> Table:
        """Return yes for no, and no for yes."""
        return Table(self.outer, ~self.bits)


@dataclass(frozen=True, eq=False)
class Compiled:
    """The answer as the nodes of a decision diagram.

    Parameters
    ----------
    nodes
        Its levels are the variables.
    """

    nodes: Unfolded
    method = "decision diagram"

    def weight(self, weights: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the probability that the answer is yes; see `Answer`."""
        sets = [np.atleast_2d(one) for one in weights]
        return self.nodes.weight(sets)

    def negated(self) -> Compiled:
        """Return yes for no, and no for yes."""
        return Compiled(~self.nodes)


def joint(weights: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the weights of all joint outcomes, the last variable counting fastest.

    Parameters
    ----------
    weights
        For each variable, float64 of shape (sets, outcomes).

    Returns
    -------
    numpy.ndarray
        float64 of shape (sets, joint outcomes).
    """
    found = np.ones((1, 1))
    for one in weights:
        found = (found[:, :, np.newaxis] * one[:, np.newaxis, :]).reshape(len(one), -1)
    return found


def outcomes(sizes: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return the outcome of each variable in all worlds, the last variable counting fastest."""
    n = math.prod(sizes)
    every = np.arange(n)
    found = []
    for size in sizes:
        n //= size
        found.append(every // n % size)
    return found


def answer_of(event: QueryEvent, effort: Effort) -> Answer | None:
    """Return the exact answer in every world, or None if that takes too much.

    Parameters
    ----------
    event
        The question with its variables.
    effort
        How far to go.
    """
    if event.n_worlds <= min(effort.at_once, effort.most_worlds):
        return table_of(event)
    enumerable = event.n_worlds <= effort.most_worlds
    most_nodes = min(effort.first_nodes, effort.most_nodes)
    while True:
        try:
            return Compiled(event.diagram(most_nodes).unfolded())
        except DiagramsTooLargeError:
            if enumerable or most_nodes >= effort.most_nodes:
                break
        most_nodes = min(MORE_NODES * most_nodes, effort.most_nodes)
    return table_of(event) if enumerable else None


def table_of(event: QueryEvent) -> Table:
    """Return the answer in every world, block by block."""
    sizes = [variable.n for variable in event.variables]
    outer = len(sizes)
    while outer and math.prod(sizes[outer - 1 :]) <= BLOCK:
        outer -= 1
    inner = [
        beyond(at, size) for at, size in zip(outcomes(sizes[outer:]), sizes[outer:], strict=True)
    ]
    n = math.prod(sizes[outer:])
    rows = [
        event.bits([*chosen, *inner], n)
        for chosen in product(*(range(size) for size in sizes[:outer]))
    ]
    return Table(outer, np.array(rows))


# What an answer becomes when some events are known to be true or false.

Evidence = tuple[tuple[int, bool], ...]
"""Words, each with whether it is true."""


def conditional(
    event: QueryEvent, answers: Sequence[Answer], given: Sequence[Evidence]
) -> NDArray[np.float64]:
    """Return the probability of each piece of evidence, alone and together with each answer.

    Parameters
    ----------
    event
        The variables, which tell statements that are false from statements without a say.
    answers
        Answers over these variables.
    given
        The evidence.

    Returns
    -------
    numpy.ndarray
        The probability of the evidence, then that of it and each answer: float64 of shape
        (1 + answers, evidence).
    """
    cases = _cases(event, given)
    weights = _weights(event, [case for _, case in cases])
    alone = np.ones(len(cases))
    for weight in weights:
        alone *= weight.sum(axis=1)
    found = np.zeros((1 + len(answers), len(given)))
    owner = [at for at, _ in cases]
    for row, part in enumerate([alone, *(answer.weight(weights) for answer in answers)]):
        np.add.at(found[row], owner, part)
    return found


def _weights(
    event: QueryEvent, cases: list[dict[int, NDArray[np.bool_]]]
) -> list[NDArray[np.float64]]:
    """Return the weights of each variable's outcomes, 0 for those that a case excludes, (cases, outcomes).

    A case speaks of few variables, and leaves the others as they are.
    """
    weights = [np.tile(variable.probability, (len(cases), 1)) for variable in event.variables]
    for row, case in enumerate(cases):
        for number, agrees in case.items():
            weights[number][row, ~agrees] = 0.0
    return weights


def _cases(
    event: QueryEvent, given: Sequence[Evidence]
) -> list[tuple[int, dict[int, NDArray[np.bool_]]]]:
    """Return the ways in which each piece of evidence can come about, by variable; no two of them at once.

    A report is false because it is false in itself, or because its source is wrong.
    """
    ways = {
        each: _ways(event, each[0], true=each[1])
        for each in dict.fromkeys(each for evidence in given for each in evidence)
    }
    found = []
    for at, evidence in enumerate(given):
        for parts in product(*(ways[each] for each in evidence)):
            case: dict[int, NDArray[np.bool_]] = {}
            for part in parts:
                for number, agrees in part:
                    case[number] = case[number] & agrees if number in case else agrees
            found.append((at, case))
    return found


def _ways(event: QueryEvent, statement: int, *, true: bool) -> list[Case]:
    found: list[Case] = []
    for number, values, given, source in event.decided(statement):
        holds = values != FALSE
        if true:
            found.append([(number, holds), *given, *source])
            continue
        found.append([(number, ~holds), *given])
        found += [[(number, holds), *given, (at, ~right)] for at, right in source]
    return found
