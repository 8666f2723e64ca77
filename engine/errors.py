"""What can be wrong with what the engine is given.

The tree::

    SupplylineError
    └── InputError (also a ValueError)    a file or a value that cannot be used: one or more problems
        ├── ScenarioError                 in a scenario or a table beside it
        └── NetworkError                  in a road network
            └── AmbiguousNameError        a name that several places bear

A problem says what is wrong, where, what was expected, and the nearest valid names.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from engine.language import ISOLATE, POP, RIGHT_TO_LEFT, listing, marked, spoken, tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_WHITE = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys instead of showing it (C0 and C1 controls, DEL, overrides of the direction of
text) or cannot be given at all (halves of surrogate pairs); tabs and line ends are not among it."""


def written_out(text: str, form: Callable[[int], str] | None = None) -> str:
    r"""Return text with what a terminal would obey written out as escapes; lines stay lines.

    Parameters
    ----------
    text
        Any text.
    form
        How the number of a character is written; as Python does it, if absent.

    Examples
    --------
    >>> written_out("\x1b[31mred")
    '\\x1b[31mred'
    """
    if text.isascii() and text.isprintable():
        return text
    form = form or (lambda number: f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")
    kept = (
        f"{ISOLATE}{RIGHT_TO_LEFT}{POP}" if spoken().isolates else ""
    )  # those of messages, on a page
    return _OBEYED.sub(lambda found: found[0] if found[0] in kept else form(ord(found[0])), text)


def on_one_line(text: str) -> str:
    r"""Return text as one line that a terminal shows and does not obey.

    Examples
    --------
    >>> on_one_line("first\nsecond\x07")
    'first second\\x07'
    """
    return written_out(_WHITE.sub(" ", text))


@dataclass(frozen=True)
class Problem:
    """One thing in the input that is wrong, or that may be.

    Parameters
    ----------
    message
        What is wrong, in one sentence.
    file
        The file as the user named it; empty if there is none.
    line
        Line of the file, counted from 1; a row of a table counts as its line.
    field
        The column or key.
    value
        The offending value as written.
    expected
        What would have been right.
    nearest
        Valid names that look like the value, best first.

    Examples
    --------
    >>> import engine
    >>> print(engine.Problem("no such actor", "case.toml", 3, nearest=("government",)))
    case.toml, line 3: no such actor; did you mean 'government'?
    """

    message: str
    file: str = ""
    line: int | None = None
    field: str = ""
    value: str = ""
    expected: str = ""
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the problem as one line, safe to show: place, message, expectation, nearest names."""
        place = self.file
        if self.line:
            place = tr("{file}, line {line}", file=self.file, line=self.line)
        text = f"{place}: {self.message}" if place else self.message
        if self.expected:
            text = tr("{text}; expected {expected}", text=text, expected=self.expected)
        if self.nearest:
            names = listing(map(repr, self.nearest), "or")
            text = tr("{text}; did you mean {names}?", text=text, names=names)
        return on_one_line(text)


class SupplylineError(Exception):
    """The root of every error that the engine raises on purpose."""


class InputError(SupplylineError, ValueError):
    """Input that cannot be used.

    Parameters
    ----------
    problems
        A message, a problem or several: all that was found, not only the first.

    Examples
    --------
    >>> import engine
    >>> str(engine.InputError("there is no such file"))
    'there is no such file'
    """

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioError(InputError):
    """A scenario, or a table beside it, that cannot be used."""


class NetworkError(InputError):
    """A road network that cannot be used."""


class AmbiguousNameError(NetworkError):
    """A name that several places bear equally well."""


EXTRA_OF = {"distributed": "cluster", "numba": "fast", "pyarrow": "layers"}
"""The extra that brings a library which a plain installation lacks."""


PURPOSES = (
    marked("GeoParquet files"),
    marked("layers of a GeoPackage"),
    marked("distances over time"),
)
"""What takes a library that may not be installed."""


def check_installed(library: str, purpose: str) -> None:
    """Refuse what takes a library of an extra, where it is not installed.

    Parameters
    ----------
    library
        One of `EXTRA_OF`.
    purpose
        What takes it, in the plural, as the catalogues have it, such as ``"GeoParquet files"``.

    Raises
    ------
    InputError
        If it is not installed; it names the extra.

    Examples
    --------
    >>> check_installed("pyarrow", "GeoParquet files")
    """
    if find_spec(library) is None:
        message = tr(
            "{purpose} need {library}, which is not installed", purpose=tr(purpose), library=library
        )
        expected = f"pip install 'supplyline[{EXTRA_OF[library]}]'"
        raise InputError(Problem(message, expected=expected))


MOST_LISTED = 12
"""So many names an error lists where none is near."""


def nearest_names(name: str, valid: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return the valid names that look most like `name`, or else begin with it, best first."""
    names = sorted(set(valid))
    close = difflib.get_close_matches(name, names, n=most, cutoff=0.6)
    begun = [one for one in names if name and one.startswith(name)]
    return tuple(close or begun[:most])


KINDS_OF_NAMES = (
    marked("actor"),
    marked("change"),
    marked("enclave"),
    marked("event"),
    marked("importer"),
    marked("kind of event"),
    marked("language"),
    marked("layer"),
    marked("mode"),
    marked("picture"),
    marked("route or enclave"),
    marked("route or enclave in the probabilities"),
    marked("set of changes"),
    marked("site"),
    marked("weight"),
)
"""What names may be of."""


def unknown_name(
    kind: str, name: str, known: Iterable[str], error: type[InputError] = InputError
) -> InputError:
    """Return the error that says that there is nothing of a name, with the nearest names that exist.

    Parameters
    ----------
    kind
        What it would be the name of, such as ``"route or enclave"``.
    name
        The name given.
    known
        The names that exist.
    error
        The class of the error.

    Examples
    --------
    >>> str(unknown_name("actor", "goverment", ["government", "kurdish"]))
    "there is no actor 'goverment'; did you mean 'government'?"
    >>> str(unknown_name("actor", "x", ["government", "kurdish"]))
    "there is no actor 'x'; expected one of government, kurdish"
    """
    known = list(dict.fromkeys(known))
    nearest = nearest_names(name, known)
    listed, more = listing(known[:MOST_LISTED]), len(known) - MOST_LISTED
    expected = ""
    if known and not nearest:
        expected = tr("one of {names}", names=listed)
        if more > 0:
            expected = trn(
                "one of {names} and {n} more", "one of {names} and {n} more", more, names=listed
            )
    message = tr("there is no {kind} {name}", kind=tr(kind), name=repr(name))
    return error(Problem(message, value=name, expected=expected, nearest=nearest))
