"""Bring a real road network: from an Overpass server, or out of an extract that the user has."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from engine.errors import NetworkError, Problem
from engine.io.atomic import made, write_one
from engine.io.days import day_of
from engine.io.text import portable
from engine.language import tr
from engine.network.arrays import Provenance
from engine.network.build import build_network
from engine.network.cut_out import MORE_TAGS, Box, cut, merge, write_extract
from engine.network.endings import LICENCE, checksum, provenance_path
from engine.network.extract import (
    GENERATOR,
    SCHEMATIC_CREDIT,
    SCHEMATIC_GENERATOR,
    UNITS,
    Extract,
    credit_tags,
)
from engine.network.gazetteer import slug
from engine.network.osm import provenance_of, read_answers, read_extract, way_keys
from engine.network.policy import RoadPolicy
from engine.network.read import user_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.network.overpass import Patience

AREAS = {"aleppo": Box(36.65, 35.75, 37.56, 36.68)}
"""Areas that have a name: Aleppo and the country north of it to the border."""

SERVER = "https://overpass-api.de/api"
"""The server that is asked unless another is named."""

TILE = 0.25
"""Square degrees that are asked for at once; parts that have come are not asked for again."""

SMALLEST_TILE = 0.0005


def fetch_network(
    name: str,
    box: Box,
    *,
    policy: RoadPolicy | None = None,
    date: str | dt.date | None = None,
    server: str = SERVER,
    folder: Path | None = None,
    patience: Patience | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Path:
    """Fetch the roads and places of an area from an Overpass server, through osmnx.

    Parameters
    ----------
    name
        What to call the network.
    box
        The area.
    policy
        Which ways are roads; the usual ones, if absent.
    date
        The day of the map; today's, if absent.
    server
        Address of the Overpass interface, without ``/interpreter``.
    folder
        Where to put it; where `read_network` finds it by its name, if absent.
    patience
        How long to wait for the server.
    say
        Is told what happens.

    Returns
    -------
    Path
        The file (``NAME.osm.pbf``), its provenance beside it. What came of an attempt that failed is
        kept and not asked for again.

    Raises
    ------
    NetworkError
        If the server gives no whole map of the area, or there is no road in it.
    """
    from engine.network import overpass

    path, policy = _target(name, folder), policy or RoadPolicy()
    date = None if date is None else day_of(date)
    day = date or dt.datetime.now(tz=dt.UTC).date()  # what came yesterday is not today's map
    query = {"ways": overpass.way_filters(policy), "places": overpass.PLACES}
    what = f"{server} {day} {box.checked()} {query}"
    store = path.parent / f".{path.name}.{hashlib.sha256(what.encode()).hexdigest()[:12]}"

    def bring(tile: Box, target: Path) -> None:
        overpass.download(
            tile, target, server=server, policy=policy, date=date, patience=patience, say=say
        )

    with _room_for(path):
        with made(store):  # it stays if there is something in it to go on from
            here = _bring_all(box, store, bring, say)
            parts = [_part(answers, tile, policy, server) for tile, answers in here]
        whole = merge(parts)
        if date:
            whole = replace(whole, as_of=date.isoformat())
        through = f"osmnx {version('osmnx')}"
        facts = {"server": server, "through": through, "query": query, "parts": len(here)}
        _save(cut(whole, box), path, box, policy, facts)
    for left in path.parent.glob(f".{path.name}.*"):
        shutil.rmtree(left)
    return path


def _bring_all(
    box: Box,
    store: Path,
    bring: Callable[[Box, Path], None],
    say: Callable[[str], None],
) -> list[tuple[Box, Path]]:
    """Bring all parts of a box that are not there yet, in smaller parts where they are too large."""
    from engine.network.overpass import TooMuchError

    here: list[tuple[Box, Path]] = []
    queue = list(box.tiles(TILE))
    while queue:
        tile = queue.pop(0)
        say(tr("part {n} of {all}", n=len(here) + 1, all=len(here) + len(queue) + 1))
        answers = store / "_".join(f"{edge:.7f}" for edge in tile)
        try:
            if not answers.is_dir():
                bring(tile, answers)
        except TooMuchError as error:
            say(tr("too much at once ({reason}); asking for smaller parts", reason=str(error)))
            queue = [*_quarters(tile, error), *queue]
        else:
            here.append((tile, answers))
    return here


def cut_network(
    name: str,
    box: Box,
    source: Path,
    *,
    policy: RoadPolicy | None = None,
    folder: Path | None = None,
) -> Path:
    """Cut the roads and places of an area out of an extract.

    Parameters
    ----------
    name
        What to call the network.
    box
        The area.
    source
        OSM data: a country, say, as ``.osm.pbf``.
    policy
        Which ways are roads; what has a ``highway`` tag is kept all the same.
    folder
        Where to put it; where `read_network` finds it by its name, if absent.

    Returns
    -------
    Path
        The file (``NAME.osm.pbf``), its provenance beside it.

    Raises
    ------
    NetworkError
        If the extract cannot be read, or has no road there.
    """
    path, policy = _target(name, folder), policy or RoadPolicy()
    with _room_for(path):
        whole = read_extract(source, policy, str(source), more=MORE_TAGS)
        facts = {"extract": source.name, "extract_sha256": checksum(source)}
        _save(cut(whole, box.checked()), path, box, policy, facts)
    return path


def _target(name: str, folder: Path | None) -> Path:
    """Return the file that a network of a name goes to."""
    if portable(slug(name)) != name:
        near = slug(name) if portable(slug(name)) == slug(name) else ""
        raise NetworkError(
            Problem(
                tr("{name!r} is no name for a network", name=name),
                field="name",
                value=name,
                expected=tr(
                    "lower-case letters, digits and hyphens, as in {name!r}", name=near or "aleppo"
                ),
            )
        )
    return (folder or user_folder()) / f"{name}.osm.pbf"


@contextmanager
def _room_for(path: Path) -> Iterator[None]:
    """Make the folder of a network, and remove it again if the network does not come into it."""
    try:
        with made(path.parent):
            yield
    except OSError as error:
        where = str(error.filename or path.parent)
        message = tr("cannot be made: {reason}", reason=error.strerror)
        raise NetworkError(Problem(message, where)) from error


def _quarters(tile: Box, error: Exception) -> list[Box]:
    """Return four parts of a tile, unless it is as small as it gets."""
    area = (tile.east - tile.west) * (tile.north - tile.south)
    if area <= SMALLEST_TILE:
        message = tr("the server cannot even answer for a small area: {reason}", reason=str(error))
        raise NetworkError(message) from error
    return list(tile.tiles(area / 4))


def _part(answers: Path, tile: Box, policy: RoadPolicy, server: str) -> Extract:
    """Read what came for a tile; throw it away if it is broken or of another area."""
    try:
        extract = read_answers(
            sorted(answers.glob("*.json")), policy, way_keys(policy, MORE_TAGS), server
        )
        _check_area(extract, tile, server)
    except NetworkError:
        shutil.rmtree(answers)
        raise
    return extract


def _check_area(extract: Extract, tile: Box, server: str) -> None:
    """Refuse a map that has nodes, but none in the tile or close to it."""
    here = tile.grown(0.1).holds(extract.x / UNITS, extract.y / UNITS)
    if len(here) and not here.any():
        raise NetworkError(Problem(tr("the server answers with the map of another area"), server))


_LICENCES = {SCHEMATIC_CREDIT: "MIT", Provenance("").credit: LICENCE}


def _source_of(origin: Provenance) -> str:
    """Return what to call the source of a network."""
    if origin.credit == Provenance("").credit:
        return "OpenStreetMap"
    return "schematic network" if origin.schematic else origin.credit


def _save(
    extract: Extract, path: Path, box: Box, policy: RoadPolicy, facts: dict[str, Any]
) -> None:
    """Write a network and its provenance, once it is sure that there are roads in it."""
    origin = provenance_of(extract, facts.get("extract", path.name))
    generator = SCHEMATIC_GENERATOR if origin.schematic else GENERATOR
    try:
        network = build_network(extract.roads(policy), extract.places(), origin)
    except NetworkError as error:
        message = tr("there is no road in the area")
        raise NetworkError(Problem(message, field="bbox", value=str(tuple(box)))) from error
    ours = replace(extract, generator=generator)
    credit = {} if extract.credit else credit_tags(origin)
    known = {
        "name": path.name.removesuffix(".osm.pbf"),
        "source": _source_of(origin),
        "credit": origin.credit,
        "licence": _LICENCES.get(origin.credit, "that of its source"),
        "map_date": extract.as_of,
        "fetched": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        "bbox": box._asdict(),
        **facts,
        "counts": {
            "nodes": len(extract.node_id),
            "ways": len(extract.way_id),
            "places": len(network.places),
            "junctions": network.n_nodes,
            "segments": network.n_segments,
            "km": round(float(network.length.sum()) / 1000, 1),
        },
    }

    def build(target: Path) -> None:
        write_extract(ours, target, credit)
        noted = json.dumps({**known, "sha256": checksum(target)}, ensure_ascii=False, indent=2)
        provenance_path(target).write_text(noted + "\n", encoding="utf-8", newline="\n")

    write_one(path, build)
