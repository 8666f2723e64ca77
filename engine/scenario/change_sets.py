"""What if: changes to the reports of a scenario, by themselves or as a named set in a table.

A named set lies beside the scenario as ``SCENARIO.NAME.changes.csv``: a table of events with two
columns more. ``change`` says what a row does: ``add`` a report (the row is the report), or
``withdraw``, ``doubt`` or ``move`` the report of that ``id``; ``counts`` switches it off with ``no``.
A row that speaks of a report of the scenario says its site, its kind and the day that it ``was``, so
that it never changes another one.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, get_args

from pydantic import Field, ValidationError, model_validator

from engine.errors import InputError, Problem, ScenarioError, unknown_name
from engine.io.days import day_of
from engine.io.garbage import collection_paused
from engine.io.tables import table_text
from engine.language import marked, tr
from engine.scenario.actor_names import EVENT_PARTIES, Parties
from engine.scenario.check import check
from engine.scenario.document import rows_of_table
from engine.scenario.fields import DAY_FORM, Day, Entry, Mark, Share, UnfitError
from engine.scenario.model import Event
from engine.scenario.validation import problems_of, reasons_against
from engine.scenario.vocabulary import nearest_word

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from engine.io.days import DayLike
    from engine.scenario.document import Draft
    from engine.scenario.model import Scenario

Kind = Literal["add", "withdraw", "doubt", "move"]
ENDING = ".changes.csv"
LONGEST_NAME = 60
_NAME = re.compile(r"\w(?:[\w -]*\w)?")
_USUAL = ("id", "date", "site", "kind", "actor", "confidence", "source", "note")
_COLUMNS = ("change", "counts", *Event.model_fields, "was")
_YES_NO = {
    **dict.fromkeys(("", "yes", "y", "true", "1", "on"), True),
    **dict.fromkeys(("no", "n", "false", "0", "off"), False),
}


_NEEDS = {
    "add": marked("a change that is to add a report names its {key}"),
    "withdraw": marked("a change that is to withdraw a report names its {key}"),
    "doubt": marked("a change that is to doubt a report names its {key}"),
    "move": marked("a change that is to move a report names its {key}"),
}


class Change(Entry):
    """One change to the reports of a scenario.

    Examples
    --------
    >>> Change(change="doubt", id="e012-mallah", confidence=0.4).counts
    True
    """

    change: Kind = Field(description="What it does.")
    counts: bool = Field(True, description="Whether it is switched on.")
    event: Event | None = Field(None, description="The report to add.")
    id: Mark = Field("", description="The report of the scenario that it speaks of, or the claim.")
    site: Mark = Field("", description="The site of that report, to know it by.")
    kind: Mark = Field("", description="The kind of that report, to know it by.")
    was: Day | None = Field(None, description="The day of that report, to know it by.")
    date: Day | None = Field(None, description="The day to which it is moved.")
    confidence: Share | None = Field(None, description="How sure it is instead, 0 to 1.")

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        needed = {
            "add": ("event", self.event),
            "withdraw": ("id", self.id),
            "doubt": ("confidence", self.confidence),
            "move": ("date", self.date),
        }
        key, value = needed[self.change]
        if value is None or value == "" or (self.change != "add" and not self.id):
            raise UnfitError(tr(_NEEDS[self.change], key=key), DAY_FORM if key == "date" else "")
        return self


def changed_by(scenario: Scenario, changes: Iterable[Change]) -> Scenario:
    """Return a scenario with those of the changes that count.

    Raises
    ------
    InputError
        If one speaks of a report that is not there, or is another one now, or the scenario would
        not be valid.
    """
    counting = [change for change in changes if change.counts]
    if not counting:
        return scenario
    events = dict(zip(scenario.event_ids(), scenario.events, strict=True))
    problems = [found for change in counting for found in _mistaken(scenario, change, events)]
    if problems:
        raise ScenarioError(problems)
    changed = changed_scenario(
        scenario,
        events=[change.event for change in counting if change.event is not None],
        withdraw=[change.id for change in counting if change.change == "withdraw"],
        delay={change.id: change.date for change in counting if change.date is not None},
        confidence={c.id: c.confidence for c in counting if c.confidence is not None},
    )
    check(changed)
    return changed


def _mistaken(scenario: Scenario, change: Change, events: Mapping[str, Event]) -> list[Problem]:
    """Return why a change does not speak of a report of the scenario, if it does not."""
    if change.event is not None:
        return []
    rows = _named(scenario, change, events)
    if not rows:
        (found,) = unknown_event(scenario, change.id).problems
        return [change.problem(found.message, "id", change.id, found.expected, found.nearest)]
    for event in rows:
        meant = (change.site or event.site, change.kind or event.kind, change.was or event.date)
        if meant == (event.site, event.kind, event.date):
            return []
    event = rows[0]
    meant = (change.site or event.site, change.kind or event.kind, change.was or event.date)
    message = tr(
        "the report {name!r} is another one now: {site} {kind} on {day}, "
        "and was {other_site} {other_kind} on {other_day}",
        name=change.id,
        site=event.site,
        kind=event.kind,
        day=event.date,
        other_site=meant[0],
        other_kind=meant[1],
        other_day=meant[2],
    )
    return [change.problem(message, "id", change.id, tr("the report that it was made for"))]


def _named(scenario: Scenario, change: Change, events: Mapping[str, Event]) -> list[Event]:
    """Return the event that a change names, or the rows of a claim that it names."""
    if change.id in events:
        return [events[change.id]]
    return [events[row] for row in scenario.events_of(change.id)]


def of_report(scenario: Scenario, change: Change) -> Change:
    """Return a change with the site, the kind and the day of the report that it speaks of.

    Of a claim, those of its first row.
    """
    events = dict(zip(scenario.event_ids(), scenario.events, strict=True))
    rows = _named(scenario, change, events) if change.event is None else []
    if not rows:
        return change
    event = rows[0]
    known = {"site": event.site, "kind": event.kind, "was": event.date}
    return change.model_copy(update=known)


# Named sets, as tables beside the scenario.


def table_of(path: str | os.PathLike[str], name: str) -> Path:
    """Return the table of a named set of changes.

    Parameters
    ----------
    path
        The scenario.
    name
        A name, or the path of a table that ends with ``.changes.csv``.

    Raises
    ------
    ScenarioError
        If the name is none that every system takes for a file.
    """
    if name.endswith(ENDING):
        return Path(name)
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        message = tr("{name!r} is no name for a set of changes", name=name)
        expected = tr("letters, digits, spaces and hyphens, at most {most}", most=LONGEST_NAME)
        raise ScenarioError(Problem(message, value=name, expected=expected))
    return Path(path).with_name(f"{Path(path).stem}.{name}{ENDING}")


def names_beside(path: str | os.PathLike[str]) -> list[str]:
    """Return the names of the sets of changes that lie beside a scenario."""
    start = f"{Path(path).stem}."
    names = (file.name for file in Path(path).parent.glob(f"*{ENDING}"))
    return sorted(
        name.removeprefix(start).removesuffix(ENDING) for name in names if name.startswith(start)
    )


def changes_text(changes: Sequence[Change]) -> str:
    """Return the text of the table of some changes."""
    rows = [_cells(change) for change in changes]
    used = {key for row in rows for key, value in row.items() if value}
    columns = [key for key in _COLUMNS if key in {"change", "counts", *_USUAL, "was", *used}]
    return table_text(columns, ([row.get(key, "") for key in columns] for row in rows))


def _cells(change: Change) -> dict[str, str]:
    cells: dict[str, Any] = {"change": change.change, "counts": "yes" if change.counts else "no"}
    if change.event is not None:
        cells |= {key: getattr(change.event, key) for key in sorted(change.event.model_fields_set)}
    else:
        own = ("id", "site", "kind", "was", "date", "confidence")
        cells |= {key: getattr(change, key) for key in own}
    return {
        key: ";".join(value) if isinstance(value, tuple) else str(value)
        for key, value in cells.items()
        if value is not None
    }


def read_changes(path: str | os.PathLike[str], name: str, scenario: Scenario) -> tuple[Change, ...]:
    """Return a named set of changes of a scenario.

    The table is read as those of the scenario are: days in any form that is certain, ``60%``,
    labels of actors.

    Raises
    ------
    ScenarioError
        With all that is wrong with its table, or if there is none.
    """
    table = table_of(path, name)
    if not table.is_file():
        if names := names_beside(path):
            raise unknown_name("set of changes", name, names, ScenarioError)
        message = tr(
            "there is no set of changes {name}, nor any other beside this scenario",
            name=repr(name),
        )
        raise ScenarioError(Problem(message, value=name, expected=table.name))
    rows, problems = rows_of_table(table, "changes")
    rows, ambiguous = Parties.of(scenario).resolve(rows, EVENT_PARTIES)
    problems += ambiguous
    changes = []
    for row in rows:
        try:
            changes.append(_change(row))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line or 0))
    return tuple(changes)


def _change(row: Draft) -> Change:
    """Return the change of a row."""
    values = dict(row.values)
    what, counts = values.pop("change", ""), values.pop("counts", "")
    if what not in get_args(Kind):
        known = get_args(Kind) if what.isascii() else nearest_word("change", what)
        (found,) = unknown_name(tr("change"), what, known or get_args(Kind)).problems
        raise ScenarioError(replace(found, file=row.file, line=row.line, field="change"))
    if counts not in _YES_NO:
        message = f"counts = {counts!r}"
        expected = tr("yes or no")
        raise ScenarioError(Problem(message, row.file, row.line, "counts", counts, expected))
    kept = {"change": what, "counts": _YES_NO[counts]}
    try:
        if what != "add":
            return Change.model_validate(kept | values).read_at(row.origin)
        was = values.pop("was", None)
        event = Event.model_validate(values).read_at(row.origin)
        return Change.model_validate(kept | {"event": event, "was": was}).read_at(row.origin)
    except ValidationError as error:
        model = Event if what == "add" else Change
        untold = [
            each for each in error.errors(include_url=False) if not {*each["loc"][:1]} & row.unread
        ]
        raise ScenarioError(problems_of(untold, replace(row, values=values), model)) from None


# The scenario itself, with events added, withdrawn, moved or doubted.


def changed_scenario(
    scenario: Scenario,
    *,
    events: Iterable[Event] = (),
    withdraw: Iterable[str] = (),
    delay: Mapping[str, int | DayLike] | None = None,
    confidence: Mapping[str, float] | None = None,
) -> Scenario:
    """Return a scenario with some of its events changed.

    Parameters
    ----------
    events
        Events to add.
    withdraw
        The ids of events that are not to count; an event that one of them had to come before is
        then free of that. The id of a claim, or of one of its rows, stands for all its rows, here
        and below.
    delay
        By id, how many days later (or earlier, if negative) events happen, or on which day; what
        else they date (range, report, end) moves with them.
    confidence
        By id, how sure events are instead.

    Raises
    ------
    InputError
        If there is no such event, or it would not be valid.
    """
    known, withdraw = numbered(scenario), tuple(withdraw)
    delay, confidence = delay or {}, confidence or {}
    for name in (*withdraw, *delay, *confidence):
        if not known.rows_of(name):
            raise unknown_event(scenario, name)
    gone = {row for name in withdraw for row in known.rows_of(name)}
    later = {row: to for name, to in delay.items() for row in known.rows_of(name)}
    surer = {row: to for name, to in confidence.items() for row in known.rows_of(name)}
    freed = {row for row in known.following if known.row.get(scenario.events[row].after) in gone}
    kept = list(known.events)
    for row in sorted({*later, *surer, *freed} - gone):
        event = scenario.events[row]
        changes: dict[str, Any] = {"id": known.ids[row]}
        if row in freed:
            changes["after"] = ""
        if row in later:
            changes |= moved(event, later[row])
        if row in surer:
            changes["confidence"] = surer[row]
        kept[row] = _with(event, changes)
    for row in sorted(gone, reverse=True):
        del kept[row]
    return scenario.model_copy(update={"events": (*kept, *_with_ids(events, known.row))})


class Numbered(NamedTuple):
    """The events of a scenario with their ids in writing, and how they speak of one another.

    Parameters
    ----------
    events, ids
        The events, each with its id, and the ids.
    row
        The position of each id.
    claims
        The positions of the rows of each claim.
    following
        The positions of those that come after others.
    """

    events: tuple[Event, ...]
    ids: tuple[str, ...]
    row: dict[str, int]
    claims: dict[str, tuple[int, ...]]
    following: tuple[int, ...]

    def rows_of(self, name: str) -> tuple[int, ...]:
        """Return the positions of what is one report: see `Scenario.events_of`."""
        row = self.row.get(name)
        claim = name if row is None else self.events[row].claim
        return self.claims.get(claim, () if row is None else (row,))


_NUMBERED: dict[int, tuple[tuple[Event, ...], Numbered]] = {}
"""What was computed last, by the identity of the events, which are held so that it stays theirs."""
MOST_NUMBERED = 2


def numbered(scenario: Scenario) -> Numbered:
    """Return the events of a scenario with their ids; those of the same events are kept."""
    held = _NUMBERED.get(id(scenario.events))
    if held is not None and held[0] is scenario.events:
        return held[1]
    ids = scenario.event_ids()
    claims: dict[str, list[int]] = {}
    for row, event in enumerate(scenario.events):
        if event.claim:
            claims.setdefault(event.claim, []).append(row)
    with collection_paused():
        named = tuple(_with(e, {"id": name}) for name, e in zip(ids, scenario.events, strict=True))
    found = Numbered(
        named,
        ids,
        {name: row for row, name in enumerate(ids)},
        {claim: tuple(rows) for claim, rows in claims.items()},
        tuple(row for row, event in enumerate(scenario.events) if event.after),
    )
    while len(_NUMBERED) >= MOST_NUMBERED:
        _NUMBERED.pop(next(iter(_NUMBERED)), None)
    _NUMBERED[id(scenario.events)] = scenario.events, found
    return found


def unknown_event(scenario: Scenario, name: str) -> InputError:
    """Return the error that there is neither an event nor a claim of a name."""
    claims = dict.fromkeys(event.claim for event in scenario.events if event.claim)
    return unknown_name(tr("event"), name, (*scenario.event_ids(), *claims))


def moved(event: Event, to: int | DayLike) -> dict[str, dt.date]:
    """Return the days of an event that happens some days later, or on another day."""
    keys = ("date", "earliest", "latest", "until", "reported")
    try:
        days = dt.timedelta(days=int(to)) if isinstance(to, Integral) else day_of(to) - event.date
        return {key: day + days for key in keys if (day := getattr(event, key)) is not None}
    except OverflowError as error:
        raise InputError(tr("a delay of {days} leads out of the calendar", days=to)) from error


def _with(event: Event, changes: dict[str, Any]) -> Event:
    """Return an event with other values; one that only gets its id in writing is valid as it was."""
    if changes.keys() == {"id"}:
        return event if event.id == changes["id"] else event.model_copy(update=changes)
    values = {**event.model_dump(), **changes}
    try:
        return type(event).model_validate(values).read_at(event.origin)
    except ValidationError as error:
        reasons = reasons_against(error, values, type(event))
        message = tr("event {name!r}: {reasons}", name=changes["id"], reasons=reasons)
        raise InputError(message) from error


def _with_ids(added: Iterable[Event], ids: Collection[str]) -> list[Event]:
    """Give added events ids of their own."""
    named, taken = [], set[str]()
    for event in added:
        number = 1
        while not event.id and ((name := f"what-if-{number}") in ids or name in taken):
            number += 1
        name = event.id or name
        taken.add(name)
        named.append(_with(event, {"id": name}))
    return named
