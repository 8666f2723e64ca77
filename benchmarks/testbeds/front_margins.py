"""How sure ground must be to be an actor's: ``python -m benchmarks.testbeds.front_margins``.

Between two places of different holders a front is somewhere, and the engine says that it is half-way. Here a
piece of road is an actor's only if the nearest place of another holder is so many times as far, in a straight
line, as the nearest own one. The true answers of `benchmarks.testbeds.fronts` say what each ratio gains and
costs. This goes without the engine.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

import engine
from benchmarks.testbeds import fronts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATIOS = (0.9, 1.0, 1.1, 1.5, 2.0, 3.0)


def ratios_of(region: fronts.Region, held: Sequence[tuple[str, ...]], actor: str) -> np.ndarray:
    """Return how many times as far as the nearest own place the nearest other is.

    Parameters
    ----------
    region
        The roads and places.
    held
        Who holds or contests each place.
    actor
        Whose own ground is asked for.

    Returns
    -------
    numpy.ndarray
        Float64 of shape (pieces of road,): infinite where there is no other.
    """
    own, other = (
        region.end_xy[[at for at, actors in enumerate(held) if (actor in actors) == mine]]
        for mine in (True, False)
    )
    to_own, to_other = (_km_to(at, region.fine.middle) for at in (own, other))
    return np.where(np.isinf(to_own), 0.0, to_other / np.maximum(to_own, 1e-6))


def _km_to(places: np.ndarray, xy: np.ndarray) -> np.ndarray:
    return cKDTree(places).query(xy)[0] if len(places) else np.full(len(xy), np.inf)


def answers(
    extract: str, *, n_fronts: int, routes: int, seed: int
) -> Iterator[tuple[bool, list[bool]]]:
    """Yield for each route whether it is truly connected, and whether it is at each of `RATIOS`."""
    region = fronts.region_of(engine.read_network(extract), seed)
    index = {place.id: at for at, place in enumerate(region.places)}
    for _, front, asked, roads in fronts.cases(region, fronts=n_fronts, routes=routes, seed=seed):
        held = front.holders(region.xy)
        ratio = {actor: ratios_of(region, held, actor) for actor in fronts.ACTORS}
        name_of = {site.id: site.road[0] for site in roads}
        truly = fronts.connected_if_shifted(region, front, asked, name_of, np.zeros(1))[0]
        for route, true in zip(asked, truly, strict=True):
            ends = [region.end_node[index[name]] for name in (route.from_[0], route.to)]
            allowed = (
                fronts.on_road(region.network, name_of[route.within])[region.fine.parent]
                if route.within
                else True
            )
            parts = [
                region.fine.component((ratio[route.actor] >= least) & allowed) for least in RATIOS
            ]
            yield bool(true), [bool(part[ends[0]] == part[ends[1]] >= 0) for part in parts]


def table(found: list[tuple[bool, list[bool]]]) -> str:
    """Return what becomes of routes that are truly cut, and of those that are not, by ratio."""
    cut = np.array([said for true, said in found if not true])
    connected = np.array([said for true, said in found if true])
    lines = [
        "| the other place is farther | right | truly cut, said cut | not cut, said cut |",
        "|---|---|---|---|",
    ]
    for at, ratio in enumerate(RATIOS):
        right = (~cut[:, at]).sum() + connected[:, at].sum()
        shares = (
            right / len(found),
            (~cut[:, at]).mean(),
            (~connected[:, at]).mean(),
        )
        lines.append(
            f"| {ratio:g} times | " + " | ".join(f"{100 * share:.1f} %" for share in shares) + " |"
        )
    return "\n".join([f"{len(found):,} routes, {len(cut)} of them truly cut", "", *lines])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--extract", action="append", required=True, help="a file; again for more")
    parser.add_argument("--fronts", type=int, default=42, help="how many on each extract")
    parser.add_argument("--routes", type=int, default=fronts.ROUTES, help="behind each front")
    parser.add_argument("--seed", type=int, default=2)
    asked = parser.parse_args()
    found = []
    for extract in asked.extract:
        found += answers(extract, n_fronts=asked.fronts, routes=asked.routes, seed=asked.seed)
    print(table(found))


if __name__ == "__main__":
    main()
