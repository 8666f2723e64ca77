"""The small graph, exact for connectivity, that a road network contracts to.

Segments of one sector open and close together, so those of a sector that hang together are one
vertex. A few hundred vertices stand for hundreds of thousands of segments. Where one-way streets
are respected, only the strongly connected parts of a sector contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.traversal import Arcs, connected_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Kernel:
    """A contracted network.

    A *meeting* is a node together with a sector that has a segment there; it belongs to one vertex.

    Parameters
    ----------
    sector
        The sector of each vertex, int64 of shape (vertices,).
    tail, head
        The arcs, sorted by head: who is at an open tail can move on to an open head; int64 of
        shape (arcs,).
    meeting_node, meeting_sector, meeting_vertex
        The meetings, sorted by node and sector, int64 of shape (meetings,).
    """

    sector: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    meeting_node: NDArray[np.int64]
    meeting_sector: NDArray[np.int64]
    meeting_vertex: NDArray[np.int64]

    @property
    def n_vertices(self) -> int:
        """The number of vertices."""
        return len(self.sector)

    @cached_property
    def heads(self) -> NDArray[np.int64]:
        """The vertices that an arc leads to, int64 of shape (heads,)."""
        return self.head[self.head_starts]

    @cached_property
    def head_starts(self) -> NDArray[np.int64]:
        """The first arc of each of `heads`, int64 of shape (heads,)."""
        return np.flatnonzero(np.diff(self.head, prepend=-1))


@dataclass(frozen=True, eq=False)
class Ends:
    """Where paths may begin or end: terminals, each a node with ground of its own.

    Parameters
    ----------
    terminal
        The terminal of each row, int64 of shape (rows,).
    vertex
        A vertex that meets the node of the terminal.
    own
        True where the ground of that vertex belongs to the terminal's own site: the terminal is
        usable in a state in which any of these is open.
    n
        The number of terminals.
    """

    terminal: NDArray[np.int64]
    vertex: NDArray[np.int64]
    own: NDArray[np.bool_]
    n: int


def build_kernel(
    u: NDArray[np.integer],
    v: NDArray[np.integer],
    sector: NDArray[np.integer],
    *,
    oneway: NDArray[np.bool_] | None = None,
    keep: NDArray[np.bool_] | None = None,
) -> Kernel:
    """Contract a network to its kernel.

    Parameters
    ----------
    u, v
        The nodes that each segment joins, integer of shape (segments,).
    sector
        The sector of each segment, integer of shape (segments,).
    oneway
        True where a segment leads only from `u` to `v`, bool of shape (segments,); if absent, all
        lead both ways.
    keep
        Only these segments, bool of shape (segments,).
    """
    rows = slice(None) if keep is None else np.flatnonzero(keep)
    u, v, sector = (np.asarray(column, dtype=np.int64)[rows] for column in (u, v, sector))
    node, meeting_sector, tail, head = _meetings(u, v, sector)
    back = None if oneway is None else ~oneway[rows]
    n_vertices, vertex = _contracted(tail, head, back, len(node))

    sector_of_vertex = np.empty(n_vertices, dtype=np.int64)
    sector_of_vertex[vertex] = meeting_sector
    turn_tail, turn_head = _turns(node)
    tails, heads = [vertex[turn_tail]], [vertex[turn_head]]
    if back is not None:
        tails += [vertex[tail], vertex[head[back]]]
        heads += [vertex[head], vertex[tail[back]]]
    arcs = distinct_arcs(np.concatenate(tails), np.concatenate(heads), n_vertices)
    return Kernel(sector_of_vertex, *arcs, node, meeting_sector, vertex)


def _meetings(
    u: NDArray[np.int64], v: NDArray[np.int64], sector: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return node and sector of each meeting, and the meetings at the two ends of each segment.

    Few nodes have segments of several sectors: only those are sorted.
    """
    n_nodes = int(max(u.max(initial=-1), v.max(initial=-1))) + 1
    n_sectors = int(sector.max(initial=0)) + 1
    a_sector = np.full(n_nodes, -1, dtype=np.int64)
    a_sector[u], a_sector[v] = sector, sector
    mixed = np.zeros(n_nodes, dtype=bool)
    for end in (u, v):
        mixed[end[a_sector[end] != sector]] = True
    at = [np.flatnonzero(mixed[end]) for end in (u, v)]
    several = [end[row] * n_sectors + sector[row] for end, row in zip((u, v), at, strict=True)]
    single = np.flatnonzero((a_sector >= 0) & ~mixed)
    keys = np.sort(
        np.concatenate([single * n_sectors + a_sector[single], np.unique(np.concatenate(several))])
    )
    node, meeting_sector = np.divmod(keys, n_sectors)
    meeting_of = np.empty(n_nodes, dtype=np.int64)
    meeting_of[node] = np.arange(len(node))
    ends = [meeting_of[u], meeting_of[v]]
    for end, row, key in zip(ends, at, several, strict=True):
        end[row] = np.searchsorted(keys, key)
    return node, meeting_sector, ends[0], ends[1]


def _contracted(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    back: NDArray[np.bool_] | None,
    n_meetings: int,
) -> tuple[int, NDArray[np.int64]]:
    """Return how many vertices the segments contract to, and the vertex of each meeting.

    Where `back` says which segments also lead back, only strongly connected parts contract.
    """
    if back is not None:
        tail, head = np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]])
    return connected_parts(Arcs(tail, head, n_meetings), strong=back is not None)


def _turns(node: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the moves from one meeting to another at the same node, both ways."""
    tails, heads = [], []
    step = 1
    while True:
        first = np.flatnonzero(node[step:] == node[:-step])
        if not len(first):
            break
        tails += [first, first + step]
        heads += [first + step, first]
        step += 1
    none = np.empty(0, dtype=np.int64)
    return np.concatenate([none, *tails]), np.concatenate([none, *heads])


def distinct_arcs(
    tail: NDArray[np.int64], head: NDArray[np.int64], n_vertices: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct arcs between different vertices, sorted by head and tail."""
    apart = tail != head
    head, tail = np.divmod(np.unique(head[apart] * n_vertices + tail[apart]), n_vertices)
    return tail, head


def ends_at(kernel: Kernel, nodes: NDArray[np.integer], own_sectors: NDArray[np.bool_]) -> Ends:
    """Return one terminal for each node, with the same ground of its own.

    Parameters
    ----------
    kernel
        The kernel to attach to.
    nodes
        The nodes, integer of shape (nodes,).
    own_sectors
        The sectors that the terminals' site covers, bool of shape (sectors,).
    """
    low = np.searchsorted(kernel.meeting_node, nodes, side="left")
    high = np.searchsorted(kernel.meeting_node, nodes, side="right")
    counts = high - low
    terminal = np.repeat(np.arange(len(nodes)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + low[terminal]
    own = own_sectors[kernel.meeting_sector[row]]
    return Ends(terminal, kernel.meeting_vertex[row], own, len(nodes))


def join_ends(parts: list[Ends]) -> Ends:
    """Return the terminals of all parts as one set, numbered on from part to part."""
    shift = np.cumsum([0, *(part.n for part in parts)])
    return Ends(
        np.concatenate([part.terminal + at for part, at in zip(parts, shift, strict=False)]),
        np.concatenate([part.vertex for part in parts]),
        np.concatenate([part.own for part in parts]),
        int(shift[-1]),
    )
