"""What a status rests on: who sees the ground, over which legs, for which reasons, along which way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.reasons import Reason, reasons_of
from engine.analysis.status import (
    ENCLAVE_STATUS,
    ROUTE_STATUS,
    enclave_status,
    legs_of,
    route_status,
)
from engine.analysis.ways import pieces_of_way
from engine.control.gates import MODES, through_gates
from engine.scenario.model import Enclave

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.control.states import States
    from engine.scenario.model import Route

Leg = tuple[tuple[str, ...], tuple[str, ...], str | None]
"""Sources, targets and the site that the leg keeps to."""


def reasons(analysis: Analysis, name: str, interval: int) -> list[Reason]:
    """Return what the status of a route or an enclave rests on, on an interval."""
    status = ENCLAVE_STATUS if name in analysis.enclaves else ROUTE_STATUS
    code = status.index(analysis.statuses[name][interval])
    states, actor = seen(analysis, name, interval), analysis.questions[name].actor
    since = max(start for start in analysis.spell_starts[name] if start <= interval)
    found = [
        reasons_of(
            analysis.connections, states, actor, sources, targets, within, interval, since, code
        )
        for sources, targets, within in _legs(analysis, name, interval)
    ]
    return list(dict.fromkeys(reason for leg in found for reason in leg))


def way(analysis: Analysis, name: str, interval: int) -> list[NDArray[np.int64]]:
    """Return the pieces of road along the least bad way of each leg, on an interval."""
    states, actor = seen(analysis, name, interval), analysis.questions[name].actor
    return [
        pieces_of_way(analysis.connections, states, actor, sources, targets, within, interval)
        for sources, targets, within in _legs(analysis, name, interval)
    ]


def seen(analysis: Analysis, name: str, interval: int) -> States:
    """Return the states as those see them who pass: of several modes the one that fares best."""
    asked = analysis.questions[name]
    if not analysis.scenario.gates:
        return analysis.states
    modes = MODES if asked.mode == "any" else (asked.mode,)
    codes = [_code_alone(analysis, asked, mode, interval) for mode in modes]
    best = modes[codes.index(max(codes))]
    (view,) = through_gates(analysis.scenario, analysis.ground, analysis.states, best)
    return view


def _code_alone(analysis: Analysis, asked: Route | Enclave, mode: str, interval: int) -> int:
    """Return the status code that a question would have for one mode of passing alone."""
    alone = asked.model_copy(update={"mode": mode})
    if isinstance(alone, Enclave):
        return int(enclave_status(analysis.connections, analysis.states, alone).status[interval])
    return int(route_status(analysis.connections, analysis.states, alone)[interval])


def _legs(analysis: Analysis, name: str, interval: int) -> list[Leg]:
    """Return the legs of a route; an enclave has one."""
    asked = analysis.questions[name]
    if isinstance(asked, Enclave):
        return [(asked.lifelines, _places_that_decide(analysis, name, interval), None)]
    return [(leg.sources, (leg.target,), asked.within) for leg in legs_of(asked)]


def _places_that_decide(analysis: Analysis, name: str, interval: int) -> tuple[str, ...]:
    """Return the places still held whose status is that of the enclave."""
    enclave = analysis.enclaves[name]
    held = ~enclave.lost[:, interval]
    best = enclave.place_status[:, interval] == enclave.status[interval]
    chosen = held & best if (held & best).any() else np.ones_like(held)
    return tuple(place for place, wanted in zip(enclave.places, chosen, strict=True) if wanted)
