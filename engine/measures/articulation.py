"""What every open path depends on: critical places and road segments, and how many paths are left."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.query import (
    friendly,
    ground_of_status,
    intervals,
    is_cut,
    query_of,
    roads_of,
    span,
    subjects_of,
)
from engine.analysis.statuses import typed
from engine.connectivity.bits import pack, unpack
from engine.connectivity.roads import edge_disjoint_paths, on_every_path
from engine.io.arguments import checked
from engine.measures.margin import candidates

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates, Query

_COLUMNS = (
    "id", "start", "end", "status", "kind", "site", "segment", "from_m", "to_m", "name", "name_ar",
    "ref", "length_m", "geometry",
)  # fmt: skip


@checked
def articulation(
    analysis: Analysis, dates: Dates = None, *, subject: str | None = None
) -> geopandas.GeoDataFrame:
    """Return the places and pieces of road that lie on every open path, for each spell of time.

    Open paths lead over secure ground if the status is open (connected), else over possible ground.
    A place is critical if every such path leads over its ground; the ends themselves are left out.

    Parameters
    ----------
    on
        A day; all days, if absent.
    of
        A route or an enclave; all of them, if absent.

    Returns
    -------
    geopandas.GeoDataFrame
        In WGS 84: ``id``, ``start``, ``end`` (the first day after), ``status``, ``kind`` (place or
        road), ``site`` (of a place), ``segment``, ``from_m``, ``to_m`` (of a piece of road: its
        segment, and metres from the start of that), ``name``, ``name_ar``, ``ref``, ``length_m``
        (of the piece, or of all roads that the place covers), ``geometry``. Pieces stand in the
        order of the path.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.articulation(analysis, "2014-12-05", subject="castello")
    >>> found[found["kind"] == "place"]["site"].tolist()
    ['castello-complex', 'castello-mid']
    """
    import geopandas

    rows = articulation_rows(analysis, dates, subject=subject)
    return typed(
        geopandas.GeoDataFrame(rows, columns=list(_COLUMNS), geometry="geometry", crs=4326)
    )


def articulation_rows(
    analysis: Analysis, dates: Dates = None, *, subject: str | None = None
) -> list[dict[str, Any]]:
    """Return the rows of `articulation`, for those who do without pandas; days are datetime64[D]."""
    found: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for name in subjects_of(analysis, subject):
        asked = query_of(analysis, name)
        for interval in intervals(analysis, dates):
            if is_cut(analysis, name, interval):
                continue
            time = {
                "id": name,
                "start": analysis.days[interval],
                "end": analysis.ends[interval],
                "status": analysis.statuses[name][interval],
            }
            for what in (*_places(analysis, asked, interval), *_pieces(analysis, asked, interval)):
                key = (name, what["site"], what["segment"], what["from_m"])
                found.setdefault(key, []).append({**time, **what})
    return [row for spells in found.values() for row in span(spells)]


def critical_places(analysis: Analysis, asked: Query, interval: int) -> list[int]:
    """Return the places on every open path, the ends left out, as rows of `Sectors.covers`."""
    places = candidates(analysis, asked)
    without = ~analysis.sectors.covers[places].T
    bounds = [
        pack(is_open[:, np.newaxis] & without)
        for is_open in ground_of_status(analysis, asked, interval)
    ]
    keeps = pack(np.repeat(friendly(analysis, asked, interval)[:, np.newaxis], len(places), axis=1))
    still = unpack(asked.connected(bounds, keeps), len(places))
    return [place for place, reached in zip(places, still, strict=True) if not reached]


def critical_pieces(analysis: Analysis, asked: Query, interval: int) -> NDArray[np.int64]:
    """Return the pieces of road on every open path, int64, in the order of the path."""
    keeps = friendly(analysis, asked, interval)
    by_mode = []
    for is_open in ground_of_status(analysis, asked, interval):
        roads = roads_of(analysis, asked, is_open)
        legs = [on_every_path(roads, *leg) for leg in asked.nodes_in_use(is_open, keeps)]
        paths = [pieces for pieces in legs if pieces is not None]
        if len(paths) == len(legs):
            by_mode.append(np.array(list(dict.fromkeys(np.concatenate(paths).tolist())), dtype=int))
    if not by_mode:
        return np.empty(0, dtype=np.int64)
    shared = reduce(np.intersect1d, by_mode)
    return by_mode[0][np.isin(by_mode[0], shared)]


def _places(analysis: Analysis, asked: Query, interval: int) -> list[dict[str, object]]:
    import shapely

    sectors = analysis.sectors
    rows: list[dict[str, object]] = []
    for site in critical_places(analysis, asked, interval):
        named, node = sectors.sites.named[site], sectors.sites.node[site]
        rows.append(
            {
                "kind": "place", "site": named.id, "segment": -1, "from_m": 0.0, "to_m": 0.0,
                "name": named.label, "name_ar": named.label_ar, "ref": "",
                "length_m": float(sectors.network.length[sectors.covers[site][sectors.sector]].sum()),
                "geometry": shapely.Point(sectors.network.lon[node], sectors.network.lat[node]),
            }
        )  # fmt: skip
    return rows


def _pieces(analysis: Analysis, asked: Query, interval: int) -> list[dict[str, object]]:
    network, pieces = analysis.sectors.network, analysis.sectors.pieces
    names = analysis.sectors.names
    return [
        {
            "kind": "road", "site": names[analysis.sectors.sector[piece]],
            "segment": int(pieces.parent[piece]),
            "from_m": float(pieces.from_m[piece]), "to_m": float(pieces.to_m[piece]),
            "name": network.name[piece], "name_ar": network.name_ar[piece],
            "ref": network.ref[piece], "length_m": float(network.length[piece]),
            "geometry": network.lines[piece],
        }
        for piece in critical_pieces(analysis, asked, interval).tolist()
    ]  # fmt: skip


@checked
def disjoint_paths(
    analysis: Analysis, dates: Dates = None, *, subject: str | None = None
) -> pd.DataFrame:
    """Return how many open paths there are that share no piece of road, for each spell of time.

    A route with stops has as many as its worst leg; of several modes of passing, the best counts.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``start``, ``end`` (the first day after), ``status`` and ``paths``: 0 if it is cut,
        infinite where a source coincides with a destination.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.disjoint_paths(analysis, "2014-12-05", subject="castello")["paths"].item()
    1
    """
    import pandas as pd

    rows = disjoint_path_rows(analysis, dates, subject=subject)
    return typed(pd.DataFrame(rows, columns=["id", "start", "end", "status", "paths"]))


def disjoint_path_rows(
    analysis: Analysis, dates: Dates = None, *, subject: str | None = None
) -> list[dict[str, Any]]:
    """Return the rows of `disjoint_paths`, for those who do without pandas; days are datetime64[D]."""
    rows: list[dict[str, Any]] = []
    for name in subjects_of(analysis, subject):
        asked = query_of(analysis, name)
        rows += [
            {
                "id": name,
                "start": analysis.days[interval],
                "end": analysis.ends[interval],
                "status": analysis.statuses[name][interval],
                "paths": n_disjoint(analysis, asked, interval),
            }
            for interval in intervals(analysis, dates)
        ]
    return span(rows)


def n_disjoint(analysis: Analysis, asked: Query, interval: int) -> float:
    """Return how many open paths share no piece of road; 0 if the question is cut."""
    if is_cut(analysis, asked.id, interval):
        return 0
    keeps = friendly(analysis, asked, interval)
    return max(
        min(
            edge_disjoint_paths(roads_of(analysis, asked, is_open), *leg)
            for leg in asked.nodes_in_use(is_open, keeps)
        )
        for is_open in ground_of_status(analysis, asked, interval)
    )
