"""ACLED and UCDP GED: made-up files in the shape that their publishers document, and as other programs write them."""

import csv

import openpyxl
import pandas as pd
import pytest

from tests.importers.conftest import (
    DEC,
    FIXTURES,
    by_row,
    like_r,
    semicolons,
    sites,
    spans,
)

ACLED = pd.read_csv(FIXTURES / "acled.csv")
GED = pd.read_csv(FIXTURES / "ucdp-ged.csv")
TAKEN = {
    "EXA1": "mallah", "EXA2": "handarat-camp", "EXA3": "mallah", "EXA4": "azaz", "EXA5": "azaz",
    "EXA8": "mare",
}  # fmt: skip


def with_gaps(frame, path):
    """Write as pandas does after a gap in the columns of codes: whole numbers as 1.0."""
    gap = pd.concat([frame, pd.DataFrame([{}])], ignore_index=True)
    gap.to_csv(path, index=False)
    text = path.read_text().rstrip("\n").rsplit("\n", 1)[0]
    assert ",1.0," in text
    path.write_text(text + "\n")


def in_capitals(frame, path):
    frame.rename(columns=str.upper).to_csv(path, index=False)


def with_tags(frame, path):
    """Write as the Humanitarian Data Exchange does: a row of HXL tags below the header."""
    tags = pd.DataFrame([{name: f"#{name.split('_')[0]}+x" for name in frame.columns}])
    pd.concat([tags, frame.astype(object)]).to_csv(path, index=False)


def with_title(frame, path):
    """Write a workbook with a merged title and an empty row above the header."""
    frame.to_excel(path, index=False, startrow=2)
    book = openpyxl.load_workbook(path)
    book.active["A1"] = "Events"
    book.active.merge_cells("A1:F1")
    book.save(path)


def as_strings(frame, path):
    frame.astype(str).to_excel(path, index=False)


def shuffled(frame, path):
    """Write the columns in another order, some that nobody needs left out."""
    frame[sorted(frame.columns.drop("iso", errors="ignore"))].to_csv(path, index=False)


def tabs(frame, path):
    frame.to_csv(path, index=False, sep="\t")


WAYS = {
    "r": (like_r, "csv"), "gaps": (with_gaps, "csv"), "capitals": (in_capitals, "csv"),
    "tags": (with_tags, "csv"), "title": (with_title, "xlsx"), "excel": (semicolons, "csv"),
    "text": (as_strings, "xlsx"), "shuffled": (shuffled, "csv"), "tabs": (tabs, "csv"),
    "workbook": (lambda frame, path: frame.to_excel(path, index=False), "xlsx"),
}  # fmt: skip


def test_acled(take_in):
    rows = by_row(take_in("acled", "acled.csv"))
    assert len(rows) == 12
    taken = {
        2: ("mallah", "captured", "government", (), (DEC + "14", "", "", "")),
        3: (
            "handarat-camp", "contested", None, ("government", "opposition"),
            (DEC + "15", "", "", DEC + "16"),
        ),
        4: ("mallah", "captured", "opposition", (), (DEC + "16", DEC + "13", DEC + "19", "")),
        5: ("azaz", "strike", "government", (), (DEC + "17", "", "", "")),
        6: ("azaz", "strike", "opposition", (), (DEC + "18", "", "", "")),
        9: ("mare", "captured", "opposition", (), (DEC + "21", DEC + "01", DEC + "31", "")),
    }  # fmt: skip
    for row, expected in taken.items():
        event = rows[row][0]
        assert (event.site, event.kind, event.actor, event.contestants, spans(event)) == expected
    refused = {
        7: "does not say who holds ground",
        8: "does not say who holds ground",
        10: "geo_precision is 3",
        11: "no actor of the scenario stands for 'Unheard-of Brigade'",
        12: "within 2 km of the point 34.0, 40.0",
        13: "no day '31 February 2014'",
    }
    assert {row: rows[row][1] for row in refused if rows[row][0]} == {}
    assert all(fragment in rows[row][1] for row, fragment in refused.items())
    assert rows[2][0].source == "Made-up Observatory"
    assert rows[2][0].precision_km == 2
    assert rows[6][0].precision_km == 10
    assert "'azaz' is 0.6 km off" in rows[6][1]


def test_ucdp_ged(take_in):
    rows = by_row(take_in("ucdp-ged", "ucdp-ged.csv"))
    assert len(rows) == 7
    camp, mare, ratyan, azaz = (rows[row][0] for row in (2, 3, 5, 8))
    assert (camp.site, camp.kind, camp.contestants) == (
        "handarat-camp", "fighting", ("government", "opposition"),
    )  # fmt: skip
    assert camp.note == "UCDP GED: deaths best 12, low 9, high 20"
    assert spans(camp) == (DEC + "15", DEC + "15", DEC + "15", DEC + "16")
    assert mare.contestants == ("isis", "opposition")
    assert spans(mare) == (DEC + "18", DEC + "16", DEC + "20", DEC + "21")
    assert mare.note.endswith("the report is not clear")
    assert (ratyan.site, ratyan.precision_km) == ("ratyan", 25)
    assert azaz.contestants == ("government",)
    assert "left out Unheard-of Brigade" in rows[8][1]
    for row, why in (
        (4, "one-sided"),
        (6, "only the province"),
        (7, "not known to within a month"),
    ):
        assert rows[row][0] is None
        assert why in rows[row][1]


