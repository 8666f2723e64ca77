"""A scenario as it was read, before it is validated: its values and where each one stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.scenario.model import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.errors import Problem

Loc = tuple[str | int, ...]
"""Keys and positions that lead to a value inside an entry."""


@dataclass(frozen=True)
class Draft:
    """An entry, or a single setting, as it was read.

    Parameters
    ----------
    values
        What stands there.
    file
        The file as the user named it.
    line
        The line of its header, its first key or its row.
    lines
        The line of everything in the file, by its path there; empty for a table.
    path
        Where in the file the values stand.
    in_table
        True for the row of a table, whose keys are columns.
    """

    values: Any
    file: str
    line: int | None = None
    lines: Mapping[Loc, int] = field(default_factory=dict)
    path: Loc = ()
    in_table: bool = False

    def line_at(self, loc: Loc) -> int | None:
        """Return the line of what stands at a path, or of the nearest thing around it."""
        for depth in range(len(loc), 0, -1):
            line = self.lines.get((*self.path, *loc[:depth]))
            if line is not None:
                return line
        return self.line

    def inside(self, *loc: str | int) -> Draft:
        """Return what stands at a path as a draft of its own."""
        values = self.values
        for step in loc:
            values = values[step]
        path = (*self.path, *loc)
        return Draft(values, self.file, self.line_at(loc), self.lines, path, self.in_table)

    @property
    def origin(self) -> Origin:
        """Where the entry stands, and the lines of its keys."""
        keys = self.values if isinstance(self.values, dict) and self.lines else ()
        lines = ((key, self.line_at((key,))) for key in keys)
        return Origin(
            self.file, self.line, tuple((key, at) for key, at in lines if at and at != self.line)
        )


@dataclass
class Drafts:
    """All that was read of a scenario, from however many files.

    Parameters
    ----------
    settings
        Single values by key, such as ``title``.
    named
        Entries by section (``actors``, ``sources``) and name.
    lists
        Entries by section (``sites``, ``events``, ...), in order.
    problems
        What was found wrong on the way.
    """

    settings: dict[str, Draft] = field(default_factory=dict)
    named: dict[str, dict[str, Draft]] = field(default_factory=dict)
    lists: dict[str, list[Draft]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
