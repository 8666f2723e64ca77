"""Files that belong together, written to a folder whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def write_whole(folder: Path, names: Sequence[str], build: Callable[[Path], None]) -> list[Path]:
    """Write files to a folder.

    Parameters
    ----------
    folder
        Where; it is made if it is not there. Files of the same names are replaced, others stay.
    names
        The names of the files.
    build
        What writes them, all of them, into the folder that it is given.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be written to; nothing is written then.
    """
    folder = Path(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(f"{folder} is a file")
        beside = Path(tempfile.mkdtemp(prefix=".supplyline-", dir=folder.parent))
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        build(beside)
        folder.mkdir(exist_ok=True)
        return [(beside / name).replace(folder / name) for name in names]
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        shutil.rmtree(beside)


def _cannot_write(folder: Path, error: OSError) -> InputError:
    return InputError(
        Problem(
            f"the results cannot be written: {error.strerror or error}",
            str(folder),
            expected="a folder that may be written to",
        )
    )


def write_one(path: Path, build: Callable[[Path], object]) -> Path:
    """Write one file, as `write_whole` writes several."""
    path = Path(path)

    def into(folder: Path) -> None:
        build(folder / path.name)

    return write_whole(path.parent, [path.name], into)[0]
