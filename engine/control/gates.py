"""Gates: crossings that let only some through, or only on some days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.control.statements import CLOSED, NO_STATEMENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.control.states import States
    from engine.scenario.model import Gate, Scenario

MODES = ("civilian", "convoy")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def through_gates(scenario: Scenario, ground: Sectors, states: States, mode: str) -> list[States]:
    """Return the states as those see them who pass in a mode: shut gates are closed ground.

    One for each way of passing that the mode allows for: ``any`` stands for civilians and convoys
    both, of whom the better counts. Where there is no gate, these are the states as they are.
    """
    if not scenario.gates:
        return [states]
    return [
        _with_closed(states, shut(scenario, ground, states.borders[:-1], of))
        for of in (MODES if mode == "any" else (mode,))
    ]


def shut(
    scenario: Scenario, ground: Sectors, days: NDArray[np.datetime64], mode: str
) -> NDArray[np.bool_]:
    """Return which ground gates deny to a mode on which days, bool of shape (sectors, days).

    A site is shut where rules speak of it that day and none of them lets the mode through.
    """
    denied = np.zeros((ground.n_sectors, len(days)), dtype=bool)
    for site in dict.fromkeys(gate.site for gate in scenario.gates):
        rules = [gate for gate in scenario.gates if gate.site == site]
        holds = np.array([_holds(gate, days) for gate in rules])
        admits = holds & np.array([_admits(gate, days, mode) for gate in rules])
        on_site = ground.covers[ground.sites.index[site]]
        denied[on_site] |= holds.any(axis=0) & ~admits.any(axis=0)
    return denied


def _holds(gate: Gate, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    holds = np.ones(len(days), dtype=bool)
    if gate.from_ is not None:
        holds &= days >= np.datetime64(gate.from_, "D")
    if gate.until is not None:
        holds &= days < np.datetime64(gate.until, "D")
    return holds


def _admits(gate: Gate, days: NDArray[np.datetime64], mode: str) -> NDArray[np.bool_]:
    if mode not in gate.modes:
        return np.zeros(len(days), dtype=bool)
    if not gate.days:
        return np.ones(len(days), dtype=bool)
    weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    return np.isin(weekday, [WEEKDAYS.index(day) for day in gate.days])


def _with_closed(states: States, closed: NDArray[np.bool_]) -> States:
    """Return the states with some ground closed, which no word has done."""
    return replace(
        states,
        condition=np.where(closed, CLOSED, states.condition),
        condition_statement=np.where(closed, NO_STATEMENT, states.condition_statement),
        overlooked_by=np.where(closed, -1, states.overlooked_by),
        shut=closed,
    )
