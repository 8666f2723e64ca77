"""Orders of elimination, compiled by Numba: least fill, with ties broken in several ways.

The vertex whose neighbours lack the fewest paths between each other is taken out next. Many are equal in
that, and which of them goes first decides over a quarter of the steps: so several orders are made with
ties broken at random, and the best is kept. Neighbours are sets of bits, 64 to a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_TRIES = 12
EFFORT = 3_000_000
"""After so many pairs of neighbours times words of a set, no further order is tried: some 20 ms."""


def least_fill(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    last: NDArray[np.bool_],
    most: int,
    *,
    both_ways: bool,
) -> NDArray[np.int64]:
    """Return an order in which vertices may be taken out with few new paths.

    Parameters
    ----------
    tail, head
        The paths before any vertex is taken out, int64 of shape (paths,). One more vertex, with the number
        after the last, may have paths and stays.
    last
        Which vertices come last, bool of shape (vertices,).
    most
        With more pairs of neighbours than this, over all vertices, an order is given up.
    both_ways
        Whether each path leads both ways.

    Returns
    -------
    numpy.ndarray
        The vertices, int64 of shape (vertices,); none if each order that was tried has too many pairs.
    """
    n = len(last)
    out = _sets(tail, head, n + 1)
    into = _sets(head, tail, n + 1)
    random = np.random.default_rng(0)
    fewest, effort, found = most, 0, np.empty(0, dtype=np.int64)
    for number in range(MOST_TRIES):
        tie = random.permutation(n) if number else np.arange(n)
        ahead = out.copy()
        behind = ahead if both_ways else into.copy()
        pairs, order = one_order(ahead, behind, last, tie, fewest)
        if pairs < fewest:
            fewest, found = pairs, order
        effort += pairs * out.shape[1]
        if effort > EFFORT:
            break
    return found


def _sets(here: NDArray[np.int64], there: NDArray[np.int64], n: int) -> NDArray[np.uint64]:
    """Return which vertices lie on the other side of paths, uint64 of shape (vertices, words)."""
    sets = np.zeros((n, n // 64 + 1), dtype=np.uint64)
    bit = np.uint64(1) << (there % 64).astype(np.uint64)
    np.bitwise_or.at(sets, (here, there // 64), bit)
    return sets


def _one_order(
    out: NDArray[np.uint64],
    into: NDArray[np.uint64],
    last: NDArray[np.bool_],
    tie: NDArray[np.int64],
    most: int,
) -> tuple[int, NDArray[np.int64]]:
    """Return how many pairs of neighbours an order has, and the order."""
    n = len(last)
    order = np.empty(n, dtype=np.int64)
    price = np.empty(n, dtype=np.int64)
    some, marked = np.empty(n + 1, dtype=np.int64), np.empty(n + 1, dtype=np.int64)
    near = np.empty((1, out.shape[1]), dtype=np.uint64)
    pairs = 0
    for vertex in range(n):
        price[vertex] = lacking(out, into, vertex, some)
    for step in range(n):
        vertex = cheapest(price, last, tie)
        price[vertex] = -1
        order[step] = vertex
        pairs += take_out(out, into, vertex, some, near)
        if pairs >= most:
            break
        for at in range(members(near, 0, marked)):
            if marked[at] < n and price[marked[at]] >= 0:
                price[marked[at]] = lacking(out, into, marked[at], some)
    return pairs, order


def _cheapest(price: NDArray[np.int64], last: NDArray[np.bool_], tie: NDArray[np.int64]) -> int:
    """Return the vertex to take out next, of those whose price is not negative."""
    n = len(price)
    found, least = -1, 0
    for vertex in range(n):
        if price[vertex] >= 0:
            key = ((n * n if last[vertex] else 0) + price[vertex]) * n + tie[vertex]
            if found < 0 or key < least:
                found, least = vertex, key
    return found


def _take_out(
    out: NDArray[np.uint64],
    into: NDArray[np.uint64],
    vertex: int,
    some: NDArray[np.int64],
    near: NDArray[np.uint64],
) -> int:
    """Join the neighbours of a vertex; return in how many pairs, and mark whose price may change.

    That are the neighbours, and those beside one that has a new path.
    """
    pairs = 0
    near[0] = out[vertex]
    unite(near, 0, into, vertex)
    for at in range(members(into, vertex, some)):
        itself = has(out, vertex, some[at])
        is_new = unite(out, some[at], out, vertex) > itself
        drop(out, some[at], some[at])
        drop(out, some[at], vertex)
        if is_new:
            unite(near, 0, out, some[at])
            unite(near, 0, into, some[at])
        pairs -= itself
    n_into = members(into, vertex, some)
    n_out = members(out, vertex, some)
    for at in range(n_out):
        is_new = unite(into, some[at], into, vertex) > has(into, vertex, some[at])
        drop(into, some[at], some[at])
        drop(into, some[at], vertex)
        if is_new:
            unite(near, 0, out, some[at])
            unite(near, 0, into, some[at])
    return pairs + n_into * n_out


def _lacking(
    out: NDArray[np.uint64], into: NDArray[np.uint64], vertex: int, some: NDArray[np.int64]
) -> int:
    """Return how many paths there are not yet from those before a vertex to those after it."""
    found = 0
    for at in range(members(into, vertex, some)):
        for word in range(out.shape[1]):
            found += n_ones(out[vertex, word] & ~out[some[at], word])
        found -= has(out, vertex, some[at])
    return found


def _members(sets: NDArray[np.uint64], row: int, some: NDArray[np.int64]) -> int:
    """Write the members of a set down, and return how many there are."""
    n = 0
    for word in range(sets.shape[1]):
        bits = sets[row, word]
        while bits:
            others = bits & (bits - np.uint64(1))
            some[n] = 64 * word + n_ones((bits ^ others) - np.uint64(1))
            bits = others
            n += 1
    return n


def _unite(sets: NDArray[np.uint64], row: int, others: NDArray[np.uint64], other: int) -> int:
    """Add the members of another set, and return how many of them are new."""
    new = 0
    for word in range(sets.shape[1]):
        new += n_ones(others[other, word] & ~sets[row, word])
        sets[row, word] |= others[other, word]
    return new


def _has(sets: NDArray[np.uint64], row: int, member: int) -> np.int64:
    return np.int64(sets[row, member >> 6] >> np.uint64(member & 63) & np.uint64(1))


def _drop(sets: NDArray[np.uint64], row: int, member: int) -> None:
    sets[row, member >> 6] &= ~(np.uint64(1) << np.uint64(member & 63))


def _n_ones(bits: np.uint64) -> np.int64:
    """Return how many bits of a word are 1; LLVM knows the form, and makes one instruction of it."""
    twos = np.uint64(0x3333333333333333)
    bits = bits - (bits >> np.uint64(1) & np.uint64(0x5555555555555555))
    bits = (bits & twos) + (bits >> np.uint64(2) & twos)
    bits = bits + (bits >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64(bits * np.uint64(0x0101010101010101) >> np.uint64(56))


njit: Any = numba.njit
n_ones, has, drop, unite = njit(_n_ones), njit(_has), njit(_drop), njit(_unite)
members, cheapest = njit(_members), njit(_cheapest)
lacking, take_out = njit(_lacking), njit(_take_out)
one_order = njit(nogil=True, cache=True)(_one_order)
