"""When a checkpoint writes what it is given, and that it lets go of its file."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from engine.errors import InputError
from engine.probability import checkpoint
from engine.probability.checkpoint import Checkpoint
from engine.probability.probability import Interrupted, probabilities

from .grids import grid


def in_file(path):
    """The results that a file holds, while another may be writing to it."""
    looking = Checkpoint(path, "question")
    looking.close()
    return looking.results


def test_results_are_written_when_it_is_time_or_at_the_end(tmp_path, monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: now[0])
    path = tmp_path / "kept"
    kept = Checkpoint(path, "question")
    now[0] = checkpoint.SECONDS_BETWEEN - 1
    kept.keep("a", [1, 2])
    assert not path.exists()
    now[0] += 1
    kept.keep("b", {"x": None})
    assert in_file(path) == {"a": [1, 2], "b": {"x": None}}
    now[0] += checkpoint.SECONDS_BETWEEN / 2
    kept.keep("a", 3)
    assert in_file(path)["a"] == [1, 2]
    kept.close()
    assert kept._file is None
    again = Checkpoint(path, "question")
    assert again.results == {"a": 3, "b": {"x": None}}
    assert again._file.execute("PRAGMA busy_timeout").fetchone() == (1000 * checkpoint.PATIENCE,)
    again.remove()
    assert not path.exists()
    assert (again._file, again.path) == (None, None)
    again.remove()


def test_without_a_path_nothing_is_written(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = Checkpoint(None, "question")
    kept.keep("a", 1)
    kept.close()
    kept.remove()
    assert kept.results == {"a": 1}
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_of_this_question_is_refused_and_left(tmp_path) -> None:
    with pytest.raises(InputError, match="a folder, a device or a pipe"):
        Checkpoint(tmp_path, "question")
    path = tmp_path / "kept"
    first = Checkpoint(path, "question")
    first.keep("a", 1)
    first.close()
    with pytest.raises(InputError, match="was computed of another question"):
        Checkpoint(path, "another")
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT name, value FROM result").fetchall() == [("a", "1")]


def test_a_day_of_which_half_is_known_is_not_answered() -> None:
    def stop(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        probabilities(
            grid(3, 4, seed=1, lost=0.0), dates=["2014-12-02", "2014-12-04"], progress=stop
        )
    known = caught.value.partial.isel(id=0)
    assert np.isfinite(known.probability).all("status").to_numpy().tolist() == [True, False]
    assert known.method.to_numpy().tolist() == ["certain", ""]
