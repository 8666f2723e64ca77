"""Routes and enclaves alike: a connection in question, put to states on one interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from engine.analysis.status import CUT, LOST, OPEN, legs_of
from engine.connectivity.bits import unpack
from engine.connectivity.engines import connected
from engine.connectivity.kernel import Ends
from engine.connectivity.reference import blocking_vertices
from engine.connectivity.roads import Roads, shortest_path_between_ends
from engine.control.gates import MODES, shut
from engine.control.runs import column
from engine.io.days import days_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.status import Terminals
    from engine.connectivity.kernel import Kernel
    from engine.io.days import DayLike


Dates: TypeAlias = "DayLike | Iterable[DayLike] | None"
"""A day, several days, or the whole run."""


@dataclass(frozen=True, eq=False)
class Query:
    """A route or an enclave, ready to be put to states.

    Parameters
    ----------
    id, label
        Its names.
    actor
        The position of its actor.
    modes
        The ways of passing of which the better counts; one is enough where there is no gate.
    kernel
        The contracted network.
    legs
        Sources and targets of each connection, all of which it takes.
    nodes
        The nodes of sources and targets of each leg, int64 of shape (terminals,) each.
    end_names
        The names of its ends: sources and destination, lifelines and places.
    part
        For an enclave, the place of each target; a place that is lost is no target. None for a
        route, which may end on anybody's ground.
    n_places
        How many places an enclave has; 0 for a route.
    """

    id: str
    label: str
    actor: int
    modes: tuple[str, ...]
    within: str | None
    kernel: Kernel
    legs: tuple[tuple[Ends, Ends], ...]
    nodes: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    end_names: frozenset[str]
    part: NDArray[np.int64] | None
    n_places: int

    def connected(
        self, open_by_mode: list[NDArray[np.uint64]], friendly: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        """Return in which states it is connected, uint64 of shape (words,).

        Parameters
        ----------
        open_by_mode
            The open ground for each mode, uint64 of shape (sectors, words).
        friendly
            The ground that no hostile actor holds, of the same shape.
        """
        found = np.zeros(friendly.shape[1], dtype=np.uint64)
        kept = self._kept(friendly)
        for is_open in open_by_mode:
            legs = [connected(self.kernel, is_open, *leg) & kept for leg in self.legs]
            reached = [np.bitwise_or.reduce(leg, axis=0) for leg in legs]
            found |= np.bitwise_and.reduce(reached, axis=0)
        return found

    def places_connected(
        self, open_by_mode: list[NDArray[np.uint64]], friendly: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        """Return in which states each place of an enclave is connected, uint64 (places, words)."""
        if self.part is None:
            return np.zeros((0, friendly.shape[1]), dtype=np.uint64)
        found = np.zeros((self.n_places, friendly.shape[1]), dtype=np.uint64)
        kept = self._kept(friendly)
        for is_open in open_by_mode:
            np.bitwise_or.at(
                found, self.part, connected(self.kernel, is_open, *self.legs[0]) & kept
            )
        return found

    def path_sectors(
        self,
        open_by_mode: list[NDArray[np.bool_]],
        friendly: NDArray[np.bool_],
        cost: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Return the sectors of a cheap open path in one state; none if it is not connected.

        Parameters
        ----------
        open_by_mode
            The open ground for each mode, bool of shape (sectors,).
        friendly
            The ground that no hostile actor holds, bool of shape (sectors,).
        cost
            What the ground of each sector costs, float64 of shape (sectors,).
        """
        sector = self.kernel.sector
        legs = self.legs_kept(friendly)
        for is_open in open_by_mode:
            price = np.where(is_open, cost, np.inf)[sector]
            paths = [shortest_path_between_ends(self.kernel, price, *leg) for leg in legs]
            if all(len(path) for path in paths):
                return np.unique(sector[np.concatenate(paths)])
        return np.empty(0, dtype=np.int64)

    def blocked_sectors(
        self, open_by_mode: list[NDArray[np.uint64]], friendly: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return the sectors of which one must open for it to be connected, and where it is.

        Or else change hands: the ground of lost places is among them.

        Parameters
        ----------
        open_by_mode, friendly
            As of `connected`.

        Returns
        -------
        blocked, connected
            In which states each sector is such a one, uint64 of shape (sectors, words), which is of no use where
            it is connected; and in which states it is, (words,).
        """
        own, kept = self.own_ground(), None if self.part is None else self._kept(friendly)
        blocked, reached = np.zeros_like(friendly), np.zeros_like(friendly[0])
        blocked[own] = ~friendly[own]
        for is_open in open_by_mode:
            through = np.full_like(reached, ~np.uint64(0))
            for leg in self.legs:
                vertices, on = blocking_vertices(
                    self.kernel, is_open[self.kernel.sector], *leg, kept
                )
                np.bitwise_or.at(blocked, self.kernel.sector, vertices & through & ~on)
                through &= on
            reached |= through
        return blocked, reached

    def nodes_in_use(
        self, is_open: NDArray[np.bool_], friendly: NDArray[np.bool_]
    ) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return the nodes at which the sources and targets of each leg can be used in one state."""
        in_use = []
        for leg, nodes in zip(self.legs_kept(friendly), self.nodes, strict=True):
            used = []
            for ends, at in zip(leg, nodes, strict=True):
                own = ends.own & is_open[self.kernel.sector[ends.vertex]]
                used.append(np.unique(at[ends.terminal[own]]))
            in_use.append((used[0], used[1]))
        return in_use

    def own_ground(self) -> NDArray[np.int64]:
        """Return the own ground of the places of an enclave at their nodes; none for a route."""
        if self.part is None:
            return np.empty(0, dtype=np.int64)
        targets = self.legs[0][1]
        return self.kernel.sector[targets.vertex[targets.own]]

    def legs_kept(self, friendly: NDArray[np.bool_]) -> list[tuple[Ends, Ends]]:
        """Return the legs in one state: places that are lost are no targets."""
        if self.part is None:
            return list(self.legs)
        ((sources, targets),) = self.legs
        kept = self._kept(friendly.astype(np.uint64)[:, np.newaxis])[:, 0] > 0
        rows = kept[targets.terminal]
        few = Ends(targets.terminal[rows], targets.vertex[rows], targets.own[rows], targets.n)
        return [(sources, few)]

    def targets_kept(self, friendly: NDArray[np.uint64], n_states: int) -> NDArray[np.bool_] | None:
        """Return in which states each target counts, bool of shape (targets, states).

        `friendly` is uint64 of shape (sectors, words). None for a route, whose targets always do.
        """
        return None if self.part is None else unpack(self._kept(friendly), n_states)

    def held(self, friendly: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states a place of an enclave is still held, uint64 of shape (words,).

        It is lost in the others; a place without ground of its own never is. A route never is.
        """
        if self.part is None:
            return np.full(friendly.shape[1], ~np.uint64(0))
        return np.bitwise_or.reduce(self.places_held(friendly), axis=0)

    def places_held(self, friendly: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states each place of an enclave is held, uint64 of shape (places, words)."""
        held = self._with_own_held(friendly)
        without = np.ones(self.n_places, dtype=bool)
        without[self._place_of_own()] = False
        held[without] = ~np.uint64(0)
        return held

    def _kept(self, friendly: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states targets belong to places that are not lost, (targets, words)."""
        if self.part is None:
            return np.full((1, 1), ~np.uint64(0))
        return self._with_own_held(friendly)[self.part]

    def _with_own_held(self, friendly: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states some ground of a place's own is in no hostile hands, (places, words)."""
        held = np.zeros((self.n_places, friendly.shape[1]), dtype=np.uint64)
        np.bitwise_or.at(held, self._place_of_own(), friendly[self.own_ground()])
        return held

    def _place_of_own(self) -> NDArray[np.int64]:
        """Return the place to which each piece of `own_ground` belongs."""
        if self.part is None:
            return np.empty(0, dtype=np.int64)
        targets = self.legs[0][1]
        return self.part[targets.terminal[targets.own]]


def query_of(analysis: Analysis, name: str) -> Query:
    """Return a route or an enclave of an analysis, ready to be put to states.

    Raises
    ------
    InputError
        If there is no such route or enclave.
    """
    terminals, asked = analysis.terminals, analysis.subject(name)
    route = next((route for route in analysis.scenario.routes if route.id == name), None)
    within = route.within if route else None
    kernel = terminals.kernel(within)
    legs: list[tuple[Sequence[str], Sequence[str]]]
    if route is not None:
        legs = [(leg.sources, (leg.target,)) for leg in legs_of(route)]
        ends = (*route.from_, route.to)
    else:
        enclave = next(e for e in analysis.scenario.enclaves if e.id == name)
        legs = [(enclave.lifelines, analysis.enclaves[name].places)]
        ends = (*enclave.lifelines, *analysis.enclaves[name].places)
    gated = bool(analysis.scenario.gates)
    return Query(
        name,
        asked.label or name,
        terminals.actor_code(asked.actor),
        (MODES if asked.mode == "any" else (asked.mode,)) if gated else ("any",),
        within,
        kernel,
        tuple((terminals.ends(kernel, a), terminals.ends(kernel, b)) for a, b in legs),
        tuple((_nodes(terminals, within, a), _nodes(terminals, within, b)) for a, b in legs),
        frozenset(part for end in ends for part in terminals.parts(end)),
        None if route else _parts(terminals, kernel, legs[0][1]),
        0 if route else len(analysis.enclaves[name].places),
    )


def _nodes(terminals: Terminals, within: str | None, names: Sequence[str]) -> NDArray[np.int64]:
    """Return the node of each terminal of sites, int64 of shape (terminals,)."""
    parts = [part for name in names for part in terminals.parts(name)]
    return np.concatenate([terminals.nodes(part, within) for part in parts])


def _parts(terminals: Terminals, kernel: Kernel, places: Sequence[str]) -> NDArray[np.int64]:
    """Return the place of each terminal of places, int64 of shape (terminals,)."""
    n_terminals = [terminals.ends(kernel, (place,)).n for place in places]
    return np.repeat(np.arange(len(places)), n_terminals)


def shut_by_mode(analysis: Analysis, asked: Query, interval: int) -> list[NDArray[np.bool_]]:
    """Return which ground gates deny to each mode of a question, bool of shape (sectors,) each."""
    sectors, day = analysis.sectors, analysis.days[interval]
    return [shut(analysis.scenario, sectors, day, mode) for mode in asked.modes]


def open_by_mode(
    analysis: Analysis, asked: Query, interval: int, *, secure: bool
) -> list[NDArray[np.bool_]]:
    """Return the ground that is secure, or possible, for each mode of a question, (sectors,) each."""
    states = analysis.states
    bound = states.secure(asked.actor) if secure else states.possible(asked.actor)
    then = column(bound, interval)
    return [then & ~denied for denied in shut_by_mode(analysis, asked, interval)]


def roads_of(analysis: Analysis, asked: Query, is_open: NDArray[np.bool_]) -> Roads:
    """Return the pieces of road over which a query's paths may lead in one state.

    Parameters
    ----------
    is_open
        The open ground, bool of shape (sectors,).
    """
    sectors, network = analysis.sectors, analysis.sectors.network
    if asked.within is not None:
        is_open = is_open & sectors.covers[sectors.sites.index[asked.within]]
    oneway = network.oneway if analysis.scenario.oneway == "respect" else None
    return Roads.of(network.u, network.v, is_open[sectors.sector], network.n_nodes, oneway=oneway)


def friendly(analysis: Analysis, asked: Query, interval: int) -> NDArray[np.bool_]:
    """Return the ground that no actor hostile to a question's own holds, bool of shape (sectors,)."""
    return ~column(analysis.states.hostile(asked.actor), interval)


def status_code(analysis: Analysis, name: str, interval: int) -> int:
    """Return the status of a route or an enclave on an interval: `LOST`, `CUT`, `AT_RISK` or `OPEN`."""
    return int(analysis.codes[name][interval])


def ground_of_status(analysis: Analysis, asked: Query, interval: int) -> list[NDArray[np.bool_]]:
    """Return the ground of open paths: the secure if the status is open, else the possible."""
    secure = status_code(analysis, asked.id, interval) == OPEN
    return open_by_mode(analysis, asked, interval, secure=secure)


def is_cut(analysis: Analysis, name: str, interval: int) -> bool:
    """Return whether a route is cut, or an enclave besieged or lost, on an interval."""
    return status_code(analysis, name, interval) <= CUT


def is_lost(analysis: Analysis, name: str, interval: int) -> bool:
    """Return whether an enclave has no place that is still held, on an interval."""
    return status_code(analysis, name, interval) == LOST


def intervals(analysis: Analysis, dates: Dates) -> list[int]:
    """Return the intervals that some days belong to, each once; all of them, for None."""
    if dates is None:
        return list(range(analysis.states.n_intervals))
    return sorted({analysis.interval_on(day) for day in days_among(dates)})


def subjects_of(analysis: Analysis, subject: str | Sequence[str] | None) -> list[str]:
    """Return the ids of the routes and enclaves that are asked for; all of them, for None.

    Raises
    ------
    InputError
        If there is no route or enclave of such a name.
    """
    if subject is None:
        return list(analysis.subjects)
    return [
        analysis.subject(name).id for name in ([subject] if isinstance(subject, str) else subject)
    ]


def span(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join rows that follow upon one another in time and say the same but for their days."""
    joined: list[dict[str, Any]] = []
    for row in rows:
        if joined and row["start"] == joined[-1]["end"] and _said(row) == _said(joined[-1]):
            joined[-1]["end"] = row["end"]
        else:
            joined.append(dict(row))
    return joined


def _said(row: dict[str, Any]) -> str:
    return repr([value for key, value in row.items() if key not in {"start", "end"}])
