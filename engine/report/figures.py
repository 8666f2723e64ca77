"""Pictures for a slide or for a column of text: the map, many maps, the map in motion, the timeline."""

from __future__ import annotations

import shutil
import subprocess
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from engine.errors import InputError, Problem
from engine.io.atomic import write_one
from engine.io.days import day_of
from engine.language import ENGLISH, day_text, speaking, tr
from engine.report.canvas import COLUMN, SLIDE, blank, foot, from_start, head, is_turned, start
from engine.report.canvas import DPI as SLIDE_DPI
from engine.report.maps import (
    Extent,
    draw_legend,
    extent_of,
    last_day,
    names_of,
    of_roads,
    of_routes,
    plot_map,
    shown_by_map,
)
from engine.report.style import FAINT_INK, INK
from engine.report.timeline import plot_timeline

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from pathlib import Path

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL.Image import Image

    from engine.analysis.analysis import Analysis
    from engine.analysis.attribution import Facts
    from engine.io.days import DayLike


Box: TypeAlias = "tuple[float, float, float, float]"
BOTTOM, TALL = 0.085, 0.79
"""Where the maps stand on their slide."""
FEWEST_PLACES = 10
CROWDED = 0.25
"""Where half of the places lie in less than this part of the map, they get a map of their own."""
MOST_MAPS = 12
"""How many small maps fit on a slide."""


def map_slide(analysis: Analysis, on: DayLike | None = None) -> Figure:
    """Return the map of a day with its legend, and with a closer view where places are crowded."""
    figure = blank(SLIDE)
    draw_map_slide(figure, analysis, last_day(analysis) if on is None else on, map_parts(analysis))
    return figure


class Part(NamedTuple):
    """A part of a slide, beside the others: on days that show the same it is the same picture.

    Parameters
    ----------
    box
        Left, bottom, width and height, as shares of the slide.
    draw
        Draws the part as it is on a day.
    shows
        Returns all that the part shows of a day.
    """

    box: Box
    draw: Callable[[Figure, DayLike], Axes]
    shows: Callable[[DayLike], Hashable]


def map_parts(analysis: Analysis) -> list[Part]:
    """Return the parts of `map_slide`: its maps, and its legend."""
    whole, close = extent_of(analysis), crowded_part(analysis)
    maps = [_map_part(analysis, turned((0.012, BOTTOM, 0.756, TALL)), whole)]
    if close is not None:
        box = turned((0.38, BOTTOM, 0.388, TALL))
        maps = [
            _map_part(analysis, box, close, title=tr("Closer view")),
            _map_part(analysis, turned((0.012, BOTTOM, 0.36, TALL)), whole, framed=_seen(SLIDE, box, close),
                      title=tr("The whole network; framed: the closer view")),
        ]  # fmt: skip

    def draw(figure: Figure, day: DayLike) -> Axes:
        legend = figure.add_axes(turned((0.78, BOTTOM, 0.21, TALL)))
        draw_legend(analysis, day, legend, SLIDE[1] * TALL, of_routes, of_roads)
        return legend

    box = turned((0.777, BOTTOM, 0.22, TALL))
    return [*maps, Part(box, draw, lambda day: shown_by_map(analysis, day))]


def turned(box: Box) -> Box:
    """Return where a part stands that is as far from the side on which reading begins."""
    left, bottom, wide, tall = box
    return (from_start(left, wide), bottom, wide, tall)


def _map_part(
    analysis: Analysis, box: Box, part: Extent, *, framed: Extent | None = None, title: str = ""
) -> Part:
    seen = _seen(SLIDE, box, part)

    def draw(figure: Figure, day: DayLike) -> Axes:
        ax = _panel(figure, analysis, day, box, part, leave_unnamed=framed, title=title)
        if framed is not None:
            _frame(ax, framed)
        return ax

    return Part(box, draw, lambda day: shown_by_map(analysis, day, seen))


def draw_map_slide(
    figure: Figure, analysis: Analysis, day: DayLike, parts: Iterable[Part]
) -> list[Axes]:
    """Draw the map of a day with its legend on an empty slide, or only some of its parts."""
    subject = tr(
        "Who holds the roads on {day}, and what that means for the routes", day=day_of(day)
    )
    head(figure, analysis, subject)
    drawn = [part.draw(figure, day) for part in parts]
    foot(figure, analysis)
    return drawn


