"""Sharing safely: an analysis made coarse before anything is drawn or written from it.

Only what is listed here as safe is taken over: a field that is not listed stays at its default, in
every model of the scenario, and the arrays are put together anew. Days become weeks, points and
lines move to a coarse grid, sites lose their names. What the question itself names stays: the title
of the scenario, the actors, and the ids and labels of routes and enclaves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from engine.analysis.analysis import Analysis
from engine.analysis.status import EnclaveStatus, Terminals
from engine.control.gates import MODES, denials
from engine.control.sectors import Sectors
from engine.control.sites import NamedSite, Rank, Sites
from engine.control.statements import Statements
from engine.io.arguments import checked
from engine.io.days import shifted
from engine.network.arrays import Labels, Network, Place, Provenance, Ragged
from engine.network.extract import SCHEMATIC_CREDIT, SKETCH_CREDIT
from engine.network.split import Pieces
from engine.report.style import ROAD_CLASSES
from engine.scenario.model import (
    Actor,
    Enclave,
    Entry,
    Event,
    Gate,
    Holding,
    Route,
    Scenario,
    Site,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from engine.control.states import States

    Rule = Callable[[Any], Any]

Model = TypeVar("Model", bound=Entry)

GRID_DEG = 0.1
"""To which multiple of a degree coordinates are moved: about 10 km."""
REDACTED = "redacted: days to weeks, places to about 10 km, without names, sources and notes"
SAFE_CREDITS = (SCHEMATIC_CREDIT, SKETCH_CREDIT, Provenance("").credit)
"""Attributions that name no file. That which the scenario states is meant to be read, too. Of other networks
it is only said that their roads were given."""
MONDAY = np.datetime64("2001-01-01")
WEEK = np.timedelta64(7, "D")


@checked
def redacted(analysis: Analysis) -> Analysis:
    """Return an analysis that is fit to be shared, for all outputs to be made from.

    A week shows the state of that of its days on which the statuses of routes and enclaves were worst.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.redacted(analysis).scenario.title == scenario.title
    True
    """
    borders, chosen = _weeks(analysis)
    rules = _Rules(analysis)
    stated = analysis.scenario.roads.credit or ""
    gates = _gates(analysis, borders, chosen, rules)
    scenario = rules.safe(analysis.scenario, gates=tuple(gates))
    ground = _ground(analysis.sectors, rules, stated)
    return Analysis(
        scenario=scenario,
        network=_network(analysis.network, (), stated),
        sectors=ground,
        states=_states(analysis.states, scenario, borders, chosen),
        terminals=Terminals(scenario, ground),
        routes={name: codes[chosen] for name, codes in analysis.routes.items()},
        enclaves={
            name: EnclaveStatus(
                places=rules.sites(enclave.places),
                place_status=enclave.place_status[:, chosen],
                lost=enclave.lost[:, chosen],
                cut_off=enclave.cut_off[:, chosen],
                status=enclave.status[chosen],
            )
            for name, enclave in analysis.enclaves.items()
        },
        known_on=analysis.known_on and _monday_of(analysis.known_on),
    )


def is_redacted(analysis: Analysis) -> bool:
    """Return whether an analysis is one that was made fit to be shared."""
    return REDACTED in analysis.network.provenance.credit


# What is safe of each model of the scenario, and in which form.


class _Rules:
    """What is kept of each field of each model; a field without a rule is dropped."""

    def __init__(self, analysis: Analysis) -> None:
        self.new_names = _new_names(analysis.sectors.sites.named)
        disputes = dict.fromkeys(e.dispute for e in analysis.scenario.events if e.dispute)
        self.disputes = {dispute: f"dispute-{n}" for n, dispute in enumerate(disputes, 1)} | {
            "": ""
        }
        rows: list[Holding | Event] = [*analysis.scenario.baseline, *analysis.scenario.events]
        claims = dict.fromkeys(row.claim for row in rows if row.claim)
        self.claims = {claim: f"claim-{n}" for n, claim in enumerate(claims, 1)} | {"": ""}
        self.of_model: dict[type[Entry], dict[str, Rule]] = {
            Scenario: {
                **dict.fromkeys(("title", "title_ar"), _same),
                "start": _monday_of,
                "end": _monday_after,
                "believe": _same,
                "oneway": _same,
                "actors": self.by_name,
                "routes": self.each,
                "enclaves": self.enclaves,
                "baseline": self.each,
                "events": self.each,
            },
            Actor: dict.fromkeys(("label", "label_ar"), _same),
            Route: {
                **dict.fromkeys(("id", "label", "label_ar", "actor", "mode"), _same),
                "from_": self.sites,
                "via": self.sites,
                "to": self.site,
                "within": self.site,
            },
            Enclave: {
                **dict.fromkeys(("id", "label", "label_ar", "actor", "mode"), _same),
                "lifelines": self.sites,
            },
            Holding: {
                **dict.fromkeys(("holder", "condition", "contestants", "confidence"), _same),
                "site": self.site,
                "date": _monday_of,
                "claim": self.claims.__getitem__,
            },
            Event: {
                **dict.fromkeys(("kind", "actor", "defender", "contestants", "confidence"), _same),
                "site": self.site,
                "date": _monday_of,
                "claim": self.claims.__getitem__,
                "dispute": self.disputes.__getitem__,
            },
        }

    def safe(self, entry: Model, **known: Any) -> Model:
        """Return what is safe of an entry; the rest has its defaults, or what is given here."""
        said: dict[str, Any] = {
            field: None if (value := getattr(entry, field)) is None else rule(value)
            for field, rule in self.of_model[type(entry)].items()
        }
        return cast("Model", type(entry).model_construct(**said, **known))

    def each(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Return what is safe of several entries."""
        return tuple(self.safe(entry) for entry in entries)

    def enclaves(self, enclaves: Iterable[Enclave]) -> tuple[Enclave, ...]:
        """Return what is safe of enclaves; their ground may go by their id, which stays."""
        return tuple(self.safe(enclave, site=self.site(enclave.ground)) for enclave in enclaves)

    def by_name(self, entries: dict[str, Entry]) -> dict[str, Entry]:
        """Return what is safe of entries that go by their names, which stay."""
        return {name: self.safe(entry) for name, entry in entries.items()}

    def site(self, name: str) -> str:
        """Return what a site is called afterwards."""
        return self.new_names[name]

    def sites(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return what sites are called afterwards."""
        return tuple(map(self.site, names))


def _same(value: Any) -> Any:
    return value


def _new_names(sites: tuple[NamedSite, ...]) -> dict[str, str]:
    """Call places by the grid, and other sites by their number."""
    names: dict[str, str] = {}
    for site in sites:
        base = f"site-{len(names) + 1}"
        if site.place is not None:
            lon, lat = _coarse(np.array([site.place.lon, site.place.lat]))
            base = f"near-{lat:.1f}-{lon:.1f}"
        taken = sum(name == base or name.startswith(f"{base}/") for name in names.values())
        names[site.id] = f"{base}/{taken + 1}" if taken else base
    return names


def _gates(
    analysis: Analysis,
    borders: NDArray[np.datetime64],
    chosen: NDArray[np.int64],
    rules: _Rules,
) -> Iterator[Gate]:
    """Yield a rule for each gate and week: who passes on the day that the week shows."""
    days = analysis.days[chosen]
    for site in dict.fromkeys(gate.site for gate in analysis.scenario.gates):
        of_site = [gate for gate in analysis.scenario.gates if gate.site == site]
        covers = len(analysis.sectors.on_site[analysis.sectors.sites.index[site]]) > 0
        alone = analysis.scenario.model_copy(update={"gates": tuple(of_site)})
        denied = np.array([denials(alone, days, mode)[site] & covers for mode in MODES])
        for week in np.flatnonzero(denied.any(axis=0)).tolist():
            admitted: Any = tuple(np.array(MODES)[~denied[:, week]].tolist())
            first, until = borders[week : week + 2].tolist()
            yield Gate.model_construct(
                site=rules.site(site), modes=admitted, from_=first, until=until
            )


# Weeks and the grid.


def _weeks(analysis: Analysis) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
    """Return the Mondays from before the run until after it, and the interval that each week shows."""
    borders = analysis.states.borders
    end = _monday(borders[-1:] - np.timedelta64(1, "D"))[0] + WEEK
    mondays = np.arange(_monday(borders[:1])[0], end + WEEK, WEEK)
    first = np.searchsorted(borders[:-1], mondays[:-1], side="right") - 1
    after = np.searchsorted(borders[:-1], mondays[1:])
    none = np.zeros(analysis.states.n_intervals, dtype=np.int64)
    well = sum((codes.astype(np.int64) for codes in _all_codes(analysis)), none)
    chosen = [
        stop - 1 - int(well[start:stop][::-1].argmin())
        for start, stop in zip(np.maximum(first, 0).tolist(), after.tolist(), strict=True)
    ]
    return mondays, np.array(chosen, dtype=np.int64)


def _all_codes(analysis: Analysis) -> list[NDArray[np.int8]]:
    return [*analysis.routes.values(), *(enclave.status for enclave in analysis.enclaves.values())]


def _monday(days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return days - (days - MONDAY) % WEEK


def _monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _monday_after(end: dt.date) -> dt.date:
    return shifted(_monday_of(end - dt.timedelta(days=1)), 7)


def _coarse(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return (np.round(degrees / GRID_DEG) * GRID_DEG).round(6)


# The arrays, put together anew.


def _ground(sectors: Sectors, rules: _Rules, stated: str) -> Sectors:
    sites = tuple(_site(site, rules) for site in sectors.sites.named)
    places = [site.place for site in sites if site.place is not None]
    network = _network(sectors.network, places, stated)
    pieces = Pieces(
        network,
        parent=sectors.pieces.parent,
        from_m=np.zeros(network.n_segments),
        to_m=network.length,
        parent_length_m=_rough_length(sectors.pieces.parent_length_m),
    )
    return Sectors(
        pieces=pieces,
        sector=sectors.sector,
        sites=Sites(
            sites,
            {site.id: row for row, site in enumerate(sites)},
            sectors.sites.node,
            pieces,
            np.full(len(sites), np.nan),
        ),
        covers=sectors.covers,
        rank=sectors.rank,
        range_onto=sectors.range_onto,
        near=sectors.near,
        from_place_m=np.full(len(sectors.sector), np.nan),
    )


def _site(site: NamedSite, rules: _Rules) -> NamedSite:
    new, place = rules.site(site.id), None
    if site.place is not None:
        lon, lat = _coarse(np.array([site.place.lon, site.place.lat])).tolist()
        place = Place(new, new.replace("-", " ", 1).replace("-", ", "), "", "", lon, lat)
    area = Site.model_construct(id=new, area="") if site.rank is Rank.AREA else None
    return NamedSite(new, definition=area, place=place, members=rules.sites(site.members))


def _network(network: Network, places: Iterable[Place], stated: str) -> Network:
    empty = Labels.of([""] * network.n_segments)
    source = network.provenance
    credit = (
        source.credit if source.credit in {*SAFE_CREDITS, *filter(None, [stated])} else "as given"
    )
    classes = [
        value if value.removesuffix("_link") in ROAD_CLASSES else ""
        for value in network.highway.texts()
    ]
    return Network(
        node_id=np.zeros_like(network.node_id),
        lon=_coarse(network.lon),
        lat=_coarse(network.lat),
        u=network.u,
        v=network.v,
        length=_rough_length(network.length),
        oneway=network.oneway,
        highway=Labels.of(classes),
        name=empty,
        name_ar=empty,
        alt_name=empty,
        ref=empty,
        ways=Ragged.of([[]] * network.n_segments),
        geometry=Ragged(network.geometry.starts, _coarse(network.geometry.values)),
        places=tuple(places),
        provenance=Provenance("network", f"{credit} ({REDACTED})", source.schematic),
    )


def _rough_length(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(np.round(metres / 1000), 0.5) * 1000


def _states(
    states: States,
    scenario: Scenario,
    borders: NDArray[np.datetime64],
    chosen: NDArray[np.int64],
) -> States:
    statements = states.statements
    return replace(
        states.over(*states.runs.chosen(chosen)),
        borders=borders,
        statements=Statements(
            entries=(*scenario.baseline, *scenario.events),
            site=statements.site,
            date=_monday(statements.date),
            until=np.full_like(statements.until, np.datetime64("NaT")),
            reported=_monday(statements.reported),
            holder=statements.holder,
            condition=statements.condition,
            contestant=statements.contestant,
            confidence=statements.confidence,
            report=statements.report,
            n_baseline=statements.n_baseline,
        ),
        since=np.full_like(states.since, borders[0]),
        passable=states.passable[:, :, chosen],
    )
