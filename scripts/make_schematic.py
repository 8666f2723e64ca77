"""Draw the schematic road network of Aleppo from its two tables.

Usage::

    python scripts/make_schematic.py [TARGET]

Writes OSM XML 0.6 to TARGET (``data/osm/aleppo-schematic.osm``, if absent). The same tables give the
same bytes. The result only stands for roads: it is not OpenStreetMap data, and says so in itself.
"""

from __future__ import annotations

import csv
import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data" / "osm"
PLACES = DATA / "aleppo-places.csv"
ROADS = DATA / "aleppo-roads.csv"
NETWORK = DATA / "aleppo-schematic.osm"

NOTICE = (
    " A schematic network: its lines stand for roads and do not follow them. This is not "
    "OpenStreetMap data. Drawn by scripts/make_schematic.py from aleppo-places.csv and "
    "aleppo-roads.csv. "
)

# OSM has no place=landmark and the like: a named spot without a settlement is a locality.
OSM_PLACE = {"town": "town", "village": "village", "neighbourhood": "neighbourhood"}


def main(target: Path = NETWORK) -> None:
    """Write the network, whole or not at all."""
    beside = target.with_name(target.name + ".part")
    beside.write_bytes(drawn(rows_of(PLACES), rows_of(ROADS)))
    os.replace(beside, target)  # noqa: PTH105 - the name says that it replaces


def rows_of(table: Path) -> list[dict[str, str]]:
    """Return the rows of a table, by column."""
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def drawn(places: list[dict[str, str]], roads: list[dict[str, str]]) -> bytes:
    """Return the network as OSM XML; ids are negative and follow the order of the tables."""
    node_id = {place["id"]: f"-{row}" for row, place in enumerate(places, 1)}
    root = ET.Element("osm", version="0.6", generator="supplyline-schematic")
    root.append(ET.Comment(NOTICE))
    lats, lons = ([place[axis] for place in places] for axis in ("lat", "lon"))
    ET.SubElement(
        root,
        "bounds",
        minlat=min(lats, key=float),
        minlon=min(lons, key=float),
        maxlat=max(lats, key=float),
        maxlon=max(lons, key=float),
    )
    for place in places:
        node = ET.SubElement(
            root, "node", id=node_id[place["id"]], version="1", lat=place["lat"], lon=place["lon"]
        )
        _tag(node, _place_tags(place))
    for row, road in enumerate(roads, 1):
        way = ET.SubElement(root, "way", id=f"-{row}", version="1")
        for place_id in road["through"].split(";"):
            ET.SubElement(way, "nd", ref=node_id[place_id])
        _tag(way, _road_tags(road))
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _place_tags(place: dict[str, str]) -> dict[str, str]:
    crossing = place["kind"] == "border_control"
    return {
        "place": OSM_PLACE.get(place["kind"], "locality"),
        "barrier": "border_control" if crossing else "",
        "name": place["name_ar"] or place["name"],  # as OSM has it in Syria
        **_names(place),
        "source": place["source"],
        "supplyline:id": place["id"],
        "supplyline:kind": place["kind"],
        "supplyline:error_km": place["error_km"],
        "supplyline:schematic": "yes",
    }


def _road_tags(road: dict[str, str]) -> dict[str, str]:
    return {
        "highway": road["highway"],
        "name": road["name"],  # English: few of the roads have an Arabic name on record
        **_names(road),
        "ref": road["ref"],
        "supplyline:id": road["id"],
        "supplyline:alignment": road["alignment"],
        "supplyline:schematic": "yes",
    }


def _names(row: dict[str, str]) -> dict[str, str]:
    return {"name:en": row["name"], "name:ar": row["name_ar"], "alt_name": row["aliases"]}


def _tag(element: ET.Element, tags: dict[str, str]) -> None:
    for key, value in tags.items():
        if value:
            ET.SubElement(element, "tag", k=key, v=value)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
