"""Text as tired people write it, made comparable: digits, invisible letters, Arabic spellings."""

from __future__ import annotations

import re
import unicodedata

_SAME_LETTER = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_ARTICLE = re.compile(r"^(?:al|ar|as|ash|at|ad|an|az|el|il) |^ال")
_KIND_OF_PLACE = re.compile(r"\b(?:village|town|city|قريه|بلده|مدينه)\b")


def tidy(text: str) -> str:
    """Return text with ASCII digits and plain spaces, without invisible letters.

    Examples
    --------
    >>> tidy("  ٢٠ كانون  الأول ٢٠١٤ ")
    '20 كانون الأول 2014'
    """
    composed = unicodedata.normalize("NFKC", text)
    visible = (letter for letter in composed if unicodedata.category(letter) != "Cf")
    ascii_digits = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in visible
    )
    return " ".join(ascii_digits.split())


def folded(text: str) -> str:
    """Return what is left of a name when spelling, case, marks and punctuation do not matter.

    Examples
    --------
    >>> folded("Bāb as-Salāma") == folded("bab as salama")
    True
    >>> folded("أعزاز") == folded("اعزاز")
    True
    """
    split = unicodedata.normalize("NFKD", tidy(text).replace("\u0640", "").casefold())
    letters = "".join(letter for letter in split if not unicodedata.combining(letter))
    same = unicodedata.normalize("NFKC", letters).translate(_SAME_LETTER)
    words = re.sub(r"['`´‘’ʿʾ]", "", same)
    return " ".join(re.sub(r"[\W_]+", " ", words).split())


def bare(name: str) -> str:
    """Return a folded name without the Arabic article before it, and words such as "village".

    Examples
    --------
    >>> bare("al mallah"), bare("mallah village")
    ('mallah', 'mallah')
    """
    return _ARTICLE.sub("", " ".join(_KIND_OF_PLACE.sub(" ", name).split()))
