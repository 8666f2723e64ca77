"""Random choices, and random roads made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .build import Point

LENGTHS = (1000, 1000, 1000, 2000, 2000, 600, 1400, 3000, 1700, 5000, 9000)
ROADS = ("Ring", "Main", "M4", "طريق")


class Dice:
    """Draws in the words of this module; what shrinks goes towards less."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent

    def pick(self, items: Sequence[Any]) -> Any:
        return items[self.number(0, len(items) - 1)]

    def some(self, items: Sequence[Any], least: int, most: int) -> list[Any]:
        """Different items, in a drawn order."""
        left, taken = list(items), []
        for _ in range(min(self.number(least, most), len(left))):
            taken.append(left.pop(self.number(0, len(left) - 1)))
        return taken


# ---- the network --------------------------------------------------------------------------------


def random_nodes(count: int) -> list[Point]:
    """Points near a grid of 2 km by 2.5 km, no three of them on a line."""
    return [
        (
            37.0 + 0.0223 * (n % 4) + 0.0011 * (n * 7 % 5) + 0.00017 * n,
            36.0 + 0.0231 * (n // 4) + 0.0013 * (n * 3 % 7) + 0.00013 * n,
        )
        for n in range(count)
    ]


def random_road(
    dice: Dice, u: int, v: int, lengths: Sequence[int]
) -> tuple[int, int, int, dict[str, Any]]:
    tags: dict[str, Any] = {"oneway": dice.chance(40)}
    length = dice.pick(lengths) if dice.chance(85) else dice.number(1, 4000)
    if dice.chance(55):
        tags[dice.pick(("name", "name", "name_ar", "alt_name", "ref"))] = dice.pick(ROADS)
    if dice.chance(35):
        tags["highway"] = dice.pick(("residential", "track", "primary_link"))
    tags["ways"] = dice.some(range(1, 9), 1, 2)
    return u, v, length, tags


def random_roads(dice: Dice, nodes: int) -> list[tuple[int, int, int, dict[str, Any]]]:
    """A tree with gaps, and more roads: parallel ones and loops among them."""
    ends = [(dice.number(max(0, n - 3), n - 1), n) for n in range(1, nodes) if not dice.chance(8)]
    for _ in range(dice.number(max(0, 3 - len(ends)), 22 - len(ends))):
        u = dice.number(0, nodes - 1)
        v = min(nodes - 1, u + dice.number(0, 5))
        ends.append((v, u) if dice.chance(50) else (u, v))
    if ends and dice.chance(15):
        ends[-1] = ends[0]
    lengths = (2000,) if dice.chance(25) else LENGTHS
    return [random_road(dice, u, v, lengths) for u, v in ends]
