"""Open a GeoPackage of the engine in QGIS: check that layers load, that styles apply, that time plays.

Runs in the Python of QGIS (Debian: ``apt-get install python3-qgis``), without a screen::

    supplyline export scenarios/castello-2014-12.toml --out layers.gpkg
    python3 scripts/check_layers_in_qgis.py layers.gpkg pictures/

It draws the map as QGIS does on the first and on the last day, to be looked at.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsDateTimeRange,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsTemporalUtils,
    QgsVectorLayer,
    QgsVectorLayerTemporalProperties,
)
from qgis.PyQt.QtCore import QDateTime, QSize
from qgis.PyQt.QtGui import QColor

TOP_TO_BOTTOM = ("events", "places", "segments", "routes", "sites")
PLAYED = {"events", "segments", "routes"}
RENDERERS = {"routes": "status", "segments": "holder", "events": "believed"}


def main(package: Path, pictures: Path) -> None:
    """Check every layer of a package, and draw two days of it."""
    application = QgsApplication([], False)
    application.initQgis()
    layers = {name: load(package, name) for name in TOP_TO_BOTTOM}
    for name, layer in layers.items():
        check(name, layer)
    first, last = span(layers["segments"])
    pictures.mkdir(parents=True, exist_ok=True)
    for day in (first, last.addDays(-1)):
        path = pictures / f"qgis-{day.date().toString('yyyy-MM-dd')}.png"
        draw(list(layers.values()), day, path)
        print(f"drew {path}")
    layers.clear()
    application.exitQgis()


def load(package: Path, name: str) -> QgsVectorLayer:
    """Load a layer as the browser of QGIS does, with the style that the package keeps for it."""
    layer = QgsVectorLayer(f"{package}|layername={name}", name, "ogr")
    if not layer.isValid():
        sys.exit(f"layer {name} does not load")
    _, styled = layer.loadDefaultStyle()
    if not styled:
        sys.exit(f"layer {name} has no default style")
    return layer


def check(name: str, layer: QgsVectorLayer) -> None:
    """Stop unless reference system, style and time of a layer are right; say what they are."""
    if layer.crs().authid() != "EPSG:4326":
        sys.exit(f"layer {name} is in {layer.crs().authid()}")
    renderer = layer.renderer()
    if name in RENDERERS and renderer.classAttribute() != RENDERERS[name]:
        sys.exit(f"layer {name} is not drawn by {RENDERERS[name]}")
    time = layer.temporalProperties()
    if (name in PLAYED) != time.isActive():
        sys.exit(f"layer {name}: the time is {'on' if time.isActive() else 'off'}")
    said = f"{name}: {layer.featureCount()} features, {renderer.type()}"
    if name in PLAYED:
        both = QgsVectorLayerTemporalProperties.ModeFeatureDateTimeStartAndEndFromFields
        if time.mode() != both or (time.startField(), time.endField()) != ("start", "end"):
            sys.exit(f"layer {name} does not take its time from start and end")
        first, last = span(layer)
        said += (
            f", {first.date().toString('yyyy-MM-dd')} until {last.date().toString('yyyy-MM-dd')}"
        )
    print(said)


def span(layer: QgsVectorLayer) -> tuple[QDateTime, QDateTime]:
    """Return from when until when a layer has something to show, as the temporal controller finds it."""
    project = QgsProject()
    project.addMapLayer(layer)
    extent = QgsTemporalUtils.calculateTemporalRangeForProject(project)
    project.takeMapLayer(layer)
    return extent.begin(), extent.end()


def draw(layers: list[QgsVectorLayer], day: QDateTime, path: Path) -> None:
    """Draw a day."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(1600, 1600))
    settings.setOutputDpi(144)
    settings.setDestinationCrs(layers[0].crs())
    extent = next(layer for layer in layers if layer.name() == "segments").extent()
    extent.scale(1.08)
    settings.setExtent(extent)
    settings.setIsTemporal(True)
    settings.setTemporalRange(QgsDateTimeRange(day, day.addDays(1), True, False))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(path))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: check_layers_in_qgis.py PACKAGE.gpkg FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
