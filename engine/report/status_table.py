"""The answer of a run at a terminal: each route, its status, since when, and below it why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from engine.analysis.evidence import MOST_NAMED
from engine.report.attribution import facts_of
from engine.report.maps import last_day
from engine.report.style import STATUS_STYLE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from engine.analysis.analysis import Analysis


def status_page(analysis: Analysis, on: dt.date | None = None) -> Group:
    """Return the status of every route and enclave on a day, and below it why, for 80 columns.

    Parameters
    ----------
    analysis
        What to tell.
    on
        The day; the last one of the run, if absent.

    Raises
    ------
    InputError
        If the day lies outside the run.
    """
    day = on or last_day(analysis)
    at, facts = analysis.interval_on(day), facts_of(analysis)
    table = Table(
        title=Text(f"{facts.title}\nstatus on {day}"),
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("route")
    table.add_column("status", no_wrap=True)
    table.add_column("since", no_wrap=True)
    table.add_column("spells", justify="right", no_wrap=True)
    reasons = []
    for name, words in analysis.statuses.items():
        label = analysis.subjects[name].label or name
        table.add_row(
            Text(label),
            Text(words[at], style=STATUS_STYLE[words[at]].terminal),
            Text(str(since(analysis, name, at))),
            Text(str(len(analysis.spell_starts[name]))),
        )
        reasons.append(Text(f"{label}, {words[at]}: {analysis.because(name, at)}"))
    about = Text("\n".join(facts.sentences()), style="dim")
    return Group(table, *(part for reason in reasons for part in (Text(), reason)), Text(), about)


def since(analysis: Analysis, name: str, interval: int) -> dt.date:
    """Return the first day of the spell that an interval belongs to."""
    start = max(at for at in analysis.spell_starts[name] if at <= interval)
    day: dt.date = analysis.days[start].item()
    return day


# The page of ``supplyline check``: what the engine understood, for the one who wrote the file.


def understanding_page(understood: dict[str, Any]) -> Group:
    """Return what `engine.analysis.checks.understanding` found, for a terminal."""
    network, events = understood["network"], understood["events"]
    kind = "schematic network" if network["schematic"] else "network"
    return Group(
        _line(understood["title"], "bold"),
        _line(f"from {understood['start']} until {understood['end']}"),
        _line(f"{kind} {network['name']}: {network['nodes']} nodes, {network['segments']} segments, "
              f"{network['km']:g} km, {network['places']} places"),
        _line(network["credit"], "dim"),
        _line(f"baseline of {understood['baseline']['rows']} rows: {understood['baseline']['ground']}"),
        _line(f"{events['rows']} events, {events['believed']} believed: "
              + (", ".join(f"{n} {k.replace('_', ' ')}" for k, n in events["kinds"].items()) or "none")),
        _table("Actors", ("actor", "may pass over the ground of"), (
            (name, ", ".join([name, *(each["actor"] + _span(each) for each in passes)]))
            for name, passes in understood["actors"].items())),
        *([_table("Gates", ("site", "who may pass, and when"), (
            (gate["site"], _gate(gate)) for gate in understood["gates"]))]
          if understood["gates"] else []),
        *([_table("Sources", ("source", "reliability"), (
            (name, f"{share:g}") for name, share in understood["sources"].items()))]
          if understood["sources"] else []),
        _table("Sites", ("site", "kind", "km"), (
            (site["id"], site["kind"], f"{site['km']:g}") for site in understood["sites"]
            if site["in_use"])),
        _line(_unused(understood["sites"]), "dim"),
        _table("Routes", ("route", "actor", "way"), (
            (route["id"], route["actor"], _way(route)) for route in understood["routes"])),
        _table("On the roads, on the first day", ("route", "ends", "km", "known", "inferred"), (
            (route["id"], _ends(route), *_path(route)) for route in understood["routes"])),
        _table("Enclaves", ("enclave", "actor", "supplied from"), (
            (e["id"], e["actor"], f"{', '.join(e['lifelines'])}; {len(e['places'])} places")
            for e in understood["enclaves"])),
    )  # fmt: skip


def _span(rule: dict[str, Any]) -> str:
    """Return from and until when a rule holds, empty if always."""
    return "".join(f" {key} {rule[key]}" for key in ("from", "until") if rule[key])


def _gate(gate: dict[str, Any]) -> str:
    days = f" on {', '.join(gate['days'])}" if gate["days"] else ""
    return f"{' and '.join(gate['modes'])}{days}{_span(gate)}"


def _way(route: dict[str, Any]) -> str:
    stops = [" or ".join(route["from"]), *route["via"], route["to"]]
    return " → ".join(stops) + (f", within {route['within']}" if route["within"] else "")


def _unused(sites: list[dict[str, Any]]) -> str:
    n = sum(not site["in_use"] for site in sites)
    return f"{n} more stretches divide the ground, and nothing speaks of them" if n else ""


def _ends(route: dict[str, Any]) -> str:
    """Return on which roads the ends of a route stand, and how far from the places."""
    told = [
        f"{end['site']}: {end['metres_off']} m from {', '.join(end['roads'][:2]) or 'no road of it'}"
        for end in route["ends"][:MOST_NAMED]
    ]
    more = len(route["ends"]) - MOST_NAMED
    return "; ".join([*told, f"and {more} more"] if more > 0 else told)


def _path(route: dict[str, Any]) -> tuple[str, str, str]:
    if route["km"] is None:
        return "none", route["because"], ""
    return f"{route['km']:g}", f"{route['known']:.0%}", f"{route['inferred']:.0%}"


def _line(text: str, style: str = "") -> Text:
    return Text(text, style=style)


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column == "km" else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
