"""The days on which control may change, and who may pass over whose ground between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.statements import Statements
    from engine.scenario.model import Scenario


def change_dates(scenario: Scenario, statements: Statements) -> NDArray[np.datetime64]:
    """Return the days of the run on which a state may change, with its first day and its end."""
    passes = [p for actor in scenario.actors.values() for p in actor.passes]
    dates = [
        statements.date,
        statements.until,
        _gate_days(scenario),
        np.array([day for p in passes for day in (p.from_, p.until)], dtype="datetime64[D]"),
    ]
    days = np.unique(np.concatenate(dates))
    start, end = np.datetime64(scenario.start, "D"), np.datetime64(scenario.end, "D")
    inner = days[(days > start) & (days < end)]
    return np.concatenate([[start], inner, [end]])


def _gate_days(scenario: Scenario) -> NDArray[np.datetime64]:
    """Return the days of the run on which a gate may open or shut, datetime64[D] of shape (days,).

    The first and last days of the rules; every day, if one of them speaks of days of the week.
    """
    if any(gate.days for gate in scenario.gates):
        return np.arange(np.datetime64(scenario.start, "D"), np.datetime64(scenario.end, "D"))
    spans = [day for gate in scenario.gates for day in (gate.from_, gate.until)]
    return np.array(spans, dtype="datetime64[D]")


def passages(scenario: Scenario, borders: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Return who may pass over whose ground when, bool of shape (actors, actors, intervals)."""
    actors = {name: code for code, name in enumerate(scenario.actors)}
    passable = np.repeat(
        np.eye(len(actors), dtype=bool)[:, :, np.newaxis], len(borders) - 1, axis=2
    )
    for name, actor in scenario.actors.items():
        for allowed in actor.passes:
            holds = np.ones(len(borders) - 1, dtype=bool)
            if allowed.from_ is not None:
                holds &= borders[:-1] >= np.datetime64(allowed.from_, "D")
            if allowed.until is not None:
                holds &= borders[:-1] < np.datetime64(allowed.until, "D")
            passable[actors[name], actors[allowed.actor]] |= holds
    return passable
