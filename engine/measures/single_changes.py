"""Every single change: one report more of any site, on any day, all of them answered in advance.

The report is the last of its day. On ground that it covers it rules from its day on, until a report
of a later day does (or one of the same day that overrules it). So what is answered on a day depends on
the day of the change only by which of the reports that rule there it comes after: of each site, kind and
interval there are as many answers as there are days of such reports, and one for all days between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from engine.analysis.status import Terminals, enclave_status, route_status
from engine.control.sectors import divide, in_use
from engine.control.statements import CONDITIONS, NO_STATEMENT
from engine.control.states import control_over_time
from engine.measures.suppositions import Answers, Supposed, answers
from engine.scenario.change_sets import changed_scenario
from engine.scenario.vocabulary import MEANING_OF_KIND

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.scenario.model import Event, Kind, Scenario

OF_GROUND: tuple[Kind, ...] = ("under_fire", "closed", "reopened")
"""What may be said of ground without naming an actor."""


class Said(NamedTuple):
    """What a change says of a site: the kind of event, and the actor, if it names one."""

    kind: Kind
    actor: str | None

    def event(self, site: str, day: dt.date) -> Event:
        """Return the report."""
        from engine.scenario.model import Event

        return Event(date=day, site=site, kind=self.kind, actor=self.actor, source="what if")


def what_may_be_said(scenario: Scenario) -> list[Said]:
    """Return what a single change may say of a site: who takes it, or what happens to it.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> len(what_may_be_said(scenario)) == len(scenario.actors) + 3
    True
    """
    taken = [Said("captured", actor) for actor in scenario.actors]
    return [*taken, *(Said(kind, None) for kind in OF_GROUND)]


@dataclass(frozen=True, eq=False)
class SingleChanges:
    """The answers to single changes.

    Parameters
    ----------
    sites
        The sites that were asked about.
    said
        What may be said of each.
    divided
        The analysis, with ground divided for all of the sites.
    answers
        The answers; a change of which none tells makes no difference.
    lasts
        How many days a report counts; None, if for ever.
    """

    sites: tuple[str, ...]
    said: tuple[Said, ...]
    divided: Analysis
    answers: Answers
    lasts: int | None


def single_changes(
    analysis: Analysis, sites: Sequence[str], *, plainly: bool = False
) -> SingleChanges:
    """Return the answer to each single change of some sites, on every day and for every day.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    sites
        Ids of sites, each of which the scenario gives a role or names as a stretch: see `askable`.
    plainly
        Compute all ground of every change, as a run does, instead of only what differs.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> found = single_changes(engine.analyze(scenario), ["mallah"])
    >>> [said.actor for said in found.said][1], len(found.answers.interval) > 0
    ('government', True)
    """
    said = what_may_be_said(analysis.scenario)
    divided = _divided_for(analysis, sites)
    found = answers(divided, list(_suppositions(divided, sites, said)), plainly=plainly)
    return SingleChanges(tuple(sites), tuple(said), divided, found, analysis.scenario.stale_after)


def askable(analysis: Analysis, sites: Sequence[str]) -> list[str]:
    """Return those of some sites that a report may speak of without giving a place a new role."""
    stretches = {site.id for site in analysis.scenario.sites if site.is_stretch}
    return [site for site in sites if site in analysis.sectors.sites.index or site in stretches]


def _divided_for(analysis: Analysis, sites: Sequence[str]) -> Analysis:
    """Return the analysis on ground that is divided by all that a change may speak of.

    A stretch of which nothing spoke has ground then. That changes no state, as long as no report
    of it counts.
    """
    (said, *_), day = what_may_be_said(analysis.scenario), analysis.scenario.start
    events = [said.event(site, day) for site in sites]
    scenario = changed_scenario(analysis.scenario, events=events)
    if in_use(scenario) == in_use(analysis.scenario):
        return analysis
    sectors = divide(scenario, analysis.network)
    states = control_over_time(analysis.scenario, sectors, analysis.known_on)
    terminals = Terminals(analysis.scenario, sectors)
    return replace(
        analysis,
        sectors=sectors,
        states=states,
        terminals=terminals,
        routes={r.id: route_status(terminals, states, r) for r in analysis.scenario.routes},
        enclaves={e.id: enclave_status(terminals, states, e) for e in analysis.scenario.enclaves},
    )


def _suppositions(
    analysis: Analysis, sites: Sequence[str], said: Sequence[Said]
) -> Iterator[Supposed]:
    """Yield the changes of each site and kind that make a difference to its ground."""
    sectors, states = analysis.sectors, analysis.states
    overrules, run_of = _Overruling.of(analysis), states.run_of
    actors = {name: code for code, name in enumerate(analysis.scenario.actors)}
    for at, name in enumerate(sites):
        row = sectors.sites.index[name]
        covered = np.flatnonzero(sectors.covers[row])
        if not len(covered):
            continue
        rank = int(sectors.rank[row])
        begins = [overrules.from_day(track, rank)[covered] for track in (0, 1)]
        by_track = {
            True: overrules.classes(np.concatenate(begins)),
            False: overrules.classes(begins[1]),
        }
        for kind, (event, actor) in enumerate(said):
            interval, first, last, ruled = by_track[actor is not None]
            run = run_of[covered][:, interval]
            before = states.holder[run], states.own_condition[run]
            condition = CONDITIONS.index(MEANING_OF_KIND[event].condition or CONDITIONS[0])
            own = np.where(ruled[-len(covered) :], condition, before[1])
            holder = before[0]
            if actor is not None:
                holder = np.where(ruled[: len(covered)], actors[actor], holder)
            kept = ((holder != before[0]) | (own != before[1])).any(axis=0)
            if kept.any():
                yield Supposed(
                    at, kind, interval[kept], first[kept], last[kept], covered, holder[:, kept],
                    own[:, kept],
                )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Overruling:
    """From which day on a report more would overrule what rules.

    Parameters
    ----------
    day, rank, same_day
        Of the statement that rules each sector on each track and interval: the day, how specific its
        site is, and whether a report of that day and as specific overrules it: int64, int8 and bool of
        shape (tracks, sectors, intervals).
    since
        The day of each sector's baseline, shape (sectors, 1).
    last
        The last day of a change of which an interval may hear, int64 of shape (intervals,).
    """

    day: NDArray[np.int64]
    rank: NDArray[np.int8]
    same_day: NDArray[np.bool_]
    since: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def of(cls, analysis: Analysis) -> Self:
        states, sectors = analysis.states, analysis.sectors
        start = int(states.borders[0].astype(np.int64))
        statements = states.statements
        ruling = np.stack([states.holder_statement, states.condition_statement])[:, states.run_of]
        date = statements.date.astype(np.int64) - start
        same_day = statements.reported <= statements.date
        last = states.borders[1:].astype(np.int64) - start - 1
        if analysis.known_on is not None:
            last = np.minimum(last, np.datetime64(analysis.known_on, "D").astype(np.int64) - start)
        since = np.maximum(states.since.astype(np.int64), start) - start
        return cls(
            np.append(date, NO_STATEMENT)[ruling],
            np.append(sectors.rank[statements.site], np.int8(0))[ruling],
            np.append(same_day, True)[ruling],
            since[:, np.newaxis],
            last,
        )

    def from_day(self, track: int, rank: int) -> NDArray[np.int64]:
        """Return from which day on a report of a site so specific overrules, (sectors, intervals)."""
        less = self.rank[track] < rank
        on_the_day = less | ((self.rank[track] == rank) & self.same_day[track])
        return np.maximum(self.day[track] + ~on_the_day, self.since).clip(min=0)

    def classes(
        self, begins: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the days of a change that give the same answer, and what it rules then.

        Parameters
        ----------
        begins
            From which day on it rules each piece of ground, int64 of shape (ground, intervals).

        Returns
        -------
        interval, first, last
            The intervals, and the days of the change, int64 of shape (classes,).
        ruled
            What it rules, bool of shape (ground, classes).
        """
        ordered = np.sort(begins, axis=0)
        new = np.ones(ordered.shape, dtype=bool)
        new[1:] = np.diff(ordered, axis=0) > 0
        until = np.empty_like(ordered)
        until[-1] = self.last
        for row in range(len(ordered) - 2, -1, -1):
            until[row] = np.where(new[row + 1], ordered[row + 1] - 1, until[row + 1])
        interval, at = np.nonzero((new & (ordered <= self.last)).T)
        first = ordered[at, interval]
        last = np.minimum(until[at, interval], self.last[interval])
        return interval, first, last, begins[:, interval] <= first
