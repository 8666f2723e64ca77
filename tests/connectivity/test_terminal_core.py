"""What decides between two sets of ends, against networkx."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pytest

from engine.connectivity.kernel import Kernel
from engine.connectivity.reduce import Core, terminal_core


def random_kernel(dice, n, directed):
    pairs = {(dice.randrange(n), dice.randrange(n)) for _ in range(2 * n)}
    pairs = {(a, b) for a, b in pairs if a != b}
    if not directed:
        pairs |= {(b, a) for a, b in pairs}
    tail, head = np.array(sorted(pairs, key=lambda pair: pair[::-1]), dtype=np.int64).T
    none = np.empty(0, dtype=np.int64)
    return Kernel(np.arange(n), tail, head, none, none, none)


@pytest.mark.parametrize("directed", [False, True])
def test_the_core_decides_as_the_whole_kernel_does(directed) -> None:
    dice = random.Random(7)
    kinds = {bool: 0, Core: 0}
    for _ in range(300):
        n = dice.randrange(4, 12)
        kernel = random_kernel(dice, n, directed)
        must = np.array([dice.random() < 0.3 for _ in range(n)])
        may = must | np.array([dice.random() < 0.7 for _ in range(n)])
        ends = [np.array(dice.sample(range(n), dice.randrange(1, 3))) for _ in range(2)]
        core = terminal_core(kernel, may, must, *ends)
        kinds[type(core)] += 1
        doubtful = np.flatnonzero(may & ~must)
        for _ in range(20):
            is_open = must.copy()
            is_open[doubtful] = [dice.random() < 0.5 for _ in doubtful]
            graph = nx.DiGraph()
            graph.add_nodes_from(np.flatnonzero(is_open).tolist())
            arcs = zip(kernel.tail.tolist(), kernel.head.tolist(), strict=True)
            graph.add_edges_from((a, b) for a, b in arcs if is_open[a] and is_open[b])
            expected = any(
                s in graph and t in graph and nx.has_path(graph, s, t)
                for s in ends[0]
                for t in ends[1]
            )
            found = core if isinstance(core, bool) else decided(core, is_open)
            assert found == expected
    assert min(kinds.values()) > 50


def decided(core: Core, is_open) -> bool:
    reached, waiting = {core.start}, [core.start]
    while waiting:
        for head in core.heads[waiting.pop()]:
            if head not in reached and (core.sector[head] < 0 or is_open[core.sector[head]]):
                reached.add(head)
                waiting.append(head)
    return core.goal in reached
