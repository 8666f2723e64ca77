"""The road network that a scenario runs on, and the names of sites and places that it must know."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError, NetworkError, Problem
from engine.language import tr
from engine.network.cut_out import Box, box_around
from engine.network.gazetteer import meant_place, resolve_place
from engine.network.obtain import AREAS
from engine.network.read import read_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.network.arrays import Network, Place
    from engine.scenario.fields import Entry
    from engine.scenario.model import Scenario, ScenarioPlace


def names_used(scenario: Scenario) -> Iterator[tuple[Entry, str, str]]:
    """Yield every site that the scenario names, with the entry and the key that name it."""
    for site in scenario.sites:
        yield site, "id", site.id
    for row in scenario.baseline:
        yield row, "site", row.site
    for event in scenario.events:
        yield event, "site", event.site
    for overlook in scenario.overlooks:
        yield overlook, "site", overlook.site
        yield overlook, "onto", overlook.onto
    yield from ((gate, "site", gate.site) for gate in scenario.gates)
    for route in scenario.routes:
        yield from ((route, "from", name) for name in route.from_)
        yield from ((route, "via", name) for name in route.via)
        yield route, "to", route.to
        if route.within:
            yield route, "within", route.within
    for enclave in scenario.enclaves:
        yield enclave, "site", enclave.ground
        yield from ((enclave, "lifelines", name) for name in enclave.lifelines)


def names_of_members(scenario: Scenario) -> Iterator[tuple[Entry, str, str]]:
    """Yield every name from which a site of the scenario is made, with the site and the key."""
    for site in scenario.sites:
        if site.place:
            yield site, "place", site.place
        for key in ("between", "places", "sites"):
            yield from ((site, key, name) for name in getattr(site, key) or ())


def network_of(scenario: Scenario, network: Network | str | Path | None = None) -> Network:
    """Return the road network that a scenario runs on.

    Parameters
    ----------
    scenario
        The scenario: its network counts if no other is given, and a path in it is meant from the folder
        of its file.
    network
        Another network, the name of one, or a path.

    Returns
    -------
    Network
        A network that is given is taken as it is; one that is read has the roads that the scenario
        calls so, and its own the credit that the scenario states.

    Raises
    ------
    NetworkError
        If there is no such network, or it cannot be read.
    """
    from engine.network.read import read_network

    if network is None:
        base = Path(scenario.origin.file).parent if scenario.origin.file else None
        roads = read_network(
            scenario.network,
            base=base,
            policy=scenario.roads.policy,
            encoding=scenario.roads.encoding,
        )
        said = scenario.roads.model_dump(include={"credit", "schematic"}, exclude_none=True)
        return replace(roads, provenance=replace(roads.provenance, **said)) if said else roads
    if isinstance(network, (str, Path)):
        return read_network(network, policy=scenario.roads.policy, encoding=scenario.roads.encoding)
    return network


# Which area is meant: by its name, a box, a place, the ground around one, or a scenario.

GAZETTEER = "aleppo-schematic"
"""The network whose places are known without a connection."""


def choose_area(
    name: str,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    place: str | None = None,
    around: str | None = None,
    km: float = 20.0,
    scenario: Scenario | None = None,
    margin_km: float = 5.0,
) -> Box:
    """Return the area that is asked for.

    Parameters
    ----------
    name
        An area that has a name (`engine.network.obtain.AREAS`), if nothing else is given.
    bbox
        West, south, east, north in degrees, taken as it is.
    place
        A place that Nominatim finds, through osmnx.
    around, km
        A place of the embedded gazetteer, or latitude and longitude with a comma between them, and
        how far around it (km).
    scenario
        A scenario: all places that it speaks of.
    margin_km
        What is added on every side of a place or a scenario.

    Returns
    -------
    Box
        The area.

    Raises
    ------
    InputError
        If no area or more than one is given, or it cannot be found.
    """
    given = [option for option in (bbox, place, around, scenario) if option is not None]
    if len(given) > 1:
        raise InputError(tr("an area is given by one of --bbox, --place, --around and --scenario"))
    if bbox is not None:
        return Box(*bbox).checked()
    if place is not None:
        return _box_of_place(place).grown(margin_km)
    if around is not None:
        return box_around([_point(around)], km)
    if scenario is not None:
        return box_around(_points_of_scenario(scenario), margin_km)
    if name in AREAS:
        return AREAS[name]
    raise InputError(
        Problem(
            tr("the area {name!r} has no box by that name", name=name),
            field="name",
            value=name,
            expected=tr(
                "{names}, or one of --bbox, --place, --around and --scenario",
                names=", ".join(AREAS),
            ),
        )
    )


def _point(text: str) -> tuple[float, float]:
    """Return longitude and latitude of a place, or of what is written as latitude, longitude."""
    if written := _POINT.fullmatch(text):
        lat, lon = map(float, written.groups())
        return lon, lat
    place = resolve_place(read_network(GAZETTEER), text)
    return place.lon, place.lat


_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


def place_around(text: str) -> Place | None:
    """Return the place of the embedded gazetteer that an area lies around; None, if it is a point.

    Raises
    ------
    NetworkError
        If the text names no place, or several.
    """
    return None if _POINT.fullmatch(text) else resolve_place(read_network(GAZETTEER), text)


def _box_of_place(text: str) -> Box:
    """Return the box of a place that Nominatim knows: of an area by that name before a point."""
    import osmnx
    import requests

    from engine.network.overpass import NoAnswerError, check_status, osmnx_that, why_unconnected

    try:
        with osmnx_that(
            lambda answer: check_status(answer, 0), use_cache=False, requests_timeout=30
        ):
            try:
                found = osmnx.geocode_to_gdf(text)
            except TypeError:  # there is no area by that name
                found = osmnx.geocode_to_gdf(text, which_result=1)
    except requests.ConnectionError as error:
        why = str(why_unconnected(error))
        raise _unplaced(text, tr("no answer from Nominatim: {reason}", reason=why)) from error
    except (requests.RequestException, NoAnswerError) as error:
        why = str(error)
        raise _unplaced(text, tr("no answer from Nominatim: {reason}", reason=why)) from error
    except (LookupError, TypeError, ValueError) as error:
        message = tr("the place {name!r} was not found: {reason}", name=text, reason=str(error))
        raise _unplaced(text, message) from error
    edges = found.iloc[0][["bbox_west", "bbox_south", "bbox_east", "bbox_north"]]
    return Box(*map(float, edges)).checked()


def _unplaced(text: str, message: str) -> NetworkError:
    expected = tr("a connection and a place that Nominatim knows; without them, use --bbox")
    return NetworkError(Problem(message, field="--place", value=text, expected=expected))


def _points_of_scenario(scenario: Scenario) -> list[tuple[float, float]]:
    """Return where the places lie that a scenario brings, or names and its network knows."""
    network = network_of(scenario)
    by_id = {place.id: place for place in network.places}
    names = {name for _, _, name in chain(names_used(scenario), names_of_members(scenario))}
    names -= {site.id for site in scenario.sites} | {place.id for place in scenario.places} | {""}
    known: list[Place | ScenarioPlace] = list(scenario.places)
    for name in sorted(names):
        place = by_id.get(name) or (meant_place(network, name) or (None, ""))[0]
        known += [place] if place else []
    return [(place.lon, place.lat) for place in known]
