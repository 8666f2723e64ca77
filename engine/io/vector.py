"""Files of a GIS, opened as what their endings say and as nothing else.

GDAL asks the file itself what it is. Some of its formats do nothing but name other files, or
addresses: a text of that kind, called ``roads.geojson``, would show whatever the reader's computer may
read. So the first bytes are looked at before GDAL is.
"""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.errors import Problem, ScenarioError, on_one_line, unknown_name
from engine.io.text import AREA_ENDINGS
from engine.language import listing, marked, tr, trc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import geopandas

_KML_ROOT = re.compile(rb"\s*(<\?xml[^>]*\?>)?\s*(<!--.*?-->\s*)*<(\w+:)?kml[\s>]", re.DOTALL)


def _is_geopackage(head: bytes) -> bool:
    return head.startswith(b"SQLite format 3\0") and head[68:72] in {b"GPKG", b"GP10", b"GP11"}


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _is_shapefile(head: bytes) -> bool:
    return head.startswith(b"\x00\x00\x27\x0a")


def _is_flatgeobuf(head: bytes) -> bool:
    return head.startswith(b"fgb\x03")


def _is_kml(head: bytes) -> bool:
    return _KML_ROOT.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


FORMATS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    ".gpkg": ("GeoPackage", _is_geopackage),
    ".geojson": ("GeoJSON", _is_json),
    ".json": ("GeoJSON", _is_json),
    ".shp": ("shapefile", _is_shapefile),
    ".fgb": ("FlatGeobuf", _is_flatgeobuf),
    ".kml": ("KML", _is_kml),
}
"""By the ending of a name: what it stands for, and whether the first bytes of a file are of that kind."""

_HEAD = 4096
_BESIDE_SHAPES = (".shx", ".dbf", ".prj", ".cpg", ".cst", ".qix", ".sbn", ".sbx", ".idm", ".ind")

_KIND_OF_JSON = re.compile(rb'"(elements|osm3s|features|FeatureCollection|Feature)"')


def check_is_what_it_says(path: Path) -> None:
    """Refuse a file that is not of the format that its ending says.

    Parameters
    ----------
    path
        A file whose name ends as one of `FORMATS`.

    Raises
    ------
    ValueError
        If it is something else.
    OSError
        If it cannot be read.
    """
    format_, is_one = FORMATS.get(path.suffix.lower(), (marked("file of a GIS"), lambda _: False))
    for file in (path, *_beside(path)):
        if file.exists() and not file.is_file():  # whoever opens a pipe waits for ever
            raise ValueError(tr("{name} is a folder, a device or a pipe", name=file.name))
    with path.open("rb") as opened:
        head = opened.read(_HEAD)
    if not is_one(head):
        raise ValueError(tr("it is no {format}, whatever its name says", format=tr(format_)))
    if format_ == "GeoJSON" and is_answer(path):
        raise ValueError(
            tr(
                "it is an answer of Overpass, OSM data in JSON, and no GeoJSON: as a network it is "
                "read under a name that ends in .json"
            )
        )


def is_answer(path: Path) -> bool:
    """Return whether a file of JSON is an answer of Overpass, or of OpenStreetMap's own server.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        found = _KIND_OF_JSON.search(file.read(_HEAD))
    return found is not None and found[1] in {b"elements", b"osm3s"}


def file_and_layer(path: Path) -> tuple[Path, str]:
    """Return the file that a path means, and the layer behind a ``#`` in its name, if there is one."""
    file, mark, layer = path.name.rpartition("#")
    is_layer = mark and file and not path.is_file()
    return (path.with_name(file), layer) if is_layer else (path, "")


def _beside(path: Path) -> Iterator[Path]:
    """Yield the files that a driver opens besides the one that it is given, as they may be called."""
    if path.suffix.lower() == ".shp":
        for ending in _BESIDE_SHAPES:
            yield from (path.with_suffix(ending), path.with_suffix(ending.upper()))
        yield path.with_name(f"{path.name}.xml")
    elif path.suffix.lower() == ".gpkg":
        yield from (path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))
    yield path.with_name(f"{path.name}.aux.xml")


LINES = frozenset({"LineString", "MultiLineString"})
POLYGONS = frozenset({"Polygon", "MultiPolygon"})
_SAID = {
    "LineString": marked("lines"),
    "Polygon": marked("polygons"),
    "Point": marked("points"),
}
_MIXED = frozenset({"Unknown", "GeometryCollection"})
"""Kinds of a layer that may hold any geometry."""


