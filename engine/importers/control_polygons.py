"""Dated polygons of control: one layer with a date column, or one file for each day.

Each polygon says who is described as holding it on its day, and nothing of any other day: a day
without a file or a row is a gap, never a copy of its neighbour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.errors import Problem, ScenarioError, nearest_names
from engine.importers.reports import ONE_DAY, FileRead, Options, Report, shortened, told_together
from engine.io.days import DateReader, shifted
from engine.io.spreadsheets import NOTHING
from engine.io.text import folded
from engine.io.vector import LAYERS, encoding_remark, file_and_layer, read_wgs84_layers
from engine.language import listing, tr
from engine.scenario.vocabulary import words_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import geopandas
    from shapely.geometry.base import BaseGeometry

_DAY_IN_NAME = re.compile(r"(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})")


def read_control_polygons(path: Path, options: Options | None = None) -> FileRead:
    """Return what each polygon says of who holds it on its day.

    Parameters
    ----------
    path
        A file whose layers have a date column; one whose name, or that of each layer, has its day;
        or a folder of those.
    options
        The columns of dates and of actors, if they do not go by a usual name.

    Raises
    ------
    ScenarioError
        If a file cannot be read, or has no column of dates (nor a day in its name).
    """
    options = options or Options()
    files = _files(path) if path.is_dir() else [path]
    layers = [
        _Layer.of(file, *layer, options) for file in files for layer in _named_layers(file, options)
    ]
    dates = DateReader.of(
        (when for layer in layers for when in layer.when), month_first=options.month_first or None
    )
    reports: list[Report] = []
    for layer in layers:
        reports += layer.reports(len(reports), dates)
    remarks = [tr("dates: {why}", why=dates.why)] if dates.why else []
    if not options.encoding:
        remarks += filter(None, map(encoding_remark, files))
    return FileRead(tuple(_with_overlaps(reports)), tuple(remarks))


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
        problem = Problem(tr("the folder has no layer"), str(folder), expected=", ".join(LAYERS))
        raise ScenarioError(problem)
    return files


def _named_layers(file: Path, options: Options) -> list[tuple[str, geopandas.GeoDataFrame]]:
    """Return the layers of a file; the only one goes by the name of the file."""
    suffix = file_and_layer(file)[0].suffix
    if suffix.lower() not in LAYERS:
        message = tr("files that end in {ending!r} are not read", ending=suffix)
        raise ScenarioError(Problem(message, str(file), expected=", ".join(LAYERS)))
    layers = read_wgs84_layers(file, options.encoding)
    is_only = len(layers) == 1 and not file_and_layer(file)[1]
    return [(file.stem if is_only else layer.name, layer.frame) for layer in layers]


@dataclass(frozen=True)
class _Layer:
    """A layer: the party, the day and the shape of each of its rows."""

    file: Path
    actors: list[str]
    when: list[object]
    shapes: list[BaseGeometry | None]
    mended: list[bool]

    @classmethod
    def of(cls, file: Path, name: str, frame: geopandas.GeoDataFrame, options: Options) -> _Layer:
        dates, actors = _columns(file, name, frame, options)
        day = _DAY_IN_NAME.search(name) or _DAY_IN_NAME.search(file.stem)
        party = _party_in(name) or _party_in(file.stem)
        return cls(
            file,
            [_text(cell) for cell in frame[actors]] if actors else [party] * len(frame),
            [_text(cell) for cell in frame[dates]]
            if dates
            else ["-".join(day.groups()) if day else ""] * len(frame),
            list(frame.geometry),
            frame.attrs["mended"],
        )

    def reports(self, before: int, dates: DateReader) -> Iterator[Report]:
        rows = zip(self.actors, self.when, self.shapes, self.mended, strict=True)
        for row, (actor, when, shape, mended) in enumerate(rows, before + 1):
            report = _report(row, self.file, actor, when, shape, dates)
            remark = tr("it crossed itself, and was repaired") if mended else ""
            yield replace(report, remark=told_together((report.remark, remark)))


def _text(cell: object) -> str:
    text = "" if cell is None or cell != cell else str(cell).strip()  # noqa: PLR0124 - a NaN is not itself
    return "" if text in NOTHING else text


def _party_in(name: str) -> str:
    return _DAY_IN_NAME.sub("", name).strip(" _-.")


def _report(
    row: int, path: Path, actor: str, when: object, shape: BaseGeometry | None, dates: DateReader
) -> Report:
    text = shortened(tr("{file}: {actor} on {day}", file=path.name, actor=actor, day=str(when)))
    area = _polygons(shape)
    if area is None:
        return Report(row, text, refused=tr("it is not a polygon"))
    if not actor:
        return Report(row, text, refused=tr("no actor is named"))
    try:
        days = dates.read(when)
    except ValueError as error:
        return Report(row, text, refused=str(error))
    if days.first != days.last:
        return Report(row, text, refused=tr("a polygon is of one day"))
    values = {
        "kind": "described",
        "actor": actor,
        "date": days.first,
        "until": shifted(days.first, 1),
        "source": path.name,
    }
    return Report(row, text, values, remark=days.remark, area=area)


def _polygons(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Return the polygons of a shape, flat and valid, or None if it has none."""
    import shapely

    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in {"Polygon", "MultiPolygon"} and shape.is_valid and not shape.has_z:
        return shape
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapely.force_2d(shape))))
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    return shapely.union_all(polygons) if polygons else None


