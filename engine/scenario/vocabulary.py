"""What kinds of events mean, and the words by which tables name columns, kinds and conditions."""

from __future__ import annotations

from typing import NamedTuple

from engine.errors import nearest_names
from engine.io.normalise import folded

# What each kind of event sets. Everything else that knows kinds takes it from here or is tested
# against it: the model, the arrays of statements, warnings, importers, the pages of documentation.


class Meaning(NamedTuple):
    """What a kind of event sets: the field that names the holder, and the condition."""

    holder_from: str | None
    condition: str | None


MEANING_OF_KIND = {
    "captured": Meaning("actor", "held"),
    "described": Meaning("actor", None),
    "contested": Meaning(None, "contested"),
    "fighting": Meaning(None, "contested"),
    "under_fire": Meaning(None, "exposed"),
    "closed": Meaning(None, "closed"),
    "reopened": Meaning(None, "held"),
    "siege_broken": Meaning("defender", None),
    "repelled": Meaning("defender", None),
    "raid": Meaning("defender", None),
    "strike": Meaning("defender", None),
    "losses": Meaning("defender", None),
    "aim": Meaning(None, None),
    "truce": Meaning(None, None),
    "statement": Meaning(None, None),
}
NEED_AN_ACTOR = frozenset(k for k, sets in MEANING_OF_KIND.items() if sets.holder_from == "actor")
"""Kinds that say who holds the ground, and so must name an actor."""

