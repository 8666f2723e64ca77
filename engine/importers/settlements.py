"""The places of an area that a scenario can speak of: towns and villages near roads.

Where the map names none, points of the network stand for places: junctions and road ends.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.traversal import Arcs, connected_parts
from engine.control.sites import FAR_KM, places_on_roads
from engine.importers.reports import first_of
from engine.language import listing, tr, trn
from engine.network.arrays import Place
from engine.network.cut_out import Box
from engine.network.paths import nearest_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from engine.network.arrays import Network


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


KINDS = (
    "city",
    "town",
    "borough",
    "suburb",
    "quarter",
    "village",
    "neighbourhood",
    "hamlet",
    "border_control",
)
"""The kinds of places of a map that are listed, the largest first."""
MOST_NAMED = 8
"""So many places are named one by one in a remark."""


@dataclass(frozen=True)
class Settlements:
    """Which places of an area are of use, and why others are not.

    Parameters
    ----------
    listed
        Each at a node of its own, by id.
    other_kinds
        How many are no settlement, by kind (``locality``, ``island``, ...).
    far
        Settlements farther from a road than `FAR_KM`, by id.
    shared
        Settlements that lie at the same node as a listed one, which is larger or nearer, by id.
    parts
        The listed places by the connected part of the roads that they lie on; first the part with
        most of them, in each the largest place first.
    part_km
        The length of the roads of each part.
    outside
        Places of one's own that do not lie in the area, by id.
    swapped
        Those of them, and of those far from a road, that would lie there with latitude and longitude
        exchanged.
    """

    listed: tuple[Place, ...]
    other_kinds: Counter[str]
    far: tuple[Place, ...]
    shared: tuple[Place, ...]
    parts: tuple[tuple[Place, ...], ...]
    part_km: tuple[float, ...]
    outside: tuple[Place, ...] = ()
    swapped: tuple[Place, ...] = ()

    def remarks(self) -> list[str]:
        """Return in sentences what was left out, and which places the roads do not connect."""
        found = []
        if self.outside:
            found.append(tr("left out, outside of the area: {places}", places=_names(self.outside)))
        if self.swapped:
            found.append(
                tr("lat and lon are probably swapped: {places}", places=_names(self.swapped))
            )
        if self.other_kinds:
            kinds = listing(
                tr("{n} {kind}", n=n, kind=kind or tr("of no kind"))
                for kind, n in self.other_kinds.items()
            )
            found.append(tr("left out, no settlements: {kinds}", kinds=kinds))
        if self.far:
            found.append(
                tr(
                    "left out, more than {km:g} km from a road: {places}",
                    km=FAR_KM,
                    places=_names(self.far),
                )
            )
        if self.shared:
            found.append(
                tr(
                    "left out, at the same junction as another: {places}",
                    places=_names(self.shared),
                )
            )
        if len(self.parts) > 1:
            found.append(
                trn(
                    "the roads of this network do not connect all places: {n} lie on the main "
                    "part; a larger extract may have the roads between the parts",
                    "the roads of this network do not connect all places: {n} lie on the main "
                    "part; a larger extract may have the roads between the parts",
                    len(self.parts[0]),
                )
            )
        found += [
            tr(
                "apart from the main part, on {km:.1f} km of roads: {places}",
                km=km,
                places=_names(part),
            )
            for part, km in zip(self.parts[1:], self.part_km[1:], strict=True)
        ]
        return found


def settlements(network: Network, box: Box, own: Sequence[Place] = ()) -> Settlements:
    """Return the places in a box that a scenario can speak of.

    Parameters
    ----------
    network
        The roads, with the places of the map. Of a schematic network every place counts, of others
        those of `KINDS` within `FAR_KM` of a road.
    box
        The area.
    own
        Places that count whatever their kind, instead of those of the same id on the map.

    Examples
    --------
    >>> import engine
    >>> from engine.importers.settlements import settlements
    >>> from engine.network.cut_out import Box
    >>> network = engine.read_network("aleppo-schematic")
    >>> [place.id for place in settlements(network, Box(36.9, 36.4, 37.1, 36.6)).listed]
    ['azaz', 'deir-jamal', 'maryamin', 'minnigh', 'tell-rifaat']
    """
    own_ids = {place.id for place in own}
    on_map = [place for place in network.places if place.id not in own_ids]
    inside = [place for place in (*own, *on_map) if _in(box, place)]
    counts = [
        place.id in own_ids or place.kind in KINDS or network.provenance.schematic
        for place in inside
    ]
    asked = list(compress(inside, counts))
    others = [place.kind for place, listed in zip(inside, counts, strict=True) if not listed]
    node, spot, metres = _spots(network, *_positions(asked))
    near = metres <= 1000 * FAR_KM
    first = _first_at_nodes(asked, own_ids, spot, metres, near)
    _, part = connected_parts(Arcs(network.u, network.v, network.n_nodes))
    parts = _by_part([asked[row] for row in first], part[node[first]])
    length = np.bincount(part[network.u], weights=network.length, minlength=part.max() + 1)
    return Settlements(
        _by_id(asked[row] for row in first),
        Counter(sorted(others)),
        _by_id(asked[row] for row in np.flatnonzero(~near)),
        _by_id(asked[row] for row in np.setdiff1d(np.flatnonzero(near), first)),
        tuple(parts.values()),
        tuple(float(length[key]) / 1000 for key in parts),
        _by_id(place for place in own if not _in(box, place)),
        _by_id(place for place in own if not _in(box, place) and _in(box, _exchanged(place)))
        + _by_id(
            asked[row]
            for row in np.flatnonzero(~near)
            if asked[row].id in own_ids and _lies_on(network, _exchanged(asked[row]))
        ),
    )


def _lies_on(network: Network, place: Place) -> bool:
    """Return whether a place lies among the roads of a network."""
    lon, lat = network.lon, network.lat
    around = Box(*map(float, (lon.min(), lat.min(), lon.max(), lat.max())))
    return _in(around, place)


def _exchanged(place: Place) -> Place:
    return replace(place, lon=place.lat, lat=place.lon)


def _in(box: Box, place: Place) -> bool:
    return box.west <= place.lon <= box.east and box.south <= place.lat <= box.north


def _positions(places: list[Place]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([p.lon for p in places]), np.array([p.lat for p in places])


def _spots(
    network: Network, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return a node of the road of each place, a number for where it lies there, and how far that is.

    Places at one node have the same number; one that lies on the way, as `places_on_roads` has it, has
    a number of its own.
    """
    node, metres = nearest_nodes(network, lon, lat)
    if network.provenance.schematic or not len(lon):
        return node, node, metres
    at = places_on_roads(network, lon, lat, islands=True)
    on_road = np.where(at.on_way, network.u[at.segment], at.node).astype(np.int64)
    own = network.n_nodes + np.arange(len(lon))
    return on_road, np.where(at.on_way, own, at.node), at.metres


