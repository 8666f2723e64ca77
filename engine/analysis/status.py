"""Status over time: routes by their legs, enclaves by their places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.connectivity.bits import WORD, pack, unpack
from engine.connectivity.engines import connected
from engine.connectivity.kernel import Ends, Kernel, build_kernel, ends_at, join_ends
from engine.control.gates import through_gates
from engine.control.runs import column
from engine.control.sites import NODE_M, Rank
from engine.errors import unknown_name
from engine.language import tr, trc
from engine.network.paths import nearest_nodes
from engine.scenario.model import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.control.states import States
    from engine.network.arrays import Place
    from engine.scenario.model import Enclave, Scenario

LOST, CUT, AT_RISK, OPEN = range(-1, 3)
"""The codes of statuses, from worst to best; only an enclave can be lost."""
ROUTE_STATUS = ("cut", "at risk", "open")
"""The statuses of a route by their codes, from worst to best."""
ENCLAVE_STATUS = ("besieged", "at risk", "connected", "lost")
"""The statuses of an enclave by the same codes: the last one is -1, `LOST`."""
STATUS_WORDS = ("open", "connected", "at risk", "cut", "besieged", "lost")
"""Every status of routes and enclaves, from best to worst."""


def status_text(status: str) -> str:
    """Return a status in the language spoken.

    Examples
    --------
    >>> from engine.language import speaking
    >>> with speaking("ar"):
    ...     print(status_text("besieged"))
    محاصر
    """
    words = {
        "open": trc("status of a route", "open"),
        "connected": trc("status of an enclave", "connected"),
        "at risk": trc("status of a route", "at risk"),
        "cut": trc("status of a route", "cut"),
        "besieged": trc("status of an enclave", "besieged"),
        "lost": trc("status of an enclave", "lost"),
    }
    return words[status]


def method_text(name: str) -> str:
    """Return how an answer was found, in the language spoken."""
    words = {
        "certain": trc("method", "certain"),
        "all worlds": trc("method", "all worlds"),
        "decision diagram": trc("method", "decision diagram"),
        "sampled": trc("method", "sampled"),
    }
    return words.get(name, name)


def words_by_code(*, enclave: bool) -> NDArray[np.object_]:
    """Return the statuses of a route or an enclave, to be indexed by their codes."""
    return np.array(ENCLAVE_STATUS if enclave else ROUTE_STATUS, dtype=object)


def ordered_statuses() -> pd.CategoricalDtype[object]:
    """Return the type of statuses in frames: all of them in one order, from worst to best.

    Examples
    --------
    >>> import pandas as pd
    >>> pd.Series(["open", "cut"], dtype=ordered_statuses()).min()
    'cut'
    """
    import pandas as pd

    words: list[object] = list(STATUS_WORDS[::-1])
    return pd.CategoricalDtype(words, ordered=True)


class Ground(Protocol):
    """When which ground is possible, secure and hostile to an actor: `States`, or a part of them."""

    @property
    def n_intervals(self) -> int:
        """The number of intervals."""

    def possible(self, actor: int) -> NDArray[np.uint64]:
        """Return when which ground is possible, packed: uint64 of shape (sectors, words)."""

    def secure(self, actor: int) -> NDArray[np.uint64]:
        """Return when which ground is secure."""

    def hostile(self, actor: int) -> NDArray[np.uint64]:
        """Return when actors hostile to an actor hold which ground."""


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Several grounds, cut in the same way, as one: the intervals of each begin with a word of their own."""

    parts: Sequence[Ground]
    n_words: tuple[int, ...]

    @property
    def n_intervals(self) -> int:
        """The number of intervals, those included that only fill a word."""
        return WORD * sum(self.n_words)

    def possible(self, actor: int) -> NDArray[np.uint64]:
        """See `Ground`."""
        return np.concatenate([part.possible(actor) for part in self.parts], axis=1)

    def secure(self, actor: int) -> NDArray[np.uint64]:
        """See `Ground`."""
        return np.concatenate([part.secure(actor) for part in self.parts], axis=1)

    def hostile(self, actor: int) -> NDArray[np.uint64]:
        """See `Ground`."""
        return np.concatenate([part.hostile(actor) for part in self.parts], axis=1)


