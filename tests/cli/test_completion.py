"""What stands on the command line is completed in a shell: commands, routes, actors, sites, reports, days."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from engine.cli.app import app

SEED = "scenarios/castello-2014-12.toml"
COMMANDS = typer.main.get_command(app).commands
TYPED = {
    "ROUTE": ("cas", "castello"),
    "ACTOR": ("gov", "government"),
    "SITE": ("castello-w", "castello-west"),
    "DATE": ("2014-12-31", "2014-12-31"),
    "REPORT": ("e012-", "e012-mallah"),
    "KIND": ("capt", "captured"),
}
"""By what an option takes: what is typed, and what it becomes."""
FREE = {
    "--date": "a day of the map",
    "--file-date": "a day of a file",
    "--published": "a day of an article",
    "--start": "of a scenario that is not there yet",
    "--end": "of a scenario that is not there yet",
}
ASKED = [
    (name, option.opts[0], option.metavar.partition("=")[0])
    for name, command in COMMANDS.items()
    for option in command.params
    if option.metavar
    and option.metavar.partition("=")[0] in TYPED
    and option.opts[0] not in FREE
    and name != "new"
]


def completed(*words: str) -> list[str]:
    environment = {
        "_SUPPLYLINE_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("supplyline", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = CliRunner().invoke(app, [], prog_name="supplyline", env=environment)
    return done.stdout.split()


@pytest.mark.parametrize(("command", "flag", "kind"), ASKED)
def test_values_of_the_scenario_are_completed(command: str, flag: str, kind: str) -> None:
    typed, expected = TYPED[kind]
    assert expected in completed(command, SEED, flag, typed)


def test_every_kind_of_value_is_tried() -> None:
    assert {kind for *_, kind in ASKED} == {*TYPED}


def test_commands_options_and_networks_are_completed() -> None:
    assert sorted(completed("ex")) == ["explain", "export"]
    assert "--known-on" in completed("margin", SEED, "--kn")
    assert completed("run", SEED, "--network", "aleppo-s") == ["aleppo-schematic"]
    assert completed("import", "ac") == ["acled", "access-constraints"]


CHOICES = [
    (name, option.opts[0], option.metavar.split("|"))
    for name, command in COMMANDS.items()
    for option in command.params
    if "|" in (option.metavar or "") and option.metavar.islower()
]


@pytest.mark.parametrize(("command", "flag", "words"), CHOICES)
def test_one_of_a_few_words_is_completed(command: str, flag: str, words: list[str]) -> None:
    assert completed(command, SEED, flag, "") == words


def test_all_choices_are_tried() -> None:
    assert {flag for _, flag, _ in CHOICES} == {"--what", "--weight", "--mode"}


def test_bash_completes_files_where_nothing_else_fits() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "from engine.cli import main; main()"],
        env={"_SUPPLYLINE_COMPLETE": "source_bash", "PYTHONPATH": str(Path.cwd())},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "complete -o default -F" in shown
    assert completed("run", "scen") == []


def test_languages_are_completed() -> None:
    assert completed("run", "a.toml", "--lang", "a") == ["ar", "ar-u-nu-arab"]
