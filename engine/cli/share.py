"""``supplyline report``, ``plot``, ``export`` and ``open``: what others see, as files or as a served page."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import engine
from engine.cli.helping import complete_days, one_of
from engine.cli.jobs import probabilities_with_progress
from engine.cli.options import (
    FILMS,
    PICTURES,
    AsJson,
    KnownOn,
    NetworkName,
    OnDay,
    Probability,
    Quiet,
    Redact,
    ScenarioFile,
    With,
    analyzed,
    day_of,
    days_of_options,
    refuse_exact_days,
    refuse_no_picture,
    say_urgent_warnings,
)
from engine.cli.printing import for_people, print_json, print_lines, progress, say_written, waiting
from engine.errors import InputError, Problem, check_installed, unknown_name
from engine.io.atomic import write_one
from engine.language import tr

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    import xarray as xr

    from engine.analysis.analysis import Analysis


def open_(
    file: ScenarioFile,
    *,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="N", min=0, max=65535, help="The port; any free one, if absent."
        ),
    ] = 0,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS",
            help="Another address of this machine: others who know the link can ask then, too.",
        ),
    ] = "127.0.0.1",
    on: OnDay = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    as_sketch: Annotated[
        bool,
        typer.Option(
            "--sketch",
            help="FILE is the folder of a sketch (places.csv, roads.csv; may be new): draw it.",
        ),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Open the page in the browser, and answer from this machine what is asked there."""
    from engine.serve.server import bound, run, serve
    from engine.serve.session import Session
    from engine.serve.sketching import Sketching

    known, day = day_of(known_on), day_of(on)
    if as_sketch:
        _refuse(**{"--on": on, "--network": network, "--known-on": known_on, "--with": with_})
        sketching = Sketching(file)
    listening, address = bound(host, port)

    def begun() -> None:
        if as_json:
            print_json(session.base.facts.heading() | {"url": address.url})
        elif not quiet:
            print_lines([address.url, tr("Ctrl-C stops it.")])
        if browser:
            webbrowser.open(address.url)

    with listening:
        if as_sketch:
            _until_stopped(lambda: run(sketching, listening, address, begun))
            return
        with waiting(tr("Computing who holds which road when")):
            session = Session(file, network=network, known_on=known, on=day, with_=with_)
        say_urgent_warnings(session.base)
        _until_stopped(lambda: serve(session, listening, address, begun))


def _until_stopped(serving: Callable[[], None]) -> None:
    try:
        serving()
    except KeyboardInterrupt:
        raise typer.Exit from None


def _refuse(**options: object) -> None:
    """Refuse options that a sketch has no use for."""
    if given := [name for name, value in options.items() if value]:
        raise InputError(
            Problem(
                tr("{option} is for scenarios: a sketch has none yet", option=given[0]),
                expected=tr("no {option}", option=given[0]),
            )
        )


SHOWN = ("map", "maps", "timeline")
"""What a picture may show."""


def report(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write: a page (.html).")
    ] = Path("report.html"),
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    probability: Probability = False,
    redact: Redact = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a page that opens in any browser, without a connection."""
    analysis, chances = _analyzed(
        file, network, known_on, with_, probability=probability, redact=redact
    )
    with waiting(tr("Writing the page")), for_people():
        written = engine.write_page(analysis, out, chances)
    say_written([written], analysis.facts.heading(), as_json=as_json, quiet=quiet)


def plot(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write: a picture (.png, .svg, .pdf) or a film (.gif, .mp4).",
        ),
    ],
    what: Annotated[
        str,
        typer.Option(
            "--what",
            metavar="|".join(SHOWN),
            autocompletion=one_of("|".join(SHOWN)),
            help="A map, maps of several days, or the spells.",
        ),
    ] = "map",
    on: Annotated[
        list[str] | None,
        typer.Option(
            "--on",
            metavar="DATE",
            autocompletion=complete_days,
            help="A day asked about; again for more; the last one, if absent.",
        ),
    ] = None,
    column: Annotated[
        bool, typer.Option("--column", help="For a column of text instead of a slide.")
    ] = False,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    probability: Probability = False,
    redact: Redact = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw a map, several maps, a timeline, or a film of the map."""
    refuse_no_picture(out, (*PICTURES, *FILMS))
    if what not in SHOWN:
        raise unknown_name("picture", what, SHOWN)
    analysis, chances = _analyzed(
        file, network, known_on, with_, probability=probability, redact=redact
    )
    days = days_of_options(on)
    for day in days or ():
        analysis.interval_on(day)
    if out.suffix.lower() in FILMS:
        _film(analysis, out, days)
    else:
        with waiting(tr("Drawing")), for_people():
            _picture(analysis, out, what, days, chances, column=column)
    say_written([out], analysis.facts.heading(), as_json=as_json, quiet=quiet)


