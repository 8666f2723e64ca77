"""The page of ``supplyline check``: what the engine understood, for the one who wrote the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


def understanding_page(understood: dict[str, Any]) -> Group:
    """Return what `engine.analysis.understanding.understanding` found, for a terminal."""
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
            (name, ", ".join([name, *passes])) for name, passes in understood["actors"].items())),
        _table("Sites", ("site", "kind", "km"), (
            (site["id"], site["kind"], f"{site['km']:g}") for site in understood["sites"])),
        _table("Routes", ("route", "actor", "way"), (
            (route["id"], route["actor"], _way(route)) for route in understood["routes"])),
        _table("Enclaves", ("enclave", "actor", "supplied from"), (
            (e["id"], e["actor"], f"{', '.join(e['lifelines'])}; {len(e['places'])} places")
            for e in understood["enclaves"])),
    )  # fmt: skip


def _way(route: dict[str, Any]) -> str:
    stops = [" or ".join(route["from"]), *route["via"], route["to"]]
    return " → ".join(stops) + (f", within {route['within']}" if route["within"] else "")


def _line(text: str, style: str = "") -> Text:
    return Text(text, style=style)


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column == "km" else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