_KIND_WORDS = {
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
"""Words for each kind of event besides the kind itself, in English and Arabic."""


def _by_word(words: dict[str, str]) -> dict[str, str]:
    named = {folded(name): name for name in words}
    return {folded(word): name for name in words for word in words[name].split("|")} | named


_KINDS = _by_word(_KIND_WORDS)
_CONDITIONS = {
    word: condition
    for word, kind in _KINDS.items()
    if kind not in {"captured", "reopened"}
    and (condition := "held" if kind == "described" else MEANING_OF_KIND[kind].condition)
} | {folded(condition): condition for condition in ("held", "contested", "exposed", "closed")}


def kind_of(text: str) -> str:
    """Return the kind of event that a word in English or Arabic means.

    Raises
    ------
    ValueError
        If it means none; the message names the nearest word.

    Examples
    --------
    >>> kind_of("Captured"), kind_of("سيطرة"), kind_of("clashes")
    ('captured', 'captured', 'fighting')
    """
    return _meant(text, _KINDS, "kind of event")


def condition_of(text: str) -> str:
    """Return the condition of ground that a word in English or Arabic means.

    Raises
    ------
    ValueError
        If it means none; the message names the nearest word.
    """
    return _meant(text, _CONDITIONS, "condition")


def _meant(text: str, known: dict[str, str], what: str) -> str:
    word = folded(text)
    if word in known:
        return known[word]
    near = nearest_names(word, known, most=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise ValueError(f"{text!r} is no {what} that is known{hint}")


# Which column of a table is which: by name in English or Arabic, or by HXL tag.

_WHERE = (
    "place|location|where|road|town|village|place name|الموقع|المكان|مكان|موقع|البلده|القريه|"
    "الطريق|المنطقه"
)
_DATE = "event date|day|date of event|when|التاريخ|تاريخ|تاريخ الحدث|اليوم"
_LAT = "latitude|y|خط العرض|العرض"
_LON = "long|lng|longitude|x|خط الطول|الطول"
_CONFIDENCE = "certainty|probability|الثقه|درجه الثقه|الموثوقيه"
_SOURCE = "reported by|sources|المصدر|مصدر|المصادر"
_NOTE = "notes|comment|comments|description|remarks|ملاحظات|ملاحظه|الوصف|وصف|تفاصيل"
_CONTESTANTS = "parties|sides|between|الاطراف|اطراف النزاع"
_CONDITION = "الحاله"
_HOLDER = "party|side|controlled by|held by|الطرف|الجهه|المسيطر|جهه السيطره"

COLUMNS = {
    "events": {
        "id": "event id|report id|ref|المعرف",
        "date": _DATE,
        "earliest": "from date|start date|date from|not before|من تاريخ|اقرب تاريخ",
        "latest": "to date|end date|date to|not after|الى تاريخ|ابعد تاريخ",
        "until": "valid until|ends|حتى|لغايه|ينتهي",
        "reported": "report date|date reported|published|تاريخ النشر|تاريخ التقرير",
        "site": _WHERE,
        "lat": _LAT,
        "lon": _LON,
        "precision_km": "precision|accuracy km|error km|الدقه كم|الدقه",
        "kind": "event|event type|type|what|what happened|status|الحدث|نوع الحدث|النوع|الحاله",
        "actor": f"by|who|holder|{_HOLDER}|الفاعل".replace("held by|", ""),
        "defender": "held by|against|المدافع|الطرف المدافع",
        "contestants": _CONTESTANTS,
        "confidence": _CONFIDENCE,
        "claim": "claim id|statement id",
        "dispute": "disputes",
        "after": "follows",
        "source": _SOURCE,
        "note": _NOTE,
    },
    "baseline": {
        "site": _WHERE,
        "date": f"since|{_DATE}",
        "holder": f"actor|{_HOLDER}",
        "condition": f"status|state|{_CONDITION}",
        "contestants": _CONTESTANTS,
        "confidence": _CONFIDENCE,
        "claim": "claim id|statement id",
        "source": _SOURCE,
        "note": _NOTE,
    },
    "places": {
        "id": "المعرف",
        "name": "name en|english name",
        "name_ar": "arabic name|الاسم|اسم",
        "aliases": "other names|اسماء اخرى",
        "kind": "type|place type|النوع",
        "lat": _LAT,
        "lon": _LON,
        "error_km": "accuracy km|precision km|الدقه كم",
        "source": _SOURCE,
        "population": "people|inhabitants|السكان|عدد السكان",
    },
    "roads": {
        "id": "المعرف",
        "name": "road|road name|name en|english name",
        "name_ar": "arabic name|الاسم|اسم|اسم الطريق|الطريق",
        "aliases": "other names|اسماء اخرى",
        "ref": "reference|number|الرقم|رقم الطريق",
        "highway": "class|road class|kind|type|النوع|الصنف|درجه الطريق",
        "alignment": _CONFIDENCE,
        "through": "places|along|via|places along it|stops|يمر ب|عبر|الاماكن",
        "length_km": "length|km|distance km|الطول|الطول كم",
        "minutes": "travel time|time|duration|الزمن|المده|دقائق",
        "source": _SOURCE,
        "note": _NOTE,
    },
    "sites": {
        "id": "المعرف",
        "label": "name|name en|english name",
        "label_ar": "name ar|arabic name|الاسم|اسم",
        "place": "المكان|مكان",
        "road": "names|road names|الطريق|طريق",
        "between": "through|along|places along it|بين|يمر ب",
        "buffer_km": "breadth km|buffer|العرض كم",
        "reach_km": "reach",
        "area": "polygon",
        "line": "drawn line",
        "ways": "osm ways",
        "places": "members",
        "sites": "member sites",
    },
    "truth": {
        "route": "enclave|route or enclave|subject|الطريق",
        "state": f"status|{_CONDITION}",
        "first": "first day|from|from date|start|since|من تاريخ|من",
        "last": "last day|to|to date|end|الى تاريخ|الى",
        "first_doubt_days": "first doubt",
        "last_doubt_days": "last doubt",
        "under_fire": "exposed|تحت النار",
        "note": _NOTE,
    },
}
COLUMNS["sketch_places"] = COLUMNS["places"]
COLUMNS["changes"] = {
    "change": "action|what it does|التغيير",
    "counts": "on|active|switched on|يحتسب",
    **COLUMNS["events"],
    "was": "day before|was on",
}
COLUMNS["parties"] = {"reported": "party|name|as reported|الطرف|الاسم", "actor": "is|means|الفاعل"}
"""By section of a scenario, of the truth table, of a sketch, of a named set of changes and of the
table of parties: the columns, and other names for each."""

TAGS = {
    "id": "#event+id|#event+code|#meta+id",
    "earliest": "#date+start|#date+earliest",
    "latest": "#date+end|#date+latest",
    "until": "#date+until",
    "reported": "#date+reported|#date+published",
    "date": "#date+occurred|#date+event|#date",
    "lat": "#geo+lat",
    "lon": "#geo+lon",
    "precision_km": "#geo+precision",
    "site": "#loc+name|#loc",
    "kind": "#event+type|#event+kind|#event|#access+status|#status",
    "defender": "#group+defender|#org+defender",
    "contestants": "#group+contestants|#group+list",
    "actor": "#group+actor|#group|#org+actor|#org",
    "confidence": "#event+confidence|#indicator+confidence|#meta+confidence",
    "source": "#meta+source",
    "note": "#description|#meta+note",
}
"""HXL tags by the key of an event, the most exact first."""


def columns_by_name(header: list[str], section: str = "events") -> dict[str, int]:
    """Return the position of the column for each key that the header of a table names.

    Examples
    --------
    >>> columns_by_name(["التاريخ", "Location", "weather"])
    {'date': 0, 'site': 1}
    """
    names = [folded(name) for name in header]
    found: dict[str, int] = {}
    for exactly in (True, False):
        for key, words in COLUMNS[section].items():
            for name in [key] if exactly else words.split("|"):
                at = names.index(folded(name)) if folded(name) in names else None
                if key not in found and at is not None and at not in found.values():
                    found[key] = at
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def columns_by_tag(tags: list[str]) -> dict[str, int]:
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
        for tag, attributes in map(_parts, known.split("|")):
            for at, (hashtag, own) in enumerate(parsed):
                fits = hashtag == tag and attributes <= own and at not in found.values()
                if fits and key not in found:
                    found[key] = at
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _parts(tag: str) -> tuple[str, frozenset[str]]:
    hashtag, *attributes = "".join(tag.lower().split()).split("+")
    return hashtag, frozenset(attributes)


def kind_in_words(kind: str) -> str:
    """Return a kind of event as it reads after the name of its site.

    Examples
    --------
    >>> kind_in_words("under_fire"), kind_in_words("described")
    ('under fire', 'reported as held')
    """
    return _AFTER_THE_SITE.get(kind, kind.replace("_", " "))


_AFTER_THE_SITE = {
    "described": "reported as held",
    "repelled": "held against an attack",
    "siege_broken": "relieved",
    "raid": "raided",
    "strike": "struck",
    "losses": "reported with losses",
}
"""Kinds of events that read otherwise after the name of their site."""
