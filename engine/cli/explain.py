"""``supplyline explain``: why a status is what it is on a day."""

from __future__ import annotations

from engine.cli.options import AsJson, KnownOn, NetworkName, OnDay, RouteId, ScenarioFile, day_of
from engine.cli.output import console, print_json


def explain(
    file: ScenarioFile,
    *,
    route: RouteId,
    on: OnDay = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    as_json: AsJson = False,
) -> None:
    """Say why a route or an enclave is open, at risk or cut on a day, and by whose word."""
    from engine.analysis.analysis import ONE_DAY, analyze
    from engine.measures.explanation import explain
    from engine.scenario.load import load_scenario

    analysis = analyze(load_scenario(file), network=network, known_on=day_of(known_on))
    day = day_of(on) or (analysis.ends[-1] - ONE_DAY).astype(object)
    explanation = explain(analysis, route, day)
    if as_json:
        print_json(explanation.as_dict())
        return
    for sentence in explanation.sentences():
        console().print(sentence, markup=False, soft_wrap=True)
