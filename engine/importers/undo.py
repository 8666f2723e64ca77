"""Taking back an import: the files that it wrote become what they were, if nobody has changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError
from engine.io.atomic import editing, write_whole
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


class Undo:
    """What an import did to the files of a folder.

    Parameters
    ----------
    before, after
        The bytes of each file before and after it; None for a file that was not there.
    """

    def __init__(
        self, before: Mapping[Path, bytes | None], after: Mapping[Path, bytes | None]
    ) -> None:
        self.before = {path: before.get(path) for path in after if before.get(path) != after[path]}
        self.after = {path: after[path] for path in self.before}

    def take_back(self, scenario: Path) -> list[Path]:
        """Make the files what they were, and return them.

        Parameters
        ----------
        scenario
            The scenario file, which nobody else edits meanwhile.

        Raises
        ------
        ScenarioError
            If a file is not as the import left it; nothing is changed then.
        """
        with editing(scenario):
            changed = [path for path, data in self.after.items() if bytes_of(path) != data]
            if changed:
                message = tr("this file has changed since the import: it cannot be taken back")
                raise ScenarioError([Problem(message, str(path)) for path in changed])
            kept = {path: data for path, data in self.before.items() if data is not None}
            names = sorted((path.name for path in kept), key=lambda name: name == scenario.name)
            if names:
                write_whole(scenario.parent, names, _writing(kept))
            for path in self.before.keys() - kept.keys():  # nothing names them any more
                path.unlink(missing_ok=True)
        return list(self.before)


def bytes_of(path: Path) -> bytes | None:
    """Return what a file holds; None if it is not there."""
    return path.read_bytes() if path.is_file() else None


def snapshot(paths: Iterable[Path]) -> dict[Path, bytes | None]:
    """Return what files hold."""
    return {path: bytes_of(path) for path in paths}


def _writing(files: Mapping[Path, bytes]) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        for path, data in files.items():
            (folder / path.name).write_bytes(data)

    return build
