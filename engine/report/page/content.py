"""What the page shows, as plain values for JSON: the map, the routes and the events over the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.analysis.again import analysis_from
from engine.language import spoken
from engine.report.maps import names_of, places_once
from engine.report.page.languages import languages_data
from engine.report.page.offline import whatif_of
from engine.report.page.told import Meeting, Told, day_numbers, reports_data, sectors_data, why_data
from engine.report.style import ROAD_CLASSES, class_rank, constants

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.network.arrays import Network


# Which roads of a large network the page takes along: the greater ones first, whole classes.

MOST_KEPT = 60_000
"""About how many pieces of road a page takes along."""
MOST_DRAWN = 10_000
"""How many of them it draws at a time, and stays smooth."""


def pieces_to_keep(
    network: Network, always: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Return the pieces to take along, the rank of every piece, and what the ranks are called.

    Parameters
    ----------
    network
        The pieces of road.
    always
        Pieces that stay whatever their class, as those of routes do: their rank is 0.
    """
    rank = class_rank(network.highway)
    rank[always] = 0
    sizes = np.cumsum(np.bincount(rank, minlength=len(ROAD_CLASSES) + 2))
    most = max(int(np.searchsorted(sizes, MOST_KEPT, side="right")) - 1, int(rank.min()))
    return np.flatnonzero(rank <= most), rank, ["route", *ROAD_CLASSES, "other"]


MOST_PIECE_DAYS = 300_000_000
"""Of so many pieces of road, times days of change, times routes and enclaves, a page tells."""
MOST_REPORTS = 20_000
"""So many reports of the days that it tells of it lists."""
LEAST_DAYS = 20
"""So many days of change it tells of in any case."""


