"""The arguments and options that several commands share: each has one meaning everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.printing import console, waiting
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis
    from engine.errors import Problem
    from engine.network.arrays import Network, Place
    from engine.scenario.model import Scenario


def _scenario_of(ctx: typer.Context) -> Scenario | None:
    """Return the scenario on a command line that is being completed, if it can be read."""
    from engine.scenario.load import load_scenario

    typed = [ctx.params.get("file"), *ctx.args]  # arguments are not parsed yet
    try:
        return load_scenario(next(Path(text) for text in typed if text))
    except (InputError, StopIteration):
        return None


def complete_routes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the routes and enclaves that what is typed may become."""
    scenario = _scenario_of(ctx)
    if scenario is None:
        return []
    names = [route.id for route in scenario.routes] + [one.id for one in scenario.enclaves]
    return [name for name in names if name.startswith(incomplete)]


def complete_actors(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the actors that what is typed may become."""
    scenario = _scenario_of(ctx)
    return [name for name in (scenario.actors if scenario else ()) if name.startswith(incomplete)]


def complete_days(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the first and the last day of a run, and those of its events."""
    scenario = _scenario_of(ctx)
    if scenario is None:
        return []
    last = scenario.end - dt.timedelta(days=1)
    days = {scenario.start, last, *(event.date for event in scenario.events)}
    return [str(day) for day in sorted(days) if str(day).startswith(incomplete)]


def complete_changes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the named sets of changes that lie beside the scenario."""
    from engine.scenario.change_sets import names_beside

    typed = [ctx.params.get("file"), *ctx.args]
    names = next((names_beside(text) for text in typed if text), [])
    return [name for name in names if name.startswith(incomplete)]


ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file (TOML).")]
NetworkName = Annotated[
    str | None,
    typer.Option("--network", metavar="NAME", help="Another road network: a name or a file."),
]
KnownOn = Annotated[
    str | None,
    typer.Option("--known-on", metavar="DATE", help="Use only what was reported by this day."),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="NAME",
        autocompletion=complete_changes,
        help="Apply a named set of changes first, as the page saves them; again for more.",
    ),
]
OnDay = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="DATE",
        autocompletion=complete_days,
        help="The day asked about; the last one, if absent.",
    ),
]
OnDays = Annotated[
    list[str] | None,
    typer.Option(
        "--on",
        metavar="DATE",
        autocompletion=complete_days,
        help="A day asked about, or several; all, if absent.",
    ),
]
RouteId = Annotated[
    str,
    typer.Option(
        "--route",
        metavar="ID",
        autocompletion=complete_routes,
        help="A route or an enclave, by id or label.",
    ),
]
AnyRouteId = Annotated[
    str | None,
    typer.Option(
        "--route",
        metavar="ID",
        autocompletion=complete_routes,
        help="A route or an enclave; all of them, if absent.",
    ),
]
Attacker = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="ACTOR",
        autocompletion=complete_actors,
        help="Who takes the ground; any, if absent.",
    ),
]
Probability = Annotated[
    bool, typer.Option("--probability", help="Compute the probability of each status, too.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but problems.")]
Redact = Annotated[
    bool,
    typer.Option(
        "--redact", help="Fit to be shared: weeks, about 10 km, no names, sources or notes."
    ),
]


def analyzed(
    file: Path,
    network: str | None = None,
    known_on: str | None = None,
    with_: list[str] | None = None,
    *,
    say: bool = True,
) -> Analysis:
    """Return the analysis of a scenario file, and say which names were taken for other spellings.

    Parameters
    ----------
    file, network, known_on
        What the options of these names give.
    with_
        Named sets of changes to apply first.
    say
        Whether to warn.
    """
    import engine

    known = day_of(known_on)
    with waiting("Computing who holds which road when"):
        analysis = engine.analyze(
            engine.load_scenario(file, with_=with_), network=network, known_on=known
        )
    if say:
        say_urgent_warnings(analysis)
    return analysis


def say_urgent_warnings(analysis: Analysis) -> None:
    """Warn of names taken for places spelt otherwise, and of areas that meet no road."""
    from engine.analysis.network_warnings import urgent_warnings

    say_warnings(urgent_warnings(analysis))


def say_warnings(problems: Iterable[Problem]) -> None:
    """Print warnings, a line each."""
    for problem in problems:
        console(stderr=True).print(f"warning: {problem}", markup=False, soft_wrap=True)


def say_misheard(scenario: Scenario, network: Network, told_of: Scenario | None = None) -> None:
    """Warn of names that were taken for places which are spelt otherwise.

    Parameters
    ----------
    scenario
        As an analysis has it: with the ids of its sites.
    network
        Its roads.
    told_of
        The scenario before a change: of what it has too, nothing is said again.
    """
    from engine.control.points import misheard

    told = set(misheard(told_of, network)) if told_of is not None else set()
    say_warnings(problem for problem in misheard(scenario, network) if problem not in told)


def say_taken_for(text: str, place: Place) -> None:
    """Warn if an option named a place in another spelling."""
    from engine.network.gazetteer import is_spelt_otherwise

    if is_spelt_otherwise(place, text):
        line = f"warning: {text!r} was taken for {place.id!r} ({place.name or place.name_ar})"
        console(stderr=True).print(line, markup=False, soft_wrap=True)


def day_of(text: str | None) -> dt.date | None:
    """Return the day that an option gives; None, if it is absent."""
    from engine.io import days

    return None if text is None else days.day_of(text)


def days_of_options(texts: Iterable[str] | None) -> list[dt.date] | None:
    """Return the days that an option gives; None, if it is absent."""
    days = [day for day in map(day_of, texts or ()) if day is not None]
    return days or None


def refuse_other_than_days(texts: str | Iterable[str] | None) -> None:
    """Refuse what is no day at once: an analysis takes longer."""
    days_of_options([texts] if isinstance(texts, str) else texts)


def last_day(analysis: Analysis) -> dt.date:
    """Return the last day of a run."""
    return analysis.scenario.end - dt.timedelta(days=1)


def subject_id(analysis: Analysis, text: str) -> str:
    """Return the id of a route or an enclave that is given by its id or its label."""
    return by_label(
        text, {name: (one.label, one.label_ar) for name, one in analysis.subjects.items()}
    )


def actor_id(analysis: Analysis, text: str) -> str:
    """Return the id of an actor that is given by its id or its label."""
    actors = analysis.scenario.actors
    return by_label(text, {name: (one.label, one.label_ar) for name, one in actors.items()})


def by_label(text: str, labels: Mapping[str, Iterable[str]]) -> str:
    """Return the one id that bears a label; the text itself, if none or several do."""
    if text in labels:
        return text
    wanted = text.casefold()
    found = [name for name, texts in labels.items() if wanted in map(str.casefold, texts)]
    return found[0] if len(found) == 1 else text


def refuse_exact_days(*, probability: bool, redact: bool) -> None:
    """Stop where probabilities, which change from day to day, would undo a redaction.

    Raises
    ------
    InputError
        If both are wanted.
    """
    if probability and redact:
        raise InputError(
            "--probability tells exact days, which --redact hides; expected one of them"
        )


def pairs_of(texts: Iterable[str] | None) -> list[tuple[str, str]]:
    """Return the names and values that options of the form ``ID=VALUE`` give.

    Raises
    ------
    InputError
        If one is not of that form.
    """
    pairs = []
    for text in texts or ():
        name, equals, value = text.rpartition("=")
        if not equals:
            raise InputError(f"{text!r} is not of the form ID=VALUE")
        pairs.append((name, value))
    return pairs


def change_of(text: str) -> int | dt.date:
    """Return a number of days, or a day."""
    try:
        return int(text)
    except ValueError:
        return dt.date.min if (day := day_of(text)) is None else day


def number_of(text: str) -> float:
    """Return a number.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a number; expected such as 0.5") from error
