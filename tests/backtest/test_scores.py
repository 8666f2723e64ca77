"""The scores, each on cases small enough to compute by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backtest import scores
from engine.backtest.truth import CUT, NOT_CUT, NOT_SCORED

CODE = {"c": CUT, ".": NOT_CUT, "?": NOT_SCORED}


def state(text: str) -> np.ndarray:
    """Take c for cut, a dot for not cut, ? for not scored; one letter a day."""
    return np.array([CODE[letter] for letter in text], dtype=np.int8)


def said(text: str) -> np.ndarray:
    return np.array([letter == "c" for letter in text])


def test_agreement_counts_scored_days_only() -> None:
    assert scores.agreement(state("..cc??"), said(".ccccc")) == 3 / 4
    assert scores.agreement(state("????"), said("cccc")) is None
    assert scores.agreement_of_constant(state("...c")) == 3 / 4
    assert scores.agreement_of_constant(state("?ccc.")) == 3 / 4


def test_kappa_by_hand() -> None:
    # 10 days, 3 cut; said cut on 4, both on 2: agreement 0.7, by chance 0.3 * 0.4 + 0.7 * 0.6.
    true, answer = state("ccc......."), said(".cccc.....")
    assert scores.kappa(true, answer) == pytest.approx((0.7 - 0.54) / (1 - 0.54))
    assert scores.kappa(true, said("ccc.......")) == 1
    assert scores.kappa(true, said("..........")) == pytest.approx(0)


def test_kappa_is_undefined_where_chance_agrees_as_well() -> None:
    assert scores.kappa(state("....?"), said("....c")) is None
    assert scores.kappa(state("????"), said("....")) is None


@pytest.mark.parametrize(
    ("documented", "answer", "errors"),
    [
        ("..ccc...", "..ccc...", [(0, 0)]),
        ("..ccc...", "....ccc.", [(2, 2)]),
        ("..ccc...", ".cc.....", [(-1, -2)]),
        ("..ccc...", "c..c.c..", [(1, -1)]),  # the first spell that meets it, and the last
        ("..ccc...", "......cc", [(None, None)]),  # missed
        ("ccc..", "cccc.", [(None, 1)]),  # nothing is documented before
        ("..ccc", "...cc", [(1, None)]),  # nor after
        (".??cc??.", "..cccc..", [(0, 0)]),  # within what is not determined
        (".??cc??.", "cccccccc", [(-1, 1)]),
        (".c?c.", ".ccc.", [(0, None), (None, 0)]),  # known apart, not from one another
        (".....", "..c..", []),
    ],
)
def test_errors_of_onset_and_end(documented: str, answer: str, errors: list) -> None:
    assert scores.border_errors(state(documented), said(answer)) == errors


@pytest.mark.parametrize(
    ("documented", "answer", "alarms", "missed"),
    [
        ("..ccc...", "..ccc...", 0, 0),
        ("..ccc...", "c....cc.", 2, 1),
        ("..ccc...", "....cccc", 0, 0),  # too long is an error of its end, not an alarm
        ("..??....", "..cc....", 0, 0),  # what is not determined raises no alarm
        ("..??....", "...cc...", 1, 0),
        (".c.c.c.", ".c.....", 0, 2),
    ],
)
def test_false_alarms_and_misses(documented: str, answer: str, alarms: int, missed: int) -> None:
    assert scores.false_alarms(state(documented), said(answer)) == alarms
    assert scores.misses(state(documented), said(answer)) == missed


def test_brier_by_hand() -> None:
    chance = np.array([0.1, 0.2, 0.9, 0.5, 0.7])
    assert scores.brier(state("..cc?"), chance) == pytest.approx((0.01 + 0.04 + 0.01 + 0.25) / 4)
    assert scores.brier_of_constant(state("...c?")) == pytest.approx(0.25 * 0.75)
    assert scores.brier(state("???"), chance[:3]) is None
    assert scores.brier_of_constant(state("???")) is None


def test_reliability_by_hand() -> None:
    chance = np.array([0.0, 0.05, 0.1, 0.95, 1.0, 0.5])
    low, next_, high = scores.reliability(state(".c.cc?"), chance)
    assert (low.low, low.high, low.days, low.mean, low.observed) == (0.0, 0.1, 2, 0.025, 0.5)
    assert (next_.low, next_.days, next_.observed) == (0.1, 1, 0.0)
    assert (high.high, high.days, high.mean, high.observed) == (1.0, 2, 0.975, 1.0)
    gap = (2 * 0.475**2 + 0.1**2 + 2 * 0.025**2) / 5
    assert scores.calibration_error((low, next_, high)) == pytest.approx(gap)
    assert scores.calibration_error(()) is None


@given(st.text("c.?", min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_the_scores_hang_together(text: str, random: object) -> None:
    true = state(text)
    answer = np.array([random.random() < 0.5 for _ in text])
    right, constant = scores.agreement(true, answer), scores.agreement_of_constant(true)
    if right is None:
        assert constant is None
        return
    assert scores.brier(true, answer.astype(float)) == pytest.approx(1 - right)
    assert scores.agreement(true, true == CUT) == 1
    assert max(
        scores.agreement(true, np.full(len(text), value)) for value in (True, False)
    ) == pytest.approx(constant)
    share = scores.share_cut(true)
    best = scores.brier(true, np.full(len(text), share))
    assert best == pytest.approx(scores.brier_of_constant(true))
    assert scores.false_alarms(true, true == CUT) == scores.misses(true, true == CUT) == 0
    for onset, end in scores.border_errors(true, true == CUT):
        assert not onset
        assert not end
