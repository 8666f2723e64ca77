"""Workbooks as other programs leave them: an odd extent, a space far away."""

from __future__ import annotations

import re
import time
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from engine.errors import ScenarioError
from engine.io.spreadsheets import read_sheet

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
    began = time.monotonic()
    assert read_sheet(odd) == read_sheet(workbook(tmp_path / "plain.xlsx"))
    assert time.monotonic() - began < 1


def test_filled_cells_that_no_table_can_hold_are_said(tmp_path: Path) -> None:
    odd = workbook(tmp_path / "odd.xlsx", (LAST_ROW, LAST_COLUMN, "x"))
    with pytest.raises(ScenarioError, match=r"odd.xlsx: the sheet has 7 .* as XFD1048576"):
        read_sheet(odd)


def test_many_true_rows_are_read(tmp_path: Path) -> None:
    far = workbook(tmp_path / "far.xlsx", (150_000, 1, "2014-12-21"))
    assert read_sheet(far).rows[-1] == (150_000, ("2014-12-21", "", ""))
