"""How firm an answer is: other beliefs, other reaches, moved places, a baseline with gaps; its age."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.analysis.analysis import analysis_on
from engine.analysis.status import Terminals, statuses_side_by_side
from engine.analysis.statuses import typed
from engine.connectivity.bits import WORD
from engine.control.sectors import divide
from engine.control.sites import nodes_of_places
from engine.control.statements import NO_STATEMENT
from engine.control.states import control_over_time
from engine.errors import InputError
from engine.io.arguments import checked
from engine.language import marked, tr
from engine.measures.margin import Margin, margin_rows
from engine.network.arrays import EARTH_RADIUS_M
from engine.network.paths import nearest_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from engine.analysis.analysis import Analysis
    from engine.io.days import DayLike
    from engine.network.arrays import Place
    from engine.scenario.model import Scenario, ScenarioPlace

SAME_GROUND = frozenset({"believe", "baseline"})
"""What may be otherwise without any site covering other ground."""
MOST_WORDS = 2**22
"""So many words of states, 64 intervals of a sector each, are asked of the kernel at once (32 MiB)."""
REACHES_KM = (2.0, 4.0, 8.0, 16.0)
STAY = ("", 0, 0)
DIRECTIONS = (
    (marked("north"), 0, 1), (marked("east"), 1, 0), (marked("south"), 0, -1),
    (marked("west"), -1, 0),
)  # fmt: skip
ONE_DAY = np.timedelta64(1, "D")


class Variation(NamedTuple):
    """Something that might be otherwise, and the scenario in which it is."""

    factor: str
    what: str
    value: str
    scenario: Scenario


@checked
def sensitivity(
    analysis: Analysis, on: DayLike | None = None, *, margins: bool = True
) -> pd.DataFrame:
    """Return how status and margin change where something is taken to be otherwise, one at a time.

    Every place is moved by its stated error to the four sides (where that changes the node that it
    stands for); `believe` takes every value at which an event drops out or comes in; places reach
    2, 4, 8 and 16 km; and of each row of the baseline, who holds the ground is not known.

    Parameters
    ----------
    on
        The day of the margins; the last of the run, if absent.
    margins
        Whether to compute margins, which takes longer than all else.

    Returns
    -------
    pandas.DataFrame
        ``factor`` (believe, reach, place, baseline), ``what`` (which place or site), ``value``,
        ``id``, ``days`` (of the run with another status), ``better`` and ``worse`` (those days, by
        direction), ``statuses`` (those on these days), ``margin`` (its `size` on the day) and
        ``margin_before``. Variations that change nothing are left out; the greatest effect first.
        ``attrs["not_tried"]`` says which make no valid scenario, and why: a place that is moved on
        to the node of another one may leave a corridor without a path, or a route without an end.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.sensitivity(analysis, "2014-12-20", margins=False)
    >>> found["factor"].unique().tolist()
    ['reach', 'baseline', 'believe', 'place']
    """
    import pandas as pd

    rows, untried = sensitivity_rows(analysis, on, margins=margins)
    columns = ["factor", "what", "value", "id", "days", "better", "worse", "statuses", "margin",
               "margin_before"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    facts = analysis.facts
    frame.attrs |= {**facts.attributes(), "note": facts.line(), "not_tried": untried}
    return frame


def sensitivity_rows(
    analysis: Analysis, on: DayLike | None = None, *, margins: bool = True
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows of `sensitivity`, and what was not tried, for those who do without pandas."""
    day = analysis.ends[-1] - ONE_DAY if on is None else on
    analysis.interval_on(day)
    known: dict[bytes, Margin] = {}
    base = _sizes(analysis, day, known) if margins else {}
    rows: list[dict[str, Any]] = []
    untried: list[str] = []
    for variation, other in _analyzed(analysis):
        if isinstance(other, InputError):  # a place moved on to a node where nothing fits any more
            problem = other.problems[0].message
            untried.append(f"{variation.what} {variation.value}: {problem}")
            continue
        found = known if variation.factor in SAME_GROUND else {}
        sizes = _sizes(other, day, found) if margins else {}
        for name in analysis.subjects:
            effect = _effect(analysis, other, name)
            if effect["days"] or sizes.get(name) != base.get(name):
                factor, what, value, _ = variation
                asked = {"factor": factor, "what": what, "value": value, "id": name}
                size = {"margin": sizes.get(name, np.nan), "margin_before": base.get(name, np.nan)}
                rows.append({**asked, **effect, **size})
    return sorted(rows, key=lambda row: -row["days"]), untried


