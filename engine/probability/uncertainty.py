"""What is uncertain about the statements of a scenario: their truth, their days, what links them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from engine.control.statements import Statements
    from engine.scenario.model import Event, Scenario

FOREVER = np.iinfo(np.int64).max
NONE = -1
"""No source of limited reliability, no dispute, no predecessor."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """The statements of a scenario with all that is uncertain about them.

    Days are counted from 1 January 1970. A statement that was not reported in time is not `possible`,
    and nothing is linked to it.

    Parameters
    ----------
    statements
        The statements themselves.
    possible
        Which of them can be true at all, bool of shape (statements,).
    probability
        The confidence of each, given that its source is right, float64 of shape (statements,).
    first, last
        The first and the last day on which each may have happened, int64 of shape (statements,).
    until
        The first day on which each no longer counts, whenever it happened, int64 of shape (statements,).
    stale_after
        After how many days a statement no longer counts.
    source
        The source of each, an index into `reliability`, or -1 for one that is always right.
    reliability
        How often the sources uncertain are right, float64 of shape (sources,).
    dispute
        The dispute that a report belongs to, -1 for none, int64 of shape (statements,).
    after
        The report that each one followed, -1 where there is none or where their ranges are in order
        anyway, int64 of shape (statements,).

    known
        What has been computed of them, kept because days ask for the same (see `variables_of`).

    Statements of one claim are one report, the first of them, which chance decides about: disputes
    and orders are those of reports, and the other statements of a claim have none.
    """

    statements: Statements
    possible: NDArray[np.bool_]
    probability: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    until: NDArray[np.int64]
    stale_after: int
    source: NDArray[np.int64]
    reliability: NDArray[np.float64]
    dispute: NDArray[np.int64]
    after: NDArray[np.int64]
    known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def report(self) -> NDArray[np.int64]:
        """The report that each statement belongs to, int64 of shape (statements,)."""
        return self.statements.report

    @cached_property
    def certain(self) -> NDArray[np.bool_]:
        """Which statements are true for sure, bool of shape (statements,)."""
        return self.possible & (self.probability >= 1.0) & (self.source == NONE)

    @cached_property
    def n_days(self) -> NDArray[np.int64]:
        """On how many days each statement may have happened, int64 of shape (statements,)."""
        return self.last - self.first + 1

    def dated(
        self, statements: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return statements on each day of their ranges.

        Returns
        -------
        statement, day, end
            The statement, the day, and the first day after on which it would no longer count; int64 of
            shape (days of all statements,).
        """
        n_days = self.n_days[statements]
        statement = np.repeat(statements, n_days)
        day = (
            self.first[statement]
            + np.arange(len(statement))
            - np.repeat(np.cumsum(n_days) - n_days, n_days)
        )
        fresh = np.where(self.stale_after > FOREVER - day, FOREVER, day + self.stale_after)
        return statement, day, np.minimum(self.until[statement], fresh)

    def days_of_change(self) -> NDArray[np.datetime64]:
        """Return the days on which a statement may begin or cease to count, datetime64[D], sorted."""
        _, day, end = self.dated(np.flatnonzero(self.possible))
        return np.unique(np.concatenate([day, end[end < FOREVER]])).astype("datetime64[D]")


def uncertainty_of(
    scenario: Scenario, statements: Statements, known_on: dt.date | None = None
) -> Uncertainty:
    """Gather what is uncertain about the statements of a scenario.

    Parameters
    ----------
    scenario
        A scenario that has been checked.
    statements
        Its statements.
    known_on
        Use only what had been reported by this day.
    """
    events = scenario.events
    n_baseline, n_words = statements.n_baseline, len(statements)
    names = [name for name, source in scenario.sources.items() if source.reliability < 1.0]
    reliability = np.array([scenario.sources[name].reliability for name in names], dtype=float)
    source = _positions([entry.source for entry in statements.entries], names)
    possible = statements.confidence > 0.0
    possible &= np.append(reliability, 1.0)[source] > 0.0
    if known_on is not None:
        possible &= statements.reported <= np.datetime64(known_on, "D")

    disputes = list(dict.fromkeys(event.dispute for event in events if event.dispute))
    dispute, after = np.full(n_words, NONE), np.full(n_words, NONE)
    dispute[n_baseline:] = _positions([event.dispute for event in events], disputes)
    before = _positions([event.after for event in events], list(scenario.event_ids()))
    after[n_baseline:] = np.where(before >= 0, statements.report[before + n_baseline], NONE)
    first, last = statements.date.astype(np.int64), statements.date.astype(np.int64)
    first[n_baseline:] = _days(events, "first_day")
    last[n_baseline:] = _days(events, "last_day")
    binds = np.append(possible, False)[after] & (np.append(last, 0)[after] > first)
    after[~binds] = NONE
    for column in (dispute, after):
        column[~possible | (statements.report != np.arange(n_words))] = NONE

    until = np.full(n_words, FOREVER)
    ends = _days(events, "until")
    until[n_baseline:] = np.where(ends == np.iinfo(np.int64).min, FOREVER, ends)
    return Uncertainty(
        statements, possible, statements.confidence, first, last, until, scenario.stale_after or FOREVER,
        source, reliability, dispute, after,
    )  # fmt: skip


def _positions(values: list[str], names: list[str]) -> NDArray[np.int64]:
    at = {name: row for row, name in enumerate(names)}
    return np.array([at.get(value, NONE) for value in values], dtype=np.int64)


def _days(events: tuple[Event, ...], name: str) -> NDArray[np.int64]:
    return np.array([getattr(event, name) for event in events], dtype="datetime64[D]").astype(
        np.int64
    )
