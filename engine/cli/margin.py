"""``supplyline margin``: how few places would turn a status."""

from __future__ import annotations

from engine.cli.frames import show
from engine.cli.options import (
    AnyDay,
    AnyRouteId,
    AsJson,
    ByActor,
    KnownOn,
    NetworkName,
    ScenarioFile,
    day_of,
)


def margin(
    file: ScenarioFile,
    *,
    route: AnyRouteId = None,
    on: AnyDay = None,
    by: ByActor = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    as_json: AsJson = False,
) -> None:
    """Say how few places would cut each route by their loss, or relieve it by their gain."""
    from engine.analysis.analysis import analyze
    from engine.measures.margin import margin
    from engine.scenario.load import load_scenario

    analysis = analyze(load_scenario(file), network=network, known_on=day_of(known_on))
    found = margin(analysis, day_of(on), subject=route, attacker=by)
    if not as_json:
        found = found.drop(columns=["lower", "exact"]) if found["exact"].all() else found
        if not analysis.scenario.falls:
            found = found.drop(columns=["likelihoods", "likeliest", "likelihood"])
    show(found, as_json=as_json, title="The fewest places that turn a status")
