"""Statements to states: who holds each sector in which condition, on each interval of time.

The latest statement that has not ended rules a sector. Intervals begin on the days on which control, or who
may pass over whose ground, can change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.connectivity.bits import first_equal
from engine.control import passage
from engine.control.overlooking import overlook
from engine.control.runs import Runs
from engine.control.statements import (
    CLOSED,
    CONTESTED,
    HELD,
    NO_STATEMENT,
    Statements,
    believed,
    statements_of,
)
from engine.errors import ScenarioError
from engine.language import tr

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.scenario.model import Gate, Scenario

    T = TypeVar("T", bound=np.generic)


def by_precedence(statements: Statements, rank: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the statements in the order in which each overrules those before it."""
    row = np.arange(len(statements))
    return np.lexsort((row, statements.reported, rank[statements.site], statements.date))


def baseline_since(
    sectors: Sectors, statements: Statements, counts: NDArray[np.bool_]
) -> NDArray[np.datetime64]:
    """Return the day of each sector's baseline, datetime64[D] of shape (sectors,).

    Statements dated before it do not act on the sector; the earliest day there is, if it has none.
    """
    rows = np.flatnonzero(counts[: statements.n_baseline])
    statement, sector = _covered(sectors, statements, rows)
    none = np.iinfo(np.int64).max
    since = np.full(sectors.n_sectors, none)
    np.minimum.at(since, sector, statements.date[statement].astype(np.int64))
    since[since == none] = np.iinfo(np.int64).min + 1  # the least number stands for no day at all
    return since.astype("datetime64[D]")


