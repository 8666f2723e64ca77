"""The names of sites and places that a scenario uses, each with the entry and the key that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario.fields import Entry
    from engine.scenario.model import Scenario


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
