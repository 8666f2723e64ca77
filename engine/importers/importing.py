"""Files of reports into a scenario: new tables beside it, and one line in it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from engine.errors import Problem, ScenarioError, nearest_names, unknown_name
from engine.importers.conflict_events import read_acled, read_ucdp_ged
from engine.importers.control_polygons import missing_days, read_control_polygons
from engine.importers.editing import Undo, included, snapshot
from engine.importers.matching import NOBODY, Import, match_reports
from engine.importers.plain_sheet import read_plain_sheet
from engine.importers.reading.accepted import read_drafts, refuse_none_accepted
from engine.importers.reports import Options
from engine.importers.road_closures import read_access_constraints, read_flee_closures
from engine.io.arguments import checked
from engine.io.atomic import editing, write_one, write_whole
from engine.io.tables import table_text, write_table
from engine.io.text import folded, text_of, toml_text
from engine.io.vector import file_and_layer
from engine.language import tr, trn
from engine.scenario.actor_names import Parties
from engine.scenario.check import check
from engine.scenario.document import rows_of_table
from engine.scenario.load import load_scenario
from engine.scenario.model import Event
from engine.scenario.vocabulary import either

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from engine.control.points import Nearby
    from engine.importers.reports import FileRead
    from engine.network.arrays import Network
    from engine.scenario.model import Scenario


# What an import writes beside a scenario: events, new ground, and what became of each row.

MARK = "# Written by supplyline import"
"""How a file begins that an import may replace."""


def write_import(
    folder: Path, name: str, what: str, result: Import, others: Mapping[str, str] | None = None
) -> list[Path]:
    """Write the files of an import, all of them or none, and return them.

    Parameters
    ----------
    folder
        That of the scenario.
    name
        How the names of the files begin.
    what
        What was imported, for the reader of the files.
    result
        Its result.
    others
        The texts of other files that change with it, by name; the last is moved into place last.
    """
    others = others or {}
    there = [each for each in _folders_of_areas(folder, name) if each.exists()]
    fresh = next(each for each in _folders_of_areas(folder, name) if each not in there)
    written: list[Path] = []
    if result.areas:
        names = [f"{site}.geojson" for site in result.areas]
        written += write_whole(fresh, names, lambda at: _areas(at, result))

    def build(at: Path) -> None:
        _tables(at, name, _include_file(name, what, result, fresh.name), result)
        for other, text in others.items():
            (at / other).write_bytes(text.encode())

    written += write_whole(folder, [*files_of_import(name), *others], build)
    for old in there:
        shutil.rmtree(old, ignore_errors=True)
    return written


def files_of_import(name: str) -> list[str]:
    """Return the names of the tables and of the file to include, in the order of writing."""
    return [f"{name}-rows.csv", f"{name}.csv", f"{name}.toml"]


def _folders_of_areas(folder: Path, name: str) -> list[Path]:
    """Return where polygons may lie: a new import does not touch those that the old one names."""
    return [folder / f"{name}-areas", folder / f"{name}-areas-2", folder / f"{name}-areas-3"]


def _areas(folder: Path, result: Import) -> None:
    import shapely

    for site, shape in result.areas.items():
        geometry = json.loads(shapely.to_geojson(shape))
        feature = {"type": "Feature", "properties": {"site": site}, "geometry": geometry}
        (folder / f"{site}.geojson").write_text(json.dumps(feature), encoding="utf-8", newline="\n")


def _tables(folder: Path, name: str, include_file: str, result: Import) -> None:
    rows = ((row.row, row.text, row.event, row.site, row.why) for row in result.rows)
    write_table(folder / f"{name}-rows.csv", ("row", "text", "event", "site", "why"), rows)
    columns = [
        key
        for key in Event.model_fields
        if key in {"id", "date", "site", "kind"}
        or any(_cell(event, key) != "" for event in result.events)
    ]
    by_date = sorted(result.events, key=lambda event: event.date)  # of one day as in the file
    cells = ([_cell(event, key) for key in columns] for event in by_date)
    write_table(folder / f"{name}.csv", columns, cells)
    (folder / f"{name}.toml").write_text(include_file, encoding="utf-8", newline="\n")


def _cell(event: Event, key: str) -> object:
    value = getattr(event, key)
    if key not in event.model_fields_set or value is None:
        return ""
    return ";".join(value) if isinstance(value, tuple) else value


def _include_file(name: str, what: str, result: Import, areas: str) -> str:
    """Return the text of the file that the scenario includes."""
    refused = sum(not row.event for row in result.rows)
    lines = [
        f"{MARK} from the {json.dumps(what, ensure_ascii=False)[1:-1]}.",
        "# "
        + trn(
            "{n} of {all} rows were taken; why the others were not stands in {file}.",
            "{n} of {all} rows were taken; why the others were not stands in {file}.",
            len(result.rows) - refused,
            all=len(result.rows),
            file=f"{name}-rows.csv",
        ),
        "",
        f'events = "{name}.csv"',
    ]
    for site in result.sites:
        lines += ["", "[[sites]]", f"id = {toml_text(site.id)}"]
        if site.ways:
            lines.append(f"ways = {list(site.ways)}")
        if site.between:
            lines.append(f"between = [{', '.join(map(toml_text, site.between))}]")
        if site.area:
            lines.append(f"area = {toml_text(f'{areas}/{site.area}')}")
    return "\n".join(lines) + "\n"


# The table that says which party of the reports is which actor of the scenario.

COLUMNS = ("reported", "actor")


def read_actors(table: Path, scenario: Scenario) -> dict[str, str]:
    """Return the actor of each party that a table names; empty where a cell is.

    Raises
    ------
    ScenarioError
        If the table cannot be read, or names actors that the scenario does not have.
    """
    if not table.exists():
        return {}
    rows, problems = rows_of_table(table, "parties")
    parties = Parties.of(scenario)
    known: dict[str, str] = {}
    for row in rows:
        party, actor = str(row.values.get("reported", "")), str(row.values.get("actor", ""))
        ids = [NOBODY] if folded(actor) == folded(NOBODY) else parties.called(actor)
        if actor and len(ids) != 1:
            near = () if ids else nearest_names(actor, scenario.actors)
            message = tr("the actor {name!r} is not known", name=actor)
            if ids:
                message = tr(
                    "the {kind} {name!r} may be {ids}",
                    kind=tr("actor"),
                    name=actor,
                    ids=either(ids),
                )
            expected = tr(
                "an actor of the scenario, or {nobody!r} to leave the party out", nobody=NOBODY
            )
            problems.append(Problem(message, str(table), row.line, "actor", actor, expected, near))
        known[party] = ids[0] if ids and actor else actor
    if problems:
        raise ScenarioError(problems)
    return known


def actors_text(known: dict[str, str], unknown: Sequence[str]) -> str:
    """Return the text of a table with more parties, and nothing for their actor."""
    rows = [*known.items(), *((party, "") for party in unknown if party not in known)]
    return table_text(COLUMNS, rows)


# The list of importers.

if TYPE_CHECKING:
    Importer = Callable[[Path, Options | None], FileRead]

SOURCES: dict[str, Importer] = {
    "acled": read_acled,
    "ucdp-ged": read_ucdp_ged,
    "control-polygons": read_control_polygons,
    "flee": read_flee_closures,
    "access-constraints": read_access_constraints,
    "sheet": read_plain_sheet,
    "drafts": read_drafts,
}
"""What reads a file, by the name of its publisher or form."""


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Parameters
    ----------
    result
        What became of each row.
    files
        The files written, the scenario itself last if it was changed.
    actors
        The table of actors.
    undo
        What takes the import back; areas of an import before it are not brought back.
    """

    result: Import
    files: tuple[Path, ...]
    actors: Path
    undo: Undo


