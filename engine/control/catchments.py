"""Places to ground: each covers what is nearer to it than to any other place.

On a schematic network *nearer* is along its lines, on a map in a straight line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.connectivity.traversal import Arcs, connected_parts
from engine.network.arrays import EARTH_RADIUS_M
from engine.network.paths import nearest_source, nearest_vectors, unit_vectors
from engine.network.split import interpolate, offset_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.network.arrays import Network
    from engine.network.split import Pieces

Cuts: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.float64]]"
"""Segments, and how far along each in metres, of shape (cuts,) each."""


def catchments(network: Network, ids: tuple[str, ...], node: NDArray[np.int64]) -> Catchments:
    """Divide the segments of a network among places.

    Parameters
    ----------
    network
        The network.
    ids
        The places; on a tie the earlier one has the ground.
    node
        The node of each place, shape (places,).
    """
    if not network.provenance.schematic:
        return InStraightLine(network, ids, node)
    owner, metres = nearest_source(network, node)
    reached = np.where(owner >= 0, metres, 0.0)
    to_start, to_end = reached[network.u], reached[network.v]
    meet = np.clip((to_end - to_start + network.length) / 2, 0.0, network.length)
    return AlongRoads(network, ids, owner[network.u], owner[network.v], to_start, to_end, meet)


@dataclass(frozen=True, eq=False)
class AlongRoads:
    """How the segments of a schematic network divide among places.

    On each segment the place nearest to its start has the ground up to `meet_m`, and the place
    nearest to its end the ground from there on.

    Parameters
    ----------
    network
        The network.
    ids
        The places, in alphabetical order of their ids.
    start_owner, end_owner
        Index into `ids`, -1 for no place, int64 of shape (segments,).
    to_start_m, to_end_m
        How far it is from these places to the ends of the segment, float64 of shape (segments,).
    meet_m
        Metres from the start of the segment, float64 of shape (segments,).
    """

    network: Network
    ids: tuple[str, ...]
    start_owner: NDArray[np.int64]
    end_owner: NDArray[np.int64]
    to_start_m: NDArray[np.float64]
    to_end_m: NDArray[np.float64]
    meet_m: NDArray[np.float64]

    def cuts(self, reach_m: NDArray[np.float64]) -> Cuts:
        """Return where segments have to be cut, so that each piece is covered whole or not at all.

        Parameters
        ----------
        reach_m
            Distances at which sites of each place end, float64 of shape (reaches, places); may be
            infinite.
        """
        apart = np.flatnonzero(self.start_owner != self.end_owner)
        segments, metres = [apart], [self.meet_m[apart]]
        for reach in reach_m:
            reach_or_none = np.append(reach, np.inf)  # the last one serves owner -1
            from_start = reach_or_none[self.start_owner] - self.to_start_m
            from_end = self.network.length - reach_or_none[self.end_owner] + self.to_end_m
            for position, inner in (
                (from_start, from_start < self.meet_m),
                (from_end, from_end > self.meet_m),
            ):
                segments.append(np.flatnonzero(inner))
                metres.append(position[inner])
        return np.concatenate(segments), np.concatenate(metres)

    def owners(self, pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the place in whose catchment each piece lies, and how far from it.

        Returns
        -------
        owner
            Index into the ids, -1 for none, int64 of shape (pieces,).
        metres
            From the place to the middle of the piece, float64 of shape (pieces,).
        """
        middle, parent = (pieces.from_m + pieces.to_m) / 2, pieces.parent
        near_start = middle < self.meet_m[parent]
        owner = np.where(near_start, self.start_owner[parent], self.end_owner[parent])
        from_start = self.to_start_m[parent] + middle
        from_end = self.to_end_m[parent] + pieces.parent_length_m - middle
        return owner, np.where(near_start, from_start, from_end)


