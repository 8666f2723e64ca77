"""TOML: what a text says, on which line each part of it stands, and what is wrong where it is none."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import Problem, ScenarioError
from engine.io.text import text_of
from engine.language import marked, tr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


DEEPEST = 20
"""So many lists and tables may stand in one another; a scenario needs six."""


def read_toml(path: Path) -> tuple[dict[str, Any], dict[Keys, int]]:
    """Return what a TOML file says, and the line of everything in it (see `lines_of`).

    Raises
    ------
    ScenarioError
        If it cannot be read, is no TOML, or has lists and tables too deep in one another.
    """
    text = text_of(path)
    too_deep = Problem(
        tr("lists or tables are nested too deeply"),
        str(path),
        expected=tr("at most {most}", most=DEEPEST),
    )
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_broken(path, text, str(error))) from None
    except RecursionError:
        raise ScenarioError(too_deep) from None
    if _is_deeper(values, DEEPEST):
        raise ScenarioError(too_deep)
    return values, lines_of(text)


def _is_deeper(values: Any, most: int) -> bool:
    """Return whether lists and tables stand in one another on more levels than `most`."""
    level = [values]
    for _ in range(most):
        level = [
            item
            for held in level
            for item in (held.values() if isinstance(held, dict) else held)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True


def _broken(path: Path, text: str, complaint: str) -> Problem:
    """Say where and why a text is not TOML, in words for people who never program."""
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", complaint)
    what = complaint[: match.start()] if match else complaint
    last = text.count("\n", 0, len(text.rstrip())) + 1
    line = int(match[1]) if match and match[1] else last
    row = text.split("\n")[line - 1].strip()[:60]
    message = tr("this is not valid TOML: {reason}", reason=_reason(what))
    expected = tr(
        'key = value, with text in "quotes", dates as 2014-12-31, numbers as 0.5, '
        "each key and each [section] once"
    )
    return Problem(message, str(path), line, value=row, expected=expected)


_REASONS = (
    marked("cannot declare {what} twice"),
    marked("cannot mutate immutable namespace {what}"),
    marked("cannot overwrite a value"),
    marked("cannot redefine namespace {what}"),
    marked("found invalid character {what}"),
    marked("escaped character is not a Unicode scalar value"),
    marked("invalid hex value"),
    marked("duplicate inline table key {what}"),
    marked("expected '=' after a key in a key/value pair"),
    marked("expected ']' at the end of a table declaration"),
    marked("expected ']]' at the end of an array declaration"),
    marked("expected newline or end of document after a statement"),
    marked("illegal character {what}"),
    marked("invalid date or datetime"),
    marked("invalid initial character for a key part"),
    marked("invalid statement"),
    marked("invalid value"),
    marked("unclosed array"),
    marked("unclosed inline table"),
    marked("unescaped '\\\\' in a string"),
    marked("unterminated string"),
)
"""What `tomllib` says, with what it names in braces."""


def _reason(complaint: str) -> str:
    """Return a complaint of `tomllib` in the language spoken; one that is not known as it is."""
    said = f"{complaint[:1].lower()}{complaint[1:]}"
    for known in _REASONS:
        before, _, after = known.partition("{what}")
        if said == known:
            return tr(known)
        if "{what}" in known and said.startswith(before) and said.endswith(after):
            return tr(known, what=said[len(before) : len(said) - len(after)])
    return said


# The lines on which the keys and tables of a TOML text stand; tomllib tells only their values.

Keys = tuple[str | int, ...]
"""Keys and list positions that lead to a value."""

_TOKEN = re.compile(
    r'(?P<text>"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
    r"|(?P<comment>#[^\n]*)|(?P<newline>\n)|(?P<space>[ \t\r]+)|(?P<mark>[\[\]{}=,])"
    r"|(?P<word>[^\s\[\]{}=,\"'#]+)",
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def lines_of(text: str) -> dict[Keys, int]:
    """Return the line of every key, table header and list item of a valid TOML text.

    Parameters
    ----------
    text
        A text that tomllib reads without an error.

    Returns
    -------
    dict
        From the path of a value, as it is reached in what tomllib returns, to its line (from 1).
    """
    return _Walk(list(_tokens(text))).lines


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind, piece = str(match.lastgroup), match.group()
        if kind not in {"space", "comment"}:
            yield _Token(kind, piece, line)
        line += piece.count("\n")
    yield _Token("end", "", line)


class _Walk:
    """One pass over the tokens of a document."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.lines: dict[Keys, int] = {}
        self.lengths: dict[Keys, int] = {}
        table: Keys = ()
        while self.here.kind != "end":
            if self.here.kind == "newline":
                self.at += 1
            elif self.here.text == "[":
                table = self._header()
            else:
                self._pair(table)

    @property
    def here(self) -> _Token:
        return self.tokens[self.at]

    def _take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _note(self, path: Keys, line: int) -> None:
        for depth in range(1, len(path) + 1):
            self.lines.setdefault(path[:depth], line)

    def _key(self) -> list[str]:
        """Take a dotted key."""
        parts: list[str] = []
        while self.here.text not in {"=", "]"} or self.here.kind == "text":
            token = self._take()
            if token.kind == "text":
                parts.append(tomllib.loads(f"key = {token.text}")["key"])
            else:
                parts.extend(part for part in token.text.split(".") if part)
        return parts

    def _header(self) -> Keys:
        """Take ``[table]`` or ``[[list]]`` and return the path of what follows."""
        line = self._take().line
        is_list = self.here.text == "["
        self.at += is_list
        path: Keys = ()
        for part in self._key():
            path = (*path, part)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        if is_list:
            name = path if isinstance(path[-1], str) else path[:-1]
            self.lengths[name] = self.lengths.get(name, 0) + 1
            path = (*name, self.lengths[name] - 1)
        self.at += 1 + is_list
        self._note(path, line)
        return path

    def _pair(self, table: Keys) -> None:
        """Take ``key = value``."""
        line = self.here.line
        path = (*table, *self._key())
        self._note(path, line)
        self.at += 1
        self._value(path)

    def _value(self, path: Keys) -> None:
        token = self._take()
        if token.kind != "mark":
            while self.here.kind == "word":  # a date and its time of day are two words
                self.at += 1
        elif token.text == "[":
            self._list(path)
        else:
            self._inline_table(path)

    def _list(self, path: Keys) -> None:
        item = 0
        while self.here.text != "]":
            if self.here.kind == "newline" or self.here.text == ",":
                self.at += 1
                continue
            self._note((*path, item), self.here.line)
            self._value((*path, item))
            item += 1
        self.at += 1

    def _inline_table(self, path: Keys) -> None:
        while self.here.text != "}":
            if self.here.kind == "newline" or self.here.text == ",":
                self.at += 1
            else:
                self._pair(path)
        self.at += 1
