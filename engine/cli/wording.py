"""What all answers share: their values and lines, names in lists, spells in tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.cli.printing import table_lines
from engine.language import tr, trc

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
    subject: str = "",
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
        The heading of the first column, of ids; that of routes, if absent.
    """
    if one_day(on):
        found = ((row["id"], status_word(row["status"]), *cells(row)) for row in rows)
        return table_lines(
            (subject or trc("column", "route"), trc("column", "status"), *columns),
            found, title=titled(title, on), right=right,
        )  # fmt: skip
    lines = ["", title] if rows else []
    for name in dict.fromkeys(row["id"] for row in rows):
        spells = (
            (row["start"], day_before(row["end"]), status_word(row["status"]), *cells(row))
            for row in rows
            if row["id"] == name
        )
        heads = (trc("column", "from"), trc("column", "to"), trc("column", "status"), *columns)
        lines += table_lines(heads, spells, title=name, right=right)
    return lines


def status_word(status: str) -> str:
    """Return a status in the language spoken, as it is if it is none."""
    from engine.analysis.status import STATUS_WORDS, status_text

    return status_text(status) if status in STATUS_WORDS else status


def say_wrote(paths: Iterable[object]) -> list[str]:
    """Return which files were written, a line each."""
    return [tr("wrote {path}", path=str(path)) for path in paths]


def one_day(on: Sequence[str] | None) -> bool:
    """Return whether one day was asked about."""
    return on is not None and len(on) == 1


def told(on: Sequence[str] | None, always: str, that_day: str, **values: Any) -> str:
    """Return a message about the one day that was asked about (as ``{day}``), or else about all.

    Parameters
    ----------
    on
        The days asked about.
    always, that_day
        The messages, as the catalogues have them.
    values
        What is in their braces.
    """
    if on is not None and one_day(on):
        return tr(that_day, day=_day(on[0]), **values)
    return tr(always, **values)


def titled(title: str, on: Sequence[str] | None) -> str:
    """Return a title with the one day that was asked about, if it is one."""
    if on is None or not one_day(on):
        return title
    return tr("{title} on {day}", title=title, day=_day(on[0]))


def _day(text: str) -> dt.date:
    from engine.io.days import day_of

    return day_of(text)


def day_before(end: str) -> str:
    """Return the last day before a day."""
    return str(_day(end) - dt.timedelta(days=1))
