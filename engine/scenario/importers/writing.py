"""What an import writes beside a scenario: events, new ground, and what became of each row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engine.scenario.model import Event

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario.importers.take import Import

MARK = "# Written by supplyline import"
"""How a file begins that an import may replace."""


def write_import(folder: Path, name: str, what: str, result: Import) -> list[Path]:
    """Write the files of an import whole, and return them.

    Parameters
    ----------
    folder
        That of the scenario.
    name
        How the names of the files begin.
    what
        What was imported, for the reader of the files.
    result
        What it came to.
    """
    from engine.report.folder import write_whole

    written: list[Path] = []
    if result.areas:
        areas = [f"{site}.geojson" for site in result.areas]
        written += write_whole(folder / f"{name}-areas", areas, lambda at: _areas(at, result))
    names = [f"{name}-rows.csv"]
    if result.events or (folder / f"{name}.toml").exists():
        names += [f"{name}.csv", f"{name}.toml"]
    return written + write_whole(folder, names, lambda at: _tables(at, name, what, result))


def _areas(folder: Path, result: Import) -> None:
    import shapely

    for site, shape in result.areas.items():
        geometry = json.loads(shapely.to_geojson(shape))
        feature = {"type": "Feature", "properties": {"site": site}, "geometry": geometry}
        (folder / f"{site}.geojson").write_text(json.dumps(feature), encoding="utf-8")


def _tables(folder: Path, name: str, what: str, result: Import) -> None:
    from engine.report.cells import write_csv

    rows = ((row.row, row.text, row.event, row.site, row.why) for row in result.rows)
    write_csv(folder / f"{name}-rows.csv", ("row", "text", "event", "site", "why"), rows)
    columns = ["id"] + [
        key
        for key in Event.model_fields
        if key != "id" and any(_cell(event, key) != "" for event in result.events)
    ]
    cells = ([_cell(event, key) for key in columns] for event in result.events)
    write_csv(folder / f"{name}.csv", columns, cells)
    (folder / f"{name}.toml").write_text(_include_file(name, what, result), encoding="utf-8")


def _cell(event: Event, key: str) -> object:
    value = getattr(event, key)
    if key not in event.model_fields_set or value is None:
        return ""
    return ";".join(value) if isinstance(value, tuple) else value


def _include_file(name: str, what: str, result: Import) -> str:
    """Return the text of the file that the scenario includes."""
    refused = sum(not row.event for row in result.rows)
    lines = [
        f"{MARK} from the {json.dumps(what, ensure_ascii=False)[1:-1]}.",
        (
            f"# {len(result.rows) - refused} of {len(result.rows)} rows were taken; why the others were "
            f"not stands in {name}-rows.csv."
        ),
        "",
        f'events = "{name}.csv"',
    ]
    for site in result.sites:
        lines += ["", "[[sites]]", f"id = {json.dumps(site.id)}"]
        if site.ways:
            lines.append(f"ways = {list(site.ways)}")
        if site.between:
            lines.append(f"between = {json.dumps(list(site.between))}")
        if site.area:
            lines.append(f"area = {json.dumps(f'{name}-areas/{site.area}')}")
    return "\n".join(lines) + "\n"
