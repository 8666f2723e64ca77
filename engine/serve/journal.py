"""The journal of unsaved changes: what was done is on the disk before it is answered.

Each line is the whole list of changes after one step, or ``undo`` or ``redo``. A line that was cut
short by a crash is left out. Whoever opens the scenario next goes on where the last one stopped; two
at once have a journal each.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from pydantic import ValidationError

from engine.scenario.change_sets import Change

if TYPE_CHECKING:
    from pathlib import Path

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
        self._file: IO[str] | None = None
        for number in range(1, MOST + 1):
            mark = "" if number == 1 else f".{number}"
            self.path = scenario.with_name(f".{scenario.name}{mark}{ENDING}")
            try:
                self._file = _held(self.path)
            except OSError:  # the folder cannot be written to: then nothing is kept
                return
            if self._file is not None:
                break
        if self._file is not None:
            self._file.seek(0)
            for line in self._file.read().splitlines():
                self._replay(line)
            self._file.seek(0, os.SEEK_END)

    @property
    def keeps(self) -> bool:
        """Whether what is done outlives a crash."""
        return self._file is not None

    def step(self, changes: tuple[Change, ...]) -> None:
        """Go on to another list of changes."""
        self._write([change.model_dump(mode="json", exclude_defaults=True) for change in changes])
        self.history.step(changes)

    def undo(self) -> None:
        """Go one step back, if there is one."""
        if self.history.undo():
            self._write("undo")

    def redo(self) -> None:
        """Go forward again, if there is a step."""
        if self.history.redo():
            self._write("redo")

    def close(self) -> None:
        """End; a journal of nothing is removed."""
        if self._file is None:
            return
        if not self.history.now:
            with suppress(OSError):
                self.path.unlink()
        self._file.close()
        self._file = None

    def _write(self, line: Any) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def _replay(self, line: str) -> None:
        try:
            said = json.loads(line)
            if said == "undo":
                self.history.undo()
            elif said == "redo":
                self.history.redo()
            else:
                self.history.step(tuple(Change.model_validate(one) for one in said))
        except (ValueError, TypeError, ValidationError):
            return


def _held(path: Path) -> IO[str] | None:
    """Open a journal for ourselves alone; None if another process has it."""
    file = path.open("a+", encoding="utf-8")
    if sys.platform == "win32":
        return file
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
