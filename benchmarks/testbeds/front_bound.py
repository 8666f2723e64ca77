"""The best that any rule can make of places: ``python -m benchmarks.testbeds.front_bound --extract FILE``.

How the fronts of `benchmarks.testbeds.fronts` are drawn is known. So it is known, too, how likely a route is to be
cut, given who holds each place: from the fronts of the same kind that agree with all places, as the drawing brings
them forth. No rule that sees the places alone is right more often than one that says of each route what is likelier.

The fronts that agree are walked through by small changes of the numbers from which a front is drawn, each change
kept if the places still agree (the method of Metropolis and others). The walk begins at the true front, itself one
draw from those that agree, and needs no time to settle. Where it does not get everywhere, it knows more than
the places say, and the bound is too high and not too low. It also knows what no report says: the kind of
the front, and who holds the ground at the point of the road where the engine puts each place.

This goes without the engine.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import ndtr, ndtri

import engine
from benchmarks.testbeds import fronts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEPS = 6000
"""So many changes are tried for each front."""
DRAWS = 200
"""So many of the fronts on the way are asked."""
MOST_POINTS = 8
"""A patchwork has no more cells."""
FINEST, COARSEST = -2.5, -0.3
"""The powers of ten between which the breadth of a change is drawn."""
RESAMPLES = 1000

Front = Any
"""What has `layers`, or `masks`: see `masks_of`."""


# The numbers that a front is drawn from.


class Dice:
    """What stands for a random generator: numbers from 0 to 1, made into what is asked for.

    Parameters
    ----------
    numbers
        An array for each call to come, with as many numbers as the call needs, or more.
    """

    def __init__(self, numbers: Sequence[np.ndarray]) -> None:
        self._numbers = iter(numbers)

    def take(self, n: int = 1) -> np.ndarray:
        """Return the numbers of the next call."""
        return next(self._numbers)[:n]

    def uniform(self, low: float, high: float) -> float:
        """Return a number from an interval."""
        return low + float(self.take()[0]) * (high - low)

    def normal(self, mean: float, deviation: float) -> float:
        """Return a number from a normal distribution."""
        return mean + deviation * float(ndtri(self.take()[0]))

    def integers(self, low: int, high: int | None = None) -> int:
        """Return a whole number below `high`."""
        low, high = (0, low) if high is None else (low, high)
        return low + int(self.take()[0] * (high - low))

    def random(self, shape: tuple[int, ...] = ()) -> Any:
        """Return numbers from 0 to 1."""
        found = self.take(int(np.prod(shape))).reshape(shape)
        return found if shape else float(found)

    def permutation(self, n: int) -> np.ndarray:
        """Return the numbers below n in some order."""
        return np.argsort(self.take(n))

    def choice(self, options: Sequence[str]) -> str:
        """Return one of several."""
        return options[int(self.take()[0] * len(options))]


class Recorder:
    """A random generator that writes down from which numbers `Dice` would make the same."""

    def __init__(self, source: np.random.Generator, spare: np.random.Generator) -> None:
        self.source, self.spare = source, spare
        self.numbers: list[np.ndarray] = []

    def _note(self, numbers: Any) -> None:
        self.numbers.append(np.atleast_1d(np.asarray(numbers, dtype=np.float64)).ravel())

    def uniform(self, low: float, high: float) -> float:
        """Return a number from an interval."""
        value = self.source.uniform(low, high)
        self._note((value - low) / (high - low))
        return value

    def normal(self, mean: float, deviation: float) -> float:
        """Return a number from a normal distribution."""
        value = self.source.normal(mean, deviation)
        self._note(ndtr((value - mean) / deviation))
        return value

    def integers(self, low: int, high: int | None = None) -> int:
        """Return a whole number below `high`."""
        value = int(self.source.integers(low, high))
        low, high = (0, low) if high is None else (low, high)
        self._note((value - low + self.spare.random()) / (high - low))
        return value

    def random(self, shape: tuple[int, ...] | None = None) -> Any:
        """Return numbers from 0 to 1."""
        value = self.source.random(shape)
        self._note(value)
        return value

    def permutation(self, n: int) -> np.ndarray:
        """Return the numbers below n in some order."""
        value = self.source.permutation(n)
        numbers = np.empty(n)
        numbers[value] = np.sort(self.spare.random(n))
        self._note(numbers)
        return value

    def choice(self, options: Sequence[str]) -> str:
        """Return one of several."""
        at = int(self.source.choice(len(options)))
        self._note((at + self.spare.random()) / len(options))
        return options[at]


@dataclass(frozen=True, eq=False)
class Patchwork:
    """A patchwork as points, each with a holder who has the ground nearest to it.

    It is distributed as that of `fronts.draw_front`; there the holders belong to cells in an order that changes when a
    point moves, and a walk would lose all holders with each such step.
    """

    points: np.ndarray
    holder: np.ndarray

    def masks(self, xy: np.ndarray) -> np.ndarray:
        """Return who holds each point, as `masks_of` does."""
        apart = ((xy[:, np.newaxis] - self.points) ** 2).sum(axis=2)
        return self.holder[apart.argmin(axis=1)]


def draw(kind: str, xy: np.ndarray, dice: Dice) -> Front:
    """Draw a front of a kind among places, as `fronts.draw_front` does, from given numbers."""
    if kind != "patches":
        return fronts.draw_front(kind, xy, dice)
    actors = dice.permutation(3)[: dice.integers(2, 4)]
    n = dice.integers(4, MOST_POINTS + 1)
    points = _points(xy, dice.random((MOST_POINTS, 2)))[:n]
    return Patchwork(points, 1 << actors[(dice.take(MOST_POINTS)[:n] * len(actors)).astype(int)])


def _points(xy: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return xy.min(axis=0) + numbers * np.ptp(xy, axis=0)


def recorded(
    kind: str, xy: np.ndarray, source: np.random.Generator, spare: np.random.Generator
) -> tuple[fronts.Front, list[np.ndarray]]:
    """Draw a front as `fronts.draw_front` does; return the numbers too from which `draw` makes it."""
    recorder = Recorder(source, spare)
    front = fronts.draw_front(kind, xy, recorder)
    numbers = recorder.numbers
    if kind == "patches":
        order, n_actors, n_points, places = numbers[:4]
        actors = np.argsort(order)[: 2 + int(n_actors[0] * 2)]
        held = np.log2(masks_of(front, _points(xy, places.reshape(-1, 2)))).astype(int)
        which = (actors == held[:, np.newaxis]).argmax(axis=1)
        holders = spare.random(MOST_POINTS)
        holders[: len(which)] = (which + holders[: len(which)]) / len(actors)
        beyond = spare.random(2 * MOST_POINTS - len(places))
        return front, [order, n_actors, n_points, np.append(places, beyond), holders]
    # A pocket around one place asks for one number more than others do.
    return front, [*numbers, *spare.random((2, 1))]


def masks_of(front: Front, xy: np.ndarray) -> np.ndarray:
    """Return who holds or contests each point: the sum of 1, 2 and 4 for the three actors."""
    if not hasattr(front, "layers"):
        return front.masks(xy)
    return np.array([*(_mask(layer.actors) for layer in front.layers), 0])[front.uppermost(xy)]


def _mask(actors: Sequence[str]) -> int:
    return sum(1 << fronts.ACTORS.index(actor) for actor in actors)


# The fronts that agree with the places.


def changed(
    kind: str, numbers: Sequence[np.ndarray], random: np.random.Generator
) -> list[np.ndarray]:
    """Return the numbers with a change; one as likely as the change back."""
    if random.random() < 0.05:
        return [random.random(len(row)) for row in numbers]
    if kind == "patches" and random.random() < 0.1:
        rows = [row.copy() for row in numbers]
        one, other = random.permutation(MOST_POINTS)[:2]
        for table in (rows[3].reshape(-1, 2), rows[4]):
            table[[one, other]] = table[[other, one]]
        return rows
    flat = np.concatenate(list(numbers))
    n = len(flat) if random.random() < 0.2 else int(random.integers(1, 4))
    at = random.permutation(len(flat))[:n]
    breadth = 10 ** random.uniform(FINEST, COARSEST)
    flat[at] = (flat[at] + breadth * random.normal(size=n)) % 1.0
    return np.split(flat, np.cumsum([len(row) for row in numbers])[:-1])


@dataclass(eq=False)
class Walk:
    """A walk through the fronts of a kind that agree with the holders of some points.

    Parameters
    ----------
    kind, xy
        The kind of front, and the places among which it is drawn.
    seen
        The points whose holders are known.
    numbers
        From which the first front is drawn. It says who holds the points.
    """

    kind: str
    xy: np.ndarray
    seen: np.ndarray
    numbers: Sequence[np.ndarray]
    random: np.random.Generator
    tried: int = field(default=0, init=False)
    kept: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.front = draw(self.kind, self.xy, Dice(self.numbers))
        self.known = masks_of(self.front, self.seen)

    def go(self, steps: int) -> Front:
        """Try so many changes; return the front that is reached."""
        for _ in range(steps):
            numbers = changed(self.kind, self.numbers, self.random)
            front = draw(self.kind, self.xy, Dice(numbers))
            if np.array_equal(masks_of(front, self.seen), self.known):
                self.numbers, self.front = numbers, front
                self.kept += 1
        self.tried += steps
        return self.front


# What is likely of routes.


@dataclass(frozen=True)
class Question:
    """A route: whose, between which nodes of the fine roads, and over which pieces it may lead."""

    actor: int
    start: int
    goal: int
    within: str
    allowed: np.ndarray | None


def questions(region: fronts.Region, routes: Sequence[Any], roads: Sequence[Any]) -> list[Question]:
    """Return routes as they are asked without the engine."""
    index = {place.id: at for at, place in enumerate(region.places)}
    allowed = {
        site.id: fronts.on_road(region.network, site.road[0])[region.fine.parent] for site in roads
    }
    return [
        Question(
            _mask([route.actor]),
            *(int(region.end_node[index[name]]) for name in (route.from_[0], route.to)),
            route.within or "",
            allowed.get(route.within),
        )
        for route in routes
    ]


def cut(region: fronts.Region, masks: np.ndarray, asked: Sequence[Question]) -> np.ndarray:
    """Return which routes are cut, given who holds or contests each piece of road."""
    parts: dict[tuple[int, str], np.ndarray] = {}
    found = np.empty(len(asked), dtype=bool)
    for at, route in enumerate(asked):
        key = route.actor, route.within
        if key not in parts:
            usable = (masks & route.actor) > 0
            parts[key] = region.fine.component(
                usable if route.allowed is None else usable & route.allowed
            )
        part = parts[key]
        found[at] = not part[route.start] == part[route.goal] >= 0
    return found


@dataclass(frozen=True)
class Case:
    """The routes behind one front.

    Parameters
    ----------
    true
        Which are truly cut.
    nearest
        Which are cut if ground belongs to the nearest place.
    chance
        How likely each is to be cut by all that the places say.
    halves
        The same by the first and by the second half of the walk, shape (2, routes).
    kept
        The share of changes that agreed with the places.
    """

    kind: str
    true: np.ndarray
    nearest: np.ndarray
    chance: np.ndarray
    halves: np.ndarray
    kept: float


def cases(
    region: fronts.Region, *, n_fronts: int, routes: int, seed: int, steps: int, draws: int
) -> Iterator[Case]:
    """Yield what is true and what is likely of routes behind the fronts of `fronts.cases`."""
    seen, middle = np.vstack([region.xy, region.end_xy]), region.fine.middle
    nearest = cKDTree(region.end_xy).query(middle)[1]
    for number in range(n_fronts):
        kind = fronts.KINDS[number % len(fronts.KINDS)]
        random, spare = np.random.default_rng([seed, number]), np.random.default_rng([9, number])
        front, numbers = recorded(kind, region.xy, random, spare)
        drawn, roads = fronts.draw_routes(region, front, routes, random)
        if not drawn:
            continue
        asked = questions(region, drawn, roads)
        walk = Walk(kind, region.xy, seen, numbers, spare)
        if not np.array_equal(walk.known, masks_of(front, seen)):
            raise RuntimeError(f"front {number} is not drawn again from its numbers")
        said = np.array(
            [cut(region, masks_of(walk.go(steps // draws), middle), asked) for _ in range(draws)]
        )
        yield Case(
            kind,
            cut(region, masks_of(front, middle), asked),
            cut(region, masks_of(front, region.xy)[nearest], asked),
            said.mean(axis=0),
            np.array([half.mean(axis=0) for half in np.array_split(said, 2)]),
            walk.kept / walk.tried,
        )


# The figures.

NEAREST, LIKELIER = "nearest place", "best: what is likelier"
RIGHT = "best: right on 98 %, most of the cut found"
RULES = {
    NEAREST: None,
    LIKELIER: None,
    "best: 95 % of the cut found": 95.0,
    RIGHT: None,
    "best: 1 % of the cut not said cut": 99.0,
}
"""What is tried, and how many percent of the cut routes it has to find."""
LEAST_RIGHT = 98.0


class Shares(NamedTuple):
    """What becomes of routes if those are said to be cut whose chance is at least some figure."""

    right: float
    said_cut: float
    called_open: float
    wrongly_cut: float


def shares(true: np.ndarray, said: np.ndarray) -> Shares:
    """Return shares in percent; NaN where there is none to share.

    Parameters
    ----------
    true
        How far each route is truly cut: 0 or 1, or how likely that is.
    said
        Which routes are said to be cut.
    """
    found, missed, wrongly = true[said].sum(), true[~said].sum(), (1 - true)[said].sum()
    parts = np.array([found + (1 - true)[~said].sum(), found, missed, wrongly])
    wholes = np.array([len(true), true.sum(), true.sum(), (1 - true).sum()])
    return Shares(*np.where(wholes > 0, 100 * parts / np.maximum(wholes, 1e-9), np.nan))


def said_cut(rule: str, true: np.ndarray, nearest: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return which routes one of `RULES` says to be cut.

    How many have to be said cut, to find so many percent or to be right on so many, is looked up in the answers, which no rule
    can do. Where none is right on so many, what is likelier is said.
    """
    if rule == NEAREST:
        return nearest
    chances, at = np.unique(chance, return_inverse=True)
    # From each chance on, all are said to be cut.
    found = np.cumsum(np.bincount(at, true)[::-1])[::-1]
    wrongly = np.cumsum(np.bincount(at, 1 - true)[::-1])[::-1]
    if rule == RIGHT:
        right = found + (1 - true).sum() - wrongly
        enough = right >= LEAST_RIGHT / 100 * len(true) - 1e-9
        return chance >= chances[enough][0] if enough.any() else chance > 0.5
    least = RULES[rule]
    if least is None:
        return chance > 0.5
    return chance >= chances[found >= least / 100 * found[0] - 1e-9][-1]


