"""What each kind of report says: statements on the holder and on the condition of ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.scenario.vocabulary import MEANING_OF_KIND

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from engine.scenario.model import Event, Holding, Scenario

CONDITIONS = ("held", "contested", "exposed", "closed")
"""The conditions of ground, from best to worst; their positions are their codes."""
HELD, CONTESTED, EXPOSED, CLOSED = range(4)
NO_STATEMENT = -1


@dataclass(frozen=True, eq=False)
class Statements:
    """All that a scenario says of ground: first the rows of the baseline, then the events.

    Parameters
    ----------
    entries
        The rows and events themselves, in the order of the file.
    site
        The site that each speaks of, an index into the sites, int64 of shape (statements,).
    date, until, reported
        datetime64[D] of shape (statements,); `until` is NaT where a statement has no end.
    holder
        The actor named as holder, or -1 where the statement says nothing on that track.
    condition
        A code of `CONDITIONS`, or -1 where the statement says nothing on that track.
    contestant
        Which actors contest the ground, bool of shape (statements, actors).
    confidence
        float64 of shape (statements,).
    report
        The report that each belongs to: the first statement of its claim, or itself, int64 of
        shape (statements,).
    n_baseline
        How many of the statements are rows of the baseline.
    """

    entries: tuple[Holding | Event, ...]
    site: NDArray[np.int64]
    date: NDArray[np.datetime64]
    until: NDArray[np.datetime64]
    reported: NDArray[np.datetime64]
    holder: NDArray[np.int64]
    condition: NDArray[np.int64]
    contestant: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    report: NDArray[np.int64]
    n_baseline: int

    def __len__(self) -> int:
        """Return the number of statements."""
        return len(self.entries)

    def take(self, rows: NDArray[np.int64]) -> Statements:
        """Return some of the statements, in ascending order."""
        place = np.full(len(self), NO_STATEMENT)
        place[rows] = np.arange(len(rows))
        columns = {
            name: getattr(self, name)[rows]
            for name in (
                "site", "date", "until", "reported", "holder", "condition", "contestant", "confidence",
            )
        }  # fmt: skip
        return Statements(
            tuple(self.entries[row] for row in rows.tolist()),
            report=place[self.report[rows]],
            n_baseline=int(np.searchsorted(rows, self.n_baseline)),
            **columns,
        )


def statements_of(scenario: Scenario, site_index: dict[str, int]) -> Statements:
    """Put the baseline and the events of a scenario into arrays.

    Parameters
    ----------
    scenario
        A scenario that has been checked.
    site_index
        The position of each site that a row or an event names.
    """
    actors = {actor: code for code, actor in enumerate(scenario.actors)}
    entries: tuple[Holding | Event, ...] = (*scenario.baseline, *scenario.events)
    said = [_baseline_says(row) for row in scenario.baseline]
    said += [_event_says(event) for event in scenario.events]
    holder, condition, contestants = zip(*said, strict=True) if said else ((), (), ())
    dates = [row.date or scenario.start for row in scenario.baseline]
    happened = _days([*dates, *(event.date for event in scenario.events)])
    until = _days([*(None for _ in dates), *(event.until for event in scenario.events)])
    codes = {name: code for code, name in enumerate(CONDITIONS)}
    return Statements(
        entries,
        np.array([site_index[entry.site] for entry in entries], dtype=np.int64),
        happened,
        _lapsed(until, happened, scenario.stale_after),
        _days([*dates, *(event.known for event in scenario.events)]),
        np.array([actors[name] if name else NO_STATEMENT for name in holder], dtype=np.int64),
        np.array([codes[word] if word else NO_STATEMENT for word in condition], dtype=np.int64),
        _contestants(contestants, actors),
        np.array([entry.confidence for entry in entries], dtype=np.float64),
        _reports(entries),
        len(scenario.baseline),
    )


def statements_again(
    before: Statements, scenario: Scenario, site_index: dict[str, int], source: NDArray[np.int64]
) -> Statements:
    """Return the statements of a scenario of which most events are as they were.

    Parameters
    ----------
    before
        The statements as they were.
    scenario
        A scenario with the same baseline. Events that belong to a claim are all as they were.
    site_index
        As in `statements_of`.
    source
        Which statement each was before, -1 for the new ones, int64 of shape (statements,).
    """
    new = np.flatnonzero(source < 0)
    entries: tuple[Holding | Event, ...] = (*scenario.baseline, *scenario.events)
    only_new = {"baseline": (), "events": tuple(entries[row] for row in new.tolist())}
    added = statements_of(scenario.model_copy(update=only_new), site_index)
    at = source.copy()
    at[new] = len(before) + np.arange(len(new))
    row = np.empty(len(before), dtype=np.int64)
    row[source[source >= 0]] = np.flatnonzero(source >= 0)
    report = np.arange(len(source))
    report[source >= 0] = row[before.report[source[source >= 0]]]
    columns = {
        name: np.concatenate([getattr(before, name), getattr(added, name)])[at]
        for name in ("site", "date", "until", "reported", "holder", "condition", "confidence")
    }
    contestant = np.concatenate([before.contestant, added.contestant])[at]
    return Statements(
        entries, contestant=contestant, report=report, n_baseline=before.n_baseline, **columns
    )


def _contestants(named: tuple[tuple[str, ...], ...], actors: dict[str, int]) -> NDArray[np.bool_]:
    """Return which actors each statement names as contestants, bool of shape (statements, actors)."""
    contestant = np.zeros((len(named), len(actors)), dtype=bool)
    rows = np.repeat(np.arange(len(named)), [len(names) for names in named])
    contestant[rows, [actors[name] for names in named for name in names]] = True
    return contestant


def _reports(entries: tuple[Holding | Event, ...]) -> NDArray[np.int64]:
    first: dict[str, int] = {}
    found = [
        first.setdefault(entry.claim, row) if entry.claim else row
        for row, entry in enumerate(entries)
    ]
    return np.array(found, dtype=np.int64)


def believed(
    scenario: Scenario, statements: Statements, known_on: dt.date | None = None
) -> NDArray[np.bool_]:
    """Return which statements the plain status takes for true, shape (statements,).

    Those of confidence `believe` or more; of a dispute only the surest report; with `known_on`
    only what had been reported by that day.
    """
    counts = statements.confidence >= scenario.believe
    if known_on is not None:
        counts &= statements.reported <= np.datetime64(known_on, "D")
    disputes = [getattr(entry, "dispute", "") for entry in statements.entries]
    surest: dict[str, int] = {}
    rivals = [row for row in np.flatnonzero(counts).tolist() if disputes[row]]
    for row in rivals:
        best = surest.setdefault(disputes[row], row)
        if statements.confidence[row] > statements.confidence[best]:
            surest[disputes[row]] = row
    for row in rivals:
        counts[row] = statements.report[row] == statements.report[surest[disputes[row]]]
    return counts


def _baseline_says(row: Holding) -> tuple[str | None, str | None, tuple[str, ...]]:
    return row.holder, row.condition, row.contestants


def _event_says(event: Event) -> tuple[str | None, str | None, tuple[str, ...]]:
    meaning = MEANING_OF_KIND[event.kind]
    holder = getattr(event, meaning.holder_from) if meaning.holder_from else None
    involved = tuple(name for name in (event.actor, event.defender) if name)
    return holder, meaning.condition, event.contestants or involved


def _lapsed(
    until: NDArray[np.datetime64], happened: NDArray[np.datetime64], stale_after: int | None
) -> NDArray[np.datetime64]:
    """Return when statements end, where each also goes stale some days after what it tells of."""
    if stale_after is None:
        return until
    return np.fmin(until, happened + np.timedelta64(stale_after, "D"))


def _days(dates: list[dt.date | None]) -> NDArray[np.datetime64]:
    """Return days as an array; many entries share few days, and a day is slow to convert."""
    number = {day: at for at, day in enumerate(dict.fromkeys(dates))}
    days = np.array(list(number), dtype="datetime64[D]")
    return days[[number[day] for day in dates]]
