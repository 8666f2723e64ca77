"""Sharing safely: an analysis made coarse before anything is drawn or written from it.

Days become weeks, points and lines move to a coarse grid, and sites lose their names. Sources, notes and
the ids of reports are dropped. What the question itself names stays: the title of the scenario, the
actors, and the labels of routes and enclaves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.status import Terminals
from engine.network.arrays import Labels, Ragged
from engine.network.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.control.sectors import Sectors
    from engine.control.sites import NamedSite
    from engine.control.states import States
    from engine.network.arrays import Network
    from engine.scenario.model import Event, Holding, Scenario

GRID_DEG = 0.1
"""To which multiple of a degree coordinates are moved: about 10 km."""
REDACTED = "redacted: days to weeks, places to about 10 km, without names, sources and notes"
MONDAY = np.datetime64("2001-01-01")
WEEK = np.timedelta64(7, "D")


@dataclass(frozen=True)
class _Names:
    """What the sites of a scenario are called afterwards."""

    new: dict[str, str]

    def of(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.new[name] for name in names)


def redacted(analysis: Analysis) -> Analysis:
    """Return an analysis that is fit to be shared, for all outputs to be made from.

    A week shows the state of that of its days on which routes and enclaves fared worst.
    """
    borders, chosen = _weeks(analysis)
    names = _Names(_new_names(analysis.ground.sites.named))
    scenario = _scenario(analysis.scenario, names)
    ground = _ground(analysis.ground, names)
    states = _states(analysis.states, scenario, borders, chosen)
    return replace(
        analysis,
        scenario=scenario,
        network=_network(analysis.network, ()),
        ground=ground,
        states=states,
        connections=Terminals(scenario, ground),
        routes={name: codes[chosen] for name, codes in analysis.routes.items()},
        enclaves={
            name: replace(
                enclave,
                places=names.of(enclave.places),
                place_status=enclave.place_status[:, chosen],
                lost=enclave.lost[:, chosen],
                cut_off=enclave.cut_off[:, chosen],
                status=enclave.status[chosen],
            )
            for name, enclave in analysis.enclaves.items()
        },
        known_on=analysis.known_on and _monday_of(analysis.known_on),
    )


def _weeks(analysis: Analysis) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
    """Return the Mondays from before the run until after it, and the interval that each week shows."""
    borders = analysis.states.borders
    end = _monday(borders[-1:] - np.timedelta64(1, "D"))[0] + WEEK
    mondays = np.arange(_monday(borders[:1])[0], end + WEEK, WEEK)
    first = np.searchsorted(borders[:-1], mondays[:-1], side="right") - 1
    after = np.searchsorted(borders[:-1], mondays[1:])
    none = np.zeros(analysis.states.n_intervals, dtype=np.int64)
    well = sum((codes.astype(np.int64) for codes in _all_codes(analysis)), none)
    chosen = [
        stop - 1 - int(well[start:stop][::-1].argmin())
        for start, stop in zip(np.maximum(first, 0).tolist(), after.tolist(), strict=True)
    ]
    return mondays, np.array(chosen, dtype=np.int64)


def _all_codes(analysis: Analysis) -> list[NDArray[np.int8]]:
    return [*analysis.routes.values(), *(enclave.status for enclave in analysis.enclaves.values())]


def _monday(days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return days - (days - MONDAY) % WEEK


def _monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _coarse(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return (np.round(degrees / GRID_DEG) * GRID_DEG).round(6)


def _new_names(sites: tuple[NamedSite, ...]) -> dict[str, str]:
    """Call places by the grid, and other sites by their number."""
    names: dict[str, str] = {}
    for site in sites:
        base = f"site-{len(names) + 1}"
        if site.place is not None:
            lon, lat = _coarse(np.array([site.place.lon, site.place.lat]))
            base = f"near-{lat:.1f}-{lon:.1f}"
        taken = sum(name == base or name.startswith(f"{base}/") for name in names.values())
        names[site.id] = f"{base}/{taken + 1}" if taken else base
    return names


def _scenario(scenario: Scenario, names: _Names) -> Scenario:
    disputes = {dispute: f"dispute-{n}" for n, dispute in enumerate(
        dict.fromkeys(event.dispute for event in scenario.events if event.dispute), 1)}  # fmt: skip
    routes = [
        route.model_copy(update={
            "from_": names.of(route.from_), "via": names.of(route.via), "to": names.new[route.to],
            "within": names.new[route.within] if route.within else None,
        })
        for route in scenario.routes
    ]  # fmt: skip
    enclaves = [
        enclave.model_copy(update={
            "site": names.new[enclave.ground], "lifelines": names.of(enclave.lifelines),
            "population": None,
        })
        for enclave in scenario.enclaves
    ]  # fmt: skip
    return scenario.model_copy(
        update={
            "start": _monday_of(scenario.start),
            "end": _monday_of(scenario.end - dt.timedelta(days=1)) + dt.timedelta(days=7),
            "sources": {},
            "places": (),
            "sites": (),
            "overlooks": (),
            "routes": tuple(routes),
            "enclaves": tuple(enclaves),
            "baseline": tuple(_row(row, names) for row in scenario.baseline),
            "events": tuple(_event(event, names, disputes) for event in scenario.events),
        }
    )


def _row(row: Holding, names: _Names) -> Holding:
    date = _monday_of(row.date) if row.date else None
    said = {"site": names.new[row.site], "date": date, "source": "", "note": ""}
    return row.model_copy(update=said)


def _event(event: Event, names: _Names, disputes: dict[str, str]) -> Event:
    said = {
        "id": "", "date": _monday_of(event.date), "earliest": None, "latest": None, "reported": None,
        "until": None, "site": names.new[event.site], "lat": None, "lon": None,
        "precision_km": None, "dispute": disputes.get(event.dispute, ""), "after": "",
        "source": "", "note": "",
    }  # fmt: skip
    return event.model_copy(update=said)


def _ground(ground: Sectors, names: _Names) -> Sectors:
    sites = tuple(_site(site, names) for site in ground.sites.named)
    pieces = replace(
        ground.pieces,
        network=_network(ground.network, [site.place for site in sites if site.place is not None]),
        from_m=np.zeros(len(ground.sector)),
        to_m=_rough_length(ground.network.length),
    )
    index = {site.id: row for row, site in enumerate(sites)}
    return replace(ground, pieces=pieces, sites=replace(ground.sites, named=sites, index=index))


def _site(site: NamedSite, names: _Names) -> NamedSite:
    new, place = names.new[site.id], None
    if site.place is not None:
        lon, lat = _coarse(np.array([site.place.lon, site.place.lat])).tolist()
        place = Place(new, new.replace("-", " ", 1).replace("-", ", "), "", "", lon, lat)
    definition = site.definition
    if definition is not None:
        definition = definition.model_copy(update={"id": new, "label": "", "label_ar": ""})
    return replace(site, id=new, definition=definition, place=place, members=names.of(site.members))


def _network(network: Network, places: Iterable[Place]) -> Network:
    empty = Labels.of([""] * network.n_segments)
    source = network.provenance
    return replace(
        network,
        node_id=np.zeros_like(network.node_id),
        lon=_coarse(network.lon),
        lat=_coarse(network.lat),
        length=_rough_length(network.length),
        ways=Ragged.of([[]] * network.n_segments),
        geometry=Ragged(network.geometry.starts, _coarse(network.geometry.values)),
        places=tuple(places),
        provenance=replace(source, credit=f"{source.credit} ({REDACTED})"),
        name=empty,
        name_ar=empty,
        alt_name=empty,
        ref=empty,
    )


def _rough_length(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(np.round(metres / 1000), 0.5) * 1000


def _states(
    states: States,
    scenario: Scenario,
    borders: NDArray[np.datetime64],
    chosen: NDArray[np.int64],
) -> States:
    words = replace(
        states.words,
        entries=(*scenario.baseline, *scenario.events),
        date=_monday(states.words.date),
        until=np.full_like(states.words.until, np.datetime64("NaT")),
        reported=_monday(states.words.reported),
    )
    take = partial(np.take, indices=chosen, axis=1)
    return replace(
        states,
        borders=borders,
        words=words,
        holder_statement=take(states.holder_statement),
        condition_statement=take(states.condition_statement),
        holder=take(states.holder),
        own_condition=take(states.own_condition),
        condition=take(states.condition),
        overlooked_by=take(states.overlooked_by),
        passable=states.passable[:, :, chosen],
    )
