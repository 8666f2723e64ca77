"""The truth table: what is documented of each route, kept apart from the reports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.tables import read_records
from engine.scenario.document import Draft
from engine.scenario.model import Day, Entry, Name, Origin
from engine.scenario.validation import problems_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

NOT_SCORED, NOT_CUT, CUT = -1, 0, 1
"""What is known of a day: nothing that can be scored, not cut, or cut."""

_CODES = {
    "not cut": NOT_CUT,
    "not besieged": NOT_CUT,
    "cut": CUT,
    "besieged": CUT,
    "undetermined": NOT_SCORED,
}


class Documented(Entry):
    """A time during which the state of a route (or an enclave) is documented."""

    route: Name = Field(description="The id of a route or an enclave of the scenario.")
    state: Literal["not cut", "cut", "not besieged", "besieged", "undetermined"]
    first: Day = Field(description="The first day.")
    last: Day = Field(description="The last day: it belongs to the time.")
    under_fire: bool = Field(default=False, description="A note; it is not scored.")
    note: str = ""

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"first day {self.first} is after last day {self.last}")
        return self


def read_truth(path: str | os.PathLike[str]) -> tuple[Documented, ...]:
    """Read a truth table.

    Parameters
    ----------
    path
        A table with the columns route, state (not cut, cut, undetermined; for an enclave also not
        besieged, besieged), first, last (days, both inclusive), and if need be under_fire
        (yes or no) and note.

    Raises
    ------
    ScenarioError
        With a problem for every row that is none, or that overlaps another of its route.
    """
    records, found = read_records(Path(path), list(Documented.model_fields), ())
    rows = []
    for line, values in records:
        draft = Draft(values, str(path), line, in_table=True)
        try:
            rows.append(Documented.model_validate(values).read_at(Origin(str(path), line)))
        except ValidationError as error:
            found.extend(problems_of(error.errors(include_url=False), draft, Documented))
    if not records and not found:
        found.append(Problem("the table has no rows", str(path), expected="a row for each time"))
    found.extend(_overlaps(rows))
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: problem.line or 0))
    return tuple(rows)


def _overlaps(rows: Iterable[Documented]) -> Iterator[Problem]:
    last_of: dict[str, Documented] = {}
    for row in sorted(rows, key=lambda row: (row.first, row.last)):
        before = last_of.get(row.route)
        if before is not None and row.first <= before.last:
            other = before.origin.line
            yield row.problem(
                f"the days {row.first} to {row.last} of {row.route!r} overlap those of line {other}",
                "first",
                str(row.first),
                f"a day after {before.last}",
            )
        if before is None or row.last > before.last:
            last_of[row.route] = row


def rows_of_days(
    truth: Sequence[Documented], start: dt.date, end: dt.date
) -> tuple[Documented, ...]:
    """Return the rows that say something of the days from `start` until `end` (not included).

    Raises
    ------
    ScenarioError
        If there is none.
    """
    rows = tuple(row for row in truth if row.last >= start and row.first < end)
    if not rows:
        file = truth[0].origin.file if truth else ""
        days = f"the days of the run, {start} to {end - dt.timedelta(days=1)}"
        raise ScenarioError(Problem(f"the table says nothing of {days}", file))
    return rows


def check_routes(truth: Iterable[Documented], known: Iterable[str]) -> None:
    """Make sure that the truth speaks only of routes and enclaves that the scenario has.

    Raises
    ------
    ScenarioError
        With a problem for every row that does not.
    """
    names = list(known)
    problems = [
        row.problem(
            f"there is no route or enclave {row.route!r} in the scenario",
            "route",
            row.route,
            f"one of {', '.join(names)}",
            nearest_names(row.route, names),
        )
        for row in truth
        if row.route not in names
    ]
    if problems:
        raise ScenarioError(problems)


def documented_days(
    truth: Iterable[Documented], route: str, days: NDArray[np.datetime64]
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Return what is documented of a route on each day.

    Parameters
    ----------
    truth
        The rows of the table.
    route
        The id of a route or an enclave.
    days
        datetime64[D] of shape (days,).

    Returns
    -------
    state
        `CUT`, `NOT_CUT` or `NOT_SCORED`, int8 of shape (days,).
    under_fire
        Where the note says so, bool of shape (days,).
    """
    state = np.full(len(days), NOT_SCORED, dtype=np.int8)
    under_fire = np.zeros(len(days), dtype=bool)
    for row in truth:
        if row.route == route:
            within = (days >= np.datetime64(row.first)) & (days <= np.datetime64(row.last))
            state[within] = _CODES[row.state]
            under_fire[within] = row.under_fire
    return state, under_fire
