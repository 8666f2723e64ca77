"""Why a status is what it is: the ground that decides it, and the words that rule there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from engine.analysis.status import CUT, OPEN
from engine.control.states import UNKNOWN
from engine.control.words import CONDITIONS, CONTESTED, HELD, NO_WORD

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.status import Connections
    from engine.connectivity.kernel import Ends, Kernel
    from engine.control.states import States
    from engine.scenario.model import Event, Holding, Scenario

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
    connections: Connections,
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
    way = least_bad_way(
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


def least_bad_way(
    kernel: Kernel, cost: NDArray[np.float64], sources: Ends, targets: Ends
) -> NDArray[np.int64]:
    """Return the vertices of the way of least total cost between two sets of ends.

    Parameters
    ----------
    kernel
        The contracted network.
    cost
        What it costs to use a vertex, float64 of shape (vertices,).
    sources, targets
        Its ends; an end costs what its own ground costs.

    Returns
    -------
    numpy.ndarray
        Vertices in order, int64; the own ground of the ends included; empty if there is no way.
    """
    start, goal = kernel.n_vertices, kernel.n_vertices + 1
    first, own_first = _gates(cost, sources)
    last, own_last = _gates(cost, targets)
    free = 1e-9  # SciPy takes a weight of zero for no arc
    tail = np.concatenate([kernel.tail, np.full(len(first), start), last])
    head = np.concatenate([kernel.head, first, np.full(len(last), goal)])
    weight = np.concatenate([cost[kernel.head], cost[first] + own_first[1], own_last[1]]) + free
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    once = np.ones(len(tail), dtype=bool)
    once[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    cells = (weight[once], (tail[once], head[once]))
    graph = csr_array(cells, shape=(goal + 1, goal + 1))
    costs, befores = dijkstra(graph, indices=np.array([start]), return_predecessors=True)
    before = befores[0]
    if np.isinf(costs[0, goal]):
        return np.empty(0, dtype=np.int64)
    way = [int(before[goal])]
    while before[way[-1]] != start:
        way.append(int(before[way[-1]]))
    own = [gate[0][np.flatnonzero(vertices == at)[0]] for gate, vertices, at in (
        (own_last, last, way[0]), (own_first, first, way[-1]))]  # fmt: skip
    return np.array(list(dict.fromkeys([int(own[1]), *reversed(way), int(own[0])])))


def _gates(
    cost: NDArray[np.float64], ends: Ends
) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Return the vertices at which ends attach, and for each its cheapest own ground and the cost.

    A terminal without ground of its own is no gate. Own ground that is the vertex itself is free,
    since the way pays for it anyway.
    """
    vertices, owns, costs = [], [], []
    for terminal in range(ends.n):
        rows = ends.terminal == terminal
        own = ends.vertex[rows & ends.own]
        if not len(own):
            continue
        for vertex in ends.vertex[rows]:
            price = np.where(own == vertex, 0.0, cost[own])
            vertices.append(vertex)
            owns.append(own[price.argmin()])
            costs.append(price.min())
    order = np.lexsort((np.array(costs), np.array(vertices, dtype=np.int64)))
    pick = np.array(vertices, dtype=np.int64)[order]
    return pick, (np.array(owns, dtype=np.int64)[order], np.array(costs, dtype=np.float64)[order])


def reason_for(connections: Connections, states: States, sector: int, interval: int) -> Reason:
    """Return what decides about one sector on an interval."""
    at = (sector, interval)
    ground = connections.sector_names[sector]
    over = int(states.overlooked_by[at])
    if over >= 0:
        return _overlooked(connections, states, ground, over, at)
    condition = int(states.condition[at])
    word = int(states.condition_word[at] if condition != HELD else states.holder_word[at])
    words = () if word == NO_WORD else (word,)
    return Reason(ground, _state(connections.scenario, states, at), "", words)


def _overlooked(
    connections: Connections, states: States, ground: str, over: int, at: tuple[int, int]
) -> Reason:
    """Return the words about the ground that overlooks: its latest holder, or who contests it."""
    site = connections.ground.sites.named[over].id
    sectors = connections.ground.covers[over]
    contested = states.own_condition[sectors, at[1]] == CONTESTED
    tracks = [states.condition_word[sectors, at[1]][contested]] if contested.any() else []
    if not contested.all():
        tracks.append(states.holder_word[sectors, at[1]][~contested])
    words = np.unique(np.concatenate(tracks))
    ruling = tuple(int(word) for word in words if word != NO_WORD)
    return Reason(ground, CONDITIONS[states.condition[at]], site, ruling)


def _state(scenario: Scenario, states: States, at: tuple[int, int]) -> str:
    condition, holder = int(states.condition[at]), int(states.holder[at])
    actors = list(scenario.actors)
    if condition == CONTESTED:
        named = states.words.contestant[states.condition_word[at]]
        who = [actor for actor, fights in zip(actors, named, strict=True) if fights]
        return "contested by " + " and ".join(who) if who else "contested"
    if condition != HELD:
        return CONDITIONS[condition]
    return "of unknown hold" if holder == UNKNOWN else f"held by {actors[holder]}"


def in_words(scenario: Scenario, states: States, reasons: list[Reason]) -> str:
    """Return reasons as one line of text, each with the words that it rests on."""
    by_cause: dict[tuple[str, str, str], list[str]] = {}
    for reason in reasons:
        said = "; ".join(word_in_words(scenario, states, word) for word in reason.words)
        grounds = by_cause.setdefault((reason.state, reason.overlooked_by, said), [])
        grounds.append(reason.ground or "ground without a site")
    texts = []
    for (state, over, said), grounds in by_cause.items():
        text = f"{', '.join(dict.fromkeys(grounds))} {state}"
        text += f" from {over}" if over else ""
        texts.append(text + (f" ({said})" if said else ""))
    return "; ".join(texts)


def word_in_words(scenario: Scenario, states: States, word: int) -> str:
    """Return one word as text: what, when, and which event or row of the baseline."""
    entry: Event | Holding = states.words.entries[word]
    day: dt.date = states.words.date[word].item()
    if word < states.words.n_baseline:
        return f"baseline of {day}"
    name = scenario.event_ids()[word - states.words.n_baseline]
    return f"{entry.site} {getattr(entry, 'kind', '').replace('_', ' ')} on {day}, {name}"
