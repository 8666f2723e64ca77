"""Distances in many states at once: cells of one sector are measured once, states only combine them.

Roads of one sector that hang together are a cell. Within a cell, distances between its portals
(nodes that it shares with other cells, and the ends asked about) never change; a state only says
at what price each sector is open. So a state asks for the shortest path through a small graph of
portals, led towards the target by the distances of the wholly open network, which no state can
undercut. The answers equal Dijkstra's on the whole network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import pack, unpack
from engine.connectivity.engines import connected

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.connectivity.kernel import Ends, Kernel


@dataclass(frozen=True, eq=False)
class Overlay:
    """The graph of portals.

    Parameters
    ----------
    portal
        The nodes that are portals, sorted, int64 of shape (portals,).
    sector
        The sector of each cell, int64 of shape (cells,).
    starts
        Where the portals of each cell begin in `members`, int64 of shape (cells + 1,).
    members
        The portals of one cell after another, positions in `portal`, int64.
    offset
        Where the distances of each cell begin in `cost`, int64 of shape (cells + 1,).
    cost
        For each cell, row by row, what it costs to move from one of its portals to another within
        it; infinite where that cannot be done. float64.
    """

    portal: NDArray[np.int64]
    sector: NDArray[np.int64]
    starts: NDArray[np.int64]
    members: NDArray[np.int64]
    offset: NDArray[np.int64]
    cost: NDArray[np.float64]

    @cached_property
    def cells(self) -> tuple[NDArray[np.int64], ...]:
        """The cells as the compiled search takes them.

        Starts, members, offsets and sectors of the cells; the cell of each member; where each
        portal is a member: starts of shape (portals + 1,), and positions in `members`.
        """
        seats = np.argsort(self.members, kind="stable")
        count = np.bincount(self.members, minlength=len(self.portal))
        return (
            self.starts, self.members, self.offset, self.sector,
            np.repeat(np.arange(len(self.sector)), np.diff(self.starts)),
            np.concatenate([[0], np.cumsum(count)]), seats,
        )  # fmt: skip

    def index(self, nodes: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the positions of nodes that are portals, -1 for a node without any road."""
        at = np.minimum(np.searchsorted(self.portal, nodes), max(len(self.portal) - 1, 0))
        found = self.portal[at] == nodes if len(self.portal) else np.zeros(len(nodes), dtype=bool)
        return np.where(found, at, -1)


def build_overlay(
    kernel: Kernel,
    u: NDArray[np.integer],
    v: NDArray[np.integer],
    sector: NDArray[np.integer],
    cost: NDArray[np.float64],
    ends: NDArray[np.integer],
    *,
    oneway: NDArray[np.bool_] | None = None,
    keep: NDArray[np.bool_] | None = None,
) -> Overlay:
    """Measure the cells of a network.

    Parameters
    ----------
    kernel
        The network contracted with every road open both ways.
    u, v, sector
        The ends and the sector of each segment, integer of shape (segments,).
    cost
        What each segment costs, more than 0 (metres, seconds), float64 of shape (segments,).
    ends
        Nodes between which distances will be asked for.
    oneway
        True where a segment leads only from `u` to `v`; all lead both ways, if absent.
    keep
        Only these segments, as in the kernel.
    """
    from engine.connectivity._overlay_search import cell_costs

    rows = np.arange(len(u)) if keep is None else np.flatnonzero(keep)
    back = rows if oneway is None else rows[~oneway[rows]]
    tail = np.concatenate(
        [_meeting(kernel, u[rows], sector[rows]), _meeting(kernel, v[back], sector[back])]
    )
    head = np.concatenate(
        [_meeting(kernel, v[rows], sector[rows]), _meeting(kernel, u[back], sector[back])]
    )
    order = np.argsort(tail, kind="stable")
    n_meetings = len(kernel.meeting_node)
    arcs = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n_meetings))])
    price = np.concatenate([cost[rows], cost[back]])[order]

    shared = np.zeros(n_meetings, dtype=bool)
    same = kernel.meeting_node[1:] == kernel.meeting_node[:-1]
    shared[1:] |= same
    shared[:-1] |= same
    shared |= np.isin(kernel.meeting_node, ends)
    seat = np.flatnonzero(shared)
    seat = seat[np.argsort(kernel.meeting_vertex[seat], kind="stable")]
    size = np.bincount(kernel.meeting_vertex[seat], minlength=kernel.n_vertices)
    starts = np.concatenate([[0], np.cumsum(size)])
    offset = np.concatenate([[0], np.cumsum(size * size)])
    portal, members = np.unique(kernel.meeting_node[seat], return_inverse=True)
    costs = cell_costs(arcs, head[order], price, seat, starts, offset)
    return Overlay(portal, kernel.sector, starts, members, offset, costs)


def _meeting(
    kernel: Kernel, node: NDArray[np.integer], sector: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Return the meetings of nodes and sectors."""
    n_sectors = int(kernel.meeting_sector.max(initial=0)) + 1
    keys = kernel.meeting_node * n_sectors + kernel.meeting_sector
    return np.searchsorted(keys, node.astype(np.int64) * n_sectors + sector)


def least_costs(
    overlay: Overlay,
    kernel: Kernel,
    factor: NDArray[np.float64],
    nodes: tuple[NDArray[np.integer], NDArray[np.integer]],
    ends: tuple[Ends, Ends],
    *,
    kept: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Return what the cheapest path from any source to any target costs in each state.

    Bits tell first in which states there is a path at all; only those are searched.

    Parameters
    ----------
    overlay, kernel
        The graph of portals, and the contracted network that tells where there is a path at all.
    factor
        By how much the ground of each sector is dearer than its roads cost, 1 or more; infinite
        where it is closed: float64 of shape (sectors, states).
    nodes, ends
        Sources and targets, as nodes and as terminals of the kernel in the same order.
    kept
        In which states each target counts, bool of shape (targets, states); always, if absent.

    Returns
    -------
    numpy.ndarray
        float64 of shape (states,); infinite where there is no path.
    """
    from engine.connectivity._overlay_search import search

    is_open = np.isfinite(factor)
    n_states = factor.shape[1]
    counts = np.ones((ends[1].n, n_states), dtype=bool) if kept is None else kept
    joined = (unpack(connected(kernel, pack(is_open), *ends), n_states) & counts).any(axis=0)
    costs = np.full(n_states, np.inf)
    if not joined.any():
        return costs
    in_use = [_in_use(kernel, is_open[:, joined], side) for side in ends]
    in_use[1] &= counts[:, joined]
    sides = []
    for some, used in zip(nodes, in_use, strict=True):
        at = overlay.index(some)
        sides.append((at[at >= 0], np.ascontiguousarray(used[at >= 0].T)))
    factors = np.ascontiguousarray(factor[:, joined].T)
    costs[joined] = search(overlay.cells, overlay.cost, factors, sides[0], sides[1])
    return costs


def _in_use(kernel: Kernel, is_open: NDArray[np.bool_], ends: Ends) -> NDArray[np.bool_]:
    """Return in which states each terminal stands on open ground of its own, (terminals, states)."""
    used = np.zeros((ends.n, is_open.shape[1]), dtype=bool)
    np.logical_or.at(used, ends.terminal[ends.own], is_open[kernel.sector[ends.vertex[ends.own]]])
    return used
