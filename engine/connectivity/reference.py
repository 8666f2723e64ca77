"""Which ends are connected in which states: 64 states to a word, in plain NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.connectivity.kernel import Ends, Kernel

FROM_CHANGES = 100_000
"""With so many arcs times words, only what lies ahead of a change is looked at again."""
FROM_ARCS = 20_000
"""The same with so many arcs: the path through them is long, however few the states."""


def connected(
    kernel: Kernel, open_sectors: NDArray[np.uint64], sources: Ends, targets: Ends
) -> NDArray[np.uint64]:
    """Return in which states each target can be reached from any source.

    Parameters
    ----------
    kernel
        The contracted network.
    open_sectors
        The states, packed: bit s of word w tells whether the sector is open in state 64 w + s;
        uint64 of shape (sectors, words).
    sources, targets
        Where paths begin and end.

    Returns
    -------
    numpy.ndarray
        uint64 of shape (targets, words).
    """
    if not kernel.n_vertices:
        return np.zeros((targets.n, open_sectors.shape[1]), dtype=np.uint64)
    return _arrivals(kernel, open_sectors[kernel.sector], sources, targets)[1]


def _arrivals(
    kernel: Kernel, is_open: NDArray[np.uint64], sources: Ends, targets: Ends
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return in which states each vertex, and each target, is reached from the sources."""
    reached = np.zeros_like(is_open)
    start = usable(sources, is_open)[sources.terminal] & is_open[sources.vertex]
    np.bitwise_or.at(reached, sources.vertex, start)
    spread(kernel, is_open, reached)
    arrived = _any_by_terminal(targets, reached[targets.vertex])
    return reached, arrived & usable(targets, is_open)


def usable(ends: Ends, is_open: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return in which states each terminal stands on open ground of its own, (terminals, words)."""
    own = np.where(ends.own[:, np.newaxis], is_open[ends.vertex], np.uint64(0))
    return _any_by_terminal(ends, own)


def spread(kernel: Kernel, is_open: NDArray[np.uint64], reached: NDArray[np.uint64]) -> None:
    """Move along the arcs over open vertices until nothing new is reached; change `reached`.

    Parameters
    ----------
    kernel
        The contracted network.
    is_open, reached
        In which states each vertex is open, and is reached: uint64 of shape (vertices, words).
    """
    if not len(kernel.tail):
        return
    if len(kernel.tail) >= FROM_ARCS or len(kernel.tail) * is_open.shape[1] >= FROM_CHANGES:
        spread_from_changes(kernel, is_open, reached)
        return
    heads, starts = kernel.heads, kernel.head_starts
    open_heads = is_open[heads]
    while True:
        before = reached[heads]
        after = np.bitwise_or.reduceat(reached[kernel.tail], starts, axis=0)
        after &= open_heads
        after |= before
        if np.array_equal(after, before):
            return
        reached[heads] = after


def spread_from_changes(
    kernel: Kernel, is_open: NDArray[np.uint64], reached: NDArray[np.uint64]
) -> None:
    """Do the same as `spread`, looking in each round only at what lies ahead of the last change."""
    heads, starts = kernel.heads, kernel.head_starts
    length = np.diff(starts, append=len(kernel.tail))
    changed: NDArray[np.bool_] = np.asarray(reached.any(axis=1))
    while True:
        ahead = np.flatnonzero(np.logical_or.reduceat(changed[kernel.tail], starts))
        if not len(ahead):
            return
        first = np.cumsum(length[ahead]) - length[ahead]
        arcs = np.repeat(starts[ahead] - first, length[ahead])
        arcs += np.arange(len(arcs))
        vertex = heads[ahead]
        before = reached[vertex]
        after = np.bitwise_or.reduceat(reached[kernel.tail[arcs]], first, axis=0)
        after &= is_open[vertex]
        after |= before
        new = (after != before).any(axis=1)
        changed[:] = False
        changed[vertex[new]] = True
        reached[vertex[new]] = after[new]


def _any_by_terminal(ends: Ends, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    found = np.zeros((ends.n, words.shape[1]), dtype=np.uint64)
    np.bitwise_or.at(found, ends.terminal, words)
    return found


def blocking_vertices(
    kernel: Kernel,
    is_open: NDArray[np.uint64],
    sources: Ends,
    targets: Ends,
    kept: NDArray[np.uint64] | None = None,
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the closed vertices at which every path from the sources ends, and where one leads on.

    As long as none of these vertices opens, no target is connected in a state where none is.

    Parameters
    ----------
    kernel
        The contracted network.
    is_open
        In which states each vertex is open, uint64 of shape (vertices, words).
    sources, targets
        Where paths begin and end.
    kept
        In which states each target counts, uint64 of shape (targets, words); always, if absent.

    Returns
    -------
    blocking, connected
        In which states each vertex is such a one, uint64 of shape (vertices, words), and in which a target is
        connected, (words,).
    """
    reached, arrived = _arrivals(kernel, is_open, sources, targets)
    if kept is not None:
        arrived &= kept
    ahead = np.zeros_like(is_open)
    if len(kernel.tail):
        ahead[kernel.heads] = np.bitwise_or.reduceat(reached[kernel.tail], kernel.head_starts)
    ahead[sources.vertex] = ~np.uint64(0)
    return ahead & ~is_open, np.bitwise_or.reduce(arrived, axis=0)
