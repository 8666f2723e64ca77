"""Reports to events of a scenario: parties to actors, places to sites; each row taken or refused."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import ValidationError

from engine.io.normalise import folded
from engine.network.gazetteer import SIMILAR, Place, find_places
from engine.scenario.document import Draft
from engine.scenario.model import Event, Site
from engine.scenario.validation import problems_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from engine.control.points import Nearby
    from engine.importers.reports import Report
    from engine.network.arrays import Network
    from engine.scenario.model import Scenario


# Names as reports write them to the ids of sites: by any spelling, never by a guess.

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


NOBODY = "nobody"
"""What the table of actors says of a party that is deliberately no actor of the scenario."""
NAME_BEFORE_NEAREST_KM = 5.0
"""A place of the reported name this near to the reported point is meant, though another is nearer."""
_PARTIES = ("actor", "defender", "contestants")


@dataclass(frozen=True)
class Row:
    """What became of one row.

    Parameters
    ----------
    row
        Its number in the file.
    text
        What it says, in short.
    event
        The id of the event that it became, or a part of; empty if it was not taken.
    site
        The site of that event.
    why
        How it was understood, or why it was not taken.
    """

    row: int
    text: str
    event: str
    site: str
    why: str


@dataclass
class Import:
    """What a file comes to.

    Parameters
    ----------
    rows
        What became of each row, in the order of the file.
    events
        The events.
    sites
        The ground that the scenario did not know before: ways, stretches, areas.
    areas
        The polygons of those sites that are areas, by the id of the site, in WGS 84.
    unknown_parties
        Parties that stand for no actor of the scenario, as the file names them.
    gaps
        Days between the first and the last of a file of daily polygons of which none speaks.
    """

    rows: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    areas: dict[str, BaseGeometry] = field(default_factory=dict)
    unknown_parties: list[str] = field(default_factory=list)
    gaps: list[dt.date] = field(default_factory=list)


def take(
    reports: Iterable[Report],
    scenario: Scenario,
    network: Network,
    near: Nearby,
    *,
    name: str,
    actors: Mapping[str, str],
    confidence: float | None = None,
) -> Import:
    """Turn reports into events of a scenario.

    Parameters
    ----------
    reports
        What an importer read.
    scenario
        The scenario that they are for, without them.
    network
        Its road network.
    near
        What a point can be about.
    name
        Begins the ids of new sites and of events that have none.
    actors
        Actors of the scenario by the name that the reports use; `NOBODY` for one left out on purpose.
    confidence
        The confidence of reports that state none.
    """
    taker = _Taker(scenario, network, near, name, actors, confidence)
    for report in reports:
        taker.add(report)
    return taker.result


class _Taker:
    def __init__(
        self,
        scenario: Scenario,
        network: Network,
        near: Nearby,
        name: str,
        actors: Mapping[str, str],
        confidence: float | None,
    ) -> None:
        self.scenario, self.near, self.name = scenario, near, name
        self.confidence = confidence
        self.actors = _own_names(scenario) | {folded(key): actors[key] for key in actors}
        self.gazetteer = Gazetteer(scenario, network.places)
        self.ways = set(network.ways.values.tolist())
        self.ids = set(scenario.event_ids())
        self.by_content: dict[tuple[object, ...], int] = {}
        self.result = Import()

    def add(self, report: Report) -> None:
        """Take a report or refuse it, and note which."""
        try:
            event, why = self._taken(report)
        except ValueError as error:
            self.result.rows.append(Row(report.row, report.text, "", "", str(error)))
        else:
            self.result.rows.append(Row(report.row, report.text, event.id, event.site, why))

    def _taken(self, report: Report) -> tuple[Event, str]:
        if report.refused:
            raise ValueError(report.refused)
        values = dict(report.values)
        values.setdefault("id", f"{self.name}-{report.row}")
        if self.confidence is not None:
            values.setdefault("confidence", self.confidence)
        why = [report.remark, self._map_parties(values)]
        if report.ways:
            return self._with_ways(values, report, why)
        self._refuse_twice(str(values["id"]))
        if report.area is None:
            values["site"], how = self._site(values, report)
            why.append(how)
        else:
            values["site"] = f"{self.name}-area-{report.row}"
        event = self._event(values)
        if report.area is not None:
            self.result.areas[event.site] = report.area
            self.result.sites.append(Site(id=event.site, area=f"{event.site}.geojson"))
        self._keep(event)
        return event, "; ".join(part for part in why if part)

    def _refuse_twice(self, name: str) -> None:
        if name in self.ids:
            raise ValueError(f"an event {name!r} is already there")

    def _keep(self, event: Event) -> None:
        self.ids.add(event.id)
        self.result.events.append(event)

    def _event(self, values: dict[str, object]) -> Event:
        try:
            event = Event.model_validate(values)
        except ValidationError as error:
            told = problems_of(error.errors(include_url=False), Draft(values, ""), Event)
            raise ValueError("; ".join(problem.message for problem in told)) from None
        if event.first_day >= self.scenario.end:
            raise ValueError(f"it is of {event.first_day}, after the end of the run")
        return event

    def _map_parties(self, values: dict[str, object]) -> str:
        """Replace parties by actors; return what was left out, refuse what cannot do without."""
        left_out: list[str] = []
        for key in _PARTIES:
            if key in values:
                value = values[key]
                named = [str(item) for item in value] if isinstance(value, list) else [str(value)]
                mapped = [actor for party in named if (actor := self._actor(party, left_out))]
                values[key] = list(dict.fromkeys(mapped))
                if not isinstance(value, list):
                    values[key] = mapped[0] if mapped else None
        needed = {"captured": "actor", "described": "actor"}.get(str(values.get("kind")))
        if needed and not values.get(needed) and left_out:
            raise ValueError(f"no actor of the scenario stands for {left_out[0]!r}")
        contested = values.get("kind") in {"contested", "fighting"}
        if contested and left_out and not values.get("contestants"):
            parties = " or ".join(repr(party) for party in left_out)
            raise ValueError(f"no actor of the scenario stands for {parties}")
        return f"left out {', '.join(left_out)}" if left_out else ""

    def _actor(self, party: str, left_out: list[str]) -> str:
        actor = self.actors.get(folded(party), "")
        if actor == NOBODY or not actor:
            left_out.append(party)
            if not actor and party and party not in self.result.unknown_parties:
                self.result.unknown_parties.append(party)
            return ""
        return actor

    def _site(self, values: dict[str, object], report: Report) -> tuple[str, str]:
        """Return the site of a report, and how it was found."""
        if report.between is not None:
            return self._stretch(*report.between), ""
        if values.get("lat") is None or values.get("lon") is None:
            if not report.place:
                raise ValueError("no place and no point is named")
            return self.gazetteer.one(report.place), ""
        event = self._event(values)
        if report.place:
            named = [
                (metres, site)
                for site in self.gazetteer.ids(report.place)
                if (metres := self.near.metres_to(site, event)) is not None
                and metres <= 1000 * max(event.precision_km or 0.0, NAME_BEFORE_NEAREST_KM)
            ]
            if named:
                metres, site = min(named)
                return site, f"{site!r} by its name, {metres / 1000:.1f} km from the point"
        placed = self.near.find(event.id, event)
        if placed is None:
            raise ValueError(self.near.problem(event).message)
        return (
            placed.site,
            f"the {placed.kind} {placed.site!r} is {placed.metres / 1000:.1f} km off",
        )

    def _stretch(self, one: str, other: str) -> str:
        ends = self.gazetteer.one(one), self.gazetteer.one(other)
        strange = [end for end in ends if end not in self.gazetteer.places]
        if strange:
            raise ValueError(f"{strange[0]!r} is not a place, so no way runs to it")
        name = f"{self.name}-{ends[0]}-{ends[1]}"
        if all(site.id != name for site in self.result.sites):
            self.result.sites.append(Site(id=name, between=ends))
        return name

    def _with_ways(
        self, values: dict[str, object], report: Report, why: Sequence[str]
    ) -> tuple[Event, str]:
        """Add ways to the event that says the same of others, or make it."""
        strange = [way for way in report.ways if way not in self.ways]
        if strange:
            raise ValueError(f"the OSM way {strange[0]} is not in the network")
        content = tuple(str(values.get(key)) for key in ("kind", "date", "note", "source"))
        at = self.by_content.get(content)
        if at is None:
            values["id"] = f"{self.name}-{len(self.by_content) + 1}"
            self._refuse_twice(str(values["id"]))
            values["site"] = f"{self.name}-ways-{len(self.by_content) + 1}"
            event = self._event(values)
            self._keep(event)
            self.by_content[content] = len(self.result.sites)
            self.result.sites.append(Site(id=event.site, ways=report.ways))
            return event, "; ".join(part for part in why if part)
        site = self.result.sites[at]
        ways = tuple(dict.fromkeys((*site.ways, *report.ways)))
        self.result.sites[at] = site.model_copy(update={"ways": ways})
        event = next(event for event in self.result.events if event.site == site.id)
        return event, "; ".join(part for part in why if part)


def _own_names(scenario: Scenario) -> dict[str, str]:
    """Return the actors by their own ids and labels."""
    return {
        folded(name): actor
        for actor, entry in scenario.actors.items()
        for name in (entry.label, entry.label_ar, actor)
        if name
    }
