"""The best path for each route and enclave: how long, how far round, through where; and the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from engine.analysis.query import (
    Query,
    friendly,
    ground_of_status,
    intervals,
    is_cut,
    open_by_mode,
    query_of,
    roads_of,
    span,
    status_code,
    subjects_of,
)
from engine.analysis.status import CUT, OPEN
from engine.analysis.statuses import typed
from engine.connectivity.kernel import build_kernel
from engine.connectivity.overlay import build_overlay, least_costs
from engine.connectivity.roads import cheapest_path
from engine.errors import check_installed, unknown_name
from engine.io.arguments import checked
from engine.language import tr
from engine.measures.margin import candidates

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates

Weight = Literal["time", "distance"]

SPEEDS: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 90.0, "trunk": 70.0, "primary": 60.0, "secondary": 50.0, "tertiary": 40.0,
        "unclassified": 30.0, "residential": 25.0, "living_street": 10.0, "service": 15.0,
        "track": 15.0, "road": 30.0,
    }
)  # fmt: skip
"""Kilometres per hour by highway class; a link road is as fast as what it leads to."""
OTHER_SPEED = 20.0
"""Kilometres per hour on roads of any other class."""

_COLUMNS = (
    "id", "start", "end", "status", "path", "length_km", "minutes", "detour", "insecure_km",
    "sites", "geometry",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class RoadPath:
    """A path over pieces of road: their positions in order, which may be none."""

    pieces: NDArray[np.int64]
    cost: float


def minutes_of(analysis: Analysis) -> NDArray[np.float64]:
    """Return how long each piece of road takes, minutes, float64 of shape (pieces,).

    A time that the network states for a road counts; else the speed of its class, of `SPEEDS` or as
    the scenario gives it.
    """
    network = analysis.sectors.network
    speeds = {**SPEEDS, **analysis.scenario.travel.speeds}
    of_class = [
        speeds.get(name, speeds.get(name.removesuffix("_link"), OTHER_SPEED))
        for name in network.highway.values  # noqa: PD011 - a column of text, no pandas
    ]
    usual = network.length / (np.array(of_class)[network.highway.codes] * 1000 / 60)
    if not len(network.minutes):
        return usual
    return np.where(np.isnan(network.minutes), usual, network.minutes)


def cost_of(analysis: Analysis, weight: Weight) -> NDArray[np.float64]:
    """Return what each piece of road costs, in minutes or kilometres, float64 of shape (pieces,).

    Raises
    ------
    InputError
        If the weight is neither.
    """
    if weight not in get_args(Weight):
        raise unknown_name(tr("weight"), weight, get_args(Weight))
    return minutes_of(analysis) if weight == "time" else analysis.sectors.network.length / 1000


@checked
def best_paths(
    analysis: Analysis,
    dates: Dates = None,
    *,
    subject: str | None = None,
    weight: Weight = "time",
) -> geopandas.GeoDataFrame:
    """Return the best path of each route and enclave, and the next best, for each spell of time.

    While the status is open (connected), paths lead over secure ground alone; while it is at risk,
    over possible ground, where ground that is not secure counts as many times as long as the
    scenario's ``travel.penalty`` says. The next best path shares with the best no place but the
    ends, so that nothing that happens at one place closes both by being taken.

    Parameters
    ----------
    dates
        A day, or several; the whole run, if absent.
    subject
        A route or an enclave; all of them, if absent.
    weight
        Whether the best path is the fastest or the shortest.

    Returns
    -------
    geopandas.GeoDataFrame
        In WGS 84: ``id``, ``start``, ``end`` (the first day after), ``status``, ``path`` (best
        or next), ``length_km``, ``minutes`` (both without the penalty), ``detour`` (how many times
        the time, or the length, of the best path if all ground were open), ``insecure_km`` (over
        ground that is not secure), ``sites`` (passed, in order: of each piece of ground the most
        specific that covers it, places first) and ``geometry``.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.best_paths(analysis, "2014-12-05", subject="castello")
    >>> round(found["length_km"].item(), 1)
    6.8
    """
    import geopandas

    rows = best_path_rows(analysis, dates, subject=subject, weight=weight)
    return typed(
        geopandas.GeoDataFrame(rows, columns=list(_COLUMNS), geometry="geometry", crs=4326)
    )


def best_path_rows(
    analysis: Analysis,
    dates: Dates = None,
    *,
    subject: str | None = None,
    weight: Weight = "time",
) -> list[dict[str, Any]]:
    """Return the rows of `best_paths`, for those who do without pandas; days are datetime64[D]."""
    spells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for name in subjects_of(analysis, subject):
        asked = query_of(analysis, name)
        for interval in intervals(analysis, dates):
            best = best_path(analysis, asked, interval, weight)
            if best is None:
                continue
            after = best_path(
                analysis, asked, interval, weight, without=_passed(analysis, asked, best)
            )
            if after is not None and np.array_equal(after.pieces, best.pieces):
                after = None  # the best path passes no place that another could keep away from
            for which, path in (("best", best), ("next", after)):
                if path is not None:
                    row = _row(analysis, asked, interval, path, weight, which)
                    spells.setdefault((name, which), []).append(row)
    return [row for found in spells.values() for row in span(found)]


def best_path(
    analysis: Analysis,
    asked: Query,
    interval: int,
    weight: Weight = "time",
    *,
    without: NDArray[np.bool_] | None = None,
) -> RoadPath | None:
    """Return the best path on an interval; None if there is none.

    Parameters
    ----------
    without
        Ground to keep away from, bool of shape (sectors,).
    """
    if is_cut(analysis, asked.id, interval):
        return None
    cost, penalty = cost_of(analysis, weight), analysis.scenario.travel.penalty
    secures = open_by_mode(analysis, asked, interval, secure=True)
    found = []
    for is_open, secure in zip(ground_of_status(analysis, asked, interval), secures, strict=True):
        usable = is_open if without is None else is_open & ~without
        factor = np.where(secure, 1.0, penalty)[analysis.sectors.sector]
        found.append(_cheapest(analysis, asked, interval, usable, cost * factor))
    return min(
        (path for path in found if path is not None), key=lambda path: path.cost, default=None
    )


def unhindered_path(analysis: Analysis, asked: Query, weight: Weight = "time") -> RoadPath | None:
    """Return the best path if all ground were open; None if no road leads there."""
    everything = np.ones(analysis.sectors.n_sectors, dtype=bool)
    return _cheapest(analysis, asked, None, everything, cost_of(analysis, weight))


def _cheapest(
    analysis: Analysis,
    asked: Query,
    interval: int | None,
    is_open: NDArray[np.bool_],
    cost: NDArray[np.float64],
) -> RoadPath | None:
    roads = roads_of(analysis, asked, is_open)
    keeps = np.ones_like(is_open) if interval is None else friendly(analysis, asked, interval)
    legs = [cheapest_path(roads, cost, *leg) for leg in asked.nodes_in_use(is_open, keeps)]
    found = [leg for leg in legs if leg is not None]
    if len(found) < len(legs):
        return None
    pieces = np.concatenate(found)
    return RoadPath(pieces, float(cost[pieces].sum()))


def _passed(analysis: Analysis, asked: Query, path: RoadPath) -> NDArray[np.bool_]:
    """Return the ground of the places, but for the ends, over which a path leads, (sectors,)."""
    covers = analysis.sectors.covers[candidates(analysis, asked)]
    crossed = covers[:, np.unique(analysis.sectors.sector[path.pieces])].any(axis=1)
    return np.asarray(covers[crossed].any(axis=0))


def _row(
    analysis: Analysis, asked: Query, interval: int, path: RoadPath, weight: Weight, which: str
) -> dict[str, Any]:
    import shapely

    network, sector = analysis.sectors.network, analysis.sectors.sector[path.pieces]
    length = network.length[path.pieces]
    secure = np.any(open_by_mode(analysis, asked, interval, secure=True), axis=0)
    free = unhindered_path(analysis, asked, weight)
    plain = float(cost_of(analysis, weight)[path.pieces].sum())
    names = {s: _site_of(analysis, s) for s in np.unique(sector).tolist()}
    return {
        "id": asked.id,
        "start": analysis.days[interval],
        "end": analysis.ends[interval],
        "status": analysis.statuses[asked.id][interval],
        "path": which,
        "length_km": float(length.sum() / 1000),
        "minutes": float(minutes_of(analysis)[path.pieces].sum()),
        "detour": plain / free.cost if free is not None and free.cost > 0 else 1.0,
        "insecure_km": float(length[~secure[sector]].sum() / 1000),
        "sites": tuple(name for name, _ in groupby(names[s] for s in sector.tolist())),
        "geometry": shapely.line_merge(shapely.multilinestrings(network.lines[path.pieces])),
    }


def _site_of(analysis: Analysis, sector: int) -> str:
    """Return the most specific site that covers a sector: a place, else a stretch, area or group."""
    sites = analysis.sectors.sites
    covering = [sites.named[sites.index[name]] for name in analysis.sectors.site_ids[sector]]
    found = min(covering, key=lambda site: (site.place is None, -site.rank), default=None)
    return found.id if found is not None else ""


@checked
def path_distances(analysis: Analysis, *, weight: Weight = "time") -> pd.DataFrame:
    """Return how far the best path of each route and enclave is over time.

    All days are put to the overlay of the kernel at once (`engine.connectivity.overlay`); ground
    that is not secure counts as many times as long as the scenario's ``travel.penalty`` says, and
    a status that is open keeps to secure ground.

    Returns
    -------
    pandas.DataFrame
        The index are the change dates, the columns ids; minutes, or kilometres; infinite where
        there is no path.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.path_distances(analysis, weight="distance")
    >>> round(float(found["castello"].iloc[0]), 1)
    6.8
    """
    import pandas as pd

    check_installed("numba", tr("distances over time"))
    columns = {
        name: _over_time(analysis, query_of(analysis, name), weight) for name in analysis.subjects
    }
    return pd.DataFrame(columns, index=pd.DatetimeIndex(analysis.days, name="date"))


def _over_time(analysis: Analysis, asked: Query, weight: Weight) -> NDArray[np.float64]:
    sectors, network = analysis.sectors, analysis.sectors.network
    keep = None
    if asked.within is not None:
        keep = sectors.covers[sectors.sites.index[asked.within]][sectors.sector]
    oneway = network.oneway if analysis.scenario.oneway == "respect" else None
    nodes = np.unique(np.concatenate([side for leg in asked.nodes for side in leg]))
    overlay = build_overlay(
        build_kernel(network.u, network.v, sectors.sector, keep=keep),
        network.u, network.v, sectors.sector, cost_of(analysis, weight), nodes, oneway=oneway, keep=keep,
    )  # fmt: skip
    factors = [
        np.array(columns).T
        for columns in zip(
            *(_factors(analysis, asked, i) for i in range(len(analysis.days))), strict=True
        )
    ]
    best = np.full(len(analysis.days), np.inf)
    kept = asked.targets_kept(~analysis.states.hostile(asked.actor), len(analysis.days))
    for factor in factors:
        legs = [
            least_costs(overlay, asked.kernel, factor, at, ends, kept=kept)
            for at, ends in zip(asked.nodes, asked.legs, strict=True)
        ]
        best = np.minimum(best, np.sum(legs, axis=0))
    codes = np.array([status_code(analysis, asked.id, i) for i in range(len(analysis.days))])
    return np.where(codes <= CUT, np.inf, best)


def _factors(analysis: Analysis, asked: Query, interval: int) -> list[NDArray[np.float64]]:
    """Return by how much ground is dearer on an interval, for each mode, (sectors,) each."""
    secure = open_by_mode(analysis, asked, interval, secure=True)
    possible = open_by_mode(analysis, asked, interval, secure=False)
    dear = np.inf
    if status_code(analysis, asked.id, interval) != OPEN:
        dear = analysis.scenario.travel.penalty
    return [
        np.select([safe, doubtful], [1.0, dear], np.inf)
        for safe, doubtful in zip(secure, possible, strict=True)
    ]
