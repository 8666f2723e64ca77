"""What the page shows, as plain values for JSON: the map, the routes and the events over the run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.analysis.causes import reason_text
from engine.analysis.least_bad_path import legs_on
from engine.control.sites import label_of
from engine.report.csv import as_text
from engine.report.maps import names_of, places_once
from engine.report.page.meeting import Meeting
from engine.report.page.offline import whatif_data
from engine.report.style import ROAD_CLASSES, actor_colours, class_rank, constants
from engine.scenario.vocabulary import MEANING_OF_KIND, NEED_AN_ACTOR, kind_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.causes import Cause
    from engine.network.arrays import Network
    from engine.scenario.model import Event, Holding


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


MERCATOR_RADIUS_M = 6_378_137.0
"""Of the sphere that Web Mercator takes the Earth for."""


def page_data(
    analysis: Analysis, chances: xr.Dataset | None = None, *, reasons: bool = True
) -> dict[str, Any]:
    """Return everything that the page shows; probabilities where `chances` has them.

    Without `reasons`, what every day rests on and what single changes come to are left out: a server
    tells it when it is asked for.
    Days are counted from the first of the run. Coordinates are metres of Web Mercator east and
    north of an origin, so that a base map fits below them.
    """
    facts = analysis.facts
    routes, ways = _routes(analysis, reasons=reasons)
    shown = ShownRoads.of(analysis, ways)
    sites = [site["id"] for site in _sites(analysis)]
    return {
        "title": facts.title,
        "facts": facts.sentences(),
        "schematic": facts.schematic,
        "credit": facts.credit,
        "start": str(facts.start),
        "version": facts.version,
        "digests": facts.digests(),
        **constants(),
        "actors": _actors(analysis),
        "kinds": _kinds(),
        "most_drawn": MOST_DRAWN,
        **_ground(analysis, shown),
        **_states(analysis),
        "routes": [
            {**route, "chance": chance_data(analysis, route["id"], chances)} for route in routes
        ],
        "ways": [shown.rows(way) for way in ways],
        "whatif": whatif_data(analysis, sites, shown.kept) if reasons else None,
    }


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
    def of(cls, analysis: Analysis, ways: Sequence[NDArray[np.int64]]) -> Self:
        """Return the pieces to show of an analysis, those of some ways among them."""
        network = analysis.sectors.network
        on_ways = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *ways]))
        kept, rank, classes = pieces_to_keep(network, on_ways)
        row_of = np.full(network.n_segments, -1)
        row_of[kept] = np.arange(len(kept))
        return cls(kept, rank, classes, row_of)

    def rows(self, way: NDArray[np.int64]) -> list[int]:
        """Return the rows of a way, without the pieces that the page does not have."""
        rows = self.row_of[way]
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
    return {**roads, **_states(analysis), "routes": routes}


def day_data(analysis: Analysis, interval: int, shown: ShownRoads) -> list[dict[str, Any]]:
    """Return the way and the reasons of every route and enclave on an interval."""
    day = str(analysis.days[interval])
    none, meeting = np.empty(0, dtype=np.int64), Meeting(analysis, [interval])
    return [
        {
            "meeting": meeting.of(name, interval, causes),
            "way": shown.rows(np.concatenate([none, *analysis.path(name, day)])),
            "why": _why(analysis, name, interval, causes),
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


def _states(analysis: Analysis) -> dict[str, Any]:
    """Return what changes over time."""
    return {
        "borders": _day_numbers(analysis, analysis.states.borders),
        "sectors": _sectors(analysis),
        "reports": _reports(analysis),
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


def _day_numbers(analysis: Analysis, days: NDArray[np.datetime64]) -> list[int]:
    return [int(n) for n in (days - analysis.states.borders[0]) / np.timedelta64(1, "D")]


def _actors(analysis: Analysis) -> list[dict[str, str]]:
    colours = actor_colours(analysis.scenario.actors)
    named = [
        {
            "id": name,
            "label": actor.label or name,
            "label_ar": actor.label_ar,
            "colour": colours[name],
        }
        for name, actor in analysis.scenario.actors.items()
    ]
    return [*named, {"id": "", "label": "unknown", "label_ar": "", "colour": colours[""]}]


def _kinds() -> list[dict[str, Any]]:
    """Return what a report may say, those that move the control of ground first."""
    moving = {kind for kind, meaning in MEANING_OF_KIND.items() if meaning.condition}
    return [
        {
            "id": kind,
            "label": kind_in_words(kind),
            "actor": kind in NEED_AN_ACTOR,
            "moves": kind in moving,
        }
        for kind in sorted(MEANING_OF_KIND, key=lambda kind: kind not in moving)
    ]


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


def _sectors(analysis: Analysis) -> dict[str, Any]:
    """Return the spells of every sector: the interval in which each begins, and its state.

    Holder -1 is unknown.
    """
    states, spells = analysis.states, analysis.sector_columns()
    runs, kept = states.spells()
    told: dict[tuple[str, str], int] = {}
    numbers = [
        told.setdefault(pair, len(told))
        for pair in zip(spells["state"], spells["event"], strict=True)
    ]
    by_sector = {
        "begin": runs.begin.tolist(),
        "holder": states.holder[kept].tolist(),
        "condition": states.condition[kept].tolist(),
        "told": numbers,
    }
    rows = list(pairwise(runs.first.tolist()))
    return {
        "site": [analysis.sectors.label(ids) for ids in analysis.sectors.site_ids],
        "ids": [list(ids) for ids in analysis.sectors.site_ids],
        **{name: [flat[a:b] for a, b in rows] for name, flat in by_sector.items()},
        "texts": [{"state": state, "reports": reports} for state, reports in told],
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


def _routes(
    analysis: Analysis, *, reasons: bool
) -> tuple[list[dict[str, Any]], list[NDArray[np.int64]]]:
    """Return the routes and enclaves, and the distinct ways that they refer to."""
    ways: list[NDArray[np.int64]] = []
    number: dict[bytes, int] = {}
    routes = []
    meeting = Meeting(analysis)
    told = range(analysis.states.n_intervals if reasons else 0)
    for name, words in analysis.statuses.items():
        on_interval = []
        for legs in analysis.paths(name):
            way = np.concatenate([np.empty(0, dtype=np.int64), *legs])
            on_interval.append(number.setdefault(way.tobytes(), len(number)))
            ways += [way] if len(number) > len(ways) else []
        asked = analysis.subjects[name]
        causes = [analysis.causes(name, at) for at in told]
        routes.append(
            {
                "id": name,
                "kind": "enclave" if name in analysis.enclaves else "route",
                "label": asked.label or name,
                "label_ar": asked.label_ar,
                "cell": as_text(asked.label or name),
                "actor": asked.actor,
                "ends": _ends(analysis, name),
                "status": words,
                "way": on_interval,
                "meeting": [meeting.of(name, at, causes[at]) for at in told],
                "why": [_why(analysis, name, at, causes[at]) for at in told],
            }
        )
    return routes, ways


def _ends(analysis: Analysis, name: str) -> list[str]:
    """Return the ids of the sites between which a route leads, or of the places of an enclave."""
    if name in analysis.enclaves:
        return list(analysis.enclaves[name].places)
    ends = [
        end
        for leg in legs_on(analysis.subject(name), None, 0)
        for end in (*leg.sources, *leg.targets)
    ]
    return list(dict.fromkeys(p for end in ends for p in analysis.terminals.parts(end)))


def chance_data(analysis: Analysis, name: str, chances: xr.Dataset | None) -> dict[str, Any] | None:
    """Return the probability of each status of a route, from best to worst, from which day on."""
    if chances is None or name not in chances["id"].to_numpy():
        return None
    of_route = chances.sel(id=name)
    if not (of_route["high"].sel(status="lost") > 0).any():
        of_route = of_route.drop_sel(status="lost")
    as_enclave = {"open": "connected", "cut": "besieged"} if name in analysis.enclaves else {}
    words = of_route["status"].to_numpy().tolist()
    return {
        "statuses": [as_enclave.get(word, word) for word in words],
        "days": _day_numbers(analysis, of_route["date"].to_numpy().astype("datetime64[D]")),
        "method": of_route["method"].to_numpy().tolist(),
        **{
            key: of_route[key].to_numpy().round(6).tolist()
            for key in ("probability", "low", "high")
        },
    }


def _why(analysis: Analysis, name: str, interval: int, causes: Sequence[Cause]) -> dict[str, Any]:
    said = [
        {
            "text": cause.reason,
            "named": reason_text(cause.labels, cause.state, ""),
            "sites": cause.sites,
            "over": cause.overlooked_by,
            "reports": cause.statements,
        }
        for cause in causes
    ]
    if name not in analysis.enclaves:
        return {"causes": said}
    return {"causes": said, "apart": _places_apart(analysis, name, interval)}


def _places_apart(analysis: Analysis, name: str, interval: int) -> dict[str, list[str]]:
    """Return what to call the places of an enclave that stand apart: those lost, and those cut off."""
    enclave = analysis.enclaves[name]
    labels = np.array([label_of(analysis.sectors.sites, (place,)) for place in enclave.places])
    return {
        "lost": labels[enclave.lost[:, interval]].tolist(),
        "cut off": labels[enclave.cut_off[:, interval]].tolist(),
    }


def _reports(analysis: Analysis) -> list[dict[str, Any]]:
    """Return all that was said: first the baseline, then the events, as the states count them."""
    statements, sites = analysis.states.statements, analysis.sectors.sites
    believed = analysis.states.believed.tolist()
    days = _day_numbers(analysis, statements.date)
    reports = []
    for row, entry in enumerate(statements.entries):
        site = sites.named[statements.site[row]]
        reports.append(
            {
                "id": analysis.statement_ids[row],
                "place": site.id,
                "day": days[row],
                "date": str(statements.date[row]),
                "site": site.label,
                "site_ar": site.label_ar,
                "believed": believed[row],
                "confidence": entry.confidence,
                "source": entry.source,
                "note": entry.note,
                **_of_entry(analysis, entry),
            }
        )
    return reports


def _of_entry(analysis: Analysis, entry: Event | Holding) -> dict[str, Any]:
    from engine.scenario.model import Event

    return _of_event(analysis, entry) if isinstance(entry, Event) else _of_row(analysis, entry)


def _of_event(analysis: Analysis, event: Event) -> dict[str, Any]:
    span = "" if event.first_day == event.last_day else f"{event.first_day} to {event.last_day}"
    return {
        "kind": event.kind.replace("_", " "),
        "actor": _label(analysis, event.actor),
        "defender": _label(analysis, event.defender),
        "range": span,
        "reported": str(event.reported or ""),
        "until": str(event.until or ""),
    }


def _of_row(analysis: Analysis, row: Holding) -> dict[str, Any]:
    holder = _label(analysis, row.holder) or "nobody known"
    return {"kind": f"baseline: {row.condition}, {holder}"}


def _label(analysis: Analysis, actor: str | None) -> str:
    return (analysis.scenario.actors[actor].label or actor) if actor else ""
