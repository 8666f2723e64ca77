"""What a row of somebody else's file says, before it is an event of a scenario."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Report:
    """One row, as far as it was understood.

    Parameters
    ----------
    row
        Its line or row in the file, counted from 1.
    text
        What it says, in short, for the reader of the list of rows.
    values
        What it sets of an event, by key, with actors as the file names them; empty if it is refused.
    refused
        Why it is not taken; empty if it is.
    remark
        How it was understood, where that is not plain.
    place
        The name of the place, as the file has it.
    between
        The names of two places: the report is about the way between them.
    ways
        OSM way ids that it is about.
    area
        The polygon that it is about, in WGS 84 degrees.
    """

    row: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    refused: str = ""
    remark: str = ""
    place: str = ""
    between: tuple[str, str] | None = None
    ways: tuple[int, ...] = ()
    area: BaseGeometry | None = None


@dataclass(frozen=True)
class Options:
    """What a user may say of a file that it does not say itself.

    Parameters
    ----------
    month_first
        Read ``12/20/2014`` as the 20th of December.
    sheet
        The sheet of a workbook; the first that is not empty, if absent.
    first_day
        The day from which a file counts, or of which it is.
    contested_days
        For how many days a battle keeps ground contested.
    actor_column, date_column
        The columns of actors and of dates in a file of polygons.
    confidence
        The confidence of reports that state none.
    """

    month_first: bool = False
    sheet: str = ""
    first_day: dt.date | None = None
    contested_days: int = 1
    actor_column: str = ""
    date_column: str = ""
    confidence: float | None = None


def shortened(text: str, most: int = 80) -> str:
    """Return text on one line, cut where it is too long to read at a glance."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
