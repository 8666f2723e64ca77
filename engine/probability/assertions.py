"""Which statements may rule a sector on a day, strongest first, when some of them are uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.control.statements import CONTESTED, HELD, NO_STATEMENT
from engine.control.states import UNKNOWN
from engine.probability.uncertainty import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.probability.uncertainty import Uncertainty

CONTESTED_BY = 4
"""On the condition track, this and all above it: contested, by the n-th set of contestants."""


class Grounds(NamedTuple):
    """On what a statement acts that may be older than the baseline of a sector.

    Parameters
    ----------
    earlier
        The rows of the baseline, none of them newer than the statement, of which one must be true.
    baseline
        If not empty: all rows of the baseline, none of which being true does as well.
    """

    earlier: tuple[int, ...]
    baseline: tuple[int, ...]


class Assertion(NamedTuple):
    """What a statement says if it is true and happened on one of some days.

    Parameters
    ----------
    statement
        The statement.
    first, last
        The days.
    value
        What it sets the track to.
    grounds
        What else it takes; None if nothing.
    """

    statement: int
    first: int
    last: int
    value: int
    grounds: Grounds | None


class Track(NamedTuple):
    """What may rule on one track of a sector on a day.

    Parameters
    ----------
    assertions
        The assertions uncertain, each of which overrules those after it.
    default
        What holds where none of them does.
    """

    assertions: tuple[Assertion, ...]
    default: int

    @property
    def values(self) -> set[int]:
        """All that the track may be set to."""
        return {assertion.value for assertion in self.assertions} | {self.default}


@dataclass(frozen=True, eq=False)
class _Dated:
    """The statements on a sector, on each day that they may have happened, strongest first."""

    statement: NDArray[np.int64]
    day: NDArray[np.int64]
    end: NDArray[np.int64]
    changes: NDArray[np.int64]


class AssertionStacks:
    """The two tracks of every sector of a scenario on any day.

    On the holder track a value is an actor's position, or -1 for unknown; on the condition track
    it is a code of `CONDITIONS`, or `CONTESTED_BY` and more for contested ground.

    Parameters
    ----------
    uncertainty
        The statements, with what is uncertain about them.
    ground
        The ground that they speak of.
    """

    def __init__(self, uncertainty: Uncertainty, sectors: Sectors) -> None:
        self.uncertainty = uncertainty
        self.sectors = sectors
        statements = uncertainty.statements
        order = np.lexsort(
            (np.arange(len(statements)), statements.reported, sectors.rank[statements.site])
        )
        self._strength = np.argsort(order)
        self._dated: dict[int, _Dated] = {}
        self._found: dict[tuple[int, int], tuple[Track, Track]] = {}

    @cached_property
    def contestants(self) -> NDArray[np.bool_]:
        """The sets of contestants that statements name, bool of shape (sets, actors)."""
        return self._contested_values[0]

    @cached_property
    def _contested_values(self) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        sets, at = np.unique(self.uncertainty.statements.contestant, axis=0, return_inverse=True)
        return sets, at.reshape(-1)

    @cached_property
    def _values(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What each statement sets on the holder and on the condition track, -1 for nothing."""
        statements = self.uncertainty.statements
        contested = CONTESTED_BY + self._contested_values[1]
        return statements.holder, np.where(
            statements.condition == CONTESTED, contested, statements.condition
        )

    def of(self, sector: int, day: int) -> tuple[Track, Track]:
        """Return the holder and the condition track of a sector on a day."""
        if sector not in self._dated:
            self._dated[sector] = self._date(sector)
        dated = self._dated[sector]
        since = int(np.searchsorted(dated.changes, day, side="right"))
        if (sector, since) not in self._found:
            begun = (dated.day <= day) & (day < dated.end)
            rows = list(
                zip(dated.statement[begun].tolist(), dated.day[begun].tolist(), strict=True)
            )
            grounds = _baseline(self.uncertainty, self._statements_on(sector))
            holder, condition = self._values
            self._found[sector, since] = (
                _track(self.uncertainty, rows, holder, grounds, UNKNOWN),
                _track(self.uncertainty, rows, condition, grounds, HELD),
            )
        return self._found[sector, since]

    def _statements_on(self, sector: int) -> NDArray[np.int64]:
        """Return the statements that can be true and whose site covers a sector."""
        covers = self.sectors.covers[:, sector][self.uncertainty.statements.site]
        return np.flatnonzero(covers & self.uncertainty.possible)

    def _date(self, sector: int) -> _Dated:
        statement, day, end = self.uncertainty.dated(self._statements_on(sector))
        order = np.lexsort((self._strength[statement], day))[::-1]
        changes = np.unique(np.concatenate([day, end]))
        return _Dated(statement[order], day[order], end[order], changes)


