"""Days to weeks, months or other periods: which days belong together, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.language import marked, tr

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

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