def acting(
    sectors: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    since: NDArray[np.datetime64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which statements act on which sectors: two arrays, a pair at each position.

    Those that count, whose site covers the sector, and that are not dated before its baseline.
    """
    statement, sector = _covered(sectors, statements, np.flatnonzero(counts))
    acts = statements.date[statement] >= since[sector]
    return statement[acts], sector[acts]


def _covered(
    sectors: Sectors, statements: Statements, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each of some statements with each sector that its site covers."""
    found = sectors.on_site.take(statements.site[rows])
    return rows[found.rows], found.values


def ruling(
    statements: Statements,
    acts: tuple[NDArray[np.int64], NDArray[np.int64]],
    order: NDArray[np.int64],
    borders: NDArray[np.datetime64],
    n_sectors: int,
) -> tuple[Runs, NDArray[np.int64]]:
    """Return the statement that rules each sector, as runs.

    What rules changes where a statement begins, and where one ends: then the latest of those that
    began before it and last longer rules, or none.

    Parameters
    ----------
    acts
        Statements and the sectors on which they act: see `acting`.
    order
        The statements that are to rule, each after those that it overrules: see `by_precedence`.
    borders
        The intervals: see `States`.

    Returns
    -------
    Runs
        A row for each sector.
    numpy.ndarray
        The statement of each run, or `NO_STATEMENT`, int64 of shape (runs,).
    """
    n_intervals = len(borders) - 1
    begins = np.searchsorted(borders[:-1], statements.date)
    ends = np.searchsorted(borders[:-1], statements.until)  # NaT sorts behind every day
    place = np.full(len(statements), -1)
    place[order] = np.arange(len(order))
    statement, sector = acts
    rules = (place[statement] >= 0) & (begins[statement] < ends[statement])
    statement, sector = statement[rules], sector[rules]
    sorting = np.argsort(sector * len(statements) + place[statement])
    statement, sector = statement[sorting], sector[sorting]
    # No statement at all is one that each row begins with and that never ends.
    at = np.searchsorted(sector, np.arange(n_sectors))
    statement = np.insert(statement, at, NO_STATEMENT)
    sector = np.insert(sector, at, np.arange(n_sectors))
    begin = np.append(begins, 0)[statement]
    end = np.append(ends, n_intervals)[statement]
    key = sector * n_intervals + begin
    shows = np.append(key[1:] != key[:-1], True)
    key_after, after = _once_ended(key, end, n_intervals)
    keys = np.concatenate([key[shows], key_after])
    found = np.concatenate([statement[shows], statement[after]])
    sorting = np.argsort(keys)
    runs = Runs.of_keys(keys[sorting], n_sectors, n_intervals)
    runs, kept = runs.joined(found[sorting])
    return runs, found[sorting][kept]


def _once_ended(
    key: NDArray[np.int64], end: NDArray[np.int64], n_intervals: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where a statement ends on which no other begins, and the position of what rules then.

    Parameters
    ----------
    key
        Sector and interval in which each begins, ascending; in each sector the first never ends.
    end
        The interval on which it ends.

    Returns
    -------
    key
        Sector and interval, ascending and each once.
    position
        The latest that began before and lasts longer.
    """
    sector = key // n_intervals
    over = end < n_intervals
    mortal = np.flatnonzero(np.isin(sector, sector[over]))  # most ground has none that ends
    key, end, sector, over = key[mortal], end[mortal], sector[mortal], over[mortal]
    ended = np.unique(sector[over] * n_intervals + end[over])
    ended = ended[~np.isin(ended, key)]
    position = np.searchsorted(key, ended) - 1
    # The latest ends among 1, 2, 4, ... in a row; those that are over by then are passed by.
    latest = [end]
    longest = int(np.bincount(sector).max(initial=0))
    while 2 ** len(latest) <= longest:
        half = 2 ** (len(latest) - 1)
        wider = latest[-1].copy()
        np.maximum(latest[-1][half:], latest[-1][:-half], out=wider[half:])
        latest.append(wider)
    now = ended % n_intervals
    for level in reversed(range(len(latest))):
        passed = latest[level][position] <= now
        position = position - passed * 2**level
    return ended, mortal[position]


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


MOST_INTERVALS = 100_000
"""So many days of a run may change a state: all of 270 years."""
MOST_BYTES = 4 * 2**30
"""So much memory may be taken by who may pass over whose ground when."""
UNKNOWN = -1
"""The holder of ground of which no statement speaks."""
OF_RUNS = (
    "holder_statement", "condition_statement", "holder", "own_condition", "condition", "imposed",
    "overlooked_by", "shut",
)  # fmt: skip
"""The fields of `States` whose last axis is that of the runs."""
MOST_SNAPSHOTS = 8
"""So many days are kept at hand, since the same few are asked about again and again."""


@dataclass(frozen=True, eq=False)
class States:
    """The state of every sector on every interval between two change dates, as run-lengths.

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
    runs
        The times during which the state of a sector stays; a row is a sector.
    holder_statement, condition_statement
        The statement that rules on each track, -1 for none, int64 of shape (runs,).
    holder
        An actor's position, or -1 for unknown, int64 of shape (runs,).
    own_condition
        A code of `CONDITIONS` by the statements alone, int64 of shape (runs,).
    condition
        The same after overlooking, for the holder: what is shown of the ground.
    imposed
        What overlooking does to the ground for each actor who wants to pass, a code of
        `CONDITIONS`, int8 of shape (actors, runs).
    overlooked_by
        The site whose overlooking made the holder's condition worse, -1 for none, int64 of shape
        (runs,).
    passable
        ``passable[a, b, i]``: actor a may pass over the ground of actor b on interval i, bool.
    shut
        Ground that gates shut to those who pass (`engine.control.gates.through_gates`), bool of
        shape (runs,).
    """

    borders: NDArray[np.datetime64]
    statements: Statements
    believed: NDArray[np.bool_]
    since: NDArray[np.datetime64]
    runs: Runs
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

    def on(self, interval: int) -> Snapshot:
        """Return the state of every sector on one interval."""
        if interval not in self._snapshots:
            if len(self._snapshots) == MOST_SNAPSHOTS:
                self._snapshots.pop(next(iter(self._snapshots)))
            self._snapshots[interval] = Snapshot.of(self, self.runs.at(interval), interval)
        return self._snapshots[interval]

    def spells(self) -> tuple[Runs, NDArray[np.int64]]:
        """Return the times during which what is shown of each sector stays, and a run of each.

        What rules, the condition, and what overlooks it.
        """
        return self.runs.joined(
            self.holder_statement, self.condition_statement, self.condition, self.overlooked_by
        )

    @cached_property
    def run_of(self) -> NDArray[np.int64]:
        """The run of each sector on each interval, int64 of shape (sectors, intervals)."""
        length = self.runs.end - self.runs.begin
        return np.repeat(np.arange(len(self.runs)), length).reshape(-1, self.n_intervals)

    def over(self, runs: Runs, parent: NDArray[np.int64]) -> States:
        """Return the same states as other runs, of which each is a part of a run of these."""
        changed = {name: getattr(self, name)[..., parent] for name in OF_RUNS}
        return replace(self, runs=runs, **changed)

    def over_intervals(
        self, scenario: Scenario, borders: NDArray[np.datetime64], interval: NDArray[np.int64]
    ) -> States:
        """Return the same states on other intervals, of which each begins within one of these."""
        if np.array_equal(borders, self.borders):
            return self
        runs, parent = self.runs.chosen(interval)
        passable = passages(scenario, borders)
        return replace(self.over(runs, parent), borders=borders, passable=passable)

    @cached_property
    def _snapshots(self) -> dict[int, Snapshot]:
        return {}

    def secure(self, actor: int) -> NDArray[np.uint64]:
        """Return when which ground is secure for an actor, packed: uint64 of shape (sectors, words)."""
        return self.bounds(actor)[1]

    def possible(self, actor: int) -> NDArray[np.uint64]:
        """Return when which ground is possible for an actor, packed: see `secure`."""
        return self.bounds(actor)[0]

    def hostile(self, actor: int) -> NDArray[np.uint64]:
        """Return when actors hostile to an actor hold which ground, packed: see `secure`."""
        return self.bounds(actor)[2]

    def bounds(self, actor: int) -> tuple[NDArray[np.uint64], ...]:
        """Return possible, secure and hostile ground, computed once for each actor."""
        if actor not in self.packed:
            turns = (np.diff(self.passable[actor], axis=1) != 0).any(axis=0)
            runs, parent = self.runs.cut_all(np.flatnonzero(turns) + 1)
            then = Snapshot.of(self, parent, runs.begin)
            found = then.possible(actor), then.secure(actor), then.hostile(actor)
            self.packed[actor] = tuple(runs.bits(holds) for holds in found)
        return self.packed[actor]

    @cached_property
    def through(self) -> dict[str, tuple[tuple[Gate, ...], States]]:
        """What `engine.control.gates.through_gates` made of these states, by mode, and of which gates."""
        return {}

    def first_alike(self, actor: int) -> NDArray[np.int64]:
        """Return for each interval the first one on which all ground was the same to an actor.

        Returns
        -------
        numpy.ndarray
            int64 of shape (intervals,).
        """
        if actor not in self._alike:
            self._alike[actor] = first_equal(np.concatenate(self.bounds(actor)), self.n_intervals)
        return self._alike[actor]

    @cached_property
    def _alike(self) -> dict[int, NDArray[np.int64]]:
        return {}

    @cached_property
    def packed(self) -> dict[int, tuple[NDArray[np.uint64], ...]]:
        """What `bounds` found, by actor."""
        return {}


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state of every sector on one interval, or of several runs: see `States` for the fields.

    Parameters
    ----------
    passable
        ``passable[a, b]``: actor a may pass over the ground of actor b, bool of shape
        (actors, actors); or of shape (actors, actors, runs), where they are not of one time.
    """

    statements: Statements
    holder_statement: NDArray[np.int64]
    condition_statement: NDArray[np.int64]
    holder: NDArray[np.int64]
    own_condition: NDArray[np.int64]
    condition: NDArray[np.int64]
    imposed: NDArray[np.int8]
    overlooked_by: NDArray[np.int64]
    shut: NDArray[np.bool_]
    passable: NDArray[np.bool_]

    @classmethod
    def of(
        cls, states: States, run: NDArray[np.int64], interval: NDArray[np.int64] | int
    ) -> Snapshot:
        """Return the states of some runs, on an interval that belongs to each, or to all of them."""
        found = {name: getattr(states, name)[..., run] for name in OF_RUNS}
        return cls(states.statements, passable=states.passable[:, :, interval], **found)

    def may_pass(self, actor: int) -> NDArray[np.bool_]:
        """Return where the holder's ground is open to an actor, bool of shape (sectors,)."""
        return self._by_code(passage.friendly_holders(self.passable[actor]), self.holder)

    def hostile(self, actor: int) -> NDArray[np.bool_]:
        """Return which ground is held by actors hostile to an actor, bool of shape (sectors,)."""
        return self._by_code(passage.hostile_holders(self.passable[actor]), self.holder)

    def contest_open(self, actor: int) -> NDArray[np.bool_]:
        """Return where a contestant's ground is open to an actor, or no contestant is named.

        bool of shape (sectors,); it means nothing where ground is not contested.
        """
        is_open = np.zeros(len(self.holder), dtype=bool)
        contested = np.flatnonzero(self.own_condition == CONTESTED)
        contestants = self.statements.contestant[self.condition_statement[contested]]
        passable = self.passable[actor]
        then = passable if passable.ndim == 1 else passable[:, contested]
        is_open[contested] = passage.contest_open(contestants, then)
        return is_open

    def condition_for(self, actor: int) -> NDArray[np.int64]:
        """Return the condition of the ground for an actor who wants to pass, shape (sectors,)."""
        found = passage.worst_of(self.own_condition, self.imposed[actor])
        return np.where(self.shut, CLOSED, found)

    def secure(self, actor: int) -> NDArray[np.bool_]:
        """Return which ground is secure for an actor, bool of shape (sectors,)."""
        return passage.secure(self.condition_for(actor), friendly=self.may_pass(actor))

    def possible(self, actor: int) -> NDArray[np.bool_]:
        """Return which ground is possible for an actor, bool of shape (sectors,)."""
        return passage.possible(
            self.condition_for(actor),
            friendly=self.may_pass(actor),
            unknown=self.holder == UNKNOWN,
            contest_open=self.contest_open(actor),
        )

    def _by_code(self, values: NDArray[np.bool_], code: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return the value of each code, at its own time if they are not of one time."""
        return values[code] if values.ndim == 1 else values[code, np.arange(len(code))]


def control_over_time(
    scenario: Scenario, sectors: Sectors, known_on: dt.date | None = None
) -> States:
    """Return the state of every sector over the run of a scenario.

    Parameters
    ----------
    scenario
        A scenario that has been checked.
    sectors
        Its ground.
    known_on
        Use only what had been reported by this day.
    """
    statements = statements_of(scenario, sectors.sites.index)
    return control_by(scenario, sectors, statements, believed(scenario, statements, known_on))


def control_by(
    scenario: Scenario,
    sectors: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    borders: NDArray[np.datetime64] | None = None,
) -> States:
    """Return the state of every sector over the run, of statements of which some count.

    On the intervals of these statements, or on others that are given.
    """
    since = baseline_since(sectors, statements, counts)
    if borders is None:
        borders = change_dates(scenario, statements)
        refuse_too_large(scenario, len(borders) - 1)
    acts = acting(sectors, statements, counts, since)
    order = by_precedence(statements, sectors.rank)
    tracks = [
        ruling(statements, acts, order[says[order] != NO_STATEMENT], borders, sectors.n_sectors)
        for says in (statements.holder, statements.condition)
    ]
    return states_of(scenario, sectors, statements, counts, since, borders, *tracks)


def refuse_too_large(scenario: Scenario, intervals: int) -> None:
    """Refuse a run of more days, or of more actors on them, than can be computed."""
    daily = [gate for gate in scenario.gates if gate.days]
    if intervals > MOST_INTERVALS:
        message = tr("the state may change on {n:,} days of the run", n=intervals)
        expected = tr("at most {n:,}, of a run in several parts", n=MOST_INTERVALS)
        if daily:
            message = tr(
                "the state may change on {n:,} days of the run: a gate with days of the week may open "
                "or shut on each",
                n=intervals,
            )
            raise ScenarioError(daily[0].problem(message, "days", expected=expected))
        raise ScenarioError(scenario.problem(message, "end", str(scenario.end), expected))
    actors = len(scenario.actors)
    size = intervals * actors * actors
    if size > MOST_BYTES:
        message = tr(
            "who may pass over whose ground takes {gib:,.0f} GiB of memory: {actors:,} actors, and "
            "{days:,} days on which the state may change",
            gib=size / 2**30, actors=actors, days=intervals,
        )  # fmt: skip
        expected = tr(
            "at most {gib:,.0f} GiB, of a shorter run or of fewer actors", gib=MOST_BYTES / 2**30
        )
        raise ScenarioError(scenario.problem(message, "end", str(scenario.end), expected))


def states_of(
    scenario: Scenario,
    sectors: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    since: NDArray[np.datetime64],
    borders: NDArray[np.datetime64],
    holder_track: tuple[Runs, NDArray[np.int64]],
    condition_track: tuple[Runs, NDArray[np.int64]],
) -> States:
    """Return the states that come of the statements which rule each track (see `ruling`)."""
    (runs, holders), (other, conditions) = holder_track, condition_track
    runs, parent = runs.cut(other.row, other.begin)
    holder_statement = holders[parent]
    condition_statement = conditions[other.find(runs.row, runs.begin)]
    holder = np.append(statements.holder, UNKNOWN)[holder_statement]
    own = np.append(statements.condition, HELD)[condition_statement]
    by_itself = States(
        borders, statements, counts, since, runs, holder_statement, condition_statement, holder,
        own, own, np.empty((0, len(runs)), dtype=np.int8), np.full(len(runs), -1),
        passages(scenario, borders), np.zeros(len(runs), dtype=bool),
    )  # fmt: skip
    return _overlooked(scenario, sectors, by_itself)


def supposed(
    scenario: Scenario,
    sectors: Sectors,
    states: States,
    intervals: NDArray[np.int64],
    holder: NDArray[np.int64],
    own: NDArray[np.int64],
) -> States:
    """Return what would be if others held the ground on some intervals, one after the other.

    Parameters
    ----------
    scenario, sectors, states
        The scenario, its ground and its states.
    intervals
        The intervals, each perhaps several times, int64 of shape (columns,).
    holder, own
        What is supposed of the ground, codes as those of `States`, int64 of shape (sectors, columns).
        Ground that is supposed to be contested is so by whom the statements say.
    """
    n_sectors, n = holder.shape
    every = Runs(np.arange(n_sectors + 1) * n, np.tile(np.arange(n), n_sectors), n)
    run = states.run_of[:, intervals].ravel()
    by_itself = replace(
        states.over(every, run),
        borders=np.append(states.borders[intervals], states.borders[-1]),
        holder=holder.ravel(),
        own_condition=own.ravel(),
        passable=states.passable[:, :, intervals],
    )
    return _overlooked(scenario, sectors, by_itself)


def _overlooked(scenario: Scenario, sectors: Sectors, states: States) -> States:
    """Return states with what overlooking does to the ground."""
    contested = states.own_condition == CONTESTED
    over = overlook(scenario, sectors, states.runs, states.holder, contested, states.passable)
    states = states.over(over.runs, over.parent)
    holder, own = states.holder, states.own_condition
    effect = np.where(holder == UNKNOWN, HELD, over.imposed[holder, np.arange(len(holder))])
    found = replace(
        states,
        condition=passage.worst_of(own, effect),
        imposed=over.imposed,
        overlooked_by=np.where(effect > own, over.by, -1),
    )
    runs, kept = found.runs.joined(
        found.holder_statement, found.condition_statement, holder, own, found.imposed,
        found.overlooked_by,
    )  # fmt: skip
    return found.over(runs, kept)
