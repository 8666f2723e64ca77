"""Places to ground: each covers what is nearer to it along the roads than to any other place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.network.paths import nearest_source

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.network.arrays import Network
    from engine.network.split import Pieces


@dataclass(frozen=True, eq=False)
class Catchments:
    """How the segments of a network divide among places.

    On each segment the place nearest to its start has the ground up to `meet_m`, and the place
    nearest to its end the ground from there on.

    Parameters
    ----------
    ids
        The places, in alphabetical order of their ids.
    start_owner, end_owner
        Index into `ids`, -1 for no place, int64 of shape (segments,).
    to_start_m, to_end_m
        How far it is from these places to the ends of the segment, float64 of shape (segments,).
    meet_m
        Metres from the start of the segment, float64 of shape (segments,).
    """

    ids: tuple[str, ...]
    start_owner: NDArray[np.int64]
    end_owner: NDArray[np.int64]
    to_start_m: NDArray[np.float64]
    to_end_m: NDArray[np.float64]
    meet_m: NDArray[np.float64]


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
    owner, metres = nearest_source(network, node)
    reached = np.where(owner >= 0, metres, 0.0)
    to_start, to_end = reached[network.u], reached[network.v]
    meet = np.clip((to_end - to_start + network.length) / 2, 0.0, network.length)
    return Catchments(ids, owner[network.u], owner[network.v], to_start, to_end, meet)


def catchment_cuts(
    network: Network, places: Catchments, reach_m: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where segments have to be cut, so that each piece is covered whole or not at all.

    Parameters
    ----------
    network
        The network.
    places
        How it divides among places.
    reach_m
        Distances along the roads at which sites of each place end, float64 of shape
        (reaches, places); may be infinite.

    Returns
    -------
    segment
        The segments, int64 of shape (cuts,).
    metres
        How far along the segment, float64 of shape (cuts,).
    """
    apart = np.flatnonzero(places.start_owner != places.end_owner)
    segments, metres = [apart], [places.meet_m[apart]]
    for reach in reach_m:
        reach_or_none = np.append(reach, np.inf)  # the last one serves owner -1
        from_start = reach_or_none[places.start_owner] - places.to_start_m
        from_end = network.length - reach_or_none[places.end_owner] + places.to_end_m
        for position, inner in (
            (from_start, from_start < places.meet_m),
            (from_end, from_end > places.meet_m),
        ):
            segments.append(np.flatnonzero(inner))
            metres.append(position[inner])
    return np.concatenate(segments), np.concatenate(metres)


def owner_of(places: Catchments, pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the place in whose catchment each piece lies, and how far from it.

    Returns
    -------
    owner
        Index into the ids, -1 for none, int64 of shape (pieces,).
    metres
        Along the roads from the place to the middle of the piece, float64 of shape (pieces,).
    """
    middle, parent = (pieces.from_m + pieces.to_m) / 2, pieces.parent
    near_start = middle < places.meet_m[parent]
    owner = np.where(near_start, places.start_owner[parent], places.end_owner[parent])
    from_start = places.to_start_m[parent] + middle
    from_end = places.to_end_m[parent] + pieces.parent_length_m - middle
    return owner, np.where(near_start, from_start, from_end)
