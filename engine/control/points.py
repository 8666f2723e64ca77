"""Reports that give only a point: the place, stretch or area that they are about."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely

from engine.control.areas import area_of
from engine.control.sites import MOST_M, as_place, find_sites, places_on_roads
from engine.control.stretches import stretch
from engine.control.words import chained
from engine.errors import AmbiguousNameError, InputError, NetworkError, Problem, ScenarioError
from engine.io.text import folded
from engine.language import marked, tr
from engine.network.arrays import great_circle_m
from engine.network.gazetteer import BY_SOUND, BY_SPELLING, meant_place, resolve_place
from engine.scenario.fields import CellRead
from engine.scenario.model import Event, Holding
from engine.scenario.road_network import names_of_members, names_used

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from engine.control.sites import Sites
    from engine.network.arrays import Network, Place
    from engine.scenario.model import Scenario, ScenarioPlace

E = TypeVar("E", Event, Holding)

PRECISION_KM = 2.0
"""How far off a point may be that does not say."""
SWAP_HINT_KM = 30.0
"""A point this much nearer to a site with lat and lon exchanged has them swapped."""


@dataclass(frozen=True)
class Placed:
    """What a point was found to be about.

    Parameters
    ----------
    event
        The id of the event.
    site
        The id of the place, stretch or area.
    kind
        ``"place"``, ``"stretch"`` or ``"area"``.
    metres
        How far the point is from it; 0 inside an area.
    others
        How many others of its kind lie within the precision of the point too.
    """

    event: str
    site: str
    kind: str
    metres: float
    others: int = 0


def resolve_sites(scenario: Scenario, network: Network) -> Scenario:
    """Return the scenario with the id of a site in every report and row of the baseline.

    A name or a label stands for the site that bears it; a point for what lies nearest to it. What a
    name was taken for is noted where the entry was read (`engine.scenario.model.Origin.cells`).

    Raises
    ------
    ScenarioError
        For every label of several sites, and every event with no place, stretch or area within its
        precision.
    """
    known = _Names(scenario, network)
    problems: list[Problem] = []
    entries = {
        key: tuple(known.resolved(entry, problems) for entry in getattr(scenario, key))
        for key in ("baseline", "events")
    }
    if problems:
        raise ScenarioError(problems)
    same = all(entries[key] == getattr(scenario, key) for key in entries)
    return _with_points(scenario if same else scenario.model_copy(update=entries), network)


def called_site(scenario: Scenario, network: Network, name: str) -> tuple[str, str]:
    """Return the id of the site that a name means, and why, if that is spelt otherwise.

    A name that means none is returned as it is.

    Parameters
    ----------
    scenario, network
        Where sites and places are known from.
    name
        An id, the label of a site, or the name of a place in any spelling.

    Raises
    ------
    InputError
        If several sites bear the label, or several places the name: the message names them.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> called_site(scenario, engine.read_network("aleppo-schematic"), "مزارع الملاح")
    ('mallah', '')
    """
    known = _Names(scenario, network)
    if name in known.ids:
        return name, ""
    ids = known.labelled(name)
    if len(ids) > 1:
        message, expected = _may_be(name, ids)
        raise InputError(Problem(message, value=name, expected=expected))
    if ids:
        return ids[0], ""
    place, why = known.place(name)
    if not place:
        try:
            resolve_place(known.places[1], name)
        except AmbiguousNameError:
            raise
        except NetworkError:  # no place: whoever asks says which names there are
            return name, ""
    return place, why


def misheard(scenario: Scenario, network: Network) -> Iterator[Problem]:
    """Yield every name that was taken for that of a place which is spelt otherwise."""
    known = _Names(scenario, network)
    for entry in (*scenario.baseline, *scenario.events):
        for cell in entry.origin.cells:
            if cell.key == "site" and cell.remark in {BY_SOUND, BY_SPELLING}:
                message = _taken_for(cell.written, cell.value, cell.remark)
                yield entry.problem(message, "site", cell.written, tr("the id of the place"))
    for other, key, name in chain(names_used(scenario), names_of_members(scenario)):
        if name and name not in known.ids and folded(name) not in known.labels:
            place, why = known.place(name)
            if why:
                yield other.problem(
                    _taken_for(name, place, why), key, name, tr("the id of the place")
                )


def _may_be(name: str, ids: Sequence[str]) -> tuple[str, str]:
    """Return that a name may be that of several sites, and what is expected instead."""
    message = tr("the site {name} may be {ids}", name=repr(name), ids=chained(ids, " or "))
    return message, tr("the id of one of them")


def _taken_for(name: str, place: str, why: str) -> str:
    return tr(
        "the site {name} was taken for {place}: {why}",
        name=repr(name), place=repr(place), why=tr(why),
    )  # fmt: skip


class _Names:
    """The ids of sites and places, and the names that stand for them."""

    def __init__(self, scenario: Scenario, network: Network) -> None:
        own = {place.id: as_place(place) for place in scenario.places}
        self.ids = {
            *(site.id for site in scenario.sites), *own, *(place.id for place in network.places)
        }  # fmt: skip
        self.labels: dict[str, set[str]] = defaultdict(set)
        for site in scenario.sites:
            for label in filter(None, (site.label, site.label_ar)):
                self.labels[folded(label)].add(site.id)
        self.places = [
            tuple(own.values()),
            tuple(({p.id: p for p in network.places} | own).values()),
        ]
        self.place = lru_cache(maxsize=None)(self._place)

    def labelled(self, name: str) -> list[str]:
        """Return the ids of the sites that bear a label."""
        return sorted(self.labels.get(folded(name), ()))

    def resolved(self, entry: E, problems: list[Problem]) -> E:
        """Return an entry with the id of its site, if it names one otherwise."""
        name = entry.site
        if not name or name in self.ids:
            return entry
        ids = self.labelled(name)
        if len(ids) > 1:
            message, expected = _may_be(name, ids)
            problems.append(entry.problem(message, "site", name, expected))
        site, why = (ids[0], marked("by its label")) if ids else self.place(name)
        if not site:
            return entry
        cell = CellRead("site", name, site, why or marked("by its name"))
        origin = replace(entry.origin, cells=(*entry.origin.cells, cell))
        return entry.model_copy(update={"site": site}).read_at(origin)

    def _place(self, name: str) -> tuple[str, str]:
        """Return the id of the one place that a name means, and why, if it is spelt otherwise."""
        for places in self.places:
            if (meant := meant_place(places, name)) is not None:
                return (meant[0].id, meant[1]) if meant[0] else ("", "")
        return "", ""


def _with_points(scenario: Scenario, network: Network) -> Scenario:
    """Return the scenario with a site for every event that gives only a point."""
    found = {placed.event: placed.site for placed in find_points(scenario, network)}
    if not found:
        return scenario
    events = tuple(
        event if event.site else event.model_copy(update={"site": found[name]})
        for name, event in zip(scenario.event_ids(), scenario.events, strict=True)
    )
    return scenario.model_copy(update={"events": events})


def find_points(scenario: Scenario, network: Network) -> tuple[Placed, ...]:
    """Return what every event that gives only a point is about, in the order of the events.

    The nearest place within the precision of the point; if there is none, the nearest stretch (or
    OSM ways) of the scenario; if there is none, the nearest area. On a tie, the lower id.

    Raises
    ------
    ScenarioError
        For every event with no place, stretch or area within its precision.
    """
    points = [
        (name, event)
        for name, event in zip(scenario.event_ids(), scenario.events, strict=True)
        if not event.site
    ]
    if not points:
        return ()
    near = Nearby(scenario, network)
    found, problems = [], []
    for name, event in points:
        placed = near.find(name, event)
        if placed is None:
            problems.append(near.problem(event))
        else:
            found.append(placed)
    if problems:
        raise ScenarioError(problems)
    return tuple(found)


class Nearby:
    """The ground that a point can be about: places on the network, and what a scenario defines.

    Parameters
    ----------
    scenario
        Its own places, stretches and areas.
    network
        Its places.
    """

    def __init__(self, scenario: Scenario, network: Network) -> None:
        named = scenario.model_copy(update={"events": tuple(e for e in scenario.events if e.site)})
        sites = find_sites(named, network)
        self.places = _places_on_network(scenario, network)
        self.place_row = {place.id: at for at, place in enumerate(self.places)}
        self.place_lon = np.array([place.lon for place in self.places])
        self.place_lat = np.array([place.lat for place in self.places])
        self.stretches = list(_stretches(scenario, sites))
        self.areas = [(site.id, area_of(site)) for site in scenario.sites if site.is_area]

    def find(self, name: str, event: Event) -> Placed | None:
        """Return what an event with a point is about, or None if nothing is near enough."""
        lon, lat = _point_of(event)
        within = 1000 * (PRECISION_KM if event.precision_km is None else event.precision_km)
        for kind, candidates in (
            ("place", self._near_places(lon, lat, within)),
            ("stretch", _by_distance(self.stretches, lon, lat)),
            ("area", _by_distance(self.areas, lon, lat)),
        ):
            near = sorted(pair for pair in candidates if pair[0] <= within)
            if near:
                return Placed(name, near[0][1], kind, near[0][0], len(near) - 1)
        return None

    def metres_to(self, site: str, event: Event) -> float | None:
        """Return how far a place, stretch or area is from an event's point; None if unknown."""
        lon, lat = _point_of(event)
        if (at := self.place_row.get(site)) is not None:
            there = self.place_lon[at : at + 1], self.place_lat[at : at + 1]
            return float(great_circle_m(*there, np.array([lon]), np.array([lat]))[0])
        shapes = [shape for shape in (*self.stretches, *self.areas) if shape[0] == site]
        return min((metres for metres, _ in _by_distance(shapes, lon, lat)), default=None)

    def problem(self, event: Event) -> Problem:
        """Return what to say of a point with nothing near enough."""
        lon, lat = _point_of(event)
        within = PRECISION_KM if event.precision_km is None else event.precision_km
        metres, name = min(self._near_places(lon, lat), default=(np.inf, ""))
        point = {"km": within, "lat": f"{lat}", "lon": f"{lon}"}
        swapped, _ = min(self._near_places(lat, lon), default=(np.inf, ""))
        if swapped + 1000 * SWAP_HINT_KM < metres:
            message = tr(
                "no place, stretch or area lies within {km:g} km of the point {lat}, {lon}: lat and "
                "lon may be swapped",
                **point,
            )
            return event.problem(message, "lat", f"{lat}", tr("degrees north in lat"))
        message = tr(
            "no place, stretch or area lies within {km:g} km of the point {lat}, {lon}", **point
        )
        if name:
            message = tr(
                "no place, stretch or area lies within {km:g} km of the point {lat}, {lon}; the "
                "nearest place, {name}, is {away:.1f} km away",
                name=repr(name), away=metres / 1000, **point,
            )  # fmt: skip
        return event.problem(message, "lat", f"{lat}", tr("a site, or a larger precision_km"))

    def _near_places(
        self, lon: float, lat: float, within: float = np.inf
    ) -> Iterator[tuple[float, str]]:
        """Yield the distance in metres of each place near a point, with its id."""
        here = np.full_like(self.place_lon, lon), np.full_like(self.place_lat, lat)
        metres = great_circle_m(self.place_lon, self.place_lat, *here)
        for at in np.flatnonzero(metres <= within).tolist():
            yield float(metres[at]), self.places[at].id


