"""The scenario as validated data: the shape of the file, and what code may build itself.

Every entry is a pydantic model, immutable, that refuses keys it does not know. What one entry says
of another (a route of an actor, say) is checked in `engine.scenario.check`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    model_validator,
)

from engine.errors import Problem

Condition = Literal["held", "contested", "exposed", "closed"]
Kind = Literal[
    "captured",
    "contested",
    "fighting",
    "under_fire",
    "closed",
    "reopened",
    "described",
    "siege_broken",
    "repelled",
    "raid",
    "strike",
    "losses",
    "aim",
    "truce",
]


def _to_day(value: object) -> object:
    """Take a date, or text as YYYY-MM-DD, and nothing that only looks like one."""
    if isinstance(value, dt.datetime):
        raise ValueError("a day has no time of day: write YYYY-MM-DD")
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("a date is written YYYY-MM-DD")
        return dt.date.fromisoformat(value)
    if not isinstance(value, dt.date):
        raise ValueError("a date is written YYYY-MM-DD")  # noqa: TRY004 - pydantic wants ValueError
    return value


def _to_list(value: object) -> object:
    """Take one name for a list of one."""
    return (value,) if isinstance(value, str) else value


def _no_space_around(value: str) -> str:
    if value != value.strip():
        raise ValueError("a name has no space around it")
    return value


Day = Annotated[dt.date, BeforeValidator(_to_day)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_no_space_around)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_to_list)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


@dataclass(frozen=True)
class Origin:
    """Where an entry was read: file and line (or row); empty for one made in code."""

    file: str = ""
    line: int | None = None


class Entry(BaseModel):
    """What all entries share: immutable, strict about keys, and aware of where they were read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def origin(self) -> Origin:
        """Where the entry was read."""
        return self._origin

    def read_at(self, origin: Origin) -> Self:
        """Note where the entry was read, and return it."""
        self._origin = origin
        return self

    def problem(
        self,
        message: str,
        field: str = "",
        value: str = "",
        expected: str = "",
        nearest: tuple[str, ...] = (),
    ) -> Problem:
        """Return a problem with this entry, at its place in its file."""
        at = self._origin
        return Problem(message, at.file, at.line, field, value, expected, nearest)


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

    label: str = ""
    label_ar: str = ""
    passes: Annotated[tuple[Passage, ...], BeforeValidator(_to_passages)] = Field(
        (), description="Actors over whose ground this one may move: directed, not transitive."
    )


class ScenarioPlace(Entry):
    """A place that the scenario brings along, whatever the network knows."""

    id: Name
    name: str = ""
    name_ar: str = ""
    aliases: Names = ()
    kind: str = ""
    lat: float = Field(ge=-90, le=90, description="WGS 84 degrees.")
    lon: float = Field(ge=-180, le=180, description="WGS 84 degrees.")
    error_km: float = Field(0.0, ge=0)
    source: str = ""
    population: int | None = Field(None, ge=0)


class Site(Entry):
    """What a report can speak of besides a place: a stretch, OSM ways, an area or a group."""

    id: Name
    label: str = ""
    label_ar: str = ""
    place: Name | None = Field(None, description="A place under another id, or with its own reach.")
    road: Names = Field((), description="Names or references of a road, any of which fits.")
    between: Annotated[tuple[Name, Name] | None, Field()] = Field(
        None, description="Two places: the shortest way between them, along `road` if given."
    )
    ways: tuple[int, ...] = Field((), description="OSM way ids.")
    area: str | tuple[tuple[float, float], ...] | None = Field(
        None, description="A polygon: a file that geopandas reads, or a list of [lon, lat]."
    )
    places: Names = Field((), description="A group of places.")
    sites: Names = Field((), description="A group of sites or places.")
    reach_km: float | None = Field(None, gt=0, description="How far a place reaches along roads.")

    @model_validator(mode="after")
    def _one_kind_of_ground(self) -> Self:
        given = [
            key
            for key, value in (
                ("place", self.place),
                ("road or between", self.road or self.between),
                ("ways", self.ways),
                ("area", self.area),
                ("places or sites", self.places + self.sites),
            )
            if value
        ]
        if len(given) != 1:
            got = " and ".join(given) or "none"
            raise ValueError(
                "a site has exactly one of: place; road and/or between; ways; area; "
                f"places and/or sites (got {got})"
            )
        return self


