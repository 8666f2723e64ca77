"""What is uncertain about the statements of a scenario, and what chance decides of it.

The truth of statements, their days and what links them become independent variables.
Statements that share a dispute or follow one another are one variable, with a list of joint outcomes. Every
source uncertain is a variable of its own. Where it decides about statements whose days hang together, these
have a variable for each way in which their sources may be right or wrong, of which only one is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.connectivity.traversal import Arcs, connected_parts
from engine.errors import InputError
from engine.language import tr

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from engine.control.statements import Statements
    from engine.scenario.model import Event, Scenario


FOREVER = np.iinfo(np.int64).max
NONE = -1
"""No source of limited reliability, no dispute, no predecessor."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """The statements of a scenario with all that is uncertain about them.

    Days are counted from 1 January 1970. A statement that was not reported in time is not `possible`,
    and nothing is linked to it.

    Parameters
    ----------
    statements
        The statements themselves.
    possible
        Which of them can be true at all, bool of shape (statements,).
    probability
        The confidence of each, given that its source is right, float64 of shape (statements,).
    first, last
        The first and the last day on which each may have happened, int64 of shape (statements,).
    until
        The first day on which each no longer counts, whenever it happened, int64 of shape (statements,).
    stale_after
        After how many days a statement no longer counts.
    source
        The source of each, an index into `reliability`, or -1 for one that is always right.
    reliability
        How often the sources uncertain are right, float64 of shape (sources,).
    dispute
        The dispute that a report belongs to, -1 for none, int64 of shape (statements,).
    after
        The report that each one followed, -1 where there is none or where their ranges are in order
        anyway, int64 of shape (statements,).

    known
        What has been computed of them, kept because days ask for the same (see `variables_of`).

    Statements of one claim are one report, the first of them, which chance decides about: disputes
    and orders are those of reports, and the other statements of a claim have none.
    """

    statements: Statements
    possible: NDArray[np.bool_]
    probability: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    until: NDArray[np.int64]
    stale_after: int
    source: NDArray[np.int64]
    reliability: NDArray[np.float64]
    dispute: NDArray[np.int64]
    after: NDArray[np.int64]
    known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def report(self) -> NDArray[np.int64]:
        """The report that each statement belongs to, int64 of shape (statements,)."""
        return self.statements.report

    @cached_property
    def certain(self) -> NDArray[np.bool_]:
        """Which statements are true for sure, bool of shape (statements,)."""
        return self.possible & (self.probability >= 1.0) & (self.source == NONE)

    @cached_property
    def n_days(self) -> NDArray[np.int64]:
        """On how many days each statement may have happened, int64 of shape (statements,)."""
        return self.last - self.first + 1

    def dated(
        self, statements: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return statements on each day of their ranges.

        Returns
        -------
        statement, day, end
            The statement, the day, and the first day after on which it would no longer count; int64 of
            shape (days of all statements,).
        """
        n_days = self.n_days[statements]
        statement = np.repeat(statements, n_days)
        day = (
            self.first[statement]
            + np.arange(len(statement))
            - np.repeat(np.cumsum(n_days) - n_days, n_days)
        )
        fresh = np.where(self.stale_after > FOREVER - day, FOREVER, day + self.stale_after)
        return statement, day, np.minimum(self.until[statement], fresh)

    def days_of_change(self) -> NDArray[np.datetime64]:
        """Return the days on which a statement may begin or cease to count, datetime64[D], sorted."""
        _, day, end = self.dated(np.flatnonzero(self.possible))
        return np.unique(np.concatenate([day, end[end < FOREVER]])).astype("datetime64[D]")


