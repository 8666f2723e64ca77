"""The main job: a scenario in, its status over time out."""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from engine.analysis.evidence import (
    Cause,
    Moment,
    Reason,
    View,
    because_columns,
    causes_of,
    first_alike,
    legs_on,
    pieces_of_path,
    reasons_on,
    state_in_words,
    view_of,
    why_no_road,
)
from engine.analysis.losses import last_places, reasons_of_places
from engine.analysis.periods import periods_of
from engine.analysis.status import (
    CUT,
    LOST,
    OPEN,
    EnclaveStatus,
    Terminals,
    enclave_status,
    ordered_statuses,
    route_status,
    words_by_code,
)
from engine.control.points import resolve_sites
from engine.control.sectors import Sectors, divide
from engine.control.statements import CONDITIONS
from engine.control.states import UNKNOWN, States, control_over_time
from engine.errors import InputError, unknown_name
from engine.io.cards import Card
from engine.io.days import day_of
from engine.scenario.check import check
from engine.scenario.model import Scenario
from engine.scenario.road_network import network_of

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import geopandas
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from engine.network.arrays import Network
    from engine.scenario.model import Enclave, Route


# Who held what, as columns: of every sector over time, and of every piece of road on a day.


def sector_columns(analysis: Analysis) -> dict[str, Any]:
    """Return a row for each spell of each sector: the times during which its state stays."""
    states = analysis.states
    key = np.stack(
        [
            states.holder_statement,
            states.condition_statement,
            states.condition,
            states.overlooked_by,
        ]
    )
    new = np.ones(states.holder.shape, dtype=bool)
    new[:, 1:] = (np.diff(key, axis=2) != 0).any(axis=0)
    sector, first = np.nonzero(new)
    last = np.append(first[1:], 0)
    last[np.append(np.diff(sector) > 0, True)] = states.n_intervals
    names = np.array(analysis.sectors.names, dtype=object)
    overlooking = np.array([*(site.id for site in analysis.sectors.sites.named), ""], dtype=object)
    labels = [analysis.sectors.label(ids) for ids in analysis.sectors.site_ids]
    spells = list(zip(sector.tolist(), first.tolist(), strict=True))
    return {
        "sector": sector,
        "site": names[sector],
        "label": [labels[each] for each in sector.tolist()],
        "start": analysis.days[first],
        "end": states.borders[last],
        "condition": np.array(CONDITIONS, dtype=object)[states.condition[sector, first]],
        "holder": analysis.holder_names[states.holder[sector, first]],
        "overlooked_by": overlooking[states.overlooked_by[sector, first]],
        "event": [_ruling(analysis, each, interval) for each, interval in spells],
        "state": [state_in_words(analysis.terminals, states, *each) for each in spells],
    }


def piece_columns(analysis: Analysis, interval: int) -> dict[str, Any]:
    """Return a row for each piece of road on an interval."""
    ground, states = analysis.sectors, analysis.states
    network, pieces, sector = ground.network, ground.pieces, ground.sector
    names = np.array(analysis.sectors.names, dtype=object)
    overlooking = np.array([*(site.id for site in ground.sites.named), ""], dtype=object)
    ruling = [_ruling(analysis, each, interval) for each in range(ground.n_sectors)]
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
        "holder": analysis.holder_names[states.holder[sector, interval]],
        "condition": np.array(CONDITIONS, dtype=object)[states.condition[sector, interval]],
        "overlooked_by": overlooking[states.overlooked_by[sector, interval]],
        "event": np.array(ruling, dtype=object)[sector],
        "state": np.array(
            [
                state_in_words(analysis.terminals, states, n, interval)
                for n in range(ground.n_sectors)
            ],
            dtype=object,
        )[sector],
    }


def _ruling(analysis: Analysis, sector: int, interval: int) -> str:
    """Return the ids of the words that rule a sector, with semicolons between them."""
    tracks = (analysis.states.holder_statement, analysis.states.condition_statement)
    words = [int(track[sector, interval]) for track in tracks]
    return ";".join(dict.fromkeys(analysis.statement_ids[word] for word in words if word >= 0))


ONE_DAY = np.timedelta64(1, "D")
INFERRED_KM = 3.0
"""Ground farther than this from its place is said to be inferred, where an answer rests on it."""


