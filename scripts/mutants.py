"""Change the engine at random, and see whether a test fails: ``python scripts/mutants.py [MUTANTS] [SEED]``.

A mutant is one small change inside a function of control, connectivity, analysis or probability
(`mutations.py` lists the kinds), drawn at random from all there are. The tests of these rooms, of the
oracle and of the measures are loaded once. For each mutant this process forks, puts the changed code into
the function, and runs the tests that reach the changed line, as coverage found them, the quickest first,
until one fails. Tests that take far longer than on the engine as it is count as failed. Mutants that
the quick tests do not notice, and of which it is not shown why, meet the first seconds of each slow test that reaches them (``--quick`` leaves that out).

What came of each mutant is written to ``results/mutants/SEED.jsonl`` as it comes, and a run that was
stopped goes on from there, as long as neither the engine nor the tests changed; ``--keep`` then keeps what
was killed. ``--only TEXT`` tries the mutants whose name has that text. Survivors are listed with
their change; `EQUIVALENT` says which of them nobody can tell from the original, and why.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import hashlib
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
import types
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import pytest
from mutations import Mutant, mutants_of, mutated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coverage import CoverageData

ROOT = Path(__file__).parents[1]
ROOMS = ("control", "connectivity", "analysis", "probability")
FOLDERS = (*ROOMS, "meaning", "measures")
"""The folders whose tests are run."""
LIBRARIES = (
    "numpy", "scipy.sparse.csgraph", "scipy.optimize", "pandas", "shapely", "numba", "networkx", "xarray",
    "geopandas", "hypothesis", "pydantic", "pyproj",
)  # fmt: skip
SECONDS, TIMES = 5.0, 8.0
"""Processor time that a test may take: so much, and so many times what it takes on the engine as it is."""
SLOW_SECONDS = 3.0
"""Processor time after which a slow test is stopped; what it has not noticed by then, it does not notice."""
MEMORY = 4 << 30
"""Bytes that tests may hold; where they hold more, the mutant counts as noticed."""

CACHE = type(functools.cache(int))
NOTICED = ("killed", "endless", "crashed")
EQUIVALENT: dict[str, str] = {
    "engine/probability/importance.py _entropy: 0 -> -1": "a share of 0 times the logarithm of 1 is 0 as well",
    "engine/control/states.py _overlooked: passage.worst_of(own, effect) -> passage.worst_of(effect, own)": "the larger of two, whichever comes first",
    "engine/connectivity/roads.py shortest_path: 1 -> 2": "a number more that no node has, so that it is not counted",
    "engine/connectivity/traversal.py nearest_start: 1 -> 2 (3)": "any number below 0 says that there is none",
    "engine/control/states.py _once_ended: 0 -> 1": "the longest of no rows, which no loop is entered for either way",
    "engine/connectivity/reduce.py without_dead_ends: free.discard(vertex) -> pass": "a vertex that is gone is in no other's neighbours, so nothing is asked of it again that changes anything",
    "engine/probability/assertions.py _baseline: uncertainty.first[rows] < since -> uncertainty.first[rows] <= since": "rows of that very day are never earlier than a report before it",
    "engine/connectivity/reduce.py with_pairs_joined: sorted(_removed(vertex, beside, free)) -> sorted(_removed(vertex, beside, free), reverse=True)": "the order in which vertices are tried; whichever are joined, the answer is the same",
    "engine/connectivity/engines.py _connected_compiled: open_sectors.shape[1] >= PROGRAM_FROM_WORDS -> open_sectors.shape[1] > PROGRAM_FROM_WORDS": "either way of computing gives the same bits",
    "engine/connectivity/_overlay_search.py _walk: waiting > 0 -> waiting >= 0": "one more turn takes a meeting that is settled, from which nothing becomes cheaper",
    "engine/connectivity/_overlay_search.py _take: 1 -> 2 (2)": "any number below 0 says that an item is not in the queue",
    "engine/connectivity/traversal.py _strong_parts: 0 -> 1 (3)": "only the first vertex has the order 0, and no search begins there again",
    "engine/connectivity/bits.py unpack: False -> True": "whether an array is copied that nobody else holds",
    "engine/connectivity/eliminate.py _Paths._price: return sum((len(ends - self.sure[a]) - (a in ends) for a in self.into[vertex])) -> return None": "the order in which vertices are taken out; the program is exact in any order",
    "engine/connectivity/eliminate.py _Paths._take_out: path[1] != ALWAYS -> path[1] == ALWAYS": "the order in which pairs are joined; the program is exact in any order",
    "engine/control/stretches.py _cells: len(np.unique(at, axis=0)) < 2 -> False": "the one cell of one place has the border of the strip, at which roads are cut anyway; of no place there is none",
    "engine/control/stretches.py _strip: site is None or site.buffer_km is None -> False": "a guard for type checkers: `strips_of` passes corridors alone",
    "engine/control/overlooking.py _grips: 0 -> 1": "runs are cut at more days, and those that say the same are joined again",
    "engine/analysis/statuses.py periods_of: 1 -> 0 (2)": "days are counted, their values are not read",
    "engine/probability/exact.py table_of: outer - 1 -> outer + 1": "the same worlds in larger blocks",
    "engine/probability/monte_carlo.py interval_of: 1 -> 0 (3)": "one chunk alone does not vary",
    "engine/probability/assertions.py _grounds: False -> True": "the caller asks only whether it is a truth value",
}
"""Survivors by `Mutant.name`, and why nobody can tell."""


Say: TypeAlias = "Callable[[str], None]"


class Tests:
    """The collected tests, as a plugin of pytest; `work` is called with them in place of running all."""

    def __init__(self, work: Callable[[Tests], None]) -> None:
        self.work = work
        self.items: dict[str, Any] = {}
        self.failed = ""

    def pytest_configure(self) -> None:
        """Let random tests stop at the first case that fails: nobody reads the smallest one."""
        from hypothesis import Phase, settings

        phases = [Phase.explicit, Phase.generate]
        settings.register_profile("mutants", settings.default, phases=phases)
        settings.load_profile("mutants")

    def pytest_runtestloop(self, session: Any) -> bool:
        """Hand the tests over."""
        self.items = {item.nodeid: item for item in session.items}
        for library in LIBRARIES:
            importlib.import_module(library)
        gc.collect()
        gc.freeze()
        session.config.pluginmanager.unregister(name="terminalreporter")
        self.work(self)
        return True

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a test that failed."""
        if report.failed:
            self.failed = report.nodeid

    def run(self, names: list[str]) -> Iterator[tuple[str, float]]:
        """Run tests; yield each with the processor time that it took, until one fails."""
        for at, name in enumerate(names):
            began, item = time.process_time(), self.items[name]
            following = self.items[names[at + 1]] if at + 1 < len(names) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            yield name, time.process_time() - began


