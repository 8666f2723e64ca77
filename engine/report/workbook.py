"""The workbook: a first page to hand on, and the tables behind it, in one XLSX file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.analysis.attribution import credit_text
from engine.analysis.status import STATUS_WORDS, method_text, status_text
from engine.control.words import actor_text
from engine.io.arguments import checked, file_named
from engine.io.atomic import write_one
from engine.language import ENGLISH, day_text, listing, spoken, tr, trc
from engine.network.gazetteer import is_arabic
from engine.report.canvas import is_turned, lines_of, start
from engine.report.maps import last_day
from engine.report.sheets import SHARES, Sheet, sheets_of
from engine.report.style import FAINT_INK, INK, STATUS_STYLE
from engine.scenario.vocabulary import COLUMNS, word_for

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import xarray as xr
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from engine.analysis.analysis import Analysis
    from engine.scenario.model import Scenario


def in_words(sheet: Sheet, scenario: Scenario) -> Sheet:
    """Return a sheet in the language spoken; importers know its events by these words, too.

    Its columns keep their names, by which programs tell them, and get titles.
    """
    if spoken().code == ENGLISH:
        return sheet
    columns = tuple(
        replace(column, title=column_title(sheet.name, column.name)) for column in sheet.columns
    )
    rows = [
        tuple(
            _cell(sheet.name, column.name, value, scenario)
            for column, value in zip(columns, row, strict=True)
        )
        for row in sheet.rows
    ]
    return replace(sheet, columns=columns, rows=rows, title=sheet_title(sheet.name))


def sheet_title(name: str) -> str:
    """Return what a sheet is called."""
    titles = {
        "overview": trc("sheet", "overview"),
        "status": trc("sheet", "status"),
        "probability": trc("sheet", "probability"),
        "isolated places": trc("sheet", "isolated places"),
        "events": trc("sheet", "events"),
        "sources": trc("sheet", "sources"),
    }
    return titles[name]


def column_title(sheet: str, name: str) -> str:
    """Return what a column is called: of events as files call it, so that importers know it."""
    if sheet == "events" and name in COLUMNS["events"]:
        return word_for("events", name)
    if name.startswith("P("):
        return trc("column", "P({status})", status=status_text(name[2:-1]))
    titles = {
        "id": trc("column", "id"),
        "kind": trc("column", "kind"),
        "label": trc("column", "label"),
        "label_ar": trc("column", "label_ar"),
        "status": trc("column", "status"),
        "on": trc("column", "on"),
        "since": trc("column", "since"),
        "spells": trc("column", "spells"),
        "because": trc("column", "because"),
        "sites": trc("column", "sites"),
        "overlooked_by": trc("column", "overlooked_by"),
        "reports": trc("column", "reports"),
        "start": trc("column", "start"),
        "end": trc("column", "end"),
        "last_day": trc("column", "last_day"),
        "date": trc("column", "date"),
        "probability": trc("column", "probability"),
        "low": trc("column", "low"),
        "high": trc("column", "high"),
        "method": trc("column", "method"),
        "worlds": trc("column", "worlds"),
        "enclave": trc("column", "enclave"),
        "place": trc("column", "place"),
        "name": trc("column", "name"),
        "lost": trc("column", "lost"),
        "without_supply": trc("column", "without_supply"),
        "cut_off_from_the_rest": trc("column", "cut_off_from_the_rest"),
        "believed": trc("column", "believed"),
        "source": trc("column", "source"),
        "events": trc("column", "events"),
        "mean_confidence": trc("column", "mean_confidence"),
        "reliability": trc("column", "reliability"),
        "first": trc("column", "first"),
        "last": trc("column", "last"),
    }
    if sheet == "events" and name == "label":
        return trc("column", "name of the site")
    return titles[name]


def _cell(sheet: str, column: str, value: Any, scenario: Scenario) -> Any:
    """Return a value for people; what is no word of the engine stays as it is."""
    if isinstance(value, bool):
        return word_for("answer", "yes" if value else "no")
    if not isinstance(value, str) or not value:
        return value
    if column == "status" and value in STATUS_WORDS:
        return status_text(value)
    if column == "kind":
        key = value.replace(" ", "_")
        return word_for("kind", key) if sheet == "events" else _question(value)
    if column in {"actor", "defender", "contestants"}:
        return listing(actor_text(scenario, one) for one in value.split(", "))
    return method_text(value) if column == "method" else value


def _question(kind: str) -> str:
    return (
        trc("kind of question", "enclave")
        if kind == "enclave"
        else trc("kind of question", "route")
    )


WIDEST = 64
"""Letters in a line of the widest column of a table."""
LINE_PT, LETTER = 15.0, 1.1
"""The height of a line, and how wide an average letter is where a digit is 1."""
FEW_ROWS = 20
"""A table of at most so many rows stands on the first page; a longer one has a sheet of its own."""
A4 = 9
ARABIC_OF_SYRIA = 0x2801
"""How formats of numbers call this locale."""
MOST_FOOT = 200
"""Letters of the credit at the foot of a printed page: Excel takes 255 in all."""
MAY_BE_EMPTY = ("earliest", "latest", "reported", "until", "defender", "contestants", "claim",
                "dispute", "note")  # fmt: skip
"""Columns of events that are hidden where nothing is in them."""
CREATED = dt.datetime(2000, 1, 1)
"""What an XLSX file gives as its time of making: it depends on the scenario alone."""
WIDTHS = {"label": 32, "label_ar": 24, "status": 11, **{f"P({word})": 9 for word in SHARES}, "since": 11,
          "because": 64, "id": 16}  # fmt: skip
"""The columns of the first page in their order, and their widths in letters."""


@checked
def write_xlsx(
    analysis: Analysis,
    path: str | os.PathLike[str],
    chances: xr.Dataset | None = None,
    *,
    hxl: bool = False,
) -> Path:
    """Write the results as a workbook: days are dates, text is text whatever it begins with.

    The first sheet fits one page: the statuses of the last day with their reasons, the sources, and
    what the answer rests on. The sheets behind it are the tables.

    Parameters
    ----------
    analysis
        What to write.
    path
        The file.
    chances
        What `probabilities` returned, for columns on the first sheet and a sheet of its own.
    hxl
        Whether a row of HXL tags follows each header.

    Raises
    ------
    InputError
        If the file cannot be written, or the probabilities are means over periods.

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
    return write_one(
        file_named(path, ".xlsx"), lambda file: _xlsx(analysis, file, chances, hxl=hxl)
    )


