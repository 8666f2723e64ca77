"""``supplyline check``: is a scenario valid, and what did the engine understand?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.options import AsJson, NetworkName, Quiet, ScenarioFile
from engine.cli.printing import console, print_json, waiting

if TYPE_CHECKING:
    from rich.table import Table


def check(
    file: ScenarioFile,
    *,
    network: NetworkName = None,
    read: Annotated[
        bool,
        typer.Option("--read", help="List the cells of tables that were read as something else."),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Validate a scenario; show how it was understood, and warnings."""
    from engine.analysis.analysis import analyze
    from engine.analysis.checks import network_warnings, understanding
    from engine.report.status_table import understanding_page
    from engine.scenario.cells import cells_read
    from engine.scenario.load import load_scenario
    from engine.scenario.warnings import scenario_warnings

    with waiting("Reading the scenario and its network"):
        analysis = analyze(load_scenario(file), network=network)
        understood = understanding(analysis)
        whole = analysis.scenario
        cells = cells_read((*whole.places, *whole.baseline, *whole.events)) if read else []
        found = [*scenario_warnings(analysis.scenario), *network_warnings(analysis)]
    if as_json:
        told = {"read": cells} if read else {}
        print_json(understood | told | {"warnings": [vars(problem) for problem in found]})
    elif not quiet:
        console().print(_cells(cells) if read else understanding_page(understood))
    if not as_json:
        for problem in found:
            console(stderr=True).print(f"warning: {problem}", markup=False, soft_wrap=True)


def _cells(cells: list[dict[str, Any]]) -> Table | str:
    from rich.markup import escape
    from rich.table import Table

    if not cells:
        return "Every cell of the tables was read as it is written."
    table = Table(box=None, pad_edge=False)
    for column in ("where", "column", "written", "read as", "why"):
        table.add_column(column, overflow="fold")
    for cell in cells:
        where = f"{cell['file']}, line {cell['line']}" if cell["line"] else str(cell["file"])
        values = (where, *(str(cell[key]) for key in ("column", "written", "read_as", "why")))
        table.add_row(*map(escape, values))
    return table
