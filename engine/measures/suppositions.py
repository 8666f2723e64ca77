"""The effects of suppositions about the ground: many of them side by side, each on one interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.analysis.query import Query, query_of
from engine.analysis.status import LOST
from engine.connectivity.bits import pack, unpack
from engine.connectivity.engines import reduced_query
from engine.control.gates import through_gates
from engine.control.overlooking import overlooking
from engine.control.states import Snapshot, States, supposed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis

MOST_CELLS = 1 << 22
"""So many states of sectors are held at a time."""


class Supposed(NamedTuple):
    """Changes of one site and kind that make a difference to its ground, one in each column.

    Parameters
    ----------
    site, kind
        The change.
    interval, first, last
        When it is asked about, and the days of the change, int64 of shape (columns,).
    sectors
        The ground that the site covers, int64 of shape (sectors,).
    holder, own
        Who holds that ground then, and in which condition, int64 of shape (sectors, columns).
    """

    site: int
    kind: int
    interval: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    sectors: NDArray[np.int64]
    holder: NDArray[np.int64]
    own: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answers:
    """The effects of suppositions, one answer in each row.

    Parameters
    ----------
    site, kind, interval, first, last
        The supposition, as `Supposed` has it, int64 of shape (answers,).
    codes
        The status of each route and enclave, in the order of `Analysis.subjects`, int8 of shape
        (subjects, answers).
    row, sector, holder, condition
        Ground that is not as it is without the change: the answer, its sector, who holds it, and in
        which condition (for its holder), int64 of shape (ground,), by answer and sector.
    """

    site: NDArray[np.int64]
    kind: NDArray[np.int64]
    interval: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    codes: NDArray[np.int8]
    row: NDArray[np.int64]
    sector: NDArray[np.int64]
    holder: NDArray[np.int64]
    condition: NDArray[np.int64]


def answers(
    analysis: Analysis, suppositions: Sequence[Supposed], *, plainly: bool = False
) -> Answers:
    """Return the effects of some suppositions.

    Parameters
    ----------
    analysis
        What they are about.
    suppositions
        The suppositions.
    plainly
        Compute all ground of each. Otherwise this is done only where ground overlooks or is
        overlooked: elsewhere only ground that differs is computed, and states that are alike to a route
        or an enclave are asked once.
    """
    sectors = analysis.sectors
    bound = np.zeros(sectors.n_sectors, dtype=bool)
    for over, onto, _ in overlooking(analysis.scenario, sectors):
        bound |= sectors.covers[over] | onto
    apart = [one for one in suppositions if not plainly and not bound[one.sectors].any()]
    others = [one for one in suppositions if plainly or bound[one.sectors].any()]
    step = max(1, MOST_CELLS // max(1, sectors.n_sectors))
    return _joined(
        [_apart(analysis, apart), *(_with_all(analysis, some) for some in _batches(others, step))]
    )


def _batches(suppositions: Sequence[Supposed], most: int) -> Iterator[list[Supposed]]:
    """Yield the suppositions in lists of at most so many columns, or of one of them."""
    batch: list[Supposed] = []
    columns = 0
    for one in suppositions:
        if batch and columns + len(one.interval) > most:
            yield batch
            batch, columns = [], 0
        batch.append(one)
        columns += len(one.interval)
    if batch:
        yield batch


# Plainly: the ground of all suppositions, whole.


def _with_all(analysis: Analysis, suppositions: Sequence[Supposed]) -> Answers:
    base, interval = analysis.states, _columns(suppositions, "interval")
    if not len(interval):
        return _apart(analysis, [])
    run = base.run_of[:, interval]
    holder, own = base.holder[run], base.own_condition[run]
    end = 0
    for one in suppositions:
        columns = slice(end, end := end + len(one.interval))
        holder[one.sectors, columns], own[one.sectors, columns] = one.holder, one.own
    states = supposed(analysis.scenario, analysis.sectors, base, interval, holder, own)
    codes = [_codes_of(analysis, name, states) for name in analysis.subjects]
    condition = states.condition[states.run_of]
    differs = (holder != base.holder[run]) | (condition != base.condition[run])
    row, sector = np.nonzero(differs.T)
    return _told(suppositions, codes, row, sector, holder[sector, row], condition[sector, row])


def _codes_of(analysis: Analysis, name: str, states: States) -> NDArray[np.int8]:
    """Return the status of a route or an enclave on every interval of some states."""
    asked = query_of(analysis, name)
    views = [_view(analysis, states, mode) for mode in asked.modes]
    possible = [view.possible(asked.actor) for view in views]
    secure = [view.secure(asked.actor) for view in views]
    return _codes(asked, possible, secure, states.hostile(asked.actor), states.n_intervals)


def _view(analysis: Analysis, states: States, mode: str) -> States:
    """Return the ground as those see it who pass in a mode of a query."""
    return through_gates(analysis.scenario, analysis.sectors, states, mode)[0]


def _codes(
    asked: Query,
    possible: Sequence[NDArray[np.uint64]],
    secure: Sequence[NDArray[np.uint64]],
    hostile: NDArray[np.uint64],
    n: int,
) -> NDArray[np.int8]:
    """Return the status in n states, from the ground of each mode, packed: (sectors, words) each."""
    found = np.zeros(n, dtype=np.int8)
    for bound in (possible, secure):
        found += unpack(asked.connected(list(bound), ~hostile), n)
    found[~unpack(asked.held(~hostile), n)] = LOST
    return found


# Apart: ground that neither overlooks nor is overlooked, by what differs.


class _Cells(NamedTuple):
    """Ground that is supposed to be different, one sector of one supposition in each row."""

    row: NDArray[np.int64]
    sector: NDArray[np.int64]
    interval: NDArray[np.int64]
    holder: NDArray[np.int64]
    own: NDArray[np.int64]


def _apart(analysis: Analysis, suppositions: Sequence[Supposed]) -> Answers:
    cells, interval = _cells(suppositions), _columns(suppositions, "interval")
    codes = [
        _codes_apart(query_of(analysis, name), analysis, cells, analysis.codes[name][interval])
        for name in analysis.subjects
    ]
    base, run = analysis.states, analysis.states.run_of[cells.sector, cells.interval]
    differs = (cells.holder != base.holder[run]) | (cells.own != base.condition[run])
    row, sector, _, holder, own = (column[differs] for column in cells)
    return _told(suppositions, codes, row, sector, holder, own)


def _cells(suppositions: Sequence[Supposed]) -> _Cells:
    """Return the ground of suppositions, row by row, by sector."""
    none = np.empty(0, dtype=np.int64)
    size = np.array([len(one.sectors) for one in suppositions], dtype=np.int64)
    columns = np.array([len(one.interval) for one in suppositions], dtype=np.int64)
    of_row = np.repeat(size, columns)
    sectors = [np.tile(one.sectors, len(one.interval)) for one in suppositions]
    return _Cells(
        np.repeat(np.arange(len(of_row)), of_row),
        np.concatenate([none, *sectors]),
        np.repeat(_columns(suppositions, "interval"), of_row),
        np.concatenate([none, *(one.holder.T.ravel() for one in suppositions)]),
        np.concatenate([none, *(one.own.T.ravel() for one in suppositions)]),
    )


def _codes_apart(
    asked: Query, analysis: Analysis, cells: _Cells, before: NDArray[np.int8]
) -> NDArray[np.int8]:
    """Return the status of a route or an enclave under each supposition."""
    base, actor, n = analysis.states, asked.actor, analysis.states.n_intervals
    at, now, grounds = (cells.sector, cells.interval), [], [base.hostile(actor)]
    for mode in asked.modes:
        view = _view(analysis, base, mode)
        then = _as_supposed(Snapshot.of(view, view.run_of[at], cells.interval), cells)
        now += [then.possible(actor), then.secure(actor)]
        grounds += [view.possible(actor), view.secure(actor)]
    now.insert(0, then.hostile(actor))
    without = [unpack(ground, n) for ground in grounds]
    near = np.zeros(analysis.sectors.n_sectors, dtype=bool)
    near[asked.own_ground()] = True
    for leg in asked.legs:
        near[reduced_query(asked.kernel, *leg)[0].kernel.sector] = True
    moved = near[cells.sector] & np.any(
        [new != ground[at] for new, ground in zip(now, without, strict=True)], axis=0
    )
    found = before.copy()
    if moved.any():
        rows, which, states = _distinct(cells, moved, now, without, near)
        hostile, *bounds = map(pack, states)
        told = _codes(asked, bounds[::2], bounds[1::2], hostile, states[0].shape[1])
        found[rows] = told[which]
    return found


def _as_supposed(then: Snapshot, cells: _Cells) -> Snapshot:
    """Return what is supposed of ground that nothing overlooks."""
    return replace(
        then,
        holder=cells.holder,
        own_condition=cells.own,
        condition=cells.own,
        imposed=np.zeros_like(then.imposed),
    )


def _distinct(
    cells: _Cells,
    moved: NDArray[np.bool_],
    now: Sequence[NDArray[np.bool_]],
    grounds: Sequence[NDArray[np.bool_]],
    near: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[NDArray[np.bool_]]]:
    """Return the suppositions that move ground, and the distinct states that they lead to.

    Parameters
    ----------
    cells
        The ground that is supposed to be different.
    moved
        Where it matters, bool of shape (cells,).
    now
        What it is then, in several respects, bool of shape (cells,) each.
    grounds
        What all ground is without, bool of shape (sectors, intervals) each.
    near
        The ground that matters, bool of shape (sectors,).

    Returns
    -------
    rows, which
        The suppositions, and the state of each, int64 of shape (rows,) each.
    states
        The ground in the distinct states, bool of shape (sectors, states) for each respect.
    """
    bits = np.packbits(np.concatenate([ground[near] for ground in grounds]), axis=0)
    alike = np.unique(bits, axis=1, return_inverse=True)[1].ravel().tolist()
    sector, interval = cells.sector[moved], cells.interval[moved]
    values = [new[moved] for new in now]
    token = sector.copy()
    for value in values:
        token = 2 * token + value
    rows, start = np.unique(cells.row[moved], return_index=True)
    end = np.append(start[1:], len(sector))
    known: dict[tuple[int, bytes], int] = {}
    which = np.empty(len(rows), dtype=np.int64)
    first: list[int] = []
    spans = zip(start.tolist(), end.tolist(), interval[start].tolist(), strict=True)
    for n, (low, high, at) in enumerate(spans):
        which[n] = known.setdefault((alike[at], token[low:high].tobytes()), len(known))
        if len(first) < len(known):
            first.append(n)
    counts = (end - start)[first]
    state = np.repeat(np.arange(len(first)), counts)
    cell = np.concatenate([np.arange(start[n], end[n]) for n in first])
    states = []
    for value, ground in zip(values, grounds, strict=True):
        supposed_ground = ground[:, interval[start[first]]]
        supposed_ground[sector[cell], state] = value[cell]
        states.append(supposed_ground)
    return rows, which, states


# Both.


def _columns(suppositions: Sequence[Supposed], name: str) -> NDArray[np.int64]:
    none = np.empty(0, dtype=np.int64)
    return np.concatenate([none, *(getattr(one, name) for one in suppositions)])


def _told(
    suppositions: Sequence[Supposed],
    codes: Sequence[NDArray[np.int8]],
    row: NDArray[np.int64],
    sector: NDArray[np.int64],
    holder: NDArray[np.int64],
    condition: NDArray[np.int64],
) -> Answers:
    counts = [len(one.interval) for one in suppositions]
    of = np.array([(one.site, one.kind) for one in suppositions], dtype=np.int64).reshape(-1, 2)
    site, kind = np.repeat(of, counts, axis=0).T
    interval, first, last = (_columns(suppositions, name) for name in ("interval", "first", "last"))
    by_subject = np.array(codes, dtype=np.int8).reshape(len(codes), sum(counts))
    return Answers(
        site, kind, interval, first, last, by_subject, row, sector, holder, condition
    )  # fmt: skip


def _joined(parts: Sequence[Answers]) -> Answers:
    """Return several answers as one, in the order of their sites and kinds."""
    shift = np.cumsum([0, *(len(part.site) for part in parts)]).tolist()
    names = [name for name in Answers.__dataclass_fields__ if name != "row"]
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names
    }
    row = np.concatenate([part.row + at for part, at in zip(parts, shift, strict=False)])
    order = np.lexsort((joined["interval"], joined["first"], joined["kind"], joined["site"]))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    by_row = np.lexsort((joined["sector"], place[row]))
    ground = {"sector", "holder", "condition"}
    columns = {
        name: values[by_row] if name in ground else values[..., order]
        for name, values in joined.items()
    }
    return Answers(**columns, row=place[row][by_row])
