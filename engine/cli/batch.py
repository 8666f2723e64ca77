"""``supplyline batch``: many scenarios at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import AsJson, KnownOn, NetworkName, Quiet, day_of
from engine.cli.output import console, print_json


def batch(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="Scenario files (TOML).")],
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A folder for each scenario goes there.")
    ],
    network: NetworkName = None,
    known_on: KnownOn = None,
    probability: Annotated[
        bool, typer.Option("--probability", help="Weigh what is in doubt: how likely is it?")
    ] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes of this machine.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler: tcp://HOST:PORT."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Work out many scenarios, on many processors or machines; the results stay the same."""
    from rich.progress import Progress

    from engine.batch.batch import jobs_of, run_batch
    from engine.batch.executors import pool
    from engine.errors import InputError

    if workers is not None and scheduler is not None:
        raise InputError("either --workers or --scheduler: a scheduler has workers of its own")
    jobs = jobs_of(files, network, day_of(known_on), probability=probability)
    screen = console(stderr=True)
    bar = Progress(console=screen, transient=True, disable=quiet or not screen.is_terminal)
    with bar, pool(workers, scheduler) as work:
        task = bar.add_task("Working out scenarios", total=None)
        written = run_batch(
            jobs, out, work,
            progress=lambda done, wanted: bar.update(task, completed=done, total=wanted),
        )  # fmt: skip
    if as_json:
        print_json({"written": [str(path) for path in written]})
    elif not quiet:
        console().print(f"wrote {len(written)} files to {out}", soft_wrap=True, markup=False)
