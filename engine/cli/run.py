"""``supplyline run``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.doubt import likelihood
from engine.cli.options import (
    AsJson,
    KnownOn,
    NetworkName,
    OnDay,
    Quiet,
    Redact,
    ScenarioFile,
    day_of,
    refuse_exact_days,
)
from engine.cli.output import console, print_json, waiting


def run(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write tables and pictures there.")
    ] = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    on: OnDay = None,
    probability: Annotated[
        bool, typer.Option("--probability", help="Weigh what is in doubt: how likely is it?")
    ] = False,
    redact: Redact = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say which routes and enclaves are open, at risk or cut, since when and why."""
    from engine.analysis.analysis import analyze
    from engine.report.probabilities import likelihood_table, likelihood_values
    from engine.report.redaction import redacted
    from engine.report.results import summary, write_results
    from engine.report.status_table import status_table
    from engine.scenario.load import load_scenario

    refuse_exact_days(probability=probability, redact=redact)
    known = day_of(known_on)
    with waiting("Working out who holds which road when"):
        analysis = analyze(load_scenario(file), network=network, known_on=known)
    analysis = redacted(analysis) if redact else analysis
    table = status_table(analysis, day_of(on))
    likely = likelihood(analysis, out) if probability else None
    written = []
    if out is not None:
        with waiting("Writing the results"):
            written = write_results(analysis, out)
    if as_json:
        print_json(
            summary(analysis) | ({"probability": likelihood_values(likely)} if likely else {})
        )
    elif not quiet:
        screen = console()
        screen.print(table)
        if likely:
            screen.print(likelihood_table(likely, day_of(on)))
        for path in written:
            screen.print(f"wrote {path}", soft_wrap=True, markup=False)
