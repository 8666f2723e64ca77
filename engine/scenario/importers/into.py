"""Files of reports into a scenario: new tables beside it, and one line in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError, nearest_names
from engine.scenario.check import check
from engine.scenario.files import text_of
from engine.scenario.importers.actors import read_actors, write_actors
from engine.scenario.importers.control_polygons import missing_days
from engine.scenario.importers.including import include
from engine.scenario.importers.reports import Options
from engine.scenario.importers.sources import SOURCES
from engine.scenario.importers.take import Import, take
from engine.scenario.importers.writing import MARK, write_import
from engine.scenario.load import load_scenario

if TYPE_CHECKING:
    import os

    from engine.control.points import Nearby
    from engine.network.network import Network
    from engine.scenario.importers.sources import Importer
    from engine.scenario.model import Scenario


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
    """

    result: Import
    files: tuple[Path, ...]
    actors: Path


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
    """Import a file of reports into a scenario.

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
    """
    scenario_path, file_path = Path(into), Path(file)
    reader = _reader(source)
    scenario = load_scenario(scenario_path)
    options = _with_first_day(options or Options(), source, scenario)
    name = _name(source, file_path)
    target = scenario_path.parent / f"imported-{name}.toml"
    _refuse_to_overwrite(target, again=again)
    scenario = _without(scenario, target)
    table = Path(actors) if actors else scenario_path.parent / f"{name}-actors.csv"
    known = read_actors(table, scenario)
    reports = reader(file_path, options)
    roads, near = _ground(scenario, network)
    result = take(
        reports,
        scenario,
        roads,
        near,
        name=name,
        actors=known,
        confidence=options.confidence,
    )
    if any(report.area is not None for report in reports):
        result.gaps = missing_days(reports)
    check(_with(scenario, result))
    files = write_import(
        scenario_path.parent, target.stem, f"{source} file {file_path.name}", result
    )
    if result.unknown_parties:
        files += write_actors(table, known, result.unknown_parties)
    if result.events:
        files += include(scenario_path, target.name)
    return Imported(result, tuple(files), table)


def _reader(source: str) -> Importer:
    if source not in SOURCES:
        raise ScenarioError(
            Problem(
                f"there is no importer {source!r}",
                value=source,
                expected=f"one of {', '.join(SOURCES)}",
                nearest=nearest_names(source, SOURCES),
            )
        )
    return SOURCES[source]


def _with_first_day(options: Options, source: str, scenario: Scenario) -> Options:
    """Count the days of a simulation from the start of the run, unless told otherwise."""
    if source == "flee" and options.first_day is None:
        return replace(options, first_day=scenario.start)
    return options


def _name(source: str, file: Path) -> str:
    from engine.network.places import slug

    stem = slug(file.stem)
    return stem if stem.startswith(source) else f"{source}-{stem}".rstrip("-")


def _refuse_to_overwrite(target: Path, *, again: bool) -> None:
    """Raise if a file of the user would be replaced, or an earlier import without being asked."""
    ours = target.exists() and text_of(target).startswith(MARK)
    tables = (target.with_suffix(".csv"), target.with_name(f"{target.stem}-rows.csv"))
    for path in (target, *tables):
        if path.exists() and not ours:
            message = "a file of this name is there, and no import wrote it"
            raise ScenarioError(Problem(message, str(path), expected="another name of the file"))
    if ours and not again:
        message = "this was imported before"
        raise ScenarioError(Problem(message, str(target), expected="--again, to replace it"))


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
