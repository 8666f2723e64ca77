"""Control as GeoJSON: a feature for each piece of road and each time during which its state stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.report.facts import facts_of
from engine.report.map import vertices_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.analysis.analysis import Analysis

DECIMALS = 6
"""Of coordinates in degrees: about 0.1 m."""


def write_geojson(analysis: Analysis, sectors: dict[str, Any], path: Path) -> None:
    """Write the pieces of road with their states over the run, half-open from start to end."""
    facts = facts_of(analysis)
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": "control",
        "title": facts.title,
        "credit": facts.credit,
        "schematic": facts.schematic,
        "network": facts.network,
        "supplyline": facts.version,
    }
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        for row, feature in enumerate(_features(analysis, sectors)):
            file.write(",\n" if row else "\n")
            file.write(feature)
        file.write("\n]}\n")


def _features(analysis: Analysis, sectors: dict[str, Any]) -> Iterator[str]:
    ground, network = analysis.ground, analysis.ground.network
    texts = {key: getattr(network, key).texts() for key in ("name", "name_ar", "ref", "highway")}
    columns = {key: map(str, column) for key, column in sectors.items() if key != "sector"}
    spells = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    first = np.searchsorted(sectors["sector"], np.arange(ground.n_sectors + 1))
    lines = vertices_of(analysis)
    for piece, sector in enumerate(ground.sector.tolist()):
        about = {
            "segment": int(ground.pieces.parent[piece]),
            "length_m": round(float(network.length[piece]), 1),
            **{key: column[piece] for key, column in texts.items()},
            "sector": sector,
        }
        line = json.dumps(lines[piece].round(DECIMALS).tolist())
        for spell in spells[first[sector] : first[sector + 1]]:
            properties = json.dumps({**about, **spell}, ensure_ascii=False)
            yield (
                f'{{"type": "Feature", "properties": {properties}, '
                f'"geometry": {{"type": "LineString", "coordinates": {line}}}}}'
            )
