"""Charts of tables: two analyses side by side, what captures and assumptions change, shares of time.

A share is the part of each week or month on which a route is open, at risk or cut, and the probability of that.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine.analysis.status import status_text
from engine.analysis.statuses import periods_of
from engine.control.sites import label_of
from engine.control.words import name_text
from engine.errors import InputError, unknown_name
from engine.io.arguments import checked
from engine.io.atomic import write_one
from engine.language import ENGLISH, marked, spoken, tr
from engine.measures.sensitivity import variation_text
from engine.measures.whatif import comparison_rows
from engine.report.canvas import (
    FOOT_PT,
    blank,
    from_start,
    in_order,
    is_turned,
    legend_above,
    legend_of,
    lines_of,
    new_axes,
    save_picture,
    set_along,
    size_of_rows,
    start,
    title_of,
    titled,
    turn,
    wrapped,
)
from engine.report.style import ACTOR_COLOURS, FAINT_INK, INK, PAPER, STATUS_COLOUR, STATUS_STYLE
from engine.report.timeline import name_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

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
    """Draw on which share of the days of each period a status holds, with its probability.

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
        _share_bars(ax, borders, shares[status].to_numpy(), status)
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


def _share_bars(
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


MOST_BARS = 20
BEFORE_AND_AFTER = (marked("before"), marked("after"))
WORSE, BETTER = "#b2182b", "#2166ac"


@checked
def plot_comparison(
    before: Analysis,
    after: Analysis,
    *,
    labels: Sequence[str] = BEFORE_AND_AFTER,
    ax: Axes | None = None,
) -> Axes:
    r"""Draw the statuses of two analyses, one above the other, for each route and enclave of both.

    Parameters
    ----------
    before, after
        The analyses.
    labels
        What to call them.
    ax
        Where to draw; a new figure, if absent.

    Raises
    ------
    InputError
        If the two runs have no day in common, or there are not two labels.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> lost = engine.whatif(analysis, events=["mallah captured by government on 2014-12-25"])
    >>> [text.get_text() for text in engine.plot_comparison(analysis, lost).get_yticklabels()[:2]]
    ['Castello road\nbefore', 'after']
    """
    if tuple(labels) == BEFORE_AND_AFTER:
        labels = [tr(label) for label in labels]
    if len(labels) != 2:
        raise InputError(tr("there are {n} labels for two analyses; expected two", n=len(labels)))
    rows = comparison_rows(before, after)
    names = [name for name in before.subjects if name in after.subjects]
    if ax is None:
        said = after.facts.line()
        (ax,) = new_axes((9, 2.4 + 0.62 * len(names)), said)
    shown: list[str] = []
    ticks: dict[float, str] = {}
    for at, name in enumerate(names):
        for low, which, label in ((at, "before", labels[0]), (at + 0.4, "after", labels[1])):
            ticks[low] = label
            for row in rows:
                if row["id"] == name:
                    shown.append(row[which])
                    ax.barh(low, row["end"] - row["start"], left=row["start"], height=0.36,
                            color=STATUS_COLOUR[row[which]])  # fmt: skip
        ticks[at] = f"{name_text(before.subjects[name], name)}\n{labels[0]}"
    first, last = rows[0]["start"], rows[-1]["end"]
    set_along(ax, first, last)
    name_days(ax, first, last)
    ax.set_ylim(len(names) - 0.2, -0.5)
    ax.set_yticks(list(ticks), list(ticks.values()), parse_math=False,
                  fontsize=size_of_rows(ax, 4 * len(names), 9))  # fmt: skip
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "left", "right"]].set_visible(False)
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=style.colour, label=status_text(word))
        for word, style in STATUS_STYLE.items()
        if word in shown
    ]
    legend_of(ax, handles=in_order(handles, len(handles)), loc=f"lower {start()}", bbox_to_anchor=(from_start(0), 1),
              ncols=len(handles), frameon=False, fontsize=8, borderpad=0)  # fmt: skip
    both = tr("{first} and {last}", first=labels[0], last=labels[1])
    titled(ax, title_of(after, both), pad=20)
    return ax


