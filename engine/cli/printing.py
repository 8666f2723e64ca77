"""Printing: lines of at most 80 columns in a pipe, colour on a terminal unless NO_COLOR is set.

What all answers share stands here too: their values and lines, names in lists, spells in tables.

No isolate or override reaches a terminal. In a language from right to left, on a terminal, marks of
direction (which have no width, and which terminals without such text leave out) part the cells of tables,
so that columns stay where they are, and begin the lines of sentences that begin with a Latin name.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
import textwrap
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from engine.errors import on_one_line, written_out
from engine.language import ENGLISH, Language, speaking, spoken, tr, trc, trn
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    from engine.errors import SupplylineError


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


def marked_cell(text: str) -> str:
    """Return a cell of a table so that those beside it stay beside it."""
    return f"{text}{LEFT_TO_RIGHT}" if is_marked() else text


def marked_row(text: str) -> str:
    """Return a line of a table so that its first column is the left one."""
    return f"{LEFT_TO_RIGHT}{text}" if is_marked() else text


def marked_sentence(text: str) -> str:
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


WIDTH = 80
"""The width of what is piped, and of a terminal at least."""
LEAST_WRAPPED = 24
"""A last column with less room than this goes below its row."""
MOST_LINES = 4
"""So does one that would take more lines than this."""
INDENT = 4
MOST_TOLD = 200
"""So many problems are told to people, who mend the first ones first."""
NO_BREAK = "\u00a0"
"""A space at which no line ends."""


def console(*, stderr: bool = False) -> Console:
    """Return a console; piped, it is 80 columns wide and plain.

    Whatever it is given, only its own colours and cursor moves reach the terminal as such.
    """
    from rich.console import Console
    from rich.segment import Segment

    class Screen(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else written_out(text), style, control)

    stream = sys.stderr if stderr else sys.stdout
    return Screen(stderr=stderr, width=None if stream.isatty() else WIDTH, highlight=False)


def print_lines(lines: Iterable[Any], *, stderr: bool = False) -> None:
    """Print lines of text as they are, and what else the console can draw."""
    screen = console(stderr=stderr)
    for line in lines:
        if isinstance(line, str):
            screen.print(marked_sentence(line), markup=False, soft_wrap=True)
        elif is_marked():
            screen.print(_marked(screen, line))
        else:
            screen.print(line, markup=False)


def _marked(screen: Console, table: Any) -> Any:
    """Return what a console draws with its cells parted by marks of direction."""
    from rich.segment import Segment, Segments

    found = []
    for parts in screen.render_lines(table, pad=False):
        whole = [one for one in parts if one.text.strip()]
        if len(whole) > 1:  # cells
            cells = (Segment(marked_cell(one.text), one.style) for one in parts if one.text)
            found += [Segment(marked_row("")), *cells, Segment.line()]
        else:
            told = (Segment(marked_sentence(one.text), one.style) for one in whole)
            found += [*told, Segment.line()]
    return Segments(found)


_ASKED = ContextVar[Language | None]("asked", default=None)
"""The language that was asked for, where something else is spoken."""


@contextmanager
def answering(language: Language | str, *, as_json: bool) -> Iterator[None]:
    """Speak a language; what machines read is in English, and files for people in the language."""
    with speaking(language) as asked:
        before = _ASKED.set(asked)
        try:
            with speaking(ENGLISH if as_json else asked):
                yield
        finally:
            _ASKED.reset(before)


@contextmanager
def for_people() -> Iterator[Language]:
    """Speak the language that was asked for while a file for people is written."""
    with speaking(_ASKED.get() or spoken()) as language:
        yield language


def print_json(value: dict[str, Any], *, title: str = "") -> None:
    """Print a value as JSON, keys in their order, letters of every script as they are.

    Every object has a title, a credit (empty, where no road data shows) and the version.

    Parameters
    ----------
    value
        What to print; what it says of title, credit and version counts.
    title
        What it is, if it does not say so itself.
    """
    about = {"title": title, "credit": "", "version": __version__}
    typer.echo(json_text(about | value))


def json_text(value: dict[str, Any]) -> str:
    """Return a value as JSON that is safe to show at a terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return written_out(text, "\\u{:04x}".format)


def say_written(
    written: Iterable[Path], heading: dict[str, Any], *, as_json: bool, quiet: bool
) -> None:
    """Say which files were written, and in JSON what they say of themselves."""
    if as_json:
        print_json(heading | {"written": [str(path) for path in written]})
    elif not quiet:
        print_lines(tr("wrote {path}", path=str(path)) for path in written)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal that something is being worked on."""
    from rich.text import Text

    screen = console(stderr=True)
    if not screen.is_terminal:
        yield
        return
    with screen.status(Text(what)):
        yield


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how much is done; yields what is to be called with (done, wanted)."""
    from rich.progress import Progress

    screen = console(stderr=True)
    with Progress(console=screen, transient=True, disable=quiet or not screen.is_terminal) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, wanted: shown.update(task, completed=done, total=wanted)


