"""States of ground in many worlds at once.

A world is one complete choice of which statements are true and of their days. What holds in which
worlds is written with ``&``, ``|`` and ``~`` alone, so that the same structure functions serve worlds packed
64 to a word and decision diagrams.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Generic, NamedTuple

import numpy as np

from engine.control.gates import shut
from engine.control.overlooking import overlooking
from engine.control.passage import (
    EFFECTS,
    E,
    command,
    contest_open,
    friendly_holders,
    hostile_holders,
    possible,
    secure,
    worst_of,
)
from engine.control.statements import CLOSED, CONDITIONS, CONTESTED, EXPOSED, HELD
from engine.control.states import UNKNOWN, passages
from engine.probability.assertions import CONTESTED_BY, AssertionStacks, Track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.probability.assertions import Assertion
    from engine.scenario.model import Scenario

POSSIBLE, SECURE, NOT_LOST = range(3)
"""The two bounds, and whether an enclave has a place that is still held, which no bound bears on."""


@dataclass(frozen=True)
class Algebra(Generic[E]):
    """A way of saying in which worlds something holds.

    Parameters
    ----------
    never, always
        What holds in no world, and in all of them.
    said
        In which worlds a statement is true and happened within some days.
    """

    never: E
    always: E
    said: Callable[[int, int, int], E]

    def any(self, parts: Iterable[E]) -> E:
        """Return where at least one of several things holds."""
        found = self.never
        for part in parts:
            found = found | part
        return found


class Overlooking(NamedTuple):
    """A site that overlooks ground: its sectors, and the worst that it can do."""

    sectors: tuple[int, ...]
    worst: int


class Day:
    """All that may hold on one day of a scenario.

    Parameters
    ----------
    scenario
        The scenario.
    ground
        Its ground.
    stacks
        The ordered assertions of its sectors.
    number
        The day, counted from 1 January 1970.
    """

    def __init__(
        self, scenario: Scenario, sectors: Sectors, stacks: AssertionStacks, number: int
    ) -> None:
        self.scenario = scenario
        self.sectors = sectors
        self.stacks = stacks
        self.number = number
        day = np.array([number, number + 1]).astype("datetime64[D]")
        self.passable = passages(scenario, day)[:, :, 0]
        self._date = day[0]
        self._bounds: dict[int, NDArray[np.bool_]] = {}
        self._overlooking: list[list[Overlooking]] | None = None

    @property
    def n_actors(self) -> int:
        """The number of actors."""
        return len(self.passable)

    def track(self, sector: int) -> tuple[Track, Track]:
        """Return the holder and the condition track of a sector."""
        return self.stacks.of(sector, self.number)

    def shut(self, mode: str) -> NDArray[np.bool_]:
        """Return which ground gates deny to a mode, bool of shape (sectors,)."""
        return shut(self.scenario, self.sectors, self._date, mode)

    def overlooked_by(self, sector: int) -> list[Overlooking]:
        """Return what overlooks a sector."""
        if self._overlooking is None:
            self._overlooking = [[] for _ in range(self.sectors.n_sectors)]
            for site, onto, worst in overlooking(self.scenario, self.sectors):
                over = tuple(np.flatnonzero(self.sectors.covers[site]).tolist())
                for below in np.flatnonzero(onto).tolist() if over else ():
                    self._overlooking[below].append(Overlooking(over, worst))
        return self._overlooking[sector]

    def hostile_to_both(self, holder: int, actor: int) -> NDArray[np.bool_]:
        """Return who overlooks ground of a holder to the harm of an actor who wants to pass there.

        bool of shape (actors + 1,): those hostile to both; unknown holders are not.
        """
        return hostile_holders(self.passable[holder] | self.passable[actor])

    def bounds(self, actor: int) -> NDArray[np.bool_]:
        """Return which ground is possible and secure for an actor, by what may be said of it.

        Returns
        -------
        numpy.ndarray
            bool of shape (bounds, holders + 1, conditions, values): by the holder (the last one is
            unknown), what overlooking does, and the value of the condition track.
        """
        if actor not in self._bounds:
            value = np.arange(CONTESTED_BY + len(self.stacks.contestants))
            own = np.where(value < CONTESTED_BY, value, CONTESTED)
            condition = worst_of(own, np.arange(len(CONDITIONS))[:, np.newaxis])
            friendly = friendly_holders(self.passable[actor])[:, np.newaxis, np.newaxis]
            unknown = np.zeros_like(friendly)
            unknown[UNKNOWN] = True
            contest = np.zeros(len(value), dtype=bool)
            contest[CONTESTED_BY:] = contest_open(self.stacks.contestants, self.passable[actor])
            self._bounds[actor] = np.array(
                [
                    possible(condition, friendly=friendly, unknown=unknown, contest_open=contest),
                    secure(condition, friendly=friendly),
                ]
            )
        return self._bounds[actor]


class Worlds(Generic[E]):
    """The states of sectors on a day, in all worlds.

    Parameters
    ----------
    day
        The day.
    algebra
        How to say in which worlds something holds.
    """

    def __init__(self, day: Day, algebra: Algebra[E]) -> None:
        self.day = day
        self.algebra = algebra
        self._tracks: dict[tuple[int, int], dict[int, E]] = {}
        self._acts: dict[Assertion, E] = {}
        self._in_bound: dict[tuple[int, int, int], E] = {}

    def holder(self, sector: int) -> dict[int, E]:
        """Return where each possible holder holds a sector."""
        return self._ruling(sector, 0)

    def condition(self, sector: int) -> dict[int, E]:
        """Return where each possible value of the condition track rules a sector."""
        return self._ruling(sector, 1)

    def _ruling(self, sector: int, track: int) -> dict[int, E]:
        key = (sector, track)
        if key not in self._tracks:
            assertions, default = self.day.track(sector)[track]
            free, found = self.algebra.always, dict[int, "E"]()
            for assertion in assertions:
                here = free & self._holds(assertion)
                free = free & ~here
                found[assertion.value] = found.get(assertion.value, self.algebra.never) | here
            found[default] = found.get(default, self.algebra.never) | free
            self._tracks[key] = found
        return self._tracks[key]

    def _holds(self, assertion: Assertion) -> E:
        """Return where an assertion holds, if no stronger one does."""
        if assertion not in self._acts:
            said = self.algebra.said(assertion.statement, assertion.first, assertion.last)
            if assertion.grounds is not None:
                grounds = self._any_true(assertion.grounds.earlier)
                if assertion.grounds.baseline:
                    grounds = grounds | ~self._any_true(assertion.grounds.baseline)
                said = said & grounds
            self._acts[assertion] = said
        return self._acts[assertion]

    def _any_true(self, rows: tuple[int, ...]) -> E:
        first = self.day.stacks.uncertainty.first
        days = [int(first[row]) for row in rows]
        return self.algebra.any(
            self.algebra.said(row, day, day) for row, day in zip(rows, days, strict=True)
        )

    def hostile(self, sector: int, actor: int) -> E:
        """Return where a sector is held by an actor hostile to another."""
        return self._held_by(sector, hostile_holders(self.day.passable[actor]))

    def _held_by(self, sector: int, holders: NDArray[np.bool_]) -> E:
        """Return where a sector is held by one of some holders, bool of shape (actors + 1,)."""
        return self.algebra.any(
            where for holder, where in self.holder(sector).items() if holders[holder]
        )

    def in_bound(self, sector: int, actor: int, bound: int) -> E:
        """Return where a sector is in a bound of an actor."""
        key = (sector, actor, bound)
        if key not in self._in_bound:
            within = self.day.bounds(actor)[bound]
            self._in_bound[key] = self.algebra.any(
                held & effect & ruled
                for holder, held in self.holder(sector).items()
                for worst, effect in self._effects(sector, holder, actor).items()
                for value, ruled in self.condition(sector).items()
                if within[holder, worst, value]
            )
        return self._in_bound[key]

    def _effects(self, sector: int, holder: int, actor: int) -> dict[int, E]:
        """Return where overlooking does what to a sector that somebody holds, for an actor."""
        rules = self.day.overlooked_by(sector)
        if holder == UNKNOWN or not rules:
            return {HELD: self.algebra.always}
        hostile = self.day.hostile_to_both(holder, actor)
        closed, touched = self.algebra.never, self.algebra.never
        for rule in rules:
            partly, wholly = self._imposed(rule, hostile)
            touched = touched | partly
            if rule.worst == CLOSED:
                closed = closed | wholly
        return {HELD: ~touched, EXPOSED: touched & ~closed, CLOSED: closed}

    def _imposed(self, rule: Overlooking, hostile: NDArray[np.bool_]) -> tuple[E, E]:
        """Return where an overlooking site is partly, and where wholly, in hostile hands.

        `hostile` tells which holders are so, bool of shape (actors + 1,).
        """
        partly, wholly = self.algebra.never, self.algebra.always
        for sector in rule.sectors:
            contested = self.algebra.any(
                where for value, where in self.condition(sector).items() if value >= CONTESTED_BY
            )
            commanded, threatened = command(self._held_by(sector, hostile), contested)
            partly, wholly = partly | threatened, wholly & commanded
        return partly, wholly


# What ground may be on a day, by each sector on its own: the first, coarse look for uncertainty.


class PossibleStates:
    """What the tracks of each sector may say, taken one by one.

    What it calls possible may still be excluded by how statements hang together; what it excludes is
    out of the question.

    Parameters
    ----------
    day
        The day.
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        self._bounds: dict[int, tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {}
        n_sectors, n_values = day.sectors.n_sectors, CONTESTED_BY + len(day.stacks.contestants)
        self.holder = np.zeros((n_sectors, day.n_actors + 1), dtype=bool)
        self.value = np.zeros((n_sectors, n_values), dtype=bool)
        for sector in range(n_sectors):
            holder, condition = day.track(sector)
            self.holder[sector, list(holder.values)] = True  # unknown is -1: the last column
            self.value[sector, list(condition.values)] = True

    def bounds(self, actor: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which ground may be, and which must be, in the bounds of an actor.

        Returns
        -------
        may, must
            bool of shape (bounds, sectors).
        """
        if actor not in self._bounds:
            self._bounds[actor] = self._found_bounds(actor)
        return self._bounds[actor]

    def _found_bounds(self, actor: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        inside, outside = np.zeros((2, 2, len(self.holder)), dtype=bool)
        effects = self._effects(actor)
        holders = (*np.flatnonzero(self.holder[:, :-1].any(axis=0)).tolist(), UNKNOWN)
        values = np.flatnonzero(self.value.any(axis=0)).tolist()
        for holder, effect, value in product(holders, EFFECTS, values):
            may = self.holder[:, holder] & effects[effect][holder] & self.value[:, value]
            for bound, within in enumerate(self.day.bounds(actor)[:, holder, effect, value]):
                (inside if within else outside)[bound] |= may
        return inside, ~outside

    def _effects(self, actor: int) -> dict[int, NDArray[np.bool_]]:
        """Return whether overlooking may do something to ground that somebody holds, for an actor.

        By effect: bool of shape (actors + 1, sectors), the last row for unknown ground.
        """
        shape = (self.day.n_actors + 1, len(self.holder))
        effects = {effect: np.zeros(shape, dtype=bool) for effect in EFFECTS}
        effects[HELD][:] = True
        grips = [
            self._grip(self.day.hostile_to_both(holder, actor))
            for holder in range(self.day.n_actors)
        ]
        for site, onto, worst in overlooking(self.day.scenario, self.day.sectors):
            over = self.day.sectors.covers[site]
            if not over.any():
                continue
            for holder, (commands, threatens, spares) in enumerate(grips):
                effects[HELD][holder, onto] &= spares[over].all()
                effects[EXPOSED][holder, onto] |= threatens[over].any()
                if worst == CLOSED:
                    effects[CLOSED][holder, onto] |= commands[over].all()
        return effects

    def _grip(self, holders: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return whether each sector may command, threaten or spare ground, if it overlooks it.

        `holders` tells who is hostile there, bool of shape (actors + 1,).

        Returns
        -------
        numpy.ndarray
            bool of shape (3, sectors).
        """
        contested = (
            self.value[:, CONTESTED_BY:].any(axis=1),
            self.value[:, :CONTESTED_BY].any(axis=1),
        )
        hostile = (self.holder & holders).any(axis=1), (self.holder & ~holders).any(axis=1)
        grip = np.zeros((3, len(self.holder)), dtype=bool)
        for at, by in product(range(2), repeat=2):
            commanded, threatened = command(np.bool_(at == 0), np.bool_(by == 0))
            grip[np.array([commanded, threatened, ~threatened])] |= hostile[at] & contested[by]
        return grip
