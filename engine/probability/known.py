"""Two clocks: what a day looked like as its reports came in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import numpy as np

from engine.analysis.query import subjects_of
from engine.analysis.status import enclave_status, ordered_statuses, route_status
from engine.analysis.statuses import typed
from engine.control.states import control_over_time
from engine.errors import InputError
from engine.io.arguments import checked
from engine.io.days import day_of, days_among
from engine.language import tr
from engine.probability.probability import UncertaintyModel, probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import xarray as xr

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates
    from engine.io.days import DayLike
    from engine.scenario.model import Scenario


@checked
def as_known(analysis: Analysis, on: DayLike, *, probabilities: bool = False) -> pd.DataFrame:
    """Return how the picture of one day changed as reports came in.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    on
        The day that is pictured.
    probabilities
        Give the probability that each route was open and cut, too.

    Returns
    -------
    pandas.DataFrame
        By ``known_on``, the days on which something was reported: ``reports`` (the ids of the
        events, of a claim its own id; or ``baseline``), and the status of each route and enclave as it could be known
        then; with probabilities, ``ID: open`` and ``ID: cut`` for each, and ``ID: lost`` for
        enclaves.

    Raises
    ------
    InputError
        If the day lies outside the run.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.as_known(analysis, "2014-12-20")["castello"].tolist()[:3]
    ['open', 'open', 'at risk']
    """
    import pandas as pd

    rows = known_rows(analysis, on, probabilities=probabilities)
    frame = typed(pd.DataFrame(rows, columns=list(rows[0]) if rows else ["known_on"]))
    of_subjects = [name for name in analysis.subjects if name in frame]
    frame[of_subjects] = frame[of_subjects].astype(ordered_statuses())
    return frame.set_index("known_on")


def known_rows(
    analysis: Analysis, on: DayLike, *, probabilities: bool = False
) -> list[dict[str, Any]]:
    """Return the rows of `as_known`, for those who do without pandas; days are datetime64[D]."""
    analysis.interval_on(on)
    day = day_of(on)
    scenario = _of_one_day(analysis.scenario, day)
    statements = analysis.states.statements
    claims = [""] * statements.n_baseline + [event.claim for event in analysis.scenario.events]
    names = np.array(
        [claim or name for claim, name in zip(claims, analysis.statement_ids, strict=True)]
    )
    rows: list[dict[str, Any]] = []
    for known_on in _days_of_news(analysis):
        reported = dict.fromkeys(names[statements.reported == known_on].tolist())
        then = _known(analysis, scenario, known_on.astype(object))
        statuses = {name: found[0] for name, found in then.statuses.items()}
        row: dict[str, Any] = {"known_on": known_on, "reports": tuple(reported)} | statuses
        if probabilities:
            row |= _likely(then, day)
        rows.append(row)
    return rows


@overload
def vintages(
    analysis: Analysis,
    subjects: str | Sequence[str] | None = None,
    dates: Dates = None,
    known_on: Dates = None,
    *,
    probabilities: Literal[False] = False,
) -> xr.DataArray: ...


@overload
def vintages(
    analysis: Analysis,
    subjects: str | Sequence[str] | None = None,
    dates: Dates = None,
    known_on: Dates = None,
    *,
    probabilities: Literal[True],
) -> xr.Dataset: ...


@checked
def vintages(
    analysis: Analysis,
    subjects: str | Sequence[str] | None = None,
    dates: Dates = None,
    known_on: Dates = None,
    *,
    probabilities: bool = False,
) -> xr.DataArray | xr.Dataset:
    """Return what was known on each day: the whole course, once for each day of news.

    A vintage is the answer that could be given on a day, from the reports that there were by then.
    Of days after its own it says what holds if nothing more is reported.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    subjects
        Ids of routes and enclaves; all, if absent.
    dates
        The days asked about, one or several; those on which something may change, if absent.
    known_on
        The days of the vintages, one or several; those on which something was reported, if absent.
    probabilities
        Return the probability of each status, instead of the plain status.

    Returns
    -------
    xarray.DataArray or xarray.Dataset
        Statuses, in words, over ``id``, ``known_on`` and ``date``; or what `probabilities` returns,
        over ``known_on`` as well.

    Raises
    ------
    InputError
        If a route or an enclave is not known, one of ``dates`` lies outside the run, or one of
        ``known_on`` is no day.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> found = engine.vintages(engine.analyze(scenario), "castello", "2014-12-20")
    >>> course = found.sel(id="castello", date="2014-12-20").to_series()
    >>> course[course != course.shift()].index.strftime("%Y-%m-%d").tolist(), course.iloc[-1]
    (['2014-12-01', '2014-12-14'], 'at risk')
    """
    names = subjects_of(analysis, subjects)
    days = None if dates is None else sorted({*days_among(dates)})
    for day in days or ():
        analysis.interval_on(day)
    thens = [_known(analysis, analysis.scenario, day) for day in _vintage_days(analysis, known_on)]
    if probabilities:
        return _joined(_weighed(thens, names, days), thens)
    courses = [then.status().sel(id=names) for then in thens]
    if days is not None:
        at = [analysis.interval_on(day) for day in days]
        moments = np.array(days, dtype="datetime64[ns]")
        courses = [
            one.isel(date=at).drop_vars("end").assign_coords(date=moments) for one in courses
        ]
    return _joined(courses, thens)


def _vintage_days(analysis: Analysis, known_on: Dates) -> list[dt.date]:
    """Return the days of vintages: those that are asked for, or those of news."""
    if known_on is None:
        return np.array(_days_of_news(analysis), dtype="datetime64[D]").tolist()
    days = sorted({*days_among(known_on)})
    if analysis.known_on is not None and days and days[-1] > analysis.known_on:
        raise InputError(
            tr(
                "known_on = {day} is later than the reports that the analysis takes account of; "
                "expected days up to {last}",
                day=days[-1],
                last=analysis.known_on,
            )
        )
    return days


def _weighed(
    thens: list[Analysis], names: list[str], days: list[dt.date] | None
) -> list[xr.Dataset]:
    """Return the probabilities of each vintage, on the same days."""
    if days is None:
        each = [UncertaintyModel(then).days for then in thens]
        days = np.unique(np.concatenate(each)).tolist() if each else []
    return [probabilities(then, names, days) for then in thens]


X = TypeVar("X", "xr.DataArray", "xr.Dataset")


def _joined(found: list[X], thens: list[Analysis]) -> X:
    """Return vintages side by side."""
    import xarray as xr

    days = np.array([then.known_on for then in thens], dtype="datetime64[ns]")
    index = xr.Variable("known_on", days)
    joined = xr.concat(found, index, combine_attrs="drop_conflicts")
    return joined.transpose("id", "known_on", "date", ...)


def _days_of_news(analysis: Analysis) -> list[np.datetime64]:
    """Return the days on which something was reported, up to the day known in the analysis."""
    days = np.unique(analysis.states.statements.reported)
    last = analysis.known_on
    return [day for day in days if last is None or day <= np.datetime64(last, "D")]


def _of_one_day(scenario: Scenario, day: dt.date) -> Scenario:
    """Return a scenario whose run is one day; its baseline keeps its dates."""
    dated = [
        row.model_copy(update={"date": row.date or scenario.start}) for row in scenario.baseline
    ]
    span = {"start": day, "end": day + dt.timedelta(days=1)}
    return scenario.model_copy(update=span | {"baseline": tuple(dated)})


def _known(analysis: Analysis, scenario: Scenario, known_on: dt.date) -> Analysis:
    """Return the analysis of one day as it could be made on another."""
    states = control_over_time(scenario, analysis.sectors, known_on)
    terminals = analysis.terminals
    return replace(
        analysis,
        scenario=scenario,
        states=states,
        routes={r.id: route_status(terminals, states, r) for r in scenario.routes},
        enclaves={e.id: enclave_status(terminals, states, e) for e in scenario.enclaves},
        known_on=known_on,
    )


def _likely(then: Analysis, day: dt.date) -> dict[str, float]:
    """Return the probability that each route is open, and cut, and each enclave lost."""
    found = probabilities(then, dates=day).probability.isel(date=0)
    return {
        f"{name}: {status}": float(found.sel(id=name, status=status))
        for name in then.subjects
        for status in (("open", "cut", "lost") if name in then.enclaves else ("open", "cut"))
    }
