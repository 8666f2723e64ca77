"""The variables that decide an answer, and the worlds that they make up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.connectivity.bits import WORD, pack
from engine.connectivity.decision_diagrams import Diagrams
from engine.probability.uncertainty import NONE, RIGHT, source_member, spans_of, variables_of
from engine.probability.worlds import Algebra, Worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from engine.connectivity.decision_diagrams import Diagram
    from engine.control.passage import E
    from engine.probability.assertions import Assertion
    from engine.probability.structure_function import StructureFunction
    from engine.probability.uncertainty import Spans, Uncertainty, Variable
    from engine.probability.worlds import Day

Case = list[tuple[int, "NDArray[np.bool_]"]]
"""Variables, each with the outcomes that it must have, bool of shape (outcomes,)."""


@dataclass(frozen=True, eq=False)
class QueryEvent:
    """A structure function with the variables that decide it.

    Parameters
    ----------
    structure function
        When the answer is yes.
    day
        On which day.
    variables
        What is left to chance, variable by variable.
    spans
        The spans of days of each report that make a difference; reports stand for the statements
        of a claim.
    """

    structure: StructureFunction
    day: Day
    variables: tuple[Variable, ...]
    spans: dict[int, Spans]

    @property
    def uncertainty(self) -> Uncertainty:
        """The statements, with what is uncertain about them."""
        return self.day.stacks.uncertainty

    @cached_property
    def n_worlds(self) -> float:
        """The number of joint outcomes that matter to the question; infinite beyond 1e308."""
        return math.prod(float(variable.n) for variable in self.variables)

    @cached_property
    def key(self) -> Hashable:
        """All that the answer in every world depends on, however likely the worlds are.

        On two days with the same key the same outcomes of the variables lead to yes. It is what
        `StructureFunction.key_on` gives, with spans in place of days: as a range of dates goes by, what may
        have happened grows by a day, and often nothing else.
        """
        tracks = [
            (track.default, [(self._told(c), c.value, self._grounds(c)) for c in track.assertions])
            for track in self.structure.tracks(self.day)
        ]
        decided = [(one.members, one.values.tobytes(), one.given) for one in self.variables]
        return (*self.structure.asked(self.day), repr(tracks), tuple(decided))

    def _told(self, assertion: Assertion) -> tuple[int, list[int]]:
        return self._within(assertion.statement, assertion.first, assertion.last)

    def _grounds(self, assertion: Assertion) -> list[list[tuple[int, list[int]]]]:
        first = self.uncertainty.first
        return [
            [self._within(row, int(first[row]), int(first[row])) for row in rows]
            for rows in assertion.grounds or ()
        ]

    def _within(self, statement: int, first: int, last: int) -> tuple[int, list[int]]:
        """Return the report of a statement, and which of its values mean that it happened within some days."""
        report = int(self.uncertainty.report[statement])
        return report, [
            value
            for value, span in enumerate(self.spans[report], start=1)
            if first <= span[0] and span[1] <= last
        ]

    @cached_property
    def _decided_by(self) -> dict[int, list[tuple[int, int]]]:
        """The variables that decide about each statement or source, and its place in them."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, variable in enumerate(self.variables):
            for column, member in enumerate(variable.members):
                found.setdefault(member, []).append((number, column))
        return found

    def choices(self, statement: int, first: int, last: int) -> list[Case]:
        """Return in which outcomes a statement is true and happened within some days."""
        key = (statement, first, last)
        if key not in self._known_choices:
            _, within = self._within(statement, first, last)
            self._known_choices[key] = [
                [(number, np.isin(values, within)), *given, *source]
                for number, values, given, source in self.decided(statement)
            ]
        return self._known_choices[key]

    @cached_property
    def _known_choices(self) -> dict[tuple[int, int, int], list[Case]]:
        return {}

    def decided(self, statement: int) -> list[tuple[int, NDArray[np.int16], Case, Case]]:
        """Return the variables that may decide about a statement, one of which does.

        Returns
        -------
        list
            The variable, the value of the statement in each of its outcomes, when the variable is used, and
            when the statement's source is right where that is not part of it already.
        """
        statement = int(self.uncertainty.report[statement])
        member = source_member(int(self.uncertainty.source[statement]))
        found = []
        for number, column in self._decided_by[statement]:
            variable = self.variables[number]
            given = [self._source(source, right=right) for source, right in variable.given]
            outside = self.uncertainty.source[statement] != NONE and member not in dict(
                variable.given
            )
            source = [self._source(member, right=True)] if outside else []
            found.append((number, variable.values[:, column], given, source))
        return found

    def _source(self, member: int, *, right: bool) -> tuple[int, NDArray[np.bool_]]:
        ((number, column),) = self._decided_by[member]
        return number, (self.variables[number].values[:, column] == RIGHT) == right

    def bits(self, outcome: Sequence[int | NDArray[np.uint64]], n: int) -> NDArray[np.uint64]:
        """Return in which of some worlds the answer is yes, packed.

        Parameters
        ----------
        outcome
            The outcome of each variable: in which worlds it is which (see `beyond`), or the one that it
            has in all of them.
        n
            The number of worlds.
        """
        never = np.zeros(-(-n // WORD), dtype=np.uint64)
        always = ~never

        def leaf(number: int, chosen: NDArray[np.bool_]) -> NDArray[np.uint64]:
            at = outcome[number]
            if isinstance(at, int):
                return always if chosen[at] else never
            where = always if chosen[0] else never
            for turn in np.flatnonzero(chosen[1:] != chosen[:-1]).tolist():
                where = where ^ at[turn]
            return where

        return self._where(never, always, leaf)

    def diagram(self, most_nodes: int) -> Diagram:
        """Return in which worlds the answer is yes, as a diagram whose levels are the variables.

        Raises
        ------
        DiagramsTooLargeError
            If it takes more nodes than allowed.
        """
        diagrams = Diagrams([variable.n for variable in self.variables], most_nodes)
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
        def said(statement: int, first: int, last: int) -> E:
            found = never
            for case in self.choices(statement, first, last):
                where = always
                for number, chosen in case:
                    where = where & leaf(number, chosen)
                found = found | where
            return found

        return self.structure.where(Worlds(self.day, Algebra(never, always, said)))


def beyond(outcome: NDArray[np.integer], n: int) -> NDArray[np.uint64]:
    """Return in which worlds a variable has an outcome after each one but the last, packed.

    Parameters
    ----------
    outcome
        Its outcome in each world, of shape (worlds,).
    n
        How many outcomes it has.

    Returns
    -------
    numpy.ndarray
        uint64 of shape (n - 1, words).
    """
    return pack(outcome > np.arange(n - 1, dtype=outcome.dtype)[:, np.newaxis])


def query_events(
    structures: Sequence[StructureFunction],
    day: Day,
    also: Iterable[int] = (),
    *,
    truth: bool = False,
) -> list[QueryEvent]:
    """Find the variables that decide some structure functions.

    Parameters
    ----------
    structure functions
        When the answers are yes.
    day
        On which day.
    also
        Further statements that the variables should tell of.
    truth
        Tell statements that are false from statements that are true without a say.

    Returns
    -------
    list of QueryEvent
        One for each structure function, all with the same variables.
    """
    uncertainty = day.stacks.uncertainty
    report: list[int] = uncertainty.report.tolist()
    cuts: dict[int, set[tuple[int, int]]] = {}
    for assertion in (
        c for structure in structures for track in structure.tracks(day) for c in track.assertions
    ):
        cuts.setdefault(report[assertion.statement], set()).add((assertion.first, assertion.last))
        rows = (
            (*assertion.grounds.earlier, *assertion.grounds.baseline) if assertion.grounds else ()
        )
        for row in rows:
            cuts.setdefault(report[row], set()).add(
                (int(uncertainty.first[row]), int(uncertainty.first[row]))
            )
    spans = {statement: spans_of(cuts[statement]) for statement in cuts}
    spans |= {report[row]: () for row in also if report[row] not in spans}
    place = {report: at for at, report in enumerate(spans)}  # from the start; sources before all
    variables = sorted(
        variables_of(uncertainty, spans, truth=truth),
        key=lambda variable: min(place.get(member, -1) for member in variable.members),
    )
    return [QueryEvent(structure, day, tuple(variables), spans) for structure in structures]
