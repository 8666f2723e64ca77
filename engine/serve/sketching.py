"""A sketch on the page: two tables in a folder, drawn on a map, saved whole, and the network made from them.

Tables are written anew with what a person changed, and all else as it stood there. How a picture was fitted
below the map is kept beside them: its name and size, and points known on it and on the ground.
"""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, Problem, ScenarioError
from engine.importers.editing import digest_of
from engine.importers.sketch import sketch
from engine.importers.sketch_rows import USUAL_CLASS, sketch_rows
from engine.io.atomic import editing, write_whole
from engine.io.tables import table_text
from engine.language import tr
from engine.network.gazetteer import slug
from engine.network.policy import RoadPolicy
from engine.report.style import ROAD_CLASSES
from engine.scenario.cells import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.importers.sketch_rows import SketchPlace, SketchRoad, Vertices


LONGEST_TEXT = 300
_DIGITS = 6
"""Decimals of degrees: a tenth of a metre."""
_NUMBERS = frozenset({"lat", "lon", "length_km", "minutes"})


class EditedTable:
    """A table that is written anew: its columns in their order, its other cells as they are."""

    def __init__(self, path: Path, section: str, usual: Sequence[str]) -> None:
        self.rows: list[list[str]] = []
        if path.exists():
            read = read_table(path, "sketch_places" if section == "places" else section)
            self.header = [str(name) for name in read.table.header]
            self.columns = dict(read.columns)
            self.old = [[_cell(cell) for cell in cells] for _, cells in read.table.rows]
        else:
            self.header, self.old = list(usual), []
            self.columns = {name: at for at, name in enumerate(usual)}

    def add(self, row: int | None, changed: Mapping[str, str]) -> None:
        """Add a row: an old one with what has changed of it, or a new one."""
        cells = list(self.old[row]) if row is not None else []
        for name, value in changed.items():
            if name not in self.columns:
                if not value:
                    continue
                self.columns[name] = len(self.header)
                self.header.append(name)
            at = self.columns[name]
            cells += [""] * (at + 1 - len(cells))
            cells[at] = value
        self.rows.append(cells)

    def text(self) -> bytes:
        """Return the table in UTF-8."""
        rows = (cells + [""] * (len(self.header) - len(cells)) for cells in self.rows)
        return table_text(self.header, rows).encode()


def _cell(cell: object) -> str:
    return "" if cell is None else str(cell)


def changed_cells(entry: Mapping[str, Any], old: Any, keys: Iterable[str]) -> dict[str, str]:
    """Return the cells of an entry that are others than those of its row."""
    found = {}
    for key in keys:
        value = entry.get(key)
        value = None if value == "" and key in _NUMBERS else value
        if old is not None and value == getattr(old, key):
            continue
        if key == "highway" and old is None and value in {None, "", USUAL_CLASS}:
            continue
        found[key] = _number(key, value) if key in _NUMBERS else _text(value)
    return found


