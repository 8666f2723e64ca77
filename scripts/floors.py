"""The floors of the house: which room may import from which, held against the imports and drawn.

``python scripts/floors.py`` writes ``docs/images/floors.svg`` from the imports as they are;
``python scripts/floors.py --check`` only says what breaks the rules, and fails if anything does.
"""

from __future__ import annotations

import ast
import sys
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "floors.svg"

FLOORS = (
    ("cli",),
    ("batch", "backtest", "serve"),
    ("report",),
    ("measures", "probability"),
    ("analysis",),
    ("importers",),
    ("control",),
    ("scenario",),
    ("network",),
    ("io",),
    ("connectivity", "errors", "version"),
    ("language",),
)
"""From the top: a room imports only from floors below its own."""

HEAVY = frozenset(
    [
        "babel",
        "bokeh",
        "dask",
        "deflate",
        "distributed",
        "geopandas",
        "hijridate",
        "matplotlib",
        "multiprocessing",
        "networkx",
        "numba",
        "numpy",
        "osmium",
        "osmnx",
        "pandas",
        "pyarrow",
        "pydantic",
        "pyogrio",
        "python_calamine",
        "rapidfuzz",
        "rich",
        "scipy",
        "shapely",
        "starlette",
        "tomlkit",
        "typer",
        "uvicorn",
        "xarray",
        "xlsxwriter",
    ]
)
"""Libraries that are loaded where they are used, so that ``supplyline --help`` answers at once."""


class Import(NamedTuple):
    """One import of one module of the engine by another."""

    by: str
    of: str
    line: int
    inside: bool


