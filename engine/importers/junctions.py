"""Points of a network that can stand for places where its map names none: junctions and road ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.language import tr
from engine.network.arrays import Place

if TYPE_CHECKING:
    from engine.network.arrays import Network
    from engine.network.cut_out import Box

MOST = 40
"""So many are offered at most."""


def junctions(network: Network, box: Box, most: int = MOST) -> tuple[Place, ...]:
    """Return the junctions and the ends of roads in a box, those where most roads meet first.

    Parameters
    ----------
    network
        The roads.
    box
        The area.
    most
        How many to return at most.

    Returns
    -------
    tuple of Place
        With ids ``junction-1``, ... and ``end-1``, ...; named after the roads that meet there.

    Examples
    --------
    >>> import engine
    >>> from engine.network.cut_out import Box
    >>> network = engine.read_network("aleppo-schematic")
    >>> junctions(network, Box(36.9, 36.4, 37.1, 36.6), most=1)[0].id
    'junction-1'
    """
    degree = np.bincount(network.u, minlength=network.n_nodes)
    degree += np.bincount(network.v, minlength=network.n_nodes)
    inside = (box.west <= network.lon) & (network.lon <= box.east)
    inside &= (box.south <= network.lat) & (network.lat <= box.north)
    rows = np.flatnonzero(inside & (degree > 0) & (degree != 2))
    rows = rows[np.argsort(-degree[rows], kind="stable")][:most].tolist()
    numbers = {"junction": 0, "end": 0}
    found = []
    for row in rows:
        kind = "junction" if degree[row] > 2 else "end"
        numbers[kind] += 1
        roads = _roads_at(network, row)
        found.append(
            Place(
                id=f"{kind}-{numbers[kind]}",
                name=f"{kind} {numbers[kind]}" + (f" ({', '.join(roads)})" if roads else ""),
                name_ar="",
                kind=kind,
                lon=round(float(network.lon[row]), 6),
                lat=round(float(network.lat[row]), 6),
                source=tr("the network"),
            )
        )
    return tuple(found)


def _roads_at(network: Network, node: int) -> list[str]:
    """Return the names or numbers of the roads that meet at a node, each once."""
    at = np.flatnonzero((network.u == node) | (network.v == node)).tolist()
    names = (network.name[row] or network.name_ar[row] or network.ref[row] for row in at)
    return sorted({name for name in names if name})[:3]
