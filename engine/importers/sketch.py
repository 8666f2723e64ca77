"""A road network where there is no map: drawn from a table of places and a table of roads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from engine.control.sites import as_place
from engine.errors import Problem, ScenarioError, nearest_names
from engine.io.atomic import write_one
from engine.io.spreadsheets import WORKBOOKS
from engine.io.text import folded, plain, tidy
from engine.language import listing, marked, tr, trn
from engine.network.extract import SKETCH_CREDIT
from engine.network.gazetteer import is_arabic, names_of, slug
from engine.network.osm import read_osm
from engine.network.policy import CLASSES, RoadPolicy, class_of
from engine.network.schematic import SketchedRoad, draw, drawn_km
from engine.scenario.cells import read_table
from engine.scenario.check import used_twice
from engine.scenario.document import rows_of_table
from engine.scenario.fields import Distance, Entry, FreeText, Line, Mark, Texts
from engine.scenario.load import load_places, rows_as
from engine.scenario.model import ScenarioPlace
from engine.scenario.vocabulary import either, meant, nearest_word, word_for

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator, Sequence

    from engine.network.arrays import Network, Place


_USUAL_CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
USUAL_CLASS = "unclassified"
"""The class of a road whose row names none."""
_POINT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(?:,|\s)\s*([-+]?\d+(?:\.\d+)?)")

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
        found = _on_sheet(found, places, "sketch_places")
        wrong = _on_sheet(wrong, roads, "roads")
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
        if (point := _POINT.fullmatch(tidy(text))) is not None:
            lat, lon = map(float, point.groups())
            if not (abs(lat) <= 90 and abs(lon) <= 180):
                message = tr("the bend {text!r} does not lie on the globe", text=text)
                expected = tr("latitude,longitude in degrees")
                found.append(row.problem(message, "through", text, expected))
            vertices.append((lat, lon))
            continue
        fits = _places_of(text, known)
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


def _places_of(text: str, known: dict[str, Place]) -> list[str]:
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
    if len(parts) > 1 and all(_places_of(part, known) for part in parts):
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


ROUNDING = 0.005
"""A length may be this share shorter than the straight line, for it is rounded."""
ROUNDING_KM = 0.05
LONGEST = 10
"""A road that is so many times longer than its line is probably given in metres."""
FASTEST_KMH = 200.0
SAME_PLACE_KM = 1.0
"""Two places of one name that lie nearer to each other than this are one place."""


@dataclass(frozen=True)
class Sketch:
    """A network that was drawn.

    Parameters
    ----------
    path
        The file.
    network
        The network, as it is read from the file.
    remarks
        What was not as written, and which places the roads do not connect.
    """

    path: Path
    network: Network
    remarks: tuple[str, ...]


def sketch(
    places: str | os.PathLike[str],
    roads: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    again: bool = False,
    encoding: str = "",
    drawn_by: str = "supplyline sketch",
    credit: str = SKETCH_CREDIT,
) -> Sketch:
    """Draw a schematic network from a table of places and a table of roads.

    Parameters
    ----------
    places
        A table (CSV, or a sheet of a workbook) with ``lat`` and ``lon`` (WGS 84 degrees), an ``id``
        or a ``name``, and any other columns of a place.
    roads
        A table with ``through``: the places of each road in their order, by id or name, and bends as
        ``latitude,longitude``, with semicolons between. May be the same workbook.
    out
        The file to write, ``NAME.osm``.
    again
        Whether a file that is there is replaced.
    encoding
        That of CSV files in neither UTF-8 nor UTF-16.
    drawn_by
        What draws it, as the file says it.
    credit
        Whom to credit; empty for the project's own network.

    Returns
    -------
    Sketch
        What was drawn. The same tables give the same bytes.

    Raises
    ------
    ScenarioError
        With all problems of both tables, each with its row; nothing is written then.
    """
    out = Path(out)
    if out.suffix.lower() != ".osm":
        message, expected = tr("a sketch is a .osm file"), tr("NAME.osm")
        raise ScenarioError(Problem(message, str(out), expected=expected))
    if out.exists() and not again:
        message, expected = tr("the file is there already"), tr("--again to replace it")
        raise ScenarioError(Problem(message, str(out), expected=expected))
    drawn_places, drawn_roads, remarks = read_sketch(places, roads, encoding=encoding)
    by = f"{drawn_by} from {Path(places).name} and {Path(roads).name}"
    text = draw(drawn_places, drawn_roads, drawn_by=by, credit=credit)
    found: list[Network] = []

    def build(path: Path) -> None:
        path.write_bytes(text)
        found.append(read_osm(path, name=str(out)))

    write_one(out, build)
    return Sketch(out, found[0], tuple(remarks))


def read_sketch(
    places: str | os.PathLike[str], roads: str | os.PathLike[str], *, encoding: str = ""
) -> tuple[list[Place], list[SketchedRoad], list[str]]:
    """Read and check the two tables of a sketch.

    Returns
    -------
    places, roads
        In the order of their rows.
    remarks
        What was not as written.

    Raises
    ------
    ScenarioError
        With all problems of both tables.
    """
    alone = Path(places) == Path(roads)
    if alone and (
        Path(places).suffix.lower() not in WORKBOOKS
        or "through" not in read_table(Path(roads), "roads").columns
    ):
        message = tr("a table of roads is needed beside that of places")
        expected = tr(
            "PLACES ROADS, or a workbook with a sheet for each; a table of roads has a column through: "
            "names of places with semicolons between"
        )
        raise ScenarioError(Problem(message, str(places), expected=expected))
    rows = sketch_rows(places, roads, encoding=encoding)
    known = rows.known
    found = list(rows.problems)
    if not found:
        empty = [
            *_without_rows(places, "sketch_places", rows.places, encoding),
            *_without_rows(roads, "roads", rows.roads, encoding),
        ]
        if empty:
            raise ScenarioError(empty)
    incomplete = bool(found)
    of_places, of_roads = list(_place_problems(rows.places)), list[Problem]()
    told = {problem.line for problem in of_places}
    doubtful = {row.id for row in rows.places if _line(row) in told}
    either_of: set[str] = set()  # places that a road may mean
    drawn: list[SketchedRoad] = []
    right = []
    for row, vertices, wrong in rows.roads:
        fits = [_places_of(text, known) for text in row.through]
        either_of.update(*(several for several in fits if len(several) > 1))
        follows = _follows(row, rows, doubtful)
        # The fault of a place is told there alone.
        own = [one for one in wrong if one.value in row.through and one.value not in follows]
        problems = [*(own if follows else wrong), *_class_problems(row)]
        if not problems and not follows:
            problems = list(_course_problems(row, vertices, known))
        of_roads += problems
        drawn.append(_road(row, vertices, {road.id for road in drawn}))
        right += [] if problems or follows else [(row, drawn[-1])]
    ids = ((row.id, row) for row, _, _ in rows.roads if row.id)
    of_roads += used_twice(ids, marked("a road"))
    of_roads += _same_course(right)
    if not incomplete:
        others = [row for row in rows.places if row.id not in doubtful | either_of]
        of_places += _without_road(others, drawn, str(roads))
    if alone:
        of_places = _on_sheet(of_places, places, "sketch_places")
        of_roads = _on_sheet(of_roads, roads, "roads")
    found += [*of_places, *of_roads]
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: (problem.file, problem.line or 0)))
    return list(known.values()), drawn, list(_remarks(drawn, known))


def _on_sheet(
    problems: Sequence[Problem], path: str | os.PathLike[str], section: str
) -> list[Problem]:
    """Return problems of a workbook of both tables with the sheet on which each is."""
    name = read_table(Path(path), section).table.sheet if problems else ""
    if not name:
        return list(problems)
    file = tr("{file}, sheet {sheet}", file=str(path), sheet=repr(name))
    return [replace(problem, file=file) for problem in problems]


def _follows(row: SketchRoad, rows: SketchRows, doubtful: Collection[str]) -> set[str]:
    """Return what a road leads through that is, or may be, a place with a problem of its own."""
    found = set()
    for text in row.through:
        fits = _places_of(text, rows.known)
        if (fits and doubtful and not set(fits).isdisjoint(doubtful)) or (
            not fits and rows.is_lost(text) and not _POINT.fullmatch(tidy(text))
        ):
            found.add(text)
    return found


def _without_rows(
    path: str | os.PathLike[str], section: str, rows: Sequence[object], encoding: str
) -> Iterator[Problem]:
    """Yield that a table has headings only."""
    if not rows:
        line = read_table(Path(path), section, encoding=encoding).table.line
        expected = (
            tr("a row for each road")
            if section == "roads"
            else tr("a row for each place, with lat and lon")
        )
        yield Problem(
            tr("the table has no rows below its headings"), str(path), line, expected=expected
        )


# What can be wrong with places.


def _place_problems(rows: Sequence[SketchPlace]) -> Iterator[Problem]:
    for row in rows:
        if not row.id:
            message = tr("a place has neither an id nor a name")
            yield row.problem(message, "id", expected=tr("a name"))
    with_id = [row for row in rows if row.id]
    yield from used_twice(((row.id, row) for row in with_id), marked("a place"))
    yield from _twice_under_two_ids(with_id)
    yield from _swapped(rows)


def _twice_under_two_ids(rows: Sequence[SketchPlace]) -> Iterator[Problem]:
    """Yield places that lie where another lies, or beside another of the same name."""
    at: dict[tuple[float, float], SketchPlace] = {}
    named: dict[str, SketchPlace] = {}
    for row in rows:
        where = (row.lat, row.lon)
        if (other := at.setdefault(where, row)) is not row:
            if other.id != row.id:
                message = tr(
                    "the place {name!r} lies where {other!r} lies (line {line})",
                    name=row.id,
                    other=other.id,
                    line=_line(other),
                )
                yield row.problem(message, "lat", str(row.lat), tr("one row for each place"))
            continue
        for name in {plain(name) for name in (row.name, row.name_ar) if plain(name)}:
            other = named.setdefault(name, row)
            if other.id != row.id and drawn_km([where, (other.lat, other.lon)]) < SAME_PLACE_KM:
                message = tr(
                    "the place {name!r} has the name of {other!r} (line {line}) and lies less "
                    "than {km:g} km from it",
                    name=row.id,
                    other=other.id,
                    line=_line(other),
                    km=SAME_PLACE_KM,
                )
                expected = tr("one row for each place")
                yield row.problem(message, "name", row.name or row.name_ar, expected)
                break


def _line(row: Entry) -> int:
    return row.origin.line or 0


def _swapped(rows: Sequence[SketchPlace]) -> Iterator[Problem]:
    """Yield places that lie far from the others, and among them with the coordinates exchanged."""
    if len(rows) < 3:
        return
    centre = (median(row.lat for row in rows), median(row.lon for row in rows))
    usual = median(drawn_km([centre, (row.lat, row.lon)]) for row in rows)
    for row in rows:
        km = drawn_km([centre, (row.lat, row.lon)])
        if abs(row.lon) <= 90 and _is_swapped(km, drawn_km([centre, (row.lon, row.lat)]), usual):
            message = tr(
                "lat and lon of {name!r} are probably swapped: it lies {km:,.0f} km from the "
                "middle of the others",
                name=row.id,
                km=km,
            )
            yield row.problem(message, "lat", str(row.lat), f"lat {row.lon:g}, lon {row.lat:g}")


def _is_swapped(km: float, exchanged: float, usual: float) -> bool:
    return km > 3 * exchanged and km > 2 * usual and exchanged < 6 * usual + 5


# What can be wrong with roads.


def _class_problems(row: SketchRoad) -> Iterator[Problem]:
    value = class_of(row.highway)
    usual = sorted(name for name in CLASSES if RoadPolicy().highway_class({"highway": name}))
    if value not in usual:
        near = () if value in CLASSES else nearest_names(value, usual)
        if not value.isascii():
            near = nearest_word("road_class", row.highway)
        message = tr("highway = {value!r} is no class of roads", value=row.highway)
        if value in CLASSES:
            message = tr(
                "highway = {value!r} is no class of roads: the engine does not count such ways as "
                "roads",
                value=row.highway,
            )
        words = (word_for("road_class", key) for key in _USUAL_CLASSES)
        expected = listing([*words, "..."])
        yield row.problem(message, "highway", row.highway, expected, near)


def _course_problems(
    row: SketchRoad, vertices: Sequence[str | tuple[float, float]], known: dict[str, Place]
) -> Iterator[Problem]:
    """Yield what is wrong with bends, with the length and with the travel time."""
    points = _points(vertices, known)
    yield from _bends_astray(row, vertices, points)
    km = drawn_km(points)
    bent, said = len(points) > 2, {"given": row.length_km, "km": km}
    if row.length_km is not None and row.length_km < km * (1 - ROUNDING) - ROUNDING_KM:
        message = (
            tr(
                "length_km = {given:g} is shorter than the line through its places and bends "
                "({km:.1f} km)",
                **said,
            )
            if bent
            else tr("length_km = {given:g} is shorter than the straight line ({km:.1f} km)", **said)
        )
        expected = tr("at least {km:.1f}, or places that lie nearer to one another", km=km)
        yield row.problem(message, "length_km", f"{row.length_km:g}", expected)
        return
    if row.length_km is not None and row.length_km > LONGEST * km + 1:
        said |= {"times": row.length_km / km}
        message = (
            tr(
                "length_km = {given:g} is {times:.0f} times the line through its places and bends "
                "({km:.1f} km)",
                **said,
            )
            if bent
            else tr(
                "length_km = {given:g} is {times:.0f} times the straight line ({km:.1f} km)", **said
            )
        )
        yield row.problem(message, "length_km", f"{row.length_km:g}", tr("kilometres"))
        return
    speed = 60 * (row.length_km or km) / row.minutes if row.minutes else 0
    if speed > FASTEST_KMH:
        message = tr(
            "minutes = {minutes:g} makes a speed of {speed:,.0f} km/h",
            minutes=row.minutes,
            speed=speed,
        )
        expected = tr("the whole road, in minutes")
        yield row.problem(message, "minutes", f"{row.minutes:g}", expected)


def _bends_astray(
    row: SketchRoad,
    vertices: Sequence[str | tuple[float, float]],
    points: Sequence[tuple[float, float]],
) -> Iterator[Problem]:
    """Yield bends that lead to far away, and less so with their coordinates exchanged."""
    ends = [at for at, vertex in zip(points, vertices, strict=True) if isinstance(vertex, str)]
    usual = drawn_km(ends)
    centre = (median(lat for lat, _ in ends), median(lon for _, lon in ends))
    for text, vertex in zip(row.through, vertices, strict=True):
        if isinstance(vertex, str) or abs(vertex[1]) > 90:
            continue
        km, exchanged = drawn_km([centre, vertex]), drawn_km([centre, vertex[::-1]])
        if _is_swapped(km, exchanged, usual):
            message = tr(
                "latitude and longitude of the bend {text!r} are probably swapped: it lies "
                "{km:,.0f} km from the road",
                text=text,
                km=km,
            )
            yield row.problem(message, "through", text, f"{vertex[1]:g},{vertex[0]:g}")


def _points(
    vertices: Sequence[str | tuple[float, float]], known: dict[str, Place]
) -> list[tuple[float, float]]:
    return [(known[at].lat, known[at].lon) if isinstance(at, str) else at for at in vertices]


def _road(
    row: SketchRoad, vertices: Sequence[str | tuple[float, float]], taken: Collection[str]
) -> SketchedRoad:
    """Return the road of a row; several roads may have one name, and get ids of their own."""
    name, name_ar = row.name, row.name_ar
    if is_arabic(name) and not name_ar:
        name, name_ar = "", name
    made = slug(name) or slug(row.ref) or f"road-{_line(row)}"
    return SketchedRoad(
        row.id or (f"{made}-{_line(row)}" if made in taken else made),
        name,
        name_ar,
        tuple(row.aliases),
        row.ref,
        class_of(row.highway),
        tuple(vertices),
        row.alignment,
        row.length_km,
        row.minutes,
        row.source,
    )


def _same_course(roads: Sequence[tuple[SketchRoad, SketchedRoad]]) -> Iterator[Problem]:
    """Yield roads over the very points of another, either way round."""
    first: dict[tuple[object, ...], int] = {}
    for row, road in roads:
        course = min(road.vertices, road.vertices[::-1], key=str)
        line = first.setdefault(course, _line(row))
        if line != _line(row):
            message = tr("the road leads over the same places as that of line {line}", line=line)
            expected = tr("one row for each road, or a bend")
            yield row.problem(message, "through", "; ".join(row.through), expected)


def _without_road(
    rows: Sequence[SketchPlace], roads: Sequence[SketchedRoad], file: str
) -> Iterator[Problem]:
    used = {at for road in roads for at in road.vertices}
    for row in rows:
        if row.id not in used:
            message = tr("no road leads to the place {name!r}", name=row.id)
            yield row.problem(message, "id", row.id, tr("a road through it in {file}", file=file))


# What is told beside the file.


def _remarks(roads: Sequence[SketchedRoad], known: dict[str, Place]) -> Iterator[str]:
    timed = sum(road.minutes is not None for road in roads)
    if 0 < timed < len(roads):
        yield trn(
            "{n} of {all} roads state a travel time; that of the others is computed from their "
            "length and class",
            "{n} of {all} roads state a travel time; that of the others is computed from their "
            "length and class",
            timed,
            all=len(roads),
        )
    parts = _parts(roads, known)
    if len(parts) > 1:
        apart = "; ".join(", ".join(part[:8]) for part in parts[1:])
        yield tr(
            "the roads do not connect all places: apart from the others are {places}", places=apart
        )


def _parts(roads: Sequence[SketchedRoad], known: dict[str, Place]) -> list[list[str]]:
    """Return the places by the connected part of the roads that they lie on, the largest first."""
    part = {key: {key} for key in known}
    for road in roads:
        for one, other in pairwise(at for at in road.vertices if isinstance(at, str)):
            if part[one] is not part[other]:
                part[one] |= part[other]
                for key in part[other]:
                    part[key] = part[one]
    distinct = {id(group): [key for key in known if key in group] for group in part.values()}
    return sorted(distinct.values(), key=len, reverse=True)
