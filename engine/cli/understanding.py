"""How ``supplyline check`` tells what was understood: short, or with every site and end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from engine.cli.printing import sentences, table_lines
from engine.control.words import chained, kind_text
from engine.language import ENGLISH, listing, marked, number_text, spoken, tr, trc, trn

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
    from engine.analysis.attribution import credit_text

    network, events = understood["network"], understood["events"]
    counts = listing(_of_kind(count, name) for name, count in events["kinds"].items())
    yield from sentences(
        understood["title"],
        _run(understood),
        tr(
            "Schematic network {name}: {nodes:,} nodes, {segments:,} segments, {km:,g} km, "
            "{places:,} places.", **network,
        )
        if network["schematic"]
        else tr(
            "Road network {name}: {nodes:,} nodes, {segments:,} segments, {km:,g} km, "
            "{places:,} places.", **network,
        ),
        credit_text(network["credit"]),
        tr("Baseline of {rows} rows: {ground}.", **understood["baseline"]),
        understood["baseline"]["advice"],
        tr(
            "{rows} events, {believed} believed: {counts}.",
            rows=events["rows"], believed=events["believed"],
            counts=counts or trc("of events", "none"),
        ),
    )  # fmt: skip
    yield from _who_may_pass(understood)
    yield from _sites(understood["sites"], long=long)
    yield from _routes(understood["routes"], long=long)
    yield from table_lines(
        (trc("column", "enclave"), trc("column", "actor"), trc("column", "supplied from")),
        (
            (
                one["id"],
                one["actor"],
                trn(
                    "{names}; {n} places", "{names}; {n} places",
                    len(one["places"]), names=listing(one["lifelines"]),
                ),
            )
            for one in understood["enclaves"]
        ),
        title=tr("Enclaves"),
    )  # fmt: skip


def _run(understood: dict[str, Any]) -> str:
    """Return from when to when the run is, and what is known of it."""
    from engine.io.days import day_of

    days = {key: day_of(understood[key]) for key in ("start", "last_day")}
    if understood["known_on"]:
        known = day_of(understood["known_on"])
        return tr("The run: {start} to {last_day}, known on {known}.", known=known, **days)
    return tr("The run: {start} to {last_day}.", **days)


def _of_kind(count: int, kind: str) -> str:
    """Return how many events there are of a kind."""
    if spoken().code == ENGLISH:
        return f"{count} {kind.replace('_', ' ')}"
    return tr("{kind}: {n}", kind=kind_text(kind), n=count)


def _who_may_pass(understood: dict[str, Any]) -> Iterator[str]:
    yield from table_lines(
        (trc("column", "actor"), trc("column", "may pass over the ground of")),
        (
            (name, listing([name, *(_spanned(each["actor"], each) for each in passes)]))
            for name, passes in understood["actors"].items()
        ),
        title=tr("Actors"),
    )
    yield from table_lines(
        (trc("column", "site"), trc("column", "who may pass, and when")),
        ((gate["site"], _gate(gate)) for gate in understood["gates"]),
        title=tr("Gates"),
    )
    columns = (trc("column", "source"), trc("column", "reliability"))
    yield from table_lines(
        columns,
        ((name, number_text(share, "g")) for name, share in understood["sources"].items()),
        title=tr("Sources"), right=columns[1:],
    )  # fmt: skip


def _spanned(text: str, rule: dict[str, Any]) -> str:
    """Return a text with the days from and until when a rule holds; as it is if always."""
    for key, said in (
        ("from", marked("{text} from {day}")),
        ("until", marked("{text} until {day}")),
    ):
        if rule[key]:
            text = tr(said, text=text, day=rule[key])
    return text


MODES = {"civilian": marked("civilian"), "convoy": marked("convoy")}
DAYS = {
    "mon": marked("mon"), "tue": marked("tue"), "wed": marked("wed"), "thu": marked("thu"),
    "fri": marked("fri"), "sat": marked("sat"), "sun": marked("sun"),
}  # fmt: skip


def _gate(gate: dict[str, Any]) -> str:
    modes = chained((tr(MODES[one]) for one in gate["modes"]), " and ")
    text = modes or trc("who may pass", "nobody")
    if gate["days"]:
        days = listing(tr(DAYS[one]) for one in gate["days"])
        text = tr("{modes} on {days}", modes=text, days=days)
    return _spanned(text, gate)


def _sites(sites: Sequence[dict[str, Any]], *, long: bool) -> Iterator[str]:
    used = [site for site in sites if site["in_use"]]
    kinds = Counter(site["kind"] for site in used)
    yield ""
    counts = listing(_sites_of_kind(n, kind) for kind, n in kinds.items())
    yield from sentences(tr("Sites: {counts}.", counts=counts))
    if empty := [site["id"] for site in used if not site["km"]]:
        yield from sentences(tr("Sites that cover no road: {names}.", names=listing(empty)))
    if idle := len(sites) - len(used):
        yield from sentences(
            trn(
                "{n} more stretch divide the ground, and nothing speaks of them.",
                "{n} more stretches divide the ground, and nothing speaks of them.", idle,
            )
        )  # fmt: skip
    areas = [site for site in used if site["kind"] == "area"]
    columns = (
        trc("column", "site"), trc("column", "kind"), trc("column", "km"), trc("column", "name")
    )  # fmt: skip
    yield from table_lines(
        columns,
        (
            (site["id"], _kind_of_site(site["kind"]), number_text(site["km"], ".1f"), site["label"])
            for site in (used if long else areas if len(areas) <= FEW_AREAS else ())
        ),
        title=tr("Sites") if long else tr("Areas"), right=columns[2:3],
    )  # fmt: skip


def _kind_of_site(kind: str) -> str:
    words = {
        "place": trc("kind of site", "place"),
        "stretch": trc("kind of site", "stretch"),
        "group": trc("kind of site", "group"),
        "area": trc("kind of site", "area"),
        "OSM ways": trc("kind of site", "OSM ways"),
    }
    return words[kind]


def _sites_of_kind(n: int, kind: str) -> str:
    """Return how many sites there are of a kind."""
    said = {
        "place": lambda: trn("{n} place", "{n} places", n),
        "stretch": lambda: trn("{n} stretch", "{n} stretches", n),
        "group": lambda: trn("{n} group", "{n} groups", n),
        "area": lambda: trn("{n} area", "{n} areas", n),
        "OSM ways": lambda: trn("{n} OSM ways", "{n} OSM ways", n),
    }
    return said[kind]()


def _routes(routes: Sequence[dict[str, Any]], *, long: bool) -> Iterator[str]:
    yield from table_lines(
        (trc("column", "route"), trc("column", "actor"), trc("column", "from, over and to")),
        ((route["id"], route["actor"], _way(route)) for route in routes),
        title=tr("Routes"),
    )
    columns = (
        trc("column", "route"), trc("column", "km"), trc("column", "known"),
        trc("column", "inferred"),
    )  # fmt: skip
    found = [route for route in routes if route["km"] is not None]
    yield from table_lines(
        columns,
        (
            (
                route["id"],
                number_text(route["km"], ".1f"),
                number_text(route["known"], ".0%"),
                number_text(route["inferred"], ".0%"),
            )
            for route in found
        ),
        title=tr("Paths on the first day: km, share with a known holder, share inferred from afar"),
        right=columns[1:],
    )
    for route in routes:
        if route["km"] is None:
            yield from sentences(
                tr("{route}: {reason}.", route=route["id"], reason=route["because"])
            )
    yield from table_lines(
        (trc("column", "route"), trc("column", "its ends")),
        ((route["id"], ends) for route in routes if (ends := _ends(route, long=long))),
        title=tr("The ends on the roads")
        if long
        else tr("Ends over {metres} m from their road", metres=FAR_OFF_M),
    )


def _way(route: dict[str, Any]) -> str:
    stops = " → ".join([chained(route["from"], " or "), *route["via"], route["to"]])
    within = route["within"]
    return tr("{stops}, within {area}", stops=stops, area=within) if within else stops


def _ends(route: dict[str, Any], *, long: bool) -> str:
    """Return on which roads the ends of a route stand, and how far from the places."""
    told = [
        tr(
            "{place}: {metres:,} m from {roads}", place=end["site"], metres=end["metres_off"],
            roads=listing(end["roads"][:2]) or tr("no road of it"),
        )
        for end in route["ends"]
        if long or end["metres_off"] > FAR_OFF_M
    ]  # fmt: skip
    more = len(told) - MOST_ENDS
    rest = [trn("and {n} more", "and {n} more", more)] if more > 0 else []
    return chained([*told[:MOST_ENDS], *rest], "; ")
