"""A scenario analyzed once more after a change: on the same ground, where the change leaves it the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.analysis.analysis import analysis_on, analyze
from engine.control.points import resolve_sites
from engine.control.sectors import in_use
from engine.io.garbage import collection_paused
from engine.scenario.check import check
from engine.scenario.names import names_used

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis
    from engine.scenario.model import Scenario

OF_GROUND = ("sites", "places", "reach_km", "overlook_range")
"""What of a scenario says how ground is divided, besides the names that it uses."""


def analyze_again(before: Analysis, scenario: Scenario) -> Analysis:
    """Return the analysis of a scenario on the network of another, of which it may be a variation.

    It is what `analyze` returns. Where both name the same sites in the same order, the ground is
    not divided anew, and what was worked out for it is kept.

    Parameters
    ----------
    before
        The other analysis.
    scenario
        The scenario.

    Raises
    ------
    ScenarioError
        If the scenario contradicts itself, or names what neither it nor the network knows.
    """
    with collection_paused():
        check(scenario)
        resolved = resolve_sites(scenario, before.network)
        if not _same_ground(before.scenario, resolved):
            return analyze(scenario, network=before.network, known_on=before.known_on)
        terminals = before.terminals.asked_by(resolved)
        return analysis_on(terminals, before.network, before.known_on)


def _same_ground(one: Scenario, other: Scenario) -> bool:
    """Return whether the ground of two scenarios on one network is the same, site by site."""
    if any(getattr(one, key) != getattr(other, key) for key in OF_GROUND):
        return False
    if _kept_to_roads(one) != _kept_to_roads(other):
        return False
    named = [dict.fromkeys(name for *_, name in names_used(each)) for each in (one, other)]
    return list(named[0]) == list(named[1]) and in_use(one) == in_use(other)


def _kept_to_roads(scenario: Scenario) -> set[tuple[object, ...]]:
    """Return the stops of routes that keep to a site, for whose ends its roads may be cut."""
    return {(r.within, r.from_, r.via, r.to) for r in scenario.routes if r.within}
