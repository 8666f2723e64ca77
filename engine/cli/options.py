"""The arguments and options that several commands share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import InputError
from engine.io import days

ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file (TOML).")]
NetworkName = Annotated[
    str | None,
    typer.Option("--network", metavar="NAME", help="Another road network: a name or a file."),
]
KnownOn = Annotated[
    str | None,
    typer.Option("--known-on", metavar="DATE", help="Use only what was reported by this day."),
]
OnDay = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day asked about; the last one.")
]
RouteId = Annotated[
    str, typer.Option("--route", metavar="ID", help="A route or an enclave of the scenario.")
]
AnyDay = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="A day; all days, if absent.")
]
AnyRouteId = Annotated[
    str | None,
    typer.Option("--route", metavar="ID", help="A route or an enclave; all of them, if absent."),
]
ByActor = Annotated[
    str | None, typer.Option("--by", metavar="ACTOR", help="Who takes the ground; any, if absent.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but problems.")]

Redact = Annotated[
    bool,
    typer.Option(
        "--redact", help="Fit to be shared: weeks, about 10 km, no names, sources or notes."
    ),
]


def day_of(text: str | None) -> dt.date | None:
    """Return the day that an option gives, if it is given."""
    return None if text is None else days.day_of(text)


def refuse_exact_days(*, probability: bool, redact: bool) -> None:
    """Stop where probabilities, which change from day to day, would undo a redaction.

    Raises
    ------
    InputError
        If both are wanted.
    """
    if probability and redact:
        raise InputError(
            "--probability tells exact days, which --redact hides; expected one of them"
        )
