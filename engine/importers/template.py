"""A new scenario from a template: a network, its places in some area, and empty tables to fill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError, nearest_names

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Sequence

    from engine.network.arrays import Network
    from engine.network.places import Place

Box = tuple[float, float, float, float]
"""West, south, east and north, in WGS 84 degrees."""

KM_PER_DEGREE = 111.195


def box_around(network: Network, place: str, km: float) -> Box:
    """Return the box around a place of a network.

    Raises
    ------
    ScenarioError
        If the network does not know the place.
    """
    import math

    known = {each.id: each for each in network.places}
    if place not in known:
        near = nearest_names(place, known)
        message = f"the network {network.provenance.name!r} has no place {place!r}"
        raise ScenarioError(Problem(message, value=place, nearest=near))
    lon, lat = known[place].lon, known[place].lat
    north = km / KM_PER_DEGREE
    east = north / math.cos(math.radians(lat))
    return lon - east, lat - north, lon + east, lat + north


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
) -> list[Path]:
    """Write a scenario to be filled in, with a table of holdings and one of events beside it.

    The first two places of the area make a route that is there to be changed.

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

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ScenarioError
        If a file is there, the dates are reversed, or the area has fewer than two places.
    """
    from engine.io.atomic import write_whole
    from engine.scenario.load import load_scenario

    path = Path(path)
    names = {
        "scenario": path.name,
        "holdings": f"{path.stem}-holdings.csv",
        "events": f"{path.stem}-events.csv",
    }
    places = places_in(network, box)
    _refuse(path, list(names.values()), places, start, end, actors)

    def build(folder: Path) -> None:
        texts = {
            names["scenario"]: _scenario(title, start, end, actors, network_name, names, places),
            names["holdings"]: "site,holder,condition,contestants,source,note\n"
            + "".join(f"{place.id},,held,,,\n" for place in places),
            names["events"]: "id,date,earliest,latest,reported,until,site,kind,actor,defender,"
            "contestants,confidence,source,note\n",
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        load_scenario(folder / names["scenario"])

    return write_whole(path.parent, list(names.values()), build)


def places_in(network: Network, box: Box) -> list[Place]:
    """Return the places of a network in a box, by id."""
    west, south, east, north = box
    inside = (
        place
        for place in network.places
        if west <= place.lon <= east and south <= place.lat <= north
    )
    return sorted(inside, key=lambda place: place.id)


def _refuse(
    path: Path,
    names: Sequence[str],
    places: list[Place],
    start: dt.date,
    end: dt.date,
    actors: Sequence[str],
) -> None:
    problems = [
        Problem("the file is there already", str(path.parent / name), expected="a new name")
        for name in names
        if (path.parent / name).exists()
    ]
    if path.suffix != ".toml":
        problems.append(Problem("a scenario is a .toml file", str(path), expected="NAME.toml"))
    if end <= start:
        problems.append(Problem(f"start {start} is not before end {end}", field="end"))
    if not actors:
        problems.append(Problem("no actor is named", field="actors", expected="at least one"))
    if len(places) < 2:
        message = "the area has fewer than two places of the network"
        problems.append(Problem(message, expected="a larger area, or another network"))
    if problems:
        raise ScenarioError(problems)


def _scenario(
    title: str,
    start: dt.date,
    end: dt.date,
    actors: Sequence[str],
    network_name: str,
    names: dict[str, str],
    places: list[Place],
) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    sections = "\n".join(
        f"[actors.{quoted(actor)}]\nlabel = {quoted(actor)}\n" for actor in dict.fromkeys(actors)
    )
    return f"""\
# A scenario to be filled in. A line that begins with # is a remark. All keys: docs/scenario.md

title    = {quoted(title)}
network  = {quoted(network_name)}
start    = {start}
end      = {end}          # the first day that no longer belongs to the run
baseline = {quoted(names["holdings"])}   # who holds what at the start: fill in the holders
events   = {quoted(names["events"])}   # what was reported, a row for each report

# The parties. "passes" names those over whose ground one may move besides its own.
{sections}
# The connections in question. Change this one, copy it for others.
[[routes]]
id    = "first-route"
actor = {quoted(actors[0])}
from  = {quoted(places[0].id)}
to    = {quoted(places[1].id)}

# Stretches of road, areas and groups that reports speak of:
# [[sites]]
# id   = "main-road"
# road = "Name of the road"

# Ground whose supply is in question:
# [[enclaves]]
# id        = "some-group-of-places"
# actor     = {quoted(actors[0])}
# lifelines = [{quoted(places[0].id)}]
"""
