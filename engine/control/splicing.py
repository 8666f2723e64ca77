"""States of statements most of which are as they were: only ground that the others bear on is made anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from engine.control.overlooking import overlooking
from engine.control.runs import Runs
from engine.control.statements import NO_STATEMENT, Statements
from engine.control.states import OF_RUNS, States, change_dates, control_by, refuse_too_large

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.scenario.model import Scenario

    T = TypeVar("T", bound=np.generic)


class Again(NamedTuple):
    """The states that come of other statements than before.

    Parameters
    ----------
    states
        The states.
    was
        Those of before, on the intervals of now: as they were at the start of each.
    interval
        The interval of before in which each of now begins, int64 of shape (intervals,).
    """

    states: States
    was: States
    interval: NDArray[np.int64]


def control_again(
    before: States,
    scenario: Scenario,
    sectors: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    source: NDArray[np.int64],
) -> Again:
    """Return what `control_by` returns, of statements most of which are as they were.

    Ground that none of the others speaks of, or overlooks or has overlooked by what they speak of, stays
    as it was: its runs are taken over.

    Parameters
    ----------
    before
        The states of before, of a scenario that has the same sectors, baseline and rules.
    scenario, sectors
        The scenario and its sectors.
    statements, counts
        Its statements, and which of them count.
    source
        Which statement each was before, -1 for the new ones, int64 of shape (statements,).
    """
    borders = change_dates(scenario, statements)
    refuse_too_large(scenario, len(borders) - 1)
    interval = np.searchsorted(before.borders[:-1], borders[:-1], side="right") - 1
    was = before.over_intervals(scenario, borders, interval)
    gone = np.ones(len(before.statements), dtype=bool)
    gone[source[source >= 0]] = False
    spoken_of = np.concatenate([statements.site[source < 0], before.statements.site[gone]])
    other, needed = _concerned(scenario, sectors, np.unique(sectors.on_site.take(spoken_of).values))
    row_of = np.full(len(before.statements) + 1, NO_STATEMENT)
    row_of[source[source >= 0]] = np.flatnonzero(source >= 0)
    states = replace(_renumbered(was, row_of), statements=statements, believed=counts)
    if not len(other):  # the sites have no ground
        states.packed.update({actor: was.bounds(actor) for actor in before.packed})
        return Again(states, was, interval)
    part = replace(sectors, covers=sectors.covers[:, needed], near=sectors.near[:, needed])
    rows = np.flatnonzero(np.asarray(part.covers.any(axis=1))[statements.site])
    anew = control_by(scenario, part, statements.take(rows), counts[rows], borders)
    states = _spliced(states, _renumbered(anew, np.append(rows, NO_STATEMENT)), needed, other)
    for actor in before.packed:
        states.packed[actor] = tuple(
            _with_rows(whole, other, some[np.searchsorted(needed, other)])
            for whole, some in zip(was.bounds(actor), anew.bounds(actor), strict=True)
        )
    return Again(states, was, interval)


def _concerned(
    scenario: Scenario, sectors: Sectors, touched: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which sectors change with some, and those on which their states depend besides: all in order.

    With a site, the ground changes that it overlooks; the result depends on all that overlooks it.
    """
    rules = list(overlooking(scenario, sectors))
    other = np.zeros(sectors.n_sectors, dtype=bool)
    other[touched] = True
    for site, onto, _ in rules:
        if sectors.covers[site, touched].any():
            other |= onto
    changed = np.flatnonzero(other)
    needed = other.copy()
    for site, onto, _ in rules:
        if onto[changed].any():
            needed |= sectors.covers[site]
    return changed, np.flatnonzero(needed)


def _renumbered(states: States, row_of: NDArray[np.int64]) -> States:
    """Return states whose statements stand elsewhere: the row of each, and -1 after the last."""
    return replace(
        states,
        holder_statement=row_of[states.holder_statement],
        condition_statement=row_of[states.condition_statement],
    )


def _spliced(
    whole: States, part: States, there: NDArray[np.int64], other: NDArray[np.int64]
) -> States:
    """Return states in which some sectors are those of others.

    Parameters
    ----------
    whole
        States of every sector.
    part
        States of some.
    there
        Which sectors these are, in order.
    other
        The sectors to take from there, in order.
    """
    at = np.searchsorted(there, other)
    length = np.diff(whole.runs.first)
    length[other] = np.diff(part.runs.first)[at]
    ends = np.append(whole.runs.first[other], len(whole.runs))
    starts = np.insert(whole.runs.first[other + 1], 0, 0)

    def joined(kept: NDArray[T], added: NDArray[T]) -> NDArray[T]:
        """Return what was kept, up to each sector that is another, and then what is added there."""
        pieces = [kept[..., : ends[0]]]
        for row, start, end in zip(
            at.tolist(), starts[1:].tolist(), ends[1:].tolist(), strict=True
        ):
            pieces += [added[..., part.runs.first[row] : part.runs.first[row + 1]]]
            pieces += [kept[..., start:end]]
        return np.concatenate(pieces, axis=-1)

    first = np.concatenate([[0], np.cumsum(length)])
    runs = Runs(first, joined(whole.runs.begin, part.runs.begin), whole.n_intervals)
    fields: dict[str, Any] = {
        name: joined(getattr(whole, name), getattr(part, name)) for name in OF_RUNS
    }
    return replace(whole, runs=runs, **fields)


def _with_rows(
    values: NDArray[np.uint64], rows: NDArray[np.int64], found: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    values = values.copy()
    values[rows] = found
    return values
