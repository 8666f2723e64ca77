"""Layers of a GIS (GeoJSON, GeoPackage, shapefile), in WGS 84."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import gis_files
from engine.errors import Problem, ScenarioError
from engine.scenario.files import AREA_ENDINGS

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas

LAYERS = AREA_ENDINGS


def read_layer(path: Path) -> geopandas.GeoDataFrame:
    """Return a layer with its coordinates in WGS 84 degrees.

    Raises
    ------
    ScenarioError
        If the file cannot be read, has no geometry or no known coordinate system.
    """
    import geopandas

    if not path.is_file():
        raise ScenarioError(Problem("there is no such file", str(path)))
    try:
        frame = gis_files.read_layer(path)
    except Exception as error:  # whatever a driver raises on a file that it cannot read
        message = f"the layer cannot be read ({str(error).splitlines()[0]})"
        raise ScenarioError(Problem(message, str(path), expected=", ".join(LAYERS))) from error
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.geometry.isna().all():
        raise ScenarioError(Problem("the file has no geometry", str(path)))
    if frame.crs is not None:
        frame = frame.to_crs(4326)
    west, south, east, north = frame.total_bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        message = f"the coordinates ({west:g}, {south:g}) are not degrees"
        raise ScenarioError(Problem(message, str(path), expected="WGS 84, or a stated system"))
    return frame
