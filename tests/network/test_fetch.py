from __future__ import annotations

import datetime as dt
import json
import socket
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING

import osmnx
import pytest
import shapely

from engine.errors import NetworkError
from engine.network import overpass, read_network, write_network
from engine.network.build import build_network
from engine.network.cut_out import Box, box_around
from engine.network.endings import checksum
from engine.network.obtain import cut_network, fetch_network
from engine.network.osm import read_answers, way_keys
from engine.network.overpass import AGENT
from engine.network.policy import RoadPolicy

from .overpass_server import Behaviour, answer_of, city, overpass_server
from .support import HELSINKI

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

BOX = Box(36.92, 36.12, 37.28, 36.48)
HASTE = overpass.Patience(attempts=3, first_wait=0.01, longest_wait=0.05, timeout=0.3)


def fetch(folder: Path, behaviour: Behaviour, box: Box = BOX, **options) -> Path:
    with overpass_server(behaviour) as server:
        return fetch_network("here", box, server=server, folder=folder, patience=HASTE, **options)


def test_roads_and_places_come_with_their_provenance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPLYLINE_NETWORKS", str(tmp_path))
    behaviour = Behaviour("ok")
    path = fetch(tmp_path, behaviour)
    network = read_network("here")
    assert network.provenance.as_of == "2024-05-06"
    assert network.provenance.credit.startswith("© OpenStreetMap")
    assert not network.provenance.schematic
    assert {place.id for place in network.places} == {
        f"village-{column}-{row}" for column in (741, 744) for row in (723, 726, 729)
    }
    facts = json.loads((tmp_path / "here.provenance.json").read_text())
    assert facts["sha256"] == checksum(path)
    assert facts["counts"]["segments"] == network.n_segments
    assert facts["bbox"] == {"west": 36.92, "south": 36.12, "east": 37.28, "north": 36.48}
    assert facts["map_date"] == "2024-05-06"
    assert facts["through"].startswith("osmnx 2.")
    assert facts["query"]["ways"][0].startswith('["highway"]')
    assert "ODbL" in facts["licence"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["here.osm.pbf", "here.provenance.json"]
    assert behaviour.agents == {AGENT}


def test_the_map_of_a_day_is_asked_for(tmp_path: Path) -> None:
    behaviour = Behaviour("ok")
    path = fetch(tmp_path, behaviour, date=dt.date(2014, 12, 20))
    assert all('[date:"2014-12-20T00:00:00Z"]' in query for query in behaviour.queries)
    assert read_network(path).provenance.as_of == "2014-12-20"


def test_a_large_area_comes_in_parts_that_fit(tmp_path: Path) -> None:
    large = Box(36.0, 36.0, 37.4, 37.4)
    behaviour = Behaviour("ok")
    parts = read_network(fetch(tmp_path, behaviour, large))
    assert len(behaviour.queries) == 2 * 9  # roads and places
    (tmp_path / "whole.json").write_bytes(city(large.grown(10)))
    policy = RoadPolicy()
    extract = read_answers([tmp_path / "whole.json"], policy, way_keys(policy), "whole")
    whole = build_network(extract.roads(policy), extract.places())
    inside = {p.id for p in whole.places if 36.0 <= p.lon <= 37.4 and 36.0 <= p.lat <= 37.4}
    assert {place.id for place in parts.places} == inside
    reaching_in = shapely.intersects(whole.lines, shapely.box(*large))
    assert parts.length.sum() == pytest.approx(whole.length[reaching_in].sum())


@pytest.mark.parametrize(
    "trouble", ["429", "504", "slow", "cut off", "short", "rubbish", "bad gzip", "no slot"]
)
def test_a_server_in_passing_trouble_is_asked_again(tmp_path: Path, trouble: str) -> None:
    said: list[str] = []
    path = fetch(tmp_path, Behaviour(trouble, "ok"), say=said.append)
    assert read_network(path).n_segments > 50
    assert any("asking again" in text or "slot" in text for text in said)


def test_packed_answers_are_unpacked(tmp_path: Path) -> None:
    assert read_network(fetch(tmp_path, Behaviour("gzip"))).n_segments > 50


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        ("429", "busy (429); "),
        ("504", "busy (504); "),
        ("slow", "connection failed"),
        ("cut off", "cut off in the middle|connection failed"),
        ("short", "cut off in the middle"),
        ("rubbish", "something that is no map"),
        ("list", "something that is no map"),
        ("remark", "the server remarks: runtime error: open64"),
        ("400", "refuses the query (400 Bad Request): Error: line 1: parse error"),
        ("broken", "not readable as OSM data"),
        ("nowhere", "a position that is not in degrees"),
        ("off the globe", "lies off the globe, at longitude 999"),
        ("elsewhere", "map of another area"),
        ("empty", "no road in the area"),
    ],
)
def test_a_server_that_stays_in_trouble_leaves_nothing_behind(
    tmp_path: Path, trouble: str, message: str
) -> None:
    with pytest.raises(NetworkError) as refusal:
        fetch(tmp_path, Behaviour(trouble))
    assert any(part in str(refusal.value) for part in message.split("|"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "here.osm" in path.name]


def test_what_takes_the_server_too_long_is_asked_for_in_smaller_parts(tmp_path: Path) -> None:
    behaviour = Behaviour("timeout", "ok")
    assert read_network(fetch(tmp_path, behaviour)).n_segments > 50
    assert len(behaviour.queries) == 1 + 2 * 4


def test_parts_that_have_come_are_not_asked_for_again(tmp_path: Path) -> None:
    large = Box(36.0, 36.0, 36.9, 36.5)
    behaviour = Behaviour("ok", "ok", "400")
    with overpass_server(behaviour) as server:
        options = {"server": server, "folder": tmp_path, "patience": HASTE}
        with pytest.raises(NetworkError, match="400"):
            fetch_network("here", large, **options)
        behaviour.answers = ["ok"]
        fetch_network("here", large, **options)
    assert len(behaviour.queries) == len(set(behaviour.queries)) + 1
    assert len(set(behaviour.queries)) == 2 * 4


def test_an_answer_that_is_too_large_is_asked_for_in_smaller_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overpass, "MOST_BYTES", len(city(BOX)) // 2)
    said: list[str] = []
    assert read_network(fetch(tmp_path, Behaviour("ok"), say=said.append)).n_segments > 50
    assert any("it sends more than" in text for text in said)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overpass, "MOST_BYTES", 2**20)
    tracemalloc.start()
    with pytest.raises(
        NetworkError, match="even answer for a small area: it sends more than 1 MiB"
    ):
        fetch(tmp_path, Behaviour("bomb"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**25
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_unfinished_is_not_trusted(tmp_path: Path) -> None:
    behaviour = Behaviour("ok", "ok", "400")
    large = Box(36.0, 36.0, 36.9, 36.5)
    with overpass_server(behaviour) as server:
        options = {"server": server, "folder": tmp_path, "patience": HASTE}
        with pytest.raises(NetworkError):
            fetch_network("here", large, **options)
        (store,) = tmp_path.glob(".here.osm.pbf.*")
        (whole,) = store.iterdir()
        whole.rename(store / ".part-1")
        for answer in (store / ".part-1").iterdir():
            answer.write_bytes(answer.read_bytes()[:100])
        behaviour.answers = ["ok"]
        path = fetch_network("here", large, **options)
    assert read_network(path).n_segments > 50
    assert not store.exists()


@pytest.mark.parametrize("answer", ["ok", "400"])
def test_osmnx_is_left_as_it_was(tmp_path: Path, answer: str) -> None:
    def state() -> tuple[object, ...]:
        names = (name for name in vars(osmnx.settings) if not name.startswith("_"))
        return (socket.getaddrinfo, *(getattr(osmnx.settings, name) for name in names))

    before = state()
    with suppress(NetworkError):
        fetch(tmp_path, Behaviour(answer))
    assert state() == before


def test_only_roads_and_places_of_the_area_are_kept(tmp_path: Path) -> None:
    def node(osm_id: int, lon: float, **tags: str) -> dict[str, object]:
        return {"type": "node", "id": osm_id, "lat": 36.3, "lon": lon, "tags": tags}

    def way(osm_id: int, nodes: list[int], **tags: str) -> dict[str, object]:
        return {"type": "way", "id": osm_id, "nodes": nodes, "tags": tags}

    nodes = [node(1, 36.8), node(2, 37.4), node(3, 37.1, place="town"), node(4, 37.5, place="town")]
    crossing = way(1, [1, 2], highway="primary", motor_vehicle="unknown", layer="1")
    others = [
        way(2, [2, 4], highway="primary"),
        way(3, [1, 3], highway="footway"),
        way(4, [1, 3, 1], place="island"),
    ]
    behaviour = Behaviour("ok")
    behaviour.map = lambda _, **__: answer_of([*nodes, crossing, *others])
    network = read_network(fetch(tmp_path, behaviour))
    assert network.ways.values.tolist() == [1]
    assert [place.osm_id for place in network.places] == [3]


def test_without_a_connection_it_says_what_to_do_instead(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = f"http://127.0.0.1:{unused.getsockname()[1]}/api"
        with pytest.raises(NetworkError, match=r"cannot be reached .* --from-pbf"):
            fetch_network("here", BOX, server=server, folder=tmp_path)  # says so at once
    with pytest.raises(NetworkError, match="no web address"):
        fetch_network("here", BOX, server="file:///etc", folder=tmp_path, patience=HASTE)
    with pytest.raises(NetworkError, match="no name for a network"):
        fetch_network("../here", BOX, folder=tmp_path)


def test_a_server_tells_when_it_has_a_slot() -> None:
    assert overpass.seconds_to_slot("Rate limit: 2\n1 slots available now.\n") == 0
    busy = "Slot available after: 2026-01-01T00:00:00Z, in 42 seconds.\n"
    assert overpass.seconds_to_slot(busy + busy.replace("42", "7")) == 7
    assert overpass.seconds_to_slot("what?") == 0


def test_an_area_is_cut_out_of_an_extract(tmp_path: Path) -> None:
    whole = read_network(HELSINKI)
    middle = (float(whole.lon.mean()), float(whole.lat.mean()))
    box = box_around([middle], 0.5)
    path = cut_network("middle", box, HELSINKI, folder=tmp_path)
    network = read_network(path)
    assert 0 < network.n_segments < whole.n_segments
    within = [shapely.intersection(n.lines, shapely.box(*box)) for n in (whole, network)]
    assert shapely.length(within[1]).sum() == pytest.approx(shapely.length(within[0]).sum())
    facts = json.loads((tmp_path / "middle.provenance.json").read_text())
    assert facts["extract"] == "Helsinki.osm.pbf"
    assert facts["extract_sha256"] == checksum(HELSINKI)
    with pytest.raises(NetworkError, match="no road in the area"):
        cut_network("sea", Box(0, 0, 1, 1), HELSINKI, folder=tmp_path)
    assert not (tmp_path / "sea.osm.pbf").exists()


def test_a_schematic_network_stays_one_when_it_is_cut(tmp_path: Path) -> None:
    write_network(read_network("aleppo-schematic"), tmp_path / "all.osm.pbf")
    path = cut_network("part", BOX, tmp_path / "all.osm.pbf", folder=tmp_path)
    assert read_network(path).provenance.schematic
    facts = json.loads((tmp_path / "part.provenance.json").read_text())
    assert facts["source"] == "schematic network"
    assert "OpenStreetMap contributors" not in json.dumps(facts)


def test_boxes() -> None:
    assert box_around([(37.0, 36.0)], 10).east == pytest.approx(37.111, abs=0.002)
    with pytest.raises(NetworkError, match="empty or off the globe"):
        Box(37, 36, 36, 37).checked()
    with pytest.raises(NetworkError, match="nothing to draw a box around"):
        box_around([], 10)
    tiles = list(Box(0, 0, 1, 1).tiles(0.3))
    assert len(tiles) == 4
    assert tiles[-1] == Box(0.5, 0.5, 1, 1)
