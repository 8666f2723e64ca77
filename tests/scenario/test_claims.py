"""Claims: rows that are one report, and rows that contradict that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import engine
from engine.scenario.check import scenario_warnings

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """title = "A test"
start = 2014-12-01
end = 2014-12-11
events = "events.csv"

[actors.x]
[actors.y]
"""
COLUMNS = "id,date,latest,reported,site,kind,actor,confidence,claim,dispute,after,source,note\n"
ROWS = (
    "a,2014-12-02,2014-12-04,,hreitan,captured,x,0.6,k,,,herald,Both towns.\n"
    "b,2014-12-02,2014-12-04,2014-12-04,anadan,captured,x,0.6,k,,,herald,Both towns.\n"
)


def written(folder: Path, rows: str, more: str = "") -> Path:
    (folder / "events.csv").write_text(COLUMNS + rows, encoding="utf-8")
    (folder / "scenario.toml").write_text(HEAD + more, encoding="utf-8")
    return folder / "scenario.toml"


def test_rows_of_a_claim_are_one_report(tmp_path: Path) -> None:
    scenario = engine.load_scenario(written(tmp_path, ROWS))
    engine.analyze(scenario)
    assert scenario.events_of("k") == scenario.events_of("b") == ("a", "b")
    assert scenario.events_of("c") == ()
    assert not any("same note" in one.message for one in scenario_warnings(scenario))


@pytest.mark.parametrize(
    ("row", "key", "here", "there"),
    [
        ("b,2014-12-03,2014-12-04,,anadan,captured,x,0.6,k,,,herald,", "date", "2014-12-03", "02"),
        ("b,2014-12-02,2014-12-05,,anadan,captured,x,0.6,k,,,herald,", "latest", "05", "04"),
        ("b,2014-12-02,2014-12-04,2014-12-09,anadan,captured,x,0.6,k,,,herald,", "reported", "9", "4"),
        ("b,2014-12-02,2014-12-04,,anadan,captured,x,,k,,,herald,", "confidence", "1", "0.6"),
        ("b,2014-12-02,2014-12-04,,anadan,captured,x,0.6,k,,,crier,", "source", "crier", "herald"),
        ("b,2014-12-02,2014-12-04,,anadan,captured,x,0.6,k,q,,herald,", "dispute", "q", "nothing"),
        ("b,2014-12-02,2014-12-04,,anadan,captured,x,0.6,k,,c,herald,", "after", "c", "nothing"),
    ],
)  # fmt: skip
def test_rows_that_contradict_that(
    tmp_path: Path, row: str, key: str, here: str, there: str
) -> None:
    first, _ = ROWS.splitlines()
    other = "c,2014-12-01,,,mallah,closed,,,,,,,"
    path = written(tmp_path, f"{first}\n{row}\n{other}\n")
    with pytest.raises(engine.ScenarioError) as caught:
        engine.load_scenario(path)
    (problem,) = [one for one in caught.value.problems if one.field == key]
    assert problem.line == 3
    assert problem.file.endswith("events.csv")
    assert here in problem.message
    assert there in problem.message
    assert "on line 2 of" in problem.message


def test_claims_of_the_baseline(tmp_path: Path) -> None:
    holding = '[[baseline]]\nsite = "{}"\nholder = "y"\nclaim = "{}"\nconfidence = {}\n'
    fine = holding.format("hreitan", "m", 0.7) + holding.format("anadan", "m", 0.7)
    engine.load_scenario(written(tmp_path, ROWS, fine))
    for wrong, what in (
        (holding.format("hreitan", "m", 0.7) + holding.format("anadan", "m", 0.5), "0.5 here and 0.7"),
        (holding.format("hreitan", "k", 0.6), "of the baseline and of the events"),
        (holding.format("hreitan", "a", 0.6), "has the id of an event that is not part of it"),
    ):  # fmt: skip
        with pytest.raises(engine.ScenarioError, match=what):
            engine.load_scenario(written(tmp_path, ROWS, wrong))


def test_rows_that_are_probably_one_claim(tmp_path: Path) -> None:
    scenario = engine.load_scenario(written(tmp_path, ROWS.replace(",k,", ",,")))
    (found,) = [one for one in scenario_warnings(scenario) if "same note" in one.message]
    assert (found.line, found.field) == (3, "claim")
    assert "2 events of 2014-12-02 have the same source 'herald'" in found.message


def test_a_claim_enters_a_dispute_once(tmp_path: Path) -> None:
    rival = "c,2014-12-02,2014-12-04,,hreitan,captured,y,0.4,,q,,crier,\n"
    engine.load_scenario(written(tmp_path, ROWS.replace(",k,,", ",k,q,") + rival))
    with pytest.raises(engine.ScenarioError, match=r"sum to 1\.1"):
        engine.load_scenario(
            written(tmp_path, ROWS.replace(",k,,", ",k,q,") + rival.replace("0.4", "0.5"))
        )


def test_a_claim_is_doubted_withdrawn_and_delayed_whole(tmp_path: Path) -> None:
    baseline = '[[baseline]]\nsite = "hreitan"\nholder = "y"\n[[baseline]]\nsite = "anadan"\nholder = "y"\n'
    route = '[[routes]]\nid = "r"\nactor = "x"\nfrom = "hreitan"\nto = "anadan"\n'
    analysis = engine.analyze(engine.load_scenario(written(tmp_path, ROWS, baseline + route)))
    for name in ("k", "b"):
        assert engine.whatif(analysis, withdraw=[name]).scenario.events == ()
        doubted = engine.whatif(analysis, confidence={name: 0.2}).scenario.events
        assert [event.confidence for event in doubted] == [0.2, 0.2]
        later = engine.whatif(analysis, delay={name: 2}).scenario.events
        assert len({event.date for event in later}) == 1
    with pytest.raises(engine.InputError, match="did you mean 'k'"):
        engine.whatif(analysis, withdraw=["kk"])
    hangs = engine.importance(analysis, "r", "2014-12-08")
    assert hangs.events.index.tolist() == ["k"]
    assert hangs.events.site.tolist() == ["hreitan;anadan"]
    assert hangs.events.probability.tolist() == [0.6]
