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
)
from engine.cli.printing import console, json_text, print_json, print_lines, table_lines, waiting
from engine.cli.understanding import understanding_lines
from engine.io.atomic import write_one

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
    with waiting("Looking for what may be a slip"):
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
        for problem in found:
            console(stderr=True).print(f"warning: {problem}", markup=False, soft_wrap=True)


def _cells(cells: list[dict[str, Any]]) -> list[str]:
    if not cells:
        return ["Every cell of the tables was read as it is written."]
    return table_lines(
        ("where", "column", "what was written, and how it was read"),
        (
            (
                f"{cell['file']}, line {cell['line']}" if cell["line"] else str(cell["file"]),
                str(cell["column"]),
                f"{cell['written']}: read as {cell['read_as']} ({cell['why']})",
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
    with waiting("Reading the reports"):
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
    from rich.markup import escape
    from rich.table import Table

    screen, result = console(), imported.result
    table = Table("row", "what it says", "event", "site", "how understood, or why not taken")
    for row in result.rows[:_SHOWN]:
        cells = (row.text, row.event or "not taken", row.site, row.why)
        table.add_row(str(row.row), *(escape(cell) for cell in cells))
    screen.print(table)
    if len(result.rows) > _SHOWN:
        screen.print(f"... and {len(result.rows) - _SHOWN} more rows, see the -rows.csv file")
    taken = sum(bool(row.event) for row in result.rows)
    screen.print(f"{taken} of {len(result.rows)} rows taken, as {len(result.events)} events")
    if result.elsewhere:
        screen.print(f"{result.elsewhere} went to another place than they name, by their point")
    for remark in result.remarks:
        screen.print(remark, markup=False)
    if result.gaps:
        screen.print(f"No polygon speaks of: {', '.join(map(str, result.gaps))}")
    if result.unknown_parties:
        parties = ", ".join(result.unknown_parties)
        screen.print(
            f"No actor stands for: {parties}. Fill them in in {imported.actors}, and import again "
            "with --again.",
            markup=False,
        )
    for path in imported.files:
        screen.print(f"wrote {path}", soft_wrap=True, markup=False)


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
        text = f"wrote {out}"
    if not quiet:
        typer.echo(text)
