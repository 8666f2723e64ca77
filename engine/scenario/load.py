"""Scenario files to scenarios: read, validated, and every problem reported at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from engine.errors import Problem, ScenarioError
from engine.io.arguments import checked
from engine.io.atomic import finish_interrupted
from engine.io.garbage import collection_paused
from engine.io.text import AREA_ENDINGS, beside, root_of
from engine.language import marked, tr
from engine.scenario.actor_names import EVENT_PARTIES, Parties
from engine.scenario.change_sets import changed_by, read_changes
from engine.scenario.check import problems, used_twice
from engine.scenario.document import LISTS, NAMED, Draft, read_drafts, rows_of_table
from engine.scenario.model import Actor, Entry, Origin, Scenario, ScenarioPlace
from engine.scenario.validation import problems_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from engine.scenario.document import Drafts

E = TypeVar("E", bound=Entry)

MOST_ENTRIES = 500_000
"""So many entries a list of a scenario may have."""
MOST_NAMED = 10_000
"""So many actors and sources it may have."""

_STAND_INS: dict[str, Any] = {
    "title": "untitled",
    "start": dt.date.min,
    "end": dt.date.max,
    "actors": {"nobody": Actor()},
}
"""What replaces settings that cannot be used, so that the rest is still checked."""
_PARTIES = {
    "baseline": frozenset({"holder", "contestants"}),
    "events": EVENT_PARTIES,
    "routes": frozenset({"actor"}),
    "enclaves": frozenset({"actor"}),
}
"""Columns and keys that name actors."""


@checked
def load_scenario(
    path: str | os.PathLike[str], *, with_: str | Sequence[str] | None = None
) -> Scenario:
    """Read a scenario and the files that it names, and check it.

    Parameters
    ----------
    path
        A scenario in TOML. The tables and other files that it names lie beside it or below.
    with_
        The name of a set of changes that lies beside it, or several in their order: the scenario
        as it is with them.

    Returns
    -------
    Scenario
        Valid as far as that can be known without its road network. Every entry knows the file
        and line where it stands (`Entry.origin`).

    Raises
    ------
    ScenarioError
        With all problems of all files, each with its file and line.

    Examples
    --------
    >>> from engine.scenario.load import load_scenario
    >>> scenario = load_scenario("scenarios/castello-2014-12.toml")  # doctest: +SKIP
    """
    with collection_paused():
        return _load(path, with_)


def _load(path: str | os.PathLike[str], with_: str | Sequence[str] | None) -> Scenario:
    finish_interrupted(Path(path).parent)  # an edit that was killed while it moved files into place
    drafts = read_drafts(Path(path))
    found = list(drafts.problems)
    if not (drafts.settings or drafts.named or drafts.lists):
        raise ScenarioError(found or _empty(path))
    _refuse_too_many(drafts, path)
    found += _resolve_actors(drafts)
    lists = {key: _valid(drafts.lists.get(key, []), model, found) for key, model in LISTS.items()}
    found += _area_problems(lists["sites"], root_of(Path(path)))
    named = {key: _valid_named(drafts.named.get(key, {}), key, found) for key in NAMED}
    scenario = _whole(drafts, {**lists, **named}, Origin(str(path), 1), found)
    incomplete = [key for key in lists if len(lists[key]) < len(drafts.lists.get(key, []))]
    if scenario.actors != named["actors"]:
        incomplete.append("actors")
    found += problems(scenario, incomplete)
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: (problem.file, problem.line or 0)))
    for name in (with_,) if isinstance(with_, str) else with_ or ():
        scenario = changed_by(scenario, read_changes(path, name, scenario))
    return scenario


def _refuse_too_many(drafts: Drafts, path: str | os.PathLike[str]) -> None:
    """Refuse more entries than memory holds: some kilobytes for each, a byte for two actors."""
    for sections, most in ((drafts.lists, MOST_ENTRIES), (drafts.named, MOST_NAMED)):
        for key, entries in sections.items():
            if len(entries) > most:
                message = tr("the scenario has {n:,} {key}", n=len(entries), key=key)
                expected = tr("at most {most:,}", most=most)
                raise ScenarioError(Problem(message, str(path), expected=expected))


def load_places(path: str | os.PathLike[str], *, encoding: str = "") -> tuple[ScenarioPlace, ...]:
    """Read a table of places, as the key ``places`` of a scenario names one.

    Parameters
    ----------
    path
        A CSV file with the columns ``id``, ``lat`` and ``lon``, and any others of a place.
    encoding
        That of a CSV file in neither UTF-8 nor UTF-16.

    Returns
    -------
    tuple of ScenarioPlace
        In their order.

    Raises
    ------
    ScenarioError
        With all problems, each with its line; also if an id comes twice.
    """
    places, found = rows_as(path, "places", ScenarioPlace, encoding=encoding)
    found += used_twice(((place.id, place) for place in places), marked("a place"))
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: problem.line or 0))
    return places


def rows_as(
    path: str | os.PathLike[str], section: str, model: type[E], *, encoding: str = ""
) -> tuple[tuple[E, ...], list[Problem]]:
    """Return the valid rows of a table, each with its origin, and what is wrong with the others.

    Parameters
    ----------
    path
        A CSV file or a workbook.
    section
        A key of `engine.scenario.vocabulary.COLUMNS`.
    model
        What each row should be.
    encoding
        That of a CSV file in neither UTF-8 nor UTF-16.

    Raises
    ------
    ScenarioError
        If the file cannot be read at all.
    """
    drafts, found = rows_of_table(Path(path), section, encoding=encoding)
    return _valid(drafts, model, found), found


def _area_problems(sites: Iterable[Entry], root: Path) -> Iterator[Problem]:
    """Yield what is wrong with the names of files that sites take their areas and lines from."""
    for site in sites:
        for key in ("area", "line"):
            name = getattr(site, key, None)
            if not isinstance(name, str):
                continue
            file, line = site.origin.place_of(key)
            try:
                beside(name, Path(file), root, AREA_ENDINGS)
            except ScenarioError as error:
                (problem,) = error.problems
                yield replace(problem, line=line, field=key)


def _empty(path: str | os.PathLike[str]) -> Problem:
    return Problem(
        tr("the scenario is empty"), str(path), expected=tr("title, start, end and actors")
    )


def _valid(drafts: list[Draft], model: type[E], found: list[Problem]) -> tuple[E, ...]:
    """Return the entries that are valid, each with its origin; add what is wrong to `found`."""
    entries = []
    for draft in drafts:
        try:
            entries.append(model.model_validate(draft.values).read_at(draft.origin))
        except ValidationError as error:
            details = error.errors(include_url=False)
            untold = [each for each in details if not {*each["loc"][:1]} & draft.unread]
            found.extend(problems_of(untold, draft, model))
    return tuple(entries)


def _resolve_actors(drafts: Drafts) -> list[Problem]:
    """Replace labels of actors by their ids; return which are ambiguous."""
    labels = {
        actor: (entry.values.get("label"), entry.values.get("label_ar"))
        for actor, entry in drafts.named.get("actors", {}).items()
    }
    parties = Parties(labels)
    found: list[Problem] = []
    for section, keys in _PARTIES.items():
        resolved, ambiguous = parties.resolve(drafts.lists.get(section, []), keys)
        if resolved:
            drafts.lists[section] = resolved
        found += ambiguous
    return found


def _valid_named(drafts: Mapping[str, Draft], key: str, found: list[Problem]) -> dict[str, Entry]:
    """Return named entries; one that is not valid stays as an empty one, so its name is known."""
    model = NAMED[key]
    entries: dict[str, Entry] = {}
    for name, draft in drafts.items():
        valid = _valid([draft], model, found)
        entries[name] = entry = valid[0] if valid else model()
        for at, passage in enumerate(entry.passes if isinstance(entry, Actor) else ()):
            passage.read_at(Origin(*draft.place_of(("passes", at))))
    return entries


def _whole(
    drafts: Drafts, entries: dict[str, Any], origin: Origin, found: list[Problem]
) -> Scenario:
    """Return the scenario, with stand-ins for settings that cannot be used."""
    values = {key: draft.values for key, draft in drafts.settings.items()}
    values |= {key: found_there for key, found_there in entries.items() if found_there}
    keys = tuple(
        (key, draft.line)
        for key, draft in drafts.settings.items()
        if draft.file == origin.file and draft.line
    )
    try:
        return Scenario.model_validate(values).read_at(Origin(origin.file, 1, keys))
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        found.extend(_setting_problems(detail, drafts, values, origin))
    wrong = {detail["loc"][0] for detail in details if detail["loc"]}
    kept = {key: value for key, value in values.items() if key not in wrong}
    return Scenario.model_construct(**{**_STAND_INS, **kept})


def _setting_problems(
    detail: ErrorDetails, drafts: Drafts, values: dict[str, Any], origin: Origin
) -> Iterator[Problem]:
    """Yield what is wrong with one setting, or with what they say together, at its own place."""
    key = str(detail["loc"][0]) if detail["loc"] else "end"
    draft = drafts.settings.get(key, Draft(values, origin.file, origin.line))
    if detail["loc"] and key in drafts.settings:
        detail["loc"] = detail["loc"][1:]
    return problems_of([detail], draft, Scenario)
