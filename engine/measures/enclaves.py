"""Enclaves over time: supplied from where, how many people in what case, and who stands around."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.query import intervals, span
from engine.analysis.status import (
    AT_RISK,
    CUT,
    ENCLAVE_STATUS,
    LOST,
    OPEN,
    enclave_status,
)
from engine.analysis.statuses import typed
from engine.control.states import UNKNOWN
from engine.control.words import chained
from engine.io.arguments import checked
from engine.language import marked
from engine.measures.explanation import causes_of_change

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates
    from engine.scenario.model import Enclave


# How many people live where, on a day.


def people_on(enclave: Enclave, day: dt.date) -> int | dict[str, int] | None:
    """Return the latest count of an enclave's people by a day: in all, by place, or none known."""
    counts = enclave.population
    if not isinstance(counts, tuple):
        return counts
    known = [count for count in counts if count.from_ <= day]
    return max(known, key=lambda count: count.from_).people if known else None


def people_in(
    count: int | dict[str, int] | None, places: Sequence[str], of: Sequence[str] = ()
) -> int | None:
    """Return how many people live in some places of an enclave; None if that is not known.

    A count for the whole enclave does not tell how many live where, but for none and for all of
    its places.

    Parameters
    ----------
    count
        What `people_on` returned.
    places
        The places.
    of
        All places of the enclave.
    """
    if isinstance(count, dict):
        return sum(count.get(place, 0) for place in places)
    if count is None:
        return None
    if not places:
        return 0
    return count if set(places) == set(of) else None


@checked
def enclave_table(analysis: Analysis, dates: Dates = None) -> pd.DataFrame:
    """Return the case of every enclave, for each spell of time.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``start``, ``end`` (the first day after), ``status``; ``lifelines`` with an open
        path and ``doubtful`` ones (with a possible path only); the places ``lost`` and ``cut_off``;
        and people: ``people`` in all, and ``connected``, ``at_risk``, ``besieged`` and ``in_lost``
        (in places that were lost). With numbers by place, each counts in the case of its place.
        Where the scenario gives one number for the whole enclave, all are in the case of its
        places if these are all in the same; if not, how many are in which case is empty, as where
        no number is known.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.enclave_table(analysis, "2014-12-20")["status"].item()
    'at risk'
    """
    import pandas as pd

    columns = ["id", "start", "end", "status", "lifelines", "doubtful", "lost", "cut_off", *_PEOPLE]
    frame = pd.DataFrame(enclave_rows(analysis, dates), columns=columns)
    return typed(frame.astype(dict.fromkeys(_PEOPLE, "Int64")))


_PEOPLE = ("people", "connected", "at_risk", "besieged", "in_lost")
"""How many people: in all, and by the case of their places."""


def enclave_rows(analysis: Analysis, dates: Dates = None) -> list[dict[str, Any]]:
    """Return the rows of `enclave_table`, for those who do without pandas.

    Days are datetime64[D]; numbers of people that are not known are None.
    """
    rows: list[dict[str, Any]] = []
    for enclave in analysis.scenario.enclaves:
        by_lifeline = _by_lifeline(analysis, enclave)
        for at in intervals(analysis, dates):
            case = _case(analysis, enclave, by_lifeline, at)
            rows += [
                {
                    "id": enclave.id,
                    "start": start,
                    "end": end,
                    **case,
                    **_people(analysis, enclave, at, start),
                }
                for start, end in _spans_of_counts(analysis, enclave, at)
            ]
    return span(rows)


def _by_lifeline(analysis: Analysis, enclave: Enclave) -> dict[str, NDArray[np.int8]]:
    """Return the status that the enclave would have with each of its lifelines alone."""
    return {
        name: enclave_status(
            analysis.terminals,
            analysis.states,
            enclave.model_copy(update={"lifelines": (name,)}),
        ).status
        for name in enclave.lifelines
    }


def _spans_of_counts(
    analysis: Analysis, enclave: Enclave, at: int
) -> list[tuple[np.datetime64, np.datetime64]]:
    """Return an interval, divided where a new count of the people begins."""
    start, end = analysis.days[at], analysis.ends[at]
    counts = enclave.population if isinstance(enclave.population, tuple) else ()
    days = sorted(np.datetime64(count.from_, "D") for count in counts)
    borders = [start, *(day for day in days if start < day < end), end]
    return list(pairwise(borders))


def _case(
    analysis: Analysis, enclave: Enclave, by_lifeline: dict[str, NDArray[np.int8]], at: int
) -> dict[str, Any]:
    found = analysis.enclaves[enclave.id]
    places = np.array(found.places)
    return {
        "status": ENCLAVE_STATUS[found.status[at]],
        "lifelines": tuple(n for n, s in by_lifeline.items() if s[at] == OPEN),
        "doubtful": tuple(n for n, s in by_lifeline.items() if s[at] == AT_RISK),
        "lost": tuple(places[found.lost[:, at]].tolist()),
        "cut_off": tuple(places[found.cut_off[:, at]].tolist()),
    }


