"""The back-test: a scenario analysed, and scored route by route against what is documented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.analysis import Analysis, analyze
from engine.analysis.statuses import ONE_DAY, typed
from engine.backtest import scores
from engine.backtest.truth import (
    CUT,
    LOST,
    NOT_CUT,
    NOT_SCORED,
    check_routes,
    documented_days,
    rows_of_days,
)
from engine.io.arguments import checked
from engine.io.cards import Card
from engine.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from engine.backtest.truth import Documented
    from engine.io.days import DayLike
    from engine.network.arrays import Network
    from engine.scenario.model import Scenario


# The course of a route: day by day what is documented and what a scenario says, and its score.

COUNTED = ("id", "label", "days", "cut_days", "right_days", "false_alarm_days", "missed_days")
SCORES = (
    *COUNTED[:5], "agreement", "agreement_of_constant", "kappa", *COUNTED[5:], "brier",
    "brier_of_constant", "calibration_error",
)  # fmt: skip
"""The columns of a table of scores: what is counted, and what may be undefined."""
ALL = "all"
"""What the score of all routes together is called."""
AT_RISK_WORD = "at risk"
CUT_WORDS = ("cut", "besieged")
"""The statuses of routes and enclaves that count as cut."""
DOCUMENTED = ("not cut", "cut", "lost")
"""What is documented of a day, in words: the names of the codes 0, 1 and 2."""
LOST_WORD = "lost"
"""The status of an enclave that its actor no longer holds."""


@dataclass(frozen=True, eq=False)
class Course:
    """One route over the days of a run.

    Parameters
    ----------
    id, label
        The id of the route or enclave, and what to call it.
    days
        Every day of the run, datetime64[D] of shape (days,).
    state
        What is documented: `CUT`, `NOT_CUT`, `LOST` or `NOT_SCORED`, int8 of shape (days,).
    under_fire
        Where that is noted, bool of shape (days,).
    status
        What the scenario says, in words, shape (days,).
    chance
        The probability of being cut, float64 of shape (days,); None if it was not asked for.
    """

    id: str
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

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Where an enclave is documented as lost, or said to be where something is documented."""
        said = (self.status == LOST_WORD) & (self.state != NOT_SCORED)
        return said | (self.state == LOST)

    @property
    def scored(self) -> NDArray[np.int8]:
        """What is documented, lost days not scored: they are a class of their own."""
        return np.where(self.lost, np.int8(NOT_SCORED), self.state)


@dataclass(frozen=True)
class Score:
    """How well a route, or several, came out; None where a score is undefined.

    Parameters
    ----------
    id, label
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
    lost_days, lost_right_days
        Days on which an enclave is documented as lost or said to be, and on how many of them it
        is both. A class of their own: no other score counts them.
    """

    id: str
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
    lost_days: int
    lost_right_days: int


def score(courses: Sequence[Course], name: str, label: str) -> Score:
    """Score one course, or several as one: their days are pooled, their spells stay apart."""
    documented = np.concatenate([course.state for course in courses])
    state = np.concatenate([course.scored for course in courses])
    said_lost = np.concatenate([course.status == LOST_WORD for course in courses])
    said = np.concatenate([course.said for course in courses])
    at_risk = np.concatenate([course.status == AT_RISK_WORD for course in courses])
    under_fire = np.concatenate([course.under_fire for course in courses])
    chances = [course.chance for course in courses if course.chance is not None]
    chance = np.concatenate(chances) if len(chances) == len(courses) else None
    classes = () if chance is None else scores.reliability(state, chance)
    right = (state != NOT_SCORED) & ((state == CUT) == said)
    each = [(course.scored, course.said) for course in courses]
    return Score(
        id=name,
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
        lost_days=sum(int(course.lost.sum()) for course in courses),
        lost_right_days=int(((documented == LOST) & said_lost).sum()),
    )


