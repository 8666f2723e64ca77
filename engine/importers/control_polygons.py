"""Dated polygons of control: one layer with a date column, or one file for each day.

Each polygon says who is described as holding it on its day, and nothing of any other day: a day
without a file or a row is a gap, never a copy of its neighbour.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.errors import Problem, ScenarioError, nearest_names
from engine.importers.reports import ONE_DAY, Options, Report, shortened
from engine.io.days import days_of
from engine.io.normalise import folded
from engine.io.vector import LAYERS, read_wgs84_layer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import geopandas
    from shapely.geometry.base import BaseGeometry

DATE_COLUMNS = ("date", "day", "as of", "valid on", "timestamp", "تاريخ", "التاريخ")
ACTOR_COLUMNS = (
    "actor",
    "holder",
    "control",
    "controlled by",
    "controller",
    "side",
    "party",
    "faction",
    "occupier",
    "group",
    "الجهه",
    "السيطره",
)
_DAY_IN_NAME = re.compile(r"(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})")


def read_control_polygons(path: Path, options: Options | None = None) -> list[Report]:
    """Return what each polygon says of who holds it on its day.

    Parameters
    ----------
    path
        A layer with a date column; a layer whose file name has its day; or a folder of those.
    options
        The columns of dates and of actors, if they do not go by a usual name.

    Raises
    ------
    ScenarioError
        If a file cannot be read, or has no column of dates (nor a day in its name).
    """
    options = options or Options()
    files = _files(path) if path.is_dir() else [path]
    reports: list[Report] = []
    for file in files:
        reports += _of_file(file, options, len(reports))
    return _with_overlaps(reports)


def missing_days(reports: Sequence[Report]) -> list[dt.date]:
    """Return the days between the first and the last on which no polygon says anything."""
    days: list[Any] = sorted({report.values["date"] for report in reports if report.values})
    if not days:
        return []
    span = ((days[0] + n * ONE_DAY) for n in range((days[-1] - days[0]).days))
    return [day for day in span if day not in set(days)]


def _files(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in LAYERS)
    if not files:
        problem = Problem("the folder has no layer", str(folder), expected=", ".join(LAYERS))
        raise ScenarioError(problem)
    return files


def _of_file(path: Path, options: Options, before: int) -> Iterator[Report]:
    frame = read_wgs84_layer(path)
    dates, actors = _columns(path, frame, options)
    day = _DAY_IN_NAME.search(path.stem)
    for at in range(len(frame)):
        row = before + at + 1
        actor = str(frame[actors].iloc[at] or "") if actors else _DAY_IN_NAME.sub("", path.stem)
        when = frame[dates].iloc[at] if dates else "-".join(day.groups()) if day else ""
        yield _report(row, path, actor.strip(" _-."), when, frame.geometry.iloc[at], options)


def _report(
    row: int, path: Path, actor: str, when: object, shape: BaseGeometry | None, options: Options
) -> Report:
    text = shortened(f"{path.name}: {actor} on {when}")
    if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return Report(row, text, refused="it is not a polygon")
    if not actor or actor == "nan":
        return Report(row, text, refused="no actor is named")
    try:
        days = days_of(_plain(when), month_first=options.month_first)
    except ValueError as error:
        return Report(row, text, refused=str(error))
    if days.first != days.last:
        return Report(row, text, refused="a polygon is of one day")
    values = {
        "kind": "described",
        "actor": actor,
        "date": days.first,
        "until": days.first + ONE_DAY,
        "source": path.name,
    }
    return Report(row, text, values, remark=days.remark, area=shape)


def _plain(when: object) -> object:
    """Return a pandas timestamp as a plain date; text stays as it is."""
    if when != when:  # noqa: PLR0124 - a missing time is not itself
        return ""
    return when.date() if hasattr(when, "date") else when


def _columns(path: Path, frame: geopandas.GeoDataFrame, options: Options) -> tuple[str, str]:
    """Return the columns of dates and of actors; either may be empty where the file name tells."""
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    dates = _column(path, names, options.date_column, DATE_COLUMNS)
    actors = _column(path, names, options.actor_column, ACTOR_COLUMNS)
    if not dates and not _DAY_IN_NAME.search(path.stem):
        raise ScenarioError(
            Problem(
                "no column of dates, and no day in the file name",
                str(path),
                expected="a column 'date', or a name such as occupied_2014-12-20.gpkg",
            )
        )
    if not actors and not _DAY_IN_NAME.sub("", path.stem).strip(" _-."):
        raise ScenarioError(
            Problem("no column of actors", str(path), expected=f"one of {', '.join(names)}")
        )
    return dates, actors


def _column(path: Path, names: list[str], wanted: str, usual: tuple[str, ...]) -> str:
    if wanted and wanted not in names:
        near = nearest_names(wanted, names)
        raise ScenarioError(
            Problem(f"there is no column {wanted!r}", str(path), field=wanted, nearest=near)
        )
    known = {folded(name): name for name in reversed(names)}
    return wanted or next((known[folded(name)] for name in usual if folded(name) in known), "")


def _with_overlaps(reports: list[Report]) -> list[Report]:
    """Remark on polygons of a day that overlap one of another actor: the later in the file rules."""
    import shapely

    by_day: dict[object, list[Report]] = {}
    told = []
    for report in reports:
        earlier = by_day.setdefault(report.values.get("date"), [])
        others = {
            str(other.values["actor"])
            for other in earlier
            if report.area is not None
            and other.area is not None
            and other.values["actor"] != report.values["actor"]
            and shapely.intersection(report.area, other.area).area > 0
        }
        remark = f"overlaps and overrules {', '.join(sorted(others))} of that day"
        told.append(replace(report, remark=remark) if others else report)
        earlier.append(report)
    return told
