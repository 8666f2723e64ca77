"""The arguments and options that several commands share: each has one meaning everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.helping import (
    complete_actors,
    complete_changes,
    complete_days,
    complete_languages,
    complete_networks,
    complete_routes,
)
from engine.cli.printing import print_lines, waiting
from engine.errors import InputError, Problem
from engine.io.text import known_encoding
from engine.language import called, tr
from engine.scenario.vocabulary import Labels

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis
    from engine.network import cut_out
    from engine.network.arrays import Network, Place
    from engine.scenario.model import Scenario


ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file (TOML).")]
NetworkName = Annotated[
    str | None,
    typer.Option(
        "--network",
        metavar="NAME",
        autocompletion=complete_networks,
        help="The road network: a name or a file; that of the scenario, if absent.",
    ),
]
Roads = Annotated[
    str,
    typer.Option(
        "--network",
        metavar="NAME",
        autocompletion=complete_networks,
        help="The road network: a name or a file.",
    ),
]
Around = Annotated[
    str,
    typer.Option(
        "--around", metavar="PLACE", help="The area: around a place or 'lat,lon', with --km."
    ),
]
Encoding = Annotated[
    str,
    typer.Option(
        "--encoding",
        metavar="NAME",
        callback=known_encoding,
        help="Of a text or a shapefile not in UTF-8: windows-1256, ...",
    ),
]
Kilometres = Annotated[
    float, typer.Option("--km", metavar="KM", min=0.1, help="How far around it.")
]
Box = Annotated[
    str, typer.Option("--bbox", metavar="W,S,E,N", help="The area: a box in degrees (WGS 84).")
]
KnownOn = Annotated[
    str | None,
    typer.Option(
        "--known-on",
        metavar="DATE",
        autocompletion=complete_days,
        help="Use only what was reported by this day.",
    ),
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
        help="A day asked about; the last one, if absent.",
    ),
]
OnDays = Annotated[
    list[str] | None,
    typer.Option(
        "--on",
        metavar="DATE",
        autocompletion=complete_days,
        help="A day asked about; again for more; all, if absent.",
    ),
]
RouteId = Annotated[
    str,
    typer.Option(
        "--route",
        metavar="ROUTE",
        autocompletion=complete_routes,
        help="A route or an enclave: its id or label.",
    ),
]
AnyRouteId = Annotated[
    str | None,
    typer.Option(
        "--route",
        metavar="ROUTE",
        autocompletion=complete_routes,
        help="A route or an enclave: its id or label; all of them, if absent.",
    ),
]
Attacker = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="ACTOR",
        autocompletion=complete_actors,
        help="Who takes the ground: an id or label; anybody, if absent.",
    ),
]
Probability = Annotated[
    bool, typer.Option("--probability", help="Compute the probability of each status, too.")
]
Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="CODE",
        autocompletion=complete_languages,
        help="The language of what people read: en, ar, ...; that of the locale, if absent.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but problems.")]
Redact = Annotated[
    bool,
    typer.Option("--redact", help="For sharing: weeks, about 10 km, no names, sources or notes."),
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
    with waiting(tr("Computing who holds which road when")):
        analysis = engine.analyze(
            engine.load_scenario(file, with_=with_), network=network, known_on=known
        )
    if say:
        say_urgent_warnings(analysis)
    return analysis


def say_urgent_warnings(analysis: Analysis) -> None:
    """Warn of names taken for places spelt otherwise, and of areas that meet no road."""
    from engine.analysis.checks import urgent_warnings

    say_warnings(urgent_warnings(analysis))


def say_warnings(problems: Iterable[Problem]) -> None:
    """Print warnings, a line each."""
    said = (tr("warning: {problem}", problem=str(problem)) for problem in problems)
    print_lines(said, stderr=True)


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
        taken = tr(
            "{text} was taken for {place} ({name})",
            text=repr(text), place=repr(place.id), name=called(place.name, place.name_ar),
        )  # fmt: skip
        print_lines([tr("warning: {problem}", problem=taken)], stderr=True)


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
    labels = {name: (one.label, one.label_ar) for name, one in analysis.subjects.items()}
    return Labels(labels).id_of("route or enclave", text)


def actor_id(scenario: Scenario, text: str) -> str:
    """Return the id of an actor that is given by its id or its label."""
    from engine.scenario.actor_names import Parties

    return Parties.of(scenario).id_of("actor", text)


def site_id(scenario: Scenario, network: Network, text: str) -> str:
    """Return the id of a site that is given by its id, its label or the name of a place."""
    from engine.control.points import called_site

    site, why = called_site(scenario, network, text)
    if why:
        taken = tr(
            "{text} was taken for {site}: {reason}", text=repr(text), site=repr(site), reason=why
        )
        say_warnings([Problem(taken)])
    return site


PICTURES = (".png", ".svg", ".pdf")
FILMS = (".gif", ".mp4")


def refuse_no_picture(path: Path, endings: tuple[str, ...] = PICTURES) -> None:
    """Stop where a picture is to be written under a name that says no format.

    Raises
    ------
    InputError
        If it ends otherwise.
    """
    if path.suffix.lower() not in endings:
        expected = tr("a name that ends in {endings}", endings=", ".join(endings))
        raise InputError(Problem(tr("no picture has this ending"), str(path), expected=expected))


def refuse_exact_days(*, probability: bool, redact: bool) -> None:
    """Stop where probabilities, which change from day to day, would undo a redaction.

    Raises
    ------
    InputError
        If both are wanted.
    """
    if probability and redact:
        raise InputError(
            tr("--probability shows exact days, which --redact hides; expected one of them")
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
            raise InputError(tr("{text} is not of the form ID=VALUE", text=repr(text)))
        pairs.append((name, value))
    return pairs


def box_of(text: str) -> cut_out.Box:
    """Return the box that an option gives.

    Raises
    ------
    InputError
        If it is none.
    """
    from engine.network import cut_out

    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        message = tr("--bbox {text} is not four numbers; expected W,S,E,N", text=repr(text))
        raise InputError(message) from error
    return cut_out.Box(west, south, east, north).checked()


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
        message = tr("{text} is not a number; expected such as 0.5", text=repr(text))
        raise InputError(message) from error
