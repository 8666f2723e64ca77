"""Help, usage errors and completion, in the language spoken: Typer writes its own words in English.

The words of Typer stand in tables below, as they read in English. Help is put together anew in another
language; an error of usage is recognised by its words and told again. In English nothing is touched.
Names of options, and what stands for their values (``FILE``, ``DATE``), are the same in every language.

A shell completes the routes, actors, sites, reports and days of the scenario that stands on the command line.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from engine.errors import InputError
from engine.language import ENGLISH, languages, marked, spoken, tr
from engine.scenario.vocabulary import MEANING_OF_KIND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    from engine.scenario.road_network import names_used

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


UsageError: Any = typer.BadParameter.__mro__[1]
"""What Typer raises where a command line cannot be read."""
OWN_WORDS = (
    marked("Show this message and exit."),
    marked("Install completion for the current shell."),
    marked("Show completion for the current shell, to copy it or customize the installation."),
    marked("Install completion for the specified shell."),
    marked("Show completion for the specified shell, to copy it or customize the installation."),
)
"""The help of Typer's own options."""
EXTRAS = (marked("required"), marked("default: {value}"), marked("env var: {name}"))
"""What stands in brackets behind the help of an option."""
ERRORS = (
    marked("No such option: {name} (Possible options: {names})"),
    marked("No such option: {name}"),
    marked("Option {name} requires an argument."),
    marked("Option {name} requires {n} arguments."),
    marked("Option {name} does not take a value."),
    marked("Argument {name} takes {n} values."),
    marked("Missing argument {name}."),
    marked("Missing option {name}."),
    marked("Missing command."),
    marked("Invalid value for {name}: {why}"),
    marked("Got unexpected extra arguments ({names})"),
    marked("Got unexpected extra argument ({names})"),
    marked("Got unexpected extra argument(s) ({names})"),
    marked("No such command {name}. Did you mean {names}?"),
    marked("No such command {name}."),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be greater than or equal to {least}"),
    marked("Input should be less than or equal to {most}"),
    marked("{value} is not a valid number."),
    marked("{value} is not a valid integer."),
    marked("{value} is not in the range {range}."),
)
"""How the errors of usage read, the more special ones first."""


def in_words(message: str, table: tuple[str, ...]) -> str:
    """Return a message of Typer in the language spoken, as it is if none of a table.

    Examples
    --------
    >>> from engine.language import speaking
    >>> with speaking("ar"):
    ...     print(in_words("Missing option '--out'.", ERRORS))
    الخيار '--out' ناقص.
    """
    for known in table:
        if found := _pattern(known).fullmatch(message):
            values = {name: in_words(text, ERRORS) for name, text in found.groupdict().items()}
            return tr(known, **values)
    return message


def _pattern(known: str) -> re.Pattern[str]:
    """Return what recognises a message with values in braces."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(known)), re.DOTALL)


class MisuseError(UsageError):  # type: ignore[misc]  # its class is known when it is loaded
    """An error of usage in the language spoken where it was made."""

    def __init__(self, error: Any) -> None:
        super().__init__(in_words(error.format_message(), ERRORS), ctx=error.ctx)
        self.exit_code = error.exit_code
        self.shown = [tr("Error: {message}", message=self.message)]
        if self.ctx is not None:
            called = f"{self.ctx.command_path} {self.ctx.help_option_names[0]}"
            hint = tr("Try '{command}' for help.", command=called)
            self.shown = [self.ctx.get_usage(), hint, "", *self.shown]

    def show(self, file: Any = None) -> None:
        """Print it."""
        for line in self.shown:
            typer.echo(line, file=file, err=file is None)


class InWords:
    """What commands and the program have in common: help and errors in the language spoken."""

    help: str | None
    epilog: str | None

    def make_context(self, *args: Any, **named: Any) -> Any:
        """Read a command line."""
        with _told():
            return super().make_context(*args, **named)  # type: ignore[misc]

    def invoke(self, ctx: Any) -> Any:
        """Do what a command line asks for."""
        with _told():
            return super().invoke(ctx)  # type: ignore[misc]

    def get_short_help_str(self, limit: int = 1000) -> str:
        """Return the first sentences of the help."""
        return str(self._in(super().get_short_help_str, limit))  # type: ignore[misc]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write what the command does."""
        self._in(super().format_help_text, ctx, formatter)  # type: ignore[misc]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how it is called."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, tr("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options."""
        for kind, heading in (("argument", tr("Arguments")), ("option", tr("Options"))):
            rows = [
                (written, _help(said))
                for one in self.get_params(ctx)  # type: ignore[attr-defined]
                if one.param_type_name == kind
                for written, said in filter(None, [one.get_help_record(ctx)])
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def _in(self, write: Callable[..., Any], *args: Any) -> Any:
        """Do something while the help is in the language spoken."""
        english = self.help
        self.help = tr(inspect.cleandoc(english)) if english else english
        try:
            return write(*args)
        finally:
            self.help = english


@contextmanager
def _told() -> Iterator[None]:
    """Tell errors of usage in the language spoken."""
    try:
        yield
    except UsageError as error:
        is_help = type(error).__name__ == "NoArgsIsHelpError"
        if is_help or isinstance(error, MisuseError) or spoken().code == ENGLISH:
            raise
        raise MisuseError(error) from None


def _help(said: str) -> str:
    """Return the help of an option with what Typer puts behind it, in the language spoken."""
    if spoken().code == ENGLISH:
        return said
    text, bracket, extras = said.rpartition("  [")
    if not bracket:
        return tr(said)
    parts = [in_words(part, EXTRAS) for part in extras.removesuffix("]").split("; ")]
    return f"{tr(text)}  [{'; '.join(parts)}]"
