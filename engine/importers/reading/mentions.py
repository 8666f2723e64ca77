"""Places in a sentence: known names, unknown ones in lists with heads, and roads named by their ends."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import cues, heads, without_clitics, word_list, words
from engine.importers.reading.place_names import Mention, is_chained, unknown_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import PlaceNames
    from engine.importers.reading.tokens import Sentence, Token


_ROAD_LINKS = words(
    "الواصل الواصله الرابط الرابطه الممتد بين الدولي الذي يصل يربط من linking connecting between from links connects that which leading running supply main strategic"
)
_BETWEEN = words("بين between")
_FAR = 20
_TO = words("- – — / و الى ب and to with")


@cache
def _roads() -> frozenset[str]:
    return frozenset(word for word, kind in heads().items() if kind == "road") | words(
        "امداد الامداد خط link"
    )


def with_roads(tokens: Sequence[Token], found: list[Mention]) -> list[Mention]:
    """Return the mentions with roads in place of the two ends that name them."""
    merged: list[Mention] = []
    for mention in found:
        before = merged[-1] if merged else None
        if before is not None and before.between is None and _is_road(tokens, before, mention):
            pair = (before.ids[0], mention.ids[0])
            name = f"{before.name} - {mention.name}"
            start = _road_start(tokens, before.start)
            ends = replace(before, start=start, end=mention.end, ids=(), name=name, head="road")
            merged[-1] = replace(ends, between=pair, head_at=start)
        else:
            merged.append(mention)
    return [_half_known(tokens, mention) for mention in merged]


def _half_known(tokens: Sequence[Token], mention: Mention) -> Mention:
    """Return a road of which only one end is known as a place that nothing known is called."""
    end = mention.end
    start = _road_start(tokens, mention.start)
    links = {token.norm for token in tokens[start + 1 : mention.start]} & _ROAD_LINKS
    if (
        mention.between
        or start == mention.start
        or not links - {"الدولي", "main", "strategic", "supply", "running"}
    ):
        return mention
    if end + 1 < len(tokens) and tokens[end].norm in _TO | {"ب"} and tokens[end + 1].is_word:
        name = " ".join(token.text for token in tokens[start : end + 2])
        return replace(
            mention, start=start, end=end + 2, ids=(), name=name, head="road", head_at=start
        )
    return mention


def _is_road(tokens: Sequence[Token], one: Mention, other: Mention) -> bool:
    if not (one.ids and other.ids) or one.ids == other.ids:
        return False
    joint = [
        "و" if t.norm.startswith("و") and t.norm[1:] in heads() else t.norm
        for t in tokens[one.end : other.start]
        if t.norm not in heads() and t.norm != "the"
    ]
    linked = bool(joint) or other.clitic in {"و", "ب", "وب", "ل"}
    if len(joint) > 1 or not linked or any(word not in _TO for word in joint):
        return False
    after = tokens[other.end].norm if other.end < len(tokens) else ""
    if after in _roads() and joint[:1] in (["-"], ["–"], ["—"], ["/"], ["to"]):
        return True
    at = _road_start(tokens, one.start)
    if at == one.start:
        return False
    between = {t.norm for t in tokens[at + 1 : one.start]} & _ROAD_LINKS
    return bool(between) or joint[:1] in (["-"], ["–"], ["—"], ["/"], ["to"], ["الي"])


def _road_start(tokens: Sequence[Token], start: int) -> int:
    """Return where the word for the road before a name stands; the start of the name if there is none."""
    near = {token.norm for token in tokens[max(start - 2, 0) : start]}
    if near & _BETWEEN:  # "cut the road of supply of the rebels between A and B"
        for at in range(start - 1, max(start - _FAR, -1), -1):
            if any(form in _roads() for form in without_clitics(tokens[at].norm)):
                return at
            if tokens[at].text in ",،.:":
                break
    for at in range(start - 1, max(start - 6, -1), -1):
        if any(form in _roads() for form in without_clitics(tokens[at].norm)):
            return at
        word = tokens[at].norm
        if word not in _ROAD_LINKS and word not in heads() and not word.startswith("ال"):
            break
    return start


_TITLES = words("ابو الناشط الاعلامي الصحفي السيد عبد العقيد النقيب الدكتور")
_GROUPS = words("فصائل لواء ثوار كتائب مجلس شهداء رابطه شبكه تنسيقيه")
"""Before a name without a preposition they name a group after the place."""
_FIRST_OF_NAMES = words(
    "kafr kfar kafar tal tel tall deir dayr khan umm sheikh jabal ain bab beit bayt"
)
_PLURAL = word_list("heads_of_lists")
_LIST_WITHIN = 8
_PREPOSITIONS = words(
    "ابرزها اهمها منها بينها وهي واهمها وابرزها في الى على من حول قرب عند عن داخل نحو صوب باتجاه ومحيط محيط in of on at near around into inside over towards"
)


def places_in(
    sentence: Sentence, names: PlaceNames, parties: Sequence[PartyMention]
) -> list[Mention]:
    """Return the places that a sentence names, in order."""
    tokens = sentence.tokens
    taken = {at for party in parties for at in range(party.start, party.end)}
    spoken_of = {hit.end for hit in cues().hits(tokens, sentence.language)}
    found: list[Mention] = []
    at = 0
    list_head = ("", 0)
    while at < len(tokens):
        head, head_at = _head_before(tokens, at)
        listed = bool(found) and is_chained(tokens, found[-1].end, at)
        preposition = at > 0 and (tokens[at - 1].norm in _PREPOSITIONS or at - 1 in taken)
        is_meant = bool(head) or listed or preposition or _is_in_unknown_list(tokens, at)
        hit = names.at(tokens, at, after_head=is_meant, as_name=at in spoken_of)
        if hit is None and not is_meant:
            hit = _first_of_list(names, tokens, at)
        if hit and _is_part_of_a_name(tokens, at, hit[0]):
            hit = None
        if hit and not (taken & set(range(at, hit[0]))) and not _is_person(tokens, at, hit[0]):
            end, ids, clitic = hit
            name = " ".join(token.text for token in tokens[at:end])
            if clitic:
                name = name[len(clitic) :]
                name = f"ا{name}" if clitic.endswith("ل") and name.startswith("ل") else name
            tail = heads().get(tokens[end].norm, "") if end < len(tokens) else ""
            tail = tail if tokens[at].text.isascii() else ""
            found.append(Mention(at, end, ids, name, clitic, head, head_at, tail))
            list_head = (head, head_at) if head or not listed else list_head
            at = end
            continue
        listing = list_head if listed and not head else (head, head_at)
        unknown = unknown_place(sentence, at, head, listing, found) if at not in taken else None
        if unknown is not None and not (taken & set(range(at, unknown.end))):
            found.append(unknown)
            list_head = listing if listing[0] else (unknown.head, at)
            at = unknown.end
            continue
        at += 1
    return with_roads(tokens, [m for m in found if not _qualifies(m, found)])


def _is_in_unknown_list(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a name stands in a list that begins with names nobody knows: "the districts of X and Y"."""
    if not tokens[at].norm.startswith("و"):
        return False
    for back in range(at - 1, max(at - _LIST_WITHIN, -1), -1):
        word = tokens[back]
        if _PLURAL & set(without_clitics(word.norm)):
            return True
        if word.norm in _PREPOSITIONS or not (word.is_word or word.text in ",،"):
            return False
    return False


