"""Printing: plain where it is piped, coloured on a terminal unless NO_COLOR says otherwise."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from engine.errors import SupplylineError


def console(*, stderr: bool = False) -> Console:
    """Return a console; piped, it is 80 columns wide and plain."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else 80, highlight=False)


def print_json(value: Any) -> None:
    """Print a value as JSON, keys in their order, letters of every script as they are."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal that something is being worked on."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield
        return
    with screen.status(what):
        yield


def complain(error: SupplylineError, *, as_json: bool) -> None:
    """Print what is wrong: a line for each problem, or all of them as JSON."""
    problems = getattr(error, "problems", ())
    if as_json and problems:
        print_json({"problems": [vars(problem) for problem in problems]})
        return
    for text in [str(problem) for problem in problems] or [str(error)]:
        typer.echo(f"supplyline: {text}", err=True)
