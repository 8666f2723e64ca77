"""What each loss would do: every single site, or any two, taken in turn."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.analysis.query import query_of, shut_by_mode
from engine.analysis.status import ENCLAVE_STATUS, LOST, ROUTE_STATUS
from engine.analysis.statuses import typed
from engine.connectivity.bits import pack, unpack
from engine.control.sites import Rank
from engine.io.arguments import checked
from engine.measures.contingencies import captures
from engine.measures.enclaves import people_in, people_on
from engine.measures.margin import attackers

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Query
    from engine.io.days import DayLike

BATCH = 1 << 13


class Outcome(NamedTuple):
    """Status codes: of a question, (states,), and of the places of an enclave, (places, states)."""

    status: NDArray[np.int8]
    places: NDArray[np.int8]


@checked
def sweep(
    analysis: Analysis,
    on: DayLike | None = None,
    *,
    attacker: str | None = None,
    pairs: bool = False,
) -> pd.DataFrame:
    """Return what the loss of each site would do, the most people affected first.

    Every place and every stretch of road is taken in turn, and with `pairs` also any two, by an
    event "captured" that is the last word of its day, with all that the ground overlooks.

    Parameters
    ----------
    on
        The day; the last of the run, if absent.
    attacker
        Who takes the sites; if absent, each actor hostile to the one whose route or enclave it is,
        where captures of several have the same effect, all of them are named.
    pairs
        Whether to try pairs, too.

    Returns
    -------
    pandas.DataFrame
        ``sites`` (one or two), ``by`` (the actors in whose hands it has this effect), ``id`` (of the
        route or enclave whose status is worse), ``before``, ``after``, ``places`` (of an enclave, that
        are worse off or are lost) and ``people`` whose status is worse than without the loss (not
        known where only some places are worse off, and only the people of the whole enclave are
        counted). Losses that make nothing worse are left out, and pairs that do no more than one
        of the two.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.sweep(analysis, "2014-12-05", attacker="government")
    >>> found[found["id"] == "castello"]["sites"].tolist()[:3]
    [('castello-complex',), ('castello-mid',), ('castello-road',)]
    """
    import pandas as pd

    rows = sweep_rows(analysis, on, attacker=attacker, pairs=pairs)
    return typed(pd.DataFrame(rows, columns=_COLUMNS).astype({"people": "Int64"}))


_COLUMNS = ["sites", "by", "id", "before", "after", "places", "people"]


def sweep_rows(
    analysis: Analysis,
    on: DayLike | None = None,
    *,
    attacker: str | None = None,
    pairs: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows of `sweep`, for those who do without pandas."""
    interval = analysis.states.n_intervals - 1 if on is None else analysis.interval_on(on)
    sites = [
        row
        for row, site in enumerate(analysis.sectors.sites.named)
        if site.rank is Rank.STRETCH and analysis.sectors.covers[row].any()
    ]
    sets: list[tuple[int, ...]] = [(), *((row,) for row in range(len(sites)))]
    sets += combinations(range(len(sites)), 2) if pairs else ()
    rows: list[dict[str, Any]] = []
    for name in analysis.subjects:
        asked = query_of(analysis, name)
        for alike in attackers(analysis, asked, interval, attacker):
            rows += _losses(analysis, asked, interval, alike, sites, sets)
    joined, most = _by_any(rows), dict[tuple[str, ...], int]()
    for row in joined:
        most[row["sites"]] = max(most.get(row["sites"], 0), row["people"] or 0)
    return sorted(joined, key=lambda row: (-most[row["sites"]], len(row["sites"]), row["sites"]))


