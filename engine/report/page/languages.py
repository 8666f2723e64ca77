"""The languages of a page: their catalogues as plain values, and the texts of the engine in each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from engine.language import (
    ENGLISH,
    MONTHS_OF,
    PSEUDO,
    direction_of,
    languages,
    messages_of,
    spoken,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CATALOGUE = "page"
OTHER_DIGITS = {"ar": "٠١٢٣"}
"""Languages that are written with digits of their own as well, and how these look."""
EASTERN = "-u-nu-arab"
"""Behind the code of a language, as BCP 47 has it: with Arabic-Indic digits."""


def tag() -> str:
    """Return the language spoken as the page's address has it.

    Examples
    --------
    >>> tag()
    'en'
    """
    now = spoken()
    return f"{now.code}{EASTERN}" if now.eastern_digits else now.code


@cache
def page_languages() -> tuple[str, ...]:
    """Return the codes of the languages that the page has, English first.

    Examples
    --------
    >>> page_languages()[:2]
    ('en', 'ar')
    """
    folder = files("engine") / "locale"
    there = [code for code in languages() if (folder / code / f"{CATALOGUE}.po").is_file()]
    return (ENGLISH, *there)


def languages_data(codes: Iterable[str]) -> dict[str, Any]:
    """Return what the page knows of languages, for JSON.

    Parameters
    ----------
    codes
        Of those that it takes along: their catalogues, directions and months.

    Returns
    -------
    dict
        ``own`` (the one spoken now), ``names`` (pairs of a tag and what its speakers call it, of all that
        there are) and ``of`` (by code, what the page takes along).
    """
    names = [(code, _name(code)) for code in page_languages()]
    names += [
        (f"{code}{EASTERN}", f"{_name(code)} ({look})") for code, look in OTHER_DIGITS.items()
    ]
    return {
        "own": tag(),
        "names": sorted(names, key=lambda pair: (pair[0] != ENGLISH, pair)),
        "of": {code: _language(code) for code in codes},
    }


def _name(code: str) -> str:
    if code == ENGLISH:
        return "English"
    from babel import Locale

    return Locale.parse(code).get_display_name(code) or code


def _language(code: str) -> dict[str, Any]:
    if code == ENGLISH:
        return {"direction": "ltr"}
    if code == PSEUDO:
        return {"direction": "ltr", "messages": _between_brackets()}
    from babel import Locale

    months = Locale.parse(MONTHS_OF.get(code, code)).months["format"]
    return {
        "direction": direction_of(code),
        "months": [months["wide"][n] for n in range(1, 13)],
        "short": [months["abbreviated"][n] for n in range(1, 13)],
        "messages": {
            key: list(forms) if len(forms) > 1 else forms[0]
            for key, forms in messages_of(code, CATALOGUE).items()
        },
    }


def _between_brackets() -> dict[str, str]:
    """Return every message of the page between the brackets of the tests' language."""
    keys = [key for code in page_languages()[1:] for key in messages_of(code, CATALOGUE)]
    return {key: f"⟦{key.rpartition(chr(4))[2]}⟧" for key in keys}


def overlay(base: Any, other: Any, texts: dict[str, int]) -> Any:
    """Return where another text stands in one tree of values than in another; None, if nowhere.

    Parameters
    ----------
    base, other
        The same values, with texts in two languages.
    texts
        The other texts, by their position; those that are new are added.

    Returns
    -------
    object
        A position in the place of a text, and None where nothing differs.

    Examples
    --------
    >>> texts = {}
    >>> overlay({"id": "a", "said": ["cut", "open"]}, {"id": "a", "said": ["مقطوع", "open"]}, texts)
    {'said': [0, None]}
    >>> list(texts)
    ['مقطوع']
    """
    if isinstance(base, str) and isinstance(other, str):
        return None if base == other else texts.setdefault(other, len(texts))
    if isinstance(base, list | tuple) and isinstance(other, list | tuple):
        over = [overlay(one, another, texts) for one, another in zip(base, other, strict=True)]
        return over if any(one is not None for one in over) else None
    if isinstance(base, dict) and isinstance(other, dict):
        return _overlaid_keys(base, other, texts) or None
    return None


def _overlaid_keys(
    base: Mapping[str, Any], other: Mapping[str, Any], texts: dict[str, int]
) -> dict[str, Any]:
    over = {key: overlay(base[key], other[key], texts) for key in base}
    return {key: one for key, one in over.items() if one is not None}
