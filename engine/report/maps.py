"""The map with its legend: roads by holder and condition, routes by status, places by name."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.analysis.status import status_text
from engine.control.statements import CONDITIONS
from engine.control.states import UNKNOWN
from engine.control.words import name_text
from engine.errors import InputError
from engine.io.arguments import checked
from engine.io.days import day_of
from engine.io.text import plain
from engine.language import day_text, tr, trc
from engine.report.canvas import (
    as_plain,
    end,
    from_start,
    legend_of,
    new_axes,
    start,
    title_of,
    titled,
    wrapped,
)
from engine.report.labels import Name, in_view, write_names
from engine.report.style import (
    FAINT_INK,
    INK,
    MANY_PLACES,
    MANY_ROADS,
    PAPER,
    STATUS_COLOUR,
    STATUS_STYLE,
    TIER_WIDTHS,
    TIERS,
    actor_colours,
    class_rank,
    condition_label,
    line_style,
    severity,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.control.words import Named
    from engine.io.days import DayLike
    from engine.network.arrays import Place, Ragged
    from engine.scenario.model import Actor, ScenarioPlace

    Part = Callable[[Analysis, DayLike, Axes, float], float]
    """Writes from a height on downwards, in inches, and returns the height that it reached."""

KINDS_BY_SIZE = ("border_control", "border_crossing", "city", "town", "suburb", "village")
ROUTE_WIDTH, ROAD_WIDTH = 7.5, 1.9
LINES_IN_A_PATH = 2000
SAME_PLACE_DEG = 0.03
"""Places of one name that lie closer than this, about 3 km, are one place."""


class Extent(NamedTuple):
    """A part of the world in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a point lies inside."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    @property
    def squeeze(self) -> float:
        """How many degrees of latitude are as long as one of longitude here."""
        return max(float(np.cos(np.radians((self.south + self.north) / 2))), 0.01)

    def filled(self, shape: float) -> Extent:
        """Return this part widened until its width is `shape` times its height on the ground."""
        width, height = (self.east - self.west) * self.squeeze, self.north - self.south
        more_width = max(height * shape - width, 0.0) / self.squeeze / 2
        more_height = max(width / shape - height, 0.0) / 2
        return Extent(
            self.west - more_width,
            self.south - more_height,
            self.east + more_width,
            self.north + more_height,
        )


def last_day(analysis: Analysis) -> dt.date:
    """Return the last day of the run."""
    return analysis.scenario.end - dt.timedelta(days=1)


@checked
def plot_map(
    analysis: Analysis,
    on: DayLike | None = None,
    ax: Axes | None = None,
    *,
    extent: Extent | None = None,
    names: bool = True,
    leave_unnamed: Extent | None = None,
    width: float = 1.0,
    title: str | None = None,
    legend: bool = True,
) -> Axes:
    """Draw who holds the roads on a day, and the routes over them.

    Parameters
    ----------
    analysis
        What to draw.
    on
        The day; the last one of the run, if absent.
    ax
        Where to draw; a new figure, if absent.
    extent
        The part of the world to draw; the whole network, if absent.
    names
        Whether to write the names of places.
    leave_unnamed
        A part of the map whose places are named elsewhere.
    width
        How wide lines are; less than 1 on a small map.
    title
        The title; that of the scenario and the day, if absent.
    legend
        Whether to say what colours and patterns are.

    Returns
    -------
    matplotlib.axes.Axes
        In WGS 84 degrees, with the proportions of the ground.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.plot_map(analysis, "2014-12-20", names=False).name
    'rectilinear'
    """
    day = last_day(analysis) if on is None else on
    own = ax is None
    if ax is None:
        (ax,) = new_axes((10, 7.5), analysis.facts.line())
    _set_up(ax, extent or extent_of(analysis))
    if title is None:
        title = title_of(analysis, tr("roads on {day}", day=day_of(day)))
    titled(ax, title)
    if legend:
        where: dict[str, Any] = {"loc": f"lower {start()}", "fontsize": 7, "framealpha": 0.9}
        if own:
            where = {
                "loc": f"upper {start()}",
                "bbox_to_anchor": (from_start(1.01), 1),
                "fontsize": 8,
                "frameon": False,
            }
        as_plain(legend_of(ax, handles=handles_of(analysis, [day]), **where))
    if own and (figure := ax.get_figure(root=True)):
        figure.draw_without_rendering()  # names keep clear of one another once all is laid out
        figure.set_layout_engine("none")
    draw_roads(analysis, day, ax, width)
    paths = draw_routes(analysis, day, ax, width)
    if names:
        places = draw_places(analysis, ax)
        wanted = [
            n for n in places if leave_unnamed is None or not leave_unnamed.holds(n.lon, n.lat)
        ]
        marks = mark_routes(ax, paths)
        bands = [lines[row] for lines in paths.values() for row in range(len(lines))]
        write_names(ax, wanted, bands, marks)
    return ax


