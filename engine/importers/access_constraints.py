"""Logistics Cluster access constraints: an OSM extract of roads with their status.

Rows with the same status, day and notes become one report on all their OSM ways. A restricted road
is passable: it is read as open, and its restriction is kept in the note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError
from engine.importers.reports import Options, Report, shortened
from engine.io.days import Days, days_of
from engine.io.normalise import folded, tidy
from engine.io.spreadsheets import check_columns, read_sheet
from engine.io.vector import LAYERS, read_wgs84_layer

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

COLUMNS = ("osm_id", "status")
DAY_COLUMNS = ("last_update", "lastupdate", "update", "date")
NOTE_COLUMNS = ("notes", "note", "comments", "remarks")
_CLOSED = {"closed", "not passable", "impassable", "blocked", "road closed", "no access"}
_OPEN = {"open", "passable", "road open", "accessible", "no constraint", "no constraints"}
_RESTRICTED = {"restricted", "open with restrictions", "partially open", "partial", "limited"}


def read_access_constraints(path: Path, options: Options | None = None) -> list[Report]:
    """Return what each road of an extract of access constraints says.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, shapefile or CSV, with ``osm_id`` and ``status``.
    options
        ``first_day`` is the day of the extract, for rows that have no day of their own.

    Raises
    ------
    ScenarioError
        If the file cannot be read or lacks a column.
    """
    options = options or Options()
    return [_report(row, record, options) for row, record in _records(path, options)]


def _records(path: Path, options: Options) -> list[tuple[int, dict[str, object]]]:
    if path.suffix.lower() not in LAYERS:
        sheet = read_sheet(path, options.sheet)
        check_columns(path, sheet, COLUMNS)
        return [(line, dict(record)) for line, record in sheet.records()]
    frame = read_wgs84_layer(path)
    frame.columns = [str(name).lower() for name in frame.columns]
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ScenarioError(
            [Problem(f"there is no column {name!r}", str(path), field=name) for name in missing]
        )
    table = frame.drop(columns=frame.geometry.name)
    return [
        (at, {key: value for key, value in row.items() if value == value and value is not None})  # noqa: PLR0124 - a NaN is not itself
        for at, row in enumerate(table.to_dict("records"), 1)
    ]


def _report(row: int, record: dict[str, object], options: Options) -> Report:
    status = tidy(str(record.get("status", "")))
    notes = _first(record, NOTE_COLUMNS)
    text = shortened(f"way {_whole(record.get('osm_id'))} {status} {notes}")
    try:
        kind, day, way = _kind(status), _day(record, options), _way(record.get("osm_id"))
    except ValueError as error:
        return Report(row, text, refused=str(error))
    restricted = folded(status) in _RESTRICTED
    remark = "passable: the restriction is kept in the note" if restricted else ""
    values: dict[str, object] = {
        "kind": kind,
        "date": day,
        "source": "Logistics Cluster",
        "note": shortened(f"access constraints: {status}. {notes}".strip(), 500),
    }
    return Report(row, text, values, remark=remark, ways=(way,))


def _kind(status: str) -> str:
    word = folded(status)
    if word in _CLOSED:
        return "closed"
    if word in _OPEN | _RESTRICTED:
        return "reopened"
    if not word:
        raise ValueError("no status is given")
    raise ValueError(f"the status {status!r} says neither open, restricted nor closed")


def _day(record: dict[str, object], options: Options) -> dt.date:
    own = next((record[name] for name in DAY_COLUMNS if record.get(name)), None)
    if own is None:
        if options.first_day is None:
            raise ValueError("no day is given: say of which day the extract is")
        return options.first_day
    value = own.date() if hasattr(own, "date") else own
    days: Days = days_of(value, month_first=options.month_first)
    return days.last


def _way(value: object) -> int:
    try:
        number = float(str(value))
        if number.is_integer() and number:
            return int(number)
    except ValueError:
        pass
    raise ValueError(f"osm_id = {value!r} is not the number of an OSM way")


def _whole(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _first(record: dict[str, object], names: tuple[str, ...]) -> str:
    return next((str(record[name]) for name in names if record.get(name)), "")
