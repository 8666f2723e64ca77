"""The sheet on which a picture is drawn: title above, what it rests on below; and how it is saved."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any, Literal

from engine.language import ENGLISH, speaking, spoken, tr
from engine.report.style import FAINT_INK, INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Iterable
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


MARK = "\u200f"
"""Says at the beginning of a line that it runs from right to left, whatever its first word is."""


def is_turned() -> bool:
    """Return whether pictures are read from right to left: their parts stand mirrored then, and time runs so."""
    return spoken().from_right_to_left


def start() -> Literal["left", "right"]:
    """Return the side on which reading begins."""
    return "right" if is_turned() else "left"


def end() -> Literal["left", "right"]:
    """Return the side on which reading ends."""
    return "left" if is_turned() else "right"


def from_start(share: float, wide: float = 0.0) -> float:
    """Return where on a picture something stands that is some share of its width from the start.

    Parameters
    ----------
    share
        How far from the side on which reading begins, 0 to 1.
    wide
        How wide it is.
    """
    return 1 - share - wide if is_turned() else share


def set_along(ax: Axes, first: Any, last: Any) -> None:
    """Let axes run from a first to a last value as the reading does, the names of rows at the start."""
    ax.set_xlim(first, last)
    turn(ax)


def turn(ax: Axes) -> None:
    """Turn axes round where reading begins on the right: their values run from there, the names of rows stand there."""
    if is_turned():
        ax.invert_xaxis()
        ax.yaxis.tick_right()
        ax.yaxis.set_label_position("right")


def wrapped(text: str, letters: int) -> str:
    """Return text in lines of at most so many letters, each in the direction of the reading."""
    return lines_of(textwrap.wrap(text, letters))


def lines_of(lines: Iterable[str]) -> str:
    """Return lines, one below the other, each in the direction of the reading."""
    return "\n".join(f"{MARK}{line}" if is_turned() else line for line in lines)


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
    text = wrapped(said, _letters(inches[0], FOOT_PT))
    figure.supxlabel(text, x=from_start(0.01), ha=start(), fontsize=FOOT_PT, color=FAINT_INK,
                     parse_math=False)  # fmt: skip
    return list((axes[:, ::-1] if is_turned() else axes).flat)


def titled(ax: Axes, title: str, *, pad: float = 6.0) -> None:
    """Write a title as plain text, in lines that fit the axes or the figure, if that is narrower."""
    figure = ax.get_figure(root=True)
    inches = ax.get_position().width * (figure.get_size_inches()[0] if figure else COLUMN)
    text = wrapped(title, _letters(inches + 0.3, TITLE_ON_AXES_PT))
    ax.set_title(text, loc=start(), fontsize=TITLE_ON_AXES_PT, color=INK, pad=pad,
                 parse_math=False)  # fmt: skip


def legend_above(ax: Axes) -> None:
    """Say in a row above axes what the colours are."""
    handles = ax.get_legend_handles_labels()[0]
    n = min(len(handles), 5)
    legend_of(ax, handles=in_order(handles, n), loc=f"lower {start()}", ncols=n,
              bbox_to_anchor=(from_start(0), 1), frameon=False, fontsize=8, borderpad=0)  # fmt: skip


def legend_of(ax: Axes | Figure, **how: Any) -> Legend:
    """Return a legend whose keys stand where reading begins."""
    legend: Legend = ax.legend(**how, markerfirst=not is_turned())
    legend.set_alignment(start())
    return legend


def size_of_rows(ax: Axes, lines: int, most: float) -> float:
    """Return the size of letters, in points, in which so many lines find room beside axes."""
    figure = ax.get_figure(root=True)
    inches = ax.get_position().height * (figure.get_size_inches()[1] if figure else COLUMN)
    return max(min(most, 72 * inches / (LINE * max(lines, 1))), LEAST_PT)


def in_order(handles: list[Any], columns: int) -> list[Any]:
    """Return the entries of a legend so that its first column stands where reading begins.

    A legend fills one column after the other, from the left.
    """
    if not is_turned():
        return handles
    from matplotlib.lines import Line2D

    rows = -(-len(handles) // columns)
    blanks = [
        Line2D([], [], linestyle="none", label=" ") for _ in range(rows * columns - len(handles))
    ]
    filled = [*handles, *blanks]
    return [one for at in reversed(range(columns)) for one in filled[at * rows : (at + 1) * rows]]


def as_plain(legend: Legend) -> None:
    """Take the texts of a legend for plain text, in lines of at most `LEGEND_LETTERS`."""
    for text in legend.get_texts():
        text.set_parse_math(False)
        text.set_text(wrapped(text.get_text(), LEGEND_LETTERS))


def title_of(analysis: Analysis, subject: str) -> str:
    """Return what a picture of an analysis is called: its title, what it shows, and what its roads are."""
    title = analysis.facts.called
    if analysis.network.provenance.schematic:
        return tr("{title}: {subject} (schematic network)", title=title, subject=subject)
    return tr("{title}: {subject}", title=title, subject=subject)


def head(figure: Figure, analysis: Analysis, subject: str) -> None:
    """Write the title of the scenario, and below it what the picture shows."""
    width, height = figure.get_size_inches()
    title = textwrap.shorten(analysis.facts.called, _letters(width, TITLE_PT / 2), placeholder=" …")
    size = min(TITLE_PT, 72 * (width - 0.3) / (BOLD_LETTER * len(title)))
    x = from_start(0.16 / width)
    figure.text(x, 1 - 0.12 / height, title, fontsize=size, weight="bold", color=INK,
                va="top", ha=start(), parse_math=False)  # fmt: skip
    if analysis.network.provenance.schematic:
        subject = tr("{subject} · schematic network", subject=subject)
    figure.text(x, 1 - 0.5 / height, lines_of([subject]), fontsize=SUBJECT_PT, color=FAINT_INK,
                va="top", ha=start(), parse_math=False)  # fmt: skip


def foot(figure: Figure, analysis: Analysis) -> None:
    """Write below a picture what it rests on."""
    width, height = figure.get_size_inches()
    text = wrapped(analysis.facts.line(), _letters(width, FOOT_PT))
    figure.text(from_start(0.16 / width), 0.12 / height, text, fontsize=FOOT_PT, color=FAINT_INK,
                va="bottom", ha=start(), parse_math=False)  # fmt: skip


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
    with speaking(ENGLISH):  # what programs find is the same in every language
        about = f"{facts.line()} ({facts.scenario_digest} {facts.network_digest})"
    ending = path.suffix.lower()
    if ending == ".png":
        said = {"Title": facts.title, "Copyright": facts.credit, "Description": about}
        metadata = {**said, "Software": engine}
        figure.savefig(path, metadata=metadata, pil_kwargs={"compress_level": 4})
    elif ending == ".pdf":
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


BIDI = """<style>
text { unicode-bidi: plaintext; }
</style>
"""
"""Each line of an SVG runs as its first letter does."""


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
    style = f"{HALO}{BIDI}" if is_turned() else HALO
    content = drawn.getvalue().replace(" <defs>", f" {style} <defs>", 1)
    path.write_text(content, encoding="utf-8", newline="\n")
