"""Decision diagrams: what holds in some worlds, as a graph of choices that shares its parts.

Bryant's reduced ordered diagrams (1986), kept by OxiDD. A level stands for a variable with any
number of outcomes: it is written as one binary choice after the other ("the first outcome, or
else the second, or else ..."). Diagrams stay small where a network is narrow, however many worlds
there are.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from oxidd.bcdd import BCDDManager
from oxidd.util import DDMemoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from oxidd.bcdd import BCDDFunction

STEPS_KEPT = 4
"""How many steps of work are remembered for each node that is allowed, at most."""
MOST_STEPS_KEPT = 2**18
WAITS = (0.0, *(0.001 * 2**attempt for attempt in range(10)))
"""Seconds to wait for nodes to be freed, again and again: about one together.

OxiDD frees nodes on a thread of its own too. While that one works, `gc` does nothing, and there is no room; on a
busy machine it may take a while. What fits must not depend on how busy the machine is.
"""


W = TypeVar("W", float, "NDArray[np.float64]")
"""The weight of something, or its weights under several sets."""


NEVER, ALWAYS = -1, -2
"""The two ends of the nodes of a diagram."""


class DiagramsTooLargeError(Exception):
    """The diagrams have more nodes than allowed; never leaves the engine."""


class Diagrams:
    """All diagrams over the same levels; equal ones are one.

    Parameters
    ----------
    sizes
        How many outcomes the variable of each level has.
    most_nodes
        How many nodes the diagrams in use may have together.

    Raises
    ------
    DiagramsTooLargeError
        If the levels alone need more.
    """

    def __init__(self, sizes: Sequence[int], most_nodes: int) -> None:
        self.sizes = tuple(sizes)
        choices = [size - 1 for size in sizes]
        self.first = list(accumulate(choices, initial=0))
        self.level_of_choice = np.repeat(np.arange(len(sizes)), choices).tolist()
        if most_nodes <= sum(choices):
            raise DiagramsTooLargeError
        self._manager = BCDDManager(most_nodes, min(STEPS_KEPT * most_nodes, MOST_STEPS_KEPT), 1)
        self._manager.add_vars(sum(choices))
        self.never = Diagram(self, self._manager.false())
        self.always = Diagram(self, self._manager.true())

    @property
    def n_nodes(self) -> int:
        """How many nodes there are, once those are freed that no diagram needs."""
        self._manager.gc()
        return self._manager.num_inner_nodes()

    def where(self, level: int, chosen: Sequence[bool]) -> Diagram:
        """Return what holds where the variable of a level has one of some outcomes.

        Examples
        --------
        >>> diagrams = Diagrams([3], 100)
        >>> first, others = diagrams.where(0, [True, False, False]), diagrams.where(0, [False, True, True])
        >>> first == ~others
        True
        """
        ends = {True: self.always.function, False: self.never.function}

        def build() -> BCDDFunction:
            found = ends[bool(chosen[-1])]
            for at in reversed(range(self.sizes[level] - 1)):
                choice = self._manager.var(self.first[level] + at)
                found = choice.ite(ends[bool(chosen[at])], found)
            return found

        return self.made(build)

    def made(self, build: Callable[[], BCDDFunction]) -> Diagram:
        """Return what is built; if there is no room, nodes are freed that no diagram needs.

        Raises
        ------
        DiagramsTooLargeError
            If there is no room even so.
        """
        for seconds in WAITS:
            try:
                return Diagram(self, build())
            except DDMemoryError:
                self._manager.gc()
                time.sleep(seconds)
        try:
            return Diagram(self, build())
        except DDMemoryError as error:
            raise DiagramsTooLargeError from error

    def unfolded(self, function: BCDDFunction) -> Unfolded:
        """Return the nodes of a diagram, each once."""
        parts = self._parts(function)
        levels = {part: self._level(part) for part in parts}
        order = sorted(parts, key=levels.__getitem__, reverse=True)
        at = {part: row for row, part in enumerate(order)}
        at |= {self.never.function: NEVER, self.always.function: ALWAYS}
        nodes = [(levels[part], tuple(at[branch] for branch in parts[part])) for part in order]
        return Unfolded(len(self.sizes), tuple(nodes), at[function])

    def _level(self, function: BCDDFunction) -> int:
        """Return the first level on which something depends; that after the last for nothing."""
        choice = function.node_level()
        return len(self.sizes) if choice is None else self.level_of_choice[choice]

    def _parts(self, function: BCDDFunction) -> dict[BCDDFunction, list[BCDDFunction]]:
        """Return all that a diagram leads to, each with what follows on each outcome."""
        parts: dict[BCDDFunction, list[BCDDFunction]] = {}
        waiting = [function]
        while waiting:
            part = waiting.pop()
            if part not in parts and part.node_level() is not None:
                parts[part] = self._branches(part)
                waiting.extend(parts[part])
        return parts

    def _branches(self, function: BCDDFunction) -> list[BCDDFunction]:
        level = self._level(function)
        branches, rest = [], function
        for choice in range(self.first[level], self.first[level + 1]):
            both = rest.cofactors() if rest.node_level() == choice else None
            branches.append(rest if both is None else both[0])
            rest = rest if both is None else both[1]
        return [*branches, rest]


@dataclass(frozen=True, slots=True)
class Diagram:
    """What holds in some worlds: as long as it is there, its nodes are.

    Parameters
    ----------
    among
        The diagrams that it belongs to.
    function
        Its nodes, as OxiDD keeps them.
    """

    among: Diagrams
    function: BCDDFunction

    def __and__(self, other: Diagram) -> Diagram:
        """Return where both hold."""
        return self.among.made(lambda: self.function & other.function)

    def __or__(self, other: Diagram) -> Diagram:
        """Return where at least one holds."""
        return self.among.made(lambda: self.function | other.function)

    def __invert__(self) -> Diagram:
        """Return where it does not hold."""
        return Diagram(self.among, ~self.function)

    def unfolded(self) -> Unfolded:
        """Return its nodes, which say all that it does and need no OxiDD."""
        return self.among.unfolded(self.function)


@dataclass(frozen=True, eq=False)
class Unfolded:
    """The nodes of a diagram.

    Parameters
    ----------
    n_levels
        The number of levels.
    nodes
        The level of each node, and the node that each outcome leads to; a node comes after those.
        `NEVER` and `ALWAYS` are the two ends.
    root
        The node with which it begins.
    """

    n_levels: int
    nodes: tuple[tuple[int, tuple[int, ...]], ...]
    root: int

    def __invert__(self) -> Unfolded:
        """Return where it does not hold: the two ends change places."""
        other = {NEVER: ALWAYS, ALWAYS: NEVER}
        nodes = tuple(
            (level, tuple(other.get(branch, branch) for branch in branches))
            for level, branches in self.nodes
        )
        return Unfolded(self.n_levels, nodes, other.get(self.root, self.root))

    def weight(self, chance: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return its probability, for several sets of weights at once.

        Nothing is subtracted from 1, so that what holds in no world has a weight of exactly 0.

        Parameters
        ----------
        chance
            For each level, the weights of its outcomes: float64 of shape (sets, outcomes).

        Returns
        -------
        numpy.ndarray
            float64 of shape (sets,).
        """
        if chance and len(chance[0]) > 1:
            below = _weights_below(chance)
            return self._weighed([list(one.T) for one in chance], below, np.zeros_like(below[0]))
        # Of one set, plain numbers: the same sums, and ten times as fast as arrays of length one.
        one_set = [float(weight[0]) for weight in _weights_below(chance)]
        return np.array([self._weighed([one[0].tolist() for one in chance], one_set, 0.0)])

    def _weighed(self, shares: list[list[W]], below: list[W], nothing: W) -> W:
        """Return the weight.

        Parameters
        ----------
        shares
            The weight of each outcome of each level.
        below
            The weight of all levels from each one on; 1 after the last.
        nothing
            A weight of 0.
        """
        ratios: dict[tuple[int, int], W] = {}

        def passed(first: int, end: int) -> W:
            """Return the weight of the levels that a branch passes over."""
            if (first, end) not in ratios:
                ratios[first, end] = _ratio(below[first], below[end])
            return ratios[first, end]

        # The two ends stand last, as -1 and -2.
        weights = [nothing] * len(self.nodes) + [below[-1], nothing]
        levels = [level for level, _ in self.nodes] + [self.n_levels] * 2
        for at, (level, branches) in enumerate(self.nodes):
            total = nothing
            for share, branch in zip(shares[level], branches, strict=True):
                total = total + share * weights[branch] * passed(level + 1, levels[branch])
            weights[at] = total
        return weights[self.root] * passed(0, levels[self.root])


def _weights_below(chance: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return the weight of all levels from each one on, for each set; 1 after the last level."""
    below = [np.ones(len(chance[0]) if chance else 1)]
    for one in reversed(chance):
        below.append(below[-1] * one.sum(axis=1))
    return below[::-1]


def _ratio(weight: W, of: W) -> W:
    """Return a quotient; 0 where it is of nothing."""
    if isinstance(of, float):
        return weight / of if of > 0 else 0.0
    return np.divide(weight, of, out=np.zeros_like(of), where=of > 0)
