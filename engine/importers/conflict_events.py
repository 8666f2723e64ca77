"""Conflict events: the exports of ACLED and of UCDP GED (CSV or a workbook).

What each type of ACLED event becomes:

* "Government regains territory" and "Non-state actor overtakes territory": captured, by the side
  that the type names; not taken where the file does not say which actor that is.
* "Non-violent transfer of territory": captured by the first actor, as its codebook has it.
* Other battles: contested by both sides, for as many days as the options say.
* Explosions and remote violence: a strike, which moves nothing.
* Everything else (violence against civilians, protests, riots, other strategic developments) says
  nothing of who holds ground, and is not taken.

``time_precision`` 2 is read as the week around the day, 3 as its month. ``geo_precision`` 1 is read
as a point known to 2 km, 2 to 10 km; 3, where only a region is known, is not taken.

UCDP GED counts deaths, not changes of control. State-based and non-state events become fighting
between both sides, on the days of the event; one-sided violence does not say who holds ground.
``where_prec`` 1 is read as a point known to 2 km, 2 to 25 km (its codebook); what is known only to
a district, province, line or country is not taken. ``date_prec`` 5 (more than a month) is not
taken; else the event lies between ``date_start`` and ``date_end``. The best, low and high estimates
of deaths are kept in the note.
"""

from __future__ import annotations

import calendar
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.importers.reports import (
    ONE_DAY,
    FileRead,
    Options,
    Report,
    first_of,
    read_published,
    shortened,
    told_together,
)
from engine.io.days import Days, shifted
from engine.io.spreadsheets import code_in, number_in, text_in
from engine.language import listing, marked, tr

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from engine.importers.reports import Record
    from engine.io.days import DateReader

_WEEK = 3 * ONE_DAY

# ACLED.

_ACLED_KM = {"1": 2.0, "2": 10.0}
_STATE = {"1", "state forces"}
_FOREIGN = {"8", "external/other forces", "external forces"}
_NOT_OF_A_STATE = {
    *"234567",
    *("rebel group", "rebel groups", "rebel forces", "political militia", "political militias"),
    *("identity militia", "identity militias", "communal militia", "rioters", "protesters"),
    "civilians",
}
_TRANSFER = "non-violent transfer of territory"
_GAINED_BY: dict[str, tuple[set[str], ...]] = {
    "government regains territory": (_STATE, _FOREIGN),
    "non-state actor overtakes territory": (_NOT_OF_A_STATE, _FOREIGN),
    _TRANSFER: (set(),),
}
"""Codes of the side that gained, the likeliest first; none where the first actor did."""


_BOTH = marked("both sides are of the kind that took it: read as taken by the first")


def read_acled(path: Path, options: Options | None = None) -> FileRead:
    """Return what each row of an ACLED export says.

    Raises
    ------
    ScenarioError
        If the file cannot be read or lacks a column.
    """
    read = read_published(
        path,
        options or Options(),
        required=("event_date", "event_type", "actor1", "location", "latitude", "longitude"),
        optional=("event_id_cnty", "sub_event_type", "time_precision", "geo_precision",
                  "inter1", "actor2", "inter2", "source", "notes"),
        also={"data_id": "data_id"},
        dates=("event_date",),
        report=_of_acled,
    )  # fmt: skip
    rows = [str(report.row) for report in read.reports if tr(_BOTH) in report.remark]
    if not rows:
        return read
    remark = tr(
        "both sides are of the kind that took it: read as taken by the first (actor1) in the rows "
        "{rows}",
        rows=first_of(rows, 10),
    )
    return replace(read, remarks=(*read.remarks, remark))


def _of_acled(line: int, record: Record, dates: DateReader, options: Options) -> Report:
    kind, sub_type = _types(record)
    place = text_in(record, "location")
    written = text_in(record, "event_id_cnty") or text_in(record, "data_id")
    text = shortened(
        tr("{report} {kind} at {place}", report=written, kind=sub_type or kind, place=place)
    )
    try:
        name = code_in(record, "event_id_cnty") or code_in(record, "data_id")
        values = _what_happened(kind, sub_type, record, dates, options) | _acled_point(record)
    except ValueError as error:
        return Report(line, text, refused=str(error))
    remark = tr("known to {km:g} km", km=values["precision_km"])
    if _is_between_equals(sub_type, record):
        both = tr("{why}, {actor!r}", why=tr(_BOTH), actor=values["actor"])
        remark = told_together((both, remark))
    values |= {
        "id": name,
        "source": text_in(record, "source"),
        "note": shortened(f"ACLED: {text_in(record, 'notes')}", 1000),
    }
    return Report(line, text, values, remark=remark, place=place, published_id=bool(name))


