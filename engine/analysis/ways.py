"""The road of a route or an enclave on a day: the pieces along its least bad way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from engine.analysis.reasons import badness, least_bad_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.status import Connections
    from engine.connectivity.kernel import Kernel
    from engine.control.states import States


def first_alike(states: States, actor: int) -> NDArray[np.int64]:
    """Return for each interval the first one on which all ground was the same to an actor.

    Returns
    -------
    numpy.ndarray
        int64 of shape (intervals,).
    """
    ground = [states.secure(actor), states.possible(actor), states.hostile(actor)]
    _, first, alike = np.unique(
        np.concatenate(ground), axis=1, return_index=True, return_inverse=True
    )
    return first[alike.ravel()]


def pieces_of_way(
    connections: Connections,
    states: States,
    actor: str,
    sources: Sequence[str],
    targets: Sequence[str],
    within: str | None,
    interval: int,
) -> NDArray[np.int64]:
    """Return the pieces along the least bad way between sites, from source to target.

    Over the ground of that way, it is the shortest in metres.

    Returns
    -------
    numpy.ndarray
        int64 of shape (pieces on the way,); empty if no way leads there.
    """
    kernel = connections.kernel(within)
    cost = badness(kernel, states, connections.actor_code(actor), interval)
    way = least_bad_way(
        kernel, cost, connections.ends(kernel, sources), connections.ends(kernel, targets)
    )
    if not len(way):
        return np.empty(0, dtype=np.int64)
    on_way = np.zeros(kernel.n_vertices, dtype=bool)
    on_way[way] = True
    starts = _nodes_on_way(connections, kernel, on_way, sources)
    goals = _nodes_on_way(connections, kernel, on_way, targets)
    return _shortest(connections, _pieces_on_way(connections, kernel, on_way), starts, goals)


def _nodes_on_way(
    connections: Connections, kernel: Kernel, on_way: NDArray[np.bool_], names: Sequence[str]
) -> NDArray[np.int64]:
    """Return the nodes of sites that have ground of their own on the way."""
    parts = [part for name in names for part in connections.parts(name)]
    nodes = np.concatenate([connections.nodes(part) for part in parts])
    ends = connections.ends(kernel, names)
    return np.unique(nodes[ends.terminal[ends.own & on_way[ends.vertex]]])


def _pieces_on_way(
    connections: Connections, kernel: Kernel, on_way: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the pieces both of whose ends belong to vertices of the way."""
    network, sector = connections.ground.network, connections.ground.sector
    n_sectors = connections.ground.n_sectors
    meetings = kernel.meeting_node * n_sectors + kernel.meeting_sector
    on_both = np.ones(len(sector), dtype=bool)
    for node in (network.u, network.v):
        key = node.astype(np.int64) * n_sectors + sector
        row = np.minimum(np.searchsorted(meetings, key), len(meetings) - 1)
        on_both &= (meetings[row] == key) & on_way[kernel.meeting_vertex[row]]
    return np.flatnonzero(on_both)


def _shortest(
    connections: Connections,
    pieces: NDArray[np.int64],
    starts: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the shortest of the ways over some pieces from any start to any goal, in order."""
    network = connections.ground.network
    nodes, local = np.unique(
        np.concatenate([network.u[pieces], network.v[pieces], starts, goals]), return_inverse=True
    )
    n = len(pieces)
    u, v, metres = local[:n], local[n : 2 * n], network.length[pieces]
    starts, goals = np.split(local[2 * n :], [len(starts)])
    back = np.ones(len(pieces), dtype=bool)
    if connections.scenario.oneway == "respect":
        back = ~network.oneway[pieces]
    tail, head = np.concatenate([u, v[back]]), np.concatenate([v, u[back]])
    piece = np.concatenate([pieces, pieces[back]])
    weight = np.concatenate([metres, metres[back]]) + 1e-9  # SciPy takes zero for no arc
    order = np.lexsort((weight, head, tail))
    tail, head, piece, weight = tail[order], head[order], piece[order], weight[order]
    once = np.ones(len(tail), dtype=bool)
    once[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    tail, head, piece, weight = tail[once], head[once], piece[once], weight[once]
    graph = csr_array((weight, (tail, head)), shape=(len(nodes), len(nodes)))
    far, before, _ = dijkstra(graph, indices=starts, min_only=True, return_predecessors=True)
    if np.isinf(far[goals]).all():
        return np.empty(0, dtype=np.int64)
    key = tail * len(nodes) + head
    at, way = int(goals[far[goals].argmin()]), []
    while before[at] >= 0:
        way.append(piece[np.searchsorted(key, int(before[at]) * len(nodes) + at)])
        at = int(before[at])
    return np.array(way[::-1], dtype=np.int64)
