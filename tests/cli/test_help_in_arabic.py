"""Help and errors of usage in another language: nothing of them is left in English."""

from __future__ import annotations

import re

import pytest
import typer
from typer.testing import CliRunner

from engine.cli.app import app
from engine.cli.helping import ERRORS, in_words
from engine.language import PSEUDO, speaking

COMMANDS = typer.main.get_command(app).commands
WIDE = {"COLUMNS": "80", "TERMINAL_WIDTH": "80"}
MARKED = re.compile(r"⟦[^⟦⟧]*⟧?")  # a list of commands has the first paragraph of a help alone


def said(*words: str) -> str:
    done = CliRunner().invoke(app, [*words], env=WIDE)
    assert "Traceback" not in done.output
    return done.output


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_all_of_a_help_is_in_the_catalogues(words: tuple[str, ...]) -> None:
    text = said("--lang", PSEUDO, *words, "-h").partition("⟦Example:⟧")[0]
    usage, rest = text.split("\n\n", 1)
    assert usage.startswith("⟦Usage: ⟧")
    names = r"<\S+|--[a-z/-]+|[a-z]+(\|[a-z]+)+"  # of types, options and values
    left = re.sub(names, "", MARKED.sub("", rest))
    commands = () if words else COMMANDS
    assert [word for word in re.findall(r"\b[a-z]{2,}\b", left) if word not in commands] == []


def test_the_language_may_stand_anywhere() -> None:
    for words in (
        ["--lang", "ar", "run", "-h"],
        ["run", "--lang=ar", "-h"],
        ["run", "-h", "--lang", "ar"],
    ):
        assert said(*words).startswith("الاستعمال: root run")
    assert said("run", "-h").startswith("Usage: root run")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ((), "الوسيط 'FILE' ناقص."),
        (("a.toml", "--foo"), "لا يوجد خيار بهذا الاسم: --foo (الخيارات الممكنة: --on, --out)"),
        (("a.toml", "--on"), "الخيار '--on' يحتاج إلى قيمة."),
        (("a.toml", "--json=3"), "الخيار '--json' لا يأخذ قيمة."),
    ],
)
def test_an_error_of_usage_is_told_in_the_language(words: tuple[str, ...], answer: str) -> None:
    lines = said("run", *words, "--lang", "ar").splitlines()
    assert lines[-1] == f"خطأ: {answer}"
    assert not re.search(r"Usage|Error|Try", "".join(lines))


def test_what_is_unknown_is_left_as_it_is() -> None:
    with speaking("ar"):
        assert (
            in_words("A sentence of another version.", ERRORS) == "A sentence of another version."
        )


def test_digits_that_there_are_not_are_refused() -> None:
    done = CliRunner().invoke(app, ["check", "--lang", "ar-u-nu-klingon", "a.toml"])
    assert "there is no language 'ar-u-nu-klingon'" in str(done.exception)
