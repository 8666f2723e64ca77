"""The truth table: what is documented of each route, kept apart from the reports."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.arguments import checked
from engine.io.days import shifted
from engine.io.text import folded
from engine.language import listing, tr
from engine.scenario.document import rows_of_table
from engine.scenario.fields import DAY_FORM, UnfitError
from engine.scenario.model import Day, Entry, Name, Origin
from engine.scenario.validation import problems_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.scenario.model import Scenario

NOT_SCORED, NOT_CUT, CUT, LOST = -1, 0, 1, 2
"""What is known of a day: nothing that can be scored, not cut, cut, or (of an enclave) lost."""

ROUTE, ENCLAVE = "route", "enclave"
STATES_OF_ROUTES = ("not cut", "cut", "undetermined")
STATES_OF_ENCLAVES = ("not besieged", "besieged", "lost", "undetermined")
_CODES = {
    "not cut": NOT_CUT,
    "not besieged": NOT_CUT,
    "cut": CUT,
    "besieged": CUT,
    "lost": LOST,
    "undetermined": NOT_SCORED,
}


def _to_doubt(value: object) -> object:
    """Take one number of days for both sides, or two: before and after."""
    cells = [str(cell) for cell in (value if isinstance(value, (list, tuple)) else [value])]
    if not 1 <= len(cells) <= 2 or not all(cell.isdecimal() for cell in cells):
        message = tr('days of doubt are a number, or two (before;after), as in "4" or "7;1"')
        raise UnfitError(message, DAY_FORM)
    return (int(cells[0]), int(cells[-1]))


Doubt = Annotated[tuple[int, int], BeforeValidator(_to_doubt)]
"""How many days earlier, and how many days later, a date may have been."""


class Documented(Entry):
    """A time during which the state of a route (or an enclave) is documented."""

    route: Name = Field(description="The id of a route or an enclave of the scenario.")
    state: Literal["not cut", "cut", "not besieged", "besieged", "lost", "undetermined"]
    first: Day = Field(description="The first day.")
    last: Day = Field(description="The last day: it belongs to the time.")
    first_doubt_days: Doubt = Field((0, 0), description="How far off the first day may be.")
    last_doubt_days: Doubt = Field((0, 0), description="How far off the last day may be.")
    under_fire: bool = Field(default=False, description="A note; it is not scored.")
    note: str = ""

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.first > self.last:
            message = tr(
                "first day {first} is after last day {last}", first=self.first, last=self.last
            )
            raise UnfitError(message, DAY_FORM)
        return self

    def days_in_doubt(self) -> tuple[tuple[dt.date, dt.date], ...]:
        """Return the spans of days on which the state may have been this one or another.

        From the earliest day on which it may have begun until the latest (that one not included),
        and the same for the day after its last one.
        """
        begin, end = self.first, shifted(self.last, 1)
        return tuple(
            (shifted(border, -before), shifted(border, after))
            for border, (before, after) in (
                (begin, self.first_doubt_days),
                (end, self.last_doubt_days),
            )
        )


@checked
def read_truth(
    path: str | os.PathLike[str], scenario: Scenario | None = None
) -> tuple[Documented, ...]:
    """Read a truth table.

    Parameters
    ----------
    path
        A table (CSV or a workbook, read as those of a scenario are) with the columns route, state (of a route not cut, cut or undetermined; of an
        enclave not besieged, besieged, lost or undetermined), first, last (days, both inclusive),
        and if need be first_doubt_days and last_doubt_days (how many days the date may be off:
        one number, or two for earlier and later, ``7;1``), under_fire (yes or no) and note.
    scenario
        The scenario to hold against it: rows of its days must speak of its routes and enclaves.

    Raises
    ------
    ScenarioError
        With a problem for every row that is none, that overlaps another of its route, or that
        does not fit the scenario: all of them at once.

    Examples
    --------
    >>> import engine
    >>> truth = engine.read_truth("data/backtest/aleppo-truth.csv")
    >>> truth[0].route, truth[0].state
    ('castello', 'not cut')
    """
    records, found = rows_of_table(Path(path), "truth")
    kinds = _kinds_of(scenario) if scenario else None
    ids = _ids_by_name(scenario) if scenario else {}
    rows = []
    for draft in records:
        values = draft.values
        if "route" in values and values["route"] not in (kinds or ()):
            values["route"] = ids.get(folded(values["route"]), values["route"])
        try:
            rows.append(Documented.model_validate(values).read_at(draft.origin))
        except ValidationError as error:
            details = error.errors(include_url=False)
            details = [each for each in details if not {*each["loc"][:1]} & draft.unread]
            found.extend(problems_of(details, draft, Documented))
            unusable = {detail["loc"][0] for detail in details if detail["loc"]} | draft.unread
            if kinds and not unusable & {"route", "first", "last"}:
                state = "" if "state" in unusable else str(values["state"])
                found.extend(_misfits(str(values["route"]), state, draft.origin, kinds))
    if not records and not found:
        found.append(
            Problem(tr("the table has no rows"), str(path), expected=tr("a row for each time"))
        )
    found.extend(_overlaps(rows))
    if scenario and kinds and rows:
        of_run = [row for row in rows if _within(row, scenario.start, scenario.end)]
        found.extend(_misfits_of(of_run, kinds))
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: problem.line or 0))
    return tuple(rows)


def _ids_by_name(scenario: Scenario) -> dict[str, str]:
    """Return the routes and enclaves by their labels; nothing where several have one."""
    routes = [(one.id, one.label, one.label_ar) for one in scenario.routes]
    enclaves = [(one.id, one.label, one.label_ar) for one in scenario.enclaves]
    subjects = [*routes, *enclaves]
    names = [(folded(name), one) for one, *labels in subjects for name in labels if name]
    counts = Counter(name for name, _ in names)
    return {name: subject for name, subject in names if counts[name] == 1}


def _overlaps(rows: Iterable[Documented]) -> Iterator[Problem]:
    last_of: dict[str, Documented] = {}
    for row in sorted(rows, key=lambda row: (row.first, row.last)):
        before = last_of.get(row.route)
        if before is not None and row.first <= before.last:
            other = before.origin.line
            yield row.problem(
                tr(
                    "the days {first} to {last} of {route} overlap those of line {line}",
                    first=row.first,
                    last=row.last,
                    route=repr(row.route),
                    line=other,
                ),
                "first",
                str(row.first),
                tr("a day after {day}", day=before.last),
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
    rows = tuple(row for row in truth if _within(row, start, end))
    if not rows:
        file = truth[0].origin.file if truth else ""
        message = tr(
            "the table says nothing of the days of the run, {start} to {last}",
            start=start,
            last=end - dt.timedelta(days=1),
        )
        raise ScenarioError(Problem(message, file))
    return rows


def _within(row: Documented, start: dt.date, end: dt.date) -> bool:
    """Return whether a row, or a doubt about its dates, touches the days of a run."""
    spans = ((row.first, shifted(row.last, 1)), *row.days_in_doubt())
    return any(first < end and start < until for first, until in spans)


def check_routes(truth: Iterable[Documented], scenario: Scenario) -> None:
    """Make sure that the truth speaks only of routes and enclaves of the scenario, in their words.

    Raises
    ------
    ScenarioError
        With a problem for every row that does not.
    """
    problems = list(_misfits_of(truth, _kinds_of(scenario)))
    if problems:
        raise ScenarioError(problems)


def _kinds_of(scenario: Scenario) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return what each route and enclave is, and the states that can be documented of it."""
    return {
        **{route.id: (ROUTE, STATES_OF_ROUTES) for route in scenario.routes},
        **{enclave.id: (ENCLAVE, STATES_OF_ENCLAVES) for enclave in scenario.enclaves},
    }


