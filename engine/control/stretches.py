"""Stretches of road and OSM ways to ground: whole segments by name, reference, way or id."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.control.words import chained
from engine.errors import ScenarioError, nearest_names
from engine.io.normalise import folded
from engine.language import tr
from engine.network.paths import nearest_nodes, shortest_paths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.sites import Sites
    from engine.network.arrays import Labels, Network
    from engine.scenario.model import Site

MAIN_ROADS = frozenset(
    f"{name}{link}"
    for name in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
)
"""Classes of the roads that lead from place to place; all others are side streets."""
SIDE_STREET_WEIGHT = 4.0
"""How many times the length of a side street counts for a corridor on a map."""
OTHER_NAME_WEIGHT = 3.0
"""How many times the length of a road counts for a corridor that has other names."""


def stretch(network: Network, sites: Sites, site: Site) -> NDArray[np.bool_]:
    """Return the segments that a stretch or a set of OSM ways covers, shape (segments,).

    Parameters
    ----------
    network
        That of `sites`.
    sites
        Where the places are.
    site
        The stretch.

    Raises
    ------
    ScenarioError
        If the network has no such road, no such way, or no way between two of the places.
    """
    if site.ways:
        return _made_from_ways(network, site)
    if site.between is not None and site.buffer_km is not None:
        return _along_best_roads(network, sites, site)
    on_road = _on_road(network, site) if site.road else np.ones(network.n_segments, dtype=bool)
    if site.between is None:
        return on_road
    return _between(network, sites, site, on_road)


def _along_best_roads(network: Network, sites: Sites, site: Site) -> NDArray[np.bool_]:
    """Return the best way along the places of a corridor: main roads first, of its names above all.

    A map names a road differently, on some parts only, or not at all; the places hold.
    """
    weight = _main_roads_first(network)
    if site.road:
        weight = weight * np.where(_called(network, site.road), 1.0, OTHER_NAME_WEIGHT)
    everything = np.ones(network.n_segments, dtype=bool)
    return _chain(network, site, _nodes_between(sites, site), everything, weight)


def _main_roads_first(network: Network) -> NDArray[np.float64]:
    if network.provenance.schematic:
        return np.ones(network.n_segments)
    return np.where(network.highway.among(MAIN_ROADS), 1.0, SIDE_STREET_WEIGHT)


def _made_from_ways(network: Network, site: Site) -> NDArray[np.bool_]:
    covered = np.zeros(network.n_segments, dtype=bool)
    covered[network.ways.rows[np.isin(network.ways.values, site.ways)]] = True
    if not covered.any():
        message = tr("none of the OSM ways of site {site} is in the network", site=repr(site.id))
        raise ScenarioError(site.problem(message, "ways", str(list(site.ways))))
    return covered


def _on_road(network: Network, site: Site) -> NDArray[np.bool_]:
    covered = _called(network, site.road)
    if not covered.any():
        asked = chained([repr(name) for name in site.road], " or ")
        all_names = {
            labels.values[code]
            for labels in _name_tags(network)
            for code in np.unique(labels.codes).tolist()
        }
        near = [near for name in site.road for near in nearest_names(name, all_names - {""})]
        raise ScenarioError(
            site.problem(
                tr(
                    "no road of the network {network} is called {names}",
                    network=repr(network.provenance.name),
                    names=asked,
                ),
                "road",
                "; ".join(site.road),
                tr("the name or the reference of a road"),
                tuple(dict.fromkeys(near))[:3],
            )
        )
    return covered


def _called(network: Network, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which segments bear one of some names, shape (segments,)."""
    wanted = {folded(name) for name in names}
    covered = np.zeros(network.n_segments, dtype=bool)
    for labels in _name_tags(network):
        covered |= labels.among(value for value in labels.values if wanted & _names_in(value))
    return covered


def _name_tags(network: Network) -> tuple[Labels, ...]:
    return network.name, network.name_ar, network.alt_name, network.ref


@lru_cache(maxsize=65_536)
def _names_in(value: str) -> frozenset[str]:
    """Return the names in a tag, which may list several between semicolons."""
    return frozenset(folded(part) for part in value.split(";") if part.strip())


def _between(
    network: Network, sites: Sites, site: Site, on_road: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the shortest way along places; on a road, between its nodes nearest to them."""
    nodes = _nodes_between(sites, site)
    if site.road:
        ends = np.unique(np.concatenate([network.u[on_road], network.v[on_road]]))
        nearest, _ = nearest_nodes(network, network.lon[nodes], network.lat[nodes], among=ends)
        nodes = [int(node) for node in nearest]
    return _chain(network, site, nodes, on_road)


def _nodes_between(sites: Sites, site: Site) -> list[int]:
    nodes = [int(sites.node[sites.index[name]]) for name in site.between or ()]
    if min(nodes) < 0:
        message = tr(
            "site {site} runs between two places, but one of them is no place", site=repr(site.id)
        )
        raise ScenarioError(site.problem(message, "between", expected=tr("two places")))
    return nodes


def _chain(
    network: Network,
    site: Site,
    nodes: list[int],
    keep: NDArray[np.bool_],
    weight: NDArray[np.float64] | None = None,
) -> NDArray[np.bool_]:
    """Return the shortest ways from each node to the next, shape (segments,)."""
    parts = shortest_paths(network, nodes, keep, weight)
    names, legs = list(pairwise(site.between or ())), list(pairwise(nodes))
    for (one, other), (start, end), part in zip(names, legs, parts, strict=True):
        if not part.any() and start != end:
            message = tr(
                "no way leads between the places {one} and {other} of site {site}",
                one=repr(one), other=repr(other), site=repr(site.id),
            )  # fmt: skip
            raise ScenarioError(site.problem(message, "between", expected=tr("connected places")))
    covered = np.asarray(parts.any(axis=0))
    if not covered.any():
        message = tr("the places of site {site} lie at one node", site=repr(site.id))
        raise ScenarioError(site.problem(message, "between", expected=tr("two connected places")))
    return covered
