"""Where every path ends, against a search vertex by vertex."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings

from engine.connectivity.bits import pack, unpack
from engine.connectivity.reference import blocking_vertices, connected
from tests.connectivity.networks import cases


def test_a_path_leads_on_or_ends_at_closed_vertices_next_to_what_is_reached() -> None:
    seen = Counter()

    @settings(max_examples=120)
    @given(cases())
    def compare(case):
        kernel, sources, targets = case.kernel, case.query.sources, case.query.targets
        joined = unpack(connected(kernel, case.states, sources, targets), case.is_open.shape[1])
        n_states = case.is_open.shape[1]
        blocking, on = blocking_vertices(kernel, case.states[kernel.sector], sources, targets)
        connected_in = unpack(on, n_states)
        assert np.array_equal(connected_in, joined.any(axis=0))
        first = pack(np.arange(targets.n)[:, np.newaxis] == np.zeros(n_states))
        _, on_first = blocking_vertices(kernel, case.states[kernel.sector], sources, targets, first)
        assert np.array_equal(unpack(on_first, n_states), joined[0])
        for state in np.flatnonzero(~connected_in[:4]).tolist():
            is_open = case.is_open[kernel.sector, state]
            found = np.flatnonzero(unpack(blocking, n_states)[:, state])
            usable = {
                terminal
                for terminal, vertex, own in zip(
                    sources.terminal, sources.vertex, sources.own, strict=True
                )
                if own and is_open[vertex]
            }
            reached = {
                vertex
                for terminal, vertex in zip(sources.terminal, sources.vertex, strict=True)
                if terminal in usable and is_open[vertex]
            }
            arcs = list(zip(kernel.tail, kernel.head, strict=True))
            for _ in range(kernel.n_vertices):
                reached |= {head for tail, head in arcs if tail in reached and is_open[head]}
            ahead = {head for tail, head in arcs if tail in reached} | set(sources.vertex)
            assert found.tolist() == sorted(vertex for vertex in ahead if not is_open[vertex])
            seen.update([len(found) > 0, "reached" if reached else "none"])

    compare()
    assert min(seen[True], seen["reached"], seen["none"]) > 10, seen
