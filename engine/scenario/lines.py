"""The lines on which the keys and tables of a TOML text stand; tomllib tells only their values."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
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


def lines_of(text: str) -> dict[Path, int]:
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
        self.lines: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}
        table: Path = ()
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

    def _note(self, path: Path, line: int) -> None:
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

    def _header(self) -> Path:
        """Take ``[table]`` or ``[[list]]`` and return the path of what follows."""
        line = self._take().line
        is_list = self.here.text == "["
        self.at += is_list
        path: Path = ()
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

    def _pair(self, table: Path) -> None:
        """Take ``key = value``."""
        line = self.here.line
        path = (*table, *self._key())
        self._note(path, line)
        self.at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        token = self._take()
        if token.kind != "mark":
            while self.here.kind == "word":  # a date and its time of day are two words
                self.at += 1
        elif token.text == "[":
            self._list(path)
        else:
            self._inline_table(path)

    def _list(self, path: Path) -> None:
        item = 0
        while self.here.text != "]":
            if self.here.kind == "newline" or self.here.text == ",":
                self.at += 1
                continue
            self._note((*path, item), self.here.line)
            self._value((*path, item))
            item += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        while self.here.text != "}":
            if self.here.kind == "newline" or self.here.text == ",":
                self.at += 1
            else:
                self._pair(path)
        self.at += 1
