"""What every output says of itself: whose data, which question, which engine, how much is unknown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.version import __version__

if TYPE_CHECKING:
    from engine.analysis.analysis import Analysis

SCHEMATIC = "Schematic network: its lines stand for roads, they do not follow them."


@dataclass(frozen=True)
class Facts:
    """What an output says of itself.

    Parameters
    ----------
    title
        The title of the scenario.
    network
        The name of the road network.
    credit
        The attribution of its data.
    schematic
        True if its lines only stand for roads.
    map_date
        The day of the map, ISO 8601; empty if not known.
    start, last_day
        The run.
    known_on
        The day up to whose reports the answer takes account, or None for all reports.
    events, believed
        How many events the scenario has, and how many of them the plain status believes.
    unknown
        The share of the roads, by length, of which no holder is known on the last day, 0 to 1.
    version
        The version of the engine.
    """

    title: str
    network: str
    credit: str
    schematic: bool
    map_date: str
    start: dt.date
    last_day: dt.date
    known_on: dt.date | None
    events: int
    believed: int
    unknown: float
    version: str = __version__

    def sentences(self) -> list[str]:
        """Return the facts as short sentences, the most important first."""
        said = [SCHEMATIC] if self.schematic else []
        said.append(
            f"Roads: {self.credit}" + (f" (map of {self.map_date})" if self.map_date else "")
        )
        said.append(
            f"{self.believed} of {self.events} events believed"
            + (f", as known on {self.known_on}" if self.known_on else "")
        )
        said.append(
            f"{self.unknown:.0%} of the roads by length have no known holder on {self.last_day}"
        )
        said.append(f"run of {self.start} to {self.last_day}, supplyline {self.version}")
        return said

    def line(self) -> str:
        """Return the facts as one line."""
        return " · ".join(sentence.rstrip(".") for sentence in self.sentences())


def facts_of(analysis: Analysis) -> Facts:
    """Return what the outputs of an analysis say of themselves."""
    scenario, source = analysis.scenario, analysis.network.provenance
    last = scenario.end - dt.timedelta(days=1)
    return Facts(
        title=scenario.title,
        network=source.name,
        credit=source.credit,
        schematic=source.schematic,
        map_date=source.as_of,
        start=scenario.start,
        last_day=last,
        known_on=analysis.known_on,
        events=len(scenario.events),
        believed=int(analysis.believed.sum()),
        unknown=analysis.unknown_share(last),
    )
