"""``supplyline backtest``: a scenario against what is documented of its routes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import AsJson, NetworkName, Quiet, ScenarioFile


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
    from engine.backtest.output import LEGEND, as_data, reliability_lines, run_table, write_backtest
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
        screen = console()
        left_out = len(test.settlements.left_out)
        screen.print(run_table(test.whole, "With all reports"))
        screen.print(
            run_table(test.settlements, f"Without {left_out} reports about roads themselves")
        )
        screen.print(LEGEND)
        screen.print("Reliability of the probabilities of being cut, all routes together:")
        for line in reliability_lines(test.whole.together):
            screen.print(f"  {line}")
        for path in written:
            screen.print(f"wrote {path}", soft_wrap=True, markup=False)
