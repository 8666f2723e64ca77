"""Hold the pinned versions against known vulnerabilities: ``python scripts/check_vulnerabilities.py ADVISORIES``.

ADVISORIES is a folder with records in the OSV format (YAML or JSON), such as a clone of the Python Packaging
Advisory Database: nothing is asked of the network. The day of the newest record is told, and the check fails where
that is older than the newest pinned package could be known to (`MOST_DAYS`): what an old snapshot does not know, it
cannot say. With a connection, ``make audit`` asks PyPI instead.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import Version

PINS = Path(__file__).parents[1] / "constraints.txt"
MOST_DAYS = 30


def is_hit(affected: dict[str, Any], version: str) -> bool:
    """Return whether a version is among those that a record names, or in one of its ranges."""
    if version in affected.get("versions", ()):
        return True
    at = Version(version)
    for span in affected.get("ranges", ()):
        if span["type"] != "ECOSYSTEM":
            continue
        inside = False
        for event in span["events"]:
            if "introduced" in event:
                inside = inside or at >= Version(event["introduced"])
            elif "fixed" in event:
                inside = inside and at < Version(event["fixed"])
            elif "last_affected" in event:
                inside = inside and at <= Version(event["last_affected"])
        if inside:
            return True
    return False


def main() -> None:
    """Look at every record of a pinned package."""
    folder = Path(sys.argv[1])
    pins = dict(
        line.split("==") for line in PINS.read_text(encoding="utf-8").split() if "==" in line
    )
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    newest, looked_at, hits = "", 0, defaultdict(list)
    files = [
        file for file in folder.rglob("*") if file.suffix in {".yaml", ".json"} and file.is_file()
    ]
    for file in files:
        text = file.read_text(encoding="utf-8")
        record = json.loads(text) if file.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)
        if not isinstance(record, dict) or "affected" not in record or record.get("withdrawn"):
            continue
        newest = max(newest, str(record["modified"])[:10])
        for affected in record["affected"]:
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            if package.get("ecosystem") == "PyPI" and name in pins:
                looked_at += 1
                if is_hit(affected, pins[name]):
                    hits[name].append(record["id"])
    for name, ids in hits.items():
        print(f"{name} {pins[name]}: {', '.join(sorted(set(ids)))}")
    print(
        f"{len(pins)} pinned packages, {looked_at} records of them, the newest of all of {newest or 'no day'}: {len(hits)} with a known vulnerability"
    )
    if not newest:
        sys.exit("there is no record there")
    age = (dt.date.today() - dt.date.fromisoformat(newest)).days
    if age > MOST_DAYS:
        print(f"the records end {age} days ago: this says nothing of what became known since")
    sys.exit(bool(hits) or age > MOST_DAYS)


if __name__ == "__main__":
    main()
