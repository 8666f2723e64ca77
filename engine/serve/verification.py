"""Which report is most worth verifying for one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.probability.importance import importance
from engine.scenario.vocabulary import kind_in_words

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis


def to_verify(analysis: Analysis, name: str, interval: int) -> dict[str, str] | None:
    """Return the report whose verification narrows an answer most: its id, and a text; None, if none does.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    name
        The id of a route or an enclave.
    interval
        The index of an interval of the run.
    """
    best = importance(analysis, name, str(analysis.days[interval])).verify_rows
    if not best or best[0]["event"] not in analysis.statement_ids:
        return None
    name_of = best[0]["event"]
    entry = analysis.states.statements.entries[analysis.statement_ids.index(name_of)]
    label = analysis.sectors.label((entry.site,))
    kind = kind_in_words(getattr(entry, "kind", "baseline"))
    text = f"{label}: {kind} on {entry.date} ({name_of}), confidence {entry.confidence:.0%}"
    return {"id": name_of, "text": text}
