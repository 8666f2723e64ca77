"""The compiled engine: blocks of words in machine vectors, blocks dealt out to threads.

Two kernels, both exact. `run` follows a straight line of steps (`engine.connectivity.eliminate`);
`spread` moves along the arcs of those vertices whose neighbours changed until none is left. Each
block of words is worked on by one thread alone, so the answer does not depend on their number.
Numba compiles them when they are first called and keeps the result beside this file.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeAlias

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

from engine.connectivity.eliminate import READ

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.connectivity.eliminate import Program
    from engine.connectivity.kernel import Ends
    from engine.connectivity.reduce import ReducedQuery

BLOCK = 64
"""Words that a thread works on at a time: a register of 512 bytes, eight of the widest vectors.

With 16, 32, 64 and 128 of them the same steps took 21.6, 18.8, 18.9 and 20.6 ms."""
WORD_BYTES, CACHE_LINE = 8, 64
"""Registers begin at a multiple of so many bytes: vectors across two lines take twice as long."""
NEVER, ALWAYS, FOUND, GATE, OPEN = (BLOCK * register for register in range(5))
"""Where the registers with fixed meanings begin."""
RANGES_PER_THREAD = 4
code_of: Any = cgutils
Rows: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.int64]]"
"""Where each row starts, and the values of one row after another."""
EndRows: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]"
"""Where each terminal starts, and the vertices at which it attaches; which are ground of its own."""


def threads_at_hand() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    program: Program, open_sectors: NDArray[np.uint64], threads: int | None = None
) -> NDArray[np.uint64]:
    """Run a program.

    Parameters
    ----------
    program
        The steps.
    open_sectors
        The states, packed: uint64 of shape (sectors, words).
    threads
        How many threads; as many as there are processors, if absent.

    Returns
    -------
    numpy.ndarray
        uint64 of shape (answers, words).
    """
    answers = np.empty((len(program.answer), open_sectors.shape[1]), dtype=np.uint64)
    plan = (
        np.ascontiguousarray(open_sectors),
        _lines(program),
        (BLOCK * program.steps).astype(np.int32),
        BLOCK * program.answer,
        answers,
    )
    _in_threads(run_blocks, plan, program.n_registers, answers.shape[1], threads)
    return answers


def _lines(program: Program) -> NDArray[np.int64]:
    """Return the lines of a program with registers given by where they begin."""
    lines = program.lines.copy()
    lines[:, 0] *= BLOCK
    lines[lines[:, 2] != READ, 1] *= BLOCK
    return lines


def spread(
    query: ReducedQuery, open_sectors: NDArray[np.uint64], threads: int | None = None
) -> NDArray[np.uint64]:
    """Answer a query by moving along arcs until nothing new is reached; see `run`."""
    kernel, sources, targets = query.kernel, query.sources, query.targets
    answers = np.empty((targets.n, open_sectors.shape[1]), dtype=np.uint64)
    by_tail = np.argsort(kernel.tail, kind="stable")
    plan = (
        np.ascontiguousarray(open_sectors),
        kernel.sector,
        _rows(kernel.head, kernel.tail, kernel.n_vertices),
        _rows(kernel.tail[by_tail], kernel.head[by_tail], kernel.n_vertices),
        _rows_of_ends(sources),
        _rows_of_ends(targets),
        answers,
    )
    _in_threads(spread_blocks, plan, 4 + 2 * kernel.n_vertices, answers.shape[1], threads)
    return answers


def _rows(row: NDArray[np.int64], value: NDArray[np.int64], n: int) -> Rows:
    """Return where each row of sorted pairs starts, and the values."""
    return np.searchsorted(row, np.arange(n + 1)), value


def _rows_of_ends(ends: Ends) -> EndRows:
    order = np.argsort(ends.terminal, kind="stable")
    return *_rows(ends.terminal[order], ends.vertex[order], ends.n), ends.own[order]


def _in_threads(
    work: Callable[..., None],
    plan: tuple[Any, ...],
    n_registers: int,
    words: int,
    threads: int | None,
) -> None:
    """Deal ranges of blocks out to threads, each with registers of its own."""
    threads = threads or threads_at_hand()
    blocks = -(-words // BLOCK)
    borders = np.linspace(0, blocks, min(blocks, threads * RANGES_PER_THREAD) + 1).astype(int)

    def one(first: int, last: int) -> None:
        work(*plan, first, last, _registers(n_registers))

    if threads == 1 or blocks == 1:
        one(0, blocks)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, borders[:-1].tolist(), borders[1:].tolist()))


def _registers(n: int) -> NDArray[np.uint64]:
    """Return empty registers, the first two with never and always."""
    spare = CACHE_LINE // WORD_BYTES
    words = np.zeros(n * BLOCK + spare, dtype=np.uint64)
    begin = -words.ctypes.data % CACHE_LINE // WORD_BYTES
    registers = words[begin : begin + n * BLOCK]
    registers[ALWAYS : ALWAYS + BLOCK] = ~np.uint64(0)
    return registers


def _typed_either_both(
    _typing: Any, registers: Any, into: Any, start: Any, left: Any, right: Any
) -> tuple[Any, Callable[..., Any]]:
    """Give Numba the type and the code of a step on blocks, which it would take word by word."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, value=arguments[0])
        block = ir.VectorType(ir.IntType(64), BLOCK).as_pointer()
        places = [builder.bitcast(builder.gep(array.data, [at]), block) for at in arguments[1:]]
        a, b, c = (builder.load(place, align=CACHE_LINE) for place in places[1:])
        builder.store(builder.or_(a, builder.and_(b, c)), places[0], align=CACHE_LINE)
        return context.get_dummy_value()

    return numba.types.void(registers, into, start, left, right), code


