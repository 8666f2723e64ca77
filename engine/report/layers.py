"""Layers for a geographic information system: a GeoPackage with its styles, and GeoParquet."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from engine.report.facts import facts_of
from engine.report.folder import write_one
from engine.report.frames import layers_of, segments_layer
from engine.report.geojson import write_geojson
from engine.report.qgis import style_of

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas

    from engine.analysis.analysis import Analysis

GEOMETRY = {
    "routes": "MultiLineString",
    "segments": "LineString",
    "sites": "MultiLineString",
    "places": "Point",
    "events": "Point",
}
NO_TIME = "2000-01-01T00:00:00.000Z"
"""What the file gives as its time of change: it depends on the scenario alone, not on the clock."""
STYLES_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME
)"""


def write_geopackage(analysis: Analysis, path: Path) -> Path:
    """Write all layers with their styles, which also tell QGIS what is in force when.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    return write_one(path, lambda file: _geopackage(analysis, file))


def _geopackage(analysis: Analysis, file: Path) -> None:
    import pandas as pd
    import pyogrio

    about = facts_of(analysis)
    for name, layer in layers_of(analysis).items():
        _write_layer(layer, file, name, about.line())
    sentences = pd.DataFrame({"about": [about.title, *about.sentences()]})
    pyogrio.write_dataframe(sentences, file, layer="about", driver="GPKG", append=True)
    with closing(sqlite3.connect(file)) as package, package:
        _add_styles(package, analysis)
        package.execute("UPDATE gpkg_contents SET last_change = ?", (NO_TIME,))


def _write_layer(layer: geopandas.GeoDataFrame, file: Path, name: str, about: str) -> None:
    """Add a layer; by way of Arrow, which unlike pandas knows days that are no moments."""
    import pyarrow as pa
    import pyogrio

    table = pa.table(layer.to_arrow(index=False, geometry_encoding="WKB"))
    for at, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            table = table.set_column(at, column.name, table[column.name].cast(pa.date32()))
        elif pa.types.is_null(column.type):  # nothing in it that tells of what type it is
            table = table.set_column(at, column.name, table[column.name].cast(pa.string()))
    pyogrio.write_arrow(
        table, file, layer=name, driver="GPKG", geometry_name="geometry",
        geometry_type=GEOMETRY[name], crs="EPSG:4326", append=file.exists(),
        dataset_options={} if file.exists() else {"VERSION": "1.3"},  # what QGIS 3.22 knows
        layer_options={"DESCRIPTION": about, "IDENTIFIER": name, "GEOMETRY_NAME": "geom"},
    )  # fmt: skip


def _add_styles(package: sqlite3.Connection, analysis: Analysis) -> None:
    package.execute(STYLES_TABLE)
    package.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, ?, ?)",
        ("layer_styles", "attributes", "layer_styles"),
    )
    actors = list(analysis.scenario.actors)
    for name in GEOMETRY:
        package.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
            " update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
            (name, name, style_of(name, actors), f"supplyline: {name}", NO_TIME),
        )


def write_geoparquet(analysis: Analysis, path: Path) -> Path:
    """Write the layer of road pieces by interval as GeoParquet, with what is said of it inside.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    return write_one(path, lambda file: _geoparquet(analysis, file))


def _geoparquet(analysis: Analysis, file: Path) -> None:
    import pyarrow.parquet as pq

    segments_layer(analysis).to_parquet(file, index=False)
    table = pq.read_table(file)
    about = json.dumps(
        {key: str(value) if isinstance(value, dt.date) else value
         for key, value in vars(facts_of(analysis)).items()},
        ensure_ascii=False,
    )  # fmt: skip
    pq.write_table(
        table.replace_schema_metadata({**table.schema.metadata, b"supplyline": about}), file
    )


def write_layer_as_geojson(analysis: Analysis, path: Path) -> Path:
    """Write the layer of road pieces by interval as GeoJSON.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    return write_one(path, lambda file: write_geojson(analysis, analysis.sector_columns(), file))
