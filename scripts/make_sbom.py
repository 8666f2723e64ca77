"""Write what a wheel brings with it, as CycloneDX JSON: ``python scripts/make_sbom.py PYTHON OUT``.

PYTHON is that of an environment into which the wheel was installed with the pinned versions, and nothing else; OUT
is the file. The same environment gives the same bytes; no path or address of this machine is in them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from engine.io.atomic import write_one

TOOL = "cyclonedx-bom==7.5.0"


def main() -> None:
    """Ask the tool, and leave out from where things were installed."""
    python, out = sys.argv[1:]
    uv = os.environ.get("UV") or str(Path(sys.executable).with_name("uv"))
    command = [
        uv,
        "tool",
        "run",
        "--quiet",
        "--from",
        TOOL,
        "cyclonedx-py",
        "environment",
        "--output-reproducible",
        "--of",
        "JSON",
    ]
    found = subprocess.run([*command, python], check=True, capture_output=True, text=True).stdout
    bill = json.loads(found)
    for component in [bill["metadata"].get("component", {}), *bill["components"]]:
        links = component.get("externalReferences", [])
        kept = [link for link in links if link["type"] != "distribution"]
        if links:
            component["externalReferences"] = kept
    text = json.dumps(bill, indent=1, ensure_ascii=False) + "\n"
    if "file://" in text:
        sys.exit("a path of this machine is in the list")
    write_one(Path(out), lambda path: path.write_text(text, encoding="utf-8"))
    print(f"wrote {out}: {len(bill['components'])} packages")


if __name__ == "__main__":
    main()