def _typed_add_up(
    _typing: Any, registers: Any, into: Any, start: Any, steps: Any, first: Any, last: Any
) -> tuple[Any, Callable[..., Any]]:
    """Give Numba the type and the code of a line; what it adds up stays in the machine's registers."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, pairs = (
            context.make_array(signature.args[at])(context, builder, value=arguments[at])
            for at in (0, 3)
        )
        long = ir.IntType(64)
        vector = ir.VectorType(long, BLOCK)

        def place(at: Any) -> Any:
            return builder.bitcast(builder.gep(array.data, [at]), vector.as_pointer())

        def part(step: Any, side: int) -> Any:
            at = builder.add(builder.shl(step, long(1)), long(side))
            found = builder.sext(builder.load(builder.gep(pairs.data, [at])), long)
            return builder.load(place(found), align=CACHE_LINE)

        sum_ = code_of.alloca_once(builder, vector)
        builder.store(builder.load(place(arguments[2]), align=CACHE_LINE), sum_)
        steps_of_line = code_of.for_range_slice(builder, *arguments[4:], long(1), long)
        with steps_of_line as (step, _):
            both = builder.and_(part(step, 0), part(step, 1))
            builder.store(builder.or_(builder.load(sum_), both), sum_)
        builder.store(builder.load(sum_), place(arguments[1]), align=CACHE_LINE)
        return context.get_dummy_value()

    return numba.types.void(registers, into, start, steps, first, last), code


def _typed_fetched(_typing: Any, words: Any, begin: Any) -> tuple[Any, Callable[..., Any]]:
    """Give Numba the type and the code of a hint: a block of words will be read soon."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        at = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        hint = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        )
        for line in range(0, BLOCK * WORD_BYTES, CACHE_LINE):
            there = builder.gep(at, [ir.IntType(64)(line)])
            builder.call(hint, [there, flag(0), flag(3), flag(1)])  # to read, keep near, data
        return context.get_dummy_value()

    return numba.types.void(words, begin), code