@dataclass(frozen=True, eq=False)
class InStraightLine:
    """How the segments of a map divide among places: the Voronoi cells of where these stand.

    Only places to which roads lead from a segment can have it.

    Parameters
    ----------
    network
        The network.
    ids
        The places, in alphabetical order of their ids.
    node
        The node of each place, int64 of shape (places,).
    """

    network: Network
    ids: tuple[str, ...]
    node: NDArray[np.int64]

    @cached_property
    def _part(self) -> NDArray[np.int64]:
        """The connected part of each node, shape (nodes,)."""
        network = self.network
        return connected_parts(Arcs(network.u, network.v, network.n_nodes))[1]

    @cached_property
    def _at(self) -> NDArray[np.float64]:
        """Where the places stand on the unit sphere, shape (places, 3)."""
        return unit_vectors(self.network.lon[self.node], self.network.lat[self.node])

    def _nearest(
        self, segment: NDArray[np.int64], points: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the place nearest to points of segments, -1 for none, and how far it is."""
        owner, metres = np.full(len(points), -1), np.full(len(points), np.inf)
        part, part_of_place = self._part[self.network.u[segment]], self._part[self.node]
        for number in np.unique(part_of_place):
            rows, own = np.flatnonzero(part == number), np.flatnonzero(part_of_place == number)
            index, metres[rows] = nearest_vectors(points[rows], self._at[own])
            owner[rows] = own[index]
        return owner, metres

    def cuts(self, reach_m: NDArray[np.float64]) -> Cuts:
        """Return where segments have to be cut: as `AlongRoads.cuts`."""
        network, drawn = self.network, self.network.geometry
        points, segment = unit_vectors(*drawn.values.T), drawn.rows
        owner = self._nearest(segment, points)[0]
        # Cells are convex: a straight part of a line whose ends are in one cell stays in it.
        straight = np.flatnonzero(segment[1:] == segment[:-1])
        edge, share = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        seen = [np.column_stack([straight, owner[straight]])]
        seen += [np.column_stack([straight, owner[straight + 1]])]
        at = straight[owner[straight] != owner[straight + 1]]
        low, high, before, after = np.zeros(len(at)), np.ones(len(at)), owner[at], owner[at + 1]
        while len(at):
            middle = _between(points, at, self._at[before] - self._at[after], low, high)
            there = points[at] + middle[:, np.newaxis] * (points[at + 1] - points[at])
            there /= np.linalg.norm(there, axis=1, keepdims=True)
            found = self._nearest(segment[at], there)[0]
            met = (found == before) | (found == after)
            edge.append(at[met])
            share.append(middle[met])
            on = ~met  # another place is nearer there: its cell lies between
            seen.append(np.column_stack([at[on], found[on]]))
            low, high, before, after = (
                np.concatenate([low[on], middle[on]]),
                np.concatenate([middle[on], high[on]]),
                np.concatenate([before[on], found[on]]),
                np.concatenate([found[on], after[on]]),
            )
            at = np.tile(at[on], 2)
        for reach in reach_m:
            rows, shares, place = self._circle_cuts(points, np.concatenate(seen), reach)
            there = points[rows] + shares[:, np.newaxis] * (points[rows + 1] - points[rows])
            there /= np.linalg.norm(there, axis=1, keepdims=True)
            own = self._nearest(segment[rows], there)[0] == place
            edge.append(rows[own])
            share.append(shares[own])
        rows, offset = np.concatenate(edge), offset_m(network)
        begin = offset[rows]
        return segment[rows], begin + np.concatenate(share) * (offset[rows + 1] - begin)

    def _circle_cuts(
        self, points: NDArray[np.float64], seen: NDArray[np.int64], reach_m: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
        """Return where straight parts of lines cross the circles of places in whose cells they are.

        The parts are told by their first vertices; the second result is a share of each, and the
        third the place. A part may cross the circle of a place in the cell of another.
        """
        ends = (seen[:, 1] >= 0) & np.isfinite(np.append(reach_m, np.inf))[seen[:, 1]]
        edge, place = np.unique(seen[ends], axis=0).T
        from_place, along = points[edge] - self._at[place], points[edge + 1] - points[edge]
        chord = 2 * np.sin(reach_m[place] / EARTH_RADIUS_M / 2)
        square, half = (along**2).sum(axis=1), (along * from_place).sum(axis=1)
        under = half**2 - square * ((from_place**2).sum(axis=1) - chord**2)
        met = np.flatnonzero((under > 0) & (square > 0))
        root = np.sqrt(under[met])
        share = np.concatenate([-half[met] - root, -half[met] + root]) / np.tile(square[met], 2)
        inner = (share > 0) & (share < 1)
        return np.tile(edge[met], 2)[inner], share[inner], np.tile(place[met], 2)[inner]

    def owners(self, pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the place in whose cell each piece lies, and how far from it: as `AlongRoads`."""
        drawn, middle = self.network.geometry, (pieces.from_m + pieces.to_m) / 2
        offset = offset_m(self.network)
        at = interpolate(drawn.starts, offset, drawn.values, pieces.parent, middle)
        return self._nearest(pieces.parent, unit_vectors(*at.T))


def _between(
    points: NDArray[np.float64],
    edge: NDArray[np.int64],
    apart: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return which share of straight parts lies before the point half-way between two places."""
    nearer = (points[edge] * apart).sum(axis=1)
    change = nearer - (points[edge + 1] * apart).sum(axis=1)
    share = np.divide(nearer, change, out=low.copy(), where=change != 0)
    return np.clip(share, low, high)


Catchments: TypeAlias = AlongRoads | InStraightLine
