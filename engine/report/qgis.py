"""Styles as QGIS reads them: colours, patterns, names, and from when until when a row holds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from engine.report.look import INK, STATUS_COLOUR, actor_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

PATTERN = (
    "CASE WHEN \"condition\" = 'contested' THEN 'dash' WHEN \"condition\" = 'exposed' THEN 'dot'"
    " WHEN \"condition\" = 'closed' THEN 'dash dot' ELSE 'solid' END"
)
NAMES = 'concat("name", \'\\n\', "name_ar")'
FROM_START_TO_END = (
    '<temporal enabled="1" mode="2" startField="start" endField="end" limitMode="0" accumulate="0"'
    ' durationField="" durationUnit="min" fixedDuration="0" startExpression="" endExpression="">'
    "<fixedRange><start></start><end></end></fixedRange></temporal>"
)


def style_of(layer: str, actors: Sequence[str]) -> str:
    """Return the style of a layer as QML."""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22.0" styleCategories="Symbology|Labeling|Temporal" '
        f'labelsEnabled="{int(layer == "places")}">'
        f"{_BODY[layer](actors)}</qgis>\n"
    )


def _routes(_: Sequence[str]) -> str:
    return FROM_START_TO_END + _categories(
        "status", {status: _line(colour, 3.2) for status, colour in STATUS_COLOUR.items()}
    )


def _segments(actors: Sequence[str]) -> str:
    named = {actor: _line(colour, 0.8, PATTERN) for actor, colour in actor_colours(actors).items()}
    return FROM_START_TO_END + _categories("holder", named)


def _sites(_: Sequence[str]) -> str:
    return _single(_line("#9a9a9a", 0.3))


def _places(_: Sequence[str]) -> str:
    return _single(_point("#ffffff", INK, 1.8)) + _labels(NAMES)


def _events(_: Sequence[str]) -> str:
    believed = {"1": _point(INK, "#ffffff", 3.0), "0": _point("#ffffff", INK, 3.0)}
    return FROM_START_TO_END + _categories("believed", believed)


_BODY = {
    "routes": _routes,
    "segments": _segments,
    "sites": _sites,
    "places": _places,
    "events": _events,
}


def _categories(field: str, symbols: dict[str, str]) -> str:
    rows = [
        f"<category value={quoteattr(value)} label={quoteattr(value or 'unknown')} "
        f'symbol="{number}" render="true"/>'
        for number, value in enumerate(symbols)
    ]
    drawn = [_symbol(number, layer) for number, layer in enumerate(symbols.values())]
    return (
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} symbollevels="0">'
        f"<categories>{''.join(rows)}</categories><symbols>{''.join(drawn)}</symbols></renderer-v2>"
    )


def _single(layer: str) -> str:
    return f'<renderer-v2 type="singleSymbol"><symbols>{_symbol(0, layer)}</symbols></renderer-v2>'


def _symbol(number: int, layer: str) -> str:
    kind = "marker" if 'class="SimpleMarker"' in layer else "line"
    return f'<symbol type="{kind}" name="{number}" alpha="1">{layer}</symbol>'


def _line(colour: str, width_mm: float, pattern: str = "") -> str:
    options = {"line_color": _rgba(colour), "line_width": str(width_mm), "capstyle": "flat" if pattern else "round",
               "joinstyle": "round", "line_style": "solid"}  # fmt: skip
    return _layer("SimpleLine", options, {"outlineStyle": pattern} if pattern else {})


def _point(fill: str, edge: str, size_mm: float) -> str:
    options = {"color": _rgba(fill), "outline_color": _rgba(edge), "size": str(size_mm),
               "name": "circle", "outline_width": "0.3"}  # fmt: skip
    return _layer("SimpleMarker", options, {})


def _layer(kind: str, options: dict[str, str], by_data: dict[str, str]) -> str:
    props = "".join(f'<prop k="{key}" v={quoteattr(value)}/>' for key, value in options.items())
    defined = "".join(
        f'<Option name="{name}" type="Map"><Option name="active" type="bool" value="true"/>'
        f'<Option name="expression" type="QString" value={quoteattr(expression)}/>'
        '<Option name="type" type="int" value="3"/></Option>'
        for name, expression in by_data.items()
    )
    properties = f'<Option name="properties" type="Map">{defined}</Option>' if defined else ""
    return (
        f'<layer class="{kind}" enabled="1" locked="0" pass="0">{props}<data_defined_properties>'
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
