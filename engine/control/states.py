"""Statements to states: who holds each sector in which condition, on each interval of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.control import passage
from engine.control.overlooking import overlook
from engine.control.statements import (
    CLOSED,
    CONTESTED,
    HELD,
    NO_STATEMENT,
    Statements,
    believed,
    statements_of,
)

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.scenario.model import Scenario

UNKNOWN = -1
"""The holder of ground of which no statement speaks."""


@dataclass(frozen=True, eq=False)
class States:
    """The state of every sector on every interval between two change dates.

    Parameters
    ----------
    borders
        The intervals: interval i runs from ``borders[i]`` until ``borders[i + 1]``,
        datetime64[D] of shape (intervals + 1,).
    statements
        All that the scenario says.
    believed
        Which statements count: what `engine.control.statements.believed` returned, bool of shape
        (statements,).
    since
        The day of each sector's baseline, before which no statement acts on it, datetime64[D] of
        shape (sectors,).
    holder_statement, condition_statement
        The statement that rules on each track, -1 for none, int64 of shape (sectors, intervals).
    holder
        An actor's position, or -1 for unknown, int64 of shape (sectors, intervals).
    own_condition
        A code of `CONDITIONS` by the statements alone, int64 of shape (sectors, intervals).
    condition
        The same after overlooking, for the holder: what is shown of the ground.
    imposed
        What overlooking does to the ground for each actor who wants to pass, a code of
        `CONDITIONS`, int8 of shape (actors, sectors, intervals).
    overlooked_by
        The site whose overlooking made the holder's condition worse, -1 for none, int64 of shape
        (sectors, intervals).
    passable
        ``passable[a, b, i]``: actor a may pass over the ground of actor b on interval i, bool.
    shut
        Ground that gates shut to those who pass (`engine.control.gates.through_gates`), bool of
        shape (sectors, intervals).
    """

    borders: NDArray[np.datetime64]
    statements: Statements
    believed: NDArray[np.bool_]
    since: NDArray[np.datetime64]
    holder_statement: NDArray[np.int64]
    condition_statement: NDArray[np.int64]
    holder: NDArray[np.int64]
    own_condition: NDArray[np.int64]
    condition: NDArray[np.int64]
    imposed: NDArray[np.int8]
    overlooked_by: NDArray[np.int64]
    passable: NDArray[np.bool_]
    shut: NDArray[np.bool_]

    @property
    def n_intervals(self) -> int:
        """The number of intervals."""
        return len(self.borders) - 1

    def on(self, interval: int) -> States:
        """Return the states of one interval alone."""
        at = slice(interval, interval + 1)
        return States(
            self.borders[interval : interval + 2], self.statements, self.believed, self.since,
            self.holder_statement[:, at], self.condition_statement[:, at], self.holder[:, at],
            self.own_condition[:, at], self.condition[:, at], self.imposed[:, :, at],
            self.overlooked_by[:, at], self.passable[:, :, at], self.shut[:, at],
        )  # fmt: skip

    def may_pass(self, actor: int) -> NDArray[np.bool_]:
        """Return where the holder's ground is open to an actor, shape (sectors, intervals)."""
        friendly = passage.friendly_holders(self.passable[actor])
        return friendly[self.holder, np.arange(self.n_intervals)]

    def condition_for(self, actor: int) -> NDArray[np.int64]:
        """Return the condition of the ground for an actor who wants to pass, (sectors, intervals)."""
        found = passage.worst_of(self.own_condition, self.imposed[actor])
        return np.where(self.shut, CLOSED, found)

    def secure(self, actor: int) -> NDArray[np.bool_]:
        """Return which ground is secure for an actor, bool of shape (sectors, intervals)."""
        return passage.secure(self.condition_for(actor), friendly=self.may_pass(actor))

    def possible(self, actor: int) -> NDArray[np.bool_]:
        """Return which ground is possible for an actor, bool of shape (sectors, intervals)."""
        return passage.possible(
            self.condition_for(actor),
            friendly=self.may_pass(actor),
            unknown=self.holder == UNKNOWN,
            contest_open=self.contest_open(actor),
        )

    def contest_open(self, actor: int) -> NDArray[np.bool_]:
        """Return where a contestant's ground is open to an actor, or no contestant is named.

        bool of shape (sectors, intervals); it means nothing where ground is not contested.
        """
        none = [(0, 1), (0, 0)]  # a last row without contestants, for ground of which nobody speaks
        contestants = np.pad(self.statements.contestant, none)
        open_to = passage.contest_open(contestants, self.passable[actor])
        return open_to[self.condition_statement, np.arange(self.n_intervals)]

    def hostile(self, actor: int) -> NDArray[np.bool_]:
        """Return which ground is held by actors hostile to an actor, (sectors, intervals)."""
        hostile = passage.hostile_holders(self.passable[actor])
        return hostile[self.holder, np.arange(self.n_intervals)]


def control_over_time(
    scenario: Scenario, ground: Sectors, known_on: dt.date | None = None
) -> States:
    """Return the state of every sector over the run of a scenario.

    Parameters
    ----------
    scenario
        A scenario that has been checked.
    ground
        Its ground.
    known_on
        Use only what had been reported by this day.
    """
    statements = statements_of(scenario, ground.sites.index)
    borders = change_dates(scenario, statements)
    counts = believed(scenario, statements, known_on)
    since = baseline_since(ground, statements, counts)
    acts = acts_on(ground, statements, counts, since)
    order = by_precedence(statements, ground.rank)
    holder_statement = ruling(
        statements, acts, order[statements.holder[order] != NO_STATEMENT], borders
    )
    condition_statement = ruling(
        statements, acts, order[statements.condition[order] != NO_STATEMENT], borders
    )
    return states_of(
        scenario, ground, statements, counts, since, borders, holder_statement, condition_statement
    )


