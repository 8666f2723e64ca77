"""The schematic network holds every place and road of its two tables, and nothing else."""

from __future__ import annotations

import csv
import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OSM = ROOT / "data" / "osm"
SCRIPT = ROOT / "scripts" / "make_schematic.py"


def table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def tags(element: ET.Element) -> dict[str, str]:
    return {tag.get("k", ""): tag.get("v", "") for tag in element.iter("tag")}


@pytest.fixture(scope="module")
def places() -> dict[str, dict[str, str]]:
    return table(OSM / "aleppo-places.csv")


@pytest.fixture(scope="module")
def roads() -> dict[str, dict[str, str]]:
    return table(OSM / "aleppo-roads.csv")


@pytest.fixture(scope="module")
def root() -> ET.Element:
    return ET.parse(OSM / "aleppo-schematic.osm").getroot()


def test_the_script_gives_the_committed_bytes(tmp_path: Path) -> None:
    target = tmp_path / "again.osm"
    runpy.run_path(str(SCRIPT))["main"](target)
    assert target.read_bytes() == (OSM / "aleppo-schematic.osm").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.osm"]


def test_the_tables_are_complete(places: dict, roads: dict) -> None:
    assert (len(places), len(roads)) == (116, 85)
    for road in roads.values():
        through = road["through"].split(";")
        assert len(through) > 1
        assert set(through) <= set(places)
        assert road["alignment"] in {"high", "medium", "low"}
    used = {place for road in roads.values() for place in road["through"].split(";")}
    assert used == set(places), "every place lies on a road"


def test_every_place_is_a_node(root: ET.Element, places: dict) -> None:
    nodes = {tags(node)["supplyline:id"]: node for node in root.iter("node")}
    assert list(nodes) == list(places)
    for key, row in places.items():
        node, tag = nodes[key], tags(nodes[key])
        assert (node.get("lat"), node.get("lon")) == (row["lat"], row["lon"])
        assert tag["name"] == (row["name_ar"] or row["name"])
        assert (tag["name:en"], tag.get("name:ar", "")) == (row["name"], row["name_ar"])
        assert tag.get("alt_name", "") == row["aliases"]
        assert float(tag["supplyline:error_km"]) == float(row["error_km"]) > 0
        assert tag["source"] == row["source"] != ""
        assert "place" in tag


def test_border_crossings_are_border_controls(root: ET.Element) -> None:
    controls = {
        tags(node)["supplyline:id"]
        for node in root.iter("node")
        if tags(node).get("barrier") == "border_control"
    }
    assert controls == {"bab-al-salama", "bab-al-hawa"}


def test_every_road_is_a_way_in_the_listed_order(root: ET.Element, roads: dict) -> None:
    place_of = {node.get("id"): tags(node)["supplyline:id"] for node in root.iter("node")}
    ways = {tags(way)["supplyline:id"]: way for way in root.iter("way")}
    assert list(ways) == list(roads)
    for key, row in roads.items():
        tag = tags(ways[key])
        assert [place_of[nd.get("ref")] for nd in ways[key].iter("nd")] == row["through"].split(";")
        assert (tag["name"], tag["name:en"]) == (row["name"], row["name"])
        for column, name in (("name_ar", "name:ar"), ("aliases", "alt_name"), ("ref", "ref")):
            assert tag.get(name, "") == row[column]
        assert (tag["highway"], tag["supplyline:alignment"]) == (row["highway"], row["alignment"])


def test_it_says_that_it_is_schematic(root: ET.Element) -> None:
    assert root.get("generator") == "supplyline-schematic"
    elements = [*root.iter("node"), *root.iter("way")]
    assert all(tags(element)["supplyline:schematic"] == "yes" for element in elements)
    assert all(int(element.get("id", "0")) < 0 for element in elements)
    text = (OSM / "aleppo-schematic.osm").read_text(encoding="utf-8")
    assert "not OpenStreetMap data" in " ".join(text.split())
