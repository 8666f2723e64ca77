"""Names that no place of the scenario has, where the text says that they are places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.importers.reading.lexicon import (
    cues,
    heads,
    markers,
    speakers,
    without_clitics,
    word_list,
)
from engine.importers.reading.place_names import Mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.tokens import Sentence, Token

_NO_SETTLEMENTS = frozenset({"road", "base", "front", "district"})
_STARTERS = word_list("begins_a_name")
_STOP = word_list("no_name_ar")
_CAPITAL = re.compile(r"[A-Z][\w'’-]+$")
_NOT_A_NAME = word_list("no_name_en")


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


_PLURAL = word_list("heads_of_lists")
_REGIONS = word_list("regions")


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
