"""Sentences and their tokens, from text as it comes: broken lines, headlines, lists, quotes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from engine.io.text import letters

_TOKEN = re.compile(r"[^\W_]+(?:['’ʿʾʼ`][^\W_]+)*|[^\w\s]")
_END = re.compile(r"(?<=[.!?؟…])[\"'”»)\]]*\s+|(?<=[.!?؟])(?=[\"«“]?[ء-ي])|[|‖]{2,}|\s[•▪●*]\s")
_SHORT = re.compile(
    r"(?:^|\s)(?:[A-Z]|[A-Z]\.[A-Z]|Gen|Col|Lt|Maj|Brig|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Mr|Mrs|Dr|St|No|approx|km|د|أ)\.$"
)
_ITEM = re.compile(
    r"\s*(?:[-–—•*▪●]|[^\w\s\"'«»“”„‘’()\[\]{}….,،؛;:!?؟/%&+]|\d{1,2}[:.]\d{2}\b|\d{1,2}[.)]\s)"
)
_MONTH = (
    "Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|"
    "كانون|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين|يناير|فبراير|مارس|أبريل|إبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
_DATED = re.compile(
    rf"(?:\d{{1,2}}\s+)?(?:{_MONTH})\.?(?:\s+(?:الأول|الثاني))?(?:/\w+)?(?:\s+\d{{1,2}})?(?:,?\s+\d{{4}})?\s*(?::|[-–—]\s)"
)
"""The day at the head of a line of a chronicle."""
_TIMED = re.compile(r"\d{1,2}:\d{2}\b")
_CLOSED = re.compile(r"[.!?؟:…][\"'”»)\]]*$")
_QUOTES = frozenset("\"'«»“”„‘’()[]{}`#")
_WIDEST_WRAPPED = 140
_STOP = re.compile(r"[.!…](?:\s|$)|؟\s|[،,;؛-]$")
_LEAST_NOTES = 4
"""Lines of a text in which nothing ends with a full stop, as in lists of headlines: none goes on."""
_LONG = 100
"""Letters of a line that is no headline: without a full stop it goes on."""


@dataclass(frozen=True)
class Token:
    """A word or a mark.

    Parameters
    ----------
    text
        As it is written.
    norm
        In lower case, in one spelling; empty for quotes.
    at
        Its first character in the sentence.
    """

    text: str
    norm: str
    at: int

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number."""
        return self.text[0].isalnum()


@dataclass(frozen=True)
class Sentence:
    """A sentence, a headline or an item of a list.

    Parameters
    ----------
    text
        As it is written, on one line.
    tokens
        Its words and marks, quotes left out.
    language
        ``ar`` or ``en``.
    is_headline
        Whether it ends without a full stop, as headlines do, or begins with an hour or a day, as live notes and
        chronicles do.
    """

    text: str
    tokens: tuple[Token, ...]
    language: str
    is_headline: bool


def sentences_of(text: str) -> list[Sentence]:
    """Return the sentences of a text, in order.

    Examples
    --------
    >>> [each.text for each in sentences_of("They took Mare. It is 2.5 km away.")]
    ['They took Mare.', 'It is 2.5 km away.']
    """
    found = []
    for block in _blocks(text):
        for part in _parts(block):
            clean = part.strip(" -–—•*▪●|>#\t")
            if any(letter.isalpha() for letter in clean):
                found.append(_sentence(clean))
    return found


def _sentence(text: str) -> Sentence:
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in text)
    latin = sum("a" <= letter.lower() <= "z" for letter in text)
    headline = bool(_TIMED.match(text) or _DATED.match(text)) or (
        not _CLOSED.search(text) and len(text) < 120
    )
    return Sentence(text, tokens_of(text), "ar" if arabic > latin else "en", headline)


def is_dated(text: str) -> bool:
    """Return whether a line begins with a day and a colon or dash, as those of chronicles do.

    Examples
    --------
    >>> is_dated("14 December 2014: rebels enter Mare."), is_dated("On 14 December rebels entered Mare.")
    (True, False)
    """
    return bool(_DATED.match(text))


@lru_cache(maxsize=8_192)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the words and marks of a text, without quotes and invisible letters."""
    tokens = []
    bare = "".join(
        " " if unicodedata.category(letter) == "Cf" else letter for letter in text
    )  # one for one, so that positions stay
    bare = re.sub("(?<=\\w)[\u064b-\u065f\u0670\u0640]+", lambda m: "\u0640" * len(m[0]), bare)
    for found in _TOKEN.finditer(bare):
        word = found[0]
        if word in _QUOTES:
            continue
        shown = word.replace("\u0640", "")
        if shown.endswith(("'s", "’s")):
            shown = shown[:-2]
        if shown:
            tokens.append(Token(shown, letters(shown), found.start()))
    return tuple(tokens)


def _blocks(text: str) -> list[str]:
    """Return paragraphs, headlines and items of lists, lines that were only wrapped joined again."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    filled = [line for line in lines if line]
    widest = max(map(len, filled), default=0)
    are_notes = len(filled) >= _LEAST_NOTES and not any(map(_STOP.search, filled))
    is_prose = 2 * sum(bool(_CLOSED.search(line)) for line in filled) >= len(filled)
    blocks: list[str] = []
    open_ = was_line = False
    for line in lines:
        if not line:
            open_ = was_line = False
            continue
        if blocks and not _ITEM.match(line) and (open_ or (was_line and line[0].islower())):
            blocks[-1] += f" {line}"
        else:
            blocks.append(line)
        is_title = len(blocks) == 1 and len(line.split()) > 3 and "،" not in line
        open_ = not are_notes and _goes_on(line, widest, is_prose=is_prose and not is_title)
        was_line = not _CLOSED.search(line)
    return blocks


def _goes_on(line: str, widest: int, *, is_prose: bool) -> bool:
    """Return whether a line was broken inside a sentence."""
    if _CLOSED.search(line):
        return False
    if is_prose:
        return True
    if line.endswith((",", "،", "؛", ";", "-")):
        return True
    return len(line) >= _LONG or (widest <= _WIDEST_WRAPPED and len(line) >= 0.7 * widest)


def _parts(block: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for found in _END.finditer(block):
        before = block[start : found.start()]
        if _SHORT.search(before):
            continue
        parts.append(before)
        start = found.end()
    return [*parts, block[start:]]
