"""The tornado plot of a table of sensitivity: what moves an answer most stands on top."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    import pandas as pd

MOST_BARS = 20
WORSE, BETTER = "#b2182b", "#2166ac"


def tornado(table: pd.DataFrame, path: str | os.PathLike[str], *, title: str = "") -> None:
    """Draw how many days of the run each variation makes better or worse, as a PNG.

    Parameters
    ----------
    table
        What `sensitivity` returned.
    path
        The picture to write; an existing one is replaced once the new one is whole.
    title
        What stands above it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = table[table["days"] > 0].head(MOST_BARS).iloc[::-1]
    figure = Figure(figsize=(9, 1.6 + 0.34 * max(len(rows), 1)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    names = [f"{row.id}: {row.what} {row.value}" for row in rows.itertuples()]
    axes.barh(range(len(rows)), -rows["worse"], color=WORSE, label="worse")
    axes.barh(range(len(rows)), rows["better"], color=BETTER, label="better")
    axes.set_yticks(range(len(rows)), names)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.xaxis.set_major_formatter(lambda days, _: f"{abs(days):g}")
    axes.set_xlabel("days of the run on which the status is worse (left) or better (right)")
    axes.set_title(title or "What the status hangs on")
    if len(rows):
        figure.legend(loc="outside lower right", ncols=2, frameon=False)
    else:
        axes.text(0.5, 0.5, "no variation changes a status", ha="center", transform=axes.transAxes)
    target = Path(path)
    beside = target.with_name(f".{target.name}.part")
    figure.savefig(beside, format="png", dpi=150, metadata={"Software": None})
    beside.replace(target)
