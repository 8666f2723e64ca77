"""A new scenario from a template: a network, its places in some area, and empty tables to fill."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from engine.control.sites import as_place
from engine.errors import Problem, ScenarioError
from engine.importers.junctions import junctions
from engine.importers.reports import told_together
from engine.importers.settlements import Settlements, settlements
from engine.importers.sheets_to_fill import write_sheet
from engine.importers.sketch_rows import SketchPlace, places_of_table
from engine.io.atomic import write_whole
from engine.io.spreadsheets import WORKBOOKS
from engine.io.tables import table_text
from engine.io.text import text_of, toml_text
from engine.language import tr
from engine.scenario.fields import Name, Text
from engine.scenario.load import load_scenario
from engine.scenario.validation import sentence_of

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Sequence

    from engine.network.arrays import Network, Place
    from engine.network.cut_out import Box
    from engine.scenario.model import ScenarioPlace


_COLUMNS = (
    "id", "name", "name_ar", "aliases", "kind", "lat", "lon", "error_km", "source", "population",
)  # fmt: skip
"""Those of a table of places."""


@dataclass(frozen=True)
class Started:
    """A scenario that was started.

    Parameters
    ----------
    files
        The files written, the scenario first.
    settlements
        The places that its table of holdings lists, and those left out.
    """

    files: tuple[Path, ...]
    settlements: Settlements


def new_scenario(
    path: str | os.PathLike[str],
    *,
    title: str,
    start: dt.date,
    end: dt.date,
    actors: Sequence[str],
    network: Network,
    network_name: str,
    box: Box,
    places: Path | None = None,
    named: Sequence[Place] = (),
    sheets: bool = False,
) -> Started:
    """Write a scenario to be filled in, with a table of holdings and one of events beside it.

    The holdings list the towns and villages near roads. The two largest that the roads connect make
    a route that is there to be changed.

    Parameters
    ----------
    path
        The scenario file; neither it nor its tables may be there yet.
    title, start, end
        The question, the first day of the run, and the first day after it.
    actors
        The parties, the one whose routes are in question first.
    network, network_name
        The roads, and what the scenario calls them.
    box
        The area whose places are listed in the table of holdings.
    places
        A table of places (CSV or workbook) that the map does not have, or has elsewhere; ids that
        it lacks are made from the names. The scenario gets a copy. Where neither it nor the map has two places, the scenario gets a table of junctions and
        ends of roads, to be given names.
    named
        Places that are listed whatever their kind, such as those that reports name.
    sheets
        Whether the tables of holdings and of events are workbooks (XLSX), in the language spoken and
        with help above the columns; CSV files, if not.

    Raises
    ------
    ScenarioError
        If a file is there, the dates are reversed, the table has a mistake, or the area has fewer
        than two places.
    """
    path, ending = Path(path), ".xlsx" if sheets else ".csv"
    names = {
        "scenario": path.name,
        "holdings": f"{path.stem}-holdings{ending}",
        "events": f"{path.stem}-events{ending}",
    }
    if places is not None:
        names["places"] = f"{path.stem}-places.csv"
    table = places_of_table(places) if places else ()
    own = [as_place(place) for place in table]
    ids = {place.id for place in own}
    found = settlements(network, box, [*own, *(one for one in named if one.id not in ids)])
    spots: tuple[Place, ...] = ()
    if places is None and len(found.listed) < 2 and not network.places:
        spots = junctions(network, box)
        found = settlements(network, box, spots)
        names |= {"places": f"{path.stem}-places.csv"} if spots else {}
    _refuse(path, list(names.values()), found, title, start, end, actors)

    def build(folder: Path) -> None:
        texts = {
            names["scenario"]: _scenario(title, start, end, actors, network_name, names, found),
        }
        listed = [{"site": place.id, "condition": "held"} for place in found.listed]
        for name, section, rows in (("holdings", "baseline", listed), ("events", "events", [])):
            columns = COLUMNS[section]
            if sheets:
                write_sheet(folder / names[name], section, columns, rows, tuple(actors))
            else:
                cells = ([row.get(key, "") for key in columns] for row in rows)
                texts[names[name]] = table_text(columns, cells)
        if places is not None:
            texts[names["places"]] = _copied(places, table)
        elif spots:
            texts[names["places"]] = table_text(
                ("id", "name", "kind", "lat", "lon", "source"),
                ((p.id, p.name, p.kind, p.lat, p.lon, p.source) for p in spots),
            )
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        load_scenario(folder / names["scenario"])

    return Started(tuple(write_whole(path.parent, list(names.values()), build)), found)


COLUMNS = {
    "baseline": ("site", "holder", "condition", "contestants", "source", "note"),
    "events": (
        *("id", "date", "earliest", "latest", "reported", "until", "site", "kind", "actor"),
        *("defender", "contestants", "confidence", "source", "note"),
    ),
}
"""The columns of the tables of a new scenario."""


def _copied(path: Path, table: Sequence[ScenarioPlace]) -> str:
    """Return a table of places as a scenario reads it: as it is, or with the ids that it lacks."""
    if path.suffix.lower() not in WORKBOOKS and not any(isinstance(p, SketchPlace) for p in table):
        return text_of(path)
    rows = [place.model_dump(include=set(_COLUMNS)) for place in table]
    cells = ({**row, "aliases": ";".join(row["aliases"])} for row in rows)
    return table_text(_COLUMNS, ([row[name] for name in _COLUMNS] for row in cells))


def _refuse(
    path: Path,
    names: Sequence[str],
    found: Settlements,
    title: str,
    start: dt.date,
    end: dt.date,
    actors: Sequence[str],
) -> None:
    problems = [
        Problem(f"{called} {value!r}: {reason}", field=field, value=value)
        for field, called, kind, value in (
            ("title", tr("title"), Text, title),
            *(("actor", tr("actor"), Name, one) for one in actors),
        )
        for reason in _reasons_against(kind, value)
    ]
    problems += [
        Problem(tr("the file is there already"), str(path.parent / name), expected=tr("a new name"))
        for name in names
        if (path.parent / name).exists()
    ]
    if path.suffix != ".toml":
        message, expected = tr("a scenario is a .toml file"), tr("NAME.toml")
        problems.append(Problem(message, str(path), expected=expected))
    if end <= start:
        message = tr("start {start} is not before end {end}", start=start, end=end)
        problems.append(Problem(message, field="end"))
    if not actors:
        message, expected = tr("no actor is named"), tr("at least one")
        problems.append(Problem(message, field="actors", expected=expected))
    if len(found.listed) < 2:
        message = tr("the area has fewer than two places of the network")
        if remarks := found.remarks():
            message = tr(
                "the area has fewer than two places of the network ({remarks})",
                remarks=told_together(remarks),
            )
        expected = tr(
            "a larger area, a table of places (--places), another network (--network), or one of "
            "your own (supplyline sketch)"
        )
        problems.append(Problem(message, expected=expected))
    if problems:
        raise ScenarioError(problems)


def _reasons_against(kind: Any, value: str) -> list[str]:
    """Return why a value cannot be one of the model."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return [sentence_of(one) for one in error.errors()]
    return []


