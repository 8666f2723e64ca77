"""The journal of unsaved changes: what was done is on the disk before it is answered.

Each line is the whole list of changes after one step, or ``undo`` or ``redo``; or the changes that
stay once the others stand in files, with what tells the bytes of these, just before they are written. A
line that was cut short by a crash is left out. Whoever opens the scenario next goes on where the last
one stopped; two at once have a journal each. Whether another program has changed the files is watched here too.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from engine.errors import InputError, Problem
from engine.importers.editing import digest_of
from engine.io.atomic import TAKEN, lock
from engine.language import tr
from engine.scenario.change_sets import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        self.refresh()

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

    def refresh(self) -> None:
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


ENDING = ".changes.journal"
MOST = 16
"""So many may have one scenario open at a time."""


class History:
    """A list of changes with the steps before and after it.

    Examples
    --------
    >>> history = History()
    >>> history.step(()); history.undo()
    True
    >>> history.undo()
    False
    """

    def __init__(self) -> None:
        self.now: tuple[Change, ...] = ()
        self.past: list[tuple[Change, ...]] = []
        self.future: list[tuple[Change, ...]] = []

    def step(self, changes: tuple[Change, ...]) -> None:
        """Go on to another list."""
        self.past.append(self.now)
        self.now, self.future = changes, []

    def undo(self) -> bool:
        """Go one step back; return whether there was one."""
        if not self.past:
            return False
        self.future.append(self.now)
        self.now = self.past.pop()
        return True

    def redo(self) -> bool:
        """Go forward again; return whether there was a step."""
        if not self.future:
            return False
        self.past.append(self.now)
        self.now = self.future.pop()
        return True


class Journal:
    """The history of a session, and the file that keeps it.

    Parameters
    ----------
    scenario
        The scenario; the journal lies beside it, hidden.
    """

    def __init__(self, scenario: Path) -> None:
        self.history = History()
        self._file: int | None = None
        marks = ["", *(f".{number}" for number in range(2, MOST + 1))]
        paths = [scenario.with_name(f".{scenario.name}{mark}{ENDING}") for mark in marks]
        for self.path in sorted(paths, key=lambda path: not path.exists()):  # those left first
            try:
                self._file = _held(self.path)
            except OSError:  # the folder cannot be written to: then nothing is kept
                return
            if self._file is not None:
                break
        if self._file is not None:
            kept, newline, cut_short = self.path.read_bytes().rpartition(b"\n")
            if cut_short:
                os.ftruncate(self._file, len(kept + newline))
            lines = kept.decode(errors="replace").split("\n")
            for line in lines:
                self._replay(line)
            self._let_go_of_what_was_written(lines[-1])

    @property
    def keeps(self) -> bool:
        """Whether what is done outlives a crash."""
        return self._file is not None

    def step(self, changes: tuple[Change, ...]) -> None:
        """Go on to another list of changes.

        Raises
        ------
        InputError
            If it cannot be kept, as on a full disk; the list stays as it was, here and below.
        """
        self._write(_plain(changes))
        self.history.step(changes)

    def undo(self) -> None:
        """Go one step back, if there is one."""
        if self.history.past:
            self._write("undo")
            self.history.undo()

    def redo(self) -> None:
        """Go forward again, if there is a step."""
        if self.history.future:
            self._write("redo")
            self.history.redo()

    def about_to_write(self, files: Mapping[Path, str], staying: tuple[Change, ...]) -> None:
        """Note that files are about to be written, after which only some changes stay.

        Who opens the scenario after a crash sees by the files whether they were.
        """
        told = {os.path.relpath(path, self.path.parent): files[path] for path in files}
        self._write({"files": told, "staying": _plain(staying)})

    def close(self) -> None:
        """End; a journal of nothing is removed."""
        if self._file is None:
            return
        if not self.history.now:
            with suppress(OSError):
                self.path.unlink()
        os.close(self._file)
        self._file = None

    def _write(self, line: Any) -> None:
        """Append a line, all of it or nothing."""
        if self._file is None:
            return
        before = os.fstat(self._file).st_size
        text = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        try:
            while text:
                text = text[os.write(self._file, text) :]
            os.fsync(self._file)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, before)
            why = os.strerror(error.errno or 0)
            reason = tr("changes cannot be saved: {why}", why=why)
            raise InputError(Problem(reason, str(self.path))) from error

    def _replay(self, line: str) -> None:
        try:
            said = json.loads(line)
            if said == "undo":
                self.history.undo()
            elif said == "redo":
                self.history.redo()
            elif isinstance(said, list):
                self.history.step(_changes(said))
        except (ValueError, TypeError, ValidationError):
            return

    def _let_go_of_what_was_written(self, last: str) -> None:
        """Let the changes go that had been written when a crash came, if they were."""
        try:
            said = json.loads(last)
            files, staying = said["files"], _changes(said["staying"])
            written = all(digest_of(self.path.parent / name) == files[name] for name in files)
        except (ValueError, TypeError, KeyError, ValidationError):
            return
        if written:
            try:
                self.step(staying)
            except InputError:
                self.history.step(staying)


def _plain(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
    return [change.model_dump(mode="json", exclude_defaults=True) for change in changes]


def _changes(said: Any) -> tuple[Change, ...]:
    return tuple(Change.model_validate(one) for one in said)


def _held(path: Path) -> int | None:
    """Open a journal for ourselves alone; None if another process has it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    try:
        lock(file)
    except OSError as error:
        os.close(file)
        if error.errno in TAKEN:
            return None
        raise
    return file
