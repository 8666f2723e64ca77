"""Files and folders of files, written whole or not at all.

What is written is built in a *part*: a hidden folder inside the target's own folder, so that it lies on
the same file system. Once all of it is there, the part gets the ending ``.complete`` and its files are
moved into place. A run that is killed leaves a part behind. The next one that writes to the folder
removes it, or, if it is complete, moves its files into place first; so does `finish_interrupted`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, Problem
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


fcntl: Any = import_module("fcntl") if find_spec("fcntl") else None
msvcrt: Any = import_module("msvcrt") if fcntl is None else None
"""Windows has this one instead."""
TAKEN = {errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
"""What a system says of a lock that another process has."""
_FAR = 2**30
"""Where the locked byte stands on Windows: others may read what stands before."""
_BETWEEN_TRIES_S = 0.02


def hold(path: Path, *, wait: bool = True) -> int | None:
    """Lock a file or a folder, and return what holds the lock until it is closed.

    Returns
    -------
    int or None
        An open file; None if another process has the lock, or the file system has no locks.

    Raises
    ------
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     held = hold(Path(home))
    ...     print(hold(Path(home), wait=False))
    ...     os.close(held)
    None
    """
    opened = _stand_in(path) if fcntl is None else os.open(path, os.O_RDONLY)
    try:
        lock(opened, wait=wait)
    except OSError:
        os.close(opened)
        return None
    return opened


def still_holds(held: int, path: Path) -> bool:
    """Return whether a lock is on the file that stands there now: it may have been replaced since."""
    return fcntl is None or os.fstat(held).st_ino == path.stat().st_ino


def lock(file: int, *, wait: bool = False) -> None:
    """Lock an open file until it is closed.

    Raises
    ------
    OSError
        If another process has it, with an error of `TAKEN`; or if the file system has no locks.
    """
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return
    while True:
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if not wait or error.errno not in TAKEN:
                raise
            time.sleep(_BETWEEN_TRIES_S)
        else:
            return


def _stand_in(path: Path) -> int:
    """Open the file that stands for another in locks: Windows locks no folders and replaces nothing that is open."""
    folder = Path(tempfile.gettempdir()) / "supplyline-locks"
    folder.mkdir(exist_ok=True)
    name = os.path.normcase(path.resolve()).encode("utf-8", "surrogatepass")
    return os.open(folder / hashlib.sha256(name).hexdigest()[:32], os.O_RDWR | os.O_CREAT, 0o666)


_PART = ".supplyline-"
_COMPLETE = ".complete"

_PROBE = 2**20
"""Bytes that tell a full disk."""


def write_whole(
    folder: Path, names: Sequence[str] | None, build: Callable[[Path], object]
) -> list[Path]:
    """Write files to a folder, all of them or none.

    Parameters
    ----------
    folder
        Where; it is made if it is not there. Files of the same names are replaced, others stay.
    names
        The names of the files, in the order in which they are moved into place; all that was built,
        if absent.
    build
        What writes them, all of them, into the folder that it is given.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be written to, or the disk is full; nothing is written then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     out = Path(home) / "out"
    ...     paths = write_whole(out, ["a.txt"], lambda part: (part / "a.txt").write_text("a"))
    ...     [path.name for path in paths]
    ['a.txt']
    """
    folder = Path(folder)
    with _said_of(folder, tr("a folder that can be written to")):
        if folder.is_dir():
            return _write(folder, names, build)
        if folder.exists():
            raise NotADirectoryError(tr("{name} is a file", name=folder.name))
        return _write_new(folder, names, build)


def write_one(path: Path, build: Callable[[Path], object], *, new: bool = False) -> Path:
    """Write one file, and what `build` puts beside it, whole or not at all.

    Parameters
    ----------
    path
        The file; one that is there is replaced, its permissions kept. A link stays a link.
    build
        What writes it: it is given a path of the same name in another folder.
    new
        Refuse to replace a file, one included that another process has made meanwhile.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If it cannot be written; nothing is written then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     write_one(Path(home) / "a.txt", lambda path: path.write_text("text")).read_text()
    'text'
    """
    path = Path(path)
    target = path.resolve() if path.is_symlink() else path
    with _said_of(path, tr("a file that can be written")):
        if target.is_dir():
            raise IsADirectoryError(tr("it is a folder"))
        if target.exists() and not target.is_file():
            raise OSError(tr("it is a device or a pipe"))
        if new and target.exists():
            raise FileExistsError(errno.EEXIST, tr("it is there already"))
        if _only_in_place(target):
            _write_in_place(target, build)
            return path
        with made(target.parent):
            _write(
                target.parent,
                None,
                lambda part: build(part / target.name),
                last=target.name,
                new=new,
            )
    return path


@contextmanager
def editing(file: Path) -> Iterator[None]:
    """Let one process at a time edit a file and what belongs to it; others wait.

    The lock is on the file itself, which an edit replaces last: whoever waited for the old one waits
    for the new one then. A file that is not there is left to whoever reads it.
    """
    while True:
        held = hold(file) if file.is_file() else None
        if held is None or still_holds(held, file):
            break
        os.close(held)
    try:
        finish_interrupted(file.parent)
        yield
    finally:
        if held is not None:
            os.close(held)


def finish_interrupted(folder: Path) -> None:
    """Move into place what a killed run had completed in a folder, and remove what it had not.

    A folder that cannot be written to is left as it is.
    """
    if any(folder.glob(f"{_PART}*")):
        with suppress(OSError), _locked(folder):
            _tidy(folder)


def _write(
    folder: Path,
    names: Sequence[str] | None,
    build: Callable[[Path], object],
    *,
    last: str = "",
    new: bool = False,
) -> list[Path]:
    """Write files to a folder that is there; `last` is moved into place after the others."""
    with _part_in(folder) as part:
        _build(part, build)
        names = names or sorted(_names_in(part), key=lambda name: name == last)
        for other in set(_names_in(part)) - set(names):
            (part / other).unlink()
        with _locked(folder):
            if new and (folder / last).exists():
                raise FileExistsError(errno.EEXIST, tr("it has been made meanwhile"))
            complete = part if len(names) == 1 else part.rename(f"{part}{_COMPLETE}")
            _move(complete, folder, names)
            if complete is not part:
                complete.rmdir()
    return [folder / name for name in names]


def _write_new(
    folder: Path, names: Sequence[str] | None, build: Callable[[Path], object]
) -> list[Path]:
    """Write files to a folder that is not there: it appears with all of them in it."""
    with made(folder.parent), _part_in(folder.parent) as part:
        _build(part, build)
        for other in set(_names_in(part)) - set(names or _names_in(part)):
            (part / other).unlink()
        there = [folder / name for name in names or sorted(_names_in(part))]
        try:
            part.rename(folder)
        except OSError:
            if not folder.is_dir():  # another process has made it meanwhile
                raise
            with _locked(folder):
                _move(part, folder, [path.name for path in there])
    return there


def _names_in(part: Path) -> list[str]:
    return [file.name for file in part.iterdir()]


def _move(part: Path, folder: Path, names: Sequence[str]) -> None:
    """Move files of a part into place."""
    for name in names:
        built, target = part / name, folder / name
        if target.is_file():
            with suppress(OSError):
                shutil.copymode(target, built)
        try:
            built.replace(target)
        except OSError as error:
            if error.errno not in {errno.EBUSY, errno.EXDEV}:
                raise
            # a mount point: such a file can be written to, but not replaced
            _copy_over(built, target)
            built.unlink()


def _only_in_place(target: Path) -> bool:
    """Return whether a file can be written to, but nothing beside it, as where it is mounted."""
    writable = target.is_file() and os.access(target, os.W_OK)
    return writable and not os.access(target.parent, os.W_OK)


def _write_in_place(target: Path, build: Callable[[Path], object]) -> None:
    """Write over a file, which is whole or as it was unless the process is killed meanwhile."""
    with TemporaryDirectory() as folder:
        part = Path(folder)
        _build(part, lambda part: build(part / target.name))
        _copy_over(part / target.name, target)


def _copy_over(built: Path, target: Path) -> None:
    """Write what was built over a file; what stood there comes back if there is no room for it."""
    before = target.read_bytes()
    try:
        shutil.copyfile(built, target)
    except OSError:
        target.write_bytes(before)
        raise


@contextmanager
def _part_in(folder: Path) -> Iterator[Path]:
    """Make a part in a folder, hold it against removal by others, and remove what is left of it."""
    with _locked(folder):
        _tidy(folder)
        part = folder / f"{_PART}{secrets.token_hex(6)}"
        part.mkdir()
        held = hold(part)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if held is not None:
            os.close(held)


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make a folder, and remove it again if what is to stand in it cannot be written."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for each in missing:
            with suppress(OSError):
                each.rmdir()
        raise


def _tidy(folder: Path) -> None:
    """Finish or remove the parts of runs that are gone; the folder is locked."""
    for part in sorted(folder.glob(f"{_PART}*")):
        with suppress(OSError):
            if not part.is_dir() or not _is_abandoned(part):
                continue
            if part.name.endswith(_COMPLETE):
                _move(part, folder, sorted(_names_in(part)))
            shutil.rmtree(part)


def _is_abandoned(part: Path) -> bool:
    """Return whether no process holds a part."""
    held = hold(part, wait=False)
    if held is not None:
        os.close(held)
    return held is not None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time change a folder, where the system has such locks."""
    held = hold(folder)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def _build(part: Path, build: Callable[[Path], object]) -> None:
    """Let the files be written; a full disk is an `OSError`, whichever library met it."""
    try:
        build(part)
    except InputError:
        raise
    except Exception as error:
        if not (isinstance(error, OSError) and error.errno):
            _check_room(part)
        raise


def _check_room(part: Path) -> None:
    """Raise the error of the system if nothing more can be written to a part."""
    largest = max((file.stat().st_size for file in part.rglob("*") if file.is_file()), default=0)
    with (part / "probe").open("wb") as probe:
        probe.seek(largest)
        probe.write(bytes(_PROBE))


@contextmanager
def _said_of(target: Path, expected: str) -> Iterator[None]:
    """Say what the system refuses in one message."""
    try:
        yield
    except InputError:
        raise
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        message = tr("cannot be written: {reason}", reason=str(reason))
        raise InputError(Problem(message, str(target), expected=expected)) from error