@dataclass(frozen=True, eq=False, repr=False)
class Run(Card):
    """One analysis, scored.

    Parameters
    ----------
    analysis
        The analysis.
    left_out
        The ids of the events that it did without.
    courses
        The routes of which something is documented, in the order of the scenario.
    scores
        The score of each.
    together
        The score of all of them: days pooled, spells counted.
    """

    analysis: Analysis
    left_out: tuple[str, ...]
    courses: tuple[Course, ...]
    scores: tuple[Score, ...]
    together: Score

    def table(self) -> pd.DataFrame:
        """Return the scores of each route and enclave, and of all together.

        Returns
        -------
        pandas.DataFrame
            By ``id`` (``all`` of all together): ``label``, ``days``, ``cut_days``, ``right_days``,
            ``agreement``, ``agreement_of_constant``, ``kappa``, ``false_alarm_days``,
            ``missed_days``, ``brier``, ``brier_of_constant`` and ``calibration_error``, as in
            `Score`; not a number where a score is undefined.
        """
        import pandas as pd

        rows = [[getattr(one, name) for name in SCORES] for one in (*self.scores, self.together)]
        frame = pd.DataFrame(rows, columns=list(SCORES)).set_index("id")
        return frame.astype({name: float for name in SCORES if name not in COUNTED})

    def daily(self) -> pd.DataFrame:
        """Return what is documented of each route and enclave on each day, and what the run says.

        Returns
        -------
        pandas.DataFrame
            ``id``, ``date``, ``documented`` (not cut, cut or lost; of an enclave, read not besieged,
            besieged or lost; missing where the day is not scored), ``status``, ``probability`` (that of
            cut, not a number if it was not asked for) and ``under_fire`` (where that is noted).
        """
        import pandas as pd

        words = pd.CategoricalDtype(list(DOCUMENTED))
        parts = [
            {
                "id": course.id,
                "date": course.days,
                "documented": pd.Categorical.from_codes(course.state.tolist(), dtype=words),
                "status": course.status,
                "probability": np.nan if course.chance is None else course.chance,
                "under_fire": course.under_fire,
            }
            for course in self.courses
        ]
        return typed(pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True))

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return how many days of each route are right, and what was left out."""
        facts = self.analysis.facts
        lines = [
            (tr("run"), tr("{start} to {end}", start=facts.start, end=facts.last_day)),
            (tr("network"), self.analysis.network_line),
        ]
        lines += [(one.id, _right(one)) for one in (*self.scores, self.together)]
        if self.left_out:
            n = len(self.left_out)
            lines.append((tr("left out"), trn("{n} reports", "{n} reports", n)))
        return facts.title, lines


@dataclass(frozen=True, eq=False, repr=False)
class Backtest(Card):
    """A scenario against the truth.

    Parameters
    ----------
    whole
        With all reports.
    settlements
        Without the events, and the rows of the baseline, that speak of a road itself: how much the
        result rests on them shows beside `whole`.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> truth = engine.read_truth("data/backtest/aleppo-truth.csv")
    >>> castello = [row for row in truth if row.route == "castello"]
    >>> found = engine.run_backtest(scenario, castello)
    >>> [score.id for score in found.whole.scores]
    ['castello']
    """

    whole: Run
    settlements: Run

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the card of the run with all reports, and the result without some of them."""
        title, lines = self.whole.card()
        bare = self.settlements
        kinds = tr("without {n} reports about roads", n=len(bare.left_out))
        return title, [*lines, (kinds, _right(bare.together))]


def _right(one: Score) -> str:
    return tr("{right} of {days} scored days right", right=one.right_days, days=one.days)


