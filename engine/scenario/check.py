"""What one entry of a scenario says of another: names that must be known, orders without circles.

Warnings are of what is legal but likely a slip.
"""

from __future__ import annotations

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from itertools import chain, combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ScenarioError, nearest_names
from engine.language import marked, tr, trn
from engine.scenario.model import Event, Holding
from engine.scenario.vocabulary import MEANING_OF_KIND, NEED_AN_ACTOR, word_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from engine.errors import Problem
    from engine.scenario.model import Entry, Scenario


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
            message = tr("nothing names the actor {name!r}", name=name)
            yield actor.problem(message, "actors", name)


MOST_SHOWN = 8
"""So many names of a circle are told."""

ROUNDING = 1e-9
"""How much more than 1 the confidences of a dispute may sum to."""


def check(scenario: Scenario) -> None:
    """Raise all that is wrong between the entries of a scenario.

    Raises
    ------
    ScenarioError
        With every problem that `problems` finds, if there is one.
    """
    found = problems(scenario)
    if found:
        raise ScenarioError(found)


def problems(scenario: Scenario, incomplete: Collection[str] = ()) -> list[Problem]:
    """Return what is wrong between the entries of a scenario, as far as it needs no network.

    Parameters
    ----------
    scenario
        Entries that are each valid on their own.
    incomplete
        Sections of which entries are left out: what would depend on them is not checked.
    """
    return [
        problem
        for section, find in _CHECKS
        if section not in incomplete
        for problem in find(scenario)
    ]


def _unknown_actors(scenario: Scenario) -> Iterator[Problem]:
    known = list(scenario.actors)
    for entry, key, name in _actor_mentions(scenario):
        if name not in scenario.actors:
            labels = (
                [] if name.isascii() else [actor.label_ar for actor in scenario.actors.values()]
            )
            near = nearest_names(name, filter(None, [*known, *labels]))
            expected = "" if near else tr("one of {names}", names=", ".join(known))
            message = tr("the actor {name!r} is not known", name=name)
            yield entry.problem(message, key, name, expected, near)


def _actor_mentions(scenario: Scenario) -> Iterator[tuple[Entry, str, str]]:
    """Yield every entry that names an actor, with the key and the name."""
    for actor in scenario.actors.values():
        yield from ((passage, "actor", passage.actor) for passage in actor.passes)
    yield from ((route, "actor", route.actor) for route in scenario.routes)
    yield from ((enclave, "actor", enclave.actor) for enclave in scenario.enclaves)
    for holding in scenario.baseline:
        if holding.holder is not None:
            yield holding, "holder", holding.holder
        yield from ((holding, "contestants", name) for name in holding.contestants)
    for event in scenario.events:
        for key, name in (("actor", event.actor), ("defender", event.defender)):
            if name is not None:
                yield event, key, name
        yield from ((event, "contestants", name) for name in event.contestants)


def _reversed_passages(scenario: Scenario) -> Iterator[Problem]:
    for actor in scenario.actors.values():
        for passage in actor.passes:
            if passage.from_ and passage.until and passage.until <= passage.from_:
                message = tr(
                    "until {until} is not after from {start}",
                    until=passage.until,
                    start=passage.from_,
                )
                yield passage.problem(message, "until", str(passage.until))


def used_twice(entries: Iterable[tuple[str, Entry]], what: str) -> Iterator[Problem]:
    """Yield a problem for each id that an earlier entry has.

    Parameters
    ----------
    entries
        The entries with their ids.
    what
        What they are, as it stands in the code (`engine.language.marked`): ``a place``.
    """
    first: dict[str, Entry] = {}
    for name, entry in entries:
        if name not in first:
            first[name] = entry
            continue
        at = first[name].origin
        message = tr("the id {name!r} of {what} is used twice", name=name, what=tr(what))
        if at.line:
            message = tr(
                "the id {name!r} of {what} is used twice (first on line {line} of {file})",
                name=name,
                what=tr(what),
                line=at.line,
                file=at.file,
            )
        yield entry.problem(message, "id", name)


