"""The map in motion: a GIF, or an MP4 where ffmpeg is there."""

from __future__ import annotations

import shutil
import subprocess
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, Problem
from engine.io.atomic import write_one
from engine.language import ENGLISH, speaking, tr
from engine.report.canvas import DPI as SLIDE_DPI
from engine.report.canvas import SLIDE, blank
from engine.report.figures import draw_map_slide, map_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from PIL.Image import Image

    from engine.analysis.analysis import Analysis
    from engine.analysis.attribution import Facts
    from engine.io.days import DayLike
    from engine.report.figures import Box

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
    write = _gif if path.suffix == ".gif" else _mp4
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
