"""``supplyline new``: a scenario to start from."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import (
    Around,
    AsJson,
    Box,
    Encoding,
    Kilometres,
    Quiet,
    Roads,
    box_of,
    day_of,
    say_taken_for,
)
from engine.cli.printing import for_people, print_json, print_lines, say_wrote
from engine.errors import InputError
from engine.language import listing, marked, tr, trn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from engine.network import cut_out
    from engine.network.arrays import Network, Place

MOST_TAKEN_WHOLE = 100
"""A network with no more places than this is taken whole, where no area is asked for."""
_POINT = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*,\s*([-+]?\d+(?:\.\d+)?)\s*")


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The scenario to write (.toml).")],
    *,
    around: Around = "",
    km: Kilometres = 15.0,
    bbox: Box = "",
    places: Annotated[
        Path | None,
        typer.Option(
            "--places", metavar="TABLE", help="A table of places: those that the map lacks."
        ),
    ] = None,
    reports: Annotated[
        Path | None,
        typer.Option(
            "--reports", metavar="TABLE", help="A table of reports: actors, days and places of it."
        ),
    ] = None,
    encoding: Encoding = "",
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="The question, in one line.")
    ] = "",
    start: Annotated[
        str, typer.Option("--start", metavar="DATE", help="The first day of the run.")
    ] = "",
    end: Annotated[
        str, typer.Option("--end", metavar="DATE", help="The first day after the run.")
    ] = "",
    actor: Annotated[
        list[str] | None,
        typer.Option("--actor", metavar="ACTOR", help="An actor: a party; again for the next."),
    ] = None,
    sheets: Annotated[
        bool,
        typer.Option("--sheets", help="Write the tables as workbooks (XLSX) with help in them."),
    ] = False,
    network: Roads = "aleppo-schematic",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Start a scenario from a template, around a place or for a box."""
    from engine.importers.template import Reported, new_scenario, places_reported, reported
    from engine.network.read import read_network

    found, network = _beside(network, file.parent)
    roads = read_network(found, base=None if network != str(found) else file.parent)
    own = _own(places, roads, encoding)
    known = (*own, *(place for place in roads.places if place.id not in {one.id for one in own}))
    said = reported(reports, encoding=encoding) if reports else Reported((), None, None, {})
    named, unknown = places_reported(said, known)
    whole = len(roads.places) <= MOST_TAKEN_WHOLE
    middle = around or ("" if bbox or places or named or whole else _ask("--around"))
    title = title or _ask("--title")
    first = _day(start or str(said.start or _ask("--start")))
    after = _day(end or str(said.end or _ask("--end")))
    parties = actor or list(said.actors)
    actors = parties or re.split("[,،]", _ask("--actor"))
    box = box_of(bbox) if bbox else _box_around(roads, known, middle, (*own, *named), km)
    with for_people():
        started = new_scenario(
            file,
            title=title,
            start=first,
            end=after,
            actors=[name.strip() for name in actors if name.strip()],
            network=roads,
            network_name=network,
            box=box,
            places=places,
            named=named,
            sheets=sheets,
            encoding=encoding,
        )
    remarks = started.settlements.remarks()
    if places is None and any(path.name.endswith("-places.csv") for path in started.files):
        remarks.append(
            tr(
                "the network names no places: its junctions and road ends stand in the table of "
                "places; give them names"
            )
        )
    if said.undated:
        rows = listing(map(str, said.undated))
        remarks.append(
            tr("the day of these rows of {file} was not read: {rows}", file=str(reports), rows=rows)
        )
    if unknown:
        remarks.append(
            tr(
                "no place of the network or of --places, so that an import leaves them out: {names}",
                names=listing(unknown),
            )
        )
    if as_json:
        files = [str(path) for path in started.files]
        print_json({"files": files, "remarks": remarks}, title=title)
    elif not quiet:
        listed = trn(
            "{n} places in the table of holdings",
            "{n} places in the table of holdings", len(started.settlements.listed),
        )  # fmt: skip
        said_in = f" --encoding {encoding}" if encoding else ""
        command = f"supplyline import sheet {reports} --into {file}{said_in}"
        then = tr("then: {command}", command=command) if reports else ""
        print_lines(filter(None, (*say_wrote(started.files), listed, *remarks, then)))


def _beside(network: str, folder: Path) -> tuple[Path, str]:
    """Return where a network is read, and how the scenario names it: a file from its own folder."""
    from engine.network.read import known_networks

    here = Path(network)
    from_folder = here.is_absolute() or (folder / here).is_file() or not here.is_file()
    if network in known_networks() or from_folder:
        return here, network
    return here, Path(os.path.relpath(here, folder)).as_posix()


def _own(table: Path | None, network: Network, encoding: str) -> tuple[Place, ...]:
    """Return the places of a table."""
    from engine.control.sites import as_place
    from engine.importers.sketch import places_of_table

    read = places_of_table(table, network.places, encoding=encoding) if table else ()
    return tuple(map(as_place, read))


def _box_around(
    network: Network, known: tuple[Place, ...], middle: str, around: Sequence[Place], km: float
) -> cut_out.Box:
    """Return the box around a place or a point, else around some places, else around the network."""
    from engine.network.cut_out import box_around
    from engine.network.gazetteer import resolve_place

    if point := _POINT.fullmatch(middle):
        lat, lon = map(float, point.groups())
        return box_around([(lon, lat)], km)
    if middle:
        place = resolve_place(known, middle)
        say_taken_for(middle, place)
        around = [place]
    points = [(place.lon, place.lat) for place in around]
    whole = zip(network.lon.tolist(), network.lat.tolist(), strict=True)
    return box_around(points or whole, km)


QUESTIONS = {
    "--around": (
        marked("A place in the middle of the area"),
        marked("a place in the middle of the area"),
    ),
    "--title": (marked("The question, in one line"), marked("the question, in one line")),
    "--start": (marked("First day (YYYY-MM-DD)"), marked("first day (YYYY-MM-DD)")),
    "--end": (
        marked("First day after the run (YYYY-MM-DD)"),
        marked("first day after the run (YYYY-MM-DD)"),
    ),
    "--actor": (
        marked("The parties, with commas between them"),
        marked("the parties, with commas between them"),
    ),
}
"""What is asked for where an option is missing: as a question, and inside a sentence."""


def _ask(option: str) -> str:
    """Ask on a terminal; elsewhere nobody is there to answer."""
    question, inside = QUESTIONS[option]
    if not sys.stdin.isatty():
        what = tr(inside)
        raise InputError(tr("{option} is missing; expected {what}", option=option, what=what))
    answer: str = typer.prompt(tr(question))
    return answer


def _day(text: str) -> dt.date:
    day = day_of(text.strip())
    if day is None:
        raise InputError(tr("a day is missing; expected YYYY-MM-DD"))
    return day
