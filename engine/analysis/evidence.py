"""Why a status is what it is: the ground that decides it, and the words that rule there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.status import (
    CUT,
    ENCLAVE_STATUS,
    OPEN,
    ROUTE_STATUS,
    enclave_status,
    legs_of,
    route_status,
)
from engine.connectivity.shortest_path import shortest_path, shortest_path_between_ends
from engine.control.gates import MODES, through_gates
from engine.control.statements import CONDITIONS, CONTESTED, HELD, NO_STATEMENT
from engine.control.states import UNKNOWN
from engine.scenario.model import Enclave

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.status import Terminals
    from engine.connectivity.kernel import Kernel
    from engine.control.states import States
    from engine.scenario.model import Event, Holding, Route, Scenario

ONLY_POSSIBLE, IMPOSSIBLE = 1.0, 1000.0
"""What ground that is not secure costs a way: the least bad way has the least of it."""
WORSENED = 0.01
"""By how much ground that became worse as a status began counts less against a way."""


@dataclass(frozen=True)
class Reason:
    """What decides about a piece of ground.

    Parameters
    ----------
    ground
        The most specific sites that cover it.
    state
        Its holder or its condition, in words.
    overlooked_by
        The site from which it is commanded; empty if that is not the reason.
    words
        The rows of the words that say so, positions in `States.words`.
    """

    ground: str
    state: str
    overlooked_by: str
    words: tuple[int, ...]


def reasons_of(
    connections: Terminals,
    states: States,
    actor: str,
    sources: Sequence[str],
    targets: Sequence[str],
    within: str | None,
    interval: int,
    since: int,
    status: int,
) -> list[Reason]:
    """Return what a status rests on, along the least bad way.

    For a route that is open, the ground of that way; at risk, its ground that is not secure; cut,
    its ground that is not even possible. An empty list if no way leads there at all. Ground that
    became worse when the status began (on the interval `since`) is the likelier reason.
    """
    kernel = connections.kernel(within)
    code = connections.actor_code(actor)
    cost = badness(kernel, states, code, interval)
    worsened = badness(kernel, states, code, since) > badness(
        kernel, states, code, max(since - 1, 0)
    )
    way = shortest_path_between_ends(
        kernel,
        np.where(worsened, cost * WORSENED, cost),
        connections.ends(kernel, sources),
        connections.ends(kernel, targets),
    )
    threshold = {OPEN: 0.0, CUT: IMPOSSIBLE}.get(status, ONLY_POSSIBLE)
    sectors = dict.fromkeys(kernel.sector[way[cost[way] >= threshold]].tolist())
    return [reason_for(connections, states, sector, interval) for sector in sectors]


def badness(kernel: Kernel, states: States, actor: int, interval: int) -> NDArray[np.float64]:
    """Return what each vertex of a kernel costs an actor on an interval, shape (vertices,)."""
    secure = states.secure(actor)[kernel.sector, interval]
    possible = states.possible(actor)[kernel.sector, interval]
    return np.select([secure, possible], [0.0, ONLY_POSSIBLE], IMPOSSIBLE)


def reason_for(connections: Terminals, states: States, sector: int, interval: int) -> Reason:
    """Return what decides about one sector on an interval."""
    at = (sector, interval)
    ground = connections.sector_names[sector]
    over = int(states.overlooked_by[at])
    if over >= 0:
        return _overlooked(connections, states, ground, over, at)
    condition = int(states.condition[at])
    word = int(states.condition_statement[at] if condition != HELD else states.holder_statement[at])
    words = () if word == NO_STATEMENT else (word,)
    return Reason(ground, _state(connections.scenario, states, at), "", words)


def _overlooked(
    connections: Terminals, states: States, ground: str, over: int, at: tuple[int, int]
) -> Reason:
    """Return the words about the ground that overlooks: its latest holder, or who contests it."""
    site = connections.ground.sites.named[over].id
    sectors = connections.ground.covers[over]
    contested = states.own_condition[sectors, at[1]] == CONTESTED
    tracks = [states.condition_statement[sectors, at[1]][contested]] if contested.any() else []
    if not contested.all():
        tracks.append(states.holder_statement[sectors, at[1]][~contested])
    words = np.unique(np.concatenate(tracks))
    ruling = tuple(int(word) for word in words if word != NO_STATEMENT)
    return Reason(ground, CONDITIONS[states.condition[at]], site, ruling)


def _state(scenario: Scenario, states: States, at: tuple[int, int]) -> str:
    condition, holder = int(states.condition[at]), int(states.holder[at])
    actors = list(scenario.actors)
    if condition == CONTESTED:
        named = states.words.contestant[states.condition_statement[at]]
        who = [actor for actor, fights in zip(actors, named, strict=True) if fights]
        return "contested by " + " and ".join(who) if who else "contested"
    if condition != HELD:
        return CONDITIONS[condition]
    return "of unknown hold" if holder == UNKNOWN else f"held by {actors[holder]}"


def in_words(scenario: Scenario, states: States, reasons: list[Reason]) -> str:
    """Return reasons as one line of text, each with the words that it rests on."""
    by_cause: dict[tuple[str, str, str], list[str]] = {}
    for reason in reasons:
        said = "; ".join(statement_in_words(scenario, states, word) for word in reason.words)
        grounds = by_cause.setdefault((reason.state, reason.overlooked_by, said), [])
        grounds.append(reason.ground or "ground without a site")
    texts = []
    for (state, over, said), grounds in by_cause.items():
        text = f"{', '.join(dict.fromkeys(grounds))} {state}"
        text += f" from {over}" if over else ""
        texts.append(text + (f" ({said})" if said else ""))
    return "; ".join(texts)


def statement_in_words(scenario: Scenario, states: States, word: int) -> str:
    """Return one word as text: what, when, and which event or row of the baseline."""
    entry: Event | Holding = states.words.entries[word]
    day: dt.date = states.words.date[word].item()
    if word < states.words.n_baseline:
        return f"baseline of {day}"
    name = scenario.event_ids()[word - states.words.n_baseline]
    return f"{entry.site} {getattr(entry, 'kind', '').replace('_', ' ')} on {day}, {name}"


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
    connections: Terminals,
    states: States,
    actor: str,
    sources: Sequence[str],
    targets: Sequence[str],
    within: str | None,
    interval: int,
) -> NDArray[np.int64]:
    """Return the pieces along the least bad way between sites, from source to target.

    Over the ground of that way, it is the shortest in metres.

    Returns
    -------
    numpy.ndarray
        int64 of shape (pieces on the way,); empty if no way leads there.
    """
    kernel = connections.kernel(within)
    cost = badness(kernel, states, connections.actor_code(actor), interval)
    way = shortest_path_between_ends(
        kernel, cost, connections.ends(kernel, sources), connections.ends(kernel, targets)
    )
    if not len(way):
        return np.empty(0, dtype=np.int64)
    on_way = np.zeros(kernel.n_vertices, dtype=bool)
    on_way[way] = True
    starts = _nodes_on_way(connections, kernel, on_way, sources)
    goals = _nodes_on_way(connections, kernel, on_way, targets)
    return _shortest(connections, _pieces_on_way(connections, kernel, on_way), starts, goals)


def _nodes_on_way(
    connections: Terminals, kernel: Kernel, on_way: NDArray[np.bool_], names: Sequence[str]
) -> NDArray[np.int64]:
    """Return the nodes of sites that have ground of their own on the way."""
    parts = [part for name in names for part in connections.parts(name)]
    nodes = np.concatenate([connections.nodes(part) for part in parts])
    ends = connections.ends(kernel, names)
    return np.unique(nodes[ends.terminal[ends.own & on_way[ends.vertex]]])


def _pieces_on_way(
    connections: Terminals, kernel: Kernel, on_way: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the pieces both of whose ends belong to vertices of the way."""
    network, sector = connections.ground.network, connections.ground.sector
    n_sectors = connections.ground.n_sectors
    meetings = kernel.meeting_node * n_sectors + kernel.meeting_sector
    on_both = np.ones(len(sector), dtype=bool)
    for node in (network.u, network.v):
        key = node.astype(np.int64) * n_sectors + sector
        row = np.minimum(np.searchsorted(meetings, key), len(meetings) - 1)
        on_both &= (meetings[row] == key) & on_way[kernel.meeting_vertex[row]]
    return np.flatnonzero(on_both)


