"""Sites to sectors: the road network cut so that every piece is covered whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.control.areas import Area, area_of, border_cuts, buffers, inside
from engine.control.catchments import Catchments, catchments
from engine.control.sites import Rank, Sites, find_sites, label_of
from engine.control.stretches import Strip, end_cuts, owner_in_strips, stretch, strips_of
from engine.language import called, spoken, trn
from engine.network.arrays import Ragged, great_circle_m
from engine.network.split import NO_CUT_M, Pieces, in_terms_of, split
from engine.scenario.road_network import names_used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.network.arrays import Network
    from engine.scenario.model import Scenario


@dataclass(frozen=True, eq=False)
class Sectors:
    """A road network divided into sectors, and what each site covers of it.

    Parameters
    ----------
    pieces
        The network cut where catchments meet and areas end.
    sector
        The sector of each piece, int32 of shape (pieces,). Pieces that exactly the same sites
        cover are one sector.
    sites
        The sites, in the order of the rows of `covers`.
    covers
        Which site covers which sector, bool of shape (sites, sectors).
    rank
        How specific each site is, int8 of shape (sites,).
    range_onto
        With a range rule, the ground near each site that is a place: its row in `near`, else -1.
    near
        Which sectors lie within the range of which place, bool of shape (places, sectors).
    from_place_m
        How far each piece is from the place whose ground it is, along the roads on a schematic network
        and in a straight line on a map: 0 where a stretch, an area or OSM ways cover it, infinite where
        nothing does, float64 of shape (pieces,).
    """

    pieces: Pieces
    sector: NDArray[np.int32]
    sites: Sites
    covers: NDArray[np.bool_]
    rank: NDArray[np.int8]
    range_onto: NDArray[np.int64]
    near: NDArray[np.bool_]
    from_place_m: NDArray[np.float64]

    @property
    def network(self) -> Network:
        """The network of the pieces."""
        return self.pieces.network

    @property
    def n_sectors(self) -> int:
        """The number of sectors."""
        return self.covers.shape[1]

    @cached_property
    def on_site(self) -> Ragged:
        """The sectors that each site covers."""
        site, sector = np.nonzero(self.covers)
        return Ragged(np.searchsorted(site, np.arange(len(self.covers) + 1)), sector)

    @cached_property
    def site_ids(self) -> list[tuple[str, ...]]:
        """The ids of the most specific sites that cover each sector."""
        names = []
        for column in self.covers.T:
            rows = np.flatnonzero(column)
            top = rows[self.rank[rows] == self.rank[rows].max()] if len(rows) else rows
            names.append(tuple(sorted(self.sites.named[row].id for row in top)))
        return names

    @cached_property
    def names(self) -> list[str]:
        """The ids of the most specific sites that cover each sector, joined by ``+``."""
        return ["+".join(ids) for ids in self.site_ids]

    def label(self, ground: Sequence[str]) -> str:
        """Return what to call ground that some sites cover: see `label_of`.

        Where nothing but several areas covers it, as maps of day after day do, it bears the name of
        its longest road, and the areas are counted.
        """
        covering = [self.sites.named[self.sites.index[name]] for name in ground]
        road = ""
        if len(covering) > 1 and all(site.rank is Rank.AREA for site in covering):
            road = self._longest_road(tuple(ground))
        if road:
            n = len(covering)
            return trn("{road} + {n} areas", "{road} + {n} areas", n, road=road)
        return label_of(self.sites, ground)

    def _longest_road(self, ground: tuple[str, ...]) -> str:
        """Return the name of the longest road on ground that all of some sites cover; empty if none."""
        key = (spoken().code, *ground)
        if key not in self._roads:
            covers = np.asarray(
                self.covers[[self.sites.index[name] for name in ground]].all(axis=0)
            )
            pieces = np.flatnonzero(covers[self.sector])
            network, length = self.network, defaultdict[str, float](float)
            for piece in pieces.tolist():
                name = called(network.name[piece], network.name_ar[piece]) or network.ref[piece]
                length[name] += float(network.length[piece])
            length.pop("", None)
            self._roads[key] = max(length, key=lambda name: (length[name], name), default="")
        return self._roads[key]

    @cached_property
    def _roads(self) -> dict[tuple[str, ...], str]:
        return {}


def divide(scenario: Scenario, network: Network) -> Sectors:
    """Find the sites of a scenario on a network, and divide the network into sectors.

    Raises
    ------
    ScenarioError
        If a site cannot be found on the network.
    """
    sites = find_sites(scenario, network)
    network = sites.network
    places = _catchments(network, sites)
    strips = strips_of(scenario, network, sites)
    circle_of, reach_m = _circles(scenario, sites, places)
    areas = {
        row: area_of(site.definition)
        for row, site in enumerate(sites.named)
        if site.definition is not None and site.definition.is_area
    }
    ranges = buffers(scenario, sites)
    cuts = [places.cuts(reach_m)]
    cuts += [border_cuts(network, area) for area in (*areas.values(), *ranges.values())]
    cuts += [border_cuts(network, area) for strip in strips for area in strip.areas()]
    pieces = split(network, *(np.concatenate(parts) for parts in zip(*cuts, strict=True)))

    owner, metres = places.owners(pieces)
    owner, along_strip = owner_in_strips(strips, pieces, places.ids, owner)
    metres = np.where(along_strip, 0.0, metres)  # a strip has its breadth for a limit
    # A segment that ends where the reach does is covered to its middle, so the border belongs.
    none = np.full(len(reach_m), -np.inf)
    reached = metres <= np.column_stack([reach_m, none])[:, owner] + NO_CUT_M / 4
    masks = _masks(pieces, sites, areas, strips, in_use(scenario))
    near = _stacked([inside(pieces, area) for area in ranges.values()], pieces)
    sector, first = _sectors(owner, _stacked([*reached, *masks.values(), *near], pieces))
    known = {row: mask[first] for row, mask in masks.items()}
    for row, (circle, place) in circle_of.items():
        known[row] = (owner[first] == place) & reached[circle, first]
    sectors = Sectors(
        in_terms_of(sites.placed, pieces),
        sector,
        sites,
        _covers(sites, known, len(first)),
        np.array([site.rank for site in sites.named], dtype=np.int8),
        _row_of(ranges, len(sites)),
        near[:, first],
        _from_places(pieces, sites, owner, np.where(along_strip, np.nan, metres), masks),
    )
    return _cut_at_ends(scenario, sectors)


def _from_places(
    pieces: Pieces,
    sites: Sites,
    owner: NDArray[np.int64],
    metres: NDArray[np.float64],
    masks: dict[int, NDArray[np.bool_]],
) -> NDArray[np.float64]:
    """Return how far each piece is from the place whose ground it is; in a straight line in a strip."""
    network = pieces.network
    place_of = {site.place.id: site.place for site in sites.named if site.place is not None}
    at = [(place_of[name].lon, place_of[name].lat) for name in sorted(place_of)]
    lon, lat = np.array([*at, (np.nan, np.nan)])[owner].T
    middle_lon, middle_lat = ((x[network.u] + x[network.v]) / 2 for x in (network.lon, network.lat))
    straight = great_circle_m(middle_lon, middle_lat, lon, lat)
    far = np.where(np.isnan(metres), straight, metres)
    spoken_of = np.any([*masks.values(), np.zeros(len(far), dtype=bool)], axis=0)
    return np.where(spoken_of, 0.0, np.where(owner < 0, np.inf, far))


def _catchments(network: Network, sites: Sites) -> Catchments:
    """Return the catchments of all places, in the order of their ids."""
    node = {
        site.place.id: int(at)
        for site, at in zip(sites.named, sites.node, strict=True)
        if site.place is not None
    }
    ids = sorted(node)
    return catchments(network, tuple(ids), np.array([node[name] for name in ids], dtype=np.int64))


def _cut_at_ends(scenario: Scenario, sectors: Sectors) -> Sectors:
    """Return the ground cut where routes may end that keep to roads beside their places."""
    pieces, sector = sectors.pieces, sectors.sector
    cuts = end_cuts(
        scenario, sectors.sites, pieces.network, lambda row: sectors.covers[row][sector]
    )
    if not len(cuts[0]):
        return sectors
    finer = split(pieces.network, *cuts)
    return replace(
        sectors,
        pieces=in_terms_of(pieces, finer),
        sector=sector[finer.parent],
        from_place_m=sectors.from_place_m[finer.parent],
    )


def _circles(
    scenario: Scenario, sites: Sites, places: Catchments
) -> tuple[dict[int, tuple[int, int]], NDArray[np.float64]]:
    """Return how far the sites that are places reach.

    Several sites may be the same place with different reaches: circles around it. The first
    result is the circle and the place of each such site, by its row; the second the metres of
    each circle of each place, shape (circles, places), infinite where there is none.
    """
    usual = scenario.reach_km or np.inf
    circle_of: dict[int, tuple[int, int]] = {}
    reaches: list[list[float]] = [[] for _ in places.ids]
    for row, site in enumerate(sites.named):
        if site.place is None:
            continue
        place = places.ids.index(site.place.id)
        reach = 1000.0 * ((site.definition.reach_km if site.definition else None) or usual)
        if reach not in reaches[place]:
            reaches[place].append(reach)
        circle_of[row] = (reaches[place].index(reach), place)
    table = np.full((max(map(len, reaches), default=0), len(places.ids)), np.inf)
    for place, own in enumerate(reaches):
        table[: len(own), place] = own
    return circle_of, table


def _masks(
    pieces: Pieces,
    sites: Sites,
    areas: dict[int, Area],
    strips: tuple[Strip, ...],
    spoken_of: set[str],
) -> dict[int, NDArray[np.bool_]]:
    """Return the pieces that each stretch, set of ways and area covers, each of shape (pieces,).

    A stretch that nothing speaks of covers nothing: it only says how ground is divided.
    """
    masks = {row: inside(pieces, area) for row, area in areas.items()}
    strip_of = {strip.row: strip for strip in strips}
    for row, site in enumerate(sites.named):
        if site.definition is None or not site.definition.is_stretch:
            continue
        masks[row] = np.zeros(len(pieces.parent), dtype=bool)
        if site.id not in spoken_of:
            if not site.definition.between:  # an unknown road is said, whoever speaks of it
                stretch(sites.network, sites, site.definition)
        elif row in strip_of:
            on_road = strip_of[row].segments[pieces.parent]
            masks[row] = on_road | inside(pieces, strip_of[row].area)
        else:
            masks[row] = stretch(sites.network, sites, site.definition)[pieces.parent]
    return masks


def in_use(scenario: Scenario) -> set[str]:
    """Return the sites that something speaks of, members of groups included."""
    members = {site.id: (*site.places, *site.sites) for site in scenario.sites}
    spoken_of = [name for _, key, name in names_used(scenario) if key != "id"]
    found: set[str] = set()
    while spoken_of:
        name = spoken_of.pop()
        if name not in found:
            found.add(name)
            spoken_of += members.get(name, ())
    return found


def _stacked(masks: list[NDArray[np.bool_]], pieces: Pieces) -> NDArray[np.bool_]:
    """Return masks as the rows of one array, shape (masks, pieces), also when there is none."""
    return np.array(masks, dtype=bool).reshape(len(masks), len(pieces.parent))


def _sectors(
    owner: NDArray[np.int64], masks: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the sector of each piece by what covers it, and the first piece of each sector."""
    key = owner + 1
    for byte in np.packbits(masks, axis=0).astype(np.int64):
        _, key = np.unique(key * 256 + byte, return_inverse=True)
    _, first, sector = np.unique(key, return_index=True, return_inverse=True)
    return sector.astype(np.int32), first


def _covers(sites: Sites, known: dict[int, NDArray[np.bool_]], n_sectors: int) -> NDArray[np.bool_]:
    """Return which site covers which sector; members stand before the groups they belong to."""
    covers = np.zeros((len(sites), n_sectors), dtype=bool)
    for row, site in enumerate(sites.named):
        if site.rank is Rank.GROUP:
            covers[row] = covers[[sites.index[name] for name in site.members]].any(axis=0)
        else:
            covers[row] = known[row]
    return covers


def _row_of(ranges: dict[int, Area], n_sites: int) -> NDArray[np.int64]:
    rows = np.full(n_sites, -1, dtype=np.int64)
    rows[list(ranges)] = np.arange(len(ranges))
    return rows