def _duplicate_ids(scenario: Scenario) -> Iterator[Problem]:
    yield from used_twice(((place.id, place) for place in scenario.places), marked("a place"))
    yield from used_twice(((site.id, site) for site in scenario.sites), marked("a site"))
    routes = ((route.id, route) for route in scenario.routes)
    enclaves = ((enclave.id, enclave) for enclave in scenario.enclaves)
    yield from used_twice(chain(routes, enclaves), marked("a route or enclave"))
    ids = scenario.event_ids()
    if len(set(ids)) < len(ids):
        yield from used_twice(zip(ids, scenario.events, strict=True), marked("an event"))


def _places_as_sites(scenario: Scenario) -> Iterator[Problem]:
    places = {place.id for place in scenario.places}
    for site in scenario.sites:
        if site.id in places and site.place != site.id:
            message = tr(
                "the id {name!r} is that of a place and of a site with other ground", name=site.id
            )
            expected = tr("another id, or place = {name!r}", name=site.id)
            yield site.problem(message, "id", site.id, expected)


def _circles(scenario: Scenario) -> Iterator[Problem]:
    """Yield sites that are made of themselves: groups in a circle, stretches between themselves."""
    sites = {site.id: site for site in scenario.sites}
    for circle in _cycles({site.id: site.made_of for site in scenario.sites}):
        site, part = sites[circle[0]], circle[1]
        names = _in_turn(circle, marked("{one} in {next}"))
        key = next(
            key for key in ("places", "sites", "between") if part in (getattr(site, key) or ())
        )
        message = (
            tr("the stretch refers to itself: {names}", names=names)
            if site.between
            else tr("the group contains itself: {names}", names=names)
        )
        yield site.problem(message, key, circle[0])


def _in_turn(circle: Sequence[str], between: str) -> str:
    """Return the first names of a circle as one text; `between` says how one stands to the next."""
    shown, *rest = map(repr, circle[:MOST_SHOWN])
    for name in rest:
        shown = tr(between, one=shown, next=name)
    more = len(circle) - MOST_SHOWN
    if more <= 0:
        return shown
    return trn("{names} and {n} more", "{names} and {n} more", more, names=shown)


def _overlooking_itself(scenario: Scenario) -> Iterator[Problem]:
    for overlook in scenario.overlooks:
        if overlook.site == overlook.onto:
            message = tr("the site {name!r} overlooks itself", name=overlook.site)
            yield overlook.problem(message, "onto", overlook.onto, tr("another site"))


def _disputes(scenario: Scenario) -> Iterator[Problem]:
    sums: dict[str, float] = defaultdict(float)
    claims: set[str] = set()
    for event in scenario.events:
        if not event.dispute or (event.claim and event.claim in claims):
            continue
        claims.add(event.claim)
        sums[event.dispute] += event.confidence
        if sums[event.dispute] > 1 + ROUNDING:
            message = tr(
                "the confidences in the dispute {name!r} sum to {sum:g} with this event",
                name=event.dispute,
                sum=sums[event.dispute],
            )
            expected = tr("at most 1, since only one of them can be true")
            yield event.problem(message, "confidence", f"{event.confidence:g}", expected)


def _claims(scenario: Scenario) -> Iterator[Problem]:
    """Yield rows of claims that are not one report, and claims that cannot be told from events."""
    entries: list[Holding | Event] = [*scenario.baseline, *scenario.events]
    rows = [entry for entry in entries if entry.claim]
    if not rows:
        return
    claim_of = dict(zip(scenario.event_ids(), (e.claim for e in scenario.events), strict=True))
    first: dict[str, Holding | Event] = {}
    for row in rows:
        if row.claim not in first:
            first[row.claim] = row
            if claim_of.get(row.claim, row.claim) != row.claim:
                message = tr(
                    "the claim {name!r} has the id of an event that is not part of it",
                    name=row.claim,
                )
                yield row.problem(message, "claim", row.claim, tr("another word"))
            continue
        other = first[row.claim]
        at = {"line": other.origin.line, "file": other.origin.file}
        if type(row) is not type(other):
            message = tr("the claim {name!r} is of the baseline and of the events", name=row.claim)
            expected = tr("another name than there")
            if other.origin.line:
                expected = tr("another name than on line {line} of {file}", **at)
            yield row.problem(message, "claim", row.claim, expected)
            continue
        mine, its = (_as_a_report(one, scenario.start) for one in (row, other))
        for key, value in mine.items():
            if value != its[key]:
                said = {"name": row.claim, "key": key}
                said |= {"here": _shown(value), "there": _shown(its[key])}
                message = tr(
                    "rows of the claim {name!r} are one report, but its {key} is {here} here and "
                    "{there} in its first row",
                    **said,
                )
                if other.origin.line:
                    message = tr(
                        "rows of the claim {name!r} are one report, but its {key} is {here} here "
                        "and {there} on line {line} of {file}",
                        **said,
                        **at,
                    )
                yield row.problem(message, key, _shown(value), _shown(its[key]))


