"""How close to the edge: the fewest places whose loss would cut, or whose gain would relieve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import nan, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.analysis.query import (
    Query,
    intervals,
    is_cut,
    query_of,
    shut_by_mode,
    span,
    subjects_of,
)
from engine.analysis.statuses import typed
from engine.connectivity.bits import Choices, any_of, pack, unpack
from engine.connectivity.hitting_sets import (
    MOST_TRIALS,
    HittingSets,
    minimum_hitting_sets,
    minimum_weight_hitting_set,
)
from engine.control.overlooking import overlooking
from engine.errors import InputError, Problem, ScenarioError, nearest_names
from engine.io.arguments import checked
from engine.language import tr
from engine.measures.contingencies import Contingencies, captures

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from engine.analysis.analysis import Analysis
    from engine.analysis.query import Dates


class Margin(NamedTuple):
    """The smallest sets of places that turn a question, and the likeliest one."""

    by: tuple[str, ...]
    found: HittingSets
    sets: tuple[tuple[str, ...], ...]
    likelihoods: tuple[float, ...]
    likeliest: tuple[str, ...]
    likelihood: float


@dataclass(frozen=True, eq=False)
class Stake:
    """What turns a question on an interval: one actor takes some of the places.

    Parameters
    ----------
    asked
        The question.
    places
        The sites that may be taken, rows of `Sectors.covers`.
    by_mode
        What captures do, for each mode of the question.
    loss
        True if the answer turns by being cut, False if by being connected.
    attackers
        The actors whose captures have this effect, as codes.
    secure
        Whether the connection is asked for over secure ground, rather than possible ground.
    """

    asked: Query
    places: list[int]
    by_mode: list[Contingencies]
    loss: bool
    attackers: list[int]
    secure: bool = False

    @cached_property
    def influences(self) -> NDArray[np.bool_]:
        """Which places bear on which ground, bool of shape (places, sectors)."""
        return self.by_mode[0].influences(self.places)

    @cached_property
    def _bearing(self) -> Choices:
        """The ground that each place bears on."""
        return Choices.of(self.influences)

    @property
    def is_monotone(self) -> bool:
        """Whether more places taken never undo what fewer do."""
        return self.loss and self.by_mode[0].only_closes(self.asked.actor)

    def flips(self, chosen: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return in which states the answer turns: see `Flips`."""
        found = self.asked.connected(*self._ground(chosen))
        return ~found if self.loss else found

    def surviving(self, chosen: NDArray[np.bool_]) -> list[NDArray[np.bool_] | None]:
        """Return the places on which it rests that choices do not turn: see `supports.Supports`."""
        n = len(chosen)
        possible, friends = self._ground(pack(np.ascontiguousarray(chosen.T)))
        if not self.loss:
            blocked, connected = self.asked.blocked_sectors(possible, friends)
            bears = unpack(any_of(blocked, self._bearing), n).T
            return [
                None if on else row for row, on in zip(bears, unpack(connected, n), strict=True)
            ]
        grounds, friendly = [unpack(words, n).T for words in possible], unpack(friends, n).T
        return [
            self._path_over(one, [ground[row] for ground in grounds], friendly[row])
            for row, one in enumerate(chosen)
        ]

    def _path_over(
        self,
        chosen: NDArray[np.bool_],
        is_open: list[NDArray[np.bool_]],
        friendly: NDArray[np.bool_],
    ) -> NDArray[np.bool_] | None:
        """Return the places on which a path rests that one choice leaves open; None without a path."""
        cost = self.influences[~chosen].sum(axis=0).astype(np.float64)
        sectors = self.asked.path_sectors(is_open, friendly, cost)
        if not len(sectors):
            return None
        own = self.asked.own_ground()
        covered = self.by_mode[0].sectors.covers[self.places][:, own[friendly[own]]].any(axis=1)
        return np.asarray(self.influences[:, sectors].any(axis=1) | covered)

    def _ground(
        self, chosen: NDArray[np.uint64]
    ) -> tuple[list[NDArray[np.uint64]], NDArray[np.uint64]]:
        """Return the ground of the bound for each mode, and the friendly, (sectors, words)."""
        taken = self.by_mode[0].taken(self.places, chosen)
        grounds = [view.bounds(self.asked.actor, taken)[self.secure] for view in self.by_mode]
        return grounds, self.by_mode[0].friendly(self.asked.actor, taken)


