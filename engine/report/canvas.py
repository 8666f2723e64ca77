"""The sheet on which a picture is drawn: title above, what it rests on below; and how it is saved."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING

from engine.report.style import FAINT_INK, INK, PAPER

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

    from engine.analysis.analysis import Analysis
    from engine.analysis.attribution import Facts

SLIDE = (13.333, 7.5)
"""Inches, 16:9."""
COLUMN = 6.5
"""Inches: the width of the text on a page."""
DPI = 144
TITLE_PT, SUBJECT_PT, FOOT_PT = 17.0, 11.5, 8.5
TITLE_ON_AXES_PT = 10.0
LEGEND_LETTERS = 36
LETTER, BOLD_LETTER = 0.55, 0.66
"""About the widths of letters, as shares of their size."""
LINE, LEAST_PT = 1.35, 4.0
"""The height of a line, as a share of the size of its letters; the least size that is drawn."""


def blank(inches: tuple[float, float]) -> Figure:
    """Return an empty figure that belongs to no window."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=inches, dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def new_axes(inches: tuple[float, float], said: str, rows: int = 1, columns: int = 1) -> list[Axes]:
    """Return axes of a new figure of pyplot that is laid out by what stands on it, so that nothing is clipped.

    Parameters
    ----------
    inches
        Width and height.
    said
        What the picture rests on, at its foot.
    rows, columns
        How many axes.
    """
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(rows, columns, figsize=inches, layout="constrained", squeeze=False)
    lines = textwrap.wrap(said, _letters(inches[0], FOOT_PT))
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=FOOT_PT, color=FAINT_INK,
                     parse_math=False)  # fmt: skip
    return list(axes.flat)


def titled(ax: Axes, title: str, *, pad: float = 6.0) -> None:
    """Write a title as plain text, in lines that fit the axes or the figure, if that is narrower."""
    figure = ax.get_figure(root=True)
    inches = ax.get_position().width * (figure.get_size_inches()[0] if figure else COLUMN)
    lines = textwrap.wrap(title, _letters(inches + 0.3, TITLE_ON_AXES_PT))
    ax.set_title("\n".join(lines), loc="left", fontsize=TITLE_ON_AXES_PT, color=INK, pad=pad,
                 parse_math=False)  # fmt: skip


def legend_above(ax: Axes) -> None:
    """Say in a row above axes what the colours are."""
    n = min(len(ax.get_legend_handles_labels()[0]), 5)
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=n, frameon=False, fontsize=8, borderpad=0
    )


def size_of_rows(ax: Axes, lines: int, most: float) -> float:
    """Return the size of letters, in points, in which so many lines find room beside axes."""
    figure = ax.get_figure(root=True)
    inches = ax.get_position().height * (figure.get_size_inches()[1] if figure else COLUMN)
    return max(min(most, 72 * inches / (LINE * max(lines, 1))), LEAST_PT)


def as_plain(legend: Legend) -> None:
    """Take the texts of a legend for plain text, in lines of at most `LEGEND_LETTERS`."""
    for text in legend.get_texts():
        text.set_parse_math(False)
        text.set_text(textwrap.fill(text.get_text(), LEGEND_LETTERS))


def title_of(analysis: Analysis, subject: str) -> str:
    """Return what a picture of an analysis is called: its title, what it shows, and what its roads are."""
    schematic = " (schematic network)" if analysis.network.provenance.schematic else ""
    return f"{analysis.scenario.title}: {subject}{schematic}"


def head(figure: Figure, analysis: Analysis, subject: str) -> None:
    """Write the title of the scenario, and below it what the picture shows."""
    width, height = figure.get_size_inches()
    title = textwrap.shorten(
        analysis.scenario.title, _letters(width, TITLE_PT / 2), placeholder=" …"
    )
    size = min(TITLE_PT, 72 * (width - 0.3) / (BOLD_LETTER * len(title)))
    figure.text(0.16 / width, 1 - 0.12 / height, title, fontsize=size, weight="bold", color=INK,
                va="top", parse_math=False)  # fmt: skip
    if analysis.network.provenance.schematic:
        subject += " · schematic network"
    figure.text(0.16 / width, 1 - 0.5 / height, subject, fontsize=SUBJECT_PT, color=FAINT_INK,
                va="top", parse_math=False)  # fmt: skip


def foot(figure: Figure, analysis: Analysis) -> None:
    """Write below a picture what it rests on."""
    width, height = figure.get_size_inches()
    lines = textwrap.wrap(analysis.facts.line(), _letters(width, FOOT_PT))
    figure.text(0.16 / width, 0.12 / height, "\n".join(lines), fontsize=FOOT_PT, color=FAINT_INK,
                va="bottom", parse_math=False)  # fmt: skip


def _letters(inches: float, points: float) -> int:
    return max(int(72 * (inches - 0.3) / (points * LETTER)), 20)


def save_picture(figure: Figure, path: Path, facts: Facts) -> None:
    """Save a picture whose bytes depend on nothing but what it shows and what is said of it.

    Parameters
    ----------
    figure
        The picture.
    path
        Where; its ending says in which format (``.png``, ``.svg`` or ``.pdf``).
    facts
        What the file says of itself, where programs find it.
    """
    import matplotlib as mpl

    engine = f"supplyline {facts.version}"
    about = f"{facts.line()} ({facts.scenario_digest} {facts.network_digest})"
    if path.suffix == ".png":
        said = {"Title": facts.title, "Copyright": facts.credit, "Description": about}
        metadata = {**said, "Software": engine}
        figure.savefig(path, metadata=metadata, pil_kwargs={"compress_level": 4})
    elif path.suffix == ".pdf":
        said = {"Title": facts.title, "Subject": about, "Author": facts.credit}
        with mpl.rc_context({"pdf.fonttype": 42}):
            figure.savefig(path, metadata={**said, "Creator": engine, "CreationDate": None})
    else:
        said = {"Title": facts.title, "Rights": facts.credit, "Description": about}
        with mpl.rc_context({"svg.hashsalt": "supplyline", "svg.fonttype": "none"}):
            _save_svg(figure, path, {**said, "Creator": engine, "Date": None})


HALO = f"""<style>
g[id^="haloed"] text {{ paint-order: stroke; stroke: {PAPER}; stroke-width: 2px; stroke-linejoin: round; }}
</style>
"""


def _save_svg(figure: Figure, path: Path, metadata: dict[str, str | None]) -> None:
    """Save a picture as SVG whose text is text: halos, which would make outlines of it, are a style."""
    from matplotlib.text import Text

    drawn, haloed = io.StringIO(), {}
    for number, text in enumerate(figure.findobj(Text)):
        if isinstance(text, Text) and text.get_path_effects():
            haloed[text] = text.get_path_effects(), text.get_gid()
            text.set_path_effects([])
            text.set_gid(f"haloed-{number}")
    try:
        figure.savefig(drawn, format="svg", metadata=metadata)
    finally:
        for text, (effects, gid) in haloed.items():
            text.set_path_effects(effects)
            text.set_gid(gid)
    content = drawn.getvalue().replace(" <defs>", f" {HALO} <defs>", 1)
    path.write_text(content, encoding="utf-8", newline="\n")
