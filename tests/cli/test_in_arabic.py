"""What the commands say in another language: all of it from catalogues, in columns that hold."""

from __future__ import annotations

import io
import re
import sys

import pytest
from typer.testing import CliRunner

from engine import language
from engine.cli import printing
from engine.cli.app import app
from engine.language import PSEUDO, speaking, spoken
from engine.scenario.load import load_scenario
from engine.scenario.road_network import network_of

SEED = "scenarios/castello-2014-12.toml"
OBEYED = re.compile("[\u202a-\u202e\u2066-\u2069]")


def test_columns_hold_whatever_the_letters() -> None:
    rows = [("محاصَر", "a"), ("مفتوح", "b"), ("open", "c")]
    lines = printing.table_lines(("الحالة", "x"), rows)
    assert [printing.width_of(line) for line in lines] == [9, 9, 9, 9]
    assert len(lines[1]) == 10  # a mark over a letter takes no room
    assert printing.wrapped("محاصَر " * 4, width=11) == ["محاصَر محاصَر"] * 2


def test_marks_of_direction_are_for_terminals_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def lines() -> list[str]:
        table = printing.table_lines(("أ", "ب"), [("castello", "مقطوع")])
        return [
            *table,
            printing.marked_sentence("castello: مقطوع"),
            printing.marked_sentence("plain"),
        ]

    with speaking("ar"):
        assert not re.search("[\u200e\u200f]", "".join(lines()))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        header, row, said, plain = lines()
    assert header.startswith("\u200e")
    assert row == "\u200ecastello\u200e  مقطوع"
    assert said.startswith("\u200f")
    assert plain == "plain"
    assert not re.search("[\u200e\u200f]", "".join(lines()))  # in English


def test_a_terminal_is_asked_for_the_direction_and_no_longer_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(SystemExit), speaking("ar"), printing.direction_detected():
        raise SystemExit
    with speaking("en"), printing.direction_detected():
        pass
    assert screen.getvalue() == printing.DETECT + printing.LEAVE


ASKED = (
    ("check",),
    ("check", "--long"),
    ("explain", "--route", "castello", "--on", "2014-12-20"),
    ("doubt", "--route", "castello", "--on", "2014-12-20"),
    ("known", "--on", "2014-12-20"),
    ("margin", "--route", "castello", "--on", "2014-12-20"),
    ("critical", "--on", "2014-12-05"),
    ("ways", "--on", "2014-12-05"),
    ("enclaves",),
    ("access", "--actor", "opposition", "--on", "2014-12-20"),
    ("access", "--actor", "opposition"),
    ("sweep", "--on", "2014-12-20", "--by", "government"),
    ("sensitivity", "--no-margins"),
    ("whatif", "--event", "mallah captured by government on 2014-12-25"),
    ("compare", SEED),
    ("events", "--site", "mallah"),
)
"""The questions to the seed scenario."""
OTHER_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувщхуз")


def _in_other_letters(text: str) -> str:
    """Return a message, but for its values in braces, in letters that no name here has."""
    if spoken().code != PSEUDO:
        return text
    parts = re.split(r"(\{[^{}]*\})", text)
    return "".join(one if one[:1] == "{" else one.lower().translate(OTHER_LETTERS) for one in parts)


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Return the words of all names, ids and sources of the scenario and its roads."""
    scenario = load_scenario(SEED)
    network = network_of(scenario)
    texts = [
        scenario.title, network.provenance.credit, network.provenance.name, SEED,
        *(f"{one.id} {one.label}" for one in (*scenario.routes, *scenario.enclaves)),
        *(f"{one.id} {one.name}" for one in network.places),
        *(f"{one.id} {one.label}" for one in scenario.sites), *scenario.actors,
        *(f"{name} {one.label}" for name, one in scenario.actors.items()),
        *(f"{name} {one.source}" for name, one in zip(scenario.event_ids(), scenario.events, strict=True)),
        *(network.name[at] for at in range(network.n_segments)), *(network.ref[at] for at in range(network.n_segments)), "what if", "believe", "km", "supplyline",
    ]  # fmt: skip
    return set(re.findall(r"[a-z]{2,}", " ".join(texts).lower()))


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_nothing_that_people_read_is_outside_of_the_catalogues(
    words: tuple[str, ...], names: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_marked", _in_other_letters)
    command, *rest = words
    done = CliRunner().invoke(app, [command, SEED, *rest, "--lang", PSEUDO])
    assert (done.exit_code, str(done.exception or "")) == (0, "")
    said = re.sub(r"[\u0600-\u06ff]", "", done.output.lower())
    words_left = [word for word in re.findall(r"[a-z]{2,}", said) if word not in names]
    left = [word for word in words_left if f"{word}…" not in said]  # of a source that is cut
    assert left == []
    assert not OBEYED.search(done.output)


def test_what_machines_read_is_english_in_every_language() -> None:
    asked = ["sweep", SEED, "--on", "2014-12-20", "--json"]
    said = [CliRunner().invoke(app, [*asked, *lang]).output for lang in ([], ["--lang", "ar"])]
    assert said[0] == said[1]


def test_a_file_for_people_is_in_the_language_asked_for() -> None:
    with printing.answering("ar", as_json=True):
        assert spoken().code == "en"
        with printing.for_people() as language_of_files:
            assert language_of_files.code == spoken().code == "ar"
    with printing.answering("ar", as_json=False):
        assert spoken().code == "ar"


def test_arabic_indic_digits_on_request() -> None:
    asked = ["margin", SEED, "--route", "castello", "--on", "2014-12-20", "--lang"]
    western, indic = (
        CliRunner().invoke(app, [*asked, tag]).output for tag in ("ar", "ar-u-nu-arab")
    )
    assert "في 20 كانون الأول 2014: castello: 1." in western
    assert "في ٢٠ كانون الأول ٢٠١٤: castello: ١." in indic
