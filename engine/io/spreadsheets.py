"""Sheets: CSV, XLSX, XLS and ODS as rows of cells, each with its row in the file."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.days import SPREADSHEET_1904_DAY_0, SPREADSHEET_DAY_0
from engine.io.tables import SEPARATORS, read_rows
from engine.io.text import tidy, whole_number_as_such
from engine.io.workbooks import Range, Unseen, check_unpacks, hidden_rows, readable, readable_ods
from engine.language import listing, marked, tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from python_calamine import CalamineWorkbook

    from engine.io.tables import Row

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

_ERRORS = re.compile(
    r"#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|BEZUG!|WERT!|ZAHL!|VALEUR!|NOM\?|NOMBRE!)|#{3,}|Err:\d+"
)
_TRUTH_VALUES = {"true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero"}
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:[.,]\d+)?[Ee]\+\d+")


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
    hidden
        The rows below the header that nobody sees in the program that wrote them.
    sheet
        The name of the sheet in its workbook.
    """

    file: str
    header: tuple[str, ...]
    line: int
    rows: tuple[tuple[int, Cells], ...]
    day_0: dt.date = SPREADSHEET_DAY_0
    hidden: frozenset[int] = frozenset()
    sheet: str = ""

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
    name
        The name of the sheet in its workbook.
    hidden
        The rows that nobody sees in the program that wrote them.
    """

    file: str = field(compare=False)
    rows: tuple[tuple[int, Cells], ...]
    merged: tuple[Range, ...] = field(default=())
    day_0: dt.date = SPREADSHEET_DAY_0
    name: str = ""
    hidden: frozenset[int] = frozenset()

    def recognises(self, recognised: Callable[[Sequence[str]], int]) -> int:
        """Return how many names of columns the row has that is recognised best."""
        first = self.rows[:HEADER_WITHIN]
        return max(recognised([_name(cell) for cell in cells]) for _, cells in first)

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
        hidden = self.hidden & {row for row, _ in below}
        names = tuple(_name(cell) for cell in header)
        return Table(self.file, names, line, below, self.day_0, hidden, self.name)


def is_tag_row(cells: Sequence[object]) -> bool:
    """Return whether a row holds HXL tags: at least half of its cells that are not empty."""
    texts = [text for cell in cells if (text := str(cell).strip()) and not is_error(text)]
    tags = sum(bool(re.match(r"#[A-Za-z]", text)) for text in texts)
    return bool(texts) and 2 * tags >= len(texts)


def is_error(text: str) -> bool:
    """Return whether a cell holds what a spreadsheet shows instead of a value that it cannot have."""
    return _ERRORS.fullmatch(text) is not None


def read_sheet(
    path: Path,
    name: str = "",
    *,
    encoding: str = "",
    recognised: Callable[[Sheet], int] | None = None,
    choice: str = marked("--sheet and the name of one"),
) -> Sheet:
    """Return the rows of a file.

    Parameters
    ----------
    path
        A CSV file (UTF-8, or UTF-16 with a mark), or a workbook (XLSX, XLS, ODS).
    name
        The sheet of a workbook; if absent, the one that is recognised, else the first that is not empty.
        Hidden sheets count only if all are.
    encoding
        That of a CSV file in neither.
    recognised
        How many names of columns a sheet has that are looked for.
    choice
        What helps where several sheets have such columns.

    Raises
    ------
    ScenarioError
        If the file cannot be read or is empty, or several of its sheets have such columns.
    """
    if path.suffix.lower() in WORKBOOKS:
        return _of_workbook(path, name, recognised, choice)
    sheet = _of_text(path, read_rows(path, encoding))
    if recognised is None or (columns := recognised(sheet)) > 1:
        return sheet
    # A table of one column, whose cells hold lists: their marks look like those between cells.
    with suppress(ScenarioError):
        single = _of_text(path, read_rows(path, encoding, SEPARATORS[0]))
        return single if recognised(single) >= max(1, columns) else sheet
    return sheet


def _of_text(path: Path, rows: list[Row]) -> Sheet:
    return Sheet(str(path), tuple((line, tuple(cells)) for line, cells in rows))


def refuse_truth_value(cell: object, written: str) -> None:
    """Refuse a cell that holds TRUE or FALSE where something else is said.

    Raises
    ------
    ValueError
        If it does.
    """
    if isinstance(cell, bool):
        message = tr(
            "{text} is a truth value of a spreadsheet, not what is asked for", text=repr(written)
        )
        raise ValueError(message)  # noqa: TRY004 - what is wrong with the row, not with the code


def text_in(record: dict[str, Cell], column: str) -> str:
    """Return a cell as text, empty if there is none; whole numbers without a point."""
    cell = record.get(column, "")
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return "" if text in NOTHING else text


def code_in(record: dict[str, Cell], column: str) -> str:
    """Return a cell that is a code or an id, as text: 1 and 1.0 are one.

    Raises
    ------
    ValueError
        If a spreadsheet has cut its digits, or it is a truth value.
    """
    return code_of(tidy(text_in(record, column)), column)


def code_of(text: str, column: str) -> str:
    """Return a text that is a code or an id: 1 and 1.0 are one.

    Raises
    ------
    ValueError
        If a spreadsheet has cut its digits, or it is a truth value.

    Examples
    --------
    >>> code_of("1.0", "id")
    '1'
    >>> code_of("2.01E+07", "id")
    Traceback (most recent call last):
    ...
    ValueError: id = '2.01E+07' is a number whose digits a spreadsheet has cut
    """
    if text.casefold() in _TRUTH_VALUES:
        raise ValueError(
            tr(
                "{column} = {text} is a truth value of a spreadsheet",
                column=column,
                text=repr(text),
            )
        )
    if _SCIENTIFIC.fullmatch(text):
        raise ValueError(
            tr(
                "{column} = {text} is a number whose digits a spreadsheet has cut",
                column=column, text=repr(text),
            )
        )  # fmt: skip
    return whole_number_as_such(text)


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
        raise ValueError(tr("{column} = {text} is not a number", column=column, text=repr(text)))
    return number


def _name(cell: object) -> str:
    return tidy(str(cell))


def _of_workbook(
    path: Path, name: str, recognised: Callable[[Sheet], int] | None, choice: str
) -> Sheet:
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.is_file():
        raise ScenarioError(Problem(tr("there is no such file"), str(path)))
    if path.stat().st_size > MOST_BYTES:
        message, most = tr("the workbook is too large"), tr("{mb} MB", mb=200)
        raise ScenarioError(Problem(message, str(path), expected=most))
    _refuse_text(path)
    try:
        usable = None
        seen: dict[str, Unseen] = {}
        packed = zipfile.is_zipfile(path)
        if packed:
            check_unpacks(path)
        if packed and path.suffix.lower() in _XLSX:
            usable = readable(path)
        elif packed and path.suffix.lower() == ".ods":
            usable, seen = readable_ods(path)
        book = CalamineWorkbook.from_object(usable or path)
        sheets = list(_sheets(book, path, name, seen))
    except (CalamineError, OSError, zipfile.BadZipFile, ET.ParseError) as error:
        message = tr("the workbook cannot be read ({error})", error=str(error))
        raise ScenarioError(Problem(message, str(path))) from None
    if not sheets:
        raise ScenarioError(
            Problem(tr("the workbook is empty"), str(path), expected=tr("a row of columns"))
        )
    if recognised is None or len(sheets) == 1:
        return sheets[0]
    known = [sheet for sheet in sheets if recognised(sheet) >= 2]
    if len(known) > 1:
        names = [repr(sheet.name) for sheet in known]
        message = trn(
            "{n} of its sheets have such columns: {names}",
            "{n} of its sheets have such columns: {names}",
            len(known), names=_joined(names),
        )  # fmt: skip
        raise ScenarioError(Problem(message, str(path), expected=tr(choice)))
    return known[0] if known else sheets[0]


def _refuse_text(path: Path) -> None:
    """Refuse a text that is called a workbook, as web sites offer tables for Excel."""
    with path.open("rb") as file:
        head = file.read(1024)
    if b"\0" in head.removeprefix(b"\xff\xfe") or head.startswith((b"PK", b"\xd0\xcf")):
        return
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<html" in start or b"<table" in start:
        message = tr("this is a web page, whatever its name says")
        expected = tr("a workbook: open it in a spreadsheet program and save it as XLSX")
    else:
        message = tr("this is a text, whatever its name says")
        expected = tr(
            "a workbook: open it in a spreadsheet program and save it as XLSX, or call it .csv"
        )
    raise ScenarioError(Problem(message, str(path), expected=expected))


def _joined(names: Sequence[str]) -> str:
    """Return names with "and" between all of them."""
    text = names[0]
    for name in names[1:]:
        text = tr("{first} and {last}", first=text, last=name)
    return text


def _sheets(
    book: CalamineWorkbook, path: Path, name: str, told: dict[str, Unseen]
) -> Iterator[Sheet]:
    """Yield the sheets that are not empty: the named one, else those that can be seen."""
    from python_calamine import SheetVisibleEnum

    names = [name] if name else book.sheet_names
    if not set(names) <= set(book.sheet_names):
        near = nearest_names(name, book.sheet_names)
        message = tr("there is no sheet {name}", name=repr(name))
        expected = "" if near else tr("one of {names}", names=listing(book.sheet_names))
        raise ScenarioError(Problem(message, str(path), expected=expected, nearest=near))
    seen = {s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible}
    for each in [each for each in names if each in seen] or names:
        sheet = book.get_sheet_by_name(each)
        rows = tuple(
            (at, tuple(cell.strip() if isinstance(cell, str) else cell for cell in row))
            for at, row in enumerate(sheet.iter_rows(), 1)
            if any(row) and any(not isinstance(cell, str) or cell.strip() for cell in row)
        )
        if rows:
            merged, hidden = told.get(each, Unseen((), frozenset()))
            if path.suffix.lower() in _XLSX:
                hidden = hidden_rows(path, each)
            merged = merged or tuple(sheet.merged_cell_ranges or ())
            yield Sheet(str(path), rows, merged, _day_0(path), each, hidden)


def _day_0(path: Path) -> dt.date:
    """Return the day from which the day counts of a workbook run: Excel for Mac has used 1904."""
    if path.suffix.lower() not in _XLSX:
        return SPREADSHEET_DAY_0
    with zipfile.ZipFile(path) as book, book.open("xl/workbook.xml") as part:
        properties = re.search(rb"<(?:\w+:)?workbookPr\b[^>]*>", part.read(1_000_000))
    is_1904 = properties and re.search(rb"""date1904=["'](?:1|true)["']""", properties[0])
    return SPREADSHEET_1904_DAY_0 if is_1904 else SPREADSHEET_DAY_0


def _refuse_merged(file: str, ranges: list[Range]) -> None:
    problems = [
        Problem(
            tr("the cells {first}:{last} are merged", first=_cell(*start), last=_cell(*end)),
            file,
            start[0] + 1,
            expected=tr("a value in every row: unmerge them and fill each"),
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
