"""Long runs that are killed or interrupted go on from what they had, to the same bytes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.probability import checkpoint
from engine.probability.checkpoint import Checkpoint, key_of
from engine.probability.exact import Effort
from engine.probability.probability import Interrupted, probabilities

from .grids import grid

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EFFORT = Effort(most_worlds=0, most_nodes=0, tolerance=0.0, most_chunks=24)
RUN = """
import sys
from tests.probability.grids import grid
from tests.probability.test_checkpoint import EFFORT, bytes_of
from engine.probability import checkpoint, probability
checkpoint.SECONDS_BETWEEN = 0.05
found = probability.probabilities(
    grid(5, 20, seed=1, lost=0.0), dates=["2014-12-02", "2014-12-05"], effort=EFFORT,
    checkpoint={checkpoint!r},
)
open({out!r}, "wb").write(bytes_of(found))
"""


def bytes_of(found) -> bytes:
    arrays = (found[key].to_numpy().tobytes() for key in ("probability", "low", "high", "worlds"))
    return b"".join(arrays) + str(found.method.to_numpy().tolist()).encode()


def started(tmp_path, name: str) -> tuple[subprocess.Popen, Path, Path]:
    checkpoint, out = tmp_path / f"{name}.sqlite", tmp_path / f"{name}.bytes"
    code = RUN.format(checkpoint=str(checkpoint), out=str(out))
    one = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
    return one, checkpoint, out


def chunks_in(checkpoint: Path) -> int:
    if not checkpoint.exists():
        return 0
    with closing(sqlite3.connect(checkpoint)) as file:
        try:
            kept = file.execute("SELECT value FROM result WHERE name LIKE '%chunks'").fetchall()
        except sqlite3.OperationalError:  # it is being written for the first time
            return 0
    return sum(len(json.loads(value)) for (value,) in kept)


def test_a_killed_run_goes_on_and_ends_in_the_same_bytes(tmp_path) -> None:
    whole, _, expected = started(tmp_path, "whole")
    killed, checkpoint, out = started(tmp_path, "killed")
    deadline = time.monotonic() + 60
    while chunks_in(checkpoint) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    kept = chunks_in(checkpoint)
    assert kept >= 5
    assert not out.exists()

    again, _, out = started(tmp_path, "killed")
    first_seen = 0
    while again.poll() is None:
        first_seen = first_seen or chunks_in(checkpoint)
        time.sleep(0.02)
    assert again.communicate()[1] == b""
    assert first_seen >= kept
    assert whole.communicate()[1] == b""
    assert out.read_bytes() == expected.read_bytes()
    assert not checkpoint.exists()
    assert not list(tmp_path.glob("*.sqlite*"))


def test_an_interrupted_run_hands_back_what_it_has_and_marks_it(tmp_path) -> None:
    analysis = grid(4, 10, seed=1, lost=0.0)
    days = ["2014-12-02", "2014-12-03", "2014-12-04"]

    def stop(done, _wanted) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        probabilities(analysis, dates=days, checkpoint=tmp_path / "run.sqlite", progress=stop)
    partial = caught.value.partial
    assert partial.attrs["complete"] == 0
    assert not np.isnan(partial.probability.isel(date=[0, 1])).any()
    assert np.isnan(partial.probability.isel(date=2)).all()
    assert partial.method.isel(date=2).item() == ""
    whole = probabilities(analysis, dates=days, checkpoint=tmp_path / "run.sqlite")
    assert whole.attrs["complete"] == 1
    assert whole.identical(probabilities(analysis, dates=days))
    assert not list(tmp_path.iterdir())


def test_results_of_another_run_are_not_taken_over(tmp_path) -> None:
    analysis = grid(3, 4, seed=1, lost=0.0)
    keys = {
        key_of(one.scenario, one.sectors, known_on, effort)
        for one in (analysis, grid(3, 4, seed=2, lost=0.0), grid(3, 4, seed=1))
        for known_on in (None, analysis.scenario.start)
        for effort in (Effort(), Effort(seed=1), Effort(tolerance=0.1))
    }
    assert len(keys) == 18
    kept = Checkpoint(tmp_path / "run.sqlite", "one key")
    kept.keep("a", [0.1])
    kept.close()
    again = Checkpoint(tmp_path / "run.sqlite", "one key")
    again.close()
    assert again.results == {"a": [0.1]}
    with pytest.raises(engine.errors.InputError, match="of another question"):
        Checkpoint(tmp_path / "run.sqlite", "another")


def test_results_of_another_version_are_refused_and_kept(tmp_path, monkeypatch) -> None:
    analysis, path = grid(3, 4, seed=1, lost=0.0), tmp_path / "run.sqlite"
    monkeypatch.setattr(checkpoint, "__version__", "0.0.1")
    kept = Checkpoint(path, key_of(analysis.scenario, analysis.sectors, None, Effort()))
    kept.keep("a", [0.1])
    kept.close()
    before = path.read_bytes()
    monkeypatch.undo()
    with pytest.raises(engine.errors.InputError, match=r"by version 0\.0\.1.*expected the same"):
        probabilities(analysis, dates="2014-12-05", checkpoint=path)
    assert path.read_bytes() == before


def test_a_file_that_another_run_is_writing_is_left_alone(tmp_path) -> None:
    path = tmp_path / "run.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.executescript("BEGIN EXCLUSIVE; CREATE TABLE run (engine TEXT)")
        with pytest.raises(engine.errors.InputError, match="another run is writing"):
            probabilities(grid(3, 4, seed=1, lost=0.0), dates="2014-12-05", checkpoint=path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 3}', "\x00"])
def test_a_file_that_is_no_checkpoint_is_left_alone(tmp_path, text) -> None:
    path = tmp_path / "notes.json"
    path.write_text(text)
    with pytest.raises(engine.errors.InputError, match="not a checkpoint"):
        probabilities(grid(3, 4, seed=1, lost=0.0), dates="2014-12-05", checkpoint=path)
    assert path.read_text() == text


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_nothing_is_left_where_nothing_can_be_written(tmp_path) -> None:
    code = (
        "import resource, sys; from engine.probability.checkpoint import Checkpoint\n"
        "from engine.errors import InputError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "kept = Checkpoint(sys.argv[1], 'key'); kept.keep('a', 1)\n"
        "for _ in range(2):\n"
        "    try:\n        kept.close()\n        sys.exit('it was written')\n"
        "    except InputError as error:\n        assert 'cannot be written' in str(error)\n"
    )
    path = tmp_path / "run.sqlite"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, cwd=ROOT)
    assert list(tmp_path.iterdir()) == []


def test_who_only_looks_at_the_file_does_not_end_the_run(tmp_path) -> None:
    kept = Checkpoint(tmp_path / "kept.sqlite", "question")
    kept.keep("a", 1)
    kept.write()
    looking = sqlite3.connect(tmp_path / "kept.sqlite", check_same_thread=False)
    looking.execute("BEGIN")
    assert looking.execute("SELECT count(*) FROM result").fetchone() == (1,)
    done = threading.Timer(0.3, looking.rollback)
    done.start()
    kept.keep("b", 2)
    kept.close()  # waits for the reader
    done.join()
    looking.close()
    again = Checkpoint(tmp_path / "kept.sqlite", "question")
    assert again.results == {"a": 1, "b": 2}
    again.close()
