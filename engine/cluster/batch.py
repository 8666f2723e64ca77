"""A batch: the results of many scenarios, a folder for each, and one table of all."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import InputError, Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from engine.cluster.pool import Work
    from engine.scenario.model import Enclave, Route, Scenario

TABLE = "batch.csv"
"""The status of every route of every scenario."""
LIKELIHOOD = "probability.csv"


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
    """

    name: str
    scenario: Scenario
    network: str | None = None
    known_on: dt.date | None = None


class Task(NamedTuple):
    """What one worker does at a time: all files of a scenario, or how likely one route is open."""

    job: Job
    route: str | None


class Outcome(NamedTuple):
    """What came of a task: the bytes of files by name, or rows of a table, or what is wrong."""

    files: dict[str, bytes]
    rows: tuple[tuple[object, ...], ...]
    problems: tuple[Problem, ...]


def jobs_of(
    files: Sequence[Path], network: str | None = None, known_on: dt.date | None = None
) -> list[Job]:
    """Read scenario files.

    Raises
    ------
    InputError
        With all that is wrong with any of them, or if two have one name.
    """
    from engine.scenario.load import load_scenario

    jobs: list[Job] = []
    problems: list[Problem] = []
    for file in files:
        try:
            jobs.append(Job(Path(file).stem, load_scenario(file), network, known_on))
        except InputError as error:
            problems += error.problems
    for name, count in Counter(Path(file).stem for file in files).items():
        if count > 1:
            message = f"{count} scenarios are called {name!r}, which names their folder"
            problems.append(Problem(message, expected="files of different names"))
    if problems:
        raise InputError(problems)
    return jobs


def run_batch(
    jobs: Sequence[Job],
    folder: Path,
    work: Work,
    *,
    probability: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Work out every scenario and write the results: the same bytes wherever the work is done.

    Parameters
    ----------
    jobs
        The scenarios.
    folder
        Where; each scenario has a folder of its own there.
    work
        Where tasks run, from `engine.cluster.pool`.
    probability
        Weigh what is in doubt, too; every route is a task of its own.
    progress
        Called with the number of tasks done and of all.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If some scenarios do not fit their networks: those of the others have been written.
    """
    tasks = [Task(job, None) for job in jobs]
    if probability:
        tasks += [Task(job, asked.id) for job in jobs for asked in _questions(job.scenario)]
    outcomes: dict[int, Outcome] = {}
    for number, outcome in work(do, tasks):
        outcomes[number] = outcome
        if progress is not None:
            progress(len(outcomes), len(tasks))
    problems: dict[Problem, None] = {}
    answered = []
    for job in jobs:
        own = [outcomes[at] for at, task in enumerate(tasks) if task.job is job]
        wrong = [problem for outcome in own for problem in outcome.problems]
        problems.update(dict.fromkeys(wrong))
        if not wrong:
            answered.append((job, own))
    written = _write(answered, folder, probability=probability)
    if problems:
        raise InputError(list(problems))
    return written


def do(task: Task) -> Outcome:
    """Do a task; what is wrong with the input comes back as problems."""
    from engine.analysis.analysis import analyze
    from engine.report.doubt import likelihood_rows
    from engine.report.results import write_results

    job = task.job
    try:
        analysis = analyze(job.scenario, network=job.network, known_on=job.known_on)
        if task.route is not None:
            rows = likelihood_rows(analysis.probability(task.route))
            return Outcome({}, tuple(map(tuple, rows)), ())
        with tempfile.TemporaryDirectory() as folder:
            paths = write_results(analysis, Path(folder))
            return Outcome({path.name: path.read_bytes() for path in paths}, (), ())
    except InputError as error:
        return Outcome({}, (), error.problems)


def _questions(scenario: Scenario) -> list[Route | Enclave]:
    return [*scenario.routes, *scenario.enclaves]


def _write(
    answered: list[tuple[Job, list[Outcome]]], folder: Path, *, probability: bool
) -> list[Path]:
    from engine.report.folder import write_one, write_whole

    written = []
    for job, outcomes in answered:
        names = [*outcomes[0].files, *([LIKELIHOOD] if probability else [])]
        written += write_whole(folder / job.name, names, partial(_fill, outcomes, probability))
    return [*written, write_one(folder / TABLE, partial(_write_table, answered))]


def _fill(outcomes: list[Outcome], probability: bool, folder: Path) -> None:  # noqa: FBT001 - bound
    from engine.report.cells import write_csv
    from engine.report.doubt import COLUMNS

    for name, content in outcomes[0].files.items():
        (folder / name).write_bytes(content)
    if probability:
        rows = [row for outcome in outcomes[1:] for row in outcome.rows]
        write_csv(folder / LIKELIHOOD, COLUMNS, rows)


def _write_table(answered: list[tuple[Job, list[Outcome]]], path: Path) -> None:
    """Put the tables of status below one another, each row after the name of its scenario."""
    from engine.report.cells import write_csv

    header: list[str] = []
    rows: list[list[str]] = []
    for job, outcomes in answered:
        text = outcomes[0].files["status.csv"].decode()
        header, *own = csv.reader(io.StringIO(text))
        rows += [[job.name, *row] for row in own]
    write_csv(path, ["scenario", *header], rows)
