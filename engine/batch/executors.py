"""Where tasks run: here, on processes of this machine, or on a Dask cluster, all as executors."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from engine.errors import InputError, check_installed
from engine.language import marked, tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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
            "one task has ended worker after worker; expected: more memory for each of them"
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
