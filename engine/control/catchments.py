"""Places to ground: each covers what is nearer to it along the roads than to any other place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.network.paths import nearest_source

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.network.network import Network
    from engine.network.split import Pieces


@dataclass(frozen=True, eq=False)
class Catchments:
    """How the segments of a network divide among places.

    On each segment the place that owns its start covers the ground up to `start_to_m`, and the
    place that owns its end covers the ground from `end_from_m` on.

    Parameters
    ----------
    ids
        The places, in alphabetical order of their ids.
    start_owner, end_owner
        Index into `ids`, -1 for no place, int64 of shape (segments,).
    start_to_m, end_from_m
        Metres from the start of the segment, float64 of shape (segments,).
    cut_segment, cut_m
        Where segments have to be cut for this, shape (cuts,).
    """

    ids: tuple[str, ...]
    start_owner: NDArray[np.int64]
    end_owner: NDArray[np.int64]
    start_to_m: NDArray[np.float64]
    end_from_m: NDArray[np.float64]
    cut_segment: NDArray[np.int64]
    cut_m: NDArray[np.float64]


def catchments(
    network: Network, ids: tuple[str, ...], node: NDArray[np.int64], reach_m: NDArray[np.float64]
) -> Catchments:
    """Divide the segments of a network among places.

    Parameters
    ----------
    network
        The network.
    ids
        The places; on a tie the earlier one has the ground.
    node
        The node of each place, shape (places,).
    reach_m
        How far each covers ground along the roads, metres, shape (places,); may be infinite.
    """
    owner, metres = nearest_source(network, node)
    start_owner, end_owner = owner[network.u], owner[network.v]
    to_start = np.where(start_owner >= 0, metres[network.u], 0.0)
    to_end = np.where(end_owner >= 0, metres[network.v], 0.0)
    meet = np.clip((to_end - to_start + network.length) / 2, 0.0, network.length)
    reach = np.append(reach_m, 0.0)  # the last one serves owner -1
    start_to = np.minimum(meet, np.maximum(reach[start_owner] - to_start, 0.0))
    start_fits = reach[end_owner] - to_end
    end_from = np.maximum(meet, network.length - np.maximum(start_fits, 0.0))

    split_here = (start_owner != end_owner) | (start_to < meet) | (end_from > meet)
    segment = np.flatnonzero(split_here)
    return Catchments(
        ids,
        start_owner,
        end_owner,
        start_to,
        end_from,
        np.concatenate([segment, segment]),
        np.concatenate([start_to[segment], end_from[segment]]),
    )


def owner_of(places: Catchments, pieces: Pieces) -> NDArray[np.int64]:
    """Return the place that covers each piece: index into the ids, -1 for none."""
    middle, parent = (pieces.from_m + pieces.to_m) / 2, pieces.parent
    from_start = middle < places.start_to_m[parent]
    from_end = middle > places.end_from_m[parent]
    owner = np.full(len(parent), -1, dtype=np.int64)
    owner[from_end] = places.end_owner[parent][from_end]
    owner[from_start] = places.start_owner[parent][from_start]
    return owner
