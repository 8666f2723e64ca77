"""How likely each route is open, at risk or cut, with the uncertainty of the reports carried through.

On each day, or over weeks, months or other periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from engine.analysis.query import query_of, subjects_of
from engine.analysis.status import ROUTE_STATUS
from engine.analysis.statuses import periods_of
from engine.errors import InputError
from engine.io.arguments import checked
from engine.io.days import days_among
from engine.language import tr
from engine.probability.assertions import AssertionStacks
from engine.probability.checkpoint import Checkpoint, key_of
from engine.probability.exact import Effort, answer_of
from engine.probability.monte_carlo import (
    CHUNK,
    has_converged,
    interval_of,
    sample_chunks,
    sampling_plan,
)
from engine.probability.query_event import query_events
from engine.probability.structure_function import StructureFunctions
from engine.probability.uncertainty import uncertainty_of
from engine.probability.worlds import NOT_LOST, POSSIBLE, SECURE, Day, PossibleStates

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates
    from engine.analysis.statuses import Periods
    from engine.io.days import DayLike
    from engine.probability.exact import Answer
    from engine.probability.query_event import QueryEvent


N = TypeVar("N", bound=np.generic)


def over_periods(
    found: xr.Dataset, end: np.datetime64, freq: str, methods: tuple[str, ...]
) -> xr.Dataset:
    """Return the mean over the days of each period: the share of them on which a status is expected.

    Parameters
    ----------
    found
        What `probabilities` returned, on every day of a run on which one may change.
    end
        The first day after the run.
    freq
        A frequency of pandas, of a day or more.
    methods
        How an answer may be found, from the best; that of a period is the worst of its days.
    """
    days = found["date"].to_numpy().astype("datetime64[D]")
    periods = periods_of(np.append(days, end), freq)
    last = np.append(periods.first[1:], len(periods.interval)) - 1
    start, stop = periods.interval[periods.first], periods.interval[last] + 1
    rank = np.vectorize(methods.index, otypes=[np.int64])(found["method"].to_numpy())
    worst = _greatest(rank, start, stop)
    means = {
        key: (("id", "date", "status"), _by_period(periods, found[key]))
        for key in ("probability", "low", "high")
    }
    per_period = {
        "method": (("id", "date"), np.array(methods)[worst]),
        "worlds": (("id", "date"), _greatest(found["worlds"].to_numpy(), start, stop)),
    }
    kept = found.drop_vars([*means, *per_period]).drop_dims("date")
    return (
        kept.assign(means | per_period)
        .assign_coords(date=periods.labels.to_numpy().astype("datetime64[ns]"))
        .assign_attrs(freq=freq)
    )


def _by_period(periods: Periods, values: xr.DataArray) -> NDArray[np.float64]:
    """Return means of values by id, day and status: float64 of shape (ids, periods, statuses)."""
    return np.moveaxis(periods.mean(np.moveaxis(values.to_numpy(), 1, -1)), -1, 1)


def _greatest(values: NDArray[N], start: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[N]:
    """Return the greatest value on the intervals of each period, shape (ids, periods)."""
    return np.stack([values[:, a:b].max(axis=1) for a, b in zip(start, stop, strict=True)], axis=1)


STATUSES = (*ROUTE_STATUS[::-1], "lost")
"""The statuses from best to worst; for an enclave they read connected, at risk, besieged, lost."""
METHODS = ("certain", "all worlds", "decision diagram", "sampled", "")
"""How an answer was found, from the best; the last is for what was not."""
ALL_BOUNDS = (POSSIBLE, SECURE, NOT_LOST)
MOST_BYTES = 2**28
"""So much memory may be taken by what chance decides in a chunk, of the questions that are sampled together."""
Unit: TypeAlias = "tuple[str, np.datetime64, int]"
"""A question: the route or enclave, the day and the bound."""


@dataclass(frozen=True)
class Estimate:
    """How likely a route is connected in a bound, or an enclave not lost.

    Parameters
    ----------
    value, low, high
        The probability, and the ends of its 95 % interval: the same three times if it is exact.
    method
        One of `METHODS`.
    worlds
        The number of joint outcomes that matter to the question.
    """

    value: float
    low: float
    high: float
    method: str
    worlds: float


NOT_YET = Estimate(np.nan, np.nan, np.nan, "", np.nan)
SURE = Estimate(1.0, 1.0, 1.0, "certain", 1.0)


class Interrupted(KeyboardInterrupt):
    """A run was interrupted by the user; what it had is kept.

    Parameters
    ----------
    partial
        The results so far: not a number where there are none.
    """

    def __init__(self, partial: xr.Dataset) -> None:
        self.partial = partial
        super().__init__("interrupted")


class UncertaintyModel:
    """The questions of a scenario, put to all worlds that its reports leave open.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        statements = analysis.states.statements
        self.uncertainty = uncertainty_of(analysis.scenario, statements, analysis.known_on)
        self._tracks = AssertionStacks(self.uncertainty, analysis.sectors)
        self._latest: tuple[int, PossibleStates] | None = None

    @cached_property
    def queries(self) -> dict[str, StructureFunctions]:
        """What each route and enclave asks, by id."""
        return {
            name: StructureFunctions(query_of(self.analysis, name))
            for name in self.analysis.subjects
        }

    @cached_property
    def days(self) -> NDArray[np.datetime64]:
        """The days of the run on which a probability may change, datetime64[D], from the start."""
        start, end = self.analysis.states.borders[[0, -1]]
        days = np.union1d(self.analysis.days, self.uncertainty.days_of_change())
        return days[(days >= start) & (days < end)]

    def possible_states(self, day: np.datetime64) -> PossibleStates:
        """Return what ground may be on a day; the latest is kept."""
        number = int(day.astype("datetime64[D]").astype(np.int64))
        if self._latest is None or self._latest[0] != number:
            analysis = self.analysis
            possible = PossibleStates(
                Day(analysis.scenario, analysis.sectors, self._tracks, number)
            )
            self._latest = (number, possible)
        return self._latest[1]

    def query_event(self, name: str, day: np.datetime64, bound: int) -> QueryEvent | bool:
        """Return what decides whether a route is connected in a bound (or not lost) on a day.

        A truth value where nothing uncertain does.
        """
        possible = self.possible_states(day)
        structure = self.queries[name].on(possible, bound)
        if isinstance(structure, bool):
            return structure
        return query_events([structure], possible.day)[0]


