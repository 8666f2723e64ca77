"""The tables of a scenario and plain sheets of reports: one reader for both, CSV or workbook.

It reads what can be read with certainty, whichever program wrote it: days in any usual form, ``60%``
and ``0,85``, kinds in English and Arabic. It keeps what each cell was understood as.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import InputError, Problem, nearest_names
from engine.io.days import ISO_DAY, DateReader, day_of
from engine.io.spreadsheets import (
    HEADER_WITHIN,
    NOTHING,
    code_of,
    is_error,
    is_tag_row,
    read_sheet,
    refuse_truth_value,
)
from engine.io.text import folded, tidy, whole_number_as_such
from engine.language import listing, tr
from engine.scenario.fields import CellRead
from engine.scenario.vocabulary import (
    COLUMNS,
    columns_by_name,
    columns_by_tag,
    condition_of,
    either,
    kind_of,
    meant_in_another_language,
    word_for,
    words_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from engine.io.spreadsheets import Cell, Sheet, Table
    from engine.scenario.fields import Entry

DAYS = ("date", "earliest", "latest", "until", "reported", "first", "last", "was")
_LISTS = frozenset(
    {
        "first_doubt_days",
        "last_doubt_days",
        "contestants",
        "aliases",
        "road",
        "between",
        "places",
        "sites",
        "ways",
        "through",
    }
)
_TEXTS = frozenset({"source", "note", "name", "name_ar"})
_MAY_BE_TRUE = _TEXTS | {"under_fire", "aliases", "counts"}
_REQUIRED = {
    "events": ("date", "kind"),
    "baseline": ("site",),
    "places": ("id", "lat", "lon"),
    "sketch_places": ("lat", "lon"),
    "roads": ("through",),
    "sites": ("id",),
    "truth": ("route", "state", "first", "last"),
    "changes": ("change",),
    "parties": ("reported", "actor"),
}
_ALWAYS = {"places": ("lat", "lon"), "sketch_places": ("lat", "lon"), "roads": ("through",)}
"""Columns without which a sheet of a workbook is another table, whatever others it shares."""
_RANGES = {
    "lat": (-90.0, 90.0),
    "lon": (-180.0, 180.0),
    "confidence": (0.0, 1.0),
    "precision_km": (0.0, 20_000.0),
    "error_km": (0.0, 20_000.0),
    "buffer_km": (0.0, 20_000.0),
    "reach_km": (0.0, 40_000.0),
    "population": (0.0, 1e9),
    "length_km": (0.0, 40_000.0),
    "minutes": (0.0, 1e6),
}
_WORDS: dict[str, Callable[[str], str]] = {
    "condition": condition_of,
    "state": lambda text: _in_english("state", text),
    "under_fire": lambda text: _in_english("answer", text),
    "change": lambda text: _in_english("change", text),
    "counts": lambda text: _in_english("answer", text),
}
_PARTS = re.compile(r"[؛،/\n]|\s+و\s+|\s+and\s+|,")


def _in_english(table: str, text: str) -> str:
    return str(meant_in_another_language(table, tidy(text).casefold()))


def cells_read(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """Return every cell of entries of tables that was read as something else.

    Returns
    -------
    list of dict
        With ``file``, ``line``, ``column``, ``written``, ``read_as`` and ``why``.
    """
    return [
        {
            "file": entry.origin.file,
            "line": entry.origin.line,
            "column": cell.key,
            "written": cell.written,
            "read_as": cell.value,
            "why": cell.remark,
        }
        for entry in entries
        for cell in entry.origin.cells
    ]


@dataclass
class RowRead:
    """A row, as far as it was understood.

    Parameters
    ----------
    line
        Its line or row in the file, counted from 1.
    values
        What it says, by key; what could not be read stands there as it is written.
    cells
        The cells that were read as something else than what is written in them.
    faults
        Key, text and reason of each cell that could not be read.
    """

    line: int
    values: dict[str, object] = field(default_factory=dict)
    cells: list[CellRead] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class TableRead:
    """A table, as far as it was understood.

    Parameters
    ----------
    table
        Its header and rows.
    columns
        The position of the column of each key.
    rows
        What each row says.
    order
        Why day and month of its dates were read in their order, where that is not plain.
    """

    table: Table
    columns: dict[str, int]
    rows: tuple[RowRead, ...]
    order: str = ""


def read_table(
    path: Path,
    section: str,
    *,
    sheet: str = "",
    month_first: bool | None = None,
    usually: bool | None = None,
    encoding: str = "",
) -> TableRead:
    """Read a table of a scenario, or a sheet of the same columns.

    Parameters
    ----------
    path
        A CSV file (UTF-8, or UTF-16 with a mark), or a workbook (XLSX, XLS, ODS).
    section
        A key of `engine.scenario.vocabulary.COLUMNS`: ``events``, ``places``, ``roads``, ...
    sheet
        The sheet of a workbook; the one that has such columns, if absent.
    month_first
        Read ``12/05/2014`` as the 5th of December; None to go by what the table shows.
    usually
        The order if the table does not show it; None to refuse dates that may be either.
    encoding
        That of a CSV file in neither.

    Raises
    ------
    ScenarioError
        If the file cannot be read at all.
    """
    strict = usually is None and month_first is None
    choice = (
        tr("one such sheet, or a file for each") if strict else tr("--sheet and the name of one")
    )

    def recognised(whole: Sheet) -> int:
        return whole.recognises(known_in(whole))

    def known_in(whole: Sheet) -> Callable[[Sequence[str]], int]:
        def known(names: Sequence[str]) -> int:
            found = _columns_of(whole, section, names)
            return len(found) if found.keys() >= {*_ALWAYS.get(section, ())} else 0

        return known

    whole = read_sheet(path, sheet, encoding=encoding, recognised=recognised, choice=choice)
    table = whole.table(lambda names: len(_columns_of(whole, section, names)))
    columns = _columns_of(whole, section, table.header)
    dates = (
        cells[at]
        for key, at in columns.items()
        if key in _days_of(section)
        for _, cells in table.rows
        if at < len(cells)
    )
    days = DateReader.of(dates, month_first=month_first, usually=usually, day_0=table.day_0)
    reader = _Reader(section, days, strict=strict)
    return TableRead(table, columns, tuple(reader.rows(table, columns)), days.why)


def _columns_of(sheet: Sheet, section: str, names: Sequence[str]) -> dict[str, int]:
    """Return the columns that a row of names has: by HXL tags, if the sheet has a row of them."""
    if section == "events" and any(is_tag_row(cells) for _, cells in sheet.rows[:HEADER_WITHIN]):
        return columns_by_tag(list(names)) if is_tag_row(names) else {}
    return columns_by_name(list(names), section)


def header_problems(read: TableRead, section: str) -> Iterator[Problem]:
    """Yield what is wrong with the columns of a table of a scenario: it has no others than its own."""
    file, line, header = read.table.file, read.table.line, read.table.header
    known = tuple(word_for(section, key) for key in COLUMNS[section])
    if not read.columns:
        first = header[0]
        near = nearest_names(first, known) if first.isascii() else _near(first, section)
        message = tr("the first row does not name the columns")
        yield Problem(message, file, line, value=header[0], expected=listing(known), nearest=near)
        return
    missing = [key for key in _REQUIRED[section] if key not in read.columns]
    unknown = [name for at, name in enumerate(header) if name and at not in read.columns.values()]
    meant = {key for each in unknown for key in _key_near(each, section)}
    if missing := [
        key for key in missing if key not in meant
    ]:  # else the unknown one is named below
        message = tr("there is no column {names}", names=", ".join(map(repr, missing)))
        near = nearest_names(missing[0], header)
        yield Problem(message, file, line, missing[0], "", listing(known), near)
    for at, name in enumerate(header):
        if at in read.columns.values():
            continue
        if not name and _says_nothing([cells[at : at + 1] for _, cells in read.table.rows]):
            continue
        if not name:
            message = tr("column {number} has no name", number=at + 1)
            yield Problem(message, file, line, expected=listing(known))
        elif folded(name) in {folded(header[other]) for other in read.columns.values()}:
            message = tr("the column {name!r} appears twice", name=name)
            yield Problem(message, file, line, name, name)
        else:
            near = _near(name, section)
            message = tr("there is no column {names}", names=repr(name))
            yield Problem(message, file, line, name, name, listing(known), near)


def _says_nothing(column: Sequence[Sequence[Cell]]) -> bool:
    """Return whether a column without a name is empty, or numbers the rows, as R and pandas write it."""
    texts = [whole_number_as_such(str(cell)) for cells in column for cell in cells]
    numbers = [str(number) for number in range(len(column) + 1)]
    return not any(texts) or texts in (numbers[1:], numbers[:-1])


def _near(name: str, section: str) -> tuple[str, ...]:
    """Return the names of columns that look most like one: keys, or words of its own script."""
    if name.isascii():
        return nearest_names(name.lower().replace(" ", "_"), COLUMNS[section])
    return nearest_names(
        name, [word for key in COLUMNS[section] for word in words_for(section, key)]
    )


def _key_near(name: str, section: str) -> list[str]:
    """Return the column that a name most likely means."""
    near = _near(name, section)[:1]
    return [key for key in COLUMNS[section] if {*near} & {*words_for(section, key)}][:1]


def _days_of(section: str) -> tuple[str, ...]:
    """Return which columns hold days: what is reported is a day, but for the names of parties."""
    return () if section == "parties" else DAYS


class _Reader:
    """Reads the cells of a table, by what their columns say."""

    def __init__(self, section: str, days: DateReader, *, strict: bool) -> None:
        self.section, self.days, self.strict = section, days, strict
        self.of_days = _days_of(section)
        self._plain: dict[tuple[str, str], str | float | dt.date] = {}

    def rows(self, table: Table, columns: dict[str, int]) -> Iterator[RowRead]:
        for line, cells in table.rows:
            row = RowRead(line)
            for key, at in columns.items():
                cell = cells[at] if at < len(cells) else ""
                if _is_something(key, cell, strict=self.strict):
                    self._read(row, key, cell)
            if "date" not in columns:
                _date_from_range(row)
            if line in table.hidden:
                hidden = tr("a hidden row"), tr("a row like any other")
                row.cells.append(CellRead("", *hidden, ""))
            if row.values or row.faults or self.strict:
                yield row

    def _read(self, row: RowRead, key: str, cell: Cell) -> None:
        known = self._plain.get((key, cell)) if isinstance(cell, str) else None
        if known is not None:
            row.values[key] = known
            return
        written = _as_written(cell)
        try:
            _refuse_error(written)
            if key not in _MAY_BE_TRUE:
                refuse_truth_value(cell, written)
            if key in self.of_days:
                self._read_days(row, key, cell, written)
                return
            value, remark = self._value(key, cell, written), ""
        except ValueError as error:
            row.values[key] = written
            row.faults.append((key, written, str(error).removeprefix(f"{key} = ")))
            return
        row.values[key] = value
        shown = "; ".join(value) if isinstance(value, list) else str(value)
        if shown != written and not _same_number(value, written):
            row.cells.append(CellRead(key, written, shown, remark))
        elif isinstance(cell, str) and key not in _TEXTS and isinstance(value, (str, float)):
            self._plain[key, cell] = value  # the same few words stand in many rows

    def _read_days(self, row: RowRead, key: str, cell: Cell, written: str) -> None:
        if self.strict and (day := _iso_day(written)) is not None:
            row.values[key] = day
            if isinstance(cell, str):
                self._plain[key, cell] = day
            return
        if self.strict and re.fullmatch(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}", tidy(written)):
            message = tr(
                "the year of {text!r} has two digits: it may be the day as well", text=written
            )
            raise ValueError(message)
        days = self.days.read(cell)
        if days.first == days.last:
            row.values[key] = days.first
        elif key == "date":
            row.values |= {"earliest": days.first, "latest": days.last} | row.values
            row.values["date"] = days.middle
        elif key in {"earliest", "latest"}:
            row.values[key] = days.first if key == "earliest" else days.last
        else:
            raise ValueError(tr("{text!r} is not one day", text=written))
        shown = str(days.first)
        if days.first != days.last:
            shown = tr("{first} to {last}", first=shown, last=str(days.last))
        if shown != written:
            row.cells.append(CellRead(key, written, shown, days.remark))

    def _value(self, key: str, cell: Cell, written: str) -> object:
        if key in _RANGES:
            return _number(key, cell)
        if key == "kind" and self.section in {"events", "changes"}:
            return kind_of(written)
        if key in _WORDS:
            return _WORDS[key](written)
        if key in {"id", "after"}:
            return code_of(written, key)
        if key in _LISTS:
            return _parts(written, strict=self.strict or key == "aliases")
        plain = key in _TEXTS or self.section == "parties"
        return written if plain else whole_number_as_such(written)


def _is_something(key: str, cell: Cell, *, strict: bool) -> bool:
    """Return whether a cell holds something; free text of a scenario may be any word."""
    if cell == "":
        return False
    if strict and key in {*_TEXTS, "date", "kind", "site", "lat", "lon", "confidence"}:
        return True
    return str(cell) not in NOTHING


def _as_written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return str(cell.date())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _refuse_error(written: str) -> None:
    if is_error(written):
        message = tr("{text!r} is an error of a spreadsheet, not a value", text=written)
        raise ValueError(message)


def _iso_day(written: str) -> dt.date | None:
    """Return the day of a text such as 2014-12-20, which means the same in every program."""
    if not ISO_DAY.fullmatch(written):
        return None
    try:
        return day_of(written)
    except InputError:
        raise ValueError(tr("the calendar has no such day")) from None


def _date_from_range(row: RowRead) -> None:
    """Set the date of a row that has no column of dates, only of the first and the last day."""
    first, last = row.values.get("earliest"), row.values.get("latest")
    if isinstance(first, dt.date) and isinstance(last, dt.date) and first <= last:
        row.values["date"] = first + (last - first) // 2
        shown = tr("{day}, the middle of the range", day=str(row.values["date"]))
        row.cells.append(CellRead("date", "", shown, ""))


def _same_number(value: object, written: str) -> bool:
    try:
        return isinstance(value, (int, float)) and float(written) == value
    except ValueError:
        return False


def _number(key: str, cell: Cell) -> float | str:
    """Return the number in a cell; text that is none is left to the model, which says what is wrong.

    Raises
    ------
    ValueError
        If it may be two numbers.
    """
    if isinstance(cell, (int, float)):
        return cell
    text = tidy(str(cell)).replace("٪", "%").replace("٫", ".").replace("−", "-").replace("٬", ",")
    if key == "confidence" and text.endswith("%"):
        number = _one_number(text[:-1].strip(), key, 100.0)
        return str(cell) if number is None else round(number / 100, 12)
    number = _one_number(text, key, 1.0)
    if number is None:
        return str(cell)
    return int(number) if key == "population" and number.is_integer() else number


def _one_number(text: str, key: str, scale: float) -> float | None:
    """Return the number that a text is, where a comma may be the decimal mark or part thousands."""
    low, high = _RANGES[key]
    readings = [text] if "," not in text else []
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        readings.append(text.replace(",", "."))
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
        readings.append(text.replace(",", ""))
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(\.\d{3})+,\d+", text):
        readings.append(text.replace(".", "").replace(",", "."))
    numbers = []
    for reading in readings:
        try:
            numbers.append(float(reading))
        except ValueError:
            return None
    possible = {
        number
        for number in numbers
        if low * scale <= number <= high * scale and (key != "population" or number.is_integer())
    }
    if len(possible) > 1:
        numbers_meant = either(f"{number:g}" for number in sorted(possible))
        raise ValueError(tr("{name!r} may be {ids}", name=text, ids=numbers_meant))
    return next(iter(possible), numbers[0] if numbers else None)


def _parts(text: str, *, strict: bool) -> list[str]:
    """Return the names in a cell: with semicolons between them, else with any usual mark."""
    separator: Callable[[str], list[str]] = _PARTS.split
    if strict or ";" in text or "؛" in text:
        separator = re.compile(r"[;؛]").split
    return [part.strip() for part in separator(text) if part.strip()]
