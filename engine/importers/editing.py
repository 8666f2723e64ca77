"""Changes to the tables of a scenario, checked before a single byte is written, and taken back.

All of a set of changes are written or none, and never over another's edit. Taking back an import makes the
files that it wrote what they were, if nobody has changed them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from engine.errors import Problem, ScenarioError, unknown_name
from engine.io.atomic import editing, write_one, write_whole
from engine.io.days import days_of
from engine.io.spreadsheets import WORKBOOKS
from engine.io.tables import separator_of, table_text
from engine.io.text import UTF_16, path_of, text_of, tidy
from engine.language import tr
from engine.scenario.actor_names import Parties
from engine.scenario.cells import read_table
from engine.scenario.change_sets import changed_by, moved
from engine.scenario.check import check
from engine.scenario.document import CELLS_WITH_LISTS, INCLUDE, Draft
from engine.scenario.load import load_scenario
from engine.scenario.model import Event
from engine.scenario.validation import problems_of
from engine.scenario.vocabulary import MEANING_OF_KIND, meant_in_another_language

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tomlkit.items import Array

    from engine.network.arrays import Network
    from engine.scenario.change_sets import Change
    from engine.scenario.model import Scenario


# One more file in what a scenario includes; every other letter of it stays.


def included(text: str, name: str) -> str:
    r"""Return the text of a scenario that includes one more file, comments and all.

    Examples
    --------
    >>> print(included('# A question.\\ntitle = "t"', "more.toml"))
    # A question.
    include = ["more.toml"]
    title = "t"
    """
    import tomlkit

    values = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    there = values.get(INCLUDE, [])
    if name == there or name in (there if isinstance(there, list) else ()):
        return text
    if INCLUDE not in values:
        return with_first_line(text, f'{INCLUDE} = ["{name}"]')
    document = tomlkit.parse(text)
    if isinstance(there, list):
        cast("Array", document[INCLUDE]).append(name)
    else:
        document[INCLUDE] = [there, name]
    return tomlkit.dumps(document)


def with_first_line(text: str, line: str) -> str:
    """Return a text with a line more before the first one that is neither empty nor a remark."""
    mark, body = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    lines = body.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    at = next(
        (n for n, row in enumerate(lines) if row.strip() and not row.lstrip().startswith("#")),
        len(lines),
    )
    return "".join([mark, *lines[:at], line + end, *lines[at:]])


_DAYS = ("date", "earliest", "latest", "until", "reported")
_COLUMNS = ("id", "date", "reported", "site", "kind", "actor", "confidence", "source", "note")


def event_of(pairs: Sequence[str]) -> Event:
    """Return the event that ``key=value`` pairs describe; dates in any usual form, day first.

    Raises
    ------
    ScenarioError
        With everything that is wrong with them.

    Examples
    --------
    >>> event_of(["date=25/12/2014", "site=mallah", "kind=captured", "actor=a"]).date
    datetime.date(2014, 12, 25)
    """
    values: dict[str, object] = {}
    problems = []
    for pair in pairs:
        key, equals, text = pair.partition("=")
        key, text = key.strip(), text.strip()
        if not equals:
            message = tr("{pair!r} says nothing", pair=pair)
            problems.append(Problem(message, value=pair, expected=tr("key=value")))
        elif key in _DAYS:
            try:
                values[key] = days_of(text).first
            except ValueError as error:
                problems.append(Problem(str(error), field=key, value=text))
        elif text:
            values[key] = text.split(";") if key in CELLS_WITH_LISTS else text
    if problems:
        raise ScenarioError(problems)
    try:
        return Event.model_validate(values)
    except ValidationError as error:
        found = problems_of(error.errors(include_url=False), Draft(values, ""), Event)
        raise ScenarioError(found) from None


def add_events(
    path: str | os.PathLike[str],
    events: Sequence[Event],
    network: Network | str | Path | None = None,
) -> Path:
    """Add events to the last table that a scenario names, and return the table.

    A scenario without events gets a table of its own, ``NAME-events.csv``.

    Parameters
    ----------
    path
        The scenario.
    events
        Valid events.
    network
        Another road network than that of the scenario, on which their sites must be.

    Raises
    ------
    ScenarioError
        If the scenario would not be valid with them, or keeps its events in the file itself;
        nothing is written then.
    """
    with editing(Path(path)):
        return added(Path(path), events, network)


def added(path: Path, events: Sequence[Event], network: Network | str | Path | None) -> Path:
    """Add events to a scenario that `engine.io.atomic.editing` holds; see `add_events`."""
    scenario = load_scenario(path)
    events = [Parties.of(scenario).named_by_id(event) for event in events]
    _check_with(scenario, events, network)
    table = table_of_events(path, text_of(path))
    rows = [row_of(event) for event in events]
    if table is not None:
        if table.suffix.lower() in WORKBOOKS:
            message = tr("the events stand in a workbook: add the row there, or save it as CSV")
            raise ScenarioError(Problem(message, str(table), field="events"))
        content = appended(table, rows)
        return write_one(table, lambda at: at.write_bytes(content))
    files = first_table(path, events)
    return write_whole(path.parent, list(files), _writer(files))[0]


def first_table(path: Path, events: Sequence[Event]) -> dict[str, bytes]:
    """Return the files of the first events of a scenario: a table, and itself, which names it.

    Raises
    ------
    ScenarioError
        If a file of that name is there.
    """
    name = f"{path.stem}-events.csv"
    if (path.parent / name).exists():
        message = tr("a file of this name is there, and the scenario does not name it")
        raise ScenarioError(Problem(message, str(path.parent / name)))
    rows = [row_of(event) for event in events]
    header = [key for key in Event.model_fields if key in _COLUMNS or any(key in r for r in rows)]
    table = table_text(header, ([row.get(key, "") for key in header] for row in rows))
    after = with_first_line(path.read_bytes().decode(), f'events = "{name}"')
    return {name: table.encode(), path.name: after.encode()}


def _writer(files: Mapping[str, bytes]) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).write_bytes(content)

    return build


def _check_with(
    scenario: Scenario, events: Sequence[Event], network: Network | str | Path | None
) -> None:
    """Raise what would be wrong with a scenario that has these events too."""
    from engine.control.points import resolve_sites
    from engine.control.sites import find_sites
    from engine.scenario.road_network import network_of

    whole = scenario.model_copy(update={"events": (*scenario.events, *events)})
    check(whole)
    roads = network_of(scenario, network)
    find_sites(resolve_sites(whole, roads), roads)


def table_of_events(path: Path, text: str) -> Path | None:
    """Return the last table that a scenario names, or None if it has no events at all."""
    named = tomllib.loads(text).get("events")
    if named is None:
        return None
    names = [
        item for item in ([named] if isinstance(named, str) else named) if isinstance(item, str)
    ]
    if not names:
        message = tr("the events stand in the scenario itself, not in a table: add them there")
        raise ScenarioError(Problem(message, str(path), field="events"))
    return path_of(names[-1], path.parent)


def row_of(event: Event) -> dict[str, str]:
    """Return the cells of an event that say something."""
    cells = {}
    for key in event.model_fields_set:
        value = getattr(event, key)
        if value is not None:
            cells[key] = ";".join(value) if isinstance(value, tuple) else str(value)
    return cells


def appended(table: Path, rows: Sequence[dict[str, str]]) -> bytes:
    """Return a table with rows below, in its own encoding; columns that it lacks come last."""
    data = table.read_bytes()
    encoding = "utf-16" if data[:2] in UTF_16 else "utf-8"
    before = data.decode(encoding)
    bom = "\ufeff" if before.startswith("\ufeff") else ""
    before = before.removeprefix(bom)
    mark = separator_of(before)
    read = read_table(table, "events")
    header = [*read.table.header]
    for key, at in read.columns.items():
        header[at] = key
    missing = [
        key for key in Event.model_fields if key not in header and any(key in r for r in rows)
    ]
    end = "\r\n" if "\r\n" in before else "\n"
    if missing:
        old = list(csv.reader(io.StringIO(before), delimiter=mark))
        top = next(at for at, cells in enumerate(old) if header_row(cells, read.table.header))
        kept = [[*cells, *missing] if at == top else cells for at, cells in enumerate(old)]
        gap = [""] * len(missing)
        kept[top + 1 :] = [[*cells, *gap] for cells in kept[top + 1 :] if any(cells)]
        before = table_text(kept[0], kept[1:], mark).replace("\n", end)
    below = table_text(
        (), ([row.get(key, "") for key in (*header, *missing)] for row in rows), mark
    )
    below = below.partition("\n")[2].replace("\n", end)
    return (bom + before + ("" if before.endswith("\n") else end) + below).encode(encoding)


def header_row(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Return whether some cells are the header of a table, but for the space around them."""
    return [tidy(cell) for cell in cells] == [*header]


