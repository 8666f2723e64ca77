"""Reports to words: which count at all, and which of them rules on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .ground import RANK

if TYPE_CHECKING:
    import datetime as dt
    from collections import Counter
    from collections.abc import Callable, Iterable

    from engine.scenario.model import Event, Scenario

    from .ground import Ground


@dataclass(frozen=True)
class Word:
    """What one row of the baseline or one event writes on the two tracks; None writes nothing."""

    site: str
    rank: int
    date: dt.date
    known: dt.date
    row: int  # rows of the baseline are negative: events stand below them
    until: dt.date | None
    holder: str | None
    condition: str | None
    contestants: tuple[str, ...]
    kind: str


def written(event: Event) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The holder, the condition and the contestants that an event writes."""
    match event.kind:
        case "captured":
            return event.actor, "held", ()
        case "described":
            return event.actor, None, ()
        case "contested" | "fighting":
            named = tuple(actor for actor in (event.actor, event.defender) if actor)
            return None, "contested", event.contestants or named
        case "under_fire":
            return None, "exposed", ()
        case "closed":
            return None, "closed", ()
        case "reopened":
            return None, "held", ()
        case "repelled" | "siege_broken" | "raid" | "strike" | "losses":
            return event.defender, None, ()
        case "aim" | "truce" | "statement":
            return None, None, ()


def believed(
    scenario: Scenario, ground: Ground, rules: Counter[str], known_on: dt.date | None
) -> list[Word]:
    """The words that count at all, whatever the day."""
    words = []
    for row, holding in enumerate(scenario.baseline):
        date = holding.date or scenario.start
        if known_on is not None and date > known_on:
            rules["baseline not known yet"] += 1
        elif holding.confidence < scenario.believe:
            rules["baseline not believed"] += 1
        else:
            rules["baseline without a holder"] += holding.holder is None
            rules["claim of the baseline"] += bool(holding.claim)
            rules[f"baseline {holding.condition}"] += 1
            words.append(Word(
                holding.site, RANK[ground.kind(holding.site)], date, date,
                row - len(scenario.baseline), None, holding.holder, holding.condition,
                holding.contestants, "baseline",
            ))  # fmt: skip
    known = [e for e in scenario.events if known_on is None or e.known <= known_on]
    rules["event not reported yet"] += len(known) < len(scenario.events)
    for row, event in enumerate(scenario.events):
        if event not in known:
            continue
        together = [other for other in known if event.claim and other.claim == event.claim]
        rules["claim believed"] += len(together) > 1 and event.confidence >= scenario.believe
        rules["claim not believed"] += len(together) > 1 and event.confidence < scenario.believe
        if event.dispute:
            rivals = [
                other
                for at, other in enumerate(known)
                if other.dispute == event.dispute
                and not (other.claim and other.claim in {one.claim for one in known[:at]})
            ]
            best = max(other.confidence for other in rivals)
            first = next(other for other in rivals if other.confidence == best)
            if best >= scenario.believe:
                rules["dispute decided"] += len(rivals) > 1
                equals = [other for other in rivals if other.confidence == best]
                rules["dispute: first in the file"] += len(equals) > 1
            if event is not first and first not in together:
                continue
            rules["claim of a dispute"] += len(together) > 1 and event is not first
        if event.confidence < scenario.believe:
            rules["dispute undecided" if event.dispute else "event not believed"] += 1
            continue
        rules["believed at exactly the limit"] += event.confidence == scenario.believe < 1
        rules[f"kind {event.kind}"] += 1
        rules["contestants from actor and defender"] += (
            event.kind in {"contested", "fighting"}
            and not event.contestants
            and bool(event.actor or event.defender)
        )
        words.append(Word(
            event.site, RANK[ground.kind(event.site)], event.date, event.known, row, event.until,
            *written(event), event.kind,
        ))  # fmt: skip
    return words


def order(word: Word) -> tuple[dt.date, int, dt.date, int]:
    """Later is stronger: by date, then the more specific site, then reported, then in the file."""
    return (word.date, word.rank, word.known, word.row)


def ruling(
    words: Iterable[Word], day: dt.date, says: Callable[[Word], object], rules: Counter[str]
) -> Word | None:
    """The word that rules a track on a day."""
    begun = sorted((w for w in words if w.date <= day and says(w) is not None), key=order)
    counting = [word for word in begun if word.until is None or day < word.until]
    best = counting[-1] if counting else None
    if begun and begun[-1] is not best:
        rules["until: nothing is left" if best is None else "until: the latest one left rules"] += 1
        rules["until: what came meanwhile"] += best is not None and begun[-1].date == best.date
    if len(counting) > 1 and says(counting[-1]) != says(counting[-2]):
        last, other = order(counting[-1]), order(counting[-2])
        reasons = ("latest word", "same day: more specific", "same day: reported later",
                   "same day: further down")  # fmt: skip
        why = next(r for r, mine, its in zip(reasons, last, other, strict=True) if mine != its)
        rules[why] += 1
        if why == "same day: further down" and other[3] < 0 <= last[3]:
            rules["same day: event below baseline"] += 1
    return best
