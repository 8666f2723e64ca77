"""The statuses of routes and enclaves over time: look-ups by day, tables, and periods of days.

Frames that are handed out have one form, empty or not: statuses are ordered categories, days are datetime64.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from engine.analysis.attribution import Facts, credit_text, facts_of
from engine.analysis.status import (
    CUT,
    LOST,
    OPEN,
    EnclaveStatus,
    ordered_statuses,
    status_text,
    words_by_code,
)
from engine.control.states import UNKNOWN
from engine.errors import InputError, unknown_name
from engine.io.arguments import checked
from engine.io.cards import Card
from engine.io.days import day_of
from engine.language import day_text, marked, tr, trn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable

    import pandas as pd
    import xarray as xr

    F = TypeVar("F", bound=pd.DataFrame)
    from numpy.typing import NDArray

    from engine.control.sectors import Sectors
    from engine.control.states import States
    from engine.io.days import DayLike
    from engine.network.arrays import Network
    from engine.scenario.model import Enclave, Route, Scenario


EXPECTED = marked("a frequency of pandas of a day or more, such as D, W, MS (months), QS or YS")


@dataclass(frozen=True, eq=False)
class Periods:
    """The periods that the days of a run belong to.

    Parameters
    ----------
    labels
        The day by which pandas calls each period: the Sunday that ends a week (``W``), the first day
        of a month (``MS``).
    interval
        The interval of time that each day of the run belongs to, int64 of shape (days,).
    first
        The first day of each period, a position in `interval`, int64 of shape (periods,).
    """

    labels: pd.DatetimeIndex
    interval: NDArray[np.int64]
    first: NDArray[np.int64]

    @property
    def n_days(self) -> NDArray[np.int64]:
        """How many days of the run each period has, int64 of shape (periods,)."""
        return np.diff(np.append(self.first, len(self.interval)))

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over the days of each period of values by interval (the last axis)."""
        sums = np.add.reduceat(values[..., self.interval], self.first, axis=-1)
        return np.asarray(sums / self.n_days)

    def least(self, values: NDArray[np.int8]) -> NDArray[np.int8]:
        """Return the least value on the days of each period of values by interval (the last axis)."""
        return np.minimum.reduceat(values[..., self.interval], self.first, axis=-1)


def periods_of(borders: NDArray[np.datetime64], freq: str) -> Periods:
    """Divide the days of a run into periods.

    Parameters
    ----------
    borders
        The first days of the intervals of the run, and its end, datetime64[D] of shape (intervals + 1,).
    freq
        A frequency of pandas. The first and the last period have only those of their days that
        belong to the run.

    Raises
    ------
    InputError
        If there is no such frequency, or it is less than a day.
    """
    import pandas as pd

    days = np.arange(borders[0], borders[-1])
    try:
        sizes = pd.Series(1, index=pd.DatetimeIndex(days)).resample(freq).size()
    except (ValueError, TypeError) as error:
        raise InputError(
            tr("there is no frequency {freq}; expected {what}", freq=repr(freq), what=tr(EXPECTED))
        ) from error
    if len(sizes) > len(days):
        raise InputError(
            tr(
                "the frequency {freq} is less than a day; expected {what}",
                freq=repr(freq), what=tr(EXPECTED),
            )
        )  # fmt: skip
    sizes = sizes[sizes > 0]
    first = np.concatenate([[0], np.cumsum(sizes.to_numpy())[:-1]]).astype(np.int64)
    interval = np.searchsorted(borders[:-1], days, side="right") - 1
    return Periods(pd.DatetimeIndex(sizes.index, name="date"), interval, first)


DAYS = frozenset({"date", "start", "end", "last_day", "latest", "known_on"})
"""The columns that hold days, in every frame."""
STATUSES = frozenset({"status", "before", "after"})
"""The columns that hold statuses, in every frame."""


