"""Files of a GIS, opened as what their endings say and as nothing else.

GDAL asks the file itself what it is. Some of its formats do nothing but name other files, or
addresses: a text of that kind, called ``roads.geojson``, would show whatever the reader's computer may
read. So the first bytes are looked at before GDAL is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import Problem, ScenarioError
from engine.io.text import AREA_ENDINGS

if TYPE_CHECKING:
    from collections.abc import Callable
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
    format_, is_one = FORMATS.get(path.suffix.lower(), ("file of a GIS", lambda _: False))
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not is_one(head):
        raise ValueError(f"it is no {format_}, whatever its name says")


def read_layer(path: Path, **options: Any) -> geopandas.GeoDataFrame:
    """Read a layer of a file with geopandas, once it is what its ending says.

    Parameters
    ----------
    path
        A file whose name ends as one of `FORMATS`.
    options
        For `geopandas.read_file`.

    Raises
    ------
    ValueError
        If it is something else than its ending says.
    Exception
        Whatever a driver raises on a file that it cannot read.
    """
    import geopandas

    check_is_what_it_says(path)
    return geopandas.read_file(path, **options)


# Layers of a GIS (GeoJSON, GeoPackage, shapefile), in WGS 84.

LAYERS = AREA_ENDINGS


def read_wgs84_layers(path: Path) -> list[Layer]:
    """Return every layer of a file that has shapes, with its coordinates in WGS 84 degrees.

    Times are texts, as they are written: a day that is read in another time zone is another day.

    Raises
    ------
    ScenarioError
        If the file cannot be read, has no geometry or no known coordinate system.
    """
    import pyogrio

    if not path.is_file():
        raise ScenarioError(Problem("there is no such file", str(path)))
    try:
        check_is_what_it_says(path)
        names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        frames = [(n, read_layer(path, layer=n, datetime_as_string=True)) for n in names]
    except Exception as error:  # whatever a driver raises on a file that it cannot read
        message = f"the layer cannot be read ({str(error).splitlines()[0]})"
        raise ScenarioError(Problem(message, str(path), expected=", ".join(LAYERS))) from error
    kept = [
        Layer(name, _in_degrees(frame, path))
        for name, frame in frames
        if "geometry" in frame and not frame.geometry.isna().all()
    ]
    if not kept:
        raise ScenarioError(Problem("the file has no geometry", str(path)))
    return kept


class Layer(NamedTuple):
    """A layer of a file: its name and its rows."""

    name: str
    frame: geopandas.GeoDataFrame

    def rows(self) -> list[dict[str, Any]]:
        """Return the cells of each row that are not empty, by column, without the shape."""
        table = self.frame.drop(columns=self.frame.geometry.name)
        return [
            {str(key): cell for key, cell in row.items() if cell is not None and cell == cell}  # noqa: PLR0124 - a NaN is not itself
            for row in table.to_dict("records")
        ]


def _in_degrees(frame: geopandas.GeoDataFrame, path: Path) -> geopandas.GeoDataFrame:
    if frame.crs is not None:
        frame = frame.to_crs(4326)
    west, south, east, north = frame.total_bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        message = f"the coordinates ({west:g}, {south:g}) are not degrees"
        raise ScenarioError(Problem(message, str(path), expected="WGS 84, or a stated system"))
    return frame