def shown_by_map(
    analysis: Analysis, on: DayLike, extent: Extent | None = None
) -> tuple[object, ...]:
    """Return all that a map and its legend show of a day: what is alike on two days is drawn alike.

    Parameters
    ----------
    analysis
        What to draw.
    on
        The day.
    extent
        The part of the world that is drawn; only what a legend tells, if absent.
    """
    at = analysis.interval_on(on)
    then, words = analysis.states.on(at), [found[at] for found in analysis.statuses.values()]
    if extent is None:
        return (*words, *sorted(set(then.holder.tolist())))
    sector = np.unique(analysis.sectors.sector[_within(analysis.sectors.network.geometry, extent)])
    paths = [
        tuple(tuple(leg.tolist()) for leg in analysis.path(name, on)) for name in analysis.statuses
    ]
    return (*words, *paths, then.holder[sector].tobytes(), then.condition[sector].tobytes())


@checked
def plot_maps(
    analysis: Analysis,
    days: Sequence[DayLike],
    columns: int = 3,
    *,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw small maps of several days side by side, without names.

    Parameters
    ----------
    analysis
        What to draw.
    days
        The days.
    columns
        How many maps stand in a row of a new figure.
    axes
        Where to draw, one for each day; a new figure, if absent.

    Returns
    -------
    list of matplotlib.axes.Axes
        One for each day.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> len(engine.plot_maps(analysis, ["2014-12-05", "2014-12-20"]))
    2
    """
    if columns < 1:
        raise InputError(tr("{name} = {value}; expected 1 or more", name="columns", value=columns))
    if not len(days):
        raise InputError(tr("there is no day to draw; expected at least one"))
    own = axes is None
    columns = min(columns, len(days))
    rows = -(-len(days) // columns)
    if axes is None:
        axes = new_axes((3.2 * columns + 1.8, 3.4 * rows + 1), analysis.facts.line(), rows, columns)
    elif len(axes) != len(days):
        raise InputError(
            tr(
                "there are {axes} axes for {days} days; expected one for each",
                axes=len(axes),
                days=len(days),
            )
        )
    for ax, day in zip(axes, days, strict=False):
        plot_map(
            analysis, day, ax, names=False, width=0.5, title=day_text(day_of(day)), legend=False
        )
    handles = handles_of(analysis, days)
    if own and (figure := axes[0].get_figure(root=True)):
        for spare in axes[len(days) :]:
            spare.remove()
        text = wrapped(title_of(analysis, tr("roads by day")), 36 * columns)
        figure.suptitle(text, x=from_start(0.01), ha=start(), fontsize=10, parse_math=False)
        as_plain(
            legend_of(
                figure, handles=handles, loc=f"outside {end()} upper", fontsize=8, frameon=False
            )
        )
    else:
        where = {"loc": f"lower {start()}", "fontsize": 7, "framealpha": 0.9}
        as_plain(legend_of(axes[-1], handles=handles, **where))
    return list(axes[: len(days)])


def handles_of(analysis: Analysis, days: Sequence[DayLike]) -> list[Line2D]:
    """Return what a legend of maps shows: holders, conditions and the status of each route.

    A status is said with the route on a map of one day.
    """
    from matplotlib.lines import Line2D

    intervals = [analysis.interval_on(day) for day in days]
    then = [analysis.states.on(at) for at in intervals]
    holders = {code for one in then for code in one.holder.tolist()}
    worse = {code for one in then for code in one.condition.tolist()}
    colours = actor_colours(analysis.scenario.actors)
    actors = [*enumerate(analysis.scenario.actors.items()), (UNKNOWN, ("", None))]
    handles = [
        Line2D([], [], color=colours[name], lw=2.5, label=_holder_text(name, actor))
        for code, (name, actor) in actors
        if code in holders
    ]
    handles += [
        Line2D([], [], color=INK, lw=1.9, ls=line_style(word), label=condition_label(word))
        for code, word in enumerate(CONDITIONS)
        if code in worse
    ]
    words: dict[str, str] = {}
    for number, (name, course) in enumerate(analysis.statuses.items(), 1):
        for at in intervals:
            label, said = name_text(analysis.subjects[name], name), status_text(course[at])
            if len(days) == 1:
                said = tr("{number} {label}: {status}", number=number, label=label, status=said)
            words[said] = course[at]
    handles += [
        Line2D([], [], color=STATUS_COLOUR[word], lw=ROUTE_WIDTH, label=said, solid_capstyle="butt")
        for said, word in words.items()
    ]
    return handles


def _holder_text(name: str, actor: Actor | None) -> str:
    if actor is None:
        return tr("holder unknown")
    return tr("held by {actor}", actor=name_text(actor, name))


def extent_of(analysis: Analysis) -> Extent:
    """Return the part of the world that the network covers, with a margin."""
    xy = analysis.network.geometry.values
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    margin = 0.03 * max(east - west, north - south, 1e-3)
    return Extent(west - margin, south - margin, east + margin, north + margin)


def _set_up(ax: Axes, extent: Extent) -> None:
    ax.set_xlim(extent.west, extent.east)
    ax.set_ylim(extent.south, extent.north)
    ax.set_aspect(1 / extent.squeeze)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.apply_aspect()


def draw_roads(analysis: Analysis, on: DayLike, ax: Axes, width: float = 1.0) -> None:
    """Draw each piece of road in the colour of its holder and the pattern of its condition.

    Where a map shows many roads, lesser ones are thinner and lie below greater ones.
    """
    network, at = analysis.sectors.network, analysis.interval_on(on)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    rows = _within(network.geometry, Extent(west, south, east, north))
    sector = analysis.sectors.sector[rows]
    then = analysis.states.on(at)
    holder, condition = then.holder[sector], then.condition[sector]
    tier = np.zeros(len(rows), dtype=np.int64)
    if len(rows) > MANY_ROADS:
        tier = np.searchsorted(TIERS, class_rank(network.highway)[rows])
    colours = actor_colours(analysis.scenario.actors)
    actors = [*enumerate(analysis.scenario.actors), (UNKNOWN, "")]
    for (level, (code, actor)), (worse, word) in product(
        product(np.unique(tier)[::-1].tolist(), actors), enumerate(CONDITIONS)
    ):
        chosen = (tier == level) & (holder == code) & (condition == worse)
        _draw_lines(
            ax,
            network.geometry.take(rows[chosen]),
            edgecolors=colours[actor],
            linewidths=ROAD_WIDTH * TIER_WIDTHS[level] * width,
            linestyles=[line_style(word)],
            capstyle="butt",
            zorder=3 - 0.1 * level if actor else 2.5 - 0.1 * level,
        )


def _within(geometry: Ragged, extent: Extent) -> NDArray[np.int64]:
    """Return the lines whose boxes meet a part of the world, int64."""
    starts = geometry.starts[:-1]
    low = np.minimum.reduceat(geometry.values, starts)
    high = np.maximum.reduceat(geometry.values, starts)
    west, south, east, north = extent
    return np.flatnonzero(((high >= (west, south)) & (low <= (east, north))).all(axis=1))


def _draw_lines(ax: Axes, lines: Ragged, **style: Any) -> None:
    """Draw lines of one style: many in one path, since a path for each takes seconds on a city."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    paths = []
    for first in range(0, len(lines), LINES_IN_A_PATH):
        starts = lines.starts[first : first + LINES_IN_A_PATH + 1]
        codes = np.full(starts[-1] - starts[0], Path.LINETO, dtype=Path.code_type)
        codes[starts[:-1] - starts[0]] = Path.MOVETO
        paths.append(Path(lines.values[starts[0] : starts[-1]], codes))
    if paths:
        ax.add_collection(PathCollection(paths, facecolors="none", **style), autolim=False)


def draw_routes(analysis: Analysis, on: DayLike, ax: Axes, width: float = 1.0) -> dict[str, Ragged]:
    """Draw the path of each route and enclave as a band in the colour of its status.

    Returns
    -------
    dict
        The pieces of each path, by route: (lon, lat) vertices.
    """
    at, geometry = analysis.interval_on(on), analysis.sectors.network.geometry
    paths = {}
    for name, words in analysis.statuses.items():
        pieces = np.concatenate([np.empty(0, dtype=np.int64), *analysis.path(name, on)])
        paths[name] = geometry.take(pieces)
        for points, colour, above in (
            (ROUTE_WIDTH + 1.6, INK, 0.0),
            (ROUTE_WIDTH, STATUS_COLOUR[words[at]], 0.1 + 0.1 * severity(words[at])),
        ):
            _draw_lines(
                ax,
                paths[name],
                edgecolors=colour,
                linewidths=points * width,
                capstyle="round",
                joinstyle="round",
                zorder=1.5 + above,
            )
    return paths


def mark_routes(ax: Axes, paths: dict[str, Ragged]) -> list[tuple[float, float]]:
    """Write the number of each route amid the part of its path that the map shows.

    Returns
    -------
    list
        Where: (lon, lat) of each number written.
    """
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    marks = []
    for number, lines in enumerate(paths.values(), 1):
        middles = (lines.values[lines.starts[:-1]] + lines.values[lines.starts[1:] - 1]) / 2
        seen = middles[((middles > (west, south)) & (middles < (east, north))).all(axis=1)]
        if not len(seen):
            continue
        lon, lat = seen[len(seen) // 2]
        marks.append((float(lon), float(lat)))
        ax.text(
            lon, lat, str(number), fontsize=8, weight="bold", color=INK, ha="center", va="center",
            zorder=8, bbox={"boxstyle": "circle,pad=0.22", "fc": PAPER, "ec": INK, "lw": 0.9},
        )  # fmt: skip
    return marks


def draw_places(analysis: Analysis, ax: Axes) -> list[Name]:
    """Draw a ring for each place; return their names, the most important first."""
    names = [name for name in names_of(analysis) if in_view(ax, name)]
    if len(names) > MANY_PLACES:
        names = [name for name in names if not name.minor]
    ax.plot(
        [name.lon for name in names], [name.lat for name in names],
        linestyle="none", marker="o", markersize=3.2, markerfacecolor=PAPER,
        markeredgecolor=INK, markeredgewidth=0.7, zorder=5,
    )  # fmt: skip
    return names


def names_of(analysis: Analysis) -> list[Name]:
    """Return the names of all places, those that routes and reports speak of first."""
    places = {place.id: place for place in places_once(analysis)}
    weight = dict.fromkeys(places, 0)
    spoken_of = (_route_ends(analysis), {event.site for event in analysis.scenario.events})
    for row, speakers in enumerate(spoken_of):
        for site in speakers:
            for part in analysis.terminals.parts(site):
                place = _place_of(analysis, part)
                if place in weight:
                    weight[place] = max(weight[place], 2 - row)

    def size(name: str) -> int:
        kind = places[name].kind
        return KINDS_BY_SIZE.index(kind) if kind in KINDS_BY_SIZE else len(KINDS_BY_SIZE)

    return [
        Name(
            place.lon,
            place.lat,
            place.name,
            place.name_ar,
            size=7.5 if weight[place.id] > 1 else 6.3,
            weight=weight[place.id],
            minor=not weight[place.id] and size(place.id) == len(KINDS_BY_SIZE),
            id=place.id,
        )
        for place in (
            places[name] for name in sorted(places, key=lambda n: (-weight[n], size(n), n))
        )
    ]


def places_once(analysis: Analysis) -> list[Place | ScenarioPlace]:
    """Return the places of the map and of the scenario.

    A place of the map is left out where the scenario has one of the same id, or one of the same
    name nearby.
    """
    own = analysis.scenario.places
    named: dict[str, list[ScenarioPlace]] = {}
    for place in own:
        for name in {plain(place.name), plain(place.name_ar)} - {""}:
            named.setdefault(name, []).append(place)
    ids = {place.id for place in own}

    def is_one_of_them(place: Place) -> bool:
        alike = [
            each
            for name in (plain(place.name), plain(place.name_ar))
            for each in named.get(name, ())
        ]
        return place.id in ids or any(
            abs(each.lat - place.lat) < SAME_PLACE_DEG
            and abs(each.lon - place.lon) < SAME_PLACE_DEG
            for each in alike
        )

    return [*(place for place in analysis.network.places if not is_one_of_them(place)), *own]


def _route_ends(analysis: Analysis) -> Iterable[str]:
    for route in analysis.scenario.routes:
        yield from (*route.from_, *route.via, route.to)
    for enclave in analysis.scenario.enclaves:
        yield from enclave.lifelines


def _place_of(analysis: Analysis, part: str) -> str:
    sites = analysis.sectors.sites
    place = sites.named[sites.index[part]].place
    return place.id if place is not None else ""


# The legend: routes with their status, holders and conditions.


def draw_legend(analysis: Analysis, on: DayLike, ax: Axes, inches: float, *parts: Part) -> None:
    """Write parts of a legend one below the other; what needs more than its room is pressed together."""
    ax.set_axis_off()
    ax.set_xlim(from_start(0), from_start(1))
    y = 0.1
    for part in parts:
        y = part(analysis, on, ax, y)
    ax.set_ylim(max(inches, y), 0)


def of_routes(analysis: Analysis, on: DayLike, ax: Axes, y: float) -> float:
    """Write the number, name and status of each route and enclave."""
    at = analysis.interval_on(on)
    y = _heading(ax, y, tr("Routes and enclaves"))
    for number, (name, words) in enumerate(analysis.statuses.items(), 1):
        asked, status = analysis.subjects[name], words[at]
        _text(ax, 0.045, y + 0.1, str(number), 8, ha="center", weight="bold",
              bbox={"boxstyle": "circle,pad=0.22", "fc": PAPER, "ec": INK, "lw": 0.9})  # fmt: skip
        first, second = both_names(asked, name)
        _text(ax, 0.12, y, first, 9.5)
        _text(ax, 0.12, y + 0.2, second, 9.5, color=FAINT_INK)
        _text(ax, 0.995, y + 0.1, status_text(status), 9, ha=end(), weight="bold", color=STATUS_STYLE[status].ink,
              bbox={"boxstyle": "round,pad=0.35", "fc": STATUS_COLOUR[status], "ec": "none"})  # fmt: skip
        y += 0.5
    return y


def of_roads(analysis: Analysis, on: DayLike, ax: Axes, y: float) -> float:
    """Write the colours of the holders that hold something on the day, and the patterns."""
    holders = set(analysis.states.on(analysis.interval_on(on)).holder.tolist())
    colours = actor_colours(analysis.scenario.actors)
    y = _heading(ax, y, tr("Held by"))
    for code, (name, actor) in enumerate(analysis.scenario.actors.items()):
        if code in holders:
            label = "  ".join(filter(None, both_names(actor, name)))
            y = _line(ax, y, label, colours[name], "held")
    if -1 in holders:
        y = _line(ax, y, trc("holder", "unknown"), colours[""], "held")
    y = _heading(ax, y, tr("Condition"))
    for condition in CONDITIONS:
        y = _line(ax, y, condition_label(condition), INK, condition)
    return y


def both_names(one: Named, otherwise: str) -> tuple[str, str]:
    """Return the names of something in both scripts: first that of the language spoken, then the other."""
    first = name_text(one, otherwise)
    second = one.label if first == one.label_ar else one.label_ar
    return first, second if second != first else ""


def _heading(ax: Axes, y: float, text: str) -> float:
    _text(ax, 0, y + 0.12, text, 10.5, weight="bold")
    return y + 0.4


def _line(ax: Axes, y: float, text: str, colour: str, condition: str) -> float:
    ax.plot([0, 0.16], [y, y], color=colour, linewidth=ROAD_WIDTH * 1.6,
            linestyle=line_style(condition), solid_capstyle="butt")  # fmt: skip
    _text(ax, 0.2, y, text, 9)
    return y + 0.25


def _text(ax: Axes, x: float, y: float, text: str, size: float, **style: object) -> None:
    settings: dict[str, Any] = {
        "color": INK,
        "va": "center",
        "ha": start(),
        "parse_math": False,
        **style,
    }
    ax.text(x, y, text, fontsize=size, **settings)
