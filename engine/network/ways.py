"""Roads as a map draws them: ways over shared vertices, before they are cut into segments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.network.network import Labels, Ragged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

NAME_TAGS = {"name": "name", "name_ar": "name:ar", "alt_name": "alt_name", "ref": "ref"}
"""The columns of a network that are plain OSM tags."""


TEXT_TAGS = {"highway": "highway", **NAME_TAGS}
"""The columns of text of a network, with their OSM tags."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways over shared vertices.

    Parameters
    ----------
    node_id
        OSM ids of the vertices, int64 of shape (vertices,).
    lon, lat
        WGS 84 degrees, float64 of shape (vertices,).
    stays
        True where a vertex must become a node of the network, bool of shape (vertices,).
    way_id
        OSM ids, int64 of shape (ways,).
    refs
        The vertices of each way, as indices; -1 stands for a vertex that is not known.
    direction
        1 if a way may be driven only along its vertices, -1 only against them, 0 both ways; int8
        of shape (ways,).
    highway, name, name_ar, alt_name, ref
        Tags, one row per way.
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    stays: NDArray[np.bool_]
    way_id: NDArray[np.int64]
    refs: Ragged
    direction: NDArray[np.int8]
    highway: Labels
    name: Labels
    name_ar: Labels
    alt_name: Labels
    ref: Labels

    def labels(self) -> tuple[Labels, ...]:
        """Return the columns of text."""
        return (self.highway, self.name, self.name_ar, self.alt_name, self.ref)

    def kinds(self) -> NDArray[np.int64]:
        """Return a number for each way, equal where all that the engine uses is equal."""
        one_way = Labels((self.direction != 0).astype(np.int32), ("", "yes"))
        return combinations((one_way, *self.labels()))[0]


def combinations(
    columns: tuple[Labels, ...],
) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Give a number to each combination of texts that occurs.

    Returns
    -------
    number
        The combination of each row, int64 of shape (rows,).
    texts
        The texts of each combination, one per column.
    """
    number = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        if size * len(column.values) >= 2**62:
            number = np.unique(number, return_inverse=True)[1]
            size = len(number) + 1
        number = number * len(column.values) + column.codes
        size *= len(column.values)
    _, first, number = np.unique(number, return_index=True, return_inverse=True)
    texts = zip(*(column.take(first).texts().tolist() for column in columns), strict=True)
    return number, list(texts)


def barred(ways: Ways, blocked: NDArray[np.bool_]) -> Ways:
    """Cut all ways at some vertices, so that nobody passes there.

    Parameters
    ----------
    ways
        The ways.
    blocked
        The vertices, bool of shape (vertices,).

    Returns
    -------
    Ways
        At each such vertex of a way stand two new ones with the id 0, one for either side.
    """
    flat = ways.refs.values
    at = np.flatnonzero((flat >= 0) & blocked[flat])
    old = np.repeat(flat[at], 2)
    before, after = len(ways.node_id) + np.arange(len(old)).reshape(-1, 2).T
    opened = flat.copy()
    opened[at] = before
    gap = np.stack([np.full(len(at), -1), after], axis=1).ravel()
    starts = ways.refs.starts + 2 * np.searchsorted(at, ways.refs.starts)
    return replace(
        ways,
        node_id=np.append(ways.node_id, np.zeros(len(old), dtype=np.int64)),
        lon=np.append(ways.lon, ways.lon[old]),
        lat=np.append(ways.lat, ways.lat[old]),
        stays=np.append(ways.stays, np.zeros(len(old), dtype=bool)),
        refs=Ragged(starts, np.insert(opened, np.repeat(at + 1, 2), gap)),
    )


def find_rows(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of each wanted id, -1 where there is none; `ids` are sorted and distinct."""
    if not len(ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[at] == wanted, at, -1)


def clean_refs(refs: Ragged, direction: NDArray[np.int8]) -> tuple[Ragged, NDArray[np.int64]]:
    """Cut ways at unknown vertices, drop vertices that repeat at once, turn backward ways around.

    Returns
    -------
    refs
        The parts that have two vertices or more.
    way
        The way of each part, int64 of shape (parts,).
    """
    in_order = turned(refs, direction < 0)
    flat, way = in_order.values, in_order.rows
    kept = flat >= 0
    kept[1:] &= (flat[1:] != flat[:-1]) | (way[1:] != way[:-1])
    gaps = np.cumsum(flat < 0)[kept]
    flat, way = flat[kept], way[kept]
    new = np.ones(len(flat), dtype=bool)
    new[1:] = (way[1:] != way[:-1]) | (gaps[1:] != gaps[:-1])
    first = np.flatnonzero(new)
    parts = Ragged(np.append(first, len(flat)), flat)
    long_enough = np.flatnonzero(np.diff(parts.starts) > 1)
    return parts.take(long_enough), way[first[long_enough]]


def turned(refs: Ragged, turn: NDArray[np.bool_]) -> Ragged:
    """Return the rows with the marked ones back to front."""
    if not turn.any():
        return refs
    at = np.arange(len(refs.values))
    mirrored = refs.starts[refs.rows] + refs.starts[refs.rows + 1] - 1 - at
    return Ragged(refs.starts, refs.values[np.where(turn[refs.rows], mirrored, at)])


def encode(columns: Iterable[Iterable[str]]) -> tuple[Labels, ...]:
    """Encode columns of text."""
    return tuple(Labels.of(column) for column in columns)


def own_ids(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ids that are all different: 0 and what repeats become new negative numbers."""
    _, number, count = np.unique(ids, return_inverse=True, return_counts=True)
    shared = np.flatnonzero((count[number] > 1) | (ids == 0))
    own = ids.copy()
    own[shared] = min(0, int(ids.min(initial=0))) - 1 - np.arange(len(shared))
    return own
