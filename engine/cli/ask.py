"""The questions to an analysis, one function each: what is asked, and how the answer reads.

A question reads a scenario file, asks, and prints the answer for people or for machines. What every question
takes (``FILE``, ``--network``, ``--known-on``, ``--json``, ``--quiet``) stands once, in `_shared`.
"""

from __future__ import annotations

from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

import engine
from engine.cli import answers, changes, doubts
from engine.cli.helping import complete_actors, complete_reports, complete_sites, one_of
from engine.cli.jobs import probabilities_with_progress
from engine.cli.options import (
    AnyRouteId,
    AsJson,
    Attacker,
    KnownOn,
    NetworkName,
    OnDay,
    OnDays,
    Probability,
    Quiet,
    RouteId,
    ScenarioFile,
    With,
    actor_id,
    analyzed,
    change_of,
    day_of,
    days_of_options,
    last_day,
    number_of,
    pairs_of,
    refuse_no_picture,
    refuse_other_than_days,
    say_misheard,
    site_id,
    subject_id,
)
from engine.cli.printing import Answer, for_people, print_json, print_lines, waiting, wrapped
from engine.errors import on_one_line
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.analysis.analysis import Analysis
    from engine.measures.best_paths import Weight


def _shared(
    file: ScenarioFile,
    *,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Carry the signature of what every question takes."""


def question(ask: Callable[..., Answer]) -> Callable[..., None]:
    """Return the command that puts a question to the analysis of a scenario file.

    Parameters
    ----------
    ask
        Takes the analysis and options of its own; those of `_shared` too, if it names them.
    """
    shared = signature(_shared, eval_str=True).parameters
    named = {"Analysis": object}  # heavy to import, and of no concern to Typer
    own = dict(signature(ask, locals=named, eval_str=True).parameters)
    del own["analysis"]

    def command(file: Path, **options: Any) -> None:
        asked = {name: options[name] for name in own}
        refuse_other_than_days(asked.get("on"))
        changes = None if "with_" in own else options["with_"]  # else they are those of another
        analysis = analyzed(file, options["network"], options["known_on"], changes)
        if asked.get("route") is not None:
            asked["route"] = subject_id(analysis, asked["route"])
        if asked.get("by") is not None:
            asked["by"] = actor_id(analysis.scenario, asked["by"])
        with waiting(tr("Computing the answer")):
            answer = ask(analysis, **asked)
        if options["as_json"]:
            print_json(analysis.facts.heading() | answer.values)
        elif not options["quiet"]:
            print_lines(answer.lines)

    parameters = [
        shared["file"],
        *(one for name, one in own.items() if name not in shared),
        *(one for name, one in shared.items() if name != "file"),
    ]
    parameters.sort(key=lambda one: one.kind is Parameter.KEYWORD_ONLY)
    command.__name__, command.__doc__ = ask.__name__, ask.__doc__
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # Typer reads it
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


WEIGHTS, MODES = "time|distance", "civilian|convoy|any"


@question
def explain(analysis: Analysis, *, route: RouteId, on: OnDay = None) -> Answer:
    """Explain a status on a day, report by report."""
    found = engine.explain(analysis, route, day_of(on) or last_day(analysis))
    said = engine.explanation_sentences(found)
    return Answer(found.as_dict(), [line for text in said for line in wrapped(text, hanging="  ")])


@question
def margin(
    analysis: Analysis, *, route: AnyRouteId = None, on: OnDays = None, by: Attacker = None
) -> Answer:
    """Find the fewest places whose loss or gain changes a status."""
    from engine.measures.margin import margin_rows

    found = margin_rows(analysis, days_of_options(on), subject=route, attacker=by)
    return answers.margins(found, on)


@question
def critical(analysis: Analysis, *, route: AnyRouteId = None, on: OnDays = None) -> Answer:
    """List what every open path needs, and count separate paths."""
    from engine.measures.articulation import articulation_rows, disjoint_path_rows

    days = days_of_options(on)
    return answers.articulation(
        articulation_rows(analysis, days, subject=route),
        disjoint_path_rows(analysis, days, subject=route),
        on,
    )


@question
def ways(
    analysis: Analysis,
    *,
    route: AnyRouteId = None,
    on: OnDays = None,
    weight: Annotated[
        str,
        typer.Option(
            "--weight",
            metavar=WEIGHTS,
            autocompletion=one_of(WEIGHTS),
            help="The fastest or the shortest.",
        ),
    ] = "time",
) -> Answer:
    """Show the best open path of each route, and the next best."""
    from engine.measures.best_paths import best_path_rows

    return answers.paths(
        best_path_rows(analysis, days_of_options(on), subject=route, weight=cast("Weight", weight)),
        on,
    )


@question
def enclaves(analysis: Analysis, *, on: OnDays = None) -> Answer:
    """Show supply, people, sieges and surroundings of enclaves."""
    from engine.measures.enclaves import enclave_rows, perimeter_rows, siege_rows

    days = days_of_options(on)
    return answers.enclaves(
        enclave_rows(analysis, days),
        siege_rows(analysis),
        perimeter_rows(analysis, days),
        on,
    )


@question
def access(
    analysis: Analysis,
    *,
    places: Annotated[
        Path | None,
        typer.Option(
            "--places",
            metavar="TABLE",
            help="A table of places: those asked about (id, lat, lon, population); all, if absent.",
        ),
    ] = None,
    actor: Annotated[
        list[str] | None,
        typer.Option(
            "--actor",
            metavar="ACTOR",
            autocompletion=complete_actors,
            help="An actor: who passes; again for more; all, if absent.",
        ),
    ] = None,
    lifeline: Annotated[
        list[str] | None,
        typer.Option(
            "--lifeline",
            metavar="SITE",
            autocompletion=complete_sites,
            help="Where supplies come from; again for more; those of all enclaves, if absent.",
        ),
    ] = None,
    mode: Annotated[
        str,
        typer.Option(
            "--mode",
            metavar=MODES,
            autocompletion=one_of(MODES),
            help="Who has to be able to pass the gates.",
        ),
    ] = "any",
    on: OnDays = None,
) -> Answer:
    """Show which places each actor can reach from the lifelines."""
    from engine.cli.answers import accesses
    from engine.measures.access import access_rows

    sources = [site_id(analysis.scenario, analysis.network, name) for name in lifeline or ()]
    found = access_rows(
        analysis,
        places,
        actors=[actor_id(analysis.scenario, name) for name in actor or ()] or None,
        lifelines=sources or None,
        mode=mode,
    )
    for day in days_of_options(on) or ():
        analysis.interval_on(day)
    own = (name for enclave in analysis.scenario.enclaves for name in enclave.lifelines)
    return accesses(found, days_of_options(on), sources or list(dict.fromkeys(own)))


@question
def whatif(
    analysis: Analysis,
    *,
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            metavar="TEXT",
            help="Add a report: 'mallah captured by government on 2014-12-25'.",
        ),
    ] = None,
    withdraw: Annotated[
        list[str] | None,
        typer.Option(
            "--withdraw",
            metavar="REPORT",
            autocompletion=complete_reports,
            help="Leave a report out.",
        ),
    ] = None,
    delay: Annotated[
        list[str] | None,
        typer.Option(
            "--delay",
            metavar="REPORT=DAYS|DATE",
            autocompletion=complete_reports,
            help="Move a report: so many days, or to a day.",
        ),
    ] = None,
    confidence: Annotated[
        list[str] | None,
        typer.Option(
            "--confidence",
            metavar="REPORT=NUMBER",
            autocompletion=complete_reports,
            help="Change how sure a report is (0 to 1).",
        ),
    ] = None,
    on: OnDays = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Where to write: a folder for the results of the changed scenario.",
        ),
    ] = None,
    probability: Probability = False,
) -> Answer:
    """Change reports of a scenario, and show what differs."""
    delays = {name: change_of(to) for name, to in pairs_of(delay)}
    doubts = {name: number_of(to) for name, to in pairs_of(confidence)}
    after = engine.whatif(
        analysis,
        events=event or (),
        withdraw=withdraw or (),
        delay=delays,
        confidence=doubts,
    )
    say_misheard(after.scenario, after.network, analysis.scenario)
    answer = _compared(analysis, after, on, out, probability=probability)
    together = changes.claims_changed(analysis.scenario, (*(withdraw or ()), *delays, *doubts))
    return Answer(answer.values, [*together, *answer.lines])


@question
def compare(
    analysis: Analysis,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Another scenario file.")],
    *,
    on: OnDays = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Where to write: a folder for the results of the other scenario.",
        ),
    ] = None,
    probability: Probability = False,
    network: NetworkName = None,
    known_on: KnownOn = None,
    with_: With = None,
) -> Answer:
    """Compare two scenarios, or one with its named changes (--with)."""
    return _compared(
        analysis, analyzed(other, network, known_on, with_), on, out, probability=probability
    )


def _compared(
    before: Analysis, after: Analysis, on: list[str] | None, out: Path | None, *, probability: bool
) -> Answer:
    from engine.measures.whatif import comparison_rows

    days = days_of_options(on)
    found = comparison_rows(before, after, days)
    likely = None
    if probability:
        asked = days or [min(last_day(before), last_day(after))]
        likely = [probabilities_with_progress(one, None, asked) for one in (before, after)]
    with for_people():
        written = engine.write_results(after, out) if out is not None else []
    return changes.comparison(found, before, after, likely, written)


@question
def sweep(
    analysis: Analysis,
    *,
    on: OnDay = None,
    by: Attacker = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Try any two sites, too.")] = False,
) -> Answer:
    """Try the loss of each site; list those that make things worse."""
    from engine.measures.sweep import sweep_rows

    day = day_of(on) or last_day(analysis)
    return changes.losses(sweep_rows(analysis, day, attacker=by, pairs=pairs), day)


@question
def sensitivity(
    analysis: Analysis,
    *,
    on: OnDay = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw a tornado plot, too (.png, .svg)."),
    ] = None,
    margins: Annotated[
        bool, typer.Option("--margins/--no-margins", help="Whether to compute margins, too.")
    ] = True,
) -> Answer:
    """Vary assumptions one at a time, and show what changes."""
    from engine.measures.sensitivity import report_age_rows, sensitivity_rows

    if plot is not None:
        refuse_no_picture(plot)
    day = day_of(on) or last_day(analysis)
    found, untried = sensitivity_rows(analysis, day, margins=margins)
    if plot is not None:
        from engine.report.charts import tornado

        with for_people():
            tornado(analysis, found, plot)
    return changes.variations(found, report_age_rows(analysis), day, untried)


@question
def doubt(analysis: Analysis, *, route: RouteId, on: OnDay = None) -> Answer:
    """Compute the probability of a status, and what it depends on."""
    return doubts.importance(
        analysis, engine.importance(analysis, route, day_of(on) or last_day(analysis))
    )


@question
def known(analysis: Analysis, *, on: OnDay = None, probability: Probability = False) -> Answer:
    """Show how the picture of a day changed as reports came in."""
    from engine.probability.known import known_rows

    day = day_of(on) or last_day(analysis)
    pictures = known_rows(analysis, day, probabilities=probability)
    return doubts.known(pictures, day, analysis.enclaves)


@question
def cite(analysis: Analysis) -> Answer:
    """Print how to cite the result of a scenario: text and BibTeX."""
    found = engine.cite(analysis)
    lines = [*wrapped(on_one_line(found.text)), "", *found.bibtex.splitlines()]
    return Answer(vars(found), lines)
