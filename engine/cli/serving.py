"""``supplyline open``: the page served from the engine on this machine."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import (
    AsJson,
    KnownOn,
    NetworkName,
    OnDay,
    Quiet,
    ScenarioFile,
    With,
    day_of,
    say_urgent_warnings,
)
from engine.cli.printing import print_json, print_lines, waiting
from engine.errors import InputError, Problem
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable


def open_(
    file: ScenarioFile,
    *,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="N", min=0, max=65535, help="The port; any free one, if absent."
        ),
    ] = 0,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS",
            help="Another address of this machine: others who know the link can ask then, too.",
        ),
    ] = "127.0.0.1",
    on: OnDay = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    as_sketch: Annotated[
        bool,
        typer.Option(
            "--sketch",
            help="FILE is the folder of a sketch (places.csv, roads.csv; may be new): draw it.",
        ),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Open the page in the browser, and answer from this machine what is asked there."""
    from engine.serve.server import bound, run, serve
    from engine.serve.session import Session
    from engine.serve.sketching import Sketching

    known, day = day_of(known_on), day_of(on)
    if as_sketch:
        _refuse(**{"--on": on, "--network": network, "--known-on": known_on, "--with": with_})
        sketching = Sketching(file)
    listening, address = bound(host, port)

    def begun() -> None:
        if as_json:
            print_json(session.base.facts.heading() | {"url": address.url})
        elif not quiet:
            print_lines([address.url, tr("Ctrl-C stops it.")])
        if browser:
            webbrowser.open(address.url)

    with listening:
        if as_sketch:
            _until_stopped(lambda: run(sketching, listening, address, begun))
            return
        with waiting(tr("Computing who holds which road when")):
            session = Session(file, network=network, known_on=known, on=day, with_=with_)
        say_urgent_warnings(session.base)
        _until_stopped(lambda: serve(session, listening, address, begun))


def _until_stopped(serving: Callable[[], None]) -> None:
    try:
        serving()
    except KeyboardInterrupt:
        raise typer.Exit from None


def _refuse(**options: object) -> None:
    """Refuse options that a sketch has no use for."""
    if given := [name for name, value in options.items() if value]:
        raise InputError(
            Problem(
                tr("{option} is for scenarios: a sketch has none yet", option=given[0]),
                expected=tr("no {option}", option=given[0]),
            )
        )
