"""The files of a scenario: whether any of them has changed on the disk."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from engine.importers.table_edits import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.scenario.model import Scenario

SECONDS = 0.7
"""Between two looks."""


class Files:
    """The files that a scenario was read from, as they were then.

    Parameters
    ----------
    scenario
        The scenario file.
    """

    def __init__(self, scenario: Path) -> None:
        self.scenario = scenario
        self.paths = {scenario}
        self.seen: dict[Path, str] = {}
        self.look()

    def belong_to(self, scenario: Scenario) -> None:
        """Note which files a scenario has entries in."""
        lists = (
            scenario.events, scenario.baseline, scenario.places, scenario.sites, scenario.routes,
            scenario.enclaves, scenario.overlooks, scenario.gates, tuple(scenario.actors.values()),
        )  # fmt: skip
        named = {
            Path(entry.origin.file) for entries in lists for entry in entries if entry.origin.file
        }
        self.paths |= named
        for path in named - self.seen.keys():
            self.seen[path] = digest_of(path)

    def look(self) -> None:
        """Note the files as they are."""
        self.seen = {path: digest_of(path) for path in self.paths}

    def changed(self) -> bool:
        """Return whether a file is not as it was noted."""
        return any(digest_of(path) != digest for path, digest in self.seen.items())


class Watch(threading.Thread):
    """Looks after files, and calls when one has changed and stays as it is for one look.

    Parameters
    ----------
    files
        What to look at.
    call
        What to do.
    """

    def __init__(self, files: Files, call: Callable[[], object], seconds: float = SECONDS) -> None:
        super().__init__(daemon=True)
        self._files, self._call, self._seconds = files, call, seconds
        self._ended = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        before: dict[Path, str] = {}
        while not self._ended.wait(self._seconds):
            now = {path: digest_of(path) for path in self._files.paths}
            if now != self._files.seen and now == before:  # no program is writing any more
                self._call()
            before = now

    def stop(self) -> None:
        """Stop looking."""
        self._ended.set()
        self.join()
