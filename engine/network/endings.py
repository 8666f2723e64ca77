"""The endings of the names of network files, which say their formats."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

OSM = (".osm", ".osm.bz2", ".osm.gz", ".osm.pbf")
GRAPH = (".graphml",)
LINES = (".gpkg", ".geojson", ".shp", ".parquet")

JSON = (".json",)
"""What servers and browsers call an answer of Overpass, and GeoJSON too: the file says which it is."""

SUFFIXES = OSM + GRAPH + LINES
"""The endings of the files that are read and written."""

READABLE = SUFFIXES + JSON
"""The endings of the files that are read."""


def suffix_of(path: str | Path) -> str:
    """Return the ending that says the format of a file, empty if it is none of `READABLE`."""
    name = Path(path).name.lower()
    if name.endswith(ENDING):
        return ""
    return next((suffix for suffix in READABLE if name.endswith(suffix)), "")


# What is known of where a network file comes from, kept beside it as JSON.

ENDING = ".provenance.json"
LICENCE = "Open Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/"


def provenance_path(path: Path) -> Path:
    """Return where the provenance of a network file stands."""
    return path.with_name(path.name[: len(path.name) - len(suffix_of(path))] + ENDING)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_provenance(path: Path) -> dict[str, Any]:
    """Return what is known of a network file.

    Raises
    ------
    OSError, ValueError
        If nothing stands beside it, or it is not JSON.
    """
    facts = json.loads(provenance_path(path).read_text(encoding="utf-8"))
    if not isinstance(facts, dict):
        raise ValueError("a provenance is a table of facts")  # noqa: TRY004 - as for other bad JSON
    return facts
