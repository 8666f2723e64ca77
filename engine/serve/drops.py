"""Files dropped on the page: kept aside until the reader has seen how each row was understood."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import InputError, Problem
from engine.importers.importing import SOURCES, import_reports, understood_reports
from engine.io.spreadsheets import WORKBOOKS

if TYPE_CHECKING:
    from engine.importers.matching import Import
    from engine.network.arrays import Network

ENDINGS = (".csv", ".tsv", ".txt", ".geojson", ".json", ".gpkg", ".kml", *WORKBOOKS)
MOST_KEPT = 8
MOST_ROWS = 2000
LONGEST_NAME = 60


class Drop(NamedTuple):
    """A dropped file, and whose form it has."""

    file: Path
    source: str


class Drops:
    """The files dropped on a session.

    Parameters
    ----------
    scenario
        Where they are imported to.
    network
        Its road network.
    """

    def __init__(self, scenario: Path, network: Network) -> None:
        self.scenario = scenario
        self.network = network
        self._folder = TemporaryDirectory(prefix="supplyline-")
        self._kept: dict[int, Drop] = {}
        self._count = 0

    def preview(self, name: str, source: str, data: bytes) -> dict[str, Any]:
        """Keep a file, and return how its rows would be understood; see `Session.drop`."""
        self._count += 1
        place = Path(self._folder.name) / str(self._count)
        place.mkdir()
        file = place / safe_name(name)
        file.write_bytes(data)
        found: dict[str, Import] = {}
        problems: list[Problem] = []
        for one in [source] if source else SOURCES:
            try:
                found[one] = understood_reports(
                    one, file, self.scenario, network=self.network, again=True
                )
            except InputError as error:
                problems = list(error.problems)  # those of the last, a plain sheet
        if not found:
            raise InputError([_without_folder(problem, file) for problem in problems])
        best = max(found, key=lambda one: len(found[one].events))
        self._kept[self._count] = Drop(file, best)
        for old in sorted(self._kept)[:-MOST_KEPT]:
            del self._kept[old]
        result = found[best]
        return {
            "number": self._count,
            "name": file.name,
            "source": best,
            "sources": list(SOURCES),
            "rows": [vars(row) for row in result.rows[:MOST_ROWS]],
            "total": len(result.rows),
            "events": len(result.events),
            "unknown": list(result.unknown_parties),
            "remarks": list(result.remarks),
        }

    def take(self, number: int) -> list[Path]:
        """Import a file that was dropped, and return the files written."""
        if number not in self._kept:
            raise InputError(f"nothing with the number {number!r} was dropped here")
        drop = self._kept.pop(number)
        found = import_reports(
            drop.source, drop.file, self.scenario, network=self.network, again=True
        )
        return list(found.files)

    def clear(self) -> None:
        """Remove all of them."""
        self._kept.clear()
        self._folder.cleanup()


def safe_name(name: str) -> str:
    """Return a name for a dropped file that leads nowhere else.

    Raises
    ------
    InputError
        If nothing that is imported has its ending.

    Examples
    --------
    >>> safe_name("../../etc/week 50.csv")
    'week 50.csv'
    """
    pure = PurePath(name.replace("\\", "/"))
    ending = pure.suffix.lower()
    if ending not in ENDINGS:
        message = "nothing is imported from a file of this kind"
        raise InputError(Problem(message, pure.name[-LONGEST_NAME:], expected=", ".join(ENDINGS)))
    stem = re.sub(r"[^\w -]+", "-", pure.stem).strip("- ")[:LONGEST_NAME]
    return f"{stem or 'reports'}{ending}"


def _without_folder(problem: Problem, file: Path) -> Problem:
    """Return a problem that names the file as the reader knows it."""
    shown = problem.file.replace(str(file), file.name)
    return Problem(
        problem.message.replace(str(file), file.name), shown, problem.line, problem.field,
        problem.value, problem.expected, problem.nearest,
    )  # fmt: skip
