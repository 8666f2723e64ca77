"""Write a made-up city as valid OSM data: ``python benchmarks/city.py FILE [SEGMENTS]``.

A jittered grid of streets with bends, names in two scripts, references, one-way streets, ways that
span several junctions, buildings (which are no roads), and neighbourhoods as places. The same
arguments give the same city.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way

BENDS = 3
BLOCKS_PER_WAY = 8
BUILDING_SHARE = 0.5
CLASSES = ("residential", "residential", "residential", "tertiary", "secondary", "primary")


def write_city(path: Path, segments: int = 300_000, *, seed: int = 1) -> None:
    """Write a city with about so many segments.

    Parameters
    ----------
    path
        The file; its suffix says the format. An existing one is replaced.
    segments
        About how many segments the roads make, once they are cut at the junctions.
    seed
        Of the jitter and of the choice of one-way streets.
    """
    side = max(2, round((segments / 2) ** 0.5))
    random = np.random.default_rng(seed)
    header = osmium.io.Header()
    header.set("generator", "supplyline-benchmark")
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as out:
        junction = np.arange(side * side).reshape(side, side) + 1
        across = junction[-1, -1] + 1 + np.arange(side * (side - 1) * BENDS)
        down = across[-1] + 1 + np.arange(side * (side - 1) * BENDS)
        across = across.reshape(side, side - 1, BENDS)
        down = down.reshape(side, side - 1, BENDS)
        corner = down[-1, -1, -1] + 1 + np.arange(int(side * side * BUILDING_SHARE) * 4)
        _write_nodes(out, side, random)
        _write_corners(out, corner, side, random)
        _write_streets(out, junction, across, down, random)
        for number, ring in enumerate(corner.reshape(-1, 4).tolist()):
            building = [*ring, ring[0]]
            out.add_way(Way(id=10**7 + number, version=1, nodes=building, tags={"building": "yes"}))


def _write_nodes(out: osmium.SimpleWriter, side: int, random: np.random.Generator) -> None:
    """Write junctions, then the bends across, then the bends down: ids from 1 on."""
    place = max(2, side // 12)
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="xy"), axis=-1)
    at = at + random.uniform(-0.2, 0.2, at.shape)
    part = (np.arange(BENDS) + 1)[:, None] / (BENDS + 1)
    bends = []
    for start, end in (
        (at[:, :-1], at[:, 1:]),
        (at.swapaxes(0, 1)[:, :-1], at.swapaxes(0, 1)[:, 1:]),
    ):
        line = start[..., None, :] * (1 - part) + end[..., None, :] * part
        bends.append((line + random.uniform(-0.02, 0.02, line.shape)).reshape(-1, 2))
    points = np.concatenate([at.reshape(-1, 2), *bends]) * (0.0011, 0.0009) + (37.0, 36.0)
    for number, (lon, lat) in enumerate(points.tolist()):
        tags = {}
        row, column = divmod(number, side)
        if number < side * side and row % place == column % place == place // 2:
            tags = {
                "place": "neighbourhood",
                "name": f"حي {number}",
                "name:en": f"Quarter {number}",
            }
        out.add_node(Node(id=number + 1, version=1, location=(lon, lat), tags=tags))


def _write_corners(
    out: osmium.SimpleWriter, corner: np.ndarray, side: int, random: np.random.Generator
) -> None:
    middle = random.uniform(0, side, (len(corner) // 4, 1, 2))
    square = np.array([[0, 0], [0, 0.1], [0.1, 0.1], [0.1, 0]])
    points = (middle + square).reshape(-1, 2) * (0.0011, 0.0009) + (37.0, 36.0)
    for osm_id, at in zip(corner.tolist(), points.tolist(), strict=True):
        out.add_node(Node(id=osm_id, version=1, location=tuple(at), tags={}))


def _write_streets(
    out: osmium.SimpleWriter,
    junction: np.ndarray,
    across: np.ndarray,
    down: np.ndarray,
    random: np.random.Generator,
) -> None:
    osm_id = 0
    for way, (streets, bends) in enumerate(((junction, across), (junction.T, down))):
        for number, (street, bend) in enumerate(zip(streets, bends, strict=True)):
            highway = CLASSES[number % len(CLASSES)]
            name = f"{('Avenue', 'Street')[way]} {number}"
            tags = {"highway": highway, "name": name, "name:ar": f"شارع {way} {number}"}
            if highway == "primary":
                tags["ref"] = f"M{number}"
            if highway == "residential" and random.random() < 0.4:
                tags["oneway"] = ("yes", "-1")[int(random.random() < 0.1)]
            for first in range(0, len(street) - 1, BLOCKS_PER_WAY):
                blocks = slice(first, min(first + BLOCKS_PER_WAY, len(street) - 1))
                refs = np.column_stack([street[blocks], bend[blocks]]).ravel().tolist()
                osm_id += 1
                refs.append(int(street[blocks.stop]))
                out.add_way(Way(id=osm_id, version=1, nodes=refs, tags=tags))


if __name__ == "__main__":
    write_city(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300_000)
