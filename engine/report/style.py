"""How things look, the same in every picture, layer and page.

All colours stay apart for colour-blind readers and, by their lightness, in grey print. Statuses
run from light to dark, actors are told apart by hue, conditions by the pattern of the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

STATUS_COLOUR = {
    "open": "#2a9d8f",
    "connected": "#2a9d8f",
    "at risk": "#f2c230",
    "cut": "#4b0f6b",
    "besieged": "#4b0f6b",
}
STATUS_INK = {
    "open": "#ffffff",
    "connected": "#ffffff",
    "at risk": "#1a1a1a",
    "cut": "#ffffff",
    "besieged": "#ffffff",
}
"""The colour of letters on a status."""

ACTOR_COLOURS = (
    "#0072b2",
    "#d55e00",
    "#333333",
    "#cc79a7",
    "#56b4e9",
    "#8c6d31",
    "#117733",
    "#882255",
)
UNKNOWN_COLOUR = "#b5b5b5"
INK = "#1a1a1a"
FAINT_INK = "#5c5c5c"
PAPER = "#ffffff"

LINE_STYLE: dict[str, str | tuple[float, tuple[float, ...]]] = {
    "held": "solid",
    "contested": (0, (3.0, 1.2)),
    "exposed": (0, (0.9, 0.9)),
    "closed": (0, (5.0, 1.0, 0.8, 1.0)),
}
"""Matplotlib line styles by condition, in units of the line's width."""

ROAD_CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
)
"""Values of ``highway`` from the greatest to the least; what is not among them comes last."""

STATUS_WORDS = ("open", "at risk", "cut")


def actor_colours(actors: Iterable[str]) -> dict[str, str]:
    """Return the colour of each actor, in the order of the scenario; the empty name is unknown."""
    named = {actor: ACTOR_COLOURS[row % len(ACTOR_COLOURS)] for row, actor in enumerate(actors)}
    return {**named, "": UNKNOWN_COLOUR}
