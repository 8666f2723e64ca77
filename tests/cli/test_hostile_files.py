"""Every argument and option that names a file to read, given what is no such file: one message, nothing written.

Pipes and sockets would be waited for, devices never end, archives swell, and no text holds NULs or half letters.
One case of eighteen is tried; ``HOSTILE_FILES=all`` tries all of them.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.cli import main
from scripts.fuzz_scenario import OBEYED
from tests.cli.test_every_option import COMMANDS, FILE, NEEDED, ROOT, SECOND, files_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 60
EACH = 1 if os.environ.get("HOSTILE_FILES") == "all" else 18
SWOLLEN = 80 * 2**20
"""Bytes of an archive, unpacked."""
SOURCES = (
    "acled", "ucdp-ged", "control-polygons", "flee", "access-constraints", "sheet", "drafts",
)  # fmt: skip
WRITTEN = {"--out", "--plot", ("new", "file")}
"""What names files, but to write them."""
READ = {"FILE", "FILES", "OTHER", "TEXTS", "SCENARIO", "TABLE", "CSV", "PLACES", "ROADS"}
"""How files to read are called."""
ENDINGS = {
    "network": (
        ".osm", ".osm.pbf", ".osm.gz", ".osm.bz2", ".graphml", ".gpkg", ".geojson", ".json", ".shp", ".parquet",
    ),
    "texts": (".txt", ".html", ".docx", ".pdf"),
    "from_pbf": (".osm.pbf",),
    "tables": (".csv", ".xlsx", ".ods"),
    "control-polygons": (".geojson", ".gpkg", ".shp"),
    "access-constraints": (".geojson", ".csv"),
    "drafts": (".csv", ".xlsx", ".json"),
    "scenario": (".toml",),
}  # fmt: skip


def _socket(path: Path) -> None:
    """Make a socket under a name that is short enough for one."""
    with socket.socket(socket.AF_UNIX) as made:
        folder = os.open(path.parent, os.O_RDONLY)
        made.bind(f"/proc/self/fd/{folder}/{path.name}")
        os.close(folder)


def _bomb(path: Path) -> None:
    if path.name.endswith((".gz", ".bz2")):
        import bz2
        import gzip

        pack = gzip.compress if path.name.endswith(".gz") else bz2.compress
        path.write_bytes(pack(bytes(SWOLLEN)))
        return
    names = {".docx": "word/document.xml", ".ods": "content.xml"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr(names.get(path.suffix, "xl/worksheets/sheet1.xml"), bytes(SWOLLEN))


KINDS: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "socket": _socket,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "folder": os.mkdir,
    "circle": lambda path: path.symlink_to(path.name),
    "nothing": lambda path: path.write_bytes(b""),
    "nulls": lambda path: path.write_bytes(bytes(5000)),
    "half letters": lambda path: path.write_bytes(b"id,date,text\n\xed\xa0\x80,\xff\xfe,\xc3\n"),
    "controls": lambda path: path.write_text("\x1b[31m,\x9b0m,\u202e\n" * 3, encoding="utf-8"),
    "deep": lambda path: path.write_text("[" * 100_000),
    "swollen": _bomb,
}
QUICK = ("pipe", "half letters")
"""Of options that all commands share, what each command is given; one of them is given all."""


def cases() -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """Yield commands, their arguments with a place for the file, the ending of its name, and what it is."""
    for command, parameter, arguments, endings in options():
        is_shared = parameter in {"file", "network", "into"} and command not in {"check", "import"}
        for ending in endings[: 1 if is_shared else None]:
            for kind in QUICK if is_shared else KINDS:
                yield command, arguments, ending, kind


def options() -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """Yield every option that names a file to read, with the arguments of a run that reads it."""
    for command, described in COMMANDS.items():
        needed = list(NEEDED.get(command, (FILE,)))
        at = 0
        for option in described.params:
            name, flag = str(option.name), option.opts[0]
            is_argument = not flag.startswith("-")
            if {flag, (command, name)} & WRITTEN or (
                (option.metavar or "").strip("{}") not in READ and flag != "--network"
            ):
                at += is_argument
                continue
            tables = (
                "scenario" if name in {"file", "files", "other", "into", "scenario"} else "tables"
            )
            endings = ENDINGS.get(name, ENDINGS[tables])
            if command == "import" and name == "file":
                for source in SOURCES:
                    own = ENDINGS.get(source, ENDINGS["tables"])
                    yield command, name, (source, "{}", *needed[2:]), own
            elif is_argument:
                yield command, name, (*needed[:at], "{}", *needed[at + 1 :]), endings
            elif flag in needed:
                where = needed.index(flag) + 1
                yield command, name, (*needed[:where], "{}", *needed[where + 1 :]), endings
            else:
                yield command, name, (*needed, flag, "{}"), endings
            at += is_argument


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what takes long to make."""
    folder = tmp_path_factory.mktemp("bombs")
    for ending in {ending for _, _, ending, kind in list(cases())[::EACH] if kind == "swollen"}:
        _bomb(folder / f"x{ending}")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a scenario and its tables."""
    home = tmp_path_factory.mktemp("home") / "scenarios"
    home.mkdir()
    for name in (FILE, SECOND, "castello-2014-12.csv"):
        shutil.copy(ROOT / "scenarios" / name, home)
    (home / FILE).write_text(
        (home / FILE).read_text(encoding="utf-8").replace("../data", str(ROOT / "data")),
        encoding="utf-8",
    )
    (home / "truth.csv").write_text(
        "route,state,first,last\ncastello,not cut,2014-12-01,2014-12-02\n"
    )
    (home / "sheet.csv.txt").write_text("Rebels captured Mare.", encoding="utf-8")
    (home / "sheet.csv").write_text(
        "date,site,kind,actor,source\n2014-12-20,mallah,raid,government,a record\n"
    )
    (home / "places.csv").write_text("id,lat,lon\na,36.1,37.1\nb,36.2,37.1\n")
    (home / "roads.csv").write_text("through\na;b\n")
    return home


def _late(*_: object) -> None:
    raise TimeoutError("it is waited for")


def ended(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """Run a command and return its exit code, or what it died of."""
    monkeypatch.setattr(sys, "argv", ["supplyline", *arguments])
    signal.alarm(SECONDS)
    try:
        main()
    except SystemExit as stop:
        return stop.code
    except BaseException as error:  # noqa: BLE001 - that is what is looked for
        return repr(error)
    finally:
        signal.alarm(0)
    return 0


@pytest.mark.slow
def test_what_is_no_such_file_is_refused(
    home: Path, bombs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    before, faults = files_in(home), []
    signal.signal(signal.SIGALRM, _late)
    chosen = list(cases())[::EACH]
    for command, arguments, ending, kind in chosen:
        file = home / f"hostile{ending}"
        if kind == "swollen":
            shutil.copy(bombs / f"x{ending}", file)
        else:
            KINDS[kind](file)
        given = [command, *(text.format(file.name) for text in arguments)]
        code = ended(given, monkeypatch)
        said = capsys.readouterr()
        file.rmdir() if kind == "folder" else file.unlink()
        found = files_in(home)
        is_refused = code == 2 and said.err.startswith("supplyline: ") and not said.out
        if not is_refused or OBEYED.findall(said.err) or found != before:
            faults.append(f"{' '.join(given)}, {kind}: {code} {said.out[:200]}{said.err[:300]}")
            for extra in set(found) - set(before):
                shutil.rmtree(extra, ignore_errors=True)
                Path(extra).unlink(missing_ok=True)
    assert faults == []
    assert len(chosen) > 50
    assert {kind for *_, kind in chosen} == {*KINDS}
