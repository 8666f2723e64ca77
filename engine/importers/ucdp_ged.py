"""UCDP GED: the Georeferenced Event Dataset of the Uppsala Conflict Data Program (CSV).

It counts deaths, not changes of control. State-based and non-state events become fighting between
both sides, on the days of the event; one-sided violence says nothing of who holds ground.
``where_prec`` 1 is read as a point known to 2 km, 2 to 25 km (its codebook); what is known only to
a district, province, line or country is not taken. ``date_prec`` 5 (more than a month) is not
taken; else the event lies between ``date_start`` and ``date_end``. The best, low and high estimates
of deaths are kept in the note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importers.reports import ONE_DAY, Options, Report, shortened
from engine.io.days import Days, days_of
from engine.io.spreadsheets import Cell, check_columns, number_in, read_sheet, text_in

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    "id",
    "type_of_violence",
    "side_a",
    "side_b",
    "where_prec",
    "where_coordinates",
    "latitude",
    "longitude",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "best",
    "high",
    "low",
)
PRECISION_KM = {"1": 2.0, "2": 25.0}
_VAGUE = {
    "3": "the district",
    "4": "the province",
    "5": "a line or a vague area",
    "6": "the country",
    "7": "waters or airspace",
}


def read_ucdp_ged(path: Path, options: Options | None = None) -> list[Report]:
    """Return what each row of a UCDP GED file says.

    Raises
    ------
    ScenarioError
        If the file cannot be read or lacks a column.
    """
    options = options or Options()
    sheet = read_sheet(path, options.sheet)
    check_columns(path, sheet, COLUMNS)
    return [_report(line, record, options) for line, record in sheet.records()]


def _report(line: int, record: dict[str, Cell], options: Options) -> Report:
    sides = [text_in(record, "side_a"), text_in(record, "side_b")]
    place = text_in(record, "where_coordinates")
    text = shortened(f"{text_in(record, 'id')} {' - '.join(sides)} at {place}")
    try:
        _refuse_what_says_nothing(record)
        days, where = _days(record, options), _where(record)
    except ValueError as error:
        return Report(line, text, refused=str(error))
    values = where | {
        "id": f"GED-{text_in(record, 'id')}",
        "kind": "fighting",
        "contestants": [side for side in sides if side],
        "date": days.middle,
        "earliest": days.first,
        "latest": days.last,
        "until": days.last + options.contested_days * ONE_DAY,
        "source": shortened(text_in(record, "source_article"), 200) or "UCDP GED",
        "note": _note(record),
    }
    return Report(line, text, values, remark=f"known to {where['precision_km']} km", place=place)


def _refuse_what_says_nothing(record: dict[str, Cell]) -> None:
    kind = text_in(record, "type_of_violence")
    if kind == "3":
        raise ValueError("one-sided violence says nothing of who holds ground")
    if kind not in {"1", "2"}:
        raise ValueError(f"type_of_violence = {kind!r} is not 1, 2 or 3")


def _days(record: dict[str, Cell], options: Options) -> Days:
    precision = text_in(record, "date_prec")
    if precision == "5":
        raise ValueError("date_prec is 5: the day is known to no better than more than a month")
    if precision not in {"1", "2", "3", "4"}:
        raise ValueError(f"date_prec = {precision!r} is not 1 to 5")
    start, end = (
        days_of(record.get(column, ""), month_first=options.month_first).first
        for column in ("date_start", "date_end")
    )
    if end < start:
        raise ValueError(f"date_end {end} is before date_start {start}")
    return Days(start, end)


def _where(record: dict[str, Cell]) -> dict[str, object]:
    precision = text_in(record, "where_prec")
    if precision in _VAGUE:
        raise ValueError(f"where_prec is {precision}: only {_VAGUE[precision]} is known")
    if precision not in PRECISION_KM:
        raise ValueError(f"where_prec = {precision!r} is not 1 to 7")
    return {
        "lat": number_in(record, "latitude"),
        "lon": number_in(record, "longitude"),
        "precision_km": PRECISION_KM[precision],
    }


def _note(record: dict[str, Cell]) -> str:
    best, low, high = (text_in(record, key) or "?" for key in ("best", "low", "high"))
    clarity = "" if text_in(record, "event_clarity") != "2" else "; the report is not clear"
    return f"UCDP GED: deaths best {best}, low {low}, high {high}{clarity}"
