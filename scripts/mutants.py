"""Change the engine at random, and see whether a test fails: ``python scripts/mutants.py [MUTANTS] [SEED]``.

A mutant is one small change of control, connectivity, analysis or probability: a comparison turned or moved by one,
``and`` for ``or``, a sign, a number, a truth value, a condition denied. Each is tried on a copy of the project: the
tests that reach the changed line (as coverage found them), the quickest first, until one fails. A mutant that
survives the quick tests meets the slow ones of its room too. Survivors are listed with their change; `EQUIVALENT`
says of which of them it is shown that nobody can tell them from the original.

The tests run in copies of one process that has loaded the libraries; it takes some ten seconds per mutant.
"""

from __future__ import annotations

import ast
import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
ROOMS = {
    "control": ("control", "meaning", "data"),
    "analysis": ("analysis", "meaning", "data"),
    "connectivity": ("connectivity", "measures"),
    "probability": ("probability",),
}
"""The rooms that are changed, and the folders of the slow tests that survivors meet."""
QUICK = (
    "control",
    "analysis",
    "connectivity",
    "probability",
    "meaning",
    "measures",
    "data",
    "scenario",
    "report",
    "cli",
    "backtest",
    "docs",
    "importers",
    "io",
)
"""The folders of the quick tests."""
LIBRARIES = ("numpy", "scipy.sparse.csgraph", "pandas", "shapely", "numba", "networkx", "xarray", "geopandas", "hypothesis", "pydantic", "pytest")  # fmt: skip
LONGEST = 900
"""Seconds after which a mutant counts as noticed: its tests do not end."""

EQUIVALENT: dict[str, str] = {}
"""Survivors by file, function and change, and why nobody can tell."""

TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min", "zeros": "ones", "ones": "zeros"}


class Mutant(NamedTuple):
    """A change: the file, the line, the function, the text before and after, and where it stands."""

    file: str
    line: int
    function: str
    before: str
    after: str
    span: tuple[int, int]

    @property
    def name(self) -> str:
        """What tells it from others, wherever its line moves."""
        return f"{self.file} {self.function}: {self.before} -> {self.after}"


def changed(node: ast.AST) -> ast.AST | None:  # noqa: C901, PLR0911 - a table of cases
    """Return another node in place of one, or None where there is nothing to change."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in TURNED:
            return ast.Compare(left, [TURNED[type(op)]()], right)
        case ast.BoolOp(op=op, values=values):
            return ast.BoolOp(TURNED[type(op)](), values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in TURNED:
            return ast.BinOp(left, TURNED[type(op)](), right)
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in TURNED:
            return ast.AugAssign(target, TURNED[type(op)](), value)
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            return operand
        case ast.Constant(value=bool(value)):
            return ast.Constant(not value)
        case ast.Constant(value=int(value)):
            return ast.Constant(value + 1)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keys) if name in SWAPPED:
            return ast.Call(ast.Name(SWAPPED[name]), args, keys)
        case ast.Continue():
            return ast.Break()
        case ast.Break():
            return ast.Continue()
        case _:
            return None


def left_out(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what of a node is not changed: types, decorators, messages, what only type checkers read."""
    match node:
        case ast.FunctionDef(decorator_list=marks, returns=returns):
            yield from (*marks, *([returns] if returns else []))
        case ast.ClassDef(decorator_list=marks):
            yield from marks
        case ast.arg(annotation=held) | ast.AnnAssign(annotation=held) if held:
            yield held
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Raise():
            yield node
        case ast.Call(func=ast.Name(id="zip"), keywords=keys):
            yield from keys  # strict=True, which other lines make sure of


def mutants_of(file: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    text = file.read_text(encoding="utf-8")
    starts = [0]
    for row in text.encode().split(b"\n"):
        starts.append(starts[-1] + len(row) + 1)
    data = text.encode()

    def visit(node: ast.AST, function: str) -> Iterator[Mutant]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}".lstrip(".")
        spared = list(left_out(node))
        if node in spared:
            return
        new = changed(node) if function else None
        if new is not None:
            span = (
                starts[node.lineno - 1] + node.col_offset,
                starts[node.end_lineno - 1] + node.end_col_offset,
            )
            before, after = data[slice(*span)].decode(), ast.unparse(ast.fix_missing_locations(new))
            after = after if isinstance(node, ast.stmt) else f"({after})"
            relative = str(file.relative_to(ROOT))
            yield Mutant(relative, node.lineno, function, " ".join(before.split()), after, span)
        for child in ast.iter_child_nodes(node):
            if child not in spared:
                yield from visit(child, function)

    yield from visit(ast.parse(text), "")


def drawn(n: int, seed: int) -> list[Mutant]:
    """Return mutants of all rooms at random."""
    files = [file for room in ROOMS for file in sorted((ROOT / "engine" / room).rglob("*.py"))]
    every = [mutant for file in files for mutant in mutants_of(file)]
    chosen = np.random.default_rng(seed).permutation(len(every))[:n]
    print(f"{len(every)} mutants, {len(chosen)} of them drawn", flush=True)
    return [every[at] for at in chosen.tolist()]


