"""The commands on scenario files: check, import and schema.

``check`` tells what was understood: short, or with every site and end.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.helping import complete_formats
from engine.cli.options import (
    AsJson,
    Encoding,
    KnownOn,
    NetworkName,
    Quiet,
    ScenarioFile,
    With,
    analyzed,
    day_of,
    say_warnings,
)
from engine.cli.printing import (
    json_text,
    print_json,
    print_lines,
    say_wrote,
    sentences,
    table_lines,
    waiting,
    wrapped,
)
from engine.control.words import chained, kind_text
from engine.io.atomic import write_one
from engine.language import ENGLISH, listing, marked, number_text, spoken, tr, trc, trn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.importers.importing import Imported


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
                "{n} more stretch divides the ground, and no report names it.",
                "{n} more stretches divide the ground, and no report names them.", idle,
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
    from engine.analysis.evidence import NearFront, near_front_text

    yield from table_lines(
        (trc("column", "route"), trc("column", "actor"), trc("column", "from, over and to")),
        ((route["id"], route["actor"], _path(route)) for route in routes),
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
        if route["near_front"]:
            told = near_front_text(NearFront(**route["near_front"]))
            yield from sentences(tr("{route}: {note}", route=route["id"], note=told))
    yield from table_lines(
        (trc("column", "route"), trc("column", "its ends")),
        ((route["id"], ends) for route in routes if (ends := _ends(route, long=long))),
        title=tr("The ends on the roads")
        if long
        else tr("Ends over {metres} m from their road", metres=FAR_OFF_M),
    )


def _path(route: dict[str, Any]) -> str:
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


def check(
    file: ScenarioFile,
    *,
    long: Annotated[
        bool, typer.Option("--long", help="List every site, and where the ends of routes are.")
    ] = False,
    read: Annotated[
        bool,
        typer.Option("--read", help="List the cells of tables that were read as something else."),
    ] = False,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Validate a scenario; show how it was understood, and warnings."""
    from engine.analysis.checks import network_warnings, understanding
    from engine.scenario.cells import cells_read
    from engine.scenario.check import scenario_warnings

    analysis = analyzed(file, network, known_on, with_, say=False)
    with waiting(tr("Looking for possible mistakes")):
        understood = understanding(analysis)
        whole = analysis.scenario
        cells = cells_read((*whole.places, *whole.baseline, *whole.events)) if read else []
        found = [*scenario_warnings(analysis.scenario), *network_warnings(analysis)]
    if as_json:
        told = {"read": cells} if read else {}
        print_json(
            analysis.facts.heading()
            | understood
            | told
            | {"warnings": [vars(problem) for problem in found]}
        )
    elif not quiet:
        print_lines(_cells(cells) if read else understanding_lines(understood, long=long))
    if not as_json:
        say_warnings(found)


def _cells(cells: list[dict[str, Any]]) -> list[str]:
    if not cells:
        return [tr("Every cell of the tables was read as it is written.")]
    columns = (
        trc("column", "where"), trc("column", "column"),
        trc("column", "what was written, and how it was read"),
    )  # fmt: skip
    return table_lines(
        columns,
        (
            (
                tr("{file}, line {line}", file=str(cell["file"]), line=cell["line"])
                if cell["line"]
                else str(cell["file"]),
                str(cell["column"]),
                tr(
                    "{text}: read as {meaning} ({reason})",
                    text=str(cell["written"]),
                    meaning=str(cell["read_as"]),
                    reason=str(cell["why"]),
                ),
            )
            for cell in cells
        ),
    )


# ``supplyline import``: reports in other people's formats, into a scenario.

_SHOWN = 30


