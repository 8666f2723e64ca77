"""Scenario files to drafts: what was read before it is validated, from the files included and the tables named."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from inspect import isclass
from typing import TYPE_CHECKING, Any, get_args, get_origin

from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.spreadsheets import WORKBOOKS
from engine.io.text import beside, root_of
from engine.io.toml import Keys, read_toml
from engine.language import marked, tr
from engine.scenario.cells import DAYS, header_problems, read_table
from engine.scenario.fields import DAY_FORM
from engine.scenario.model import GROUND, Entry, Origin, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from engine.scenario.fields import CellRead


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
    changed
        The entry of an included file that this one changes: the keys that it does not give itself
        stand there.
    cells
        Cells of a row that were read as something else than what is written in them.
    unread
        Keys of cells that could not be read, which has been told.
    """

    values: Any
    file: str
    line: int | None = None
    lines: Mapping[Keys, int] = field(default_factory=dict)
    path: Keys = ()
    in_table: bool = False
    changed: Draft | None = None
    cells: tuple[CellRead, ...] = ()
    unread: frozenset[str] = frozenset()

    def place_of(self, loc: Keys) -> tuple[str, int | None]:
        """Return the file, and the line there, of what stands at a path."""
        inherited = loc and (*self.path, loc[0]) not in self.lines
        if self.changed is not None and inherited:
            return self.changed.place_of(loc)
        return self.file, self.line_at(loc)

    def line_at(self, loc: Keys) -> int | None:
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
        places = [(key, *self.place_of((key,))) for key in keys]
        return Origin(
            self.file,
            self.line,
            tuple(
                (key, line)
                for key, file, line in places
                if file == self.file and line and line != self.line
            ),
            tuple(place for place in places if place[1] != self.file),
            self.cells,
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


def _sections(container: type) -> dict[str, type[Entry]]:
    """Return the sections of a scenario that are a ``tuple`` or a ``dict`` of entries."""
    return {
        key: kind
        for key, field in Scenario.model_fields.items()
        if get_origin(field.annotation) is container
        for kind in get_args(field.annotation)
        if isclass(kind) and issubclass(kind, Entry)
    }


LISTS = _sections(tuple)
"""Sections that are lists: ``[[routes]]`` and the like."""
NAMED = _sections(dict)
"""Sections with a header for each entry: ``[actors.NAME]`` and the like."""
TABLES = {key: LISTS[key] for key in ("places", "sites", "baseline", "events")}
"""Lists that may stand in tables of their own."""
CELLS_WITH_LISTS = frozenset({"contestants", "aliases"})
"""Columns whose cells hold several values with ``;`` between them."""

CHANGEABLE = {
    "sites": marked("a site"),
    "routes": marked("a route"),
    "enclaves": marked("an enclave"),
}
"""Lists whose entries a file may change that includes the file where they stand."""

LONGEST_CHAIN = 50
"""So many files may include one another in turn."""

INCLUDE = "include"
SCENARIO_ENDINGS = (".toml",)
TABLE_ENDINGS = (".csv", ".tsv", ".txt", *WORKBOOKS)
_CHOICES = frozenset({"kind", "condition"})
"""Columns of which the model says best what may stand there."""


def read_drafts(path: Path) -> Drafts:
    """Return all that a scenario file says, itself and through the files that it names.

    What an included file says comes before what the including file says. Of two values for one
    setting, or for one key of an actor, a source, a site, a route or an enclave, that of the
    including file counts.

    Parameters
    ----------
    path
        A scenario in TOML.

    Returns
    -------
    Drafts
        With every problem found on the way.
    """
    drafts = Drafts()
    _read_into(drafts, path, root_of(path), (), {})
    return drafts


def _read_into(
    drafts: Drafts,
    path: Path,
    root: Path,
    above: tuple[Path, ...],
    done: dict[Path, frozenset[str]],
) -> None:
    """Add what one file says.

    `above` are the files that include it. `done` holds the files read so far, each with the names
    under which it and all that it includes were read.
    """
    try:
        values, lines = read_toml(path)
    except ScenarioError as error:
        drafts.problems.extend(error.problems)
        return
    document = Draft(values, str(path), lines=lines)
    included = _read_included(drafts, document, path, root, above, done)
    done[path.resolve()] = included | {document.file}
    for key in document.values:
        if key in NAMED:
            _add_named(drafts, document, key)
        elif key in LISTS:
            added = _list_items(drafts, document, key, path, root)
            _add_list(drafts, key, added, included)
        elif key in Scenario.model_fields:
            drafts.settings[key] = document.inside(key)
        elif key != INCLUDE:
            drafts.problems.append(_unknown_key(document, key))


def _read_included(
    drafts: Drafts,
    document: Draft,
    path: Path,
    root: Path,
    above: tuple[Path, ...],
    done: dict[Path, frozenset[str]],
) -> frozenset[str]:
    """Add what the files say that a file includes, each file once; return their names."""
    above = (*above, path.resolve())
    names: frozenset[str] = frozenset()
    for item in _file_names(drafts, document, INCLUDE):
        try:
            other = beside(item.values, path, root, SCENARIO_ENDINGS)
        except ScenarioError as error:
            drafts.problems.extend(_at(item, INCLUDE, error))
            continue
        if other.resolve() in above:
            message = tr(
                "{name!r} includes itself, through the files that it includes", name=item.values
            )
            drafts.problems.append(Problem(message, item.file, item.line, INCLUDE, item.values))
            continue
        if len(above) > LONGEST_CHAIN:
            message = tr(
                "more than {most} files include one another in turn, up to this one",
                most=LONGEST_CHAIN,
            )
            drafts.problems.append(Problem(message, item.file, item.line, INCLUDE, item.values))
            continue
        if other.resolve() not in done:
            _read_into(drafts, other, root, above, done)
        names |= done.get(other.resolve(), frozenset())
    return names


def _file_names(drafts: Drafts, document: Draft, key: str) -> Iterator[Draft]:
    """Yield the file names under a key: one, or a list of them."""
    if key not in document.values:
        return
    value = document.values[key]
    items = (
        [document.inside(key, at) for at in range(len(value))]
        if isinstance(value, list)
        else [document.inside(key)]
    )
    for item in items:
        if isinstance(item.values, str):
            yield item
        else:
            expected = tr("a file name, or a list of file names")
            drafts.problems.append(_misshapen(item, key, expected))


def _add_named(drafts: Drafts, document: Draft, key: str) -> None:
    section = document.inside(key)
    expected = tr("a section for each: {section}", section=f"[{key}.NAME]")
    if not isinstance(section.values, dict):
        drafts.problems.append(_misshapen(section, key, expected))
        return
    entries = drafts.named.setdefault(key, {})
    for name, values in section.values.items():
        entry = section.inside(name)
        if not isinstance(values, dict):
            drafts.problems.append(_misshapen(entry, f"{key}.{name}", f"[{key}.{name}]"))
            entry = replace(entry, values={})
        entries[name] = _changed(entries[name], entry) if name in entries else entry


def _changed(old: Draft, new: Draft) -> Draft:
    """Return an entry of an included file as another file changes it, key by key."""
    kept = old.values
    given = {kind for kind in GROUND if any(key in new.values for key in kind)}
    if given:  # ground of another kind takes the place of what was there
        others = {key for kind in GROUND if kind not in given for key in kind}
        kept = {key: value for key, value in kept.items() if key not in others}
    return replace(new, values={**kept, **new.values}, changed=old)


def _add_list(drafts: Drafts, key: str, items: list[Draft], included: frozenset[str]) -> None:
    """Add entries to a section; one that an included file has is changed where it stands."""
    entries = drafts.lists.setdefault(key, [])
    if key not in CHANGEABLE or not included:
        entries.extend(items)
        return
    theirs = {
        entry.values.get("id"): at for at, entry in enumerate(entries) if entry.file in included
    }
    for item in items:
        name = item.values.get("id")
        if isinstance(name, str) and name in theirs:
            at = theirs.pop(name)
            entries[at] = _changed(entries[at], item)
        elif near := _misspelt(item, key, [str(known) for known in theirs]):
            message = tr(
                "no included file has {what} {name!r}, and this is not a whole one",
                what=tr(CHANGEABLE[key]),
                name=name,
            )
            drafts.problems.append(
                Problem(message, *item.place_of(("id",)), "id", str(name), nearest=near)
            )
        else:
            entries.append(item)


def _misspelt(item: Draft, key: str, theirs: list[str]) -> tuple[str, ...]:
    """Return the names that an entry may have meant: it changes something, but nothing there is."""
    fields = LISTS[key].model_fields.items()
    required = {field.alias or name for name, field in fields if field.is_required()}
    has_ground = key != "sites" or any(ground in item.values for kind in GROUND for ground in kind)
    if required <= set(item.values) and has_ground:
        return ()
    return nearest_names(str(item.values.get("id", "")), theirs)


def _list_items(drafts: Drafts, document: Draft, key: str, path: Path, root: Path) -> list[Draft]:
    """Return the entries of a section, those in tables included."""
    section = document.inside(key)
    value: Any = section.values
    if isinstance(value, str):
        items = [section]
    elif isinstance(value, list):
        items = [section.inside(at) for at in range(len(value))]
    else:
        items = []
        drafts.problems.append(_misshapen(section, key, _entries_of(key)))
    entries: list[Draft] = []
    for item in items:
        if isinstance(item.values, dict):
            entries.append(item)
        elif isinstance(item.values, str) and key in TABLES:
            entries.extend(_table(drafts, item, key, path, root))
        else:
            drafts.problems.append(_misshapen(item, key, _entries_of(key, files=key in TABLES)))
    return entries


def _entries_of(key: str, *, files: bool = False) -> str:
    """Return how the entries of a section are written."""
    if files:
        return tr("[[{key}]], with two brackets, or the name of a CSV file", key=key)
    return tr("[[{key}]], with two brackets", key=key)


def _table(drafts: Drafts, item: Draft, key: str, path: Path, root: Path) -> list[Draft]:
    """Return the rows of the table that a scenario names."""
    try:
        rows, problems = rows_of_table(beside(item.values, path, root, TABLE_ENDINGS), key)
    except ScenarioError as error:
        drafts.problems.extend(_at(item, key, error))
        return []
    drafts.problems.extend(problems)
    return rows


def rows_of_table(file: Path, key: str, *, encoding: str = "") -> tuple[list[Draft], list[Problem]]:
    """Return the rows of a table of places, holdings or events, and what is wrong with its cells.

    Parameters
    ----------
    file
        A CSV file or a workbook.
    key
        A key of `engine.scenario.vocabulary.COLUMNS`.
    encoding
        That of a CSV file in neither UTF-8 nor UTF-16.

    Raises
    ------
    ScenarioError
        If the file cannot be read at all.
    """
    read = read_table(file, key, encoding=encoding)
    problems = list(header_problems(read, key))
    if problems:
        return [], problems
    drafts = []
    for row, (_, cells) in zip(read.rows, read.table.rows, strict=True):
        if key == "baseline":
            row.values.pop("name", None)  # for people: the site says which place it is
        surplus = cells[len(read.table.header) :]
        if any(cell != "" for cell in surplus) or len(cells) < len(read.table.header):
            message = tr(
                "the row has {cells} cells, the header has {columns}",
                cells=len(cells),
                columns=len(read.table.header),
            )
            expected = tr("one cell for each column; text with a comma in it stands in quotes")
            problems.append(Problem(message, str(file), row.line, expected=expected))
            continue
        unread = {name: (written, why) for name, written, why in row.faults if name not in _CHOICES}
        for name, (written, why) in unread.items():
            no_date = tr("{text!r} is not a date", text=written)
            reason = why.replace(no_date, tr("this is not a date"))
            message = f"{name} = {written!r}: {reason}"
            expected = DAY_FORM if name in DAYS else ""
            problems.append(Problem(message, str(file), row.line, name, written, expected))
            row.values.pop(name, None)
        drafts.append(
            Draft(
                row.values,
                str(file),
                row.line,
                in_table=True,
                cells=tuple(row.cells),
                unread=frozenset(unread),
            )
        )
    return drafts, problems


def _at(item: Draft, key: str, error: ScenarioError) -> Iterator[Problem]:
    """Give a problem with a file the line that names it, where it has no line of its own."""
    for problem in error.problems:
        if problem.line is not None:
            yield problem
            continue
        named = problem.file not in {"", item.file}
        message = f"{problem.file}: {problem.message}" if named else problem.message
        yield Problem(
            message, item.file, item.line, key, str(item.values), problem.expected, problem.nearest
        )


def _misshapen(item: Draft, key: str, expected: str) -> Problem:
    shown = str(item.values)[:60]
    message = tr("{key!r} is not written as it should be", key=key)
    return Problem(message, item.file, item.line, key, shown, expected)


def _unknown_key(document: Draft, key: str) -> Problem:
    known = [*Scenario.model_fields, INCLUDE]
    near = nearest_names(key.lower(), known)
    expected = "" if near else tr("one of {names}", names=", ".join(known))
    return Problem(
        tr("there is no key {key!r} in a scenario", key=key),
        document.file,
        document.line_at((key,)),
        key,
        key,
        expected,
        near,
    )
