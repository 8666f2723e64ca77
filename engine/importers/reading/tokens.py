"""Sentences, their tokens, and the forms of words: from text as it comes.

Lines may be broken; headlines, lists and quotes are told apart. `stem:code` in a table stands for what conjugation
and clitics make of a word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.io.text import letters

_ENDINGS = ("", "ت", "وا", "ا", "تا", "نا")
_PLURAL = ("ون", "وا", "ان", "ا", "ن")
_OBJECTS = ("ها", "ه", "هما", "هم")
_OWNERS = ("ه", "ها", "هم", "هما", "نا")
_PREPOSITIONS = ("", "ب", "ل", "ك")
_VOWELS = frozenset("aeiou")


@cache
def forms(entry: str) -> frozenset[str]:
    """Return the words that an entry of a table stands for, in the spelling of tokens.

    Parameters
    ----------
    entry
        A word, or a word with codes behind a colon. Arabic: ``p`` conjugates a perfect, ``i`` an
        imperfect that is written without its first letter, ``f`` gives its future, ``q`` its purpose
        ("in order to"); ``o`` adds object pronouns to those and leaves out what has none; ``n`` adds
        article, prepositions and possessives to a noun. English: ``v`` inflects a regular verb.

    Examples
    --------
    >>> sorted(forms("seize:v"))
    ['seize', 'seized', 'seizes', 'seizing']
    """
    stem, _, codes = entry.partition(":")
    if not codes:
        return frozenset({letters(stem)})
    found: list[str] = []
    bound = "o" in codes
    for code in codes:
        match code:
            case "v":
                found += _english(stem)
            case "n":
                found += _noun(stem)
            case "p":
                found += _perfect(stem, bound=bound)
            case "i":
                found += _imperfect(stem, "يتن", bound=bound)
            case "f":
                found += [f"س{form}" for form in _imperfect(stem, "يتن", bound=bound)]
            case "q":
                found += [f"ل{form}" for form in _imperfect(stem, "يت", bound=bound)]
            case "o":
                pass
            case _:
                raise ValueError(f"{entry!r}: no code {code!r}")
    return frozenset(map(letters, found))


def _english(verb: str) -> list[str]:
    if verb.endswith("e"):
        return [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    return [verb, third, f"{verb}ed", f"{verb}ing"]


def _perfect(stem: str, *, bound: bool) -> list[str]:
    weak = stem.endswith("ى")
    short = stem[:-1] if weak else stem
    if bound:
        plain = f"{short}ا" if weak else short
        return [
            f"{form}{it}"
            for form in (plain, f"{short}ت", f"{short}و", f"{short}نا")
            for it in _OBJECTS
        ]
    if weak:
        return [stem, f"{short}ت", f"{short}وا", f"{short}يا", f"{short}تا", f"{short}ينا"]
    return [f"{stem}{ending}" for ending in _ENDINGS]


def _imperfect(stem: str, persons: str, *, bound: bool) -> list[str]:
    weak = stem.endswith(("ى", "ي"))
    short = stem[:-1] if weak else stem
    found = []
    for person in persons:
        if bound:
            plain = f"{short}ي" if weak else stem
            found += [f"{person}{form}{it}" for form in (plain, f"{short}ون", f"{short}و") for it in _OBJECTS]  # fmt: skip
        else:
            found += [f"{person}{stem}", *(f"{person}{short}{ending}" for ending in _PLURAL)]
    return found


def _noun(stem: str) -> list[str]:
    bare = f"{stem[:-1]}ت" if stem.endswith(("ة", "ه")) else stem
    if stem.endswith("اء"):
        bare = f"{stem[:-1]}ئ"
    found = []
    for form in (stem, *(f"{bare}{owner}" for owner in _OWNERS)):
        found += [f"{before}{form}" for before in _PREPOSITIONS]
    if stem.endswith("اء"):
        found += [f"{stem}{owner}" for owner in _OWNERS]
    return [*found, f"ال{stem}", f"بال{stem}", f"لل{stem}", f"كال{stem}"]


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
