"""What a file says is shown and never obeyed: no control character of it reaches a terminal, a log or an error."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer

from engine import errors
from engine.cli import app, printing
from engine.errors import InputError, Problem, SupplylineError
from scripts.fuzz_scenario import OBEYED, RAW, WHOLE, case, csv_of, leaves, toml_of, tried

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = typer.main.get_command(app.app)
ALL = "a".join(RAW)
SHOWN = "a\u202eb\u2066c"
"""What labels may hold: text written from right to left has such marks, and no error is made of them."""
FREE = "\x1b[31ma\x07b\x9bc\x7fd\u202ee\x1b]8;;http://x\x1b\\f"
"""What sources and notes may hold, which come from everywhere."""
TEXTS = [path for path in leaves(WHOLE) if isinstance(path[-1], str)]
RUN = ("s.toml",)
ASKED: dict[str, tuple[tuple[str, ...], ...]] = {
    "run": (RUN,),
    "batch": ((*RUN, "--out", "out"),),
    "open": ((*RUN, "--no-browser"),),
    "report": ((*RUN, "--out", "page.html"),),
    "plot": ((*RUN, "--what", "timeline", "--out", "spells.svg"),),
    "export": ((*RUN, "--out", "sheets"),),
    "cite": (RUN, (*RUN, "--with", "kept")),
    "check": (RUN, (*RUN, "--read"), (*RUN, "--long"), (*RUN, "--with", "kept")),
    "explain": ((*RUN, "--route", "r"),),
    "doubt": ((*RUN, "--route", "r"),),
    "known": (RUN,),
    "margin": (RUN,),
    "critical": (RUN,),
    "ways": (RUN,),
    "enclaves": (RUN,),
    "access": ((*RUN, "--actor", "opposition"),),
    "sweep": (RUN,),
    "sensitivity": ((*RUN, "--no-margins"),),
    "whatif": (
        (*RUN, "--event", "middle captured by government on 2014-12-08"),
        (*RUN, "--withdraw", "e+1"),
        (*RUN, "--with", "kept"),
    ),
    "compare": ((*RUN, "other.toml"),),
    "events": (RUN, (*RUN, "--add", f"id=new, date=2014-12-05, site=east, kind=raid, note={FREE}")),
    "read": (("news.txt", "--into", *RUN, "--published", "2014-12-05"),),
    "import": (("sheet", "sheet.csv", "--into", *RUN), ("drafts", "drafts.csv", "--into", *RUN)),
    "places": (("west", "--network", "roads.geojson", "--table", "p.csv"),),
    "sketch": (("p.csv", "roads.csv", "--out", "own.osm"),),
    "backtest": ((*RUN, "--truth", "truth.csv"),),
    "new": (
        ("fresh.toml", "--network", "roads.geojson", "--title", FREE, "--start", "2014-12-01", "--end", "2015-01-01",
         "--actor", "own"),
    ),
}  # fmt: skip
"""Every command, and how it is asked, of which the texts of files come into its answer."""
UNASKED = {"schema", "fetch"}
"""What reads no text of a file, or only names of tags."""
SILENT = {"known", "batch", "open", "report", "plot", "export", "cite", "events", "read", "import", "places",
          "sketch", "new", "sensitivity", "backtest", "access"}  # fmt: skip
"""What may answer without a text of the scenario."""


def value_at(path: tuple[str | int, ...]) -> Any:
    value: Any = WHOLE
    for step in path:
        value = value[step]
    return value


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return roads whose names, and those of their places, hold what a terminal would obey."""
    path = tmp_path_factory.mktemp("roads") / "roads.geojson"
    lines = [
        {
            "type": "Feature",
            "properties": {"name": f"road {FREE} {at}", "name:ar": FREE, "ref": FREE, "highway": "primary"},
            "geometry": {"type": "LineString", "coordinates": [[37 + at / 10, 36.2], [37.1 + at / 10, 36.2]]},
        }
        for at in range(3)
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": lines}))
    return path


def hostile(roads: str) -> dict[str, Any]:
    """Return a scenario on these roads, each of whose texts holds what a terminal would obey."""
    whole = copy.deepcopy(WHOLE) | {"network": roads}
    for key in (
        "roads",
        "gates",
        "overlooks",
        "falls",
        "events",
        "baseline",
        "places",
        "sites",
        "sources",
    ):
        del whole[key]
    spoilt = "Question " + SHOWN
    whole |= {
        "title": spoilt,
        "sources": {"herald": {"label": spoilt}},
        "places": [
            {"id": name, "name": spoilt, "name_ar": spoilt, "aliases": [spoilt + name], "kind": spoilt, "source": FREE, "lat": 36.2, "lon": lon}
            for name, lon in (("west", 37.0), ("middle", 37.15), ("east", 37.3))
        ],
        "sites": [{"id": "all", "label": spoilt, "label_ar": spoilt, "places": ["west", "middle"]}],
        "baseline": [
            {"site": site, "holder": "opposition", "source": FREE, "note": FREE}
            for site in ("west", "middle", "east")
        ],
        "events": [{"id": "e+1", "date": WHOLE["start"], "site": "middle", "kind": "captured", "actor": "government", "confidence": 0.4, "source": FREE, "note": FREE}],
    }  # fmt: skip
    for actor in whole["actors"].values():
        actor |= {"label": spoilt, "label_ar": spoilt}
    whole["routes"] = [
        {"id": "r", "label": spoilt, "label_ar": spoilt, "actor": "opposition", "from": "west", "to": "east"}
    ]  # fmt: skip
    whole["enclaves"] = [
        {"id": "e", "label": spoilt, "site": "all", "actor": "opposition", "lifelines": "east"}
    ]
    return whole


def test_every_command_is_asked() -> None:
    assert {*ASKED} | UNASKED == {*COMMAND.commands}  # type: ignore[attr-defined]
    assert not {*ASKED} & UNASKED


@pytest.fixture
def asked(roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder in which every text of every file holds what a terminal would obey."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(roads, tmp_path)
    whole = hostile("roads.geojson")
    other = whole | {"events": [], "baseline": whole["baseline"][:2]}
    files = {
        "s.toml": toml_of(whole | {"events": "events.csv"}),
        "events.csv": csv_of(whole["events"]),
        "other.toml": toml_of(other),
        "s.kept.changes.csv": (
            "change,id,date,site,kind,actor,confidence,source,note\n"
            f'add,new,2014-12-05,east,captured,government,0.5,"{FREE}","{FREE}"\n'
            'withdraw,e+1,,middle,captured,,,"",""\n'
        ),
        "sheet.csv": f'date,site,kind,actor,source,note\n2014-12-05,east,raid,government,"{FREE}","{FREE}"\n2014-12-06,"{FREE}",raid,"{FREE}",x,\n',
        "drafts.csv": (
            "accept,sentence,date,site,kind,actor,confidence,source\n"
            f'yes,"{FREE}",2014-12-06,east,captured,government,0.5,"{FREE}"\n'
        ),
        "news.txt": f"On 3 December government forces captured Middle {FREE}. {FREE} East was shelled yesterday.\n",
        "p.csv": f'id,name,name_ar,lat,lon,source\nwest,"{FREE}","{SHOWN}",36.2,37.0,"{FREE}"\neast,East,,36.2,37.3,"{FREE}"\n',
        "roads.csv": f'id,name,through\none,"{FREE}",west;east\n',
        "truth.csv": f'route,state,first,last,note\nr,not cut,2014-12-01,2014-12-02,"{FREE}"\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    monkeypatch.setattr("engine.serve.server.serve", lambda *given: given[-1]())


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("as_json", [False, True], ids=["lines", "json"])
@pytest.mark.parametrize("command", ASKED)
def test_no_answer_holds_what_a_terminal_obeys(
    command: str, *, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ASKED[command]:
        try:
            COMMAND([command, *arguments, *(["--json"] if as_json else [])], standalone_mode=False)
        except SupplylineError as error:  # one that has no such mark, or such names
            printing.complain(error, as_json=as_json)
        said = capsys.readouterr()
        assert said.out + said.err
        assert OBEYED.findall(said.out + said.err) == []
        if command in {"run", "explain", "doubt", "events", "critical"}:
            assert "\\x1b" in said.out or "\\u202e" in said.out or "\\u001b" in said.out
        if as_json:
            told = json.loads(said.out)
            assert command in SILENT or SHOWN in json.dumps(told, ensure_ascii=False)


def test_no_place_found_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.csv").write_text(
        f'id,name,name_ar,lat,lon,source\nzz,Zzyzx {SHOWN},{SHOWN},36,37,"{FREE}"\n'
    )
    for more in ([], ["--json"]):
        COMMAND(
            ["places", "Zzyzx", "--places", str(tmp_path / "p.csv"), *more], standalone_mode=False
        )
        said = capsys.readouterr().out
        assert "zz" in said
        assert OBEYED.findall(said) == []


@pytest.mark.parametrize(
    "path", TEXTS, ids=lambda path: ".".join(map(str, path)) if isinstance(path, tuple) else path
)
def test_no_error_holds_what_a_terminal_obeys(path: tuple[str | int, ...], tmp_path: Path) -> None:
    """The value and the key of every field of every model, as TOML and as the cell of a table."""
    assert case(tmp_path, path, ALL, "load") in {"read", "refused"}
    whole = copy.deepcopy(WHOLE)
    held: Any = whole
    for step in path[:-1]:
        held = held[step]
    held[f"{path[-1]}{ALL}"] = held.pop(path[-1])
    (tmp_path / "s.toml").write_text(toml_of(whole), encoding="utf-8", newline="")
    assert tried(tmp_path, ["load", str(tmp_path / "s.toml")]) in {"read", "refused"}
    if path[0] in {"places", "baseline", "events", "sites"} and len(path) > 2:
        assert case(tmp_path, path, ALL, "table") in {"read", "refused"}


@pytest.mark.parametrize("raw", RAW)
def test_errors_write_it_out(raw: str) -> None:
    told = str(InputError(Problem(raw, raw, 3, expected=raw, nearest=(raw,))))
    assert OBEYED.findall(told) == []
    assert "\n" not in told
    assert str(Problem("قرية 村 naïve")) == "قرية 村 naïve"


def test_a_table_keeps_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printing.table_lines(["a", "b"], [("\x1b[2J", "x"), ("long name", "y\n\nz")])
    printing.print_lines(lines)
    assert capsys.readouterr().out == "a          b\n\\x1b[2J    x\nlong name  y z\n"


def test_the_terminal_still_gets_colours_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.text import Text

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = printing.console()
    with screen.capture() as shown:
        screen.print(Text("red\x1b[0mx", style="red"))
    assert shown.get() == "\x1b[31mred\\x1b[0mx\x1b[0m\n"


def test_a_stream_that_holds_no_arabic_gets_escapes(tmp_path: Path) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", "from engine.cli import main; main()", "places", "azaz"],
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u0623\\u0639\\u0632\\u0627\\u0632" in done.stdout


def test_the_patterns_agree() -> None:
    everything = "".join(map(chr, range(0x3000))) + "\ud800"
    assert OBEYED.findall(errors.written_out(everything)) == []
    assert OBEYED.sub("", everything[:-1]).count("\n") == 1