def latest(analysis: Analysis) -> Analysis:
    """Return the latest part of a long run on a large network; the analysis itself, if it is not too much.

    Paths and reasons depend on the day on which a status began: they are asked of the whole run.
    """
    states, statements = analysis.states, analysis.states.statements
    reports = statements.date[statements.n_baseline :]
    in_or_after = len(reports) - np.searchsorted(np.sort(reports), states.borders[:-1])
    pieces = analysis.sectors.network.n_segments * max(1, len(analysis.subjects))
    days = max(LEAST_DAYS, MOST_PIECE_DAYS // max(1, pieces))
    first = max(states.n_intervals - days, int((in_or_after > MOST_REPORTS).sum()))
    first = min(first, states.n_intervals - LEAST_DAYS)
    if first <= 0:
        return analysis
    return analysis_from(analysis, first)


MERCATOR_RADIUS_M = 6_378_137.0
"""Of the sphere that Web Mercator takes the Earth for."""


def page_data(
    analysis: Analysis, chances: xr.Dataset | None = None, *, reasons: bool = True
) -> dict[str, Any]:
    """Return everything that the page shows; probabilities where `chances` has them.

    Without `reasons`, what every day rests on and the effects of single changes are left out: a server
    tells it when it is asked for, and in the language that is asked for. A written page has its texts
    in English, and over them those in all other languages. Of a long run on a large network it has the
    `latest` part, and says so.
    Days are counted from the first of the run. Coordinates are metres of Web Mercator east and
    north of an origin, so that a base map fits below them.
    """
    facts, whole = analysis.facts, analysis
    analysis = latest(whole) if reasons else whole
    paths = _Paths(whole, whole.states.n_intervals - analysis.states.n_intervals)
    shown = ShownRoads.of(analysis, paths.distinct)
    sites = [site["id"] for site in _sites(analysis)]
    whatif = whatif_of(analysis, sites, shown.kept) if reasons else None
    told = Told(analysis, shown.classes, whatif, whole=whole, reasons=reasons)
    said = told.in_languages() if reasons else told.now() | {"languages": _own_language()}
    of_route = [
        {"path": path, "chance": chance_data(analysis, name, chances)}
        for name, path in paths.of_route.items()
    ]
    return {
        "schematic": facts.schematic,
        "start": str(analysis.scenario.start),
        **({} if analysis is whole else {"latest": True}),
        "version": facts.version,
        **constants(),
        "most_drawn": MOST_DRAWN,
        **_ground(analysis, shown),
        "borders": day_numbers(analysis, analysis.states.borders),
        "paths": [shown.rows(path) for path in paths.distinct],
        **said,
        "routes": [one | more for one, more in zip(said["routes"], of_route, strict=True)],
    }


def _own_language() -> dict[str, Any]:
    return languages_data([spoken().code])


class _Paths:
    """The distinct paths of routes and enclaves, and which of them each has on each interval from one on."""

    def __init__(self, analysis: Analysis, first: int) -> None:
        self.distinct: list[NDArray[np.int64]] = []
        number: dict[bytes, int] = {}
        self.of_route: dict[str, list[int]] = {}
        for name in analysis.statuses:
            on_interval = self.of_route[name] = []
            for day in analysis.days[first:]:
                legs = analysis.path(name, str(day))
                path = np.concatenate([np.empty(0, dtype=np.int64), *legs])
                on_interval.append(number.setdefault(path.tobytes(), len(number)))
                self.distinct += [path] if len(number) > len(self.distinct) else []


@dataclass(frozen=True, eq=False)
class ShownRoads:
    """The pieces of road that a page has.

    Parameters
    ----------
    kept
        Which pieces of the network, int64.
    rank
        The rank of each piece of the network, int64 of shape (pieces,).
    classes
        What the ranks are called.
    row_of
        The row of each piece of the network among those kept, -1 for none, int64 of shape (pieces,).
    """

    kept: NDArray[np.int64]
    rank: NDArray[np.int64]
    classes: list[str]
    row_of: NDArray[np.int64]

    @classmethod
    def of(cls, analysis: Analysis, paths: Sequence[NDArray[np.int64]]) -> Self:
        """Return the pieces to show of an analysis, those of some paths among them."""
        network = analysis.sectors.network
        on_paths = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *paths]))
        kept, rank, classes = pieces_to_keep(network, on_paths)
        row_of = np.full(network.n_segments, -1)
        row_of[kept] = np.arange(len(kept))
        return cls(kept, rank, classes, row_of)

    def rows(self, path: NDArray[np.int64]) -> list[int]:
        """Return the rows of a path, without the pieces that the page does not have."""
        rows = self.row_of[path]
        return rows[rows >= 0].tolist()


def changed_data(analysis: Analysis, roads_from: Analysis) -> dict[str, Any]:
    """Return what is different on the page of another analysis: at once, so without reasons.

    Parameters
    ----------
    analysis
        The scenario with changes.
    roads_from
        That of the page; its roads are sent again only where they are divided differently.
    """
    roads = (
        {} if same_roads(analysis, roads_from) else _ground(analysis, ShownRoads.of(analysis, ()))
    )
    routes = [{"status": analysis.statuses[name]} for name in analysis.statuses]
    return {
        **roads,
        "borders": day_numbers(analysis, analysis.states.borders),
        "sectors": sectors_data(analysis),
        "reports": reports_data(analysis),
        "routes": routes,
    }


def day_data(analysis: Analysis, interval: int, shown: ShownRoads) -> list[dict[str, Any]]:
    """Return the path and the reasons of every route and enclave on an interval."""
    day = str(analysis.days[interval])
    none, meeting = np.empty(0, dtype=np.int64), Meeting(analysis, [interval])
    return [
        {
            "meeting": meeting.of(name, interval, causes),
            "path": shown.rows(np.concatenate([none, *analysis.path(name, day)])),
            "why": why_data(analysis, name, interval, causes),
        }
        for name in analysis.statuses
        for causes in [analysis.causes(name, interval)]
    ]


def same_roads(one: Analysis, other: Analysis) -> bool:
    """Return whether two analyses divide the same roads into the same sectors."""
    a, b = one.sectors, other.sectors
    return bool(
        one.network is other.network
        and a.site_ids == b.site_ids
        and np.array_equal(a.sector, b.sector)
        and np.array_equal(a.pieces.parent, b.pieces.parent)
        and np.array_equal(a.pieces.from_m, b.pieces.from_m)
    )