def layers_of(path: Path) -> dict[str, str]:
    """Return the kind of geometry of each layer of a file of a GIS: ``LineString``, ``Unknown``, ...

    Raises
    ------
    ValueError
        If it is something else than its ending says.
    Exception
        Whatever a driver raises on a file that it cannot read.
    """
    import pyogrio

    check_is_what_it_says(path)
    with _without_idle_warnings():
        listed = pyogrio.list_layers(path)
    kinds = {str(layer): _plain_kind(str(kind)) for layer, kind in listed}
    return {layer: kind for layer, kind in kinds.items() if kind != "None"}


def _plain_kind(kind: str) -> str:
    """Return a kind of geometry without its dimensions: of ``Polygon Z`` and ``2.5D Polygon`` the polygon."""
    return "".join(word for word in kind.split() if word not in _DIMENSIONS)


_DIMENSIONS = {"2.5D", "3D", "Measured", "Z", "M", "ZM"}


def read_layers(
    path: Path,
    kinds: frozenset[str],
    *,
    layer: str = "",
    first: tuple[str, ...] = (),
    encoding: str = "",
) -> geopandas.GeoDataFrame:
    """Read all layers of a kind from a file of a GIS, one below the other, in WGS 84.

    Parameters
    ----------
    path
        A file whose name ends as one of `FORMATS`.
    kinds
        The kinds of geometry that are looked for: `LINES` or `POLYGONS`.
    layer
        Only the layer of this name.
    first
        Names of layers: if the file has one of them, it is read alone.
    encoding
        The encoding of a shapefile; what it states, if absent, or else UTF-8 if that fits.

    Raises
    ------
    ValueError
        If the file is something else than its ending says, has no such layer, or an unnamed system of
        reference beside a named one.
    Exception
        Whatever a driver raises on a file that it cannot read.
    """
    import geopandas
    import pandas as pd

    known = layers_of(path)
    _check_layer(layer, known)
    wanted = [name for name, kind in known.items() if kind in kinds | _MIXED]
    wanted = [layer] if layer else [name for name in first if name in known][:1] or wanted
    if not wanted:
        said = listing(
            tr("{name} ({kind})", name=name, kind=kind) for name, kind in known.items()
        ) or trc("of layers", "none")
        looked_for = listing((tr(text) for kind, text in _SAID.items() if kind in kinds), "or")
        raise ValueError(
            tr("it has no layer of {kinds}; its layers are: {names}", kinds=looked_for, names=said)
        )
    frames = [_read_layer(path, name, encoding) for name in wanted]
    frames = [frame.to_crs(4326) if frame.crs is not None else frame for frame in frames]
    if len(frames) == 1:
        return frames[0]
    if len({frame.crs is None for frame in frames}) > 1:
        raise ValueError(tr("some of its layers name a system of reference, and some do not"))
    return geopandas.GeoDataFrame(pd.concat(frames, ignore_index=True))


def _check_layer(layer: str, known: dict[str, str]) -> None:
    if layer and layer not in known:
        raise ValueError(str(unknown_name("layer", layer, known)))


def _read_layer(
    path: Path, layer: str, encoding: str = "", **options: Any
) -> geopandas.GeoDataFrame:
    """Read one layer; a shapefile that does not say its encoding is in UTF-8 if that fits."""
    import geopandas

    with _without_idle_warnings():
        if path.suffix.lower() == ".shp" and encoding:
            return geopandas.read_file(path, layer=layer, encoding=encoding, **options)
        if path.suffix.lower() == ".shp" and not _says_encoding(path):
            with suppress(UnicodeDecodeError):  # else the encoding that GDAL assumes
                return geopandas.read_file(path, layer=layer, encoding="UTF-8", **options)
        return geopandas.read_file(path, layer=layer, **options)


