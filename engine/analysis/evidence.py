"""What a status rests on: the ground that decides it, and the statements that rule there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.least_bad_path import IMPOSSIBLE, ONLY_POSSIBLE, badness
from engine.analysis.status import CUT, OPEN
from engine.control.overlooking import overlooker
from engine.control.statements import (
    CLOSED,
    CONDITIONS,
    CONTESTED,
    EXPOSED,
    HELD,
    NO_STATEMENT,
)
from engine.control.states import UNKNOWN
from engine.control.words import actor_text, chained, condition_text, name_text
from engine.language import listing, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.least_bad_path import Leg, Moment
    from engine.analysis.status import Terminals
    from engine.control.statements import Statements
    from engine.control.states import Snapshot, States
    from engine.scenario.model import Scenario


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
