"""A plain sheet (CSV, XLSX, ODS): columns by name or HXL tag, kinds in English or Arabic words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError, nearest_names
from engine.importers.reports import (
    FileRead,
    Options,
    Report,
    hidden_remarks,
    shortened,
    told_together,
)
from engine.io.text import folded, tidy
from engine.language import listing, marked, tr
from engine.scenario.cells import read_table
from engine.scenario.vocabulary import usual_words

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario.cells import RowRead, TableRead


def read_plain_sheet(path: Path, options: Options | None = None) -> FileRead:
    """Return what each row of a sheet says.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or has no column of dates, of kinds, or of places (or points).
    """
    options = options or Options()
    read = read_table(
        path,
        "events",
        sheet=options.sheet,
        month_first=options.month_first or None,
        usually=False,
        encoding=options.encoding,
    )
    _check_columns(read)
    orders = {cell.remark for row in read.rows for cell in row.cells} & {read.order} - {""}
    remarks = [tr("dates: {why}", why=why) for why in orders]
    remarks += hidden_remarks(read.table.hidden)
    return FileRead(tuple(map(_report, read.rows)), tuple(remarks))


_NO_COLUMN = {
    "date": marked("no column has a name for dates"),
    "kind": marked("no column has a name for kinds"),
    "site": marked("no column has a name for sites"),
}


def _check_columns(read: TableRead) -> None:
    columns = set(read.columns)
    missing = [] if {"date"} & columns or {"earliest", "latest"} <= columns else ["date"]
    missing += [] if "kind" in columns else ["kind"]
    missing += [] if "site" in columns or {"lat", "lon"} <= columns else ["site"]
    problems = [
        Problem(
            tr(_NO_COLUMN[key]),
            read.table.file,
            read.table.line,
            key,
            expected=tr(
                "a column {key!r} ({names}, ...) or an HXL tag",
                key=key,
                names=listing(usual_words("events", key)[:3]),
            ),
            nearest=nearest_names(key, [folded(name) for name in read.table.header]),
        )
        for key in missing
    ]
    if problems:
        raise ScenarioError(problems)


def _report(row: RowRead) -> Report:
    said = (str(row.values.get(key, "")) for key in ("date", "site", "kind", "actor"))
    text = shortened(" ".join(said))
    values = dict(row.values)
    place = tidy(str(values.pop("site", "")))
    refused = told_together(f"{key}: {reason}" for key, _, reason in row.faults)
    if not refused and "kind" not in values:
        refused = tr("it does not say what happened")
    if not refused and "date" not in values:
        refused = tr("there is no date")
    if refused:
        return Report(row.line, text, refused=refused)
    remarks = dict.fromkeys(cell.remark for cell in row.cells if cell.remark)
    return Report(row.line, text, values, remark=told_together(remarks), place=place)
