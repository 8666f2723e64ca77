"""``supplyline doubt`` and ``supplyline known``: how sure an answer is, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import (
    AsJson,
    KnownOn,
    NetworkName,
    OnDay,
    RouteId,
    ScenarioFile,
    day_of,
)
from engine.cli.output import console, print_json, waiting

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from engine.analysis.analysis import Analysis

UNFINISHED = "probability.unfinished.json"
"""Where a run keeps what it has, in the folder of its results, until it is over."""
PARTIAL = "probability.partial.csv"
"""What an interrupted run leaves for people."""
INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def doubt(
    file: ScenarioFile,
    *,
    route: RouteId,
    on: OnDay = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    as_json: AsJson = False,
) -> None:
    """Say how likely a route is open, and which reports would change that."""
    from engine.analysis.analysis import ONE_DAY, analyze
    from engine.probability.importance import importance
    from engine.report.probabilities import importance_page, importance_values
    from engine.scenario.load import load_scenario

    day, known = day_of(on), day_of(known_on)
    with waiting("Weighing what is in doubt"):
        analysis = analyze(load_scenario(file), network=network, known_on=known)
        last = (analysis.ends[-1] - ONE_DAY).item()
        found = importance(analysis, route, day or last)
    if as_json:
        print_json(importance_values(found))
        return
    console().print(importance_page(analysis, found))


def known(
    file: ScenarioFile,
    *,
    on: OnDay = None,
    network: NetworkName = None,
    probability: Annotated[
        bool, typer.Option("--probability", help="Say how likely, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say how the picture of one day changed as its reports came in."""
    from engine.analysis.analysis import ONE_DAY, analyze
    from engine.probability.known import as_known
    from engine.report.probabilities import known_table, known_values
    from engine.scenario.load import load_scenario

    day = day_of(on)
    with waiting("Working out what could be known when"):
        analysis = analyze(load_scenario(file), network=network)
        day = day or (analysis.ends[-1] - ONE_DAY).item()
        pictures = as_known(analysis, day, probabilities=probability)
    if as_json:
        print_json(known_values(pictures))
        return
    console().print(known_table(pictures, day))


def likelihood(analysis: Analysis, out: Path | None) -> xr.Dataset:
    """Weigh every route on every day, with progress on a terminal; go on where a run left off.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    out
        Where the run keeps what it has until it is over, and writes ``probability.csv`` then.

    Raises
    ------
    typer.Exit
        On Ctrl-C: what there is has been kept, printed and marked as partial.
    """
    from rich.progress import Progress

    from engine.probability.probability import Interrupted, probabilities
    from engine.report.probabilities import likelihood_table, write_likelihood

    checkpoint = None
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        checkpoint = out / UNFINISHED
    screen = console(stderr=True)
    try:
        with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
            task = bar.add_task("Weighing what is in doubt", total=None)
            found = probabilities(
                analysis,
                checkpoint=checkpoint,
                progress=lambda done, wanted: bar.update(task, completed=done, total=wanted),
            )
    except Interrupted as stop:
        screen.print(likelihood_table(stop.partial))
        if out is not None:
            path = write_likelihood(stop.partial, out / PARTIAL)
            screen.print(f"wrote {path}; the same command goes on from here", soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from stop
    if out is not None:
        write_likelihood(found, out / "probability.csv")
        (out / PARTIAL).unlink(missing_ok=True)
    return found
