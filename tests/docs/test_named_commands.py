"""Every command and option that the documentation names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from engine.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(app).commands
EVERYWHERE = {"--help"}


def named(text: str) -> list[tuple[str, set[str]]]:
    """Return each command that a text names, with the options that follow it."""
    text = text.replace("\\\n", " ")
    calls = re.findall(r"(?:^|[`/ ])supplyline ([a-z][-a-z]*)([^\n`|]*)", text, re.MULTILINE)
    return [(command, set(re.findall(r"(--[a-z][-a-z]*)", rest))) for command, rest in calls]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    in_code = "\n".join(re.findall(r"```sh\n.*?```|`supplyline [^`]*`", text, re.DOTALL))
    for command, options in named(in_code):
        assert command in COMMANDS, f"{page.name}: supplyline {command}"
        params = COMMANDS[command].params
        known = {name for one in params for name in (*one.opts, *one.secondary_opts)}
        assert options <= known | EVERYWHERE, f"{page.name}: supplyline {command}"


def test_the_pages_name_commands_at_all() -> None:
    text = (ROOT / "docs" / "backtest.md").read_text(encoding="utf-8")
    assert ("backtest", {"--truth", "--out"}) in named(text)