def import_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            autocompletion=complete_formats,
            help="acled, ucdp-ged, control-polygons, flee, access-constraints, sheet or drafts.",
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to import.")],
    *,
    into: Annotated[Path, typer.Option("--into", metavar="SCENARIO", help="The scenario file.")],
    actors: Annotated[
        Path | None,
        typer.Option("--actors", metavar="TABLE", help="Which party is which actor (CSV)."),
    ] = None,
    month_first: Annotated[
        bool, typer.Option("--month-first", help="Read 12/20/2014 as the 20th of December.")
    ] = False,
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="TEXT", help="The sheet of a workbook.")
    ] = "",
    encoding: Encoding = "",
    first_day: Annotated[
        str | None,
        typer.Option("--file-date", metavar="DATE", help="The day of the file, or its day 0."),
    ] = None,
    contested_days: Annotated[
        int,
        typer.Option(
            "--contested-days", metavar="N", min=1, help="How long a battle contests ground."
        ),
    ] = 1,
    actor_column: Annotated[
        str,
        typer.Option("--actor-column", metavar="TEXT", help="The column of actors (polygons)."),
    ] = "",
    date_column: Annotated[
        str, typer.Option("--date-column", metavar="TEXT", help="The column of dates (polygons).")
    ] = "",
    confidence: Annotated[
        float | None,
        typer.Option(
            "--default-confidence",
            metavar="NUMBER",
            min=0,
            max=1,
            help="How sure reports are that do not say so (0 to 1).",
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            "--text", metavar="TEXT", help="The text that a model's answer quotes (drafts)."
        ),
    ] = None,
    network: NetworkName = None,
    again: Annotated[bool, typer.Option("--again", help="Replace what is there.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Import reports from ACLED, UCDP GED, polygons, a sheet, ..."""
    from engine.importers.importing import import_reports
    from engine.importers.reports import Options

    options = Options(
        month_first=month_first,
        sheet=sheet,
        encoding=encoding,
        first_day=day_of(first_day),
        contested_days=contested_days,
        actor_column=actor_column,
        date_column=date_column,
        confidence=confidence,
        text=text,
    )
    with waiting(tr("Reading the reports")):
        imported = import_reports(
            source, file, into, options=options, actors=actors, network=network, again=again
        )
    if as_json:
        print_json(_import_as_json(imported), title=f"Reports of {file} into {into}")
    elif not quiet:
        _print_import(imported)


def _import_as_json(imported: Imported) -> dict[str, object]:
    return {
        "rows": [vars(row) for row in imported.result.rows],
        "unknown_parties": imported.result.unknown_parties,
        "remarks": imported.result.remarks,
        "elsewhere": imported.result.elsewhere,
        "gaps": [str(day) for day in imported.result.gaps],
        "files": [str(path) for path in imported.files],
    }


def _print_import(imported: Imported) -> None:
    from rich.table import Table

    result, lines = imported.result, list[Any]()
    table = Table(
        trc("column", "row"), trc("column", "what it says"), trc("column", "event"),
        trc("column", "site"), trc("column", "how understood, or why not taken"),
    )  # fmt: skip
    for row in result.rows[:_SHOWN]:
        cells = (row.text, row.event or trc("row of a table", "not taken"), row.site, row.why)
        table.add_row(number_text(row.row), *cells)
    if (more := len(result.rows) - _SHOWN) > 0:
        lines += wrapped(
            trn(
                "... and {n} more rows, see the -rows.csv file",
                "... and {n} more rows, see the -rows.csv file", more,
            )
        )  # fmt: skip
    taken = sum(bool(row.event) for row in result.rows)
    lines += wrapped(
        trn(
            "{n} of {rows} rows taken, as {events} events",
            "{n} of {rows} rows taken, as {events} events",
            taken, rows=len(result.rows), events=len(result.events),
        )
    )  # fmt: skip
    if n := result.elsewhere:
        lines += wrapped(
            trn(
                "{n} went to another place than they name, by their point",
                "{n} went to another place than they name, by their point", n,
            )
        )  # fmt: skip
    lines += [line for remark in result.remarks for line in wrapped(remark)]
    if result.gaps:
        days = listing(map(str, result.gaps))
        lines += wrapped(tr("No polygon for: {days}", days=days))
    if result.unknown_parties:
        lines += wrapped(
            tr(
                "No actor for: {names}. Fill them in in {file}, and import again with --again.",
                names=listing(result.unknown_parties), file=str(imported.actors),
            )
        )  # fmt: skip
    print_lines([table, *lines, *say_wrote(imported.files)])


# ``supplyline schema``: the JSON Schema of scenario files, for editors.


def schema(
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write: a file (.json).")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from engine.scenario.schema import json_schema

    text = json_text(json_schema())
    if out is not None:
        write_one(out, lambda file: file.write_text(f"{text}\n", encoding="utf-8", newline="\n"))
        text = tr("wrote {path}", path=str(out))
    if not quiet:
        typer.echo(text)