def variations(analysis: Analysis) -> Iterator[Variation]:
    """Yield every variation, one thing at a time."""
    scenario = analysis.scenario
    for believe in _thresholds(scenario):
        other = scenario.model_copy(update={"believe": believe})
        yield Variation("believe", "believe", f"{believe:g}", other)
    for reach in REACHES_KM:
        if reach != scenario.reach_km:
            other = scenario.model_copy(update={"reach_km": reach})
            yield Variation("reach", "reach_km", f"{reach:g}", other)
    yield from _moved_places(analysis)
    for row, holding in enumerate(scenario.baseline):
        unknown = holding.model_copy(update={"holder": None, "condition": "held"})
        rows = (*scenario.baseline[:row], unknown, *scenario.baseline[row + 1 :])
        other = scenario.model_copy(update={"baseline": rows})
        yield Variation("baseline", holding.site, marked("holder unknown"), other)


def variation_text(row: Mapping[str, Any]) -> str:
    """Return what a row of `sensitivity` varies for which question, in the language spoken.

    Examples
    --------
    >>> variation_text({"factor": "place", "what": "mallah", "value": "2 km west", "id": "castello"})
    'castello: mallah 2 km west'
    """
    name, what, value = row["id"], row["what"], row["value"]
    factor = row.get("factor", "")
    if factor == "believe":
        return tr("{id}: believe {value}", id=name, value=value)
    if factor == "reach":
        return tr("{id}: reach_km {value}", id=name, value=value)
    if factor == "baseline":
        return tr("{id}: {site} holder unknown", id=name, site=what)
    km, _, side = value.partition(" km ")
    if factor == "place":
        return tr("{id}: {site} {km} km {side}", id=name, site=what, km=km, side=tr(side))
    return f"{name}: {what} {value}"


def _analyzed(analysis: Analysis) -> Iterator[tuple[Variation, Analysis | InputError]]:
    """Yield every variation with its analysis, or with the error that it makes no valid scenario."""
    for of_ground, group in groupby(variations(analysis), lambda one: one.factor in SAME_GROUND):
        if of_ground:
            yield from _on_the_same_ground(analysis, list(group))
            continue
        for one in group:
            try:
                # whom and what it names is as before: only the ground may be wrong
                terminals = Terminals(one.scenario, divide(one.scenario, analysis.network))
                yield one, analysis_on(terminals, analysis.network, analysis.known_on)
            except InputError as error:
                yield one, error


