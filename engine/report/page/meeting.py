"""What a meeting asks first: how it stands, how close to the edge, what would relieve it, how many people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import ENCLAVE_STATUS, ROUTE_STATUS
from engine.measures.enclaves import enclave_table
from engine.measures.explanation import explain
from engine.measures.margin import Margin, margin
from engine.report.sentences import either, what_would_change

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from engine.analysis.analysis import Analysis

WORST = {ENCLAVE_STATUS[0], ROUTE_STATUS[0], "lost"}
_PEOPLE = ("connected", "at_risk", "besieged", "in_lost")


@dataclass(eq=False)
class Meeting:
    """The answers of an analysis that a meeting asks for first.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    margins
        Margins found before on the same ground.
    """

    analysis: Analysis
    margins: dict[bytes, Margin] = field(default_factory=dict)

    def of(self, name: str, interval: int) -> dict[str, Any]:
        """Return what stands first for a route or an enclave on an interval.

        Returns
        -------
        dict
            ``first`` (one sentence), ``lines`` (of a heading and a text each), ``loss`` and ``gain`` (the
            ids of the places that would cut or relieve it) and ``causes`` (the ids of the sites that a
            reason names).
        """
        analysis, day = self.analysis, str(self.analysis.days[interval])
        found = explain(analysis, name, day)
        status = analysis.statuses[name][interval]
        (edge,) = margin(analysis, day, subject=name, known=self.margins).to_dict("records")
        people = self._people(name, interval)
        since = f"since {in_words(found.since)}" if found.before else "since the start of the run"
        sentence = "; ".join(
            [f"{found.label}: {status} {since}", self._distance(edge), *people[:1]]
        )
        relief = what_would_change(found, is_cut=status in WORST)
        lines = [
            ("Hangs on", self._sets(edge) if edge["change"] == "loss" else ""),
            ("Relief", " ".join(relief)),
            ("People", "; ".join(people[1:])),
        ]
        steps = (*found.because, *found.cut)
        return {
            "first": f"{sentence}.",
            "lines": [{"head": head, "text": text} for head, text in lines if text],
            edge["change"]: sorted({place for one in edge["sets"] for place in one}),
            "causes": sorted(
                {id_ for step in steps for id_ in (*step.sites, step.overlooked_by) if id_}
            ),
        }

    def _distance(self, edge: Mapping[Hashable, Any]) -> str:
        """Return how many places from the edge it is."""
        own = "besieged" if edge["id"] in self.analysis.enclaves else "cut"
        if not np.isfinite(edge["size"]):
            loss = f"no capture of places alone would make it {own}"
            return (
                loss if edge["change"] == "loss" else "no capture of places alone would relieve it"
            )
        n = int(edge["size"])
        count = "one place" if n == 1 else f"{n} places"
        named = self._label(edge["sets"][0]) if n == 1 and len(edge["sets"]) == 1 else ""
        if edge["change"] == "gain":
            return f"the capture of {named or count} would relieve it"
        return f"{count}{f', {named},' if named else ''} from being {own}"

    def _sets(self, edge: Mapping[Hashable, Any]) -> str:
        if not edge["sets"] or not np.isfinite(edge["size"]):
            return ""
        actors = self.analysis.scenario.actors
        by = either([actors[name].label or name for name in edge["by"]])
        return f"{either([self._label(one) for one in edge['sets']])}, if taken by {by}"

    def _label(self, places: tuple[str, ...]) -> str:
        return " and ".join(self.analysis.sectors.label((place,)) for place in places)

    def _people(self, name: str, interval: int) -> list[str]:
        """Return how many people depend on it, and how they are."""
        analysis, day = self.analysis, str(self.analysis.days[interval])
        served = [
            enclave.id
            for enclave in analysis.scenario.enclaves
            if enclave.id == name or self._serves(name, enclave.id, day)
        ]
        if not served:
            return []
        table: pd.DataFrame = enclave_table(analysis, day).drop_duplicates("id").set_index("id")
        rows = table.loc[served].dropna(subset="people")
        if rows.empty:
            return []
        told = []
        for each, row in rows.iterrows():
            label = analysis.subjects[str(each)].label or each
            parts = [
                f"{int(row[key]):,} {key.replace('_', ' ')}"
                for key in _PEOPLE
                if row.notna()[key] and row[key]
            ]
            told.append(
                f"{label}: {', '.join(parts) or f'{int(row.people):,}, in which state is not known'}"
            )
        return [f"{int(rows['people'].sum()):,} people", *told]

    def _serves(self, route: str, enclave: str, day: str) -> bool:
        """Return whether the path to an enclave leads over that of a route of the same actor."""
        analysis = self.analysis
        if analysis.subjects[route].actor != analysis.subjects[enclave].actor:
            return False
        if route in analysis.enclaves or analysis.status(day)[route] in WORST:
            return False
        none = np.empty(0, dtype=np.int64)
        own, other = (np.concatenate([none, *analysis.path(x, day)]) for x in (route, enclave))
        return bool(np.isin(own, other).any())


def in_words(day: str) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> in_words("2014-12-04")
    '4 December 2014'
    """
    moment = np.datetime64(day, "D").astype(object)
    return f"{moment.day} {moment:%B %Y}"
