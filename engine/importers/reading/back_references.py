"""Words that refer back to a place: "the town", "the crossing"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import heads, without_clitics, words
from engine.importers.reading.place_lists import lists_of
from engine.io.text import letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.place_names import Mention, PlaceNames
    from engine.importers.reading.tokens import Sentence

_BACK = {
    "ar": {
        "القريه": "village",
        "البلده": "town",
        "المدينه": "city",
        "المخيم": "camp",
        "المعسكر": "camp",
        "المعبر": "crossing",
        "المطار": "base",
        "الحي": "district",
        "الطريق": "road",
        "المنطقه": "any",
        "هناك": "any",
        "السجن": "سجن",
        "المشفي": "مشفي",
        "المستشفي": "مشفي",
        "المزارع": "مزارع",
        "الكليات": "كليات",
        "التلال": "تلال",
        "الدوار": "دوار",
        "الكتيبه": "كتيبه",
    },
    "en": {
        "village": "village",
        "town": "town",
        "city": "city",
        "camp": "camp",
        "crossing": "crossing",
        "airport": "base",
        "airbase": "base",
        "neighbourhood": "district",
        "neighborhood": "district",
        "district": "district",
        "road": "road",
        "highway": "road",
        "area": "any",
        "there": "any",
        "prison": "prison",
        "hospital": "hospital",
        "farms": "farms",
        "academies": "academies",
        "hills": "hills",
        "roundabout": "roundabout",
        "battalion": "battalion",
    },
}
_SAYS_THAT_IT_IS = words("is are was were has have had will would may might could been s")
"""What follows "there" where it points to no place."""
_WAS = words("was is has had")
_TAKEN = words("captured recaptured taken retaken seized overrun lost fallen liberated")
"""What is said of a place that "it" means."""
_AREAS = words("منطقة المنطقة area")
_NEAR_WORDS = 24
"""How far before "there" the place may stand."""
_LIKE = {
    "village": {"village", "hamlet"},
    "town": {"town", "village"},
    "city": {"city", "town"},
    "camp": {"camp"},
    "crossing": {"border_control", "border_crossing", "crossing"},
    "road": {"road"},
    "base": {"airport", "airbase", "airfield", "aerodrome", "military"},
    "district": {"district", "suburb", "quarter", "neighbourhood", "neighborhood"},
}


_PAIRS = {
    "ar": {
        "القريتين": "village", "القريتان": "village", "البلدتين": "town", "البلدتان": "town",
        "المدينتين": "city", "المدينتان": "city", "الحيين": "district", "الحيان": "district",
    },
    "en": {"villages": "village", "towns": "town", "cities": "city", "districts": "district"},
}  # fmt: skip
_TWO = words("two both")
_APPOSED = 3
_HELD = words("held controlled occupied")


def references(
    sentence: Sentence,
    known: Sequence[Mention],
    earlier: Sequence[Mention],
    names: PlaceNames,
    last: Sequence[Mention] = (),
    lists: Sequence[Sequence[Mention]] = (),
) -> list[Mention]:
    """Return the words that refer back to a place, where it is certain which.

    Parameters
    ----------
    sentence
        Where they stand.
    known
        The places that it names.
    earlier
        Those of the sentences before it, in order.
    names
        For what kind of place each is.
    last
        Those of the sentence before it alone: "there" and "the area" need one that stands alone.
    lists
        Those of the sentence before it in lists: "the two towns" needs a list of two.
    """
    label = _label(sentence, known)
    pair = _pair(sentence, known, lists)
    words = _BACK[sentence.language]
    starts = {mention.start for mention in known} | {mention.start - 1 for mention in known}
    heads_of = {mention.head_at for mention in known}
    found = []
    for at, token in enumerate(sentence.tokens):
        kind = next((words[f] for f in without_clitics(token.norm) if f in words), "")
        kind = "it" if not kind and _is_it_that_fell(sentence, at) else kind
        if kind and kind != "it" and not _points(sentence, at, kind):
            continue
        following = sentence.tokens[at + 1].norm if at + 1 < len(sentence.tokens) else ""
        if (
            not kind
            or at in heads_of
            or (at + 1 in starts and not following.startswith("و"))
            or following in {"of", "القديمه", "الصناعيه"}
        ):
            continue
        before = [*earlier, *(m for m in known if m.end <= at)]
        if label is not None:
            meant: Mention | None = label
        elif kind == "it":
            meant = _alone([m for m in known if m.end <= at], (), at)
        elif kind == "any":
            here = [m for m in known if m.end <= at and not _is_way(m, names)]
            ground = [m for m in last if not _is_way(m, names)]
            meant = _called_area(sentence, here) or _alone(here, ground, at)
        else:
            meant = _meant(kind, before, names)
        if meant is not None:
            found.append(
                replace(meant, start=at, end=at + 1, head_at=at, clitic="", is_reference=True)
            )
    return [*found, *pair]


def _pair(
    sentence: Sentence, known: Sequence[Mention], lists: Sequence[Sequence[Mention]]
) -> list[Mention]:
    """Return the two places that "the two towns" or "both villages" means: the one list of two just before."""
    tokens, pairs = sentence.tokens, _PAIRS[sentence.language]
    for at, token in enumerate(tokens):
        if not any(form in pairs for form in without_clitics(token.norm)):
            continue
        if sentence.language == "en" and not (at and tokens[at - 1].norm in _TWO):
            continue
        starts = {mention.start for mention in known} | {mention.start - 1 for mention in known}
        following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
        if at in starts or at + 1 in starts or following == "of":
            return []
        here = [each for each in lists_of(tokens, known) if each[-1].end <= at]
        if here and at - here[-1][-1].end <= _APPOSED and tokens[here[-1][-1].end].text == ",":
            return []  # "A and B, two villages that"
        pairs_of = [each for each in (here or lists) if len(each) == 2]
        if len(pairs_of) != 1 or any(m.is_reference for m in pairs_of[0]):
            return []
        meant = pairs_of[0]
        return [
            replace(m, start=at, end=at + 1, head_at=at, clitic="", is_reference=True)
            for m in meant
        ]
    return []


def _is_it_that_fell(sentence: Sentence, at: int) -> bool:
    """Return whether "it" is a place: "it fell to", "it was retaken"."""
    tokens = sentence.tokens
    behind = [token.norm for token in tokens[at + 1 : at + 4]]
    taken = behind[:1] == ["fell"] or (
        bool(set(behind[:1]) & _WAS) and bool(set(behind[1:]) & _TAKEN)
    )
    return tokens[at].norm == "it" and taken


def _label(sentence: Sentence, known: Sequence[Mention]) -> Mention | None:
    """Return the place that stands before a colon at the head of a note: "Layramoun: the district fell"."""
    for mention in known[:1]:
        after = sentence.tokens[mention.end].text if mention.end < len(sentence.tokens) else ""
        if min(mention.start, mention.head_at) == 0 and after == ":":
            return mention
    return None


def _points(sentence: Sentence, at: int, kind: str) -> bool:
    """Return whether a word points back: "the town", "there" but not "there are"."""
    tokens = sentence.tokens
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if tokens[at].norm == "there":
        return following is None or following.norm not in _SAYS_THAT_IT_IS
    if sentence.language == "en":
        if at > 1 and tokens[at - 1].norm in _HELD and tokens[at - 2].text == "-":
            return any(token.norm == "the" for token in tokens[max(at - 5, 0) : at])
        return at > 0 and tokens[at - 1].norm == "the"
    if kind == "any" and following is not None and following.is_word:
        # "there is" and "the industrial area" are no references
        return tokens[at].norm != "هناك" and not following.norm.startswith("ال")
    return True


def _called_area(sentence: Sentence, here: Sequence[Mention]) -> Mention | None:
    """Return the one place of a sentence that it calls an area itself."""
    areas = [m for m in here if sentence.tokens[m.head_at].norm.lstrip("بل") in _AREAS]
    return areas[0] if len({m.ids for m in areas}) == 1 else None


def _is_way(mention: Mention, names: PlaceNames) -> bool:
    """Return whether a place is a road, which no "area" means."""
    roads = [place for place in mention.ids if names.kinds.get(place) == "road"]
    return mention.between is not None or bool(roads)


def _alone(here: Sequence[Mention], last: Sequence[Mention], at: int) -> Mention | None:
    """Return the place that the clause before names, if it names only one."""
    near = [m for m in here if at - m.end <= _NEAR_WORDS] if here else list(last)
    meant = {(m.ids, m.between) for m in near}
    return near[-1] if len(meant) == 1 else None


def _classes_of(name: str) -> set[str]:
    """Return what a name says itself that its place is: an airport, a camp, a road."""
    words = [letters(word) for word in name.split()]
    return {heads()[word] for word in (words[0], words[-1]) if len(words) > 1 and word in heads()}


def _meant(kind: str, before: Sequence[Mention], names: PlaceNames) -> Mention | None:
    for mention in reversed(before[-4:]):
        if kind == "road" and mention.between is not None:
            return mention
        if kind in {mention.head, mention.tail, *_classes_of(mention.name)}:
            return mention
        if any(names.kinds.get(place) in _LIKE.get(kind, ()) for place in mention.ids):
            return mention
        if kind not in _LIKE and kind in letters(mention.name).split():
            return mention  # "the farms" after "the Mallah farms"
    return None