def uncertainty_of(
    scenario: Scenario, statements: Statements, known_on: dt.date | None = None
) -> Uncertainty:
    """Gather what is uncertain about the statements of a scenario.

    Parameters
    ----------
    scenario
        A scenario that has been checked.
    statements
        Its statements.
    known_on
        Use only what had been reported by this day.
    """
    events = scenario.events
    n_baseline, n_words = statements.n_baseline, len(statements)
    names = [name for name, source in scenario.sources.items() if source.reliability < 1.0]
    reliability = np.array([scenario.sources[name].reliability for name in names], dtype=float)
    source = _positions([entry.source for entry in statements.entries], names)
    possible = statements.confidence > 0.0
    possible &= np.append(reliability, 1.0)[source] > 0.0
    if known_on is not None:
        possible &= statements.reported <= np.datetime64(known_on, "D")

    disputes = list(dict.fromkeys(event.dispute for event in events if event.dispute))
    dispute, after = np.full(n_words, NONE), np.full(n_words, NONE)
    dispute[n_baseline:] = _positions([event.dispute for event in events], disputes)
    before = _positions([event.after for event in events], list(scenario.event_ids()))
    after[n_baseline:] = np.where(before >= 0, statements.report[before + n_baseline], NONE)
    first, last = statements.date.astype(np.int64), statements.date.astype(np.int64)
    first[n_baseline:] = _days_of_events(events, "first_day")
    last[n_baseline:] = _days_of_events(events, "last_day")
    binds = np.append(possible, False)[after] & (np.append(last, 0)[after] > first)
    after[~binds] = NONE
    for column in (dispute, after):
        column[~possible | (statements.report != np.arange(n_words))] = NONE

    until = np.full(n_words, FOREVER)
    ends = _days_of_events(events, "until")
    until[n_baseline:] = np.where(ends == np.iinfo(np.int64).min, FOREVER, ends)
    return Uncertainty(
        statements, possible, statements.confidence, first, last, until, scenario.stale_after or FOREVER,
        source, reliability, dispute, after,
    )  # fmt: skip


def _positions(values: list[str], names: list[str]) -> NDArray[np.int64]:
    at = {name: row for row, name in enumerate(names)}
    return np.array([at.get(value, NONE) for value in values], dtype=np.int64)


def _days_of_events(events: tuple[Event, ...], name: str) -> NDArray[np.int64]:
    return np.array([getattr(event, name) for event in events], dtype="datetime64[D]").astype(
        np.int64
    )


FALSE, SILENT, RIGHT = -1, 0, 1
"""A statement that is not true; one that is, on a day on which it has no say; a source that is right.
From 1 on, the values of a statement are the spans of days that make a difference."""
MOST_TOGETHER = 2**16
"""How many ways of being true the statements of one variable may have between them."""
MOST_SOURCES = 8
"""How many sources uncertain may report of events whose days hang together."""

Spans = tuple[tuple[int, int], ...]
"""The first and the last day of each span of days that makes a difference, in order."""


@dataclass(frozen=True, eq=False)
class Variable:
    """Something that chance decides, independently of all other variables.

    Parameters
    ----------
    members
        What it decides about: statements, or a source as -1 minus its index.
    values
        The value of each member in each outcome, int16 of shape (outcomes, members).
    probability
        The probability of each outcome, float64 of shape (outcomes,).
    given
        Sources as -1 minus their index, each with whether it must be right for this variable to be
        used; otherwise another variable decides about the same members.
    """

    members: tuple[int, ...]
    values: NDArray[np.int16]
    probability: NDArray[np.float64]
    given: tuple[tuple[int, bool], ...] = ()

    @property
    def n(self) -> int:
        """The number of outcomes."""
        return len(self.probability)


def source_member(source: int) -> int:
    """Return what stands for a source among the members of variables."""
    return -1 - source


def spans_of(cuts: Iterable[tuple[int, int]]) -> Spans:
    """Return the spans into which overlapping ranges of days divide one another."""
    ranges = set(cuts)
    borders = sorted({day for first, last in ranges for day in (first, last + 1)})
    return tuple(
        (start, end - 1)
        for start, end in pairwise(borders)
        if any(first <= start and end - 1 <= last for first, last in ranges)
    )


def variables_of(
    uncertainty: Uncertainty, spans: Mapping[int, Spans], *, truth: bool = False
) -> list[Variable]:
    """Return the variables that decide about some statements.

    Parameters
    ----------
    uncertainty
        All statements, with what is uncertain about them.
    spans
        For each statement asked about, the spans of days that make a difference.
    truth
        Tell a statement that is false from one that is true but has no say; otherwise both are silent.

    Returns
    -------
    list of Variable
        In the order of the statements; sources come first. Variables with a single outcome are included.

    Raises
    ------
    InputError
        If more statements follow one another than can be computed together.
    """
    ordered = _ordered(uncertainty, spans)
    statements = {*spans, *ordered}
    sources = {int(uncertainty.source[statement]) for statement in statements} - {NONE}
    return [_source_variable(uncertainty, source) for source in sorted(sources)] + [
        _known_or_joint(uncertainty, group, right, spans, truth=truth)
        for group in _groups(uncertainty, statements)
        for right in _patterns(uncertainty, ordered.intersection(group))
    ]