@checked
def margin(
    analysis: Analysis,
    dates: Dates = None,
    *,
    subject: str | None = None,
    attacker: str | None = None,
    most_trials: int = MOST_TRIALS,
    seconds: float = 60.0,
    known: dict[bytes, Margin] | None = None,
) -> pd.DataFrame:
    """Return how few places, if they were taken, would cut each route and besiege each enclave.

    While a route is cut, or an enclave besieged or lost: how few would relieve it, if its own actor
    took them. The places are single ones, never stretches or groups; the ends themselves are among
    those that relieve, but not among those whose loss cuts. Taking a place is the event "captured",
    the last word of its day, with all that the place overlooks.

    Parameters
    ----------
    dates
        A day, or several; the whole run, if absent.
    subject
        A route or an enclave; all of them, if absent.
    attacker
        Who takes the places; if absent, each hostile actor is tried, and the one who needs the
        fewest is reported.
    most_trials
        How many sets of places to try before an integer program takes over.
    seconds
        How long that may take for each answer; after this, the bounds are those found by then.
    known
        Answers found before on the same ground with the same options; those found now are added.

    Returns
    -------
    pandas.DataFrame
        One row for each question and time: ``id``, ``start``, ``end`` (the first day after it),
        ``status``, ``change`` (loss or gain), ``size`` (how many places; infinite if no set of
        them will do), ``lower`` (a bound on the size), ``exact``, ``sets`` (all sets of that size,
        the likeliest first; one of them, if `most_trials` was not enough), ``by`` (all actors in
        whose hands it has this effect), and where the
        scenario gives the probabilities that places fall, ``likelihoods`` of the sets, ``likeliest``
        (the set of places most likely to fall together, whatever its size) and ``likelihood``.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> found = engine.margin(analysis, "2014-12-20", subject="castello")
    >>> found["sets"].item()
    (('castello-complex',), ('castello-mid',), ('mallah',), ('mallah-south',))
    """
    import pandas as pd

    rows = margin_rows(
        analysis, dates, subject=subject, attacker=attacker, most_trials=most_trials,
        seconds=seconds, known=known,
    )  # fmt: skip
    return typed(pd.DataFrame(rows, columns=list(_COLUMNS)))


