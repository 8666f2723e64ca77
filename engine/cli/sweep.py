"""``supplyline sweep``: what the loss of each site would do."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.frames import show
from engine.cli.options import AsJson, ByActor, NetworkName, OnDay, ScenarioFile, day_of


def sweep(
    file: ScenarioFile,
    *,
    on: OnDay = None,
    by: ByActor = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Try any two sites, too.")] = False,
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """Take every single site in turn, and say what its loss would do, most people first."""
    from engine.analysis.analysis import analyze
    from engine.measures.sweep import sweep
    from engine.scenario.load import load_scenario

    analysis = analyze(load_scenario(file), network=network)
    found = sweep(analysis, day_of(on), attacker=by, pairs=pairs)
    show(
        found,
        as_json=as_json,
        title="What each loss would do",
        nothing="no loss makes a status worse",
    )
