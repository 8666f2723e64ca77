"""The commands that tell of doubt, and the example of the page about it."""

from __future__ import annotations

import csv
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli.app import app

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SEED = str(ROOT / "scenarios/castello-2014-12.toml")
LONG = str(ROOT / "scenarios/aleppo-2014-2015.toml")
PROGRAM = [sys.executable, "-c", "from engine.cli import main; main()"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_doubt_for_people() -> None:
    text = run("doubt", SEED, "--route", "castello", "--on", "2014-12-20")
    assert "Castello road on 2014-12-20: open 0.1 %, at risk 99.9 %, cut 0 %" in text
    for part in (
        "What each report would change",
        "The fewest reports that settle it",
        "Verify these first",
    ):
        assert part in text
    assert re.search(r"not open +85 % +e012-mallah true", text)


def test_of_an_enclave_in_its_own_words() -> None:
    text = run("doubt", SEED, "--route", "eastern-aleppo", "--on", "2014-12-20")
    assert "connected 0.1 %, at risk 99.9 %, besieged 0 %" in text
    assert re.search(r"not connected +85 % +e012-mallah true", text)
    text += run("known", SEED, "--on", "2014-12-20", "--probability")
    assert "eastern-aleppo connected 15 %" in text.replace("\n           ", "")
    assert "eastern-aleppo open" not in text
    assert " cut" not in text


def test_doubt_for_machines_and_for_a_day_in_the_past() -> None:
    asked = ("doubt", SEED, "--route", "castello", "--on", "2014-12-20", "--json")
    found = json.loads(run(*asked))
    assert found["status"]["cut"] == 0
    assert found["method"] == "all worlds"
    # Contested by e012, e014, e016 or s04, or (with a third of its range begun) by s03.
    assert found["status"]["open"] == pytest.approx(0.15 * 0.4 * 0.2 * 0.15 * (1 - 0.55 / 3))
    then = json.loads(run(*asked, "--known-on", "2014-12-15"))
    assert {event["event"] for event in then["events"]} == {"e012-mallah", "e014-mallah"}
    assert then["status"]["open"] == pytest.approx(0.15 * 0.4)


def test_doubt_where_there_is_none() -> None:
    text = run("doubt", SEED, "--route", "khanasser")
    assert "open 100 %" in text
    assert "no uncertain report matters" in text


def test_known_for_people_and_machines() -> None:
    text = run("known", SEED, "--on", "2014-12-20")
    assert re.search(r"2014-12-14  at risk: castello", text)
    assert "reports after that changed nothing" in text
    rows = json.loads(run("known", SEED, "--on", "2014-12-20", "--probability", "--json"))["known"]
    assert rows[0]["known_on"][:10] == "2014-12-01"
    assert [rows[0]["castello"], rows[-1]["castello"]] == ["open", "at risk"]
    assert rows[0]["castello: open"] == 1


def test_run_with_probability(tmp_path) -> None:
    text = run("run", SEED, "--probability", "--on", "2014-12-20", "--out", str(tmp_path))
    assert re.search(r"castello +0.1 % +99.9 % +0 % +exact, 72 worlds", text)
    with (tmp_path / "probability.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 31 * (3 * 3 + 4)  # an enclave may be lost, too
    on_20 = [row for row in rows if row["id"] == "castello" and row["date"] == "2014-12-20"]
    assert [row["status"] for row in on_20] == ["open", "at risk", "cut"]
    assert sum(float(row["probability"]) for row in on_20) == pytest.approx(1)
    assert not [path for path in tmp_path.iterdir() if "partial" in path.name]
    assert not [path for path in tmp_path.iterdir() if "unfinished" in path.name]


def results_in(kept: Path) -> int:
    if not kept.exists():
        return 0
    with closing(sqlite3.connect(kept)) as file:
        try:
            return file.execute("SELECT count(*) FROM result").fetchone()[0]
        except sqlite3.OperationalError:  # it is being written for the first time
            return 0


def stopped_midway(arguments: list[str], kept: Path) -> tuple[int, str]:
    """Press Ctrl-C once a run has kept some results, which this one does as soon as it has them."""
    eager = "from engine.probability import checkpoint; checkpoint.SECONDS_BETWEEN = 0; "
    # what a shell runs in the background, and all that it starts, would not heed Ctrl-C
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    program = [sys.executable, "-c", heeding + eager + PROGRAM[-1]]
    process = subprocess.Popen([*program, *arguments], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while results_in(kept) < 40 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    return process.returncode, told


def test_ctrl_c_marks_what_there_is_and_the_same_command_goes_on(tmp_path) -> None:
    arguments = ["run", LONG, "--probability", "--out", str(tmp_path), "--quiet"]
    kept, partial = tmp_path / "probability.unfinished.sqlite", tmp_path / "probability.partial.csv"
    code, told = stopped_midway(arguments, kept)
    assert code == 130, told
    assert "partial" in told
    with partial.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["method"] for row in rows} > {""}
    assert {row["probability"] for row in rows if not row["method"]} == {"nan"}
    assert kept.exists()
    assert not (tmp_path / "probability.csv").exists()
    again = subprocess.run(
        [*PROGRAM, *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "probability.csv").exists()
    assert not kept.exists()
    assert not partial.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--route", "castelo"), "did you mean 'castello'"),
        (("--route", "castello", "--on", "2015-06-01"), "outside the run"),
        (("--route", "castello", "--on", "yesterday"), "is not a day"),
    ],
)
def test_bad_questions(arguments, message) -> None:
    done = subprocess.run(
        [*PROGRAM, "doubt", SEED, *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert not done.stdout


def test_the_example_of_the_page_runs(monkeypatch, capsys) -> None:
    (code,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/doubt.md").read_text("utf-8"), re.DOTALL
    )
    monkeypatch.chdir(ROOT)
    exec(compile(code, "docs/doubt.md", "exec"), {})
    assert "e012-mallah" in capsys.readouterr().out
