"""Places in a sentence: names, lists with heads, roads by their ends, and references back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import cues, forms_of, heads, markers, speakers, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.parties import PartyMention
    from engine.importers.reading.place_names import PlaceNames
    from engine.importers.reading.sentences import Sentence, Token

_TITLES = words("ابو الناشط الاعلامي الصحفي السيد عبد العقيد النقيب الدكتور")
_STARTERS = words("تل تله كفر دير خان عين ام ابو الشيخ شيخ بيت حوار جب رسم باب معره معراته معاره خربه برج قلعه مرج وادي حوش مزرعه قره تلال جبل راس بني بنت سوق قصر عرب")
_STOP = frozenset(
    "في من الى على عن بعد قبل خلال التي الذي وسط عقب اثر مع حيث منذ ضمن بريف ريف شمال جنوب شرق غرب شمالي جنوبي شرقي "
    "غربي هي هو كما بين اليوم امس فجر صباح مساء وذلك بشكل بالكامل كامله كاملا او ثم عند لدى تحت فوق ضد كل منها هناك "
    "بينها وهي ومحيطها المذكوره ان قد اخرى عده عدد مجاوره سوريه استراتيجيه محرره فقط".split()
)
_CAPITAL = re.compile(r"[A-Z][\w'’-]+$")
_NOT_A_NAME = frozenset(
    "the a an in on of monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december syria syrian aleppo russia russian turkey turkish us un "
    "islamic state kurdish army front government".split()
)
_ROAD_LINKS = words("الواصل الواصله الرابط الرابطه الممتد بين الدولي الذي يصل يربط من linking connecting between from links connects that which leading running supply main strategic")
_PREPOSITIONS = words("في الى على من in of on")
_TO = words("- – — / و الى ب and to with")


@dataclass(frozen=True)
class Mention:
    """A place named.

    Parameters
    ----------
    start, end
        Its tokens; the head ("town of") is left out.
    ids
        The places or sites that it may be; none if nothing known is called so.
    name
        As it is written.
    clitic
        The letters that Arabic writes before it.
    head
        The class of the word before the name: village, town, road, ...; empty if there is none.
    head_at
        Where that word stands, else `start`.
    between
        The ids of the two ends of a road that is named by them.
    is_reference
        Whether it refers back: "the town".
    """

    start: int
    end: int
    ids: tuple[str, ...]
    name: str
    clitic: str = ""
    head: str = ""
    head_at: int = 0
    between: tuple[str, str] | None = None
    is_reference: bool = False


def places_in(
    sentence: Sentence, names: PlaceNames, parties: Sequence[PartyMention]
) -> list[Mention]:
    """Return the places that a sentence names, in order."""
    tokens = sentence.tokens
    taken = {at for party in parties for at in range(party.start, party.end)}
    found: list[Mention] = []
    at = 0
    list_head = ("", 0)
    while at < len(tokens):
        head, head_at = _head_before(tokens, at)
        listed = bool(found) and _is_chained(tokens, found[-1].end, at)
        preposition = at > 0 and tokens[at - 1].norm in _PREPOSITIONS
        hit = names.at(tokens, at, after_head=bool(head) or listed or preposition)
        if hit and not (taken & set(range(at, hit[0]))) and not _is_person(tokens, at, hit[0]):
            end, ids, clitic = hit
            name = " ".join(token.text for token in tokens[at:end])
            if clitic:
                name = name[len(clitic) :]
                name = f"ا{name}" if clitic.endswith("ل") and name.startswith("ل") else name
            found.append(Mention(at, end, ids, name, clitic, head, head_at))
            list_head = (head, head_at) if head or not listed else list_head
            at = end
            continue
        listing = list_head if listed and not head else (head, head_at)
        unknown = _unknown(sentence, at, head, listing, found) if at not in taken else None
        if unknown is not None and not (taken & set(range(at, unknown.end))):
            found.append(unknown)
            list_head = listing if listing[0] else (unknown.head, at)
            at = unknown.end
            continue
        at += 1
    return _with_roads(tokens, [m for m in found if not _qualifies(m, found, tokens)])


def _head_before(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the class of the head of a name that begins here, and where the head stands."""
    known = heads()
    back = at - 1
    while back >= 0 and at - back <= 3 and tokens[back].norm in {"of", "the", "all", "strategic"}:
        back -= 1
    if back >= 0:
        for form in _without_clitics(tokens[back].norm):
            if form in known:
                return known[form], back
    return "", at


