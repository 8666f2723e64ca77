"""The scenario as validated data: the shape of the file, and what code may build itself.

Every entry is a pydantic model, immutable, that refuses keys it does not know. What one entry says
of another (a route of an actor, say) is checked in `engine.scenario.check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from engine.io.cards import Card
from engine.language import tr, trn
from engine.scenario.fields import (
    DAY_FORM,
    AnyModeWord,
    Condition,
    ConditionWord,
    Day,
    Days,
    Distance,
    EffectWord,
    Entry,
    Factor,
    FreeText,
    Kind,
    KindWord,
    Latitude,
    Line,
    Longitude,
    Margin,
    Mark,
    Mode,
    ModeWord,
    Name,
    Names,
    Number,
    OnewayWord,
    Origin,
    People,
    Roads,
    Share,
    Text,
    Texts,
    UnfitError,
    UnfitTogetherError,
    WayId,
    Weekday,
    WeekdayWord,
    to_list,
)
from engine.scenario.vocabulary import NEED_AN_ACTOR, altogether, either

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from engine.network.arrays import Network

__all__ = [
    "Actor",
    "Condition",
    "Day",
    "Enclave",
    "Entry",
    "Event",
    "FireRange",
    "Gate",
    "Headcount",
    "Holding",
    "Kind",
    "Name",
    "Origin",
    "Overlook",
    "Passage",
    "Roads",
    "Route",
    "Scenario",
    "ScenarioPlace",
    "Site",
    "Source",
    "Travel",
]


class Passage(Entry):
    """Leave to move over another actor's ground, for a time if a truce says so."""

    actor: Name = Field(description="Over whose ground.")
    from_: Day | None = Field(None, alias="from", description="First day; always, if absent.")
    until: Day | None = Field(None, description="First day on which it no longer holds.")


def _to_passages(value: object) -> object:
    """Take a bare name for a passage without dates."""
    if isinstance(value, (list, tuple)):
        return tuple({"actor": item} if isinstance(item, str) else item for item in value)
    return value


class Actor(Entry):
    """A party that holds ground, by the name that the reports use."""

    label: Line = Field("", description="What to call it in English.")
    label_ar: Line = Field("", description="What to call it in Arabic.")
    passes: Annotated[
        tuple[Passage, ...],
        BeforeValidator(_to_passages, json_schema_input_type=tuple[Name | Passage, ...]),
    ] = Field(
        (), description="Actors over whose ground this one may move: directed, not transitive."
    )


class ScenarioPlace(Entry):
    """A place that the scenario brings along, whatever the network knows."""

    id: Name = Field(description="The name that events and routes use.")
    name: Line = Field("", description="The name in English or in Latin letters.")
    name_ar: Line = Field("", description="The name in Arabic.")
    aliases: Texts = Field((), description="Other names and spellings, in any script.")
    kind: Line = Field("", description="Town, village, border_crossing, ...")
    lat: Latitude = Field(description="Degrees north, WGS 84.")
    lon: Longitude = Field(description="Degrees east, WGS 84.")
    error_km: Margin = Field(0.0, description="How far off the point may be.")
    source: FreeText = Field("", description="Where the coordinates come from.")
    population: People | None = Field(None, description="How many people live there.")


GROUND = (("place",), ("road", "between"), ("ways",), ("area",), ("line",), ("places", "sites"))
"""The keys of a site that say its ground; it has those of one kind."""


