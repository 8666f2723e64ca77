"""The language of what people read: messages from catalogues, days, numbers and lists by its rules.

English is written in the code, and is what every message falls back to. Another language is a folder of
``engine/locale`` with catalogues of gettext, one for each room of the house: a translator adds a language
without a line of code. Babel reads them, and knows the plurals, months and digits of each language.
What machines read (JSON, CSV, layers, ids) is the same in every language.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import string
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

ENGLISH, PSEUDO = "en", "en-XA"
"""The language of the code; and that of the tests, which puts every message between brackets."""
MONTHS_OF = {"ar": "ar_SY"}
"""The locale whose names of months a language takes: Arabic those of the Levant, as Syrian sources do."""
PLURALS = {"ar": "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"}
"""Which form a number has, in the order in which translators know them; Babel exchanges two of Arabic."""
EASTERN = str.maketrans("0123456789%.", "٠١٢٣٤٥٦٧٨٩٪٫")
ISOLATE, RIGHT_TO_LEFT, POP = "\u2068", "\u2067", "\u2069"
"""Around a name, so that its direction turns nothing round that stands beside it."""


@dataclass(frozen=True)
class Language:
    """How people are spoken to.

    Parameters
    ----------
    code
        Of the language, such as ``ar``; ``en`` needs no catalogue.
    eastern_digits
        Whether numbers are written in Arabic-Indic digits; Western ones, if not.
    isolates
        Whether names in a message from right to left stand in isolates, as pages show them. Terminals
        and sheets do without.

    Examples
    --------
    >>> Language("ar").from_right_to_left
    True
    """

    code: str = ENGLISH
    eastern_digits: bool = False
    isolates: bool = False

    @property
    def from_right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return direction_of(self.code) == "rtl"


_ENGLISH = Language()
_SPOKEN = ContextVar("spoken", default=_ENGLISH)


def spoken() -> Language:
    """Return the language that messages are in now."""
    return _SPOKEN.get()


def speak(language: Language | str) -> None:
    """Let all messages from now on be in a language.

    Raises
    ------
    LookupError
        If there is no catalogue of it.
    """
    _SPOKEN.set(_known(language))


@contextmanager
def speaking(language: Language | str, *, isolates: bool | None = None) -> Iterator[Language]:
    """Let the messages inside a ``with`` be in a language.

    Parameters
    ----------
    language
        It, or its code.
    isolates
        As in `Language`; as it was, if absent.

    Examples
    --------
    >>> with speaking("ar"):
    ...     print(listing(["حلب", "أعزاز"], "and"))
    حلب وأعزاز
    """
    new = _known(language)
    if isolates is not None:
        new = replace(new, isolates=isolates)
    before = _SPOKEN.set(new)
    try:
        yield new
    finally:
        _SPOKEN.reset(before)


def _known(language: Language | str) -> Language:
    asked = language if isinstance(language, Language) else language_called(language)
    if asked.code not in {*languages(), PSEUDO}:
        raise LookupError(asked.code)
    return asked


def language_called(tag: str) -> Language:
    """Return the language of a tag of BCP 47: its code, a region perhaps, and which digits it has.

    Raises
    ------
    LookupError
        If there is no such language, or the tag asks for what there is not.

    Examples
    --------
    >>> language_called("ar-u-nu-arab").eastern_digits
    True
    >>> language_called("ar-SY").code
    'ar'
    """
    found = _TAG.fullmatch(tag)
    code = found[1].lower() if found and tag != PSEUDO else tag
    if code not in {*languages(), PSEUDO}:
        raise LookupError(tag)
    return Language(code, eastern_digits=found is not None and found[2] == "arab")


_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Z]{2})?(?:-u-nu-(arab|latn))?")
"""A code of a language, of a region, and of digits."""


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that there are, English first.

    Examples
    --------
    >>> languages()[:2]
    ('en', 'ar')
    """
    found = [folder.name for folder in _folder().iterdir() if _catalogues(folder.name)]
    return (ENGLISH, *sorted(found))