# The events of a scenario that somebody asks for.


def select_events(
    scenario: Scenario,
    *,
    site: str = "",
    kind: str = "",
    actor: str = "",
    source: str = "",
    first: dt.date | None = None,
    last: dt.date | None = None,
    confidence: float = 0.0,
    network: Network | None = None,
) -> list[tuple[str, Event]]:
    """Return the events that fit, with their ids, by date.

    Parameters
    ----------
    scenario
        Whose events.
    site, kind
        Only those of this site, of this kind.
    actor
        Only those that name this actor as actor, defender or contestant.
    source
        Only those whose source holds this text, in whatever case.
    first, last
        Only those that may have happened on one of these days.
    confidence
        Only those at least this sure.
    network
        Whose places are sites, too, though nothing may speak of them.

    Returns
    -------
    list of (str, Event)
        Id and event; those of one day in the order of the file.

    Raises
    ------
    InputError
        If there is no such kind, or the scenario has no such actor or site.
    """
    kind = str(meant_in_another_language("kind", kind))
    if kind and kind not in MEANING_OF_KIND:
        raise unknown_name(tr("kind of event"), kind, MEANING_OF_KIND)
    if actor and actor not in scenario.actors:
        raise unknown_name(tr("actor"), actor, scenario.actors)
    sites = [event.site for event in scenario.events] + [row.site for row in scenario.baseline]
    sites += [own.id for own in scenario.sites] + [place.id for place in scenario.places]
    sites += [place.id for place in network.places] if network is not None else []
    if site and site not in sites:
        raise unknown_name(tr("site"), site, sites)
    return sorted(
        (
            (name, event)
            for name, event in zip(scenario.event_ids(), scenario.events, strict=True)
            if site in {"", event.site}
            and kind in {"", event.kind}
            and actor in {"", event.actor, event.defender, *event.contestants}
            and source.casefold() in event.source.casefold()
            and (first is None or event.last_day >= first)
            and (last is None or event.first_day <= last)
            and event.confidence >= confidence
        ),
        key=lambda pair: pair[1].date,
    )


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