def _shortest(
    connections: Terminals,
    pieces: NDArray[np.int64],
    starts: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the shortest of the paths over some pieces from any start to any goal, in order."""
    network = connections.ground.network
    back = pieces
    if connections.scenario.oneway == "respect":
        back = pieces[~network.oneway[pieces]]
    tail = np.concatenate([network.u[pieces], network.v[back]])
    head = np.concatenate([network.v[pieces], network.u[back]])
    piece = np.concatenate([pieces, back])
    arcs = shortest_path(tail, head, network.length[piece], starts, goals)
    return np.empty(0, dtype=np.int64) if arcs is None else piece[arcs]


# What a status rests on: who sees the ground, over which legs, for which reasons, along which way.

Leg = tuple[tuple[str, ...], tuple[str, ...], str | None]
"""Sources, targets and the site that the leg keeps to."""


def reasons(analysis: Analysis, name: str, interval: int) -> list[Reason]:
    """Return what the status of a route or an enclave rests on, on an interval."""
    status = ENCLAVE_STATUS if name in analysis.enclaves else ROUTE_STATUS
    code = status.index(analysis.statuses[name][interval])
    states, actor = seen(analysis, name, interval), analysis.subjects[name].actor
    since = max(start for start in analysis.spell_starts[name] if start <= interval)
    found = [
        reasons_of(
            analysis.connections, states, actor, sources, targets, within, interval, since, code
        )
        for sources, targets, within in _legs(analysis, name, interval)
    ]
    return list(dict.fromkeys(reason for leg in found for reason in leg))


def path(analysis: Analysis, name: str, interval: int) -> list[NDArray[np.int64]]:
    """Return the pieces of road along the least bad way of each leg, on an interval."""
    states, actor = seen(analysis, name, interval), analysis.subjects[name].actor
    return [
        pieces_of_path(analysis.connections, states, actor, sources, targets, within, interval)
        for sources, targets, within in _legs(analysis, name, interval)
    ]


def seen(analysis: Analysis, name: str, interval: int) -> States:
    """Return the states as those see them who pass: of several modes the one that fares best."""
    asked = analysis.subjects[name]
    if not analysis.scenario.gates:
        return analysis.states
    modes = MODES if asked.mode == "any" else (asked.mode,)
    codes = [_code_alone(analysis, asked, mode, interval) for mode in modes]
    best = modes[codes.index(max(codes))]
    (view,) = through_gates(analysis.scenario, analysis.ground, analysis.states, best)
    return view


def _code_alone(analysis: Analysis, asked: Route | Enclave, mode: str, interval: int) -> int:
    """Return the status code that a question would have for one mode of passing alone."""
    alone = asked.model_copy(update={"mode": mode})
    if isinstance(alone, Enclave):
        return int(enclave_status(analysis.connections, analysis.states, alone).status[interval])
    return int(route_status(analysis.connections, analysis.states, alone)[interval])


def _legs(analysis: Analysis, name: str, interval: int) -> list[Leg]:
    """Return the legs of a route; an enclave has one."""
    asked = analysis.subjects[name]
    if isinstance(asked, Enclave):
        return [(asked.lifelines, _places_that_decide(analysis, name, interval), None)]
    return [(leg.sources, (leg.target,), asked.within) for leg in legs_of(asked)]


def _places_that_decide(analysis: Analysis, name: str, interval: int) -> tuple[str, ...]:
    """Return the places still held whose status is that of the enclave."""
    enclave = analysis.enclaves[name]
    held = ~enclave.lost[:, interval]
    best = enclave.place_status[:, interval] == enclave.status[interval]
    chosen = held & best if (held & best).any() else np.ones_like(held)
    return tuple(place for place, wanted in zip(enclave.places, chosen, strict=True) if wanted)
