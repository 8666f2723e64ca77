"""The commands where paths, encodings, line ends and missing calls are those of Windows, as far as that can be simulated."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.io.text import path_of, portable
from engine.network.obtain import fetch_network

ROOT = Path(__file__).parents[2]
SCENARIO = r"""
title = "ممر الكاستيلو"
network = "..\\maps\\schematic.osm"
start = 2014-12-01
end = 2015-01-01
include = "parts\\more.toml"
events = "tables\\events.csv"
baseline = 'tables\holdings.csv'
places = 'tables\places.csv'

[actors.opposition]
label_ar = "فصائل المعارضة"
[actors.government]

[[sites]]
id = "farms"
label_ar = "المزارع"
area = 'areas\farms.geojson'

[[routes]]
id = "castello"
label = "Castello road, الكاستيلو"
actor = "opposition"
from = "castello-west"
to = "jandoul"
"""
MORE = """
[[enclaves]]
id = "town"
actor = "opposition"
site = "jandoul"
lifelines = "castello-west"
"""
TABLES = {
    "events.csv": "date,site,kind,actor,source,note\n"
    "2014-12-14,mallah,captured,government,وكالة الأنباء,naïve\n"
    "2014-12-20,farms,contested,,agency,\n",
    "holdings.csv": "site,holder\ncastello-west,opposition\njandoul,opposition\nmallah,opposition\n",
    "places.csv": "id,name,name_ar,lat,lon\nown,Own,مكان,36.3,37.1\n",
}
AREA = {
    "type": "Feature",
    "properties": {},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[37.1, 36.25], [37.2, 36.25], [37.2, 36.3], [37.1, 36.25]]],
    },
}
CASE = "case/case.toml"
COMMANDS = [
    ["run", CASE, "--out", "out"],
    ["run", CASE, "--network", r"..\maps\none.osm"],
    ["check", CASE, "--long"],
    ["explain", CASE, "--route", "castello"],
    ["critical", CASE],
    ["margin", CASE],
    ["access", CASE, "--network", r"maps\schematic.osm"],
    ["enclaves", CASE],
    ["sweep", CASE],
    ["known", CASE],
    ["cite", CASE],
    ["whatif", CASE, "--event", "mallah captured by فصائل المعارضة on 2014-12-25"],
    ["events", CASE],
    ["events", CASE, "--add", "date=2014-12-25, site=mallah, kind=captured, actor=opposition"],
    ["read", "news.txt", "--into", CASE, "--published", "2014-12-22"],
    ["report", CASE, "--out", "page.html"],
    ["export", CASE, "--out", "sheets.xlsx"],
    ["export", CASE, "--out", "sheets"],
    ["export", CASE, "--out", "layers.geojson"],
    ["plot", CASE, "--out", "map.svg"],
    ["places", "أعزاز"],
    ["schema", "--out", "schema.json"],
    ["new", "my/new.toml", "--around", "azaz", "--km", "5", "--title", "T", "--start", "2014-12-01",
     "--end", "2015-01-01", "--actor", "a"],
]  # fmt: skip
"""Paths on the command line are left to the system; a name of a network is the engine's to read."""
REFUSED = 1
DRIVER = r"""
import io, json, os, sys, warnings

commands, encodings = json.loads(sys.stdin.buffer.read())
sys.modules["pwd"] = sys.modules["grp"] = None  # Windows has none of them
warnings.filterwarnings("error", category=EncodingWarning, module=r"engine\b.*")

import platformdirs.unix
from types import SimpleNamespace
import engine.io.atomic

sys.modules["fcntl"] = engine.io.atomic.fcntl = None
engine.io.atomic.msvcrt = SimpleNamespace(locking=lambda *asked: None, LK_NBLCK=2, LK_LOCK=1, LK_UNLCK=0)
for name in ("fork", "getuid", "geteuid", "mkfifo", "fchmod", "setsid", "killpg"):
    delattr(os, name)

from engine.cli import main
said = []
for number, words in enumerate(commands):
    files = [io.BytesIO(), io.BytesIO()]
    encoding = encodings[number % len(encodings)]
    sys.stdout, sys.stderr = (io.TextIOWrapper(file, encoding=encoding) for file in files)
    sys.argv = ["supplyline", *words]
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException as error:
        code = repr(error)
    streams = sys.stdout, sys.stderr
    for stream in streams:
        stream.flush()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    said.append([code, *(file.getvalue().decode(encoding) for file in files)])
sys.stdout.buffer.write(json.dumps(said).encode())
"""


def as_on_windows(path: Path, text: str) -> None:
    """Write a file as the editor of Windows does: with a mark of the encoding, and its line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8-sig", newline="\r\n")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a case whose files name one another with backslashes."""
    home = tmp_path_factory.mktemp("windows")
    (home / "maps").mkdir()
    shutil.copy(ROOT / "data/osm/aleppo-schematic.osm", home / "maps/schematic.osm")
    as_on_windows(home / "case/case.toml", SCENARIO)
    as_on_windows(home / "case/parts/more.toml", MORE)
    for name, text in TABLES.items():
        as_on_windows(home / "case/tables" / name, text)
    as_on_windows(home / "case/areas/farms.geojson", json.dumps(AREA))
    as_on_windows(
        home / "news.txt", "أعلنت القوات الحكومية السيطرة على الملاح في 20 كانون الأول 2014.\n"
    )
    return home


@pytest.mark.slow
def test_commands_run_where_the_system_is_another(home: Path) -> None:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0", "SUPPLYLINE_CACHE": str(home / "cache"),
    }  # fmt: skip
    environment.pop("PYTHONIOENCODING", None)
    done = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-c", DRIVER],
        input=json.dumps([COMMANDS, ["cp1252", "cp437", "cp1256"]]).encode(),
        env=environment, cwd=home, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    wrong = {number: told for number, told in enumerate(said) if told[0] != 0}
    assert {*wrong} == {REFUSED}, json.dumps(wrong, ensure_ascii=False)
    assert (wrong[REFUSED][0], "there is no network" in wrong[REFUSED][2]) == (2, True)
    assert "status on 2014-12-31" in said[0][1]
    table = (home / "case/tables/events.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    assert table.count(b"\n") == table.count(b"\r\n") == 4
    for name in ("page.html", "schema.json", "out/summary.json", "my/new.toml", "map.svg"):
        assert b"\r" not in (home / name).read_bytes(), name  # the same bytes on every system


def test_a_file_may_be_called_with_a_backslash_where_that_is_a_letter(tmp_path: Path) -> None:
    assert path_of("a\\b.csv", tmp_path) == tmp_path / "a" / "b.csv"
    if os.sep == "/":
        (tmp_path / "a\\b.csv").touch()
        assert path_of("a\\b.csv", tmp_path) == tmp_path / "a\\b.csv"


@pytest.mark.parametrize("name", ["con", "nul", "com1", "aux"])
def test_no_file_is_called_as_a_device(name: str, tmp_path: Path) -> None:
    assert portable(name.upper()) != name.upper()
    with pytest.raises(InputError, match="is no name for a network"):
        fetch_network(name, None, folder=tmp_path)


def test_no_file_of_the_project_is_trouble_on_windows() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = listed.stdout.splitlines()
    assert len(paths) > 100
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        assert len(path) < 120
        for part in path.split("/"):
            assert not set(part) & set('<>:"\\|?*'), path
            assert portable(part) == part, path
