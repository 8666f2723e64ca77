"""Roads and places: ``fetch`` brings the roads of an area, ``sketch`` draws them, ``places`` finds a place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    say_misheard,
    say_taken_for,
)
from engine.cli.printing import print_json, print_lines, waiting, wrapped
from engine.errors import InputError
from engine.language import marked, number_text, tr, trc
from engine.network.endings import read_provenance
from engine.network.policy import RoadPolicy

FITS = (
    marked("similar"),
    marked("same consonants"),
    marked("same name"),
    marked("as written"),
)
"""What each fit of a match is called."""


def fetch(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What to call it; 'aleppo' knows its area.")
    ],
    *,
    bbox: Box = "",
    place: Annotated[
        str | None,
        typer.Option(
            "--place",
            metavar="TEXT",
            help="The area: a place that OpenStreetMap knows by this name.",
        ),
    ] = None,
    around: Around = "",
    km: Kilometres = 20.0,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario", metavar="FILE", help="The area: the places of a scenario, by its roads."
        ),
    ] = None,
    extra_km: Annotated[
        float, typer.Option("--extra-km", metavar="KM", min=0.0, help="Add so much on every side.")
    ] = 5.0,
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The map as it was on this day.")
    ] = None,
    from_pbf: Annotated[
        Path | None,
        typer.Option("--from-pbf", metavar="FILE", help="Cut it out of an extract that you have."),
    ] = None,
    server: Annotated[
        str | None, typer.Option("--server", metavar="URL", help="Another Overpass server.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to write: another folder."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Get the roads of an area from OpenStreetMap."""
    from engine.network.obtain import SERVER, cut_network, fetch_network
    from engine.scenario.load import load_scenario
    from engine.scenario.road_network import choose_area, network_of, place_around

    day = day_of(date)
    if day and from_pbf:
        raise InputError(tr("--date is for a server; an extract has its own date"))
    asked_by = load_scenario(scenario) if scenario else None
    policy = asked_by.roads.policy if asked_by else RoadPolicy()
    box = choose_area(
        name,
        bbox=box_of(bbox) if bbox else None,
        place=place,
        around=around or None,
        km=km,
        scenario=asked_by,
        margin_km=extra_km,
    )
    if around and (middle := place_around(around)):
        say_taken_for(around, middle)
    if asked_by:
        say_misheard(asked_by, network_of(asked_by))
    if from_pbf:
        with waiting(tr("Cutting {name} out of {file}", name=name, file=from_pbf.name)):
            path = cut_network(name, box, from_pbf, policy=policy, folder=out)
    else:
        with waiting(tr("Asking for {name}", name=name)):
            path = fetch_network(
                name,
                box,
                date=day,
                policy=policy,
                server=server or SERVER,
                folder=out,
                say=lambda text: None if quiet else print_lines([text], stderr=True),
            )
    facts = read_provenance(path)
    if as_json:
        print_json({**facts, "path": str(path)}, title=f"Road network {name}")
    elif not quiet:
        counts = facts["counts"]
        said = (
            tr(
                "{segments} segments, {km:g} km, {places} places; map of {day}; {credit}",
                **counts, day=facts["map_date"], credit=facts["credit"],
            )
            if facts["map_date"]
            else tr(
                "{segments} segments, {km:g} km, {places} places; map of an unknown day; {credit}",
                **counts, credit=facts["credit"],
            )
        )  # fmt: skip
        command = f"supplyline run FILE --network {path if out else name}"
        print_lines(
            [
                tr("wrote {path}", path=str(path)),
                *wrapped(said),
                tr("use it with: {command}", command=command),
            ]
        )


