"""Which statement rules each sector when: the latest one that has not ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.control.runs import Runs
from engine.control.statements import NO_STATEMENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.control.statements import Statements


def by_precedence(statements: Statements, rank: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the statements in the order in which each overrules those before it."""
    row = np.arange(len(statements))
    return np.lexsort((row, statements.reported, rank[statements.site], statements.date))


def baseline_since(
    ground: Sectors, statements: Statements, counts: NDArray[np.bool_]
) -> NDArray[np.datetime64]:
    """Return the day of each sector's baseline, datetime64[D] of shape (sectors,).

    Statements dated before it do not act on the sector; the earliest day there is, if it has none.
    """
    rows = np.flatnonzero(counts[: statements.n_baseline])
    statement, sector = _covered(ground, statements, rows)
    none = np.iinfo(np.int64).max
    since = np.full(ground.n_sectors, none)
    np.minimum.at(since, sector, statements.date[statement].astype(np.int64))
    since[since == none] = np.iinfo(np.int64).min + 1  # the least number stands for no day at all
    return since.astype("datetime64[D]")


def acting(
    ground: Sectors,
    statements: Statements,
    counts: NDArray[np.bool_],
    since: NDArray[np.datetime64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which statements act on which sectors: two arrays, a pair at each position.

    Those that count, whose site covers the sector, and that are not dated before its baseline.
    """
    statement, sector = _covered(ground, statements, np.flatnonzero(counts))
    acts = statements.date[statement] >= since[sector]
    return statement[acts], sector[acts]


def _covered(
    ground: Sectors, statements: Statements, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each of some statements with each sector that its site covers."""
    found = ground.on_site.take(statements.site[rows])
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
