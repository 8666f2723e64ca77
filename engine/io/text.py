"""The text of the files that make up a scenario: found, opened and decoded, or refused.

As tired people write it, text is made comparable: digits, invisible letters, spellings.
"""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from engine.errors import InputError, Problem, ScenarioError, nearest_names
from engine.language import marked, tr, trn

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


LONGEST_LINE = 1_000_000
"""Characters; a longer line is no scenario or table that anybody wrote."""

MOST_BYTES = 2**28
"""A larger file is no scenario or table either."""

_NOT_TEXT = {
    b"PK\x03\x04": marked("a workbook or an archive"),
    b"\xd0\xcf\x11\xe0": marked("an old Excel workbook"),
    b"%PDF": marked("a PDF document"),
    b"SQLite format 3": marked("a database or GeoPackage"),
    b"\x1f\x8b": marked("a compressed file"),
}


AREA_ENDINGS = (".geojson", ".json", ".gpkg", ".shp", ".fgb", ".kml")
"""How the names of files with polygons end."""


UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a text in UTF-16 begins, such as Excel's "Unicode Text"."""


def text_of(path: Path, *, encoding: str | None = None) -> str:
    r"""Return the text of a UTF-8 file, with or without a byte order mark.

    Parameters
    ----------
    path
        A regular file.
    encoding
        Another encoding that the file may have: that of its mark if empty (UTF-16), else this one,
        unless a mark says otherwise.

    Returns
    -------
    str
        The text, with every line end as ``\\n``.

    Raises
    ------
    ScenarioError
        If the file is missing, unreadable, not text or not in that encoding.
    """
    data = _bytes_of(path)
    for start, what in _NOT_TEXT.items():
        if data.startswith(start):
            message = tr("this is {what}, not text", what=tr(what))
            raise _refused(path, message, tr("a text file in UTF-8"))
    text = _decoded(data, path, encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(path, tr("the file holds a null character"), tr("plain text"), line)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, row in enumerate(text.split("\n"), 1):
        if len(row) > LONGEST_LINE:
            message = trn(
                "the line is {n:,} characters long", "the line is {n:,} characters long", len(row)
            )
            raise _refused(path, message, tr("at most {most:,}", most=LONGEST_LINE), number)
    return text


def toml_text(text: str) -> str:
    r"""Return text as a string of TOML, on one line.

    Examples
    --------
    >>> print(toml_text('a "b"\n'))
    "a \"b\"\n"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _decoded(data: bytes, path: Path, encoding: str | None) -> str:
    if data[:2] in UTF_16 and encoding is None:
        expected = tr("UTF-8 (save it as 'CSV UTF-8')")
        raise _refused(path, tr("the file is written in UTF-16"), expected)
    own = "utf-16" if data[:2] in UTF_16 else "utf-8-sig"
    if encoding and own == "utf-8-sig" and not data.startswith(codecs.BOM_UTF8):
        own = encoding
    try:
        return data.decode(own)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = "UTF-8" if own == "utf-8-sig" else own
        message = tr(
            "byte 0x{byte} is not {encoding}: the file has another encoding",
            byte=f"{data[error.start]:02x}", encoding=name,
        )  # fmt: skip
        expected = (
            tr("UTF-8 (save it as 'CSV UTF-8')")
            if encoding is None
            else tr(
                "UTF-8 (save it as 'CSV UTF-8'; import, new, sketch and places take --encoding "
                "windows-1256 and the like)"
            )
        )
        raise _refused(path, message, expected, line) from None
    except (LookupError, UnicodeError):
        problem = no_encoding(own)
        raise _refused(path, problem.message, problem.expected) from None


def no_encoding(name: str) -> Problem:
    """Return what is wrong with an encoding that does not exist, or is none of text."""
    expected = "utf-8, utf-16, windows-1252, windows-1256, ..."
    return Problem(tr("there is no encoding {name}", name=repr(name)), expected=expected)


def known_encoding(name: str) -> str:
    """Return the name of an encoding; empty stays empty.

    Raises
    ------
    InputError
        If there is none of this name.
    """
    try:
        b"  ".decode(name or "utf-8")
    except UnicodeDecodeError:  # of two bytes alone, so there is one
        return name
    except (LookupError, UnicodeError, ValueError):
        raise InputError(no_encoding(name)) from None
    return name


def root_of(scenario: Path) -> Path:
    """Return the folder in which everything lies that a scenario may name.

    It is the one above the folder of the scenario (``scenarios/a.toml`` may name
    ``../data/b.csv``), so that a scenario from somebody else reads nothing else of this computer.
    """
    folder = scenario.parent.resolve()
    return folder if folder.parent == Path(folder.anchor) else folder.parent


def path_of(name: str, folder: Path) -> Path:
    r"""Return the path that a scenario names from its folder, on any system.

    A backslash parts folders, as people write them on Windows, unless there is a file of that very name.

    Examples
    --------
    >>> path_of(r"tables\events.csv", Path("case")).as_posix()
    'case/tables/events.csv'
    """
    path = folder / name
    if "\\" not in name or path.exists():
        return path
    return folder / name.replace("\\", "/")


def portable(stem: str) -> str:
    """Return a name of a file without its ending as every system takes it.

    Windows knows devices by some names, and drops points and spaces at the end.

    Examples
    --------
    >>> portable("aux"), portable("auxiliary"), portable("week 50. ")
    ('aux-', 'auxiliary', 'week 50')
    """
    kept = stem.rstrip(". ")
    return f"{kept}-" if kept.partition(".")[0].casefold() in _DEVICES else kept


_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)


def beside(name: str, path: Path, root: Path, endings: tuple[str, ...]) -> Path:
    """Return the path of a file that a scenario names.

    Parameters
    ----------
    name
        As written in the scenario.
    path
        The file in which it is written.
    root
        The folder in which it must lie, symbolic links followed.
    endings
        How its name may end, such as ``.csv``.

    Returns
    -------
    Path
        The path, relative in the way that `path` is.

    Raises
    ------
    ScenarioError
        If it lies outside `root`, or its name ends otherwise.
    """
    if any(ord(letter) < 32 for letter in name):
        message = tr("the file name {name} holds a control character", name=repr(name))
        expected = tr("a plain file name")
        raise ScenarioError(Problem(message, str(path), value=name, expected=expected))
    found = path_of(name, path.parent)
    file, mark, _ = found.name.rpartition("#")  # of a file of several layers, one
    if not (file if mark and endings == AREA_ENDINGS else found.name).lower().endswith(endings):
        message = tr("{name} is not the name of such a file", name=repr(name))
        expected = tr("a name that ends in {endings}", endings=" or ".join(endings))
        raise ScenarioError(Problem(message, str(path), value=name, expected=expected))
    try:
        inside = found.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # links that lead round in a circle
        inside = False
    if not inside:
        message = tr("the file {name} lies outside the folders of the scenario", name=repr(name))
        expected = tr("a file beside the scenario, below it, or in a folder beside its own")
        raise ScenarioError(Problem(message, str(path), value=name, expected=expected))
    return found


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _refused(path, tr("this is a folder"), tr("a file"))
        if path.exists() and not path.is_file():
            raise _refused(path, tr("this is a device or a pipe"), tr("a file"))
        if path.stat().st_size > MOST_BYTES:
            message = tr("the file is {mb:,} MB large", mb=path.stat().st_size // 2**20)
            raise _refused(path, message, tr("at most {mb:,} MB", mb=MOST_BYTES // 2**20))
        return path.read_bytes()
    except FileNotFoundError:
        raise ScenarioError(_missing(path)) from None
    except OSError as error:
        reason = error.strerror or tr("unknown reason")
        message = tr("the file cannot be read ({reason})", reason=reason)
        raise _refused(path, message, "") from error


def _missing(path: Path) -> Problem:
    if path.is_symlink():
        return Problem(tr("this is a link to a file that is not there"), str(path))
    try:
        others = [other.name for other in path.parent.iterdir() if other.is_file()]
    except OSError:
        message = tr("there is no folder {name}", name=repr(str(path.parent)))
        return Problem(message, str(path))
    return Problem(tr("there is no such file"), str(path), nearest=nearest_names(path.name, others))


def _refused(path: Path, message: str, expected: str, line: int | None = None) -> ScenarioError:
    return ScenarioError(Problem(message, str(path), line, expected=expected))
