from __future__ import annotations

import bz2
import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.control.sectors import divide
from engine.errors import NetworkError
from engine.network import RoadPolicy, read_network
from engine.network.extract import SCHEMATIC_CREDIT
from engine.scenario.model import Scenario

if TYPE_CHECKING:
    from pathlib import Path

NODES = {
    -1: (37.0, 36.0),
    -2: (37.01, 36.0),
    -3: (37.02, 36.0),
    -4: (37.02, 36.01),
    -5: (37.0, 36.01),
}


def osm(*ways: str, nodes: dict[int, tuple[float, float]] = NODES, places: str = "") -> str:
    """Return a file of OSM XML; a way is ``id: refs: tag=value, ...``."""
    lines = ['<?xml version="1.0"?><osm version="0.6" generator="hand">']
    lines += [
        f'<node id="{i}" version="1" lon="{x}" lat="{y}"/>'
        for i, (x, y) in nodes.items()
        if f'id="{i}"' not in places
    ]
    lines.append(places)
    for way in ways:
        osm_id, refs, tags = way.split(":", 2)
        nds = "".join(f'<nd ref="{ref}"/>' for ref in refs.split())
        pairs = [tag.strip().split("=") for tag in tags.split(",")]
        lines.append(f'<way id="{osm_id}" version="1">{nds}')
        lines += [f'<tag k="{k}" v="{v}"/>' for k, v in pairs]
        lines.append("</way>")
    return "\n".join([*lines, "</osm>"])


@pytest.fixture
def read(tmp_path: Path):
    def read_text(text: str, **options):
        path = tmp_path / "roads.osm"
        path.write_text(text, encoding="utf-8")
        return read_network(path, **options)

    return read_text


def ends(network) -> list[tuple[int, int]]:
    return list(
        zip(network.node_id[network.u].tolist(), network.node_id[network.v].tolist(), strict=True)
    )


def test_ways_that_only_bend_are_one_segment(read) -> None:
    network = read(osm("-1:-1 -2 -3:highway=primary", "-2:-4 -3:highway=primary"))
    assert ends(network) == [(-1, -4)]
    assert network.ways[0].tolist() == [-1, -2]
    assert network.geometry[0].tolist() == [list(NODES[i]) for i in (-1, -2, -3, -4)]
    assert network.length[0] == pytest.approx(2 * 899.6 + 1112, abs=2)


def test_a_junction_splits(read) -> None:
    network = read(osm("-1:-1 -2 -3:highway=primary", "-2:-2 -5:highway=primary"))
    assert ends(network) == [(-1, -2), (-2, -3), (-2, -5)]
    assert network.node_id.tolist() == [-5, -3, -2, -1]


@pytest.mark.parametrize("tag", ["name", "name:ar", "alt_name", "ref"])
def test_a_change_of_tags_splits(read, tag: str) -> None:
    network = read(osm(f"-1:-1 -2 -3:highway=primary,{tag}=A", f"-2:-3 -4:highway=primary,{tag}=B"))
    assert ends(network) == [(-1, -3), (-3, -4)]


@pytest.mark.parametrize("tag", ["name:en", "int_name", "official_name", "loc_name", "old_name"])
def test_a_road_is_found_by_names_in_any_tag(read, tag: str) -> None:
    way = f"1:-1 -2 -3:highway=primary,name=طريق الكاستيلو,alt_name=The bypass,{tag}=Castello Road"
    network = read(osm(way))
    assert network.alt_name.texts().tolist() == ["The bypass;Castello Road"]
    places = [{"id": name, "name": name, "lon": 37.0, "lat": 36.0} for name in ("a", "b")]
    scenario = Scenario.model_validate(
        {
            "title": "A road of many names", "start": "2014-12-01", "end": "2014-12-31",
            "places": places, "actors": {"x": {}}, "events": [],
            "sites": [{"id": "castello", "road": ["castello  road"]}],
            "baseline": [{"site": "castello", "holder": "x"}],
        }
    )  # fmt: skip
    sectors = divide(scenario, network)
    assert sectors.covers[sectors.sites.index["castello"]].all()


def test_one_way_against_the_vertices_is_turned_around(read) -> None:
    network = read(osm("-1:-1 -2 -3:highway=primary,oneway=-1"))
    assert ends(network) == [(-3, -1)]
    assert network.oneway.tolist() == [True]


def test_one_way_roads_that_meet_head_to_head_do_not_join(read) -> None:
    network = read(
        osm("-1:-1 -2:highway=primary,oneway=yes", "-2:-3 -2:highway=primary,oneway=yes")
    )
    assert ends(network) == [(-1, -2), (-3, -2)]


def test_roundabouts_are_one_way_rings(read) -> None:
    network = read(osm("-1:-2 -3 -4 -2:highway=primary,junction=roundabout"))
    assert ends(network) == [(-2, -2)]
    assert network.oneway.tolist() == [True]


