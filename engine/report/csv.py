"""Cells of tables that travel: text stays text in every spreadsheet."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_text(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; what is no text stays as it is."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def write_csv(
    path: Path, columns: Iterable[str], rows: Iterable[Iterable[Any]], *, for_excel: bool = False
) -> None:
    """Write a table in UTF-8.

    Parameters
    ----------
    path
        The file.
    columns
        The header.
    rows
        The rows; days are written as YYYY-MM-DD.
    for_excel
        Begin the file with the mark by which Excel recognises UTF-8.
    """
    encoding = "utf-8-sig" if for_excel else "utf-8"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([as_text(value) for value in row] for row in rows)
