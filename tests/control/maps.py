"""Small made-up maps, and scenarios on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from engine import Scenario, read_network

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Network

DEGREE_M = 111_195
"""Metres in a degree of latitude, and on the equator in one of longitude."""
Point = tuple[float, float]


def map_of(path: Path, roads: list[tuple[dict[str, str], list[Point]]]) -> Network:
    """Write roads, each with its tags and its nodes, as an answer of Overpass, and read it."""
    number: dict[Point, int] = {}
    elements = [
        {
            "type": "way", "id": 10 + row, "tags": {"highway": "tertiary"} | tags,
            "nodes": [number.setdefault(point, len(number) + 1) for point in points],
            "geometry": [{"lon": lon, "lat": lat} for lon, lat in points],
        }
        for row, (tags, points) in enumerate(roads)
    ]  # fmt: skip
    path.write_text(json.dumps({"elements": elements}))
    return read_network(path)


def scenario(**sections: Any) -> Scenario:
    """Return a scenario of one month with actors a, b, c and d."""
    whole = {"title": "t", "start": "2020-01-01", "end": "2020-02-01",
             "actors": {name: {} for name in "abcd"}}  # fmt: skip
    return Scenario.model_validate(whole | sections)


def places(**at: Point) -> list[dict[str, Any]]:
    return [{"id": name, "lon": lon, "lat": lat} for name, (lon, lat) in at.items()]


def held(**by: str) -> list[dict[str, str]]:
    return [{"site": site, "holder": holder} for site, holder in by.items()]
