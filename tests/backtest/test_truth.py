"""The truth table: read whole, or refused with a line for each problem."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import engine
from engine.backtest.truth import (
    CUT,
    LOST,
    NOT_CUT,
    NOT_SCORED,
    check_routes,
    documented_days,
    read_truth,
    rows_of_days,
)
from engine.errors import ScenarioError
from engine.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[2]
HEADER = "route,state,first,last,under_fire\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_days_are_inclusive_and_the_rest_is_not_scored(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEADER
        + "a,not cut,2014-01-02,2014-01-03,yes\n"
        + "b,cut,2014-01-01,2014-01-09,\n"
        + "a,undetermined,2014-01-04,2014-01-04,no\n"
        + "a,besieged,2014-01-05,2014-01-05,\n",
    )
    days = np.arange("2014-01-01", "2014-01-08", dtype="datetime64[D]")
    state, under_fire = documented_days(read_truth(path), "a", days)
    unknown = NOT_SCORED
    assert state.tolist() == [unknown, NOT_CUT, NOT_CUT, unknown, CUT, unknown, unknown]
    assert np.flatnonzero(under_fire).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEADER + "a,open,2014-01-02,2014-01-03,\n", 2, "not cut, cut"),
        (HEADER + "a,cut,2014-13-02,2014-01-03,\n", 2, "2014-13-02"),
        (HEADER + "a,cut,2014-01-04,2014-01-03,\n", 2, "after"),
        (HEADER + "a,cut,2014-01-04,2014-01-08,perhaps\n", 2, "under_fire"),
        (HEADER + ",cut,2014-01-04,2014-01-08,\n", 2, "route"),
        (HEADER + "a,cut,2014-01-04,2014-01-08\n", 2, "cells"),
        (HEADER + "a,cut,2014-01-04,2014-01-08,\na,cut,2014-01-08,2014-01-09,\n", 3, "line 2"),
        ("route,state,begin,first,last\na,cut,2014-01-04,2014-01-04,2014-01-08\n", 1, "begin"),
        ("route,state,last\na,cut,2014-01-08\n", 1, "first"),
        (HEADER, None, "no rows"),
        ("", None, "empty"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_truth(written(tmp_path, text))
    assert len(caught.value.problems) == 1
    problem = caught.value.problems[0]
    assert problem.file.endswith("truth.csv")
    assert problem.line == line
    assert words in str(problem)


def test_every_problem_is_reported(tmp_path: Path) -> None:
    text = HEADER + "a,open,2014-01-02,2014-01-03,\nb,cut,2014-01-04,2014-01-03,\n"
    with pytest.raises(ScenarioError) as caught:
        read_truth(written(tmp_path, text))
    assert [problem.line for problem in caught.value.problems] == [2, 3]


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        read_truth(tmp_path / "truth.csv")


DOUBT = "route,state,first,last,first_doubt_days,last_doubt_days,under_fire\n"


def shown(path: Path, start: str, end: str, route: str = "a") -> tuple[str, str]:
    """Return the state of each day as a letter, and whether it is noted as under fire."""
    days = np.arange(start, end, dtype="datetime64[D]")
    state, under_fire = documented_days(read_truth(path), route, days)
    letters = {NOT_CUT: ".", CUT: "c", LOST: "l", NOT_SCORED: "?"}
    return "".join(letters[code] for code in state), "".join(".f"[int(fire)] for fire in under_fire)


@pytest.mark.parametrize(
    ("doubts", "expected"),
    [
        (("", ""), "...cccc..?"),
        (("1", ""), "..??ccc..?"),
        (("", "1"), "...ccc??.?"),
        (("2;1", "0;2"), ".???ccc???"),
        (("0;2", "0"), "...??cc..?"),
        (("9", ""), "?" * 10),
    ],
)
def test_a_date_in_doubt_needs_no_rows_of_its_own(
    tmp_path: Path, doubts: tuple[str, str], expected: str
) -> None:
    first, last = doubts
    path = written(
        tmp_path,
        DOUBT
        + "a,not cut,2014-01-01,2014-01-03,,,\n"
        + f"a,cut,2014-01-04,2014-01-07,{first},{last},\n"
        + "a,not cut,2014-01-08,2014-01-09,,,\n"
        + "b,cut,2014-01-01,2014-01-10,,,yes\n",
    )
    assert shown(path, "2014-01-01", "2014-01-11")[0] == expected
    assert shown(path, "2014-01-01", "2014-01-11", "b") == ("c" * 10, "f" * 10)


def test_a_doubt_on_either_side_of_a_border_is_the_same(tmp_path: Path) -> None:
    rows = ("a,not cut,2014-01-01,2014-01-05,,{},yes\n", "a,cut,2014-01-06,2014-01-09,{},,\n")
    for before, after in (("2;1", ""), ("", "2;1"), ("2;1", "2;1")):
        text = DOUBT + rows[0].format(before) + rows[1].format(after)
        found = shown(written(tmp_path, text), "2014-01-01", "2014-01-10")
        assert found == ("...???ccc", "fff......")


@pytest.mark.parametrize("doubt", ["-1", "a", "1.5", "1;2;3"])
def test_a_doubt_is_a_number_of_days(tmp_path: Path, doubt: str) -> None:
    path = written(tmp_path, DOUBT + f"a,cut,2014-01-04,2014-01-08,{doubt},,\n")
    with pytest.raises(ScenarioError, match="days of doubt are a number, or two") as caught:
        read_truth(path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (2, "first_doubt_days")


@pytest.fixture(scope="module")
def scenario() -> engine.Scenario:
    return engine.load_scenario(ROOT / "scenarios" / "aleppo-2014-2015.toml")


def test_all_wrong_rows_are_told_at_once(tmp_path: Path, scenario: engine.Scenario) -> None:
    path = written(
        tmp_path,
        HEADER
        + "castelo,cut,2014-05-04,2014-05-08,\n"
        + "castello,open,2014-05-04,2014-05-08,\n"
        + "castello,besieged,2014-06-04,2014-06-08,\n"
        + "eastern-aleppo,cut,2014-05-04,2014-05-08,\n"
        + "eastern-aleppo,lost,2014-06-04,2014-06-08,\n"
        + "eastern-aleppo,undetermined,2014-06-08,2014-06-09,\n"
        + "khanaser,open,2014-05-04,2014-05-08,\n"
        + "eastern-aleppo,cut,2014-07-04,2014-07-03,\n"
        + "another-year,cut,2016-05-04,2016-05-08,\n",
    )
    with pytest.raises(ScenarioError) as caught:
        read_truth(path, scenario)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (2, "route"),
        (3, "state"),
        (4, "state"),
        (5, "state"),
        (7, "first"),
        (8, "state"),
        (8, "route"),
        (9, ""),
        (9, "state"),
    ]
    text = str(caught.value)
    assert "did you mean 'castello'" in text
    assert "'castello' is a route, which cannot be 'besieged'" in text
    assert "expected one of not besieged, besieged, lost, undetermined" in text


def test_a_route_that_the_scenario_does_not_have(tmp_path: Path, scenario: engine.Scenario) -> None:
    truth = read_truth(written(tmp_path, HEADER + "castelo,cut,2014-05-04,2014-05-08,\n"))
    with pytest.raises(ScenarioError, match="did you mean 'castello'") as caught:
        check_routes(truth, scenario)
    assert caught.value.problems[0].line == 2
    check_routes(read_truth(ROOT / "data" / "backtest" / "aleppo-truth.csv")[:1], scenario)


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (
            "2014-03-01",
            "2016-01-01",
            {
                "castello": [671, 0, 0, 52],
                "bab-al-salama": [668, 0, 3, 0],
                "north-eastern": [82, 547, 42, 0],
                "khanasser": [659, 12, 0, 0],
                "eastern-aleppo": [671, 0, 0, 0],
            },
        ),
        (
            "2016-01-01",
            "2017-01-01",
            {
                "castello": [184, 165, 17, 52],
                "bab-al-salama": [32, 332, 2, 0],
                "north-eastern": [0, 366, 0, 0],
                "khanasser": [319, 39, 8, 0],
                "eastern-aleppo": [199, 128, 30, 0],
                "handarat-road": [0, 366, 0, 0],
                "azaz-mare": [352, 12, 2, 0],
                "ramouseh-corridor": [21, 128, 217, 21],
                "government-ramouseh": [329, 33, 4, 0],
            },
        ),
    ],
)
def test_the_truth_of_aleppo_leaves_no_day_open(
    start: str, end: str, counts: dict[str, list[int]]
) -> None:
    truth = read_truth(ROOT / "data" / "backtest" / "aleppo-truth.csv")
    days = np.arange(start, end, dtype="datetime64[D]")
    found = {}
    for route in dict.fromkeys(row.route for row in truth):
        state, under_fire = documented_days(truth, route, days)
        found[route] = [int((state == code).sum()) for code in (NOT_CUT, CUT, NOT_SCORED)]
        assert sum(found[route]) + int((state == LOST).sum()) == len(days)
        found[route].append(int(under_fire.sum()))
    nothing = [0, 0, len(days), 0]
    assert found == dict.fromkeys(found, nothing) | counts


def test_rows_of_other_years_are_left_aside(tmp_path: Path) -> None:
    table = written(
        tmp_path,
        HEADER
        + "a,cut,2014-01-04,2014-01-08,\n"
        + "b,cut,2014-01-09,2014-01-09,\n"
        + "c,cut,2014-01-10,2014-02-01,\n",
    )
    first, last = dt.date(2014, 1, 8), dt.date(2014, 1, 10)
    assert [row.route for row in rows_of_days(read_truth(table), first, last)] == ["a", "b"]
    with pytest.raises(ScenarioError, match="nothing of the days of the run, 2015-01-01 to"):
        rows_of_days(read_truth(table), dt.date(2015, 1, 1), dt.date(2016, 1, 1))


def test_nothing_but_the_back_test_knows_of_the_truth() -> None:
    users = {
        path.relative_to(ROOT / "engine").as_posix()
        for path in (ROOT / "engine").rglob("*.py")
        if "engine.backtest" in path.read_text(encoding="utf-8")
    }
    named = {"cli/jobs.py", "__init__.py"}  # the command, and the list of what is public
    assert {user for user in users if not user.startswith("backtest/")} <= named


def test_a_truth_table_as_spreadsheets_save_it(tmp_path: Path) -> None:
    text = (
        "sep=;\r\nEnclave;State;First day;To;first_doubt_days;note\r\n"
        "Old town;Not besieged;01/12/2014;14.12.2014;7,1;\r\n".replace("7,1", '"7;1"')
        + "الجيب;besieged;15 December 2014;2014-12-31;;\r\n"
    )
    (tmp_path / "truth.csv").write_bytes(("\ufeff" + text).encode())
    book = openpyxl.Workbook()
    book.active.append(("Made up", None, None))
    for row in (
        ("route", "state", "first", "last", "first_doubt_days", "under_fire"),
        (
            "pocket",
            "not besieged",
            dt.datetime(2014, 12, 1),
            dt.datetime(2014, 12, 14),
            "7;1",
            False,
        ),
        ("pocket", "besieged", 41988, dt.datetime(2014, 12, 31), None, None),
    ):
        book.active.append(row)
    book.save(tmp_path / "truth.xlsx")
    scenario = Scenario.model_validate(
        {
            "title": "t", "start": "2014-12-01", "end": "2015-01-01", "actors": {"own": {}},
            "enclaves": [{"id": "pocket", "label": "Old Town", "label_ar": "الجيب", "actor": "own",
                          "site": "azaz", "lifelines": ["mare"]}],
        }
    )  # fmt: skip
    from_text, from_book = (
        read_truth(tmp_path / name, scenario) for name in ("truth.csv", "truth.xlsx")
    )
    assert [row.model_dump() for row in from_text] == [row.model_dump() for row in from_book]
    assert from_text[0].first_doubt_days == (7, 1)
    unclear = HEADER + "a,cut,05/12/2014,06/12/2014,\n"
    with pytest.raises(ScenarioError, match="may be 2014-12-05 or 2014-05-12"):
        read_truth(written(tmp_path, unclear))
