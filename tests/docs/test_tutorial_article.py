"""The tutorial from an article and a sketch: every command is run, and says what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli.app import app
from scripts.show_commands import accept_all

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, IN_ARABIC = DOCS / "tutorial-article.md", DOCS / "ar" / "tutorial-article.md"
BLOCK = re.compile(
    r"(?:^`(?P<file>[\w.-]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def said_by(commands: str) -> list[str]:
    lines = []
    for command in commands.replace("\\\n", " ").strip().splitlines():
        program, *words = shlex.split(command)
        assert program == "supplyline"
        if words[:2] == ["import", "drafts"]:
            accept_all(Path(words[2]))
        done = CliRunner().invoke(app, words, env={"COLUMNS": "80"})
        assert done.exit_code == 0, (command, done.output, done.exception)
        lines += [line.rstrip() for line in done.output.splitlines()]
    return lines


@pytest.mark.slow
def test_every_command_says_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = list(BLOCK.finditer(PAGE.read_text(encoding="utf-8")))
    n_run = 0
    for at, block in enumerate(blocks):
        if block["file"]:
            Path(block["file"]).write_text(block["text"], encoding="utf-8")
        elif block["kind"] == "sh":
            shown = blocks[at + 1]
            assert (shown["kind"], shown["file"]) == ("text", None)
            assert said_by(block["text"]) == shown["text"].splitlines()
            n_run += 1
    assert n_run == 9
    page = Path("valley.html").read_text(encoding="utf-8")
    assert "Schematic sketch, not OpenStreetMap data" in page


def test_the_arabic_page_shows_the_same_files_commands_and_answers() -> None:
    found = [BLOCK.findall(page.read_text(encoding="utf-8")) for page in (PAGE, IN_ARABIC)]
    assert len(found[0]) > 20
    assert found[0] == found[1]
    text = BLOCK.sub("", IN_ARABIC.read_text(encoding="utf-8"))
    letters = [letter for letter in text if letter.isalpha()]
    assert sum("\u0600" <= letter <= "\u06ff" for letter in letters) > 0.8 * len(letters)
    assert "ar/tutorial-article" in (DOCS / "index.md").read_text(encoding="utf-8")
