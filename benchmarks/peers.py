"""Whether two nodes are connected over some of the segments, as the users of other libraries ask it.

Each function takes the whole network and returns one that answers for a state. What can be built
once is built before; what a state changes is done again for each, since no library here answers
several states at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.network.arrays import Network

    Ask = Callable[[np.ndarray, int, int], bool]

RA2CE_PYTHON = Path(__file__).parent / ".venv/bin/python"
"""ra2ce wants an older pandas: ``python -m venv benchmarks/.venv``, and pip install ra2ce there."""


def scipy(network: Network) -> Ask:
    n = network.n_nodes

    def ask(is_open: np.ndarray, start: int, end: int) -> bool:
        u, v = network.u[is_open], network.v[is_open]
        graph = csr_array((np.ones(len(u), dtype=bool), (u, v)), shape=(n, n))
        _, part = connected_components(graph, directed=False)
        return part[start] == part[end]

    return ask


def igraph(network: Network) -> Ask:
    import igraph

    graph = igraph.Graph(network.n_nodes, np.column_stack([network.u, network.v]))

    def ask(is_open: np.ndarray, start: int, end: int) -> bool:
        part = graph.subgraph_edges(np.flatnonzero(is_open), delete_vertices=False)
        member = part.connected_components().membership
        return member[start] == member[end]

    return ask


def rustworkx(network: Network) -> Ask:
    import rustworkx

    def ask(is_open: np.ndarray, start: int, end: int) -> bool:
        graph = rustworkx.PyGraph()
        graph.add_nodes_from(range(network.n_nodes))
        ends = zip(network.u[is_open].tolist(), network.v[is_open].tolist(), strict=True)
        graph.extend_from_edge_list(list(ends))
        return rustworkx.has_path(graph, start, end)

    return ask


def networkit(network: Network) -> Ask:
    import networkit

    def ask(is_open: np.ndarray, start: int, end: int) -> bool:
        ends = (network.u[is_open].astype(np.uint64), network.v[is_open].astype(np.uint64))
        graph = networkit.GraphFromCoo(ends, n=network.n_nodes)
        parts = networkit.components.ConnectedComponents(graph)
        parts.run()
        return parts.componentOfNode(start) == parts.componentOfNode(end)

    return ask


def networkx(network: Network) -> Ask:
    import networkx as nx

    def ask(is_open: np.ndarray, start: int, end: int) -> bool:
        graph = nx.Graph()
        graph.add_nodes_from(range(network.n_nodes))
        graph.add_edges_from(
            zip(network.u[is_open].tolist(), network.v[is_open].tolist(), strict=True)
        )
        return nx.has_path(graph, start, end)

    return ask


def gravel(network: Network) -> Ask:
    """Ask for the way around closed roads; the hierarchy for it takes minutes from 40,000 segments."""
    import gravel

    if network.n_segments > 20_000:
        return _gravel_without_hierarchy(network)
    graph = _gravel_graph(network, np.ones(network.n_segments, dtype=bool))
    hierarchy = gravel.build_ch(graph)
    query = gravel.BlockedCHQuery(hierarchy, gravel.ShortcutIndex(hierarchy), graph)

    def ask(is_open: np.ndarray, start: int, end: int) -> bool:
        still = {
            *zip(network.u[is_open].tolist(), network.v[is_open].tolist(), strict=True),
            *zip(network.v[is_open].tolist(), network.u[is_open].tolist(), strict=True),
        }
        shut = zip(network.u[~is_open].tolist(), network.v[~is_open].tolist(), strict=True)
        closed = [pair for a, b in shut if (a, b) not in still for pair in ((a, b), (b, a))]
        return bool(np.isfinite(query.distance_blocking(start, end, closed)))

    return ask


def _gravel_graph(network: Network, is_open: np.ndarray):
    import gravel

    u, v, metres = (column[is_open] for column in (network.u, network.v, network.length))
    u, v = u.astype(np.uint32), v.astype(np.uint32)
    return gravel.Graph.from_coo(
        network.n_nodes,
        np.concatenate([u, v]),
        np.concatenate([v, u]),
        np.maximum(np.concatenate([metres, metres]), 1e-3),
    )


def _gravel_without_hierarchy(network: Network) -> Ask:
    import gravel

    def ask(is_open: np.ndarray, start: int, end: int) -> bool:
        found = gravel.dijkstra_pair(_gravel_graph(network, is_open), start, end)
        return bool(np.isfinite(getattr(found, "distance", found)))

    return ask


PEERS = (
    scipy,
    *([igraph] if find_spec("igraph") else []),  # under the GPL: installed by hand, to compare
    rustworkx,
    networkit,
    networkx,
    gravel,
)


def ra2ce(network: Network, states: np.ndarray, start: int, end: int) -> tuple[list[bool], float]:
    """Ask ra2ce's multi-link redundancy; it runs in its own environment.

    It takes out all segments above a threshold of a hazard, and then looks for a way around each of
    them. A segment between the two ends, flooded as well, asks our question.

    Parameters
    ----------
    network, start, end
        The network, and two of its nodes.
    states
        Which segments are open, bool of shape (states, segments).

    Returns
    -------
    tuple
        The answer in each state, and the seconds for each.
    """
    question = {
        "nodes": np.column_stack([network.lon, network.lat]).tolist(),
        "segments": np.column_stack([network.u, network.v]).tolist(),
        "length": network.length.tolist(),
        "states": states.tolist(),
        "start": start,
        "end": end,
    }
    script = Path(__file__).with_name("ra2ce_peer.py")
    done = subprocess.run(
        [RA2CE_PYTHON, "-W", "ignore", script],
        input=json.dumps(question), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.stderr.write(done.stderr)
        done.check_returncode()
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["connected"], answer["seconds"]
