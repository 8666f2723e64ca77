"""``supplyline new``: a scenario to start from."""

from __future__ import annotations

import datetime as dt
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
from engine.errors import InputError, Problem, ScenarioError
from engine.language import listing, marked, tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importers.template import Reported
    from engine.network import cut_out
    from engine.network.arrays import Network, Place

USUAL_NETWORK = "aleppo-schematic"
"""The network where none is named."""
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
        typer.Option(
            "--actor", metavar="ACTOR", help="An actor; again for the next, or with commas between."
        ),
    ] = None,
    sheets: Annotated[
        bool,
        typer.Option("--sheets", help="Write the tables as workbooks (XLSX) with help in them."),
    ] = False,
    network: Roads = USUAL_NETWORK,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Start a scenario from a template, around a place or for a box."""
    from engine.importers.template import Reported, new_scenario, places_reported, reported
    from engine.network.read import read_network

    found, network = _beside(network, file.parent)
    roads = read_network(found, base=None if network != str(found) else file.parent)
    own = _own(places, roads, encoding)
    if places is not None:
        _refuse_elsewhere(places, own, roads, file, is_chosen=network != USUAL_NETWORK)
    known = (*own, *(place for place in roads.places if place.id not in {one.id for one in own}))
    said = reported(reports, encoding=encoding) if reports else Reported((), None, None, {})
    named, unknown = places_reported(said, known)
    whole = len(roads.places) <= MOST_TAKEN_WHOLE
    has_area = bool(around or bbox or places or named or whole)
    parties = [name for text in actor or () for name in _parties(text)] or list(said.actors)
    given = {
        "--around": has_area, "--title": title, "--start": start or said.start,
        "--end": end or said.end, "--actor": parties,
    }  # fmt: skip
    _refuse_missing([option for option, there in given.items() if not there])
    middle = around if has_area else _ask("--around")
    title = title or _ask("--title")
    first = _day(start or str(said.start or _ask("--start")))
    after = _day(end or str(said.end or _ask("--end")))
    actors = parties or _parties(_ask("--actor"))
    box = box_of(bbox) if bbox else _box_around(roads, known, middle, (*own, *named), km)
    with for_people():
        started = new_scenario(
            file,
            title=title,
            start=first,
            end=after,
            actors=actors,
            network=roads,
            network_name=network,
            box=box,
            places=places,
            named=named,
            sheets=sheets,
            encoding=encoding,
        )
    remarks = started.settlements.remarks()
    if reports:
        remarks += _taken(reports, said, actors, parties_given=bool(actor), start=start, end=end)
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
    from engine.importers.sketch_rows import places_of_table

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
        box = box_around([(lon, lat)], km)
        _refuse_outside(network, known, box, lat, lon)
        return box
    if middle:
        place = resolve_place(known, middle)
        say_taken_for(middle, place)
        around = [place]
    points = [(place.lon, place.lat) for place in around]
    whole = zip(network.lon.tolist(), network.lat.tolist(), strict=True)
    return box_around(points or whole, km)


def _refuse_outside(
    network: Network, known: Sequence[Place], box: cut_out.Box, lat: float, lon: float
) -> None:
    """Refuse a point with nothing of the network or of any place around it."""
    ground = _ground_of(network, known)
    if ground is None or box.meets(ground):
        return
    message = tr(
        "--around {point} lies outside the network {name}", point=f"{lat:g},{lon:g}",
        name=network.provenance.name,
    )  # fmt: skip
    expected = tr(
        "lat,lon with lat {south:.2f} to {north:.2f} and lon {west:.2f} to {east:.2f}",
        south=ground.south, north=ground.north, west=ground.west, east=ground.east,
    )  # fmt: skip
    inside = ground.south <= lon <= ground.north and ground.west <= lat <= ground.east
    raise InputError(
        Problem(message, expected=expected, nearest=(f"{lon:g},{lat:g}",) if inside else ())
    )


def _ground_of(network: Network, known: Sequence[Place]) -> cut_out.Box | None:
    """Return the box of a network and of some places; None if there is nothing."""
    from engine.network.cut_out import Box

    lon = [*network.lon.tolist(), *(place.lon for place in known)]
    lat = [*network.lat.tolist(), *(place.lat for place in known)]
    return Box(min(lon), min(lat), max(lon), max(lat)) if lon else None


def _refuse_elsewhere(
    table: Path, own: Sequence[Place], network: Network, file: Path, *, is_chosen: bool
) -> None:
    """Refuse a table of places of which none lies on the ground of the network."""
    from engine.network.cut_out import box_around

    ground = _ground_of(network, ())
    points = [(place.lon, place.lat) for place in own]
    points += [(lat, lon) for lon, lat in points if abs(lon) <= 90]  # exchanged: told later
    near = (box_around([point], _NEAR_KM) for point in points)
    if not points or ground is None or any(box.meets(ground) for box in near):
        return
    name = network.provenance.name
    message = tr("no place of it lies near the network {name}", name=name)
    drawn = f"{table.stem}.osm"
    expected = (
        tr("the places of another table, or a network of their area")
        if is_chosen
        else tr(
            "--network and the roads of their area. To draw them, write a table of roads with a column "
            "through (names of places with semicolons between), then: {sketch}; {new}",
            sketch=f"supplyline sketch {table} roads.csv --out {drawn}",
            new=f"supplyline new {file} --network {drawn}",
        )
    )
    raise ScenarioError(Problem(message, str(table), expected=expected))


_NEAR_KM = 50.0
"""A place farther from all roads of a network than this belongs to another region."""
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
    _refuse_missing([option])
    question, _ = QUESTIONS[option]
    answer: str = typer.prompt(tr(question))
    return answer


def _refuse_missing(options: list[str]) -> None:
    """Refuse, with all of them, that options are missing which nobody can be asked for."""
    if options and not sys.stdin.isatty():
        said = marked("{option} is missing; expected {what}")
        asked = ((option, tr(QUESTIONS[option][1])) for option in options)
        raise InputError([Problem(tr(said, option=name, what=what)) for name, what in asked])


def _parties(text: str) -> list[str]:
    """Return the parties of a list with commas between them."""
    return [name.strip() for name in re.split("[,،]", text) if name.strip()]


def _taken(
    table: Path,
    said: Reported,
    actors: Sequence[str],
    *,
    parties_given: bool,
    start: str,
    end: str,
) -> list[str]:
    """Return what was taken from a table of reports where no option said it."""
    lines = []
    if not parties_given and actors:
        lines.append(
            tr(
                "actors as {file} has them, the most named first: {names}. The first route is that "
                "of {first}",
                file=str(table), names=listing(actors), first=actors[0],
            )
        )  # fmt: skip
    if said.start and said.end and not (start and end):
        last = said.end - dt.timedelta(days=1)
        lines.append(
            tr(
                "days as {file} has them: the first is {start}, the last {last}",
                file=str(table), start=said.start, last=last,
            )
        )  # fmt: skip
    return lines


def _day(text: str) -> dt.date:
    day = day_of(text.strip())
    if day is None:
        raise InputError(tr("a day is missing; expected YYYY-MM-DD"))
    return day
