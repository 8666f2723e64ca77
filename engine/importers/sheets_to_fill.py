"""Tables to be filled in as workbooks: help above the columns, words to choose from, in the language spoken."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from engine.language import direction_of, marked, spoken, tr
from engine.scenario.vocabulary import KEYS, word_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

HELP = {
    "site": marked("Where: a place, a road or an area"),
    "id": marked("A name of the row, where others speak of it"),
    "date": marked("When it happened"),
    "earliest": marked("The first day on which it may have happened"),
    "latest": marked("The last day on which it may have happened"),
    "reported": marked("When it became known"),
    "until": marked("The first day on which it no longer counts"),
    "kind": marked("What is said to have happened"),
    "actor": marked("Who captured it, or is said to hold it"),
    "defender": marked("Who still held it afterwards"),
    "holder": marked("Who holds it"),
    "condition": marked("The state of the ground"),
    "contestants": marked("Who contests it, with semicolons between them"),
    "confidence": marked("How sure it is, 0 to 1"),
    "source": marked("Who says so"),
    "note": marked("Anything else that a reader should know"),
}
"""What to write into each column."""
_DAYS = ("date", "earliest", "latest", "reported", "until")
_ACTORS = ("actor", "defender", "holder")
_NAMES = {"baseline": marked("holdings"), "events": marked("events")}
_ROWS = 1000
"""So many rows have a choice of words."""
_LONGEST_CHOICE = 255
"""So many letters the choices of a cell may have together."""


def write_sheet(
    file: Path,
    section: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    actors: Sequence[str],
) -> None:
    """Write a table of a scenario as a workbook to be filled in.

    Parameters
    ----------
    file
        The workbook (.xlsx).
    section
        ``baseline`` or ``events``.
    columns
        The columns, in their order.
    rows
        What stands in them already, by column.
    actors
        The parties, by their labels.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # the same bytes every time
        _fill(book, book.add_worksheet(tr(_NAMES[section])), section, columns, actors)
        for at, row in enumerate(rows, 2):
            for column, key in enumerate(columns):
                book.worksheets()[0].write_string(at, column, _shown(key, row.get(key, "")))


def _shown(key: str, value: str) -> str:
    return word_for(key, value) if key in KEYS and value else value


def _fill(
    book: Workbook, sheet: Worksheet, section: str, columns: Sequence[str], actors: Sequence[str]
) -> None:
    """Write help and names of columns, and say what may be chosen below them."""
    if direction_of(spoken().code) == "rtl":
        sheet.right_to_left()
    of_help = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
    of_names = book.add_format({"bold": True, "bottom": 1})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_row(0, 60)
    sheet.freeze_panes(2, 0)
    for column, key in enumerate(columns):
        sheet.write_string(0, column, tr(HELP[key]), of_help)
        sheet.write_string(1, column, word_for(section, key), of_names)
        sheet.set_column(column, column, 18, days if key in _DAYS else None)
        words = [word_for(key, one) for one in KEYS[key]] if key in KEYS else []
        choices = list(actors) if key in _ACTORS else words
        if choices and len(",".join(choices)) <= _LONGEST_CHOICE:
            sheet.data_validation(
                2, column, _ROWS, column,
                {"validate": "list", "source": choices, "error_type": "warning"},
            )  # fmt: skip
