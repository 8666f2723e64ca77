"""The least bad path of a route or an enclave on a day: its ground, and its pieces of road."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.analysis.status import CUT, LOST, EnclaveStatus, enclave_status, legs_of, route_status
from engine.connectivity.roads import shortest_path, shortest_path_between_ends
from engine.control.gates import MODES, through_gates
from engine.control.runs import column
from engine.scenario.model import Enclave

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.status import Terminals
    from engine.connectivity.kernel import Kernel
    from engine.control.states import States
    from engine.scenario.model import Route

ONLY_POSSIBLE, IMPOSSIBLE = 1.0, 1000.0
"""What ground that is not secure costs a path: the least bad path has the least of it."""
WORSENED = 0.01
"""By how much ground that became worse as a status began counts less against a path."""


class Leg(NamedTuple):
    """A connection in question: from any source to any target, within a site if one is given."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    within: str | None


class View(NamedTuple):
    """The ground as those see it who pass for a route or an enclave.

    Parameters
    ----------
    states
        The states for each mode of passing, with the ground that gates shut.
    best
        The mode with the best status on each interval, int64 of shape (intervals,).
    """

    states: list[States]
    best: NDArray[np.int64]

    def on(self, interval: int) -> States:
        """Return the states of the mode with the best status on an interval."""
        return self.states[self.best[interval]]


def view_of(terminals: Terminals, states: States, subject: Route | Enclave) -> View:
    """Return the ground as those see it who pass; of two modes alike the first counts."""
    scenario, sectors = terminals.scenario, terminals.sectors
    if not scenario.gates:
        return View([states], np.zeros(states.n_intervals, dtype=np.int64))
    modes = MODES if subject.mode == "any" else (subject.mode,)
    views = [view for mode in modes for view in through_gates(scenario, sectors, states, mode)]
    codes = []
    for mode in modes if len(modes) > 1 else ():
        alone = subject.model_copy(update={"mode": mode})
        codes.append(
            enclave_status(terminals, states, alone).status
            if isinstance(alone, Enclave)
            else route_status(terminals, states, alone)
        )
    best = np.argmax(codes, axis=0) if codes else np.zeros(states.n_intervals, dtype=np.int64)
    return View(views, best)


def legs_on(subject: Route | Enclave, enclave: EnclaveStatus | None, interval: int) -> list[Leg]:
    """Return the legs of a route, or the one from the lifelines of an enclave to its places.

    Of an enclave, the places still held whose status is that of the enclave; no leg at all, if none
    is held any more.
    """
    if not isinstance(subject, Enclave):
        return [Leg(leg.sources, (leg.target,), subject.within) for leg in legs_of(subject)]
    if enclave is None:
        raise TypeError("the legs of an enclave depend on what became of it")
    if enclave.status[interval] == LOST:
        return []
    held = ~enclave.lost[:, interval]
    best = held & (enclave.place_status[:, interval] == enclave.status[interval])
    return [Leg(subject.lifelines, enclave.chosen(best), None)]


class Moment(NamedTuple):
    """An interval of a spell: the interval, the first one of the spell, and its status code."""

    interval: int
    since: int
    status: int


def least_bad_path(
    terminals: Terminals, states: States, actor: str, leg: Leg, moment: Moment
) -> NDArray[np.int64]:
    """Return the vertices of the kernel along the least bad path of a leg, in order.

    Of the ground that makes the status what it is, that which became worse as the status began
    counts less: it is the likelier reason.
    """
    kernel, code = terminals.kernel(leg.within), terminals.actor_code(actor)
    cost = badness(kernel, states, code, moment.interval)
    before = badness(kernel, states, code, max(moment.since - 1, 0))
    worsened = badness(kernel, states, code, moment.since) > before
    decides = cost == (IMPOSSIBLE if moment.status == CUT else ONLY_POSSIBLE)
    return shortest_path_between_ends(
        kernel,
        np.where(worsened & decides, cost * WORSENED, cost),
        terminals.ends(kernel, leg.sources),
        terminals.ends(kernel, leg.targets),
    )


def badness(kernel: Kernel, states: States, actor: int, interval: int) -> NDArray[np.float64]:
    """Return what each vertex of a kernel costs an actor on an interval, shape (vertices,)."""
    secure = column(states.secure(actor), interval)
    possible = column(states.possible(actor), interval)
    return np.select([secure, possible], [0.0, ONLY_POSSIBLE], IMPOSSIBLE)[kernel.sector]


def pieces_of_path(terminals: Terminals, leg: Leg, path: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the pieces along the least bad path of a leg, from source to target.

    It is the path that the reasons are about; over its ground, the shortest in metres.

    Returns
    -------
    numpy.ndarray
        int64 of shape (pieces on the path,); empty if no road leads there.
    """
    sources, targets, within = leg
    kernel = terminals.kernel(within)
    if not len(path):
        return np.empty(0, dtype=np.int64)
    on_path = np.zeros(kernel.n_vertices, dtype=bool)
    on_path[path] = True
    starts = _nodes_on_path(terminals, within, on_path, sources)
    goals = _nodes_on_path(terminals, within, on_path, targets)
    return _shortest(terminals, _pieces_on_path(terminals, kernel, on_path), starts, goals)


def _nodes_on_path(
    terminals: Terminals, within: str | None, on_path: NDArray[np.bool_], names: Sequence[str]
) -> NDArray[np.int64]:
    """Return the nodes of sites that have ground of their own on the path."""
    parts = [part for name in names for part in terminals.parts(name)]
    nodes = np.concatenate([terminals.nodes(part, within) for part in parts])
    ends = terminals.ends(terminals.kernel(within), names)
    return np.unique(nodes[ends.terminal[ends.own & on_path[ends.vertex]]])


def _pieces_on_path(
    terminals: Terminals, kernel: Kernel, on_path: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the pieces both of whose ends belong to vertices of the path."""
    from_vertex, to_vertex = terminals.vertices_of_pieces(kernel)
    on_path = np.append(on_path, False)  # for the ends of pieces that no vertex has
    return np.flatnonzero(on_path[from_vertex] & on_path[to_vertex])


def _shortest(
    terminals: Terminals,
    pieces: NDArray[np.int64],
    starts: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the shortest of the paths over some pieces from any start to any goal, in order."""
    network = terminals.sectors.network
    back = pieces
    if terminals.scenario.oneway == "respect":
        back = pieces[~network.oneway[pieces]]
    tail = np.concatenate([network.u[pieces], network.v[back]])
    head = np.concatenate([network.v[pieces], network.u[back]])
    piece = np.concatenate([pieces, back])
    arcs = shortest_path(tail, head, network.length[piece], starts, goals)
    return np.empty(0, dtype=np.int64) if arcs is None else piece[arcs]
