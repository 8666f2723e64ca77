"""Decision diagrams: what holds in some worlds, as a graph of choices that shares its parts.

Bryant's reduced ordered diagrams (1986), with as many branches at each level as the variable of
that level has outcomes. They stay small where a network is narrow, however many worlds there are.
What does not hold is the same node, read the other way round (complement edges: Brace, Rudell and
Bryant 1990). Nodes that no diagram in use needs any longer are freed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ALWAYS, NEVER = 0, 1
"""The two edges to the node without branches. An edge is twice its node, plus 1 if it is read the
other way round."""
STEPS_PER_NODE = 4
"""How many steps of work there may be for each node that is allowed."""
FEWEST_TO_FREE = 1_000
"""With fewer nodes than this, none are looked for that could be freed."""


class DiagramsTooLargeError(Exception):
    """The diagrams have more nodes than allowed; never leaves the engine."""


class Diagrams:
    """All diagrams over the same levels; equal ones are one edge.

    Parameters
    ----------
    n_levels
        The number of levels.
    most_nodes
        How many nodes the diagrams in use may have, and how many one operation may add.
    """

    def __init__(self, n_levels: int, most_nodes: int) -> None:
        self.n_levels = n_levels
        self.most_nodes = most_nodes
        self.level: list[int] = [n_levels]
        self.branches: list[tuple[int, ...]] = [()]
        self.in_use: list[int] = [1]  # how many diagrams begin at each node
        self._free: list[int] = []
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._steps = 0
        self._free_at = FEWEST_TO_FREE
        self._limit = most_nodes

    def where(self, level: int, chosen: Sequence[bool]) -> Diagram:
        """Return what holds where the variable of a level has one of some outcomes."""
        self._make_room()
        return Diagram(self, self._node(level, tuple(ALWAYS if one else NEVER for one in chosen)))

    @property
    def never(self) -> Diagram:
        """What holds in no world."""
        return Diagram(self, NEVER)

    @property
    def always(self) -> Diagram:
        """What holds in every world."""
        return Diagram(self, ALWAYS)

    @property
    def n_nodes(self) -> int:
        """How many nodes there are, those included that could be freed."""
        return len(self._nodes)

    def _node(self, level: int, branches: tuple[int, ...]) -> int:
        """Return the edge of a choice between branches: the first of them is never read reversed."""
        first = branches[0]
        if branches.count(first) == len(branches):
            return first
        flip = first & 1
        if flip:
            branches = tuple([branch ^ 1 for branch in branches])
        key = (level, branches)
        node = self._nodes.get(key)
        if node is None:
            if len(self._nodes) >= self._limit:
                raise DiagramsTooLargeError
            node = self._nodes[key] = self._new(level, branches)
        return node << 1 | flip

    def _new(self, level: int, branches: tuple[int, ...]) -> int:
        if not self._free:
            self.level.append(level)
            self.branches.append(branches)
            self.in_use.append(0)
            return len(self.level) - 1
        node = self._free.pop()
        self.level[node], self.branches[node] = level, branches
        return node

    def both(self, a: int, b: int) -> int:
        """Return the edge of what holds where those of two others do.

        Raises
        ------
        DiagramsTooLargeError
            If it takes more nodes, or more steps, than allowed.
        """
        self._make_room()
        known = self._known(a, b)
        if known is not None:
            return known
        waiting = [self._begun(a, b)]
        while True:
            last = waiting[-1]
            if len(last.found) < len(last.pairs):
                x, y = last.pairs[len(last.found)]
                known = self._known(x, y)
                if known is None:
                    waiting.append(self._begun(x, y))
                else:
                    last.found.append(known)
                continue
            waiting.pop()
            edge = self._both[last.key] = self._node(last.level, tuple(last.found))
            if not waiting:
                return edge
            waiting[-1].found.append(edge)

    def _known(self, a: int, b: int) -> int | None:
        if a in {b, NEVER} or b == ALWAYS:
            return a
        if a == ALWAYS or b == NEVER:
            return b
        if a ^ b == 1:
            return NEVER
        return self._both.get((a, b) if a < b else (b, a))

    def _begun(self, a: int, b: int) -> _Step:
        self._steps += 1
        if self._steps > STEPS_PER_NODE * self.most_nodes:
            raise DiagramsTooLargeError
        level = min(self.level[a >> 1], self.level[b >> 1])
        n = len(self.branches[(a if self.level[a >> 1] == level else b) >> 1])
        pairs = list(zip(self.at(a, level, n), self.at(b, level, n), strict=True))
        return _Step((a, b) if a < b else (b, a), level, pairs, [])

    def at(self, edge: int, level: int, n: int) -> Sequence[int]:
        """Return where an edge leads on with each of n outcomes of a level that is not below it."""
        node, flip = edge >> 1, edge & 1
        if self.level[node] != level:
            return (edge,) * n
        branches = self.branches[node]
        return [branch ^ 1 for branch in branches] if flip else branches

    def _make_room(self) -> None:
        """Free the nodes that no diagram in use needs, if there are enough to look for some."""
        if len(self._nodes) >= self._free_at:
            needed = self._under([node for node, uses in enumerate(self.in_use) if uses])
            for node in set(self._nodes.values()) - needed:
                del self._nodes[self.level[node], self.branches[node]]
                self._free.append(node)
            needed.add(0)
            self._both = {
                (a, b): edge
                for (a, b), edge in self._both.items()
                if a >> 1 in needed and b >> 1 in needed and edge >> 1 in needed
            }
            if len(self._nodes) > self.most_nodes:
                raise DiagramsTooLargeError
            self._free_at = max(FEWEST_TO_FREE, 2 * len(self._nodes))
        self._limit = len(self._nodes) + self.most_nodes

    def _under(self, nodes: list[int]) -> set[int]:
        """Return some nodes with all that they lead to, but for the one without branches."""
        found: set[int] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node and node not in found:
                found.add(node)
                waiting.extend([branch >> 1 for branch in self.branches[node]])
        return found

    def weight(self, edge: int, chance: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return how likely what an edge stands for is, for several sets of weights at once.

        Parameters
        ----------
        edge
            The edge.
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
        for at in self._edges_under(edge):
            level, total = self.level[at >> 1], np.zeros(n_sets)
            for share, branch in zip(chance[level].T, self.at(at, level, 0), strict=True):
                total += share * weights[branch] * _ratio(below, level + 1, self.level[branch >> 1])
            weights[at] = total
        return weights[edge] * _ratio(below, 0, self.level[edge >> 1])

    def _edges_under(self, edge: int) -> list[int]:
        """Return the edges that make up a diagram, each after those that it leads on to.

        Nothing is subtracted from 1, so that what holds in no world has a weight of exactly 0.
        """
        found, waiting = set(), [edge]
        while waiting:
            at = waiting.pop()
            if at > NEVER and at not in found:
                found.add(at)
                waiting.extend(self.at(at, self.level[at >> 1], 0))
        return sorted(found, key=lambda at: (-self.level[at >> 1], at))


class _Step(NamedTuple):
    """A step of work begun: the branches of a node to be, as far as they are found."""

    key: tuple[int, int]
    level: int
    pairs: list[tuple[int, int]]
    found: list[int]


def _ratio(below: list[NDArray[np.float64]], first: int, end: int) -> NDArray[np.float64]:
    """Return the weight of the levels that a branch passes over; none where it leads to none."""
    return np.divide(below[first], below[end], out=np.zeros(len(below[0])), where=below[end] > 0)


class Diagram:
    """What holds in some worlds: as long as it is there, its nodes are.

    Parameters
    ----------
    among
        The diagrams that it belongs to.
    edge
        Its edge.
    """

    __slots__ = ("among", "edge")

    def __init__(self, among: Diagrams, edge: int) -> None:
        self.among = among
        self.edge = edge
        among.in_use[edge >> 1] += 1

    def __del__(self) -> None:
        """Let its nodes go."""
        self.among.in_use[self.edge >> 1] -= 1

    def __eq__(self, other: object) -> bool:
        """Return whether both hold in the same worlds."""
        if not isinstance(other, Diagram):
            return NotImplemented
        return self.among is other.among and self.edge == other.edge

    def __hash__(self) -> int:
        """Return the same for diagrams that are equal."""
        return hash((id(self.among), self.edge))

    def __and__(self, other: Diagram) -> Diagram:
        """Return where both hold."""
        return Diagram(self.among, self.among.both(self.edge, other.edge))

    def __or__(self, other: Diagram) -> Diagram:
        """Return where at least one holds."""
        return Diagram(self.among, self.among.both(self.edge ^ 1, other.edge ^ 1) ^ 1)

    def __invert__(self) -> Diagram:
        """Return where it does not hold."""
        return Diagram(self.among, self.edge ^ 1)

    def weight(self, chance: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return how likely it is; see `Diagrams.weight`."""
        return self.among.weight(self.edge, chance)
