"""Reports to events of a scenario: parties to actors, places to sites; each row taken or refused."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from engine.importers.reports import first_of, told_together
from engine.io.text import folded
from engine.language import listing, marked, tr
from engine.network.arrays import Place
from engine.network.gazetteer import SAME_SOUND, SIMILAR, find_places, is_spelt_otherwise
from engine.scenario.actor_names import Parties
from engine.scenario.document import Draft
from engine.scenario.model import Event, Site
from engine.scenario.validation import problems_of
from engine.scenario.vocabulary import MEANING_OF_KIND, NEED_AN_ACTOR, either

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from engine.control.points import Nearby
    from engine.importers.reports import Report
    from engine.network.arrays import Network
    from engine.scenario.model import Scenario


# Names as reports write them to the ids of sites: by any spelling, never by a guess.

_KIND_OF_PLACE = re.compile(r"\b(?:village|town|city|قرية|بلدة|مدينة)\b", re.IGNORECASE)


class Named(NamedTuple):
    """What a name may mean.

    Parameters
    ----------
    ids
        The sites or places: several, if several share the name.
    name
        Theirs, as the scenario or the network has it.
    exactly
        Whether it is the same name, but for the writer's habits; else it only sounds the same.
    otherwise
        Whether none of its names is spelt so.
    """

    ids: tuple[str, ...]
    name: str
    exactly: bool
    otherwise: bool = False


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
        self.named = lru_cache(maxsize=65_536)(self._named)
        self.misspelt: dict[str, str] = {}

    def _named(self, name: str) -> Named:
        """Return what a name may mean."""
        for spelt in (name, " ".join(_KIND_OF_PLACE.sub(" ", name).split())):
            sites = self._sites.get(folded(spelt))
            if sites:
                return Named(tuple(sorted(sites)), spelt, exactly=True)
            found = find_places(self._known, spelt, most=len(self._known))
            best = [match for match in found if match.fit == found[0].fit > SIMILAR]
            if best:
                ids = tuple(sorted(match.place.id for match in best))
                exactly = best[0].fit > SAME_SOUND or folded(spelt) in map(folded, ids)
                strange = all(is_spelt_otherwise(match.place, spelt) for match in best)
                return Named(ids, best[0].name, exactly, strange or not exactly)
        return Named((), "", exactly=False)

    def one(self, name: str) -> tuple[str, str]:
        """Return the one id that a name means, and what to say where it only sounds the same.

        Raises
        ------
        ValueError
            If it means none or several; the message names them, or the nearest.
        """
        named = self.named(name)
        if len(named.ids) == 1:
            return named.ids[0], self.taken_for(name, named)
        if named.ids:
            message = tr("the place {name!r} may be {ids}", name=name, ids=either(named.ids))
            raise ValueError(message)
        near = find_places(self._known, name, most=1)
        if near:
            message = tr(
                "no place or site is called {name!r} (did you mean {near!r}?)",
                name=name,
                near=near[0].place.id,
            )
            raise ValueError(message)
        raise ValueError(tr("no place or site is called {name!r}", name=name))

    def taken_for(self, name: str, named: Named) -> str:
        """Return what to say of a name in another spelling, and note it; empty if it is the same."""
        if not named.otherwise:
            return ""
        ids = self.misspelt[name] = either(named.ids)
        return tr("{text!r} was taken for {ids} ({name})", text=name, ids=ids, name=named.name)


_GROUND = {"place": marked("place"), "stretch": marked("stretch"), "area": marked("area")}
"""What a point can be about, as it is called."""
NOBODY = "nobody"
"""What the table of actors says of a party that is deliberately no actor of the scenario."""
NO_PARTY = marked("(no party named)")
"""How the table of actors calls whoever is meant by rows that name nobody."""
NAME_BEFORE_NEAREST_KM = 5.0
"""A place of the reported name this near to the reported point is meant, though another is nearer."""
MOST_NAMED = 8
"""So many names in other spellings are listed in the summary."""
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
    """The result of reading a file.

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
    remarks
        What holds for the whole file.
    elsewhere
        How many rows went to another place than they name, by their point.
    """

    rows: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    areas: dict[str, BaseGeometry] = field(default_factory=dict)
    unknown_parties: list[str] = field(default_factory=list)
    gaps: list[dt.date] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    elsewhere: int = 0


def match_reports(
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
    matcher = _Matcher(scenario, network, near, name, actors, confidence)
    for report in reports:
        matcher.add(report)
    if misspelt := matcher.gazetteer.misspelt:
        taken = [tr("{text} for {ids}", text=name, ids=ids) for name, ids in misspelt.items()]
        names = first_of(taken, MOST_NAMED)
        matcher.result.remarks.append(tr("names taken for other spellings: {names}", names=names))
    return matcher.result


class _Matcher:
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
        self.actors = Parties.of(scenario).single() | {folded(key): actors[key] for key in actors}
        self.gazetteer = Gazetteer(scenario, network.places)
        self.members = {site.id: (*site.places, *site.sites) for site in scenario.sites}
        self.ways = set(network.ways.values.tolist())
        self.box = _box(network)
        self.events = dict(zip(scenario.event_ids(), scenario.events, strict=True))
        self.before = frozenset(self.events)
        self.by_content = {_content(event): name for name, event in self.events.items()}
        self.site_by_ways: dict[tuple[str, ...], int] = {}
        self.result = Import()

    def add(self, report: Report) -> None:
        """Take a report or refuse it, and note which."""
        try:
            event, why = self._taken(report)
        except ValueError as error:
            self.result.rows.append(Row(report.row, report.text, "", "", str(error)))
        else:
            told = told_together((report.remark, *why))
            self.result.rows.append(Row(report.row, report.text, event.id, event.site, told))

    def _taken(self, report: Report) -> tuple[Event, list[str]]:
        if report.refused:
            raise ValueError(report.refused)
        values = dict(report.values)
        if self.confidence is not None:
            values.setdefault("confidence", self.confidence)
        why = [self._map_parties(values)]
        if report.ways:
            return self._with_ways(values, report), why
        if report.area is None:
            values["site"], how, elsewhere = self._site(values, report)
            why.append(how)
        else:
            if _is_off(report.area, self.box):
                why.append(tr("it lies off the network: no road is in it"))
            values["site"], elsewhere = f"{self.name}-area-{report.row}", False
        event, how = self._identified(values, report)
        if report.area is not None:
            self.result.areas[event.site] = report.area
            self.result.sites.append(Site(id=event.site, area=f"{event.site}.geojson"))
        self._keep(event)
        self.result.elsewhere += elsewhere
        return event, [*why, how]

    def _identified(self, values: dict[str, object], report: Report) -> tuple[Event, str]:
        """Return the event under an id of its own, and what to say of the id.

        Raises
        ------
        ValueError
            If it is there already.
        """
        given = str(values.get("id") or "")
        event = self._event(values | {"id": given or self._new_id(report.row)})
        there = self.events.get(given)
        if there is None:
            twin = "" if given else self.by_content.get(_content(event), "")
            if twin:
                message = tr("it is the same report as {name!r}, which is already there", name=twin)
                raise ValueError(message)
            return event, ""
        if _content(there) == _content(event):
            raise ValueError(tr("an event {name!r} is already there", name=given))
        if report.published_id and given in self.before:
            message = tr(
                "an event {name!r} is already there, and differs in {keys}",
                name=given,
                keys=_differ(there, event),
            )
            raise ValueError(message)
        made = event.model_copy(update={"id": self._new_id(report.row)})
        return made, tr(
            "the id {name!r} is that of another event, so it is called {new!r}",
            name=given,
            new=made.id,
        )

    def _new_id(self, row: int) -> str:
        made, number = f"{self.name}-{row}", 1
        while made in self.events:
            number += 1
            made = f"{self.name}-{row}-{number}"
        return made

    def _keep(self, event: Event) -> None:
        self.events[event.id] = event
        self.by_content.setdefault(_content(event), event.id)
        self.result.events.append(event)

    def _event(self, values: dict[str, object]) -> Event:
        try:
            event = Event.model_validate(values)
        except ValidationError as error:
            told = problems_of(error.errors(include_url=False), Draft(values, ""), Event)
            raise ValueError(told_together(problem.message for problem in told)) from None
        if event.first_day >= self.scenario.end:
            message = tr("it is of {day}, after the end of the run", day=event.first_day)
            raise ValueError(message)
        return event

    def _map_parties(self, values: dict[str, object]) -> str:
        """Replace parties by actors; return what was left out, refuse what cannot do without."""
        left_out: list[str] = []
        kind = str(values.get("kind"))
        if kind in NEED_AN_ACTOR and not values.get("actor"):
            values["actor"] = NO_PARTY
        for key in _PARTIES:
            if key in values:
                value = values[key]
                named = [str(item) for item in value] if isinstance(value, list) else [str(value)]
                mapped = [actor for party in named if (actor := self._actor(party, left_out))]
                values[key] = list(dict.fromkeys(mapped))
                if not isinstance(value, list):
                    values[key] = mapped[0] if mapped else None
        if kind in NEED_AN_ACTOR and not values.get("actor"):
            if left_out[0] == NO_PARTY:
                message = tr(
                    "it names no party, and an event of kind {kind!r} names its actor", kind=kind
                )
                raise ValueError(message)
            message = tr("no actor of the scenario stands for {names}", names=repr(left_out[0]))
            raise ValueError(message)
        contested = kind in MEANING_OF_KIND and MEANING_OF_KIND[kind].condition == "contested"
        if contested and left_out and not values.get("contestants"):
            parties = either(map(repr, left_out))
            raise ValueError(tr("no actor of the scenario stands for {names}", names=parties))
        shown = [tr(NO_PARTY) if party == NO_PARTY else party for party in left_out]
        return tr("left out {names}", names=listing(shown)) if left_out else ""

    def _actor(self, party: str, left_out: list[str]) -> str:
        actor = self.actors.get(folded(party), "")
        if actor == NOBODY or not actor:
            left_out.append(party)
            if not actor and party and party not in self.result.unknown_parties:
                self.result.unknown_parties.append(party)
            return ""
        return actor

    def _site(self, values: dict[str, object], report: Report) -> tuple[str, str, bool]:
        """Return the site of a report, how it was found, and whether the report names another."""
        if report.between is not None:
            return *self._stretch(*report.between), False
        if values.get("lat") is None or values.get("lon") is None:
            if not report.place:
                raise ValueError(tr("no place and no point is named"))
            return *self.gazetteer.one(report.place), False
        event = self._event(values | {"id": ""})
        named = self.gazetteer.named(report.place) if report.place else Named((), "", exactly=True)
        metres = {site: self._metres_to(site, event) for site in named.ids}
        within = 1000 * max(event.precision_km or 0.0, NAME_BEFORE_NEAREST_KM)
        near = [(off, site) for site, off in metres.items() if off is not None and off <= within]
        if near:
            off, site = min(near)
            how = tr("{site!r} by its name, {km:.1f} km from the point", site=site, km=off / 1000)
            return (
                site,
                told_together((how, self.gazetteer.taken_for(report.place, named))),
                False,
            )
        if len(metres) == 1 and None in metres.values() and named.exactly:
            return named.ids[0], tr("{site!r} by its name", site=named.ids[0]), False
        placed = self.near.find("", event)
        if placed is None:
            raise ValueError(self.near.problem(event).message)
        said = {"kind": tr(_GROUND[placed.kind]), "site": placed.site, "km": placed.metres / 1000}
        if not report.place or placed.site in named.ids:
            return placed.site, tr("the {kind} {site!r} is {km:.1f} km off", **said), False
        far = min((off for off in metres.values() if off is not None), default=None)
        said |= {"name": report.place}
        if far is None:
            how = tr("the {kind} {site!r} is {km:.1f} km off; it names {name!r}", **said)
        else:
            how = tr(
                "the {kind} {site!r} is {km:.1f} km off; it names {name!r}, {far:.0f} km off",
                **said,
                far=far / 1000,
            )
        return placed.site, how, True

    def _metres_to(self, site: str, event: Event) -> float | None:
        """Return how far a site is from an event's point; of a group, its nearest member."""
        parts = self.members.get(site, ())
        if not parts:
            return self.near.metres_to(site, event)
        known = [off for part in parts if (off := self._metres_to(part, event)) is not None]
        return min(known, default=None)

    def _stretch(self, one: str, other: str) -> tuple[str, str]:
        (here, how), (there, how_there) = self.gazetteer.one(one), self.gazetteer.one(other)
        strange = [end for end in (here, there) if end not in self.gazetteer.places]
        if strange:
            message = tr("{name!r} is not a place, so no path runs to it", name=strange[0])
            raise ValueError(message)
        if here == there:
            message = tr("both ends are {name!r}, so no path runs between them", name=here)
            raise ValueError(message)
        name = f"{self.name}-{here}-{there}"
        if all(site.id != name for site in self.result.sites):
            self.result.sites.append(Site(id=name, between=(here, there)))
        return name, told_together((how, how_there))

    def _with_ways(self, values: dict[str, object], report: Report) -> Event:
        """Add ways to the event that says the same of others, or make it."""
        strange = [way for way in report.ways if way not in self.ways]
        if strange:
            message = tr("the OSM way {way} is not in the network", way=str(strange[0]))
            raise ValueError(message)
        content = tuple(str(values.get(key)) for key in ("kind", "date", "note", "source"))
        at = self.site_by_ways.get(content)
        if at is None:
            number = len(self.site_by_ways) + 1
            name = f"{self.name}-{number}"
            if name in self.events:
                raise ValueError(tr("an event {name!r} is already there", name=name))
            event = self._event(values | {"id": name, "site": f"{self.name}-ways-{number}"})
            self._keep(event)
            self.site_by_ways[content] = len(self.result.sites)
            self.result.sites.append(Site(id=event.site, ways=report.ways))
            return event
        site = self.result.sites[at]
        ways = tuple(dict.fromkeys((*site.ways, *report.ways)))
        self.result.sites[at] = site.model_copy(update={"ways": ways})
        return next(event for event in self.result.events if event.site == site.id)


def _content(event: Event) -> str:
    """Return all that an event says, without the name that somebody gave it."""
    return event.model_dump_json(exclude={"id"})


def _differ(one: Event, other: Event) -> str:
    keys = [key for key in Event.model_fields if key != "id"]
    return ", ".join(key for key in keys if getattr(one, key) != getattr(other, key))


def _box(network: Network) -> BaseGeometry:
    import shapely

    lon, lat = network.lon, network.lat
    return shapely.box(lon.min(), lat.min(), lon.max(), lat.max())


def _is_off(area: BaseGeometry, box: BaseGeometry) -> bool:
    """Return whether a polygon lies off the network.

    Raises
    ------
    ValueError
        If it meets the network only with latitude and longitude exchanged.
    """
    import shapely

    if shapely.intersects(area, box):
        return False
    if shapely.intersects(shapely.transform(area, lambda xy: xy[:, ::-1]), box):
        message = tr("it lies off the network: latitude and longitude may be exchanged")
        raise ValueError(message)
    return True
