"""What the back-test shows: a table, a picture, JSON and the command."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from engine.backtest.backtest import Course, score
from engine.backtest.output import (
    COLUMNS,
    as_data,
    reliability_lines,
    run_table,
    summary,
    write_backtest,
    wrong_lines,
)
from engine.backtest.truth import CUT, LOST, NOT_CUT, NOT_SCORED
from engine.cli.jobs import backtest as command
from engine.errors import InputError, ScenarioError

if TYPE_CHECKING:
    from engine.backtest.backtest import Backtest, Run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backtest")]  # one run for all

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "aleppo-2014-2015.toml"
TRUTH = ROOT / "data" / "backtest" / "aleppo-truth.csv"


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(command)
    return app


def text_of(table: object) -> str:
    console = Console(width=100, file=io.StringIO())
    console.print(table)
    return console.file.getvalue()


def test_the_table_names_every_route_and_what_is_undefined(aleppo: Backtest) -> None:
    text = text_of(run_table(aleppo.whole, "With all reports"))
    rows = {line.split()[0]: line.split() for line in text.splitlines() if line.strip()}
    assert rows["castello"][1:5] == ["671", "100%", "100%", "n/a"]
    assert rows["khanasser"][1:6] == ["671", "100%", "98.2%", "1.000", "0/0"]
    assert rows["north-eastern"][5] == "0/n/a"
    assert rows["all"][1] == "3310"
    assert rows["north-eastern"][-2:] == ["0.040", "0.113"]


def test_the_table_of_nine_routes_fits_a_narrow_screen(three_years: Run) -> None:
    console = Console(width=80, file=io.StringIO())
    console.print(run_table(three_years, "With all reports"))
    lines = console.file.getvalue().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    for score_ in three_years.scores:
        assert sum(line.split()[:1] == [score_.id] for line in lines) == 1


def test_only_what_differs_is_shown_of_the_run_beside(aleppo: Backtest) -> None:
    assert run_table(aleppo.settlements, "t", beside=aleppo.whole).row_count == 0
    other = replace(aleppo.settlements, scores=(aleppo.whole.scores[1], *aleppo.whole.scores[1:]))
    assert run_table(other, "t", beside=aleppo.whole).row_count == 1
    assert summary(aleppo) == (
        "3,310 of 3,310 scored days are right (100%); without the 6 reports about roads "
        "themselves, 3,310 of 3,310."
    )


def test_wrong_days_are_named(aleppo: Backtest, three_years: Run) -> None:
    assert wrong_lines(aleppo.whole) == []
    lines = wrong_lines(three_years)
    assert len(lines) == 7
    assert lines[0] == "khanasser 2016-08-07: documented as cut, said to be at risk"
    assert "eastern-aleppo 2016-08-07: documented as not besieged, said to be besieged" in lines


def cells_of(run: Run) -> list[list[str]]:
    """Return the rows of the table of a run as they stand on one line each."""
    table = run_table(run, "With all reports")
    columns = [list(column.cells) for column in table.columns]
    return [[str(cell).replace("\n", ", ") for cell in row] for row in zip(*columns, strict=True)]


def test_the_documentation_shows_the_tables(aleppo: Backtest, three_years: Run) -> None:
    page = (ROOT / "docs" / "backtest.md").read_text(encoding="utf-8")
    cells = [re.split(r" *\| *", line.strip("| ")) for line in page.splitlines() if "|" in line]
    shown = [row for row in cells if len(row) == len(COLUMNS) and re.search(r"\d%", row[2])]
    expected = [*cells_of(three_years), *cells_of(aleppo.whole)]
    assert shown == expected


def test_the_data_are_plain_and_complete(aleppo: Backtest) -> None:
    data = json.loads(json.dumps(as_data(aleppo)))
    assert data["schematic"] is True
    assert "OpenStreetMap" in data["credit"]
    assert [route["id"] for route in data["all_reports"]["routes"]] == [
        "castello", "bab-al-salama", "north-eastern", "khanasser", "eastern-aleppo",
    ]  # fmt: skip
    assert data["all_reports"]["left_out"] == []
    assert len(data["without_reports_about_roads"]["left_out"]) == 6
    assert data["all_reports"]["routes"][0]["kappa"] is None
    assert data["all_reports"]["together"]["right_days"] == 3310


def test_the_files_are_the_same_each_time(aleppo: Backtest, tmp_path: Path) -> None:
    first, second = (write_backtest(aleppo, tmp_path / name) for name in ("one", "two"))
    assert [path.name for path in first] == ["backtest.json", "backtest.png"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert first[1].read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_folder_that_is_a_file_is_refused(aleppo: Backtest, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(InputError, match="taken"):
        write_backtest(aleppo, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.fixture
def short_truth(tmp_path: Path) -> Path:
    """One route only: the other ones take their time."""
    header, *rows = TRUTH.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "short.csv"
    kept = [row for row in rows if row.startswith("khanasser,")]
    path.write_text("".join([header, *kept]), encoding="utf-8")
    return path


def test_the_command_prints_a_table(app: typer.Typer, short_truth: Path) -> None:
    options = [str(SCENARIO), "--truth", str(short_truth)]
    result = CliRunner().invoke(app, options, catch_exceptions=False)
    assert result.exit_code == 0
    assert "With all reports" in result.output
    assert "Without 6 reports about roads themselves" in result.output
    assert "said 0.75 (class 0.7-0.8) on 10 days, cut on 100.0% of them" in result.output
    assert max(map(len, result.output.splitlines())) <= 80


def test_the_command_writes_and_prints_json(
    app: typer.Typer, short_truth: Path, tmp_path: Path
) -> None:
    options = ["--truth", str(short_truth), "--json", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, [str(SCENARIO), *options], catch_exceptions=False)
    written = (tmp_path / "out" / "backtest.json").read_text(encoding="utf-8")
    told = json.loads(result.output)
    names = ("backtest.json", "backtest.png")
    assert told.pop("written") == [str(tmp_path / "out" / name) for name in names]
    assert told == json.loads(written)


def test_the_command_writes_nothing_for_a_bad_table(app: typer.Typer, tmp_path: Path) -> None:
    bad = tmp_path / "truth.csv"
    bad.write_text("route,state,first,last\ncastelo,cut,2014-05-01,2014-05-02\n", encoding="utf-8")
    options = ["--truth", str(bad), "--out", str(tmp_path / "out")]
    with pytest.raises(ScenarioError, match="did you mean 'castello'"):
        CliRunner().invoke(app, [str(SCENARIO), *options], catch_exceptions=False)
    assert [path.name for path in tmp_path.iterdir()] == ["truth.csv"]


def course(state: list[int], status: list[str], chance: list[float] | None) -> Course:
    days = np.datetime64("2014-01-01") + np.arange(len(state))
    return Course(
        "r",
        "R",
        days,
        np.array(state, dtype=np.int8),
        np.array([False, True, True, False]),
        np.array(status, dtype=object),
        None if chance is None else np.array(chance),
    )


def test_a_lost_enclave_is_scored_apart() -> None:
    # Documented as lost and not said; both; said and not documented; cut.
    one = course(
        [LOST, LOST, CUT, CUT], ["besieged", "lost", "lost", "besieged"], [1, 0.2, 0.3, 0.5]
    )
    apart = score([one], "r", "R")
    assert (apart.lost_days, apart.lost_right_days) == (3, 1)
    assert (apart.days, apart.cut_days, apart.right_days) == (1, 1, 1)
    assert (apart.false_alarms, apart.misses) == (0, 0)
    assert apart.brier == pytest.approx(0.25)


def test_what_is_said_to_be_lost_counts_only_where_something_is_documented() -> None:
    one = course([CUT, NOT_SCORED, NOT_CUT, CUT], ["besieged", "lost", "lost", "besieged"], None)
    apart = score([one], "r", "R")
    assert (apart.days, apart.right_days, apart.lost_days, apart.lost_right_days) == (2, 2, 1, 0)


def test_a_score_pools_days_and_keeps_spells_apart() -> None:
    # The end of the one and the start of the other are no single spell.
    one = course(
        [NOT_CUT, NOT_CUT, CUT, CUT], ["open", "at risk", "cut", "besieged"], [0, 0.5, 1, 1]
    )
    two = course([CUT, CUT, NOT_CUT, NOT_SCORED], ["cut", "open", "cut", "cut"], [1, 0, 0.5, 1])
    both = score([one, two], "all", "All")
    assert (both.days, both.cut_days, both.right_days) == (7, 4, 5)
    assert both.borders == ((0, None), (None, -1))
    assert (both.false_alarms, both.false_alarm_days) == (1, 1)
    assert (both.misses, both.missed_days) == (0, 1)
    assert (both.under_fire_days, both.under_fire_at_risk) == (4, 1)
    assert both.brier == pytest.approx((0.25 + 1 + 0.25) / 7)
    assert reliability_lines(both)[0] == "said 0.00 (class 0.0-0.1) on 2 days, cut on 50.0% of them"
    assert score([one], "r", "R").brier == pytest.approx(0.25 / 4)


def test_without_probabilities_there_is_no_brier_score() -> None:
    plain = score([course([NOT_CUT] * 4, ["open"] * 4, None)], "r", "R")
    assert (plain.brier, plain.reliability, plain.calibration_error) == (None, (), None)
    assert reliability_lines(plain) == ["n/a"]
