"""Access from places: which can be reached from which lifeline, by whom, over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.status import ROUTE_STATUS
from engine.analysis.statuses import typed
from engine.connectivity.bits import unpack
from engine.connectivity.engines import connected
from engine.connectivity.kernel import ends_at, join_ends
from engine.control.gates import MODES, through_gates
from engine.control.sites import MOST_KM_TO_ROAD, nodes_of_places
from engine.errors import InputError, Problem, unknown_name
from engine.io.arguments import checked
from engine.language import tr
from engine.scenario.cells import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.connectivity.kernel import Ends, Kernel

Row = dict[str, Any]
"""A row of a table, by column."""
_COLUMNS = [
    "place", "name", "name_ar", "population", "actor", "start", "end", "status", "lifelines",
    "doubtful", "geometry",
]  # fmt: skip


@checked
def access(
    analysis: Analysis,
    places: pd.DataFrame | str | Path | None = None,
    *,
    actors: Sequence[str] | None = None,
    lifelines: Sequence[str] | None = None,
    mode: str = "any",
) -> geopandas.GeoDataFrame:
    """Return from where each place can be reached, by whom, for each spell of time.

    A place is reached where it lies, over any ground that meets it there; one without a role in the
    scenario at a node. It is open, at risk or cut as a route from the lifelines would be.

    Parameters
    ----------
    places
        A table, or the name of a CSV file, with ``id``, ``lon`` and ``lat`` (WGS 84), or with the
        ``id`` of a place that the scenario or the network knows; and ``name``, ``name_ar`` and
        ``population``, if known. All places of scenario and network, if absent.
    actors
        Who wants to get there; all actors, if absent.
    lifelines
        Sites from which supplies come; those of all enclaves, if absent.
    mode
        Who passes, where there are gates.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in WGS 84: ``place``, ``name``, ``name_ar``, ``population``, ``actor``, ``start``,
        ``end`` (the first day after), ``status``, ``lifelines`` with an open path and ``doubtful``
        ones (with a possible path only).

    Raises
    ------
    InputError
        If there are no lifelines, an actor, a site, a mode or a place is not known, or a place lies
        off the network.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.access(analysis, actors=["opposition"])
    >>> found[found["place"] == "hanano"]["status"].tolist()
    ['open', 'at risk']
    """
    import geopandas

    rows = access_rows(analysis, places, actors=actors, lifelines=lifelines, mode=mode)
    frame = geopandas.GeoDataFrame(rows, columns=_COLUMNS, geometry="geometry", crs=4326)
    return typed(frame.astype({"population": "Int64"}))


def access_rows(
    analysis: Analysis,
    places: pd.DataFrame | str | Path | None = None,
    *,
    actors: Sequence[str] | None = None,
    lifelines: Sequence[str] | None = None,
    mode: str = "any",
) -> list[Row]:
    """Return the rows of `access`, for those who do without pandas; days are datetime64[D]."""
    table = _places(analysis, places)
    sources = tuple(lifelines or _all_lifelines(analysis))
    if not sources:
        raise InputError(tr("access needs a source: the scenario has no enclave with lifelines"))
    known = analysis.sectors.sites.index
    for name in sources:
        if name not in known:
            raise unknown_name(tr("site"), name, known)
    if mode not in (*MODES, "any"):
        raise unknown_name(tr("mode"), mode, (*MODES, "any"))
    rows: list[Row] = []
    for actor in actors or tuple(analysis.scenario.actors):
        codes = _codes(analysis, actor, sources, table, mode)
        rows += _spells(analysis, table, actor, sources, codes)
    return rows


def people_by_access(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many people, and how many places, are open, at risk or cut, by actor and day.

    Parameters
    ----------
    table
        What `access` returned.

    Returns
    -------
    pandas.DataFrame
        ``actor``, ``start`` (each day on which a status changes), ``status``, ``places``,
        ``people`` (of places whose population is known).
    """
    import pandas as pd

    columns = ["actor", "start", "status", "places", "people"]
    return typed(pd.DataFrame(people_rows(_plain(table)), columns=columns))


