"""How wide text stands in a terminal, and in which order one with bidirectional text shows it.

No isolate or override reaches a terminal. In a language from right to left, on a terminal, marks of
direction (which have no width, and which terminals without such text leave out) part the cells of tables,
so that columns stay where they are, and begin the lines of sentences that begin with a Latin name.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.language import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
"""Marks of direction: they have no width."""
DETECT, LEAVE = "\x1b[?2501h", "\x1b[?2501l"
"""Asks a terminal to tell the direction of each line from its first letter, and to do so no longer."""
_FROM_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LATIN = re.compile(r"[A-Za-z]")
_WHITE = re.compile(r"[\t\n\v\f\r ]+")


def width_of(text: str) -> int:
    """Return how many columns a text takes: marks over letters take none, wide signs two.

    Examples
    --------
    >>> width_of("محاصَر"), len("محاصَر")
    (5, 6)
    """
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text with spaces up to a width, on its right or, aligned to the right, on its left."""
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def wrap(text: str, width: int, first: str, others: str) -> list[str]:
    """Return a text as lines of a width, no word of which is broken.

    Parameters
    ----------
    text
        What to wrap.
    width
        In columns of a terminal.
    first, others
        What the first line begins with, and the others.
    """
    if width_of(text) == len(text):
        return textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=others,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    lines: list[str] = []
    begin, line = first, ""
    for word in filter(None, _WHITE.split(text)):
        longer = f"{line} {word}" if line else word
        if line and width_of(begin + longer) > width:
            lines.append(begin + line)
            begin, longer = others, word
        line = longer
    return [*lines, begin + line] if line else lines


# Direction.


def is_marked() -> bool:
    """Return whether lines need marks of direction."""
    return spoken().from_right_to_left and sys.stdout.isatty()


def is_mixed(text: str) -> bool:
    """Return whether a text has letters of both directions."""
    return _FROM_RIGHT.search(text) is not None and _LATIN.search(text) is not None


def cell(text: str) -> str:
    """Return a cell of a table so that those beside it stay beside it."""
    return f"{text}{LEFT_TO_RIGHT}" if is_marked() else text


def row(text: str) -> str:
    """Return a line of a table so that its first column is the left one."""
    return f"{LEFT_TO_RIGHT}{text}" if is_marked() else text


def sentence(text: str) -> str:
    """Return a line of a text so that it runs from right to left, if it holds such letters."""
    named = text[:1] not in {LEFT_TO_RIGHT, RIGHT_TO_LEFT} and _FROM_RIGHT.search(text)
    return f"{RIGHT_TO_LEFT}{text}" if named and is_marked() else text


@contextmanager
def direction_detected() -> Iterator[None]:
    """Have a terminal tell the direction of each line from its first letter, if it can."""
    asks = is_marked() and os.name != "nt" and os.environ.get("TERM", "dumb") != "dumb"
    if asks:
        sys.stdout.write(DETECT)
    try:
        yield
    finally:
        if asks:
            sys.stdout.write(LEAVE)
            sys.stdout.flush()
