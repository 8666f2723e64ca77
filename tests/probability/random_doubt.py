"""Random scenarios in doubt, in few enough worlds to go through them all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.meaning.build import day as numbered
from tests.meaning.build import place, road_network
from tests.meaning.build import scenario as build
from tests.meaning.dice import Dice
from tests.meaning.strategies import Question

from .worlds import worlds

if TYPE_CHECKING:
    import datetime as dt
    from collections import Counter
    from collections.abc import Callable, Iterator

    from engine.scenario.model import Scenario

MOST_WORLDS = 64
CONFIDENCES = (0.8, 0.5, 0.3, 0.65, 0.05)
KINDS = ("captured", "captured", "contested", "under_fire", "closed", "reopened", "described")
NODES = [(37.0 + 0.01 * (n // 2), 36.0 + 0.012 * (n % 2) + 0.001 * n) for n in range(8)]


def _linked(dice: Dice, events: list[dict[str, Any]]) -> None:
    """Give some events a dispute, a predecessor or a source in common."""
    if len(events) < 2:
        return
    if dice.chance(40):
        for event in events[:2]:
            event |= {"dispute": "q", "confidence": dice.pick((0.5, 0.3, 0.45))}
    if dice.chance(70):
        for before, after in pairwise(events):
            last, first = after.get("latest", after["date"]), before.get("earliest", before["date"])
            if last >= first:
                after["after"] = before["id"]
    if dice.chance(65):
        for event in dice.some(events, 2, 4):
            event["source"] = dice.pick(("herald", "crier"))


def _claimed(dice: Dice, events: list[dict[str, Any]], names: list[str]) -> None:
    """Make an event a claim of several rows, somewhere below the first of them."""
    if dice.chance(15):
        return
    linked = [[e for e in events if key in e] for key in ("dispute", "after")]
    event = dice.pick(dice.pick([some for some in (*linked, events) if some]))
    event["claim"] = "k"
    of_event = ("id", "site", "kind", "actor", "until")
    for number in range(dice.number(1, 2)):
        row = {key: value for key, value in event.items() if key not in of_event}
        row |= {"site": dice.pick(names), "kind": dice.pick(KINDS), "actor": dice.pick(("x", "y"))}
        events.insert(dice.number(events.index(event) + 1, len(events)), row | {"id": f"k{number}"})


def _add_rules(dice: Dice, entries: dict[str, Any]) -> None:
    """Add the rules that the oracle does not know: words that go stale, and gates."""
    if dice.chance(60):
        entries["stale_after"] = dice.number(1, 8)
    for _ in range(dice.number(0, 2)):
        gate: dict[str, Any] = {"site": f"p{dice.number(0, 7)}"}
        if dice.chance(70):
            gate["modes"] = [dice.pick(("civilian", "convoy"))]
        if dice.chance(40):
            gate["days"] = ["mon", "wed", "fri"]
        entries["gates"] = [*entries.get("gates", []), gate]
    for asked in (*entries["routes"], *entries["enclaves"]):
        asked["mode"] = dice.pick(("any", "convoy", "civilian"))


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


def _event(dice: Dice, names: list[str]) -> dict[str, Any]:
    date = dice.number(1, 6)
    event: dict[str, Any] = {
        "date": numbered(date),
        "site": dice.pick(names),
        "kind": dice.pick(KINDS),
        "actor": dice.pick(("x", "y", "y", "z")),
        "confidence": dice.pick((*CONFIDENCES, 1.0)),
    }
    if dice.chance(35):
        event["earliest"] = numbered(date - dice.number(0, 1))
        event["latest"] = numbered(date + dice.number(0, 2))
    if dice.chance(20):
        event["until"] = numbered(date + dice.number(1, 3))
    if dice.chance(20):
        event["reported"] = numbered(date + dice.number(0, 4))
    return event


@st.composite
def on_the_way(
    draw: Callable[[st.SearchStrategy[Any]], Any], *, more: bool = False
) -> tuple[Question, dt.date]:
    """A ladder of eight places with events on the ways that are asked about, and a day.

    With more, words also go stale and gates shut.
    """
    dice = Dice(draw)
    names = [f"p{n}" for n in range(8)]
    rungs = [n for n in range(0, 8, 2) if dice.chance(60)]
    roads: list[Any] = [(n, n + 2, 1000, {"oneway": dice.chance(15)}) for n in range(6)]
    roads += [(n, n + 1, 700) for n in rungs]
    network = road_network(NODES, roads, [place(p, at) for p, at in zip(names, NODES, strict=True)])
    sites = [*names, "all", "pocket"]
    events = [_event(dice, sites) for _ in range(dice.number(3, 5))]
    if dice.chance(60):  # an enclave that may be lost
        events[-1] |= {"site": "pocket", "kind": "captured", "actor": "y"}
    for at, event in enumerate(events):
        event["id"] = f"e{at}"
    _linked(dice, [event for event in events if event["confidence"] < 1])
    _claimed(dice, events, names)
    baseline: list[dict[str, Any]] = [{"site": "all", "holder": "x"}]
    if dice.chance(60):
        baseline.append(
            {"site": dice.pick(names), "holder": dice.pick(("x", "y")),
             "date": numbered(dice.number(0, 3)), "confidence": dice.pick(CONFIDENCES)}
        )  # fmt: skip
        if dice.chance(75):
            baseline[-1]["claim"] = "held"
            other = {"site": dice.pick(names), "holder": dice.pick(("x", "y"))}
            baseline.append(baseline[-1] | other)
    if dice.chance(20):
        baseline[0]["confidence"] = 0.7
    if dice.chance(20):
        for row in baseline[1:] or baseline:
            row["source"] = "herald"
    pairs = [dice.some(names, 2, 2) for _ in range(dice.number(0, 2))]
    entries = {
        "end": numbered(9),
        "actors": {"x": {"passes": ["z"] if dice.chance(40) else []}, "y": {}, "z": {}},
        "sources": {"herald": {"reliability": 0.7}, "crier": {"reliability": 0.4}},
        "sites": [{"id": "all", "places": names}, {"id": "pocket", "places": names[4:]}],
        "baseline": baseline,
        "events": events,
        "overlooks": [
            {"site": a, "onto": b, "effect": dice.pick(("exposed", "closed"))} for a, b in pairs
        ],
        "routes": [
            {"id": "r", "actor": "x", "from": "p0", "to": "p7"},
            {"id": "s", "actor": "x", "from": ["p1", "p2"], "via": ["p4"], "to": "p6"},
        ],
        "enclaves": [{"id": "pocket", "actor": "x", "lifelines": ["p0"]}],
        "oneway": dice.pick(("ignore", "respect")),
    }
    if more:
        _add_rules(dice, entries)
    asked = build(entries)
    assume(_satisfiable(asked))
    known_on = numbered(dice.number(2, 8)) if dice.chance(25) else None
    number = sum(1 for _ in _first(worlds(asked, known_on), MOST_WORLDS + 1))
    assume(1 < number <= MOST_WORLDS)
    return Question(network, asked, known_on), numbered(dice.number(2, 7))


def counted(scenario: Scenario, occurred: Counter[str]) -> None:
    """Count what makes a scenario's doubt worth a test."""
    events = scenario.events
    occurred["dispute"] += any(e.dispute for e in events)
    occurred["after"] += any(e.after for e in events)
    occurred["range"] += any(e.earliest for e in events)
    occurred["source"] += any(e.source in scenario.sources for e in events)
    occurred["baseline in doubt"] += any(r.confidence < 1 for r in scenario.baseline)
    claimed = [e for e in events if e.claim]
    occurred["claim in doubt"] += any(e.confidence < 1 for e in claimed)
    occurred["claim with a range"] += any(e.earliest for e in claimed)
    occurred["claim in a dispute"] += any(e.dispute for e in claimed)
    occurred["claim in an order"] += any(
        e.after or e.id in {other.after for other in events} for e in claimed
    )
    occurred["claim of the baseline"] += any(
        row.claim and row.confidence < 1 for row in scenario.baseline
    )
    occurred["until"] += any(e.until for e in events)
    occurred["overlooking"] += bool(scenario.overlooks or scenario.overlook_range)
    occurred["enclave"] += bool(scenario.enclaves)
    occurred["one-way"] += scenario.oneway == "respect"
    occurred["two sources"] += len({e.source for e in events} & {*scenario.sources}) > 1
    occurred["source, dispute and order"] += any(
        e.after and e.source in scenario.sources for e in events
    )
