"""Where tasks run: here, on processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Work = Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[tuple[int, Any]]]
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
        If Dask is not installed, or the scheduler does not answer.
    """
    if scheduler is None and (workers is None or workers <= 1):
        yield _here
        return
    with _client(workers, scheduler) as client:
        yield lambda do, items: _on_cluster(client, do, items)


def _here(do: Callable[[Any], T], items: Sequence[Any]) -> Iterator[tuple[int, T]]:
    for number, item in enumerate(items):
        yield number, do(item)


@contextmanager
def _client(workers: int | None, scheduler: str | None) -> Iterator[Any]:
    try:
        dask, distributed = import_module("dask"), import_module("distributed")
    except ImportError as error:
        message = "several workers need Dask; expected: pip install 'supplyline[cluster]'"
        raise InputError(message) from error
    # The engine's own results are small and plain; what is lost is worked out again.
    settings = {"distributed.scheduler.allowed-failures": MOST_LOSSES}
    with dask.config.set(settings):
        if scheduler is None:
            with (
                distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",  # any free port: others may be running
                ) as cluster,
                distributed.Client(cluster) as client,
            ):
                yield client
            return
        try:
            client = distributed.Client(scheduler, timeout=WAIT_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            message = f"no Dask scheduler answers at {scheduler!r}; expected tcp://HOST:PORT"
            raise InputError(message) from error
        with client:
            yield client


def _on_cluster(
    client: Any, do: Callable[[Any], T], items: Sequence[Any]
) -> Iterator[tuple[int, T]]:
    """Fetch each result as soon as it is there: then the loss of its worker costs nothing."""
    as_completed: Any = import_module("distributed").as_completed
    futures = [client.submit(do, item, pure=False) for item in items]
    number = {future.key: at for at, future in enumerate(futures)}
    try:
        for future, result in as_completed(futures, with_results=True):
            yield number[future.key], result
    finally:
        client.cancel(futures)
