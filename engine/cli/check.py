"""``supplyline check``: is a scenario valid, and what did the engine understand?"""

from __future__ import annotations

from engine.cli.options import AsJson, NetworkName, Quiet, ScenarioFile
from engine.cli.output import console, print_json, waiting


def check(
    file: ScenarioFile,
    *,
    network: NetworkName = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Validate a scenario, and say what the engine understood."""
    from engine.analysis.analysis import analyze
    from engine.analysis.understanding import understanding
    from engine.report.understanding import understanding_page
    from engine.scenario.load import load_scenario

    with waiting("Reading the scenario and its network"):
        understood = understanding(analyze(load_scenario(file), network=network))
    if as_json:
        print_json(understood)
    elif not quiet:
        console().print(understanding_page(understood))
