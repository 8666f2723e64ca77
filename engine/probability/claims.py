"""Which words may rule a sector on a day, strongest first, when some of them are in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.control.statements import CONTESTED, HELD, NO_STATEMENT
from engine.control.states import UNKNOWN
from engine.probability.uncertainty import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.probability.uncertainty import Doubt

CONTESTED_BY = 4
"""On the condition track, this and all above it: contested, by the n-th set of contestants."""


class Grounds(NamedTuple):
    """On what a word acts that may be older than the baseline of a sector.

    Parameters
    ----------
    earlier
        The rows of the baseline, none of them newer than the word, of which one must be true.
    baseline
        If not empty: all rows of the baseline, none of which being true does as well.
    """

    earlier: tuple[int, ...]
    baseline: tuple[int, ...]


class Claim(NamedTuple):
    """What a word says if it is true and happened on one of some days.

    Parameters
    ----------
    word
        The word.
    first, last
        The days.
    value
        What it sets the track to.
    grounds
        What else it takes; None if nothing.
    """

    word: int
    first: int
    last: int
    value: int
    grounds: Grounds | None


class Track(NamedTuple):
    """What may rule on one track of a sector on a day.

    Parameters
    ----------
    claims
        The claims in doubt, each of which overrules those after it.
    default
        What holds where none of them does.
    """

    claims: tuple[Claim, ...]
    default: int

    @property
    def values(self) -> set[int]:
        """All that the track may be set to."""
        return {claim.value for claim in self.claims} | {self.default}


@dataclass(frozen=True, eq=False)
class _Dated:
    """The words on a sector, on each day that they may have happened, strongest first."""

    word: NDArray[np.int64]
    day: NDArray[np.int64]
    end: NDArray[np.int64]
    changes: NDArray[np.int64]


class ClaimStacks:
    """The two tracks of every sector of a scenario on any day.

    On the holder track a value is an actor's position, or -1 for unknown; on the condition track
    it is a code of `CONDITIONS`, or `CONTESTED_BY` and more for contested ground.

    Parameters
    ----------
    doubt
        The words, with what is uncertain about them.
    ground
        The ground that they speak of.
    """

    def __init__(self, doubt: Doubt, ground: Sectors) -> None:
        self.doubt = doubt
        self.ground = ground
        words = doubt.words
        order = np.lexsort((np.arange(len(words)), words.reported, ground.rank[words.site]))
        self._strength = np.argsort(order)
        self._dated: dict[int, _Dated] = {}
        self._found: dict[tuple[int, int], tuple[Track, Track]] = {}

    @cached_property
    def contestants(self) -> NDArray[np.bool_]:
        """The sets of contestants that words name, bool of shape (sets, actors)."""
        return self._contested_values[0]

    @cached_property
    def _contested_values(self) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        sets, at = np.unique(self.doubt.words.contestant, axis=0, return_inverse=True)
        return sets, at.reshape(-1)

    @cached_property
    def _values(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What each word sets on the holder and on the condition track, -1 for nothing."""
        words = self.doubt.words
        contested = CONTESTED_BY + self._contested_values[1]
        return words.holder, np.where(words.condition == CONTESTED, contested, words.condition)

    def of(self, sector: int, day: int) -> tuple[Track, Track]:
        """Return the holder and the condition track of a sector on a day."""
        if sector not in self._dated:
            self._dated[sector] = self._date(sector)
        dated = self._dated[sector]
        since = int(np.searchsorted(dated.changes, day, side="right"))
        if (sector, since) not in self._found:
            begun = (dated.day <= day) & (day < dated.end)
            rows = list(zip(dated.word[begun].tolist(), dated.day[begun].tolist(), strict=True))
            grounds = _baseline(self.doubt, self._words_on(sector))
            holder, condition = self._values
            self._found[sector, since] = (
                _track(self.doubt, rows, holder, grounds, UNKNOWN),
                _track(self.doubt, rows, condition, grounds, HELD),
            )
        return self._found[sector, since]

    def _words_on(self, sector: int) -> NDArray[np.int64]:
        """Return the words that can be true and whose site covers a sector."""
        covers = self.ground.covers[self.doubt.words.site, sector]
        return np.flatnonzero(covers & self.doubt.possible)

    def _date(self, sector: int) -> _Dated:
        word, day, end = self.doubt.dated(self._words_on(sector))
        order = np.lexsort((self._strength[word], day))[::-1]
        changes = np.unique(np.concatenate([day, end]))
        return _Dated(word[order], day[order], end[order], changes)


class _Baseline(NamedTuple):
    """The baseline of a sector.

    Parameters
    ----------
    since
        The day of the first row that is true for sure; before all days if the sector has no
        baseline, after all days if every row is in doubt.
    rows
        The rows in doubt that are older, with their days, sorted by day.
    """

    since: int
    rows: tuple[tuple[int, int], ...]


def _baseline(doubt: Doubt, words: NDArray[np.int64]) -> _Baseline:
    rows = words[words < doubt.words.n_baseline]
    if not len(rows):
        return _Baseline(-FOREVER, ())
    sure = doubt.first[rows[doubt.certain[rows]]]
    since = int(sure.min(initial=FOREVER))
    older = rows[doubt.first[rows] < since]
    return _Baseline(since, tuple(sorted((int(row), int(doubt.first[row])) for row in older)))


def _grounds(doubt: Doubt, word: int, day: int, baseline: _Baseline) -> Grounds | bool | None:
    """Return what it takes for a word of a day to act: None for nothing, False if it never does."""
    if day >= baseline.since or (word < doubt.words.n_baseline):
        return None
    earlier = tuple(row for row, since in baseline.rows if since <= day)
    everything = tuple(row for row, _ in baseline.rows) if baseline.since == FOREVER else ()
    return Grounds(earlier, everything) if earlier or everything else False


def _claims(
    doubt: Doubt,
    rows: list[tuple[int, int]],
    value: NDArray[np.int64],
    baseline: _Baseline,
) -> Iterator[Claim]:
    """Yield what each word says on each day, strongest first."""
    for word, day in rows:
        if value[word] == NO_STATEMENT:
            continue
        grounds = _grounds(doubt, word, day, baseline)
        if not isinstance(grounds, bool):
            yield Claim(word, day, day, int(value[word]), grounds)


def _track(
    doubt: Doubt,
    rows: list[tuple[int, int]],
    value: NDArray[np.int64],
    baseline: _Baseline,
    default: int,
) -> Track:
    """Return a track: claims down to the first that holds for sure if no stronger one does."""
    claims: list[Claim] = []
    passed: dict[int, int] = {}
    for claim in _claims(doubt, rows, value, baseline):
        if doubt.certain[claim.word] and claim.grounds is None:
            passed[claim.word] = passed.get(claim.word, 0) + 1
            if passed[claim.word] == doubt.n_days[claim.word]:
                default = claim.value
                break
        claims.append(claim)
    while claims and claims[-1].value == default:
        claims.pop()
    return Track(tuple(_joined(claims)), default)


def _joined(claims: list[Claim]) -> Iterator[Claim]:
    """Join claims of one word on days that follow one another, with no other claim between."""
    waiting: Claim | None = None
    for claim in claims:
        if (
            waiting is not None
            and claim.word == waiting.word
            and claim.last + 1 == waiting.first
            and claim.grounds == waiting.grounds
        ):
            waiting = waiting._replace(first=claim.first)
            continue
        if waiting is not None:
            yield waiting
        waiting = claim
    if waiting is not None:
        yield waiting
