"""What is being worked on: a scenario file, and what it comes to."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from engine.analysis.analysis import analyze
from engine.report.page.content import page_data
from engine.scenario.load import load_scenario

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from engine.network.arrays import Network


class Session:
    """A scenario on the page of those who have opened it.

    Parameters
    ----------
    file
        The scenario.
    network
        Another road network than that of the scenario.
    known_on
        Use only what had been reported by this day.
    on
        The day that the page shows at first; the last one, if absent.

    Raises
    ------
    InputError
        If the scenario or its network cannot be used, or the day lies outside the run.
    """

    def __init__(
        self,
        file: Path,
        *,
        network: Network | str | Path | None = None,
        known_on: dt.date | None = None,
        on: dt.date | None = None,
    ) -> None:
        self.file = file
        self.lock = Lock()
        self.base = analyze(load_scenario(file), network=network, known_on=known_on)
        self.on = on
        if on is not None:
            self.base.interval_on(on)

    def page(self) -> dict[str, Any]:
        """Return what the page shows."""
        with self.lock:
            began = {"on": (self.on - self.base.scenario.start).days} if self.on else {}
            return page_data(self.base) | {"served": True, **began}
