"""``supplyline check``: is a scenario valid, and what did the engine understand?"""

from __future__ import annotations

from engine.cli.options import AsJson, NetworkName, Quiet, ScenarioFile
from engine.cli.printing import console, print_json, waiting


def check(
    file: ScenarioFile,
    *,
    network: NetworkName = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Validate a scenario; show how it was understood, and warnings."""
    from engine.analysis.analysis import analyze
    from engine.analysis.checks import ground_oddities, understanding
    from engine.report.status_table import understanding_page
    from engine.scenario.load import load_scenario
    from engine.scenario.warnings import oddities

    with waiting("Reading the scenario and its network"):
        analysis = analyze(load_scenario(file), network=network)
        understood = understanding(analysis)
        odd = [*oddities(analysis.scenario), *ground_oddities(analysis)]
    if as_json:
        print_json(understood | {"warnings": [vars(problem) for problem in odd]})
    elif not quiet:
        console().print(understanding_page(understood))
    if not as_json:
        for problem in odd:
            console(stderr=True).print(f"odd: {problem}", markup=False, soft_wrap=True)
