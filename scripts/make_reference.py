"""Write the reference of the command line from the commands themselves.

Usage::

    python scripts/make_reference.py

Writes ``docs/commands.md``, a page of the documentation, and ``docs/supplyline.1``, the manual page that a
wheel installs. All of their text is the help of the commands and options.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import typer

from engine.cli.app import GROUPS, app, example
from engine.version import RELEASED, __version__

DOCS = Path(__file__).resolve().parents[1] / "docs"
PROGRAM: Any = typer.main.get_command(app)


class Parameter(NamedTuple):
    """An argument or an option: how it is written, and what its help says."""

    written: str
    help: str


def arguments(command: Any) -> list[Parameter]:
    """Return the arguments of a command."""
    return [
        Parameter(str(one.metavar), one.help)
        for one in command.params
        if not one.opts[0].startswith("-")
    ]


def options(command: Any) -> list[Parameter]:
    """Return the options of a command, the needed ones marked, defaults told."""
    found = []
    for one in command.params:
        if not one.opts[0].startswith("-"):
            continue
        names = ", ".join(sorted((*one.opts, *one.secondary_opts), key=len))
        written = names if one.is_flag else f"{names} {one.metavar}"
        shown = "" if one.is_flag or one.default in {None, ""} else f" [default: {one.default}]"
        found.append(Parameter(written, one.help + (" [required]" if one.required else shown)))
    return found


def synopsis(name: str, command: Any) -> str:
    """Return how a command is written."""
    return " ".join(["supplyline", name, *(one.written for one in arguments(command)), "[OPTIONS]"])


# As a page of the documentation.


def page() -> str:
    """Return the page of the documentation."""
    parts = [f"# Commands\n\n{PROGRAM.help}\n\n{PROGRAM.epilog}\n\n{_table(options(PROGRAM))}"]
    for group, commands in GROUPS.items():
        parts.append(f"## {group}")
        for name, (_, shown) in commands.items():
            command = PROGRAM.commands[name]
            parts += [f"### {name}", command.help, f"```sh\n{example(name, shown)}\n```"]
            parts.append(_table([*arguments(command), *options(command)]))
    return "\n\n".join(parts) + "\n"


def _table(rows: list[Parameter]) -> str:
    cells = ([text.replace("|", r"\|") for text in row] for row in rows)
    lines = [f"| `{written}` | {meaning} |" for written, meaning in cells]
    return "\n".join(["| argument or option | meaning |", "|---|---|", *lines])


# As a manual page, in the language of man(7).


def manual() -> str:
    """Return the manual page."""
    lines = [
        f'.TH SUPPLYLINE 1 "{RELEASED}" "supplyline {__version__}" "User Commands"',
        ".SH NAME",
        _roff(f"supplyline - {PROGRAM.help[:1].lower()}{PROGRAM.help[1:].rstrip('.')}"),
        ".SH SYNOPSIS",
        r".B supplyline",
        r"\fICOMMAND\fR [\fIARGUMENTS\fR] [\fIOPTIONS\fR]",
        ".SH OPTIONS",
        *_entries(options(PROGRAM)),
    ]
    for group, commands in GROUPS.items():
        lines.append(f".SH {group.upper()}")
        for name, (_, shown) in commands.items():
            command = PROGRAM.commands[name]
            lines += [f".SS {_roff(synopsis(name, command))}", *_paragraphs(command.help)]
            lines += _entries([*arguments(command), *options(command)])
            lines += [".PP", "Example:", ".PP", ".nf", _roff(example(name, shown)), ".fi"]
    return "\n".join([*lines, ".SH NOTES", _roff(PROGRAM.epilog)]) + "\n"


def _paragraphs(text: str) -> list[str]:
    return "\n.PP\n".join(map(_roff, text.split("\n\n"))).split("\n")


def _entries(rows: list[Parameter]) -> list[str]:
    return [
        line for row in rows for line in (".TP", rf"\fB{_roff(row.written)}\fR", _roff(row.help))
    ]


def _roff(text: str) -> str:
    """Return text in which nothing is taken for an instruction."""
    plain = (
        text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("©", r"\(co")
    )
    return "\n".join(rf"\&{line}" if line[:1] in {".", "'"} else line for line in plain.split("\n"))


def main() -> None:
    """Write both."""
    for name, text in (("commands.md", page()), ("supplyline.1", manual())):
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
