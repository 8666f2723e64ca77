"""Files dropped on the page: kept aside until the reader has seen how each row was understood."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import InputError, Problem
from engine.importers.importing import SOURCES, actors_text, import_reports, understood_reports
from engine.importers.matching import NOBODY
from engine.io.spreadsheets import WORKBOOKS
from engine.io.text import portable
from engine.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.importers.matching import Import
    from engine.network.arrays import Network

DRAWN = (".geojson", ".json", ".gpkg", ".kml")
ENDINGS = (".csv", ".tsv", ".txt", *DRAWN, *WORKBOOKS)
WITHOUT_HEADER = "flee"
"""A form that nothing at the head of a file tells: it counts only if it gives reports."""
FORMS = (
    "acled", "ucdp-ged", "access-constraints", "control-polygons", "drafts", "sheet", WITHOUT_HEADER,
)  # fmt: skip
"""In which order forms are tried: those that name their own columns before a sheet of any columns."""
MOST_KEPT = 8
MOST_ROWS = 2000
LONGEST_NAME = 60


class Drop(NamedTuple):
    """A dropped file, whose form it has, and the table of which party in it is which actor."""

    file: Path
    source: str
    actors: Path | None


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
        self._folder: TemporaryDirectory[str] | None = None  # made once something is dropped
        self._kept: dict[int, Drop] = {}
        self._count = 0

    def preview(self, name: str, source: str, data: bytes) -> dict[str, Any]:
        """Keep a file, and return how its rows would be understood; see `Session.drop`."""
        self._count += 1
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="supplyline-")
        place = Path(self._folder.name) / str(self._count)
        place.mkdir()
        file = place / safe_name(name)
        file.write_bytes(data)
        number, self._kept[self._count] = self._count, Drop(file, source, None)
        for old in sorted(self._kept)[:-MOST_KEPT]:
            del self._kept[old]
        return self._understood(number)

    def again(self, number: int, source: str, parties: Mapping[str, str]) -> dict[str, Any]:
        """Return the same for another form, or once it is known who is who; see `Session.understand`."""
        file = self._of(number).file
        actors = file.with_name("who-is-who.csv")
        known = {name: actor or NOBODY for name, actor in parties.items()}
        actors.write_text(actors_text(known, ()), encoding="utf-8", newline="\n")
        self._kept[number] = Drop(file, source, actors if known else None)
        return self._understood(number)

    def _understood(self, number: int) -> dict[str, Any]:
        """Read a file in its form, or in the first that it has, if that is not known."""
        file, source, actors = self._of(number)
        problems: dict[str, list[Problem]] = {}
        for form in [source] if source else FORMS:
            try:
                result = understood_reports(
                    form, file, self.scenario, actors=actors, network=self.network, again=True
                )
            except InputError as error:
                problems[form] = list(error.problems)
                continue
            if form == WITHOUT_HEADER and not source and not result.events:
                continue
            self._kept[number] = Drop(file, form, actors)
            return self._told(number, result)
        drawn = file.suffix.lower() in DRAWN
        usual = source or ("control-polygons" if drawn else "sheet")
        raise InputError([_without_folder(problem, file) for problem in problems[usual]])

    def _told(self, number: int, result: Import) -> dict[str, Any]:
        """Return how a file was understood, for the page."""
        file, form, _ = self._of(number)
        return {
            "number": number,
            "name": file.name,
            "source": form,
            "sources": list(SOURCES),
            "rows": [vars(row) for row in result.rows[:MOST_ROWS]],
            "total": len(result.rows),
            "events": len(result.events),
            "unknown": list(result.unknown_parties),
            "remarks": list(result.remarks),
        }

    def take(self, number: int) -> list[Path]:
        """Import a file that was dropped, and return the files written."""
        file, source, actors = self._of(number)
        found = import_reports(
            source, file, self.scenario, actors=actors, network=self.network, again=True
        )
        del self._kept[number]
        return [path for path in found.files if path != actors]

    def _of(self, number: int) -> Drop:
        if number not in self._kept:
            raise InputError(
                tr("nothing with the number {number!r} was dropped here", number=number)
            )
        return self._kept[number]

    def clear(self) -> None:
        """Remove all of them."""
        self._kept.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


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
    message = tr("nothing is imported from a file of this kind")
    return plain_name(name, ENDINGS, message, otherwise="reports")


def plain_name(name: str, endings: Sequence[str], refusal: str, *, otherwise: str) -> str:
    """Return the last part of a path in letters that every system takes, with its ending.

    Parameters
    ----------
    name
        The path, as any system writes it.
    endings
        Those that are taken; with another one, `refusal` is raised.
    otherwise
        What to call a file of whose name nothing is left.
    """
    pure = PurePath(name.replace("\\", "/"))
    ending = pure.suffix.lower()
    if ending not in endings:
        raise InputError(Problem(refusal, pure.name[-LONGEST_NAME:], expected=", ".join(endings)))
    stem = portable(re.sub(r"[^\w -]+", "-", pure.stem).strip("- ")[:LONGEST_NAME])
    return f"{stem or otherwise}{ending}"


def _without_folder(problem: Problem, file: Path) -> Problem:
    """Return a problem that names the file as the reader knows it."""
    shown = problem.file.replace(str(file), file.name)
    return Problem(
        problem.message.replace(str(file), file.name), shown, problem.line, problem.field,
        problem.value, problem.expected, problem.nearest,
    )  # fmt: skip