def margin_rows(
    analysis: Analysis,
    dates: Dates = None,
    *,
    subject: str | None = None,
    attacker: str | None = None,
    most_trials: int = MOST_TRIALS,
    seconds: float = 60.0,
    known: dict[bytes, Margin] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of `margin`, for those who do without pandas; days are datetime64[D]."""
    for option, given in (("most_trials", most_trials), ("seconds", seconds)):
        if not given >= 0:
            raise InputError(tr("{name} = {value}; expected 0 or more", name=option, value=given))
    _check_likelihoods(analysis)
    known = {} if known is None else known
    rows: list[dict[str, Any]] = []
    for name in subjects_of(analysis, subject):
        asked = query_of(analysis, name)
        for interval in intervals(analysis, dates):
            loss = not is_cut(analysis, name, interval)
            stakes = _stakes(analysis, asked, interval, attacker, loss=loss)
            found = _known_or_best(analysis, asked, stakes, known, most_trials, seconds)
            rows.append(_row(analysis, name, interval, found, loss=loss))
    return span(rows)


_COLUMNS = (
    "id", "start", "end", "status", "change", "size", "lower", "exact", "sets", "by",
    "likelihoods", "likeliest", "likelihood",
)  # fmt: skip


def margin_on(
    analysis: Analysis, asked: Query, interval: int, known: dict[bytes, Margin]
) -> Margin:
    """Return what `margin` tells of one question and interval: of its loss, or if it is cut its gain.

    Parameters
    ----------
    known
        Answers found before on the same ground; the one found now is added.
    """
    stakes = _stakes(analysis, asked, interval, None, loss=not is_cut(analysis, asked.id, interval))
    return _known_or_best(analysis, asked, stakes, known)


def _check_likelihoods(analysis: Analysis) -> None:
    """Refuse likelihoods of places that have no role in the scenario."""
    known = analysis.sectors.sites.index
    problems: list[Problem] = [
        analysis.scenario.problem(
            tr("falls names {name}, which has no role in the scenario", name=repr(name)),
            "falls", name, tr("a place that an event, the baseline or a route names"),
            nearest_names(name, known),
        )
        for name in analysis.scenario.falls
        if name not in known
    ]  # fmt: skip
    if problems:
        raise ScenarioError(problems)


def candidates(analysis: Analysis, asked: Query, *, ends: bool = False) -> list[int]:
    """Return the single places of a scenario, as rows of `Sectors.covers`.

    A place that goes by several names is one, under its own name if the scenario uses that.

    Parameters
    ----------
    ends
        Whether the ends of the question are among them.
    """
    sites = analysis.sectors.sites
    place_of = [site.place.id if site.place else "" for site in sites.named]
    left_out = {""}
    if not ends:
        left_out |= {place_of[sites.index[name]] for name in asked.end_names}
    rows: dict[str, int] = {}
    for row, place in enumerate(place_of):
        if place not in left_out and (place not in rows or sites.named[row].id == place):
            rows[place] = row
    return list(rows.values())


def _stakes(
    analysis: Analysis,
    asked: Query,
    interval: int,
    attacker: str | None,
    *,
    loss: bool,
) -> list[Stake]:
    """Return what turns a question: one for each actor who may take the places."""
    who = attackers(analysis, asked, interval, attacker)
    if not loss:
        who = [[asked.actor if attacker is None else analysis.terminals.actor_code(attacker)]]
    denied = shut_by_mode(analysis, asked, interval)
    places = candidates(analysis, asked, ends=not loss)
    stakes = []
    for alike in who:
        views = [
            captures(
                analysis.scenario, analysis.sectors, analysis.states, interval, alike[0],
                since=analysis.states.since, shut=shut,
            )
            for shut in denied
        ]  # fmt: skip
        bears = views[0].influences(places)[:, np.unique(asked.kernel.sector)].any(axis=1)
        near = [places[row] for row in np.flatnonzero(bears)]
        stakes.append(Stake(asked, near, views, loss, alike))
    return stakes


def attackers(
    analysis: Analysis, asked: Query, interval: int, attacker: str | None
) -> list[list[int]]:
    """Return the hostile actors in groups whose captures have the same effect; or only one of them.

    Raises
    ------
    InputError
        If there is no actor of that name.
    """
    states = analysis.states
    if attacker is not None:
        code = analysis.terminals.actor_code(attacker)
        return [] if states.passable[asked.actor, code, interval] else [[code]]
    passable = states.passable[:, :, interval]
    # It matters who they are only where ground that they would overlook has other holders.
    overlooked = np.zeros(analysis.sectors.n_sectors, dtype=bool)
    for _, onto, _ in overlooking(analysis.scenario, analysis.sectors):
        overlooked |= onto
    held = np.unique(states.on(interval).holder[overlooked])
    held = held[held >= 0]
    alike: dict[bytes, list[int]] = {}
    for code in range(len(passable)):
        if not passable[asked.actor, code]:
            alike.setdefault(passable[held, code].tobytes(), []).append(code)
    return list(alike.values())


def fewest_gains(
    analysis: Analysis,
    asked: Query,
    interval: int,
    *,
    secure: bool,
    most_trials: int = MOST_TRIALS,
    seconds: float = 60.0,
    known: dict[bytes, Margin] | None = None,
) -> Margin:
    """Return the fewest places which a question's own actor would have to take to connect it.

    Parameters
    ----------
    secure
        Whether over secure ground, rather than possible ground.
    known
        Answers found before: see `margin`.
    """
    stakes = _stakes(analysis, asked, interval, None, loss=False)
    found = [replace(stake, secure=secure) for stake in stakes]
    known = {} if known is None else known
    return _known_or_best(analysis, asked, found, known, most_trials, seconds)


def _known_or_best(
    analysis: Analysis,
    asked: Query,
    stakes: list[Stake],
    known: dict[bytes, Margin],
    most_trials: int = MOST_TRIALS,
    seconds: float = 60.0,
) -> Margin:
    """Return the margin, which is only computed if it is not known."""
    key = _key(asked, stakes)
    if key not in known:
        known[key] = _best(analysis, stakes, most_trials, seconds)
    return known[key]


def _key(asked: Query, stakes: list[Stake]) -> bytes:
    """Return what an answer depends on, so that equal states of one ground are asked once."""
    views = [(stake, view) for stake in stakes for view in stake.by_mode]
    prints = [
        f"{stake.loss} {stake.attackers} {stake.secure} ".encode()
        + view.fingerprint(asked.actor, secure=stake.secure)
        for stake, view in views
    ]
    return b"".join([asked.id.encode(), *prints])


def _best(analysis: Analysis, stakes: list[Stake], most_trials: int, seconds: float) -> Margin:
    """Return the margin against those actors who need the fewest places."""
    nobody = Margin((), HittingSets((), np.inf, np.inf, all_ties=True), (), (), (), nan)
    found = [_margin(analysis, stake, most_trials, seconds) for stake in stakes]
    best = min(found, key=lambda one: (one.found.upper, one.found.lower), default=nobody)
    alike = [
        one for one in found
        if one.sets == best.sets and one.found.upper == best.found.upper
        and one.likeliest == best.likeliest
    ]  # fmt: skip
    return best._replace(by=tuple(name for one in alike for name in one.by))


def _margin(analysis: Analysis, stake: Stake, most_trials: int, seconds: float) -> Margin:
    found = minimum_hitting_sets(
        len(stake.places), stake.flips, stake.surviving,
        is_monotone=stake.is_monotone, most_trials=most_trials, seconds=seconds,
    )  # fmt: skip
    names = [analysis.sectors.sites.named[row].id for row in stake.places]
    sets = [tuple(names[place] for place in chosen) for chosen in found.sets]
    falls = analysis.scenario.falls if stake.loss else {}
    sets.sort(key=lambda one: (-_joint(falls, one) if falls else 0.0, one))
    likeliest = _likeliest(stake, names, falls, seconds) if falls else ()
    actors = list(analysis.scenario.actors)
    by = tuple(actors[code] for code in stake.attackers)
    likelihoods = tuple(_joint(falls, one) for one in sets) if falls else ()
    likelihood = _joint(falls, likeliest) if likeliest else nan
    return Margin(by, found, tuple(sets), likelihoods, likeliest, likelihood)


def _joint(falls: dict[str, float], names: tuple[str, ...]) -> float:
    """Return the probability that places fall together; those not listed are not expected to."""
    return prod(falls.get(name, 0.0) for name in names)


def _likeliest(
    stake: Stake, names: list[str], falls: dict[str, float], seconds: float
) -> tuple[str, ...]:
    """Return the set of places most likely to fall together of those that turn the question."""
    listed = [row for row, name in enumerate(names) if name in falls]
    few = Stake(
        stake.asked,
        [stake.places[row] for row in listed],
        stake.by_mode,
        stake.loss,
        stake.attackers,
    )
    weights = -np.log([falls[names[row]] for row in listed])
    if not listed:
        return ()
    found = minimum_weight_hitting_set(
        weights, few.surviving, is_monotone=few.is_monotone, seconds=seconds
    )
    return tuple(names[listed[place]] for place in found.sets[0]) if found.sets else ()


def _row(
    analysis: Analysis, name: str, interval: int, answer: Margin, *, loss: bool
) -> dict[str, object]:
    return {
        "id": name,
        "start": analysis.days[interval],
        "end": analysis.ends[interval],
        "status": analysis.statuses[name][interval],
        "change": "loss" if loss else "gain",
        "size": answer.found.upper,
        "lower": answer.found.lower,
        "exact": answer.found.exact,
        "sets": answer.sets,
        "by": answer.by,
        "likelihoods": answer.likelihoods,
        "likeliest": answer.likeliest,
        "likelihood": answer.likelihood,
    }
