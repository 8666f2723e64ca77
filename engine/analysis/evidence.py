"""What a status rests on: the ground that decides it, and the statements that rule there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.analysis.status import (
    CUT,
    LOST,
    OPEN,
    EnclaveStatus,
    enclave_status,
    legs_of,
    route_status,
)
from engine.connectivity.shortest_path import shortest_path, shortest_path_between_ends
from engine.control.gates import MODES, through_gates
from engine.control.overlooking import overlooker
from engine.control.sites import label_of, shared_site
from engine.control.statements import (
    CLOSED,
    CONDITIONS,
    CONTESTED,
    EXPOSED,
    HELD,
    NO_STATEMENT,
)
from engine.control.states import UNKNOWN
from engine.network.arrays import great_circle_m
from engine.scenario.model import Enclave
from engine.scenario.vocabulary import MEANING_OF_KIND, kind_in_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.status import Terminals
    from engine.connectivity.kernel import Kernel
    from engine.control.states import States
    from engine.scenario.model import Event, Holding, Route, Scenario

ONLY_POSSIBLE, IMPOSSIBLE = 1.0, 1000.0
"""What ground that is not secure costs a path: the least bad path has the least of it."""
WORSENED = 0.01
"""By how much ground that became worse as a status began counts less against a path."""


@dataclass(frozen=True)
class Reason:
    """What decides about a piece of ground for an actor.

    Parameters
    ----------
    sites
        The ids of the most specific sites that cover it; empty for ground without a site.
    state
        Its holder or its condition, in words, with the labels of actors.
    overlooked_by
        The id of the site from which it is commanded; empty if that is not the reason.
    statements
        The statements that say so, positions in `States.statements`.
    """

    sites: tuple[str, ...]
    state: str
    overlooked_by: str
    statements: tuple[int, ...]


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
        The mode that fares best on each interval, int64 of shape (intervals,).
    """

    states: list[States]
    best: NDArray[np.int64]

    def on(self, interval: int) -> States:
        """Return the states of the mode that fares best on an interval."""
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


def reasons_on(
    terminals: Terminals, states: States, actor: str, legs: Sequence[Leg], moment: Moment
) -> list[Reason]:
    """Return what a status rests on, along the least bad path of each leg.

    For a route that is open, the ground of that path; at risk, its ground that is not secure; cut,
    its ground that is not even possible. An empty list if no road leads there at all.
    """
    code = terminals.actor_code(actor)
    threshold = {OPEN: 0.0, CUT: IMPOSSIBLE}.get(moment.status, ONLY_POSSIBLE)
    found: dict[Reason, None] = {}
    for leg in legs:
        kernel = terminals.kernel(leg.within)
        path = least_bad_path(terminals, states, actor, leg, moment)
        cost = badness(kernel, states, code, moment.interval)
        for sector in dict.fromkeys(kernel.sector[path[cost[path] >= threshold]].tolist()):
            found[reason_for(terminals, states, actor, sector, moment.interval)] = None
    return list(found)


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
    then = states.on(interval)
    secure, possible = then.secure(actor)[:, 0], then.possible(actor)[:, 0]
    return np.select([secure, possible], [0.0, ONLY_POSSIBLE], IMPOSSIBLE)[kernel.sector]


def reason_for(
    terminals: Terminals, states: States, actor: str, sector: int, interval: int
) -> Reason:
    """Return what decides about one sector on an interval, for an actor.

    The first that holds of: a hostile holder, a report or a gate that closes it, hostile ground
    that overlooks it, a contest, fire, no known holder; else its holder.
    """
    then, sites = states.on(interval), terminals.sectors.site_ids[sector]
    code, own = terminals.actor_code(actor), int(then.own_condition[sector, 0])
    condition = int(then.condition_for(code)[sector, 0])
    shut = bool(then.shut[sector, 0])
    hostile = bool(then.hostile(code)[sector, 0])
    over = _overlooker(terminals, then, code, sector)
    commanded = over >= 0 and (condition == CLOSED or own != CONTESTED)
    if commanded and not hostile and not shut:
        overlooking = terminals.sectors.sites.named[over].id
        statements = _about_overlooking(terminals, then, over)
        return Reason(sites, CONDITIONS[condition], overlooking, statements)
    said = []
    if hostile or (condition == HELD and not shut):
        said.append(int(then.holder_statement[sector, 0]))
    if own != HELD and not shut:
        said.append(int(then.condition_statement[sector, 0]))
    state = _state(terminals.scenario, then, sector, hostile=hostile)
    return Reason(
        sites, state, "", tuple(one for one in dict.fromkeys(said) if one != NO_STATEMENT)
    )


