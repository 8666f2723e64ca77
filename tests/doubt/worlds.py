"""Every world of a scenario, one by one, and random scenarios with few enough of them.

Plain and slow: it follows "Doubt" in `docs/meaning.md` word by word, imports nothing of the engine
but the classes of its input, and leaves it to the oracle (or to the engine's plain status) what
holds in a world.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from hypothesis import assume
from hypothesis import strategies as st
from meaning.build import scenario as build
from meaning.dice import Dice
from meaning.oracle import solve
from meaning.strategies import Question, questions

import engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.network.network import Network
    from engine.scenario.model import Event, Scenario

BETTER = {"open": 2, "connected": 2, "at risk": 1, "cut": 0, "besieged": 0}
MOST_WORLDS = 48
CONFIDENCES = (0.8, 0.5, 0.3, 0.65, 0.05)


def worlds(scenario: Scenario, known_on: dt.date | None) -> Iterator[tuple[Scenario, Fraction]]:
    """Yield every world as a scenario without doubt, with its probability."""
    ids = scenario.event_ids()
    events = dict(zip(ids, scenario.events, strict=True))
    known = [n for n in ids if known_on is None or events[n].known <= known_on]
    rows = [
        at
        for at, row in enumerate(scenario.baseline)
        if known_on is None or (row.date or scenario.start) <= known_on
    ]
    disputes: dict[str, list[str]] = defaultdict(list)
    for name in known:
        disputes[events[name].dispute or f"alone: {name}"].append(name)
    choices: list[list[tuple[Any, Fraction]]] = []
    for rivals in disputes.values():
        options = [(name, exactly(events[name].confidence)) for name in rivals]
        choices.append([*options, (None, 1 - sum(share for _, share in options))])
    for at in rows:
        sure = exactly(scenario.baseline[at].confidence)
        choices.append([(at, sure), (None, 1 - sure)])
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
        true = [c for c, _ in chosen if isinstance(c, str) and events[c].source not in wrong]
        held = {
            c for c, _ in chosen if isinstance(c, int) and scenario.baseline[c].source not in wrong
        }
        draws = list(dates(events, true))
        for drawn in draws:
            yield world(scenario, ids, held, drawn), chance / len(draws)


def exactly(share: float) -> Fraction:
    return Fraction(share).limit_denominator(10**6)


def dates(events: dict[str, Event], true: list[str]) -> Iterator[dict[str, dt.date]]:
    """Yield the dates that true events may have between them."""
    spans = [
        [
            events[name].first_day + dt.timedelta(days=step)
            for step in range((events[name].last_day - events[name].first_day).days + 1)
        ]
        for name in true
    ]
    for days in product(*spans):
        drawn = dict(zip(true, days, strict=True))
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
    plain = {"earliest": None, "latest": None, "dispute": "", "after": ""}
    events = []
    for name, event in zip(ids, scenario.events, strict=True):
        day = drawn.get(name)
        happened = day is not None and (event.until is None or day < event.until)
        fixed = {"confidence": float(happened), "reported": event.known, "id": name}
        events.append(event.model_copy(update=plain | fixed | ({"date": day} if happened else {})))
    baseline = [
        row.model_copy(update={"confidence": float(at in held), "date": row.date or scenario.start})
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
    """Return by route how likely it is open, at risk, cut, world by world."""
    found: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 3)
    for one, chance in worlds(question.scenario, question.known_on):
        for name, word in status(one, question.network, day).items():
            found[name][2 - BETTER[word]] += chance
    return found


# ---- random scenarios -----------------------------------------------------------------------------


def _doubtful_event(dice: Dice, event: dict[str, Any]) -> None:
    event["confidence"] = dice.pick(CONFIDENCES)
    for key in ("earliest", "latest", "dispute"):
        event.pop(key, None)
    if dice.chance(50):
        event["earliest"] = event["date"] - dt.timedelta(days=dice.number(0, 2))
        event["latest"] = event["date"] + dt.timedelta(days=dice.number(0, 2))
    if dice.chance(20):
        event["confidence"] = 1.0


def _linked(dice: Dice, events: list[dict[str, Any]]) -> None:
    """Give some events a dispute, a predecessor or a source in common."""
    if len(events) < 2:
        return
    if dice.chance(40):
        for event in events[:2]:
            event |= {"dispute": "q", "confidence": dice.pick((0.5, 0.3, 0.45))}
    if dice.chance(50):
        for before, after in pairwise(events):
            last, first = after.get("latest", after["date"]), before.get("earliest", before["date"])
            if last >= first and dice.chance(70):
                after["after"] = before["id"]
    if dice.chance(50):
        for event in dice.some(events, 1, 3):
            event["source"] = dice.pick(("herald", "crier"))


def _add_rules(dice: Dice, entries: dict[str, Any]) -> None:
    """Add the rules that the oracle does not know: words that go stale, and gates."""
    if dice.chance(60):
        entries["stale_after"] = dice.number(1, 8)
    sites = [site["id"] for site in entries["sites"]]
    for _ in range(dice.number(0, 2)):
        gate: dict[str, Any] = {"site": dice.pick(sites)}
        if dice.chance(70):
            gate["modes"] = [dice.pick(("civilian", "convoy"))]
        if dice.chance(40):
            gate["days"] = ["mon", "wed", "fri"]
        entries["gates"] = [*entries["gates"], gate]
    for asked in (*entries["routes"], *entries["enclaves"]):
        asked["mode"] = dice.pick(("any", "convoy", "civilian"))


@st.composite
def doubtful(
    draw: Callable[[st.SearchStrategy[Any]], Any], *, more: bool = False
) -> tuple[Question, dt.date]:
    """A question with some events in doubt, in few enough worlds, and a day to ask about."""
    question = draw(questions())
    dice = Dice(draw)
    entries = question.scenario.model_dump(by_alias=True)
    events = [
        {key: value for key, value in event.items() if value not in (None, "", ())}
        for event in entries["events"]
    ]
    assume(events)
    for at, event in enumerate(events):
        event |= {"id": f"e{at}", "confidence": 1.0}
        for key in ("earliest", "latest", "dispute"):
            event.pop(key, None)
    chosen = dice.some(events, 1, 4)
    for event in chosen:
        _doubtful_event(dice, event)
    _linked(dice, chosen)
    for row in entries["baseline"]:
        row["confidence"] = 1.0
    for row in dice.some(entries["baseline"], 0, 2):
        row["confidence"] = dice.pick(CONFIDENCES)
    if dice.chance(20) and entries["baseline"]:
        entries["baseline"][0]["source"] = "herald"
    entries["events"] = events
    entries["sources"] = {"herald": {"reliability": 0.7}, "crier": {"reliability": 0.4}}
    if more:
        _add_rules(dice, entries)
    asked = build(entries)
    assume(_satisfiable(asked))
    number = sum(1 for _ in _first(worlds(asked, question.known_on), MOST_WORLDS + 1))
    assume(1 < number <= MOST_WORLDS)
    days = (asked.end - asked.start).days
    day = asked.start + dt.timedelta(days=dice.number(0, days - 1))
    near = [event["date"] for event in chosen if asked.start <= event["date"] < asked.end]
    if near and dice.chance(80):
        day = dice.pick(near)
    return Question(question.network, asked, question.known_on), day


def _first(items: Iterator[Any], most: int) -> Iterator[Any]:
    for _, item in zip(range(most), items, strict=False):
        yield item


def _satisfiable(scenario: Scenario) -> bool:
    """Whether there are dates on which all events may have happened, each after its own."""
    earliest: dict[str, dt.date] = {}
    events = dict(zip(scenario.event_ids(), scenario.events, strict=True))

    def first(name: str) -> dt.date:
        event = events[name]
        before = [first(event.after)] if event.after else []
        earliest[name] = max([event.first_day, *before])
        return earliest[name]

    return all(first(name) <= events[name].last_day for name in events)


def counted(scenario: Scenario, occurred: Counter[str]) -> None:
    """Count what makes a scenario's doubt worth a test."""
    events = scenario.events
    occurred["dispute"] += any(e.dispute for e in events)
    occurred["after"] += any(e.after for e in events)
    occurred["range"] += any(e.earliest for e in events)
    occurred["source"] += any(e.source in scenario.sources for e in events)
    occurred["baseline in doubt"] += any(r.confidence < 1 for r in scenario.baseline)
    occurred["until"] += any(e.until for e in events)
    occurred["overlooking"] += bool(scenario.overlooks or scenario.overlook_range)
    occurred["enclave"] += bool(scenario.enclaves)
    occurred["one-way"] += scenario.oneway == "respect"
