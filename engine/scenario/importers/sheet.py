"""A plain sheet (CSV, XLSX, ODS): columns by name or HXL tag, kinds in English or Arabic words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from engine.errors import Problem, ScenarioError, nearest_names
from engine.scenario.importers.columns import (
    NAMES,
    columns_by_name,
    columns_by_tag,
    is_tag_row,
)
from engine.scenario.importers.dates import Days, days_of
from engine.scenario.importers.letters import folded, tidy
from engine.scenario.importers.reports import Options, Report, shortened
from engine.scenario.importers.sheets import Cell, Sheet, number_in, read_sheet, text_in
from engine.scenario.model import Kind

if TYPE_CHECKING:
    from pathlib import Path

KIND_WORDS = {
    "captured": "capture|seized|seize|taken|took|retaken|recaptured|took control|took over|"
    "سيطره|السيطره|سيطر|سيطرت|استعاده|استعاد|تحرير",
    "contested": "disputed|contested control|متنازع|متنازع عليه|متنازع عليها",
    "fighting": "clash|clashes|armed clash|battle|battles|fight|اشتباك|اشتباكات|معارك|معركه|قتال",
    "under_fire": "under fire|fire control|exposed|sniped|مرصود|مرصوده|رصد ناري|تحت النار|مكشوف",
    "closed": "close|closure|cut|cut off|blocked|road closed|مغلق|مغلقه|اغلاق|مقطوع|مقطوعه|قطع",
    "reopened": "open|opened|reopen|passable|road open|مفتوح|مفتوحه|فتح|اعاده فتح|سالك|سالكه",
    "described": "held|holds|holding|controlled|under control|تحت سيطره|تحت السيطره|خاضع",
    "siege_broken": "siege broken|siege lifted|broke the siege|فك الحصار|كسر الحصار",
    "repelled": "repulsed|repel|assault repelled|attack repelled|failed assault|صد|صد هجوم|تصدي",
    "raid": "infiltration|ambush|attack|assault|تسلل|اغاره|كمين|هجوم",
    "strike": "airstrike|air strike|air strikes|shelling|bombardment|bombing|قصف|غاره|غارات",
    "losses": "casualties|killed|deaths|خسائر|قتلى",
    "aim": "aims|intention|threat|planned|هدف|تهديد|نيه",
    "truce": "ceasefire|cease fire|agreement|هدنه|اتفاق|وقف اطلاق النار",
    "statement": "announcement|declaration|listing|بيان|اعلان|تصريح",
}
"""Folded words for each kind of event, besides the kind itself."""

_HEADER_WITHIN = 10
_DATES = ("date", "earliest", "latest", "until", "reported")
_LISTS = re.compile(r"[;،؛/]|\s+و\s+|\s+and\s+|,")


def _kinds() -> dict[str, str]:
    kinds = {folded(kind): kind for kind in get_args(Kind)}
    for kind, words in KIND_WORDS.items():
        kinds |= {folded(word): kind for word in words.split("|")}
    return kinds


_KINDS = _kinds()


def read_plain_sheet(path: Path, options: Options | None = None) -> list[Report]:
    """Return what each row of a sheet says.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or has no column of dates, of kinds, or of places (or points).
    """
    options = options or Options()
    sheet = read_sheet(path, options.sheet)
    columns, below = _columns(path, sheet)
    names = {at: key for key, at in columns.items()}
    records = [
        (line, {names[at]: cell for at, cell in enumerate(cells) if at in names and cell != ""})
        for line, cells in below
    ]
    return [_report(path.stem, line, record, options) for line, record in records if record]


def _columns(path: Path, sheet: Sheet) -> tuple[dict[str, int], list[tuple[int, tuple[Cell, ...]]]]:
    """Return the column of each key, and the rows below the header (which may have a title above)."""
    rows: list[tuple[int, tuple[Cell, ...]]] = [(sheet.line, sheet.header), *sheet.rows]
    for at, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
        if is_tag_row(cells):
            return _checked(path, columns_by_tag([str(cell) for cell in cells]), sheet), rows[
                at + 1 :
            ]
    best = max(range(min(_HEADER_WITHIN, len(rows))), key=lambda at: _known(rows[at][1]))
    columns = columns_by_name([str(cell) for cell in rows[best][1]])
    return _checked(path, columns, sheet), rows[best + 1 :]


def _known(cells: tuple[Cell, ...]) -> int:
    return len(columns_by_name([str(cell) for cell in cells]))


def _checked(path: Path, columns: dict[str, int], sheet: Sheet) -> dict[str, int]:
    where = "site" in columns or {"lat", "lon"} <= set(columns)
    missing = [key for key in ("date", "kind") if key not in columns]
    missing += [] if where else ["site"]
    problems = [
        Problem(
            f"no column is named as one of {key}s would be",
            str(path),
            sheet.line,
            key,
            expected=f"a column {key!r} ({', '.join(NAMES[key].split('|')[1:4])}, ...) or an HXL tag",
            nearest=nearest_names(key, [folded(name) for name in sheet.header]),
        )
        for key in missing
    ]
    if problems:
        raise ScenarioError(problems)
    return columns


def _report(stem: str, line: int, record: dict[str, Cell], options: Options) -> Report:
    text = shortened(" ".join(text_in(record, key) for key in ("date", "site", "kind", "actor")))
    remarks: list[str] = []
    try:
        values = {
            "id": text_in(record, "id") or f"{stem}-{line}",
            "kind": _kind(text_in(record, "kind")),
            **_dates(record, options, remarks),
            **_numbers(record),
            **{key: text_in(record, key) for key in ("actor", "defender", "source", "note")},
            "contestants": _parties(text_in(record, "contestants")),
        }
    except ValueError as error:
        return Report(line, text, refused=str(error))
    given = {key: value for key, value in values.items() if value not in (None, "", [])}
    return Report(line, text, given, remark="; ".join(remarks), place=tidy(text_in(record, "site")))


def _kind(text: str) -> str:
    word = folded(text)
    if not word:
        raise ValueError("it does not say what happened")
    if word not in _KINDS:
        near = nearest_names(word, _KINDS, most=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"{text!r} is no kind of event that is known{hint}")
    return _KINDS[word]


def _dates(record: dict[str, Cell], options: Options, remarks: list[str]) -> dict[str, object]:
    days: dict[str, Days] = {}
    for key in _DATES:
        if key in record:
            days[key] = days_of(record[key], month_first=options.month_first)
            remarks += [days[key].remark] if days[key].remark else []
    if "date" not in days:
        raise ValueError("there is no date")
    when = days.pop("date")
    found: dict[str, object] = {key: day.first for key, day in days.items()}
    if "latest" in days:
        found["latest"] = days["latest"].last
    if when.first == when.last:
        return found | {"date": when.first}
    return {"earliest": when.first, "latest": when.last} | found | {"date": when.middle}


def _numbers(record: dict[str, Cell]) -> dict[str, object]:
    numbers: dict[str, object] = {
        key: number_in(record, key) for key in ("lat", "lon", "precision_km")
    }
    confidence = tidy(text_in(record, "confidence")).replace("٪", "%")
    if confidence.endswith("%"):
        numbers["confidence"] = (number_in({"it": confidence[:-1]}, "it") or 0.0) / 100
    elif confidence:
        numbers["confidence"] = number_in({"confidence": confidence}, "confidence")
    return numbers


def _parties(text: str) -> list[str]:
    return [part.strip() for part in _LISTS.split(text) if part.strip()]
