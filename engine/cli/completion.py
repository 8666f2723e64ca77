"""What a shell completes: the routes, actors, sites, reports and days of the scenario on the command line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from engine.errors import InputError
from engine.language import languages
from engine.scenario.vocabulary import MEANING_OF_KIND

if TYPE_CHECKING:
    from collections.abc import Callable

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


def complete_sites(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the sites and places of the scenario that what is typed may become."""
    from engine.scenario.names import names_used

    scenario = _scenario_of(ctx)
    if scenario is None:
        return []
    names = {place.id for place in scenario.places} | {name for *_, name in names_used(scenario)}
    return sorted(name for name in names if name.startswith(incomplete))


def complete_reports(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the reports that what is typed may become."""
    scenario = _scenario_of(ctx)
    names = scenario.event_ids() if scenario else ()
    return [name for name in names if name.startswith(incomplete)]


def complete_kinds(incomplete: str) -> list[str]:
    """Return the kinds of reports that what is typed may become."""
    return [name for name in MEANING_OF_KIND if name.startswith(incomplete)]


def complete_networks(incomplete: str) -> list[str]:
    """Return the road networks that are there by name."""
    from engine.network.read import known_networks

    return [name for name in known_networks() if name.startswith(incomplete)]


def complete_languages(incomplete: str) -> list[str]:
    """Return the languages that what is typed may become; Arabic with digits of its own, too."""
    return [tag for tag in (*languages(), "ar-u-nu-arab") if tag.startswith(incomplete)]


def complete_formats(incomplete: str) -> list[str]:
    """Return the formats of reports that what is typed may become."""
    from engine.importers.importing import SOURCES

    return [name for name in SOURCES if name.startswith(incomplete)]


def one_of(words: str) -> Callable[[str], list[str]]:
    """Return what completes an option that takes one of a few words, as its help has them: ``a|b``."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words.split("|") if word.startswith(incomplete)]

    return complete
