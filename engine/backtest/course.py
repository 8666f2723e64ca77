"""The course of a route: day by day what is documented and what a scenario says, and its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.backtest import scores
from engine.backtest.truth import CUT, NOT_CUT, NOT_SCORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

AT_RISK_WORD = "at risk"
CUT_WORDS = ("cut", "besieged")
"""The statuses of routes and enclaves that count as cut."""


@dataclass(frozen=True, eq=False)
class Course:
    """One route over the days of a run.

    Parameters
    ----------
    route, label
        The id of the route or enclave, and what to call it.
    days
        Every day of the run, datetime64[D] of shape (days,).
    state
        What is documented: `CUT`, `NOT_CUT` or `NOT_SCORED`, int8 of shape (days,).
    under_fire
        Where that is noted, bool of shape (days,).
    status
        What the scenario says, in words, shape (days,).
    chance
        The probability of being cut, float64 of shape (days,); None if it was not asked for.
    """

    route: str
    label: str
    days: NDArray[np.datetime64]
    state: NDArray[np.int8]
    under_fire: NDArray[np.bool_]
    status: NDArray[np.object_]
    chance: NDArray[np.float64] | None = None

    @property
    def said(self) -> NDArray[np.bool_]:
        """Where the scenario says that the route is cut, bool of shape (days,)."""
        return np.isin(self.status.astype(str), CUT_WORDS)


@dataclass(frozen=True)
class Score:
    """How well a route, or several, came out; None where a score is undefined.

    Parameters
    ----------
    route, label
        The id, and what to call it.
    days, cut_days, right_days
        How many days are scored, how many of them are documented as cut, and on how many the
        answer is right.
    agreement, agreement_of_constant
        The share of right days, and that of the better constant answer.
    kappa
        Cohen's kappa; that of a constant answer is 0 or undefined.
    borders
        For each documented spell, the errors of its onset and its end in days, positive if late.
    false_alarms, false_alarm_days
        Spells, and days, said to be cut that are documented as not cut.
    misses, missed_days
        Spells, and days, documented as cut that are not said to be.
    brier, brier_of_constant
        The Brier score of the probabilities, and that of the best constant one.
    reliability
        How often what was said with some probability came true.
    calibration_error
        The mean squared gap of those classes: the reliability term of the Brier score.
    under_fire_days, under_fire_at_risk
        Days noted as under fire, and on how many of them the answer is at risk. Not scored.
    """

    route: str
    label: str
    days: int
    cut_days: int
    right_days: int
    agreement: float | None
    agreement_of_constant: float | None
    kappa: float | None
    borders: tuple[tuple[int | None, int | None], ...]
    false_alarms: int
    false_alarm_days: int
    misses: int
    missed_days: int
    brier: float | None
    brier_of_constant: float | None
    reliability: tuple[scores.Bin, ...]
    calibration_error: float | None
    under_fire_days: int
    under_fire_at_risk: int


def score(courses: Sequence[Course], route: str, label: str) -> Score:
    """Score one course, or several as one: their days are pooled, their spells stay apart."""
    state = np.concatenate([course.state for course in courses])
    said = np.concatenate([course.said for course in courses])
    at_risk = np.concatenate([course.status == AT_RISK_WORD for course in courses])
    under_fire = np.concatenate([course.under_fire for course in courses])
    chances = [course.chance for course in courses if course.chance is not None]
    chance = np.concatenate(chances) if len(chances) == len(courses) else None
    classes = () if chance is None else scores.reliability(state, chance)
    right = (state != NOT_SCORED) & ((state == CUT) == said)
    each = [(course.state, course.said) for course in courses]
    return Score(
        route=route,
        label=label,
        days=int((state != NOT_SCORED).sum()),
        cut_days=int((state == CUT).sum()),
        right_days=int(right.sum()),
        agreement=scores.agreement(state, said),
        agreement_of_constant=scores.agreement_of_constant(state),
        kappa=scores.kappa(state, said),
        borders=tuple(error for one in each for error in scores.border_errors(*one)),
        false_alarms=sum(scores.false_alarms(*one) for one in each),
        false_alarm_days=int((said & (state == NOT_CUT)).sum()),
        misses=sum(scores.misses(*one) for one in each),
        missed_days=int((~said & (state == CUT)).sum()),
        brier=None if chance is None else scores.brier(state, chance),
        brier_of_constant=scores.brier_of_constant(state),
        reliability=classes,
        calibration_error=scores.calibration_error(classes),
        under_fire_days=int(under_fire.sum()),
        under_fire_at_risk=int((under_fire & at_risk).sum()),
    )
