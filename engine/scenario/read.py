"""Scenario files to drafts: TOML, the files that it includes, and the tables that it names."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from inspect import isclass
from typing import TYPE_CHECKING, Any, get_args, get_origin

from engine.errors import Problem, ScenarioError, nearest_names
from engine.scenario.drafts import Draft, Drafts
from engine.scenario.files import beside, root_of, text_of
from engine.scenario.lines import lines_of
from engine.scenario.model import Entry, Scenario
from engine.scenario.tables import read_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
TABLES = {key: LISTS[key] for key in ("places", "baseline", "events")}
"""Lists that may stand in tables of their own."""
CELLS_WITH_LISTS = frozenset({"contestants", "aliases"})
"""Columns whose cells hold several values with ``;`` between them."""

INCLUDE = "include"
SCENARIO_ENDINGS = (".toml",)
TABLE_ENDINGS = (".csv", ".tsv", ".txt")


def read_drafts(path: Path) -> Drafts:
    """Return all that a scenario file says, itself and through the files that it names.

    What an included file says comes before what the including file says; of two values for one
    setting, or two entries for one actor or source, that of the including file counts.

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
    _read_into(drafts, path, root_of(path), (), set())
    return drafts


def _read_into(
    drafts: Drafts, path: Path, root: Path, above: tuple[Path, ...], done: set[Path]
) -> None:
    """Add what one file says; `above` are the files that include it, `done` those read."""
    try:
        document = _document(path)
    except ScenarioError as error:
        drafts.problems.extend(error.problems)
        return
    _read_included(drafts, document, path, root, above, done)
    done.add(path.resolve())
    for key in document.values:
        if key in NAMED:
            _add_named(drafts, document, key)
        elif key in LISTS:
            _add_list(drafts, document, key, path, root)
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
    done: set[Path],
) -> None:
    """Add what the files say that a file includes, each file once."""
    above = (*above, path.resolve())
    for item in _file_names(drafts, document, INCLUDE):
        try:
            other = beside(item.values, path, root, SCENARIO_ENDINGS)
        except ScenarioError as error:
            drafts.problems.extend(_at(item, INCLUDE, error))
            continue
        if other.resolve() in above:
            message = f"{item.values!r} includes itself, by way of the files that it includes"
            drafts.problems.append(Problem(message, item.file, item.line, INCLUDE, item.values))
        elif other.resolve() not in done:
            _read_into(drafts, other, root, above, done)


def _document(path: Path) -> Draft:
    text = text_of(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_broken(path, text, str(error))) from None
    except RecursionError:
        raise ScenarioError(Problem("lists stand too deep in one another", str(path))) from None
    return Draft(values, str(path), lines=lines_of(text))


def _broken(path: Path, text: str, complaint: str) -> Problem:
    """Say where and why a text is not TOML, in words for people who never program."""
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", complaint)
    what = complaint[: match.start()] if match else complaint
    last = text.count("\n", 0, len(text.rstrip())) + 1
    line = int(match[1]) if match and match[1] else last
    row = text.split("\n")[line - 1].strip()[:60]
    message = f"this is not valid TOML: {what[:1].lower()}{what[1:]}"
    expected = (
        'key = value, with text in "quotes", dates as 2014-12-31, numbers as 0.5, '
        "each key and each [section] once"
    )
    return Problem(message, str(path), line, value=row, expected=expected)


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
            drafts.problems.append(_misshapen(item, key, "a file name, or a list of file names"))


def _add_named(drafts: Drafts, document: Draft, key: str) -> None:
    section = document.inside(key)
    expected = f"a section for each: [{key}.NAME]"
    if not isinstance(section.values, dict):
        drafts.problems.append(_misshapen(section, key, expected))
        return
    entries = drafts.named.setdefault(key, {})
    for name, values in section.values.items():
        entries[name] = entry = section.inside(name)
        if not isinstance(values, dict):
            drafts.problems.append(_misshapen(entry, f"{key}.{name}", f"[{key}.{name}]"))
            entries[name] = replace(entry, values={})


def _add_list(drafts: Drafts, document: Draft, key: str, path: Path, root: Path) -> None:
    section = document.inside(key)
    value: Any = section.values
    if isinstance(value, str):
        items = [section]
    elif isinstance(value, list):
        items = [section.inside(at) for at in range(len(value))]
    else:
        items = []
        drafts.problems.append(_misshapen(section, key, f"[[{key}]], with two brackets"))
    entries = drafts.lists.setdefault(key, [])
    for item in items:
        if isinstance(item.values, dict):
            entries.append(item)
        elif isinstance(item.values, str) and key in TABLES:
            entries.extend(_table(drafts, item, key, path, root))
        else:
            files = ", or the name of a CSV file" if key in TABLES else ""
            drafts.problems.append(_misshapen(item, key, f"[[{key}]], with two brackets{files}"))


def _table(drafts: Drafts, item: Draft, key: str, path: Path, root: Path) -> list[Draft]:
    """Return the rows of the table that a scenario names."""
    try:
        file = beside(item.values, path, root, TABLE_ENDINGS)
        records, problems = read_records(file, tuple(TABLES[key].model_fields), CELLS_WITH_LISTS)
    except ScenarioError as error:
        drafts.problems.extend(_at(item, key, error))
        return []
    drafts.problems.extend(problems)
    return [Draft(values, str(file), line, in_table=True) for line, values in records]


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
    return Problem(
        f"{key!r} is not written as it should be", item.file, item.line, key, shown, expected
    )


def _unknown_key(document: Draft, key: str) -> Problem:
    known = [*Scenario.model_fields, INCLUDE]
    near = nearest_names(key.lower(), known)
    expected = "" if near else f"one of {', '.join(known)}"
    return Problem(
        f"there is no key {key!r} in a scenario",
        document.file,
        document.line_at((key,)),
        key,
        key,
        expected,
        near,
    )