def _point_of(event: Event) -> tuple[float, float]:
    if event.lon is None or event.lat is None:
        raise ScenarioError(event.problem(tr("an event names its site, or gives lat and lon")))
    return event.lon, event.lat


def _places_on_network(scenario: Scenario, network: Network) -> list[Place | ScenarioPlace]:
    known: dict[str, Place | ScenarioPlace] = {place.id: place for place in network.places}
    known |= {place.id: place for place in scenario.places}
    places = list(known.values())
    if not places:
        return []
    lon = np.array([place.lon for place in places])
    lat = np.array([place.lat for place in places])
    on_network = places_on_roads(network, lon, lat).metres <= MOST_M
    defined = {site.id for site in scenario.sites if site.place != site.id}
    return [
        place
        for place, on in zip(places, on_network, strict=True)
        if on and place.id not in defined
    ]


def _stretches(scenario: Scenario, sites: Sites) -> Iterator[tuple[str, BaseGeometry]]:
    """Yield the id and the lines of every stretch and set of OSM ways."""
    for site in scenario.sites:
        if site.is_stretch:
            covered: NDArray[np.bool_] = stretch(sites.network, sites, site)
            yield site.id, shapely.union_all(sites.network.lines[covered])


def _by_distance(
    shapes: Sequence[tuple[str, BaseGeometry]], lon: float, lat: float
) -> Iterator[tuple[float, str]]:
    """Yield the distance in metres of each shape from a point, with its id."""
    squeeze = np.array([np.cos(np.radians(lat)), 1.0])
    here = shapely.Point(np.array([lon, lat]) * squeeze)
    for name, shape in shapes:
        gap = shapely.shortest_line(shapely.transform(shape, lambda xy: xy * squeeze), here)
        nearest = shapely.get_coordinates(gap)[:1] / squeeze
        metres = great_circle_m(nearest[:, 0], nearest[:, 1], np.array([lon]), np.array([lat]))
        yield float(metres[0]), name
