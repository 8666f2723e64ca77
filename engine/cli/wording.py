"""What all answers share: their values and lines, names in lists, spells in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from engine.cli.printing import table_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


Row = dict[str, Any]


class Answer(NamedTuple):
    """An answer: plain values for JSON, and lines (or other printable things) for people."""

    values: dict[str, Any]
    lines: Iterable[Any]


def spells_tables(
    rows: Sequence[Row],
    columns: Sequence[str],
    cells: Callable[[Row], tuple[str, ...]],
    on: Sequence[str] | None,
    *,
    title: str,
    right: Sequence[str] = (),
    subject: str = "route",
) -> list[str]:
    """Return spells as lines: one table of a day, or a table for each route or enclave.

    Parameters
    ----------
    rows
        The spells, with ``id``, ``start``, ``end`` and ``status``.
    columns
        The headings of the cells.
    cells
        Returns what a row says.
    on
        The days asked about; of one, no dates are told.
    title
        What the tables are about.
    right
        The headings of the columns that are aligned to the right.
    subject
        The heading of the first column, of ids.
    """
    if one_day(on):
        found = ((row["id"], row["status"], *cells(row)) for row in rows)
        return table_lines(
            (subject, "status", *columns), found, title=title + on_text(on), right=right
        )
    lines = ["", title] if rows else []
    for name in dict.fromkeys(row["id"] for row in rows):
        spells = (
            (row["start"], day_before(row["end"]), row["status"], *cells(row))
            for row in rows
            if row["id"] == name
        )
        lines += table_lines(("from", "to", "status", *columns), spells, title=name, right=right)
    return lines


def one_day(on: Sequence[str] | None) -> bool:
    """Return whether one day was asked about."""
    return on is not None and len(on) == 1


def on_text(on: Sequence[str] | None) -> str:
    """Return the day that was asked about as it stands behind a title; empty, if it is not one."""
    return f" on {on[0]}" if on is not None and one_day(on) else ""


def day_before(end: str) -> str:
    """Return the last day before a day."""
    import datetime as dt

    from engine.io.days import day_of

    return str(day_of(end) - dt.timedelta(days=1))


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return names as a list that people read: a, b or c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 day, 2 days."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun != "day" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
