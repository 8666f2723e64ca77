"""Tables of measures: in lines for people, as JSON for machines."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from engine.cli.output import console, print_json

if TYPE_CHECKING:
    import pandas as pd

LONGEST_CELL = 28
"""Columns with longer texts stand below their row, each on a line of its own."""
WIDTH = 80
"""So wide is a plain terminal; columns that no longer fit stand below their row too."""


def show(frame: pd.DataFrame, *, as_json: bool, title: str = "", nothing: str = "nothing") -> None:
    """Print a table.

    Parameters
    ----------
    frame
        Any table; geometry is left out.
    as_json
        Whether to print JSON, a list of objects.
    title
        What stands above the table.
    nothing
        What to say if it is empty.
    """
    if as_json:
        print_json(records(frame))
        return
    for line in [title, *(_lines(frame) or [nothing]), ""]:
        console().print(line, markup=False, soft_wrap=True)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values; days as text, infinite and missing as null."""
    import pandas as pd

    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    return [
        {str(key): _plain(value) for key, value in row.items()} for row in plain.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    import numpy as np
    import pandas as pd

    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        return f"{pd.Timestamp(value):%Y-%m-%d}"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, 3) if np.isfinite(value) else None
    return value


def _lines(frame: pd.DataFrame) -> list[str]:
    """Return a table as lines of text, with the last day of a time for the first day after it."""
    import pandas as pd

    if "end" in frame.columns:
        days = pd.to_datetime(frame["end"]) - pd.Timedelta(days=1)
        frame = frame.assign(end=days).rename(columns={"end": "last day"})
    rows = [{key: _text(value) for key, value in row.items()} for row in records(frame)]
    if not rows:
        return []
    size = {key: max(len(key), *(len(row[key]) for row in rows)) for key in rows[0]}
    short = _side_by_side(size)
    lines = ["  ".join(key.ljust(size[key]) for key in short).rstrip()]
    for row in rows:
        lines.append("  ".join(row[key].ljust(size[key]) for key in short).rstrip())
        for key in row:
            if key not in short and row[key] not in {"", "-"}:
                lines += wrap(
                    f"{key}: {row[key]}", WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 6,
                    break_long_words=False, break_on_hyphens=False,
                )  # fmt: skip
    return lines


def _side_by_side(size: dict[str, int]) -> list[str]:
    """Return the columns, as many as fit, that stand beside one another."""
    chosen: list[str] = []
    left = WIDTH
    for key, width in size.items():
        if width <= LONGEST_CELL and width <= left:
            chosen.append(key)
            left -= width + 2
    return chosen


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(
            " + ".join(map(_text, item)) if isinstance(item, list) else _text(item)
            for item in value
        )
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value)
