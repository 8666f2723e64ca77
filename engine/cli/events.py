"""``supplyline events``: list, filter, add and validate the events of a scenario."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.options import AsJson, NetworkName, Quiet, ScenarioFile, day_of
from engine.cli.printing import console, print_json

if TYPE_CHECKING:
    from engine.scenario.model import Event


_BETWEEN_PAIRS = re.compile(r",\s*(?=\w+=)")


def events(
    file: ScenarioFile,
    *,
    add: Annotated[
        list[str] | None,
        typer.Option(
            "--add",
            metavar="KEY=VALUE,...",
            help="Add an event: date=2014-12-25, site=mallah, kind=captured, actor=government.",
        ),
    ] = None,
    site: Annotated[str, typer.Option("--site", help="Only events of this site.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="Only events of this kind.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Only events with this actor.")] = "",
    source: Annotated[str, typer.Option("--source", help="Only with this in the source.")] = "",
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only from this day on.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Only up to this day.")
    ] = None,
    confidence: Annotated[
        float, typer.Option("--confidence", min=0, max=1, help="Only those at least this sure.")
    ] = 0.0,
    network: NetworkName = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List, filter or add the events of a scenario."""
    from engine.importers.editing import add_events, event_of, select_events
    from engine.scenario.load import load_scenario

    filters: dict[str, Any] = {
        "site": site,
        "kind": kind,
        "actor": actor,
        "source": source,
        "first": day_of(first),
        "last": day_of(last),
        "confidence": confidence,
    }
    if add:
        select_events(load_scenario(file), **filters)  # refused before anything is written
        table = add_events(file, [event_of(_BETWEEN_PAIRS.split(text)) for text in add], network)
        if not (as_json or quiet):
            console().print(f"added to {table}", soft_wrap=True, markup=False)
    scenario = load_scenario(file)
    chosen = select_events(scenario, **filters)
    if as_json:
        print_json([_as_json(name, event) for name, event in chosen])
    elif not quiet:
        _print(chosen, len(scenario.events))


def _as_json(name: str, event: Event) -> dict[str, object]:
    shown = event.model_dump(mode="json", exclude_defaults=True) | {"id": name}
    return shown | {"file": event.origin.file, "line": event.origin.line}


def _print(chosen: list[tuple[str, Event]], total: int) -> None:
    from rich.markup import escape
    from rich.table import Table

    from engine.importers.reports import shortened

    table = Table(box=None, pad_edge=False)
    for column in ("id", "date", "site", "kind", "who", "sure", "row", "source"):
        short = column not in {"who", "source"}
        table.add_column(column, no_wrap=short, overflow="fold" if short else "ellipsis")
    for name, event in chosen:
        who = event.actor or event.defender or ", ".join(event.contestants)
        site = event.site or f"{event.lat}, {event.lon}"
        cells = (name, str(event.date), site, event.kind, who, f"{event.confidence:g}")
        row = f"{event.origin.line or ''}"
        table.add_row(*(escape(cell) for cell in (*cells, row, shortened(event.source, 30))))
    screen = console()
    screen.print(table)
    screen.print(f"{len(chosen)} of {total} events")
