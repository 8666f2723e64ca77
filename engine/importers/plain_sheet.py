"""A plain sheet (CSV, XLSX, ODS): columns by name or HXL tag, kinds in English or Arabic words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from engine.errors import Problem, ScenarioError, nearest_names
from engine.importers.reports import Options, Report, shortened
from engine.io.days import Days, days_of
from engine.io.normalise import folded, tidy
from engine.io.spreadsheets import Cell, Sheet, number_in, read_sheet, text_in
from engine.scenario.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


# Which column of a sheet is which: by name in English or Arabic, or by HXL tag.

NAMES = {
    "id": "id|event id|report id|no|number|ref|رقم|الرقم|المعرف",
    "date": "date|event date|day|date of event|when|التاريخ|تاريخ|تاريخ الحدث|اليوم",
    "earliest": "earliest|from date|start date|date from|not before|من تاريخ|اقرب تاريخ",
    "latest": "latest|to date|end date|date to|not after|الى تاريخ|ابعد تاريخ",
    "until": "until|valid until|ends|حتى|لغايه|ينتهي",
    "reported": "reported|report date|date reported|published|تاريخ النشر|تاريخ التقرير",
    "site": "site|place|location|where|road|town|village|place name|الموقع|المكان|مكان|موقع|البلده|القريه|الطريق|المنطقه",
    "lat": "lat|latitude|y|خط العرض|العرض",
    "lon": "lon|long|lng|longitude|x|خط الطول|الطول",
    "precision_km": "precision km|precision|accuracy km|error km|الدقه كم|الدقه",
    "kind": "kind|event|event type|type|what|what happened|status|الحدث|نوع الحدث|النوع|الحاله",
    "actor": "actor|by|who|party|side|controlled by|holder|الطرف|الجهه|الفاعل|المسيطر|جهه السيطره",
    "defender": "defender|held by|against|المدافع|الطرف المدافع",
    "contestants": "contestants|parties|sides|between|الاطراف|اطراف النزاع",
    "confidence": "confidence|certainty|probability|الثقه|درجه الثقه|الموثوقيه",
    "source": "source|reported by|sources|المصدر|مصدر|المصادر",
    "note": "note|notes|comment|comments|description|remarks|ملاحظات|ملاحظه|الوصف|وصف|تفاصيل",
}
"""Folded names by the key of an event, the key itself first."""

TAGS = {
    "id": ("#event+id", "#event+code", "#meta+id"),
    "earliest": ("#date+start", "#date+earliest"),
    "latest": ("#date+end", "#date+latest"),
    "until": ("#date+until",),
    "reported": ("#date+reported", "#date+published"),
    "date": ("#date+occurred", "#date+event", "#date"),
    "lat": ("#geo+lat",),
    "lon": ("#geo+lon",),
    "precision_km": ("#geo+precision",),
    "site": ("#loc+name", "#loc"),
    "kind": ("#event+type", "#event+kind", "#event", "#access+status", "#status"),
    "defender": ("#group+defender", "#org+defender"),
    "contestants": ("#group+contestants", "#group+list"),
    "actor": ("#group+actor", "#group", "#org+actor", "#org"),
    "confidence": ("#event+confidence", "#indicator+confidence", "#meta+confidence"),
    "source": ("#meta+source",),
    "note": ("#description", "#meta+note"),
}
"""HXL tags by the key of an event, the most exact first."""


def columns_by_name(header: Sequence[str]) -> dict[str, int]:
    """Return the position of the column for each key of an event that the header names.

    Examples
    --------
    >>> columns_by_name(["التاريخ", "Location", "weather"])
    {'date': 0, 'site': 1}
    """
    found: dict[str, int] = {}
    names = [folded(name) for name in header]
    for key, known in NAMES.items():
        for name in known.split("|"):
            if key not in found and folded(name) in names:
                found[key] = names.index(folded(name))
    return _each_once(found)


def columns_by_tag(tags: Sequence[str]) -> dict[str, int]:
    """Return the position of the column for each key of an event that a row of HXL tags names.

    A column counts for a tag if it has the same hashtag and at least its attributes.

    Examples
    --------
    >>> columns_by_tag(["#date +occurred", "#loc+name+en", "#adm1"])
    {'date': 0, 'site': 1}
    """
    parsed = [_parts(tag) for tag in tags]
    found: dict[str, int] = {}
    for key, known in TAGS.items():
        for tag in map(_parts, known):
            for at, (hashtag, attributes) in enumerate(parsed):
                fits = hashtag == tag[0] and tag[1] <= attributes and at not in found.values()
                if fits and key not in found:
                    found[key] = at
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def is_tag_row(cells: Sequence[object]) -> bool:
    """Return whether a row holds HXL tags: at least half of its cells that are not empty."""
    texts = [str(cell).strip() for cell in cells if str(cell).strip()]
    return bool(texts) and 2 * sum(text.startswith("#") for text in texts) >= len(texts)


def _parts(tag: str) -> tuple[str, frozenset[str]]:
    hashtag, *attributes = "".join(tag.lower().split()).split("+")
    return hashtag, frozenset(attributes)


def _each_once(found: dict[str, int]) -> dict[str, int]:
    """Drop keys whose column already serves an earlier key."""
    taken: set[int] = set()
    kept = {}
    for key, at in found.items():
        if at not in taken:
            kept[key] = at
            taken.add(at)
    return kept


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
