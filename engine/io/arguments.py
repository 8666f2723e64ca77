"""The arguments of public functions: of the kinds that their signatures say, or refused with what to pass."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from numbers import Integral, Real
from pathlib import Path
from typing import ParamSpec, TypeGuard, TypeVar

from engine.errors import InputError, nearest_names, on_one_line
from engine.language import marked, tr

P = ParamSpec("P")
R = TypeVar("R")

KINDS = {
    "Analysis": marked("an analysis"),
    "Axes": marked("axes of matplotlib"),
    "Backtest": marked("what run_backtest returned"),
    "Callable": marked("a function"),
    "DataArray": marked("an array of xarray"),
    "DataFrame": marked("a table of pandas"),
    "Dataset": marked("what probabilities returned"),
    "Effort": marked("an Effort"),
    "Event": marked("an event"),
    "Explanation": marked("what explain returned"),
    "Extent": marked("an Extent"),
    "Figure": marked("a figure of matplotlib"),
    "GeoDataFrame": marked("a table of geopandas"),
    "Iterable": marked("a list"),
    "Mapping": marked("a dictionary"),
    "Network": marked("a network"),
    "NoneType": marked("None"),
    "Options": marked("the Options of an import"),
    "Path": marked("the name of a file"),
    "PathLike": marked("the name of a file"),
    "RoadPolicy": marked("a RoadPolicy"),
    "Scenario": marked("a scenario"),
    "Sequence": marked("a list"),
    "bool": marked("True or False"),
    "dict": marked("a dictionary"),
    "float": marked("a number"),
    "int": marked("a whole number"),
    "list": marked("a list"),
    "str": marked("a text"),
    "tuple": marked("a list"),
}
"""What is called what, by the name of its class: in signatures, and of what is passed."""
SEVERAL = {
    "Axes": marked("axes of matplotlib"),
    "DayLike": marked("days"),
    "Documented": marked("the rows that read_truth returns"),
    "Event": marked("events"),
    "Place": marked("places"),
    "str": marked("texts"),
}
"""What lists hold."""
READ_ELSEWHERE = {"DayLike", "Dates", "date"}
"""Kinds that are checked where they are read."""
HINTS = {
    ("Analysis", "file"): "analyze(load_scenario({given!r}))",
    ("Analysis", "Scenario"): "analyze(scenario)",
    ("Axes", "Figure"): "{name}=figure.subplots()",
    ("Dataset", "file"): "probabilities(analysis)",
    ("Documented", "file"): "read_truth({given!r})",
    ("Iterable", "str"): "{name}=[{given!r}]",
    ("Network", "Analysis"): "analysis.network",
    ("Network", "Scenario"): marked("what read_network returned"),
    ("Scenario", "file"): "load_scenario({given!r})",
    ("Scenario", "Analysis"): "analysis.scenario",
    ("Sequence", "str"): "{name}=[{given!r}]",
}
"""What to pass instead, by what is wanted and what is given."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Return a public function that refuses arguments of a kind that its signature does not have.

    Raises
    ------
    InputError
        By the function, with what to pass instead.
    TypeError
        By the function, for an argument of another name, with the nearest or all; or for one too many.

    Examples
    --------
    >>> @checked
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double("2")
    Traceback (most recent call last):
    ...
    engine.errors.InputError: double: number takes a whole number, not a text
    """
    signature = inspect.signature(function)
    wanted = {name: _kinds(str(one.annotation)) for name, one in signature.parameters.items()}

    needed = [one for one in signature.parameters.values() if one.default is one.empty]
    call = f"{function.__name__}({{}}{', ...' if len(needed) > 1 else ''})"

    @wraps(function)
    def with_arguments(*given: P.args, **named: P.kwargs) -> R:
        for name in named:
            if name not in wanted:
                values = {"function": function.__name__, "name": repr(name)}
                if near := nearest_names(name, wanted, 1):
                    message = tr(
                        "{function}() has no argument {name}; did you mean {near}?",
                        near=repr(near[0]), **values,
                    )  # fmt: skip
                else:
                    own = ", ".join(one for one in wanted if one != "self")
                    message = tr(
                        "{function}() has no argument {name}; its arguments: {names}",
                        names=own, **values,
                    )  # fmt: skip
                raise TypeError(message)
        for name, value in (*zip(wanted, given, strict=False), *named.items()):
            if name != "self" and not _is_of(value, wanted[name]):
                wrong, instead = _refusal(name, value, wanted[name])
                if instead and not instead.startswith(name):
                    instead = call.format(instead)
                said = tr("{function}: {problem}", function=function.__name__, problem=wrong)
                if instead:
                    said = tr("{text}; expected {expected}", text=said, expected=instead)
                raise InputError(on_one_line(said))
        return function(*given, **named)

    return with_arguments


def file_named(path: str | os.PathLike[str], *endings: str) -> Path:
    """Return the path of a file that is to be written, whose name must end as such files do.

    Raises
    ------
    InputError
        If it ends otherwise.

    Examples
    --------
    >>> file_named("sheets.xls", ".xlsx")
    Traceback (most recent call last):
    ...
    engine.errors.InputError: 'sheets.xls' does not end in .xlsx; expected 'sheets.xlsx'
    """
    file = Path(path)
    if file.suffix.lower() not in endings:
        wanted = str(file.with_suffix(endings[0])) if file.name else f"name{endings[0]}"
        raise InputError(
            tr(
                "{file} does not end in {ending}; expected {name}",
                file=repr(str(path)), ending=endings[0], name=repr(wanted),
            )
        )  # fmt: skip
    return file


@cache
def _kinds(annotation: str) -> tuple[tuple[str, str], ...]:
    """Return the kinds that an annotation allows: the name of a class, and what it holds."""
    kinds = []
    for text in re.split(r" \| (?![^\[]*\])", annotation):
        name, _, inner = text.partition("[")
        kinds.append((name.rsplit(".", 1)[-1], inner.removesuffix("]")))
    return tuple(kinds)


def _is_of(value: object, kinds: tuple[tuple[str, str], ...]) -> bool:
    return any(_is_one(value, *kind) for kind in kinds)


def _is_one(value: object, name: str, inner: str) -> bool:
    """Return whether a value is of one kind."""
    if name in READ_ELSEWHERE:
        return value is not None or name == "Dates"
    if name in {"Iterable", "Sequence"}:
        return _is_list(value, inner)
    checks: dict[str, Callable[[object], bool]] = {
        "None": lambda one: one is None,
        "bool": lambda one: isinstance(one, bool) or type(one).__name__ == "bool",
        "int": lambda one: isinstance(one, Integral) and not isinstance(one, bool),
        "float": lambda one: isinstance(one, Real) and not isinstance(one, bool),
        "str": lambda one: isinstance(one, str),
        "Weight": lambda one: isinstance(one, str),
        "Path": lambda one: isinstance(one, os.PathLike),
        "PathLike": lambda one: isinstance(one, os.PathLike),
        "Mapping": lambda one: isinstance(one, Mapping),
        "dict": lambda one: isinstance(one, dict),
        "Callable": callable,
    }
    if name in checks:
        return checks[name](value)
    return name in {one.__name__ for one in type(value).__mro__}


def _is_list(value: object, inner: str) -> bool:
    """Return whether a value is a list of what it should hold; what can be run through once is not."""
    if isinstance(value, (str, bytes, Mapping, os.PathLike)) or not isinstance(value, Iterable):
        return False
    if {"DataFrame", "Dataset", "Analysis"} & {one.__name__ for one in type(value).__mro__}:
        return False
    several = value if isinstance(value, (list, tuple, set, frozenset)) else ()
    return all(_is_of(one, _kinds(inner)) for one in several)


def _refusal(name: str, value: object, kinds: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """Return what an argument takes and was given, and what to pass instead, if that is known."""
    for kind, inner in kinds:
        if kind in {"Iterable", "Sequence"} and isinstance(value, (list, tuple, set, frozenset)):
            held = next((one for one in value if not _is_of(one, _kinds(inner))), None)
            several = _either(tr(SEVERAL[one]) for one, _ in _kinds(inner))
            said = tr(
                "{name} takes a list of {kinds}; {value} in it is {kind}",
                name=name, kinds=several, value=f"{held!r:.60}", kind=_what(held),
            )  # fmt: skip
            return said, ""
    given = ["file"] if _is_file(value) else []
    given.append(type(value).__name__)
    hints = [
        tr(HINTS[kind, what]).format(
            name=name, given=os.fspath(value) if _is_file(value) else value
        )
        for pair in kinds
        for kind in reversed(pair)
        for what in given
        if (kind, what) in HINTS
    ]
    wrong = tr("{name} takes {kinds}, not {kind}", name=name, kinds=_said(kinds), kind=_what(value))
    return wrong, "".join(hints[:1])


def _is_file(value: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(value, os.PathLike) or (
        isinstance(value, str) and re.search(r"\.[a-z]\w*$", value) is not None
    )


def _what(value: object) -> str:
    """Return what to call a value."""
    if _is_file(value):
        return tr("the name of a file")
    return _of_class(type(value).__name__)


def _of_class(name: str) -> str:
    """Return what to call a value of a class."""
    if name in KINDS:
        return tr(KINDS[name])
    return tr("a value of type {name}", name=name)


def _said(kinds: tuple[tuple[str, str], ...]) -> str:
    """Return what to call some kinds."""
    return _either(_called(*kind) for kind in kinds if kind[0] != "None")


def _either(texts: Iterable[str]) -> str:
    """Return texts, each once, with "or" between all of them."""
    first, *others = dict.fromkeys(texts)
    for other in others:
        first = tr("{first} or {last}", first=first, last=other)
    return first


def _called(name: str, inner: str) -> str:
    """Return what a kind is called."""
    if name in READ_ELSEWHERE:
        return tr("a day")
    if inner == "Documented":
        return tr("what read_truth returned")
    return tr("a text") if name == "Weight" else _of_class(name)