def export(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="PATH",
            help="Where to write: layers (.gpkg, .parquet, .geojson), a workbook (.xlsx), or a folder "
            "of CSV files.",
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
    with_: With = None,
    probability: Probability = False,
    redact: Redact = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write layers for a GIS, or sheets for a spreadsheet."""
    from engine.report import geopackage, sheets, workbook

    writers = {
        ".gpkg": geopackage.write_geopackage,
        ".parquet": geopackage.write_geoparquet,
        ".geojson": geopackage.write_layer_as_geojson,
    }
    ending = out.suffix.lower()
    if ending not in {*writers, ".xlsx", ""}:
        expected = tr(
            "a name that ends in {endings} or .xlsx, or a folder", endings=", ".join(writers)
        )
        message = tr("nothing is written in this format")
        raise InputError(Problem(message, str(out), expected=expected))
    if probability and ending not in {".xlsx", ""}:
        expected = tr("a name that ends in .xlsx, or a folder")
        message = tr("only sheets take --probability")
        raise InputError(Problem(message, str(out), expected=expected))
    if ending in geopackage.NEED_ARROW:  # before anything is computed
        check_installed("pyarrow", geopackage.NEED_ARROW[ending])
    analysis, chances = _analyzed(
        file, network, known_on, with_, probability=probability, redact=redact
    )
    with waiting(tr("Writing")), for_people():
        if ending in writers:
            written = [writers[ending](analysis, out)]
        elif ending:
            written = [workbook.write_xlsx(analysis, out, chances, hxl=hxl)]
        else:
            written = sheets.write_csv_sheets(analysis, out, chances, hxl=hxl, for_excel=excel)
    say_written(written, analysis.facts.heading(), as_json=as_json, quiet=quiet)


def _analyzed(
    file: Path,
    network: str | None,
    known_on: str | None,
    with_: list[str] | None,
    *,
    probability: bool,
    redact: bool,
) -> tuple[Analysis, xr.Dataset | None]:
    """Return the analysis of a scenario, made fit to be shared if that is wanted."""
    refuse_exact_days(probability=probability, redact=redact)
    analysis = analyzed(file, network, known_on, with_)
    if redact:
        return engine.redacted(analysis), None
    return analysis, probabilities_with_progress(analysis, None) if probability else None


def _picture(
    analysis: Analysis,
    out: Path,
    what: str,
    on: Sequence[dt.date] | None,
    chances: xr.Dataset | None,
    *,
    column: bool,
) -> None:
    from engine.report import figures
    from engine.report.canvas import save_picture

    if what == "maps":
        figure = figures.maps_slide(analysis, on)
    elif what == "timeline":
        draw = figures.timeline_column if column else figures.timeline_slide
        figure = draw(analysis, chances)
    else:
        day = on[-1] if on else None
        figure = (figures.map_column if column else figures.map_slide)(analysis, day)
    write_one(out, lambda file: save_picture(figure, file, analysis.facts))


def _film(analysis: Analysis, out: Path, on: Sequence[dt.date] | None) -> None:
    from engine.report.figures import write_animation

    with progress(tr("Drawing")) as tell, for_people():
        write_animation(analysis, out, on, progress=tell)
