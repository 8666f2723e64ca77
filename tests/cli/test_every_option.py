"""Every option of every command, given a wrong value: one clear message, exit code 2, nothing written."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

from engine.cli import main
from engine.cli.app import app
from scripts.fuzz_scenario import OBEYED

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COMMANDS = typer.main.get_command(app).commands
EACH = 1 if os.environ.get("HOSTILE_FILES") == "all" else 12
FILE, SECOND = "castello-2014-12.toml", "holdings-2014-12.csv"
NEEDED = {
    "batch": (FILE, "--out", "results"),
    "plot": (FILE, "--out", "map.png"),
    "export": (FILE, "--out", "layers.gpkg"),
    "explain": (FILE, "--route", "castello"),
    "doubt": (FILE, "--route", "castello"),
    "compare": (FILE, FILE),
    "new": (
        "new.toml", "--around", "azaz", "--title", "A test", "--start", "2014-12-01", "--end",
        "2015-01-01", "--actor", "own",
    ),
    "read": ("sheet.csv.txt", "--into", FILE, "--published", "2014-12-22"),
    "import": ("sheet", "sheet.csv", "--into", FILE),
    "schema": (),
    "fetch": ("azaz", "--around", "36.2,37.1", "--from-pbf", "none.osm.pbf"),
    "places": ("azaz",),
    "sketch": ("places.csv", "roads.csv", "--out", "drawn.osm"),
    "sensitivity": (FILE, "--no-margins"),
    "events": (FILE, "--add", "date=2014-12-25, site=mallah, kind=captured, actor=government"),
    "backtest": (FILE, "--truth", "truth.csv"),
}  # fmt: skip
"""What each command needs besides the option in question; the others need a scenario."""
DAYS = ("2014-12",)
NO_FILE = ("no-such-file.csv",)
BELOW_A_FILE = (f"{SECOND}/below",)
WRONG: dict[str, tuple[str, ...]] = {
    "--on": (*DAYS, "2020-01-01"),
    "--known-on": DAYS,
    "--start": DAYS,
    "--end": DAYS,
    "--from": DAYS,
    "--to": DAYS,
    "--date": DAYS,
    "--file-date": DAYS,
    "--published": DAYS,
    "--actors": NO_FILE,
    "--route": ("castelo", "no such route"),
    "--by": ("goverment", "nobody"),
    "--actor": ("goverment",),
    "--lifeline": ("atlantis",),
    "--site": ("atlantis",),
    "--kind": ("capturd",),
    "--mode": ("conv",),
    "--weight": ("tim",),
    "--what": ("mapp",),
    "--network": ("aleppo-schematik",),
    "--places": NO_FILE,
    "--reports": NO_FILE,
    "--truth": NO_FILE,
    "--into": NO_FILE,
    "--scenario": NO_FILE,
    "--from-pbf": NO_FILE,
    "--out": BELOW_A_FILE,
    "--plot": BELOW_A_FILE,
    "--event": ("mallah falls", "atlantis captured by government on 2014-12-25"),
    "--withdraw": ("e012-malah",),
    "--delay": ("e012-mallah", "e012-malah=1", "e012-mallah=soon"),
    "--min-confidence": ("high", "2"),
    "--default-confidence": ("high", "2"),
    "--confidence": ("e012-mallah=high", "e012-malah=0.5", "e012-mallah=2"),
    "--add": ("mallah", "date=2014-12-25, site=mallah, kind=capturd, actor=government"),
    "--bbox": ("here", "1,2,3", "1,2,3,x", "1,2,3,4,5"),
    "--near": ("here",),
    "--km": ("far", "0"),
    "--lang": ("klingon", "ar-u-nu-klingon"),
    "--extra-km": ("wide", "-1"),
    "--most": ("all", "0"),
    "--workers": ("many", "0"),
    "--contested-days": ("long", "0"),
    "--place": ("atlantis",),
    "--around": ("atlantis",),
    "--encoding": ("klingon",),
    "--with": ("nothing-saved", "../outside", "a/b", ".hidden"),
    "--port": ("many", "70000"),
    "--host": ("0.0.0.0", "192.0.2.1"),
}
FREE = {
    ("new", "--title"), ("new", "--actor"), ("events", "--source"), ("fetch", "--server"),
    ("import", "--sheet"), ("import", "--actors"), ("import", "--actor-column"), ("import", "--date-column"),
    ("import", "--text"),
    ("batch", "--scheduler"), ("fetch", "--place"),
}  # fmt: skip
"""Options that take any text, or of which only a server, a worker or a file of another kind
knows, or that name a file which is made where it is missing."""
OTHER = {
    ("run", "--known-on"): (("today",), ("20141220",), ("2014-02-31",)),
}
"""Wrong values of options that mean something else in one command."""


def cases() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name, command in COMMANDS.items():
        for option in command.params:
            flag = next((text for text in option.opts if text.startswith("--")), "")
            if not flag or option.is_flag or flag == "--help" or (name, flag) in FREE:
                continue
            for value in OTHER.get((name, flag)) or ((value,) for value in WRONG[flag]):
                yield name, flag, value


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a scenario, its tables and others, as the working directory."""
    home = tmp_path / "scenarios"
    home.mkdir()
    shutil.copytree(ROOT / "data" / "osm", tmp_path / "data" / "osm")
    for name in (FILE, SECOND, "castello-2014-12.csv"):
        shutil.copy(ROOT / "scenarios" / name, home)
    (home / "truth.csv").write_text(
        "route,state,first,last\ncastello,not cut,2014-12-01,2014-12-02\n"
    )
    (home / "sheet.csv.txt").write_text("Rebels captured Mare.", encoding="utf-8")
    (home / "sheet.csv").write_text(
        "date,site,kind,actor,source\n2014-12-20,mallah,captured,government,a record\n"
    )
    monkeypatch.chdir(home)
    return tmp_path


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("command", "flag", "value"),
    list(cases()),
    ids=lambda part: part if isinstance(part, str) else "_".join(part),
)
def test_a_wrong_value_is_refused(
    command: str,
    flag: str,
    value: tuple[str, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    needed = list(NEEDED.get(command, (FILE,)))
    if flag in needed and command != "new":  # takes the place of the right value
        at = needed.index(flag)
        del needed[at : at + 2]
    before = files_in(folder)
    monkeypatch.setattr(sys, "argv", ["supplyline", command, *needed, flag, *value])
    monkeypatch.setattr(sys, "stdin", io.StringIO())  # nobody answers
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 2, said
    assert said.out == ""
    assert "Traceback" not in said.err
    parts = [flag, *re.findall(r"[\w.-]+", value[-1])]
    assert any(part in said.err for part in parts)
    assert files_in(folder) == before


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "schema"])
def test_a_missing_file_is_refused(
    command: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if command in {"new", "places", "fetch", "sketch"}:
        pytest.skip("it reads no scenario")
    needed = [text.replace(FILE, "none.toml") for text in NEEDED.get(command, (FILE,))]
    before = files_in(folder)
    monkeypatch.setattr(sys, "argv", ["supplyline", command, *needed])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert "none.toml" in said.err
    assert said.out == ""
    assert files_in(folder) == before


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "text", ["a\x1b[31m\x07\x9b\x7f\u202eb", "a\udcffb"], ids=["controls", "half letter"]
)
def test_no_argument_is_obeyed_or_breaks(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What no file may hold, in every argument and option: one of twelve, or with ``HOSTILE_FILES=all`` each."""
    faults, tried = [], 0
    for name, command in COMMANDS.items():
        for number, option in enumerate(command.params):
            flag, needed = option.opts[0], list(NEEDED.get(name, (FILE,)))
            if option.is_flag if flag.startswith("--") else number:
                continue
            tried += 1
            if (tried + len(text)) % EACH:
                continue
            if flag in needed:
                del needed[needed.index(flag) : needed.index(flag) + 2]
            given = (
                [*needed, flag, *[text] * option.nargs]
                if flag.startswith("--")
                else [text, *needed[1:]]
            )
            monkeypatch.setattr(sys, "argv", ["supplyline", name, *given])
            monkeypatch.setattr(sys, "stdin", io.StringIO())
            try:
                main()
                code: object = 0
            except SystemExit as stop:
                code = stop.code or 0
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                code = repr(error)
            said = "".join(capsys.readouterr())
            if code not in {0, 2} or OBEYED.findall(said):
                faults.append(f"{name} {flag}: {code} {said[:300]!r}")
    assert faults == []
    assert tried > 150


def test_every_option_with_a_value_is_tried() -> None:
    assert len({(command, flag) for command, flag, _ in cases()}) > 70
