"""Random networks with sectors, states and ends, and networkx as the judge of what connects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from engine.connectivity.bits import pack, unpack
from engine.connectivity.kernel import Ends, Kernel, build_kernel, ends_at, join_ends
from engine.connectivity.reduce import ReducedQuery
from engine.connectivity.reference import connected
from tests.draws import Draws

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn
    from numpy.typing import NDArray

End = tuple[int, frozenset[int]]
"""A node, and the sectors of the site that it stands for."""


@dataclass(frozen=True)
class Case:
    """A network of a few segments, some states of its sectors, and ends."""

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    sector: NDArray[np.int64]
    oneway: NDArray[np.bool_] | None
    keep: NDArray[np.bool_] | None
    is_open: NDArray[np.bool_]
    sources: tuple[End, ...]
    targets: tuple[End, ...]

    @property
    def kernel(self) -> Kernel:
        return build_kernel(self.u, self.v, self.sector, oneway=self.oneway, keep=self.keep)

    @property
    def query(self) -> ReducedQuery:
        kernel = self.kernel
        return ReducedQuery(
            kernel, self._ends(kernel, self.sources), self._ends(kernel, self.targets)
        )

    def _ends(self, kernel: Kernel, ends: tuple[End, ...]) -> Ends:
        own = np.zeros((len(ends), len(self.is_open)), dtype=bool)
        for row, (_, sectors) in enumerate(ends):
            own[row, list(sectors)] = True
        return join_ends(
            [ends_at(kernel, np.array([node]), own[row]) for row, (node, _) in enumerate(ends)]
        )

    @property
    def states(self) -> NDArray[np.uint64]:
        return pack(self.is_open)

    def by_networkx(self) -> NDArray[np.bool_]:
        """Return which target is reached in which state, segment by segment."""
        found = np.zeros((len(self.targets), self.is_open.shape[1]), dtype=bool)
        for state, is_open in enumerate(self.is_open.T):
            there = is_open[self.sector] & (True if self.keep is None else self.keep)
            graph = nx.DiGraph()
            for row in np.flatnonzero(there):
                graph.add_edge(self.u[row], self.v[row])
                if self.oneway is None or not self.oneway[row]:
                    graph.add_edge(self.v[row], self.u[row])
            reached: set[int] = set()
            for node, _ in filter(lambda end: self._usable(end, there), self.sources):
                reached |= {node} | nx.descendants(graph, node)
            for row, end in enumerate(self.targets):
                found[row, state] = end[0] in reached and self._usable(end, there)
        return found

    def _usable(self, end: End, there: NDArray[np.bool_]) -> bool:
        node, sectors = end
        at_node = there & ((self.u == node) | (self.v == node))
        return bool(np.isin(self.sector[at_node], list(sectors)).any())


@st.composite
def cases(draw: DrawFn, *, directed: bool | None = None) -> Case:
    """Draw a network of up to 12 nodes and 24 segments in up to 8 sectors, with 1 to 130 states."""
    random = Draws(draw)
    n_nodes = draw(st.integers(1, 12))
    n_segments = draw(st.integers(1, 24))
    n_sectors = draw(st.integers(1, 8))
    n_states = draw(st.sampled_from([1, 3, 64, 65, 130]))
    respect = draw(st.booleans()) if directed is None else directed
    keep = random.random(n_segments) < 0.8 if draw(st.booleans()) else None

    def ends() -> tuple[End, ...]:
        return tuple(
            (
                int(random.integers(n_nodes)),
                frozenset(np.flatnonzero(random.random(n_sectors) < 0.7).tolist()),
            )
            for _ in range(random.integers(1, 4))
        )

    is_open = random.random((n_sectors, n_states)) < random.choice([0.3, 0.6, 0.9])
    return Case(
        random.integers(n_nodes, size=n_segments),
        random.integers(n_nodes, size=n_segments),
        random.integers(n_sectors, size=n_segments),
        random.random(n_segments) < 0.5 if respect else None,
        keep,
        is_open[random.integers(n_sectors, size=n_sectors)],  # some histories are equal
        ends(),
        ends(),
    )


def answer(query: ReducedQuery, states: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Answer a query with the reference engine."""
    return connected(query.kernel, states, query.sources, query.targets)


def is_true(case: Case, query: ReducedQuery, rows: NDArray[np.uint64] | None = None) -> bool:
    """Return whether a query that was cut down still has the answer that networkx gives."""
    found = answer(query, case.states if rows is None else rows)
    return np.array_equal(unpack(found, case.is_open.shape[1]), case.by_networkx())