def _ground(analysis: Analysis, shown: ShownRoads) -> dict[str, Any]:
    """Return roads and places."""
    network = analysis.sectors.network
    origin = np.floor(mercator(network.geometry.values).min(axis=0))
    return {
        "origin": origin.tolist(),
        "pieces": _pieces(analysis, shown.kept, origin),
        "rank": shown.rank[shown.kept].tolist(),
        "classes": shown.classes,
        "left_out": int(network.n_segments - len(shown.kept)),
        "places": _places(analysis, origin),
        "sites": _sites(analysis),
    }


def _sites(analysis: Analysis) -> list[dict[str, str]]:
    """Return what a report may speak of: sites with a role, sites of the scenario, and places."""
    named = [
        {"id": one.id, "en": one.label, "ar": one.label_ar} for one in analysis.sectors.sites.named
    ]
    own = [{"id": s.id, "en": s.label or s.id, "ar": s.label_ar} for s in analysis.scenario.sites]
    places = [{"id": p.id, "en": p.name or p.id, "ar": p.name_ar} for p in places_once(analysis)]
    return list({one["id"]: one for one in (*places, *own, *named)}.values())


def mercator(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return WGS 84 degrees as metres of Web Mercator, shape (points, 2)."""
    lon, lat = np.radians(lon_lat).T
    return MERCATOR_RADIUS_M * np.column_stack([lon, np.log(np.tan(np.pi / 4 + lat / 2))])


def _pieces(analysis: Analysis, kept: NDArray[np.int64], origin: NDArray[np.float64]) -> Any:
    """Return the pieces: their vertices as steps from one to the next, sectors and names."""
    network = analysis.sectors.network
    names: dict[tuple[str, str, str], int] = {}
    named, steps = [], []
    for piece in kept:
        tags = (network.name[piece], network.name_ar[piece], network.ref[piece])
        named.append(names.setdefault(tags, len(names)))
        metres = np.round(mercator(network.geometry[piece]) - origin).astype(np.int64)
        steps.append(np.diff(metres, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist())
    return {
        "steps": steps,
        "sector": analysis.sectors.sector[kept].tolist(),
        "name": named,
        "names": list(names),
    }


def _places(analysis: Analysis, origin: NDArray[np.float64]) -> list[dict[str, Any]]:
    names = names_of(analysis)
    xy = mercator(np.array([(name.lon, name.lat) for name in names]).reshape(-1, 2)) - origin
    return [
        {
            "id": name.id,
            "x": round(x),
            "y": round(y),
            "en": name.english,
            "ar": name.arabic,
            "minor": name.minor,
        }
        for name, (x, y) in zip(names, xy.tolist(), strict=True)
    ]


def chance_data(analysis: Analysis, name: str, chances: xr.Dataset | None) -> dict[str, Any] | None:
    """Return the probability of each status of a route, from best to worst, from which day on."""
    if chances is None or name not in chances["id"].to_numpy():
        return None
    days = chances["date"].to_numpy().astype("datetime64[D]")
    before = int((days <= analysis.days[0]).sum()) - 1
    of_route = chances.sel(id=name).isel(date=slice(max(0, before), None))
    if not (of_route["high"].sel(status="lost") > 0).any():
        of_route = of_route.drop_sel(status="lost")
    as_enclave = {"open": "connected", "cut": "besieged"} if name in analysis.enclaves else {}
    words = of_route["status"].to_numpy().tolist()
    return {
        "statuses": [as_enclave.get(word, word) for word in words],
        "days": [max(0, day) for day in day_numbers(analysis, days[max(0, before) :])],
        "method": of_route["method"].to_numpy().tolist(),
        **{
            key: of_route[key].to_numpy().round(6).tolist()
            for key in ("probability", "low", "high")
        },
    }