def _source_variable(uncertainty: Uncertainty, source: int) -> Variable:
    right = float(uncertainty.reliability[source])
    values = np.array([[RIGHT], [FALSE]], dtype=np.int16)
    return Variable((source_member(source),), values, np.array([right, 1.0 - right]))


def _ordered(uncertainty: Uncertainty, asked: Iterable[int]) -> set[int]:
    """Return the statements whose days hang together with those of statements asked about."""
    if "trees" not in uncertainty.known:
        later = np.flatnonzero(uncertainty.after != NONE).tolist()
        pairs = [(statement, int(uncertainty.after[statement])) for statement in later]
        linked = _linked({statement for pair in pairs for statement in pair}, pairs)
        uncertainty.known["trees"] = linked
    known = set(asked)
    trees = uncertainty.known["trees"]
    return {statement for tree in trees if known.intersection(tree) for statement in tree}


def _groups(uncertainty: Uncertainty, statements: set[int]) -> list[list[int]]:
    """Return statements in groups that are independent of one another but for their sources."""
    pairs = [
        (statement, int(uncertainty.after[statement]))
        for statement in statements
        if uncertainty.after[statement] in statements
    ]
    first: dict[int, int] = {}
    rivals = [
        statement for statement in sorted(statements) if uncertainty.dispute[statement] != NONE
    ]
    pairs += [
        (statement, first.setdefault(int(uncertainty.dispute[statement]), statement))
        for statement in rivals
    ]
    return _linked(statements, pairs)


def _patterns(uncertainty: Uncertainty, ordered: set[int]) -> list[dict[int, bool]]:
    """Return the ways in which the sources of statements in an order may be right or wrong."""
    sources = sorted({int(uncertainty.source[statement]) for statement in ordered} - {NONE})
    if len(sources) > MOST_SOURCES:
        raise InputError(
            tr(
                "{n} sources of limited reliability report events that follow one another; "
                "expected at most {most}",
                n=len(sources),
                most=MOST_SOURCES,
            )
        )
    return [
        dict(zip(sources, right, strict=True))
        for right in product((True, False), repeat=len(sources))
    ]


def _linked(statements: set[int], pairs: list[tuple[int, int]]) -> list[list[int]]:
    """Return statements in groups, such that the statements of a pair are always together."""
    rows = sorted(statements)
    at = {statement: row for row, statement in enumerate(rows)}
    tail, head = (np.array([at[pair[end]] for pair in pairs], dtype=int) for end in (0, 1))
    n_groups, group = connected_parts(Arcs(tail, head, len(rows)))
    found: list[list[int]] = [[] for _ in range(n_groups)]
    for statement, number in zip(rows, group, strict=True):
        found[number].append(statement)
    return sorted(found)


def _known_or_joint(
    uncertainty: Uncertainty,
    group: list[int],
    right: dict[int, bool],
    spans: Mapping[int, Spans],
    *,
    truth: bool,
) -> Variable:
    """Return what decides about the statements of a group; it is made once, and most days ask for the same."""
    told = tuple((statement, spans.get(statement)) for statement in group)
    key = (told, tuple(right.items()), truth)
    if key not in uncertainty.known:
        uncertainty.known[key] = _joint_variable(uncertainty, group, right, spans, truth=truth)
    return uncertainty.known[key]


def _joint_variable(
    uncertainty: Uncertainty,
    group: list[int],
    right: dict[int, bool],
    spans: Mapping[int, Spans],
    *,
    truth: bool,
) -> Variable:
    """Return what decides about the statements of a group, given which of their sources are right."""
    members = tuple(statement for statement in group if statement in spans)
    probabilities: dict[tuple[int, ...], float] = {}
    silent = FALSE if truth else SILENT
    wrong = {source for source, is_right in right.items() if not is_right}
    for true, probability in _truths(uncertainty, group, wrong):
        for said, share in _days_in_spans(uncertainty, true, spans):
            key = tuple(said.get(statement, silent) for statement in members)
            probabilities[key] = probabilities.get(key, 0.0) + probability * share
    outcomes = sorted(key for key, probability in probabilities.items() if probability > 0.0)
    return Variable(
        members,
        np.array(outcomes, dtype=np.int16).reshape(-1, len(members)),
        np.array([probabilities[key] for key in outcomes]),
        tuple((source_member(source), is_right) for source, is_right in right.items()),
    )


