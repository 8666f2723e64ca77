"""Tables in text: comma-separated rows, each with the line on which it stands."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError
from engine.io.text import text_of
from engine.language import marked, tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Row = tuple[int, list[str]]
"""The line of a row (from 1) and its cells."""


SEPARATORS = ",;\t|"
"""What may stand between the cells of a table, the usual first."""
_NO_TABLE = {
    "<!doctype html": marked("a web page"),
    "<html": marked("a web page"),
    "<?xml": "XML",
    "[{": "JSON",
    "{": "JSON",
}
_FIRST = 20
"""So many rows show what separates the cells."""


def read_rows(path: Path, encoding: str = "", separator: str = "") -> list[Row]:
    """Return the rows of a table that are not empty, the header first.

    Commas, semicolons, tabs or bars separate the cells (see `separator_of`); cells are stripped of
    the space around them. A line ``sep=;``, which Excel reads and does not show, is none of the rows.

    Parameters
    ----------
    path
        A table as text in UTF-8, or in UTF-16 with a mark.
    encoding
        That of a text which is neither.
    separator
        What separates the cells, where it is known.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is empty, or its quotes do not match.
    """
    text = text_of(path, encoding=encoding)
    start = text[:200].lstrip().lower()
    if what := next((what for sign, what in _NO_TABLE.items() if start.startswith(sign)), ""):
        raise ScenarioError(
            Problem(
                tr("this is {what}, not a table", what=tr(what)),
                str(path),
                expected=tr("a CSV file"),
            )
        )
    try:
        rows = _rows_in(text, path, separator)
    except ScenarioError:
        if '\\"' not in text:
            raise
        rows = _rows_in(
            text.replace('\\"', '""'), path, separator
        )  # quotes in a text, as R's write.table has it
    if not rows:
        raise ScenarioError(
            Problem(tr("the table is empty"), str(path), expected=tr("a row of columns"))
        )
    return rows


def _rows_in(text: str, path: Path, separator: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text), delimiter=separator or separator_of(text), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not (line == 1 and _SEP_LINE.match(text)):
                rows.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        reason = tr("a quote may not be closed")
        if not any(mark in text.partition("\n")[0] for mark in SEPARATORS):
            reason = tr("neither commas, semicolons, tabs nor bars separate the cells")
        message = tr(
            "the table cannot be read from here on ({error}): {reason}",
            error=str(error), reason=reason,
        )  # fmt: skip
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