@checked
def import_reports(
    source: str,
    file: str | os.PathLike[str],
    into: str | os.PathLike[str],
    *,
    options: Options | None = None,
    actors: str | os.PathLike[str] | None = None,
    network: Network | str | Path | None = None,
    again: bool = False,
) -> Imported:
    r"""Import a file of reports into a scenario.

    Beside the scenario it writes ``imported-NAME.csv`` (the events), ``imported-NAME.toml`` (which
    names them, and the ground that they need), ``imported-NAME-rows.csv`` (what became of each row)
    and the table of actors, and it adds ``imported-NAME.toml`` to what the scenario includes.
    Nothing else of the scenario changes, no file of the user is replaced, and nothing is written
    if the scenario would not be valid.

    Parameters
    ----------
    source
        A key of `SOURCES`, such as ``acled``.
    file
        What to import.
    into
        The scenario.
    options
        What the file does not say itself.
    actors
        The table (reported, actor) that says which party is which actor; ``NAME-actors.csv``
        beside the scenario, if absent. Parties that it lacks are added to it with an empty cell.
    network
        Another road network than that of the scenario.
    again
        Replace what an earlier import of the same name wrote.

    Raises
    ------
    ScenarioError
        If the file or the scenario cannot be used, or the file was imported before.

    Examples
    --------
    >>> from pathlib import Path
    >>> from shutil import copytree
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> with TemporaryDirectory() as folder:
    ...     scenarios = Path(copytree("scenarios", f"{folder}/scenarios"))
    ...     _ = copytree("data", f"{folder}/data")
    ...     news = scenarios / "news.csv"
    ...     _ = news.write_text("date,place,kind,actor\n2014-12-24,Mare,captured,opposition\n")
    ...     found = engine.import_reports("sheet", news, scenarios / "castello-2014-12.toml")
    >>> len(found.result.events)
    1
    """
    reader = _reader(source)
    with editing(Path(into)):
        found = _understood(
            source, reader, Path(file), Path(into), options, actors, network, again=again
        )
        return _imported(source, Path(file), Path(into), found)


