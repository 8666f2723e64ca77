"""The draws that decide an answer, and the worlds that they make up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import pack
from engine.connectivity.decision_diagrams import Diagrams
from engine.probability.uncertainty import NONE
from engine.probability.variables import RIGHT, source_member, spans_of, variables_of
from engine.probability.worlds import Algebra, Worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from engine.connectivity.decision_diagrams import Diagram
    from engine.control.passage import E
    from engine.probability.structure_function import StructureFunction
    from engine.probability.uncertainty import Doubt
    from engine.probability.variables import Spans, Variable
    from engine.probability.worlds import Day

Case = list[tuple[int, "NDArray[np.bool_]"]]
"""Draws, each with the outcomes that it must have, bool of shape (outcomes,)."""


@dataclass(frozen=True, eq=False)
class QueryEvent:
    """A formula with the draws that decide it.

    Parameters
    ----------
    formula
        When the answer is yes.
    day
        On which day.
    draws
        What chance decides, draw by draw.
    spans
        The spans of days of each word that make a difference.
    """

    formula: StructureFunction
    day: Day
    draws: tuple[Variable, ...]
    spans: dict[int, Spans]

    @property
    def doubt(self) -> Doubt:
        """The words, with what is in doubt about them."""
        return self.day.tracks.doubt

    @cached_property
    def n_worlds(self) -> float:
        """The number of joint outcomes that matter to the question; infinite beyond 1e308."""
        return math.prod(float(draw.n) for draw in self.draws)

    @cached_property
    def _decided_by(self) -> dict[int, list[tuple[int, int]]]:
        """The draws that decide about each word or source, and its place in them."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, draw in enumerate(self.draws):
            for column, member in enumerate(draw.members):
                found.setdefault(member, []).append((number, column))
        return found

    def choices(self, word: int, first: int, last: int) -> list[Case]:
        """Return in which outcomes a word is true and happened within some days."""
        within = [
            value
            for value, span in enumerate(self.spans[word], start=1)
            if first <= span[0] and span[1] <= last
        ]
        return [
            [(number, np.isin(values, within)), *given, *source]
            for number, values, given, source in self.decided(word)
        ]

    def decided(self, word: int) -> list[tuple[int, NDArray[np.int16], Case, Case]]:
        """Return the draws that may decide about a word, one of which does.

        Returns
        -------
        list
            The draw, the value of the word in each of its outcomes, when the draw is used, and
            when the word's source is right where that is not part of it already.
        """
        member = source_member(int(self.doubt.source[word]))
        found = []
        for number, column in self._decided_by[word]:
            draw = self.draws[number]
            given = [self._source(source, right=right) for source, right in draw.given]
            outside = self.doubt.source[word] != NONE and member not in dict(draw.given)
            source = [self._source(member, right=True)] if outside else []
            found.append((number, draw.values[:, column], given, source))
        return found

    def _source(self, member: int, *, right: bool) -> tuple[int, NDArray[np.bool_]]:
        ((number, column),) = self._decided_by[member]
        return number, (self.draws[number].values[:, column] == RIGHT) == right

    def bits(self, outcome: Sequence[NDArray[np.int64]], n: int) -> NDArray[np.uint64]:
        """Return in which of some worlds the answer is yes, packed.

        Parameters
        ----------
        outcome
            The outcome of each draw in each world, int64 of shape (n,) or, for all worlds
            alike, (1,).
        n
            The number of worlds.
        """
        n_words = -(-n // 64)
        never = np.zeros(n_words, dtype=np.uint64)
        always = ~never

        def leaf(number: int, chosen: NDArray[np.bool_]) -> NDArray[np.uint64]:
            where = chosen[outcome[number]]
            if len(where) < n:
                return always if where[0] else never
            return pack(where)

        return self._where(never, always, leaf)

    def diagram(self, most_nodes: int) -> Diagram:
        """Return in which worlds the answer is yes, as a diagram whose levels are the draws.

        Raises
        ------
        DiagramsTooLargeError
            If it takes more nodes than allowed.
        """
        diagrams = Diagrams([draw.n for draw in self.draws], most_nodes)
        return self._where(
            diagrams.never,
            diagrams.always,
            lambda number, chosen: diagrams.where(number, chosen.tolist()),
        )

    def _where(
        self,
        never: E,
        always: E,
        leaf: Callable[[int, NDArray[np.bool_]], E],
    ) -> E:
        def said(word: int, first: int, last: int) -> E:
            found = never
            for case in self.choices(word, first, last):
                where = always
                for number, chosen in case:
                    where = where & leaf(number, chosen)
                found = found | where
            return found

        return self.formula.where(Worlds(self.day, Algebra(never, always, said)))


def query_events(
    formulas: Sequence[StructureFunction],
    day: Day,
    also: Iterable[int] = (),
    *,
    truth: bool = False,
) -> list[QueryEvent]:
    """Find the draws that decide some formulas.

    Parameters
    ----------
    formulas
        When the answers are yes.
    day
        On which day.
    also
        Further words that the draws should tell of.
    truth
        Tell words that are false from words that are true without a say.

    Returns
    -------
    list of Chance
        One for each formula, all with the same draws.
    """
    doubt = day.tracks.doubt
    cuts: dict[int, set[tuple[int, int]]] = {}
    for claim in (c for formula in formulas for track in formula.tracks(day) for c in track.claims):
        cuts.setdefault(claim.word, set()).add((claim.first, claim.last))
        rows = (*claim.grounds.earlier, *claim.grounds.baseline) if claim.grounds else ()
        for row in rows:
            cuts.setdefault(row, set()).add((int(doubt.first[row]), int(doubt.first[row])))
    spans = {word: spans_of(cuts[word]) for word in cuts}
    spans |= {word: () for word in also if word not in spans}
    draws = sorted(variables_of(doubt, spans, truth=truth), key=lambda draw: _place(draw, spans))
    return [QueryEvent(formula, day, tuple(draws), spans) for formula in formulas]


def _place(draw: Variable, spans: dict[int, Spans]) -> int:
    """Return how far from the start of the ways a draw first matters; sources come before all."""
    order = {word: place for place, word in enumerate(spans)}
    return min(order.get(member, -1) for member in draw.members)
