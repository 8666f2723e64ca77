from __future__ import annotations

import networkx as nx
import pytest

from engine.errors import NetworkError
from engine.network import from_networkx, read_network, to_networkx

from .support import HELSINKI, TURKU, rows


@pytest.mark.parametrize("name", ["aleppo-schematic", HELSINKI, TURKU])
def test_a_network_comes_back_from_networkx(name) -> None:
    network = read_network(name)
    graph = to_networkx(network)
    back = from_networkx(graph, places=network.places, provenance=network.provenance)
    assert rows(back) == rows(network)
    assert back.places == network.places


def test_both_directions_are_edges_and_oneway_only_one() -> None:
    network = read_network(HELSINKI)
    graph = to_networkx(network)
    assert graph.number_of_edges() == 2 * network.n_segments - network.oneway.sum()
    assert graph.graph["crs"] == "epsg:4326"
    u, v, data = next((u, v, d) for u, v, d in graph.edges(data=True) if d["reversed"])
    assert data["geometry"].coords[0] == (graph.nodes[u]["x"], graph.nodes[u]["y"])
    assert data["geometry"].coords[-1] == (graph.nodes[v]["x"], graph.nodes[v]["y"])


def test_a_graph_that_is_not_simplified_gets_true_junctions() -> None:
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, x in enumerate((37.0, 37.1, 37.2, 37.3)):
        graph.add_node(node, x=x, y=36.0)
    for u, v in ((0, 1), (1, 2), (2, 3)):
        graph.add_edge(u, v, osmid=7, highway="primary", oneway=False, reversed=False)
        graph.add_edge(v, u, osmid=7, highway="primary", oneway=False, reversed=True)
    network = from_networkx(graph)
    assert network.n_segments == 1
    assert network.ways[0].tolist() == [7]
    assert not network.oneway[0]
    graph.graph["simplified"] = True
    assert from_networkx(graph).n_segments == 3


def test_a_plain_graph_says_by_its_edges_what_is_one_way() -> None:
    graph = nx.DiGraph()
    for node, x in zip("abc", (37.0, 37.1, 37.2), strict=True):
        graph.add_node(node, x=x, y=36.0)
    graph.add_edges_from([("a", "b"), ("b", "a"), ("b", "c")])
    assert from_networkx(graph).oneway.tolist() == [False, True]
    assert from_networkx(graph.to_undirected()).oneway.tolist() == [False]


def test_a_graph_without_positions_is_refused() -> None:
    with pytest.raises(NetworkError, match="no position"):
        from_networkx(nx.path_graph(3))
    with pytest.raises(NetworkError, match="'nowhere', and cannot be brought to epsg:4326"):
        from_networkx(nx.Graph([(1, 2)], crs="nowhere"))