def _people(
    analysis: Analysis, enclave: Enclave, at: int, day: np.datetime64
) -> dict[str, int | None]:
    found = analysis.enclaves[enclave.id]
    count = people_on(enclave, day.astype(object))
    if count is None:
        return dict.fromkeys(_PEOPLE)
    codes = np.where(found.lost[:, at], LOST, found.place_status[:, at])
    places_of = {
        key: found.chosen(codes == code)
        for key, code in (
            ("connected", OPEN),
            ("at_risk", AT_RISK),
            ("besieged", CUT),
            ("in_lost", LOST),
        )
    }
    return {
        "people": count if isinstance(count, int) else people_in(count, found.places),
        **{key: people_in(count, places, found.places) for key, places in places_of.items()},
    }


@checked
def sieges(analysis: Analysis) -> pd.DataFrame:
    """Return the days on which sieges began, were broken and began again, or enclaves were lost.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``date``, ``what`` (besieged from the start, siege begins, siege broken, siege
        begins again, lost from the start, lost, held again, held again and besieged) and
        ``because``: what changed on that day where a siege was broken or places are held again,
        else what the status of that day rests on.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> engine.sieges(analysis).empty
    True
    """
    import pandas as pd

    return typed(pd.DataFrame(siege_rows(analysis), columns=["id", "date", "what", "because"]))


def siege_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the rows of `sieges`, for those who do without pandas; days are datetime64[D]."""
    rows: list[dict[str, Any]] = []
    for name, found in analysis.enclaves.items():
        begun, before = False, None
        for at, code in enumerate(found.status.tolist()):
            what = _turn(code, before, begun=begun)
            begun |= code == CUT
            if not what:
                before = code
                continue
            because = analysis.because(name, at)
            if before is not None and code > before:
                changed = causes_of_change(analysis, name, at)
                because = chained(map(str, changed), "; ") or because
            before = code
            rows.append({"id": name, "date": analysis.days[at], "what": what, "because": because})
    return rows


def _turn(now: int, before: int | None, *, begun: bool) -> str:
    """Return what a status means for the siege of an enclave, in words; empty if nothing new.

    Parameters
    ----------
    now, before
        The status, and that of the interval before; None as the run begins.
    begun
        Whether there was a siege before.
    """
    if before is None:
        return {CUT: marked("besieged from the start"), LOST: marked("lost from the start")}.get(
            now, ""
        )
    if now == before or min(now, before) > CUT:
        return ""
    if before == LOST:
        return marked("held again and besieged") if now == CUT else marked("held again")
    if now == LOST:
        return marked("lost")
    if now == CUT:
        return marked("siege begins again") if begun else marked("siege begins")
    return marked("siege broken")


@checked
def perimeter(analysis: Analysis, dates: Dates = None) -> pd.DataFrame:
    """Return who holds the ground around each enclave: its share of the roads that lead out.

    A road leads out where a piece of the enclave's ground meets a piece of other ground.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``start``, ``end`` (the first day after), ``holder`` (empty if unknown), ``roads``
        and ``share`` (0 to 1).

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> around = engine.perimeter(analysis, "2014-12-20")
    >>> around.set_index("holder")["roads"].to_dict()
    {'government': 7, '': 4, 'opposition': 1, 'ypg': 1}
    """
    import pandas as pd

    columns = ["id", "start", "end", "holder", "roads", "share"]
    return typed(pd.DataFrame(perimeter_rows(analysis, dates), columns=columns))


def perimeter_rows(analysis: Analysis, dates: Dates = None) -> list[dict[str, Any]]:
    """Return the rows of `perimeter`, for those who do without pandas; days are datetime64[D]."""
    rows: list[dict[str, Any]] = []
    for enclave in analysis.scenario.enclaves:
        outside = _outside(analysis, enclave)
        spells: dict[str, list[dict[str, Any]]] = {}
        for at in intervals(analysis, dates):
            holders = analysis.states.on(at).holder[analysis.sectors.sector[outside]]
            for holder, roads in zip(*np.unique(holders, return_counts=True), strict=True):
                who = "" if holder == UNKNOWN else [*analysis.scenario.actors][holder]
                row = {
                    "id": enclave.id, "start": analysis.days[at], "end": analysis.ends[at],
                    "holder": who, "roads": int(roads), "share": float(roads / len(outside)),
                }  # fmt: skip
                spells.setdefault(who, []).append(row)
        rows += [row for found in spells.values() for row in span(found)]
    return sorted(rows, key=lambda row: (row["id"], row["start"], -row["share"]))


def _outside(analysis: Analysis, enclave: Enclave) -> NDArray[np.int64]:
    """Return the pieces of other ground that meet the ground of an enclave, once for each end."""
    sectors, network = analysis.sectors, analysis.sectors.network
    inside = sectors.covers[sectors.sites.index[enclave.ground]][sectors.sector]
    at_enclave = np.zeros(network.n_nodes, dtype=bool)
    at_enclave[network.u[inside]] = at_enclave[network.v[inside]] = True
    meets = [np.flatnonzero(~inside & at_enclave[end]) for end in (network.u, network.v)]
    return np.concatenate(meets)
