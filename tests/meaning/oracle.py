"""The oracle: control and status of a scenario, read straight from `docs/meaning.md`.

It goes day by day and piece by piece, builds a fresh networkx graph for every day and bound, and
asks it for a path. It imports nothing of the engine but the classes of its input, so that the
engine and the oracle can only agree by both following the rules.

`solve(scenario, network, known_on=None)` returns a `Solution`; `Solution.rules` counts how often
each rule decided something, which is how the tests know that every rule occurred.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import networkx as nx

from .ground import RANK, Ground, Vertex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from fractions import Fraction

    from engine.network.network import Network
    from engine.scenario.model import Event, Scenario

ROUTE = ("open", "at risk", "cut")
ENCLAVE = {"open": "connected", "at risk": "at risk", "cut": "besieged"}
WORST = ("held", "contested", "exposed", "closed")


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


@dataclass(frozen=True)
class State:
    """Of one piece on one day; `holder` is "" where nobody is known to hold it."""

    holder: str
    own: str
    contestants: tuple[str, ...]
    condition: str  # after overlooking


@dataclass(frozen=True)
class Sample:
    """The state of the ground at one point: the middle of a piece."""

    segment: int
    at_m: Fraction
    begin_m: Fraction
    end_m: Fraction
    holder: str
    own: str
    condition: str


@dataclass(frozen=True)
class PlaceDay:
    status: str
    lost: bool
    cut_off: bool


@dataclass(frozen=True)
class EnclaveDay:
    status: str
    places: dict[str, PlaceDay]


@dataclass
class Solution:
    """The answer, by day.

    Parameters
    ----------
    borders
        The change dates from the start on, and the end.
    routes
        By route id and day: "open", "at risk" or "cut".
    enclaves
        By enclave id and day: status, and by place whether it is lost or cut off.
    """

    ground: Ground
    borders: list[dt.date]
    rules: Counter[str]
    states: dict[dt.date, list[State]] = field(default_factory=dict)
    routes: dict[str, dict[dt.date, str]] = field(default_factory=dict)
    enclaves: dict[str, dict[dt.date, EnclaveDay]] = field(default_factory=dict)

    def control(self, day: dt.date) -> list[Sample]:
        return [
            Sample(p.segment, p.middle, p.begin, p.end, s.holder, s.own, s.condition)
            for p, s in zip(self.ground.pieces, self.states[day], strict=True)
        ]

    def status(self, question: str, day: dt.date) -> str:
        if question in self.routes:
            return self.routes[question][day]
        return self.enclaves[question][day].status


def solve(scenario: Scenario, network: Network, known_on: dt.date | None = None) -> Solution:
    """Answer every question of a scenario for every day of its run."""
    rules: Counter[str] = Counter()
    ground = Ground(scenario, network, rules)
    words = believed(scenario, ground, rules, known_on)
    solution = Solution(ground, borders(scenario), rules)
    solution.routes = {route.id: {} for route in scenario.routes}
    solution.enclaves = {enclave.id: {} for enclave in scenario.enclaves}
    day = scenario.start
    while day < scenario.end:
        states = overlooked(scenario, ground, own_states(ground, words, day, rules), day, rules)
        solution.states[day] = states
        today = Day(scenario, ground, states, day, rules)
        for route in scenario.routes:
            solution.routes[route.id][day] = today.route(
                route.actor, [route.from_, *((site,) for site in route.via), (route.to,)],
                route.within,
            )
        for enclave in scenario.enclaves:
            solution.enclaves[enclave.id][day] = today.enclave(
                enclave.actor, enclave.lifelines, ground.places_of(enclave.ground)
            )
        day += dt.timedelta(days=1)
    return solution


def borders(scenario: Scenario) -> list[dt.date]:
    """Every date on which something may change, the start and the end among them."""
    dates = {row.date for row in scenario.baseline} | {event.date for event in scenario.events}
    dates |= {event.until for event in scenario.events}
    for actor in scenario.actors.values():
        dates |= {date for passage in actor.passes for date in (passage.from_, passage.until)}
    inside = {date for date in dates if date and scenario.start < date < scenario.end}
    return [scenario.start, *sorted(inside), scenario.end]


# ---- words ------------------------------------------------------------------------------------


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
        case "aim" | "truce":
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
        if event.dispute:
            rivals = [other for other in known if other.dispute == event.dispute]
            best = max(other.confidence for other in rivals)
            first = next(other for other in rivals if other.confidence == best)
            if best >= scenario.believe:
                rules["dispute decided"] += len(rivals) > 1
                equals = [other for other in rivals if other.confidence == best]
                rules["dispute: first in the file"] += len(equals) > 1
            if event is not first:
                continue
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
        rules["until: the latest one left rules"] += 1
        if best and begun[-1].date == best.date:
            rules["until: what came meanwhile"] += 1
    if len(counting) > 1 and says(counting[-1]) != says(counting[-2]):
        last, other = order(counting[-1]), order(counting[-2])
        reasons = ("latest word", "same day: more specific", "same day: reported later",
                   "same day: further down")  # fmt: skip
        why = next(r for r, mine, its in zip(reasons, last, other, strict=True) if mine != its)
        rules[why] += 1
        if why == "same day: further down" and other[3] < 0 <= last[3]:
            rules["same day: event below baseline"] += 1
    return best


def own_states(
    ground: Ground, words: list[Word], day: dt.date, rules: Counter[str]
) -> list[State]:
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
        state = ruling(mine, day, lambda word: word.condition and (word.condition, word.contestants),
                       rules)
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


# ---- passage and overlooking --------------------------------------------------------------------


def may_pass(
    scenario: Scenario, actor: str, over: str, day: dt.date, rules: Counter[str]
) -> bool:
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
        for place in ground.roles:
            # The catchment of the place itself, whatever a site of the same id covers.
            pairs.append((ground.catchment(place), ground.in_range(place), effect))
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
        result.append(State(state.holder, state.own, state.contestants, worst))
    return result


# ---- connectivity ---------------------------------------------------------------------------------


class Day:
    """The questions that can be asked of one day."""

    def __init__(
        self, scenario: Scenario, ground: Ground, states: list[State], day: dt.date,
        rules: Counter[str],
    ) -> None:  # fmt: skip
        self.scenario, self.ground, self.states = scenario, ground, states
        self.day, self.rules = day, rules
        self._bounds: dict[str, dict[str, set[int]]] = {}
        self._graphs: dict[tuple[frozenset[int], bool], nx.DiGraph] = {}

    def may_pass(self, actor: str, over: str) -> bool:
        return may_pass(self.scenario, actor, over, self.day, self.rules)

    def bound(self, actor: str, state: State) -> str:
        """Whether ground is secure, possible (only) or neither for an actor."""
        friendly = bool(state.holder) and self.may_pass(actor, state.holder)
        why = f"{state.condition}, {'friend' if friendly else 'foe' if state.holder else 'unknown'}"
        match state.condition:
            case "held":
                result = "secure" if friendly else "neither" if state.holder else "possible"
            case "exposed":
                result = "possible" if friendly or not state.holder else "neither"
            case "contested":
                named = state.contestants
                some = [other for other in named if self.may_pass(actor, other)]
                result = "possible" if some or not named else "neither"
                why = "contested, " + ("friend" if some else "foe" if named else "nobody named")
            case _:
                result, why = "neither", "closed"
        self.rules[f"ground {why}: {result}"] += 1
        return result

    def bounds(self, actor: str) -> dict[str, set[int]]:
        """The pieces in each bound for an actor."""
        if actor not in self._bounds:
            found = [self.bound(actor, state) for state in self.states]
            secure = {i for i, bound in enumerate(found) if bound == "secure"}
            possible = secure | {i for i, bound in enumerate(found) if bound == "possible"}
            self._bounds[actor] = {"secure": secure, "possible": possible}
        return self._bounds[actor]

    def graph(self, allowed: set[int], *, directed: bool) -> nx.DiGraph:
        """The graph of the given pieces, both ways where both may be driven."""
        key = frozenset(allowed), directed
        if key not in self._graphs:
            graph = self._graphs[key] = nx.DiGraph()
            for i in allowed:
                piece = self.ground.pieces[i]
                graph.add_edge(piece.tail, piece.head)
                if not (directed and self.ground.network.oneway[piece.segment]):
                    graph.add_edge(piece.head, piece.tail)
        return self._graphs[key]

    def usable(self, names: Iterable[str], allowed: set[int]) -> set[Vertex]:
        """The end vertices with ground of their own site that is allowed."""
        found = set()
        for name in names:
            for vertex, site in self.ground.ends(name):
                there = {i for i in self.ground.covers(site) if vertex in
                         (self.ground.pieces[i].tail, self.ground.pieces[i].head)}
                if there & allowed:
                    found.add(vertex)
                else:
                    self.rules["end that cannot be used"] += 1
            self.rules[f"end: {self.ground.kind(name)}"] += 1
        return found

    def connected(self, sources: Iterable[str], goals: Iterable[str], allowed: set[int]) -> bool:
        """Whether some way over the allowed pieces leads from a source to a goal."""
        starts, ends = self.usable(sources, allowed), self.usable(goals, allowed)
        self.rules["ends coincide"] += bool(starts & ends)
        respect = self.scenario.oneway == "respect"
        found = self._joined(starts, ends, self.graph(allowed, directed=respect))
        if respect and not found and self._joined(starts, ends, self.graph(allowed, directed=False)):
            self.rules["one-way street in the way"] += 1
        return found

    @staticmethod
    def _joined(starts: set[Vertex], ends: set[Vertex], graph: nx.DiGraph) -> bool:
        return any(nx.has_path(graph, start, end) for start in starts for end in ends)

    def route(
        self, actor: str, stops: list[tuple[str, ...]], within: str | None = None
    ) -> str:
        """The status of the legs between the stops: that of the worst leg."""
        legs = []
        for sources, goals in zip(stops, stops[1:], strict=False):
            status = "cut"
            for bound, name in (("possible", "at risk"), ("secure", "open")):
                allowed = self.bounds(actor)[bound]
                inside = allowed if within is None else allowed & self.ground.covers(within)
                if self.connected(sources, goals, inside):
                    status = name
                elif inside != allowed and self.connected(sources, goals, allowed):
                    self.rules["within forbids a way"] += 1
            legs.append(status)
            self.rules["several sources"] += len(sources) > 1
        self.rules["via: the worst leg"] += len(set(legs)) > 1
        worst = max(legs, key=ROUTE.index)
        self.rules[f"route {worst}"] += 1
        return worst

    # ---- enclaves -----------------------------------------------------------------------------

    def lost(self, actor: str, place: str) -> bool:
        """Whether all of a place's segments at its node are held by hostile actors."""
        ((vertex, _),) = self.ground.ends(place)
        there = [
            self.states[i]
            for i in self.ground.covers(place)
            if vertex in (self.ground.pieces[i].tail, self.ground.pieces[i].head)
        ]
        against = [bool(s.holder) and not self.may_pass(actor, s.holder) for s in there]
        self.rules["place partly in hostile hands"] += any(against) and not all(against)
        return bool(there) and all(against)

    def enclave(self, actor: str, lifelines: tuple[str, ...], places: list[str]) -> EnclaveDay:
        """The status of an enclave and of its places."""
        status = {place: self.route(actor, [lifelines, (place,)]) for place in places}
        lost = {place for place in places if self.lost(actor, place)}
        kept = [place for place in places if place not in lost]
        groups = self.groups(actor, kept)
        if groups:
            rest = max(groups, key=lambda group: (len(group), -kept.index(group[0])))
            sizes = [len(group) for group in groups]
            self.rules["equal groups: the first place"] += sizes.count(max(sizes)) > 1
        possible = self.bounds(actor)["possible"]
        cut_off = {
            place
            for place in kept
            if place not in rest and not self.connected((place,), rest, possible)
        }
        best = min((status[place] for place in kept), key=ROUTE.index, default="cut")
        self.rules["enclave with no place held"] += not kept
        self.rules["place lost"] += bool(lost)
        self.rules["place cut off"] += bool(cut_off)
        self.rules["enclave: the best of the places held"] += len({status[p] for p in kept}) > 1
        self.rules["enclave: a lost place does not count"] += any(
            ROUTE.index(status[place]) < ROUTE.index(best) for place in lost
        )
        self.rules[f"enclave {ENCLAVE[best]}"] += 1
        return EnclaveDay(
            ENCLAVE[best],
            {p: PlaceDay(status[p], p in lost, p in cut_off) for p in places},
        )

    def groups(self, actor: str, places: list[str]) -> list[list[str]]:
        """The places that have possible ways to one another (and back), group by group."""
        possible = self.bounds(actor)["possible"]
        groups: list[list[str]] = []
        for place in places:
            for group in groups:
                if self.connected((place,), (group[0],), possible) and self.connected(
                    (group[0],), (place,), possible
                ):
                    group.append(place)
                    break
            else:
                groups.append([place])
        return groups