class _Baseline(NamedTuple):
    """The baseline of a sector.

    Parameters
    ----------
    since
        The day of the first row that is true for sure; before all days if the sector has no
        baseline, after all days if every row is uncertain.
    rows
        The rows uncertain that are older, with their days, sorted by day.
    """

    since: int
    rows: tuple[tuple[int, int], ...]


def _baseline(uncertainty: Uncertainty, statements: NDArray[np.int64]) -> _Baseline:
    rows = statements[statements < uncertainty.statements.n_baseline]
    if not len(rows):
        return _Baseline(-FOREVER, ())
    sure = uncertainty.first[rows[uncertainty.certain[rows]]]
    since = int(sure.min(initial=FOREVER))
    older = rows[uncertainty.first[rows] < since]
    return _Baseline(since, tuple(sorted((int(row), int(uncertainty.first[row])) for row in older)))


def _grounds(
    uncertainty: Uncertainty, statement: int, day: int, baseline: _Baseline
) -> Grounds | bool | None:
    """Return what it takes for a statement of a day to act: None for nothing, False if it never does."""
    if day >= baseline.since or (statement < uncertainty.statements.n_baseline):
        return None
    earlier = tuple(row for row, since in baseline.rows if since <= day)
    everything = tuple(row for row, _ in baseline.rows) if baseline.since == FOREVER else ()
    return Grounds(earlier, everything) if earlier or everything else False


def _assertions(
    uncertainty: Uncertainty,
    rows: list[tuple[int, int]],
    value: NDArray[np.int64],
    baseline: _Baseline,
) -> Iterator[Assertion]:
    """Yield what each statement says on each day, strongest first."""
    for statement, day in rows:
        if value[statement] == NO_STATEMENT:
            continue
        grounds = _grounds(uncertainty, statement, day, baseline)
        if not isinstance(grounds, bool):
            yield Assertion(statement, day, day, int(value[statement]), grounds)


def _track(
    uncertainty: Uncertainty,
    rows: list[tuple[int, int]],
    value: NDArray[np.int64],
    baseline: _Baseline,
    default: int,
) -> Track:
    """Return a track: assertions down to the first that holds for sure if no stronger one does."""
    assertions: list[Assertion] = []
    passed: dict[int, int] = {}
    for assertion in _assertions(uncertainty, rows, value, baseline):
        if uncertainty.certain[assertion.statement] and assertion.grounds is None:
            passed[assertion.statement] = passed.get(assertion.statement, 0) + 1
            if passed[assertion.statement] == uncertainty.n_days[assertion.statement]:
                default = assertion.value
                break
        assertions.append(assertion)
    while assertions and assertions[-1].value == default:
        assertions.pop()
    return Track(tuple(_joined(assertions)), default)


def _joined(assertions: list[Assertion]) -> Iterator[Assertion]:
    """Join assertions of one statement on days that follow one another, with no other assertion between."""
    waiting: Assertion | None = None
    for assertion in assertions:
        if (
            waiting is not None
            and assertion.statement == waiting.statement
            and assertion.last + 1 == waiting.first
            and assertion.grounds == waiting.grounds
        ):
            waiting = waiting._replace(first=assertion.first)
            continue
        if waiting is not None:
            yield waiting
        waiting = assertion
    if waiting is not None:
        yield waiting
