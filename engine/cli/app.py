"""The list of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.access import access
from engine.cli.backtest import backtest
from engine.cli.batch import batch
from engine.cli.check import check
from engine.cli.compare import compare
from engine.cli.critical import critical
from engine.cli.doubt import doubt, known
from engine.cli.enclaves import enclaves
from engine.cli.events import events
from engine.cli.explain import explain
from engine.cli.fetch import fetch
from engine.cli.import_ import import_
from engine.cli.margin import margin
from engine.cli.new import new
from engine.cli.places import places
from engine.cli.report import export, plot, report
from engine.cli.run import run
from engine.cli.schema import schema
from engine.cli.sensitivity import sensitivity
from engine.cli.sweep import sweep
from engine.cli.ways import ways
from engine.cli.whatif import whatif

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help in plain text answers twice as fast
    help="Supply routes and sieges: from dated, uncertain reports to the status of roads over time.",
    epilog="Road data: © OpenStreetMap contributors (ODbL). The embedded Aleppo network is schematic.",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the signature is Typer's
    if wanted:
        from engine.version import __version__

        typer.echo(f"supplyline {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    pass


for _command in (
    run,
    batch,
    report,
    plot,
    export,
    check,
    doubt,
    known,
    new,
    events,
    schema,
    fetch,
    places,
    backtest,
    explain,
    margin,
    critical,
    ways,
    enclaves,
    access,
    whatif,
    compare,
    sweep,
    sensitivity,
):
    app.command()(_command)
app.command("import")(import_)
