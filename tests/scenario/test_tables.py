"""Tables of a scenario as spreadsheets, statistics programs and tired people write them."""

import csv
import datetime as dt

import openpyxl
import pytest

from engine import analyze, load_scenario
from engine.analysis.checks import network_warnings
from engine.errors import ScenarioError
from engine.scenario.cells import cells_read, read_table
from engine.scenario.vocabulary import MEANING_OF_KIND, condition_of, kind_of

SCENARIO = """\
title = "Tables"
start = 2014-12-01
end = 2015-01-01
events = "{events}"
baseline = "{baseline}"

[actors.opposition]
label = "Opposition forces"
label_ar = "المعارضة"
[actors.government]
label = "Government"
label_ar = "قوات الحكومة"
"""
HEADER = ["id", "date", "site", "kind", "actor", "confidence"]
USUAL = ["E1", "2014-12-25", "mallah", "captured", "government", "0.6"]
HOLDINGS = "site,holder\nmallah,opposition\n"


@pytest.fixture
def read(tmp_path):
    """Return the events of a scenario with a table of these rows."""

    def events(*rows, header=HEADER, name="events.csv", baseline=HOLDINGS):
        path = tmp_path / name
        if name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for row in (header, *rows):
                book.active.append(row)
            book.save(path)
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, delimiter=";" if "semicolon" in name else ",").writerows(
                    [header, *rows]
                )
        (tmp_path / "holdings.csv").write_text(baseline, encoding="utf-8")
        text = SCENARIO.format(events=name, baseline="holdings.csv")
        (tmp_path / "question.toml").write_text(text, encoding="utf-8")
        return load_scenario(tmp_path / "question.toml").events

    return events


def changed(**cells):
    return [cells.get(key, usual) for key, usual in zip(HEADER, USUAL, strict=True)]


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("date", "25/12/2014", dt.date(2014, 12, 25)),
        ("date", "12/25/2014", dt.date(2014, 12, 25)),
        ("date", "25.12.2014", dt.date(2014, 12, 25)),
        ("date", "25 Dec 2014", dt.date(2014, 12, 25)),
        ("date", "2014-12-25T10:00", dt.date(2014, 12, 25)),
        ("date", "2014-12-25 23:30:00+03:00", dt.date(2014, 12, 25)),
        ("date", "41998", dt.date(2014, 12, 25)),
        ("date", "41998.0", dt.date(2014, 12, 25)),
        ("date", "20141225", dt.date(2014, 12, 25)),
        ("date", "20141225.0", dt.date(2014, 12, 25)),
        ("date", "٢٥/١٢/٢٠١٤", dt.date(2014, 12, 25)),
        ("date", "٢٠١٤-١٢-٢٥", dt.date(2014, 12, 25)),
        ("date", "٢٥ كانون الأول ٢٠١٤", dt.date(2014, 12, 25)),
        ("confidence", "60%", 0.6),
        ("confidence", "60 %", 0.6),
        ("confidence", "0,85", 0.85),
        ("confidence", "٠٫٨٥", 0.85),
        ("confidence", "٨٥٪", 0.85),
        ("kind", "Captured", "captured"),
        ("kind", "سيطرة", "captured"),
        ("actor", "Government", "government"),
        ("actor", "قوات الحكومة", "government"),
        ("id", "1.0", "1"),
    ],
)
def test_a_cell_is_understood(read, key, written, value):
    (event,) = read(changed(**{key: written}))
    assert getattr(event, key) == value
    if key != "id":
        (cell,) = event.origin.cells
        assert (cell.key, cell.written) == (key, written)


def test_a_workbook_is_read_like_text(read):
    rows = [
        ["E1", dt.datetime(2014, 12, 25), "mallah", "captured", "government", 0.6],
        [2.0, 41998, "mallah", "Captured", "Opposition forces", "60%"],
        ["E3", 20141225, "mallah", "raid", None, None],
    ]
    events = read(*rows, name="events.xlsx")
    assert [event.id for event in events] == ["E1", "2", "E3"]
    assert {event.date for event in events} == {dt.date(2014, 12, 25)}
    assert [event.confidence for event in events] == [0.6, 0.6, 1.0]
    assert [event.actor for event in events] == ["government", "opposition", None]
    assert [event.origin.line for event in events] == [2, 3, 4]


def test_columns_are_known_by_their_names_in_any_case_and_language(read):
    header = ["الرقم", "التاريخ", "الموقع", "EVENT TYPE", "الجهة", "Certainty"]
    with pytest.raises(ScenarioError, match="no column 'الرقم'"):
        read(USUAL, header=header)
    (event,) = read(USUAL, header=["ID", *header[1:]])
    assert (event.id, event.site, event.actor, event.confidence) == (
        "E1", "mallah", "government", 0.6,
    )  # fmt: skip


