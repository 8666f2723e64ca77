"""``supplyline backtest``: a scenario against what is documented of its routes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import AsJson, NetworkName, Quiet, ScenarioFile

if TYPE_CHECKING:
    from engine.backtest.backtest import Backtest


def backtest(
    file: ScenarioFile,
    *,
    truth: Annotated[
        Path,
        typer.Option(metavar="TABLE", help="What is documented: route, state, first, last (CSV)."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write scores and a picture there.")
    ] = None,
    network: NetworkName = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score a scenario, day by day, against what is documented of its routes."""
    from engine.backtest.backtest import run_backtest as score
    from engine.backtest.output import as_data, write_backtest
    from engine.backtest.truth import read_truth
    from engine.cli.output import console, print_json, waiting
    from engine.scenario.load import load_scenario

    with waiting("Holding the scenario against the truth"):
        scenario = load_scenario(file)
        test = score(scenario, read_truth(truth, scenario), network=network)
        written = write_backtest(test, out) if out is not None else []
    if as_json:
        print_json(as_data(test))
    elif not quiet:
        _show(test)
        for path in written:
            console().print(f"wrote {path}", soft_wrap=True, markup=False)


def _show(test: Backtest) -> None:
    from engine.backtest.output import (
        LEGEND,
        noted,
        reliability_lines,
        run_table,
        summary,
        wrong_lines,
    )
    from engine.cli.output import console

    screen = console()
    screen.print(summary(test))
    screen.print(run_table(test.whole, "With all reports"))
    screen.print(noted(test.whole.together))
    for line in wrong_lines(test.whole):
        screen.print(f"wrong: {line}", markup=False)
    without = f"Without {len(test.settlements.left_out)} reports about roads themselves"
    differing = run_table(test.settlements, f"\n{without}, what differs", beside=test.whole)
    screen.print(differing if differing.row_count else f"\n{without}: every score is the same")
    screen.print(noted(test.settlements.together))
    screen.print(f"\n{LEGEND}")
    screen.print("Reliability of the probabilities of being cut, all routes together:")
    for line in reliability_lines(test.whole.together):
        screen.print(f"  {line}")