def test_parallel_segments_stay(read) -> None:
    network = read(
        osm(
            "-1:-1 -2 -3:highway=primary", "-2:-1 -5 -3:highway=primary", "-3:-3 -4:highway=primary"
        )
    )
    assert ends(network) == [(-3, -3), (-3, -4)]
    network = read(osm("-1:-1 -2 -3:highway=primary", "-2:-1 -5 -3:highway=secondary"))
    assert ends(network) == [(-1, -3), (-1, -3)]


def test_a_place_on_a_road_stays_a_node(read) -> None:
    place = '<node id="-2" version="1" lon="37.01" lat="36.0"><tag k="place" v="village"/></node>'
    network = read(osm("-1:-1 -2 -3:highway=primary", places=place))
    assert ends(network) == [(-1, -2), (-2, -3)]
    assert [place.id for place in network.places] == ["n-2"]


def test_ways_are_cut_at_missing_nodes(read) -> None:
    network = read(osm("-1:-1 -2 -99 -3 -4 -98:highway=primary"))
    assert ends(network) == [(-1, -2), (-3, -4)]


def test_what_cars_may_not_use_is_no_road(read) -> None:
    network = read(osm("-1:-1 -2:highway=primary", "-2:-2 -3:highway=footway"))
    assert ends(network) == [(-1, -2)]
    with_paths = read(
        osm("-1:-1 -2:highway=primary", "-2:-2 -3:highway=footway"),
        policy=RoadPolicy().allowing("highway", "footway"),
    )
    assert ends(with_paths) == [(-1, -2), (-2, -3)]


def test_barriers_end_a_road_if_the_policy_says_so(read) -> None:
    gate = '<node id="-2" version="1" lon="37.01" lat="36.0"><tag k="barrier" v="gate"/></node>'
    text = osm("-1:-1 -2 -3:highway=primary", "-2:-2 -5:highway=primary", places=gate)
    assert read(text).n_segments == 3
    shut = read(text, policy=RoadPolicy(barriers=frozenset({"gate"})))
    assert ends(shut) == [(-1, 0), (0, -3), (0, -5)]
    assert shut.n_nodes == 6
    assert shut.lon[shut.v[0]] == shut.lon[shut.u[1]] == 37.01


def test_ferries_and_bridges_are_a_matter_of_policy(read) -> None:
    text = osm(
        "-1:-1 -2:highway=primary", "-2:-2 -3:route=ferry", "-3:-3 -4:highway=primary,bridge=yes"
    )
    assert ends(read(text)) == [(-1, -2), (-3, -4)]
    policy = RoadPolicy().admitting("route", "ferry").refusing("bridge", "yes")
    network = read(text, policy=policy)
    assert ends(network) == [(-1, -2), (-2, -3)]
    assert network.highway[1] == "ferry"


def test_a_schematic_file_is_not_credited_to_openstreetmap(read) -> None:
    text = osm("-1:-1 -2:highway=primary,supplyline:schematic=yes")
    provenance = read(text).provenance
    assert provenance.schematic
    assert provenance.credit == SCHEMATIC_CREDIT
    sketch = text.replace("supplyline:schematic", "note")
    assert not read(sketch).provenance.schematic
    assert "OpenStreetMap" not in read(sketch).provenance.credit
    mapped = sketch.replace('way id="-1"', 'way id="1"')
    assert read(mapped).provenance.credit.startswith("© Open")


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".osm.gz", gzip.compress), (".osm.bz2", bz2.compress)]
)
def test_compressed_files_read_the_same(tmp_path: Path, suffix: str, pack) -> None:
    text = osm("-1:-1 -2 -3:highway=primary", "-2:-2 -5:highway=primary").encode()
    (tmp_path / "a.osm").write_bytes(text)
    (tmp_path / f"b{suffix}").write_bytes(pack(text))
    plain, packed = read_network("a.osm", base=tmp_path), read_network(f"b{suffix}", base=tmp_path)
    assert np.array_equal(plain.u, packed.u)
    assert np.array_equal(plain.geometry.values, packed.geometry.values)


def test_the_schematic_network_has_every_place_on_a_road() -> None:
    network = read_network("aleppo-schematic")
    assert network.provenance.schematic
    assert {place.osm_id for place in network.places} <= set(network.node_id.tolist())


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NetworkError, match="did you mean 'aleppo-schematic'"):
        read_network("aleppo-shematic")


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_a_name_of_no_file_is_refused(name: str) -> None:
    with pytest.raises(NetworkError, match="there is no network"):
        read_network(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (osm("-1:-1 -2:highway=footway"), "no road"),
        (osm("-1:-1 -2:highway=primary")[:120], "not readable as OSM data"),
        ("", "not readable as OSM data"),
        ("<html/>", "not readable as OSM data"),
        (osm("1:1 2:highway=primary", nodes={1: (37, 36), 2: (200, 36)}), "off the globe"),
        (osm("1:1 2:highway=primary", nodes={1: (37, 36), 2: (37, "x")}), "not readable"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(read, text: str, message: str) -> None:
    with pytest.raises(NetworkError, match=message) as refusal:
        read(text)
    assert "roads.osm" in str(refusal.value)
