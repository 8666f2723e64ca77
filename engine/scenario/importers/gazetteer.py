"""Names as reports write them to the ids of sites: by any spelling, never by a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.network.gazetteer import SIMILAR, find_places
from engine.network.places import Place
from engine.scenario.importers.letters import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.scenario.model import Scenario

_KIND_OF_PLACE = re.compile(r"\b(?:village|town|city|قرية|بلدة|مدينة)\b", re.IGNORECASE)


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
        own = {
            place.id: Place(
                place.id, place.name, place.name_ar, place.kind, place.lon, place.lat, place.aliases
            )
            for place in scenario.places
        }
        self.places = {place.id: place for place in places} | own
        self._sites: dict[str, set[str]] = defaultdict(set)
        for site in scenario.sites:
            roads = () if site.between else site.road
            for name in filter(None, (site.id, site.label, site.label_ar, *roads)):
                self._sites[folded(name)].add(site.id)
        defined = {site.id for site in scenario.sites if site.place != site.id}
        self._known = tuple(place for place in self.places.values() if place.id not in defined)
        self.ids = lru_cache(maxsize=65_536)(self._ids)

    def _ids(self, name: str) -> tuple[str, ...]:
        """Return the ids that a name may mean: several, if several places share it."""
        for spelt in (name, " ".join(_KIND_OF_PLACE.sub(" ", name).split())):
            sites = self._sites.get(folded(spelt))
            if sites:
                return tuple(sorted(sites))
            found = find_places(self._known, spelt, most=len(self._known))
            best = found[0].fit if found else SIMILAR
            if best > SIMILAR:
                return tuple(sorted(match.place.id for match in found if match.fit == best))
        return ()

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
        near = find_places(self._known, name, most=1)
        hint = f" (did you mean {near[0].place.id!r}?)" if near else ""
        raise ValueError(f"no place or site is called {name!r}{hint}")
