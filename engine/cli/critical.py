"""``supplyline critical``: what every open way depends on, and how many ways are left."""

from __future__ import annotations

from engine.cli.frames import records, show
from engine.cli.options import AnyDay, AnyRouteId, AsJson, NetworkName, ScenarioFile, day_of
from engine.cli.output import print_json


def critical(
    file: ScenarioFile,
    *,
    route: AnyRouteId = None,
    on: AnyDay = None,
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """List the places and roads on every open way, and count the ways that share no road."""
    from engine.analysis.analysis import analyze
    from engine.measures.articulation import articulation, disjoint_paths
    from engine.scenario.load import load_scenario

    analysis = analyze(load_scenario(file), network=network)
    day = day_of(on)
    found, ways = (
        articulation(analysis, day, subject=route),
        disjoint_paths(analysis, day, subject=route),
    )
    if as_json:
        print_json({"critical": records(found), "disjoint_ways": records(ways)})
        return
    show(ways, as_json=False, title="Open ways that share no road")
    columns = ["id", "start", "end", "status", "kind", "site", "name", "name_ar", "length_m"]
    show(
        found[columns], as_json=False, title="On every open way", nothing="nothing is on every way"
    )
