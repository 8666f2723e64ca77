"""Words to states: holder and condition of every piece on one day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .words import order, ruling

if TYPE_CHECKING:
    import datetime as dt

    from engine.scenario.model import Scenario

    from .ground import Ground
    from .words import Word

WORST = ("held", "contested", "exposed", "closed")


@dataclass(frozen=True)
class State:
    """Of one piece on one day; `holder` is "" where nobody is known to hold it."""

    holder: str
    own: str
    contestants: tuple[str, ...]
    condition: str  # after overlooking, for the holder
    to: dict[str, str] = field(default_factory=dict)  # the same for each actor who wants to pass


def own_states(ground: Ground, words: list[Word], day: dt.date, rules: Counter[str]) -> list[State]:
    """The state of every piece by its own words, before overlooking."""
    states = []
    for piece in range(len(ground.pieces)):
        mine = [word for word in words if piece in ground.covers(word.site)]
        base = [word.date for word in mine if word.kind == "baseline"]
        if base:
            old = [word for word in mine if word.date < min(base)]
            rules["word before the baseline"] += any(
                w.date <= day and (w.holder or w.condition) for w in old
            )
            mine = [word for word in mine if word.date >= min(base)]
        holding = ruling(mine, day, lambda word: word.holder, rules)
        state = ruling(
            mine, day, lambda word: word.condition and (word.condition, word.contestants), rules
        )
        holder = (holding.holder if holding else None) or ""
        own = state.condition if state else "held"
        rules["unknown ground"] += not holder
        if holding and state and holding is not state:
            newer = holding if order(state) < order(holding) else state
            older = state if newer is holding else holding
            rules["two tracks: a later word leaves the other track"] += newer.date > older.date
            rules["described keeps the condition"] += (
                holding.kind == "described" and own != "held" and newer is holding
            )
            rules["contested keeps the holder"] += own == "contested" and newer is state
            rules["defender affirmed"] += holding.kind not in {"baseline", "captured", "described"}
            rules["reopened"] += state.kind == "reopened"
        states.append(State(holder, own, state.contestants if state else (), own))
    return states


def may_pass(scenario: Scenario, actor: str, over: str, day: dt.date, rules: Counter[str]) -> bool:
    """Whether an actor may move over the ground of another on a day."""
    if actor == over:
        return True
    mine = [passage for passage in scenario.actors[actor].passes if passage.actor == over]
    for passage in mine:
        begun = passage.from_ is None or passage.from_ <= day
        if begun and (passage.until is None or day < passage.until):
            rules["passes from a date"] += passage.from_ is not None
            rules["passes until a date"] += passage.until is not None
            rules["passes"] += 1
            return True
        rules["passes not yet" if not begun else "passes no longer"] += 1
    rules["passage is directed"] += any(p.actor == actor for p in scenario.actors[over].passes)
    rules["passage is not transitive"] += any(
        q.actor == over
        for p in scenario.actors[actor].passes
        for q in scenario.actors[p.actor].passes
    )
    return False


def overlooked(
    scenario: Scenario, ground: Ground, states: list[State], day: dt.date, rules: Counter[str]
) -> list[State]:
    """The states with the effects of overlooking ground."""
    pairs = [(ground.covers(o.site), ground.covers(o.onto), o.effect) for o in scenario.overlooks]
    if scenario.overlook_range:
        effect = scenario.overlook_range.effect
        # A place overlooks under each of its ids, with the ground that it has under that id.
        aliases = {site.id: site.place for site in scenario.sites if site.place}
        for name, place in ({place: place for place in ground.roles} | aliases).items():
            pairs.append((ground.covers(name), ground.in_range(place), effect))
    foes = {
        actor: {b for b in scenario.actors if not may_pass(scenario, actor, b, day, Counter())}
        for actor in scenario.actors
    }
    result = []
    for piece, state in enumerate(states):
        effects = []
        for number, (above, below, effect) in enumerate(pairs):
            if piece not in below or not above:
                continue
            if not state.holder:
                rules["overlooking spares unknown ground"] += 1
                continue
            seen = [states[i] for i in above]
            against = [
                bool(s.holder) and not may_pass(scenario, state.holder, s.holder, day, rules)
                for s in seen
            ]
            contested = [s.own == "contested" for s in seen]
            ranged = number >= len(scenario.overlooks)
            if all(against) and not any(contested):
                rules[f"overlooking wholly: {effect}"] += 1
                effects.append(effect)
            elif any(against) or any(contested):
                rules["overlooking contested" if any(contested) else "overlooking partly"] += 1
                rules["overlooking weakened from closed"] += effect == "closed"
                effects.append("exposed")
            else:
                rules["overlooking harmless"] += 1
                continue
            rules["overlooking by range"] += ranged
            rules["overlooking ground under fire or closed"] += any(
                s.own in {"exposed", "closed"} for s in seen
            )
        rules["overlooking several: the worst"] += len(set(effects)) > 1
        worst = max([state.own, *effects], key=WORST.index)
        if effects and state.own != "held":
            rules["overlooking and own condition: the worst"] += 1
        to = dict.fromkeys(scenario.actors, state.own)
        for above, below, effect in pairs:
            if piece in below and above and state.holder:
                seen = [states[i] for i in above]
                for actor in scenario.actors:
                    felt = felt_from(seen, effect, foes[actor] & foes[state.holder])
                    to[actor] = max(to[actor], felt, key=WORST.index)
        result.append(State(state.holder, state.own, state.contestants, worst, to))
    return result


def felt_from(seen: list[State], effect: str, foes: set[str]) -> str:
    """What an overlooking site does to those whose foes are given."""
    fought = any(s.own == "contested" for s in seen)
    if all(s.holder in foes for s in seen) and not fought:
        return effect
    return "exposed" if fought or any(s.holder in foes for s in seen) else "held"