class Undo:
    """What an import did to the files of a folder.

    Parameters
    ----------
    before, after
        The bytes of each file before and after it; None for a file that was not there.
    """

    def __init__(
        self, before: Mapping[Path, bytes | None], after: Mapping[Path, bytes | None]
    ) -> None:
        self.before = {path: before.get(path) for path in after if before.get(path) != after[path]}
        self.after = {path: after[path] for path in self.before}

    def take_back(self, scenario: Path) -> list[Path]:
        """Make the files what they were, and return them.

        Parameters
        ----------
        scenario
            The scenario file, which nobody else edits meanwhile.

        Raises
        ------
        ScenarioError
            If a file is not as the import left it; nothing is changed then.
        """
        with editing(scenario):
            changed = [path for path, data in self.after.items() if bytes_of(path) != data]
            if changed:
                message = tr("this file has changed since the import: it cannot be taken back")
                raise ScenarioError([Problem(message, str(path)) for path in changed])
            kept = {path: data for path, data in self.before.items() if data is not None}
            names = sorted((path.name for path in kept), key=lambda name: name == scenario.name)
            if names:
                write_whole(scenario.parent, names, _writing(kept))
            for path in self.before.keys() - kept.keys():  # nothing names them any more
                path.unlink(missing_ok=True)
        return list(self.before)


def bytes_of(path: Path) -> bytes | None:
    """Return what a file holds; None if it is not there."""
    return path.read_bytes() if path.is_file() else None


def snapshot(paths: Iterable[Path]) -> dict[Path, bytes | None]:
    """Return what files hold."""
    return {path: bytes_of(path) for path in paths}


def _writing(files: Mapping[Path, bytes]) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        for path, data in files.items():
            (folder / path.name).write_bytes(data)

    return build
