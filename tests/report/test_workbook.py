"""Sheets, read back by another program: dates are dates, text is text, Arabic is intact."""

from __future__ import annotations

import csv
import datetime as dt
import math
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

import engine
from engine.analysis.analysis import SPELL_COLUMNS
from engine.report.sheets import sheets_of, write_csv_sheets
from engine.report.workbook import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from engine import Analysis

NAMES = ["overview", "status", "events"]
FILES = ["overview", "status", "isolated-places", "events", "sources"]


def read(path: Path, sheet: str) -> list[list[Any]]:
    rows: list[list[Any]] = (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    )
    return rows


def test_days_are_dates_and_arabic_is_intact(seed: Analysis, tmp_path: Path) -> None:
    path = write_xlsx(seed, tmp_path / "sheets.xlsx")
    assert CalamineWorkbook.from_path(str(path)).sheet_names == NAMES
    header, first, second, *_ = read(path, "status")
    assert header == list(SPELL_COLUMNS)
    assert first[3] == "طريق الكاستيلو"
    assert (second[7], second[4]) == ("at risk", dt.date(2014, 12, 14))
    assert len(read(path, "events")) == 31


def test_columns_are_as_wide_as_what_is_in_them(seed: Analysis, tmp_path: Path) -> None:
    path = write_xlsx(seed, tmp_path / "sheets.xlsx")
    book = zipfile.ZipFile(path)
    first, second = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    for sheet in (first, second):
        assert 'customWidth="1"' in sheet
        assert 'customHeight="1"' in sheet
        assert 'orientation="landscape"' in sheet
    assert "ySplit" in second  # the header stays in view
    assert "fitToHeight" not in first  # one page, of which the default is 1
    assert 'fitToHeight="0"' in second
    names = book.read("xl/workbook.xml").decode()
    assert names.count("_xlnm.Print_Area") == 3
    assert names.count("_xlnm.Print_Titles") == 2


def pages(sheet: Worksheet) -> int:
    """Return how many printed pages of A4 a sheet takes: it is fitted to one, or to the width of one."""
    if sheet.page_setup.fitToHeight != 0:
        return 1
    shown = [size for size in sheet.column_dimensions.values() if not size.hidden]
    width = sum((size.max - size.min + 1) * (size.width * 7 + 5) * 0.75 for size in shown)
    scale = min(1, (842 - 72 * 0.8) / width)
    heights = [sheet.row_dimensions[row].height or 15 for row in range(1, sheet.max_row + 1)]
    return math.ceil(scale * sum(heights) / (595 - 72 * 1.1))


def test_the_seed_case_prints_on_three_pages(seed: Analysis, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(seed, tmp_path / "sheets.xlsx"))
    assert {sheet.title: pages(sheet) for sheet in book} == dict.fromkeys(NAMES, 1)


def test_tags_and_probabilities_leave_no_table_empty(seed: Analysis, tmp_path: Path) -> None:
    chances = engine.probabilities(seed, dates="2014-12-31")
    for hxl in (False, True):
        path = write_xlsx(seed, tmp_path / "sheets.xlsx", chances, hxl=hxl)
        rows = read(path, "overview")[4 + hxl :][:4]
        assert [row[2] for row in rows] == ["at risk", "open", "open", "at risk"]
        assert all(sum(row[3:7]) == pytest.approx(1, abs=0.001) for row in rows)
    for sheet in sheets_of(seed, chances).values():
        tags = [column.tag for column in sheet.columns]
        assert len(set(tags)) == len(tags), sheet.name


def test_hxl_tags_stand_below_the_header(seed: Analysis, tmp_path: Path) -> None:
    path = write_xlsx(seed, tmp_path / "sheets.xlsx", hxl=True)
    for name in NAMES:
        header = 3 if name == "overview" else 0
        names, tags = read(path, name)[header : header + 2]
        told = [tag for column, tag in zip(names, tags, strict=True) if column]
        assert told
        assert all(str(tag).startswith("#") for tag in told)


def test_formulas_are_text_to_the_letter(hostile: Analysis, tmp_path: Path) -> None:
    path = write_xlsx(hostile, tmp_path / "sheets.xlsx")
    cells = [cell for name in NAMES for row in read(path, name) for cell in row]
    assert hostile.scenario.events[0].note in cells
    package = zipfile.ZipFile(path)
    sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
    assert not any(
        b"<f>" in package.read(name) or b"<hyperlink" in package.read(name) for name in sheets
    )


def test_csv_has_the_mark_that_excel_needs_only_on_request(seed: Analysis, tmp_path: Path) -> None:
    for for_excel in (False, True):
        paths = write_csv_sheets(
            seed, tmp_path / str(for_excel), for_excel=for_excel, hxl=for_excel
        )
        assert [path.name for path in paths] == [*(f"{n}.csv" for n in FILES), "datapackage.json"]
        assert paths[0].read_bytes().startswith(b"\xef\xbb\xbf") == for_excel
        with paths[0].open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert "طريق الكاستيلو" in rows[1 + for_excel]


def test_csv_of_hostile_text_runs_nowhere(hostile: Analysis, tmp_path: Path) -> None:
    for path in write_csv_sheets(hostile, tmp_path)[:-1]:
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_same_input_gives_same_bytes(seed: Analysis, tmp_path: Path) -> None:
    one, other = (write_xlsx(seed, tmp_path / name) for name in ("one.xlsx", "other.xlsx"))
    assert one.read_bytes() == other.read_bytes()


def test_every_row_has_a_cell_for_every_column(seed: Analysis, hostile: Analysis) -> None:
    for analysis in (seed, hostile):
        for sheet in sheets_of(analysis).values():
            assert all(len(row) == len(sheet.columns) for row in sheet.rows), sheet.name


def test_isolated_places_are_those_without_supply(hostile: Analysis, seed: Analysis) -> None:
    assert (
        sheets_of(seed)["isolated places"].rows == []
    )  # eastern Aleppo is never besieged in the seed scenario
    assert not hostile.enclaves
