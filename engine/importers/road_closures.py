"""What others say of roads: access constraints of the Logistics Cluster, closures of flee.

Access constraints are an OSM extract of roads with their status. Rows with the same status, day and
notes become one report on all their OSM ways. A restricted road is passable: it is read as open, and
its restriction is kept in the note.

flee is a migration model with a ``closures.csv`` (closure_type, name1, name2, start, end). Days
count from the first day of the simulation. A closed location is closed; closed links close the
shortest path between two places. Borders of countries and closures of camps are not about roads.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError
from engine.importers.reports import (
    FileRead,
    Options,
    Report,
    hidden_remarks,
    read_published,
    shortened,
)
from engine.io.spreadsheets import Cell, code_in, read_sheet, text_in
from engine.io.text import folded, tidy, whole_number_as_such
from engine.io.vector import LAYERS, encoding_remark, file_and_layer, read_wgs84_layers
from engine.language import marked, tr

if TYPE_CHECKING:
    from pathlib import Path

    from engine.importers.reports import Record
    from engine.io.days import DateReader

# Access constraints.

_DAYS = ("last_update", "lastupdate", "update", "date")
_NOTES = ("notes", "note", "comments", "remarks")
_CLOSED = {"closed", "not passable", "impassable", "blocked", "road closed", "no access"}
_OPEN = {"open", "passable", "road open", "accessible", "no constraint", "no constraints"}
_RESTRICTED = {"restricted", "open with restrictions", "partially open", "partial", "limited"}


def read_access_constraints(path: Path, options: Options | None = None) -> FileRead:
    """Return what each road of an extract of access constraints says.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, shapefile, CSV or a workbook, with ``osm_id`` and ``status``.
    options
        ``first_day`` is the day of the extract, for rows that have no day of their own.

    Raises
    ------
    ScenarioError
        If the file cannot be read or lacks a column.
    """
    options, rows, unstated = options or Options(), None, ""
    if file_and_layer(path)[0].suffix.lower() in LAYERS:
        rows = [row for layer in read_wgs84_layers(path, options.encoding) for row in layer.rows()]
        unstated = "" if options.encoding else encoding_remark(file_and_layer(path)[0])
    read = read_published(
        path,
        options,
        rows=rows,
        required=("osm_id", "status"),
        optional=(),
        also={name: name for name in (*_DAYS, *_NOTES)},
        dates=_DAYS,
        report=_of_constraints,
    )
    return replace(read, remarks=(*read.remarks, *filter(None, [unstated])))


def _of_constraints(row: int, record: Record, dates: DateReader, options: Options) -> Report:
    status = tidy(text_in(record, "status"))
    notes = next((text for name in _NOTES if (text := text_in(record, name))), "")
    text = shortened(
        tr(
            "way {way} {status} {notes}",
            way=text_in(record, "osm_id"),
            status=status,
            notes=notes,
        )
    )
    try:
        kind = _kind(status)
        day, way = _day(record, dates, options), _way(code_in(record, "osm_id"))
    except ValueError as error:
        return Report(row, text, refused=str(error))
    restricted = folded(status) in _RESTRICTED
    remark = tr("passable: the restriction is kept in the note") if restricted else ""
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
        raise ValueError(tr("no status is given"))
    message = tr("the status {status!r} says neither open, restricted nor closed", status=status)
    raise ValueError(message)


def _day(record: Record, dates: DateReader, options: Options) -> dt.date:
    own = next((record[name] for name in _DAYS if text_in(record, name)), None)
    if own is not None:
        return dates.read(own).last
    if options.first_day is None:
        raise ValueError(tr("no day is given: say of which day the extract is (--file-date)"))
    return options.first_day


def _way(text: str) -> int:
    """Return the number of a way, also as ``way/12``, ``w12`` or its address on openstreetmap.org."""
    found = re.fullmatch(
        r"(?:(?:https?://)?(?:www\.)?openstreetmap\.org/)?(?:way/|w)?(-?\d+)(?:\.0+)?",
        text,
        re.IGNORECASE,
    )
    if found and int(found[1]):
        return int(found[1])
    raise ValueError(tr("osm_id = {text!r} is not the number of an OSM way", text=text))


# flee.

_COLUMNS = ("closure_type", "name1", "name2", "closure_start", "closure_end")
_ZEROS = re.compile(r"[.,]0+$")
_NOT_ROADS = {
    "country": marked("the border of a country is not a road of the scenario"),
    "camp": marked("a closed camp says nothing about roads"),
    "idpcamp": marked("a closed camp says nothing about roads"),
}


def read_flee_closures(path: Path, options: Options | None = None) -> FileRead:
    """Return what each row of a ``closures.csv`` says.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or the first day of the simulation is not given.
    """
    options = options or Options()
    if options.first_day is None:
        message = tr("the days of the file count from the first day of its simulation")
        raise ScenarioError(Problem(message, str(path), expected=tr("that day")))
    sheet = read_sheet(
        path,
        options.sheet,
        encoding=options.encoding,
        recognised=lambda each: each.recognises(lambda names: len(_columns(tuple(names)))),
    )
    first_day = options.first_day
    at: dict[str, int] = {}
    reports = []
    for line, cells in sheet.rows:
        named = _columns(cells)
        if named:
            at = named
        elif not str(cells[0]).startswith("#"):
            reports.append(_of_flee(line, cells, at, first_day))
    return FileRead(tuple(reports), tuple(hidden_remarks(sheet.hidden)))


def _columns(cells: tuple[Cell, ...]) -> dict[str, int]:
    """Return where the columns stand, if this is a row of their names; the first may have a mark."""
    names = [folded(str(cell).lstrip("# ")) for cell in cells]
    at = {name: names.index(folded(name)) for name in _COLUMNS if folded(name) in names}
    return at if len(at) == len(_COLUMNS) else {}


def _of_flee(line: int, cells: tuple[Cell, ...], at: dict[str, int], first_day: dt.date) -> Report:
    texts = [whole_number_as_such(tidy(str(cell))) for cell in cells]
    if at and len(texts) > max(at.values()):
        texts = [texts[at[name]] for name in _COLUMNS]
    while len(texts) > len(_COLUMNS) and not texts[-1]:
        texts.pop()
    text = shortened(" ".join(texts))
    try:
        kind, name, other, start, end = _fields(texts)
        begin, until = (first_day + dt.timedelta(days=day) for day in (start, end))
    except OverflowError:
        refused = tr("day {start} or {end} lies beyond the calendar", start=start, end=end)
        return Report(line, text, refused=refused)
    except ValueError as error:
        return Report(line, text, refused=str(error))
    if kind not in {"location", "links", "link"}:
        unknown = tr(
            "closure_type = {kind!r} is not location, links, country, camp or idpcamp", kind=kind
        )
        refused = tr(_NOT_ROADS[kind]) if kind in _NOT_ROADS else unknown
        return Report(line, text, refused=refused)
    if end == start:
        refused = tr("closed and open again on day {day}: it stays open", day=start)
        return Report(line, text, refused=refused)
    values: dict[str, object] = {
        "kind": "closed",
        "date": begin,
        "source": "flee",
        "note": f"closures.csv: {kind}, days {start} to {end}",
    }
    if end > start:
        values["until"] = until
    remark = "" if end > start else tr("never reopened")
    if kind == "location":
        return Report(line, text, values, remark=remark, place=name)
    return Report(line, text, values, remark=remark, between=(name, other))


def _fields(cells: list[str]) -> tuple[str, str, str, int, int]:
    if len(cells) != len(_COLUMNS):
        message = tr(
            "the row has {n} cells, not {columns}", n=len(cells), columns=", ".join(_COLUMNS)
        )
        raise ValueError(message)
    kind, name, other, start, end = cells
    try:
        return kind.lower(), name, other, int(_ZEROS.sub("", start)), int(_ZEROS.sub("", end))
    except ValueError:
        message = tr("the days {start!r} and {end!r} are not whole numbers", start=start, end=end)
        raise ValueError(message) from None