def modules() -> dict[str, Path]:
    """Return every module of the engine by its dotted name."""
    found = {}
    for path in sorted((ROOT / "engine").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(module: str, path: Path, known: dict[str, Path]) -> tuple[list[Import], set[str]]:
    """Return what a module imports of the engine, and the libraries that it loads at its top."""
    found: list[Import] = []
    libraries: set[str] = set()

    def visit(node: ast.AST, *, inside: bool, typing: bool) -> None:
        for child in ast.iter_child_nodes(node):
            within = inside or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
            only_types = typing or (
                isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            )
            if isinstance(child, ast.Import):
                targets = [alias.name for alias in child.names]
            elif isinstance(child, ast.ImportFrom):
                full = [f"{child.module}.{alias.name}" for alias in child.names]
                targets = [name if name in known else str(child.module) for name in full]
            else:
                targets = []
            for target in targets:
                if target.split(".")[0] == "engine":
                    found.append(Import(module, target, child.lineno, inside))
                elif not inside and not only_types:
                    libraries.add(target.split(".")[0])
            visit(child, inside=within, typing=only_types)

    visit(ast.parse(path.read_text(encoding="utf-8")), inside=False, typing=False)
    return found, libraries


def room_of(module: str) -> str:
    """Return the room that a module stands in; the package itself, its public face, stands below the commands."""
    return module.split(".")[1] if "." in module else ""


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components of more than one module (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for after in sorted(edges.get(node, ())):
            if after not in index:
                visit(after)
            if after in stack:
                low[node] = min(low[node], low[after])
        if low[node] == index[node]:
            at = stack.index(node)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return [circle for circle in found if len(circle) > 1]


def problems() -> list[str]:
    """Return what breaks the rules of the house, a sentence each."""
    known = modules()
    read = {module: imports_of(module, path, known) for module, path in known.items()}
    floor = {room: -at for at, rooms in enumerate(FLOORS) for room in rooms}
    said = []
    for module, (imports, _) in read.items():
        room = room_of(module)
        if room and room not in floor:
            said.append(f"{module} stands on no floor")
        for one in imports:
            other = room_of(one.of)
            if not room or other == room:
                continue
            if not other and room in FLOORS[0]:
                continue  # the commands call the public face
            if not other or floor.get(other, 0) >= floor.get(room, 0):
                said.append(
                    f"{known[module].relative_to(ROOT)}:{one.line} imports {one.of}, not below"
                )
    edges = {
        m: {one.of for one in found if room_of(one.of)}
        for m, (found, _) in read.items()
        if room_of(m)
    }
    said += [f"a circle of imports: {', '.join(circle)}" for circle in circles(edges)]
    said += _light_inside(read, known)
    return said + _names_twice(known)


def _light_inside(
    read: dict[str, tuple[list[Import], set[str]]], known: dict[str, Path]
) -> list[str]:
    """Say which modules are imported inside a function though they load nothing heavy."""
    loads: dict[str, bool] = {}

    def is_heavy(module: str, above: frozenset[str] = frozenset()) -> bool:
        if module not in loads:
            imports, libraries = read[module]
            deep = above | {module}
            loads[module] = bool(libraries & HEAVY) or any(
                is_heavy(one.of, deep)
                for one in imports
                if not one.inside and one.of in read and one.of not in deep
            )
        return loads[module]

    return [
        f"{known[module].relative_to(ROOT)}:{one.line} imports {one.of} inside a function, "
        "though it loads nothing heavy"
        for module, (imports, _) in read.items()
        for one in imports
        if one.inside and one.of in read and not is_heavy(one.of)
    ]


def _names_twice(known: dict[str, Path]) -> list[str]:
    """Say which names are borne by several files; a room's main file may bear the room's name."""
    by_name: dict[str, list[str]] = {}
    for module, path in known.items():
        if path.stem != "__init__":
            by_name.setdefault(path.stem, []).append(module)
    return [
        f"one name for several files: {', '.join(them)}"
        for them in by_name.values()
        if len(them) > 1
    ]


def picture() -> str:
    """Return the floors and the imports between rooms as SVG."""
    known = modules()
    pairs = set()
    for module, path in known.items():
        for one in imports_of(module, path, known)[0]:
            pairs.add((room_of(module), room_of(one.of)))
    width, step, high = 720, 64, 40
    at: dict[str, tuple[float, float]] = {}
    boxes = []
    for row, rooms in enumerate(FLOORS):
        for column, room in enumerate(rooms):
            x, y = width * (2 * column + 1) / (2 * len(rooms)), 24 + row * step
            at[room] = (x, y)
            boxes.append(
                f'<rect x="{x - 80:g}" y="{y:g}" width="160" height="{high}" rx="6"/>'
                f'<text x="{x:g}" y="{y + high / 2 + 5:g}">{escape(room)}</text>'
            )
    lines = []
    for above, below in sorted(pairs):
        if above == below or not above or not below:
            continue
        (x1, y1), (x2, y2) = at[above], at[below]
        bend = x1 + (x2 - x1) / 2 + (60 + (y2 - y1) / 8) * (1 if (y2 - y1) > step else 0)
        lines.append(
            f'<path d="M {x1:g} {y1 + high:g} Q {bend:g} {(y1 + y2 + high) / 2:g} {x2:g} {y2:g}"/>'
        )
    height = 24 + len(FLOORS) * step
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n'
        "<title>The rooms of the engine, floor by floor; every import leads down</title>\n"
        "<style>rect{fill:#f4f1ea;stroke:#444}text{font:15px sans-serif;text-anchor:middle}"
        "path{fill:none;stroke:#7a93ac;stroke-width:1.2;opacity:.55}</style>\n"
        f'<rect x="0" y="0" width="{width}" height="{height}" style="fill:#fff;stroke:none"/>\n'
        + "\n".join(lines + boxes)
        + "\n</svg>\n"
    )


def main() -> int:
    """Check, or draw."""
    said = problems()
    print("\n".join(said) or "every import leads down")
    if "--check" not in sys.argv:
        PICTURE.write_text(picture(), encoding="utf-8")
    return bool(said)


if __name__ == "__main__":
    sys.exit(main())
