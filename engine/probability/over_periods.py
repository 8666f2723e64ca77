"""Probabilities on days to those of weeks, months or other periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.analysis.periods import periods_of
from engine.errors import InputError
from engine.language import tr

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from engine.analysis.periods import Periods


N = TypeVar("N", bound=np.generic)


def over_periods(
    found: xr.Dataset, end: np.datetime64, freq: str, methods: tuple[str, ...]
) -> xr.Dataset:
    """Return the mean over the days of each period: the share of them on which a status is expected.

    Parameters
    ----------
    found
        What `probabilities` returned, on every day of a run on which one may change.
    end
        The first day after the run.
    freq
        A frequency of pandas, of a day or more.
    methods
        How an answer may be found, from the best; that of a period is the worst of its days.
    """
    days = found["date"].to_numpy().astype("datetime64[D]")
    periods = periods_of(np.append(days, end), freq)
    last = np.append(periods.first[1:], len(periods.interval)) - 1
    start, stop = periods.interval[periods.first], periods.interval[last] + 1
    rank = np.vectorize(methods.index, otypes=[np.int64])(found["method"].to_numpy())
    worst = _greatest(rank, start, stop)
    means = {
        key: (("id", "date", "status"), _by_period(periods, found[key]))
        for key in ("probability", "low", "high")
    }
    per_period = {
        "method": (("id", "date"), np.array(methods)[worst]),
        "worlds": (("id", "date"), _greatest(found["worlds"].to_numpy(), start, stop)),
    }
    kept = found.drop_vars([*means, *per_period]).drop_dims("date")
    return (
        kept.assign(means | per_period)
        .assign_coords(date=periods.labels.to_numpy().astype("datetime64[ns]"))
        .assign_attrs(freq=freq)
    )


def refuse_means(chances: xr.Dataset | None) -> None:
    """Refuse means over periods where probabilities on days are needed: their dates are no change dates.

    Raises
    ------
    InputError
        If these probabilities are those of a frequency.
    """
    if chances is not None and "freq" in chances.attrs:
        raise InputError(
            tr(
                "the probabilities are means over periods ({freq}); expected those of days: {call}, "
                "without freq",
                freq=repr(chances.attrs["freq"]),
                call="probabilities(analysis)",
            )
        )


def _by_period(periods: Periods, values: xr.DataArray) -> NDArray[np.float64]:
    """Return means of values by id, day and status: float64 of shape (ids, periods, statuses)."""
    return np.moveaxis(periods.mean(np.moveaxis(values.to_numpy(), 1, -1)), -1, 1)


def _greatest(values: NDArray[N], start: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[N]:
    """Return the greatest value on the intervals of each period, shape (ids, periods)."""
    return np.stack([values[:, a:b].max(axis=1) for a, b in zip(start, stop, strict=True)], axis=1)
