"""Decision diagrams against truth tables."""

from __future__ import annotations

import math
import random
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from oxidd.util import DDMemoryError

from engine.connectivity.decision_diagrams import Diagrams, DiagramsTooLargeError

SIZES = (2, 3, 2, 4)


def random_diagram(dice, diagrams):
    """A diagram made by random operations, and the truth table made by the same."""
    worlds = list(product(*map(range, SIZES)))
    made = [
        (diagrams.never, np.zeros(len(worlds), bool)),
        (diagrams.always, np.ones(len(worlds), bool)),
    ]
    for _ in range(30):
        level = dice.randrange(len(SIZES))
        chosen = [dice.random() < 0.5 for _ in range(SIZES[level])]
        made.append((diagrams.where(level, chosen), np.array([chosen[w[level]] for w in worlds])))
        (a, x), (b, y) = dice.choice(made), dice.choice(made)
        made.append(dice.choice([(a & b, x & y), (a | b, x | y), (~a, ~x)]))
    return made[-1]


def test_diagrams_agree_with_truth_tables() -> None:
    dice = random.Random(1)
    for _ in range(60):
        diagrams = Diagrams(SIZES, 10_000)
        diagram, table = random_diagram(dice, diagrams)
        chance = [
            np.array([[dice.random() for _ in range(size)] for _ in range(3)]) for size in SIZES
        ]
        chance[1][2] = 0
        joint = [
            math.fsum(
                math.prod(float(chance[level][row][at]) for level, at in enumerate(world))
                for world, yes in zip(product(*map(range, SIZES)), table, strict=True) if yes
            )
            for row in range(3)
        ]  # fmt: skip
        found = diagram.unfolded().weight(chance)
        assert np.allclose(found, joint, rtol=1e-12, atol=0)
        assert ((found == 0) == (np.array(joint) == 0)).all()
        others = (~diagram).unfolded().weight(chance)
        assert np.array_equal(others, (~diagram.unfolded()).weight(chance))
        one_by_one = [
            diagram.unfolded().weight([one[at : at + 1] for one in chance]) for at in range(3)
        ]
        assert np.array_equal(found, np.concatenate(one_by_one))


def test_equal_diagrams_are_one_node() -> None:
    diagrams = Diagrams([2, 2], 100)
    a, b = diagrams.where(0, [True, False]), diagrams.where(1, [False, True])
    assert (a & b) == ~(~a | ~b)
    assert (a | ~a) == diagrams.always


def test_diagrams_that_grow_too_large_say_so() -> None:
    diagrams = Diagrams([2] * 30, 50)
    with pytest.raises(DiagramsTooLargeError):
        odd_number_of_pairs(diagrams)


def test_what_no_diagram_needs_is_freed() -> None:
    """A long chain built from its beginning: every step leaves all nodes of the one before over."""
    n = 400
    diagrams = Diagrams([2] * n, 3_000)
    found = diagrams.always
    for level in range(n):
        found = found & diagrams.where(level, [level % 3 > 0, True])
    assert diagrams.n_nodes < 3_000 < n * n / 6
    half = [np.array([[0.5, 0.5]])] * n
    assert found.unfolded().weight(half)[0] == 0.5 ** -(-n // 3)
    tail = ~(~found & diagrams.where(n - 1, [True, False]))
    del found
    assert tail.unfolded().weight(half)[0] == pytest.approx(0.5 + 0.5 ** (1 - -n // 3))


def test_nodes_are_freed_before_it_is_tried_again(monkeypatch) -> None:
    diagrams, tried, freed = Diagrams([2], 100), [], []
    freeing = SimpleNamespace(gc=lambda: freed.append(len(tried)))
    monkeypatch.setattr(diagrams, "_manager", freeing)

    def build():
        tried.append(None)
        if len(tried) < 3:
            raise DDMemoryError
        return diagrams.always.function

    assert diagrams.made(build) == diagrams.always
    assert freed == [1, 2]


def test_deep_diagrams_need_no_deep_stack() -> None:
    n = 20_000
    diagrams = Diagrams([2] * n, 100_000)
    found = diagrams.always
    for level in reversed(range(n)):
        found = found & diagrams.where(level, [True, False])
    assert (found & ~found) == diagrams.never
    assert (found & diagrams.where(n - 1, [True, True])) == found
    last = diagrams.where(n - 1, [False, True])
    assert (found & last) == diagrams.never


def odd_number_of_pairs(diagrams):
    """Whether an odd number of pairs of far levels agree: large in this order of levels."""
    found = diagrams.never
    for level in range(15):
        near = diagrams.where(level, [True, False])
        pair = near & diagrams.where(29 - level, [False, True])
        found = (found & ~pair) | (~found & pair)
    return found
