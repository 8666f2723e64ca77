"""Names as reports write them to the ids of sites: exact up to spelling, never a guess."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.errors import nearest_names
from engine.scenario.importers.letters import bare, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.network.places import Place
    from engine.scenario.model import Scenario, ScenarioPlace


class Gazetteer:
    """The names of all places and sites that a scenario can speak of.

    Parameters
    ----------
    scenario
        Its sites and its own places.
    places
        Those of the network.
    """

    def __init__(self, scenario: Scenario, places: Iterable[Place]) -> None:
        known: dict[str, Place | ScenarioPlace] = {place.id: place for place in places}
        known |= {place.id: place for place in scenario.places}
        self.places = known
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._loose: dict[str, set[str]] = defaultdict(set)
        for name, site in _names(scenario, known):
            self._exact[folded(name)].add(site)
            self._loose[bare(folded(name))].add(site)

    def ids(self, name: str) -> tuple[str, ...]:
        """Return the ids that a name may mean: several, if several places share it."""
        key = folded(name)
        found = self._exact.get(key) or self._loose.get(bare(key)) or set()
        return tuple(sorted(found))

    def one(self, name: str) -> str:
        """Return the one id that a name means.

        Raises
        ------
        ValueError
            If it means none or several; the message names them, or the nearest.
        """
        ids = self.ids(name)
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise ValueError(f"the place {name!r} may be {' or '.join(ids)}")
        near = nearest_names(folded(name), self._exact, most=1)
        hint = f" (did you mean {min(self._exact[near[0]])!r}?)" if near else ""
        raise ValueError(f"no place or site is called {name!r}{hint}")


def _names(
    scenario: Scenario, places: dict[str, Place | ScenarioPlace]
) -> Iterator[tuple[str, str]]:
    """Yield every name with the id that it belongs to."""
    defined = {site.id for site in scenario.sites}
    for site in scenario.sites:
        for name in (site.id, site.label, site.label_ar, *site.road):
            if name and not (site.between and name in site.road):
                yield name, site.id
    for place in places.values():
        if place.id in defined:
            continue
        for name in (place.id, place.name, place.name_ar, *place.aliases):
            if name:
                yield name, place.id
