"""Names to ground: every site that a scenario names, found on a network."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import AmbiguousNameError, NetworkError, Problem, ScenarioError, nearest_names
from engine.language import called, tr, trn
from engine.network.arrays import Place
from engine.network.gazetteer import resolve_place
from engine.network.paths import nearest_nodes, nearest_points, on_mainland
from engine.network.split import Pieces, interpolate, offset_m, split
from engine.scenario.road_network import names_used

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.network.arrays import Network
    from engine.scenario.model import Entry, Scenario, ScenarioPlace, Site

MOST_KM_TO_ROAD = 5.0
"""A place farther than this from every node of the network is off the network."""
MOST_M = 1000 * MOST_KM_TO_ROAD
NODE_M = 500.0
"""A place lies at a node as near as this, rather than at a nearer point of a road."""
ON_NODE_M = 1.0
"""A place as near to a dead end is on it, and lies there whatever else is near."""
FAR_KM = 1.0
"""A place farther than this from the road that it is put on is worth a second look."""
MOST_NAMED = 3
"""So many places off the network are named one by one."""


class Rank(IntEnum):
    """How specific a site is: on the same day the word on the more specific one wins."""

    GROUP = 0
    AREA = 1
    STRETCH = 2


@dataclass(frozen=True)
class NamedSite:
    """A site that the scenario names, with what it takes to find its ground.

    Parameters
    ----------
    id
        The name that the scenario uses.
    definition
        The scenario's own site, or None where the name is that of a place.
    place
        The place whose catchment the site is, or None.
    members
        The names of the members of a group.
    """

    id: str
    definition: Site | None
    place: Place | None
    members: tuple[str, ...] = ()

    @property
    def rank(self) -> Rank:
        """How specific the site is."""
        if self.members:
            return Rank.GROUP
        if self.definition is not None and self.definition.is_area:
            return Rank.AREA
        return Rank.STRETCH

    @property
    def label(self) -> str:
        """What to call the site in English."""
        own = self.definition.label if self.definition else ""
        return own or (self.place.name if self.place else "") or self.id

    @property
    def label_ar(self) -> str:
        """What to call the site in Arabic; may be empty."""
        own = self.definition.label_ar if self.definition else ""
        return own or (self.place.name_ar if self.place else "")


@dataclass(frozen=True, eq=False)
class Sites:
    """Every site with a role in a scenario, found on a network.

    Parameters
    ----------
    named
        The sites, members of groups before the groups that they belong to.
    index
        The position of each name in `named`.
    node
        The node of each site that is a place, -1 for the others, int64 of shape (sites,): a node of
        the network of `placed`.
    placed
        The network, cut where a place lies on the way and not at a node.
    off_road_m
        How far each place lies from there, NaN for other sites, float64 of shape (sites,).
    """

    named: tuple[NamedSite, ...]
    index: dict[str, int]
    node: NDArray[np.int64]
    placed: Pieces
    off_road_m: NDArray[np.float64]

    @property
    def network(self) -> Network:
        """The network on which the places are nodes."""
        return self.placed.network

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self.named)


def find_sites(scenario: Scenario, network: Network) -> Sites:
    """Find every site that the scenario names.

    Raises
    ------
    ScenarioError
        With a problem for every name that neither the scenario nor the network knows, and for
        every place that lies off the network.
    """
    known = _Known(scenario, network)
    problems: list[Problem] = []
    named: dict[str, NamedSite] = {}
    asked_by: dict[str, Entry] = {}
    opened: set[str] = set()
    for entry, key, name in names_used(scenario):
        if name not in asked_by or name not in named:
            _add_site(name, entry, key, known, named, problems, opened)
            asked_by.setdefault(name, entry)
    if problems:
        raise ScenarioError(problems)
    sites = tuple(named.values())
    found = _set_places(sites, network)
    off = [(site, m) for site, m in zip(sites, found.off_road_m, strict=True) if m > MOST_M]
    if off:
        n_places = int((found.node >= 0).sum())
        raise ScenarioError(list(_off_the_network(off, n_places, asked_by, scenario, network)))
    return found


def _off_the_network(
    off: list[tuple[NamedSite, float]],
    n_places: int,
    asked_by: dict[str, Entry],
    scenario: Scenario,
    network: Network,
) -> Iterator[Problem]:
    """Yield a problem for each of the first places off the network, and one for all, if many."""
    name = repr(network.provenance.name)
    for site, metres in off[:MOST_NAMED]:
        off_by = {
            "site": repr(site.id), "most": MOST_KM_TO_ROAD, "network": name, "km": metres / 1000
        }  # fmt: skip
        message = tr(
            "{site} lies more than {most:g} km from every road of the network {network}: {km:.1f} km "
            "from the nearest",
            **off_by,
        )
        if site.place and _lies_near_when_swapped(network, site.place):
            message = tr(
                "{site} lies more than {most:g} km from every road of the network {network}: "
                "{km:.1f} km from the nearest; its lat and lon are probably swapped",
                **off_by,
            )
        yield asked_by.get(site.id, scenario).problem(
            message, value=site.id, expected=tr("a place on the network")
        )
    if len(off) > MOST_NAMED:
        yield scenario.problem(
            tr(
                "{off} of {places} places lie off the network {network}, those above among them",
                off=len(off), places=n_places, network=name,
            ),
            expected=tr("a network of the same area"),
        )  # fmt: skip


def _lies_near_when_swapped(network: Network, place: Place) -> bool:
    """Return whether a place lies near a road with latitude and longitude exchanged."""
    if abs(place.lon) > 90:
        return False
    metres = places_on_roads(network, np.array([place.lat]), np.array([place.lon])).metres
    return bool(metres[0] <= MOST_M)


class _Known:
    """The names that a scenario and a network know between them."""

    def __init__(self, scenario: Scenario, network: Network) -> None:
        self.sites = {site.id: site for site in scenario.sites}
        self.own = {place.id: as_place(place) for place in scenario.places}
        self.places = {place.id: place for place in network.places} | self.own
        self.network = network.provenance.name

    def place(self, name: str, entry: Entry, key: str) -> Place | Problem:
        """Return the place of that id or name, the scenario's own first, or what is wrong."""
        if name in self.places:
            return self.places[name]
        for places in (self.own, self.places):
            try:
                return resolve_place(tuple(places.values()), name)
            except AmbiguousNameError as error:
                return entry.problem(
                    error.problems[0].message, key, name, tr("the id of one of them")
                )
            except NetworkError:
                continue
        return entry.problem(
            tr(
                "unknown site {name}: neither the scenario nor the network {network} knows it",
                name=repr(name),
                network=repr(self.network),
            ),
            key,
            name,
            tr("the id of a site, or the id or a name of a place"),
            nearest_names(name, [*self.sites, *self.places]),
        )


