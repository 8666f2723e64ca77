"""Sheets with columns of any name, as people and programs write them."""

import csv
import datetime as dt

import openpyxl
import pytest

from engine import load_scenario
from engine.errors import ScenarioError
from engine.importers.reports import Options
from tests.importers.conftest import (
    DEC,
    FIXTURES,
    SHEET,
    by_row,
    sheet,
    spans,
)


def test_an_arabic_sheet(take_in):
    rows = by_row(take_in("sheet", "sheet-arabic.csv"))
    first = rows[3][0]
    assert (first.site, first.kind, first.actor, first.confidence, str(first.date)) == (
        "mallah", "captured", "government", 0.8, DEC + "14",
    )  # fmt: skip
    assert (rows[4][0].site, rows[4][0].kind, rows[4][0].confidence) == ("azaz", "strike", 0.5)
    assert "Umm al-Qura" in rows[4][1]
    assert (rows[5][0].site, rows[5][0].kind) == ("castello-road", "closed")
    assert spans(rows[9][0])[:3] == (DEC + "13", DEC + "13", DEC + "14")
    for row, why in ((6, "no day '31/02/2015'"), (7, "'مكان مجهول'"), (8, "did you mean 'قصف'")):
        assert rows[row][0] is None
        assert why in rows[row][1]


def test_a_sheet_with_hxl_tags(take_in, scenario):
    imported = take_in("sheet", "sheet-hxl.csv")
    rows = by_row(imported)
    assert spans(rows[3][0])[:2] == (DEC + "14", DEC + "13")
    assert (rows[4][0].site, rows[4][0].kind) == ("hreitan", "fighting")
    assert rows[5][0].confidence == 0.9
    assert "confidence = '7.0': the number is out of range" in rows[6][1]
    assert load_scenario(scenario).events[2].note == '=HYPERLINK("http://example.org")'


