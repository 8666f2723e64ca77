"""The list of commands, in groups."""

from __future__ import annotations

import re
from functools import wraps
from inspect import Parameter, Signature, cleandoc, signature
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from engine.cli import ask, events, jobs, networks, reading, scenarios, share, starting
from engine.cli.helping import InWords
from engine.cli.options import Lang
from engine.cli.printing import answering
from engine.errors import InputError, unknown_name
from engine.language import language_called, languages, listing, spoken, tr
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = "scenarios/castello-2014-12.toml"
GROUPS: dict[str, dict[str, tuple[Callable[..., None], str]]] = {
    "Run": {
        "run": (jobs.run, f"{SEED} --out results/castello"),
        "batch": (jobs.batch, "scenarios/*.toml --out results"),
        "open": (share.open_, SEED),
        "report": (share.report, f"{SEED} --out castello.html"),
        "plot": (share.plot, f"{SEED} --what map --on 2014-12-20 --out map.png"),
        "export": (share.export, f"{SEED} --out castello.gpkg"),
        "cite": (ask.cite, SEED),
    },
    "Ask": {
        "explain": (ask.explain, f"{SEED} --route castello --on 2014-12-20"),
        "doubt": (ask.doubt, f"{SEED} --route castello --on 2014-12-20"),
        "known": (ask.known, f"{SEED} --on 2014-12-20"),
        "margin": (ask.margin, f"{SEED} --route castello --on 2014-12-20"),
        "critical": (ask.critical, f"{SEED} --on 2014-12-05"),
        "ways": (ask.ways, f"{SEED} --on 2014-12-05 --weight distance"),
        "enclaves": (ask.enclaves, f"{SEED} --on 2014-12-20"),
        "access": (ask.access, f"{SEED} --actor opposition --on 2014-12-20"),
        "sweep": (ask.sweep, f"{SEED} --on 2014-12-20 --by government"),
        "sensitivity": (ask.sensitivity, f"{SEED} --no-margins"),
        "whatif": (ask.whatif, f'{SEED} --event "mallah captured by government on 2014-12-25"'),
        "compare": (ask.compare, f"{SEED} scenarios/aleppo-2014-2015.toml"),
    },
    "Scenario": {
        "new": (starting.new, "my-case/case.toml --around azaz --km 15"),
        "events": (events.events, f"{SEED} --site mallah"),
        "read": (reading.read, f"article.txt --into {SEED} --published 2014-12-22"),
        "import": (scenarios.import_, "acled acled-export.csv --into my-case/case.toml"),
        "schema": (scenarios.schema, "--out scenario.schema.json"),
    },
    "Network": {
        "fetch": (networks.fetch, "aleppo --date 2014-12-20"),
        "places": (networks.places, "Hindarat"),
        "sketch": (networks.sketch, "places.csv roads.csv --out my-roads.osm"),
    },
    "Check": {
        "check": (scenarios.check, SEED),
        "backtest": (
            jobs.backtest,
            "scenarios/aleppo-2014-2016.toml --truth data/backtest/aleppo-truth.csv",
        ),
    },
}
"""The commands by group and name: the function, and an example of its arguments."""
HELP = {"help_option_names": ["-h", "--help"]}
RENAMED = {
    ("events", "--confidence"): "--min-confidence",
    ("fetch", "--margin"): "--extra-km",
    ("import", "--confidence"): "--default-confidence",
    ("import", "--date"): "--file-date",
    ("new", "--place"): "--around",
    ("places", "--table"): "--places",
}
"""Options of older versions by their command, and what they are called now."""
WIDTH = 80


