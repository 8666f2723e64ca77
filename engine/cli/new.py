"""``supplyline new``: a scenario to start from."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import AsJson, Quiet, day_of
from engine.cli.printing import console, print_json
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.network.arrays import Network
    from engine.network.cut_out import Box


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The scenario to write (.toml).")],
    *,
    place: Annotated[
        str, typer.Option("--place", help="A place in the middle of the area, by id or name.")
    ] = "",
    km: Annotated[float, typer.Option("--km", min=0.1, help="How far around the place.")] = 15.0,
    bbox: Annotated[
        str, typer.Option("--bbox", metavar="W,S,E,N", help="The area in degrees (WGS 84).")
    ] = "",
    places: Annotated[
        Path | None,
        typer.Option("--places", metavar="FILE", help="A table of places that the map lacks."),
    ] = None,
    title: Annotated[str, typer.Option("--title", help="The question, in one line.")] = "",
    start: Annotated[str, typer.Option("--start", metavar="DATE", help="First day.")] = "",
    end: Annotated[str, typer.Option("--end", metavar="DATE", help="First day after it.")] = "",
    actor: Annotated[
        list[str] | None, typer.Option("--actor", help="A party; again for the next.")
    ] = None,
    network: Annotated[
        str, typer.Option("--network", metavar="NAME", help="The roads: a name or a file.")
    ] = "aleppo-schematic",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Start a scenario from a template, for a place or a box."""
    from engine.importers.template import new_scenario
    from engine.network.read import read_network

    middle = place or (
        "" if bbox or places else _ask("A place in the middle of the area", "--place")
    )
    title = title or _ask("The question, in one line", "--title")
    first = _day(start or _ask("First day (YYYY-MM-DD)", "--start"))
    after = _day(end or _ask("First day after the run (YYYY-MM-DD)", "--end"))
    actors = actor or _ask("The parties, with commas between them", "--actor").split(",")
    roads = read_network(network, base=file.parent)
    started = new_scenario(
        file,
        title=title,
        start=first,
        end=after,
        actors=[name.strip() for name in actors if name.strip()],
        network=roads,
        network_name=network,
        box=_box(bbox) if bbox else _box_around(roads, middle, places, km),
        places=places,
    )
    remarks = started.settlements.remarks()
    if as_json:
        print_json({"files": [str(path) for path in started.files], "remarks": remarks})
    elif not quiet:
        listed = f"{len(started.settlements.listed)} places in the table of holdings"
        for line in (*(f"wrote {path}" for path in started.files), listed, *remarks):
            console().print(line, soft_wrap=True, markup=False)


def _box_around(network: Network, middle: str, places: Path | None, km: float) -> Box:
    """Return the box around a place, or around all places of a table."""
    from engine.control.sites import as_place
    from engine.network.cut_out import box_around
    from engine.network.gazetteer import resolve_place
    from engine.scenario.load import load_places

    own = [as_place(place) for place in load_places(places)] if places else []
    ids = {place.id for place in own}
    known = [*own, *(place for place in network.places if place.id not in ids)]
    around = [resolve_place(tuple(known), middle)] if middle else own
    return box_around([(place.lon, place.lat) for place in around], km)


def _ask(question: str, option: str) -> str:
    """Ask on a terminal; elsewhere nobody is there to answer."""
    if not sys.stdin.isatty():
        raise InputError(f"{option} is missing; expected {question[:1].lower()}{question[1:]}")
    answer: str = typer.prompt(question)
    return answer


def _day(text: str) -> dt.date:
    day = day_of(text.strip())
    if day is None:
        raise InputError("a day is missing; expected YYYY-MM-DD")
    return day


def _box(text: str) -> Box:
    from engine.network.cut_out import Box

    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(f"--bbox {text!r} is not four numbers; expected W,S,E,N") from error
    return Box(west, south, east, north).checked()