def _xlsx(analysis: Analysis, file: Path, chances: xr.Dataset | None, *, hxl: bool) -> None:
    import xlsxwriter

    facts = analysis.facts
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, as_text) as book:
        book.set_properties(
            {"title": facts.called, "comments": facts.line(), "created": CREATED,
             "keywords": f"{facts.scenario_digest} {facts.network_digest}"}
        )  # fmt: skip
        formats = _formats(book)
        sheets = {
            name: in_words(sheet, analysis.scenario)
            for name, sheet in sheets_of(analysis, chances).items()
        }
        short = [
            name for name in ("isolated places", "sources") if len(sheets[name].rows) <= FEW_ROWS
        ]
        _first_page(book, analysis, sheets, short, formats, hxl=hxl)
        for name, sheet in sheets.items():
            if name != "overview" and name not in short:
                _add_sheet(book, sheet, formats, facts.credit, hxl=hxl)


def _formats(book: Workbook) -> dict[str, Format]:
    top = {"valign": "top"}
    begin = {"align": start()} if is_turned() else {}  # so does Latin text
    turned = {"reading_order": 2, **begin} if is_turned() else {}
    formats = {
        "title": book.add_format({"bold": True, "font_size": 15, "font_color": INK, **begin}),
        "faint": book.add_format({"font_color": FAINT_INK, **turned}),
        "heading": book.add_format({"bold": True, "font_size": 12, "font_color": INK, **turned}),
        "head": book.add_format({"bold": True, "bottom": 1, **turned}),
        "wrapped head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **turned}),
        "truth": book.add_format({"num_format": '"TRUE";"TRUE";"FALSE"', "align": "center", **top}),
        "day": book.add_format({"num_format": day_format(), "align": start(), **top, **turned}),
        "share": book.add_format({"num_format": "0.0%", **top}),
        "cell": book.add_format({"text_wrap": True, **top, **begin}),
        "arabic": book.add_format({"text_wrap": True, "reading_order": 2, **top, **begin}),
    }
    for word, style in STATUS_STYLE.items():
        formats[word] = book.add_format({"bg_color": style.colour, "font_color": style.ink})
    return formats