def understood_reports(
    source: str,
    file: str | os.PathLike[str],
    into: str | os.PathLike[str],
    *,
    options: Options | None = None,
    actors: str | os.PathLike[str] | None = None,
    network: Network | str | Path | None = None,
    again: bool = False,
) -> Import:
    """Return the result that an import would have, row by row; nothing is written.

    See `import_reports` for the parameters and errors.
    """
    reader = _reader(source)
    found = _understood(
        source, reader, Path(file), Path(into), options, actors, network, again=again
    )
    return found.result


class _Understood(NamedTuple):
    """The result of an import, before anything is written."""

    result: Import
    target: Path
    table: Path
    known: dict[str, str]


def _understood(
    source: str,
    reader: Importer,
    file_path: Path,
    scenario_path: Path,
    options: Options | None,
    actors: str | os.PathLike[str] | None,
    network: Network | str | Path | None,
    *,
    again: bool,
) -> _Understood:
    if options is not None and options.text is not None and source != "drafts":
        message = tr("--text is for drafts: {source} has no use for it", source=source)
        raise ScenarioError(Problem(message, expected=tr("no --text, or `import drafts`")))
    scenario = load_scenario(scenario_path)
    options = _with_first_day(options or Options(), source, scenario)
    name = _name(source, file_path, options.sheet)
    target = scenario_path.parent / f"imported-{name}.toml"
    there = _imported_by(target, scenario)
    if there and not again:
        message = tr("this was imported before, {what}", what=_what_of(target))
        expected = tr("--again, to replace it, or another name of the file")
        raise ScenarioError(Problem(message, str(target), expected=expected))
    scenario = _without(scenario, target)
    table = Path(actors) if actors else scenario_path.parent / f"{name}-actors.csv"
    known = read_actors(table, scenario)
    read = reader(file_path, options)
    if source == "drafts" and file_path.suffix.lower() != ".json":
        refuse_none_accepted(file_path, read, again=there)
    roads, near = _ground(scenario, network)
    result = match_reports(
        read.reports,
        scenario,
        roads,
        near,
        name=name,
        actors=known,
        confidence=options.confidence,
    )
    result.remarks = [*read.remarks, *result.remarks]
    if any(report.area is not None for report in read.reports):
        result.gaps = missing_days(read.reports)
    check(_with(scenario, result))
    return _Understood(result, target, table, known)