@dataclass(frozen=True, eq=False, repr=False)
class Analysis(Card):
    """What a scenario comes to. Made by `analyze`.

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

    scenario: Scenario
    network: Network
    sectors: Sectors
    states: States
    terminals: Terminals
    routes: dict[str, NDArray[np.int8]]
    enclaves: dict[str, EnclaveStatus]
    known_on: dt.date | None

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the title, the run, and the status of each route and enclave on the last day."""
        last, source = self.ends[-1] - ONE_DAY, self.network.provenance
        sketch = " (schematic)" if source.schematic else ""
        lines = [
            ("run", f"{self.days[0]} to {last}, {len(self.days)} intervals"),
            ("network", f"{source.name}{sketch}"),
            ("credit", source.credit),
            ("reports", f"{self.believed.sum()} of {len(self.believed)} believed"),
        ]
        if self.known_on is not None:
            lines.append(("known on", str(self.known_on)))
        for name, words in self.statuses.items():
            changes = len(self.spell_starts[name]) - 1
            times = {0: "never", 1: "once"}.get(changes, f"{changes} times")
            lines.append((name, f"{words[-1]} on {last}, changed {times}"))
        return self.scenario.title, lines

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The first day of each interval, datetime64[D] of shape (intervals,)."""
        return self.states.borders[:-1]

    @property
    def ends(self) -> NDArray[np.datetime64]:
        """The first day after each interval, datetime64[D] of shape (intervals,)."""
        return self.states.borders[1:]

    def interval_on(self, on: str | dt.date) -> int:
        """Return the interval that a day belongs to.

        Raises
        ------
        InputError
            If the day is none, or lies outside the run.
        """
        day = np.datetime64(day_of(on))
        start, end = self.states.borders[[0, -1]]
        if not start <= day < end:
            raise InputError(f"{day} lies outside the run; expected {start} to {end - ONE_DAY}")
        return int(np.searchsorted(self.days, day, side="right")) - 1

    @cached_property
    def statuses(self) -> dict[str, list[str]]:
        """The status of each route and enclave on every interval, in words."""
        return {
            name: words_by_code(enclave=name in self.enclaves)[codes].tolist()
            for name, codes in self.codes.items()
        }

    @cached_property
    def codes(self) -> dict[str, NDArray[np.int8]]:
        """The status of each route and enclave on every interval, as codes: see `ROUTE_STATUS`."""
        return {**self.routes, **{name: found.status for name, found in self.enclaves.items()}}

    @overload
    def status(self, on: None = None) -> xr.DataArray: ...

    @overload
    def status(self, on: str | dt.date) -> pd.Series[Any]: ...

    def status(self, on: str | dt.date | None = None) -> pd.Series[Any] | xr.DataArray:
        """Return the status of every route and enclave: on a day, or over the whole run.

        Parameters
        ----------
        on
            The day.

        Returns
        -------
        pandas.Series or xarray.DataArray
            Of a day, a status by ``id``: ordered categories, the worst first. Without a day the
            statuses by ``id`` and ``date``, the first day of each interval on which they stay, with
            ``end`` (the first day after it), ``kind`` and ``label``.

        Examples
        --------
        >>> import engine
        >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
        >>> status = engine.analyze(scenario).status()
        >>> status.sel(id="castello").sel(date="2014-12-20", method="ffill").item()
        'at risk'
        """
        import pandas as pd

        if on is None:
            return self._status_array()
        at = self.interval_on(on)
        words = {name: words[at] for name, words in self.statuses.items()}
        index = pd.Index(list(words), name="id")
        return pd.Series(list(words.values()), index, dtype=ordered_statuses(), name="status")

    def _status_array(self) -> xr.DataArray:
        import xarray as xr

        names = list(self.statuses)
        words = np.array([self.statuses[name] for name in names], dtype=str)
        coords = {
            "id": names,
            "date": self.days.astype("datetime64[ns]"),
            "end": ("date", self.ends.astype("datetime64[ns]")),
            "kind": ("id", [self.kind_of(name) for name in names]),
            "label": ("id", [self.subjects[name].label or name for name in names]),
        }
        shape = (len(names), len(self.days))
        attrs = {"title": self.scenario.title, "known_on": str(self.known_on or "")}
        return xr.DataArray(
            words.reshape(shape), coords, ("id", "date"), name="status", attrs=attrs
        )

    def kind_of(self, name: str) -> str:
        """Return ``"route"`` or ``"enclave"``."""
        return "enclave" if name in self.enclaves else "route"

    def table(self, freq: str | None = None) -> pd.DataFrame:
        """Return status by date and route.

        Parameters
        ----------
        freq
            A frequency of pandas: a row for each day (``"D"``), week (``"W"``) or other period, with
            the worst status on any of its days; `share` says on how many. If absent, one row for each
            change date.

        Returns
        -------
        pandas.DataFrame
            The index are days (of a period, the one by which pandas calls it: the Sunday that ends
            a week), the columns ids of routes and enclaves, the values statuses: ordered
            categories, the worst first.

        Examples
        --------
        >>> import engine
        >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
        >>> analysis = engine.analyze(scenario)
        >>> analysis.table("W")["castello"].tolist()
        ['open', 'at risk', 'at risk', 'at risk', 'at risk']
        """
        import pandas as pd

        index, codes = pd.DatetimeIndex(self.days, name="date"), self.codes
        if freq is not None:
            periods = periods_of(self.states.borders, freq)
            index = periods.labels
            codes = {name: periods.least(found) for name, found in codes.items()}
        words = {
            name: words_by_code(enclave=name in self.enclaves)[found]
            for name, found in codes.items()
        }
        return pd.DataFrame(words, index).astype(ordered_statuses())

    def daily(self) -> pd.DataFrame:
        """Return the status of every route and enclave on every day: `table` with a row a day."""
        return self.table("D")

    def share(self, freq: str = "W") -> pd.DataFrame:
        """Return on which share of the days of each period each status holds.

        Parameters
        ----------
        freq
            A frequency of pandas: weeks (``"W"``), months (``"MS"``) or others. The first and the
            last period are counted by those of their days that belong to the run.

        Returns
        -------
        pandas.DataFrame
            The index are periods (as in `table`), the columns ``id`` and ``status`` (ordered
            categories, the worst first), the values shares from 0 to 1.

        Raises
        ------
        InputError
            If there is no such frequency, or it is less than a day.

        Examples
        --------
        >>> import engine
        >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
        >>> weeks = engine.analyze(scenario).share("W")
        >>> weeks["castello", "at risk"].round(2).tolist()
        [0.0, 0.14, 1.0, 1.0, 1.0]
        """
        import pandas as pd

        periods = periods_of(self.states.borders, freq)
        shares: dict[tuple[str, str], NDArray[np.float64]] = {}
        for name, codes in self.codes.items():
            enclave = name in self.enclaves
            for code in range(LOST if enclave else CUT, OPEN + 1):
                word = words_by_code(enclave=enclave)[code]
                shares[name, word] = periods.mean((codes == code).astype(np.float64))
        ids = [name for name, _ in shares]
        words = pd.Categorical(list[object](word for _, word in shares), dtype=ordered_statuses())
        columns = pd.MultiIndex.from_arrays([ids, words], names=["id", "status"])
        values = np.array(list(shares.values())).reshape(len(ids), len(periods.first))
        return pd.DataFrame(values.T, periods.labels, columns)

    @cached_property
    def spell_starts(self) -> dict[str, list[int]]:
        """The intervals on which each route's or enclave's status is new."""
        return {
            name: [at for at, word in enumerate(words) if at == 0 or word != words[at - 1]]
            for name, words in self.statuses.items()
        }

    def spells(self) -> pd.DataFrame:
        """Return the spells of every route and enclave: the times during which its status stays.

        Returns
        -------
        pandas.DataFrame
            Columns ``kind`` (route or enclave), ``id``, ``label``, ``start``, ``end`` (the first
            day after the spell), ``last_day``, ``status``, ``because`` and the ids that this rests
            on, with semicolons between them: ``sites``, ``overlooked_by`` and ``reports``.
        """
        import pandas as pd

        columns = [
            "kind", "id", "label", "start", "end", "last_day", "status", "because", "sites",
            "overlooked_by", "reports",
        ]  # fmt: skip
        frame = pd.DataFrame(self.spell_rows(), columns=columns)
        return frame.astype({"status": ordered_statuses()})

    def spell_rows(self) -> list[dict[str, Any]]:
        """Return the rows of `spells`, for those who do without pandas; days are datetime64[D]."""
        rows = []
        for name, starts in self.spell_starts.items():
            asked = self.subjects[name]
            for start, end in zip(starts, [*starts[1:], self.states.n_intervals], strict=True):
                rows.append(
                    {
                        "kind": self.kind_of(name),
                        "id": name,
                        "label": asked.label or name,
                        "start": self.days[start],
                        "end": self.states.borders[end],
                        "last_day": self.states.borders[end] - ONE_DAY,
                        "status": self.statuses[name][start],
                        **self.because_columns(name, start),
                    }
                )
        return rows

    @cached_property
    def subjects(self) -> dict[str, Route | Enclave]:
        """The routes and enclaves of the scenario, by id."""
        found: list[Route | Enclave] = [*self.scenario.routes, *self.scenario.enclaves]
        return {subject.id: subject for subject in found}

    def subject(self, name: str) -> Route | Enclave:
        """Return a route or an enclave.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        if name not in self.subjects:
            raise unknown_name("route or enclave", name, self.subjects)
        return self.subjects[name]

    def reasons(self, name: str, interval: int) -> list[Reason]:
        """Return what the status of a route or an enclave rests on, on an interval.

        Of a lost enclave, who took the places that were the last to be lost.

        Raises
        ------
        InputError
            If there is no route or enclave of that name.
        """
        subject = self.subject(name)
        if name in self.enclaves and self.enclaves[name].status[interval] == LOST:
            since = self._moment(name, interval).since
            last = last_places(self.terminals, self.states, self.enclaves[name], since)
            return reasons_of_places(self.terminals, self.states, subject.actor, last, since)
        return reasons_on(
            self.terminals,
            self.view(name).on(interval),
            subject.actor,
            legs_on(subject, self.enclaves.get(name), interval),
            self._moment(name, interval),
        )

    def causes(self, name: str, interval: int) -> list[Cause]:
        """Return what a status rests on, as people are told it; nothing, if no road leads there."""
        found = self.reasons(name, interval)
        return causes_of(self.terminals, self.states, self.statement_ids, found)

    def because(self, name: str, interval: int) -> str:
        """Return what a status rests on, as one line of text."""
        return self.because_columns(name, interval)["because"]

    def because_columns(self, name: str, interval: int) -> dict[str, str]:
        """Return what a status rests on as columns: a text, and the ids of sites and reports."""
        causes = self.causes(name, interval)
        if causes:
            return because_columns(causes)
        legs = legs_on(self.subject(name), self.enclaves.get(name), interval)
        return because_columns(causes, why_no_road(self.terminals, legs))

    def inferred_share(self, name: str, on: str | dt.date, *, km: float = INFERRED_KM) -> float:
        """Return the share of a path whose holder is inferred from a place farther off than that.

        Parameters
        ----------
        name
            A route or an enclave.
        on
            The day; the path is that of `path`.
        km
            How far along the roads from the place whose ground it is, in km.

        Returns
        -------
        float
            By length, 0 to 1; not a number where no road leads there.
        """
        pieces = np.concatenate([np.empty(0, dtype=np.int64), *self.path(name, on)])
        length = self.sectors.network.length[pieces]
        far = self.sectors.from_place_m[pieces] > 1000 * km
        return float(length[far].sum() / length.sum()) if length.sum() > 0 else float("nan")

    def view(self, name: str) -> View:
        """Return the ground as those see it who pass for a route or an enclave."""
        if name not in self._views:
            self._views[name] = view_of(self.terminals, self.states, self.subject(name))
        return self._views[name]

    @cached_property
    def _views(self) -> dict[str, View]:
        return {}

    def path(self, name: str, on: str | dt.date) -> list[NDArray[np.int64]]:
        """Return the pieces of road that a route's or an enclave's status rests on, on a day.

        Returns
        -------
        list of numpy.ndarray
            For each leg the rows of `control` along the least bad path, in order; empty where no
            road leads there at all. Nothing for a lost enclave: none of its places is asked about.
        """
        return self._path(name, self.interval_on(on))

    def paths(self, name: str) -> list[list[NDArray[np.int64]]]:
        """Return the same for every interval; intervals with the same path share one list."""
        subject, view = self.subject(name), self.view(name)
        actor = self.terminals.actor_code(subject.actor)
        alike = np.array([first_alike(states, actor) for states in view.states])
        first = alike[view.best, np.arange(self.states.n_intervals)]
        since = np.array([self._moment(name, at).since for at in range(self.states.n_intervals)])
        alike_in_all = (view.best, first, first[since], first[np.maximum(since - 1, 0)])
        keys = list(zip(*(each.tolist() for each in alike_in_all), strict=True))
        found: dict[tuple[int, ...], list[NDArray[np.int64]]] = {}
        for at, key in enumerate(keys):
            if key not in found:
                found[key] = self._path(name, at)
        return [found[key] for key in keys]

    def _moment(self, name: str, interval: int) -> Moment:
        starts, code = self.spell_starts[name], int(self.codes[name][interval])
        return Moment(interval, starts[bisect_right(starts, interval) - 1], code)

    def _path(self, name: str, interval: int) -> list[NDArray[np.int64]]:
        subject, states = self.subject(name), self.view(name).on(interval)
        return [
            pieces_of_path(self.terminals, states, subject.actor, leg, self._moment(name, interval))
            for leg in legs_on(subject, self.enclaves.get(name), interval)
        ]

    def enclave_places(self, name: str, on: str | dt.date) -> pd.DataFrame:
        """Return the places of an enclave on a day.

        Returns
        -------
        pandas.DataFrame
            By place: ``status`` (that of a route from the lifelines), ``lost`` and ``cut_off``.
        """
        import pandas as pd

        at, words = self.interval_on(on), words_by_code(enclave=False)
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

        return pd.DataFrame(self.sector_columns())

    def sector_columns(self) -> dict[str, Any]:
        """Return the columns of `sector_spells`, for those who do without pandas."""
        return sector_columns(self)

    @property
    def believed(self) -> NDArray[np.bool_]:
        """Which events the plain status takes for true, bool of shape (events,)."""
        return self.states.believed[self.states.statements.n_baseline :]

    def unknown_share(self, on: str | dt.date) -> float:
        """Return the share of the roads, by length, whose holder is not known on a day, 0 to 1."""
        length = self.sectors.network.length
        unknown = self.states.holder[self.sectors.sector, self.interval_on(on)] == UNKNOWN
        return float(length[unknown].sum() / length.sum())

    @cached_property
    def holder_names(self) -> NDArray[np.object_]:
        """The names of the actors by code, with an empty one last for unknown ground (-1)."""
        return np.array([*self.scenario.actors, ""], dtype=object)

    @cached_property
    def statement_ids(self) -> tuple[str, ...]:
        """The id of each word: ``baseline``, or that of the event."""
        return ("baseline",) * self.states.statements.n_baseline + self.scenario.event_ids()

    def control(self, on: str | dt.date) -> geopandas.GeoDataFrame:
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

        columns = piece_columns(self, self.interval_on(on))
        return geopandas.GeoDataFrame(columns, geometry=self.sectors.network.lines, crs=4326)


def _refuse_others(scenario: object) -> None:
    """Say what to pass instead of something that is no scenario."""
    if isinstance(scenario, (str, os.PathLike)):
        name = str(os.fspath(scenario))
        raise InputError(
            f"analyze takes a scenario, not the name of a file; "
            f"expected analyze(load_scenario({name!r}))"
        )
    if not isinstance(scenario, Scenario):
        raise InputError(
            f"analyze takes a scenario, not a value of type {type(scenario).__name__}; "
            "expected what load_scenario returned"
        )


def analyze(
    scenario: Scenario,
    *,
    network: Network | str | Path | None = None,
    known_on: str | dt.date | None = None,
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
    _refuse_others(scenario)
    known = None if known_on is None else day_of(known_on)
    check(scenario)
    roads = network_of(scenario, network)
    scenario = resolve_sites(scenario, roads)
    ground = divide(scenario, roads)
    states = control_over_time(scenario, ground, known)
    terminals = Terminals(scenario, ground)
    return Analysis(
        scenario,
        roads,
        ground,
        states,
        terminals,
        {route.id: route_status(terminals, states, route) for route in scenario.routes},
        {e.id: enclave_status(terminals, states, e) for e in scenario.enclaves},
        known,
    )
