"""Names that no place of the scenario has, where the text says that they are places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import cues, heads, markers, speakers, without_clitics, words
from engine.importers.reading.place_names import Mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.tokens import Sentence, Token

_NO_SETTLEMENTS = frozenset({"road", "base", "front", "district"})
_STARTERS = words(
    "تل تله كفر دير خان عين ام ابو الشيخ شيخ بيت حوار جب رسم باب معره معراته معاره خربه برج قلعه مرج وادي حوش مزرعه قره تلال جبل راس بني بنت سوق قصر عرب"
)
_STOP = words(
    "في من الى على عن بعد قبل خلال التي الذي وسط عقب اثر مع حيث منذ ضمن بريف ريف شمال جنوب شرق غرب شمالي جنوبي شرقي غربي هي هو كما بين اليوم امس فجر صباح مساء وذلك بشكل بالكامل كامله كاملا او ثم عند لدى تحت فوق ضد كل منها هناك بينها وهي ومحيطها المذكوره ان قد اخرى عده عدد مجاوره سوريه استراتيجيه محرره فقط"
)
_CAPITAL = re.compile(r"[A-Z][\w'’-]+$")
_NOT_A_NAME = words(
    "the a an in on of monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december syria syrian iraq iraqi libya libyan yemen yemeni ukraine ukrainian christian shiite shia sunni alawite druze turkmen yazidi aleppo russia russian turkey turkish us un islamic state kurdish army front government"
)


def unknown_place(
    sentence: Sentence, at: int, head: str, listing: tuple[str, int], found: Sequence[Mention]
) -> Mention | None:
    """Return a name that no place has, where a head or the list that it stands in says that it is one.

    Parameters
    ----------
    sentence
        Where it stands.
    at
        The token at which it would begin.
    head
        The class of the word before it; empty if there is none.
    listing
        The class of the head of its list, and where that stands.
    found
        The places before it.
    """
    tokens = sentence.tokens
    own, list_at = listing
    listed = bool(found) and bool(own) and not head and is_chained(tokens, found[-1].end, at)
    if not head and sentence.language == "en" and _CAPITAL.match(tokens[at].text):
        own = head = _head_after(tokens, at)
        list_at = at
    if not tokens[at].is_word or not (head or listed) or own in _NO_SETTLEMENTS:
        return None
    name = _english if sentence.language == "en" else _arabic
    end, clitic = name(tokens, at, list_at, listed=listed)
    if end == at:
        return None
    text = _text(sentence, at, end)[len(clitic) :]
    return Mention(at, end, (), text, clitic, own, at if listed else list_at)


def _english(tokens: Sequence[Token], at: int, list_at: int, *, listed: bool) -> tuple[int, str]:
    """Return where a name in capitals ends; where it begins, if it is none."""
    del list_at, listed
    end = at
    while (
        end < len(tokens)
        and _CAPITAL.match(tokens[end].text)
        and tokens[end].norm not in _NOT_A_NAME
    ):
        end += 1
        if end + 1 < len(tokens) and tokens[end].text == "-":
            end += 1
    before = tokens[at - 1].norm if at else ""
    return (at if before in heads() and before.endswith("s") else end), ""


def _arabic(tokens: Sequence[Token], at: int, list_at: int, *, listed: bool) -> tuple[int, str]:
    """Return where a name after a head or in its list ends, and the conjunction before it."""
    if not listed and without_clitics(tokens[list_at].norm)[-1].startswith("ال"):
        return at, ""
    word = tokens[at].norm
    clitic = "و" if listed and word[0] == "و" else ""
    bare = word[len(clitic) :]
    apart = tokens[at - 1].norm in {",", "،", "و"}
    if (listed and not clitic and not apart) or not _may_be_a_name(bare):
        return at, ""
    end = at + 1
    if bare in _STARTERS and end < len(tokens) and tokens[end].is_word:
        return end + 1, clitic
    if listed:
        if not _PLURAL & set(without_clitics(tokens[list_at].norm)) or _is_verb(tokens, at, "ar"):
            return at, ""
        two = end + 1 < len(tokens) and tokens[end].is_word and _may_be_a_name(tokens[end].norm)
        end += two and not clitic and tokens[end + 1].text in {",", "،"}
    return end, clitic


def is_chained(tokens: Sequence[Token], end: int, at: int) -> bool:
    """Return whether nothing but commas and conjunctions stands between two names."""
    between = [token.norm for token in tokens[end:at]]
    if all(word in {",", "،", "و", "and", "-", "–", "/", "او", "or", "the"} for word in between):
        return bool(between) or (at < len(tokens) and tokens[at].norm[:1] == "و")
    return False


_PLURAL = words(
    "قرى قري بلدات مدن قريتي قريتا قريتين بلدتي بلدتا مدينتي مدينتا احيا مناطق مزارع حيي تلتي"
)
_REGIONS = words("حلب سوريا سوريه تركيا ادلب حماه حمص دمشق الرقه العراق لبنان الحسكه درعا اللاذقيه")


def _may_be_a_name(word: str) -> bool:
    return not (
        (len(word) < 3 and word not in _STARTERS)
        or word in _STOP | _REGIONS
        or any(form in heads() for form in without_clitics(word)[:2] if form not in _STARTERS)
        or word.isdigit()
        or word[:2] in {"لل", "بش"}
    )


def _is_verb(tokens: Sequence[Token], at: int, language: str) -> bool:
    """Return whether a word of a list begins a new clause instead."""
    word = tokens[at].norm.removeprefix("و")
    if word.startswith(("است", "يت", "تت")) or (word.endswith("ت") and not word.endswith("ات")):
        return True
    return any(
        hit.start == 0
        for table in (cues(), markers(), speakers())
        for hit in table.hits(tokens[at : at + 4], language)
    )


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
