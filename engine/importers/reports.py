"""What a row of somebody else's file says, before it is an event of a scenario."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.days import DateReader, day_of
from engine.io.spreadsheets import Table, is_error, read_sheet
from engine.io.text import tidy
from engine.language import listing, tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from engine.io.spreadsheets import Cell

    Record = dict[str, Cell]

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Report:
    """One row, as far as it was understood.

    Parameters
    ----------
    row
        Its line or row in the file, counted from 1.
    text
        What it says, in short, for the reader of the list of rows.
    values
        What it sets of an event, by key, with actors as the file names them; empty if it is refused.
    refused
        Why it is not taken; empty if it is.
    remark
        How it was understood, where that is not plain.
    place
        The name of the place, as the file has it.
    between
        The names of two places: the report is about the way between them.
    ways
        OSM way ids that it is about.
    area
        The polygon that it is about, in WGS 84 degrees.
    published_id
        Whether its id is that of the publisher, which means the same report in every file.
    """

    row: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    refused: str = ""
    remark: str = ""
    place: str = ""
    between: tuple[str, str] | None = None
    ways: tuple[int, ...] = ()
    area: BaseGeometry | None = None
    published_id: bool = False


@dataclass(frozen=True)
class FileRead:
    """A file of reports, as far as it was understood.

    Parameters
    ----------
    reports
        What each row says.
    remarks
        What holds for the whole file: columns that it lacks, the order of day and month.
    """

    reports: tuple[Report, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """What a user may say of a file that it does not say itself.

    Parameters
    ----------
    month_first
        Read ``12/20/2014`` as the 20th of December.
    sheet
        The sheet of a workbook; the one that has the columns, if absent.
    encoding
        That of a text (or of the texts of a shapefile) which is neither in UTF-8 nor in UTF-16, such
        as ``windows-1256``.
    first_day
        The day from which a file counts, or of which it is.
    contested_days
        For how many days a battle keeps ground contested.
    actor_column, date_column
        The columns of actors and of dates in a file of polygons.
    confidence
        The confidence of reports that state none.
    text
        The text of which a file of drafts speaks; ``-`` for standard input.
    """

    month_first: bool = False
    sheet: str = ""
    encoding: str = ""
    first_day: dt.date | None = None
    contested_days: int = 1
    actor_column: str = ""
    date_column: str = ""
    confidence: float | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        """Take the first day as text, too."""
        if self.first_day is not None:
            object.__setattr__(self, "first_day", day_of(self.first_day))


def shortened(text: str, most: int = 80) -> str:
    """Return text on one line, cut where it is too long to read at a glance."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


# Files whose publisher documents their columns.


def read_published(
    path: Path,
    options: Options,
    *,
    required: Sequence[str],
    optional: Sequence[str],
    also: Mapping[str, str],
    dates: Sequence[str],
    report: Callable[[int, Record, DateReader, Options], Report],
    rows: Sequence[Record] | None = None,
) -> FileRead:
    """Read a file with the columns that a publisher documents, whatever their case.

    Parameters
    ----------
    path
        A CSV file or a workbook. There may be a title above the header and a row of HXL tags below.
    options
        What the user says of the file.
    required, optional
        The columns that it must have, and those that it may have.
    also
        Names that other editions of the file have for columns.
    dates
        Those columns that hold dates.
    report
        What a row says: it gets its line, its cells by column, the reader of dates and the options.
    rows
        The rows of a layer of a GIS, which is read already.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or lacks a required column.
    """
    names = {**{name: name for name in (*required, *optional)}, **also}

    def canonical(column: str) -> str:
        plain = tidy(column).lower().replace(" ", "_")
        cut = {name for key, name in names.items() if key[:10] == plain}  # a DBF keeps ten letters
        return names.get(plain) or (cut.pop() if len(plain) == 10 and len(cut) == 1 else plain)

    def known(header: Sequence[str]) -> int:
        return sum(canonical(name) in names.values() for name in header)

    if rows is None:
        sheet = read_sheet(
            path,
            options.sheet,
            encoding=options.encoding,
            recognised=lambda sheet: sheet.recognises(known),
        )
        table = sheet.table(known)
    else:
        header = tuple(dict.fromkeys(name for row in rows for name in row))
        cells = (tuple(row.get(name, "") for name in header) for row in rows)
        table = Table(str(path), header, 0, tuple(enumerate(cells, 1)))
    columns = [canonical(name) for name in table.header]
    _refuse_missing(table, [name for name in required if name not in columns], required)
    records = [
        (line, {name: cell for name, cell in zip(columns, row, strict=False) if cell != ""})
        for line, row in table.rows
    ]
    reader = DateReader.of(
        (record[name] for _, record in records for name in dates if name in record),
        month_first=options.month_first or None,
        day_0=table.day_0,
    )
    remarks = [tr("dates: {why}", why=reader.why)] if reader.why else []
    lacking = [name for name in optional if name not in columns]
    if lacking:
        remarks.append(tr("the file has no {columns}", columns=", ".join(lacking)))
    remarks += hidden_remarks(table.hidden)
    used = set(names.values())
    reports = tuple(
        _with_error(line, record, used) or report(line, record, reader, options)
        for line, record in records
    )
    return FileRead(reports, tuple(remarks))


def hidden_remarks(hidden: Collection[int]) -> list[str]:
    """Return what to say of rows that nobody sees in the program that wrote them."""
    if not hidden:
        return []
    rows = first_of([str(row) for row in sorted(hidden)], 5)
    return [tr("hidden rows were read like any other: {rows}", rows=rows)]


def told_together(remarks: Iterable[str]) -> str:
    """Return several remarks as one; empty ones are left out.

    Examples
    --------
    >>> told_together(["known to 2 km", "", "left out A"])
    'known to 2 km; left out A'
    """
    first, *others = [remark for remark in remarks if remark] or [""]
    for remark in others:
        first = tr("{first}; {next}", first=first, next=remark)
    return first


def first_of(names: Sequence[str], most: int) -> str:
    """Return names as a list, and how many more there are than so many.

    Examples
    --------
    >>> first_of(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    shown, more = listing(names[:most]), len(names) - most
    if more <= 0:
        return shown
    return trn("{names} and {n} more", "{names} and {n} more", more, names=shown)


def _with_error(line: int, record: Record, used: set[str]) -> Report | None:
    """Return the refusal of a row whose cells hold errors of a spreadsheet."""
    for name, cell in record.items():
        if name in used and is_error(str(cell)):
            text = shortened(" ".join(map(str, record.values())))
            reason = tr(
                "{column} = {text!r} is an error of a spreadsheet, not a value",
                column=name,
                text=str(cell),
            )
            return Report(line, text, refused=reason)
    return None


def _refuse_missing(table: Table, missing: Sequence[str], required: Sequence[str]) -> None:
    if missing:
        message = tr("there is no column {names}", names=", ".join(map(repr, missing)))
        near = nearest_names(missing[0], table.header)
        expected = tr("the columns {names}", names=", ".join(required))
        line = table.line or None
        raise ScenarioError(Problem(message, table.file, line, missing[0], "", expected, near))
