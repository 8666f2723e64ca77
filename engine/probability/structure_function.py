"""What routes and enclaves ask of one day, as a formula over the states of sectors."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.status import legs_of
from engine.connectivity.terminal_core import SETTLED, Core, terminal_core
from engine.control.gates import MODES
from engine.control.passage import hostile_holders
from engine.scenario.model import Route

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from numpy.typing import NDArray

    from engine.analysis.status import Terminals
    from engine.connectivity.kernel import Kernel
    from engine.control.passage import E
    from engine.probability.claims import Track
    from engine.probability.worlds import Day, PossibleStates, Worlds
    from engine.scenario.model import Enclave


@dataclass(frozen=True, eq=False)
class Connection:
    """A connection in question: from any of some vertices of a kernel to any of others.

    Parameters
    ----------
    kernel
        The kernel.
    sources, targets
        The own ground of the ends, vertices.
    held
        The sectors of a place of an enclave: it does not count where all are in hostile hands.
    """

    kernel: Kernel
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    held: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Question:
    """A route or an enclave: alternatives, each of which needs all of its connections.

    Parameters
    ----------
    id
        The id of the route or enclave.
    actor
        Who wants to pass.
    mode
        In which mode, where gates make a difference.
    alternatives
        One with all legs of a route; one for each place of an enclave.
    """

    id: str
    actor: int
    mode: str
    alternatives: tuple[tuple[Connection, ...], ...]
    cores: dict[tuple[object, ...], Core | bool] = field(default_factory=dict)


def question_of(connections: Terminals, asked: Route | Enclave) -> Question:
    """Return what a route or an enclave asks."""
    actor = list(connections.scenario.actors).index(asked.actor)
    if isinstance(asked, Route):
        kernel = connections.kernel(asked.within)
        legs = [(leg.sources, leg.target) for leg in legs_of(asked)]
        route = tuple(_connection(connections, kernel, sources, target) for sources, target in legs)
        return Question(asked.id, actor, asked.mode, (route,))
    kernel = connections.kernel()
    places = [
        _connection(connections, kernel, asked.lifelines, place, of_enclave=True)
        for place in connections.parts(asked.ground)
    ]
    return Question(asked.id, actor, asked.mode, tuple((place,) for place in places))


def _connection(
    connections: Terminals,
    kernel: Kernel,
    sources: tuple[str, ...],
    target: str,
    *,
    of_enclave: bool = False,
) -> Connection:
    """Return a connection; a way can begin and end wherever an end's own ground is open.

    All ground that meets at a node hangs together there, so that ways over other ground at the
    node of an end pass over its own ground as well.
    """
    first, last = (connections.ends(kernel, names) for names in (sources, (target,)))
    starts, goals = (np.unique(ends.vertex[ends.own]) for ends in (first, last))
    held = np.unique(kernel.sector[goals]).tolist() if of_enclave else ()
    return Connection(kernel, starts, goals, tuple(held))


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

    def rests_on(self, day: Day) -> Hashable:
        """Return all that the answer on a day depends on: days alike in this share it."""
        graph = tuple(
            (tuple(core.key for core in cores), held) for cores, held in self.alternatives
        )
        return self.actor, self.bound, graph, day.passable.tobytes(), tuple(self.tracks(day))


def structure_function(
    question: Question, leeway: PossibleStates, bound: int
) -> StructureFunction | bool:
    """Return when a question is answered with yes on a day; a truth value where there is no doubt.

    Parameters
    ----------
    question
        The question.
    leeway
        What ground may be that day.
    bound
        Whether connected over secure ground, or over possible ground.
    """
    may, must = (ground[bound] for ground in leeway.bounds(question.actor))
    has_gates = bool(leeway.day.scenario.gates)
    modes = MODES if question.mode == "any" and has_gates else (question.mode,)
    alternatives = []
    for mode in modes:
        admits = ~leeway.day.shut(mode) if has_gates else np.ones_like(may)
        for connections in question.alternatives:
            found = _alternative(question, connections, leeway, (may & admits, must & admits))
            if found is True:
                return True
            if not isinstance(found, bool):
                alternatives.append(found)
    return StructureFunction(question.actor, bound, tuple(alternatives)) if alternatives else False


def _alternative(
    question: Question,
    connections: tuple[Connection, ...],
    leeway: PossibleStates,
    ground: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> tuple[tuple[Core, ...], tuple[int, ...]] | bool:
    cores = [_core(question, connection, *ground) for connection in connections]
    held = [_still_held(question, connection, leeway) for connection in connections]
    if False in {*cores, *held}:
        return False
    doubtful = tuple(core for core in cores if isinstance(core, Core))
    sectors = tuple(sector for each in held if not isinstance(each, bool) for sector in each)
    return (doubtful, sectors) if doubtful or sectors else True


def _core(
    question: Question,
    connection: Connection,
    may: NDArray[np.bool_],
    must: NDArray[np.bool_],
) -> Core | bool:
    key = (id(connection), np.packbits(may).tobytes(), np.packbits(must).tobytes())
    if key not in question.cores:
        sector = connection.kernel.sector
        question.cores[key] = terminal_core(
            connection.kernel, may[sector], must[sector], connection.sources, connection.targets
        )
    return question.cores[key]


def _still_held(
    question: Question, connection: Connection, leeway: PossibleStates
) -> tuple[int, ...] | bool:
    """Return whether a place of an enclave is held, or the sectors that decide whether it is."""
    if not connection.held:
        return True
    holders = hostile_holders(leeway.day.passable[question.actor])
    at_node = list(connection.held)
    others = (leeway.holder[at_node] & ~holders).any(axis=1)
    hostile = (leeway.holder[at_node] & holders).any(axis=1)
    if not others.any():
        return False
    return connection.held if hostile.all() else True