def states_of(
    scenario: Scenario,
    ground: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    since: NDArray[np.datetime64],
    borders: NDArray[np.datetime64],
    holder_statement: NDArray[np.int64],
    condition_statement: NDArray[np.int64],
) -> States:
    """Return the states that come of the statements which rule; see `States` for the arrays."""
    holder = np.append(statements.holder, UNKNOWN)[holder_statement]
    own = np.append(statements.condition, HELD)[condition_statement]
    passable = passages(scenario, borders)
    contested = own == CONTESTED
    imposed, by = overlook(scenario, ground, holder, contested, passable)
    sector, interval = np.arange(holder.shape[0])[:, np.newaxis], np.arange(holder.shape[1])
    effect = np.where(holder == UNKNOWN, HELD, imposed[holder, sector, interval])
    return States(
        borders, statements, counts, since, holder_statement, condition_statement, holder, own,
        passage.worst_of(own, effect), imposed, np.where(effect > own, by, -1), passable,
        np.zeros(own.shape, dtype=bool),
    )  # fmt: skip


def change_dates(scenario: Scenario, statements: Statements) -> NDArray[np.datetime64]:
    """Return the days of the run on which a state may change, with its first day and its end."""
    passes = [p for actor in scenario.actors.values() for p in actor.passes]
    dates = [
        statements.date,
        statements.until,
        _gate_days(scenario),
        np.array([day for p in passes for day in (p.from_, p.until)], dtype="datetime64[D]"),
    ]
    days = np.unique(np.concatenate(dates))
    start, end = np.datetime64(scenario.start, "D"), np.datetime64(scenario.end, "D")
    inner = days[(days > start) & (days < end)]
    return np.concatenate([[start], inner, [end]])


def _gate_days(scenario: Scenario) -> NDArray[np.datetime64]:
    """Return the days of the run on which a gate may open or shut, datetime64[D] of shape (days,).

    The first and last days of the rules; every day, if one of them speaks of days of the week.
    """
    if any(gate.days for gate in scenario.gates):
        return np.arange(np.datetime64(scenario.start, "D"), np.datetime64(scenario.end, "D"))
    spans = [day for gate in scenario.gates for day in (gate.from_, gate.until)]
    return np.array(spans, dtype="datetime64[D]")


def acts_on(
    ground: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    since: NDArray[np.datetime64],
) -> NDArray[np.bool_]:
    """Return which statements act on which sectors, bool of shape (statements, sectors).

    Those that count, whose site covers the sector, and that are not dated before its baseline.
    """
    covers = ground.covers[statements.site] & counts[:, np.newaxis]
    return covers & (statements.date[:, np.newaxis] >= since)


def baseline_since(
    ground: Sectors, statements: Statements, counts: NDArray[np.bool_]
) -> NDArray[np.datetime64]:
    """Return the day of each sector's baseline, datetime64[D] of shape (sectors,).

    Statements dated before it do not act on the sector; the earliest day there is, if it has none.
    """
    rows = slice(statements.n_baseline)
    covers = ground.covers[statements.site[rows]] & counts[rows, np.newaxis]
    date = statements.date[rows].astype(np.int64)[:, np.newaxis]
    none = np.iinfo(np.int64).max
    since = np.where(covers, date, none).min(axis=0, initial=none)
    since[since == none] = np.iinfo(np.int64).min + 1  # the least number stands for no day at all
    return since.astype("datetime64[D]")


def by_precedence(statements: Statements, rank: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the statements in the order in which each overrules those before it."""
    row = np.arange(len(statements))
    return np.lexsort((row, statements.reported, rank[statements.site], statements.date))


def ruling(
    statements: Statements,
    acts: NDArray[np.bool_],
    order: NDArray[np.int64],
    borders: NDArray[np.datetime64],
) -> NDArray[np.int64]:
    """Paint the statements over one another, each on its sectors for its time; the last one shows."""
    ruling = np.full((acts.shape[1], len(borders) - 1), NO_STATEMENT, dtype=np.int64)
    first = np.searchsorted(borders[:-1], statements.date)
    end = np.searchsorted(borders[:-1], statements.until)  # NaT sorts behind every day
    for statement in order:
        ruling[acts[statement], first[statement] : end[statement]] = statement
    return ruling


def passages(scenario: Scenario, borders: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Return who may pass over whose ground when, bool of shape (actors, actors, intervals)."""
    actors = {name: code for code, name in enumerate(scenario.actors)}
    passable = np.repeat(
        np.eye(len(actors), dtype=bool)[:, :, np.newaxis], len(borders) - 1, axis=2
    )
    for name, actor in scenario.actors.items():
        for allowed in actor.passes:
            holds = np.ones(len(borders) - 1, dtype=bool)
            if allowed.from_ is not None:
                holds &= borders[:-1] >= np.datetime64(allowed.from_, "D")
            if allowed.until is not None:
                holds &= borders[:-1] < np.datetime64(allowed.until, "D")
            passable[actors[name], actors[allowed.actor]] |= holds
    return passable
