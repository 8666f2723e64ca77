"""``supplyline events``: list, filter, add and validate the reports of a scenario."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.helping import complete_actors, complete_days, complete_kinds, complete_sites
from engine.cli.options import (
    AsJson,
    NetworkName,
    Quiet,
    ScenarioFile,
    actor_id,
    day_of,
    say_misheard,
    site_id,
)
from engine.cli.printing import print_json, print_lines, table_lines
from engine.control.words import kind_text
from engine.language import listing, number_text, tr, trc, trn

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
            help="Add a report: 'date=2014-12-25, site=mallah, kind=captured, actor=government'.",
        ),
    ] = None,
    site: Annotated[
        str,
        typer.Option(
            "--site",
            metavar="SITE",
            autocompletion=complete_sites,
            help="Only reports on this site: an id, a label or a name.",
        ),
    ] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="KIND",
            autocompletion=complete_kinds,
            help="Only reports of this kind, such as captured.",
        ),
    ] = "",
    actor: Annotated[
        str,
        typer.Option(
            "--actor",
            metavar="ACTOR",
            autocompletion=complete_actors,
            help="An actor: only reports that name it.",
        ),
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Only with this in the source.")
    ] = "",
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", autocompletion=complete_days, help="Only from this day on."
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DATE", autocompletion=complete_days, help="Only up to this day."
        ),
    ] = None,
    confidence: Annotated[
        float,
        typer.Option(
            "--min-confidence",
            metavar="NUMBER",
            min=0,
            max=1,
            help="Only those at least this sure (0 to 1).",
        ),
    ] = 0.0,
    network: NetworkName = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List, filter or add the reports (events) of a scenario."""
    from engine.control.points import resolve_sites
    from engine.importers.editing import add_events, event_of, select_events
    from engine.scenario.load import load_scenario
    from engine.scenario.road_network import network_of

    scenario = load_scenario(file)
    filters: dict[str, Any] = {
        "kind": kind,
        "actor": actor and actor_id(scenario, actor),
        "source": source,
        "first": day_of(first),
        "last": day_of(last),
        "confidence": confidence,
    }
    if site:  # a place is known by its network, and by any of its names
        roads = network_of(scenario, network)
        filters |= {"site": site_id(scenario, roads, site), "network": roads}
        scenario = resolve_sites(scenario, roads)
    if add:
        select_events(scenario, **filters)  # refused before anything is written
        table = add_events(file, [event_of(_BETWEEN_PAIRS.split(text)) for text in add], network)
        if not (as_json or quiet):
            print_lines([tr("added to {path}", path=str(table))])
        scenario = load_scenario(file)
        roads = network_of(scenario, network)
        resolved = resolve_sites(scenario, roads)
        say_misheard(resolved, roads)
        scenario = resolved if site else scenario
    chosen = select_events(scenario, **filters)
    if as_json:
        rows = [_as_json(name, event) for name, event in chosen]
        print_json({"events": rows, "of": len(scenario.events)}, title=scenario.title)
    elif not quiet:
        _print(chosen, len(scenario.events))


def _as_json(name: str, event: Event) -> dict[str, object]:
    shown = event.model_dump(mode="json", exclude_defaults=True) | {"id": name}
    return shown | {"file": event.origin.file, "line": event.origin.line}


def _print(chosen: list[tuple[str, Event]], total: int) -> None:
    from engine.importers.reports import shortened

    cells = []
    for name, event in chosen:
        who = event.actor or event.defender or listing(event.contestants)
        site = event.site or f"{event.lat}, {event.lon}"
        said = tr("{site} {kind}", site=site, kind=kind_text(event.kind))
        if who:
            said = tr("{text} ({names})", text=said, names=who)
        if source := shortened(event.source, 40):
            said = tr("{text}: {source}", text=said, source=source)
        row = f"{event.origin.line or ''}"
        cells.append((name, str(event.date), number_text(event.confidence, "g"), row, said))
    columns = (
        trc("column", "id"), trc("column", "date"), trc("column", "sure"), trc("column", "row"),
        trc("column", "what was reported, and the source"),
    )  # fmt: skip
    lines = table_lines(columns, cells, right=columns[2:4])
    count = trn("{n} of {total} events", "{n} of {total} events", len(chosen), total=total)
    print_lines([*lines, count])
