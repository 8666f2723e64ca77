"""Changes to reports into the tables of a scenario: all of them or none, and never over another's edit."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError
from engine.importers.editing import appended, first_table, header_row, row_of, table_of_events
from engine.io.atomic import editing, write_whole
from engine.io.spreadsheets import WORKBOOKS
from engine.io.tables import separator_of
from engine.io.text import UTF_16, text_of
from engine.language import tr
from engine.scenario.cells import read_table
from engine.scenario.change_sets import changed_by, moved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.scenario.change_sets import Change
    from engine.scenario.model import Event, Scenario

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
WITHDRAWN = "0"
"""The confidence of a report that is withdrawn: its row stays, and nobody believes it."""


def digest_of(path: Path) -> str:
    """Return what tells the bytes of a file from others; nothing, if it is not there."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def write_changes(
    path: Path,
    changes: Sequence[Change],
    scenario: Scenario,
    seen: Mapping[Path, str],
    about_to: Callable[[Mapping[Path, str]], object] = lambda _: None,
) -> list[Path]:
    """Write changes into the tables of a scenario, and return these.

    What is added stands below the last table; a report that is moved or doubted keeps its row, and one
    that is withdrawn keeps it with a confidence of 0. Everything else stays as it is, to the byte.

    Parameters
    ----------
    path
        The scenario.
    changes
        What to write.
    scenario
        What the file said when it was read.
    seen
        Its files, and what `digest_of` said of each then.
    about_to
        Is called with what `digest_of` will say of each file that is written, before any is.

    Raises
    ------
    ScenarioError
        If a file has changed since, the scenario would not be valid, or a report does not stand in a
        table of text; nothing is written then.
    """
    with editing(path):
        other = [file for file, digest in seen.items() if digest_of(file) != digest]
        if other:
            message = tr("it has changed meanwhile: look at what is new, then write again")
            raise ScenarioError([Problem(message, str(file)) for file in other])
        changed_by(scenario, changes)
        events = [change.event for change in changes if change.event is not None]
        edits = _edits(changes, scenario)
        table = table_of_events(path, text_of(path)) if events else None
        first = first_table(path, events) if events and table is None else {}
        return _written(
            edits, table, events, {path.with_name(name): first[name] for name in first}, about_to
        )


def _written(
    edits: Mapping[Path, Mapping[int, Mapping[str, str]]],
    table: Path | None,
    events: Sequence[Event],
    first: Mapping[Path, bytes],
    about_to: Callable[[Mapping[Path, str]], object],
) -> list[Path]:
    tables = [*edits, *([table] if table is not None and table not in edits else [])]
    written = [*tables, *first]
    if not written:
        return []
    for one in tables:
        if one.suffix.lower() in {*WORKBOOKS, ".toml"}:
            message = tr(
                "its reports do not stand in a table of text: change them there, or save it as CSV"
            )
            raise ScenarioError(Problem(message, str(one), field="events"))
    if len({one.parent for one in written}) > 1:
        message = tr(
            "the reports stand in tables of several folders: write the changes to each by "
            "themselves"
        )
        raise ScenarioError([Problem(message, str(one)) for one in written])

    def build(folder: Path) -> None:
        for one in tables:
            content = _edited(one, edits[one]) if one in edits else one.read_bytes()
            (folder / one.name).write_bytes(content)
        if table is not None:
            rows = [row_of(event) for event in events]
            (folder / table.name).write_bytes(appended(folder / table.name, rows))
        for one, content in first.items():
            (folder / one.name).write_bytes(content)
        about_to({one: digest_of(folder / one.name) for one in written})

    return write_whole(written[0].parent, [one.name for one in written], build)


def _edits(changes: Sequence[Change], scenario: Scenario) -> dict[Path, dict[int, dict[str, str]]]:
    """Return what becomes of cells: by file, line and column; of a claim, in all its rows."""
    events = dict(zip(scenario.event_ids(), scenario.events, strict=True))
    edits: dict[Path, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for change in changes:
        for row in scenario.events_of(change.id) if change.event is None else ():
            event = events[row]
            edits[Path(event.origin.file)][event.origin.line or 0] |= _cells(change, event)
    return edits


def _cells(change: Change, event: Event) -> dict[str, str]:
    if change.change == "withdraw":
        return {"confidence": WITHDRAWN}
    if change.confidence is not None:
        return {"confidence": str(change.confidence)}
    days = moved(event, change.date) if change.date is not None else {}
    return {key: str(day) for key, day in days.items()}


def _edited(table: Path, edits: Mapping[int, Mapping[str, str]]) -> bytes:
    """Return a table with some cells changed, in its own encoding; columns that it lacks come last."""
    data = table.read_bytes()
    encoding = "utf-16" if data[:2] in UTF_16 else "utf-8"
    text = data.decode(encoding)
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    lines = _LINES.findall(text.removeprefix(bom))
    mark = separator_of(text.removeprefix(bom))
    read = read_table(table, "events")
    columns = dict(read.columns)
    missing = list(dict.fromkeys(k for cells in edits.values() for k in cells if k not in columns))
    columns |= {key: len(read.table.header) + at for at, key in enumerate(missing)}
    width = len(read.table.header) + len(missing)
    end = "\r\n" if "\r\n" in text else "\n"
    records: list[str] = []
    reader, start, top = csv.reader(lines, delimiter=mark), 0, -1
    for cells in reader:
        raw, line, start = "".join(lines[start : reader.line_num]), start + 1, reader.line_num
        is_header = top < 0 and header_row(cells, read.table.header)
        top = line if is_header else top
        if line in edits or (missing and top >= 0 and any(cells)):
            row = [*cells, *[""] * (width - len(cells))]
            for at, key in enumerate(missing):
                row[len(read.table.header) + at] = key if is_header else ""
            for key, value in edits.get(line, {}).items():
                row[columns[key]] = value
            raw = _record(row, mark, end)
        records.append(raw)
    return (bom + "".join(records)).encode(encoding)


def _record(cells: Sequence[str], mark: str, end: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=end).writerow(cells)
    return out.getvalue()