def _overlooker(terminals: Terminals, then: States, actor: int, sector: int) -> int:
    """Return the site whose overlooking makes ground worse for an actor; -1 if none does."""
    if then.imposed[actor, sector, 0] <= then.own_condition[sector, 0] or then.shut[sector, 0]:
        return -1
    if then.holder[sector, 0] == actor:
        return int(then.overlooked_by[sector, 0])
    return overlooker(
        terminals.scenario, terminals.sectors, then.holder, then.own_condition == CONTESTED,
        then.passable, sector=sector, actor=actor,
    )  # fmt: skip


def _about_overlooking(terminals: Terminals, then: States, over: int) -> tuple[int, ...]:
    """Return the statements about ground that overlooks: its latest holder, or who contests it."""
    sectors = terminals.sectors.covers[over]
    contested = then.own_condition[sectors, 0] == CONTESTED
    found = np.unique(
        np.concatenate(
            [
                then.condition_statement[sectors, 0][contested],
                then.holder_statement[sectors, 0][~contested],
            ]
        )
    )
    return tuple(int(one) for one in found if one != NO_STATEMENT)


def _state(scenario: Scenario, then: States, sector: int, *, hostile: bool) -> str:
    """Return the state of a sector that is not overlooked, in words."""
    labels = _actor_labels(scenario)
    own, holder = int(then.own_condition[sector, 0]), int(then.holder[sector, 0])
    said = []
    if hostile or (own == HELD and holder != UNKNOWN and not then.shut[sector, 0]):
        said.append(f"held by {labels[holder]}")
    if then.shut[sector, 0]:
        said.append("" if hostile else "closed by a gate")
    elif own == CONTESTED:
        said.append(_contested(scenario, then, sector))
    elif own in {EXPOSED, CLOSED} and not hostile:
        said.append(CONDITIONS[own])
    return ", ".join(filter(None, said)) or "holder unknown"


def _contested(scenario: Scenario, then: States, sector: int) -> str:
    named = then.statements.contestant[then.condition_statement[sector, 0]]
    labels = zip(_actor_labels(scenario), named, strict=True)
    who = [label for label, fights in labels if fights]
    return "contested by " + " and ".join(who) if who else "contested"


def _actor_labels(scenario: Scenario) -> list[str]:
    return [actor.label or name for name, actor in scenario.actors.items()]


# The same for people: reasons alike told once, by what readers call the ground; ids beside it.

MOST_NAMED = 3
"""How many pieces of ground, and how many statements, a text names before it only counts them."""
NO_ROAD = "no road leads there"