def _number(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(tr("{key} = {text!r} is no number", key=key, text=str(value)[:40]))
    return f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")


def _text(value: object) -> str:
    return " ".join(str(value or "").split())[:LONGEST_TEXT]


def ids_of(old: Sequence[SketchPlace | None], places: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the id of each place: its own, or a new one from its name."""
    taken = {row.id for row in old if row is not None}
    found = []
    for row, place in zip(old, places, strict=True):
        if row is not None:
            found.append(row.id)
            continue
        base = slug(_text(place.get("name"))) or "place"
        number = 1 if base != "place" else len(taken) + 1
        made = base if base != "place" else f"place-{number}"
        while made in taken:
            number += 1
            made = f"{base}-{number}"
        taken.add(made)
        found.append(made)
    return found


def written_vertex(vertex: str | tuple[float, float]) -> str:
    """Return a place or a bend as a table has it."""
    if isinstance(vertex, str):
        return vertex
    return ",".join(_number("lat", value) for value in vertex)


PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
"""Media types of pictures by ending."""
_LONGEST_NAME = 200
_MOST_PIXELS = 100_000
_MOST_DEGREES = 180


def checked_fit(given: Any) -> dict[str, Any]:
    """Return a fit as the page gives it.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> point = {"pixel": [1, 2], "at": [36.2, 37.1]}
    >>> checked_fit({"name": "map.png", "size": [800, 600], "points": [point, point]})["name"]
    'map.png'
    """
    fit = given if isinstance(given, dict) else {}
    name, size, points = fit.get("name"), fit.get("size"), fit.get("points")
    if not (_is_name(name) and _are_numbers(size, _MOST_PIXELS) and isinstance(points, list)):
        raise InputError(tr("it does not say how a picture was fitted"))
    pairs = [(point.get("pixel"), point.get("at")) for point in points if isinstance(point, dict)]
    known = all(
        _are_numbers(pixel, 10 * _MOST_PIXELS) and _are_numbers(at, _MOST_DEGREES)
        for pixel, at in pairs
    )
    if not (2 <= len(pairs) == len(points) <= 3 and known):
        raise InputError(tr("it does not say how a picture was fitted"))
    return {
        "name": name,
        "size": size,
        "points": [{"pixel": pixel, "at": at} for pixel, at in pairs],
    }


def _is_name(name: Any) -> bool:
    """Return whether a picture is called so, and lies in no other folder."""
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        return False
    ending = name[name.rfind(".") :].lower()
    return ending in PICTURES and name.isprintable() and not set(name) & set("/\\:")


def _are_numbers(pair: Any, most: float) -> bool:
    """Return whether something is two numbers of a size."""
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in pair)
        and all(isfinite(n) and abs(n) <= most for n in pair)
    )


PLACES, ROADS, FIT = "places.csv", "roads.csv", "picture.json"
MOST_ROWS = 5000
_CLASSES = tuple(name for name in ROAD_CLASSES if RoadPolicy().highway_class({"highway": name}))
_PLACE_KEYS = ("name", "name_ar", "kind", "lat", "lon")
_ROAD_KEYS = ("name", "name_ar", "ref", "highway", "length_km", "minutes")


class Sketching:
    """A sketch that is drawn on the page.

    Parameters
    ----------
    folder
        Where ``places.csv`` and ``roads.csv`` lie, or will; it is made when they are saved.

    Raises
    ------
    InputError
        If the tables that are there cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            expected = tr(
                "a folder with {places} and {roads}, or a new one", places=PLACES, roads=ROADS
            )
            raise InputError(Problem(tr("a sketch is a folder"), str(folder), expected=expected))
        self.lock = RLock()
        self.network = self.folder / f"{slug(self.folder.resolve().name) or 'sketch'}.osm"
        self.state()

    @property
    def files(self) -> tuple[Path, Path, Path]:
        """The two tables and the network."""
        return self.folder / PLACES, self.folder / ROADS, self.network

    def state(self) -> dict[str, Any]:
        """Return the sketch as the tables have it, and what tells them from other versions.

        Raises
        ------
        InputError
            If they cannot be read.
        """
        with self.lock:
            seen = {path.name: digest_of(path) for path in (*self.files, self.folder / FIT)}
            places, roads = self._rows()
            key = {place.id: at for at, place in enumerate(places)}
            return {
                "name": self.folder.resolve().name,
                "network": str(self.network),
                "seen": seen,
                "classes": list(_CLASSES),
                "picture": self._fit(),
                "places": [
                    {"row": at, **{name: getattr(place, name) for name in _PLACE_KEYS}}
                    for at, place in enumerate(places)
                ],
                "roads": [
                    {
                        "row": at,
                        **{name: getattr(road, name) for name in _ROAD_KEYS},
                        "through": [
                            key[one] if isinstance(one, str) else list(one) for one in through
                        ],
                    }
                    for at, (road, through) in enumerate(roads)
                ],
            }

    def save(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Write both tables and, if they make one, the network: all or nothing.

        Parameters
        ----------
        body
            ``seen`` as `state` gave it; ``places`` and ``roads`` as it gives them, changed: ``row`` is the
            row that each had in its table (none for a new one), ``through`` numbers of places in the list;
            ``picture``, if one was fitted: its ``name``, ``size`` and ``points``.

        Returns
        -------
        dict
            The new state, the names ``written``, and ``lacking``: why there is no new network.

        Raises
        ------
        InputError
            If a file has changed since, or a row cannot be; nothing is written then.
        """
        places, roads = _list(body, "places"), _list(body, "roads")
        fit = body.get("picture") and checked_fit(body["picture"])
        with self.lock, editing(self.folder / PLACES):
            seen = body.get("seen")
            for path in (*self.files, *([self.folder / FIT] if fit else [])):
                if not isinstance(seen, dict) or seen.get(path.name, "") != digest_of(path):
                    message = tr(
                        "it has changed meanwhile: load the page again, or move the file away"
                    )
                    raise InputError(Problem(message, str(path)))
            texts, lacking = self._built(places, roads)
            if fit:
                texts[FIT] = (json.dumps(fit, ensure_ascii=False, indent=2) + "\n").encode()

            def build(at: Path) -> None:
                for name, data in texts.items():
                    (at / name).write_bytes(data)

            written = write_whole(self.folder, list(texts), build)
            return {"written": [path.name for path in written], "lacking": lacking, **self.state()}

    def picture(self) -> Path | None:
        """Return the picture that was fitted, if it lies beside the tables."""
        fit = self._fit()
        return self.folder / fit["name"] if fit and fit["here"] else None

    def _fit(self) -> dict[str, Any] | None:
        """Return how a picture was fitted, and whether it lies beside the tables.

        Raises
        ------
        InputError
            If the file that says so cannot be read.
        """
        path = self.folder / FIT
        if not path.exists():
            return None
        try:
            fit = checked_fit(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:  # InputError is one
            expected = tr("the file as the page has written it, or none")
            message = tr("it does not say how a picture was fitted")
            raise InputError(Problem(message, str(path), expected=expected)) from error
        return {**fit, "here": (self.folder / fit["name"]).is_file()}

    def _rows(self) -> tuple[Sequence[SketchPlace], Sequence[tuple[SketchRoad, Vertices]]]:
        """Return the rows of the tables; none of one that is not there.

        Raises
        ------
        ScenarioError
            If a row cannot be read.
        """
        with TemporaryDirectory(prefix="supplyline-") as empty:
            at = [
                path if path.exists() else _empty(Path(empty) / path.name)
                for path in self.files[:2]
            ]
            rows = sketch_rows(*at)
        problems = [*rows.problems, *(each for _, _, wrong in rows.roads for each in wrong)]
        nameless = [row for row in rows.places if not row.id]
        problems += [
            row.problem(tr("a place has neither an id nor a name"), "id") for row in nameless
        ]
        if problems:
            raise ScenarioError(problems)
        return rows.places, [(row, vertices) for row, vertices, _ in rows.roads]

    def _built(
        self, places: list[dict[str, Any]], roads: list[dict[str, Any]]
    ) -> tuple[dict[str, bytes], list[str]]:
        """Return the bytes of each file to write, and why the network is not among them."""
        old_places, old_roads = self._rows()
        ids = ids_of([_old(old_places, place) for place in places], places)
        place_table = EditedTable(self.folder / PLACES, "places", ("id", *_PLACE_KEYS))
        for place, id_ in zip(places, ids, strict=True):
            old = _old(old_places, place)
            changed = changed_cells(place, old, _PLACE_KEYS)
            if old is None or "name" in changed or "name_ar" in changed or not slug(old.name):
                changed["id"] = id_  # an id that the name gave, or the line, would not stay
            place_table.add(place.get("row") if old else None, changed)
        road_table = EditedTable(self.folder / ROADS, "roads", ("name", "through"))
        for road in roads:
            row = _old([one for one, _ in old_roads], road)
            before = old_roads[road["row"]][1] if row is not None else None
            through = [_vertex(one, ids) for one in _list(road, "through", of=(int, list))]
            changed = changed_cells(road, row, _ROAD_KEYS)
            if through != before or _is_renamed(before, places, old_places):
                changed["through"] = "; ".join(map(written_vertex, through))
            road_table.add(road.get("row") if row else None, changed)
        texts = {PLACES: place_table.text(), ROADS: road_table.text()}
        with TemporaryDirectory(prefix="supplyline-") as folder:
            at = Path(folder)
            for name, data in texts.items():
                (at / name).write_bytes(data)
            rows = sketch_rows(at / PLACES, at / ROADS)
            wrong = [*rows.problems, *(each for _, _, wrong in rows.roads for each in wrong)]
            if wrong:
                raise ScenarioError([_without(problem, at) for problem in wrong])
            try:
                sketch(at / PLACES, at / ROADS, at / self.network.name)
            except InputError as error:
                return texts, [str(_without(problem, at)) for problem in error.problems]
            texts[self.network.name] = (at / self.network.name).read_bytes()
        return texts, []


def _empty(path: Path) -> Path:
    header = "name,lat,lon\n" if path.name == PLACES else "name,through\n"
    path.write_text(header, encoding="utf-8", newline="\n")
    return path


def _list(body: Mapping[str, Any], key: str, of: tuple[type, ...] = (dict,)) -> list[Any]:
    found = body.get(key)
    if not isinstance(found, list) or not all(
        isinstance(one, of) and not isinstance(one, bool) for one in found
    ):
        raise InputError(tr("{key} are missing; expected a list", key=key))
    if len(found) > MOST_ROWS:
        raise InputError(
            tr("{n} {key}; expected at most {most}", n=len(found), key=key, most=MOST_ROWS)
        )
    return found


def _old(rows: Sequence[Any], entry: Mapping[str, Any]) -> Any:
    """Return the row that an entry had; None if it is new.

    Raises
    ------
    InputError
        If there is no such row.
    """
    at = entry.get("row")
    if at is None:
        return None
    if not isinstance(at, int) or not 0 <= at < len(rows):
        raise InputError(tr("there is no row {at!r}", at=at))
    return rows[at]


def _vertex(one: int | list[Any], ids: Sequence[str]) -> str | tuple[float, float]:
    """Return a place by its id, or a bend.

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(one, int) and 0 <= one < len(ids):
        return ids[one]
    numbers = one if isinstance(one, list) else []
    if len(numbers) == 2 and all(
        isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
    ):
        return float(numbers[0]), float(numbers[1])
    raise InputError(
        tr("a road leads through {text!r}; expected a place or a bend", text=str(one)[:40])
    )


def _is_renamed(
    before: Vertices | None, places: Sequence[Mapping[str, Any]], old: Sequence[SketchPlace]
) -> bool:
    """Return whether the names by which a road may call its places are others by now."""
    now = {place["row"]: place for place in places if place.get("row") is not None}
    return before is not None and any(
        at not in now or now[at].get(key) != getattr(row, key)
        for at, row in enumerate(old)
        for key in ("name", "name_ar")
    )


def _without(problem: Problem, folder: Path) -> Problem:
    """Return a problem that names the tables without the folder in which they were tried."""

    def shown(text: str) -> str:
        return text.replace(f"{folder}/", "").replace(f"{folder}\\", "")

    return Problem(
        shown(problem.message), shown(problem.file), problem.line, problem.field,
        problem.value, shown(problem.expected), problem.nearest,
    )  # fmt: skip
