"""Pictures of random fronts: ``python -m benchmarks.testbeds.front_pictures --extract FILE --called-open FILE``.

What `benchmarks.testbeds.fronts` answers wrongly, on the roads and among the places of its extract.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

import engine
from benchmarks.testbeds import fronts
from engine.report.maps import Extent
from engine.report.style import actor_colours

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from engine.scenario.model import Route, Site


def draw_wrong(
    answers: list[fronts.Answer],
    extracts: list[str],
    path: str | Path,
    *,
    most: int = 6,
    **how: int,
) -> None:
    """Draw wrong answers, spread evenly over all of them: areas, and what places made of the roads."""
    import matplotlib.pyplot as plt

    wrong = [answer for answer in answers if not answer.right]
    shown = [wrong[at] for at in np.unique(np.linspace(0, len(wrong) - 1, most).astype(int))]
    figure, axes = plt.subplots(2, (len(shown) + 1) // 2, figsize=(15, 10), squeeze=False)
    names = {fronts.extract_name(name): name for name in extracts}
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, answer in zip(axes.flat, shown, strict=False):
        network = engine.read_network(names[answer.extract])
        region = fronts.region_of(network, how["seed"])
        case = next(case for case in fronts.cases(region, **how) if case[0] == answer.front)
        _draw(ax, region, case, answer)
    figure.text(0.01, 0.01, "Roads: © OpenStreetMap contributors, ODbL 1.0. Fronts: made up.")
    figure.savefig(path, dpi=80, bbox_inches="tight")


def _draw(
    ax: Axes,
    region: fronts.Region,
    case: tuple[int, fronts.Front, list[Route], list[Site]],
    answer: fronts.Answer,
) -> None:
    from matplotlib.collections import LineCollection

    _, front, routes, roads = case
    colour = dict(
        zip((*fronts.ACTORS, ""), ("#1f77b4", "#d62728", "#2ca02c", "#999999"), strict=True)
    )
    roads = engine.analyze(
        fronts.scenarios(region, front, routes, roads)[1], network=region.network
    ).control(fronts.START)
    lines = [(np.array(line.coords) - region.middle) * region.scale for line in roads.geometry]
    ax.add_collection(LineCollection(lines, colors=roads.holder.map(colour), linewidths=0.8))
    for layer in front.layers:
        held = colour[layer.actors[0] if len(layer.actors) == 1 else ""]
        ax.fill(*layer.ring.T, facecolor="white", zorder=0)
        ax.fill(*layer.ring.T, facecolor=held, edgecolor="black", alpha=0.2, zorder=0)
    dots = [colour[own[0] if len(own) == 1 else ""] for own in front.holders(region.xy)]
    ax.scatter(*region.xy.T, c=dots, s=14, edgecolors="black", linewidths=0.4, zorder=3)
    index = {place.id: at for at, place in enumerate(region.places)}
    for name in (answer.start, answer.goal):
        ax.scatter(*region.xy[index[name]], s=90, marker="*", c="black", zorder=4)
    low, high = region.xy.min(axis=0) - 1, region.xy.max(axis=0) + 1
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.set_title(f"{answer.extract} {answer.front}: {answer.truth}, said {answer.said}", size=9)


def draw_called_open(
    answers: list[fronts.Answer], extracts: list[str], path: str | Path, **how: int
) -> fronts.Answer:
    """Draw the route wrongly called open that spans least ground; return its answer.

    Areas show who holds what in truth, roads whose they are by the places alone, and the band the
    path on which the engine calls the route open.
    """
    wrong = [a for a in answers if (a.truth, a.said, a.within) == ("cut", "open", "")]
    if not wrong:
        raise SystemExit("no route that is cut was called open")
    names = {fronts.extract_name(name): name for name in extracts}
    found = []
    for answer in wrong:
        region = fronts.region_of(engine.read_network(names[answer.extract]), how["seed"])
        case = next(case for case in fronts.cases(region, **how) if case[0] == answer.front)
        _, front, routes, roads = case
        ends = answer.start, answer.goal
        route = next(r for r in routes if (r.from_[0], r.to) == ends and r.within is None)
        said = fronts.scenarios(region, front, [route], roads)[1]
        analysis = engine.analyze(said, network=region.network)
        pieces = np.concatenate(analysis.path(route.id, fronts.START))
        xy = analysis.sectors.network.geometry.take(pieces).values
        found.append((float(np.ptp(xy, axis=0).max()), answer, region, front, analysis, xy))
    _, answer, region, front, analysis, xy = min(found, key=lambda one: one[0])
    margin = 0.55 * float(np.ptp(xy, axis=0).max())
    (west, south), (east, north) = xy.min(axis=0) - margin, xy.max(axis=0) + margin
    title = "A made-up front: the route is cut, and called open"
    ax = engine.plot_map(
        analysis, fronts.START, extent=Extent(west, south, east, north), title=title
    )
    colours = actor_colours(analysis.scenario.actors)
    for layer in front.layers:
        ring = layer.ring / region.scale + region.middle
        held = colours[layer.actors[0]] if len(layer.actors) == 1 else "#999999"
        ax.fill(*ring.T, facecolor="white", zorder=0)
        ax.fill(*ring.T, facecolor=held, alpha=0.25, zorder=0)
        ax.plot(*ring.T, color="black", linestyle="--", linewidth=1.2, zorder=1)
    ax.set(xlim=(west, east), ylim=(south, north))
    credit = f"Roads: {analysis.network.provenance.credit}. Front and holders: made up."
    ax.text(0.01, 0.01, credit, transform=ax.transAxes, size=7, zorder=9)
    figure = ax.get_figure(root=True)
    if figure is not None:
        figure.savefig(path, dpi=90, bbox_inches="tight")
    return answer


def main() -> None:
    """Run from the command line."""
    parser = fronts.arguments(__doc__)
    parser.add_argument("--wrong", help="Draw some wrong answers into this file.")
    parser.add_argument("--called-open", help="Draw one route wrongly called open into this file.")
    asked = parser.parse_args()
    how = {"fronts": asked.fronts, "routes": asked.routes, "seed": asked.seed}
    answers = fronts.compared(asked.extract, **how)
    if asked.wrong:
        draw_wrong(answers, asked.extract, asked.wrong, **how)
    if asked.called_open:
        print(draw_called_open(answers, asked.extract, asked.called_open, **how), file=sys.stderr)


if __name__ == "__main__":
    main()