class Grouped(InWords, TyperGroup):
    """The program, whose help lists its commands by group with their whole descriptions."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; ``--lang`` may stand anywhere on it, and holds for its help too."""
        if not ctx.resilient_parsing:  # what is being completed is not asked for yet
            tag, args = language_asked(args)
            ctx.with_resource(answering(tag or spoken(), as_json="--json" in args))
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - Typer's signature
        """Write the commands, a section for each group."""
        for group, commands in GROUPS.items():
            with formatter.section(tr(group)):
                formatter.write_dl(
                    [
                        (name, self.commands[name].get_short_help_str(limit=1000))
                        for name in commands
                    ]
                )

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - Typer's signature
        """Write whose data the engine rests on."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(tr(str(self.epilog)))


class Command(InWords, TyperCommand):
    """A command that says how an option of an older version is called now."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - Typer's signature
        """Write the example."""
        shown = next(group[str(self.name)][1] for group in GROUPS.values() if self.name in group)
        lines = (f"  {line}" for line in example(str(self.name), shown).splitlines())
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n".join(("\b", tr("Example:"), *lines)))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line."""
        for at, word in enumerate(args):
            name, _, value = word.partition("=")
            if new := RENAMED.get((str(self.name), name)):
                raise InputError(tr("{name} is called {new} now", name=name, new=new))
            box = [value] * bool(value) + args[at + 1 : at + 5]
            if name == "--bbox" and len(box) >= 4 and all(map(_is_number, box[:4])):
                four = " ".join(box[:4])
                now = four.replace(" ", ",")
                raise InputError(
                    tr("--bbox {four} is written --bbox {now} now", four=four, now=now)
                )
        return super().parse_args(ctx, args)


def language_asked(args: list[str]) -> tuple[str, list[str]]:
    """Return the tag of the language that a command line asks for (or nothing), and the line without it.

    Raises
    ------
    InputError
        If there is no such language, or ``--lang`` stands at the end.

    Examples
    --------
    >>> language_asked(["check", "a.toml", "--lang", "ar"])
    ('ar', ['check', 'a.toml'])
    """
    tag, rest = "", []
    words = iter(args)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":  # no option stands behind it
            rest += [word, *words]
        elif name != "--lang":
            rest.append(word)
        elif value := value if equals else next(words, ""):
            tag = value
            try:
                language_called(tag)
            except LookupError:
                raise unknown_name("language", tag, languages()) from None
        else:
            codes = listing(languages())
            raise InputError(tr("--lang needs a language; expected one of {codes}", codes=codes))
    return tag, rest


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(\.\d+)?", word) is not None


def example(name: str, arguments: str) -> str:
    """Return the example of a command, on lines of at most 80 columns.

    Examples
    --------
    >>> print(example("places", "Hindarat"))
    supplyline places Hindarat
    """
    words = re.findall(r'--\S+ (?:"[^"]*"|[^-\s]\S*)|"[^"]*"|\S+', f"supplyline {name} {arguments}")
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > WIDTH - 6:
            lines.append(f"    {word}")
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip() if len(lines) == 1 else f"{lines[-1]} {word}"
    return " \\\n".join(lines)


app = typer.Typer(
    cls=Grouped,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help in plain text answers twice as fast
    context_settings=HELP,
    help="Supply routes and sieges: from dated, uncertain reports to the status of roads over time.",
    epilog="Road data: © OpenStreetMap contributors (ODbL). The embedded Aleppo network is schematic.",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the signature is Typer's
    if wanted:
        typer.echo(f"supplyline {__version__}")
        raise typer.Exit


def _with_language(function: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose help lists ``--lang``, which the program reads before any command does."""

    @wraps(function)
    def command(*args: Any, lang: str = "", **named: Any) -> None:  # noqa: ARG001 - read already
        function(*args, **named)

    own = signature(function, eval_str=True)
    lang = Parameter("lang", Parameter.KEYWORD_ONLY, default="", annotation=Lang)
    parameters = [*own.parameters.values(), lang]
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # Typer reads it
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


@app.callback()
def _options(
    *,
    lang: Lang = "",
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


for _commands in GROUPS.values():
    for _name, (_function, _) in _commands.items():
        app.command(
            _name,
            context_settings=HELP,
            cls=Command,
        )(_with_language(_function))


def help_texts() -> list[str]:
    """Return the help of all commands and options in English, for the catalogues."""
    program: Any = typer.main.get_command(app)
    found = [program.help, program.epilog, *GROUPS]
    for command in (program, *program.commands.values()):
        found += [command.help, *(getattr(param, "help", "") for param in command.params)]
    return [cleandoc(text) for text in found if text]