def language_of_environment(environment: dict[str, str] | None = None) -> str:
    """Return the code of the first language of the user's locale that there is; else English.

    Parameters
    ----------
    environment
        Instead of that of the process.

    Examples
    --------
    >>> language_of_environment({"LC_ALL": "", "LANG": "ar_SY.UTF-8"})
    'ar'
    """
    given = os.environ if environment is None else environment
    names = next((given[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if given.get(key)), "")
    if names.partition(".")[0] not in {"", "C", "POSIX"}:
        names = f"{given.get('LANGUAGE', '')}:{names}"
    if not names and environment is None and os.name == "nt":
        import locale

        names = locale.getlocale()[0] or ""
    for name in names.split(":"):
        code = re.split(r"[_.@-]", name)[0].lower()
        if code in languages():
            return code
    return ENGLISH


def direction_of(code: str) -> str:
    """Return the direction of a language, as HTML calls it: ``ltr`` or ``rtl``."""
    if code in {ENGLISH, PSEUDO}:
        return "ltr"
    from babel import Locale

    return str(Locale.parse(code).text_direction)


# Messages. `scripts/catalogues.py` finds them by the names of these functions.


def tr(message: str, /, **values: Any) -> str:
    """Return a message in the language spoken, with its values in place.

    Parameters
    ----------
    message
        A whole message in English, with names of values in braces, as `str.format` takes them. No
        sentence is put together from pieces: other languages order and inflect them otherwise.
    values
        What is in braces: text as it is, days and numbers by the rules of the language.

    Examples
    --------
    >>> import datetime as dt
    >>> tr("{label} is lost since {day}", label="Azaz", day=dt.date(2014, 12, 20))
    'Azaz is lost since 2014-12-20'
    """
    return _filled(_translated("", message), values)


def trc(context: str, message: str, /, **values: Any) -> str:
    """Return a message whose English has several senses; the context, never shown, says which."""
    return _filled(_translated(context, message), values)


def trn(one: str, many: str, n: float, /, **values: Any) -> str:
    """Return a message about a number, ``{n}``, in the form that its language has for it.

    Examples
    --------
    >>> trn("{n} place", "{n} places", 2)
    '2 places'
    """
    code = spoken().code
    forms = _messages(code).get(("", one), ())
    if len(forms) > 1:
        form = forms[_plural(code)(int(n))] or (one if n == 1 else many)
    else:
        form = one if n == 1 else many
    return _filled(_marked(form), {"n": n, **values})


def marked(message: str) -> str:
    """Return a message as it is: it stands in a table, and is translated where it is shown."""
    return message


def _translated(context: str, message: str) -> str:
    if spoken().code == ENGLISH:
        return message
    forms = _messages(spoken().code).get((context, message))
    return _marked(forms[0] if forms and forms[0] else message)


def _marked(text: str) -> str:
    """Put a message between the brackets of the tests' language."""
    return f"⟦{text}⟧" if spoken().code == PSEUDO and text else text


def _filled(text: str, values: dict[str, Any]) -> str:
    now = spoken()
    if now.code == ENGLISH and not now.eastern_digits:  # Python's own rules, many times as fast
        return text.format(**values) if values else text
    return _FORMATTER.vformat(text, (), values) if values else text


class _ByRules(string.Formatter):
    """Writes values by the rules of the language spoken."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a value in the place of its braces."""
        if isinstance(value, dt.date) and not format_spec:
            return day_text(value)
        text = str(super().format_field(value, format_spec))
        if isinstance(value, str):
            return isolated(text)
        return digits(text)


_FORMATTER = _ByRules()


def digits(text: str) -> str:
    """Return a number in the digits of the language spoken."""
    return text.translate(EASTERN) if spoken().eastern_digits else text


def number_text(number: float, spec: str = "") -> str:
    """Return a number as a format writes it, in the digits of the language spoken.

    Examples
    --------
    >>> number_text(2 / 3, ".1f")
    '0.7'
    """
    return digits(format(number, spec))


def isolated(text: str) -> str:
    """Return a name so that it turns nothing round that stands beside it, where that is wanted.

    A text that holds names has the direction of the language: letters in isolates do not count as its first.
    """
    now = spoken()
    if not (text and now.isolates and now.from_right_to_left):
        return text
    return f"{RIGHT_TO_LEFT if ISOLATE in text else ISOLATE}{text}{POP}"


def day_text(day: dt.date) -> str:
    """Return a day as people write it: in English as 2014-12-20, which no reader mistakes.

    Examples
    --------
    >>> import datetime as dt
    >>> with speaking("ar"):
    ...     print(day_text(dt.date(2014, 12, 20)))
    20 كانون الأول 2014
    """
    code = spoken().code
    if code in {ENGLISH, PSEUDO}:
        return day.isoformat()
    from babel.dates import format_date

    return digits(format_date(day, "d MMMM y", locale=MONTHS_OF.get(code, code)))


def day_and_month(day: dt.date, english: str) -> str:
    """Return a day without its year, as axes of time name it.

    Parameters
    ----------
    day
        It.
    english
        What it is called in English.

    Examples
    --------
    >>> import datetime as dt
    >>> with speaking("ar"):
    ...     print(day_and_month(dt.date(2014, 12, 20), "20 Dec"))
    20 كانون الأول
    """
    code = spoken().code
    if code in {ENGLISH, PSEUDO}:
        return english
    from babel.dates import format_date

    return digits(format_date(day, "d MMM", locale=MONTHS_OF.get(code, code)))


def listing(names: Iterable[str], last: str = "") -> str:
    """Return names as a list.

    Parameters
    ----------
    names
        In order.
    last
        What stands before the last one: ``and``, ``or``, or nothing but a comma.

    Examples
    --------
    >>> listing(["Azaz", "Mare", "Marea"], "and")
    'Azaz, Mare and Marea'
    """
    *first, end = list(names) or [""]
    if not first:
        return end
    begin = first[0]
    for name in first[1:]:
        begin = tr("{first}, {next}", first=begin, next=name)
    if last == "and":
        return tr("{first} and {last}", first=begin, last=end)
    if last == "or":
        return tr("{first} or {last}", first=begin, last=end)
    return tr("{first}, {next}", first=begin, next=end)


def called(label: str, arabic: str) -> str:
    """Return what to call something that has a name in both scripts, in the language spoken.

    Examples
    --------
    >>> with speaking("ar"):
    ...     print(called("Azaz", "أعزاز"))
    أعزاز
    """
    return arabic if arabic and (spoken().code == "ar" or not label) else label or arabic


# Catalogues: the files of a language, read once.


def messages_of(code: str, name: str) -> dict[str, Sequence[str]]:
    """Return a catalogue as plain values, for the page: the forms of each message."""
    return {
        "\u0004".join(filter(None, key)): forms
        for key, forms in _catalogue(code, name).items()
        if any(forms)
    }


@cache
def _messages(code: str) -> dict[tuple[str, str], tuple[str, ...]]:
    if code in {ENGLISH, PSEUDO}:
        return {}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name in _catalogues(code):
        found |= _catalogue(code, name)
    return found


@cache
def _catalogue(code: str, name: str) -> dict[tuple[str, str], tuple[str, ...]]:
    from babel.messages.pofile import read_po

    with (_folder() / code / f"{name}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    found = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            first = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else message.string
            found[message.context or "", first] = tuple(forms or ())
    return found


@cache
def _catalogues(code: str) -> tuple[str, ...]:
    folder = _folder() / code
    if not folder.is_dir():
        return ()
    return tuple(sorted(f.name[:-3] for f in folder.iterdir() if f.name.endswith(".po")))


@cache
def _plural(code: str) -> Callable[[int], int]:
    from gettext import c2py  # how gettext itself reads plural forms

    from babel.messages.plurals import get_plural

    return c2py(PLURALS[code] if code in PLURALS else get_plural(code).plural_expr)


def _folder() -> Any:
    return files("engine") / "locale"
