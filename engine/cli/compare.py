"""``supplyline compare``: two scenarios side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.frames import show
from engine.cli.options import AsJson, NetworkName, ScenarioFile


def compare(
    file: ScenarioFile,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Another scenario file.")],
    *,
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """Show the statuses of two scenarios side by side, and where they differ."""
    from engine.analysis.analysis import analyze
    from engine.measures.whatif import compare
    from engine.scenario.load import load_scenario

    before, after = (analyze(load_scenario(path), network=network) for path in (file, other))
    show(compare(before, after), as_json=as_json, title=f"{file.name} and {other.name}")
