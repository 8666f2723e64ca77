"""Short cards: what an object says of itself in a notebook and at a prompt."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from engine.errors import on_one_line
from engine.language import trn

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LINES = 12
MOST_LETTERS = 160


class Card:
    """What has a card: its class says the title and the lines."""

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the title of the card, and pairs of a name and what it is."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Return the card as a few lines of text, safe to show at a terminal."""
        title, lines = self.card()
        shown = _shortened(lines)
        width = max((len(name) for name, _ in shown), default=0)
        text = [f"<{type(self).__name__}: {_line(title)}>"]
        return "\n".join([*text, *(f"  {name:{width}}  {value}" for name, value in shown)])

    def __str__(self) -> str:
        """Return the same: nobody wants every array."""
        return repr(self)

    def _repr_html_(self) -> str:
        """Return the card as a table; texts from files are escaped, they are data."""
        title, lines = self.card()
        rows = "".join(
            f'<tr><th style="text-align:left">{escape(name)}</th>'
            f'<td style="text-align:left">{escape(value)}</td></tr>'
            for name, value in _shortened(lines)
        )
        head = f"{type(self).__name__}: {_line(title)}"
        return f"<table><caption>{escape(head)}</caption><tbody>{rows}</tbody></table>"


def _shortened(lines: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return at most so many lines, each of at most so many letters."""
    each = [(_line(name), _line(value)) for name, value in lines]
    if len(each) > MOST_LINES:
        left_out = len(each) - MOST_LINES + 1
        return [*each[: MOST_LINES - 1], ("...", trn("and {n} more", "and {n} more", left_out))]
    return each


def _line(text: str) -> str:
    one = on_one_line(text)
    return one if len(one) <= MOST_LETTERS else f"{one[: MOST_LETTERS - 3]}..."
