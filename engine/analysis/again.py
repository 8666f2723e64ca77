"""A scenario analyzed once more after a change: what the change leaves the same is kept.

The ground is kept where both name the same sites in the same order. Where a few plain reports were added,
withdrawn or changed, statements are made of those alone, and a status is asked again only in those words of
intervals in which the ground of its actor is another.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import is_
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.analysis.analysis import analysis_of, analysis_on, analyze
from engine.analysis.status import EnclaveStatus, enclave_status_of, route_status_of
from engine.connectivity.bits import WORD
from engine.control.gates import through_gates
from engine.control.points import resolve_sites
from engine.control.sectors import in_use
from engine.control.splicing import control_again
from engine.control.statements import statements_again
from engine.io.garbage import collection_paused
from engine.scenario.change_sets import numbered
from engine.scenario.check import check
from engine.scenario.road_network import names_used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.status import Ground, Terminals
    from engine.control.splicing import Again
    from engine.control.states import States
    from engine.scenario.model import Enclave, Event, Route, Scenario

OF_GROUND = ("sites", "places", "reach_km", "overlook_range")
"""What of a scenario says how ground is divided, besides the names that it uses."""
MOST_CHANGED = 100
"""So many reports may be changed, or have been, for the others to be kept one by one."""


def analyze_again(before: Analysis, scenario: Scenario) -> Analysis:
    """Return the analysis of a scenario on the network of another, of which it may be a variation.

    It is what `analyze` returns. Where both name the same sites in the same order, the ground is
    not divided anew, and what was computed for it is kept.

    Parameters
    ----------
    before
        The other analysis.
    scenario
        The scenario.

    Raises
    ------
    ScenarioError
        If the scenario contradicts itself, or names what neither it nor the network knows.
    """
    with collection_paused():
        if (source := _kept_events(before, scenario)) is not None:
            return _with_events(before, scenario, source)
        check(scenario)
        resolved = resolve_sites(scenario, before.network)
        if not _same_ground(before.scenario, resolved):
            return analyze(scenario, network=before.network, known_on=before.known_on)
        terminals = before.terminals.asked_by(resolved)
        return analysis_on(terminals, before.network, before.known_on)


def analysis_from(analysis: Analysis, first: int) -> Analysis:
    """Return the analysis of the days of a run from an interval on, on the same ground.

    Ground and statuses of these days are as they were: of older reports, those that rule none of
    the ground any more, and that no other report depends on, are left out.

    Parameters
    ----------
    analysis
        The analysis of the whole run.
    first
        The first interval that is wanted.
    """
    scenario, states = analysis.scenario, analysis.states
    statements, start = states.statements, states.borders[first]
    late = states.runs.end > first
    kept = np.zeros(len(statements) + 1, dtype=bool)  # the last stands for no statement
    kept[states.holder_statement[late]] = kept[states.condition_statement[late]] = True
    kept[:-1] |= statements.date >= start
    events = numbered(scenario).events
    followed = {event.after for event in events if event.after}
    part = scenario.model_copy(
        update={
            "start": start.item(),
            "baseline": tuple(
                row.model_copy(update={"date": row.date or scenario.start})
                for row in scenario.baseline
            ),
            "events": tuple(
                event
                for event, is_kept in zip(events, kept[statements.n_baseline : -1], strict=True)
                if is_kept or event.claim or event.dispute or event.after or event.id in followed
            ),
        }
    )
    return analysis_on(analysis.terminals.asked_by(part), analysis.network, analysis.known_on)


def _same_ground(one: Scenario, other: Scenario) -> bool:
    """Return whether the ground of two scenarios on one network is the same, site by site."""
    if any(getattr(one, key) != getattr(other, key) for key in OF_GROUND):
        return False
    if _kept_to_roads(one) != _kept_to_roads(other):
        return False
    named = [dict.fromkeys(name for *_, name in names_used(each)) for each in (one, other)]
    return list(named[0]) == list(named[1]) and in_use(one) == in_use(other)


def _kept_to_roads(scenario: Scenario) -> set[tuple[object, ...]]:
    """Return the stops of routes that keep to a site, for whose ends its roads may be cut."""
    return {(r.within, r.from_, r.via, r.to) for r in scenario.routes if r.within}


# A few plain reports changed: nothing else can have become wrong, and the ground is the same.


def _kept_events(before: Analysis, scenario: Scenario) -> NDArray[np.int64] | None:
    """Return which event each was before, -1 for others; None if more than a few plain ones changed.

    A report is plain if no other depends on it, and its site is named by what stays as it was, or was
    its own before: then names come in the same order, and all that is checked still holds.
    """
    old = before.scenario
    keys = type(old).model_fields.keys() - {"events"}
    if any(getattr(old, key) is not getattr(scenario, key) for key in keys):
        return None
    known = numbered(old)
    source = _places_of(scenario.events, known.events)
    kept = source[source >= 0]
    is_gone = np.ones(len(known.events), dtype=bool)
    is_gone[kept] = False
    gone, new = np.flatnonzero(is_gone), np.flatnonzero(source < 0)
    if len(new) + len(gone) > MOST_CHANGED or (np.diff(kept) <= 0).any():
        return None
    edits = _Edits(
        [scenario.events[at] for at in new.tolist()], [known.events[at] for at in gone.tolist()]
    )
    if not _are_plain(edits, old) or not _are_named(edits, old):
        return None
    return source


def _places_of(events: tuple[Event, ...], among: tuple[Event, ...]) -> NDArray[np.int64]:
    """Return where each of some events, the very same one, stands among others, -1 for none.

    Most stand in a row at the beginning and at the end.
    """
    head = _n_alike(events, among)
    tail = _n_alike(events[head:][::-1], among[head:][::-1])
    place = {id(among[at]): at for at in range(head, len(among) - tail)}
    middle = [place.get(id(event), -1) for event in events[head : len(events) - tail]]
    rest = np.arange(len(among) - tail, len(among))
    return np.concatenate([np.arange(head), np.array(middle, dtype=np.int64), rest])


def _n_alike(some: tuple[Event, ...], others: tuple[Event, ...]) -> int:
    """Return how many of the first are the very same."""
    same = np.fromiter(map(is_, some, others), dtype=bool)
    return len(same) if same.all() else int(same.argmin())


class _Edits(NamedTuple):
    """The events that are new, and those that are gone; one that changed is both."""

    new: list[Event]
    gone: list[Event]


def _are_plain(edits: _Edits, old: Scenario) -> bool:
    """Return whether events depend on none and none on them, and new ones are right by themselves."""
    known = numbered(old)
    followed = {known.events[row].after for row in known.following}
    for event in (*edits.new, *edits.gone):
        if event.claim or event.dispute or event.after or not event.site:
            return False
        if not event.id or event.id in followed or event.id in known.claims:
            return False
    words = {row.claim for row in old.baseline if row.claim}
    ids = [event.id for event in edits.new]
    there = {name for name in ids if name in known.row} - {event.id for event in edits.gone}
    if there or len(set(ids)) < len(ids) or not words.isdisjoint(ids):
        return False
    named = {
        name for event in edits.new for name in (event.actor, event.defender, *event.contestants)
    }
    return named <= {None, *old.actors}


def _are_named(edits: _Edits, old: Scenario) -> bool:
    """Return whether names come in the same order with other events."""
    always = {row.site for row in old.baseline}
    doubtful = {event.site for event in (*edits.new, *edits.gone)} - always
    if not doubtful:
        return True
    if [(e.id, e.site) for e in edits.new] == [(e.id, e.site) for e in edits.gone]:
        return True  # each where it was
    first: dict[str, str] = {}
    for event in numbered(old).events:
        if event.site in doubtful:
            first.setdefault(event.site, event.id)
    if doubtful - first.keys():
        return False
    return not {first[name] for name in doubtful} & {event.id for event in edits.gone}


def _with_events(before: Analysis, scenario: Scenario, source: NDArray[np.int64]) -> Analysis:
    """Return the analysis of a scenario of which only some events are others than before."""
    terminals = before.terminals.asked_by(scenario)
    was, n = before.states, before.states.statements.n_baseline
    source = np.concatenate([np.arange(n), np.where(source < 0, -1, source + n)])
    index = terminals.sectors.sites.index
    statements = statements_again(was.statements, scenario, index, source)
    counts = np.append(was.believed, False)[source]
    new = source < 0
    counts[new] = statements.confidence[new] >= scenario.believe
    if before.known_on is not None:
        counts[new] &= statements.reported[new] <= np.datetime64(before.known_on, "D")
    again = control_again(was, scenario, terminals.sectors, statements, counts, source)
    routes, enclaves = _statuses_again(before, terminals, again)
    return analysis_of(terminals, before.network, before.known_on, again.states, routes, enclaves)


def _statuses_again(
    before: Analysis, terminals: Terminals, again: Again
) -> tuple[dict[str, NDArray[np.int8]], dict[str, EnclaveStatus]]:
    """Return the statuses of routes and enclaves: those of before where the ground is as before."""
    scenario, at = terminals.scenario, again.interval
    routes = {name: status[at] for name, status in before.routes.items()}
    enclaves = {
        name: EnclaveStatus(
            enclave.places,
            *(
                getattr(enclave, key)[..., at]
                for key in ("place_status", "lost", "cut_off", "status")
            ),
        )
        for name, enclave in before.enclaves.items()
    }
    for route in scenario.routes:
        then = _changed(terminals, again, route)
        if len(then.at):
            found = route_status_of(terminals, then.views, route)[then.there]
            routes[route.id] = _patched(routes[route.id], found, then)
    for enclave in scenario.enclaves:
        then = _changed(terminals, again, enclave)
        if len(then.at):
            part = enclave_status_of(terminals, then.views, then.states, enclave)
            whole = enclaves[enclave.id]
            values = {field.name: getattr(part, field.name) for field in fields(EnclaveStatus)}
            for name, value in values.items():
                if isinstance(value, np.ndarray):
                    values[name] = _patched(getattr(whole, name), value[..., then.there], then)
            enclaves[enclave.id] = EnclaveStatus(**values)
    return routes, enclaves


class _Changed(NamedTuple):
    """The intervals for which a question is asked again: those of whole words.

    Parameters
    ----------
    views, states
        The states that mind the gates, and all others, in these words.
    at
        The intervals, int64 of shape (intervals,).
    there
        Which intervals of the words there are, bool of shape (words * 64,).
    """

    views: list[_Part]
    states: _Part
    at: NDArray[np.int64]
    there: NDArray[np.bool_]


def _changed(terminals: Terminals, again: Again, asked: Route | Enclave) -> _Changed:
    """Return when the ground of a route or an enclave is another."""
    scenario, states, was = terminals.scenario, again.states, again.was
    views, old_views = (
        through_gates(scenario, terminals.sectors, of, asked.mode) for of in (states, was)
    )
    actor = terminals.actor_code(asked.actor)
    words = _other_words([*views, states], [*old_views, was], actor)
    at = (words[:, np.newaxis] * WORD + np.arange(WORD)).ravel()
    there = at < states.n_intervals
    parts = [_Part(view, words) for view in views]
    return _Changed(parts, _Part(states, words), at[there], there)


def _patched(values: NDArray[Any], found: NDArray[Any], then: _Changed) -> NDArray[Any]:
    """Return values with others on the intervals that were asked again, along the last axis."""
    values = values.copy()
    values[..., then.at] = found
    return values


def _other_words(
    views: Sequence[States], old_views: Sequence[States], actor: int
) -> NDArray[np.int64]:
    """Return the words of intervals in which the ground of an actor is another."""
    other = np.zeros(1, dtype=bool)
    for view, old in zip(views, old_views, strict=True):
        for now, then in (
            (view.possible(actor), old.possible(actor)),
            (view.secure(actor), old.secure(actor)),
            (view.hostile(actor), old.hostile(actor)),
        ):
            other = other | (now != then).any(axis=0)
    return np.flatnonzero(other)


@dataclass(frozen=True, eq=False)
class _Part:
    """Ground in some words of intervals: see `engine.analysis.status.Ground`."""

    whole: Ground
    words: NDArray[np.int64]

    @property
    def n_intervals(self) -> int:
        return WORD * len(self.words)

    def possible(self, actor: int) -> NDArray[np.uint64]:
        return self.whole.possible(actor)[:, self.words]

    def secure(self, actor: int) -> NDArray[np.uint64]:
        return self.whole.secure(actor)[:, self.words]

    def hostile(self, actor: int) -> NDArray[np.uint64]:
        return self.whole.hostile(actor)[:, self.words]