def _first_page(
    book: Workbook,
    analysis: Analysis,
    sheets: dict[str, Sheet],
    short: list[str],
    formats: dict[str, Format],
    *,
    hxl: bool,
) -> None:
    """Write the page to hand on: title, statuses with reasons, short tables, credit."""
    facts = analysis.facts
    page = _new_page(book, sheets["overview"].header)
    overview = _only(sheets["overview"], _in_order())
    widths = _widths(overview, [sheets[name] for name in short])
    for at, width in enumerate(widths):
        page.set_column(at, at, width)
    page.write_string(0, 0, facts.called, formats["title"])
    values = {"day": last_day(analysis), "network": facts.network, "start": facts.start}
    if facts.schematic:
        about = tr("Status on {day} · schematic network {network} · run from {start}", **values)
    else:
        about = tr("Status on {day} · network {network} · run from {start}", **values)
    page.write_string(1, 0, about, formats["faint"])
    row = _table(page, 3, overview, widths, formats, hxl=hxl) + 1
    for name in short:
        if sheets[name].rows:
            page.write_string(row, 0, sheets[name].header.capitalize(), formats["heading"])
            row = _table(page, row + 1, _with_spaces(sheets[name]), widths, formats, hxl=hxl) + 1
    for sentence in facts.sentences():
        page.write_string(row, 0, sentence, formats["faint"])
        row += 1
    _set_up_print(page, facts.credit, (0, 0, row - 1, len(overview.columns) - 1))
    page.fit_to_pages(1, 1)


def _with_spaces(sheet: Sheet) -> Sheet:
    """Return a sheet whose headers may break between words, as they stand above columns of other widths."""
    columns = tuple(replace(one, title=one.header.replace("_", " ")) for one in sheet.columns)
    return replace(sheet, columns=columns)


def _only(sheet: Sheet, names: Iterable[str]) -> Sheet:
    """Return a sheet with some of its columns, in this order."""
    have = [column.name for column in sheet.columns]
    kept = [have.index(name) for name in names if name in have]
    columns = tuple(sheet.columns[at] for at in kept)
    return replace(
        sheet, columns=columns, rows=[tuple(row[at] for at in kept) for row in sheet.rows]
    )


