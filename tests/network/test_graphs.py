from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest
import shapely

from engine.errors import NetworkError
from engine.network import Provenance, RoadPolicy, from_networkx, read_network, to_networkx

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


def edge(crs: str | None = None, **data: object) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(**({"crs": crs} if crs else {}))
    graph.add_node(1, x=37.0, y=36.0)
    graph.add_node(2, x=37.01, y=36.0)
    graph.add_edge(1, 2, **data)
    return graph


BENT = [(37.0, 36.0), (37.005, 36.1), (37.01, 36.0)]


@pytest.mark.parametrize(
    "geometry",
    [
        "LINESTRING (37 36, 37.005 36.1, 37.01 36)",
        "LINESTRING Z (37 36 1, 37.005 36.1 2, 37.01 36 3)",
        "MULTILINESTRING ((37 36, 37.005 36.1), (37.005 36.1, 37.01 36))",
        shapely.LineString(BENT[::-1]),
    ],
)
def test_a_line_may_be_text_in_parts_and_in_three_dimensions(geometry: object) -> None:
    assert from_networkx(edge(geometry=geometry)).geometry[0].round(6).tolist() == [
        list(at) for at in BENT
    ]
    with pytest.raises(NetworkError, match="is no line: MultiLineString"):
        from_networkx(edge(geometry="MULTILINESTRING ((37 36, 37 37), (38 36, 38 37))"))


@pytest.mark.parametrize(
    "crs",
    ["{'init': 'epsg:4326'}", "+init=epsg:4326 +type=crs", "EPSG:4326", "epsg:32637",
     "{'datum': 'WGS84', 'ellps': 'WGS84', 'proj': 'utm', 'zone': 37, 'units': 'm'}"],
)  # fmt: skip
def test_reference_systems_as_osmnx_once_wrote_them(crs: str) -> None:
    graph = edge(crs)
    if "4326" not in crs:
        for node, x in ((1, 320000.0), (2, 320900.0)):
            graph.nodes[node].update(x=x, y=3985000.0)
    network = from_networkx(graph)
    assert network.length[0] == pytest.approx(900, rel=0.01)
    assert graph.graph["crs"] == crs


def test_positions_that_are_no_degrees_are_refused() -> None:
    graph = edge()
    graph.nodes[1].update(x=350000.0, y=4e6)
    with pytest.raises(NetworkError, match=r"\(350000, 4e\+06\) are not degrees.*as crs"):
        from_networkx(graph)
    graph.nodes[1].update(x=36.0, y=137.0)
    with pytest.raises(NetworkError, match="may be swapped"):
        from_networkx(graph)


def test_what_a_graph_cannot_be_asked_for_is_told() -> None:
    policy = RoadPolicy(barriers=frozenset({"gate"})).refusing("bridge", "yes")
    remarks = from_networkx(edge(oneway="perhaps"), policy=policy).provenance.remarks
    assert [remark.split(":")[1].strip() for remark in remarks] == [
        "no edge has bridge",
        "no node has the tag barrier",
        "one-way is 'perhaps' on some edges, which is not understood",
    ]
    told = edge(oneway=True, bridge="no")
    told.nodes[1]["barrier"] = "gate"
    assert not from_networkx(told, policy=policy).provenance.remarks


@pytest.mark.parametrize(
    ("osmid", "is_osm"),
    [
        (10, True),
        ("10", True),
        (10.0, True),
        ([10, 11], True),
        (-10, False),
        (2**63, True),
        (pd.NA, True),
        (None, True),
    ],
)
def test_a_graph_of_osmnx_is_openstreetmap_unless_its_ids_are_not(
    osmid: object, *, is_osm: bool
) -> None:
    graph = edge(osmid=osmid, highway=pd.NA, oneway=pd.NA)
    graph.graph.update(created_with="OSMnx 2.1.1", name="mine")
    credit = from_networkx(graph).provenance.credit
    assert credit == (Provenance("").credit if is_osm else "mine")


def test_edges_have_all_their_names_and_rivers_are_none() -> None:
    graph = edge(highway="primary", alt_name=["A", "B"], **{"name:en": "C", "old_name": "A"})
    assert from_networkx(graph).alt_name[0] == "A;B;C"
    graph.add_edge(2, 1, waterway="river")
    assert from_networkx(graph).n_segments == 1


@pytest.mark.parametrize("classes", [["residential", "track"], "['track', 'residential']"])
def test_an_edge_joined_of_a_road_and_of_none_is_left_out_with_a_word(classes: object) -> None:
    graph = edge(highway="primary")
    graph.add_node(3, x=36.2, y=37.0)
    graph.add_edge(2, 3, highway=classes)
    network = from_networkx(graph)
    assert network.n_segments == 1
    assert (
        "joined of a road and a way that is not taken for one: 1, left out"
        in network.provenance.remarks[0]
    )
    taken = from_networkx(graph, policy=RoadPolicy().allowing("highway", "track"))
    assert taken.n_segments == 2
    assert not taken.provenance.remarks