@dataclass(frozen=True)
class Cause:
    """Ground that is in one state for one reason, as every output tells it.

    Parameters
    ----------
    sites
        The ids of the sites that cover the ground, each once.
    labels
        What to call the ground, piece by piece.
    state
        Its holder or its condition, in words.
    overlooked_by, overlooked_label
        The site from which it is commanded, if that is the reason: its id, and what to call it.
    statements
        Who says so, positions in `States.statements`.
    reports
        The ids of these statements, each once: of events, or ``baseline``.
    said
        The statements in words, each once.
    """

    sites: tuple[str, ...]
    labels: tuple[str, ...]
    state: str
    overlooked_by: str
    overlooked_label: str
    statements: tuple[int, ...]
    reports: tuple[str, ...]
    said: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The ground and its state."""
        return reason_text(self.labels, self.state, self.overlooked_label)

    def __str__(self) -> str:
        """Return the ground, its state, and who says so."""
        return f"{self.reason} ({listed(self.said, '; ')})" if self.said else self.reason


def reason_text(labels: Sequence[str], state: str, overlooked_label: str) -> str:
    """Return the ground and its state as text."""
    over = f", overlooked from {overlooked_label}" if overlooked_label else ""
    return f"{listed(labels)}: {state}{over}"


def listed(texts: Sequence[str], between: str = ", ") -> str:
    """Return texts as a list; if there are many, the last ones are only counted."""
    if len(texts) <= MOST_NAMED + 1:
        return between.join(texts)
    parted = ";" if ";" in between else ""
    return f"{between.join(texts[:MOST_NAMED])}{parted} and {len(texts) - MOST_NAMED} more"


def causes_of(
    terminals: Terminals, states: States, ids: Sequence[str], reasons: Sequence[Reason]
) -> list[Cause]:
    """Return reasons for people: ground in the same state for the same reason is told once.

    `ids` are those of the statements.
    """
    sites = terminals.sectors.sites
    by_state: dict[tuple[str, str], list[Reason]] = {}
    for reason in reasons:
        by_state.setdefault((reason.state, reason.overlooked_by), []).append(reason)
    causes = []
    for (state, over), alike in by_state.items():
        grounds = shared_site(reason.sites for reason in alike)
        statements = tuple(dict.fromkeys(one for reason in alike for one in reason.statements))
        said = [_statement_in_words(terminals, states, ids, one) for one in statements]
        causes.append(
            Cause(
                tuple(dict.fromkeys(site for ground in grounds for site in ground)),
                tuple(dict.fromkeys(terminals.sectors.label(ground) for ground in grounds)),
                state,
                over,
                label_of(sites, (over,)) if over else "",
                statements,
                tuple(dict.fromkeys(ids[one] for one in statements)),
                tuple(dict.fromkeys(said)),
            )
        )
    return causes


def why_no_road(terminals: Terminals, legs: Sequence[Leg]) -> str:
    """Return why no road leads over the legs of a route or an enclave, whoever holds the ground."""
    sites = terminals.sectors.sites

    def called(names: Sequence[str]) -> str:
        return " or ".join(label_of(sites, (name,)) for name in names)

    for sources, targets, within in legs:
        kernel = terminals.kernel(within)
        of = f" of {called((within,))}" if within else ""
        ends = {names: terminals.ends(kernel, names) for names in (sources, targets)}
        for names, found in ends.items():
            if not found.own.any():
                return (
                    f"{NO_ROAD}: no road{of} meets {called(names)}{_off(terminals, kernel, names)}"
                )
        everywhere = np.zeros(kernel.n_vertices)
        if not len(shortest_path_between_ends(kernel, everywhere, ends[sources], ends[targets])):
            return f"{NO_ROAD}: no road{of} connects {called(sources)} with {called(targets)}"
    return NO_ROAD


def _off(terminals: Terminals, kernel: Kernel, names: Sequence[str]) -> str:
    """Return how far the nearest road of a kernel is from the nodes of sites, in words."""
    network = terminals.sectors.network
    nodes = np.concatenate([terminals.nodes(p) for name in names for p in terminals.parts(name)])
    there = np.unique(kernel.meeting_node)
    if not len(there) or not len(nodes):
        return ""
    metres = great_circle_m(
        network.lon[nodes][:, np.newaxis], network.lat[nodes][:, np.newaxis],
        network.lon[there], network.lat[there],
    )  # fmt: skip
    return f"; the nearest is {metres.min() / 1000:.1f} km away"


def because_columns(causes: Sequence[Cause], otherwise: str = NO_ROAD) -> dict[str, str]:
    """Return causes as columns of a table: a text for people, and the ids that it rests on.

    Without causes the text is what no road leading there comes from (`why_no_road`).

    ``because``, ``sites`` (with semicolons between them), ``overlooked_by`` and ``reports``.
    """
    sites = dict.fromkeys(site for cause in causes for site in cause.sites)
    over = dict.fromkeys(cause.overlooked_by for cause in causes if cause.overlooked_by)
    reports = dict.fromkeys(report for cause in causes for report in cause.reports)
    return {
        "because": "; ".join(map(str, causes)) or otherwise,
        "sites": ";".join(sites),
        "overlooked_by": ";".join(over),
        "reports": ";".join(reports),
    }


def _statement_in_words(
    terminals: Terminals, states: States, ids: Sequence[str], statement: int
) -> str:
    """Return one statement as text: what, when, and which event or row of the baseline."""
    statements = states.statements
    entry: Event | Holding = statements.entries[statement]
    day: dt.date = statements.date[statement].item()
    if statement < statements.n_baseline:
        return f"baseline of {day}"
    kind = getattr(entry, "kind", "")
    label = label_of(terminals.sectors.sites, (entry.site,))
    actor = getattr(entry, "actor", None) if MEANING_OF_KIND[kind].holder_from == "actor" else None
    by = f" by {terminals.scenario.actors[actor].label or actor}" if actor else ""
    return f"{label} {kind_in_words(kind)}{by} on {day} [{ids[statement]}]"


def state_in_words(terminals: Terminals, states: States, sector: int, interval: int) -> str:
    """Return the state of a sector whoever asks: its holder, its condition, what overlooks it."""
    then, labels = states.on(interval), _actor_labels(terminals.scenario)
    holder, condition = int(then.holder[sector, 0]), int(then.condition[sector, 0])
    said = [f"held by {labels[holder]}" if holder != UNKNOWN else "holder unknown"]
    if condition == CONTESTED:
        said.append(_contested(terminals.scenario, then, sector))
    elif condition != HELD:
        said.append(CONDITIONS[condition])
    over = int(then.overlooked_by[sector, 0])
    if over >= 0:
        said.append(f"overlooked from {terminals.sectors.sites.named[over].label}")
    return ", ".join(said)


# The road of a route or an enclave on a day: the pieces along its least bad way.


def first_alike(states: States, actor: int) -> NDArray[np.int64]:
    """Return for each interval the first one on which all ground was the same to an actor.

    Returns
    -------
    numpy.ndarray
        int64 of shape (intervals,).
    """
    ground = [states.secure(actor), states.possible(actor), states.hostile(actor)]
    _, first, alike = np.unique(
        np.concatenate(ground), axis=1, return_index=True, return_inverse=True
    )
    return first[alike.ravel()]


def pieces_of_path(
    terminals: Terminals, states: States, actor: str, leg: Leg, moment: Moment
) -> NDArray[np.int64]:
    """Return the pieces along the least bad path of a leg, from source to target.

    It is the path that the reasons are about; over its ground, the shortest in metres.

    Returns
    -------
    numpy.ndarray
        int64 of shape (pieces on the path,); empty if no road leads there.
    """
    sources, targets, within = leg
    kernel = terminals.kernel(within)
    way = least_bad_path(terminals, states, actor, leg, moment)
    if not len(way):
        return np.empty(0, dtype=np.int64)
    on_way = np.zeros(kernel.n_vertices, dtype=bool)
    on_way[way] = True
    starts = _nodes_on_way(terminals, kernel, on_way, sources)
    goals = _nodes_on_way(terminals, kernel, on_way, targets)
    return _shortest(terminals, _pieces_on_way(terminals, kernel, on_way), starts, goals)


def _nodes_on_way(
    terminals: Terminals, kernel: Kernel, on_way: NDArray[np.bool_], names: Sequence[str]
) -> NDArray[np.int64]:
    """Return the nodes of sites that have ground of their own on the way."""
    parts = [part for name in names for part in terminals.parts(name)]
    nodes = np.concatenate([terminals.nodes(part) for part in parts])
    ends = terminals.ends(kernel, names)
    return np.unique(nodes[ends.terminal[ends.own & on_way[ends.vertex]]])


def _pieces_on_way(
    terminals: Terminals, kernel: Kernel, on_way: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the pieces both of whose ends belong to vertices of the way."""
    network, sector = terminals.sectors.network, terminals.sectors.sector
    n_sectors = terminals.sectors.n_sectors
    meetings = kernel.meeting_node * n_sectors + kernel.meeting_sector
    on_both = np.ones(len(sector), dtype=bool)
    for node in (network.u, network.v):
        key = node.astype(np.int64) * n_sectors + sector
        row = np.minimum(np.searchsorted(meetings, key), len(meetings) - 1)
        on_both &= (meetings[row] == key) & on_way[kernel.meeting_vertex[row]]
    return np.flatnonzero(on_both)


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
