"""flee: the ``closures.csv`` of a migration model (closure_type, name1, name2, start, end).

Days count from the first day of the simulation. A closed location is closed; closed links close the
shortest way between two places. Borders of countries and closures of camps are not about roads.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError
from engine.importers.reports import Options, Report, shortened
from engine.io.normalise import tidy
from engine.io.spreadsheets import read_sheet
from engine.io.tables import read_rows

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("closure_type", "name1", "name2", "closure_start", "closure_end")
_NOT_ROADS = {
    "country": "the border of a country is not a road of the scenario",
    "camp": "a camp that takes nobody in says nothing of roads",
    "idpcamp": "a camp that takes nobody in says nothing of roads",
}


def read_flee_closures(path: Path, options: Options | None = None) -> list[Report]:
    """Return what each row of a ``closures.csv`` says.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or the first day of the simulation is not given.
    """
    options = options or Options()
    if options.first_day is None:
        message = "the days of the file count from the first day of its simulation"
        raise ScenarioError(Problem(message, str(path), expected="that day"))
    rows = read_rows(path) if path.suffix.lower() == ".csv" else list(read_sheet(path).rows)
    return [
        _report(line, [tidy(str(cell)) for cell in cells], options.first_day)
        for line, cells in rows
        if not _is_header([str(cell) for cell in cells])
    ]


def _is_header(cells: list[str]) -> bool:
    return cells[0].startswith("#") or tuple(cells[:5]) == COLUMNS


def _report(line: int, cells: list[str], first_day: dt.date) -> Report:
    text = shortened(" ".join(cells))
    try:
        kind, name, other, start, end = _fields(cells)
    except ValueError as error:
        return Report(line, text, refused=str(error))
    if kind not in {"location", "links", "link"}:
        unknown = f"closure_type = {kind!r} is not location, links, country, camp or idpcamp"
        return Report(line, text, refused=_NOT_ROADS.get(kind, unknown))
    values: dict[str, object] = {
        "kind": "closed",
        "date": first_day + dt.timedelta(days=start),
        "source": "flee",
        "note": f"closures.csv: {kind}, days {start} to {end}",
    }
    if end > start:
        values["until"] = first_day + dt.timedelta(days=end)
    remark = "" if end > start else "never reopened"
    if kind == "location":
        return Report(line, text, values, remark=remark, place=name)
    return Report(line, text, values, remark=remark, between=(name, other))


def _fields(cells: list[str]) -> tuple[str, str, str, int, int]:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"the row has {len(cells)} cells, not {', '.join(COLUMNS)}")
    kind, name, other, start, end = cells
    try:
        return kind.lower(), name, other, _day(start), _day(end)
    except ValueError:
        raise ValueError(f"the days {start!r} and {end!r} are not whole numbers") from None


def _day(text: str) -> int:
    number = float(text)
    if not number.is_integer() or abs(number) > 100_000:
        raise ValueError(text)
    return int(number)
