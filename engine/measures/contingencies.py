"""What the ground would be if places were taken: many hypothetical captures as packed states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.connectivity.bits import Choices, any_of
from engine.control import passage
from engine.control.overlooking import overlooking
from engine.control.statements import CLOSED, CONTESTED, HELD
from engine.control.states import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.control.states import Snapshot, States
    from engine.scenario.model import Scenario

ALL = ~np.uint64(0)

Bounds: TypeAlias = "list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]"
"""What ground is possible, and what is secure, under each of `passage.EFFECTS`, (sectors,) each."""


@dataclass(frozen=True, eq=False)
class Contingencies:
    """The ground on one interval, any of which one actor may take by an event that rules there.

    Parameters
    ----------
    scenario, ground
        The scenario and its ground.
    then
        Its states on the interval.
    attacker
        The actor that takes ground.
    closed
        Ground that stays closed whoever holds it, because of a gate, bool of shape (sectors,).
    yields
        Ground on which a capture acts, bool of shape (sectors,): not where the baseline is younger.
    """

    scenario: Scenario
    sectors: Sectors
    then: Snapshot
    attacker: int
    closed: NDArray[np.bool_]
    yields: NDArray[np.bool_]

    def taken(self, sites: list[int], chosen: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states each sector is taken.

        Parameters
        ----------
        sites
            The sites that may be captured, rows of `Sectors.covers`.
        chosen
            In which states each of them is, uint64 of shape (sites, statements).

        Returns
        -------
        numpy.ndarray
            uint64 of shape (sectors, statements).
        """
        key = tuple(sites)
        if key not in self._takers:
            covers = self.sectors.covers[sites] & self.yields
            self._takers[key] = Choices.of(np.ascontiguousarray(covers.T))
        return any_of(chosen, self._takers[key])

    @cached_property
    def _takers(self) -> dict[tuple[int, ...], Choices]:
        """The sites whose capture takes each sector, by the sites asked about."""
        return {}

    def influences(self, sites: list[int]) -> NDArray[np.bool_]:
        """Return which sites' capture may bear on which sectors, bool of shape (sites, sectors)."""
        covers = self.sectors.covers[sites] & self.yields
        bears = covers.copy()
        for over, onto, _ in overlooking(self.scenario, self.sectors):
            overlooks = (covers & self.sectors.covers[over]).any(axis=1)
            bears |= overlooks[:, np.newaxis] & onto
        return bears

    def only_closes(self, actor: int) -> bool:
        """Return whether more captures never open ground to an actor."""
        passable = self.then.passable
        if passable[actor, self.attacker]:
            return False
        holders = np.unique(self.then.holder)
        overlooked = bool(self.scenario.overlooks) or self.scenario.overlook_range is not None
        return not (overlooked and passable[holders[holders != UNKNOWN], self.attacker].any())

    def bounds(
        self, actor: int, taken: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return what is possible and what is secure for an actor: (sectors, statements) each.

        Parameters
        ----------
        actor
            Who wants to pass.
        taken
            In which states each sector is taken, uint64 of shape (sectors, statements).
        """
        bounds = _under_effects(self._as_it_is(actor), *self._overlooked(actor, taken, before=True))
        if not self.then.passable[actor, self.attacker]:
            return bounds[0] & ~taken, bounds[1] & ~taken
        mine = _under_effects(self._once_taken(), *self._overlooked(actor, taken, before=False))
        return (
            (bounds[0] & ~taken) | (mine[0] & taken),
            (bounds[1] & ~taken) | (mine[1] & taken),
        )

    def _as_it_is(self, actor: int) -> Bounds:
        """Return what is possible and secure under each effect of overlooking, if nobody takes it."""
        then = self.then
        return _by_effect(
            np.where(self.closed, CLOSED, then.own_condition),
            then.may_pass(actor),
            then.holder == UNKNOWN,
            then.contest_open(actor),
        )

    def _once_taken(self) -> Bounds:
        """Return the same of ground taken by somebody over whose ground the actor may pass."""
        everywhere, nowhere = np.ones_like(self.closed), np.zeros_like(self.closed)
        return _by_effect(np.where(self.closed, CLOSED, HELD), everywhere, nowhere, nowhere)

    def fingerprint(self, actor: int, *, secure: bool = False) -> bytes:
        """Return all that the possible, or secure, and the friendly ground of an actor depend on.

        Captures of the same ground with the same fingerprint have the same ground of that bound.
        """
        then = self.then
        concerned = np.zeros(self.sectors.n_sectors, dtype=bool)
        for over, onto, _ in overlooking(self.scenario, self.sectors):
            concerned |= self.sectors.covers[over] | onto
        by_effect = [bounds[secure] for bounds in self._as_it_is(actor)]
        parts = [
            *by_effect, self.closed, self.yields, then.hostile(actor),
            then.holder[concerned], then.own_condition[concerned] == CONTESTED,
            then.passable, np.array([actor, self.attacker]),
        ]  # fmt: skip
        return b"".join(part.tobytes() for part in parts)

    def friendly(self, actor: int, taken: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states no actor hostile to another holds each sector, (sectors, statements)."""
        hostile = self.then.hostile(actor)
        if self.then.passable[actor, self.attacker]:
            return _spread(~hostile) | taken
        return _spread(~hostile) & ~taken

    def _overlooked(
        self, actor: int, taken: NDArray[np.uint64], *, before: bool
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return in which states overlooking sites expose ground to an actor, and close it.

        As long as its holder of before has it, or else once the attacker does.
        """
        exposed, closed = np.zeros_like(taken), np.zeros_like(taken)
        holder = self.then.holder
        for site, onto, worst in overlooking(self.scenario, self.sectors):
            over = np.flatnonzero(self.sectors.covers[site])
            if not len(over):
                continue
            for under in np.unique(holder[onto]) if before else (self.attacker,):
                if under == UNKNOWN:
                    continue
                rows = onto & (holder == under) if before else onto
                wholly, partly = self._grip(actor, int(under), over, taken)
                if worst == CLOSED:
                    closed[rows] |= wholly
                exposed[rows] |= partly
        return exposed, closed

    def _grip(
        self, actor: int, under: int, over: NDArray[np.int64], taken: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return in which states those who overlook ground are wholly or partly hostile.

        To the holder of the ground below, and to an actor who wants to pass there.
        """
        passable = self.then.passable
        holders = passage.hostile_holders(passable[under] | passable[actor])
        hostile = _spread(holders[self.then.holder[over]]) & ~taken[over]
        if holders[self.attacker]:
            hostile |= taken[over]
        fought = _spread(self.then.own_condition[over] == CONTESTED) & ~taken[over]
        commanded, threatened = passage.command(hostile, fought)
        return np.bitwise_and.reduce(commanded, axis=0), np.bitwise_or.reduce(threatened, axis=0)


def captures(
    scenario: Scenario,
    sectors: Sectors,
    states: States,
    interval: int,
    attacker: int,
    *,
    since: NDArray[np.datetime64],
    shut: NDArray[np.bool_],
) -> Contingencies:
    """Return what captures on the first day of an interval, the last statement of that day, would do.

    Parameters
    ----------
    scenario, sectors, states
        The scenario, its ground and its states.
    interval
        The interval.
    attacker
        The actor that takes ground.
    since
        The day of each sector's baseline (see `states.baseline_since`), shape (sectors,).
    shut
        Ground that gates deny, bool of shape (sectors,).
    """
    yields = states.borders[interval] >= since
    return Contingencies(scenario, sectors, states.on(interval), attacker, shut, yields)


def _by_effect(
    own: NDArray[np.int64],
    friendly: NDArray[np.bool_],
    unknown: NDArray[np.bool_],
    contest_open: NDArray[np.bool_],
) -> Bounds:
    return [
        (
            passage.possible(
                condition, friendly=friendly, unknown=unknown, contest_open=contest_open
            ),
            passage.secure(condition, friendly=friendly),
        )
        for condition in (passage.worst_of(own, effect) for effect in passage.EFFECTS)
    ]


def _under_effects(
    bounds: Bounds, exposed: NDArray[np.uint64], closed: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return what is possible and secure where overlooking exposes ground, closes it, or neither."""
    where = (~exposed & ~closed, exposed & ~closed, closed)
    found = []
    for bound in zip(*bounds, strict=True):
        packed = np.zeros_like(exposed)
        for rows, effect in zip(bound, where, strict=True):
            if rows.any():
                packed |= _spread(rows) & effect
        found.append(packed)
    return found[0], found[1]


def _spread(rows: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return a truth value for each sector as one for each state of it, uint64 of shape (rows, 1)."""
    return np.where(rows, ALL, np.uint64(0))[:, np.newaxis]
