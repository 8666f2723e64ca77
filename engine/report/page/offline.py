"""What the written page knows of single changes: what the engine computed in advance, to be looked up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import words_by_code
from engine.control.sites import label_of
from engine.control.statements import CONDITIONS
from engine.control.states import UNKNOWN
from engine.control.words import actor_text, condition_text, kind_text
from engine.language import listing, tr, trn
from engine.measures.single_changes import askable, single_changes, what_may_be_said
from engine.report.redaction import is_redacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.measures.single_changes import Said, SingleChanges
    from engine.measures.suppositions import Answers

MOST_ASKED = 300_000
"""About so many changes are computed in advance: of each site, kind and interval."""
MOST_SUPPOSED = 500_000_000
"""So many pieces of ground, in all changes together, are supposed to be otherwise."""
MOST_BYTES = 900_000
"""A page grows by so much at most."""
MOST_NAMED = 8
"""So many of the sites left out are named."""


@dataclass(frozen=True, eq=False)
class Whatif:
    """The answers to single changes.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    data
        The answers without a word, for JSON: see `whatif_of`.
    said
        What may be said of each site.
    pairs
        The states of ground that answers name, of a holder and a condition each.
    asked, told
        The sites that a report may speak of, and those of which an answer is there.
    """

    analysis: Analysis
    data: dict[str, Any]
    said: Sequence[Said]
    pairs: list[list[int]]
    asked: Sequence[str]
    told: Sequence[str]

    def texts(self) -> dict[str, Any]:
        """Return its words in the language spoken.

        ``kinds`` (what may be said), ``texts`` (the states of ground that ``grounds`` name) and ``about``.
        """
        return {
            "kinds": [_kind(self.analysis, said) for said in self.said],
            "texts": [_state(self.analysis, *pair) for pair in self.pairs],
            "about": _about(self.analysis, self.asked, self.told),
        }


def whatif_of(analysis: Analysis, sites: Sequence[str], kept: NDArray[np.int64]) -> Whatif | None:
    """Return the answers to single changes; None, where there is nothing to ask.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    sites
        The ids of all sites that a report may speak of.
    kept
        The pieces of road that the page has, int64.

    Returns
    -------
    Whatif or None
        Its data are ``sites`` (for each the answers by kind: interval, its
        last one, first and last day of the change, status and ground, six numbers each; -1 is any day
        up to the interval), ``statuses`` and ``grounds`` (what differs from the page without the
        change: pairs of a route and its status; sector, holder, condition and text),
        ``within`` and ``sector`` (the sector of the page that each of these lies in, and that of each
        piece), ``lasts`` and ``heard`` (the last day of a change that counts).
    """
    if is_redacted(analysis) or not analysis.subjects:
        return None
    asked = _most_telling(analysis, askable(analysis, sites))
    found = single_changes(analysis, asked)
    statuses, status = _statuses(analysis, found.answers)
    pairs, grounds, ground = _grounds(found.answers)
    cells = _cells(found, status, ground)
    told = _within_bounds(cells)
    heard = None
    if analysis.known_on is not None:
        heard = (analysis.known_on - analysis.scenario.start).days
    data = {
        "sites": {asked[at]: rows for at, rows in told.items()},
        "statuses": statuses,
        "grounds": grounds,
        **_division(analysis, found.divided, kept),
        "lasts": found.lasts,
        "heard": heard,
    }
    return Whatif(analysis, data, found.said, pairs, sites, [asked[at] for at in told])


def _most_telling(analysis: Analysis, sites: Sequence[str]) -> list[str]:
    """Return as many of some sites as can be computed, those on the ground of routes first."""
    sectors = analysis.sectors
    near = np.zeros(sectors.n_sectors, dtype=bool)
    for name in analysis.subjects:
        for legs in analysis.paths(name):
            near[sectors.sector[np.concatenate([np.empty(0, dtype=np.int64), *legs])]] = True
    each = len(what_may_be_said(analysis.scenario)) * analysis.states.n_intervals
    most = min(MOST_ASKED, MOST_SUPPOSED // sectors.n_sectors)
    if len(sites) * each <= most:
        return list(sites)

    def beside(site: str) -> bool:
        row = sectors.sites.index.get(site)
        return row is None or not (sectors.covers[row] & near).any()

    return sorted(sites, key=beside)[: most // each]


def _kind(analysis: Analysis, said: Said) -> dict[str, str]:
    label = actor_text(analysis.scenario, said.actor) if said.actor else ""
    return {
        "value": f"{said.kind}:{said.actor}" if said.actor else said.kind,
        "kind": kind_text(said.kind),
        "actor": label,
    }


def _statuses(analysis: Analysis, answers: Answers) -> tuple[list[Any], NDArray[np.int64]]:
    """Return the distinct lists of statuses that differ, and which each answer has."""
    names = list(analysis.subjects)
    base = np.array([analysis.codes[name] for name in names])[:, answers.interval]
    same = np.int8(np.iinfo(np.int8).max)
    distinct, which = np.unique(
        np.where(answers.codes == base, same, answers.codes), axis=1, return_inverse=True
    )
    words = [words_by_code(enclave=name in analysis.enclaves) for name in names]
    told = [
        [[row, words[row][code]] for row, code in enumerate(column) if code != same]
        for column in distinct.T.tolist()
    ]
    return told, which.ravel()


def _grounds(
    answers: Answers,
) -> tuple[list[list[int]], list[list[int]], NDArray[np.int64]]:
    """Return the states of ground, the distinct grounds, and which each answer has."""
    pairs, text = np.unique(
        np.stack([answers.holder, answers.condition]), axis=1, return_inverse=True
    )
    cells = np.stack([answers.sector, answers.holder, answers.condition, text.ravel()], axis=1)
    border = np.searchsorted(answers.row, np.arange(len(answers.site) + 1)).tolist()
    known: dict[bytes, int] = {}
    grounds: list[list[int]] = []
    which = np.empty(len(answers.site), dtype=np.int64)
    for answer, (start, end) in enumerate(pairwise(border)):
        key = cells[start:end].tobytes()
        which[answer] = known.setdefault(key, len(known))
        if len(grounds) < len(known):
            grounds.append(cells[start:end].ravel().tolist())
    return pairs.T.tolist(), grounds, which


def _state(analysis: Analysis, holder: int, condition: int) -> str:
    if holder == UNKNOWN:
        who = tr("holder unknown")
    else:
        actor = list(analysis.scenario.actors)[holder]
        who = tr("held by {actor}", actor=actor_text(analysis.scenario, actor))
    return listing([who, condition_text(CONDITIONS[condition])]) if condition else who


def _cells(
    found: SingleChanges, status: NDArray[np.int64], ground: NDArray[np.int64]
) -> dict[int, list[list[int]]]:
    """Return the answers of each site by kind; intervals that follow one another are told once."""
    answers, states = found.answers, found.divided.states
    ends = (states.borders[1:] - states.borders[0]).astype(np.int64)
    to_the_last = answers.last == ends[answers.interval] - 1
    if found.divided.known_on is not None:
        heard = (found.divided.known_on - found.divided.scenario.start).days
        to_the_last |= answers.last == heard
    last = np.where(to_the_last, -1, answers.last)
    same = np.stack([answers.site, answers.kind, answers.first, last, status, ground])
    new = np.ones(len(last), dtype=bool)
    new[1:] = (np.diff(same, axis=1) != 0).any(axis=0) | (np.diff(answers.interval) != 1)
    start = np.flatnonzero(new)
    end = np.append(start[1:], len(last))[: len(start)] - 1
    site, kind, *rest = same[:, start]
    rows = np.stack([answers.interval[start], answers.interval[end], *rest], axis=1)
    told: dict[int, list[list[int]]] = {
        at: [[] for _ in found.said] for at in range(len(found.sites))
    }
    for at, which, row in zip(site.tolist(), kind.tolist(), rows.tolist(), strict=True):
        told[at][which] += row
    return told


def _within_bounds(cells: dict[int, list[list[int]]]) -> dict[int, list[list[int]]]:
    """Return as many sites as a page has room for, from the first on."""
    size, told = 0, {}
    for at, rows in cells.items():
        size += len(json.dumps(rows))
        if size > MOST_BYTES:
            break
        told[at] = rows
    return told


def _division(analysis: Analysis, divided: Analysis, kept: NDArray[np.int64]) -> dict[str, Any]:
    """Return how the ground of the answers lies in that of the page."""
    if divided is analysis:
        return {"within": None, "sector": None}
    within = np.zeros(divided.sectors.n_sectors, dtype=np.int64)
    within[divided.sectors.sector] = analysis.sectors.sector
    return {"within": within.tolist(), "sector": divided.sectors.sector[kept].tolist()}


def _about(analysis: Analysis, sites: Sequence[str], told: Sequence[str]) -> str:
    """Return what a reader is told of it: what is answered, and what is left out."""
    known = set(told)
    left_out = [label_of(analysis.sectors.sites, (s,)) if s in analysis.sectors.sites.index else s
                for s in sites if s not in known]  # fmt: skip
    text = tr(
        "This page answers one change at a time by itself: any of {count:,} places and roads, "
        "on any day, from what the engine computed in advance. More changes, and their reasons and "
        "probabilities, need the engine: supplyline open.",
        count=len(told),
    )
    if not left_out:
        return text
    names, more = listing(left_out[:MOST_NAMED]), len(left_out) - MOST_NAMED
    if more > 0:
        rest = trn(
            "Left out: {names} and {n:,} more.",
            "Left out: {names} and {n:,} more.",
            more,
            names=names,
        )
    else:
        rest = tr("Left out: {names}.", names=names)
    return f"{text} {rest}"