def _misfits_of(
    truth: Iterable[Documented], kinds: dict[str, tuple[str, tuple[str, ...]]]
) -> Iterator[Problem]:
    for row in truth:
        yield from _misfits(row.route, row.state, row.origin, kinds)


def _misfits(
    route: str, state: str, at: Origin, kinds: dict[str, tuple[str, tuple[str, ...]]]
) -> Iterator[Problem]:
    """Yield what of a row does not fit the scenario: its route, or the state (if one is given)."""
    if route not in kinds:
        message = tr("there is no route or enclave {name} in the scenario", name=repr(route))
        expected, near = tr("one of {names}", names=listing(kinds)), nearest_names(route, kinds)
        yield Problem(message, *at.place_of("route"), "route", route, expected, near)
    elif state and state not in kinds[route][1]:
        what, states = kinds[route]
        if what == ENCLAVE:
            message = tr(
                "{name} is an enclave, which cannot be {state}",
                name=repr(route),
                state=repr(state),
            )
        else:
            message = tr(
                "{name} is a route, which cannot be {state}",
                name=repr(route),
                state=repr(state),
            )
        expected = tr("one of {names}", names=listing(states))
        yield Problem(message, *at.place_of("state"), "state", state, expected)


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
        `CUT`, `NOT_CUT`, `LOST` or `NOT_SCORED`, int8 of shape (days,). Days on which a date is
        in doubt are not scored, whatever a row says of them.
    under_fire
        Where the note says so and no date is in doubt, bool of shape (days,).
    """
    state = np.full(len(days), NOT_SCORED, dtype=np.int8)
    under_fire = np.zeros(len(days), dtype=bool)
    rows = [row for row in truth if row.route == route]
    for row in rows:
        within = (days >= np.datetime64(row.first)) & (days <= np.datetime64(row.last))
        state[within] = _CODES[row.state]
        under_fire[within] = row.under_fire
    for first, until in (span for row in rows for span in row.days_in_doubt()):
        in_doubt = (days >= np.datetime64(first)) & (days < np.datetime64(until))
        state[in_doubt], under_fire[in_doubt] = NOT_SCORED, False
    return state, under_fire
