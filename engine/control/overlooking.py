"""Ground that commands other ground: the condition that its holders impose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.control.passage import command, hostile_holders
from engine.control.statements import CONDITIONS, EXPOSED, HELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.scenario.model import Scenario


def overlook(
    scenario: Scenario,
    ground: Sectors,
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the worst condition that overlooking sites impose on each sector, and which site does.

    Parameters
    ----------
    scenario
        The scenario, with its `overlooks` and its range rule.
    ground
        Its ground.
    holder
        The holder of each sector, -1 for unknown, int64 of shape (sectors, intervals).
    contested
        Where statements say that ground is contested, bool of shape (sectors, intervals).
    passable
        ``passable[a, b, i]``: actor a may pass over the ground of actor b on interval i.

    Returns
    -------
    effect
        A code of `CONDITIONS`, held where there is none, int64 of shape (sectors, intervals).
    by
        The overlooking site, -1 where there is none, of the same shape; the first of several.
    """
    effect, by = np.full(holder.shape, HELD), np.full(holder.shape, -1)
    column = np.arange(holder.shape[1])
    for site, onto, worst in overlooking(scenario, ground):
        over = ground.covers[site]
        if not over.any() or not onto.any():
            continue
        imposed = _imposed(holder[over], contested[over], passable, worst)
        found = imposed[holder[onto], column]
        worse = found > effect[onto]
        effect[onto] = np.where(worse, found, effect[onto])
        by[onto] = np.where(worse, site, by[onto])
    return effect, by


def overlooking(
    scenario: Scenario, ground: Sectors
) -> Iterator[tuple[int, NDArray[np.bool_], int]]:
    """Yield each overlooking site, the sectors it overlooks, and the worst it can do to them."""
    index = ground.sites.index
    for rule in scenario.overlooks:
        yield index[rule.site], ground.covers[index[rule.onto]], CONDITIONS.index(rule.effect)
    if scenario.overlook_range is not None:
        effect = CONDITIONS.index(scenario.overlook_range.effect)
        for site in np.flatnonzero(ground.range_onto >= 0):
            yield int(site), ground.near[ground.range_onto[site]], effect


def _imposed(
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
    worst: int,
) -> NDArray[np.int64]:
    """Return what the holders of an overlooking site impose on the ground of each actor.

    The result has a row for each actor and a last one for unknown ground, on which nobody imposes
    anything: shape (actors + 1, intervals).
    """
    n_actors, _, n_intervals = passable.shape
    imposed = np.full((n_actors + 1, n_intervals), HELD)
    column = np.arange(n_intervals)
    for actor in range(n_actors):
        hostile = hostile_holders(passable[actor])[holder, column]
        commanded, threatened = command(hostile, contested)
        imposed[actor] = np.where(threatened.any(axis=0), EXPOSED, HELD)
        imposed[actor, commanded.all(axis=0)] = worst
    return imposed
