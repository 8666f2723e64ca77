"""The oracle: control and status of a scenario, read straight from `docs/meaning.md`.

It goes day by day and piece by piece, builds a fresh networkx graph for every day and bound, and
asks it for a path. It imports nothing of the engine but the classes of its input, so that the
engine and the oracle can only agree by both following the rules.

`solve(scenario, network, known_on=None)` returns a `Solution`; `Solution.rules` counts how often
each rule decided something, which is how the tests know that every rule occurred.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .ground import Ground
from .states import State, overlooked, own_states
from .statuses import Day, EnclaveDay
from .words import believed

if TYPE_CHECKING:
    from fractions import Fraction

    from engine.network.arrays import Network
    from engine.scenario.model import Scenario


@dataclass(frozen=True)
class Sample:
    """The state of the ground at one point: the middle of a piece."""

    segment: int
    at_m: Fraction
    begin_m: Fraction
    end_m: Fraction
    holder: str
    own: str
    condition: str


@dataclass
class Solution:
    """The answer, by day.

    Parameters
    ----------
    borders
        The change dates from the start on, and the end.
    routes
        By route id and day: "open", "at risk" or "cut".
    enclaves
        By enclave id and day: status, and by place whether it is lost or cut off.
    """

    ground: Ground
    borders: list[dt.date]
    rules: Counter[str]
    states: dict[dt.date, list[State]] = field(default_factory=dict)
    routes: dict[str, dict[dt.date, str]] = field(default_factory=dict)
    enclaves: dict[str, dict[dt.date, EnclaveDay]] = field(default_factory=dict)

    def control(self, day: dt.date) -> list[Sample]:
        return [
            Sample(p.segment, p.middle, p.begin, p.end, s.holder, s.own, s.condition)
            for p, s in zip(self.ground.pieces, self.states[day], strict=True)
        ]

    def status(self, question: str, day: dt.date) -> str:
        if question in self.routes:
            return self.routes[question][day]
        return self.enclaves[question][day].status


def solve(scenario: Scenario, network: Network, known_on: dt.date | None = None) -> Solution:
    """Answer every question of a scenario for every day of its run."""
    rules: Counter[str] = Counter()
    ground = Ground(scenario, network, rules)
    words = believed(scenario, ground, rules, known_on)
    solution = Solution(ground, borders(scenario), rules)
    solution.routes = {route.id: {} for route in scenario.routes}
    solution.enclaves = {enclave.id: {} for enclave in scenario.enclaves}
    day = scenario.start
    while day < scenario.end:
        states = overlooked(scenario, ground, own_states(ground, words, day, rules), day, rules)
        solution.states[day] = states
        today = Day(scenario, ground, states, day, rules)
        for route in scenario.routes:
            solution.routes[route.id][day] = today.route(
                route.actor,
                [route.from_, *((site,) for site in route.via), (route.to,)],
                route.within,
            )
        for enclave in scenario.enclaves:
            solution.enclaves[enclave.id][day] = today.enclave(
                enclave.actor, enclave.lifelines, ground.places_of(enclave.ground)
            )
        day += dt.timedelta(days=1)
    return solution


def borders(scenario: Scenario) -> list[dt.date]:
    """Every date on which something may change, the start and the end among them."""
    dates = {row.date for row in scenario.baseline} | {event.date for event in scenario.events}
    dates |= {event.until for event in scenario.events}
    for actor in scenario.actors.values():
        dates |= {date for passage in actor.passes for date in (passage.from_, passage.until)}
    inside = {date for date in dates if date and scenario.start < date < scenario.end}
    return [scenario.start, *sorted(inside), scenario.end]
