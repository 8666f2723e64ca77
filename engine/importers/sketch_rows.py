"""The rows of a sketch: places with their ids, roads with the places and bends that they lead through."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from engine.control.sites import as_place
from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.text import folded, plain, tidy
from engine.language import marked, tr
from engine.network.gazetteer import is_arabic, names_of, slug
from engine.scenario.cells import read_table
from engine.scenario.check import used_twice
from engine.scenario.document import rows_of_table
from engine.scenario.fields import Distance, Entry, FreeText, Line, Mark, Texts
from engine.scenario.load import load_places, rows_as
from engine.scenario.model import ScenarioPlace
from engine.scenario.vocabulary import either, meant

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from engine.network.arrays import Place

USUAL_CLASS = "unclassified"
"""The class of a road whose row names none."""
BEND = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(?:,|\s)\s*([-+]?\d+(?:\.\d+)?)")
"""A point of a road that is no place: latitude and longitude."""

Vertices = list[str | tuple[float, float]]
"""Of a road, in order: ids of places, and bends as latitude and longitude."""


class SketchPlace(ScenarioPlace):
    """A place of a sketch: its id may be left out, and is then made from its name."""

    id: Mark = Field("", description="The name that scenarios use.")


class SketchRoad(Entry):
    """A row of the table of roads."""

    id: Mark = Field("", description="A name for it; made from its name, if absent.")
    name: Line = Field("", description="The name in English, or in any script.")
    name_ar: Line = Field("", description="The name in Arabic.")
    aliases: Texts = Field((), description="Other names.")
    ref: Line = Field("", description="Its number.")
    highway: Line = Field(USUAL_CLASS, description="Its class, as OpenStreetMap has it.")
    alignment: Line = Field("", description="How sure its course is.")
    through: Texts = Field(description="Places in their order, and bends as latitude,longitude.")
    length_km: Distance | None = Field(None, description="How long it is, km.")
    minutes: Distance | None = Field(None, description="How long it takes to drive it, minutes.")
    source: FreeText = Field("", description="Where it is known from.")
    note: FreeText = Field("", description="Anything else; it stays in the table.")


class SketchRows(NamedTuple):
    """The two tables, as far as each row can be read by itself.

    Parameters
    ----------
    places
        The rows of places, each with an id if it has any name.
    known
        The same as places of a network, by id.
    roads
        The rows of roads, each with its vertices and what is wrong with these.
    problems
        What cannot be read.
    lost
        The names of places whose rows cannot be read; None if there are rows without any name.
    """

    places: tuple[SketchPlace, ...]
    known: dict[str, Place]
    roads: tuple[tuple[SketchRoad, Vertices, list[Problem]], ...]
    problems: list[Problem]
    lost: frozenset[str] | None = frozenset()

    def is_lost(self, name: str) -> bool:
        """Return whether a name that is no place may be that of a row that cannot be read."""
        return self.lost is None or plain(name) in self.lost


def sketch_rows(
    places: str | os.PathLike[str], roads: str | os.PathLike[str], *, encoding: str = ""
) -> SketchRows:
    """Read the two tables of a sketch, row by row.

    Raises
    ------
    ScenarioError
        If a table cannot be read at all.
    """
    place_rows, found = rows_as(places, "sketch_places", SketchPlace, encoding=encoding)
    lost = _names_lost(Path(places), found, encoding) if found else frozenset()
    road_rows, wrong = rows_as(roads, "roads", SketchRoad, encoding=encoding)
    road_rows = tuple(
        row.model_copy(update={"highway": meant("road_class", row.highway)}) for row in road_rows
    )
    with_ids = tuple(_with_id(row) for row in place_rows)
    known = {row.id: as_place(row) for row in with_ids if row.id}
    if Path(places) == Path(roads):
        found = on_sheet(found, places, "sketch_places")
        wrong = on_sheet(wrong, roads, "roads")
    drawn = tuple((row, *_vertices(row, known)) for row in road_rows)
    return SketchRows(with_ids, known, drawn, [*found, *wrong], lost)


def _names_lost(path: Path, found: Sequence[Problem], encoding: str) -> frozenset[str] | None:
    """Return the names of the rows of places with problems; None if one of them has no name."""
    names: set[str] = set()
    lines = {problem.line for problem in found}
    for draft in rows_of_table(path, "sketch_places", encoding=encoding)[0]:
        if draft.line in lines:
            lines.discard(draft.line)
            several = draft.values.get("aliases") or ()
            own = [draft.values.get(key) for key in ("id", "name", "name_ar")]
            names |= {plain(str(name)) for name in (*own, *several) if name}
    return None if lines else frozenset(names)


def places_of_table(
    path: str | os.PathLike[str], known: Sequence[Place] = (), *, encoding: str = ""
) -> tuple[ScenarioPlace, ...]:
    """Read a table of places for a new scenario: a workbook too, and one that names places without ids.

    Parameters
    ----------
    path
        The table.
    known
        Places of the network: a row without an id that is called as one of them is, in any script, has its id.
    encoding
        That of a CSV file in neither UTF-8 nor UTF-16.

    Raises
    ------
    ScenarioError
        With all problems, each with its line; also if an id comes twice.

    Examples
    --------
    >>> from engine.importers.sketch import places_of_table
    >>> [place.id for place in places_of_table("data/osm/aleppo-places.csv")][:2]
    ['al-bab', 'qatma']
    """
    rows, found = rows_as(path, "sketch_places", SketchPlace, encoding=encoding)
    if not found and all(row.id for row in rows):
        return load_places(path, encoding=encoding)
    places = tuple(_with_id(_as_known(row, known)) for row in rows)
    found += [
        row.problem(tr("a place has neither an id nor a name"), "name")
        for row in places
        if not row.id
    ]
    found += used_twice(((place.id, place) for place in places if place.id), marked("a place"))
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: problem.line or 0))
    return places


def _as_known(row: SketchPlace, known: Sequence[Place]) -> SketchPlace:
    """Return a row without an id with that, and the names, of the one place of a network that it names."""
    own = [folded(name) for name in (row.name, row.name_ar) if name]
    if row.id or not own:
        return row
    fits = [place for place in known if any(map(own.__contains__, map(folded, names_of(place))))]
    if len(fits) != 1:
        return row
    place = fits[0]
    latin = "" if is_arabic(row.name) else row.name
    arabic = row.name_ar or (row.name if is_arabic(row.name) else "")
    names = {"name": latin or place.name, "name_ar": arabic or place.name_ar}
    return row.model_copy(update={"id": place.id, **names})


def _with_id(row: SketchPlace) -> SketchPlace:
    """Return a place with an id, and with a name in Arabic letters where such names belong."""
    changes: dict[str, object] = {"kind": meant("place_kind", row.kind)}
    if is_arabic(row.name) and not row.name_ar:
        changes |= {"name": "", "name_ar": row.name}
    if not row.id and (row.name or row.name_ar):
        changes["id"] = slug(row.name) or f"place-{row.origin.line}"
    return row.model_copy(update=changes)


def _vertices(
    row: SketchRoad, known: dict[str, Place]
) -> tuple[list[str | tuple[float, float]], list[Problem]]:
    """Return the ids of the places and the bends of a road, and what is wrong with them."""
    vertices: list[str | tuple[float, float]] = []
    found = []
    for text in row.through:
        if (point := BEND.fullmatch(tidy(text))) is not None:
            lat, lon = map(float, point.groups())
            if not (abs(lat) <= 90 and abs(lon) <= 180):
                message = tr("the bend {text!r} does not lie on the globe", text=text)
                expected = tr("latitude,longitude in degrees")
                found.append(row.problem(message, "through", text, expected))
            vertices.append((lat, lon))
            continue
        fits = places_called(text, known)
        if len(fits) == 1:
            vertices.append(fits[0])
        elif fits:
            message = tr("{name!r} may be {ids}", name=text, ids=either(fits))
            found.append(row.problem(message, "through", text, tr("the id of one of them")))
        else:
            found.append(_unknown(row, text, known))
    if not found:
        found += _order_problems(row, vertices)
    return vertices, found


def places_called(text: str, known: dict[str, Place]) -> list[str]:
    """Return the ids of the places that a road means: by id, else by a name but for its spelling."""
    if text in known:
        return [text]
    exact = [key for key, place in known.items() if text in names_of(place)]
    return exact or [
        key
        for key, place in known.items()
        if plain(text) and plain(text) in map(plain, (key, *names_of(place)))
    ]


def _unknown(row: SketchRoad, text: str, known: dict[str, Place]) -> Problem:
    names = {name: key for key, place in known.items() for name in (key, *names_of(place))}
    by_fold = {folded(name): name for name in names}
    near = tuple(by_fold[name] for name in nearest_names(folded(text), by_fold))
    expected = tr("a place of the table, by id or name; a bend is latitude,longitude")
    parts = [part.strip() for part in re.split(r"[,،>|/]|\s[-–—]\s|\s*->\s*", text)]
    if len(parts) > 1 and all(places_called(part, known) for part in parts):
        expected, near = tr("semicolons between places: {places}", places="; ".join(parts)), ()
    message = tr("there is no place {name!r}", name=text)
    return row.problem(message, "through", text, expected, near)


def _order_problems(
    row: SketchRoad, vertices: Sequence[str | tuple[float, float]]
) -> Iterator[Problem]:
    through = "; ".join(row.through)
    if sum(isinstance(at, str) for at in vertices) < 2:
        expected = tr("two places or more, with semicolons between them")
        yield row.problem(tr("a road joins at least two places"), "through", through, expected)
    elif not (isinstance(vertices[0], str) and isinstance(vertices[-1], str)):
        message = tr("a road begins and ends at a place")
        yield row.problem(message, "through", through, tr("a place"))
    for one, other in pairwise(vertices):
        if one == other:
            message = tr("the road leads from {place!r} to itself", place=one)
            yield row.problem(message, "through", through, tr("each place once in a row"))


def on_sheet(
    problems: Sequence[Problem], path: str | os.PathLike[str], section: str
) -> list[Problem]:
    """Return problems of a workbook of both tables with the sheet on which each is."""
    name = read_table(Path(path), section).table.sheet if problems else ""
    if not name:
        return list(problems)
    file = tr("{file}, sheet {sheet}", file=str(path), sheet=repr(name))
    return [replace(problem, file=file) for problem in problems]
