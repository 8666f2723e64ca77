"""How a question to an analysis becomes a command.

It reads a scenario file, asks, and prints the answer for people or for machines. What every question
takes (``FILE``, ``--network``, ``--known-on``, ``--json``, ``--quiet``) stands once, in `_shared`.
"""

from __future__ import annotations

from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.options import (
    AsJson,
    KnownOn,
    NetworkName,
    Quiet,
    ScenarioFile,
    With,
    actor_id,
    analyzed,
    refuse_other_than_days,
    subject_id,
)
from engine.cli.printing import print_json, print_lines, waiting
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.cli.wording import Answer


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