@dataclass(frozen=True)
class Leg:
    """A connection in question: from any of the sources to the destination."""

    sources: tuple[str, ...]
    target: str


def legs_of(route: Route) -> list[Leg]:
    """Return the legs into which `via` divides a route."""
    stops = [route.from_, *((name,) for name in route.via)]
    return [Leg(start, end) for start, end in zip(stops, [*route.via, route.to], strict=True)]


@dataclass(frozen=True, eq=False)
class EnclaveStatus:
    """What became of an enclave.

    Parameters
    ----------
    places
        The names of its places, in the order of the scenario.
    place_status
        Codes of `ROUTE_STATUS`, int8 of shape (places, intervals).
    lost
        Held by hostile actors, bool of shape (places, intervals).
    cut_off
        Still held, without a possible path to the largest group of places, bool of the same shape.
    status
        Codes of `ENCLAVE_STATUS`, int8 of shape (intervals,).
    """

    places: tuple[str, ...]
    place_status: NDArray[np.int8]
    lost: NDArray[np.bool_]
    cut_off: NDArray[np.bool_]
    status: NDArray[np.int8]

    def on(self, intervals: slice) -> EnclaveStatus:
        """Return what became of it on some of the intervals."""
        return EnclaveStatus(
            self.places,
            self.place_status[:, intervals],
            self.lost[:, intervals],
            self.cut_off[:, intervals],
            self.status[intervals],
        )

    def chosen(self, which: NDArray[np.bool_]) -> tuple[str, ...]:
        """Return the names of some places, chosen by a bool array of shape (places,)."""
        return tuple(place for place, wanted in zip(self.places, which, strict=True) if wanted)


