"""Tables in text: comma-separated rows, each with the line on which it stands."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.text import text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

Row = tuple[int, list[str]]
"""The line of a row (from 1) and its cells."""


SEPARATORS = ",;\t|"
"""What may stand between the cells of a table, the usual first."""
_NO_TABLE = {
    "<!doctype html": "a web page",
    "<html": "a web page",
    "<?xml": "XML",
    "[{": "JSON",
    "{": "JSON",
}
_FIRST = 20
"""So many rows show what separates the cells."""


def read_rows(path: Path, encoding: str = "") -> list[Row]:
    """Return the rows of a table that are not empty, the header first.

    Commas, semicolons, tabs or bars separate the cells (see `separator_of`); cells are stripped of
    the space around them. A line ``sep=;``, which Excel reads and does not show, is none of the rows.

    Parameters
    ----------
    path
        A table as text in UTF-8, or in UTF-16 with a mark.
    encoding
        That of a text which is neither.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is empty, or its quotes do not match.
    """
    text = text_of(path, encoding=encoding)
    start = text[:200].lstrip().lower()
    if what := next((what for sign, what in _NO_TABLE.items() if start.startswith(sign)), ""):
        raise ScenarioError(
            Problem(f"this is {what}, not a table", str(path), expected="a CSV file")
        )
    try:
        rows = _rows_in(text, path)
    except ScenarioError:
        if '\\"' not in text:
            raise
        rows = _rows_in(
            text.replace('\\"', '""'), path
        )  # quotes in a text, as R's write.table has it
    if not rows:
        raise ScenarioError(Problem("the table is empty", str(path), expected="a row of columns"))
    return rows


def _rows_in(text: str, path: Path) -> list[Row]:
    reader = csv.reader(io.StringIO(text), delimiter=separator_of(text), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not (line == 1 and _SEP_LINE.match(text)):
                rows.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        reason = "a quote may not be closed"
        if not any(mark in text.partition("\n")[0] for mark in SEPARATORS):
            reason = "neither commas, semicolons, tabs nor bars separate the cells"
        message = f"the table cannot be read from here on ({error}): {reason}"
        raise ScenarioError(Problem(message, str(path), line)) from None
    return rows


def separator_of(text: str) -> str:
    r"""Return what separates the cells of a table.

    It is what splits most of the first rows into the same number of cells; of several, what makes
    the most cells. A title above the header, or commas in a text, do not count against that.

    Examples
    --------
    >>> separator_of("Reports, week 50, North\ndate;place\n2014-12-20;a")
    ';'
    """
    if declared := _SEP_LINE.match(text):
        return declared[1]
    return max(SEPARATORS, key=lambda mark: _regularity(text, mark))


_SEP_LINE = re.compile(r'\ufeff?"?sep=([,;\t|])"?[,;\t|]*\r?\n', re.IGNORECASE)


def _regularity(text: str, separator: str) -> tuple[int, int]:
    """Return how many of the first rows have the same number of cells, and that number."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    sizes: Counter[int] = Counter()
    with suppress(csv.Error):
        for cells in islice(reader, _FIRST):
            if len(cells) > 1:
                sizes[len(cells)] += 1
    return max(((rows, size) for size, rows in sizes.items()), default=(0, 0))


def read_records(
    path: Path, columns: Collection[str], lists: Collection[str]
) -> tuple[list[tuple[int, dict[str, object]]], list[Problem]]:
    """Return the rows of a table with known columns, and what is wrong with its shape.

    Parameters
    ----------
    path
        A table as text in UTF-8, its first row the names of its columns.
    columns
        The columns that it may have.
    lists
        Those whose cells hold several values with ``;`` between them.

    Returns
    -------
    list of (int, dict), list of Problem
        Line and values of each row by column, empty cells left out; and the problems.

    Raises
    ------
    ScenarioError
        If the file cannot be read at all.
    """
    (line, header), *rows = read_rows(path)
    problems = list(_header_problems(str(path), line, header, columns))
    if problems:
        return [], problems
    records: list[tuple[int, dict[str, object]]] = []
    for at, cells in rows:
        if len(cells) != len(header):
            message = f"the row has {len(cells)} cells, the header has {len(header)}"
            expected = "one cell for each column; text with a comma in it stands in quotes"
            problems.append(Problem(message, str(path), at, expected=expected))
            continue
        values: dict[str, object] = {
            name: _items(cell) if name in lists else cell
            for name, cell in zip(header, cells, strict=True)
            if cell
        }
        records.append((at, values))
    return records, problems


def write_table(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table that a scenario reads: every text as it is, in UTF-8.

    Parameters
    ----------
    path
        The file.
    columns
        The header.
    rows
        The cells, in the order of the columns; days are written as YYYY-MM-DD.

    Notes
    -----
    Nothing is put before text that a spreadsheet would take for a formula: what was written would
    not be what is read. Tables of results are guarded where they are written.
    """
    path.write_text(table_text(columns, rows), encoding="utf-8", newline="")


def table_text(
    columns: Iterable[str], rows: Iterable[Iterable[object]], separator: str = ","
) -> str:
    r"""Return the text of a table, as `write_table` writes it.

    Examples
    --------
    >>> table_text(["note"], [["-1, said twice"]])
    'note\n"-1, said twice"\n'
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return file.getvalue()


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def _header_problems(
    file: str, line: int, header: list[str], columns: Collection[str]
) -> Iterator[Problem]:
    if not set(header) & set(columns):
        message = "the first row does not name the columns"
        near = nearest_names(header[0], columns)
        yield Problem(
            message, file, line, value=header[0], expected=", ".join(columns), nearest=near
        )
        return
    for number, name in enumerate(header, 1):
        if not name:
            message = f"column {number} has no name"
            yield Problem(message, file, line, expected=", ".join(columns))
        elif name not in columns:
            near = nearest_names(name.lower().replace(" ", "_"), columns)
            yield Problem(
                f"there is no column {name!r}", file, line, name, name, ", ".join(columns), near
            )
        elif name in header[: number - 1]:
            yield Problem(f"the column {name!r} appears twice", file, line, name, name)