def typed(frame: F) -> F:
    """Return a frame whose columns of days and statuses have the types that these have everywhere.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = typed(pd.DataFrame({"id": ["r"], "start": ["2014-12-01"], "status": ["cut"]}))
    >>> frame["status"].cat.ordered, str(frame["start"].dtype)
    (True, 'datetime64[s]')
    """
    types: dict[Hashable, Any] = {}
    for name in frame.columns:
        if name in DAYS:
            types[name] = "datetime64[s]"
        elif name in STATUSES:
            types[name] = ordered_statuses()
    return frame.astype(types)


ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False, repr=False)
class Statuses(Card):
    """The statuses of the routes and enclaves of a scenario: what `Analysis` says of them.

    Parameters
    ----------
    scenario, network, states, routes, enclaves, known_on, sectors
        As those of `Analysis`.
    """

    scenario: Scenario
    network: Network
    states: States
    routes: dict[str, NDArray[np.int8]]
    enclaves: dict[str, EnclaveStatus]
    known_on: dt.date | None
    sectors: Sectors

    @cached_property
    def facts(self) -> Facts:
        """What every output says of itself: title, credit, version, digests and others."""
        return facts_of(
            self.scenario,
            self.network,
            self.sectors,
            known_on=self.known_on,
            believed=int(self.believed.sum()),
            unknown=self.unknown_share(self.days[-1].item()),
        )

    @checked
    def unknown_share(self, on: DayLike) -> float:
        """Return the share of the roads, by length, whose holder is not known on a day, 0 to 1."""
        length = self.sectors.network.length
        unknown = self.states.on(self.interval_on(on)).holder[self.sectors.sector] == UNKNOWN
        return float(length[unknown].sum() / length.sum())

    def card(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the title, the run, and the status of each route and enclave on the last day."""
        last, source = self.ends[-1] - ONE_DAY, self.network.provenance
        lines = [
            (tr("run"), tr("{start} to {end}, {n} intervals", start=self.days[0].item(),
                           end=last.item(), n=len(self.days))),
            (tr("network"), self.network_line),
            (tr("credit"), credit_text(source.credit)),
            (tr("reports"), tr("{believed} of {events} believed", believed=int(self.believed.sum()),
                               events=len(self.believed))),
        ]  # fmt: skip
        if self.known_on is not None:
            lines.append((tr("known on"), day_text(self.known_on)))
        for name, words in self.statuses.items():
            values = {"status": status_text(words[-1]), "day": last.item()}
            lines.append((name, _changed(len(self.spell_starts[name]) - 1, values)))
        return self.scenario.title, lines

    @property
    def network_line(self) -> str:
        """The name of the network, and that it is schematic if it is."""
        source = self.network.provenance
        return tr("{name} (schematic)", name=source.name) if source.schematic else source.name

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The first day of each interval, datetime64[D] of shape (intervals,)."""
        return self.states.borders[:-1]

    @property
    def ends(self) -> NDArray[np.datetime64]:
        """The first day after each interval, datetime64[D] of shape (intervals,)."""
        return self.states.borders[1:]

    def interval_on(self, on: DayLike) -> int:
        """Return the interval that a day belongs to.

        Raises
        ------
        InputError
            If the day is none, or lies outside the run.
        """
        day = np.datetime64(day_of(on))
        start, end = self.states.borders[[0, -1]]
        if not start <= day < end:
            raise InputError(
                tr(
                    "{day} lies outside the run; expected {start} to {end}",
                    day=day.item(), start=start.item(), end=(end - ONE_DAY).item(),
                )
            )  # fmt: skip
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
    def status(self, on: DayLike) -> pd.Series[Any]: ...

    @checked
    def status(self, on: DayLike | None = None) -> pd.Series[Any] | xr.DataArray:
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
        attrs = self.facts.attributes()
        return xr.DataArray(
            words.reshape(shape), coords, ("id", "date"), name="status", attrs=attrs
        )

    @checked
    def kind_of(self, name: str) -> str:
        """Return ``"route"`` or ``"enclave"``; `InputError` if there is neither of that name."""
        return "enclave" if self.subject(name).id in self.enclaves else "route"

    @checked
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

    @checked
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

    @cached_property
    def subjects(self) -> dict[str, Route | Enclave]:
        """The routes and enclaves of the scenario, by id."""
        found: list[Route | Enclave] = [*self.scenario.routes, *self.scenario.enclaves]
        return {subject.id: subject for subject in found}

    @checked
    def subject(self, name: str) -> Route | Enclave:
        """Return a route or an enclave.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        if name not in self.subjects:
            raise unknown_name(tr("route or enclave"), name, self.subjects)
        return self.subjects[name]

    @property
    def believed(self) -> NDArray[np.bool_]:
        """Which events the plain status takes for true, bool of shape (events,)."""
        return self.states.believed[self.states.statements.n_baseline :]

    @cached_property
    def statement_ids(self) -> tuple[str, ...]:
        """The id of each word: ``baseline``, or that of the event."""
        return ("baseline",) * self.states.statements.n_baseline + self.scenario.event_ids()


def _changed(n: int, values: dict[str, Any]) -> str:
    """Return a status on the last day, and how often it changed."""
    if not n:
        return tr("{status} on {day}, changed never", **values)
    return trn(
        "{status} on {day}, changed once", "{status} on {day}, changed {n} times", n, **values
    )
