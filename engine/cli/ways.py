"""``supplyline ways``: the best open way for each route and enclave, and the next best."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from engine.cli.frames import show
from engine.cli.options import AnyDay, AnyRouteId, AsJson, NetworkName, ScenarioFile, day_of


def ways(
    file: ScenarioFile,
    *,
    route: AnyRouteId = None,
    on: AnyDay = None,
    by: Annotated[
        Literal["time", "distance"], typer.Option("--by", help="The fastest or the shortest.")
    ] = "time",
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """Show the best open way, how long it is, how far round, and through where."""
    from engine.analysis.analysis import analyze
    from engine.measures.best_paths import best_paths
    from engine.scenario.load import load_scenario

    analysis = analyze(load_scenario(file), network=network)
    found = best_paths(analysis, day_of(on), subject=route, weight=by)
    show(found, as_json=as_json, title="The best open ways", nothing="no way is open")
