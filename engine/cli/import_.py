"""``supplyline import``: reports in other people's formats, into a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import AsJson, NetworkName, Quiet, day_of
from engine.cli.printing import console, print_json, waiting

if TYPE_CHECKING:
    from engine.importers.importing import Imported

_SHOWN = 30


def import_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="acled, ucdp-ged, control-polygons, flee, access-constraints or sheet.",
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
    sheet: Annotated[str, typer.Option("--sheet", help="The sheet of a workbook.")] = "",
    first_day: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="The day of the file, or its day 0."),
    ] = None,
    contested_days: Annotated[
        int, typer.Option("--contested-days", min=1, help="How long a battle contests ground.")
    ] = 1,
    actor_column: Annotated[
        str, typer.Option("--actor-column", help="The column of actors (polygons).")
    ] = "",
    date_column: Annotated[
        str, typer.Option("--date-column", help="The column of dates (polygons).")
    ] = "",
    confidence: Annotated[
        float | None,
        typer.Option("--confidence", min=0, max=1, help="That of reports which state none."),
    ] = None,
    network: NetworkName = None,
    again: Annotated[bool, typer.Option("--again", help="Replace an earlier import.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Import reports from ACLED, UCDP GED, polygons, a sheet, ..."""
    from engine.importers.importing import import_reports
    from engine.importers.reports import Options

    options = Options(
        month_first=month_first,
        sheet=sheet,
        first_day=day_of(first_day),
        contested_days=contested_days,
        actor_column=actor_column,
        date_column=date_column,
        confidence=confidence,
    )
    with waiting("Reading the reports"):
        imported = import_reports(
            source, file, into, options=options, actors=actors, network=network, again=again
        )
    if as_json:
        print_json(_as_json(imported))
    elif not quiet:
        _print(imported)


def _as_json(imported: Imported) -> dict[str, object]:
    return {
        "rows": [vars(row) for row in imported.result.rows],
        "unknown_parties": imported.result.unknown_parties,
        "remarks": imported.result.remarks,
        "elsewhere": imported.result.elsewhere,
        "gaps": [str(day) for day in imported.result.gaps],
        "files": [str(path) for path in imported.files],
    }


def _print(imported: Imported) -> None:
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
