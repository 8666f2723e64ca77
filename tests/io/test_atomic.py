"""Files are written whole or not at all, wherever they go, and what a killed run leaves is taken care of."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.io import atomic
from engine.io.atomic import finish_interrupted, write_one, write_whole
from engine.network.read import read_network, write_network

KILLED = """
import os, sys
from pathlib import Path
from engine.io import atomic
folder, moment = Path(sys.argv[1]), sys.argv[2]

def build(part):
    (part / "a.txt").write_text("new a")
    if moment == "build":
        os.kill(os.getpid(), 9)
    (part / "b.txt").write_text("new b")

replace = Path.replace
def replace_and_die(self, target):
    replace(self, target)
    os.kill(os.getpid(), 9)

if moment == "move":
    Path.replace = replace_and_die
atomic.write_whole(folder, ["a.txt", "b.txt"], build)
"""


def both(part: Path) -> None:
    (part / "a.txt").write_text("a")
    (part / "b.txt").write_text("b")


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def kill(folder: Path, moment: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), moment], check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_new_folder_appears_with_all_that_is_in_it(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    assert write_whole(out, ["a.txt", "b.txt"], both) == [out / "a.txt", out / "b.txt"]
    assert texts(out) == {"a.txt": "a", "b.txt": "b"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    (tmp_path / "usual").mkdir()
    assert out.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_other_files_stay_and_only_what_is_named_is_moved(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert write_whole(tmp_path, ["a.txt"], both) == [tmp_path / "a.txt"]
    assert texts(tmp_path) == {"a.txt": "a", "mine.txt": "mine"}


def test_nothing_is_left_of_what_fails(tmp_path: Path) -> None:
    def fail(part: Path) -> None:
        both(part)
        raise OSError(28, "No space left on device")

    for folder in (tmp_path / "x" / "y", tmp_path):
        with pytest.raises(InputError, match="cannot be written: No space left on device"):
            write_whole(folder, ["a.txt", "b.txt"], fail)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["build", "move"])
def test_after_a_kill_the_next_run_finds_the_old_or_the_new(tmp_path: Path, moment: str) -> None:
    write_whole(tmp_path, ["a.txt", "b.txt"], both)
    kill(tmp_path, moment)
    assert any(path.name.startswith(".") for path in tmp_path.iterdir())
    finish_interrupted(tmp_path)
    new = {"a.txt": "new a", "b.txt": "new b"}
    assert texts(tmp_path) == ({"a.txt": "a", "b.txt": "b"} if moment == "build" else new)


def test_the_next_that_is_written_removes_the_litter(tmp_path: Path) -> None:
    kill(tmp_path, "move")
    write_one(tmp_path / "c.txt", lambda path: path.write_text("c"))
    assert texts(tmp_path) == {"a.txt": "new a", "b.txt": "new b", "c.txt": "c"}
    kill(tmp_path / "new", "build")
    write_one(tmp_path / "c.txt", lambda path: path.write_text("d"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt", "c.txt"]


def test_a_run_that_lives_keeps_its_part(tmp_path: Path) -> None:
    def build(part: Path) -> None:
        both(part)
        other = threading.Thread(target=write_one, args=(tmp_path / "c.txt", Path.touch))
        other.start()
        other.join()

    write_whole(tmp_path, ["a.txt", "b.txt"], build)
    assert texts(tmp_path) == {"a.txt": "a", "b.txt": "b", "c.txt": ""}


def test_two_at_once_leave_the_files_of_one(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(40)]

    def write(text: str) -> None:
        for _ in range(20):
            write_whole(
                tmp_path, names, lambda part: [(part / name).write_text(text) for name in names]
            )

    threads = [threading.Thread(target=write, args=(text,)) for text in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(texts(tmp_path).values())) == 1
    assert set(texts(tmp_path)) == set(names)


def test_a_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    file, link = tmp_path / "there" / "file.txt", tmp_path / "link.txt"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    assert write_one(link, lambda path: path.write_text("new")) == link
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, make: object) -> None:
    path = tmp_path / "odd"
    make(path)
    with pytest.raises(InputError, match="odd: cannot be written: it is a"):
        write_one(path, lambda part: part.write_text("x"))
    assert [each.name for each in tmp_path.iterdir()] == ["odd"]


@pytest.mark.parametrize("name", ["n.gpkg", "n.graphml", "n.osm.pbf", "n.parquet", "n.shp"])
def test_every_writer_says_that_a_limit_is_reached(tmp_path: Path, name: str) -> None:
    network = read_network("aleppo-schematic")
    write_network(network, tmp_path / name)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(InputError, match=f"{name}: cannot be written: File too large"):
            write_network(network, tmp_path / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_scenario_whose_edit_was_killed_is_read_whole(tmp_path: Path) -> None:
    from engine.scenario.load import load_scenario

    text = 'title = "{}"\nstart = 2014-12-01\nend = 2014-12-02\n[actors.a]\n'
    part = tmp_path / ".supplyline-1.complete"
    part.mkdir()
    (tmp_path / "s.toml").write_text(text.format("old"))
    (part / "s.toml").write_text(text.format("new"))
    assert load_scenario(tmp_path / "s.toml").title == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["s.toml"]


def test_a_file_beside_which_nothing_is_written_is_written_over_or_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a file is a mount point; one that is a mount point in a usual folder is written over, too."""
    file = tmp_path / "a.txt"
    file.write_text("old")
    monkeypatch.setattr(atomic, "_only_in_place", lambda _: True)
    assert write_one(file, lambda path: path.write_text("new")).read_text() == "new"

    def full(_built: Path, target: Path) -> None:
        target.write_text("n")
        raise OSError(errno.ENOSPC, "No space left on device")

    def busy(_built: Path, _target: Path) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    with monkeypatch.context() as patched:
        patched.setattr(atomic.shutil, "copyfile", full)
        with pytest.raises(InputError, match="cannot be written: No space left on device"):
            write_one(file, lambda path: path.write_text("newer"))
    assert texts(tmp_path) == {"a.txt": "new"}
    monkeypatch.setattr(atomic, "_only_in_place", lambda _: False)
    monkeypatch.setattr(Path, "replace", busy)
    write_one(file, lambda path: path.write_text("newest"))
    assert texts(tmp_path) == {"a.txt": "newest"}
