"""What a status rests on: the ground that decides it, the statements that rule there, and how both are told.

For people, reasons alike are told once, by what readers call the ground, with the ids beside it. Of a lost
enclave it is told which place was the last, and who holds places by which report.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.least_bad_path import IMPOSSIBLE, ONLY_POSSIBLE, badness
from engine.analysis.status import CUT, OPEN
from engine.connectivity.roads import shortest_path_between_ends
from engine.control.overlooking import overlooker
from engine.control.runs import column
from engine.control.sites import label_of, shared_site
from engine.control.statements import CLOSED, CONDITIONS, CONTESTED, EXPOSED, HELD, NO_STATEMENT
from engine.control.states import UNKNOWN
from engine.control.words import actor_text, chained, condition_text, event_text, name_text
from engine.language import listing, tr, trn
from engine.network.arrays import EARTH_RADIUS_M, great_circle_m
from engine.network.paths import nearest_vectors, unit_vectors
from engine.scenario.vocabulary import MEANING_OF_KIND

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.least_bad_path import Leg, Moment
    from engine.analysis.status import EnclaveStatus, Terminals
    from engine.connectivity.kernel import Kernel
    from engine.control.sectors import Sectors
    from engine.control.statements import Statements
    from engine.control.states import Snapshot, States
    from engine.scenario.model import Event, Holding, Scenario


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


def reasons_on(
    terminals: Terminals,
    states: States,
    actor: str,
    paths: Sequence[tuple[Leg, NDArray[np.int64]]],
    moment: Moment,
) -> list[Reason]:
    """Return what a status rests on, along the least bad path of each leg (`least_bad_path`).

    For a route that is open, the ground of that path; at risk, its ground that is not secure; cut,
    its ground that is not even possible. An empty list if no road leads there at all.
    """
    code = terminals.actor_code(actor)
    threshold = {OPEN: 0.0, CUT: IMPOSSIBLE}.get(moment.status, ONLY_POSSIBLE)
    found: dict[Reason, None] = {}
    then = states.on(moment.interval)
    for leg, path in paths:
        kernel = terminals.kernel(leg.within)
        cost = badness(kernel, states, code, moment.interval)
        for sector in dict.fromkeys(kernel.sector[path[cost[path] >= threshold]].tolist()):
            found[reason_for(terminals, then, actor, sector)] = None
    return list(found)


def reason_for(terminals: Terminals, then: Snapshot, actor: str, sector: int) -> Reason:
    """Return what decides about one sector at a time, for an actor.

    The first that holds of: a hostile holder, a report or a gate that closes it, hostile ground
    that overlooks it, a contest, fire, no known holder; else its holder.
    """
    sites = terminals.sectors.site_ids[sector]
    code, own = terminals.actor_code(actor), int(then.own_condition[sector])
    condition = int(then.condition_for(code)[sector])
    shut = bool(then.shut[sector])
    hostile = bool(then.hostile(code)[sector])
    over = _overlooker(terminals, then, code, sector)
    commanded = over >= 0 and (condition == CLOSED or own != CONTESTED)
    if commanded and not hostile and not shut:
        overlooking = terminals.sectors.sites.named[over].id
        statements = _about_overlooking(terminals, then, over)
        return Reason(sites, condition_text(CONDITIONS[condition]), overlooking, statements)
    said = []
    if hostile or (condition == HELD and not shut):
        said.append(int(then.holder_statement[sector]))
    if own != HELD and not shut:
        said.append(int(then.condition_statement[sector]))
    state = _state(terminals.scenario, then, sector, hostile=hostile)
    return Reason(
        sites, state, "", tuple(one for one in dict.fromkeys(said) if one != NO_STATEMENT)
    )


def _overlooker(terminals: Terminals, then: Snapshot, actor: int, sector: int) -> int:
    """Return the site whose overlooking makes ground worse for an actor; -1 if none does."""
    if then.imposed[actor, sector] <= then.own_condition[sector] or then.shut[sector]:
        return -1
    if then.holder[sector] == actor:
        return int(then.overlooked_by[sector])
    return overlooker(
        terminals.scenario, terminals.sectors, then.holder, then.own_condition == CONTESTED,
        then.passable, sector=sector, actor=actor,
    )  # fmt: skip


def _about_overlooking(terminals: Terminals, then: Snapshot, over: int) -> tuple[int, ...]:
    """Return the statements about ground that overlooks: its latest holder, or who contests it."""
    sectors = terminals.sectors.on_site[over]
    contested = then.own_condition[sectors] == CONTESTED
    found = np.unique(
        np.concatenate(
            [
                then.condition_statement[sectors][contested],
                then.holder_statement[sectors][~contested],
            ]
        )
    )
    return tuple(int(one) for one in found if one != NO_STATEMENT)


def _state(scenario: Scenario, then: Snapshot, sector: int, *, hostile: bool) -> str:
    """Return the state of a sector that is not overlooked, in words."""
    labels = _actor_labels(scenario)
    own, holder = int(then.own_condition[sector]), int(then.holder[sector])
    said = []
    if hostile or (own == HELD and holder != UNKNOWN and not then.shut[sector]):
        said.append(tr("held by {actor}", actor=labels[holder]))
    if then.shut[sector]:
        said.append("" if hostile else tr("closed by a gate"))
    elif own == CONTESTED:
        said.append(_contested(scenario, then.statements, int(then.condition_statement[sector])))
    elif own in {EXPOSED, CLOSED} and not hostile:
        said.append(condition_text(CONDITIONS[own]))
    return listing(filter(None, said)) or tr("holder unknown")


def _contested(scenario: Scenario, statements: Statements, statement: int) -> str:
    named = statements.contestant[statement]
    labels = zip(_actor_labels(scenario), named, strict=True)
    who = [label for label, fights in labels if fights]
    return contested_text(who)


def contested_text(who: Sequence[str]) -> str:
    """Return that ground is contested, and by whom, if that is known."""
    if not who:
        return condition_text("contested")
    if len(who) == 1:
        return tr("contested by {actor}", actor=who[0])
    return tr("contested by {names}", names=chained(who, " and "))


def _actor_labels(scenario: Scenario) -> list[str]:
    return [actor_text(scenario, name) for name in scenario.actors]


def states_in_words(
    terminals: Terminals, then: Snapshot | States, at: NDArray[np.int64]
) -> list[str]:
    """Return the states of ground whoever asks: its holder, its condition, what overlooks it.

    Of sectors, if these are the states of a time; of runs, if they are all states.
    """
    condition = then.condition[at]
    contest = np.where(condition == CONTESTED, then.condition_statement[at], NO_STATEMENT)
    keys = list(
        zip(
            *(x.tolist() for x in (then.holder[at], condition, contest, then.overlooked_by[at])),
            strict=True,
        )
    )
    told = {key: _in_words(terminals, then.statements, *key) for key in dict.fromkeys(keys)}
    return [told[key] for key in keys]


def _in_words(
    terminals: Terminals,
    statements: Statements,
    holder: int,
    condition: int,
    contest: int,
    over: int,
) -> str:
    scenario = terminals.scenario
    known = holder != UNKNOWN
    who = tr("held by {actor}", actor=_actor_labels(scenario)[holder]) if known else ""
    said = [who or tr("holder unknown")]
    if condition == CONTESTED:
        said.append(_contested(scenario, statements, contest))
    elif condition != HELD:
        said.append(condition_text(CONDITIONS[condition]))
    if over >= 0:
        place = name_text(terminals.sectors.sites.named[over])
        said.append(tr("overlooked from {place}", place=place))
    return listing(said)


MOST_NAMED = 3
"""How many pieces of ground, and how many statements, a text names before it only counts them."""


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
    ground = listed(labels)
    if not overlooked_label:
        return tr("{ground}: {state}", ground=ground, state=state)
    return tr(
        "{ground}: {state}, overlooked from {place}",
        ground=ground, state=state, place=overlooked_label,
    )  # fmt: skip


def listed(texts: Sequence[str], between: str = ", ") -> str:
    """Return texts as a list; if there are many, the last ones are only counted."""
    if len(texts) <= MOST_NAMED + 1:
        return chained(texts, between)
    names, n = chained(texts[:MOST_NAMED], between), len(texts) - MOST_NAMED
    if ";" in between:
        return trn("{names}; and {n} more", "{names}; and {n} more", n, names=names)
    return trn("{names} and {n} more", "{names} and {n} more", n, names=names)


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

    def any_of(names: Sequence[str]) -> str:
        return chained([label_of(sites, (name,)) for name in names], " or ")

    for sources, targets, within in legs:
        kernel = terminals.kernel(within)
        bound = any_of((within,)) if within else ""
        ends = {names: terminals.ends(kernel, names) for names in (sources, targets)}
        for names, found in ends.items():
            if not found.own.any():
                return _nothing_meets(bound, any_of(names), _km_off(terminals, kernel, names))
        everywhere = np.zeros(kernel.n_vertices)
        if not len(shortest_path_between_ends(kernel, everywhere, ends[sources], ends[targets])):
            return _nothing_connects(bound, any_of(sources), any_of(targets))
    return no_road()


def no_road() -> str:
    """Return that no road leads there, of which no more is known."""
    return tr("no road leads there")


def _nothing_meets(bound: str, place: str, km: float | None) -> str:
    """Return that no road, or none of a bound, meets a place, and how far the nearest one is."""
    if bound and km is not None:
        return tr(
            "no road leads there: no road of {bound} meets {place}; the nearest is {km:.1f} km away",
            bound=bound, place=place, km=km,
        )  # fmt: skip
    if bound:
        return tr("no road leads there: no road of {bound} meets {place}", bound=bound, place=place)
    if km is not None:
        return tr(
            "no road leads there: no road meets {place}; the nearest is {km:.1f} km away",
            place=place, km=km,
        )  # fmt: skip
    return tr("no road leads there: no road meets {place}", place=place)


def _nothing_connects(bound: str, start: str, end: str) -> str:
    if bound:
        return tr(
            "no road leads there: no road of {bound} connects {start} with {end}",
            bound=bound, start=start, end=end,
        )  # fmt: skip
    return tr("no road leads there: no road connects {start} with {end}", start=start, end=end)


def _km_off(terminals: Terminals, kernel: Kernel, names: Sequence[str]) -> float | None:
    """Return how far the nearest road of a kernel is from the nodes of sites; None without either."""
    network = terminals.sectors.network
    nodes = np.concatenate([terminals.nodes(p) for name in names for p in terminals.parts(name)])
    there = np.unique(kernel.meeting_node)
    if not len(there) or not len(nodes):
        return None
    metres = great_circle_m(
        network.lon[nodes][:, np.newaxis], network.lat[nodes][:, np.newaxis],
        network.lon[there], network.lat[there],
    )  # fmt: skip
    return float(metres.min()) / 1000


def because_columns(causes: Sequence[Cause], otherwise: str = "") -> dict[str, str]:
    """Return causes as columns of a table: a text for people, and the ids that it rests on.

    Without causes the text is what no road leading there comes from (`why_no_road`).

    ``because``, ``sites`` (with semicolons between them), ``overlooked_by`` and ``reports``.
    """
    sites = dict.fromkeys(site for cause in causes for site in cause.sites)
    over = dict.fromkeys(cause.overlooked_by for cause in causes if cause.overlooked_by)
    reports = dict.fromkeys(report for cause in causes for report in cause.reports)
    return {
        "because": chained(map(str, causes), "; ") or otherwise or no_road(),
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
        return tr("baseline of {day}", day=day)
    kind = getattr(entry, "kind", "")
    label = label_of(terminals.sectors.sites, (entry.site,))
    actor = getattr(entry, "actor", None) if MEANING_OF_KIND[kind].holder_from == "actor" else None
    who = actor_text(terminals.scenario, actor) if actor else ""
    what = event_text(kind, label, who)
    return tr("{what} on {day} [{id}]", what=what, day=day, id=ids[statement])


def last_places(
    terminals: Terminals, states: States, enclave: EnclaveStatus, since: int
) -> tuple[str, ...]:
    """Return the places of an enclave that were the last to be lost.

    Parameters
    ----------
    since
        The interval since which no place of it is held. If that is the first of all, its last
        places are those of the latest reports.
    """
    if since:
        return enclave.chosen(~enclave.lost[:, since - 1])
    said = states.on(since).holder_statement
    reported = [
        states.statements.date[said[_own_sectors(terminals, name)]].max() for name in enclave.places
    ]
    return enclave.chosen(np.array(reported) == max(reported))


def reasons_of_places(
    terminals: Terminals, states: States, actor: str, places: Sequence[str], interval: int
) -> list[Reason]:
    """Return who holds some places of an enclave at their nodes, and who says so."""
    sectors = [sector for name in places for sector in _own_sectors(terminals, name).tolist()]
    then = states.on(interval)
    found = [reason_for(terminals, then, actor, sector) for sector in dict.fromkeys(sectors)]
    return list(dict.fromkeys(found))


def _own_sectors(terminals: Terminals, place: str) -> NDArray[np.int64]:
    """Return the ground that decides whether a place is lost: its own at its node."""
    kernel = terminals.kernel()
    ends = terminals.ends(kernel, (place,))
    return np.unique(kernel.sector[ends.vertex[ends.own]])


NEAR_FRONT = 2.0
"""Ground that is less than so many times as far from a hostile place as from its own may well be
hostile."""


@dataclass(frozen=True)
class NearFront:
    """Ground that a status hangs on, and of which the places around do not tell who holds it.

    Parameters
    ----------
    place, km
        The nearest place held by actors over whose ground the actor may not pass, and how far away it is.
    own, own_km
        The place whose ground it is, and how far away that is.
    """

    place: str
    km: float
    own: str
    own_km: float


@dataclass(frozen=True, eq=False)
class Fronts:
    """Which roads of a map lie near a front for an actor on one interval.

    Parameters
    ----------
    near
        The pieces of road with a point near a front, bool of shape (pieces,).
    ratio
        How many times as far a hostile place is as the own one, at the point of each piece where
        that is least, float64 of shape (pieces,); infinite where nothing is inferred.
    own, other
        The places at that point, rows of the sites, int64 of shape (pieces,).
    own_m, other_m
        How far they are from it.
    """

    near: NDArray[np.bool_]
    ratio: NDArray[np.float64]
    own: NDArray[np.int64]
    other: NDArray[np.int64]
    own_m: NDArray[np.float64]
    other_m: NDArray[np.float64]


def fronts_of(
    terminals: Terminals, states: States, actor: int, interval: int, times: float
) -> Fronts:
    """Return which roads of a map lie near a front for an actor on an interval.

    Along a straight part of a road within the ground of one place, the points that are at least `times`
    (1 or more) as far from each other place lie together, so the vertices of the roads are enough.
    """
    sectors = terminals.sectors
    network, sites, sector = sectors.network, sectors.sites, sectors.sector
    n, hostile = network.n_segments, column(states.hostile(actor), interval)
    own_of_sector = _place_of_sectors(terminals, states.on(interval))
    own, enemies = own_of_sector[sector], _places_held(sectors, hostile)
    ratio, other = np.full(n, np.inf), np.full(n, -1)
    own_m, other_m = np.full(n, np.nan), np.full(n, np.nan)
    found = Fronts(np.zeros(n, dtype=bool), ratio, own, other, own_m, other_m)
    pieces = np.flatnonzero((own >= 0) & ~hostile[sector])
    if not len(pieces) or not len(enemies):
        return found
    drawn = network.geometry.take(pieces)
    points, piece = unit_vectors(*drawn.values.T), pieces[drawn.rows]
    at = unit_vectors(network.lon[sites.node], network.lat[sites.node])
    nearest, to_other = nearest_vectors(points, at[enemies])
    chord = np.linalg.norm(points - at[own[piece]], axis=1)
    to_own = 2 * EARTH_RADIUS_M * np.arcsin(np.clip(chord / 2, 0, 1))
    share = np.divide(to_other, to_own, out=np.full(len(piece), np.inf), where=to_own > 0)
    order = np.lexsort((share, piece))
    least = order[np.unique(piece[order], return_index=True)[1]]
    rows = piece[least]
    ratio[rows], other[rows] = share[least], enemies[nearest[least]]
    own_m[rows], other_m[rows] = to_own[least], to_other[least]
    return replace(found, near=ratio < times)


def _place_of_sectors(terminals: Terminals, then: Snapshot) -> NDArray[np.int64]:
    """Return the place from which it is inferred who holds each sector; -1 where a report names it.

    A report names the ground of a road, an area or OSM ways of which it speaks, members of a group included.
    """
    sectors = terminals.sectors
    sites, covers, own = sectors.sites, sectors.covers, np.full(sectors.n_sectors, -1)
    for row in np.flatnonzero(sites.node >= 0)[::-1].tolist():
        own[covers[row]] = row
    for ruling in (then.holder_statement, then.condition_statement):
        for statement in np.unique(ruling[ruling != NO_STATEMENT]).tolist():
            name = sites.named[int(then.statements.site[statement])].id
            parts = [sites.index[part] for part in terminals.parts(name)]
            named = covers[[row for row in parts if sites.node[row] < 0]].any(axis=0)
            own[named & (ruling == statement)] = -1
    return own


def _places_held(sectors: Sectors, by: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the places whose ground at their nodes is all among some, rows of the sites."""
    network, sites = sectors.network, sectors.sites
    met = np.concatenate([network.u, network.v])
    order = np.argsort(met, kind="stable")
    held = []
    for row in np.flatnonzero(sites.node >= 0).tolist():
        first, last = np.searchsorted(met[order], [sites.node[row], sites.node[row] + 1])
        there = np.unique(sectors.sector[order[first:last] % network.n_segments])
        own = there[sectors.covers[row, there]]
        if len(own) and by[own].all():
            held.append(row)
    return np.array(held, dtype=np.int64)


def near_front_text(found: NearFront) -> str:
    """Return the word of doubt that a status hangs on ground near a front."""
    return tr(
        "Near a front: every path passes ground that is less than twice as far from the nearest place "
        "of another holder ({place}, {km:.1f} km) as from its own ({own}, {own_km:.1f} km); a report "
        "on the road itself decides.",
        place=found.place, km=found.km, own=found.own, own_km=found.own_km,
    )  # fmt: skip
