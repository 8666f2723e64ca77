"""``supplyline access``: which places can be reached from where, and by whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.frames import records, show
from engine.cli.options import AsJson, NetworkName, ScenarioFile
from engine.cli.output import print_json


def access(
    file: ScenarioFile,
    *,
    places: Annotated[
        Path | None,
        typer.Option("--places", metavar="CSV", help="Places: id, lon, lat, population."),
    ] = None,
    actor: Annotated[
        list[str] | None, typer.Option("--actor", metavar="NAME", help="Who wants to get there.")
    ] = None,
    lifeline: Annotated[
        list[str] | None, typer.Option("--from", metavar="SITE", help="Where supplies come from.")
    ] = None,
    mode: Annotated[str, typer.Option("--mode", help="civilian, convoy or any.")] = "any",
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """Say which places can be reached from which lifeline by whom, and how many people cannot."""
    from engine.analysis.analysis import analyze
    from engine.measures.access import access, people_by_access
    from engine.scenario.load import load_scenario

    analysis = analyze(load_scenario(file), network=network)
    found = access(analysis, places, actors=actor, lifelines=lifeline, mode=mode)
    people = people_by_access(found)
    if as_json:
        print_json({"places": records(found), "people": records(people)})
        return
    isolated = found[found["status"] != "open"]
    columns = ["place", "name", "population", "actor", "start", "end", "status", "doubtful"]
    show(isolated[columns], as_json=False, title="Not openly reached", nothing="all are reached")
    show(people, as_json=False, title="Places and people")