def _first_at_nodes(
    places: list[Place],
    own_ids: set[str],
    node: NDArray[np.int64],
    metres: NDArray[np.float64],
    near: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the rows of the places that have their node, the largest first.

    A place whose node belongs to another covers no ground, so only one of them is of use.
    """
    size = [
        -1 if p.id in own_ids else KINDS.index(p.kind) if p.kind in KINDS else len(KINDS)
        for p in places
    ]
    rows = sorted(
        np.flatnonzero(near).tolist(), key=lambda row: (size[row], metres[row], places[row].id)
    )
    taken: dict[int, int] = {}
    for row in rows:
        taken.setdefault(int(node[row]), row)
    return np.array(list(taken.values()), dtype=np.int64)


def _by_part(places: list[Place], part: NDArray[np.integer]) -> dict[int, tuple[Place, ...]]:
    """Return places by part, the part with most places first, each in the order given."""
    groups: dict[int, list[Place]] = {}
    for place, key in zip(places, part.tolist(), strict=True):
        groups.setdefault(key, []).append(place)
    order = sorted(groups, key=lambda key: -len(groups[key]))
    return {key: tuple(groups[key]) for key in order}


def _by_id(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda place: place.id))


def _names(places: Sequence[Place]) -> str:
    return first_of([place.id for place in places], MOST_NAMED)