def _types(record: Record) -> tuple[str, str]:
    """Return type and sub-type of an event, as the columns of 2019 and later name them."""
    kind = text_in(record, "event_type").lower()
    sub_type = text_in(record, "sub_event_type").lower()
    if kind.startswith("battle-"):  # before 2019 the type said both
        return "battles", sub_type or kind.removeprefix("battle-")
    if kind == "remote violence":
        return "explosions/remote violence", sub_type
    return kind, sub_type or (_TRANSFER if kind == _TRANSFER else "")


def _what_happened(
    kind: str, sub_type: str, record: Record, dates: DateReader, options: Options
) -> dict[str, object]:
    when, last = _acled_days(record, dates)
    if sub_type in _GAINED_BY:
        return when | {"kind": "captured", "actor": _gainer(record, sub_type)}
    if kind == "battles":
        until = shifted(last, options.contested_days)
        actors = text_in(record, "actor1"), text_in(record, "actor2")
        contestants = [actor for actor in actors if actor]
        return when | {"kind": "contested", "contestants": contestants, "until": until}
    if kind == "explosions/remote violence":
        return when | {"kind": "strike", "actor": text_in(record, "actor1")}
    what = sub_type or kind or tr("no event type")
    raise ValueError(tr("{kind!r} does not say who holds ground", kind=what))


def _gainer(record: Record, sub_type: str) -> str:
    """Return the side that a transfer of territory went to; ACLED orders its actors freely.

    Where both sides are of the kind that the type names, it is the first.

    Raises
    ------
    ValueError
        If the codes of the actors do not say which it is: nobody is guessed.
    """
    sides = _sides(record)
    for wanted in _GAINED_BY[sub_type]:
        for actor, code in sides:
            if actor and (code in wanted or not wanted):
                return actor
    said = [tr("{actor} is {code!r}", actor=actor, code=code) for actor, code in sides if actor]
    message = tr(
        "{kind!r} does not say by whom: inter1 and inter2 name no such side ({sides})",
        kind=sub_type,
        sides=listing(said),
    )
    raise ValueError(message)


def _sides(record: Record) -> list[tuple[str, str]]:
    """Return name and code of both sides."""
    return [
        (text_in(record, f"actor{number}"), code_in(record, f"inter{number}").lower())
        for number in "12"
    ]


def _is_between_equals(sub_type: str, record: Record) -> bool:
    """Return whether both sides are of the kind that the type says has gained."""
    for wanted in _GAINED_BY.get(sub_type, ()):
        fits = [bool(actor) and code in wanted for actor, code in _sides(record)]
        if any(fits):
            return all(fits)
    return False


def _acled_days(record: Record, dates: DateReader) -> tuple[dict[str, object], dt.date]:
    days = dates.read(record.get("event_date", ""))
    if days.first != days.last:
        message = tr(
            "{text} is not one day", text=f"event_date = {text_in(record, 'event_date')!r}"
        )
        raise ValueError(message)
    day = days.first
    precision = code_in(record, "time_precision")
    if precision in {"", "1"}:
        return {"date": day}, day
    if precision == "2":
        first, last = day - _WEEK, day + _WEEK
    elif precision == "3":
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    else:
        raise ValueError(_not_a_code("time_precision", precision, "1, 2, 3"))
    return {"date": day, "earliest": first, "latest": last}, last


def _acled_point(record: Record) -> dict[str, object]:
    code = code_in(record, "geo_precision") or "1"
    if code == "3":
        raise ValueError(tr("geo_precision is 3: only the region is known, not the place"))
    if code not in _ACLED_KM:
        raise ValueError(_not_a_code("geo_precision", code, "1, 2, 3"))
    return _point(record, _ACLED_KM[code])


