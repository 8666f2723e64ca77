"""Sheets: CSV, XLSX, XLS and ODS as rows of cells, each with its row in the file."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.normalise import tidy
from engine.io.tables import read_rows
from engine.io.workbooks import readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_XLSX = {".xlsx", ".xlsm"}
MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class Sheet:
    """A table whose first row names its columns.

    Parameters
    ----------
    header
        The names of the columns.
    line
        The row of the header, counted from 1.
    rows
        The row in the file and the cells of each row below it that is not empty.
    """

    header: tuple[str, ...]
    line: int
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def records(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Yield the row in the file and the cells that are not empty, by column."""
        for line, cells in self.rows:
            pairs = zip(self.header, cells, strict=False)
            yield line, {name: cell for name, cell in pairs if name and cell != ""}


def read_sheet(path: Path, name: str = "") -> Sheet:
    """Return the table in a file.

    Parameters
    ----------
    path
        A CSV file (UTF-8), or a workbook (XLSX, XLS, ODS).
    name
        The sheet of a workbook; the first that is not empty, if absent.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is empty, or has merged cells.
    """
    rows = _of_workbook(path, name) if path.suffix.lower() in WORKBOOKS else read_rows(path)
    (line, header), *below = rows
    return Sheet(
        tuple(tidy(str(cell)) for cell in header),
        line,
        tuple((at, tuple(_plain(cell) for cell in cells)) for at, cells in below),
    )


def check_columns(path: Path, sheet: Sheet, needed: Sequence[str]) -> None:
    """Raise a problem for every column that a published format has and a file lacks.

    Raises
    ------
    ScenarioError
        Naming each missing column and the nearest one that the file has.
    """
    problems = [
        Problem(
            f"there is no column {name!r}",
            str(path),
            sheet.line,
            name,
            expected=f"the columns {', '.join(needed)}",
            nearest=nearest_names(name, sheet.header),
        )
        for name in needed
        if name not in sheet.header
    ]
    if problems:
        raise ScenarioError(problems)


def text_in(record: dict[str, Cell], column: str) -> str:
    """Return a cell as text, empty if there is none; whole numbers without a point."""
    cell = record.get(column, "")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def number_in(record: dict[str, Cell], column: str) -> float | None:
    """Return a cell as a number, or None if it is empty.

    Raises
    ------
    ValueError
        If it is something else.
    """
    text = tidy(text_in(record, column)).replace("٫", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - a NaN is not itself
        raise ValueError(f"{column} = {text!r} is not a number")
    return number


def _plain(cell: Cell) -> Cell:
    return cell.strip() if isinstance(cell, str) else cell


def _of_workbook(path: Path, name: str) -> list[tuple[int, list[Cell]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.is_file():
        raise ScenarioError(Problem("there is no such file", str(path)))
    if path.stat().st_size > MOST_BYTES:
        raise ScenarioError(Problem("the workbook is too large", str(path), expected="200 MB"))
    try:
        usable = (
            readable(path) if path.suffix.lower() in _XLSX and zipfile.is_zipfile(path) else None
        )
        book = CalamineWorkbook.from_object(usable or path)
        names = [name] if name else book.sheet_names
        if not set(names) <= set(book.sheet_names):
            near = nearest_names(name, book.sheet_names)
            raise ScenarioError(Problem(f"there is no sheet {name!r}", str(path), nearest=near))
        for each in names:
            sheet = book.get_sheet_by_name(each)
            cells = enumerate(sheet.iter_rows(), 1)
            rows = [(at, filled) for at, row in cells if any(filled := list(map(_plain, row)))]
            if rows:
                _refuse_merged(path, sheet.merged_cell_ranges or [])
                return rows
    except (CalamineError, OSError, zipfile.BadZipFile, ET.ParseError) as error:
        raise ScenarioError(Problem(f"the workbook cannot be read ({error})", str(path))) from None
    raise ScenarioError(Problem("the workbook is empty", str(path), expected="a row of columns"))


def _refuse_merged(path: Path, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    problems = [
        Problem(
            f"the cells {_cell(*start)}:{_cell(*end)} are merged",
            str(path),
            start[0] + 1,
            expected="a value in every row: unmerge them and fill each",
        )
        for start, end in ranges
    ]
    if problems:
        raise ScenarioError(problems)


def _cell(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
