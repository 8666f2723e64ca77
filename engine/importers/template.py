"""A new scenario from a template: a network, its places in some area, and tables to fill.

Tables are empty, or hold what a table of reports says already: actors, days and places. As workbooks they
have help above the columns and words to choose from, in the language spoken.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from engine.control.sites import as_place
from engine.errors import NetworkError, Problem, ScenarioError
from engine.importers.reports import told_together
from engine.importers.settlements import Settlements, junctions, settlements
from engine.importers.sketch_rows import SketchPlace, places_of_table
from engine.io.atomic import write_whole
from engine.io.spreadsheets import WORKBOOKS
from engine.io.tables import table_text
from engine.io.text import text_of, toml_text
from engine.language import called, direction_of, marked, spoken, tr
from engine.network.gazetteer import resolve_place
from engine.scenario.cells import header_problems, read_table
from engine.scenario.fields import Name, Text
from engine.scenario.load import load_scenario
from engine.scenario.validation import sentence_of
from engine.scenario.vocabulary import KEYS, word_for

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from engine.network.arrays import Network, Place
    from engine.network.cut_out import Box
    from engine.scenario.model import ScenarioPlace


HELP = {
    "site": marked("Where: a place, a road or an area"),
    "name": marked("The name of the place, for you: it is not read"),
    "id": marked("A name of the row, for others to refer to"),
    "date": marked("When it happened"),
    "earliest": marked("The first day on which it may have happened"),
    "latest": marked("The last day on which it may have happened"),
    "reported": marked("When it became known"),
    "until": marked("The first day on which it no longer counts"),
    "kind": marked("What is said to have happened"),
    "actor": marked("Who captured it, or is said to hold it"),
    "defender": marked("Who still held it afterwards"),
    "holder": marked("Who holds it"),
    "condition": marked("The state of the ground"),
    "contestants": marked("Who contests it, with semicolons between them"),
    "confidence": marked("How sure it is, 0 to 1"),
    "source": marked("Who says so"),
    "note": marked("Anything else that a reader should know"),
}
"""What to write into each column."""
_DATE_COLUMNS = ("date", "earliest", "latest", "reported", "until")
_ACTORS = ("actor", "defender", "holder")
_NAMES = {"baseline": marked("holdings"), "events": marked("events")}
_ROWS = 1000
"""So many rows have a choice of words."""
_LONGEST_CHOICE = 255
"""So many letters the choices of a cell may have together."""


def write_sheet(
    file: Path,
    section: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    actors: Sequence[str],
) -> None:
    """Write a table of a scenario as a workbook to be filled in.

    Parameters
    ----------
    file
        The workbook (.xlsx).
    section
        ``baseline`` or ``events``.
    columns
        The columns, in their order.
    rows
        What stands in them already, by column.
    actors
        The parties, by their labels.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # the same bytes every time
        _fill(book, book.add_worksheet(tr(_NAMES[section])), section, columns, actors)
        for at, row in enumerate(rows, 2):
            for column, key in enumerate(columns):
                book.worksheets()[0].write_string(at, column, _shown(key, row.get(key, "")))


def _shown(key: str, value: str) -> str:
    return word_for(key, value) if key in KEYS and value else value


def _fill(
    book: Workbook, sheet: Worksheet, section: str, columns: Sequence[str], actors: Sequence[str]
) -> None:
    """Write help and names of columns, and say what may be chosen below them."""
    if direction_of(spoken().code) == "rtl":
        sheet.right_to_left()
    of_help = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
    of_names = book.add_format({"bold": True, "bottom": 1})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_row(0, 60)
    sheet.freeze_panes(2, 0)
    for column, key in enumerate(columns):
        sheet.write_string(0, column, tr(HELP[key]), of_help)
        sheet.write_string(1, column, word_for(section, key), of_names)
        sheet.set_column(column, column, 18, days if key in _DATE_COLUMNS else None)
        words = [word_for(key, one) for one in KEYS[key]] if key in KEYS else []
        choices = list(actors) if key in _ACTORS else words
        if choices and len(",".join(choices)) <= _LONGEST_CHOICE:
            sheet.data_validation(
                2, column, _ROWS, column,
                {"validate": "list", "source": choices, "error_type": "warning"},
            )  # fmt: skip


