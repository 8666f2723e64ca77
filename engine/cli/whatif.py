"""``supplyline whatif``: a scenario with some of its events changed, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.frames import show
from engine.cli.options import AsJson, NetworkName, ScenarioFile, day_of
from engine.errors import InputError

if TYPE_CHECKING:
    import datetime as dt


def whatif(
    file: ScenarioFile,
    *,
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event", metavar="TEXT", help="Add: 'mallah captured by government on 2014-12-25'."
        ),
    ] = None,
    withdraw: Annotated[
        list[str] | None, typer.Option("--withdraw", metavar="ID", help="Leave an event out.")
    ] = None,
    delay: Annotated[
        list[str] | None,
        typer.Option("--delay", metavar="ID=DAYS|DATE", help="Move an event to another day."),
    ] = None,
    confidence: Annotated[
        list[str] | None,
        typer.Option("--confidence", metavar="ID=NUMBER", help="Change how sure an event is."),
    ] = None,
    network: NetworkName = None,
    as_json: AsJson = False,
) -> None:
    """Change events of a scenario, and show what difference it makes."""
    from engine.analysis.analysis import analyze
    from engine.measures.whatif import compare, whatif
    from engine.scenario.load import load_scenario

    before = analyze(load_scenario(file), network=network)
    after = whatif(
        before,
        events=event or (),
        withdraw=withdraw or (),
        delay={name: _days(to) for name, to in _pairs(delay)},
        confidence={name: _number(to) for name, to in _pairs(confidence)},
    )
    show(compare(before, after), as_json=as_json, title="Before and after")


def _pairs(texts: list[str] | None) -> list[tuple[str, str]]:
    """Split ``ID=VALUE``."""
    pairs = []
    for text in texts or ():
        name, equals, value = text.rpartition("=")
        if not equals:
            raise InputError(f"{text!r} is not of the form ID=VALUE")
        pairs.append((name, value))
    return pairs


def _days(text: str) -> int | dt.date:
    try:
        return int(text)
    except ValueError:
        day = day_of(text)
        assert day is not None  # noqa: S101 - day_of gives None for None alone
        return day


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a number; expected such as 0.5") from error
