"""Two clocks: what a day looked like as its reports came in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import enclave_status, route_status
from engine.control.states import control_over_time
from engine.probability.probability import probabilities

if TYPE_CHECKING:
    import pandas as pd

    from engine.analysis.analysis import Analysis
    from engine.scenario.model import Scenario


def as_known(analysis: Analysis, on: str | dt.date, *, probabilities: bool = False) -> pd.DataFrame:
    """Return how the picture of one day changed as reports came in.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    on
        The day that is pictured.
    probabilities
        Say how likely each route was open and cut, too.

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
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["known_on"]).set_index("known_on")


def known_rows(
    analysis: Analysis, on: str | dt.date, *, probabilities: bool = False
) -> list[dict[str, Any]]:
    """Return the rows of `as_known`, for those who do without pandas; days are datetime64[D]."""
    analysis.interval_on(on)
    day = np.datetime64(on, "D").astype(object)
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
    """Return how likely each route is open, and cut, and each enclave lost."""
    found = probabilities(then, dates=day).probability.isel(date=0)
    return {
        f"{name}: {status}": float(found.sel(id=name, status=status))
        for name in then.subjects
        for status in (("open", "cut", "lost") if name in then.enclaves else ("open", "cut"))
    }
