"""The results of a run as files: tables, layers and pictures in one folder, whole or not at all."""

from __future__ import annotations

import json
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.analysis.analysis import EVIDENCE_COLUMNS, SPELL_COLUMNS
from engine.io.arguments import checked
from engine.io.atomic import write_whole
from engine.language import ENGLISH, speaking
from engine.report.canvas import save_picture
from engine.report.csv import write_csv
from engine.report.datapackage import MANIFEST, write_manifest
from engine.report.figures import map_slide, timeline_slide
from engine.report.layers import shown_spells, write_geojson
from engine.report.status_table import COLUMNS, probability_rows, refuse_means

if TYPE_CHECKING:
    import os

    import xarray as xr

    from engine.analysis.analysis import Analysis

STATUS, PROBABILITY, SUMMARY = "status.csv", "probability.csv", "summary.json"
OUTPUTS = (
    STATUS,
    "control.csv",
    "control.geojson",
    SUMMARY,
    "timeline.png",
    "map.png",
    MANIFEST,
)


@checked
def write_results(
    analysis: Analysis, folder: str | os.PathLike[str], chances: xr.Dataset | None = None
) -> list[Path]:
    """Write the results of an analysis.

    Parameters
    ----------
    analysis
        What to write.
    folder
        Where; it is made if it is not there. Files of the same names are replaced, others stay.
    chances
        What `probabilities` returned: written as a table, too.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be written to, or the probabilities are means over periods; nothing is
        written then.

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
    refuse_means(chances)
    names = outputs(probability=chances is not None)
    return write_whole(Path(folder), names, partial(_build, analysis, names, chances))


def outputs(*, probability: bool) -> list[str]:
    """Return the names of the files of a run, the list of them last."""
    return [*OUTPUTS[:-1], *([PROBABILITY] if probability else []), OUTPUTS[-1]]


def _build(analysis: Analysis, names: list[str], chances: xr.Dataset | None, folder: Path) -> None:
    facts = analysis.facts
    with speaking(ENGLISH):
        _write_for_machines(analysis, folder)
    save_picture(timeline_slide(analysis), folder / "timeline.png", facts)
    save_picture(map_slide(analysis), folder / "map.png", facts)
    if chances is not None:
        write_csv(folder / PROBABILITY, COLUMNS, probability_rows(chances))
    write_manifest(folder, names, facts.heading())


def _write_for_machines(analysis: Analysis, folder: Path) -> None:
    sectors = analysis.sector_columns()
    write_csv(folder / STATUS, SPELL_COLUMNS, status_rows(analysis))
    write_csv(folder / "control.csv", sectors, zip(*sectors.values(), strict=True))
    write_geojson(analysis, sectors, folder / "control.geojson")
    text = json.dumps(summary(analysis), ensure_ascii=False, indent=2)
    (folder / SUMMARY).write_text(text + "\n", encoding="utf-8", newline="\n")


@speaking(ENGLISH)
def status_rows(analysis: Analysis) -> list[list[Any]]:
    """Return the rows of ``status.csv``: the spells, see `SPELL_COLUMNS`."""
    return [[row[column] for column in SPELL_COLUMNS] for row in analysis.spell_rows()]


@speaking(ENGLISH)
def summary(analysis: Analysis) -> dict[str, Any]:
    """Return the results of a run, as plain values for JSON."""
    facts, spells = analysis.facts, analysis.spell_rows()
    return {
        **facts.heading(),
        "libraries": _libraries(),
        "start": str(facts.start),
        "end": str(analysis.scenario.end),
        "routes": _by_name(analysis, spells, "route"),
        "enclaves": _by_name(analysis, spells, "enclave"),
        "events": {"count": facts.events, "believed": facts.believed},
        "unknown_share_of_length": {
            "first_day": round(analysis.unknown_share(facts.start), 6),
            "last_day": round(facts.unknown, 6),
        },
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
