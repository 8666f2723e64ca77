"""Small networks and scenarios from a few words, for the worked examples and the random ones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.network.arrays import Labels, Network, Place, Provenance, Ragged
from engine.scenario.model import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Point = tuple[float, float]


def day(number: int) -> dt.date:
    """Count days from 1 December 2014, which is number 1."""
    return dt.date(2014, 11, 30) + dt.timedelta(days=number)


def place(name: str, at: Point) -> Place:
    return Place(id=name, name=name.title(), name_ar="", kind="hamlet", lon=at[0], lat=at[1])


def road_network(
    nodes: Sequence[Point],
    roads: Iterable[Sequence[Any]],
    places: Iterable[Place] = (),
    *,
    schematic: bool = True,
) -> Network:
    """Build a network of roads given as (from node, to node, metres, tags).

    Tags may be absent; they are ``oneway``, ``highway``, ``name``, ``name_ar``, ``alt_name``, ``ref``, ``ways``
    and ``bends`` (points on the way). A loop without bends gets a triangle for its geometry.
    """
    rows = [(u, v, length, dict(*tags)) for u, v, length, *tags in roads]
    lines = []
    for u, v, _, tags in rows:
        (lon, lat), end = nodes[u], nodes[v]
        loop = [(lon + 0.0113, lat + 0.0041), (lon + 0.0029, lat + 0.0127)] if u == v else []
        lines.append([(lon, lat), *tags.get("bends", loop), end])

    def labels(key: str) -> Labels:
        return Labels.of(tags.get(key, "") for *_, tags in rows)

    return Network(
        node_id=np.arange(1, len(nodes) + 1),
        lon=np.array([lon for lon, _ in nodes], dtype=float),
        lat=np.array([lat for _, lat in nodes], dtype=float),
        u=np.array([row[0] for row in rows], dtype=np.int32),
        v=np.array([row[1] for row in rows], dtype=np.int32),
        length=np.array([row[2] for row in rows], dtype=float),
        oneway=np.array([tags.get("oneway", False) for *_, tags in rows], dtype=bool),
        highway=Labels.of(tags.get("highway", "secondary") for *_, tags in rows),
        name=labels("name"),
        name_ar=labels("name_ar"),
        alt_name=labels("alt_name"),
        ref=labels("ref"),
        ways=Ragged.of(tags.get("ways", (100 + row,)) for row, (*_, tags) in enumerate(rows)),
        geometry=Ragged(
            np.cumsum([0, *(len(line) for line in lines)]),
            np.array([point for line in lines for point in line], dtype=float),
        ),
        places=tuple(places),
        provenance=Provenance("made for a test", credit="", schematic=schematic),
    )


def scenario(entries: Mapping[str, Any]) -> Scenario:
    """Build a scenario of ten days in December 2014 unless the entries say otherwise."""
    return Scenario.model_validate(
        {"title": "A test", "network": "none", "start": day(1), "end": day(11)} | dict(entries)
    )
