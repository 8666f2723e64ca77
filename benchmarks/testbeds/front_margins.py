"""Other ways of giving ground to places: ``python -m benchmarks.testbeds.front_margins --extract FILE``.

The engine gives a piece of road to the nearest place. Here it is given in other ways, and the true answers of
`benchmarks.testbeds.fronts` say what each gains and costs:

* a piece is an actor's only if the nearest place of another holder is so many times as far, in a straight line, as
  the nearest own one;
* the places vote: the nearest three or five, or all of them, each with a weight that falls with its distance, or with the
  ground that it would lose to a new place there (its natural neighbours);
* the smoothest surface through all places, and the front that keeps farthest from all of them.

This goes without the engine.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

import engine
from benchmarks.testbeds import fronts
from benchmarks.testbeds.front_bound import cut, masks_of, questions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rule = Callable[[np.ndarray], np.ndarray]
    """Makes of who holds each place who holds each piece of road, both as `masks_of` says it."""

NEAREST = "nearest place (the rule)"
RATIOS = (0.9, 1.1, 1.5, 2.0, 3.0)
POWERS = (2, 4, 8)
RASTER = 150
"""The side of the raster on which ground lost to a new place is counted."""
NEAR_KM = 1e-3
ROUNDS = 200


def rules(region: fronts.Region) -> dict[str, Rule]:
    """Return all ways of giving the roads of a region to its places."""
    places, pieces = region.end_xy, region.fine.middle
    km = cdist(pieces, places)
    order = np.argsort(km, axis=1)
    found: dict[str, Rule] = {NEAREST: lambda held: held[order[:, 0]]}
    for ratio in RATIOS:
        found[_ratio_name(ratio)] = partial(_by_ratio, km, ratio)
    for n in (3, 5):
        votes = np.zeros_like(km)
        # The nearest decides between equally many.
        np.put_along_axis(votes, order[:, :n], 1 + 0.1 * (np.arange(n) == 0), axis=1)
        found[f"vote of the nearest {n}"] = partial(_by_votes, votes)
    for power in POWERS:
        votes = np.maximum(km, NEAR_KM) ** -power
        found[f"vote of all, 1 / distance^{power}"] = partial(_by_votes, votes)
    found["vote of natural neighbours"] = partial(_by_votes, _natural(places, pieces))
    found["smoothest surface"] = partial(_by_surface, places, pieces)
    breadth = 2 * float(np.median(np.sort(cdist(places, places), axis=1)[:, 1]))
    found["widest margin"] = partial(_by_margin, places, pieces, breadth)
    return found


def _by_ratio(km: np.ndarray, ratio: float, held: np.ndarray) -> np.ndarray:
    found = np.zeros(len(km), dtype=np.int64)
    for actor in (1, 2, 4):
        own = (held & actor) > 0
        to_own, to_other = (km[:, rows].min(axis=1, initial=np.inf) for rows in (own, ~own))
        found += actor * (np.isfinite(to_own) & (to_other >= ratio * to_own))
    return found


def _by_votes(votes: np.ndarray, held: np.ndarray) -> np.ndarray:
    holders = np.unique(held)
    return holders[(votes @ (held[:, np.newaxis] == holders)).argmax(axis=1)]


def _natural(places: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Return how much of each place's ground a new place at each piece of road would get."""
    low, size = places.min(axis=0), np.ptp(places, axis=0)
    sides = (
        np.linspace(least - extent / 2, least + 1.5 * extent, RASTER)
        for least, extent in zip(low, size, strict=True)
    )
    raster = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    km, owner = cKDTree(places).query(raster)
    of_owner = owner[:, np.newaxis] == np.arange(len(places))
    # Between points of the raster, and where nothing is lost, the nearest place has it.
    votes = 1e-3 * np.maximum(cdist(pieces, places), NEAR_KM) ** -8.0
    votes /= votes.sum(axis=1, keepdims=True)
    for rows in np.array_split(np.arange(len(pieces)), max(1, len(pieces) // 500)):
        lost = cdist(pieces[rows], raster) < km
        votes[rows] += lost.astype(np.float32) @ of_owner.astype(np.float32)
    return votes


def _by_surface(places: np.ndarray, pieces: np.ndarray, held: np.ndarray) -> np.ndarray:
    holders = np.unique(held)
    heights = RBFInterpolator(places, (held[:, np.newaxis] == holders).astype(float))(pieces)
    return holders[heights.argmax(axis=1)]


def _by_margin(
    places: np.ndarray, pieces: np.ndarray, breadth: float, held: np.ndarray
) -> np.ndarray:
    """Give ground by a support vector machine without errors, each holder against the others."""
    holders = np.unique(held)
    if len(holders) == 1:
        return np.full(len(pieces), holders[0])

    def kernel(xy: np.ndarray) -> np.ndarray:
        return np.exp(-cdist(xy, places, "sqeuclidean") / (2 * breadth**2)) + 1.0

    among, heights = kernel(places), []
    for holder in holders:
        side = np.where(held == holder, 1.0, -1.0)
        weight = np.zeros(len(places))
        for _ in range(ROUNDS):
            for at in range(len(places)):
                short = 1.0 - side[at] * (among[at] @ (weight * side))
                weight[at] = max(0.0, weight[at] + short / among[at, at])
        heights.append(weight * side)
    return holders[(kernel(pieces) @ np.array(heights).T).argmax(axis=1)]


def answers(
    extract: str, *, n_fronts: int, routes: int, seed: int
) -> Iterator[tuple[str, bool, dict[str, bool]]]:
    """Yield for each route the kind of its front, and whether it is cut: truly, and by each rule."""
    region = fronts.region_of(engine.read_network(extract), seed)
    ways = rules(region)
    for _, front, asked, roads in fronts.cases(region, fronts=n_fronts, routes=routes, seed=seed):
        held, what = masks_of(front, region.xy), questions(region, asked, roads)
        truly = cut(region, masks_of(front, region.fine.middle), what)
        said = {name: cut(region, rule(held), what) for name, rule in ways.items()}
        for at, true in enumerate(truly):
            yield front.kind, bool(true), {name: bool(rows[at]) for name, rows in said.items()}


def table(found: list[tuple[str, bool, dict[str, bool]]]) -> str:
    """Return what becomes of routes by each rule, and how many are right behind each kind of front."""
    kind = np.array([row[0] for row in found])
    true = np.array([row[1] for row in found])
    kinds = list(dict.fromkeys(kind))
    lines = [
        f"| ground by | right | truly cut, said cut | not cut, said cut | {' | '.join(kinds)} |",
        "|---" * (len(kinds) + 4) + "|",
    ]
    for name in found[0][2]:
        said = np.array([row[2][name] for row in found])
        right = said == true
        shares = [right.mean(), said[true].mean(), said[~true].mean()]
        shares += [right[kind == one].mean() for one in kinds]
        lines.append(f"| {name} | " + " | ".join(f"{100 * share:.1f} %" for share in shares) + " |")
    return "\n".join([f"{len(found):,} routes, {true.sum()} of them truly cut", "", *lines])


def doubts(found: list[tuple[str, bool, dict[str, bool]]]) -> str:
    """Return on how many of the routes called open each word of doubt would be said.

    The word: every way passes ground from which the nearest place of another holder is less than so many times as
    far as the nearest own one.
    """
    true = np.array([row[1] for row in found])
    lines = ["| doubted below | truly cut, called open | not cut, called open |", "|---|---|---|"]
    called_open = ~np.array([row[2][NEAREST] for row in found])
    for ratio in RATIOS:
        if ratio > 1:
            doubted = np.array([row[2][_ratio_name(ratio)] for row in found])
            shares = [doubted[called_open & among].mean() for among in (true, ~true)]
            cells = " | ".join(f"{100 * share:.1f} %" for share in shares)
            lines.append(f"| {ratio:g} times | {cells} |")
    return "\n".join(lines)


def _ratio_name(ratio: float) -> str:
    return f"the other place {ratio:g} times as far"


def main() -> None:
    """Run from the command line."""
    asked, found = fronts.arguments(__doc__, fronts=42, seed=2).parse_args(), []
    for extract in asked.extract:
        found += answers(extract, n_fronts=asked.fronts, routes=asked.routes, seed=asked.seed)
    print(table(found), doubts(found), sep="\n\n")


if __name__ == "__main__":
    main()