def as_place(place: ScenarioPlace) -> Place:
    """Return a place of a scenario as one of a gazetteer."""
    return Place(
        place.id, place.name, place.name_ar, place.kind, place.lon, place.lat, place.aliases,
        error_km=place.error_km, source=place.source,
    )  # fmt: skip


def _add_site(
    name: str,
    entry: Entry,
    key: str,
    known: _Known,
    named: dict[str, NamedSite],
    problems: list[Problem],
    opened: set[str],
) -> None:
    """Add a site and, before it, all that it is made of."""
    waiting = [(name, entry, key)]  # not by recursion: groups in groups may stand deep
    while waiting:
        name, entry, key = waiting[-1]
        site = known.sites.get(name)
        missing = [part for part in (site.made_of if site else ()) if part not in named]
        if site is not None and missing and name not in opened:
            opened.add(name)
            waiting += [(part, site, "site") for part in reversed(missing)]
            continue
        waiting.pop()
        if name in named:
            continue
        place_name = name if site is None else site.place
        place = known.place(place_name, site or entry, key) if place_name else None
        if isinstance(place, Problem):
            problems.append(place)
        else:
            members = (*site.places, *site.sites) if site else ()
            named[name] = NamedSite(name, site, place, members)


def _set_places(sites: tuple[NamedSite, ...], network: Network) -> Sites:
    """Set every place on the network: at a node, or at a point on the way, which becomes a node."""
    index = {site.id: at for at, site in enumerate(sites)}
    node, off_road = np.full(len(sites), -1, dtype=np.int64), np.full(len(sites), np.nan)
    at = [row for row, site in enumerate(sites) if site.place is not None]
    uncut = np.empty(0, dtype=np.int64), np.empty(0)
    if not at:
        return Sites(sites, index, node, split(network, *uncut), off_road)
    places = [sites[row].place for row in at]
    lon = np.array([place.lon for place in places if place])
    lat = np.array([place.lat for place in places if place])
    if network.provenance.schematic:
        node[at], off_road[at] = nearest_nodes(network, lon, lat)
        return Sites(sites, index, node, split(network, *uncut), off_road)
    near = places_on_roads(network, lon, lat)
    placed = split(network, near.segment[near.on_way], near.along_m[near.on_way])
    node[at] = near.node
    node[np.array(at)[near.on_way]], _ = nearest_nodes(
        placed.network, near.lon[near.on_way], near.lat[near.on_way]
    )
    off_road[at] = near.metres
    return Sites(sites, index, node, placed, off_road)


