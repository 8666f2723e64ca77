"""The page of a long run on a large network: the latest part of it, as it is in the whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import engine
from engine.report.page import content
from engine.report.page.content import latest, page_data
from engine.scenario.check import problems
from tests.control.test_states import DAYS, NAMES, NETWORK, busy
from tests.draws import Draws
from tests.meaning.build import day, scenario

if TYPE_CHECKING:
    from engine import Analysis

ASKED = {
    "routes": [
        {"id": "r", "actor": "x", "from": "p0", "to": NAMES[-1]},
        {"id": "any", "actor": "y", "from": ["p1", "p2"], "to": "p5", "mode": "any"},
    ],
    "enclaves": [{"id": "e", "actor": "x", "site": "g1", "lifelines": ["p0", "p1"]}],
}  # fmt: skip


def told(analysis: Analysis, on: np.datetime64) -> list[object]:
    """Return all that is said of a day, with reports by their ids."""
    at, ids = analysis.interval_on(str(on)), [*analysis.statement_ids, ""]
    then = analysis.states.on(at)
    return [
        then.holder.tolist(), then.condition.tolist(), then.overlooked_by.tolist(),
        [ids[one] for one in then.holder_statement.tolist()],
        [ids[one] for one in then.condition_statement.tolist()],
        {name: analysis.statuses[name][at] for name in analysis.subjects},
    ]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_latest_days_are_as_in_the_whole_run(data: st.DataObject) -> None:
    drawn = scenario(busy(Draws(data.draw)) | ASKED)
    assume(not problems(drawn))
    whole = engine.analyze(drawn, network=NETWORK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "LEAST_DAYS", 3)
        patch.setattr(content, "MOST_PIECE_DAYS", 0)
        part = latest(whole)
    assert (part is whole) == (whole.states.n_intervals <= 3)
    if part is not whole:
        assert part.days[0] == whole.days[-3]
        assert len(part.scenario.events) <= len(drawn.events)
    for on in np.arange(part.days[0], part.ends[-1], np.timedelta64(1, "D")):
        assert told(part, on) == told(whole, on), on


def test_a_page_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "LEAST_DAYS", 3)
    monkeypatch.setattr(content, "MOST_REPORTS", 4)
    events = [
        {"date": day(n), "site": "p1", "kind": "captured", "actor": "xy"[n % 2]}
        for n in range(6, 26)
    ]
    drawn = scenario(
        {
            "start": day(5), "end": day(DAYS), "actors": {"x": {}, "y": {}},
            "baseline": [{"site": name, "holder": "x"} for name in NAMES], "events": events,
        }
        | {"routes": [{"id": "r", "actor": "x", "from": "p0", "to": NAMES[-1]}]}
    )  # fmt: skip
    whole = engine.analyze(drawn, network=NETWORK)
    data = page_data(whole)
    assert data["start"] == str(day(22))
    assert data["facts"][0] == (
        f"This page begins on {day(22)}: it shows the last 4 of the 21 days on which something "
        "changes, and no older report that rules no ground any more. How close each status is to the "
        "edge, and what would relieve it, is told of the last day alone."
    )
    dated = [report["date"] for report in data["reports"] if report["id"] != "baseline"]
    assert dated == [str(day(n)) for n in (22, 23, 24, 25)]
    (route,) = data["routes"]
    assert route["status"] == whole.statuses["r"][-4:]
    assert ["gain" in one or "loss" in one for one in route["meeting"]] == [
        False,
        False,
        False,
        True,
    ]
    assert str(whole.facts.scenario_digest)[:8] in json.dumps(data["digests"])
    everything = page_data(engine.analyze(drawn.model_copy(update={"events": ()}), network=NETWORK))
    assert not everything["facts"][0].startswith("This page begins")
    assert "latest" not in everything


def test_reasons_paths_and_beginnings_are_those_of_the_whole_run(
    monkeypatch: pytest.MonkeyPatch, seed: Analysis
) -> None:
    whole = page_data(seed)
    monkeypatch.setattr(content, "LEAST_DAYS", 3)
    monkeypatch.setattr(content, "MOST_PIECE_DAYS", 0)
    part = page_data(seed)
    ids = [[report["id"] for report in data["reports"]] for data in (whole, part)]
    assert part["latest"]
    assert len(ids[1]) < len(ids[0])
    for before, after in zip(whole["routes"], part["routes"], strict=True):
        for on, (was, now) in enumerate(zip(before["why"][-3:], after["why"], strict=True)):
            assert [
                cause | {"reports": [ids[1][row] for row in cause["reports"]]}
                for cause in now["causes"]
            ] == [
                cause | {"reports": [ids[0][row] for row in cause["reports"]]}
                for cause in was["causes"]
            ]
            of_road = [whole["paths"][before["path"][-3:][on]], part["paths"][after["path"][on]]]
            assert of_road[0] == of_road[1]
        assert before["meeting"][-1]["first"] == after["meeting"][-1]["first"]
        assert " since " in after["meeting"][-1]["first"]
