"""Kill workers of Dask, and a scheduler, under a batch: ``python scripts/dask_losses.py [KILLS] [SEED]``.

A scheduler and two workers run on loopback. A batch of scenarios with probabilities is computed there again and again,
while its workers are killed (SIGKILL) one after another at random moments and new ones take their places; after each
batch, every file must have the bytes of a run in one process. Then a scheduler is killed under a batch at a random
moment, once for every ten workers and at least four times: the batch must end with a message and exit code 2, or with all of its files if it
was done by then.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from commands_that_write import contents, difference, lay_out

COMMAND = [sys.executable, "-c", "from engine.cli import main; main()"]
MOST_S = 900


class Cluster:
    """A scheduler and two workers, processes of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._dask(
            "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"
        )
        self.workers = [self._worker(), self._worker()]

    def _dask(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _worker(self) -> subprocess.Popen[bytes]:
        return self._dask("worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard")

    def kill_worker(self, at: int) -> None:
        """Kill a worker, and let another take its place."""
        self.workers[at].kill()
        self.workers[at].wait()
        self.workers[at] = self._worker()

    def stop(self) -> None:
        """End all of it."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def batch(folder: Path, *options: str) -> tuple[int, str]:
    """Run the batch; return its exit code and what it printed."""
    names = sorted(path.name for path in folder.glob("c*.toml"))
    done = subprocess.run(
        [*COMMAND, "batch", *names, "--probability", "--out", "out", "--quiet", *options],
        cwd=folder, capture_output=True, text=True, timeout=MOST_S, check=False,
        env={**os.environ, "SUPPLYLINE_CACHE": str(folder / "cache")},
    )  # fmt: skip
    return done.returncode, done.stderr


def killed_batch(folder: Path, cluster: Cluster, moments: list[float]) -> tuple[int, str, int]:
    """Run the batch while workers are killed; return its code, its words and the kills that met it."""
    kills, over = 0, threading.Event()

    def kill() -> None:
        nonlocal kills
        for number, moment in enumerate(moments):
            if over.wait(moment):
                return
            cluster.kill_worker(number % 2)
            kills += 1

    thread = threading.Thread(target=kill)
    thread.start()
    code, said = batch(folder, "--scheduler", cluster.address)
    over.set()
    thread.join()
    return code, said, kills


def without_a_scheduler(folder: Path, cluster: Cluster, moment: float) -> tuple[int, str]:
    """Run the batch and kill the scheduler after so many seconds; return its code and its words."""
    timer = threading.Timer(moment, cluster.scheduler.kill)
    timer.start()
    code, said = batch(folder, "--scheduler", cluster.address)
    timer.cancel()
    return code, said


def fault_of(folder: Path, code: int, said: str, plain: dict[str, bytes]) -> str:
    """Return what is wrong with how a batch ended, empty if nothing is."""
    if code not in {0, 2} or "Traceback" in said or said.count("\n") > 1:
        return f"exit code {code}: {said[-500:]}"
    if code:
        told = said.startswith("supplyline: ") and not any((folder / "out").glob("**/.*"))
        return "" if told else f"exit code {code}: {said[-500:]}"
    return difference(contents(folder / "out"), plain)


def main() -> None:
    """Kill, and tell what was found."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    random = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    faults: list[str] = []
    done = batches = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        lay_out(folder)
        for at in range(12):
            shutil.copyfile(folder / "s.toml", folder / f"c{at}.toml")
        began = time.monotonic()
        code, said = batch(folder)
        lasts = time.monotonic() - began
        if code:
            sys.exit(f"the plain batch ends with {code}: {said[-2000:]}")
        plain = contents(folder / "out")
        cluster = Cluster(Path(name))
        try:
            while done < wanted:
                shutil.rmtree(folder / "out", ignore_errors=True)
                moments = random.uniform(0.5, 5.0, size=min(6, wanted - done)).tolist()
                code, said, kills = killed_batch(folder, cluster, moments)
                batches, done = batches + 1, done + kills
                faults += filter(None, [fault_of(folder, code, said, plain)])
                print(
                    f"{batches} batches, {done} kills, exit code {code}, {len(faults)} faults {said[:200]}",
                    flush=True,
                )
        finally:
            cluster.stop()
        for _ in range(max(4, wanted // 10)):
            shutil.rmtree(folder / "out", ignore_errors=True)
            cluster = Cluster(Path(name))
            try:
                moment = float(random.uniform(1.0, lasts))
                code, said = without_a_scheduler(folder, cluster, moment)
            finally:
                cluster.stop()
            faults += filter(None, [fault_of(folder, code, said, plain)])
            print(
                f"no scheduler after {moment:.1f} s: exit code {code}, {len(faults)} faults {said[:200]}",
                flush=True,
            )
    print(f"{done} kills of workers in {batches} batches, {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