class Terminals:
    """The kernels of a ground, and the questions that routes and enclaves put to them.

    Parameters
    ----------
    scenario
        The scenario.
    ground
        Its ground.
    """

    def __init__(self, scenario: Scenario, sectors: Sectors) -> None:
        self.scenario = scenario
        self.sectors = sectors
        self._kernels: dict[str | None, Kernel] = {}
        self._within: dict[Kernel, str | None] = {}
        self._ends: dict[tuple[Kernel, tuple[str, ...]], Ends] = {}
        self._of_pieces: dict[Kernel, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def asked_by(self, scenario: Scenario) -> Terminals:
        """Return the same ground with the questions of another scenario; kernels are kept."""
        other = Terminals(scenario, self.sectors)
        if scenario.oneway == self.scenario.oneway:
            other._kernels, other._within = self._kernels, self._within
            other._ends, other._of_pieces = self._ends, self._of_pieces
        return other

    def kernel(self, within: str | None = None) -> Kernel:
        """Return the kernel of the ground, or of the ground that one site covers."""
        if within not in self._kernels:
            respect = self.scenario.oneway == "respect"
            network = self.sectors.network
            oneway = network.oneway if respect else None
            self._kernels[within] = self._build(within, oneway)
            self._within[self._kernels[within]] = within
        return self._kernels[within]

    @cached_property
    def both_ways(self) -> Kernel:
        """The kernel of the ground with every road open both ways."""
        return self.kernel() if self.scenario.oneway == "ignore" else self._build(None, None)

    def _build(self, within: str | None, oneway: NDArray[np.bool_] | None) -> Kernel:
        network, sector = self.sectors.network, self.sectors.sector
        keep = None if within is None else self._covers(within)[sector]
        return build_kernel(network.u, network.v, sector, oneway=oneway, keep=keep)

    def ends(self, kernel: Kernel, names: Sequence[str]) -> Ends:
        """Return the terminals of sites: those of their parts one after the other."""
        key = kernel, tuple(names)
        if key not in self._ends:
            parts = [part for name in names for part in self.parts(name)]
            self._ends[key] = join_ends([self._ends_of_part(kernel, part) for part in parts])
        return self._ends[key]

    def vertices_of_pieces(self, kernel: Kernel) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the vertex of a kernel at both ends of each piece of road, -1 for none, (pieces,)."""
        if kernel not in self._of_pieces:
            network, sector = self.sectors.network, self.sectors.sector
            n_sectors = self.sectors.n_sectors
            meetings = kernel.meeting_node * n_sectors + kernel.meeting_sector
            vertices = np.append(kernel.meeting_vertex, -1).astype(np.int64)
            found = []
            for node in (network.u, network.v):
                key = node.astype(np.int64) * n_sectors + sector
                row = np.searchsorted(meetings, key)
                met = np.append(meetings, -1)[row] == key
                found.append(np.where(met, vertices[row], -1))
            self._of_pieces[kernel] = found[0], found[1]
        return self._of_pieces[kernel]

    def parts(self, name: str) -> list[str]:
        """Return the sites that a site is made of: itself, or the parts of a group's members."""
        site = self.sectors.sites.named[self.sectors.sites.index[name]]
        if site.rank is not Rank.GROUP:
            return [name]
        return list(dict.fromkeys(part for member in site.members for part in self.parts(member)))

    def _ends_of_part(self, kernel: Kernel, name: str) -> Ends:
        nodes, own = self.nodes(name, self._within.get(kernel)), self._covers(name)
        if not np.array_equal(nodes, self.nodes(name)):
            own = np.ones_like(own)  # at the nearest road of `within`, all of it that meets there
        return ends_at(kernel, nodes, own)

    def nodes(self, part: str, within: str | None = None) -> NDArray[np.integer]:
        """Return the nodes of a site that is no group: of a place its own, else all on its ground.

        They are the terminals of `ends`, in the same order. On a map a place that no road of
        `within` meets ends at the nearest of these roads, if it is near.
        """
        sites = self.sectors.sites
        row = sites.index[part]
        node = int(sites.node[row])
        if node >= 0:
            place = sites.named[row].place
            if place is None or within is None or self.sectors.network.provenance.schematic:
                return np.array([node])
            return np.array([self._node_within(within, node, place)])
        on_site = self._covers(part)[self.sectors.sector]
        network = self.sectors.network
        return np.unique(np.concatenate([network.u[on_site], network.v[on_site]]))

    def _node_within(self, within: str, node: int, place: Place) -> int:
        """Return where a place ends on the roads of a site: its node, or the nearest of theirs."""
        network, inside = self.sectors.network, self._covers(within)[self.sectors.sector]
        met = np.unique(np.concatenate([network.u[inside], network.v[inside]]))
        if not len(met) or node in met:
            return node
        there = np.array([place.lon]), np.array([place.lat])
        nearest, metres = nearest_nodes(network, *there, among=met)
        return int(nearest[0]) if metres[0] <= NODE_M else node

    def actor_code(self, actor: str) -> int:
        """Return the position of an actor in the scenario.

        Raises
        ------
        InputError
            If there is no such actor.
        """
        actors = list(self.scenario.actors)
        if actor not in actors:
            raise unknown_name(tr("actor"), actor, actors)
        return actors.index(actor)

    def _covers(self, name: str) -> NDArray[np.bool_]:
        return self.sectors.covers[self.sectors.sites.index[name]]


def route_status(terminals: Terminals, states: States, route: Route) -> NDArray[np.int8]:
    """Return the status of a route on every interval, codes of `ROUTE_STATUS`, (intervals,)."""
    views = through_gates(terminals.scenario, terminals.sectors, states, route.mode)
    return route_status_of(terminals, views, route)


def route_status_of(
    terminals: Terminals, views: Sequence[Ground], route: Route
) -> NDArray[np.int8]:
    """Return the status of a route by states that mind the gates, one for each way of passing."""
    return np.max([_route_status(terminals, view, route) for view in views], axis=0)


def _route_status(terminals: Terminals, states: Ground, route: Route) -> NDArray[np.int8]:
    """Return the status of a route by states that mind the gates."""
    kernel = terminals.kernel(route.within)
    bounds = _bounds(terminals, states, route.actor)
    worst = np.full(states.n_intervals, OPEN, dtype=np.int8)
    for leg in legs_of(route):
        sources = terminals.ends(kernel, leg.sources)
        targets = terminals.ends(kernel, (leg.target,))
        status = _by_bounds(kernel, bounds, sources, targets, states.n_intervals)
        worst = np.minimum(worst, status.max(axis=0, initial=CUT))
    return worst


def enclave_status(terminals: Terminals, states: States, enclave: Enclave) -> EnclaveStatus:
    """Return what became of an enclave on every interval."""
    views = through_gates(terminals.scenario, terminals.sectors, states, enclave.mode)
    return enclave_status_of(terminals, views, states, enclave)


def enclave_status_of(
    terminals: Terminals, views: Sequence[Ground], states: Ground, enclave: Enclave
) -> EnclaveStatus:
    """Return what became of an enclave, by states and by those that mind the gates."""
    kernel = terminals.kernel()
    bounds = [_bounds(terminals, view, enclave.actor) for view in views]
    names = terminals.parts(enclave.ground)
    sources = terminals.ends(kernel, enclave.lifelines)
    places = [terminals.ends(kernel, (name,)) for name in names]
    targets = join_ends(places)
    found = [_by_bounds(kernel, both, sources, targets, states.n_intervals) for both in bounds]
    place_status = _best_by_place(places, np.max(found, axis=0))
    hostile = states.hostile(terminals.actor_code(enclave.actor))
    lost = _lost(kernel, hostile, places, states.n_intervals)
    status = np.where(lost, np.int8(LOST), place_status).max(axis=0)
    cut_off = np.all([_cut_off(terminals, both[0], names, ~lost) for both in bounds], axis=0)
    return EnclaveStatus(tuple(names), place_status, lost, cut_off, status)


def statuses_side_by_side(
    terminals: Terminals, variants: Sequence[States]
) -> list[tuple[dict[str, NDArray[np.int8]], dict[str, EnclaveStatus]]]:
    """Return the statuses of all routes and enclaves in each of several states of one ground.

    The kernel is asked once for all of them: they stand side by side, each in words of its own.

    Parameters
    ----------
    terminals
        The ground, and the routes and enclaves.
    variants
        States of this ground, all with the same gates.
    """
    scenario, sectors = terminals.scenario, terminals.sectors
    n_words = tuple(-(-states.n_intervals // WORD) for states in variants)
    begins = WORD * np.cumsum((0, *n_words[:-1]))
    where = [
        slice(int(begin), int(begin) + states.n_intervals)
        for begin, states in zip(begins, variants, strict=True)
    ]
    views_in: dict[str, list[SideBySide]] = {}
    modes = [*(r.mode for r in scenario.routes), *(e.mode for e in scenario.enclaves)]
    for mode in dict.fromkeys(modes):
        each = [through_gates(scenario, sectors, states, mode) for states in variants]
        views_in[mode] = [SideBySide(views, n_words) for views in zip(*each, strict=True)]
    plain = SideBySide(variants, n_words)
    routes = {r.id: route_status_of(terminals, views_in[r.mode], r) for r in scenario.routes}
    enclaves = {
        e.id: enclave_status_of(terminals, views_in[e.mode], plain, e) for e in scenario.enclaves
    }
    return [
        (
            {name: status[at] for name, status in routes.items()},
            {name: found.on(at) for name, found in enclaves.items()},
        )
        for at in where
    ]


@dataclass(frozen=True, eq=False)
class _Without:
    """Ground on one interval of which some is left out: neither possible nor secure, whoever holds it.

    Parameters
    ----------
    ground
        The whole ground.
    interval
        Which one; the only one here.
    parent
        The sector of the whole ground of which each sector is a part, int64 of shape (sectors,).
    kept
        Which sectors are not left out, bool of shape (sectors,).
    """

    ground: Ground
    interval: int
    parent: NDArray[np.int64]
    kept: NDArray[np.bool_]

    @property
    def n_intervals(self) -> int:
        """One."""
        return 1

    def possible(self, actor: int) -> NDArray[np.uint64]:
        """See `Ground`."""
        return self._then(self.ground.possible(actor), self.kept)

    def secure(self, actor: int) -> NDArray[np.uint64]:
        """See `Ground`."""
        return self._then(self.ground.secure(actor), self.kept)

    def hostile(self, actor: int) -> NDArray[np.uint64]:
        """See `Ground`."""
        return self._then(self.ground.hostile(actor), np.ones_like(self.kept))

    def _then(self, words: NDArray[np.uint64], among: NDArray[np.bool_]) -> NDArray[np.uint64]:
        return pack((column(words, self.interval)[self.parent] & among)[:, np.newaxis])


class LessRoads:
    """The same routes and enclaves on a ground without some of its roads.

    Parameters
    ----------
    terminals
        The whole ground.
    left_out
        The pieces of road to leave out, bool of shape (pieces,): sectors of their own from here on.
    """

    def __init__(self, terminals: Terminals, left_out: NDArray[np.bool_]) -> None:
        sectors = terminals.sectors
        code = 2 * sectors.sector.astype(np.int64) + left_out
        kinds, sector = np.unique(code, return_inverse=True)
        self._parent, self._kept = kinds // 2, kinds % 2 == 0
        finer = replace(
            sectors,
            sector=sector.reshape(-1).astype(np.int32),
            covers=sectors.covers[:, self._parent],
            near=sectors.near[:, self._parent],
        )
        self._whole, self._terminals = terminals, Terminals(terminals.scenario, finer)

    def is_possible(self, states: States, asked: Route | Enclave, interval: int) -> bool:
        """Return whether a possible path is left, in states of the whole ground."""

        def less(ground: Ground) -> _Without:
            return _Without(ground, interval, self._parent, self._kept)

        scenario, sectors = self._whole.scenario, self._whole.sectors
        views = [less(view) for view in through_gates(scenario, sectors, states, asked.mode)]
        if isinstance(asked, Route):
            status = route_status_of(self._terminals, views, asked)
        else:
            status = enclave_status_of(self._terminals, views, less(states), asked).status
        return bool(status[0] > CUT)


def _bounds(
    terminals: Terminals, states: Ground, actor: str
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the possible and the secure ground of an actor, packed: (sectors, words) each."""
    code = terminals.actor_code(actor)
    return states.possible(code), states.secure(code)


def _by_bounds(
    kernel: Kernel,
    bounds: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    sources: Ends,
    targets: Ends,
    n_intervals: int,
) -> NDArray[np.int8]:
    """Return the status of each target: in how many of the bounds it is connected."""
    status = np.zeros((targets.n, n_intervals), dtype=np.int8)
    for is_open in bounds:
        status += unpack(connected(kernel, is_open, sources, targets), n_intervals)
    return status


def _best_by_place(places: list[Ends], status: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the best status among the terminals of each place, shape (places, intervals)."""
    best = np.full((len(places), status.shape[1]), CUT, dtype=np.int8)
    np.maximum.at(best, np.repeat(np.arange(len(places)), [place.n for place in places]), status)
    return best


def _lost(
    kernel: Kernel, hostile: NDArray[np.uint64], places: list[Ends], n_intervals: int
) -> NDArray[np.bool_]:
    """Return which places are held by hostile actors, bool of shape (places, intervals)."""
    lost = np.zeros((len(places), hostile.shape[1]), dtype=np.uint64)
    for row, place in enumerate(places):
        at_node = kernel.sector[place.vertex[place.own]]
        if len(at_node):
            lost[row] = np.bitwise_and.reduce(hostile[at_node], axis=0)
    return unpack(lost, n_intervals)


def _cut_off(
    terminals: Terminals,
    possible: NDArray[np.uint64],
    names: list[str],
    held: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the held places without a possible path to the largest group of held places."""
    kernel = terminals.both_ways
    n_intervals = held.shape[1]
    places = [terminals.ends(kernel, (name,)) for name in names]
    everywhere = join_ends(places)
    linked = np.zeros((len(names), *held.shape), dtype=bool)
    at_points = everywhere.n == len(places)
    known = ~held if at_points else np.zeros_like(held)
    for row, place in enumerate(places):
        if known[row].all():  # what an earlier one is linked to says it
            continue
        found = unpack(connected(kernel, possible, place, everywhere), n_intervals)
        linked[row] = _best_by_place(places, found.astype(np.int8)) & held[row] & held
        if at_points:  # all of a group are linked to the same places
            known |= linked[row]
    linked |= np.eye(len(names), dtype=bool)[:, :, np.newaxis] & held
    size = linked.sum(axis=1)
    return held & ~linked[size.argmax(axis=0), :, np.arange(n_intervals)].T
