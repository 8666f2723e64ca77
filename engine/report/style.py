"""How things look, the same in every picture, layer, sheet, terminal and page.

All colours stay apart for colour-blind readers and, by their lightness, in grey print. Statuses are
told apart by colour and word, actors by hue, conditions by the pattern of the line. The page takes
its style sheet and its constants from here when it is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.analysis.status import STATUS_WORDS
from engine.control.statements import CONDITIONS
from engine.control.words import condition_text
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from engine.network.arrays import Labels

INK = "#1a1a1a"
FAINT_INK = "#595959"
PAPER = "#ffffff"
GROUND = "#f6f6f3"
"""What lies behind a map."""
RULE = "#d8d8d4"
"""Thin lines that divide."""
MARK = "#0b57d0"
"""What is chosen, and links."""

TODAY = "#fff7df"
"""Behind what was reported on the day shown."""
DARK = {
    "ink": "#ececea", "faint": "#b4b4ae", "line": "#45454a", "paper": "#17181b", "ground": "#24262b",
    "mark": "#8ab4f8", "today": "#3a3420",
}  # fmt: skip
"""The page on a dark screen; maps stay on their light sheet, in the colours of print."""


class StatusStyle(NamedTuple):
    """The look of a status.

    Its colour, that of letters on it, that of its word at a terminal, and what marks the ground that
    brings it about on the page's map: ``break``, ``risk`` or nothing.
    """

    colour: str
    ink: str
    terminal: str
    mark: str = ""


_GOOD = StatusStyle("#2a9d8f", "#06221f", "green")
_AT_RISK = StatusStyle("#f2c230", INK, "yellow", "risk")
_CUT = StatusStyle("#4b0f6b", PAPER, "bold red", "break")
_LOST = StatusStyle("#5a5560", PAPER, "bold", "break")

STATUS_STYLE = {
    "open": _GOOD,
    "connected": _GOOD,
    "at risk": _AT_RISK,
    "cut": _CUT,
    "besieged": _CUT,
    "lost": _LOST,
}
STATUS_COLOUR = {word: style.colour for word, style in STATUS_STYLE.items()}


def severity(status: str) -> int:
    """Return the place of a status from best to worst: what is worse is drawn on top."""
    return STATUS_WORDS.index(status)


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


def actor_colours(actors: Iterable[str]) -> dict[str, str]:
    """Return the colour of each actor, in the order of the scenario; the empty name is unknown."""
    named = {actor: ACTOR_COLOURS[row % len(ACTOR_COLOURS)] for row, actor in enumerate(actors)}
    return {**named, "": UNKNOWN_COLOUR}


class ConditionStyle(NamedTuple):
    """The look of a condition: what a legend calls it, and the dashes and gaps of its lines.

    Dashes are in widths of the line; none for a solid one.
    """

    label: str
    dashes: tuple[float, ...]


CONDITION_STYLE = {
    "held": ConditionStyle("held", ()),
    "contested": ConditionStyle("contested", (3.0, 1.2)),
    "exposed": ConditionStyle("exposed (under fire)", (0.9, 0.9)),
    "closed": ConditionStyle("closed", (5.0, 1.0, 0.8, 1.0)),
}


def condition_label(condition: str) -> str:
    """Return what a legend calls a condition, in the language spoken."""
    return tr("exposed (under fire)") if condition == "exposed" else condition_text(condition)


def line_style(condition: str) -> str | tuple[float, tuple[float, ...]]:
    """Return Matplotlib's style of the line of a condition."""
    dashes = CONDITION_STYLE[condition].dashes
    return (0.0, dashes) if dashes else "solid"


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


def class_rank(highway: Labels) -> NDArray[np.int64]:
    """Return the rank of each road by its class: from 1 for the greatest, int64 of shape (roads,)."""
    of_value = [
        ROAD_CLASSES.index(base)
        if (base := value.removesuffix("_link")) in ROAD_CLASSES
        else len(ROAD_CLASSES)
        for value in highway.values
    ]
    return np.array(of_value, dtype=np.int64)[highway.codes] + 1


MANY_ROADS = 3000
"""A map of more pieces of road draws lesser roads thinner."""
TIERS, TIER_WIDTHS = (3.5, 5.5), (1.0, 0.55, 0.22)
"""The ranks of road classes between which the width of a line changes, and the widths by tier."""
MANY_PLACES = 120
"""A map of more places leaves out those of no kind that stands out and of which no report speaks."""


# The same for the page: a style sheet, and constants for its scripts.


def style_sheet() -> str:
    """Return the colours as CSS: variables, and a class for each status."""
    light = {
        "ink": INK, "faint": FAINT_INK, "line": RULE, "paper": PAPER, "ground": GROUND, "mark": MARK,
        "today": TODAY, "sheet": GROUND, "on-sheet": INK,
    }  # fmt: skip
    lines = [f":root {{{_variables(light)} }}"]
    lines += [f"@media screen and (prefers-color-scheme: dark) {{ :root {{{_variables(DARK)} }} }}"]
    lines += [
        f".{class_of(word)} {{ background: {style.colour}; color: {style.ink}; z-index: {severity(word)}; }}"
        for word, style in STATUS_STYLE.items()
    ]
    return "\n".join(lines) + "\n"


def _variables(colours: Mapping[str, str]) -> str:
    return "".join(f" --{name}: {colour};" for name, colour in colours.items())


def class_of(status: str) -> str:
    """Return the class by which the style sheet knows a status."""
    return status.replace(" ", "-")


def constants() -> dict[str, object]:
    """Return what the page's scripts need to know of the looks, as plain values for JSON."""
    return {
        "colours": {"ink": INK, "paper": PAPER, "ground": GROUND, "mark": MARK},
        "many_roads": MANY_ROADS,
        "many_places": MANY_PLACES,
        "tiers": {"ranks": TIERS, "widths": TIER_WIDTHS},
        "statuses": [
            {
                "word": word,
                "css": class_of(word),
                "colour": STATUS_STYLE[word].colour,
                "ink": STATUS_STYLE[word].ink,
                "mark": STATUS_STYLE[word].mark,
            }
            for word in STATUS_WORDS
        ],
        "conditions": [{"word": word, **CONDITION_STYLE[word]._asdict()} for word in CONDITIONS],
    }
