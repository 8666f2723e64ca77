"""Layers for a geographic information system: a GeoPackage with its styles, and GeoParquet."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from engine.errors import check_installed
from engine.io.arguments import checked, file_named
from engine.io.atomic import write_one
from engine.language import ENGLISH, speaking
from engine.report.layers import layers_of, segments_layer, shown_spells, write_geojson
from engine.report.style import (
    CONDITION_STYLE,
    INK,
    PAPER,
    STATUS_STYLE,
    UNKNOWN_COLOUR,
    actor_colours,
    severity,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas

    from engine.analysis.analysis import Analysis


NEED_ARROW = {".gpkg": "layers of a GeoPackage", ".parquet": "GeoParquet files"}
"""By their endings, files that are written by way of Arrow, in the words of a message."""

# Styles as QGIS reads them: colours, patterns, names, and from when until when a row holds.

SEGMENT_MM, ROUTE_MM = 0.8, 3.2
"""The widths of lines."""
NAMES = 'concat("name", \'\\n\', "name_ar")'
FROM_START_TO_END = (
    '<temporal enabled="1" mode="2" startField="start" endField="end" limitMode="0" accumulate="0"'
    ' durationField="" durationUnit="min" fixedDuration="0" startExpression="" endExpression="">'
    "<fixedRange><start></start><end></end></fixedRange></temporal>"
)


NO_LABELS: Mapping[str, str] = {}


def style_of(layer: str, actors: Mapping[str, str]) -> str:
    """Return the style of a layer as QML; actors are labels by name, in the order of the scenario."""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22.0" styleCategories="Symbology|Labeling|Temporal" '
        f'labelsEnabled="{int(layer == "places")}">'
        f"{_BODY[layer](actors)}</qgis>\n"
    )


def _routes(_: Mapping[str, str]) -> str:
    return FROM_START_TO_END + _categories(
        "status",
        {
            word: _line(style.colour, ROUTE_MM, level=severity(word))
            for word, style in STATUS_STYLE.items()
        },
    )


def _segments(actors: Mapping[str, str]) -> str:
    dashes = _dashes(SEGMENT_MM)
    named = {
        actor: _line(colour, SEGMENT_MM, dashes) for actor, colour in actor_colours(actors).items()
    }
    return FROM_START_TO_END + _categories("holder", named, actors)


def _dashes(width_mm: float) -> str:
    """Return the expression of the dashes and gaps of a condition, in mm; none for a solid line."""
    cases = [
        f"WHEN \"condition\" = '{word}' THEN '{';'.join(f'{width_mm * n:.2f}' for n in style.dashes)}'"
        for word, style in CONDITION_STYLE.items()
        if style.dashes
    ]
    return f"CASE {' '.join(cases)} END"


def _sites(_: Mapping[str, str]) -> str:
    return _single(_line(UNKNOWN_COLOUR, 0.3))


def _places(_: Mapping[str, str]) -> str:
    return _single(_point(PAPER, INK, 1.8)) + _labels(NAMES)


def _events(_: Mapping[str, str]) -> str:
    believed = {"1": _point(INK, PAPER, 3.0), "0": _point(PAPER, INK, 3.0)}
    return FROM_START_TO_END + _categories("believed", believed)


_BODY = {
    "routes": _routes,
    "segments": _segments,
    "sites": _sites,
    "places": _places,
    "events": _events,
}


def _categories(field: str, symbols: dict[str, str], labels: Mapping[str, str] = NO_LABELS) -> str:
    rows = [
        f"<category value={quoteattr(value)} label={quoteattr(labels.get(value, value) or 'unknown')} "
        f'symbol="{number}" render="true"/>'
        for number, value in enumerate(symbols)
    ]
    drawn = [_symbol(number, layer) for number, layer in enumerate(symbols.values())]
    return (
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} symbollevels="1">'
        f"<categories>{''.join(rows)}</categories><symbols>{''.join(drawn)}</symbols></renderer-v2>"
    )


def _single(layer: str) -> str:
    return f'<renderer-v2 type="singleSymbol"><symbols>{_symbol(0, layer)}</symbols></renderer-v2>'


def _symbol(number: int, layer: str) -> str:
    kind = "marker" if 'class="SimpleMarker"' in layer else "line"
    return f'<symbol type="{kind}" name="{number}" alpha="1">{layer}</symbol>'


def _line(colour: str, width_mm: float, dashes: str = "", level: int = 0) -> str:
    """Return a line; of two, the one of the higher level is drawn on top."""
    options = {"line_color": _rgba(colour), "line_width": str(width_mm), "capstyle": "flat" if dashes else "round",
               "joinstyle": "round", "line_style": "solid"}  # fmt: skip
    return _layer("SimpleLine", options, {"customDash": dashes} if dashes else {}, level)


def _point(fill: str, edge: str, size_mm: float) -> str:
    options = {"color": _rgba(fill), "outline_color": _rgba(edge), "size": str(size_mm),
               "name": "circle", "outline_width": "0.3"}  # fmt: skip
    return _layer("SimpleMarker", options, {})


def _layer(kind: str, options: dict[str, str], by_data: dict[str, str], level: int = 0) -> str:
    props = "".join(f'<prop k="{key}" v={quoteattr(value)}/>' for key, value in options.items())
    defined = "".join(
        f'<Option name="{name}" type="Map"><Option name="active" type="bool" value="true"/>'
        f'<Option name="expression" type="QString" value={quoteattr(expression)}/>'
        '<Option name="type" type="int" value="3"/></Option>'
        for name, expression in by_data.items()
    )
    properties = f'<Option name="properties" type="Map">{defined}</Option>' if defined else ""
    return (
        f'<layer class="{kind}" enabled="1" locked="0" pass="{level}">{props}<data_defined_properties>'
        f'<Option type="Map"><Option name="name" type="QString" value=""/>{properties}'
        '<Option name="type" type="QString" value="collection"/></Option>'
        "</data_defined_properties></layer>"
    )


def _labels(expression: str) -> str:
    return (
        f'<labeling type="simple"><settings><text-style fieldName={quoteattr(expression)} '
        f'isExpression="1" fontSize="8" fontSizeUnit="Point" textColor="{_rgba(INK)}">'
        '<text-buffer bufferDraw="1" bufferSize="0.7" bufferColor="255,255,255,220"/></text-style>'
        '<placement placement="6" dist="1"/></settings></labeling>'
    )


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"


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


@checked
def write_geopackage(analysis: Analysis, path: str | os.PathLike[str]) -> Path:
    """Write all layers with their styles, which also tell QGIS what is in force when.

    Raises
    ------
    InputError
        If the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> with TemporaryDirectory() as folder:
    ...     engine.write_geopackage(analysis, Path(folder) / "castello.gpkg").name
    'castello.gpkg'
    """
    check_installed("pyarrow", NEED_ARROW[".gpkg"])
    return write_one(file_named(path, ".gpkg"), lambda file: _geopackage(analysis, file))


@speaking(ENGLISH)
def _geopackage(analysis: Analysis, file: Path) -> None:
    import pandas as pd
    import pyogrio

    about = analysis.facts
    note = filter(None, [shown_spells(analysis).note])
    sentences = pd.DataFrame({"about": [about.title, *about.sentences(), *note]})
    with _clock_stopped():
        for name, layer in layers_of(analysis).items():
            _write_layer(layer, file, name, about.line())
        pyogrio.write_dataframe(sentences, file, layer="about", driver="GPKG", append=True)
    with closing(sqlite3.connect(file)) as package, package:
        _add_styles(package, analysis)
        package.execute("UPDATE gpkg_contents SET last_change = ?", (NO_TIME,))


@contextmanager
def _clock_stopped() -> Iterator[None]:
    """Let GDAL note one time for every change.

    SQLite counts the transactions that change something. Two changes of a layer within a millisecond note the same
    time twice, which changes nothing: the count, which stands in the file, would depend on how fast the disk is.
    """
    import pyogrio

    name = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(name)
    pyogrio.set_gdal_config_options({name: NO_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: before})


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
    actors = {name: actor.label or name for name, actor in analysis.scenario.actors.items()}
    for name in GEOMETRY:
        package.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
            " update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
            (name, name, style_of(name, actors), f"supplyline: {name}", NO_TIME),
        )


@checked
def write_geoparquet(analysis: Analysis, path: str | os.PathLike[str]) -> Path:
    """Write the layer of road pieces by interval as GeoParquet, with what is said of it inside.

    Raises
    ------
    InputError
        If the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> with TemporaryDirectory() as folder:
    ...     engine.write_geoparquet(analysis, Path(folder) / "castello.parquet").name
    'castello.parquet'
    """
    check_installed("pyarrow", NEED_ARROW[".parquet"])
    return write_one(file_named(path, ".parquet"), lambda file: _geoparquet(analysis, file))


@speaking(ENGLISH)
def _geoparquet(analysis: Analysis, file: Path) -> None:
    import pyarrow.parquet as pq

    segments_layer(analysis).to_parquet(file, index=False)
    table = pq.read_table(file)
    about = json.dumps(
        {key: str(value) if isinstance(value, dt.date) else value
         for key, value in vars(analysis.facts).items()},
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
    with speaking(ENGLISH):
        return write_one(
            path, lambda file: write_geojson(analysis, analysis.sector_columns(), file)
        )