class Site(Entry):
    """What a report can speak of besides a place: a stretch, OSM ways, an area or a group."""

    id: Name = Field(description="The name by which the rest of the file speaks of it.")
    label: Line = Field("", description="What to call it in English.")
    label_ar: Line = Field("", description="What to call it in Arabic.")
    place: Name | None = Field(None, description="A place under another id, or with its own reach.")
    road: Texts = Field((), description="Names or references of a road, any of which fits.")
    between: Annotated[tuple[Name, ...], Field(min_length=2)] | None = Field(
        None, description="Places: the shortest path from each to the next, along `road` if given."
    )
    buffer_km: Distance | None = Field(
        None, description="On a map: how far beside a stretch roads belong to it."
    )
    ways: tuple[WayId, ...] = Field((), description="OSM way ids.")
    area: Line | tuple[tuple[Number, Number], ...] | None = Field(
        None, description="A polygon: a file that geopandas reads, or a list of [lon, lat]."
    )
    line: Line | Annotated[tuple[tuple[Number, Number], ...], Field(min_length=2)] | None = Field(
        None,
        description="A drawn line, `buffer_km` broad: a file of lines, or a list of [lon, lat].",
    )
    places: Names = Field((), description="A group of places.")
    sites: Names = Field((), description="A group of sites or places.")
    reach_km: Distance | None = Field(None, description="How far a place reaches along roads.")

    @model_validator(mode="after")
    def _one_kind_of_ground(self) -> Self:
        given = [either(kind) for kind in GROUND if any(getattr(self, key) for key in kind)]
        if len(given) != 1:
            got = altogether(given) if given else tr("none")
            raise ValueError(
                tr(
                    "a site has exactly one of: place; road and/or between; ways; area; line; "
                    "places and/or sites (got {got})",
                    got=got,
                )
            )
        if self.line is not None and self.buffer_km is None:
            raise ValueError(tr("a line needs its breadth on either side: buffer_km"))
        if self.buffer_km is not None and not self.is_stretch and self.line is None:
            raise ValueError(
                tr("buffer_km is the breadth of a stretch or a line: road, between, ways, line")
            )
        return self

    @property
    def made_of(self) -> tuple[str, ...]:
        """The sites and places of which it is made, or between which it leads."""
        return (*self.places, *self.sites, *(self.between or ()))

    @property
    def is_stretch(self) -> bool:
        """Whether it is a stretch of road, or OSM ways."""
        return bool(self.road or self.between or self.ways)

    @property
    def is_area(self) -> bool:
        """Whether it is what lies inside a polygon, or near a drawn line."""
        return self.area is not None or self.line is not None

    def has_breadth_on(self, network: Network) -> bool:
        """Whether it is a stretch with a breadth: on a schematic network a line stands for all of a road."""
        return self.is_stretch and self.buffer_km is not None and not network.provenance.schematic


class Overlook(Entry):
    """High or near ground whose holder commands another site."""

    site: Name = Field(description="The site that overlooks.")
    onto: Name = Field(description="The site overlooked.")
    effect: EffectWord = Field(
        "exposed", description="What hostile holders of the overlooking ground do to the other."
    )


class FireRange(Entry):
    """The range rule: every place overlooks the ground within some km of it."""

    km: Distance = Field(description="Kilometres in a straight line.")
    effect: EffectWord = Field(
        "exposed", description="What hostile holders of the overlooking ground do to the other."
    )


class Gate(Entry):
    """A crossing that lets only some through, or only on some days."""

    site: Name = Field(description="The site that is a gate: nobody else passes over its ground.")
    modes: Annotated[
        tuple[ModeWord, ...],
        BeforeValidator(to_list, json_schema_input_type=Mode | tuple[Mode, ...]),
    ] = Field(("civilian", "convoy"), description="Who may pass.")
    days: Annotated[
        tuple[WeekdayWord, ...],
        BeforeValidator(to_list, json_schema_input_type=Weekday | tuple[Weekday, ...]),
    ] = Field((), description="Days of the week on which it is open; every day, if absent.")
    from_: Day | None = Field(None, alias="from", description="First day of this rule, if any.")
    until: Day | None = Field(None, description="First day on which the rule no longer holds.")
    note: FreeText = Field("", description="Anything else that a reader should know.")

    @model_validator(mode="after")
    def _span_in_order(self) -> Self:
        if self.from_ and self.until and self.until <= self.from_:
            raise ValueError(
                tr("until {until} is not after from {start}", until=self.until, start=self.from_)
            )
        return self


class Travel(Entry):
    """How fast roads are, and what doubtful ground costs."""

    speeds: dict[Name, Distance] = Field(
        default_factory=dict, description="Kilometres per hour by highway class of OpenStreetMap."
    )
    penalty: Factor = Field(
        3.0, description="How many times as long a way takes over ground that is not secure."
    )


class Route(Entry):
    """A connection in question: sources to a destination, for one actor."""

    id: Name = Field(description="The name by which the rest of the file speaks of it.")
    label: Line = Field("", description="What to call it in English.")
    label_ar: Line = Field("", description="What to call it in Arabic.")
    actor: Name = Field(description="Who wants to pass.")
    from_: Names = Field(alias="from", min_length=1, description="Sources, any of which counts.")
    via: Names = Field((), description="Sites to pass on the way, in this order.")
    to: Name = Field(description="The destination.")
    within: Name | None = Field(None, description="Only over the segments of this site.")
    mode: AnyModeWord = Field(
        "any", description="Who wants to pass, where gates make a difference."
    )


