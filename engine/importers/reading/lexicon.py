"""The tables of the reader: cues, markers, parties, speakers, heads of names, lists of words, confidence."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from engine.importers.reading.tokens import forms
from engine.io.text import folded, letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.reading.tokens import Token

_ON = letters("على")
_GAPS = {"...": 3, "....": 9}
"""Words that dots of a pattern stand for, at most."""


def words(text: str) -> frozenset[str]:
    """Return words in the spelling of tokens."""
    return frozenset(map(letters, text.split()))


_WHOLE_WORDS = words("وسع وسعت وسعوا وسعى وصل وصلت وقع وقعت وقف فقد فقدت فتح فتحت فشل فشلت")
"""Words whose first letter is no conjunction, though what is left would be a word as well."""


class Element(NamedTuple):
    """A word of a pattern: what it may be, whether it may be absent, and words allowed before it."""

    words: frozenset[str]
    optional: bool
    gap: int


@dataclass(frozen=True)
class Pattern:
    """A row of a table of cues or markers."""

    language: str
    means: str
    takes: str
    elements: tuple[Element, ...]


class Hit(NamedTuple):
    """A pattern found: the tokens from ``start`` to before ``end``."""

    start: int
    end: int
    means: str
    takes: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files("engine.importers.reading").joinpath("tables", name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _elements(pattern: str) -> tuple[Element, ...]:
    found = []
    gap = 0
    for part in pattern.split():
        if part in _GAPS:
            gap = _GAPS[part]
            continue
        optional = part.startswith("(")
        words = frozenset().union(*(forms(word) for word in part.strip("()").split("/")))
        found.append(Element(words, optional, gap))
        gap = 0
    return tuple(found)


class Patterns:
    """The patterns of a table, found by their first word."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._by_word: dict[tuple[str, str], list[Pattern]] = {}
        for pattern in patterns:
            for word in pattern.elements[0].words:
                self._by_word.setdefault((pattern.language, word), []).append(pattern)

    def hits(self, tokens: Sequence[Token], language: str) -> list[Hit]:
        """Return every pattern found, by place; of those at one place the longest first."""
        found = []
        for start, token in enumerate(tokens):
            for form in forms_of(token.norm, language):
                for pattern in self._by_word.get((language, form), ()):
                    end = _end(pattern, tokens, start, language)
                    if end:
                        found.append(Hit(start, end, pattern.means, pattern.takes))
        return sorted(dict.fromkeys(found), key=lambda hit: (hit.start, -hit.end))


def forms_of(word: str, language: str) -> tuple[str, ...]:
    """Return a word with and without the conjunction that Arabic writes before it."""
    if language == "ar" and len(word) > 2 and word[0] in "وف" and word not in _WHOLE_WORDS:
        return (word, word[1:])
    return (word,)


def without_clitics(word: str) -> list[str]:
    """Return an Arabic word as it is, and without the conjunctions and prepositions written before it."""
    found = [word]
    while len(found[-1]) > 3 and found[-1][0] in "وفبل" and len(found) < 4:
        found.append(found[-1][1:])
    if word.startswith("لل"):
        found.append("ا" + word[1:])
    return found


def _end(pattern: Pattern, tokens: Sequence[Token], start: int, language: str) -> int:
    """Return where a pattern that begins at a token ends, 0 if it does not fit."""
    at = start + 1
    carried = 0  # the dots before a word that is absent stand before the next one
    for element in pattern.elements[1:]:
        gap = max(element.gap, carried)
        carried = 0
        for skip in range(gap + 1):
            here = at + skip
            if here >= len(tokens) or not _may_be_passed(tokens, at, here):
                here = -1
                break
            if element.words & set(forms_of(tokens[here].norm, language)):
                break
        else:
            here = -1
        if here >= 0:
            at = here + 1
        elif not element.optional:
            return 0
        else:
            carried = gap
    return at


def _may_be_passed(tokens: Sequence[Token], start: int, here: int) -> bool:
    """Return whether a pattern goes on up to a token: over words, hyphens, and a comma before "على"."""
    for at in range(start, here + 1):
        comma = tokens[at].text == "،" and at + 1 < len(tokens) and tokens[at + 1].norm == _ON
        if not (tokens[at].is_word or tokens[at].text == "-" or comma):
            return False
    return True


@cache
def cues() -> Patterns:
    """Return the verbs, verbal nouns and phrases that say what happened."""
    return Patterns(
        [
            Pattern(row["language"], row["kind"], row["takes"], _elements(pattern))
            for row in _rows("cues.csv")
            for pattern in row["pattern"].split("|")
        ]
    )


@cache
def markers() -> Patterns:
    """Return the words that change what a cue says: aims, failure, conditions, parts, directions."""
    return Patterns(
        [
            Pattern(row["language"], row["marks"], "", _elements(pattern))
            for row in _rows("markers.csv")
            for pattern in row["pattern"].split("|")
        ]
    )


@cache
def speakers() -> Patterns:
    """Return the verbs by which somebody else says it."""
    return Patterns(
        [
            Pattern(row["language"], row["speaker"], "", _elements(pattern))
            for row in _rows("speakers.csv")
            for pattern in row["pattern"].split("|")
        ]
    )


@cache
def party_names() -> dict[str, tuple[str, ...]]:
    """Return the names of each party."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows("parties.csv"):
        found[row["party"]] = (*found.get(row["party"], ()), *row["name"].split("|"))
    return found


@cache
def also_called() -> dict[str, tuple[str, ...]]:
    """Return further names in use of places, by a name that a network or scenario gives them."""
    return {folded(row["name"]): tuple(row["also"].split("|")) for row in _rows("names.csv")}


@cache
def heads() -> dict[str, str]:
    """Return the class of each word that stands before a name: village, town, road, ..."""
    return {
        letters(word): row["class"] for row in _rows("heads.csv") for word in row["word"].split("|")
    }


@cache
def word_list(name: str) -> frozenset[str]:
    """Return a list of the table of words, in the spelling of tokens."""
    return words(next(row["words"] for row in _rows("words.csv") if row["list"] == name))


@cache
def confidences() -> dict[str, tuple[float, str]]:
    """Return the confidence that each rule gives, and what to say of it."""
    return {row["rule"]: (float(row["confidence"]), row["said"]) for row in _rows("confidence.csv")}
