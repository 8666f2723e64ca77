"""How ``supplyline check`` tells what was understood: short, or with every site and end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from engine.cli.printing import sentences, table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FAR_OFF_M = 500
"""An end of a route that is farther than this from its road is told even where little is."""
MOST_ENDS = 3
"""How many ends of a route are told before the others are only counted."""
FEW_AREAS = 10
"""So many areas are listed even in short: that one lies where it should cannot be seen otherwise."""


def understanding_lines(understood: dict[str, Any], *, long: bool = False) -> Iterator[str]:
    """Yield what `engine.analysis.checks.understanding` found, as lines for people.

    Parameters
    ----------
    understood
        What was understood.
    long
        Whether to list every site, and on which roads the ends of routes stand.
    """
    network, events = understood["network"], understood["events"]
    kind = "schematic network" if network["schematic"] else "road network"
    counts = ", ".join(f"{count} {_words(name)}" for name, count in events["kinds"].items())
    known = f", known on {understood['known_on']}" if understood["known_on"] else ""
    yield from sentences(
        understood["title"],
        f"The run: {understood['start']} to {understood['last_day']}{known}.",
        f"{kind[:1].upper()}{kind[1:]} {network['name']}: {network['nodes']:,} nodes, "
        f"{network['segments']:,} segments, {network['km']:,g} km, {network['places']:,} places.",
        network["credit"],
        f"Baseline of {understood['baseline']['rows']} rows: {understood['baseline']['ground']}.",
        understood["baseline"]["advice"],
        f"{events['rows']} events, {events['believed']} believed: {counts or 'none'}.",
    )
    yield from _who_may_pass(understood)
    yield from _sites(understood["sites"], long=long)
    yield from _routes(understood["routes"], long=long)
    yield from table_lines(
        ("enclave", "actor", "supplied from"),
        (
            (one["id"], one["actor"], f"{', '.join(one['lifelines'])}; {len(one['places'])} places")
            for one in understood["enclaves"]
        ),
        title="Enclaves",
    )


def _who_may_pass(understood: dict[str, Any]) -> Iterator[str]:
    yield from table_lines(
        ("actor", "may pass over the ground of"),
        (
            (name, ", ".join([name, *(each["actor"] + _span(each) for each in passes)]))
            for name, passes in understood["actors"].items()
        ),
        title="Actors",
    )
    yield from table_lines(
        ("site", "who may pass, and when"),
        ((gate["site"], _gate(gate)) for gate in understood["gates"]),
        title="Gates",
    )
    yield from table_lines(
        ("source", "reliability"),
        ((name, f"{share:g}") for name, share in understood["sources"].items()),
        title="Sources", right=("reliability",),
    )  # fmt: skip


def _span(rule: dict[str, Any]) -> str:
    """Return from and until when a rule holds, empty if always."""
    return "".join(f" {key} {rule[key]}" for key in ("from", "until") if rule[key])


def _gate(gate: dict[str, Any]) -> str:
    days = f" on {', '.join(gate['days'])}" if gate["days"] else ""
    return f"{' and '.join(gate['modes']) or 'nobody'}{days}{_span(gate)}"


def _sites(sites: Sequence[dict[str, Any]], *, long: bool) -> Iterator[str]:
    used = [site for site in sites if site["in_use"]]
    kinds = Counter(site["kind"] for site in used)
    yield ""
    yield from sentences(f"Sites: {', '.join(_plural(n, kind) for kind, n in kinds.items())}.")
    if empty := [site["id"] for site in used if not site["km"]]:
        yield from sentences(f"Sites that cover no road: {', '.join(empty)}.")
    if idle := len(sites) - len(used):
        yield from sentences(
            f"{_plural(idle, 'more stretch')} divide the ground, and nothing speaks of them."
        )
    areas = [site for site in used if site["kind"] == "area"]
    yield from table_lines(
        ("site", "kind", "km", "name"),
        (
            (site["id"], site["kind"], f"{site['km']:.1f}", site["label"])
            for site in (used if long else areas if len(areas) <= FEW_AREAS else ())
        ),
        title="Sites" if long else "Areas", right=("km",),
    )  # fmt: skip


def _plural(count: int, noun: str) -> str:
    if count == 1 or noun.endswith("ways"):
        return f"{count} {noun}"
    return f"{count} {noun}{'es' if noun.endswith('ch') else 's'}"


def _routes(routes: Sequence[dict[str, Any]], *, long: bool) -> Iterator[str]:
    yield from table_lines(
        ("route", "actor", "from, over and to"),
        ((route["id"], route["actor"], _way(route)) for route in routes),
        title="Routes",
    )
    found = [route for route in routes if route["km"] is not None]
    yield from table_lines(
        ("route", "km", "known", "inferred"),
        (
            (route["id"], f"{route['km']:.1f}", f"{route['known']:.0%}", f"{route['inferred']:.0%}")
            for route in found
        ),
        title="Paths on the first day: km, share with a known holder, share inferred from afar",
        right=("km", "known", "inferred"),
    )
    for route in routes:
        if route["km"] is None:
            yield from sentences(f"{route['id']}: {route['because']}.")
    yield from table_lines(
        ("route", "its ends"),
        ((route["id"], ends) for route in routes if (ends := _ends(route, long=long))),
        title="The ends on the roads" if long else f"Ends over {FAR_OFF_M} m from their road",
    )


def _way(route: dict[str, Any]) -> str:
    stops = [" or ".join(route["from"]), *route["via"], route["to"]]
    return " → ".join(stops) + (f", within {route['within']}" if route["within"] else "")


def _ends(route: dict[str, Any], *, long: bool) -> str:
    """Return on which roads the ends of a route stand, and how far from the places."""
    told = [
        f"{end['site']}: {end['metres_off']:,} m from {', '.join(end['roads'][:2]) or 'no road of it'}"
        for end in route["ends"]
        if long or end["metres_off"] > FAR_OFF_M
    ]
    more = len(told) - MOST_ENDS
    return "; ".join(told[:MOST_ENDS] + ([f"and {more} more"] if more > 0 else []))


def _words(kind: str) -> str:
    return kind.replace("_", " ")