def _columns(
    path: Path, name: str, frame: geopandas.GeoDataFrame, options: Options
) -> tuple[str, str]:
    """Return the columns of dates and of actors; either may be empty where a name tells."""
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    dates = _column(path, names, options.date_column, words_for("polygons", "date"))
    actors = _column(path, names, options.actor_column, words_for("polygons", "actor"))
    if not dates and not _DAY_IN_NAME.search(name) and not _DAY_IN_NAME.search(path.stem):
        raise ScenarioError(
            Problem(
                tr("no column of dates, and no day in the file name"),
                str(path),
                expected=tr("a column 'date', or a name such as occupied_2014-12-20.gpkg"),
            )
        )
    if not actors and not _party_in(name) and not _party_in(path.stem):
        expected = tr("one of {names}", names=", ".join(names))
        raise ScenarioError(Problem(tr("no column of actors"), str(path), expected=expected))
    return dates, actors


def _column(path: Path, names: list[str], wanted: str, usual: tuple[str, ...]) -> str:
    if wanted and wanted not in names:
        near = nearest_names(wanted, names)
        message = tr("there is no column {names}", names=repr(wanted))
        raise ScenarioError(Problem(message, str(path), field=wanted, nearest=near))
    known = {folded(name): name for name in reversed(names)}
    return wanted or next((known[folded(name)] for name in usual if folded(name) in known), "")


def _with_overlaps(reports: list[Report]) -> list[Report]:
    """Remark on polygons of a day that overlap one of another actor: the later in the file rules.

    One that an earlier row has too is refused.
    """
    import shapely

    by_day: dict[object, list[Report]] = {}
    told = []
    for report in reports:
        if report.area is None:
            told.append(report)
            continue
        earlier = by_day.setdefault(report.values["date"], [])
        own = [other.values["actor"] == report.values["actor"] for other in earlier]
        twin = next(
            (other.row for other, same in zip(earlier, own, strict=True)
             if same and other.area is not None and other.area.equals(report.area)), 0
        )  # fmt: skip
        if twin:
            reason = tr("it is the same report as that of row {row}", row=twin)
            told.append(Report(report.row, report.text, refused=reason))
            continue
        others = {
            str(other.values["actor"])
            for other, same in zip(earlier, own, strict=True)
            if not same
            and other.area is not None
            and shapely.intersection(report.area, other.area).area > 0
        }
        remark = ""
        if others:
            remark = tr(
                "overlaps and overrules {actors} of that day", actors=listing(sorted(others))
            )
        both = told_together((report.remark, remark))
        told.append(replace(report, remark=both))
        earlier.append(report)
    return told