def as_ods(path, rows):
    """Write the smallest ODS file that holds some rows of text."""
    import zipfile
    from xml.sax.saxutils import escape

    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(cell)}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}office:1.0" '
        f'xmlns:text="{names}text:1.0" xmlns:table="{names}table:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="s">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        book.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}"/>',
        )


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_workbooks_are_read_like_text(take_in, tmp_path, ending):
    with (FIXTURES / "sheet-arabic.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    path = tmp_path / f"report{ending}"
    if ending == ".ods":
        as_ods(path, rows)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.active["B4"] = dt.datetime(2014, 12, 15)
        book.save(path)
    events = take_in("sheet", path).result.events
    assert [(event.site, event.kind, str(event.date)) for event in events] == [
        ("mallah", "captured", DEC + "14"),
        ("azaz", "strike", DEC + "15"),
        ("castello-road", "closed", DEC + "16"),
        ("mallah", "fighting", DEC + "13"),
    ]


def test_a_running_number_is_no_id(take_in, tmp_path):
    for week in ("one", "two"):
        day = {"one": "14/12/2014", "two": "21/12/2014"}[week]
        rows = [SHEET[0], (1, day, "mallah", "raid", "State", ""), (2, day, "azaz", "raid", "", "")]
        imported = take_in("sheet", sheet(tmp_path / f"{week}.csv", rows))
        assert [row.event for row in imported.result.rows] == [
            f"sheet-{week}-2", f"sheet-{week}-3",
        ]  # fmt: skip


def test_different_rows_under_one_id_are_all_kept(take_in, tmp_path):
    rows = [
        ("id", *SHEET[0][1:]),
        ("7", *SHEET[1][1:]),
        ("7.0", *SHEET[2][1:]),
        ("7", *SHEET[1][1:]),
    ]
    imported = take_in("sheet", sheet(tmp_path / "in.csv", rows))
    assert [row.event for row in imported.result.rows] == ["7", "sheet-in-3", ""]
    assert "the id '7' is that of another event" in imported.result.rows[1].why


def test_the_order_of_day_and_month_is_that_of_the_whole_column(take_in, tmp_path):
    rows = [
        SHEET[0],
        (1, "12/05/2014", "mallah", "raid", "", ""),
        (2, "12/25/2014", "azaz", "raid", "", ""),
    ]
    imported = take_in("sheet", sheet(tmp_path / "us.csv", rows))
    assert [str(event.date) for event in imported.result.events] == ["2014-12-05", "2014-12-25"]
    assert imported.result.remarks == ["dates: the month comes first, as in '12/25/2014'"]
    both = [*rows, (3, "25/12/2014", "mare", "raid", "", "")]
    imported = take_in("sheet", sheet(tmp_path / "both.csv", both))
    assert [bool(row.event) for row in imported.result.rows] == [False, False, True]
    assert "may be 2014-05-12 or 2014-12-05" in imported.result.rows[0].why


@pytest.mark.parametrize("date1904", [False, True])
def test_days_as_numbers_of_either_date_system(take_in, tmp_path, date1904):
    book = openpyxl.Workbook()
    if date1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    count = (dt.date(2014, 12, 20) - dt.date(1904, 1, 1)).days + (0 if date1904 else 1462)
    places = ("mallah", "azaz", "mare", "hayyan", "ratyan")
    days = (dt.datetime(2014, 12, 20), count, str(count), count + 0.75, 20141220)
    for row in (
        ("date", "place", "event"),
        *((d, p, "raid") for d, p in zip(days, places, strict=True)),
    ):
        book.active.append(row)
    book.save(tmp_path / "days.xlsx")
    imported = take_in("sheet", tmp_path / "days.xlsx")
    assert [str(event.date) for event in imported.result.events] == ["2014-12-20"] * 5


@pytest.mark.parametrize("tags", [["#date+start", "#date+end"], ["#date+occurred", "#adm1"]])
def test_hxl_tags_alone_are_a_header(take_in, tmp_path, tags):
    rows = [(*tags, "#loc+name", "#event+type", "#group+actor"),
            ("2014-12-14", "2014-12-16", "mallah", "captured", "State")]  # fmt: skip
    (event,) = take_in("sheet", sheet(tmp_path / "hxl.csv", rows)).result.events
    if "#date+end" in tags:
        assert (str(event.earliest), str(event.latest), str(event.date)) == (
            "2014-12-14", "2014-12-16", "2014-12-15",
        )  # fmt: skip
    else:
        assert (event.earliest, str(event.date)) == (None, "2014-12-14")


def test_merged_cells_above_the_header_do_not_matter(take_in, tmp_path):
    book = openpyxl.Workbook()
    for row in (("Reports",), (), ("date", "place", "event"), ("2014-12-20", "mallah", "raid")):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.save(tmp_path / "title.xlsx")
    assert len(take_in("sheet", tmp_path / "title.xlsx").result.events) == 1


def test_merged_cells_are_refused_with_their_names(take_in, tmp_path):
    book = openpyxl.Workbook()
    for row in (("date", "place", "event"), ("2014-12-20", "mallah", "raid"), ("", "azaz", "raid")):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    path = tmp_path / "merged.xlsx"
    book.save(path)
    with pytest.raises(ScenarioError, match="A2:A3 are merged"):
        take_in("sheet", path)


def test_damage_of_a_spreadsheet_is_refused_by_row(take_in, tmp_path):
    rows = [("id", "date", "place", "event", "confidence"),
            ("2.01E+07", "2014-12-14", "mallah", "raid", "1"),
            ("2", "#####", "mallah", "raid", "1"),
            ("3", "2014-12-14", "#REF!", "raid", "1"),
            ("4", "2014-12-14", "mallah", "raid", "#DIV/0!"),
            ("5", "2014-12-14", "mallah", "raid", "1", "", "")]  # fmt: skip
    imported = take_in("sheet", sheet(tmp_path / "in.csv", rows))
    assert [row.event for row in imported.result.rows] == ["", "", "", "", "5"]
    assert "digits a spreadsheet has cut" in imported.result.rows[0].why
    assert all("is an error of a spreadsheet" in row.why for row in imported.result.rows[1:4])


def test_truth_values_are_nothing_else(take_in, tmp_path):
    usual = {"id": 1, "date": dt.date(2014, 12, 14), "place": "mallah", "event": "raid",
             "confidence": 0.5, "precision_km": 2}  # fmt: skip
    book = openpyxl.Workbook()
    book.active.append(list(usual))
    for key in usual:
        book.active.append(list((usual | {key: True}).values()))
    book.save(tmp_path / "in.xlsx")
    rows = take_in("sheet", tmp_path / "in.xlsx").result.rows
    assert [row.why.partition(":")[0].replace("_km", "") for row in rows] == [
        "id", "date", "site", "kind", "confidence", "precision",
    ]  # fmt: skip


def test_texts_by_other_names_and_quotes_of_r(take_in, tmp_path):
    rows = 'date\tplace\tevent\tnote\n2014-12-14\tmallah\traid\t"said \\"so\\", twice"\n'
    (tmp_path / "r.csv").write_text(rows)
    assert take_in("sheet", tmp_path / "r.csv").result.events[0].note == 'said "so", twice'
    for text, what in (("<html><table>", "a web page"), ("date,place\n", "a text")):
        (tmp_path / "a.xls").write_text(text)
        with pytest.raises(ScenarioError, match=f"this is {what}, whatever its name says"):
            take_in("sheet", tmp_path / "a.xls")


def test_hidden_rows_are_said_and_sheets_are_imported_one_by_one(take_in, scenario, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(("Contact: nobody",))
    for name, days in (("ديسمبر", (14, 15)), ("More", (16, 17))):
        table = book.create_sheet(name)
        table.append(("date", "place", "event"))
        for day in days:
            table.append((dt.datetime(2014, 12, day), "mallah", "raid"))
        table.row_dimensions[3].hidden = True
    path = tmp_path / "in.xlsx"
    book.save(path)
    with pytest.raises(ScenarioError, match="2 of its sheets have such columns"):
        take_in("sheet", path)
    with pytest.raises(ScenarioError, match="no sheet 'May'; expected one of Sheet, ديسمبر, More"):
        take_in("sheet", path, options=Options(sheet="May"))
    for name in ("ديسمبر", "More"):
        imported = take_in("sheet", path, options=Options(sheet=name))
        assert imported.result.remarks == ["hidden rows were read like any other: 3"]
    assert len(load_scenario(scenario).events) == 4
