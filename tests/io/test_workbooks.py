"""Workbooks as other programs leave them: an odd extent, a space far away."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from engine.errors import ScenarioError
from engine.io.spreadsheets import Sheet, read_sheet
from tests.work import at_most_calls

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (("date", "site", "kind"), ("2014-12-20", "a", "captured"))
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


def workbook(path: Path, *cells: tuple[int, int, str]) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    for row, column, text in cells:
        book.active.cell(row, column, text)
    book.save(path)
    return path


@pytest.mark.parametrize("extent", ["1:7", "A:C", "A1:XFD1048576", "A1", ""])
def test_the_extent_that_a_sheet_states_does_not_matter(tmp_path: Path, extent: str) -> None:
    plain, odd = workbook(tmp_path / "plain.xlsx"), tmp_path / "odd.xlsx"
    with zipfile.ZipFile(plain) as book, zipfile.ZipFile(odd, "w") as out:
        for name in book.namelist():
            data = book.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb'ref="A1:C2"', f'ref="{extent}"'.encode(), data)
                assert f'ref="{extent}"'.encode() in data
            out.writestr(name, data)
    assert read_sheet(odd) == read_sheet(plain)


@pytest.mark.parametrize("at", [(LAST_ROW, 1), (2, LAST_COLUMN), (LAST_ROW, LAST_COLUMN)])
@pytest.mark.parametrize("text", [" ", "\u00a0"])
def test_a_space_far_away_is_no_table(tmp_path: Path, at: tuple[int, int], text: str) -> None:
    odd = workbook(tmp_path / "odd.xlsx", (*at, text))
    with at_most_calls(1_000_000):
        found = read_sheet(odd)
    assert found == read_sheet(workbook(tmp_path / "plain.xlsx"))


def test_filled_cells_that_no_table_can_hold_are_said(tmp_path: Path) -> None:
    odd = workbook(tmp_path / "odd.xlsx", (LAST_ROW, LAST_COLUMN, "x"))
    with pytest.raises(ScenarioError, match=r"odd.xlsx: the sheet has 7 .* as XFD1048576"):
        read_sheet(odd)


def test_many_true_rows_are_read(tmp_path: Path) -> None:
    far = workbook(tmp_path / "far.xlsx", (150_000, 1, "2014-12-21"))
    assert read_sheet(far).rows[-1] == (150_000, ("2014-12-21", "", ""))


# What a sheet has beside the values of its cells: errors, hidden rows and sheets, merged cells.

ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Sheet">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def ods(path: Path, rows: str) -> Path:
    """Write a sheet as LibreOffice does."""
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        out.writestr("content.xml", ODS.format(rows=rows))
    return path


def text(value: str, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def test_errors_of_formulas_are_no_empty_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("date", "site"), ("#DIV/0!", "a")):
        book.active.append(row)
    assert book.active["A2"].data_type == "e"
    book.save(tmp_path / "a.xlsx")
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        "</table:table-cell>"
    )
    cells = (text("date") + text("site"), error + text("a"))
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    for path in (tmp_path / "a.xlsx", ods(tmp_path / "a.ods", rows)):
        assert read_sheet(path).rows[1] == (2, ("#DIV/0!", "a"))


def test_a_number_that_is_shown_as_a_word_is_that_word(tmp_path: Path) -> None:
    number = (
        '<table:table-cell table:formula="of:=TRUE()" office:value-type="float" office:value="1" '
        'calcext:value-type="float"><text:p>{}</text:p></table:table-cell>'
    )
    cells = "".join(number.format(shown) for shown in ("WAHR", "1", "1 km"))
    rows = (
        f"<table:table-row>{text('a')}</table:table-row><table:table-row>{cells}</table:table-row>"
    )
    assert read_sheet(ods(tmp_path / "a.ods", rows)).rows[1] == (2, ("WAHR", 1.0, 1.0))


def test_hidden_rows_and_merged_cells_are_known(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("date", "site"), ("2014-12-20", "a"), ("", "b")):
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    spanned = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
    rows = (
        f"<table:table-row>{text('date')}{text('site')}</table:table-row>"
        f'<table:table-row table:visibility="filter">{text("2014-12-20", spanned)}{text("a")}'
        f"</table:table-row><table:table-row><table:covered-table-cell/>{text('b')}"
        "</table:table-row>"
    )
    for path in (tmp_path / "a.xlsx", ods(tmp_path / "a.ods", rows)):
        sheet = read_sheet(path)
        assert sheet.hidden == {2}
        with pytest.raises(ScenarioError, match="A2:A3 are merged"):
            sheet.table(len)


def test_of_several_sheets_the_one_that_is_recognised(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(("Read me: what the columns mean",))
    for name, state in (("old", "hidden"), ("December", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in ROWS:
            sheet.append(row)
    path = tmp_path / "a.xlsx"
    book.save(path)

    def recognised(sheet: Sheet) -> int:
        return sheet.recognises(lambda names: len({"date", "site"} & {*names}))

    assert read_sheet(path, recognised=recognised).name == "December"
    book["old"].sheet_state = "visible"
    book.save(path)
    with pytest.raises(ScenarioError, match="2 of its sheets have such columns: 'old' and 'Dec"):
        read_sheet(path, recognised=recognised)
    assert read_sheet(path, "old", recognised=recognised).name == "old"
