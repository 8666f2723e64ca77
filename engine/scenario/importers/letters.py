"""Text as tired people write it, made comparable: digits, invisible letters, spellings."""

from __future__ import annotations

import unicodedata

from engine.network.spelling import plain


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
