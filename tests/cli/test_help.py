"""The help: whole descriptions in 80 columns, an example each, one meaning for each name of an option."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from engine.cli import main
from engine.cli.app import GROUPS, RENAMED, app, example
from scripts import make_reference

COMMANDS = typer.main.get_command(app).commands
DOCS = Path(__file__).parents[2] / "docs"
OPTIONS = [
    (name, option)
    for name, command in COMMANDS.items()
    for option in command.params
    if option.opts[0].startswith("-")
]


def helped(*words: str) -> str:
    done = CliRunner().invoke(app, [*words, "-h"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"})
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_nothing_is_cut_or_too_broad(words: tuple[str, ...]) -> None:
    text = helped(*words)
    assert [line for line in text.splitlines() if len(line) > 80] == []
    said = text.partition("\n")[2]  # the usage has its own dots
    assert re.findall(r"\w\.\.\.|…", said) == []
    flat = " ".join(text.split())
    if words:
        (name,) = words
        assert " ".join(COMMANDS[name].help.split()) in flat
        _, shown = next(group[name] for group in GROUPS.values() if name in group)
        joined = re.sub(r"\\\n\s*", "", text)
        assert f"Example: supplyline {name} {shown}" in " ".join(joined.split())
    else:
        for group, commands in GROUPS.items():
            assert f"\n{group}:\n" in text
            assert all(COMMANDS[name].help.partition("\n\n")[0] in flat for name in commands)


def test_an_example_reads_the_same_on_one_line_and_on_several() -> None:
    for group in GROUPS.values():
        for name, (_, shown) in group.items():
            lines = example(name, shown)
            assert shlex.split(lines.replace("\\\n", " ")) == [
                "supplyline",
                name,
                *shlex.split(shown),
            ]


def test_an_option_means_the_same_wherever_it_is() -> None:
    meanings: dict[str, set[str]] = {}
    for name, option in OPTIONS:
        assert option.help, (name, option.opts)
        first = re.split(r"[:;(]", option.help)[0].strip(" .")
        meanings.setdefault(option.opts[0], set()).add(first)
    assert {flag: said for flag, said in meanings.items() if len(said) > 1} == {}


def test_every_option_says_what_it_takes() -> None:
    assert [(name, one.opts) for name, one in OPTIONS if not one.is_flag and not one.metavar] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_quiet(name: str) -> None:
    assert any("-q" in option.opts for command, option in OPTIONS if command == name)


@pytest.mark.parametrize(("command", "old"), RENAMED)
@pytest.mark.parametrize("form", ["{} x", "{}=x"])
def test_an_older_name_of_an_option_is_told(
    command: str,
    old: str,
    form: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    new = RENAMED[command, old]
    assert (command, new) in {(name, option.opts[0]) for name, option in OPTIONS}
    monkeypatch.setattr(sys, "argv", ["supplyline", command, *form.format(old).split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"supplyline: {old} is called {new} now\n"


def test_a_box_of_four_words_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "supplyline fetch x --bbox 36.6 -35.7 37.6 36.7"
    monkeypatch.setattr(sys, "argv", words.split())
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "is written --bbox 36.6,-35.7,37.6,36.7 now" in capsys.readouterr().err


def test_the_reference_is_that_of_the_commands() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    manual = (DOCS / "supplyline.1").read_text(encoding="utf-8")
    assert page == make_reference.page(), "run scripts/make_reference.py"
    assert manual == make_reference.manual(), "run scripts/make_reference.py"
    for name, option in OPTIONS:
        assert f"### {name}\n" in page
        assert option.opts[0].replace("-", r"\-") in manual
    lines = manual.splitlines()
    starts = {line.split()[0] for line in lines if line[:1] in {".", "'"}}
    assert starts == {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".nf", ".fi"}
