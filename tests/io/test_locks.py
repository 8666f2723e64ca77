"""Locks, with those of the system and with what takes their place on Windows."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from engine.errors import InputError
from engine.io import atomic
from engine.io.atomic import editing, write_one
from engine.serve.journal import _held

if TYPE_CHECKING:
    from pathlib import Path


def locking(file: int, _mode: int, _n: int) -> None:
    """Lock as the runtime of Windows does: at a place of the file, or the error EACCES."""
    if os.lseek(file, 0, os.SEEK_CUR) < 2**20:
        raise AssertionError("what others read would be locked")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise PermissionError(errno.EACCES, "Permission denied") from error


@pytest.fixture(params=["of the system", "as on Windows"], autouse=True)
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if request.param == "as on Windows":
        (tmp_path / "temporary").mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
        monkeypatch.setattr(atomic, "fcntl", None)
        windows = SimpleNamespace(locking=locking, LK_NBLCK=2)
        monkeypatch.setattr(atomic, "msvcrt", windows)


@pytest.mark.parametrize("name", ["folder", "file.toml"])
def test_one_at_a_time_has_a_lock(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.mkdir() if name == "folder" else path.write_text("")
    held = atomic.hold(path)
    assert held is not None
    assert atomic.still_holds(held, path)
    assert atomic.hold(path, wait=False) is None
    other = atomic.hold(tmp_path, wait=False)
    assert other is not None
    os.close(other)
    waited: list[int | None] = []
    waiting = threading.Thread(target=lambda: waited.append(atomic.hold(path)))
    waiting.start()
    os.close(held)
    waiting.join(60)
    assert len(waited) == 1
    assert waited[0] is not None
    os.close(waited[0])


def test_a_part_that_somebody_is_writing_stays_and_an_abandoned_one_goes(tmp_path: Path) -> None:
    parts = [tmp_path / f".supplyline-{name}" for name in ("ab", "cd")]
    for part in parts:
        part.mkdir()
    held = atomic.hold(parts[0])
    assert held is not None
    write_one(tmp_path / "a.txt", lambda path: path.write_text("a"))
    assert [part.exists() for part in parts] == [True, False]
    os.close(held)
    write_one(tmp_path / "a.txt", lambda path: path.write_text("b"))
    assert not parts[0].exists()


def test_a_journal_is_one_session_s(tmp_path: Path) -> None:
    held = _held(tmp_path / "one.journal")
    assert held is not None
    assert _held(tmp_path / "one.journal") is None
    os.close(held)


def edit_counter(file: Path) -> None:
    for _ in range(20):
        with editing(file):
            n = int(file.read_text())
            write_one(file, lambda path, n=n: path.write_text(str(n + 1)))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_edits_at_once_are_none_of_them_lost(tmp_path: Path) -> None:
    file = tmp_path / "counter"
    file.write_text("0")
    start = multiprocessing.get_context("fork").Process
    processes = [start(target=edit_counter, args=(file,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert file.read_text() == "80"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_file_that_another_has_made_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def build(part: Path) -> None:
        part.write_text("mine")
        write_one(path, lambda other: other.write_text("theirs"), new=True)

    with pytest.raises(InputError, match="File exists"):
        write_one(path, build, new=True)
    with pytest.raises(InputError, match="File exists"):
        write_one(path, lambda part: part.write_text("mine"), new=True)
    assert path.read_text() == "theirs"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