def people_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of `people_by_access` of those of `access_rows`, for those who do without pandas."""
    found: list[Row] = []
    for actor in dict.fromkeys(row["actor"] for row in rows):
        own = [row for row in rows if row["actor"] == actor]
        for day in sorted({row["start"] for row in own}):
            now = [row for row in own if row["start"] <= day < row["end"]]
            for status in reversed(ROUTE_STATUS):
                people = [row["population"] or 0 for row in now if row["status"] == status]
                found.append(
                    {"actor": actor, "start": day, "status": status,
                     "places": len(people), "people": sum(people)}
                )  # fmt: skip
    return found


def _all_lifelines(analysis: Analysis) -> list[str]:
    names = (name for enclave in analysis.scenario.enclaves for name in enclave.lifelines)
    return list(dict.fromkeys(names))


def _places(analysis: Analysis, places: pd.DataFrame | str | Path | None) -> list[Row]:
    """Return a row for each place: id, name, name_ar, population, lon, lat and node."""
    known = {place.id: _known(place) for place in analysis.network.places}
    known |= {place.id: _known(place) for place in analysis.scenario.places}
    table = list(known.values()) if places is None else _listed(places, known)
    if not table:
        raise InputError(tr("there is no place to ask about"))
    lon, lat = np.array([(place["lon"], place["lat"]) for place in table], dtype=float).T
    nodes, metres = nodes_of_places(analysis.sectors.network, lon, lat)
    sites = analysis.sectors.sites
    own = {
        (site.place.id, site.place.lon, site.place.lat): int(node)
        for site, node in zip(sites.named, sites.node, strict=True)
        if site.place is not None
    }
    alone = zip(table, nodes.tolist(), strict=True)
    nodes = np.array([own.get((p["id"], p["lon"], p["lat"]), node) for p, node in alone])
    near = (metres <= 1000 * MOST_KM_TO_ROAD).tolist()
    far = [place["id"] for place, is_near in zip(table, near, strict=True) if not is_near]
    if places is not None and far:
        raise InputError(
            tr(
                "{place} lies more than {km:g} km from every road of the network",
                place=repr(far[0]),
                km=MOST_KM_TO_ROAD,
            )
        )
    rows = zip(table, nodes.tolist(), near, strict=True)
    return [place | {"node": node} for place, node, is_near in rows if is_near]


def _known(place: Any) -> Row:
    return {
        "id": place.id, "name": place.name, "name_ar": place.name_ar, "lon": place.lon,
        "lat": place.lat, "population": getattr(place, "population", None),
    }  # fmt: skip


def _listed(places: pd.DataFrame | str | Path, known: dict[str, Row]) -> list[Row]:
    """Return the places of a table, with what is known of them already where it says nothing."""
    file = ""
    if isinstance(places, (str, Path)):
        file = str(places)
        read = read_table(Path(places), "places")
        faults = [
            Problem(f"{key} = {written!r}: {why}", file, row.line, key, written)
            for row in read.rows
            for key, written, why in row.faults
        ]
        if faults:
            raise InputError(faults)
        lines = [row.line for row in read.rows]
        columns = [key for key in read.columns if key != "aliases"]
        cells: list[Row] = [{key: row.values.get(key) for key in columns} for row in read.rows]  # noqa: PD011
    else:
        lines, columns = list(range(2, 2 + len(places))), list(places.columns)
        cells = _plain(places)
    if "id" not in columns:
        raise InputError(Problem(tr("the table has no column {name}", name="'id'"), file, 1, "id"))
    rows, problems = [], []
    for number, record in zip(lines, cells, strict=True):
        given = {key: value for key, value in record.items() if value is not None and value != ""}
        row = known.get(str(given.get("id", "")), {}) | given
        try:
            numbers = {key: float(row[key]) for key in ("lon", "lat")}
            people = row.get("population")
            count = None if people is None else int(people)
        except (KeyError, ValueError, TypeError):
            message = tr(
                "{place} is not known, or has no valid lon, lat or population",
                place=repr(row.get("id", "")),
            )
            problems.append(Problem(message, file, number, value=str(row.get("id", ""))))
            continue
        rows.append({"name": "", "name_ar": ""} | row | numbers | {"population": count})
    if problems:
        raise InputError(problems)
    return rows


def _plain(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table, with None where it has no value."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _codes(
    analysis: Analysis, actor: str, sources: tuple[str, ...], table: Sequence[Row], mode: str
) -> NDArray[np.int8]:
    """Return the status of each place from each lifeline, int8 of shape (sources, places, intervals)."""
    terminals, code = analysis.terminals, analysis.terminals.actor_code(actor)
    kernel, n = terminals.kernel(), analysis.states.n_intervals
    targets = _ends(analysis, kernel, [place["node"] for place in table])
    found = np.zeros((len(sources), len(table), n), dtype=np.int8)
    for view in through_gates(analysis.scenario, analysis.sectors, analysis.states, mode):
        bounds = (view.possible(code), view.secure(code))
        for row, name in enumerate(sources):
            start = terminals.ends(kernel, (name,))
            codes = [unpack(connected(kernel, is_open, start, targets), n) for is_open in bounds]
            found[row] = np.maximum(found[row], np.sum(codes, axis=0, dtype=np.int8))
    return found


def _ends(analysis: Analysis, kernel: Kernel, nodes: Sequence[int]) -> Ends:
    """Return one terminal for each node, on any ground."""
    anything = np.ones(analysis.sectors.n_sectors, dtype=bool)
    return join_ends([ends_at(kernel, np.array([node]), anything) for node in nodes])


def _spells(
    analysis: Analysis,
    table: Sequence[Row],
    actor: str,
    sources: tuple[str, ...],
    codes: NDArray[np.int8],
) -> list[Row]:
    """Return a row for each place and time in which nothing changes."""
    import shapely

    rows = []
    new = np.ones(codes.shape[1:], dtype=bool)
    new[:, 1:] = (np.diff(codes, axis=2) != 0).any(axis=0)
    for row, place in enumerate(table):
        starts = np.flatnonzero(new[row])
        for start, end in zip(starts, [*starts[1:], codes.shape[2]], strict=True):
            now = codes[:, row, start]
            rows.append(
                {
                    "place": place["id"], "name": place["name"], "name_ar": place["name_ar"],
                    "population": place["population"], "actor": actor,
                    "start": analysis.days[start], "end": analysis.states.borders[end],
                    "status": ROUTE_STATUS[now.max()],
                    "lifelines": _where(sources, now, "open"),
                    "doubtful": _where(sources, now, "at risk"),
                    "geometry": shapely.Point(place["lon"], place["lat"]),
                }
            )  # fmt: skip
    return rows


def _where(sources: tuple[str, ...], codes: NDArray[np.int8], status: str) -> tuple[str, ...]:
    return tuple(
        name for name, code in zip(sources, codes, strict=True) if ROUTE_STATUS[code] == status
    )
