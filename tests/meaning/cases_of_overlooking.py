"""Worked examples of overlooking: who asks, who holds the road, and who holds the hill above it.

x asks for the way from a to d. The hill closes c. Whoever holds c or the hill is x himself, a
friend of x (over whose ground he may pass) or hostile to him; and what the holders of c and of the
hill are to one another is told apart where it matters.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .cases import LINE, Case, case, held, on

HILL: dict[str, Any] = {
    "roads": [*LINE, (5, 6, 1000), (4, 5, 1000)],
    "places": {"a": 0, "b": 1, "c": 2, "d": 3, "h": 5, "i": 6},
    "sites": [{"id": "hill", "places": ["h", "i"]}],
    "overlooks": [{"site": "hill", "onto": "c", "effect": "closed"}],
}


class Three(NamedTuple):
    """Who holds c and the hill, who may pass over whose ground, and what comes of it for x."""

    holder: str
    hill: str
    passes: dict[str, tuple[str, ...]]
    status: str
    reason: str
    """What the status rests on at c: "c" itself, the "hill", or "" where the road is open."""
    contested: tuple[str, ...] | None = None
    """Who contests c; None if nobody does."""


X_Z = {"x": ("z",)}
COMBINATIONS = {
    "his own road under his own hill": Three("x", "x", {}, "o", ""),
    "his own road under the hill of a friend": Three("x", "z", X_Z, "o", ""),
    "his own road under a hostile hill": Three("x", "y", {}, "c", "hill"),
    "the hill may pass his road, not he the hill": Three("x", "y", {"y": ("x",)}, "c", "hill"),
    "the road of a friend under his own hill": Three("z", "x", X_Z, "o", ""),
    "the same, where the friend may pass": Three("z", "x", X_Z | {"z": ("x",)}, "o", ""),
    "the road of a friend under the friend's hill": Three("z", "z", X_Z, "o", ""),
    "the road of a friend under a hill hostile to both": Three("z", "y", X_Z, "c", "hill"),
    "the road of a friend under a hill that only he may pass": Three(
        "z", "y", {"x": ("z", "y")}, "o", ""
    ),
    "the road of a friend under a hill that only the friend may pass": Three(
        "z", "y", X_Z | {"z": ("y",)}, "o", ""
    ),
    "the enemy's road under his own hill": Three("y", "x", {}, "c", "c"),
    "the enemy's road under the enemy's hill": Three("y", "y", {}, "c", "c"),
    "the enemy's road under the hill of a friend": Three("y", "z", X_Z, "c", "c"),
    "the enemy's road under a hill hostile to both": Three("y", "z", {}, "c", "c"),
    "the enemy's road that he contests under his own hill": Three("y", "x", {}, "r", "c", ("x",)),
    "the enemy's road that he contests under the enemy's hill": Three(
        "y", "y", {}, "r", "c", ("x",)
    ),
    "the enemy's road that he contests under the hill of a friend": Three(
        "y", "z", X_Z, "r", "c", ("x",)
    ),
    "the enemy's road that he contests under a hill hostile to both": Three(
        "y", "z", {}, "c", "c", ("x",)
    ),
    "the enemy's road that he contests under a hill of the enemy's friend": Three(
        "y", "z", {"y": ("z",)}, "r", "c", ("x",)
    ),
    "his own road, contested, under his own hill": Three("x", "x", {}, "r", "c", ("x", "y")),
    "his own road, contested, under a hostile hill": Three("x", "y", {}, "c", "hill", ("x", "y")),
}


def combination(name: str) -> Case:
    """Return a combination as a worked example."""
    holder, hill, passes, status, _, contested = COMBINATIONS[name]
    fought = [on(1, "c", "fighting", contestants=list(contested))] if contested else []
    return case(
        name,
        status * 10,
        *fought,
        baseline=[held("everywhere"), held("c", holder), held("hill", hill)],
        actors={actor: {"passes": list(passes.get(actor, ()))} for actor in "xyz"},
        **HILL,
    )


CASES = [combination(name) for name in COMBINATIONS]
