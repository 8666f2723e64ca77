"""Feed hostile values to every table and layer that is imported: ``python scripts/fuzz_imports.py [FILES] [SEED]``.

Each file has many rows (features), each with one or two hostile values in its cells (properties, coordinates), a
column left out, renamed or given twice now and then, and is read by the command that reads its kind: all importers,
the table of parties, drafts, what a backtest is held against, both tables of a sketch, and named sets of changes. Each
row is a case. It may be read or refused with a message; anything else is a finding, and so is a text that would
reach the terminal raw.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from fuzz_scenario import HOSTILE, leaves, memory, read_once, toml_of, tried

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, Any]
FIXTURES = Path(__file__).parents[1] / "tests" / "importers" / "fixtures"
ROWS = 40
SCENARIO: dict[str, Any] = {
    "title": "A question",
    "network": "aleppo-schematic",
    "start": "2014-12-01",
    "end": "2015-01-01",
    "actors": {"opposition": {}, "government": {}},
    "routes": [{"id": "castello", "actor": "opposition", "from": "castello-west", "to": "jandoul"}],
    "baseline": [{"site": "mallah", "holder": "opposition"}],
    "events": "events.csv",
}
ACTORS = "reported,actor\nMade-up Rebel Front,opposition\nRebels,opposition\nState,government\n"
EVENTS = "id,date,site,kind,actor\ne1,2014-12-05,mallah,captured,government\n"
OWN: dict[str, list[Row]] = {
    "drafts": [
        {"accept": "yes", "sentence": "They took it.", "date": "2014-12-19", "earliest": "", "latest": "", "site": "mallah",
         "kind": "captured", "actor": "government", "confidence": "0.9", "source": "a paper", "note": "n"}
    ],
    "actors": [{"reported": "Rebels", "actor": "opposition"}, {"reported": "State", "actor": "government"}],
    "truth": [
        {"route": "castello", "state": "not cut", "first": "2014-12-01", "last": "2014-12-02", "first_doubt_days": "1",
         "last_doubt_days": "2", "under_fire": "no", "note": "n"}
    ],
    "places": [
        {"id": name, "name": name, "name_ar": "", "kind": "town", "lat": lat, "lon": 37.1, "error_km": "1", "source": "s"}
        for name, lat in (("a", 36.1), ("b", 36.2), ("c", 36.3))
    ],
    "roads": [{"id": "one", "name": "One", "name_ar": "", "through": "a;b;c", "highway": "primary", "oneway": "no"}],
    "changes": [
        {"change": "withdraw", "counts": "yes", "id": "e1", "date": "", "site": "mallah", "kind": "captured", "was": "2014-12-05"},
        {"change": "add", "counts": "", "id": "n", "date": "2014-12-09", "site": "azaz", "kind": "raid", "was": ""},
    ],
}  # fmt: skip
"""Rows of the tables of which there is no file beside the tests."""
INTO = ("--into", "s.toml", "--again")
TABLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "acled": ("acled.csv", "f.csv", ("import", "acled", "f.csv", *INTO, "--actors", "actors.csv")),
    "ucdp-ged": ("ucdp-ged.csv", "f.csv", ("import", "ucdp-ged", "f.csv", *INTO, "--actors", "actors.csv")),
    "flee": ("closures.csv", "f.csv", ("import", "flee", "f.csv", *INTO, "--date", "2014-12-01")),
    "sheet": ("sheet-arabic.csv", "f.csv", ("import", "sheet", "f.csv", *INTO)),
    "drafts": ("", "f.csv", ("import", "drafts", "f.csv", *INTO)),
    "actors": ("", "parties.csv", ("import", "acled", str(FIXTURES / "acled.csv"), *INTO, "--actors", "parties.csv")),
    "truth": ("", "f.csv", ("backtest", "s.toml", "--truth", "f.csv")),
    "places": ("", "f.csv", ("sketch", "f.csv", "roads.csv", "--out", "own.osm", "--again")),
    "roads": ("", "f.csv", ("sketch", "places.csv", "f.csv", "--out", "own.osm", "--again")),
    "changes": ("", "s.kept.changes.csv", ("check", "s.toml", "--with", "kept")),
}  # fmt: skip
"""By kind: the file of the tests with rows of it, what it is called, and the command that reads it."""
LAYERS = {
    "control-polygons": ("control.geojson", ("import", "control-polygons", "f.geojson", *INTO, "--actors", "actors.csv")),
    "access-constraints": ("access-constraints.geojson", ("import", "access-constraints", "f.geojson", *INTO)),
}  # fmt: skip
KINDS = (*TABLES, *LAYERS, "answer")


def rows_of(kind: str) -> list[Row]:
    """Return rows as they should be."""
    name = TABLES[kind][0]
    if not name:
        return OWN[kind]
    return list(csv.DictReader(io.StringIO((FIXTURES / name).read_text(encoding="utf-8"))))


def spoilt(entry: Any, random: np.random.Generator) -> Any:
    """Return an entry with hostile values in one or two places of it."""
    entry = copy.deepcopy(entry)
    for _ in range(int(random.integers(1, 3))):
        if not (paths := list(leaves(entry))):
            break
        path, held = paths[int(random.integers(len(paths)))], entry
        for step in path[:-1]:
            held = held[step]
        value = HOSTILE[int(random.integers(len(HOSTILE)))]
        held[path[-1]] = value[:5000] if isinstance(value, str) else copy.deepcopy(value)
    return entry


def table_text(rows: list[Row], random: np.random.Generator) -> str:
    """Return rows as CSV, whose head is spoilt now and then."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    head = list(columns)
    if random.random() < 0.1:
        head[int(random.integers(len(head)))] = str(HOSTILE[int(random.integers(30))])[:200]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=",;\t"[int(random.choice(3, p=[0.9, 0.05, 0.05]))])
    writer.writerow(head)
    for row in rows:
        cells = [row.get(key, "") for key in columns]
        writer.writerow(
            cells[: int(random.integers(len(cells) + 1))] if random.random() < 0.02 else cells
        )
    return file.getvalue()


