"""What lies in a folder of results, for people and machines: ``datapackage.json`` (Frictionless Data)."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".png": "image/png",
}
DAYS = {"date", "start", "end", "last_day", "on", "since", "first", "last", "earliest", "latest",
        "reported", "until"}  # fmt: skip
NUMBERS = {"probability", "low", "high", "worlds", "confidence", "mean_confidence", "reliability",
           "spells", "events", "sector"}  # fmt: skip
"""The columns of all tables that have no text, by what they have."""


def write_manifest(folder: Path, names: Iterable[str], heading: dict[str, Any]) -> None:
    """Write what lies in a folder: each file with its size and digest, tables with their columns.

    Parameters
    ----------
    folder
        Where the files lie.
    names
        Their names, in the order in which to list them.
    heading
        What every output says of itself (`Facts.heading`).
    """
    package = {
        "$schema": PROFILE,
        "name": "supplyline-results",
        "title": heading["title"],
        "version": heading["version"],
        "sources": [{"title": heading["credit"]}],
        "supplyline": heading,
        "resources": [_resource(folder / name) for name in names if name != MANIFEST],
    }
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _resource(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    found = {
        "name": path.stem.lower().replace(" ", "-") + path.suffix.replace(".", "-"),
        "path": path.name,
        "mediatype": MEDIA_TYPES[path.suffix],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = next(csv.reader(file))
        fields = [{"name": column, "type": _type_of(column)} for column in columns]
        found |= {"type": "table", "encoding": "utf-8", "schema": {"fields": fields}}
    return found


def _type_of(column: str) -> str:
    if column in DAYS:
        return "date"
    return "number" if column in NUMBERS else "string"