def in_a_copy(work: Callable[[Say], None], wall: float = 3600) -> tuple[list[str], str, float]:
    """Do something in a copy of this process, which hands over lines of text.

    Returns
    -------
    The lines, how it ended (``done``, ``endless``, ``crashed``), and the processor time it took.
    """
    mine, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        _work_and_leave(work, theirs)
    os.close(theirs)
    data, ends = b"", time.monotonic() + wall
    while time.monotonic() < ends and _bytes_held(child) < MEMORY:
        if select.select([mine], [], [], 0.5)[0]:
            more = os.read(mine, 1 << 16)
            if not more:
                break
            data += more
    else:
        os.kill(child, signal.SIGKILL)
    os.close(mine)
    _, status, used = os.wait4(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what its tests started
    code = os.waitstatus_to_exitcode(status)
    end = {0: "done", -signal.SIGXCPU: "endless", -signal.SIGKILL: "endless"}.get(code, "crashed")
    return data.decode().splitlines(), end, used.ru_utime + used.ru_stime


def _bytes_held(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _work_and_leave(work: Callable[[Say], None], pipe: int) -> NoReturn:
    code = 1
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        work(lambda line: os.write(pipe, f"{line}\n".encode()) and None)
        code = 0
    finally:
        os._exit(code)


def give_up(why: str) -> NoReturn:
    """Say why nothing can be tried, and leave."""
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


# Which tests reach which line.


class Reached:
    """The tests that pass on the engine as it is: their processor time, and the lines that each reaches."""

    def __init__(
        self, tests: Tests, names: list[str], file: Path, state: str, *, slow: bool
    ) -> None:
        held = json.loads(file.read_text()) if file.exists() else {}
        if held.get("state") != state:
            seconds = _timed(tests, names, slow=slow)
            held = {"state": state, "seconds": seconds, "lines": _lines(tests, names, slow=slow)}
            file.write_text(json.dumps(held))
        self.seconds: dict[str, float] = held["seconds"]
        self.lines: dict[str, dict[str, list[int]]] = held["lines"]

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that reach a mutant, the quickest first."""
        lines = set(mutant.lines)
        found = [
            test
            for test in self.seconds
            if not lines.isdisjoint(self.lines[test].get(mutant.file, ()))
        ]
        return sorted(found, key=self.seconds.__getitem__)


def _timed(tests: Tests, names: list[str], *, slow: bool) -> dict[str, float]:
    """Run tests on the engine as it is, which they must pass; return what processor time each takes."""

    def plainly(say: Say) -> None:
        for name, seconds in tests.run(some):
            say(json.dumps([name, seconds, bool(tests.failed)]))
            tests.failed = ""

    rows: dict[str, tuple[float, bool]] = {}
    for some in [[name] for name in names] if slow else [names]:
        lines, end, _ = in_a_copy(stopped(plainly) if slow else plainly)
        told = [json.loads(line) for line in lines if line.startswith("[")]
        rows |= {name: (seconds, failed) for name, seconds, failed in told}
        if slow and not told:
            rows[some[0]] = (SLOW_SECONDS, end != "done")
    wrong = [name for name in names if rows.get(name, (0.0, True))[1]]
    if wrong:
        give_up("\n  ".join(["these tests do not pass on the engine as it is:", *wrong]))
    return {name: seconds for name, (seconds, _) in rows.items()}


def _lines(tests: Tests, names: list[str], *, slow: bool) -> dict[str, dict[str, list[int]]]:
    """Run tests under coverage; return the lines of each file that each reaches."""
    import coverage

    def under_coverage(say: Say) -> None:
        """Run them until they end, or are stopped; then tell what was reached."""
        watched = coverage.Coverage(
            data_file=None,
            source=[str(ROOT / "engine" / room) for room in ROOMS],
            config_file=False,
        )

        def tell(*_: object) -> None:
            watched.stop()
            _tell(watched.get_data(), say)
            os._exit(0)

        if slow:
            signal.signal(signal.SIGVTALRM, tell)
            signal.setitimer(signal.ITIMER_VIRTUAL, SLOW_SECONDS)
        watched.start()
        for name in some:
            watched.switch_context(name)
            for _ in tests.run([name]):
                pass
        tell()

    found: dict[str, dict[str, list[int]]] = {name: {} for name in names}
    for some in [[name] for name in names] if slow else [names]:
        lines, end, _ = in_a_copy(under_coverage)
        if end != "done" and not slow:
            give_up(f"coverage of {len(some)} tests: {end}")
        if end != "done":
            print(f"left out, since it {end} under coverage: {some[0]}", flush=True)
            continue
        for name, file, line in map(json.loads, lines):
            found[name].setdefault(file, []).append(line)
    return found


def _tell(data: CoverageData, say: Say) -> None:
    for file in data.measured_files():
        relative = Path(file).relative_to(ROOT).as_posix()
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in {*contexts} - {""}:
                say(json.dumps([context, relative, line]))


def stopped(work: Callable[[Say], None]) -> Callable[[Say], None]:
    """Return work that leaves off, as if it were done, once it has taken the time of a slow test."""

    def in_time(say: Say) -> None:
        signal.signal(signal.SIGVTALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOW_SECONDS)
        work(say)

    return in_time


# A change put into the engine as it runs.


def put_in(mutant: Mutant) -> None:
    """Give a function the code of a mutant, wherever it has been imported to."""
    tree = mutated(mutant, ROOT)
    module = importlib.import_module(mutant.file.removesuffix(".py").replace("/", "."))
    whole = compile(tree, str(ROOT / mutant.file), "exec")
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(whole)}
    for function in _functions(module, mutant.function):
        old = function.__code__
        function.__code__ = codes[old.co_qualname, old.co_firstlineno]
    for held in gc.get_objects():
        if isinstance(held, CACHE) and str(getattr(held, "__module__", "")).startswith("engine."):
            held.cache_clear()  # nothing that was computed by the code as it is


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield const
            yield from _codes(const)


def _functions(module: types.ModuleType, path: str) -> list[types.FunctionType]:
    """Return the outermost function on a dotted path into a module, out of whatever wraps it."""
    held: Any = module
    for name in path.split("."):
        held = vars(held)[name]
        while not isinstance(held, type | types.FunctionType) or hasattr(held, "__wrapped__"):
            inner = next(
                (getattr(held, each) for each in ("__wrapped__", "fget", "func", "__func__", "py_func") if getattr(held, each, None)),
                None,
            )  # fmt: skip
            if inner is None:
                raise TypeError(f"{path} is no function: {held!r}")
            held = inner
        if isinstance(held, types.FunctionType):
            return [held]
    raise TypeError(f"{path} is no function")


# Each mutant against the tests.


def tried(mutant: Mutant, tests: Tests, reached: Reached, *, slow: bool) -> dict[str, Any]:
    """Return what came of a mutant, by which test, and the processor time it took."""
    names = reached.tests_of(mutant)
    if not slow:
        return _against(mutant, tests, reached, names)
    found, seconds = {"end": "untested", "by": ""}, 0.0
    for name in names:
        if found["end"] in {"survived", "untested"}:
            found = _against(mutant, tests, reached, [name], until_stopped=True)
            seconds += found["seconds"]
    return found | {"seconds": round(seconds, 2)}


def _against(
    mutant: Mutant, tests: Tests, reached: Reached, names: list[str], *, until_stopped: bool = False
) -> dict[str, Any]:
    def work(say: Say) -> None:
        put_in(mutant)
        for at, name in enumerate(names):
            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            limit = time.process_time() + SECONDS + TIMES * reached.seconds[name]
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, most))
            say(name)
            for _ in tests.run(names[at : at + 1]):
                if tests.failed:
                    say("failed")
                    return

    if not names:
        return {"end": "untested", "by": "", "seconds": 0.0}
    lines, end, seconds = in_a_copy(stopped(work) if until_stopped else work)
    by = next((line for line in lines[::-1] if line != "failed"), "")
    if end == "done":
        end = "killed" if lines[-1:] == ["failed"] else "survived"
    return {"end": end, "by": by if end != "survived" else "", "seconds": round(seconds, 2)}


def state_of(root: Path) -> str:
    """Return a sum over the engine and its tests."""
    found = hashlib.sha256()
    files = [
        *(root / "engine").rglob("*.py"),
        *(root / "tests").rglob("*.py"),
        *(root / "scripts").glob("mut*.py"),
    ]
    for file in sorted(files):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def drawn(n: int, seed: int, only: str) -> list[Mutant]:
    """Return mutants of all rooms at random."""
    files = [file for room in ROOMS for file in sorted((ROOT / "engine" / room).rglob("*.py"))]
    every = [mutant for file in files for mutant in mutants_of(file, ROOT)]
    if only:
        return [mutant for mutant in every if only in mutant.name]
    every.sort(
        key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name} {mutant.kind}".encode()).digest()
    )
    chosen = every[:n]  # most of them stay as the engine changes
    print(f"{len(every)} mutants, {len(chosen)} of them drawn", flush=True)
    return chosen


Attempt: TypeAlias = "Callable[[Mutant], dict[str, Any]]"


def try_all(
    mutants: list[Mutant], attempt: Attempt, file: Path, state: str, *, keep: bool
) -> dict[Mutant, str]:
    """Try mutants that have not been tried yet, and return what came of each."""
    before = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    known = {
        row["name"]: row["end"] for row in before
        if row["state"] == state or (keep and row["end"] in NOTICED)
    }  # fmt: skip
    ends: dict[Mutant, str] = {}
    with file.open("a", encoding="utf-8") as out:
        for mutant in mutants:
            if mutant.name not in known:
                row = {"name": mutant.name, "kind": mutant.kind, "state": state, **attempt(mutant)}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                out.flush()
                known[mutant.name] = row["end"]
            ends[mutant] = known[mutant.name]
            if len(ends) % 20 == 0:
                print(dict(Counter(ends.values())), flush=True)
    return ends


def left(ends: dict[Mutant, str]) -> list[Mutant]:
    """Return the mutants that no test noticed."""
    return [mutant for mutant, end in ends.items() if end not in NOTICED]


def told(ends: dict[Mutant, str]) -> Iterator[str]:
    """Yield what came of all mutants, as lines."""
    same = [mutant for mutant in left(ends) if mutant.name in EQUIVALENT]
    for mutant in left(ends):
        if mutant not in same:
            yield f"  {ends[mutant]}: line {mutant.line} of {mutant.name}"
    killed, differ = len(ends) - len(left(ends)), len(ends) - len(same)
    yield f"kinds: {dict(Counter(mutant.kind for mutant in ends))}"
    yield f"{dict(Counter(ends.values()))}, {len(same)} shown to be equivalent"
    yield f"{killed} of {len(ends)} killed, {killed / len(ends):.1%}; of those that differ {killed / differ:.1%}"


def main() -> None:
    """Try mutants, and tell which survive."""
    asked = argparse.ArgumentParser()
    asked.add_argument("mutants", type=int, nargs="?", default=320)
    asked.add_argument("seed", type=int, nargs="?", default=1)
    asked.add_argument("--only", default="", metavar="TEXT")
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--keep", action="store_true")
    options = asked.parse_args()
    for name in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{name}_NUM_THREADS"] = "1"
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    folder = ROOT / "results" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    state = state_of(ROOT)

    def work(tests: Tests) -> None:
        is_slow = {
            name: item.get_closest_marker("slow") is not None for name, item in tests.items.items()
        }
        names = [[name for name in is_slow if is_slow[name] == which] for which in (False, True)]
        mutants = drawn(options.mutants, options.seed, options.only)
        ends: dict[Mutant, str] = {}
        for slow in (False,) if options.quick else (False, True):
            rest = [mutant for mutant in left(ends) if mutant.name not in EQUIVALENT]
            if slow and not rest:
                break
            speed = "slow" if slow else "quick"
            reached = Reached(tests, names[slow], folder / f"{speed}.json", state, slow=slow)
            file = folder / f"{'only' if options.only else options.seed}-{speed}.jsonl"
            attempt = functools.partial(tried, tests=tests, reached=reached, slow=slow)
            some = rest if slow else mutants
            ends |= try_all(some, attempt, file, state, keep=options.keep)
            print(f"with the {speed} tests:", *told(ends), sep="\n", flush=True)

    pytest.main(
        ["-q", "--assert=plain", "--tb=no", "-p", "no:benchmark", "-p", "no:cacheprovider", "-p", "no:cov",
         "-p", "no:xdist", "-s", *(f"tests/{folder}" for folder in FOLDERS)],
        plugins=[Tests(work)],
    )  # fmt: skip


if __name__ == "__main__":
    main()
