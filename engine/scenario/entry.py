"""What all entries of a scenario share: they cannot change, and know where they were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

from engine.errors import Problem


@dataclass(frozen=True)
class Origin:
    """Where an entry was read; empty for one made in code.

    Parameters
    ----------
    file
        The file as the user named it.
    line
        The line of its first key or header, or of its row in a table; counted from 1.
    keys
        Pairs of key and line, for the keys that stand on lines of their own.
    """

    file: str = ""
    line: int | None = None
    keys: tuple[tuple[str, int], ...] = ()

    def line_of(self, key: str) -> int | None:
        """Return the line of a key, or of the entry."""
        return dict(self.keys).get(key, self.line)


class Entry(BaseModel):
    """What all entries share: immutable, strict about keys, and aware of where they were read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def origin(self) -> Origin:
        """Where the entry was read."""
        return self._origin

    def read_at(self, origin: Origin) -> Self:
        """Note where the entry was read, and return it."""
        self._origin = origin
        return self

    def problem(
        self,
        message: str,
        field: str = "",
        value: str = "",
        expected: str = "",
        nearest: tuple[str, ...] = (),
    ) -> Problem:
        """Return a problem with this entry, at its place in its file."""
        at = self._origin
        return Problem(message, at.file, at.line_of(field), field, value, expected, nearest)