def _losses(
    analysis: Analysis,
    asked: Query,
    interval: int,
    alike: list[int],
    sites: list[int],
    sets: list[tuple[int, ...]],
) -> list[dict[str, object]]:
    """Return the losses that make the status of a subject worse; the first of the sets is no loss at all."""
    parts = [
        outcome(analysis, asked, interval, alike[0], sites, sets[at : at + BATCH])
        for at in range(0, len(sets), BATCH)
    ]
    status = np.concatenate([part.status for part in parts])
    places = np.concatenate([part.places for part in parts], axis=1)
    worse = (status < status[0]) | (places < places[:, :1]).any(axis=0)
    row_of = {chosen: row for row, chosen in enumerate(sets)}
    rows: list[dict[str, object]] = []
    for row in np.flatnonzero(worse).tolist():
        alone = [row_of[(one,)] for one in sets[row]] if len(sets[row]) > 1 else []
        if any(
            status[one] == status[row] and (places[:, one] == places[:, row]).all() for one in alone
        ):
            continue
        names = tuple(analysis.sectors.sites.named[sites[one]].id for one in sets[row])
        hit = places[:, row] < places[:, 0]
        rows.append(
            {
                "sites": names,
                "by": tuple(list(analysis.scenario.actors)[attacker] for attacker in alike),
                "id": asked.id,
                "before": _word(analysis, asked, status[0]),
                "after": _word(analysis, asked, status[row]),
                "places": _named(analysis, asked, hit),
                "people": _affected(analysis, asked, interval, hit, status[row] < status[0]),
            }
        )
    return rows


def outcome(
    analysis: Analysis,
    asked: Query,
    interval: int,
    attacker: int,
    sites: list[int],
    sets: list[tuple[int, ...]],
) -> Outcome:
    """Return the status of a subject after each of some sets of captures.

    Parameters
    ----------
    attacker
        The actor that takes the sites.
    sites
        The sites, rows of `Sectors.covers`.
    sets
        Positions in `sites`.
    """
    chosen = np.zeros((len(sites), len(sets)), dtype=bool)
    for state, members in enumerate(sets):
        chosen[list(members), state] = True
    views = [
        captures(
            analysis.scenario, analysis.sectors, analysis.states, interval, attacker,
            since=analysis.states.since, shut=shut,
        )
        for shut in shut_by_mode(analysis, asked, interval)
    ]  # fmt: skip
    taken = views[0].taken(sites, pack(chosen))
    friends = views[0].friendly(asked.actor, taken)
    bounds = [view.bounds(asked.actor, taken) for view in views]
    status = np.zeros(len(sets), dtype=np.int8)
    places = np.zeros((asked.n_places, len(sets)), dtype=np.int8)
    for by_mode in zip(*bounds, strict=True):
        status += unpack(asked.connected(list(by_mode), friends), len(sets))
        if asked.n_places:
            places += unpack(asked.places_connected(list(by_mode), friends), len(sets))
    status[~unpack(asked.held(friends), len(sets))] = LOST
    if asked.n_places:
        places[~unpack(asked.places_held(friends), len(sets))] = LOST
    return Outcome(status, places)


def _word(analysis: Analysis, asked: Query, code: np.int8) -> str:
    return (ENCLAVE_STATUS if asked.id in analysis.enclaves else ROUTE_STATUS)[code]


def _affected(
    analysis: Analysis, asked: Query, interval: int, hit: NDArray[np.bool_], whole: np.bool_
) -> int | None:
    """Return how many people are worse off: in the places that are, or in an enclave that is.

    None where only their number in the whole enclave is known, and only some of its places are.
    """
    if asked.id not in analysis.enclaves:
        return None
    enclave = next(e for e in analysis.scenario.enclaves if e.id == asked.id)
    count = people_on(enclave, analysis.days[interval].astype(object))
    if isinstance(count, int) and whole:
        return count
    places = analysis.enclaves[asked.id].places
    return people_in(count, _named(analysis, asked, hit), places)


def _named(analysis: Analysis, asked: Query, which: NDArray[np.bool_]) -> tuple[str, ...]:
    if asked.id not in analysis.enclaves:
        return ()
    return tuple(np.array(analysis.enclaves[asked.id].places)[which].tolist())


def _by_any(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join rows that differ only in who takes the sites."""
    joined: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = repr([value for name, value in row.items() if name != "by"])
        if key in joined:
            joined[key]["by"] = (*joined[key]["by"], *row["by"])
        else:
            joined[key] = row
    return list(joined.values())
