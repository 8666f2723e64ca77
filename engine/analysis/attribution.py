"""What every output says of itself: whose data, which question, which engine, how much is unknown."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.language import called, marked, tr
from engine.version import __version__

if TYPE_CHECKING:
    from engine.control.sectors import Sectors
    from engine.network.arrays import Network
    from engine.scenario.model import Scenario

SHOWN = 12
"""How many letters of a digest people are shown."""


@dataclass(frozen=True)
class Facts:
    """What an output says of itself.

    Parameters
    ----------
    title
        The title of the scenario.
    title_ar
        The same in Arabic; may be empty.
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
    scenario_digest, network_digest
        What tells the scenario and the roads from others, to be cited: SHA-256 in 64 letters.
    version
        The version of the engine.
    """

    title: str
    title_ar: str
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
    scenario_digest: str
    network_digest: str
    version: str = __version__

    @property
    def called(self) -> str:
        """The title in the language spoken."""
        return called(self.title, self.title_ar)

    def heading(self) -> dict[str, Any]:
        """Return what every output for machines begins with, as plain values."""
        return {
            "title": self.title,
            "network": self.network,
            "credit": self.credit,
            "schematic": self.schematic,
            "map_date": self.map_date,
            "known_on": self.known_on and str(self.known_on),
            "version": self.version,
            "scenario_digest": self.scenario_digest,
            "network_digest": self.network_digest,
        }

    def attributes(self) -> dict[str, str | int]:
        """Return the same as attributes of an array, which any netCDF file can hold."""
        return {
            key: int(value) if isinstance(value, bool) else str(value or "")
            for key, value in self.heading().items()
        }

    def digests(self) -> str:
        """Return how people cite the scenario and the roads: the start of each digest."""
        scenario, network = (
            digest[:SHOWN] for digest in (self.scenario_digest, self.network_digest)
        )
        return tr("scenario {scenario}, network {network}", scenario=scenario, network=network)

    def sentences(self) -> list[str]:
        """Return the facts as short sentences, the most important first."""
        said = []
        if self.schematic:
            said.append(
                tr("Schematic network: its lines stand for roads, they do not follow them.")
            )
        return [*said, self._roads(), self._events(), *self._run(), self.digests()]

    def _roads(self) -> str:
        if not self.map_date:
            return tr("Roads: {credit}", credit=credit_text(self.credit))
        day = map_day(self.map_date)
        return tr("Roads: {credit} (map of {day})", credit=credit_text(self.credit), day=day)

    def _events(self) -> str:
        counts = {"believed": self.believed, "events": self.events}
        if self.known_on is None:
            return tr("{believed} of {events} events believed", **counts)
        return tr(
            "{believed} of {events} events believed, as known on {day}",
            day=self.known_on, **counts,
        )  # fmt: skip

    def _run(self) -> list[str]:
        return [
            tr(
                "{share:.0%} of the roads by length have no known holder on {day}",
                share=self.unknown,
                day=self.last_day,
            ),
            tr(
                "run of {start} to {end}, supplyline {version}",
                start=self.start,
                end=self.last_day,
                version=self.version,
            ),
        ]

    def line(self) -> str:
        """Return the facts as one line."""
        return " · ".join(sentence.rstrip(".") for sentence in self.sentences())


_CREDITS = (
    marked("© OpenStreetMap contributors, ODbL 1.0"),
    marked("Schematic network of the supplyline project, not OpenStreetMap data"),
    marked("Schematic sketch, not OpenStreetMap data"),
)


def credit_text(credit: str) -> str:
    """Return whom to credit for roads, in the language spoken where the words are the engine's own."""
    return tr(credit) if credit in _CREDITS else credit


def map_day(text: str) -> dt.date | str:
    """Return the day of a map as a day, if it is a whole one; else as it is written."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def facts_of(
    scenario: Scenario,
    network: Network,
    sectors: Sectors,
    *,
    known_on: dt.date | None,
    believed: int,
    unknown: float,
) -> Facts:
    """Return what the outputs of an analysis say of themselves; see `Facts`."""
    source = network.provenance
    return Facts(
        title=scenario.title,
        title_ar=scenario.title_ar,
        network=source.name,
        credit=source.credit,
        schematic=source.schematic,
        map_date=source.as_of,
        start=scenario.start,
        last_day=scenario.end - dt.timedelta(days=1),
        known_on=known_on,
        events=len(scenario.events),
        believed=believed,
        unknown=unknown,
        scenario_digest=scenario_digest(scenario, sectors),
        network_digest=network.digest,
    )


def scenario_digest(scenario: Scenario, sectors: Sectors) -> str:
    """Return what tells a scenario from others, wherever it lies and whatever its roads are.

    It is the SHA-256 of all that it states, named changes included, but for the name of the network and the title in Arabic. Of an area or a line that a file draws, the ground that it covers is taken.
    """
    said = scenario.model_dump(mode="json", exclude={"network", "title_ar"}, exclude_defaults=True)
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode())
    for site in scenario.sites:
        drawn = site.area if site.line is None else site.line
        if isinstance(drawn, str) and site.id in sectors.sites.index:
            covered = sectors.covers[sectors.sites.index[site.id]][sectors.sector]
            columns = (sectors.pieces.parent, sectors.pieces.from_m, sectors.pieces.to_m)
            rows = np.array([column[covered] for column in columns], dtype=np.float64)
            digest.update(f"{site.id} {rows.shape}".encode())
            digest.update(np.round(rows, 3).tobytes())
    return digest.hexdigest()
