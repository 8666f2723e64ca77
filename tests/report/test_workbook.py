"""Sheets, read back by another program: dates are dates, text is text, Arabic is intact."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineWorkbook

from engine.analysis.analysis import SPELL_COLUMNS
from engine.report.sheets import sheets_of, write_csv_sheets
from engine.report.workbook import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

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