def figures(found: Sequence[Case], rule: str, *, likely: bool = False) -> tuple[Shares, Shares]:
    """Return the shares of a rule, and their standard errors from drawing fronts anew.

    Parameters
    ----------
    found
        The routes.
    rule
        One of `RULES`.
    likely
        Whether routes count as cut as far as that is likely, and not as they truly are.
    """
    random = np.random.default_rng(1)

    def of(cases: Sequence[Case]) -> Shares:
        true = np.concatenate(
            [case.chance if likely else case.true.astype(float) for case in cases]
        )
        nearest = np.concatenate([case.nearest for case in cases])
        chance = np.concatenate([case.chance for case in cases])
        return shares(true, said_cut(rule, true, nearest, chance))

    again = [
        of([found[at] for at in random.integers(len(found), size=len(found))])
        for _ in range(RESAMPLES)
    ]
    return of(found), Shares(*np.ma.masked_invalid(again).std(axis=0).filled(np.nan))


def table(found: Sequence[Case]) -> str:
    """Return the figures of all rules, and of two of them for each kind of front."""
    columns = "right | truly cut, said cut | truly cut, called open | not cut, said cut |"
    lines = [f"| rule | {columns}", "|---|---|---|---|---|"]
    lines += [_row(rule, figures(found, rule)) for rule in RULES]
    best = list(RULES)[1:]
    lines += [_row(f"{rule}, as likely", figures(found, rule, likely=True)) for rule in best]
    lines += ["", f"| front | rule | {columns}", "|---|---|---|---|---|---|"]
    for kind in dict.fromkeys(case.kind for case in found):
        these = [case for case in found if case.kind == kind]
        lines += [_row(f"{kind} | {rule}", figures(these, rule)) for rule in (NEAREST, LIKELIER)]
    return "\n".join(lines)


