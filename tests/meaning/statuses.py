"""States to statuses: the routes and enclaves of one day."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

from .states import may_pass

if TYPE_CHECKING:
    import datetime as dt
    from collections import Counter
    from collections.abc import Iterable

    from engine.scenario.model import Scenario

    from .ground import Ground, Vertex
    from .states import State

ROUTE = ("open", "at risk", "cut")
ENCLAVE = {"open": "connected", "at risk": "at risk", "cut": "besieged", "lost": "lost"}


@dataclass(frozen=True)
class PlaceDay:
    status: str
    lost: bool
    cut_off: bool


@dataclass(frozen=True)
class EnclaveDay:
    status: str
    places: dict[str, PlaceDay]


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
        result, why = self.bound_in(actor, state, state.to[actor])
        self.rules[f"ground {why}: {result}"] += 1
        if result != self.bound_in(actor, state, state.condition)[0]:
            ground = "contested ground" if state.own == "contested" else "the ground of a friend"
            self.rules[f"overlooking spares who may pass the hill: {ground}"] += 1
        return result

    def bound_in(self, actor: str, state: State, condition: str) -> tuple[str, str]:
        """The same for ground in a condition, and why."""
        friendly = bool(state.holder) and self.may_pass(actor, state.holder)
        why = f"{condition}, {'friend' if friendly else 'foe' if state.holder else 'unknown'}"
        match condition:
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
        return result, why

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

    def usable(
        self, names: Iterable[str], allowed: set[int], within: str | None = None
    ) -> set[Vertex]:
        """The end vertices with ground of their own site that is allowed."""
        found = set()
        for name in names:
            for vertex, site in self.ground.ends(name, within):
                there = {
                    i
                    for i in self.ground.covers(site)
                    if vertex in (self.ground.pieces[i].tail, self.ground.pieces[i].head)
                }
                if there & allowed:
                    found.add(vertex)
                else:
                    self.rules["end that cannot be used"] += 1
            self.rules[f"end: {self.ground.kind(name)}"] += 1
        return found

    def connected(
        self, sources: Iterable[str], goals: Iterable[str], allowed: set[int],
        within: str | None = None,
    ) -> bool:  # fmt: skip
        """Whether some way over the allowed pieces leads from a source to a goal."""
        starts, ends = self.usable(sources, allowed, within), self.usable(goals, allowed, within)
        self.rules["ends coincide"] += bool(starts & ends)
        respect = self.scenario.oneway == "respect"
        found = self._joined(starts, ends, self.graph(allowed, directed=respect))
        if (
            respect
            and not found
            and self._joined(starts, ends, self.graph(allowed, directed=False))
        ):
            self.rules["one-way street in the way"] += 1
        return found

    def linked(self, place: str, other: str, allowed: set[int]) -> bool:
        """Whether two places are connected if one-way tags do not matter."""
        starts, ends = self.usable((place,), allowed), self.usable((other,), allowed)
        return self._joined(starts, ends, self.graph(allowed, directed=False))

    @staticmethod
    def _joined(starts: set[Vertex], ends: set[Vertex], graph: nx.DiGraph) -> bool:
        return any(nx.has_path(graph, start, end) for start in starts for end in ends)

    def route(self, actor: str, stops: list[tuple[str, ...]], within: str | None = None) -> str:
        """The status of the legs between the stops: that of the worst leg."""
        legs = []
        for sources, goals in pairwise(stops):
            status = "cut"
            for bound, name in (("possible", "at risk"), ("secure", "open")):
                allowed = self.bounds(actor)[bound]
                inside = allowed if within is None else allowed & self.ground.covers(within)
                if self.connected(sources, goals, inside, within):
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
        cut_off = {place for place in kept if place not in rest}
        best = min((status[place] for place in kept), key=ROUTE.index, default="lost")
        self.rules["enclave lost"] += not kept
        self.rules["enclave lost with a way to a place"] += not kept and {*status.values()} != {
            "cut"
        }
        self.rules["place lost"] += bool(lost)
        self.rules["place cut off"] += bool(cut_off)
        self.rules["enclave: the best of the places held"] += len({status[p] for p in kept}) > 1
        self.rules["enclave: a lost place does not count"] += any(
            kept and ROUTE.index(status[place]) < ROUTE.index(best) for place in lost
        )
        self.rules[f"enclave {ENCLAVE[best]}"] += bool(kept)
        return EnclaveDay(
            ENCLAVE[best],
            {p: PlaceDay(status[p], p in lost, p in cut_off) for p in places},
        )

    def groups(self, actor: str, places: list[str]) -> list[list[str]]:
        """The places that have possible ways to one another, group by group."""
        possible = self.bounds(actor)["possible"]
        groups: list[list[str]] = []
        for place in places:
            for group in groups:
                if self.linked(place, group[0], possible):
                    group.append(place)
                    break
            else:
                groups.append([place])
        return groups
