"""Decision diagrams: what holds in some worlds, as a graph of choices that shares its parts.

Bryant's reduced ordered diagrams (1986), with as many branches at each level as the draw of that
level has outcomes. They stay small where a network is narrow, however many worlds there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NEVER, ALWAYS = 0, 1
"""The two nodes without branches."""
STEPS_PER_NODE = 4
"""How many steps of work there may be for each node that is allowed."""


class DiagramsTooLargeError(Exception):
    """The diagrams have more nodes than allowed; never leaves the engine."""


class Diagrams:
    """All diagrams over the same levels; equal ones are one node.

    Parameters
    ----------
    n_levels
        The number of levels.
    most_nodes
        How many nodes there may be.
    """

    def __init__(self, n_levels: int, most_nodes: int) -> None:
        self.n_levels = n_levels
        self.most_nodes = most_nodes
        self.level: list[int] = [n_levels, n_levels]
        self.branches: list[tuple[int, ...]] = [(), ()]
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._not: dict[int, int] = {NEVER: ALWAYS, ALWAYS: NEVER}

    def where(self, level: int, chosen: Sequence[bool]) -> Diagram:
        """Return what holds where the draw of a level has one of some outcomes."""
        return Diagram(self, self._node(level, tuple(int(one) for one in chosen)))

    @property
    def never(self) -> Diagram:
        """What holds in no world."""
        return Diagram(self, NEVER)

    @property
    def always(self) -> Diagram:
        """What holds in every world."""
        return Diagram(self, ALWAYS)

    def _node(self, level: int, branches: tuple[int, ...]) -> int:
        if all(branch == branches[0] for branch in branches):
            return branches[0]
        key = (level, branches)
        if key not in self._nodes:
            if len(self.level) >= self.most_nodes:
                raise DiagramsTooLargeError
            self._nodes[key] = len(self.level)
            self.level.append(level)
            self.branches.append(branches)
        return self._nodes[key]

    def negate(self, node: int) -> int:
        """Return the node of what holds where that of another does not."""
        if node not in self._not:
            branches = tuple(self.negate(branch) for branch in self.branches[node])
            self._not[node] = self._node(self.level[node], branches)
        return self._not[node]

    def both(self, a: int, b: int) -> int:
        """Return the node of what holds where those of two others do."""
        if b in {a, ALWAYS}:
            return a
        if a == ALWAYS:
            return b
        if NEVER in {a, b}:
            return NEVER
        key = (a, b) if a < b else (b, a)
        if key not in self._both:
            level = min(self.level[a], self.level[b])
            n = len(self.branches[a if self.level[a] == level else b])
            ours = self.branches[a] if self.level[a] == level else (a,) * n
            theirs = self.branches[b] if self.level[b] == level else (b,) * n
            if len(self._both) >= STEPS_PER_NODE * self.most_nodes:
                raise DiagramsTooLargeError
            branches = tuple(self.both(x, y) for x, y in zip(ours, theirs, strict=True))
            self._both[key] = self._node(level, branches)
        return self._both[key]

    def weight(self, node: int, chance: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return how likely what a node stands for is, for several sets of weights at once.

        Parameters
        ----------
        node
            The node.
        chance
            For each level, the weights of its outcomes: float64 of shape (sets, outcomes).

        Returns
        -------
        numpy.ndarray
            float64 of shape (sets,).
        """
        n_sets = len(chance[0]) if chance else 1
        below = [np.ones(n_sets)]  # from the last level up: the weight of all levels from one on
        for one in reversed(chance):
            below.insert(0, below[0] * one.sum(axis=1))
        weights = {NEVER: np.zeros(n_sets), ALWAYS: np.ones(n_sets)}
        for at in self._under(node):
            level, total = self.level[at], np.zeros(n_sets)
            for share, branch in zip(chance[level].T, self.branches[at], strict=True):
                total += share * weights[branch] * _ratio(below, level + 1, self.level[branch])
            weights[at] = total
        return weights[node] * _ratio(below, 0, self.level[node])

    def _under(self, node: int) -> list[int]:
        """Return the nodes that make up a diagram, each after its branches."""
        found, waiting = set(), [node]
        while waiting:
            at = waiting.pop()
            if at > ALWAYS and at not in found:
                found.add(at)
                waiting.extend(self.branches[at])
        return sorted(found)


def _ratio(below: list[NDArray[np.float64]], first: int, end: int) -> NDArray[np.float64]:
    """Return the weight of the levels that a branch passes over; none where it leads to none."""
    return np.divide(below[first], below[end], out=np.zeros(len(below[0])), where=below[end] > 0)


@dataclass(frozen=True)
class Diagram:
    """What holds in some worlds.

    Parameters
    ----------
    among
        The diagrams that it belongs to.
    node
        Its node.
    """

    among: Diagrams
    node: int

    def __and__(self, other: Diagram) -> Diagram:
        """Return where both hold."""
        return Diagram(self.among, self.among.both(self.node, other.node))

    def __or__(self, other: Diagram) -> Diagram:
        """Return where at least one holds."""
        return ~(~self & ~other)

    def __invert__(self) -> Diagram:
        """Return where it does not hold."""
        return Diagram(self.among, self.among.negate(self.node))
