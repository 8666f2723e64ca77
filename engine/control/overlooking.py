"""Ground that commands other ground: the condition that its holders impose."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.control.passage import command, hostile_holders
from engine.control.runs import Runs
from engine.control.statements import CONDITIONS, EXPOSED, HELD
from engine.network.arrays import Ragged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.scenario.model import Scenario

NO_GRIP, PARTLY, WHOLLY = range(3)
"""How far those who hold a site command ground below it: not at all, in part or contested, wholly."""
MOST_CELLS = 1 << 20
"""So many pairs of a run and a site that overlooks it are looked at in one go."""


class Overlooked(NamedTuple):
    """What overlooking sites impose on ground.

    Parameters
    ----------
    runs
        The times during which neither the ground nor what is imposed on it changes.
    parent
        The run of the ground by itself to which each belongs, int64 of shape (runs,).
    imposed
        By the actor who wants to pass: the worst code of `CONDITIONS`, held where there is none,
        int8 of shape (actors, runs).
    by
        The overlooking site that does the worst to the holder, -1 where there is none, int64 of
        shape (runs,); the first of several.
    """

    runs: Runs
    parent: NDArray[np.int64]
    imposed: NDArray[np.int8]
    by: NDArray[np.int64]


def overlook(
    scenario: Scenario,
    sectors: Sectors,
    runs: Runs,
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
) -> Overlooked:
    """Return what overlooking sites impose on each sector, and which site does so to its holder.

    Parameters
    ----------
    scenario
        The scenario, with its `overlooks` and its range rule.
    sectors
        Its ground.
    runs
        The times during which holder and condition of each sector stay.
    holder
        The holder of the ground, -1 for unknown, int64 of shape (runs,).
    contested
        Where statements say that ground is contested, bool of shape (runs,).
    passable
        ``passable[a, b, i]``: actor a may pass over the ground of actor b on interval i.
    """
    rules = [
        (site, np.flatnonzero(onto), worst)
        for site, onto, worst in overlooking(scenario, sectors)
        if len(sectors.on_site[site]) and onto.any()
    ]
    if not rules:
        imposed = np.zeros((len(passable), len(runs)), dtype=np.int8)
        return Overlooked(runs, np.arange(len(runs)), imposed, np.full(len(runs), -1))
    site, below, worst = zip(*rules, strict=True)
    sites, grip_of = np.unique(site, return_inverse=True)
    grip_runs, grip = _grips(sectors, sites, runs, holder, contested, passable)
    rules_onto = _inverted(below, sectors.n_sectors)
    # Ground is cut where the grip of one who overlooks it changes.
    turns = Ragged(grip_runs.first, grip_runs.begin).take(grip_of[rules_onto.values])
    runs, parent = runs.cut(rules_onto.rows[turns.rows], turns.values)
    holder = holder[parent]
    imposed = np.zeros((len(passable), len(runs)), dtype=np.int8)
    by = np.full(len(runs), -1)
    for some, cells in _in_parts(runs, rules_onto):
        rule, under = cells.values, holder[some][cells.rows]
        held = grip_runs.find(grip_of[rule], runs.begin[some][cells.rows])
        effect = _effect(grip[:, under, held], np.array(worst, dtype=np.int8)[rule])
        starts = cells.starts[:-1]
        imposed[:, some] = np.maximum.reduceat(effect, starts, axis=1)
        to_holder = np.where(under >= 0, effect[under, np.arange(len(under))], np.int8(HELD))
        most = np.maximum.reduceat(to_holder, starts)
        is_most = to_holder == most[cells.rows]
        first = np.minimum.reduceat(np.where(is_most, np.arange(len(rule)), len(rule)), starts)
        by[some] = np.where(most > HELD, np.array(site)[rule[first]], -1)
    return Overlooked(runs, parent, imposed, by)


def overlooker(
    scenario: Scenario,
    sectors: Sectors,
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
    *,
    sector: int,
    actor: int,
) -> int:
    """Return the site that imposes the worst on a sector for an actor who wants to pass; or -1.

    See `overlook`; of one interval alone: `holder` and `contested` are of shape (sectors,), and
    `passable` is of shape (actors, actors).
    """
    by, most = -1, HELD
    for site, onto, worst in overlooking(scenario, sectors):
        over = sectors.on_site[site]
        if onto[sector] and len(over):
            there = np.zeros((2, len(passable) + 1, 1), dtype=bool)
            there[contested[over].astype(np.intp), holder[over]] = True
            grip = _grip(there, passable[:, :, np.newaxis])[actor, holder[sector]]
            found = int(_effect(grip, np.array([worst], dtype=np.int8))[0])
            by, most = (site, found) if found > most else (by, most)
    return by


def overlooking(
    scenario: Scenario, sectors: Sectors
) -> Iterator[tuple[int, NDArray[np.bool_], int]]:
    """Yield each overlooking site, the sectors it overlooks, and the worst it can do to them."""
    index = sectors.sites.index
    for rule in scenario.overlooks:
        yield index[rule.site], sectors.covers[index[rule.onto]], CONDITIONS.index(rule.effect)
    if scenario.overlook_range is not None:
        effect = CONDITIONS.index(scenario.overlook_range.effect)
        for site in np.flatnonzero(sectors.range_onto >= 0):
            yield int(site), sectors.near[sectors.range_onto[site]], effect


def _effect(grip: NDArray[np.int8], worst: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return what a grip does to ground, if a site can do no more than the worst that is said."""
    partly = np.where(grip == PARTLY, np.int8(EXPOSED), np.int8(HELD))
    return np.where(grip == WHOLLY, worst, partly)


