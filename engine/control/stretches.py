"""Stretches of road and OSM ways to ground: whole segments by name, reference, way or id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import ScenarioError, nearest_names
from engine.network.paths import nearest_nodes, shortest_ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.sites import Sites
    from engine.network.arrays import Network
    from engine.scenario.model import Site


def stretch(network: Network, sites: Sites, site: Site) -> NDArray[np.bool_]:
    """Return the segments that a stretch or a set of OSM ways covers, shape (segments,).

    Raises
    ------
    ScenarioError
        If the network has no such road, no such way, or no way between the two places.
    """
    if site.ways:
        return _made_from_ways(network, site)
    on_road = _on_road(network, site) if site.road else np.ones(network.n_segments, dtype=bool)
    if site.between is None:
        return on_road
    return _between(network, sites, site, on_road)


def _made_from_ways(network: Network, site: Site) -> NDArray[np.bool_]:
    covered = np.zeros(network.n_segments, dtype=bool)
    covered[network.ways.rows[np.isin(network.ways.values, site.ways)]] = True
    if not covered.any():
        message = f"none of the OSM ways of site {site.id!r} is in the network"
        raise ScenarioError(site.problem(message, "ways", str(list(site.ways))))
    return covered


def _on_road(network: Network, site: Site) -> NDArray[np.bool_]:
    wanted = {_folded(name) for name in site.road}
    covered = np.zeros(network.n_segments, dtype=bool)
    all_names: set[str] = set()
    for labels in (network.name, network.name_ar, network.alt_name, network.ref):
        hits = [value for value in labels.values if wanted & set(_names_in(value))]
        covered |= labels.among(hits)
        all_names.update(labels.values[code] for code in np.unique(labels.codes))
    if not covered.any():
        asked = " or ".join(repr(name) for name in site.road)
        near = [near for name in site.road for near in nearest_names(name, all_names - {""})]
        raise ScenarioError(
            site.problem(
                f"no road of the network {network.provenance.name!r} is called {asked}",
                "road",
                "; ".join(site.road),
                "the name or the reference of a road",
                tuple(dict.fromkeys(near))[:3],
            )
        )
    return covered


def _names_in(value: str) -> list[str]:
    """Return the names in a tag, which may list several between semicolons."""
    return [_folded(part) for part in value.split(";") if part.strip()]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _between(
    network: Network, sites: Sites, site: Site, on_road: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the shortest way between two places; on a road, between its nodes nearest to them."""
    nodes = [int(sites.node[sites.index[name]]) for name in site.between or ()]
    if min(nodes) < 0:
        message = f"site {site.id!r} runs between two places, but one of them is no place"
        raise ScenarioError(site.problem(message, "between", expected="two places"))
    if site.road:
        ends = np.unique(np.concatenate([network.u[on_road], network.v[on_road]]))
        nearest, _ = nearest_nodes(network, network.lon[nodes], network.lat[nodes], among=ends)
        nodes = [int(node) for node in nearest]
    covered = shortest_ways(network, nodes[0], nodes[1], on_road)
    if not covered.any():
        message = f"no way leads between the places of site {site.id!r}"
        raise ScenarioError(site.problem(message, "between", expected="two connected places"))
    return covered
