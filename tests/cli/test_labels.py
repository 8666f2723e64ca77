"""Wherever an option takes an id, it takes a label too, in either script; one of several things is refused."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
import typer

from engine.cli import main
from engine.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = typer.main.get_command(app).commands
SCENARIO = """\
title = "A test"
network = "aleppo-schematic"
start = 2014-12-01
end = 2015-01-01

[actors.opposition]
label = "Ópposition Forces"
label_ar = "فصائل المعارضة"
[actors.government]
label = "A side"
[actors.third]
label = "a side"

[[sites]]
id = "the-hill"
label = "Hill by the Road"
label_ar = "التل"
place = "mallah"
[[sites]]
id = "one-road"
label = "A road"
road = "Castello road"
[[sites]]
id = "other-road"
label = "a road"
road = "Castello road"

[[routes]]
id = "castello"
label = "The Old Route"
label_ar = "الطريق القديم"
actor = "opposition"
from = "castello-west"
to = "jandoul"
[[routes]]
id = "twin"
label = "twins"
actor = "opposition"
from = "castello-west"
to = "jandoul"

[[enclaves]]
id = "town"
label = "Twins"
actor = "opposition"
site = "jandoul"
lifelines = ["the-hill", "one-road", "other-road"]

[[baseline]]
site = "the-hill"
holder = "opposition"
[[events]]
id = "e1"
date = 2014-12-05
site = "the-hill"
kind = "captured"
actor = "government"
"""
MEANT = {
    "ROUTE": ("castello", ("The Old Route", "the old route", "الطريق القديم"), "twins", ("town", "twin")),
    "ACTOR": (
        "opposition",
        ("Ópposition Forces", "O\u0301PPOSITION FORCES", "فصائل المعارضة"),
        "A SIDE",
        ("government", "third"),
    ),
    "SITE": ("the-hill", ("hill by the road", "التل"), "A ROAD", ("one-road", "other-road")),
}  # fmt: skip
"""By what an option takes: an id, labels of it, a label of two things, and these."""
REQUIRED = {"explain": ("--route", "castello"), "doubt": ("--route", "castello")}
TAKEN = [
    (name, option.opts[0], option.metavar)
    for name, command in COMMANDS.items()
    for option in command.params
    if option.metavar in MEANT and name != "new"  # whose actors are new
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("labels") / "s.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["supplyline", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.err if ended.value.code else told.out

    return run


def test_options_that_take_an_id_are_found() -> None:
    assert {flag for _, flag, _ in TAKEN} == {"--route", "--by", "--actor", "--lifeline", "--site"}
    assert len(TAKEN) >= 10


@pytest.mark.slow
@pytest.mark.parametrize(("command", "flag", "kind"), TAKEN)
def test_a_label_stands_for_an_id(command: str, flag: str, kind: str, path: Path, said) -> None:
    own, labels, ambiguous, both = MEANT[kind]
    rest = REQUIRED.get(command, ()) if flag != "--route" else ()
    code, wanted = said(command, path, *rest, flag, own, "--json")
    assert code == 0, wanted
    for label in labels:
        assert said(command, path, *rest, flag, label, "--json") == (0, wanted)
    code, told = said(command, path, *rest, flag, ambiguous)
    assert code == 2
    assert f"may be {both[0]} or {both[1]}; expected the id of one of them" in told


@pytest.mark.parametrize(
    ("label", "actor"),
    [("the-hill", "opposition"), ("Hill by the Road", "فصائل المعارضة"), ("التل", "ópposition forces")],
)  # fmt: skip
def test_labels_in_the_text_of_an_event(label: str, actor: str, path: Path, said) -> None:
    told = f"{label} captured by {actor} on 2014-12-10"
    assert said("whatif", path, "--event", told, "--on", "2014-12-12") == said(
        "whatif", path, "--event", "the-hill captured by opposition on 2014-12-10",
        "--on", "2014-12-12",
    )  # fmt: skip
    code, text = said("whatif", path, "--event", f"{label} captured by a side on 2014-12-10")
    assert (code, "'a side' may be government or third" in text) == (2, True)


def test_a_report_added_by_labels_is_written_by_ids(tmp_path: Path, said) -> None:
    file = tmp_path / "s.toml"
    file.write_text(SCENARIO.partition("[[events]]")[0], encoding="utf-8")
    new = "date=2014-12-10, site=the-hill, kind=captured, actor=فصائل المعارضة"
    assert said("events", file, "--add", new)[0] == 0
    assert ",captured,opposition" in (tmp_path / "s-events.csv").read_text(encoding="utf-8")
