"""Which report is most worth verifying for one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.control.words import kind_text
from engine.language import tr
from engine.probability.importance import importance

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
    text = tr(
        "{label}: {kind} on {day} ({id}), confidence {share:.0%}",
        label=label, kind=kind_text(getattr(entry, "kind", "baseline")), day=entry.date,
        id=name_of, share=entry.confidence,
    )  # fmt: skip
    return {"id": name_of, "text": text}