class Overlook(Entry):
    """High or near ground whose holder commands another site."""

    site: Name = Field(description="The site that overlooks.")
    onto: Name = Field(description="The site overlooked.")
    effect: Literal["exposed", "closed"] = "exposed"


class FireRange(Entry):
    """The range rule: every place overlooks the ground within some km of it."""

    km: float = Field(gt=0)
    effect: Literal["exposed", "closed"] = "exposed"


class Route(Entry):
    """A connection in question: sources to a destination, for one actor."""

    id: Name
    label: str = ""
    label_ar: str = ""
    actor: Name
    from_: Names = Field(alias="from", min_length=1, description="Sources, any of which counts.")
    via: Names = ()
    to: Name
    within: Name | None = Field(None, description="Only over the segments of this site.")


class Enclave(Entry):
    """A group of sites whose supply is in question."""

    id: Name
    label: str = ""
    label_ar: str = ""
    site: Name | None = Field(None, description="The group; the site of the same id, if absent.")
    actor: Name
    lifelines: Names = Field(min_length=1, description="Sources of supply, any of which counts.")
    population: int | dict[str, int] | None = Field(
        None, description="People in the enclave, or by place."
    )

    @property
    def ground(self) -> str:
        """The id of the site that the enclave is."""
        return self.site or self.id


class Source(Entry):
    """One who reports; its reliability is shared by all that it says."""

    label: str = ""
    reliability: Share = 1.0


class Holding(Entry):
    """A row of the baseline: who holds what at the start."""

    site: Name
    date: Day | None = Field(None, description="The start of the scenario, if absent.")
    holder: Name | None = Field(None, description="An actor; nobody known, if absent.")
    condition: Condition = "held"
    contestants: Names = ()
    confidence: Share = 1.0
    source: str = ""
    note: str = ""


class Event(Entry):
    """One dated, sourced, reported claim about a site."""

    id: str = Field("", description="For `after`, disputes and answers; the row, if absent.")
    date: Day = Field(description="When it happened.")
    earliest: Day | None = Field(None, description="First day on which it may have happened.")
    latest: Day | None = Field(None, description="Last day on which it may have happened.")
    until: Day | None = Field(None, description="First day on which it no longer counts.")
    reported: Day | None = Field(None, description="When it became known; `latest`, if absent.")
    site: Name
    kind: Kind
    actor: Name | None = Field(None, description="Who captured, or is described as holding it.")
    defender: Name | None = Field(None, description="Who still held it afterwards.")
    contestants: Names = ()
    confidence: Share = 1.0
    dispute: str = Field("", description="Events that share a dispute exclude one another.")
    after: str = Field("", description="The id of an event that this one followed.")
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if not self.first_day <= self.date <= self.last_day:
            raise ValueError(
                f"the date {self.date} lies outside its range {self.first_day} to {self.last_day}"
            )
        if self.until is not None and self.until <= self.date:
            raise ValueError(f"until {self.until} is not after the date {self.date}")
        if self.kind in {"captured", "described"} and self.actor is None:
            raise ValueError(f"an event of kind {self.kind!r} names its actor")
        return self

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


class Scenario(Entry):
    """A question put to the engine: a network, who holds what, what was reported, which routes."""

    title: str = Field(min_length=1)
    network: str = Field("aleppo-schematic", description="A name in data/osm, or a path.")
    start: Day = Field(description="First day of the run.")
    end: Day = Field(description="First day after the run.")
    believe: Share = Field(0.5, description="The plain status believes from this confidence on.")
    reach_km: float | None = Field(
        None,
        gt=0,
        description="How far a place reaches along roads; 8, or without limit on a schematic one.",
    )
    oneway: Literal["ignore", "respect"] = "ignore"
    overlook_range: FireRange | None = None
    actors: dict[Name, Actor] = Field(min_length=1)
    sources: dict[Name, Source] = Field(default_factory=dict)
    places: tuple[ScenarioPlace, ...] = ()
    sites: tuple[Site, ...] = ()
    overlooks: tuple[Overlook, ...] = ()
    routes: tuple[Route, ...] = ()
    enclaves: tuple[Enclave, ...] = ()
    baseline: tuple[Holding, ...] = ()
    events: tuple[Event, ...] = ()

    @model_validator(mode="after")
    def _span_in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"start {self.start} is not before end {self.end}")
        return self

    def event_ids(self) -> tuple[str, ...]:
        """The id of every event: its own, or ``event-N`` for the N-th, counted from 1."""
        return tuple(event.id or f"event-{row}" for row, event in enumerate(self.events, 1))