def _imported(
    source: str, file_path: Path, scenario_path: Path, understood: _Understood
) -> Imported:
    result, target, table, known = understood
    others: dict[str, str] = {}
    files: list[Path] = []
    if result.unknown_parties:
        text = actors_text(known, result.unknown_parties)
        if table.parent == scenario_path.parent:
            others[table.name] = text
        else:
            files.append(
                write_one(table, lambda at: at.write_text(text, encoding="utf-8", newline="\n"))
            )
    text = scenario_path.read_bytes().decode()
    after = included(text, target.name) if result.events else text
    if after != text:
        others[scenario_path.name] = after
    what = f"{source} file {file_path.name}"  # stays as it is: a later import reads it
    folder = scenario_path.parent
    before = snapshot(folder / name for name in (*files_of_import(target.stem), *others))
    files += write_import(folder, target.stem, what, result, others)
    return Imported(result, tuple(files), table, Undo(before, snapshot(before)))


def _reader(source: str) -> Importer:
    if source not in SOURCES:
        raise unknown_name(tr("importer"), source, SOURCES, ScenarioError)
    return SOURCES[source]


def _with_first_day(options: Options, source: str, scenario: Scenario) -> Options:
    """Count the days of a simulation from the start of the run, unless told otherwise."""
    if source == "flee" and options.first_day is None:
        return replace(options, first_day=scenario.start)
    return options


def _name(source: str, file: Path, sheet: str) -> str:
    """Return how the files of an import are called: by the file, and the layer or sheet if one is named."""
    file, layer = file_and_layer(file)
    parts = [part for text in (file.stem, layer, sheet) if (part := _part_of_name(text))]
    name = "-".join(parts)
    return name if name.startswith(source) else f"{source}-{name}".rstrip("-")


def _part_of_name(text: str) -> str:
    """Return the letters of a name that every system takes; a number for a name in another script."""
    from engine.network.gazetteer import slug

    return slug(text) or (f"{crc32(text.encode()):08x}" if text else "")


def _imported_by(target: Path, scenario: Scenario) -> bool:
    """Return whether the scenario has something of an earlier import under this name.

    Raises
    ------
    ScenarioError
        If a file of the user would be replaced.
    """
    ours = target.exists() and text_of(target).startswith(MARK)
    tables = (target.with_suffix(".csv"), target.with_name(f"{target.stem}-rows.csv"))
    for path in (target, *tables):
        if path.exists() and not ours:
            message = tr("a file of this name is there, and no import wrote it")
            expected = tr("another name of the file")
            raise ScenarioError(Problem(message, str(path), expected=expected))
    own = {str(target), str(target.with_suffix(".csv"))}
    entries = (*scenario.events, *scenario.sites)
    return any(entry.origin.file in own for entry in entries)


def _what_of(target: Path) -> str:
    """Return from what an import was made, as its file says."""
    first = text_of(target).partition("\n")[0]
    said = first.removeprefix(MARK).strip(" .")
    if found := re.fullmatch(r"from the (\S+) file (.+)", said):
        return tr("from the {source} file {file}", source=found[1], file=found[2])
    return said or tr("from another file")


def _without(scenario: Scenario, target: Path) -> Scenario:
    """Return the scenario without what an earlier import wrote."""
    own = {str(target), str(target.with_suffix(".csv"))}
    kept = {
        key: tuple(entry for entry in getattr(scenario, key) if entry.origin.file not in own)
        for key in ("events", "sites")
    }
    return scenario.model_copy(update=kept)


def _with(scenario: Scenario, result: Import) -> Scenario:
    update = {
        "events": (*result.events, *scenario.events),
        "sites": (*result.sites, *scenario.sites),
    }
    return scenario.model_copy(update=update)


def _ground(scenario: Scenario, network: Network | str | Path | None) -> tuple[Network, Nearby]:
    from engine.control.points import Nearby
    from engine.scenario.road_network import network_of

    roads = network_of(scenario, network)
    return roads, Nearby(scenario, roads)
