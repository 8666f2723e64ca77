"""What a long run has worked out so far, in a file, so that an interrupted one can go on."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import InputError, Problem

if TYPE_CHECKING:
    import datetime as dt

    from engine.control.sectors import Sectors
    from engine.probability.exact import Effort
    from engine.scenario.model import Scenario

SECONDS_BETWEEN = 1.0
"""The least time between two writings of the file."""


def key_of(scenario: Scenario, ground: Sectors, known_on: dt.date | None, effort: Effort) -> str:
    """Return what a run depends on, as a hash: the scenario, its ground and the options."""
    found = hashlib.sha256()
    for part in (scenario.model_dump_json(by_alias=True), str(known_on), repr(effort)):
        found.update(part.encode() + b"\0")
    network = ground.network
    for array in (network.u, network.v, network.oneway, ground.sector, ground.covers, ground.near):
        found.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    found.update(ground.sites.node.tobytes())
    return found.hexdigest()


class Checkpoint:
    """The results of a run, by name, kept in a file if one is given.

    Parameters
    ----------
    path
        The file; None to keep nothing.
    key
        What the run depends on: results of another run are not taken over.

    Raises
    ------
    InputError
        If the file is there, and is not a checkpoint.
    """

    def __init__(self, path: str | os.PathLike[str] | None, key: str) -> None:
        self.path = None if path is None else Path(path)
        self.key = key
        self.results: dict[str, Any] = {}
        self._written = time.monotonic()
        if self.path is not None and self.path.exists():
            self.results = self._read(self.path)

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            key, results = kept["key"], kept["results"]
        except (ValueError, KeyError, TypeError) as error:
            message = "this is not a checkpoint of the engine, and is left as it is"
            raise InputError(Problem(message, str(path))) from error
        return dict(results) if key == self.key else {}

    def keep(self, name: str, result: Any) -> None:
        """Keep a result, and write all of them if it is time."""
        self.results[name] = result
        if time.monotonic() - self._written >= SECONDS_BETWEEN:
            self.write()

    def write(self) -> None:
        """Write all results: whole, or not at all."""
        if self.path is None:
            return
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        text = json.dumps({"key": self.key, "results": self.results})
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        self._written = time.monotonic()

    def remove(self) -> None:
        """Remove the file: the run is over."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
