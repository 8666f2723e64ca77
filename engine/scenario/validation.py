"""What pydantic finds wrong with an entry, in sentences for people who never program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import Problem, nearest_names
from engine.language import ENGLISH, listing, marked, spoken, tr
from engine.scenario.document import Draft
from engine.scenario.fields import UnfitError, UnfitTogetherError
from engine.scenario.vocabulary import altogether, nearest_word, word_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from engine.io.toml import Keys
    from engine.scenario.model import Entry

_EXPECTED = {
    "area": marked("the name of a file beside the scenario, or a list of [lon, lat]"),
    "between": marked("two or more places, as in between = ['hayyan', 'bayanoun']"),
    "contestants": marked("actors"),
    "lat": marked("degrees north, -90 to 90, WGS 84"),
    "line": marked(
        "the name of a file of lines beside the scenario, or a list of two or more [lon, lat]"
    ),
    "lon": marked("degrees east, -180 to 180, WGS 84"),
    "passes": marked("names of actors, or tables with actor, from and until"),
    "population": marked(
        "a number of people, a table of place = people, or counts with their days"
    ),
    "ways": marked("a list of OSM way ids"),
}
"""What to write, for keys where the type of the value does not say it well."""

_MESSAGE = {
    "string": marked("this is not text"),
    "int": marked("this is not a whole number"),
    "float": marked("this is not a number"),
    "tuple": marked("this is not a list"),
    "dict": marked("this is not a table"),
    "model": marked("this is not a table"),
}
"""The sentence for each family of pydantic's errors, by the first word of its name."""


def problems_of(
    details: Iterable[ErrorDetails], draft: Draft, model: type[Entry]
) -> Iterator[Problem]:
    """Yield what is wrong with an entry, a problem for each key.

    Parameters
    ----------
    details
        What pydantic found.
    draft
        The entry as it was read.
    model
        What it should have been.
    """
    located: dict[tuple[Keys, str], ErrorDetails] = {}
    for detail in details:
        missing = str(detail["loc"][-1]) if detail["type"] == "missing" else ""
        located.setdefault((_loc_in(draft.values, detail["loc"]), missing), detail)
    for (loc, _), first in located.items():
        if first["type"] == "value_error":
            error = first["ctx"]["error"]
            for fault in error.faults if isinstance(error, UnfitTogetherError) else (error,):
                expected = fault.expected if isinstance(fault, UnfitError) else ""
                yield _problem(str(fault), first, loc, draft, expected)
        elif first["type"] == "missing" and isinstance(first["loc"][-1], int):
            yield _problem(tr("the list is too short"), first, loc, draft)
        elif first["type"] == "missing":
            yield _missing(str(first["loc"][-1]), loc, draft)
        elif first["type"] == "extra_forbidden":
            yield _unknown(loc, draft, model)
        else:
            yield _problem(_sentence(first, _key((*draft.path, *loc))), first, loc, draft)


def reasons_against(error: ValidationError, values: dict[str, Any], model: type[Entry]) -> str:
    """Return what is wrong with the values of an entry that stands in no file, on one line."""
    details = error.errors(include_url=False)
    return "; ".join(map(str, problems_of(details, Draft(values, ""), model)))


def _loc_in(values: Any, loc: Keys) -> Keys:
    """Return the part of a location that leads through the values as they were read.

    Pydantic adds the names of the types that it tried; a missing key keeps its own name.
    """
    kept: list[str | int] = []
    for step in loc:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            break
        kept.append(step)
    return tuple(kept)


def _key(loc: Keys) -> str:
    return next((str(step) for step in reversed(loc) if isinstance(step, str)), "")


def _value_at(values: Any, loc: Keys) -> Any:
    for step in loc:
        values = values[step]
    return values


