"""Sheets: CSV, XLSX, XLS and ODS as rows of cells, each with its row in the file."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.days import SPREADSHEET_1904_DAY_0, SPREADSHEET_DAY_0
from engine.io.normalise import tidy, whole_number_as_such
from engine.io.tables import read_rows
from engine.io.workbooks import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from python_calamine import CalamineWorkbook

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta
Cells = tuple[Cell, ...]
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_XLSX = {".xlsx", ".xlsm"}
MOST_BYTES = 200_000_000
HEADER_WITHIN = 10
"""The header is one of so many first rows: there may be titles above it."""
NOTHING = frozenset(
    {"NA", "N/A", "#N/A", "NaN", "nan", "NaT", "NULL", "null", "None", "<NA>", "#NV", "n/a"}
)
"""How programs write a cell without a value: R, pandas, databases, spreadsheets."""

_Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Table:
    """A header and the rows below it.

    Parameters
    ----------
    file
        The file, as the user named it.
    header
        The names of the columns.
    line
        The row of the header, counted from 1.
    rows
        The row in the file and the cells of each row below it that is not empty.
    day_0
        The day from which day counts run.
    """

    file: str
    header: tuple[str, ...]
    line: int
    rows: tuple[tuple[int, Cells], ...]
    day_0: dt.date = SPREADSHEET_DAY_0

    def records(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Yield the row in the file and the cells that are not empty, by column."""
        for line, cells in self.rows:
            pairs = zip(self.header, cells, strict=False)
            yield line, {name: cell for name, cell in pairs if name and cell != ""}


@dataclass(frozen=True)
class Sheet:
    """The rows of a file that are not empty.

    Parameters
    ----------
    file
        The file, as the user named it.
    rows
        The row in the file, counted from 1, and its cells.
    merged
        The first and the last cell of each range of merged cells; row and column from 0.
    day_0
        The day from which day counts run.
    """

    file: str = field(compare=False)
    rows: tuple[tuple[int, Cells], ...]
    merged: tuple[_Range, ...] = field(default=())
    day_0: dt.date = SPREADSHEET_DAY_0

    def table(self, recognised: Callable[[Sequence[str]], int]) -> Table:
        """Return the table below the row whose names are recognised best.

        A row of HXL tags directly below the header is none of its rows.

        Parameters
        ----------
        recognised
            How many names of a row are those of columns.

        Raises
        ------
        ScenarioError
            If cells at or below the header are merged, so that nobody can say which rows they mean.
        """
        first = self.rows[:HEADER_WITHIN]
        at = max(range(len(first)), key=lambda row: recognised([_name(c) for c in first[row][1]]))
        line, header = self.rows[at]
        below = self.rows[at + 1 :]
        if below and is_tag_row(below[0][1]):
            below = below[1:]
        _refuse_merged(self.file, [(a, b) for a, b in self.merged if b[0] >= line - 1])
        return Table(self.file, tuple(_name(cell) for cell in header), line, below, self.day_0)


def is_tag_row(cells: Sequence[object]) -> bool:
    """Return whether a row holds HXL tags: at least half of its cells that are not empty."""
    texts = [text for cell in cells if (text := str(cell).strip())]
    tags = sum(bool(re.match(r"#[A-Za-z]", text)) for text in texts)
    return bool(texts) and 2 * tags >= len(texts)


def read_sheet(path: Path, name: str = "") -> Sheet:
    """Return the rows of a file.

    Parameters
    ----------
    path
        A CSV file (UTF-8), or a workbook (XLSX, XLS, ODS).
    name
        The sheet of a workbook; the first that is not empty, if absent.

    Raises
    ------
    ScenarioError
        If the file cannot be read or is empty.
    """
    if path.suffix.lower() in WORKBOOKS:
        return _of_workbook(path, name)
    return Sheet(str(path), tuple((line, tuple(cells)) for line, cells in read_rows(path)))


def text_in(record: dict[str, Cell], column: str) -> str:
    """Return a cell as text, empty if there is none; whole numbers without a point."""
    cell = record.get(column, "")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return "" if text in NOTHING else text


def code_in(record: dict[str, Cell], column: str) -> str:
    """Return a cell that is a code or an id, as text: 1 and 1.0 are one."""
    return whole_number_as_such(tidy(text_in(record, column)))


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
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - a NaN is not itself
        raise ValueError(f"{column} = {text!r} is not a number")
    return number


def _name(cell: object) -> str:
    return tidy(str(cell))


def _of_workbook(path: Path, name: str) -> Sheet:
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.is_file():
        raise ScenarioError(Problem("there is no such file", str(path)))
    if path.stat().st_size > MOST_BYTES:
        raise ScenarioError(Problem("the workbook is too large", str(path), expected="200 MB"))
    try:
        usable = (
            readable(path) if path.suffix.lower() in _XLSX and zipfile.is_zipfile(path) else None
        )
        return _first_with_rows(CalamineWorkbook.from_object(usable or path), path, name)
    except (CalamineError, OSError, zipfile.BadZipFile, ET.ParseError) as error:
        raise ScenarioError(Problem(f"the workbook cannot be read ({error})", str(path))) from None


def _first_with_rows(book: CalamineWorkbook, path: Path, name: str) -> Sheet:
    names = [name] if name else book.sheet_names
    if not set(names) <= set(book.sheet_names):
        near = nearest_names(name, book.sheet_names)
        raise ScenarioError(Problem(f"there is no sheet {name!r}", str(path), nearest=near))
    for each in names:
        sheet = book.get_sheet_by_name(each)
        rows = tuple(
            (at, tuple(cell.strip() if isinstance(cell, str) else cell for cell in row))
            for at, row in enumerate(sheet.iter_rows(), 1)
            if any(row) and any(not isinstance(cell, str) or cell.strip() for cell in row)
        )
        if rows:
            return Sheet(str(path), rows, tuple(sheet.merged_cell_ranges or ()), _day_0(path))
    raise ScenarioError(Problem("the workbook is empty", str(path), expected="a row of columns"))


def _day_0(path: Path) -> dt.date:
    """Return the day from which the day counts of a workbook run: Excel for Mac has used 1904."""
    if path.suffix.lower() not in _XLSX:
        return SPREADSHEET_DAY_0
    with zipfile.ZipFile(path) as book, book.open("xl/workbook.xml") as part:
        properties = re.search(rb"<(?:\w+:)?workbookPr\b[^>]*>", part.read(1_000_000))
    is_1904 = properties and re.search(rb"""date1904=["'](?:1|true)["']""", properties[0])
    return SPREADSHEET_1904_DAY_0 if is_1904 else SPREADSHEET_DAY_0


def _refuse_merged(file: str, ranges: list[_Range]) -> None:
    problems = [
        Problem(
            f"the cells {_cell(*start)}:{_cell(*end)} are merged",
            file,
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