def _scenario(
    title: str,
    start: dt.date,
    end: dt.date,
    actors: Sequence[str],
    network_name: str,
    names: dict[str, str],
    found: Settlements,
) -> str:
    sections = "\n".join(
        f"[actors.{toml_text(actor)}]\nlabel = {toml_text(actor)}\n"
        for actor in dict.fromkeys(actors)
    )
    source, goal, *_ = dict.fromkeys(place.id for place in (*found.parts[0], *found.listed))
    own = f"places   = {toml_text(names['places'])}\n" if "places" in names else ""
    begin = tr(
        "A scenario to be filled in. A line that begins with # is a remark. All keys: {page}",
        page="docs/scenario.md",
    )
    of_end = tr("the first day that no longer belongs to the run")
    of_baseline = tr("who holds what at the start: fill in the holders")
    of_events = tr("what was reported, a row for each report")
    parties = tr(
        'The parties. "passes" names those over whose ground one may move besides its own.'
    )
    connections = tr("The connections in question. Change this one, copy it for others.")
    stretches = tr("Stretches of road, areas and groups that reports speak of:")
    road, ground = tr("Name of the road"), tr("Ground whose supply is in question:")
    return f"""\
# {begin}

title    = {toml_text(title)}
network  = {toml_text(network_name)}
{own}start    = {start}
end      = {end}          # {of_end}
baseline = {toml_text(names["holdings"])}   # {of_baseline}
events   = {toml_text(names["events"])}   # {of_events}

# {parties}
{sections}
# {connections}
[[routes]]
id    = "first-route"
actor = {toml_text(actors[0])}
from  = {toml_text(source)}
to    = {toml_text(goal)}

# {stretches}
# [[sites]]
# id   = "main-road"
# road = "{road}"

# {ground}
# [[enclaves]]
# id        = "some-group-of-places"
# actor     = {toml_text(actors[0])}
# lifelines = [{toml_text(source)}]
"""
