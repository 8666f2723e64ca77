"""What a meeting asks first: how it stands, how close to the edge, what would relieve it, how many people."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.query import Query, query_of
from engine.analysis.status import ENCLAVE_STATUS, ROUTE_STATUS, status_text
from engine.control.words import actor_text, chained, name_text
from engine.language import ENGLISH, PSEUDO, day_text, marked, spoken, tr, trn
from engine.measures.enclaves import enclave_rows
from engine.measures.explanation import Known, cut_on, relief_on
from engine.measures.margin import Margin, margin_on
from engine.report.sentences import either, what_would_change

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.causes import Cause
    from engine.measures.explanation import Step

BESIEGED = ENCLAVE_STATUS[0]
_PEOPLE = {
    "connected": marked("{n:,} connected"),
    "at_risk": marked("{n:,} at risk"),
    "besieged": marked("{n:,} besieged"),
    "in_lost": marked("{n:,} in lost"),
}
WORST = {BESIEGED, ROUTE_STATUS[0], "lost"}


@dataclass(eq=False)
class Meeting:
    """The answers of an analysis that a meeting asks for first.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    intervals
        The intervals that will be asked about; all of them, if absent.
    """

    analysis: Analysis
    intervals: Sequence[int] | None = None
    known: Known = field(default_factory=Known)

    def of(self, name: str, interval: int, causes: Sequence[Cause]) -> dict[str, Any]:
        """Return what stands first for a route or an enclave on an interval.

        Parameters
        ----------
        name
            The route or the enclave.
        interval
            The interval.
        causes
            What its status rests on then (`Analysis.causes`).

        Returns
        -------
        dict
            ``first`` (one sentence), ``lines`` (of a heading and a text each), ``loss`` and ``gain`` (the
            ids of the places that would cut or relieve it) and ``causes`` (the ids of the sites that a
            reason names).
        """
        analysis, asked = self.analysis, self._queries[name]
        status = analysis.statuses[name][interval]
        edge = margin_on(analysis, asked, interval, self.known.margins)
        change = "gain" if status in WORST else "loss"
        people = self._people(name, interval)
        sentence = chained(
            [self._since(name, interval), self._distance(name, change, edge), *people[:1]], "; "
        )
        relief = relief_on(analysis, asked, interval, self.known)
        lines = [
            (tr("Hangs on"), self._sets(edge) if change == "loss" else ""),
            (tr("Relief"), " ".join(what_would_change(relief, is_cut=status in WORST))),
            (tr("People"), chained(people[1:], "; ")),
        ]
        steps: list[Cause | Step] = [*causes, *cut_on(analysis, asked, interval, self.known)]
        return {
            "first": f"{sentence}.",
            "lines": [{"head": head, "text": text} for head, text in lines if text],
            change: sorted({place for one in edge.sets for place in one}),
            "causes": sorted(
                {id_ for step in steps for id_ in (*step.sites, step.overlooked_by) if id_}
            ),
        }

    @cached_property
    def _queries(self) -> dict[str, Query]:
        return {name: query_of(self.analysis, name) for name in self.analysis.subjects}

    def _since(self, name: str, interval: int) -> str:
        starts = self.analysis.spell_starts[name]
        first = starts[bisect_right(starts, interval) - 1]
        label = name_text(self.analysis.subjects[name], name)
        status = status_text(self.analysis.statuses[name][interval])
        if not first:
            return tr("{label}: {status} since the start of the run", label=label, status=status)
        day = in_words(str(self.analysis.days[first]))
        return tr("{label}: {status} since {day}", label=label, status=status, day=day)

    def _distance(self, name: str, change: str, edge: Margin) -> str:
        """Return how many places from the edge it is."""
        own = status_text(BESIEGED if name in self.analysis.enclaves else ROUTE_STATUS[0])
        if not np.isfinite(edge.found.upper):
            if change == "gain":
                return tr("no capture of places alone would relieve it")
            return tr("no capture of places alone would make it {status}", status=own)
        n = int(edge.found.upper)
        named = self._label(edge.sets[0]) if n == 1 and len(edge.sets) == 1 else ""
        if change == "gain" and named:
            return tr("the capture of {place} would relieve it", place=named)
        if change == "gain":
            return trn(
                "the capture of one place would relieve it",
                "the capture of {n} places would relieve it", n,
            )  # fmt: skip
        if named:
            return tr("one place, {place}, from being {status}", place=named, status=own)
        return trn("one place from being {status}", "{n} places from being {status}", n, status=own)

    def _sets(self, edge: Margin) -> str:
        if not edge.sets or not np.isfinite(edge.found.upper):
            return ""
        by = either([actor_text(self.analysis.scenario, name) for name in edge.by])
        places = either([self._label(one) for one in edge.sets])
        return tr("{places}, if taken by {actor}", places=places, actor=by)

    def _label(self, places: tuple[str, ...]) -> str:
        return chained((self.analysis.sectors.label((place,)) for place in places), " and ")

    def _people(self, name: str, interval: int) -> list[str]:
        """Return how many people depend on it, and how they are."""
        analysis = self.analysis
        served = [
            enclave.id
            for enclave in analysis.scenario.enclaves
            if enclave.id == name or self._serves(name, enclave.id, interval)
        ]
        rows = [(one, self._enclave(one, analysis.days[interval])) for one in served]
        known = [(one, row) for one, row in rows if row.get("people") is not None]
        if not known:
            return []
        told = []
        for each, row in known:
            label = name_text(analysis.subjects[each], each)
            unknown = tr("{people:,}, in which state is not known", people=row["people"])
            state = chained(_people_by_state(row), ", ") or unknown
            told.append(tr("{label}: {state}", label=label, state=state))
        total = sum(row["people"] for _, row in known)
        return [trn("{n:,} people", "{n:,} people", total), *told]

    def _enclave(self, name: str, day: np.datetime64) -> dict[str, Any]:
        """Return the case of an enclave on a day."""
        return next(row for row in self._cases[name] if row["start"] <= day < row["end"])

    @cached_property
    def _cases(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of `enclave_table`, by enclave."""
        days = None
        if self.intervals is not None:
            days = [str(self.analysis.days[interval]) for interval in self.intervals]
        cases: dict[str, list[dict[str, Any]]] = {name: [] for name in self.analysis.enclaves}
        for row in enclave_rows(self.analysis, days):
            cases[row["id"]].append(row)
        return cases

    def _serves(self, route: str, enclave: str, interval: int) -> bool:
        """Return whether the path to an enclave leads over that of a route of the same actor.

        Of a route that is cut, whether it did on the day before it was, and the enclave is besieged.
        """
        analysis = self.analysis
        if analysis.subjects[route].actor != analysis.subjects[enclave].actor:
            return False
        statuses = analysis.statuses[route]
        if route in analysis.enclaves:
            return False
        if statuses[interval] in WORST and analysis.statuses[enclave][interval] != BESIEGED:
            return False
        while interval >= 0 and statuses[interval] in WORST:
            interval -= 1
        if interval < 0:
            return False
        own, other = (self._path(name, interval) for name in (route, enclave))
        return bool(np.isin(own, other).any())

    def _path(self, name: str, interval: int) -> NDArray[np.int64]:
        legs = self.analysis.path(name, str(self.analysis.days[interval]))
        return np.concatenate([np.empty(0, dtype=np.int64), *legs])


def in_words(day: str) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> in_words("2014-12-04")
    '4 December 2014'
    """
    moment: dt.date = np.datetime64(day, "D").astype(object)
    if spoken().code in {ENGLISH, PSEUDO}:
        return f"{moment.day} {moment:%B %Y}"
    return day_text(moment)


def _people_by_state(row: dict[str, Any]) -> list[str]:
    """Return how many people of an enclave are in which state; those of which none is known are left out."""
    return [tr(text, n=row[state]) for state, text in _PEOPLE.items() if row.get(state)]
