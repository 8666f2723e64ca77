"""What the engine understood of a scenario, so that its writer can see whether it was meant."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from engine.analysis.status import enclave_status, route_status
from engine.control.overlooking import overlooking
from engine.control.points import misheard
from engine.control.sites import FAR_KM, NamedSite, Rank, names_used
from engine.control.statements import CLOSED, HELD
from engine.control.states import UNKNOWN
from engine.errors import Problem, nearest_names
from engine.network.arrays import great_circle_m
from engine.network.paths import length_matrix
from engine.network.policy import CLASSES
from engine.scenario.model import Enclave

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.control.states import States
    from engine.scenario.model import Route


def understanding(analysis: Analysis) -> dict[str, Any]:
    """Return what was understood, as plain values for JSON.

    Lengths are in km; a site with a length of 0 covers no road.
    """
    scenario, network = analysis.scenario, analysis.network
    return {
        "title": scenario.title,
        "start": str(scenario.start),
        "end": str(scenario.end),
        "network": {
            "name": network.provenance.name,
            "schematic": network.provenance.schematic,
            "credit": network.provenance.credit,
            "nodes": network.n_nodes,
            "segments": network.n_segments,
            "km": _km(network.length.sum()),
            "places": len(network.places),
        },
        "actors": {
            name: [
                {"actor": passage.actor, "from": passage.from_, "until": passage.until}
                for passage in actor.passes
            ]
            for name, actor in scenario.actors.items()
        },
        "gates": [
            {"site": gate.site, "modes": gate.modes, "days": gate.days, "from": gate.from_,
             "until": gate.until, "note": gate.note}
            for gate in scenario.gates
        ],
        "sources": {name: source.reliability for name, source in scenario.sources.items()},
        "sites": _sites(analysis),
        "routes": [
            {"id": r.id, "actor": r.actor, "from": r.from_, "via": r.via, "to": r.to,
             "within": r.within, **_on_the_roads(analysis, r)}
            for r in scenario.routes
        ],
        "enclaves": [
            {"id": e.id, "actor": e.actor, "places": analysis.connections.parts(e.ground),
             "lifelines": e.lifelines}
            for e in scenario.enclaves
        ],
        "baseline": {"rows": len(scenario.baseline), "ground": _grounded(analysis)},
        "events": _events(analysis),
    }  # fmt: skip


def _on_the_roads(analysis: Analysis, route: Route) -> dict[str, Any]:
    """Return on which roads the ends of a route stand, and how much of its first path is known."""
    ground, start = analysis.ground, str(analysis.days[0])
    network = ground.network
    covers = None if route.within is None else ground.covers[ground.sites.index[route.within]]
    ends = []
    for name in (*route.from_, *route.via, route.to):
        for part in analysis.connections.parts(name):
            row = ground.sites.index[part]
            node = int(ground.sites.node[row])
            if node < 0:
                continue
            meets = (network.u == node) | (network.v == node)
            if covers is not None:
                meets &= covers[ground.sector]
            roads = {_road_name(analysis, piece) for piece in np.flatnonzero(meets).tolist()}
            metres = round(float(ground.sites.off_road_m[row]))
            ends.append({"site": part, "roads": sorted(roads), "metres_off": metres})
    pieces = np.concatenate([np.empty(0, dtype=np.int64), *analysis.path(route.id, start)])
    length = network.length[pieces]
    known = analysis.states.holder[ground.sector[pieces], 0] != UNKNOWN
    if not length.sum():
        return {"ends": ends, "km": None, "known": None, "inferred": None,
                "because": analysis.because(route.id, 0)}  # fmt: skip
    return {
        "ends": ends,
        "km": _km(length.sum()),
        "known": round(float(length[known].sum() / length.sum()), 3),
        "inferred": round(analysis.inferred_share(route.id, start), 3),
        "because": "",
    }


def _road_name(analysis: Analysis, piece: int) -> str:
    """Return what to call the road of a piece: its name, its reference or its class."""
    network = analysis.ground.network
    return (
        network.name[piece]
        or network.name_ar[piece]
        or network.ref[piece]
        or network.highway[piece]
    )


def _sites(analysis: Analysis) -> list[dict[str, Any]]:
    ground = analysis.ground
    length = np.bincount(ground.sector, ground.network.length, minlength=ground.n_sectors)
    return [
        {
            "id": site.id,
            "label": site.label,
            "kind": _kind(site),
            "km": _km(covers @ length),
            "in_use": _kind(site) != "stretch" or bool(covers.any()),
        }
        for site, covers in zip(ground.sites.named, ground.covers, strict=True)
    ]


def _kind(site: NamedSite) -> str:
    if site.rank is Rank.GROUP:
        return "group"
    if site.rank is Rank.AREA:
        return "area"
    if site.place is not None:
        return "place"
    return "OSM ways" if site.definition is not None and site.definition.ways else "stretch"


def _grounded(analysis: Analysis) -> str:
    """Return how much of the roads the baseline and the events speak of, by length."""
    ground = analysis.ground
    spoken = analysis.states.holder_statement[:, 0] >= 0
    share = ground.network.length[spoken[ground.sector]].sum() / ground.network.length.sum()
    return f"{share:.0%} of the roads have a known holder on the first day"


def _events(analysis: Analysis) -> dict[str, Any]:
    trusted = analysis.believed
    kinds = Counter(event.kind for event in analysis.scenario.events)
    return {
        "rows": len(analysis.scenario.events),
        "believed": int(trusted.sum()),
        "kinds": dict(sorted(kinds.items())),
    }


def _km(metres: float) -> float:
    return round(float(metres) / 1000, 1)


# Warnings of a scenario on its network: places no road reaches, idle events.


def network_warnings(analysis: Analysis) -> list[Problem]:
    """Return the warnings of a scenario on its network.

    Names that were taken for places that are spelt otherwise. Places that no road reaches: far from their road, or on roads cut off from the main network.
    Routes and enclaves that no event of the scenario can change, whatever is true of it. Classes of
    roads that the scenario asks for and the network does not have.
    """
    return [
        *misheard(analysis.scenario, analysis.network),
        *_remarks(analysis),
        *_unreached(analysis),
        *_without_road(analysis),
        *_unchangeable(analysis),
        *_not_there(analysis),
    ]


def _remarks(analysis: Analysis) -> Iterator[Problem]:
    """Yield how the file of the network was understood, and classes of roads that nobody knows."""
    network = analysis.network
    for remark in network.provenance.remarks:
        yield Problem(remark, network.provenance.name)
    admitted = chain.from_iterable(analysis.scenario.roads.admit.values())
    for value in sorted({*network.highway.values} - {"", *CLASSES, *admitted}):
        message = f"the network has roads of the class {value!r}, which OpenStreetMap does not know"
        near = nearest_names(value, CLASSES)
        expected = "one of its values of highway, or a speed under [travel]"
        yield Problem(message, network.provenance.name, None, "highway", value, expected, near)


def _without_road(analysis: Analysis) -> Iterator[Problem]:
    """Yield areas in which there is no road."""
    for site, covers in zip(analysis.ground.sites.named, analysis.ground.covers, strict=True):
        if site.rank is Rank.AREA and site.definition is not None and not covers.any():
            message = f"no road lies in the area of site {site.id!r}"
            expected = "an area on the network, as longitude and latitude in this order"
            yield site.definition.problem(message, "area", expected=expected)


def _unreached(analysis: Analysis) -> Iterator[Problem]:
    sites, network = analysis.ground.sites, analysis.ground.network
    entry_of = {name: entry for entry, _, name in reversed(list(names_used(analysis.scenario)))}
    main = _main_network(analysis)
    for site, node in zip(sites.named, sites.node.tolist(), strict=True):
        if site.place is None or node < 0:
            continue
        here = np.array(
            [[site.place.lon], [site.place.lat], network.lon[[node]], network.lat[[node]]]
        )
        metres = float(great_circle_m(*here)[0])
        entry = entry_of.get(site.id, site.definition or analysis.scenario)
        if metres > 1000 * FAR_KM:
            message = f"the place {site.id!r} lies {metres / 1000:.1f} km from the nearest road"
            yield entry.problem(message, "site", site.id, "a place on a road")
        elif not main[node]:
            message = f"the place {site.id!r} lies on roads cut off from the rest of the network"
            yield entry.problem(message, "site", site.id, "a place on the main network")


def _main_network(analysis: Analysis) -> NDArray[np.bool_]:
    """Return which nodes belong to the part of the network with most of them, shape (nodes,)."""
    _, part = connected_components(length_matrix(analysis.ground.network), directed=False)
    main: NDArray[np.bool_] = part == np.bincount(part).argmax()
    return main


def _unchangeable(analysis: Analysis) -> Iterator[Problem]:
    """Yield routes and enclaves whose status is the same if all that events touch is best or worst.

    Status only gets better where ground does, so nothing between the two can change it either.
    """
    touched = _touched(analysis)
    if not analysis.scenario.events:
        return
    for name, question in analysis.subjects.items():
        best, worst = (
            _status(analysis, _with(analysis.states, touched, code, condition), question)
            for code in [analysis.connections.actor_code(question.actor)]
            for condition in (HELD, CLOSED)
        )
        if np.array_equal(best, worst):
            what = "enclave" if isinstance(question, Enclave) else "route"
            message = f"no event of the scenario can change the {what} {name!r}"
            yield question.problem(message, "id", name, "events about ground on its ways")


def _not_there(analysis: Analysis) -> Iterator[Problem]:
    """Yield what the scenario calls a road besides the usual, and the network has none of."""
    roads, there = analysis.scenario.roads, analysis.ground.network.highway
    asked = (*roads.allow.get("highway", ()), *chain.from_iterable(roads.admit.values()))
    for value in asked:
        if not there.among({value}).any():
            message = f"the network has no road of class {value!r}, which the scenario asks for"
            expected = "a network fetched for this scenario (fetch --scenario), or another"
            yield analysis.scenario.problem(message, "roads", value, expected)


def _touched(analysis: Analysis) -> NDArray[np.bool_]:
    """Return the sectors that some event speaks of, or overlooks from, shape (sectors,)."""
    ground = analysis.ground
    rows = [ground.sites.index[event.site] for event in analysis.scenario.events]
    spoken = np.asarray(ground.covers[rows].any(axis=0))
    touched = spoken.copy()
    for row, onto, _ in overlooking(analysis.scenario, ground):
        if (ground.covers[row] & spoken).any():
            touched |= onto
    return touched


def _with(states: States, sectors: NDArray[np.bool_], holder: int, condition: int) -> States:
    """Return the states with some sectors held by an actor, all in one condition."""
    rows = sectors[:, np.newaxis]
    return replace(
        states,
        holder=np.where(rows, holder, states.holder),
        condition=np.where(rows, condition, states.condition),
    )


def _status(analysis: Analysis, states: States, question: Route | Enclave) -> NDArray[np.int8]:
    if isinstance(question, Enclave):
        return enclave_status(analysis.connections, states, question).status
    return route_status(analysis.connections, states, question)
