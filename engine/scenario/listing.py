"""The events of a scenario that somebody asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from engine.scenario.model import Event, Scenario


def select_events(
    scenario: Scenario,
    *,
    site: str = "",
    kind: str = "",
    actor: str = "",
    source: str = "",
    first: dt.date | None = None,
    last: dt.date | None = None,
    confidence: float = 0.0,
) -> list[tuple[str, Event]]:
    """Return the events that fit, with their ids, by date.

    Parameters
    ----------
    scenario
        Whose events.
    site, kind
        Only those of this site, of this kind.
    actor
        Only those that name this actor as actor, defender or contestant.
    source
        Only those whose source holds this text, in whatever case.
    first, last
        Only those that may have happened on one of these days.
    confidence
        Only those at least this sure.

    Returns
    -------
    list of (str, Event)
        Id and event; those of one day in the order of the file.
    """
    return sorted(
        (
            (name, event)
            for name, event in zip(scenario.event_ids(), scenario.events, strict=True)
            if site in {"", event.site}
            and kind in {"", event.kind}
            and actor in {"", event.actor, event.defender, *event.contestants}
            and source.casefold() in event.source.casefold()
            and (first is None or event.last_day >= first)
            and (last is None or event.first_day <= last)
            and event.confidence >= confidence
        ),
        key=lambda pair: pair[1].date,
    )