class Headcount(Entry):
    """How many people there are in an enclave from a day on."""

    from_: Day = Field(alias="from", description="First day of the count.")
    people: People | dict[Name, People] = Field(description="People in the enclave, or by place.")


class Enclave(Entry):
    """A group of sites whose supply is in question."""

    id: Name = Field(description="The name by which the rest of the file speaks of it.")
    label: Line = Field("", description="What to call it in English.")
    label_ar: Line = Field("", description="What to call it in Arabic.")
    site: Name | None = Field(None, description="The group; the site of the same id, if absent.")
    actor: Name = Field(description="Who holds the enclave and is supplied.")
    lifelines: Names = Field(min_length=1, description="Sources of supply, any of which counts.")
    population: People | dict[Name, People] | tuple[Headcount, ...] | None = Field(
        None, description="People in the enclave, or by place; or a list of counts with their days."
    )
    mode: AnyModeWord = Field(
        "any", description="Who brings supplies, where gates make a difference."
    )

    @property
    def ground(self) -> str:
        """The id of the site that the enclave is."""
        return self.site or self.id


class Source(Entry):
    """One who reports; its reliability is shared by all that it says."""

    label: Line = Field("", description="What to call it.")
    reliability: Share = Field(1.0, description="How often it is right, 0 to 1.")


class Holding(Entry):
    """A row of the baseline: who holds what at the start."""

    site: Name = Field(description="The site that is held: a place, stretch, area or group.")
    date: Day | None = Field(None, description="The start of the scenario, if absent.")
    holder: Name | None = Field(None, description="An actor; nobody known, if absent.")
    condition: ConditionWord = Field("held", description="The state of the ground.")
    contestants: Names = Field((), description="The actors who contest it.")
    confidence: Share = Field(1.0, description="How sure it is, 0 to 1.")
    claim: Mark = Field("", description="Rows that share a claim are true or false together.")
    source: FreeText = Field("", description="Who says so.")
    note: FreeText = Field("", description="Anything else that a reader should know.")


class Event(Entry):
    """One dated, sourced report about a site.

    Examples
    --------
    >>> import datetime as dt
    >>> import engine
    >>> engine.Event(date=dt.date(2014, 12, 25), site="mallah", kind="captured", actor="government").kind
    'captured'
    """

    id: Mark = Field("", description="For `after`, disputes and answers; the row, if absent.")
    date: Day = Field(description="When it happened.")
    earliest: Day | None = Field(None, description="First day on which it may have happened.")
    latest: Day | None = Field(None, description="Last day on which it may have happened.")
    until: Day | None = Field(None, description="First day on which it no longer counts.")
    reported: Day | None = Field(None, description="When it became known; `latest`, if absent.")
    site: Name = Field("", description="Where: a place, stretch, area or group; or give a point.")
    lat: Latitude | None = Field(None, description="Degrees north, if only a point is known.")
    lon: Longitude | None = Field(None, description="Degrees east, if only a point is known.")
    precision_km: Margin | None = Field(
        None, description="How far off the point may be; 2, if absent."
    )
    kind: KindWord = Field(description="What is said to have happened.")
    actor: Name | None = Field(None, description="Who captured, or is described as holding it.")
    defender: Name | None = Field(None, description="Who still held it afterwards.")
    contestants: Names = Field((), description="The actors who contest it.")
    confidence: Share = Field(1.0, description="How sure the report is, 0 to 1.")
    claim: Mark = Field("", description="Rows that share a claim are true or false together.")
    dispute: Mark = Field("", description="Events that share a dispute exclude one another.")
    after: Mark = Field("", description="The id of an event that this one followed.")
    source: FreeText = Field("", description="Who says so.")
    note: FreeText = Field("", description="Anything else that a reader should know.")

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        faults = [*self._date_faults(), *self._place_faults()]
        if self.kind in NEED_AN_ACTOR and self.actor is None:
            faults.append(
                UnfitError(tr("an event of kind {kind!r} names its actor", kind=self.kind))
            )
        if faults:
            raise UnfitTogetherError(faults)
        return self

    def _date_faults(self) -> Iterator[UnfitError]:
        if not self.first_day <= self.date <= self.last_day:
            message = tr(
                "the date {day} lies outside its range {first} to {last}",
                day=self.date,
                first=self.first_day,
                last=self.last_day,
            )
            yield UnfitError(message, DAY_FORM)
        if self.until is not None and self.until <= self.date:
            message = tr(
                "until {until} is not after the date {day}", until=self.until, day=self.date
            )
            yield UnfitError(message, DAY_FORM)

    def _place_faults(self) -> Iterator[UnfitError]:
        if (self.lat is None) != (self.lon is None):
            yield UnfitError(tr("a point has both lat and lon"))
        elif not self.site and self.lat is None:
            yield UnfitError(tr("an event names its site, or gives lat and lon"))

    @property
    def first_day(self) -> dt.date:
        """The first day on which it may have happened."""
        return self.earliest or self.date

    @property
    def last_day(self) -> dt.date:
        """The last day on which it may have happened."""
        return self.latest or self.date

    @property
    def known(self) -> dt.date:
        """The day on which it became known."""
        return self.reported or self.last_day


