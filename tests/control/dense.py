"""Control day by day, the plain way: reports painted over one another, one after the other.

Every array has a place for each sector and each interval. It is what the run-lengths of
`engine.control` are held against.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import pack
from engine.control import passage
from engine.control.gates import MODES, denials
from engine.control.overlooking import overlooking
from engine.control.passage import command, hostile_holders
from engine.control.statements import (
    CLOSED,
    CONTESTED,
    EXPOSED,
    HELD,
    NO_STATEMENT,
    Statements,
    believed,
    statements_of,
)
from engine.control.states import UNKNOWN, by_precedence, change_dates, passages

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.control.states import States
    from engine.scenario.model import Scenario


@dataclass(frozen=True, eq=False)
class DenseStates:
    """The fields of `States`, of shape (sectors, intervals) each; `imposed` has actors before."""

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
        return len(self.borders) - 1

    def may_pass(self, actor: int) -> NDArray[np.bool_]:
        friendly = passage.friendly_holders(self.passable[actor])
        return friendly[self.holder, np.arange(self.n_intervals)]

    def condition_for(self, actor: int) -> NDArray[np.int64]:
        found = passage.worst_of(self.own_condition, self.imposed[actor])
        return np.where(self.shut, CLOSED, found)

    def secure(self, actor: int) -> NDArray[np.bool_]:
        return passage.secure(self.condition_for(actor), friendly=self.may_pass(actor))

    def possible(self, actor: int) -> NDArray[np.bool_]:
        return passage.possible(
            self.condition_for(actor),
            friendly=self.may_pass(actor),
            unknown=self.holder == UNKNOWN,
            contest_open=self.contest_open(actor),
        )

    def contest_open(self, actor: int) -> NDArray[np.bool_]:
        contestants = np.pad(self.statements.contestant, [(0, 1), (0, 0)])
        nobody = ~contestants.any(axis=1)
        open_to = contestants @ self.passable[actor] | nobody[:, np.newaxis]
        return open_to[self.condition_statement, np.arange(self.n_intervals)]

    def hostile(self, actor: int) -> NDArray[np.bool_]:
        hostile = passage.hostile_holders(self.passable[actor])
        return hostile[self.holder, np.arange(self.n_intervals)]


def dense_control(
    scenario: Scenario, sectors: Sectors, known_on: dt.date | None = None
) -> DenseStates:
    statements = statements_of(scenario, sectors.sites.index)
    borders = change_dates(scenario, statements)
    counts = believed(scenario, statements, known_on)
    since = _baseline_since(sectors, statements, counts)
    acts = _acts_on(sectors, statements, counts, since)
    order = by_precedence(statements, sectors.rank)
    holder_statement = _ruling(
        statements, acts, order[statements.holder[order] != NO_STATEMENT], borders
    )
    condition_statement = _ruling(
        statements, acts, order[statements.condition[order] != NO_STATEMENT], borders
    )
    return _states_of(
        scenario, sectors, statements, counts, since, borders, holder_statement, condition_statement
    )


def _states_of(
    scenario: Scenario,
    sectors: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    since: NDArray[np.datetime64],
    borders: NDArray[np.datetime64],
    holder_statement: NDArray[np.int64],
    condition_statement: NDArray[np.int64],
) -> DenseStates:
    holder = np.append(statements.holder, UNKNOWN)[holder_statement]
    own = np.append(statements.condition, HELD)[condition_statement]
    passable = passages(scenario, borders)
    contested = own == CONTESTED
    imposed, by = _overlook(scenario, sectors, holder, contested, passable)
    sector, interval = np.arange(holder.shape[0])[:, np.newaxis], np.arange(holder.shape[1])
    effect = np.where(holder == UNKNOWN, HELD, imposed[holder, sector, interval])
    return DenseStates(
        borders, statements, counts, since, holder_statement, condition_statement, holder, own,
        passage.worst_of(own, effect), imposed, np.where(effect > own, by, -1), passable,
        np.zeros(own.shape, dtype=bool),
    )  # fmt: skip


def _acts_on(
    sectors: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    since: NDArray[np.datetime64],
) -> NDArray[np.bool_]:
    covers = sectors.covers[statements.site] & counts[:, np.newaxis]
    return covers & (statements.date[:, np.newaxis] >= since)


def _baseline_since(
    sectors: Sectors, statements: Statements, counts: NDArray[np.bool_]
) -> NDArray[np.datetime64]:
    rows = slice(statements.n_baseline)
    covers = sectors.covers[statements.site[rows]] & counts[rows, np.newaxis]
    date = statements.date[rows].astype(np.int64)[:, np.newaxis]
    none = np.iinfo(np.int64).max
    since = np.where(covers, date, none).min(axis=0, initial=none)
    since[since == none] = np.iinfo(np.int64).min + 1  # the least number stands for no day at all
    return since.astype("datetime64[D]")


def _ruling(
    statements: Statements,
    acts: NDArray[np.bool_],
    order: NDArray[np.int64],
    borders: NDArray[np.datetime64],
) -> NDArray[np.int64]:
    ruling = np.full((acts.shape[1], len(borders) - 1), NO_STATEMENT, dtype=np.int64)
    first = np.searchsorted(borders[:-1], statements.date)
    end = np.searchsorted(borders[:-1], statements.until)  # NaT sorts behind every day
    for statement in order:
        ruling[acts[statement], first[statement] : end[statement]] = statement
    return ruling


def _overlook(
    scenario: Scenario,
    sectors: Sectors,
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    n_actors, column = len(passable), np.arange(holder.shape[1])
    effect = np.zeros((n_actors, *holder.shape), dtype=np.int8)
    worst_yet, by = np.full(holder.shape, HELD), np.full(holder.shape, -1)
    for site, onto, worst in overlooking(scenario, sectors):
        over = sectors.covers[site]
        if not over.any() or not onto.any():
            continue
        imposed = _imposed(holder[over], contested[over], passable, worst)
        below = holder[onto]
        for actor in range(n_actors):
            effect[actor, onto] = np.maximum(effect[actor, onto], imposed[actor][below, column])
        found = np.where(below >= 0, imposed[below, below, column], HELD)
        worse = found > worst_yet[onto]
        worst_yet[onto] = np.where(worse, found, worst_yet[onto])
        by[onto] = np.where(worse, site, by[onto])
    return effect, by


def _imposed(
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
    worst: int,
) -> NDArray[np.int8]:
    n_actors, _, n_intervals = passable.shape
    imposed = np.full((n_actors, n_actors + 1, n_intervals), HELD, dtype=np.int8)
    there = _kinds_there(holder, contested, n_actors)
    fought = np.array([False, True])[:, np.newaxis, np.newaxis]
    foes = [hostile_holders(passable[actor]) for actor in range(n_actors)]
    for actor, other in combinations_with_replacement(range(n_actors), 2):
        commanded, threatened = command(foes[actor] & foes[other], fought)
        wholly = (commanded | ~there).all(axis=(0, 1))
        effect = np.where((threatened & there).any(axis=(0, 1)), EXPOSED, HELD)
        imposed[actor, other] = imposed[other, actor] = np.where(wholly, worst, effect)
    return imposed


def _kinds_there(
    holder: NDArray[np.int64], contested: NDArray[np.bool_], n_actors: int
) -> NDArray[np.bool_]:
    there = np.zeros((2, n_actors + 1, holder.shape[1]), dtype=bool)
    there[contested.astype(np.intp), holder, np.arange(holder.shape[1])] = True
    return there


def dense_through_gates(
    scenario: Scenario, sectors: Sectors, states: DenseStates, mode: str
) -> list[DenseStates]:
    if not scenario.gates:
        return [states]
    return [
        _with_closed(states, _shut(scenario, sectors, states.borders[:-1], of))
        for of in (MODES if mode == "any" else (mode,))
    ]


def _shut(
    scenario: Scenario, sectors: Sectors, days: NDArray[np.datetime64], mode: str
) -> NDArray[np.bool_]:
    denied = np.zeros((sectors.n_sectors, len(days)), dtype=bool)
    for site, shut_on in denials(scenario, days, mode).items():
        denied[sectors.covers[sectors.sites.index[site]]] |= shut_on
    return denied


def _with_closed(states: DenseStates, closed: NDArray[np.bool_]) -> DenseStates:
    return replace(
        states,
        condition=np.where(closed, CLOSED, states.condition),
        condition_statement=np.where(closed, NO_STATEMENT, states.condition_statement),
        overlooked_by=np.where(closed, -1, states.overlooked_by),
        shut=closed,
    )


FIELDS = (
    "holder_statement", "condition_statement", "holder", "own_condition", "condition", "imposed",
    "overlooked_by", "shut",
)  # fmt: skip


def assert_same(states: States, dense: DenseStates, n_actors: int) -> None:
    """Hold run-lengths against dense states, on every interval and for every actor."""
    assert np.array_equal(states.since, dense.since)
    assert np.array_equal(states.borders, dense.borders)
    every = np.repeat(np.arange(len(states.runs)), states.runs.end - states.runs.begin)
    for name in FIELDS:
        expected = getattr(dense, name)
        assert np.array_equal(
            getattr(states, name)[..., every].reshape(expected.shape), expected
        ), name
    for actor in range(n_actors):
        for kind in ("possible", "secure", "hostile"):
            expected = getattr(dense, kind)(actor)
            assert np.array_equal(getattr(states, kind)(actor), pack(expected)), kind
            for at in range(0, dense.n_intervals, 1 + dense.n_intervals // 5):
                assert np.array_equal(getattr(states.on(at), kind)(actor), expected[:, at]), kind
    key = np.stack([getattr(states, name) for name in FIELDS if name != "imposed"])
    same = (key[:, 1:] == key[:, :-1]).all(axis=0) & (
        states.imposed[:, 1:] == states.imposed[:, :-1]
    ).all(axis=0)
    assert states.shut.any() or not (same & (states.runs.row[1:] == states.runs.row[:-1])).any()
