"""Every world of a scenario, one by one.

Plain and slow: it follows "Doubt" in `docs/meaning.md` word by word, imports nothing of the engine
but the classes of its input, and leaves it to the oracle (or to the engine's plain status) what
holds in a world.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import engine
from tests.meaning.oracle import solve
from tests.meaning.strategies import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.network.arrays import Network
    from engine.scenario.model import Event, Scenario
    from tests.meaning.strategies import Question

BETTER = {"open": 2, "connected": 2, "at risk": 1, "cut": 0, "besieged": 0, "lost": -1}


def worlds(
    scenario: Scenario, known_on: dt.date | None
) -> Iterator[tuple[Scenario, Fraction, frozenset[str]]]:
    """Yield every world as a scenario without doubt, with its probability and what is true."""
    ids = scenario.event_ids()
    events = dict(zip(ids, scenario.events, strict=True))
    known = [n for n in ids if known_on is None or events[n].known <= known_on]
    rows = [
        at
        for at, row in enumerate(scenario.baseline)
        if known_on is None or (row.date or scenario.start) <= known_on
    ]
    # A claim is one report: what it is called, and its rows.
    reports: dict[str, list[str]] = defaultdict(list)
    disputes: dict[str, list[str]] = defaultdict(list)
    for name in known:
        report = events[name].claim or name
        if report not in reports:
            disputes[events[name].dispute or f"alone: {name}"].append(report)
        reports[report].append(name)
    holdings: dict[str, list[int]] = defaultdict(list)
    for at in rows:
        holdings[scenario.baseline[at].claim or f"alone: {at}"].append(at)
    choices: list[list[tuple[Any, Fraction]]] = []
    for rivals in disputes.values():
        options = [(name, exactly(events[reports[name][0]].confidence)) for name in rivals]
        choices.append([*options, (None, 1 - sum(share for _, share in options))])
    for together in holdings.values():
        sure = exactly(scenario.baseline[together[0]].confidence)
        choices.append([(together, sure), (None, 1 - sure)])
    for name, source in scenario.sources.items():
        right = exactly(source.reliability)
        choices.append([(None, right), (("wrong", name), 1 - right)])

    for chosen in product(*choices):
        chance = Fraction(1)
        for _, share in chosen:
            chance *= share
        if not chance:
            continue
        wrong = {name for mark, name in (c for c, _ in chosen if isinstance(c, tuple))}
        true = [
            c for c, _ in chosen if isinstance(c, str) and events[reports[c][0]].source not in wrong
        ]
        held = {
            at
            for together, _ in chosen
            if isinstance(together, list)
            for at in together
            if scenario.baseline[at].source not in wrong
        }
        draws = list(dates(events, {name: reports[name] for name in true}))
        for drawn in draws:
            yield world(scenario, ids, held, drawn), chance / len(draws), frozenset(true)


def exactly(share: float) -> Fraction:
    return Fraction(share).limit_denominator(10**6)


def dates(events: dict[str, Event], true: dict[str, list[str]]) -> Iterator[dict[str, dt.date]]:
    """Yield the dates that true reports may have between them, all rows of a claim the same."""
    spans = [
        [
            events[name].first_day + dt.timedelta(days=step)
            for step in range((events[name].last_day - events[name].first_day).days + 1)
        ]
        for name, *_ in true.values()
    ]
    for days in product(*spans):
        drawn = {name: day for day, rows in zip(days, true.values(), strict=True) for name in rows}
        if all(
            drawn[events[name].after] <= day
            for name, day in drawn.items()
            if events[name].after in drawn
        ):
            yield drawn


def world(
    scenario: Scenario, ids: tuple[str, ...], held: set[int], drawn: dict[str, dt.date]
) -> Scenario:
    """Return a scenario in which nothing is in doubt; what is false keeps its place in the file."""
    plain = {"earliest": None, "latest": None, "dispute": "", "after": "", "claim": ""}
    events = []
    for name, event in zip(ids, scenario.events, strict=True):
        day = drawn.get(name)
        happened = day is not None and (event.until is None or day < event.until)
        fixed = {"confidence": float(happened), "reported": event.known, "id": name}
        events.append(event.model_copy(update=plain | fixed | ({"date": day} if happened else {})))
    baseline = [
        row.model_copy(
            update={
                "date": row.date or scenario.start,
                "confidence": float(at in held),
                "claim": "",
            }
        )
        for at, row in enumerate(scenario.baseline)
    ]
    return scenario.model_copy(
        update={"events": tuple(events), "baseline": tuple(baseline), "believe": 0.5, "sources": {}}
    )


def by_oracle(scenario: Scenario, network: Network, day: dt.date) -> dict[str, str]:
    solution = solve(_of_one_day(scenario, day), network)
    return {name: solution.status(name, day) for name in (*solution.routes, *solution.enclaves)}


def by_engine(scenario: Scenario, network: Network, day: dt.date) -> dict[str, str]:
    """The engine's plain status, which is held to the oracle elsewhere."""
    return engine.analyze(_of_one_day(scenario, day), network=network).status(day).to_dict()


def _of_one_day(scenario: Scenario, day: dt.date) -> Scenario:
    return scenario.model_copy(update={"start": day, "end": day + dt.timedelta(days=1)})


def brute_force(
    question: Question, day: dt.date, status: Callable[..., dict[str, str]]
) -> dict[str, list[Fraction]]:
    """Return by route how likely it is open, at risk, cut, lost, world by world."""
    found: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 4)
    for one, chance, _ in worlds(question.scenario, question.known_on):
        for name, word in status(one, question.network, day).items():
            found[name][2 - BETTER[word]] += chance
    return found