def places(
    text: Annotated[str, typer.Argument(metavar="NAME", help="A name in Arabic or Latin letters.")],
    *,
    network: Roads = "aleppo-schematic",
    tables: Annotated[
        list[Path] | None,
        typer.Option(
            "--places", metavar="TABLE", help="A table of places: more to search; again for more."
        ),
    ] = None,
    near: Annotated[
        str | None,
        typer.Option(
            "--near",
            metavar="LAT,LON",
            help="Of equally good matches, list the nearest to it first.",
        ),
    ] = None,
    encoding: Encoding = "",
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="How many to list.")] = 10,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find places by name, in any spelling and either script."""
    from rich.table import Column, Table

    from engine.control.sites import as_place
    from engine.network.gazetteer import find_places
    from engine.network.read import read_network
    from engine.scenario.load import load_places

    with waiting(tr("Reading the places")):
        roads = read_network(network)
        known = roads.places
        known += tuple(
            as_place(place)
            for path in tables or ()
            for place in load_places(path, encoding=encoding)
        )
        found = find_places(known, text, near=_point(near), most=most)
    if as_json:
        rows = [
            {**vars(match.place), "fit": FITS[match.fit], "likeness": match.likeness}
            for match in found
        ]
        credit = {"credit": roads.provenance.credit, "schematic": roads.provenance.schematic}
        print_json(credit | {"places": rows}, title=f"Places called {text}")
        return
    if not found:
        raise InputError(
            tr(
                "no place in {network} is called anything like {name}",
                network=network, name=repr(text),
            )
        )  # fmt: skip
    if quiet:
        return
    heads = (
        trc("column", "id"), trc("column", "kind"), trc("column", "lat, lon"),
        trc("column", "fits by"),
    )  # fmt: skip
    whole = [Column(name, no_wrap=True) for name in heads]
    names = (trc("column", "name"), trc("column", "Arabic"))
    listing = Table(whole[0], *names, *whole[1:], box=None)
    for match in found:
        place = match.place
        texts = (place.id, place.name, place.name_ar, place.kind)
        at = f"{number_text(place.lat, '.4f')}, {number_text(place.lon, '.4f')}"
        listing.add_row(*texts, at, tr(FITS[match.fit]))
    print_lines([listing])


def _point(text: str | None) -> tuple[float, float] | None:
    """Return longitude and latitude."""
    if text is None:
        return None
    try:
        lat, lon = map(float, text.split(","))
    except ValueError as error:
        message = tr("{text} is no point; expected LAT,LON as in 36.2,37.16", text=repr(text))
        raise InputError(message) from error
    return lon, lat


def sketch(
    places: Annotated[
        Path,
        typer.Argument(
            metavar="PLACES", help="A table of places: id or name, lat, lon (CSV or a workbook)."
        ),
    ],
    roads: Annotated[
        Path | None,
        typer.Argument(
            metavar="ROADS",
            help="A table of roads: through (places in order); a sheet of PLACES, if absent.",
        ),
    ] = None,
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write: a network (.osm).")
    ],
    encoding: Encoding = "",
    again: Annotated[bool, typer.Option("--again", help="Replace what is there.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw a schematic network from tables of places and roads."""
    from engine.importers import sketch as sketches

    drawn = sketches.sketch(places, roads or places, out, again=again, encoding=encoding)
    network = drawn.network
    km = float(network.length.sum()) / 1000
    counts = {"places": len(network.places), "segments": network.n_segments, "km": round(km, 1)}
    if as_json:
        shown = {"path": str(drawn.path), "schematic": network.provenance.schematic}
        print_json(
            shown | {"credit": network.provenance.credit, **counts, "remarks": drawn.remarks},
            title=f"Road network {drawn.path.stem}",
        )
        return
    if quiet:
        return
    command = f"supplyline new my-case/case.toml --network {drawn.path}"
    print_lines(
        (
            tr("wrote {path}", path=str(drawn.path)),
            tr("{places} places, {segments} segments, {km:g} km", **counts),
            *drawn.remarks,
            tr("Schematic: its lines stand for roads, they do not follow them."),
            tr("use it with: {command}", command=command),
        )
    )
