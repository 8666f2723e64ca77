"""One door to every engine: which ends are connected in which states.

Plain NumPy (`engine.connectivity.reference`) answers small work and is the reference. Large work goes to
compiled code, after the kernel has been cut down to what the query needs. All engines give the
same bits.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.connectivity import reference
from engine.connectivity.eliminate import Program, TooManyStepsError, eliminated
from engine.connectivity.kernel import Ends
from engine.connectivity.reduce import (
    ReducedQuery,
    reduced,
    with_histories_merged,
    with_pairs_joined,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.connectivity.kernel import Kernel

Engine = Literal["numpy", "compiled"]

NUMPY_SECONDS = 0.3e-6
# Work is arcs times words. NumPy takes so many seconds for each, compiled code some 0.005e-6; but
# loading the compiler takes a second, and several where it has not compiled the code before.
COMPILED_FROM, COMPILED_FROM_IF_LOADED = 10_000_000, 200_000
"""The work from which compiled code pays off, and that where it is loaded already."""
REDUCED_FROM_WORDS = 8192
"""So many words pay for leaving out what a query does not need. With fewer, moving along all arcs is faster: of
18,288 arcs and 16 words, 2.5 ms instead of 120 and more."""
PROGRAM_FROM_WORDS = 8192
"""So many words, of the same query, pay for computing an order of elimination."""
LONG = 10.0
"""A user who waits for so many seconds is told of what would be faster."""
STEPS_PER_ARC = 8
"""With more steps than this for each arc, moving along the arcs is as fast."""


def connected(
    kernel: Kernel,
    open_sectors: NDArray[np.uint64],
    sources: Ends,
    targets: Ends,
    *,
    engine: Engine | None = None,
    threads: int | None = None,
) -> NDArray[np.uint64]:
    """Return in which states each target can be reached from any source.

    Parameters
    ----------
    kernel
        The contracted network.
    open_sectors
        The states, packed: bit s of word w tells whether the sector is open in state 64 w + s;
        uint64 of shape (sectors, words).
    sources, targets
        Where paths begin and end. What is computed for a query is kept for the next call with
        the same kernel and ends.
    engine
        The engine; the one that is quicker for so much work, if absent.
    threads
        How many threads the compiled engine uses; as many as there are processors, if absent.

    Returns
    -------
    numpy.ndarray
        uint64 of shape (targets, words), the same from every engine on any number of threads.
    """
    if (engine or _engine_of_many(kernel, open_sectors.shape[1])) == "numpy":
        return reference.connected(kernel, open_sectors, sources, targets)
    return _connected_compiled(kernel, open_sectors, sources, targets, threads)


def quicker_engine(kernel: Kernel, words: int) -> Engine:
    """Return the engine that is quicker for so many words of states, of those that are there."""
    is_loaded = "engine.connectivity._compiled" in sys.modules
    work = len(kernel.tail) * words
    if work < (COMPILED_FROM_IF_LOADED if is_loaded else COMPILED_FROM):
        return "numpy"
    if is_loaded or find_spec("numba") is not None:
        return "compiled"
    if (seconds := work * NUMPY_SECONDS) >= LONG:
        warnings.warn(
            f"{64 * words:,} states may take {seconds:.0f} s, and a small part of it with Numba: "
            "pip install 'supplyline[fast]'",
            stacklevel=3,
        )
    return "numpy"


_LEFT_TO_NUMPY = Counter[str]()
"""How much work NumPy has done in this process that compiled code would have done, had it been loaded."""


def _engine_of_many(kernel: Kernel, words: int) -> Engine:
    """Return the engine that is quicker, also for one of many questions that are small one by one.

    The compiler is loaded once so much was left to NumPy that loading it would have paid off: at worst
    both are paid for.
    """
    found, work = quicker_engine(kernel, words), len(kernel.tail) * words
    if found == "compiled" or work < COMPILED_FROM_IF_LOADED or find_spec("numba") is None:
        return found
    _LEFT_TO_NUMPY["work"] += work
    return "compiled" if _LEFT_TO_NUMPY["work"] >= COMPILED_FROM else "numpy"


def _connected_compiled(
    kernel: Kernel,
    open_sectors: NDArray[np.uint64],
    sources: Ends,
    targets: Ends,
    threads: int | None,
) -> NDArray[np.uint64]:
    from engine.connectivity import _compiled as compiled

    if open_sectors.shape[1] < REDUCED_FROM_WORDS:
        query, target = whole_query(kernel, sources, targets)
        return compiled.spread(query, open_sectors, threads)[target]
    query, target = reduced_query(kernel, sources, targets)
    merged = with_histories_merged(query, open_sectors)
    if merged.kernel.n_vertices < query.kernel.n_vertices:
        query = reduced(merged)
    program = _program(query) if open_sectors.shape[1] >= PROGRAM_FROM_WORDS else None
    if program is not None:
        return compiled.run(program, open_sectors, threads)[target]
    joined = with_pairs_joined(query, len(open_sectors))
    return compiled.spread(joined.query, joined.open_rows(open_sectors), threads)[target]


@lru_cache(maxsize=32)
def reduced_query(
    kernel: Kernel, sources: Ends, targets: Ends
) -> tuple[ReducedQuery, NDArray[np.int64]]:
    """Return what is left of a kernel for a query, whatever the states; see `whole_query`."""
    query, target = whole_query(kernel, sources, targets)
    return reduced(query), target


@lru_cache(maxsize=32)
def whole_query(
    kernel: Kernel, sources: Ends, targets: Ends
) -> tuple[ReducedQuery, NDArray[np.int64]]:
    """Return a query on all of a kernel.

    Returns
    -------
    query
        The query, with one terminal for all that attach alike.
    target
        The terminal of that query for each target, int64 of shape (targets,).
    """
    few_sources, _ = _distinct(sources)
    few_targets, target = _distinct(targets)
    return ReducedQuery(kernel, few_sources, few_targets), target


@lru_cache(maxsize=32)
def _program(query: ReducedQuery) -> Program | None:
    """Return the steps that answer a query, or None where they are too many."""
    try:
        return eliminated(query, STEPS_PER_ARC * len(query.kernel.tail))
    except TooManyStepsError:
        return None


def _distinct(ends: Ends) -> tuple[Ends, NDArray[np.int64]]:
    """Return one terminal for all that attach alike, and the one that stands for each."""
    order = np.lexsort((ends.own, ends.vertex, ends.terminal))
    rows = np.stack([ends.vertex[order], ends.own[order]], axis=1)
    border = np.searchsorted(ends.terminal[order], np.arange(ends.n + 1))
    known: dict[bytes, int] = {}
    first: list[int] = []
    stands = np.empty(ends.n, dtype=np.int64)
    for terminal in range(ends.n):
        alike = rows[border[terminal] : border[terminal + 1]].tobytes()
        if alike not in known:
            known[alike] = len(first)
            first.append(terminal)
        stands[terminal] = known[alike]
    kept = np.isin(ends.terminal, first)
    return Ends(stands[ends.terminal[kept]], ends.vertex[kept], ends.own[kept], len(first)), stands