@checked
def plot_captures(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw on how many days each capture would change the status of which route or enclave.

    Parameters
    ----------
    table
        What `whatif_each` returned; the 20 places whose capture changes most are drawn.
    ax
        Where to draw; a new figure, if absent.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> each = engine.whatif_each(engine.analyze(scenario), None, "government", on="2014-12-25")
    >>> engine.plot_captures(each).get_xlabel()
    'days on which the status is another'
    """
    _columns_of(table, "whatif_each", "place", "place_label", "id", "label", "days", "changed")
    labels = dict(zip(table["id"], table["label"], strict=True))
    places = dict(zip(table["place"], table["place_label"], strict=True))
    days = (
        table[table["changed"]]
        .pivot_table(index="place", columns="id", values="days", aggfunc="sum", fill_value=0)
        .reindex(columns=list(dict.fromkeys(table["id"])), fill_value=0)
    )
    days = days.loc[days.sum(axis=1).sort_values(kind="stable").index].tail(MOST_BARS)
    days = days.loc[:, days.sum() > 0]
    if ax is None:
        (ax,) = new_axes((9, 1.8 + 0.3 * max(len(days), 1)), str(table.attrs.get("note", "")))
    left = np.zeros(len(days))
    for name, colour in zip(days, cycle(ACTOR_COLOURS)):
        ax.barh(range(len(days)), days[name], left=left, color=colour, label=labels[name])
        left += days[name].to_numpy()
    ax.set_yticks(range(len(days)), [places[name] for name in days.index], parse_math=False,
                  fontsize=size_of_rows(ax, len(days), 10))  # fmt: skip
    turn(ax)
    ax.set_xlabel(tr("days on which the status is another"))
    if len(days):
        legend_above(ax)
    else:
        ax.text(0.5, 0.5, tr("no capture changes a status"), ha="center", transform=ax.transAxes)
    titled(ax, tr("What the capture of each place alone would change"), pad=20)
    return ax


def _columns_of(table: pd.DataFrame, function: str, *columns: str) -> None:
    """Refuse a table that is not what a function returned."""
    missing = [name for name in columns if name not in table]
    if missing:
        raise InputError(
            tr(
                "the table has no column {name}; expected what {function} returned",
                name=repr(missing[0]),
                function=function,
            )
        )


@checked
def plot_sensitivity(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how many days of the run each variation makes better or worse: a tornado plot.

    Parameters
    ----------
    table
        What `sensitivity` returned; the 20 variations that move most are drawn.
    ax
        Where to draw; a new figure, if absent.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> table = engine.sensitivity(engine.analyze(scenario), "2014-12-20", margins=False)
    >>> engine.plot_sensitivity(table).get_legend() is not None
    True
    """
    _columns_of(table, "sensitivity", "id", "what", "value", "days", "worse", "better")
    rows = _bars(cast("list[dict[str, Any]]", table.to_dict("records")))
    if ax is None:
        (ax,) = new_axes((9, 1.8 + 0.34 * max(len(rows), 1)), str(table.attrs.get("note", "")))
    return _draw_bars(rows, ax)


def _bars(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the variations that are drawn, from the bottom."""
    return [row for row in rows if row["days"] > 0][:MOST_BARS][::-1]


def _draw_bars(rows: list[dict[str, Any]], ax: Axes) -> Axes:
    names = [lines_of([variation_text(row)]) for row in rows]
    ax.barh(range(len(rows)), [-row["worse"] for row in rows], color=WORSE, label=tr("worse"))
    ax.barh(range(len(rows)), [row["better"] for row in rows], color=BETTER, label=tr("better"))
    ax.set_yticks(range(len(rows)), names, parse_math=False,
                  fontsize=size_of_rows(ax, len(rows), 10))  # fmt: skip
    ax.axvline(0, color="black", linewidth=0.8)
    ax.xaxis.set_major_formatter(lambda days, _: f"{abs(days):g}")
    turn(ax)
    label = tr("days of the run on which the status is worse (left) or better (right)")
    ax.set_xlabel(wrapped(label, 45) if is_turned() else label)
    if len(rows):
        legend_above(ax)
    else:
        ax.text(0.5, 0.5, tr("no variation changes a status"), ha="center", transform=ax.transAxes)
    titled(ax, tr("What the status depends on: one assumption changed at a time"), pad=20)
    return ax


def _named(row: dict[str, Any], analysis: Analysis) -> dict[str, Any]:
    """Return a row with names in the language spoken for ids, which are English."""
    if spoken().code == ENGLISH:
        return row
    sites, what = analysis.sectors.sites, row["what"]
    return {
        **row,
        "id": name_text(analysis.subject(row["id"]), row["id"]),
        "what": label_of(sites, (what,)) if what in sites.index else what,
    }


def tornado(analysis: Analysis, found: Iterable[dict[str, Any]], path: Path) -> Path:
    """Write the tornado plot of the rows of `sensitivity`; an existing one is replaced once it is whole."""
    rows = [_named(row, analysis) for row in _bars(found)]
    figure = blank((9, 1.9 + 0.34 * max(len(rows), 1)))
    figure.set_layout_engine("constrained")
    ax = _draw_bars(rows, figure.add_subplot())
    figure.draw_without_rendering()  # how long a line of the title may be
    title = tr("{title}: what the status depends on", title=analysis.facts.called)
    titled(ax, title, pad=20)
    facts = analysis.facts
    said = wrapped(facts.line(), 110)
    figure.supxlabel(
        said, x=from_start(0.01), ha=start(), fontsize=FOOT_PT, color=FAINT_INK, parse_math=False
    )
    return write_one(path, lambda file: save_picture(figure, file, facts))
