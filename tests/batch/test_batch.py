"""Batches: the same bytes from one process, from workers, and after the loss of one."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from engine.batch import batch
from engine.batch.batch import Task, do, jobs_of, pool, run_batch
from engine.cli import main
from engine.errors import InputError
from engine.language import Language, tr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.slow

SCENARIO = """\
title = "A test"
network = "aleppo-schematic"
start = 2014-12-01
end = 2014-12-11

[actors.opposition]
[actors.government]

[[baseline]]
site = "jandoul"
holder = "opposition"

[[events]]
date = 2014-12-{day:02}
site = "jandoul"
kind = "captured"
actor = "government"
confidence = 0.6

[[routes]]
id = "north"
actor = "opposition"
from = "hreitan"
to = "jandoul"
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = []
    for day in (3, 5, 7):
        path = tmp_path / f"day-{day}.toml"
        path.write_text(SCENARIO.format(day=day), encoding="utf-8")
        found.append(path)
    return found


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as running:
        yield running


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_lost_worker_costs_its_task_only_and_not_a_byte_changes(
    files: list[Path], cluster: Any, tmp_path: Path
) -> None:
    jobs = jobs_of(files[:2], probability=True)
    with pool() as work:
        run_batch(jobs, tmp_path / "here", work)
    with distributed.Client(cluster) as client:
        pids = client.run(os.getpid)
    done = []

    def kill_one(number: int, _: int) -> None:
        done.append(number)
        if number == 1:
            os.kill(next(iter(pids.values())), signal.SIGKILL)

    with pool(scheduler=cluster.scheduler_address) as work:
        run_batch(jobs, tmp_path / "there", work, progress=kill_one)
    assert done == [1, 2, 3, 4]
    here = contents(tmp_path / "here")
    assert here == contents(tmp_path / "there")
    assert set(here) >= {"batch.csv", "day-3/status.csv", "day-5/map.png", "day-5/probability.csv"}
    assert here["day-3/status.csv"] != here["day-5/status.csv"]


def slow(item: int) -> tuple[int, int]:
    time.sleep(0.2)
    return item, os.getpid()


def test_tasks_of_a_killed_worker_are_done_by_the_other(cluster: Any) -> None:
    with pool(scheduler=cluster.scheduler_address) as work:
        found, killed = {}, None
        for number, (item, pid) in work(slow, range(12)):
            assert number == item
            found[item] = pid
            if killed is None:
                killed = pid
                os.kill(killed, signal.SIGKILL)
    assert sorted(found) == list(range(12))
    assert len(set(found.values()) - {killed}) >= 1


def once_deadly(folder: str) -> int:
    """End the process that does this first, as a machine without memory would."""
    try:
        os.close(os.open(f"{folder}/ended", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return os.getpid()
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def always_deadly(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_tasks_of_a_killed_process_are_done_by_others(tmp_path: Path) -> None:
    with pool(workers=2) as work:
        found = dict(work(once_deadly, [str(tmp_path)] * 5))
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert all(found.values())


def test_a_task_that_ends_every_process_ends_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.batch.batch.MOST_LOSSES", 1)
    with pool(workers=2) as work, pytest.raises(InputError, match="2 worker processes ended"):
        dict(work(always_deadly, [1]))


def test_processes_write_the_same_bytes(files: list[Path], tmp_path: Path) -> None:
    jobs = jobs_of(files[:2], probability=True)
    for name, workers in (("here", None), ("there", 2)):
        with pool(workers) as work:
            run_batch(jobs, tmp_path / name, work)
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_the_command_runs_a_batch_on_workers(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    out = tmp_path / "out"
    asked = ["supplyline", "batch", *map(str, files[:2]), "--out", str(out), "--workers", "2"]
    monkeypatch.setattr(sys, "argv", asked)
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    assert "wrote 15 files" in capsys.readouterr().out
    lines = (out / "batch.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("scenario,id,kind,label,label_ar,start,end")
    assert [line.split(",")[0] for line in lines[1:]] == ["day-3"] * 2 + ["day-5"] * 2


def test_all_bad_files_are_named_and_nothing_is_written(files: list[Path], tmp_path: Path) -> None:
    for path in files[:2]:
        path.write_text("title = ", encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        jobs_of([*files, tmp_path / "sub" / "day-7.toml"])
    text = str(wrong.value)
    assert "day-3.toml" in text
    assert "day-5.toml" in text
    assert "2 scenarios are called 'day-7'" in text


def test_what_does_not_fit_its_network_does_not_cost_the_others_their_results(
    files: list[Path], tmp_path: Path
) -> None:
    files[0].write_text(SCENARIO.format(day=3).replace("hreitan", "nowhere"), encoding="utf-8")
    with pool() as work, pytest.raises(InputError, match="nowhere"):
        run_batch(jobs_of(files[:2]), tmp_path / "out", work)
    assert not (tmp_path / "out" / "day-3").exists()
    assert (tmp_path / "out" / "day-5" / "status.csv").exists()


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.batch.batch.WAIT_SECONDS", 0.5)
    with pytest.raises(InputError, match=r"127\.0\.0\.1:9"), pool(scheduler="tcp://127.0.0.1:9"):
        pass


def test_a_scheduler_lost_in_the_midst_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("engine.batch.batch.WAIT_SECONDS", 5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", address.split(":")[1], "--no-dashboard"],
        stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert scheduler.stderr is not None
        while b"Scheduler at" not in (line := scheduler.stderr.readline()):
            assert line, "it has ended"
        with pool(scheduler=f"tcp://{address}") as work:
            tasks = work(slow, range(3))  # there is no worker: they wait
            killer = threading.Timer(0.5, scheduler.kill)
            killer.start()
            with pytest.raises(InputError, match=f"{address}' was lost during the batch"):
                next(tasks)
            killer.join()
            with pytest.raises(InputError, match="was lost during the batch"):
                next(work(slow, range(3)))
    finally:
        scheduler.kill()
        scheduler.communicate()
    assert not [record for record in caplog.records if record.name.startswith("distributed")]


def test_a_worker_speaks_the_language_of_whoever_asks(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: object) -> None:
        raise InputError(tr("there is no such file"))

    monkeypatch.setattr(batch, "_analysis", refused)
    (job,) = jobs_of(files[:1])
    task = pickle.loads(pickle.dumps(Task(job, Language("ar"), Language("ar"))))
    assert [one.message for one in do(task).problems] == ["لا يوجد ملف كهذا"]
