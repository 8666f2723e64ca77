"""Tables in text as programs save them: what separates the cells, how letters are written."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from engine.errors import ScenarioError
from engine.io.spreadsheets import code_of
from engine.io.tables import read_rows

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    ["date", "place", "note", "confidence"],
    ["2014-12-20", "حندرات", "a, b, c and d", "0,5"],
    ["2014-12-21", "Azaz", 'said "so"', "0,6"],
]


def table(separator: str, end: str = "\n") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator=end).writerows(ROWS)
    return file.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "above", ["", "Reports; week 50, North, Aleppo, made up, of all\n\n", "sep="]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_what_separates_cells_and_how_letters_are_written(
    tmp_path: Path, separator: str, above: str, encoding: str
) -> None:
    above = f"sep={separator}\r\n" if above == "sep=" else above
    path = tmp_path / "a.csv"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path.write_bytes((mark + above + table(separator, "\r\n")).encode(encoding))
    rows = [cells for _, cells in read_rows(path)]
    assert rows[-3:] == ROWS
    assert len(rows) == 3 + above.startswith("Reports")


def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(";").encode("windows-1256"))
    with pytest.raises(ScenarioError, match=r"line 2: byte 0xcd is not UTF-8.*--encoding"):
        read_rows(path)
    assert read_rows(path, "windows-1256")[1][1] == ROWS[1]
    with pytest.raises(ScenarioError, match=r"there is no encoding 'windows-12'"):
        read_rows(path, "windows-12")


def test_digits_that_a_spreadsheet_has_cut_are_not_read() -> None:
    for text in ("2.01E+07", "2,01E+07", "1e+05"):
        with pytest.raises(ValueError, match="whose digits a spreadsheet has cut"):
            code_of(text, "id")
    assert [code_of(text, "id") for text in ("7E3", "007", "12.0")] == ["7E3", "007", "12"]


@pytest.mark.parametrize(
    ("text", "what"),
    [('[{"date": 1}]', "JSON"), ("<!DOCTYPE html><html>", "a web page"), ("<?xml ?>", "XML")],
)
def test_what_is_no_table_is_said(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=f"this is {what}, not a table"):
        read_rows(path)


def test_cells_with_spaces_between_them_are_no_open_quote(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text('"date" "place"\n"1" 2014-12-20 "a"\n')  # as write.table of R does
    with pytest.raises(ScenarioError, match="neither commas, semicolons, tabs nor bars separate"):
        read_rows(path)
