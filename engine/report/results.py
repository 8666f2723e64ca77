"""The results of a run as files: tables, layers and pictures in one folder, whole or not at all."""

from __future__ import annotations

import json
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from engine.io.atomic import write_whole
from engine.report.attribution import facts_of
from engine.report.canvas import save_picture
from engine.report.csv import write_csv
from engine.report.figures import map_slide, timeline_slide
from engine.report.layers import shown_spells, write_geojson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.analysis.analysis import Analysis

OUTPUTS = (
    "status.csv",
    "control.csv",
    "control.geojson",
    "summary.json",
    "timeline.png",
    "map.png",
)
EVIDENCE_COLUMNS = ("because", "sites", "overlooked_by", "reports")
STATUS_COLUMNS = ("route", "kind", "start", "end", "last_day", "status", *EVIDENCE_COLUMNS)


def write_results(analysis: Analysis, folder: Path) -> list[Path]:
    """Write the results of an analysis.

    Parameters
    ----------
    analysis
        What to write.
    folder
        Where; it is made if it is not there. Files of the same names are replaced, others stay.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be written to; nothing is written then.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> with TemporaryDirectory() as folder:
    ...     sorted(path.name for path in engine.write_results(analysis, Path(folder) / "run"))[:2]
    ['control.csv', 'control.geojson']
    """
    return write_whole(folder, OUTPUTS, partial(_build, analysis))


def _build(analysis: Analysis, folder: Path) -> None:
    spells, sectors = analysis.spell_rows(), analysis.sector_columns()
    write_csv(folder / "status.csv", STATUS_COLUMNS, status_rows(spells))
    write_csv(folder / "control.csv", sectors, zip(*sectors.values(), strict=True))
    write_geojson(analysis, sectors, folder / "control.geojson")
    text = json.dumps(_summary(analysis, spells), ensure_ascii=False, indent=2)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    save_picture(timeline_slide(analysis), folder / "timeline.png")
    save_picture(map_slide(analysis), folder / "map.png")


def status_rows(spells: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """Yield the rows of ``status.csv``: see `STATUS_COLUMNS`."""
    for spell in spells:
        yield [spell["id"], *(spell[column] for column in STATUS_COLUMNS[1:])]


def summary(analysis: Analysis) -> dict[str, Any]:
    """Return what a run came to, as plain values for JSON."""
    return _summary(analysis, analysis.spell_rows())


def _summary(analysis: Analysis, spells: list[dict[str, Any]]) -> dict[str, Any]:
    facts = facts_of(analysis)
    return {
        "title": facts.title,
        "network": facts.network,
        "credit": facts.credit,
        "schematic": facts.schematic,
        "map_date": facts.map_date,
        "versions": {"supplyline": facts.version, **_libraries()},
        "start": str(facts.start),
        "end": str(analysis.scenario.end),
        "known_on": facts.known_on and str(facts.known_on),
        "routes": _by_name(analysis, spells, "route"),
        "enclaves": _by_name(analysis, spells, "enclave"),
        "events": {"count": facts.events, "believed": facts.believed},
        "unknown_share_of_length": {
            "first_day": round(analysis.unknown_share(facts.start), 6),
            "last_day": round(facts.unknown, 6),
        },
        "outputs": list(OUTPUTS),
        **({"note": note} if (note := shown_spells(analysis).note) else {}),
    }


def _libraries() -> dict[str, str]:
    return {name: version(name) for name in ("numpy", "scipy", "shapely")}


def _by_name(analysis: Analysis, spells: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in spells:
        if row["kind"] != kind:
            continue
        asked = analysis.subjects[row["id"]]
        about = {"label": row["label"], "label_ar": asked.label_ar, "actor": asked.actor}
        of_name = found.setdefault(row["id"], {**about, "spells": []})
        of_name["spells"].append(
            {
                "start": str(row["start"]),
                "end": str(row["end"]),
                "last_day": str(row["last_day"]),
                "status": row["status"],
                **{column: row[column] for column in EVIDENCE_COLUMNS},
            }
        )
    return found
