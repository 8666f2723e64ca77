"""``supplyline report``, ``plot`` and ``export``: what is handed on to others."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.doubt import likelihood
from engine.cli.options import (
    AsJson,
    KnownOn,
    NetworkName,
    Quiet,
    Redact,
    ScenarioFile,
    day_of,
    refuse_exact_days,
)
from engine.cli.output import console, print_json, waiting
from engine.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import xarray as xr

    from engine.analysis.analysis import Analysis

Likely = Annotated[bool, typer.Option("--probability", help="Show how likely each status is, too.")]
Days = Annotated[
    list[str] | None,
    typer.Option("--on", metavar="DATE", help="The day to draw; for several, give it again."),
]


class Subject(StrEnum):
    """What a picture shows."""

    map = "map"
    maps = "maps"
    timeline = "timeline"


def report(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.html", help="The page to write.")
    ] = Path("report.html"),
    network: NetworkName = None,
    known_on: KnownOn = None,
    probability: Likely = False,
    redact: Redact = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a page that opens in any browser, without a connection."""
    from engine.report.page.html import write_page

    analysis, chances = _analyzed(file, network, known_on, probability=probability, redact=redact)
    with waiting("Writing the page"):
        written = write_page(analysis, out, chances)
    _say([written], as_json=as_json, quiet=quiet)


def plot(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="A picture (.png, .svg), or a film (.gif, .mp4)."
        ),
    ],
    what: Annotated[
        Subject, typer.Option("--what", help="The map of a day, maps of several days, or spells.")
    ] = Subject.map,
    on: Days = None,
    column: Annotated[
        bool, typer.Option("--column", help="For a column of text instead of a figures.")
    ] = False,
    network: NetworkName = None,
    known_on: KnownOn = None,
    probability: Likely = False,
    redact: Redact = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw a map, several maps, a timeline, or a film of the map."""
    formats = (".png", ".svg", ".gif", ".mp4")
    if out.suffix not in formats:
        expected = f"a name that ends in {', '.join(formats)}"
        raise InputError(Problem("no picture has this ending", str(out), expected=expected))
    analysis, chances = _analyzed(file, network, known_on, probability=probability, redact=redact)
    for day in on or ():
        analysis.interval_on(day)
    if out.suffix in {".gif", ".mp4"}:
        _film(analysis, out, on)
    else:
        with waiting("Drawing"):
            _picture(analysis, out, what, on, chances, column=column)
    _say([out], as_json=as_json, quiet=quiet)


def export(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="PATH",
            help="Layers (.gpkg, .parquet, .geojson), sheets (.xlsx), or a folder of CSV files.",
        ),
    ],
    hxl: Annotated[
        bool, typer.Option("--hxl", help="Put a row of HXL tags below the header of sheets.")
    ] = False,
    excel: Annotated[
        bool, typer.Option("--excel", help="Mark CSV files so that Excel reads every script.")
    ] = False,
    network: NetworkName = None,
    known_on: KnownOn = None,
    redact: Redact = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write layers for a GIS or sheets for a spreadsheet; the ending of the name says which."""
    from engine.report import geopackage, workbook

    writers = {
        ".gpkg": geopackage.write_geopackage,
        ".parquet": geopackage.write_geoparquet,
        ".geojson": geopackage.write_layer_as_geojson,
    }
    if out.suffix not in {*writers, ".xlsx", ""}:
        expected = f"a name that ends in {', '.join(writers)} or .xlsx, or a folder"
        raise InputError(Problem("nothing is written in this format", str(out), expected=expected))
    analysis, _ = _analyzed(file, network, known_on, probability=False, redact=redact)
    with waiting("Writing"):
        if out.suffix in writers:
            written = [writers[out.suffix](analysis, out)]
        elif out.suffix:
            written = [workbook.write_xlsx(analysis, out, hxl=hxl)]
        else:
            written = workbook.write_csv_sheets(analysis, out, hxl=hxl, for_excel=excel)
    _say(written, as_json=as_json, quiet=quiet)


def _analyzed(
    file: Path, network: str | None, known_on: str | None, *, probability: bool, redact: bool
) -> tuple[Analysis, xr.Dataset | None]:
    """Return what a scenario comes to, made fit to be shared if that is wanted."""
    from engine.analysis.analysis import analyze
    from engine.report.redaction import redacted
    from engine.scenario.load import load_scenario

    refuse_exact_days(probability=probability, redact=redact)
    known = day_of(known_on)
    with waiting("Working out who holds which road when"):
        analysis = analyze(load_scenario(file), network=network, known_on=known)
    if redact:
        return redacted(analysis), None
    return analysis, likelihood(analysis, None) if probability else None


def _picture(
    analysis: Analysis,
    out: Path,
    what: Subject,
    on: Sequence[str] | None,
    chances: xr.Dataset | None,
    *,
    column: bool,
) -> None:
    from engine.io.atomic import write_one
    from engine.report import figures
    from engine.report.canvas import save_picture

    if what is Subject.maps:
        figure = figures.maps_slide(analysis, on)
    elif what is Subject.timeline:
        draw = figures.timeline_column if column else figures.timeline_slide
        figure = draw(analysis, chances)
    else:
        day = on[-1] if on else None
        figure = (figures.map_column if column else figures.map_slide)(analysis, day)
    write_one(out, lambda file: save_picture(figure, file))


def _film(analysis: Analysis, out: Path, on: Sequence[str] | None) -> None:
    from rich.progress import Progress

    from engine.report.animation import write_animation

    screen = console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("Drawing", total=None)
        write_animation(
            analysis, out, on,
            progress=lambda done, wanted: bar.update(task, completed=done, total=wanted),
        )  # fmt: skip


def _say(written: Iterable[Path], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json({"written": [str(path) for path in written]})
    elif not quiet:
        for path in written:
            console().print(f"wrote {path}", soft_wrap=True, markup=False)
