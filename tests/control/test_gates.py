"""Gates against closures by real events, and word that goes stale."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import engine
from engine.scenario.model import Event
from tests.meaning.build import day, place, road_network, scenario

LINE = [(37.0, 36.0), (37.05, 36.0), (37.1, 36.0), (37.15, 36.0)]
NAMES = ("a", "b", "gate", "d")


def line(**entries):
    """Four places in a row, all held by x, and a route from one end to the other."""
    network = road_network(
        LINE,
        [(n, n + 1, 5000) for n in range(3)],
        [place(n, p) for n, p in zip(NAMES, LINE, strict=True)],
    )
    base = {
        "actors": {"x": {}, "y": {}},
        "baseline": [{"site": name, "holder": "x"} for name in NAMES],
        "routes": [
            {"id": mode, "actor": "x", "from": "a", "to": "d", "mode": mode}
            for mode in ("civilian", "convoy", "any")
        ],
    }
    return engine.analyze(scenario(base | entries), network=network)


def days_cut(analysis, name):
    table = analysis.table("D")[name]
    return [int((d.date() - day(1)).days) + 1 for d in table.index[table == "cut"]]


def test_without_gates_the_mode_makes_no_difference():
    analysis = line()
    assert set(analysis.table("D").to_numpy().ravel()) == {"open"}


def test_a_gate_lets_through_only_some_and_only_on_some_days():
    # 1 December 2014 was a Monday: of days 1 to 10, 1 and 8 are Mondays, 4 is a Thursday.
    analysis = line(gates=[{"site": "gate", "modes": "civilian", "days": ["mon", "thu"]}])
    assert days_cut(analysis, "civilian") == [2, 3, 5, 6, 7, 9, 10]
    assert days_cut(analysis, "convoy") == list(range(1, 11))
    assert days_cut(analysis, "any") == days_cut(analysis, "civilian")


def test_a_rule_holds_for_its_time_and_several_rules_add_up():
    analysis = line(
        gates=[
            {"site": "gate", "modes": "civilian", "from": day(3), "until": day(8)},
            {"site": "gate", "modes": "convoy", "days": "fri", "from": day(3), "until": day(8)},
        ]
    )
    assert days_cut(analysis, "civilian") == []
    assert days_cut(analysis, "convoy") == [3, 4, 6, 7]


def test_a_shut_gate_is_like_ground_closed_by_an_event():
    gated = line(gates=[{"site": "gate", "modes": "civilian", "days": ["mon", "thu"]}])
    closed = [
        Event(date=day(n), until=day(n + 1), site="gate", kind="closed")
        for n in range(1, 11)
        if n not in {1, 4, 8}
    ]
    events = line(events=[event.model_dump() for event in closed])
    assert gated.table("D")["civilian"].tolist() == events.table("D")["civilian"].tolist()


def test_two_gates_for_different_modes_let_nobody_through():
    analysis = line(gates=[{"site": "b", "modes": "civilian"}, {"site": "gate", "modes": "convoy"}])
    assert days_cut(analysis, "any") == list(range(1, 11))


def test_why_a_gate_cuts():
    analysis = line(gates=[{"site": "gate", "modes": "civilian"}])
    explanation = engine.explain(analysis, "convoy", day(2))
    assert [(step.sites, step.state) for step in explanation.cut] == [
        (("gate",), "closed by a gate")
    ]
    assert engine.explain(analysis, "any", day(2)).status == "open"
    assert engine.best_paths(analysis, day(2), subject="any").path.tolist() == ["best"]


@pytest.mark.parametrize(("stale", "risky"), [(None, []), (3, [4, 8, 9, 10]), (30, [])])
def test_word_that_nobody_confirms_goes_stale(stale, risky):
    described = [
        {"date": day(5), "site": name, "kind": "described", "actor": "x"} for name in NAMES
    ]
    analysis = line(events=described, **({"stale_after": stale} if stale else {}))
    table = analysis.table("D")["any"]
    assert [n for n, status in enumerate(table, 1) if status == "at risk"] == risky
    assert "cut" not in set(table)


def test_stale_word_counts_from_when_it_happened():
    old = {"date": day(1) - dt.timedelta(days=5), "site": "b", "kind": "closed"}
    assert days_cut(line(events=[old]), "any") == []  # before the baseline
    late = {"date": day(2), "site": "b", "kind": "closed"}
    assert days_cut(line(events=[late], stale_after=4), "any") == [2, 3, 4, 5]


def test_a_gate_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="is not after from"):
        line(gates=[{"site": "gate", "from": day(5), "until": day(5)}])


def test_weekday_gates_are_asked_once_for_each_kind_of_day(monkeypatch):
    """One path for open days and one for shut ones, however many days the run has."""
    analysis = line(gates=[{"site": "gate", "modes": "civilian", "days": ["mon", "thu"]}])
    asked = []
    monkeypatch.setattr(
        "engine.analysis.analysis.pieces_of_path",
        lambda *args: asked.append(args[-1]) or np.empty(0, dtype=np.int64),
    )
    assert len(analysis.paths("any")) == analysis.states.n_intervals > 5
    assert len(asked) <= 3
