"""Draw the schematic road network of Aleppo from its two tables.

Usage::

    python scripts/make_schematic.py [TARGET]

Writes OSM XML 0.6 to TARGET (``data/osm/aleppo-schematic.osm``, if absent), as ``supplyline sketch``
does. The same tables give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.importers.sketch import sketch

DATA = Path(__file__).resolve().parents[1] / "data" / "osm"
PLACES = DATA / "aleppo-places.csv"
ROADS = DATA / "aleppo-roads.csv"
NETWORK = DATA / "aleppo-schematic.osm"


def main(target: Path = NETWORK) -> None:
    """Write the network, whole or not at all."""
    script = f"scripts/{Path(__file__).name}"
    sketch(PLACES, ROADS, target, again=True, drawn_by=script, credit="")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
