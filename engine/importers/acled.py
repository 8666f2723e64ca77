"""ACLED: the export of the Armed Conflict Location & Event Data project (CSV or XLSX).

What each type of event becomes:

* "Government regains territory", "Non-state actor overtakes territory" and "Non-violent transfer
  of territory": captured, by the side that the type names (else by the first actor).
* "Armed clash": contested by both sides, for as many days as the options say.
* Explosions and remote violence: a strike, which moves nothing.
* Everything else (violence against civilians, protests, riots, other strategic developments) says
  nothing of who holds ground, and is not taken.

``time_precision`` 2 is read as the week around the day, 3 as its month. ``geo_precision`` 1 is read
as a point known to 2 km, 2 to 10 km; 3, where only a region is known, is not taken.
"""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from engine.importers.reports import ONE_DAY, Options, Report, shortened
from engine.io.days import days_of
from engine.io.spreadsheets import Cell, check_columns, number_in, read_sheet, text_in

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

COLUMNS = (
    "event_id_cnty",
    "event_date",
    "time_precision",
    "event_type",
    "sub_event_type",
    "actor1",
    "inter1",
    "actor2",
    "inter2",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "notes",
)
PRECISION_KM = {1: 2.0, 2: 10.0}
_STATE = {"1", "8", "state forces", "external/other forces"}
_GAINED_BY_STATE = "government regains territory"
_GAINED_BY_OTHERS = "non-state actor overtakes territory"
_TRANSFER = "non-violent transfer of territory"
_WEEK = 3 * ONE_DAY


def read_acled(path: Path, options: Options | None = None) -> list[Report]:
    """Return what each row of an ACLED export says.

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
    sub_type, place = text_in(record, "sub_event_type"), text_in(record, "location")
    text = shortened(f"{text_in(record, 'event_id_cnty')} {sub_type} at {place}")
    try:
        happened = _what_happened(record, options)
        where, remark = _where(record)
    except ValueError as error:
        return Report(line, text, refused=str(error))
    values = (
        happened
        | where
        | {
            "id": text_in(record, "event_id_cnty"),
            "source": text_in(record, "source"),
            "note": shortened(f"ACLED: {text_in(record, 'notes')}", 1000),
        }
    )
    return Report(line, text, values, remark=remark, place=place)


def _what_happened(record: dict[str, Cell], options: Options) -> dict[str, object]:
    kind = text_in(record, "event_type").lower()
    sub_type = text_in(record, "sub_event_type").lower()
    actors = text_in(record, "actor1"), text_in(record, "actor2")
    when, last = _when(record, options)
    if sub_type in {_GAINED_BY_STATE, _GAINED_BY_OTHERS, _TRANSFER}:
        return when | {"kind": "captured", "actor": _gainer(record, sub_type)}
    if kind == "battles":
        until = last + options.contested_days * ONE_DAY
        contestants = [actor for actor in actors if actor]
        return when | {"kind": "contested", "contestants": contestants, "until": until}
    if kind == "explosions/remote violence":
        return when | {"kind": "strike", "actor": actors[0]}
    raise ValueError(f"{sub_type or kind or 'no event type'!r} says nothing of who holds ground")


def _gainer(record: dict[str, Cell], sub_type: str) -> str:
    """Return the side that a transfer of territory went to; ACLED orders its actors freely."""
    if sub_type == _TRANSFER:
        return text_in(record, "actor1")
    wanted = sub_type == _GAINED_BY_STATE
    for number in "12":
        actor, side = text_in(record, f"actor{number}"), text_in(record, f"inter{number}").lower()
        if actor and side and (side in _STATE) == wanted:
            return actor
    return text_in(record, "actor1")


def _when(record: dict[str, Cell], options: Options) -> tuple[dict[str, object], dt.date]:
    day = days_of(record.get("event_date", ""), month_first=options.month_first).first
    precision = text_in(record, "time_precision")
    if precision in {"", "1"}:
        return {"date": day}, day
    if precision == "2":
        first, last = day - _WEEK, day + _WEEK
    elif precision == "3":
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    else:
        raise ValueError(f"time_precision = {precision!r} is not 1, 2 or 3")
    return {"date": day, "earliest": first, "latest": last}, last


def _where(record: dict[str, Cell]) -> tuple[dict[str, object], str]:
    code = text_in(record, "geo_precision") or "1"
    if code == "3":
        raise ValueError("geo_precision is 3: only the region is known, not the place")
    if code not in {"1", "2"}:
        raise ValueError(f"geo_precision = {code!r} is not 1, 2 or 3")
    precision = PRECISION_KM[int(code)]
    point: dict[str, object] = {
        "lat": number_in(record, "latitude"),
        "lon": number_in(record, "longitude"),
    }
    return point | {"precision_km": precision}, f"known to {precision:g} km"
