"""A batch: the results of many scenarios, a folder for each, and one table of all.

Tasks run here, on processes of this machine, or on a Dask cluster: all three are executors.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections import Counter, deque
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from engine.analysis.analysis import SPELL_COLUMNS, Analysis, analyze
from engine.analysis.checks import urgent_warnings
from engine.errors import InputError, Problem, check_installed
from engine.io.atomic import write_one, write_whole
from engine.language import Language, marked, speaking, spoken, tr, trn
from engine.probability.probability import UncertaintyModel, probabilities
from engine.report.csv import write_csv
from engine.report.datapackage import MANIFEST, write_manifest
from engine.report.results import PROBABILITY, outputs, status_rows, write_results
from engine.report.status_table import COLUMNS, probability_rows
from engine.scenario.load import load_scenario

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.scenario.model import Scenario


Work: TypeAlias = "Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[tuple[int, Any]]]"
"""Do something to each item; yield, in any order, the number of an item and what came of it."""

T = TypeVar("T")
WAIT_SECONDS = 10
"""How long to wait for a scheduler to answer."""
MOST_LOSSES = 10
"""How many workers may be lost on a task before it is taken to be its own fault."""


@contextmanager
def pool(workers: int | None = None, scheduler: str | None = None) -> Iterator[Work]:
    """Offer a place to work.

    Parameters
    ----------
    workers
        So many processes of this machine; the work is done in this process for one or none.
    scheduler
        The address of a Dask scheduler, ``tcp://HOST:PORT``, whose workers have this package.

    Yields
    ------
    Work
        A function that does something to each of many items. If a worker is lost, another one does
        its task again; the rest stays done.

    Raises
    ------
    InputError
        If Dask is not installed, or the scheduler does not answer, or no longer.
    """
    if scheduler is not None:
        with _client(scheduler) as client:
            yield lambda do, items: _on_cluster(client, scheduler, do, items)
    elif workers is None or workers <= 1:
        yield _here
    else:
        yield lambda do, items: _on_processes(workers, do, items)


def _here(do: Callable[[Any], T], items: Sequence[Any]) -> Iterator[tuple[int, T]]:
    for number, item in enumerate(items):
        yield number, do(item)


def _on_processes(
    workers: int, do: Callable[[Any], T], items: Sequence[Any]
) -> Iterator[tuple[int, T]]:
    """Do what is left on new processes whenever one is lost, which ends all of a pool."""
    left, losses = dict(enumerate(items)), 0
    while left:
        # New interpreters: a copy of this one would share threads and locks of compiled code.
        with ProcessPoolExecutor(min(workers, len(left)), get_context("spawn")) as executor:
            try:
                for number, result in _on_executor(executor, do, left):
                    del left[number]
                    yield number, result
            except BrokenProcessPool as error:
                losses += 1
                if losses > MOST_LOSSES:
                    message = trn(
                        "{n} worker processes ended by themselves; expected: more memory, or fewer --workers",
                        "{n} worker processes ended by themselves; expected: more memory, or fewer --workers",
                        losses,
                    )  # fmt: skip
                    raise InputError(message) from error


def _on_executor(
    executor: Executor, do: Callable[[Any], T], items: Mapping[int, Any]
) -> Iterator[tuple[int, T]]:
    """Fetch each result as soon as it is there: then the loss of its worker costs nothing."""
    futures = {executor.submit(do, item): number for number, item in items.items()}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def _on_cluster(
    client: Any, scheduler: str, do: Callable[[Any], T], items: Sequence[Any]
) -> Iterator[tuple[int, T]]:
    """Do tasks on the workers of a scheduler, and say so if one or the other is lost for good."""
    distributed, comm = import_module("distributed"), import_module("distributed.comm")
    try:
        yield from _on_executor(client.get_executor(pure=False), do, dict(enumerate(items)))
    except distributed.KilledWorker as error:
        message = tr(
            "one task has ended several workers in turn; expected: more memory for each of them"
        )
        raise InputError(message) from error
    except Exception as error:
        # Dask forgets its tasks then: which error that comes out as depends on the moment.
        lost = isinstance(error, (CancelledError, comm.CommClosedError))
        if not lost and client.status == "running":
            raise
        message = tr(
            "the Dask scheduler at {address} was lost during the batch; "
            "expected: one that runs until it is done",
            address=repr(scheduler),
        )
        raise InputError(message) from error


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    check_installed("distributed", marked("schedulers of Dask"))
    distributed = import_module("distributed")
    try:
        client = distributed.Client(scheduler, timeout=WAIT_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        message = tr(
            "no Dask scheduler answers at {address}; expected tcp://HOST:PORT",
            address=repr(scheduler),
        )
        raise InputError(message) from error
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is lost, `_on_cluster` says
    with client:
        yield client


TABLE = "batch.csv"
"""The status of every route of every scenario."""
_LATEST: deque[tuple[Job, Analysis]] = deque(maxlen=2)
"""The latest scenarios that this process analyzed."""
DAYS_PER_TASK = 8
"""For how many days a task computes the probabilities of a route."""


@dataclass(frozen=True)
class Job:
    """A scenario of a batch.

    Parameters
    ----------
    name
        The name of its folder.
    scenario
        The question.
    network
        Another road network than its own, a name or a path that every worker can read.
    known_on
        Use only what had been reported by this day.
    probability
        Weigh what is in doubt, too.
    """

    name: str
    scenario: Scenario
    network: str | None = None
    known_on: dt.date | None = None
    probability: bool = False


class Task(NamedTuple):
    """What one worker does at a time.

    Parameters
    ----------
    job
        The scenario.
    said, written
        The languages of problems, and of files for people: those of whoever asks.
    route
        How likely this route is open; empty for all files of the scenario.
    days
        On these days.
    """

    job: Job
    said: Language
    written: Language
    route: str = ""
    days: tuple[dt.date, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a task.

    Parameters
    ----------
    files
        The bytes of files, by name.
    status
        Rows of the table of status.
    rows
        Rows of the table of probabilities.
    days
        The days on which a probability of the scenario may change.
    warnings
        What every command warns of (`urgent_warnings`).
    problems
        What is wrong with the input; then there is nothing else.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    status: tuple[tuple[Any, ...], ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    days: tuple[dt.date, ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def jobs_of(
    files: Sequence[Path],
    network: str | None = None,
    known_on: dt.date | None = None,
    *,
    probability: bool = False,
    with_: Sequence[str] | None = None,
) -> list[Job]:
    """Read scenario files; see `Job`.

    Raises
    ------
    InputError
        With all that is wrong with any of them, or if two have one name.
    """
    jobs: list[Job] = []
    problems: list[Problem] = []
    for file in files:
        try:
            scenario = load_scenario(file, with_=with_)
            jobs.append(Job(Path(file).stem, scenario, network, known_on, probability))
        except InputError as error:
            problems += error.problems
    for name, count in Counter(Path(file).stem for file in files).items():
        if count > 1:
            message = trn(
                "{n} scenarios are called {name}, which names their folder",
                "{n} scenarios are called {name}, which names their folder", count, name=repr(name),
            )  # fmt: skip
            problems.append(Problem(message, expected=tr("files of different names")))
    if problems:
        raise InputError(problems)
    return jobs


def run_batch(
    jobs: Sequence[Job],
    folder: Path,
    work: Work,
    *,
    progress: Callable[[int, int], None] | None = None,
    warn: Callable[[Sequence[Problem]], None] | None = None,
    language: Language | None = None,
) -> list[Path]:
    """Work out every scenario and write the results: the same bytes wherever the work is done.

    Parameters
    ----------
    jobs
        The scenarios.
    folder
        Where; each scenario has a folder of its own there.
    work
        Where tasks run, from `engine.batch.batch`.
    progress
        Called with the number of tasks done and of those known.
    warn
        Called with the warnings of a scenario: names taken for other places, areas without a road.
    language
        That of files for people; the one spoken, if absent.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If some scenarios do not fit their networks: those of the others have been written.
    """
    firsts = [Task(job, spoken(), language or spoken()) for job in jobs]
    results = _done(firsts, work, 0, progress)
    shares = [task for one, of in zip(firsts, results, strict=True) for task in _shares(one, of)]
    rows: dict[str, list[tuple[object, ...]]] = {job.name: [] for job in jobs}
    for task, one in zip(shares, _done(shares, work, len(jobs), progress), strict=True):
        rows[task.job.name] += one.rows
    written, problems = [], list[Problem]()
    table: list[tuple[Any, ...]] = []
    for job, result in zip(jobs, results, strict=True):
        problems += result.problems
        if warn is not None:
            warn(result.warnings)
        if not result.problems:
            written += _write(job, result.files, rows[job.name], folder)
            table += [(job.name, *row) for row in result.status]
    if table or not problems:
        header = ("scenario", *SPELL_COLUMNS)
        written.append(
            write_one(
                folder / TABLE, lambda path: write_csv(path, header if table else header[:1], table)
            )
        )
    if problems:
        raise InputError(problems)
    return written


def _done(
    tasks: list[Task], work: Work, before: int, progress: Callable[[int, int], None] | None
) -> list[Outcome]:
    """Have tasks done, and return what came of each, in their order."""
    outcomes: dict[int, Outcome] = {}
    for number, outcome in work(do, tasks):
        outcomes[number] = outcome
        if progress is not None:
            progress(before + len(outcomes), before + len(tasks))
    return [outcomes[number] for number in range(len(tasks))]


def _shares(task: Task, result: Outcome) -> list[Task]:
    """Share the probabilities of a scenario out: each route, some days at a time."""
    job, days = task.job, result.days
    some = [days[at : at + DAYS_PER_TASK] for at in range(0, len(days), DAYS_PER_TASK)]
    routes = [route.id for route in job.scenario.routes]
    routes += [enclave.id for enclave in job.scenario.enclaves]
    return [task._replace(route=route, days=share) for route in routes for share in some]


def do(task: Task) -> Outcome:
    """Do a task; what is wrong with the input comes back as problems."""
    with speaking(task.said):
        return _do(task)


def _do(task: Task) -> Outcome:
    job = task.job
    try:
        analysis = _analysis(job)
        if task.route:
            found = probabilities(analysis, task.route, task.days)
            return Outcome(rows=tuple(map(tuple, probability_rows(found))))
        days = UncertaintyModel(analysis).days if job.probability else ()
        with tempfile.TemporaryDirectory() as folder, speaking(task.written):
            paths = write_results(analysis, Path(folder))
            files = {path.name: path.read_bytes() for path in paths}
        status = tuple(map(tuple, status_rows(analysis)))
        computed = tuple(day.item() for day in days)
        return Outcome(files, status, days=computed, warnings=tuple(urgent_warnings(analysis)))
    except InputError as error:
        return Outcome(problems=error.problems)


def _analysis(job: Job) -> Analysis:
    """Analyze a scenario once for the tasks of it that a worker does one after the other."""
    for known, analysis in _LATEST:
        if known == job:
            return analysis
    analysis = analyze(job.scenario, network=job.network, known_on=job.known_on)
    _LATEST.append((job, analysis))
    return analysis


def _write(
    job: Job, files: dict[str, bytes], rows: list[tuple[object, ...]], folder: Path
) -> list[Path]:
    """Write the results of a scenario, whole or not at all."""
    names = outputs(probability=job.probability)

    def fill(into: Path) -> None:
        for name, content in files.items():
            (into / name).write_bytes(content)
        if job.probability:
            write_csv(into / PROBABILITY, COLUMNS, rows)
            write_manifest(into, names, json.loads(files[MANIFEST])["supplyline"])

    return write_whole(folder / job.name, names, fill)
