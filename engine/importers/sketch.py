"""A road network where there is no map: drawn from a table of places and a table of roads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from engine.errors import Problem, ScenarioError, nearest_names
from engine.importers.sketch_rows import (
    BEND,
    SketchPlace,
    SketchRoad,
    SketchRows,
    on_sheet,
    places_called,
    sketch_rows,
)
from engine.io.atomic import write_one
from engine.io.spreadsheets import WORKBOOKS
from engine.io.text import plain, tidy
from engine.language import listing, marked, tr, trn
from engine.network.extract import SKETCH_CREDIT
from engine.network.gazetteer import is_arabic, slug
from engine.network.osm import read_osm
from engine.network.policy import CLASSES, RoadPolicy, class_of
from engine.network.schematic import SketchedRoad, draw, drawn_km
from engine.scenario.cells import read_table
from engine.scenario.check import used_twice
from engine.scenario.vocabulary import nearest_word, word_for

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator, Sequence

    from engine.network.arrays import Network, Place
    from engine.scenario.fields import Entry

_USUAL_CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
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
        fits = [places_called(text, known) for text in row.through]
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
        of_places = on_sheet(of_places, places, "sketch_places")
        of_roads = on_sheet(of_roads, roads, "roads")
    found += [*of_places, *of_roads]
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: (problem.file, problem.line or 0)))
    return list(known.values()), drawn, list(_remarks(drawn, known))


def _follows(row: SketchRoad, rows: SketchRows, doubtful: Collection[str]) -> set[str]:
    """Return what a road leads through that is, or may be, a place with a problem of its own."""
    found = set()
    for text in row.through:
        fits = places_called(text, rows.known)
        if (fits and doubtful and not set(fits).isdisjoint(doubtful)) or (
            not fits and rows.is_lost(text) and not BEND.fullmatch(tidy(text))
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
