"""Tables of a sketch that are written anew: what a person changed, and all else as it stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from engine.importers.sketch_rows import USUAL_CLASS
from engine.io.tables import table_text
from engine.language import tr
from engine.network.gazetteer import slug
from engine.scenario.cells import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from engine.importers.sketch_rows import SketchPlace

LONGEST_TEXT = 300
_DIGITS = 6
"""Decimals of degrees: a tenth of a metre."""
_NUMBERS = frozenset({"lat", "lon", "length_km", "minutes"})


class EditedTable:
    """A table that is written anew: its columns in their order, its other cells as they are."""

    def __init__(self, path: Path, section: str, usual: Sequence[str]) -> None:
        self.rows: list[list[str]] = []
        if path.exists():
            read = read_table(path, "sketch_places" if section == "places" else section)
            self.header = [str(name) for name in read.table.header]
            self.columns = dict(read.columns)
            self.old = [[_cell(cell) for cell in cells] for _, cells in read.table.rows]
        else:
            self.header, self.old = list(usual), []
            self.columns = {name: at for at, name in enumerate(usual)}

    def add(self, row: int | None, changed: Mapping[str, str]) -> None:
        """Add a row: an old one with what has changed of it, or a new one."""
        cells = list(self.old[row]) if row is not None else []
        for name, value in changed.items():
            if name not in self.columns:
                if not value:
                    continue
                self.columns[name] = len(self.header)
                self.header.append(name)
            at = self.columns[name]
            cells += [""] * (at + 1 - len(cells))
            cells[at] = value
        self.rows.append(cells)

    def text(self) -> bytes:
        """Return the table in UTF-8."""
        rows = (cells + [""] * (len(self.header) - len(cells)) for cells in self.rows)
        return table_text(self.header, rows).encode()


def _cell(cell: object) -> str:
    return "" if cell is None else str(cell)


def changed_cells(entry: Mapping[str, Any], old: Any, keys: Iterable[str]) -> dict[str, str]:
    """Return the cells of an entry that are others than those of its row."""
    found = {}
    for key in keys:
        value = entry.get(key)
        value = None if value == "" and key in _NUMBERS else value
        if old is not None and value == getattr(old, key):
            continue
        if key == "highway" and old is None and value in {None, "", USUAL_CLASS}:
            continue
        found[key] = _number(key, value) if key in _NUMBERS else _text(value)
    return found


def _number(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(tr("{key} = {text!r} is no number", key=key, text=str(value)[:40]))
    return f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")


def _text(value: object) -> str:
    return " ".join(str(value or "").split())[:LONGEST_TEXT]


def ids_of(old: Sequence[SketchPlace | None], places: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the id of each place: its own, or a new one from its name."""
    taken = {row.id for row in old if row is not None}
    found = []
    for row, place in zip(old, places, strict=True):
        if row is not None:
            found.append(row.id)
            continue
        base = slug(_text(place.get("name"))) or "place"
        number = 1 if base != "place" else len(taken) + 1
        made = base if base != "place" else f"place-{number}"
        while made in taken:
            number += 1
            made = f"{base}-{number}"
        taken.add(made)
        found.append(made)
    return found


def written_vertex(vertex: str | tuple[float, float]) -> str:
    """Return a place or a bend as a table has it."""
    if isinstance(vertex, str):
        return vertex
    return ",".join(_number("lat", value) for value in vertex)