@checked
def run_backtest(
    scenario: Scenario,
    truth: Sequence[Documented],
    *,
    network: Network | str | Path | None = None,
    known_on: DayLike | None = None,
) -> Backtest:
    """Score a scenario against what is documented of its routes.

    Parameters
    ----------
    scenario
        The question. It knows nothing of the truth.
    truth
        What is documented, from `engine.backtest.truth.read_truth`. Rows whose days all lie
        outside the run are left aside: one table serves scenarios of several spans.
    network
        A road network, or the name or path of one; the scenario's own, if absent.
    known_on
        Use only what had been reported by this day; everything, if absent.

    Raises
    ------
    ScenarioError
        If the truth says nothing of the days of the run, or speaks of a route that the scenario
        does not have, or in words that do not fit it.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> truth = engine.read_truth("data/backtest/aleppo-truth.csv")
    >>> castello = [row for row in truth if row.route == "castello"]
    >>> found = engine.run_backtest(scenario, castello)
    >>> found.whole.scores[0].right_days == found.whole.scores[0].days
    True
    """
    truth = rows_of_days(truth, scenario.start, scenario.end)
    check_routes(truth, scenario)
    whole = score_run(analyze(scenario, network=network, known_on=known_on), truth)
    bare, left_out = without_road_reports(scenario)
    settlements = analyze(bare, network=whole.analysis.network, known_on=known_on)
    return Backtest(whole, score_run(settlements, truth, left_out))


def without_road_reports(scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """Leave out what speaks of a road itself, as opposed to a settlement or an area.

    Returns
    -------
    Scenario
        Without the events and the rows of the baseline whose site is a stretch of road or OSM
        ways, or a group of such.
    tuple of str
        The ids of the events left out.
    """
    roads = _road_sites(scenario)
    named = list(zip(scenario.event_ids(), scenario.events, strict=True))
    left_out = tuple(id_ for id_, event in named if event.site in roads)
    events = tuple(
        event.model_copy(
            update={"id": id_, "after": "" if event.after in left_out else event.after}
        )
        for id_, event in named
        if event.site not in roads
    )
    baseline = tuple(row for row in scenario.baseline if row.site not in roads)
    return scenario.model_copy(update={"events": events, "baseline": baseline}), left_out


def _road_sites(scenario: Scenario) -> set[str]:
    roads = {site.id for site in scenario.sites if site.is_stretch}
    groups = {site.id: site.sites for site in scenario.sites if site.sites and not site.places}
    while more := {name for name, members in groups.items() if roads.issuperset(members)} - roads:
        roads |= more
    return roads


def score_run(
    analysis: Analysis,
    truth: Sequence[Documented],
    left_out: tuple[str, ...] = (),
    *,
    probability: bool = True,
) -> Run:
    """Score an analysis against the truth.

    Parameters
    ----------
    analysis
        The analysis.
    truth
        What is documented.
    left_out
        The ids of the events that the analysis did without.
    probability
        Compute the probabilities too, which takes longer.
    """
    named = {row.route for row in truth}
    documented = [route for route in analysis.statuses if route in named]
    start, end = analysis.states.borders[[0, -1]]
    days = np.arange(start, end, ONE_DAY)
    chances = _chances(analysis, documented, days) if probability else {}
    courses = tuple(
        _course(analysis, truth, route, days, chances.get(route)) for route in documented
    )
    scores = tuple(score([course], course.id, course.label) for course in courses)
    return Run(analysis, left_out, courses, scores, score(courses, ALL, "All together"))


def _chances(
    analysis: Analysis, routes: list[str], days: NDArray[np.datetime64]
) -> dict[str, NDArray[np.float64]]:
    """Return the probability of being cut of each route on each day."""
    from engine.probability.probability import probabilities

    found = probabilities(analysis, routes)
    cut = found["probability"].sel(status="cut")
    at = np.searchsorted(found["date"].to_numpy().astype("datetime64[D]"), days, side="right") - 1
    return {route: cut.sel(id=route).to_numpy()[at] for route in routes}


def _course(
    analysis: Analysis,
    truth: Sequence[Documented],
    route: str,
    days: NDArray[np.datetime64],
    chance: NDArray[np.float64] | None,
) -> Course:
    state, under_fire = documented_days(truth, route, days)
    at = np.searchsorted(analysis.days, days, side="right") - 1
    status = np.array(analysis.statuses[route], dtype=object)[at]
    label = analysis.subjects[route].label or route
    return Course(route, label, days, state, under_fire, status, chance)