def _not_a_code(column: str, code: str, first: str, last: str = "") -> str:
    """Return that a column holds none of the codes that its publisher documents."""
    said = {"column": column, "code": code}
    if last:
        return tr("{column} = {code!r} is not {first} to {last}", **said, first=first, last=last)
    return tr("{column} = {code!r} is not {codes}", **said, codes=listing(first.split(", "), "or"))


def _point(record: Record, precision_km: float) -> dict[str, object]:
    lat, lon = number_in(record, "latitude"), number_in(record, "longitude")
    return {"lat": lat, "lon": lon, "precision_km": precision_km}


# UCDP GED.

_GED_KM = {"1": 2.0, "2": 25.0}
_VAGUE = {
    "3": marked("the district"),
    "4": marked("the province"),
    "5": marked("a line or a vague area"),
    "6": marked("the country"),
    "7": marked("waters or airspace"),
}


def read_ucdp_ged(path: Path, options: Options | None = None) -> FileRead:
    """Return what each row of a UCDP GED file says.

    Raises
    ------
    ScenarioError
        If the file cannot be read or lacks a column.
    """
    return read_published(
        path,
        options or Options(),
        required=("type_of_violence", "side_a", "side_b", "where_prec", "latitude", "longitude",
                  "date_prec", "date_start", "date_end"),
        optional=("id", "where_coordinates", "event_clarity", "best", "high", "low",
                  "source_article"),
        also={"best_est": "best", "high_est": "high", "low_est": "low"},
        dates=("date_start", "date_end"),
        report=_of_ged,
    )  # fmt: skip


def _of_ged(line: int, record: Record, dates: DateReader, options: Options) -> Report:
    sides = [text_in(record, "side_a"), text_in(record, "side_b")]
    place = text_in(record, "where_coordinates")
    text = shortened(
        tr(
            "{report} {kind} at {place}",
            report=text_in(record, "id"),
            kind=" - ".join(sides),
            place=place,
        )
    )
    try:
        name = code_in(record, "id")
        _refuse_what_says_nothing(record)
        days, where, deaths = _ged_days(record, dates), _ged_point(record), _deaths(record)
    except ValueError as error:
        return Report(line, text, refused=str(error))
    values = where | {
        "id": f"GED-{name}" if name else "",
        "kind": "fighting",
        "contestants": [side for side in sides if side],
        "date": days.middle,
        "earliest": days.first,
        "latest": days.last,
        "until": shifted(days.last, options.contested_days),
        "source": shortened(text_in(record, "source_article"), 200) or "UCDP GED",
        "note": deaths,
    }
    remark = tr("known to {km:g} km", km=where["precision_km"])
    return Report(line, text, values, remark=remark, place=place, published_id=bool(name))


def _refuse_what_says_nothing(record: Record) -> None:
    kind = code_in(record, "type_of_violence")
    if kind == "3":
        raise ValueError(tr("one-sided violence does not say who holds ground"))
    if kind not in {"1", "2"}:
        raise ValueError(_not_a_code("type_of_violence", kind, "1, 2, 3"))


def _ged_days(record: Record, dates: DateReader) -> Days:
    precision = code_in(record, "date_prec")
    if precision == "5":
        message = tr("date_prec is 5: the day is not known to within a month")
        raise ValueError(message)
    if precision not in {"1", "2", "3", "4"}:
        raise ValueError(_not_a_code("date_prec", precision, "1", "5"))
    start = dates.read(record.get("date_start", "")).first
    end = dates.read(record.get("date_end", "")).last
    if end < start:
        message = tr("date_end {end} is before date_start {start}", end=end, start=start)
        raise ValueError(message)
    return Days(start, end)


def _ged_point(record: Record) -> dict[str, object]:
    precision = code_in(record, "where_prec")
    if precision in _VAGUE:
        message = tr(
            "where_prec is {code}: only {ground} is known",
            code=precision,
            ground=tr(_VAGUE[precision]),
        )
        raise ValueError(message)
    if precision not in _GED_KM:
        raise ValueError(_not_a_code("where_prec", precision, "1", "7"))
    return _point(record, _GED_KM[precision])


def _deaths(record: Record) -> str:
    best, low, high = (code_in(record, key) or "?" for key in ("best", "low", "high"))
    clarity = "" if code_in(record, "event_clarity") != "2" else "; the report is not clear"
    return f"UCDP GED: deaths best {best}, low {low}, high {high}{clarity}"  # data, not a message