@pytest.mark.parametrize("way", WAYS)
def test_acled_as_other_programs_write_it(take_in, tmp_path, way):
    write, ending = WAYS[way]
    path = tmp_path / f"export.{ending}"
    write(ACLED.copy(), path)
    assert sites(take_in("acled", path)) == TAKEN


@pytest.mark.parametrize("way", WAYS)
def test_ged_as_other_programs_write_it(take_in, tmp_path, way):
    write, ending = WAYS[way]
    path = tmp_path / f"export.{ending}"
    write(GED.copy(), path)
    plain = {"handarat-camp", "mare", "ratyan", "azaz"}
    assert set(sites(take_in("ucdp-ged", path)).values()) == plain


def test_acled_of_before_2019_names_no_sub_types(take_in, tmp_path):
    old = ACLED.drop(columns=["sub_event_type", "disorder_type"]).rename(columns=str.upper)
    of = {"Government regains territory": "Battle-Government regains territory",
          "Armed clash": "Battle-No change of territory",
          "Non-state actor overtakes territory": "Battle-Non-state actor overtakes territory",
          "Non-violent transfer of territory": "Non-violent transfer of territory"}  # fmt: skip
    old["EVENT_TYPE"] = [
        of.get(sub, "Remote violence" if kind.startswith("Expl") else kind)
        for kind, sub in zip(ACLED["event_type"], ACLED["sub_event_type"], strict=True)
    ]
    codes = {"State forces": 1, "Rebel group": 2, "Civilians": 7, "Protesters": 6}
    for number in "12":
        old[f"INTER{number}"] = [codes.get(side, 0) for side in ACLED[f"inter{number}"]]
    path = tmp_path / "old.csv"
    old.rename(columns={"TIME_PRECISION": "TIME_PRECI", "GEO_PRECISION": "GEO_PRECIS"}).to_csv(
        path, index=False
    )
    imported = take_in("acled", path)
    assert sites(imported) == TAKEN
    assert imported.result.remarks[0] == "the file has no sub_event_type"


def test_a_code_that_names_no_side_is_said_and_nobody_is_guessed(take_in, tmp_path):
    frame = ACLED.iloc[:1].assign(inter1="Unknown", inter2="0")
    frame.to_csv(tmp_path / "a.csv", index=False)
    imported = take_in("acled", tmp_path / "a.csv")
    assert imported.result.events == []
    assert (
        "does not say by whom: inter1 and inter2 name no such side" in imported.result.rows[0].why
    )


def test_rows_without_an_id_get_one_and_the_same_report_is_one(take_in, tmp_path):
    frame = pd.concat([ACLED.iloc[[0, 2, 0]]]).assign(event_id_cnty="")
    frame.to_csv(tmp_path / "a.csv", index=False)
    imported = take_in("acled", tmp_path / "a.csv")
    assert [row.event for row in imported.result.rows] == ["acled-a-2", "acled-a-3", ""]
    assert "the same report as 'acled-a-2'" in imported.result.rows[2].why


def test_a_later_edition_of_an_event_is_told_to_differ(take_in, tmp_path):
    ACLED.iloc[:1].to_csv(tmp_path / "a.csv", index=False)
    ACLED.iloc[:1].assign(event_date="15 December 2014").to_csv(tmp_path / "b.csv", index=False)
    take_in("acled", tmp_path / "a.csv")
    (row,) = take_in("acled", tmp_path / "b.csv").result.rows
    assert row.why == "an event 'EXA1' is already there, and differs in date"


def test_a_gain_between_two_sides_of_one_kind_is_said(take_in, tmp_path):
    frame = ACLED.iloc[[2, 2]].assign(
        event_id_cnty=["A", "B"], inter1="Rebel group", inter2=["Rebel group", "State forces"]
    )
    frame["sub_event_type"] = "Non-state actor overtakes territory"
    frame.to_csv(tmp_path / "a.csv", index=False)
    imported = take_in("acled", tmp_path / "a.csv")
    said = "both sides are of the kind that took it: read as taken by the first"
    assert [said in row.why for row in imported.result.rows] == [True, False]
    assert f"{said} (actor1) in the rows 2" in imported.result.remarks


def test_a_number_that_a_spreadsheet_has_cut_costs_its_row_alone(take_in, tmp_path):
    text = (FIXTURES / "ucdp-ged.csv").read_text(encoding="utf-8").splitlines()
    first = next(csv.DictReader(text))
    cut = {**first, "best": "1e+308"}
    with (tmp_path / "cut.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerows([cut, first | {"id": "999"}])
    found = by_row(take_in("ucdp-ged", tmp_path / "cut.csv"))
    assert found[2] == (None, "best = '1e+308' is a number whose digits a spreadsheet has cut")
    assert found[3][0] is not None


def test_a_note_that_is_an_error_of_a_spreadsheet_is_refused_by_row(take_in, tmp_path):
    frame = ACLED.iloc[[0, 0, 0]].astype(object)
    frame["event_id_cnty"] = ["1.2E+09", "B", "C"]
    frame["notes"] = ["", "#NAME?", ""]
    frame.to_csv(tmp_path / "a.csv", index=False)
    rows = take_in("acled", tmp_path / "a.csv").result.rows
    assert [row.event for row in rows] == ["", "", "C"]
    assert rows[1].why == "notes = '#NAME?' is an error of a spreadsheet, not a value"
