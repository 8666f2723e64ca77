"""Gates: crossings that let only some through, or only on some days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.control.statements import CLOSED, NO_STATEMENT
from engine.network.arrays import Ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.control.states import States
    from engine.scenario.model import Gate, Scenario

MODES = ("civilian", "convoy")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def through_gates(scenario: Scenario, sectors: Sectors, states: States, mode: str) -> list[States]:
    """Return the states as those see them who pass in a mode: shut gates are closed ground.

    One for each way of passing that the mode allows for: ``any`` stands for civilians and convoys
    both, of whom the better counts. Where there is no gate, these are the states as they are.
    """
    if not scenario.gates:
        return [states]
    return [
        _as_seen_by(scenario, sectors, states, of) for of in (MODES if mode == "any" else (mode,))
    ]


def _as_seen_by(scenario: Scenario, sectors: Sectors, states: States, mode: str) -> States:
    """Return the states as those see them who pass in one mode: made once for all who ask."""
    gates, found = states.through.get(mode, ((), states))
    if gates is not scenario.gates:
        found = _with_closed(states, sectors, denials(scenario, states.borders[:-1], mode))
        states.through[mode] = scenario.gates, found
    return found


def denials(
    scenario: Scenario, days: NDArray[np.datetime64], mode: str
) -> dict[str, NDArray[np.bool_]]:
    """Return on which days each site with gates is shut to a mode, bool of shape (days,) each.

    A site is shut where rules speak of it that day and none of them lets the mode through.
    """
    shut_on = {}
    for site in dict.fromkeys(gate.site for gate in scenario.gates):
        rules = [gate for gate in scenario.gates if gate.site == site]
        holds = np.array([_holds(gate, days) for gate in rules])
        admits = holds & np.array([_admits(gate, days, mode) for gate in rules])
        shut_on[site] = holds.any(axis=0) & ~admits.any(axis=0)
    return shut_on


def shut(scenario: Scenario, sectors: Sectors, day: np.datetime64, mode: str) -> NDArray[np.bool_]:
    """Return which ground gates deny to a mode on a day, bool of shape (sectors,)."""
    denied = np.zeros(sectors.n_sectors, dtype=bool)
    for site, shut_on in denials(scenario, np.array([day]), mode).items():
        denied |= sectors.covers[sectors.sites.index[site]] & shut_on
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


def _with_closed(states: States, sectors: Sectors, shut_on: dict[str, NDArray[np.bool_]]) -> States:
    """Return the states with the ground of some sites closed on some days, which no word has done."""
    on_site = [sectors.on_site[sectors.sites.index[site]] for site in shut_on]
    turns = [np.flatnonzero(np.diff(shut)) + 1 for shut in shut_on.values()]
    runs, parent = states.runs.cut(
        np.concatenate([np.repeat(on, len(t)) for on, t in zip(on_site, turns, strict=True)]),
        np.concatenate([np.tile(t, len(on)) for on, t in zip(on_site, turns, strict=True)]),
    )
    closed = np.zeros(len(runs), dtype=bool)
    for on, shut in zip(on_site, shut_on.values(), strict=True):
        here = Ragged(runs.first, np.arange(len(runs))).take(on).values
        closed[here] |= shut[runs.begin[here]]
    return replace(
        states.over(runs, parent),
        condition=np.where(closed, CLOSED, states.condition[parent]),
        condition_statement=np.where(closed, NO_STATEMENT, states.condition_statement[parent]),
        overlooked_by=np.where(closed, -1, states.overlooked_by[parent]),
        shut=closed,
    )
