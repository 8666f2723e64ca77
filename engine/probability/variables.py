"""What chance decides, as independent draws: which words are true, and on which days.

Words that share a dispute or follow one another are one draw, with a list of joint outcomes. Every
source in doubt is a draw of its own. Where it decides about words whose days hang together, these
have a draw for each way in which their sources may be right or wrong, of which only one is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from engine.errors import InputError
from engine.probability.uncertainty import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from engine.probability.uncertainty import Doubt

FALSE, SILENT, RIGHT = -1, 0, 1
"""A word that is not true; one that is, on a day on which it has no say; a source that is right.
From 1 on, the values of a word are the spans of days that make a difference."""
MOST_TOGETHER = 2**16
"""How many ways of being true the words of one draw may have between them."""
MOST_SOURCES = 8
"""How many sources in doubt may report of events whose days hang together."""

Spans = tuple[tuple[int, int], ...]
"""The first and the last day of each span of days that makes a difference, in order."""


@dataclass(frozen=True, eq=False)
class Variable:
    """Something that chance decides, independently of all other draws.

    Parameters
    ----------
    members
        What it decides about: words, or a source as -1 minus its index.
    values
        The value of each member in each outcome, int16 of shape (outcomes, members).
    chance
        The probability of each outcome, float64 of shape (outcomes,).
    given
        Sources as -1 minus their index, each with whether it must be right for this draw to be
        used; otherwise another draw decides about the same members.
    """

    members: tuple[int, ...]
    values: NDArray[np.int16]
    chance: NDArray[np.float64]
    given: tuple[tuple[int, bool], ...] = ()

    @property
    def n(self) -> int:
        """The number of outcomes."""
        return len(self.chance)


def source_member(source: int) -> int:
    """Return what stands for a source among the members of draws."""
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
    doubt: Doubt, spans: Mapping[int, Spans], *, truth: bool = False
) -> list[Variable]:
    """Return the draws that decide about some words.

    Parameters
    ----------
    doubt
        All words, with what is in doubt about them.
    spans
        For each word asked about, the spans of days that make a difference.
    truth
        Tell a word that is false from one that is true but has no say; otherwise both are silent.

    Returns
    -------
    list of Draw
        In the order of the words; sources come first. Draws with a single outcome are included.

    Raises
    ------
    InputError
        If more words follow one another than can be weighed together.
    """
    ordered = _ordered(doubt, spans)
    words = {*spans, *ordered}
    sources = {int(doubt.source[word]) for word in words} - {NONE}
    return [_source_draw(doubt, source) for source in sorted(sources)] + [
        _joint_draw(doubt, group, right, spans, truth=truth)
        for group in _groups(doubt, words)
        for right in _patterns(doubt, ordered.intersection(group))
    ]


def _source_draw(doubt: Doubt, source: int) -> Variable:
    right = float(doubt.reliability[source])
    values = np.array([[RIGHT], [FALSE]], dtype=np.int16)
    return Variable((source_member(source),), values, np.array([right, 1.0 - right]))


def _ordered(doubt: Doubt, asked: Iterable[int]) -> set[int]:
    """Return the words whose days hang together with those of words asked about."""
    later = np.flatnonzero(doubt.after != NONE).tolist()
    pairs = [(word, int(doubt.after[word])) for word in later]
    trees = _linked({word for pair in pairs for word in pair}, pairs)
    known = set(asked)
    return {word for tree in trees if known.intersection(tree) for word in tree}


def _groups(doubt: Doubt, words: set[int]) -> list[list[int]]:
    """Return words in groups that are independent of one another but for their sources."""
    pairs = [(word, int(doubt.after[word])) for word in words if doubt.after[word] in words]
    first: dict[int, int] = {}
    rivals = [word for word in sorted(words) if doubt.dispute[word] != NONE]
    pairs += [(word, first.setdefault(int(doubt.dispute[word]), word)) for word in rivals]
    return _linked(words, pairs)


def _patterns(doubt: Doubt, ordered: set[int]) -> list[dict[int, bool]]:
    """Return the ways in which the sources of words in an order may be right or wrong."""
    sources = sorted({int(doubt.source[word]) for word in ordered} - {NONE})
    if len(sources) > MOST_SOURCES:
        raise InputError(
            f"{len(sources)} sources of limited reliability report of events that follow one "
            f"another; expected at most {MOST_SOURCES}"
        )
    return [
        dict(zip(sources, right, strict=True))
        for right in product((True, False), repeat=len(sources))
    ]


def _linked(words: set[int], pairs: list[tuple[int, int]]) -> list[list[int]]:
    """Return words in groups, such that the words of a pair are always together."""
    rows = sorted(words)
    at = {word: row for row, word in enumerate(rows)}
    tail, head = ([at[pair[end]] for pair in pairs] for end in (0, 1))
    graph = csr_array((np.ones(len(pairs)), (tail, head)), shape=(len(rows), len(rows)))
    n_groups, group = connected_components(graph, directed=False) if rows else (0, ())
    found: list[list[int]] = [[] for _ in range(n_groups)]
    for word, number in zip(rows, group, strict=True):
        found[number].append(word)
    return sorted(found)


def _joint_draw(
    doubt: Doubt,
    group: list[int],
    right: dict[int, bool],
    spans: Mapping[int, Spans],
    *,
    truth: bool,
) -> Variable:
    """Return what decides about the words of a group, given which of their sources are right."""
    members = tuple(word for word in group if word in spans)
    chances: dict[tuple[int, ...], float] = {}
    silent = FALSE if truth else SILENT
    wrong = {source for source, is_right in right.items() if not is_right}
    for true, chance in _truths(doubt, group, wrong):
        for said, share in _days(doubt, true, spans):
            key = tuple(said.get(word, silent) for word in members)
            chances[key] = chances.get(key, 0.0) + chance * share
    outcomes = sorted(key for key, chance in chances.items() if chance > 0.0)
    return Variable(
        members,
        np.array(outcomes, dtype=np.int16).reshape(-1, len(members)),
        np.array([chances[key] for key in outcomes]),
        tuple((source_member(source), is_right) for source, is_right in right.items()),
    )


def _truths(
    doubt: Doubt, group: list[int], wrong: set[int]
) -> Iterator[tuple[frozenset[int], float]]:
    """Yield which words of a group may be true together, with the probability of it.

    The same words may come up more than once, for reports that are false anyway.
    """
    disputes: dict[tuple[str, int], list[int]] = {}
    for word in group:
        dispute = int(doubt.dispute[word])
        key = ("word", word) if dispute == NONE else ("dispute", dispute)
        disputes.setdefault(key, []).append(word)
    options = [_options(doubt, rivals) for rivals in disputes.values()]
    if math.prod(len(some) for some in options) > MOST_TOGETHER:
        raise InputError(
            f"{len(group)} events hang together by what followed what; "
            "expected fewer of them in doubt"
        )
    for chosen in product(*options):
        chance = math.prod(share for _, share in chosen)
        yield frozenset(w for w, _ in chosen if w != NONE and doubt.source[w] not in wrong), chance


def _options(doubt: Doubt, rivals: list[int]) -> list[tuple[int, float]]:
    """Return which one of several words may be true, or none, with the probability of it."""
    none = max(0.0, 1.0 - sum(float(doubt.chance[word]) for word in rivals))
    options = [(word, float(doubt.chance[word])) for word in rivals]
    return [option for option in [*options, (NONE, none)] if option[1] > 0.0]


def _days(
    doubt: Doubt, true: frozenset[int], spans: Mapping[int, Spans]
) -> Iterator[tuple[dict[int, int], float]]:
    """Yield on which spans of days true words may have happened, with the probability of it."""
    children: dict[int, list[int]] = {word: [] for word in true}
    roots: list[int] = []
    for word in sorted(true):
        before = int(doubt.after[word])
        (children[before] if before in true else roots).append(word)
    trees = [_tree(doubt, root, children, spans) for root in roots]
    for chosen in product(*trees):
        said: dict[int, int] = {}
        share = 1.0
        for values, part in chosen:
            said |= values
            share *= part
        yield said, share


def _tree(
    doubt: Doubt, root: int, children: dict[int, list[int]], spans: Mapping[int, Spans]
) -> list[tuple[dict[int, int], float]]:
    """Return the same for a word and those that followed it."""
    said, ways = _ways(doubt, root, children, spans)
    counts = ways.sum(axis=1)
    shares = counts / counts.sum()
    return [(s, float(share)) for s, share in zip(said, shares, strict=True) if share > 0.0]


def _ways(
    doubt: Doubt, word: int, children: dict[int, list[int]], spans: Mapping[int, Spans]
) -> tuple[list[dict[int, int]], NDArray[np.float64]]:
    """Count in how many ways a word and those after it may have happened.

    Returns
    -------
    said
        The values of the words in each way of telling them apart.
    ways
        For each of those and each day of the word, the number of ways to choose all other days,
        float64 of shape (said, days of the word).
    """
    day = np.arange(doubt.first[word], doubt.last[word] + 1)
    said: list[dict[int, int]] = []
    rows: list[NDArray[np.float64]] = []
    own = np.zeros(len(day), dtype=np.int64)
    for value, (first, last) in enumerate(spans.get(word, ()), start=1):
        own[(first <= day) & (day <= last)] = value
    for value in np.unique(own).tolist():
        said.append({word: value} if word in spans else {})
        rows.append((own == value).astype(np.float64))
    ways = np.array(rows)
    for child in children[word]:
        told, later = _ways(doubt, child, children, spans)
        since = np.cumsum(later[:, ::-1], axis=1)[:, ::-1]
        since = np.concatenate([since, np.zeros((len(told), 1))], axis=1)
        at = np.clip(day - doubt.first[child], 0, len(since[0]) - 1)
        ways = (ways[:, np.newaxis] * since[np.newaxis, :, at]).reshape(-1, len(day))
        said = [mine | its for mine in said for its in told]
    return said, ways
