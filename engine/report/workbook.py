"""Sheets: the results as tables, in one XLSX file or as CSV files, with HXL tags on request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.control.sites import label_of
from engine.io.atomic import write_one, write_whole
from engine.report.attribution import facts_of
from engine.report.csv import write_csv
from engine.report.layers import events_table
from engine.report.maps import last_day
from engine.report.status_table import since
from engine.report.style import STATUS_STYLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from engine.analysis.analysis import Analysis

WIDEST_PX = 430
"""Pixels of the widest column."""
CREATED = dt.datetime(2000, 1, 1)
"""What an XLSX file gives as its time of making: it depends on the scenario alone."""


@dataclass(frozen=True)
class Column:
    """A column: its header, and its HXL tag."""

    name: str
    tag: str


@dataclass(frozen=True)
class Sheet:
    """A table.

    Parameters
    ----------
    name
        What it is called.
    columns
        Its columns.
    rows
        Its cells: text, numbers, days, truth values or None.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]


def sheets_of(analysis: Analysis) -> list[Sheet]:
    """Return all sheets of an analysis."""
    return [
        _status(analysis),
        _spells(analysis),
        _isolated(analysis),
        _events(analysis),
        _sources(analysis),
        _about(analysis),
    ]


def _columns(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, tag) for name, tag in pairs)


_WHO = (
    ("id", "#meta+id"),
    ("kind", "#meta+kind"),
    ("name", "#item+name+i_en"),
    ("name_ar", "#item+name+i_ar"),
)
_EVIDENCE = (
    ("because", "#description"),
    ("sites", "#loc+code+list"),
    ("overlooked_by", "#loc+code+overlooking"),
    ("reports", "#event+id+list"),
)
_SPAN = (("start", "#date+start"), ("end", "#date+end"), ("last_day", "#date+last"))


def _who(analysis: Analysis, name: str) -> tuple[str, str, str, str]:
    asked = analysis.subjects[name]
    kind = "enclave" if name in analysis.enclaves else "route"
    return name, kind, asked.label or name, asked.label_ar


def _status(analysis: Analysis) -> Sheet:
    """Return the status of each route and enclave on the last day."""
    day = last_day(analysis)
    at = analysis.interval_on(day)
    rows = [
        (*_who(analysis, name), words[at], day, since(analysis, name, at),
         len(analysis.spell_starts[name]),
         *analysis.because_columns(name, at).values())
        for name, words in analysis.statuses.items()
    ]  # fmt: skip
    columns = _columns(
        *_WHO, ("status", "#status"), ("on", "#date+report"), ("since", "#date+start"),
        ("spells", "#meta+count"), *_EVIDENCE,
    )  # fmt: skip
    return Sheet("status", columns, rows)


def _spells(analysis: Analysis) -> Sheet:
    rows = [
        (*_who(analysis, row["id"]), row["status"],
         *(_day(row[name]) for name in ("start", "end", "last_day")),
         *(row[name] for name, _ in _EVIDENCE))
        for row in analysis.spells().to_dict("records")
    ]  # fmt: skip
    columns = _columns(*_WHO, ("status", "#status"), *_SPAN, *_EVIDENCE)
    return Sheet("spells", columns, rows)


def _isolated(analysis: Analysis) -> Sheet:
    """Return the places of enclaves that are lost, cut or cut off from the rest, and for how long."""
    rows = []
    for name, enclave in analysis.enclaves.items():
        for row, place in enumerate(enclave.places):
            states = list(
                zip(
                    enclave.lost[row],
                    enclave.place_status[row] == 0,
                    enclave.cut_off[row],
                    strict=True,
                )
            )
            for start, end in _runs(states):
                lost, cut, cut_off = (bool(is_so) for is_so in states[start])
                if lost or cut or cut_off:
                    days = (analysis.days[start], analysis.states.borders[end])
                    rows.append((name, place, label_of(analysis.sectors.sites, (place,)), lost, cut, cut_off,
                                 _day(days[0]), _day(days[1])))  # fmt: skip
    columns = _columns(
        ("enclave", "#meta+id"), ("place", "#loc+code"), ("name", "#loc+name"),
        ("lost", "#indicator+lost+bool"), ("without_supply", "#indicator+cut+bool"),
        ("cut_off_from_the_rest", "#indicator+isolated+bool"), *_SPAN[:2],
    )  # fmt: skip
    return Sheet("isolated places", columns, rows)


def _runs(values: list[Any]) -> Iterator[tuple[int, int]]:
    """Yield where equal values that follow one another start and end."""
    starts = [at for at in range(len(values)) if at == 0 or values[at] != values[at - 1]]
    yield from zip(starts, [*starts[1:], len(values)], strict=True)


_EVENT_TAGS = {
    "event": "#event+id", "date": "#date+occurred", "earliest": "#date+occurred+min",
    "latest": "#date+occurred+max", "reported": "#date+reported", "until": "#date+end",
    "site": "#loc+code", "label": "#loc+name", "kind": "#event+type", "actor": "#group+actor",
    "defender": "#group+defender", "contestants": "#group+list", "confidence": "#indicator+confidence",
    "believed": "#indicator+believed+bool", "claim": "#meta+claim", "dispute": "#meta+dispute", "source": "#meta+source",
    "note": "#description+note",
}  # fmt: skip