@checked
def probabilities(
    analysis: Analysis,
    subjects: str | Sequence[str] | None = None,
    dates: Dates = None,
    *,
    freq: str | None = None,
    effort: Effort | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Return the probability that each route is open, at risk or cut.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    subjects
        Ids of routes and enclaves; all, if absent.
    dates
        A day or several; every day on which a probability may change, if absent.
    freq
        Instead of days: a frequency of pandas, ``"D"`` for every day of the run, ``"W"`` for weeks. Of
        a period the result is the mean over those of its days that belong to the run: the share of
        them on which a status is expected (`Analysis.share` says it of the plain status), and the means
        of the ends of the intervals. Periods are called as pandas does: a week by its Sunday.
    effort
        How far to go for an exact answer, and how close a sampled one must be.
    checkpoint
        A file in which a long run keeps what it has; if it is there, the run goes on from it. It
        is removed at the end.
    progress
        Called with the number of answers found and wanted.

    Returns
    -------
    xarray.Dataset
        Over id, date and status (from best to worst; for an enclave, read connected, at risk,
        besieged, lost; a route is never lost): ``probability``, ``low`` and ``high`` (its 95 % interval; the same where it is
        exact). Over id and date: ``method`` (one of `METHODS`) and ``worlds`` (how many joint
        outcomes of what is uncertain matter to the question). Its attribute ``complete`` is 1.

    Raises
    ------
    InputError
        If a route is not known, a day lies outside the run, there is no such frequency, or it is
        given beside days.
    Interrupted
        On Ctrl-C, with what there is.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.probabilities(analysis, "castello", "2014-12-20")
    >>> round(found["probability"].sel(status="at risk").item(), 3)
    0.999
    """
    if freq is not None:
        if dates is not None:
            raise InputError(tr("give dates or freq, not both: a frequency covers the whole run"))
        periods_of(analysis.states.borders, freq)  # a wrong one is refused before the long run
    effort = effort or Effort()
    model = UncertaintyModel(analysis)
    names = subjects_of(analysis, subjects)
    days = model.days if dates is None else _days(analysis, dates)
    key = key_of(analysis.scenario, analysis.sectors, analysis.known_on, effort)
    run = _Run(model, effort, Checkpoint(checkpoint, key))
    bounds = [
        (name, bound)
        for name in names
        for bound in (ALL_BOUNDS if name in analysis.enclaves else (POSSIBLE, SECURE))
    ]
    found: dict[Unit, Estimate] = {}
    try:
        for day in days:
            for unit, answer in run.answers([(name, day, bound) for name, bound in bounds]):
                found[unit] = answer
                if progress is not None:
                    progress(len(found), len(days) * len(bounds))
    except KeyboardInterrupt as stop:
        raise Interrupted(_dataset(analysis, names, days, found, effort)) from stop
    finally:
        run.kept.close()
    run.kept.remove()
    whole = _dataset(analysis, names, days, found, effort)
    return whole if freq is None else over_periods(whole, analysis.ends[-1], freq, METHODS)


def _of_bound(
    analysis: Analysis,
    found: dict[Unit, Estimate],
    unit: Unit,
) -> Estimate:
    """Return the answer to a question, as far as it is known; no route is ever lost."""
    name, _, bound = unit
    if bound == NOT_LOST and name not in analysis.enclaves:
        return SURE
    return found.get(unit, NOT_YET)


def _days(analysis: Analysis, dates: DayLike | Iterable[DayLike]) -> NDArray[np.datetime64]:
    days = days_among(dates)
    for day in days:
        analysis.interval_on(day)
    return np.array(days, dtype="datetime64[D]")


class _Run:
    """Answers of one run: kept in its checkpoint, and shared by days that do not differ in them.

    Days that differ only in probabilities have one diagram, put to the probabilities of each.
    """

    def __init__(self, model: UncertaintyModel, effort: Effort, kept: Checkpoint) -> None:
        self.model = model
        self.effort = effort
        self.kept = kept
        self._alike: dict[Hashable, Estimate] = {}
        self._answers: dict[Hashable, Answer | None] = {}

    def answers(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, Estimate]]:
        """Yield the answers to some questions, those first that need no sampling; or what is kept of them."""
        sampled: dict[Hashable, list[Unit]] = {}
        events: list[QueryEvent] = []
        for unit in units:
            if _text(unit) in self.kept.results:
                yield unit, Estimate(**self.kept.results[_text(unit)])
                continue
            found = self._known_or_event(unit, sampled)
            if isinstance(found, Estimate):
                yield unit, self._kept(unit, found)
            elif found is not None:
                events.append(found)
        names = [f"{_text(alike[0])} chunks" for alike in sampled.values()]
        chances = self._sampled(events, names)
        for (key, alike), estimate in zip(sampled.items(), chances, strict=True):
            self._alike[key] = estimate
            for unit in alike:
                yield unit, self._kept(unit, estimate)

    def _kept(self, unit: Unit, found: Estimate) -> Estimate:
        self.kept.keep(_text(unit), vars(found))
        return found

    def _known_or_event(
        self, unit: Unit, sampled: dict[Hashable, list[Unit]]
    ) -> Estimate | QueryEvent | None:
        """Return an answer, or what is to be sampled for it, unless another question is sampled that is the same."""
        name, day, bound = unit
        possible = self.model.possible_states(day)
        structure = self.model.queries[name].on(possible, bound)
        if isinstance(structure, bool):
            return Estimate(float(structure), float(structure), float(structure), "certain", 1.0)
        key = structure.key_on(possible.day)
        if key in self._alike:
            return self._alike[key]
        if key in sampled:
            sampled[key].append(unit)
            return None
        (event,) = query_events([structure], possible.day)
        if event.key not in self._answers:
            self._answers[event.key] = answer_of(event, self.effort)
        answer = self._answers[event.key]
        if answer is None:
            sampled[key] = [unit]
            return event
        value = min(
            1.0, float(answer.weight([variable.probability for variable in event.variables])[0])
        )
        self._alike[key] = Estimate(value, value, value, answer.method, event.n_worlds)
        return self._alike[key]

    def _sampled(self, events: list[QueryEvent], names: list[str]) -> Iterator[Estimate]:
        """Sample chunk after chunk, on from those that are kept, until it is enough for each question."""
        for some in _together(events):
            plans = {names[at]: sampling_plan(events[at], self.effort.seed) for at in some}
            means: dict[str, list[float]] = {
                name: list(self.kept.results.get(name, [])) for name in plans
            }
            while wanting := [name for name in plans if not self._will_do(means[name])]:
                done = min(len(means[name]) for name in wanting)
                asked = [name for name in wanting if len(means[name]) == done]
                chunk = sample_chunks([plans[name] for name in asked], done + 1)
                for name, mean in zip(asked, chunk, strict=True):
                    means[name].append(mean)
                    self.kept.keep(name, means[name])
            for at in some:
                found = interval_of(means[names[at]])
                yield Estimate(found.value, found.low, found.high, "sampled", events[at].n_worlds)

    def _will_do(self, means: list[float]) -> bool:
        return has_converged(means, self.effort.tolerance, self.effort.most_chunks)


def _text(unit: Unit) -> str:
    name, day, bound = unit
    return f"{name} {day} {bound}"


def _together(events: list[QueryEvent]) -> Iterator[list[int]]:
    """Yield the questions that are sampled together: as many in a row as there is memory for."""
    some: list[int] = []
    taken = 0
    for at, event in enumerate(events):
        size = sum(variable.n - 1 for variable in event.variables) * CHUNK // 8
        if some and taken + size > MOST_BYTES:
            yield some
            some, taken = [], 0
        some.append(at)
        taken += size
    if some:
        yield some


def _dataset(
    analysis: Analysis,
    names: list[str],
    days: NDArray[np.datetime64],
    found: dict[Unit, Estimate],
    effort: Effort,
) -> xr.Dataset:
    import xarray as xr

    shape = (len(names), len(days))
    values = np.empty((3, *shape, len(STATUSES)))
    method = np.empty(shape, dtype=object)
    worlds = np.empty(shape)
    for row, name in enumerate(names):
        for column, day in enumerate(days):
            known = [_of_bound(analysis, found, (name, day, bound)) for bound in ALL_BOUNDS]
            if NOT_YET in known:
                known = [NOT_YET] * len(ALL_BOUNDS)
            values[:, row, column] = by_status(*known)
            used = max(METHODS.index(one.method) for one in known)
            method[row, column] = METHODS[used]
            worlds[row, column] = max(one.worlds for one in known)
    over = ("id", "date", "status")
    named = zip(("probability", "low", "high"), values, strict=True)
    return xr.Dataset(
        {key: (over, array) for key, array in named}
        | {"method": (over[:2], method.astype(str)), "worlds": (over[:2], worlds)},
        coords={
            "id": names,
            "date": days.astype("datetime64[ns]"),
            "status": list(STATUSES),
            "kind": ("id", [analysis.kind_of(name) for name in names]),
        },
        attrs={
            **analysis.facts.attributes(),
            "complete": int(not np.isnan(values[0]).any()),
            "interval": "95 %",
            "seed": effort.seed,
            "tolerance": effort.tolerance,
        },
    )


def by_status(possible: Estimate, secure: Estimate, held: Estimate) -> NDArray[np.float64]:
    """Return probability, low and high of each status, shape (3, statuses).

    Open is connected over secure ground, and lost is not `held`. At risk is what is left between
    secure and possible ground, cut what is left between possible ground and held; their intervals
    are safe: they take in every pair from the two others.
    """
    nested = (secure, possible, held, SURE)
    return np.clip(
        [
            [secure.value, *(b.value - a.value for a, b in pairwise(nested))],
            [secure.low, *(b.low - a.high for a, b in pairwise(nested))],
            [secure.high, *(b.high - a.low for a, b in pairwise(nested))],
        ],
        0.0,
        1.0,
    )
