"""Text as tired people write it, made comparable: digits, invisible letters, spellings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WHOLE = re.compile(r"^(-?\d+)\.0+$")

# Names in Arabic and in Latin letters, brought to forms that can be compared.

_ARABIC = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىئی", "ي"),
        **dict.fromkeys("ةۀ", "ه"),
        "ؤ": "و",
        "ک": "ك",
        "ء": "",
        "ـ": "",
    }
)
_LETTERS = str.maketrans(
    {
        "ا": "a", "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "h", "خ": "x", "د": "d", "ذ": "d",
        "ر": "r", "ز": "z", "س": "s", "ش": "$", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a",
        "غ": "g", "ف": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w",
        "ي": "y", "پ": "b", "چ": "$", "ڤ": "f", "گ": "g",
    }
)  # fmt: skip
_DIGRAPHS = {"sh": "$", "ch": "$", "kh": "x", "gh": "g", "th": "t", "dh": "d", "dj": "j", "ph": "f"}
_LIKE = str.maketrans({"q": "k", "c": "k", "p": "b", "v": "f"})

_ARTICLE = re.compile(r"\b(?:al|el|ul)[-\s]+|\ba[stdrznl]-|\b[ae](?:sh|th|dh)-")
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{2})")
_APOSTROPHES = re.compile(r"['`´’‘ʿʾʼʻ]")


@lru_cache(maxsize=65_536)
def letters(text: str) -> str:
    """Return text in lower case without accents and apostrophes, its Arabic letters in one spelling each.

    Examples
    --------
    >>> letters("استعادةُ")
    'استعاده'
    """
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _APOSTROPHES.sub("", "".join(bare).translate(_ARABIC).casefold())


@lru_cache(maxsize=65_536)
def plain(name: str) -> str:
    """Return a name without what differs between writers of one script: lower case, single spaces."""
    text = letters(name)
    text = _ARABIC_ARTICLE.sub("", _ARTICLE.sub("", re.sub(r"[‐‑–—_]", "-", text)))
    return " ".join(re.findall(r"\w+", text))


@lru_cache(maxsize=65_536)
def skeleton(name: str) -> str:
    """Return the consonants of a name, the same for either script; words run together."""
    return "".join(_word(word) for word in plain(name).split())


def _word(word: str) -> str:
    if word.isascii():
        for pair, letter in _DIGRAPHS.items():
            word = word.replace(pair, letter)
        word = word.translate(_LIKE)
    else:
        word = word.translate(_LETTERS)
    word = re.sub(r"(.)\1+", r"\1", word)
    if len(word) > 2:
        word = word.removesuffix("h")  # a ta marbuta is written with or without it
    first = "" if word[:1] in "aeiou" else word[:1]
    return first + re.sub(r"[aeiouwy]", "", word[1:])


def tidy(text: str) -> str:
    """Return text with ASCII digits and plain spaces, without invisible letters.

    Examples
    --------
    >>> tidy("  ٢٠ كانون  الأول ٢٠١٤ ")
    '20 كانون الأول 2014'
    """
    if text.isascii():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFKC", text)
    visible = (letter for letter in composed if unicodedata.category(letter) != "Cf")
    ascii_digits = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in visible
    )
    return " ".join(ascii_digits.split())


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Return what is left of a word or name when spelling, case and punctuation do not matter.

    Examples
    --------
    >>> folded("Bāb as-Salāma") == folded("bab al salama")
    True
    >>> folded("أعزاز") == folded("اعزاز")
    True
    """
    return plain(tidy(text).replace("_", " "))


def whole_number_as_such(text: str) -> str:
    """Return text without the ``.0`` that programs add to whole numbers of a column with gaps.

    Examples
    --------
    >>> whole_number_as_such("20141220.0"), whole_number_as_such("1.5")
    ('20141220', '1.5')
    """
    return _WHOLE.sub(r"\1", text)
