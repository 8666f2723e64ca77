"""Two clocks, ranges on every day, and sources, on examples computed by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import engine
from engine.errors import InputError, ScenarioError
from engine.probability.known import as_known
from engine.probability.probability import probabilities
from tests.meaning.build import day, place, road_network, scenario
from tests.meaning.cases import ABCD, LINE, NODES, held, on, route

ROAD = road_network(NODES, LINE, [place(name, NODES[at]) for name, at in ABCD.items()])


def analysis(*events, known_on=None, **entries):
    asked = scenario(
        {
            "actors": {"x": {}, "y": {}},
            "sites": [{"id": "everywhere", "places": list(ABCD)}],
            "baseline": [held("everywhere")],
            "routes": [route("a", "d")],
            "events": events,
        }
        | entries
    )
    return engine.analyze(asked, network=ROAD, known_on=known_on)


def shares(found, status="open"):
    return (
        probabilities(found).sel(id="r", status=status).probability.to_series().round(12).to_dict()
    )


def by_day(found, status="open"):
    return {int(when.day): share for when, share in shares(found, status).items()}


def test_a_range_is_uniform_over_its_days() -> None:
    found = analysis(
        on(4, "b", "captured", actor="y", earliest=day(3), latest=day(6), confidence=0.8)
    )
    assert by_day(found) == {1: 1, 3: 0.8, 4: 0.6, 5: 0.4, 6: pytest.approx(0.2)}


def test_a_draw_on_or_after_until_never_counts() -> None:
    found = analysis(
        on(4, "b", "captured", actor="y", earliest=day(3), latest=day(6), until=day(5))
    )
    assert by_day(found) == {1: 1, 3: 0.75, 4: 0.5, 5: 1, 6: 1}


def test_after_excludes_draws_out_of_order_where_both_are_true() -> None:
    first = on(2, "b", "captured", actor="y", id="first", latest=day(3), confidence=0.5)
    then = on(2, "b", "captured", actor="x", id="then", latest=day(3), after="first")
    # First false: open throughout. First true (dates 22, 23, 33 equally likely): on day 2 both
    # happened, and the one further down in the file rules, in 22; only the first in 23.
    found = by_day(analysis(first, then))
    assert found == {1: 1, 2: pytest.approx(0.5 + 0.5 * 2 / 3), 3: 1}


def test_a_report_of_the_very_day_of_a_baseline_in_doubt_acts_on_it() -> None:
    certain, doubtful = (held(name) for name in ("everywhere", "b"))
    of_a_day = doubtful | {"date": day(3), "confidence": 0.5}
    sites = [{"id": "everywhere", "places": ["a", "c", "d"]}]
    found = analysis(on(3, "b", "captured", actor="y"), baseline=[certain, of_a_day], sites=sites)
    assert by_day(found)[3] == 0


def test_a_dispute_leaves_room_for_none() -> None:
    rivals = [
        on(3, place_, "captured", actor="y", dispute="q", confidence=share)
        for place_, share in (("b", 0.5), ("c", 0.2))
    ]
    assert by_day(analysis(*rivals))[3] == pytest.approx(0.3)


def test_a_source_is_right_or_wrong_as_a_whole() -> None:
    reports = [
        on(3, name, "captured", actor="y", source="herald", confidence=0.5) for name in ("b", "c")
    ]
    found = analysis(*reports, sources={"herald": {"reliability": 0.6}})
    assert by_day(found)[3] == pytest.approx(0.4 + 0.6 * 0.25)
    alone = analysis(*reports)
    assert by_day(alone)[3] == pytest.approx(0.25)


def test_what_was_not_reported_is_left_out() -> None:
    events = (
        on(2, "b", "captured", actor="y", reported=day(4), confidence=0.5),
        on(3, "b", "captured", actor="x", reported=day(6), confidence=0.5),
    )
    found = [
        by_day(analysis(*events, known_on=None if n is None else day(n))) for n in (3, 4, None)
    ]
    assert found == [{1: 1, 2: 1, 3: 1}, {1: 1, 2: 0.5, 3: 0.5}, {1: 1, 2: 0.5, 3: 0.75}]


def test_the_picture_of_a_day_changes_as_reports_come_in() -> None:
    found = analysis(
        on(2, "b", "captured", actor="y", id="lost", reported=day(4), confidence=0.8),
        on(3, "b", "captured", actor="x", id="back", reported=day(6)),
        on(5, "b", "captured", actor="y", id="later", reported=day(5)),
    )
    table = as_known(found, day(3), probabilities=True)
    assert [when.day for when in table.index] == [1, 4, 5, 6]
    assert table.reports.tolist() == [("baseline",), ("lost",), ("later",), ("back",)]
    assert table.r.tolist() == ["open", "cut", "cut", "open"]
    assert table["r: open"].tolist() == pytest.approx([1, 0.2, 0.2, 1])
    assert table["r: cut"].tolist() == pytest.approx([0, 0.8, 0.8, 0])
    assert as_known(found, day(2)).r.tolist() == ["open", "cut", "cut", "cut"]


def test_a_claim_comes_in_as_one_report() -> None:
    of_claim = {"claim": "k", "actor": "y", "reported": day(5)}
    case = analysis(
        on(2, "b", "captured", id="one", **of_claim), on(2, "c", "captured", id="two", **of_claim),
        on(3, "b", "strike", id="three", reported=day(5)),
    )  # fmt: skip
    assert as_known(case, day(8)).loc["2014-12-05", "reports"] == ("k", "three")


def test_the_picture_ends_with_what_the_analysis_knows() -> None:
    found = analysis(
        on(2, "b", "captured", actor="y", reported=day(4)), on(3, "b", "reopened", reported=day(8)),
        known_on=day(5),
    )  # fmt: skip
    assert [when.day for when in as_known(found, day(3)).index] == [1, 4]


def test_without_events_nothing_is_in_doubt() -> None:
    found = probabilities(analysis())
    assert found.probability.to_numpy().tolist() == [[[1.0, 0.0, 0.0, 0.0]]]
    assert found.method.item() == "certain"


@pytest.mark.parametrize(
    ("routes", "on_", "message"),
    [("q", None, "no route or enclave 'q'"), (None, "2014-13-01", "is not a day"),
     (None, "2013-12-01", "outside the run"), (["r", "rr"], None, "did you mean 'r'")],
)  # fmt: skip
def test_a_question_that_cannot_be_put(routes, on_, message) -> None:
    with pytest.raises(InputError, match=message):
        probabilities(analysis(), routes, on_)


def test_events_that_cannot_follow_one_another_in_turn_are_refused() -> None:
    with pytest.raises(ScenarioError, match="of what that followed"):
        analysis(
            on(6, "b", "closed", id="one", earliest=day(6), latest=day(9)),
            on(7, "b", "closed", id="two", earliest=day(2), latest=day(8), after="one"),
            on(4, "b", "closed", id="three", after="two"),
        )


def test_a_day_outside_the_run_is_refused() -> None:
    with pytest.raises(InputError, match="outside the run"):
        as_known(analysis(), "2013-01-01")


def test_where_all_was_reported_on_one_day_there_is_one_row() -> None:
    found = as_known(analysis(on(1, "b", "captured", actor="y", id="e")), day(5))
    assert found.index.tolist() == [pd.Timestamp(day(1))]
    assert found["r"].tolist() == ["cut"]


def test_a_report_before_a_baseline_acts_where_an_older_row_is_true() -> None:
    older = [held("a"), held("c"), held("d"), held("b", confidence=0.5), held("b", date=day(8))]
    found = analysis(on(3, "b", "captured", actor="y"), baseline=older)
    assert by_day(found) == {1: 0.5, 3: 0.0, 8: 1.0}
    assert by_day(found, "cut") == {1: 0.0, 3: 0.5, 8: 0.0}


def test_a_report_before_every_row_that_is_sure_never_acts() -> None:
    late = [held("a"), held("c"), held("d"), held("b", date=day(8))]
    found = analysis(
        on(3, "b", "captured", actor="y", confidence=0.6), on(3, "d", "captured", actor="y", confidence=0.5),
        baseline=late,
    )  # fmt: skip
    assert by_day(found, "at risk") == {1: 1.0, 3: 0.5, 8: 0.0}
    assert by_day(found) == {1: 0.0, 3: 0.0, 8: 0.5}


def test_what_was_known_on_each_day_is_the_answer_of_that_day() -> None:
    events = [
        on(2, "b", "captured", actor="y", reported=day(3), confidence=0.7),
        on(4, "b", "captured", actor="x", reported=day(6), confidence=0.8),
    ]
    found, asked = analysis(*events), [day(2), day(5), day(8)]
    courses = engine.vintages(found, "r", asked)
    chances = engine.vintages(found, "r", asked, probabilities=True)
    course = engine.vintages(found, "r")
    known = courses.known_on.to_series().dt.date.tolist()
    assert known == [day(1), day(3), day(6)]
    for one in known:
        then = analysis(*events, known_on=one)
        moment = {"id": "r", "known_on": np.datetime64(one, "ns")}
        words = [then.statuses["r"][then.interval_on(at)] for at in asked]
        assert courses.sel(moment).to_numpy().tolist() == words
        alone = probabilities(then, "r", asked).probability.sel(id="r")
        assert np.array_equal(chances.probability.sel(moment), alone)
        assert set(course.sel(moment).to_series().dropna()) == set(then.statuses["r"])
    with pytest.raises(InputError, match="lies outside the run"):
        engine.vintages(found, "r", day(40))
