"""The searches of the overlay, compiled by Numba: each thread takes a range of cells or of states.

Costs between the portals of a cell are a matrix, so that paths through a cell are whole rows added
and compared at once. A state is answered cell by cell, the most promising first: what is new at
its border is carried through it, and on to its neighbours; a cell whose border improves again is
taken up again, until none can lead to a cheaper path.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeAlias

import numba
import numpy as np

from engine.connectivity._compiled import threads_at_hand

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Ints: TypeAlias = "NDArray[np.int64]"
Bools: TypeAlias = "NDArray[np.bool_]"
Queue: TypeAlias = "tuple[Ints, Ints, Floats]"
"""A heap of items, the place of each item in it (-1 if it is not), and the key of each item."""
Cells: TypeAlias = "tuple[Ints, ...]"
"""Starts, members, offsets and sectors of cells; the cell of each member; the seats of portals."""

RANGES_PER_THREAD = 8


def cell_costs(
    arcs: Ints, head: Ints, price: Floats, seat: Ints, starts: Ints, offset: Ints
) -> Floats:
    """Return the costs between the portals of each cell, one matrix after another.

    Parameters
    ----------
    arcs, head, price
        The roads between meetings, by tail: starts of shape (meetings + 1,), heads and costs.
    seat
        The meetings that are portals, one cell after another.
    starts, offset
        Where the portals, and the matrix, of each cell begin, shape (cells + 1,).
    """
    costs = np.full(int(offset[-1]), np.inf)

    def some(first: int, last: int) -> None:
        measure(first, last, (arcs, head, price), seat, starts, offset, costs)

    _in_ranges(len(starts) - 1, some)
    return costs


def search(
    cells: Cells,
    cost: Floats,
    factor: Floats,
    start: tuple[Ints, Bools],
    goal: tuple[Ints, Bools],
) -> Floats:
    """Return the least cost from any start to any goal in each state.

    Parameters
    ----------
    cells
        The cells of an overlay; see `overlay.Overlay.cells`.
    cost
        The costs between the portals of each cell, one matrix after another.
    factor
        By how much the ground of each sector is dearer, of shape (states, sectors).
    start, goal
        Portals, and in which states each can be used, of shape (states, portals).

    Returns
    -------
    numpy.ndarray
        float64 of shape (states,); infinite where there is no path.
    """
    starts, members, offset, sector, _, seat_starts, _ = cells
    bound = np.zeros(len(members))
    far = np.full(len(members), np.inf)
    free = np.ones(int(sector.max(initial=0)) + 1)
    back = transposed(starts, offset, cost)
    everywhere = np.zeros(len(members), dtype=np.bool_)
    every = np.ones(len(goal[0]), dtype=np.bool_)
    answer(cells, back, free, goal[0], every, everywhere, bound, far)
    to_go = np.full(len(seat_starts) - 1, np.inf)
    np.minimum.at(to_go, members, far)
    bound = to_go[members]
    least = np.full(len(factor), np.inf)

    def some(first: int, last: int) -> None:
        answer_all(first, last, cells, cost, factor, start, goal, bound, least)

    _in_ranges(len(factor), some)
    return least


def _in_ranges(n: int, work: Callable[[int, int], None]) -> None:
    """Deal out n pieces of work to threads; which thread does what does not change the answer."""
    threads = threads_at_hand()
    borders = np.linspace(0, n, min(n, threads * RANGES_PER_THREAD) + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, borders[:-1], borders[1:]))


def _put(queue: Queue, n: int, item: int, rank: float) -> int:
    """Put an item into a queue of n, or forward if it is there; return how many there are."""
    heap, place, key = queue
    at = place[item]
    if at < 0:
        at = n
        n += 1
    key[item] = rank
    while at > 0:
        above = (at - 1) >> 1
        if key[heap[above]] <= rank:
            break
        heap[at] = heap[above]
        place[heap[at]] = at
        at = above
    heap[at] = item
    place[item] = at
    return n


def _take(queue: Queue, n: int) -> int:
    """Take the first item out of a queue of n; return it."""
    heap, place, key = queue
    first, item = heap[0], heap[n - 1]
    place[first] = -1
    n -= 1
    at = 0
    while 2 * at + 1 < n:
        child = 2 * at + 1
        if child + 1 < n and key[heap[child + 1]] < key[heap[child]]:
            child += 1
        if key[heap[child]] >= key[item]:
            break
        heap[at] = heap[child]
        place[heap[at]] = at
        at = child
    if n > 0:
        heap[at] = item
        place[item] = at
    return first


def _measure(
    first: int,
    last: int,
    roads: tuple[Ints, Ints, Floats],
    seat: Ints,
    starts: Ints,
    offset: Ints,
    costs: Floats,
) -> None:
    """Fill in the matrices of some cells."""
    n = len(roads[0]) - 1
    far = np.full(n, np.inf)
    touched = np.empty(n, dtype=np.int64)
    queue = (np.empty(n, dtype=np.int64), np.full(n, -1), np.empty(n))
    for cell in range(first, last):
        members = seat[starts[cell] : starts[cell + 1]]
        for row in range(len(members)):
            reached = walk(roads, members[row], far, touched, queue)
            begin = offset[cell] + row * len(members)
            for column in range(len(members)):
                costs[begin + column] = far[members[column]]
            for at in touched[:reached]:
                far[at] = np.inf


def _walk(
    roads: tuple[Ints, Ints, Floats], source: int, far: Floats, touched: Ints, queue: Queue
) -> int:
    """Run Dijkstra from one meeting; return how many it touched."""
    arcs, head, price = roads
    far[source] = 0.0
    touched[0] = source
    n_touched, waiting = 1, put(queue, 0, source, 0.0)
    while waiting > 0:
        node = take(queue, waiting)
        waiting -= 1
        for arc in range(arcs[node], arcs[node + 1]):
            there = far[node] + price[arc]
            to = head[arc]
            if there < far[to]:
                if far[to] == np.inf:
                    touched[n_touched] = to
                    n_touched += 1
                far[to] = there
                waiting = put(queue, waiting, to, there)
    return n_touched


def _transposed(starts: Ints, offset: Ints, cost: Floats) -> Floats:
    """Return the matrices of all cells with rows and columns exchanged."""
    back = np.empty_like(cost)
    for cell in range(len(starts) - 1):
        size = starts[cell + 1] - starts[cell]
        span = slice(offset[cell], offset[cell + 1])
        back[span] = cost[span].reshape(size, size).T.copy().ravel()
    return back


def _answer(
    cells: Cells,
    cost: Floats,
    factor: Floats,
    start: Ints,
    start_in_use: Bools,
    is_goal: Bools,
    bound: Floats,
    far: Floats,
) -> float:
    """Return the least cost from any start to the nearest goal in one state.

    `far` is filled in: what it costs to reach each member, where that may matter. `bound` is what
    each member at least has still to go. Without any goal, the search goes everywhere.
    """
    starts, _, _, sector, cell_of, seat_starts, seats = cells
    n_cells = len(sector)
    queue = (np.empty(n_cells, dtype=np.int64), np.full(n_cells, -1), np.empty(n_cells))
    fresh = np.zeros(len(far), dtype=np.bool_)
    was = np.empty(np.max(starts[1:] - starts[:-1]))
    waiting, best = 0, np.inf
    for k in range(len(start)):
        for seat in seats[seat_starts[start[k]] : seat_starts[start[k] + 1]]:
            if start_in_use[k] and factor[sector[cell_of[seat]]] < np.inf:
                far[seat] = 0.0
                fresh[seat] = True
                waiting = put(queue, waiting, cell_of[seat], 0.0)
                if is_goal[seat]:
                    best = 0.0
    while waiting > 0:
        cell = take(queue, waiting)
        waiting -= 1
        if queue[2][cell] >= best:
            break
        cross(cells, cost, factor[sector[cell]], cell, far, fresh, was)
        waiting, best = hand_on(
            cells, factor, cell, far, fresh, was, is_goal, bound, queue, waiting, best
        )
    return best


def _cross(
    cells: Cells, cost: Floats, times: float, cell: int, far: Floats, fresh: Bools, was: Floats
) -> None:
    """Carry what is new at the border of a cell through it; note in `was` what was known before."""
    starts, _, offset, _, _, _, _ = cells
    border = far[starts[cell] : starts[cell + 1]]
    is_new = fresh[starts[cell] : starts[cell + 1]]
    size = len(border)
    was[:size] = border
    for row in range(size):
        if not is_new[row]:
            continue
        is_new[row] = False
        d = border[row]
        if d < was[row]:
            continue  # it is cheaper to come there through the cell
        begin = offset[cell] + row * size
        across = cost[begin : begin + size]
        for column in range(size):  # on slices counted from 0, which become machine vectors
            border[column] = min(d + times * across[column], border[column])


def _hand_on(
    cells: Cells,
    factor: Floats,
    cell: int,
    far: Floats,
    fresh: Bools,
    was: Floats,
    is_goal: Bools,
    bound: Floats,
    queue: Queue,
    waiting: int,
    best: float,
) -> tuple[int, float]:
    """Tell the neighbours of a cell what has become cheaper at its border."""
    starts, members, _, sector, cell_of, seat_starts, seats = cells
    first = starts[cell]
    for at in range(first, starts[cell + 1]):
        value = far[at]
        if not value < was[at - first]:
            continue
        if is_goal[at] and value < best:
            best = value
        if value + bound[at] >= best:
            continue
        portal = members[at]
        for seat in seats[seat_starts[portal] : seat_starts[portal + 1]]:
            beside = cell_of[seat]
            if value < far[seat] and factor[sector[beside]] < np.inf:
                far[seat] = value
                fresh[seat] = True
                rank = value + bound[at]
                if queue[1][beside] < 0 or rank < queue[2][beside]:
                    waiting = put(queue, waiting, beside, rank)
    return waiting, best


def _answer_all(
    first: int,
    last: int,
    cells: Cells,
    cost: Floats,
    factor: Floats,
    start: tuple[Ints, Bools],
    goal: tuple[Ints, Bools],
    bound: Floats,
    least: Floats,
) -> None:
    """Answer some states."""
    seat_starts, seats = cells[5], cells[6]
    far = np.empty(len(bound))
    is_goal = np.zeros(len(bound), dtype=np.bool_)
    for state in range(first, last):
        far[:] = np.inf
        for k in range(len(goal[0])):
            for seat in seats[seat_starts[goal[0][k]] : seat_starts[goal[0][k] + 1]]:
                is_goal[seat] = is_goal[seat] or goal[1][state, k]
        least[state] = answer(
            cells, cost, factor[state], start[0], start[1][state], is_goal, bound, far
        )
        is_goal[:] = False


njit: Any = numba.njit
put, take = (njit(nogil=True)(step) for step in (_put, _take))
walk, cross = (njit(nogil=True)(step) for step in (_walk, _cross))
hand_on = njit(nogil=True)(_hand_on)
measure, transposed = (njit(nogil=True, cache=True)(step) for step in (_measure, _transposed))
answer = njit(nogil=True, cache=True)(_answer)
answer_all = njit(nogil=True, cache=True)(_answer_all)
