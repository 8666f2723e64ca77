"""Words that refer back to a place: "the town", "the crossing"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import without_clitics

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
        "المعبر": "crossing",
        "المطار": "base",
        "الحي": "district",
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
    },
}
_LIKE = {
    "village": {"village", "hamlet"},
    "town": {"town", "village"},
    "city": {"city", "town"},
    "camp": {"camp"},
    "crossing": {"border_control", "border_crossing", "crossing"},
    "base": {"airport", "airbase", "airfield", "aerodrome", "military"},
    "district": {"district", "suburb", "quarter", "neighbourhood", "neighborhood"},
}


def references(
    sentence: Sentence, known: Sequence[Mention], earlier: Sequence[Mention], names: PlaceNames
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
    """
    words = _BACK[sentence.language]
    starts = {mention.start for mention in known} | {mention.start - 1 for mention in known}
    heads_of = {mention.head_at for mention in known}
    found = []
    for at, token in enumerate(sentence.tokens):
        kind = next((words[f] for f in without_clitics(token.norm) if f in words), "")
        if sentence.language == "en" and (at == 0 or sentence.tokens[at - 1].norm != "the"):
            continue
        following = sentence.tokens[at + 1].norm if at + 1 < len(sentence.tokens) else ""
        if (
            not kind
            or at in heads_of
            or at + 1 in starts
            or following in {"of", "القديمه", "الصناعيه"}
        ):
            continue
        before = [*earlier, *(m for m in known if m.end <= at)]
        meant = _meant(kind, before, names)
        if meant is not None:
            found.append(
                replace(meant, start=at, end=at + 1, head_at=at, clitic="", is_reference=True)
            )
    return found


def _meant(kind: str, before: Sequence[Mention], names: PlaceNames) -> Mention | None:
    for mention in reversed(before[-4:]):
        if mention.head == kind:
            return mention
        if any(names.kinds.get(place) in _LIKE[kind] for place in mention.ids):
            return mention
    return None
