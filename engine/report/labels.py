"""Names on a map, in both scripts, none upon another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.language import called
from engine.report.style import INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from numpy.typing import NDArray

MOST_NAMES = 400
"""Of more places on a map, the lesser ones stay without a name."""
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
"""Where a name may stand beside its point, the best side first."""


@dataclass(frozen=True)
class Name:
    """A name to write on a map.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees.
    english, arabic
        The name in both scripts; either may be empty.
    size
        Of the letters, in points.
    weight
        2 for the end of a route, 1 for a place of which a report speaks, else 0.
    minor
        Whether nobody misses it on a crowded map.
    id
        The id of the place.
    """

    lon: float
    lat: float
    english: str
    arabic: str
    size: float = 6.5
    weight: int = 0
    minor: bool = False
    id: str = ""

    @property
    def text(self) -> str:
        """Both names, one above the other: first that of the language spoken."""
        names = (self.english, self.arabic)
        if called("english", "arabic") == "arabic":
            names = (self.arabic, self.english)
        return "\n".join(filter(None, names))


def write_names(
    ax: Axes,
    names: Sequence[Name],
    lines: Iterable[NDArray[np.float64]],
    keep_free: Sequence[tuple[float, float]] = (),
    gap: float = 3.0,
) -> int:
    """Write names beside their points where there is room, the first ones first.

    Parameters
    ----------
    ax
        The map, with its final limits and size.
    names
        What to write, the most important first.
    lines
        Roads that names had better not cover: (lon, lat) arrays of shape (vertices, 2).
    keep_free
        Points (lon, lat) at which something else is written.
    gap
        Between a point and its name, in points.

    Returns
    -------
    int
        How many names inside the map found no room.
    """
    inside = [name for name in names if in_view(ax, name)][:MOST_NAMES]
    if not inside:
        return 0
    points = ax.transData.transform([(name.lon, name.lat) for name in inside])
    gap_px = gap * ax.figure.dpi / 72
    marks = ax.transData.transform(np.reshape(keep_free, (-1, 2)))
    around = np.concatenate([points - 0.8 * gap_px, marks - 3 * gap_px])
    taken = np.column_stack([around, 2 * np.concatenate([points, marks]) - around])
    road = _sampled(ax, lines)
    left_out = 0
    for row, name in enumerate(inside):
        label = _annotation(ax, name)
        size = _size_px(label)
        box = _best_box(ax, points[row], size, gap_px, np.delete(taken, row, axis=0), road)
        if box is None:
            label.remove()
            left_out += 1
            continue
        _move(label, points[row], box)
        taken = np.vstack([taken, box])
    return left_out


def in_view(ax: Axes, name: Name) -> bool:
    """Return whether a map shows the point of a name."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    return west <= name.lon <= east and south <= name.lat <= north


def _annotation(ax: Axes, name: Name) -> Annotation:
    from matplotlib.patheffects import withStroke

    return ax.annotate(
        name.text,
        (name.lon, name.lat),
        xytext=(0, 0),
        textcoords="offset points",
        fontsize=name.size,
        color=INK,
        linespacing=1.05,
        ha="center",
        va="center",
        parse_math=False,
        zorder=9,
        path_effects=[withStroke(linewidth=1.8, foreground=PAPER, alpha=0.85)],
    )


def _move(label: Annotation, point: NDArray[np.float64], box: NDArray[np.float64]) -> None:
    """Centre a name in its box; its lines begin at the side of its point."""
    offset = (box[:2] + box[2:]) / 2 - point
    label.set_position(tuple(offset * 72 / label.figure.dpi))
    beside = abs(offset[0]) > (box[2] - box[0]) / 3
    if beside:
        label.set_multialignment("left" if offset[0] > 0 else "right")


def _size_px(label: Annotation) -> NDArray[np.float64]:
    extent = label.get_window_extent()
    air = label.figure.dpi / 72
    return np.array([extent.width + 2 * air, extent.height + air])


def _sampled(ax: Axes, lines: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return points along lines, some pixels apart, shape (points, 2)."""
    found = [np.empty((0, 2))]
    for line in lines:
        pixels = ax.transData.transform(line)
        for start, end in pairwise(pixels):
            steps = int(min(np.hypot(*(end - start)) / 4, 2000)) + 2
            found.append(np.linspace(start, end, steps))
    return np.concatenate(found)


def _best_box(
    ax: Axes,
    point: NDArray[np.float64],
    size: NDArray[np.float64],
    gap_px: float,
    taken: NDArray[np.float64],
    road: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Return the free box beside a point that covers least road: low and high corner in pixels."""
    frame = ax.get_window_extent()
    near = road[(np.abs(road - point) <= size + gap_px).all(axis=1)]
    best, least = None, np.inf
    for side in np.array(SIDES):
        low = point + side * gap_px + size * (side - 1) / 2
        high = low + size
        if (low < frame.min).any() or (high > frame.max).any():
            continue
        if ((taken[:, :2] < high) & (taken[:, 2:] > low)).all(axis=1).any():
            continue
        covered = int(((near > low) & (near < high)).all(axis=1).sum())
        if covered < least:
            best, least = np.concatenate([low, high]), covered
    return best
