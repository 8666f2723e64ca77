"""Roads and places: ``fetch`` brings the roads of an area, ``sketch`` draws them, ``places`` finds a place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import (
    Around,
    AsJson,
    Box,
    Kilometres,
    Quiet,
    Roads,
    box_of,
    day_of,
    say_misheard,
    say_taken_for,
)
from engine.cli.printing import console, print_json, waiting
from engine.errors import InputError
from engine.network.endings import read_provenance
from engine.network.policy import RoadPolicy

FITS = ("similar", "same consonants", "same name", "as written")
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
        raise InputError("--date asks a server; an extract is of the day that it is of")
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
    screen = console(stderr=True)
    if from_pbf:
        with waiting(f"Cutting {name} out of {from_pbf.name}"):
            path = cut_network(name, box, from_pbf, policy=policy, folder=out)
    else:
        with waiting(f"Asking for {name}"):
            path = fetch_network(
                name,
                box,
                date=day,
                policy=policy,
                server=server or SERVER,
                folder=out,
                say=lambda text: None if quiet else screen.print(text, markup=False),
            )
    facts = read_provenance(path)
    if as_json:
        print_json({**facts, "path": str(path)}, title=f"Road network {name}")
    elif not quiet:
        counts = facts["counts"]
        plain = console()
        plain.print(f"wrote {path}", soft_wrap=True, markup=False)
        plain.print(
            f"{counts['segments']} segments, {counts['km']:g} km, {counts['places']} places; "
            f"map of {facts['map_date'] or 'an unknown day'}; {facts['credit']}",
            markup=False,
        )
        chosen = path if out else name
        plain.print(
            f"use it with: supplyline run FILE --network {chosen}", markup=False, soft_wrap=True
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
        typer.Option("--near", metavar="LAT,LON", help="Of equals, put the nearest to it first."),
    ] = None,
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="How many to list.")] = 10,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find places by name, in any spelling and either script."""
    from rich.markup import escape
    from rich.table import Column, Table

    from engine.control.sites import as_place
    from engine.network.gazetteer import find_places
    from engine.network.read import read_network
    from engine.scenario.load import load_places

    with waiting("Reading the places"):
        roads = read_network(network)
        known = roads.places
        known += tuple(as_place(place) for path in tables or () for place in load_places(path))
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
        raise InputError(f"no place in {network} is called anything like {text!r}")
    if quiet:
        return
    whole = [Column(name, no_wrap=True) for name in ("id", "kind", "lat, lon", "fits by")]
    listing = Table(whole[0], "name", "Arabic", *whole[1:], box=None)
    for match in found:
        place = match.place
        texts = (place.id, place.name, place.name_ar, place.kind)
        at = f"{place.lat:.4f}, {place.lon:.4f}"
        listing.add_row(*map(escape, texts), at, FITS[match.fit])
    console().print(listing)


def _point(text: str | None) -> tuple[float, float] | None:
    """Return longitude and latitude."""
    if text is None:
        return None
    try:
        lat, lon = map(float, text.split(","))
    except ValueError as error:
        raise InputError(f"{text!r} is no point; expected LAT,LON as in 36.2,37.16") from error
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
    again: Annotated[bool, typer.Option("--again", help="Replace what is there.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw a schematic network from tables of places and roads."""
    from engine.importers import sketch as sketches

    drawn = sketches.sketch(places, roads or places, out, again=again)
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
    lines = (
        f"wrote {drawn.path}",
        f"{counts['places']} places, {counts['segments']} segments, {counts['km']:g} km",
        *drawn.remarks,
        "Schematic: its lines stand for roads, they do not follow them.",
        f"use it with: supplyline new my-case/case.toml --network {drawn.path}",
    )
    for line in lines:
        console().print(line, soft_wrap=True, markup=False)
