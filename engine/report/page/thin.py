"""Which roads of a large network the page takes along: the greater ones first, whole classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.network.network import Network

MOST_KEPT = 60_000
"""About how many pieces of road a page takes along."""
MOST_DRAWN = 10_000
"""How many of them it draws at a time, and stays smooth."""
CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
)
"""Values of ``highway`` from the greatest to the least; what is not among them comes last."""


def pieces_to_keep(
    network: Network, always: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Return the pieces to take along, the rank of every piece, and what the ranks are called.

    Parameters
    ----------
    network
        The pieces of road.
    always
        Pieces that stay whatever their class, as those of routes do: their rank is 0.
    """
    rank = rank_of(network)
    rank[always] = 0
    sizes = np.cumsum(np.bincount(rank, minlength=len(CLASSES) + 2))
    most = max(int(np.searchsorted(sizes, MOST_KEPT, side="right")) - 1, int(rank.min()))
    return np.flatnonzero(rank <= most), rank, ["route", *CLASSES, "other"]


def rank_of(network: Network) -> NDArray[np.int64]:
    """Return the rank of each piece by its class: from 1 for the greatest, int64."""
    of_value = [
        CLASSES.index(base) if (base := value.removesuffix("_link")) in CLASSES else len(CLASSES)
        for value in network.highway.values
    ]
    return np.array(of_value, dtype=np.int64)[network.highway.codes] + 1
