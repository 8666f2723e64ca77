"""The map in motion: a GIF, or an MP4 where ffmpeg is there."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import TYPE_CHECKING

from engine.errors import InputError, Problem
from engine.io.atomic import write_one
from engine.report.figures import map_slide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from PIL.Image import Image

    from engine.analysis.analysis import Analysis
    from engine.analysis.attribution import Facts
    from engine.io.days import DayLike

SECONDS = 1.2
"""How long each day stays."""
DPI = 96
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
        problem = "an MP4 needs ffmpeg, which is not there"
        raise InputError(Problem(problem, str(path), expected="ffmpeg on the path, or a .gif file"))
    facts = analysis.facts
    return write_one(path, lambda file: write(file, _frames(analysis, wanted, progress), facts))


def _frames(
    analysis: Analysis,
    days: Sequence[DayLike],
    progress: Callable[[int, int], None] | None,
) -> Iterator[Image]:
    from PIL import Image

    for row, day in enumerate(days, 1):
        drawn = io.BytesIO()
        map_slide(analysis, day).savefig(drawn, dpi=DPI)
        yield Image.open(drawn).convert("RGB")
        if progress is not None:
            progress(row, len(days))


def _gif(file: Path, frames: Iterator[Image], facts: Facts) -> None:
    first, *rest = [frame.quantize(128) for frame in frames]
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
    command = [
        "ffmpeg", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
        "-s", f"{width}x{height}", "-r", f"{1 / SECONDS:.6f}", "-i", "-",
        "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-r", "10", "-pix_fmt", "yuv420p",
        "-metadata", f"title={facts.title}", "-metadata", f"copyright={facts.credit}",
        "-metadata", f"comment={facts.line()}", "-fflags", "+bitexact", "-flags:v", "+bitexact", str(file),
    ]  # fmt: skip
    pixels = b"".join(picture.tobytes() for picture in pictures)
    ended = subprocess.run(  # noqa: S603 - what comes from a scenario is one argument, never an option
        command, input=pixels, capture_output=True, check=False
    )
    if ended.returncode:
        raise InputError(f"ffmpeg could not write {file.name}: {ended.stderr.decode().strip()}")
