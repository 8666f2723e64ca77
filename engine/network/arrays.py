"""The arrays of a road network: what every other room reads, and none changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from engine.errors import NetworkError
from engine.io.cards import Card
from engine.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_009.0
"""Mean radius of the Earth in metres, the one that osmnx uses."""


@dataclass(frozen=True, eq=False)
class Labels:
    """A column of text, one code per row into a short list of distinct values.

    Parameters
    ----------
    codes
        int32, one per row.
    values
        The distinct texts; ``values[0]`` is the empty one.

    Examples
    --------
    >>> column = Labels.of(["primary", "", "primary"])
    >>> column.codes.tolist(), column[2]
    ([1, 0, 1], 'primary')
    """

    codes: NDArray[np.int32]
    values: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Labels:
        """Encode texts, one per row; the empty text gets code 0."""
        known = {"": 0}
        codes = [known.setdefault(text, len(known)) for text in texts]
        return cls(_frozen(np.array(codes, dtype=np.int32)), tuple(known))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        """Return the text of one row."""
        return self.values[self.codes[row]]

    def take(self, rows: NDArray[np.integer]) -> Labels:
        """Return the column of the given rows."""
        return Labels(_frozen(self.codes[rows]), self.values)

    def texts(self) -> NDArray[np.object_]:
        """Return the text of every row, shape (rows,)."""
        return np.array(self.values, dtype=object)[self.codes]

    def among(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """Return which rows hold one of the given values, shape (rows,)."""
        wanted = set(values)
        hit = np.array([value in wanted for value in self.values], dtype=bool)
        return hit[self.codes]


@dataclass(frozen=True, eq=False)
class Ragged:
    """Rows of unequal length in one flat array: row i is ``values[starts[i]:starts[i + 1]]``.

    Parameters
    ----------
    starts
        int64, shape (rows + 1,).
    values
        Shape (total,) or (total, k).

    Examples
    --------
    >>> rows = Ragged.of([[1, 2], [], [3]])
    >>> rows[0].tolist(), rows.rows.tolist()
    ([1, 2], [0, 0, 2])
    """

    starts: NDArray[np.int64]
    values: NDArray[Any]

    @classmethod
    def of(cls, rows: Iterable[Iterable[int]]) -> Ragged:
        """Flatten rows of integers."""
        lists = [list(row) for row in rows]
        lengths = [len(row) for row in lists]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        flat = np.array([value for row in lists for value in row], dtype=np.int64)
        return cls(_frozen(starts), _frozen(flat))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray[Any]:
        """Return one row."""
        return self.values[self.starts[row] : self.starts[row + 1]]

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of each flat value, int64 of shape (total,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def take(self, rows: NDArray[np.integer]) -> Ragged:
        """Return the given rows, in that order."""
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        flat = self.values[np.repeat(self.starts[rows], lengths) + within]
        return Ragged(_frozen(starts), _frozen(flat))


@dataclass(frozen=True)
class Place:
    """A named point.

    Parameters
    ----------
    id
        The name that scenarios use: lower case ASCII and hyphens.
    name, name_ar
        English (or transliterated) and Arabic names; either may be empty.
    kind
        The OSM value of ``place`` (or ``border_control``).
    lon, lat
        WGS 84 degrees.
    aliases
        Other names, in any script.
    names
        Pairs of language code and name for every ``name:xx`` tag.
    error_km
        How far off the coordinates may be, in km; 0 if not stated.
    source
        What kind of source the coordinates come from.
    osm_id
        The id of the OSM node, 0 if there is none.
    """

    id: str
    name: str
    name_ar: str
    kind: str
    lon: float
    lat: float
    aliases: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    error_km: float = 0.0
    source: str = ""
    osm_id: int = 0


@dataclass(frozen=True)
class Provenance:
    """Where a network comes from, for every output that shows it.

    Parameters
    ----------
    name
        What the user called it: a name in ``data/osm`` or a path.
    credit
        The attribution that its licence asks for.
    schematic
        True if the lines only stand for roads: such a network is called schematic everywhere.
    as_of
        The day of the map, ISO 8601, if known.
    remarks
        What a reader should know of how the file was understood, in sentences.
    """

    name: str
    credit: str = "© OpenStreetMap contributors, ODbL 1.0"
    schematic: bool = False
    as_of: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Network(Card):
    """A road network as immutable arrays.

    Segments run between junctions or dead ends. All coordinates are WGS 84 degrees, all
    lengths metres along the great circles between the vertices of the geometry.

    Parameters
    ----------
    node_id
        OSM ids, int64 of shape (nodes,); nodes made by a split are numbered 0.
    lon, lat
        float64 of shape (nodes,).
    u, v
        The ends of each segment as node indices, int32 of shape (segments,).
    length
        Metres, float64 of shape (segments,).
    oneway
        True where the segment may be driven only from `u` to `v`, bool of shape (segments,).
    highway, name, name_ar, alt_name, ref
        The OSM tags ``highway``, ``name``, ``name:ar``, ``alt_name`` and ``ref``.
    ways
        The OSM way ids of each segment (int64).
    geometry
        The vertices of each segment from `u` to `v`, both ends included: (lon, lat) float64.
    places
        The gazetteer of the network.
    provenance
        Where it comes from.
    minutes
        How long it takes to drive each segment, where that is stated: float64 of shape (segments,),
        NaN where it is not; empty where no segment has it.

    Raises
    ------
    NetworkError
        If the arrays do not fit one another, or there is no segment at all.

    Examples
    --------
    >>> import engine
    >>> network = engine.read_network("aleppo-schematic")
    >>> network.n_segments, round(float(network.length.sum()) / 1000)
    (182, 861)
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    u: NDArray[np.int32]
    v: NDArray[np.int32]
    length: NDArray[np.float64]
    oneway: NDArray[np.bool_]
    highway: Labels
    name: Labels
    name_ar: Labels
    alt_name: Labels
    ref: Labels
    ways: Ragged
    geometry: Ragged
    places: tuple[Place, ...] = ()
    provenance: Provenance = field(default_factory=lambda: Provenance("network"))
    minutes: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        """Check that the arrays fit one another, and freeze them."""
        if not len(self.u):
            message = tr("the network {name!r} has no road segment", name=self.provenance.name)
            raise NetworkError(message)
        for column in fields(self):
            value = getattr(self, column.name)
            if column.name in _PER_SEGMENT and len(value) != len(self.u):
                message = tr(
                    "{name} has {rows} rows for {segments} segments",
                    name=column.name,
                    rows=len(value),
                    segments=len(self.u),
                )
                raise NetworkError(message)
            if isinstance(value, np.ndarray):
                _frozen(value)
        if len(self.minutes) not in {0, len(self.u)}:
            message = tr(
                "{name} has {rows} rows for {segments} segments",
                name="minutes",
                rows=len(self.minutes),
                segments=len(self.u),
            )
            raise NetworkError(message)
        if not len(self.node_id) == len(self.lon) == len(self.lat):
            message = tr("node_id, lon and lat differ in length")
            raise NetworkError(message)
        ends = np.concatenate([self.u, self.v])
        if ends.min() < 0 or ends.max() >= len(self.node_id):
            message = tr("a segment ends at a node that is not there")
            raise NetworkError(message)

    @property
    def n_nodes(self) -> int:
        """The number of nodes."""
        return len(self.node_id)

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the name, the size and the source."""
        source = self.provenance
        lines = [
            (
                tr("roads"),
                trn(
                    "{n} segments, {km:,.0f} km",
                    "{n} segments, {km:,.0f} km",
                    self.n_segments,
                    km=self.length.sum() / 1000,
                ),
            ),
            (tr("places"), str(len(self.places))),
            (tr("credit"), source.credit),
        ]
        if source.as_of:
            lines.append((tr("map of"), source.as_of))
        if source.schematic:
            said = tr("lines stand for roads, they do not follow them")
            lines.append((tr("schematic"), said))
        return source.name, lines

    @property
    def n_segments(self) -> int:
        """The number of segments."""
        return len(self.u)

    @cached_property
    def digest(self) -> str:
        """What tells these roads and places from others wherever they were read from: a SHA-256."""
        said = [self.provenance.credit, self.provenance.schematic, self.provenance.as_of]
        places = [asdict(place) for place in self.places]
        digest = hashlib.sha256(json.dumps([said, places], ensure_ascii=False).encode())
        for name in ("node_id", "lon", "lat", *_PER_SEGMENT):
            value = getattr(self, name)
            if isinstance(value, Labels):
                digest.update(json.dumps([name, value.values], ensure_ascii=False).encode())
            arrays = {Labels: ("codes",), Ragged: ("starts", "values")}.get(type(value), ())
            for array in [getattr(value, key) for key in arrays] or [value]:
                digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
                digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Each segment as a shapely LineString (lon, lat), shape (segments,)."""
        return np.asarray(shapely.linestrings(self.geometry.values, indices=self.geometry.rows))

    @cached_property
    def line_bounds(self) -> NDArray[np.float64]:
        """West, south, east and north of each segment, shape (segments, 4)."""
        corner = self.geometry.starts[:-1]
        least = np.minimum.reduceat(self.geometry.values, corner)
        return np.hstack([least, np.maximum.reduceat(self.geometry.values, corner)])

    @cached_property
    def vertex_offset(self) -> NDArray[np.float64]:
        """Metres from the start of its segment to each vertex of the geometry, shape (vertices,)."""
        xy, starts = self.geometry.values, self.geometry.starts
        step = np.zeros(len(xy))
        step[1:] = great_circle_m(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
        step[starts[:-1]] = 0.0
        along = np.cumsum(step)
        return along - np.repeat(along[starts[:-1]], np.diff(starts))

    def take(self, segments: NDArray[np.integer]) -> Network:
        """Return the network of the given segments; nodes and their indices stay as they are."""
        columns = {name: getattr(self, name) for name in _PER_SEGMENT}
        cut = {
            name: value[segments] if isinstance(value, np.ndarray) else value.take(segments)
            for name, value in columns.items()
        }
        minutes = self.minutes[segments] if len(self.minutes) else self.minutes
        return Network(
            self.node_id, self.lon, self.lat, places=self.places, provenance=self.provenance,
            minutes=minutes, **cut,
        )  # fmt: skip


_PER_SEGMENT = (
    "u",
    "v",
    "length",
    "oneway",
    "highway",
    "name",
    "name_ar",
    "alt_name",
    "ref",
    "ways",
    "geometry",
)


def great_circle_m(
    lon1: NDArray[np.float64],
    lat1: NDArray[np.float64],
    lon2: NDArray[np.float64],
    lat2: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the haversine distance in metres between points in WGS 84 degrees."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half += np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