@contextmanager
def _without_idle_warnings() -> Iterator[None]:
    """Keep GDAL from warning of what changes nothing, and show the text of files that it quotes."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
    for one in told:
        if not (message := str(one.message)).startswith(_IDLE):
            warnings.warn(on_one_line(message), one.category, stacklevel=4)


_IDLE = ("Measured (M) geometry types", "Several features with id")
"""Warnings of what changes nothing: measures along lines, numbers of rows."""


def encoding_remark(path: Path) -> str:
    """Return what to say of a file of which nobody says in which encoding its texts are."""
    if path.suffix.lower() != ".shp" or _says_encoding(path):
        return ""
    return tr(
        "{name} does not say the encoding of its texts (it has no .cpg): UTF-8 is assumed if it "
        "fits, else ISO-8859-1; to state another, put its name into a file of that ending",
        name=path.name,
    )


def _says_encoding(path: Path) -> bool:
    """Return whether a shapefile says in which encoding its texts are."""
    beside = [path.with_suffix(suffix) for suffix in (".cpg", ".CPG", ".cst")]
    if any(file.is_file() for file in beside):
        return True
    table = next((f for s in (".dbf", ".DBF") if (f := path.with_suffix(s)).is_file()), None)
    if table is None:
        return True
    with table.open("rb") as file:
        head = file.read(32)
    return len(head) == 32 and head[29] != 0


def off_the_globe(bounds: Sequence[float]) -> str:
    """Return what is wrong with the bounds of coordinates that should be degrees; empty if nothing is."""
    west, south, east, north = bounds
    if west >= -180 and south >= -90 and east <= 180 and north <= 90:
        return ""
    lon = west if west < -180 or not east > 180 else east
    lat = south if south < -90 or not north > 90 else north
    if max(map(abs, bounds)) <= 180:
        return tr(
            "the coordinates ({lon:g}, {lat:g}) are not degrees of longitude and latitude: "
            "latitude and longitude may be swapped", lon=lon, lat=lat,
        )  # fmt: skip
    return tr(
        "the coordinates ({lon:g}, {lat:g}) are not degrees of longitude and latitude",
        lon=lon, lat=lat,
    )  # fmt: skip


def polygons_of(shapes: geopandas.GeoSeries) -> geopandas.GeoSeries:
    """Return shapes in two dimensions and valid; of a collection that holds polygons, these alone."""
    import shapely

    valid = shapes.force_2d().make_valid()
    collections = valid.geom_type == "GeometryCollection"
    for row in valid.index[collections]:
        parts = shapely.get_parts(shapely.get_parts([valid[row]]))
        polygons = parts[shapely.get_dimensions(parts) == 2]
        if len(polygons):
            valid[row] = shapely.union_all(polygons)
    return valid


# Layers of a GIS (GeoJSON, GeoPackage, shapefile), in WGS 84.

LAYERS = AREA_ENDINGS


def read_wgs84_layers(path: Path, encoding: str = "") -> list[Layer]:
    """Return every layer of a file that has shapes, with its coordinates in WGS 84 degrees.

    ``file.gpkg#layer`` means this one layer. Times are texts, as they are written: a day that is read in another time zone is another day.
    The texts of a shapefile are in `encoding`; in what it states, if absent, or else UTF-8 if that fits.

    Raises
    ------
    ScenarioError
        If the file cannot be read, has no geometry or no known coordinate system.
    """
    path, layer = file_and_layer(path)
    if not path.is_file():
        raise ScenarioError(Problem(tr("there is no such file"), str(path)))
    try:
        known = layers_of(path)
        _check_layer(layer, known)
        named = [layer] if layer else list(known)
        frames = [(n, _read_layer(path, n, encoding, datetime_as_string=True)) for n in named]
    except Exception as error:  # whatever a driver raises on a file that it cannot read
        reason = str(error).splitlines()[0]
        message = tr("the layer cannot be read ({reason})", reason=reason)
        raise ScenarioError(Problem(message, str(path), expected=", ".join(LAYERS))) from error
    kept = [
        Layer(name, _in_degrees(frame, path))
        for name, frame in frames
        if "geometry" in frame and not np.isnan(frame.total_bounds).all()
    ]
    if not kept:
        raise ScenarioError(Problem(tr("the file has no geometry"), str(path)))
    return kept


class Layer(NamedTuple):
    """A layer of a file: its name and its rows; ``frame.attrs["mended"]`` tells whose shapes were mended."""

    name: str
    frame: geopandas.GeoDataFrame

    def rows(self) -> list[dict[str, Any]]:
        """Return the cells of each row that are not empty, by column, without the shape."""
        table = self.frame.drop(columns=self.frame.geometry.name)
        rows = (
            {str(key): _plain(cell) for key, cell in row.items()}
            for row in table.to_dict("records")
        )
        return [
            {key: cell for key, cell in row.items() if cell is not None and cell == cell}  # noqa: PLR0124 - a NaN is not itself
            for row in rows
        ]


def _plain(cell: Any) -> Any:
    """Return a cell, a list of several values as a text."""
    return "; ".join(map(str, cell.tolist())) if isinstance(cell, np.ndarray) else cell


def _in_degrees(frame: geopandas.GeoDataFrame, path: Path) -> geopandas.GeoDataFrame:
    if frame.crs is not None:
        frame = frame.to_crs(4326)
    if reason := off_the_globe(frame.total_bounds):
        expected = tr("WGS 84, or a stated system")
        raise ScenarioError(Problem(reason, str(path), expected=expected))
    crossed = ~(frame.geometry.is_valid | frame.geometry.isna()).to_numpy()
    mended = frame.set_geometry(polygons_of(frame.geometry))
    mended.attrs["mended"] = crossed.tolist()
    return mended
