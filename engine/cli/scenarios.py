"""The commands on scenario files: check, import and schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.completion import complete_formats
from engine.cli.options import (
    AsJson,
    KnownOn,
    NetworkName,
    Quiet,
    ScenarioFile,
    With,
    analyzed,
    day_of,
    say_warnings,
)
from engine.cli.printing import json_text, print_json, print_lines, table_lines, waiting, wrapped
from engine.cli.understanding import understanding_lines
from engine.cli.wording import say_wrote
from engine.io.atomic import write_one
from engine.language import listing, number_text, tr, trc, trn

if TYPE_CHECKING:
    from engine.importers.importing import Imported


def check(
    file: ScenarioFile,
    *,
    long: Annotated[
        bool, typer.Option("--long", help="List every site, and where the ends of routes stand.")
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
    from engine.analysis.checks import understanding
    from engine.analysis.network_warnings import network_warnings
    from engine.scenario.cells import cells_read
    from engine.scenario.warnings import scenario_warnings

    analysis = analyzed(file, network, known_on, with_, say=False)
    with waiting(tr("Looking for what may be a slip")):
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
    encoding: Annotated[
        str,
        typer.Option(
            "--encoding",
            metavar="NAME",
            help="Of a text or a shapefile not in UTF-8: windows-1256, ...",
        ),
    ] = "",
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
        lines += wrapped(tr("No polygon speaks of: {days}", days=days))
    if result.unknown_parties:
        lines += wrapped(
            tr(
                "No actor stands for: {names}. Fill them in in {file}, and import again with --again.",
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
