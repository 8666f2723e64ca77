"""``supplyline places``: find a place by its name, in Arabic or Latin letters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import AsJson
from engine.cli.output import console, print_json, waiting
from engine.errors import InputError

FITS = ("similar", "same consonants", "same name", "as written")
"""What each fit of a match is called."""


def places(
    text: Annotated[str, typer.Argument(metavar="NAME", help="A name in Arabic or Latin letters.")],
    *,
    network: Annotated[
        str, typer.Option("--network", metavar="NAME", help="The road network: a name or a file.")
    ] = "aleppo-schematic",
    table: Annotated[
        list[Path] | None,
        typer.Option("--table", metavar="FILE", help="More places, from a table (CSV)."),
    ] = None,
    near: Annotated[
        str | None,
        typer.Option("--near", metavar="LAT,LON", help="Of equals, put the nearest to it first."),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="How many to list.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find places by name: other spellings and the other script count."""
    from rich.markup import escape
    from rich.table import Column, Table

    from engine.network.gazetteer import find_places, read_places
    from engine.network.read import read_network

    with waiting("Reading the places"):
        known = read_network(network).places
        known += tuple(place for path in table or () for place in read_places(path))
        found = find_places(known, text, near=_point(near), most=most)
    if as_json:
        print_json(
            [
                {**vars(match.place), "fit": FITS[match.fit], "likeness": match.likeness}
                for match in found
            ]
        )
        return
    if not found:
        raise InputError(f"no place in {network} is called anything like {text!r}")
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
