"""What the engine understood of a scenario, so that its writer can see whether it was meant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.statuses import ONE_DAY
from engine.control.sites import NamedSite, Rank
from engine.control.states import UNKNOWN
from engine.language import called, tr

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis
    from engine.scenario.model import Route


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
    ground, start = analysis.sectors, str(analysis.days[0])
    network = ground.network
    covers = None if route.within is None else ground.covers[ground.sites.index[route.within]]
    ends = []
    for name in (*route.from_, *route.via, route.to):
        for part in analysis.terminals.parts(name):
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
    known = analysis.states.on(0).holder[ground.sector[pieces]] != UNKNOWN
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
    network = analysis.sectors.network
    return (
        called(network.name[piece], network.name_ar[piece])
        or network.ref[piece]
        or network.highway[piece]
    )


def _sites(analysis: Analysis) -> list[dict[str, Any]]:
    ground = analysis.sectors
    length = np.bincount(ground.sector, ground.network.length, minlength=ground.n_sectors)
    return [
        {
            "id": site.id,
            "label": called(site.label, site.label_ar),
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


MUCH_KNOWN = 0.5
"""From this share of the roads with a known holder on, nothing is advised."""


def _known_share(analysis: Analysis) -> float:
    """Return how much of the roads the baseline and the events speak of, by length, 0 to 1."""
    ground = analysis.sectors
    spoken = analysis.states.on(0).holder_statement >= 0
    return float(ground.network.length[spoken[ground.sector]].sum() / ground.network.length.sum())


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
            "goes with the nearest place that has one ({n} rows now).",
            n=len(scenario.baseline),
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
                "A map has roads that no report speaks of: take a smaller area ({fetch}), or draw the "
                "roads in question alone ({sketch}).",
                fetch="supplyline fetch --around",
                sketch="supplyline sketch",
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
