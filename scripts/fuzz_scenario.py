"""Feed hostile values to every field of every model: ``python scripts/fuzz_scenario.py [CASES] [SEED] [AT_ONCE]``.

A whole scenario, in which every field of every model has a value, gets one or two of its values replaced, or keys
added: numbers that are none or far out of range, control characters, texts of 100,000 letters, names that climb out
of the folder, lists in lists, days at the ends of the calendar. It is written as TOML, or one of its tables as CSV,
and read as ``check`` and ``run`` read it, or its table of events as ``import`` does. It may be read or refused with
one message per problem; anything else is a finding, and so is a text that would reach the terminal raw.
Without a number, every value is tried once in every field.

With a third number, so many cases stand in one file: each value in an entry of its own, beside those of the others.
Entries are read one by one, so that each is a case, and a million take minutes instead of hours. What goes wrong
together is tried alone again, to say which it was.
"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import json
import os
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from engine.cli.app import app
from engine.cli.printing import complain
from engine.errors import SupplylineError
from engine.network import read
from engine.scenario import load

if TYPE_CHECKING:
    from collections.abc import Iterator

Path_ = tuple[str | int, ...]
Case = tuple[Path_, Any, str]
"""A path, what stands there instead, and the command that reads it."""

SITES: list[dict[str, Any]] = [
    {
        "id": "castello-road",
        "label": "Castello",
        "label_ar": "الكاستيلو",
        "road": ["Castello road"],
    },
    {"id": "north", "places": ["azaz", "mare"], "sites": ["castello-road"]},
    {"id": "p", "place": "azaz", "reach_km": 3.0},
    {"id": "s", "between": ["hayyan", "bayanoun"], "buffer_km": 0.5},
    {"id": "w", "ways": [-1]},
    {"id": "a", "area": [[37.0, 36.2], [37.2, 36.2], [37.2, 36.4]]},
    {"id": "l", "line": [[37.0, 36.2], [37.2, 36.3]], "buffer_km": 0.5},
]
PLACE = {
    "id": "own", "name": "Own", "name_ar": "لنا", "aliases": ["ours"], "kind": "town", "lat": 36.25, "lon": 37.13,
    "error_km": 1.0, "source": "a map", "population": 10,
}  # fmt: skip
HOLDING = {
    "site": "mallah", "date": dt.date(2014, 12, 1), "holder": "opposition", "condition": "held", "contestants": [],
    "confidence": 0.9, "claim": "b", "source": "a record", "note": "a note",
}  # fmt: skip
EVENT = {
    "id": "e1", "date": dt.date(2014, 12, 3), "earliest": dt.date(2014, 12, 2), "latest": dt.date(2014, 12, 4),
    "until": dt.date(2014, 12, 9), "reported": dt.date(2014, 12, 5), "site": "mallah", "lat": 36.28, "lon": 37.12,
    "precision_km": 2.0, "kind": "captured", "actor": "government", "defender": "opposition",
    "contestants": ["government", "opposition"], "confidence": 0.6, "claim": "c", "dispute": "d", "after": "e0", "source": "herald",
    "note": "a note",
}  # fmt: skip
WHOLE: dict[str, Any] = {
    "title": "A question",
    "title_ar": "سؤال",
    "network": "aleppo-schematic",
    "start": dt.date(2014, 12, 1),
    "end": dt.date(2014, 12, 11),
    "believe": 0.5,
    "reach_km": 20.0,
    "oneway": "respect",
    "stale_after": 30,
    "overlook_range": {"km": 1.0, "effect": "exposed"},
    "roads": {
        "allow": {"highway": ["track"]}, "refuse": {"surface": ["mud"]}, "admit": {"route": ["ferry"]},
        "barriers": ["block"], "credit": "a map", "schematic": True, "encoding": "UTF-8",
    },
    "travel": {"speeds": {"primary": 50.0}, "penalty": 3.0},
    "falls": {"mallah": 0.5},
    "actors": {
        "opposition": {
            "label": "Opposition", "label_ar": "المعارضة",
            "passes": [{"actor": "allied", "from": dt.date(2014, 12, 2), "until": dt.date(2014, 12, 4)}],
        },
        "government": {"label": "Government"},
        "allied": {},
    },
    "sources": {"herald": {"label": "Herald", "reliability": 0.8}},
    "places": [PLACE],
    "sites": SITES,
    "overlooks": [{"site": "mallah", "onto": "castello-road", "effect": "exposed"}],
    "gates": [
        {
            "site": "jandoul", "modes": ["civilian"], "days": ["mon"], "from": dt.date(2014, 12, 2),
            "until": dt.date(2014, 12, 6), "note": "a note",
        }
    ],
    "routes": [
        {
            "id": "r", "label": "A road", "label_ar": "طريق", "actor": "opposition", "from": ["castello-west"],
            "via": ["mallah"], "to": "jandoul", "within": "north", "mode": "civilian",
        }
    ],
    "enclaves": [
        {
            "id": "e", "label": "North", "label_ar": "الشمال", "site": "north", "actor": "opposition",
            "lifelines": ["bab-al-salama"], "population": [{"from": dt.date(2014, 12, 1), "people": 5}], "mode": "any",
        }
    ],
    "baseline": [HOLDING],
    "events": [{"id": "e0", "date": dt.date(2014, 12, 2), "site": "azaz", "kind": "raid"}, EVENT],
}  # fmt: skip
"""A scenario in which every field of every model has a value (a site has ground of one kind)."""

RAW = [
    "\x1b[31mred", "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "bell\x07", "\x9b31mC1", "del\x7f", "back\b\b",
    "\u202eoverride", "\u2066isolate", "\u2028line\u2029", "line\nline", "tab\tcr\r", "\x85nel",
]  # fmt: skip
HOSTILE: list[Any] = [
    *RAW, "", " ", "a+b", "+a", "=1+1", "@x", "a; b", "a, b", "..", "../../../../etc/passwd", "/dev/zero", "/dev/stdin",
    "C:\\x", "[bold]x[/bold]", "{0}%s%n", "<script>alert(1)</script>", "'\"`$(id)", "x" * 100_000, "\ufeff", "\u200b",
    "٣", "nan", "inf", "1e999", "1_000", "0x10", "2014-12-03", "0000-00-00", "9999-12-31",
    float("inf"), float("-inf"), float("nan"), 1e308, -1e308, 5e-324, -0.0, 0, -1, 1, 2**31, 2**63, -(2**63), 10**30, 10**400,
    True, False, dt.date.min, dt.date.max, dt.date(1970, 1, 1), dt.datetime(2014, 12, 3, 4, 5), dt.time(1, 2),
    [], [[]], [""], [0], ["azaz", "azaz"], ["north"], [[0, 0]], [[1e308, 1e308]] * 4, [[37.0, 36.2]] * 4, {}, {"a": {}},
    {"\x1b": 1}, {"actor": 1}, ["azaz"] * 2000,
]  # fmt: skip
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What no terminal may be sent."""
BARE = re.compile(r"[A-Za-z0-9_-]+")
"""A key that TOML takes without quotes."""


