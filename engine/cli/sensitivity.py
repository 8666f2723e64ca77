"""``supplyline sensitivity``: how firm the answers are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.frames import records, show
from engine.cli.options import AsJson, NetworkName, OnDay, ScenarioFile, day_of
from engine.cli.output import print_json, waiting


def sensitivity(
    file: ScenarioFile,
    *,
    on: OnDay = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="PNG", help="Draw a tornado plot, too.")
    ] = None,
    margins: Annotated[
        bool, typer.Option("--margins/--no-margins", help="Whether to compute margins, too.")
    ] = True,
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """Say what changes where places, beliefs, reaches or the baseline are otherwise."""
    from engine.analysis.analysis import analyze
    from engine.measures.sensitivity import report_ages, sensitivity
    from engine.report.figures import tornado
    from engine.scenario.load import load_scenario

    with waiting("Trying what might be otherwise"):
        analysis = analyze(load_scenario(file), network=network)
        found, old = sensitivity(analysis, day_of(on), margins=margins), report_ages(analysis)
    if plot is not None:
        tornado(found, plot, title=analysis.scenario.title)
    if as_json:
        print_json({"sensitivity": records(found), "ages": records(old)})
        return
    show(
        found, as_json=False, title="What would be otherwise", nothing="nothing would be otherwise"
    )
    show(old, as_json=False, title="How old the word is that each status rests on")
