"""Options that several commands share are there wherever they make sense, and mean one thing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from engine.cli.app import app

COMMANDS = typer.main.get_command(app).commands
ROOT = Path(__file__).parents[2]
NO_ANALYSIS = {"new", "events", "import", "read", "schema", "fetch", "places", "sketch"}
"""They write, list or fetch, and analyse nothing."""
WHOLE_RUN = {"batch", "report", "export", "cite", "check", "backtest"}
"""What they tell is about all days of a run."""
LAST, ALL = (
    "A day asked about; the last one, if absent.",
    "A day asked about; again for more; all, if absent.",
)


def option(command: str, flag: str) -> typer.core.TyperOption | None:
    return next((one for one in COMMANDS[command].params if flag in one.opts), None)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - NO_ANALYSIS))
def test_every_command_that_analyses_takes_what_was_known_and_the_day(command: str) -> None:
    known, network, day = (option(command, flag) for flag in ("--known-on", "--network", "--on"))
    assert known is not None
    assert known.help == "Use only what was reported by this day."
    assert network is not None
    assert option(command, "--json") is not None
    assert option(command, "--with") is not None
    assert option(command, "--quiet") is not None
    assert (day is None) == (command in WHOLE_RUN)
    if day is not None and command != "plot":
        assert day.help == (ALL if day.multiple else LAST)


def test_the_documentation_says_which_commands_have_no_day() -> None:
    page = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"`--on` .*? except (.*?), which tell of all days", page, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", said)) == WHOLE_RUN


def test_commands_that_read_tables_from_elsewhere_take_their_encoding() -> None:
    assert {name for name in COMMANDS if option(name, "--encoding")} == {
        *("import", "new", "places", "sketch"),
    }