COMMAND = typer.main.get_command(app)


def read_once() -> None:
    """Let every case take the network that the first has read."""
    plain, kept = read.read_network, {}

    def once(*arguments: Any, **options: Any) -> Any:
        key = repr((arguments, options))
        if key not in kept:
            kept.clear()
            kept[key] = plain(*arguments, **options)
        return kept[key]

    read.read_network = once


def leaves(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of everything in a scenario, tables and lists themselves included."""
    if path:
        yield path
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, held in steps:
        yield from leaves(held, (*path, step))


def replaced(path: Path_, value: Any, whole: Any = WHOLE) -> Any:
    """Return the scenario with another value at a path."""
    whole = copy.deepcopy(whole)
    held: Any = whole
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = value
    return whole


def toml_of(whole: dict[str, Any]) -> str:
    """Return a scenario as TOML: a key for each line, all below in place."""
    return "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in whole.items())


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_toml(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def is_table(rows: Any) -> bool:
    """Return whether something is a list of tables of TOML, and may be the rows of a table."""
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def csv_of(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table, in which every cell is a text."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        cells = (row.get(key, "") for key in columns)
        writer.writerow(
            [";".join(map(str, cell)) if isinstance(cell, list) else cell for cell in cells]
        )
    return file.getvalue()


def tried(folder: Path, arguments: list[str], longest: int = 300_000) -> str:
    """Run a command in this process and return what it found: ``read``, ``refused`` or what went wrong."""
    printed = io.StringIO()
    found = "read"
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            if arguments[0] == "load":
                load.load_scenario(arguments[1])
            else:
                COMMAND(arguments, standalone_mode=False)
        except SupplylineError as error:
            complain(error, as_json=False)
            found = "refused"
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            at = traceback.extract_tb(error.__traceback__)[-1]
            return f"{type(error).__name__} in {Path(at.filename).name}:{at.lineno}: {str(error)[:100]}"
    said = printed.getvalue().replace(str(folder), "")
    if raw := OBEYED.search(said):
        return f"raw {raw[0]!r}: {said[max(0, raw.start() - 40) : raw.end() + 20]!r}"
    if found == "refused" and len(said) > longest:
        return f"a message of {len(said)} characters"
    return found


def case(folder: Path, path: Path_, value: Any, command: str) -> str:
    """Write a scenario with one value replaced, and let a command read it."""
    whole, file = replaced(path, value), folder / "s.toml"
    if command in {"table", "import"}:
        section = str(path[0])
        rows = whole[section]
        if not is_table(rows):
            return "left out"
        if command == "table":
            whole[section] = "t.csv"
        (folder / "t.csv").write_text(csv_of(rows), encoding="utf-8", newline="")
    text = toml_of(WHOLE if command == "import" else whole)
    file.write_text(text, encoding="utf-8", newline="")
    arguments = {
        "import": ["import", "sheet", str(folder / "t.csv"), "--into", str(file), "--again"],
        "run": ["run", str(file)],
        "load": ["load", str(file)],
    }.get(command, ["check", str(file)])
    return tried(folder, arguments)


TABLES = ("places", "sites", "baseline", "events")


def memory() -> str | None:
    """Return a folder in memory, where the system has one: files are written there the fastest."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def every_case() -> Iterator[Case]:
    """Yield every hostile value in every field, as TOML, as the cell of a table and as a sheet to import."""
    for path in leaves(WHOLE):
        for value in HOSTILE:
            yield path, value, "run"
            if path[0] in TABLES and len(path) > 2:
                yield path, value, "table"
            if path[0] == "events" and len(path) > 2:
                yield path, value, "import"


def drawn_cases(n: int, seed: int) -> Iterator[Case]:
    """Yield cases at random, of values with letters and numbers of their own."""
    random = np.random.default_rng(seed)
    paths = list(leaves(WHOLE))
    for _ in range(n):
        path = paths[int(random.integers(len(paths)))]
        value = HOSTILE[int(random.integers(len(HOSTILE)))]
        if isinstance(value, str) and random.random() < 0.5:
            letters = random.integers(0, 0x3000, size=int(random.integers(1, 9)))
            value = "".join(map(chr, letters.tolist())) + value[:50]
        elif isinstance(value, float) and random.random() < 0.5:
            value = float(random.integers(0, 2**63).astype("u8").view("f8"))
        commands = ["load"] * 40 + ["check", "run"]
        commands += ["table"] if path[0] in TABLES and len(path) > 2 else []
        commands += ["import"] if path[0] == "events" and len(path) > 2 else []
        yield path, value, commands[int(random.integers(len(commands)))]


def is_entry(path: Path_) -> bool:
    """Return whether a path leads into an entry of which a scenario may have many."""
    section = str(path[0])
    return len(path) > 2 and (isinstance(WHOLE[section], list) or section in {"actors", "sources"})


def together(cases: list[Case]) -> dict[str, Any]:
    """Return a scenario in which each case has an entry of its own, or a setting."""
    whole = {key: copy.copy(held) for key, held in WHOLE.items()}
    for at, (path, value, _) in enumerate(cases):
        section = str(path[0])
        if not is_entry(path):
            whole |= replaced(path, value, {section: WHOLE[section]})
            continue
        (entry,) = replaced((0, *path[2:]), value, [WHOLE[section][path[1]]])
        if isinstance(whole[section], dict):
            whole[section][f"{path[1]}-{at}"] = entry
            continue
        if "id" in entry and path[2:] != ("id",):
            entry["id"] = f"{entry['id']}-{at}"
        whole[section].append(entry)
    return whole


def crowd(folder: Path, cases: list[Case], command: str) -> str:
    """Let a command read a scenario with many cases, as TOML or with its lists as tables."""
    file, whole = folder / "s.toml", together(cases)
    if command == "import" and is_table(whole["events"]):
        (folder / "t.csv").write_text(csv_of(whole["events"]), encoding="utf-8", newline="")
        file.write_text(toml_of(WHOLE), encoding="utf-8", newline="")
        return tried(
            folder,
            ["import", "sheet", str(folder / "t.csv"), "--into", str(file), "--again"],
            10**8,
        )
    for section in TABLES if command == "table" else ():
        if is_table(whole[section]):
            text = csv_of(whole[section])
            (folder / f"{section}.csv").write_text(text, encoding="utf-8", newline="")
            whole[section] = f"{section}.csv"
    file.write_text(toml_of(whole), encoding="utf-8", newline="")
    return tried(folder, ["load", str(file)], 10**8)


def in_crowds(n: int, seed: int, size: int) -> Iterator[tuple[list[Case], str]]:
    """Yield drawn cases by so many, and how they are read; each setting is in one of them."""
    random = np.random.default_rng(seed)
    commands = ("load", "load", "table", "table", "import")
    entries: list[Case] = []
    settings: list[Case] = []
    for one in drawn_cases(n, seed):
        (entries if is_entry(one[0]) else settings).append(one)
        if len(entries) == size:
            first = {case[0][0]: case for case in reversed(settings)}
            settings = [case for case in settings if first[case[0][0]] is not case]
            yield [*entries, *first.values()], commands[int(random.integers(5))]
            entries = []
    for one in [*entries, *settings]:
        yield [one], "load"


def try_crowds(n: int, seed: int, size: int) -> None:
    """Try cases by so many at once, and tell what was found."""
    ends: Counter[str] = Counter()
    findings: dict[str, tuple[Any, ...]] = {}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        folder = Path(name)
        for at, (cases, command) in enumerate(in_crowds(n, seed, size)):
            found = crowd(folder, cases, command)
            ends[f"{command}, {found if found in {'read', 'refused'} else 'finding'}"] += len(cases)
            if found not in {"read", "refused"}:
                alone = [one for one in cases if crowd(folder, [one], command) == found]
                findings.setdefault(found[:200], (command, (alone or cases)[0]))
            if at % 1000 == 0:
                print(
                    sum(ends.values()), dict(ends), f"{time.monotonic() - began:.0f} s", flush=True
                )
                for found, first in findings.items():
                    print(f"  {found}: {str(first)[:300]}", flush=True)
    print(f"{sum(ends.values())} cases in {time.monotonic() - began:.0f} s: {dict(ends)}")
    for found, first in findings.items():
        print(f"  {found}: {str(first)[:300]}")
    sys.exit(bool(findings))


def main() -> None:
    """Try the cases, and tell what was found."""
    read_once()
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if len(sys.argv) > 3:
        try_crowds(n, seed, int(sys.argv[3]))
    ends: Counter[str] = Counter()
    findings: dict[str, Case] = {}
    began, tick = time.monotonic(), time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        (Path(name) / "s.toml").write_text(toml_of(WHOLE), encoding="utf-8")
        if tried(Path(name), ["load", f"{name}/s.toml"]) != "read":
            sys.exit("the scenario itself, with nothing replaced, is refused")
        for at, (path, value, command) in enumerate(drawn_cases(n, seed) if n else every_case()):
            found = case(Path(name), path, value, command)
            if found not in {"read", "refused", "left out"}:
                findings.setdefault(found.partition(": ")[0], (path, value, command))
                ends["finding"] += 1
            else:
                ends[found] += 1
            if time.monotonic() - tick > 5:
                findings.setdefault(f"slow: {path}", (path, str(value)[:60], command))
            tick = time.monotonic()
            if at % 10_000 == 0:
                print(at, dict(ends), flush=True)
    print(f"{sum(ends.values())} cases in {time.monotonic() - began:.0f} s: {dict(ends)}")
    for found, (path, value, command) in findings.items():
        print(f"  {found}: {command} with {'.'.join(map(str, path))} = {str(value)[:60]!r}")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
