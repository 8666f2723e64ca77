"""What routes and enclaves ask of one day, as a structure function over the states of sectors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.reduce import SETTLED, Core, terminal_core
from engine.control.passage import hostile_holders
from engine.probability.worlds import NOT_LOST

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from numpy.typing import NDArray

    from engine.analysis.query import Query
    from engine.control.passage import E
    from engine.probability.assertions import Track
    from engine.probability.worlds import Day, PossibleStates, Worlds


class StructureFunctions:
    """When a query is answered with yes, on any day: alternatives, each of which needs all its legs.

    Parameters
    ----------
    query
        A route, whose legs are one alternative, or an enclave, each of whose places is one.
    """

    def __init__(self, query: Query) -> None:
        self.query = query
        self._alternatives = _alternatives_of(query)
        self._cores: dict[tuple[object, ...], Core | bool] = {}

    def on(self, possible: PossibleStates, bound: int) -> StructureFunction | bool:
        """Return when the answer is yes on a day; a truth value where nothing is uncertain.

        Parameters
        ----------
        possible
            What ground may be that day.
        bound
            Whether connected over secure ground, or over possible ground; or `NOT_LOST`: whether any
            place of an enclave is still held.
        """
        actor = self.query.actor
        if bound == NOT_LOST:
            return self._not_lost(possible)
        may, must = (ground[bound] for ground in possible.bounds(actor))
        alternatives = []
        for mode in self.query.modes:
            admits = ~possible.day.shut(mode)
            for legs in self._alternatives:
                found = self._needs(legs, possible, (may & admits, must & admits))
                if found is True:
                    return True
                if not isinstance(found, bool):
                    alternatives.append(found)
        return StructureFunction(actor, bound, tuple(alternatives)) if alternatives else False

    def _not_lost(self, possible: PossibleStates) -> StructureFunction | bool:
        """Return when a place of an enclave is still held; a route is never lost."""
        alternatives: list[tuple[tuple[Core, ...], tuple[int, ...]]] = []
        for legs in self._alternatives:
            found = _still_held(self.query.actor, legs[0], possible)
            if found is True:
                return True
            if not isinstance(found, bool):
                alternatives.append(((), found))
        if not alternatives:
            return False
        return StructureFunction(self.query.actor, NOT_LOST, tuple(alternatives))

    def _needs(
        self,
        legs: tuple[Connection, ...],
        possible: PossibleStates,
        ground: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    ) -> tuple[tuple[Core, ...], tuple[int, ...]] | bool:
        """Return what an alternative needs: connections, and sectors not all of which are hostile."""
        cores = [self._core(leg, *ground) for leg in legs]
        held = [_still_held(self.query.actor, leg, possible) for leg in legs]
        if False in {*cores, *held}:
            return False
        uncertain = tuple(core for core in cores if isinstance(core, Core))
        sectors = tuple(sector for each in held if not isinstance(each, bool) for sector in each)
        return (uncertain, sectors) if uncertain or sectors else True

    def _core(
        self, leg: Connection, may: NDArray[np.bool_], must: NDArray[np.bool_]
    ) -> Core | bool:
        key = (id(leg), np.packbits(may).tobytes(), np.packbits(must).tobytes())
        if key not in self._cores:
            kernel = self.query.kernel
            self._cores[key] = terminal_core(
                kernel, may[kernel.sector], must[kernel.sector], leg.sources, leg.targets
            )
        return self._cores[key]


@dataclass(frozen=True, eq=False)
class Connection:
    """A connection that is asked for: from any of some vertices of a kernel to any of others.

    All ground that meets at a node hangs together there, so that paths over other ground at the
    node of an end pass over its own ground as well.

    Parameters
    ----------
    sources, targets
        The own ground of the ends, vertices.
    held
        The sectors of a place of an enclave: it does not count where all are in hostile hands.
    """

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    held: tuple[int, ...] = ()


def _alternatives_of(query: Query) -> tuple[tuple[Connection, ...], ...]:
    ends = [[np.unique(side.vertex[side.own]) for side in leg] for leg in query.legs]
    if query.part is None:
        return (tuple(Connection(sources, targets) for sources, targets in ends),)
    ((sources, _),), ((_, targets),) = ends, query.legs
    own_place = query.part[targets.terminal[targets.own]]
    places = []
    for place in range(query.n_places):
        goals = np.unique(targets.vertex[targets.own][own_place == place])
        held = np.unique(query.kernel.sector[goals]).tolist()
        places.append((Connection(sources, goals, tuple(held)),))
    return tuple(places)


@dataclass(frozen=True)
class StructureFunction:
    """When a question is answered with yes, in one bound.

    Parameters
    ----------
    actor, bound
        For whom ground counts as open, and in which bound.
    alternatives
        Any of these will do: a connection of each, and sectors not all of which may be hostile.
    """

    actor: int
    bound: int
    alternatives: tuple[tuple[tuple[Core, ...], tuple[int, ...]], ...]

    def where(self, worlds: Worlds[E]) -> E:
        """Return in which worlds the answer is yes."""
        algebra = worlds.algebra
        found = algebra.never
        for cores, held in self.alternatives:
            yes = algebra.always
            for core in cores:
                yes = yes & self._connected(core, worlds)
            if held:
                lost = algebra.always
                for sector in held:
                    lost = lost & worlds.hostile(sector, self.actor)
                yes = yes & ~lost
            found = found | yes
        return found

    def _connected(self, core: Core, worlds: Worlds[E]) -> E:
        """Return in which worlds the start of a core is connected to its goal."""
        algebra = worlds.algebra
        is_open = [
            algebra.always if sector == SETTLED else worlds.in_bound(sector, self.actor, self.bound)
            for sector in core.sector.tolist()
        ]
        joined = {
            (tail, head): is_open[head] for tail, some in enumerate(core.heads) for head in some
        }
        for through, tails, heads in core.steps:
            into = {tail: joined.pop((tail, through)) for tail in tails}
            out = {head: joined.pop((through, head)) for head in heads}
            for tail, head in product(tails, heads):
                if tail != head:
                    path = into[tail] & out[head]
                    known = joined.get((tail, head))
                    joined[tail, head] = path if known is None else known | path
        return joined[core.start, core.goal]

    def tracks(self, day: Day) -> Iterator[Track]:
        """Yield the tracks on which the answer depends, in the order of paths from start to goal."""
        on_path = (
            sector for cores, _ in self.alternatives for core in cores for sector in core.sectors
        )
        seen: dict[int, None] = {}
        for sector in on_path:
            above = (over for rule in day.overlooked_by(sector) for over in rule.sectors)
            seen |= dict.fromkeys([sector, *above])
        for sector in seen:
            yield from day.track(sector)
        for sector in dict.fromkeys(sector for _, held in self.alternatives for sector in held):
            yield day.track(sector)[0]

    def key_on(self, day: Day) -> Hashable:
        """Return all that the answer on a day depends on: days alike in this share it."""
        return *self.asked(day), tuple(self.tracks(day))

    def asked(self, day: Day) -> tuple[Hashable, ...]:
        """Return what is asked on a day, apart from what may be said of the ground."""
        graph = tuple(
            (tuple(core.key for core in cores), held) for cores, held in self.alternatives
        )
        return self.actor, self.bound, graph, day.passable.tobytes()


def _still_held(
    actor: int, connection: Connection, possible: PossibleStates
) -> tuple[int, ...] | bool:
    """Return whether a place of an enclave is held, or the sectors that decide whether it is."""
    if not connection.held:
        return True
    holders = hostile_holders(possible.day.passable[actor])
    at_node = list(connection.held)
    others = (possible.holder[at_node] & ~holders).any(axis=1)
    hostile = (possible.holder[at_node] & holders).any(axis=1)
    if not others.any():
        return False
    return connection.held if hostile.all() else True