class Scenario(Card, Entry):
    """A question put to the engine: a network, who holds what, what was reported, which routes.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> len(scenario.events)
    30
    """

    title: Text = Field(description="The question, in one line.")
    title_ar: Line = Field("", description="The same in Arabic.")
    network: Line = Field("aleppo-schematic", description="A name in data/osm, or a path.")
    start: Day = Field(description="First day of the run.")
    end: Day = Field(description="First day after the run.")
    believe: Share = Field(0.5, description="The plain status believes from this confidence on.")
    reach_km: Distance | None = Field(
        None,
        description="How far a place reaches along roads; without limit, if absent.",
    )
    oneway: OnewayWord = Field("ignore", description="Whether one-way streets bind.")
    overlook_range: FireRange | None = Field(
        None, description="Every place overlooks the ground within some km of it."
    )
    stale_after: Days | None = Field(
        None, description="Days after which a word no longer counts; never, if absent."
    )
    roads: Roads = Field(
        default_factory=Roads,
        description="Which ways are roads, where the usual table does not suit.",
    )
    travel: Travel = Field(
        default_factory=Travel, description="How fast roads are, and what doubtful ground costs."
    )
    falls: dict[Name, Annotated[Share, Field(gt=0)]] = Field(
        default_factory=dict, description="How likely places are to fall, 0 to 1, for margins."
    )
    actors: dict[Name, Actor] = Field(
        min_length=1, description="The parties, by the name that the events use."
    )
    sources: dict[Name, Source] = Field(
        default_factory=dict, description="Who reports, by name, where reliability is known."
    )
    places: tuple[ScenarioPlace, ...] = Field(
        (), description="Places that the network does not know, or knows elsewhere."
    )
    sites: tuple[Site, ...] = Field(
        (), description="Stretches, areas and groups that events and routes speak of."
    )
    overlooks: tuple[Overlook, ...] = Field((), description="Who holds one site commands another.")
    gates: tuple[Gate, ...] = Field((), description="Crossings open only to some, or on some days.")
    routes: tuple[Route, ...] = Field((), description="The connections in question.")
    enclaves: tuple[Enclave, ...] = Field(
        (), description="The enclaves whose supply is in question."
    )
    baseline: tuple[Holding, ...] = Field((), description="Who holds what at the start.")
    events: tuple[Event, ...] = Field((), description="The dated reports.")

    @model_validator(mode="after")
    def _span_in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError(
                tr("start {start} is not before end {end}", start=self.start, end=self.end)
            )
        return self

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the title, the run, and what there is of each."""
        return self.title, [
            (tr("run"), tr("{start} until {end}", start=self.start, end=self.end)),
            (tr("network"), self.network),
            (tr("actors"), ", ".join(self.actors)),
            (tr("baseline"), trn("{n} rows", "{n} rows", len(self.baseline))),
            (tr("events"), trn("{n} reports", "{n} reports", len(self.events))),
            (tr("routes"), ", ".join(route.id for route in self.routes)),
            (tr("enclaves"), ", ".join(enclave.id for enclave in self.enclaves)),
        ]

    def event_ids(self) -> tuple[str, ...]:
        """Return the id of every event: its own, or ``event-N`` for the N-th, counted from 1."""
        return tuple(event.id or f"event-{row}" for row, event in enumerate(self.events, 1))

    def events_of(self, name: str) -> tuple[str, ...]:
        """Return the ids of the events that are one report: of a claim, by its id or that of a row.

        Any other event is a report of its own; nothing, if there is neither claim nor event.
        """
        named = dict(zip(self.event_ids(), self.events, strict=True))
        claim = named[name].claim if name in named else name
        together = tuple(id_ for id_, event in named.items() if claim and event.claim == claim)
        return together or ((name,) if name in named else ())
