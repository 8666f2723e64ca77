"""What a long run has computed so far, in an SQLite file, so that an interrupted one can go on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import InputError, Problem
from engine.io.atomic import write_one
from engine.language import tr
from engine.version import __version__

if TYPE_CHECKING:
    import datetime as dt
    import os

    from engine.control.sectors import Sectors
    from engine.probability.exact import Effort
    from engine.scenario.model import Scenario

SECONDS_BETWEEN = 1.0
"""The least time between two writings of the file."""
PATIENCE = 10.0
"""How many seconds to wait while somebody else reads the file, before a result cannot be kept."""
TABLES = """
CREATE TABLE run (engine TEXT NOT NULL, question TEXT NOT NULL);
CREATE TABLE result (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def key_of(scenario: Scenario, sectors: Sectors, known_on: dt.date | None, effort: Effort) -> str:
    """Return what a run depends on, as a hash: the scenario, its ground and the options."""
    found = hashlib.sha256()
    for part in (scenario.model_dump_json(by_alias=True), str(known_on), repr(effort)):
        found.update(part.encode() + b"\0")
    network = sectors.network
    for array in (
        network.u,
        network.v,
        network.oneway,
        sectors.sector,
        sectors.covers,
        sectors.near,
    ):
        found.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    found.update(sectors.sites.node.tobytes())
    return found.hexdigest()


class Checkpoint:
    """The results of a run, by name, kept in a file if one is given.

    Parameters
    ----------
    path
        The file; None to keep nothing.
    key
        What the run depends on.

    Raises
    ------
    InputError
        If the file is there, and is not a checkpoint, or one of another question or of another
        version of the engine, or if another run is writing it. It is left as it is.
    """

    def __init__(self, path: str | os.PathLike[str] | None, key: str) -> None:
        self.path = None if path is None else Path(path)
        self.key = key
        self.results: dict[str, Any] = {}
        self._fresh: dict[str, Any] = {}
        self._written = time.monotonic()
        self._file: sqlite3.Connection | None = None
        if self.path is not None and self.path.exists():
            self._file = self._opened(self.path)

    def _opened(self, path: Path) -> sqlite3.Connection:
        """Open a file that is there, and read the results in it."""
        if not path.is_file():
            message = tr("this is a folder, a device or a pipe; it is left as it is")
            raise InputError(Problem(message, str(path), expected=tr("a checkpoint, or nothing")))
        file = sqlite3.connect(path, timeout=0)
        try:
            (made_by, question), *_ = file.execute("SELECT engine, question FROM run")
            kept = file.execute("SELECT name, value FROM result").fetchall()
        except (sqlite3.DatabaseError, ValueError) as error:
            file.close()
            message = tr(
                "this is not a checkpoint of the engine, or another run is writing it; it is left as "
                "it is"
            )
            raise InputError(Problem(message, str(path))) from error
        if (made_by, question) != (__version__, self.key):
            file.close()
            message = tr(
                "what an unfinished run kept in this file was computed by version {version}",
                version=made_by,
            )
            if question != self.key:
                message = tr(
                    "what an unfinished run kept in this file was computed of another question"
                )
            expected = tr(
                "the same scenario, options and version ({version}); or remove it",
                version=__version__,
            )
            raise InputError(Problem(message, str(path), expected=expected))
        file.execute(f"PRAGMA busy_timeout = {int(1000 * PATIENCE)}")
        self.results = {name: json.loads(value) for name, value in kept}
        return file

    def keep(self, name: str, result: Any) -> None:
        """Keep a result, and write all that is new if it is time."""
        self.results[name] = self._fresh[name] = result
        if time.monotonic() - self._written >= SECONDS_BETWEEN:
            self.write()

    def write(self) -> None:
        """Write all new results: whole, or not at all."""
        if self.path is None:
            return
        new = [(name, json.dumps(result)) for name, result in self._fresh.items()]
        try:
            if self._file is None:
                self._file = self._begin(self.path)
            self._file.executemany("INSERT OR REPLACE INTO result VALUES (?, ?)", new)
            self._file.commit()
        except sqlite3.DatabaseError as error:
            message = tr("cannot be written: {error}", error=str(error))
            raise InputError(Problem(message, str(self.path))) from error
        self._fresh.clear()
        self._written = time.monotonic()

    def _begin(self, path: Path) -> sqlite3.Connection:
        """Make the file, which is there with its tables in it or not at all, and open it."""

        def build(part: Path) -> None:
            with closing(sqlite3.connect(part)) as file:
                file.executescript(f"BEGIN; {TABLES}")
                file.execute("INSERT INTO run VALUES (?, ?)", (__version__, self.key))
                file.commit()

        try:
            write_one(path, build, new=True)
        except InputError as error:
            if not path.exists():
                raise
            message = tr("another run has begun to write this file; it is left as it is")
            raise InputError(Problem(message, str(path))) from error
        return sqlite3.connect(path, timeout=PATIENCE)

    def close(self) -> None:
        """Write what is new, and let go of the file."""
        self.write()
        self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Remove the file: the run is over."""
        self._let_go()
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            self.path = None
