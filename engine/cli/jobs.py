"""The main job (``run``) and the many (``batch``), and how good the answers are (``backtest``)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import engine
from engine.cli.options import (
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
    refuse_exact_days,
    say_urgent_warnings,
    say_warnings,
)
from engine.cli.printing import (
    for_people,
    print_json,
    print_lines,
    progress,
    say_wrote,
    sentences,
    waiting,
    wrapped,
)
from engine.errors import InputError
from engine.language import tr, trn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    import xarray as xr

    from engine.analysis.analysis import Analysis
    from engine.backtest.backtest import Backtest

UNFINISHED = "probability.unfinished.sqlite"
"""Where a run keeps what it has, in the folder of its results, until it is over."""
PARTIAL = "probability.partial.csv"
"""What an interrupted run leaves for people."""
INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def run(
    file: ScenarioFile,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write: a folder for tables and pictures."
        ),
    ] = None,
    on: OnDay = None,
    probability: Probability = False,
    redact: Redact = False,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show which routes and enclaves are open, at risk or cut, and why."""
    from engine.report.layers import shown_spells
    from engine.report.results import summary
    from engine.report.status_table import probability_table, probability_values, status_page

    refuse_exact_days(probability=probability, redact=redact)
    day = day_of(on)
    analysis = analyzed(file, network, known_on, with_)
    analysis = engine.redacted(analysis) if redact else analysis
    table = status_page(analysis, day)
    likely = probabilities_with_progress(analysis, out) if probability else None
    written = []
    if out is not None:
        with waiting(tr("Writing the results")), for_people():
            written = engine.write_results(analysis, out, likely)
            note = shown_spells(analysis).note
        print_lines(filter(None, [note]), stderr=True)
    if as_json:
        found = {"probability": probability_values(likely)} if likely else {}
        print_json(summary(analysis) | found | _files(written))
    elif not quiet:
        print_lines([table, *([probability_table(likely, day)] if likely else [])])
        print_lines(say_wrote(written))


def _files(written: Sequence[Path]) -> dict[str, list[str]]:
    """Return which files were written, where any were, for JSON."""
    return {"written": [str(path) for path in written]} if written else {}


def probabilities_with_progress(
    analysis: Analysis, out: Path | None, dates: Sequence[dt.date] | None = None
) -> xr.Dataset:
    """Compute probabilities, with progress on a terminal; go on where a run left off.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    out
        Where the run keeps what it has until it is over.
    dates
        The days; all on which a probability may change, if absent.

    Raises
    ------
    typer.Exit
        On Ctrl-C: what there is has been kept, printed and marked as partial.
    """
    from engine.probability.probability import Interrupted
    from engine.report.status_table import probability_table, write_probabilities

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    try:
        with progress(tr("Computing probabilities")) as tell:
            found = engine.probabilities(
                analysis, dates=dates, checkpoint=out and out / UNFINISHED, progress=tell
            )
    except Interrupted as stop:
        print_lines([probability_table(stop.partial)], stderr=True)
        if out is not None:
            path = write_probabilities(stop.partial, out / PARTIAL)
            said = tr("wrote {path}; the same command goes on from here", path=str(path))
            print_lines([said], stderr=True)
        raise typer.Exit(INTERRUPTED) from stop
    if out is not None:
        (out / PARTIAL).unlink(missing_ok=True)
    return found


def batch(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="Scenario files (TOML).")],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write: a folder, with one for each scenario."
        ),
    ],
    probability: Probability = False,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes of this machine.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler: tcp://HOST:PORT."),
    ] = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run many scenarios, on several processors or machines."""
    from engine.batch.batch import jobs_of, pool, run_batch

    if workers is not None and scheduler is not None:
        raise InputError(tr("either --workers or --scheduler: a scheduler has workers of its own"))
    jobs = jobs_of(files, network, day_of(known_on), probability=probability, with_=with_)
    with for_people() as language:
        pass  # what is written in it, workers write
    with progress(tr("Running scenarios"), quiet=quiet) as tell, pool(workers, scheduler) as work:
        written = run_batch(jobs, out, work, progress=tell, warn=say_warnings, language=language)
    if as_json:
        print_json(_files(written), title=f"{len(jobs)} scenarios")
    elif not quiet:
        n = len(written)
        print_lines(
            [trn("wrote {n} files to {folder}", "wrote {n} files to {folder}", n, folder=str(out))]
        )


def backtest(
    file: ScenarioFile,
    *,
    truth: Annotated[
        Path,
        typer.Option(metavar="TABLE", help="What is documented: route, state, first, last (CSV)."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write: a folder for scores and a picture."
        ),
    ] = None,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score a scenario against what is documented of its routes."""
    from engine.backtest.output import as_data, write_backtest

    known = day_of(known_on)
    with waiting(tr("Scoring the scenario")):
        scenario = engine.load_scenario(file, with_=with_)
        documented = engine.read_truth(truth, scenario)
        test = engine.run_backtest(scenario, documented, network=network, known_on=known)
        with for_people():
            written = write_backtest(test, out) if out is not None else []
    say_urgent_warnings(test.whole.analysis)
    if as_json:
        print_json(as_data(test) | _files(written))
    elif not quiet:
        print_lines(backtest_lines(test))
        print_lines(say_wrote(written))


def backtest_lines(test: Backtest) -> Iterator[Any]:
    """Yield a back-test for people: the summary, what is wrong, the scores, the probabilities."""
    from engine.backtest import output

    yield from sentences(output.summary(test))
    if wrong := output.wrong_lines(test.whole):
        yield from ("", tr("Days that are wrong:"), *_items(wrong))
    yield from ("", output.run_table(test.whole, tr("With all reports")))
    n = len(test.settlements.left_out)
    bare = trn(
        "Without {n} reports about roads themselves",
        "Without {n} reports about roads themselves", n,
    )  # fmt: skip
    differs = output.run_table(test.settlements, bare, beside=test.whole)
    if differs.row_count:
        yield differs
    else:
        yield from sentences(
            trn(
                "Without {n} reports about roads themselves: the same scores.",
                "Without {n} reports about roads themselves: the same scores.", n,
            )
        )  # fmt: skip
    apart = [
        one
        for one in (*test.whole.scores, test.whole.together)
        if one.under_fire_days or one.lost_days
    ]
    if apart:
        yield from ("", tr("Not scored with the rest:"))
        yield from _items(
            [tr("{route}: {note}", route=one.id, note=output.noted(one)) for one in apart]
        )
        yield from _items(output.lost_lines(test.whole))
    yield from ("", *sentences(tr(output.LEGEND)), "")
    yield from sentences(tr("How often the routes were cut, by the probability that was said:"))
    yield from _items(output.reliability_lines(test.whole.together))


def _items(lines: Sequence[str]) -> list[str]:
    """Return lines as a list, each within the width of the console."""
    return [part for line in lines for part in wrapped(line, "  ", hanging="    ")]
