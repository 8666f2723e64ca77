"""Warnings: what is legal in a scenario but likely a slip."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from engine.language import tr, trn
from engine.scenario.model import Holding
from engine.scenario.vocabulary import MEANING_OF_KIND, NEED_AN_ACTOR, word_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from engine.errors import Problem
    from engine.scenario.model import Event, Scenario

IMPORTED = "imported-"
"""What the names of tables that an import wrote begin with."""
MANY = 3
"""So many events that it is worth a warning if all of them are certain."""


def scenario_warnings(scenario: Scenario) -> list[Problem]:
    """Return the warnings of a scenario that need no network.

    Events out of date order, outside the run, reported before they may have happened, or of ranges
    that outlast them; ground captured by who holds it already; a source that
    contradicts itself; rows that are probably one claim; confidence 1.0 everywhere; actors and sites that nothing speaks of.
    """
    checks = (
        _out_of_order,
        _outside,
        _early_reports,
        _captured_again,
        _contradictions,
        _one_claim,
        _all_certain,
        _unused,
    )
    return [problem for check in checks for problem in check(scenario)]


def _out_of_order(scenario: Scenario) -> Iterator[Problem]:
    """Yield events that stand below later ones.

    Not in tables that an import wrote, whose order is that of other people; nor the last rows of a
    table, where rows are added.
    """
    by_file: dict[str, list[Event]] = defaultdict(list)
    for event in scenario.events:
        by_file[event.origin.file].append(event)
    for file, events in by_file.items():
        if Path(file).name.startswith(IMPORTED):
            continue
        days = [event.date for event in events]
        is_table = Path(file).suffix.lower() not in {"", ".toml"}
        end = len(days) - days[::-1].index(max(days)) if is_table else len(days)
        latest = days[0]
        for event in events[:end]:
            if event.date < latest:
                message = tr(
                    "the event of {day} stands below one of {later}", day=event.date, later=latest
                )
                expected = tr("events in the order of dates")
                yield event.problem(message, "date", str(event.date), expected)
            latest = max(latest, event.date)


def _outside(scenario: Scenario) -> Iterator[Problem]:
    for event in scenario.events:
        if event.first_day >= scenario.end:
            message = tr(
                "the event of {day} comes after the run, which ends on {end}",
                day=event.date,
                end=scenario.end,
            )
            yield event.problem(message, "date", str(event.date))
        elif event.until is not None and event.until <= scenario.start:
            message = tr("the event counts until {day}, before the run begins", day=event.until)
            yield event.problem(message, "until", str(event.until))


def _early_reports(scenario: Scenario) -> Iterator[Problem]:
    for event in scenario.events:
        if event.reported is not None and event.reported < event.first_day:
            message = tr("it was reported on {day}, before it happened", day=event.reported)
            yield event.problem(message, "reported", str(event.reported))
        elif event.reported is not None and event.reported < event.last_day:
            message = tr(
                "it was reported on {day}, before its last day {last}",
                day=event.reported,
                last=event.last_day,
            )
            yield event.problem(
                message, "reported", str(event.reported), f"latest = {event.reported}"
            )
        if event.until is not None and event.date < event.until <= event.last_day:
            message = tr(
                "it counts until {until}, but may have happened up to {last}",
                until=event.until,
                last=event.last_day,
            )
            expected = tr("a day after its range")
            yield event.problem(message, "until", str(event.until), expected)


def _captured_again(scenario: Scenario) -> Iterator[Problem]:
    """Yield captures of a site by the actor that the last report on it names as its holder."""
    holder: dict[str, str | None] = {}
    taken: dict[str, dt.date] = {}
    entries: tuple[Holding | Event, ...]
    entries = (*scenario.baseline, *scenario.events)  # a row of the baseline comes first on its day
    for event in sorted(entries, key=lambda entry: entry.date or scenario.start):
        if isinstance(event, Holding):
            holder[event.site] = event.holder if event.condition == "held" else None
            continue
        sets, condition = MEANING_OF_KIND[event.kind]
        if not event.site or event.confidence < scenario.believe:
            continue
        if condition not in {None, "held"}:
            holder.pop(event.site, None)  # to capture contested ground is news
        if not sets:
            continue
        now = getattr(event, sets)
        twice = event.site in taken and event.first_day <= taken[event.site]
        same = event.kind == "captured" and now == holder.get(event.site)
        if same and not event.dispute and not twice:  # the same capture may be reported twice
            message = tr(
                "{actor} holds {site!r} already on {day}",
                actor=now,
                site=event.site,
                day=event.date,
            )
            expected = tr("another actor, a report of its loss, or kind = described")
            yield event.problem(message, "kind", event.kind, expected)
        holder[event.site] = now or holder.get(event.site)
        taken[event.site] = event.last_day


def _contradictions(scenario: Scenario) -> Iterator[Problem]:
    """Yield events whose source says something else of the same site on the same day."""
    said: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in scenario.events:
        if event.source and event.site:
            said[event.source, event.site].append(event)
    for (source, site), events in said.items():
        for one, other in combinations(events, 2):
            if one.date == other.date and not _exclude(one, other) and _differ(one, other):
                message = tr(
                    "the source {source!r} says of {site!r} on {day} both {one} and {other}",
                    source=source,
                    site=site,
                    day=one.date,
                    one=_said(one),
                    other=_said(other),
                )
                expected = tr("one of them, or a dispute between the two")
                yield other.problem(message, "kind", other.kind, expected)


def _exclude(one: Event, other: Event) -> bool:
    return bool(one.dispute) and one.dispute == other.dispute


def _differ(one: Event, other: Event) -> bool:
    holders = {event.actor for event in (one, other) if event.kind in NEED_AN_ACTOR}
    both_hold = one.kind in NEED_AN_ACTOR and other.kind in NEED_AN_ACTOR
    conditions = {MEANING_OF_KIND[event.kind].condition for event in (one, other)} - {None}
    return (both_hold and len(holders) > 1) or len(conditions) > 1


def _said(event: Event) -> str:
    words = word_for("kind", event.kind).replace("_", " ")
    if event.kind in NEED_AN_ACTOR:
        return tr("{kind} by {actor}", kind=words, actor=event.actor)
    return words


def _one_claim(scenario: Scenario) -> Iterator[Problem]:
    """Yield events of one day, source and note, which are probably one report of several sites."""
    alike: dict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in scenario.events:
        sets, condition = MEANING_OF_KIND[event.kind]
        moves = condition or (sets and getattr(event, sets))
        if event.source and event.note and moves:
            alike[event.date, event.source, event.note].append(event)
    for (date, source, _), events in alike.items():
        claims = {event.claim for event in events}
        uncertain = any(e.confidence < 1 or e.first_day < e.last_day for e in events)
        if len(events) > 1 and uncertain and (len(claims) > 1 or "" in claims):
            message = trn(
                "{n} events of {day} have the same source {source!r} and the same note: "
                "if they are one statement, they are true or false together",
                "{n} events of {day} have the same source {source!r} and the same note: "
                "if they are one statement, they are true or false together",
                len(events),
                day=date,
                source=source,
            )
            yield events[1].problem(message, "claim", "", tr("one claim for all of them"))


def _all_certain(scenario: Scenario) -> Iterator[Problem]:
    events = scenario.events
    if len(events) >= MANY and all(event.confidence == 1.0 for event in events):
        message = trn(
            "all {n} events have confidence 1.0: no report is that sure",
            "all {n} events have confidence 1.0: no report is that sure",
            len(events),
        )
        yield events[0].problem(message, "confidence", "1.0", tr("how sure each report is"))


def _unused(scenario: Scenario) -> Iterator[Problem]:
    used = {holding.holder for holding in scenario.baseline}
    used |= {name for holding in scenario.baseline for name in holding.contestants}
    for event in scenario.events:
        used |= {event.actor, event.defender, *event.contestants}
    used |= {route.actor for route in scenario.routes}
    used |= {enclave.actor for enclave in scenario.enclaves}
    used |= {passage.actor for actor in scenario.actors.values() for passage in actor.passes}
    for name, actor in scenario.actors.items():
        if name not in used:
            message = tr("nothing speaks of the actor {name!r}", name=name)
            yield actor.problem(message, "actors", name)
