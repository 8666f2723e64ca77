"""The main job: a scenario in, its status over time out, and who held what as columns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.evidence import (
    NEAR_FRONT,
    Cause,
    Fronts,
    NearFront,
    Reason,
    because_columns,
    causes_of,
    fronts_of,
    last_places,
    reasons_of_places,
    reasons_on,
    states_in_words,
    why_no_road,
)
from engine.analysis.least_bad_path import (
    Leg,
    Moment,
    View,
    least_bad_path,
    legs_on,
    pieces_of_path,
    view_of,
)
from engine.analysis.status import (
    CUT,
    LOST,
    LessRoads,
    Terminals,
    enclave_status,
    ordered_statuses,
    route_status,
    words_by_code,
)
from engine.analysis.statuses import ONE_DAY, Statuses, typed
from engine.control.points import resolve_sites
from engine.control.sectors import divide
from engine.control.statements import CONDITIONS
from engine.control.states import UNKNOWN, control_over_time
from engine.errors import InputError, unknown_name
from engine.io.arguments import checked
from engine.io.days import day_of
from engine.io.garbage import collection_paused
from engine.language import tr
from engine.scenario.check import check
from engine.scenario.road_network import network_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.status import EnclaveStatus
    from engine.control.states import Snapshot, States
    from engine.io.days import DayLike
    from engine.network.arrays import Network
    from engine.scenario.model import Scenario


def sector_columns(
    terminals: Terminals, states: States, statement_ids: Sequence[str]
) -> dict[str, Any]:
    """Return a row for each spell of each sector: the times during which its state stays."""
    sectors = terminals.sectors
    runs, kept = states.spells()
    names = np.array(sectors.names, dtype=object)
    labels = np.array([sectors.label(ids) for ids in sectors.site_ids], dtype=object)
    return {
        "sector": runs.row,
        "site": names[runs.row],
        "label": labels[runs.row].tolist(),
        "start": states.borders[runs.begin],
        "end": states.borders[runs.end],
        **_state_columns(terminals, states, kept, statement_ids),
    }


def piece_columns(
    terminals: Terminals, states: States, statement_ids: Sequence[str], interval: int
) -> dict[str, Any]:
    """Return a row for each piece of road on an interval."""
    sectors = terminals.sectors
    network, pieces, sector = sectors.network, sectors.pieces, sectors.sector
    names = np.array(sectors.names, dtype=object)
    every = np.arange(sectors.n_sectors)
    then = _state_columns(terminals, states.on(interval), every, statement_ids)
    return {
        "segment": pieces.parent,
        "from_m": pieces.from_m,
        "to_m": pieces.to_m,
        "length_m": network.length,
        "name": network.name.texts(),
        "name_ar": network.name_ar.texts(),
        "ref": network.ref.texts(),
        "highway": network.highway.texts(),
        "sector": sector,
        "site": names[sector],
        **{
            name: np.array(then[name], dtype=object)[sector]
            for name in ("holder", "condition", "overlooked_by", "event", "state")
        },
    }


def _state_columns(
    terminals: Terminals,
    then: Snapshot | States,
    at: NDArray[np.int64],
    statement_ids: Sequence[str],
) -> dict[str, Any]:
    """Return what is told of some states: of sectors at a time, or of runs."""
    holders = np.array([*terminals.scenario.actors, ""], dtype=object)
    sites = (site.id for site in terminals.sectors.sites.named)
    ids = (*statement_ids, "")
    tracks = [then.holder_statement[at].tolist(), then.condition_statement[at].tolist()]
    ruling = [dict.fromkeys((ids[one], ids[other])) for one, other in zip(*tracks, strict=True)]
    return {
        "condition": np.array(CONDITIONS, dtype=object)[then.condition[at]],
        "holder": holders[then.holder[at]],
        "overlooked_by": np.array([*sites, ""], dtype=object)[then.overlooked_by[at]],
        "event": [";".join(filter(None, words)) for words in ruling],
        "state": states_in_words(terminals, then, at),
    }


EVIDENCE_COLUMNS = ("because", "sites", "overlooked_by", "reports")
SPELL_COLUMNS = (
    "id", "kind", "label", "label_ar", "start", "end", "last_day", "status", *EVIDENCE_COLUMNS,
)  # fmt: skip
"""The columns of spells, in frames and files alike."""
INFERRED_KM = 3.0
"""Ground farther than this from its place is said to be inferred, where an answer rests on it."""


@dataclass(frozen=True, eq=False, repr=False)
class Analysis(Statuses):
    """The results of a scenario. Made by `analyze`.

    Parameters
    ----------
    scenario
        The question.
    network
        The road network, as it was read.
    sectors
        The network divided into sectors.
    states
        The state of every sector on every interval.
    terminals
        The kernels.
    routes
        The status of each route on every interval: codes of `ROUTE_STATUS`, int8.
    enclaves
        What became of each enclave.
    known_on
        The day up to whose reports the answer takes account; None for all.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> analysis.status("2014-12-20")["castello"]
    'at risk'
    >>> round(analysis.unknown_share("2014-12-20"), 2)
    0.02
    """

    terminals: Terminals

    def spells(self) -> pd.DataFrame:
        """Return the spells of every route and enclave: the times during which its status stays.

        Returns
        -------
        pandas.DataFrame
            Columns ``id``, ``kind`` (route or enclave), ``label``, ``label_ar``, ``start``, ``end``
            (the first day after the spell), ``last_day``, ``status``, ``because`` and the ids that
            this rests on, with semicolons between them: ``sites``, ``overlooked_by`` and ``reports``.
        """
        import pandas as pd

        frame = pd.DataFrame(self.spell_rows(), columns=list(SPELL_COLUMNS))
        return typed(frame)

    def spell_rows(self) -> list[dict[str, Any]]:
        """Return the rows of `spells`, for those who do without pandas; days are datetime64[D]."""
        rows = []
        for name, starts in self.spell_starts.items():
            asked = self.subjects[name]
            for start, end in zip(starts, [*starts[1:], self.states.n_intervals], strict=True):
                rows.append(
                    {
                        "id": name,
                        "kind": self.kind_of(name),
                        "label": asked.label or name,
                        "label_ar": asked.label_ar,
                        "start": self.days[start],
                        "end": self.states.borders[end],
                        "last_day": self.states.borders[end] - ONE_DAY,
                        "status": self.statuses[name][start],
                        **self.because_columns(name, start),
                    }
                )
        return rows

    @checked
    def reasons(self, name: str, interval: int) -> list[Reason]:
        """Return what the status of a route or an enclave rests on, on an interval.

        Of a lost enclave, who took the places that were the last to be lost.

        Raises
        ------
        InputError
            If there is no route or enclave of that name, or no such interval.
        """
        subject, n_intervals = self.subject(name), self.states.n_intervals
        if not 0 <= interval < n_intervals:
            raise InputError(
                tr(
                    "interval = {n} lies outside the run; expected 0 to {last}, or {call}",
                    n=interval, last=n_intervals - 1, call="interval_on(day)",
                )
            )  # fmt: skip
        if name in self.enclaves and self.enclaves[name].status[interval] == LOST:
            since = self._moment(name, interval).since
            last = last_places(self.terminals, self.states, self.enclaves[name], since)
            return reasons_of_places(self.terminals, self.states, subject.actor, last, since)
        return reasons_on(
            self.terminals,
            self.view(name).on(interval),
            subject.actor,
            self._least_bad_paths(name, interval),
            self._moment(name, interval),
        )

    @checked
    def causes(self, name: str, interval: int) -> list[Cause]:
        """Return what a status rests on, as people are told it; nothing, if no road leads there."""
        found = self.reasons(name, interval)
        return causes_of(self.terminals, self.states, self.statement_ids, found)

    @checked
    def because(self, name: str, interval: int) -> str:
        """Return what a status rests on, as one line of text."""
        return self.because_columns(name, interval)["because"]

    @checked
    def because_columns(self, name: str, interval: int) -> dict[str, str]:
        """Return what a status rests on as columns: a text, and the ids of sites and reports."""
        causes = self.causes(name, interval)
        if causes:
            return because_columns(causes)
        legs = legs_on(self.subject(name), self.enclaves.get(name), interval)
        return because_columns(causes, why_no_road(self.terminals, legs))

    @checked
    def inferred_share(self, name: str, on: DayLike, *, km: float = INFERRED_KM) -> float:
        """Return the share of a path whose holder is inferred from a place farther off than that.

        Parameters
        ----------
        name
            A route or an enclave.
        on
            The day; the path is that of `path`.
        km
            How far from the place whose ground it is, in km: along the roads on a schematic network, in a
            straight line on a map.

        Returns
        -------
        float
            By length, 0 to 1; not a number where no road leads there. Ground whose holder is unknown has
            none to infer.
        """
        pieces = np.concatenate([np.empty(0, dtype=np.int64), *self.path(name, on)])
        length = self.sectors.network.length[pieces]
        far = self.sectors.from_place_m[pieces] > 1000 * km
        holder = self.states.on(self.interval_on(on)).holder
        far &= holder[self.sectors.sector[pieces]] != UNKNOWN
        return float(length[far].sum() / length.sum()) if length.sum() > 0 else float("nan")

    @checked
    def near_front(self, name: str, on: DayLike, *, times: float = NEAR_FRONT) -> NearFront | None:
        """Return ground near a front without which no possible path is left, if that is so.

        Ground is near a front where the nearest place held by others, over whose ground the actor may
        not pass, is less than `times` as far away as the place whose ground it is. Ground that a report on
        a road, an area or OSM ways names is not. The status does not depend on it.

        Parameters
        ----------
        name
            A route or an enclave.
        on
            The day.
        times
            1 or more; 1 turns it off.

        Returns
        -------
        NearFront
            Of the best path, where a hostile place is nearest in proportion; None where a possible path
            avoids such ground, where there is no possible path, and on a schematic network, whose
            lines do not lie where the roads do.

        Raises
        ------
        InputError
            If there is no such route or enclave, `times` is less than 1, or the day lies outside the run.

        Examples
        --------
        >>> import engine
        >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
        >>> analysis = engine.analyze(scenario)  # its network is schematic
        >>> analysis.near_front("castello", "2014-12-20") is None
        True
        """
        interval, asked = self.interval_on(on), self.subject(name)
        if not times >= 1:
            raise InputError(tr("times = {times}; expected 1 or more", times=times))
        schematic = self.network.provenance.schematic
        if schematic or self.codes[name][interval] <= CUT or times == 1:
            return None
        fronts, beyond = self._fronts(self.terminals.actor_code(asked.actor), interval, times)
        pieces = np.concatenate([np.empty(0, dtype=np.int64), *self.path(name, on)])
        if not fronts.near[pieces].any() or beyond.is_possible(self.states, asked, interval):
            return None
        piece = int(pieces[np.round(fronts.ratio[pieces], 6).argmin()])  # the first of equals
        rows = (int(fronts.other[piece]), int(fronts.own[piece]))
        other, own = (self.sectors.label((self.sectors.sites.named[row].id,)) for row in rows)
        km = (float(metres[piece]) / 1000 for metres in (fronts.other_m, fronts.own_m))
        return NearFront(other, next(km), own, next(km))

    def _fronts(self, actor: int, interval: int, times: float) -> tuple[Fronts, LessRoads]:
        """Return the roads near a front, and the ground without them; of one day at a time."""
        if any(key[1:] != (interval, times) for key in self._known_fronts):
            self._known_fronts.clear()
        key = actor, interval, times
        if key not in self._known_fronts:
            fronts = fronts_of(self.terminals, self.states, *key)
            self._known_fronts[key] = fronts, LessRoads(self.terminals, fronts.near)
        return self._known_fronts[key]

    @cached_property
    def _known_fronts(self) -> dict[tuple[int, int, float], tuple[Fronts, LessRoads]]:
        return {}

    @checked
    def view(self, name: str) -> View:
        """Return the ground as those see it who pass for a route or an enclave."""
        if name not in self._views:
            self._views[name] = view_of(self.terminals, self.states, self.subject(name))
        return self._views[name]

    @cached_property
    def _views(self) -> dict[str, View]:
        return {}

    @checked
    def path(self, name: str, on: DayLike) -> list[NDArray[np.int64]]:
        """Return the pieces of road that a route's or an enclave's status rests on, on a day.

        Returns
        -------
        list of numpy.ndarray
            For each leg the rows of `control` along the least bad path, in order; empty where no
            road leads there at all. Nothing for a lost enclave: none of its places is asked about.
        """
        return self._path(name, self.interval_on(on))

    @checked
    def paths(self, name: str) -> list[list[NDArray[np.int64]]]:
        """Return the same for every interval; intervals with the same path share one list."""
        return [self._path(name, interval) for interval in range(self.states.n_intervals)]

    def _alike(self, name: str) -> list[tuple[int, ...]]:
        """Return for each interval what the least bad path depends on: the ground then and before."""
        if name not in self._known_alike:
            subject, view = self.subject(name), self.view(name)
            actor = self.terminals.actor_code(subject.actor)
            alike = np.array([states.first_alike(actor) for states in view.states])
            starts = np.array(self.spell_starts[name])
            since = starts[np.searchsorted(starts, np.arange(len(view.best)), side="right") - 1]
            before = np.maximum(since - 1, 0)
            in_all = (view.best, *alike, alike[view.best, since], alike[view.best, before])
            keys = zip(*(each.tolist() for each in in_all), strict=True)
            self._known_alike[name] = list(keys)
        return self._known_alike[name]

    @cached_property
    def _known_alike(self) -> dict[str, list[tuple[int, ...]]]:
        return {}

    def _moment(self, name: str, interval: int) -> Moment:
        starts, code = self.spell_starts[name], int(self.codes[name][interval])
        return Moment(interval, starts[bisect_right(starts, interval) - 1], code)

    def _path(self, name: str, interval: int) -> list[NDArray[np.int64]]:
        key = (name, *self._alike(name)[interval])
        if key not in self._known_paths:
            self._known_paths[key] = [
                pieces_of_path(self.terminals, leg, path)
                for leg, path in self._least_bad_paths(name, interval)
            ]
        return self._known_paths[key]

    @cached_property
    def _known_paths(self) -> dict[tuple[object, ...], list[NDArray[np.int64]]]:
        return {}

    def _least_bad_paths(self, name: str, interval: int) -> list[tuple[Leg, NDArray[np.int64]]]:
        """Return the least bad path of each leg, found once for intervals that are alike."""
        key = (name, *self._alike(name)[interval])
        if key not in self._known_least_bad:
            subject, states = self.subject(name), self.view(name).on(interval)
            moment = self._moment(name, interval)
            self._known_least_bad[key] = [
                (leg, least_bad_path(self.terminals, states, subject.actor, leg, moment))
                for leg in legs_on(subject, self.enclaves.get(name), interval)
            ]
        return self._known_least_bad[key]

    @cached_property
    def _known_least_bad(self) -> dict[tuple[object, ...], list[tuple[Leg, NDArray[np.int64]]]]:
        return {}

    @checked
    def enclave_places(self, name: str, on: DayLike) -> pd.DataFrame:
        """Return the places of an enclave on a day.

        Returns
        -------
        pandas.DataFrame
            By place: ``status`` (that of a route from the lifelines), ``lost`` and ``cut_off``.
        """
        import pandas as pd

        at, words = self.interval_on(on), words_by_code(enclave=False)
        if name not in self.enclaves:
            raise unknown_name(tr("enclave"), name, self.enclaves)
        enclave = self.enclaves[name]
        places = words[enclave.place_status[:, at]].tolist()
        return pd.DataFrame(
            {
                "status": pd.Categorical(places, dtype=ordered_statuses()),
                "lost": enclave.lost[:, at],
                "cut_off": enclave.cut_off[:, at],
            },
            index=pd.Index(enclave.places, name="place"),
        )

    def sector_spells(self) -> pd.DataFrame:
        """Return the spells of every sector: the times during which its state stays.

        Returns
        -------
        pandas.DataFrame
            Columns ``sector``, ``site`` (the most specific ones that cover it), ``label`` (what to
            call these), ``start``, ``end``,
            ``condition`` (after overlooking), ``holder``, ``overlooked_by`` (the site that commands
            it), ``event`` (what rules: ids of events, or ``baseline``) and ``state`` (in words).
        """
        import pandas as pd

        return typed(pd.DataFrame(self.sector_columns()))

    def sector_columns(self) -> dict[str, Any]:
        """Return the columns of `sector_spells`, for those who do without pandas."""
        return sector_columns(self.terminals, self.states, self.statement_ids)

    @checked
    def control(self, on: DayLike) -> geopandas.GeoDataFrame:
        """Return who holds each piece of road on a day.

        Returns
        -------
        geopandas.GeoDataFrame
            One row for each piece, in WGS 84: ``segment`` (its number in `network`), ``from_m``,
            ``to_m``, ``length_m``, ``name``, ``name_ar``, ``ref``, ``highway``, ``sector``,
            ``site``, ``holder`` (empty if unknown), ``condition`` (after overlooking),
            ``overlooked_by``, ``event`` and ``state`` (in words).
        """
        import geopandas

        columns = piece_columns(
            self.terminals, self.states, self.statement_ids, self.interval_on(on)
        )
        return geopandas.GeoDataFrame(columns, geometry=self.sectors.network.lines, crs=4326)


@checked
def analyze(
    scenario: Scenario,
    *,
    network: Network | str | Path | None = None,
    known_on: DayLike | None = None,
) -> Analysis:
    """Compute who holds which road when, and whether routes stay connected.

    Parameters
    ----------
    scenario
        The question, from `load_scenario` or built in code.
    network
        A road network, or the name or path of one; the scenario's own, if absent.
    known_on
        Use only what had been reported by this day; everything, if absent.

    Raises
    ------
    InputError
        If ``known_on`` is no day.
    ScenarioError
        If the scenario contradicts itself, or names what neither it nor the network knows.
    NetworkError
        If the network cannot be read.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> analysis.statuses["castello"][0]
    'open'
    """
    known = None if known_on is None else day_of(known_on)
    with collection_paused():
        check(scenario)
        roads = network_of(scenario, network)
        scenario = resolve_sites(scenario, roads)
        return analysis_on(Terminals(scenario, divide(scenario, roads)), roads, known)


def analysis_on(terminals: Terminals, network: Network, known_on: dt.date | None) -> Analysis:
    """Return the analysis of a scenario whose ground has been divided.

    Parameters
    ----------
    terminals
        The scenario and its ground.
    network
        The road network, as it was read.
    known_on
        Use only what had been reported by this day; everything, if absent.
    """
    scenario = terminals.scenario
    states = control_over_time(scenario, terminals.sectors, known_on)
    return analysis_of(
        terminals,
        network,
        known_on,
        states,
        {route.id: route_status(terminals, states, route) for route in scenario.routes},
        {e.id: enclave_status(terminals, states, e) for e in scenario.enclaves},
    )


def analysis_of(
    terminals: Terminals,
    network: Network,
    known_on: dt.date | None,
    states: States,
    routes: dict[str, NDArray[np.int8]],
    enclaves: dict[str, EnclaveStatus],
) -> Analysis:
    """Return the analysis made of states and their results: see `analysis_on`."""
    scenario, sectors = terminals.scenario, terminals.sectors
    return Analysis(
        scenario=scenario,
        network=network,
        states=states,
        routes=routes,
        enclaves=enclaves,
        known_on=known_on,
        sectors=sectors,
        terminals=terminals,
    )
