"""Where routes end that keep to roads on which their places do not lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.control.sites import NODE_M
from engine.network.arrays import EARTH_RADIUS_M
from engine.network.paths import nearest_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.control.sites import Sites
    from engine.network.arrays import Network, Place
    from engine.scenario.model import Scenario


def end_cuts(
    scenario: Scenario,
    sites: Sites,
    network: Network,
    covered_by: Callable[[int], NDArray[np.bool_]],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where to cut a map for the ends of routes that lie off the roads of their `within`.

    Both parts of what is cut there stay what it was: only where a route may end is new.

    Parameters
    ----------
    scenario, sites
        The routes, and where their places lie.
    network
        The network in pieces.
    covered_by
        Which pieces the site of a row covers, bool of shape (pieces,).

    Returns
    -------
    segment
        The pieces, int64 of shape (cuts,).
    metres
        How far along them, float64 of shape (cuts,).
    """
    segments, metres = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for route in () if network.provenance.schematic else scenario.routes:
        if not route.within:
            continue
        covered = covered_by(sites.index[route.within])
        met = np.concatenate([network.u[covered], network.v[covered]])
        waiting = [*route.from_, *route.via, route.to]
        while waiting:
            row = sites.index[waiting.pop()]
            place = sites.named[row].place
            waiting += sites.named[row].members
            if place is None or sites.node[row] in met:
                continue
            roads = np.flatnonzero(covered & _passes_near(network, place))
            if not len(roads):
                continue
            there = np.array([place.lon]), np.array([place.lat])
            segment, along, away = nearest_points(network, *there, roads)
            if away[0] <= NODE_M:
                segments.append(segment)
                metres.append(along)
    return np.concatenate(segments), np.concatenate(metres)


def _passes_near(network: Network, place: Place) -> NDArray[np.bool_]:
    """Return which segments may lie within `NODE_M` of a place: those whose bounds do."""
    north = 1.01 * float(np.degrees(NODE_M / EARTH_RADIUS_M))
    east = north / max(float(np.cos(np.radians(place.lat))), 1e-3)
    west, south, right, top = network.line_bounds.T
    beside = (west <= place.lon + east) & (right >= place.lon - east)
    return np.asarray(beside & (south <= place.lat + north) & (top >= place.lat - north))