def _problem(
    sentence: str, detail: ErrorDetails, loc: Keys, draft: Draft, expected: str = ""
) -> Problem:
    whole = _value_at(draft.values, loc)
    is_value = not isinstance(whole, dict)
    key = _key((*draft.path, *loc)) if is_value else _key(loc)
    value = str(whole)[:80] if is_value else ""
    message = f"{key} = {value!r}: {sentence}" if is_value else sentence
    choices, table = _choices(detail), _WORDS_FOR.get(key, "")
    expected = tr(_EXPECTED[key]) if key in _EXPECTED else _range(detail) or expected
    if choices:
        shown = [word_for(table, choice) for choice in choices] if table else choices
        expected = tr("one of {names}", names=listing(shown))
    near = nearest_names(value.lower().replace(" ", "_"), choices)
    if choices and table and not value.isascii():
        near = nearest_word(table, value)
    return Problem(message, *draft.place_of(loc), key, value, expected, near)


_WORDS_FOR = {
    "kind": "kind",
    "condition": "condition",
    "effect": "condition",
    "mode": "mode",
    "modes": "mode",
    "days": "weekday",
    "oneway": "oneway",
    "state": "state",
}
"""The table of words for what stands under a key."""


def sentence_of(detail: ErrorDetails) -> str:
    """Return what is wrong with a value that stands in no file, in a sentence."""
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if spoken().code == ENGLISH:
        return str(detail["msg"])
    return _sentence(detail, _key(detail["loc"]))


_OFF_RANGE = frozenset(
    ["less_than_equal", "greater_than_equal", "less_than", "greater_than", "finite_number"]
)


def _sentence(detail: ErrorDetails, key: str) -> str:
    kind = detail["type"]
    if kind == "literal_error":
        return tr("there is no such choice")
    if kind in _OFF_RANGE:
        return _off_range(key, detail["input"])
    if kind in {"string_too_short", "too_short"}:
        return tr("this has too few entries") if detail["input"] else tr("this must not be empty")
    if kind == "too_long":
        return tr("the list is too long")
    known = _MESSAGE.get(kind.partition("_")[0])
    return tr(known) if known else str(detail["msg"])


def _off_range(key: str, value: Any) -> str:
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 300 digits
        number = float("inf")
    if key in {"lat", "lon"} and abs(number) > 360:
        return tr("this looks like metres of a projected map, not degrees")
    if key == "lat" and abs(number) <= 180:
        return tr("there is no such latitude: lat and lon may be swapped")
    return tr("the number is out of range")


def _range(detail: ErrorDetails) -> str:
    limits = [
        tr(_LIMITS[key], limit=limit)
        for key, limit in detail.get("ctx", {}).items()
        if key in _LIMITS
    ]
    if limits:
        return altogether(limits)
    if detail["type"].startswith(("float", "int", "finite")):
        return (
            tr("a whole number") if detail["type"].startswith("int") else tr("a number such as 0.5")
        )
    known = {"string_type": tr("text in quotes"), "tuple_type": tr("a list of names")}
    return known.get(detail["type"], "")


_LIMITS = {
    "ge": marked("at least {limit:g}"),
    "gt": marked("more than {limit:g}"),
    "le": marked("at most {limit:g}"),
    "lt": marked("less than {limit:g}"),
}


def _choices(detail: ErrorDetails) -> tuple[str, ...]:
    if detail["type"] != "literal_error":
        return ()
    text: str = detail["ctx"]["expected"]
    return tuple(text.replace(" or ", ", ").replace("'", "").split(", "))


def _missing(key: str, loc: Keys, draft: Draft) -> Problem:
    within = _key(loc)
    if draft.in_table:
        message = tr("column {key!r} is missing or empty", key=key)
    elif within:
        message = tr("key {key!r} is missing or empty in {within!r}", key=key, within=within)
    else:
        message = tr("key {key!r} is missing or empty", key=key)
    expected = tr(_EXPECTED[key]) if key in _EXPECTED else ""
    return Problem(message, *draft.place_of(loc), key, expected=expected)


def _unknown(loc: Keys, draft: Draft, model: type[Entry]) -> Problem:
    key = str(loc[-1])
    known = [field.alias or name for name, field in model.model_fields.items()]
    near = nearest_names(key.lower(), known) if len(loc) == 1 else ()
    expected = "" if near or len(loc) > 1 else tr("one of {names}", names=", ".join(known))
    message = tr("there is no key {key!r} here", key=key)
    return Problem(message, *draft.place_of(loc), key, key, expected, near)
