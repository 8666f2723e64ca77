"""What the engine understood of a scenario, and what is likely a slip: for its writer to compare.

Warnings are of a scenario on its network: places that no road reaches, events that change nothing, ground
left behind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import enclave_status, route_status
from engine.analysis.statuses import ONE_DAY
from engine.connectivity.traversal import Arcs, connected_parts
from engine.control.areas import area_of
from engine.control.overlooking import overlooking
from engine.control.points import misheard
from engine.control.sites import FAR_KM, NamedSite, Rank
from engine.control.statements import CLOSED, CONTESTED, HELD
from engine.control.states import UNKNOWN
from engine.control.words import condition_text
from engine.errors import Problem, nearest_names
from engine.language import called, tr
from engine.network.arrays import great_circle_m
from engine.network.policy import CLASSES
from engine.scenario.model import Enclave
from engine.scenario.road_network import names_used

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.control.states import States
    from engine.network.arrays import Network
    from engine.scenario.model import Route


def network_warnings(analysis: Analysis) -> list[Problem]:
    """Return the warnings of a scenario on its network.

    Names that were taken for places that are spelt otherwise. Places that no road reaches: far from their road, or on roads cut off from the main network.
    Routes and enclaves that no event of the scenario can change, whatever is true of it. Captures of
    ground that a site overlooks which is left with its old holder. Classes of roads that the
    scenario asks for and the network does not have.
    """
    return [
        *urgent_warnings(analysis),
        *_remarks(analysis),
        *_unreached(analysis),
        *_unchangeable(analysis),
        *_left_overlooking(analysis),
        *_not_there(analysis),
        *_numbers_of_nobody(analysis),
    ]


def urgent_warnings(analysis: Analysis) -> list[Problem]:
    """Return those warnings that every command gives, because its answer may be about something else.

    Names that were taken for places that are spelt otherwise, and areas in which there is no road.
    """
    return [*misheard(analysis.scenario, analysis.network), *_without_road(analysis)]


def _remarks(analysis: Analysis) -> Iterator[Problem]:
    """Yield how the file of the network was understood, and classes of roads that nobody knows."""
    network = analysis.network
    for remark in network.provenance.remarks:
        yield Problem(remark, network.provenance.name)
    admitted = chain.from_iterable(analysis.scenario.roads.admit.values())
    for value in sorted({*network.highway.values} - {"", *CLASSES, *admitted}):
        message = tr(
            "the network has roads of the class {value}, which OpenStreetMap does not know",
            value=repr(value),
        )
        near = nearest_names(value, CLASSES)
        expected = tr(
            "one of its values of {key}, or a speed under {table}", key="highway", table="[travel]"
        )
        yield Problem(message, network.provenance.name, None, "highway", value, expected, near)


def _numbers_of_nobody(analysis: Analysis) -> Iterator[Problem]:
    """Yield numbers that the scenario gives for names which are no place of what they are about."""
    known = list(analysis.sectors.sites.index)
    for name in analysis.scenario.falls:
        if name not in known:
            message = tr("falls names {name}, which has no role in the scenario", name=repr(name))
            expected = tr("the id of a place that an event, the baseline or a route names")
            near = nearest_names(name, known)
            yield analysis.scenario.problem(message, "falls", name, expected, near)
    for enclave in analysis.scenario.enclaves:
        places = list(analysis.enclaves[enclave.id].places)
        counts = enclave.population
        tables = [count.people for count in counts] if isinstance(counts, tuple) else [counts]
        for name in dict.fromkeys(chain.from_iterable(t for t in tables if isinstance(t, dict))):
            if name not in places:
                message = tr(
                    "population names {name}, which is no place of {enclave}",
                    name=repr(name),
                    enclave=repr(enclave.id),
                )
                expected = tr("the id of one of its places; nobody is counted there now")
                near = nearest_names(name, places)
                yield enclave.problem(message, "population", name, expected, near)


def _without_road(analysis: Analysis) -> Iterator[Problem]:
    """Yield areas in which there is no road."""
    for site, covers in zip(analysis.sectors.sites.named, analysis.sectors.covers, strict=True):
        if site.rank is Rank.AREA and site.definition is not None and not covers.any():
            key = "area" if site.definition.line is None else "line"
            south, west, north, east = area_of(site.definition).bounds
            swapped = bool(_segments_in(analysis.network, west, south, east, north))
            message = _no_road_near(key, repr(site.id), swapped=swapped)
            expected = tr("one on the network, as longitude and latitude in this order")
            yield site.definition.problem(message, key, expected=expected)


def _no_road_near(key: str, site: str, *, swapped: bool) -> str:
    if key == "area" and swapped:
        return tr(
            "no road lies in the area of site {site}: latitude and longitude are probably swapped",
            site=site,
        )
    if key == "area":
        return tr("no road lies in the area of site {site}", site=site)
    if swapped:
        return tr(
            "no road lies near the line of site {site}: latitude and longitude are probably swapped",
            site=site,
        )
    return tr("no road lies near the line of site {site}", site=site)


def _segments_in(network: Network, west: float, south: float, east: float, north: float) -> int:
    """Return how many segments have bounds that meet a box in degrees."""
    w, s, e, n = network.line_bounds.T
    return int(((w <= east) & (e >= west) & (s <= north) & (n >= south)).sum())


def _unreached(analysis: Analysis) -> Iterator[Problem]:
    sites, network = analysis.sectors.sites, analysis.sectors.network
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
            message = tr(
                "the place {site} lies {km:.1f} km from the nearest road",
                site=repr(site.id),
                km=metres / 1000,
            )
            yield entry.problem(message, "site", site.id, tr("a place on a road"))
        elif not main[node]:
            message = tr(
                "the place {site} lies on roads cut off from the rest of the network",
                site=repr(site.id),
            )
            yield entry.problem(message, "site", site.id, tr("a place on the main network"))


def _main_network(analysis: Analysis) -> NDArray[np.bool_]:
    """Return which nodes belong to the part of the network with most of them, shape (nodes,)."""
    _, part = connected_parts(
        Arcs(
            analysis.sectors.network.u, analysis.sectors.network.v, analysis.sectors.network.n_nodes
        )
    )
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
            for code in [analysis.terminals.actor_code(question.actor)]
            for condition in (HELD, CLOSED)
        )
        if np.array_equal(best, worst):
            if isinstance(question, Enclave):
                message = tr(
                    "no event of the scenario can change the enclave {name}", name=repr(name)
                )
            else:
                message = tr(
                    "no event of the scenario can change the route {name}", name=repr(name)
                )
            yield question.problem(message, "id", name, tr("events about ground on its paths"))


def _left_overlooking(analysis: Analysis) -> Iterator[Problem]:
    """Yield captures of ground that a site overlooks which stays with somebody hostile."""
    sectors, states, actors = analysis.sectors, analysis.states, list(analysis.scenario.actors)
    day = states.statements.date
    for event, believed in zip(analysis.scenario.events, analysis.believed, strict=True):
        outside = not analysis.days[0] <= np.datetime64(event.date) < analysis.ends[-1]
        if event.kind != "captured" or event.actor is None or not believed or outside:
            continue
        then, attacker = states.on(analysis.interval_on(event.date)), actors.index(event.actor)
        taken = sectors.covers[sectors.sites.index[event.site]] & (then.holder == attacker)
        hostile = then.hostile(attacker) & (then.own_condition != CONTESTED)
        for rule in analysis.scenario.overlooks:
            row = sectors.sites.index[rule.site]
            over = sectors.covers[row]
            held_by = set(then.holder[over].tolist())
            said = then.holder_statement[over]
            if (
                (taken & (then.overlooked_by == row)).any()
                and hostile[over].all()
                and len(held_by) == 1
                and (day[said] < np.datetime64(event.date)).all()
            ):
                message = tr(
                    "{actor} captured {site} on {day}, and {over}, which overlooks it, is left with "
                    "{holder}: it is {effect}",
                    actor=event.actor, site=repr(event.site), day=event.date, over=repr(rule.site),
                    holder=actors[held_by.pop()], effect=condition_text(rule.effect),
                )  # fmt: skip
                over = repr(rule.site)
                expected = tr("a report about {site}, if it changed hands too", site=over)
                yield event.problem(message, "site", event.site, expected)


def _not_there(analysis: Analysis) -> Iterator[Problem]:
    """Yield what the scenario calls a road besides the usual, and the network has none of."""
    roads, there = analysis.scenario.roads, analysis.sectors.network.highway
    asked = (*roads.allow.get("highway", ()), *chain.from_iterable(roads.admit.values()))
    for value in asked:
        if not there.among({value}).any():
            message = tr(
                "the network has no road of class {value}, which the scenario asks for",
                value=repr(value),
            )
            expected = tr(
                "a network fetched for this scenario ({option}), or another",
                option="fetch --scenario",
            )
            yield analysis.scenario.problem(message, "roads", value, expected)


def _touched(analysis: Analysis) -> NDArray[np.bool_]:
    """Return the sectors that some event speaks of, or overlooks from, shape (sectors,)."""
    sectors = analysis.sectors
    rows = [sectors.sites.index[event.site] for event in analysis.scenario.events]
    spoken = np.asarray(sectors.covers[rows].any(axis=0))
    touched = spoken.copy()
    for row, onto, _ in overlooking(analysis.scenario, sectors):
        if (sectors.covers[row] & spoken).any():
            touched |= onto
    return touched


def _with(states: States, sectors: NDArray[np.bool_], holder: int, condition: int) -> States:
    """Return the states with some sectors held by an actor, all in one condition."""
    rows = sectors[states.runs.row]
    return replace(
        states,
        holder=np.where(rows, holder, states.holder),
        own_condition=np.where(rows, condition, states.own_condition),
        imposed=np.where(rows, np.int8(HELD), states.imposed),
        condition=np.where(rows, condition, states.condition),
    )


def _status(analysis: Analysis, states: States, question: Route | Enclave) -> NDArray[np.int8]:
    if isinstance(question, Enclave):
        return enclave_status(analysis.terminals, states, question).status
    return route_status(analysis.terminals, states, question)


def understanding(analysis: Analysis) -> dict[str, Any]:
    """Return what was understood, as plain values for JSON.

    Lengths are in km; a site with a length of 0 covers no road.
    """
    scenario, network = analysis.scenario, analysis.network
    return {
        "title": called(scenario.title, scenario.title_ar),
        "start": str(scenario.start),
        "end": str(scenario.end),
        "last_day": str(analysis.states.borders[-1] - ONE_DAY),
        "known_on": analysis.known_on and str(analysis.known_on),
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
            {"id": e.id, "actor": e.actor, "places": analysis.terminals.parts(e.ground),
             "lifelines": e.lifelines}
            for e in scenario.enclaves
        ],
        "baseline": {"rows": len(scenario.baseline), "ground": _grounded(analysis),
                     "advice": _advice(analysis)},
        "events": _events(analysis),
    }  # fmt: skip


def _on_the_roads(analysis: Analysis, route: Route) -> dict[str, Any]:
    """Return on which roads the ends of a route stand, and how much of its first path is known."""
    sectors, start = analysis.sectors, str(analysis.days[0])
    network = sectors.network
    covers = None if route.within is None else sectors.covers[sectors.sites.index[route.within]]
    ends = []
    for name in (*route.from_, *route.via, route.to):
        for part in analysis.terminals.parts(name):
            row = sectors.sites.index[part]
            node = int(sectors.sites.node[row])
            if node < 0:
                continue
            meets = (network.u == node) | (network.v == node)
            if covers is not None:
                meets &= covers[sectors.sector]
            roads = {_road_name(analysis, piece) for piece in np.flatnonzero(meets).tolist()}
            metres = round(float(sectors.sites.off_road_m[row]))
            ends.append({"site": part, "roads": sorted(roads), "metres_off": metres})
    pieces = np.concatenate([np.empty(0, dtype=np.int64), *analysis.path(route.id, start)])
    length = network.length[pieces]
    known = analysis.states.on(0).holder[sectors.sector[pieces]] != UNKNOWN
    front = analysis.near_front(route.id, start)
    if not length.sum():
        return {"ends": ends, "km": None, "known": None, "inferred": None, "near_front": None,
                "because": analysis.because(route.id, 0)}  # fmt: skip
    return {
        "ends": ends,
        "km": _km(length.sum()),
        "known": round(float(length[known].sum() / length.sum()), 3),
        "inferred": round(analysis.inferred_share(route.id, start), 3),
        "near_front": front and asdict(front),
        "because": "",
    }


def _road_name(analysis: Analysis, piece: int) -> str:
    """Return what to call the road of a piece: its name, its reference or its class."""
    network = analysis.sectors.network
    return (
        called(network.name[piece], network.name_ar[piece])
        or network.ref[piece]
        or network.highway[piece]
    )


def _sites(analysis: Analysis) -> list[dict[str, Any]]:
    sectors = analysis.sectors
    length = np.bincount(sectors.sector, sectors.network.length, minlength=sectors.n_sectors)
    return [
        {
            "id": site.id,
            "label": called(site.label, site.label_ar),
            "kind": _kind(site),
            "km": _km(covers @ length),
            "in_use": _kind(site) != "stretch" or bool(covers.any()),
        }
        for site, covers in zip(sectors.sites.named, sectors.covers, strict=True)
    ]


def _kind(site: NamedSite) -> str:
    if site.rank is Rank.GROUP:
        return "group"
    if site.rank is Rank.AREA:
        return "area"
    if site.place is not None:
        return "place"
    return "OSM ways" if site.definition is not None and site.definition.ways else "stretch"


MUCH_KNOWN = 0.5
"""From this share of the roads with a known holder on, nothing is advised."""


def _known_share(analysis: Analysis) -> float:
    """Return how much of the roads the baseline and the events speak of, by length, 0 to 1."""
    sectors = analysis.sectors
    spoken = analysis.states.on(0).holder_statement >= 0
    return float(
        sectors.network.length[spoken[sectors.sector]].sum() / sectors.network.length.sum()
    )


def _grounded(analysis: Analysis) -> str:
    """Return in words how much of the roads the baseline and the events speak of, by length."""
    share = _known_share(analysis)
    return tr("{share:.0%} of the roads have a known holder on the first day", share=share)


def _advice(analysis: Analysis) -> str:
    """Return what to do where most of the ground has no known holder; empty where it has one."""
    if _known_share(analysis) >= MUCH_KNOWN:
        return ""
    scenario = analysis.scenario
    told = [
        tr(
            "Unknown ground is never open. Name the holders of more places in the baseline: ground "
            "goes with the nearest place that has one ({n} of {rows} rows now).",
            n=sum(row.holder is not None for row in scenario.baseline),
            rows=len(scenario.baseline),
        )
    ]
    reaches = [site.reach_km for site in scenario.sites if site.reach_km is not None]
    if scenario.reach_km is not None:
        reaches.append(scenario.reach_km)
    if reaches:
        shortest = min(reaches)
        told.append(
            tr(
                "reach_km ends the ground of a place after {km:g} km of road: a larger one, or none, "
                "covers more.",
                km=shortest,
            )
        )
    if not analysis.network.provenance.schematic:
        told.append(
            tr(
                "A map has roads that no report mentions: take a smaller area ({fetch}), or draw the "
                "roads in question alone ({sketch}).",
                fetch="supplyline fetch --around",
                sketch="supplyline sketch",
            )
        )
        if "OpenStreetMap" not in analysis.network.provenance.credit:
            told.append(
                tr(
                    "If its lines only stand for roads, say {schematic} under [roads]: a place then "
                    "reaches along them.",
                    schematic="schematic = true",
                )
            )
    return " ".join(told)


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
