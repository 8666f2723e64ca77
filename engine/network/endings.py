"""The endings of the names of network files, which say their formats."""

from __future__ import annotations

from pathlib import Path

OSM = (".osm", ".osm.bz2", ".osm.gz", ".osm.pbf")
GRAPH = (".graphml",)
LINES = (".gpkg", ".geojson", ".shp", ".parquet")

SUFFIXES = OSM + GRAPH + LINES
"""The endings of the files that are read and written."""


def suffix_of(path: str | Path) -> str:
    """Return the ending that says the format of a file, empty if it is none of `SUFFIXES`."""
    name = Path(path).name.lower()
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")