def _grips(
    sectors: Sectors,
    sites: NDArray[np.int64],
    runs: Runs,
    holder: NDArray[np.int64],
    contested: NDArray[np.bool_],
    passable: NDArray[np.bool_],
) -> tuple[Runs, NDArray[np.int8]]:
    """Return the grip that each site has on ground, as runs with a row for each site: see `_grip`."""
    n_actors, _, n_intervals = passable.shape
    over = sectors.on_site.take(sites)
    of_sectors = Ragged(runs.first, np.arange(len(runs))).take(over.values)
    row, run = over.rows[of_sectors.rows], of_sectors.values
    turns = np.flatnonzero((np.diff(passable, axis=2) != 0).any(axis=(0, 1))) + 1
    grip_runs = Runs.cut_at(
        np.concatenate([row, np.repeat(np.arange(len(sites)), len(turns))]),
        np.concatenate([runs.begin[run], np.tile(turns, len(sites))]),
        n_rows=len(sites), n_intervals=n_intervals,
    )  # fmt: skip
    # How many sectors of each kind a site has: quiet or contested, by their holder.
    kind = contested * (n_actors + 1) + holder % (n_actors + 1)  # the last holder is unknown
    at = grip_runs.find(row, runs.begin[run])
    change = np.zeros((2 * (n_actors + 1), len(grip_runs)), dtype=np.int64)
    np.add.at(change, (kind[run], at), 1)
    later = runs.begin[run] > 0
    np.subtract.at(change, (kind[run[later] - 1], at[later]), 1)
    count = np.pad(change.cumsum(axis=1), [(0, 0), (1, 0)])
    count = count[:, 1:] - count[:, grip_runs.first[grip_runs.row]]
    there = (count > 0).reshape(2, n_actors + 1, -1)
    grip = _grip(there, passable[:, :, grip_runs.begin])
    grip_runs, kept = grip_runs.joined(grip)
    return grip_runs, grip[:, :, kept]


def _grip(there: NDArray[np.bool_], passable: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the grip of the holders of an overlooking site, by who wants to pass over whose ground.

    Parameters
    ----------
    there
        Whether it has sectors of each kind: quiet or contested, by their holder, bool of shape
        (2, actors + 1, times), the last holder unknown.
    passable
        bool of shape (actors, actors, times).

    Returns
    -------
    numpy.ndarray
        `NO_GRIP`, `PARTLY` or `WHOLLY`, with a row for each actor's ground and a last one for
        unknown ground, on which nobody imposes anything: int8 of shape (actors, actors + 1, times).
    """
    n_actors, _, n_times = passable.shape
    grip = np.full((n_actors, n_actors + 1, n_times), NO_GRIP, dtype=np.int8)
    fought = np.array([False, True])[:, np.newaxis, np.newaxis]
    foes = [hostile_holders(passable[actor]) for actor in range(n_actors)]
    for actor, other in combinations_with_replacement(range(n_actors), 2):
        commanded, threatened = command(foes[actor] & foes[other], fought)
        wholly = (commanded | ~there).all(axis=(0, 1))
        partly = np.where((threatened & there).any(axis=(0, 1)), PARTLY, NO_GRIP)
        grip[actor, other] = grip[other, actor] = np.where(wholly, WHOLLY, partly)
    return grip


def _inverted(below: tuple[NDArray[np.int64], ...], n_sectors: int) -> Ragged:
    """Return the rules that concern each sector, in their order, of the sectors of each rule."""
    rule = np.repeat(np.arange(len(below)), [len(sectors) for sectors in below])
    sector = np.concatenate(below)
    order = np.argsort(sector, kind="stable")
    return Ragged(np.searchsorted(sector[order], np.arange(n_sectors + 1)), rule[order])


def _in_parts(runs: Runs, rules_onto: Ragged) -> Iterator[tuple[NDArray[np.int64], Ragged]]:
    """Yield runs of overlooked ground, some at a time, and the rules that concern each of them."""
    n_rules = np.diff(rules_onto.starts)[runs.row]
    concerned = np.flatnonzero(n_rules)
    part = np.cumsum(n_rules[concerned]) // MOST_CELLS
    for some in np.split(concerned, np.flatnonzero(np.diff(part)) + 1):
        yield some, rules_onto.take(runs.row[some])
