"""Every command that writes, with what it needs and how to run it in a process of its own.

``kills.py`` kills them and lets them write at once, ``full_disk.py`` takes away the room to write in.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import osmium
import typer

from engine import load_scenario, read_network
from engine.cli.app import app
from engine.cli.printing import complain
from engine.errors import InputError
from engine.network import cache
from engine.network.read import write_network
from engine.probability import checkpoint
from engine.serve.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT = """\
title = "A test"
network = "aleppo-schematic"
start = 2014-12-01
end = 2014-12-21
baseline = "holdings.csv"
{events}
[actors.opposition]
[actors.government]
{source}
[[routes]]
id = "north"
actor = "opposition"
from = "hreitan"
to = "jandoul"
"""
HOLDINGS = "site,holder\njandoul,opposition\nmallah,opposition\n"
EVENTS = "id,date,site,kind,actor,confidence\n" + "".join(
    f"e{at},2014-12-{at + 3:02},{site},captured,{actor},0.6\n"
    for at, (site, actor) in enumerate([("mallah", "government"), ("mallah", "opposition")] * 4)
)
FILES = {
    "s.toml": SHORT.format(events='events = "events.csv"', source=""),
    "bare.toml": SHORT.format(events="", source=""),
    "events.csv": EVENTS,
    "holdings.csv": HOLDINGS,
    "sheet.csv": "date,site,kind,actor,source\n2014-12-20,mallah,captured,government,a record\n",
    "truth.csv": "route,state,first,last\nnorth,not cut,2014-12-01,2014-12-02\n",
    "news.txt": "On Saturday government forces captured al-Mallah. Hayyan was shelled yesterday.\n",
    "drafts-of-before.csv": (
        "accept,sentence,date,site,kind,actor,confidence,source\n"
        "yes,They took the farms.,2014-12-19,mallah,captured,government,0.9,a paper\n"
    ),
    "places.csv": "id,name,lat,lon\na,A,36.1,37.1\nb,B,36.2,37.1\nc,C,36.2,37.3\n",
    "roads.csv": "id,through\none,a;b\ntwo,b;c\n",
}
"""What the commands read."""
SERVED = "served"
"""Stands for what the page of ``open`` does: a change kept, saved under a name, and written into the table."""
ADD = "id={id}, date=2014-12-15, site=mallah, kind=raid"
FETCHED = re.compile(rb'"fetched": "[^"]*"')
COMMAND = typer.main.get_command(app)
SECONDS = 120


class Job(NamedTuple):
    """A command that writes: its arguments, its share of all kills, what it edits and where it writes."""

    arguments: tuple[str, ...]
    share: int
    edits: str = ""
    out: str = ""
    """The file or folder that it makes, if that is the only one beside a cache."""


def _one(name: str, share: int, *arguments: str) -> Job:
    return Job((*arguments, "--out", name), share, out=name)


JOBS = {
    "run": _one("out", 6, "run", "s.toml"),
    "probability": _one("out", 8, "run", "s.toml", "--probability"),
    "batch": _one("out", 2, "batch", "s.toml", "bare.toml"),
    "report": _one("page.html", 8, "report", "s.toml"),
    "plot": _one("map.png", 4, "plot", "s.toml"),
    "svg": _one("map.svg", 3, "plot", "s.toml"),
    "timeline": _one("spells.png", 3, "plot", "s.toml", "--what", "timeline"),
    "film": _one("film.gif", 3, "plot", "s.toml", "--on", "2014-12-02", "--on", "2014-12-06"),
    "gpkg": _one("layers.gpkg", 6, "export", "s.toml"),
    "geojson": _one("layer.geojson", 4, "export", "s.toml"),
    "parquet": _one("layer.parquet", 3, "export", "s.toml"),
    "xlsx": _one("sheets.xlsx", 6, "export", "s.toml"),
    "csv": _one("sheets", 6, "export", "s.toml"),
    "backtest": _one("out", 2, "backtest", "s.toml", "--truth", "truth.csv"),
    "read": _one(
        "drafts", 6, "read", "news.txt", "--into", "s.toml", "--published", "2014-12-15", "--again"
    ),
    "sketch": _one("own.osm", 5, "sketch", "places.csv", "roads.csv", "--again"),
    "fetch": _one(
        "roads", 6, "fetch", "around", "--from-pbf", "extract.osm.pbf", "--bbox", "37.0,36.1,37.3,36.5"
    ),
    "new": Job(
        (
            "new", "fresh/case.toml", "--around", "azaz", "--title", "A test", "--start", "2014-12-01", "--end",
            "2015-01-01", "--actor", "own",
        ), 12, out="fresh",
    ),
    "first event": Job(("events", "bare.toml", "--add", ADD.format(id="new")), 12, "bare.toml"),
    "event": Job(("events", "s.toml", "--add", ADD.format(id="new")), 10, "s.toml"),
    "import": Job(("import", "sheet", "sheet.csv", "--into", "s.toml", "--again"), 12, "s.toml"),
    "drafts": Job(("import", "drafts", "drafts-of-before.csv", "--into", "s.toml", "--again"), 8, "s.toml"),
    "open": Job((SERVED,), 12, "s.toml"),
}  # fmt: skip
"""Every command that writes; each fills the cache first."""


def make_extract(path: Path) -> None:
    """Write the embedded network as an extract, from which ``fetch`` cuts."""
    write_network(read_network("aleppo-schematic"), path.with_suffix(".osm"))
    writer = osmium.SimpleWriter(str(path))
    for entity in osmium.FileProcessor(str(path.with_suffix(".osm"))):
        writer.add(entity)
    writer.close()


def lay_out(folder: Path, extract: Path | None = None) -> None:
    """Write what the commands need."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    if extract is not None:
        shutil.copyfile(extract, folder / "extract.osm.pbf")


