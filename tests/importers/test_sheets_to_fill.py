"""Workbooks to be filled in: in the language spoken, and read back."""

import openpyxl
import pytest

from engine import load_scenario
from engine.cli import main
from engine.importers.reading.accepted import read_drafts
from engine.language import speaking


def new(monkeypatch, folder, *words):
    folder.mkdir()
    area = ("--around", "azaz", "--km", "5", "--start", "2014-12-01", "--end", "2014-12-09")
    asked = ("--title", "T", "--actor", "المجلس", "--actor", "B", "--sheets", "--quiet", *area)
    monkeypatch.setattr("sys.argv", ["supplyline", "new", str(folder / "t.toml"), *asked, *words])
    with speaking("en"), pytest.raises(SystemExit) as ended:  # and spoken as before, after it
        main()
    assert not ended.value.code
    return folder / "t.toml"


def test_sheets_in_arabic_are_filled_in_and_read_back(tmp_path, monkeypatch):
    path = new(monkeypatch, tmp_path / "ar", "--lang", "ar")
    assert "# سيناريو" in path.read_text(encoding="utf-8")
    holdings, events = (path.with_name(f"t-{name}.xlsx") for name in ("holdings", "events"))
    book = openpyxl.load_workbook(holdings)
    sheet = book.active
    assert sheet.sheet_view.rightToLeft
    assert [cell.value for cell in sheet[2]][:4] == [
        "الموقع",
        "اسم المكان",
        "الجهة المسيطرة",
        "الحالة",
    ]
    assert {row[3].value for row in sheet.iter_rows(min_row=3)} == {"تحت السيطرة"}
    sheet["C3"], sheet["D3"] = "المجلس", "متنازع عليه"
    book.save(holdings)
    book = openpyxl.load_workbook(events)
    names = [cell.value for cell in book.active[2]]
    told = {"التاريخ": "2014-12-03", "الموقع": "azaz", "نوع الحدث": "سيطرة", "الجهة": "B"}
    book.active.append([told.get(name) for name in names])
    book.save(events)
    scenario = load_scenario(path)
    assert (scenario.baseline[0].holder, scenario.baseline[0].condition) == ("المجلس", "contested")
    assert [(event.kind, event.actor) for event in scenario.events] == [("captured", "B")]


def test_sheets_in_english_have_the_columns_of_the_tables(tmp_path, monkeypatch):
    path = new(monkeypatch, tmp_path / "en", "--lang", "en")
    sheet = openpyxl.load_workbook(path.with_name("t-events.xlsx")).active
    assert not sheet.sheet_view.rightToLeft
    assert [cell.value for cell in sheet[2]][:2] == ["id", "date"]
    assert load_scenario(path).baseline


def test_help_stands_above_every_column():
    from engine.importers.template import COLUMNS, HELP
    from engine.scenario.vocabulary import columns_by_name

    for section, columns in COLUMNS.items():
        assert set(columns) <= set(HELP)
        with speaking("en"):
            assert len(columns_by_name([HELP[key] for key in columns], section)) <= 2


def test_drafts_under_arabic_headers_are_taken(tmp_path):
    table = tmp_path / "drafts.csv"
    header = "القبول,الجملة,المكان,نوع الحدث,الجهة,التاريخ"
    rows = (
        "نعم,s,azaz,سيطرة,north,2014-12-02\nمرفوض,s,mare,قصف,,2014-12-02\n,s,mare,قصف,,2014-12-03\n"
    )
    table.write_text(f"{header}\n{rows}", encoding="utf-8")
    with speaking("ar"):
        taken, refused, open_ = read_drafts(table).reports
    assert (taken.values["kind"], taken.place, taken.values["actor"]) == (
        "captured",
        "azaz",
        "north",
    )
    assert (refused.refused, open_.refused) == ("لم يُقبل", "لم يقبله أحد بعد: العمود accept فارغ")