def _row(name: str, found: tuple[Shares, Shares]) -> str:
    cells = (f"{share:.1f} ± {error:.1f} %" for share, error in zip(*found, strict=True))
    return f"| {name} | " + " | ".join(cells) + " |"


def summary(found: Sequence[Case]) -> str:
    """Return how many routes there are, and how well the walks went round."""
    true = np.concatenate([case.true for case in found])
    halves = np.concatenate([case.halves for case in found], axis=1)
    apart = np.abs(halves[0] - halves[1]).mean()
    expected = sum(case.chance.sum() for case in found)
    kept = np.mean([case.kept for case in found])
    return (
        f"{len(true):,} routes behind {len(found)} fronts; {true.sum()} truly cut, {expected:.1f} as likely; "
        f"{100 * kept:.0f} % of the changes kept; the halves of a walk differ by {100 * apart:.1f} % on average"
    )


def main() -> None:
    """Run from the command line."""
    parser = fronts.arguments(__doc__, fronts=42, seed=2)
    parser.add_argument("--steps", type=int, default=STEPS, help="How many changes are tried.")
    parser.add_argument("--draws", type=int, default=DRAWS, help="How many fronts are asked.")
    asked, begun, found = parser.parse_args(), time.process_time(), []
    for extract in asked.extract:
        region = fronts.region_of(engine.read_network(extract), asked.seed)
        found += cases(
            region,
            n_fronts=asked.fronts,
            routes=asked.routes,
            seed=asked.seed,
            steps=asked.steps,
            draws=asked.draws,
        )
    print(summary(found), table(found), sep="\n\n")
    print(f"{time.process_time() - begun:.0f} s of processor time", file=sys.stderr)


if __name__ == "__main__":
    main()