def _typed_copied(
    _typing: Any, registers: Any, into: Any, words: Any, begin: Any
) -> tuple[Any, Callable[..., Any]]:
    """Give Numba the type and the code of a copy of a whole block of words to a register."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = ir.VectorType(ir.IntType(64), BLOCK).as_pointer()
        ends = []
        for array, at in ((0, 1), (2, 3)):
            data = context.make_array(signature.args[array])(context, builder, arguments[array])
            ends.append(builder.bitcast(builder.gep(data.data, [arguments[at]]), block))
        builder.store(builder.load(ends[1], align=WORD_BYTES), ends[0], align=CACHE_LINE)
        return context.get_dummy_value()

    return numba.types.void(registers, into, words, begin), code


either_both: Any = intrinsic(_typed_either_both)
add_up: Any = intrinsic(_typed_add_up)
fetched: Any = intrinsic(_typed_fetched)
copied: Any = intrinsic(_typed_copied)


def _load(
    registers: NDArray[np.uint64],
    into: int,
    open_sectors: NDArray[np.uint64],
    sector: int,
    begin: int,
) -> None:
    """Read a block of the states of a sector into a register; the last block may be short.

    The next block lies far from it in memory: it is asked for while this one is worked on.
    """
    words = open_sectors.shape[1]
    at = sector * words + begin
    if begin + 2 * BLOCK <= words:
        fetched(open_sectors, at + BLOCK)
    if begin + BLOCK <= words:
        copied(registers, into, open_sectors, at)
        return
    for word in range(words - begin):
        registers[into + word] = open_sectors[sector, begin + word]


def _run_blocks(
    open_sectors: NDArray[np.uint64],
    lines: NDArray[np.int64],
    steps: NDArray[np.int32],
    answer: NDArray[np.int64],
    answers: NDArray[np.uint64],
    first_block: int,
    last_block: int,
    registers: NDArray[np.uint64],
) -> None:
    """Run a program on a range of blocks; registers are given by where they begin."""
    for block in range(first_block, last_block):
        begin = block * BLOCK
        width = min(BLOCK, answers.shape[1] - begin)
        for line in range(len(lines)):
            into, start, first, last = lines[line]
            if first == READ:
                load(registers, into, open_sectors, start, begin)
            else:
                add_up(registers, into, start, steps, first, last)
        for row in range(len(answer)):
            for word in range(width):
                answers[row, begin + word] = registers[answer[row] + word]


def _spread_blocks(
    open_sectors: NDArray[np.uint64],
    sector: NDArray[np.int64],
    before: Rows,
    after: Rows,
    sources: EndRows,
    targets: EndRows,
    answers: NDArray[np.uint64],
    first_block: int,
    last_block: int,
    registers: NDArray[np.uint64],
) -> None:
    """Spread from the sources on a range of blocks.

    The registers of open vertices follow those with fixed meanings; then come those reached.
    """
    changed = np.zeros(len(sector), dtype=np.bool_)
    for block in range(first_block, last_block):
        begin = block * BLOCK
        width = min(BLOCK, answers.shape[1] - begin)
        registers[OPEN + len(sector) * BLOCK :] = 0
        for vertex in range(len(sector)):
            load(registers, OPEN + vertex * BLOCK, open_sectors, sector[vertex], begin)
        set_out(registers, sources, after, changed)
        while sweep(registers, before, after, changed):
            pass
        for terminal in range(len(targets[0]) - 1):
            arrive(registers, targets, terminal, len(sector))
            for word in range(width):
                answers[terminal, begin + word] = registers[FOUND + word]


def _set_out(
    registers: NDArray[np.uint64], sources: EndRows, after: Rows, changed: NDArray[np.bool_]
) -> None:
    """Reach the vertices at which sources attach, and mark those behind them."""
    start, vertex, _ = sources
    reached = OPEN + len(changed) * BLOCK
    for terminal in range(len(start) - 1):
        gate(registers, sources, terminal)
        for row in range(start[terminal], start[terminal + 1]):
            at = vertex[row] * BLOCK
            either_both(registers, reached + at, reached + at, GATE, OPEN + at)
            mark(after, vertex[row], changed)


def _sweep(
    registers: NDArray[np.uint64], before: Rows, after: Rows, changed: NDArray[np.bool_]
) -> bool:
    """Go over the vertices forth and back, and reach those marked; return whether any is new."""
    n, busy = len(changed), False
    for place in range(2 * n):
        vertex = place if place < n else 2 * n - 1 - place
        if changed[vertex]:
            changed[vertex] = False
            if pull(registers, vertex, n, before):
                mark(after, vertex, changed)
                busy = True
    return busy


def _mark(after: Rows, vertex: int, changed: NDArray[np.bool_]) -> None:
    for arc in range(after[0][vertex], after[0][vertex + 1]):
        changed[after[1][arc]] = True


def _pull(registers: NDArray[np.uint64], vertex: int, n_vertices: int, before: Rows) -> bool:
    """Reach a vertex from all those before it; return whether that is new in any state."""
    reached = OPEN + n_vertices * BLOCK
    at = reached + vertex * BLOCK
    either_both(registers, FOUND, NEVER, NEVER, NEVER)
    for arc in range(before[0][vertex], before[0][vertex + 1]):
        either_both(registers, FOUND, FOUND, ALWAYS, reached + before[1][arc] * BLOCK)
    either_both(registers, FOUND, at, FOUND, OPEN + vertex * BLOCK)
    new = np.uint64(0)
    for word in range(BLOCK):
        new |= registers[FOUND + word] ^ registers[at + word]
    either_both(registers, at, FOUND, NEVER, NEVER)
    return bool(new != 0)


def _arrive(registers: NDArray[np.uint64], targets: EndRows, terminal: int, n: int) -> None:
    """Find where a target is reached and usable."""
    start, vertex, _ = targets
    gate(registers, targets, terminal)
    either_both(registers, FOUND, NEVER, NEVER, NEVER)
    for row in range(start[terminal], start[terminal + 1]):
        either_both(registers, FOUND, FOUND, GATE, OPEN + (n + vertex[row]) * BLOCK)


def _gate(registers: NDArray[np.uint64], ends: EndRows, terminal: int) -> None:
    """Set the gate: where a terminal stands on open ground of its own."""
    start, vertex, own = ends
    either_both(registers, GATE, NEVER, NEVER, NEVER)
    for row in range(start[terminal], start[terminal + 1]):
        if own[row]:
            either_both(registers, GATE, GATE, ALWAYS, OPEN + vertex[row] * BLOCK)


njit: Any = numba.njit
load, gate = njit(nogil=True)(_load), njit(nogil=True)(_gate)
mark, pull = njit(nogil=True)(_mark), njit(nogil=True)(_pull)
set_out, sweep, arrive = (njit(nogil=True)(step) for step in (_set_out, _sweep, _arrive))
run_blocks = njit(nogil=True, cache=True)(_run_blocks)
spread_blocks = njit(nogil=True, cache=True)(_spread_blocks)