def _events(analysis: Analysis) -> Sheet:
    table = events_table(analysis)
    days = {"date", "earliest", "latest", "reported", "until"}
    rows = [
        tuple(_day(value) if name in days else value for name, value in row.items())
        for row in table.to_dict("records")
    ]
    return Sheet("events", _columns(*((name, _EVENT_TAGS[name]) for name in table.columns)), rows)


def _sources(analysis: Analysis) -> Sheet:
    """Return who reports: how many events, how sure on average, from when until when."""
    said: dict[str, list[tuple[dt.date, float]]] = {}
    for event in analysis.scenario.events:
        said.setdefault(event.source or "none given", []).append((event.date, event.confidence))
    known = analysis.scenario.sources
    rows = []
    for source, events in sorted(said.items()):
        days = [day for day, _ in events]
        mean = round(sum(confidence for _, confidence in events) / len(events), 3)
        reliability = known[source].reliability if source in known else None
        rows.append((source, len(events), mean, reliability, min(days), max(days)))
    columns = _columns(
        ("source", "#meta+source"), ("events", "#meta+count"),
        ("mean_confidence", "#indicator+confidence"), ("reliability", "#indicator+reliability"),
        ("first", "#date+start"), ("last", "#date+end"),
    )  # fmt: skip
    return Sheet("sources", columns, rows)


def _about(analysis: Analysis) -> Sheet:
    facts = facts_of(analysis)
    sentences = [facts.title, *facts.sentences()]
    return Sheet("about", _columns(("about", "#meta+description")), [(text,) for text in sentences])


def _day(value: Any) -> dt.date | None:
    import pandas as pd

    return None if pd.isna(value) else pd.Timestamp(value).date()


def write_csv_sheets(
    analysis: Analysis, folder: Path, *, hxl: bool = False, for_excel: bool = False
) -> list[Path]:
    """Write every sheet as a CSV file in UTF-8.

    Parameters
    ----------
    analysis
        What to write.
    folder
        Where.
    hxl
        Whether a row of HXL tags follows the header.
    for_excel
        Begin each file with the mark by which Excel recognises UTF-8.

    Raises
    ------
    InputError
        If the folder cannot be written to; nothing is written then.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in engine.write_csv_sheets(analysis, Path(folder) / "sheets")][:2]
    ['status.csv', 'spells.csv']
    """
    sheets = {f"{sheet.name.replace(' ', '-')}.csv": sheet for sheet in sheets_of(analysis)}

    def build(into: Path) -> None:
        for name, sheet in sheets.items():
            tags = [tuple(column.tag for column in sheet.columns)] if hxl else []
            header = [column.name for column in sheet.columns]
            write_csv(into / name, header, [*tags, *sheet.rows], for_excel=for_excel)

    return write_whole(folder, list(sheets), build)


def write_xlsx(analysis: Analysis, path: Path, *, hxl: bool = False) -> Path:
    """Write all sheets into one XLSX file: days are dates, text is text whatever it begins with.

    Raises
    ------
    InputError
        If the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> with TemporaryDirectory() as folder:
    ...     engine.write_xlsx(analysis, Path(folder) / "castello.xlsx").name
    'castello.xlsx'
    """
    return write_one(path, lambda file: _xlsx(analysis, file, hxl=hxl))


def _xlsx(analysis: Analysis, file: Path, *, hxl: bool) -> None:
    import xlsxwriter

    facts = facts_of(analysis)
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, as_text) as book:
        book.set_properties({"title": facts.title, "comments": facts.line(), "created": CREATED})
        top = {"valign": "top"}
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **top}),
            "cell": book.add_format({"text_wrap": True, **top}),
            "arabic": book.add_format({"text_wrap": True, "reading_order": 2, **top}),
        }
        for word, style in STATUS_STYLE.items():
            formats[word] = book.add_format({"bg_color": style.colour, "font_color": style.ink})
        for sheet in sheets_of(analysis):
            _add_sheet(book, sheet, formats, hxl=hxl)


def _add_sheet(book: Workbook, sheet: Sheet, formats: dict[str, Format], *, hxl: bool) -> None:
    page = book.add_worksheet(sheet.name)
    first, last_column = 2 if hxl else 1, len(sheet.columns) - 1
    last = first + len(sheet.rows) - 1
    page.write_row(0, 0, [column.name for column in sheet.columns], formats["head"])
    if hxl:
        page.write_row(1, 0, [column.tag for column in sheet.columns], formats["head"])
    if sheet.rows:
        columns = [
            {
                "header": column.tag if hxl else column.name,
                "header_format": formats["head"],
                "format": _format(sheet, at, formats),
            }
            for at, column in enumerate(sheet.columns)
        ]
        page.add_table(first - 1, 0, last, last_column, {
            "data": sheet.rows, "columns": columns, "style": "Table Style Light 1",
            "name": sheet.name.replace(" ", "_"),
        })  # fmt: skip
    for at, column in enumerate(sheet.columns):
        if column.name == "status" and sheet.rows:
            for word in STATUS_STYLE:
                page.conditional_format(first, at, last, at, {
                    "type": "cell", "criteria": "==", "value": f'"{word}"', "format": formats[word],
                })  # fmt: skip
    page.autofit(WIDEST_PX)
    page.freeze_panes(first, 0)


def _format(sheet: Sheet, at: int, formats: dict[str, Format]) -> Format:
    """Return the format of a column: that of days if it has any."""
    if any(isinstance(row[at], dt.date) for row in sheet.rows):
        return formats["day"]
    return formats["arabic" if sheet.columns[at].name.endswith("_ar") else "cell"]
