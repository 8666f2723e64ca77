"""Locks between processes: on a file or folder itself or, where no such locks are, on a file that stands for it."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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
