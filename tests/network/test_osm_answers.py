"""OSM data as servers send it and other programs repack it: answers in JSON, positions on ways, credits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from engine.errors import InputError, NetworkError
from engine.network import RoadPolicy, read_network, write_network
from engine.network.cut_out import Box
from engine.network.endings import read_provenance
from engine.network.obtain import cut_network

if TYPE_CHECKING:
    from pathlib import Path

AT = {1: (37.0, 36.0), 2: (37.01, 36.0), 3: (37.02, 36.0), 4: (37.01, 36.01)}
WAYS = {10: [1, 2, 3], 11: [2, 4]}
HEAD = {"version": 0.6, "osm3s": {"timestamp_osm_base": "2014-12-20T10:00:00Z"}}
HOME = Box(36.9, 35.9, 37.1, 36.1)


def nodes(**tags: str) -> list[dict[str, Any]]:
    at = {osm_id: {"lon": lon, "lat": lat} for osm_id, (lon, lat) in AT.items()}
    found: list[dict[str, Any]] = [{"type": "node", "id": i, **xy} for i, xy in at.items()]
    found[2]["tags"] = tags
    return found


def ways(*, geometry: bool = False) -> list[dict[str, Any]]:
    found = []
    for osm_id, refs in WAYS.items():
        way = {"type": "way", "id": osm_id, "nodes": refs, "tags": {"highway": "primary"}}
        if geometry:
            way["geometry"] = [{"lon": AT[ref][0], "lat": AT[ref][1]} for ref in refs]
        found.append(way)
    return found


def answer(path: Path, elements: list[dict[str, Any]], **more: object) -> Path:
    path.write_text(json.dumps({**HEAD, **more, "elements": elements}))
    return path


@pytest.mark.parametrize("name", ["export.json", "EXPORT.JSON"])
@pytest.mark.parametrize("geometry", [True, False])
def test_an_answer_of_overpass_is_a_network(tmp_path: Path, name: str, *, geometry: bool) -> None:
    elements = ways(geometry=True) if geometry else [*ways(), *nodes()]
    path = answer(tmp_path / name, elements)
    network = read_network(path)
    assert (network.n_segments, network.provenance.as_of) == (3, "2014-12-20")
    assert sorted(network.node_id.tolist()) == [1, 2, 3, 4]
    assert "OpenStreetMap" in network.provenance.credit
    assert read_network(cut_network("cut", HOME, path, folder=tmp_path)).n_segments == 3
    barred = read_network(path, policy=RoadPolicy(barriers=frozenset({"gate"})))
    assert barred.provenance.remarks == (
        f"{name}: none of its nodes has a tag: what [roads] says of barriers has no effect",
    )


def test_barriers_and_places_of_an_answer_count(tmp_path: Path) -> None:
    elements = [*ways(), *nodes(barrier="gate", place="village", name="Alpha")]
    network = read_network(
        answer(tmp_path / "a.json", elements), policy=RoadPolicy(barriers=frozenset({"gate"}))
    )
    assert [place.name for place in network.places] == ["Alpha"]
    assert sorted(network.node_id.tolist()) == [0, 1, 2, 4]
    assert not network.provenance.remarks


@pytest.mark.parametrize(
    ("elements", "more", "said"),
    [
        (ways(), {}, "none of the nodes"),
        ([{k: v for k, v in way.items() if k != "nodes"} for way in ways(geometry=True)], {},
         "does not name its nodes"),
        ([*ways(), *nodes()], {"remark": "runtime error: out of memory"}, "cut short.*memory"),
        (nodes(), {}, "there is no road in it"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_map_is_refused_for_its_reason(
    tmp_path: Path, elements: list[dict[str, Any]], more: dict[str, str], said: str
) -> None:
    with pytest.raises(NetworkError, match=f"^[^ ]*a.json: [^ ].*{said}|^[^ ]*a.json: {said}"):
        read_network(answer(tmp_path / "a.json", elements, **more))


def test_a_node_outside_of_the_box_asked_for_is_told(tmp_path: Path) -> None:
    elements = ways(geometry=True)
    elements[0]["geometry"][2] = None
    network = read_network(answer(tmp_path / "a.json", elements))
    assert network.n_segments == 1
    assert network.provenance.remarks == (
        "a.json: 1 of the 4 nodes of its roads are not in it: the roads end there",
    )


def test_json_under_another_ending_says_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"answer of Overpass.*ends in \.json"):
        read_network(answer(tmp_path / "a.geojson", ways(geometry=True)))
    collection = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"elements": 1, "highway": "primary"},
         "geometry": {"type": "LineString", "coordinates": [AT[1], AT[2]]}}]}  # fmt: skip
    (tmp_path / "b.json").write_text(json.dumps(collection))
    assert read_network(tmp_path / "b.json").n_segments == 1
    with pytest.raises(InputError, match="names no format"):
        write_network(read_network(tmp_path / "b.json"), tmp_path / "c.json")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.pbf"])
def test_positions_that_stand_on_the_ways_are_used(
    tmp_path: Path, suffix: str, *, kept: bool
) -> None:
    path = tmp_path / f"a{suffix}"
    kind = osmium.io.File(str(path), f"{suffix[1:]},locations_on_ways=true")
    with osmium.SimpleWriter(str(tmp_path / "plain.osm.pbf")) as out:
        for osm_id, at in AT.items():
            out.add(
                Node(
                    id=osm_id, version=1, location=at, tags={"place": "town"} if osm_id == 3 else {}
                )
            )
        for osm_id, refs in WAYS.items():
            out.add(Way(id=osm_id, version=1, nodes=refs, tags={"highway": "primary"}))
    with osmium.SimpleWriter(kind) as out:
        for item in osmium.FileProcessor(str(tmp_path / "plain.osm.pbf")).with_locations():
            if kept or item.tags:
                out.add(item)
    network = read_network(path)
    assert network.n_segments == 3
    assert len(network.places) == 1
    assert not network.provenance.remarks
    assert network.lon[network.node_id == 4].tolist() == [37.01]


def test_a_credit_goes_with_the_roads(tmp_path: Path) -> None:
    sketch = tmp_path / "sketch.json"
    elements = json.loads(json.dumps([*ways(), *nodes()]))
    for element in elements:
        element["id"] = -element["id"]
        element["nodes"] = [-ref for ref in element.get("nodes", [])]
    mine = cut_network("mine", HOME, answer(sketch, elements), folder=tmp_path)
    assert read_network(mine).provenance.credit == "sketch.json"
    assert read_provenance(mine)["source"] == "sketch.json"
    elements[-1]["tags"] = {"supplyline:credit": "Made-up roads"}
    made_up = read_network(answer(sketch, elements))
    assert made_up.provenance.credit == "Made-up roads"
    for name in ("a.osm", "b.osm.pbf", "c.graphml"):
        write_network(made_up, tmp_path / name)
        assert read_network(tmp_path / name).provenance.credit == "Made-up roads"
    far = Box(37.015, 35.9, 37.1, 36.1)  # without the node that bears the credit
    cut = cut_network("far", far, tmp_path / "a.osm", folder=tmp_path)
    assert read_network(cut).provenance.credit == "Made-up roads"
