"""Weekly and monthly figures against a count day by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import engine
from engine.analysis.status import STATUS_WORDS
from tests.measures.cases import random_cases
from tests.probability.random_doubt import on_the_way

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.meaning.strategies import Question

ONE_DAY = dt.timedelta(days=1)
LABEL: dict[str, Callable[[dt.date], dt.date]] = {
    "D": lambda day: day,
    "W": lambda day: day + (6 - day.weekday()) * ONE_DAY,
    "W-WED": lambda day: day + (2 - day.weekday()) % 7 * ONE_DAY,
    "MS": lambda day: day.replace(day=1),
    "YS": lambda day: day.replace(month=1, day=1),
}
"""The day by which pandas calls the period of a day, worked out without pandas."""
WORST_FIRST = STATUS_WORDS[::-1]


def by_hand(analysis: engine.Analysis, freq: str) -> dict[dt.date, list[dt.date]]:
    """Return the days of each period of a run."""
    day, found = analysis.scenario.start, dict[dt.date, list[dt.date]]()
    while day < analysis.scenario.end:
        found.setdefault(LABEL[freq](day), []).append(day)
        day += ONE_DAY
    return found


def assert_counted(analysis: engine.Analysis, freq: str) -> None:
    shares, worst = analysis.share(freq), analysis.table(freq)
    on = {day: analysis.status(day) for days in by_hand(analysis, freq).values() for day in days}
    periods = by_hand(analysis, freq)
    assert shares.index.date.tolist() == worst.index.date.tolist() == list(periods)
    for (label, days), share in zip(periods.items(), shares.to_numpy(), strict=True):
        row = pd.Series(share, shares.columns)
        for name in analysis.subjects:
            counts = Counter(str(on[day][name]) for day in days)
            expected = {word: counts[word] / len(days) for word in row[name].index}
            assert row[name].to_dict() == pytest.approx(expected)
            assert sum(expected.values()) == pytest.approx(1)
            assert worst.loc[str(label), name] == min(counts, key=WORST_FIRST.index)


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(random_cases())
def test_shares_are_counted_day_by_day(question: Question) -> None:
    analysis = engine.analyze(question.scenario, network=question.network)
    for freq in LABEL:
        assert_counted(analysis, freq)
    array = analysis.status()
    for day in by_hand(analysis, "D"):
        there = array.sel(date=str(day), method="ffill")
        assert there.to_series().to_dict() == analysis.status(day).to_dict()


def test_two_years_week_by_week() -> None:
    analysis = engine.analyze(engine.load_scenario("scenarios/aleppo-2014-2015.toml"))
    assert_counted(analysis, "W")
    assert analysis.daily().equals(analysis.table("D"))


@pytest.mark.parametrize("cases", [1, pytest.param(8, marks=pytest.mark.slow)])
def test_weekly_probabilities_are_the_mean_of_those_of_their_days(cases: int) -> None:
    @settings(max_examples=cases, suppress_health_check=list(HealthCheck), deadline=None)
    @given(on_the_way())
    def compare(drawn: tuple[Question, dt.date]) -> None:
        question, _ = drawn
        analysis = engine.analyze(question.scenario, network=question.network)
        for freq in ("D", "W", "W-WED"):
            periods = by_hand(analysis, freq)
            found = engine.probabilities(analysis, freq=freq)
            assert found["date"].dt.date.to_numpy().tolist() == list(periods)
            for label, days in periods.items():
                of_days = engine.probabilities(analysis, dates=days)
                there = found.sel(date=str(label))
                for key in ("probability", "low", "high"):
                    np.testing.assert_allclose(there[key], of_days[key].mean("date"), atol=1e-12)
                assert (there["worlds"] == of_days["worlds"].max("date")).all()
            assert set(found["method"].to_numpy().ravel()) <= {
                "certain", "all worlds", "decision diagram",
            }  # fmt: skip

    compare()


@pytest.mark.parametrize("freq", ["week", "h", "12h", "", "-1D"])
def test_other_frequencies_are_refused(freq: str) -> None:
    analysis = engine.analyze(engine.load_scenario("scenarios/castello-2014-12.toml"))
    for ask in (analysis.share, analysis.table, lambda f: engine.probabilities(analysis, freq=f)):
        with pytest.raises(engine.InputError, match=r"such as D, W, MS"):
            ask(freq)
    with pytest.raises(engine.InputError, match="not both"):
        engine.probabilities(analysis, dates="2014-12-05", freq="W")
