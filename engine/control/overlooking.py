"""Ground that commands other ground: the condition that its holders impose."""

from __future__ import annotations

from itertools import combinations_with_replacement
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
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return what overlooking sites impose on each sector, and which site does so to its holder.

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
        By the actor who wants to pass: the worst code of `CONDITIONS`, held where there is none,
        int8 of shape (actors, sectors, intervals).
    by
        The overlooking site that does the worst to the holder, -1 where there is none, int64 of
        shape (sectors, intervals); the first of several.
    """
    n_actors, column = len(passable), np.arange(holder.shape[1])
    effect = np.zeros((n_actors, *holder.shape), dtype=np.int8)
    worst_yet, by = np.full(holder.shape, HELD), np.full(holder.shape, -1)
    for site, onto, worst in overlooking(scenario, ground):
        over = ground.covers[site]
        if not over.any() or not onto.any():
            continue
        imposed = _imposed(holder[over], contested[over], passable, worst)
        below = holder[onto]
        for actor in range(n_actors):
            effect[actor, onto] = np.maximum(effect[actor, onto], imposed[actor][below, column])
        found = np.where(below >= 0, imposed[below, below, column], HELD)
        worse = found > worst_yet[onto]
        worst_yet[onto] = np.where(worse, found, worst_yet[onto])
        by[onto] = np.where(worse, site, by[onto])
    return effect, by


def overlooker(
    scenario: Scenario,
    ground: Sectors,
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
    *,
    sector: int,
    actor: int,
) -> int:
    """Return the site that imposes the worst on a sector for an actor who wants to pass; or -1.

    See `overlook`; of one interval alone, so that the last axis of arrays has length 1.
    """
    by, most = -1, HELD
    for site, onto, worst in overlooking(scenario, ground):
        over = ground.covers[site]
        if onto[sector] and over.any():
            imposed = _imposed(holder[over], contested[over], passable, worst)
            found = int(imposed[actor, holder[sector, 0], 0])
            by, most = (site, found) if found > most else (by, most)
    return by


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
) -> NDArray[np.int8]:
    """Return what the holders of an overlooking site impose, by who wants to pass over whose ground.

    The result has a row for each actor's ground and a last one for unknown ground, on which nobody
    imposes anything: int8 of shape (actors, actors + 1, intervals).
    """
    n_actors, _, n_intervals = passable.shape
    imposed = np.full((n_actors, n_actors + 1, n_intervals), HELD, dtype=np.int8)
    there = _kinds_there(holder, contested, n_actors)
    fought = np.array([False, True])[:, np.newaxis, np.newaxis]
    foes = [hostile_holders(passable[actor]) for actor in range(n_actors)]
    for actor, other in combinations_with_replacement(range(n_actors), 2):
        commanded, threatened = command(foes[actor] & foes[other], fought)
        wholly = (commanded | ~there).all(axis=(0, 1))
        effect = np.where((threatened & there).any(axis=(0, 1)), EXPOSED, HELD)
        imposed[actor, other] = imposed[other, actor] = np.where(wholly, worst, effect)
    return imposed


def _kinds_there(
    holder: NDArray[np.int64], contested: NDArray[np.bool_], n_actors: int
) -> NDArray[np.bool_]:
    """Return whether a site has sectors of each kind: quiet or contested, by their holder.

    bool of shape (2, actors + 1, intervals), the last holder unknown.
    """
    there = np.zeros((2, n_actors + 1, holder.shape[1]), dtype=bool)
    there[contested.astype(np.intp), holder, np.arange(holder.shape[1])] = True
    return there