def _first_of_list(
    names: PlaceNames, tokens: Sequence[Token], at: int
) -> tuple[int, tuple[str, ...], str] | None:
    """Return a name that is a word too, where another name follows it in a list: "Nubl and Zahraa"."""
    hit = names.at(tokens, at, after_head=False, as_name=True)
    if hit is None or not tokens[at].text[0].isalpha() or tokens[at].text.isascii():
        return None
    for start in (hit[0], hit[0] + 1):
        chained = start < len(tokens) and is_chained(tokens, hit[0], start)
        if chained and names.at(tokens, start, after_head=False, as_name=True):
            return hit
    return None


def _head_before(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the class of the head of a name that begins here, and where the head stands."""
    known = heads()
    back = at - 1
    while back >= 0 and at - back <= 3 and tokens[back].norm in {"of", "the", "all", "strategic"}:
        back -= 1
    if back >= 0:
        for form in without_clitics(tokens[back].norm):
            if form in known:
                return known[form], back
    return "", at


def _is_part_of_a_name(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Return whether a name of one word is the first of another: "Kafr" of "Kafr Qares"."""
    following = tokens[end].text if end < len(tokens) else ""
    named = following[:1].isupper() or (following[:2] == "al" and following[2:3].isupper())
    return end - start == 1 and tokens[start].norm in _FIRST_OF_NAMES and named


def _is_person(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Return whether a name is the surname of somebody."""
    before = tokens[start - 1].norm if start else ""
    earlier = tokens[start - 2].norm if start > 1 else ""
    if before in _TITLES or earlier in _TITLES or before in _GROUPS:
        return True
    after = tokens[end].norm if end < len(tokens) else ""
    named = start > 0 and tokens[start - 1].text.istitle()
    return bool(
        (named and start > 1 and after in {"said", "told", "says"} and before not in heads())
        or before in {"abu", "mr", "ms", "dr", "commander", "activist", "colonel", "general"}
    )


def _qualifies(mention: Mention, found: Sequence[Mention]) -> bool:
    """Return whether a name only says which place of the name before it is meant: "Sawran Azaz"."""
    return any(other.end == mention.start for other in found) and not (
        mention.clitic or mention.head
    )
