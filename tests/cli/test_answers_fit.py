"""Answers for people: 80 columns in a pipe, the result first, whole ids, no raw names, no idle rows."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import engine
from engine.cli import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LONG = str(ROOT / "scenarios" / "aleppo-2014-2016.toml")
SEED = str(ROOT / "scenarios" / "castello-2014-12.toml")
DAY = ("--on", "2016-08-10")
CASES = {
    "run": (LONG, *DAY),
    "check": (LONG, "--long"),
    "events": (LONG,),
    "explain": (LONG, *DAY, "--route", "eastern-aleppo"),
    "doubt": (LONG, *DAY, "--route", "khanasser"),
    "known": (LONG, *DAY),
    "margin": (LONG, *DAY),
    "critical": (LONG,),
    "ways": (LONG,),
    "enclaves": (LONG,),
    "access": (LONG, *DAY),
    "sweep": (LONG, *DAY),
    "sensitivity": (SEED, "--on", "2014-12-20"),
    "whatif": (LONG, "--withdraw", "e069-artillery-academies"),
    "compare": (str(ROOT / "scenarios" / "aleppo-2014-2015.toml"), LONG),
}
RAW = re.compile(
    r"\b(in_lost|at_risk|cut_off|margin_before|length_m|length_km|age_at_\w+|\w+_if_true|nan|None|NaT"
    r"|reach_km|described by)\b|-0\.0+\b|\binf\b"
)
FIRST = {
    "margin": "The fewest places that change a status on 2016-08-10: 1 for khanasser",
    "critical": "Not cut, but without a second path that shares no road:",
    "ways": "Open: castello",
    "access": "On 2016-08-10, opposition reaches",
    "enclaves": "In the course of the run, eastern-aleppo is connected",
    "sweep": "On 2016-08-10, 22 losses make a status worse:",
    "known": "2016-08-10, as it is known now:",
    "doubt": "Khanasser road on 2016-08-10: open 1.4 %",
    "compare": "Compared from 2014-03-01 to 2015-12-31. The same: castello",
}


@pytest.fixture(scope="module")
def ids() -> list[str]:
    scenario = engine.load_scenario(LONG)
    names = {*scenario.event_ids(), *(one.id for one in (*scenario.routes, *scenario.enclaves))}
    return sorted(names | {row.site for row in scenario.baseline})


def printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> str:
    monkeypatch.setattr(sys, "argv", ["supplyline", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    return capsys.readouterr().out


@pytest.mark.parametrize("command", CASES)
def test_an_answer_fits_a_pipe(
    command: str,
    ids: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(monkeypatch, capsys, command, *CASES[command])
    lines = [line.rstrip() for line in text.splitlines()]
    assert [line for line in lines if len(line) > 80] == []
    assert RAW.findall(text) == []
    assert "…" not in text or command == "events"
    assert " ".join(text.split()).startswith(FIRST.get(command, ""))
    for line, below in pairwise(lines):
        ends = [re.sub(r".*\s", "", line), re.sub(r"\s.*", "", below.strip())]
        assert not all(ends) or "".join(ends).strip("[](),.;") not in ids, line
        assert not line.endswith("-"), line


@pytest.mark.parametrize(
    ("words", "idle"),
    [
        (("critical", LONG, *DAY), "castello "),
        (("access", LONG, *DAY), "isis, cut"),
        (("access", LONG, *DAY), "isis "),
        (("compare", SEED, LONG), "handarat-road  "),
        (("doubt", LONG, *DAY, "--route", "khanasser"), "< 0.1 %  < 0.1 %"),
    ],
)
def test_no_row_says_that_nothing_happens(
    words: tuple[str, ...],
    idle: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert f"\n{idle}" not in printed(monkeypatch, capsys, *words)


def test_a_change_without_effect_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("whatif", SEED, "--withdraw", "s04-mallah", "--on", "2014-12-20", "--probability",
             "--known-on", "2014-12-20", "--out", str(tmp_path / "out"))  # fmt: skip
    text = printed(monkeypatch, capsys, *asked)
    assert "No status differs." in text
    assert "No probability differs." in text
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert sorted(re.findall(r"/out/(\S+)", text)) == written