def cases(n: int, seed: int) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield files at random: their kind, name and text, and the command that reads each."""
    random = np.random.default_rng(seed)
    for at in range(n):
        kind = KINDS[at % len(KINDS)]
        if kind in TABLES:
            good = rows_of(kind)
            rows = [spoilt(good[int(random.integers(len(good)))], random) for _ in range(ROWS)]
            yield kind, TABLES[kind][1], table_text(rows, random), TABLES[kind][2]
        elif kind in LAYERS:
            name, arguments = LAYERS[kind]
            layer = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
            good = layer["features"]
            layer["features"] = [
                spoilt(good[int(random.integers(len(good)))], random) for _ in range(ROWS)
            ]
            yield kind, "f.geojson", json.dumps(layer, default=str), arguments
        else:  # what a model answers to the task of reading an article
            told = [spoilt(OWN["drafts"][0], random) for _ in range(ROWS)]
            answer = spoilt({"drafts": told}, random) if random.random() < 0.2 else {"drafts": told}
            text = ("import", "drafts", "f.json", *INTO, "--text", "article.txt")
            yield kind, "f.json", json.dumps(answer, default=str), text


def main() -> None:
    """Try the files, and tell what was found."""
    read_once()
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    ends: Counter[str] = Counter()
    findings: dict[str, str] = {}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        folder = Path(name)
        os.chdir(folder)
        for kind, file, text, arguments in cases(n, seed):
            for old in folder.iterdir():
                old.unlink() if old.is_file() else None
            (folder / "s.toml").write_text(toml_of(SCENARIO), encoding="utf-8")
            (folder / "actors.csv").write_text(ACTORS)
            (folder / "events.csv").write_text(EVENTS)
            (folder / "article.txt").write_text("They took it.")
            for own in ("places", "roads"):
                (folder / f"{own}.csv").write_text(table_text(OWN[own], np.random.default_rng(0)))
            (folder / file).write_bytes(text.encode("utf-8", "surrogatepass"))
            found = tried(folder, list(arguments), 10**7)
            ends[f"{kind}, {found if found in {'read', 'refused'} else 'finding'}"] += ROWS
            if found not in {"read", "refused"} and found[:60] not in findings:
                findings[found[:60]] = f"{kind}: {found}"
                print(f"  {kind}: {found}", flush=True)
    print(f"{sum(ends.values())} rows in {n} files, {time.monotonic() - began:.0f} s: {dict(ends)}")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