class Reached(NamedTuple):
    """The tests that reach each line of each file, and how long each test takes."""

    tests: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]


def reached(copy: Path) -> Reached:
    """Run the quick tests once, and return which lines each reaches."""
    import coverage

    rooms = [f"--cov=engine/{room}" for room in ROOMS]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:benchmark", "-m", "not slow", *rooms,
         "--cov-context=test", "--cov-report=", "--junitxml=times.xml", "-o", "junit_family=xunit1",
         *(f"tests/{folder}" for folder in QUICK)],
        cwd=copy, check=False, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    data = coverage.CoverageData(str(copy / ".coverage"))
    data.read()
    cases = list(ET.parse(copy / "times.xml").iter("testcase"))
    seconds = {
        f"{case.get('file')}::{case.get('name')}": float(case.get("time", 0))
        for case in cases
        if not len(case)  # neither failed nor skipped
    }
    tests = {
        str(Path(file).relative_to(copy)): {
            line: sorted({context.rpartition("|")[0] for context in contexts} & seconds.keys())
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return Reached(tests, seconds)


def tests_of(mutant: Mutant, found: Reached) -> list[str]:
    """Return the tests that reach a mutant, the quickest first; of compiled code, those of its room."""
    tests = found.tests.get(mutant.file, {}).get(mutant.line, [])
    if (not tests and "_compiled" in mutant.file + mutant.function) or "_search" in mutant.file:
        tests = [test for test in found.seconds if "tests/connectivity" in test]
    return sorted(tests, key=lambda test: found.seconds.get(test, 1.0))


def _tested(copy: Path, arguments: list[str]) -> int:
    """Run tests in this process; return the exit code of pytest."""
    os.setsid()
    os.chdir(copy)
    sink = os.open(copy / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    sys.path.insert(0, str(copy))
    import pytest

    usual = ["-x", "-q", "-p", "no:benchmark", "-p", "no:cacheprovider"]
    return int(pytest.main([*usual, *arguments]))


def outcome(copy: Path, arguments: list[str], seconds: float) -> str:
    """Run tests in a copy of this process; return ``passed``, ``failed`` or ``endless``."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = _tested(copy, arguments)
        finally:
            os._exit(code)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return "passed" if code == 0 else "untested" if code == 5 else "failed"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "endless"


def tried(mutant: Mutant, copy: Path, found: Reached, *, thorough: bool) -> str:
    """Return whether tests notice a mutant: ``killed``, ``endless``, ``survived`` or ``untested``."""
    file = copy / mutant.file
    whole, times = file.read_bytes(), file.stat()
    compiled = file.parent / "__pycache__"
    kept = copy / "kept"
    compiled.mkdir(exist_ok=True)
    shutil.copytree(compiled, kept)
    file.write_bytes(whole[: mutant.span[0]] + mutant.after.encode() + whole[mutant.span[1] :])
    try:
        tests = tests_of(mutant, found)
        seconds = 60 + 6 * sum(found.seconds.get(test, 1.0) for test in tests)
        end = outcome(copy, tests, min(seconds, LONGEST)) if tests else "untested"
        if end in {"passed", "untested"} and thorough:
            folders = [f"tests/{folder}" for folder in ROOMS[mutant.file.split("/")[1]]]
            end = outcome(copy, ["-m", "slow", *folders], LONGEST)
    finally:
        file.write_bytes(whole)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        shutil.rmtree(compiled, ignore_errors=True)
        kept.rename(compiled)
    return {"passed": "survived", "failed": "killed"}.get(end, end)


def main() -> None:
    """Try mutants, and tell which survive."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    thorough = "--quick" not in sys.argv
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "copy"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "*.pyc", "*.egg-info")
        )
        os.environ["PYTHONPATH"], os.environ["PYTHONDONTWRITEBYTECODE"] = str(copy), "1"
        found = reached(copy)
        print(f"{len(found.seconds)} quick tests", flush=True)
        for library in LIBRARIES:
            import_module(library)
        gc.freeze()
        every = sorted(
            {test for lines in found.tests.values() for tests in lines.values() for test in tests}
        )
        if (end := outcome(copy, every, LONGEST)) != "passed":
            sys.exit(
                f"the tests {end} on the engine as it is:\n{(copy / 'said.txt').read_text()[-3000:]}"
            )
        ends: dict[str, list[Mutant]] = {}
        for at, mutant in enumerate(drawn(n, seed), 1):
            end = tried(mutant, copy, found, thorough=thorough)
            end = "equivalent" if end == "survived" and mutant.name in EQUIVALENT else end
            ends.setdefault(end, []).append(mutant)
            if end not in {"killed", "endless", "equivalent"}:
                print(f"  {end}: line {mutant.line} of {mutant.name}", flush=True)
            if at % 20 == 0:
                print({end: len(held) for end, held in ends.items()}, flush=True)
    counts = {end: len(held) for end, held in ends.items()}
    killed = counts.get("killed", 0) + counts.get("endless", 0)
    told = sum(counts.values()) - counts.get("equivalent", 0)
    print(f"{counts}: {killed} of {told} killed, {killed / max(told, 1):.1%}")


if __name__ == "__main__":
    main()
