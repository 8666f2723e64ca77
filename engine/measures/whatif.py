"""What if: events added, withdrawn, delayed or doubted; two scenarios side by side.

Many places taken, each by itself, are answered in one pass.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np

from engine.analysis.again import analyze_again
from engine.analysis.query import span
from engine.analysis.status import Terminals, enclave_status, route_status, words_by_code
from engine.analysis.statuses import typed
from engine.control.points import misheard, resolve_sites
from engine.control.sectors import divide, in_use
from engine.control.statements import NO_STATEMENT, believed, statements_of
from engine.control.states import (
    acting,
    baseline_since,
    by_precedence,
    change_dates,
    ruling,
    states_of,
)
from engine.control.words import name_text
from engine.errors import InputError, unknown_name
from engine.io.arguments import checked
from engine.io.days import day_of, days_among
from engine.language import called, tr
from engine.scenario.actor_names import Parties
from engine.scenario.change_sets import changed_scenario
from engine.scenario.check import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates
    from engine.control.runs import Runs
    from engine.control.statements import Statements
    from engine.control.states import States
    from engine.io.days import DayLike
    from engine.scenario.model import Event, Scenario


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
    from engine.scenario.validation import reasons_against

    kinds = "|".join(one.replace("_", r"[\s_]+") for one in get_args(Kind))
    match = _told(text, _LABEL, kinds) or _told(text, _WORD, r"[a-z_ ]+?")
    if match is None:
        raise InputError(
            tr(
                "{text} does not describe an event; expected such as {example}",
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
    values |= {"kind": kind, "source": "what if"}
    try:
        return Event.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{text!r}: {reasons_against(error, values, Event)}") from error


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


MOST_CELLS = 1 << 25
"""So many states of sectors, a bit each, are held at a time."""
COLUMNS = (
    "place", "place_label", "id", "label", "start", "end", "days", "before", "after", "changed",
)  # fmt: skip


@checked
def whatif_each(
    analysis: Analysis,
    places: Iterable[str] | None,
    actor: str,
    *,
    on: DayLike | None = None,
) -> pd.DataFrame:
    """Return what the capture of each of many places alone would change, over the whole run.

    Each place is taken in turn, by one report more: "captured by the actor on that day". What
    other reports say of later days still counts. The result is that of `whatif` and `compare` for
    one place after the other, in one pass over all of them.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    places
        Ids of places or of other sites; if None, every place that the scenario gives a role.
    actor
        Who takes them.
    on
        The day of the capture; the first of the run, if absent.

    Returns
    -------
    pandas.DataFrame
        For each place and each route or enclave the times during which both statuses stay:
        ``place``, ``place_label``, ``id``, ``label``, ``start``, ``end`` (the first day after),
        ``days`` (how many), ``before``, ``after`` (ordered categories, the worst first) and ``changed``.

    Raises
    ------
    InputError
        If there is no such place or actor, or the day lies outside the run.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> each = engine.whatif_each(analysis, ["mallah", "azaz"], "government", on="2014-12-25")
    >>> each[each.changed].groupby(["id", "place"]).days.sum().to_dict()
    {('bab-al-salama', 'azaz'): 7, ('castello', 'mallah'): 5, ('eastern-aleppo', 'mallah'): 5}
    """
    from engine.scenario.model import Event

    analysis.terminals.actor_code(actor)
    day = analysis.days[0].item()
    if on is not None:
        analysis.interval_on(on)
        day = day_of(on)
    names = list(dict.fromkeys(_places(analysis) if places is None else places))
    events = [
        Event(date=day, site=name, kind="captured", actor=actor, source="what if") for name in names
    ]
    scenario = changed_scenario(analysis.scenario, events=events)
    check(scenario)
    _refuse_misspelt(analysis, scenario)
    scenario = resolve_sites(scenario, analysis.network)
    n_before = len(analysis.scenario.events)
    added = scenario.events[n_before:]
    index = analysis.sectors.sites.index
    at_once = [at for at, event in enumerate(added) if event.site in index]
    codes: list[dict[str, NDArray[np.int8]]] = [{} for _ in added]
    borders = _side_by_side(analysis, scenario, n_before, at_once, codes)
    for at in sorted(
        set(range(len(added))) - set(at_once)
    ):  # a role for a place divides ground anew
        after = whatif(analysis, events=[events[at]])
        codes[at], borders = after.codes, after.states.borders
    return _frame(analysis, names, codes, borders)


def _refuse_misspelt(analysis: Analysis, scenario: Scenario) -> None:
    """Refuse places that would be taken for others that are spelt otherwise: nobody would be told."""
    told = set(misheard(analysis.scenario, analysis.network))
    if new := [one for one in misheard(scenario, analysis.network) if one not in told]:
        raise InputError(new)


def _places(analysis: Analysis) -> list[str]:
    """Return the sites that are places and have ground."""
    sectors = analysis.sectors
    covering = np.flatnonzero(np.atleast_1d(sectors.covers.any(axis=1))).tolist()
    sites = [sectors.sites.named[row] for row in covering]
    return [site.id for site in sites if site.place is not None]


def _side_by_side(
    analysis: Analysis,
    scenario: Scenario,
    n_before: int,
    chosen: list[int],
    codes: list[dict[str, NDArray[np.int8]]],
) -> NDArray[np.datetime64]:
    """Work out the statuses with each of some added events alone; return the borders of intervals.

    Parameters
    ----------
    scenario
        The scenario with all events added.
    n_before
        How many events it had before.
    chosen
        Which of the added events speak of sites that the scenario names already.
    codes
        Takes the codes of the statuses, by route or enclave, at the position of each event.
    """
    events = scenario.events
    kept = (*events[:n_before], *(events[n_before + at] for at in chosen))
    scenario = scenario.model_copy(update={"events": kept})
    terminals = _with_all(analysis, scenario)
    sectors = terminals.sectors
    statements = statements_of(scenario, sectors.sites.index)
    borders = change_dates(scenario, statements)
    n_intervals = len(borders) - 1
    without = _without(analysis, terminals, statements, borders)
    step = max(1, MOST_CELLS // (n_intervals * sectors.n_sectors))
    first = len(statements) - len(chosen)
    for start in range(0, len(chosen), step):
        some = chosen[start : start + step]
        added = np.arange(first + start, first + start + len(some))
        states = _states_each(terminals, statements, borders, without, added)
        routes = {r.id: route_status(terminals, states, r) for r in scenario.routes}
        enclaves = {e.id: enclave_status(terminals, states, e) for e in scenario.enclaves}
        found_of = {**routes, **{name: enclave.status for name, enclave in enclaves.items()}}
        for name, found in found_of.items():
            for at, row in zip(some, found.reshape(len(some), n_intervals), strict=True):
                codes[at][name] = row
    return borders


def _with_all(analysis: Analysis, scenario: Scenario) -> Terminals:
    """Return the kernels of ground that all added events speak of, beside what is there.

    A stretch of which nothing spoke has ground now: sectors are divided where it begins and ends.
    That changes no state of theirs, as long as no word on that stretch is let count.
    """
    silent = in_use(scenario) - in_use(analysis.scenario)
    stretches = {site.id for site in scenario.sites if site.is_stretch}
    if silent & stretches:
        return Terminals(scenario, divide(scenario, analysis.network))
    return analysis.terminals


class _Without(NamedTuple):
    """What rules without the added statements, and what they would act on.

    Parameters
    ----------
    counts, since
        As in `States`.
    acts
        See `acting`.
    rank
        The place of each statement in the order of precedence, and -1 for none.
    tracks
        What rules on each of the two tracks: see `ruling`.
    """

    counts: NDArray[np.bool_]
    since: NDArray[np.datetime64]
    acts: tuple[NDArray[np.int64], NDArray[np.int64]]
    rank: NDArray[np.int64]
    tracks: list[tuple[Runs, NDArray[np.int64]]]


def _without(
    analysis: Analysis,
    terminals: Terminals,
    statements: Statements,
    borders: NDArray[np.datetime64],
) -> _Without:
    sectors = terminals.sectors
    counts = believed(terminals.scenario, statements, analysis.known_on)
    since = baseline_since(sectors, statements, counts)
    acts = acting(sectors, statements, counts, since)
    order = by_precedence(statements, sectors.rank)
    before = order[order < len(analysis.states.statements)]
    tracks = [
        ruling(statements, acts, before[says[before] != NO_STATEMENT], borders, sectors.n_sectors)
        for says in (statements.holder, statements.condition)
    ]
    return _Without(counts, since, acts, np.append(np.argsort(order), -1), tracks)


def _states_each(
    terminals: Terminals,
    statements: Statements,
    borders: NDArray[np.datetime64],
    without: _Without,
    added: NDArray[np.int64],
) -> States:
    """Return the states with each added statement alone, one run after the other on the time axis.

    Parameters
    ----------
    added
        Statements that each write a holder and a condition, int64 of shape (added,), ascending.
    """
    chosen = np.isin(without.acts[0], added)
    statement, sector = (each[chosen] for each in without.acts)
    begin = np.searchsorted(borders[:-1], statements.date[statement])
    end = np.searchsorted(borders[:-1], statements.until[statement])  # NaT sorts behind every day
    own_axis = np.searchsorted(added, statement) * (len(borders) - 1)
    lasts = begin < end
    statement, sector = statement[lasts], sector[lasts]
    begin, end = (own_axis + begin)[lasts], (own_axis + end)[lasts]
    tracks = []
    for track in without.tracks:
        runs, rules = _tiled(*track, len(added))
        inner = end < runs.n_intervals
        cuts = np.concatenate([begin, end[inner]])
        runs, parent = runs.cut(np.concatenate([sector, sector[inner]]), cuts)
        rules = rules[parent]
        span, run = runs.within(sector, begin, end)
        yields = without.rank[rules[run]] < without.rank[statement[span]]
        rules[run[yields]] = statement[span[yields]]
        tracks.append((runs, rules))
    run_after_run = np.append(np.tile(borders[:-1], len(added)), borders[-1])
    return states_of(
        terminals.scenario, terminals.sectors, statements, without.counts, without.since,
        run_after_run, *tracks,
    )  # fmt: skip


def _tiled(runs: Runs, rules: NDArray[np.int64], times: int) -> tuple[Runs, NDArray[np.int64]]:
    again, parent = runs.repeated(times)
    return again, rules[parent]


def _labels(analysis: Analysis) -> dict[str, str]:
    """Return what to call places and other sites, those without a role until now included."""
    places = {p.id: called(p.name, p.name_ar) for p in analysis.network.places if p.name}
    silent = {site.id: name_text(site) for site in analysis.scenario.sites if site.label}
    known = {site.id: name_text(site) for site in analysis.sectors.sites.named}
    return places | silent | known


def _frame(
    analysis: Analysis,
    names: list[str],
    codes: list[dict[str, NDArray[np.int8]]],
    borders: NDArray[np.datetime64],
) -> pd.DataFrame:
    """Return the spells of both statuses, for each place and each route or enclave."""
    import pandas as pd

    parts: dict[str, list[object]] = {key: [] for key in COLUMNS}
    own = np.searchsorted(analysis.days, borders[:-1], side="right") - 1
    labels = _labels(analysis)
    for place, of_place in zip(names, codes, strict=True):
        for subject, before in analysis.codes.items():
            words = words_by_code(enclave=subject in analysis.enclaves)
            one, other = before[own], of_place[subject]
            new = np.append(True, (np.diff(one) != 0) | (np.diff(other) != 0))
            start = np.flatnonzero(new)
            end = np.append(start[1:], len(own))
            parts["place"] += [place] * len(start)
            parts["place_label"] += [labels.get(place, place)] * len(start)
            parts["id"] += [subject] * len(start)
            parts["label"] += [name_text(analysis.subjects[subject], subject)] * len(start)
            parts["start"] += borders[start].tolist()
            parts["end"] += borders[end].tolist()
            parts["before"] += words[one[start]].tolist()
            parts["after"] += words[other[start]].tolist()
            parts["changed"] += (one[start] != other[start]).tolist()
    frame = pd.DataFrame({key: parts[key] for key in COLUMNS if key != "days"})
    frame = typed(frame)
    frame["days"] = (frame["end"] - frame["start"]).dt.days
    frame.attrs |= {**analysis.facts.attributes(), "note": analysis.facts.line()}
    return frame[list(COLUMNS)]