def map_column(analysis: Analysis, on: DayLike | None = None) -> Figure:
    """Return the map of a day as wide as the text of a page, its legend below."""
    day = last_day(analysis) if on is None else on
    below = 0.75 + max(
        0.6 + 0.5 * len(analysis.statuses), 2.3 + 0.25 * len(analysis.scenario.actors)
    )
    height = below + 6.6
    figure = blank((COLUMN, height))
    head(figure, analysis, tr("Who holds the roads on {day}", day=day_of(day)))
    _panel(figure, analysis, day, (0.02, below / height, 0.96, 5.8 / height), extent_of(analysis))
    inches = below - 0.85
    for left, part in ((0.025, of_routes), (0.525, of_roads)):
        ax = figure.add_axes(turned((left, 0.75 / height, 0.45, inches / height)))
        draw_legend(analysis, day, ax, inches, part)
    foot(figure, analysis)
    return figure


def maps_slide(analysis: Analysis, days: Sequence[DayLike] | None = None) -> Figure:
    """Return small maps of several days on one slide; those on which a status changed, if absent.

    Parameters
    ----------
    analysis
        What to draw.
    days
        At most `MOST_MAPS` days; of more, some evenly chosen ones are drawn.
    """
    days = days_of_change(analysis) if days is None else list(days)
    if len(days) > MOST_MAPS:
        days = [days[at] for at in np.linspace(0, len(days) - 1, MOST_MAPS).round().astype(int)]
    figure = blank(SLIDE)
    subject = tr("Who holds the roads when, and what that means for the routes")
    head(figure, analysis, subject)
    rows, columns = _grid(len(days), extent_of(analysis))
    wide, tall = 0.762 / columns, TALL / rows
    for at, day in enumerate(days):
        left, low = 0.012 + wide * (at % columns), BOTTOM + tall * (rows - 1 - at // columns)
        box = turned((left, low, wide * 0.97, tall * 0.92))
        _panel(figure, analysis, day, box, extent_of(analysis), title=day_text(day_of(day)), names=False,
               width=0.8 / rows)  # fmt: skip
    legend = figure.add_axes(turned((0.78, BOTTOM, 0.21, TALL)))
    draw_legend(analysis, days[-1], legend, SLIDE[1] * TALL, of_routes, of_roads)
    legend.set_title(
        tr("on {day}", day=day_of(days[-1])), loc=start(), fontsize=9.5, color=FAINT_INK, pad=3
    )
    foot(figure, analysis)
    return figure


def _grid(n_maps: int, whole: Extent) -> tuple[int, int]:
    """Return the rows and columns in which maps of this shape come out largest."""
    shape = (whole.east - whole.west) * whole.squeeze / (whole.north - whole.south)

    def size(rows: int) -> float:
        wide = 0.762 * SLIDE[0] / -(-n_maps // rows)
        return min(wide / shape, TALL * SLIDE[1] / rows)

    rows = max((1, 2, 3), key=size)
    return rows, -(-n_maps // rows)


def days_of_change(analysis: Analysis) -> list[dt.date]:
    """Return the days on which the status of a route or an enclave is new; the first one is among them."""
    at = sorted({0, *(start for starts in analysis.spell_starts.values() for start in starts)})
    days: list[dt.date] = analysis.days[at].astype(object).tolist()
    return days


def _panel(
    figure: Figure,
    analysis: Analysis,
    on: DayLike,
    box: Box,
    part: Extent,
    *,
    title: str = "",
    names: bool = True,
    leave_unnamed: Extent | None = None,
    width: float = 1.0,
) -> Axes:
    """Draw a map into a box of a figure, filled to its borders."""
    ax = figure.add_axes(box)
    seen = _seen(figure.get_size_inches().tolist(), box, part)
    plot_map(
        analysis, on, ax, extent=seen, names=names, leave_unnamed=leave_unnamed, width=width,
        title="", legend=False,
    )  # fmt: skip
    ax.set_title(title, loc=start(), fontsize=9.5, color=FAINT_INK, pad=3)
    return ax


def _seen(inches: Sequence[float], box: Box, part: Extent) -> Extent:
    """Return what a map shows that fills a box of a figure."""
    return part.filled(box[2] * inches[0] / (box[3] * inches[1]))


def _frame(ax: Axes, part: Extent) -> None:
    from matplotlib.patches import Rectangle

    width, height = part.east - part.west, part.north - part.south
    ax.add_patch(
        Rectangle((part.west, part.south), width, height, fill=False, edgecolor=INK,
                  linewidth=1.0, zorder=8)
    )  # fmt: skip


def timeline_slide(analysis: Analysis, chances: xr.Dataset | None = None) -> Figure:
    """Return the spells of every route and enclave as a picture, with probabilities where given."""
    return _timeline(analysis, chances, SLIDE[0], 0.2)


def timeline_column(analysis: Analysis, chances: xr.Dataset | None = None) -> Figure:
    """Return the same as wide as the text of a page."""
    return _timeline(analysis, chances, COLUMN, 0.27)


def _timeline(
    analysis: Analysis, chances: xr.Dataset | None, width: float, labels: float
) -> Figure:
    rows = len(analysis.statuses)
    height = min(2.9 + 0.62 * rows, 14.0)
    figure = blank((width, height))
    subject = tr("Status of routes and enclaves over time")
    if chances is not None and (chances["method"] == "sampled").any():
        subject = tr(
            "Status of routes and enclaves over time; thin bands: the probability of each (sampled)"
        )
    elif chances is not None:
        subject = tr(
            "Status of routes and enclaves over time; thin bands: the probability of each (exact)"
        )
    head(figure, analysis, subject)
    below = 1.25 if is_turned() else 1.1  # names of months are longer there
    box = (labels, below / height, 0.985 - labels, 1 - (below + 0.95) / height)
    ax = figure.add_axes(turned(box))
    plot_timeline(analysis, ax, chances=chances, title="", legend=False)
    foot(figure, analysis)
    return figure


def crowded_part(analysis: Analysis) -> Extent | None:
    """Return where half of the places of the case lie close together; None if they do not.

    These are the ends of routes and the places of which reports speak.
    """
    xy = np.array([(name.lon, name.lat) for name in names_of(analysis) if name.weight])
    if len(xy) < FEWEST_PLACES:
        return None
    flat = xy * (np.cos(np.radians(xy[:, 1].mean())), 1.0)
    far = np.sqrt(((flat[:, None] - flat[None]) ** 2).sum(axis=2))
    half = np.sort(far, axis=1)[:, len(xy) // 2]
    close = xy[far[half.argmin()] <= half.min()]
    (west, south), (east, north) = close.min(axis=0), close.max(axis=0)
    whole = extent_of(analysis)
    area = (east - west) * (north - south)
    if area > CROWDED * (whole.east - whole.west) * (whole.north - whole.south):
        return None
    margin = 0.12 * max(east - west, north - south)
    return Extent(west - margin, south - margin, east + margin, north + margin)


SECONDS = 1.2
"""How long each day stays."""
DPI = 96
GAP, ABOVE = 0.04, 0.23
"""Inches around a part of a slide, and above it, for its title, in which nothing else stands."""
MOST_KEPT = 48
"""Pictures of parts."""
MOST_COMMENT = 255
"""Letters of a comment in a GIF that every program reads."""


def write_animation(
    analysis: Analysis,
    path: Path,
    days: Sequence[DayLike] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the maps of several days as a film.

    Parameters
    ----------
    analysis
        What to show.
    path
        The file; its ending says in which format (``.gif`` or ``.mp4``).
    days
        Which days; every day on which anything changes, if absent.
    progress
        Called with the number of days drawn and wanted.

    Raises
    ------
    InputError
        If the file cannot be written, or ffmpeg is wanted and not there.
    """
    wanted = analysis.days.astype(object).tolist() if days is None else list(days)
    write = _gif if path.suffix.lower() == ".gif" else _mp4
    if write is _mp4 and shutil.which("ffmpeg") is None:
        problem = tr("an MP4 needs ffmpeg, which is not there")
        expected = tr("ffmpeg on the path, or a .gif file")
        raise InputError(Problem(problem, str(path), expected=expected))
    facts = analysis.facts
    return write_one(path, lambda file: write(file, _frames(analysis, wanted, progress), facts))


def _frames(
    analysis: Analysis,
    days: Sequence[DayLike],
    progress: Callable[[int, int], None] | None,
) -> Iterator[Image]:
    """Yield the picture of each day; a part that shows what it showed before is not drawn again."""
    from matplotlib.backends.backend_agg import RendererAgg
    from PIL import Image

    width, height = (int(DPI * inches) for inches in SLIDE)
    figure = blank(SLIDE)
    renderer: Any = RendererAgg(width, height, DPI)  # type: ignore[no-untyped-call]
    parts = map_parts(analysis)
    kept: OrderedDict[Hashable, Image.Image] = OrderedDict()
    for row, day in enumerate(days, 1):
        keys = [(at, part.shows(day)) for at, part in enumerate(parts)]
        known = {key: kept[key] for key in keys if key in kept}
        fresh = [at for at, key in enumerate(keys) if key not in known]
        figure.clear()
        figure.set_dpi(SLIDE_DPI)
        axes = draw_map_slide(figure, analysis, day, [parts[at] for at in fresh])
        figure.set_dpi(DPI)
        renderer.clear()
        figure.draw(renderer)
        pixels = Image.frombuffer(
            "RGBA", (width, height), renderer.buffer_rgba(), "raw", "RGBA", 0, 1
        )
        picture = pixels.convert("RGB")
        rooms = [_room(part.box, width, height) for part in parts]
        for at, ax in zip(fresh, axes, strict=True):
            if _is_inside(ax, rooms[at], height):
                kept[keys[at]] = picture.crop(rooms[at])
        for at, key in enumerate(keys):
            if key in known:
                picture.paste(known[key], rooms[at])
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
        yield picture
        if progress is not None:
            progress(row, len(days))


def _room(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the pixels of a part with the gap around it: left, top, right, bottom."""
    left, bottom, wide, tall = box
    gap, above = DPI * GAP, DPI * ABOVE
    return (
        round(width * left - gap), round(height * (1 - bottom - tall) - above),
        round(width * (left + wide) + gap), round(height * (1 - bottom) + gap),
    )  # fmt: skip


def _is_inside(ax: Axes, room: tuple[int, int, int, int], height: int) -> bool:
    """Return whether all that is written on a part lies in its pixels: the number of a route may not."""
    left, top, right, bottom = room
    boxes = [patch.get_window_extent() for text in ax.texts if (patch := text.get_bbox_patch())]
    return all(
        box.x0 > left + 1
        and box.x1 < right - 1
        and box.y1 < height - top - 1
        and box.y0 > height - bottom + 1
        for box in boxes
    )


def _gif(file: Path, frames: Iterator[Image], facts: Facts) -> None:
    first, *rest = [frame.quantize(128) for frame in frames]
    with speaking(ENGLISH):
        said = (f"supplyline {facts.version}", facts.digests(), facts.credit, facts.title)
    about = "; ".join(said).encode("ascii", "replace")
    first.save(
        file,
        save_all=True,
        append_images=rest,
        duration=int(1000 * SECONDS),
        loop=0,
        comment=about[:MOST_COMMENT],
    )


def _mp4(file: Path, frames: Iterator[Image], facts: Facts) -> None:
    pictures = list(frames)
    width, height = pictures[0].size
    with speaking(ENGLISH):
        about = facts.line()
    command = [
        "ffmpeg", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
        "-s", f"{width}x{height}", "-r", f"{1 / SECONDS:.6f}", "-i", "-",
        "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-r", "10", "-pix_fmt", "yuv420p",
        "-metadata", f"title={facts.title}", "-metadata", f"copyright={facts.credit}",
        "-metadata", f"comment={about}", "-fflags", "+bitexact", "-flags:v", "+bitexact", str(file),
    ]  # fmt: skip
    pixels = b"".join(picture.tobytes() for picture in pictures)
    ended = subprocess.run(  # noqa: S603 - what comes from a scenario is one argument, never an option
        command, input=pixels, capture_output=True, check=False
    )
    if ended.returncode:
        said = ended.stderr.decode().strip()
        raise InputError(tr("ffmpeg could not write {file}: {said}", file=file.name, said=said))