def _on_the_same_ground(
    analysis: Analysis, some: list[Variation]
) -> Iterator[tuple[Variation, Analysis]]:
    """Yield the analyses of scenarios that name the same sites: many of them in one question."""
    words = -(-analysis.states.n_intervals // WORD) * analysis.sectors.n_sectors
    size = max(1, MOST_WORDS // words)
    for part in (some[at : at + size] for at in range(0, len(some), size)):
        states = [
            control_over_time(one.scenario, analysis.sectors, analysis.known_on) for one in part
        ]
        found = statuses_side_by_side(analysis.terminals, states)
        for one, then, (routes, enclaves) in zip(part, states, found, strict=True):
            yield (
                one,
                replace(
                    analysis, scenario=one.scenario, states=then, routes=routes, enclaves=enclaves
                ),
            )


def _thresholds(scenario: Scenario) -> list[float]:
    """Return the values of `believe` that believe different events than the scenario's own does."""
    levels = sorted(
        {row.confidence for row in scenario.baseline}
        | {event.confidence for event in scenario.events}
        | {1.0}
    )
    own = next((level for level in levels if level >= scenario.believe), None)
    return [level for level in levels if level != own]


def _moved_places(analysis: Analysis) -> Iterator[Variation]:
    """Yield every place moved to each side, where it would then stand for another node."""
    scenario = analysis.scenario
    places = {
        site.place.id: site.place
        for site in analysis.sectors.sites.named
        if site.place is not None and site.place.error_km > 0
    }
    if not places:
        return
    moves = [(place, *move) for place in places.values() for move in (STAY, *DIRECTIONS)]
    points = [_moved(place, east, north) for place, _, east, north in moves]
    lon, lat = np.array(points).T
    # What other places have decides between the two nodes of a place near a dead end.
    nodes = np.array(
        [find(analysis.network, lon, lat)[0] for find in (nearest_nodes, nodes_of_places)]
    )
    stays = np.repeat(nodes[:, :: len(DIRECTIONS) + 1], len(DIRECTIONS) + 1, axis=1)
    for (place, side, east, north), is_new in zip(moves, (nodes != stays).any(axis=0), strict=True):
        if is_new or (scenario.overlook_range is not None and (east or north)):
            others = tuple(other for other in scenario.places if other.id != place.id)
            moved = _at(place, *_moved(place, east, north))
            other = scenario.model_copy(update={"places": (*others, moved)})
            yield Variation("place", place.id, f"{place.error_km:g} km {side}", other)


def _moved(place: Place | ScenarioPlace, east: int, north: int) -> tuple[float, float]:
    """Return where a place would be, (lon, lat), if it were off by its error."""
    degrees = float(np.degrees(1000 * place.error_km / EARTH_RADIUS_M))
    across = degrees / float(np.cos(np.radians(place.lat)))
    return place.lon + east * across, place.lat + north * degrees


def _at(place: Place | ScenarioPlace, lon: float, lat: float) -> ScenarioPlace:
    from engine.scenario.model import ScenarioPlace

    return ScenarioPlace(
        id=place.id, name=place.name, name_ar=place.name_ar, aliases=place.aliases,
        kind=place.kind, lon=lon, lat=lat, error_km=place.error_km, source=place.source,
    )  # fmt: skip


def _effect(before: Analysis, after: Analysis, name: str) -> dict[str, Any]:
    """Return on how many days of the run a status is another, and which."""
    days = np.arange(before.days[0], before.ends[-1], ONE_DAY)
    codes = []
    for analysis in (before, after):
        found = (
            analysis.enclaves[name].status if name in analysis.enclaves else analysis.routes[name]
        )
        codes.append(found[np.searchsorted(analysis.days, days, side="right") - 1])
    words = np.array(after.statuses[name])[np.searchsorted(after.days, days, side="right") - 1]
    differ = codes[0] != codes[1]
    return {
        "days": int(differ.sum()),
        "better": int((codes[1] > codes[0]).sum()),
        "worse": int((codes[1] < codes[0]).sum()),
        "statuses": tuple(dict.fromkeys(words[differ].tolist())),
    }


def _sizes(analysis: Analysis, on: Any, known: dict[bytes, Margin]) -> dict[str, float]:
    """Return the margin of each question on a day; below 0 for gains, as it is cut already."""
    return {
        row["id"]: row["size"] if row["change"] == "loss" else -row["size"]
        for row in margin_rows(analysis, on, known=known)
    }


@checked
def report_ages(analysis: Analysis) -> pd.DataFrame:
    """Return how old the reports are that each status rests on.

    Returns
    -------
    pandas.DataFrame
        For each spell of each route and enclave: ``id``, ``start``, ``end`` (the first day after),
        ``status``, ``oldest`` (the event, or baseline, whose date is longest ago), ``site``,
        ``date``, and its age in days when the spell begins (``age_at_start``) and on its last day
        (``age_at_end``).

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.report_ages(analysis)["age_at_end"].tolist()[:2]
    [12, 17]
    """
    import pandas as pd

    columns = ["id", "start", "end", "status", "oldest", "site", "date", "age_at_start",
               "age_at_end"]  # fmt: skip
    return typed(pd.DataFrame(report_age_rows(analysis), columns=columns))


def report_age_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the rows of `report_ages`, for those who do without pandas; days are datetime64[D]."""
    statements, rows = analysis.states.statements, list[dict[str, Any]]()
    for name, starts in analysis.spell_starts.items():
        for start, end in zip(starts, [*starts[1:], analysis.states.n_intervals], strict=True):
            found = {w for reason in analysis.reasons(name, start) for w in reason.statements}
            ruling = sorted(found - {NO_STATEMENT}, key=lambda one: (statements.date[one], one))
            if not ruling:
                continue
            oldest, first, last = ruling[0], analysis.days[start], analysis.states.borders[end]
            rows.append(
                {
                    "id": name, "start": first, "end": last,
                    "status": analysis.statuses[name][start],
                    "oldest": analysis.statement_ids[oldest], "site": statements.entries[oldest].site,
                    "date": statements.date[oldest],
                    "age_at_start": int((first - statements.date[oldest]).astype(int)),
                    "age_at_end": int((last - ONE_DAY - statements.date[oldest]).astype(int)),
                }
            )  # fmt: skip
    return rows