def serve_once(file: Path) -> None:
    """Do what the page of ``open`` lets a reader do; go on with what an earlier one left."""
    session = Session(file)
    try:
        _serve(session, file)
    finally:  # a reader who was refused looks at what is there, and lets go of the rest
        session.act(session.revision, {"do": "clear"})
        session.end()


def _serve(session: Session, file: Path) -> None:
    session.act(session.revision, {"do": "clear"})
    if "new" not in load_scenario(file).event_ids():
        event = {"id": "new", "date": "2014-12-15", "site": "mallah", "kind": "raid"}
        session.act(session.revision, {"do": "add", "change": {"change": "add", "event": event}})
        withdrawn = {"change": "withdraw", "id": "e1", "site": "mallah", "kind": "captured"}
        change = withdrawn | {"counts": False}
        session.act(session.revision, {"do": "add", "change": change})
        session.save(session.revision, "kept")
        session.write(session.revision)


def work(
    folder: Path, arguments: tuple[str, ...], said: Path | int, before: Callable[[], object]
) -> None:
    """Run a command in this process, in a folder, with the cache there, and end the process."""
    os.setsid()
    os.chdir(folder)
    os.environ.setdefault("SUPPLYLINE_CACHE", "cache")
    cache.WORTHWHILE = 0
    checkpoint.SECONDS_BETWEEN = 0.0
    sink = said if isinstance(said, int) else os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    before()
    try:
        if arguments[0] == SERVED:
            serve_once(Path("s.toml"))
        else:
            COMMAND(list(arguments), standalone_mode=False)
    except InputError as error:
        complain(error, as_json=False)
        os._exit(2)
    except SystemExit as stop:
        os._exit(int(stop.code or 0))
    except BaseException:  # noqa: BLE001 - the exit code tells it
        traceback.print_exc()
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)


def start(
    folder: Path,
    arguments: tuple[str, ...],
    said: Path | int | None = None,
    before: Callable[[], object] = lambda: None,
) -> multiprocessing.process.BaseProcess:
    """Start a command as a process with a group of its own; `before` is called in it at first."""
    process = multiprocessing.get_context("fork").Process(
        target=work,
        args=(folder, arguments, folder.parent / "said.txt" if said is None else said, before),
    )
    process.start()
    return process


def kill(process: multiprocessing.process.BaseProcess) -> None:
    """Kill a process and all that it has started."""
    for stop in (lambda: os.killpg(process.pid, signal.SIGKILL), process.kill):
        try:
            stop()
        except (ProcessLookupError, PermissionError):
            continue
    process.join()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, hidden ones too, but for the moment at which a map was fetched."""
    return {
        str(path.relative_to(folder)): FETCHED.sub(b"", path.read_bytes())
        if path.is_file()
        else b"a folder"
        for path in sorted(folder.rglob("*"))
    }


def difference(found: dict[str, bytes], wanted: dict[str, bytes]) -> str:
    """Return how two folders differ, empty if they do not."""
    return ", ".join(
        f"{name} {'is missing' if name not in found else 'is left' if name not in wanted else 'differs'}"
        for name in sorted({*found, *wanted})
        if found.get(name) != wanted.get(name)
    )[:500]
