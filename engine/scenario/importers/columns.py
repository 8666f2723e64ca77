"""Which column of a sheet is which: by name in English or Arabic, or by HXL tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.scenario.importers.letters import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

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
