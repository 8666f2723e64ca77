"""Workbooks made readable: without cells far away that hold nothing, or an extent that is none.

A space in the last cell of a sheet makes a table of a million rows and 16,384 columns of it for the library that
reads workbooks. Some programs write an extent of whole rows (``1:7``), which it refuses. It takes errors of
formulas (``#REF!``) for empty cells, and TRUE of LibreOffice for 1: they are made text. It does not tell which rows are hidden, nor which cells
of an OpenDocument sheet are merged.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from engine.errors import Problem, ScenarioError
from engine.language import tr, trn

if TYPE_CHECKING:
    from pathlib import Path

MOST_UNPACKED = 2**30
"""Bytes of the parts of a workbook, unpacked."""
SMALL, MOST_RATIO = 2**26, 100
"""So many bytes may be unpacked whatever the ratio, and so many more for each packed one."""

MOST_CELLS = 20_000_000
"""Cells of the rectangle that holds all that is filled."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of merged ones; row and column from 0."""


class Unseen(NamedTuple):
    """What a sheet has beside its cells: merged cells, and rows that are hidden (counted from 1)."""

    merged: tuple[Range, ...]
    hidden: frozenset[int]


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EXTENT = re.compile(rb"<(?:\w+:)?dimension\b[^>]*?\bref=\"([^\"]*)\"")
_CELLS = re.compile(rb"[A-Z]+[0-9]+(:[A-Z]+[0-9]+)?")
_FAR_CELL = re.compile(rb"\sr=\"(?:[A-Z]{3}[0-9]|[A-Z]{1,2}[0-9]{6})")
_ERROR = b't="e"'
_PLACES = {
    "r": "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "rel": "{http://schemas.openxmlformats.org/package/2006/relationships}",
}
_HIDDEN = re.compile(
    rb"""<(?:\w+:)?row\b(?=[^>]*\shidden=["'](?:1|true)["'])[^>]*\sr=["'](\d+)["']"""
)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def check_unpacks(path: Path) -> None:
    """Refuse a workbook that is an archive (XLSX, ODS, XLSB) and unpacks to too much.

    Raises
    ------
    ScenarioError
        If it does.
    zipfile.BadZipFile
        If it is a broken archive.
    """
    most = min(MOST_UNPACKED, SMALL + MOST_RATIO * path.stat().st_size)
    with zipfile.ZipFile(path) as book:
        if sum(part.file_size for part in book.infolist()) > most:
            message = tr("the workbook is too large when unpacked")
            expected = tr("at most {mb} MB for a file of this size", mb=most // 2**20)
            raise ScenarioError(Problem(message, str(path), expected=expected))


def readable(path: Path) -> io.BytesIO | None:
    """Return a workbook without what cannot be read; None if it can be read as it is.

    Parameters
    ----------
    path
        An XLSX file.

    Raises
    ------
    ScenarioError
        If filled cells lie so far apart that no table can hold them.
    OSError, zipfile.BadZipFile
        If it is no archive.
    """
    with zipfile.ZipFile(path) as book:
        sheets = {name: book.read(name) for name in book.namelist() if _SHEET.fullmatch(name)}
        unusual = {name for name, data in sheets.items() if _is_unusual(data)}
        if not unusual:
            return None
        blank = _blank_strings(book)
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as out:
            for name in book.namelist():
                data = sheets.get(name) or book.read(name)
                out.writestr(name, _trimmed(data, blank, path) if name in unusual else data)
    copy.seek(0)
    return copy


def _is_unusual(sheet: bytes) -> bool:
    extent = _EXTENT.search(sheet, 0, 4096)
    if _ERROR in sheet or (extent and not _CELLS.fullmatch(extent[1])):
        return True
    return _FAR_CELL.search(sheet) is not None


def hidden_rows(path: Path, name: str) -> frozenset[int]:
    """Return the rows of a sheet that nobody sees, by a filter or by hand; counted from 1.

    Parameters
    ----------
    path
        An XLSX file.
    name
        The name of the sheet.
    """
    with zipfile.ZipFile(path) as book:
        sheets = ET.fromstring(book.read("xl/workbook.xml"))  # noqa: S314 - expat refuses what swells
        link = next(
            (
                s.get(f"{_PLACES['r']}id")
                for s in sheets.iter(f"{_MAIN}sheet")
                if s.get("name") == name
            ),
            None,
        )
        parts = ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - expat refuses what swells
        targets = {
            rel.get("Id"): rel.get("Target", "")
            for rel in parts.iter(f"{_PLACES['rel']}Relationship")
        }
        part = targets.get(link, "").removeprefix("/xl/")
        if f"xl/{part}" not in book.namelist():
            return frozenset()
        return frozenset(int(row) for row in _HIDDEN.findall(book.read(f"xl/{part}")))


def _blank_strings(book: zipfile.ZipFile) -> set[str]:
    """Return the numbers of the shared strings of which nothing can be seen."""
    name = "xl/sharedStrings.xml"
    if name not in book.namelist():
        return set()
    items = ET.fromstring(book.read(name))  # noqa: S314 - expat refuses what swells
    return {
        str(number) for number, item in enumerate(items) if not "".join(item.itertext()).strip()
    }


def _trimmed(sheet: bytes, blank: set[str], path: Path) -> bytes:
    """Return a sheet without its extent and its blank cells."""
    ET.register_namespace("", _MAIN.strip("{}"))
    root = ET.fromstring(sheet)  # noqa: S314 - expat refuses what swells
    for extent in root.findall(f"{_MAIN}dimension"):
        root.remove(extent)
    rows = root.find(f"{_MAIN}sheetData")
    rows = ET.Element("none") if rows is None else rows
    for row in list(rows):
        for cell in [cell for cell in row if _is_blank(cell, blank)]:
            row.remove(cell)
        for cell in row:
            if cell.get("t") == "e":
                cell.set("t", "str")
        if not len(row):
            rows.remove(row)
    filled = [cell.get("r", "") for row in rows for cell in row]
    columns = [_column(name) for name in filled] or [1]
    lines = [int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 1) for name in filled] or [1]
    if (max(columns) - min(columns) + 1) * (max(lines) - min(lines) + 1) > MOST_CELLS:
        far = max(filled, key=lambda name: (len(name), name))
        message = trn(
            "the sheet has {n:,} filled cells, one as far away as {cell}",
            "the sheet has {n:,} filled cells, one as far away as {cell}", len(filled), cell=far,
        )  # fmt: skip
        raise ScenarioError(Problem(message, str(path), expected=tr("a table without gaps")))
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _is_blank(cell: ET.Element, blank: set[str]) -> bool:
    text = "".join(part.text or "" for part in cell.iter() if part.tag != f"{_MAIN}f").strip()
    return not text or (cell.get("t") == "s" and text in blank)


def _column(name: str) -> int:
    number = 0
    for letter in name.rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


# OpenDocument.

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_ERROR = re.compile(rb'office:string-value="[^"]*"(?=\s+calcext:value-type="error")')
"""What makes an error look empty: the text of the cell has it."""
_ODS_WORD = re.compile(
    rb'(<table:table-cell\b[^>]*?) office:value-type="float" office:value="[01]"'
    rb'(?: calcext:value-type="float")?(?=[^>]*>\s*<text:p>[^<>\d]+</text:p>)'
)
"""A number that is shown as a word, as LibreOffice keeps TRUE."""
_ODS_GAP = re.compile(
    rb"(?<=>)\s+(?=</?(?:table:(?:table-row|table-cell|covered-table-cell)|text:p)\b)"
)
"""White space between elements, as GDAL writes it, which the library that reads workbooks refuses."""
_TELLING = re.compile(rb'-spanned="|value-type="error"|table:visibility="(?:collapse|filter)"')


def readable_ods(path: Path) -> tuple[io.BytesIO | None, dict[str, Unseen]]:
    """Return an ODS workbook with its errors as text (None if it has none), and what its sheets have.

    Raises
    ------
    ScenarioError
        If it unpacks to too much.
    OSError, zipfile.BadZipFile
        If it is no archive.
    """
    with zipfile.ZipFile(path) as book:
        if "content.xml" not in book.namelist():
            return None, {}
        content = book.read("content.xml")
        changed = _ODS_ERROR.sub(b"", content)
        changed = _ODS_WORD.sub(rb'\1 office:value-type="string"', changed)
        changed = _ODS_GAP.sub(b"", changed) if _ODS_GAP.search(changed) else changed
        if changed == content and not _TELLING.search(content):
            return None, {}
        root = ET.fromstring(content)  # noqa: S314 - expat refuses what swells
        told = {
            sheet.get(f"{_TABLE}name", ""): _unseen(sheet) for sheet in root.iter(f"{_TABLE}table")
        }
        if changed == content:
            return None, told
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as out:
            for name in book.namelist():
                out.writestr(name, changed if name == "content.xml" else book.read(name))
    copy.seek(0)
    return copy, told


def _unseen(sheet: ET.Element) -> Unseen:
    """Return the merged cells and the hidden rows of a sheet."""
    merged: list[Range] = []
    hidden: set[int] = set()
    at = 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in row:
            down, across = (
                int(cell.get(f"{_TABLE}number-{way}-spanned", "1")) for way in ("rows", "columns")
            )
            if down * across > 1:
                merged.append(((at, column), (at + down - 1, column + across - 1)))
            column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        repeated = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        if row.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
            hidden |= set(range(at + 1, at + 1 + min(repeated, 1_048_576)))
        at += repeated
    return Unseen(tuple(merged), frozenset(hidden))