def _as_a_report(row: Holding | Event, start: dt.date) -> dict[str, object]:
    """Return what rows of one claim have in common, as it counts where a row says nothing."""
    found: dict[str, object] = {"date": row.date or start}
    if isinstance(row, Event):
        found |= {
            "earliest": row.first_day, "latest": row.last_day, "reported": row.known,
            "dispute": row.dispute, "after": row.after,
        }  # fmt: skip
    return found | {"confidence": row.confidence, "source": row.source}


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value) or tr("nothing")


def _unknown_predecessors(scenario: Scenario) -> Iterator[Problem]:
    following = [event for event in scenario.events if event.after]
    known = set(scenario.event_ids()) if following else set()
    for event in following:
        if event.after not in known:
            near = nearest_names(event.after, known)
            message = tr("there is no event {name!r}", name=event.after)
            expected = tr("the id of an event")
            yield event.problem(message, "after", event.after, expected, near)


def _circular_order(scenario: Scenario) -> Iterator[Problem]:
    if not any(event.after for event in scenario.events):
        return
    ids = scenario.event_ids()
    events = dict(zip(ids, scenario.events, strict=True))
    for circle in _cycles({name: (events[name].after,) for name in ids if events[name].after}):
        names = _in_turn(circle, marked("{one} after {next}"))
        message = tr("events follow one another in a circle: {names}", names=names)
        yield events[circle[0]].problem(message, "after", circle[0])


def _impossible_order(scenario: Scenario) -> Iterator[Problem]:
    """Yield events that cannot have followed what they are said to follow."""
    if not any(event.after for event in scenario.events):
        return
    events = dict(zip(scenario.event_ids(), scenario.events, strict=True))
    earliest = _earliest(events)
    for name, event in events.items():
        if name not in earliest or event.last_day >= earliest[name]:
            continue
        direct = events[event.after].first_day == earliest[name]
        said = {"name": event.after, "last": event.last_day, "first": earliest[name]}
        message = (
            tr(
                "the event is said to follow {name!r}, but its last day {last} is before the first "
                "day {first} of that",
                **said,
            )
            if direct
            else tr(
                "the event is said to follow {name!r}, but its last day {last} is before the first "
                "day {first} of what that followed",
                **said,
            )
        )
        yield event.problem(message, "after", event.after)


def _earliest(events: dict[str, Event]) -> dict[str, dt.date]:
    """Return the last of the first days of all that each event followed, directly and in turn."""
    found: dict[str, dt.date] = {}
    for name in events:
        chain_of = [name]
        while (
            chain_of[-1] not in found
            and (after := events[chain_of[-1]].after) in events
            and len(chain_of) <= len(events)  # else a circle, which has been told
        ):
            chain_of.append(after)
        for before, one in pairwise(reversed(chain_of)):
            first = events[before].first_day
            found[one] = max(first, found.get(before, first))
    return found


def _cycles(follows: dict[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Yield circles until none is left, each from one of its members back to the same."""
    follows = dict(follows)
    while True:
        try:
            TopologicalSorter(follows).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]
            yield circle
            del follows[circle[0]]
        else:
            return


_CHECKS: tuple[tuple[str, Callable[[Scenario], Iterator[Problem]]], ...] = (
    ("actors", _unknown_actors),
    ("actors", _reversed_passages),
    ("", _duplicate_ids),
    ("", _places_as_sites),
    ("", _circles),
    ("", _overlooking_itself),
    ("", _disputes),
    ("", _claims),
    ("events", _unknown_predecessors),
    ("", _circular_order),
    ("", _impossible_order),
)
"""Each check, with the section from which it takes the names that are known."""