_PARTIES = ("actor", "defender", "contestants")
_DAYS_OF_ROWS = ("earliest", "date", "latest")
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Reported:
    """What a table of reports names.

    Parameters
    ----------
    actors
        The parties, by how often they are named.
    start, end
        The first day that it names, and the day after the last.
    sites
        The names of places and roads, each once, with the first row that has it.
    undated
        The rows whose day could not be read.
    """

    actors: tuple[str, ...]
    start: dt.date | None
    end: dt.date | None
    sites: dict[str, int]
    undated: tuple[int, ...] = ()


def reported(path: str | os.PathLike[str], *, encoding: str = "") -> Reported:
    """Return the actors, the days and the places that a table of reports names.

    Parameters
    ----------
    path
        A table as ``supplyline import sheet`` takes it.
    encoding
        That of a CSV file in neither UTF-8 nor UTF-16.

    Raises
    ------
    ScenarioError
        If it cannot be read, or names neither actors nor days.
    """
    read = read_table(Path(path), "events", usually=False, encoding=encoding)
    if not ({"date", "earliest", "latest"} & read.columns.keys() and "site" in read.columns):
        raise ScenarioError(
            next(
                header_problems(read, "events"),
                Problem(tr("the table has no columns of days and places"), str(path)),
            )
        )
    counts: dict[str, int] = {}
    days: list[dt.date] = []
    sites: dict[str, int] = {}
    for row in read.rows:
        for key in _PARTIES:
            value = row.values.get(key, ())
            names = value if isinstance(value, (list, tuple)) else (value,)
            for name in filter(None, names):
                counts[name] = counts.get(name, 0) + 1
        days += [day for key in _DAYS_OF_ROWS if isinstance(day := row.values.get(key), dt.date)]
        if isinstance(site := row.values.get("site"), str):
            sites.setdefault(site, row.line)
    actors = sorted(counts, key=lambda name: -counts[name])
    last = max(days) + _ONE_DAY if days else None
    undated = tuple(
        row.line for row in read.rows if any(key in _DAYS_OF_ROWS for key, *_ in row.faults)
    )
    return Reported(tuple(actors), min(days, default=None), last, sites, undated)


def places_reported(
    found: Reported, places: tuple[Place, ...]
) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """Return the places that the reports name, and the names that are no place, with their row."""
    known: dict[str, Place] = {}
    unknown = []
    for name, line in found.sites.items():
        try:
            place = resolve_place(places, name)
        except NetworkError as error:
            near = error.problems[0].nearest
            unknown.append(
                tr(
                    "{name!r} (row {row}; did you mean {near!r}?)",
                    name=name,
                    row=line,
                    near=near[0],
                )
                if near
                else tr("{name!r} (row {row})", name=name, row=line)
            )
        else:
            known.setdefault(place.id, place)
    return tuple(known.values()), tuple(unknown)


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
    encoding: str = "",
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
    encoding
        That of a table of places (CSV) in neither UTF-8 nor UTF-16.
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
    table = places_of_table(places, network.places, encoding=encoding) if places else ()
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
        listed = [
            {"site": place.id, "name": called(place.name, place.name_ar), "condition": "held"}
            for place in found.listed
        ]
        for name, section, rows in (("holdings", "baseline", listed), ("events", "events", [])):
            columns = COLUMNS[section]
            if sheets:
                write_sheet(folder / names[name], section, columns, rows, tuple(actors))
            else:
                cells = ([row.get(key, "") for key in columns] for row in rows)
                texts[names[name]] = table_text(columns, cells)
        if places is not None:
            texts[names["places"]] = _copied(places, table, encoding)
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
    "baseline": ("site", "name", "holder", "condition", "contestants", "source", "note"),
    "events": (
        *("id", "date", "earliest", "latest", "reported", "until", "site", "kind", "actor"),
        *("defender", "contestants", "confidence", "source", "note"),
    ),
}
"""The columns of the tables of a new scenario."""


def _copied(path: Path, table: Sequence[ScenarioPlace], encoding: str) -> str:
    """Return a table of places as a scenario reads it: as it is, or with the ids that it lacks."""
    if path.suffix.lower() not in WORKBOOKS and not any(isinstance(p, SketchPlace) for p in table):
        return text_of(path, encoding=encoding)
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
    if path.suffix.lower() != ".toml":
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
    stretches = tr("Stretches of road, areas and groups that reports name:")
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