@dataclass(frozen=True, eq=False)
class OnRoads:
    """Where places lie on the roads of a map.

    Parameters
    ----------
    node
        The node of each place: the nearest, or one beyond a dead end, int64 of shape (places,).
    on_way
        Which places lie on the way instead, bool of shape (places,).
    segment, along_m
        The nearest point of a road: the segment, and metres along it, of shape (places,).
    lon, lat
        The same point in degrees.
    metres
        How far each place is from where it lies, float64 of shape (places,).
    """

    node: NDArray[np.int64]
    on_way: NDArray[np.bool_]
    segment: NDArray[np.int64]
    along_m: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    metres: NDArray[np.float64]


def places_on_roads(
    network: Network,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    islands: bool = False,
) -> OnRoads:
    """Return where places lie on the roads of a map: at a node if one is near, else on the way.

    Islands of roads are left out, if not asked for: no route leads from one to anywhere. Dead ends
    are left aside, but where the other node is that of a place at another point.
    """
    among = np.arange(network.n_segments) if islands else np.flatnonzero(on_mainland(network))
    nearest, to_nearest = nearest_nodes(network, lon, lat, among=_ends(network, among))
    segment, along, to_road = nearest_points(network, lon, lat, among)
    on_way = (to_nearest > NODE_M) & (to_road < to_nearest)
    beyond, to_beyond = _beyond_dead_ends(network, lon, lat, among, nearest, to_nearest)
    own = ~on_way & ~_taken(lon, lat, nearest, beyond, on_way)
    node, to_node = np.where(own, beyond, nearest), np.where(own, to_beyond, to_nearest)
    metres = np.where(on_way, to_road, to_node)
    drawn = network.geometry.starts
    xy = interpolate(drawn, offset_m(network), network.geometry.values, segment, along)
    return OnRoads(node, on_way, segment, along, xy[:, 0], xy[:, 1], metres)


def nodes_of_places(
    network: Network, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return at which node each place lies, looked at alone, and how far that is in metres."""
    if network.provenance.schematic:
        return nearest_nodes(network, lon, lat)
    among = np.flatnonzero(on_mainland(network))
    nearest = nearest_nodes(network, lon, lat, among=_ends(network, among))
    return _beyond_dead_ends(network, lon, lat, among, *nearest)


def _ends(network: Network, segments: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the nodes at which segments end, as often as one ends there."""
    return np.concatenate([network.u[segments], network.v[segments]]).astype(np.int64)


def _beyond_dead_ends(
    network: Network,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    among: NDArray[np.integer],
    nearest: NDArray[np.int64],
    metres: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return another node for each place near a dead end, if one is near, and how far it is."""
    n_ends = np.bincount(_ends(network, among), minlength=network.n_nodes)
    through = np.flatnonzero(n_ends > 1)
    near = (metres > ON_NODE_M) & (metres <= NODE_M)
    rows = np.flatnonzero(near & (n_ends[nearest] == 1))
    if network.provenance.schematic or not len(rows) or not len(through):
        return nearest, metres
    node, away = nearest_nodes(network, lon[rows], lat[rows], among=through)
    beyond, to_beyond, is_near = nearest.copy(), metres.copy(), away <= NODE_M
    beyond[rows[is_near]], to_beyond[rows[is_near]] = node[is_near], away[is_near]
    return beyond, to_beyond


def _taken(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    nearest: NDArray[np.int64],
    beyond: NDArray[np.int64],
    on_way: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return for which places near a dead end the other node is one of a place at another point."""
    point = np.unique(np.column_stack([lon, lat]), axis=0, return_inverse=True)[1].reshape(-1)
    claims = np.concatenate([np.column_stack([node, point])[~on_way] for node in (nearest, beyond)])
    claimed, points = np.unique(np.unique(claims, axis=0)[:, 0], return_counts=True)
    shared = claimed[points > 1]
    return (beyond != nearest) & np.isin(beyond, shared)


def label_of(sites: Sites, ground: Sequence[str]) -> str:
    """Return what to call ground: the labels of the sites that cover it, places first.

    Of more than two sites the first is named and the others are counted.
    """
    covering = sorted(
        (sites.named[sites.index[name]] for name in ground), key=lambda s: s.place is None
    )
    if len(covering) > 2:
        first = called(covering[0].label, covering[0].label_ar)
        return trn("{name} + {n} more", "{name} + {n} more", len(covering) - 1, name=first)
    names = " + ".join(called(site.label, site.label_ar) for site in covering)
    return names or tr("ground without a site")


def shared_site(grounds: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the ground of the sites that cover all of several grounds, if any do, else each ground."""
    distinct = list(dict.fromkeys(grounds))
    common = sorted(set.intersection(*map(set, distinct))) if len(distinct) > 1 else []
    return [tuple(common)] if common else distinct