def _set_up_print(page: Worksheet, credit: str, area: tuple[int, int, int, int]) -> None:
    """Set what is printed: a wide sheet of A4, with the credit and the number of the page below."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.print_area(*area)
    begin, end = ("R", "L") if is_turned() else ("L", "R")
    said = credit_text(credit).replace("&", "&&")[:MOST_FOOT]
    page.set_footer(f"&{begin}&8{lines_of([said])}&{end}&8&P / &N")


def _new_page(book: Workbook, name: str) -> Worksheet:
    """Return a new sheet, whose first column stands where reading begins."""
    page: Worksheet = book.add_worksheet(name)
    if is_turned():
        page.right_to_left()
    return page


def _in_order() -> list[str]:
    """Return the columns of the first page, the names in the script of the reader first."""
    names = list(WIDTHS)
    return ["label_ar", "label", *names[2:]] if is_turned() else names


def _widths(overview: Sheet, others: list[Sheet]) -> list[int]:
    """Return the widths of the columns of the first page, in letters.

    Where days are written in words, they and the headers of all its tables have room.
    """
    widths = [WIDTHS[column.name] for column in overview.columns]
    if not is_turned():
        return widths
    for sheet in (overview, *others):
        for at, column in enumerate(sheet.columns[: len(widths)]):
            days = [_shown(row[at]) for row in sheet.rows if isinstance(row[at], dt.date)]
            longest = max(map(len, (column.header, *days)))
            widths[at] = max(widths[at], min(round(LETTER * longest) + 1, WIDEST))
    return widths


def day_format() -> str:
    """Return the format of days: the months of the Levant by their names in Arabic."""
    return f"[$-{ARABIC_OF_SYRIA:x}]d mmmm yyyy" if spoken().code == "ar" else "yyyy-mm-dd"


def _add_sheet(
    book: Workbook, sheet: Sheet, formats: dict[str, Format], credit: str, *, hxl: bool
) -> None:
    page = _new_page(book, sheet.header)
    widths = [_width(sheet, at, hxl=hxl) for at in range(len(sheet.columns))]
    after = _table(page, 0, sheet, widths, formats, hxl=hxl)
    for at, column in enumerate(sheet.columns):
        is_empty = column.name in MAY_BE_EMPTY and not any(_shown(row[at]) for row in sheet.rows)
        page.set_column(at, at, widths[at], None, {"hidden": is_empty})
    first = 2 if hxl else 1
    page.freeze_panes(first, 0)
    page.repeat_rows(0, first - 1)
    names = [column.name for column in sheet.columns]
    last = names.index("because") if "because" in names else len(names) - 1
    _set_up_print(page, credit, (0, 0, max(after - 1, first), last))
    page.fit_to_pages(1, 0)


def _width(sheet: Sheet, at: int, *, hxl: bool) -> int:
    """Return the width of a column in letters."""
    column = sheet.columns[at]
    heads = (column.header, column.tag) if hxl else (column.header,)
    longest = max(len(text) for text in (*heads, *(_shown(row[at]) for row in sheet.rows)))
    return min(round(LETTER * longest) + 1, WIDEST)


def _shown(value: Any) -> str:
    if isinstance(value, dt.date):
        return day_text(value)
    return "" if value is None else str(value)


def _height(row: tuple[Any, ...], widths: Sequence[float]) -> float:
    """Return the height of a row whose cells are wrapped; some programs do not find it themselves."""
    cells = zip(row, widths, strict=False)
    lines = max(-(-LETTER * len(_shown(value)) // width) for value, width in cells)
    return LINE_PT * max(1, lines)


def _table(
    page: Worksheet,
    top: int,
    sheet: Sheet,
    widths: Sequence[float],
    formats: dict[str, Format],
    *,
    hxl: bool,
) -> int:
    """Write a table below a row; return the first row after it."""
    first, last_column = top + (2 if hxl else 1), len(sheet.columns) - 1
    last = first + len(sheet.rows) - 1
    names = [column.header for column in sheet.columns]
    long = any(LETTER * len(name) > width for name, width in zip(names, widths, strict=False))
    head = formats["wrapped head" if long else "head"]
    page.write_row(top, 0, names, head)
    if long:
        page.set_row(top, 2 * LINE_PT)
    if hxl:
        page.write_row(top + 1, 0, [column.tag for column in sheet.columns], formats["head"])
    if sheet.rows:
        columns = [
            {
                "header": column.tag if hxl else column.header,
                "header_format": formats["head"] if hxl else head,
                "format": _format(sheet, at, formats),
            }
            for at, column in enumerate(sheet.columns)
        ]
        page.add_table(first - 1, 0, last, last_column, {
            "data": sheet.rows, "columns": columns, "style": "Table Style Light 1",
            "name": sheet.name.replace(" ", "_"), "autofilter": top == 0,
        })  # fmt: skip
    for at, cells in enumerate(sheet.rows):
        page.set_row(first + at, _height(cells, widths))
    for at, column in enumerate(sheet.columns):
        if column.name == "status" and sheet.rows:
            for word in STATUS_STYLE:
                page.conditional_format(first, at, last, at, {
                    "type": "cell", "criteria": "==", "value": f'"{status_text(word)}"', "format": formats[word],
                })  # fmt: skip
    return max(last + 1, first)


def _format(sheet: Sheet, at: int, formats: dict[str, Format]) -> Format:
    """Return the format of a column: that of days if it has any."""
    name = sheet.columns[at].name
    if any(isinstance(row[at], bool) for row in sheet.rows):
        return formats["truth"]
    if any(isinstance(row[at], dt.date) for row in sheet.rows):
        return formats["day"]
    if name.startswith("P(") or name in {"probability", "low", "high"}:
        return formats["share"]
    is_told = is_turned() and any(is_arabic(_shown(row[at])) for row in sheet.rows)
    return formats["arabic" if name.endswith("_ar") or is_told else "cell"]
