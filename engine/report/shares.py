"""Shares of time: on which part of each week or month a route is open, at risk or cut, and how likely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.periods import periods_of
from engine.analysis.status import status_text
from engine.control.words import name_text
from engine.errors import InputError, unknown_name
from engine.io.arguments import checked
from engine.language import tr
from engine.report.canvas import legend_above, new_axes, set_along, title_of, titled
from engine.report.style import INK, PAPER, STATUS_COLOUR
from engine.report.timeline import name_days

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis

OF_ENCLAVES = {"connected": "open", "besieged": "cut"}
"""What probabilities call the statuses of enclaves."""


@checked
def plot_share(
    analysis: Analysis,
    subject: str,
    status: str | None = "at risk",
    *,
    freq: str = "W",
    chances: xr.Dataset | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw on which share of the days of each period a status holds, with how likely that is.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    subject
        A route or an enclave.
    status
        The status: its share as bars, and the expected one as a line. If None, every status as a band,
        one upon the other, the worst at the bottom: of the expected shares, where probabilities are given.
    freq
        A frequency of pandas, as that of `Analysis.share`: weeks, if absent.
    chances
        What ``probabilities(analysis, subject, freq=freq)`` returned. A line that was sampled has its 95 %
        interval around it.
    ax
        Where to draw; a new figure, if absent.

    Raises
    ------
    InputError
        If the route, its status or the frequency is not known, or the probabilities are not those
        of these periods.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> ax = engine.plot_share(analysis, "castello")
    >>> [round(float(bar.get_height()), 2) for bar in ax.patches]
    [0.0, 0.14, 1.0, 1.0, 1.0]
    >>> weekly = engine.probabilities(analysis, "castello", freq="W")
    >>> bands = engine.plot_share(analysis, "castello", None, chances=weekly)
    >>> bands.get_legend_handles_labels()[1]
    ['at risk', 'open']
    """
    label = name_text(analysis.subject(subject), subject)
    of_all = analysis.share(freq)
    shares = of_all.loc[:, of_all.columns.get_level_values("id") == subject].droplevel("id", axis=1)
    if status is not None and status not in shares.columns:
        kind = tr("status of {name}", name=repr(subject))
        raise unknown_name(kind, status, list(map(str, shares.columns)))
    expected = None if chances is None else _expected(chances, subject, shares.index, freq)
    if ax is None:
        (ax,) = new_axes((9, 3.6), analysis.facts.line())
    periods = periods_of(analysis.states.borders, freq)
    first, end = analysis.states.borders[[0, -1]]
    borders = np.append(first + periods.first, end).astype("datetime64[s]")
    if status is None:
        _bands(ax, borders, shares, expected)
        what = tr("status") if expected is None else tr("probability of each status")
    else:
        _bars(ax, borders, shares[status].to_numpy(), status)
        if expected is not None:
            _line(ax, borders, expected.sel(status=OF_ENCLAVES.get(status, status)))
        what = status_text(status)
    ax.set_ylim(0, 1.03 if status else 1)
    as_reported = expected is None or status
    ax.set_ylabel(tr("share of days") if as_reported else tr("expected share of days"))
    set_along(ax, first, end)
    name_days(ax, first, end)
    legend_above(ax)
    titled(ax, title_of(analysis, tr("{label}, {what}", label=label, what=what)), pad=20)
    return ax


def _bars(
    ax: Axes, borders: NDArray[np.datetime64], share: NDArray[np.float64], status: str
) -> None:
    label = tr("{status}, as reported", status=status_text(status))
    ax.bar(borders[:-1], share, np.diff(borders), align="edge", color=STATUS_COLOUR[status],
           edgecolor=PAPER, linewidth=0.4, label=label)  # fmt: skip


def _line(ax: Axes, borders: NDArray[np.datetime64], expected: xr.Dataset) -> None:
    """Draw the expected share in each period, and around it its interval where it was sampled."""
    middles = borders[:-1] + np.diff(borders) // 2
    value, low, high = (expected[key].to_numpy() for key in ("probability", "low", "high"))
    ax.plot(middles, value, color=INK, linewidth=1.4, marker=".", label=tr("expected"))
    if (low < high).any():
        ax.fill_between(
            middles, low, high, color=INK, alpha=0.25, linewidth=0, label=tr("95 % interval")
        )


def _bands(
    ax: Axes,
    borders: NDArray[np.datetime64],
    shares: pd.DataFrame,
    expected: xr.Dataset | None,
) -> None:
    """Draw the share of every status that ever holds, from the worst, one upon the other."""
    foot = np.zeros(len(shares))
    for status in map(str, shares.columns):
        share = shares[status].to_numpy()
        if expected is not None:
            share = expected["probability"].sel(status=OF_ENCLAVES.get(status, status)).to_numpy()
        if (share > 0).any():
            ax.stairs(foot + share, borders.astype("datetime64[D]"), baseline=foot, fill=True,
                      color=STATUS_COLOUR[status], label=status_text(status))  # fmt: skip
        foot = foot + share


def _expected(chances: xr.Dataset, subject: str, periods: pd.Index, freq: str) -> xr.Dataset:
    """Return the expected shares of a route or an enclave in each period."""
    if subject not in chances["id"]:
        raise unknown_name(
            tr("route or enclave in the probabilities"), subject, chances["id"].to_numpy()
        )
    if not np.array_equal(chances["date"].to_numpy(), periods.to_numpy().astype("datetime64[ns]")):
        raise InputError(
            tr(
                "the probabilities are not those of the periods {freq}; expected {call}",
                freq=repr(freq),
                call=f"probabilities(analysis, {subject!r}, freq={freq!r})",
            )
        )
    return chances.sel(id=subject)
