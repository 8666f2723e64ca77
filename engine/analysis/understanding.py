"""What the engine understood of a scenario, so that its writer can see whether it was meant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.control.sites import NamedSite, Rank
from engine.control.words import believed

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis


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
            name: [passage.actor for passage in actor.passes]
            for name, actor in scenario.actors.items()
        },
        "sites": _sites(analysis),
        "routes": [
            {"id": r.id, "actor": r.actor, "from": r.from_, "via": r.via, "to": r.to, "within": r.within}
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


def _sites(analysis: Analysis) -> list[dict[str, Any]]:
    ground = analysis.ground
    length = np.bincount(ground.sector, ground.network.length, minlength=ground.n_sectors)
    return [
        {"id": site.id, "label": site.label, "kind": _kind(site), "km": _km(covers @ length)}
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
    spoken = analysis.states.holder_word[:, 0] >= 0
    share = ground.network.length[spoken[ground.sector]].sum() / ground.network.length.sum()
    return f"{share:.0%} of the roads have a known holder on the first day"


def _events(analysis: Analysis) -> dict[str, Any]:
    words = analysis.states.words
    trusted = believed(analysis.scenario, words, analysis.known_on)[words.n_baseline :]
    kinds = Counter(event.kind for event in analysis.scenario.events)
    return {
        "rows": len(analysis.scenario.events),
        "believed": int(trusted.sum()),
        "kinds": dict(sorted(kinds.items())),
    }


def _km(metres: float) -> float:
    return round(float(metres) / 1000, 1)
