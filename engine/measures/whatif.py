"""What if: events added, withdrawn, delayed or doubted; two scenarios side by side."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from engine.analysis.again import analyze_again
from engine.analysis.frames import typed
from engine.analysis.query import span
from engine.errors import InputError, unknown_name
from engine.io.arguments import checked
from engine.io.days import days_among
from engine.language import tr
from engine.scenario.actor_names import Parties
from engine.scenario.change_sets import changed_scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates
    from engine.io.days import DayLike
    from engine.scenario.model import Event

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SENTENCE = (
    r"(?P<site>{name})\s+(?P<kind>{kind})(?:\s+by\s+(?P<actor>{name}))?"
    r"(?:\s+(?:from|against)\s+(?P<defender>{name}))?"
    r"(?:\s+between\s+(?P<one>{name})\s+and\s+(?P<other>{name}))?"
    r"\s+on\s+(?P<date>{day})(?:\s+until\s+(?P<until>{day}))?"
    r"(?:\s+confidence\s+(?P<confidence>[0-9.]+))?"
)
_WORD, _LABEL = r"\S+", r"\S(?:.*?\S)?"
EXAMPLE = "mallah captured by government on 2014-12-25"


def event_of(text: str) -> Event:
    """Return the event that a sentence tells of.

    ``SITE KIND [by ACTOR] [against DEFENDER] [between ACTOR and ACTOR] on DATE [until DATE]
    [confidence NUMBER]``, as in ``mallah captured by government on 2014-12-25``. Labels may stand for
    ids.

    Raises
    ------
    InputError
        If the sentence is not of that form, or tells of no valid event.
    """
    from pydantic import ValidationError

    from engine.scenario.model import Event, Kind

    kinds = "|".join(one.replace("_", r"[\s_]+") for one in get_args(Kind))
    match = _told(text, _LABEL, kinds) or _told(text, _WORD, r"[a-z_ ]+?")
    if match is None:
        raise InputError(
            tr(
                "{text} does not tell of an event; expected such as {example}",
                text=repr(text),
                example=repr(EXAMPLE),
            )
        )
    said = match.groupdict()
    kind = "_".join(said["kind"].replace("_", " ").split())
    if kind not in get_args(Kind):
        raise unknown_name(tr("kind of event"), kind, get_args(Kind))
    values: dict[str, Any] = {
        key: said[key] for key in ("site", "actor", "defender", "date", "until") if said[key]
    }
    if said["confidence"]:
        values["confidence"] = said["confidence"]
    if said["one"]:
        values["contestants"] = (said["one"], said["other"])
    try:
        return Event.model_validate({**values, "kind": kind, "source": "what if"})
    except ValidationError as error:
        reasons = "; ".join(str(detail["msg"]) for detail in error.errors())
        raise InputError(f"{text!r}: {reasons}") from error


def _told(text: str, name: str, kind: str) -> re.Match[str] | None:
    """Return what a sentence tells, whose names and kinds have these forms."""
    return re.fullmatch(_SENTENCE.format(name=name, kind=kind, day=_DAY), text.strip())


@checked
def whatif(
    analysis: Analysis,
    *,
    events: Iterable[str | Event] = (),
    withdraw: Iterable[str] = (),
    delay: Mapping[str, int | DayLike] | None = None,
    confidence: Mapping[str, float] | None = None,
) -> Analysis:
    """Return the analysis of the same scenario with some of its events changed.

    `compare` tells the difference that it makes.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    events
        Events to add, or sentences that tell of them (see `event_of`).
    withdraw, delay, confidence
        See `engine.scenario.change_sets.changed_scenario`.

    Raises
    ------
    InputError
        If there is no such event, or it would not be valid.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> lost = engine.whatif(analysis, events=["mallah captured by government on 2014-12-25"])
    >>> lost.status("2014-12-26")["castello"]
    'cut'
    """
    parties = Parties.of(analysis.scenario)
    added = [
        parties.named_by_id(event_of(event)) if isinstance(event, str) else event
        for event in events
    ]
    scenario = changed_scenario(
        analysis.scenario, events=added, withdraw=withdraw, delay=delay, confidence=confidence
    )
    return analyze_again(analysis, scenario)


@checked
def compare(before: Analysis, after: Analysis, dates: Dates = None) -> pd.DataFrame:
    """Return the statuses of two analyses side by side, for each spell of the time that both cover.

    Parameters
    ----------
    before, after
        The analyses.
    dates
        A day, or several; all days that both runs have, if absent.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``start``, ``end`` (the first day after), ``before``, ``after`` (missing where one
        of them has no such route or enclave), ``changed`` and ``because`` (what the status after
        rests on, where it differs).

    Raises
    ------
    InputError
        If a day lies outside one of the runs, or they have no day in common.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> lost = engine.whatif(analysis, events=["mallah captured by government on 2014-12-25"])
    >>> changed = engine.compare(analysis, lost).query("changed")
    >>> changed[["id", "before", "after"]].to_numpy().tolist()
    [['castello', 'at risk', 'cut'], ['eastern-aleppo', 'at risk', 'besieged']]
    """
    import pandas as pd

    columns = ["id", "start", "end", "before", "after", "changed", "because"]
    return typed(pd.DataFrame(comparison_rows(before, after, dates), columns=columns))


def comparison_rows(before: Analysis, after: Analysis, dates: Dates = None) -> list[dict[str, Any]]:
    """Return the rows of `compare`, for those who do without pandas; days are datetime64[D]."""
    start, end = max(before.days[0], after.days[0]), min(before.ends[-1], after.ends[-1])
    if start >= end:
        raise InputError(tr("the two runs have no day in common"))
    borders = np.unique(np.concatenate([before.states.borders, after.states.borders]))
    spells = list(pairwise(borders[(borders >= start) & (borders <= end)]))
    if dates is not None:
        chosen = {_spell_of(before, after, spells, day) for day in days_among(dates)}
        spells = [spells[at] for at in sorted(chosen)]
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys((*before.subjects, *after.subjects)):
        for first, next_day in spells:
            one, other = _status(before, name, first), _status(after, name, first)
            because = ""
            if one != other and other:
                because = after.because(name, after.interval_on(first.astype(object)))
            rows.append(
                {"id": name, "start": first, "end": next_day, "before": one, "after": other,
                 "changed": one != other, "because": because}
            )  # fmt: skip
    return span(rows)


def _spell_of(
    before: Analysis,
    after: Analysis,
    spells: list[tuple[np.datetime64, np.datetime64]],
    on: DayLike,
) -> int:
    """Return the spell that a day of both runs belongs to."""
    first = max(one.days[one.interval_on(on)] for one in (before, after))
    return [start for start, _ in spells].index(first)


def _status(analysis: Analysis, name: str, day: np.datetime64) -> str | None:
    if name not in analysis.statuses:
        return None
    return analysis.statuses[name][int(np.searchsorted(analysis.days, day, side="right")) - 1]