def _truths(
    uncertainty: Uncertainty, group: list[int], wrong: set[int]
) -> Iterator[tuple[frozenset[int], float]]:
    """Yield which statements of a group may be true together, with the probability of it.

    The same statements may come up more than once, for reports that are false anyway.
    """
    disputes: dict[tuple[str, int], list[int]] = {}
    for statement in group:
        dispute = int(uncertainty.dispute[statement])
        key = ("statement", statement) if dispute == NONE else ("dispute", dispute)
        disputes.setdefault(key, []).append(statement)
    options = [_options(uncertainty, rivals) for rivals in disputes.values()]
    if math.prod(len(some) for some in options) > MOST_TOGETHER:
        raise InputError(
            tr(
                "{n} events depend on one another by what followed what; expected fewer uncertain ones",
                n=len(group),
            )
        )
    for chosen in product(*options):
        probability = math.prod(share for _, share in chosen)
        yield (
            frozenset(w for w, _ in chosen if w != NONE and uncertainty.source[w] not in wrong),
            probability,
        )


def _options(uncertainty: Uncertainty, rivals: list[int]) -> list[tuple[int, float]]:
    """Return which one of several statements may be true, or none, with the probability of it."""
    none = max(0.0, 1.0 - sum(float(uncertainty.probability[statement]) for statement in rivals))
    options = [(statement, float(uncertainty.probability[statement])) for statement in rivals]
    return [option for option in [*options, (NONE, none)] if option[1] > 0.0]


def _days_in_spans(
    uncertainty: Uncertainty, true: frozenset[int], spans: Mapping[int, Spans]
) -> Iterator[tuple[dict[int, int], float]]:
    """Yield on which spans of days true statements may have happened, with the probability of it."""
    children: dict[int, list[int]] = {statement: [] for statement in true}
    roots: list[int] = []
    for statement in sorted(true):
        before = int(uncertainty.after[statement])
        (children[before] if before in true else roots).append(statement)
    trees = [_tree(uncertainty, root, children, spans) for root in roots]
    for chosen in product(*trees):
        said: dict[int, int] = {}
        share = 1.0
        for values, part in chosen:
            said |= values
            share *= part
        yield said, share


def _tree(
    uncertainty: Uncertainty, root: int, children: dict[int, list[int]], spans: Mapping[int, Spans]
) -> list[tuple[dict[int, int], float]]:
    """Return the same for a statement and those that followed it."""
    said, ways = _ways(uncertainty, root, children, spans)
    counts = ways.sum(axis=1)
    shares = counts / counts.sum()
    return [(s, float(share)) for s, share in zip(said, shares, strict=True) if share > 0.0]


def _ways(
    uncertainty: Uncertainty,
    statement: int,
    children: dict[int, list[int]],
    spans: Mapping[int, Spans],
) -> tuple[list[dict[int, int]], NDArray[np.float64]]:
    """Count in how many ways a statement and those after it may have happened.

    Returns
    -------
    said
        The values of the statements in each way of telling them apart.
    ways
        For each of those and each day of the statement, the number of ways to choose all other days,
        float64 of shape (said, days of the statement).
    """
    day = np.arange(uncertainty.first[statement], uncertainty.last[statement] + 1)
    said: list[dict[int, int]] = []
    rows: list[NDArray[np.float64]] = []
    own = np.zeros(len(day), dtype=np.int64)
    for value, (first, last) in enumerate(spans.get(statement, ()), start=1):
        own[(first <= day) & (day <= last)] = value
    for value in np.unique(own).tolist():
        said.append({statement: value} if statement in spans else {})
        rows.append((own == value).astype(np.float64))
    ways = np.array(rows)
    for child in children[statement]:
        told, later = _ways(uncertainty, child, children, spans)
        since = np.cumsum(later[:, ::-1], axis=1)[:, ::-1]
        since = np.concatenate([since, np.zeros((len(told), 1))], axis=1)
        at = np.clip(day - uncertainty.first[child], 0, len(since[0]) - 1)
        ways = (ways[:, np.newaxis] * since[np.newaxis, :, at]).reshape(-1, len(day))
        said = [mine | its for mine in said for its in told]
    return said, ways