def _without_clitics(word: str) -> list[str]:
    found = [word]
    while len(found[-1]) > 3 and found[-1][0] in "وفبل" and len(found) < 4:
        found.append(found[-1][1:])
    if word.startswith("لل"):
        found.append("ا" + word[1:])
    return found


def _is_chained(tokens: Sequence[Token], end: int, at: int) -> bool:
    """Return whether nothing but commas and conjunctions stands between two names."""
    between = [token.norm for token in tokens[end:at]]
    if all(word in {",", "،", "و", "and", "-", "–", "/", "او", "or", "the"} for word in between):
        return bool(between) or (at < len(tokens) and tokens[at].norm[:1] == "و")
    return False


def _is_person(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Return whether a name is the surname of somebody."""
    before = tokens[start - 1].norm if start else ""
    earlier = tokens[start - 2].norm if start > 1 else ""
    if before in _TITLES or earlier in _TITLES:
        return True
    after = tokens[end].norm if end < len(tokens) else ""
    named = start > 0 and _CAPITAL.match(tokens[start - 1].text) is not None
    return bool(
        (named and start > 1 and after in {"said", "told", "says"} and before not in heads())
        or before in {"abu", "mr", "ms", "dr", "commander", "activist", "colonel", "general"}
    )


def _unknown(
    sentence: Sentence, at: int, head: str, listing: tuple[str, int], found: Sequence[Mention]
) -> Mention | None:
    """Return a name that no place has, where a head or the list that it stands in says that it is one."""
    tokens = sentence.tokens
    own, list_at = listing
    listed = bool(found) and bool(own) and not head and _is_chained(tokens, found[-1].end, at)
    head_at = at if listed else list_at
    if not head and sentence.language == "en" and _CAPITAL.match(tokens[at].text):
        head = own = _head_after(tokens, at)
        head_at = at
    if not tokens[at].is_word or not (head or listed) or head in {"road", "base", "front", "district"}:
        return None
    if sentence.language == "en":
        end = at
        while end < len(tokens) and _CAPITAL.match(tokens[end].text) and tokens[end].norm not in _NOT_A_NAME:
            end += 1
            if end + 1 < len(tokens) and tokens[end].text == "-":
                end += 1
        ends_here = end > at and not (tokens[at - 1].norm in heads() and tokens[at - 1].norm.endswith("s"))
        return Mention(at, end, (), _text(sentence, at, end), "", own, head_at) if ends_here else None
    if head and _without_clitics(tokens[head_at].norm)[-1].startswith("ال"):
        return None
    conjunct = listed and not head
    word = tokens[at].norm
    bare = word[1:] if conjunct and word[0] == "و" else word
    clitic = "و" if bare != word else ""
    if conjunct and not clitic and tokens[at - 1].norm not in {",", "،", "و"}:
        return None
    if not _may_be_a_name(bare):
        return None
    end = at + 1
    if bare in _STARTERS and end < len(tokens) and tokens[end].is_word:
        end += 1
    elif conjunct:
        list_of = _without_clitics(tokens[list_at].norm)
        if not _PLURAL & set(list_of) or _is_verb(tokens, at, sentence.language):
            return None
        ends = end + 1 < len(tokens) and tokens[end].is_word and _may_be_a_name(tokens[end].norm)
        end += ends and not clitic and tokens[end + 1].text in {",", "،"}
    name = _text(sentence, at, end)[len(clitic) :]
    return Mention(at, end, (), name, clitic, own, head_at)


_PLURAL = words("قرى قري بلدات مدن قريتي قريتا قريتين بلدتي بلدتا مدينتي مدينتا احيا مناطق مزارع حيي تلتي")
_REGIONS = words("حلب سوريا سوريه تركيا ادلب حماه حمص دمشق الرقه العراق لبنان الحسكه درعا اللاذقيه")


def _may_be_a_name(word: str) -> bool:
    return not (
        (len(word) < 3 and word not in _STARTERS)
        or word in _STOP | _REGIONS
        or any(form in heads() for form in _without_clitics(word)[:2] if form not in _STARTERS)
        or word.isdigit()
        or word[:2] in {"لل", "بش"}
    )


def _is_verb(tokens: Sequence[Token], at: int, language: str) -> bool:
    """Return whether a word of a list begins a new clause instead."""
    word = tokens[at].norm.removeprefix("و")
    if word.startswith(("است", "يت", "تت")) or (word.endswith("ت") and not word.endswith("ات")):
        return True
    return any(hit.start == 0 for table in (cues(), markers(), speakers()) for hit in table.hits(tokens[at : at + 4], language))


def _head_after(tokens: Sequence[Token], at: int) -> str:
    """Return the class of the head behind a name or a list of names: "Harjala and Dalha villages"."""
    for token in tokens[at + 1 : at + 8]:
        if token.norm in heads():
            return heads()[token.norm]
        if not (_CAPITAL.match(token.text) or token.norm in {"and", ",", "-", "al"}):
            break
    return ""


def _text(sentence: Sentence, start: int, end: int) -> str:
    last = sentence.tokens[end - 1]
    return sentence.text[sentence.tokens[start].at : last.at + len(last.text)]


def _qualifies(mention: Mention, found: Sequence[Mention], tokens: Sequence[Token]) -> bool:
    """Return whether a name only says which place of the name before it is meant: "Sawran Azaz"."""
    del tokens
    return any(other.end == mention.start for other in found) and not (
        mention.clitic or mention.head
    )


def _with_roads(tokens: Sequence[Token], found: list[Mention]) -> list[Mention]:
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
    if mention.between or start == mention.start or not links - {"الدولي", "main", "strategic", "supply", "running"}:
        return mention
    if end + 1 < len(tokens) and tokens[end].norm in _TO | {"ب"} and tokens[end + 1].is_word:
        name = " ".join(token.text for token in tokens[start : end + 2])
        return replace(mention, start=start, end=end + 2, ids=(), name=name, head="road", head_at=start)
    return mention


def _is_road(tokens: Sequence[Token], one: Mention, other: Mention) -> bool:
    if not (one.ids and other.ids) or one.ids == other.ids:
        return False
    joint = [t.norm for t in tokens[one.end : other.start] if t.norm not in heads() and t.norm != "the"]
    linked = bool(joint) or other.clitic in {"و", "ب", "وب", "ل"}
    if len(joint) > 1 or not linked or any(word not in _TO for word in joint):
        return False
    roads = {word for word, kind in heads().items() if kind == "road"} | {"امداد", "الامداد", "خط", "link"}
    after = tokens[other.end].norm if other.end < len(tokens) else ""
    if after in roads and joint[:1] in (["-"], ["–"], ["—"], ["/"], ["to"]):
        return True
    at = _road_start(tokens, one.start)
    if at == one.start:
        return False
    between = {t.norm for t in tokens[at + 1 : one.start]} & _ROAD_LINKS
    return bool(between) or joint[:1] in (["-"], ["–"], ["—"], ["/"], ["to"], ["الى"])


def _road_start(tokens: Sequence[Token], start: int) -> int:
    """Return where the word for the road before a name stands; the start of the name if there is none."""
    roads = {word for word, kind in heads().items() if kind == "road"} | {"امداد", "الامداد", "link"}
    for at in range(start - 1, max(start - 6, -1), -1):
        if any(form in roads for form in _without_clitics(tokens[at].norm)):
            return at
        word = tokens[at].norm
        if word not in _ROAD_LINKS and word not in heads() and not word.startswith("ال"):
            break
    return start


_BACK = {
    "ar": {"القريه": "village", "البلده": "town", "المدينه": "city", "المخيم": "camp", "المعبر": "crossing"},
    "en": {"village": "village", "town": "town", "city": "city", "camp": "camp", "crossing": "crossing"},
}
_LIKE = {
    "village": {"village", "hamlet"},
    "town": {"town", "village"},
    "city": {"city", "town"},
    "camp": {"camp"},
    "crossing": {"border_control", "border_crossing", "crossing"},
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
        kind = next((words[f] for f in _without_clitics(token.norm) if f in words), "")
        if sentence.language == "en" and (at == 0 or sentence.tokens[at - 1].norm != "the"):
            continue
        following = sentence.tokens[at + 1].norm if at + 1 < len(sentence.tokens) else ""
        if not kind or at in heads_of or at + 1 in starts or following in {"of", "القديمه", "الصناعيه"}:
            continue
        before = [*earlier, *(m for m in known if m.end <= at)]
        meant = _meant(kind, before, names)
        if meant is not None:
            found.append(replace(meant, start=at, end=at + 1, head_at=at, clitic="", is_reference=True))
    return found


def _meant(kind: str, before: Sequence[Mention], names: PlaceNames) -> Mention | None:
    for mention in reversed(before[-4:]):
        if mention.head == kind:
            return mention
        if any(names.kinds.get(place) in _LIKE[kind] for place in mention.ids):
            return mention
    return None


def is_conjunction(token: Token, language: str) -> bool:
    """Return whether a word begins with "and"."""
    return len(forms_of(token.norm, language)) > 1