def complain(error: SupplylineError, *, as_json: bool) -> None:
    """Print what is wrong: a line for each of the first problems, or all of them as JSON."""
    problems = getattr(error, "problems", ())
    if as_json:
        told = [vars(problem) for problem in problems] or [{"message": str(error)}]
        print_json({"problems": told}, title="What is wrong")
        return
    lines = [on_one_line(str(text)) for text in problems[:MOST_TOLD] or [error]]
    if (more := len(problems) - MOST_TOLD) > 0:
        lines.append(
            trn(
                "and {n:,} more problems; --json lists all",
                "and {n:,} more problems; --json lists all", more,
            )
        )  # fmt: skip
    for line in lines:
        typer.echo(marked_sentence(f"supplyline: {line}"), err=True)


# Tables: as lines for people, as plain values for machines.


def table_lines(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    right: Sequence[str] = (),
) -> list[str]:
    """Return a table as lines, none of whose words is ever broken or cut.

    Parameters
    ----------
    columns
        The headings.
    rows
        The cells. Those of the last column are wrapped at spaces; where the others leave it no
        room, they stand below their row.
    title
        A line above the table, with an empty line before it.
    right
        The headings of the columns that are aligned to the right.
    """
    rows, title = [tuple(map(on_one_line, row)) for row in rows], on_one_line(title)
    shown = [
        at for at, name in enumerate(columns)
        if at == len(columns) - 1 or any(row[at] for row in rows)
    ]  # fmt: skip
    if not rows:
        return []
    *fixed, last = shown
    size = {at: max(width_of(columns[at]), *(width_of(row[at]) for row in rows)) for at in shown}
    room = console().width - sum(size[at] + 2 for at in fixed)
    longest = max((width_of(word) for row in rows for word in row[last].split()), default=0)
    below = room < max(longest, min(LEAST_WRAPPED, size[last])) or size[last] > MOST_LINES * room
    below = below or (is_marked() and any(is_mixed(row[last]) for row in rows))
    lines = ["", *sentences(title)] if title else []
    for row in (tuple(columns), *rows):
        cells = [padded(row[at], size[at], right=columns[at] in right) for at in fixed]
        start = "".join(f"{marked_cell(cell)}  " for cell in cells)
        if below and row[last]:
            lines += [marked_row(start.rstrip()), *wrapped(row[last], " " * INDENT)]
        else:
            cell = (
                padded(row[last], size[last], right=True) if columns[last] in right else row[last]
            )
            first, *more = wrapped(cell, width=room) or [""]
            space = " " * width_of(start)
            lines += [
                marked_row((start + first).rstrip()), *(marked_row(space + line) for line in more)
            ]  # fmt: skip
    return lines


def wrapped(
    text: str, indent: str = "", *, hanging: str | None = None, width: int | None = None
) -> list[str]:
    """Return text as lines of the console's width, no word of which is broken.

    Words with no-break spaces between them stay on one line; these are printed as spaces.

    Parameters
    ----------
    text
        What to wrap.
    indent, hanging
        What the first line begins with, and the others; the same, if absent.
    width
        Another width than the console's.
    """
    room = console().width if width is None else width
    lines = wrap(text, room, indent, indent if hanging is None else hanging)
    return [line.replace(NO_BREAK, " ") for line in lines]


def sentences(*texts: str) -> list[str]:
    """Return sentences as lines of the console's width, each beginning its own."""
    return [line for text in texts for line in wrapped(on_one_line(text))]


def records(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values; days as text, infinite and missing as null.

    A column that has a fraction (or what is infinite) is one of fractions; geometries are left out.
    """
    fractions = {
        key for row in rows for key, value in row.items() if isinstance(value, float)
    }  # of NumPy, too
    return [
        {
            key: _plain(float(value) if key in fractions and value is not None else value)
            for key, value in row.items()
            if key != "geometry"
        }
        for row in rows
    ]


def _plain(value: Any) -> Any:
    import numpy as np

    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()  # days become those of Python
    if isinstance(value, dt.date):
        return value.isoformat()  # strftime leaves out the zeros of early years
    if isinstance(value, float):
        return round(value, 3) + 0.0 if np.isfinite(value) else None  # + 0.0: never -0.0
    return value


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