@pytest.mark.parametrize("first", [0, 1])
def test_a_column_that_numbers_the_rows_does_not_matter(read, first):
    rows = [[first, *USUAL], [first + 1, "E2", *USUAL[1:]]]
    assert [event.id for event in read(*rows, header=["", *HEADER])] == ["E1", "E2"]
    with pytest.raises(ScenarioError, match="column 1 has no name"):
        read(*rows[::-1], header=["", *HEADER])


def test_a_title_and_blank_columns_do_not_matter(read):
    rows = [[*HEADER, "", ""], [*USUAL, "", ""]]
    (event,) = read(*rows, header=["Reports of December", "", "", "", "", "", "", ""])
    assert event.site == "mallah"


def test_a_day_past_the_twelfth_shows_the_order_of_the_whole_table(read):
    for order, days in (("{1:02}/{0:02}/2014", "month"), ("{0:02}/{1:02}/2014", "day")):
        shown = order.format(25, 12)
        events = read(
            changed(date=shown), changed(id="E2", date=order.format(5, 12)),
            changed(id="E3", date=order.format(6, 12)),
        )  # fmt: skip
        assert [event.date.day for event in events] == [25, 5, 6], days
        assert {event.date.month for event in events} == {12}


def test_a_month_is_a_range(read):
    (event,) = read(changed(date="December 2014"))
    assert (event.earliest, event.latest) == (dt.date(2014, 12, 1), dt.date(2014, 12, 31))
    assert event.earliest <= event.date <= event.latest


def test_holdings_are_read_the_same_way(read, tmp_path):
    read(
        USUAL,
        baseline="Site;Holder;Condition;Confidence\nmallah;Opposition forces;Contested;0,5\n",
    )
    (holding,) = load_scenario(tmp_path / "question.toml").baseline
    assert (holding.holder, holding.condition, holding.confidence) == (
        "opposition", "contested", 0.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,500", "may be 1.5 or 1500"), ("1,50", 1.5), ("1.500,5", 1500.5), ("12", 12.0)],
)
def test_a_comma_is_read_where_only_one_reading_is_possible(tmp_path, text, value):
    path = tmp_path / "events.csv"
    path.write_text(f'date,kind,precision_km\n2014-12-25,raid,"{text}"\n')
    (row,) = read_table(path, "events").rows
    if isinstance(value, str):
        assert value in row.faults[0][2]
    else:
        assert row.values["precision_km"] == value


def test_every_kind_is_a_word_for_itself_and_conditions_follow_kinds():
    for kind, sets in MEANING_OF_KIND.items():
        assert kind_of(kind) == kind_of(kind.replace("_", " ").title()) == kind
        if sets.condition not in {None, "held"}:
            assert condition_of(kind) == sets.condition


NAMED = """\
[[sites]]
id = "road"
label = "Castello road"
label_ar = "طريق الكاستيلو"
road = "Castello road"
[[routes]]
id = "r"
actor = "opposition"
from = "castello-west"
to = "jandool"
"""


def test_sites_are_known_by_labels_and_what_only_sounds_the_same_is_said(read, tmp_path, aleppo):
    rows = [changed(id=f"E{n}", site=name) for n, name in enumerate(
        ("road", "castello road", "طريق الكاستيلو", "mallah", "mallaah", "Azaz", "أعزاز"), 1
    )]  # fmt: skip
    read(*rows)
    path = tmp_path / "question.toml"
    path.write_text(path.read_text() + NAMED)
    analysis = analyze(load_scenario(path), network=aleppo)
    assert [event.site for event in analysis.scenario.events] == [
        "road", "road", "road", "mallah", "mallah", "azaz", "azaz",
    ]  # fmt: skip
    told = [problem.message for problem in network_warnings(analysis)]
    assert "the site 'mallaah' was taken for 'mallah': it sounds the same" in told
    assert "the site 'jandool' was taken for 'jandoul': it sounds the same" in told
    assert sum("was taken for" in message for message in told) == 2
    listed = [(cell["written"], cell["read_as"]) for cell in cells_read(analysis.scenario.events)]
    assert listed == [
        ("castello road", "road"), ("طريق الكاستيلو", "road"), ("mallaah", "mallah"),
        ("Azaz", "azaz"), ("أعزاز", "azaz"),
    ]  # fmt: skip


def test_a_label_of_two_sites_is_refused(read, tmp_path, aleppo):
    read(changed(site="Castello road"))
    path = tmp_path / "question.toml"
    other = '[[sites]]\nid = "other"\nlabel = "castello road"\nplaces = ["azaz"]\n'
    path.write_text(path.read_text() + NAMED + other)
    with pytest.raises(ScenarioError, match=r"events.csv, line 2: .* may be other or road"):
        analyze(load_scenario(path), network=aleppo)
